/* SPDX-License-Identifier: BSD-3-Clause */
/* The verb audit: captures or records go into an Audit, and reports and changes come out of it. */
#include "cli/audit/audit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/again/audit-html.h"
#include "cli/allocation.h"
#include "cli/audit/left-out.h"
#include "cli/audit/options.h"
#include "cli/audit/records.h"
#include "cli/complain.h"
#include "cli/jobs/parts.h"
#include "cli/jobs/worker.h"
#include "cli/memory.h"
#include "cli/report/audit-output.h"
#include "cli/report/output.h"
#include "cli/run.h"
#include "cli/sensor/findings.h"
#include "cli/sensor/signals.h"
#include "cli/sensor/start.h"
#include "output/audit/audit.h"
#include "output/base/end.h"

enum {
	TEXTS_SHARE = 6, /* of the memory of an audit, this part is for what a report prints */
	TOLD_SHARE = 16, /* live: this one for which findings were told already */
};

typedef struct {
	CliRun base;
	OutWriter *writer;
	OutOptions out;
	Audit *audit;
	OutSink *sink;
	AuditKey key;
	AuditExceptions *exceptions;
	CliAuditOutput output;
	CliFindings *findings; /* live: those that were told as they came; NULL: none are */
	int64_t asked_us;      /* when they were last looked for, and are not told yet; 0: not */
	uint64_t seen;         /* messages and connections, at that time */
	bool screen;           /* they are on a terminal: tables that are refreshed instead */
	OutTotals totals;      /* of the captures that were read to their end, or of the records */
	uint64_t captures;     /* begun */
	AuditSpan span;        /* of the capture that is being read; last_ns 0: no packet so far */
	bool counted;          /* it is among the covered ones already, as far as it had come */
	size_t asked_memory;   /* for the answers to --if and --profile */
	size_t left;           /* in the accounts of what was freed: 0 */
	bool again;            /* --html: the inputs can be read twice */
	bool started;          /* a report was written */
	bool left_out;         /* the audit left something out that --strict is about */
} Run;

static CliExit print_report(Run *run, bool interim);

/* ---- captures ---- */

/* Nothing goes on from the one before. */
static void
begin_capture(Run *run)
{
	if (run->base.options->about)
		out_filter_capture(run->base.options->about, run->captures++);
	run->base.pipeline = cli_pipeline_new(&run->base.pipeline_options, run->sink, run->writer);
	cli_signals_watch(run->base.pipeline);
}

static void
on_begin(void *user, const char *path, bool nanoseconds)
{
	Run *run = user;

	(void)nanoseconds;
	audit_set_capture(run->audit, path);
	if (run->base.options->worker && path)
		cli_worker_note(run->base.options->worker, path, strlen(path));
	cli_audit_options_set_site(&run->base.options->audit, run->audit, path);
	run->span = (AuditSpan){ .first_ns = UINT64_MAX };
	run->counted = false;
	if (!run->base.pipeline)
		begin_capture(run);
	cli_audit_output_capture(&run->output);
}

static void
cover(Run *run)
{
	if (!run->span.last_ns)
		return;
	audit_covered_add(&run->audit->covered, run->span.first_ns, run->span.last_ns,
			  !run->counted);
	run->counted = true;
}

static void
on_over(void *user)
{
	Run *run = user;
	OutTotals totals;

	cli_pipeline_finish(run->base.pipeline);
	cli_pipeline_totals(run->base.pipeline, &totals);
	out_totals_add(&run->totals, &totals);
	cli_signals_watch(NULL);
	run->left += cli_pipeline_free(run->base.pipeline);
	run->base.pipeline = NULL;
}

static void
on_end(void *user)
{
	Run *run = user;

	cover(run);
	if (!run->base.goes_on)
		on_over(run);
}

/* With --every, between packets. */
static void
look_at_clock(Run *run, uint64_t now_ns)
{
	OutTotals totals;

	cli_pipeline_totals_now(run->base.pipeline, &totals);
	out_totals_add(&totals, &run->totals);
	if (!cli_audit_output_due(&run->output, now_ns, totals.bytes, audit_memory(run->audit)))
		return;
	cli_progress_clear(&run->base.progress);
	cover(run);
	print_report(run, true);
	*run->base.stop |= run->output.error != 0;
}

/* On a terminal the report as a whole takes the place of the one before. */
static void
show_findings(Run *run)
{
	AuditReport *report;

	if (run->screen) {
		out_lit(out_writer_buffer(run->writer), "\033[H\033[2J");
		cover(run);
		print_report(run, true);
		return;
	}
	report = audit_report_new(run->audit, run->exceptions);
	cli_findings_tell(run->findings, report, run->writer, run->base.options->json, &run->out);
	audit_report_free(report);
}

/* With workers: what they have so far, once they have told. */
static bool
show_answer(Run *run)
{
	Audit *own = run->audit, *all;

	cover(run);
	all = cli_jobs_audit_answer(&run->base, own);
	if (!all)
		return false;
	run->audit = all;
	cli_audit_options_set_site(&run->base.options->audit, all, NULL);
	show_findings(run);
	run->audit = own;
	run->left += audit_free(all);
	return true;
}

static void
look_for_findings(Run *run)
{
	int64_t now_us = g_get_monotonic_time();
	OutTotals totals;

	if (!run->asked_us) {
		cli_pipeline_totals_now(run->base.pipeline, &totals);
		run->seen = totals.messages + totals.connections;
		if (!cli_findings_due(run->findings, now_us, run->seen))
			return;
		run->asked_us = now_us;
		if (run->base.options->crew)
			cli_jobs_audit_ask(&run->base);
	}
	if (run->base.options->crew) {
		if (!show_answer(run))
			return;
	} else {
		show_findings(run);
	}
	cli_findings_looked(run->findings, run->asked_us, g_get_monotonic_time(), run->seen);
	run->asked_us = 0;
}

static void
on_tick(void *user, uint64_t seen_ns)
{
	Run *run = user;

	(void)seen_ns;
	look_at_clock(run, 0);
	if (run->findings)
		look_for_findings(run);
}

static void
on_so_far(void *user)
{
	Run *run = user;

	cli_jobs_audit_so_far(run->audit, run->writer);
}

static void
on_packet(void *user, const CapPacket *packet)
{
	Run *run = user;

	run->span.first_ns = MIN(run->span.first_ns, packet->time_ns);
	run->span.last_ns = MAX(run->span.last_ns, packet->time_ns);
	if (G_UNLIKELY(cli_audit_output_may_be_due(&run->output, packet->time_ns)))
		look_at_clock(run, packet->time_ns);
}

static void
read_records(CliRun *run, char *const *file)
{
	Run *self = run->user;

	cli_audit_read_records(run, file, self->audit, &self->totals);
}

/* ---- the end ---- */

static bool
fails(const Run *run, AuditSeverity severity)
{
	const char *word = run->base.options->audit.fail_on;

	return word && (int)severity >= audit_severity_find(word);
}

/* Reports what is unknown; with --fail-on, unknown does not pass as clean. */
static bool
tell_left_out(Run *run, const AuditReport *report, const OutTotals *totals)
{
	const char *word = run->base.options->audit.fail_on;
	AuditSeverity least = (AuditSeverity)MAX(audit_severity_find(word ? word : ""), 0);

	run->left_out |= cli_audit_left_out(report);
	if (!word)
		return false;
	cli_audit_tell_lost(totals);
	return cli_audit_tell_capped(report) | cli_audit_tell_left_out(report, least) |
	       cli_audit_tell_given_up(totals, least);
}

static void
print_end(const Run *run, OutWriter *writer, OutTotals *totals, CliExit code)
{
	OutBuffer *b = out_writer_buffer(writer);

	cli_run_conclude(&run->base, totals, code);
	totals->site = audit_only_site(run->audit);
	if (run->base.options->json)
		out_end_json(b, totals, totals->time_ns % 1000 != 0);
	else if (!run->base.options->audit.csv)
		out_end_text(b, totals, run->out.colour);
	if (totals->interim && !run->base.options->json)
		out_char(b, '\n');
	out_writer_record(writer);
}

/* The totals of an interim report include those of the capture that is being read. */
static OutTotals
totals_so_far(const Run *run, bool interim)
{
	OutTotals totals = run->totals, capture;

	totals.interim = interim;
	if (!run->base.pipeline)
		return totals;
	cli_pipeline_totals_now(run->base.pipeline, &capture);
	out_totals_add(&totals, &capture);
	return totals;
}

static void
write_report(Run *run, OutWriter *writer, const AuditReport *report, OutTotals *totals,
	     CliExit code)
{
	if (run->base.options->html) {
		cli_run_conclude(&run->base, totals, code);
		cli_audit_html(&run->base, writer, report, &run->out, totals, run->again);
		return;
	}
	/* A file of reports begins with one; a report that replaces another is a file. */
	if (!run->started || writer != run->writer)
		cli_start_tell(run->base.options, writer);
	run->started = true;
	if (run->base.options->json)
		out_audit_json(writer, report);
	else if (run->base.options->audit.csv)
		out_audit_csv(writer, report, run->base.options->audit.table);
	else
		out_audit_report(writer, report, &run->out);
	print_end(run, writer, totals, code);
}

static CliExit
print_report(Run *run, bool interim)
{
	AuditReport *report = audit_report_new(run->audit, run->exceptions);
	OutWriter *writer = cli_audit_output_begin(&run->output, interim);
	OutTotals totals = totals_so_far(run, interim);
	CliExit code;
	bool found;

	report->enough_days = run->base.options->audit.enough;
	audit_report_ask(report, &run->base.options->audit.settings, run->asked_memory);
	found = tell_left_out(run, report, &totals);
	totals.left_out |= run->left_out;
	for (guint i = 0; i < report->findings->len; i++)
		found |= fails(run, g_array_index(report->findings, AuditFinding, i).severity);
	code = cli_run_verdict(&run->base, &totals, found, run->left_out);
	if (writer) {
		write_report(run, writer, report, &totals, code);
		cli_audit_output_end(&run->output, writer, interim);
	}
	audit_report_free(report);
	return code;
}

static bool
print_changes(Run *run, const Audit *before, const Audit *after)
{
	AuditReport *reports[] = {
		audit_report_new(before, run->exceptions),
		audit_report_new(after, run->exceptions),
	};
	g_autoptr(GArray) changes = audit_diff(reports[0], reports[1]);
	bool found = tell_left_out(run, reports[1], &run->totals);

	run->left_out |= cli_audit_left_out(reports[0]);
	for (guint i = 0; i < changes->len; i++) {
		const AuditChange *c = &g_array_index(changes, AuditChange, i);

		found |= c->kind == AUDIT_CHANGE_NEW && fails(run, audit_rule(c->rule)->severity);
	}
	out_audit_diff(run->writer, changes, run->base.options->json, &run->out);
	audit_report_free(reports[0]);
	audit_report_free(reports[1]);
	return found;
}

static CliExit
print_diff(Run *run)
{
	/* Half of it for both. */
	AuditLimits limits = { .memory = cli_memory_room(run->base.options->memory) / 2,
			       .key = run->key };
	Audit *before = audit_new(&limits), *after = audit_new(&limits);
	bool found = false;
	CliExit code;

	cli_audit_read_records(&run->base, &run->base.options->files[0], before, &run->totals);
	cli_audit_read_records(&run->base, &run->base.options->files[1], after, &run->totals);
	run->base.interrupted = *run->base.stop && cli_signals_asked();
	/* Compared with half an audit, everything would seem to be gone. */
	if (!run->base.unopened && !run->base.damaged && !run->base.interrupted &&
	    !run->totals.interrupted)
		found = print_changes(run, before, after);
	code = cli_run_verdict(&run->base, &run->totals, found, run->left_out);
	if (run->base.options->json)
		print_end(run, run->writer, &run->totals, code);
	audit_free(before);
	audit_free(after);
	return code;
}

static CliExit
act(Run *run)
{
	const CliAuditOptions *audit = &run->base.options->audit;

	if (audit->rules) {
		out_audit_rules(run->writer, run->base.options->json, &run->out);
		return CLI_EXIT_WHOLE;
	}
	if (audit->diff)
		return print_diff(run);
	if (cli_run_has_others(&run->base))
		cli_jobs_audit(&run->base, run->audit, &run->totals);
	else if (run->base.live)
		cli_run_live(&run->base);
	else
		cli_run_files(&run->base, audit->merge ? read_records : cli_run_capture);
	if (run->base.options->worker)
		return cli_jobs_audit_part(&run->base, run->audit, &run->totals, run->writer);
	return print_report(run, false);
}

/* Live, where a line or a record can stand before the report. */
static void
begin_findings(Run *run, AuditLimits *limits, int fd)
{
	const CliOptions *o = run->base.options;
	size_t room = limits->memory / TOLD_SHARE;

	if (!run->base.live || o->html || o->audit.csv || cli_output_is_replaced(o))
		return;
	run->findings = cli_findings_new(room);
	run->screen = !o->json && !o->audit.every && isatty(fd);
	limits->memory -= room;
	/* Before the first of them. */
	cli_start_tell(o, run->writer);
	run->started = true;
}

CliExit
cli_audit(const CliOptions *options, CliWatch *live, volatile bool *stop, const CliReport *report)
{
	/*
	 * A report comes when no connection is followed any more; pairs alone have half of it. Its
	 * texts take what is set aside.
	 */
	size_t room = cli_memory_room(options->memory);
	AuditLimits limits = { .memory = room - room / TEXTS_SHARE };
	static const CliRunHooks hooks = { .begin = on_begin,
					   .packet = on_packet,
					   .tick = on_tick,
					   .so_far = on_so_far,
					   .end = on_end,
					   .over = on_over };
	Run run = { .out = { .utc = options->utc,
			     .colour = cli_wants_colour(options, report->fd),
			     .columns = cli_columns(report->fd),
			     .top = options->audit.top } };
	g_autoptr(GError) error = NULL;
	CliExit code;

	run.key = options->audit.ranks;
	if (!cli_run_init(&run.base, options, live, stop, report->fd, &hooks, &run))
		return CLI_EXIT_INTERNAL;
	run.exceptions = cli_audit_exceptions(&options->audit, options->memory, &error);
	if (!run.exceptions) {
		cli_complain("%s", error->message);
		return CLI_EXIT_USAGE;
	}
	if (options->audit.settings.n)
		run.asked_memory = limits.memory / AUDIT_WHAT_IF_SHARE;
	limits.memory -= run.asked_memory;
	limits.key = run.key;
	run.writer = out_writer_new_to(report->to, false);
	begin_findings(&run, &limits, report->fd);
	cli_audit_output_init(&run.output, options, live, run.writer);
	cli_allocation_watch(run.writer);
	run.audit = audit_new(&limits);
	/* Of a capture that cannot be read, too. */
	cli_audit_options_set_site(&options->audit, run.audit, NULL);
	run.sink = out_audit_sink_new(run.audit);
	run.again = cli_audit_html_can(&run.base);
	code = act(&run);
	out_writer_flush(run.writer);
	errno = out_writer_error(run.writer) ?: run.output.error;
	code = errno ? cli_run_output_failed(options, errno) : code;
	run.left += out_sink_free(run.sink);
	run.left += audit_free(run.audit);
	cli_allocation_watch(NULL);
	out_writer_free(run.writer);
	audit_exceptions_free(run.exceptions);
	cli_findings_free(run.findings);
	return cli_account_settle(code, run.left);
}
