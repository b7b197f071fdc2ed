/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How flows begin and end, of whichever protocol: what waits of a flow is reported before its end,
 * and meanwhile nothing else is evicted.
 */
#include "capture/transport/messages.h"

/* An end that is reported late has the time at which it happened. */
static void
tell_end(CapTracker *t, CapEntry *f, CapEnd why)
{
	uint64_t time_ns = t->time_ns, frame = t->frame;

	if (f->reset_frame) {
		why = CAP_END_RESET;
		time_ns = f->reset_ns;
		frame = f->reset_frame;
	} else if (f->stream[0].flags & f->stream[1].flags & CAP_STREAM_DONE) {
		why = CAP_END_FIN;
		time_ns = f->done_ns;
		frame = f->done_frame;
	}
	t->callbacks.closed(t->callbacks.user, &f->flow, why, time_ns, frame);
}

void
cap_entry_close(CapTracker *t, CapEntry *f, CapEnd why)
{
	CapLoss loss = why == CAP_END_EVICTED ? CAP_LOSS_LIMIT : CAP_LOSS_MISSING;
	bool before = t->closing;

	if (f->closed)
		return;
	t->closing = true;
	if (f->tentative)
		cap_stream_settle(t, f, NULL);
	if (f->trial && f->list == CAP_LIST_HALF && !f->reset_frame && !f->ignored)
		cap_trial_instead(t, f);
	cap_trial_flush(t, f, CAP_FROM_A);
	cap_trial_flush(t, f, CAP_FROM_B);
	cap_trial_free(t, f);
	f->closed = true;
	cap_message_lost(t, f, CAP_FROM_A, 0, loss);
	cap_message_lost(t, f, CAP_FROM_B, 0, loss);
	cap_stream_flush(t, f, CAP_FROM_A, loss);
	cap_stream_flush(t, f, CAP_FROM_B, loss);
	if (!f->silent)
		tell_end(t, f, why);
	f->flow.user = NULL;
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
