/* SPDX-License-Identifier: BSD-3-Clause */
/* SYNs of TCP (RFC 9293 section 3.5): what each says, also one that is repeated or comes late. */
#include "capture/transport/flow.h"

/* A SYN captured after its data (in the wrong order) is at most this far back. */
#define CAP_LATE_SYN 65536

bool
cap_syn_late(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	if (s->flags & CAP_STREAM_STARTED)
		return !(s->flags & CAP_STREAM_SYN) && s->next - (seg->seq + 1) < CAP_LATE_SYN;
	return seg->flags & CAP_TCP_ACK && peer->next - seg->ack < CAP_LATE_SYN;
}

bool
cap_syn_repeated(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	return f->stream[dir].flags & CAP_STREAM_SYN && f->stream[dir].tcp.isn == seg->seq;
}

/*
 * Before a SYN that comes late: data that do not begin where it says, and that nobody acknowledged,
 * are not what comes before those that do.
 */
static void
begin_again(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	const CapStream *peer = &f->stream[!dir];

	if ((!f->tentative && s->tcp.isn == seg->seq) ||
	    (peer->flags & CAP_STREAM_ACKED && !cap_seq_reached(seg->seq + 1, peer->tcp.ack)))
		return;
	if (s->flags & CAP_STREAM_FIN)
		cap_fin_forget(t, f, dir);
	s->next = seg->seq + 1;
}

void
cap_syn_take(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	bool answer = seg->flags & CAP_TCP_ACK;

	cap_history_new(f, dir, cap_history_kind(seg));
	if (!cap_syn_repeated(f, dir, seg)) {
		if (!cap_syn_late(f, dir, seg) || !(s->flags & CAP_STREAM_STARTED)) {
			cap_queue_clear(t, s);
			s->next = seg->seq + 1;
			/*
			 * Acknowledgments before it, of a connection that one side has forgotten,
			 * do not count.
			 */
			s->flags = 0;
			f->stream[!dir].flags &= (uint16_t)~CAP_STREAM_ACKED;
		} else {
			begin_again(t, f, dir, seg);
		}
		s->flags |= CAP_STREAM_STARTED | CAP_STREAM_SYN;
		s->tcp.isn = seg->seq;
		s->tcp.offer = seg->offer;
		if (answer && dir == CAP_FROM_B)
			f->flow.syn_ack_ns = t->time_ns;
		else if (!answer && dir == CAP_FROM_A)
			f->flow.syn_ns = t->time_ns;
		f->flow.syn_seen = f->flow.syn_seen || (dir == CAP_FROM_B) == answer;
	}
	seg->seq++;
}

bool
cap_syn_answered(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *peer = &f->stream[!dir];

	return f->list == CAP_LIST_HALF && seg->flags & CAP_TCP_ACK &&
	       peer->flags & CAP_STREAM_SYN &&
	       (seg->ack == peer->tcp.isn + 1 || seg->ack == cap_stream_edge(peer));
}
