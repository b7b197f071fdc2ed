/* SPDX-License-Identifier: BSD-3-Clause */
/* What the buffers of SMB2's queries, sets and control codes hold: [MS-SMB2] 2.2.31 to 2.2.39. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>

#include "dissect/smb2/message.h"
#include "tests/dissect/smb2/info.h"
#include "tests/lib/smb1-case.h"
#include "tests/lib/smb2-wire.h"

enum { HEADER = SMB2_HEADER_SIZE, FILE_TYPE = 1, FILESYSTEM_TYPE, SECURITY_TYPE, QUOTA_TYPE };

/* A message that ends with the buffer, and says by numbers of these sizes where that is. */
static Wire
with_buffer(Wire w, const GByteArray *buffer, uint32_t offset_at, unsigned offset_size,
	    uint32_t length_at)
{
	uint32_t at = w.len - buffer->len;

	if (buffer->len)
		memcpy(w.bytes + at, buffer->data, buffer->len);
	put(w, HEADER + offset_at, offset_size, at);
	put(w, HEADER + length_at, 4, buffer->len);
	return w;
}

static Wire
ioctl(const InfoCase *c, const GByteArray *buffer)
{
	bool response = c->kind == 'o';
	Wire w = make(SMB2_IOCTL, response, response ? 49 : 57, (response ? 48 : 56) + buffer->len);

	put(w, HEADER + 4, 4, c->code);
	return with_buffer(w, buffer, response ? 32 : 24, 4, response ? 36 : 28);
}

static Wire
set_info(uint8_t type, uint8_t class, const GByteArray *buffer)
{
	Wire w = make(SMB2_SET_INFO, false, 33, 32 + buffer->len);

	put(w, HEADER + 2, 1, type);
	put(w, HEADER + 3, 1, class);
	return with_buffer(w, buffer, 8, 2, 4);
}

static Wire
query_input(const InfoCase *c, const GByteArray *buffer)
{
	Wire w = make(SMB2_QUERY_INFO, false, 41, 40 + buffer->len);

	put(w, HEADER + 2, 1, c->code >> 8);
	put(w, HEADER + 3, 1, c->code & 0xFF);
	return with_buffer(w, buffer, 8, 2, 12);
}

static Wire
output(uint16_t command, const GByteArray *buffer)
{
	return with_buffer(make(command, true, 9, 8 + buffer->len), buffer, 2, 2, 4);
}

static Wire
message_for(const InfoCase *c, const GByteArray *buffer)
{
	uint8_t class = (uint8_t)c->code;

	switch (c->kind) {
	case 'i':
	case 'o':
		return ioctl(c, buffer);
	case 'F':
		return set_info(FILE_TYPE, class, buffer);
	case 'V':
		return set_info(FILESYSTEM_TYPE, class, buffer);
	case 's':
		return set_info(SECURITY_TYPE, class, buffer);
	case 'u':
		return set_info(QUOTA_TYPE, class, buffer);
	case 'q':
	case 'e':
		return query_input(c, buffer);
	case 'd':
		return output(SMB2_QUERY_DIRECTORY, buffer);
	case 'c':
		return output(SMB2_CHANGE_NOTIFY, buffer);
	default:
		return output(SMB2_QUERY_INFO, buffer);
	}
}

static bool
is_response(const InfoCase *c)
{
	return strchr("odcfv", c->kind);
}

static void
read_case(const InfoCase *c, Wire w, uint32_t declared, GString *fields)
{
	(void)dissect_kept(w, declared, is_response(c));
	smb2_read_output(&scratch, (Smb2Asked){ true, c->kind == 'v' ? FILESYSTEM_TYPE : FILE_TYPE,
						(uint8_t)c->code });
	g_string_truncate(fields, 0);
	render(fields, message->blocks[0].nested_layout, message->blocks[0].nested, 0);
}

static bool
is_referral(const InfoCase *c)
{
	return strchr("io", c->kind) && (c->code == 0x60194 || c->code == 0x601b0);
}

/* Of no number a zero was read, and none has another value. */
static void
check_nothing_was_read(const InfoCase *c, const SmbBlock *block)
{
	for (uint16_t i = 0; i < block->nested_layout->count; i++) {
		const SmbField *f = &block->nested_layout->fields[i];

		if (f->kind > SMB_FIELD_I32 || f->flags & SMB_FIELD_OPTIONAL)
			continue;
		ck_assert_msg(smb_field_number(f, block->nested) == 0 &&
				      smb_field_number(f, block->nested_there) != 0,
			      "'%c' 0x%x: %s", c->kind, c->code, f->key);
	}
}

/* A buffer is read behind fields that are all there, and what is not all there is not told. */
static void
check_cut(const InfoCase *c, uint32_t n)
{
	const SmbBlock *block = &message->blocks[0];

	ck_assert_msg(!message->n_blocks || block->status == SMB_READ_OK || !block->nested_layout,
		      "'%c' 0x%x cut at %u", c->kind, c->code, n);
	if (!message->n_blocks || !block->nested_layout || block->nested_status == SMB_READ_OK)
		return;
	ck_assert_int_eq(block->nested_status, SMB_READ_TRUNCATED);
	ck_assert_uint_eq(message->incomplete, SMB_INCOMPLETE_TRUNCATED);
	ck_assert_ptr_nonnull(block->nested_there);
	if (facts->payload.len == 0)
		check_nothing_was_read(c, block);
	if (is_referral(c)) {
		ck_assert_ptr_null(facts->target.bytes.ptr);
		ck_assert_ptr_null(facts->name.bytes.ptr);
	}
}

/* Whole, cut at each byte, and with each byte spoilt; every message lies in a buffer of its size. */
static void
check_case(const InfoCase *c)
{
	g_autoptr(GByteArray) buffer = bytes_of(c->bytes);
	g_autoptr(GString) fields = g_string_new(NULL);
	Wire w = message_for(c, buffer);

	read_case(c, w, w.len, fields);
	if (strcmp(fields->str, c->fields) != 0)
		ck_abort_msg("'%c' 0x%x:\n%s\nis not\n%s", c->kind, c->code, fields->str,
			     c->fields);
	ck_assert_msg(message->anomalies == 0 && message->incomplete == 0,
		      "'%c' 0x%x: anomalies 0x%x", c->kind, c->code, message->anomalies);
	ck_assert_ptr_null(message->blocks[0].nested_there);
	if (strchr("io", c->kind) && !is_referral(c)) {
		ck_assert_ptr_null(facts->target.bytes.ptr);
		ck_assert_ptr_null(facts->name.bytes.ptr);
		ck_assert_uint_eq(facts->count, 0);
	}
	for (uint32_t n = HEADER; n < w.len; n++) {
		Wire part = cut(w, n);

		read_case(c, part, w.len, fields);
		ck_assert_msg(message->anomalies == 0 &&
				      (message->incomplete & ~SMB_INCOMPLETE_TRUNCATED) == 0,
			      "'%c' 0x%x cut at %u: anomalies 0x%x", c->kind, c->code, n,
			      message->anomalies);
		check_cut(c, n);
		free(part.bytes);
	}
	for (uint32_t at = w.len - buffer->len; at < w.len; at++) {
		uint8_t was = w.bytes[at];
		const uint8_t values[] = { 0, 1, 0x7F, 0x80, 0xFF };

		for (size_t i = 0; i < sizeof(values); i++) {
			w.bytes[at] = values[i];
			read_case(c, w, w.len, fields);
		}
		w.bytes[at] = was;
	}
	free(w.bytes);
}

START_TEST(classes_have_their_fields)
{
	for (size_t i = 0; i < info_cases_count; i++)
		check_case(&info_cases[i]);
}
END_TEST

START_TEST(control_codes_have_their_fields)
{
	for (size_t i = 0; i < info_fsctls_count; i++)
		check_case(&info_fsctls[i]);
}
END_TEST

/* Classes that [MS-FSCC] 2.4 and 2.5 name, but have no form to be queried: the bytes are shown. */
START_TEST(classes_without_a_form_show_their_bytes)
{
	static const InfoCase cases[] = {
		{ 'f', 27, "0102", "data=0102" }, { 'f', 31, "0102", "data=0102" },
		{ 'f', 36, "0102", "data=0102" }, { 'f', 45, "0102", "data=0102" },
		{ 'v', 10, "0102", "data=0102" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(&cases[i]);
}
END_TEST

/* Without its request a response does not say what is in its buffer, and nothing is made of it. */
START_TEST(a_response_alone_is_not_guessed_at)
{
	g_autoptr(GByteArray) buffer = bytes_of("00000000 00000000");
	Wire w = output(SMB2_QUERY_INFO, buffer);

	(void)dissect_kept(w, w.len, true);
	smb2_read_output(&scratch, (Smb2Asked){ 0 });
	ck_assert_ptr_null(message->blocks[0].nested_layout);
	ck_assert_uint_eq(message->anomalies, 0);
	free(w.bytes);
}
END_TEST

/* Entries of a class that nobody assigned are no entries. */
START_TEST(a_class_that_is_none_has_no_entries)
{
	g_autoptr(GByteArray) buffer = bytes_of("00000000 00000000");
	Wire w = output(SMB2_QUERY_DIRECTORY, buffer);

	(void)dissect_kept(w, w.len, true);
	smb2_read_output(&scratch, (Smb2Asked){ true, FILE_TYPE, 0xFF });
	ck_assert_ptr_null(message->blocks[0].nested_layout);
	free(w.bytes);
}
END_TEST

/* Lengths and counts that the message does not have, also the largest there are. */
START_TEST(lies_are_malformed)
{
	static const InfoCase cases[] = {
		{ 'q', 0x400, "00010000ffffffff0000000000000000", NULL },
		{ 'q', 0x400, "000100000000000004000000ffffffff", NULL },
		{ 'i', 0x1440f2, "000000000000000000000000000000000000000000000000ffffffff00000000",
		  NULL },
		{ 'i', 0x1440f2, "000000000000000000000000000000000000000000000000feffffff00000000",
		  NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		g_autoptr(GByteArray) buffer = bytes_of(cases[i].bytes);
		g_autoptr(GString) fields = g_string_new(NULL);
		Wire w = message_for(&cases[i], buffer);

		read_case(&cases[i], w, w.len, fields);
		ck_assert_msg(message->anomalies == SMB_ANOMALY_FIELDS, "%zu: 0x%x", i,
			      message->anomalies);
		free(w.bytes);
	}
}
END_TEST

static void
assert_not_read(Wire w, bool response, Smb2Asked asked, uint32_t anomalies)
{
	(void)dissect_kept(w, w.len, response);
	smb2_read_output(&scratch, asked);
	ck_assert_ptr_null(message->blocks[0].nested_layout);
	ck_assert_uint_eq(message->anomalies, anomalies);
	ck_assert_uint_eq(message->incomplete, 0);
	free(w.bytes);
}

/* Buffers that are not there, are not where they should be, or are of a type that is none. */
START_TEST(buffers_that_are_none_are_not_read)
{
	const InfoCase quota = { 'q', 0x400, "00010000000000000000000000000000", NULL },
		       empty = { 'q', 0x400, "", NULL }, volume = { 'q', 0x20F, "", NULL },
		       basic = { 'q', 0x104, "", NULL };
	const Smb2Asked unknown = { false, FILE_TYPE, 1 };
	g_autoptr(GByteArray) buffer = bytes_of(quota.bytes), nothing = bytes_of(empty.bytes);
	Wire w = query_input(&quota, buffer);

	put(w, HEADER + 8, 2, 4);
	assert_not_read(w, false, unknown, SMB_ANOMALY_FIELDS);
	assert_not_read(query_input(&empty, nothing), false, unknown, 0);
	assert_not_read(query_input(&volume, buffer), false, unknown, 0);
	assert_not_read(query_input(&basic, buffer), false, unknown, 0);
	assert_not_read(set_info(QUOTA_TYPE + 1, 1, buffer), false, unknown, 0);
	assert_not_read(set_info(0, 1, buffer), false, unknown, 0);
	assert_not_read(output(SMB2_QUERY_DIRECTORY, buffer), true, unknown, 0);
	assert_not_read(output(SMB2_QUERY_INFO, buffer), true, unknown, 0);
	assert_not_read(output(SMB2_QUERY_INFO, nothing), true, (Smb2Asked){ true, FILE_TYPE, 4 },
			0);
}
END_TEST

/* Neither a request, nor another command, nor an output that is not where it should be. */
START_TEST(only_outputs_are_read_by_what_was_asked)
{
	const InfoCase ea = { 'e', 0x10F, "00000000 02 4541 00", NULL };
	g_autoptr(GByteArray) names = bytes_of(ea.bytes), nothing = g_byte_array_new();
	g_autoptr(GByteArray) zeros = bytes_of("00000000000000000000000000000000");
	const Smb2Asked asked = { true, FILE_TYPE, 4 };
	const InfoCase code = { 'i', 0x60194, "", NULL };
	Wire w = query_input(&ea, names);
	const SmbLayout *input;

	(void)dissect_kept(w, w.len, false);
	input = message->blocks[0].nested_layout;
	ck_assert_ptr_nonnull(input);
	smb2_read_output(&scratch, asked);
	ck_assert_ptr_eq(message->blocks[0].nested_layout, input);
	free(w.bytes);
	w = make(SMB2_READ, true, 17, 16 + zeros->len);
	assert_not_read(with_buffer(w, zeros, 2, 1, 4), true, asked, 0);
	w = output(SMB2_QUERY_INFO, zeros);
	put(w, HEADER + 2, 2, 4);
	assert_not_read(w, true, asked, SMB_ANOMALY_FIELDS);
	assert_not_read(ioctl(&code, nothing), false, asked, 0);
	w = ioctl(&code, zeros);
	put(w, HEADER + 24, 4, 4);
	assert_not_read(w, false, asked, SMB_ANOMALY_FIELDS);
}
END_TEST

/* The paths of referrals are told. */
START_TEST(referrals_tell_their_paths)
{
	unsigned targets = 0;

	for (size_t i = 0; i < info_fsctls_count; i++) {
		const InfoCase *c = &info_fsctls[i];
		g_autoptr(GByteArray) buffer = bytes_of(c->bytes);
		g_autoptr(GString) fields = g_string_new(NULL);
		Wire w = message_for(c, buffer);

		read_case(c, w, w.len, fields);
		if (is_referral(c) && c->kind == 'i')
			ck_assert_ptr_nonnull(facts->name.bytes.ptr);
		if (is_referral(c) && facts->count)
			ck_assert_ptr_nonnull(facts->target.bytes.ptr);
		targets += facts->target.bytes.ptr != NULL;
		free(w.bytes);
	}
	ck_assert_uint_gt(targets, 0);
}
END_TEST

/* A class has a layout to be set and one to be queried, also where they have the same fields. */
START_TEST(a_set_is_no_query)
{
	g_autoptr(GByteArray) label = bytes_of("0200000061000000");
	Wire w = output(SMB2_QUERY_INFO, label);
	const SmbLayout *query;

	(void)dissect_kept(w, w.len, true);
	smb2_read_output(&scratch, (Smb2Asked){ true, FILESYSTEM_TYPE, 2 });
	query = message->blocks[0].nested_layout;
	ck_assert_ptr_nonnull(query);
	free(w.bytes);
	(void)dissect(set_info(FILESYSTEM_TYPE, 2, label), false);
	ck_assert_ptr_nonnull(message->blocks[0].nested_layout);
	ck_assert_ptr_ne(message->blocks[0].nested_layout, query);
}
END_TEST

/* 2.2.37.1: neither a list of SIDs nor one to begin with is a query of all quotas. */
START_TEST(a_query_of_all_quotas)
{
	const InfoCase quota = { 'q', 0x400, "00010000000000000000000000000000", NULL };
	g_autoptr(GByteArray) buffer = bytes_of(quota.bytes);

	(void)dissect(query_input(&quota, buffer), false);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_ptr_nonnull(message->blocks[0].nested_layout);
}
END_TEST

/* Only a set of FileEndOfFileInformation changes the size ([MS-FSCC] 2.4.13). */
START_TEST(a_size_is_set_by_one_class)
{
	g_autoptr(GByteArray) size = bytes_of("0700000000000000"), times = g_byte_array_new();
	g_autoptr(GString) fields = g_string_new(NULL);
	const InfoCase query = { 'f', 20, "", NULL };
	Wire w = output(SMB2_QUERY_INFO, size);

	read_case(&query, w, w.len, fields);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert(!facts->has_size);
	free(w.bytes);
	(void)dissect(set_info(FILE_TYPE, 20, size), false);
	ck_assert(facts->has_size);
	ck_assert_uint_eq(facts->size, 7);
	g_byte_array_set_size(times, 40);
	memset(times->data, 0, 40);
	(void)dissect(set_info(FILE_TYPE, 4, times), false);
	ck_assert(!facts->has_size);
}
END_TEST

/* A number of zero that was read differs from one that the capture cut: as `there` says. */
START_TEST(zeros_that_were_read_are_noted)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	const SmbBlock *block = &message->blocks[0];
	Wire wires[2];

	g_byte_array_set_size(buffer, 40);
	memset(buffer->data, 0, 40);
	wires[0] = output(SMB2_QUERY_INFO, buffer);
	wires[1] = set_info(FILE_TYPE, 4, buffer);
	for (size_t i = 0; i < 2; i++) {
		Wire w = wires[i], c = cut(w, w.len - 28);

		(void)dissect_kept(c, w.len, i == 0);
		smb2_read_output(&scratch, (Smb2Asked){ true, FILE_TYPE, 4 });
		ck_assert_int_eq(block->status, SMB_READ_OK);
		ck_assert_int_eq(block->nested_status, SMB_READ_TRUNCATED);
		for (uint16_t f = 0; f < 4; f++) {
			const SmbField *field = &block->nested_layout->fields[f];

			ck_assert_uint_eq(smb_field_number(field, block->nested), 0);
			ck_assert_uint_eq(smb_field_number(field, block->nested_there),
					  f == 0 ? 0 : UINT64_MAX);
		}
		free(c.bytes);
		free(w.bytes);
	}
}
END_TEST

/* FileBasicInformation of 40 bytes, of which an overflow gives a part (2.2.38). */
START_TEST(an_overflow_gives_a_part)
{
	static const struct {
		uint32_t status, bytes;
		SmbReadStatus read;
		uint32_t anomalies;
	} rows[] = {
		{ STATUS_BUFFER_OVERFLOW, 40, SMB_READ_OK, 0 },
		{ STATUS_BUFFER_OVERFLOW, 12, SMB_READ_TRUNCATED, 0 },
		{ 0, 40, SMB_READ_OK, 0 },
		{ 0, 12, SMB_READ_MALFORMED, SMB_ANOMALY_FIELDS },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		g_autoptr(GByteArray) buffer = g_byte_array_new();
		Wire w;

		g_byte_array_set_size(buffer, rows[i].bytes);
		memset(buffer->data, 0, buffer->len);
		w = output(SMB2_QUERY_INFO, buffer);
		put(w, 8, 4, rows[i].status);
		(void)dissect_kept(w, w.len, true);
		smb2_read_output(&scratch, (Smb2Asked){ true, FILE_TYPE, 4 });
		ck_assert_int_eq(message->blocks[0].nested_status, rows[i].read);
		ck_assert_uint_eq(message->anomalies, rows[i].anomalies);
		ck_assert_uint_eq(message->incomplete, 0);
		free(w.bytes);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("info");
	TCase *tests = tcase_create("info");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tests, 240);
	tcase_add_test(tests, classes_have_their_fields);
	tcase_add_test(tests, control_codes_have_their_fields);
	tcase_add_test(tests, classes_without_a_form_show_their_bytes);
	tcase_add_test(tests, a_response_alone_is_not_guessed_at);
	tcase_add_test(tests, a_class_that_is_none_has_no_entries);
	tcase_add_test(tests, lies_are_malformed);
	tcase_add_test(tests, buffers_that_are_none_are_not_read);
	tcase_add_test(tests, an_overflow_gives_a_part);
	tcase_add_test(tests, only_outputs_are_read_by_what_was_asked);
	tcase_add_test(tests, referrals_tell_their_paths);
	tcase_add_test(tests, a_set_is_no_query);
	tcase_add_test(tests, a_query_of_all_quotas);
	tcase_add_test(tests, a_size_is_set_by_one_class);
	tcase_add_test(tests, zeros_that_were_read_are_noted);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
