/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages without IP: NetBIOS frames on LLC, NetBIOS over IPX, direct hosting. Frames are made
 * here, byte by byte.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/packets.h"

#define ETHERNET 1

enum {
	FIRST_MIDDLE = 0x15,
	ONLY_LAST = 0x16,
	CONFIRM = 0x17,
	END = 0x18,
	INITIALIZE = 0x19,
	OUTSTANDING = 0x1b,
};

/*
 * What was told, in order: "A:text" a message, "A<n>" a loss, "A:text+n" a message that lacks n
 * bytes, "end" and why.
 */
typedef struct {
	CapTracker *tracker;
	GString *story;
	CapFlow flow; /* the last one told of */
	uint64_t frame;
	uint32_t cut; /* the next frame is captured so far; 0: whole */
	bool brief;   /* lengths instead of texts */
	CapLoss loss;
} World;

static void
on_chunk(void *user, const CapChunk *c)
{
	World *w = user;

	ck_assert(!(c->missing && c->message));
	ck_assert_uint_le(c->len, c->message ? c->message : c->len);
	w->flow = *c->flow;
	w->loss = c->loss;
	g_string_append_printf(w->story, "%c", c->dir == CAP_FROM_A ? 'A' : 'B');
	if (c->missing)
		g_string_append_printf(w->story, "<%u>", (unsigned)c->missing);
	else if (w->brief)
		g_string_append_printf(w->story, ":%u", c->len);
	else
		g_string_append_printf(w->story, ":%.*s", (int)c->len,
				       c->len ? (const char *)c->ptr : "");
	if (c->message > c->len)
		g_string_append_printf(w->story, "+%u", c->message - c->len);
	g_string_append_c(w->story, ' ');
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	World *w = user;

	(void)time_ns;
	(void)frame;
	w->flow = *flow;
	g_string_append_printf(w->story, "end%d ", why);
}

static void
on_datagram(void *user, const CapDatagram *d)
{
	World *w = user;

	ck_assert_uint_le(d->len, d->wire_len);
	g_string_append_printf(w->story, "%u%02x>%02x:%.*s ", d->family, d->src[5], d->dst[5],
			       (int)d->len, d->len ? (const char *)d->ptr : "");
}

static World *
world_new(const CapLimits *limits)
{
	World *w = g_new0(World, 1);
	const CapCallbacks callbacks = {
		.chunk = on_chunk,
		.closed = on_closed,
		.datagram = on_datagram,
		.user = w,
	};

	w->story = g_string_new("");
	w->tracker = cap_tracker_new(&callbacks, limits);
	return w;
}

static void
world_free(World *w)
{
	cap_tracker_free(w->tracker);
	g_string_free(w->story, TRUE);
	g_free(w);
}

static const CapCounters *
counters(const World *w)
{
	return cap_tracker_counters(w->tracker);
}

/* The story so far, which begins anew. */
static void
expect(World *w, const char *story)
{
	ck_assert_str_eq(w->story->str, story);
	g_string_truncate(w->story, 0);
}

static void
feed(World *w, GByteArray *frame)
{
	uint32_t caplen = w->cut && w->cut < frame->len ? w->cut : frame->len;
	uint8_t *exact = g_memdup2(frame->data, caplen);

	w->frame++;
	cap_tracker_packet(w->tracker, &(CapPacket){ .time_ns = w->frame * 1000000,
						     .frame = w->frame,
						     .wire_len = frame->len,
						     .caplen = caplen,
						     .link_type = ETHERNET,
						     .data = exact });
	w->cut = 0;
	g_free(exact);
	g_byte_array_unref(frame);
}

static void
le16(GByteArray *to, uint32_t value)
{
	const uint8_t bytes[2] = { (uint8_t)value, (uint8_t)(value >> 8) };

	g_byte_array_append(to, bytes, 2);
}

static void
text(GByteArray *to, const char *s)
{
	g_byte_array_append(to, (const uint8_t *)s, (guint)strlen(s));
}

/*
 * An Ethernet frame between stations 1 and 2, with its length in front and filled up to the least
 * that Ethernet carries.
 */
static GByteArray *
ethernet(uint8_t from, GByteArray *payload)
{
	GByteArray *p = pkt_new();
	const uint8_t ends[12] = { 0, 0, 0, 0, 0, from == 1 ? 2 : 1, 0, 0, 0, 0, 0, from };
	static const uint8_t filler[64] = { 0xee, 0xee, 0xee };

	g_byte_array_append(p, ends, sizeof(ends));
	pkt_be16(p, payload->len);
	g_byte_array_append(p, payload->data, payload->len);
	g_byte_array_unref(payload);
	if (p->len < 60)
		g_byte_array_append(p, filler, 60 - p->len);
	return p;
}

static GByteArray *
session_frame(uint8_t from, uint8_t number, uint8_t command, uint8_t local, uint8_t remote,
	      const char *data)
{
	GByteArray *p = pkt_new();
	const uint8_t llc[4] = { 0xf0, 0xf0, (uint8_t)(number << 1), 0 };
	const uint8_t ids[2] = { remote, local };

	g_byte_array_append(p, llc, sizeof(llc));
	pkt_hex(p, "0e00 ffef");
	g_byte_array_append(p, &command, 1);
	pkt_hex(p, "00 0000 0000 0000");
	g_byte_array_append(p, ids, 2);
	text(p, data);
	return ethernet(from, p);
}

/* Session 3 of station 1 with session 21 of station 2. */
static void
frame(World *w, uint8_t from, uint8_t number, uint8_t command, const char *data)
{
	feed(w, session_frame(from, number, command, from == 1 ? 3 : 21, from == 1 ? 21 : 3, data));
}

static GByteArray *
llc_unnumbered(uint8_t from, uint8_t control, const char *hex, const char *data)
{
	GByteArray *p = pkt_new();

	pkt_hex(p, "f0f0");
	g_byte_array_append(p, &control, 1);
	pkt_hex(p, hex);
	text(p, data);
	return ethernet(from, p);
}

/* Receive ready: this station has all up to `number`. */
static GByteArray *
ready(uint8_t from, uint8_t number)
{
	GByteArray *p = pkt_new();
	const uint8_t llc[4] = { 0xf0, 0xf1, 0x01, (uint8_t)(number << 1) };

	g_byte_array_append(p, llc, sizeof(llc));
	return ethernet(from, p);
}

static void
set_up(World *w)
{
	feed(w, llc_unnumbered(1, 0x7f, "", ""));
	frame(w, 1, 0, INITIALIZE, "");
	frame(w, 2, 0, CONFIRM, "");
	expect(w, "");
}

START_TEST(session_from_beginning_to_end)
{
	World *w = world_new(NULL);

	set_up(w);
	frame(w, 1, 1, ONLY_LAST, "ask");
	frame(w, 2, 1, ONLY_LAST, "answer");
	ck_assert_int_eq(w->flow.family, 2);
	ck_assert(w->flow.syn_seen);
	ck_assert_uint_eq(w->flow.syn_ns, 2000000);
	ck_assert_uint_eq(w->flow.syn_ack_ns, 3000000);
	ck_assert_uint_eq(w->flow.port[0], 3);
	ck_assert_uint_eq(w->flow.port[1], 21);
	ck_assert_uint_eq(w->flow.addr[0][5], 1);
	ck_assert_uint_eq(w->flow.addr[1][5], 2);
	frame(w, 2, 2, END, "");
	ck_assert(w->flow.ended_by_b);
	/* Late frames open nothing. */
	frame(w, 1, 2, ONLY_LAST, "late");
	cap_tracker_finish(w->tracker, 0, 0);
	expect(w, "A:ask B:answer end0 ");
	ck_assert_uint_eq(counters(w)->flows, 1);
	world_free(w);
}
END_TEST

START_TEST(confirmed_session_has_its_client)
{
	World *w = world_new(NULL);

	frame(w, 2, 9, CONFIRM, "");
	frame(w, 1, 1, ONLY_LAST, "ask");
	expect(w, "A:ask ");
	ck_assert(w->flow.syn_seen);
	ck_assert_uint_eq(w->flow.addr[0][5], 1);
	/* The same numbers again are another session. */
	frame(w, 1, 2, INITIALIZE, "");
	expect(w, "end5 ");
	world_free(w);
}
END_TEST

START_TEST(split_message_is_reported_once_and_without_filler)
{
	World *w = world_new(NULL);

	set_up(w);
	frame(w, 1, 1, FIRST_MIDDLE, "one ");
	frame(w, 1, 2, FIRST_MIDDLE, "two ");
	expect(w, "");
	/* The other direction is not held up. */
	frame(w, 2, 1, ONLY_LAST, "meanwhile");
	frame(w, 1, 3, ONLY_LAST, "x");
	frame(w, 1, 4, ONLY_LAST, "");
	expect(w, "B:meanwhile A:one two x ");
	world_free(w);
}
END_TEST

START_TEST(repeated_frame_is_dropped)
{
	World *w = world_new(NULL);

	set_up(w);
	frame(w, 1, 1, ONLY_LAST, "one");
	frame(w, 1, 1, ONLY_LAST, "one");
	frame(w, 1, 2, FIRST_MIDDLE, "tw");
	frame(w, 1, 2, FIRST_MIDDLE, "tw");
	frame(w, 1, 3, ONLY_LAST, "o");
	expect(w, "A:one A:two ");
	ck_assert_uint_gt(counters(w)->retransmitted, 0);
	world_free(w);
}
END_TEST

START_TEST(numbers_come_round)
{
	World *w = world_new(NULL);

	set_up(w);
	for (int i = 1; i < 400; i++)
		frame(w, 1, i & 127, ONLY_LAST, "m");
	ck_assert_uint_eq(w->story->len, 399 * strlen("A:m "));
	ck_assert_uint_eq(counters(w)->gaps, 0);
	world_free(w);
}
END_TEST

START_TEST(lost_frame_is_a_gap)
{
	World *w = world_new(NULL);

	set_up(w);
	frame(w, 1, 1, FIRST_MIDDLE, "12345");
	frame(w, 1, 4, ONLY_LAST, "new");
	expect(w, "");
	ck_assert_uint_eq(counters(w)->forged, 1);
	/* It was received. */
	feed(w, ready(2, 5));
	ck_assert_uint_eq(counters(w)->forged, 0);
	/* Two frames of unknown size, and what was collected. */
	expect(w, "A<7> A:new ");
	ck_assert_uint_eq(counters(w)->gaps, 1);
	ck_assert_uint_eq(counters(w)->gap_bytes, 7);
	/* Once. */
	frame(w, 1, 5, ONLY_LAST, "next");
	expect(w, "A:next ");
	world_free(w);
}
END_TEST

/* Where only one side was captured, more frames that go on from each other are believed. */
START_TEST(lost_frame_of_the_only_side)
{
	World *w = world_new(NULL);

	frame(w, 1, 1, ONLY_LAST, "one");
	frame(w, 1, 2, ONLY_LAST, "two");
	frame(w, 1, 9, ONLY_LAST, "three");
	frame(w, 1, 10, ONLY_LAST, "four");
	expect(w, "A:one A:two ");
	frame(w, 1, 11, ONLY_LAST, "five");
	expect(w, "A<6> A:three A:four A:five ");
	ck_assert_uint_eq(counters(w)->forged, 0);
	world_free(w);
}
END_TEST

static void
forge(World *w, int kind, uint8_t from, uint8_t number, uint8_t ack)
{
	static const uint8_t commands[] = { END, INITIALIZE, CONFIRM, ONLY_LAST, FIRST_MIDDLE };
	static const uint8_t unnumbered[] = { 0x7f, 0x73, 0x53, 0x1f, 0x97 };
	GByteArray *p;

	if (kind >= 10) {
		feed(w, ready(from, ack));
	} else if (kind >= 5) {
		feed(w, llc_unnumbered(from, unnumbered[kind - 5], "", ""));
	} else {
		p = session_frame(from, number, commands[kind], from == 1 ? 3 : 21,
				  from == 1 ? 21 : 3, "forged");
		p->data[17] = (uint8_t)(ack << 1);
		feed(w, p);
	}
}

/* What is reported of a session, with n forged frames before one of its own. */
static char *
story_with(int at, int kind, uint8_t from, int n)
{
	World *w = world_new(NULL);
	char *story;

	set_up(w);
	for (int i = 1; i <= 21; i++) {
		GByteArray *p = session_frame(i & 1 ? 1 : 2, (uint8_t)((i + 1) / 2),
					      i == 21 ? END : ONLY_LAST, i & 1 ? 3 : 21,
					      i & 1 ? 21 : 3, "honest");

		for (int k = 0; i == at && k < n; k++)
			forge(w, kind, from, (uint8_t)(20 + 2 * k), (uint8_t)(90 - 3 * k));
		p->data[17] = (uint8_t)(i / 2 + 1) << 1;
		feed(w, p);
	}
	story = g_strdup(w->story->str);
	world_free(w);
	return story;
}

START_TEST(forged_frames_change_nothing)
{
	g_autofree char *want = story_with(0, 0, 1, 0);

	ck_assert_uint_eq(strlen(want), 20 * strlen("A:honest ") + strlen("end0 "));
	for (int at = 1; at <= 21; at++) {
		for (int kind = 0; kind <= 10; kind++) {
			for (int i = 0; i < 4; i++) {
				g_autofree char *got =
					story_with(at, kind, i & 1 ? 1 : 2, i & 2 ? 16 : 1);

				ck_assert_msg(!strcmp(want, got), "kind %d before %d: %s", kind, at,
					      got);
			}
		}
	}
}
END_TEST

START_TEST(new_link_begins_to_count_anew)
{
	World *w = world_new(NULL);

	set_up(w);
	frame(w, 1, 1, ONLY_LAST, "one");
	feed(w, llc_unnumbered(2, 0x7f, "", ""));
	feed(w, llc_unnumbered(1, 0x73, "", ""));
	frame(w, 1, 0, ONLY_LAST, "two");
	expect(w, "A:one A:two ");
	/* The answer was not captured; what else is said of it is not true. */
	feed(w, llc_unnumbered(2, 0x7f, "", ""));
	frame(w, 1, 1, ONLY_LAST, "three");
	frame(w, 1, 0, ONLY_LAST, "four");
	expect(w, "A:three A:four ");
	/* Numbers that were not the beginning. */
	feed(w, llc_unnumbered(2, 0x7f, "", ""));
	feed(w, llc_unnumbered(1, 0x73, "", ""));
	frame(w, 1, 100, ONLY_LAST, "five");
	feed(w, ready(2, 101));
	expect(w, "A:five ");
	world_free(w);
}
END_TEST

START_TEST(sessions_share_a_link)
{
	World *w = world_new(NULL);

	set_up(w);
	frame(w, 1, 1, FIRST_MIDDLE, "o");
	feed(w, session_frame(1, 2, ONLY_LAST, 4, 22, "other"));
	frame(w, 1, 3, ONLY_LAST, "ne");
	expect(w, "A:other A:one ");
	ck_assert_uint_eq(counters(w)->flows, 2);
	/* A lost frame may have been of either: both are reported. */
	frame(w, 1, 5, ONLY_LAST, "a");
	feed(w, session_frame(1, 6, ONLY_LAST, 4, 22, "b"));
	feed(w, ready(2, 7));
	expect(w, "A<1> A:a A<1> A:b ");
	world_free(w);
}
END_TEST

/* The same with a number whose meaning is the command's. */
static void
frame2(World *w, uint8_t from, uint8_t number, uint8_t command, uint8_t data2, const char *data)
{
	GByteArray *p =
		session_frame(from, number, command, from == 1 ? 3 : 21, from == 1 ? 21 : 3, data);

	p->data[14 + 4 + 6] = data2;
	feed(w, p);
}

/* A receiver that had no buffer asks for what it could not take. */
START_TEST(sent_again_for_want_of_a_buffer)
{
	World *w = world_new(NULL);

	set_up(w);
	/* A message that was told is not told again, whatever parts it comes in. */
	frame(w, 1, 1, FIRST_MIDDLE, "as");
	frame(w, 1, 2, ONLY_LAST, "k");
	frame2(w, 2, 1, OUTSTANDING, 0, "");
	frame2(w, 1, 3, FIRST_MIDDLE, 1, "a");
	frame(w, 1, 4, ONLY_LAST, "sk");
	frame(w, 1, 5, ONLY_LAST, "more");
	expect(w, "A:ask A:more ");
	ck_assert_uint_eq(counters(w)->retransmitted, 3);
	/* One that was under way goes on where its receiver stopped. */
	frame(w, 1, 6, FIRST_MIDDLE, "one ");
	frame(w, 1, 7, FIRST_MIDDLE, "two ");
	frame2(w, 2, 2, OUTSTANDING, 6, "");
	frame2(w, 1, 8, FIRST_MIDDLE, 1, "o ");
	frame(w, 1, 9, ONLY_LAST, "three");
	expect(w, "A:one two three ");
	/* Nobody asked for it, or for more than there was: another message. */
	frame2(w, 1, 10, ONLY_LAST, 1, "three");
	frame(w, 1, 11, FIRST_MIDDLE, "ab");
	frame2(w, 2, 3, OUTSTANDING, 3, "");
	frame2(w, 1, 12, ONLY_LAST, 1, "c");
	expect(w, "A:three A:abc ");
	/* What is after a loss may be anything. */
	frame2(w, 2, 4, OUTSTANDING, 0, "");
	frame2(w, 1, 14, ONLY_LAST, 1, "new");
	feed(w, ready(2, 15));
	expect(w, "A<1> A:new ");
	world_free(w);
}
END_TEST

START_TEST(numbers_of_a_closed_session)
{
	World *w = world_new(NULL);

	set_up(w);
	frame(w, 1, 1, END, "");
	/* Its beginning was not captured. */
	frame2(w, 1, 2, OUTSTANDING, 0, "");
	frame(w, 2, 1, CONFIRM, "");
	frame(w, 1, 3, ONLY_LAST, "ask");
	expect(w, "end0 A:ask ");
	ck_assert_uint_eq(counters(w)->flows, 2);
	world_free(w);
}
END_TEST

START_TEST(part_that_waits_at_the_end_is_reported_missing)
{
	World *w = world_new(NULL);

	set_up(w);
	frame(w, 1, 1, FIRST_MIDDLE, "12345");
	cap_tracker_finish(w->tracker, 0, 0);
	expect(w, "A<5> end3 ");
	world_free(w);
}
END_TEST

START_TEST(collecting_has_a_cap)
{
	World *w = world_new(NULL);
	g_autofree char *kilo = g_strnfill(1024, 'k');

	w->brief = true;
	set_up(w);
	for (int i = 1; i <= 100; i++)
		frame(w, 1, (uint8_t)i, FIRST_MIDDLE, kilo);
	ck_assert_uint_lt(cap_tracker_memory(w->tracker), 160 << 10);
	frame(w, 1, 101, ONLY_LAST, "end");
	expect(w, "A:65536+36867 ");
	ck_assert_int_eq(w->loss, CAP_LOSS_LIMIT);
	ck_assert_uint_eq(counters(w)->limits, 1);
	world_free(w);
}
END_TEST

/* Every session costs an entry; they are given up before the ceiling is reached. */
START_TEST(sessions_stay_below_the_ceiling)
{
	World *w = world_new(&(CapLimits){ .max_memory = 256 << 10 });

	for (int i = 0; i < 5000; i++) {
		feed(w, session_frame(1, i & 127, FIRST_MIDDLE, (uint8_t)(1 + i % 200),
				      (uint8_t)(1 + i / 200), "part"));
		ck_assert_uint_le(cap_tracker_memory(w->tracker), 256 << 10);
	}
	ck_assert_uint_gt(counters(w)->evicted, 0);
	world_free(w);
}
END_TEST

START_TEST(truncated_at_each_byte)
{
	for (uint32_t cut = 1; cut < 60; cut++) {
		World *w = world_new(NULL);
		g_autofree char *story = NULL;

		set_up(w);
		w->cut = cut;
		frame(w, 1, 1, ONLY_LAST, "0123456789");
		/* 14 of Ethernet, 4 of LLC, 14 of NetBIOS. */
		if (cut >= 42)
			story = g_strdup("A:0123456789 ");
		else if (cut >= 32)
			story = g_strdup_printf("A:%.*s+%u ", (int)(cut - 32), "0123456789",
						42 - cut);
		expect(w, story ? story : "");
		world_free(w);
	}
}
END_TEST

START_TEST(lengths_that_lie)
{
	World *w = world_new(NULL);
	GByteArray *p;

	set_up(w);
	/*
	 * The header is longer than the frame, or shorter than a header; the delimiter is another.
	 */
	for (int i = 0; i < 3; i++) {
		static const uint8_t lies[3] = { 0xff, 0x0d, 0x0e };

		p = session_frame(1, (uint8_t)(1 + i), ONLY_LAST, 3, 21, "data");
		p->data[18] = lies[i];
		p->data[20] = i == 2 ? 0 : 0xff;
		feed(w, p);
		ck_assert_uint_eq(counters(w)->malformed, i + 1);
	}
	expect(w, "");
	/* Numbers that no session has: not the link's own entry. */
	feed(w, session_frame(1, 4, ONLY_LAST, 0, 0, "data"));
	ck_assert_uint_eq(counters(w)->implausible, 1);
	/* An Ethernet length beyond the frame is passed over: all there is. */
	p = session_frame(1, 5, ONLY_LAST, 3, 21, "a message that fills the frame");
	p->data[12] = 5;
	feed(w, p);
	expect(w, "A:a message that fills the frame ");
	world_free(w);
}
END_TEST

START_TEST(datagrams)
{
	World *w = world_new(NULL);
	const char *header =
		"2c00 ffef 08 00 0000 0000 0000 57 4f 52 4b 20 20 20 20 20 20 20 20 20 20 20 1d"
		"4d 44 4a 20 20 20 20 20 20 20 20 20 20 20 20 00";

	feed(w, llc_unnumbered(1, 0x03, header, "browse"));
	expect(w, "201>02:browse ");
	ck_assert_uint_eq(counters(w)->flows, 0);
	for (uint32_t cut = 1; cut < 60; cut++) {
		w->cut = cut;
		feed(w, llc_unnumbered(1, 0x03, header, ""));
	}
	expect(w, "");
	world_free(w);
}
END_TEST

/* ---- IPX ---- */

enum { RAW_8023, ETHERNET_II, LLC };

/* Network 0000000a, nodes 1 and 2. `lie` is added to the length. */
static GByteArray *
ipx(int form, uint8_t from, uint8_t type, uint16_t sport, uint16_t dport, GByteArray *payload,
    int lie)
{
	static const char *const heads[] = { [RAW_8023] = "", [ETHERNET_II] = "", [LLC] = "e0e003" };
	const uint8_t node_to = from == 1 ? 2 : 1;
	GByteArray *p = pkt_new(), *frame;

	pkt_hex(p, heads[form]);
	pkt_hex(p, "ffff");
	pkt_be16(p, (uint32_t)(30 + (int)payload->len + lie));
	pkt_hex(p, "00");
	g_byte_array_append(p, &type, 1);
	pkt_hex(p, "0000000a 0000000000");
	g_byte_array_append(p, &node_to, 1);
	pkt_be16(p, dport);
	pkt_hex(p, "0000000a 0000000000");
	g_byte_array_append(p, &from, 1);
	pkt_be16(p, sport);
	g_byte_array_append(p, payload->data, payload->len);
	g_byte_array_unref(payload);
	frame = ethernet(from, p);
	if (form == ETHERNET_II) {
		frame->data[12] = 0x81;
		frame->data[13] = 0x37;
	}
	return frame;
}

static GByteArray *
bytes(const char *s)
{
	GByteArray *p = pkt_new();

	text(p, s);
	return p;
}

START_TEST(direct_hosting)
{
	World *w = world_new(NULL);

	/* The server's answer comes first here; side A is the client all the same. */
	feed(w, ipx(_i, 2, 4, 0x0550, 0x0552, bytes("answer"), 0));
	feed(w, ipx(_i, 1, 4, 0x0552, 0x0550, bytes("ask"), 0));
	expect(w, "B:answer A:ask ");
	ck_assert_int_eq(w->flow.family, 3);
	ck_assert_uint_eq(w->flow.port[0], 0x0552);
	ck_assert_uint_eq(w->flow.addr[0][3], 10);
	ck_assert_uint_eq(w->flow.addr[0][9], 1);
	ck_assert(!w->flow.syn_seen);
	ck_assert(w->flow.connectionless);
	/* Other sockets are nobody's. */
	feed(w, ipx(_i, 1, 4, 0x0452, 0x0452, bytes("service"), 0));
	expect(w, "");
	world_free(w);
}
END_TEST

START_TEST(ipx_lengths_that_lie)
{
	World *w = world_new(NULL);

	feed(w, ipx(LLC, 1, 4, 0x0552, 0x0550, bytes("ask"), -4));
	expect(w, "");
	ck_assert_uint_eq(counters(w)->malformed, 1);
	/* Longer than the frame: what there is. */
	feed(w, ipx(LLC, 1, 4, 0x0552, 0x0550, bytes("ask"), 500));
	expect(w, "A:ask ");
	ck_assert_uint_eq(counters(w)->malformed, 2);
	for (uint32_t cut = 1; cut < 47; cut++) {
		w->cut = cut;
		feed(w, ipx(LLC, 1, 4, 0x0552, 0x0550, bytes("ask"), 0));
	}
	expect(w, "");
	world_free(w);
}
END_TEST

typedef struct {
	uint8_t from, control, type;
	uint16_t sequence, total, offset;
	const char *data;
	uint16_t to_id; /* 0: the session's */
	uint16_t id;    /* the same */
	int lie;
	uint16_t expected;
} Nbipx;

/* Connection 0x1001 of node 1 with 0x2002 of node 2. */
static void
nbipx(World *w, Nbipx n)
{
	GByteArray *p = pkt_new();
	uint16_t len = (uint16_t)strlen(n.data);

	g_byte_array_append(p, &n.control, 1);
	g_byte_array_append(p, &n.type, 1);
	le16(p, n.id ? n.id : n.from == 1 ? 0x1001 : 0x2002);
	le16(p, n.to_id ? n.to_id : n.from == 1 ? 0x2002 : 0x1001);
	le16(p, n.sequence);
	le16(p, n.total ? n.total : len);
	le16(p, n.offset);
	le16(p, (uint32_t)(len + n.lie));
	le16(p, n.expected);
	le16(p, 0);
	text(p, n.data);
	feed(w, ipx(LLC, n.from, 4, 0x0455, 0x0455, p, 0));
}

START_TEST(nbipx_session)
{
	World *w = world_new(NULL);

	nbipx(w,
	      (Nbipx){ .from = 1, .control = 0xc0, .type = 6, .to_id = 0xffff, .data = "names" });
	/* The other side answers first. */
	nbipx(w, (Nbipx){ .from = 2, .control = 0x80, .type = 6, .data = "names" });
	nbipx(w, (Nbipx){ .from = 1, .control = 0x50, .type = 6, .sequence = 1, .data = "ask" });
	ck_assert(w->flow.syn_seen);
	ck_assert_uint_eq(w->flow.syn_ns, 1000000);
	ck_assert_uint_eq(w->flow.port[0], 0x1001);
	ck_assert(!w->flow.connectionless);
	nbipx(w, (Nbipx){ .from = 1, .control = 0x58, .type = 6, .sequence = 1, .data = "ask" });
	nbipx(w, (Nbipx){ .from = 2, .type = 6, .sequence = 1, .total = 6, .data = "ans" });
	nbipx(w, (Nbipx){ .from = 2,
			  .control = 0x10,
			  .type = 6,
			  .sequence = 2,
			  .total = 6,
			  .offset = 3,
			  .data = "wer" });
	/* Parts that share the number of their message. */
	nbipx(w, (Nbipx){ .from = 2, .type = 6, .sequence = 3, .total = 4, .data = "ag" });
	nbipx(w, (Nbipx){ .from = 2,
			  .control = 0x10,
			  .type = 6,
			  .sequence = 3,
			  .total = 4,
			  .offset = 2,
			  .data = "in" });
	nbipx(w, (Nbipx){ .from = 1, .control = 0x80, .type = 7, .sequence = 2, .data = "" });
	expect(w, "A:ask B:answer B:agin end0 ");
	ck_assert_uint_eq(counters(w)->retransmitted, 3);
	ck_assert_uint_eq(counters(w)->flows, 1);
	world_free(w);
}
END_TEST

/* Ids that come again, because they were asked for again. */
START_TEST(nbipx_ids_come_again)
{
	const Nbipx asks = { .from = 1, .control = 0xc0, .type = 6, .to_id = 0xffff, .data = "" };
	const Nbipx ends = { .from = 1, .control = 0x80, .type = 7, .data = "" };
	World *w = world_new(NULL);

	nbipx(w, asks);
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 7, .data = "one" });
	nbipx(w, asks);
	nbipx(w, ends);
	/* Late data of the one that is over, though a request came twice. */
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 7, .data = "one" });
	expect(w, "A:one end0 ");
	nbipx(w, asks);
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 1, .data = "two" });
	expect(w, "A:two ");
	ck_assert_uint_eq(counters(w)->flows, 2);
	world_free(w);
}
END_TEST

/* More data than the packet has: what such a packet says does not open a connection. */
START_TEST(nbipx_opened_by_a_lie)
{
	World *w = world_new(NULL);

	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 1, .data = "data", .lie = 60 });
	expect(w, "");
	ck_assert_uint_eq(counters(w)->flows, 0);
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 1, .data = "data" });
	expect(w, "A:data ");
	world_free(w);
}
END_TEST

/* Requests, connections and messages without end, from ever new ids: all stay below the ceiling. */
START_TEST(nbipx_flood)
{
	World *w = world_new(&(CapLimits){ .max_memory = 512 << 10 });
	g_autofree char *kilo = g_strnfill(1024, 'k');

	w->brief = true;
	for (uint32_t i = 0; i < 20000; i++) {
		nbipx(w, (Nbipx){ .from = 1,
				  .type = 6,
				  .sequence = 1,
				  .total = 0xffff,
				  .id = (uint16_t)(1 + i),
				  .to_id = i % 3 ? 0xffff : 7,
				  .data = kilo });
		ck_assert_uint_le(cap_tracker_memory(w->tracker), 512 << 10);
		g_string_truncate(w->story, 0);
	}
	ck_assert_uint_gt(counters(w)->evicted, 0);
	world_free(w);
}
END_TEST

START_TEST(nbipx_losses)
{
	World *w = world_new(NULL);

	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 7, .total = 9, .data = "abc" });
	/* A packet is missing, and with it the rest of its message. */
	nbipx(w,
	      (Nbipx){
		      .from = 1, .type = 6, .sequence = 9, .total = 9, .offset = 6, .data = "ghi" });
	expect(w, "A<4> A<3> ");
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 10, .data = "next" });
	expect(w, "A:next ");
	/* A new message where the old one should go on. */
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 11, .total = 9, .data = "abc" });
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 12, .data = "new" });
	expect(w, "A<3> A:new ");
	/* More data than the packet has. */
	nbipx(w, (Nbipx){ .from = 1,
			  .control = 0x10,
			  .type = 6,
			  .sequence = 13,
			  .data = "short",
			  .lie = 90 });
	expect(w, "A:short ");
	ck_assert_uint_eq(counters(w)->malformed, 1);
	world_free(w);
}
END_TEST

/* What is reported of a connection, with n forged packets before one of its own. */
static char *
nbipx_story(int at, int kind, uint8_t from, int n)
{
	World *w = world_new(NULL);
	char *story;

	for (int i = 0; i <= 20; i++) {
		const uint8_t side = i & 1 ? 2 : 1;
		const uint16_t mine = i & 1 ? 60000 : 100, theirs = i & 1 ? 100 : 60000;

		for (int k = 0; i == at && k < n; k++)
			nbipx(w, (Nbipx){ .from = from,
					  .type = (uint8_t)(6 + kind % 3),
					  .control = kind == 3 ? 0x10 : 0,
					  .sequence = (uint16_t)(30000 + k * 77),
					  .expected = (uint16_t)(20000 - k * 77),
					  .data = "forged" });
		nbipx(w, (Nbipx){ .from = side,
				  .type = i == 20 ? 7 : 6,
				  .sequence = (uint16_t)(mine + i / 2),
				  .expected = (uint16_t)(theirs + (i + 1) / 2),
				  .data = i == 20 ? "" : "honest" });
	}
	ck_assert_uint_eq(counters(w)->forged > 0, at >= 0 && kind != 2);
	story = g_strdup(w->story->str);
	world_free(w);
	return story;
}

START_TEST(forged_packets_change_nothing)
{
	g_autofree char *want = nbipx_story(-1, 0, 1, 0);

	ck_assert_uint_eq(strlen(want), 20 * strlen("A:honest ") + strlen("end0 "));
	/* Before both have spoken nobody knows their numbers. */
	for (int at = 2; at <= 20; at++) {
		for (int i = 0; i < 16; i++) {
			g_autofree char *got =
				nbipx_story(at, i / 4, i & 1 ? 1 : 2, i & 2 ? 16 : 1);

			ck_assert_msg(!strcmp(want, got), "trial %d before %d: %s", i, at, got);
		}
	}
}
END_TEST

/* Numbers far ahead that go on from each other, and an end that was heard. */
START_TEST(nbipx_after_a_long_loss)
{
	World *w = world_new(NULL);

	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 1, .data = "one" });
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 501, .data = "two" });
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 502, .data = "three" });
	ck_assert_uint_eq(counters(w)->forged, 2);
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 503, .data = "four" });
	expect(w, "A:one A<2> A:four ");
	ck_assert_uint_eq(counters(w)->forged, 0);
	nbipx(w, (Nbipx){ .from = 2, .type = 8, .data = "" });
	nbipx(w, (Nbipx){ .from = 1, .type = 7, .sequence = 9000, .data = "" });
	expect(w, "");
	nbipx(w, (Nbipx){ .from = 2, .type = 8, .data = "" });
	expect(w, "end0 ");
	ck_assert(!w->flow.ended_by_b);
	ck_assert_uint_eq(counters(w)->forged, 0);
	world_free(w);
}
END_TEST

START_TEST(ipx_datagrams)
{
	World *w = world_new(NULL);
	GByteArray *p = pkt_new();

	pkt_hex(p, "00 0b");
	text(p, "RECEIVER       0SENDER         1browse");
	feed(w, ipx(LLC, 1, 4, 0x0455, 0x0455, p, 0));
	p = pkt_new();
	for (int i = 0; i < 8; i++)
		pkt_be32(p, 0);
	pkt_hex(p, "fc 02 0000");
	text(p, "WORKGROUP      0SENDER         1mailslot");
	feed(w, ipx(RAW_8023, 1, 0x14, 0x0553, 0x0553, p, 0));
	expect(w, "300>00:browse 300>00:mailslot ");
	world_free(w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("nbf");
	TCase *nbf = tcase_create("netbios frames"), *over_ipx = tcase_create("ipx");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(nbf, session_from_beginning_to_end);
	tcase_add_test(nbf, confirmed_session_has_its_client);
	tcase_add_test(nbf, split_message_is_reported_once_and_without_filler);
	tcase_add_test(nbf, repeated_frame_is_dropped);
	tcase_add_test(nbf, numbers_come_round);
	tcase_add_test(nbf, lost_frame_is_a_gap);
	tcase_add_test(nbf, lost_frame_of_the_only_side);
	tcase_add_test(nbf, forged_frames_change_nothing);
	tcase_add_test(nbf, new_link_begins_to_count_anew);
	tcase_add_test(nbf, sessions_share_a_link);
	tcase_add_test(nbf, sent_again_for_want_of_a_buffer);
	tcase_add_test(nbf, numbers_of_a_closed_session);
	tcase_add_test(nbf, part_that_waits_at_the_end_is_reported_missing);
	tcase_add_test(nbf, collecting_has_a_cap);
	tcase_add_test(nbf, sessions_stay_below_the_ceiling);
	tcase_add_test(nbf, truncated_at_each_byte);
	tcase_add_test(nbf, lengths_that_lie);
	tcase_add_test(nbf, datagrams);
	tcase_add_loop_test(over_ipx, direct_hosting, RAW_8023, LLC + 1);
	tcase_add_test(over_ipx, ipx_lengths_that_lie);
	tcase_add_test(over_ipx, nbipx_session);
	tcase_add_test(over_ipx, nbipx_ids_come_again);
	tcase_add_test(over_ipx, nbipx_opened_by_a_lie);
	tcase_add_test(over_ipx, nbipx_flood);
	tcase_add_test(over_ipx, nbipx_losses);
	tcase_add_test(over_ipx, forged_packets_change_nothing);
	tcase_add_test(over_ipx, nbipx_after_a_long_loss);
	tcase_add_test(over_ipx, ipx_datagrams);
	suite_add_tcase(suite, nbf);
	suite_add_tcase(suite, over_ipx);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
