/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an audit does not know, and says so on the standard error: so that nobody who asks whether
 * there are findings takes what was left out for a network in which nothing is wrong.
 */
#pragma once

#include "audit/report.h"
#include "output/base/sink.h"

/* Whether anything was left out of the inventory: pairs, or entries of their lists. */
bool cli_audit_left_out(const AuditReport *report);
/*
 * Tells what smbtrail itself left out or gave up for its limits and what the kernel dropped, each
 * where a finding of this severity or a worse one may be among it. True where there was any.
 */
bool cli_audit_tell_left_out(const AuditReport *report, AuditSeverity severity);
bool cli_audit_tell_given_up(const OutTotals *totals, AuditSeverity severity);
/* Tells that lists were fuller than may be. */
void cli_audit_tell_capped(const AuditReport *report);
/* Tells what the captures themselves do not have. */
void cli_audit_tell_lost(const OutTotals *totals);
