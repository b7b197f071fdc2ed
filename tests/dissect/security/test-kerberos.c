/* SPDX-License-Identifier: BSD-3-Clause */
/* Kerberos messages (RFC 4120) under each of their object identifiers. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/token-case.h"

static Bytes
text_der(uint8_t tag, const char *text)
{
	Bytes b = { .len = 0 };

	bytes_put(&b, text, (uint32_t)strlen(text));
	return der(tag, b);
}

START_TEST(kerberos_ap_req)
{
	SmbToken t;
	void *copy = read_token(token_ap_req, sizeof(token_ap_req), &t);

	ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
	ck_assert_int_eq(t.wrap, SMB_TOKEN_NEG_INIT);
	ck_assert_uint_eq(t.offered, SMB_OFFER_KERBEROS);
	expect_text(t.realm, "RIG.TEST");
	ck_assert_str_eq(t.service, "cifs/krbsrv.rig.test");
	ck_assert_int_eq(t.encryption_type, 18);
	ck_assert(!t.malformed);
	ck_assert_int_eq(smb_classify_ntlmssp(&t), SMB_PASSWORD_KERBEROS);
	free(copy);
	t = TOKEN_OF(token_ap_rep);
	ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REP);
	ck_assert_int_eq(t.neg_state, 0);
	ck_assert_int_eq(t.encryption_type, -1);
	ck_assert(!t.malformed);
}
END_TEST

/* An AP-REQ with the given parts of a service name and encryption type. */
static Bytes
ap_req(const char *const *parts, uint8_t etype)
{
	Bytes names = { .len = 0 };
	Bytes ticket, sname;

	for (; *parts; parts++)
		names = join(names, text_der(0x1B, *parts));
	sname = join(hex("a003020102"), der(0xA1, der(0x30, names)));
	ticket = join(hex("a003020105"), der(0xA1, text_der(0x1B, "R.TEST")));
	ticket = join(ticket, der(0xA2, der(0x30, sname)));
	ticket = join(ticket,
		      der(0xA3, der(0x30, der(0xA0, join(hex("0201"), (Bytes){ .bytes = { etype },
									       .len = 1 })))));
	return der(0x6E, der(0x30, join(hex("a003020105a10302010ea20703050000000000"),
					der(0xA3, der(0x61, der(0x30, ticket))))));
}

START_TEST(ap_req_counts_under_every_kerberos_oid)
{
	static const char *const parts[] = { "host", "a.test", "realm", NULL };
	static const char *const ids[][2] = {
		{ OID_KERBEROS, "0100" },
		{ OID_MS_KERBEROS, "0100" },
		{ OID_USER_TO_USER, "0100" },
		{ OID_IAKERB, "0100" },
		{ OID_KERBEROS, "" },
		{ OID_IAKERB, "0501 3006 a104 0402 5231" }, /* after the header of IAKERB_PROXY */
	};
	Bytes bare = ap_req(parts, 23);
	SmbToken t = token_of(bare.bytes, bare.len);

	ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
	ck_assert_int_eq(t.encryption_type, 23);
	ck_assert_str_eq(t.service, "host/a.test/realm");
	for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		Bytes b = gss(ids[i][0], ids[i][1], bare);

		t = token_of(b.bytes, b.len);
		ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
		ck_assert_str_eq(t.service, "host/a.test/realm");
		ck_assert(!t.malformed);
		b = der(0xA1, der(0x30, der(0xA2, der(0x04, b))));
		t = token_of(b.bytes, b.len);
		ck_assert_int_eq(t.kind, SMB_TOKEN_KERBEROS_AP_REQ);
		ck_assert_int_eq(t.wrap, SMB_TOKEN_NEG_RESP);
	}
}
END_TEST

START_TEST(other_rounds_of_kerberos)
{
	Bytes as_req = gss(OID_IAKERB, "0501 3006 a104 0402 5231", hex("6a023000"));
	Bytes error = gss(OID_KERBEROS, "0300", hex("7e023000"));
	Bytes wrong = gss(OID_KERBEROS, "0100", hex("6a023000"));
	Bytes bare_error = hex("7e023000");

	ck_assert_int_eq(token_of(as_req.bytes, as_req.len).kind, SMB_TOKEN_KERBEROS_OTHER);
	ck_assert(!token_of(as_req.bytes, as_req.len).malformed);
	ck_assert_int_eq(token_of(error.bytes, error.len).kind, SMB_TOKEN_KERBEROS_ERROR);
	ck_assert_int_eq(token_of(bare_error.bytes, bare_error.len).kind, SMB_TOKEN_KERBEROS_ERROR);
	ck_assert_int_eq(token_of(wrong.bytes, wrong.len).kind, SMB_TOKEN_KERBEROS_OTHER);
	ck_assert(token_of(wrong.bytes, wrong.len).malformed);
	ck_assert_int_eq(type_of(as_req.bytes, as_req.len), SMB_PASSWORD_NONE);
}
END_TEST

START_TEST(service_is_cut_between_characters)
{
	char umlauts[400];
	const char *const parts[] = { "x", umlauts, NULL };
	Bytes b;
	SmbToken t;

	/* 'x', '/' and then characters of two bytes: 255 is not reached with a whole one */
	for (uint32_t i = 0; i < sizeof(umlauts) - 2; i += 2)
		memcpy(umlauts + i, "\xC3\xA4", 2);
	umlauts[sizeof(umlauts) - 2] = '\0';
	b = ap_req(parts, 0x80);
	t = token_of(b.bytes, b.len);
	ck_assert_uint_eq(strlen(t.service), 254);
	ck_assert_int_eq((uint8_t)t.service[253], 0xA4);
	ck_assert_int_eq(t.encryption_type, -128);
}
END_TEST

START_TEST(service_that_is_full_ends_there)
{
	char full[256] = "";
	const char *const parts[] = { full, "y", NULL };
	Bytes b;

	memset(full, 'x', sizeof(full) - 1);
	b = ap_req(parts, 18);
	ck_assert_str_eq(token_of(b.bytes, b.len).service, full);
}
END_TEST

START_TEST(kerberos_types_of_ticket_authenticator_and_reply)
{
	Bytes strange = hex("6f 13 30 11 a003020105 a20a 3008 a004 0202 ff7b a200");
	SmbTokenView view = { 0 };
	void *copy = read_token(token_ap_req, sizeof(token_ap_req), &view.token);
	const SmbLayout *layout = describe(&view);

	ck_assert_int_eq(*(const int32_t *)field_of(layout, &view, "ticket_encryption_type"), 18);
	ck_assert_int_eq(*(const int32_t *)field_of(layout, &view, "authenticator_encryption_type"),
			 18);
	ck_assert_uint_eq(*(const uint32_t *)field_of(layout, &view, "ap_options"), 0x20000000);
	ck_assert_uint_eq(view.token.ticket_kvno, 2);
	free(copy);
	ck_assert_int_eq(TOKEN_OF(token_ap_rep).part_type, 18);
	/* types of Microsoft's are negative */
	ck_assert_int_eq(token_of(strange.bytes, strange.len).part_type, -133);
}
END_TEST

/* KRB-ERROR (RFC 4120 5.9.1) with a code, both realms, a service and a text. */
static Bytes
krb_error(const char *code)
{
	Bytes names = join(text_der(0x1B, "cifs"), text_der(0x1B, "a.test"));
	Bytes sname = join(hex("a003020102"), der(0xA1, der(0x30, names)));
	Bytes fields = hex("a003020105 a10302011e a411180f 32303236313132323036313935335a "
			   "a503020100");

	fields = join(fields, der(0xA6, der(0x02, hex(code))));
	fields = join(fields, der(0xA7, text_der(0x1B, "C.TEST")));
	fields = join(fields, der(0xA9, text_der(0x1B, "S.TEST")));
	fields = join(fields, der(0xAA, der(0x30, sname)));
	fields = join(fields, der(0xAB, text_der(0x1B, "clock")));
	return der(0x7E, der(0x30, fields));
}

START_TEST(kerberos_error_by_name)
{
	static const struct {
		const char *code, *name;
	} all[] = {
		{ "25", "KRB_AP_ERR_SKEW" },
		{ "29", "KRB_AP_ERR_MODIFIED" },
		{ "00", "KDC_ERR_NONE" },
		{ "4c", "KDC_ERR_KDC_NAME_MISMATCH" },
		{ "5b", "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED" }, /* suricata-smb-length-5786 */
		{ "4d", NULL },
		{ "ff", NULL },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = gss(OID_KERBEROS, "0300", krb_error(all[i].code));
		SmbTokenView view = { 0 };
		void *copy = read_token(b.bytes, b.len, &view.token);
		const SmbLayout *layout = describe(&view);

		ck_assert_int_eq(view.token.kind, SMB_TOKEN_KERBEROS_ERROR);
		ck_assert(!view.token.malformed);
		expect_text(view.token.realm, "S.TEST");
		expect_text(view.token.client_realm, "C.TEST");
		expect_text(view.token.error_text, "clock");
		expect_text(view.service, "cifs/a.test");
		ck_assert_ptr_nonnull(field_of(layout, &view, "error_code"));
		if (all[i].name)
			expect_text(view.error_name, all[i].name);
		else
			ck_assert_ptr_null(view.error_name.bytes.ptr);
		free(copy);
	}
}
END_TEST

START_TEST(iakerb_by_realm_and_message)
{
	static const struct {
		const char *oid, *id, *message, *name, *realm;
	} all[] = {
		{ OID_IAKERB, "0501 3006 a104 0402 5231", "6a023000", "AS-REQ", "R1" },
		{ OID_IAKERB, "0501 3006 a104 0c02 5231", "6b023000", "AS-REP", "R1" },
		{ OID_IAKERB, "0501 300b a104 0c02 5232 a203 0401 09", "6c023000", "TGS-REQ", "R2" },
		{ OID_IAKERB, "0501 3000", "6d023000", "TGS-REP", NULL },
		{ OID_USER_TO_USER, "0400", "3000", "TGT-REQ", NULL },
		{ OID_USER_TO_USER, "0401", "3000", "TGT-REP", NULL },
		{ OID_IAKERB, "0501 3000", "71023000", NULL, NULL },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = gss(all[i].oid, all[i].id, hex(all[i].message));
		SmbTokenView view = { 0 };
		void *copy = read_token(b.bytes, b.len, &view.token);

		describe(&view);
		ck_assert_int_eq(view.token.kind, SMB_TOKEN_KERBEROS_OTHER);
		ck_assert(!view.token.malformed);
		if (all[i].name)
			expect_text(view.message, all[i].name);
		else
			ck_assert_ptr_null(view.message.bytes.ptr);
		if (all[i].realm)
			expect_text(view.token.target_realm, all[i].realm);
		free(copy);
	}
}
END_TEST

/* A byte of 0 would hide what follows it; characters of three bytes are cut between, too. */
START_TEST(service_names_of_strange_bytes)
{
	char long_ones[301] = "";
	const char *const nul[] = { "a~b", "c", NULL };
	const char *const three[] = { "xyz", long_ones, NULL };
	const char *const tails[] = { long_ones, NULL };
	Bytes b = ap_req(nul, 18);
	SmbToken t;

	*(uint8_t *)memchr(b.bytes, '~', b.len) = 0;
	ck_assert_str_eq(token_of(b.bytes, b.len).service, "a?b/c");
	for (uint32_t i = 0; i < sizeof(long_ones) - 1; i += 3)
		memcpy(long_ones + i, "\xE2\x82\xAC", 3);
	b = ap_req(three, 18);
	t = token_of(b.bytes, b.len);
	ck_assert_uint_eq(strlen(t.service), 4 + 83 * 3);
	ck_assert_int_eq((uint8_t)t.service[252], 0xAC);
	ck_assert_int_eq(t.service[254], 0);
	/* nothing in it is the beginning of a character */
	memset(long_ones, 0x80, sizeof(long_ones) - 1);
	b = ap_req(tails, 18);
	ck_assert_str_eq(token_of(b.bytes, b.len).service, "");
}
END_TEST

/* EncryptedData (RFC 4120 5.2.9) of a ticket: kvno is UInt32, and optional. */
START_TEST(encrypted_parts)
{
	static const struct {
		const char *fields;
		int32_t type;
		uint32_t kvno, cipher;
		bool malformed;
	} all[] = {
		{ "a003020112 a103020102 a2050403010203", 18, 2, 3, false },
		{ "a003020112 a2050403010203", 18, 0, 3, false },
		{ "a003020112 a103020102", 18, 2, 0, false },
		{ "a003020112", 18, 0, 0, false },
		/* of a read-only domain controller: its number is in the high half */
		{ "a003020112 a106020412340001 a2050403010203", 18, 0x12340001, 3, false },
		{ "a003020112 a107020500 ffff0001 a2050403010203", 18, 0, 3, false },
		{ "a003020112 a1030a0102 a2050403010203", 18, 0, 3, true },
		{ "a003020112 a3050403010203", 18, 0, 0, false },
		{ "a003020112 a2050303010203", 18, 0, 0, true },
		{ "a0030a0112 a2050403010203", -1, 0, 0, true },
		{ "a103020102 a2050403010203", -1, 0, 0, true },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes ticket = der(0x30, der(0xA3, der(0x30, hex(all[i].fields))));
		Bytes b = der(0x6E, der(0x30, der(0xA3, der(0x61, ticket))));
		SmbToken t = token_of(b.bytes, b.len);

		ck_assert_msg(t.encryption_type == all[i].type, "row %u: %d", i, t.encryption_type);
		ck_assert_msg(t.ticket_kvno == all[i].kvno, "row %u: %u", i, t.ticket_kvno);
		ck_assert_msg(t.ticket_cipher.len == all[i].cipher, "row %u", i);
		ck_assert_msg(t.malformed == all[i].malformed, "row %u", i);
	}
}
END_TEST

/* Where RFC 4120 has another type, what is there is not taken for it. */
START_TEST(fields_of_another_type_are_not_read)
{
	static const char *const all[] = {
		"7e 0a 31 08 a6030a0125 a7010c",       /* a SET for the SEQUENCE of KRB-ERROR */
		"7e 07 30 05 a6030a0125",              /* an ENUMERATED error code */
		"7e 06 30 04 a602 0500",               /* none */
		"7e 07 30 05 a7030c0141",              /* UTF8String for GeneralString: realms, */
		"7e 07 30 05 a9030c0141",              /* of client and service, */
		"7e 07 30 05 ab030c0141",              /* and a text */
		"7e 0b 30 09 aa07 3105 a103 1b0141",   /* a SET for PrincipalName */
		"6f 0b 31 09 a207 3005 a003020112",    /* for AP-REP, */
		"6f 0b 30 09 a207 3105 a003020112",    /* for EncryptedData, */
		"6e 0b 31 09 a407 3005 a003020112",    /* and for AP-REQ */
		"6e 0b 30 09 a207 0405 0020000000",    /* APOptions that are no BIT STRING */
		"6e 0b 30 09 a307 6205 3003a10100",    /* no Ticket */
		"6e 0d 30 0b a309 6107 3105a1031b0141" /* nor this */
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = hex(all[i]);
		SmbToken t;
		void *copy = read_token(b.bytes, b.len, &t);

		ck_assert_msg(t.malformed, "%s", all[i]);
		ck_assert_int_eq(t.error_code, -1);
		ck_assert_int_eq(t.part_type, -1);
		ck_assert_uint_eq(t.ap_options, 0);
		ck_assert_str_eq(t.service, "");
		ck_assert_ptr_null(t.realm.bytes.ptr);
		ck_assert_ptr_null(t.client_realm.bytes.ptr);
		ck_assert_ptr_null(t.error_text.bytes.ptr);
		free(copy);
	}
}
END_TEST

/* RFC 4121 4.1: two bytes, and for three of their values the message is known. */
START_TEST(token_identifiers_that_lie)
{
	static const struct {
		const char *id, *message;
		bool malformed;
	} all[] = {
		{ "0100", "6a023000", true },
		{ "0200", "6a023000", true },
		{ "0300", "6a023000", true },
		{ "0400", "6a023000", false },
		{ "0100", "6e023000", false },
		{ "0200", "6f023000", false },
		{ "0300", "7e023000", false },
		{ "01", "", true },
		{ "", "", true },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = gss(OID_KERBEROS, all[i].id, hex(all[i].message));

		ck_assert_msg(token_of(b.bytes, b.len).malformed == all[i].malformed, "row %u", i);
	}
}
END_TEST

START_TEST(headers_of_iakerb_that_lie)
{
	static const struct {
		const char *header, *realm;
		bool malformed;
	} all[] = {
		{ "0501 3106 a104 0402 5231", NULL, true },
		{ "0501 3006 a104 0402 5231", "R1", false },
		{ "0501 3008 a104 0402 5231 a100", "R1", false },
		{ "0501 3002 a100", NULL, false },
		{ "0501", NULL, true },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = gss(OID_IAKERB, all[i].header, hex(all[i].malformed ? "" : "6a023000"));
		SmbToken t;
		void *copy = read_token(b.bytes, b.len, &t);

		ck_assert_msg(t.malformed == all[i].malformed, "row %u", i);
		if (all[i].realm)
			expect_text(t.target_realm, all[i].realm);
		else
			ck_assert_ptr_null(t.target_realm.bytes.ptr);
		free(copy);
	}
}
END_TEST

/* What a token has not is not described; RFC 4120 5.5.1 names two options. */
START_TEST(descriptions_of_what_is_absent)
{
	static const uint32_t bits[] = { 0x80000000, 0x40000000, 0x20000000, 0x10000000 };
	static const char *const names[] = { NULL, "use-session-key", "mutual-required", NULL };
	static const struct {
		const char *bytes;
		int32_t ticket, part, error;
		const char *name;
	} all[] = {
		{ "6f 0b 30 09 a207 3005 a003020112", 0, 18, 0, NULL },
		{ "7e 07 30 05 a603020125", 0, 0, 0x25, "KRB_AP_ERR_SKEW" },
		{ "7e 02 30 00", 0, 0, 0, NULL },
	};

	for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		Bytes b = hex(all[i].bytes);
		SmbTokenView view = { 0 };
		void *copy = read_token(b.bytes, b.len, &view.token);

		describe(&view);
		ck_assert_int_eq(view.ticket_type, all[i].ticket);
		ck_assert_int_eq(view.part_type, all[i].part);
		ck_assert_int_eq(view.error_code, all[i].error);
		ck_assert_ptr_null(view.service.bytes.ptr);
		ck_assert_ptr_null(view.wrap.bytes.ptr);
		if (all[i].name)
			expect_text(view.error_name, all[i].name);
		else
			ck_assert_ptr_null(view.error_name.bytes.ptr);
		free(copy);
	}
	for (uint32_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		SmbTokenView view = { .token = TOKEN_OF(token_ap_req) };
		const SmbLayout *layout = describe(&view);
		const SmbField *field = layout->fields;
		const char *name;

		while (strcmp(field->key, "ap_options") != 0)
			field++;
		name = field->name_of(bits[i]);
		ck_assert(names[i] ? name && strcmp(name, names[i]) == 0 : !name);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("kerberos");
	TCase *tc = tcase_create("kerberos");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, kerberos_ap_req);
	tcase_add_test(tc, ap_req_counts_under_every_kerberos_oid);
	tcase_add_test(tc, other_rounds_of_kerberos);
	tcase_add_test(tc, service_is_cut_between_characters);
	tcase_add_test(tc, service_that_is_full_ends_there);
	tcase_add_test(tc, kerberos_types_of_ticket_authenticator_and_reply);
	tcase_add_test(tc, kerberos_error_by_name);
	tcase_add_test(tc, iakerb_by_realm_and_message);
	tcase_add_test(tc, service_names_of_strange_bytes);
	tcase_add_test(tc, encrypted_parts);
	tcase_add_test(tc, fields_of_another_type_are_not_read);
	tcase_add_test(tc, token_identifiers_that_lie);
	tcase_add_test(tc, headers_of_iakerb_that_lie);
	tcase_add_test(tc, descriptions_of_what_is_absent);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
