/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: which resets and FINs are believed, what takes them back, and how the flow ended (RFC 9293
 * sections 3.5.2 and 3.6, RFC 5961 section 3.2).
 */
#include "tests/capture/transport/tcp-case.h"

enum { GUESSED = 100 };

static void
connect_hello(void)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1001, "welcome");
	from_a(PKT_ACK, 1001, 5008, "hello");
}

static CapEnd
ended(void)
{
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
	return pkt_flow(w, 0)->why;
}

/*
 * A reset in the window, but not where it must be, is doubted until its sender says something new.
 */
static const struct {
	const char *says;
	bool by_a;
	uint8_t flags;
	uint32_t seq, ack;
	const char *text;
	bool goes_on;
} after_doubt[] = {
	{ "data", true, PKT_ACK, 1006, 5008, "again", true },
	{ "data that acknowledge nothing new", true, PKT_ACK, 1006, 5001, "again", true },
	{ "a FIN", true, PKT_FIN | PKT_ACK, 1006, 5008, "", true },
	{ "it acknowledges more", true, PKT_ACK, 1006, 5009, "", true },
	{ "it acknowledges the same", true, PKT_ACK, 1006, 5008, "", false },
	{ "it acknowledges less", true, PKT_ACK, 1006, 5001, "", false },
	{ "no acknowledgment", true, 0, 1006, 5009, "", false },
	{ "the other side goes on", false, PKT_ACK, 5008, 1006, "more", false },
};

START_TEST(a_doubted_reset)
{
	bool goes_on = after_doubt[_i].goes_on;

	connect_hello();
	from_a(PKT_RST, 1006 + GUESSED, 0, "");
	(after_doubt[_i].by_a ? from_a : from_b)(after_doubt[_i].flags, after_doubt[_i].seq,
						 after_doubt[_i].ack, after_doubt[_i].text);
	ck_assert_msg(counters()->forged == goes_on, "%s", after_doubt[_i].says);
	pkt_finish(w);
	ck_assert_msg((ended() == CAP_END_RESET) != goes_on, "%s", after_doubt[_i].says);
}
END_TEST

/* What a side acknowledges for the first time is new. */
START_TEST(a_doubted_reset_before_any_acknowledgment)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_RST, 1001 + GUESSED, 0, "");
	from_a(PKT_ACK, 1001, 5001, "");
	ck_assert_uint_eq(counters()->forged, 1);
	pkt_finish(w);
	ck_assert_int_ne(ended(), CAP_END_RESET);
}
END_TEST

/* Of a side whose numbers are above zero by half of all, too. */
START_TEST(a_first_acknowledgment_of_high_numbers_is_new)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 0xf0000000, 1001, "");
	from_a(PKT_RST, 1001 + GUESSED, 0, "");
	from_a(PKT_ACK, 1001, 0xf0000001, "");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* What the receiver of a reset claimed to have is where it must be; once withdrawn it is not. */
START_TEST(reset_at_a_claim)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1021, "");
	from_a(PKT_RST, 1021, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_uint_eq(counters()->forged, 0);
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<20 missing>");
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

START_TEST(reset_beside_a_claim)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1021, "");
	from_a(PKT_RST, 1011, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

START_TEST(reset_at_a_claim_withdrawn)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1021, "");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	ck_assert_uint_eq(counters()->forged, 1);
	from_a(PKT_RST, 1021, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 2);
}
END_TEST

/* After the last byte that was seen, though there is a hole before it. */
START_TEST(reset_after_what_waits)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_RST, 1011, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* It only clears up if nothing was lost by it. */
START_TEST(reset_after_the_own_fin)
{
	connect_hello();
	from_a(PKT_FIN | PKT_ACK, 1006, 5008, "");
	from_a(PKT_RST, 1007, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_FIN);
}
END_TEST

START_TEST(reset_after_the_other_fin)
{
	connect_hello();
	from_b(PKT_FIN | PKT_ACK, 5008, 1006, "");
	from_a(PKT_RST | PKT_ACK, 1006, 5008 + (uint32_t)_i, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_FIN);
}
END_TEST

START_TEST(reset_before_all_was_acknowledged)
{
	connect_ab();
	from_b(PKT_FIN | PKT_ACK, 5001, 1001, "welcome");
	from_a(PKT_RST, 1001, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

START_TEST(reset_of_who_acknowledged_nothing)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 0xfffff000, 1001, "");
	from_b(PKT_FIN | PKT_ACK, 0xfffff001, 1001, "");
	from_a(PKT_RST, 1001, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

/* A reset in midstream confirms what was said before it, even if it is doubted. */
START_TEST(reset_in_midstream)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_RST, 1006 + (_i ? GUESSED : 0), 0, "");
	ck_assert_str_eq(story(0, 0), "hello");
	/* Nothing of the other side was seen: nothing more can come. */
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, !_i);
	from_a(PKT_ACK, 1006, 5001, "late");
	ck_assert_str_eq(story(0, 0), _i ? "hellolate" : "hello");
	ck_assert_uint_eq(w->flows->len, 1);
}
END_TEST

/* A byte that may be a keepalive's, and then nothing more: there was no connection to report. */
START_TEST(reset_after_a_keepalive)
{
	from_a(PKT_ACK, 1001, 5001, "x");
	from_a(PKT_RST, 1002, 0, "");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 0);
	ck_assert_uint_eq(counters()->flows, 0);
}
END_TEST

/* What a reset acknowledges counts as far as it can be. */
START_TEST(reset_that_acknowledges)
{
	connect_hello();
	from_a(PKT_RST | PKT_ACK, 1006, _i ? 5008 + GUESSED : 5008 + (1u << 20), "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
	ck_assert_int_eq(pkt_flow(w, 0)->flow.claims[0], _i);
}
END_TEST

/* An answer to a SYN with data (RFC 7413), on ports that were used before. */
START_TEST(refused_with_data)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_SYN, 90000, 0, "again");
	from_b(PKT_RST | PKT_ACK, 0, 90001 + (_i ? 5 : 0), "");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_uint_eq(counters()->flows, 2);
	ck_assert_int_eq(pkt_flow(w, 1)->why, CAP_END_RESET);
	ck_assert(pkt_flow(w, 1)->flow.refused);
}
END_TEST

/* After a reset its packets are counted where they can be; only data of the other side are taken. */
START_TEST(after_a_reset)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_RST, 1006 + GUESSED, 0, "");
	from_a(PKT_RST, 1006 + (1u << 20), 0, "");
	from_b(PKT_RST, 5008, 0, "why");
	from_b(PKT_ACK, 5008, 1006, "more");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 1), "welcomemore");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], 3 + 2);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[1], 2 + 2);
	ck_assert_int_eq(ended(), CAP_END_RESET);
	ck_assert(!pkt_flow(w, 0)->flow.ended_by_b);
}
END_TEST

/* ---- FINs ---- */

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

/* ---- the rest of the numbers ---- */

/* Where the other side said that it is, and where this one was seen to be. */
static const struct {
	uint32_t waits, rst;
} exact[] = { { 0, 1001 }, { 1011, 1006 }, { 1011, 1016 }, { 1006, 1011 } };

START_TEST(exact_resets)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1001, "x");
	if (exact[_i].waits)
		from_a(PKT_ACK, exact[_i].waits, 5002, "world");
	from_a(PKT_RST, exact[_i].rst, 0, "");
	from_a(PKT_ACK, 1006, 5002, "again");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* Also where pieces came and went: the last byte is that of the last one. */
START_TEST(reset_after_pieces)
{
	connect_ab();
	from_a(PKT_ACK, 1016, 5001, "y");
	from_a(PKT_ACK, 1006, 5001, "x");
	if (_i)
		from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_RST, 1017, 0, "");
	from_a(PKT_ACK, 1007, 5001, "again");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

START_TEST(reset_of_a_side_not_seen)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_RST, 5001 + 50, 0, "");
	ck_assert_uint_eq(counters()->forged, 1);
	from_b(PKT_RST, 5001, 0, "");
	from_b(PKT_RST, 5001, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
	ck_assert(!pkt_flow(w, 0)->flow.refused);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[1], 2);
}
END_TEST

START_TEST(a_second_guess)
{
	connect_hello();
	from_a(PKT_RST, 1006 + GUESSED, 0, "");
	from_a(PKT_RST, 1006 + GUESSED + 1, 0, "");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

START_TEST(reset_with_the_field_alone)
{
	connect_hello();
	from_a(PKT_RST, 1006, 5008 + GUESSED, "");
	pkt_finish(w);
	ck_assert(!pkt_flow(w, 0)->flow.claims[0]);
}
END_TEST

/* What is sent again after a reset is counted, and nothing else is. */
START_TEST(sent_again_after_a_reset)
{
	const CapHistory *history;

	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_b(PKT_ACK, 5001, 1006, "");
	pkt_finish(w);
	history = &pkt_flow(w, 0)->flow.history;
	ck_assert_uint_eq(history->n, 7);
	ck_assert_mem_eq(history->letters, "ShAdDRa", 7);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[1], 3);
}
END_TEST

START_TEST(fin_with_the_field_alone)
{
	connect_hello();
	from_b(PKT_FIN, 5008, 1007, "");
	pkt_finish(w);
	ck_assert(pkt_flow(w, 0)->flow.ended_by_b);
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

void
tcp_add_resets(TCase *tc)
{
	tcase_add_loop_test(tc, a_doubted_reset, 0, G_N_ELEMENTS(after_doubt));
	tcase_add_test(tc, a_doubted_reset_before_any_acknowledgment);
	tcase_add_test(tc, a_first_acknowledgment_of_high_numbers_is_new);
	tcase_add_test(tc, reset_at_a_claim);
	tcase_add_test(tc, reset_beside_a_claim);
	tcase_add_test(tc, reset_at_a_claim_withdrawn);
	tcase_add_test(tc, reset_after_what_waits);
	tcase_add_test(tc, reset_after_the_own_fin);
	tcase_add_loop_test(tc, reset_after_the_other_fin, 0, 2);
	tcase_add_test(tc, reset_before_all_was_acknowledged);
	tcase_add_test(tc, reset_of_who_acknowledged_nothing);
	tcase_add_loop_test(tc, reset_in_midstream, 0, 2);
	tcase_add_test(tc, reset_after_a_keepalive);
	tcase_add_loop_test(tc, reset_that_acknowledges, 0, 2);
	tcase_add_loop_test(tc, refused_with_data, 0, 2);
	tcase_add_test(tc, after_a_reset);
	tcase_add_test(tc, fin_of_a_side_not_seen);
	tcase_add_test(tc, fin_never_acknowledged);
	tcase_add_loop_test(tc, fin_in_midstream, 0, G_N_ELEMENTS(midstream_fins));
	tcase_add_test(tc, fin_twice_ahead);
	tcase_add_loop_test(tc, data_across_a_fin_ahead, 0, 2);
	tcase_add_loop_test(tc, data_after_an_acknowledged_fin, 0, 2);
	tcase_add_test(tc, fin_that_answers);
	tcase_add_test(tc, fin_that_answers_nothing);
	tcase_add_test(tc, missing_before_a_fin);
	tcase_add_loop_test(tc, exact_resets, 0, G_N_ELEMENTS(exact));
	tcase_add_loop_test(tc, reset_after_pieces, 0, 2);
	tcase_add_test(tc, reset_of_a_side_not_seen);
	tcase_add_test(tc, a_second_guess);
	tcase_add_test(tc, reset_with_the_field_alone);
	tcase_add_test(tc, sent_again_after_a_reset);
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
}
