/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether a segment of one side answers what the other one has in trial: each of the two lies where
 * the other's acknowledgment says, or near it.
 */
#include "capture/transport/trial.h"

/*
 * Whether it acknowledges what the other side sent after the flow was reset: so the reset was not its
 * own, or reached nobody.
 */
static bool
has_more(const CapEntry *f, CapDir dir, const CapSide *other, const CapSegment *seg)
{
	const CapStream *live = &f->stream[!dir];
	/* Whoever had sent nothing has all of it here. */
	uint32_t from = live->flags & CAP_STREAM_STARTED ? live->next : other->stream.next;

	return seg->ack - from - 1 < other->end - from;
}

/* Whether it acknowledges data that the other side has here. */
static bool
agrees_on_data(const CapEntry *f, CapDir dir, const CapSide *other, const CapSegment *seg)
{
	const CapStream *s = &other->stream, *own = &f->stream[dir], *live = &f->stream[!dir];

	if (!cap_trial_near(seg->seq, s->tcp.ack, s->tcp.ack))
		return false;
	if (f->reset_frame && !cap_trial_is_alive(f) && cap_tcp_near(f, (CapDir)!dir, s->next))
		return has_more(f, dir, other, seg);
	/* What follows a FIN: the FIN itself would be acknowledged by one more. */
	if (live->flags & CAP_STREAM_FIN && cap_seq_reached(s->next, live->tcp.fin))
		return seg->ack - live->tcp.fin > 1 &&
		       seg->ack - live->tcp.fin <= other->end - live->tcp.fin;
	/* Bytes that were expected are agreed with where the flow did not get them otherwise. */
	if (live->flags & CAP_STREAM_STARTED && live->next - s->next <= other->end - s->next)
		return seg->ack - live->next - 1 < other->end - live->next;
	/* What fits the flow as it is says nothing of data that were sent before. */
	if (live->flags & CAP_STREAM_STARTED && cap_seq_reached(live->next, other->end) &&
	    own->flags & CAP_STREAM_ACKED && cap_seq_reached(seg->ack, own->tcp.ack) &&
	    cap_tcp_near(f, dir, seg->seq))
		return false;
	return cap_trial_near(seg->ack, s->next, other->end);
}

/*
 * Whether it is the first of its side that says what it has, and that is the SYN that is here: data
 * came before that, and nobody has acknowledged them.
 */
static bool
is_first_answer(const CapEntry *f, CapDir dir, const CapSide *other, const CapSegment *seg)
{
	const CapStream *s = &other->stream;

	return !(f->stream[dir].flags & CAP_STREAM_ACKED) &&
	       !(f->stream[!dir].flags & CAP_STREAM_SYN) && s->flags & CAP_STREAM_ACKED &&
	       seg->seq == s->tcp.ack && seg->ack == s->next;
}

/* What is of the flow as it is answers no SYN (RFC 5961 section 4). */
static bool
is_of_flow(const CapEntry *f, CapDir dir, const CapSide *other, const CapSegment *seg)
{
	return cap_trial_is_alive(f) && cap_tcp_fits(f, dir, seg) &&
	       !is_first_answer(f, dir, other, seg);
}

static bool
agrees_on_syn(const CapSide *other, const CapSegment *seg)
{
	const CapStream *s = &other->stream;

	return seg->seq == s->tcp.ack && cap_trial_near(seg->ack, s->next, other->end) &&
	       cap_seq_reached(seg->ack, s->next);
}

bool
cap_trial_agrees(const CapEntry *f, CapDir dir, const CapSide *other, const CapSegment *seg)
{
	const CapStream *s = &other->stream;

	if (!(seg->flags & (CAP_TCP_ACK | CAP_TCP_RST)))
		return false;
	if (cap_side_is_syn(other) && is_of_flow(f, dir, other, seg))
		return false;
	if (other->opening)
		return seg->flags & CAP_TCP_ACK && seg->ack - s->next <= other->end - s->next;
	if (!(s->flags & CAP_STREAM_ACKED) || seg->flags & CAP_TCP_RST)
		return f->tentative && s->flags & CAP_STREAM_ACKED && seg->seq == s->tcp.ack;
	if (cap_side_is_syn(other))
		return agrees_on_syn(other, seg);
	return agrees_on_data(f, dir, other, seg);
}
