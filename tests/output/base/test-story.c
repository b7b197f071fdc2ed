/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines that are sorted by time, and what becomes of them where there is no room. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/base/story.h"

static void
add(OutStory *story, OutWriter *writer, uint64_t time_ns, const char *line)
{
	out_story_add(story, time_ns, line, strlen(line), writer);
}

static void
expect(OutWriter *writer, const char *text)
{
	OutBuffer *b = out_writer_buffer(writer);

	ck_assert_uint_eq(b->len, strlen(text));
	ck_assert(b->len == 0 || memcmp(b->data, text, b->len) == 0);
	b->len = 0;
}

START_TEST(test_by_time_and_then_as_they_came)
{
	OutStory *story = out_story_new(1 << 20);
	OutWriter *writer = out_writer_new(-1, false);

	add(story, writer, 3, "c\n");
	add(story, writer, 1, "a\n");
	add(story, writer, 2, "b1\n");
	add(story, writer, 2, "b2\n");
	add(story, writer, 0, "0\n");
	add(story, writer, 0, "");
	expect(writer, "");
	out_story_finish(story, writer);
	expect(writer, "0\na\nb1\nb2\nc\n");
	ck_assert_uint_eq(out_story_late(story), 0);
	out_story_free(story);
	out_writer_free(writer);
}
END_TEST

/* Room for the heap's own array and no line. */
START_TEST(test_what_comes_too_late_is_counted)
{
	OutStory *story = out_story_new(1);
	OutWriter *writer = out_writer_new(-1, false);

	add(story, writer, 5, "five\n");
	add(story, writer, 7, "seven\n");
	add(story, writer, 6, "six\n");
	add(story, writer, 7, "seven again\n");
	expect(writer, "five\nseven\nsix\nseven again\n");
	ck_assert_uint_eq(out_story_late(story), 1);
	out_story_finish(story, writer);
	out_story_free(story);
	out_writer_free(writer);
}
END_TEST

START_TEST(test_memory_stays_below_what_it_may_take)
{
	enum { MOST = 16 << 10 };
	OutStory *story = out_story_new(MOST);
	OutWriter *writer = out_writer_new(-1, false);

	for (uint64_t i = 0; i < 1000; i++) {
		add(story, writer, 1000 - i, "a line of some length, as they are\n");
		ck_assert_uint_le(out_story_memory(story), MOST);
	}
	ck_assert_uint_gt(out_story_late(story), 0);
	out_story_free(story);
	out_writer_free(writer);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("story");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, test_by_time_and_then_as_they_came);
	tcase_add_test(tc, test_what_comes_too_late_is_counted);
	tcase_add_test(tc, test_memory_stays_below_what_it_may_take);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
