/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Warnings on standard error about what an audit did not see, so that nobody mistakes a lack of
 * findings for a clean network.
 */
#pragma once

#include "audit/report/report.h"
#include "output/base/sink.h"

/* Whether anything was left out of the inventory: pairs, or entries of their lists. */
bool cli_audit_left_out(const AuditReport *report);
/*
 * Reports what smbtrail itself left out or dropped for its limits and what the kernel dropped, each
 * if it may include a finding of this severity or worse. True if there was any.
 */
bool cli_audit_tell_left_out(const AuditReport *report, AuditSeverity severity);
bool cli_audit_tell_given_up(const OutTotals *totals, AuditSeverity severity);
/* Reports that lists were longer than their cap; true if a guessed password may be among what is lost. */
bool cli_audit_tell_capped(const AuditReport *report);
/* Reports what the captures themselves lack. */
void cli_audit_tell_lost(const OutTotals *totals);
