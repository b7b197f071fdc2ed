/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Segments of a flow: its beginning, its end, and everything between (RFC 9293). The tracker is a
 * bystander: of the end points' state it keeps only sequence numbers. A segment is accepted if its
 * numbers are near those seen from both sides (RFC 9293 section 3.10.7.4, RFC 5961); others go to
 * trial.c. Numbers that fit can still be forged, so an end of a flow, or a skip of its bytes, is
 * undone if the flow continues as if it had not happened.
 */
#include "capture/transport/flow.h"

/* This much may be in flight in one direction. */
#define CAP_LAG_MAX (16u << 20)
/*
 * Where neither number is near, packets may not have been captured for a while; but not more than
 * this of one direction, and what may be in flight of the other, before it is another connection.
 */
#define CAP_OUTAGE_MAX (256u << 20)
/* A window without scale (RFC 7323). */
#define CAP_RESET_WINDOW 65535u

/*
 * A flow begins with a SYN, or in midstream with data. Such data wait until something confirms
 * them; a single byte may be a keepalive, which alone does not make a flow.
 */
static CapEntry *
open_flow(CapTracker *t, const CapPair *pair, uint32_t hash, const CapSegment *seg, CapDir *ret_dir)
{
	bool syn = seg->flags & CAP_TCP_SYN, swapped = syn && seg->flags & CAP_TCP_ACK;
	CapEntry *f;

	if (seg->flags & CAP_TCP_RST || (!syn && !seg->len))
		return NULL;
	f = cap_table_add(t, pair, hash, swapped);
	*ret_dir = swapped ? CAP_FROM_B : CAP_FROM_A;
	f->flow.syn_seen = syn;
	if (t->callbacks.wanted)
		f->ignored = !t->callbacks.wanted(t->callbacks.user, &f->flow);
	f->tentative = !syn && !f->ignored;
	f->silent = f->tentative && seg->len < 2;
	t->counters.flows -= f->silent;
	return f;
}

/* The range in which a segment from this side begins, before its caller adds a margin. */
static void
bounds(const CapEntry *f, CapDir dir, uint32_t *ret_first, uint32_t *ret_last)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	bool started = s->flags & CAP_STREAM_STARTED, acked = peer->flags & CAP_STREAM_ACKED;

	*ret_first = started ? s->next : peer->tcp.ack;
	*ret_last = started ? cap_stream_edge(s) : peer->tcp.ack;
	if (acked && !cap_seq_reached(peer->tcp.ack, *ret_first))
		*ret_first = peer->tcp.ack;
	if (acked && !cap_seq_reached(*ret_last, peer->tcp.ack))
		*ret_last = peer->tcp.ack;
	if (peer->flags & CAP_STREAM_CLAIM && !cap_seq_reached(*ret_last, peer->tcp.claim))
		*ret_last = peer->tcp.claim;
}

static bool
between(uint32_t seq, uint32_t first, uint32_t last, uint32_t before, uint32_t behind)
{
	return seq - (first - before) <= last - first + before + behind;
}

bool
cap_tcp_near(const CapEntry *f, CapDir dir, uint32_t seq)
{
	uint32_t first, last;

	if (!(f->stream[dir].flags & CAP_STREAM_STARTED) &&
	    !(f->stream[!dir].flags & CAP_STREAM_ACKED))
		return true;
	bounds(f, dir, &first, &last);
	return between(seq, first, last, CAP_NEAR, CAP_NEAR);
}

/*
 * Whether this side may acknowledge so much. Its first acknowledgment may lag by all that is under
 * way; but what begins with a SYN is acknowledged exactly.
 */
static bool
ack_near(const CapEntry *f, CapDir dir, uint32_t ack)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	uint32_t first, last, lag = CAP_NEAR;

	if (!(peer->flags & CAP_STREAM_STARTED))
		return !(s->flags & CAP_STREAM_ACKED) ||
		       between(ack, s->tcp.ack, s->tcp.ack, lag, lag);
	if (!(s->flags & CAP_STREAM_ACKED)) {
		if (peer->flags & CAP_STREAM_SYN)
			return ack - (peer->tcp.isn + 1) <=
			       cap_stream_edge(peer) - (peer->tcp.isn + 1);
		lag = CAP_LAG_MAX;
	}
	bounds(f, (CapDir)!dir, &first, &last);
	return between(ack, first, last, lag, CAP_NEAR);
}

/* A SYN of this flow: repeated, captured late, or the answer to the other side's SYN. */
static bool
syn_fits(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	if (cap_syn_repeated(f, dir, seg) || cap_syn_late(f, dir, seg))
		return true;
	return seg->flags & CAP_TCP_ACK && !(s->flags & CAP_STREAM_STARTED) &&
	       peer->flags & CAP_STREAM_SYN && ack_near(f, dir, seg->ack);
}

/*
 * Whether the other side drops what this one sends without an acknowledgment (RFC 9293 section
 * 3.10.7.4). If it was not seen, there is nobody to agree; and where neither a connection was
 * opened nor anything acknowledged so far, the capture was made by a program.
 */
static bool
must_ack(const CapEntry *f, CapDir dir)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	return f->flow.seen[!dir] &&
	       (s->flags & CAP_STREAM_ACKED || s->flags & peer->flags & CAP_STREAM_SYN);
}

/*
 * Whether the segment fits what is known of both sides. Data after a FIN do not (RFC 9293 section
 * 3.6); the other side's acknowledgment decides which of the two was forged.
 */
static bool
fits(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	if (G_UNLIKELY(seg->flags & (CAP_TCP_SYN | CAP_TCP_RST)))
		return seg->flags & CAP_TCP_RST || syn_fits(f, dir, seg);
	if (G_UNLIKELY(s->flags & CAP_STREAM_FIN) && seg->len &&
	    cap_seq_reached(seg->seq, s->tcp.fin) &&
	    !(peer->flags & CAP_STREAM_ACKED && peer->tcp.ack == s->tcp.fin + 1))
		return false;
	if (!(seg->flags & CAP_TCP_ACK))
		return s->flags & CAP_STREAM_STARTED && seg->seq == s->next && !must_ack(f, dir);
	return cap_tcp_near(f, dir, seg->seq) && ack_near(f, dir, seg->ack);
}

/*
 * Where a reset must be: at the number that its receiver expects (RFC 5961 section 3.2), as far as
 * a bystander knows it.
 */
static bool
reset_exact(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	if ((peer->flags & CAP_STREAM_ACKED && seg->seq == peer->tcp.ack) ||
	    (peer->flags & CAP_STREAM_CLAIM && seg->seq == peer->tcp.claim))
		return true;
	return s->flags & CAP_STREAM_STARTED &&
	       (seg->seq == s->next || seg->seq == cap_stream_edge(s));
}

/*
 * Where it may be, since packets before it may not have been captured: in the window of its
 * receiver. Everything else is late, or made up.
 */
static bool
reset_plausible(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	uint32_t first, last;

	if (!(f->stream[dir].flags & CAP_STREAM_STARTED))
		return false;
	bounds(f, dir, &first, &last);
	return between(seg->seq, first, last, 0, CAP_RESET_WINDOW);
}

/*
 * Whether a reset only clears up after a FIN: its sender had finished too, or had acknowledged all
 * data of the other side, which had. Otherwise data were lost, and it is the reset that ended the
 * flow.
 */
static bool
is_orderly(const CapEntry *f, CapDir dir)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	return s->flags & CAP_STREAM_FIN ||
	       (peer->flags & CAP_STREAM_FIN && s->flags & CAP_STREAM_ACKED &&
		cap_seq_reached(s->tcp.ack, peer->tcp.fin));
}

bool
cap_tcp_far(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	uint32_t sent = seg->seq - f->stream[dir].next, got = seg->ack - f->stream[!dir].next;

	if (cap_tcp_near(f, dir, seg->seq) || !(seg->flags & CAP_TCP_ACK) ||
	    ack_near(f, dir, seg->ack))
		return false;
	return MIN(sent, got) > CAP_LAG_MAX || MAX(sent, got) > CAP_OUTAGE_MAX;
}

bool
cap_tcp_outlives(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir];

	return f->reset_frame && !f->again && (f->closed || f->list == CAP_LIST_RESET) &&
	       (f->closed || dir == f->reset_dir) && seg->len &&
	       !(seg->flags & (CAP_TCP_SYN | CAP_TCP_RST)) &&
	       !cap_seq_reached(s->next, seg->seq + seg->len);
}

bool
cap_tcp_fits(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (f->closed || f->list == CAP_LIST_RESET)
		return false;
	return seg->flags & CAP_TCP_RST ? reset_exact(f, dir, seg) : fits(f, dir, seg);
}

static inline void
count(CapEntry *f, CapDir dir, const CapSegment *seg)
{
	f->flow.packets[dir]++;
	f->flow.ip_bytes[dir] += seg->ip_size;
}

static inline void
touch(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	count(f, dir, seg);
	f->flow.last_ns = t->time_ns;
	f->flow.last_frame = t->frame;
	f->flow.seen[dir] = true;
}

static void
reset(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	bool answer = cap_syn_answered(f, dir, seg), exact = answer || reset_exact(f, dir, seg);

	if (!exact && (f->doubtful || !reset_plausible(f, dir, seg))) {
		t->counters.forged += !cap_trial_asked_for(f, dir, seg);
		return;
	}
	touch(t, f, dir, seg);
	cap_history_new(f, dir, cap_history_kind(seg));
	if (f->tentative)
		cap_stream_settle(t, f, NULL);
	f->flow.refused = answer && !(f->stream[dir].flags & CAP_STREAM_SYN);
	f->orderly = is_orderly(f, dir);
	if (seg->flags & CAP_TCP_ACK && ack_near(f, dir, seg->ack)) {
		f->stream[dir].tcp.reset_ack = seg->ack;
		f->stream[dir].flags |= CAP_STREAM_RESET_ACK;
	}
	f->reset_ns = t->time_ns;
	f->reset_frame = t->frame;
	f->reset_dir = (uint8_t)dir;
	f->doubtful = !exact;
	if (f->doubtful)
		return;
	if (f->stream[!dir].flags & CAP_STREAM_STARTED && !f->flow.refused)
		cap_list_move(t, f, CAP_LIST_RESET);
	else
		cap_entry_close(t, f, CAP_END_RESET);
}

/* A side that keeps sending has not reset the flow. */
static void
doubt_reset(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir];
	bool news = seg->len || seg->flags & CAP_TCP_FIN ||
		    (seg->flags & CAP_TCP_ACK &&
		     (!(s->flags & CAP_STREAM_ACKED) || !cap_seq_reached(s->tcp.ack, seg->ack)));

	if (dir != f->reset_dir || !news)
		return;
	t->counters.forged++;
	f->doubtful = f->orderly = false;
	f->reset_frame = 0;
	f->stream[dir].flags &= (uint16_t)~CAP_STREAM_RESET_ACK;
}

/* The first data of a side whose SYN was not seen. False if they are not data. */
static bool
begin_data(CapEntry *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	bool acked = peer->flags & CAP_STREAM_ACKED;

	/*
	 * The single byte of a keepalive is not data, and does not show where the stream continues.
	 */
	if (seg->len < 2 && acked && cap_seq_reached(peer->tcp.ack, seg->seq + seg->len))
		return false;
	cap_stream_begin(s, seg->seq);
	/* Packets before it may come late. */
	if (acked && !cap_seq_reached(peer->tcp.ack, seg->seq)) {
		cap_stream_begin(s, peer->tcp.ack);
		s->flags |= CAP_STREAM_GUESS;
	}
	return true;
}

static inline __attribute__((always_inline)) void
take_data(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *segment)
{
	CapStream *s = &f->stream[dir];
	CapSegment seg = *segment;

	if (G_UNLIKELY(!(s->flags & CAP_STREAM_STARTED)) && !begin_data(f, dir, &seg))
		return;
	if (G_UNLIKELY(f->tentative)) {
		if (cap_stream_hold(t, f, dir, &seg))
			cap_stream_settle(t, f, NULL);
	} else if (!f->ignored && G_UNLIKELY(seg.flags & CAP_TCP_SYN)) {
		cap_stream_hold_syn(t, f, dir, &seg);
	} else if (!f->ignored) {
		cap_stream_data(t, f, dir, &seg);
	} else if (cap_seq_reached(seg.seq + seg.len, s->next)) {
		s->next = seg.seq + seg.len;
	}
}

static bool
established(const CapEntry *f, const CapSegment *seg)
{
	return !(seg->flags & CAP_TCP_SYN) &&
	       (seg->len || f->stream[0].flags & f->stream[1].flags & CAP_STREAM_SYN);
}

/* Moves the flow to the end of its list, which changes once the flow is established. */
static inline void
refresh(CapTracker *t, CapEntry *f, const CapSegment *seg)
{
	CapListName to = f->list;

	if (f->list == CAP_LIST_HALF && established(f, seg))
		to = f->kept ? CAP_LIST_KEPT : CAP_LIST_PLAIN;
	if (t->lists[to].last != f)
		cap_list_move(t, f, to);
}

/* After a reset only data count that its receiver sent before it knew. */
static void
process_reset(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	bool resets = seg->flags & CAP_TCP_RST;

	if (!resets || reset_exact(f, dir, seg) || reset_plausible(f, dir, seg)) {
		count(f, dir, seg);
		cap_history_new(f, dir, cap_history_kind(seg));
	}
	if (dir != f->reset_dir && seg->len && !resets)
		take_data(t, f, dir, seg);
}

/* Whether a segment is the first of this kind, and of no other one, that its side sent. */
static inline bool
is_new(const CapEntry *f, CapDir dir, CapHistoryKind kind, const CapSegment *seg)
{
	return !(f->kinds[dir] & 1u << kind) && seg->ip_size &&
	       !(seg->flags & (CAP_TCP_SYN | CAP_TCP_FIN | CAP_TCP_RST));
}

static inline __attribute__((always_inline)) void
process_data(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (!seg->len) {
		if (G_UNLIKELY(is_new(f, dir, CAP_HISTORY_A, seg)) && seg->flags & CAP_TCP_ACK)
			cap_history_new(f, dir, CAP_HISTORY_A);
		return;
	}
	if (G_UNLIKELY(is_new(f, dir, CAP_HISTORY_D, seg)))
		cap_history_new(f, dir, CAP_HISTORY_D);
	if (G_UNLIKELY(cap_seq_reached(seg->seq + seg->len, f->stream[!dir].tcp.room)))
		cap_window_reached(t, f, dir, seg);
	take_data(t, f, dir, seg);
	/*
	 * Its receiver may read one of these bytes apart from the others (RFC 6093): nobody sends such
	 * data on a connection that matters here.
	 */
	if (G_UNLIKELY(seg->flags & CAP_TCP_URG) && f->told && !f->ignored)
		t->counters.urgent++;
}

/* What counts after the data. */
static inline __attribute__((always_inline)) void
process_ends(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (G_LIKELY(!(seg->flags & (CAP_TCP_SYN | CAP_TCP_FIN))))
		return;
	/* Nobody ends with the SYN what it begins: stacks drop that, or have no end of it. */
	if (seg->flags & CAP_TCP_SYN)
		cap_window_scale(f); /* the window of a SYN itself is not scaled */
	else
		cap_fin_segment(t, f, dir, seg);
}

static inline __attribute__((always_inline)) void
process(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg)
{
	if (f->list == CAP_LIST_RESET) {
		process_reset(t, f, dir, seg);
		return;
	}
	if (seg->flags & CAP_TCP_RST) {
		reset(t, f, dir, seg);
		return;
	}
	if (f->doubtful)
		doubt_reset(t, f, dir, seg);
	touch(t, f, dir, seg);
	if (seg->flags & CAP_TCP_SYN)
		cap_syn_take(t, f, dir, seg);
	refresh(t, f, seg);
	if (f->tentative && f->stream[!dir].head)
		cap_stream_settle(t, f, seg);
	if (G_UNLIKELY(!seg->window))
		cap_history_no_window(f, dir, seg);
	if (seg->flags & CAP_TCP_ACK)
		cap_ack_take(t, f, dir, seg);
	process_data(t, f, dir, seg);
	process_ends(t, f, dir, seg);
	if ((f->stream[0].flags | f->stream[1].flags) & CAP_STREAM_DONE)
		cap_fin_close(t, f);
}

static inline void
drop_if_ignored(CapTracker *t, CapEntry *f)
{
	if (f->ignored && (f->stream[0].head || f->stream[1].head)) {
		cap_queue_clear(t, &f->stream[0]);
		cap_queue_clear(t, &f->stream[1]);
	}
}

/* A second copy of the code, so that the first is in the function that every segment goes through. */
void G_GNUC_NO_INLINE
cap_tcp_process(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg)
{
	cap_doubt_note(t, f, dir, seg);
	process(t, f, dir, seg);
	drop_if_ignored(t, f);
}

/* The common case: the next bytes, acknowledging what the other side is known to have sent. */
static inline bool
is_usual(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	const uint16_t known = CAP_STREAM_STARTED | CAP_STREAM_ACKED;
	uint32_t sent = peer->next - s->tcp.ack;

	return !f->trial && seg->seq == s->next && (s->flags & (known | CAP_STREAM_FIN)) == known &&
	       (seg->flags & CAP_TCP_DECISIVE) == CAP_TCP_ACK && sent <= CAP_WINDOW_MAX &&
	       seg->ack - s->tcp.ack <= sent &&
	       (f->list == CAP_LIST_KEPT || f->list == CAP_LIST_PLAIN);
}

/*
 * The flow that a segment on known ports is of, if of any. A SYN with another number opens another
 * connection once it is answered; until then the old one, also one that is over, stays as it is.
 */
static CapEntry *
place(CapTracker *t, CapEntry *f, CapDir *dir, CapSegment *seg)
{
	bool over = f->closed || f->list == CAP_LIST_RESET;

	if (G_UNLIKELY(f->trial)) {
		CapEntry *other = cap_trial_agreed(t, f, dir, seg);

		if (other)
			return other;
	}
	if (over && seg->flags & CAP_TCP_SYN && cap_syn_repeated(f, *dir, seg)) {
		f->again = true;
		return NULL;
	}
	if (f->closed || (over && seg->flags & CAP_TCP_SYN) || !fits(f, *dir, seg) ||
	    cap_tcp_outlives(f, *dir, seg))
		return cap_trial_segment(t, f, dir, seg);
	if (f->again) {
		cap_trial_again(t, f, seg);
		return NULL;
	}
	return f;
}

void
cap_tcp_segment(CapTracker *t, const CapPair *pair, CapSegment *seg)
{
	uint32_t hash = cap_table_hash(&t->table, pair);
	CapDir dir = CAP_FROM_A;
	CapEntry *f = cap_table_find(&t->table, pair, hash, &dir), *back = NULL;
	bool usual;

	if (G_UNLIKELY(t->early.entry) && t->early.entry == f)
		cap_early_before(t, f, dir, seg);
	usual = f && is_usual(f, dir, seg);
	if (G_UNLIKELY(t->lists[CAP_LIST_AWAY].first) && !usual)
		back = cap_away_back(t, f, pair, hash, &dir, seg);
	if (back)
		f = back;
	else if (!f)
		f = open_flow(t, pair, hash, seg, &dir);
	else if (!usual)
		f = place(t, f, &dir, seg);
	if (!f)
		return;
	/* A usual one acknowledges nothing that was not seen. */
	if (G_UNLIKELY(!usual || t->early.entry) && cap_early_keep(t, f, dir, seg))
		return;
	t->current = f;
	if (!usual)
		cap_doubt_note(t, f, dir, seg);
	process(t, f, dir, seg);
	if (G_UNLIKELY(t->early.entry))
		cap_early_after(t, f);
	t->current = NULL;
	drop_if_ignored(t, f);
}
