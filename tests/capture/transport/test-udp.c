/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UDP through the tracker: only the ports that are wanted, fragments put together, lengths that
 * lie.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/packets.h"

#define RAW 101

typedef struct {
	CapTracker *tracker;
	uint32_t told;
	char text[64];
	uint32_t wire_len;
	uint64_t frame;
} World;

static void
on_datagram(void *user, const CapDatagram *d)
{
	World *w = user;

	w->told++;
	w->wire_len = d->wire_len;
	ck_assert_uint_lt(d->len, sizeof(w->text));
	ck_assert_uint_le(d->len, d->wire_len);
	memset(w->text, 0, sizeof(w->text));
	if (d->len)
		memcpy(w->text, d->ptr, d->len);
}

static void
on_chunk(void *user, const CapChunk *chunk)
{
	(void)user;
	(void)chunk;
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	(void)user;
	(void)flow;
	(void)why;
	(void)time_ns;
	(void)frame;
}

static void
begin(World *w)
{
	const CapCallbacks callbacks = { .chunk = on_chunk,
					 .closed = on_closed,
					 .datagram = on_datagram,
					 .first_port = 137,
					 .last_port = 138,
					 .user = w };

	*w = (World){ .tracker = cap_tracker_new(&callbacks, NULL) };
}

static GByteArray *
udp(uint16_t sport, uint16_t dport, const char *text, int lie)
{
	GByteArray *p = pkt_new();

	pkt_be16(p, sport);
	pkt_be16(p, dport);
	pkt_be16(p, (uint32_t)(8 + (int)strlen(text) + lie));
	pkt_be16(p, 0);
	return g_byte_array_append(p, (const uint8_t *)text, (guint)strlen(text));
}

/* Takes the packet over; the protocol of pkt_ipv4 is made UDP. */
static void
feed(World *w, GByteArray *ip, uint32_t cut)
{
	uint32_t caplen = cut && cut < ip->len ? cut : ip->len;
	uint8_t *exact;
	CapPacket packet = {
		.frame = ++w->frame, .wire_len = ip->len, .caplen = caplen, .link_type = RAW
	};

	ip->data[9] = 17;
	packet.data = exact = g_memdup2(ip->data, caplen);
	cap_tracker_packet(w->tracker, &packet);
	g_free(exact);
	g_byte_array_unref(ip);
}

START_TEST(only_ports_that_are_wanted)
{
	World w;

	begin(&w);
	feed(&w, pkt_ipv4(udp(138, 138, "both", 0), 1, 2), 0);
	ck_assert_str_eq(w.text, "both");
	feed(&w, pkt_ipv4(udp(137, 40000, "from", 0), 1, 2), 0);
	ck_assert_str_eq(w.text, "from");
	feed(&w, pkt_ipv4(udp(40000, 137, "to", 0), 1, 2), 0);
	ck_assert_str_eq(w.text, "to");
	feed(&w, pkt_ipv4(udp(136, 139, "no", 0), 1, 2), 0);
	ck_assert_uint_eq(w.told, 3);
	ck_assert_uint_eq(cap_tracker_counters(w.tracker)->udp_datagrams, 3);
	cap_tracker_free(w.tracker);
}
END_TEST

/* Of a tunnel or not, its receiver goes by the port that it has. */
START_TEST(from_the_port_of_a_tunnel)
{
	static const uint16_t ports[] = { 3544, 4789, 6081, 6635, 8472 };
	World w;

	begin(&w);
	for (uint32_t i = 0; i < G_N_ELEMENTS(ports); i++) {
		feed(&w, pkt_ipv4(udp(ports[i], 137, "to", 0), 1, 2), 0);
		ck_assert_uint_eq(w.told, i + 1);
		feed(&w, pkt_ipv4(udp(ports[i], 136, "no", 0), 1, 2), 0);
		ck_assert_uint_eq(w.told, i + 1);
	}
	cap_tracker_free(w.tracker);
}
END_TEST

START_TEST(fragments_are_put_together)
{
	GByteArray *whole = udp(138, 138, "sixteen byte text", 0);
	GByteArray *a = g_byte_array_append(pkt_new(), whole->data, 16);
	GByteArray *b = g_byte_array_append(pkt_new(), whole->data + 16, whole->len - 16);
	GByteArray *first = pkt_ipv4_part(a, 1, 2, 7, 0x2000), *last = pkt_ipv4_part(b, 1, 2, 7, 2);
	World w;

	begin(&w);
	feed(&w, last, 0);
	ck_assert_uint_eq(w.told, 0);
	feed(&w, first, 0);
	ck_assert_uint_eq(w.told, 1);
	ck_assert_str_eq(w.text, "sixteen byte text");
	g_byte_array_unref(whole);
	cap_tracker_free(w.tracker);
}
END_TEST

START_TEST(lengths)
{
	World w;

	begin(&w);
	feed(&w, pkt_ipv4(udp(138, 138, "cut by snaplen", 0), 1, 2), 20 + 8 + 3);
	ck_assert_str_eq(w.text, "cut");
	ck_assert_uint_eq(w.wire_len, 14);
	feed(&w, pkt_ipv4(udp(138, 138, "padded", -3), 1, 2), 0);
	ck_assert_str_eq(w.text, "pad");
	ck_assert_uint_eq(cap_tracker_counters(w.tracker)->malformed, 0);
	feed(&w, pkt_ipv4(udp(138, 138, "long", 100), 1, 2), 0);
	ck_assert_str_eq(w.text, "long");
	ck_assert_uint_eq(w.wire_len, 4);
	ck_assert_uint_eq(cap_tracker_counters(w.tracker)->malformed, 1);
	feed(&w, pkt_ipv4(udp(138, 138, "short", -6), 1, 2), 0);
	ck_assert_uint_eq(w.told, 3);
	ck_assert_uint_eq(cap_tracker_counters(w.tracker)->malformed, 2);
	for (uint32_t n = 20; n < 28; n++)
		feed(&w, pkt_ipv4(udp(138, 138, "x", 0), 1, 2), n);
	ck_assert_uint_eq(w.told, 3);
	ck_assert_uint_eq(cap_tracker_counters(w.tracker)->malformed, 2);
	cap_tracker_free(w.tracker);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("udp");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, only_ports_that_are_wanted);
	tcase_add_test(tc, from_the_port_of_a_tunnel);
	tcase_add_test(tc, fragments_are_put_together);
	tcase_add_test(tc, lengths);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
