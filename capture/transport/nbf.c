/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS frames on IEEE 802.2 LLC ("NetBEUI"; IBM, LAN Technical Reference, chapter 5): sessions
 * in the numbered frames of LLC type 2, datagrams in unnumbered ones. Sequence numbers belong to
 * the link between two stations, on which several sessions may run; so a missing frame may belong
 * to any of them, and each gets the loss with its next frame.
 *
 * Numbers wrap after 128 frames, so half of them are ahead of the expected one and half before it:
 * the latter are retransmissions and are dropped. A station takes no frame but the next one (IEEE
 * 802.2 section 7.5), so one ahead either follows frames that were not captured or is forged: it
 * waits, counted as forged, until the other side acknowledges it or, if that side is not seen,
 * until more frames continue it. The same holds for one that acknowledges what was never sent. If
 * the next frame comes after all, the frames that waited are dropped.
 *
 * A receiver that has no buffer says so, and what it did not take is sent again once it has one
 * (RECEIVE OUTSTANDING), in new frames.
 */
#include "capture/transport/messages.h"

#include <string.h>

enum {
	LLC_UNNUMBERED = 0x03,
	LLC_POLL = 0x10,
	LLC_UI = 0x03,
	LLC_SABME = 0x6f,
	LLC_UA = 0x63,
	LLC_MODULUS = 128,
	/* Packets of the two directions may be captured in the wrong order. */
	LLC_SWAPPED = 1,
};

enum {
	NBF_DELIMITER = 0xefff,
	NBF_HEADER_SIZE = 14,
	NBF_DATAGRAM = 0x08,
	NBF_DATAGRAM_BROADCAST = 0x09,
	NBF_DATA_FIRST_MIDDLE = 0x15,
	NBF_DATA_ONLY_LAST = 0x16,
	NBF_SESSION_CONFIRM = 0x17,
	NBF_SESSION_END = 0x18,
	NBF_SESSION_INITIALIZE = 0x19,
	NBF_RECEIVE_OUTSTANDING = 0x1b,
};

typedef struct {
	uint8_t command;
	uint16_t data2;   /* what the command does with it */
	uint8_t to, from; /* numbers of a session, of the frames that have them */
} Header;

/* Leaves r after the header, which contains its own length: in unnumbered frames names follow. */
static bool
parse_header(SmbReader *r, Header *h)
{
	uint32_t start = r->pos, size = smb_reader_le16(r), delimiter = smb_reader_le16(r);

	h->command = smb_reader_u8(r);
	smb_reader_skip(r, 1);
	h->data2 = smb_reader_le16(r);
	smb_reader_skip(r, 4);
	h->to = smb_reader_u8(r);
	h->from = smb_reader_u8(r);
	if (r->status == SMB_READ_OK && (size < NBF_HEADER_SIZE || delimiter != NBF_DELIMITER))
		smb_reader_fail(r, SMB_READ_MALFORMED);
	smb_reader_seek(r, start + size);
	return r->status == SMB_READ_OK;
}

/* The session of such a frame; NULL if it is over. */
static CapEntry *
find_session(CapTracker *t, const CapPair *pair, const Header *h, uint32_t lost, CapDir *ret_dir)
{
	bool confirm = h->command == NBF_SESSION_CONFIRM;
	CapEntry *f = cap_message_find(t, pair, ret_dir);

	if (f && h->command != NBF_SESSION_INITIALIZE && !(f->closed && confirm))
		return f->closed ? NULL : f;
	if (!f && (h->command == NBF_SESSION_END || h->command == NBF_RECEIVE_OUTSTANDING))
		return NULL;
	f = cap_entry_open(t, pair, confirm);
	*ret_dir = confirm ? CAP_FROM_B : CAP_FROM_A;
	f->flow.syn_seen = confirm || h->command == NBF_SESSION_INITIALIZE;
	f->stream[*ret_dir].nbf.lost = lost;
	f->stream[*ret_dir].flags = CAP_STREAM_STARTED;
	return f;
}

static void
note_lost(CapTracker *t, CapEntry *f, CapDir dir, uint32_t lost)
{
	CapStream *s = &f->stream[dir];
	uint32_t frames = s->flags & CAP_STREAM_STARTED ? lost - s->nbf.lost : 0;

	s->nbf.lost = lost;
	s->flags |= CAP_STREAM_STARTED;
	if (!frames)
		return;
	s->flags &= (uint16_t) ~(CAP_STREAM_TOLD | CAP_STREAM_AGAIN);
	cap_message_lost(t, f, dir, frames, CAP_LOSS_MISSING);
}

/*
 * Whether the data belong to a message that was reported before. A receiver that had no buffer
 * requests, once it has one, what it could not take; the first frame of the repetition says so.
 */
static bool
told_before(CapEntry *f, CapDir dir, const Header *h)
{
	CapStream *s = &f->stream[dir];

	if (h->data2 == 1 && s->flags & CAP_STREAM_ASKED &&
	    !cap_message_rewind(f, dir, s->nbf.resume) && s->flags & CAP_STREAM_TOLD)
		s->flags |= CAP_STREAM_AGAIN;
	s->flags &= (uint16_t) ~(CAP_STREAM_ASKED | CAP_STREAM_TOLD);
	if (h->command == NBF_DATA_ONLY_LAST)
		s->flags |= CAP_STREAM_TOLD;
	return s->flags & CAP_STREAM_AGAIN;
}

static void
session_data(CapTracker *t, CapEntry *f, CapDir dir, const Header *h, SmbReader *r)
{
	bool last = h->command == NBF_DATA_ONLY_LAST;

	if (!told_before(f, dir, h)) {
		cap_message_part(t, f, dir, *r, last);
		return;
	}
	t->counters.retransmitted += smb_reader_declared_left(r);
	if (last)
		f->stream[dir].flags &= (uint16_t)~CAP_STREAM_AGAIN;
}

static void
session_frame(CapTracker *t, CapPair *pair, SmbReader *r, uint32_t lost)
{
	CapDir dir;
	CapEntry *f;
	Header h;

	if (!parse_header(r, &h) || h.command < NBF_DATA_FIRST_MIDDLE ||
	    (h.command > NBF_SESSION_INITIALIZE && h.command != NBF_RECEIVE_OUTSTANDING))
		return;
	if (!h.to || !h.from) {
		t->counters.implausible++;
		return;
	}
	pair->port[0] = h.from;
	pair->port[1] = h.to;
	f = find_session(t, pair, &h, lost, &dir);
	if (!f)
		return;
	cap_message_touch(t, f, dir);
	note_lost(t, f, dir, lost);
	if (h.command == NBF_SESSION_INITIALIZE) {
		f->flow.syn_ns = t->time_ns;
	} else if (h.command == NBF_SESSION_CONFIRM) {
		f->flow.syn_ack_ns = t->time_ns;
	} else if (h.command == NBF_SESSION_END) {
		f->flow.ended_by_b = dir == CAP_FROM_B;
		cap_entry_close(t, f, CAP_END_FIN);
	} else if (h.command == NBF_RECEIVE_OUTSTANDING) {
		f->stream[!dir].nbf.resume = h.data2;
		f->stream[!dir].flags |= CAP_STREAM_ASKED;
	} else {
		session_data(t, f, dir, &h, r);
	}
}

/* The link's own entry has numbers that no session has. */
static CapEntry *
find_link(CapTracker *t, const CapPair *pair, bool make, CapDir *ret_dir)
{
	CapPair key = *pair;
	CapEntry *link;

	key.port[0] = key.port[1] = 0;
	link = cap_message_find(t, &key, ret_dir);
	if (!link && make) {
		link = cap_table_add(t, &key, cap_table_hash(&t->table, &key), false);
		link->silent = link->ignored = true;
		t->counters.flows--;
		*ret_dir = CAP_FROM_A;
	}
	return link;
}

/* The distance from b to a in sequence space. */
static uint32_t
ahead(uint32_t a, uint32_t b)
{
	return (a - b) % LLC_MODULUS;
}

/*
 * Whether this side may acknowledge this much: not less than before, nor frames that were never
 * sent.
 */
static bool
ack_fits(const CapStream *s, const CapStream *peer, uint32_t number)
{
	if (!(peer->flags & CAP_STREAM_FIRM) || !(s->flags & CAP_STREAM_ACKED))
		return true;
	return ahead(number, s->nbf.heard) <= ahead(peer->next + LLC_SWAPPED, s->nbf.heard);
}

static void
acknowledge(CapStream *s, uint32_t number)
{
	s->nbf.heard = number;
	s->flags |= CAP_STREAM_ACKED;
}

/*
 * Keeps a frame that does not fit, after those that it continues; otherwise in their place. `aside`
 * is the number of the first.
 */
static void
keep_aside(CapTracker *t, CapStream *s, const SmbReader *r, uint32_t number)
{
	SmbReader frame = *r;
	SmbSpan here;
	CapSegment seg = { .len = smb_reader_declared_left(&frame) };

	t->counters.forged++;
	if (s->head && ahead(number, s->nbf.aside) < s->pieces)
		return;
	if (!s->head || number != (s->nbf.aside + s->pieces) % LLC_MODULUS ||
	    s->pieces >= LLC_MODULUS / 2 || s->bytes > t->limits.reorder_bytes / 2) {
		cap_queue_clear(t, s);
		s->nbf.aside = number;
	}
	here = smb_reader_rest(&frame);
	seg.seq = s->tail ? s->tail->seq + s->tail->len : 0;
	seg.data = here.ptr;
	seg.captured = here.len;
	cap_queue_insert(t, s, &seg);
}

/* Reports the frames that were kept aside and proved genuine, each with its own stamp. */
static void
take_aside(CapTracker *t, CapEntry *link, CapDir dir)
{
	CapStream *s = &link->stream[dir], run = *s;
	uint64_t time_ns = t->time_ns, frame = t->frame;
	uint32_t missing = ahead(s->nbf.aside, s->next);
	CapPair pair = { .family = CAP_FAMILY_MAC };

	memcpy(pair.addr[0], link->flow.addr[dir], sizeof(pair.addr[0]));
	memcpy(pair.addr[1], link->flow.addr[!dir], sizeof(pair.addr[1]));
	t->counters.forged -= MIN(s->pieces, t->counters.forged);
	if (s->flags & CAP_STREAM_FIRM && missing < LLC_MODULUS / 2)
		s->nbf.lost += missing;
	s->next = (s->nbf.aside + s->pieces) % LLC_MODULUS;
	s->flags |= CAP_STREAM_FIRM;
	/* The link may be evicted while they are reported. */
	s->head = s->tail = NULL;
	s->bytes = s->pieces = 0;
	run.nbf.lost = s->nbf.lost;
	while (run.head) {
		CapPiece *piece = cap_queue_pop(&run);
		SmbReader r = smb_reader_new(piece->data, piece->captured, piece->len);

		t->time_ns = piece->time_ns;
		t->frame = piece->frame;
		session_frame(t, &pair, &r, run.nbf.lost);
		t->counters.malformed += r.status == SMB_READ_MALFORMED;
		cap_piece_free(t, piece);
	}
	t->time_ns = time_ns;
	t->frame = frame;
}

/* What this side acknowledges the other side has sent. */
static void
hear(CapTracker *t, const CapPair *pair, uint32_t number)
{
	CapDir dir;
	CapEntry *link = find_link(t, pair, false, &dir);
	CapStream *s, *peer;
	uint32_t heard;

	if (!link || link->closed)
		return;
	s = &link->stream[dir];
	peer = &link->stream[!dir];
	link->flow.seen[dir] = true;
	heard = ahead(number, peer->nbf.aside + 1);
	if (peer->head && heard < (peer->flags & CAP_STREAM_FIRM ? LLC_MODULUS / 2 : peer->pieces)) {
		acknowledge(s, number);
		take_aside(t, link, (CapDir)!dir);
	} else if (ack_fits(s, peer, number)) {
		acknowledge(s, number);
	}
}

/* Numbers begin anew on both sides. */
static void
restart(CapTracker *t, CapEntry *link)
{
	for (int i = 0; i < 2; i++) {
		cap_queue_clear(t, &link->stream[i]);
		link->stream[i].next = 0;
		link->stream[i].flags = CAP_STREAM_STARTED;
	}
}

/* This is a request; it takes effect once the other side agrees, or its numbers show it. */
static void
ask_restart(CapTracker *t, const CapPair *pair)
{
	CapDir dir;
	CapEntry *link = find_link(t, pair, false, &dir);

	if (link)
		link->stream[dir].flags |= CAP_STREAM_ASKED;
}

static void
agree_restart(CapTracker *t, const CapPair *pair)
{
	CapDir dir;
	CapEntry *link = find_link(t, pair, false, &dir);

	if (link && link->stream[!dir].flags & CAP_STREAM_ASKED)
		restart(t, link);
}

/*
 * Whether the frame is the next one of its side. ret_lost: frames that are missing from it so far.
 */
static bool
next_frame(CapTracker *t, const CapPair *pair, const SmbReader *r, const uint32_t numbers[2],
	   uint32_t *ret_lost)
{
	CapDir dir;
	CapEntry *link = find_link(t, pair, true, &dir);
	CapStream *s = &link->stream[dir], *peer = &link->stream[!dir];
	uint32_t number = numbers[0], from;

	cap_message_touch(t, link, dir);
	if (!(s->flags & CAP_STREAM_STARTED))
		s->next = number;
	else if ((s->flags | peer->flags) & CAP_STREAM_ASKED && !number && !numbers[1] && s->next)
		restart(t, link);
	from = ahead(number, s->next);
	*ret_lost = s->nbf.lost;
	if (!from && ack_fits(s, peer, numbers[1])) {
		cap_queue_clear(t, s);
		if (s->flags & CAP_STREAM_STARTED)
			s->flags |= CAP_STREAM_FIRM;
		s->flags |= CAP_STREAM_STARTED;
		s->next = (number + 1) % LLC_MODULUS;
		acknowledge(s, numbers[1]);
		return true;
	}
	if (from == LLC_MODULUS - 1 || (from >= LLC_MODULUS / 2 && s->flags & CAP_STREAM_FIRM)) {
		t->counters.retransmitted += smb_reader_declared_left(r);
		return false;
	}
	keep_aside(t, s, r, number);
	if (s->pieces > CAP_RUN_LEAST && !link->flow.seen[!dir])
		take_aside(t, link, dir);
	return false;
}

static void
unnumbered_frame(CapTracker *t, const CapPair *pair, SmbReader *r, uint8_t control)
{
	Header h;

	if ((control & ~LLC_POLL) == LLC_SABME)
		ask_restart(t, pair);
	if ((control & ~LLC_POLL) == LLC_UA)
		agree_restart(t, pair);
	if ((control & ~LLC_POLL) != LLC_UI)
		return;
	if (!parse_header(r, &h))
		return;
	if (h.command == NBF_DATAGRAM || h.command == NBF_DATAGRAM_BROADCAST)
		cap_message_datagram(t, pair, *r);
}

void
cap_nbf_frame(CapTracker *t, const CapPacket *packet, SmbReader *r)
{
	SmbReader head = smb_reader_new(packet->data, packet->caplen, packet->wire_len);
	CapPair pair = { .family = CAP_FAMILY_MAC };
	uint8_t control = smb_reader_u8(r);
	uint32_t numbers[2], lost = 0;

	/* Elsewhere the addresses of both ends are not where they could be found from here. */
	if (cap_link_layer(packet->link_type) != CAP_LAYER_ETHERNET)
		return;
	smb_span_copy(smb_reader_span(&head, 6), pair.addr[1], 6);
	smb_span_copy(smb_reader_span(&head, 6), pair.addr[0], 6);
	cap_tell_ends(t, &pair);
	if ((control & LLC_UNNUMBERED) == LLC_UNNUMBERED) {
		unnumbered_frame(t, &pair, r, control);
		return;
	}
	numbers[0] = control >> 1;
	numbers[1] = smb_reader_u8(r) >> 1;
	if (r->status != SMB_READ_OK)
		return;
	hear(t, &pair, numbers[1]);
	/* Supervisory frames carry nothing else. */
	if (!(control & 1) && next_frame(t, &pair, r, numbers, &lost))
		session_frame(t, &pair, r, lost);
}
