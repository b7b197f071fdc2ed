/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of rotated files, and which are kept. */
#include "cli/report/names.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define BEGUN INT64_C(1795806900) /* 2026-11-27 19:15:00 UTC */

static void
expect_name(const char *base, uint64_t number, const char *expected)
{
	char *name = cli_rotated_name(base, BEGUN, number);
	uint64_t found = 0;

	ck_assert_str_eq(name, expected);
	ck_assert(cli_rotated_number(base, name, &found));
	ck_assert_uint_eq(found, number);
	g_free(name);
}

START_TEST(a_name_has_time_and_number_before_its_ending)
{
	char *part = cli_rotated_part("out.json");

	expect_name("out.json", 1, "out-20261127T191500Z-000001.json");
	expect_name("out", 999999, "out-20261127T191500Z-999999");
	expect_name("out.tar.x", 1000000, "out.tar-20261127T191500Z-1000000.x");
	expect_name(".hidden", 7, ".hidden-20261127T191500Z-000007");
	expect_name("out.json", UINT64_C(5000000000), "out-20261127T191500Z-5000000000.json");
	ck_assert_str_eq(part, "out.json.part");
	g_free(part);
}
END_TEST

START_TEST(other_files_are_not_taken_for_ours)
{
	static const char *const others[] = {
		"out.json",
		"out.json.part",
		"out-20261127T191500Z-000001.json.part",
		"out-20261127T191500Z-000001.jsonl",
		"out-20261127T191500Z-1.json",
		"out-20261127T191500-000001.json",
		"out-2026112xT191500Z-000001.json",
		"out-20261127T191500Z-0000000000000000001.json",
		"our-20261127T191500Z-000001.json",
		"out-",
		"",
	};
	uint64_t number;

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		ck_assert_msg(!cli_rotated_number("out.json", others[i], &number), "%s", others[i]);
}
END_TEST

static void
touch(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

START_TEST(the_newest_by_their_number_are_kept)
{
	static const char *const names[] = {
		"out-20261127T191500Z-000009.json",
		"out-20261127T191400Z-000011.json", /* the clock was set back */
		"out-20261127T191500Z-000010.json",
		"out-20261127T191500Z-000002.json",
	};
	char where[] = "/tmp/rotation.XXXXXX";
	CliRotated rotated = { 0 };
	int dir;

	ck_assert_ptr_nonnull(mkdtemp(where));
	dir = open(where, O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		touch(dir, names[i]);
	touch(dir, "other.json");
	ck_assert_int_eq(cli_rotated_scan(&rotated, dir, "out.json", cli_rotated_number, 3), 0);
	ck_assert_uint_eq(rotated.last, 11);
	ck_assert_int_ne(faccessat(dir, names[3], F_OK, 0), 0);
	touch(dir, "out-20261127T191600Z-000012.json");
	cli_rotated_add(&rotated, dir, g_strdup("out-20261127T191600Z-000012.json"), 3);
	ck_assert_int_ne(faccessat(dir, names[0], F_OK, 0), 0);
	ck_assert_int_eq(faccessat(dir, names[1], F_OK, 0), 0);
	ck_assert_int_eq(faccessat(dir, names[2], F_OK, 0), 0);
	ck_assert_int_eq(faccessat(dir, "other.json", F_OK, 0), 0);
	cli_rotated_clear(&rotated);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		unlinkat(dir, names[i], 0);
	unlinkat(dir, "out-20261127T191600Z-000012.json", 0);
	unlinkat(dir, "other.json", 0);
	close(dir);
	rmdir(where);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rotation");
	TCase *tc = tcase_create("rotation");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, a_name_has_time_and_number_before_its_ending);
	tcase_add_test(tc, other_files_are_not_taken_for_ours);
	tcase_add_test(tc, the_newest_by_their_number_are_kept);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
