/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP: which FINs are believed, and how the flow ended (RFC 9293 section 3.6). */
#include "tests/capture/transport/tcp-case.h"

/* A side of which nothing else was seen. */
START_TEST(fin_of_a_side_not_seen)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_FIN | PKT_ACK, 5001, 1006, "");
	from_a(PKT_FIN | PKT_ACK, 1006, 5002, "");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_int_eq(ended(), CAP_END_FIN);
	ck_assert(pkt_flow(w, 0)->flow.ended_by_b);
}
END_TEST

/* Both have finished, but the second never said that it has all of the first. */
START_TEST(fin_never_acknowledged)
{
	from_a(PKT_SYN, 0xffffff00, 0, "");
	from_a(PKT_ACK, 0xffffff01, 5001, "x");
	from_b(0, 5001, 0, "welcome");
	from_a(PKT_FIN | PKT_ACK, 0xffffff02, 5008, "");
	from_b(PKT_FIN, 5008, 0, "");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_FIN);
}
END_TEST

/* In midstream a FIN that follows data confirms them; one somewhere else does not. */
static const struct {
	uint32_t seq;
	const char *text, *story;
} midstream_fins[] = {
	{ 1006, "", "hello" },
	{ 1006, "again", "helloagain" },
	{ 1006 + GUESSED, "", "no flow" },
	{ 1001, "hello", "no flow" }, /* one segment, which came twice */
};

START_TEST(fin_in_midstream)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_FIN | PKT_ACK, midstream_fins[_i].seq, 5001, midstream_fins[_i].text);
	ck_assert_str_eq(story(0, 0), midstream_fins[_i].story);
}
END_TEST

/* Two FINs before their turn: the first one stays. */
START_TEST(fin_twice_ahead)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1011, 5001, "");
	from_a(PKT_FIN | PKT_ACK, 1016, 5001, "");
	from_a(PKT_ACK, 1001, 5001, "helloworld");
	from_a(PKT_ACK, 1011, 5001, "after");
	ck_assert_str_eq(story(0, 0), "helloworld");
	ck_assert_uint_eq(counters()->forged, 1); /* what came after it */
}
END_TEST

/* Data that cross a FIN ahead of its turn, and are not in order themselves, end there. */
START_TEST(data_across_a_fin_ahead)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1011, 5001, "");
	w->cut = _i ? 40 + 2 : 0;
	from_a(PKT_ACK, 1006, 5001, "worldly");
	w->cut = 0;
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), _i ? "hellowo<3 snaplen>" : "helloworld");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

START_TEST(data_after_an_acknowledged_fin)
{
	connect_hello();
	from_a(PKT_FIN | PKT_ACK, 1006, 5008, "");
	from_b(PKT_ACK, 5008, 1007, "");
	from_a(PKT_ACK, 1007 - (uint32_t)_i, 5008, "late");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Who acknowledges a FIN that was not captured was second; a hole in the data is something else. */
START_TEST(fin_that_answers)
{
	connect_hello();
	from_b(PKT_FIN | PKT_ACK, 5008, 1007, "");
	pkt_finish(w);
	ck_assert(!pkt_flow(w, 0)->flow.ended_by_b);
}
END_TEST

START_TEST(fin_that_answers_nothing)
{
	connect_hello();
	from_a(PKT_ACK, 1011, 5008, "again");
	from_b(PKT_FIN | PKT_ACK, 5008, 1007, "");
	pkt_finish(w);
	ck_assert(pkt_flow(w, 0)->flow.ended_by_b);
}
END_TEST

/* A FIN is no byte: what is missing before it ends there. */
START_TEST(missing_before_a_fin)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1011, 5001, "");
	from_b(PKT_ACK, 5001, 1012, "");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<10 missing>");
}
END_TEST

/* A FIN without an acknowledgment is dropped (section 3.10.7.4). */
START_TEST(fin_with_the_field_alone)
{
	connect_hello();
	from_b(PKT_FIN, 5008, 1007, "");
	from_b(PKT_ACK, 5008, 1006, "more");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 1), "welcomemore");
	ck_assert_int_ne(ended(), CAP_END_FIN);
}
END_TEST

START_TEST(fin_in_midstream_answers_nothing)
{
	from_a(PKT_ACK, 1001, 1, "hello");
	from_a(PKT_FIN | PKT_ACK, 1006, 1, "");
	ck_assert_int_eq(ended(), CAP_END_FIN);
	ck_assert(!pkt_flow(w, 0)->flow.ended_by_b);
}
END_TEST

START_TEST(fin_of_an_unwanted_flow)
{
	w->unwanted = true;
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1101, 5001, "");
	from_b(PKT_FIN | PKT_ACK, 5001, 1102, "");
	from_a(PKT_ACK, 1102, 5002, "");
	ck_assert_int_eq(ended(), CAP_END_FIN);
}
END_TEST

/* A byte before a FIN waits for those before it. */
START_TEST(fin_after_a_byte_that_waits)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "x");
	from_a(PKT_FIN | PKT_ACK, 1007, 5001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hellox");
}
END_TEST

/* Once both have finished nothing comes any more of what was acknowledged. */
START_TEST(hole_at_the_end)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_b(PKT_FIN | PKT_ACK, 5001, 1011, "");
	ck_assert_str_eq(story(0, 0), "no flow");
	from_a(PKT_FIN | PKT_ACK, 1011, 5002, "");
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
}
END_TEST

/* But what was never acknowledged may. */
START_TEST(hole_that_nobody_acknowledged)
{
	from_a(PKT_SYN, 0xf0000000, 0, "");
	from_a(PKT_ACK, 0xf0000001, 5001, "a");
	from_b(0, 5001, 0, "x");
	from_a(PKT_FIN | PKT_ACK, 0xf0000007, 5002, "world");
	from_b(PKT_FIN, 5002, 0, "");
	ck_assert_str_eq(story(0, 0), "a");
}
END_TEST

START_TEST(fins_of_one_side)
{
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_FIN | PKT_ACK, 5001, 1001, "");
	ck_assert_int_eq(ended(), CAP_END_FIN);
}
END_TEST

/* Over when the first is acknowledged; the time of the end is that of the second. */
START_TEST(fin_acknowledged_later)
{
	connect_hello();
	from_a(PKT_FIN | PKT_ACK, 1006, 5008, "");
	from_b(PKT_FIN | PKT_ACK, 5008, 1006, "");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	from_b(PKT_ACK, 5009, 1007, "");
	ck_assert_int_eq(ended(), CAP_END_FIN);
	ck_assert_uint_eq(pkt_flow(w, 0)->end_frame, 7);
}
END_TEST

/* Data behind a FIN that nobody acknowledged do not fit; 0 is no acknowledgment. */
START_TEST(data_behind_a_fin_that_nobody_acknowledged)
{
	from_a(PKT_SYN, 0xfffffffe, 0, "");
	from_a(PKT_ACK, 0xffffffff, 5001, "");
	from_b(0, 5001, 0, "x");
	from_a(PKT_FIN | PKT_ACK, 0xffffffff, 5002, "");
	from_a(PKT_ACK, 0, 5002, "evil");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

START_TEST(data_behind_an_acknowledged_fin_fit)
{
	connect_hello();
	from_a(PKT_FIN | PKT_ACK, 1006, 5008, "");
	from_b(PKT_ACK, 5008, 1007, "");
	from_a(PKT_ACK, 1008, 5008, "late");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* What stands for an acknowledgment where there is none is none, of a FIN either. */
START_TEST(fin_without_acknowledgment)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(0, 1001, 0, "xxx");
	from_b(PKT_ACK, 5001, 1004, "y");
	from_a(PKT_FIN, 1004, 5003, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_FIN);
	ck_assert(!pkt_flow(w, 0)->flow.ended_by_b);
}
END_TEST

void
tcp_add_fins(TCase *tc)
{
	tcase_add_test(tc, fin_of_a_side_not_seen);
	tcase_add_test(tc, fin_never_acknowledged);
	tcase_add_loop_test(tc, fin_in_midstream, 0, G_N_ELEMENTS(midstream_fins));
	tcase_add_test(tc, fin_twice_ahead);
	tcase_add_loop_test(tc, data_across_a_fin_ahead, 0, 2);
	tcase_add_loop_test(tc, data_after_an_acknowledged_fin, 0, 2);
	tcase_add_test(tc, fin_that_answers);
	tcase_add_test(tc, fin_that_answers_nothing);
	tcase_add_test(tc, missing_before_a_fin);
	tcase_add_test(tc, fin_with_the_field_alone);
	tcase_add_test(tc, fin_in_midstream_answers_nothing);
	tcase_add_test(tc, fin_of_an_unwanted_flow);
	tcase_add_test(tc, fin_after_a_byte_that_waits);
	tcase_add_test(tc, hole_at_the_end);
	tcase_add_test(tc, hole_that_nobody_acknowledged);
	tcase_add_test(tc, fins_of_one_side);
	tcase_add_test(tc, fin_acknowledged_later);
	tcase_add_test(tc, data_behind_a_fin_that_nobody_acknowledged);
	tcase_add_test(tc, data_behind_an_acknowledged_fin_fit);
	tcase_add_test(tc, fin_without_acknowledgment);
}
