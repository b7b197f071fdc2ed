/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of options that exclude or need one another. */
#include "cli/conflicts.h"

#include <glib.h>

#include "cli/formats.h"
#include "cli/report/address.h"

/* What is given on a command line, as far as other options depend on it. */
enum {
	ALWAYS = 0,
	TIMELINE = 1 << 0,
	MESSAGES = 1 << 1,
	AUDIT = 1 << 2,
	JSON = 1 << 3,
	HEX = 1 << 4,
	FILE_LINES = 1 << 5,
	COLOUR = 1 << 6,
	NO_COLOUR = 1 << 7,
	OUTPUT = 1 << 8,
	INTERFACE = 1 << 9,
	RUN_AS = 1 << 10,
	FILES = 1 << 11,     /* at least one */
	TWO_FILES = 1 << 12, /* exactly two */
	PRINTS = 1 << 13,    /* help, version or interfaces: reads nothing */
	CSV = 1 << 14,
	MERGE = 1 << 15,
	DIFF = 1 << 16,
	RULES = 1 << 17,
	EVERY = 1 << 18,
	OF_AUDIT = 1 << 19,   /* any option that only the audit has */
	OF_STATS = 1LL << 54, /* any that audit and stats have */
	STDIN_TWICE = 1 << 20,
	STDIN = 1 << 21, /* among the files */
	VERBOSE = 1 << 22,
	QUIET = 1 << 23,
	ABSOLUTE = 1 << 24,
	FRAMES = 1 << 25,
	CHRONOLOGICAL = 1 << 26,
	WRITE = 1 << 27,
	LIST = 1 << 28, /* the interfaces */
	SITE = 1 << 29,
	SITE_FROM_PATH = 1 << 30,
	TOP = 1LL << 31, /* or all */
	HTML = 1LL << 32,
	ASKED = 1LL << 33, /* what breaks: --if, --profile, --enough */
	KEYS = 1LL << 34,
	VERIFY = 1LL << 35,
	MEND = 1LL << 36,
	SOCKET = 1LL << 37, /* -o names one */
	ROTATE = 1LL << 38, /* by size or time */
	ROTATE_TIME = 1LL << 39,
	ROTATE_KEEP = 1LL << 40,
	SYNC = 1LL << 41,
	EXTRACT = 1LL << 44,
	CREDENTIALS = 1LL << 45,
	OF_EXTRACT = 1LL << 46, /* any option that only extract has */
	REVEAL = 1LL << 47,
	AS = 1LL << 48,
	LOGS = 1LL << 49, /* as Zeek's, which need a folder */
	METRICS = 1LL << 50,
	METRICS_LISTEN = 1LL << 51,
	STATS = 1LL << 52,
	INTERVAL = 1LL << 53,
	FOLDER = 1LL << 55, /* of logs */
	WORKERS = 1LL << 56,
	JOBS = 1LL << 57,
};

typedef struct {
	uint64_t option;       /* the row applies if all of these are given */
	uint64_t only_with;    /* one of these has to be given too; 0: no such condition */
	uint64_t refused_with; /* none of these may be given */
	const char *text;
} Conflict;

/* In the order in which they are reported. */
static const Conflict conflicts[] = {
	{ VERIFY, 0, ~(uint64_t)(VERIFY | FILES | TWO_FILES | STDIN | MEND),
	  "verify takes files, --mend and nothing else" },
	{ INTERVAL, STATS, 0, "--interval is for stats" },
	{ MEND, VERIFY, 0, "--mend is for verify" },
	{ MEND, 0, STDIN, "--mend is for files, not for standard input" },
	{ OF_EXTRACT, EXTRACT, 0,
	  "--hash, --hash-only, --max-file, --max-total, --max-files and --pipes are for extract" },
	{ EXTRACT, 0, INTERFACE | WRITE, "extract reads files; -w is for the other verbs" },
	{ CREDENTIALS, REVEAL | PRINTS, 0,
	  "credentials prints what passwords can be found with: say so with --reveal-secrets" },
	{ CREDENTIALS, 0, INTERFACE | WRITE | JSON,
	  "credentials reads files and prints lines; --json is for audit --reveal-secrets" },
	{ AS, TIMELINE | PRINTS, 0, "--as is for the timeline" },
	{ LOGS, FOLDER | PRINTS, 0, "--as zeek-tsv writes several logs: --to DIR is their folder" },
	{ LOGS, 0, OUTPUT | INTERFACE,
	  "--as zeek-tsv writes its logs to --to DIR, of files; with -o and -i, --as zeek" },
	{ COLOUR, 0, NO_COLOUR, "--colour and --no-colour exclude each other" },
	{ HEX, MESSAGES, 0, "-x is for messages as text" },
	{ HEX, 0, JSON, "-x is for messages as text" },
	{ FILE_LINES, TIMELINE, 0, "--file-summary is for the timeline as text" },
	{ FILE_LINES, 0, JSON, "--file-summary is for the timeline as text" },
	{ VERBOSE, 0, AUDIT | STATS, "-v is for timeline and messages" },
	{ QUIET, TIMELINE, 0, "-q is for the timeline as text" },
	{ QUIET, 0, JSON, "-q is for the timeline as text" },
	{ QUIET, 0, VERBOSE | FILE_LINES, "-q excludes -v and --file-summary" },
	{ ABSOLUTE, TIMELINE, 0,
	  "--absolute is for the timeline as text; messages have such times always" },
	{ ABSOLUTE, 0, JSON, "--absolute is for the timeline as text; JSON has such times" },
	{ FRAMES, TIMELINE, 0, "--frames is for the timeline as text; messages have theirs" },
	{ FRAMES, 0, JSON, "--frames is for the timeline as text; JSON has them" },
	{ CHRONOLOGICAL, TIMELINE, 0, "--chronological is for the timeline" },
	{ CHRONOLOGICAL, 0, INTERFACE, "-i prints lines in the order in which they are answered" },
	{ CHRONOLOGICAL, 0, QUIET, "-q and --chronological exclude each other" },
	{ WRITE, 0, STDIN,
	  "-w reads its captures twice: they have to be files; tcpdump -w makes one" },
	{ WRITE, 0, MERGE | DIFF | RULES, "-w is for captures" },
	{ KEYS, 0, MERGE | DIFF | RULES, "--keys is for captures" },
	{ LIST, 0, OUTPUT, "-D prints a list on standard output" },
	{ OF_STATS, AUDIT | STATS, 0,
	  "--csv, --top, --all, --merge and --key are for audit and stats" },
	{ OF_AUDIT, AUDIT, 0,
	  "--fail-on, --ignore, --baseline, --site, --site-from-path, --if, --profile, "
	  "--enough, --rules, --diff and --every are for audit" },
	{ ASKED, 0, DIFF | RULES, "--if, --profile and --enough are for one audit" },
	{ CSV, 0, JSON, "--csv and --json exclude each other" },
	{ HTML, TIMELINE | AUDIT | STATS, 0, "--html is for timeline, audit and stats" },
	{ HTML, 0, JSON | CSV, "--html excludes --json and --csv" },
	{ HTML, 0, OUTPUT, "--html names its file itself: leave out -o" },
	{ HTML, 0, DIFF | RULES, "--diff and --rules print no HTML" },
	{ HTML, 0, VERBOSE | QUIET | FILE_LINES | ABSOLUTE | FRAMES | CHRONOLOGICAL,
	  "-v, -q, --file-summary, --absolute, --frames and --chronological are for text" },
	{ MERGE, 0, DIFF | RULES, "--merge, --diff and --rules exclude each other" },
	{ DIFF, 0, RULES, "--merge, --diff and --rules exclude each other" },
	{ MERGE, 0, INTERFACE, "--merge and --diff read files" },
	{ DIFF, 0, INTERFACE, "--merge and --diff read files" },
	{ DIFF, TWO_FILES, 0, "--diff takes two files: BEFORE and AFTER" },
	{ DIFF, 0, CSV, "--diff cannot be combined with --csv" },
	{ EVERY, 0, MERGE | DIFF | RULES, "--every is for captures and interfaces" },
	/*
	 * Several CSV tables in a row could not be distinguished, as nothing in them identifies the
	 * report.
	 */
	{ EVERY | CSV, OUTPUT, 0, "--every with --csv needs a file: -o" },
	{ TOP, 0, JSON | CSV | DIFF | RULES,
	  "--top and --all are for the report as text; JSON and CSV have everything" },
	{ SITE, 0, SITE_FROM_PATH, "--site and --site-from-path exclude each other" },
	{ SITE_FROM_PATH, 0, INTERFACE, "--site-from-path is for files; with -i, --site NAME" },
	{ SITE, 0, DIFF | RULES, "--site and --site-from-path are for captures and --merge" },
	{ SITE_FROM_PATH, 0, DIFF | RULES,
	  "--site and --site-from-path are for captures and --merge" },
	{ INTERFACE, 0, FILES, "either capture files or -i, not both" },
	{ ALWAYS, INTERFACE | FILES | RULES | PRINTS, 0,
	  "no capture file and no interface (-i) given; try smbtrail --help" },
	{ RUN_AS, INTERFACE, 0, "--run-as is for -i" },
	{ SOCKET, TIMELINE | MESSAGES, 0,
	  "sockets are for timeline and messages; an audit is a report that must be whole" },
	{ SOCKET, 0, HTML | ROTATE | ROTATE_TIME | ROTATE_KEEP | SYNC,
	  "--html, --rotate-... and --sync are for files, not for sockets" },
	{ ROTATE, TIMELINE | MESSAGES, 0, "--rotate-... are for timeline and messages" },
	{ ROTATE, OUTPUT, HTML, "--rotate-... needs -o FILE" },
	{ ROTATE_TIME, INTERFACE, 0, "--rotate-time is for -i; files are rotated by --rotate-size" },
	{ ROTATE_KEEP, ROTATE, 0, "--rotate-keep needs --rotate-size or --rotate-time" },
	{ SYNC, TIMELINE | MESSAGES, 0, "--sync is for timeline and messages" },
	{ METRICS, 0, MERGE | DIFF | RULES, "--metrics is for captures and interfaces" },
	{ METRICS_LISTEN, INTERFACE, 0, "--metrics-listen is for -i" },
	{ WORKERS, 0, JOBS, "--workers shares out one capture, -j many: either of them" },
	{ WORKERS, 0, MERGE | DIFF | RULES, "--workers is for captures and interfaces" },
	{ WORKERS, 0, EXTRACT | CHRONOLOGICAL | LOGS | EVERY,
	  "--workers does not go with extract, --chronological, --as zeek-tsv and --every" },
	{ WORKERS | FILES, 0, WRITE | ROTATE | METRICS,
	  "of files, --workers does not go with -w, --rotate-... and --metrics" },
	{ WORKERS | HTML, 0, TIMELINE, "--workers does not go with the page of the timeline" },
	{ STDIN_TWICE, 0, STDIN_TWICE, "standard input can be read only once" },
};

static uint64_t
files_of(const CliOptions *o)
{
	unsigned n = g_strv_length(o->files), standard = 0;

	for (char **file = o->files; *file; file++)
		standard += g_str_equal(*file, "-");
	return (n ? FILES : 0) | (n == 2 ? TWO_FILES : 0) | (standard ? STDIN : 0) |
	       (standard > 1 ? STDIN_TWICE : 0);
}

static uint64_t
audit_given(const CliOptions *options)
{
	const CliAuditOptions *o = &options->audit;
	/* It is an option of audit alone, unless another verb prints CSV as well. */
	bool csv = o->csv && cli_prints_csv(options->verb);
	const struct {
		uint64_t bit;
		bool given;
	} rows[] = {
		{ CSV, o->csv && !csv },
		{ MERGE, o->merge },
		{ DIFF, o->diff },
		{ RULES, o->rules },
		{ EVERY, o->every_text },
		{ SITE, o->site },
		{ ASKED, o->ifs || o->profiles || o->enough_text },
		{ SITE_FROM_PATH, o->site_from_path },
		{ TOP, o->top_text || o->all },
		{ 0, o->fail_on || o->ignore || o->baseline },
	};
	uint64_t given = (csv ? CSV : 0) | (o->key ? OF_STATS : 0);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].given)
			given |= rows[i].bit |
				 (rows[i].bit & (CSV | MERGE | TOP) ? OF_STATS : OF_AUDIT);
	return given;
}

static uint64_t
report_given(const CliOptions *options)
{
	const CliReportOptions *o = &options->report;
	bool rotates = o->size_text || o->time_text;

	return (rotates ? ROTATE : 0) | (o->time_text ? ROTATE_TIME : 0) |
	       (o->keep_text ? ROTATE_KEEP : 0) | (o->sync ? SYNC : 0) | (o->mend ? MEND : 0) |
	       (options->output && cli_address_is(options->output) ? SOCKET : 0);
}

static uint64_t
given_of(const CliOptions *o)
{
	static const uint64_t verbs[] = {
		[CLI_VERB_TIMELINE] = TIMELINE, [CLI_VERB_MESSAGES] = MESSAGES,
		[CLI_VERB_AUDIT] = AUDIT,       [CLI_VERB_VERIFY] = VERIFY,
		[CLI_VERB_EXTRACT] = EXTRACT,   [CLI_VERB_CREDENTIALS] = CREDENTIALS,
		[CLI_VERB_STATS] = STATS,
	};
	const struct {
		uint64_t bit;
		bool given;
	} options[] = {
		{ JSON, cli_prints_records(o) },
		{ AS, o->view.text },
		{ LOGS, o->view.form == CLI_FORM_ZEEK_TSV },
		{ FOLDER, o->view.folder },
		{ HTML, o->html },
		{ HEX, o->hex },
		{ FILE_LINES, o->file_lines },
		{ COLOUR, o->colour },
		{ NO_COLOUR, o->no_colour },
		{ OUTPUT, o->output },
		{ INTERFACE, o->live.interfaces },
		{ RUN_AS, o->run_as },
		{ VERBOSE, o->verbose },
		{ QUIET, o->quiet },
		{ ABSOLUTE, o->absolute },
		{ FRAMES, o->frames },
		{ CHRONOLOGICAL, o->chronological },
		{ WRITE, o->write },
		{ LIST, o->list_interfaces },
		{ KEYS, o->keys_file },
		{ REVEAL, o->reveal_secrets },
		{ OF_EXTRACT, cli_extract_options_given(&o->extract) },
		{ METRICS, o->monitoring.file },
		{ INTERVAL, o->stats.interval_text },
		{ METRICS_LISTEN, o->monitoring.listen },
		{ WORKERS, o->jobs.workers > 1 },
		{ JOBS, o->jobs.n > 1 },
	};
	uint64_t given = verbs[o->verb] | files_of(o) | audit_given(o) | report_given(o);

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		given |= options[i].given ? options[i].bit : 0;
	return given;
}

static bool
is_violated(const Conflict *row, uint64_t given)
{
	if ((given & row->option) != row->option)
		return false;
	return (row->only_with && !(given & row->only_with)) || (given & row->refused_with);
}

bool
cli_conflicts_check(const CliOptions *options, GError **error)
{
	uint64_t given = given_of(options);

	/* Options that only print accept any other option, except for contradicting colours. */
	if (options->help || options->version)
		given = (given & (COLOUR | NO_COLOUR)) | PRINTS;
	else if (options->list_interfaces)
		given = (given & (COLOUR | NO_COLOUR | LIST | JSON | OUTPUT)) | PRINTS;
	/* A list of the rules reads nothing. */
	else if (options->audit.rules)
		given &= ~(uint64_t)(FILES | RUN_AS | STDIN_TWICE);
	for (size_t i = 0; i < G_N_ELEMENTS(conflicts); i++) {
		if (is_violated(&conflicts[i], given)) {
			g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
					    conflicts[i].text);
			return false;
		}
	}
	return true;
}
