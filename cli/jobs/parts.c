/* SPDX-License-Identifier: BSD-3-Clause */
/* Adds up audits and figures. */
#include "cli/jobs/parts.h"

#include "cli/complain.h"
#include "cli/jobs/lines.h"
#include "cli/jobs/worker.h"
#include "cli/workers/deal.h"
#include "cli/workers/others.h"
#include "output/audit/audit.h"
#include "output/base/end.h"
#include "output/stats/stats.h"

typedef struct {
	CliRun *run;
	Audit *audit; /* one of both */
	Stats *stats;
	OutTotals *totals;
	CliJobsLines lines;
	bool refused; /* a record, and that was told */
} Parts;

static void
on_output(void *user, const char *bytes, size_t n)
{
	cli_jobs_lines_add(&((Parts *)user)->lines, bytes, n);
}

/* The name of a capture: the first ones are kept, and those that show nothing are among them. */
static void
on_note(void *user, const void *note, size_t n)
{
	g_autofree char *name = g_strndup(note, n);
	Parts *parts = user;

	if (parts->audit)
		(void)audit_capture_name(parts->audit, name);
}

static void
on_totals(void *user, const OutTotals *totals)
{
	Parts *parts = user;

	if (parts->audit)
		audit_settle(parts->audit);
	out_totals_add(parts->totals, totals);
}

/* Half a line is none. */
static void
on_lost(void *user)
{
	cli_jobs_lines_clear(&((Parts *)user)->lines);
}

/* They are records of this very program: one that cannot be read is a fault of a reader. */
static void
refuse(Parts *parts, const char *why)
{
	if (!parts->refused)
		cli_complain(
			"a process that reads or dissects told a record that cannot be read: %s",
			why);
	parts->refused = parts->run->lost = true;
}

static void
audit_line(void *user, OutJson *line)
{
	g_autoptr(GError) error = NULL;
	Parts *parts = user;
	OutAuditRecord record;
	OutTotals none = { 0 };

	if (!out_audit_read(line, parts->audit, &none, &record, &error))
		refuse(parts, error->message);
}

static void
stats_line(void *user, OutJson *line)
{
	Parts *parts = user;
	OutFiguresRecord record;
	OutTotals none = { 0 };
	const char *why;

	why = out_figures_read(line, parts->stats, &none, &record);
	if (why)
		refuse(parts, why);
}

static void
read_parts(Parts *parts)
{
	static const CliJobsHooks jobs = {
		.output = on_output,
		.note = on_note,
		.totals = on_totals,
		.lost = on_lost,
		.whole = true,
	};

	parts->lines.user = parts;
	cli_others_run(parts->run, &jobs, parts);
	cli_jobs_lines_clear(&parts->lines);
}

void
cli_jobs_audit(CliRun *run, Audit *audit, OutTotals *totals)
{
	Parts parts = { run, audit, NULL, totals, { .line = audit_line } };

	read_parts(&parts);
}

void
cli_jobs_stats(CliRun *run, Stats *stats, OutTotals *totals)
{
	Parts parts = { run, NULL, stats, totals, { .line = stats_line } };

	read_parts(&parts);
}

void
cli_jobs_audit_ask(const CliRun *run)
{
	const CliDealTo *to = run->pipeline_options.to;

	to->live->ask(to->user);
}

Audit *
cli_jobs_audit_answer(CliRun *run, const Audit *like)
{
	const CliDealTo *to = run->pipeline_options.to;
	Parts parts = { .run = run, .lines = { .line = audit_line, .user = &parts } };

	if (!to->live->is_answered(to->user))
		return NULL;
	parts.audit = audit_new(&like->limits);
	to->live->take_answer(to->user, on_output, &parts);
	cli_jobs_lines_clear(&parts.lines);
	audit_settle(parts.audit);
	audit_covered_merge(&parts.audit->covered, &like->covered);
	return parts.audit;
}

static CliExit
end_part(const CliRun *run, const OutTotals *totals, OutWriter *writer)
{
	out_writer_flush(writer);
	cli_worker_end(run->options->worker, run, totals);
	return CLI_EXIT_WHOLE;
}

void
cli_jobs_audit_so_far(const Audit *audit, OutWriter *writer)
{
	AuditReport *report = audit_report_new(audit, NULL);

	out_audit_json(writer, report);
	audit_report_free(report);
	out_writer_flush(writer);
}

CliExit
cli_jobs_audit_part(const CliRun *run, const Audit *audit, const OutTotals *totals,
		    OutWriter *writer)
{
	cli_jobs_audit_so_far(audit, writer);
	return end_part(run, totals, writer);
}

CliExit
cli_jobs_stats_part(const CliRun *run, const Stats *stats, const OutTotals *totals,
		    OutWriter *writer)
{
	out_figures_json(writer, stats);
	return end_part(run, totals, writer);
}
