/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Other processes that read captures (-j) or dissect one (--workers), whichever of them there are; or
 * this is one that dissects.
 */
#pragma once

#include "cli/jobs/jobs.h"
#include "cli/run.h"

/*
 * In place of cli_run_files: they do, and what they tell goes to the hooks. One that dissects takes its
 * items (part.h), and needs none.
 */
void cli_others_run(CliRun *run, const CliJobsHooks *hooks, void *user);
