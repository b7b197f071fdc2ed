/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every link layer leads to the same TCP stream; what is cut, foreign or lying is counted and
 * passed over.
 */
#include <check.h>
#include <stdlib.h>

#include "capture/link/link.h"
#include "tests/lib/packets.h"

#define MACS "020000000001 020000000002"

static const struct {
	const char *what;
	int link_type;
	const char *head;
	int family;
} rows[] = {
	{ "ethernet", 1, MACS "0800", 4 },
	{ "ethernet, ipv6", 1, MACS "86dd", 6 },
	{ "802.1q", 1, MACS "8100 002a 0800", 4 },
	{ "802.1ad over 802.1q", 1, MACS "88a8 002a 8100 0001 86dd", 6 },
	{ "0x9100, five deep", 1, MACS "9100 0001 8100 0001 8100 0002 8100 0003 88a8 0004 0800", 4 },
	{ "pppoe", 1, MACS "8864 1100 0001 0000 0021", 4 },
	{ "cooked v1", 113, "0000 0001 0006 020000000001 0000 0800", 4 },
	{ "cooked v1, ipv6", 113, "0000 0001 0006 020000000001 0000 86dd", 6 },
	{ "cooked v1, tagged", 113, "0000 0001 0006 020000000001 0000 8100 002a 0800", 4 },
	{ "cooked v2", 276, "0800 0000 00000002 0001 00 06 0200000000010000", 4 },
	{ "cooked v2, ipv6", 276, "86dd 0000 00000002 0001 00 06 0200000000010000", 6 },
	{ "raw 12", 12, "", 4 },
	{ "raw 12, ipv6", 12, "", 6 },
	{ "raw 14", 14, "", 4 },
	{ "raw 101", 101, "", 6 },
	{ "ipv4", 228, "", 4 },
	{ "ipv6", 229, "", 6 },
	{ "null, little", 0, "02000000", 4 },
	{ "null, big", 0, "00000002", 4 },
	{ "null, ipv6 of macos", 0, "1e000000", 6 },
	{ "null, ipv6 of freebsd, big", 0, "0000001c", 6 },
	{ "null, ipv6 of netbsd", 0, "18000000", 6 },
	{ "loop", 108, "00000002", 4 },
	{ "loop, ipv6", 108, "00000018", 6 },
	{ "ppp", 9, "ff03 0021", 4 },
	{ "ppp without address", 9, "0057", 6 },
	{ "ppp with a short protocol", 9, "21", 4 },
	{ "ppp serial", 50, "ff03 0021", 4 },
	{ "cisco hdlc", 50, "0f00 0800", 4 },
	{ "ppp ether", 51, "1100 0001 0000 0057", 6 },
};

static GByteArray *
packet_of(int family)
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

START_TEST(every_layer_leads_to_the_stream)
{
	PktWorld *w = pkt_world_new(NULL);

	ck_assert(cap_link_supported(rows[_i].link_type));
	pkt_feed(w, rows[_i].link_type, pkt_prepend(packet_of(rows[_i].family), rows[_i].head));
	pkt_finish(w);
	ck_assert_msg(w->flows->len == 1, "%s", rows[_i].what);
	ck_assert_str_eq(pkt_flow(w, 0)->story[0]->str, "hello");
	ck_assert_int_eq(pkt_flow(w, 0)->flow.family, rows[_i].family);
	pkt_world_free(w);
}
END_TEST

/*
 * Cut anywhere: nothing is read beyond (AddressSanitizer), nothing is reported that was not captured.
 */
START_TEST(cut_anywhere)
{
	GByteArray *whole = pkt_prepend(packet_of(rows[_i].family), rows[_i].head);

	for (uint32_t cut = 1; cut <= whole->len; cut++) {
		PktWorld *w = pkt_world_new(NULL);

		w->cut = cut;
		pkt_feed(w, rows[_i].link_type,
			 g_byte_array_append(pkt_new(), whole->data, whole->len));
		if (w->flows->len)
			ck_assert_uint_eq(
				pkt_flow(w, 0)->bytes[0]->len + pkt_flow(w, 0)->missing[0], 5);
		ck_assert_uint_eq(cap_tracker_counters(w->tracker)->malformed, 0);
		ck_assert_uint_eq(cap_tracker_counters(w->tracker)->truncated, cut < whole->len);
		pkt_world_free(w);
	}
	g_byte_array_unref(whole);
}
END_TEST

/*
 * The same, but the packet says that it was that short: it lies, or it is something else; never a
 * stream.
 */
START_TEST(short_on_the_wire)
{
	GByteArray *whole = pkt_prepend(packet_of(rows[_i].family), rows[_i].head);

	for (uint32_t len = 0; len < whole->len; len++) {
		PktWorld *w = pkt_world_new(NULL);
		const CapCounters *c = cap_tracker_counters(w->tracker);
		GByteArray *part = pkt_new();

		pkt_feed(w, rows[_i].link_type,
			 len ? g_byte_array_append(part, whole->data, len) : part);
		ck_assert_uint_eq(w->flows->len, 0);
		ck_assert_uint_eq(c->malformed + c->not_ip, 1);
		pkt_world_free(w);
	}
	g_byte_array_unref(whole);
}
END_TEST

START_TEST(others_are_counted_as_not_ip)
{
	static const struct {
		int link_type;
		const char *bytes;
	} others[] = {
		{ 1, MACS "0806 0001 0800" },      /* ARP */
		{ 1, MACS "0026 4242 0300" },      /* 802.3 with LLC */
		{ 1, MACS "8863 1109 0000 0000" }, /* PPPoE discovery */
		{ 0, "07000000 45" },
		{ 9, "ff03 c021 0101" }, /* LCP */
		{ 101, "55" },
		{ 147, "4500" }, /* a link type this program does not know */
	};
	PktWorld *w = pkt_world_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		pkt_feed(w, others[i].link_type, pkt_prepend(pkt_new(), others[i].bytes));
		ck_assert_uint_eq(cap_tracker_counters(w->tracker)->not_ip, i + 1);
	}
	ck_assert(!cap_link_supported(147));
	ck_assert(!cap_link_supported(-1));
	pkt_world_free(w);
}
END_TEST

START_TEST(tags_without_end)
{
	GByteArray *p = pkt_prepend(pkt_new(), MACS);
	PktWorld *w = pkt_world_new(NULL);

	for (int i = 0; i < 60000; i++)
		pkt_hex(p, "81000001");
	pkt_feed(w, 1, p);
	ck_assert_uint_eq(cap_tracker_counters(w->tracker)->not_ip, 1);
	ck_assert_uint_eq(cap_tracker_counters(w->tracker)->limits, 1);
	pkt_world_free(w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("link");
	TCase *tc = tcase_create("link");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, every_layer_leads_to_the_stream, 0, G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, cut_anywhere, 0, G_N_ELEMENTS(rows));
	tcase_add_loop_test(tc, short_on_the_wire, 0, G_N_ELEMENTS(rows));
	tcase_add_test(tc, others_are_counted_as_not_ip);
	tcase_add_test(tc, tags_without_end);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
