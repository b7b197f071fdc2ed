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

/* In a process that reads: the records of a capture, in place of the report. */
CliExit cli_jobs_audit_part(const CliRun *run, const Audit *audit, const OutTotals *totals,
			    OutWriter *writer);
CliExit cli_jobs_stats_part(const CliRun *run, const Stats *stats, const OutTotals *totals,
			    OutWriter *writer);
