/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection that is fed bytes: framing, pairing, state, loss. Messages are built here; real
 * captures are in the golden tests.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/smb-builder.h"

enum {
	COM_CLOSE = 0x04,
	COM_READ_RAW = 0x1A,
	COM_LOCKING = 0x24,
	COM_ECHO = 0x2B,
	COM_OPEN_ANDX = 0x2D,
	COM_READ_ANDX = 0x2E,
	COM_NEGOTIATE = 0x72,
	COM_TREE_CONNECT = 0x70,
	COM_TREE_CONNECT_ANDX = 0x75,
	COM_NT_TRANSACT = 0xA0,
	COM_NT_CANCEL = 0xA4,
	NO_ANDX = 0xFF,
};

/* What happened, in the order in which it was told. */
typedef struct {
	SmbExchange x[256];
	uint32_t n_exchanges;
	uint64_t told, gaps, gap_bytes, gap_frame, skipped, netbios, opened, ended;
	uint64_t messages, response_to[256];
	SmbNetbios last_netbios;
	SmbConnectionInfo last; /* pointers in it are gone */
	uint32_t outstanding_max;
	char name[64];    /* of the file of the last exchange */
	bool share_logon; /* a tree connect was an attempt, and of this kind */
	SmbPasswordType share_password;
} Log;

static void
on_event(void *user, const SmbEvent *e)
{
	Log *log = user;

	log->outstanding_max = MAX(log->outstanding_max, e->connection->outstanding);
	switch (e->kind) {
	case SMB_EVENT_EXCHANGE:
		log->told++;
		if (log->n_exchanges < G_N_ELEMENTS(log->x))
			log->x[log->n_exchanges++] = *e->exchange;
		if (e->exchange->step == SMB_STEP_TREE_CONNECT && e->exchange->tree_connect.auth) {
			log->share_logon = true;
			log->share_password = e->exchange->tree_connect.auth->password_type;
		}
		if (e->exchange->file)
			smb_text_to_utf8(smb_string_text(e->exchange->file->name), log->name,
					 sizeof(log->name));
		break;
	case SMB_EVENT_MESSAGE:
		if (log->messages < G_N_ELEMENTS(log->response_to))
			log->response_to[log->messages] = e->message->response_to;
		log->messages++;
		break;
	case SMB_EVENT_GAP:
		log->gaps++;
		log->gap_bytes += e->gap->bytes;
		log->skipped += e->gap->skipped;
		log->gap_frame = e->when.frame;
		break;
	case SMB_EVENT_NETBIOS:
		log->netbios++;
		log->last_netbios = *e->netbios;
		break;
	case SMB_EVENT_OPENED:
		log->opened++;
		break;
	case SMB_EVENT_DATAGRAM:
		break;
	case SMB_EVENT_CONNECTION:
		log->ended++;
		log->last = *e->connection;
		break;
	}
}

typedef struct {
	Log log;
	SmbContext *context;
	SmbConnection *connection;
	uint64_t frame;
} Fixture;

static Fixture fixture;

static void
start(uint16_t port, bool midstream)
{
	SmbConfig config = { .want = ~0u, .event = on_event, .user = &fixture.log };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = port };
	SmbStamp first = { 1, 1 };

	memset(&fixture, 0, sizeof(fixture));
	fixture.context = smb_context_new(&config);
	fixture.connection = smb_connection_new(fixture.context, &ends, port == 139 || port == 445,
						midstream, &first);
	fixture.frame = 1;
}

/* Bytes in a heap block of their own size, so that reading beyond them is seen. */
static SmbConnectionState
feed_bytes(SmbDir dir, const void *bytes, size_t n)
{
	uint8_t *copy = g_memdup2(bytes, n);
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };
	SmbConnectionState state =
		smb_connection_feed(fixture.connection, dir, (SmbSpan){ copy, (uint32_t)n }, &when);

	g_free(copy);
	return state;
}

static void
feed(SmbDir dir, GByteArray *message)
{
	feed_bytes(dir, message->data, message->len);
	g_byte_array_unref(message);
}

static void
gap(SmbDir dir, uint64_t missing)
{
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };

	smb_connection_gap(fixture.connection, dir, missing, SMB_GAP_MISSING, &when);
}

static void
stop(SmbEnd why)
{
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };

	smb_connection_end(fixture.connection,
			   &(SmbEnding){ .end = why,
					 .by_server = true,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
	fixture.connection = NULL;
	smb_context_free(fixture.context);
}

/* ---- messages ---- */

static GByteArray *
simple(uint8_t command, bool reply, uint16_t mid)
{
	return build_simple(
		(BuildHeader){ .command = command, .reply = reply, .pid = 7, .mid = mid }, NULL, 0,
		NULL, 0);
}

static GByteArray *
open_request(uint16_t mid, const char *name)
{
	uint16_t words[15] = { NO_ANDX, 0, 0, 0, 0, 0, 0, 0, 1 };

	return build_simple(
		(BuildHeader){ .command = COM_OPEN_ANDX, .pid = 7, .mid = mid, .tid = 5 }, words,
		15, name, (uint16_t)(strlen(name) + 1));
}

static GByteArray *
open_response(uint16_t mid, uint16_t fid)
{
	uint16_t words[15] = { NO_ANDX, 0, fid, 0, 0, 0, 16, 0, 0, 0, 0, 1 };

	return build_simple(
		(BuildHeader){
			.command = COM_OPEN_ANDX, .reply = true, .pid = 7, .mid = mid, .tid = 5 },
		words, 15, NULL, 0);
}

static GByteArray *
read_request(uint16_t mid, uint16_t fid, uint32_t offset, uint16_t count)
{
	uint16_t words[12] = { NO_ANDX, 0,    fid, (uint16_t)offset, (uint16_t)(offset >> 16),
			       count,   count };

	return build_simple(
		(BuildHeader){ .command = COM_READ_ANDX, .pid = 7, .mid = mid, .tid = 5 }, words,
		12, NULL, 0);
}

static GByteArray *
read_response(uint16_t mid, uint16_t count)
{
	uint16_t words[12] = { NO_ANDX, 0, 0xFFFF, 0, 0, count, 60 };
	g_autofree uint8_t *data = g_malloc0((gsize)count + 1);

	return build_simple(
		(BuildHeader){
			.command = COM_READ_ANDX, .reply = true, .pid = 7, .mid = mid, .tid = 5 },
		words, 12, data, (uint16_t)(count + 1));
}

static GByteArray *
failure(uint8_t command, uint16_t mid, uint32_t status)
{
	return build_simple(
		(BuildHeader){
			.command = command, .reply = true, .status = status, .pid = 7, .mid = mid },
		NULL, 0, NULL, 0);
}

/* ---- pairing ---- */

/* impacket sends MID 0 on every request: the oldest that fits is the one answered. */
START_TEST(same_mid_pairs_by_order)
{
	start(445, false);
	feed(SMB_TO_SERVER, open_request(0, "a"));
	feed(SMB_TO_SERVER, open_request(0, "b"));
	feed(SMB_TO_CLIENT, open_response(0, 11));
	feed(SMB_TO_CLIENT, open_response(0, 12));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_uint_eq(fixture.log.x[0].request.frame, 2);
	ck_assert_uint_eq(fixture.log.x[0].fid, 11);
	ck_assert_uint_eq(fixture.log.x[1].request.frame, 3);
	ck_assert_uint_eq(fixture.log.x[1].fid, 12);
	ck_assert_uint_eq(fixture.log.response_to[2], 2);
	ck_assert_uint_eq(fixture.log.response_to[3], 3);
	stop(SMB_END_FIN);
}
END_TEST

START_TEST(answers_out_of_order_pair_by_mid)
{
	start(445, false);
	feed(SMB_TO_SERVER, read_request(1, 9, 0, 100));
	feed(SMB_TO_SERVER, read_request(2, 9, 100, 100));
	feed(SMB_TO_CLIENT, read_response(2, 50));
	feed(SMB_TO_CLIENT, read_response(1, 100));
	ck_assert_uint_eq(fixture.log.x[0].io.offset, 100);
	ck_assert_uint_eq(fixture.log.x[0].io.count, 50);
	ck_assert_uint_eq(fixture.log.x[1].io.offset, 0);
	ck_assert_uint_eq(fixture.log.x[1].io.count, 100);
	stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.n_files, 1);
}
END_TEST

/* An ECHO of count 3 gets three answers on one MID; it is one exchange. */
START_TEST(echo_waits_for_all_its_answers)
{
	uint16_t three = 3;
	BuildHeader h = { .command = COM_ECHO, .pid = 7, .mid = 4 };

	start(445, false);
	feed(SMB_TO_SERVER, build_simple(h, &three, 1, "x", 1));
	h.reply = true;
	for (uint16_t i = 1; i <= 3; i++) {
		ck_assert_uint_eq(fixture.log.n_exchanges, 0);
		feed(SMB_TO_CLIENT, build_simple(h, &i, 1, "x", 1));
		ck_assert_uint_eq(fixture.log.response_to[i], 2);
	}
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_ECHO);
	stop(SMB_END_FIN);
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
	start(445, false);
	feed(SMB_TO_SERVER, notify_request(6));
	feed(SMB_TO_SERVER, simple(COM_NT_CANCEL, false, 6));
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_CANCEL);
	ck_assert(fixture.log.x[0].one_way);
	ck_assert_uint_eq(fixture.log.x[0].other.target_mid, 6);
	feed(SMB_TO_CLIENT, failure(COM_NT_TRANSACT, 6, 0xC0000120u));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_int_eq(fixture.log.x[1].step, SMB_STEP_NOTIFY);
	stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.unanswered, 0);
}
END_TEST

/* A server without change notification is reported apart: it loses connections without notice. */
START_TEST(notify_unsupported_is_said)
{
	static const uint32_t unsupported[] = { 0xC0000002u, 0xC00000BBu };

	for (size_t i = 0; i < G_N_ELEMENTS(unsupported); i++) {
		start(445, false);
		feed(SMB_TO_SERVER, notify_request(6));
		feed(SMB_TO_CLIENT, failure(COM_NT_TRANSACT, 6, unsupported[i]));
		ck_assert(fixture.log.x[0].other.unsupported);
		stop(SMB_END_FIN);
		ck_assert(fixture.log.last.notify_unsupported);
	}
	start(445, false);
	feed(SMB_TO_SERVER, notify_request(6));
	feed(SMB_TO_CLIENT, failure(COM_NT_TRANSACT, 6, 0xC0000022u));
	ck_assert(!fixture.log.x[0].other.unsupported);
	stop(SMB_END_FIN);
	ck_assert(!fixture.log.last.notify_unsupported);
}
END_TEST

/* An oplock break is the one request that a server sends (MID 0xFFFF). */
START_TEST(oplock_break_comes_from_the_server)
{
	uint16_t words[8] = { NO_ANDX, 0, 9, 0x0102, 0, 0, 0, 0 };

	start(445, false);
	feed(SMB_TO_CLIENT, build_simple((BuildHeader){ .command = COM_LOCKING, .mid = 0xFFFF },
					 words, 8, NULL, 0));
	/* It waits for what the client does about it. */
	ck_assert_uint_eq(fixture.log.n_exchanges, 0);
	/*
	 * The client gives the oplock up with a request that is not answered ([MS-CIFS]
	 * 2.2.4.32.1).
	 */
	feed(SMB_TO_SERVER,
	     build_simple((BuildHeader){ .command = COM_LOCKING, .mid = 3 }, words, 8, NULL, 0));
	stop(SMB_END_FIN);
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
	start(445, false);
	feed(SMB_TO_CLIENT, read_response(3, 10));
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert(fixture.log.x[0].incomplete & SMB_INCOMPLETE_NO_REQUEST);
	ck_assert_uint_eq(fixture.log.x[0].request.frame, 0);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_READ);
	stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.orphans, 1);
}
END_TEST

START_TEST(what_was_outstanding_is_reported_at_the_end)
{
	start(445, false);
	feed(SMB_TO_SERVER, notify_request(6));
	feed(SMB_TO_SERVER, read_request(7, 9, 0, 10));
	stop(SMB_END_RESET);
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

	start(445, false);
	feed(SMB_TO_SERVER, open_and_read());
	a = build_message((BuildHeader){
		.command = COM_OPEN_ANDX, .reply = true, .pid = 7, .mid = 1, .tid = 5 });
	build_block(a, open, 15, NULL, 0);
	build_block(a, read, 12, "\0data", 5);
	feed(SMB_TO_CLIENT, build_end(a));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_uint_eq(fixture.log.x[1].fid, 77);
	ck_assert_uint_eq(fixture.log.x[1].io.count, 4);
	ck_assert_uint_eq(fixture.log.x[1].chain_index, 1);
	ck_assert_str_eq(fixture.log.name, "f");
	stop(SMB_END_FIN);
}
END_TEST

/*
 * One status for the whole chain: it speaks of the last block answered, and those after it were
 * not executed.
 */
START_TEST(failed_block_ends_the_chain)
{
	start(445, false);
	feed(SMB_TO_SERVER, open_and_read());
	feed(SMB_TO_CLIENT, failure(COM_OPEN_ANDX, 1, 0xC0000034u));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert(fixture.log.x[0].failed);
	ck_assert(!fixture.log.x[0].not_executed);
	ck_assert(fixture.log.x[1].not_executed);
	ck_assert(!fixture.log.x[1].has_status);
	stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.unanswered, 0);
	ck_assert_uint_eq(fixture.log.last.n_files, 0);
}
END_TEST

/* ---- data without a header ---- */

START_TEST(read_raw_is_answered_by_bare_data)
{
	uint16_t words[8] = { 9, 0, 0, 300, 300, 0, 0, 0 };
	uint8_t data[304] = { 0, 0, 300 >> 8, 300 & 0xFF };
	g_autoptr(GByteArray) inner = simple(COM_ECHO, true, 5);

	/* The file begins with what looks like a message. */
	memcpy(data + 8, inner->data, inner->len);
	start(139, false);
	feed(SMB_TO_SERVER,
	     build_simple((BuildHeader){ .command = COM_READ_RAW, .pid = 7, .mid = 1 }, words, 8,
			  NULL, 0));
	feed_bytes(SMB_TO_CLIENT, data, 304);
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_READ);
	ck_assert_uint_eq(fixture.log.x[0].io.count, 300);
	ck_assert_uint_eq(fixture.log.messages, 1);
	stop(SMB_END_FIN);
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

		start(139, false);
		feed(SMB_TO_SERVER,
		     build_simple((BuildHeader){ .command = 0x1D, .pid = 7, .mid = 1 }, words, 12,
				  NULL, 0));
		if (way & 2)
			feed_bytes(SMB_TO_SERVER, data, 304);
		/* Samba leaves the reply bit clear here. */
		feed(SMB_TO_CLIENT,
		     build_simple((BuildHeader){ .command = 0x1D, .pid = 7, .mid = 1 }, &ready, 1,
				  NULL, 0));
		if (!(way & 2)) {
			ck_assert_uint_eq(fixture.log.n_exchanges, 0);
			feed_bytes(SMB_TO_SERVER, data, 304);
		}
		ck_assert_uint_eq(fixture.log.n_exchanges, mode ? 0 : 1);
		if (mode)
			feed(SMB_TO_CLIENT, build_simple((BuildHeader){ .command = 0x20,
									.reply = true,
									.pid = 7,
									.mid = 1 },
							 &written, 1, NULL, 0));
		ck_assert_uint_eq(fixture.log.n_exchanges, 1);
		ck_assert_int_eq(fixture.log.x[0].step, SMB_STEP_WRITE);
		ck_assert_uint_eq(fixture.log.x[0].io.count, 300);
		stop(SMB_END_FIN);
		ck_assert_uint_eq(fixture.log.last.unanswered, 0);
	}
}
END_TEST

/* ---- loss ---- */

/*
 * Payload that nobody looks at may be lost: the message stays whole, and the next one is found
 * where it is.
 */
START_TEST(gap_in_payload_costs_nothing_else)
{
	g_autoptr(GByteArray) response = read_response(1, 5000);

	start(445, false);
	feed(SMB_TO_SERVER, read_request(1, 9, 0, 5000));
	feed_bytes(SMB_TO_CLIENT, response->data, 2000);
	gap(SMB_TO_CLIENT, 1000);
	feed_bytes(SMB_TO_CLIENT, response->data + 3000, response->len - 3000);
	feed(SMB_TO_SERVER, read_request(2, 9, 5000, 10));
	feed(SMB_TO_CLIENT, read_response(2, 10));
	ck_assert_uint_eq(fixture.log.n_exchanges, 2);
	ck_assert_uint_eq(fixture.log.x[0].io.count, 5000);
	ck_assert_uint_eq(fixture.log.gaps, 1);
	ck_assert_uint_eq(fixture.log.skipped, 0);
	stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.gap_bytes, 1000);
	ck_assert(fixture.log.last.incomplete & SMB_INCOMPLETE_GAP);
}
END_TEST

/* It is reported when the connection ends, and was noticed long before. */
START_TEST(gap_that_nothing_follows_has_its_own_frame)
{
	start(445, false);
	feed(SMB_TO_SERVER, simple(COM_ECHO, false, 1));
	gap(SMB_TO_CLIENT, 20);
	feed_bytes(SMB_TO_CLIENT, "no message begins here", 22);
	feed(SMB_TO_SERVER, simple(COM_ECHO, false, 2));
	stop(SMB_END_TIMEOUT);
	ck_assert_uint_eq(fixture.log.gaps, 1);
	ck_assert_uint_eq(fixture.log.gap_frame, 3);
}
END_TEST

/*
 * After a gap that swallowed a header, the next message is searched, and what was passed over is
 * said.
 */
START_TEST(gap_over_a_header_finds_the_next_message)
{
	g_autoptr(GByteArray) lost = open_response(1, 11);

	start(445, false);
	feed(SMB_TO_SERVER, open_request(1, "a"));
	feed(SMB_TO_SERVER, open_request(2, "b"));
	gap(SMB_TO_CLIENT, 20);
	feed_bytes(SMB_TO_CLIENT, lost->data + 20, lost->len - 20);
	feed(SMB_TO_CLIENT, open_response(2, 12));
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_uint_eq(fixture.log.x[0].fid, 12);
	ck_assert_uint_eq(fixture.log.gaps, 1);
	ck_assert_uint_eq(fixture.log.gap_bytes, 20);
	ck_assert_uint_eq(fixture.log.skipped, lost->len - 20);
	stop(SMB_END_FIN);
}
END_TEST

/* The same, with the bytes after the gap in pieces of one: a message may begin across pieces. */
START_TEST(search_crosses_pieces)
{
	g_autoptr(GByteArray) lost = open_response(1, 11), next = open_response(2, 12);

	for (guint piece = 1; piece < 12; piece++) {
		start(445, false);
		feed(SMB_TO_SERVER, open_request(2, "b"));
		gap(SMB_TO_CLIENT, 20);
		g_autoptr(GByteArray) all = g_byte_array_new();
		g_byte_array_append(all, lost->data + 20, lost->len - 20);
		g_byte_array_append(all, next->data, next->len);
		for (guint i = 0; i < all->len; i += piece)
			feed_bytes(SMB_TO_CLIENT, all->data + i, MIN(piece, all->len - i));
		ck_assert_uint_eq(fixture.log.n_exchanges, 1);
		ck_assert_uint_eq(fixture.log.x[0].fid, 12);
		ck_assert_uint_eq(fixture.log.skipped, lost->len - 20);
		stop(SMB_END_FIN);
	}
}
END_TEST

/* A header of a session message, `before` bytes that are none of SMB, and two messages. */
static GByteArray *
hidden(uint16_t length, guint before)
{
	GByteArray *all = g_byte_array_new();
	const uint8_t header[4] = { 0, 0, (uint8_t)(length >> 8), (uint8_t)length };

	g_byte_array_append(all, header, sizeof(header));
	for (guint i = 0; i < before; i++)
		g_byte_array_append(all, (const uint8_t *)"pn\r", 1);
	for (uint16_t mid = 1; mid <= 2; mid++) {
		g_autoptr(GByteArray) m = simple(COM_ECHO, false, mid);

		g_byte_array_append(all, m->data, m->len);
	}
	return all;
}

/*
 * A length that is a lie leads over the header of the next message, which stands among the first
 * bytes of one that is none of SMB. However the bytes are cut.
 */
START_TEST(hidden_message_is_found)
{
	static const uint16_t lengths[] = { 11, 20, 64, 79, 84, 300 };

	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autoptr(GByteArray) all = hidden(lengths[i], 3);

		for (guint piece = 1; piece <= all->len; piece++) {
			start(139, false);
			for (guint at = 0; at < all->len; at += piece)
				feed_bytes(SMB_TO_SERVER, all->data + at,
					   MIN(piece, all->len - at));
			ck_assert_uint_eq(fixture.log.messages, 2);
			ck_assert_uint_eq(fixture.log.skipped, 4 + 3);
			ck_assert_uint_eq(fixture.log.gap_bytes, 0);
			stop(SMB_END_FIN);
			ck_assert(fixture.log.last.anomalies & SMB_ANOMALY_NOT_SMB);
		}
	}
}
END_TEST

/* A file that holds a message: only what a message begins with is looked at, and not all of it. */
START_TEST(contents_are_no_messages)
{
	static const guint before[] = { 57, 100 };

	for (guint i = 0; i < G_N_ELEMENTS(before); i++) {
		g_autoptr(GByteArray) all = hidden((uint16_t)(before[i] + 39), before[i]);

		start(139, false);
		feed_bytes(SMB_TO_SERVER, all->data, all->len);
		ck_assert_uint_eq(fixture.log.messages, 1);
		ck_assert_uint_eq(fixture.log.gaps, 0);
		stop(SMB_END_FIN);
	}
}
END_TEST

START_TEST(midstream_begins_with_the_next_message)
{
	g_autoptr(GByteArray) half = read_response(1, 200);

	start(445, true);
	feed_bytes(SMB_TO_CLIENT, half->data + 100, half->len - 100);
	feed(SMB_TO_SERVER, read_request(2, 9, 0, 10));
	feed(SMB_TO_CLIENT, read_response(2, 10));
	ck_assert_uint_eq(fixture.log.n_exchanges, 1);
	ck_assert_uint_eq(fixture.log.x[0].io.count, 10);
	stop(SMB_END_FIN);
	ck_assert(fixture.log.last.incomplete & SMB_INCOMPLETE_MIDSTREAM);
	ck_assert_int_eq(fixture.log.last.verdict, SMB_VERDICT_NONE);
}
END_TEST

/* ---- recognition ---- */

START_TEST(smb_is_recognised_on_any_port)
{
	start(8080, false);
	ck_assert_uint_eq(fixture.log.opened, 0);
	feed(SMB_TO_SERVER, simple(COM_ECHO, false, 1));
	ck_assert_uint_eq(fixture.log.opened, 1);
	ck_assert_uint_eq(fixture.log.messages, 1);
	stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.ended, 1);
}
END_TEST

START_TEST(recognition_needs_no_whole_header)
{
	g_autoptr(GByteArray) m = simple(COM_ECHO, false, 1);

	start(8080, false);
	for (guint i = 0; i < m->len; i++)
		feed_bytes(SMB_TO_SERVER, m->data + i, 1);
	ck_assert_uint_eq(fixture.log.messages, 1);
	stop(SMB_END_FIN);
}
END_TEST

START_TEST(other_protocols_are_left_alone)
{
	start(80, false);
	ck_assert_int_eq(feed_bytes(SMB_TO_SERVER, "GET / HTTP/1.1\r\n", 16), SMB_CONNECTION_OTHER);
	stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.opened + fixture.log.ended + fixture.log.messages, 0);
}
END_TEST

/* ---- NetBIOS session ---- */

static const char request_head[] = "\x81\0\0\x44";

START_TEST(session_request_names_both_ends)
{
	g_autoptr(GByteArray) a = g_byte_array_new();

	start(139, false);
	g_byte_array_append(a, (const uint8_t *)request_head, 4);
	build_text(a, " FDEFFCFGEFFCCACACACACACACACACACA"); /* SERVER<20> */
	build_text(a, " EDEMEJEFEOFECACACACACACACACACAAA"); /* CLIENT<00> */
	feed_bytes(SMB_TO_SERVER, a->data, a->len);
	feed_bytes(SMB_TO_CLIENT, "\x83\0\0\x01\x82", 5);
	ck_assert_uint_eq(fixture.log.netbios, 1);
	ck_assert_int_eq(fixture.log.last_netbios.result, SMB_NETBIOS_REFUSED);
	ck_assert_uint_eq(fixture.log.last_netbios.error, 0x82);
	ck_assert_uint_eq(fixture.log.last_netbios.called_suffix, 0x20);
	stop(SMB_END_FIN);
}
END_TEST

START_TEST(session_request_without_answer_is_reported)
{
	start(139, false);
	feed_bytes(
		SMB_TO_SERVER,
		"\x81\0\0\x44 FDEFFCFGEFFCCACACACACACACACACACA\0 EDEMEJEFEOFECACACACACACACACACAAA\0",
		72);
	stop(SMB_END_RESET);
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

	start(445, false);
	for (uint32_t i = 0; i < 200000; i++) {
		feed(SMB_TO_SERVER, read_request((uint16_t)i, 9, i, 1));
		if (i == 2 * MOST)
			settled = smb_context_memory(fixture.context);
	}
	ck_assert_uint_eq(smb_context_memory(fixture.context), settled);
	ck_assert_uint_le(fixture.log.outstanding_max, MOST);
	ck_assert_uint_eq(fixture.log.told, 200000 - MOST);
	ck_assert(fixture.log.x[0].incomplete & SMB_INCOMPLETE_LIMIT);
	stop(SMB_END_FIN);
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

	start(445, false);
	for (uint32_t i = 1; i < 60000; i++) {
		BuildHeader h = { .command = COM_TREE_CONNECT_ANDX, .pid = 7, .mid = (uint16_t)i };

		feed(SMB_TO_SERVER, open_request((uint16_t)i, "name"));
		feed(SMB_TO_CLIENT, open_response((uint16_t)i, (uint16_t)i));
		feed(SMB_TO_SERVER, build_simple(h, words, 4, "\\\\S\\X\0?????", 12));
		h.reply = true;
		h.tid = (uint16_t)i;
		feed(SMB_TO_CLIENT, build_simple(h, back, 3, "A:\0", 4));
		if (i == 1000)
			settled = smb_context_memory(fixture.context);
	}
	ck_assert_uint_eq(smb_context_memory(fixture.context), settled);
	stop(SMB_END_FIN);
	ck_assert_uint_eq(fixture.log.last.n_files, 256);
	ck_assert_uint_eq(fixture.log.last.n_trees, 64);
	ck_assert_uint_gt(fixture.log.last.limits, 0);
}
END_TEST

/* A length is not believed before its bytes come. */
START_TEST(declared_length_allocates_nothing)
{
	size_t before;

	start(445, false);
	before = smb_context_memory(fixture.context);
	feed_bytes(SMB_TO_SERVER, "\0\xFF\xFF\xFF\xFFSMB\x25", 9);
	ck_assert_uint_le(smb_context_memory(fixture.context), before + 4096);
	stop(SMB_END_FIN);
}
END_TEST

/* Everything that a connection held is given back. */
START_TEST(memory_returns_to_where_it_was)
{
	SmbConfig config = { .want = ~0u, .event = on_event, .user = &fixture.log };
	SmbEndpoints ends = { .family = 4, .server_port = 445 };
	SmbContext *context = smb_context_new(&config);
	SmbStamp when = { 1, 1 };
	size_t empty = smb_context_memory(context);

	memset(&fixture.log, 0, sizeof(fixture.log));
	fixture.context = context;
	fixture.connection = smb_connection_new(context, &ends, true, false, &when);
	for (uint16_t i = 0; i < 300; i++) {
		feed(SMB_TO_SERVER, open_request(i, "some name"));
		feed(SMB_TO_CLIENT, open_response(i, i));
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

		start(139, false);
		feed(SMB_TO_SERVER, build_simple((BuildHeader){ .command = COM_NEGOTIATE }, NULL, 0,
						 offer, sizeof(offer)));
		feed(SMB_TO_CLIENT,
		     build_simple((BuildHeader){ .command = COM_NEGOTIATE, .reply = true },
				  (const uint16_t[]){ 0 }, 1, NULL, 0));
		feed(SMB_TO_SERVER, build_simple(h, NULL, 0, cases[i].bytes, cases[i].n));
		h.reply = true;
		feed(SMB_TO_CLIENT, build_simple(h, (const uint16_t[]){ 512, 1 }, 2, NULL, 0));
		stop(SMB_END_FIN);
		ck_assert(fixture.log.share_logon);
		ck_assert_int_eq(fixture.log.share_password, cases[i].type);
		ck_assert_uint_eq(fixture.log.last.n_auths, 1);
	}
}
END_TEST

static Suite *
suite(void)
{
	const struct {
		const char *name;
		const TTest *tests[16];
	} cases[] = {
		{ "pairing",
		  { same_mid_pairs_by_order, answers_out_of_order_pair_by_mid,
		    echo_waits_for_all_its_answers, cancel_is_one_way, notify_unsupported_is_said,
		    oplock_break_comes_from_the_server, responses_without_requests_are_reported,
		    what_was_outstanding_is_reported_at_the_end } },
		{ "andx", { chained_read_uses_the_fid_of_its_open, failed_block_ends_the_chain } },
		{ "raw", { read_raw_is_answered_by_bare_data, write_raw_ends_as_its_mode_says } },
		{ "loss",
		  { gap_in_payload_costs_nothing_else, gap_that_nothing_follows_has_its_own_frame,
		    gap_over_a_header_finds_the_next_message, search_crosses_pieces,
		    hidden_message_is_found, contents_are_no_messages,
		    midstream_begins_with_the_next_message } },
		{ "recognition",
		  { smb_is_recognised_on_any_port, recognition_needs_no_whole_header,
		    other_protocols_are_left_alone } },
		{ "netbios",
		  { session_request_names_both_ends, session_request_without_answer_is_reported } },
		{ "logon", { share_without_a_password_is_an_anonymous_logon } },
		{ "caps",
		  { unanswered_requests_are_capped, files_and_trees_are_capped,
		    declared_length_allocates_nothing, memory_returns_to_where_it_was } },
	};
	Suite *s = suite_create("conversation");

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		TCase *tc = tcase_create(cases[i].name);

		tcase_set_timeout(tc, 60);
		for (size_t k = 0; cases[i].tests[k]; k++)
			tcase_add_test(tc, cases[i].tests[k]);
		suite_add_tcase(s, tc);
	}
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
