/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whatever is around it, a packet leads to its stream; what cannot be looked into is counted; lies
 * are harmless.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "capture/link/link.h"
#include "tests/lib/packets.h"

#define MACS "020000000001 020000000002"
#define IPV4 MACS "0800"
#define WLAN "0000 020000000001 020000000002 020000000003 1000"
#define SNAP "aaaa03 000000 0800"
#define ZEROS16 "00000000000000000000000000000000"
#define GRE 47
#define UDP 17

/*
 * `head` stands before the inner packet; where `protocol` is set, all of it goes into IP (and UDP)
 * after `outer`.
 */
static const struct {
	const char *what;
	int link_type;
	const char *outer;
	int protocol;
	int port;
	const char *head;
	int family;
} rows[] = {
	{ "mpls", 1, MACS "8847 00010140", 0, 0, "", 4 },
	{ "mpls, two labels, ipv6", 1, MACS "8847 00010040 00020140", 0, 0, "", 6 },
	{ "mpls multicast", 1, MACS "8848 00010140", 0, 0, "", 4 },
	{ "mpls, ethernet", 1, MACS "8847 00010140", 0, 0, "00005e000101 020000000001 0800", 4 },
	{ "mpls, control word, ethernet", 1, MACS "8847 00010140", 0, 0, "00000007" MACS "86dd", 6 },
	{ "mpls, ethernet with a four", 1, MACS "8847 00010140", 0, 0,
	  "45005e000101 020000000001 0800", 4 },
	{ "mpls in ip", 1, IPV4, 137, 0, "00010140", 4 },
	{ "mpls in udp", 1, IPV4, UDP, 6635, "00010140", 4 },
	{ "ppp, mpls", 9, "ff03 0281 00010140", 0, 0, "", 4 },
	{ "pppoe in a vlan", 1, MACS "8100 0005 8864 1100 0001 0000 0057", 0, 0, "", 6 },
	{ "ip in ip", 1, IPV4, 4, 0, "", 4 },
	{ "ipv6 in ip", 1, IPV4, 41, 0, "", 6 },
	{ "gre", 1, IPV4, GRE, 0, "0000 0800", 4 },
	{ "gre, ipv6", 101, "", GRE, 0, "0000 86dd", 6 },
	{ "gre, checksum", 1, IPV4, GRE, 0, "8000 0800 12340000", 4 },
	{ "gre, key and sequence", 1, IPV4, GRE, 0, "3000 0800 00000001 00000002", 4 },
	{ "gre, all", 1, IPV4, GRE, 0, "b000 86dd 12340000 00000001 00000002", 6 },
	{ "gre, routes", 1, IPV4, GRE, 0, "4000 0800 00000000 0800 0004 0a000001 0000 0000", 4 },
	{ "gre, ethernet", 1, IPV4, GRE, 0, "2000 6558 00000001" MACS "8100 0005 0800", 4 },
	{ "gre, mpls", 1, IPV4, GRE, 0, "0000 8847 00010140", 4 },
	{ "erspan i", 1, IPV4, GRE, 0, "0000 88be" MACS "0800", 4 },
	{ "erspan ii", 1, IPV4, GRE, 0, "1000 88be 00000007 1001000200000003" MACS "0800", 4 },
	{ "erspan iii", 1, IPV4, GRE, 0,
	  "1000 22eb 00000007 20010002 00000003 0000 0000" MACS "0800", 4 },
	{ "erspan iii, subheader", 1, IPV4, GRE, 0,
	  "1000 22eb 00000007 20010002 00000003 0000 0001 0102030405060708" MACS "86dd", 6 },
	{ "erspan iii, ip", 1, IPV4, GRE, 0, "1000 22eb 00000007 20010002 00000003 0000 0800", 6 },
	{ "pptp", 1, IPV4, GRE, 0, "3001 880b 00000001 00000002 ff03 0021", 4 },
	{ "pptp, acknowledging", 1, IPV4, GRE, 0, "3081 880b 00000001 00000002 00000003 21", 4 },
	{ "wccp", 1, IPV4, GRE, 0, "0000 883e", 4 },
	{ "wccp, redirect header", 1, IPV4, GRE, 0, "0000 883e 00320000", 4 },
	{ "vxlan", 1, IPV4, UDP, 4789, "0800000000000100" MACS "0800", 4 },
	{ "vxlan of linux", 1, IPV4, UDP, 8472, "0800000000000100" MACS "86dd", 6 },
	{ "geneve", 1, IPV4, UDP, 6081, "0000 6558 00000100" MACS "0800", 4 },
	{ "geneve, options", 1, IPV4, UDP, 6081, "0200 6558 00000100 0102800100000000" MACS "0800",
	  4 },
	{ "geneve, ip", 1, IPV4, UDP, 6081, "0000 0800 00000100", 4 },
	{ "teredo", 1, IPV4, UDP, 3544, "", 6 },
	{ "teredo, origin", 1, IPV4, UDP, 3544, "0000 1234 0a000001", 6 },
	{ "teredo, authentication and origin", 1, IPV4, UDP, 3544,
	  "0001 0204 0102 01020304 0102030405060708 00 0000 1234 0a000001", 6 },
	{ "snap in 802.3", 1, MACS "0100" SNAP, 0, 0, "", 4 },
	{ "snap in 802.3, ipv6", 1, MACS "0100 aaaa03 000000 86dd", 0, 0, "", 6 },
	{ "snap in a vlan", 1, MACS "8100 0005 0100" SNAP, 0, 0, "", 4 },
	{ "snap, 802.1h", 1, MACS "0100 aaaa03 0000f8 0800", 0, 0, "", 4 },
	{ "snap, bridged", 1, MACS "0100 aaaa03 0080c2 0007" MACS "0800", 0, 0, "", 4 },
	{ "llc, ip", 1, MACS "0100 060603", 0, 0, "", 4 },
	{ "cooked, 802.3", 113, "0000 0001 0006 020000000001 0000 0004" SNAP, 0, 0, "", 4 },
	{ "cooked v2, 802.3", 276, "0004 0000 00000002 0001 00 06 0200000000010000" SNAP, 0, 0, "",
	  4 },
	{ "802.11", 105, "0801" WLAN SNAP, 0, 0, "", 4 },
	{ "802.11, qos", 105, "8802" WLAN "0000" SNAP, 0, 0, "", 4 },
	{ "802.11, qos with ht", 105, "8882" WLAN "0000 00000000" SNAP, 0, 0, "", 4 },
	{ "802.11, four addresses", 105, "0803" WLAN "020000000004" SNAP, 0, 0, "", 4 },
	{ "802.11, aggregate", 105, "8801" WLAN "8000" MACS "0035" SNAP, 0, 0, "", 4 },
	{ "802.11, aggregate, four addresses", 105,
	  "8803" WLAN "020000000004 8000" MACS "0049 aaaa03 000000 86dd", 0, 0, "", 6 },
	{ "radiotap", 127, "0000 0800 00000000 0801" WLAN SNAP, 0, 0, "", 4 },
	{ "radiotap, flags", 127, "0000 1200 0b000000 0102030405060708 00 02 0801" WLAN SNAP, 0, 0,
	  "", 4 },
	{ "radiotap, padded", 127, "0000 0a00 02000000 2000 8802" WLAN "0000 0000" SNAP, 0, 0, "",
	  4 },
	{ "radiotap, bitmaps", 127,
	  "0000 1900 030000a0 00000020 00000000 0102030405060708 20 8802" WLAN "0000 0000" SNAP, 0,
	  0, "", 4 },
	{ "prism", 119, "44000000 18000000" ZEROS16 "0801" WLAN SNAP, 0, 0, "", 4 },
	{ "prism, big", 119, "00000044 00000018" ZEROS16 "0801" WLAN SNAP, 0, 0, "", 4 },
	{ "avs under prism's number", 119, "80211001 00000018" ZEROS16 "0801" WLAN SNAP, 0, 0, "",
	  4 },
	{ "avs", 163, "80211001 00000018" ZEROS16 "0801" WLAN SNAP, 0, 0, "", 4 },
	{ "ppi", 192, "0000 0800 69000000 0801" WLAN SNAP, 0, 0, "", 4 },
	{ "ppi, fields, ethernet", 192, "0000 1000 01000000 0200 0400 00000000" MACS "0800", 0, 0,
	  "", 4 },
};

static GByteArray *
ip_with(GByteArray *payload, uint8_t protocol)
{
	GByteArray *p = pkt_ipv4(payload, 9, 8);

	p->data[9] = protocol;
	return p;
}

static GByteArray *
udp_with(GByteArray *payload, uint16_t port)
{
	GByteArray *p = pkt_new();

	pkt_be16(p, 50000);
	pkt_be16(p, port);
	pkt_be16(p, payload->len + 8);
	pkt_be16(p, 0);
	g_byte_array_append(p, payload->data, payload->len);
	g_byte_array_unref(payload);
	return p;
}

static GByteArray *
inner(int family)
{
	const PktTcp tcp = { .src = 1,
			     .dst = 2,
			     .sport = 1000,
			     .dport = 445,
			     .flags = PKT_ACK,
			     .data = "hello",
			     .len = 5 };

	return family == 4 ? pkt_ipv4(pkt_tcp(&tcp), 1, 2) : pkt_ipv6(pkt_tcp(&tcp), 1, 2, 6);
}

static GByteArray *
build(int row)
{
	GByteArray *p = pkt_prepend(inner(rows[row].family), rows[row].head);

	if (rows[row].protocol == UDP)
		p = udp_with(p, (uint16_t)rows[row].port);
	if (rows[row].protocol)
		p = ip_with(p, (uint8_t)rows[row].protocol);
	return pkt_prepend(p, rows[row].outer);
}

START_TEST(every_tunnel_leads_to_the_stream)
{
	PktWorld *w = pkt_world_new(NULL);

	ck_assert(cap_link_supported(rows[_i].link_type));
	pkt_feed(w, rows[_i].link_type, build(_i));
	pkt_finish(w);
	ck_assert_msg(w->flows->len == 1, "%s", rows[_i].what);
	ck_assert_str_eq(pkt_flow(w, 0)->story[0]->str, "hello");
	ck_assert_int_eq(pkt_flow(w, 0)->flow.family, rows[_i].family);
	ck_assert_int_eq(pkt_flow(w, 0)->flow.addr[0][rows[_i].family == 4 ? 3 : 15], 1);
	pkt_world_free(w);
}
END_TEST

/*
 * Cut anywhere by the capture: nothing is read beyond, nothing is reported that was not captured, and
 * nobody lies.
 */
START_TEST(cut_anywhere)
{
	GByteArray *whole = build(_i);

	for (uint32_t cut = 1; cut <= whole->len; cut++) {
		PktWorld *w = pkt_world_new(NULL);

		w->cut = cut;
		pkt_feed(w, rows[_i].link_type,
			 g_byte_array_append(pkt_new(), whole->data, whole->len));
		if (w->flows->len)
			ck_assert_uint_eq(
				pkt_flow(w, 0)->bytes[0]->len + pkt_flow(w, 0)->missing[0], 5);
		ck_assert_msg(cap_tracker_counters(w->tracker)->malformed == 0, "%s cut at %u",
			      rows[_i].what, cut);
		pkt_world_free(w);
	}
	g_byte_array_unref(whole);
}
END_TEST

/* The same, but the packet says that it was that short: never a stream, always counted. */
START_TEST(short_on_the_wire)
{
	GByteArray *whole = build(_i);

	for (uint32_t len = 0; len < whole->len; len++) {
		PktWorld *w = pkt_world_new(NULL);
		const CapCounters *c = cap_tracker_counters(w->tracker);
		GByteArray *part = pkt_new();

		pkt_feed(w, rows[_i].link_type,
			 len ? g_byte_array_append(part, whole->data, len) : part);
		ck_assert_uint_eq(w->flows->len, 0);
		ck_assert_msg(c->malformed + c->not_ip + c->not_tcp == 1, "%s of %u", rows[_i].what,
			      len);
		pkt_world_free(w);
	}
	g_byte_array_unref(whole);
}
END_TEST

/*
 * Any byte another: whatever comes of it, at most the five bytes, and nothing beyond the packet
 * (AddressSanitizer).
 */
START_TEST(lies_anywhere)
{
	static const uint8_t flips[] = { 0x01, 0x80, 0x0f, 0xf0, 0xff };
	GByteArray *whole = build(_i);

	for (uint32_t at = 0; at < whole->len * G_N_ELEMENTS(flips); at++) {
		GByteArray *copy = g_byte_array_append(pkt_new(), whole->data, whole->len);
		PktWorld *w = pkt_world_new(NULL);

		copy->data[at / G_N_ELEMENTS(flips)] ^= flips[at % G_N_ELEMENTS(flips)];
		pkt_feed(w, rows[_i].link_type, copy);
		pkt_finish(w);
		for (guint i = 0; i < w->flows->len; i++)
			ck_assert_uint_le(pkt_flow(w, i)->bytes[0]->len, whole->len);
		pkt_world_free(w);
	}
	g_byte_array_unref(whole);
}
END_TEST

/*
 * 0 to 20 headers of IP around the packet: as many as nobody needs are one too many, and counted.
 */
START_TEST(headers_without_end)
{
	for (int depth = 0; depth < 20; depth++) {
		PktWorld *w = pkt_world_new(NULL);
		GByteArray *p = inner(4);

		for (int i = 0; i < depth; i++)
			p = ip_with(p, 4);
		pkt_feed(w, 228, p);
		pkt_finish(w);
		ck_assert_uint_eq(w->flows->len, depth < 16);
		ck_assert_uint_eq(cap_tracker_counters(w->tracker)->limits, depth >= 16);
		pkt_world_free(w);
	}
}
END_TEST

static GByteArray *
part_of(const GByteArray *whole, uint32_t from, uint32_t to, uint16_t id, bool more,
	uint8_t protocol)
{
	GByteArray *p = g_byte_array_append(pkt_new(), whole->data + from, to - from);

	p = pkt_ipv4_part(p, 9, 8, id, (uint16_t)(from / 8 | (more ? 0x2000 : 0)));
	p->data[9] = protocol;
	return p;
}

static GByteArray *
in_vxlan(GByteArray *ip)
{
	return pkt_prepend(ip_with(udp_with(pkt_prepend(ip, "0800000000000100" MACS "0800"), 4789),
				   UDP),
			   MACS "0800");
}

START_TEST(fragments_in_a_tunnel)
{
	const PktTcp tcp = {
		.sport = 1000, .dport = 445, .flags = PKT_ACK, .data = "hello", .len = 5
	};
	GByteArray *whole = pkt_tcp(&tcp);
	PktWorld *w = pkt_world_new(NULL);

	pkt_feed(w, 1, in_vxlan(part_of(whole, 16, whole->len, 7, false, 6)));
	ck_assert_uint_eq(w->flows->len, 0);
	pkt_feed(w, 1, in_vxlan(part_of(whole, 0, 16, 7, true, 6)));
	pkt_finish(w);
	ck_assert_str_eq(pkt_flow(w, 0)->story[0]->str, "hello");
	ck_assert_uint_eq(cap_tracker_counters(w->tracker)->reassembled, 1);
	pkt_world_free(w);
	g_byte_array_unref(whole);
}
END_TEST

/*
 * Fragments in fragments in fragments: each level is put together, up to a limit that is counted;
 * no byte is lost.
 */
START_TEST(fragments_in_fragments)
{
	for (int depth = 1; depth < 7; depth++) {
		PktWorld *w = pkt_world_new(NULL);
		GByteArray *p = inner(4);
		size_t before = cap_tracker_memory(w->tracker);

		/*
		 * The first part of each level travels alone, the second one holds the packet of
		 * the level above.
		 */
		for (int level = 0; level < depth; level++) {
			GByteArray *first = part_of(p, 0, 16, (uint16_t)level, true, 4);
			GByteArray *second = part_of(p, 16, p->len, (uint16_t)level, false, 4);

			pkt_feed(w, 228, first);
			g_byte_array_unref(p);
			p = second;
		}
		pkt_feed(w, 228, p);
		ck_assert_uint_eq(cap_tracker_counters(w->tracker)->limits, depth > 4);
		if (depth > 4)
			ck_assert_uint_gt(cap_tracker_memory(w->tracker), before);
		pkt_finish(w);
		ck_assert_uint_eq(w->flows->len, depth <= 4);
		pkt_world_free(w);
	}
}
END_TEST

/* Three frames in one, between them what fills them up; then the checksum of the whole. */
START_TEST(aggregate)
{
	PktWorld *w = pkt_world_new(NULL);
	const CapCounters *c = cap_tracker_counters(w->tracker);
	GByteArray *p = pkt_new();

	pkt_hex(p, "8801" WLAN "8000");
	for (uint32_t i = 0; i < 3; i++) {
		const PktTcp tcp = { .src = 1,
				     .dst = 2,
				     .sport = 1000,
				     .dport = 445,
				     .seq = i * 3,
				     .flags = PKT_ACK,
				     .data = &"onetwoend"[i * 3],
				     .len = 3 };
		GByteArray *ip = pkt_ipv4(pkt_tcp(&tcp), 1, 2);

		pkt_hex(p, MACS);
		pkt_be16(p, ip->len + 8);
		pkt_hex(p, SNAP);
		g_byte_array_append(p, ip->data, ip->len);
		pkt_hex(p, i < 2 ? "eeeeee" : "deadbeef");
		g_byte_array_unref(ip);
	}
	pkt_feed(w, 105, g_byte_array_append(pkt_new(), p->data, p->len));
	ck_assert_str_eq(pkt_flow(w, 0)->story[0]->str, "onetwoend");
	ck_assert_uint_eq(c->tcp_packets, 3);
	ck_assert_uint_eq(c->packets, 1);
	ck_assert_uint_eq(c->malformed + c->not_ip, 0);
	/* The last length says more than there is. */
	p->data[p->len - 4 - 51 - 1] += 9;
	pkt_feed(w, 105, p);
	ck_assert_uint_eq(c->tcp_packets, 5);
	ck_assert_uint_eq(c->malformed, 1);
	pkt_world_free(w);
}
END_TEST

START_TEST(what_cannot_be_decoded)
{
	static const struct {
		const char *what;
		int link_type;
		const char *bytes;
		bool is_protected;
	} others[] = {
		{ "protected", 105, "0841" WLAN "00000000 00000000 aaaa03 000000 0800", true },
		{ "protected qos in radiotap", 127, "0000 0800 00000000 8841" WLAN "8000 00000000",
		  true },
		{ "empty aggregate", 105, "8801" WLAN "8000", false },
		{ "aggregate of a checksum", 105, "8801" WLAN "8000 12345678", false },
		{ "beacon", 105, "8000" WLAN "0000000000000000", false },
		{ "no data", 105, "4801" WLAN, false },
		{ "first fragment", 105, "0805" WLAN SNAP, false },
		{ "later fragment", 105,
		  "0801 0000 020000000001 020000000002 020000000003 1100" SNAP, false },
		{ "spanning tree", 1, MACS "0026 424203 0000 00 00", false },
		{ "labels only", 1, MACS "8847 00010140", false },
		{ "labels without end", 1, MACS "8847" ZEROS16 ZEROS16 ZEROS16 ZEROS16 ZEROS16,
		  false },
		{ "radiotap version 1", 127, "0100 0800 00000000", false },
		{ "ppi, unknown", 192, "0000 0800 93000000", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		PktWorld *w = pkt_world_new(NULL);
		const CapCounters *c = cap_tracker_counters(w->tracker);

		pkt_feed(w, others[i].link_type, pkt_prepend(pkt_new(), others[i].bytes));
		ck_assert_msg(c->not_ip == 1 && c->malformed == 0, "%s", others[i].what);
		ck_assert_uint_eq(c->wlan_protected, others[i].is_protected);
		pkt_world_free(w);
	}
}
END_TEST

/* Tunnels with nothing for us in them. */
START_TEST(idle_tunnels)
{
	static const struct {
		const char *bytes;
		int protocol, port;
	} idle[] = {
		{ "0000 0000", GRE, 0 },                       /* keep-alive */
		{ "2001 880b 00000001", GRE, 0 },              /* an acknowledgement of PPTP */
		{ "0002 0800 45", GRE, 0 },                    /* a version that there is not */
		{ "0000000000000100" MACS "0800", UDP, 4789 }, /* without the flag */
		{ "8000 6558 00000100", UDP, 6081 },
		{ "0000 1234 0a000001", UDP, 3544 },                /* a bubble's head alone */
		{ "0800000000000100" MACS "0806 0001", UDP, 4789 }, /* ARP */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(idle); i++) {
		PktWorld *w = pkt_world_new(NULL);
		GByteArray *p = pkt_prepend(pkt_new(), idle[i].bytes);

		if (idle[i].protocol == UDP)
			p = udp_with(p, (uint16_t)idle[i].port);
		pkt_feed(w, 228, ip_with(p, (uint8_t)idle[i].protocol));
		ck_assert_msg(cap_tracker_counters(w->tracker)->not_ip == 1, "row %zu", i);
		ck_assert_uint_eq(cap_tracker_counters(w->tracker)->malformed, 0);
		pkt_world_free(w);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tunnels");
	TCase *tc = tcase_create("tunnels");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, every_tunnel_leads_to_the_stream, 0, G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, cut_anywhere, 0, G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, short_on_the_wire, 0, G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, lies_anywhere, 0, G_N_ELEMENTS(rows));
	tcase_add_test(tc, headers_without_end);
	tcase_add_test(tc, fragments_in_a_tunnel);
	tcase_add_test(tc, fragments_in_fragments);
	tcase_add_test(tc, aggregate);
	tcase_add_test(tc, what_cannot_be_decoded);
	tcase_add_test(tc, idle_tunnels);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
