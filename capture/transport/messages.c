/* SPDX-License-Identifier: BSD-3-Clause */
/* Puts messages together from their parts, and reports the losses between them. */
#include "capture/transport/messages.h"

/*
 * The longest that a NetBIOS session header can declare (17 bits); no redirector sends longer
 * messages.
 */
#define CAP_MESSAGE_TOTAL_MAX 0x1ffffu
#define CAP_COLLECT_FIRST 4096

CapEntry *
cap_message_find(CapTracker *t, const CapPair *pair, CapDir *ret_dir)
{
	return cap_table_find(&t->table, pair, cap_table_hash(&t->table, pair), ret_dir);
}

void
cap_message_touch(CapTracker *t, CapEntry *f, CapDir dir)
{
	f->flow.last_ns = t->time_ns;
	f->flow.last_frame = t->frame;
	f->flow.seen[dir] = true;
	cap_list_move(t, f, f->kept ? CAP_LIST_KEPT : CAP_LIST_PLAIN);
}

static void
tell(CapTracker *t, CapEntry *f, CapChunk chunk)
{
	CapEntry *before = t->current;

	if (f->ignored)
		return;
	chunk.flow = &f->flow;
	chunk.time_ns = t->time_ns;
	chunk.frame = t->frame;
	/* The callee may free other flows for memory, but not this one. */
	t->current = f;
	t->callbacks.chunk(t->callbacks.user, &chunk);
	t->current = before;
}

static size_t
collect_size(uint32_t size)
{
	return sizeof(CapCollect) + size;
}

static void
collect_free(CapTracker *t, CapCollect *c)
{
	if (c)
		cap_memory_free(&t->memory, c, collect_size(c->size));
}

/* Room for n bytes more, which the caller has held against CAP_MESSAGE_MAX. */
static CapCollect *
collect_grow(CapTracker *t, CapCollect *old, uint32_t n)
{
	uint32_t need = (old ? old->len : 0) + n, size = old ? old->size : CAP_COLLECT_FIRST;
	CapCollect *c;

	if (old && need <= size)
		return old;
	while (size < need)
		size *= 2;
	c = cap_memory_alloc(&t->memory, collect_size(size));
	*c = old ? *old : (CapCollect){ .loss = CAP_LOSS_NONE };
	c->size = size;
	if (old)
		smb_span_copy((SmbSpan){ old->data, old->len }, c->data, size);
	collect_free(t, old);
	return c;
}

static CapCollect *
collect(CapTracker *t, CapCollect *c, SmbSpan here, uint32_t declared)
{
	uint32_t room = CAP_MESSAGE_MAX - (c ? c->len : 0), n = MIN(here.len, room);

	/* After a hole nothing can be used. */
	if (c && c->loss != CAP_LOSS_NONE)
		n = 0;
	c = collect_grow(t, c, n);
	c->len += smb_span_copy(smb_span_first(here, n), c->data + c->len, n);
	if (c->loss == CAP_LOSS_NONE && n < declared) {
		c->loss = n < here.len ? CAP_LOSS_LIMIT : CAP_LOSS_SNAPLEN;
		t->counters.limits += c->loss == CAP_LOSS_LIMIT;
	}
	c->total = MIN(c->total + declared, CAP_MESSAGE_TOTAL_MAX);
	return c;
}

void
cap_message_part(CapTracker *t, CapEntry *f, CapDir dir, SmbReader data, bool last)
{
	CapStream *s = &f->stream[dir];
	uint32_t declared = smb_reader_declared_left(&data);
	SmbSpan here = smb_reader_rest(&data);
	CapCollect *c;

	if (f->ignored)
		return;
	if (last && !s->collect && declared <= CAP_MESSAGE_MAX) {
		if (declared)
			tell(t, f,
			     (CapChunk){ .dir = dir,
					 .ptr = here.ptr,
					 .len = here.len,
					 .message = declared,
					 .loss = here.len < declared ? CAP_LOSS_SNAPLEN
								     : CAP_LOSS_NONE });
		return;
	}
	s->collect = collect(t, s->collect, here, declared);
	if (!last) {
		cap_hoard_note(t, f);
		return;
	}
	c = s->collect;
	s->collect = NULL;
	if (c->total)
		tell(t, f,
		     (CapChunk){ .dir = dir,
				 .ptr = c->data,
				 .len = c->len,
				 .message = c->total,
				 .loss = (CapLoss)c->loss });
	collect_free(t, c);
}

bool
cap_message_rewind(CapEntry *f, CapDir dir, uint32_t n)
{
	CapCollect *c = f->stream[dir].collect;

	if (!c || c->total < n)
		return false;
	c->total = n;
	if (c->len >= n) {
		c->len = n;
		c->loss = CAP_LOSS_NONE;
	}
	return true;
}

void
cap_message_lost(CapTracker *t, CapEntry *f, CapDir dir, uint64_t missing, CapLoss loss)
{
	CapStream *s = &f->stream[dir];

	missing += s->collect ? s->collect->total : 0;
	collect_free(t, s->collect);
	s->collect = NULL;
	if (!missing)
		return;
	t->counters.gaps++;
	t->counters.gap_bytes += missing;
	tell(t, f, (CapChunk){ .dir = dir, .missing = missing, .loss = loss });
}

void
cap_message_datagram(CapTracker *t, const CapPair *pair, SmbReader data)
{
	CapDatagram datagram = { .family = pair->family,
				 .src = pair->addr[0],
				 .dst = pair->addr[1],
				 .src_port = pair->port[0],
				 .dst_port = pair->port[1],
				 .time_ns = t->time_ns,
				 .frame = t->frame,
				 .wire_len = smb_reader_declared_left(&data) };
	SmbSpan here = smb_reader_rest(&data);

	if (!t->callbacks.datagram || !datagram.wire_len)
		return;
	datagram.ptr = here.ptr;
	datagram.len = here.len;
	t->callbacks.datagram(t->callbacks.user, &datagram);
}
