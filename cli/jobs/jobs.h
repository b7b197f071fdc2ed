/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * -j: captures are read by several processes, and what comes out of them is printed by one, in the
 * order of the command line.
 *
 *     the run ──task──> starter ──fork──> reader of one capture, in a sandbox of its own
 *        ^                 └─how it ended─┐        │ output, complaints, notes, totals (wire.h)
 *        └────────── one socket a place ──┴────────┘
 *
 * Starters are forked before the run closes its sandbox, and parse nothing. What comes from captures
 * later than the one that is being printed waits (spool.h); a reader whose spool is full waits, too.
 */
#pragma once

#include "cli/report/report.h"
#include "cli/run.h"

typedef struct CliTeam CliTeam;

/* A verb, in a process that reads: with options->worker set and the files of one capture. */
typedef CliExit (*CliJobsWork)(CliOptions *options, volatile bool *stop, CliReport *to);

/*
 * How many processes are to read; 1: the run itself reads. That is so without -j, for fewer than two
 * files, where one is no regular file, and where the output depends on all captures before: -c, -w,
 * --chronological, --rotated, no --apart (sets.h), --every, --rotate-size, the page of the timeline, extract.
 */
unsigned cli_jobs_of(const CliOptions *options);

/*
 * Starts the starters: options->team is set. `report_fd` (-1: none) is closed in them. NULL with
 * error set if there can be none.
 */
CliTeam *cli_jobs_start(CliOptions *options, unsigned n, int report_fd, CliJobsWork work,
			GError **error);
void cli_jobs_free(CliTeam *self); /* NULL is fine */

/* What becomes of what readers tell. All but `output` may be NULL. */
typedef struct CliJobsHooks {
	/* Bytes of the output: parts of lines, too. */
	void (*output)(void *user, const char *bytes, size_t n);
	void (*note)(void *user, const void *bytes, size_t n);
	/* After each capture that was read; run->damaged and so on have what belongs there. */
	void (*totals)(void *user, const OutTotals *totals);
	/* A reader failed: nothing follows what there was of its output. */
	void (*lost)(void *user);
	/* Only captures that were read to their end count: nothing of others is handed on. */
	bool whole;
} CliJobsHooks;

/* In place of cli_run_files: has all captures read. */
void cli_jobs_run(CliTeam *self, CliRun *run, const CliJobsHooks *hooks, void *user);
