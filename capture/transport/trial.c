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
#include "capture/transport/flow.h"

#include <string.h>

typedef struct {
	CapStream stream; /* `next` is where it begins */
	uint32_t end;     /* just past the highest byte */
	uint32_t packets; /* that count as forged so far */
	uint32_t run;     /* segments that began exactly where the one before had ended */
	uint64_t first_ns, first_frame;
	uint64_t heard, ip_bytes; /* packets of all kinds; these: */
	uint8_t kinds;
	bool opening; /* it begins with a SYN without ACK */
} Side;

struct CapTrial {
	Side side[2];
};

size_t
cap_trial_waits(const CapTrial *trial)
{
	const CapStream *a = &trial->side[0].stream, *b = &trial->side[1].stream;

	return a->bytes + b->bytes + ((size_t)a->pieces + b->pieces) * sizeof(CapPiece);
}

static bool
is_started(const Side *side)
{
	return side->stream.flags & CAP_STREAM_STARTED;
}

static bool
is_syn(const Side *side)
{
	return side->stream.flags & CAP_STREAM_SYN;
}

static void
side_clear(CapTracker *t, Side *side)
{
	cap_queue_clear(t, &side->stream);
	*side = (Side){ 0 };
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
near(uint32_t seq, uint32_t first, uint32_t last)
{
	return seq - (first - CAP_NEAR) <= last - first + 2 * CAP_NEAR;
}

static bool
goes_on(const Side *side, const CapSegment *seg)
{
	if (seg->flags & CAP_TCP_SYN)
		return is_syn(side) && side->stream.tcp.isn == seg->seq;
	return is_started(side) && near(seg->seq, side->stream.next, side->end);
}

/*
 * A flow that is over or has only begun cannot be disrupted: an unanswered SYN does not count as
 * forged there.
 */
static bool
is_alive(const CapEntry *f)
{
	return !f->closed && f->list != CAP_LIST_RESET && f->list != CAP_LIST_HALF;
}

static void
side_begin(CapTracker *t, Side *side, const CapSegment *seg)
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
side_note(Side *side, const CapSegment *seg)
{
	if (!seg->ip_size)
		return;
	side->kinds |= (uint8_t)(1u << cap_history_kind(seg));
	side->heard++;
	side->ip_bytes += seg->ip_size;
}

/*
 * Whether it acknowledges what the other side sent after the flow was reset: so the reset was not its
 * own, or reached nobody.
 */
static bool
has_more(const CapEntry *f, CapDir dir, const Side *other, const CapSegment *seg)
{
	const CapStream *live = &f->stream[!dir];
	/* Whoever had sent nothing has all of it here. */
	uint32_t from = live->flags & CAP_STREAM_STARTED ? live->next : other->stream.next;

	return seg->ack - from - 1 < other->end - from;
}

/* Whether it acknowledges data that the other side has here. */
static bool
agrees_on_data(const CapEntry *f, CapDir dir, const Side *other, const CapSegment *seg)
{
	const CapStream *s = &other->stream, *own = &f->stream[dir], *live = &f->stream[!dir];

	if (!near(seg->seq, s->tcp.ack, s->tcp.ack))
		return false;
	if (f->reset_frame && !is_alive(f) && cap_tcp_near(f, (CapDir)!dir, s->next))
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
	return near(seg->ack, s->next, other->end);
}

/*
 * Whether it is the first of its side that says what it has, and that is the SYN that is here: data
 * came before that, and nobody has acknowledged them.
 */
static bool
is_first_answer(const CapEntry *f, CapDir dir, const Side *other, const CapSegment *seg)
{
	const CapStream *s = &other->stream;

	return !(f->stream[dir].flags & CAP_STREAM_ACKED) &&
	       !(f->stream[!dir].flags & CAP_STREAM_SYN) && s->flags & CAP_STREAM_ACKED &&
	       seg->seq == s->tcp.ack && seg->ack == s->next;
}

/* What is of the flow as it is answers no SYN (RFC 5961 section 4). */
static bool
is_of_flow(const CapEntry *f, CapDir dir, const Side *other, const CapSegment *seg)
{
	return is_alive(f) && cap_tcp_fits(f, dir, seg) && !is_first_answer(f, dir, other, seg);
}

static bool
agrees_on_syn(const Side *other, const CapSegment *seg)
{
	const CapStream *s = &other->stream;

	return seg->seq == s->tcp.ack && near(seg->ack, s->next, other->end) &&
	       cap_seq_reached(seg->ack, s->next);
}

/* Whether this segment is the answer to what the other side has here. */
static bool
agrees(const CapEntry *f, CapDir dir, const Side *other, const CapSegment *seg)
{
	const CapStream *s = &other->stream;

	if (!(seg->flags & (CAP_TCP_ACK | CAP_TCP_RST)))
		return false;
	if (is_syn(other) && is_of_flow(f, dir, other, seg))
		return false;
	if (other->opening)
		return seg->flags & CAP_TCP_ACK && seg->ack - s->next <= other->end - s->next;
	if (!(s->flags & CAP_STREAM_ACKED) || seg->flags & CAP_TCP_RST)
		return f->tentative && s->flags & CAP_STREAM_ACKED && seg->seq == s->tcp.ack;
	if (is_syn(other))
		return agrees_on_syn(other, seg);
	return agrees_on_data(f, dir, other, seg);
}

/* Moves what waited here into the flow's own stream. */
static void
adopt_side(CapTracker *t, CapEntry *f, CapDir dir, Side *side)
{
	CapStream *s = &f->stream[dir];

	t->counters.forged -= MIN(side->packets, t->counters.forged);
	side->packets = 0;
	cap_history_take(f, dir, side->kinds);
	f->flow.packets[dir] += side->heard;
	f->flow.ip_bytes[dir] += side->ip_bytes;
	cap_stream_resume(t, f, dir, side->stream.next);
	if (is_syn(side)) {
		s->flags |= CAP_STREAM_SYN;
		s->tcp.isn = side->stream.tcp.isn;
		s->tcp.offer = side->stream.tcp.offer;
		cap_window_scale(f);
	}
	if (side->stream.flags & CAP_STREAM_ACKED) {
		s->tcp.ack = side->stream.tcp.ack;
		s->flags |= CAP_STREAM_ACKED;
		s->flags &= (uint16_t)~CAP_STREAM_CLAIM;
		if (!(f->stream[!dir].flags & CAP_STREAM_STARTED) && is_syn(side))
			cap_stream_resume(t, f, (CapDir)!dir, s->tcp.ack);
	}
	f->flow.seen[dir] = true;
	cap_stream_take(t, f, dir, &side->stream);
	if (f->ignored)
		s->next = side->end;
}

/* Its ends, as those of a packet that this side sends. */
static CapPair
pair_of(const CapEntry *f, CapDir dir)
{
	CapPair pair = { .family = f->flow.family,
			 .port = { f->flow.port[dir], f->flow.port[!dir] } };

	memcpy(pair.addr[0], f->flow.addr[dir], sizeof(pair.addr[0]));
	memcpy(pair.addr[1], f->flow.addr[!dir], sizeof(pair.addr[1]));
	return pair;
}

static void
note_beginning(CapEntry *f, CapDir dir, const Side *side)
{
	if (!is_started(side))
		return;
	if (side->first_frame < f->flow.first_frame) {
		f->flow.first_ns = side->first_ns;
		f->flow.first_frame = side->first_frame;
	}
	if (!is_syn(side))
		return;
	f->flow.syn_seen = true;
	*(dir == CAP_FROM_A ? &f->flow.syn_ns : &f->flow.syn_ack_ns) = side->first_ns;
}

/*
 * A SYN that has to make room for what its side sends next: either may be made up, so it waits for
 * its answer elsewhere, as a flow of which nothing else was seen.
 */
static void
let_wait(CapTracker *t, CapEntry *f, CapDir dir, Side *side)
{
	CapPair pair = pair_of(f, dir);
	CapEntry *waits;

	cap_queue_clear(t, &side->stream);
	side->stream.flags &= (uint16_t)~CAP_STREAM_ACKED;
	side->packets = 0;
	waits = cap_table_add(t, &pair, f->hash, false);
	note_beginning(waits, CAP_FROM_A, side);
	if (t->callbacks.wanted)
		waits->ignored = !t->callbacks.wanted(t->callbacks.user, &waits->flow);
	adopt_side(t, waits, CAP_FROM_A, side);
	cap_away_put(t, waits, &pair);
}

static void
side_keep(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *segment)
{
	Side *side = &f->trial->side[dir];
	CapStream *s = &side->stream;
	CapSegment seg = *segment;

	seg.seq += (seg.flags & CAP_TCP_SYN) != 0;
	if (!goes_on(side, segment)) {
		if (side->opening)
			let_wait(t, f, dir, side);
		side_begin(t, side, segment);
	} else if (seg.seq == side->end && !(seg.flags & CAP_TCP_SYN) && (seg.len || is_syn(side)))
		side->run++;
	side_note(side, segment);
	if (is_alive(f)) {
		side->packets++;
		t->counters.forged++;
	}
	if (seg.flags & CAP_TCP_ACK) {
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
	Side *own = &trial->side[dir], *other = &trial->side[!dir];
	bool both = goes_on(own, seg), own_first = own->first_frame < other->first_frame;
	CapEntry *before = t->current;

	t->current = f;
	if (both && own_first)
		adopt_side(t, f, dir, own);
	if (is_started(other))
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
	const Side *own = &trial->side[dir], *other = &trial->side[!dir];

	if (both_open(dir, trial, seg))
		return own->first_frame < other->first_frame ? dir : (CapDir)!dir;
	if (is_syn(other))
		return other->opening ? (CapDir)!dir : dir;
	if (goes_on(own, seg) && is_syn(own))
		return own->opening ? dir : (CapDir)!dir;
	return is_started(other) ? (CapDir)!dir : dir;
}

/* Another connection takes the place of the flow. */
static CapEntry *
replace(CapTracker *t, CapEntry *f, CapDir *dir, const CapSegment *seg)
{
	CapPair pair = pair_of(f, *dir);
	CapTrial *trial = f->trial;
	bool swapped = find_opener(*dir, trial, seg) != *dir;
	Side *own = &trial->side[*dir], *other = &trial->side[!*dir];
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
		Side swap = trial->side[0];

		trial->side[0] = trial->side[1];
		trial->side[1] = swap;
	}
	if (!is_syn(&trial->side[0]) && !is_syn(&trial->side[1]))
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
	const Side *other = &f->trial->side[!dir];

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
	bool syn = is_syn(&trial->side[!*dir]) ||
		   (goes_on(&trial->side[*dir], seg) && is_syn(&trial->side[*dir]));

	if (f->list == CAP_LIST_RESET && !syn && !cap_tcp_far(f, *dir, seg))
		take_back(t, f);
	if (opens_as_well(f, *dir, seg)) {
		note_beginning(f, (CapDir) !*dir, &trial->side[!*dir]);
		f->flow.both_open = true;
	} else if (syn || f->tentative || !is_alive(f) || cap_tcp_far(f, *dir, seg)) {
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
	const Side *side = &f->trial->side[dir];

	return side->run >= CAP_RUN_AGAINST && side->stream.flags & CAP_STREAM_ACKED &&
	       side->stream.next == f->stream[dir].next &&
	       f->stream[dir].flags & CAP_STREAM_STARTED;
}

/*
 * Whether the only side that is seen continues there. If the flow, or what the other side has here,
 * was made up, the other side never agrees.
 */
static bool
alone(const CapEntry *f, CapDir dir)
{
	uint32_t run = f->trial->side[dir].run;

	if (f->flow.seen[!dir] && !f->closed && f->list != CAP_LIST_RESET && !f->tentative)
		return goes_on_alone(f, dir);
	return run >= (is_started(&f->trial->side[!dir]) ? CAP_RUN_AGAINST : CAP_RUN_LEAST);
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
	return f->trial && is_syn(&f->trial->side[dir]) && goes_on(&f->trial->side[dir], seg);
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
	if (!agrees(f, *ret_dir, &f->trial->side[!*ret_dir], seg))
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
	bool exact = s->flags & CAP_STREAM_STARTED && seg->seq == s->next && is_alive(f) &&
		     !f->flow.seen[!*ret_dir];

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
	if (is_alive(f) && f->flow.seen[!*ret_dir])
		cap_doubt_queue(t, f, *ret_dir, &f->trial->side[*ret_dir].stream);
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
	Side *side = f->trial ? &f->trial->side[dir] : NULL;
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
	Side *side = &trial->side[i];

	if (!side->stream.head || is_syn(side))
		return;
	f->flow.syn_seen = false;
	f->flow.syn_ns = f->flow.syn_ack_ns = 0;
	f->flow.first_ns = side->first_ns;
	f->flow.first_frame = side->first_frame;
	f->stream[0].flags = f->stream[1].flags = 0;
	adopt_side(t, f, (CapDir)i, side);
}
