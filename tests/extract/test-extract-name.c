/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of the wire as names of files, with the tricks of CAPEC-126 and others; ranges of a file. */
#include "cli/extract/name.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "cli/extract/ranges.h"

static void
named(const char *path, const char *expected)
{
	g_autofree char *name = cli_extract_name("10.0.0.1", "data", path);
	g_autofree char *whole = g_strconcat("10.0.0.1_data", *expected ? "_" : "", expected, NULL);

	ck_assert_str_eq(name, whole);
	ck_assert_ptr_null(strchr(name, '/'));
	ck_assert_ptr_null(strstr(name, ".."));
}

START_TEST(nothing_leads_out_of_the_folder)
{
	named("reports\\a b.txt", "reports_a b.txt");
	named("..\\..\\etc\\passwd", "etc_passwd");
	named("../../../etc/passwd", "etc_passwd");
	named("..%2f..%2fx", "_2f._2fx");
	named("/etc/passwd", "etc_passwd");
	named("C:\\x", "C__x");
	named("\\\\?\\C:\\x", "__C__x");
	named("....\\\\....//x", "x");
	named(".", "");
	named("..", "");
	named("a\\..\\b", "a_b");
	named(".bashrc", "bashrc");
	named("-rf", "rf");
	named("a/\xc0\xae\xc0\xae/b", "a______b");
}
END_TEST

START_TEST(nothing_acts_on_a_terminal_or_a_shell)
{
	named("a\x1b[31mb", "a__31mb");
	named("a\nb\r\tc", "a_b__c");
	named("$(id)`id`;|&<>*?\"'", "__id__id__________");
	named("gpj\xe2\x80\xae.exe", "gpj_.exe"); /* right to left */
	named("a\xe2\x80\x8b.txt", "a_.txt");     /* zero width */
	named("x.txt. . ", "x.txt");
	named("x.txt:stream:$DATA", "x.txt_stream__DATA");
}
END_TEST

START_TEST(no_part_is_a_device)
{
	named("NUL", "NUL_");
	named("con.txt", "con.txt_");
	named("dir\\Com1 .log", "dir_Com1 .log_");
	named("lpt9", "lpt9_");
	named("COM\xc2\xb9.txt", "COM\xc2\xb9.txt_");
	named("lpt\xc2\xb3", "lpt\xc2\xb3_");
	named("lpt\xc2\xb4", "lpt\xc2\xb4");
	named("com12", "com12");
	named("console", "console");
	named("com", "com");
}
END_TEST

START_TEST(long_names_keep_their_extension)
{
	g_autofree char *many = g_strnfill(70000, 'a');
	g_autofree char *path = g_strconcat(many, ".docx", NULL);
	g_autofree char *name = cli_extract_name("10.0.0.1", "data", path);
	g_autofree char *wide =
		g_strdup_printf("%s\xe4\xbd\xa0\xe5\xa5\xbd%s", "x", "\xe4\xbd\xa0");
	g_autofree char *second = cli_extract_name_numbered("a.b.txt", 2);
	g_autofree char *none = cli_extract_name(NULL, NULL, NULL);
	g_autoptr(GString) cjk = g_string_new(NULL);
	g_autofree char *cut = NULL;

	ck_assert_uint_eq(strlen(name), CLI_EXTRACT_NAME_MAX);
	ck_assert(g_str_has_suffix(name, ".docx"));
	ck_assert_str_eq(second, "a.b~2.txt");
	ck_assert_str_eq(none, "file_");
	for (int i = 0; i < 200; i++)
		g_string_append(cjk, wide);
	cut = cli_extract_name("10.0.0.1", "data", cjk->str);
	ck_assert(g_utf8_validate(cut, -1, NULL));
	ck_assert_uint_le(strlen(cut), CLI_EXTRACT_NAME_MAX);
}
END_TEST

START_TEST(the_mark_of_what_is_not_whole_is_taken)
{
	g_autofree char *many = g_strnfill(300, 'a');
	g_autofree char *path = g_strconcat(many, ".partial", NULL);
	g_autofree char *name = cli_extract_name("10.0.0.1", "data", path);

	named("a.txt.partial", "a.txt_partial");
	named("a.PARTIAL. ", "a_PARTIAL");
	named("a.partial.txt", "a.partial.txt");
	named("partial", "partial");
	ck_assert(g_str_has_suffix(name, "a_partial"));
}
END_TEST

START_TEST(ranges_join_and_holes_stay)
{
	CliRanges r = { 0 };
	CliRange one;

	cli_ranges_remove(&r, 10, 20);
	cli_ranges_cut(&r, 10);
	ck_assert(!cli_ranges_known(&r, 0, 40, &one));
	ck_assert_uint_eq(r.n, 0);
	ck_assert(cli_ranges_add(&r, 10, 20));
	ck_assert(cli_ranges_add(&r, 30, 40));
	ck_assert(cli_ranges_add(&r, 0, 5));
	ck_assert_uint_eq(r.n, 3);
	ck_assert(cli_ranges_missing(&r, 0, 40, &one));
	ck_assert_uint_eq(one.low, 5);
	ck_assert_uint_eq(one.high, 10);
	ck_assert(cli_ranges_add(&r, 5, 10));
	ck_assert(cli_ranges_add(&r, 20, 30));
	ck_assert_uint_eq(r.n, 1);
	ck_assert(!cli_ranges_missing(&r, 0, 40, &one));
	ck_assert(cli_ranges_known(&r, 35, 100, &one));
	ck_assert_uint_eq(one.high, 40);
	cli_ranges_remove(&r, 10, 20);
	ck_assert_uint_eq(r.n, 2);
	ck_assert_uint_eq(cli_ranges_sum(&r), 30);
	cli_ranges_remove(&r, 5, 25);
	cli_ranges_remove(&r, 30, 30);
	ck_assert_uint_eq(r.n, 2);
	ck_assert_uint_eq(cli_ranges_sum(&r), 20);
	cli_ranges_remove(&r, 35, 100);
	ck_assert_uint_eq(cli_ranges_end(&r), 35);
	ck_assert(cli_ranges_add(&r, 5, 40));
	cli_ranges_cut(&r, 7);
	ck_assert_uint_eq(cli_ranges_end(&r), 7);
	ck_assert(cli_ranges_add(&r, UINT64_MAX - 1, UINT64_MAX));
	ck_assert_uint_eq(cli_ranges_sum(&r), 8);
	cli_ranges_clear(&r);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("extract-name");
	TCase *tc = tcase_create("extract-name");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, nothing_leads_out_of_the_folder);
	tcase_add_test(tc, nothing_acts_on_a_terminal_or_a_shell);
	tcase_add_test(tc, no_part_is_a_device);
	tcase_add_test(tc, long_names_keep_their_extension);
	tcase_add_test(tc, the_mark_of_what_is_not_whole_is_taken);
	tcase_add_test(tc, ranges_join_and_holes_stay);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
