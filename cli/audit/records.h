/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What earlier audits wrote as JSON, added to an audit: --merge and --diff.
 *
 *     file ──> cli/lines.h ──> out_audit_read() ──> audit, totals
 *
 * An audit whose last line is not its end was cut short, and what has no summary is the output of
 * something else: added up, they would look like networks without any problem. Of reports that came
 * as the run went on, only the last counts (cli/records.h).
 */
#pragma once

#include "cli/run.h"
#include "output/audit/audit.h"

/*
 * What is wrong with the file is reported, and the run is unopened or damaged; what was read before
 * that stays in the audit, of which the caller keeps the ownership, as of the totals.
 */
void cli_audit_read_records(CliRun *run, char *const *file, Audit *audit, OutTotals *totals);
