/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IPv4 and IPv6 headers, and fragments put together: every order, overlap, hole, time-out, cap and
 * reuse.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/capture/link/ip-case.h"
#include "tests/lib/packets.h"

#define RAW 101

static GByteArray *
segment(const char *text, uint32_t seq)
{
	const PktTcp tcp = { .sport = 1000,
			     .dport = 445,
			     .seq = seq,
			     .flags = PKT_ACK,
			     .data = text,
			     .len = (uint32_t)strlen(text) };

	return pkt_tcp(&tcp);
}

static GByteArray *
part_of(const GByteArray *whole, uint32_t from, uint32_t len)
{
	return g_byte_array_append(pkt_new(), whole->data + from, MIN(len, whole->len - from));
}

/* Bytes from..from+len of a datagram as an IPv4 fragment. */
static void
feed4(PktWorld *w, const GByteArray *whole, uint32_t from, uint32_t len, uint16_t id)
{
	bool more = from + len < whole->len;

	pkt_feed(w, RAW,
		 pkt_ipv4_part(part_of(whole, from, len), 1, 2, id,
			       (uint16_t)(from / 8 | (more ? 0x2000 : 0))));
}

static void
feed6(PktWorld *w, const GByteArray *whole, uint32_t from, uint32_t len, uint32_t id, uint8_t next)
{
	bool more = from + len < whole->len;
	GByteArray *p = pkt_new();
	GByteArray *part = part_of(whole, from, len);

	pkt_be16(p, (uint32_t)next << 8);
	pkt_be16(p, from | more);
	pkt_be32(p, id);
	g_byte_array_append(p, part->data, part->len);
	g_byte_array_unref(part);
	pkt_feed(w, RAW, pkt_ipv6(p, 1, 2, 44));
}

/* What one packet in midstream says is reported at the end: until then nothing agrees with it. */
static const char *
story(PktWorld *w)
{
	pkt_finish(w);
	return w->flows->len ? pkt_flow(w, 0)->story[0]->str : "";
}

static const CapCounters *
counters(PktWorld *w)
{
	return cap_tracker_counters(w->tracker);
}

/* Ethernet pads short frames; the padding is no data. */
START_TEST(padding_is_not_data)
{
	PktWorld *w = pkt_world_new(NULL);
	GByteArray *p = pkt_ipv4(segment("hi", 0), 1, 2);

	pkt_hex(p, "0000000000000000");
	pkt_feed(w, RAW, p);
	p = pkt_ipv6(segment("ho", 2), 1, 2, 6);
	pkt_hex(p, "00000000");
	pkt_feed(w, RAW, p);
	ck_assert_str_eq(story(w), "hi");
	ck_assert_str_eq(pkt_flow(w, 1)->story[0]->str, "ho");
	pkt_world_free(w);
}
END_TEST

START_TEST(options_are_passed_over)
{
	PktWorld *w = pkt_world_new(NULL);
	GByteArray *p = pkt_prepend(segment("hi", 0),
				    "46000000 00000000 40060000 0a000001 0a000002 01010101");

	p->data[3] = (uint8_t)p->len;
	pkt_feed(w, RAW, p);
	ck_assert_str_eq(story(w), "hi");
	pkt_world_free(w);
}
END_TEST

/* A packet that the adapter is to cut has no length yet: it goes to the end, in both versions. */
START_TEST(length_zero_is_the_rest)
{
	PktWorld *w = pkt_world_new(NULL);
	GByteArray *p = pkt_ipv4(segment("hi", 0), 1, 2);

	p->data[2] = p->data[3] = 0;
	pkt_feed(w, RAW, p);
	p = pkt_ipv6(segment("ho", 2), 1, 2, 6);
	p->data[4] = p->data[5] = 0;
	pkt_feed(w, RAW, p);
	ck_assert_str_eq(story(w), "hi");
	ck_assert_str_eq(pkt_flow(w, 1)->story[0]->str, "ho");
	pkt_world_free(w);
}
END_TEST

static const struct {
	const char *what;
	uint32_t at;
	uint8_t value;
} lies[] = {
	{ "header of 16 bytes", 0, 0x44 },          { "header beyond the packet", 0, 0x4f },
	{ "total length below the header", 3, 19 }, { "total length beyond the packet", 2, 0x40 },
	{ "data offset below 20", 32, 0x40 },       { "data offset beyond the packet", 32, 0xf0 },
};

START_TEST(headers_that_lie_are_counted)
{
	PktWorld *w = pkt_world_new(NULL);
	GByteArray *p = pkt_ipv4(segment("hi", 0), 1, 2);

	p->data[lies[_i].at] = lies[_i].value;
	pkt_feed(w, RAW, p);
	ck_assert_msg(counters(w)->malformed == 1, "%s", lies[_i].what);
	ck_assert_uint_eq(w->flows->len, 0);
	pkt_world_free(w);
}
END_TEST

START_TEST(version_must_agree_with_the_link_layer)
{
	PktWorld *w = pkt_world_new(NULL);

	pkt_feed(w, 228, pkt_ipv6(segment("hi", 0), 1, 2, 6));
	pkt_feed(w, 229, pkt_ipv4(segment("hi0000000000000000000000", 0), 1, 2));
	ck_assert_uint_eq(counters(w)->malformed, 2);
	pkt_world_free(w);
}
END_TEST

/* Hop-by-hop, destination options, routing, authentication, an atomic fragment, in a row. */
START_TEST(extension_headers)
{
	PktWorld *w = pkt_world_new(NULL);
	GByteArray *p;

	p = pkt_prepend(segment("hi", 0), "3c00 010400000000"                 /* hop-by-hop */
					  "2b01 0104000000000000000000000000" /* destination */
					  "3300 000000000000"                 /* routing */
					  "2c01 0000 00000001 00000002"       /* authentication */
					  "0600 0000 00000007");              /* atomic fragment */
	pkt_feed(w, RAW, pkt_ipv6(p, 1, 2, 0));
	ck_assert_str_eq(story(w), "hi");
	pkt_world_free(w);
}
END_TEST

START_TEST(extension_headers_without_end)
{
	PktWorld *w = pkt_world_new(NULL);
	GByteArray *p = pkt_new();

	for (int i = 0; i < 1000; i++)
		pkt_hex(p, "3c00 010400000000");
	pkt_feed(w, RAW, pkt_ipv6(p, 1, 2, 60));
	ck_assert_uint_eq(counters(w)->malformed, 1);
	pkt_world_free(w);
}
END_TEST

START_TEST(other_protocols_are_counted)
{
	PktWorld *w = pkt_world_new(NULL);

	pkt_feed(w, RAW, pkt_ipv6(segment("hi", 0), 1, 2, 17));
	ck_assert_uint_eq(counters(w)->not_tcp, 1);
	pkt_world_free(w);
}
END_TEST

#define TEXT "the quick brown fox jumps over the lazy dog and the same again backwards"

/* Every order of four fragments, and every one of them twice. */
START_TEST(fragments_in_every_order)
{
	static const uint8_t at[4] = { 0, 24, 48, 72 };
	GByteArray *whole = segment(TEXT, 0);
	int order = _i;
	uint8_t left[4] = { 0, 1, 2, 3 };
	PktWorld *w = pkt_world_new(NULL), *w6 = pkt_world_new(NULL);

	for (int n = 4; n > 0; order /= n--) {
		uint8_t pick = left[order % n];

		left[order % n] = left[n - 1];
		for (int twice = 0; twice < (n > 1 ? 2 : 1); twice++) {
			feed4(w, whole, at[pick], 24, 7);
			feed6(w6, whole, at[pick], 24, 7, 6);
		}
	}
	ck_assert_str_eq(story(w), TEXT);
	ck_assert_str_eq(story(w6), TEXT);
	ck_assert_uint_eq(counters(w)->reassembled, 1);
	ck_assert_uint_eq(counters(w)->fragments, 7);
	ck_assert_uint_eq(counters(w)->fragments_dropped, 3);
	ck_assert_uint_eq(counters(w)->conflicts, 0);
	pkt_world_free(w);
	pkt_world_free(w6);
	g_byte_array_unref(whole);
}
END_TEST

/* Extension headers may stand inside of what is fragmented. */
START_TEST(extensions_inside_of_fragments)
{
	GByteArray *whole = pkt_prepend(segment(TEXT, 0), "0600 010400000000");
	PktWorld *w = pkt_world_new(NULL);

	feed6(w, whole, 48, 8000, 9, 60);
	feed6(w, whole, 0, 48, 9, 60);
	ck_assert_str_eq(story(w), TEXT);
	pkt_world_free(w);
	g_byte_array_unref(whole);
}
END_TEST

START_TEST(first_copy_of_a_fragment_wins)
{
	GByteArray *whole = segment(TEXT, 0), *other = segment(TEXT, 0);
	PktWorld *w = pkt_world_new(NULL);

	memset(other->data + 24, 'X', 24);
	feed4(w, whole, 24, 24, 7);
	feed4(w, other, 16, 48, 7);
	feed4(w, whole, 0, 24, 7);
	feed4(w, whole, 64, 100, 7);
	ck_assert_str_eq(story(w), TEXT);
	ck_assert_uint_eq(counters(w)->conflicts, 1);
	ck_assert_uint_eq(counters(w)->fragments_dropped, 2);
	pkt_world_free(w);
	g_byte_array_unref(whole);
	g_byte_array_unref(other);
}
END_TEST

/*
 * A hole never gives a datagram, and a datagram that waits too long is forgotten with all of its
 * fragments.
 */
START_TEST(hole_and_time_out)
{
	GByteArray *whole = segment(TEXT, 0);
	PktWorld *w = pkt_world_new(NULL);

	feed4(w, whole, 0, 24, 7);
	feed4(w, whole, 48, 100, 7);
	ck_assert_uint_eq(w->flows->len, 0);
	w->time_ns += 31000000000u;
	feed4(w, whole, 24, 24, 7);
	ck_assert_uint_eq(w->flows->len, 0);
	ck_assert_uint_eq(counters(w)->fragments_dropped, 2);
	pkt_world_free(w);
	g_byte_array_unref(whole);
}
END_TEST

/* Capture time that runs backwards drops nothing. */
START_TEST(time_running_backwards_keeps_fragments)
{
	GByteArray *whole = segment(TEXT, 0);
	PktWorld *w = pkt_world_new(NULL);

	feed4(w, whole, 0, 24, 7);
	w->time_ns -= 1000000000000u;
	feed4(w, whole, 24, 100, 7);
	ck_assert_str_eq(story(w), TEXT);
	pkt_world_free(w);
	g_byte_array_unref(whole);
}
END_TEST

START_TEST(identification_is_used_again)
{
	GByteArray *one = segment("first datagram, complete", 0),
		   *two = segment("; second of the same id", 24);
	PktWorld *w = pkt_world_new(NULL);

	feed4(w, one, 0, 24, 7);
	feed4(w, one, 24, 100, 7);
	feed4(w, two, 24, 100, 7);
	feed4(w, two, 0, 24, 7);
	ck_assert_str_eq(story(w), "first datagram, complete; second of the same id");
	ck_assert_uint_eq(counters(w)->reassembled, 2);
	pkt_world_free(w);
	g_byte_array_unref(one);
	g_byte_array_unref(two);
}
END_TEST

/* Fragments of others (address, identification, protocol) never mix. */
START_TEST(keys_are_kept_apart)
{
	GByteArray *whole = segment(TEXT, 0), *p;
	PktWorld *w = pkt_world_new(NULL);

	feed4(w, whole, 0, 48, 7);
	feed4(w, whole, 48, 100, 8);
	pkt_feed(w, RAW, pkt_ipv4_part(part_of(whole, 48, 100), 2, 1, 7, 6));
	p = pkt_ipv4_part(part_of(whole, 48, 100), 1, 2, 7, 6);
	p->data[9] = 17;
	pkt_feed(w, RAW, p);
	ck_assert_uint_eq(counters(w)->reassembled, 0);
	feed4(w, whole, 48, 100, 7);
	ck_assert_str_eq(story(w), TEXT);
	pkt_world_free(w);
	g_byte_array_unref(whole);
}
END_TEST

START_TEST(fragments_that_lie)
{
	GByteArray *whole = segment(TEXT, 0), *big = g_byte_array_set_size(pkt_new(), 1000);
	PktWorld *w = pkt_world_new(NULL);

	memset(big->data, 0, big->len);
	pkt_feed(w, RAW,
		 pkt_ipv4_part(part_of(whole, 0, 23), 1, 2, 7, 0x2000)); /* no multiple of 8 */
	pkt_feed(w, RAW, pkt_ipv4_part(part_of(big, 0, 1000), 1, 2, 7, 0x1ff0)); /* beyond 65,535 */
	pkt_feed(w, RAW, pkt_ipv4_part(pkt_new(), 1, 2, 7, 0x2001));             /* empty */
	ck_assert_uint_eq(counters(w)->malformed, 3);
	feed4(w, whole, 48, 100, 7); /* the end is known */
	pkt_feed(w, RAW, pkt_ipv4_part(part_of(big, 0, 8), 1, 2, 7, 200 | 0x2000)); /* after it */
	pkt_feed(w, RAW, pkt_ipv4_part(part_of(big, 0, 8), 1, 2, 7, 200)); /* another end */
	pkt_feed(w, RAW, pkt_ipv4_part(part_of(big, 0, 8), 1, 2, 7, 1));   /* another end, before */
	ck_assert_uint_eq(counters(w)->fragments_dropped, 3);
	feed4(w, whole, 0, 48, 7);
	ck_assert_str_eq(story(w), TEXT);
	pkt_world_free(w);
	g_byte_array_unref(whole);
	g_byte_array_unref(big);
}
END_TEST

/*
 * The capture cut a fragment: what stands before the cut is reported, the rest is lost by the snapshot
 * length.
 */
START_TEST(cut_fragments)
{
	GByteArray *whole = segment(TEXT, 0);
	PktWorld *w = pkt_world_new(NULL);

	w->cut = 20 + 30;
	feed4(w, whole, 0, 48, 7);
	w->cut = 0;
	feed4(w, whole, 48, 100, 7);
	ck_assert_str_eq(story(w), "the quick <62 snaplen>");
	pkt_world_free(w);
	g_byte_array_unref(whole);
}
END_TEST

/* A flood of first fragments stays below 16 MiB and is counted; afterwards fragments still work. */
START_TEST(flood_of_first_fragments)
{
	GByteArray *whole = g_byte_array_set_size(pkt_new(), 1480), *good = segment(TEXT, 0);
	PktWorld *w = pkt_world_new(NULL);
	size_t most = 0;

	memset(whole->data, 0, whole->len);
	for (uint32_t i = 0; i < 200000; i++) {
		GByteArray *p = pkt_ipv4_part(part_of(whole, 0, 1480), 1, 2, (uint16_t)i, 0x2000);

		/* One that lies far ahead makes the tracker reserve 64 KiB. */
		if (i % 4 == 3)
			p->data[6] |= 0x1e;
		p->data[13] = (uint8_t)(i >> 16);
		pkt_feed(w, RAW, p);
		most = MAX(most, cap_tracker_memory(w->tracker));
	}
	ck_assert_uint_lt(most, 16u << 20);
	ck_assert_uint_gt(counters(w)->limits, 0);
	feed4(w, good, 0, 48, 7);
	feed4(w, good, 48, 100, 7);
	ck_assert_str_eq(story(w), TEXT);
	pkt_world_free(w);
	g_byte_array_unref(whole);
	g_byte_array_unref(good);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ip");
	TCase *tc = tcase_create("ip"), *fragments = tcase_create("fragments");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, padding_is_not_data);
	tcase_add_test(tc, options_are_passed_over);
	tcase_add_test(tc, length_zero_is_the_rest);
	tcase_add_loop_test(tc, headers_that_lie_are_counted, 0, G_N_ELEMENTS(lies));
	tcase_add_test(tc, version_must_agree_with_the_link_layer);
	tcase_add_test(tc, extension_headers);
	tcase_add_test(tc, extension_headers_without_end);
	tcase_add_test(tc, other_protocols_are_counted);
	tcase_add_loop_test(tc, fragments_in_every_order, 0, 24);
	tcase_add_test(tc, extensions_inside_of_fragments);
	tcase_add_test(tc, first_copy_of_a_fragment_wins);
	tcase_add_test(tc, hole_and_time_out);
	tcase_add_test(tc, time_running_backwards_keeps_fragments);
	tcase_add_test(tc, identification_is_used_again);
	tcase_add_test(tc, keys_are_kept_apart);
	tcase_add_test(tc, fragments_that_lie);
	tcase_add_test(tc, cut_fragments);
	tcase_add_test(tc, flood_of_first_fragments);
	suite_add_tcase(suite, tc);
	tcase_set_timeout(fragments, 120);
	ip_add_fragments(fragments);
	suite_add_tcase(suite, fragments);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
