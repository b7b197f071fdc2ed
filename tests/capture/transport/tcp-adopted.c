/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: what becomes of segments that did not fit their flow, once the other side agreed with them,
 * their own side went on alone, or the flow ended.
 */
#include "tests/capture/transport/tcp-case.h"

#define NEAR (256u << 10)
/* Numbers of A and of B that neither has in connect_hello(), each at its own distance. */
#define OFF (2 * NEAR)
#define A 0x40000000u
#define B 0x90000000u

/* ---- what is taken over ---- */

/* It makes no SYN of what was none. */
START_TEST(syn_again_after_data_that_agreed)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008 + OFF, "next");
	from_b(PKT_ACK, 5008 + OFF, 1010, "yes");
	from_a(PKT_SYN, 1000, 0, "");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* A SYN acknowledges nothing, not 0 either, which is slightly behind this number. */
START_TEST(answer_before_zero)
{
	connect_hello();
	from_a(PKT_SYN, A, 0, "");
	from_b(PKT_SYN | PKT_ACK, 0xffffff00, A + 1, "");
	from_a(PKT_ACK, A + 1, 0xffffff01, "hello");
	from_b(PKT_ACK, 0xffffff01, A + 6, "world");
	ck_assert_str_eq(story(1, 1), "world");
}
END_TEST

/* What an answer acknowledges is where the other side begins; what data do may not be all. */
START_TEST(where_the_other_side_begins)
{
	connect_hello();
	from_a(_i ? PKT_SYN | PKT_ACK : PKT_ACK, A, B, _i ? "" : "m");
	from_b(PKT_ACK, B, A + 1, "");
	from_b(PKT_ACK, B + 5, A + 1, "world");
	from_a(PKT_ACK, A + 1, B + 10, "x");
	pkt_finish(w);
	ck_assert_uint_eq(counters()->flows, 2);
	ck_assert_str_eq(story(1, !_i), _i ? "<5 missing>world" : "world");
}
END_TEST

/* Nor is anything missing of a side for what another SYN of the other acknowledges. */
START_TEST(answer_with_data_at_the_end)
{
	connect_hello();
	from_a(PKT_SYN | PKT_ACK, 1005, B, "next");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* Captured in the wrong order, they are told in theirs. */
START_TEST(backwards_in_trial)
{
	connect_hello();
	from_a(PKT_ACK, 1011 + OFF, 5008, "again");
	from_a(PKT_ACK, 1006 + OFF, 5008, "world");
	from_b(PKT_ACK, 5008, 1016 + OFF, "");
	ck_assert_str_eq(story(0, 0), "hello<524288 missing>worldagain");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* The last byte of them is that of the one that came first. */
START_TEST(backwards_and_all_acknowledged)
{
	connect_hello();
	from_a(PKT_ACK, 1011, 5008 + OFF, "again");
	from_a(PKT_ACK, 1006, 5008 + OFF, "world");
	from_b(PKT_ACK, 5008 + OFF, 1016 + (uint32_t)_i, "yes");
	ck_assert_str_eq(story(0, 0), _i ? "hello" : "helloworldagain");
}
END_TEST

/* What waits of both sides is told in the order of its packets, and counted once. */
START_TEST(both_sides_in_trial)
{
	connect_hello();
	if (_i)
		from_b(PKT_ACK, 5008 + OFF, 1006 + 2 * OFF, "mine");
	from_a(PKT_ACK, 1006 + OFF, 5008 + OFF, "yours");
	if (!_i)
		from_b(PKT_ACK, 5008 + OFF, 1006 + 2 * OFF, "mine");
	ck_assert_uint_eq(counters()->forged, 2);
	from_b(PKT_ACK, 5012 + OFF, 1011 + OFF, "");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_str_eq(story(0, 0), "hello<524288 missing>yours");
	ck_assert_str_eq(story(0, 1), "welcome<524288 missing>mine");
	ck_assert_int_eq(pkt_flow(w, 0)->place[1] < pkt_flow(w, 0)->place[0], _i);
	pkt_finish(w);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], 4);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[1], 4);
}
END_TEST

/* But not what the segment that agrees does not go on from. */
START_TEST(own_side_elsewhere)
{
	connect_hello();
	if (_i)
		from_b(PKT_ACK, B, 1006 + 2 * OFF, "evil");
	from_a(PKT_ACK, 1006 + OFF, 5008 + OFF, "yours");
	if (!_i)
		from_b(PKT_ACK, B, 1006 + 2 * OFF, "evil");
	from_b(PKT_ACK, 5008 + OFF, 1011 + OFF, "mine");
	ck_assert_uint_eq(counters()->forged, 1);
	ck_assert_str_eq(story(0, 0), "hello<524288 missing>yours");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 1), "welcome<524288 missing>mine");
}
END_TEST

/* An answer may be far from what its receiver acknowledged before: then it is what counts. */
START_TEST(answer_far_from_an_acknowledgment)
{
	connect_hello();
	from_a(PKT_SYN, A, 0, "");
	from_a(PKT_ACK, A + 1, B, "hello");
	if (_i) {
		from_b(PKT_SYN | PKT_ACK, 0x70000000, A + 1, "");
		from_b(PKT_ACK, 0x70000001, A + 6, "yes");
	} else {
		from_b(PKT_ACK, B + OFF, A + 6, "yes");
	}
	ck_assert_str_eq(story(1, 1), _i ? "yes" : "<524288 missing>yes");
}
END_TEST

/* What is far behind what waited of its own side is old. */
START_TEST(answer_behind_its_own_side)
{
	connect_hello();
	from_b(PKT_ACK, B, 0x12345678, "welcome");
	from_a(PKT_SYN, A, 0, "");
	from_b(PKT_ACK, B - NEAR + 3, A + 1, "x");
	ck_assert_uint_eq(counters()->flows, 2);
	ck_assert_str_eq(story(1, 1), "welcome");
}
END_TEST

/* The acknowledgment that agrees is the highest, though others were before. */
START_TEST(acknowledgment_that_goes_back)
{
	connect_ab();
	from_a(PKT_ACK, 1000 - NEAR, 5001, "hello");
	from_b(PKT_ACK, 5001, 1005 - NEAR, "x");
	from_a(PKT_ACK, 1005 + (uint32_t)_i, 5002, "world");
	ck_assert_uint_eq(counters()->forged, (unsigned)_i);
}
END_TEST

/* A reset that acknowledges nothing leaves what its side did before. */
START_TEST(reset_of_both_in_midstream)
{
	from_a(PKT_ACK, A, B, "made up");
	from_b(PKT_ACK, 5001, 1001 + OFF, "x");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_RST, 5001, 1006, "");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello<524283 missing>");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_RESET);
}
END_TEST

/* ---- who opened, and when ---- */

/* One side of a connection alone, from its SYN or its answer on. */
START_TEST(opened_by_the_only_side)
{
	const CapFlow *flow;

	end_hello(0);
	from_b(_i ? PKT_SYN | PKT_ACK : PKT_SYN, B, _i ? A + 1 : 0, "");
	for (uint32_t i = 0; i < 3; i++)
		from_b(PKT_ACK, B + 1 + i, A + 1, "x");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	flow = &pkt_flow(w, 1)->flow;
	ck_assert_uint_eq(flow->port[0], _i ? 1000 : 445);
	ck_assert_str_eq(story(1, _i), "xxx");
	ck_assert(flow->syn_seen);
	ck_assert_uint_eq(flow->first_frame, 9);
	ck_assert_int_eq(flow->syn_ns == flow->first_ns, !_i);
	ck_assert_int_eq(flow->syn_ack_ns == flow->first_ns, _i);
	ck_assert_uint_eq(flow->packets[_i], 4);
}
END_TEST

/* Somebody's SYN elsewhere opened nothing. */
START_TEST(opened_by_nobody)
{
	connect_hello();
	from_b(PKT_SYN, 0x70000000, 0, "");
	from_a(PKT_ACK, A, B, "made");
	from_b(PKT_ACK, B, A + 4, "up");
	ck_assert_str_eq(story(1, 0), "made");
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.port[0], 1000);
}
END_TEST

/* Nor does it say when. */
START_TEST(opened_after_another_syn)
{
	connect_hello();
	from_b(PKT_SYN, 0x70000000, 0, "");
	from_a(PKT_SYN, A, 0, "");
	from_b(PKT_SYN | PKT_ACK, B, A + 1, "");
	from_a(PKT_ACK, A + 1, B + 1, "hello");
	ck_assert_str_eq(story(1, 0), "hello");
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.first_frame, 7);
	ck_assert_uint_gt(pkt_flow(w, 1)->flow.syn_ack_ns, pkt_flow(w, 1)->flow.syn_ns);
}
END_TEST

/* Data that agree after the end are of another one, though not far away, which nobody saw opened. */
START_TEST(data_after_the_end)
{
	end_hello(0);
	from_a(PKT_ACK, 1007 + OFF, 5009 + OFF, "more");
	from_b(PKT_ACK, 5009 + OFF, 1011 + OFF, "yes");
	ck_assert_str_eq(story(1, 0), "more");
	ck_assert_str_eq(story(1, 1), "yes");
	ck_assert(!pkt_flow(w, 1)->flow.syn_seen);
}
END_TEST

/* After a reset that neither side heeds they are of the same one. */
START_TEST(data_after_a_reset)
{
	end_hello(1);
	from_a(PKT_ACK, 1007 + OFF, 5009 + OFF, "more");
	from_b(PKT_ACK, 5009 + OFF, 1011 + OFF, "yes");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 0), "hello<524289 missing>more");
	ck_assert_str_eq(story(0, 1), "welcome<524289 missing>yes");
}
END_TEST

/* The flow of a side that was alone is over then; data of the other one are told all the same. */
START_TEST(first_data_after_a_reset)
{
	for (uint32_t i = 0; i < 10; i++)
		from_a(PKT_ACK, 1001 + i, 5001, "x");
	if (_i)
		from_b(PKT_ACK, 5001, 1011, "");
	from_a(PKT_RST, 1011, 0, "");
	from_b(PKT_ACK, 5001, 1011, "welcome");
	from_a(PKT_ACK, 1011, 5008, "");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	ck_assert_str_eq(story(0, 0), "xxxxxxxxxx");
	ck_assert_str_eq(story(1, 0), "welcome");
}
END_TEST

/* What acknowledges none of them is no word for them. */
START_TEST(first_data_after_a_reset_for_nobody)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_RST, 1006, 0, "");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_a(PKT_ACK, 1006, 5001, "");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 1), "");
}
END_TEST

/* What was captured from its middle on is no half-open flow; what began with an answer may be. */
START_TEST(half_open_in_the_place_of_another)
{
	connect_hello();
	from_a(_i ? PKT_SYN | PKT_ACK : PKT_ACK, A, B, _i ? "" : "m");
	from_b(PKT_ACK, B, A + 1, "");
	ck_assert_uint_eq(counters()->flows, 2);
	while (cap_tracker_evict(w->tracker))
		;
	ck_assert_uint_eq(counters()->evicted_half_open, (unsigned)_i);
}
END_TEST

/* ---- one side alone ---- */

/* Segments count that begin where others ended, and acknowledgments behind a SYN. */
static const struct {
	const char *what;
	uint8_t first, then;
	uint32_t from, step;
	const char *text;
	bool believed;
} runs[] = {
	{ "data", PKT_ACK, PKT_ACK, A + 1, 1, "x", true },
	{ "data with holes", PKT_ACK, PKT_ACK, A + 1, 2, "x", false },
	{ "one SYN again and again", PKT_SYN, PKT_SYN, A, 0, "", false },
	{ "a SYN and acknowledgments", PKT_SYN, PKT_ACK, A + 1, 0, "", true },
	{ "acknowledgments", PKT_ACK, PKT_ACK, A, 0, "", false },
};

START_TEST(runs_of_one_side)
{
	end_hello(_i % 2);
	_i /= 2;
	from_a(runs[_i].first, A, B, _i < 2 ? "x" : "");
	for (uint32_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(counters()->flows, 1);
		from_a(runs[_i].then, runs[_i].from + i * runs[_i].step, B, runs[_i].text);
	}
	ck_assert_msg(counters()->flows == 1u + runs[_i].believed, "%s", runs[_i].what);
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* More have to where the other side has something else. */
START_TEST(run_against_another)
{
	finish_hello();
	from_a(PKT_ACK, 0x60000000, 0x70000000, "made up");
	for (uint32_t i = 0; i < 9; i++) {
		ck_assert_uint_eq(counters()->flows, 1);
		from_b(PKT_ACK, B + i, A, "x");
	}
	ck_assert_uint_eq(counters()->flows, 2);
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.first_frame, 10);
}
END_TEST

/* What is late of a flow that is over is none of another, unless it goes on from a SYN. */
START_TEST(late_segments_that_go_on)
{
	end_hello(_i);
	for (uint32_t i = 0; i < 4; i++)
		from_a(PKT_ACK, 1007 + i, 5008 + OFF, "x");
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* They take the place of none of another, and say nothing of it. */
START_TEST(late_segments_beside_an_answer)
{
	finish_hello();
	from_a(PKT_SYN | PKT_ACK, 1017 + NEAR, B, "");
	from_a(PKT_ACK, 1007, 5009, "x");
	from_b(PKT_ACK, B, 1018 + NEAR, "hello");
	ck_assert_uint_eq(counters()->flows, 2);
}
END_TEST

START_TEST(late_segments_beside_data)
{
	finish_hello();
	from_a(PKT_ACK, 1008 + NEAR, B, "x");
	from_a(PKT_ACK, 1007 + NEAR, 5009, "x");
	from_b(PKT_ACK, B, 1009 + NEAR, "hello");
	ck_assert_uint_eq(counters()->flows, 2);
}
END_TEST

START_TEST(near_segments_behind_a_syn)
{
	finish_hello();
	from_a(PKT_SYN, 1500, 0, "");
	for (uint32_t i = 0; i < 2; i++)
		from_a(PKT_ACK, 1501 + i, B, "x");
	ck_assert_uint_eq(counters()->flows, 2);
	ck_assert_str_eq(story(1, 0), "xx");
}
END_TEST

/* ---- at the end ---- */

/* Data where a FIN was that nobody acknowledged. */
START_TEST(behind_a_fin_at_the_end)
{
	connect_hello();
	from_a(PKT_FIN | PKT_ACK, 1006, 5008, "");
	from_a(PKT_ACK, 1006, 5008, ", you");
	if (_i)
		from_b(PKT_ACK, 5008, 1007, "");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), _i ? "hello" : "hello, you");
}
END_TEST

/* What the other side never said is not 0. */
START_TEST(behind_a_fin_before_zero)
{
	from_a(PKT_SYN, 0xfffffff9, 0, "");
	from_a(PKT_ACK, 0xfffffffa, 5001, "hello");
	from_b(PKT_SYN, 5000, 0, "");
	from_a(PKT_FIN | PKT_ACK, 0xffffffff, 5001, "");
	from_a(PKT_ACK, 0xffffffff, 5001, ", you");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello, you");
}
END_TEST

/* Where nothing but an acknowledgment waits, nothing is believed. */
START_TEST(acknowledgment_at_the_end)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008 + OFF, "");
	pkt_finish(w);
	ck_assert_uint_eq(counters()->forged, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], 3);
}
END_TEST

START_TEST(data_at_zero_at_the_end)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 5001 + i, A, "x");
	for (uint32_t i = 0; i < 10; i++)
		from_b(PKT_ACK, i, 5004, "x");
	ck_assert_str_eq(story(0, 1), "");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 1), "");
	ck_assert_uint_eq(counters()->forged, 10);
}
END_TEST

START_TEST(before_what_waits_at_the_end)
{
	connect_ab();
	from_a(PKT_ACK, 1011, 5001, "world");
	from_a(0, 1001, 0, "evil");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<10 missing>world");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* Where a SYN was never answered the data that came instead are told, but not those of another SYN. */
static const struct {
	const char *what;
	bool a, b;
	uint8_t flags;
	const char *text;
} instead[] = {
	{ "of side A", true, false, PKT_ACK, "hello" },
	{ "of side B", false, true, PKT_ACK, "hello" },
	{ "of both: A's", true, true, PKT_ACK, "hello" },
	{ "none", true, false, PKT_ACK, "" },
	{ "with a SYN", true, false, PKT_SYN, "hello" },
};

START_TEST(instead_of_a_syn)
{
	const CapFlow *flow;
	bool told = _i < 3;

	from_a(PKT_SYN, 1000, 0, "");
	if (instead[_i].b)
		from_b(PKT_ACK, B, 0x70000000, instead[_i].text);
	if (instead[_i].a)
		from_a(instead[_i].flags, A, 0x60000000, instead[_i].text);
	pkt_finish(w);
	flow = &pkt_flow(w, 0)->flow;
	ck_assert_msg(g_str_equal(story(0, 0), told && instead[_i].a ? "hello" : ""), "%s",
		      instead[_i].what);
	ck_assert_msg(g_str_equal(story(0, 1), told && !instead[_i].a ? "hello" : ""), "%s",
		      instead[_i].what);
	ck_assert_msg(flow->syn_seen != told, "%s", instead[_i].what);
	ck_assert_msg((flow->syn_ns == 0) == told, "%s", instead[_i].what);
}
END_TEST

void
tcp_add_adopted(TCase *tc)
{
	tcase_add_test(tc, syn_again_after_data_that_agreed);
	tcase_add_test(tc, answer_before_zero);
	tcase_add_loop_test(tc, where_the_other_side_begins, 0, 2);
	tcase_add_test(tc, answer_with_data_at_the_end);
	tcase_add_test(tc, backwards_in_trial);
	tcase_add_loop_test(tc, backwards_and_all_acknowledged, 0, 2);
	tcase_add_loop_test(tc, both_sides_in_trial, 0, 2);
	tcase_add_loop_test(tc, own_side_elsewhere, 0, 2);
	tcase_add_loop_test(tc, answer_far_from_an_acknowledgment, 0, 2);
	tcase_add_test(tc, answer_behind_its_own_side);
	tcase_add_loop_test(tc, acknowledgment_that_goes_back, 0, 2);
	tcase_add_test(tc, reset_of_both_in_midstream);
	tcase_add_loop_test(tc, opened_by_the_only_side, 0, 2);
	tcase_add_test(tc, opened_by_nobody);
	tcase_add_test(tc, opened_after_another_syn);
	tcase_add_test(tc, data_after_the_end);
	tcase_add_test(tc, data_after_a_reset);
	tcase_add_loop_test(tc, first_data_after_a_reset, 0, 2);
	tcase_add_test(tc, first_data_after_a_reset_for_nobody);
	tcase_add_loop_test(tc, half_open_in_the_place_of_another, 0, 2);
	tcase_add_loop_test(tc, runs_of_one_side, 0, 2 * G_N_ELEMENTS(runs));
	tcase_add_test(tc, run_against_another);
	tcase_add_loop_test(tc, late_segments_that_go_on, 0, 2);
	tcase_add_test(tc, late_segments_beside_an_answer);
	tcase_add_test(tc, late_segments_beside_data);
	tcase_add_test(tc, near_segments_behind_a_syn);
	tcase_add_loop_test(tc, behind_a_fin_at_the_end, 0, 2);
	tcase_add_test(tc, behind_a_fin_before_zero);
	tcase_add_test(tc, acknowledgment_at_the_end);
	tcase_add_test(tc, data_at_zero_at_the_end);
	tcase_add_test(tc, before_what_waits_at_the_end);
	tcase_add_loop_test(tc, instead_of_a_syn, 0, G_N_ELEMENTS(instead));
}
