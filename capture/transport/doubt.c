/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Data that are told, though their receiver may drop them: for what they acknowledge, bytes that
 * were never sent, or that their sender acknowledged more of before (RFC 9293 section 3.10.7.4, RFC
 * 5961 section 5.2), or because they are beyond its window. A bystander that missed packets cannot
 * tell, and stacks differ. So a copy is kept until the receiver acknowledges the bytes, and if they
 * are sent once more, and are others, that is a conflict.
 */
#include "capture/transport/flow.h"

#include <string.h>

/* How many segments of one side, and bytes of them. */
#define CAP_DOUBTS SMB_CAP(16, 2)
#define CAP_DOUBT_BYTES (64u << 10)

struct CapDoubt {
	CapPiece *first[2]; /* by CapDir; owned, in the order in which they came */
	uint32_t n[2], bytes[2];
};

static void
drop(CapTracker *t, CapDoubt *doubt, CapDir dir, CapPiece **at)
{
	CapPiece *piece = *at;

	*at = piece->next;
	doubt->n[dir]--;
	doubt->bytes[dir] -= piece->captured;
	cap_piece_free(t, piece);
}

void
cap_doubt_free(CapTracker *t, CapEntry *f)
{
	if (!f->doubt)
		return;
	for (int dir = 0; dir < 2; dir++)
		while (f->doubt->first[dir])
			drop(t, f->doubt, (CapDir)dir, &f->doubt->first[dir]);
	cap_memory_free(&t->memory, f->doubt, sizeof(*f->doubt));
	f->doubt = NULL;
}

/* Whether there is a copy of this very segment. */
static bool
is_kept(const CapTracker *t, const CapDoubt *doubt, CapDir dir, const CapSegment *seg)
{
	for (const CapPiece *piece = doubt->first[dir]; piece; piece = piece->next)
		if (piece->frame == t->frame && piece->seq == seg->seq)
			return true;
	return false;
}

/* Whether its receiver may find that it acknowledges what it cannot. */
static bool
acks_oddly(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	if (!f->flow.seen[!dir] || !(seg->flags & CAP_TCP_ACK))
		return false;
	if (s->flags & CAP_STREAM_ACKED && !cap_seq_reached(seg->ack, s->tcp.ack))
		return true;
	return peer->flags & CAP_STREAM_STARTED && cap_ack_beyond_seen(peer, seg->ack);
}

void
cap_doubt_note(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (acks_oddly(f, dir, seg))
		cap_doubt_keep(t, f, dir, seg);
}

void
cap_doubt_keep(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir];
	CapDoubt *doubt = f->doubt;
	CapPiece **at;

	if (f->ignored || !seg->captured ||
	    (s->flags & CAP_STREAM_STARTED && cap_seq_reached(s->next, seg->seq + seg->len)))
		return;
	if (!doubt) {
		doubt = f->doubt = cap_memory_alloc(&t->memory, sizeof(*doubt));
		*doubt = (CapDoubt){ 0 };
	}
	if (is_kept(t, doubt, dir, seg))
		return;
	while (doubt->first[dir] && (doubt->n[dir] == CAP_DOUBTS ||
				     doubt->bytes[dir] + seg->captured > CAP_DOUBT_BYTES)) {
		t->counters.limits++;
		drop(t, doubt, dir, &doubt->first[dir]);
	}
	for (at = &doubt->first[dir]; *at; at = &(*at)->next)
		continue;
	*at = cap_piece_new(t, seg, seg->len);
	doubt->n[dir]++;
	doubt->bytes[dir] += (*at)->captured;
	cap_hoard_note(t, f);
}

void
cap_doubt_queue(CapTracker *t, CapEntry *f, CapDir dir, const CapStream *queue)
{
	for (const CapPiece *piece = queue->head; piece; piece = piece->next) {
		CapSegment seg = { .seq = piece->seq,
				   .len = piece->len,
				   .captured = piece->captured,
				   .data = piece->data };

		cap_doubt_keep(t, f, dir, &seg);
	}
}

size_t
cap_doubt_waits(const CapDoubt *doubt)
{
	return (size_t)doubt->bytes[0] + doubt->bytes[1] +
	       ((size_t)doubt->n[0] + doubt->n[1]) * sizeof(CapPiece);
}

void
cap_doubt_settle(CapTracker *t, CapEntry *f, CapDir dir, uint32_t ack)
{
	CapPiece **at = &f->doubt->first[dir];

	while (*at) {
		if (cap_seq_reached(ack, (*at)->seq + (*at)->len))
			drop(t, f->doubt, dir, at);
		else
			at = &(*at)->next;
	}
	if (!f->doubt->n[0] && !f->doubt->n[1])
		cap_doubt_free(t, f);
}

/* Whether bytes of the piece that were captured are others in the first n of the segment. */
static bool
differs(const CapPiece *piece, const CapSegment *seg, uint32_t n)
{
	int64_t ahead = (int32_t)(piece->seq - seg->seq);
	int64_t from = MAX(ahead, 0), to = MIN(ahead + piece->captured, MIN(n, seg->captured));

	return to > from &&
	       memcmp(piece->data + (from - ahead), seg->data + from, (size_t)(to - from)) != 0;
}

void
cap_doubt_compare(CapTracker *t, const CapEntry *f, CapDir dir, const CapSegment *seg, uint32_t n)
{
	for (const CapPiece *piece = f->doubt->first[dir]; piece; piece = piece->next)
		t->counters.conflicts += differs(piece, seg, n);
}
