/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker tells is checked, and one of which nothing comes is noticed, by a clock that only the test turns. */
#include "cli/workers/items.h"
#include "cli/workers/member.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)

enum { LONG = 10, TICK_US = 100000 };

typedef struct {
	CliMember m;
	int fd, input; /* the worker's ends */
} World;

static World world;

static void
begin(void)
{
	ck_assert(cli_member_init(&world.m, 64 << 20, 2, &world.fd, &world.input));
}

static void
end(void)
{
	cli_member_clear(&world.m);
	close(world.fd);
	close(world.input);
}

static void
put(uint64_t order)
{
	memset(cli_member_put(&world.m, CLI_ITEM_CHUNK, 64, order), 0, 64);
}

static bool
is_done(uint64_t order, uint64_t messages)
{
	CliWireDone done = { .order = order, .memory = 7, .counters = { [3] = messages } };

	return cli_member_take_done(&world.m, (const char *)&done, sizeof(done));
}

static bool
tells(uint64_t order, uint32_t len, size_t n)
{
	char bytes[64] = { 0 };
	CliWirePiece piece = { .order = order, .len = len };

	memset(bytes, '\n', sizeof(bytes));
	memcpy(bytes, &piece, sizeof(piece));
	g_byte_array_append(world.m.queue.bytes, (const guint8 *)bytes, (guint)(sizeof(piece) + n));
	return cli_member_take_pieces(&world.m, sizeof(piece) + n, false);
}

/* A part of a record. */
static bool
tells_part(uint64_t order, bool goes_on, const char *text)
{
	CliWirePiece piece = { .order = order, .len = (uint32_t)strlen(text), .goes_on = goes_on };

	g_byte_array_append(world.m.queue.bytes, (const guint8 *)&piece, sizeof(piece));
	g_byte_array_append(world.m.queue.bytes, (const guint8 *)text, (guint)piece.len);
	return cli_member_take_pieces(&world.m, sizeof(piece) + piece.len, false);
}

static bool
has_last_word(void)
{
	CliWireResult result = { 0 }, taken;

	return cli_member_take_result(&world.m, (const char *)&result, sizeof(result), &taken);
}

/* Time passes, a look ten times a second: whether it is given up meanwhile. */
static bool
waits(int64_t us, bool may_tell)
{
	bool still = false;

	for (; us > 0; us -= TICK_US)
		still |= cli_member_is_still(&world.m, TICK_US, LONG * SECOND, may_tell);
	return still;
}

START_TEST(one_that_has_nothing_to_do_may_be_silent)
{
	ck_assert(!waits(3600 * SECOND, true));
	put(1);
	ck_assert(!waits(LONG * SECOND, true));
	ck_assert(waits(SECOND, true));
}
END_TEST

START_TEST(whatever_comes_is_a_sign_of_life)
{
	put(1);
	for (int i = 0; i < 5; i++) {
		ck_assert(!waits(9 * SECOND, true));
		world.m.moved = true;
	}
	put(2);
	ck_assert(is_done(1, 0));
	ck_assert(!waits(LONG * SECOND, true));
	ck_assert(is_done(2, 0));
	ck_assert(!waits(3600 * SECOND, true));
}
END_TEST

START_TEST(one_that_may_not_tell_is_not_blamed)
{
	put(1);
	ck_assert(!waits(3600 * SECOND, false));
	ck_assert(!waits(LONG * SECOND, true));
}
END_TEST

/* All were stopped for an hour, and the run is the first to go on. */
START_TEST(time_in_which_the_run_was_stopped_does_not_count)
{
	put(1);
	ck_assert(!cli_member_is_still(&world.m, 3600 * SECOND, LONG * SECOND, true));
	ck_assert(!waits(9 * SECOND, true));
}
END_TEST

/* What a socket has room for nobody may ever read. */
START_TEST(items_that_are_taken_are_a_sign_of_life)
{
	char taken[65536];

	put(1);
	ck_assert(!waits(9 * SECOND, true));
	for (uint64_t order = 2; !world.m.full; order++) {
		put(order);
		cli_member_send(&world.m);
	}
	ck_assert(cli_line_left(&world.m.items));
	ck_assert(waits(2 * SECOND, true));
	while (read(world.input, taken, sizeof(taken)) == sizeof(taken))
		;
	cli_member_send(&world.m);
	ck_assert(!world.m.full && !cli_line_left(&world.m.items));
	ck_assert(!waits(9 * SECOND, true));
	ck_assert(waits(2 * SECOND, true));
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	put(1);
	put(3);
	ck_assert(tells(1, 5, 5));
	ck_assert_uint_eq(cli_member_piece(&world.m).len, 5);
	ck_assert(!tells(4, 5, 5)); /* of an item that it did not get */
	ck_assert(!tells(3, 6, 5)); /* more than there is */
	ck_assert(!tells(3, UINT32_MAX, 5));
	ck_assert(tells(3, 5, 5));
	ck_assert(!tells(1, 5, 5)); /* of one before */
	ck_assert(!is_done(4, 0));
	ck_assert(is_done(3, 11));
	ck_assert_uint_eq(world.m.totals.messages, 11);
	ck_assert_uint_eq(world.m.memory, 7);
	ck_assert(!is_done(1, 0));
	ck_assert(!cli_member_take_done(&world.m, "short", 5));
}
END_TEST

START_TEST(no_record_is_left_for_others_to_go_on_with)
{
	put(1);
	put(2);
	put(3);
	ck_assert(!tells_part(1, false, "half a line"));
	ck_assert(!tells_part(1, false, ""));
	ck_assert(!tells_part(1, true, ""));
	ck_assert(tells_part(1, true, "half a line"));
	ck_assert(!is_done(1, 0));
	ck_assert(!is_done(3, 0));
	ck_assert(!has_last_word());
	ck_assert(!tells_part(2, false, "another\n"));
	ck_assert(tells_part(1, true, ", more"));
	ck_assert(tells_part(1, false, " and its end\n"));
	ck_assert(is_done(1, 0));
	ck_assert(tells_part(3, true, "the rest"));
	ck_assert(tells_part(3, false, "\n"));
	ck_assert(has_last_word());
}
END_TEST

START_TEST(of_what_is_done_nothing_comes)
{
	put(1);
	put(2);
	ck_assert(is_done(1, 0));
	ck_assert(!tells_part(1, false, "late\n"));
	ck_assert(tells_part(2, false, "in time\n"));
	ck_assert(has_last_word());
	ck_assert(!tells_part(2, false, "after the last word\n"));
}
END_TEST

START_TEST(what_no_honest_one_says_is_refused)
{
	CliWireDone done = { .order = 1, .memory = UINT64_MAX };

	put(1);
	ck_assert(!cli_member_take_done(&world.m, (const char *)&done, sizeof(done)));
	for (int i = 0; i < 1000; i++)
		ck_assert(cli_member_take_complaint(&world.m, 1));
	ck_assert(!cli_member_take_complaint(&world.m, 1));
}
END_TEST

static void
forget(void *to, const char *bytes, size_t n)
{
	(void)bytes;
	*(size_t *)to += n;
}

/* The file in which it waits has lost its end. */
START_TEST(what_cannot_be_read_again_is_noticed)
{
	static const char line[] = "a line\n";
	size_t printed = 0;
	int pieces = 0;

	put(1);
	for (; pieces < 10000; pieces++) {
		CliWirePiece piece = { .order = 1, .len = sizeof(line) - 1 };

		g_byte_array_append(world.m.queue.bytes, (const guint8 *)&piece, sizeof(piece));
		g_byte_array_append(world.m.queue.bytes, (const guint8 *)line, piece.len);
		ck_assert(cli_member_take_pieces(&world.m, sizeof(piece) + piece.len, true));
	}
	ck_assert_int_gt(world.m.spool.written, 0);
	ck_assert_int_eq(ftruncate(world.m.spool.fd, 1000), 0);
	ck_assert(!cli_member_print(&world.m, 0, true, forget, &printed));
	ck_assert_uint_lt(printed, (size_t)pieces * (sizeof(line) - 1));
}
END_TEST

START_TEST(a_message_is_read_to_the_end_of_the_queue)
{
	static const char message[] = { CLI_WIRE_NOTE, 'a', 'b', 'c' };
	const char *bytes;
	char what;

	put(1);
	ck_assert(tells(1, 5, 5));
	ck_assert_int_eq(cli_member_read(&world.m, &what, &bytes), -1);
	ck_assert_uint_eq(cli_line_left(&world.m.queue), sizeof(CliWirePiece) + 5);
	ck_assert_int_eq(write(world.fd, message, sizeof(message)), sizeof(message));
	ck_assert_int_eq(cli_member_read(&world.m, &what, &bytes), sizeof(message));
	ck_assert_int_eq(what, CLI_WIRE_NOTE);
	ck_assert_mem_eq(bytes, "abc", 3);
	cli_member_forget(&world.m, 3);
	ck_assert_uint_eq(cli_line_left(&world.m.queue), sizeof(CliWirePiece) + 5);
	ck_assert_uint_eq(cli_member_piece(&world.m).len, 5);
	close(world.fd);
	world.fd = dup(world.input);
	ck_assert_int_eq(cli_member_read(&world.m, &what, &bytes), 0);
	ck_assert_uint_eq(cli_line_left(&world.m.queue), sizeof(CliWirePiece) + 5);
}
END_TEST

START_TEST(a_last_word_is_the_last)
{
	CliWireResult result = { .counters = { [3] = 20 } }, taken;

	put(1);
	ck_assert(is_done(1, 11));
	ck_assert(cli_member_take_result(&world.m, (const char *)&result, sizeof(result), &taken));
	ck_assert_uint_eq(world.m.totals.messages, 20);
	ck_assert(!cli_member_take_result(&world.m, (const char *)&result, sizeof(result), &taken));
	ck_assert(!is_done(1, 11));
}
END_TEST

START_TEST(an_ended_one_is_not_waited_for)
{
	put(5);
	ck_assert(cli_member_may_precede(&world.m, 7) && cli_member_is_behind(&world.m));
	cli_member_expel(&world.m);
	ck_assert(!cli_member_may_precede(&world.m, 7) && !cli_member_is_behind(&world.m));
	ck_assert(!waits(3600 * SECOND, true));
	cli_member_send(&world.m);
	ck_assert_int_eq(world.m.input, -1);
	ck_assert_int_eq(world.m.fd, -1);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("member");
	Suite *suite = suite_create("member");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, one_that_has_nothing_to_do_may_be_silent);
	tcase_add_test(tc, whatever_comes_is_a_sign_of_life);
	tcase_add_test(tc, one_that_may_not_tell_is_not_blamed);
	tcase_add_test(tc, time_in_which_the_run_was_stopped_does_not_count);
	tcase_add_test(tc, items_that_are_taken_are_a_sign_of_life);
	tcase_add_test(tc, what_cannot_be_is_refused);
	tcase_add_test(tc, no_record_is_left_for_others_to_go_on_with);
	tcase_add_test(tc, of_what_is_done_nothing_comes);
	tcase_add_test(tc, what_no_honest_one_says_is_refused);
	tcase_add_test(tc, what_cannot_be_read_again_is_noticed);
	tcase_add_test(tc, a_message_is_read_to_the_end_of_the_queue);
	tcase_add_test(tc, a_last_word_is_the_last);
	tcase_add_test(tc, an_ended_one_is_not_waited_for);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
