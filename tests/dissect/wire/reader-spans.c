/* SPDX-License-Identifier: BSD-3-Clause */
/* Spans: cut, copied, compared. */
#include "tests/dissect/wire/reader-case.h"

START_TEST(test_spans_are_cut_copied_and_compared_within_their_length)
{
	SmbSpan all, none = { NULL, 0 };
	uint8_t out[4] = { 0xEE, 0xEE, 0xEE, 0xEE };

	reader_over(4, 4);
	all = (SmbSpan){ wire, 4 };
	ck_assert_uint_eq(smb_span_first(all, 3).len, 3);
	ck_assert_uint_eq(smb_span_first(all, 9).len, 4);
	ck_assert_ptr_eq(smb_span_after(all, 3).ptr, wire + 3);
	ck_assert_uint_eq(smb_span_after(all, 3).len, 1);
	ck_assert_uint_eq(smb_span_after(all, 0xFFFFFFFF).len, 0);
	ck_assert_ptr_null(smb_span_after(none, 3).ptr);
	ck_assert(smb_span_begins(all, "\0\1", 2));
	ck_assert(!smb_span_begins(all, "\0\2", 2));
	ck_assert(!smb_span_begins(all, "\0\1\2\3\4", 5));
	ck_assert_uint_eq(smb_span_copy(all, out, 2), 2);
	ck_assert_mem_eq(out, "\0\1\xEE\xEE", 4);
	ck_assert_uint_eq(smb_span_copy(none, out, 4), 0);
	ck_assert(smb_span_equal(all, all));
	ck_assert(smb_span_equal(none, smb_span_first(all, 0)));
	ck_assert(!smb_span_equal(all, smb_span_first(all, 3)));
	ck_assert(!smb_span_equal(smb_span_first(all, 2), smb_span_after(all, 2)));
}
END_TEST

/* A span of these bytes in a heap buffer of their size; `wire` owns it. */
static SmbSpan
span_of(const char *bytes, uint32_t n)
{
	free(wire);
	wire = malloc(n ? n : 1);
	memcpy(wire, bytes, n);
	return (SmbSpan){ wire, n };
}

START_TEST(test_a_zero_of_two_bytes_is_found_on_even_offsets)
{
	static const struct {
		const char *bytes;
		uint32_t len, at;
	} rows[] = {
		{ "", 0, 0 },        { "\0", 1, 0 },         { "A", 1, 0 },
		{ "\0\0", 2, 0 },    { "\0A", 2, 2 },        { "A\0", 2, 2 },
		{ "A\0\0", 3, 2 }, /* a zero in half is none */
		{ "A\0\0\0", 4, 2 }, { "A\0\0A\0\0", 6, 4 }, { "A\0\0A\0\0A", 7, 4 },
		{ "ABCDE", 5, 4 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SmbSpan span = span_of(rows[i].bytes, rows[i].len);

		ck_assert_uint_eq(smb_span_find_nul16(span), rows[i].at);
	}
	ck_assert_uint_eq(smb_span_find_nul16((SmbSpan){ NULL, 0 }), 0);
}
END_TEST

typedef struct {
	const char *bytes;
	uint32_t len;
	bool wide, plain;
	uint32_t max, n; /* room, and how many characters come */
	const char *out;
} CopyRow;

/* Copied into exactly the room there is said to be: one more is seen by AddressSanitizer. */
static void
check_copy(const CopyRow *row, bool printable)
{
	SmbSpan span = span_of(row->bytes, row->len);
	char *out = malloc(row->max ? row->max : 1);
	uint32_t n = printable ? smb_span_copy_printable(span, row->wide, row->plain, out, row->max)
			       : smb_span_copy_ascii(span, row->wide, out, row->max);

	ck_assert_uint_eq(n, row->n);
	ck_assert_mem_eq(out, row->out, n);
	free(out);
}

START_TEST(test_ascii_is_copied_up_to_what_is_none_and_to_the_room)
{
	static const CopyRow rows[] = {
		{ "AB\x7F\x80Z", 5, false, false, 8, 3, "AB\x7F" },
		{ "ABCD", 4, false, false, 4, 4, "ABCD" },
		{ "ABCD", 4, false, false, 3, 3, "ABC" },
		{ "ABCD", 4, false, false, 0, 0, "" },
		{ "ABCD", 4, false, false, 8, 4, "ABCD" },
		{ "A\0B\0C\0D\0", 8, true, false, 8, 4, "ABCD" },
		{ "A\0B\0C\0D\0", 8, true, false, 3, 3, "ABC" },
		{ "A\0B\0C\0D\0", 8, true, false, 0, 0, "" },
		{ "A\0B\0C", 5, true, false, 8, 2, "AB" },
		{ "A\0B\1C\0", 6, true, false, 8, 1, "A" },
		{ "A\0\x7F\0\x80\0", 6, true, false, 8, 2, "A\x7F" },
		{ "A", 1, true, false, 8, 0, "" },
		/* eight bytes at once: all there is, one more, no room for them, and none in them */
		{ "\"\1CDEFG\x7F", 8, false, false, 8, 8, "\"\1CDEFG\x7F" },
		{ "ABCDEFGHI", 9, false, false, 16, 9, "ABCDEFGHI" },
		{ "ABCDEFGHI", 9, false, false, 8, 8, "ABCDEFGH" },
		{ "ABCDEFGHI", 9, false, false, 7, 7, "ABCDEFG" },
		{ "ABCDEFG\x80I", 9, false, false, 16, 7, "ABCDEFG" },
		{ "ABCDEFGH\x80", 9, false, false, 16, 8, "ABCDEFGH" },
		{ "A\0B\0C\0D\0E\0", 10, true, false, 8, 5, "ABCDE" },
		{ "A\0B\0C\0D\0E\0", 10, true, false, 4, 4, "ABCD" },
		{ "A\0B\0C\0D\0E\0F\0G\0H\0I\0", 18, true, false, 9, 9, "ABCDEFGHI" },
		{ "A\0B\0C\0D\0E", 9, true, false, 8, 4, "ABCD" },
		{ "A\0B\0C\0D\1E\0", 10, true, false, 8, 3, "ABC" },
		{ "A\0B\0C\0\x80\0E\0", 10, true, false, 8, 3, "ABC" },
		{ "A\0B\0C\0D\0E\1", 10, true, false, 8, 4, "ABCD" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_copy(&rows[i], false);
}
END_TEST

START_TEST(test_printable_is_copied_up_to_what_is_not_and_to_the_room)
{
	static const CopyRow rows[] = {
		{ "AB\x1F", 3, false, false, 8, 2, "AB" },
		{ " ~\x7F", 3, false, false, 8, 2, " ~" },
		{ "A\xC3", 2, false, false, 8, 1, "A" },
		{ "A\"\\B", 4, false, false, 8, 4, "A\"\\B" },
		{ "A\"B", 3, false, true, 8, 1, "A" },
		{ "A\\B", 3, false, true, 8, 1, "A" },
		{ "ABCD", 4, false, true, 4, 4, "ABCD" },
		{ "ABCD", 4, false, true, 3, 3, "ABC" },
		{ "ABCD", 4, false, true, 0, 0, "" },
		{ "ABCD", 4, false, true, 8, 4, "ABCD" },
		{ "A\0B\0C\0D\0", 8, true, true, 8, 4, "ABCD" },
		{ "A\0B\0C\0D\0", 8, true, true, 2, 2, "AB" },
		{ "A\0B\0C", 5, true, true, 8, 2, "AB" },
		{ "A\0B\1", 4, true, true, 8, 1, "A" },
		{ "A\0\"\0", 4, true, true, 8, 1, "A" },
		{ "AB", 2, false, false, 8, 2, "AB" },
		{ "A", 1, true, true, 8, 0, "" },
		/* eight bytes that are ASCII are no eight characters of two */
		{ "ABABABABABABABAB", 16, true, false, 8, 0, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_copy(&rows[i], true);
}
END_TEST

/* Eight bytes are looked at as one: what is not printable can be any of them, or after them. */
START_TEST(test_printable_ends_at_every_place)
{
	static const uint8_t others[] = { 0, 0x1F, 0x7F, 0x80, 0xFF, '"', '\\' };

	for (uint32_t i = 0; i < sizeof(others) * 20 * 4; i++) {
		uint32_t at = i / 4 % 20;
		bool wide = i & 1, plain = i & 2, in_high = wide && i % 3 == 0;
		uint8_t bytes[40] = { 0 }, c = others[i / 80];
		bool ends = in_high ? c != 0 : plain || (c != '"' && c != '\\');
		SmbSpan span = { bytes, wide ? 40 : 20 };
		char out[20];

		for (uint32_t k = 0; k < 20; k++)
			bytes[wide ? 2 * k : k] = (uint8_t) " ~AZaz09"[k % 8];
		bytes[in_high ? 2 * at + 1 : wide ? 2 * at : at] = c;
		ck_assert_uint_eq(smb_span_copy_printable(span, wide, plain, out, 20),
				  ends ? at : 20);
		for (uint32_t k = 0; k < (ends ? at : 20); k++)
			ck_assert_int_eq((uint8_t)out[k], bytes[wide ? 2 * k : k]);
		ck_assert_uint_le(smb_span_copy_printable(span, wide, plain, out, 9), 9);
	}
}
END_TEST

START_TEST(test_beginnings_and_equality_look_at_no_more_than_there_is)
{
	SmbSpan three = span_of("abc", 3), none = { NULL, 0 };

	ck_assert(smb_span_begins(three, "abc", 3));
	ck_assert(!smb_span_begins(three, "abcd", 4));
	ck_assert(smb_span_begins(three, "", 0));
	ck_assert(smb_span_begins(none, NULL, 0));
	ck_assert(!smb_span_begins(none, "a", 1));
	ck_assert(smb_span_equal(none, none));
	ck_assert(!smb_span_equal(three, none));
	ck_assert(!smb_span_equal(none, three));
	ck_assert(!smb_span_equal(three, (SmbSpan){ (const uint8_t *)"abd", 3 }));
	ck_assert(smb_span_equal(three, (SmbSpan){ (const uint8_t *)"abc", 3 }));
	ck_assert_uint_eq(smb_span_after(three, 3).len, 0);
	ck_assert_uint_eq(smb_span_first(three, 3).len, 3);
}
END_TEST

void
reader_add_spans(TCase *tc)
{
	tcase_add_test(tc, test_spans_are_cut_copied_and_compared_within_their_length);
	tcase_add_test(tc, test_a_zero_of_two_bytes_is_found_on_even_offsets);
	tcase_add_test(tc, test_ascii_is_copied_up_to_what_is_none_and_to_the_room);
	tcase_add_test(tc, test_printable_is_copied_up_to_what_is_not_and_to_the_room);
	tcase_add_test(tc, test_printable_ends_at_every_place);
	tcase_add_test(tc, test_beginnings_and_equality_look_at_no_more_than_there_is);
}
