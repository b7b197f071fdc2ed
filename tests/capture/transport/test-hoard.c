/* SPDX-License-Identifier: BSD-3-Clause */
/* Which flow is given up where a few hold much (capture/transport/hoard.c). */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "capture/transport/flow.h"
#include "tests/lib/frame-case.h"
#include "tests/lib/packets.h"

enum { FLOWS = 128, KIB = 1024, MUCH = 64 * KIB, LINK_ETHERNET = 1, LINK_RAW = 101 };

static CapTracker *tracker;
static CapFlow *flows[FLOWS]; /* by port */
static size_t held[FLOWS], others;
static uint16_t closed[FLOWS]; /* ports, in the order in which they were given up */
static unsigned n_closed;
static uint64_t frames;
static int link_type;
static bool evicts; /* while bytes are told */

static void
on_chunk(void *user, const CapChunk *chunk)
{
	(void)user;
	if (evicts)
		ck_assert(cap_tracker_evict(tracker));
	flows[chunk->flow->port[0]] = chunk->flow;
	cap_flow_keep(tracker, chunk->flow);
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t at)
{
	uint16_t port = flow->port[0];

	(void)user, (void)why, (void)time_ns, (void)at;
	flows[port] = NULL;
	held[port] = 0;
	closed[n_closed++] = port;
}

static size_t
all_held(void *user)
{
	size_t sum = others;

	(void)user;
	for (size_t i = 0; i < FLOWS; i++)
		sum += held[i];
	return sum;
}

static void
begin(void)
{
	const CapCallbacks callbacks = { .chunk = on_chunk, .closed = on_closed, .held = all_held };

	memset(held, 0, sizeof(held));
	others = n_closed = 0;
	evicts = false;
	frames = 0;
	link_type = LINK_RAW;
	tracker = cap_tracker_new(&callbacks, &(CapLimits){ .max_memory = 64 * MUCH });
}

static void
end(void)
{
	ck_assert_uint_eq(cap_tracker_free(tracker), 0);
}

static void
feed(GByteArray *packet)
{
	CapPacket p = { .data = packet->data,
			.caplen = packet->len,
			.wire_len = packet->len,
			.link_type = link_type,
			.frame = ++frames,
			.time_ns = 1600000000000000000u + frames };

	cap_tracker_packet(tracker, &p);
	g_byte_array_unref(packet);
}

static void
say(uint16_t port, uint8_t flags, uint32_t seq, const char *text)
{
	PktTcp tcp = { 1, 2, port, 445, seq, 1, flags, 0, text, (uint32_t)strlen(text) };

	feed(pkt_ipv4(pkt_tcp(&tcp), 1, 2));
}

static void
open_flow(uint16_t port)
{
	say(port, PKT_SYN, 0, "");
	say(port, PKT_ACK, 1, "hello");
}

static void
open_flows(uint16_t n)
{
	for (uint16_t port = 1; port <= n; port++)
		open_flow(port);
}

static void
pass_over(unsigned packets)
{
	while (packets--)
		feed(pkt_new());
}

static void
holds(uint16_t port, size_t bytes)
{
	held[port] = bytes;
	cap_flow_holds(tracker, flows[port], bytes);
}

static uint16_t
evicted(void)
{
	ck_assert(cap_tracker_evict(tracker));
	return closed[n_closed - 1];
}

/* It was silent for less long than the others, and is given up first. */
START_TEST(who_holds_most_goes_first)
{
	open_flows(10);
	holds(9, 10 * MUCH);
	holds(9, 20 * MUCH);
	ck_assert_uint_eq(evicted(), 9);
	holds(8, 20 * MUCH);
	ck_assert_uint_eq(evicted(), 8);
	ck_assert_uint_eq(evicted(), 1);
}
END_TEST

/* But not for as long as it speaks, and others say nothing for much longer. */
START_TEST(who_speaks_stays)
{
	open_flows(10);
	pass_over(1000);
	holds(9, 2 * MUCH);
	say(9, PKT_ACK, 6, "again");
	ck_assert_uint_eq(evicted(), 1);
	pass_over(1000);
	ck_assert_uint_eq(evicted(), 9);
}
END_TEST

/* One that holds less is weighed by what it holds as well. */
START_TEST(who_holds_nearly_as_much)
{
	open_flows(10);
	holds(1, MUCH - KIB);
	holds(9, 2 * MUCH);
	holds(8, 2 * MUCH);
	pass_over(10);
	say(8, PKT_ACK, 6, "again");
	say(9, PKT_ACK, 6, "again");
	ck_assert_uint_eq(evicted(), 1);
}
END_TEST

/* Whose bytes are being told is not given up for them. */
START_TEST(in_work)
{
	open_flows(10);
	holds(9, 20 * MUCH);
	evicts = true;
	say(9, PKT_ACK, 6, "again");
	evicts = false;
	ck_assert_uint_eq(closed[0], 1);
	pass_over(1000);
	ck_assert_uint_eq(evicted(), 9);
}
END_TEST

/* Bytes that did not fit the flow wait for proof, and are held as well. */
START_TEST(what_is_in_trial)
{
	static const char much[1000];
	enum { SEGMENTS = 2 * MUCH / 1000 };

	open_flows(10);
	feed(pkt_ipv4(pkt_tcp(&(PktTcp){ 2, 1, 445, 9, 1, 6, PKT_ACK, 0, "hi", 2 }), 2, 1));
	for (uint32_t i = 0; i < SEGMENTS; i++) {
		PktTcp tcp = { 1, 2, 9, 445, 0x40000000 + 1000 * i, 1, PKT_ACK, 0, much, 1000 };

		feed(pkt_ipv4(pkt_tcp(&tcp), 1, 2));
	}
	ck_assert_uint_eq(evicted(), 9);
}
END_TEST

/* So are copies of what its receiver may drop. */
START_TEST(what_is_in_doubt)
{
	static const char much[4090];
	enum { SEGMENTS = MUCH / 4090 };

	open_flows(10);
	feed(pkt_ipv4(pkt_tcp(&(PktTcp){ 2, 1, 445, 9, 1, 6, PKT_ACK, 0, "hi", 2 }), 2, 1));
	for (uint32_t i = 0; i < SEGMENTS; i++) {
		PktTcp tcp = { 1, 2, 9, 445, 6 + 4090 * i, 0, PKT_ACK, 0, much, 4090 };

		feed(pkt_ipv4(pkt_tcp(&tcp), 1, 2));
	}
	pass_over(10);
	ck_assert_uint_eq(evicted(), 9);
}
END_TEST

/* Where those that hold much have no more than half of all, silence alone counts. */
START_TEST(half_of_all)
{
	open_flows(10);
	holds(9, 10 * MUCH);
	holds(8, 10 * MUCH);
	others = 20 * MUCH;
	ck_assert_uint_eq(evicted(), 1);
	others = 0;
	ck_assert_uint_eq(evicted(), 8);
}
END_TEST

/* It takes the 64th part of the limit to hold much. */
START_TEST(how_much_is_much)
{
	open_flows(10);
	holds(9, MUCH - 3 * KIB / 2);
	ck_assert_uint_eq(evicted(), 1);
	holds(9, MUCH);
	ck_assert_uint_eq(evicted(), 9);
}
END_TEST

START_TEST(silence_counts_as_bytes_do)
{
	open_flows(10);
	holds(1, 10 * MUCH);
	holds(2, 40 * MUCH);
	pass_over(1000);
	say(2, PKT_ACK, 6, "again");
	ck_assert_uint_eq(evicted(), 1);
	ck_assert_uint_eq(evicted(), 2);
}
END_TEST

/* What it holds counts for as long as it does. */
START_TEST(what_is_given_back)
{
	open_flows(10);
	holds(9, 20 * MUCH);
	holds(8, 2 * MUCH);
	holds(9, 0);
	ck_assert_uint_eq(evicted(), 8);
	ck_assert_uint_eq(evicted(), 1);
}
END_TEST

/* Of more than are remembered, those that hold most are. */
START_TEST(more_than_are_remembered)
{
	enum { MANY = CAP_HOARDS_MAX + 6 };

	open_flows(MANY);
	for (uint16_t port = 1; port <= MANY; port++)
		holds(port, MUCH + (size_t)port * KIB);
	open_flow(MANY + 1);
	holds(MANY + 1, MUCH);
	pass_over(20000);
	/* Those that are not have their part of all bytes, too. */
	for (uint16_t i = 0; i < CAP_HOARDS_MAX - 8; i++)
		ck_assert_uint_eq(evicted(), MANY - i);
	for (uint16_t i = 1; i < 7; i++)
		holds(i, 0);
	holds(MANY + 1, 0);
	for (uint16_t port = 14; port > 6; port--)
		ck_assert_uint_eq(evicted(), port);
	ck_assert_uint_eq(evicted(), 1);
}
END_TEST

/* One that is over is none of them any more. */
START_TEST(over)
{
	open_flows(4);
	holds(3, 20 * MUCH);
	say(3, PKT_FIN | PKT_ACK, 6, "");
	feed(pkt_ipv4(pkt_tcp(&(PktTcp){ 2, 1, 445, 3, 1, 7, PKT_FIN | PKT_ACK, 0, NULL, 0 }), 2,
		      1));
	say(3, PKT_ACK, 7, "");
	ck_assert_uint_eq(n_closed, 1);
	ck_assert(cap_tracker_evict(tracker));
	ck_assert_uint_eq(evicted(), 1);
	holds(4, 20 * MUCH);
	ck_assert_uint_eq(evicted(), 4);
}
END_TEST

/* What one held that is over takes no place among those that hold much now. */
START_TEST(over_and_begun_again)
{
	enum { FIRST = 10, LAST = FIRST + CAP_HOARDS_MAX };

	for (uint16_t port = FIRST; port < LAST; port++) {
		open_flow(port);
		holds(port, 20 * MUCH);
		say(port, PKT_FIN | PKT_ACK, 6, "");
		feed(pkt_ipv4(pkt_tcp(&(PktTcp){ 2, 1, 445, port, 1, 7, PKT_FIN | PKT_ACK, 0, NULL,
						 0 }),
			      2, 1));
		say(port, PKT_ACK, 7, "");
		say(port, PKT_SYN, 0x40000000, "");
	}
	ck_assert_uint_eq(n_closed, CAP_HOARDS_MAX);
	open_flows(5);
	holds(5, 2 * MUCH);
	for (uint16_t port = FIRST; port < LAST; port++)
		ck_assert(cap_tracker_evict(tracker));
	ck_assert_uint_eq(evicted(), 5);
}
END_TEST

/* Who does not say what is held beside: then it is nothing. */
START_TEST(nothing_is_held_beside)
{
	const CapCallbacks callbacks = { .chunk = on_chunk, .closed = on_closed };

	end();
	tracker = cap_tracker_new(&callbacks, &(CapLimits){ .max_memory = 64 * MUCH });
	open_flows(10);
	cap_flow_holds(tracker, flows[9], 20 * MUCH);
	ck_assert_uint_eq(evicted(), 9);
}
END_TEST

/* ---- of both sides ---- */

static void
open_both(uint16_t port)
{
	say(port, PKT_SYN, 0, "");
	feed(pkt_ipv4(pkt_tcp(&(PktTcp){ 2, 1, 445, port, 0, 1, PKT_SYN | PKT_ACK, 0, NULL, 0 }), 2,
		      1));
	say(port, PKT_ACK, 1, "hello");
}

/* Data that acknowledge what was not seen of the other side wait for it. */
static void
say_early(uint16_t port)
{
	feed(pkt_ipv4(pkt_tcp(&(PktTcp){ 1, 2, port, 445, 6, 5, PKT_ACK, 0, "early", 5 }), 1, 2));
}

/* One that waits makes room for another, which is not given up meanwhile. */
START_TEST(in_work_as_well)
{
	open_flow(1);
	open_both(2);
	open_both(3);
	holds(3, 20 * MUCH);
	pass_over(10);
	say_early(2);
	evicts = true;
	say_early(3);
	evicts = false;
	ck_assert_uint_eq(n_closed, 1);
	ck_assert_uint_eq(closed[0], 1);
	pass_over(100);
	ck_assert_uint_eq(evicted(), 3);
}
END_TEST

/* ---- of messages ---- */

/* A frame of a NetBIOS session, 3 of station 1 and 21 of station 2. */
static void
frame(uint8_t from, uint8_t number, uint8_t command, uint32_t len)
{
	const uint8_t head[] = { 0xf0,
				 0xf0,
				 (uint8_t)(number << 1),
				 0,
				 0x0e,
				 0,
				 0xff,
				 0xef,
				 command,
				 0,
				 0,
				 0,
				 0,
				 0,
				 0,
				 0,
				 from == 1 ? 21 : 3,
				 from == 1 ? 3 : 21 };
	GByteArray *p = g_byte_array_append(pkt_new(), head, sizeof(head));
	guint before = p->len;

	g_byte_array_set_size(p, before + len);
	if (len)
		memset(p->data + before, 'x', len);
	p = frame_ethernet(from, p);
	link_type = LINK_ETHERNET;
	feed(p);
	link_type = LINK_RAW;
}

/* The parts of a message wait for the last one, and are held as well. */
START_TEST(parts_of_a_message)
{
	enum { FIRST_MIDDLE = 0x15, ONLY_LAST = 0x16, CONFIRM = 0x17, INITIALIZE = 0x19 };

	open_flow(20);
	frame(1, 0, INITIALIZE, 0);
	frame(2, 0, CONFIRM, 0);
	frame(1, 1, ONLY_LAST, 4);
	for (uint8_t i = 0; i < 70; i++)
		frame(1, 2 + i, FIRST_MIDDLE, 1000);
	pass_over(100);
	ck_assert_uint_eq(evicted(), 3);
	ck_assert_uint_eq(evicted(), 20);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hoard");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, who_holds_most_goes_first);
	tcase_add_test(tc, who_speaks_stays);
	tcase_add_test(tc, who_holds_nearly_as_much);
	tcase_add_test(tc, in_work);
	tcase_add_test(tc, what_is_in_trial);
	tcase_add_test(tc, what_is_in_doubt);
	tcase_add_test(tc, half_of_all);
	tcase_add_test(tc, how_much_is_much);
	tcase_add_test(tc, silence_counts_as_bytes_do);
	tcase_add_test(tc, what_is_given_back);
	tcase_add_test(tc, more_than_are_remembered);
	tcase_add_test(tc, over);
	tcase_add_test(tc, over_and_begun_again);
	tcase_add_test(tc, nothing_is_held_beside);
	tcase_add_test(tc, in_work_as_well);
	tcase_add_test(tc, parts_of_a_message);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
