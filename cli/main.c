/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "cli/allocation.h"
#include "cli/audit.h"
#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/live.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/pipeline.h"
#include "cli/privileges.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "output/base/end.h"

#ifndef SMBTRAIL_VERSION
#define SMBTRAIL_VERSION "unknown"
#endif

enum { PROGRESS_EVERY = 4096 }; /* packets between looks at the clock; a power of two */

/* A run of the program. */
typedef struct {
	const CliOptions *options;
	volatile bool *stop;
	OutWriter *writer;
	OutSink *sink;
	CliPipeline *pipeline;
	CliProgress progress;
	CapSource *source;      /* the file that is being read */
	bool unopened, damaged; /* of any input */
	bool interrupted;       /* a signal came before all inputs were read */
} Run;

static void
run_packet(void *user, const CapPacket *packet)
{
	Run *run = user;

	cli_pipeline_packet(run->pipeline, packet);
	if (run->progress.watched && (packet->frame & (PROGRESS_EVERY - 1)) == 0)
		cli_progress_show(&run->progress, run->source);
}

static void
run_file(Run *run, char *const *file)
{
	g_autoptr(GError) error = NULL;
	const char *path = *file;
	CapNext next;

	run->source = cap_source_open_fd_until(cli_inputs_take(run->options, file), path,
					       run->options->filter, run->stop, &error);
	if (!run->source) {
		/* Interrupted while it waited at a pipe: nothing is wrong with the input. */
		if (*run->stop)
			return;
		cli_complain("%s", error->message);
		*(error->code == CAP_SOURCE_ERROR_DAMAGED ? &run->damaged : &run->unopened) = true;
		return;
	}
	out_sink_set_capture(run->sink, path, cap_source_nanoseconds(run->source));
	next = cap_source_loop(run->source, run_packet, run, run->stop, &error);
	cli_progress_clear(&run->progress);
	/* A read that a signal interrupted is the end that was asked for, not damage. */
	if (next == CAP_NEXT_ERROR && !*run->stop) {
		cli_complain("%s", error->message);
		if (error->code == CAP_SOURCE_ERROR_DAMAGED)
			run->damaged = true;
		else
			run->unopened = true;
	}
	cap_source_free(run->source);
	run->source = NULL;
}

static void
run_files(Run *run)
{
	for (char **file = run->options->files; *file; file++) {
		if (!*run->stop)
			run_file(run, file);
		run->interrupted |= *run->stop && cli_signals_asked();
	}
}

static void
run_tick(void *user)
{
	out_writer_flush(user);
}

static void
run_live(Run *run)
{
	g_autoptr(GError) error = NULL;

	if (!cli_live_run(run->source, run->pipeline, &(CliLiveTick){ run_tick, run->writer },
			  run->stop, &error)) {
		cli_complain("%s", error->message);
		run->damaged = true;
	}
}

static OutSink *
make_sink(const CliOptions *options, OutWriter *writer, int fd)
{
	OutOptions out = {
		.reveal_secrets = options->reveal_secrets,
		.live = options->interface != NULL,
		.verbose = options->verbose,
		.hex = options->hex,
		.file_lines = options->file_lines,
		.utc = options->utc,
		.colour = cli_wants_colour(options, fd),
		.columns = cli_columns(fd),
	};

	if (options->verb == CLI_VERB_MESSAGES)
		return options->json ? out_messages_json_new(writer, &out)
				     : out_messages_text_new(writer, &out);
	return options->json ? out_timeline_json_new(writer, &out) : out_timeline_new(writer, &out);
}

static CliExit
verdict(const Run *run, const OutTotals *totals)
{
	if (run->unopened)
		return CLI_EXIT_USAGE;
	if (run->damaged || run->interrupted)
		return CLI_EXIT_DAMAGED;
	return run->options->strict && out_totals_lossy(totals) ? CLI_EXIT_LOSSY : CLI_EXIT_WHOLE;
}

/* Reads everything and prints the end. */
static CliExit
run_to_end(Run *run)
{
	OutTotals totals;
	CliExit code;

	if (run->source)
		run_live(run);
	else
		run_files(run);
	cli_pipeline_finish(run->pipeline);
	cli_pipeline_totals(run->pipeline, &totals);
	code = verdict(run, &totals);
	totals.exit_code = (int)code;
	totals.damaged = run->damaged;
	totals.interrupted = run->interrupted;
	out_sink_end(run->sink, &totals);
	out_writer_flush(run->writer);
	return code;
}

/* A reader that went away (EPIPE) has seen what it wanted; nobody needs to be told. */
static CliExit
output_failed(const CliOptions *options, int code)
{
	if (code != EPIPE)
		cli_complain("%s: %s", options->output ? options->output : "standard output",
			     g_strerror(code));
	return CLI_EXIT_OUTPUT;
}

static CliExit
report(const CliOptions *options, CapSource *live, volatile bool *stop, int fd)
{
	CliPipelineOptions pipeline = { .memory = options->memory,
					.live = live,
					.stop = stop,
					.about = options->about,
					.keep_secrets = options->reveal_secrets,
					.whole_messages = options->hex };
	Run run = { .options = options, .stop = stop, .source = live };
	CliExit code;
	size_t left;
	int output_error;

	if (getrandom(&pipeline.hash_seed, sizeof(pipeline.hash_seed), 0) !=
	    sizeof(pipeline.hash_seed)) {
		cli_complain("the system has no random numbers");
		return CLI_EXIT_INTERNAL;
	}
	run.writer = out_writer_new(fd, live || isatty(fd));
	cli_allocation_watch(run.writer);
	run.sink = make_sink(options, run.writer, fd);
	run.pipeline = cli_pipeline_new(&pipeline, run.sink, run.writer);
	cli_progress_begin(&run.progress, fd);
	cli_signals_watch(run.pipeline);
	code = run_to_end(&run);
	cli_signals_watch(NULL);
	output_error = out_writer_error(run.writer);
	left = cli_pipeline_free(run.pipeline);
	left += out_sink_free(run.sink);
	cli_allocation_watch(NULL);
	out_writer_free(run.writer);
	code = cli_account_settle(code, left);
	return output_error ? output_failed(options, output_error) : code;
}

static bool
open_inputs(CliOptions *options, CapSource **ret_live, GError **error)
{
	if (!cli_audit_options_load(&options->audit, error))
		return false;
	if (options->interface) {
		*ret_live = cli_live_open(options, error);
		return *ret_live != NULL;
	}
	cli_inputs_open(options);
	return cli_privileges_drop(NULL, error);
}

/* Outputs are opened before the inputs, and those before privileges go. */
static CliExit
open_and_report(CliOptions *options, volatile bool *stop)
{
	g_autoptr(GError) error = NULL;
	CapSource *live = NULL;
	CliExit code;
	int fd = cli_output_open(options, &error);

	if (fd < 0) {
		cli_complain("%s", error->message);
		return CLI_EXIT_OUTPUT;
	}
	if (!open_inputs(options, &live, &error)) {
		cli_complain("%s", error->message);
		cli_output_close(fd);
		return CLI_EXIT_USAGE;
	}
	code = options->verb == CLI_VERB_AUDIT ? cli_audit(options, live, stop, fd)
					       : report(options, live, stop, fd);
	cap_source_free(live);
	if (!cli_output_close(fd) && code != CLI_EXIT_OUTPUT)
		code = output_failed(options, errno);
	return code;
}

/* For help, version and interfaces. */
static CliExit
print(const CliOptions *options, const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
		return output_failed(options, errno);
	return CLI_EXIT_WHOLE;
}

static CliExit
list_interfaces(const CliOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = cap_source_list(&error);
	g_autofree char *text = NULL;
	g_autofree char *joined = NULL;

	if (!lines) {
		cli_complain("%s", error->message);
		return CLI_EXIT_USAGE;
	}
	joined = g_strjoinv("\n", lines);
	text = g_strconcat(joined, *joined ? "\n" : "", NULL);
	return print(options, text);
}

static CliExit
act(CliOptions *options)
{
	if (options->help)
		return print(options, options->help_text);
	if (options->version)
		return print(options, "smbtrail " SMBTRAIL_VERSION "\n");
	if (options->list_interfaces)
		return list_interfaces(options);
	return open_and_report(options, cli_signals_install());
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	CliOptions options;
	CliExit code;

	if (!cli_output_guard())
		return CLI_EXIT_INTERNAL;
	cli_signals_ignore();
	tzset();
	if (cli_options_parse(&options, argc, argv, &error)) {
		code = act(&options);
	} else {
		cli_complain("%s", error->message);
		code = CLI_EXIT_USAGE;
	}
	cli_options_clear(&options);
	return (int)code;
}
