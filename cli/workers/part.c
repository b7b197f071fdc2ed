/* SPDX-License-Identifier: BSD-3-Clause */
/* Takes items, and does with them what the run would have done. */
#include "cli/workers/part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/jobs/worker.h"
#include "cli/workers/feed.h"
#include "cli/workers/items.h"
#include "cli/workers/take.h"
#include "dissect/deal.h"

enum { ROOM = 256 << 10 };

struct CliPart {
	int input;
	CliWorker *worker;
	CliRun *run;
	uint8_t *bytes; /* of items, aligned; from `at` to `len` those that were not taken */
	size_t cap, at, len;
	GPtrArray *flows; /* SmbConnection by number; NULL: free */
	GRand *stalls;    /* tests: when to wait; NULL: never */
};

CliPart *
cli_part_new(int input, CliWorker *worker)
{
	CliPart *self = g_new0(CliPart, 1);

	self->input = input;
	self->worker = worker;
	self->cap = ROOM;
	self->bytes = g_malloc(self->cap);
	self->flows = g_ptr_array_new();
#ifdef SMBTRAIL_CHECKS
	if (g_getenv("SMBTRAIL_STALLS"))
		self->stalls = g_rand_new_with_seed(
			(guint32)strtoul(g_getenv("SMBTRAIL_STALLS"), NULL, 10) ^ (guint32)getpid());
#endif
	return self;
}

static _Noreturn void
fail(const char *why)
{
	cli_complain("--workers: %s", why);
	_exit(CLI_EXIT_INTERNAL);
}

/* Now and then, so that workers come to be ahead of each other in every way. */
static void
stall(CliPart *self)
{
	struct timespec nap = { .tv_nsec = g_rand_int_range(self->stalls, 1, 400000) };

	if (g_rand_int_range(self->stalls, 0, 64) == 0)
		nanosleep(&nap, NULL);
}

/* ---- Items ---- */

static void
fill(CliPart *self)
{
	ssize_t n;

	memmove(self->bytes, self->bytes + self->at, self->len - self->at);
	self->len -= self->at;
	self->at = 0;
	do
		n = read(self->input, self->bytes + self->len, self->cap - self->len);
	while (n < 0 && errno == EINTR);
	/* The run is gone. */
	if (n <= 0)
		_exit(CLI_EXIT_INTERNAL);
	self->len += (size_t)n;
}

/* The next item of those that have come; NULL: the rest of it has not. */
static const CliItem *
next(CliPart *self)
{
	const CliItem *item = (const CliItem *)(self->bytes + self->at);
	size_t there = self->len - self->at;

	if (there < sizeof(*item))
		return NULL;
	if (item->size < sizeof(*item) || item->size > CLI_ITEM_MAX || item->size % CLI_ITEM_ALIGN)
		fail("what the run sent is no item");
	if (item->size > self->cap) { /* so the rest of it has not come */
		self->cap = CLI_ITEM_MAX;
		self->bytes = g_realloc(self->bytes, self->cap);
		return NULL;
	}
	if (there < item->size)
		return NULL;
	self->at += item->size;
	return item;
}

/* ---- Flows ---- */

static SmbContext *
context_of(CliPart *self)
{
	if (!self->run->pipeline)
		fail("an item came before its capture");
	return cli_pipeline_context(self->run->pipeline);
}

/* Where a flow is kept. What the run says is checked: it reads the bytes of strangers as well. */
static gpointer *
place_of(CliPart *self, uint32_t flow)
{
	if (flow >= self->flows->len)
		fail("the run names a flow that it did not open");
	return &self->flows->pdata[flow];
}

static void
check_bytes(const CliItem *item, size_t before, uint32_t len)
{
	if (item->size < before || len > item->size - before)
		fail("an item has fewer bytes than it says");
}

static void
open_flow(CliPart *self, const CliItemOpen *open)
{
	SmbContext *context = context_of(self);

	if (open->flow > self->flows->len)
		fail("the run numbers flows in no order");
	if (open->flow == self->flows->len)
		g_ptr_array_add(self->flows, NULL);
	smb_context_number_after(context, open->connections);
	self->flows->pdata[open->flow] = cli_take_open(context, open);
}

static void
take_chunk(CliPart *self, const CliItemChunk *item)
{
	CapChunk chunk = { .missing = item->missing,
			   .ptr = item->bytes,
			   .len = item->len,
			   .message = item->message };
	SmbConnection *c = *place_of(self, item->flow);

	check_bytes(&item->item, offsetof(CliItemChunk, bytes), item->len);
	if (!c)
		return;
	smb_context_number_after(context_of(self), item->connections);
	(void)cli_feed(c, (SmbDir)item->dir, &chunk, (SmbGapCause)item->cause, &item->when);
}

static void
close_flow(CliPart *self, const CliItemClose *item)
{
	gpointer *place = place_of(self, item->flow);

	if (*place)
		smb_connection_end(*place, &item->ending, &item->when);
	*place = NULL;
}

static void
take_datagram(CliPart *self, const CliItemDatagram *item)
{
	SmbContext *context = context_of(self);
	uint64_t messages = smb_context_messages(context), limits = smb_context_limits(context);

	check_bytes(&item->item, offsetof(CliItemDatagram, bytes), item->len);
	cli_pipeline_mute(self->run->pipeline, item->mute);
	cli_take_datagram(context, &item->ends, (SmbSpan){ item->bytes, item->len }, item->declared,
			  &item->when);
	cli_pipeline_mute(self->run->pipeline, false);
	if (item->mute)
		smb_context_discount(context, messages, limits);
}

/* ---- Captures ---- */

static void
begin(CliPart *self, const CliItemBegin *item)
{
	CliRun *run = self->run;

	run->began = true;
	run->nanoseconds = item->nanoseconds;
	if (run->hooks->begin)
		run->hooks->begin(run->user, *item->name ? g_intern_string(item->name) : NULL,
				  run->nanoseconds);
}

static void
pass_time(CliPart *self, const CliItemClock *item)
{
	if (self->run->pipeline && self->run->hooks->tick)
		self->run->hooks->tick(self->run->user, item->seen_ns);
}

static void
end_capture(CliPart *self)
{
	if (self->run->pipeline && self->run->hooks->over)
		self->run->hooks->over(self->run->user);
}

static void
take(CliPart *self, const CliItem *item)
{
	switch ((CliItemKind)item->kind) {
	case CLI_ITEM_BEGIN:
		begin(self, (const CliItemBegin *)item);
		break;
	case CLI_ITEM_FIRST:
		cli_pipeline_begin(self->run->pipeline, ((const CliItemFirst *)item)->time_ns);
		break;
	case CLI_ITEM_OPEN:
		open_flow(self, (const CliItemOpen *)item);
		break;
	case CLI_ITEM_CHUNK:
		take_chunk(self, (const CliItemChunk *)item);
		break;
	case CLI_ITEM_CLOSE:
		close_flow(self, (const CliItemClose *)item);
		break;
	case CLI_ITEM_DATAGRAM:
		take_datagram(self, (const CliItemDatagram *)item);
		break;
	case CLI_ITEM_CLOCK:
		pass_time(self, (const CliItemClock *)item);
		break;
	case CLI_ITEM_ASK:
		if (self->run->hooks->so_far)
			self->run->hooks->so_far(self->run->user);
		break;
	case CLI_ITEM_OVER:
		end_capture(self);
		break;
	case CLI_ITEM_END:
		break;
	}
	if (self->run->pipeline)
		cli_pipeline_flush(self->run->pipeline);
}

static void
tell_done(CliPart *self)
{
	const CliPipeline *pipeline = self->run->pipeline;
	OutTotals so_far = { 0 };

	if (pipeline)
		cli_pipeline_totals(pipeline, &so_far);
	cli_worker_done(self->worker, pipeline ? cli_pipeline_memory(pipeline) : 0, &so_far);
}

void
cli_part_read(CliPart *self, CliRun *run)
{
	const CliItem *item;

	self->run = run;
	for (;;) {
		fill(self);
		while ((item = next(self))) {
			cli_worker_item(self->worker, item->order);
			take(self, item);
			if (item->kind == CLI_ITEM_END)
				return;
			if (G_UNLIKELY(self->stalls != NULL))
				stall(self);
		}
		tell_done(self);
	}
}
