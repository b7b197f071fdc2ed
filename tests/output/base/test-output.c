/* SPDX-License-Identifier: BSD-3-Clause */
/* The append buffer, the writer, text and times. */
#include "output/base/time.h"
#include "output/base/words.h"
#include "output/base/writer.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* What the buffer holds must be the text; the buffer is empty afterwards. */
static void
expect(OutBuffer *b, const char *text)
{
	out_char(b, '\0');
	ck_assert_str_eq(b->data, text);
	out_buffer_clear(b);
}

/* A text over bytes of its own in an exactly-sized block, so that AddressSanitizer sees a read too
 * far. */
static SmbText
wire_text(const void *bytes, uint32_t n, const SmbEncoding *encoding)
{
	return (SmbText){ .bytes = { g_memdup2(bytes, n), n }, .encoding = encoding };
}

static void
free_text(SmbText text)
{
	g_free((void *)(uintptr_t)text.bytes.ptr);
}

/* ---- Numbers ---- */

START_TEST(numbers_are_written_in_full)
{
	OutBuffer b = { 0 };

	out_u64(&b, 0);
	out_char(&b, ' ');
	out_u64(&b, UINT64_MAX);
	out_char(&b, ' ');
	out_i64(&b, INT64_MIN);
	out_char(&b, ' ');
	out_i64(&b, -1);
	out_char(&b, ' ');
	out_hex(&b, 0, 1);
	out_char(&b, ' ');
	out_hex(&b, 0xABC, 8);
	out_char(&b, ' ');
	out_hex(&b, UINT64_MAX, 1);
	expect(&b, "0 18446744073709551615 -9223372036854775808 -1 0 00000abc ffffffffffffffff");
	out_fixed(&b, 1234, 3);
	out_char(&b, ' ');
	out_fixed(&b, 7, 6);
	out_char(&b, ' ');
	out_fixed(&b, 7, 0);
	out_char(&b, ' ');
	out_fixed(&b, UINT64_MAX, 9);
	expect(&b, "1.234 0.000007 7 18446744073.709551615");
}
END_TEST

START_TEST(addresses_follow_rfc_5952)
{
	static const struct {
		uint8_t family;
		uint8_t addr[16];
		const char *text;
	} cases[] = {
		{ 4, { 10, 77, 0, 2 }, "10.77.0.2" },
		{ 6, { 0 }, "::" },
		{ 6, { [15] = 1 }, "::1" },
		{ 6, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, "2001:db8::1" },
		{ 6, { 0xfe, 0x80 }, "fe80::" },
		{ 6,
		  { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 },
		  "2001:db8:0:1:1:1:1:1" },
		{ 6, { 0x20, 0x01, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 }, "2001:0:0:1::1" },
		{ 6,
		  { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1 },
		  "2001:db8::1:0:0:1" },
		{ 6,
		  { [10] = 0xFF, [11] = 0xFF, [12] = 192, [14] = 2, [15] = 1 },
		  "::ffff:192.0.2.1" },
		{ 0, { 1, 2, 3, 4 }, "?" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		OutBuffer b = { 0 };

		out_address(&b, cases[i].family, cases[i].addr);
		expect(&b, cases[i].text);
	}
}
END_TEST

/* ---- Times ---- */

START_TEST(utc_times_know_the_calendar)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },           { 951782399, "2000-02-28T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },   { 951868800, "2000-03-01T00:00:00Z" },
		{ 1709164800, "2024-02-29T00:00:00Z" },  { 1735689599, "2024-12-31T23:59:59Z" },
		{ 4107542399, "2100-02-28T23:59:59Z" },  { 4107542400, "2100-03-01T00:00:00Z" },
		{ 13574563199, "2400-02-28T23:59:59Z" }, { 13574563200, "2400-02-29T00:00:00Z" },
	};
	OutBuffer b = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		out_time_utc(&b, cases[i].seconds * 1000000000, 0);
		expect(&b, cases[i].text);
	}
	out_time_utc(&b, 1795328367732283456, 6);
	expect(&b, "2026-11-22T06:19:27.732283Z");
	out_time_utc(&b, 1795328367000000001, 9);
	expect(&b, "2026-11-22T06:19:27.000000001Z");
	out_time_utc(&b, (uint64_t)1 << 63, 3);
	expect(&b, "2262-04-11T23:47:16.854Z");
	out_time_utc(&b, UINT64_MAX, 9);
	expect(&b, "2554-07-21T23:34:33.709551615Z");
}
END_TEST

START_TEST(every_day_of_five_centuries_agrees_with_gmtime)
{
	for (int64_t day = -135000; day < 60000; day += 7) {
		OutBuffer b = { 0 };
		char text[40];
		time_t t = (time_t)(day * 86400 + 86399);
		struct tm tm;

		ck_assert(out_time_civil(&b, t, 0, 0, 'T'));
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", gmtime_r(&t, &tm));
		expect(&b, text);
	}
}
END_TEST

START_TEST(wire_times_that_are_no_times_are_null)
{
	OutBuffer b = { 0 };

	out_filetime_json(&b, 0);
	out_filetime_json(&b, 0x7FFFFFFFFFFFFFFF);
	out_filetime_json(&b, (uint64_t)1 << 63);
	out_filetime_json(&b, UINT64_MAX);
	out_filetime_json(&b, 0x7FFFFFFFFFFFFFFE); /* a date beyond the year 9999 */
	expect(&b, "nullnullnullnullnull");
	out_filetime_json(&b, 1);
	expect(&b, "\"1601-01-01T00:00:00.0000001Z\"");
	out_filetime_json(&b, 116444736000000000);
	expect(&b, "\"1970-01-01T00:00:00.0000000Z\"");
	out_utime_json(&b, 0);
	out_utime_json(&b, UINT32_MAX);
	expect(&b, "nullnull");
	out_utime_json(&b, 951782400);
	expect(&b, "\"2000-02-29T00:00:00\"");
	out_dostime_json(&b, 0x21);
	expect(&b, "\"1980-01-01T00:00:00\"");
	out_dostime_json(&b, 0xBF7DFF9F);
	expect(&b, "\"2107-12-31T23:59:58\"");
	out_dostime_json(&b, 0);          /* month and day 0 */
	out_dostime_json(&b, 0x01A1);     /* month 13 */
	out_dostime_json(&b, 0xC0000021); /* hour 24 */
	out_dostime_json(&b, 0x07800021); /* minute 60 */
	out_dostime_json(&b, 0x001E0021); /* second 60 */
	expect(&b, "nullnullnullnullnull");
}
END_TEST

START_TEST(local_time_follows_the_zone_and_its_changes)
{
	OutClock clock = { .utc = false }, utc = { .utc = true };
	OutBuffer b = { 0 };

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	out_clock_time(&b, &clock, 1774745999500000000);
	expect(&b, "2026-03-29 01:59:59.500 +0100");
	out_clock_time(&b, &clock, 1774746000000000000);
	expect(&b, "2026-03-29 03:00:00.000 +0200");
	out_clock_time(&b, &utc, 1774746000000000000);
	expect(&b, "2026-03-29 01:00:00.000 UTC");
	setenv("TZ", "XXX3:30", 1);
	tzset();
	clock = (OutClock){ 0 };
	out_clock_time(&b, &clock, 1774746000000000000);
	expect(&b, "2026-03-28 21:30:00.000 -0330");
}
END_TEST

/* ---- Text ---- */

START_TEST(text_holds_nothing_that_a_terminal_acts_upon)
{
	/* ESC [ 2 J, DEL, NEL (code page 437 has letters above 0x7F), then a right-to-left override
	 * and a zero width space. */
	static const uint8_t utf16[] = { 0x1b, 0,    '[',  0,    0x7f, 0, 0x85, 0,
					 0x2e, 0x20, 0x0b, 0x20, 'a',  0, 0xe4, 0 };
	SmbText text = wire_text(utf16, sizeof(utf16), SMB_TEXT_UTF16LE);
	OutBuffer b = { 0 };

	out_text(&b, text);
	expect(&b, "\\x1b[\\x7f\\x85\\u{202e}\\u{200b}a\u00e4");
	out_text(&b, (SmbText){ 0 });
	expect(&b, "");
	free_text(text);
}
END_TEST

/* 63 bytes become hundreds: that is paid for like a long text, and cut where nothing is left. */
START_TEST(a_short_text_of_escapes_is_not_short)
{
	char escapes[64];
	OutBuffer b = { 0 };
	void (*const put[])(OutBuffer *, SmbText) = { out_text, out_text_json };
	const size_t whole[] = { 63 * 4, 63 * 6 + 2 }, cut[] = { 132 + 3, 133 + 1 };

	memset(escapes, 2, sizeof(escapes) - 1);
	escapes[sizeof(escapes) - 1] = '\0';
	out_limit(&b, 1000);
	put[_i](&b, smb_text_from_utf8(escapes));
	ck_assert_uint_eq(b.len, whole[_i]);
	ck_assert_uint_eq(b.text_left, 1000 - whole[_i]);
	ck_assert(!out_unlimit(&b));
	out_buffer_clear(&b);
	out_limit(&b, 0);
	put[_i](&b, smb_text_from_utf8(escapes));
	ck_assert_uint_eq(b.len, cut[_i]);
	ck_assert(out_unlimit(&b));
	out_buffer_clear(&b);
	/* What is shown as it is costs nothing and is never cut. */
	memset(escapes, 'n', sizeof(escapes) - 1);
	out_limit(&b, 0);
	put[_i](&b, smb_text_from_utf8(escapes));
	ck_assert_uint_eq(b.len, 63 + 2 * (size_t)_i);
	ck_assert(!out_unlimit(&b));
	out_buffer_clear(&b);
}
END_TEST

START_TEST(json_text_is_strict)
{
	/* quote, backslash, NUL, newline, U+202E, a lone surrogate, U+10FFFD in two halves,
	 * U+1F600, and an odd byte */
	static const uint8_t utf16[] = { '"',  0,    '\\', 0,    0,    0,    '\n',
					 0,    0x2e, 0x20, 0x00, 0xd8, 0xff, 0xdb,
					 0xfd, 0xdf, 0x3d, 0xd8, 0x00, 0xde, 'x' };
	SmbText text = wire_text(utf16, sizeof(utf16), SMB_TEXT_UTF16LE);
	OutBuffer b = { 0 };

	out_text_json(&b, text);
	out_char(&b, '\0');
	ck_assert(g_utf8_validate(b.data, -1, NULL));
	ck_assert(g_str_has_prefix(b.data, "\"\\\"\\\\\\u0000\\u000a\\u202e\uFFFD"));
	ck_assert(strstr(b.data, "\U0001F600") != NULL);
	ck_assert(g_str_has_suffix(b.data, "\uFFFD\""));
	out_buffer_clear(&b);
	free_text(text);
	out_str_json(&b, "caf\xC3\xA9 \xFF\x01");
	expect(&b, "\"caf\u00e9 \uFFFD\\u0001\"");
	out_text_json(&b, (SmbText){ 0 });
	expect(&b, "\"\"");
}
END_TEST

START_TEST(unprintable_characters_beyond_the_basic_plane_are_pairs)
{
	static const uint8_t tag[] = { 0x40, 0xdb, 0x01, 0xdc }; /* U+E0001, a format character */
	SmbText text = wire_text(tag, sizeof(tag), SMB_TEXT_UTF16LE);
	OutBuffer b = { 0 };

	out_text_json(&b, text);
	expect(&b, "\"\\udb40\\udc01\"");
	free_text(text);
}
END_TEST

static void
expect_wrapped(const char *text, size_t width, size_t gap, size_t indent, const char *wrapped)
{
	OutBuffer b = { 0 };

	out_lit(&b, "kept|");
	out_str(&b, text);
	out_wrap(&b, 5, width, gap, indent);
	out_char(&b, '\0');
	ck_assert_str_eq(b.data + 5, wrapped);
	out_buffer_clear(&b);
}

START_TEST(long_lines_are_broken)
{
	expect_wrapped("a line that fits\nanother\n", 0, 1, 0, "a line that fits\nanother\n");
	expect_wrapped("a line that fits\nanother\n", 16, 1, 0, "a line that fits\nanother\n");
	expect_wrapped("one two three four five six seven eight\nshort\n", 30, 1, 4,
		       "one two three four five six\n    seven eight\nshort\n");
	/* By itself a line goes on two columns further to the right. */
	expect_wrapped("    key: one two three four five six", 30, 1, 0,
		       "    key: one two three four\n      five six");
	/* Between parts rather than within one, colours not counted; a long word anywhere. */
	expect_wrapped("\033[1mfirst part\033[0m   second part   third", 26, 3, 4,
		       "\033[1mfirst part\033[0m   second part\n    third");
	expect_wrapped("0123456789012345678901234567890123456789", 30, 1, 4,
		       "012345678901234567890123456789\n    0123456789");
}
END_TEST

START_TEST(words_are_cut_between_words_and_numbers_never)
{
	static const struct {
		const char *text;
		size_t width;
		const char *cut;
	} cases[] = {
		{ "short", 5, "short" },
		{ "created, 0 bytes, fid 3201", 22, "created, 0 bytes…" },
		{ "max count 4096, offset 12", 17, "max count 4096 …" },
		{ "max count 4096", 12, "max count…" },
		{ "24000", 4, "…" },
		{ "averylongname.txt", 9, "averylon…" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		OutBuffer b = { 0 };

		out_str(&b, cases[i].text);
		out_fit_words(&b, 0, cases[i].width);
		out_char(&b, '\0');
		ck_assert_str_eq(b.data, cases[i].cut);
		out_buffer_clear(&b);
	}
}
END_TEST

START_TEST(widths_count_columns)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = { { "", 0 },        { "abc", 3 },          { "\u00e4", 1 },
		      { "e\u0301", 1 }, { "\u6f22\u5b57", 4 }, { "\uac00", 2 },
		      { "\uff21", 2 },  { "\xFF", 1 },         { "a\xE6\xBC", 3 } };

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		ck_assert_uint_eq(out_width(cases[i].text, strlen(cases[i].text)), cases[i].width);
}
END_TEST

START_TEST(fitting_cuts_between_characters_and_pads)
{
	OutBuffer b = { 0 };

	out_str(&b, "abcdef");
	out_fit(&b, 0, 4);
	expect(&b, "abc\u2026");
	out_str(&b, "\u6f22\u5b57\u6f22");
	out_fit(&b, 0,
		4); /* two columns a character: one fits before the ellipsis, and a space fills up */
	expect(&b, "\u6f22\u2026 ");
	out_str(&b, "ab");
	out_fit(&b, 0, 4);
	expect(&b, "ab  ");
	out_str(&b, "abcd");
	out_fit(&b, 0, 4);
	expect(&b, "abcd");
}
END_TEST

/* ---- Writer ---- */

START_TEST(a_full_device_is_latched)
{
	int fd = open("/dev/full", O_WRONLY);
	OutWriter *w = out_writer_new(fd, false);

	ck_assert_int_ge(fd, 0);
	out_lit(out_writer_buffer(w), "a line\n");
	out_writer_record(w);
	ck_assert_int_eq(out_writer_error(w), 0); /* nothing was due yet */
	out_writer_flush(w);
	ck_assert_int_eq(out_writer_error(w), ENOSPC);
	for (int i = 0; i < 1000; i++) {
		out_lit(out_writer_buffer(w), "another line\n");
		out_writer_record(w);
	}
	ck_assert_uint_eq(out_writer_buffer(w)->len, 0); /* dropped, not collected */
	ck_assert_int_eq(out_writer_error(w), ENOSPC);
	out_writer_free(w);
	close(fd);
}
END_TEST

START_TEST(a_closed_pipe_is_latched)
{
	int ends[2];
	OutWriter *w;

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	w = out_writer_new(ends[1], true);
	out_lit(out_writer_buffer(w), "a line\n");
	out_writer_record(w);
	ck_assert_int_eq(out_writer_error(w), EPIPE);
	out_writer_free(w);
	close(ends[1]);
}
END_TEST

START_TEST(only_whole_lines_are_written)
{
	char text[64];
	int ends[2];
	OutWriter *w;
	ssize_t n;

	ck_assert_int_eq(pipe(ends), 0);
	w = out_writer_new(ends[1], false);
	out_lit(out_writer_buffer(w), "one\ntwo\nthr");
	out_writer_flush(w);
	n = read(ends[0], text, sizeof(text));
	ck_assert_int_eq(n, 8);
	ck_assert_mem_eq(text, "one\ntwo\n", 8);
	out_lit(out_writer_buffer(w), "ee\nhalf");
	out_writer_free(w);
	n = read(ends[0], text, sizeof(text));
	ck_assert_int_eq(n, 6);
	ck_assert_mem_eq(text, "three\n", 6);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(records_are_flushed_at_64_kib)
{
	FILE *file = tmpfile();
	int fd = fileno(file);
	OutWriter *w = out_writer_new(fd, false);

	for (int i = 0; i < 1023; i++) {
		out_lit(out_writer_buffer(w),
			"0123456789012345678901234567890123456789012345678901234567890123");
		out_writer_buffer(w)->data[out_writer_buffer(w)->len - 1] = '\n';
		out_writer_record(w);
	}
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), 0);
	out_lit(out_writer_buffer(w),
		"012345678901234567890123456789012345678901234567890123456789012\n");
	out_writer_record(w);
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), 65536);
	out_writer_free(w);
	fclose(file);
}
END_TEST

/* A file-size limit that falls into a line must leave the lines before it, whole. */
START_TEST(a_torn_line_is_taken_back)
{
	struct rlimit limit = { .rlim_cur = 10, .rlim_max = RLIM_INFINITY };
	FILE *file = tmpfile();
	OutWriter *w = out_writer_new(fileno(file), false);

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	out_lit(out_writer_buffer(w), "first\nsecond\nthird\n");
	out_writer_flush(w);
	ck_assert_int_eq(out_writer_error(w), EFBIG);
	ck_assert_int_eq(lseek(fileno(file), 0, SEEK_END), 6);
	out_writer_free(w);
	fclose(file);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("output");
	TCase *tc = tcase_create("output");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, numbers_are_written_in_full);
	tcase_add_test(tc, addresses_follow_rfc_5952);
	tcase_add_test(tc, utc_times_know_the_calendar);
	tcase_add_test(tc, every_day_of_five_centuries_agrees_with_gmtime);
	tcase_add_test(tc, wire_times_that_are_no_times_are_null);
	tcase_add_test(tc, local_time_follows_the_zone_and_its_changes);
	tcase_add_test(tc, text_holds_nothing_that_a_terminal_acts_upon);
	tcase_add_loop_test(tc, a_short_text_of_escapes_is_not_short, 0, 2);
	tcase_add_test(tc, json_text_is_strict);
	tcase_add_test(tc, unprintable_characters_beyond_the_basic_plane_are_pairs);
	tcase_add_test(tc, widths_count_columns);
	tcase_add_test(tc, long_lines_are_broken);
	tcase_add_test(tc, words_are_cut_between_words_and_numbers_never);
	tcase_add_test(tc, fitting_cuts_between_characters_and_pads);
	tcase_add_test(tc, a_full_device_is_latched);
	tcase_add_test(tc, a_closed_pipe_is_latched);
	tcase_add_test(tc, only_whole_lines_are_written);
	tcase_add_test(tc, records_are_flushed_at_64_kib);
	tcase_add_test(tc, a_torn_line_is_taken_back);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
