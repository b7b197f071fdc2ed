/* SPDX-License-Identifier: BSD-3-Clause */
/* Compounds, and that no lie of a message is believed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/dissect/smb2/smb2-messages.h"
#include "tests/lib/smb2-wire.h"

/* ---- Compounds ---- */

/* CREATE, READ and CLOSE in one message, each padded to 8 bytes; ret_at has where each begins. */
static Wire
make_compound(uint32_t ret_at[3])
{
	static const char *const hex[] = { CREATE_REQUEST, READ_REQUEST, CLOSE_REQUEST };
	Wire w = wire_of_size(4096);
	uint32_t end = 0;

	for (size_t i = 0; i < 3; i++) {
		Wire part = from_hex(hex[i]);

		ret_at[i] = end;
		memcpy(w.bytes + end, part.bytes, part.len);
		end += i < 2 ? (part.len + 7) / 8 * 8 : part.len;
		if (i < 2)
			put(w, ret_at[i] + 20, 4, end - ret_at[i]);
		free(part.bytes);
	}
	w.bytes = realloc(w.bytes, end);
	w.len = end;
	return w;
}

START_TEST(compound_gives_each_command_its_own_offsets)
{
	uint32_t at[3], next;
	Wire w = make_compound(at);
	SmbReader rest = smb_reader_new(w.bytes, w.len, w.len);

	next = smb2_dissect(rest, false, &scratch);
	ck_assert_uint_eq(next, at[1]);
	assert_text(facts->name, "hello.txt");
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(message->bytes.end, next);
	smb_reader_skip(&rest, next);
	/* A reader that stands where the next command begins is as good as a new one. */
	next = smb2_dissect(rest, false, &scratch);
	ck_assert_uint_eq(next, at[2] - at[1]);
	ck_assert_uint_eq(message->command, SMB2_READ);
	ck_assert_uint_eq(facts->fid, CREATE_ID);
	ck_assert_uint_eq(message->anomalies, 0);
	smb_reader_skip(&rest, next);
	ck_assert_uint_eq(smb2_dissect(rest, false, &scratch), 0);
	ck_assert_uint_eq(message->command, SMB2_CLOSE);
	ck_assert_uint_eq(facts->fid, CREATE_ID);
	ck_assert_uint_eq(message->anomalies, 0);
	free(w.bytes);
}
END_TEST

START_TEST(fields_do_not_reach_into_the_next_command)
{
	uint32_t at[3];
	Wire w = make_compound(at);

	/* The name's length goes on into the READ after it. */
	put(w, 64 + 46, 2, at[1] - 120 + 2);
	ck_assert_uint_eq(dissect(w, false), at[1]);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_uint_eq(facts->name.bytes.len, 0);
}
END_TEST

START_TEST(next_command_that_lies_ends_the_compound)
{
	static const uint32_t lies[] = { 0xFFFFFFFF, 0xFFFFFFF8, 7, 1, 8, 56, 63, 65, 145, 4096 };

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		uint32_t at[3];
		Wire w = make_compound(at);

		put(w, 20, 4, lies[i]);
		ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
		ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_ANDX_OFFSET);
		/* The command itself is still told. */
		assert_text(facts->name, "hello.txt");
		put(w, 20, 4, w.len);
		ck_assert_uint_eq(dissect(w, false), 0);
		ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_ANDX_OFFSET);
	}
}
END_TEST

START_TEST(next_command_into_itself_makes_progress)
{
	Wire w = wire_of_size(64 * 8);
	uint32_t steps = 0, next;
	SmbReader r = smb_reader_new(w.bytes, w.len, w.len);

	for (uint32_t i = 0; i < w.len; i += 64) {
		put(w, i, 4, 0x424D53FE);
		put(w, i + 4, 2, 64);
		put(w, i + 20, 4, 64);
	}
	while ((next = smb2_dissect(r, false, &scratch)) != 0) {
		ck_assert_uint_ge(next, 64);
		smb_reader_skip(&r, next);
		steps++;
	}
	ck_assert_uint_eq(steps, 7);
	free(w.bytes);
}
END_TEST

START_TEST(compound_that_the_capture_cut_is_incomplete)
{
	uint32_t at[3];
	Wire w = make_compound(at), c = cut(w, at[1]);

	ck_assert_uint_eq(dissect_kept(c, w.len, false), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(message->incomplete, SMB_INCOMPLETE_TRUNCATED);
	assert_text(facts->name, "hello.txt");
	free(c.bytes);
	free(w.bytes);
}
END_TEST

/* ---- Lies ---- */

static const struct {
	const char *hex;
	bool response;
	uint32_t fixed; /* bytes of the body that are always read */
} samples[] = {
	{ NEGOTIATE_311_REQUEST, false, 36 },
	{ NEGOTIATE_311_RESPONSE, true, 64 },
	{ SESSION_SETUP_REQUEST, false, 24 },
	{ SESSION_SETUP_MORE, true, 8 },
	{ TREE_CONNECT_REQUEST, false, 8 },
	{ TREE_CONNECT_RESPONSE, true, 16 },
	{ CREATE_REQUEST, false, 56 },
	{ CREATE_RESPONSE, true, 88 },
	{ QUERY_INFO_REQUEST, false, 40 },
	{ QUERY_INFO_RESPONSE, true, 8 },
	{ READ_REQUEST, false, 48 },
	{ READ_RESPONSE, true, 16 },
	{ CLOSE_REQUEST, false, 24 },
	{ CLOSE_RESPONSE, true, 60 },
	{ QUERY_DIRECTORY_REQUEST, false, 32 },
	{ QUERY_DIRECTORY_RESPONSE, true, 8 },
	{ IOCTL_REQUEST, false, 56 },
	{ IOCTL_RESPONSE, true, 48 },
	{ IOCTL_ERROR, true, 8 },
	{ READ_PENDING, true, 8 },
	{ TREE_DISCONNECT_REQUEST, false, 2 },
	{ LOGOFF_REQUEST, false, 2 },
};
enum { N_SAMPLES = sizeof(samples) / sizeof(samples[0]) };

START_TEST(structure_size_that_lies_gives_no_body)
{
	static const uint16_t lies[] = { 0, 1, 3, 0xFFFF };
	Wire w = from_hex(samples[_i].hex);

	for (size_t i = 0; i < 4; i++) {
		put(w, 64, 2, lies[i]);
		ck_assert_uint_eq(dissect_kept(w, w.len, samples[_i].response), 0);
		ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_WORD_COUNT);
		ck_assert_int_eq(message->blocks[0].status, SMB_READ_MALFORMED);
		ck_assert_ptr_null(message->blocks[0].layout);
		ck_assert(!facts->has_fid);
	}
	free(w.bytes);
}
END_TEST

START_TEST(header_size_that_lies_is_an_anomaly)
{
	Wire w = from_hex(CREATE_REQUEST);

	put(w, 4, 2, 65);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_WORD_COUNT);
}
END_TEST

START_TEST(success_with_the_body_of_an_error_is_an_anomaly)
{
	Wire w = from_hex(IOCTL_ERROR);

	put(w, 8, 4, 0);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_WORD_COUNT);
}
END_TEST

/*
 * Cut at every byte: as a message that the capture cut, and as one that is no longer. Never both,
 * never quiet, never a value.
 */
START_TEST(truncation_at_every_byte_is_reported)
{
	Wire w = from_hex(samples[_i].hex);

	for (uint32_t n = 0; n < 64 + samples[_i].fixed; n++) {
		Wire c = cut(w, n);
		SmbAnomaly lie = n < 64 ? SMB_ANOMALY_SHORT_HEADER : SMB_ANOMALY_FIELDS;

		ck_assert_uint_eq(dissect_kept(c, w.len, samples[_i].response), 0);
		ck_assert_uint_eq(message->anomalies, 0);
		ck_assert_uint_eq(message->incomplete, SMB_INCOMPLETE_TRUNCATED);
		ck_assert_uint_eq(message->n_blocks, n >= 64);
		ck_assert_uint_eq(dissect_kept(c, n, samples[_i].response), 0);
		ck_assert_uint_eq(message->anomalies, lie);
		ck_assert_uint_eq(message->incomplete, 0);
		free(c.bytes);
	}
	/*
	 * The rest only has to be survived: payload may be cut in silence, buffers that are reported
	 * may not.
	 */
	for (uint32_t n = 64 + samples[_i].fixed; n < w.len; n++) {
		Wire c = cut(w, n);

		ck_assert_uint_eq(dissect_kept(c, w.len, samples[_i].response), 0);
		ck_assert_uint_eq(message->anomalies, 0);
		ck_assert_uint_eq(dissect(c, samples[_i].response), 0);
	}
	free(w.bytes);
}
END_TEST

START_TEST(offsets_outside_are_an_anomaly)
{
	static const struct {
		const char *hex;
		bool response;
		uint8_t at, size;
	} offsets[] = {
		{ NEGOTIATE_311_REQUEST, false, 28, 4 },
		{ NEGOTIATE_311_RESPONSE, true, 56, 2 },
		{ NEGOTIATE_311_RESPONSE, true, 60, 4 },
		{ SESSION_SETUP_REQUEST, false, 12, 2 },
		{ SESSION_SETUP_RESPONSE, true, 4, 2 },
		{ TREE_CONNECT_REQUEST, false, 4, 2 },
		{ CREATE_REQUEST, false, 44, 2 },
		{ QUERY_DIRECTORY_REQUEST, false, 24, 2 },
		{ QUERY_DIRECTORY_RESPONSE, true, 2, 2 },
		{ QUERY_INFO_RESPONSE, true, 2, 2 },
		{ IOCTL_REQUEST, false, 24, 4 },
		{ IOCTL_RESPONSE, true, 32, 4 },
		{ READ_RESPONSE, true, 2, 1 },
	};
	/*
	 * Into the header, into the fixed fields, to the end, beyond it, and where offset plus
	 * length wraps.
	 */
	static const uint32_t lies[] = { 0, 63, 66, 0xFFFFFFFF, 0xFFFFFFF8 };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		Wire w = from_hex(offsets[i].hex);

		for (size_t k = 0; k < 7; k++) {
			put(w, 64u + offsets[i].at, offsets[i].size,
			    k < 5 ? lies[k] : w.len + (k - 5));
			ck_assert_uint_eq(dissect_kept(w, w.len, offsets[i].response), 0);
			ck_assert_msg(message->anomalies == SMB_ANOMALY_FIELDS, "%zu %zu: %x", i, k,
				      message->anomalies);
			ck_assert_int_eq(message->blocks[0].status, SMB_READ_MALFORMED);
		}
		free(w.bytes);
	}
}
END_TEST

START_TEST(counts_of_negotiate_that_lie_are_capped)
{
	Wire w = make(SMB2_NEGOTIATE, false, 36, 36 + 2 * 40);

	put(w, 66, 2, 40);
	ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
	ck_assert_uint_eq(facts->n_dialects, 32);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(message->incomplete, SMB_INCOMPLETE_LIMIT);
	put(w, 66, 2, 0xFFFF);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_uint_eq(facts->n_dialects, 32);
	w = from_hex(NEGOTIATE_311_REQUEST);
	put(w, 64 + 32, 2, 0xFFFF);
	ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_uint_eq(list_numbers("negotiate_contexts", (uint16_t[8]){ 0 }, 8), 4);
	free(w.bytes);
}
END_TEST

/* 32 dialects are kept; where there are more, the facts and the message say so. */
START_TEST(dialects_have_a_cap)
{
	static const struct {
		uint16_t count, kept;
		bool cut;
	} rows[] = { { 31, 31, false }, { 32, 32, false }, { 33, 32, true } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Wire w = make(SMB2_NEGOTIATE, false, 36, 36 + 2u * rows[i].count);

		put(w, 66, 2, rows[i].count);
		ck_assert_uint_eq(dissect(w, false), 0);
		ck_assert_uint_eq(message->anomalies, 0);
		ck_assert_uint_eq(facts->n_dialects, rows[i].kept);
		ck_assert_int_eq(facts->dialects_cut, rows[i].cut);
		ck_assert_uint_eq(message->incomplete, rows[i].cut ? SMB_INCOMPLETE_LIMIT : 0u);
	}
}
END_TEST

/* As there are fewer than the message says, not all are known. */
START_TEST(dialects_that_are_not_there_are_cut)
{
	Wire w = make(SMB2_NEGOTIATE, false, 36, 36 + 2);

	put(w, 66, 2, 5);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_uint_eq(facts->n_dialects, 1);
	ck_assert(facts->dialects_cut);
}
END_TEST

START_TEST(error_length_that_lies_is_an_anomaly)
{
	Wire w = from_hex(IOCTL_ERROR);

	put(w, 68, 4, 2);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
}
END_TEST

START_TEST(other_bytes_are_no_smb)
{
	Wire w = wire_of_size(64);

	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_NOT_SMB);
	ck_assert_uint_eq(message->n_blocks, 0);
}
END_TEST

START_TEST(need_is_the_head_of_payload_only)
{
	static const struct {
		const char *hex;
		bool response;
		uint32_t need;
	} needs[] = {
		{ READ_RESPONSE, true, 512 },      { READ_REQUEST, false, 4000 },
		{ CREATE_REQUEST, false, 4000 },   { IOCTL_RESPONSE, true, 4000 },
		{ ENCRYPTED_REQUEST, false, 512 },
	};
	Wire w = make(SMB2_WRITE, false, 49, 48);

	ck_assert_uint_eq(smb2_need((SmbSpan){ w.bytes, w.len }, false, 512, 4000), 512);
	ck_assert_uint_eq(smb2_need((SmbSpan){ w.bytes, 24 }, false, 512, 4000), 512);
	put(w, 20, 4, 120);
	ck_assert_uint_eq(smb2_need((SmbSpan){ w.bytes, w.len }, false, 512, 4000), 4000);
	free(w.bytes);
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		w = from_hex(needs[i].hex);
		ck_assert_uint_eq(smb2_need((SmbSpan){ w.bytes, w.len }, needs[i].response, 512,
					    4000),
				  needs[i].need);
		free(w.bytes);
	}
	for (uint32_t n = 0; n < 24; n++) {
		w = from_hex(READ_RESPONSE);
		Wire c = cut(w, n);

		ck_assert_uint_eq(smb2_need((SmbSpan){ c.bytes, n }, true, 512, 4000), 4000);
		free(c.bytes);
		free(w.bytes);
	}
}
END_TEST

/* Only of SMB2 it is known what a command's payload is. */
START_TEST(need_of_other_protocols_is_all)
{
	Wire w = from_hex(READ_RESPONSE);

	w.bytes[0] = 0xFF;
	ck_assert_uint_eq(smb2_need((SmbSpan){ w.bytes, w.len }, true, 512, 4000), 4000);
	w.bytes[0] = 0xFC; /* compressed */
	ck_assert_uint_eq(smb2_need((SmbSpan){ w.bytes, w.len }, true, 512, 4000), 4000);
	free(w.bytes);
}
END_TEST

/* READ responses and WRITE requests, as far as the last number that is told. */
START_TEST(first_bytes_tell_whose_data_they_are)
{
	static const struct {
		uint16_t command;
		bool response;
		uint32_t protocol, len;
		bool tells;
	} rows[] = {
		{ SMB2_READ, true, 0x424D53FE, 32, true },
		{ SMB2_READ, true, 0x424D53FE, 31, false },
		{ SMB2_WRITE, false, 0x424D53FE, 96, true },
		{ SMB2_WRITE, false, 0x424D53FE, 95, false },
		{ SMB2_READ, false, 0x424D53FE, 96, false },
		{ SMB2_WRITE, true, 0x424D53FE, 96, false },
		{ SMB2_IOCTL, true, 0x424D53FE, 96, false },
		{ SMB2_IOCTL, false, 0x424D53FE, 96, false },
		{ SMB2_READ, true, 0x424D53FF, 96, false },
		{ SMB2_WRITE, false, 0x424D53FF, 96, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Wire whole = make(rows[i].command, rows[i].response, 49, 32), w;
		Smb2First first = { .fid = 1, .fid_persistent = 1 };

		put(whole, 0, 4, rows[i].protocol);
		put(whole, 24, 8, 7);
		put(whole, 80, 8, 8);
		put(whole, 88, 8, 9);
		w = cut(whole, rows[i].len);
		ck_assert_msg(smb2_first((SmbSpan){ w.bytes, w.len }, rows[i].response, &first) ==
				      rows[i].tells,
			      "%zu", i);
		ck_assert(!rows[i].tells || first.mid == 7);
		ck_assert_uint_eq(first.fid_persistent, rows[i].response ? 1 : 8);
		ck_assert(rows[i].response || w.len < 96 || first.fid == 9);
		free(w.bytes);
		free(whole.bytes);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("smb2-lies");
	TCase *tests = tcase_create("smb2-lies");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, compound_gives_each_command_its_own_offsets);
	tcase_add_test(tests, fields_do_not_reach_into_the_next_command);
	tcase_add_test(tests, need_is_the_head_of_payload_only);
	tcase_add_test(tests, need_of_other_protocols_is_all);
	tcase_add_test(tests, first_bytes_tell_whose_data_they_are);
	tcase_add_test(tests, next_command_that_lies_ends_the_compound);
	tcase_add_test(tests, next_command_into_itself_makes_progress);
	tcase_add_test(tests, compound_that_the_capture_cut_is_incomplete);
	tcase_add_loop_test(tests, structure_size_that_lies_gives_no_body, 0, N_SAMPLES);
	tcase_add_test(tests, header_size_that_lies_is_an_anomaly);
	tcase_add_test(tests, success_with_the_body_of_an_error_is_an_anomaly);
	tcase_add_loop_test(tests, truncation_at_every_byte_is_reported, 0, N_SAMPLES);
	tcase_add_test(tests, offsets_outside_are_an_anomaly);
	tcase_add_test(tests, counts_of_negotiate_that_lie_are_capped);
	tcase_add_test(tests, dialects_have_a_cap);
	tcase_add_test(tests, dialects_that_are_not_there_are_cut);
	tcase_add_test(tests, error_length_that_lies_is_an_anomaly);
	tcase_add_test(tests, other_bytes_are_no_smb);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
