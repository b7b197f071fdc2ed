/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/audit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "cli/audit-key.h"
#include "cli/audit-left-out.h"
#include "cli/audit-options.h"
#include "cli/complain.h"
#include "cli/lines.h"
#include "cli/live.h"
#include "cli/memory.h"
#include "cli/pipeline.h"
#include "cli/progress.h"
#include "output/audit.h"
#include "output/end.h"

enum {
	PROGRESS_EVERY = 4096, /* a power of two */
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
	OutTotals totals;
	size_t left; /* in the accounts of what was freed: 0 */
	bool unopened, damaged;
	bool left_out; /* by the audit, something that --strict asks about */
} Run;

/* ---- captures ---- */

static void
add_totals(OutTotals *to, const OutTotals *from)
{
	to->packets += from->packets;
	to->bytes += from->bytes;
	to->connections += from->connections;
	to->messages += from->messages;
	to->gaps += from->gaps;
	to->gap_bytes += from->gap_bytes;
	to->evictions += from->evictions;
	to->conflicts += from->conflicts;
	to->limits += from->limits;
	to->skipped_bytes += from->skipped_bytes;
	to->forged += from->forged;
	to->encrypted_packets += from->encrypted_packets;
	to->drops_known |= from->drops_known;
	to->kernel_drops += from->kernel_drops;
	to->interface_drops_known |= from->interface_drops_known;
	to->interface_drops += from->interface_drops;
	to->time_ns = MAX(to->time_ns, from->time_ns);
}

static void
begin_capture(Run *run, const char *name)
{
	audit_set_capture(run->audit, name);
	run->pipeline = cli_pipeline_new(&run->pipeline_options, run->sink, run->writer);
}

static void
end_capture(Run *run)
{
	OutTotals totals;

	cli_pipeline_finish(run->pipeline);
	cli_pipeline_totals(run->pipeline, &totals);
	add_totals(&run->totals, &totals);
	run->left += cli_pipeline_free(run->pipeline);
	run->pipeline = NULL;
}

static void
on_packet(void *user, const CapPacket *packet)
{
	Run *run = user;

	cli_pipeline_packet(run->pipeline, packet);
	if (run->progress.watched && (packet->frame & (PROGRESS_EVERY - 1)) == 0)
		cli_progress_show(&run->progress, run->source);
}

static void
read_capture(Run *run, const char *path)
{
	g_autoptr(GError) error = NULL;

	run->source = cap_source_open_file_until(path, run->options->filter, run->stop, &error);
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
	if (!cli_live_run(live, run->pipeline, run->writer, run->stop, &error)) {
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
	uint64_t line;       /* from 1 */
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
	if (out_json_peek(line) < 0 && !line->wrong)
		return;
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
	} while (!r->failed && out_json_next_line(line));
	return whole && cli_lines_are_whole(lines);
}

/*
 * An audit whose last line is not its end was cut short, and what has no summary is the output of
 * something else: added up they would look like networks where nothing is wrong.
 */
static void
read_records(Run *run, Audit *audit, const char *path)
{
	Records r = { .audit = audit, .totals = &run->totals, .path = path };
	g_autoptr(GError) error = NULL;
	CliLines *lines = cli_lines_open(path, &error);
	bool whole;

	if (!lines) {
		cli_complain("%s", error->message);
		run->unopened = true;
		return;
	}
	whole = read_lines(&r, lines);
	cli_lines_free(lines);
	audit_settle(audit);
	if (!r.failed && (!whole || r.last != OUT_AUDIT_END)) {
		cli_complain("%s: cut short: its last line is not the end of an audit", path);
		r.failed = true;
	} else if (!r.failed && !r.summed) {
		cli_complain("%s: these are no records of an audit", path);
		r.failed = true;
	}
	run->damaged |= r.failed;
}

/* ---- the end ---- */

static bool
is_lossy(const OutTotals *t)
{
	return t->gaps || t->skipped_bytes || t->evictions || t->limits || t->conflicts ||
	       t->kernel_drops || t->interface_drops;
}

/* What went wrong here, or in one of the runs that were added up, goes before what was found. */
static CliExit
verdict(const Run *run, bool found)
{
	if (run->unopened || run->totals.exit_code == CLI_EXIT_USAGE)
		return CLI_EXIT_USAGE;
	if (run->damaged || run->totals.exit_code == CLI_EXIT_DAMAGED)
		return CLI_EXIT_DAMAGED;
	if (found)
		return CLI_EXIT_FOUND;
	return run->options->strict && (run->left_out || is_lossy(&run->totals)) ? CLI_EXIT_LOSSY
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
tell_left_out(Run *run, const AuditReport *report)
{
	const char *word = run->options->audit.fail_on;
	AuditSeverity least = (AuditSeverity)MAX(audit_severity_find(word ? word : ""), 0);

	run->left_out |= cli_audit_left_out(report);
	if (!word)
		return false;
	cli_audit_tell_lost(&run->totals);
	cli_audit_tell_capped(report);
	return cli_audit_tell_left_out(report, least) |
	       cli_audit_tell_given_up(&run->totals, least);
}

static void
print_end(Run *run, CliExit code)
{
	OutBuffer *b = out_writer_buffer(run->writer);

	run->totals.exit_code = (int)code;
	if (run->options->json)
		out_end_json(b, &run->totals, run->totals.time_ns % 1000 != 0);
	else if (!run->options->audit.csv)
		out_end_text(b, &run->totals, run->out.colour);
	out_writer_record(run->writer);
}

static CliExit
print_report(Run *run)
{
	AuditReport *report = audit_report_new(run->audit, run->exceptions);
	bool found = tell_left_out(run, report);
	CliExit code;

	for (guint i = 0; i < report->findings->len; i++)
		found |= fails(run, g_array_index(report->findings, AuditFinding, i).rule);
	code = verdict(run, found);
	if (run->options->json)
		out_audit_json(run->writer, report);
	else if (run->options->audit.csv)
		out_audit_csv(run->writer, report);
	else
		out_audit_report(run->writer, report, &run->out);
	print_end(run, code);
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
	bool found = tell_left_out(run, reports[1]);

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
	AuditLimits limits = { .memory = run->options->memory / 4, .key = run->key };
	Audit *before = audit_new(&limits), *after = audit_new(&limits);
	bool found = false;
	CliExit code;

	read_records(run, before, run->options->files[0]);
	read_records(run, after, run->options->files[1]);
	/* Between an audit and half of one everything seems to have gone. */
	if (!run->unopened && !run->damaged)
		found = print_changes(run, before, after);
	code = verdict(run, found);
	if (run->options->json)
		print_end(run, code);
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
	for (char **file = run->options->files; *file && !*run->stop; file++) {
		if (audit->merge)
			read_records(run, run->audit, *file);
		else
			read_capture(run, *file);
	}
	return print_report(run);
}

CliExit
cli_audit(const CliOptions *options, CapSource *live, volatile bool *stop, int fd)
{
	/*
	 * Half for the inventory, so that it never starves the connections that are being followed.
	 */
	/* The report of pairs takes, at its worst, twice what they do. */
	AuditLimits limits = { .memory = cli_memory_room(options->memory) / 3 };
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
	run.audit = audit_new(&limits);
	run.sink = out_audit_sink_new(run.audit);
	cli_progress_begin(&run.progress, fd);
	code = act(&run, live);
	out_writer_flush(run.writer);
	errno = out_writer_error(run.writer);
	if (errno && errno != EPIPE)
		cli_complain("%s: %s", options->output ? options->output : "standard output",
			     g_strerror(errno));
	code = errno ? CLI_EXIT_OUTPUT : code;
	run.left += out_sink_free(run.sink);
	run.left += audit_free(run.audit);
	out_writer_free(run.writer);
	audit_exceptions_free(run.exceptions);
	return cli_account_settle(code, run.left);
}
