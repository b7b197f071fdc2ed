/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What one worker may make the run hold, write and forget. A worker that was taken over can say what
 * it likes, and what it says takes memory, disk and connections that are there for all. So each has an
 * account of its own, against which honest ones have room to spare:
 *
 *   - it tells no more than 256 bytes for each byte that it was given, and 1 MiB: the 16 for a byte
 *     and 8 KiB for a message to which sinks keep, of messages that have 36 bytes at least;
 *   - of what counts only as a whole no more waits than its report can have: eight times
 *     --memory, which is what its audit has, as text (jobs/spool.h);
 *   - a record is no longer than what a worker can have in its memory;
 *   - of what waits for others it has its part of --memory, and waits beyond it;
 *   - the memory that it says it has, for which the run ends connections, falls when they end.
 *
 * All is in bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	size_t memory;   /* --memory; what a worker may have */
	unsigned of;     /* so many workers share the run */
	uint64_t given;  /* items that it got */
	uint64_t told;   /* that went on at once */
	uint64_t waits;  /* that waits to be handed out as a whole */
	uint64_t record; /* of the record that is not whole yet */
	uint64_t last;   /* the last item that it was given, */
	uint64_t fed;    /* and that is not the end of a flow */
	uint32_t flows;  /* that it has */
	uint32_t ended;  /* meanwhile, and its memory did not fall */
} CliShare;

/* It was given an item: CliItemKind, its bytes and its number. */
void cli_share_give(CliShare *self, uint32_t kind, size_t size, uint64_t order);
/*
 * It told something; what of it is to wait for the whole; part of a record, and whether that
 * goes on. False: more than it may.
 */
bool cli_share_tell(CliShare *self, size_t n);
bool cli_share_wait(CliShare *self, size_t n);
bool cli_share_record(CliShare *self, size_t n, bool goes_on);
/*
 * It is done with the item `done`, after `was_done`, and has so much memory, after `before`. False:
 * that cannot be.
 */
bool cli_share_claim(CliShare *self, uint64_t was_done, uint64_t done, uint64_t before,
		     uint64_t now);

/* How much of its output may wait for others; and of its items for itself. */
size_t cli_share_queue(const CliShare *self);
size_t cli_share_unsent(const CliShare *self);
