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
	from_a(0, 1001, 0, "");
	pkt_finish(w);
	history = &pkt_flow(w, 0)->flow.history;
	ck_assert_uint_eq(history->n, 1);
	ck_assert_mem_eq(history->letters, "S", 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], 2);
}
END_TEST

/* ---- what waits, to the number ---- */

/* A segment over what is expected and a part of what waits. */
START_TEST(into_a_piece)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_ACK, 1001, 5001, "hellowo");
	ck_assert_str_eq(story(0, 0), "helloworld");
	ck_assert_uint_eq(counters()->retransmitted, 2);
}
END_TEST

START_TEST(exactly_the_room)
{
	limited((CapLimits){ .reorder_bytes = 10 });
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "hello");
	from_a(PKT_ACK, 1016, 5001, _i ? "worlds" : "world");
	ck_assert_int_eq((int)counters()->limits, _i);
}
END_TEST

/* A segment that is cut in two by a piece takes no more room than its bytes. */
START_TEST(room_of_what_was_cut_in_two)
{
	char much[1001] = { 0 };

	memset(much, 'x', sizeof(much) - 1);
	limited((CapLimits){ .reorder_bytes = 1005 });
	connect_ab();
	from_a(PKT_ACK, 1500, 5001, "x");
	from_a(PKT_ACK, 1010, 5001, much);
	from_a(PKT_ACK, 3000, 5001, "hello");
	ck_assert_uint_eq(counters()->limits, 0);
	from_a(PKT_ACK, 4000, 5001, "!");
	ck_assert_uint_eq(counters()->limits, 1);
}
END_TEST

/* Nor does one that a FIN cuts. */
START_TEST(room_of_what_a_fin_cut)
{
	limited((CapLimits){ .reorder_bytes = 5 });
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1011, 5001, "");
	from_a(PKT_ACK, 1006, 5001, "worldly");
	ck_assert_uint_eq(counters()->limits, 0);
}
END_TEST

/* Where no more may wait, holes are given up from the front, until there is room or none is left. */
static const struct {
	uint32_t seq;
	const char *story, *end;
} forced[] = {
	{ 1011, "<10 limit>third", "<5 missing>first<25 missing>other" },
	{ 1026, "<20 limit>firstthird", "<20 missing>other" },
	{ 1028, "<20 limit>first", "<2 missing>third<18 missing>other" },
	{ 1041, "<20 limit>first", "<15 missing>third<5 missing>other" },
};

START_TEST(forced_to_give_up)
{
	limited((CapLimits){ .reorder_segments = 2 });
	connect_ab();
	from_a(PKT_ACK, 1021, 5001, "first");
	from_a(PKT_ACK, 1051, 5001, "other");
	from_a(PKT_ACK, forced[_i].seq, 5001, "third");
	ck_assert_str_eq(story(0, 0), forced[_i].story);
	ck_assert_uint_eq(counters()->limits, 1);
	g_string_truncate(pkt_flow(w, 0)->story[0], 0);
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), forced[_i].end);
}
END_TEST

/* A single byte of what was told is sent again, but for a keepalive's. */
START_TEST(a_byte_again)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1001 + (_i ? 4 : 0), 5001, _i ? "o" : "h");
	ck_assert_int_eq((int)counters()->retransmitted, !_i);
}
END_TEST

/* What was given up is told with the stamps of its packets, and never backwards. */
START_TEST(stamps_of_what_waited)
{
	uint64_t began;

	connect_ab();
	began = w->time_ns;
	from_a(PKT_ACK, 1011, 5001, "third");
	from_a(PKT_ACK, 1006, 5001, "other");
	from_a(PKT_ACK, 1016, 5001, "!");
	from_b(PKT_ACK, 5001, 1016 - (_i ? 0 : 5), "x");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<5 missing>otherthird!");
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 6);
	ck_assert_uint_eq(pkt_flow(w, 0)->time_ns[0], began + 2000000);
}
END_TEST

START_TEST(stamps_backwards)
{
	uint64_t began;

	connect_ab();
	began = w->time_ns;
	from_a(PKT_ACK, 1011, 5001, "third");
	from_a(PKT_ACK, 1006, 5001, "other");
	pkt_finish(w);
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 5);
	ck_assert_uint_eq(pkt_flow(w, 0)->time_ns[0], began + 1000000);
}
END_TEST

/* ---- what is acknowledged ---- */

/* A side that was heard, but sent no byte, lacks none. */
START_TEST(no_byte_of_a_side)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "");
	for (uint32_t i = 0; i < 12; i++)
		from_a(PKT_ACK, 1006 + i, 5001, "x");
	pkt_finish(w);
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* Numbers that were never said are not 0, which is ahead of these. */
START_TEST(nothing_was_acknowledged)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 0xf0000000 + 5 * i, 5001, "hello");
	from_a(PKT_ACK, 0xf0000019, 5001, "world");
	if (_i)
		from_b(PKT_ACK, 5001, 0xf000001e, "");
	ck_assert_str_eq(story(0, 0), "hellohellohello");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hellohellohello<10 missing>world");
}
END_TEST

/* What was acknowledged counts up to the FIN, which is no byte. */
static const struct {
	uint32_t isn, fin, ack; /* from the first byte on */
	const char *story;
} acked[] = {
	{ 1000, 10, 11, "<10 missing>" },      { 1000, 10, 10, "<10 missing>" },
	{ 1000, 10, 5, "<5 missing>" },        { 1000, 0, 10, "<10 missing>" },
	{ 0xfffffff0, 0, 16, "<16 missing>" }, { 1000, 20, 10, "<10 missing>" },
};

START_TEST(acknowledged_up_to_a_fin)
{
	uint32_t first = acked[_i].isn + 1;

	from_a(PKT_SYN, acked[_i].isn, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, first, "");
	from_a(PKT_ACK, first, 5001, "");
	if (acked[_i].fin)
		from_a(PKT_FIN | PKT_ACK, first + acked[_i].fin, 5001, "");
	for (uint32_t i = 0; i < 12; i++) {
		from_b(PKT_ACK, 5001 + i, first + acked[_i].ack, "x");
		a_while();
	}
	ck_assert_str_eq(story(0, 0), acked[_i].story);
	ck_assert_uint_eq(counters()->gaps, 1);
}
END_TEST

/* The same at the end, of what was acknowledged once. */
START_TEST(acknowledged_once_up_to_a_fin)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1021, 5001, "");
	from_b(PKT_ACK, 5001, 1011, "");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<10 missing>");
}
END_TEST

/* Eight times without a word of its sender, or twice with one. */
START_TEST(how_often_it_is_acknowledged)
{
	connect_ab();
	for (uint32_t i = 0; i < 9; i++) {
		ck_assert_uint_eq(counters()->gaps, 0);
		from_b(PKT_ACK, 5001 + i, 1011, "x");
		a_while();
	}
	ck_assert_uint_eq(counters()->gaps, 1);
	limited((CapLimits){ 0 });
	connect_ab();
	from_b(PKT_ACK, 5001, 1011, "x");
	a_while();
	from_a(PKT_ACK, 1021, 5002, "far");
	ck_assert_uint_eq(counters()->gaps, 0);
	from_b(PKT_ACK, 5002, 1011, "x");
	a_while();
	ck_assert_str_eq(story(0, 0), "<10 missing>");
}
END_TEST

/* One byte before what waits is no FIN. */
START_TEST(one_byte_before_what_waits)
{
	connect_ab();
	from_a(PKT_ACK, 1011, 5001, "world");
	for (uint32_t i = 0; i < 12; i++) {
		from_b(PKT_ACK, 5001 + i, 1002, "x");
		a_while();
	}
	ck_assert_str_eq(story(0, 0), "<1 missing>");
}
END_TEST

/* A claim that data reach is an acknowledgment. */
START_TEST(claim_that_is_reached)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1011, "");
	from_a(PKT_ACK, 1006, 5001, "world");
	pkt_finish(w);
	ck_assert(pkt_flow(w, 0)->flow.acked[0]);
}
END_TEST

/* ---- flows that are ignored ---- */

START_TEST(ignored_at_its_end)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_ACK, 1016, 5001, "again");
	w->ignore = true;
	pkt_finish(w);
	ck_assert_uint_eq(counters()->gaps, 1);
}
END_TEST

START_TEST(unwanted_lacks_nothing)
{
	w->unwanted = true;
	connect_ab();
	from_b(PKT_ACK, 5001, 1101, "x");
	from_a(PKT_ACK, 1001, 5002, "y");
	pkt_finish(w);
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* ---- held back in midstream ---- */

static const struct {
	struct {
		uint32_t seq;
		const char *text;
	} parts[4];
	const char *story;
} held[] = {
	{ { { 1001, "hello" }, { 1006, "world" } }, "no flow" },
	{ { { 1001, "hello" }, { 1006, "world" }, { 1011, "!" } }, "helloworld!" },
	{ { { 1001, "hello" }, { 1011, "world" }, { 1021, "again" } }, "no flow" },
	{ { { 1001, "hello" }, { 1011, "world" }, { 1021, "again" }, { 1026, "!" } }, "hello" },
};

START_TEST(held_back)
{
	for (int i = 0; i < 4 && held[_i].parts[i].text; i++)
		from_a(PKT_ACK, held[_i].parts[i].seq, 5001, held[_i].parts[i].text);
	ck_assert_str_eq(story(0, 0), held[_i].story);
}
END_TEST

/* One byte, and what does not go on from it. */
START_TEST(a_byte_and_then_a_hole)
{
	from_a(PKT_ACK, 1001, 5001, "x");
	w->time_ns += 2ull * SECOND;
	from_a(PKT_ACK, 1011, 5001, "hello");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "x<9 missing>hello");
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* What is held back is near to its beginning as long as it waits. */
START_TEST(forwards_and_back)
{
	from_a(PKT_ACK, 1000001, 5001, "one");
	from_a(PKT_ACK, 1200001, 5001, "two");
	from_a(PKT_ACK, 800001, 5001, "zero");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* A byte that waits after a hole is none of a keepalive. */
START_TEST(a_byte_after_a_hole)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1001 + 5 * i, 5001, "hello");
	from_a(PKT_ACK, 1021, 5001, "x");
	from_b(PKT_ACK, 5001, 1016, "hi");
	ck_assert_str_eq(story(0, 0), "hellohellohello");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hellohellohello<5 missing>x");
}
END_TEST

/* ---- what was kept aside ---- */

/* It has the stamps of its packets, and what was told before is not told again. */
START_TEST(taken_over)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1006 - (_i ? 2 : 0), 5001 + 300000, _i ? "loworld" : "world");
	from_b(PKT_ACK, 5001 + 300000, 1011, "");
	ck_assert_str_eq(story(0, 0), "helloworld");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 5 + (unsigned)_i);
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
	tcase_add_test(tc, into_a_piece);
	tcase_add_loop_test(tc, exactly_the_room, 0, 2);
	tcase_add_test(tc, room_of_what_was_cut_in_two);
	tcase_add_test(tc, room_of_what_a_fin_cut);
	tcase_add_loop_test(tc, forced_to_give_up, 0, G_N_ELEMENTS(forced));
	tcase_add_loop_test(tc, a_byte_again, 0, 2);
	tcase_add_loop_test(tc, stamps_of_what_waited, 0, 2);
	tcase_add_test(tc, stamps_backwards);
	tcase_add_test(tc, no_byte_of_a_side);
	tcase_add_loop_test(tc, nothing_was_acknowledged, 0, 2);
	tcase_add_loop_test(tc, acknowledged_up_to_a_fin, 0, G_N_ELEMENTS(acked));
	tcase_add_test(tc, acknowledged_once_up_to_a_fin);
	tcase_add_test(tc, how_often_it_is_acknowledged);
	tcase_add_test(tc, one_byte_before_what_waits);
	tcase_add_test(tc, claim_that_is_reached);
	tcase_add_test(tc, ignored_at_its_end);
	tcase_add_test(tc, unwanted_lacks_nothing);
	tcase_add_loop_test(tc, held_back, 0, G_N_ELEMENTS(held));
	tcase_add_test(tc, a_byte_and_then_a_hole);
	tcase_add_test(tc, forwards_and_back);
	tcase_add_test(tc, a_byte_after_a_hole);
	tcase_add_loop_test(tc, taken_over, 0, 2);
}
