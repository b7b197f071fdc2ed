/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: who opened a connection, which SYNs and answers are of it, and what is the first of a side
 * that was not seen opening it (RFC 9293 section 3.5).
 */
#include "tests/capture/transport/tcp-case.h"

#define NEAR (256u << 10)
#define HIGH 0xf0000000u

static const CapFlow *
finished(void)
{
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	return &pkt_flow(w, 0)->flow;
}

/* ---- SYNs ---- */

/* Another number than that of its SYN is not of this connection, though it is slightly before. */
START_TEST(another_syn)
{
	connect_ab();
	from_a(PKT_SYN, 990, 0, "");
	ck_assert_uint_eq(counters()->forged, 1);
	from_b(PKT_SYN | PKT_ACK, 7000, 1001, "");
	ck_assert_uint_eq(counters()->forged, 2);
}
END_TEST

/* The same once more changes nothing. */
START_TEST(the_same_syn)
{
	uint64_t began;

	connect_ab();
	began = w->time_ns - 3000000;
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1011, 5001, "again");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1006, 5001, "world");
	ck_assert_str_eq(story(0, 0), "helloworldagain");
	ck_assert_uint_eq(counters()->gaps, 0);
	ck_assert_uint_eq(finished()->syn_ns, began);
}
END_TEST

START_TEST(syn_zero_that_comes_late)
{
	from_a(PKT_ACK, 1, 5001, "hello");
	from_b(PKT_ACK, 5001, 6, "world");
	from_a(PKT_SYN, 0, 0, "");
	ck_assert(finished()->syn_seen);
}
END_TEST

/* An answer without an acknowledgment is none, whatever its field has. */
START_TEST(late_answer_without_acknowledgment)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_SYN, 5000, 1006, "");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

static const struct {
	uint8_t flags;
	uint32_t ack;
	bool fits;
} answers[] = {
	{ PKT_SYN | PKT_ACK, 1001, true },
	{ PKT_SYN | PKT_ACK, 1002, false },
	{ PKT_SYN | PKT_ACK, 9999, false },
	{ PKT_SYN, 1001, false },
};

START_TEST(answer_to_a_syn)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(answers[_i].flags, 5000, answers[_i].ack, "");
	ck_assert_int_eq(finished()->seen[1], answers[_i].fits);
}
END_TEST

/* What answers is not who opened, even if it was the first that was seen. */
START_TEST(answer_of_who_was_seen_first)
{
	const CapFlow *flow;

	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1001 + 5 * i, 5001, "hello");
	from_a(PKT_SYN | PKT_ACK, 1000, 5001, "");
	flow = finished();
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_uint_eq(flow->syn_ns, 0);
	ck_assert_uint_eq(flow->syn_ack_ns, 0);
	ck_assert(!flow->syn_seen);
}
END_TEST

/* Once it is known who opened, it stays so. */
START_TEST(opened_and_then_both)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_SYN, 5000, 0, "");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert(finished()->syn_seen);
}
END_TEST

/* ---- resets as answers ---- */

static const struct {
	const char *what;
	bool established;
	uint8_t flags;
	uint32_t seq, ack;
	bool believed, refused;
} refusals[] = {
	{ "answer", false, PKT_RST | PKT_ACK, 0, 1001, true, true },
	{ "no acknowledgment", false, PKT_RST, 0, 1001, false, false },
	{ "another number", false, PKT_RST | PKT_ACK, 0, 1002, false, false },
	{ "later", true, PKT_RST | PKT_ACK, 0, 1001, false, false },
	{ "later, where it must be", true, PKT_RST | PKT_ACK, 5001, 1001, true, false },
};

START_TEST(refusal)
{
	from_a(PKT_SYN, 1000, 0, "");
	if (refusals[_i].established) {
		from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
		from_a(PKT_ACK, 1001, 5001, "");
	}
	from_b(refusals[_i].flags, refusals[_i].seq, refusals[_i].ack, "");
	ck_assert_msg(counters()->forged != refusals[_i].believed, "%s", refusals[_i].what);
	ck_assert_msg(finished()->refused == refusals[_i].refused, "%s", refusals[_i].what);
}
END_TEST

/* Who has accepted does not refuse. */
START_TEST(reset_after_an_answer)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_RST | PKT_ACK, 5001, 1001, "");
	ck_assert(!finished()->refused);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_RESET);
}
END_TEST

START_TEST(reset_of_an_answer_whose_syn_was_not_seen)
{
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_RST | PKT_ACK, 0, 1001 * (uint32_t)_i + 1 * (uint32_t)!_i, "");
	ck_assert_uint_eq(counters()->forged, 1);
	ck_assert(!finished()->refused);
}
END_TEST

/* ---- the first of a side ---- */

/* Nothing is known of it: any number will do. */
START_TEST(first_data_of_a_side)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, HIGH, 1001, "x");
	ck_assert_str_eq(story(0, 1), "x");
}
END_TEST

START_TEST(first_acknowledgment_of_a_side)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 0x50000001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Numbers that were never said are not 0. */
START_TEST(high_numbers)
{
	from_a(PKT_ACK, 1001, HIGH, "hello");
	from_b(PKT_ACK, HIGH + NEAR + (uint32_t)_i, 1006, "world");
	ck_assert_int_eq((int)counters()->forged, _i);
}
END_TEST

START_TEST(high_numbers_that_nobody_acknowledged)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, HIGH + 5 * i, 5001, "hello");
	from_a(PKT_ACK, HIGH + 15 + NEAR + (uint32_t)_i, 5001, "world");
	ck_assert_int_eq((int)counters()->forged, _i);
}
END_TEST

START_TEST(zero_without_acknowledgment)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(0, 0, 0, "x");
	ck_assert_str_eq(story(0, 1), "no flow");
}
END_TEST

/* What ends where the acknowledgments do is sent again, and the first that is seen. */
START_TEST(first_data_sent_again)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 4999, 1006, "xy");
	from_b(PKT_ACK, 5001, 1006, "z");
	ck_assert_str_eq(story(0, 1), "xyz");
}
END_TEST

/* Data before their SYN are told as soon as the other side speaks. */
START_TEST(answer_after_a_late_syn)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_ACK, 1011, 5001, "");
	ck_assert_str_eq(story(0, 0), "no flow");
	from_b(PKT_ACK, 5001, 1011, "answer");
	ck_assert_str_eq(story(0, 0), "helloworld");
	ck_assert_str_eq(story(0, 1), "answer");
}
END_TEST

/* Two bytes are no keepalive. */
START_TEST(few_bytes_alone)
{
	from_a(PKT_ACK, 1001, 5001, _i ? "xy" : "x");
	ck_assert_int_eq((int)counters()->flows, _i);
}
END_TEST

/* A usual segment waits with those before it that came early. */
START_TEST(usual_after_early)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "a");
	from_b(PKT_ACK, 5001, 1002, "b");
	from_a(PKT_ACK, 1002, 5007, "early");
	from_a(PKT_ACK, 1002, 5002, "early");
	ck_assert_str_eq(story(0, 0), "a");
	from_b(PKT_ACK, 5002, 1002, "ahead");
	ck_assert_str_eq(story(0, 0), "aearly");
}
END_TEST

/* Half open until the third packet, whichever of the others was not seen. */
START_TEST(half_open)
{
	from_a(PKT_SYN, 1000, 0, "");
	if (_i)
		from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	if (_i != 1)
		from_a(PKT_ACK, 1001, 5001, "");
	ck_assert(cap_tracker_evict(w->tracker));
	ck_assert_int_eq((int)counters()->evicted_half_open, _i < 2);
}
END_TEST

/* A SYN where the next byte is expected is none of this connection. */
START_TEST(syn_at_the_next_byte)
{
	connect_ab();
	from_a(PKT_SYN | PKT_ACK, 1001, 5001, "");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* What was acknowledged ahead does not make every acknowledgment usual. */
START_TEST(acknowledged_ahead_and_then_far)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1021, "x");
	a_while();
	from_b(PKT_ACK, 5002, 1021 + NEAR + 20, "y");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* What goes on with this connection answers no SYN, though it acknowledges the number after it. */
START_TEST(another_syn_that_is_answered)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(_i ? PKT_SYN | PKT_ACK : PKT_SYN, 1002, _i ? 5001 : 0, "");
	from_b(PKT_ACK, 5001, 1003, "x");
	ck_assert_str_eq(story(0, 1), "x");
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_uint_eq(counters()->forged, 1);
	/* A SYN does. */
	from_a(PKT_SYN, 1004, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5002, 1005, "");
	ck_assert_uint_eq(counters()->flows, 2);
}
END_TEST

/* A keepalive at the number of the SYN is no SYN. */
START_TEST(keepalive_at_the_syn_after_the_end)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1001, 5001, "");
	from_b(PKT_FIN | PKT_ACK, 5001, 1002, "");
	from_a(PKT_ACK, 1002, 5002, "");
	from_a(PKT_ACK, 1000, 5002, "x");
	from_a(PKT_ACK, 1001, 5001, "late");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* After a reset a SYN is of another connection, even if it would fit this one. */
START_TEST(late_syn_after_a_reset)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "world");
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_SYN, 1000, 0, "");
	ck_assert_uint_eq(finished()->packets[0], 2);
}
END_TEST

/* What waited of an older flow has nothing to do with what begins. */
START_TEST(another_flow_after_early)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "a");
	from_b(PKT_ACK, 5001, 1007, "early");
	ck_assert_str_eq(story(0, 1), "");
	a_while();
	ck_assert_str_eq(story(0, 1), "early");
	pkt_feed_tcp(w, (PktTcp){ 3, 2, 1000, 445, 1, 1, PKT_ACK, 0, "hello", 5 });
	pkt_finish(w);
	ck_assert_str_eq(story(1, 0), "hello");
}
END_TEST

/* ---- SYNs that come late ---- */

/* The end of what came before the SYN is not that of what it begins. */
START_TEST(fin_before_a_syn)
{
	from_a(PKT_FIN | PKT_ACK, 1001, 5001, "junk");
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1006, 5001, " all");
	ck_assert_str_eq(story(0, 0), "junko all");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* Numbers that nobody acknowledged are not behind 0. */
START_TEST(data_before_a_syn_of_high_numbers)
{
	from_a(PKT_ACK, HIGH + 21, 5001, "junk");
	from_a(PKT_SYN, HIGH, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, HIGH + 1, "");
	from_a(PKT_ACK, HIGH + 1, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Data before their SYN count where they were acknowledged, if by one byte. */
START_TEST(acknowledged_before_a_late_answer)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, 5021, 1001, "some");
	from_a(PKT_ACK, 1001, _i ? 5002 : 5001, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_ACK, _i ? 5025 : 5001, 1001, "more");
	ck_assert_str_eq(story(0, 1), "somemore");
}
END_TEST

START_TEST(answer_of_number_zero)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 0, 1001, "");
	from_b(PKT_ACK, 1, 1001, "hello");
	ck_assert_str_eq(story(0, 1), "hello");
}
END_TEST

/* ---- a byte that may be a keepalive ---- */

/* One that is answered was one of a flow. */
START_TEST(a_keepalive_that_is_answered)
{
	from_a(PKT_ACK, 1000, 5001, "k");
	if (_i)
		from_b(PKT_ACK, 5001, 1001, "");
	else
		from_b(PKT_ACK, HIGH, 0x40000000u, "stray");
	pkt_finish(w);
	ck_assert_int_eq((int)counters()->flows, _i);
	ck_assert_int_eq((int)w->flows->len, _i);
}
END_TEST

void
tcp_add_openings(TCase *tc)
{
	tcase_add_test(tc, another_syn);
	tcase_add_test(tc, the_same_syn);
	tcase_add_test(tc, syn_zero_that_comes_late);
	tcase_add_test(tc, late_answer_without_acknowledgment);
	tcase_add_loop_test(tc, answer_to_a_syn, 0, G_N_ELEMENTS(answers));
	tcase_add_test(tc, answer_of_who_was_seen_first);
	tcase_add_test(tc, opened_and_then_both);
	tcase_add_loop_test(tc, refusal, 0, G_N_ELEMENTS(refusals));
	tcase_add_test(tc, reset_after_an_answer);
	tcase_add_loop_test(tc, reset_of_an_answer_whose_syn_was_not_seen, 0, 2);
	tcase_add_test(tc, first_data_of_a_side);
	tcase_add_test(tc, first_acknowledgment_of_a_side);
	tcase_add_loop_test(tc, high_numbers, 0, 2);
	tcase_add_loop_test(tc, high_numbers_that_nobody_acknowledged, 0, 2);
	tcase_add_test(tc, zero_without_acknowledgment);
	tcase_add_test(tc, first_data_sent_again);
	tcase_add_loop_test(tc, few_bytes_alone, 0, 2);
	tcase_add_test(tc, answer_after_a_late_syn);
	tcase_add_test(tc, usual_after_early);
	tcase_add_loop_test(tc, half_open, 0, 3);
	tcase_add_test(tc, syn_at_the_next_byte);
	tcase_add_test(tc, acknowledged_ahead_and_then_far);
	tcase_add_loop_test(tc, another_syn_that_is_answered, 0, 2);
	tcase_add_test(tc, keepalive_at_the_syn_after_the_end);
	tcase_add_test(tc, late_syn_after_a_reset);
	tcase_add_test(tc, another_flow_after_early);
	tcase_add_test(tc, fin_before_a_syn);
	tcase_add_test(tc, data_before_a_syn_of_high_numbers);
	tcase_add_loop_test(tc, acknowledged_before_a_late_answer, 0, 2);
	tcase_add_test(tc, answer_of_number_zero);
	tcase_add_loop_test(tc, a_keepalive_that_is_answered, 0, 2);
}
