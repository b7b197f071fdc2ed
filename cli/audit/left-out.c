/* SPDX-License-Identifier: BSD-3-Clause */
/* What an audit does not know, in words on standard error. */
#include "cli/audit/left-out.h"

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

/* "s" behind all numbers but 1. */
static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
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
	uint64_t known = known_left_out(report, severity);

	if (!audit_report_may_miss(report) && !known)
		return false;
	cli_complain("%" G_GUINT64_FORMAT
		     " connection%s %s left out for lack of memory (--memory): findings that are "
		     "%s%s may be among them, %" G_GUINT64_FORMAT " observation%s of such %s",
		     connections, plural(connections), connections == 1 ? "was" : "were",
		     audit_severity_name(severity), severity == AUDIT_CRITICAL ? "" : " or worse",
		     known, plural(known), known == 1 ? "is" : "are");
	return true;
}

static bool
tell(uint64_t n, const char *one, const char *many, const char *severity)
{
	if (n)
		cli_complain("%" G_GUINT64_FORMAT
			     " %s; findings that are %s or worse may be among what was lost",
			     n, n == 1 ? one : many, severity);
	return n > 0;
}

/* --memory does not change it. */
#define FIXED_LIMIT                                                                   \
	" there was more at once than is kept (unanswered requests, names, parts of " \
	"messages; no option changes this limit)"

bool
cli_audit_tell_given_up(const OutTotals *t, AuditSeverity severity)
{
	const char *name = audit_severity_name(severity);

	return tell(t->evictions, "connection was dropped for lack of memory (--memory)",
		    "connections were dropped for lack of memory (--memory)", name) |
	       tell(t->limits, "time" FIXED_LIMIT, "times" FIXED_LIMIT, name) |
	       tell(t->kernel_drops, "packet was dropped by the kernel",
		    "packets were dropped by the kernel", name) |
	       tell(t->interface_drops, "packet was dropped by the interface",
		    "packets were dropped by the interface", name);
}

bool
cli_audit_tell_capped(const AuditReport *report)
{
	if (report->logons_left_out)
		cli_complain("%" G_GUINT64_FORMAT
			     " logon%s of more accounts than fit: a kind of logon that only they "
			     "would show to be refused is not known to be (--strict)",
			     report->logons_left_out, plural(report->logons_left_out));
	if (report->capped)
		cli_complain(
			"of %u pair%s not all names, accounts or challenges fitted: no finding "
			"follows from what is not there, but that a challenge was given again (--strict)",
			report->capped, plural(report->capped));
	if (report->maybe_guessed)
		cli_complain(
			"passwords were guessed in %u pair%s of which not all logons are known: "
			"one may have been accepted, which is %s",
			report->maybe_guessed, plural(report->maybe_guessed),
			audit_severity_name(audit_rule(AUDIT_GUESS_SUCCEEDED)->severity));
	return report->maybe_guessed > 0;
}

void
cli_audit_tell_lost(const OutTotals *t)
{
	if (t->gaps || t->skipped_bytes)
		cli_complain("%" G_GUINT64_FORMAT " gap%s, %" G_GUINT64_FORMAT
			     " byte%s missing and %" G_GUINT64_FORMAT
			     " skipped: what they held is not known (--strict)",
			     t->gaps, plural(t->gaps), t->gap_bytes, plural(t->gap_bytes),
			     t->skipped_bytes);
}
