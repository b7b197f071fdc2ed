/* SPDX-License-Identifier: BSD-3-Clause */
/* What an acknowledgment says of the other side's bytes (RFC 9293 section 3.4), to a bystander. */
#include "capture/transport/flow.h"

/* This many acknowledgments without data are not just a reordering by the capture. */
#define CAP_PATIENCE 16

bool
cap_ack_beyond_seen(const CapStream *s, uint32_t ack)
{
	uint32_t edge = cap_stream_edge(s);

	if (s->flags & CAP_STREAM_FIN && cap_seq_reached(s->tcp.fin + 1, edge))
		edge = s->tcp.fin + 1;
	return !cap_seq_reached(edge, ack);
}

/*
 * Acknowledged bytes were received, so a hole in them will not be filled. But packets may be
 * captured in the wrong order, the acknowledgment before the data; so the hole is given up only
 * when the same side sends something, when it is acknowledged often enough, when too much waits, or
 * when the FIN is acknowledged. With data it must be at once: an answer must not come before what
 * it answers, and that may wait after the hole.
 */
static inline void
firm_up(const CapTracker *t, CapStream *s, const CapStream *peer, const CapSegment *seg)
{
	if (!seg->len && !(seg->flags & CAP_TCP_SYN)) {
		if (!peer->head || !cap_seq_reached(s->tcp.ack, peer->head->seq))
			return;
		if (++s->tcp.patience < CAP_PATIENCE && peer->bytes < t->limits.reorder_bytes / 2 &&
		    !(peer->flags & CAP_STREAM_FIN && s->tcp.ack == peer->tcp.fin + 1))
			return;
	}
	s->tcp.patience = 0;
	s->tcp.firm = s->tcp.ack;
	s->flags |= CAP_STREAM_FIRM;
}

/* Decides on the claim of this side, by what it acknowledges next. */
static inline void
settle_claim(CapTracker *t, CapStream *s, CapStream *peer, const CapSegment *seg)
{
	if (!(s->flags & CAP_STREAM_CLAIM))
		return;
	t->counters.forged += !cap_seq_reached(seg->ack, s->tcp.claim);
	/* Acknowledged twice, with no data in between: what is missing will not come. */
	if (seg->len && seg->ack == s->tcp.claim)
		peer->flags |= CAP_STREAM_BEYOND | CAP_STREAM_HEARD;
	s->flags &= (uint16_t)~CAP_STREAM_CLAIM;
}

void
cap_ack_take(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	settle_claim(t, s, peer, seg);
	if (!seg->len && !cap_seq_reached(peer->next, seg->ack) && s->flags & CAP_STREAM_ACKED &&
	    peer->flags & CAP_STREAM_STARTED && cap_ack_beyond_seen(peer, seg->ack) &&
	    f->flow.seen[!dir]) {
		s->tcp.claim = seg->ack;
		s->flags |= CAP_STREAM_CLAIM;
		return;
	}
	if (!(s->flags & CAP_STREAM_ACKED) || cap_seq_reached(seg->ack, s->tcp.ack)) {
		s->tcp.ack = seg->ack;
		s->tcp.room = seg->ack + ((uint32_t)seg->window << s->tcp.scale);
	}
	s->flags |= CAP_STREAM_ACKED | CAP_STREAM_HEARD;
	if (G_UNLIKELY(f->doubt))
		cap_doubt_settle(t, f, (CapDir)!dir, s->tcp.ack);
	if (!(peer->flags & CAP_STREAM_STARTED) && s->flags & CAP_STREAM_SYN)
		cap_stream_begin(peer, seg->ack);
	if (f->ignored)
		return;
	firm_up(t, s, peer, seg);
	if (s->tcp.ack != peer->next || peer->flags & CAP_STREAM_BEYOND)
		cap_stream_acked(t, f, !dir, seg->len != 0);
}
