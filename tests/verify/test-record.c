/* SPDX-License-Identifier: BSD-3-Clause */
/* Records and the schema; files with a torn last line. */
#include "cli/verify/record.h"

#include <check.h>
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/verify/mend.h"

#define LOST                                                                      \
	"{\"timestamp\":\"2026-11-27T19:15:00.000000Z\",\"event_type\":\"lost\"," \
	"\"since\":\"2026-11-27T19:14:00.000000Z\",\"records\":3,\"bytes\":"
#define END                                                                                        \
	"{\"timestamp\":\"2026-11-27T19:15:00.000000Z\",\"event_type\":\"end\",\"interim\":true,"  \
	"\"complete\":true,\"packets\":7,\"bytes\":8,\"connections\":1,\"messages\":2,\"gaps\":0," \
	"\"gap_bytes\":0,\"skipped_bytes\":0,\"evictions\":0,\"conflicts\":0,\"limits\":0,"        \
	"\"part\":4,\"records\":5,\"kernel_drops\":null,\"interface_drops\":null"

static CliRecord record;

static const char *
problem_of(const char *line)
{
	OutJson json = { .at = line, .end = line + strlen(line), .begin = line };

	ck_assert_int_eq(cli_record_read(&record, &json), !*record.problem);
	return record.problem;
}

START_TEST(records_of_the_schema_are_good)
{
	ck_assert_str_eq(problem_of(LOST "7,\"cause\":\"quota\"}\n"), "");
	ck_assert_str_eq(problem_of(LOST "\"9007199254740993\",\"cause\":\"quota\"}\n"), "");
	ck_assert_str_eq(record.type, "lost");
	ck_assert_int_eq(record.records, 3);
	ck_assert_int_eq(record.part, -1);
	ck_assert(!record.interim);
	ck_assert_str_eq(problem_of(END ",\"exit_code\":0}\n"), "");
	ck_assert(record.interim);
	ck_assert_int_eq(record.part, 4);
	ck_assert_int_eq(record.records, 5);
	ck_assert_int_eq(record.packets, 7);
}
END_TEST

START_TEST(what_the_schema_does_not_have_is_a_problem)
{
	ck_assert_str_eq(problem_of(LOST "7}\n"), "there is no cause");
	ck_assert_str_eq(problem_of(LOST "7,\"cause\":null}\n"),
			 "the schema has another type for cause");
	ck_assert_str_eq(problem_of(LOST "true,\"cause\":\"quota\"}\n"),
			 "the schema has another type for bytes");
	ck_assert_str_eq(problem_of(LOST "7,\"cause\":\"quota\",\"x\":[]}\n"),
			 "the schema has no member x");
	ck_assert_str_eq(problem_of(LOST "7,\"cause\":\"quota\",\"records\":3}\n"),
			 "twice there is records");
	ck_assert_str_eq(problem_of("{\"event_type\":\"audit\",\"kind\":\"no\"}\n"),
			 "the schema has no record of type audit");
	ck_assert_str_eq(problem_of("{\"event_type\":7}\n"), "no event_type");
	ck_assert_str_eq(problem_of("{}\n"), "no event_type");
}
END_TEST

START_TEST(what_is_no_object_is_a_problem)
{
	static const char *const lines[] = { "", "[]\n", "7\n", "\n", "null\n", "\"x\"\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		ck_assert_str_eq(problem_of(lines[i]), "not a JSON object");
	ck_assert_str_ne(problem_of(LOST "7,\"cause\":\"quota\"} x\n"), "");
	ck_assert_str_ne(problem_of(LOST "7,\"cause\":\"quota\"\n"), "");
	ck_assert_str_ne(problem_of(LOST "7,\"cause\":\"\xff\"}\n"), "");
	ck_assert_str_ne(problem_of(LOST "07,\"cause\":\"quota\"}\n"), "");
}
END_TEST

/* A file of so many bytes of nothing and a text behind it. */
static int
make(char *path, off_t empty, const char *text)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, empty), 0);
	ck_assert_int_eq(pwrite(fd, text, strlen(text), empty), (ssize_t)strlen(text));
	return fd;
}

static void
expect_mended(off_t empty, const char *text, off_t size, uint64_t bytes)
{
	char path[] = "/tmp/mend.XXXXXX";
	int fd = make(path, empty, text);
	uint64_t cut;
	struct stat st;

	ck_assert(cli_mend(path, &cut, NULL));
	ck_assert_uint_eq(cut, bytes);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, size);
	close(fd);
	unlink(path);
}

START_TEST(a_torn_line_is_cut_off)
{
	const off_t large = (off_t)5 << 30;
	g_autofree char *block = g_strnfill(65536, 'x');
	g_autofree char *long_line = g_strconcat("{\n", block, block, "y", NULL);

	expect_mended(0, "", 0, 0);
	expect_mended(0, "{1}\n", 4, 0);
	expect_mended(0, "{1}\ntwo", 4, 3);
	expect_mended(0, "one\n{2}\ntwo", 8, 3);
	expect_mended(0, "{on", 0, 3);
	expect_mended(0, long_line, 2, 131073);
	expect_mended(large, "\n{1}\ntwo", large + 5, 3);
}
END_TEST

/* A capture, notes, another kind of JSON: nothing of it is torn. */
START_TEST(what_is_no_output_is_left_alone)
{
	static const char *const texts[] = { "one", "one\ntwo", "{1}\n\n}", "{\n  \"a\": 1\n}",
					     "\xd4\xc3\xb2\xa1 {\n\x01{" };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		char path[] = "/tmp/mend.XXXXXX";
		int fd = make(path, 0, texts[i]);
		g_autoptr(GError) error = NULL;
		uint64_t cut;

		ck_assert_msg(!cli_mend(path, &cut, &error), "%s", texts[i]);
		ck_assert(g_str_has_suffix(error->message, "no file of records"));
		ck_assert_int_eq(lseek(fd, 0, SEEK_END), (off_t)strlen(texts[i]));
		close(fd);
		unlink(path);
	}
}
END_TEST

START_TEST(a_file_in_work_is_left_alone)
{
	char path[] = "/tmp/mend.XXXXXX";
	int fd = make(path, 0, "{1}\ntwo");
	g_autoptr(GError) error = NULL;
	uint64_t cut;

	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	ck_assert(!cli_mend(path, &cut, &error));
	ck_assert(g_str_has_suffix(error->message, "a run writes to it"));
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), 7);
	close(fd);
	unlink(path);
	ck_assert(!cli_mend("/tmp", &cut, NULL));
	ck_assert(!cli_mend("/dev/null", &cut, NULL));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("record");
	TCase *tc = tcase_create("record");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, records_of_the_schema_are_good);
	tcase_add_test(tc, what_the_schema_does_not_have_is_a_problem);
	tcase_add_test(tc, what_is_no_object_is_a_problem);
	tcase_add_test(tc, a_torn_line_is_cut_off);
	tcase_add_test(tc, what_is_no_output_is_left_alone);
	tcase_add_test(tc, a_file_in_work_is_left_alone);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
