/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Segments that do not fit what is known of their flow. Anybody can send one with the addresses of
 * the two, so a stack ignores them (RFC 9293 section 3.10.7.4, RFC 5961). A bystander cannot simply
 * do that: after packets that it missed, genuine segments look the same, and so do those of a new
 * connection on the same ports. The other side makes the difference: it answers only what it
 * received. So the last such segments of each side are kept here without effect until a segment of
 * the other side agrees: each of the two lies where the other's acknowledgment says, or near it. A
 * forger of one side has to guess both numbers, one after the other; one of both sides makes up
 * another flow, which does not end the one that was there (away.c).
 *
 * There is one trial per flow; the limits of waiting data in a stream apply to it.
 */
#include "capture/transport/trial.h"

size_t
cap_trial_waits(const CapTrial *trial)
{
	const CapStream *a = &trial->side[0].stream, *b = &trial->side[1].stream;

	return a->bytes + b->bytes + ((size_t)a->pieces + b->pieces) * sizeof(CapPiece);
}

static void
side_clear(CapTracker *t, CapSide *side)
{
	cap_queue_clear(t, &side->stream);
	*side = (CapSide){ 0 };
}

static void
trial_free(CapTracker *t, CapTrial *trial)
{
	if (!trial)
		return;
	side_clear(t, &trial->side[0]);
	side_clear(t, &trial->side[1]);
	cap_memory_free(&t->memory, trial, sizeof(*trial));
}

void
cap_trial_free(CapTracker *t, CapEntry *f)
{
	trial_free(t, f->trial);
	f->trial = NULL;
}

static bool
goes_on(const CapSide *side, const CapSegment *seg)
{
	if (seg->flags & CAP_TCP_SYN)
		return cap_side_is_syn(side) && side->stream.tcp.isn == seg->seq;
	return cap_side_is_started(side) && cap_trial_near(seg->seq, side->stream.next, side->end);
}

static void
side_begin(CapTracker *t, CapSide *side, const CapSegment *seg)
{
	bool syn = seg->flags & CAP_TCP_SYN;

	side_clear(t, side);
	side->first_ns = t->time_ns;
	side->first_frame = t->frame;
	side->stream.flags = CAP_STREAM_STARTED;
	side->stream.next = side->end = seg->seq + syn;
	if (!syn)
		return;
	side->opening = !(seg->flags & CAP_TCP_ACK);
	side->stream.flags |= CAP_STREAM_SYN;
	side->stream.tcp.isn = seg->seq;
	side->stream.tcp.offer = seg->offer;
}

/* What counts once they are believed. */
static void
side_note(CapSide *side, const CapSegment *seg)
{
	if (!seg->ip_size)
		return;
	side->kinds |= (uint8_t)(1u << cap_history_kind(seg));
	side->heard++;
	side->ip_bytes += seg->ip_size;
}

/* Moves what waited here into the flow's own stream. */
static void
adopt_side(CapTracker *t, CapEntry *f, CapDir dir, CapSide *side)
{
	CapStream *s = &f->stream[dir];

	t->counters.forged -= MIN(side->packets, t->counters.forged);
	side->packets = 0;
	cap_history_take(f, dir, side->kinds);
	f->flow.packets[dir] += side->heard;
	f->flow.ip_bytes[dir] += side->ip_bytes;
	cap_stream_resume(t, f, dir, side->stream.next);
	if (cap_side_is_syn(side)) {
		s->flags |= CAP_STREAM_SYN;
		s->tcp.isn = side->stream.tcp.isn;
		s->tcp.offer = side->stream.tcp.offer;
		cap_window_scale(f);
	}
	if (side->stream.flags & CAP_STREAM_ACKED) {
		s->tcp.ack = side->stream.tcp.ack;
		s->flags |= CAP_STREAM_ACKED;
		s->flags &= (uint16_t)~CAP_STREAM_CLAIM;
		if (!(f->stream[!dir].flags & CAP_STREAM_STARTED) && cap_side_is_syn(side))
			cap_stream_resume(t, f, (CapDir)!dir, side->first_ack);
	}
	f->flow.seen[dir] = true;
	cap_stream_take(t, f, dir, &side->stream);
	if (f->ignored)
		s->next = side->end;
}

/* The same of one in midstream, which is not told until more of it was seen. */
static void
adopt_first(CapTracker *t, CapEntry *f, CapDir dir, CapSide *side)
{
	cap_history_take(f, dir, side->kinds);
	f->flow.packets[dir] += side->heard;
	f->flow.ip_bytes[dir] += side->ip_bytes;
	f->flow.seen[dir] = true;
	f->tentative = !f->ignored;
	f->stream[dir] = side->stream;
	f->stream[dir].tcp.isn = side->stream.next - 1;
	side->stream.head = side->stream.tail = NULL;
	side->stream.bytes = side->stream.pieces = 0;
	f->silent = f->tentative && side->end - f->stream[dir].next < 2;
	t->counters.flows -= f->silent;
	cap_list_move(t, f, CAP_LIST_PLAIN);
	cap_hoard_note(t, f);
}

/* Whether there is what a flow may begin with: a SYN, or data. */
static bool
has_begun(const CapSide *side)
{
	return cap_side_is_syn(side) || side->end != side->stream.next;
}

static void
note_beginning(CapEntry *f, CapDir dir, const CapSide *side)
{
	if (!has_begun(side))
		return;
	if (side->first_frame < f->flow.first_frame) {
		f->flow.first_ns = side->first_ns;
		f->flow.first_frame = side->first_frame;
	}
	if (!cap_side_is_syn(side))
		return;
	f->flow.syn_seen = true;
	*(dir == CAP_FROM_A ? &f->flow.syn_ns : &f->flow.syn_ack_ns) = side->first_ns;
}

/*
 * What may begin a flow has to be waited for elsewhere; what is between packets of one need not. Data
 * that acknowledge nothing begin none: nothing would tell what goes on with them.
 */
static bool
may_begin(const CapEntry *f, const CapSide *side)
{
	bool data = side->stream.head && side->stream.flags & CAP_STREAM_ACKED;

	return side->opening ||
	       (cap_away_is_nothing(f) && !f->ignored && (cap_side_is_syn(side) || data));
}

/*
 * What has to make room for what its side sends next: either may be made up, so it waits for what
 * goes on with it elsewhere, as a flow of which nothing else was seen.
 */
static void
let_wait(CapTracker *t, CapEntry *f, CapDir dir, CapSide *side)
{
	CapPair pair = cap_table_pair(f, dir);
	CapDir now = cap_side_is_syn(side) && !side->opening ? CAP_FROM_B : CAP_FROM_A;
	CapEntry *waits = cap_table_add(t, &pair, f->hash, now == CAP_FROM_B);

	if (side->opening)
		side->stream.flags &= (uint16_t)~CAP_STREAM_ACKED;
	side->packets = 0;
	note_beginning(waits, now, side);
	if (t->callbacks.wanted)
		waits->ignored = !t->callbacks.wanted(t->callbacks.user, &waits->flow);
	if (cap_side_is_syn(side)) {
		cap_queue_clear(t, &side->stream);
		adopt_side(t, waits, now, side);
	} else {
		adopt_first(t, waits, now, side);
	}
	cap_away_put(t, waits, &pair);
}

/* Where on a side this segment is, whose data are at `seg`. */
static void
side_place(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *segment, const CapSegment *seg)
{
	CapSide *side = &f->trial->side[dir];

	if (!goes_on(side, segment)) {
		if (may_begin(f, side))
			let_wait(t, f, dir, side);
		side_begin(t, side, segment);
	} else if (seg->seq == side->end && !(seg->flags & CAP_TCP_SYN) &&
		   (seg->len || cap_side_is_syn(side))) {
		side->run++;
	}
	if (seg->len && !has_begun(side)) {
		side->first_ns = t->time_ns;
		side->first_frame = t->frame;
	}
}

static void
side_keep(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *segment)
{
	CapSide *side = &f->trial->side[dir];
	CapStream *s = &side->stream;
	CapSegment seg = *segment;

	seg.seq += (seg.flags & CAP_TCP_SYN) != 0;
	side_place(t, f, dir, segment, &seg);
	side_note(side, segment);
	if (cap_trial_is_alive(f)) {
		side->packets++;
		t->counters.forged++;
	}
	if (seg.flags & CAP_TCP_ACK) {
		side->first_ack = s->flags & CAP_STREAM_ACKED ? side->first_ack : seg.ack;
		s->tcp.ack = seg.ack;
		s->flags |= CAP_STREAM_ACKED;
	}
	if (!cap_seq_reached(seg.seq, s->next))
		s->next = seg.seq;
	if (seg.len && !f->ignored && s->pieces < t->limits.reorder_segments &&
	    s->bytes + seg.captured <= t->limits.reorder_bytes)
		cap_queue_insert(t, s, &seg);
	cap_hoard_note(t, f);
	if (cap_seq_reached(seg.seq + seg.len, side->end))
		side->end = seg.seq + seg.len;
}

/* What waits here of both sides, in the order of its packets; the other side's is the truth. */
static void
adopt(CapTracker *t, CapEntry *f, CapDir dir, CapTrial *trial, const CapSegment *seg)
{
	CapSide *own = &trial->side[dir], *other = &trial->side[!dir];
	bool both = goes_on(own, seg), own_first = own->first_frame < other->first_frame;
	CapEntry *before = t->current;

	t->current = f;
	if (both && own_first)
		adopt_side(t, f, dir, own);
	if (cap_side_is_started(other))
		adopt_side(t, f, (CapDir)!dir, other);
	if (both && !own_first)
		adopt_side(t, f, dir, own);
	/* Drops what this side sent before, and what it did not agree with. */
	if (!both && !(seg->flags & (CAP_TCP_SYN | CAP_TCP_RST)) && !cap_tcp_near(f, dir, seg->seq))
		cap_stream_resume(t, f, dir, seg->seq);
	if (seg->flags & CAP_TCP_ACK) {
		f->stream[dir].tcp.ack = seg->ack;
		f->stream[dir].flags &= (uint16_t)~CAP_STREAM_CLAIM;
	}
	t->current = before;
}

/* Whether both sides have sent a SYN, which this one answers with its own. */
static bool
both_open(CapDir dir, const CapTrial *trial, const CapSegment *seg)
{
	return trial->side[0].opening && trial->side[1].opening && seg->flags & CAP_TCP_SYN &&
	       goes_on(&trial->side[dir], seg);
}

/* Which side opened the connection that a trial began, or spoke first in it. */
static CapDir
find_opener(CapDir dir, const CapTrial *trial, const CapSegment *seg)
{
	const CapSide *own = &trial->side[dir], *other = &trial->side[!dir];

	if (both_open(dir, trial, seg))
		return own->first_frame < other->first_frame ? dir : (CapDir)!dir;
	if (cap_side_is_syn(other))
		return other->opening ? (CapDir)!dir : dir;
	if (goes_on(own, seg) && cap_side_is_syn(own))
		return own->opening ? dir : (CapDir)!dir;
	return cap_side_is_started(other) ? (CapDir)!dir : dir;
}

/* Another connection takes the place of the flow. */
static CapEntry *
replace(CapTracker *t, CapEntry *f, CapDir *dir, const CapSegment *seg)
{
	CapPair pair = cap_table_pair(f, *dir);
	CapTrial *trial = f->trial;
	bool swapped = find_opener(*dir, trial, seg) != *dir;
	CapSide *own = &trial->side[*dir], *other = &trial->side[!*dir];
	CapDir now = swapped ? CAP_FROM_B : CAP_FROM_A;
	uint32_t hash = f->hash;

	f->trial = NULL;
	cap_away_put(t, f, &pair);
	f = cap_table_add(t, &pair, hash, swapped);
	f->flow.both_open = both_open(*dir, trial, seg);
	note_beginning(f, (CapDir)!now, other);
	if (goes_on(own, seg))
		note_beginning(f, now, own);
	if (t->callbacks.wanted)
		f->ignored = !t->callbacks.wanted(t->callbacks.user, &f->flow);
	if (now != *dir) {
		CapSide swap = trial->side[0];

		trial->side[0] = trial->side[1];
		trial->side[1] = swap;
	}
	if (!cap_side_is_syn(&trial->side[0]) && !cap_side_is_syn(&trial->side[1]))
		cap_list_move(t, f, CAP_LIST_PLAIN);
	adopt(t, f, now, trial, seg);
	trial_free(t, trial);
	*dir = now;
	return f;
}

/*
 * Whether both sides open one connection at once (RFC 9293 section 3.5): the one that this flow
 * began with answers the SYN of the other one by its own numbers.
 */
static bool
opens_as_well(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	const CapSide *other = &f->trial->side[!dir];

	return f->list == CAP_LIST_HALF && dir == CAP_FROM_A && f->flow.syn_ns &&
	       s->flags & CAP_STREAM_SYN && other->opening &&
	       seg->seq == (seg->flags & CAP_TCP_SYN ? s->tcp.isn : s->next) &&
	       (!(peer->flags & CAP_STREAM_STARTED) ||
		(peer->flags & CAP_STREAM_SYN && peer->tcp.isn == other->stream.tcp.isn));
}

/* Nobody was reset: both sides go on. */
static void
take_back(CapTracker *t, CapEntry *f)
{
	t->counters.forged++;
	f->reset_frame = 0;
	f->orderly = false;
	f->stream[f->reset_dir].flags &= (uint16_t)~CAP_STREAM_RESET_ACK;
	cap_list_move(t, f, f->kept ? CAP_LIST_KEPT : CAP_LIST_PLAIN);
}

static CapEntry *
accept(CapTracker *t, CapEntry *f, CapDir *dir, const CapSegment *seg)
{
	CapTrial *trial = f->trial;
	bool syn = cap_side_is_syn(&trial->side[!*dir]) ||
		   (goes_on(&trial->side[*dir], seg) && cap_side_is_syn(&trial->side[*dir]));

	if (f->list == CAP_LIST_RESET && !syn && !cap_tcp_far(f, *dir, seg))
		take_back(t, f);
	if (opens_as_well(f, *dir, seg)) {
		note_beginning(f, (CapDir) !*dir, &trial->side[!*dir]);
		f->flow.both_open = true;
	} else if (syn || f->tentative || !cap_trial_is_alive(f) || cap_tcp_far(f, *dir, seg)) {
		/* Numbers that neither side of this flow can have are of another one. */
		return replace(t, f, dir, seg);
	}
	f->trial = NULL;
	adopt(t, f, *dir, trial, seg);
	trial_free(t, trial);
	return f;
}

/*
 * Whether this side continues, segment by segment, where it was expected, and acknowledges things:
 * packets of the other side may not be captured any more.
 */
static bool
goes_on_alone(const CapEntry *f, CapDir dir)
{
	const CapSide *side = &f->trial->side[dir];

	return side->run >= CAP_RUN_AGAINST && side->stream.flags & CAP_STREAM_ACKED &&
	       side->stream.next == f->stream[dir].next &&
	       f->stream[dir].flags & CAP_STREAM_STARTED;
}

/*
 * Whether the only side that is seen continues there. If the flow, or what the other side has here,
 * was made up, the other side never agrees. A SYN that nobody answered is no sign of another one.
 */
static bool
alone(const CapEntry *f, CapDir dir)
{
	uint32_t run = f->trial->side[dir].run;
	bool against = cap_side_is_started(&f->trial->side[!dir]) && !cap_away_is_nothing(f);

	if (f->flow.seen[!dir] && cap_trial_is_alive(f) && !f->tentative)
		return goes_on_alone(f, dir);
	return run >= (against ? CAP_RUN_AGAINST : CAP_RUN_LEAST);
}

/*
 * Late segments of a flow that is over are nothing new. Those with numbers that cannot be its own
 * are of another flow, which it may have been made up to hide.
 */
static bool
is_of_interest(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (seg->flags & CAP_TCP_SYN || (!f->closed && f->list != CAP_LIST_RESET) ||
	    !cap_tcp_near(f, dir, seg->seq) || cap_tcp_outlives(f, dir, seg))
		return true;
	return f->trial && cap_side_is_syn(&f->trial->side[dir]) &&
	       goes_on(&f->trial->side[dir], seg);
}

bool
cap_trial_asked_for(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = f->trial ? &f->trial->side[!dir].stream : NULL;

	return s && s->flags & CAP_STREAM_ACKED && seg->seq == s->tcp.ack;
}

CapEntry *
cap_trial_agreed(CapTracker *t, CapEntry *f, CapDir *ret_dir, const CapSegment *seg)
{
	if (!cap_trial_agrees(f, *ret_dir, &f->trial->side[!*ret_dir], seg))
		return NULL;
	return accept(t, f, ret_dir, seg);
}

/* Captured twice, or of another flow with the same numbers: nothing tells which. */
void
cap_trial_again(CapTracker *t, const CapEntry *f, const CapSegment *seg)
{
	t->counters.forged += f->again && seg->len > 0;
}

CapEntry *
cap_trial_segment(CapTracker *t, CapEntry *f, CapDir *ret_dir, CapSegment *seg)
{
	const CapStream *s = &f->stream[*ret_dir];
	bool exact = s->flags & CAP_STREAM_STARTED && seg->seq == s->next &&
		     cap_trial_is_alive(f) && !f->flow.seen[!*ret_dir];

	if (!is_of_interest(f, *ret_dir, seg)) {
		cap_trial_again(t, f, seg);
		return NULL;
	}
	if (seg->flags & CAP_TCP_RST) {
		t->counters.forged++;
		return NULL;
	}
	if (!f->trial) {
		f->trial = cap_memory_alloc(&t->memory, sizeof(*f->trial));
		*f->trial = (CapTrial){ 0 };
	}
	if (exact && !(seg->flags & CAP_TCP_SYN)) {
		CapSegment empty = *seg;

		/* The data are believed where they are expected, if the other side cannot agree. */
		empty.len = empty.captured = 0;
		empty.ip_size = seg->len ? 0 : seg->ip_size;
		side_keep(t, f, *ret_dir, &empty);
		seg->flags &= (uint8_t)~CAP_TCP_ACK;
		return seg->len ? f : NULL;
	}
	side_keep(t, f, *ret_dir, seg);
	if (!alone(f, *ret_dir))
		return NULL;
	/* Somebody was there to agree, and did not. */
	if (cap_trial_is_alive(f) && f->flow.seen[!*ret_dir])
		cap_doubt_queue(t, f, *ret_dir, &f->trial->side[*ret_dir].stream);
	if (may_begin(f, &f->trial->side[!*ret_dir]))
		let_wait(t, f, (CapDir) !*ret_dir, &f->trial->side[!*ret_dir]);
	side_clear(t, &f->trial->side[!*ret_dir]);
	/* It is reported and counted with the others; the flow counts it as a packet once more. */
	seg->len = seg->captured = seg->ip_size = 0;
	f->trial->side[*ret_dir].heard--;
	return accept(t, f, ret_dir, seg);
}

void
cap_trial_flush(CapTracker *t, CapEntry *f, CapDir dir)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	CapSide *side = f->trial ? &f->trial->side[dir] : NULL;
	bool heard = peer->flags & CAP_STREAM_ACKED && peer->tcp.ack == s->tcp.fin + 1;

	if (!side || !side->stream.head || !(s->flags & CAP_STREAM_STARTED))
		return;
	if (s->flags & CAP_STREAM_FIN ? side->stream.next == s->tcp.fin && !heard
				      : side->stream.next == s->next && !s->head && !f->reset_frame)
		adopt_side(t, f, dir, side);
}

void
cap_trial_instead(CapTracker *t, CapEntry *f)
{
	CapTrial *trial = f->trial;
	int i = trial->side[0].stream.head ? 0 : 1;
	CapSide *side = &trial->side[i];

	if (!side->stream.head || (cap_side_is_syn(side) && !side->run))
		return;
	f->flow.syn_seen = false;
	f->flow.syn_ns = f->flow.syn_ack_ns = 0;
	f->flow.first_ns = side->first_ns;
	f->flow.first_frame = side->first_frame;
	f->stream[0].flags = f->stream[1].flags = 0;
	adopt_side(t, f, (CapDir)i, side);
}
