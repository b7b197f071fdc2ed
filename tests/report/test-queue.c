/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines on their way to a socket, pauses between connects, and what is said of lost records. */
#include "cli/report/queue.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/backoff.h"
#include "cli/report/loss.h"

static void
expect_next(const CliQueue *queue, bool line, const char *expected)
{
	size_t n;
	const char *next = cli_queue_next(queue, line, &n);

	ck_assert_uint_eq(n, strlen(expected));
	ck_assert_mem_eq(next, expected, n);
}

static bool
put(CliQueue *queue, const char *lines)
{
	return cli_queue_put(queue, lines, strlen(lines));
}

START_TEST(a_new_connection_begins_with_a_whole_line)
{
	CliQueue queue;
	size_t bytes;

	cli_queue_init(&queue, 64);
	ck_assert(put(&queue, "one\ntwo\nthree\n"));
	ck_assert_uint_eq(cli_queue_sent(&queue, 6, &bytes), 1);
	ck_assert_uint_eq(bytes, 4);
	expect_next(&queue, false, "o\nthree\n");
	cli_queue_rewind(&queue);
	expect_next(&queue, false, "two\nthree\n");
	expect_next(&queue, true, "two\n");
	ck_assert_uint_eq(cli_queue_sent(&queue, 10, &bytes), 2);
	ck_assert_uint_eq(bytes, 10);
	ck_assert_uint_eq(cli_queue_length(&queue), 0);
	expect_next(&queue, false, "");
	ck_assert_uint_eq(cli_queue_sent(&queue, 0, &bytes), 0);
	cli_queue_clear(&queue);
}
END_TEST

START_TEST(lines_go_in_as_a_whole_or_not_at_all)
{
	CliQueue queue;
	size_t bytes;

	cli_queue_init(&queue, 12);
	ck_assert(put(&queue, "12345\n"));
	ck_assert(!put(&queue, "1234567\n"));
	ck_assert(put(&queue, "abcde\n"));
	ck_assert(!put(&queue, "\n"));
	/* Of a line that was sent in part, all is kept. */
	cli_queue_sent(&queue, 9, &bytes);
	ck_assert(!put(&queue, "1234567\n"));
	ck_assert(put(&queue, "fghij\n"));
	expect_next(&queue, false, "de\nfghij\n");
	cli_queue_rewind(&queue);
	expect_next(&queue, false, "abcde\nfghij\n");
	cli_queue_clear(&queue);
}
END_TEST

START_TEST(pauses_grow_up_to_ten_seconds)
{
	CliBackoff backoff = { 0 };
	int64_t now = 1000, before = 0;

	ck_assert(cli_backoff_is_due(&backoff, now));
	for (int i = 0; i < 12; i++) {
		cli_backoff_failed(&backoff, now);
		ck_assert(!cli_backoff_is_due(&backoff, now));
		ck_assert_int_ge(backoff.due_us - now, before);
		ck_assert_int_le(backoff.due_us - now, CLI_BACKOFF_LAST_US);
		before = backoff.due_us - now;
		ck_assert(!cli_backoff_is_due(&backoff, backoff.due_us - 1));
		now = backoff.due_us;
		ck_assert(cli_backoff_is_due(&backoff, now));
	}
	ck_assert_int_eq(before, CLI_BACKOFF_LAST_US);
	cli_backoff_reset(&backoff);
	cli_backoff_failed(&backoff, now);
	ck_assert_int_eq(backoff.due_us - now, CLI_BACKOFF_FIRST_US);
}
END_TEST

START_TEST(what_is_lost_is_told_once)
{
	CliLoss loss = { .name = "out", .json = true };
	OutBuffer b = { 0 };

	cli_loss_add(&loss, "one\ntwo\n", 8, ENOSPC, 1000000, 5);
	cli_loss_add(&loss, "three\n", 6, EIO, 2000000, 6);
	ck_assert(cli_loss_pending(&loss));
	cli_loss_put(&loss, &b, 3500000);
	out_char(&b, '\0');
	ck_assert_str_eq(b.data, "{\"timestamp\":\"1970-01-01T00:00:03.500000Z\",\"event_type\":"
				 "\"lost\",\"since\":\"1970-01-01T00:00:01.000000Z\",\"records\":3,"
				 "\"bytes\":14,\"cause\":\"no_space\"}\n");
	cli_loss_told(&loss);
	ck_assert(!cli_loss_pending(&loss));
	/* Within a minute nothing is said again. */
	cli_loss_count(&loss, 7, 70, ENOBUFS, 4000000, 59000000);
	ck_assert(loss.silent);
	ck_assert_uint_eq(loss.records, 10);
	ck_assert_uint_eq(loss.bytes, 84);
	cli_loss_told(&loss);
	cli_loss_count(&loss, 1, 1, ENOBUFS, 4000000, 61000000);
	ck_assert(!loss.silent);
	loss.json = false;
	b.len = 0;
	cli_loss_put(&loss, &b, 5000000);
	out_char(&b, '\0');
	ck_assert_str_eq(b.data, "[1 line was lost here: the receiver is too slow]\n");
	out_buffer_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("queue");
	TCase *tc = tcase_create("queue");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, a_new_connection_begins_with_a_whole_line);
	tcase_add_test(tc, lines_go_in_as_a_whole_or_not_at_all);
	tcase_add_test(tc, pauses_grow_up_to_ten_seconds);
	tcase_add_test(tc, what_is_lost_is_told_once);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
