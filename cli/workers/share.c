/* SPDX-License-Identifier: BSD-3-Clause */
/* The account of a worker. */
#include "cli/workers/share.h"

#include <glib.h>

#include "cli/jobs/spool.h"
#include "cli/memory.h"
#include "cli/workers/items.h"

enum {
	FACTOR = 256,          /* told for each byte that was given, */
	LEAST = 1 << 20,       /* and besides */
	RECORD_MAX = 64 << 20, /* more than any record */
	BEYOND = 16 << 20,     /* a process may have, besides --memory */
	UNDER_WAY = 128 << 20, /* may come of items that were sent before it last said what it has */
	IN_VAIN_MAX = 1000,    /* flows may end before its memory falls */
	QUEUE_MAX = 4 << 20,   /* output that waits for others, */
	QUEUE_MIN = 64 << 10,
	UNSENT_MAX = 512 << 10, /* and items, */
	UNSENT_MIN = 128 << 10,
	QUEUES_SHARE = 4, /* of all workers: this part of --memory; */
	UNSENT_SHARE = 8, /* and this */
};

void
cli_share_give(CliShare *self, uint32_t kind, size_t size, uint64_t order)
{
	self->given += size;
	self->last = order;
	self->flows += kind == CLI_ITEM_OPEN;
	if (kind == CLI_ITEM_CLOSE) {
		self->flows -= self->flows > 0;
		self->ended++;
		return;
	}
	self->fed = order;
}

static bool
is_in_proportion(const CliShare *self, uint64_t n)
{
	return n <= LEAST + FACTOR * self->given;
}

bool
cli_share_tell(CliShare *self, size_t n)
{
	self->told += n;
	return is_in_proportion(self, self->told);
}

bool
cli_share_wait(CliShare *self, size_t n)
{
	self->waits += n;
	return is_in_proportion(self, self->waits);
}

bool
cli_share_record(CliShare *self, size_t n, bool goes_on)
{
	bool fits = self->record + n <= MIN((size_t)RECORD_MAX, self->memory + BEYOND);

	self->record = goes_on ? self->record + n : 0;
	return fits;
}

/*
 * As long as nothing but ends of flows was sent, its memory falls: else all that the run ends for
 * its sake, which may be that of others, is ended in vain. The run waits for that, so it is judged
 * once the worker is done with all: a thousand ends may be on the way where a capture is over.
 */
bool
cli_share_claim(CliShare *self, uint64_t was_done, uint64_t done, uint64_t before, uint64_t now)
{
	size_t much = MAX(cli_memory_room(self->memory) / 4 * 3, (size_t)BEYOND);

	if (now > self->memory + UNDER_WAY)
		return false;
	if (now > much && now >= before && was_done >= self->fed)
		return done < self->last || (self->flows && self->ended <= IN_VAIN_MAX);
	self->ended = 0;
	return true;
}

static size_t
part_of(const CliShare *self, size_t share, size_t least, size_t most)
{
	return CLAMP(self->memory / share / MAX(self->of, 1U), least, most);
}

size_t
cli_share_queue(const CliShare *self)
{
	return part_of(self, QUEUES_SHARE, QUEUE_MIN, QUEUE_MAX);
}

size_t
cli_share_unsent(const CliShare *self)
{
	return part_of(self, UNSENT_SHARE, UNSENT_MIN, UNSENT_MAX);
}
