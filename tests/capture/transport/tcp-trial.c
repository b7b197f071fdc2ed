/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: segments that do not fit their flow (RFC 9293 section 3.10.7.4, RFC 5961): which segment of
 * the other side agrees with them, to the number, what becomes of them then, and what does not.
 */
#include "tests/capture/transport/tcp-case.h"

#define NEAR (256u << 10)
/* Numbers of A and of B that neither has in connect_hello(), each at its own distance. */
#define OFF (2 * NEAR)
#define A 0x40000000u
#define B 0x90000000u

/* ---- data: which segment agrees ---- */

/* It lies where they acknowledge, or near that. */
static const struct {
	uint32_t seq, ack;
	bool agrees;
} answers[] = {
	{ 5008 + OFF, 1010, true },
	{ 5008 + OFF + NEAR, 1010, true },
	{ 5008 + OFF + NEAR + 1, 1010, false },
	{ 5008 + OFF - NEAR, 1010, true },
	{ 5008 + OFF - NEAR - 1, 1010, false },
	{ 5008, 1010, false },
};

START_TEST(where_the_answer_to_data_lies)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008 + OFF, "next");
	from_b(PKT_ACK, answers[_i].seq, answers[_i].ack, "x");
	ck_assert_str_eq(story(0, 0), answers[_i].agrees ? "hellonext" : "hello");
}
END_TEST

/* What was there before is nothing that is agreed with, but for a part of it. */
START_TEST(answer_to_what_was_told)
{
	connect_hello();
	from_a(PKT_ACK, 1001, 5008 + OFF, _i ? "hell" : "hello");
	from_b(PKT_ACK, 5008 + OFF, 1006, "yes");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 1), _i ? "welcome<524288 missing>yes" : "welcome");
	ck_assert_uint_eq(counters()->forged, _i ? 0 : 2);
}
END_TEST

/* What was there before a reset is not what its sender sent after it, though more is. */
START_TEST(answer_to_what_was_before_a_reset)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_ACK, 1003, 5008, "llo, you");
	from_b(PKT_ACK, 5008, 1006 + (uint32_t)_i, "");
	pkt_finish(w);
	ck_assert_int_eq(pkt_flow(w, 0)->why, _i ? CAP_END_CAPTURE_END : CAP_END_RESET);
	ck_assert_str_eq(story(0, 0), _i ? "hello, you" : "hello");
}
END_TEST

/* Without one more than what is here may be acknowledged: it was not captured. */
START_TEST(answer_to_more_than_is_here)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, 5001, 1501, "welcome");
	from_a(PKT_ACK, 1501, 5020, "hello");
	from_b(PKT_ACK, 5020, 1506, "all");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "welcome<12 missing>all");
	ck_assert_str_eq(story(0, 1), "hello");
}
END_TEST

/* Numbers that nobody said are not 0. */
START_TEST(answer_to_data_over_zero)
{
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 5001 + i, A, "x");
	from_b(PKT_ACK, 0xfffffffe, 5004, "hello");
	ck_assert_uint_eq(counters()->forged, 1);
	from_a(PKT_ACK, 5004, 0, "x");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_str_eq(story(0, 1), "hello");
}
END_TEST

START_TEST(answer_without_acknowledgment)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008 + OFF, "next");
	from_b(0, 5008 + OFF, 1010, "yes");
	ck_assert_str_eq(story(0, 0), "hello");
	from_a(PKT_SYN | PKT_ACK, A, B, "");
	from_b(0, B, A + 1, "yes");
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_uint_eq(counters()->forged, 4);
}
END_TEST

/* Of data that acknowledge nothing it is unknown where their answer lies, and not at 0. */
START_TEST(answer_to_data_without_acknowledgment)
{
	connect_hello();
	from_a(0, 1006, 0, "evil");
	from_b(PKT_ACK, 5008, 1010, "yes");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* A reset is no answer to data. */
START_TEST(reset_of_data)
{
	connect_hello();
	from_a(PKT_ACK, 1006, 5008 + OFF, "evil");
	from_b(PKT_RST | PKT_ACK, 5008 + OFF + (uint32_t)_i, 1010, "");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 1u + (unsigned)_i); /* unless it was asked for */
	from_a(PKT_ACK, 1006, 5008, ", you");
	ck_assert_str_eq(story(0, 0), "hello, you");
}
END_TEST

START_TEST(reset_of_data_without_acknowledgment)
{
	connect_hello();
	from_a(0, 1006, 0, "evil");
	from_b(PKT_RST, 0, 0, "");
	ck_assert_uint_eq(counters()->forged, 2);
}
END_TEST

/* Data that agree with others, whatever else was made up of their side. */
START_TEST(answer_beside_a_syn)
{
	connect_hello();
	from_b(PKT_SYN, 0x70000000, 0, "");
	from_a(PKT_ACK, 1006, 5008 + OFF, "next");
	from_b(PKT_ACK, 5008 + OFF, 1010, "yes");
	ck_assert_str_eq(story(0, 0), "hellonext");
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* A SYN that its own side goes on from is another connection's. */
START_TEST(answer_behind_a_syn)
{
	connect_hello();
	from_b(PKT_SYN | PKT_ACK, 5008 + OFF, 77, "");
	from_a(PKT_ACK, 1006, 5009 + OFF, "next");
	from_b(PKT_ACK, 5009 + OFF, 1010, "yes");
	ck_assert_uint_eq(counters()->flows, 2);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_str_eq(story(1, 1), "yes");
}
END_TEST

/* ---- SYNs: which segment agrees ---- */

/* The number of a SYN may be 0, whatever was made up before it. */
START_TEST(syn_zero_after_others)
{
	connect_hello();
	from_a(PKT_ACK, A, B, "made up");
	from_a(PKT_SYN, 0, 0, "");
	from_b(PKT_SYN | PKT_ACK, 9000000, 1, "");
	from_a(PKT_ACK, 1, 9000001, "hello");
	ck_assert_str_eq(story(1, 0), "hello");
	ck_assert_uint_gt(pkt_flow(w, 1)->flow.syn_ns, 0);
}
END_TEST

/* Which acknowledges it, and lies where it says exactly, if it says so. */
static const struct {
	const char *what;
	uint8_t flags, answer;
	uint32_t seq, ack;
	bool agrees;
} syns[] = {
	{ "a reset that acknowledges nothing", PKT_SYN, PKT_RST, 0, A + 1, false },
	{ "the answer to an answer", PKT_SYN | PKT_ACK, PKT_ACK, B, A + 1, true },
	{ "one after it", PKT_SYN | PKT_ACK, PKT_ACK, B + 1, A + 1, false },
	{ "one before it", PKT_SYN | PKT_ACK, PKT_ACK, B - 1, A + 1, false },
	{ "data that were not seen", PKT_SYN | PKT_ACK, PKT_ACK, B, A + 1 + NEAR, true },
	{ "more than there can be", PKT_SYN | PKT_ACK, PKT_ACK, B, A + 2 + NEAR, false },
	{ "less than there is", PKT_SYN | PKT_ACK, PKT_ACK, B, A, false },
};

START_TEST(answer_to_a_syn)
{
	connect_hello();
	from_a(syns[_i].flags, A, B, "");
	from_b(syns[_i].answer, syns[_i].seq, syns[_i].ack, "");
	ck_assert_msg((counters()->flows == 2) == syns[_i].agrees, "%s", syns[_i].what);
	ck_assert_msg((counters()->forged == 0) == syns[_i].agrees, "%s", syns[_i].what);
}
END_TEST

/* Where nothing is alive, the answer to an earlier SYN is the answer to a later one, too. */
START_TEST(another_syn_of_a_half_open_flow)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_SYN, 3000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 3001, "");
	from_a(PKT_ACK, 3001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->flows, 1);
	ck_assert_uint_eq(counters()->gaps, 0);
}
END_TEST

/* What begins in midstream is reset by whoever knows nothing of it. */
static const struct {
	uint8_t flags;
	uint32_t ack, reset;
	bool agrees;
} midstream[] = {
	{ PKT_ACK, 5001, 5001, true },
	{ PKT_ACK, 5001, 5002, false },
	{ 0, 0, 0, false },
};

START_TEST(reset_in_midstream)
{
	from_a(PKT_ACK, A, B, "made up");
	from_a(midstream[_i].flags, 1001, midstream[_i].ack, "hello");
	from_b(PKT_RST, midstream[_i].reset, 0, "");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), midstream[_i].agrees ? "hello" : "made up");
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_int_eq(pkt_flow(w, 0)->why,
			 midstream[_i].agrees ? CAP_END_RESET : CAP_END_CAPTURE_END);
}
END_TEST

/* ---- what is counted ---- */

/* A flow that is over cannot be disrupted. */
START_TEST(syn_after_the_end)
{
	end_hello(_i);
	from_a(PKT_SYN, A, 0, "");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

START_TEST(reset_elsewhere_after_the_end)
{
	finish_hello();
	from_b(PKT_RST, B, 0, "");
	ck_assert_uint_eq(counters()->forged, 1);
	from_b(PKT_RST, 5009, 0, "");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* Each packet once, whether its data were told before or wait. */
START_TEST(packets_of_the_only_side)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	if (_i)
		from_a(PKT_ACK, 1006, 5001 + OFF, "");
	from_a(PKT_ACK, 1006, 5001 + OFF, "next");
	ck_assert_str_eq(story(0, 0), "hellonext");
	from_b(PKT_ACK, 5001 + OFF, 1010, "yes");
	pkt_finish(w);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], _i ? 4 : 3);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.ip_bytes[0], _i ? 169 : 129);
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* A SYN is of another connection, wherever it is. */
START_TEST(syn_of_the_only_side)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_SYN, 1006, 0, "evil");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 1);
	from_a(PKT_ACK, 1006, 5001, ", you");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello, you");
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], 3);
}
END_TEST

/* Of a flow that has only begun nothing is believed for being expected. */
START_TEST(data_of_a_half_open_flow)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "");
	from_a(PKT_ACK, 1001, 5001 + OFF, "evil");
	ck_assert_str_eq(story(0, 0), "no flow");
}
END_TEST

/* ---- limits ---- */

/* As much waits here as in a stream, and no more. */
START_TEST(segments_in_trial)
{
	limited((CapLimits){ .reorder_segments = 4 });
	connect_hello();
	for (uint32_t i = 0; i < 4u + (uint32_t)_i; i++)
		from_a(PKT_ACK, 1006 + i, 5008 + OFF, "x");
	from_b(PKT_ACK, 5008 + OFF, 1010 + (uint32_t)_i, "");
	ck_assert_str_eq(story(0, 0), "helloxxxx");
	ck_assert_uint_eq(counters()->limits, 0);
}
END_TEST

START_TEST(bytes_in_trial)
{
	limited((CapLimits){ .reorder_bytes = 12 });
	connect_hello();
	from_a(PKT_ACK, 1006, 5008 + OFF, "abcdefgh");
	from_a(PKT_ACK, 1014, 5008 + OFF, _i ? "ijklm" : "ijkl");
	from_b(PKT_ACK, 5008 + OFF, 1018 + (uint32_t)_i, "");
	ck_assert_str_eq(story(0, 0), _i ? "helloabcdefgh" : "helloabcdefghijkl");
}
END_TEST

/* Of a flow that nobody wants no bytes wait. */
START_TEST(bytes_in_trial_that_nobody_wants)
{
	size_t before;

	w->unwanted = true;
	connect_ab();
	from_a(PKT_ACK, 1001 + OFF, 5001 + OFF, "hello");
	before = cap_tracker_memory(w->tracker);
	from_a(PKT_ACK, 1006 + OFF, 5001 + OFF, "a longer one");
	ck_assert_uint_eq(cap_tracker_memory(w->tracker), before);
}
END_TEST

/* It goes on behind all of them, whichever were acknowledged. */
START_TEST(end_of_what_nobody_wants)
{
	w->unwanted = true;
	connect_ab();
	from_a(PKT_ACK, 1001 + OFF, 5001, "hello");
	from_b(PKT_ACK, 5001, 1002 + OFF, "");
	ck_assert_uint_eq(counters()->forged, 0);
	from_a(PKT_ACK, 1006 + OFF + NEAR + (uint32_t)_i, 5001, "hello");
	ck_assert_uint_eq(counters()->forged, (unsigned)_i);
}
END_TEST

/* Nor does anybody want what takes its place. */
START_TEST(another_that_nobody_wants)
{
	w->unwanted = true;
	connect_ab();
	from_a(PKT_SYN, A, 0, "");
	if (_i)
		from_a(PKT_SYN, 0x20000000, 0, "");
	from_b(PKT_SYN | PKT_ACK, B, A + 1, "");
	from_a(PKT_ACK, A + 1, B + 1, "hello");
	pkt_finish(w);
	for (guint i = 0; i < w->flows->len; i++)
		ck_assert_str_eq(story(i, 0), "");
}
END_TEST

/* Of a connection of which one side was captured nothing is lost to a SYN that came before. */
START_TEST(one_side_after_a_made_up_syn)
{
	const char *texts[] = { "one ", "two ", "three" };
	uint32_t n = _i % 3 + 1, seq = 1001;

	from_b(_i / 3 ? PKT_SYN | PKT_ACK : PKT_SYN, 700000000, 900000000, "");
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1001, 5001, "");
	for (uint32_t i = 0; i < n; i++) {
		from_a(PKT_ACK, seq, 5001, texts[i]);
		seq += (uint32_t)strlen(texts[i]);
	}
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0),
			 ((const char *[]){ "one ", "one two ", "one two three" })[n - 1]);
}
END_TEST

/* What somebody makes up between the first packets of a connection in midstream. */
static const struct {
	uint8_t flags;
	const char *text;
} between[] = {
	{ PKT_SYN, "" },           { PKT_SYN | PKT_ACK, "" },
	{ PKT_SYN | PKT_FIN, "" }, { PKT_SYN, "made up" },
	{ PKT_ACK, "" },           { PKT_ACK, "made up" },
	{ PKT_ACK, "x" },          { PKT_ACK | PKT_FIN, "made up" },
	{ PKT_RST | PKT_ACK, "" }, { 0, "made up" },
};

static void
make_up(int kind, bool other, uint32_t n)
{
	uint32_t at = 0x40000000u + n * 0x3000000u;

	(other ? from_b : from_a)(between[kind].flags, at, at ^ 0x70000000u, between[kind].text);
}

static void
begin_in_midstream(bool both, int kind, uint32_t times)
{
	static const char *const text[] = { "one ", "two ", "three ", "four" };
	uint32_t a = 1001, b = 5001, n = 0;

	for (uint32_t i = 0; i < 4; i++) {
		uint32_t len = (uint32_t)strlen(text[i]);

		for (uint32_t k = 0; k < times; k++)
			make_up(kind % (int)G_N_ELEMENTS(between),
				kind >= (int)G_N_ELEMENTS(between), n++);
		if (!both || i % 2 == 0) {
			from_a(PKT_ACK, a, b, text[i]);
			a += len;
		} else {
			from_b(PKT_ACK, b, a, text[i]);
			b += len;
		}
	}
}

/* Whether one of the flows tells this of either side. */
static bool
is_told(const char *text)
{
	for (guint n = 0; n < w->flows->len; n++)
		if (g_str_equal(story(n, 0), text) || g_str_equal(story(n, 1), text))
			return true;
	return false;
}

START_TEST(midstream_among_what_is_made_up)
{
	begin_in_midstream(true, _i / 2, _i % 2 ? 5 : 1);
	pkt_finish(w);
	ck_assert(is_told("one three "));
	ck_assert(is_told("two four"));
}
END_TEST

START_TEST(one_side_among_what_is_made_up)
{
	begin_in_midstream(false, _i / 2, _i % 2 ? 5 : 1);
	pkt_finish(w);
	ck_assert(is_told("one two three four"));
}
END_TEST

/* Its SYN comes first, among others; and what its peer has is known from what it acknowledges. */
START_TEST(syn_of_one_side_among_what_is_made_up)
{
	bool other = _i % 2;

	make_up(_i / 2, other, 100);
	from_a(PKT_SYN, 1000, 0, "");
	make_up(_i / 2, other, 101);
	make_up(_i / 2, other, 102);
	from_a(PKT_ACK, 1001, 5001, "");
	make_up(_i / 2, other, 103);
	from_a(PKT_ACK, 1001, 5001, "hello");
	pkt_finish(w);
	ck_assert(is_told("hello"));
}
END_TEST

/* The side that answers goes on, to the number, from what it answered with: that is told at the end. */
START_TEST(answer_and_its_data_after_a_made_up_syn)
{
	from_a(PKT_SYN, A, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 1), "welcome");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.first_frame, 2);
}
END_TEST

START_TEST(answer_of_one_side_after_a_made_up_one)
{
	guint n = 0;

	from_b(PKT_SYN | PKT_ACK, 0x40000000u, 0x70000000u, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_b(PKT_ACK, 5001, 1031, "one ");
	from_b(PKT_ACK, 5005, 1061, "two");
	pkt_finish(w);
	while (n < w->flows->len && !g_str_equal(story(n, 1), "one two"))
		n++;
	ck_assert_uint_lt(n, w->flows->len);
	ck_assert(pkt_flow(w, n)->flow.claims[1]);
}
END_TEST

void
tcp_add_trial(TCase *tc)
{
	tcase_add_loop_test(tc, where_the_answer_to_data_lies, 0, G_N_ELEMENTS(answers));
	tcase_add_loop_test(tc, answer_to_what_was_told, 0, 2);
	tcase_add_loop_test(tc, answer_to_what_was_before_a_reset, 0, 2);
	tcase_add_test(tc, answer_to_more_than_is_here);
	tcase_add_test(tc, answer_to_data_over_zero);
	tcase_add_test(tc, answer_without_acknowledgment);
	tcase_add_test(tc, answer_to_data_without_acknowledgment);
	tcase_add_loop_test(tc, reset_of_data, 0, 2);
	tcase_add_test(tc, reset_of_data_without_acknowledgment);
	tcase_add_test(tc, answer_beside_a_syn);
	tcase_add_test(tc, answer_behind_a_syn);
	tcase_add_test(tc, syn_zero_after_others);
	tcase_add_loop_test(tc, answer_to_a_syn, 0, G_N_ELEMENTS(syns));
	tcase_add_test(tc, another_syn_of_a_half_open_flow);
	tcase_add_loop_test(tc, reset_in_midstream, 0, G_N_ELEMENTS(midstream));
	tcase_add_loop_test(tc, syn_after_the_end, 0, 2);
	tcase_add_test(tc, reset_elsewhere_after_the_end);
	tcase_add_loop_test(tc, packets_of_the_only_side, 0, 2);
	tcase_add_test(tc, syn_of_the_only_side);
	tcase_add_test(tc, data_of_a_half_open_flow);
	tcase_add_loop_test(tc, segments_in_trial, 0, 2);
	tcase_add_loop_test(tc, bytes_in_trial, 0, 2);
	tcase_add_test(tc, bytes_in_trial_that_nobody_wants);
	tcase_add_loop_test(tc, end_of_what_nobody_wants, 0, 2);
	tcase_add_loop_test(tc, another_that_nobody_wants, 0, 2);
	tcase_add_loop_test(tc, one_side_after_a_made_up_syn, 0, 6);
	tcase_add_loop_test(tc, midstream_among_what_is_made_up, 0, 4 * G_N_ELEMENTS(between));
	tcase_add_loop_test(tc, one_side_among_what_is_made_up, 0, 4 * G_N_ELEMENTS(between));
	tcase_add_loop_test(tc, syn_of_one_side_among_what_is_made_up, 0,
			    2 * G_N_ELEMENTS(between));
	tcase_add_test(tc, answer_and_its_data_after_a_made_up_syn);
	tcase_add_test(tc, answer_of_one_side_after_a_made_up_one);
}
