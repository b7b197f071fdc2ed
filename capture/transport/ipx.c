/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What carries SMB over IPX: NetBIOS over IPX (sessions and datagrams on socket 0x0455), direct
 * hosting, where each packet is a whole message ([MS-CIFS] 2.1.2.1), and its mailslots. IPX itself
 * counts in network order, NetBIOS over IPX in Intel's.
 */
#include "capture/transport/messages.h"

enum {
	IPX_HEADER_SIZE = 30,
	/* forwarded by routers: the eight networks that it passed come first */
	IPX_TYPE_BROADCAST = 0x14,
	IPX_ROUTE_SIZE = 32,
	SOCKET_NETBIOS = 0x0455,
	SOCKET_SERVER = 0x0550,
	SOCKET_MAILSLOT = 0x0553,
};

enum {
	NBIPX_SYSTEM = 0x80, /* of the connection's own upkeep */
	NBIPX_END_OF_MESSAGE = 0x10,
	NBIPX_SESSION_DATA = 0x06,
	NBIPX_SESSION_END = 0x07,
	NBIPX_END_ACK = 0x08,
	NBIPX_DATAGRAM = 0x0b,
	NBIPX_NAMES_SIZE = 32,
	NBIPX_NO_ID = 0xffff, /* a request to connect: the other side has not given an id yet */
	NMPI_MAILSLOT = 0xfc,
	/* No sender is this many packets ahead of what its receiver has. */
	NBIPX_NEAR = 64,
};

/* Header of a packet of a NetBIOS connection, after its first two bytes. */
typedef struct {
	uint8_t control, type;
	uint16_t from, to, sequence, total, offset, length;
	uint16_t expected; /* sequence number that the sender has not received yet */
} Session;

static void
parse_session(SmbReader *r, Session *h)
{
	h->from = smb_reader_le16(r);
	h->to = smb_reader_le16(r);
	h->sequence = smb_reader_le16(r);
	h->total = smb_reader_le16(r);
	h->offset = smb_reader_le16(r);
	h->length = smb_reader_le16(r);
	h->expected = smb_reader_le16(r);
	smb_reader_skip(r, 2); /* the last one that it takes */
}

/*
 * That a request to connect was seen is kept in an entry of its own, because only one of the
 * two connection ids is known.
 */
static void
note_request(CapTracker *t, const CapPair *pair)
{
	CapDir dir;
	CapEntry *f = cap_message_find(t, pair, &dir);

	if (f) { /* and once more, or by the next one with this id */
		f->flow.last_ns = t->time_ns;
		return;
	}
	f = cap_table_add(t, pair, cap_table_hash(&t->table, pair), false);
	f->silent = true;
	t->counters.flows--;
}

static CapEntry *
find_request(const CapTracker *t, const CapPair *pair, int end)
{
	CapPair key = *pair;
	CapDir dir;
	CapEntry *f;

	key.port[!end] = NBIPX_NO_ID;
	f = cap_table_find(&t->table, &key, cap_table_hash(&t->table, &key), &dir);
	return f && f->silent ? f : NULL;
}

/* When side `end` asked for the connection; 0 if that was not seen. */
static uint64_t
asked_at(CapTracker *t, const CapPair *pair, int end)
{
	CapEntry *f = find_request(t, pair, end);
	uint64_t when;

	if (!f)
		return 0;
	when = f->flow.first_ns;
	cap_table_remove(t, f);
	return when;
}

/* A connection that is over, and after whose end another one was asked for. */
static bool
begins_anew(const CapTracker *t, const CapEntry *f, const CapPair *pair)
{
	for (int end = 0; f->closed && end < 2; end++) {
		const CapEntry *request = find_request(t, pair, end);

		if (request && request->flow.last_ns > f->flow.last_ns)
			return true;
	}
	return false;
}

static CapEntry *
open_session(CapTracker *t, const CapPair *pair, CapDir *ret_dir)
{
	uint64_t by_sender = asked_at(t, pair, 0), by_receiver = asked_at(t, pair, 1);
	bool swapped = by_receiver && !by_sender;
	CapEntry *f = cap_entry_open(t, pair, swapped);

	*ret_dir = swapped ? CAP_FROM_B : CAP_FROM_A;
	f->flow.syn_ns = swapped ? by_receiver : by_sender;
	f->flow.syn_seen = f->flow.syn_ns != 0;
	f->flow.syn_ack_ns = swapped ? t->time_ns : 0;
	return f;
}

static bool
near(uint16_t a, uint16_t b)
{
	return (uint16_t)(a - b + NBIPX_NEAR) <= 2 * NBIPX_NEAR;
}

/*
 * Whether the numbers are near what was seen of both sides. Others may follow many packets that
 * were not captured: they are accepted when more continue them.
 */
static bool
fits(CapTracker *t, CapEntry *f, CapDir dir, const Session *h)
{
	CapStream *s = &f->stream[dir];
	const CapStream *peer = &f->stream[!dir];
	bool acked = !(peer->flags & CAP_STREAM_STARTED) || near(h->expected, (uint16_t)peer->next);

	if (acked && (!(s->flags & CAP_STREAM_STARTED) || near(h->sequence, (uint16_t)s->next))) {
		s->flags &= (uint16_t)~CAP_STREAM_CLAIM;
		return true;
	}
	/* A message's parts may share a number. */
	if (s->flags & CAP_STREAM_CLAIM && (uint16_t)(s->ipx.doubted - h->sequence) <= 1 &&
	    near(h->expected, (uint16_t)s->ipx.expected))
		s->ipx.run++;
	else
		s->ipx.run = 0;
	s->ipx.doubted = h->sequence + 1u;
	s->ipx.expected = h->expected;
	s->flags |= CAP_STREAM_CLAIM;
	t->counters.forged++;
	if (s->ipx.run < CAP_RUN_LEAST)
		return false;
	t->counters.forged -= MIN(s->ipx.run + 1u, t->counters.forged);
	s->flags &= (uint16_t)~CAP_STREAM_CLAIM;
	/* It is not known how many are missing; those that were not accepted are among them. */
	s->next = (uint16_t)(h->sequence - s->ipx.run);
	return true;
}

/* False if the packet's data were seen before. A message's parts may or may not share a number. */
static bool
next_packet(CapTracker *t, CapEntry *f, CapDir dir, const Session *h)
{
	CapStream *s = &f->stream[dir];
	uint32_t have = s->collect ? s->collect->total : 0;
	uint16_t ahead = (uint16_t)(h->sequence - s->next);
	bool started = s->flags & CAP_STREAM_STARTED;

	if (started && ahead >= 0x8000 && !(ahead == 0xffff && have && h->offset == have)) {
		t->counters.retransmitted += h->length;
		return false;
	}
	s->flags |= CAP_STREAM_STARTED;
	s->next = (uint16_t)(h->sequence + 1);
	if (started && ahead && ahead < 0x8000)
		cap_message_lost(t, f, dir, ahead, CAP_LOSS_MISSING);
	return true;
}

static void
session_data(CapTracker *t, CapEntry *f, CapDir dir, const Session *h, SmbReader *r)
{
	SmbReader data;
	uint32_t have;

	if (h->control & NBIPX_SYSTEM || !h->length || !fits(t, f, dir, h) ||
	    !next_packet(t, f, dir, h))
		return;
	data = smb_reader_sub(r, h->length);
	t->counters.malformed += r->status == SMB_READ_MALFORMED;
	have = f->stream[dir].collect ? f->stream[dir].collect->total : 0;
	if (h->offset != have) {
		/* Only a beginning is of use here; the message before it is over. */
		cap_message_lost(t, f, dir, h->offset ? h->length : 0, CAP_LOSS_MISSING);
		if (h->offset)
			return;
	}
	cap_message_part(t, f, dir, data,
			 h->control & NBIPX_END_OF_MESSAGE || h->offset + h->length >= h->total);
}

/*
 * An end whose numbers fit, or that the other side acknowledges. Anybody may have sent a lone one
 * with other numbers.
 */
static bool
session_ends(CapTracker *t, CapEntry *f, CapDir dir, const Session *h)
{
	const CapStream *peer = &f->stream[!dir];
	CapStream *s = &f->stream[dir];

	if (h->type == NBIPX_END_ACK) {
		if (!(peer->flags & CAP_STREAM_ASKED))
			return false;
		t->counters.forged -= MIN(1u, t->counters.forged);
		f->flow.ended_by_b = dir == CAP_FROM_A;
		return true;
	}
	f->flow.ended_by_b = dir == CAP_FROM_B;
	if ((!(s->flags & CAP_STREAM_STARTED) || near(h->sequence, (uint16_t)s->next)) &&
	    (!(peer->flags & CAP_STREAM_STARTED) || near(h->expected, (uint16_t)peer->next)))
		return true;
	f->flow.ended_by_b = false;
	t->counters.forged += !(s->flags & CAP_STREAM_ASKED);
	s->flags |= CAP_STREAM_ASKED;
	return false;
}

static void
session(CapTracker *t, CapPair *pair, Session *h, SmbReader *r)
{
	CapDir dir = CAP_FROM_A;
	CapEntry *f;

	parse_session(r, h);
	if (r->status != SMB_READ_OK)
		return;
	/*
	 * Ids are not sockets: a mark after the address keeps their flows apart from those of
	 * direct hosting.
	 */
	pair->addr[0][10] = pair->addr[1][10] = 1;
	pair->port[0] = h->from;
	pair->port[1] = h->to;
	if (h->to == NBIPX_NO_ID || h->from == NBIPX_NO_ID) {
		if (h->from != NBIPX_NO_ID && h->type == NBIPX_SESSION_DATA)
			note_request(t, pair);
		return;
	}
	f = cap_message_find(t, pair, &dir);
	/* A packet that opens a connection is believed in everything else. */
	if ((!f || begins_anew(t, f, pair)) && h->type == NBIPX_SESSION_DATA &&
	    h->length <= smb_reader_declared_left(r))
		f = open_session(t, pair, &dir);
	if (!f || f->closed)
		return;
	cap_message_touch(t, f, dir);
	if (h->type == NBIPX_SESSION_DATA)
		session_data(t, f, dir, h, r);
	else if (session_ends(t, f, dir, h))
		cap_entry_close(t, f, CAP_END_FIN);
}

static void
netbios(CapTracker *t, CapPair *pair, SmbReader *r, bool broadcast)
{
	Session h = { 0 };

	smb_reader_skip(r, broadcast ? IPX_ROUTE_SIZE : 0);
	h.control = smb_reader_u8(r);
	h.type = smb_reader_u8(r);
	if (h.type == NBIPX_SESSION_DATA || h.type == NBIPX_SESSION_END || h.type == NBIPX_END_ACK)
		session(t, pair, &h, r);
	if (h.type != NBIPX_DATAGRAM)
		return;
	smb_reader_skip(r, NBIPX_NAMES_SIZE);
	cap_message_datagram(t, pair, *r);
}

/* A conversation between two sockets is a flow; nothing marks its beginning. */
static void
direct(CapTracker *t, const CapPair *pair, SmbReader *r)
{
	CapDir dir = CAP_FROM_A;
	CapEntry *f = cap_message_find(t, pair, &dir);

	if (!smb_reader_declared_left(r))
		return;
	if (!f) {
		dir = pair->port[0] == SOCKET_SERVER ? CAP_FROM_B : CAP_FROM_A;
		f = cap_entry_open(t, pair, dir == CAP_FROM_B);
		f->flow.connectionless = true;
	}
	if (f->closed)
		return;
	cap_message_touch(t, f, dir);
	cap_message_part(t, f, dir, *r, true);
}

/* Name Management Protocol over IPX: opcode, kind of name, id, two names. */
static void
mailslot(CapTracker *t, const CapPair *pair, SmbReader *r)
{
	uint8_t opcode;

	smb_reader_skip(r, IPX_ROUTE_SIZE);
	opcode = smb_reader_u8(r);
	smb_reader_skip(r, 3 + NBIPX_NAMES_SIZE);
	if (opcode == NMPI_MAILSLOT)
		cap_message_datagram(t, pair, *r);
}

static void
put_end(SmbReader *r, CapPair *pair, int end)
{
	smb_span_copy(smb_reader_span(r, 10), pair->addr[end], 10);
	pair->port[end] = smb_reader_be16(r);
}

void
cap_ipx_packet(CapTracker *t, SmbReader *r)
{
	CapPair pair = { .family = CAP_FAMILY_IPX };
	uint32_t len;
	uint8_t type;
	SmbReader payload;

	smb_reader_skip(r, 2);
	len = smb_reader_be16(r);
	smb_reader_skip(r, 1);
	type = smb_reader_u8(r);
	put_end(r, &pair, 1);
	put_end(r, &pair, 0);
	if (r->status == SMB_READ_OK && len < IPX_HEADER_SIZE)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	if (r->status != SMB_READ_OK)
		return;
	cap_tell_ends(t, &pair);
	payload = smb_reader_sub(r, len - IPX_HEADER_SIZE);
	if (pair.port[0] == SOCKET_NETBIOS || pair.port[1] == SOCKET_NETBIOS)
		netbios(t, &pair, &payload, type == IPX_TYPE_BROADCAST);
	else if (pair.port[1] == SOCKET_MAILSLOT)
		mailslot(t, &pair, &payload);
	else if (pair.port[0] == SOCKET_SERVER || pair.port[1] == SOCKET_SERVER)
		direct(t, &pair, &payload);
}
