/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP: how connections begin and end, time out, and make room for others. */
#include "tests/capture/transport/tcp-case.h"

START_TEST(keepalives_and_window_probes)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1005, 5001, "\xff");
	from_a(PKT_ACK, 1005, 5001, "");
	from_b(PKT_ACK, 5001, 1006, "");
	ck_assert_uint_eq(counters()->retransmitted, 0);
	/* A probe of a closed window is a real byte that comes again. */
	from_a(PKT_ACK, 1006, 5001, ",");
	from_b(PKT_ACK, 5001, 1006, "");
	from_a(PKT_ACK, 1006, 5001, ", world");
	ck_assert_str_eq(story(0, 0), "hello, world");
	ck_assert_uint_eq(counters()->conflicts + counters()->gaps, 0);
}
END_TEST

START_TEST(midstream)
{
	from_b(PKT_ACK, 5001, 1001, "");
	from_b(PKT_FIN | PKT_ACK, 5001, 1001, "");
	from_a(PKT_RST, 1001, 0, "no data");
	from_a(PKT_ACK, 1000, 5001, "k");
	ck_assert_uint_eq(counters()->flows, 0);
	from_b(PKT_ACK, 5001, 1001, "welcome");
	/* The first of this side is a keepalive. */
	from_a(PKT_ACK, 1000, 5008, "k");
	from_a(PKT_ACK, 1001, 5008, "hello");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.port[0], 1000);
	ck_assert(!pkt_flow(w, 0)->flow.syn_seen);
	ck_assert_str_eq(story(0, 1), "welcome");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* Both FINs close; nothing that comes late opens a flow again, or tells the end again. */
START_TEST(both_fins)
{
	connect_ab();
	from_b(PKT_FIN | PKT_ACK, 5001, 1001, "bye");
	from_a(PKT_ACK, 1001, 5005, "hello");
	from_a(PKT_FIN | PKT_ACK, 1011, 5005, "");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	from_a(PKT_ACK, 1006, 5005, "world");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_FIN);
	ck_assert(pkt_flow(w, 0)->flow.ended_by_b);
	ck_assert_str_eq(story(0, 0), "helloworld");
	from_b(PKT_ACK, 5005, 1012, "");
	from_b(PKT_FIN | PKT_ACK, 5001, 1001, "bye");
	from_a(PKT_ACK, 1001, 5005, "hello");
	from_a(PKT_RST, 1012, 0, "");
	from_a(PKT_SYN, 1000, 0, "");
	pkt_finish(w);
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* A FIN that was not captured, though acknowledged, is no byte lost. */
START_TEST(fin_not_captured)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	for (int i = 0; i < 3; i++)
		from_b(PKT_ACK, 5001, 1007, "");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_CAPTURE_END);
}
END_TEST

START_TEST(data_after_the_fin)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1006, 5001, "evil");
	from_a(PKT_ACK, 1004, 5001, "loevil");
	from_b(PKT_FIN | PKT_ACK, 5001, 1007, "x");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_FIN);
}
END_TEST

/*
 * A FIN somewhere in the window, as anybody can send, is not reached by whoever goes on through it;
 * who ended is told by the FINs that came in their turn.
 */
START_TEST(fin_ahead_of_its_turn)
{
	connect_ab();
	from_b(PKT_FIN | PKT_ACK, 5003, 1001, "");
	from_a(PKT_FIN | PKT_ACK, 1300, 5001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "world");
	from_a(PKT_ACK, 1006, 5006, "again");
	ck_assert_uint_eq(counters()->forged, 1);
	from_a(PKT_FIN | PKT_ACK, 1011, 5006, "");
	from_b(PKT_FIN | PKT_ACK, 5006, 1012, "");
	from_a(PKT_ACK, 1012, 5007, "");
	ck_assert_str_eq(story(0, 0), "helloagain");
	ck_assert_str_eq(story(0, 1), "world");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_FIN);
	ck_assert(!pkt_flow(w, 0)->flow.ended_by_b);
	ck_assert_uint_eq(counters()->forged, 2);
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* The same where the other side ends first. */
START_TEST(fin_ahead_of_who_ends_later)
{
	connect_ab();
	from_a(PKT_FIN | PKT_ACK, 1300, 5001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_FIN | PKT_ACK, 5001, 1006, "world");
	from_a(PKT_FIN | PKT_ACK, 1006, 5007, "");
	from_b(PKT_ACK, 5007, 1007, "");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "world");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_FIN);
	ck_assert(pkt_flow(w, 0)->flow.ended_by_b);
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

START_TEST(fin_of_the_only_side)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_FIN | PKT_ACK, 1001, 5001, "hello");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_FIN);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
}
END_TEST

START_TEST(refused)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_RST | PKT_ACK, 0, 999, "");
	ck_assert_uint_eq(w->flows->len, 0);
	from_b(PKT_RST | PKT_ACK, 0, 1001, "");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_RESET);
	ck_assert(pkt_flow(w, 0)->flow.refused);
	ck_assert(pkt_flow(w, 0)->flow.ended_by_b);
	/* Another attempt with another number is another connection. */
	from_a(PKT_SYN, 2000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 7000, 2001, "");
	ck_assert_uint_eq(counters()->flows, 2);
}
END_TEST

/* Long after an end the same numbers are those of another connection, whatever the end was. */
START_TEST(same_numbers_long_after)
{
	for (unsigned turn = 1; turn <= 4; turn++) {
		connect_ab();
		from_a(PKT_ACK, 1001, 5001, "hello");
		ck_assert_uint_eq(counters()->flows, turn);
		ck_assert_str_eq(story(turn - 1, 0), "hello");
		from_a((turn % 2 ? PKT_RST : PKT_FIN) | PKT_ACK, 1006, 5001, "");
		from_b(PKT_FIN | PKT_ACK, 5001, 1007, "");
		from_a(PKT_ACK, 1007, 5002, "");
		w->time_ns += 200000000000;
	}
}
END_TEST

START_TEST(resets_must_be_plausible)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "");
	from_a(PKT_RST, 1000, 0, "");
	from_a(PKT_RST, 200000, 0, "");
	from_b(PKT_RST, 0, 0, "");
	ck_assert_uint_eq(counters()->forged, 3);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	from_a(PKT_ACK, 1007, 5001, "world");
	from_a(PKT_RST | PKT_ACK, 1006, 5001, "reason");
	/* What the other side sent before it knew still counts; the side that reset is done. */
	from_b(PKT_ACK, 5001, 1006, "still sending");
	from_a(PKT_ACK, 1006, 5014, "!");
	ck_assert_str_eq(story(0, 1), "still sending");
	cap_tracker_finish(w->tracker, w->time_ns, w->frame);
	/* Data that waits is reported before the end. */
	ck_assert_str_eq(story(0, 0), "hello<1 missing>world");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_RESET);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
	ck_assert(!pkt_flow(w, 0)->flow.refused);
	ck_assert(!pkt_flow(w, 0)->flow.ended_by_b);
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

START_TEST(ports_used_again)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_SYN, 1000, 0, "");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	from_a(PKT_SYN, 90000, 0, "");
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	from_b(PKT_SYN | PKT_ACK, 70000, 90001, "");
	from_a(PKT_ACK, 90001, 70001, "second");
	ck_assert_str_eq(story(1, 0), "second");
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.syn_ack_ns - pkt_flow(w, 1)->flow.syn_ns, 1000000);
	ck_assert_uint_eq(counters()->forged, 0);
	/* It might have gone on. */
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 0);
	pkt_finish(w);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_REUSED);
	ck_assert_uint_eq(pkt_flow(w, 0)->end_frame, 7);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
}
END_TEST

/*
 * Both numbers of a flow that is over: its packets once more, or another flow. Nothing tells which,
 * so that what is skipped is counted.
 */
START_TEST(same_numbers_soon_after)
{
	for (int end = 0; end < 2; end++) {
		connect_ab();
		from_a(PKT_ACK, 1001, 5001, "hello");
		if (_i) {
			from_b(PKT_RST | PKT_ACK, 5001, 1006, "");
		} else {
			from_a(PKT_FIN | PKT_ACK, 1006, 5001, "");
			from_b(PKT_FIN | PKT_ACK, 5001, 1007, "");
			from_a(PKT_ACK, 1007, 5002, "");
		}
		ck_assert_uint_eq(counters()->forged, end);
	}
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_ACK, 5001, 1001, "another");
	from_a(PKT_ACK, 1001, 5008, "another too");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "");
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_uint_eq(counters()->forged, 3);
	/* Other numbers are those of another flow. */
	from_a(PKT_SYN, 90000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 70000, 90001, "");
	from_a(PKT_ACK, 90001, 70001, "second");
	ck_assert_str_eq(story(1, 0), "second");
	ck_assert_uint_eq(counters()->forged, 3);
}
END_TEST

/* A repeated attempt without any data is the same flow, with the number that is answered. */
START_TEST(syn_repeated_with_another_number)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_SYN, 3000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 3001, "");
	from_a(PKT_ACK, 3001, 5001, "hello");
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/*
 * A host that remembers an old connection answers a SYN with some number; that says nothing of the
 * new one.
 */
START_TEST(stray_answer_to_a_syn)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, 777777, 860000000, "");
	from_a(PKT_RST, 860000000, 0, "");
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
	/* The reset was asked for by that answer. */
	ck_assert_uint_eq(counters()->gaps + counters()->forged, 0);
}
END_TEST

/* Whatever is sent in the name of the two costs as little as if it had not been. */
START_TEST(flood_of_forged_segments)
{
	static const uint8_t flags[] = { PKT_SYN, PKT_SYN | PKT_ACK, PKT_ACK, PKT_RST,
					 PKT_FIN | PKT_ACK };
	const uint32_t seed = 2654435761u;
	size_t memory;

	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	memory = cap_tracker_memory(w->tracker);
	for (uint32_t i = 1; i <= 20000; i++) {
		/* In one kind of five data that go on from each other, until all that may wait does. */
		uint32_t seq = flags[_i] == PKT_ACK ? 0x70000000u + 4 * i
						    : 0x20000000u + (i * seed & 0x7fffffffu);

		from_a(flags[_i], seq, 0x90000000u + 977 * i, flags[_i] == PKT_ACK ? "evil" : "");
		ck_assert_uint_lt(cap_tracker_memory(w->tracker), memory + (256 << 10));
	}
	ck_assert_uint_ge(counters()->forged, 20000);
	from_a(PKT_ACK, 1006, 5008, ", world");
	ck_assert_str_eq(story(0, 0), "hello, world");
	ck_assert_str_eq(story(0, 1), "welcome");
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* Bytes of a flow were told before the other side agreed with any; so its end is told as well. */
START_TEST(what_was_told_has_an_end)
{
	char text[167];

	memset(text, 'x', sizeof(text) - 1);
	text[166] = '\0';
	from_a(PKT_ACK, 404403, 409983, text);
	from_b(PKT_SYN | PKT_ACK, 409694, 404173, "");
	text[77] = '\0';
	from_b(PKT_ACK, 410389, 405337, text);
	text[77] = 'x';
	from_a(PKT_ACK, 405725, 410926, text);
	text[84] = '\0';
	from_b(PKT_ACK, 410305, 405171, text);
	pkt_finish(w);
	for (guint i = 0; i < w->flows->len; i++)
		ck_assert_uint_eq(pkt_flow(w, i)->closed, 1);
	ck_assert_uint_gt(w->flows->len, 0);
}
END_TEST

START_TEST(silence_times_out)
{
	limited((CapLimits){ .idle_ns = 3600000000000u });
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	pkt_feed_tcp(w, (PktTcp){ .src = 3, .dst = 4, .sport = 1, .dport = 2, .flags = PKT_SYN });
	w->time_ns += 61000000000u;
	pkt_feed_tcp(w, (PktTcp){ .src = 5, .dst = 6, .sport = 1, .dport = 2, .flags = PKT_ACK });
	/* Half open: a minute. */
	ck_assert_uint_eq(w->ends, 1);
	w->time_ns -= 100000000000000u;
	pkt_feed_tcp(w, (PktTcp){ .src = 5, .dst = 6, .sport = 1, .dport = 2, .flags = PKT_ACK });
	ck_assert_uint_eq(w->ends, 1);
	w->time_ns += 100000000000000u + 3600000000000u;
	from_a(PKT_ACK, 1006, 5001, "a new flow");
	pkt_finish(w);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_TIMEOUT);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(2, 0), "a new flow");
}
END_TEST

/* Live: the clock goes on without packets. */
START_TEST(silence_times_out_without_packets)
{
	limited((CapLimits){ .idle_ns = 3600000000000u });
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	pkt_feed_tcp(w, (PktTcp){ .src = 3, .dst = 4, .sport = 1, .dport = 2, .flags = PKT_SYN });
	cap_tracker_idle(w->tracker, w->time_ns + 59000000000u);
	ck_assert_uint_eq(w->ends, 0);
	cap_tracker_idle(w->tracker, w->time_ns + 61000000000u);
	ck_assert_uint_eq(w->ends, 1);
	/* A clock that was put back. */
	cap_tracker_idle(w->tracker, w->time_ns - 61000000000u);
	cap_tracker_idle(w->tracker, w->time_ns + 3599000000000u);
	ck_assert_uint_eq(w->ends, 1);
	cap_tracker_idle(w->tracker, w->time_ns + 3601000000000u);
	ck_assert_uint_eq(w->ends, 2);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_TIMEOUT);
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

START_TEST(ignored_flows_cost_nothing_and_still_close)
{
	w->ignore = true;
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1010, 5001, "world");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	ck_assert_uint_eq(pkt_flow(w, 0)->chunks, 1);
	ck_assert_uint_eq(counters()->out_of_order, 0);
	from_b(PKT_FIN | PKT_ACK, 5008, 1006, "");
	from_a(PKT_FIN | PKT_ACK, 1015, 5009, "");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_FIN);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
}
END_TEST

/*
 * Ignored by the first of several waiting chunks: the others are not told, and their memory goes.
 */
START_TEST(ignored_while_bytes_wait)
{
	size_t before;

	connect_ab();
	before = cap_tracker_memory(w->tracker);
	w->ignore = true;
	for (uint32_t i = 0; i < 10; i++)
		from_a(PKT_ACK, 1010 + 7 * i, 5001, "world");
	from_b(PKT_ACK, 5001, 1011, "x");
	a_while();
	ck_assert_uint_eq(pkt_flow(w, 0)->chunks, 1);
	ck_assert_uint_eq(cap_tracker_memory(w->tracker), before);
}
END_TEST

START_TEST(unwanted_flows_show_no_bytes)
{
	w->unwanted = true;
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	pkt_finish(w);
	ck_assert_uint_eq(pkt_flow(w, 0)->chunks, 0);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
}
END_TEST

static void
little_room(void)
{
	pkt_world_free(w);
	w = pkt_world_new(&(CapLimits){ .max_memory = 64 << 10 });
	w->keep_port = 2;
}

static void
pass_over(uint32_t packets)
{
	while (packets--)
		pkt_feed(w, 101, pkt_new());
}

static void
hello(uint8_t src, uint16_t port)
{
	pkt_feed_tcp(w, (PktTcp){ src, 2, port, 445, 0, 0, PKT_SYN, 0, NULL, 0 });
	pkt_feed_tcp(w, (PktTcp){ src, 2, port, 445, 1, 1, PKT_ACK, 0, "hello", 5 });
}

/* Never established first, then not kept, then least recently used. */
START_TEST(order_of_eviction)
{
	static const uint16_t expected[] = { 4, 3, 1, 2 };

	little_room();
	for (uint16_t port = 1; port <= 3; port++)
		hello(1, port);
	pkt_feed_tcp(w, (PktTcp){ .src = 1, .dst = 2, .sport = 4, .dport = 445, .flags = PKT_SYN });
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 1, 445, 6, 1, PKT_ACK, 0, "again", 5 });
	pass_over(20);
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
		ck_assert(cap_tracker_evict(w->tracker));
		ck_assert_uint_eq(w->last_closed, expected[i]);
	}
	ck_assert(!cap_tracker_evict(w->tracker));
	ck_assert_uint_eq(counters()->evicted, 4);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_EVICTED);
}
END_TEST

/* What is kept and silent, as much as there is room for, does not keep out what begins now. */
START_TEST(silent_flows_make_room)
{
	PktFlow *last;

	little_room();
	for (uint8_t i = 1; i < 200; i++)
		hello(i, 2);
	ck_assert_uint_gt(counters()->evicted, 0);
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 7, 445, 0, 0, PKT_SYN, 0, NULL, 0 });
	hello(200, 2);
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 7, 445, 1, 1, PKT_ACK, 0, "one", 3 });
	hello(201, 2);
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 7, 445, 4, 1, PKT_ACK, 0, "two", 3 });
	pkt_finish(w);
	ck_assert_uint_eq(counters()->flows, 202);
	last = pkt_flow(w, w->flows->len - 2);
	ck_assert_uint_eq(last->flow.port[0], 7);
	ck_assert_str_eq(last->story[0]->str, "onetwo");
}
END_TEST

/*
 * One that holds much and speaks now and then goes before the many that hold little, and are more
 * silent; but it does not go for as long as there is room.
 */
START_TEST(hoards_do_not_drive_out)
{
	char much[1001] = "";

	little_room();
	memset(much, 'x', sizeof(much) - 1);
	for (uint8_t i = 1; i <= 20; i++)
		hello(i, 2);
	hello(100, 2);
	for (uint32_t k = 0; k < 29; k++)
		pkt_feed_tcp(w,
			     (PktTcp){ 100, 2, 2, 445, 100 + 1000 * k, 1, PKT_ACK, 0, much, 1000 });
	ck_assert_uint_eq(counters()->evicted, 0);
	for (uint8_t i = 101; i < 116; i++) {
		pkt_feed_tcp(w, (PktTcp){ 100, 2, 2, 445, 6, 1, PKT_ACK, 0, "", 0 });
		hello(i, 2);
	}
	ck_assert_uint_eq(counters()->evicted, 1);
	ck_assert_int_eq(pkt_flow(w, 20)->why, CAP_END_EVICTED);
	pkt_finish(w);
	for (guint i = 0; i < 20; i++)
		ck_assert_int_eq(pkt_flow(w, i)->why, CAP_END_CAPTURE_END);
}
END_TEST

/* And what never becomes a connection does not drive out what is kept. */
START_TEST(half_open_flows_do_not_drive_out)
{
	little_room();
	hello(1, 2);
	for (uint16_t port = 1000; port < 11000; port++)
		pkt_feed_tcp(w, (PktTcp){ 1, 2, port, 445, 0, 0, PKT_SYN, 0, NULL, 0 });
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 2, 445, 6, 1, PKT_ACK, 0, "again", 5 });
	ck_assert_str_eq(pkt_flow(w, 0)->story[0]->str, "helloagain");
	ck_assert_uint_eq(counters()->flows, 10001);
	ck_assert_uint_eq(counters()->evicted, counters()->evicted_half_open);
}
END_TEST

START_TEST(end_of_capture_shows_what_waits)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_b(PKT_ACK, 5011, 1001, "later");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
	ck_assert_str_eq(story(0, 1), "<10 missing>later");
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_CAPTURE_END);
}
END_TEST

/* A number no window reaches is not believed: no gap of a gigabyte for one stray packet. */
START_TEST(stray_numbers)
{
	connect_ab();
	from_a(PKT_ACK, 1001 + (1u << 31) - 1, 5001, "far");
	from_a(PKT_ACK, 1001, 5001, "hello");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

void
tcp_add_connections(TCase *tc)
{
	tcase_add_test(tc, keepalives_and_window_probes);
	tcase_add_test(tc, midstream);
	tcase_add_test(tc, both_fins);
	tcase_add_test(tc, fin_not_captured);
	tcase_add_test(tc, data_after_the_fin);
	tcase_add_test(tc, fin_ahead_of_its_turn);
	tcase_add_test(tc, fin_ahead_of_who_ends_later);
	tcase_add_test(tc, fin_of_the_only_side);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, same_numbers_long_after);
	tcase_add_test(tc, resets_must_be_plausible);
	tcase_add_test(tc, ports_used_again);
	tcase_add_loop_test(tc, same_numbers_soon_after, 0, 2);
	tcase_add_test(tc, syn_repeated_with_another_number);
	tcase_add_test(tc, stray_answer_to_a_syn);
	tcase_add_loop_test(tc, flood_of_forged_segments, 0, 5);
	tcase_add_test(tc, what_was_told_has_an_end);
	tcase_add_test(tc, silence_times_out);
	tcase_add_test(tc, silence_times_out_without_packets);
	tcase_add_test(tc, ignored_flows_cost_nothing_and_still_close);
	tcase_add_test(tc, ignored_while_bytes_wait);
	tcase_add_test(tc, unwanted_flows_show_no_bytes);
	tcase_add_test(tc, order_of_eviction);
	tcase_add_test(tc, silent_flows_make_room);
	tcase_add_test(tc, hoards_do_not_drive_out);
	tcase_add_test(tc, half_open_flows_do_not_drive_out);
	tcase_add_test(tc, end_of_capture_shows_what_waits);
	tcase_add_test(tc, stray_numbers);
}
