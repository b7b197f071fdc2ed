/* SPDX-License-Identifier: BSD-3-Clause */
/* A heap of lines by time. */
#include "output/base/story.h"

#include "dissect/wire/memory.h"

#include <glib.h>
#include <string.h>

typedef struct {
	uint64_t time_ns;
	uint64_t order; /* in which they came: of equal times, the first goes first */
	char *bytes;
	size_t n;
} Entry;

struct OutStory {
	Entry *heap;
	size_t n, room;
	size_t memory, most;
	uint64_t order;
	uint64_t last_ns; /* the latest that went out */
	uint64_t late;
};

OutStory *
out_story_new(size_t most)
{
	OutStory *self = g_new0(OutStory, 1);

	self->most = most;
	return self;
}

static bool
is_before(const Entry *a, const Entry *b)
{
	return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->order < b->order;
}

static void
swap(Entry *a, Entry *b)
{
	Entry kept = *a;

	*a = *b;
	*b = kept;
}

static void
rise(OutStory *self, size_t i)
{
	for (; i && is_before(&self->heap[i], &self->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&self->heap[i], &self->heap[(i - 1) / 2]);
}

static void
sink(OutStory *self)
{
	size_t i = 0, child;

	while ((child = 2 * i + 1) < self->n) {
		if (child + 1 < self->n && is_before(&self->heap[child + 1], &self->heap[child]))
			child++;
		if (!is_before(&self->heap[child], &self->heap[i]))
			return;
		swap(&self->heap[i], &self->heap[child]);
		i = child;
	}
}

/* The earliest. */
static void
put_first(OutStory *self, OutWriter *writer)
{
	Entry first = self->heap[0];

	self->heap[0] = self->heap[--self->n];
	sink(self);
	self->late += first.time_ns < self->last_ns;
	self->last_ns = MAX(self->last_ns, first.time_ns);
	/* Each entry has bytes of its own. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	out_put(out_writer_buffer(writer), first.bytes, first.n);
	out_writer_record(writer);
	self->memory -= smb_memory_cost(first.n);
	g_free(first.bytes);
}

void
out_story_add(OutStory *self, uint64_t time_ns, const char *bytes, size_t n, OutWriter *writer)
{
	if (!n)
		return;
	if (self->n == self->room) {
		self->memory -= smb_memory_cost(self->room * sizeof(Entry));
		self->room = MAX(2 * self->room, 64);
		self->heap = g_renew(Entry, self->heap, self->room);
		self->memory += smb_memory_cost(self->room * sizeof(Entry));
	}
	self->heap[self->n] = (Entry){
		.time_ns = time_ns, .order = self->order++, .bytes = g_memdup2(bytes, n), .n = n
	};
	self->memory += smb_memory_cost(n);
	rise(self, self->n++);
	while (self->memory > self->most && self->n)
		put_first(self, writer);
}

void
out_story_finish(OutStory *self, OutWriter *writer)
{
	while (self->n)
		put_first(self, writer);
}

size_t
out_story_memory(const OutStory *self)
{
	return self->memory;
}

uint64_t
out_story_late(const OutStory *self)
{
	return self->late;
}

void
out_story_free(OutStory *self)
{
	if (!self)
		return;
	for (size_t i = 0; i < self->n; i++)
		g_free(self->heap[i].bytes);
	g_free(self->heap);
	g_free(self);
}
