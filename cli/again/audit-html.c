/* SPDX-License-Identifier: BSD-3-Clause */
/* The page of an audit, and where its ladders come from. */
#include "cli/again/audit-html.h"

#include "cli/again/again.h"
#include "output/html/html.h"

bool
cli_audit_html_can(const CliRun *run)
{
	return run->options->html && !run->live && !run->options->audit.merge &&
	       cli_again_can(run->options);
}

static void
read_again(void *user, OutSink *sink)
{
	const CliRun *run = user;

	cli_again_show(run->options, run->stop, sink);
}

/* Why there are no ladders; NULL: there are. */
static const char *
why_not(const CliRun *run, const OutTotals *totals, bool again)
{
	if (run->options->audit.merge)
		return "None: this report is made of records of earlier audits (--merge), and "
		       "records keep no messages. Run smbtrail audit --html on the captures.";
	if (totals->interim)
		return "None: this is an interim report (--every). The last one has them.";
	if (run->interrupted)
		return "None: the run was interrupted.";
	if (!again)
		return "None: for the ladders the input would have to be read twice, which only "
		       "files can. Save it with tcpdump -w, and run smbtrail audit --html on that.";
	return NULL;
}

void
cli_audit_html(const CliRun *run, OutWriter *writer, const AuditReport *report,
	       const OutOptions *options, const OutTotals *totals, bool again)
{
	const char *why = why_not(run, totals, again);
	OutHtmlAgain reading = { .read = why ? NULL : read_again,
				 .user = (void *)run,
				 .why_not = why };

	out_audit_html(writer, report, options, totals, &reading);
}
