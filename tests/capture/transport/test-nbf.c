/* SPDX-License-Identifier: BSD-3-Clause */
/* NetBIOS frames on LLC, without IP. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/frame-case.h"

enum {
	FIRST_MIDDLE = 0x15,
	ONLY_LAST = 0x16,
	CONFIRM = 0x17,
	END = 0x18,
	INITIALIZE = 0x19,
	OUTSTANDING = 0x1b,
};

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
	frame_text(p, data);
	return frame_ethernet(from, p);
}

/* Session 3 of station 1 with session 21 of station 2. */
static void
frame(FrameRig *w, uint8_t from, uint8_t number, uint8_t command, const char *data)
{
	frame_feed(w, session_frame(from, number, command, from == 1 ? 3 : 21, from == 1 ? 21 : 3,
				    data));
}

static GByteArray *
llc_unnumbered(uint8_t from, uint8_t control, const char *hex, const char *data)
{
	GByteArray *p = pkt_new();

	pkt_hex(p, "f0f0");
	g_byte_array_append(p, &control, 1);
	pkt_hex(p, hex);
	frame_text(p, data);
	return frame_ethernet(from, p);
}

/* Receive ready: this station has all up to `number`. */
static GByteArray *
ready(uint8_t from, uint8_t number)
{
	GByteArray *p = pkt_new();
	const uint8_t llc[4] = { 0xf0, 0xf1, 0x01, (uint8_t)(number << 1) };

	g_byte_array_append(p, llc, sizeof(llc));
	return frame_ethernet(from, p);
}

static void
set_up(FrameRig *w)
{
	frame_feed(w, llc_unnumbered(1, 0x7f, "", ""));
	frame(w, 1, 0, INITIALIZE, "");
	frame(w, 2, 0, CONFIRM, "");
	frame_expect(w, "");
}

START_TEST(session_from_beginning_to_end)
{
	FrameRig *w = frame_rig_new(NULL);

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
	frame_expect(w, "A:ask B:answer end0 ");
	ck_assert_uint_eq(frame_counters(w)->flows, 1);
	frame_rig_free(w);
}
END_TEST

START_TEST(confirmed_session_has_its_client)
{
	FrameRig *w = frame_rig_new(NULL);

	frame(w, 2, 9, CONFIRM, "");
	frame(w, 1, 1, ONLY_LAST, "ask");
	frame_expect(w, "A:ask ");
	ck_assert(w->flow.syn_seen);
	ck_assert_uint_eq(w->flow.addr[0][5], 1);
	/* The same numbers again are another session. */
	frame(w, 1, 2, INITIALIZE, "");
	frame_expect(w, "end5 ");
	frame_rig_free(w);
}
END_TEST

START_TEST(split_message_is_reported_once_and_without_filler)
{
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	frame(w, 1, 1, FIRST_MIDDLE, "one ");
	frame(w, 1, 2, FIRST_MIDDLE, "two ");
	frame_expect(w, "");
	/* The other direction is not held up. */
	frame(w, 2, 1, ONLY_LAST, "meanwhile");
	frame(w, 1, 3, ONLY_LAST, "x");
	frame(w, 1, 4, ONLY_LAST, "");
	frame_expect(w, "B:meanwhile A:one two x ");
	frame_rig_free(w);
}
END_TEST

START_TEST(repeated_frame_is_dropped)
{
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	frame(w, 1, 1, ONLY_LAST, "one");
	frame(w, 1, 1, ONLY_LAST, "one");
	frame(w, 1, 2, FIRST_MIDDLE, "tw");
	frame(w, 1, 2, FIRST_MIDDLE, "tw");
	frame(w, 1, 3, ONLY_LAST, "o");
	frame_expect(w, "A:one A:two ");
	ck_assert_uint_gt(frame_counters(w)->retransmitted, 0);
	frame_rig_free(w);
}
END_TEST

START_TEST(numbers_come_round)
{
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	for (int i = 1; i < 400; i++)
		frame(w, 1, i & 127, ONLY_LAST, "m");
	ck_assert_uint_eq(w->story->len, 399 * strlen("A:m "));
	ck_assert_uint_eq(frame_counters(w)->gaps, 0);
	frame_rig_free(w);
}
END_TEST

START_TEST(lost_frame_is_a_gap)
{
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	frame(w, 1, 1, FIRST_MIDDLE, "12345");
	frame(w, 1, 4, ONLY_LAST, "new");
	frame_expect(w, "");
	ck_assert_uint_eq(frame_counters(w)->forged, 1);
	/* It was received. */
	frame_feed(w, ready(2, 5));
	ck_assert_uint_eq(frame_counters(w)->forged, 0);
	/* Two frames of unknown size, and what was collected. */
	frame_expect(w, "A<7> A:new ");
	ck_assert_uint_eq(frame_counters(w)->gaps, 1);
	ck_assert_uint_eq(frame_counters(w)->gap_bytes, 7);
	/* Once. */
	frame(w, 1, 5, ONLY_LAST, "next");
	frame_expect(w, "A:next ");
	frame_rig_free(w);
}
END_TEST

/* Where only one side was captured, more frames that go on from each other are believed. */
START_TEST(lost_frame_of_the_only_side)
{
	FrameRig *w = frame_rig_new(NULL);

	frame(w, 1, 1, ONLY_LAST, "one");
	frame(w, 1, 2, ONLY_LAST, "two");
	frame(w, 1, 9, ONLY_LAST, "three");
	frame(w, 1, 10, ONLY_LAST, "four");
	frame_expect(w, "A:one A:two ");
	frame(w, 1, 11, ONLY_LAST, "five");
	frame_expect(w, "A<6> A:three A:four A:five ");
	ck_assert_uint_eq(frame_counters(w)->forged, 0);
	frame_rig_free(w);
}
END_TEST

static void
forge(FrameRig *w, int kind, uint8_t from, uint8_t number, uint8_t ack)
{
	static const uint8_t commands[] = { END, INITIALIZE, CONFIRM, ONLY_LAST, FIRST_MIDDLE };
	static const uint8_t unnumbered[] = { 0x7f, 0x73, 0x53, 0x1f, 0x97 };
	GByteArray *p;

	if (kind >= 10) {
		frame_feed(w, ready(from, ack));
	} else if (kind >= 5) {
		frame_feed(w, llc_unnumbered(from, unnumbered[kind - 5], "", ""));
	} else {
		p = session_frame(from, number, commands[kind], from == 1 ? 3 : 21,
				  from == 1 ? 21 : 3, "forged");
		p->data[17] = (uint8_t)(ack << 1);
		frame_feed(w, p);
	}
}

/* What is reported of a session, with n forged frames before one of its own. */
static char *
story_with(int at, int kind, uint8_t from, int n)
{
	FrameRig *w = frame_rig_new(NULL);
	char *story;

	set_up(w);
	for (int i = 1; i <= 21; i++) {
		GByteArray *p = session_frame(i & 1 ? 1 : 2, (uint8_t)((i + 1) / 2),
					      i == 21 ? END : ONLY_LAST, i & 1 ? 3 : 21,
					      i & 1 ? 21 : 3, "honest");

		for (int k = 0; i == at && k < n; k++)
			forge(w, kind, from, (uint8_t)(20 + 2 * k), (uint8_t)(90 - 3 * k));
		p->data[17] = (uint8_t)(i / 2 + 1) << 1;
		frame_feed(w, p);
	}
	story = g_strdup(w->story->str);
	frame_rig_free(w);
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
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	frame(w, 1, 1, ONLY_LAST, "one");
	frame_feed(w, llc_unnumbered(2, 0x7f, "", ""));
	frame_feed(w, llc_unnumbered(1, 0x73, "", ""));
	frame(w, 1, 0, ONLY_LAST, "two");
	frame_expect(w, "A:one A:two ");
	/* The answer was not captured; what else is said of it is not true. */
	frame_feed(w, llc_unnumbered(2, 0x7f, "", ""));
	frame(w, 1, 1, ONLY_LAST, "three");
	frame(w, 1, 0, ONLY_LAST, "four");
	frame_expect(w, "A:three A:four ");
	/* Numbers that were not the beginning. */
	frame_feed(w, llc_unnumbered(2, 0x7f, "", ""));
	frame_feed(w, llc_unnumbered(1, 0x73, "", ""));
	frame(w, 1, 100, ONLY_LAST, "five");
	frame_feed(w, ready(2, 101));
	frame_expect(w, "A:five ");
	frame_rig_free(w);
}
END_TEST

START_TEST(sessions_share_a_link)
{
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	frame(w, 1, 1, FIRST_MIDDLE, "o");
	frame_feed(w, session_frame(1, 2, ONLY_LAST, 4, 22, "other"));
	frame(w, 1, 3, ONLY_LAST, "ne");
	frame_expect(w, "A:other A:one ");
	ck_assert_uint_eq(frame_counters(w)->flows, 2);
	/* A lost frame may have been of either: both are reported. */
	frame(w, 1, 5, ONLY_LAST, "a");
	frame_feed(w, session_frame(1, 6, ONLY_LAST, 4, 22, "b"));
	frame_feed(w, ready(2, 7));
	frame_expect(w, "A<1> A:a A<1> A:b ");
	frame_rig_free(w);
}
END_TEST

/* The same with a number whose meaning is the command's. */
static void
frame2(FrameRig *w, uint8_t from, uint8_t number, uint8_t command, uint8_t data2, const char *data)
{
	GByteArray *p =
		session_frame(from, number, command, from == 1 ? 3 : 21, from == 1 ? 21 : 3, data);

	p->data[14 + 4 + 6] = data2;
	frame_feed(w, p);
}

/* A receiver that had no buffer asks for what it could not take. */
START_TEST(sent_again_for_want_of_a_buffer)
{
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	/* A message that was told is not told again, whatever parts it comes in. */
	frame(w, 1, 1, FIRST_MIDDLE, "as");
	frame(w, 1, 2, ONLY_LAST, "k");
	frame2(w, 2, 1, OUTSTANDING, 0, "");
	frame2(w, 1, 3, FIRST_MIDDLE, 1, "a");
	frame(w, 1, 4, ONLY_LAST, "sk");
	frame(w, 1, 5, ONLY_LAST, "more");
	frame_expect(w, "A:ask A:more ");
	ck_assert_uint_eq(frame_counters(w)->retransmitted, 3);
	/* One that was under way goes on where its receiver stopped. */
	frame(w, 1, 6, FIRST_MIDDLE, "one ");
	frame(w, 1, 7, FIRST_MIDDLE, "two ");
	frame2(w, 2, 2, OUTSTANDING, 6, "");
	frame2(w, 1, 8, FIRST_MIDDLE, 1, "o ");
	frame(w, 1, 9, ONLY_LAST, "three");
	frame_expect(w, "A:one two three ");
	/* Nobody asked for it, or for more than there was: another message. */
	frame2(w, 1, 10, ONLY_LAST, 1, "three");
	frame(w, 1, 11, FIRST_MIDDLE, "ab");
	frame2(w, 2, 3, OUTSTANDING, 3, "");
	frame2(w, 1, 12, ONLY_LAST, 1, "c");
	frame_expect(w, "A:three A:abc ");
	/* What is after a loss may be anything. */
	frame2(w, 2, 4, OUTSTANDING, 0, "");
	frame2(w, 1, 14, ONLY_LAST, 1, "new");
	frame_feed(w, ready(2, 15));
	frame_expect(w, "A<1> A:new ");
	frame_rig_free(w);
}
END_TEST

START_TEST(numbers_of_a_closed_session)
{
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	frame(w, 1, 1, END, "");
	/* Its beginning was not captured. */
	frame2(w, 1, 2, OUTSTANDING, 0, "");
	frame(w, 2, 1, CONFIRM, "");
	frame(w, 1, 3, ONLY_LAST, "ask");
	frame_expect(w, "end0 A:ask ");
	ck_assert_uint_eq(frame_counters(w)->flows, 2);
	frame_rig_free(w);
}
END_TEST

START_TEST(part_that_waits_at_the_end_is_reported_missing)
{
	FrameRig *w = frame_rig_new(NULL);

	set_up(w);
	frame(w, 1, 1, FIRST_MIDDLE, "12345");
	cap_tracker_finish(w->tracker, 0, 0);
	frame_expect(w, "A<5> end3 ");
	frame_rig_free(w);
}
END_TEST

START_TEST(collecting_has_a_cap)
{
	FrameRig *w = frame_rig_new(NULL);
	g_autofree char *kilo = g_strnfill(1024, 'k');

	w->brief = true;
	set_up(w);
	for (int i = 1; i <= 100; i++)
		frame(w, 1, (uint8_t)i, FIRST_MIDDLE, kilo);
	ck_assert_uint_lt(cap_tracker_memory(w->tracker), 160 << 10);
	frame(w, 1, 101, ONLY_LAST, "end");
	frame_expect(w, "A:65536+36867 ");
	ck_assert_int_eq(w->loss, CAP_LOSS_LIMIT);
	ck_assert_uint_eq(frame_counters(w)->limits, 1);
	frame_rig_free(w);
}
END_TEST

/* Every session costs an entry; they are given up before the ceiling is reached. */
START_TEST(sessions_stay_below_the_ceiling)
{
	FrameRig *w = frame_rig_new(&(CapLimits){ .max_memory = 256 << 10 });

	for (int i = 0; i < 5000; i++) {
		frame_feed(w, session_frame(1, i & 127, FIRST_MIDDLE, (uint8_t)(1 + i % 200),
					    (uint8_t)(1 + i / 200), "part"));
		ck_assert_uint_le(cap_tracker_memory(w->tracker), 256 << 10);
	}
	ck_assert_uint_gt(frame_counters(w)->evicted, 0);
	frame_rig_free(w);
}
END_TEST

START_TEST(truncated_at_each_byte)
{
	for (uint32_t cut = 1; cut < 60; cut++) {
		FrameRig *w = frame_rig_new(NULL);
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
		frame_expect(w, story ? story : "");
		frame_rig_free(w);
	}
}
END_TEST

START_TEST(lengths_that_lie)
{
	FrameRig *w = frame_rig_new(NULL);
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
		frame_feed(w, p);
		ck_assert_uint_eq(frame_counters(w)->malformed, i + 1);
	}
	frame_expect(w, "");
	/* Numbers that no session has: not the link's own entry. */
	frame_feed(w, session_frame(1, 4, ONLY_LAST, 0, 0, "data"));
	ck_assert_uint_eq(frame_counters(w)->implausible, 1);
	/* An Ethernet length beyond the frame is passed over: all there is. */
	p = session_frame(1, 5, ONLY_LAST, 3, 21, "a message that fills the frame");
	p->data[12] = 5;
	frame_feed(w, p);
	frame_expect(w, "A:a message that fills the frame ");
	frame_rig_free(w);
}
END_TEST

START_TEST(datagrams)
{
	FrameRig *w = frame_rig_new(NULL);
	const char *header =
		"2c00 ffef 08 00 0000 0000 0000 57 4f 52 4b 20 20 20 20 20 20 20 20 20 20 20 1d"
		"4d 44 4a 20 20 20 20 20 20 20 20 20 20 20 20 00";

	frame_feed(w, llc_unnumbered(1, 0x03, header, "browse"));
	frame_expect(w, "201>02:browse ");
	ck_assert_uint_eq(frame_counters(w)->flows, 0);
	for (uint32_t cut = 1; cut < 60; cut++) {
		w->cut = cut;
		frame_feed(w, llc_unnumbered(1, 0x03, header, ""));
	}
	frame_expect(w, "");
	frame_rig_free(w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("nbf");
	TCase *tcase = tcase_create("netbios frames");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, session_from_beginning_to_end);
	tcase_add_test(tcase, confirmed_session_has_its_client);
	tcase_add_test(tcase, split_message_is_reported_once_and_without_filler);
	tcase_add_test(tcase, repeated_frame_is_dropped);
	tcase_add_test(tcase, numbers_come_round);
	tcase_add_test(tcase, lost_frame_is_a_gap);
	tcase_add_test(tcase, lost_frame_of_the_only_side);
	tcase_add_test(tcase, forged_frames_change_nothing);
	tcase_add_test(tcase, new_link_begins_to_count_anew);
	tcase_add_test(tcase, sessions_share_a_link);
	tcase_add_test(tcase, sent_again_for_want_of_a_buffer);
	tcase_add_test(tcase, numbers_of_a_closed_session);
	tcase_add_test(tcase, part_that_waits_at_the_end_is_reported_missing);
	tcase_add_test(tcase, collecting_has_a_cap);
	tcase_add_test(tcase, sessions_stay_below_the_ceiling);
	tcase_add_test(tcase, truncated_at_each_byte);
	tcase_add_test(tcase, lengths_that_lie);
	tcase_add_test(tcase, datagrams);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
