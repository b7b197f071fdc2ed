/* SPDX-License-Identifier: BSD-3-Clause */
/* One direction of a flow: which bytes come next, which must wait, and which will never come. */
#include "capture/transport/flow.h"

/*
 * How often an acknowledgment of bytes that were not seen must be repeated before they are given
 * up, if their sender says nothing in between.
 */
#define CAP_BEYOND_MAX 8
#define CAP_KEEPALIVE_NS 1000000000
/* No segment is larger. */
#define CAP_DATAGRAM 65536u

/* Of what was told the end is told, too: one that began with what looked like a keepalive counts. */
static G_GNUC_NO_INLINE void
first_told(CapTracker *t, CapEntry *f)
{
	f->told = true;
	t->counters.flows += f->silent;
	f->silent = false;
}

static void
tell(CapTracker *t, CapEntry *f, CapDir dir, const uint8_t *ptr, uint32_t len, const CapPiece *when)
{
	CapChunk chunk = { .flow = &f->flow,
			   .dir = dir,
			   .time_ns = when ? when->time_ns : t->time_ns,
			   .frame = when ? when->frame : t->frame,
			   .missing = t->missing,
			   .loss = t->loss,
			   .ptr = ptr,
			   .len = len };

	if (t->missing) {
		t->counters.gaps++;
		t->counters.gap_bytes += t->missing;
		t->missing = 0;
		t->loss = CAP_LOSS_NONE;
	}
	if (f->ignored)
		return;
	if (G_UNLIKELY(!f->told))
		first_told(t, f);
	t->callbacks.chunk(t->callbacks.user, &chunk);
}

/* Bytes that will not come; the next chunk reports them. */
static void G_GNUC_NO_INLINE
lose(CapTracker *t, CapEntry *f, CapDir dir, uint32_t bytes, CapLoss loss)
{
	t->missing = bytes;
	t->loss = loss;
	f->flow.missing[dir] += bytes;
	cap_history_count(f, dir, CAP_HISTORY_G);
}

/*
 * Bytes in order. What the snapshot length cut from them is reported at once, with the stamp of the
 * cut packet.
 */
static void
advance(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg, uint32_t n,
	const CapPiece *when)
{
	uint32_t captured = n < seg->captured ? n : seg->captured;

	f->stream[dir].next += n;
	f->stream[dir].flags &= (uint16_t) ~(CAP_STREAM_BEYOND | CAP_STREAM_GUESS);
	if (captured || t->missing)
		tell(t, f, dir, seg->data, captured, when);
	if (captured == n)
		return;
	lose(t, f, dir, n - captured, CAP_LOSS_SNAPLEN);
	tell(t, f, dir, seg->data + captured, 0, when);
}

/* The expected number jumps. One that is there already loses nothing. */
static void
skip_to(CapTracker *t, CapEntry *f, CapDir dir, uint32_t seq, CapLoss loss)
{
	CapStream *s = &f->stream[dir];

	if (!(s->flags & CAP_STREAM_GUESS) && seq != s->next)
		lose(t, f, dir, seq - s->next, loss);
	s->flags &= (uint16_t)~CAP_STREAM_GUESS;
	s->next = seq;
}

/* Reports a loss by itself; nothing if it is uncertain whether there were bytes at all. */
static void
tell_loss(CapTracker *t, CapEntry *f, CapDir dir)
{
	if (t->missing)
		tell(t, f, dir, NULL, 0, NULL);
}

/* Reports the first piece, which is now in order. */
static void
tell_head(CapTracker *t, CapEntry *f, CapDir dir, CapPiece *when)
{
	CapPiece *piece = cap_queue_pop(&f->stream[dir]);
	CapSegment seg = { .seq = piece->seq,
			   .len = piece->len,
			   .captured = piece->captured,
			   .data = piece->data };

	if (when && piece->frame > when->frame)
		when->frame = piece->frame;
	if (when && piece->time_ns > when->time_ns)
		when->time_ns = piece->time_ns;
	advance(t, f, dir, &seg, piece->len, when);
	cap_piece_free(t, piece);
}

/*
 * Reports the run of pieces at the front; with `when`, each with its own stamp, but never backwards
 * in time.
 */
static void
drain(CapTracker *t, CapEntry *f, CapDir dir, CapPiece *when)
{
	CapStream *s = &f->stream[dir];

	while (s->head && s->head->seq == s->next)
		tell_head(t, f, dir, when);
	cap_stream_fin(t, f, dir);
}

/* Gives up the bytes before the first piece, and reports the run that begins there. */
static void
give_up_hole(CapTracker *t, CapEntry *f, CapDir dir, CapLoss loss)
{
	CapPiece when = { 0 };

	skip_to(t, f, dir, f->stream[dir].head->seq, loss);
	drain(t, f, dir, &when);
}

void
cap_stream_fin(CapTracker *t, CapEntry *f, CapDir dir)
{
	CapStream *s = &f->stream[dir];

	if ((s->flags & (CAP_STREAM_FIN | CAP_STREAM_DONE)) != CAP_STREAM_FIN ||
	    s->next != s->tcp.fin)
		return;
	s->flags |= CAP_STREAM_DONE;
	s->next++;
	/* The pieces that wait are after the FIN, where nothing can be. */
	cap_queue_clear(t, s);
}

/*
 * A segment that begins with the expected byte while others wait: the others came first, so their
 * bytes win.
 */
static void
weave(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg)
{
	CapStream *s = &f->stream[dir];

	while (seg->len) {
		uint32_t n = s->head ? MIN(seg->len, s->head->seq - s->next) : seg->len;

		advance(t, f, dir, seg, n, NULL);
		cap_segment_trim(seg, n);
		if (!seg->len || !s->head)
			break;
		n = MIN(seg->len, s->head->len);
		cap_queue_compare(t, s->head, 0, seg, n);
		cap_segment_trim(seg, n);
		tell_head(t, f, dir, NULL);
	}
}

/*
 * Makes room for a segment that has to wait, giving up holes from the front. True if that made the
 * segment the next one.
 */
static bool
make_room(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir];

	while (s->bytes + (uint64_t)seg->captured > t->limits.reorder_bytes ||
	       s->pieces >= t->limits.reorder_segments) {
		t->counters.limits++;
		if (!s->head || !cap_seq_reached(seg->seq, s->head->seq)) {
			skip_to(t, f, dir, seg->seq, CAP_LOSS_LIMIT);
			return true;
		}
		give_up_hole(t, f, dir, CAP_LOSS_LIMIT);
		if (cap_seq_reached(s->next, seg->seq))
			return true;
	}
	return false;
}

static void
wait(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	t->counters.out_of_order++;
	f->flow.segments[dir].out_of_order++;
	cap_queue_insert(t, &f->stream[dir], seg);
	cap_hoard_note(t, f);
	cap_stream_acked(t, f, dir, false);
}

/* Drops what was already reported. True if something is left. */
static bool
trim_old(CapTracker *t, const CapStream *s, CapSegment *seg)
{
	uint32_t old = s->next - seg->seq;

	if (old >= seg->len) {
		/*
		 * One byte before the expected one is a keepalive (RFC 9293 section 3.8.4): it
		 * never was data.
		 */
		if (old > 1)
			t->counters.retransmitted += seg->len;
		return false;
	}
	t->counters.retransmitted += old;
	cap_segment_trim(seg, old);
	return true;
}

/* Before the segment is taken: whether nothing in it is farther on than what was seen. */
static void
note_behind(CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (cap_seq_reached(cap_stream_edge(&f->stream[dir]), seg->seq + seg->len))
		cap_history_count(f, dir, CAP_HISTORY_T);
}

/* Counts a segment with bytes that were seen before; `before`: what was counted before it. */
static void
note_again(const CapTracker *t, CapEntry *f, CapDir dir, uint64_t before)
{
	CapSegments *segments = &f->flow.segments[dir];
	uint64_t n = t->counters.retransmitted - before;

	segments->retransmitted += n > 0;
	segments->retransmitted_bytes += n;
}

static void
stream_late(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg)
{
	CapStream *s = &f->stream[dir];

	if (!cap_seq_reached(s->next, seg->seq)) {
		if (seg->seq - s->next > CAP_WINDOW_MAX) {
			t->counters.implausible++;
			return;
		}
		if (!make_room(t, f, dir, seg)) {
			wait(t, f, dir, seg);
			return;
		}
	}
	if (G_UNLIKELY(f->doubt))
		cap_doubt_compare(t, f, dir, seg, s->next - seg->seq);
	if (!trim_old(t, s, seg))
		return;
	weave(t, f, dir, seg);
	drain(t, f, dir, NULL);
}

/*
 * Bytes in order that go on where a FIN was, which came before its turn: their receiver has no use
 * for that any more, and whoever sent them did not mean to end there.
 */
static bool
goes_through_fin(const CapStream *s, const CapSegment *seg)
{
	return !(s->flags & CAP_STREAM_DONE) && cap_seq_reached(s->next, seg->seq) &&
	       !cap_seq_reached(s->tcp.fin, seg->seq + seg->len);
}

/*
 * Whether data of its SYN wait (cap_stream_hold_syn): once a flow is not tentative, nothing else that
 * waits is where the stream goes on.
 */
static bool
holds_syn(const CapStream *s)
{
	return s->head && s->head->seq == s->next;
}

/*
 * The side goes on after its SYN with data: what comes behind them shows that they were taken. What
 * comes in their place is what its receiver has, which dropped them.
 */
static void
settle_syn(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	CapPiece when = { 0 };
	uint32_t into = s->next - seg->seq;
	uint64_t before = t->counters.retransmitted;
	CapSegment again = *seg;

	if (cap_seq_reached(s->next, seg->seq + seg->len))
		return;
	if (!cap_seq_reached(s->next, seg->seq)) {
		drain(t, f, dir, &when);
		return;
	}
	cap_segment_trim(&again, into);
	note_behind(f, dir, seg);
	cap_queue_compare(t, s->head, 0, &again, MIN(again.len, s->head->len));
	cap_queue_clear(t, s);
	note_again(t, f, dir, before);
}

void
cap_stream_hold_syn(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	const CapStream *peer = &f->stream[!dir];
	uint64_t before = t->counters.retransmitted;

	if (seg->seq != s->next || (s->head && !holds_syn(s)) ||
	    (peer->flags & CAP_STREAM_ACKED && !cap_seq_reached(s->next, peer->tcp.ack))) {
		cap_stream_data(t, f, dir, seg);
		return;
	}
	note_behind(f, dir, seg);
	cap_queue_insert(t, s, seg);
	cap_hoard_note(t, f);
	note_again(t, f, dir, before);
}

void
cap_stream_drop_syn(CapTracker *t, CapStream *s)
{
	if (holds_syn(s))
		cap_queue_clear(t, s);
}

void
cap_stream_data(CapTracker *t, CapEntry *f, CapDir dir, CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	uint64_t before;

	if (G_UNLIKELY(holds_syn(s)))
		settle_syn(t, f, dir, seg);
	if (s->flags & CAP_STREAM_FIN) {
		/* After the FIN there is nothing (RFC 9293 section 3.6). */
		if (cap_seq_reached(seg->seq, s->tcp.fin))
			return;
		if (goes_through_fin(s, seg)) {
			cap_fin_forget(t, f, dir);
		} else if (!cap_seq_reached(s->tcp.fin, seg->seq + seg->len)) {
			seg->len = s->tcp.fin - seg->seq;
			seg->captured = MIN(seg->captured, seg->len);
		}
	}
	if (seg->seq == s->next && !s->head) {
		advance(t, f, dir, seg, seg->len, NULL);
		cap_stream_fin(t, f, dir);
		return;
	}
	before = t->counters.retransmitted;
	note_behind(f, dir, seg);
	stream_late(t, f, dir, seg);
	note_again(t, f, dir, before);
}

/* Whether bytes that were not reported are acknowledged, and plausibly so. */
static bool
ack_beyond(const CapStream *s, uint32_t ack)
{
	return ack - s->next - 1 < CAP_WINDOW_MAX;
}

/* Once the claimed bytes of a stream were seen, the claim is an acknowledgment. */
static inline void
confirm_claim(const CapStream *s, CapStream *peer)
{
	if (peer->flags & CAP_STREAM_CLAIM && cap_seq_reached(cap_stream_edge(s), peer->tcp.claim)) {
		peer->tcp.ack = peer->tcp.claim;
		peer->flags &= (uint16_t)~CAP_STREAM_CLAIM;
	}
}

/* Gives up the holes that the other side acknowledged for good. */
static inline void
give_up_firm(CapTracker *t, CapEntry *f, CapDir dir)
{
	CapStream *s = &f->stream[dir];
	const CapStream *peer = &f->stream[!dir];

	while (s->head && peer->flags & CAP_STREAM_FIRM && ack_beyond(s, peer->tcp.firm) &&
	       cap_seq_reached(peer->tcp.firm, s->head->seq))
		give_up_hole(t, f, dir, CAP_LOSS_MISSING);
}

/*
 * The other side has what it acknowledged, so unseen bytes before that will never come. If nothing
 * waits after them, the capture may only have swapped packets (on a sender with offload it does so
 * all the time): an acknowledgment after the next packet of this side must repeat it without data
 * in between, or many must. A single byte may be a FIN that was not captured.
 */
void
cap_stream_acked(CapTracker *t, CapEntry *f, CapDir dir, bool again)
{
	CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	CapPiece when = { 0 };
	uint32_t ack;

	if (!(peer->flags & CAP_STREAM_ACKED) || !f->flow.seen[dir] ||
	    !(s->flags & CAP_STREAM_STARTED))
		return;
	confirm_claim(s, peer);
	ack = peer->tcp.ack;
	if (s->flags & CAP_STREAM_FIN && ack == s->tcp.fin + 1)
		ack = s->tcp.fin;
	/* Of what waits only data of a SYN are where the stream goes on. */
	if (ack_beyond(s, ack))
		drain(t, f, dir, &when);
	give_up_firm(t, f, dir);
	if (!ack_beyond(s, ack)) {
		s->flags &= (uint16_t)~CAP_STREAM_BEYOND;
		return;
	}
	/*
	 * A hole with data waiting after it is for firm_up() to decide: skipping to `ack` would
	 * lose them.
	 */
	if (!again || (s->head ? cap_seq_reached(ack, s->head->seq) : ack - s->next == 1))
		return;
	if (!(s->flags & CAP_STREAM_BEYOND)) {
		s->tcp.beyond = 0;
		s->flags |= CAP_STREAM_BEYOND;
		s->flags &= (uint16_t)~CAP_STREAM_HEARD;
	} else if (s->flags & CAP_STREAM_HEARD || ++s->tcp.beyond >= CAP_BEYOND_MAX) {
		skip_to(t, f, dir, ack, CAP_LOSS_MISSING);
		tell_loss(t, f, dir);
		cap_stream_fin(t, f, dir);
		s->flags &= (uint16_t)~CAP_STREAM_BEYOND;
	}
}

static bool
is_near(const CapStream *s, uint32_t seq)
{
	return seq - (s->next - CAP_NEAR) <= cap_stream_edge(s) - s->next + 2 * CAP_NEAR;
}

void
cap_stream_resume(CapTracker *t, CapEntry *f, CapDir dir, uint32_t seq)
{
	CapStream *s = &f->stream[dir];

	if (!(s->flags & CAP_STREAM_STARTED)) {
		cap_stream_begin(s, seq);
		return;
	}
	if (s->flags & CAP_STREAM_FIN) {
		if (!cap_seq_reached(seq, s->tcp.fin))
			return;
		cap_fin_forget(t, f, dir);
	}
	if (is_near(s, seq) || f->ignored)
		return;
	while (s->head)
		give_up_hole(t, f, dir, CAP_LOSS_MISSING);
	/* If the numbers wrapped, the size of the loss is unknown; one byte stands for it. */
	if (seq - s->next > CAP_WINDOW_MAX)
		s->next = seq - 1;
	skip_to(t, f, dir, seq, CAP_LOSS_MISSING);
	s->flags &= (uint16_t)~CAP_STREAM_BEYOND;
	tell_loss(t, f, dir);
}

void
cap_stream_take(CapTracker *t, CapEntry *f, CapDir dir, CapStream *from)
{
	CapStream *s = &f->stream[dir];
	CapPiece when = { 0 };

	if (!s->head && from->head && cap_seq_reached(from->head->seq, s->next)) {
		s->head = from->head;
		s->tail = from->tail;
		s->bytes = from->bytes;
		s->pieces = from->pieces;
		from->head = from->tail = NULL;
		from->bytes = from->pieces = 0;
		drain(t, f, dir, &when);
		return;
	}
	while (from->head) {
		CapPiece *piece = cap_queue_pop(from);
		CapSegment seg = { .seq = piece->seq,
				   .len = piece->len,
				   .captured = piece->captured,
				   .data = piece->data };

		cap_stream_data(t, f, dir, &seg);
		cap_piece_free(t, piece);
	}
}

static bool
only_one_byte(const CapStream *s)
{
	return s->head && cap_stream_edge(s) - s->head->seq == 1;
}

static void
drop_first(CapTracker *t, CapStream *s)
{
	s->next = cap_stream_edge(s);
	cap_queue_clear(t, s);
}

void
cap_stream_settle(CapTracker *t, CapEntry *f, const CapSegment *answer)
{
	f->tentative = false;
	t->counters.flows += f->silent;
	for (int i = 0; i < 2; i++) {
		CapStream *s = &f->stream[i];
		CapPiece when = { 0 };

		if (only_one_byte(s) && (!answer || cap_seq_reached(answer->ack, s->next + 1))) {
			drop_first(t, s);
			f->flow.first_ns = t->time_ns;
			f->flow.first_frame = t->frame;
		} else if (s->head) {
			f->silent = false;
		}
		drain(t, f, (CapDir)i, &when);
	}
	f->silent = f->silent && !answer;
	t->counters.flows -= f->silent;
}

bool
cap_stream_hold(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	bool exact = seg->seq == cap_stream_edge(s), full;
	uint64_t before = t->counters.retransmitted;

	if (exact && only_one_byte(s) && (int64_t)(t->time_ns - s->head->time_ns) > CAP_KEEPALIVE_NS)
		drop_first(t, s);
	note_behind(f, dir, seg);
	if (!cap_seq_reached(seg->seq, s->next))
		s->next = seg->seq;
	cap_queue_insert(t, s, seg);
	cap_hoard_note(t, f);
	note_again(t, f, dir, before);
	full = s->bytes + CAP_DATAGRAM > t->limits.reorder_bytes ||
	       s->pieces >= t->limits.reorder_segments;
	return full || (exact && s->pieces > CAP_RUN_LEAST);
}

void
cap_stream_flush(CapTracker *t, CapEntry *f, CapDir dir, CapLoss loss)
{
	CapStream *s = &f->stream[dir];
	const CapStream *peer = &f->stream[!dir];
	uint32_t ack = peer->flags & CAP_STREAM_CLAIM ? peer->tcp.claim : peer->tcp.ack;

	while (s->head && !f->ignored)
		give_up_hole(t, f, dir, loss);
	cap_queue_clear(t, s);
	if (f->ignored || !(peer->flags & CAP_STREAM_ACKED) || !f->flow.seen[dir] ||
	    !(s->flags & CAP_STREAM_STARTED))
		return;
	if (s->flags & CAP_STREAM_FIN && !cap_seq_reached(s->tcp.fin, ack))
		ack = s->tcp.fin;
	if (ack_beyond(s, ack) && ack - s->next > 1) {
		skip_to(t, f, dir, ack, CAP_LOSS_MISSING);
		tell_loss(t, f, dir);
	}
}
