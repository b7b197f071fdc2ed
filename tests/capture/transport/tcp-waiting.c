/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: what waits, and for how long: pieces that overlap or were cut, what their room is, what is
 * held back in midstream, and what is told of bytes that never come.
 */
#include "tests/capture/transport/tcp-case.h"

#define SECOND 1000000000u

static void
cut_a(uint32_t captured, uint32_t seq, const char *text)
{
	w->cut = 40 + captured;
	from_a(PKT_ACK, seq, 5001, text);
	w->cut = 0;
}

/* ---- pieces ---- */

/* Compared is what both have, no byte more: these are as long as what was captured of them. */
START_TEST(pieces_that_were_cut)
{
	connect_ab();
	cut_a(2, 1006, "world");
	from_a(PKT_ACK, 1008, 5001, "rld");
	from_a(PKT_ACK, 1009, 5001, "ld");
	from_a(PKT_ACK, 1006, 5001, "world");
	ck_assert_uint_eq(counters()->conflicts, 0);
	from_a(PKT_ACK, 1007, 5001, "x");
	ck_assert_uint_eq(counters()->conflicts, 1);
	ck_assert_uint_eq(counters()->retransmitted, 3 + 2 + 5 + 1);
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hellowo<3 snaplen>");
}
END_TEST

START_TEST(copies_that_were_cut)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	cut_a(2, 1006, "woRLD");
	ck_assert_uint_eq(counters()->conflicts, 0);
	cut_a(0, 1006, "WORLD");
	ck_assert_uint_eq(counters()->conflicts, 0);
	cut_a(3, 1006, "woRld");
	ck_assert_uint_eq(counters()->conflicts, 1);
	ck_assert_uint_eq(counters()->retransmitted, 15);
}
END_TEST

/* One over several pieces, the holes between them, and what is after them. */
START_TEST(over_several_pieces)
{
	connect_ab();
	from_a(PKT_ACK, 1003, 5001, "C");
	from_a(PKT_ACK, 1006, 5001, "FG");
	from_a(PKT_ACK, 1002, 5001, "bcdefghi");
	ck_assert_uint_eq(counters()->conflicts, 2);
	ck_assert_uint_eq(counters()->retransmitted, 3);
	from_a(PKT_ACK, 1001, 5001, "a");
	ck_assert_str_eq(story(0, 0), "abCdeFGhi");
}
END_TEST

/* As many pieces as may wait: what would be one more is left out, and counted. */
START_TEST(more_pieces_than_may_wait)
{
	limited((CapLimits){ .reorder_segments = 4 });
	connect_ab();
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1003 + 2 * i, 5001, "x");
	from_a(PKT_ACK, 1002, 5001, "aXbXcXd");
	ck_assert_uint_eq(counters()->limits, 1);
	ck_assert_str_eq(story(0, 0), "no flow");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<1 missing>ax<1 missing>x<1 missing>x");
}
END_TEST

/* ---- holes ---- */

/* Nothing was captured of what comes after a hole: both losses are told. */
START_TEST(a_hole_before_what_was_cut)
{
	connect_ab();
	cut_a(0, 1006, "world");
	from_b(PKT_ACK, 5001, 1011, "x");
	a_while();
	ck_assert_str_eq(story(0, 0), "<5 missing><5 snaplen>");
	ck_assert_uint_eq(counters()->gaps, 2);
	ck_assert_uint_eq(counters()->gap_bytes, 10);
}
END_TEST

/* A single byte may be a FIN that was not captured, however often it is acknowledged. */
START_TEST(one_byte_may_be_a_fin)
{
	connect_ab();
	for (uint32_t i = 0; i < 40; i++)
		from_b(PKT_ACK, 5001 + i, 1002 + (uint32_t)_i, "x");
	ck_assert_int_eq((int)counters()->gap_bytes, _i ? 2 : 0);
}
END_TEST

/* In midstream there may be nothing before the first packet that was seen: no chunk tells of it. */
START_TEST(no_chunk_for_what_may_not_have_been)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5011, 1006, "world");
	for (uint32_t i = 0; i < 3; i++) {
		from_a(PKT_ACK, 1006 + i, 5006, "x");
		from_b(PKT_ACK, 5016 + i, 1007 + i, "y");
	}
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "helloxxx");
	ck_assert_str_eq(story(0, 1), "<5 missing>worldyyy");
	ck_assert_uint_eq(counters()->gaps, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->chunks, 4 + 4);
}
END_TEST

/* Once the caller has enough, what waited is not told any more, and is freed. */
START_TEST(ignored_with_more_in_order)
{
	connect_ab();
	w->ignore = true;
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(pkt_flow(w, 0)->chunks, 1);
}
END_TEST

START_TEST(ignored_while_the_other_side_waits)
{
	size_t before;

	connect_ab();
	before = cap_tracker_memory(w->tracker);
	w->ignore = true;
	from_b(PKT_ACK, 5006, 1001, "world");
	ck_assert_uint_gt(cap_tracker_memory(w->tracker), before);
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_uint_eq(cap_tracker_memory(w->tracker), before);
}
END_TEST

/* ---- midstream ---- */

/* A byte before what the other side acknowledged is a keepalive's; at that number it is data. */
START_TEST(first_byte_of_the_other_side)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5000 + (uint32_t)_i, 1006, "x");
	from_b(PKT_ACK, 5001 + (uint32_t)_i, 1006, "y");
	ck_assert_str_eq(story(0, 1), _i ? "xy" : "y");
}
END_TEST

/* It is none if the answer does not acknowledge it. */
START_TEST(a_byte_that_is_not_acknowledged)
{
	from_a(PKT_ACK, 1001, 5001, "x");
	from_b(PKT_ACK, 5001, 1001 + (uint32_t)_i, "hi");
	ck_assert_str_eq(story(0, 0), _i ? "" : "x");
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* Nor if data follow it within a second. */
START_TEST(a_byte_and_then_data)
{
	from_a(PKT_ACK, 1001, 5001, "x");
	w->time_ns += SECOND - 1000000 + (uint32_t)_i;
	from_a(PKT_ACK, 1002, 5001, "hello");
	from_a(PKT_ACK, 1007, 5001, "world");
	from_a(PKT_ACK, 1012, 5001, "again");
	ck_assert_str_eq(story(0, 0), _i ? "helloworldagain" : "xhelloworldagain");
}
END_TEST

/* What is held back has the room of what waits: when that is full, it is told. */
START_TEST(room_in_midstream)
{
	limited((CapLimits){ .reorder_bytes = 65536 + 4 + (uint32_t)_i });
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), _i ? "no flow" : "hello");
}
END_TEST

START_TEST(pieces_in_midstream)
{
	limited((CapLimits){ .reorder_segments = 2 + (uint32_t)_i });
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1011, 5001, "world");
	ck_assert_str_eq(story(0, 0), _i ? "no flow" : "hello");
}
END_TEST

/* What has no acknowledgment is not one that only acknowledges. */
START_TEST(nothing_at_all)
{
	const CapHistory *history;

	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(0, 1001, 0, "");
	pkt_finish(w);
	history = &pkt_flow(w, 0)->flow.history;
	ck_assert_uint_eq(history->n, 2);
	ck_assert_mem_eq(history->letters, "Sh", 2);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], 2);
}
END_TEST

void
tcp_add_waiting(TCase *tc)
{
	tcase_add_test(tc, pieces_that_were_cut);
	tcase_add_test(tc, copies_that_were_cut);
	tcase_add_test(tc, over_several_pieces);
	tcase_add_test(tc, more_pieces_than_may_wait);
	tcase_add_test(tc, a_hole_before_what_was_cut);
	tcase_add_loop_test(tc, one_byte_may_be_a_fin, 0, 2);
	tcase_add_test(tc, no_chunk_for_what_may_not_have_been);
	tcase_add_test(tc, ignored_with_more_in_order);
	tcase_add_test(tc, ignored_while_the_other_side_waits);
	tcase_add_loop_test(tc, first_byte_of_the_other_side, 0, 2);
	tcase_add_loop_test(tc, a_byte_that_is_not_acknowledged, 0, 2);
	tcase_add_loop_test(tc, a_byte_and_then_data, 0, 2);
	tcase_add_loop_test(tc, room_in_midstream, 0, 2);
	tcase_add_loop_test(tc, pieces_in_midstream, 0, 2);
	tcase_add_test(tc, nothing_at_all);
}
