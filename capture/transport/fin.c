/* SPDX-License-Identifier: BSD-3-Clause */
/* FINs of TCP (RFC 9293 section 3.6): what each says, and when a flow is over by them. */
#include "capture/transport/flow.h"

/* Once both sides have finished, nothing that this one acknowledged is still to come. */
static void
believe(CapTracker *t, CapEntry *f, CapDir dir)
{
	CapStream *s = &f->stream[dir];

	s->tcp.firm = s->tcp.ack;
	s->flags |= CAP_STREAM_FIRM;
	cap_stream_acked(t, f, !dir, false);
}

/*
 * Whether a FIN acknowledges the FIN of the other side, which was not captured, or is captured
 * later: it takes one number and is no byte.
 */
static bool
acknowledges_fin(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *peer = &f->stream[!dir];

	return seg->flags & CAP_TCP_ACK && peer->flags & CAP_STREAM_STARTED && !peer->head &&
	       seg->ack == peer->next + 1;
}

void
cap_fin_forget(CapTracker *t, CapEntry *f, CapDir dir)
{
	CapStream *s = &f->stream[dir];

	s->next -= (s->flags & CAP_STREAM_DONE) != 0;
	s->flags &= (uint16_t) ~(CAP_STREAM_FIN | CAP_STREAM_DONE);
	f->done_frame = 0;
	f->fin_dir = !dir;
	f->fin_answers = false;
	t->counters.forged++;
}

/*
 * One that came before all bytes before it is not what its receiver heeds: that takes the first one
 * that comes in order.
 */
static bool
is_overtaken(const CapStream *s, uint32_t fin)
{
	return (s->flags & (CAP_STREAM_FIN | CAP_STREAM_DONE)) == CAP_STREAM_FIN && fin == s->next;
}

void
cap_fin_segment(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	uint32_t fin = seg->seq + seg->len;

	cap_history_new(f, dir, cap_history_kind(seg));
	if (!(s->flags & CAP_STREAM_STARTED))
		cap_stream_begin(s, fin);
	else if (f->ignored)
		s->next = fin;
	if (is_overtaken(s, fin))
		cap_fin_forget(t, f, dir);
	if (s->flags & CAP_STREAM_FIN || fin - s->next > CAP_WINDOW_MAX)
		return;
	if (f->tentative && fin == cap_stream_edge(s) && (s->pieces > 1 || !seg->len))
		cap_stream_settle(t, f, NULL);
	if (!(f->stream[!dir].flags & CAP_STREAM_FIN)) {
		f->fin_dir = (uint8_t)dir;
		f->fin_answers = acknowledges_fin(f, dir, seg);
	}
	s->tcp.fin = fin;
	s->flags |= CAP_STREAM_FIN;
	cap_stream_fin(t, f, dir);
	if (f->stream[!dir].flags & CAP_STREAM_FIN && !f->ignored) {
		believe(t, f, dir);
		believe(t, f, (CapDir)!dir);
	}
}

void
cap_fin_close(CapTracker *t, CapEntry *f)
{
	bool a = f->stream[0].flags & CAP_STREAM_DONE, b = f->stream[1].flags & CAP_STREAM_DONE;
	const CapStream *first = &f->stream[f->fin_dir];
	const CapStream *second = &f->stream[!f->fin_dir];

	if ((!a && f->flow.seen[0]) || (!b && f->flow.seen[1]))
		return;
	if (!f->done_frame) {
		f->done_ns = t->time_ns;
		f->done_frame = t->frame;
	}
	if (!a || !b ||
	    (second->flags & CAP_STREAM_ACKED &&
	     cap_seq_reached(second->tcp.ack, first->tcp.fin + 1)))
		cap_entry_close(t, f, CAP_END_FIN);
}
