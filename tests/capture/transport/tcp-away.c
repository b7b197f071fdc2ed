/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: flows whose place another one takes. Whoever makes up segments of both sides can make them
 * agree with each other, so what was there before comes back if it goes on.
 */
#include "tests/capture/transport/tcp-case.h"

/* Another connection with numbers of its own, as far as it goes. */
static void
made_up(uint32_t n, int parts)
{
	uint32_t a = 0x40000000u + (n << 24), b = 0x90000000u + (n << 24);

	from_a(PKT_SYN, a, 0, "");
	from_b(PKT_SYN | PKT_ACK, b, a + 1, "");
	if (parts > 0)
		from_a(PKT_ACK, a + 1, b + 1, "made");
	if (parts > 1)
		from_b(PKT_ACK, b + 1, a + 5, "up");
	if (parts > 2)
		from_a(PKT_RST, a + 5, 0, "");
	if (parts > 3)
		from_b(PKT_RST, b + 3, 0, "");
}

static void
goes_on(void)
{
	from_a(PKT_ACK, 1006, 5008, ", you");
	from_b(PKT_ACK, 5008, 1011, " all");
	ck_assert_str_eq(story(0, 0), "hello, you");
	ck_assert_str_eq(story(0, 1), "welcome all");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
}

START_TEST(comes_back)
{
	connect_hello();
	made_up(1, _i);
	goes_on();
	pkt_finish(w);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_CAPTURE_END);
	ck_assert_uint_eq(counters()->flows, _i > 0 ? 2 : 1);
}
END_TEST

/* Data of which neither number is of the flow. */
START_TEST(data_that_agree)
{
	connect_hello();
	from_a(PKT_ACK, 0x40000000u, 0x90000000u, "made");
	from_b(PKT_ACK, 0x90000000u, 0x40000004u, "up");
	ck_assert_str_eq(story(1, 0), "made");
	goes_on();
}
END_TEST

/* After a loss both numbers are ahead, of one side not by much. */
static const struct {
	uint32_t a, b;
	bool same;
} ahead[] = {
	{ 16 << 20, 256 << 20, true },        { 256 << 20, 16 << 20, true },
	{ (16 << 20) + 1, 256 << 20, false }, { 16 << 20, (256 << 20) + 1, false },
	{ -1u << 20, 1 << 20, false },
};

START_TEST(ahead_of_both)
{
	uint32_t a = 1006 + ahead[_i].a, b = 5008 + ahead[_i].b;

	connect_hello();
	from_b(PKT_ACK, b - 1, a, "x");
	from_a(PKT_ACK, a, b, "y");
	ck_assert_uint_eq(counters()->flows, ahead[_i].same ? 1 : 2);
}
END_TEST

/* What stands for an acknowledgment where there is none is none. */
START_TEST(ahead_without_acknowledgment)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1001 + i, 5001, "x");
	for (uint32_t i = 0; i < 3; i++)
		from_a(0, 1004 + (1u << 20) + i, 0x80000000u, "y");
	pkt_finish(w);
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_str_eq(story(0, 0), "xxx<1048576 missing>yyy");
}
END_TEST

START_TEST(each_comes_back)
{
	connect_hello();
	made_up(1, 1);
	made_up(2, 1);
	from_b(PKT_ACK, 0x91000001u, 0x41000005u, "one");
	from_b(PKT_ACK, 0x92000001u, 0x42000005u, "two");
	goes_on();
	ck_assert_str_eq(story(1, 1), "one");
	ck_assert_str_eq(story(2, 1), "two");
}
END_TEST

/* What the flow in its place still has to tell is told then, and others may have to go for it. */
START_TEST(comes_back_while_others_go)
{
	connect_hello();
	made_up(1, 2);
	from_b(PKT_ACK, 0x91000003u, 0x41000008u, "!");
	w->evict = true;
	from_b(PKT_ACK, 5008, 1006, " all");
	w->evict = false;
	ck_assert_str_eq(story(1, 1), "up!");
	ck_assert_str_eq(story(0, 1), "welcome all");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
}
END_TEST

/* Of many the ones go for which the fewest packets of both sides speak. */
START_TEST(many)
{
	connect_hello();
	for (uint32_t n = 0; n < 20; n++)
		made_up(n, 1);
	goes_on();
	ck_assert_int_eq(pkt_flow(w, 1)->why, CAP_END_REUSED);
	ck_assert_uint_eq(pkt_flow(w, 1)->closed, 1);
}
END_TEST

/* It does also where the other one is gone meanwhile. */
START_TEST(comes_back_where_nothing_is)
{
	connect_hello();
	made_up(1, 4);
	w->time_ns += 40000000000;
	cap_tracker_idle(w->tracker, w->time_ns);
	ck_assert_uint_eq(pkt_flow(w, 1)->closed, 1);
	goes_on();
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_CAPTURE_END);
}
END_TEST

/* What waits is over when it would be over anyway, as of when its place was taken. */
START_TEST(waits_in_vain)
{
	limited((CapLimits){ .idle_ns = 1000000000 });
	connect_hello();
	made_up(1, 2);
	w->time_ns += 995000000;
	from_b(PKT_ACK, 0x91000003u, 0x41000005u, "!");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	w->time_ns += 10000000;
	from_b(PKT_ACK, 0x91000004u, 0x41000005u, "!");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_REUSED);
	ck_assert_uint_eq(pkt_flow(w, 0)->end_frame, 7);
	ck_assert_uint_eq(pkt_flow(w, 1)->closed, 0);
}
END_TEST

/* A flow of which all that was seen is the handshake. */
START_TEST(before_the_first_data)
{
	from_a(PKT_SYN, 1000, 0, "");
	if (_i > 0)
		from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	made_up(1, 4);
	if (_i == 0)
		from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	ck_assert_str_eq(story(1, 0), "hello");
	ck_assert_str_eq(story(1, 1), "welcome");
	ck_assert(pkt_flow(w, 1)->flow.syn_seen);
	ck_assert_uint_gt(pkt_flow(w, 1)->flow.syn_ns, 0);
}
END_TEST

/* SYNs before and after the one that is answered, and answers to none of them. */
START_TEST(syn_among_others)
{
	from_a(PKT_SYN, 0x10000000u, 0, "");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_SYN, 0x20000000u, 0, "");
	from_a(PKT_SYN, 0x30000000u, 0, "fast");
	from_a(PKT_SYN | PKT_ACK, 0x30000000u, 0x50000000u, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_SYN, 0x40000000u, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.syn_ns % 1000000000, 1000000);
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* What begins in midstream and is reset at once was nothing: other numbers are of another flow. */
START_TEST(midstream_after_a_reset)
{
	from_a(PKT_ACK, 0x40000000u, 0x50000000u, _i ? "made up" : "x");
	from_a(PKT_RST, 0x40000000u + (_i ? 7 : 1), 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_a(PKT_ACK, 1006, 5008, ", you");
	ck_assert_str_eq(story((guint)_i, 0), "hello, you");
	ck_assert_str_eq(story((guint)_i, 1), "welcome");
}
END_TEST

/* One direction is captured; of the other something is made up. */
START_TEST(one_side_against_another)
{
	from_a(PKT_ACK, 0x40000000u, 0x50000000u, "made up");
	for (uint32_t i = 0; i < 12; i++) {
		from_b(PKT_ACK, 5001 + i, 1001, "x");
		if (_i)
			from_a(PKT_ACK, 0x60000000u + (i << 20), 0x70000000u, "made up");
	}
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "xxxxxxxxxxxx");
}
END_TEST

/* A single byte may be a keepalive, and a reset made up: it is a flow once there are data. */
START_TEST(data_after_a_keepalive)
{
	from_a(PKT_ACK, 1000, 5000, "x");
	from_a(PKT_RST | PKT_ACK, 1005, 5000, "");
	from_a(PKT_ACK, 1001, 5000, "hello");
	from_b(PKT_ACK, 5000, 1006, "welcome");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* Up to four wait, and no more. */
START_TEST(as_many_as_wait)
{
	connect_hello();
	for (uint32_t n = 0; n < 4u + (uint32_t)_i; n++)
		made_up(n, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	for (guint n = 1; n < w->flows->len; n++)
		ck_assert_uint_eq(pkt_flow(w, n)->closed, _i && n == 1);
	goes_on();
}
END_TEST

/* What is over takes no room. */
START_TEST(over_and_gone)
{
	uint32_t a, b;

	connect_hello();
	for (uint32_t n = 0; n < 6; n++) {
		made_up(n, 2);
		a = 0x40000000u + (n << 24);
		b = 0x90000000u + (n << 24);
		from_a(PKT_FIN | PKT_ACK, a + 5, b + 3, "");
		from_b(PKT_FIN | PKT_ACK, b + 3, a + 6, "");
		from_a(PKT_ACK, a + 6, b + 4, "");
	}
	goes_on();
}
END_TEST

/* What nobody wants does not come back. */
START_TEST(unwanted_and_gone)
{
	w->unwanted = true;
	connect_hello();
	made_up(1, 2);
	from_a(PKT_ACK, 1006, 5008, ", you");
	ck_assert_uint_eq(counters()->forged, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
}
END_TEST

/* A flow that was told of has an end, though it was only half open. */
START_TEST(half_open_with_data)
{
	connect_hello();
	from_a(PKT_SYN, 0x40000000u, 0, "");
	from_a(PKT_ACK, 0x40000001u, 0x90000001u, "fast");
	from_b(PKT_SYN | PKT_ACK, 0x90000000u, 0x40000001u, "");
	ck_assert_str_eq(story(1, 0), "fast");
	made_up(1, 2);
	ck_assert_uint_eq(counters()->flows, 3);
	pkt_finish(w);
	ck_assert_uint_eq(pkt_flow(w, 1)->closed, 1);
}
END_TEST

/* So many packets of each side. */
typedef struct {
	uint32_t a, b;
} Packets;

static void
heard(uint32_t n, Packets packets)
{
	uint32_t a = 0x40000000u + (n << 24), b = 0x90000000u + (n << 24);

	from_a(PKT_SYN, a, 0, "");
	from_b(PKT_SYN | PKT_ACK, b, a + 1, "");
	from_a(PKT_ACK, a + 1, b + 1, "told");
	for (uint32_t i = 2; i < packets.a; i++)
		from_a(PKT_ACK, a + 5, b + 1, "");
	for (uint32_t i = 1; i < packets.b; i++)
		from_b(PKT_ACK, b + 1, a + 5, "");
}

/* The product of what both sides sent speaks for a flow: of five the one with the least goes. */
static const struct {
	Packets least, others;
} weights[] = {
	{ { 2, 12 }, { 6, 6 } },
	{ { 12, 2 }, { 6, 6 } },
	{ { 6, 6 }, { 2, 20 } },
	{ { 6, 6 }, { 20, 2 } },
};

START_TEST(the_least_goes)
{
	for (uint32_t n = 0; n < 5; n++)
		heard(n, n == 1 ? weights[_i].least : weights[_i].others);
	heard(5, (Packets){ 2, 1 });
	for (guint n = 0; n < 5; n++)
		ck_assert_uint_eq(pkt_flow(w, n)->closed, n == 1);
}
END_TEST

/* Of one side alone, whichever it is, its packets speak. */
START_TEST(the_least_of_one_side_goes)
{
	for (uint32_t n = 0; n < 6; n++) {
		uint32_t at = 0x10000000u + (n << 24), k = n == 1 ? 3 : 6;

		for (uint32_t i = 0; i < k; i++) {
			if (_i)
				from_b(i ? PKT_ACK : PKT_SYN | PKT_ACK, at + i, 77, i ? "x" : "");
			else
				from_a(i ? PKT_ACK : PKT_SYN, at + i, i ? 77 : 0, i ? "x" : "");
		}
	}
	for (guint n = 0; n < 5; n++)
		ck_assert_uint_eq(pkt_flow(w, n)->closed, n == 1);
}
END_TEST

/* What may be no flow at all, since it began in midstream, goes first. */
START_TEST(midstream_goes_first)
{
	from_a(PKT_ACK, 1001, 5001, "ab");
	from_a(PKT_ACK, 1003, 5001, "cd");
	for (uint32_t n = 0; n < 24u + (uint32_t)_i; n++)
		from_a(PKT_SYN, 0x40000000u + (n << 24), 0, "");
	from_b(PKT_SYN | PKT_ACK, 0x90000000u, 0x57000001u + ((uint32_t)_i << 24), "");
	from_a(PKT_ACK, 1005, 5001, "ef");
	ck_assert_str_eq(story(0, 0), _i ? "no flow" : "abcdef");
}
END_TEST

/* A SYN that waits is gone on from by its answer, not by what acknowledges anything. */
START_TEST(syn_that_waits)
{
	connect_hello();
	from_a(PKT_SYN, 0x40000000u, 0, "");
	from_a(PKT_SYN, 0x50000000u, 0, "");
	from_a(PKT_ACK, 0x40000001u, 0x12345678, "evil");
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_uint_eq(w->flows->len, 1);
	from_b(PKT_SYN | PKT_ACK, 0x90000000u, 0x40000001u, "");
	from_a(PKT_ACK, 0x40000001u, 0x90000001u, "hello");
	ck_assert_str_eq(story(1, 0), "hello");
	ck_assert_uint_eq(counters()->flows, 2);
}
END_TEST

/* The only side of a flow brings it back by what it acknowledges. */
START_TEST(one_side_comes_back)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1001 + i, 5001, "x");
	made_up(1, 2);
	from_a(PKT_ACK, 1004, 5001, "y");
	ck_assert_str_eq(story(0, 0), "xxxy");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* What acknowledges nothing is gone on with by nobody who is near what it has by chance. */
START_TEST(data_without_acknowledgment_that_wait)
{
	from_a(0, 0x50000000u, 0, "made up");
	connect_ab();
	from_b(PKT_ACK, 0x12345678u, 0x50000000u - (1u << 20), "made up, too");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	from_a(PKT_ACK, 1001, 5008, "hello");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Its SYN does not, which would be that of any other flow, too. */
START_TEST(syn_of_one_that_waits)
{
	connect_hello();
	made_up(1, 2);
	from_a(PKT_SYN, 1000, 0, "");
	ck_assert_uint_eq(counters()->forged, 1);
	from_b(PKT_ACK, 0x91000003u, 0x41000005u, "!");
	ck_assert_str_eq(story(1, 1), "up!");
}
END_TEST

/* What is over has nothing that goes on, however near its numbers are. */
START_TEST(comes_back_after_a_near_one)
{
	connect_hello();
	from_a(PKT_SYN, 3000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 7000, 3001, "");
	from_a(PKT_ACK, 3001, 7001, "made up");
	if (_i == 0) {
		from_a(PKT_RST, 3008, 0, "");
	} else {
		from_a(PKT_FIN | PKT_ACK, 3008, 7001, "");
		from_b(PKT_FIN | PKT_ACK, 7001, 3009, "");
		from_a(PKT_ACK, 3009, 7002, "");
		ck_assert_uint_eq(pkt_flow(w, 1)->closed, 1);
	}
	goes_on();
}
END_TEST

/* A reset is of the one that it is exact of. */
START_TEST(reset_of_one_that_waits)
{
	connect_hello();
	made_up(1, 2);
	from_a(PKT_RST, 1006, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_RESET);
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

void
tcp_add_away(TCase *tc)
{
	tcase_add_loop_test(tc, comes_back, 0, 5);
	tcase_add_test(tc, data_that_agree);
	tcase_add_loop_test(tc, ahead_of_both, 0, G_N_ELEMENTS(ahead));
	tcase_add_test(tc, ahead_without_acknowledgment);
	tcase_add_test(tc, each_comes_back);
	tcase_add_test(tc, comes_back_while_others_go);
	tcase_add_test(tc, many);
	tcase_add_test(tc, comes_back_where_nothing_is);
	tcase_add_test(tc, waits_in_vain);
	tcase_add_loop_test(tc, before_the_first_data, 0, 2);
	tcase_add_test(tc, syn_among_others);
	tcase_add_loop_test(tc, midstream_after_a_reset, 0, 2);
	tcase_add_loop_test(tc, one_side_against_another, 0, 2);
	tcase_add_test(tc, data_after_a_keepalive);
	tcase_add_loop_test(tc, as_many_as_wait, 0, 2);
	tcase_add_test(tc, over_and_gone);
	tcase_add_test(tc, unwanted_and_gone);
	tcase_add_test(tc, half_open_with_data);
	tcase_add_loop_test(tc, the_least_goes, 0, G_N_ELEMENTS(weights));
	tcase_add_loop_test(tc, the_least_of_one_side_goes, 0, 2);
	tcase_add_loop_test(tc, midstream_goes_first, 0, 2);
	tcase_add_test(tc, syn_that_waits);
	tcase_add_test(tc, one_side_comes_back);
	tcase_add_test(tc, data_without_acknowledgment_that_wait);
	tcase_add_test(tc, syn_of_one_that_waits);
	tcase_add_loop_test(tc, comes_back_after_a_near_one, 0, 2);
	tcase_add_test(tc, reset_of_one_that_waits);
}
