/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP: what acknowledgments say of the other side's bytes (RFC 9293 section 3.4), to a bystander. */
#include "tests/capture/transport/tcp-case.h"

enum { PATIENCE = 16 }; /* acknowledgments without data that make a hole one */

/* ---- claims: more than was seen is acknowledged ---- */

/* One that is taken back was forged. */
START_TEST(a_claim_that_is_taken_back)
{
	static const struct {
		uint32_t first; /* of A */
		bool fin;
		uint32_t ahead; /* of the last byte seen */
		bool forged;
	} rows[] = {
		{ 1001, false, 0, false },      { 1001, false, 1, true },
		{ 1001, true, 1, false },       { 1001, true, 2, true },
		{ 0xfffffff0, false, 2, true }, { 0xfffffff0, true, 1, false },
		{ 0xfffffffa, true, 1, false }, { 0xfffffffa, true, 2, true },
	};
	uint32_t first = rows[_i].first, edge = first + 5;

	from_a(PKT_SYN, first - 1, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, first, "");
	from_a(PKT_ACK, first, 5001, "hello");
	if (rows[_i].fin)
		from_a(PKT_FIN | PKT_ACK, edge, 5001, "");
	from_b(PKT_ACK, 5001, edge + rows[_i].ahead, "");
	from_b(PKT_ACK, 5001, edge, "");
	ck_assert_msg(counters()->forged == rows[_i].forged, "row %d", _i);
}
END_TEST

/* Acknowledged once more with data, with no data of the other side in between, it holds. */
START_TEST(a_claim_and_what_comes_next)
{
	static const struct {
		uint32_t ack;
		const char *text, *story;
	} rows[] = {
		{ 1011, "data", "hello<5 missing>" },
		{ 1011, "", "hello" },
		{ 1012, "data", "hello" },
		{ 1006, "data", "hello" },
	};

	connect_hello();
	from_b(PKT_ACK, 5008, 1011, "");
	from_b(PKT_ACK, 5008, rows[_i].ack, rows[_i].text);
	a_while();
	ck_assert_msg(g_str_equal(story(0, 0), rows[_i].story), "row %d: %s", _i, story(0, 0));
}
END_TEST

/* What holds is only what was acknowledged with data, not what it was acknowledged as before. */
START_TEST(a_claim_that_is_repeated)
{
	connect_hello();
	from_b(PKT_ACK, 5008, 1011, "");
	from_b(PKT_ACK, 5008, 1011, "");
	from_b(PKT_ACK, 5008, 1012, "data");
	a_while();
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Not the first of a side, nor of what nothing was seen. */
START_TEST(no_claim)
{
	if (_i == 0)
		from_a(PKT_ACK, 1001, 5001, "hello");
	else
		from_a(PKT_SYN, 1000, 0, "");
	from_b(PKT_ACK, 5001, 1007, "");
	from_b(PKT_ACK, 5001, 1006, "");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* Nor where the other side was not seen, or only acknowledges. */
START_TEST(no_claim_of_who_sends_nothing)
{
	if (_i == 0) {
		from_a(PKT_SYN, 1000, 0, "");
		from_a(PKT_ACK, 1001, 5001, "hello");
	} else {
		from_a(PKT_ACK, 1001, 5001, "hello");
		from_b(PKT_ACK, 5001, 1006, "");
	}
	from_a(PKT_ACK, 1006, 5010, "");
	from_a(PKT_ACK, 1006, 5005, "");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* What waits was seen, also behind a FIN that came before its turn. */
START_TEST(no_claim_of_what_waits_behind_a_fin)
{
	connect_hello();
	from_a(PKT_ACK, 1011, 5008, "world");
	from_a(PKT_FIN | PKT_ACK, 1008, 5008, "");
	from_b(PKT_ACK, 5008, 1016, "");
	from_b(PKT_ACK, 5008, 1006, "");
	ck_assert_uint_eq(counters()->forged, 0);
}
END_TEST

/* Of what is ignored nothing is missing. */
START_TEST(a_claim_on_an_ignored_flow)
{
	w->ignore = true;
	connect_hello();
	from_b(PKT_ACK, 5008, 1011, "data");
	from_a(PKT_ACK, 1006, 5012, "");
	from_b(PKT_ACK, 5012, 1011, "data");
	ck_assert_uint_eq(counters()->gaps, 0);
	pkt_finish(w);
	ck_assert_uint_eq(pkt_flow(w, 0)->flow.missing[0], 0);
}
END_TEST

/* ---- holes, with data behind them ---- */

/* From its last byte on; the last of so many decides. */
START_TEST(a_hole_that_is_acknowledged_without_data)
{
	static const uint32_t acks[] = { 1010, 1011, 1016 };

	connect_hello();
	from_a(PKT_ACK, 1011, 5008, "world");
	for (int i = 1; i < PATIENCE; i++)
		from_b(PKT_ACK, 5008, acks[_i], "");
	ck_assert_str_eq(story(0, 0), "hello");
	from_b(PKT_ACK, 5008, acks[_i], "");
	ck_assert_str_eq(story(0, 0), _i ? "hello<5 missing>world" : "hello");
}
END_TEST

/* What is acknowledged only before the hole does not count. */
START_TEST(bytes_before_a_hole_are_acknowledged)
{
	connect_hello();
	from_a(PKT_ACK, 1011, 5008, "world");
	for (int i = 1; i < PATIENCE; i++)
		from_b(PKT_ACK, 5008, 1006, "");
	from_b(PKT_ACK, 5008, 1016, "");
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* With data it is one at once: an answer must not come before what it answers. */
START_TEST(a_hole_that_is_acknowledged_with_data)
{
	connect_hello();
	from_a(PKT_ACK, 1011, 5008, "world");
	from_b(PKT_ACK, 5008, _i ? 1016 : 1006, "data");
	a_while();
	ck_assert_str_eq(story(0, 0), _i ? "hello<5 missing>world" : "hello");
}
END_TEST

/* And with a SYN, captured late, that says how its side begins. */
START_TEST(a_hole_that_is_acknowledged_by_a_syn)
{
	from_a(PKT_SYN, 1000, 0, "");
	from_a(PKT_ACK, 1006, 5001, "world");
	from_b(PKT_SYN | PKT_ACK, 5000, 1011, "");
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
}
END_TEST

/* Where half of what may wait does, patience ends. */
START_TEST(a_hole_with_much_behind_it)
{
	limited((CapLimits){ .reorder_bytes = 20 });
	connect_hello();
	from_a(PKT_ACK, 1011, 5008, _i ? "the world!" : "the world");
	from_b(PKT_ACK, 5008, _i ? 1021 : 1020, "");
	ck_assert_str_eq(story(0, 0), _i ? "hello<5 missing>the world!" : "hello");
}
END_TEST

/* And where the FIN is acknowledged. */
START_TEST(a_hole_before_an_acknowledged_fin)
{
	connect_hello();
	from_a(PKT_ACK, 1011, 5008, "world");
	from_a(PKT_FIN | PKT_ACK, 1016, 5008, "");
	from_b(PKT_ACK, 5008, 1016 + (uint32_t)_i, "");
	ck_assert_str_eq(story(0, 0), _i == 1 ? "hello<5 missing>world" : "hello");
}
END_TEST

/* Where there was none, no number is that of one. */
START_TEST(a_hole_before_no_fin)
{
	from_a(PKT_SYN, 0xfffffff0, 0, "");
	from_b(PKT_SYN | PKT_ACK, 5000, 0xfffffff1, "");
	from_a(PKT_ACK, 0xfffffff1, 5001, "hello");
	from_a(PKT_ACK, 0xfffffffc, 5001, "world");
	from_b(PKT_ACK, 5001, 1, "");
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Of what is acknowledged now: that it was more before, with data, is no reason to give it up. */
START_TEST(less_is_acknowledged_than_before)
{
	connect_hello();
	from_b(PKT_ACK, 5008, 1011, "data");
	a_while();
	from_a(PKT_ACK, 1006, 5012, "+2");
	ck_assert_str_eq(story(0, 0), "hello+2");
	from_a(PKT_ACK, 1009, 5012 + 400000, "world");
	from_b(PKT_ACK, 5012 + 200000, 1008, "");
	ck_assert_str_eq(story(0, 0), "hello+2");
}
END_TEST

/* What was held to be missing, and was a FIN, says nothing of what is acknowledged after it. */
START_TEST(a_claim_that_was_a_fin)
{
	connect_hello();
	from_b(PKT_ACK, 5008, 1007, "");
	from_b(PKT_ACK, 5008, 1007, "data");
	from_a(PKT_FIN | PKT_ACK, 1006, 5012, "");
	from_b(PKT_ACK, 5012, 1007, "");
	from_b(PKT_ACK, 5012, 1009, "more");
	a_while();
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

/* Once without data and once with them is not twice with them. */
START_TEST(a_first_acknowledgment_of_more)
{
	from_a(PKT_ACK, 1001, 5001, "hello");
	from_b(PKT_ACK, 5001, 1011, "");
	from_a(PKT_ACK, 1006, 5001, "");
	from_b(PKT_ACK, 5001, 1011, "data");
	a_while();
	ck_assert_str_eq(story(0, 0), "hello");
}
END_TEST

void
tcp_add_acks(TCase *tc)
{
	tcase_add_loop_test(tc, a_claim_that_is_taken_back, 0, 8);
	tcase_add_loop_test(tc, a_claim_and_what_comes_next, 0, 4);
	tcase_add_test(tc, a_claim_that_is_repeated);
	tcase_add_loop_test(tc, no_claim, 0, 2);
	tcase_add_loop_test(tc, no_claim_of_who_sends_nothing, 0, 2);
	tcase_add_test(tc, no_claim_of_what_waits_behind_a_fin);
	tcase_add_test(tc, a_claim_on_an_ignored_flow);
	tcase_add_loop_test(tc, a_hole_that_is_acknowledged_without_data, 0, 3);
	tcase_add_test(tc, bytes_before_a_hole_are_acknowledged);
	tcase_add_loop_test(tc, a_hole_that_is_acknowledged_with_data, 0, 2);
	tcase_add_test(tc, a_hole_that_is_acknowledged_by_a_syn);
	tcase_add_loop_test(tc, a_hole_with_much_behind_it, 0, 2);
	tcase_add_loop_test(tc, a_hole_before_an_acknowledged_fin, 0, 3);
	tcase_add_test(tc, a_hole_before_no_fin);
	tcase_add_test(tc, less_is_acknowledged_than_before);
	tcase_add_test(tc, a_claim_that_was_a_fin);
	tcase_add_test(tc, a_first_acknowledgment_of_more);
}
