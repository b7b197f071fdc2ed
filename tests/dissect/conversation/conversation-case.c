/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of conversations share: one connection, its messages, and what was told of them. */
#include "tests/dissect/conversation/conversation-case.h"

void
conversation_on_event(void *user, const SmbEvent *e)
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
	case SMB_EVENT_FORGOTTEN:
	case SMB_WANT_PRINTS: /* no event */
		break;
	case SMB_EVENT_CONNECTION:
		log->ended++;
		log->last = *e->connection;
		break;
	}
}

Fixture fixture;

void
conversation_start(uint16_t port, bool midstream)
{
	SmbConfig config = { .want = ~0u, .event = conversation_on_event, .user = &fixture.log };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = port };
	SmbStamp first = { 1, 1 };

	memset(&fixture, 0, sizeof(fixture));
	fixture.context = smb_context_new(&config);
	fixture.connection = smb_connection_new(fixture.context, &ends, port == 139 || port == 445,
						midstream, &first);
	fixture.frame = 1;
}

SmbConnectionState
conversation_feed_bytes(SmbDir dir, const void *bytes, size_t n)
{
	uint8_t *copy = g_memdup2(bytes, n);
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };
	SmbConnectionState state =
		smb_connection_feed(fixture.connection, dir, (SmbSpan){ copy, (uint32_t)n }, &when);

	g_free(copy);
	return state;
}

void
conversation_feed(SmbDir dir, GByteArray *message)
{
	conversation_feed_bytes(dir, message->data, message->len);
	g_byte_array_unref(message);
}

void
conversation_gap(SmbDir dir, uint64_t missing)
{
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };

	smb_connection_gap(fixture.connection, dir, missing, SMB_GAP_MISSING, &when);
}

void
conversation_stop(SmbEnd why)
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

GByteArray *
conversation_simple(uint8_t command, bool reply, uint16_t mid)
{
	return build_simple(
		(BuildHeader){ .command = command, .reply = reply, .pid = 7, .mid = mid }, NULL, 0,
		NULL, 0);
}

GByteArray *
conversation_open_request(uint16_t mid, const char *name)
{
	uint16_t words[15] = { NO_ANDX, 0, 0, 0, 0, 0, 0, 0, 1 };

	return build_simple(
		(BuildHeader){ .command = COM_OPEN_ANDX, .pid = 7, .mid = mid, .tid = 5 }, words,
		15, name, (uint16_t)(strlen(name) + 1));
}

GByteArray *
conversation_open_response(uint16_t mid, uint16_t fid)
{
	uint16_t words[15] = { NO_ANDX, 0, fid, 0, 0, 0, 16, 0, 0, 0, 0, 1 };

	return build_simple(
		(BuildHeader){
			.command = COM_OPEN_ANDX, .reply = true, .pid = 7, .mid = mid, .tid = 5 },
		words, 15, NULL, 0);
}

GByteArray *
conversation_read_request(uint16_t mid, uint16_t fid, uint32_t offset, uint16_t count)
{
	uint16_t words[12] = { NO_ANDX, 0,    fid, (uint16_t)offset, (uint16_t)(offset >> 16),
			       count,   count };

	return build_simple(
		(BuildHeader){ .command = COM_READ_ANDX, .pid = 7, .mid = mid, .tid = 5 }, words,
		12, NULL, 0);
}

GByteArray *
conversation_read_response(uint16_t mid, uint16_t count)
{
	uint16_t words[12] = { NO_ANDX, 0, 0xFFFF, 0, 0, count, 60 };
	g_autofree uint8_t *data = g_malloc0((gsize)count + 1);

	return build_simple(
		(BuildHeader){
			.command = COM_READ_ANDX, .reply = true, .pid = 7, .mid = mid, .tid = 5 },
		words, 12, data, (uint16_t)(count + 1));
}

GByteArray *
conversation_failure(uint8_t command, uint16_t mid, uint32_t status)
{
	return build_simple(
		(BuildHeader){
			.command = command, .reply = true, .status = status, .pid = 7, .mid = mid },
		NULL, 0, NULL, 0);
}
