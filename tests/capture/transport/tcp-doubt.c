/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: data that their receiver drops, so that what is sent in their place is what it has (RFC 9293
 * section 3.10.7.4, RFC 5961 section 5.2): they are not believed, or found to be in conflict.
 */
#include "tests/capture/transport/tcp-case.h"

#define NEAR (256u << 10)

enum {
	DOUBTS = 16, /* segments of a side of which there is a copy */
	RUN = 8,     /* segments behind the first that show that a side goes on */
};

/* ---- what no stack takes ---- */

static const struct {
	const char *what;
	uint8_t flags;
	uint32_t ack;
} dropped[] = {
	{ "no acknowledgment", 0, 5008 },
	{ "nor with data that are pushed", PKT_PSH, 5008 },
	{ "far more than was sent", PKT_ACK, 5009 + NEAR },
	{ "far too old", PKT_ACK, 5000 - NEAR },
};

START_TEST(what_is_dropped_is_not_told)
{
	connect_hello();
	from_a(dropped[_i].flags, 1006, dropped[_i].ack, "harmless");
	from_a(PKT_ACK, 1006, 5008, "evil");
	from_b(PKT_ACK, 5008, 1010, "yes");
	from_a(PKT_ACK, 1010, 5011, "more");
	from_b(PKT_ACK, 5011, 1014, "yes");
	pkt_finish(w);
	ck_assert_msg(g_str_equal(story(0, 0), "helloevilmore"), "%s: %s", dropped[_i].what,
		      story(0, 0));
	ck_assert_str_eq(story(0, 1), "welcomeyesyes");
	ck_assert_uint_eq(counters()->forged, 1);
	ck_assert_uint_eq(counters()->conflicts, 0);
	ck_assert_uint_eq(w->flows->len, 1);
}
END_TEST

/* The same in midstream, where no handshake was seen. */
START_TEST(what_is_dropped_in_midstream_is_not_told)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_a(0, 1006, 0, "harmless");
	from_a(PKT_ACK, 1006, 5008, "evil");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "helloevil");
}
END_TEST

/* Before the other side could have it. */
START_TEST(what_is_dropped_before_the_handshake_ends_is_not_told)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(0, 1001, 0, "harmless");
	from_a(PKT_ACK, 1001, 5001, "evil");
	from_b(PKT_ACK, 5001, 1005, "yes");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "evil");
	ck_assert_str_eq(story(0, 1), "yes");
}
END_TEST

/* If packets of the other side were not captured, it agrees. */
START_TEST(far_data_are_told_once_they_are_acknowledged)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008 + 2 * NEAR, "next");
	from_a(PKT_ACK, 1010, 5008 + 2 * NEAR, "one");
	ck_assert_str_eq(story(0, 0), "hello");
	from_b(PKT_ACK, 5008 + 2 * NEAR, _i ? 1013 : 1007, "yes");
	ck_assert_str_eq(story(0, 0), "hellonextone");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 1), "welcome<524288 missing>yes");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* So they are if its packets are not captured any more; but they are in doubt. */
START_TEST(far_data_that_go_on)
{
	uint8_t flags = _i == 0 ? PKT_ACK : 0;
	uint32_t seq = _i < 2 ? 1006 : 1007;

	connect_hello();
	for (uint32_t i = 0; i <= RUN; i++) {
		ck_assert_str_eq(story(0, 0), "hello");
		from_a(flags, seq + i, 5008 + 2 * NEAR, "x");
	}
	ck_assert_str_eq(story(0, 0), _i == 0 ? "helloxxxxxxxxx" : "hello");
	from_a(flags, seq + RUN + 1, 5008 + 2 * NEAR, "more");
	ck_assert_str_eq(story(0, 0), _i == 0 ? "helloxxxxxxxxxmore" : "hello");
	from_a(flags, 1006 + RUN, 5008 + 2 * NEAR, "y");
	ck_assert_uint_eq(counters()->conflicts, 1);
}
END_TEST

/* What acknowledges none of them, or more than there is, does not agree. */
START_TEST(far_data_that_are_not_acknowledged)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008 + 2 * NEAR, "next");
	from_b(PKT_ACK, 5008 + 2 * NEAR, _i ? 1011 : 1006, "yes");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* At the end they are told where nothing else came. */
START_TEST(expected_data_at_the_end)
{
	connect_hello();
	from_a(0, 1006, 0, "next");
	ck_assert_uint_eq(counters()->forged, 1);
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hellonext");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

START_TEST(data_elsewhere_at_the_end)
{
	connect_hello();
	from_a(0, 1007, 0, "next");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* ---- where nobody else can be asked ---- */

START_TEST(no_acknowledgment_of_the_only_side)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(0, 1006, 0, "next");
	ck_assert_str_eq(story(0, 0), "hellonext");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* A program that makes captures may leave it out everywhere. */
START_TEST(no_acknowledgments_at_all)
{
	from_a(0, 1001, 0, "hello");
	from_b(0, 5001, 0, "welcome");
	from_a(0, 1006, 0, "next");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hellonext");
}
END_TEST

/* ---- what some stacks take ---- */

static const struct {
	const char *what;
	uint32_t seq, ack;
	const char *text;
	uint32_t again;
	const char *others;
	unsigned conflicts;
} doubted[] = {
	{ "more than was sent", 1006, 5009, "harmless", 1006, "evil-evi", 1 },
	{ "the same bytes", 1006, 5009, "harmless", 1006, "harmless", 0 },
	{ "a part of them", 1006, 5009, "harmless", 1006, "ha", 0 },
	{ "another part", 1006, 5009, "harmless", 1010, "evil", 1 },
	{ "from before them", 1006, 5009, "harmless", 1001, "hello!", 1 },
	{ "the same from before them", 1006, 5009, "harmless", 1001, "helloharm", 0 },
	{ "only what is before them", 1006, 5009, "harmless", 1001, "HELLO", 0 },
	{ "less than it did before", 1006, 5007, "harmless", 1006, "evil", 1 },
	{ "what it did before", 1006, 5008, "harmless", 1006, "evil", 0 },
	{ "out of order", 1010, 5009, "less", 1006, "harm", 0 },
	{ "nothing new", 1001, 5009, "hello", 1001, "HELLO", 0 },
	{ "a part that is new", 1001, 5009, "hello!", 1006, "?", 1 },
};

START_TEST(data_in_doubt_are_compared)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008, "");
	from_a(PKT_ACK, doubted[_i].seq, doubted[_i].ack, doubted[_i].text);
	a_while();
	from_a(PKT_ACK, doubted[_i].again, 5008, doubted[_i].others);
	pkt_finish(w);
	ck_assert_msg(counters()->conflicts == doubted[_i].conflicts, "%s", doubted[_i].what);
}
END_TEST

START_TEST(data_that_waited_in_doubt_are_compared)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008, "");
	from_a(PKT_ACK, 1010, 5007, "less");
	from_a(PKT_ACK, 1006, 5008, "harm");
	from_a(PKT_ACK, 1010, 5008, "full");
	ck_assert_str_eq(story(0, 0), "helloharmless");
	ck_assert_uint_eq(counters()->conflicts, 1);
}
END_TEST

/* Not what waits as well, which is compared where it waits. */
START_TEST(data_that_wait_are_compared_once)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008, "");
	from_a(PKT_ACK, 1010, 5007, "less");
	from_a(PKT_ACK, 1005, 5008, "oharmFULL");
	ck_assert_str_eq(story(0, 0), "helloharmless");
	ck_assert_uint_eq(counters()->conflicts, 1);
}
END_TEST

/* Each copy counts, also of two that begin with one byte. */
START_TEST(two_copies)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008, "");
	from_a(PKT_ACK, 1006, 5007, "ha");
	from_a(PKT_ACK, 1006, 5007, "harmless");
	from_a(PKT_ACK, 1010, 5008, "evil");
	ck_assert_uint_eq(counters()->conflicts, 1);
}
END_TEST

/* What was not captured is not compared. */
START_TEST(captured_bytes_are_compared)
{
	static const uint32_t headers = 20 + 20;

	connect_hello();
	from_a(PKT_ACK, 1006, 5008, "");
	w->cut = _i == 0 ? headers + 4 : 0;
	from_a(PKT_ACK, 1006, 5007, "harmless");
	w->cut = _i == 0 ? 0 : headers + 4;
	from_a(PKT_ACK, 1006, 5008, _i < 2 ? "harmful!" : "HARMless");
	w->cut = 0;
	ck_assert_uint_eq(counters()->conflicts, _i == 2);
}
END_TEST

START_TEST(nothing_captured)
{
	connect_hello();
	w->cut = 20 + 20;
	for (uint32_t i = 0; i <= DOUBTS; i++)
		from_a(PKT_ACK, 1006 + i, 5007, "x");
	w->cut = 0;
	ck_assert_uint_eq(counters()->limits, 0);
}
END_TEST

/* Of a connection that nobody wants there are no copies. */
START_TEST(unwanted_data)
{
	w->unwanted = true;
	connect_hello();
	for (uint32_t i = 0; i <= DOUBTS; i++)
		from_a(PKT_ACK, 1006 + i, 5007, "x");
	ck_assert_uint_eq(counters()->limits, 0);
}
END_TEST

/* Nobody was there to drop them. */
START_TEST(data_of_the_only_side)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5008, "hello");
	from_a(PKT_ACK, 1006, 5001, "harmless");
	from_a(PKT_ACK, 1006, 5008, "evil");
	ck_assert_str_eq(story(0, 0), "helloharmless");
	ck_assert_uint_eq(counters()->conflicts, 0);
}
END_TEST

/* Nor there, where it goes on elsewhere. */
START_TEST(data_of_the_only_side_elsewhere)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	for (uint32_t i = 0; i < DOUBTS + 4; i++)
		from_a(PKT_ACK, 0x40000000 + 2 * i, 5001, "x");
	for (uint32_t i = 0; i < 4; i++)
		from_a(PKT_ACK, 0x40000000 + 2 * (DOUBTS + 4) - 1 + i, 5001, "y");
	ck_assert_uint_eq(counters()->limits, 0);
	pkt_finish(w);
	ck_assert_ptr_nonnull(strstr(story(0, 0), "xyyyy"));
}
END_TEST

/* Only what was acknowledged can be acknowledged once more; but the first may be beyond, too. */
START_TEST(the_first_acknowledgment)
{
	static const struct {
		uint32_t seq, ack;
		unsigned conflicts;
	} rows[] = { { 1001, 1006, 0 },
		     { 1001, 1007, 1 },
		     { 0x90000001, 0x90000006, 0 },
		     { 0x90000001, 0x90000007, 1 } };

	from_a(PKT_ACK, rows[_i].seq, 5001, "hello");
	from_b(PKT_ACK, 5001, rows[_i].ack, "welcome");
	a_while();
	from_b(PKT_ACK, 5001, rows[_i].ack, "goodbye");
	ck_assert_uint_eq(counters()->conflicts, rows[_i].conflicts);
}
END_TEST

/* A number that is none acknowledges nothing. */
START_TEST(no_acknowledgment_is_not_odd)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, 0x90000001, 1001, "welcome");
	from_a(0, 1001, 0, "harmless");
	from_a(0, 1001, 0, "harmful!");
	ck_assert_str_eq(story(0, 0), "harmless");
	ck_assert_uint_eq(counters()->conflicts, 0);
}
END_TEST

/* The first data of a side that only acknowledged so far. */
START_TEST(the_first_data)
{
	uint32_t first = _i ? 0x90000001 : 1001;

	from_b(PKT_ACK, 5001, first, "welcome");
	from_b(PKT_ACK, 5008, first, "there");
	from_a(PKT_ACK, first, 5008, "");
	from_a(PKT_ACK, first, 5007, "harmless");
	from_a(PKT_ACK, first, 5008, "evil");
	ck_assert_str_eq(story(0, 1), "harmless");
	ck_assert_uint_eq(counters()->conflicts, 1);
}
END_TEST

/* One that is longer than all copies may be is kept alone. */
START_TEST(the_longest_in_doubt)
{
	g_autofree char *text = g_strnfill(70000, 'x');
	PktTcp tcp = { 1, 2, 1000, 445, 1007, 5007, PKT_ACK, 8192, text, 70000 };
	GByteArray *packet;

	connect_hello();
	from_a(PKT_ACK, 1006, 5007, "x");
	packet = pkt_ipv4(pkt_tcp(&tcp), 1, 2);
	packet->data[2] = packet->data[3] = 0; /* by segmentation offload */
	pkt_feed(w, 101, packet);
	ck_assert_uint_eq(pkt_flow(w, 0)->bytes[0]->len, 70006);
	ck_assert_uint_eq(counters()->limits, 1);
	from_a(PKT_ACK, 1007 + 69999, 5008, "y");
	ck_assert_uint_eq(counters()->conflicts, 1);
}
END_TEST

/* Once they were acknowledged, what comes again is nothing to anybody. */
START_TEST(acknowledged_data_are_in_no_doubt)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5009, "harmless");
	a_while();
	from_b(PKT_ACK, 5009, _i ? 1014 : 1013, "");
	from_a(PKT_ACK, 1006, 5009, "evil-evi");
	ck_assert_uint_eq(counters()->conflicts, !_i);
}
END_TEST

START_TEST(both_sides_are_in_doubt)
{
	connect_hello();
	from_b(PKT_ACK, 5008, 1006, "");
	from_a(PKT_ACK, 1006, 5009, "harmless");
	a_while();
	from_b(PKT_ACK, 5008, 1001, "yes");
	from_b(PKT_ACK, 5008, 1014, "no!");
	from_a(PKT_ACK, 1006, 5011, "evil");
	ck_assert_uint_eq(counters()->conflicts, 1); /* B has acknowledged A's */
	ck_assert_str_eq(story(0, 1), "welcomeyes");
}
END_TEST

/* There is no copy of more than that, which is said. */
START_TEST(many_in_doubt)
{
	unsigned n = DOUBTS + (unsigned)_i;

	connect_hello();
	for (uint32_t i = 0; i < n; i++)
		from_a(PKT_ACK, 1006 + i, 5007, "x");
	ck_assert_uint_eq(counters()->limits, (unsigned)_i);
	from_a(PKT_ACK, 1006, 5008, "y");
	ck_assert_uint_eq(counters()->conflicts, !_i);
	from_a(PKT_ACK, 1005 + n, 5008, "y");
	ck_assert_uint_eq(counters()->conflicts, 1 + !_i);
}
END_TEST

/* Nor of more bytes. */
START_TEST(much_in_doubt)
{
	g_autofree char *text = g_strnfill(32768, 'x');

	connect_hello();
	from_a(PKT_ACK, 1006, 5007, text);
	from_a(PKT_ACK, 1006 + 32768, 5007, text);
	ck_assert_uint_eq(counters()->limits, 0);
	from_a(PKT_ACK, 1006 + 65536, 5007, "x");
	ck_assert_uint_eq(counters()->limits, 1);
	from_a(PKT_ACK, 1006, 5008, "y");
	ck_assert_uint_eq(counters()->conflicts, 0);
	from_a(PKT_ACK, 1006 + 32768, 5008, "y");
	ck_assert_uint_eq(counters()->conflicts, 1);
}
END_TEST

/* What is beyond the window is dropped as well; but how far it reaches must be known. */
START_TEST(data_beyond_the_window)
{
	if (_i < 2)
		connect_hello();
	else
		from_a(PKT_ACK, 1001, 5008, "hello");
	pkt_feed_tcp(w, (PktTcp){ 2, 1, 445, 1000, 5008, 1006, PKT_ACK, 4, "", 0 });
	from_a(PKT_ACK, 1006, 5008, _i == 1 ? "harm" : "harml");
	from_a(PKT_ACK, 1006, 5008, "evil");
	ck_assert_uint_eq(counters()->conflicts, _i == 0);
}
END_TEST

/* Without an acknowledgment there is nothing odd. */
START_TEST(data_without_acknowledgment)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(0, 1001, 0, "xxx");
	from_b(PKT_ACK, 5001, 1004, "y");
	from_a(0, 1004, 9999, "this");
	from_a(PKT_ACK, 1004, 5002, "that");
	ck_assert_str_eq(story(0, 0), "xxxthis");
	ck_assert_uint_eq(counters()->conflicts, 0);
}
END_TEST

void
tcp_add_doubt(TCase *tc)
{
	tcase_add_loop_test(tc, what_is_dropped_is_not_told, 0, G_N_ELEMENTS(dropped));
	tcase_add_test(tc, what_is_dropped_in_midstream_is_not_told);
	tcase_add_test(tc, what_is_dropped_before_the_handshake_ends_is_not_told);
	tcase_add_loop_test(tc, far_data_are_told_once_they_are_acknowledged, 0, 2);
	tcase_add_loop_test(tc, far_data_that_go_on, 0, 3);
	tcase_add_loop_test(tc, far_data_that_are_not_acknowledged, 0, 2);
	tcase_add_test(tc, expected_data_at_the_end);
	tcase_add_test(tc, data_elsewhere_at_the_end);
	tcase_add_test(tc, no_acknowledgment_of_the_only_side);
	tcase_add_test(tc, no_acknowledgments_at_all);
	tcase_add_loop_test(tc, data_in_doubt_are_compared, 0, G_N_ELEMENTS(doubted));
	tcase_add_test(tc, data_that_waited_in_doubt_are_compared);
	tcase_add_test(tc, data_that_wait_are_compared_once);
	tcase_add_test(tc, two_copies);
	tcase_add_loop_test(tc, captured_bytes_are_compared, 0, 3);
	tcase_add_test(tc, nothing_captured);
	tcase_add_test(tc, unwanted_data);
	tcase_add_test(tc, data_of_the_only_side);
	tcase_add_test(tc, data_of_the_only_side_elsewhere);
	tcase_add_loop_test(tc, the_first_acknowledgment, 0, 4);
	tcase_add_test(tc, no_acknowledgment_is_not_odd);
	tcase_add_loop_test(tc, the_first_data, 0, 2);
	tcase_add_test(tc, the_longest_in_doubt);
	tcase_add_loop_test(tc, acknowledged_data_are_in_no_doubt, 0, 2);
	tcase_add_test(tc, both_sides_are_in_doubt);
	tcase_add_loop_test(tc, many_in_doubt, 0, 2);
	tcase_add_test(tc, much_in_doubt);
	tcase_add_loop_test(tc, data_beyond_the_window, 0, 3);
	tcase_add_test(tc, data_without_acknowledgment);
}
