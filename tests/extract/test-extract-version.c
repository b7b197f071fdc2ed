/* SPDX-License-Identifier: BSD-3-Clause */
/* Contents of a version, and the folder that they are stored in. */
#include "cli/extract/version.h"
#include "dissect/wire/caps.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *folder;

/* In place of the C library's: disks that have no such rename, and those that refuse. */
static int refuses, refused;

int
renameat2(int from, const char *name, int to, const char *wanted, unsigned flags)
{
	refused += refuses != 0;
	errno = refuses;
	return refuses ? -1 : (int)syscall(SYS_renameat2, from, name, to, wanted, flags);
}

/* In place of the C library's: counted. */
static unsigned n_read;

ssize_t
pread(int file, void *ret, size_t n, off_t at)
{
	n_read++;
	return (ssize_t)syscall(SYS_pread64, file, ret, n, at);
}

static CliPlace place;

static void
setup(void)
{
	char *above = g_dir_make_tmp("smbtrail-extract-XXXXXX", NULL);

	folder = g_build_filename(above, "to", NULL);
	place = (CliPlace){ .store = cli_store_new(folder, NULL),
			    .max_file = UINT64_MAX,
			    .max_total = UINT64_MAX,
			    .max_files = UINT64_MAX };
	ck_assert_ptr_nonnull(place.store);
	g_free(above);
}

static void
teardown(void)
{
	g_autofree char *above = g_path_get_dirname(folder);
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		unlink(path);
	}
	g_dir_close(dir);
	rmdir(folder);
	rmdir(above);
	cli_store_free(place.store);
	g_free(folder);
	ck_assert_uint_eq(place.memory, 0);
}

static void
put(CliVersion *v, uint64_t at, const char *text)
{
	cli_version_write(&place, v, at, (const uint8_t *)text, strlen(text));
}

static bool
got(CliVersion *v, uint64_t at, const char *text)
{
	return cli_version_read(&place, v, at, (const uint8_t *)text, strlen(text));
}

/* Ends it, and compares what was stored: NULL is no file. */
static CliVersionEnd
ended(CliVersion *v, const char *expected)
{
	CliRanges known;
	CliVersionEnd end;

	cli_version_finish(&place, v, &known, &end);
	cli_ranges_clear(&known);
	ck_assert_int_eq(end.stored != NULL, expected != NULL);
	if (expected) {
		g_autofree char *path = g_build_filename(folder, end.stored, NULL), *bytes = NULL;
		struct stat st;
		gsize n;

		ck_assert(g_file_get_contents(path, &bytes, &n, NULL));
		ck_assert_str_eq(bytes, expected);
		ck_assert(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
		ck_assert_int_eq(g_str_has_suffix(end.stored, ".partial"), !end.whole);
	}
	g_free(end.stored);
	return end;
}

#define SHA256_ABCDEF "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721"

START_TEST(any_order_makes_the_same_file)
{
	CliVersion *v = cli_version_new(&place, "a.txt");
	CliVersionEnd end;

	cli_version_note_end(v, 6);
	ck_assert(got(v, 4, "ef"));
	ck_assert(got(v, 0, "ab"));
	ck_assert(got(v, 1, "bcde"));
	end = ended(v, "abcdef");
	ck_assert(end.whole && end.has_digest);
	ck_assert_str_eq(end.text.sha256, SHA256_ABCDEF);
}
END_TEST

START_TEST(readers_that_disagree_are_told)
{
	CliVersion *v = cli_version_new(&place, "a.txt");

	ck_assert(got(v, 0, "abcd"));
	ck_assert(!got(v, 2, "xdef"));
	ck_assert(cli_version_differs(&place, v, 3, (const uint8_t *)"x", 1));
	ck_assert(!cli_version_differs(&place, v, 3, (const uint8_t *)"dx", 2));
	ended(v, "abcd");
}
END_TEST

/* However many pieces of it are known, what is read again costs what its bytes do. */
START_TEST(a_sieve_is_compared_in_blocks)
{
	enum { PIECES = SMB_CAP(2000, 3) };
	CliVersion *v = cli_version_new(&place, "a.txt");
	char *read = g_strnfill(PIECES * 2, 'x');

	for (int i = 0; i < PIECES; i++) {
		put(v, (uint64_t)i * 2, "a");
		read[i * 2] = 'a';
	}
	n_read = 0;
	ck_assert(!cli_version_differs(&place, v, 0, (uint8_t *)read, PIECES * 2));
	ck_assert_uint_le(n_read, 1);
	read[PIECES * 2 - 2] = 'b';
	ck_assert(cli_version_differs(&place, v, 0, (uint8_t *)read, PIECES * 2));
	ck_assert(!cli_version_differs(&place, v, 1, (uint8_t *)read + 1, PIECES * 2 - 3));
	g_free(read);
	cli_version_set_end(&place, v, 0);
	ended(v, "");
}
END_TEST

/* More than a block, and offsets that are not those of blocks. */
START_TEST(what_lies_in_two_blocks_is_compared)
{
	enum { AT = 7, SIZE = 150000 };
	static const size_t other[] = { 0, 65535, 65536, 131071, 131072, SIZE - 1 };
	CliVersion *v = cli_version_new(&place, "a.txt");
	char *text = g_strnfill(SIZE, 'x');

	put(v, AT, text);
	for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
		ck_assert(!cli_version_differs(&place, v, AT, (uint8_t *)text, SIZE));
		text[other[i]] = 'y';
		ck_assert(cli_version_differs(&place, v, AT, (uint8_t *)text, SIZE));
		text[other[i]] = 'x';
	}
	g_free(text);
	cli_version_set_end(&place, v, 0);
	ended(v, "");
}
END_TEST

START_TEST(the_last_write_wins)
{
	CliVersion *v = cli_version_new(&place, "a.txt");
	CliVersionEnd end;

	cli_version_set_end(&place, v, 0);
	put(v, 0, "abXXef");
	put(v, 2, "cd");
	ck_assert_uint_eq(v->changed, 2);
	end = ended(v, "abcdef");
	ck_assert_str_eq(end.text.sha256, SHA256_ABCDEF);
}
END_TEST

START_TEST(holes_are_partial)
{
	CliVersion *v = cli_version_new(&place, "a.txt");
	CliVersionEnd end;

	cli_version_note_end(v, 10);
	put(v, 0, "abc");
	end = ended(v, "abc");
	ck_assert(!end.whole && !end.has_digest);
	ck_assert_uint_eq(end.size, 10);
}
END_TEST

START_TEST(a_shorter_end_forgets)
{
	CliVersion *v = cli_version_new(&place, "a.txt");

	put(v, 0, "abcdefghi");
	cli_version_set_end(&place, v, 6);
	ck_assert_str_eq(ended(v, "abcdef").text.sha256, SHA256_ABCDEF);
}
END_TEST

/* A write that was not captured leaves a hole, and neither the bytes before it nor a shorter file. */
START_TEST(what_was_overwritten_unseen_is_a_hole)
{
	CliVersion *v = cli_version_new(&place, "a.txt");
	CliRange one;

	cli_version_set_end(&place, v, 0);
	put(v, 0, "abcdef");
	cli_version_lose(&place, v, 2, 2);
	cli_version_lose(&place, v, UINT64_MAX, 2);
	ck_assert(cli_ranges_missing(&v->known, 0, 6, &one));
	ck_assert_uint_eq(one.low, 2);
	ck_assert_uint_eq(one.high, 4);
	cli_version_lose(&place, v, 6, 10);
	ck_assert_uint_eq(v->size, 16);
	{
		uint8_t stored[6];

		ck_assert(cli_store_read(place.store, v->file, stored, sizeof(stored), 0));
		ck_assert_mem_eq(stored, "ab\0\0ef", 6);
	}
	put(v, 2, "cd");
	cli_version_set_end(&place, v, 6);
	ck_assert_str_eq(ended(v, "abcdef").text.sha256, SHA256_ABCDEF);
}
END_TEST

START_TEST(caps_leave_out)
{
	CliVersion *v = cli_version_new(&place, "a.txt");

	place.max_file = 4;
	put(v, 0, "abcdef");
	put(v, UINT64_MAX - 2, "abcdef");
	ck_assert_uint_eq(place.left_out, 8);
	ck_assert(!ended(v, "abcd").whole);
}
END_TEST

static void
finish(CliVersion *v)
{
	CliRanges known;
	CliVersionEnd end;

	cli_version_finish(&place, v, &known, &end);
	cli_ranges_clear(&known);
	g_free(end.stored);
}

/* Changes of one byte of a large file do not fill the disk with copies. */
START_TEST(copies_have_a_budget)
{
	enum { SIZE = 1 << 20, TIMES = 80 };
	g_autofree uint8_t *bytes = g_malloc0(SIZE);
	CliVersion *v = cli_version_new(&place, "x");
	unsigned copied = 0;

	cli_version_write(&place, v, 0, bytes, SIZE);
	for (unsigned i = 0; i < TIMES; i++) {
		CliVersion *next = cli_version_new(&place, "x");

		cli_version_copy(&place, next, v);
		put(next, i, "y");
		copied += next->left_out == 0;
		ck_assert_uint_eq(cli_ranges_sum(&next->known) + next->left_out,
				  next->left_out ? SIZE + 1 : SIZE);
		finish(next);
	}
	ck_assert_uint_lt(copied, TIMES);
	ck_assert_uint_le(place.copied, (64 << 20) + 4 * place.received);
	ck_assert_uint_eq(place.left_out, (uint64_t)(TIMES - copied) * SIZE);
	finish(v);
}
END_TEST

/* Nor do those of one byte of a file in many pieces, each of which is read and written by itself. */
START_TEST(pieces_count_in_the_budget_of_copies)
{
	enum { PIECES = SMB_CAP(8192, 4), TIMES = 8 };
	CliVersion *v = cli_version_new(&place, "x");
	unsigned copied = 0;

	for (unsigned i = 0; i < PIECES; i++)
		put(v, 2 * i, "x");
	for (unsigned i = 0; i < TIMES; i++) {
		CliVersion *next = cli_version_new(&place, "x");

		cli_version_copy(&place, next, v);
		copied += next->left_out == 0;
		finish(next);
	}
	ck_assert_uint_eq(copied, SMB_CAP(2, 0));
	finish(v);
}
END_TEST

/* What is behind a hole that would be one piece too many is forgotten with it, and that is told. */
START_TEST(a_hole_too_many_is_counted)
{
	enum { PIECES = SMB_CAP(8192, 4) };
	CliVersion *v = cli_version_new(&place, "x");

	put(v, 0, "abcdef");
	for (unsigned i = 2; i < PIECES; i++)
		put(v, 8 + 2 * i, "x");
	cli_version_lose(&place, v, 3, 1);
	ck_assert_uint_eq(place.left_out, 0);
	cli_version_lose(&place, v, 1, 1);
	ck_assert_uint_eq(v->left_out, 1);
	ck_assert_uint_eq(place.left_out, 1);
	finish(v);
}
END_TEST

/* One file that is changed again and again takes nothing from the copies that another one paid for. */
START_TEST(a_file_pays_for_its_own_copies)
{
	enum { SIZE = SMB_CAP(1 << 20, 64), TIMES = 80 };
	g_autofree uint8_t *bytes = g_malloc0(SIZE);
	CliVersion *greedy = cli_version_new(&place, "x"), *other = cli_version_new(&place, "y");
	CliVersion *next;

	cli_version_write(&place, other, 0, bytes, SIZE);
	cli_version_write(&place, greedy, 0, bytes, SIZE);
	for (unsigned i = 0; i < TIMES; i++) {
		next = cli_version_new(&place, "x");
		cli_version_copy(&place, next, greedy);
		put(next, i % SIZE, "y");
		finish(greedy);
		greedy = next;
	}
	ck_assert_uint_gt(place.left_out, 0);
	for (unsigned i = 0; i < 4; i++) {
		next = cli_version_new(&place, "y");
		cli_version_copy(&place, next, other);
		ck_assert_uint_eq(next->left_out, 0);
		ck_assert_uint_eq(cli_ranges_sum(&next->known), SIZE);
		finish(other);
		other = next;
	}
	finish(greedy);
	finish(other);
}
END_TEST

/* Who leaves pieces behind a hole does not have others give up: what waits for longest does. */
START_TEST(what_waits_for_longest_is_not_hashed)
{
	enum { PIECE = SMB_CAP(1 << 20, 24), PIECES = SMB_CAP(7, 2) };
	g_autofree uint8_t *bytes = g_malloc0(PIECE);
	CliStore *store = place.store;
	CliVersion *silent, *goes_on, *new;

	place.store = NULL;
	goes_on = cli_version_new(&place, "a");
	silent = cli_version_new(&place, "b");
	new = cli_version_new(&place, "c");
	cli_version_write(&place, goes_on, 2, bytes, 1);
	cli_version_write(&place, silent, 1, bytes, PIECE);
	cli_version_write(&place, goes_on, 0, bytes, 1);
	for (unsigned i = 0; i < PIECES; i++)
		cli_version_write(&place, new, 1 + (uint64_t)i * PIECE, bytes, PIECE);
	ck_assert(silent->rehash);
	ck_assert(!goes_on->rehash);
	ck_assert(!new->rehash);
	finish(goes_on);
	ck_assert_ptr_eq(place.waits_first, new);
	ck_assert_ptr_eq(place.waits_last, new);
	finish(silent);
	finish(new);
	ck_assert_ptr_null(place.waits_first);
	ck_assert_ptr_null(place.waits_last);
	ck_assert_uint_eq(place.ahead, 0);
	place.store = store;
}
END_TEST

/* In whatever order they come. */
START_TEST(few_pieces_wait)
{
	enum { PIECES = 5000, SOME = SMB_CAP(1024, 2) };
	CliStore *store = place.store;
	CliVersion *v;

	place.store = NULL;
	v = cli_version_new(&place, "x");
	for (unsigned i = PIECES; i > 0; i--) {
		put(v, i, "x");
		ck_assert_uint_le(place.ahead, SOME);
	}
	ck_assert(v->rehash);
	ck_assert_uint_eq(place.ahead, 0);
	finish(v);
	place.store = store;
}
END_TEST

START_TEST(without_a_store_digests_are_the_same)
{
	CliStore *store = place.store;
	CliVersion *v;
	CliVersionEnd end;

	place.store = NULL;
	v = cli_version_new(&place, "a.txt");
	cli_version_note_end(v, 6);
	ck_assert(got(v, 4, "ef"));
	ck_assert(got(v, 2, "cd"));
	ck_assert(got(v, 0, "ab"));
	end = ended(v, NULL);
	ck_assert(end.whole);
	ck_assert_str_eq(end.text.sha256, SHA256_ABCDEF);
	ck_assert_uint_eq(place.ahead, 0);
	place.store = store;
}
END_TEST

START_TEST(nothing_is_replaced_and_no_link_followed)
{
	g_autofree char *planted = g_build_filename(folder, "a.txt.partial", NULL);
	g_autofree char *whole = g_build_filename(folder, "b.txt", NULL);
	g_autofree char *link = g_build_filename(folder, "link", NULL);
	CliStoreFile *file;
	char *name;

	ck_assert(symlink("/tmp/smbtrail-must-not-be-there", planted) == 0);
	ck_assert(g_file_set_contents(whole, "mine", 4, NULL));
	file = cli_store_create(place.store, "a.txt");
	ck_assert_ptr_nonnull(file);
	ck_assert_str_ne(cli_store_name(file), "a.txt.partial");
	ck_assert(cli_store_write(place.store, file, "x", 1, 0));
	cli_store_discard(place.store, file);
	ck_assert(access("/tmp/smbtrail-must-not-be-there", F_OK) != 0);
	file = cli_store_create(place.store, "b.txt");
	name = cli_store_finish(place.store, file, true);
	ck_assert_str_ne(name, "b.txt");
	g_free(name);
	ck_assert(symlink(folder, link) == 0);
	ck_assert_ptr_null(cli_store_new(link, NULL));
	ck_assert_ptr_null(cli_store_new(whole, NULL));
}
END_TEST

static char *
finished(const char *wanted)
{
	CliStoreFile *file = cli_store_create(place.store, wanted);

	ck_assert_ptr_nonnull(file);
	return cli_store_finish(place.store, file, true);
}

START_TEST(a_disk_without_such_a_rename_has_whole_files)
{
	g_autofree char *there = g_build_filename(folder, "a.txt", NULL);
	g_autofree char *name = NULL, *other = NULL;
	static const int codes[] = { EINVAL, ENOSYS };

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		refuses = codes[i];
		g_free(name);
		name = finished("a.txt");
		refuses = 0;
		ck_assert_int_eq(g_str_has_suffix(name, ".partial"), false);
		ck_assert_int_eq(strcmp(name, "a.txt") == 0, i == 0);
		ck_assert_int_eq(access(there, F_OK), 0);
	}
	ck_assert_int_eq(cli_store_error(place.store), 0);
	ck_assert_int_eq(refused, 2);
}
END_TEST

START_TEST(a_disk_that_refuses_is_asked_once_and_told_of)
{
	g_autofree char *name = NULL;

	refuses = EROFS;
	refused = 0;
	name = finished("a.txt");
	refuses = 0;
	ck_assert_str_eq(name, "a.txt.partial");
	ck_assert_int_eq(refused, 1);
	ck_assert_int_eq(cli_store_error(place.store), EROFS);
}
END_TEST

/* Somebody shortened the file. */
START_TEST(bytes_that_cannot_be_read_again_are_told_of)
{
	g_autofree char *path = g_build_filename(folder, "a.txt.partial", NULL);
	CliVersion *v = cli_version_new(&place, "a.txt");

	ck_assert(got(v, 0, "abcd"));
	ck_assert_int_eq(truncate(path, 2), 0);
	ck_assert_int_eq(place.error, 0);
	ck_assert(got(v, 0, "abcd"));
	ck_assert_int_eq(place.error, EIO);
	ended(v, "ab");
}
END_TEST

START_TEST(few_descriptors_are_open)
{
	CliStoreFile *files[200];

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		files[i] = cli_store_create(place.store, "same.txt");
		ck_assert_ptr_nonnull(files[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		ck_assert(cli_store_write(place.store, files[i], "x", 1, i));
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		g_free(cli_store_finish(place.store, files[i], true));
	ck_assert_uint_eq(cli_store_memory(place.store), 0);
}
END_TEST

/* One that is there may still grow; of the others there is none, of no bytes either. */
START_TEST(no_more_files_are_made_than_may_be)
{
	CliVersion *a = cli_version_new(&place, "a"), *b = cli_version_new(&place, "b");
	CliVersion *none = cli_version_new(&place, "none");
	CliVersionEnd end;

	place.max_files = 1;
	put(a, 0, "first");
	put(b, 0, "other");
	put(b, 5, "other");
	put(a, 5, "second");
	cli_version_set_end(&place, none, 0);
	end = ended(none, NULL);
	ck_assert(end.beyond && !end.whole);
	end = ended(b, NULL);
	ck_assert(end.beyond && !end.whole && !end.has_digest);
	end = ended(a, "firstsecond");
	ck_assert(!end.beyond);
	ck_assert_uint_eq(place.files, 1);
	ck_assert_uint_eq(place.files_left_out, 2);
	ck_assert_uint_eq(place.left_out, 10);
	ck_assert_int_eq(place.error, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("extract-version");
	TCase *tc = tcase_create("extract-version");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, any_order_makes_the_same_file);
	tcase_add_test(tc, readers_that_disagree_are_told);
	tcase_add_test(tc, a_sieve_is_compared_in_blocks);
	tcase_add_test(tc, what_lies_in_two_blocks_is_compared);
	tcase_add_test(tc, the_last_write_wins);
	tcase_add_test(tc, holes_are_partial);
	tcase_add_test(tc, a_shorter_end_forgets);
	tcase_add_test(tc, what_was_overwritten_unseen_is_a_hole);
	tcase_add_test(tc, caps_leave_out);
	tcase_add_test(tc, copies_have_a_budget);
	tcase_add_test(tc, pieces_count_in_the_budget_of_copies);
	tcase_add_test(tc, a_hole_too_many_is_counted);
	tcase_add_test(tc, a_file_pays_for_its_own_copies);
	tcase_add_test(tc, what_waits_for_longest_is_not_hashed);
	tcase_add_test(tc, few_pieces_wait);
	tcase_add_test(tc, without_a_store_digests_are_the_same);
	tcase_add_test(tc, nothing_is_replaced_and_no_link_followed);
	tcase_add_test(tc, a_disk_without_such_a_rename_has_whole_files);
	tcase_add_test(tc, a_disk_that_refuses_is_asked_once_and_told_of);
	tcase_add_test(tc, bytes_that_cannot_be_read_again_are_told_of);
	tcase_add_test(tc, few_descriptors_are_open);
	tcase_add_test(tc, no_more_files_are_made_than_may_be);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
