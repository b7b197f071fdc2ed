/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Flows that others took the place of. Another connection on the same ports begins with segments of
 * both sides that agree with each other; but whoever makes up a segment of one side can make up its
 * answer as well. So the flow that was there before is not over: it waits, and comes back with the
 * first segment that fits it rather than the one in its place, which waits in its turn. What does
 * not come back ended when the other one took its place.
 */
#include "capture/transport/flow.h"

/*
 * So many of two ends wait; beyond that the one goes for which the fewest packets speak. Of what may
 * be none there are more: one of them may be the true one, among what somebody made up.
 */
#define CAP_AWAY_MAX SMB_CAP(4, 1)
#define CAP_AWAY_NOTHING_MAX SMB_CAP(24, 1)

bool
cap_away_is_nothing(const CapEntry *f)
{
	CapListName list = f->list == CAP_LIST_AWAY ? f->was : f->list;

	return !f->told && (list == CAP_LIST_HALF || f->tentative);
}

static bool
may_come_back(const CapEntry *f)
{
	return !f->closed && !f->ignored && f->list != CAP_LIST_RESET;
}

static void
end(CapTracker *t, CapEntry *f)
{
	if (cap_away_is_nothing(f)) {
		cap_queue_clear(t, &f->stream[0]);
		cap_queue_clear(t, &f->stream[1]);
	} else {
		cap_entry_close(t, f, CAP_END_REUSED);
	}
}

void
cap_away_end(CapTracker *t, CapEntry *f)
{
	cap_list_move(t, f, (CapListName)f->was);
	end(t, f);
}

/* What speaks for a flow: packets of both sides first, which are the harder to make up. */
static uint64_t
weight(const CapEntry *f)
{
	uint64_t a = f->flow.packets[0], b = f->flow.packets[1];

	return cap_away_is_nothing(f) ? 0 : MIN(a, UINT32_MAX) * MIN(b, UINT32_MAX) + MAX(a, b);
}

/* Makes room beside those of its kind that wait. */
static void
drop_least(CapTracker *t, const CapPair *pair, uint32_t hash, bool nothing)
{
	CapEntry *least = NULL, *f = NULL;
	uint32_t n = 0;
	CapDir dir;

	while ((f = cap_table_find_away(&t->table, pair, hash, f, &dir))) {
		if (cap_away_is_nothing(f) != nothing)
			continue;
		n++;
		if (!least || weight(f) <= weight(least))
			least = f;
	}
	if (n <= (nothing ? CAP_AWAY_NOTHING_MAX : CAP_AWAY_MAX))
		return;
	cap_away_end(t, least);
	cap_table_remove(t, least);
}

void
cap_away_put(CapTracker *t, CapEntry *f, const CapPair *pair)
{
	cap_early_release(t, f);
	if (cap_away_is_nothing(f))
		t->counters.flows -= !f->silent;
	if (!may_come_back(f)) {
		end(t, f);
		cap_table_remove(t, f);
		return;
	}
	cap_trial_free(t, f);
	f->was = f->list;
	f->away_ns = t->time_ns;
	f->away_frame = t->frame;
	cap_list_move(t, f, CAP_LIST_AWAY);
	drop_least(t, pair, f->hash, cap_away_is_nothing(f));
}

/* Whether both numbers say that it is of this flow; a SYN is of any. */
static bool
is_of(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	bool ack_known = (peer->flags & CAP_STREAM_STARTED) || (s->flags & CAP_STREAM_ACKED);
	bool seq_known = (s->flags & CAP_STREAM_STARTED) || (peer->flags & CAP_STREAM_ACKED);

	/* What a SYN is answered with is known to the number. */
	return ack_known && (seq_known || peer->flags & CAP_STREAM_SYN) &&
	       (seg->flags & (CAP_TCP_SYN | CAP_TCP_ACK)) != CAP_TCP_SYN &&
	       cap_tcp_fits(f, dir, seg);
}

/*
 * Whether it is what follows the SYN that this flow began with, to the number: that is enough where
 * nothing is known of the one in its place either.
 */
static bool
follows_syn(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir];

	return s->flags & CAP_STREAM_SYN && seg->seq == s->tcp.isn + 1 &&
	       (seg->flags & CAP_TCP_DECISIVE) == CAP_TCP_ACK;
}

CapEntry *
cap_away_back(CapTracker *t, CapEntry *f, const CapPair *pair, uint32_t hash, CapDir *ret_dir,
	      const CapSegment *seg)
{
	bool nothing = f && cap_away_is_nothing(f);
	CapEntry *back = NULL, *before;
	CapDir dir;

	if (f && cap_tcp_fits(f, *ret_dir, seg))
		return NULL;
	do
		back = cap_table_find_away(&t->table, pair, hash, back, &dir);
	while (back && !is_of(back, dir, seg) && !(nothing && follows_syn(back, dir, seg)));
	if (!back)
		return NULL;
	cap_list_move(t, back, (CapListName)back->was);
	back->away_frame = 0;
	if (cap_away_is_nothing(back))
		t->counters.flows += !back->silent;
	*ret_dir = dir;
	if (!f)
		return back;
	/* What the other one still has to tell must not cost this one its place. */
	before = t->current;
	t->current = back;
	cap_away_put(t, f, pair);
	t->current = before;
	return back;
}
