/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How flows begin and end, of whichever protocol: what waits of a flow is reported before its end,
 * and meanwhile nothing else is evicted.
 */
#include "capture/transport/messages.h"

/* Whether it is a TCP connection. */
static bool
has_bytes(const CapEntry *f)
{
	return f->flow.family == 4 || f->flow.family == 6;
}

/* Whether all that was seen of a side was acknowledged. Links that number messages see to it. */
static bool
all_acked(const CapEntry *f, CapDir dir)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	uint32_t edge = s->flags & CAP_STREAM_FIN ? s->tcp.fin : cap_stream_edge(s);

	if (!has_bytes(f))
		return true;
	return (peer->flags & CAP_STREAM_ACKED && cap_seq_reached(peer->tcp.ack, edge)) ||
	       (peer->flags & CAP_STREAM_RESET_ACK && cap_seq_reached(peer->tcp.reset_ack, edge));
}

/*
 * Whether a side acknowledged more of the other than was captured; if nothing was, more than its
 * first acknowledgment.
 */
static bool
claims(const CapEntry *f, CapDir dir)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	if (!(peer->flags & CAP_STREAM_STARTED))
		return false;
	return (s->flags & CAP_STREAM_ACKED &&
		!cap_seq_reached(cap_stream_edge(peer) + 1, s->tcp.ack)) ||
	       (s->flags & CAP_STREAM_RESET_ACK &&
		!cap_seq_reached(cap_stream_edge(peer) + 1, s->tcp.reset_ack));
}

/*
 * How the flow ended: the first FIN or RST decides. A flow that was evicted could have gone on
 * after a FIN of one side.
 */
static CapEnd
decide_end(CapEntry *f, CapEnd why)
{
	uint16_t flags = f->stream[0].flags & f->stream[1].flags & CAP_STREAM_DONE;

	if (!has_bytes(f))
		return why;
	if (f->reset_frame && !f->orderly) {
		f->flow.ended_by_b = f->reset_dir == CAP_FROM_B;
		return CAP_END_RESET;
	}
	if (why != CAP_END_EVICTED)
		flags = (f->stream[0].flags | f->stream[1].flags) & CAP_STREAM_FIN;
	f->flow.ended_by_b = (f->fin_dir == CAP_FROM_B) != f->fin_answers;
	return flags ? CAP_END_FIN : why;
}

/* An end that is reported late has the time at which it happened. */
static void
tell_end(CapTracker *t, CapEntry *f, CapEnd why)
{
	uint64_t time_ns = t->time_ns, frame = t->frame;
	CapEnd end = decide_end(f, why);

	if (f->reset_frame) {
		time_ns = f->reset_ns;
		frame = f->reset_frame;
	} else if (f->done_frame) {
		time_ns = f->done_ns;
		frame = f->done_frame;
	} else if (end == CAP_END_REUSED && f->away_frame) {
		time_ns = f->away_ns;
		frame = f->away_frame;
	} else if (end != why) {
		time_ns = f->flow.last_ns;
		frame = f->flow.last_frame;
	}
	for (int dir = 0; dir < 2 && has_bytes(f); dir++)
		f->flow.claims[dir] = claims(f, (CapDir)dir);
	f->flow.unanswered = f->flow.syn_ns && !f->flow.seen[CAP_FROM_B] &&
			     !(f->stream[CAP_FROM_A].flags & CAP_STREAM_ACKED);
	f->flow.acked[CAP_FROM_A] = all_acked(f, CAP_FROM_A);
	f->flow.acked[CAP_FROM_B] = all_acked(f, CAP_FROM_B);
	t->callbacks.closed(t->callbacks.user, &f->flow, end, time_ns, frame);
}

/*
 * Whether only its SYNs were seen: neither data that were told, as those of a SYN that were
 * acknowledged, nor others that wait, which a trial began with.
 */
static bool
never_began(const CapEntry *f)
{
	return f->list == CAP_LIST_HALF && !f->reset_frame && !f->told && !f->stream[0].head &&
	       !f->stream[1].head;
}

void
cap_entry_close(CapTracker *t, CapEntry *f, CapEnd why)
{
	CapLoss loss = why == CAP_END_EVICTED ? CAP_LOSS_LIMIT : CAP_LOSS_MISSING;
	bool before = t->closing;

	if (f->closed)
		return;
	t->closing = true;
	cap_early_release(t, f);
	if (f->list == CAP_LIST_HALF && has_bytes(f)) {
		cap_stream_drop_syn(t, &f->stream[0]);
		cap_stream_drop_syn(t, &f->stream[1]);
	}
	if (f->tentative)
		cap_stream_settle(t, f, NULL);
	if (f->trial && never_began(f) && !f->ignored)
		cap_trial_instead(t, f);
	cap_trial_flush(t, f, CAP_FROM_A);
	cap_trial_flush(t, f, CAP_FROM_B);
	cap_trial_free(t, f);
	cap_doubt_free(t, f);
	f->closed = true;
	cap_message_lost(t, f, CAP_FROM_A, 0, loss);
	cap_message_lost(t, f, CAP_FROM_B, 0, loss);
	cap_stream_flush(t, f, CAP_FROM_A, loss);
	cap_stream_flush(t, f, CAP_FROM_B, loss);
	if (!f->silent)
		tell_end(t, f, why);
	f->flow.user = NULL;
	f->held = 0;
	cap_hoard_forget(t, f);
	cap_list_move(t, f, CAP_LIST_CLOSED);
	t->closing = before;
}

CapEntry *
cap_entry_open(CapTracker *t, const CapPair *pair, bool swapped)
{
	CapDir dir;
	CapEntry *f = cap_message_find(t, pair, &dir);

	if (f) {
		cap_entry_close(t, f, CAP_END_REUSED);
		cap_table_remove(t, f);
	}
	f = cap_table_add(t, pair, cap_table_hash(&t->table, pair), swapped);
	if (t->callbacks.wanted)
		f->ignored = !t->callbacks.wanted(t->callbacks.user, &f->flow);
	return f;
}
