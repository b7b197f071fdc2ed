/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Flows that hold much. Each may hold what a busy one needs, so a few that fill all of that leave
 * nothing to the others; and as long as they say something now and then, it is the others that are
 * silent for longest. So where such flows have most of what all flows hold, what one holds counts
 * as its silence does.
 */
#include "capture/transport/messages.h"

/* A flow that holds this part of the tracker's limit holds much. */
#define MUCH 64
/* What a flow holds that is not among them counts as this part of the limit. */
#define ORDINARY 2048
/* Products of these two fit 64 bits. */
#define SILENCE_MAX (1ull << 32)
#define BYTES_MAX (1ull << 31)

static size_t
queued(const CapStream *s)
{
	return s->bytes + s->pieces * sizeof(CapPiece) + (s->collect ? s->collect->size : 0);
}

/* The bytes that the flow holds here, and that the caller holds for it. */
static size_t
bytes_of(const CapEntry *f)
{
	return f->held + queued(&f->stream[0]) + queued(&f->stream[1]) +
	       (f->trial ? cap_trial_waits(f->trial) : 0) +
	       (f->doubt ? cap_doubt_waits(f->doubt) : 0);
}

static CapEntry **
lightest(CapTracker *t)
{
	CapEntry **least = &t->hoards.entries[0];

	for (uint32_t i = 1; i < t->hoards.n; i++) {
		if (bytes_of(t->hoards.entries[i]) < bytes_of(*least))
			least = &t->hoards.entries[i];
	}
	return least;
}

void
cap_hoard_note(CapTracker *t, CapEntry *f)
{
	size_t bytes = bytes_of(f);
	CapEntry **at;

	if (f->hoards || bytes < t->limits.max_memory / MUCH)
		return;
	if (t->hoards.n < CAP_HOARDS_MAX) {
		at = &t->hoards.entries[t->hoards.n++];
	} else {
		at = lightest(t);
		if (bytes_of(*at) >= bytes)
			return;
		(*at)->hoards = false;
	}
	*at = f;
	f->hoards = true;
}

void
cap_hoard_forget(CapTracker *t, CapEntry *f)
{
	uint32_t i = 0;

	if (!f->hoards)
		return;
	while (t->hoards.entries[i] != f)
		i++;
	t->hoards.entries[i] = t->hoards.entries[--t->hoards.n];
	f->hoards = false;
}

static uint64_t
cost(const CapTracker *t, const CapEntry *f, size_t bytes)
{
	return MIN(cap_silence(t, f) + 1, SILENCE_MAX) * MIN(bytes, BYTES_MAX);
}

CapEntry *
cap_hoard_instead(const CapTracker *t, CapEntry *least)
{
	size_t all = t->memory.used, theirs = 0;
	uint64_t most = cost(t, least, MAX(bytes_of(least), t->limits.max_memory / ORDINARY));
	CapEntry *found = least;

	if (!t->hoards.n)
		return least;
	if (t->callbacks.held)
		all += t->callbacks.held(t->callbacks.user);
	for (uint32_t i = 0; i < t->hoards.n; i++) {
		CapEntry *f = t->hoards.entries[i];
		size_t bytes = bytes_of(f);

		theirs += bytes;
		if (f == t->current || f == t->other || cost(t, f, bytes) <= most)
			continue;
		most = cost(t, f, bytes);
		found = f;
	}
	return theirs > all / 2 ? found : least;
}

void
cap_flow_holds(CapTracker *self, CapFlow *flow, size_t bytes)
{
	CapEntry *f = (CapEntry *)flow;

	f->held = bytes;
	cap_hoard_note(self, f);
}
