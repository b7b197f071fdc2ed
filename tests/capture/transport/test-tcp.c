/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: whatever the order and the cuts of the packets, the bytes are the same; what is lost is
 * told, with its reason.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/packets.h"

/* Side A is 10.0.0.1:1000 with initial number 1000, side B 10.0.0.2:445 with 5000. */
static PktWorld *w;

static void
from_a(uint8_t flags, uint32_t seq, uint32_t ack, const char *text)
{
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 1000, 445, seq, ack, flags, 8192, text,
				  (uint32_t)strlen(text) });
}

static void
from_b(uint8_t flags, uint32_t seq, uint32_t ack, const char *text)
{
	pkt_feed_tcp(w, (PktTcp){ 2, 1, 445, 1000, seq, ack, flags, 8192, text,
				  (uint32_t)strlen(text) });
}

static void
connect_ab(void)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_ACK, 1001, 5001, "");
}

static const char *
story(guint flow, int side)
{
	return pkt_flow(w, flow) ? pkt_flow(w, flow)->story[side]->str : "no flow";
}

static const CapCounters *
counters(void)
{
	return cap_tracker_counters(w->tracker);
}

static void
setup(void)
{
	w = pkt_world_new(NULL);
}

static void
teardown(void)
{
	pkt_world_free(w);
}

static void
limited(CapLimits limits)
{
	pkt_world_free(w);
	w = pkt_world_new(&limits);
}

START_TEST(in_order)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_a(PKT_ACK, 1006, 5008, ", again");
	ck_assert_str_eq(story(0, 0), "hello, again");
	ck_assert_str_eq(story(0, 1), "welcome");
	ck_assert(pkt_flow(w, 0)->flow.syn_seen);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.syn_ack_ns - pkt_flow(w, 0)->flow.syn_ns, 1000000);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.port[0], 1000);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.addr[1][3], 2);
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 6);
	ck_assert_uint_eq(counters()->out_of_order + counters()->gaps, 0);
}
END_TEST

/* The SYN/ACK alone tells who opened; so does a SYN that comes too late. */
START_TEST(sides_without_the_syn)
{
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.port[0], 1000);
	ck_assert(pkt_flow(w, 0)->flow.syn_seen);
	ck_assert_str_eq(story(0, 1), "welcome");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5008, "hello");
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

START_TEST(hole_filled_with_the_stamp_of_the_filler)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	ck_assert_uint_eq(w->flows->len, 0);
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "helloworld");
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 5);
	ck_assert_uint_eq(counters()->out_of_order, 1);
}
END_TEST

START_TEST(retransmissions_and_overlaps)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1001, 5001, "hello, wo");
	from_a(PKT_ACK, 1004, 5001, "lo, world");
	ck_assert_str_eq(story(0, 0), "hello, world");
	ck_assert_uint_eq(counters()->retransmitted, 5 + 5 + 6);
	ck_assert_uint_eq(counters()->conflicts, 0);
}
END_TEST

/*
 * Whatever comes first stays: waiting bytes win over those that fill the hole before them, and over
 * later waiting ones.
 */
START_TEST(first_copy_wins)
{
	connect_ab();
	from_a(PKT_ACK, 1004, 5001, "DEF");
	from_a(PKT_ACK, 1003, 5001, "xxxxxx");
	from_a(PKT_ACK, 1001, 5001, "abyyyyyyij");
	ck_assert_str_eq(story(0, 0), "abxDEFxxij");
	ck_assert_uint_eq(counters()->conflicts, 1 + 3);
}
END_TEST

START_TEST(sequence_wraps)
{
	from_a(PKT_SYN, 0xfffffffa, 0, "");
	from_a(PKT_ACK, 0x00000000, 5001, "fghij");
	from_a(PKT_ACK, 0xfffffffb, 5001, "abcde");
	from_a(PKT_ACK, 0x00000005, 5001, "k");
	ck_assert_str_eq(story(0, 0), "abcdefghijk");
}
END_TEST

START_TEST(gap_only_when_acknowledged)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_b(PKT_ACK, 5001, 1001, "x");
	ck_assert_str_eq(story(0, 0), "");
	from_b(PKT_ACK, 5002, 1011, "y");
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
	/* Told late, but with the stamp of the packet that brought the bytes. */
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 4);
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
	ck_assert_uint_eq(counters()->gaps, 1);
	ck_assert_uint_eq(counters()->gap_bytes, 5);
}
END_TEST

/*
 * The answer to what waits after a hole comes after it: the hole is given up before the answer is
 * delivered.
 */
START_TEST(an_answer_comes_after_what_it_answers)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_b(PKT_ACK, 5001, 1011, "x");
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 4);
}
END_TEST

/*
 * Nothing waits, and it is late: the pieces of one answer all acknowledge it.
 */
START_TEST(late_by_more_than_the_pieces_of_an_answer)
{
	connect_ab();
	for (uint32_t i = 0; i < 5; i++)
		from_b(PKT_ACK, 5001 + i, 1006, "x");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* A side that is not captured any more: many acknowledgments prove what no packet of it can. */
START_TEST(many_acknowledgments_prove_it)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	for (uint32_t i = 0; i < 16; i++)
		from_b(PKT_ACK, 5001 + i, 1016, "x");
	ck_assert_str_eq(story(0, 0), "hello<10 missing>");
}
END_TEST

/* Said by itself and then with data, nothing in between. */
START_TEST(gap_said_twice)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1006, "");
	from_b(PKT_ACK, 5001, 1006, "x");
	ck_assert_str_eq(story(0, 0), "<5 missing>");
}
END_TEST

/*
 * Nothing waits after the hole: an acknowledgment before its data may be captured in the wrong
 * order, or be made up; data at that number decide.
 */
START_TEST(gap_without_data_after_it)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1006, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1011, "");
	ck_assert_str_eq(story(0, 0), "hello");
	from_b(PKT_ACK, 5001, 1011, "");
	ck_assert_str_eq(story(0, 0), "hello");
	from_a(PKT_ACK, 1011, 5001, "!");
	from_b(PKT_ACK, 5001, 1012, "welcome");
	ck_assert_str_eq(story(0, 0), "hello<5 missing>!");
}
END_TEST

/*
 * On the sender, acknowledgments for a part of a frame are captured before the frame, one after the
 * other.
 */
START_TEST(acknowledgments_that_run_ahead)
{
	connect_ab();
	for (uint32_t i = 0; i < 10; i++) {
		from_b(PKT_ACK, 5001, 1001 + 5 * i + 3, "");
		from_a(PKT_ACK, 1001 + 5 * i, 5001, "hello");
	}
	ck_assert_uint_eq(pkt_flow(w, 0)->bytes[0]->len, 50);
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

START_TEST(one_direction_only)
{
	for (uint32_t i = 0; i < 100; i++)
		from_a(PKT_ACK, 1001 + 5 * i + (i > 50 ? 7 : 0), 5001 + 100 * i, "hello");
	ck_assert_str_eq(story(0, 1), "");
	pkt_finish(w);
	ck_assert_uint_eq(pkt_flow(w, 0)->bytes[0]->len, 500);
	ck_assert_uint_eq(pkt_flow(w, 0)->missing[0], 7);
	ck_assert_uint_eq(counters()->gaps, 1);
	ck_assert(!pkt_flow(w, 0)->flow.seen[1]);
}
END_TEST

/* Of a side that was not captured, only what the other acknowledged is known. */
START_TEST(acknowledgments_tell_of_an_unseen_side)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK | PKT_FIN, 1006, 5002, ""); /* the other's FIN */
	pkt_finish(w);
	ck_assert(!pkt_flow(w, 0)->flow.seen[1]);
	ck_assert(!pkt_flow(w, 0)->flow.claims[0]);
	limited((CapLimits){ 0 });
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1006, 5101, "again");
	pkt_finish(w);
	ck_assert(!pkt_flow(w, 0)->flow.seen[1]);
	ck_assert(pkt_flow(w, 0)->flow.claims[0]);
	ck_assert(!pkt_flow(w, 0)->flow.claims[1]);
}
END_TEST

START_TEST(limits_force_a_gap)
{
	limited((CapLimits){ .reorder_segments = 4 });
	connect_ab();
	for (uint32_t i = 0; i < 5; i++)
		from_a(PKT_ACK, 1011 + 10 * i, 5001, "world");
	ck_assert_str_eq(story(0, 0), "<10 limit>world");
	ck_assert_uint_eq(counters()->limits, 1);
	limited((CapLimits){ .reorder_bytes = 12 });
	connect_ab();
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1011 + 5 * i, 5001, "world");
	ck_assert_str_eq(story(0, 0), "<10 limit>worldworldworld");
}
END_TEST

/* More bytes in one segment than may wait are reported at once. */
START_TEST(segment_above_the_limit)
{
	limited((CapLimits){ .reorder_bytes = 4 });
	connect_ab();
	from_a(PKT_ACK, 1011, 5001, "world");
	ck_assert_str_eq(story(0, 0), "<10 limit>world");
}
END_TEST

START_TEST(cut_by_the_snapshot_length)
{
	connect_ab();
	w->cut = 40 + 3;
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hel<2 snaplen>");
	w->cut = 40;
	from_a(PKT_ACK, 1006, 5001, "hello");
	w->cut = 40 + 2;
	from_a(PKT_ACK, 1016, 5001, "hello");
	w->cut = 0;
	from_a(PKT_ACK, 1011, 5001, "HELLO");
	ck_assert_str_eq(story(0, 0), "hel<2 snaplen><5 snaplen>HELLOhe<3 snaplen>");
	ck_assert_uint_eq(counters()->truncated, 3);
}
END_TEST

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
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_REUSED);
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, 1);
	from_a(PKT_ACK, 90001, 70001, "second");
	ck_assert_str_eq(story(1, 0), "second");
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.syn_ack_ns - pkt_flow(w, 1)->flow.syn_ns, 1000000);
	ck_assert_uint_eq(counters()->forged, 0);
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

/* Never established first, then not kept, then least recently used. */
START_TEST(order_of_eviction)
{
	static const uint16_t expected[] = { 4, 3, 1, 2 };

	w->keep_port = 2;
	for (uint16_t port = 1; port <= 3; port++) {
		pkt_feed_tcp(w, (PktTcp){ 1, 2, port, 445, 0, 0, PKT_SYN, 0, NULL, 0 });
		pkt_feed_tcp(w, (PktTcp){ 1, 2, port, 445, 1, 1, PKT_ACK, 0, "hello", 5 });
	}
	pkt_feed_tcp(w, (PktTcp){ .src = 1, .dst = 2, .sport = 4, .dport = 445, .flags = PKT_SYN });
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 1, 445, 6, 1, PKT_ACK, 0, "again", 5 });
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
		ck_assert(cap_tracker_evict(w->tracker));
		ck_assert_uint_eq(w->last_closed, expected[i]);
	}
	ck_assert(!cap_tracker_evict(w->tracker));
	ck_assert_uint_eq(counters()->evicted, 4);
	ck_assert_int_eq(pkt_flow(w, 0)->why, CAP_END_EVICTED);
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

/*
 * The property: any order, repetition, cut and wrap of the same two streams gives the same bytes.
 */
static void
shuffled(uint32_t seed, uint32_t isn, const CapLimits *limits, uint8_t bytes[3000])
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	struct {
		uint32_t from, len;
	} parts[4500];
	int n = 0;

	pkt_world_free(w);
	w = pkt_world_new(limits);
	from_a(PKT_SYN, isn - 1, 0, "");
	for (uint32_t at = 0; at < 3000;) {
		parts[n].from = at;
		parts[n].len = (uint32_t)g_rand_int_range(rand, 1, 20);
		parts[n].len = MIN(parts[n].len, 3000 - at);
		at += parts[n++].len;
	}
	/* Others over them, cut elsewhere. */
	for (int extra = n / 2; extra > 0; extra--, n++) {
		parts[n].from = (uint32_t)g_rand_int_range(rand, 0, 2900);
		parts[n].len = (uint32_t)g_rand_int_range(rand, 1, 100);
	}
	for (int i = n - 1; i > 0; i--) {
		int j = g_rand_int_range(rand, 0, i + 1);
		typeof(parts[0]) swap = parts[i];

		parts[i] = parts[j];
		parts[j] = swap;
	}
	for (int i = 0; i < n; i++) {
		const PktTcp tcp = { 1,
				     2,
				     1000,
				     445,
				     isn + parts[i].from,
				     5001,
				     PKT_ACK,
				     0,
				     bytes + parts[i].from,
				     parts[i].len };
		GByteArray *p = pkt_tcp(&tcp);
		uint32_t half = p->len / 2 & ~7u;

		if (g_rand_int_range(rand, 0, 4)) {
			pkt_feed(w, 101, pkt_ipv4(p, 1, 2));
			continue;
		}
		pkt_feed(w, 101,
			 pkt_ipv4_part(g_byte_array_append(pkt_new(), p->data + half, p->len - half),
				       1, 2, (uint16_t)i, (uint16_t)(half / 8)));
		g_byte_array_set_size(p, half);
		pkt_feed(w, 101, pkt_ipv4_part(p, 1, 2, (uint16_t)i, 0x2000));
	}
	pkt_finish(w);
}

START_TEST(any_order_gives_the_same_bytes)
{
	uint8_t bytes[3000];

	for (uint32_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	shuffled((uint32_t)_i, _i % 2 ? 1u : 0u - (uint32_t)_i * 50, NULL, bytes);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->bytes[0]->len, sizeof(bytes));
	ck_assert(memcmp(pkt_flow(w, 0)->bytes[0]->data, bytes, sizeof(bytes)) == 0);
	ck_assert_uint_eq(counters()->conflicts + counters()->gaps, 0);
	/* With hardly any room to wait, bytes are lost, and every one of them is reported. */
	shuffled((uint32_t)_i, 1, &(CapLimits){ .reorder_segments = 8, .reorder_bytes = 100 },
		 bytes);
	ck_assert_uint_eq(pkt_flow(w, 0)->bytes[0]->len + pkt_flow(w, 0)->missing[0],
			  sizeof(bytes));
}
END_TEST

/* One byte a segment, backwards: the cap holds, and nothing is unaccounted for. */
START_TEST(reversed_single_bytes)
{
	from_a(PKT_SYN, 1000, 0, "");
	for (uint32_t i = 20000; i > 0; i--)
		pkt_feed_tcp(w, (PktTcp){ 1, 2, 1000, 445, 1001 + i, 1, PKT_ACK, 0, "x", 1 });
	pkt_finish(w);
	ck_assert_uint_eq(pkt_flow(w, 0)->bytes[0]->len + pkt_flow(w, 0)->missing[0], 20001);
}
END_TEST

START_TEST(flood_of_half_open_flows)
{
	size_t most = 0;

	w->counting = true;
	for (uint32_t i = 0; i < 1000000; i++) {
		GByteArray *p = pkt_ipv4(
			pkt_tcp(&(PktTcp){
				.sport = (uint16_t)i, .dport = 445, .seq = i, .flags = PKT_SYN }),
			1, 2);

		p->data[13] = (uint8_t)(i >> 16);
		w->time_ns -= 999000;
		pkt_feed(w, 101, p);
		most = MAX(most, cap_tracker_memory(w->tracker));
	}
	ck_assert_uint_le(most, 32u << 20);
	ck_assert_uint_eq(counters()->flows, 1000000);
	ck_assert_uint_eq(counters()->evicted, w->ends);
	pkt_finish(w);
	ck_assert_uint_eq(w->ends, 1000000);
}
END_TEST

/* The secret of the hash changes nothing that is reported. */
START_TEST(hash_seed_changes_nothing)
{
	GString *told[2] = { g_string_new(NULL), g_string_new(NULL) };

	for (uint32_t seed = 0; seed < 2; seed++) {
		limited((CapLimits){ .hash_seed = seed * 0x12345678 });
		for (uint16_t i = 0; i < 1000; i++)
			pkt_feed_tcp(w, (PktTcp){ 1, 2, i, 445, 1, 1, PKT_ACK, 0, "hello", 5 });
		pkt_finish(w);
		for (guint i = 0; i < w->flows->len; i++)
			g_string_append_printf(told[seed], "%u %s\n", pkt_flow(w, i)->flow.port[0],
					       story(i, 0));
	}
	ck_assert_str_eq(told[0]->str, told[1]->str);
	g_string_free(told[0], TRUE);
	g_string_free(told[1], TRUE);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tcp");
	TCase *tc = tcase_create("tcp");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 240);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, in_order);
	tcase_add_test(tc, sides_without_the_syn);
	tcase_add_test(tc, hole_filled_with_the_stamp_of_the_filler);
	tcase_add_test(tc, retransmissions_and_overlaps);
	tcase_add_test(tc, first_copy_wins);
	tcase_add_test(tc, sequence_wraps);
	tcase_add_test(tc, gap_only_when_acknowledged);
	tcase_add_test(tc, an_answer_comes_after_what_it_answers);
	tcase_add_test(tc, late_by_more_than_the_pieces_of_an_answer);
	tcase_add_test(tc, many_acknowledgments_prove_it);
	tcase_add_test(tc, gap_said_twice);
	tcase_add_test(tc, gap_without_data_after_it);
	tcase_add_test(tc, acknowledgments_that_run_ahead);
	tcase_add_test(tc, one_direction_only);
	tcase_add_test(tc, acknowledgments_tell_of_an_unseen_side);
	tcase_add_test(tc, limits_force_a_gap);
	tcase_add_test(tc, segment_above_the_limit);
	tcase_add_test(tc, cut_by_the_snapshot_length);
	tcase_add_test(tc, keepalives_and_window_probes);
	tcase_add_test(tc, midstream);
	tcase_add_test(tc, both_fins);
	tcase_add_test(tc, fin_not_captured);
	tcase_add_test(tc, data_after_the_fin);
	tcase_add_test(tc, fin_of_the_only_side);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, resets_must_be_plausible);
	tcase_add_test(tc, ports_used_again);
	tcase_add_test(tc, syn_repeated_with_another_number);
	tcase_add_test(tc, stray_answer_to_a_syn);
	tcase_add_loop_test(tc, flood_of_forged_segments, 0, 5);
	tcase_add_test(tc, silence_times_out);
	tcase_add_test(tc, silence_times_out_without_packets);
	tcase_add_test(tc, ignored_flows_cost_nothing_and_still_close);
	tcase_add_test(tc, ignored_while_bytes_wait);
	tcase_add_test(tc, unwanted_flows_show_no_bytes);
	tcase_add_test(tc, order_of_eviction);
	tcase_add_test(tc, end_of_capture_shows_what_waits);
	tcase_add_test(tc, stray_numbers);
	tcase_add_loop_test(tc, any_order_gives_the_same_bytes, 0, 40);
	tcase_add_test(tc, reversed_single_bytes);
	tcase_add_test(tc, flood_of_half_open_flows);
	tcase_add_test(tc, hash_seed_changes_nothing);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
