/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The halves of a connection: each takes the bytes of its direction, finds headers and bodies, and
 * passes the message on when its last byte arrives. All lengths and buffers of a half are set here.
 */
#include <glib.h>

#include "dissect/conversation/stream/first.h"
#include "dissect/conversation/stream/stream.h"
#include "dissect/deal.h"
#include "dissect/wire/memory.h"

enum {
	BUFFER_KEPT = SMB_CAP(4096, 0), /* a larger buffer is freed after its message */
};

/* ---- buffers and gaps ---- */

static void
buffer_free(SmbConnection *c, SmbHalf *h)
{
	smb_context_release(c->context, h->buf, h->cap);
	h->buf = NULL;
	h->len = h->cap = 0;
}

void
smb_stream_report_gap(SmbConnection *c, SmbHalf *h)
{
	SmbEvent event = { .kind = SMB_EVENT_GAP, .gap = &h->gap };

	if (!h->gap_waits)
		return;
	h->gap_waits = false;
	c->info.skipped_bytes += h->gap.skipped;
	if (h->gap.bytes || h->gap.skipped)
		smb_emit(c, &event, &h->gap_when);
}

/* The message is over: it goes up with its bytes, as far as they were collected. */
static void
end_of_message(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *last)
{
	SmbHalf *h = &c->stream->half[dir];
	SmbStamp when = { .time_ns = h->begun_ns, .frame = last->frame, .last_ns = last->time_ns };

	if (!h->sized)
		smb_first_look((SmbSpan){ bytes.base, bytes.limit }, dir, h->type,
			       c->expected.pipes, &h->first);
	h->mode = SMB_HALF_HEADER;
	h->head_len = 0;
	smb_session_message(c, &h->first, bytes, cut, &when);
	h->len = 0;
	h->cut = h->sized = false;
	if (h->cap > BUFFER_KEPT)
		buffer_free(c, h);
}

/* ---- in sync: headers and bodies ---- */

/*
 * Makes room for everything that is kept, growing with the bytes actually received: a declared
 * length alone allocates nothing.
 */
static void
collect(SmbConnection *c, SmbHalf *h, SmbSpan bytes)
{
	uint32_t need = h->len + bytes.len;

	if (need > h->cap) {
		uint32_t cap = MIN(MAX(need, h->cap * 2), MAX(h->keep, need));

		c->context->memory += smb_memory_cost(cap) - smb_memory_cost(h->cap);
		h->buf = g_realloc(h->buf, cap);
		h->cap = cap;
	}
	h->len += smb_span_copy(bytes, h->buf + h->len, bytes.len);
}

/* How many bytes of the message are collected. Asked once: a limit that it reaches is counted. */
static uint32_t
needed(SmbConnection *c, const SmbHalf *h)
{
	uint32_t need = smb_session_need(c, &h->first, h->total);

	return MIN(need, h->total);
}

/* The first bytes were collected. False if they turned out to be another message's. */
static bool
first_collected(SmbConnection *c, SmbHalf *h, SmbDir dir, const SmbStamp *when)
{
	SmbSpan first = { h->buf, h->len };
	uint8_t hidden[SMB_FIRST_BYTES];
	uint32_t at, len;

	smb_first_look(first, dir, h->type, c->expected.pipes, &h->first);
	at = smb_session_knows(c, &h->first) ? first.len : smb_resync_hidden(c, first, &h->first);
	if (at == first.len && h->len < SMB_FIRST_BYTES && h->len < h->total) {
		h->keep = MIN(h->total, SMB_FIRST_BYTES);
		return true;
	}
	if (at == first.len) {
		h->keep = needed(c, h);
		h->sized = true;
		return true;
	}
	len = smb_span_copy(smb_span_after(first, at), hidden, sizeof(hidden));
	smb_resync_leave(c, dir, at, when);
	smb_stream_bytes(c, dir, (SmbSpan){ hidden, len }, when);
	return false;
}

/*
 * Takes the bytes of the message: up to `keep` they are collected, beyond that only counted.
 * Returns the bytes after the message.
 */
static SmbSpan
pass_body(SmbConnection *c, SmbHalf *h, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbSpan mine = smb_span_first(bytes, h->left);
	SmbSpan rest = smb_span_after(bytes, mine.len);

	while (mine.len) {
		uint32_t room = h->cut || h->keep < h->len ? 0 : h->keep - h->len;
		SmbSpan part = smb_span_first(mine, room ? room : mine.len);

		if (room)
			collect(c, h, part);
		h->left -= part.len;
		mine = smb_span_after(mine, part.len);
		if (!h->sized && !h->cut && h->len == h->keep && !first_collected(c, h, dir, when))
			return (SmbSpan){ mine.ptr, mine.len + rest.len };
	}
	return rest;
}

/* A message that is complete in the bytes: nothing is copied. Returns the bytes after it. */
static SmbSpan
whole_body(SmbConnection *c, SmbHalf *h, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbSpan first = smb_span_first(bytes, MIN(h->total, SMB_FIRST_BYTES));
	SmbSpan rest = smb_span_after(bytes, h->total);
	uint32_t at, keep;

	smb_first_look(first, dir, h->type, c->expected.pipes, &h->first);
	at = smb_session_knows(c, &h->first) ? first.len : smb_resync_hidden(c, first, &h->first);
	if (at < first.len) {
		smb_resync_leave(c, dir, at, when);
		return smb_span_after(bytes, at);
	}
	h->sized = true;
	keep = needed(c, h);
	end_of_message(c, dir, smb_reader_new(bytes.ptr, keep, h->total), false, when);
	return rest;
}

static SmbSpan
in_body(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];

	if (h->left == h->total && bytes.len >= h->total)
		return whole_body(c, h, dir, bytes, when);
	bytes = pass_body(c, h, dir, bytes, when);
	if (h->mode == SMB_HALF_BODY && h->left == 0)
		end_of_message(c, dir, smb_reader_new(h->buf, h->len, h->total), h->cut, when);
	return bytes;
}

static SmbSpan
at_header(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];
	SmbSpan part = smb_span_first(bytes, SMB_NBSS_HEADER_SIZE - h->head_len);
	SmbNbssHeader header;

	if (!h->head_len)
		h->begun_ns = when->time_ns;
	h->head_len += smb_span_copy(part, h->head + h->head_len, part.len);
	if (h->head_len < SMB_NBSS_HEADER_SIZE)
		return smb_span_after(bytes, part.len);
	header = smb_nbss_header(h->head, c->stream->direct);
	if (!header.plausible) {
		/* A bogus header may contain the start of a real message, so search it too. */
		uint32_t before = h->head_len - part.len;

		smb_resync_lose(h, dir, when);
		c->lost[dir]++;
		h->tail_len = (uint8_t)smb_span_copy((SmbSpan){ h->head, before }, h->tail, before);
		return bytes;
	}
	h->type = header.type;
	h->total = h->left = header.length;
	h->keep = MIN(h->total, SMB_HIDDEN_WITHIN);
	h->mode = SMB_HALF_BODY;
	h->len = 0;
	h->sized = h->cut = false;
	bytes = smb_span_after(bytes, part.len);
	if (h->total == 0)
		end_of_message(c, dir, smb_reader_new(h->head, 0, 0), false, when);
	return bytes;
}

void
smb_stream_bytes(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];

	while (bytes.len) {
		if (h->mode == SMB_HALF_BODY)
			bytes = in_body(c, dir, bytes, when);
		else if (h->mode == SMB_HALF_HEADER)
			bytes = at_header(c, dir, bytes, when);
		else
			bytes = smb_resync_search(c, dir, bytes, when);
	}
}

/* ---- begin and end ---- */

static void
recognise(SmbConnection *c, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_OPENED };

	c->stream->state = SMB_CONNECTION_SMB;
	c->info.number = ++c->context->connections;
	smb_emit(c, &event, when);
}

void
smb_stream_start(SmbConnection *c, bool hinted, bool midstream, const SmbStamp *first)
{
	c->stream->direct = c->info.ends.server_port != 139;
	for (int dir = 0; midstream && hinted && dir < 2; dir++)
		c->stream->half[dir].mode = SMB_HALF_LOST;
	if (hinted)
		recognise(c, first);
}

/* The message in which the connection ended, as far as it was received. */
static void
flush_half(SmbConnection *c, SmbDir dir, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];
	/* The end may show much later, in the time of another connection's packet. */
	SmbStamp last = { .time_ns = MIN(when->time_ns, c->info.last.time_ns),
			  .frame = when->frame };
	bool spoke = h->spoke;

	if (h->mode == SMB_HALF_BODY && h->len)
		end_of_message(c, dir, smb_reader_new(h->buf, h->len, h->total), true, &last);
	h->spoke = spoke; /* what was not finished asks for no answer */
	if (h->mode == SMB_HALF_LOST && h->gap_waits)
		h->gap.skipped += h->tail_len;
	smb_stream_report_gap(c, h);
}

void
smb_stream_flush(SmbConnection *c, const SmbStamp *when)
{
	flush_half(c, SMB_TO_SERVER, when);
	flush_half(c, SMB_TO_CLIENT, when);
	smb_session_flush(c, when);
}

/* Not a message, not the beginning of one, nothing else, and nothing that was not captured. */
static bool
sent_nothing(const SmbConnection *c, SmbDir dir, const SmbEnding *ending)
{
	const SmbHalf *h = &c->stream->half[dir];

	return !h->missed && !c->info.midstream && !ending->unseen[dir] &&
	       h->mode != SMB_HALF_BODY && !h->head_len && !h->gap_waits && !h->gap.skipped;
}

SmbSilent
smb_stream_silent(const SmbConnection *c, const SmbEnding *ending)
{
	bool client = c->stream->half[SMB_TO_SERVER].spoke,
	     server = c->stream->half[SMB_TO_CLIENT].spoke;
	SmbDir silent = client ? SMB_TO_CLIENT : SMB_TO_SERVER;

	if (client == server || !ending->seen[silent] || !sent_nothing(c, silent, ending) ||
	    (client && c->answers_unseen))
		return SMB_SILENT_NOBODY;
	return client ? SMB_SILENT_SERVER : SMB_SILENT_CLIENT;
}

bool
smb_stream_server_mute(const SmbConnection *c, const SmbEnding *ending)
{
	return !c->stream->half[SMB_TO_CLIENT].spoke_smb && !c->stream->netbios_refused &&
	       ending->seen[SMB_TO_CLIENT] && sent_nothing(c, SMB_TO_CLIENT, ending);
}

bool
smb_stream_client_is_plain(const SmbConnection *c)
{
	return !c->stream->half[SMB_TO_SERVER].strayed && !c->info.skipped_bytes;
}

bool
smb_stream_spoke(const SmbConnection *c, SmbDir dir)
{
	return c->stream->half[dir].spoke;
}

const SmbNetbios *
smb_stream_refused(const SmbConnection *c)
{
	return c->stream->netbios_refused ? &c->stream->netbios : NULL;
}

const SmbNetbios *
smb_stream_session_unanswered(const SmbConnection *c)
{
	const SmbNetbios *n = &c->stream->netbios;

	return n->request.frame && n->result == SMB_NETBIOS_UNANSWERED &&
			       n->answer == SMB_ANSWER_NONE
		       ? n
		       : NULL;
}

bool
smb_stream_in_session(const SmbConnection *c)
{
	return c->stream->netbios.result == SMB_NETBIOS_ACCEPTED;
}

void
smb_stream_clear(SmbConnection *c)
{
	buffer_free(c, &c->stream->half[0]);
	buffer_free(c, &c->stream->half[1]);
}

/* ---- input from below ---- */

/* Replays what was kept of a direction while the protocol was not known. */
static void
feed_tail(SmbConnection *c, SmbDir dir, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];
	uint8_t tail[SMB_TAIL];
	uint32_t len = smb_span_copy((SmbSpan){ h->tail, h->tail_len }, tail, SMB_TAIL);

	h->tail_len = 0;
	smb_stream_bytes(c, dir, (SmbSpan){ tail, len }, when);
}

/*
 * Streams on other ports are recognised by their first bytes; fewer than eight are not enough, and
 * are kept for the next time.
 */
static SmbConnectionState
weigh(uint8_t kept[SMB_TAIL], uint8_t *kept_len, SmbSpan bytes)
{
	uint8_t joined[16];
	uint32_t len = smb_span_copy((SmbSpan){ kept, *kept_len }, joined, SMB_TAIL);
	SmbLooks looks;

	len += smb_span_copy(bytes, joined + len, (uint32_t)sizeof(joined) - len);
	looks = smb_looks_like((SmbSpan){ joined, len });
	if (looks == SMB_LOOKS_OTHER || (looks == SMB_LOOKS_UNDECIDED && len > SMB_TAIL))
		return SMB_CONNECTION_OTHER;
	if (looks != SMB_LOOKS_UNDECIDED)
		return SMB_CONNECTION_SMB;
	*kept_len = (uint8_t)smb_span_copy((SmbSpan){ joined, len }, kept, SMB_TAIL);
	return SMB_CONNECTION_UNDECIDED;
}

SmbConnectionState
smb_guess(SmbGuess *self, SmbDir dir, SmbSpan bytes)
{
	G_STATIC_ASSERT(sizeof(self->kept[0]) == SMB_TAIL);

	if (bytes.len && self->state == SMB_CONNECTION_UNDECIDED)
		self->state = (uint8_t)weigh(self->kept[dir], &self->len[dir], bytes);
	return (SmbConnectionState)self->state;
}

static SmbConnectionState
decide(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];
	SmbConnectionState state = weigh(h->tail, &h->tail_len, bytes);

	if (state != SMB_CONNECTION_SMB)
		return c->stream->state = state;
	recognise(c, when);
	feed_tail(c, dir == SMB_TO_SERVER ? SMB_TO_CLIENT : SMB_TO_SERVER, when);
	feed_tail(c, dir, when);
	smb_stream_bytes(c, dir, bytes, when);
	return c->stream->state;
}

SmbConnectionState
smb_stream_feed(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	if (!bytes.len)
		return c->stream->state;
	c->info.last = *when;
	c->info.bytes[dir] += bytes.len;
	if (c->stream->state == SMB_CONNECTION_UNDECIDED)
		return decide(c, dir, bytes, when);
	if (c->stream->state == SMB_CONNECTION_SMB)
		smb_stream_bytes(c, dir, bytes, when);
	return c->stream->state;
}

static void
count_gap(SmbConnection *c, uint64_t missing, SmbGapCause cause)
{
	c->info.gaps++;
	c->info.gap_bytes += missing;
	if (cause == SMB_GAP_SNAPLEN) {
		c->info.cut_bytes += missing;
		c->info.incomplete |= SMB_INCOMPLETE_TRUNCATED;
	} else {
		c->info.incomplete |= SMB_INCOMPLETE_GAP;
	}
}

void
smb_stream_gap(SmbConnection *c, SmbDir dir, uint64_t missing, SmbGapCause cause,
	       const SmbStamp *when)
{
	SmbHalf *h = &c->stream->half[dir];
	bool inside = h->mode == SMB_HALF_BODY && missing <= h->left;

	if (c->stream->state != SMB_CONNECTION_SMB || missing == 0)
		return;
	c->info.last = *when;
	h->missed = true;
	count_gap(c, missing, cause);
	c->lost[dir] += !inside || !h->sized;
	if (h->gap_waits && h->mode == SMB_HALF_LOST) {
		/* A second loss before the first was overcome: one gap. */
		h->gap.skipped += h->tail_len;
		h->gap.bytes += missing;
		h->tail_len = 0;
		return;
	}
	h->gap = (SmbGap){ .dir = dir, .bytes = missing, .cause = cause };
	h->gap_waits = true;
	h->gap_when = *when;
	/* Losing payload that is not parsed does not harm the message. */
	h->cut = h->cut || !h->sized || h->len < h->keep;
	if (inside) {
		h->left -= (uint32_t)missing;
		smb_stream_report_gap(c, h);
	}
	if (h->mode == SMB_HALF_BODY && (!inside || h->left == 0))
		end_of_message(c, dir, smb_reader_new(h->buf, h->len, h->total), h->cut, when);
	if (!inside)
		smb_resync_lose(h, dir, when);
}
