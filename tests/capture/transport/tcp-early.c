/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP: answers that were captured before what they answer. */
#include "tests/capture/transport/tcp-case.h"

/* The data of side B were told after those of side A, with the stamp of their packet. */
static void
assert_in_order(const char *a, const char *b, uint64_t frame)
{
	ck_assert_str_eq(story(0, 0), a);
	ck_assert_str_eq(story(0, 1), b);
	ck_assert_uint_lt(pkt_flow(w, 0)->place[0], pkt_flow(w, 0)->place[1]);
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[1], frame);
}

START_TEST(an_answer_waits_for_what_it_answers)
{
	size_t before;

	connect_ab();
	before = cap_tracker_memory(w->tracker);
	from_b(PKT_ACK, 5001, 1006, "welcome");
	ck_assert_str_eq(story(0, 1), "no flow");
	from_a(PKT_ACK, 1001, 5001, "hello");
	assert_in_order("hello", "welcome", 4);
	ck_assert_uint_eq(cap_tracker_memory(w->tracker), before);
	ck_assert_uint_eq(counters()->gaps + counters()->out_of_order, 0);
}
END_TEST

START_TEST(a_question_in_pieces_one_of_which_came_before)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "he");
	from_a(PKT_ACK, 1005, 5001, "o");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_a(PKT_ACK, 1003, 5001, "l");
	ck_assert_str_eq(story(0, 1), "");
	from_a(PKT_ACK, 1004, 5001, "l");
	assert_in_order("hello", "welcome", 6);
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* One side is late by more than an exchange. */
START_TEST(two_answers_before_what_they_answer)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_b(PKT_ACK, 5008, 1007, "!");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
	from_a(PKT_ACK, 1006, 5008, "?");
	assert_in_order("hello?", "welcome!", 5);
}
END_TEST

/* What was not captured is not waited for: the other side's next packet is not it. */
START_TEST(a_question_that_was_not_captured)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_a(PKT_ACK, 1006, 5008, "");
	ck_assert_str_eq(story(0, 1), "welcome");
	from_b(PKT_ACK, 5008, 1011, "again");
	from_a(PKT_ACK, 1011, 5013, "hello");
	ck_assert_str_eq(story(0, 1), "welcomeagain");
	ck_assert_str_eq(story(0, 0), "<10 missing>hello");
	ck_assert_uint_gt(pkt_flow(w, 0)->place[0], pkt_flow(w, 0)->place[1]);
}
END_TEST

START_TEST(nobody_waits_for_long)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1006, "welcome");
	cap_tracker_idle(w->tracker, w->time_ns + 9000000);
	ck_assert_str_eq(story(0, 1), "no flow");
	a_while();
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* Packets of others are time, too. */
START_TEST(nobody_waits_for_many_packets)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1006, "welcome");
	for (uint32_t i = 0; i < 70; i++)
		pkt_feed_tcp(w, (PktTcp){ 3, 4, 1000, 445, 1, 1, PKT_ACK, 8192, "", 0 });
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* Only one flow has something that waits. */
START_TEST(another_flow_takes_the_place)
{
	connect_ab();
	pkt_feed_tcp(w, (PktTcp){ 3, 4, 1000, 445, 1000, 0, PKT_SYN, 8192, "", 0 });
	pkt_feed_tcp(w, (PktTcp){ 4, 3, 445, 1000, 5000, 1001, PKT_SYN | PKT_ACK, 8192, "", 0 });
	pkt_feed_tcp(w, (PktTcp){ 3, 4, 1000, 445, 1001, 5001, PKT_ACK, 8192, "", 0 });
	from_b(PKT_ACK, 5001, 1006, "welcome");
	pkt_feed_tcp(w, (PktTcp){ 4, 3, 445, 1000, 5001, 1006, PKT_ACK, 8192, "x", 1 });
	ck_assert_str_eq(story(0, 1), "welcome");
	pkt_feed_tcp(w, (PktTcp){ 3, 4, 1000, 445, 1001, 5001, PKT_ACK, 8192, "hello", 5 });
	ck_assert_str_eq(story(1, 0), "hello");
	ck_assert_str_eq(story(1, 1), "x");
}
END_TEST

static void
ends_by_fin(void)
{
	from_a(PKT_FIN | PKT_ACK, 1006, 5008, "");
}

static void
ends_by_reset(void)
{
	from_a(PKT_RST, 1001, 0, "");
}

static void
ends_by_a_new_connection(void)
{
	from_a(PKT_SYN, 900000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 700000, 900001, "");
}

static void
ends_with_the_capture(void)
{
	pkt_finish(w);
}

static void
ends_for_want_of_memory(void)
{
	ck_assert(cap_tracker_evict(w->tracker));
}

static void (*const ends[])(void) = { ends_by_fin, ends_by_reset, ends_by_a_new_connection,
				      ends_with_the_capture, ends_for_want_of_memory };

START_TEST(what_waits_is_told_before_the_end)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1006, "welcome");
	ends[_i]();
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

START_TEST(no_more_waits_than_there_is_room_for)
{
	size_t before;

	limited((CapLimits){ .reorder_bytes = 1000 });
	connect_ab();
	before = cap_tracker_memory(w->tracker);
	for (uint32_t i = 0; i < 40; i++) {
		g_autofree char *text = g_strnfill(100, 'x');

		from_b(PKT_ACK, 5001 + 100 * i, 1006, text);
		ck_assert_uint_le(cap_tracker_memory(w->tracker), before + 2000);
	}
	a_while();
	ck_assert_uint_eq(pkt_flow(w, 0)->bytes[1]->len, 4000);
	from_a(PKT_ACK, 1006, 9001, ""); /* nothing is in doubt any more */
	ck_assert_uint_eq(cap_tracker_memory(w->tracker), before);
}
END_TEST

void
tcp_add_early(TCase *tc)
{
	tcase_add_test(tc, an_answer_waits_for_what_it_answers);
	tcase_add_test(tc, a_question_in_pieces_one_of_which_came_before);
	tcase_add_test(tc, two_answers_before_what_they_answer);
	tcase_add_test(tc, a_question_that_was_not_captured);
	tcase_add_test(tc, nobody_waits_for_long);
	tcase_add_test(tc, nobody_waits_for_many_packets);
	tcase_add_test(tc, another_flow_takes_the_place);
	tcase_add_loop_test(tc, what_waits_is_told_before_the_end, 0, G_N_ELEMENTS(ends));
	tcase_add_test(tc, no_more_waits_than_there_is_room_for);
}
