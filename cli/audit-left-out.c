/* SPDX-License-Identifier: BSD-3-Clause */
/* What an audit does not know, in words on standard error. */
#include "cli/audit-left-out.h"

#include "audit/report/whatif.h"
#include "cli/complain.h"

bool
cli_audit_left_out(const AuditReport *report)
{
	const Audit *audit = report->audit;

	return !audit_has_all(audit, AUDIT_LAYER_DETAILS) || report->capped ||
	       audit->captures_left_out || audit->sites_left_out || report->logons_left_out ||
	       audit_report_asked_left_out(report) || report->kept < audit->connections;
}

/* The observations that are known to have been that severe. */
static uint64_t
known_left_out(const AuditReport *report, AuditSeverity severity)
{
	uint64_t n = 0;

	for (int i = (int)severity; i < AUDIT_SEVERITIES; i++)
		n += MIN(report->left_out[i], (uint64_t)INT32_MAX);
	return n;
}

bool
cli_audit_tell_left_out(const AuditReport *report, AuditSeverity severity)
{
	const Audit *audit = report->audit;
	uint64_t connections = audit->connections - MIN(report->kept, audit->connections);

	if (!audit_report_may_miss(report) && !known_left_out(report, severity))
		return false;
	cli_complain(
		"%" G_GUINT64_FORMAT
		" connections were left out for lack of memory (--memory): findings that are %s%s may "
		"be among them, %" G_GUINT64_FORMAT " observations of such are",
		connections, audit_severity_name(severity),
		severity == AUDIT_CRITICAL ? "" : " or worse", known_left_out(report, severity));
	return true;
}

static bool
tell(uint64_t n, const char *what, const char *severity)
{
	if (n)
		cli_complain("%s: %" G_GUINT64_FORMAT
			     "; what is %s or worse may be among what they held",
			     what, n, severity);
	return n > 0;
}

bool
cli_audit_tell_given_up(const OutTotals *t, AuditSeverity severity)
{
	const char *name = audit_severity_name(severity);

	return tell(t->evictions, "connections dropped to stay within the memory limit", name) |
	       tell(t->limits, "times that a limit was reached", name) |
	       tell(t->kernel_drops, "packets dropped by the kernel", name) |
	       tell(t->interface_drops, "packets dropped by the interface", name);
}

void
cli_audit_tell_capped(const AuditReport *report)
{
	if (report->logons_left_out)
		cli_complain("%" G_GUINT64_FORMAT
			     " logons of more accounts than fit: a kind of logon that only they "
			     "would show to be refused is not known to be (--strict)",
			     report->logons_left_out);
	if (report->capped)
		cli_complain(
			"of %u pairs not all names, accounts or challenges fitted: no finding "
			"follows from what is not there, but that a challenge was given again (--strict)",
			report->capped);
}

void
cli_audit_tell_lost(const OutTotals *t)
{
	if (t->gaps || t->skipped_bytes)
		cli_complain("%" G_GUINT64_FORMAT " gaps, %" G_GUINT64_FORMAT
			     " bytes missing and %" G_GUINT64_FORMAT
			     " skipped: what they held is not known (--strict)",
			     t->gaps, t->gap_bytes, t->skipped_bytes);
}
