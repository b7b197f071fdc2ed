/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: which resets are believed, what takes them back, and how the flow ended (RFC 9293 section
 * 3.5.2, RFC 5961 section 3.2).
 */
#include "tests/capture/transport/tcp-case.h"

/*
 * A reset in the window, but not where it must be, is doubted until its sender says something new.
 */
static const struct {
	const char *says;
	bool by_a;
	uint8_t flags;
	uint32_t seq, ack;
	const char *text;
	bool goes_on;
} after_doubt[] = {
	{ "data", true, PKT_ACK, 1006, 5008, "again", true },
	{ "data that acknowledge nothing new", true, PKT_ACK, 1006, 5001, "again", true },
	{ "a FIN", true, PKT_FIN | PKT_ACK, 1006, 5008, "", true },
	{ "it acknowledges more", true, PKT_ACK, 1006, 5009, "", true },
	{ "it acknowledges the same", true, PKT_ACK, 1006, 5008, "", false },
	{ "it acknowledges less", true, PKT_ACK, 1006, 5001, "", false },
	{ "the other side goes on", false, PKT_ACK, 5008, 1006, "more", false },
};

START_TEST(a_doubted_reset)
{
	bool goes_on = after_doubt[_i].goes_on;

	connect_hello();
	from_a(PKT_RST, 1006 + GUESSED, 0, "");
	(after_doubt[_i].by_a ? from_a : from_b)(after_doubt[_i].flags, after_doubt[_i].seq,
						 after_doubt[_i].ack, after_doubt[_i].text);
	ck_assert_msg(counters()->forged == goes_on, "%s", after_doubt[_i].says);
	pkt_finish(w);
	ck_assert_msg((ended() == CAP_END_RESET) != goes_on, "%s", after_doubt[_i].says);
}
END_TEST

START_TEST(a_doubted_reset_and_no_acknowledgment)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	from_a(PKT_RST, 1001 + GUESSED, 0, "");
	from_a(0, 1001, 5008, "");
	pkt_finish(w);
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

/* What a side acknowledges for the first time is new. */
START_TEST(a_doubted_reset_before_any_acknowledgment)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 1001, "");
	from_a(PKT_RST, 1001 + GUESSED, 0, "");
	from_a(PKT_ACK, 1001, 5001, "");
	ck_assert_uint_eq(counters()->forged, 1);
	pkt_finish(w);
	ck_assert_int_ne(ended(), CAP_END_RESET);
}
END_TEST

/* Of a side whose numbers are above zero by half of all, too. */
START_TEST(a_first_acknowledgment_of_high_numbers_is_new)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 0xf0000000, 1001, "");
	from_a(PKT_RST, 1001 + GUESSED, 0, "");
	from_a(PKT_ACK, 1001, 0xf0000001, "");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

/* What the receiver of a reset claimed to have is where it must be; once withdrawn it is not. */
START_TEST(reset_at_a_claim)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1021, "");
	from_a(PKT_RST, 1021, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_uint_eq(counters()->forged, 0);
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<20 missing>");
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

START_TEST(reset_beside_a_claim)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1021, "");
	from_a(PKT_RST, 1011, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

START_TEST(reset_at_a_claim_withdrawn)
{
	connect_ab();
	from_b(PKT_ACK, 5001, 1021, "");
	from_b(PKT_ACK, 5001, 1001, "welcome");
	ck_assert_uint_eq(counters()->forged, 1);
	from_a(PKT_RST, 1021, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 2);
}
END_TEST

/* After the last byte that was seen, though there is a hole before it. */
START_TEST(reset_after_what_waits)
{
	connect_ab();
	from_a(PKT_ACK, 1006, 5001, "world");
	from_a(PKT_RST, 1011, 0, "");
	from_a(PKT_ACK, 1001, 5001, "hello");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* It only clears up if nothing was lost by it. */
START_TEST(reset_after_the_own_fin)
{
	connect_hello();
	from_a(PKT_FIN | PKT_ACK, 1006, 5008, "");
	from_a(PKT_RST, 1007, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_FIN);
}
END_TEST

START_TEST(reset_after_the_other_fin)
{
	connect_hello();
	from_b(PKT_FIN | PKT_ACK, 5008, 1006, "");
	from_a(PKT_RST | PKT_ACK, 1006, 5008 + (uint32_t)_i, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_FIN);
}
END_TEST

START_TEST(reset_before_all_was_acknowledged)
{
	connect_ab();
	from_b(PKT_FIN | PKT_ACK, 5001, 1001, "welcome");
	from_a(PKT_RST, 1001, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

START_TEST(reset_of_who_acknowledged_nothing)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_SYN | PKT_ACK, 0xfffff000, 1001, "");
	from_b(PKT_FIN | PKT_ACK, 0xfffff001, 1001, "");
	from_a(PKT_RST, 1001, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

/* A reset in midstream confirms what was said before it, even if it is doubted. */
START_TEST(reset_in_midstream)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_RST, 1006 + (_i ? GUESSED : 0), 0, "");
	ck_assert_str_eq(story(0, 0), "hello");
	/* Nothing of the other side was seen: nothing more can come. */
	ck_assert_uint_eq(pkt_flow(w, 0)->closed, !_i);
	from_a(PKT_ACK, 1006, 5001, "late");
	ck_assert_str_eq(story(0, 0), _i ? "hellolate" : "hello");
	ck_assert_uint_eq(w->flows->len, 1);
}
END_TEST

/* A byte that may be a keepalive's, and then nothing more: there was no connection to report. */
START_TEST(reset_after_a_keepalive)
{
	from_a(PKT_ACK, 1001, 5001, "x");
	from_a(PKT_RST, 1002, 0, "");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 0);
	ck_assert_uint_eq(counters()->flows, 0);
}
END_TEST

/* Data after it make it a connection, whose end is told like any other's. */
START_TEST(data_after_a_keepalive_and_a_doubted_reset)
{
	from_a(PKT_ACK, 1001, 5001, "x");
	from_a(PKT_RST, 1002 + GUESSED, 0, "");
	from_a(PKT_ACK, 1002, 5001, "hello");
	ck_assert_uint_eq(counters()->flows, 1);
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_int_eq(ended(), CAP_END_CAPTURE_END);
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* The same where there is no room to wait for what tells a keepalive from data. */
START_TEST(data_after_a_keepalive_without_room)
{
	limited((CapLimits){ .reorder_segments = 1 });
	from_a(PKT_ACK, 1001, 5001, "x");
	from_a(PKT_ACK, 1002, 5001, "hello");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_int_eq(ended(), CAP_END_CAPTURE_END);
	ck_assert_uint_eq(counters()->flows, 1);
}
END_TEST

/* What a reset acknowledges counts as far as it can be. */
START_TEST(reset_that_acknowledges)
{
	connect_hello();
	from_a(PKT_RST | PKT_ACK, 1006, _i ? 5008 + GUESSED : 5008 + (1u << 20), "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
	ck_assert_int_eq(pkt_flow(w, 0)->flow.claims[0], _i);
}
END_TEST

/* An answer to a SYN with data (RFC 7413), on ports that were used before. */
START_TEST(refused_with_data)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_SYN, 90000, 0, "again");
	from_b(PKT_RST | PKT_ACK, 0, 90001 + (_i ? 5 : 0), "");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_uint_eq(counters()->flows, 2);
	ck_assert_int_eq(pkt_flow(w, 1)->why, CAP_END_RESET);
	ck_assert(pkt_flow(w, 1)->flow.refused);
}
END_TEST

/* After a reset its packets are counted where they can be; only data of the other side are taken. */
START_TEST(after_a_reset)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_RST, 1006 + GUESSED, 0, "");
	from_a(PKT_RST, 1006 + (1u << 20), 0, "");
	from_b(PKT_RST, 5008, 0, "why");
	from_b(PKT_ACK, 5008, 1006, "more");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 1), "welcomemore");
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[0], 3 + 2);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[1], 2 + 2);
	ck_assert_int_eq(ended(), CAP_END_RESET);
	ck_assert(!pkt_flow(w, 0)->flow.ended_by_b);
}
END_TEST

/* Where the other side said that it is, and where this one was seen to be. */
static const struct {
	uint32_t waits, rst;
} exact[] = { { 0, 1001 }, { 1011, 1006 }, { 1011, 1016 }, { 1006, 1011 } };

START_TEST(exact_resets)
{
	connect_ab();
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1001, "x");
	if (exact[_i].waits)
		from_a(PKT_ACK, exact[_i].waits, 5002, "world");
	from_a(PKT_RST, exact[_i].rst, 0, "");
	from_a(PKT_ACK, 1006, 5002, "again");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* Also where pieces came and went: the last byte is that of the last one. */
START_TEST(reset_after_pieces)
{
	connect_ab();
	from_a(PKT_ACK, 1016, 5001, "y");
	from_a(PKT_ACK, 1006, 5001, "x");
	if (_i)
		from_a(PKT_ACK, 1001, 5001, "hello");
	from_a(PKT_RST, 1017, 0, "");
	from_a(PKT_ACK, 1007, 5001, "again");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

START_TEST(reset_of_a_side_not_seen)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_RST, 5001 + 50, 0, "");
	ck_assert_uint_eq(counters()->forged, 1);
	from_b(PKT_RST, 5001, 0, "");
	from_b(PKT_RST, 5001, 0, "");
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
	ck_assert(!pkt_flow(w, 0)->flow.refused);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[1], 2);
}
END_TEST

START_TEST(a_second_guess)
{
	connect_hello();
	from_a(PKT_RST, 1006 + GUESSED, 0, "");
	from_a(PKT_RST, 1006 + GUESSED + 1, 0, "");
	ck_assert_uint_eq(counters()->forged, 1);
}
END_TEST

START_TEST(reset_with_the_field_alone)
{
	connect_hello();
	from_a(PKT_RST, 1006, 5008 + GUESSED, "");
	pkt_finish(w);
	ck_assert(!pkt_flow(w, 0)->flow.claims[0]);
}
END_TEST

/* What is sent again after a reset is counted, and nothing else is. */
START_TEST(sent_again_after_a_reset)
{
	const CapHistory *history;

	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_b(PKT_ACK, 5001, 1006, "");
	pkt_finish(w);
	history = &pkt_flow(w, 0)->flow.history;
	ck_assert_uint_eq(history->n, 7);
	ck_assert_mem_eq(history->letters, "ShAdDRa", 7);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.packets[1], 3);
}
END_TEST

/* What waits for what is missing goes on waiting when a reset comes: it is told at the end. */
START_TEST(a_byte_that_waits_when_a_reset_comes)
{
	connect_hello();
	from_a(PKT_ACK, 1011, 5008, "x");
	from_b(PKT_RST, 5008, 0, "");
	pkt_finish(w);
	ck_assert_str_eq(story(0, 0), "hello<5 missing>x");
}
END_TEST

/*
 * Where it must be it may be made up as well, and not reach anybody (its checksum, its way): both
 * sides go on. Its sender alone may do so, or somebody in its name.
 */
START_TEST(a_reset_that_nobody_heeds)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_b(PKT_ACK, 5008, 1006, "more");
	from_a(PKT_ACK, 1006, 5012, "again");
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_uint_eq(counters()->forged, 0);
	from_b(PKT_ACK, 5012, 1011, "yes");
	ck_assert_uint_eq(counters()->forged, 1);
	from_a(PKT_ACK, 1011, 5015, "bye");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 0), "helloagainbye");
	ck_assert_str_eq(story(0, 1), "welcomemoreyes");
	ck_assert_int_eq(ended(), CAP_END_CAPTURE_END);
}
END_TEST

/* Once the end was told, what goes on is told as another one. */
START_TEST(a_reset_that_nobody_heeds_later)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	w->time_ns += 2000000000;
	(_i ? from_b : from_a)(PKT_ACK, _i ? 5008 : 1006, _i ? 1006 : 5008, "again");
	ck_assert_int_eq(ended(), CAP_END_RESET);
	(_i ? from_a : from_b)(PKT_ACK, _i ? 1006 : 5008, _i ? 5013 : 1011, "yes");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 2);
	ck_assert_str_eq(story(1, 0), "again");
	ck_assert_str_eq(story(1, 1), "yes");
	ck_assert(!pkt_flow(w, 1)->flow.syn_seen);
}
END_TEST

/* Who has it acknowledges nothing more. */
START_TEST(a_reset_that_one_heeds)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_ACK, 1006, 5008, "again");
	from_b(PKT_ACK, 5008, 1006, "more");
	from_a(PKT_ACK, 1006, 5008, "again");
	from_b(PKT_RST, 5012, 0, "");
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(story(0, 0), "hello");
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

/* What its side sent before the reset, or without data, does not take it back. */
static const struct {
	uint32_t seq;
	uint8_t flags;
	const char *text;
} no_news[] = {
	{ 1010, PKT_ACK, "" },
	{ 1001, PKT_ACK, "hel" },
	{ 1006, PKT_RST | PKT_ACK, "why" },
};

START_TEST(no_news_after_a_reset)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(no_news[_i].flags, no_news[_i].seq, 5008, no_news[_i].text);
	from_b(PKT_ACK, 5008, 1008, "x");
	ck_assert_str_eq(story(0, 1), "welcomex");
	ck_assert_uint_eq(counters()->forged, 0);
	ck_assert_uint_eq(counters()->retransmitted, 0);
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

/* Nor acknowledges more than that. */
START_TEST(an_acknowledgment_of_something_else_after_a_reset)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_ACK, _i ? 1010 : 1006, 5008, "again");
	from_b(PKT_ACK, 5008, _i ? 1006 : 1012, "yes");
	ck_assert_uint_eq(counters()->forged, 0);
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

/* What is far from it is of another connection, of which not all was captured. */
START_TEST(far_data_after_a_reset)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_ACK, 0x40000000u, 0x90000000u, "new");
	from_b(PKT_ACK, 0x90000000u, 0x40000008u, "too");
	ck_assert_str_eq(story(1, 0), "new");
}
END_TEST

/* One that is doubted did not end anything: what is agreed on is believed as ever. */
START_TEST(agreement_after_a_doubted_reset)
{
	connect_hello();
	from_a(PKT_RST, 1106, 0, "");
	from_a(PKT_ACK, 1010, 5008 + 400000, "again");
	ck_assert_uint_eq(counters()->forged, 1);
	from_b(PKT_ACK, 5008 + 200000, 1006, "");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* Whoever goes on and on was not reset, whether or not anybody answers. */
START_TEST(goes_on_alone_after_a_reset)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	for (uint32_t i = 0; i < 3; i++)
		from_a(PKT_ACK, 1006 + i, 5008, "x");
	ck_assert_str_eq(story(0, 0), "helloxxx");
	from_a(PKT_ACK, 1006, 5008, "yyy");
	ck_assert_uint_eq(counters()->conflicts, 0);
}
END_TEST

/* Of the other side neither, where it acknowledges what its peer cannot have sent. */
START_TEST(far_acknowledgments_after_a_reset)
{
	connect_hello();
	from_a(PKT_RST, 1006, 0, "");
	from_b(PKT_ACK, 5008, 1006 + 400000, "more");
	from_a(PKT_ACK, 1006 + 200000, 5012, "");
	ck_assert_uint_eq(counters()->forged, 0);
	pkt_finish(w);
	ck_assert_int_eq(ended(), CAP_END_RESET);
}
END_TEST

/* What goes on after all is as valuable as before. */
START_TEST(as_valuable_after_a_reset)
{
	limited((CapLimits){ .max_memory = 64 << 10 });
	w->keep_port = _i ? 1000 : 0;
	connect_hello();
	w->keep_port = 0;
	from_a(PKT_RST, 1006, 0, "");
	from_a(PKT_ACK, 1006, 5008, "again");
	from_b(PKT_ACK, 5008, 1011, "yes");
	pkt_feed_tcp(w, (PktTcp){ 3, 2, 7, 445, 0, 0, PKT_SYN, 0, NULL, 0 });
	pkt_feed_tcp(w, (PktTcp){ 3, 2, 7, 445, 1, 1, PKT_ACK, 0, "hello", 5 });
	for (int i = 0; i < 20; i++)
		pkt_feed(w, 101, pkt_new());
	ck_assert(cap_tracker_evict(w->tracker));
	ck_assert_uint_eq(w->last_closed, _i ? 7 : 1000);
}
END_TEST

void
tcp_add_resets(TCase *tc)
{
	tcase_add_loop_test(tc, a_doubted_reset, 0, G_N_ELEMENTS(after_doubt));
	tcase_add_test(tc, a_doubted_reset_and_no_acknowledgment);
	tcase_add_test(tc, a_doubted_reset_before_any_acknowledgment);
	tcase_add_test(tc, a_first_acknowledgment_of_high_numbers_is_new);
	tcase_add_test(tc, reset_at_a_claim);
	tcase_add_test(tc, reset_beside_a_claim);
	tcase_add_test(tc, reset_at_a_claim_withdrawn);
	tcase_add_test(tc, reset_after_what_waits);
	tcase_add_test(tc, reset_after_the_own_fin);
	tcase_add_loop_test(tc, reset_after_the_other_fin, 0, 2);
	tcase_add_test(tc, reset_before_all_was_acknowledged);
	tcase_add_test(tc, reset_of_who_acknowledged_nothing);
	tcase_add_loop_test(tc, reset_in_midstream, 0, 2);
	tcase_add_test(tc, reset_after_a_keepalive);
	tcase_add_test(tc, data_after_a_keepalive_and_a_doubted_reset);
	tcase_add_test(tc, data_after_a_keepalive_without_room);
	tcase_add_loop_test(tc, reset_that_acknowledges, 0, 2);
	tcase_add_loop_test(tc, refused_with_data, 0, 2);
	tcase_add_test(tc, after_a_reset);
	tcase_add_loop_test(tc, exact_resets, 0, G_N_ELEMENTS(exact));
	tcase_add_loop_test(tc, reset_after_pieces, 0, 2);
	tcase_add_test(tc, reset_of_a_side_not_seen);
	tcase_add_test(tc, a_second_guess);
	tcase_add_test(tc, reset_with_the_field_alone);
	tcase_add_test(tc, sent_again_after_a_reset);
	tcase_add_test(tc, a_byte_that_waits_when_a_reset_comes);
	tcase_add_test(tc, a_reset_that_nobody_heeds);
	tcase_add_loop_test(tc, a_reset_that_nobody_heeds_later, 0, 2);
	tcase_add_test(tc, a_reset_that_one_heeds);
	tcase_add_loop_test(tc, no_news_after_a_reset, 0, G_N_ELEMENTS(no_news));
	tcase_add_loop_test(tc, an_acknowledgment_of_something_else_after_a_reset, 0, 2);
	tcase_add_test(tc, far_data_after_a_reset);
	tcase_add_test(tc, agreement_after_a_doubted_reset);
	tcase_add_test(tc, goes_on_alone_after_a_reset);
	tcase_add_test(tc, far_acknowledgments_after_a_reset);
	tcase_add_loop_test(tc, as_valuable_after_a_reset, 0, 2);
}
