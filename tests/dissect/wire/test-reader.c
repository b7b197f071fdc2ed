/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The latching reader: what each function gives, and what it does where the bytes end. All wire
 * bytes lie in heap buffers of exactly their size, so that AddressSanitizer sees a read beyond.
 */
#include "tests/dissect/wire/reader-case.h"

START_TEST(test_numbers_are_read_in_both_orders)
{
	SmbReader r = reader_over(16, 16);

	ck_assert_uint_eq(smb_reader_u8(&r), 0x00);
	ck_assert_uint_eq(smb_reader_le16(&r), 0x0201);
	ck_assert_uint_eq(smb_reader_be16(&r), 0x0304);
	ck_assert_uint_eq(smb_reader_le32(&r), 0x08070605);
	ck_assert_uint_eq(smb_reader_be32(&r), 0x090A0B0C);
	ck_assert_uint_eq(r.pos, 13);
	smb_reader_seek(&r, 8);
	ck_assert_uint_eq(smb_reader_le64(&r), 0x0F0E0D0C0B0A0908);
	ck_assert_uint_eq(smb_reader_left(&r), 0);
	ck_assert_int_eq(r.status, SMB_READ_OK);
}
END_TEST

START_TEST(test_numbers_with_all_bits_set_stay_unsigned)
{
	SmbReader r = reader_over(8, 8);

	memset(wire, 0xFF, 8);
	ck_assert(smb_reader_le16(&r) == 0xFFFF);
	smb_reader_seek(&r, 0);
	ck_assert(smb_reader_le32(&r) == 0xFFFFFFFF);
	smb_reader_seek(&r, 0);
	ck_assert(smb_reader_be32(&r) == 0xFFFFFFFF);
	smb_reader_seek(&r, 0);
	ck_assert(smb_reader_le64(&r) == UINT64_MAX);
}
END_TEST

/* Reads one number of the width _i at the end of the bytes, one byte short. */
static uint64_t
read_wide(SmbReader *r, int which)
{
	switch (which) {
	case 0:
		return smb_reader_u8(r);
	case 1:
		return smb_reader_le16(r);
	case 2:
		return smb_reader_be16(r);
	case 3:
		return smb_reader_le32(r);
	case 4:
		return smb_reader_be32(r);
	default:
		return smb_reader_le64(r);
	}
}

static const uint32_t widths[] = { 1, 2, 2, 4, 4, 8 };

START_TEST(test_a_number_one_byte_short_is_zero_and_shows_why)
{
	uint32_t width = widths[_i];
	SmbReader cut = reader_over(8, 9), lies = smb_reader_new(wire, 8, 8);

	smb_reader_skip(&cut, 9 - width);
	ck_assert_uint_eq(read_wide(&cut, _i), 0);
	ck_assert_int_eq(cut.status, SMB_READ_TRUNCATED);
	ck_assert_uint_eq(cut.pos, 9 - width);

	smb_reader_skip(&lies, 9 - width);
	ck_assert_uint_eq(read_wide(&lies, _i), 0);
	ck_assert_int_eq(lies.status, SMB_READ_MALFORMED);
	ck_assert_uint_eq(lies.pos, 9 - width);
}
END_TEST

START_TEST(test_the_first_failure_stays_and_nothing_moves_any_more)
{
	SmbReader r = reader_over(4, 6), sub;
	SmbSpan span;

	smb_reader_skip(&r, 2);
	ck_assert_uint_eq(smb_reader_le32(&r), 0);
	ck_assert_int_eq(r.status, SMB_READ_TRUNCATED);

	/* All of these would succeed or fail otherwise on a reader that had not failed. */
	ck_assert_uint_eq(smb_reader_u8(&r), 0);
	ck_assert_ptr_null(smb_reader_take(&r, 0));
	ck_assert_ptr_null(smb_reader_take(&r, 100));
	ck_assert_int_eq(smb_reader_peek(&r, 0), -1);
	span = smb_reader_span(&r, 1);
	ck_assert_ptr_null(span.ptr);
	span = smb_reader_partial(&r, 100);
	ck_assert_ptr_null(span.ptr);
	ck_assert_uint_eq(span.len, 0);
	ck_assert_ptr_null(smb_reader_rest(&r).ptr);
	smb_reader_seek(&r, 0);
	smb_reader_seek(&r, 100);
	smb_reader_align(&r, 4);
	smb_reader_skip(&r, 1);
	smb_reader_fail(&r, SMB_READ_MALFORMED);
	sub = smb_reader_sub(&r, 1);
	ck_assert_int_eq(sub.status, SMB_READ_TRUNCATED);
	ck_assert_uint_eq(smb_reader_left(&sub), 0);
	ck_assert_uint_eq(sub.end, sub.pos);
	ck_assert_uint_eq(smb_reader_left(&r), 0);
	ck_assert_uint_eq(smb_reader_declared_left(&r), 0);
	ck_assert_uint_eq(r.pos, 2);
	ck_assert_int_eq(r.status, SMB_READ_TRUNCATED);
}
END_TEST

START_TEST(test_fail_latches_what_the_caller_found)
{
	SmbReader r = reader_over(4, 4);

	smb_reader_fail(&r, SMB_READ_MALFORMED);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	ck_assert_uint_eq(smb_reader_u8(&r), 0);
	ck_assert_uint_eq(r.pos, 0);
}
END_TEST

START_TEST(test_fewer_declared_than_captured_counts_as_captured)
{
	SmbReader r = reader_over(4, 2);

	ck_assert_uint_eq(r.end, 4);
	ck_assert_uint_eq(smb_reader_le32(&r), 0x03020100);
	ck_assert_int_eq(r.status, SMB_READ_OK);
}
END_TEST

START_TEST(test_take_and_span_give_the_bytes_where_they_lie)
{
	SmbReader r = reader_over(8, 8);
	SmbSpan span;

	smb_reader_skip(&r, 2);
	ck_assert_ptr_eq(smb_reader_take(&r, 3), wire + 2);
	span = smb_reader_span(&r, 3);
	ck_assert_ptr_eq(span.ptr, wire + 5);
	ck_assert_uint_eq(span.len, 3);
	/* Nothing at the very end is present and empty. */
	span = smb_reader_span(&r, 0);
	ck_assert_ptr_nonnull(span.ptr);
	ck_assert_uint_eq(span.len, 0);
	span = smb_reader_span(&r, 1);
	ck_assert_ptr_null(span.ptr);
	ck_assert_uint_eq(span.len, 0);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
}
END_TEST

START_TEST(test_a_length_of_four_gigabytes_does_not_wrap)
{
	static const uint32_t lengths[] = { 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFF9, 0x80000000 };
	uint32_t n = lengths[_i];
	SmbReader start = reader_over(8, 8), r, sub;
	SmbSpan span;

	smb_reader_skip(&start, 7);
	r = start;
	ck_assert_ptr_null(smb_reader_take(&r, n));
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	r = start;
	ck_assert_ptr_null(smb_reader_span(&r, n).ptr);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	r = start;
	span = smb_reader_partial(&r, n);
	ck_assert_uint_eq(span.len, 1);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	r = start;
	smb_reader_seek(&r, n);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	r = start;
	smb_reader_skip(&r, n);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	ck_assert_uint_eq(r.pos, 7);
	ck_assert_int_eq(smb_reader_peek(&start, n), -1);
	r = start;
	sub = smb_reader_sub(&r, n);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	ck_assert_uint_eq(smb_reader_left(&sub), 1);
	ck_assert_uint_eq(sub.end, 8);
	/* A message may well declare that much; then the capture ends first. */
	r = smb_reader_new(wire, 8, 0xFFFFFFFF);
	smb_reader_skip(&r, 1);
	ck_assert_ptr_null(smb_reader_take(&r, 0xFFFFFFFE));
	ck_assert_int_eq(r.status, SMB_READ_TRUNCATED);
	r = smb_reader_new(wire, 8, 0xFFFFFFFF);
	smb_reader_skip(&r, 1);
	ck_assert_ptr_null(smb_reader_take(&r, 0xFFFFFFFF));
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
}
END_TEST

START_TEST(test_peek_neither_moves_nor_latches)
{
	SmbReader r = reader_over(4, 8);

	smb_reader_skip(&r, 2);
	ck_assert_int_eq(smb_reader_peek(&r, 0), 2);
	ck_assert_int_eq(smb_reader_peek(&r, 1), 3);
	ck_assert_int_eq(smb_reader_peek(&r, 2), -1);
	ck_assert_uint_eq(r.pos, 2);
	ck_assert_int_eq(r.status, SMB_READ_OK);
}
END_TEST

START_TEST(test_partial_gives_what_the_capture_has)
{
	SmbReader r = reader_over(4, 8);
	SmbSpan span;

	smb_reader_skip(&r, 1);
	span = smb_reader_partial(&r, 7);
	ck_assert_ptr_eq(span.ptr, wire + 1);
	ck_assert_uint_eq(span.len, 3);
	ck_assert_int_eq(r.status, SMB_READ_OK);
	ck_assert_uint_eq(r.pos, 4);

	r = smb_reader_new(wire, 4, 8);
	smb_reader_skip(&r, 1);
	span = smb_reader_partial(&r, 8);
	ck_assert_uint_eq(span.len, 3);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);

	r = smb_reader_new(wire, 4, 8);
	span = smb_reader_partial(&r, 2);
	ck_assert_uint_eq(span.len, 2);
	ck_assert_uint_eq(r.pos, 2);
}
END_TEST

START_TEST(test_rest_takes_all_and_never_fails)
{
	SmbReader r = reader_over(4, 8);
	SmbSpan span;

	smb_reader_skip(&r, 1);
	span = smb_reader_rest(&r);
	ck_assert_ptr_eq(span.ptr, wire + 1);
	ck_assert_uint_eq(span.len, 3);
	span = smb_reader_rest(&r);
	ck_assert_ptr_nonnull(span.ptr);
	ck_assert_uint_eq(span.len, 0);
	ck_assert_int_eq(r.status, SMB_READ_OK);
}
END_TEST

START_TEST(test_align_goes_to_the_next_multiple_counted_from_base)
{
	SmbReader r = reader_over(16, 16);

	smb_reader_align(&r, 4);
	ck_assert_uint_eq(r.pos, 0);
	for (uint32_t pos = 1; pos <= 12; pos++) {
		for (uint32_t unit = 1; unit <= 8; unit *= 2) {
			smb_reader_seek(&r, pos);
			smb_reader_align(&r, unit);
			ck_assert_uint_eq(r.pos, (pos + unit - 1) / unit * unit);
		}
	}
	ck_assert_int_eq(r.status, SMB_READ_OK);
}
END_TEST

START_TEST(test_align_at_the_very_end_skips_nothing)
{
	SmbReader r = reader_over(5, 5);

	smb_reader_seek(&r, 5);
	smb_reader_align(&r, 2);
	ck_assert_uint_eq(r.pos, 5);
	ck_assert_int_eq(r.status, SMB_READ_OK);

	/* The pad byte is declared, but cut off. */
	r = smb_reader_new(wire, 5, 6);
	smb_reader_seek(&r, 5);
	smb_reader_align(&r, 2);
	ck_assert_int_eq(r.status, SMB_READ_TRUNCATED);
}
END_TEST

START_TEST(test_seek_goes_both_ways_within_the_message)
{
	SmbReader r = reader_over(8, 12);

	smb_reader_seek(&r, 8);
	ck_assert_uint_eq(r.pos, 8);
	smb_reader_seek(&r, 3);
	ck_assert_uint_eq(smb_reader_u8(&r), 3);
	ck_assert_int_eq(r.status, SMB_READ_OK);
	smb_reader_seek(&r, 9);
	ck_assert_int_eq(r.status, SMB_READ_TRUNCATED);
	ck_assert_uint_eq(r.pos, 4);

	r = smb_reader_new(wire, 8, 12);
	smb_reader_seek(&r, 13);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);

	r = smb_reader_new(wire, 8, 8);
	smb_reader_seek(&r, 9);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
}
END_TEST

START_TEST(test_a_sub_reader_ends_where_its_part_ends)
{
	SmbReader r = reader_over(10, 10), sub;

	smb_reader_skip(&r, 3);
	sub = smb_reader_sub(&r, 4);
	ck_assert_uint_eq(r.pos, 7);
	ck_assert_int_eq(r.status, SMB_READ_OK);
	ck_assert_uint_eq(smb_reader_left(&sub), 4);
	/* Same base: alignment and offsets are those of the message. */
	smb_reader_align(&sub, 2);
	ck_assert_uint_eq(sub.pos, 4);
	ck_assert_uint_eq(smb_reader_u8(&sub), 4);
	ck_assert_uint_eq(smb_reader_le32(&sub), 0);
	ck_assert_int_eq(sub.status, SMB_READ_MALFORMED);
	/* The failure of a part is not the failure of the whole. */
	ck_assert_int_eq(r.status, SMB_READ_OK);
	ck_assert_uint_eq(smb_reader_u8(&r), 7);
}
END_TEST

START_TEST(test_a_sub_reader_of_more_than_declared_has_what_there_is)
{
	SmbReader r = reader_over(10, 10), sub;

	smb_reader_skip(&r, 8);
	sub = smb_reader_sub(&r, 3);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	ck_assert_int_eq(sub.status, SMB_READ_OK);
	ck_assert_uint_eq(smb_reader_le16(&sub), 0x0908);
	ck_assert_uint_eq(smb_reader_left(&sub), 0);
}
END_TEST

START_TEST(test_a_sub_reader_over_a_cut_is_cut_too)
{
	SmbReader r = reader_over(10, 20), sub;

	smb_reader_skip(&r, 8);
	sub = smb_reader_sub(&r, 6);
	ck_assert_int_eq(r.status, SMB_READ_TRUNCATED);
	ck_assert_int_eq(sub.status, SMB_READ_OK);
	ck_assert_uint_eq(smb_reader_left(&sub), 2);
	ck_assert_uint_eq(smb_reader_declared_left(&sub), 6);
	ck_assert_uint_eq(smb_reader_le32(&sub), 0);
	ck_assert_int_eq(sub.status, SMB_READ_TRUNCATED);
}
END_TEST

START_TEST(test_a_sub_reader_in_front_of_a_cut_is_whole)
{
	SmbReader r = reader_over(10, 20), sub;

	sub = smb_reader_sub(&r, 10);
	ck_assert_int_eq(r.status, SMB_READ_OK);
	smb_reader_skip(&sub, 10);
	ck_assert_int_eq(sub.status, SMB_READ_OK);
	smb_reader_u8(&sub);
	ck_assert_int_eq(sub.status, SMB_READ_MALFORMED);
	smb_reader_u8(&r);
	ck_assert_int_eq(r.status, SMB_READ_TRUNCATED);
}
END_TEST

/* UBSan holds this to no arithmetic on NULL. */
START_TEST(test_an_absent_span_reads_as_nothing)
{
	SmbReader r = smb_reader_from_span((SmbSpan){ NULL, 0 });

	ck_assert_ptr_null(smb_reader_rest(&r).ptr);
	ck_assert_ptr_null(smb_reader_span(&r, 0).ptr);
	ck_assert_ptr_null(smb_reader_partial(&r, 0).ptr);
	smb_reader_seek(&r, 0);
	smb_reader_align(&r, 8);
	ck_assert_int_eq(smb_reader_peek(&r, 0), -1);
	ck_assert_int_eq(r.status, SMB_READ_OK);
	r = smb_reader_after(&r, 4);
	ck_assert_uint_eq(smb_reader_left(&r), 0);
	ck_assert_ptr_null(smb_reader_take(&r, 1));
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
}
END_TEST

START_TEST(test_a_reader_after_counts_from_there)
{
	SmbReader r = reader_over(8, 12), behind = smb_reader_after(&r, 5);

	ck_assert_ptr_eq(behind.base, wire + 5);
	ck_assert_uint_eq(smb_reader_left(&behind), 3);
	ck_assert_uint_eq(smb_reader_declared_left(&behind), 7);
	behind = smb_reader_after(&r, 10);
	ck_assert_uint_eq(smb_reader_left(&behind), 0);
	ck_assert_uint_eq(smb_reader_declared_left(&behind), 2);
	behind = smb_reader_after(&r, 0xFFFFFFFF);
	ck_assert_uint_eq(smb_reader_declared_left(&behind), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reader");
	TCase *c = tcase_create("reader");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(c, reader_set_up, reader_tear_down);
	tcase_add_test(c, test_numbers_are_read_in_both_orders);
	tcase_add_test(c, test_numbers_with_all_bits_set_stay_unsigned);
	tcase_add_loop_test(c, test_a_number_one_byte_short_is_zero_and_shows_why, 0, 6);
	tcase_add_test(c, test_the_first_failure_stays_and_nothing_moves_any_more);
	tcase_add_test(c, test_fail_latches_what_the_caller_found);
	tcase_add_test(c, test_fewer_declared_than_captured_counts_as_captured);
	tcase_add_test(c, test_take_and_span_give_the_bytes_where_they_lie);
	tcase_add_loop_test(c, test_a_length_of_four_gigabytes_does_not_wrap, 0, 4);
	tcase_add_test(c, test_peek_neither_moves_nor_latches);
	tcase_add_test(c, test_partial_gives_what_the_capture_has);
	tcase_add_test(c, test_rest_takes_all_and_never_fails);
	tcase_add_test(c, test_align_goes_to_the_next_multiple_counted_from_base);
	tcase_add_test(c, test_align_at_the_very_end_skips_nothing);
	tcase_add_test(c, test_seek_goes_both_ways_within_the_message);
	tcase_add_test(c, test_a_sub_reader_ends_where_its_part_ends);
	tcase_add_test(c, test_a_sub_reader_of_more_than_declared_has_what_there_is);
	tcase_add_test(c, test_a_sub_reader_over_a_cut_is_cut_too);
	tcase_add_test(c, test_a_sub_reader_in_front_of_a_cut_is_whole);
	tcase_add_test(c, test_an_absent_span_reads_as_nothing);
	tcase_add_test(c, test_a_reader_after_counts_from_there);
	reader_add_spans(c);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
