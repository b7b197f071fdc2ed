/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One run of the program, whatever its verb: it reads inputs one after the other (or watches an
 * interface), complains about those that it cannot read, and ends with an exit status.
 *
 *     main ──> cli_timeline ─┐               ┌─> hooks->begin     once for each capture
 *              cli_audit ────┴─> CliRun ─────┼─> the pipeline, then hooks->packet
 *                                            ├─> hooks->tick      live: several times a second
 *                                            ├─> hooks->stats     live: once a minute
 *                                            ├─> hooks->end       after its last packet
 *                                            ├─> hooks->over      unless it goes on in the next
 *                                            └─> hooks->finish, hooks->judge   once at the end
 *
 * A verb embeds a CliRun in its own state, gives it its hooks, and makes the pipelines: the timeline
 * has one for all captures, which it separates, the audit a new one for each. A rotated set of files
 * (jobs/sets.h) is one capture. Options, stop flag and live source are
 * borrowed for the whole run. The source of a file belongs to the run and lives only while that file
 * is read.
 */
#pragma once

#include "capture/source/source.h"
#include "cli/options.h"
#include "cli/pipeline/pipeline.h"
#include "cli/progress.h"
#include "cli/sensor/watch.h"
#include "output/base/stats.h"

/* What a verb does while captures are read. Any of them may be NULL. */
typedef struct {
	/*
	 * A capture begins, whose times have nanoseconds or not. `path` NULL: interfaces. Here a verb
	 * may set run->pipeline.
	 */
	void (*begin)(void *user, const char *path, bool nanoseconds);
	/* After the pipeline had the packet. */
	void (*packet)(void *user, const CapPacket *packet);
	/* Live: several times a second, see CliLiveWork. Needed for an interface. */
	void (*tick)(void *user, uint64_t seen_ns);
	/* Live: now and then; false, or NULL: they go to standard error. */
	bool (*stats)(void *user, const OutStats *stats);
	/* The file was read as far as it goes; run->pipeline still is that of its packets. */
	void (*end)(void *user);
	/* cli_run_to_end: after the last input, before what was read and lost is counted. */
	void (*finish)(void *user);
	/* cli_run_to_end: `code` is what the run ends with; gives the same, or what is worse. */
	CliExit (*judge)(void *user, CliExit code);
	/* cli_run_to_end, with -j or --workers: has others do it (workers/others.h). */
	void (*others)(void *user);
	/* In a process that dissects, live: tells what it has so far, in records as at its end. */
	void (*so_far)(void *user);
	/* The capture of which that was the last file is over: nothing goes on in the next one. */
	void (*over)(void *user);
} CliRunHooks;

typedef struct CliRun {
	const CliOptions *options;
	volatile bool *stop;
	CliWatch *live; /* NULL: the files of the options are read */
	const CliRunHooks *hooks;
	void *user; /* of the hooks */
	CliPipelineOptions pipeline_options;
	CliPipeline *pipeline; /* where packets go; the verb makes and frees it */
	CliProgress progress;
	uint64_t packets;       /* read so far, for -c */
	unsigned members;       /* captures of archives, so far */
	CapSource *source;      /* the file that is being read */
	bool unopened, damaged; /* of any input */
	bool passed_over;       /* packets of an input have a link layer that cannot be read */
	bool left_out;          /* of the output: with --strict another exit status */
	bool lost;              /* a process that read one failed */
	bool began;             /* a capture was opened */
	bool nanoseconds;       /* are in the times of the last one */
	bool looks;             /* now and then at how far it is */
	bool interrupted;       /* a signal came before all inputs were read */
	bool goes_on;           /* what is being read goes on in the next file */
} CliRun;

/*
 * Begins a run whose report goes to `fd`. False, after a complaint, where the system has no random
 * numbers for the tables' hashes.
 */
bool cli_run_init(CliRun *self, const CliOptions *options, CliWatch *live, volatile bool *stop,
		  int fd, const CliRunHooks *hooks, void *user);

/* Whether other processes read (-j) or dissect (--workers), or this is one that dissects. */
bool cli_run_has_others(const CliRun *self);

/* Reads one capture; `file` points into options->files. Complains about what is wrong with it. */
void cli_run_capture(CliRun *self, char *const *file);

/* Watches the interface until the run is stopped or the interface goes away. */
void cli_run_live(CliRun *self);

/*
 * Hands every file of the command line to `read` (cli_run_capture, or what reads records), until a
 * signal asks for the end.
 */
void cli_run_files(CliRun *self, void (*read)(CliRun *self, char *const *file));

/*
 * The exit status by what happened, the worst first: an input that could not be opened, one that is
 * damaged, `found` (the audit's --fail-on), and with --strict `lossy`. The exit status in `totals`,
 * from records that were added up, counts as if it had happened here.
 */
CliExit cli_run_verdict(const CliRun *self, const OutTotals *totals, bool found, bool lossy);

/* Puts the run's own part of the last record into `totals`: `code`, damaged, interrupted, unread. */
void cli_run_conclude(const CliRun *self, OutTotals *totals, CliExit code);

/*
 * Reads all inputs, or watches the interfaces, with the one pipeline of the run, and prints the last
 * record: to `sink`, which prints to `writer`. Gives the exit status. With -j others read them; and in
 * a process that reads for another one, that prints the last record.
 */
CliExit cli_run_to_end(CliRun *self, OutSink *sink, OutWriter *writer);

/*
 * The exit status if the report could not be written; `code` is an errno. Prints a message, unless
 * the reader closed the pipe (EPIPE): it has seen what it wanted.
 */
CliExit cli_run_output_failed(const CliOptions *options, int code);
