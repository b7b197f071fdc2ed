/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fragments of IP to the number: which are of one datagram, where its end is, how long and how many
 * wait, and in how much room (RFC 791 section 3.2, RFC 8200 section 4.5).
 */
#include "tests/capture/link/ip-case.h"

#include <string.h>

#include "capture/memory.h"
#include "tests/lib/packets.h"

enum { RAW = 101, UDP = 17, TCP = 6, LARGEST = 65535, MIB = 1 << 20 };

#define SECOND 1000000000u

static PktWorld *w;

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

static const CapCounters *
counters(void)
{
	return cap_tracker_counters(w->tracker);
}

static GByteArray *
zeros(uint32_t len)
{
	GByteArray *p = g_byte_array_set_size(pkt_new(), len);

	if (len)
		memset(p->data, 0, len);
	return p;
}

/* From 10.0.0.1 to 10.0.0.2. */
static GByteArray *
part4(uint32_t from, uint32_t to, bool more, uint16_t id)
{
	return pkt_ipv4_part(zeros(to - from), 1, 2, id,
			     (uint16_t)(from / 8 | (more ? 0x2000 : 0)));
}

static void
feed(uint32_t from, uint32_t to, bool more, uint16_t id)
{
	pkt_feed(w, RAW, part4(from, to, more, id));
}

static void
feed6(GByteArray *part, uint32_t from, bool more, uint32_t id, uint8_t next)
{
	GByteArray *p = pkt_new();

	pkt_be16(p, (uint32_t)next << 8);
	pkt_be16(p, from | more);
	pkt_be32(p, id);
	if (part->len)
		g_byte_array_append(p, part->data, part->len);
	g_byte_array_unref(part);
	pkt_feed(w, RAW, pkt_ipv6(p, 1, 2, 44));
}

/* ---- which are of one datagram ---- */

/* These pairs have the same hash with this secret; what tells them apart is their key. */
enum { SECRET = 1, ID_1 = 0x1f7def11, SOURCE_1 = 0x018e83, SOURCE_2 = 0x03afef };

#define ID_2 0xc398ef69u

START_TEST(same_hash_other_number)
{
	limited((CapLimits){ .hash_seed = SECRET });
	feed6(zeros(8), 0, true, ID_1, TCP);
	feed6(zeros(8), 8, false, ID_2, TCP);
	ck_assert_uint_eq(counters()->reassembled, 0);
	feed6(zeros(8), 8, false, ID_1, TCP);
	ck_assert_uint_eq(counters()->reassembled, 1);
}
END_TEST

static void
feed_from(uint32_t source, uint32_t from, bool more)
{
	GByteArray *p = part4(from, from + 8, more, 7);

	p->data[13] = (uint8_t)(source >> 16);
	p->data[14] = (uint8_t)(source >> 8);
	p->data[15] = (uint8_t)source;
	pkt_feed(w, RAW, p);
}

START_TEST(same_hash_other_address)
{
	limited((CapLimits){ .hash_seed = SECRET });
	feed_from(SOURCE_1, 0, true);
	feed_from(SOURCE_2, 8, false);
	ck_assert_uint_eq(counters()->reassembled, 0);
	feed_from(SOURCE_1, 8, false);
	ck_assert_uint_eq(counters()->reassembled, 1);
}
END_TEST

/* An address of IPv6 that begins as one of IPv4 and has zeros behind it; IPv6 has no protocol. */
START_TEST(same_bytes_other_version)
{
	GByteArray *p = part4(0, 8, true, 7);

	p->data[9] = 0;
	pkt_feed(w, RAW, p);
	p = pkt_prepend(zeros(8), "60000000 0010 2c40"
				  "0a000001 00000000 00000000 00000000"
				  "0a000002 00000000 00000000 00000000"
				  "0000 0008 00000007");
	pkt_feed(w, RAW, p);
	ck_assert_uint_eq(counters()->fragments, 2);
	ck_assert_uint_eq(counters()->reassembled, 0);
}
END_TEST

/* Of IPv6 only the first fragment says which protocol it is, whenever it comes. */
START_TEST(protocol_of_the_first)
{
	const PktTcp tcp = {
		.sport = 1000, .dport = 445, .flags = PKT_ACK, .data = "hello, world", .len = 12
	};
	GByteArray *whole = pkt_tcp(&tcp);

	for (int i = 0; i < 2; i++) {
		bool first = i == _i;
		uint32_t from = first ? 0 : 16, len = first ? 16 : whole->len - 16;

		feed6(g_byte_array_append(pkt_new(), whole->data + from, len), from, first, 7,
		      first ? TCP : UDP);
	}
	ck_assert_uint_eq(counters()->reassembled, 1);
	ck_assert_uint_eq(counters()->conflicts, 0);
	pkt_finish(w);
	ck_assert_uint_eq(w->flows->len, 1);
	ck_assert_str_eq(pkt_flow(w, 0)->story[0]->str, "hello, world");
	g_byte_array_unref(whole);
}
END_TEST

/* Nobody makes something else of a datagram by saying so once more. */
START_TEST(protocol_of_the_first_of_two)
{
	const PktTcp tcp = {
		.sport = 1000, .dport = 445, .flags = PKT_ACK, .data = "hello, world", .len = 12
	};
	GByteArray *whole = pkt_tcp(&tcp);

	for (int i = 0; i < 2; i++)
		feed6(g_byte_array_append(pkt_new(), whole->data, 16), 0, true, 7, i ? UDP : TCP);
	ck_assert_uint_eq(counters()->conflicts, 1);
	feed6(g_byte_array_append(pkt_new(), whole->data + 16, whole->len - 16), 16, false, 7, UDP);
	ck_assert_uint_eq(counters()->tcp_packets, 1);
	ck_assert_uint_eq(counters()->fragments_dropped, 1);
	g_byte_array_unref(whole);
}
END_TEST

/* What waits for others at the end of the capture is told as what waited for too long. */
START_TEST(waiting_at_the_end)
{
	feed(0, 8, true, 7);
	feed(8, 16, true, 7);
	feed(0, 8, true, 8);
	ck_assert_uint_eq(counters()->fragments_dropped, 0);
	cap_tracker_finish(w->tracker, w->time_ns, 3);
	ck_assert_uint_eq(counters()->fragments_dropped, 3);
}
END_TEST

/* What was between them has nothing to do with it. */
START_TEST(packets_between_fragments)
{
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 1000, 445, 1, 0, PKT_SYN, 0, "", 0 });
	feed(0, 8, true, 7);
	pkt_feed_tcp(w, (PktTcp){ 1, 2, 2000, 139, 1, 0, PKT_SYN, 0, "", 0 });
	feed(8, 16, false, 7);
	ck_assert_uint_eq(counters()->reassembled, 1);
}
END_TEST

/* As many as there are chains, and more: each is found, and taken out without harm to the others. */
START_TEST(many_at_a_time)
{
	enum { MANY = 64 };
	static const uint16_t steps[] = { 1, MANY - 1, 5 }; /* as they came, backwards, mixed */

	limited((CapLimits){ .fragments = MANY });
	for (uint16_t id = 0; id < MANY; id++)
		feed(0, 8, true, id);
	for (uint16_t i = 0; i < MANY / 2; i++)
		feed(8, 16, false, (uint16_t)(i * steps[_i] % MANY));
	ck_assert_uint_eq(counters()->reassembled, MANY / 2);
	ck_assert_uint_eq(counters()->limits, 0);
	w->time_ns += 31 * (uint64_t)SECOND;
	feed(0, 8, true, 1000);
	ck_assert_uint_eq(counters()->fragments_dropped, MANY / 2);
}
END_TEST

/* ---- where the end is ---- */

static const struct {
	const char *what;
	struct {
		uint32_t from, to;
		bool more;
	} parts[4];
	unsigned reassembled, dropped, malformed;
} rows[] = {
	{ "the last ends before another", { { 16, 24, true }, { 8, 16, false } }, 0, 1, 0 },
	{ "before one that is not the latest",
	  { { 16, 24, true }, { 0, 8, true }, { 8, 16, false } },
	  0,
	  1,
	  0 },
	{ "it ends where another does", { { 0, 24, true }, { 16, 24, false } }, 1, 1, 0 },
	{ "one behind the end", { { 8, 16, false }, { 16, 24, true } }, 0, 1, 0 },
	{ "one up to the end", { { 8, 16, false }, { 0, 16, true } }, 1, 1, 0 },
	{ "another end before it", { { 16, 24, false }, { 8, 16, false } }, 0, 1, 0 },
	{ "another end behind it", { { 8, 16, false }, { 16, 24, false } }, 0, 1, 0 },
	{ "the last twice", { { 16, 24, false }, { 8, 24, false }, { 0, 8, true } }, 1, 1, 0 },
	{ "the largest", { { 0, 65528, true }, { 65528, LARGEST, false } }, 1, 0, 0 },
	{ "the largest, backwards", { { 65528, LARGEST, false }, { 0, 65528, true } }, 1, 0, 0 },
	{ "too large", { { 0, 65528, true }, { 65528, LARGEST + 1, false } }, 0, 0, 1 },
	{ "smaller rooms after larger",
	  { { 1024, 1032, false }, { 0, 8, true }, { 8, 1024, true } },
	  1,
	  0,
	  0 },
};

START_TEST(ends)
{
	for (int i = 0; i < 4 && rows[_i].parts[i].to; i++)
		feed6(zeros(rows[_i].parts[i].to - rows[_i].parts[i].from), rows[_i].parts[i].from,
		      rows[_i].parts[i].more, 7, UDP);
	ck_assert_msg(counters()->reassembled == rows[_i].reassembled, "%s", rows[_i].what);
	ck_assert_msg(counters()->fragments_dropped == rows[_i].dropped, "%s", rows[_i].what);
	ck_assert_msg(counters()->malformed == rows[_i].malformed, "%s", rows[_i].what);
}
END_TEST

/* ---- how long, how many, in how much room ---- */

START_TEST(time_out)
{
	limited((CapLimits){ .fragment_ns = SECOND });
	feed(0, 8, true, 7);
	w->time_ns += SECOND - 1000000 + (uint32_t)_i;
	feed(8, 16, false, 7);
	ck_assert_int_eq((int)counters()->reassembled, !_i);
	ck_assert_int_eq((int)counters()->fragments_dropped, _i);
}
END_TEST

START_TEST(as_many_as_may_wait)
{
	limited((CapLimits){ .fragments = 3 });
	for (uint16_t id = 0; id < 3; id++)
		feed(0, 8, true, id);
	ck_assert_uint_eq(counters()->limits, 0);
	feed(0, 8, true, 3);
	ck_assert_uint_eq(counters()->limits, 1);
	ck_assert_uint_eq(counters()->fragments_dropped, 1);
	feed(8, 16, false, 0);
	feed(8, 16, false, 3);
	ck_assert_uint_eq(counters()->reassembled, 1);
}
END_TEST

static void
feed_of(const GByteArray *whole, uint32_t from, uint32_t to, uint32_t cut)
{
	GByteArray *part = g_byte_array_append(pkt_new(), whole->data + from, to - from);

	w->cut = cut;
	pkt_feed(w, RAW,
		 pkt_ipv4_part(part, 1, 2, 7,
			       (uint16_t)(from / 8 | (to < whole->len ? 0x2000 : 0))));
	w->cut = 0;
}

/* Of those between nothing but the header was captured; sixty-four units are marked at once. */
static const struct {
	uint32_t from, to;
} headers[] = { { 24, 32 },   { 24, 504 },  { 24, 512 },   { 24, 520 },   { 504, 512 },
		{ 504, 520 }, { 512, 520 }, { 512, 1024 }, { 520, 1032 }, { 1016, 1808 } };

START_TEST(cut_to_the_header)
{
	const uint32_t from = headers[_i].from, to = headers[_i].to;
	uint8_t data[1996];
	const PktTcp tcp = { .sport = 1000,
			     .dport = 445,
			     .flags = PKT_ACK,
			     .data = memset(data, 'x', sizeof(data)),
			     .len = sizeof(data) };
	GByteArray *whole = pkt_tcp(&tcp);
	GString *story = g_string_new(NULL);

	for (uint32_t i = 20; i < from; i++)
		g_string_append_c(story, 'x');
	g_string_append_printf(story, "<%u snaplen>", whole->len - from);
	feed_of(whole, 0, from, 0);
	feed_of(whole, from, to, 20);
	ck_assert_uint_eq(counters()->fragments_dropped, 0);
	/* One that is there, and one more. */
	feed_of(whole, to - 8, to + 8, 20);
	ck_assert_uint_eq(counters()->fragments_dropped, 1);
	/* All of it is there; the bytes of one that was captured stay. */
	feed_of(whole, from - 8, to, 20);
	ck_assert_uint_eq(counters()->fragments_dropped, 2);
	ck_assert_uint_eq(counters()->reassembled, 0);
	feed_of(whole, to + 8, whole->len, 0);
	ck_assert_uint_eq(counters()->fragments_dropped, 2);
	ck_assert_uint_eq(counters()->conflicts, 0);
	ck_assert_uint_eq(counters()->reassembled, 1);
	pkt_finish(w);
	ck_assert_str_eq(pkt_flow(w, 0)->story[0]->str, story->str);
	g_string_free(story, TRUE);
	g_byte_array_unref(whole);
}
END_TEST

/* Eight MiB, or a quarter of all memory where that is less. */
static const struct {
	size_t memory;
	uint32_t end; /* of each: the room is the next power of two */
	unsigned fit;
} room[] = {
	{ 256 * MIB, 65536 - 8, 8 * MIB / 65536 },
	{ 256 * MIB, 32768, 8 * MIB / 32768 },
	{ 1 * MIB, 65536 - 8, MIB / 4 / 65536 },
};

START_TEST(room_of_all)
{
	limited((CapLimits){ .max_memory = room[_i].memory });
	for (uint16_t id = 0; id < room[_i].fit; id++)
		feed(room[_i].end - 8, room[_i].end, true, id);
	ck_assert_uint_eq(counters()->limits, 0);
	feed(room[_i].end - 8, room[_i].end, true, 60000);
	ck_assert_uint_eq(counters()->limits, 1);
	ck_assert_uint_eq(counters()->fragments_dropped, 1);
}
END_TEST

/* One alone may have more than that. */
START_TEST(room_of_one)
{
	limited((CapLimits){ .max_memory = MIB / 8 });
	feed(65528, LARGEST, false, 7);
	ck_assert_uint_eq(counters()->fragments_dropped, 0);
	ck_assert_uint_eq(counters()->limits, 0);
}
END_TEST

START_TEST(room_of_a_small_one)
{
	size_t before = cap_tracker_memory(w->tracker), first;

	feed(0, 512, true, 7);
	first = cap_tracker_memory(w->tracker) - before;
	feed(0, 8, true, 8);
	ck_assert_uint_eq(cap_tracker_memory(w->tracker) - before, 2 * first);
}
END_TEST

/* Chains are as many as datagrams, up to a million. */
START_TEST(chains)
{
	static const struct {
		uint32_t limit, chains;
	} of[] = {
		{ 16, 16 }, { 17, 32 }, { 1024, 1024 }, { 1 << 20, 1 << 20 }, { 1u << 22, 1 << 20 }
	};
	size_t least;

	limited((CapLimits){ .fragments = 1 });
	least = cap_tracker_memory(w->tracker) - cap_memory_cost(16 * sizeof(void *));
	limited((CapLimits){ .fragments = of[_i].limit });
	ck_assert_uint_eq(cap_tracker_memory(w->tracker) - least,
			  cap_memory_cost(of[_i].chains * sizeof(void *)));
}
END_TEST

/* One number from many addresses: each has a chain of its own, or this takes very long. */
START_TEST(one_number_of_many)
{
	limited((CapLimits){ .fragments = 1 << 16, .max_memory = 256 * MIB });
	for (uint32_t i = 0; i < 40000; i++)
		feed_from(i, 0, true);
	ck_assert_uint_eq(counters()->limits, 40000 - 8 * MIB / 512);
}
END_TEST

void
ip_add_fragments(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, same_hash_other_number);
	tcase_add_test(tc, same_hash_other_address);
	tcase_add_test(tc, same_bytes_other_version);
	tcase_add_loop_test(tc, protocol_of_the_first, 0, 2);
	tcase_add_test(tc, protocol_of_the_first_of_two);
	tcase_add_test(tc, waiting_at_the_end);
	tcase_add_test(tc, packets_between_fragments);
	tcase_add_loop_test(tc, many_at_a_time, 0, 3);
	tcase_add_loop_test(tc, ends, 0, G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, time_out, 0, 2);
	tcase_add_test(tc, as_many_as_may_wait);
	tcase_add_loop_test(tc, cut_to_the_header, 0, G_N_ELEMENTS(headers));
	tcase_add_loop_test(tc, room_of_all, 0, G_N_ELEMENTS(room));
	tcase_add_test(tc, room_of_one);
	tcase_add_test(tc, room_of_a_small_one);
	tcase_add_loop_test(tc, chains, 0, 5);
	tcase_add_test(tc, one_number_of_many);
}
