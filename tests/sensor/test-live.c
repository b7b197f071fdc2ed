/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop of a live capture, on clocks that only the test turns. */
#include "cli/sensor/live.h"

#include <check.h>
#include <stdlib.h>

#define MS UINT64_C(1000000)
#define BEGIN (UINT64_C(1764270000) * 1000 * MS)

enum { PACKETS_MAX = 64, TICKS_MAX = 4096 };

/* A world in which time passes only while the loop waits. */
typedef struct {
	uint64_t now_ns;    /* since 1970; the other clock goes alike */
	uint64_t gather_ns; /* so long the kernel keeps a packet */
	struct {
		uint64_t at_ns; /* on the wire */
	} packets[PACKETS_MAX];
	unsigned n, next;
	uint64_t stop_ns; /* when a signal comes; 0: never */
	volatile bool stop;
	bool fails;                    /* after the last packet */
	uint64_t set_back_ns, back_ns; /* when the clock is set back, and by how much */
	int longest_ms;

	unsigned taken, ticks, looks;
	uint64_t seen_ns[TICKS_MAX]; /* of each tick */
	uint64_t tick_at_ns[TICKS_MAX];
	uint64_t waits_until_ns,
		printed_ns; /* a line that is printed when everything up to then was seen */
} World;

/* The clock of the packets, which somebody may set back; that of the program never is. */
static uint64_t
world_real(void *source)
{
	const World *w = source;

	return w->now_ns < w->set_back_ns ? w->now_ns : w->now_ns - w->back_ns;
}

static int64_t
world_monotonic(void *source)
{
	return (int64_t)((((World *)source)->now_ns - BEGIN) / 1000);
}

static CapNext
world_next(void *source, CapPacket *ret_packet, int timeout_ms, GError **error)
{
	World *w = source;
	uint64_t until = w->now_ns + (uint64_t)timeout_ms * MS, comes = UINT64_MAX;

	w->longest_ms = MAX(w->longest_ms, timeout_ms);
	if (w->next < w->n)
		comes = w->packets[w->next].at_ns + w->gather_ns;
	if (w->next == w->n && w->fails) {
		g_set_error_literal(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_DEVICE, "broken");
		return CAP_NEXT_ERROR;
	}
	if (w->stop_ns && w->stop_ns <= MIN(until, comes) && !w->stop) {
		w->now_ns = MAX(w->now_ns, w->stop_ns);
		w->stop = true;
		return CAP_NEXT_TIMEOUT;
	}
	if (comes > until) {
		w->now_ns = until;
		return CAP_NEXT_TIMEOUT;
	}
	w->now_ns = MAX(w->now_ns, comes);
	*ret_packet = (CapPacket){ .time_ns = w->packets[w->next++].at_ns, .frame = w->next };
	return CAP_NEXT_PACKET;
}

static void
on_packet(void *user, const CapPacket *packet)
{
	World *w = user;

	(void)packet;
	w->taken++;
}

static void
on_tick(void *user, uint64_t seen_ns)
{
	World *w = user;

	ck_assert_uint_lt(w->ticks, TICKS_MAX);
	w->tick_at_ns[w->ticks] = w->now_ns;
	w->seen_ns[w->ticks++] = seen_ns;
	if (w->waits_until_ns && seen_ns > w->waits_until_ns && !w->printed_ns)
		w->printed_ns = w->now_ns;
}

static void
on_look(void *user)
{
	((World *)user)->looks++;
}

static bool
run(World *w, uint64_t count, uint64_t duration_us, GError **error)
{
	CliLiveInput input = { world_next, world_real, world_monotonic, w };
	CliLiveWork work = { on_packet, on_tick, on_look, w, count, duration_us };

	w->now_ns = BEGIN;
	return cli_live_run(&input, &work, &w->stop, error);
}

static void
add(World *w, uint64_t ms)
{
	w->packets[w->n++].at_ns = BEGIN + ms * MS;
}

/* What was answered at 1000 ms and may be continued for 40 ms is printed before 1100 ms. */
START_TEST(a_line_that_waits_is_printed_when_nothing_comes)
{
	World w = { .gather_ns = 10 * MS, .stop_ns = BEGIN + 5000 * MS };

	add(&w, 1000);
	w.waits_until_ns = BEGIN + 1040 * MS;
	ck_assert(run(&w, 0, 0, NULL));
	ck_assert_uint_ne(w.printed_ns, 0);
	ck_assert_uint_le(w.printed_ns, BEGIN + 1090 * MS);
	/* But not before all that may continue it has come. */
	ck_assert_uint_ge(w.printed_ns, BEGIN + 1040 * MS + w.gather_ns);
}
END_TEST

/* The same where the clock is set back an hour after the packet. */
START_TEST(a_line_that_waits_is_printed_though_the_clock_was_set_back)
{
	World w = { .gather_ns = 10 * MS,
		    .stop_ns = BEGIN + 5000 * MS,
		    .set_back_ns = BEGIN + 1015 * MS,
		    .back_ns = 3600000 * MS };

	add(&w, 1000);
	w.waits_until_ns = BEGIN + 1040 * MS;
	ck_assert(run(&w, 0, 0, NULL));
	ck_assert_uint_ne(w.printed_ns, 0);
	ck_assert_uint_le(w.printed_ns, BEGIN + 1200 * MS);
	ck_assert_uint_ge(w.printed_ns, BEGIN + 1040 * MS + w.gather_ns);
}
END_TEST

/* The same while other connections never leave the interface idle. */
START_TEST(a_line_that_waits_is_printed_while_others_talk)
{
	World w = { .gather_ns = 10 * MS, .stop_ns = BEGIN + 2000 * MS };

	for (unsigned i = 0; i < 60; i++)
		add(&w, 1000 + 3 * i);
	w.waits_until_ns = BEGIN + 1040 * MS;
	ck_assert(run(&w, 0, 0, NULL));
	ck_assert_uint_ne(w.printed_ns, 0);
	ck_assert_uint_le(w.printed_ns, BEGIN + 1080 * MS);
}
END_TEST

/* No packet that comes later is older than what a tick said was seen. */
START_TEST(ticks_promise_nothing_that_is_not_kept)
{
	World w = { .gather_ns = 10 * MS, .stop_ns = BEGIN + 3000 * MS };
	unsigned packet = 0;

	for (unsigned i = 0; i < PACKETS_MAX; i++)
		add(&w, 500 + 7 * i + (i % 5 == 0 ? 3 : 0) + (i > 40 ? 900 : 0));
	ck_assert(run(&w, 0, 0, NULL));
	ck_assert_uint_eq(w.taken, PACKETS_MAX);
	for (unsigned i = 0; i < w.ticks; i++) {
		while (packet < w.n && w.packets[packet].at_ns + w.gather_ns <= w.tick_at_ns[i])
			packet++;
		if (packet < w.n)
			ck_assert_uint_le(w.seen_ns[i], w.packets[packet].at_ns);
		if (i)
			ck_assert_uint_ge(w.seen_ns[i], w.seen_ns[i - 1]);
	}
}
END_TEST

/* An interface without traffic costs ten wake-ups a second. */
START_TEST(silence_is_cheap)
{
	World w = { .stop_ns = BEGIN + 100000 * MS };

	ck_assert(run(&w, 0, 0, NULL));
	ck_assert_uint_le(w.ticks, 1000 + 60);
	ck_assert_int_eq(w.longest_ms, 100);
	ck_assert_uint_ge(w.looks, 300);
	ck_assert_uint_le(w.looks, 405);
}
END_TEST

START_TEST(it_ends_after_a_duration)
{
	World w = { 0 };

	ck_assert(run(&w, 0, 1500000, NULL));
	ck_assert_uint_ge(w.now_ns, BEGIN + 1500 * MS);
	ck_assert_uint_le(w.now_ns, BEGIN + 1600 * MS);
	ck_assert_uint_ge(w.looks, 1);
}
END_TEST

START_TEST(it_ends_after_so_many_packets)
{
	World w = { 0 };

	for (unsigned i = 0; i < 10; i++)
		add(&w, 100 + i);
	ck_assert(run(&w, 4, 0, NULL));
	ck_assert_uint_eq(w.taken, 4);
}
END_TEST

/* What the kernel still gathers when the signal comes belongs to the run; later packets do not. */
START_TEST(what_was_captured_before_the_signal_is_taken)
{
	World w = { .gather_ns = 10 * MS, .stop_ns = BEGIN + 1005 * MS };

	add(&w, 1000);
	add(&w, 1004);
	add(&w, 1006);
	ck_assert(run(&w, 0, 0, NULL));
	ck_assert_uint_eq(w.taken, 2);
}
END_TEST

START_TEST(a_failure_is_handed_on)
{
	World w = { .fails = true };
	GError *error = NULL;

	add(&w, 10);
	ck_assert(!run(&w, 0, 0, &error));
	ck_assert_str_eq(error->message, "broken");
	ck_assert_uint_eq(w.taken, 1);
	ck_assert_uint_ge(w.looks, 1);
	g_error_free(error);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("live");
	TCase *tc = tcase_create("live");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, a_line_that_waits_is_printed_when_nothing_comes);
	tcase_add_test(tc, a_line_that_waits_is_printed_though_the_clock_was_set_back);
	tcase_add_test(tc, a_line_that_waits_is_printed_while_others_talk);
	tcase_add_test(tc, ticks_promise_nothing_that_is_not_kept);
	tcase_add_test(tc, silence_is_cheap);
	tcase_add_test(tc, it_ends_after_a_duration);
	tcase_add_test(tc, it_ends_after_so_many_packets);
	tcase_add_test(tc, what_was_captured_before_the_signal_is_taken);
	tcase_add_test(tc, a_failure_is_handed_on);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
