/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A process that reads one capture of a run with -j, and tells another one what comes out of it
 * (wire.h). Its verb runs as ever, with these differences: what it prints goes to
 * cli_worker_destination, there is neither a first nor a last record, and cli_worker_end has the
 * totals.
 */
#pragma once

#include "capture/source/source.h"
#include "cli/run.h"
#include "output/base/destination.h"

typedef struct CliWorker CliWorker;

/* What the run shares with one place, and with no other: one that was taken over could stop the others. */
typedef struct {
	volatile bool stop;
	volatile uint64_t done; /* bytes of its files that it has read */
} CliJobsShared;

/* Tells `fd`, which is borrowed as is `shared`. */
CliWorker *cli_worker_new(int fd, CliJobsShared *shared);
/* Borrowed; it need not be closed. */
OutDestination *cli_worker_destination(CliWorker *self);
/* A note of a sink: OutOptions.note. `user` is the CliWorker. */
void cli_worker_note(void *user, const void *bytes, size_t n);
/*
 * With --workers: what is printed from now on is because of this item; then, that all up to it are
 * done, with so many bytes of memory in use, and what was counted so far. Output waits until then, as
 * far as a message has room.
 */
void cli_worker_item(CliWorker *self, uint64_t order);
void cli_worker_done(CliWorker *self, size_t memory, const OutTotals *so_far);
void cli_worker_progress(CliWorker *self, const CapSource *source);
/* The last word; `totals` are those of the capture. */
void cli_worker_end(CliWorker *self, const CliRun *run, const OutTotals *totals);
