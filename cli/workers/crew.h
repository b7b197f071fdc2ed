/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * --workers: the run reads packets and puts bytes in order, other processes dissect, and what these
 * print is put in the order in which one process would have printed it.
 *
 *     packets ──> tracker ──> deal.h ──items──> workers, each in a sandbox of its own (part.h)
 *                                                  │ output, each piece with the item that caused it
 *     the report <── merged by items <─────────────┘ (jobs/wire.h)
 *
 * Items go over a socket of bytes, many at a time. Workers are forked, by the starters of -j, before
 * the run closes its sandbox, and live as long as it does. What is printed next is the piece of the
 * smallest item, once no worker can still have one before it. Nobody waits for long: the run writes
 * no item without reading what workers tell, and a worker that tells too much waits until the one that
 * is behind has caught up, for which it has everything.
 *
 * Live, the loop of packets serves workers while it waits (CliDealLive). A worker that is slow is waited
 * for, so that losses are the kernel's, who counts them; one of which nothing comes is given up. There
 * is one reader of packets: several, by PACKET_FANOUT, would not see what belongs together (fragments,
 * tunnels, names that all learn), and have neither numbers nor an order in common.
 */
#pragma once

#include "cli/jobs/jobs.h"
#include "cli/workers/deal.h"

typedef struct CliCrew CliCrew;

/*
 * Starts n workers. `report_fd` (-1: none) is closed in them; `prepare` (NULL: nothing) is called in
 * the process of each before anything else. NULL with error set if there can be none.
 */
CliCrew *cli_crew_start(CliOptions *options, unsigned n, int report_fd, CliJobsWork work,
			bool (*prepare)(const CliOptions *options, GError **error), GError **error);
void cli_crew_free(CliCrew *self); /* NULL is fine */
/* Whom the run's pipeline deals to: CliPipelineOptions.to. Belongs to the crew. */
const CliDealTo *cli_crew_dealing(const CliCrew *self);

/*
 * In place of cli_jobs_run: the run reads its files, or watches, and the crew does the rest. Here
 * run->pipeline deals.
 * With hooks->whole, what workers print they print at the end.
 */
void cli_crew_run(CliCrew *self, CliRun *run, const CliJobsHooks *hooks, void *user);
