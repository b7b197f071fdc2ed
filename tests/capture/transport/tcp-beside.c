/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: what may begin a flow, and waits beside what others made up of the same two ends: what is
 * known of it when it is gone on with, and what does not wait.
 */
#include "tests/capture/transport/tcp-case.h"

/* Numbers that are near no others, each near none of its kind. */
#define FAR(n) (0x40000000u + ((uint32_t)(n) << 22))
#define B 0x90000000u

static const CapFlow *
finished(void)
{
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	return &pkt_flow(w, 0)->flow;
}

/* Side B goes on from 5000 with what answers the SYN of A at 1000. */
static void
answer_and_hello(void)
{
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
}

/* ---- data that wait ---- */

/* Data wait while a SYN is made up, and are those of who sent them. */
START_TEST(sender_of_data_that_wait)
{
	from_a(PKT_SYN, FAR(0), 0, "");
	if (_i) {
		from_b(PKT_ACK, 5001, 1001, "welcome");
		from_b(PKT_SYN | PKT_ACK, B, 77, "");
		from_a(PKT_ACK, 1001, 5008, "hello");
	} else {
		from_a(PKT_ACK, 1001, 5001, "hello");
		from_a(PKT_SYN, FAR(1), 0, "");
		from_b(PKT_ACK, 5001, 1006, "welcome");
	}
	ck_assert_uint_eq(finished()->port[0], _i ? 445 : 1000);
	ck_assert_str_eq(story(0, 0), _i ? "welcome" : "hello");
	ck_assert_str_eq(story(0, 1), _i ? "hello" : "welcome");
}
END_TEST

/* A single byte may be a keepalive, also where it waited; two are data. */
START_TEST(few_bytes_that_wait)
{
	static const char *const text[] = { "x", "xy", "xyz" };

	from_a(PKT_SYN, FAR(0), 0, "");
	from_a(PKT_ACK, 1001, 5001, text[_i]);
	from_a(PKT_SYN, FAR(1), 0, "");
	from_a(PKT_ACK, 1002 + (uint32_t)_i, 5001, "");
	ck_assert_int_eq((int)counters()->flows, _i > 0);
	pkt_finish(w);
	ck_assert_int_eq((int)counters()->flows, _i > 0);
	ck_assert_int_eq((int)w->flows->len, _i > 0);
}
END_TEST

/* The SYN of data that waited, and were told, comes late: it tells nothing once more. */
START_TEST(late_syn_of_data_that_waited)
{
	from_a(PKT_SYN, FAR(0), 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_SYN, FAR(1), 0, "");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	ck_assert_str_eq(story(0, 0), "hello");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5008, "hello");
	from_a(PKT_ACK, 1006, 5008, ", you");
	finished();
	ck_assert_str_eq(story(0, 0), "hello, you");
}
END_TEST

/* Only a SYN is gone on with to its number alone: data are, by what acknowledges the same. */
START_TEST(data_that_wait_and_others_at_their_number)
{
	from_b(PKT_SYN, B, 0, "");
	from_a(PKT_ACK, 1001, FAR(0), "made up");
	from_a(PKT_SYN, FAR(1), 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	finished();
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* ---- SYNs and answers that wait ---- */

/* An answer waits, and is not of who opened. */
START_TEST(answer_that_waits)
{
	const CapFlow *flow;

	from_a(PKT_ACK, FAR(0), B, "x");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_SYN | PKT_ACK, FAR(1), 1001, "");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	from_a(PKT_ACK, 1001, 5008, "hello");
	flow = finished();
	ck_assert_uint_eq(flow->port[0], 1000);
	ck_assert(flow->syn_seen);
	ck_assert_uint_eq(flow->syn_ns, 0);
	ck_assert_uint_eq(flow->syn_ack_ns % 1000000000, 1000000);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* What goes on with a SYN may be made up: where its answer lies is not known before that comes. */
START_TEST(syn_that_waits_without_its_acknowledgment)
{
	const CapFlow *flow;

	from_a(PKT_ACK, FAR(0), B, "x");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 0x12345678, "");
	from_a(PKT_SYN, FAR(1), 0, "");
	answer_and_hello();
	flow = finished();
	ck_assert_uint_eq(flow->syn_ns % 1000000000, 1000000);
	ck_assert_uint_gt(flow->syn_ack_ns, 0);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* What acknowledges nothing does not go on with a SYN that waits, and has none of its bytes. */
static const uint8_t no_acks[] = { 0, PKT_FIN, PKT_FIN | PKT_ACK, PKT_SYN | PKT_ACK };

START_TEST(no_acknowledgment_behind_a_syn_that_waits)
{
	from_a(PKT_ACK, FAR(0), B, "x");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_SYN, FAR(1), 0, "");
	from_a(no_acks[_i], 1001, 0x12345678, "evil");
	answer_and_hello();
	ck_assert_uint_eq(finished()->syn_ns % 1000000000, 1000000);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* A SYN waits also where the other side goes on alone. */
START_TEST(syn_beside_a_side_that_goes_on)
{
	from_b(PKT_ACK, FAR(0), B, "x");
	from_a(PKT_SYN, 1000, 0, "");
	for (uint32_t i = 0; i < 3; i++)
		from_b(PKT_ACK, FAR(1) + i, FAR(2), "y");
	ck_assert_str_eq(story(0, 0), "yyy");
	answer_and_hello();
	ck_assert_str_eq(story(1, 0), "hello");
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.syn_ns % 1000000000, 1000000);
}
END_TEST

/* SYNs wait beside connections, and take no room from each other. */
START_TEST(syns_beside_connections)
{
	const CapFlow *flow;

	connect_hello();
	from_a(PKT_SYN, 3000, 0, "");
	for (int n = 0; n < 6; n++)
		from_a(PKT_SYN, FAR(n), 0, "");
	from_b(PKT_SYN | PKT_ACK, B, FAR(5) + 1, "");
	from_b(PKT_SYN | PKT_ACK, 7000, 3001, "");
	from_a(PKT_ACK, 3001, 7001, "hello again");
	ck_assert_str_eq(story(1, 0), "hello again");
	flow = &pkt_flow(w, 1)->flow;
	ck_assert_uint_eq(flow->syn_ns % 1000000000, 5000000);
	ck_assert_uint_gt(flow->syn_ack_ns, 0);
}
END_TEST

/* ---- what does not wait ---- */

/* Without data there is nothing to be gone on with. */
START_TEST(acknowledgments_do_not_wait)
{
	from_a(PKT_ACK, 1001, 5001, "x");
	from_a(PKT_ACK, FAR(0), B, "");
	from_a(PKT_ACK, FAR(1), B, "");
	from_b(PKT_ACK, B, FAR(0), "");
	ck_assert_uint_eq(counters()->flows, 0);
	ck_assert_uint_eq(counters()->forged, 3);
}
END_TEST

/* Nor with data that acknowledge nothing: so many of them take no room from a SYN. */
START_TEST(data_without_acknowledgment_do_not_wait)
{
	from_a(PKT_SYN, FAR(0), 0, "");
	from_a(PKT_SYN, 1000, 0, "");
	for (int n = 1; n < 40; n++)
		from_a(0, FAR(n), 0, "evil");
	answer_and_hello();
	ck_assert_uint_eq(finished()->syn_ns % 1000000000, 1000000);
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Nor beside a connection that was told. */
START_TEST(data_beside_a_connection_do_not_wait)
{
	connect_hello();
	from_a(PKT_ACK, FAR(0), B, "evil");
	from_a(PKT_ACK, FAR(1), B, "evil");
	from_b(PKT_ACK, B, FAR(0) + 4, "");
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_uint_eq(counters()->forged, 3);
}
END_TEST

/* Nor where nothing is, of which the end would be told if nobody wants it. */
START_TEST(nothing_does_not_wait)
{
	w->unwanted = true;
	from_a(PKT_SYN, 1000, 0, "");
	for (uint32_t i = 0; i < 3; i++)
		from_b(PKT_ACK, FAR(0) + i, B, "x");
	finished();
}
END_TEST

/* The end of what waits is told if nobody wants it any more: it does not come back. */
START_TEST(byte_that_waits_and_is_unwanted)
{
	from_a(PKT_SYN, FAR(0), 0, "");
	from_a(PKT_ACK, 1001, 5001, "x");
	w->unwanted = true;
	from_a(PKT_SYN, FAR(1), 0, "");
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_REUSED);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], 1);
}
END_TEST

/* ---- where it begins ---- */

/* A flow begins with its first data, or with what shows that such were not captured. */
static const struct {
	uint32_t seq[3];
	const char *text[3];
	uint64_t frame;
} beginnings[] = {
	{ { 1001, 1001, 1001 }, { "", "", "" }, 5 },
	{ { 1001, 1001, 1001 }, { "", "", "hello" }, 4 },
	{ { 1001, 1001, 1006 }, { "", "hello", "" }, 3 },
	{ { 1001, 1006, 1011 }, { "hello", "hello", "" }, 2 },
	{ { 1001, 1003, 1003 }, { "", "", "" }, 2 },
};

START_TEST(where_a_flow_begins)
{
	from_a(PKT_SYN, FAR(0), 0, "");
	for (int i = 0; i < 3; i++)
		from_a(PKT_ACK, beginnings[_i].seq[i], 5001, beginnings[_i].text[i]);
	from_b(PKT_ACK, 5001, 1003, "welcome");
	ck_assert_uint_eq(finished()->first_frame, beginnings[_i].frame);
}
END_TEST

void
tcp_add_beside(TCase *tc)
{
	tcase_add_loop_test(tc, sender_of_data_that_wait, 0, 2);
	tcase_add_loop_test(tc, few_bytes_that_wait, 0, 3);
	tcase_add_test(tc, late_syn_of_data_that_waited);
	tcase_add_test(tc, data_that_wait_and_others_at_their_number);
	tcase_add_test(tc, answer_that_waits);
	tcase_add_test(tc, syn_that_waits_without_its_acknowledgment);
	tcase_add_loop_test(tc, no_acknowledgment_behind_a_syn_that_waits, 0,
			    G_N_ELEMENTS(no_acks));
	tcase_add_test(tc, syn_beside_a_side_that_goes_on);
	tcase_add_test(tc, syns_beside_connections);
	tcase_add_test(tc, acknowledgments_do_not_wait);
	tcase_add_test(tc, data_without_acknowledgment_do_not_wait);
	tcase_add_test(tc, data_beside_a_connection_do_not_wait);
	tcase_add_test(tc, nothing_does_not_wait);
	tcase_add_test(tc, byte_that_waits_and_is_unwanted);
	tcase_add_loop_test(tc, where_a_flow_begins, 0, G_N_ELEMENTS(beginnings));
}
