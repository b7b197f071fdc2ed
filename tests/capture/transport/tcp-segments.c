/* SPDX-License-Identifier: BSD-3-Clause */
/* What is counted of the segments of each side: sent again, out of order, filling a window. */
#include "tests/capture/transport/tcp-case.h"

static const CapSegments *
segments(int side)
{
	pkt_finish(w);
	ck_assert_ptr_nonnull(pkt_flow(w, 0));
	return &pkt_flow(w, 0)->flow.segments[side];
}

/* A segment with these options, of which their last bytes are cut. */
static void
syn(bool from_a, const void *options, uint32_t n, uint32_t cut)
{
	PktTcp tcp = { 1, 2, 1000, 445, 1000, 0, PKT_SYN, 8192, options, n };
	GByteArray *packet;

	if (!from_a)
		tcp = (PktTcp){ 2, 1, 445, 1000, 5000, 1001, PKT_SYN | PKT_ACK, 8192, options, n };
	packet = pkt_tcp(&tcp);
	packet->data[12] = (uint8_t)((20 + n) / 4 << 4);
	packet = pkt_ipv4(packet, tcp.src, tcp.dst);
	w->cut = packet->len - cut;
	pkt_feed(w, 101, packet);
	w->cut = 0;
}

static void
send_from_a(uint8_t flags, uint32_t seq, uint32_t len)
{
	static const uint8_t zeros[20000];

	pkt_feed_tcp(w, (PktTcp){ 1, 2, 1000, 445, seq, 5001, flags, 8192, zeros, len });
}

static void
ack_from_b(uint32_t ack, uint16_t window)
{
	pkt_feed_tcp(w, (PktTcp){ 2, 1, 445, 1000, 5001, ack, PKT_ACK, window, "", 0 });
}

START_TEST(segments_sent_again_and_late)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1004, 5001, "lo, world");
	from_b(PKT_ACK, 5004, 1013, "come");
	from_b(PKT_ACK, 5001, 1013, "wel");
	from_b(PKT_ACK, 5007, 1013, "e"); /* a keepalive is nothing that was sent again */
	ck_assert_uint_eq(segments(0)->retransmitted, 2);
	ck_assert_uint_eq(segments(0)->retransmitted_bytes, 5 + 2);
	ck_assert_uint_eq(segments(0)->out_of_order, 0);
	ck_assert_uint_eq(segments(1)->retransmitted, 0);
	ck_assert_uint_eq(segments(1)->out_of_order, 1);
	ck_assert_uint_eq(counters()->retransmitted, 7);
}
END_TEST

/* Bytes that waited and come again, in one piece with what was missing. */
START_TEST(a_segment_over_what_waited_is_sent_again)
{
	connect_ab();
	from_a(PKT_ACK, 1004, 5001, "lo");
	from_a(PKT_ACK, 1008, 5001, "o");
	from_a(PKT_ACK, 1001, 5001, "hello, o");
	ck_assert_str_eq(story(0, 0), "hello, o");
	ck_assert_uint_eq(segments(0)->retransmitted, 1);
	ck_assert_uint_eq(segments(0)->retransmitted_bytes, 3);
	ck_assert_uint_eq(segments(0)->out_of_order, 2);
}
END_TEST

/* In midstream, before it is known whether it is a connection at all. */
START_TEST(segments_sent_again_in_midstream)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	ck_assert_uint_eq(segments(0)->retransmitted, 1);
	ck_assert_uint_eq(segments(0)->retransmitted_bytes, 5);
}
END_TEST

START_TEST(a_window_that_is_not_scaled)
{
	connect_ab();
	ack_from_b(1001, 100);
	send_from_a(PKT_ACK, 1001, 60);
	send_from_a(PKT_ACK, 1061, 40); /* full */
	send_from_a(PKT_ACK, 1061, 40); /* and again */
	send_from_a(PKT_ACK, 1101, 1);  /* a probe is beyond it */
	ack_from_b(1101, 50);           /* opens */
	ack_from_b(1001, 200);          /* old */
	send_from_a(PKT_ACK, 1101, 50); /* full */
	ack_from_b(1151, 10);
	ack_from_b(1151, 20); /* opens more */
	send_from_a(PKT_ACK, 1151, 10);
	send_from_a(PKT_ACK | PKT_FIN, 1161, 10);
	ck_assert_uint_eq(segments(0)->window_full, 3);
	ck_assert_uint_eq(segments(1)->window_full, 0);
}
END_TEST

typedef struct {
	const char *a, *b; /* options */
	uint32_t size_a, size_b, cut;
	uint32_t room; /* that a window of 100 gives; 0: not known */
} Scaled;

static const Scaled scaled[] = {
	{ "\2\4\5\xb4\1\3\3\7", "\1\1\1\3\3\2\0\0", 8, 8, 0, 400 },
	{ "\3\3\0\0", "\3\3\0\0", 4, 4, 0, 100 },
	{ "\3\3\7\0", "\3\3\xff\0", 4, 4, 0, 100 << 14 }, /* at most 14 */
	{ "\3\3\7\0", "\2\4\5\xb4", 4, 4, 0, 100 },       /* one side alone offers it */
	{ "\2\4\5\xb4", "\3\3\7\0", 4, 4, 0, 100 },
	{ "\3\3\7\0", "\0\3\3\7", 4, 4, 0, 100 }, /* after the end */
	{ "\3\3\7\0", "\0\1\1\1\3\3\7\0", 4, 8, 0, 100 },
	{ "\3\3\7\0", "\2\0\3\3\2\0\0\0", 4, 8, 0, 400 }, /* after a length that is none */
	{ "\3\3\7\0", "\5\3\7\0", 4, 4, 0, 100 },         /* another option of that length */
	{ "\3\3\7\0", "\3\4\7\0", 4, 4, 0, 100 },         /* a length of another option */
	{ "\2\4\5\xb4", "\1\3\3\2", 4, 4, 1, 100 },       /* one side cannot, the other is cut */
	{ "\3\3\7\0", "\2\0\0\0", 4, 4, 0, 100 },         /* a length that is none */
	{ "\3\3\7\0", "\1\3\3\2", 4, 4, 1, 0 },           /* cut by the snapshot length */
};

START_TEST(windows_are_scaled_as_both_sides_offer)
{
	const Scaled *s = &scaled[_i];
	uint32_t seq = 1001, left = s->room ? s->room : 100;

	syn(true, s->a, s->size_a, 0);
	syn(false, s->b, s->size_b, s->cut);
	send_from_a(PKT_ACK, 1001, 0);
	ack_from_b(1001, 100);
	for (uint32_t n; left; left -= n, seq += n) {
		n = MIN(left, 20000u);
		send_from_a(PKT_ACK, seq, n);
	}
	ck_assert_uint_eq(segments(0)->window_full, s->room != 0);
}
END_TEST

/* The other way around: that of the client is cut. */
START_TEST(windows_are_known_where_the_server_does_not_scale)
{
	syn(true, "\1\3\3\2", 4, 1);
	syn(false, "\2\4\5\xb4", 4, 0);
	ack_from_b(1001, 100);
	send_from_a(PKT_ACK, 1001, 100);
	ck_assert_uint_eq(segments(0)->window_full, 1);
}
END_TEST

/* Data of a SYN are no options. */
START_TEST(data_behind_a_syn_are_no_options)
{
	syn(true, "\3\3\7\0", 4, 0);
	pkt_feed_tcp(w,
		     (PktTcp){ 2, 1, 445, 1000, 5000, 1001, PKT_SYN | PKT_ACK, 8192, "\3\3\2", 3 });
	ack_from_b(1001, 100);
	send_from_a(PKT_ACK, 1001, 100);
	ck_assert_uint_eq(segments(0)->window_full, 1);
}
END_TEST

/* The window of a SYN is not scaled (RFC 7323 section 2.2). */
START_TEST(the_window_of_a_syn_is_as_it_says)
{
	syn(true, "\3\3\7\0", 4, 0);
	syn(false, "\3\3\2\0", 4, 0);
	send_from_a(PKT_ACK, 1001, 8192);
	ck_assert_uint_eq(segments(0)->window_full, 1);
}
END_TEST

START_TEST(without_the_handshake_no_window_is_known)
{
	if (_i)
		syn(false, "\3\3\0\0", 4, 0);
	ack_from_b(1001, 100);
	send_from_a(PKT_ACK, 1001, 50);
	ack_from_b(1051, 100);
	send_from_a(PKT_ACK, 1051, 100);
	ck_assert_uint_eq(segments(0)->window_full, 0);
}
END_TEST

/* Another connection on the same ports has its own windows. */
START_TEST(a_connection_that_takes_the_place_of_another)
{
	connect_ab();
	send_from_a(PKT_ACK, 1001, 100);
	ack_from_b(1101, 100);
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 1000, 445, 900000, 0, PKT_SYN, 8192, "", 0 });
	pkt_feed_tcp(w, (PktTcp){ 2, 1, 445, 1000, 700000, 900001, PKT_SYN | PKT_ACK, 50, "", 0 });
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 1000, 445, 900001, 700001, PKT_ACK, 50,
				  "01234567890123456789012345678901234567890123456789", 50 });
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.segments[0].window_full, 0);
	ck_assert_uint_eq(pkt_flow(w, 1)->flow.segments[0].window_full, 1);
}
END_TEST

/* A byte that was sent alone, a second before what comes after it, is a keepalive. */
START_TEST(midstream_after_a_keepalive)
{
	from_a(PKT_ACK, 1000, 5001, "k");
	w->time_ns += 1100000000;
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(0, 1), "welcome");
}
END_TEST

/* A part of a connection that was not captured is told as soon as both sides go on after it. */
START_TEST(both_go_on_far_ahead)
{
	enum { FAR = 1000000 };

	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_a(PKT_ACK, 1006 + FAR, 5008 + FAR, "again");
	from_b(PKT_ACK, 5008 + FAR, 1011 + FAR, "at once");
	from_a(PKT_ACK, 1011 + FAR, 5015 + FAR, "!");
	a_while();
	ck_assert_str_eq(story(0, 0), "hello<1000000 missing>again!");
	ck_assert_str_eq(story(0, 1), "welcome<1000000 missing>at once");
}
END_TEST

/* What is urgent may be read apart from the rest: that is told, but of what nobody wants. */
START_TEST(urgent_data_are_counted)
{
	w->ignore = _i;
	connect_ab();
	from_a(PKT_ACK | PKT_URG, 1001, 5001, "hello");
	from_a(PKT_ACK | PKT_URG, 1006, 5001, "");
	from_b(PKT_ACK, 5001, 1006, "welcome");
	from_b(PKT_ACK | PKT_URG, 5008, 1006, "more");
	ck_assert_uint_eq(counters()->urgent, _i ? 0 : 2);
}
END_TEST

START_TEST(urgent_data_that_are_not_told_are_not_counted)
{
	from_a(PKT_ACK | PKT_URG, 1001, 5001, "hello");
	ck_assert_uint_eq(counters()->urgent, 0);
}
END_TEST

/* Of a flow that is over nothing is counted any more. */
START_TEST(sent_again_after_the_end)
{
	finish_hello();
	from_a(PKT_ACK, 1001, 5008, "hello");
	ck_assert_uint_eq(counters()->retransmitted, 0);
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

void
tcp_add_segments(TCase *tc)
{
	tcase_add_test(tc, midstream_after_a_keepalive);
	tcase_add_test(tc, both_go_on_far_ahead);
	tcase_add_loop_test(tc, urgent_data_are_counted, 0, 2);
	tcase_add_test(tc, segments_sent_again_and_late);
	tcase_add_test(tc, a_segment_over_what_waited_is_sent_again);
	tcase_add_test(tc, segments_sent_again_in_midstream);
	tcase_add_test(tc, a_window_that_is_not_scaled);
	tcase_add_loop_test(tc, windows_are_scaled_as_both_sides_offer, 0,
			    (int)G_N_ELEMENTS(scaled));
	tcase_add_test(tc, windows_are_known_where_the_server_does_not_scale);
	tcase_add_test(tc, data_behind_a_syn_are_no_options);
	tcase_add_test(tc, the_window_of_a_syn_is_as_it_says);
	tcase_add_loop_test(tc, without_the_handshake_no_window_is_known, 0, 2);
	tcase_add_test(tc, a_connection_that_takes_the_place_of_another);
	tcase_add_test(tc, urgent_data_that_are_not_told_are_not_counted);
	tcase_add_test(tc, sent_again_after_the_end);
}
