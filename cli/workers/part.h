/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker of --workers: its verb runs as ever, but for what it reads, which is items (items.h) in
 * place of packets. What it prints goes to the run (jobs/worker.h), together with the item that caused
 * it. One that cannot go on, because the run is gone or what came is no item, ends the process.
 */
#pragma once

#include "cli/run.h"

typedef struct CliPart CliPart;

/* Reads items from `input`, and tells `worker` how far it is. Both are borrowed. */
CliPart *cli_part_new(int input, struct CliWorker *worker);

/* In place of cli_run_files: until the run says that there is nothing more. */
void cli_part_read(CliPart *self, CliRun *run);
