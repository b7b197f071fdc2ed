/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/workers/others.h"

#include "cli/workers/crew.h"
#include "cli/workers/part.h"

void
cli_others_run(CliRun *run, const CliJobsHooks *hooks, void *user)
{
	if (run->options->part)
		cli_part_read(run->options->part, run);
	else if (run->options->crew)
		cli_crew_run(run->options->crew, run, hooks, user);
	else
		cli_jobs_run(run->options->team, run, hooks, user);
}
