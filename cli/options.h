/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line. Everything that it and the environment (NO_COLOR, COLUMNS, TERM) decide is
 * decided here, once.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/audit/options.h"
#include "cli/extract/options.h"
#include "cli/jobs/options.h"
#include "cli/report/options.h"
#include "cli/sensor/live-options.h"
#include "cli/sensor/monitor-options.h"
#include "cli/sensor/sandbox.h"
#include "cli/stats-options.h"
#include "cli/verb.h"
#include "cli/views/form.h"
#include "cli/words/quantity.h"
#include "dissect/wire/text.h"
#include "output/filter/filter.h"

/* Exit codes, part of the program's interface. */
typedef enum {
	CLI_EXIT_WHOLE = 0,
	CLI_EXIT_USAGE = 1, /* a wrong command line, or an input that cannot be opened */
	/* an input is damaged or cut short, or a signal ended its reading; all before it was reported */
	CLI_EXIT_DAMAGED = 2,
	CLI_EXIT_OUTPUT = 3, /* the output could not be written */
	CLI_EXIT_LOSSY = 4,  /* --strict: something that the report needed was lost */
	CLI_EXIT_FOUND = 10, /* audit: a finding as severe as --fail-on, or more */
	CLI_EXIT_INTERNAL = 70,
} CliExit;

typedef struct {
	CliVerb verb;
	bool verb_given;     /* else it is the default */
	char **files;        /* capture files in order, "-" for standard input */
	bool unread;         /* not all in a directory among them could be looked at */
	int *opened;         /* the descriptor of each that is already open, else -1 (inputs.h) */
	CliLiveOptions live; /* -i and what belongs to it */
	char *filter;
	char *output;            /* -o, or the file of --html; NULL: standard output */
	CliReportOptions report; /* rotation and so on */
	char *run_as;            /* live: --run-as */
	char *keys_file;         /* --keys */
	/* what was in it, from when the inputs are opened on; owned, NULL: nothing */
	struct KeyRing *keys;
	OutFilter *about; /* --client and so on; NULL: everything */
	size_t memory;    /* bytes */
	CliAuditOptions audit;
	CliExtractOptions extract;
	CliStatsOptions stats;
	CliMonitorOptions monitoring;
	/* from when the inputs are opened on; owned by main, NULL: nobody watches */
	struct CliMonitor *monitor;
	bool json;           /* records of our own */
	CliFormOptions view; /* --as: those of others */
	bool html;           /* a page instead of text */
	bool verbose;
	bool hex;        /* -x */
	bool file_lines; /* --file-summary */
	bool utc;
	bool colour, no_colour; /* as asked for */
	/* in a process that prints for another one: as many as that one's output has; 0: any number */
	unsigned columns;
	uint64_t count;      /* -c: of packets; 0: all */
	CliJobsOptions jobs; /* -j, --rotated */
	/* with -j: the processes that read; owned by main, NULL: the run itself reads */
	struct CliTeam *team;
	/* with --workers: the processes that dissect; owned by main, NULL: the run itself does */
	struct CliCrew *crew;
	const struct CliDealTo *deal_to; /* with crew: its face to whoever reads packets */
	/* in one of these: what it is given to read; NULL: it is none. With it, there is a worker */
	struct CliPart *part;
	/* in one of these processes: whom it tells; NULL: this is the run */
	struct CliWorker *worker;
	bool *goes_on; /* of each file; NULL until cli_sets_find has looked. Owned */
	char *write;   /* -w; NULL: nowhere */
	CliSandboxLevel sandbox;
	bool sandbox_given;
	CliSandboxHeld held; /* once the inputs are open */
	/* starts what decompresses, likewise; owned, NULL: the program itself does */
	struct CapUnpacker *unpacker;
	/* with -w: what to write; borrowed, NULL while the command line is read */
	struct CliSelection *selection;
	bool quiet; /* -q: headings and outcomes alone */
	bool line_buffered;
	bool absolute;      /* times of the clock */
	bool frames;        /* on each line */
	bool filters;       /* these as display filters of Wireshark */
	uint64_t fold_us;   /* --fold-pause; 0: not given */
	bool chronological; /* one story over all connections */
	bool strict;
	SmbEncoding *oem; /* --oem-charset; owned; NULL: code page 437 */
	bool reveal_secrets;
	bool list_interfaces; /* -D */
	bool version;
	bool help;
	char *help_text; /* with help: what to print */
} CliOptions;

/* Reads the command line. False, with error set, if it is wrong. Free the options in both cases. */
bool cli_options_parse(CliOptions *ret_options, int argc, char **argv, GError **error);
/* Whether the output is records, an object a line: ours or those of others. */
bool cli_prints_records(const CliOptions *options);
/* Frees everything that they own. */
void cli_options_clear(CliOptions *options);

/*
 * Whether to colour what goes to fd: as asked for, else on a terminal unless NO_COLOR or TERM=dumb
 * forbids it.
 */
bool cli_wants_colour(const CliOptions *options, int fd);

/*
 * Before processes are forked that print for this one: decides for them what depends on `fd`, the
 * output that they do not have.
 */
void cli_options_settle(CliOptions *options, int fd);

/* Columns that a line on fd may take: COLUMNS, else the terminal's width, else 0 for any number. */
unsigned cli_columns(int fd);
