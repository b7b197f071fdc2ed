/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/audit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "cli/allocation.h"
#include "cli/audit-key.h"
#include "cli/audit-left-out.h"
#include "cli/audit-options.h"
#include "cli/audit-output.h"
#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/lines.h"
#include "cli/live.h"
#include "cli/memory.h"
#include "cli/pipeline.h"
#include "cli/progress.h"
#include "cli/records.h"
#include "cli/signals.h"
#include "output/audit/audit.h"
#include "output/base/end.h"

enum {
	PROGRESS_EVERY = 4096, /* a power of two */
	TEXTS_SHARE = 6, /* of the memory of an audit, this part is for what a report prints */
};

typedef struct {
	const CliOptions *options;
	volatile bool *stop;
	OutWriter *writer;
	OutOptions out;
	Audit *audit;
	OutSink *sink;
	AuditKey key;
	AuditExceptions *exceptions;
	CliPipelineOptions pipeline_options;
	CliPipeline *pipeline; /* of the capture that is read */
	CapSource *source;
	CliProgress progress;
	CliAuditOutput output;
	OutTotals totals; /* of the captures that were read to their end, or of the records */
	size_t left;      /* in the accounts of what was freed: 0 */
	bool unopened, damaged, interrupted;
	bool left_out; /* by the audit, something that --strict asks about */
} Run;

static CliExit print_report(Run *run, bool interim);

/* ---- captures ---- */

static void
begin_capture(Run *run, const char *name)
{
	audit_set_capture(run->audit, name);
	run->pipeline = cli_pipeline_new(&run->pipeline_options, run->sink, run->writer);
	cli_signals_watch(run->pipeline);
	cli_audit_output_capture(&run->output);
}

static void
end_capture(Run *run)
{
	OutTotals totals;

	cli_pipeline_finish(run->pipeline);
	cli_pipeline_totals(run->pipeline, &totals);
	out_totals_add(&run->totals, &totals);
	cli_signals_watch(NULL);
	run->left += cli_pipeline_free(run->pipeline);
	run->pipeline = NULL;
}

/* With --every, between packets. */
static void
look_at_clock(Run *run, uint64_t now_ns)
{
	OutTotals totals;

	cli_pipeline_totals(run->pipeline, &totals);
	out_totals_add(&totals, &run->totals);
	if (!cli_audit_output_due(&run->output, now_ns, totals.bytes, audit_memory(run->audit)))
		return;
	cli_progress_clear(&run->progress);
	print_report(run, true);
	*run->stop |= run->output.error != 0;
}

static void
on_tick(void *user)
{
	look_at_clock(user, 0);
}

static void
on_packet(void *user, const CapPacket *packet)
{
	Run *run = user;

	cli_pipeline_packet(run->pipeline, packet);
	if (G_UNLIKELY(cli_audit_output_may_be_due(&run->output, packet->time_ns)))
		look_at_clock(run, packet->time_ns);
	if (run->progress.watched && (packet->frame & (PROGRESS_EVERY - 1)) == 0)
		cli_progress_show(&run->progress, run->source);
}

static void
read_capture(Run *run, char *const *file)
{
	g_autoptr(GError) error = NULL;
	const char *path = *file;

	run->source = cap_source_open_fd_until(cli_inputs_take(run->options, file), path,
					       run->options->filter, run->stop, &error);
	if (!run->source) {
		if (*run->stop)
			return;
		cli_complain("%s", error->message);
		*(error->code == CAP_SOURCE_ERROR_DAMAGED ? &run->damaged : &run->unopened) = true;
		return;
	}
	begin_capture(run, path);
	if (cap_source_loop(run->source, on_packet, run, run->stop, &error) == CAP_NEXT_ERROR &&
	    !*run->stop) {
		cli_progress_clear(&run->progress);
		cli_complain("%s", error->message);
		if (error->code == CAP_SOURCE_ERROR_DAMAGED)
			run->damaged = true;
		else
			run->unopened = true;
	}
	cli_progress_clear(&run->progress);
	end_capture(run);
	cap_source_free(run->source);
	run->source = NULL;
}

static void
read_live(Run *run, CapSource *live)
{
	g_autoptr(GError) error = NULL;

	begin_capture(run, NULL);
	if (!cli_live_run(live, run->pipeline, &(CliLiveTick){ on_tick, run }, run->stop, &error)) {
		cli_complain("%s", error->message);
		run->damaged = true;
	}
	end_capture(run);
}

/* ---- records ---- */

typedef struct {
	Audit *audit;
	OutTotals *totals;
	const char *path;
	uint64_t line; /* from 1 */
	CliRecordLines lines;
	const volatile bool *stop;
	OutAuditRecord last; /* what the last line was */
	bool summed, failed; /* summed: there was the summary of an audit */
} Records;

/* Whether what is wrong with a line is that its end is not there: then all of the rest is told. */
static bool
is_torn(OutJson *line)
{
	const char *wrong = line->wrong;
	bool torn;

	line->wrong = NULL;
	while (out_json_peek(line) >= 0)
		out_json_step(line);
	torn = !line->wrong && !out_json_has_newline(line);
	line->wrong = wrong;
	return torn;
}

static void
take_line(Records *r, OutJson *line)
{
	g_autoptr(GError) error = NULL;

	r->line++;
	if (r->line < r->lines.first || r->line > r->lines.last ||
	    (out_json_peek(line) < 0 && !line->wrong))
		return;
	if (r->last == OUT_AUDIT_INTERIM) {
		cli_complain(
			"%s: has interim reports; it must be a file, not a pipe, so that all but "
			"the last can be left out",
			r->path);
		r->failed = true;
		return;
	}
	if (out_audit_read(line, r->audit, r->totals, &r->last, &error)) {
		r->summed |= r->last == OUT_AUDIT_SUMMARY;
		return;
	}
	r->last = OUT_AUDIT_OTHER;
	if (is_torn(line))
		return;
	cli_complain("%s: line %" G_GUINT64_FORMAT ": %s", r->path, r->line, error->message);
	r->failed = true;
}

/* False where it stops within a line: the last one has to be whole. */
static bool
read_lines(Records *r, CliLines *lines)
{
	OutJson *line = cli_lines_json(lines);
	bool whole = true;

	if (out_json_peek(line) < 0 && !out_json_has_newline(line))
		return cli_lines_are_whole(lines);
	do {
		take_line(r, line);
		whole = out_json_has_newline(line);
	} while (!r->failed && !*r->stop && r->line < r->lines.last && out_json_next_line(line));
	return whole && cli_lines_are_whole(lines);
}

/*
 * An audit whose last line is not its end was cut short, and what has no summary is the output of
 * something else: added up they would look like networks where nothing is wrong.
 */
static void
read_records(Run *run, Audit *audit, char *const *file)
{
	Records r = { .audit = audit, .totals = &run->totals, .path = *file, .stop = run->stop };
	g_autoptr(GError) error = NULL;
	CliLines *lines =
		cli_lines_open_fd(cli_inputs_take(run->options, file), *file, run->stop, &error);
	bool whole;

	if (!lines && !*run->stop) {
		cli_complain("%s", error->message);
		run->unopened = true;
	}
	if (!lines)
		return;
	r.lines = cli_records_find(cli_lines_descriptor(lines));
	whole = read_lines(&r, lines);
	cli_lines_free(lines);
	audit_settle(audit);
	if (*run->stop)
		return;
	if (r.lines.mixed) {
		cli_complain("%s: interim reports of several runs: each run needs a file of its own",
			     *file);
		r.failed = true;
	} else if (!r.failed && whole && r.last == OUT_AUDIT_INTERIM) {
		cli_complain("%s: its last report is an interim one: the run was cut short", *file);
	} else if (!r.failed && (!whole || r.last != OUT_AUDIT_END)) {
		cli_complain("%s: cut short: its last line is not the end of an audit", *file);
		r.failed = true;
	} else if (!r.failed && !r.summed) {
		cli_complain("%s: these are no records of an audit", *file);
		r.failed = true;
	}
	run->damaged |= r.failed;
}

/* ---- the end ---- */

/* What went wrong here, or in one of the runs that were added up, goes before what was found. */
static CliExit
verdict(const Run *run, const OutTotals *totals, bool found)
{
	if (run->unopened || run->totals.exit_code == CLI_EXIT_USAGE)
		return CLI_EXIT_USAGE;
	if (run->damaged || run->interrupted || run->totals.exit_code == CLI_EXIT_DAMAGED)
		return CLI_EXIT_DAMAGED;
	if (found)
		return CLI_EXIT_FOUND;
	return run->options->strict && (run->left_out || out_totals_lossy(totals)) ? CLI_EXIT_LOSSY
										   : CLI_EXIT_WHOLE;
}

static bool
fails(const Run *run, AuditRuleId rule)
{
	const char *word = run->options->audit.fail_on;

	return word && (int)audit_rule(rule)->severity >= audit_severity_find(word);
}

/* What nobody knows is told, and with --fail-on it is not taken for a network that is clean. */
static bool
tell_left_out(Run *run, const AuditReport *report, const OutTotals *totals)
{
	const char *word = run->options->audit.fail_on;
	AuditSeverity least = (AuditSeverity)MAX(audit_severity_find(word ? word : ""), 0);

	run->left_out |= cli_audit_left_out(report);
	if (!word)
		return false;
	cli_audit_tell_lost(totals);
	cli_audit_tell_capped(report);
	return cli_audit_tell_left_out(report, least) | cli_audit_tell_given_up(totals, least);
}

static void
print_end(const Run *run, OutWriter *writer, OutTotals *totals, CliExit code)
{
	OutBuffer *b = out_writer_buffer(writer);

	totals->exit_code = (int)code;
	totals->damaged |= run->damaged;
	totals->interrupted |= run->interrupted;
	if (run->options->json)
		out_end_json(b, totals, totals->time_ns % 1000 != 0);
	else if (!run->options->audit.csv)
		out_end_text(b, totals, run->out.colour);
	if (totals->interim && !run->options->json)
		out_char(b, '\n');
	out_writer_record(writer);
}

/* The totals of an interim report have those of the capture that is being read in them. */
static OutTotals
totals_so_far(const Run *run, bool interim)
{
	OutTotals totals = run->totals, capture;

	totals.interim = interim;
	if (!run->pipeline)
		return totals;
	cli_pipeline_totals(run->pipeline, &capture);
	out_totals_add(&totals, &capture);
	return totals;
}

static CliExit
print_report(Run *run, bool interim)
{
	AuditReport *report = audit_report_new(run->audit, run->exceptions);
	OutWriter *writer = cli_audit_output_begin(&run->output);
	OutTotals totals = totals_so_far(run, interim);
	bool found = tell_left_out(run, report, &totals);
	CliExit code;

	for (guint i = 0; i < report->findings->len; i++)
		found |= fails(run, g_array_index(report->findings, AuditFinding, i).rule);
	code = verdict(run, &totals, found);
	if (writer && run->options->json)
		out_audit_json(writer, report);
	else if (writer && run->options->audit.csv)
		out_audit_csv(writer, report);
	else if (writer)
		out_audit_report(writer, report, &run->out);
	if (writer) {
		print_end(run, writer, &totals, code);
		cli_audit_output_end(&run->output, writer);
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

		found |= c->kind == AUDIT_CHANGE_NEW && fails(run, c->rule);
	}
	out_audit_diff(run->writer, changes, run->options->json, &run->out);
	audit_report_free(reports[0]);
	audit_report_free(reports[1]);
	return found;
}

static CliExit
print_diff(Run *run)
{
	/* Half of it for both. */
	AuditLimits limits = { .memory = cli_memory_room(run->options->memory) / 2,
			       .key = run->key };
	Audit *before = audit_new(&limits), *after = audit_new(&limits);
	bool found = false;
	CliExit code;

	read_records(run, before, &run->options->files[0]);
	read_records(run, after, &run->options->files[1]);
	run->interrupted = *run->stop && cli_signals_asked();
	/* Between an audit and half of one everything seems to have gone. */
	if (!run->unopened && !run->damaged && !run->interrupted && !run->totals.interrupted)
		found = print_changes(run, before, after);
	code = verdict(run, &run->totals, found);
	if (run->options->json)
		print_end(run, run->writer, &run->totals, code);
	audit_free(before);
	audit_free(after);
	return code;
}

static CliExit
act(Run *run, CapSource *live)
{
	const CliAuditOptions *audit = &run->options->audit;

	if (audit->rules) {
		out_audit_rules(run->writer, run->options->json, &run->out);
		return CLI_EXIT_WHOLE;
	}
	if (audit->diff)
		return print_diff(run);
	if (live)
		read_live(run, live);
	for (char **file = run->options->files; *file; file++) {
		if (!*run->stop && audit->merge)
			read_records(run, run->audit, file);
		else if (!*run->stop)
			read_capture(run, file);
		run->interrupted |= *run->stop && cli_signals_asked();
	}
	return print_report(run, false);
}

CliExit
cli_audit(const CliOptions *options, CapSource *live, volatile bool *stop, int fd)
{
	/*
	 * A report comes when no connection is followed any more; pairs alone have half of it. Its
	 * texts take what is set aside.
	 */
	size_t room = cli_memory_room(options->memory);
	AuditLimits limits = { .memory = room - room / TEXTS_SHARE };
	Run run = { .options = options,
		    .stop = stop,
		    .out = { .utc = options->utc,
			     .colour = cli_wants_colour(options, fd),
			     .columns = cli_columns(fd) },
		    .pipeline_options = { .memory = options->memory,
					  .live = live,
					  .stop = stop,
					  .keep_secrets = options->reveal_secrets,
					  .about = options->about } };
	g_autoptr(GError) error = NULL;
	CliExit code;

	if (cli_audit_key(options->audit.key, &run.key, &error))
		run.exceptions = cli_audit_exceptions(&options->audit, options->memory, &error);
	if (!run.exceptions) {
		cli_complain("%s", error->message);
		return CLI_EXIT_USAGE;
	}
	limits.key = run.key;
	if (getrandom(&run.pipeline_options.hash_seed, sizeof(run.pipeline_options.hash_seed), 0) <
	    0)
		return CLI_EXIT_INTERNAL;
	run.writer = out_writer_new(fd, false);
	cli_audit_output_init(&run.output, options, live, run.writer);
	cli_allocation_watch(run.writer);
	run.audit = audit_new(&limits);
	run.sink = out_audit_sink_new(run.audit);
	cli_progress_begin(&run.progress, fd);
	code = act(&run, live);
	out_writer_flush(run.writer);
	errno = out_writer_error(run.writer) ?: run.output.error;
	if (errno && errno != EPIPE)
		cli_complain("%s: %s", options->output ? options->output : "standard output",
			     g_strerror(errno));
	code = errno ? CLI_EXIT_OUTPUT : code;
	run.left += out_sink_free(run.sink);
	run.left += audit_free(run.audit);
	cli_allocation_watch(NULL);
	out_writer_free(run.writer);
	audit_exceptions_free(run.exceptions);
	return cli_account_settle(code, run.left);
}
