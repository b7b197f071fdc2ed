/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection that is fed bytes: framing, pairing, state, loss. Messages are built here; real
 * captures are in the golden tests.
 */
#include "tests/dissect/conversation/conversation-case.h"

/* ---- pairing ---- */

/* impacket sends MID 0 on every request: the oldest that fits is the one answered. */
START_TEST(same_mid_pairs_by_order)
{
	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, conversation_open_request(0, "a"));
	conversation_feed(SMB_TO_SERVER, conversation_open_request(0, "b"));
	conversation_feed(SMB_TO_CLIENT, conversation_open_response(0, 11));
	conversation_feed(SMB_TO_CLIENT, conversation_open_response(0, 12));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_uint_eq(fixture.log.x[0].request.frame, 2);
	ck_assert_uint_eq(fixture.log.x[0].fid, 11);
	ck_assert_uint_eq(fixture.log.x[1].request.frame, 3);
	ck_assert_uint_eq(fixture.log.x[1].fid, 12);
	ck_assert_uint_eq(fixture.log.response_to[2], 2);
	ck_assert_uint_eq(fixture.log.response_to[3], 3);
	conversation_stop(SMB_END_FIN);
}
END_TEST

START_TEST(answers_out_of_order_pair_by_mid)
{
	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, conversation_read_request(1, 9, 0, 100));
	conversation_feed(SMB_TO_SERVER, conversation_read_request(2, 9, 100, 100));
	conversation_feed(SMB_TO_CLIENT, conversation_read_response(2, 50));
	conversation_feed(SMB_TO_CLIENT, conversation_read_response(1, 100));
	ck_assert_uint_eq(fixture.log.x[0].io.offset, 100);
	ck_assert_uint_eq(fixture.log.x[0].io.count, 50);
	ck_assert_uint_eq(fixture.log.x[1].io.offset, 0);
	ck_assert_uint_eq(fixture.log.x[1].io.count, 100);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.n_files, 1);
}
END_TEST

/* An ECHO of count 3 gets three answers on one MID; it is one exchange. */
START_TEST(echo_waits_for_all_its_answers)
{
	uint16_t three = 3;
	BuildHeader h = { .command = COM_ECHO, .pid = 7, .mid = 4 };

	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, build_simple(h, &three, 1, "x", 1));
	h.reply = true;
	for (uint16_t i = 1; i <= 3; i++) {
		ck_assert_uint_eq(fixture.log.n_exchanges, 0);
		conversation_feed(SMB_TO_CLIENT, build_simple(h, &i, 1, "x", 1));
		ck_assert_uint_eq(fixture.log.response_to[i], 2);
	}
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_ECHO);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.orphans, 0);
}
END_TEST

static GByteArray *
notify_request(uint16_t mid)
{
	/* MaxSetup, reserved, counts 0, SetupCount 4, function 4; setup: filter, FID, tree. */
	GByteArray *a = build_message(
		(BuildHeader){ .command = COM_NT_TRANSACT, .pid = 7, .mid = mid, .tid = 5 });

	build_le(a, 23, 1);
	build_le(a, 0, 3);
	for (int i = 0; i < 8; i++)
		build_le(a, 0, 4);
	build_le(a, 4, 1);
	build_le(a, 4, 2);
	build_le(a, 0x17, 4);
	build_le(a, 9, 2);
	build_le(a, 1, 2);
	build_le(a, 0, 2);
	return build_end(a);
}

/* NT_CANCEL has no answer of its own; the notify answers CANCELLED. */
START_TEST(cancel_is_one_way)
{
	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, notify_request(6));
	conversation_feed(SMB_TO_SERVER, conversation_simple(COM_NT_CANCEL, false, 6));
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_CANCEL);
	ck_assert(fixture.log.x[0].one_way);
	ck_assert_uint_eq(fixture.log.x[0].other.target_mid, 6);
	conversation_feed(SMB_TO_CLIENT, conversation_failure(COM_NT_TRANSACT, 6, 0xC0000120u));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_int_eq(fixture.log.x[1].step, SMB_STEP_NOTIFY);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.unanswered, 0);
}
END_TEST

/* A server without change notification is reported apart: it loses connections without notice. */
START_TEST(notify_unsupported_is_said)
{
	static const uint32_t unsupported[] = { 0xC0000002u, 0xC00000BBu };

	for (size_t i = 0; i < G_N_ELEMENTS(unsupported); i++) {
		conversation_start(445, false);
		conversation_feed(SMB_TO_SERVER, notify_request(6));
		conversation_feed(SMB_TO_CLIENT,
				  conversation_failure(COM_NT_TRANSACT, 6, unsupported[i]));
		ck_assert(fixture.log.x[0].other.unsupported);
		conversation_stop(SMB_END_FIN);
		ck_assert(fixture.log.last.notify_unsupported);
	}
	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, notify_request(6));
	conversation_feed(SMB_TO_CLIENT, conversation_failure(COM_NT_TRANSACT, 6, 0xC0000022u));
	ck_assert(!fixture.log.x[0].other.unsupported);
	conversation_stop(SMB_END_FIN);
	ck_assert(!fixture.log.last.notify_unsupported);
}
END_TEST

/* An oplock break is the one request that a server sends (MID 0xFFFF). */
START_TEST(oplock_break_comes_from_the_server)
{
	uint16_t words[8] = { NO_ANDX, 0, 9, 0x0102, 0, 0, 0, 0 };

	conversation_start(445, false);
	conversation_feed(SMB_TO_CLIENT,
			  build_simple((BuildHeader){ .command = COM_LOCKING, .mid = 0xFFFF },
				       words, 8, NULL, 0));
	/* It waits for what the client does about it. */
	ck_assert_uint_eq(fixture.log.n_exchanges, 0);
	/*
	 * The client gives the oplock up with a request that is not answered ([MS-CIFS]
	 * 2.2.4.32.1).
	 */
	conversation_feed(SMB_TO_SERVER,
			  build_simple((BuildHeader){ .command = COM_LOCKING, .mid = 3 }, words, 8,
				       NULL, 0));
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert(fixture.log.x[0].from_server);
	ck_assert(!fixture.log.x[0].one_way);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_OPLOCK_BREAK);
	ck_assert_str_eq(fixture.log.x[0].other.oplock, "II");
	ck_assert_int_eq(fixture.log.x[0].other.broken, SMB_BROKEN_ACKNOWLEDGED);
	ck_assert_uint_eq(fixture.log.x[0].response.frame, 3);
	ck_assert_uint_eq(fixture.log.last.unanswered, 0);
	ck_assert_uint_eq(fixture.log.last.orphans, 0);
}
END_TEST

START_TEST(responses_without_requests_are_reported)
{
	conversation_start(445, false);
	conversation_feed(SMB_TO_CLIENT, conversation_read_response(3, 10));
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert(fixture.log.x[0].incomplete & SMB_INCOMPLETE_NO_REQUEST);
	ck_assert_uint_eq(fixture.log.x[0].request.frame, 0);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_READ);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.orphans, 1);
}
END_TEST

START_TEST(what_was_outstanding_is_reported_at_the_end)
{
	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, notify_request(6));
	conversation_feed(SMB_TO_SERVER, conversation_read_request(7, 9, 0, 10));
	conversation_stop(SMB_END_RESET);
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_int_eq(fixture.log.x[0].answer, SMB_ANSWER_WAITING);
	ck_assert(fixture.log.x[1].incomplete & SMB_INCOMPLETE_NO_RESPONSE);
	ck_assert_uint_eq(fixture.log.last.waiting, 1);
	ck_assert_uint_eq(fixture.log.last.unanswered, 1);
	ck_assert_uint_eq(fixture.log.ended, 1);
}
END_TEST

/* ---- AndX ---- */

static GByteArray *
open_and_read(void)
{
	/*
	 * OPEN_ANDX of 15 words and "f", READ_ANDX of 12 words after it; its FID is not known yet.
	 */
	uint16_t open[15] = { COM_READ_ANDX, 32 + 1 + 30 + 2 + 2, 0, 0, 0, 0, 0, 0, 1 };
	uint16_t read[12] = { NO_ANDX, 0, 0xFFFF, 0, 0, 64, 64 };
	GByteArray *a = build_message(
		(BuildHeader){ .command = COM_OPEN_ANDX, .pid = 7, .mid = 1, .tid = 5 });

	build_block(a, open, 15, "f", 2);
	build_block(a, read, 12, NULL, 0);
	return build_end(a);
}

/* What a block gets, those after it use: the read is of the file just opened. */
START_TEST(chained_read_uses_the_fid_of_its_open)
{
	uint16_t open[15] = { COM_READ_ANDX, 32 + 1 + 30 + 2, 77, 0, 0, 0, 16, 0, 0, 0, 0, 1 };
	uint16_t read[12] = { NO_ANDX, 0, 0xFFFF, 0, 0, 4, 92 };
	GByteArray *a;

	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, open_and_read());
	a = build_message((BuildHeader){
		.command = COM_OPEN_ANDX, .reply = true, .pid = 7, .mid = 1, .tid = 5 });
	build_block(a, open, 15, NULL, 0);
	build_block(a, read, 12, "\0data", 5);
	conversation_feed(SMB_TO_CLIENT, build_end(a));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_uint_eq(fixture.log.x[1].fid, 77);
	ck_assert_uint_eq(fixture.log.x[1].io.count, 4);
	ck_assert_uint_eq(fixture.log.x[1].chain_index, 1);
	ck_assert_str_eq(fixture.log.name, "f");
	conversation_stop(SMB_END_FIN);
}
END_TEST

/*
 * One status for the whole chain: it speaks of the last block answered, and those after it were
 * not executed.
 */
START_TEST(failed_block_ends_the_chain)
{
	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, open_and_read());
	conversation_feed(SMB_TO_CLIENT, conversation_failure(COM_OPEN_ANDX, 1, 0xC0000034u));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert(fixture.log.x[0].failed);
	ck_assert(!fixture.log.x[0].not_executed);
	ck_assert(fixture.log.x[1].not_executed);
	ck_assert(!fixture.log.x[1].has_status);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.unanswered, 0);
	ck_assert_uint_eq(fixture.log.last.n_files, 0);
}
END_TEST

/* Whoever chains more than is read hides the rest: that is told. */
START_TEST(commands_beyond_a_chain_are_counted)
{
	GByteArray *a = build_message((BuildHeader){ .command = COM_OPEN_ANDX, .pid = 7 });

	for (uint16_t i = 1; i < 18; i++)
		build_block(a, (uint16_t[]){ COM_OPEN_ANDX, 32 + 7 * i }, 2, NULL, 0);
	conversation_start(445, false);
	conversation_feed(SMB_TO_SERVER, build_end(a));
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.limits, 1);
}
END_TEST

/* ---- data without a header ---- */

START_TEST(read_raw_is_answered_by_bare_data)
{
	uint16_t words[8] = { 9, 0, 0, 300, 300, 0, 0, 0 };
	uint8_t data[304] = { 0, 0, 300 >> 8, 300 & 0xFF };
	g_autoptr(GByteArray) inner = conversation_simple(COM_ECHO, true, 5);

	/* The file begins with what looks like a message. */
	memcpy(data + 8, inner->data, inner->len);
	conversation_start(139, false);
	conversation_feed(SMB_TO_SERVER,
			  build_simple((BuildHeader){ .command = COM_READ_RAW, .pid = 7, .mid = 1 },
				       words, 8, NULL, 0));
	conversation_feed_bytes(SMB_TO_CLIENT, data, 304);
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_READ);
	ck_assert_uint_eq(fixture.log.x[0].io.count, 300);
	ck_assert_uint_eq(fixture.log.messages, 1);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.anomalies, 0);
}
END_TEST

/*
 * WRITE_RAW: a go-ahead, bare data, and a last answer only where the client wants to write through.
 */
START_TEST(write_raw_ends_as_its_mode_says)
{
	uint16_t ready = 0xFFFF, written = 300;

	/* Bit 0: through or after. Bit 1: whether the client waits for the go-ahead. */
	for (int way = 0; way < 4; way++) {
		uint16_t mode = way & 1;
		uint16_t words[12] = { 9, 300, 0, 0, 0, 0, 0, mode, 0, 0, 0, 0 };
		uint8_t data[304] = { 0, 0, 300 >> 8, 300 & 0xFF };

		conversation_start(139, false);
		conversation_feed(SMB_TO_SERVER,
				  build_simple((BuildHeader){ .command = 0x1D, .pid = 7, .mid = 1 },
					       words, 12, NULL, 0));
		if (way & 2)
			conversation_feed_bytes(SMB_TO_SERVER, data, 304);
		/* Samba leaves the reply bit clear here. */
		conversation_feed(SMB_TO_CLIENT,
				  build_simple((BuildHeader){ .command = 0x1D, .pid = 7, .mid = 1 },
					       &ready, 1, NULL, 0));
		if (!(way & 2)) {
			ck_assert_uint_eq(fixture.log.n_exchanges, 0);
			conversation_feed_bytes(SMB_TO_SERVER, data, 304);
		}
		ck_assert_uint_eq(fixture.log.n_exchanges, mode ? 0 : 1);
		if (mode)
			conversation_feed(SMB_TO_CLIENT,
					  build_simple((BuildHeader){ .command = 0x20,
								      .reply = true,
								      .pid = 7,
								      .mid = 1 },
						       &written, 1, NULL, 0));
		ck_assert_uint_eq(fixture.log.n_exchanges, 1);
		ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_WRITE);
		ck_assert_uint_eq(fixture.log.x[0].io.count, 300);
		conversation_stop(SMB_END_FIN);
		ck_assert_uint_eq(fixture.log.last.unanswered, 0);
	}
}
END_TEST

/* ---- recognition ---- */

START_TEST(smb_is_recognised_on_any_port)
{
	conversation_start(8080, false);
	ck_assert_uint_eq(fixture.log.opened, 0);
	conversation_feed(SMB_TO_SERVER, conversation_simple(COM_ECHO, false, 1));
	ck_assert_uint_eq(fixture.log.opened, 1);
	ck_assert_uint_eq(fixture.log.messages, 1);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.ended, 1);
}
END_TEST

START_TEST(recognition_needs_no_whole_header)
{
	g_autoptr(GByteArray) m = conversation_simple(COM_ECHO, false, 1);

	conversation_start(8080, false);
	for (guint i = 0; i < m->len; i++)
		conversation_feed_bytes(SMB_TO_SERVER, m->data + i, 1);
	ck_assert_uint_eq(fixture.log.messages, 1);
	conversation_stop(SMB_END_FIN);
}
END_TEST

START_TEST(other_protocols_are_left_alone)
{
	conversation_start(80, false);
	ck_assert_int_eq(conversation_feed_bytes(SMB_TO_SERVER, "GET / HTTP/1.1\r\n", 16),
			 SMB_CONNECTION_OTHER);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.opened + fixture.log.ended + fixture.log.messages, 0);
}
END_TEST

/* ---- NetBIOS session ---- */

static const char request_head[] = "\x81\0\0\x44";

START_TEST(session_request_names_both_ends)
{
	g_autoptr(GByteArray) a = g_byte_array_new();

	conversation_start(139, false);
	g_byte_array_append(a, (const uint8_t *)request_head, 4);
	build_text(a, " FDEFFCFGEFFCCACACACACACACACACACA"); /* SERVER<20> */
	build_text(a, " EDEMEJEFEOFECACACACACACACACACAAA"); /* CLIENT<00> */
	conversation_feed_bytes(SMB_TO_SERVER, a->data, a->len);
	conversation_feed_bytes(SMB_TO_CLIENT, "\x83\0\0\x01\x82", 5);
	ck_assert_uint_eq(fixture.log.netbios, 1);
	ck_assert_int_eq(fixture.log.last_netbios.result, SMB_NETBIOS_REFUSED);
	ck_assert_uint_eq(fixture.log.last_netbios.error, 0x82);
	ck_assert_uint_eq(fixture.log.last_netbios.called_suffix, 0x20);
	conversation_stop(SMB_END_FIN);
}
END_TEST

START_TEST(session_request_without_answer_is_reported)
{
	conversation_start(139, false);
	conversation_feed_bytes(
		SMB_TO_SERVER,
		"\x81\0\0\x44 FDEFFCFGEFFCCACACACACACACACACACA\0 EDEMEJEFEOFECACACACACACACACACAAA\0",
		72);
	conversation_stop(SMB_END_RESET);
	ck_assert_uint_eq(fixture.log.netbios, 1);
	ck_assert_int_eq(fixture.log.last_netbios.result, SMB_NETBIOS_UNANSWERED);
}
END_TEST

/* ---- caps ---- */

/*
 * 200,000 requests that nobody answers: 256 wait, the others are reported as lost to the limit; memory
 * stays where it is.
 */
START_TEST(unanswered_requests_are_capped)
{
	enum { MOST = 256 };
	size_t settled = 0;

	conversation_start(445, false);
	for (uint32_t i = 0; i < 200000; i++) {
		conversation_feed(SMB_TO_SERVER, conversation_read_request((uint16_t)i, 9, i, 1));
		if (i == 2 * MOST)
			settled = smb_context_memory(fixture.context);
	}
	ck_assert_uint_eq(smb_context_memory(fixture.context), settled);
	ck_assert_uint_le(fixture.log.outstanding_max, MOST);
	ck_assert_uint_eq(fixture.log.told, 200000 - MOST);
	ck_assert(fixture.log.x[0].incomplete & SMB_INCOMPLETE_LIMIT);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.limits, 200000 - MOST);
}
END_TEST

/*
 * A file opened again and again, never closed, and the same for trees: tables stay at their caps.
 */
START_TEST(files_and_trees_are_capped)
{
	uint16_t words[4] = { NO_ANDX, 0, 0, 0 }, back[3] = { NO_ANDX, 0, 0 };
	size_t settled = 0;

	conversation_start(445, false);
	for (uint32_t i = 1; i < 60000; i++) {
		BuildHeader h = { .command = COM_TREE_CONNECT_ANDX, .pid = 7, .mid = (uint16_t)i };

		conversation_feed(SMB_TO_SERVER, conversation_open_request((uint16_t)i, "name"));
		conversation_feed(SMB_TO_CLIENT,
				  conversation_open_response((uint16_t)i, (uint16_t)i));
		conversation_feed(SMB_TO_SERVER, build_simple(h, words, 4, "\\\\S\\X\0?????", 12));
		h.reply = true;
		h.tid = (uint16_t)i;
		conversation_feed(SMB_TO_CLIENT, build_simple(h, back, 3, "A:\0", 4));
		if (i == 2000)
			settled = smb_context_memory(fixture.context);
	}
	ck_assert_uint_eq(smb_context_memory(fixture.context), settled);
	conversation_stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.n_files, 4 * 256);
	ck_assert_uint_eq(fixture.log.last.n_trees, 8 * 64);
	ck_assert_uint_gt(fixture.log.last.limits, 0);
}
END_TEST

/* A length is not believed before its bytes come. */
START_TEST(declared_length_allocates_nothing)
{
	size_t before;

	conversation_start(445, false);
	before = smb_context_memory(fixture.context);
	conversation_feed_bytes(SMB_TO_SERVER, "\0\xFF\xFF\xFF\xFFSMB\x25", 9);
	ck_assert_uint_le(smb_context_memory(fixture.context), before + 4096);
	conversation_stop(SMB_END_FIN);
}
END_TEST

/* Everything that a connection held is given back. */
START_TEST(memory_returns_to_where_it_was)
{
	SmbConfig config = { .want = ~0u, .event = conversation_on_event, .user = &fixture.log };
	SmbEndpoints ends = { .family = 4, .server_port = 445 };
	SmbContext *context = smb_context_new(&config);
	SmbStamp when = { 1, 1 };
	size_t empty = smb_context_memory(context);

	memset(&fixture.log, 0, sizeof(fixture.log));
	fixture.context = context;
	fixture.connection = smb_connection_new(context, &ends, true, false, &when);
	for (uint16_t i = 0; i < 300; i++) {
		conversation_feed(SMB_TO_SERVER, conversation_open_request(i, "some name"));
		conversation_feed(SMB_TO_CLIENT, conversation_open_response(i, i));
	}
	smb_connection_end(fixture.connection,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = false,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
	/* Asks are kept for the next connection: a bounded number of them. */
	ck_assert_uint_le(smb_context_memory(context), empty + 256 * 1024);
	smb_context_free(context);
}
END_TEST

/*
 * The core protocol has share-level security: the password stands in the tree connect ([MS-CIFS]
 * 2.2.4.50.1), and none is what everybody has.
 */
START_TEST(share_without_a_password_is_an_anonymous_logon)
{
	static const char offer[] = "\2PC NETWORK PROGRAM 1.0";
	static const struct {
		const char *bytes;
		uint16_t n;
		SmbPasswordType type;
	} cases[] = {
		{ "\4\\\\S\\X\0\4\0\4A:", 13, SMB_PASSWORD_ANONYMOUS },
		{ "\4\\\\S\\X\0\4pw\0\4A:", 15, SMB_PASSWORD_PLAINTEXT },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		BuildHeader h = { .command = COM_TREE_CONNECT, .pid = 7, .mid = 2 };

		conversation_start(139, false);
		conversation_feed(SMB_TO_SERVER,
				  build_simple((BuildHeader){ .command = COM_NEGOTIATE }, NULL, 0,
					       offer, sizeof(offer)));
		conversation_feed(SMB_TO_CLIENT,
				  build_simple((BuildHeader){ .command = COM_NEGOTIATE,
							      .reply = true },
					       (const uint16_t[]){ 0 }, 1, NULL, 0));
		conversation_feed(SMB_TO_SERVER,
				  build_simple(h, NULL, 0, cases[i].bytes, cases[i].n));
		h.reply = true;
		conversation_feed(SMB_TO_CLIENT,
				  build_simple(h, (const uint16_t[]){ 512, 1 }, 2, NULL, 0));
		conversation_stop(SMB_END_FIN);
		ck_assert(fixture.log.share_logon);
		ck_assert_int_eq(fixture.log.share_password, cases[i].type);
		ck_assert_uint_eq(fixture.log.last.n_auths, 1);
	}
}
END_TEST

static TCase *
case_of(Suite *s, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return tc;
}

static Suite *
suite(void)
{
	Suite *s = suite_create("conversation");
	TCase *tc;

	tc = case_of(s, "pairing");
	tcase_add_test(tc, same_mid_pairs_by_order);
	tcase_add_test(tc, answers_out_of_order_pair_by_mid);
	tcase_add_test(tc, echo_waits_for_all_its_answers);
	tcase_add_test(tc, cancel_is_one_way);
	tcase_add_test(tc, notify_unsupported_is_said);
	tcase_add_test(tc, oplock_break_comes_from_the_server);
	tcase_add_test(tc, responses_without_requests_are_reported);
	tcase_add_test(tc, what_was_outstanding_is_reported_at_the_end);
	tc = case_of(s, "andx");
	tcase_add_test(tc, chained_read_uses_the_fid_of_its_open);
	tcase_add_test(tc, failed_block_ends_the_chain);
	tcase_add_test(tc, commands_beyond_a_chain_are_counted);
	tc = case_of(s, "raw");
	tcase_add_test(tc, read_raw_is_answered_by_bare_data);
	tcase_add_test(tc, write_raw_ends_as_its_mode_says);
	tc = case_of(s, "loss");
	conversation_add_loss(tc);
	tc = case_of(s, "recognition");
	tcase_add_test(tc, smb_is_recognised_on_any_port);
	tcase_add_test(tc, recognition_needs_no_whole_header);
	tcase_add_test(tc, other_protocols_are_left_alone);
	tc = case_of(s, "netbios");
	tcase_add_test(tc, session_request_names_both_ends);
	tcase_add_test(tc, session_request_without_answer_is_reported);
	tc = case_of(s, "logon");
	tcase_add_test(tc, share_without_a_password_is_an_anonymous_logon);
	tc = case_of(s, "caps");
	tcase_add_test(tc, unanswered_requests_are_capped);
	tcase_add_test(tc, files_and_trees_are_capped);
	tcase_add_test(tc, declared_length_allocates_nothing);
	tcase_add_test(tc, memory_returns_to_where_it_was);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
