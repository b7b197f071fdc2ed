/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The audit as a page (--html): the report, and the captures once more for the ladders of the
 * connections that are evidence.
 */
#pragma once

#include "audit/report/report.h"
#include "cli/run.h"

/* Whether the inputs can be read twice; to be asked before they are read once. */
bool cli_audit_html_can(const CliRun *run);

/* Writes the page. `again` is what cli_audit_html_can said. */
void cli_audit_html(const CliRun *run, OutWriter *writer, const AuditReport *report,
		    const OutOptions *options, const OutTotals *totals, bool again);
