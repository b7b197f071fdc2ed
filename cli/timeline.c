/* SPDX-License-Identifier: BSD-3-Clause */
/* The verbs timeline and messages: which sink prints, and that one pipeline reads all captures. */
#include "cli/timeline.h"

#include <string.h>
#include <unistd.h>

#include "cli/allocation.h"
#include "cli/formats.h"
#include "cli/jobs/worker.h"
#include "cli/run.h"
#include "cli/sensor/signals.h"
#include "cli/sensor/start.h"
#include "cli/verb.h"
#include "cli/workers/others.h"
#include "output/base/end.h"

enum {
	STORY_SHARE = 4, /* part of the memory in which --chronological sorts */
	/*
	 * --fold-pause of a live capture: a line is there within 100 ms of its answer, 30 of which
	 * are for the kernel and the loop.
	 */
	LIVE_PAUSE_NS = 40000000,
};

typedef struct {
	CliRun base;
	OutWriter *writer;
	OutSink *sink;
} Timeline;

static void
on_begin(void *user, const char *path, bool nanoseconds)
{
	Timeline *self = user;
	char **files = self->base.options->files;

	/* In an archive; of several files that is known, however many there are. */
	if (path && files[0] && !files[1] && !g_str_equal(path, files[0]))
		out_sink_several(self->sink);
	out_sink_set_capture(self->sink, path, nanoseconds);
}

static void
on_over(void *user)
{
	cli_pipeline_separate(((Timeline *)user)->base.pipeline);
}

/* Reads that waited for others to be folded onto them are printed once none can follow. */
static void
on_tick(void *user, uint64_t seen_ns)
{
	Timeline *self = user;
	OutWritten written;

	if (cli_signals_take_hup())
		out_writer_turn(self->writer);
	out_writer_tick(self->writer);
	out_sink_idle(self->sink, seen_ns);
	out_writer_flush(self->writer);
	out_writer_written(self->writer, &written);
	cli_pipeline_set_lost(self->base.pipeline, written.lost_records, written.lost_bytes);
}

/* Among the records; text has no place for them. */
static bool
on_stats(void *user, const OutStats *stats)
{
	Timeline *self = user;

	if (!self->base.options->json)
		return false;
	out_stats_json(out_writer_buffer(self->writer), stats);
	out_writer_record(self->writer);
	return true;
}

static uint64_t
fold_pause(const CliOptions *options)
{
	if (options->fold_us)
		return options->fold_us * 1000;
	return options->live.interfaces ? LIVE_PAUSE_NS : 0;
}

/* A file of the output ends, the run goes on: each file is whole by itself. */
static void
on_turn(void *user)
{
	Timeline *self = user;
	OutTotals totals;

	if (!cli_prints_records(self->base.options) || !self->base.pipeline)
		return;
	cli_pipeline_totals_now(self->base.pipeline, &totals);
	out_totals_take_written(&totals, self->writer);
	out_sink_collect(self->sink, &totals);
	totals.interim = true;
	totals.verb = cli_verb_names[self->base.options->verb];
	if (self->base.live)
		totals.time_ns = (uint64_t)g_get_real_time() * 1000;
	if (self->base.options->json)
		out_end_json(out_writer_buffer(self->writer), &totals, totals.time_ns % 1000 != 0);
	else
		out_sink_turn(self->sink, &totals);
}

/* ---- With -j ---- */

static void
on_output(void *user, const char *bytes, size_t n)
{
	Timeline *self = user;

	out_sink_piece(self->sink, out_writer_buffer(self->writer), bytes, n);
	out_writer_record(self->writer);
	*self->base.stop |= out_writer_error(self->writer) != 0;
}

static void
on_note(void *user, const void *note, size_t n)
{
	out_sink_replay(((Timeline *)user)->sink, note, n);
}

static void
on_totals(void *user, const OutTotals *totals)
{
	Timeline *self = user;

	cli_pipeline_add(self->base.pipeline, totals);
	if (self->base.began)
		out_sink_set_capture(self->sink, NULL, self->base.nanoseconds);
}

/* Half a line is none. */
static void
on_lost(void *user)
{
	OutBuffer *b = out_writer_buffer(((Timeline *)user)->writer);
	const char *newline = b->len ? memrchr(b->data, '\n', b->len) : NULL;

	b->len = newline ? (size_t)(newline + 1 - b->data) : 0;
}

static void
on_others(void *user)
{
	static const CliJobsHooks jobs = {
		.output = on_output, .note = on_note, .totals = on_totals, .lost = on_lost
	};
	Timeline *self = user;

	cli_others_run(&self->base, &jobs, self);
}

/* ---- The run ---- */

/* A process that dissects has no interface open, and their names are those that were asked for. */
static const char *const *
interfaces_of(const CliOptions *options, const CliWatch *live)
{
	char **asked = options->live.interfaces;

	if (live)
		return cli_watch_names(live);
	return asked && g_strv_length(asked) > 1 ? (const char *const *)asked : NULL;
}

static OutSink *
make_sink(const CliOptions *options, const CliWatch *live, OutWriter *writer, int fd)
{
	OutOptions out = {
		.reveal_secrets = options->reveal_secrets,
		.eve = options->view.eve,
		.live = options->live.interfaces != NULL,
		.interfaces = interfaces_of(options, live),
		.fold_ns = fold_pause(options),
		/* One of several, if others read, too. */
		.several = (options->files[0] && options->files[1]) ||
			   (options->worker && !options->part),
		.oem = options->oem,
		.key = options->audit.ranks,
		.shared = options->part,
		.note = options->worker ? cli_worker_note : NULL,
		.note_user = options->worker,
		.absolute = options->absolute,
		.frames = options->frames,
		.filters = options->filters,
		.story = options->chronological ? options->memory / STORY_SHARE : 0,
		.verbose = options->verbose,
		.quiet = options->quiet,
		.hex = options->hex,
		.file_lines = options->file_lines,
		.utc = options->utc,
		.colour = cli_wants_colour(options, fd),
		.columns = options->worker ? options->columns : cli_columns(fd),
	};

	return cli_format_sink(options, writer, &out);
}

static void
on_finish(void *user)
{
	Timeline *self = user;

	out_writer_last(self->writer);
}

CliExit
cli_timeline(const CliOptions *options, CliWatch *live, volatile bool *stop,
	     const CliReport *report)
{
	static const CliRunHooks hooks = {
		.begin = on_begin,
		.tick = on_tick,
		.stats = on_stats,
		.over = on_over,
		.finish = on_finish,
		.others = on_others,
	};
	Timeline self = { 0 };
	CliRun *run = &self.base;
	CliExit code;
	size_t left;
	int output_error;

	if (!cli_run_init(run, options, live, stop, report->fd, &hooks, &self))
		return CLI_EXIT_INTERNAL;
	self.writer =
		out_writer_new_to(report->to, live || options->line_buffered || isatty(report->fd));
	out_writer_on_turn(self.writer, on_turn, &self);
	out_writer_before(self.writer, cli_progress_printed, &run->progress);
	cli_allocation_watch(self.writer);
	if (!options->worker)
		cli_start_tell(options, self.writer);
	out_writer_buffer(self.writer)->eve = options->view.eve;
	self.sink = make_sink(options, live, self.writer, report->fd);
	run->pipeline = cli_pipeline_new(&run->pipeline_options, self.sink, self.writer);
	cli_signals_watch(run->pipeline);
	code = cli_run_to_end(run, self.sink, self.writer);
	cli_signals_watch(NULL);
	output_error = out_writer_error(self.writer);
	left = cli_pipeline_free(run->pipeline);
	left += out_sink_free(self.sink);
	cli_allocation_watch(NULL);
	out_writer_free(self.writer);
	code = cli_account_settle(code, left);
	return output_error ? cli_run_output_failed(options, output_error) : code;
}
