/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Datagrams reassembled from the fragments of the datagram service (RFC 1002 4.4.1: FIRST and MORE,
 * 4.4.2: PACKET_OFFSET). The first copy of a byte is kept. A datagram that is not complete in time
 * is forgotten; its fragments were reported one by one.
 */
#include "dissect/conversation/datagram/datagram.h"

enum {
	SLOTS = SMB_CAP(32, 2),
	/* Offsets and lengths of fragments have 16 bits; no sender needs more. */
	USER_MAX = 0xFFFF,
	UNKNOWN = UINT32_MAX,
};
#define FRAGMENT_TO_NS (2 * 1000000000ull) /* RFC 1002 6: two seconds */

typedef struct {
	bool used;
	uint8_t source_ip[4];
	uint16_t source_port, id;
	uint64_t first_ns;
	uint32_t total; /* UNKNOWN before the last fragment */
	uint32_t have;
	uint32_t cap; /* of each of the two: */
	uint8_t *data;
	uint8_t *there; /* 1 where data was filled */
} Slot;

struct SmbFragments {
	Slot slots[SLOTS];
};

static void
drop(SmbContext *context, Slot *s)
{
	smb_context_release(context, s->data, s->cap);
	smb_context_release(context, s->there, s->cap);
	*s = (Slot){ .used = false };
}

static bool
expired(const Slot *s, uint64_t now_ns)
{
	return (int64_t)(now_ns - s->first_ns) > (int64_t)FRAGMENT_TO_NS;
}

static bool
same(const Slot *s, const SmbNbDatagram *d)
{
	return s->used && s->id == d->id && s->source_port == d->source_port &&
	       memcmp(s->source_ip, d->source_ip.ptr, 4) == 0;
}

/* The slot of a datagram; if it has none it gets a free one, or the one that has waited longest. */
static Slot *
slot_of(SmbContext *context, const SmbNbDatagram *d, uint64_t now_ns)
{
	SmbFragments *f = context->fragments;
	Slot *room = &f->slots[0];

	for (int i = 0; i < SLOTS; i++) {
		Slot *s = &f->slots[i];

		if (s->used && expired(s, now_ns))
			drop(context, s);
		if (same(s, d))
			return s;
		if (room->used && (!s->used || s->first_ns < room->first_ns))
			room = s;
	}
	context->limits += room->used;
	drop(context, room);
	*room = (Slot){ .used = true,
			.source_port = d->source_port,
			.id = d->id,
			.first_ns = now_ns,
			.total = UNKNOWN };
	smb_span_copy(d->source_ip, room->source_ip, 4);
	return room;
}

static void
grow(SmbContext *context, Slot *s, uint32_t need)
{
	uint32_t cap = s->cap ? s->cap : 1024;
	Slot old = *s;

	if (need <= s->cap)
		return;
	while (cap < need)
		cap *= 2;
	s->data = smb_context_alloc(context, cap);
	s->there = smb_context_alloc(context, cap);
	s->cap = cap;
	if (old.cap) {
		memcpy(s->data, old.data, old.cap);
		memcpy(s->there, old.there, old.cap);
	}
	smb_context_release(context, old.data, old.cap);
	smb_context_release(context, old.there, old.cap);
}

static void
fill(Slot *s, uint32_t offset, SmbReader user)
{
	for (uint32_t at = offset; smb_reader_left(&user) && at < s->total; at++) {
		uint8_t byte = smb_reader_u8(&user);

		if (s->there[at])
			continue;
		s->there[at] = 1;
		s->data[at] = byte;
		s->have++;
	}
}

SmbSpan
smb_fragment_add(SmbContext *context, const SmbNbDatagram *d, uint64_t now_ns)
{
	uint32_t end = d->packet_offset + d->user_length;
	Slot *s;

	if (end > USER_MAX || !d->source_ip.ptr)
		return (SmbSpan){ NULL, 0 };
	if (!context->fragments)
		context->fragments = smb_context_alloc(context, sizeof(SmbFragments));
	s = slot_of(context, d, now_ns);
	grow(context, s, end ? end : 1);
	if (!d->more && s->total == UNKNOWN)
		s->total = end;
	fill(s, d->packet_offset, d->user_data);
	/*
	 * Bytes beyond the end that came before it was known make the sum wrong: such a datagram is
	 * never complete.
	 */
	if (s->have != s->total)
		return (SmbSpan){ NULL, 0 };
	return (SmbSpan){ s->data, s->total };
}

void
smb_fragment_done(SmbContext *context, const SmbNbDatagram *d)
{
	for (int i = 0; context->fragments && i < SLOTS; i++) {
		if (same(&context->fragments->slots[i], d))
			drop(context, &context->fragments->slots[i]);
	}
}

void
smb_fragment_free(SmbContext *context)
{
	if (!context->fragments)
		return;
	for (int i = 0; i < SLOTS; i++)
		drop(context, &context->fragments->slots[i]);
	smb_context_release(context, context->fragments, sizeof(SmbFragments));
	context->fragments = NULL;
}
