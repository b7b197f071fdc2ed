/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contexts and connections, from creation to end. The only file that knows all floors: it joins
 * them, and at the end of a connection calls them in order.
 */
#include <glib.h>
#include <string.h>

#include "dissect/conversation/datagram/datagram.h"
#include "dissect/conversation/exchange/exchange.h"
#include "dissect/conversation/state/outcome.h"
#include "dissect/conversation/stream/stream.h"
#include "dissect/wire/memory.h"

static const SmbFloors FLOORS = {
	.wanted = smb_pipe_carries,
	.message = smb_exchange_message,
	.turn = smb_state_turn,
};

/* ---- contexts ---- */

SmbContext *
smb_context_new(const SmbConfig *config)
{
	SmbContext *self = g_new0(SmbContext, 1);

	self->config = *config;
	self->config.limits = smb_limits_with_defaults(&config->limits);
	self->memory = smb_memory_cost(sizeof(SmbContext));
	smb_exchange_shared_new(self);
	return self;
}

size_t
smb_context_free(SmbContext *self)
{
	size_t left;

	if (!self)
		return 0;
	smb_exchange_shared_free(self);
	smb_shared_free(self);
	smb_fragment_free(self);
	smb_whois_free(self);
	smb_servers_free(self);
	smb_prints_free(self);
	left = self->memory - smb_memory_cost(sizeof(*self));
	g_free(self);
	return left;
}

/* ---- connections ---- */

/* A connection and the parts of its floors are one block: all of its size is one account. */
typedef struct {
	SmbConnection connection;
	SmbStream stream;
	SmbState state;
	_Alignas(max_align_t) uint8_t exchanges[];
} Block;

static size_t
block_size(void)
{
	return sizeof(Block) + smb_exchanges_size();
}

/* Zeroed, part after part: bytes beyond 2 KiB in one call are set one by one (rep stosb of glibc). */
static Block *
block_new(SmbContext *context)
{
	Block *block = g_malloc(block_size());

	context->memory += smb_memory_cost(block_size());
	memset(&block->connection, 0, sizeof(block->connection));
	memset(&block->stream, 0, sizeof(block->stream));
	memset(&block->state, 0, sizeof(block->state));
	memset(block->exchanges, 0, smb_exchanges_size());
	return block;
}

SmbConnection *
smb_connection_new(SmbContext *context, const SmbEndpoints *ends, bool hinted, bool midstream,
		   const SmbStamp *first)
{
	Block *block = block_new(context);
	SmbConnection *c = &block->connection;

	c->context = context;
	c->up = &FLOORS;
	c->stream = &block->stream;
	c->exchanges = (SmbExchanges *)block->exchanges;
	c->state = &block->state;
	c->info.ends = *ends;
	c->info.first = c->info.last = *first;
	c->info.midstream = midstream;
	smb_stream_start(c, hinted, midstream, first);
	return c;
}

void
smb_connection_handshake(SmbConnection *c, uint64_t syn_ns, uint64_t syn_ack_ns)
{
	c->info.syn_ns = syn_ns;
	c->info.syn_ack_ns = syn_ack_ns;
}

SmbConnectionState
smb_connection_feed(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	return smb_stream_feed(c, dir, bytes, when);
}

void
smb_connection_gap(SmbConnection *c, SmbDir dir, uint64_t missing, SmbGapCause cause,
		   const SmbStamp *when)
{
	smb_stream_gap(c, dir, missing, cause, when);
}

/*
 * The client asked once, as a client does. Anything else a server may end the connection for: what is
 * out of order tells nothing of its dialects, and anybody may send it.
 */
static bool
asked_plainly(const SmbConnection *c)
{
	return c->info.messages[SMB_TO_SERVER] == 1 && !c->info.anomalies &&
	       !c->state->offers_unended && smb_stream_client_is_plain(c);
}

/*
 * The server received all that the client sent, sent no message, and ended the connection: so it
 * does where it wants none of the dialects ([MS-SMB2] 3.3.5.3.2). On port 139 it looks at none
 * before there is a session (RFC 1002 4.3.2).
 */
static bool
left_mute(const SmbConnection *c, const SmbEnding *ending)
{
	const SmbEndpoints *ends = &c->info.ends;
	bool ip = ends->family == 4 || ends->family == 6;

	return ending->by_server && (ending->end == SMB_END_FIN || ending->end == SMB_END_RESET) &&
	       ending->acked[SMB_TO_SERVER] && smb_stream_server_mute(c, ending) &&
	       asked_plainly(c) &&
	       (!ip || ends->server_port == 445 ||
		(ends->server_port == 139 && smb_stream_in_session(c)));
}

/*
 * Finishes everything unfinished, floor by floor. Waiting requests may belong to attempts, which
 * are concluded before and after them.
 */
static void
finish(SmbConnection *c, const SmbEnding *ending, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_CONNECTION };
	SmbConnectionInfo *info = &c->info;
	SmbOutcomeInput outcome = { .refused = smb_stream_refused(c), .when = *when };

	info->one_way = ending->seen[SMB_TO_SERVER] != ending->seen[SMB_TO_CLIENT];
	smb_stream_flush(c, when);
	for (int dir = 0; dir < 2; dir++)
		c->lost[dir] += ending->unseen[dir] != 0;
	smb_logon_flush(c);
	info->outstanding = smb_exchange_flush(c);
	smb_logon_flush(c);
	for (uint32_t i = 0; i < c->state->files.n; i++)
		smb_pipe_ended(c, ((SmbFileEntry *)c->state->files.items[i])->pipe);
	smb_credits_settle(c);
	info->silent = smb_stream_silent(c, ending);
	smb_dialect_settle_signing(c);
	smb_dialect_verdict(c, left_mute(c, ending));
	smb_whois_name_ends(c);
	if (ending->unseen[SMB_TO_SERVER] || ending->unseen[SMB_TO_CLIENT])
		info->incomplete |= SMB_INCOMPLETE_GAP;
	outcome.unanswered = smb_stream_session_unanswered(c);
	outcome.client_spoke = smb_stream_spoke(c, SMB_TO_SERVER);
	outcome.server_spoke = smb_stream_spoke(c, SMB_TO_CLIENT);
	smb_outcome_settle(c, &outcome);
	if (info->midstream)
		info->incomplete |= SMB_INCOMPLETE_MIDSTREAM;
	smb_emit(c, &event, when);
}

static void
clear_names(SmbConnection *c)
{
	SmbConnectionInfo *info = &c->info;
	SmbString *names[] = { info->client_name,   info->server_name,   info->dialect,
			       info->client_os,     info->client_lanman, info->server_os,
			       info->server_lanman, info->server_domain, info->server_dns };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		smb_context_unref(c->context, names[i]);
	if (info->client_other)
		smb_context_unref(c->context, info->client_other);
	if (info->server_other)
		smb_context_unref(c->context, info->server_other);
	for (size_t i = 0; i < SMB_PRINT_PARTS; i++)
		smb_context_unref(c->context, info->prints[i]);
}

void
smb_connection_end(SmbConnection *c, const SmbEnding *ending, const SmbStamp *when)
{
	SmbConnectionInfo *info;
	SmbEnd why = ending->end;

	if (!c)
		return;
	info = &c->info;
	info->end = why;
	c->ended_ns = when->time_ns;
	info->end_by_server = ending->by_server;
	memcpy(info->segments, ending->segments, sizeof(info->segments));
	memcpy(info->history, ending->history, sizeof(info->history));
	info->history[sizeof(info->history) - 1] = '\0';
	if (when->time_ns > info->last.time_ns && why != SMB_END_TIMEOUT &&
	    why != SMB_END_CAPTURE_END)
		info->last = *when;
	if (c->stream->state == SMB_CONNECTION_SMB)
		finish(c, ending, when);
	smb_keyed_end(c);
	smb_exchange_clear(c);
	smb_outcome_clear(c);
	smb_state_clear(c);
	smb_stream_clear(c);
	clear_names(c);
	smb_context_release(c->context, c, block_size());
}
