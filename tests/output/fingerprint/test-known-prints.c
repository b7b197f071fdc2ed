/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of fingerprints: the whole text counts, and all parts of an end. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/audit/software.h"
#include "output/base/json.h"
#include "output/fingerprint/fingerprint.h"

#define IMPACKET "c1.smb2_negotiate:0202,0210,0300;1;40;a;-;0;0;1;0;0"
#define IMPACKET_NTLM "c1.ntlm_negotiate:a0880205;-"
#define WINDOWS_NTLM "c1.ntlm_negotiate:e2088297;10.0.19041"
#define UNKNOWN "c1.smb2_setup:0;0;1;1;1;raw"

static SmbConnectionInfo info;
static OutPrintEnd end;

static void
setup(void)
{
	memset(&info, 0, sizeof(info));
}

static void
teardown(void)
{
	for (int part = 0; part < SMB_PRINT_PARTS; part++)
		smb_string_unref(info.prints[part]);
}

static void
set(SmbPrintPart part, const char *text)
{
	info.prints[part] = smb_string_new(smb_text_from_utf8(text), 1024);
}

START_TEST(hash_is_the_beginning_of_sha256)
{
	char hash[OUT_PRINT_HASH + 1];

	out_print_hash(smb_text_from_utf8("abc"), hash);
	ck_assert_str_eq(hash, "ba7816bf8f01cfea");
}
END_TEST

START_TEST(rows_are_found_by_the_whole_text)
{
	char hash[OUT_PRINT_HASH + 1];

	for (size_t i = 0; i < out_prints_known_count; i++) {
		const OutPrintKnown *row = &out_prints_known[i];
		SmbText text = smb_text_from_utf8(row->text), less = text;

		ck_assert_ptr_eq(out_print_find(text), row);
		out_print_hash(text, hash);
		ck_assert_str_eq(hash, row->hash);
		less.bytes.len--;
		ck_assert_ptr_ne(out_print_find(less), row);
		ck_assert_ptr_nonnull(row->software[0]);
		ck_assert(i == 0 || strcmp(out_prints_known[i - 1].text, row->text) < 0);
	}
	ck_assert_ptr_null(out_print_find(smb_text_from_utf8(IMPACKET "0")));
	ck_assert_ptr_null(out_print_find(smb_text_from_utf8("")));
	ck_assert_ptr_null(out_print_find((SmbText){ { NULL, 0 }, SMB_TEXT_UTF8 }));
}
END_TEST

/* What embed.py made of a row is what json.c would write of it. */
START_TEST(rows_are_records)
{
	for (size_t i = 0; i < out_prints_known_count; i++) {
		const OutPrintKnown *row = &out_prints_known[i];
		g_autofree char *names = g_strjoinv("\",\"", (char **)row->software);
		g_autofree char *part = g_strndup(row->text + 3, strcspn(row->text, ":") - 3);
		g_autofree char *json =
			g_strdup_printf("{\"part\":\"%s\",\"hash\":\"%s\",\"text\":\"%s\","
					"\"software\":[\"%s\"],\"versions\":\"%s\"}",
					part, row->hash, row->text, names, row->versions);

		ck_assert_str_eq(row->json, json);
		ck_assert_uint_eq(row->json_length, strlen(json));
		ck_assert_uint_eq(row->length, strlen(row->text));
	}
}
END_TEST

START_TEST(parts_that_agree_name_the_end)
{
	set(SMB_PRINT_SMB2_NEGOTIATE, IMPACKET);
	set(SMB_PRINT_NTLM_NEGOTIATE, IMPACKET_NTLM);
	out_print_end(&info, false, &end);
	ck_assert_str_eq(end.software[0], "impacket");
	ck_assert_ptr_null(end.software[1]);
	ck_assert_str_eq(end.versions, "0.10");
	ck_assert(!end.conflict);
	/* the server has shown nothing */
	out_print_end(&info, true, &end);
	ck_assert_ptr_null(end.software[0]);
	ck_assert(!end.conflict && !out_prints_seen(&info, true) && out_prints_seen(&info, false));
}
END_TEST

START_TEST(one_unknown_part_leaves_the_end_unknown)
{
	set(SMB_PRINT_SMB2_NEGOTIATE, IMPACKET);
	set(SMB_PRINT_SMB2_SETUP, UNKNOWN);
	out_print_end(&info, false, &end);
	ck_assert_ptr_null(end.software[0]);
	ck_assert_ptr_null(end.versions);
	ck_assert(!end.conflict);
}
END_TEST

START_TEST(parts_of_different_software_are_told)
{
	OutBuffer b = { .len = 0 };

	set(SMB_PRINT_SMB2_NEGOTIATE, IMPACKET);
	set(SMB_PRINT_NTLM_NEGOTIATE, WINDOWS_NTLM);
	out_print_end(&info, false, &end);
	ck_assert_ptr_null(end.software[0]);
	ck_assert(end.conflict);
	out_prints_text(&b, &info, false);
	ck_assert_int_eq(
		strncmp(b.data, "client: parts of different software, smb2_negotiate ", 52), 0);
	out_buffer_clear(&b);
}
END_TEST

START_TEST(json_of_nothing)
{
	OutBuffer b = { .len = 0 };

	out_lit(&b, "{");
	out_prints_json(&b, &info);
	out_char(&b, '\0');
	ck_assert_str_eq(
		b.data,
		"{\"fingerprints\":{\"client\":{\"software\":[],\"versions\":null,"
		"\"conflict\":false,\"parts\":[]},\"server\":{\"software\":[],\"versions\":null,"
		"\"conflict\":false,\"parts\":[]}}");
	out_buffer_clear(&b);
}
END_TEST

/* The hash of a text, behind those that are there. */
static void
add_hash(char *key, const char *text)
{
	if (*key)
		strcat(key, " ");
	out_print_hash(smb_text_from_utf8(text), key + strlen(key));
}

static const char *
software_of(const AuditTally *prints, OutBuffer *b)
{
	b->len = 0;
	if (!out_audit_software(b, prints))
		ck_assert_uint_eq(b->len, 0);
	out_char(b, '\0');
	return b->data;
}

START_TEST(hashes_name_what_their_texts_name)
{
	char key[128] = "";

	add_hash(key, IMPACKET);
	out_print_end_of_hashes(key, &end);
	ck_assert_str_eq(end.software[0], "impacket");
	ck_assert_ptr_nonnull(end.versions);
	add_hash(key, IMPACKET_NTLM);
	out_print_end_of_hashes(key, &end);
	ck_assert_str_eq(end.software[0], "impacket");
	add_hash(key, WINDOWS_NTLM);
	out_print_end_of_hashes(key, &end);
	ck_assert(end.conflict && !end.software[0] && !end.versions);
	*key = '\0';
	add_hash(key, IMPACKET);
	add_hash(key, UNKNOWN);
	out_print_end_of_hashes(key, &end);
	ck_assert(!end.conflict && !end.software[0] && !end.versions);
}
END_TEST

/* A record may have anything there. */
START_TEST(what_is_no_hash_is_not_known)
{
	static const char *const keys[] = {
		"", " ", "0", "0000000000000000", "  ", "00000000000000000000000000000000", "\xff"
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		out_print_end_of_hashes(keys[i], &end);
		ck_assert(!end.conflict && !end.software[0] && !end.versions);
	}
}
END_TEST

START_TEST(software_of_a_machine_is_told_by_how_often)
{
	AuditTally prints = { 0 };
	AuditCap cap = { 16, NULL };
	OutBuffer b = { 0 };
	char impacket[64] = "", windows[64] = "";

	add_hash(impacket, IMPACKET);
	add_hash(windows, WINDOWS_NTLM);
	audit_tally_add(&prints, cap, "0123456789abcdef", 9);
	ck_assert_str_eq(software_of(&prints, &b), "");
	audit_tally_add(&prints, cap, impacket, 2);
	ck_assert_str_eq(software_of(&prints, &b),
			 "like impacket (seen with 0.10); others not known");
	audit_tally_add(&prints, cap, windows, 5);
	ck_assert(g_str_has_prefix(software_of(&prints, &b), "like Windows"));
	ck_assert_ptr_nonnull(strstr(b.data, "; like impacket (seen with 0.10); others"));
	b.len = 0;
	out_audit_software_json(&b, &prints);
	out_char(&b, '\0');
	ck_assert_ptr_nonnull(
		strstr(b.data, "{\"software\":[\"impacket\"],\"versions\":\"0.10\",\"count\":2}"));
	audit_tally_clear(&prints);
	out_buffer_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("known fingerprints");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, hash_is_the_beginning_of_sha256);
	tcase_add_test(tc, rows_are_found_by_the_whole_text);
	tcase_add_test(tc, rows_are_records);
	tcase_add_test(tc, parts_that_agree_name_the_end);
	tcase_add_test(tc, one_unknown_part_leaves_the_end_unknown);
	tcase_add_test(tc, parts_of_different_software_are_told);
	tcase_add_test(tc, json_of_nothing);
	tcase_add_test(tc, hashes_name_what_their_texts_name);
	tcase_add_test(tc, what_is_no_hash_is_not_known);
	tcase_add_test(tc, software_of_a_machine_is_told_by_how_often);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
