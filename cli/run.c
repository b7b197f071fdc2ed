/* SPDX-License-Identifier: BSD-3-Clause */
/* The reading of inputs that all verbs share, and the exit status that results. */
#include "cli/run.h"

#include <errno.h>
#include <sys/random.h>

#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/jobs/sets.h"
#include "cli/jobs/worker.h"
#include "cli/sensor/monitor.h"
#include "cli/sensor/signals.h"
#include "cli/verb.h"
#include "cli/workers/deal.h"
#include "keys/ring.h"
#include "output/base/end.h"

enum {
	PROGRESS_EVERY = 4096, /* packets between looks at the clock; a power of two */
	MEMBERS_MAX = 16384,   /* of archives, with names of their own */
};

bool
cli_run_init(CliRun *self, const CliOptions *options, CliWatch *live, volatile bool *stop, int fd,
	     const CliRunHooks *hooks, void *user)
{
	*self = (CliRun){ .options = options,
			  .stop = stop,
			  .live = live,
			  .hooks = hooks,
			  .user = user,
			  .unopened = options->unread,
			  .pipeline_options = {
				  .memory = options->memory,
				  .live = live,
				  .stop = stop,
				  .to = options->deal_to,
				  .dealt = options->part,
				  .about = options->about,
				  .selection = options->selection,
				  .keep_secrets = options->reveal_secrets,
				  .oem = options->oem,
				  .keys = options->keys ? keys_ring_hooks(options->keys) : NULL,
				  .whole_messages = options->hex } };
	if (getrandom(&self->pipeline_options.hash_seed, sizeof(self->pipeline_options.hash_seed),
		      0) != sizeof(self->pipeline_options.hash_seed)) {
		cli_complain("the system has no random numbers");
		return false;
	}
	cli_progress_begin(&self->progress, options, fd);
	self->progress.watched &= !options->worker;
	self->looks = self->progress.watched || options->worker;
	return true;
}

/* An input that cannot be read to its end, or not at all. */
static void
note_failure(CliRun *self, const GError *error)
{
	cli_complain("%s", error->message);
	*(error->code == CAP_SOURCE_ERROR_DAMAGED ? &self->damaged : &self->unopened) = true;
}

static void
note_passed_over(CliRun *self)
{
	g_autofree char *what = cap_source_unread(self->source);

	if (!what)
		return;
	cli_complain("%s", what);
	self->passed_over = true;
}

static void
show_progress(CliRun *self)
{
	if (self->options->worker)
		cli_worker_progress(self->options->worker, self->source);
	else
		cli_progress_show(&self->progress, self->source);
}

static void
on_packet(void *user, const CapPacket *packet)
{
	CliRun *self = user;

	cli_pipeline_packet(self->pipeline, packet);
	if (self->hooks->packet)
		self->hooks->packet(self->user, packet);
	if (++self->packets == self->options->count)
		cap_source_stop(self->source);
	if (self->looks && (packet->frame & (PROGRESS_EVERY - 1)) == 0)
		show_progress(self);
}

/* A name that lives as long as the run: the file's, or that of the capture in an archive. */
static const char *
name_of(CliRun *self, char *const *file)
{
	const char *name = cap_source_name(self->source);

	if (g_str_equal(name, *file) || self->members >= MEMBERS_MAX)
		return *file;
	self->members++;
	return g_intern_string(name);
}

static void
read_source(CliRun *self, char *const *file)
{
	g_autoptr(GError) error = NULL;
	const char *name = name_of(self, file);
	CapNext next;

	self->began = true;
	self->nanoseconds = cap_source_nanoseconds(self->source);
	if (self->pipeline_options.to)
		cli_deal_announce(self->pipeline_options.to, name, self->nanoseconds);
	if (self->hooks->begin)
		self->hooks->begin(self->user, name, self->nanoseconds);
	next = cap_source_loop(self->source, on_packet, self, self->stop, &error);
	cli_progress_clear(&self->progress);
	/* A read that a signal interrupted is the end that was asked for, not damage. */
	if (next == CAP_NEXT_ERROR && !*self->stop)
		note_failure(self, error);
	note_passed_over(self);
	if (self->hooks->end)
		self->hooks->end(self->user);
}

bool
cli_run_has_others(const CliRun *self)
{
	return self->options->team || self->options->crew || self->options->part;
}

void
cli_run_capture(CliRun *self, char *const *file)
{
	g_autoptr(GError) error = NULL;

	self->source = cap_source_open_fd_until(self->options->unpacker,
						cli_inputs_take(self->options, file), *file,
						self->options->filter, self->stop, &error);
	if (!self->source) {
		/* Interrupted while waiting for a pipe: nothing is wrong with the input. */
		if (!*self->stop)
			note_failure(self, error);
		return;
	}
	do
		read_source(self, file);
	while (!*self->stop && cap_source_next_capture(self->source, &error));
	if (error && !*self->stop)
		note_failure(self, error);
	cli_progress_next(&self->progress, self->source);
	cap_source_free(self->source);
	self->source = NULL;
}

void
cli_run_live(CliRun *self)
{
	g_autoptr(GError) error = NULL;

	if (self->pipeline_options.to)
		cli_deal_announce(self->pipeline_options.to, NULL,
				  cli_watch_nanoseconds(self->live));
	if (self->hooks->begin)
		self->hooks->begin(self->user, NULL, cli_watch_nanoseconds(self->live));
	cli_monitor_ready(self->options->monitor);
	if (!cli_watch_run(self->live, self, &error)) {
		cli_complain("%s", error->message);
		self->damaged = true;
	}
	cli_monitor_stopping(self->options->monitor);
	if (self->hooks->end)
		self->hooks->end(self->user);
}

void
cli_run_files(CliRun *self, void (*read)(CliRun *self, char *const *file))
{
	for (char **file = self->options->files; *file; file++) {
		if (self->options->count && self->packets >= self->options->count)
			break;
		self->goes_on = cli_sets_goes_on(self->options, file);
		if (!*self->stop)
			read(self, file);
		if (!self->goes_on && self->pipeline && self->hooks->over)
			self->hooks->over(self->user);
		self->interrupted |= *self->stop && cli_signals_asked();
	}
	self->goes_on = false;
	if (self->pipeline && self->hooks->over)
		self->hooks->over(self->user);
}

/* Of some connections not all was shown, as there was no room to know their names beforehand. */
static bool
left_out(const CliRun *self)
{
	return self->left_out ||
	       (self->options->about && out_filter_left_out(self->options->about));
}

/* An error, here or in one of the runs that were added up, takes precedence over findings. */
CliExit
cli_run_verdict(const CliRun *self, const OutTotals *totals, bool found, bool lossy)
{
	if (self->lost)
		return CLI_EXIT_INTERNAL;
	if (self->unopened || totals->exit_code == CLI_EXIT_USAGE)
		return CLI_EXIT_USAGE;
	if (self->damaged || self->interrupted || totals->exit_code == CLI_EXIT_DAMAGED)
		return CLI_EXIT_DAMAGED;
	if (found)
		return CLI_EXIT_FOUND;
	return self->options->strict && (lossy || left_out(self) || self->passed_over ||
					 out_totals_lossy(totals))
		       ? CLI_EXIT_LOSSY
		       : CLI_EXIT_WHOLE;
}

void
cli_run_conclude(const CliRun *self, OutTotals *totals, CliExit code)
{
	totals->exit_code = (int)code;
	totals->verb = cli_verb_names[self->options->verb];
	totals->damaged |= self->damaged || self->lost;
	totals->interrupted |= self->interrupted;
	totals->unread |= self->unopened || self->passed_over;
	totals->left_out |= left_out(self);
	if (!totals->interim && self->options->monitor)
		cli_monitor_end(self->options->monitor, totals);
	if (self->options->worker)
		return;
	if (self->options->filter && !self->live && !totals->packets && !self->unopened)
		cli_complain("no packet passed the filter of -f");
}

static const char *
name_of_output(const CliOptions *options)
{
	if (options->view.folder)
		return options->view.folder;
	return options->output ? options->output : "standard output";
}

CliExit
cli_run_to_end(CliRun *self, OutSink *sink, OutWriter *writer)
{
	OutTotals totals, judged;
	CliExit code;

	if (cli_run_has_others(self))
		self->hooks->others(self->user);
	else if (self->live)
		cli_run_live(self);
	else
		cli_run_files(self, cli_run_capture);
	cli_pipeline_finish(self->pipeline);
	if (self->hooks->finish)
		self->hooks->finish(self->user);
	cli_pipeline_totals(self->pipeline, &totals);
	out_totals_take_written(&totals, writer);
	if (self->options->worker) {
		out_writer_flush(writer);
		out_sink_collect(sink, &totals);
		cli_worker_end(self->options->worker, self, &totals);
		return CLI_EXIT_WHOLE;
	}
	/* What the sink has cut it adds to the totals itself when it prints them. */
	judged = totals;
	out_sink_collect(sink, &judged);
	code = cli_run_verdict(self, &judged, false, self->left_out);
	if (self->hooks->judge)
		code = self->hooks->judge(self->user, code);
	cli_run_conclude(self, &totals, code);
	out_sink_end(sink, &totals);
	out_writer_flush(writer);
	return code;
}

CliExit
cli_run_output_failed(const CliOptions *options, int code)
{
	if (code == ETIMEDOUT)
		cli_complain("%s: nobody takes the last records", name_of_output(options));
	else if (code != EPIPE)
		cli_complain("%s: %s", name_of_output(options), g_strerror(code));
	return CLI_EXIT_OUTPUT;
}
