/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Segments of a flow: its beginning, its end, and what stands between (RFC 9293). The tracker sees
 * what a bystander sees, so it believes the packets: no state of an end point is kept but sequence
 * numbers.
 */
#include "capture/messages.h"

/*
 * A SYN that comes after data it belongs before (captured in the wrong order) is at most that far
 * behind.
 */
#define CAP_LATE_SYN 65536

enum { CAP_OPTION_END = 0, CAP_OPTION_NOP = 1, CAP_OPTION_SCALE = 3, CAP_SCALE_MAX = 14 };

/* RFC 7323 section 2.2. Kind and length; only END and NOP have no length. */
static uint8_t
parse_scale(SmbSpan options)
{
	SmbReader r = smb_reader_from_span(options);

	while (smb_reader_left(&r)) {
		uint8_t kind = smb_reader_u8(&r), len, scale;

		if (kind == CAP_OPTION_END)
			break;
		if (kind == CAP_OPTION_NOP)
			continue;
		len = smb_reader_u8(&r);
		if (kind == CAP_OPTION_SCALE) {
			scale = smb_reader_u8(&r);
			return MIN(scale, CAP_SCALE_MAX);
		}
		smb_reader_skip(&r, len < 2 ? UINT32_MAX : len - 2u);
	}
	return 0;
}

/* RFC 9293 section 3.1. */
bool
cap_tcp_parse(SmbReader *r, CapSegment *seg, uint16_t ret_ports[2])
{
	const uint8_t *fixed = smb_reader_take(r, 20);
	SmbSpan options, data;
	uint32_t header;
	uint16_t bits;

	if (!fixed)
		return false;
	ret_ports[0] = smb_load_be16(fixed);
	ret_ports[1] = smb_load_be16(fixed + 2);
	seg->seq = smb_load_be32(fixed + 4);
	seg->ack = smb_load_be32(fixed + 8);
	bits = smb_load_be16(fixed + 12);
	seg->window = smb_load_be16(fixed + 14);
	header = (bits >> 12) * 4u;
	if (header < 20 || header - 20 > smb_reader_declared_left(r)) {
		smb_reader_fail(r, SMB_READ_MALFORMED);
		return false;
	}
	seg->flags = bits & 0xff;
	seg->len = smb_reader_declared_left(r) - (header - 20);
	options = smb_reader_partial(r, header - 20);
	data = smb_reader_rest(r);
	seg->scale = seg->flags & CAP_TCP_SYN ? parse_scale(options) : 0;
	seg->data = data.ptr;
	seg->captured = data.len;
	return true;
}

void
cap_tcp_close(CapTracker *t, CapTcp *f, CapEnd why)
{
	CapLoss loss = why == CAP_END_EVICTED ? CAP_LOSS_LIMIT : CAP_LOSS_MISSING;
	bool before = t->closing;

	if (f->closed)
		return;
	t->closing = true;
	f->closed = true;
	cap_message_lost(t, f, CAP_FROM_A, 0, loss);
	cap_message_lost(t, f, CAP_FROM_B, 0, loss);
	cap_stream_flush(t, f, CAP_FROM_A, loss);
	cap_stream_flush(t, f, CAP_FROM_B, loss);
	if (f->reset_frame) /* told late, but ended then */
		t->callbacks.closed(t->callbacks.user, &f->flow, CAP_END_RESET, f->reset_ns,
				    f->reset_frame);
	else if (!f->silent)
		t->callbacks.closed(t->callbacks.user, &f->flow, why, t->time_ns, t->frame);
	f->flow.user = NULL;
	cap_list_move(t, f, CAP_LIST_CLOSED);
	t->closing = before;
}

/*
 * A flow begins with a SYN, or in midstream with data; one byte may be a keepalive and would be no
 * data at all.
 */
static CapTcp *
open_flow(CapTracker *t, const CapPair *pair, uint32_t hash, const CapSegment *seg, CapDir *ret_dir)
{
	bool syn = seg->flags & CAP_TCP_SYN, swapped = syn && seg->flags & CAP_TCP_ACK;
	CapTcp *f;

	if (seg->flags & CAP_TCP_RST || (!syn && seg->len < 2))
		return NULL;
	f = cap_table_add(t, pair, hash, swapped);
	*ret_dir = swapped ? CAP_FROM_B : CAP_FROM_A;
	f->flow.syn_seen = syn;
	if (t->callbacks.wanted)
		f->ignored = !t->callbacks.wanted(t->callbacks.user, &f->flow);
	return f;
}

/*
 * Whether a SYN came late rather than new: its number lies shortly before what was seen of that
 * side.
 */
static bool
late_syn(const CapTcp *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	if (s->flags & CAP_STREAM_STARTED)
		return !(s->flags & CAP_STREAM_SYN) && s->next - (seg->seq + 1) < CAP_LATE_SYN;
	return seg->flags & CAP_TCP_ACK && peer->flags & CAP_STREAM_STARTED &&
	       peer->next - seg->ack < CAP_LATE_SYN;
}

static bool
repeated_syn(const CapTcp *f, CapDir dir, const CapSegment *seg)
{
	return f->stream[dir].flags & CAP_STREAM_SYN && f->stream[dir].isn == seg->seq;
}

/* Whether a SYN on known ports opens another connection. */
static bool
new_syn(const CapTcp *f, CapDir dir, const CapSegment *seg)
{
	if (repeated_syn(f, dir, seg))
		return false;
	return f->closed || (f->list != CAP_LIST_HALF && !late_syn(f, dir, seg));
}

static void
handshake(CapTracker *t, CapTcp *f, CapDir dir, CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	bool answer = seg->flags & CAP_TCP_ACK;

	if (!repeated_syn(f, dir, seg)) {
		if (!late_syn(f, dir, seg) || !(s->flags & CAP_STREAM_STARTED)) {
			cap_queue_clear(t, s);
			s->next = seg->seq + 1;
			/* Acknowledgments before it, of a connection half forgotten, are void. */
			s->flags = 0;
			f->stream[!dir].flags &= (uint8_t)~CAP_STREAM_ACKED;
		}
		s->flags |= CAP_STREAM_STARTED | CAP_STREAM_SYN;
		s->isn = seg->seq;
		s->scale = seg->scale;
		if (answer && dir == CAP_FROM_B)
			f->flow.syn_ack_ns = t->time_ns;
		else if (!answer && dir == CAP_FROM_A)
			f->flow.syn_ns = t->time_ns;
		f->flow.syn_seen = f->flow.syn_seen || (dir == CAP_FROM_B) == answer;
	}
	seg->seq++;
}

static bool
answers_syn(const CapTcp *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *peer = &f->stream[!dir];

	return f->list == CAP_LIST_HALF && seg->flags & CAP_TCP_ACK &&
	       peer->flags & CAP_STREAM_SYN &&
	       (seg->ack == peer->isn + 1 || seg->ack == peer->next);
}

/*
 * A reset counts where its receiver would take it: from the last number that the receiver
 * acknowledged up to the end of the receiver's window (RFC 9293 section 3.5.3). Everything else is
 * late, or made up.
 */
static bool
reset_plausible(const CapTcp *f, CapDir dir, const CapSegment *seg)
{
	const CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];
	uint32_t first = s->next, last = s->next + MAX(peer->window, 65535);

	if (!(s->flags & CAP_STREAM_STARTED))
		return peer->flags & CAP_STREAM_ACKED ? seg->seq == peer->ack
						      : f->list != CAP_LIST_HALF;
	if (peer->flags & CAP_STREAM_ACKED && cap_seq_reached(first, peer->ack))
		first = peer->ack;
	return cap_seq_reached(seg->seq, first) && cap_seq_reached(last, seg->seq);
}

static void
note_end(CapTcp *f, CapDir dir)
{
	if (!((f->stream[0].flags | f->stream[1].flags) & CAP_STREAM_FIN))
		f->flow.ended_by_b = dir == CAP_FROM_B;
}

static void
reset(CapTracker *t, CapTcp *f, CapDir dir, const CapSegment *seg)
{
	bool answer = answers_syn(f, dir, seg);

	if (!answer && !reset_plausible(f, dir, seg)) {
		t->counters.implausible++;
		return;
	}
	f->flow.refused = answer && !(f->stream[dir].flags & CAP_STREAM_SYN);
	note_end(f, dir);
	f->reset_ns = t->time_ns;
	f->reset_frame = t->frame;
	f->reset_dir = (uint8_t)dir;
	if (f->stream[!dir].flags & CAP_STREAM_STARTED && !f->flow.refused)
		cap_list_move(t, f, CAP_LIST_RESET);
	else
		cap_tcp_close(t, f, CAP_END_RESET);
}

static void
finish(CapTracker *t, CapTcp *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir];
	uint32_t fin = seg->seq + seg->len;

	if (!(s->flags & CAP_STREAM_STARTED) || f->ignored)
		s->next = fin;
	s->flags |= CAP_STREAM_STARTED;
	if (s->flags & CAP_STREAM_FIN || fin - s->next > CAP_WINDOW_MAX)
		return;
	note_end(f, dir);
	s->fin = fin;
	s->flags |= CAP_STREAM_FIN;
	cap_stream_fin(t, f, dir);
}

/*
 * An acknowledgment never goes back. The first one after a SYN also tells where the answering
 * stream begins.
 */
static void
acknowledge(CapTracker *t, CapTcp *f, CapDir dir, const CapSegment *seg)
{
	CapStream *s = &f->stream[dir], *peer = &f->stream[!dir];

	s->window = (uint32_t)seg->window << (seg->flags & CAP_TCP_SYN ? 0 : s->scale);
	if (!(s->flags & CAP_STREAM_ACKED) || cap_seq_reached(seg->ack, s->ack))
		s->ack = seg->ack;
	s->flags |= CAP_STREAM_ACKED;
	if (!(peer->flags & CAP_STREAM_STARTED) && s->flags & CAP_STREAM_SYN) {
		peer->next = seg->ack;
		peer->flags |= CAP_STREAM_STARTED;
	}
	if ((s->ack != peer->next || peer->flags & CAP_STREAM_BEYOND) && !f->ignored)
		cap_stream_acked(t, f, !dir, true);
}

static void
take_data(CapTracker *t, CapTcp *f, CapDir dir, const CapSegment *segment)
{
	CapStream *s = &f->stream[dir];
	CapSegment seg = *segment;

	if (!(s->flags & CAP_STREAM_STARTED)) {
		/* A keepalive's one byte is no data, and tells not where the stream goes on. */
		if (seg.len < 2)
			return;
		s->flags |= CAP_STREAM_STARTED;
		s->next = seg.seq;
	}
	if (!f->ignored)
		cap_stream_data(t, f, dir, &seg);
	else if (cap_seq_reached(seg.seq + seg.len, s->next))
		s->next = seg.seq + seg.len;
}

static bool
established(const CapTcp *f, const CapSegment *seg)
{
	return seg->len || (!(seg->flags & CAP_TCP_SYN) &&
			    f->stream[0].flags & f->stream[1].flags & CAP_STREAM_SYN);
}

static void
close_if_done(CapTracker *t, CapTcp *f)
{
	bool a = f->stream[0].flags & CAP_STREAM_DONE, b = f->stream[1].flags & CAP_STREAM_DONE;

	if ((a || !f->flow.seen[0]) && (b || !f->flow.seen[1]))
		cap_tcp_close(t, f, CAP_END_FIN);
}

static void
process(CapTracker *t, CapTcp *f, CapDir dir, CapSegment *seg)
{
	/* Behind a reset only data count that its receiver sent before it knew. */
	if (f->list == CAP_LIST_RESET) {
		if (dir != f->reset_dir && seg->len && !(seg->flags & (CAP_TCP_SYN | CAP_TCP_RST)))
			take_data(t, f, dir, seg);
		return;
	}
	f->flow.last_ns = t->time_ns;
	f->flow.last_frame = t->frame;
	f->flow.seen[dir] = true;
	if (seg->flags & CAP_TCP_RST) {
		reset(t, f, dir, seg);
		return;
	}
	if (seg->flags & CAP_TCP_SYN)
		handshake(t, f, dir, seg);
	if (f->list != CAP_LIST_HALF || !established(f, seg))
		cap_list_move(t, f, f->list);
	else
		cap_list_move(t, f, f->kept ? CAP_LIST_KEPT : CAP_LIST_PLAIN);
	if (seg->flags & CAP_TCP_ACK)
		acknowledge(t, f, dir, seg);
	if (seg->len)
		take_data(t, f, dir, seg);
	if (seg->flags & CAP_TCP_FIN)
		finish(t, f, dir, seg);
	if ((f->stream[0].flags | f->stream[1].flags) & CAP_STREAM_DONE)
		close_if_done(t, f);
}

void
cap_tcp_segment(CapTracker *t, const CapPair *pair, CapSegment *seg)
{
	uint32_t hash = cap_table_hash(&t->table, pair);
	CapDir dir = CAP_FROM_A;
	CapTcp *f = cap_table_find(&t->table, pair, hash, &dir);

	if (f && seg->flags & CAP_TCP_SYN && new_syn(f, dir, seg)) {
		cap_tcp_close(t, f, CAP_END_REUSED);
		cap_table_remove(t, f);
		f = NULL;
	}
	if (!f)
		f = open_flow(t, pair, hash, seg, &dir);
	if (!f || f->closed)
		return;
	t->current = f;
	process(t, f, dir, seg);
	t->current = NULL;
	if (f->ignored && (f->stream[0].head || f->stream[1].head)) {
		cap_queue_clear(t, &f->stream[0]);
		cap_queue_clear(t, &f->stream[1]);
	}
}
