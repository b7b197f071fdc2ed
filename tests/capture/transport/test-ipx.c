/* SPDX-License-Identifier: BSD-3-Clause */
/* NetBIOS over IPX, and SMB directly on IPX. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/frame-case.h"

enum { RAW_8023, ETHERNET_II, LLC };

/* Network 0000000a, nodes 1 and 2. `lie` is added to the length. */
static GByteArray *
ipx(int form, uint8_t from, uint8_t type, uint16_t sport, uint16_t dport, GByteArray *payload,
    int lie)
{
	static const char *const heads[] = { [RAW_8023] = "", [ETHERNET_II] = "", [LLC] = "e0e003" };
	const uint8_t node_to = from == 1 ? 2 : 1;
	GByteArray *p = pkt_new(), *frame;

	pkt_hex(p, heads[form]);
	pkt_hex(p, "ffff");
	pkt_be16(p, (uint32_t)(30 + (int)payload->len + lie));
	pkt_hex(p, "00");
	g_byte_array_append(p, &type, 1);
	pkt_hex(p, "0000000a 0000000000");
	g_byte_array_append(p, &node_to, 1);
	pkt_be16(p, dport);
	pkt_hex(p, "0000000a 0000000000");
	g_byte_array_append(p, &from, 1);
	pkt_be16(p, sport);
	g_byte_array_append(p, payload->data, payload->len);
	g_byte_array_unref(payload);
	frame = frame_ethernet(from, p);
	if (form == ETHERNET_II) {
		frame->data[12] = 0x81;
		frame->data[13] = 0x37;
	}
	return frame;
}

static GByteArray *
bytes(const char *s)
{
	GByteArray *p = pkt_new();

	frame_text(p, s);
	return p;
}

START_TEST(direct_hosting)
{
	FrameRig *w = frame_rig_new(NULL);

	/* The server's answer comes first here; side A is the client all the same. */
	frame_feed(w, ipx(_i, 2, 4, 0x0550, 0x0552, bytes("answer"), 0));
	frame_feed(w, ipx(_i, 1, 4, 0x0552, 0x0550, bytes("ask"), 0));
	frame_expect(w, "B:answer A:ask ");
	ck_assert_int_eq(w->flow.family, 3);
	ck_assert_uint_eq(w->flow.port[0], 0x0552);
	ck_assert_uint_eq(w->flow.addr[0][3], 10);
	ck_assert_uint_eq(w->flow.addr[0][9], 1);
	ck_assert(!w->flow.syn_seen);
	ck_assert(w->flow.connectionless);
	/* Other sockets are nobody's. */
	frame_feed(w, ipx(_i, 1, 4, 0x0452, 0x0452, bytes("service"), 0));
	frame_expect(w, "");
	frame_rig_free(w);
}
END_TEST

START_TEST(ipx_lengths_that_lie)
{
	FrameRig *w = frame_rig_new(NULL);

	frame_feed(w, ipx(LLC, 1, 4, 0x0552, 0x0550, bytes("ask"), -4));
	frame_expect(w, "");
	ck_assert_uint_eq(frame_counters(w)->malformed, 1);
	/* Longer than the frame: what there is. */
	frame_feed(w, ipx(LLC, 1, 4, 0x0552, 0x0550, bytes("ask"), 500));
	frame_expect(w, "A:ask ");
	ck_assert_uint_eq(frame_counters(w)->malformed, 2);
	for (uint32_t cut = 1; cut < 47; cut++) {
		w->cut = cut;
		frame_feed(w, ipx(LLC, 1, 4, 0x0552, 0x0550, bytes("ask"), 0));
	}
	frame_expect(w, "");
	frame_rig_free(w);
}
END_TEST

typedef struct {
	uint8_t from, control, type;
	uint16_t sequence, total, offset;
	const char *data;
	uint16_t to_id; /* 0: the session's */
	uint16_t id;    /* the same */
	int lie;
	uint16_t expected;
} Nbipx;

/* Connection 0x1001 of node 1 with 0x2002 of node 2. */
static void
nbipx(FrameRig *w, Nbipx n)
{
	GByteArray *p = pkt_new();
	uint16_t len = (uint16_t)strlen(n.data);

	g_byte_array_append(p, &n.control, 1);
	g_byte_array_append(p, &n.type, 1);
	frame_le16(p, n.id ? n.id : n.from == 1 ? 0x1001 : 0x2002);
	frame_le16(p, n.to_id ? n.to_id : n.from == 1 ? 0x2002 : 0x1001);
	frame_le16(p, n.sequence);
	frame_le16(p, n.total ? n.total : len);
	frame_le16(p, n.offset);
	frame_le16(p, (uint32_t)(len + n.lie));
	frame_le16(p, n.expected);
	frame_le16(p, 0);
	frame_text(p, n.data);
	frame_feed(w, ipx(LLC, n.from, 4, 0x0455, 0x0455, p, 0));
}

START_TEST(nbipx_session)
{
	FrameRig *w = frame_rig_new(NULL);

	nbipx(w,
	      (Nbipx){ .from = 1, .control = 0xc0, .type = 6, .to_id = 0xffff, .data = "names" });
	/* The other side answers first. */
	nbipx(w, (Nbipx){ .from = 2, .control = 0x80, .type = 6, .data = "names" });
	nbipx(w, (Nbipx){ .from = 1, .control = 0x50, .type = 6, .sequence = 1, .data = "ask" });
	ck_assert(w->flow.syn_seen);
	ck_assert_uint_eq(w->flow.syn_ns, 1000000);
	ck_assert_uint_eq(w->flow.port[0], 0x1001);
	ck_assert(!w->flow.connectionless);
	nbipx(w, (Nbipx){ .from = 1, .control = 0x58, .type = 6, .sequence = 1, .data = "ask" });
	nbipx(w, (Nbipx){ .from = 2, .type = 6, .sequence = 1, .total = 6, .data = "ans" });
	nbipx(w, (Nbipx){ .from = 2,
			  .control = 0x10,
			  .type = 6,
			  .sequence = 2,
			  .total = 6,
			  .offset = 3,
			  .data = "wer" });
	/* Parts that share the number of their message. */
	nbipx(w, (Nbipx){ .from = 2, .type = 6, .sequence = 3, .total = 4, .data = "ag" });
	nbipx(w, (Nbipx){ .from = 2,
			  .control = 0x10,
			  .type = 6,
			  .sequence = 3,
			  .total = 4,
			  .offset = 2,
			  .data = "in" });
	nbipx(w, (Nbipx){ .from = 1, .control = 0x80, .type = 7, .sequence = 2, .data = "" });
	frame_expect(w, "A:ask B:answer B:agin end0 ");
	ck_assert_uint_eq(frame_counters(w)->retransmitted, 3);
	ck_assert_uint_eq(frame_counters(w)->flows, 1);
	frame_rig_free(w);
}
END_TEST

/* Ids that come again, because they were asked for again. */
START_TEST(nbipx_ids_come_again)
{
	const Nbipx asks = { .from = 1, .control = 0xc0, .type = 6, .to_id = 0xffff, .data = "" };
	const Nbipx ends = { .from = 1, .control = 0x80, .type = 7, .data = "" };
	FrameRig *w = frame_rig_new(NULL);

	nbipx(w, asks);
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 7, .data = "one" });
	nbipx(w, asks);
	nbipx(w, ends);
	/* Late data of the one that is over, though a request came twice. */
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 7, .data = "one" });
	frame_expect(w, "A:one end0 ");
	nbipx(w, asks);
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 1, .data = "two" });
	frame_expect(w, "A:two ");
	ck_assert_uint_eq(frame_counters(w)->flows, 2);
	frame_rig_free(w);
}
END_TEST

/* More data than the packet has: what such a packet says does not open a connection. */
START_TEST(nbipx_opened_by_a_lie)
{
	FrameRig *w = frame_rig_new(NULL);

	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 1, .data = "data", .lie = 60 });
	frame_expect(w, "");
	ck_assert_uint_eq(frame_counters(w)->flows, 0);
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 1, .data = "data" });
	frame_expect(w, "A:data ");
	frame_rig_free(w);
}
END_TEST

/* Requests, connections and messages without end, from ever new ids: all stay below the ceiling. */
START_TEST(nbipx_flood)
{
	FrameRig *w = frame_rig_new(&(CapLimits){ .max_memory = 512 << 10 });
	g_autofree char *kilo = g_strnfill(1024, 'k');

	w->brief = true;
	for (uint32_t i = 0; i < 20000; i++) {
		nbipx(w, (Nbipx){ .from = 1,
				  .type = 6,
				  .sequence = 1,
				  .total = 0xffff,
				  .id = (uint16_t)(1 + i),
				  .to_id = i % 3 ? 0xffff : 7,
				  .data = kilo });
		ck_assert_uint_le(cap_tracker_memory(w->tracker), 512 << 10);
		g_string_truncate(w->story, 0);
	}
	ck_assert_uint_gt(frame_counters(w)->evicted, 0);
	frame_rig_free(w);
}
END_TEST

START_TEST(nbipx_losses)
{
	FrameRig *w = frame_rig_new(NULL);

	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 7, .total = 9, .data = "abc" });
	/* A packet is missing, and with it the rest of its message. */
	nbipx(w,
	      (Nbipx){
		      .from = 1, .type = 6, .sequence = 9, .total = 9, .offset = 6, .data = "ghi" });
	frame_expect(w, "A<4> A<3> ");
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 10, .data = "next" });
	frame_expect(w, "A:next ");
	/* A new message where the old one should go on. */
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 11, .total = 9, .data = "abc" });
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 12, .data = "new" });
	frame_expect(w, "A<3> A:new ");
	/* More data than the packet has. */
	nbipx(w, (Nbipx){ .from = 1,
			  .control = 0x10,
			  .type = 6,
			  .sequence = 13,
			  .data = "short",
			  .lie = 90 });
	frame_expect(w, "A:short ");
	ck_assert_uint_eq(frame_counters(w)->malformed, 1);
	frame_rig_free(w);
}
END_TEST

/* What is reported of a connection, with n forged packets before one of its own. */
static char *
nbipx_story(int at, int kind, uint8_t from, int n)
{
	FrameRig *w = frame_rig_new(NULL);
	char *story;

	for (int i = 0; i <= 20; i++) {
		const uint8_t side = i & 1 ? 2 : 1;
		const uint16_t mine = i & 1 ? 60000 : 100, theirs = i & 1 ? 100 : 60000;

		for (int k = 0; i == at && k < n; k++)
			nbipx(w, (Nbipx){ .from = from,
					  .type = (uint8_t)(6 + kind % 3),
					  .control = kind == 3 ? 0x10 : 0,
					  .sequence = (uint16_t)(30000 + k * 77),
					  .expected = (uint16_t)(20000 - k * 77),
					  .data = "forged" });
		nbipx(w, (Nbipx){ .from = side,
				  .type = i == 20 ? 7 : 6,
				  .sequence = (uint16_t)(mine + i / 2),
				  .expected = (uint16_t)(theirs + (i + 1) / 2),
				  .data = i == 20 ? "" : "honest" });
	}
	ck_assert_uint_eq(frame_counters(w)->forged > 0, at >= 0 && kind != 2);
	story = g_strdup(w->story->str);
	frame_rig_free(w);
	return story;
}

START_TEST(forged_packets_change_nothing)
{
	g_autofree char *want = nbipx_story(-1, 0, 1, 0);

	ck_assert_uint_eq(strlen(want), 20 * strlen("A:honest ") + strlen("end0 "));
	/* Before both have spoken nobody knows their numbers. */
	for (int at = 2; at <= 20; at++) {
		for (int i = 0; i < 16; i++) {
			g_autofree char *got =
				nbipx_story(at, i / 4, i & 1 ? 1 : 2, i & 2 ? 16 : 1);

			ck_assert_msg(!strcmp(want, got), "trial %d before %d: %s", i, at, got);
		}
	}
}
END_TEST

/* Numbers far ahead that go on from each other, and an end that was heard. */
START_TEST(nbipx_after_a_long_loss)
{
	FrameRig *w = frame_rig_new(NULL);

	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 1, .data = "one" });
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 501, .data = "two" });
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 502, .data = "three" });
	ck_assert_uint_eq(frame_counters(w)->forged, 2);
	nbipx(w, (Nbipx){ .from = 1, .type = 6, .sequence = 503, .data = "four" });
	frame_expect(w, "A:one A<2> A:four ");
	ck_assert_uint_eq(frame_counters(w)->forged, 0);
	nbipx(w, (Nbipx){ .from = 2, .type = 8, .data = "" });
	nbipx(w, (Nbipx){ .from = 1, .type = 7, .sequence = 9000, .data = "" });
	frame_expect(w, "");
	nbipx(w, (Nbipx){ .from = 2, .type = 8, .data = "" });
	frame_expect(w, "end0 ");
	ck_assert(!w->flow.ended_by_b);
	ck_assert_uint_eq(frame_counters(w)->forged, 0);
	frame_rig_free(w);
}
END_TEST

START_TEST(ipx_datagrams)
{
	FrameRig *w = frame_rig_new(NULL);
	GByteArray *p = pkt_new();

	pkt_hex(p, "00 0b");
	frame_text(p, "RECEIVER       0SENDER         1browse");
	frame_feed(w, ipx(LLC, 1, 4, 0x0455, 0x0455, p, 0));
	p = pkt_new();
	for (int i = 0; i < 8; i++)
		pkt_be32(p, 0);
	pkt_hex(p, "fc 02 0000");
	frame_text(p, "WORKGROUP      0SENDER         1mailslot");
	frame_feed(w, ipx(RAW_8023, 1, 0x14, 0x0553, 0x0553, p, 0));
	frame_expect(w, "300>00:browse 300>00:mailslot ");
	frame_rig_free(w);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ipx");
	TCase *tcase = tcase_create("ipx");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, direct_hosting, RAW_8023, LLC + 1);
	tcase_add_test(tcase, ipx_lengths_that_lie);
	tcase_add_test(tcase, nbipx_session);
	tcase_add_test(tcase, nbipx_ids_come_again);
	tcase_add_test(tcase, nbipx_opened_by_a_lie);
	tcase_add_test(tcase, nbipx_flood);
	tcase_add_test(tcase, nbipx_losses);
	tcase_add_test(tcase, forged_packets_change_nothing);
	tcase_add_test(tcase, nbipx_after_a_long_loss);
	tcase_add_test(tcase, ipx_datagrams);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
