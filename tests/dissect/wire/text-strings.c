/* SPDX-License-Identifier: BSD-3-Clause */
/* Strings in messages. */
#include "tests/dissect/wire/text-case.h"

/* ---- Strings in messages --------------------------------------------------------------------- */

/*
 * Every parity of the place, every length from 0 to 8 characters, terminated or at the end: _i is
 * parity, unicode, terminated, length in this order from the low bit on.
 */
START_TEST(test_strings_end_at_their_terminator_or_at_the_end)
{
	uint32_t start = 1 + (_i & 1), length = (uint32_t)_i >> 3;
	bool unicode = _i & 2, terminated = _i & 4;
	uint32_t unit = unicode ? 2 : 1, pad = unicode ? start & 1 : 0;
	uint8_t bytes[64];
	uint32_t len = start + pad;
	SmbReader r;
	SmbText text;

	memset(bytes, 0xEE, sizeof(bytes));
	for (uint32_t i = 0; i < length; i++, len += unit) {
		bytes[len] = (uint8_t)('a' + i);
		if (unicode)
			bytes[len + 1] = 0;
	}
	if (terminated) {
		bytes[len] = 0;
		bytes[len + unit - 1] = 0;
		len += unit + 3; /* what comes after it is not the string's */
	}
	r = smb_reader_from_span(text_bytes_of(bytes, len));
	smb_reader_skip(&r, start);
	text = smb_reader_string(&r, unicode);

	ck_assert_int_eq(r.status, SMB_READ_OK);
	ck_assert_uint_eq(text.bytes.len, length * unit);
	ck_assert_ptr_eq(text.encoding, unicode ? SMB_TEXT_UTF16LE : SMB_TEXT_OEM);
	ck_assert(smb_text_equal(text, (SmbText){ { (const uint8_t *)"abcdefgh", length },
						  SMB_TEXT_OEM }));
	ck_assert_uint_eq(smb_reader_left(&r), terminated ? 3 : 0);
	if (length || terminated)
		ck_assert_ptr_eq(text.bytes.ptr, wire + start + pad);
	else
		ck_assert_ptr_null(text.bytes.ptr); /* no byte is left: no string */
}
END_TEST

START_TEST(test_at_the_very_end_there_is_no_string_and_no_failure)
{
	SmbReader r = smb_reader_from_span(BYTES("xyz"));
	SmbText text;

	smb_reader_skip(&r, 3);
	text = smb_reader_string(&r, true);
	ck_assert_ptr_null(text.bytes.ptr);
	ck_assert_int_eq(r.status, SMB_READ_OK);
	text = smb_reader_string(&r, false);
	ck_assert_ptr_null(text.bytes.ptr);
	ck_assert_int_eq(r.status, SMB_READ_OK);

	/* Only the pad byte is left. */
	smb_reader_seek(&r, 0);
	r.limit = r.end = 2;
	smb_reader_skip(&r, 1);
	text = smb_reader_string(&r, true);
	ck_assert_ptr_null(text.bytes.ptr);
	ck_assert_int_eq(r.status, SMB_READ_OK);
	ck_assert_uint_eq(r.pos, 2);
}
END_TEST

START_TEST(test_half_a_terminator_at_the_end_ends_a_string)
{
	SmbReader r = smb_reader_from_span(BYTES("a\0b\0\0"));
	SmbText text = smb_reader_string(&r, true);

	ck_assert(smb_text_equal(text, smb_text_from_utf8("ab")));
	ck_assert_uint_eq(smb_reader_left(&r), 0);
	ck_assert_int_eq(r.status, SMB_READ_OK);

	/* Half of any other unit is text that was broken. */
	r = smb_reader_from_span(BYTES("a\0b"));
	text = smb_reader_string(&r, true);
	ck_assert(smb_text_equal(text, smb_text_from_utf8("a\uFFFD")));
	ck_assert_int_eq(r.status, SMB_READ_OK);
}
END_TEST

START_TEST(test_a_unicode_terminator_is_two_bytes_on_a_boundary)
{
	/* U+6100, U+0061: the zero bytes in the middle belong to two characters. */
	SmbReader r = smb_reader_from_span(BYTES("\x01\x00\x00\x61\x61\x00\x00\x00"));
	SmbText text = smb_reader_string(&r, true);

	ck_assert_uint_eq(text.bytes.len, 6);
	ck_assert_uint_eq(smb_reader_left(&r), 0);
}
END_TEST

START_TEST(test_a_string_that_the_capture_cuts_is_truncated)
{
	bool unicode = _i & 1;
	uint32_t captured = (uint32_t)_i >> 1;
	SmbSpan bytes = text_bytes_of(unicode ? "a\0b\0\0\0" : "ab\0", captured);
	SmbReader r = smb_reader_new(bytes.ptr, captured, 16);
	SmbText text = smb_reader_string(&r, unicode);
	uint32_t whole = unicode ? 6 : 3;

	ck_assert_int_eq(r.status, captured < whole ? SMB_READ_TRUNCATED : SMB_READ_OK);
	if (captured < (unicode ? 2 : 1))
		ck_assert_ptr_null(text.bytes.ptr);
	else
		ck_assert_ptr_eq(text.bytes.ptr, bytes.ptr);
	ck_assert_uint_le(text.bytes.len, captured);
	ck_assert_int_eq(text.cut, text.bytes.ptr && captured < whole);
}
END_TEST

START_TEST(test_a_cut_text_is_no_other)
{
	SmbText whole = smb_text_from_utf8("DATA"), cut = whole;
	SmbString *copy, *capped = smb_string_new(whole, 2);
	char utf8[8];

	cut.cut = true;
	copy = smb_string_new(cut, UINT32_MAX);
	ck_assert(!smb_text_equal(cut, whole));
	ck_assert(!smb_text_equal(whole, smb_string_text(copy)));
	ck_assert(!smb_text_equal(cut, cut));
	ck_assert_uint_eq(smb_text_to_utf8(smb_string_text(copy), utf8, sizeof(utf8)), 7);
	ck_assert_str_eq(utf8, "DATA" SMB_TEXT_CUT);
	ck_assert_uint_eq(smb_text_to_utf8(cut, utf8, sizeof(utf8) - 1), 4);
	smb_text_to_utf8(smb_string_text(capped), utf8, sizeof(utf8));
	ck_assert_str_eq(utf8, "DA" SMB_TEXT_CUT);
	smb_string_unref(copy);
	smb_string_unref(capped);
}
END_TEST

START_TEST(test_an_unaligned_string_begins_where_the_reader_is)
{
	SmbReader r = smb_reader_from_span(BYTES("x\x61\0\x62\0\0\0z"));
	SmbText text;

	smb_reader_skip(&r, 1);
	text = smb_reader_string_unaligned(&r, true);
	ck_assert(smb_text_equal(text, smb_text_from_utf8("ab")));
	ck_assert_uint_eq(smb_reader_u8(&r), 'z');
}
END_TEST

START_TEST(test_a_format_string_needs_its_format_byte)
{
	SmbReader r = smb_reader_from_span(BYTES("\4ab\0\4\0c\0\0\0z"));
	SmbText text = smb_reader_format_string(&r, false);

	ck_assert(smb_text_equal(text, smb_text_from_utf8("ab")));
	/* The next begins at offset 4, so its text is aligned to 6. */
	text = smb_reader_format_string(&r, true);
	ck_assert(smb_text_equal(text, smb_text_from_utf8("c")));
	ck_assert_int_eq(smb_reader_peek(&r, 0), 'z');

	text = smb_reader_format_string(&r, false);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	ck_assert_ptr_null(text.bytes.ptr);

	r = smb_reader_from_span(BYTES(""));
	text = smb_reader_format_string(&r, false);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	ck_assert_ptr_null(text.bytes.ptr);
}
END_TEST

START_TEST(test_a_counted_string_has_its_length_without_trailing_nuls)
{
	SmbReader r = smb_reader_from_span(BYTES("ab\0\0c\0\0d\0\0\0\0\0x"));
	SmbText text = smb_reader_counted_string(&r, 4, false);

	ck_assert_uint_eq(text.bytes.len, 2);
	/* At 4 "c", then U+6400: in Unicode only whole units of zero go. */
	text = smb_reader_counted_string(&r, 8, true);
	ck_assert_uint_eq(text.bytes.len, 4);
	ck_assert_uint_eq(r.pos, 12);

	text = smb_reader_counted_string(&r, 0, true);
	ck_assert_ptr_nonnull(text.bytes.ptr);
	ck_assert_uint_eq(text.bytes.len, 0);

	/* Zeros only, and an odd count. */
	smb_reader_seek(&r, 8);
	text = smb_reader_counted_string(&r, 4, true);
	ck_assert_uint_eq(text.bytes.len, 0);
	smb_reader_seek(&r, 4);
	text = smb_reader_counted_string(&r, 3, true);
	ck_assert_uint_eq(text.bytes.len, 2);
}
END_TEST

START_TEST(test_a_counted_string_beyond_its_reader_is_absent)
{
	SmbReader r = smb_reader_from_span(BYTES("ab"));
	SmbText text = smb_reader_counted_string(&r, 0xFFFFFFFF, _i);

	ck_assert_ptr_null(text.bytes.ptr);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	r = smb_reader_new(wire, 2, 8);
	text = smb_reader_counted_string(&r, 4, _i);
	ck_assert_ptr_null(text.bytes.ptr);
	ck_assert_int_eq(r.status, SMB_READ_TRUNCATED);
}
END_TEST

void
text_add_strings(TCase *tc)
{
	tcase_add_loop_test(tc, test_strings_end_at_their_terminator_or_at_the_end, 0, 9 << 3);
	tcase_add_test(tc, test_at_the_very_end_there_is_no_string_and_no_failure);
	tcase_add_test(tc, test_half_a_terminator_at_the_end_ends_a_string);
	tcase_add_test(tc, test_a_unicode_terminator_is_two_bytes_on_a_boundary);
	tcase_add_loop_test(tc, test_a_string_that_the_capture_cuts_is_truncated, 0, 8);
	tcase_add_test(tc, test_a_cut_text_is_no_other);
	tcase_add_test(tc, test_an_unaligned_string_begins_where_the_reader_is);
	tcase_add_test(tc, test_a_format_string_needs_its_format_byte);
	tcase_add_test(tc, test_a_counted_string_has_its_length_without_trailing_nuls);
	tcase_add_loop_test(tc, test_a_counted_string_beyond_its_reader_is_absent, 0, 2);
}
