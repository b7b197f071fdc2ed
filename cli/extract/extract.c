/* SPDX-License-Identifier: BSD-3-Clause */
/* The verb extract: files that were read or written become files again. */
#include "cli/extract/extract.h"

#include <errno.h>
#include <unistd.h>

#include "cli/allocation.h"
#include "cli/complain.h"
#include "cli/extract/sink.h"
#include "cli/memory.h"
#include "cli/run.h"
#include "cli/sensor/signals.h"
#include "cli/sensor/start.h"
#include "output/base/end.h"

enum { TABLE_SHARE = 8 }; /* this part of the memory is for the table of files */

typedef struct {
	CliRun base;
	CliPlace place;
	OutWriter *writer, *manifest;
	CliExtractOptions *options;
	OutSink *sink;
} Extract;

static void
on_begin(void *user, const char *path, bool nanoseconds)
{
	Extract *self = user;

	out_sink_set_capture(self->sink, path, nanoseconds);
}

static void
on_finish(void *user)
{
	Extract *self = user;

	cli_extract_sink_finish(self->sink);
	self->base.left_out = self->place.left_out || self->place.files_left_out ||
			      self->place.given_up;
}

static CliExit
on_judge(void *user, CliExit code)
{
	Extract *self = user;
	int error = self->place.error;

	if (self->place.left_out)
		cli_complain("%" G_GUINT64_FORMAT " bytes were left out, see manifest.ndjson",
			     self->place.left_out);
	if (self->place.files_left_out)
		cli_complain("%" G_GUINT64_FORMAT " files were left out beyond %" G_GUINT64_FORMAT
			     " (--max-files), see manifest.ndjson",
			     self->place.files_left_out, self->place.files);
	if (self->place.given_up)
		cli_complain("%" G_GUINT64_FORMAT " files of which not all had been seen were "
			     "forgotten to stay within --memory; what is seen of them later "
			     "belongs to another version",
			     self->place.given_up);
	if (!error && self->place.store)
		error = cli_store_error(self->place.store);
	if (!error)
		return code;
	cli_complain("%s: %s", self->base.options->extract.to, g_strerror(error));
	return CLI_EXIT_OUTPUT;
}

/* 0 or an errno: some disks tell only at the end that they did not take what was written. */
static int
close_manifest(Extract *self)
{
	int code;

	out_writer_flush(self->manifest);
	code = out_writer_error(self->manifest);
	out_writer_free(self->manifest);
	if (close(self->options->manifest) != 0 && !code)
		code = errno;
	self->options->manifest = -1;
	return code;
}

/* Connections of one capture do not go on in another, nor do their numbers. */
static void
on_over(void *user)
{
	cli_pipeline_separate(((Extract *)user)->base.pipeline);
}

static CliExit
finish(Extract *self, CliExit code)
{
	const CliOptions *options = self->base.options;
	int output_error = out_writer_error(self->writer), manifest_error = 0;
	size_t left = cli_pipeline_free(self->base.pipeline);

	left += out_sink_free(self->sink);
	cli_allocation_watch(NULL);
	out_writer_free(self->writer);
	if (self->manifest)
		manifest_error = close_manifest(self);
	if (manifest_error) {
		cli_complain("manifest.ndjson: %s", g_strerror(manifest_error));
		code = CLI_EXIT_OUTPUT;
	}
	code = cli_account_settle(code, left);
	return output_error ? cli_run_output_failed(options, output_error) : code;
}

CliExit
cli_extract(CliOptions *options, volatile bool *stop, const CliReport *report)
{
	static const CliRunHooks hooks = {
		.begin = on_begin, .finish = on_finish, .judge = on_judge, .over = on_over
	};
	CliExtractOptions *o = &options->extract;
	Extract self = { .options = o,
			 .place = { .store = o->store,
				    .digests = o->kinds,
				    .max_file = o->max_file,
				    .max_total = o->max_total,
				    .max_files = o->max_files } };
	CliRun *run = &self.base;
	CliExit code;

	if (!cli_run_init(run, options, NULL, stop, report->fd, &hooks, &self))
		return CLI_EXIT_INTERNAL;
	run->pipeline_options.keep_data = true;
	self.writer = out_writer_new_to(report->to, options->line_buffered || isatty(report->fd));
	self.manifest = o->manifest >= 0 ? out_writer_new(o->manifest, false) : NULL;
	out_writer_before(self.writer, cli_progress_printed, &run->progress);
	cli_allocation_watch(self.writer);
	if (options->json)
		cli_start_tell(options, self.writer);
	self.sink = cli_extract_sink_new(&self.place, self.writer, self.manifest, options->json,
					 o->pipes, cli_memory_room(options->memory) / TABLE_SHARE);
	run->pipeline = cli_pipeline_new(&run->pipeline_options, self.sink, self.writer);
	cli_signals_watch(run->pipeline);
	code = cli_run_to_end(run, self.sink, self.writer);
	cli_signals_watch(NULL);
	return finish(&self, code);
}
