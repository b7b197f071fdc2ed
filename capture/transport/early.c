/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Answers that were captured before what they answer.
 *
 * A capture of two directions, of a sender with offload, or of several interfaces may have packets
 * of the two sides in the wrong order. Data that acknowledge bytes of the other side which were not
 * seen yet came after these bytes, and wait for them, as whole segments with their own stamps. Of
 * one flow at a time, and not for long: it is the next packet of the other side that either has
 * these bytes, or shows that they were not captured.
 */
#include "capture/transport/flow.h"

#include <string.h>

/* How many packets, and for how long: 10 ms. */
#define CAP_EARLY_PACKETS 64
#define CAP_EARLY_NS 10000000

static bool
reached(const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	return cap_seq_reached(f->stream[!dir].next, seg->ack);
}

/* Takes the first one out and processes it, as of when it was captured. */
static void
process_first(CapTracker *t)
{
	CapEarly *early = &t->early;
	CapEntry *f = early->entry, *current = t->current, *other = t->other;
	CapEarlySegment first = early->segments[0];
	uint64_t time_ns = t->time_ns, frame = t->frame;

	early->n--;
	early->bytes -= first.seg.captured;
	memmove(&early->segments[0], &early->segments[1], early->n * sizeof(first));
	if (!early->n)
		early->entry = NULL;
	t->other = current;
	t->current = f;
	t->time_ns = first.time_ns;
	t->frame = first.frame;
	if (!f->closed)
		cap_tcp_process(t, f, early->dir, &first.seg);
	t->time_ns = time_ns;
	t->frame = frame;
	t->current = current;
	t->other = other;
	cap_memory_free(&t->memory, first.data, first.seg.captured);
}

void
cap_early_release(CapTracker *t, const CapEntry *f)
{
	while (t->early.entry && t->early.entry == f)
		process_first(t);
}

void
cap_early_forget(CapTracker *t, const CapEntry *f)
{
	CapEarly *early = &t->early;

	if (early->entry != f)
		return;
	for (uint32_t i = 0; i < early->n; i++)
		cap_memory_free(&t->memory, early->segments[i].data,
				early->segments[i].seg.captured);
	early->n = early->bytes = 0;
	early->entry = NULL;
}

void
cap_early_tick(CapTracker *t, uint64_t time_ns)
{
	const CapEarly *early = &t->early;

	if (t->counters.packets - early->packets > CAP_EARLY_PACKETS ||
	    (int64_t)(time_ns - early->segments[0].time_ns) > CAP_EARLY_NS)
		cap_early_release(t, early->entry);
}

/* Whether it is data that others wait for, or more data that wait. */
static bool
goes_on(const CapTracker *t, CapDir dir, const CapSegment *seg)
{
	const CapEarly *early = &t->early;

	if ((seg->flags & CAP_TCP_DECISIVE) != CAP_TCP_ACK || !seg->len)
		return false;
	return dir == early->dir || seg->seq == early->entry->stream[dir].next;
}

void
cap_early_before(CapTracker *t, const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (!goes_on(t, dir, seg))
		cap_early_release(t, f);
}

void
cap_early_after(CapTracker *t, const CapEntry *f)
{
	CapEarly *early = &t->early;

	while (early->entry && early->entry == f && reached(f, early->dir, &early->segments[0].seg))
		process_first(t);
}

/* Both sides are known, and nothing is in doubt. */
static bool
is_plain(const CapEntry *f, CapDir dir)
{
	const uint16_t known = CAP_STREAM_STARTED | CAP_STREAM_ACKED;
	const uint16_t doubt = CAP_STREAM_FIN | CAP_STREAM_DONE | CAP_STREAM_BEYOND |
			       CAP_STREAM_CLAIM | CAP_STREAM_GUESS;

	return (f->list == CAP_LIST_PLAIN || f->list == CAP_LIST_KEPT) && f->flow.seen[!dir] &&
	       !f->trial && !f->ignored && !f->tentative && !f->doubtful &&
	       (f->stream[dir].flags & (known | CAP_STREAM_FIN | CAP_STREAM_CLAIM)) == known &&
	       (f->stream[!dir].flags & (CAP_STREAM_STARTED | doubt)) == CAP_STREAM_STARTED;
}

static bool
is_early(const CapTracker *t, const CapEntry *f, CapDir dir, const CapSegment *seg)
{
	if (t->early.entry == f)
		return dir == t->early.dir;
	return (seg->flags & CAP_TCP_DECISIVE) == CAP_TCP_ACK && seg->len &&
	       seg->seq == f->stream[dir].next && !f->stream[dir].head && !reached(f, dir, seg) &&
	       is_plain(f, dir);
}

/* Lets go of what is kept, if there is no room beside it. */
static bool
has_room(CapTracker *t, CapEntry *f, const CapSegment *seg)
{
	CapEarly *early = &t->early;

	if (early->entry && (early->entry != f || early->n == CAP_EARLY_MAX ||
			     early->bytes + seg->captured > t->limits.reorder_bytes)) {
		t->current = f;
		cap_early_release(t, early->entry);
		t->current = NULL;
	}
	return seg->captured <= t->limits.reorder_bytes;
}

bool
cap_early_keep(CapTracker *t, CapEntry *f, CapDir dir, const CapSegment *seg)
{
	static const uint8_t none[1]; /* where nothing was captured: data are trimmed all the same */
	CapEarly *early = &t->early;
	CapEarlySegment *kept;

	/* What was let go may be what it waited for. */
	if (!is_early(t, f, dir, seg) || !has_room(t, f, seg) || !is_early(t, f, dir, seg))
		return false;
	if (!early->entry) {
		early->packets = t->counters.packets;
		early->entry = f;
		early->dir = dir;
	}
	kept = &early->segments[early->n++];
	*kept = (CapEarlySegment){ .seg = *seg, .time_ns = t->time_ns, .frame = t->frame };
	if (seg->captured) {
		kept->data = cap_memory_alloc(&t->memory, seg->captured);
		memcpy(kept->data, seg->data, seg->captured);
	}
	kept->seg.data = kept->data ?: none;
	early->bytes += seg->captured;
	return true;
}
