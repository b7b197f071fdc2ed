/* SPDX-License-Identifier: BSD-3-Clause */
/* Name service: real packets of a Samba nmbd, and packets that lie. */
#include "tests/dissect/netbios/names-case.h"

static const uint8_t answer[] = {
	0x30, 0xa7, 0x85, 0x80, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x20,
	0x46, 0x43, 0x45, 0x4a, 0x45, 0x48, 0x46, 0x44, 0x46, 0x43, 0x46, 0x47, 0x43,
	0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41,
	0x43, 0x41, 0x43, 0x41, 0x41, 0x41, 0x00, 0x00, 0x20, 0x00, 0x01, 0x00, 0x03,
	0xf4, 0x80, 0x00, 0x06, 0x60, 0x00, 0x0a, 0x4d, 0x00, 0x01,
};
static const uint8_t node_status[] = {
	0x49, 0x2d, 0x84, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x20, 0x43, 0x4b,
	0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41,
	0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41,
	0x00, 0x00, 0x21, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x89, 0x05, 0x52, 0x49, 0x47,
	0x53, 0x52, 0x56, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x00, 0x64, 0x00,
	0x52, 0x49, 0x47, 0x53, 0x52, 0x56, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
	0x03, 0x64, 0x00, 0x52, 0x49, 0x47, 0x53, 0x52, 0x56, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
	0x20, 0x20, 0x20, 0x20, 0x64, 0x00, 0x52, 0x49, 0x47, 0x57, 0x47, 0x20, 0x20, 0x20, 0x20,
	0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x00, 0xe4, 0x00, 0x52, 0x49, 0x47, 0x57, 0x47, 0x20,
	0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x1e, 0xe4, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

/* Into a heap buffer of exactly its size, so that AddressSanitizer sees a read beyond it. */

START_TEST(an_answer_names_an_address)
{
	SmbReader r = smb_reader_new(answer, sizeof(answer), sizeof(answer));
	SmbNameRecord rr = { 0 };
	SmbNameAddress a = { 0 };
	SmbNameMessage m;

	ck_assert(smb_name_message_read(&r, &m));
	ck_assert_int_eq(r.status, SMB_READ_OK);
	ck_assert_str_eq(m.type, "query");
	ck_assert(m.response && m.rcode == 0 && m.id == 0x30a7);
	ck_assert(m.has_name && smb_text_equal(m.name.text, smb_text_from_utf8("RIGSRV")));
	ck_assert(m.records.next(&m.records, &rr));
	ck_assert_uint_eq(rr.ttl, 259200);
	ck_assert(rr.addresses.next(&rr.addresses, &a));
	ck_assert_mem_eq(a.address.ptr, "\x0a\x4d\x00\x01", 4);
	ck_assert(!a.group);
	ck_assert(!rr.addresses.next(&rr.addresses, &a));
	ck_assert(!m.records.next(&m.records, &rr));
}
END_TEST

START_TEST(a_node_shows_its_names)
{
	static const struct {
		const char *name;
		uint8_t suffix;
		bool group;
	} want[] = { { "RIGSRV", 0, false },
		     { "RIGSRV", 3, false },
		     { "RIGSRV", 0x20, false },
		     { "RIGWG", 0, true },
		     { "RIGWG", 0x1e, true } };
	SmbReader r = smb_reader_new(node_status, sizeof(node_status), sizeof(node_status));
	SmbNameRecord rr = { 0 };
	SmbNameOfNode node;
	SmbNameMessage m;

	ck_assert(smb_name_message_read(&r, &m));
	ck_assert_str_eq(m.type, "node_status");
	ck_assert(m.records.next(&m.records, &rr));
	for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
		ck_assert(rr.names.next(&rr.names, &node));
		ck_assert(smb_text_equal(node.name, smb_text_from_utf8(want[i].name)));
		ck_assert_uint_eq(node.suffix, want[i].suffix);
		ck_assert_int_eq(node.group, want[i].group);
		ck_assert(node.active && !node.conflict);
	}
	ck_assert(!rr.names.next(&rr.names, &node));
	ck_assert_uint_eq(rr.unit_id.len, 6);
}
END_TEST

/* Whatever is cut off, by the capture or by the sender, is reported apart and never read. */
START_TEST(cut_at_every_byte)
{
	for (uint32_t n = 0; n < sizeof(node_status) - 47; n++) {
		SmbReadStatus status;
		SmbNameMessage m;

		(void)names_read_cut(node_status, n, sizeof(node_status), &m, &status);
		ck_assert_int_eq(status, SMB_READ_TRUNCATED);
		(void)names_read_cut(node_status, n, n, &m, &status);
		ck_assert_int_eq(status, SMB_READ_MALFORMED);
	}
}
END_TEST

/* One byte of a name that was not captured is no pointer that lies. */
START_TEST(a_name_of_which_nothing_was_captured_is_cut)
{
	SmbReadStatus status;
	SmbNameMessage m;

	ck_assert(names_read_cut(answer, 12, 13, &m, &status));
	ck_assert_int_eq(status, SMB_READ_TRUNCATED);
}
END_TEST

/* A record's name may be a pointer to the question's; one that leads to itself or on is a lie. */
START_TEST(pointers_lead_back_only)
{
	static const struct {
		uint16_t pointer;
		SmbReadStatus status;
	} rows[] = { { 0xC00C, SMB_READ_OK },
		     { 0xC032, SMB_READ_MALFORMED },
		     { 0xC033, SMB_READ_MALFORMED },
		     { 0xFFFF, SMB_READ_MALFORMED } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *p = g_byte_array_new();
		uint8_t rest[] = { 0,
				   0x20,
				   0,
				   1,
				   (uint8_t)(rows[i].pointer >> 8),
				   (uint8_t)rows[i].pointer,
				   0,
				   0x20,
				   0,
				   1,
				   0,
				   0,
				   0,
				   9,
				   0,
				   6,
				   0x60,
				   0,
				   10,
				   77,
				   0,
				   1 };
		SmbReadStatus status;
		SmbNameMessage m;

		g_byte_array_append(p, answer, 4);
		g_byte_array_append(p, (const uint8_t[]){ 0, 1, 0, 1, 0, 0, 0, 0 }, 8);
		g_byte_array_append(p, answer + 12, 34);
		g_byte_array_append(p, rest, sizeof(rest));
		ck_assert(names_read_cut(p->data, p->len, p->len, &m, &status));
		ck_assert_msg(status == rows[i].status, "row %zu: %d", i, status);
		g_byte_array_unref(p);
	}
}
END_TEST

/* A question named `letters` with a scope of so many labels of 63 bytes, and a record that points to it. */
static GByteArray *
release(const char letters[32], uint32_t labels)
{
	static const uint8_t head[] = { 0x20, 0x15, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0x20 };
	static const uint8_t tail[] = { 0, 0, 0x20, 0, 1, 0xC0, 12, 0,  0x20, 0, 1, 0,
					0, 0, 0,    0, 6, 0x60, 0,  10, 77,   0, 2 };
	GByteArray *p = g_byte_array_new();

	g_byte_array_append(p, head, sizeof(head));
	g_byte_array_append(p, (const uint8_t *)letters, 32);
	for (uint32_t i = 0; i < labels; i++) {
		uint8_t label[64] = { 63 };

		memset(label + 1, 'x', 63);
		g_byte_array_append(p, label, sizeof(label));
	}
	g_byte_array_append(p, tail, sizeof(tail));
	return p;
}

/* A letter that is none (0x53), and 4 labels, as smbtorture sends them to an nmbd: 290 bytes. */
START_TEST(a_name_that_lies_does_not_hide_the_rest)
{
	static const struct {
		const char *letters;
		uint32_t labels;
		bool lies, has_name;
	} rows[] = { { "FCEJEHFDFCFGCACACACACACACACACAAA", 3, false, true },
		     { "FCEJEHFDFCFGCACACACACACACACACAAA", 4, true, true },
		     { "FCEJEHFDFCFGCASACACACACACACACAAA", 0, true, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *p = release(rows[i].letters, rows[i].labels);
		SmbReader r = smb_reader_new(p->data, p->len, p->len);
		SmbNameRecord rr = { 0 };
		SmbNameQuestion q = { 0 };
		SmbNameAddress a = { 0 };
		SmbNameMessage m;

		ck_assert(smb_name_message_read(&r, &m));
		ck_assert_int_eq(r.status, SMB_READ_OK);
		ck_assert_int_eq(m.lies, rows[i].lies);
		ck_assert_int_eq(m.has_name, rows[i].has_name);
		ck_assert(m.questions.next(&m.questions, &q));
		ck_assert_int_eq(q.name.text.bytes.ptr != NULL, rows[i].has_name);
		ck_assert_uint_eq(q.type, SMB_NAME_TYPE_NB);
		ck_assert(m.records.next(&m.records, &rr));
		ck_assert(rr.addresses.next(&rr.addresses, &a));
		ck_assert_mem_eq(a.address.ptr, "\x0a\x4d\x00\x02", 4);
		g_byte_array_unref(p);
	}
}
END_TEST

/* 65,535 records announced, one there. */
START_TEST(counts_that_lie)
{
	uint8_t *lie = g_memdup2(answer, sizeof(answer));
	SmbReadStatus status;
	SmbNameMessage m;

	lie[6] = lie[7] = 0xff;
	ck_assert(names_read_cut(lie, sizeof(answer), sizeof(answer), &m, &status));
	ck_assert_int_eq(status, SMB_READ_MALFORMED);
	g_free(lie);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("name-service");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, an_answer_names_an_address);
	tcase_add_test(tc, a_node_shows_its_names);
	tcase_add_test(tc, cut_at_every_byte);
	tcase_add_test(tc, a_name_of_which_nothing_was_captured_is_cut);
	tcase_add_test(tc, pointers_lead_back_only);
	tcase_add_test(tc, a_name_that_lies_does_not_hide_the_rest);
	tcase_add_test(tc, counts_that_lie);
	names_add_rfc(tc);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
