/* SPDX-License-Identifier: BSD-3-Clause */
/* The verb stats: captures or records go into figures, and a report comes out at the end. */
#include "cli/stats.h"

#include "cli/allocation.h"
#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/jobs/parts.h"
#include "cli/lines.h"
#include "cli/memory.h"
#include "cli/run.h"
#include "cli/sensor/signals.h"
#include "cli/sensor/start.h"
#include "output/base/end.h"
#include "output/html/html.h"
#include "output/stats/stats.h"

enum { NAMES_SHARE = 3 /* of the memory, this part is for items by name */ };

typedef struct {
	CliRun base;
	OutWriter *writer;
	OutOptions out;
	Stats *stats;
	OutSink *sink;
	OutTotals totals;
	uint64_t captures; /* begun */
	size_t left;       /* in the accounts of what was freed: 0 */
} Run;

/* ---- Captures ---- */

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
	stats_set_capture(run->stats, path);
	if (!run->base.pipeline)
		begin_capture(run);
}

static void
on_tick(void *user, uint64_t seen_ns)
{
	(void)user;
	(void)seen_ns;
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

	if (!run->base.goes_on)
		on_over(run);
}

/* ---- Records ---- */

typedef struct {
	const char *path;
	uint64_t line; /* from 1 */
	bool summed, ended, failed;
} Records;

static void
take_line(Run *run, Records *r, OutJson *line)
{
	OutFiguresRecord record;
	const char *wrong;

	r->line++;
	if (out_json_peek(line) < 0 && !line->wrong)
		return;
	wrong = out_figures_read(line, run->stats, &run->totals, &record);
	r->summed |= record == OUT_FIGURES_SUMMARY;
	r->ended = record == OUT_FIGURES_END;
	r->failed = wrong != NULL;
	if (wrong)
		cli_complain("%s: line %" G_GUINT64_FORMAT ": %s", r->path, r->line, wrong);
}

static void
read_lines(Run *run, Records *r, CliLines *lines)
{
	OutJson *line = cli_lines_json(lines);

	do
		take_line(run, r, line);
	while (!r->failed && !*run->base.stop && out_json_next_line(line));
	if (*run->base.stop || r->failed)
		return;
	if (r->ended && r->summed && cli_lines_are_whole(lines))
		return;
	cli_complain(r->summed ? "%s: cut short: its last line is not the end of a run"
			       : "%s: no records of stats --json",
		     r->path);
	r->failed = true;
}

static void
read_records(CliRun *base, char *const *file)
{
	Run *run = base->user;
	Records r = { .path = *file };
	g_autoptr(GError) error = NULL;
	CliLines *lines =
		cli_lines_open_fd(cli_inputs_take(base->options, file), *file, base->stop, &error);

	if (!lines) {
		if (!*base->stop)
			cli_complain("%s", error->message);
		base->unopened |= !*base->stop;
		return;
	}
	read_lines(run, &r, lines);
	cli_lines_free(lines);
	base->damaged |= r.failed;
}

/* ---- The report ---- */

static CliExit
print_report(Run *run)
{
	const CliOptions *options = run->base.options;
	OutBuffer *b = out_writer_buffer(run->writer);
	CliExit code = cli_run_verdict(&run->base, &run->totals, false, stats_left_out(run->stats));

	run->totals.left_out |= stats_left_out(run->stats);
	cli_run_conclude(&run->base, &run->totals, code);
	cli_start_tell(options, run->writer);
	if (options->audit.csv) {
		out_figures_csv(run->writer, run->stats, options->audit.table);
	} else if (options->html) {
		out_figures_html(run->writer, run->stats, &run->out, &run->totals);
	} else if (options->json) {
		out_figures_json(run->writer, run->stats);
		out_end_json(b, &run->totals, run->totals.time_ns % 1000 != 0);
	} else {
		out_figures_text(run->writer, run->stats, &run->out);
		out_end_text(b, &run->totals, run->out.colour);
	}
	out_writer_record(run->writer);
	return code;
}

CliExit
cli_stats(const CliOptions *options, CliWatch *live, volatile bool *stop, const CliReport *report)
{
	static const CliRunHooks hooks = {
		.begin = on_begin, .tick = on_tick, .end = on_end, .over = on_over
	};
	Run run = { .out = { .utc = options->utc,
			     .colour = cli_wants_colour(options, report->fd),
			     .columns = cli_columns(report->fd),
			     .several = options->files[0] && options->files[1],
			     .top = options->audit.top } };
	CliExit code;

	if (!cli_run_init(&run.base, options, live, stop, report->fd, &hooks, &run))
		return CLI_EXIT_INTERNAL;
	run.writer = out_writer_new_to(report->to, false);
	cli_allocation_watch(run.writer);
	run.stats = stats_new(cli_memory_room(options->memory) / NAMES_SHARE,
			      options->stats.interval_ns, &options->audit.ranks);
	run.sink = out_stats_sink_new(run.stats);
	if (cli_run_has_others(&run.base))
		cli_jobs_stats(&run.base, run.stats, &run.totals);
	else if (live)
		cli_run_live(&run.base);
	else
		cli_run_files(&run.base, options->audit.merge ? read_records : cli_run_capture);
	stats_conclude(run.stats);
	code = options->worker ? cli_jobs_stats_part(&run.base, run.stats, &run.totals, run.writer)
			       : print_report(&run);
	out_writer_flush(run.writer);
	if (out_writer_error(run.writer))
		code = cli_run_output_failed(options, out_writer_error(run.writer));
	run.left += out_sink_free(run.sink);
	run.left += stats_free(run.stats);
	cli_allocation_watch(NULL);
	out_writer_free(run.writer);
	return cli_account_settle(code, run.left);
}
