/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Part of test-smb1-message.c: fields that depend on others of the same block, fields at its ends, and
 * what its status comes to where several things are wrong.
 */
#include "tests/dissect/smb1/smb1-walk.h"

enum {
	COM_CREATE = 0x03,
	COM_READ = 0x0A,
	COM_CREATE_TEMPORARY = 0x0E,
	COM_CREATE_NEW = 0x0F,
	COM_CHECK_DIRECTORY = 0x10,
	COM_WRITE_RAW = 0x1D,
	COM_OPEN_ANDX = 0x2D,
	COM_TRANSACTION2 = 0x32,
	COM_TREE_CONNECT = 0x70,
	COM_NEGOTIATE = 0x72,
	COM_NT_CREATE_ANDX = 0xA2,
	UNICODE = 0xC001,
	OEM = 0x4001,
	DENIED = (int)0xC0000022,
};

static void
put_zeros(uint32_t n)
{
	memset(wire.bytes + wire.len, 0, n);
	wire.len += n;
}

/* A CHECK_DIRECTORY ([MS-CIFS] 2.2.4.17.1): ByteCount, then these bytes. */
static void
directory(uint32_t status, uint16_t byte_count, const char *bytes, uint32_t n)
{
	walk_begin(COM_CHECK_DIRECTORY, false, status, OEM);
	walk_put(0, 1);
	walk_put(byte_count, 2);
	memcpy(wire.bytes + wire.len, bytes, n);
	wire.len += n;
}

/* Bytes behind ByteCount are none of the block. */
START_TEST(strings_end_with_the_bytes)
{
	for (uint16_t count = 1; count <= 4; count++) {
		directory(0, count,
			  "\x04"
			  "ab",
			  4);
		walk_dissect(false);
		ck_assert_uint_eq(walk_scratch.facts[0].name.bytes.len, count < 3 ? count - 1 : 2);
	}
}
END_TEST

/* A request is read whatever status it has, and also where it has nothing. */
START_TEST(requests_are_no_empty_answers)
{
	directory((uint32_t)DENIED, 4,
		  "\x04"
		  "ab",
		  4);
	ck_assert_ptr_nonnull(walk_dissect(false)->blocks[0].layout);
	ck_assert_uint_eq(walk_scratch.facts[0].name.bytes.len, 2);
	directory(0, 0, "", 0);
	ck_assert_ptr_nonnull(walk_dissect(false)->blocks[0].layout);
}
END_TEST

/* An interim answer has neither words nor bytes; with bytes it lacks its words. */
START_TEST(answers_with_bytes_are_read)
{
	for (uint16_t n = 0; n < 2; n++) {
		walk_begin(COM_TRANSACTION2, true, 0, OEM);
		walk_put(0, 1);
		walk_put(n, 2);
		put_zeros(n);
		ck_assert_uint_eq(walk_dissect(true)->anomalies, n ? SMB_ANOMALY_FIELDS : 0);
		ck_assert_int_eq(walk_scratch.message.blocks[0].layout != NULL, n > 0);
	}
}
END_TEST

/* What is malformed stays so, whatever of it was cut, and the cut is told as well. */
START_TEST(malformed_and_cut_are_both_told)
{
	for (uint32_t cut = 0; cut < 2; cut++) {
		const SmbMessage *m;

		directory(0, 4,
			  "\x05"
			  "ab",
			  4);
		m = walk_dissect_cut(false, wire.len - cut);
		ck_assert_int_eq(m->blocks[0].status, SMB_READ_MALFORMED);
		ck_assert_uint_eq(m->anomalies, SMB_ANOMALY_FIELDS);
		ck_assert_uint_eq(m->incomplete, cut ? SMB_INCOMPLETE_TRUNCATED : 0);
	}
}
END_TEST

/* Setup words beyond the words are malformed, though all bytes are well. */
START_TEST(words_may_be_malformed_alone)
{
	for (uint32_t setup = 1; setup <= 2; setup++) {
		walk_begin(COM_TRANSACTION2, false, 0, OEM);
		walk_put(15, 1);
		put_zeros(26);
		walk_put(setup, 2);
		walk_put(0x99, 2); /* no subcommand that is known */
		walk_put(0, 2);
		ck_assert_uint_eq(walk_dissect(false)->anomalies,
				  setup == 1 ? 0 : SMB_ANOMALY_FIELDS);
	}
}
END_TEST

/* Payload may be missing, but not the fields before it. */
START_TEST(fields_before_payload_are_missed)
{
	for (uint32_t cut = 0; cut <= 6; cut++) {
		walk_begin(COM_READ, true, 0, OEM);
		walk_put(5, 1);
		walk_put(3, 2);
		put_zeros(8);
		walk_put(6, 2);
		walk_put(1, 1);
		walk_put(3, 2);
		put_zeros(3);
		ck_assert_uint_eq(walk_dissect_cut(true, wire.len - cut)->incomplete,
				  cut > 3 ? SMB_INCOMPLETE_TRUNCATED : 0);
	}
}
END_TEST

/* ---- Opens ----------------------------------------------------------------------------------- */

/* [MS-CIFS] 2.2.4.4, 2.2.4.16: the one creates or truncates, the other only creates. */
START_TEST(only_create_new_is_known_to_create)
{
	static const uint8_t commands[] = { COM_CREATE, COM_CREATE_NEW };

	for (uint32_t i = 0; i < 2; i++) {
		walk_begin(commands[i], true, 0, OEM);
		walk_put(1, 1);
		walk_put(0x1234, 2);
		walk_put(0, 2);
		walk_dissect(true);
		ck_assert_int_eq(walk_scratch.facts[0].open.action,
				 i ? SMB_OPENED_CREATED : SMB_OPENED_UNKNOWN);
	}
}
END_TEST

/* [MS-CIFS] 2.2.4.15.2: a format byte before the name is none of it. */
START_TEST(a_temporary_file_may_have_a_format_byte)
{
	for (uint32_t i = 0; i < 2; i++) {
		walk_begin(COM_CREATE_TEMPORARY, true, 0, OEM);
		walk_put(1, 1);
		walk_put(0x1234, 2);
		walk_put(3 + i, 2);
		if (i)
			walk_put(4, 1);
		walk_put_text("AB");
		walk_dissect(true);
		ck_assert_uint_eq(walk_scratch.facts[0].name.bytes.len, 2);
		ck_assert_mem_eq(walk_scratch.facts[0].name.bytes.ptr, "AB", 2);
	}
}
END_TEST

/* [MS-CIFS] 2.2.4.41.2: results that say nothing, and an oplock beside each. */
START_TEST(results_of_an_open_say_what_is_known)
{
	static const SmbOpened actions[] = { SMB_OPENED_UNKNOWN, SMB_OPENED_EXISTING,
					     SMB_OPENED_CREATED, SMB_OPENED_TRUNCATED };

	for (uint32_t i = 0; i < 8; i++) {
		const SmbOpenFacts *open = &walk_scratch.facts[0].open;

		walk_begin(COM_OPEN_ANDX, true, 0, OEM);
		walk_put(15, 1);
		walk_put(ANDX_NONE, 4);
		walk_put(0x1234, 2);
		put_zeros(6);
		walk_put(77, 4);
		put_zeros(6);
		walk_put((i & 3) | (i & 4 ? 0x8000 : 0), 2);
		put_zeros(30 - 24 + 2);
		walk_dissect(true);
		ck_assert_int_eq(open->action, actions[i & 3]);
		ck_assert_int_eq(open->has_size, (i & 3) != 0);
		ck_assert_uint_eq(open->size, i & 3 ? 77 : 0);
		ck_assert_uint_eq(open->oplock, i >> 2);
	}
}
END_TEST

/* [MS-CIFS] 2.2.4.64.2: what is opened is a file, a pipe of either kind, or something else. */
START_TEST(pipes_are_of_two_kinds)
{
	for (uint32_t type = 0; type < 5; type++) {
		walk_begin(COM_NT_CREATE_ANDX, true, 0, OEM);
		walk_put(34, 1);
		walk_put(ANDX_NONE, 4);
		put_zeros(59);
		walk_put(type, 2);
		put_zeros(3 + 2);
		ck_assert_uint_eq(walk_dissect(true)->anomalies, 0);
		ck_assert_int_eq(walk_scratch.facts[0].open.pipe, type == 1 || type == 2);
		ck_assert_int_eq(walk_scratch.facts[0].open.has_size, type != 1 && type != 2);
	}
}
END_TEST

/* [MS-CIFS] 2.2.4.25.1: with 14 words an offset has a high half. */
START_TEST(raw_writes_have_one_offset_or_both_halves)
{
	for (uint32_t words = 12; words <= 14; words += 2) {
		walk_begin(COM_WRITE_RAW, false, 0, OEM);
		walk_put(words, 1);
		put_zeros(6);
		walk_put(5, 4);
		put_zeros(14);
		if (words == 14)
			walk_put(1, 4);
		walk_put(0, 2);
		ck_assert_uint_eq(walk_dissect(false)->anomalies, 0);
		ck_assert_uint_eq(walk_scratch.facts[0].offset,
				  words == 14 ? (UINT64_C(1) << 32) + 5 : 5);
	}
}
END_TEST

/* ---- Negotiate and tree connect -------------------------------------------------------------- */

/* An error in the list shows in the block; any number of dialects may be in it. */
START_TEST(an_error_among_dialects_shows)
{
	static const struct {
		const char *bytes;
		uint32_t n;
		bool lies;
	} rows[] = { { "\2A\0\2B", 6, false },
		     { "\3A\0\2B", 6, true },
		     { "\2A\0\3B", 6, true },
		     { "", 0, false },
		     { "\2A\0\2", 4, false } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk_begin(COM_NEGOTIATE, false, 0, OEM);
		walk_put(0, 1);
		walk_put(rows[i].n, 2);
		memcpy(wire.bytes + wire.len, rows[i].bytes, rows[i].n);
		wire.len += rows[i].n;
		ck_assert_uint_eq(walk_dissect(false)->anomalies,
				  rows[i].lies ? SMB_ANOMALY_FIELDS : 0);
	}
}
END_TEST

static void
negotiated(uint16_t flags2, uint32_t capabilities, uint32_t n_bytes)
{
	walk_begin(COM_NEGOTIATE, true, 0, flags2);
	walk_put(17, 1);
	put_zeros(2 + 17);
	walk_put(capabilities, 4);
	put_zeros(8 + 2 + 1);
	walk_put(n_bytes, 2);
}

/* Names are Unicode by the header or by what the server can, and need not be there. */
START_TEST(names_of_a_server_are_unicode_or_not)
{
	for (uint32_t i = 0; i < 4; i++) {
		const Smb1NegotiateResponse *body;
		bool wide = i > 0;

		negotiated(i & 1 ? UNICODE : OEM, i & 2 ? 4 : 0, 8);
		walk_put(wide ? 0x00420041 : 0x00004241, 4);
		walk_put(0, 2);
		walk_put(wide ? 0x0043 : 0, 2);
		body = walk_dissect(true)->blocks[0].body;
		ck_assert_uint_eq(walk_scratch.message.anomalies, 0);
		ck_assert_uint_eq(body->primary_domain.bytes.len, wide ? 4 : 2);
		ck_assert_uint_eq(body->server.bytes.len, wide ? 2 : 0);
	}
	for (uint32_t i = 0; i < 2; i++) {
		const Smb1NegotiateResponse *body;

		negotiated(i ? UNICODE : OEM, 0, 0);
		body = walk_dissect(true)->blocks[0].body;
		ck_assert_uint_eq(walk_scratch.message.anomalies, 0);
		ck_assert_uint_eq(walk_scratch.message.incomplete, 0);
		ck_assert_ptr_null(body->primary_domain.bytes.ptr);
		ck_assert_ptr_null(body->server.bytes.ptr);
	}
}
END_TEST

/* A length that follows from what was cut is not known to be zero. */
START_TEST(lengths_of_what_is_cut_are_unknown)
{
	const Smb1NegotiateResponse *there;
	const Smb1TreeConnectRequest *tree;

	negotiated(OEM, 0x80000000, 16 + 5);
	put_zeros(16 + 5);
	there = walk_dissect_cut(true, wire.len - 6)->blocks[0].there;
	ck_assert_uint_eq(there->security_blob_length, UINT16_MAX);
	there = walk_dissect_cut(true, wire.len - 5)->blocks[0].there;
	ck_assert_uint_eq(there->security_blob_length, 5);
	walk_begin(COM_TREE_CONNECT, false, 0, OEM);
	walk_put(0, 1);
	walk_put(10, 2);
	walk_put_text("\x04"
		      "s");
	walk_put_text("\x04"
		      "pw");
	walk_put_text("\x04"
		      "A");
	tree = walk_dissect_cut(false, wire.len - 4)->blocks[0].there;
	ck_assert_uint_eq(tree->password_length, UINT16_MAX);
	tree = walk_dissect_cut(false, wire.len - 3)->blocks[0].there;
	ck_assert_uint_eq(tree->password_length, 2);
}
END_TEST

void
walk_add_fields(TCase *tc)
{
	tcase_add_test(tc, strings_end_with_the_bytes);
	tcase_add_test(tc, requests_are_no_empty_answers);
	tcase_add_test(tc, answers_with_bytes_are_read);
	tcase_add_test(tc, malformed_and_cut_are_both_told);
	tcase_add_test(tc, words_may_be_malformed_alone);
	tcase_add_test(tc, fields_before_payload_are_missed);
	tcase_add_test(tc, only_create_new_is_known_to_create);
	tcase_add_test(tc, a_temporary_file_may_have_a_format_byte);
	tcase_add_test(tc, results_of_an_open_say_what_is_known);
	tcase_add_test(tc, pipes_are_of_two_kinds);
	tcase_add_test(tc, raw_writes_have_one_offset_or_both_halves);
	tcase_add_test(tc, an_error_among_dialects_shows);
	tcase_add_test(tc, names_of_a_server_are_unicode_or_not);
	tcase_add_test(tc, lengths_of_what_is_cut_are_unknown);
}
