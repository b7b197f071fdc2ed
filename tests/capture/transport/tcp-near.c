/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: how far from what is known a segment may be, to the number (RFC 9293 section 3.10.7.4, RFC
 * 5961), and where a stream goes on after one that was farther away and was agreed with.
 */
#include "tests/capture/transport/tcp-case.h"

#define NEAR (256u << 10)
#define LATE 65536u
#define FAR 300000u
/* The largest window (RFC 7323 section 2.3). */
#define WINDOW (1u << 30)

static void
unwanted(void)
{
	w->unwanted = true;
}

/* ---- numbers ---- */

static const struct {
	uint32_t seq, ack;
	bool fits;
} numbers[] = {
	{ 1001 + NEAR, 5001, true },         { 1002 + NEAR, 5001, false },
	{ 1001 - NEAR, 5001, true },         { 1000 - NEAR, 5001, false },
	{ 1001, 5001 + NEAR, true },         { 1001, 5002 + NEAR, false },
	{ 1001, 5001 - NEAR, true },         { 1001, 5000 - NEAR, false },
	{ 1001 + NEAR, 5002 + NEAR, false },
};

START_TEST(near_what_is_known)
{
	connect_ab();
	from_a(PKT_ACK, numbers[_i].seq, numbers[_i].ack, "hello");
	ck_assert_msg(counters()->forged != numbers[_i].fits, "row %d", _i);
}
END_TEST

/* What both sides know: the range from what was acknowledged to the last byte that was seen. */
START_TEST(near_what_was_seen_of_both)
{
	connect_ab();
	from_a(PKT_ACK, 1001 + NEAR, 5001, "hello"); /* seen up to 1006 + NEAR */
	from_a(PKT_ACK, 1006 + 2 * NEAR + (uint32_t)_i, 5001, "hello");
	ck_assert_int_eq((int)counters()->forged, _i);
}
END_TEST

/* A claim of the other side extends it. */
START_TEST(near_a_claim)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1001 + NEAR, "");
	from_a(PKT_ACK, 1001 + 2 * NEAR + (uint32_t)_i, 5001, "hello");
	ck_assert_int_eq((int)counters()->forged, _i);
}
END_TEST

/* An acknowledgment does, too, in both directions. */
START_TEST(near_an_acknowledgment)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1001 + NEAR, "x");
	from_a(PKT_ACK, 1001 + 2 * NEAR + (uint32_t)_i, 5001, "hello");
	ck_assert_int_eq((int)counters()->forged, _i);
}
END_TEST

START_TEST(near_the_last_acknowledgment)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1006 + (_i ? 1001 - 1006 - NEAR - 1 : 1001 - 1006 - NEAR), 5001, "hello");
	ck_assert_int_eq((int)counters()->forged, _i);
}
END_TEST

/* Of a side that was not seen, what the other one acknowledged of it is what is known. */
START_TEST(near_acknowledgments_of_an_unseen_side)
{
	static const struct {
		uint32_t ack;
		bool fits;
	} rows[] = { { 5001 + NEAR, true },
		     { 5002 + NEAR, false },
		     { 5001 - NEAR, true },
		     { 5000 - NEAR, false } };

	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1006, rows[_i].ack, "again");
	ck_assert_uint_eq(counters()->forged, !rows[_i].fits);
}
END_TEST

START_TEST(near_the_first_of_an_unseen_side)
{
	static const struct {
		uint32_t seq;
		bool fits;
	} rows[] = { { 5001 + NEAR, true },
		     { 5002 + NEAR, false },
		     { 5001 - NEAR, true },
		     { 5000 - NEAR, false } };

	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, rows[_i].seq, 1006, "world");
	ck_assert_uint_eq(counters()->forged, !rows[_i].fits);
}
END_TEST

/* The first acknowledgment may lag by what is under way, but not behind a SYN. */
START_TEST(first_acknowledgment)
{
	static const struct {
		bool syn;
		uint32_t ack;
		bool fits;
	} rows[] = {
		{ true, 1001, true },
		{ true, 1006, true },
		{ true, 1000, false },
		{ true, 1007, false },
		{ false, 1001 - (16u << 20), true },
		{ false, 1000 - (16u << 20), false },
		{ false, 1006 + NEAR, true },
		{ false, 1007 + NEAR, false },
	};

	if (rows[_i].syn)
		from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, rows[_i].ack, "world");
	ck_assert_msg(counters()->forged != rows[_i].fits, "row %d", _i);
}
END_TEST

/* Without an acknowledgment only the next byte fits, of a side that never acknowledged anything. */
START_TEST(no_acknowledgment)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	from_a(0, 1001 + (uint32_t)_i, 0, "hello");
	ck_assert_int_eq((int)counters()->forged, _i);
	ck_assert_str_eq(story(0, 0), _i ? "" : "hello");
}
END_TEST

/* What came in midstream before it all is near as well. */
START_TEST(midstream_backwards)
{
	from_a(PKT_ACK, 1000001, 5001, "three");
	from_a(PKT_ACK, 1000001 - 200000, 5001, "two");
	from_a(PKT_ACK, 1000001 - 400000, 5001, "one");
	ck_assert_uint_eq(counters()->forged, 0);
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "one<199997 missing>two<199997 missing>three");
}
END_TEST

/* ---- SYNs that come late ---- */

START_TEST(late_syn)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1000001 + 5 * i, 5001, "hello");
	from_a(PKT_SYN, 1000015 - (LATE - 1) - !_i, 0, "");
	ck_assert_int_eq((int)counters()->forged, !_i);
	/* What was said before it is not what it begins. */
	from_a(PKT_ACK, _i ? 1000016 - (LATE - 1) : 1000016, 5001, "!");
	ck_assert_str_eq(story(0, 0), "hellohellohello!");
	ck_assert_int_eq(pkt_flow(w, 0)->flow.syn_seen, _i);
}
END_TEST

START_TEST(late_answer)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1000001 + 5 * i, 5001, "hello");
	from_b(PKT_SYN | PKT_ACK, 5000, 1000016 - (LATE - 1) - !_i, "");
	ck_assert_int_eq((int)counters()->forged, !_i);
}
END_TEST

/* The SYN of who did not open the connection says nothing of when it was opened. */
START_TEST(late_syn_of_the_other_side)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "world");
	from_b(PKT_SYN, 5000, 0, "");
	pkt_finish(w);
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.syn_ns, 0);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.syn_ack_ns, 0);
	ck_assert(!pkt_flow(w, 0)->flow.syn_seen);
}
END_TEST

/* An answer that has data which were captured before their SYN. */
START_TEST(answer_to_data_before_the_syn)
{
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1011, "");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* ---- far ahead, step by step ---- */

/* Acknowledgments of what was not captured reach as far as a window. */
static void
claim_up_to(uint32_t ack)
{
	for (uint32_t at = 1001; ack - at > NEAR; at += NEAR)
		from_b(PKT_ACK, 5001, at + NEAR, "");
	from_b(PKT_ACK, 5001, ack, "");
	ck_assert_uint_eq(counters()->forged, 0);
}

START_TEST(data_a_window_ahead)
{
	connect_ab();
	claim_up_to(1001 + WINDOW);
	from_a(PKT_ACK, 1001 + WINDOW + (uint32_t)_i, 5001, "hello");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_int_eq((int)counters()->implausible, _i);
	ck_assert_int_eq((int)counters()->out_of_order, !_i);
}
END_TEST

START_TEST(fin_a_window_ahead)
{
	connect_ab();
	claim_up_to(1001 + WINDOW);
	from_a(PKT_FIN | PKT_ACK, 1001 + WINDOW + (uint32_t)_i, 5001, "");
	from_a(PKT_ACK, 1001 + WINDOW + (uint32_t)_i, 5001, "hello");
	ck_assert_int_eq((int)counters()->forged, !_i); /* behind a FIN there are no data */
}
END_TEST

START_TEST(acknowledged_a_window_ahead)
{
	connect_ab();
	claim_up_to(1001 + WINDOW + (uint32_t)_i);
	from_b(PKT_ACK, 5001, 1001 + WINDOW + (uint32_t)_i, "x");
	ck_assert_uint_eq(counters()->gap_bytes, _i ? 0 : WINDOW);
}
END_TEST

/* A claim that data did not reach is taken back by the next acknowledgment. */
START_TEST(claim_not_reached)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1021, "");
	from_a(PKT_ACK, 1011, 5001, "world");
	from_b(PKT_ACK, 5001, 1001, "x");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* ---- where a stream goes on ---- */

/* Neither number alone is out of the question, but both; the other side agrees. */
START_TEST(goes_on_near)
{
	connect_ab();
	from_a(PKT_ACK, 1001 + NEAR + (uint32_t)_i, 5001 + FAR, "hello");
	ck_assert_uint_eq(counters()->forged, 1);
	from_b(PKT_ACK, 5001 + FAR, 1006 + NEAR, "");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_str_eq(story(0, 0), _i ? "<262145 missing>hello" : "no flow");
}
END_TEST

/* What waits already waits on. */
START_TEST(goes_on_near_beside_what_waits)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_ACK, 1001 + NEAR, 5001 + FAR, "hello");
	from_b(PKT_ACK, 5001 + FAR, 1006 + NEAR, "");
	ck_assert_uint_eq(counters()->forged, 0);
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<5 missing>world<262134 missing>hello");
}
END_TEST

/* Behind it, too: what is near may fill a hole, what is not begins anew. */
START_TEST(goes_on_behind)
{
	connect_ab();
	from_a(PKT_ACK, 1001 - NEAR - (uint32_t)_i, 5001 + FAR, "hello");
	from_b(PKT_ACK, 5001 + FAR, 1006 - NEAR, "");
	ck_assert_str_eq(story(0, 0), _i ? "<1 missing>hello" : "no flow");
}
END_TEST

/* What the other side had acknowledged before does not agree with data from long ago. */
START_TEST(long_ago)
{
	connect_ab();
	from_a(PKT_ACK, 1000 - NEAR, 5001, "hello");
	from_b(PKT_ACK, 5001, 1001, "x");
	ck_assert_uint_eq(counters()->forged, 1);
	from_a(PKT_ACK, 1001, 5002, "world");
	ck_assert_str_eq(story(0, 0), "world");
}
END_TEST

/* But one of nothing that came later does, and so does the first one of its side. */
START_TEST(long_ago_and_acknowledged)
{
	connect_ab();
	from_a(PKT_ACK, 1000 - NEAR, 5001, "hello");
	from_b(PKT_ACK, 5001, 1005 - NEAR, "x");
	ck_assert_str_eq(story(0, 0), "<1 missing>hello");
}
END_TEST

START_TEST(long_ago_and_acknowledged_first)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1000001 + 5 * i, 5001, "hello");
	from_a(PKT_ACK, 1001, 5001, "again");
	from_b(PKT_ACK, 5001, 1006, "x");
	ck_assert_str_eq(story(0, 0), "hellohellohello<1 missing>again");
}
END_TEST

/* Of a side of which nothing was seen there is nothing from long ago. */
START_TEST(far_numbers_of_an_unseen_side)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1001 + 5 * i, 0xf0000000, "hello");
	from_b(PKT_ACK, 0xf0000000 + FAR, 1016, "world");
	ck_assert_uint_eq(counters()->forged, 1);
	from_a(PKT_ACK, 1016, 0xf0000005 + FAR, "!");
	ck_assert_str_eq(story(0, 1), "world");
}
END_TEST

/* An acknowledgment ahead of what was seen does not make what is behind it implausible. */
START_TEST(behind_an_acknowledgment)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1001 + NEAR, "x");
	from_a(PKT_ACK, 1001 - NEAR, 5001, "hello");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* Nor does a claim that data passed hold up what is ahead of them. */
START_TEST(ahead_of_a_claim)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1006, "");
	from_a(PKT_ACK, 1001, 5001, "hello, world");
	from_a(PKT_ACK, 1013 + NEAR, 5001, "!");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* More than a window ahead nothing is given up for it. */
START_TEST(waits_behind_a_window)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	claim_up_to(1001 + WINDOW + 1);
	from_b(PKT_ACK, 5001, 1001 + WINDOW + 1, "x");
	ck_assert_str_eq(story(0, 0), "");
}
END_TEST

START_TEST(what_waits_is_told_first)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_ACK, 1011 + FAR, 5001, "again");
	from_b(PKT_ACK, 5001, 1016 + FAR, "");
	ck_assert_str_eq(story(0, 0), "<5 missing>world<300000 missing>again");
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 5); /* not that of who agrees */
}
END_TEST

/* If the numbers wrapped, nobody knows how much is missing. */
START_TEST(goes_on_a_window_ahead)
{
	connect_ab();
	from_a(PKT_ACK, 1001 + WINDOW + (uint32_t)_i, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006 + WINDOW + (uint32_t)_i, "");
	ck_assert_str_eq(story(0, 0), _i ? "<1 missing>hello" : "<1073741824 missing>hello");
}
END_TEST

/*
 * Data at or behind a FIN that the other side acknowledges show that it was forged; the
 * acknowledgment of the FIN itself does not.
 */
static const struct {
	uint32_t seq, ack;
	const char *story;
} behind_fin[] = {
	{ 1001, 1006, "hello" },
	{ 1101, 1106, "<100 missing>hello" },
	{ 1001 + FAR, 1006 + FAR, "<300000 missing>hello" },
	{ 1001, 1002, "" },
	{ 1002, 1002, "" },
	{ 1003, 1002, "" },
	{ 1003, 1009, "" }, /* more than was sent */
};

START_TEST(goes_on_behind_a_fin)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1001, 5001, "");
	from_a(PKT_ACK, behind_fin[_i].seq, 5001, "hello");
	ck_assert_uint_eq(counters()->forged, 1);
	from_b(PKT_ACK, 5001, behind_fin[_i].ack, "x");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), behind_fin[_i].story);
}
END_TEST

/* Data before a FIN that is ahead of its turn leave it where it is. */
START_TEST(goes_on_before_a_fin)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1011, 5001, "");
	from_a(PKT_ACK, 1006, 5001 + FAR, "world");
	from_b(PKT_ACK, 5001 + FAR, 1011, "");
	ck_assert_uint_eq(counters()->forged, 0);
	from_a(PKT_ACK, 1001, 5001 + FAR, "hello");
	ck_assert_str_eq(story(0, 0), "helloworld");
}
END_TEST

/* ---- flows that nobody wants ---- */

/* They wait for nothing, so that a single byte is counted at once. */
START_TEST(unwanted_in_midstream)
{
	unwanted();
	from_a(PKT_ACK, 1001, 5001, "x");
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* What is sent again does not lead back. */
START_TEST(unwanted_and_sent_again)
{
	unwanted();
	connect_ab();
	from_a(PKT_ACK, 201001, 5001, "hello");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 401001, 5001, "hello");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* They lose nothing where they go on. */
START_TEST(unwanted_goes_on)
{
	unwanted();
	connect_ab();
	from_a(PKT_ACK, 1001 + FAR, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006 + FAR, "");
	ck_assert_uint_eq(counters()->gaps, 0);
	from_a(PKT_ACK, 1006 + FAR + NEAR, 5001, "hello");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

void
tcp_add_near(TCase *tc)
{
	tcase_add_loop_test(tc, near_what_is_known, 0, G_N_ELEMENTS(numbers));
	tcase_add_loop_test(tc, near_what_was_seen_of_both, 0, 2);
	tcase_add_loop_test(tc, near_a_claim, 0, 2);
	tcase_add_loop_test(tc, near_an_acknowledgment, 0, 2);
	tcase_add_loop_test(tc, near_the_last_acknowledgment, 0, 2);
	tcase_add_loop_test(tc, near_acknowledgments_of_an_unseen_side, 0, 4);
	tcase_add_loop_test(tc, near_the_first_of_an_unseen_side, 0, 4);
	tcase_add_loop_test(tc, first_acknowledgment, 0, 8);
	tcase_add_loop_test(tc, no_acknowledgment, 0, 2);
	tcase_add_test(tc, midstream_backwards);
	tcase_add_loop_test(tc, late_syn, 0, 2);
	tcase_add_loop_test(tc, late_answer, 0, 2);
	tcase_add_test(tc, late_syn_of_the_other_side);
	tcase_add_test(tc, answer_to_data_before_the_syn);
	tcase_add_loop_test(tc, data_a_window_ahead, 0, 2);
	tcase_add_loop_test(tc, fin_a_window_ahead, 0, 2);
	tcase_add_loop_test(tc, acknowledged_a_window_ahead, 0, 2);
	tcase_add_test(tc, claim_not_reached);
	tcase_add_loop_test(tc, goes_on_near, 0, 2);
	tcase_add_test(tc, goes_on_near_beside_what_waits);
	tcase_add_loop_test(tc, goes_on_behind, 0, 2);
	tcase_add_test(tc, long_ago);
	tcase_add_test(tc, long_ago_and_acknowledged);
	tcase_add_test(tc, long_ago_and_acknowledged_first);
	tcase_add_test(tc, far_numbers_of_an_unseen_side);
	tcase_add_test(tc, behind_an_acknowledgment);
	tcase_add_test(tc, ahead_of_a_claim);
	tcase_add_test(tc, waits_behind_a_window);
	tcase_add_test(tc, what_waits_is_told_first);
	tcase_add_loop_test(tc, goes_on_a_window_ahead, 0, 2);
	tcase_add_loop_test(tc, goes_on_behind_a_fin, 0, G_N_ELEMENTS(behind_fin));
	tcase_add_test(tc, goes_on_before_a_fin);
	tcase_add_test(tc, unwanted_in_midstream);
	tcase_add_test(tc, unwanted_and_sent_again);
	tcase_add_test(tc, unwanted_goes_on);
}
