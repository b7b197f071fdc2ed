/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options of all verbs, their help, and the settings that follow from them and the environment.
 */
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "capture/source/unpacker.h"
#include "cli/conflicts.h"
#include "cli/filter-options.h"
#include "cli/oem.h"
#include "cli/report/address.h"
#include "cli/words/completion.h"
#include "cli/words/config.h"
#include "cli/words/help.h"
#include "cli/words/nearest.h"
#include "keys/ring.h"

enum {
	MEMORY_DEFAULT = 64 << 20,
	MEMORY_MIN = 1 << 20, /* less does not hold the program's own buffers */
};

/* What GOption fills; the rest of CliOptions follows from it. */
typedef struct {
	char **inputs, **rest;
	char *memory, *count, *oem, *html, *config, *completion, *sandbox, *fold;
	CliFilterOptions about;
	gboolean json, hex, file_lines, verbose, utc, colour, no_colour, strict, reveal_secrets,
		list, version, help, numeric, quiet, line_buffered, absolute, frames, filters,
		chronological;
} RawOptions;

/* What other programs call something that is called otherwise here, or is not there at all. */
static const struct {
	const char *name; /* as GOption gives it */
	const char *hint;
} foreign[] = {
	{ "--files", "--file-summary has a line for every file; --file is the filter" },
	{ "-Y", "there are no display filters: --user, --share, --file, --command, --status and so "
		"on choose what is printed (see --help), -f chooses packets" },
	{ "-R", "there are no read filters: --user, --share, --file, --command, --status and so on "
		"choose what is printed (see --help), -f chooses packets" },
	{ "-T", "the output is text, with --json JSON, and with audit --csv CSV" },
	{ "-V", "-v shows every field; --version prints the version" },
	{ "-A", "messages -x shows the bytes" },
	{ "-X", "messages -x shows the bytes" },
	{ "-t", "--absolute prints times of the clock, --utc those of UTC" },
	{ "-e", "--json has all fields" },
	{ "-E", "--json and audit --csv have no settings" },
	{ "-z", "smbtrail stats has response times, counts and sizes" },
	{ "-a", "-c ends a run after so many packets, --duration after so long; a signal ends it at "
		"any time" },
	{ "-b", "with -w, --write-size, --write-time and --write-keep rotate" },
	{ "-C", "with -w, --write-size begins another file" },
	{ "-G", "with -w, --write-time begins another file" },
	{ "-W", "with -w, --write-keep keeps so many files" },
	{ "-N", "names are those that the captures show; none is looked up" },
	{ "-K", "--keys decrypts; its file may name a keytab" },
};

/* A GOptionArgFunc. */
static gboolean
refuse_foreign(const char *name, const char *value, gpointer data, GError **error)
{
	(void)value;
	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++) {
		if (!g_str_equal(foreign[i].name, name))
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "there is no option %s: %s", name, foreign[i].hint);
	}
	return FALSE;
}

static void
add_foreign(GOptionContext *context)
{
	GOptionEntry entries[G_N_ELEMENTS(foreign) + 1] = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++) {
		bool has_long = g_str_has_prefix(foreign[i].name, "--");

		entries[i] = (GOptionEntry){
			.long_name = foreign[i].name + (has_long ? 2 : 1),
			.short_name = has_long ? '\0' : foreign[i].name[1],
			.flags = G_OPTION_FLAG_HIDDEN | G_OPTION_FLAG_NO_ARG,
			.arg = G_OPTION_ARG_CALLBACK,
			.arg_data = (gpointer)refuse_foreign,
		};
	}
	g_option_context_add_main_entries(context, entries, NULL);
}

static void
add_inputs(CliHelp *help, GOptionContext *context, CliOptions *o, RawOptions *raw)
{
	const GOptionEntry entries[] = {
		{ "read", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->inputs,
		  "Read this capture too; \"-\" is standard input", "FILE" },
		{ "run-as", 0, 0, G_OPTION_ARG_STRING, &o->run_as,
		  "Live: drop privileges to USER once the interface is open", "USER" },
		{ "sandbox", 0, 0, G_OPTION_ARG_STRING, &raw->sandbox,
		  "What the program gives up before the first packet: require (all of it; -i), try "
		  "(what the system has; files) or off",
		  "LEVEL" },
		{ "list-interfaces", 'D', 0, G_OPTION_ARG_NONE, &raw->list,
		  "List the interfaces and exit", NULL },
		{ "filter", 'f', 0, G_OPTION_ARG_STRING, &o->filter,
		  "Only packets that match, see pcap-filter(7)", "FILTER" },
		{ "count", 'c', 0, G_OPTION_ARG_STRING, &raw->count,
		  "Read no more than so many packets", "COUNT" },
		{ "oem-charset", 0, 0, G_OPTION_ARG_STRING, &raw->oem,
		  "Character set of strings that are not Unicode: a code page such as 850, 866, 932 "
		  "or 1252 (default 437), or what iconv -l lists",
		  "CHARSET" },
		{ "keys", 0, 0, G_OPTION_ARG_FILENAME, &o->keys_file,
		  "Decrypt, and check signatures, with the passwords and keys in this file",
		  "FILE" },
		{ "memory", 0, 0, G_OPTION_ARG_STRING, &raw->memory,
		  "Memory limit for captured state (default 64M)", "SIZE" },
		{ "config", 0, 0, G_OPTION_ARG_FILENAME, &raw->config,
		  "Options from a file, see smbtrail.conf(5); those of the command line win",
		  "FILE" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Inputs", CLI_HELP_ALL, entries);
}

static void
add_outputs(CliHelp *help, GOptionContext *context, CliOptions *o, RawOptions *raw)
{
	const GOptionEntry entries[] = {
		{ "json", 0, 0, G_OPTION_ARG_NONE, &raw->json, "Print JSON, an object a line",
		  NULL },
		{ "html", 0, 0, G_OPTION_ARG_FILENAME, &raw->html,
		  "Write a page of HTML to a file instead; \"-\" is standard output", "FILE" },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
		  "Write to a file instead of standard output, or to a socket: unix:PATH, "
		  "unix-dgram:PATH, tcp:HOST:PORT",
		  "FILE" },
		{ "write", 'w', 0, G_OPTION_ARG_FILENAME, &o->write,
		  "Also write the packets of the connections that are reported to a capture file; "
		  "with -i all packets",
		  "FILE" },
		{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &raw->verbose, "Text: show every field",
		  NULL },
		{ "hex", 'x', 0, G_OPTION_ARG_NONE, &raw->hex, "Text: show the bytes, too", NULL },
		{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &raw->quiet,
		  "Text: the headings of connections and their outcomes alone", NULL },
		{ "file-summary", 0, 0, G_OPTION_ARG_NONE, &raw->file_lines,
		  "Text: sum up every file that was read or written, not only where its lines do "
		  "not say it already",
		  NULL },
		{ "chronological", 0, 0, G_OPTION_ARG_NONE, &raw->chronological,
		  "One story over all connections, in the order of time", NULL },
		{ "absolute", 0, 0, G_OPTION_ARG_NONE, &raw->absolute,
		  "Text: times of the clock instead of those since the connection began", NULL },
		/* An argument of its own: GLib would take the next word for an optional value. */
		{ "frames=filter", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &raw->filters, NULL,
		  NULL },
		{ "frames", 0, 0, G_OPTION_ARG_NONE, &raw->frames,
		  "Text: the numbers of the frames of request and response on each line, or a "
		  "display filter of Wireshark that shows them",
		  "filter" },
		{ "fold-pause", 0, 0, G_OPTION_ARG_STRING, &raw->fold,
		  "Tell reads, writes and repeated requests in one line if no pause between them is "
		  "longer (default 2s, with -i 40ms)",
		  "TIME" },
		{ "utc", 0, 0, G_OPTION_ARG_NONE, &raw->utc,
		  "Text: times in UTC instead of local time", NULL },
		{ "colour", 0, 0, G_OPTION_ARG_NONE, &raw->colour, "Text: always use colour", NULL },
		{ "no-colour", 0, 0, G_OPTION_ARG_NONE, &raw->no_colour, "Text: no colours", NULL },
		{ "color", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &raw->colour, NULL, NULL },
		{ "no-color", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &raw->no_colour, NULL,
		  NULL },
		{ "line-buffered", 'l', 0, G_OPTION_ARG_NONE, &raw->line_buffered,
		  "Write each line at once, for a pipe", NULL },
		{ "numeric", 'n', 0, G_OPTION_ARG_NONE, &raw->numeric,
		  "Changes nothing: no name is ever looked up", NULL },
		{ "reveal-secrets", 0, 0, G_OPTION_ARG_NONE, &raw->reveal_secrets,
		  "Print passwords and responses too", NULL },
		{ "strict", 0, 0, G_OPTION_ARG_NONE, &raw->strict,
		  "Exit with status 4 if any traffic was lost", NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Output", CLI_HELP_ALL, entries);
}

/* What the program says of itself. */
static void
add_about(CliHelp *help, GOptionContext *context, RawOptions *raw)
{
	const GOptionEntry entries[] = {
		{ "version", 0, 0, G_OPTION_ARG_NONE, &raw->version, "Print the version and exit",
		  NULL },
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &raw->help,
		  "Print this help, or that of a verb, and exit", NULL },
		/* For the build, which installs what it prints. */
		{ "completion", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &raw->completion,
		  NULL, "SHELL" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Help", CLI_HELP_EVERY, entries);
}

static GOptionContext *
context_new(CliHelp *help, CliOptions *o, RawOptions *raw)
{
	const GOptionEntry rest[] = {
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->rest, NULL, NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	GOptionContext *context = g_option_context_new(NULL);

	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, rest, NULL);
	add_inputs(help, context, o, raw);
	cli_live_options_add(help, context, &o->live);
	add_outputs(help, context, o, raw);
	cli_form_options_add(help, context, &o->view);
	cli_filter_options_add(help, context, &raw->about);
	cli_report_options_add(help, context, &o->report);
	add_about(help, context, raw);
	cli_audit_options_add(help, context, &o->audit);
	cli_extract_options_add(help, context, &o->extract);
	cli_stats_options_add(help, context, &o->stats);
	cli_jobs_options_add(help, context, &o->jobs);
	cli_monitor_options_add(help, context, &o->monitoring);
	add_foreign(context);
	return context;
}

static bool
refuse(GError **error, const char *text)
{
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, text);
	return false;
}

/* Of letters alone, and no file: meant for a verb. */
static bool
is_no_file(const char *word)
{
	return word[strspn(word, "abcdefghijklmnopqrstuvwxyz-")] == '\0' && word[0] != '-' &&
	       access(word, F_OK) != 0;
}

static bool
refuse_word(const char *word, bool first, GError **error)
{
	const char *nearest = cli_nearest(word, cli_verb_names, CLI_VERBS);

	if (!first && cli_verb_of(word) >= 0)
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "the verb comes before the files: smbtrail %s ...", word);
	else if (nearest)
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "'%s' is neither a verb nor a file; did you mean %s?", word, nearest);
	else
		g_set_error(
			error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			"'%s' is neither a verb (timeline, messages, audit, stats, extract, credentials, verify) "
			"nor a file",
			word);
	return false;
}

/* The first word may be a verb; everything else is a file, after those of -r. */
static bool
take_words(CliOptions *o, RawOptions *raw, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	char **word = raw->rest;
	int verb = word && *word ? cli_verb_of(*word) : -1;

	if (verb >= 0) {
		o->verb = (CliVerb)verb;
		o->verb_given = true;
		word++;
	}
	for (char **input = raw->inputs; input && *input; input++)
		g_ptr_array_add(files, g_strdup(*input));
	for (; word && *word; word++) {
		bool first = word == raw->rest;

		if (is_no_file(*word) && (first || cli_verb_of(*word) >= 0))
			return refuse_word(*word, first, error);
		g_ptr_array_add(files, g_strdup(*word));
	}
	g_ptr_array_set_free_func(files, NULL);
	g_ptr_array_add(files, NULL);
	o->files = (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
	return true;
}

static bool
check_count(CliOptions *o, const char *text, GError **error)
{
	guint64 n;

	if (text && !g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT64, &n, NULL))
		return refuse(error, "-c takes a number of packets");
	o->count = text ? n : 0;
	return true;
}

static bool
check_memory(CliOptions *o, const char *text, GError **error)
{
	if (text && !cli_parse_size(text, &o->memory))
		return refuse(error, "--memory takes a size, such as 64M");
	if (o->memory < MEMORY_MIN)
		return refuse(error, "--memory must be at least 1M");
	return true;
}

static bool
check_sandbox(CliOptions *o, const char *text, GError **error)
{
	o->sandbox = cli_sandbox_default(o->live.interfaces != NULL);
	o->sandbox_given = text != NULL;
	return !text || cli_sandbox_level(text, &o->sandbox) ||
	       refuse(error, "--sandbox is require, try or off");
}

/* What is written live is all that was captured: a filter would have to know the future. */
static bool
check_live(CliOptions *o, const RawOptions *raw, GError **error)
{
	if (raw->fold && (!cli_parse_duration(raw->fold, &o->fold_us) || !o->fold_us))
		return refuse(error, "--fold-pause takes a time, such as 50ms");
	if (o->live.interfaces && o->write && o->about)
		return refuse(error, "with -i, -w writes every packet: -f chooses them; filters "
				     "such as --client choose in the file afterwards");
	return o->help || o->version || o->list_interfaces ||
	       cli_live_options_check(&o->live, o->write != NULL, error);
}

static void
raw_clear(RawOptions *raw)
{
	g_strfreev(raw->inputs);
	g_strfreev(raw->rest);
	g_free(raw->memory);
	g_free(raw->count);
	g_free(raw->oem);
	g_free(raw->html);
	g_free(raw->config);
	g_free(raw->completion);
	g_free(raw->sandbox);
	g_free(raw->fold);
	cli_filter_options_clear(&raw->about);
}

static void
take_flags(CliOptions *o, const RawOptions *raw)
{
	o->json = raw->json;
	o->html = raw->html != NULL;
	o->verbose = raw->verbose;
	o->hex = raw->hex;
	o->quiet = raw->quiet;
	o->line_buffered = raw->line_buffered;
	o->absolute = raw->absolute;
	o->frames = raw->frames || raw->filters;
	o->filters = raw->filters;
	o->chronological = raw->chronological;
	o->file_lines = raw->file_lines;
	o->utc = raw->utc;
	o->colour = raw->colour;
	o->no_colour = raw->no_colour;
	o->strict = raw->strict;
	o->reveal_secrets = raw->reveal_secrets;
	o->list_interfaces = raw->list;
	o->version = raw->version;
	o->help = raw->help || raw->completion;
}

/* The page goes where a report goes: its file is opened, checked and replaced like that of -o. */
static bool
take_page(CliOptions *o, const char *path, GError **error)
{
	if (path && !g_str_equal(path, "-"))
		o->output = g_strdup(path);
	else if (path && o->audit.every_text)
		return refuse(error, "--every with --html needs a file");
	return true;
}

static bool
check_output(CliOptions *o, GError **error)
{
	return cli_report_options_check(&o->report, error) &&
	       (!o->output || !cli_address_is(o->output) || cli_address_check(o->output, error));
}

/* EVE is what --json prints, but for what Suricata has otherwise. */
static bool
check_form(CliOptions *o, GError **error)
{
	if (!cli_form_options_check(&o->view, error))
		return false;
	if (o->view.form && o->json)
		return refuse(error, "--as and --json exclude each other");
	if (o->view.form == CLI_FORM_EVE && o->verb == CLI_VERB_TIMELINE) {
		o->view.form = CLI_FORM_NONE;
		o->view.eve = true;
		o->json = true;
	}
	return true;
}

static bool
check_verb(CliOptions *o, RawOptions *raw, bool prints, GError **error)
{
	if (o->verb == CLI_VERB_EXTRACT &&
	    !cli_filter_options_take_folder(&raw->about, &o->extract.to, error))
		return false;
	if (o->view.form == CLI_FORM_ZEEK_TSV &&
	    !cli_filter_options_take_folder(&raw->about, &o->view.folder, error))
		return false;
	return cli_conflicts_check(o, error) && (prints || o->verb != CLI_VERB_EXTRACT ||
						 cli_extract_options_check(&o->extract, error));
}

static bool
check_values(CliOptions *o, GError **error)
{
	return cli_audit_options_check(&o->audit, o->verb, error) &&
	       cli_stats_options_check(&o->stats, error) &&
	       cli_jobs_options_check(&o->jobs, error) && check_output(o, error);
}

/* What only prints needs no values that are right. */
static bool
check(CliOptions *o, RawOptions *raw, GError **error)
{
	bool prints = o->help || o->version || o->list_interfaces;

	return check_memory(o, raw->memory, error) && check_count(o, raw->count, error) &&
	       check_sandbox(o, raw->sandbox, error) &&
	       (!raw->oem || (o->oem = cli_oem_new(raw->oem, error))) &&
	       (prints || check_values(o, error)) && check_form(o, error) &&
	       check_verb(o, raw, prints, error) && take_page(o, raw->html, error) &&
	       cli_filter_options_take(&raw->about, o->utc, &o->about, error) &&
	       check_live(o, raw, error);
}

/* What is printed instead of reading anything. */
static bool
make_help(CliOptions *o, const RawOptions *raw, const CliHelp *help, GError **error)
{
	if (raw->completion)
		o->help_text = cli_completion_text(help, raw->completion, error);
	else
		o->help_text = cli_help_text(help, o->verb, !o->verb_given);
	return o->help_text != NULL;
}

static bool
parse_arguments(CliOptions *o, RawOptions *raw, GOptionContext *context, const CliHelp *help,
		const CliConfig *config, GError **error)
{
	g_autoptr(GError) unknown = NULL;
	int argc;
	g_autofree char **argv = cli_config_arguments(config, &argc);
	char **left = argv;
	bool ok = g_option_context_parse(context, &argc, &left, &unknown);

	if (ok) {
		take_flags(o, raw);
		ok = take_words(o, raw, error) && check(o, raw, error) &&
		     (!o->help || make_help(o, raw, help, error));
	} else {
		g_autofree char *text = cli_help_unknown(help, unknown);

		refuse(error, text);
	}
	if (!ok)
		cli_config_blame(config, error);
	return ok;
}

static bool
parse(CliOptions *o, RawOptions *raw, int argc, char **argv, GError **error)
{
	CliHelp *help = cli_help_new();
	g_autoptr(GOptionContext) context = context_new(help, o, raw);
	CliConfig *config = cli_config_new(help, argc, argv, error);
	bool ok = config && parse_arguments(o, raw, context, help, config, error);

	cli_config_free(config);
	cli_help_free(help);
	return ok;
}

bool
cli_options_parse(CliOptions *ret_options, int argc, char **argv, GError **error)
{
	RawOptions raw = { 0 };
	bool ok;

	*ret_options = (CliOptions){ .verb = CLI_VERB_TIMELINE, .memory = MEMORY_DEFAULT };
	ok = parse(ret_options, &raw, argc, argv, error);
	raw_clear(&raw);
	return ok;
}

void
cli_options_clear(CliOptions *options)
{
	g_strfreev(options->files);
	g_free(options->opened);
	cli_live_options_clear(&options->live);
	g_free(options->filter);
	g_free(options->output);
	g_free(options->write);
	g_free(options->run_as);
	g_free(options->keys_file);
	keys_ring_free(options->keys);
	cli_sandbox_held_clear(&options->held);
	cap_unpacker_free(options->unpacker);
	out_filter_free(options->about);
	cli_report_options_clear(&options->report);
	cli_audit_options_clear(&options->audit);
	cli_extract_options_clear(&options->extract);
	cli_stats_options_clear(&options->stats);
	cli_form_options_clear(&options->view);
	cli_jobs_options_clear(&options->jobs);
	g_free(options->goes_on);
	cli_monitor_options_clear(&options->monitoring);
	g_free(options->oem);
	g_free(options->help_text);
	*options = (CliOptions){ 0 };
}

bool
cli_prints_records(const CliOptions *options)
{
	return options->json || options->view.form;
}

bool
cli_wants_colour(const CliOptions *options, int fd)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (options->colour || options->no_colour)
		return options->colour;
	if ((no_color && *no_color) || !term || g_str_equal(term, "dumb"))
		return false;
	return isatty(fd);
}

unsigned
cli_columns(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	guint64 n;

	if (columns && g_ascii_string_to_unsigned(columns, 10, 1, 10000, &n, NULL))
		return (unsigned)n;
	if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0)
		return size.ws_col;
	return 0;
}

void
cli_options_settle(CliOptions *options, int fd)
{
	options->colour = cli_wants_colour(options, fd);
	options->no_colour = !options->colour;
	options->columns = cli_columns(fd);
}
