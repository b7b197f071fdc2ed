/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: data that come with a SYN, which their receiver takes or drops once the connection is there
 * (RFC 9293 section 3.10.7.2, RFC 7413).
 */
#include "tests/capture/transport/tcp-case.h"

#define HIGH 0xf0000000u

/* What was sent again is counted once: of its flow, and of all. */
static void
sent_again(uint32_t bytes)
{
	const CapSegments *segments = &pkt_flow(w, 0)->flow.segments[0];
	const CapHistory *history = &pkt_flow(w, 0)->flow.history;

	ck_assert_uint_eq(counters()->retransmitted, bytes);
	ck_assert_uint_eq(segments->retransmitted_bytes, bytes);
	ck_assert_uint_eq(segments->retransmitted, 1);
	ck_assert_ptr_nonnull(memchr(history->letters, 'T', history->n));
}

static void
nothing_told(void)
{
	ck_assert_str_eq(story(0, 0), "no flow");
}

/* ---- what becomes of them ---- */

/* Data of a SYN are told once the other side has them, or what comes behind them shows that. */
START_TEST(data_of_a_syn_that_are_taken)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	ck_assert_uint_eq(w->flows->len, 0);
	if (_i == 0) {
		from_b(PKT_SYN | PKT_ACK, 5000, 1005, "");
		ck_assert_str_eq(story(0, 0), "fast");
		from_a(PKT_ACK, 1005, 5001, " hello");
	} else if (_i == 1) {
		from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
		ck_assert_uint_eq(w->flows->len, 0);
		from_a(PKT_ACK, 1005, 5001, " hello");
	} else {
		from_a(PKT_ACK, 1005, 5001, " hello");
	}
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "fast hello");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_uint_eq(counters()->conflicts, 0);
}
END_TEST

/* Who has no use for them drops them, and takes what is sent then (RFC 9293 section 3.10.7.2). */
START_TEST(data_of_a_syn_that_are_dropped)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, _i ? "slow hello" : "sl");
	if (!_i)
		from_a(PKT_ACK, 1003, 5001, "ow hello");
	from_b(PKT_ACK, 5001, 1011, "welcome");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "slow hello");
	ck_assert_str_eq(story(0, 1), "welcome");
	ck_assert_uint_eq(counters()->conflicts, 1);
	ck_assert_uint_eq(counters()->gaps, 0);
	ck_assert_uint_eq(counters()->retransmitted, _i ? 4 : 2);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.segments[0].retransmitted, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.segments[0].retransmitted_bytes, _i ? 4 : 2);
}
END_TEST

/* Data of a SYN, or of its answer, that comes to nothing are of no connection. */
START_TEST(data_of_a_syn_of_nobody)
{
	static const uint8_t flags[] = { PKT_SYN, PKT_SYN | PKT_ACK, PKT_SYN | PKT_FIN };

	if (_i % 2)
		from_a(flags[_i / 2], 700000000, 300000000, "made up");
	else
		from_b(flags[_i / 2], 700000000, 300000000, "made up");
	connect_hello();
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

START_TEST(data_of_a_syn_that_is_refused)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	from_b(PKT_RST | PKT_ACK, 0, _i ? 1001 : 1005, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
	ck_assert(pkt_flow(w, 0)->flow.refused);
	ck_assert_str_eq(story(0, 0), "");
}
END_TEST

/* ---- what shows it ---- */

/* What acknowledges them need not be the answer to the SYN, nor come more than once. */
START_TEST(data_of_a_syn_that_are_acknowledged_later)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	nothing_told();
	from_b(PKT_ACK, 5001, 1005, "");
	ck_assert_str_eq(story(0, 0), "fast");
}
END_TEST

/* Ends of both sides acknowledge no more than they say. */
START_TEST(data_of_a_syn_before_the_ends)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_FIN | PKT_ACK, 1005, 5001, "");
	from_b(PKT_FIN | PKT_ACK, 5001, 1001, "");
	nothing_told();
	from_b(PKT_ACK, 5002, 1005, "");
	ck_assert_str_eq(story(0, 0), "fast");
}
END_TEST

/* A keepalive is not what comes in their place. */
START_TEST(data_of_a_syn_and_a_keepalive)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	from_a(PKT_ACK, 1000, 5001, "x");
	nothing_told();
	from_b(PKT_SYN | PKT_ACK, 5000, 1005, "");
	ck_assert_str_eq(story(0, 0), "fast");
	ck_assert_uint_eq(counters()->conflicts, 0);
}
END_TEST

/* A number that was never acknowledged is not behind them. */
START_TEST(data_of_a_syn_of_high_number)
{
	from_a(PKT_SYN, HIGH, 0, "fast");
	nothing_told();
	from_b(PKT_SYN | PKT_ACK, 5000, HIGH + 5, "");
	ck_assert_str_eq(story(0, 0), "fast");
}
END_TEST

/* ---- SYNs that come once more ---- */

/* The same data wait as before, and count as sent again. */
START_TEST(data_of_a_syn_sent_again)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	from_a(PKT_SYN, 1000, 0, "fast");
	nothing_told();
	from_b(PKT_SYN | PKT_ACK, 5000, 1005, "");
	ck_assert_str_eq(story(0, 0), "fast");
	ck_assert_uint_eq(counters()->conflicts, 0);
	sent_again(4);
}
END_TEST

/* So do those that their receiver dropped. */
START_TEST(data_of_a_syn_sent_again_without_it)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "fast");
	ck_assert_str_eq(story(0, 0), "fast");
	ck_assert_uint_eq(counters()->conflicts, 0);
	sent_again(4);
}
END_TEST

/* A SYN that was answered can still come with data: nobody has acknowledged them. */
START_TEST(data_of_a_syn_after_its_answer)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_SYN, 1000, 0, "fast");
	nothing_told();
	from_a(PKT_ACK, 1001, 5001, "slow");
	ck_assert_str_eq(story(0, 0), "slow");
}
END_TEST

/* Those that were acknowledged before they came are told at once. */
START_TEST(data_of_a_syn_after_their_acknowledgment)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_ACK, 5001, 1005, "welcome");
	from_a(PKT_SYN, 1000, 0, "fast");
	ck_assert_str_eq(story(0, 0), "fast");
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* So are those before data that wait for them. */
START_TEST(data_of_a_syn_before_others)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_SYN, 1000, 0, "hello");
	ck_assert_str_eq(story(0, 0), "helloworld");
}
END_TEST

/* Where others were told they come too late, and hold up nothing. */
START_TEST(data_of_a_syn_that_were_told)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_SYN, 1000, 0, "forge");
	from_a(PKT_ACK, 1006, 5001, " all");
	ck_assert_str_eq(story(0, 0), "hello all");
	ck_assert_uint_eq(counters()->retransmitted, 5);
}
END_TEST

/* ---- the end ---- */

/* What waits behind a hole is not of the SYN: it is told, even if the connection was never there. */
START_TEST(what_waits_of_half_a_connection)
{
	connect_ab();
	from_a(PKT_SYN, 700000000, 0, "");
	from_a(PKT_ACK, 700000011, 300000001, "later");
	from_b(PKT_SYN | PKT_ACK, 300000000, 700000001, "");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	ck_assert_str_eq(story(1, 0), "<10 missing>later");
}
END_TEST

/*
 * What does not fit is not told in the place of such data, whose connection both sides opened: it is
 * of other numbers, and nobody confirmed it.
 */
START_TEST(what_waits_of_half_a_connection_and_what_does_not_fit)
{
	connect_ab();
	from_a(PKT_SYN, 700000000, 0, "");
	from_a(PKT_ACK, 700000011, 300000001, "later");
	from_b(PKT_SYN | PKT_ACK, 300000000, 700000001, "");
	if (_i)
		from_a(PKT_ACK, 400000001, 500000001, "other");
	else
		from_a(PKT_ACK, 700000011, 900000001, "LATER");
	pkt_finish(w);
	ck_assert_str_eq(story(1, 0), "<10 missing>later");
	ck_assert_uint_eq(counters()->gap_bytes, 10);
}
END_TEST

/* Nor is it told behind what was told already. */
START_TEST(what_was_told_of_half_a_connection_and_what_does_not_fit)
{
	from_a(PKT_SYN, 1000, 0, "fast");
	from_b(PKT_SYN | PKT_ACK, 5000, 1005, "");
	from_a(PKT_ACK, 400000001, 500000001, "other");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "fast");
	ck_assert(pkt_flow(w, 0)->flow.syn_seen);
}
END_TEST

/* Where nobody wants them they count all the same: the answer acknowledges them. */
START_TEST(data_of_a_syn_that_nobody_wants)
{
	w->unwanted = true;
	from_a(PKT_SYN, 1000, 0, "fast");
	from_b(PKT_SYN | PKT_ACK, 5000, 1005, "");
	from_a(PKT_ACK, 1005, 5001, "hello");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.first_frame, 1);
	ck_assert_uint_gt(pkt_flow(w, 0)->flow.syn_ns, 0);
	ck_assert_str_eq(story(0, 0), "");
}
END_TEST

void
tcp_add_syn_data(TCase *tc)
{
	tcase_add_loop_test(tc, data_of_a_syn_that_are_taken, 0, 3);
	tcase_add_loop_test(tc, data_of_a_syn_that_are_dropped, 0, 2);
	tcase_add_loop_test(tc, data_of_a_syn_of_nobody, 0, 6);
	tcase_add_loop_test(tc, data_of_a_syn_that_is_refused, 0, 2);
	tcase_add_test(tc, data_of_a_syn_that_are_acknowledged_later);
	tcase_add_test(tc, data_of_a_syn_before_the_ends);
	tcase_add_test(tc, data_of_a_syn_and_a_keepalive);
	tcase_add_test(tc, data_of_a_syn_of_high_number);
	tcase_add_test(tc, data_of_a_syn_sent_again);
	tcase_add_test(tc, data_of_a_syn_sent_again_without_it);
	tcase_add_test(tc, data_of_a_syn_after_its_answer);
	tcase_add_test(tc, data_of_a_syn_after_their_acknowledgment);
	tcase_add_test(tc, data_of_a_syn_before_others);
	tcase_add_test(tc, data_of_a_syn_that_were_told);
	tcase_add_test(tc, what_waits_of_half_a_connection);
	tcase_add_loop_test(tc, what_waits_of_half_a_connection_and_what_does_not_fit, 0, 2);
	tcase_add_test(tc, what_was_told_of_half_a_connection_and_what_does_not_fit);
	tcase_add_test(tc, data_of_a_syn_that_nobody_wants);
}
