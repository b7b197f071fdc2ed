/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Audits and figures of captures that others read: records of each (wire.h) are added up as --merge
 * does, which gives what one run over all of them has.
 */
#pragma once

#include "audit/audit.h"
#include "cli/run.h"
#include "output/base/writer.h"
#include "stats/stats.h"

/* In the run: in place of cli_run_files, into audit or figures, and totals. */
void cli_jobs_audit(CliRun *run, Audit *audit, OutTotals *totals);
void cli_jobs_stats(CliRun *run, Stats *stats, OutTotals *totals);

/*
 * Live, with workers: asks them for what they have so far; then, what that adds up to, or NULL as long as
 * not all have answered. One at a time; free it.
 */
void cli_jobs_audit_ask(const CliRun *run);
Audit *cli_jobs_audit_answer(CliRun *run, const Audit *like);

/* In a process that reads: the records of a capture, in place of the report. */
CliExit cli_jobs_audit_part(const CliRun *run, const Audit *audit, const OutTotals *totals,
			    OutWriter *writer);
/* The same of an audit that goes on. */
void cli_jobs_audit_so_far(const Audit *audit, OutWriter *writer);
CliExit cli_jobs_stats_part(const CliRun *run, const Stats *stats, const OutTotals *totals,
			    OutWriter *writer);
