/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pieces of a stream that wait for a hole to be filled: a sorted list without overlaps, so only the
 * first copy of a byte is kept. Runs arrive in order after a hole, so the tail is tried first; the
 * number of pieces is capped, which bounds every walk.
 */
#include "capture/transport/flow.h"

#include <string.h>

void
cap_segment_trim(CapSegment *seg, uint32_t n)
{
	uint32_t here = n < seg->captured ? n : seg->captured;

	seg->seq += n;
	seg->len -= n;
	seg->data += here;
	seg->captured -= here;
}

/* With the padding behind its members, which an assignment writes. */
static size_t
piece_size(uint32_t captured)
{
	return MAX(offsetof(CapPiece, data) + captured, sizeof(CapPiece));
}

void
cap_piece_free(CapTracker *t, CapPiece *piece)
{
	cap_memory_free(&t->memory, piece, piece_size(piece->captured));
}

CapPiece *
cap_queue_pop(CapStream *s)
{
	CapPiece *piece = s->head;

	s->head = piece->next;
	if (!s->head)
		s->tail = NULL;
	s->bytes -= piece->captured;
	s->pieces--;
	return piece;
}

void
cap_queue_clear(CapTracker *t, CapStream *s)
{
	while (s->head)
		cap_piece_free(t, cap_queue_pop(s));
}

void
cap_queue_compare(CapTracker *t, const CapPiece *piece, uint32_t into, const CapSegment *seg,
		  uint32_t n)
{
	uint32_t here = piece->captured > into ? piece->captured - into : 0;

	t->counters.retransmitted += n;
	if (here > seg->captured)
		here = seg->captured;
	if (here && memcmp(piece->data + into, seg->data, here) != 0)
		t->counters.conflicts++;
}

CapPiece *
cap_piece_new(CapTracker *t, const CapSegment *seg, uint32_t n)
{
	uint32_t captured = n < seg->captured ? n : seg->captured;
	CapPiece *piece = cap_memory_alloc(&t->memory, piece_size(captured));

	*piece = (CapPiece){ .time_ns = t->time_ns,
			     .frame = t->frame,
			     .seq = seg->seq,
			     .len = n,
			     .captured = captured };
	if (captured)
		memcpy(piece->data, seg->data, captured);
	return piece;
}

/* Puts the first n bytes of the segment where *at points. */
static CapPiece *
store(CapTracker *t, CapStream *s, CapPiece **at, const CapSegment *seg, uint32_t n)
{
	CapPiece *piece = cap_piece_new(t, seg, n);

	piece->next = *at;
	*at = piece;
	if (!piece->next)
		s->tail = piece;
	s->bytes += piece->captured;
	s->pieces++;
	return piece;
}

void
cap_queue_insert(CapTracker *t, CapStream *s, const CapSegment *segment)
{
	CapSegment seg = *segment;
	CapPiece **at = &s->head;
	uint32_t n;

	if (s->tail && cap_seq_reached(seg.seq, s->tail->seq + s->tail->len))
		at = &s->tail->next;
	while (seg.len) {
		while (*at && cap_seq_reached(seg.seq, (*at)->seq + (*at)->len))
			at = &(*at)->next;
		n = seg.len;
		if (*at && cap_seq_reached(seg.seq, (*at)->seq)) {
			uint32_t into = seg.seq - (*at)->seq;

			n = MIN(n, (*at)->len - into);
			cap_queue_compare(t, *at, into, &seg, n);
		} else if (s->pieces >= t->limits.reorder_segments) {
			t->counters.limits++;
			return;
		} else {
			n = *at ? MIN(n, (*at)->seq - seg.seq) : n;
			at = &store(t, s, at, &seg, n)->next;
		}
		cap_segment_trim(&seg, n);
	}
}
