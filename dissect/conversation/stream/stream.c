/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the bytes of a direction to session messages. A direction is at a header, inside a message,
 * or lost (behind a gap, or where its beginning was not seen) and then looks for the next plausible
 * message. A message that lies whole in the bytes given is not copied; of one that does not, the
 * part that its command needs is collected and the rest is counted as it passes.
 */
#include <glib.h>

#include "dissect/conversation/datagram/datagram.h"
#include "dissect/wire/memory.h"

enum {
	BUFFER_KEPT = SMB_CAP(4096, 0), /* a larger buffer is given back after its message */
	HIDDEN_WITHIN = 64,             /* first bytes of a message that are searched for another */
};

/* ---- births and ends ---- */

SmbConnection *
smb_connection_new(SmbContext *context, const SmbEndpoints *ends, bool hinted, bool midstream,
		   const SmbStamp *first)
{
	SmbConnection *c = smb_context_alloc(context, sizeof(*c));

	c->context = context;
	c->direct = ends->server_port != 139;
	c->info.ends = *ends;
	c->info.first = c->info.last = *first;
	c->info.midstream = midstream;
	for (int dir = 0; midstream && hinted && dir < 2; dir++)
		c->half[dir].mode = SMB_HALF_LOST;
	if (hinted)
		smb_connection_recognise(c, first);
	return c;
}

void
smb_connection_handshake(SmbConnection *c, uint64_t syn_ns, uint64_t syn_ack_ns)
{
	c->info.syn_ns = syn_ns;
	c->info.syn_ack_ns = syn_ack_ns;
}

void
smb_connection_recognise(SmbConnection *c, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_OPENED };

	c->state = SMB_CONNECTION_SMB;
	c->info.number = ++c->context->connections;
	smb_emit(c, &event, when);
}

void
smb_emit(SmbConnection *c, SmbEvent *event, const SmbStamp *when)
{
	if (!smb_wants(c, event->kind))
		return;
	event->connection = &c->info;
	event->when = *when;
	c->context->config.event(c->context->config.user, event);
}

void
smb_connection_limit(SmbConnection *c)
{
	c->info.limits++;
	c->info.incomplete |= SMB_INCOMPLETE_LIMIT;
}

static void
buffer_free(SmbConnection *c, SmbHalf *h)
{
	smb_context_release(c->context, h->buf, h->cap);
	h->buf = NULL;
	h->len = h->cap = 0;
}

static void
tell_gap(SmbConnection *c, SmbHalf *h, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_GAP, .gap = &h->gap };

	if (!h->gap_waits)
		return;
	h->gap_waits = false;
	c->info.skipped_bytes += h->gap.skipped;
	if (h->gap.bytes || h->gap.skipped)
		smb_emit(c, &event, when);
}

static void
end_of_message(SmbConnection *c, SmbDir dir, SmbReader bytes, bool cut, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];

	h->mode = SMB_HALF_HEADER;
	h->head_len = 0;
	smb_session_message(c, dir, h->type, bytes, cut, when);
	h->len = 0;
	h->cut = h->sized = false;
	if (h->cap > BUFFER_KEPT)
		buffer_free(c, h);
}

/* The message in which the connection ended: what there is of it. */
static void
flush_half(SmbConnection *c, SmbDir dir, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];

	if (h->mode == SMB_HALF_BODY && h->len)
		end_of_message(c, dir, smb_reader_new(h->buf, h->len, h->total), true, when);
	if (h->mode == SMB_HALF_LOST && h->gap_waits)
		h->gap.skipped += h->tail_len;
	tell_gap(c, h, when);
}

static void
finish(SmbConnection *c, const SmbStamp *when)
{
	SmbEvent event = { .kind = SMB_EVENT_CONNECTION };
	SmbConnectionInfo *info = &c->info;
	uint32_t outstanding;

	flush_half(c, SMB_TO_SERVER, when);
	flush_half(c, SMB_TO_CLIENT, when);
	smb_session_flush(c, when);
	smb_logon_flush(c, when);
	outstanding = c->n_pending;
	while (c->oldest)
		smb_pending_flush(c, c->oldest, 0, when);
	smb_logon_flush(c, when);
	info->outstanding = outstanding;
	smb_credits_settle(c);
	smb_dialect_verdict(c);
	smb_whois_name_ends(c);
	info->one_way = c->half[0].any != c->half[1].any;
	if (info->midstream)
		info->incomplete |= SMB_INCOMPLETE_MIDSTREAM;
	smb_emit(c, &event, when);
}

void
smb_connection_end(SmbConnection *c, SmbEnd why, bool by_server, const SmbStamp *when)
{
	SmbConnectionInfo *info;

	if (!c)
		return;
	info = &c->info;
	info->end = why;
	info->end_by_server = by_server;
	if (when->time_ns > info->last.time_ns && why != SMB_END_TIMEOUT &&
	    why != SMB_END_CAPTURE_END)
		info->last = *when;
	c->closed_by_server = by_server && (why == SMB_END_FIN || why == SMB_END_RESET);
	if (c->state == SMB_CONNECTION_SMB)
		finish(c, when);
	while (c->oldest)
		smb_pending_remove(c, c->oldest);
	smb_state_clear(c);
	smb_repeats_forget(c);
	buffer_free(c, &c->half[0]);
	buffer_free(c, &c->half[1]);
	SmbString **names[] = { &info->client_name,   &info->server_name,   &info->dialect,
				&info->client_os,     &info->client_lanman, &info->server_os,
				&info->server_lanman, &info->server_domain, &c->challenge,
				&c->identity_account, &c->identity_domain };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		smb_context_unref(c->context, *names[i]);
	smb_context_release(c->context, c, sizeof(*c));
}

/* ---- in sync: headers and bodies ---- */

static void
lose(SmbHalf *h, SmbDir dir)
{
	h->mode = SMB_HALF_LOST;
	h->head_len = h->tail_len = 0;
	if (!h->gap_waits) {
		h->gap = (SmbGap){ .dir = dir };
		h->gap_waits = true;
	}
}

/*
 * Room for everything that is kept, growing with the bytes that are really there: a length alone
 * makes nothing large.
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

static void
found(SmbConnection *c, SmbDir dir, uint32_t skipped, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];

	h->gap.skipped += skipped;
	h->mode = SMB_HALF_HEADER;
	h->head_len = h->tail_len = 0;
	tell_gap(c, h, when);
}

/*
 * What a session message begins with that is none of SMB's: where a length before it was a lie, a
 * header with a message of SMB stands among these bytes, and what was taken for theirs was none.
 * Offset of that header, or first.len. Marks of fewer than four bytes are no evidence here.
 */
static uint32_t
find_hidden(SmbConnection *c, SmbDir dir, SmbSpan first)
{
	SmbSpan searched = smb_span_first(first, HIDDEN_WITHIN);
	uint32_t at;

	/* Without TCP nobody has to rely on lengths. */
	if (c->half[dir].type != SMB_NBSS_MESSAGE || smb_session_knows(c, dir, first) ||
	    smb_transport(&c->info.ends, SMB_OVER_NBSS) != SMB_OVER_NBSS)
		return first.len;
	at = smb_nbss_find(searched, c->direct);
	return smb_session_is_smb(smb_span_after(searched, at + SMB_NBSS_HEADER_SIZE)) ? at
										       : first.len;
}

static void
leave_body(SmbConnection *c, SmbDir dir, uint32_t passed, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];

	c->info.anomalies |= SMB_ANOMALY_NOT_SMB;
	h->len = 0;
	lose(h, dir);
	found(c, dir, SMB_NBSS_HEADER_SIZE + passed, when);
}

static void feed(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when);

/* The first bytes were collected. False where they were taken for others than a message's. */
static bool
first_collected(SmbConnection *c, SmbHalf *h, SmbDir dir, const SmbStamp *when)
{
	SmbSpan first = { h->buf, h->len };
	uint32_t at = find_hidden(c, dir, first), len;
	uint8_t hidden[SMB_FIRST_BYTES];

	if (at == first.len && h->len < SMB_FIRST_BYTES && h->len < h->total) {
		h->keep = MIN(h->total, SMB_FIRST_BYTES);
		return true;
	}
	if (at == first.len) {
		h->keep = MIN(smb_session_need(c, dir, h->type, first, h->total), h->total);
		h->sized = true;
		return true;
	}
	len = smb_span_copy(smb_span_after(first, at), hidden, sizeof(hidden));
	leave_body(c, dir, at, when);
	feed(c, dir, (SmbSpan){ hidden, len }, when);
	return false;
}

/*
 * Takes the bytes of the message that are there into account: up to `keep` they are collected,
 * beyond they are only counted. Returns those that are not its own.
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

static SmbSpan
in_body(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];
	SmbReader whole;

	if (h->left == h->total && bytes.len >= h->total) {
		SmbSpan first = smb_span_first(bytes, MIN(h->total, SMB_FIRST_BYTES));
		uint32_t at = find_hidden(c, dir, first), keep;
		SmbSpan rest = smb_span_after(bytes, h->total);

		if (at < first.len) {
			leave_body(c, dir, at, when);
			return smb_span_after(bytes, at);
		}
		keep = MIN(smb_session_need(c, dir, h->type, first, h->total), h->total);
		end_of_message(c, dir, smb_reader_new(bytes.ptr, keep, h->total), false, when);
		return rest;
	}
	bytes = pass_body(c, h, dir, bytes, when);
	if (h->mode == SMB_HALF_BODY && h->left == 0) {
		whole = smb_reader_new(h->buf, h->len, h->total);
		end_of_message(c, dir, whole, h->cut, when);
	}
	return bytes;
}

static SmbSpan
at_header(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];
	SmbSpan part = smb_span_first(bytes, SMB_NBSS_HEADER_SIZE - h->head_len);
	SmbNbssHeader header;

	h->head_len += smb_span_copy(part, h->head + h->head_len, part.len);
	if (h->head_len < SMB_NBSS_HEADER_SIZE)
		return smb_span_after(bytes, part.len);
	header = smb_nbss_header(h->head, c->direct);
	if (!header.plausible) {
		/*
		 * The header that is none may hide the beginning of a message: it is searched, too.
		 */
		uint32_t before = h->head_len - part.len;

		lose(h, dir);
		h->tail_len = (uint8_t)smb_span_copy((SmbSpan){ h->head, before }, h->tail, before);
		return bytes;
	}
	h->type = header.type;
	h->total = h->left = header.length;
	h->keep = MIN(h->total, HIDDEN_WITHIN);
	h->mode = SMB_HALF_BODY;
	h->len = 0;
	h->sized = h->cut = false;
	bytes = smb_span_after(bytes, part.len);
	if (h->total == 0)
		end_of_message(c, dir, smb_reader_new(h->head, 0, 0), false, when);
	return bytes;
}

static SmbSpan search(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when);

static void
feed(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];

	while (bytes.len) {
		if (h->mode == SMB_HALF_BODY)
			bytes = in_body(c, dir, bytes, when);
		else if (h->mode == SMB_HALF_HEADER)
			bytes = at_header(c, dir, bytes, when);
		else
			bytes = search(c, dir, bytes, when);
	}
}

/* ---- lost: the next plausible message ---- */

/*
 * The end of the last bytes together with the beginning of these: a message may begin between the
 * two.
 */
static bool
search_seam(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];
	uint8_t seam[SMB_TAIL * 2 + 1];
	uint32_t tail = h->tail_len;
	uint32_t len = tail + smb_span_copy(bytes, seam + tail, sizeof(seam) - SMB_TAIL);
	SmbSpan both = { seam, len };
	uint32_t at;

	smb_span_copy((SmbSpan){ h->tail, tail }, seam, tail);
	at = smb_nbss_find(both, c->direct);
	if (at >= tail)
		return false;
	found(c, dir, at, when);
	feed(c, dir, (SmbSpan){ seam + at, tail - at }, when);
	return true;
}

/* Keeps the last bytes for the next seam. */
static void
keep_tail(SmbHalf *h, SmbSpan bytes)
{
	uint8_t both[SMB_TAIL * 2];
	uint32_t len = smb_span_copy((SmbSpan){ h->tail, h->tail_len }, both, SMB_TAIL);
	uint32_t keep = MIN(bytes.len, SMB_TAIL);

	len += smb_span_copy(smb_span_after(bytes, bytes.len - keep), both + len, keep);
	h->gap.skipped += bytes.len + h->tail_len;
	h->tail_len = (uint8_t)smb_span_copy(smb_span_after((SmbSpan){ both, len },
							    len > SMB_TAIL ? len - SMB_TAIL : 0),
					     h->tail, SMB_TAIL);
	h->gap.skipped -= h->tail_len;
}

static SmbSpan
search(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];
	uint32_t at;

	if (!h->gap_waits)
		lose(h, dir);
	if (h->tail_len && search_seam(c, dir, bytes, when))
		return bytes;
	at = smb_nbss_find(bytes, c->direct);
	if (at < bytes.len) {
		found(c, dir, at + h->tail_len, when);
		return smb_span_after(bytes, at);
	}
	keep_tail(h, bytes);
	return smb_span_after(bytes, bytes.len);
}

/* ---- the public functions ---- */

/* What was kept of a direction while nothing could be told. */
static void
feed_tail(SmbConnection *c, SmbDir dir, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];
	uint8_t tail[SMB_TAIL];
	uint32_t len = smb_span_copy((SmbSpan){ h->tail, h->tail_len }, tail, SMB_TAIL);

	h->tail_len = 0;
	feed(c, dir, (SmbSpan){ tail, len }, when);
}

/*
 * Streams on other ports are recognised by their first bytes; fewer than eight cannot tell, and are
 * kept for the next time.
 */
static SmbConnectionState
decide(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];
	uint8_t joined[16];
	uint32_t len = smb_span_copy((SmbSpan){ h->tail, h->tail_len }, joined, SMB_TAIL);
	SmbLooks looks;

	len += smb_span_copy(bytes, joined + len, (uint32_t)sizeof(joined) - len);
	looks = smb_looks_like((SmbSpan){ joined, len });
	if (looks == SMB_LOOKS_OTHER || (looks == SMB_LOOKS_UNDECIDED && len > SMB_TAIL))
		return c->state = SMB_CONNECTION_OTHER;
	if (looks == SMB_LOOKS_UNDECIDED) {
		h->tail_len = (uint8_t)smb_span_copy((SmbSpan){ joined, len }, h->tail, SMB_TAIL);
		return c->state;
	}
	smb_connection_recognise(c, when);
	feed_tail(c, dir == SMB_TO_SERVER ? SMB_TO_CLIENT : SMB_TO_SERVER, when);
	feed_tail(c, dir, when);
	feed(c, dir, bytes, when);
	return c->state;
}

SmbConnectionState
smb_connection_feed(SmbConnection *c, SmbDir dir, SmbSpan bytes, const SmbStamp *when)
{
	if (!bytes.len)
		return c->state;
	c->info.last = *when;
	c->info.bytes[dir] += bytes.len;
	c->half[dir].any = true;
	if (c->state == SMB_CONNECTION_UNDECIDED)
		return decide(c, dir, bytes, when);
	if (c->state == SMB_CONNECTION_SMB)
		feed(c, dir, bytes, when);
	return c->state;
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
smb_connection_gap(SmbConnection *c, SmbDir dir, uint64_t missing, SmbGapCause cause,
		   const SmbStamp *when)
{
	SmbHalf *h = &c->half[dir];
	bool inside = h->mode == SMB_HALF_BODY && missing <= h->left;

	if (c->state != SMB_CONNECTION_SMB || missing == 0)
		return;
	c->info.last = *when;
	count_gap(c, missing, cause);
	if (h->gap_waits && h->mode == SMB_HALF_LOST) {
		/* A second loss before the first was overcome: one gap. */
		h->gap.skipped += h->tail_len;
		h->gap.bytes += missing;
		h->tail_len = 0;
		return;
	}
	h->gap = (SmbGap){ .dir = dir, .bytes = missing, .cause = cause };
	h->gap_waits = true;
	/* Lost payload that nobody looks at is no loss to the message. */
	h->cut = h->cut || !h->sized || h->len < h->keep;
	if (inside) {
		h->left -= (uint32_t)missing;
		tell_gap(c, h, when);
	}
	if (h->mode == SMB_HALF_BODY && (!inside || h->left == 0))
		end_of_message(c, dir, smb_reader_new(h->buf, h->len, h->total), h->cut, when);
	if (!inside)
		lose(h, dir);
}
