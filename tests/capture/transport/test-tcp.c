/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP: whatever the order and the cuts of the packets, the bytes are the same; what is lost is
 * told, with its reason.
 */
#include "tests/capture/transport/tcp-case.h"

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
	a_while();
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
	a_while();
	ck_assert_str_eq(story(0, 0), "<5 missing>world");
	ck_assert_uint_eq(pkt_flow(w, 0)->frame[0], 4);
	ck_assert_uint_lt(pkt_flow(w, 0)->place[0], pkt_flow(w, 0)->place[1]);
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
	a_while();
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
	/* Bytes or a loss each time, never nothing. */
	ck_assert_uint_eq(pkt_flow(w, 0)->chunks, 6);
	ck_assert_uint_eq(counters()->truncated, 3);
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
	tcp_add_connections(tc);
	tcp_add_acks(tc);
	tcp_add_beside(tc);
	tcp_add_both(tc);
	tcp_add_doubt(tc);
	tcp_add_early(tc);
	tcp_add_history(tc);
	tcp_add_near(tc);
	tcp_add_away(tc);
	tcp_add_openings(tc);
	tcp_add_syn_data(tc);
	tcp_add_fins(tc);
	tcp_add_resets(tc);
	tcp_add_segments(tc);
	tcp_add_adopted(tc);
	tcp_add_trial(tc);
	tcp_add_waiting(tc);
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
