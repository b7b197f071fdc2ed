/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options of all verbs, their help, and the settings that follow from them and the environment.
 */
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/conflicts.h"
#include "cli/filter-options.h"

enum {
	MEMORY_DEFAULT = 64 << 20,
	MEMORY_MIN = 1 << 20, /* less does not hold the program's own buffers */
};

static const char summary[] =
	"Reads captures of SMB traffic and prints a timeline of every session.\n"
	"\n"
	"  timeline   who did what, when, and what came of it (the default)\n"
	"  audit      who still speaks SMB1, LM and NTLMv1, and what can be switched off\n"
	"  messages   every SMB message, a line each; -v all fields, -x the bytes too";

static const char description[] =
	"Examples:\n"
	"  smbtrail capture.pcap                       the timeline of a capture\n"
	"  smbtrail --json a.pcap b.pcapng.gz          the same of two, as JSON, an object a line\n"
	"  smbtrail messages capture.pcap              every message, a line each\n"
	"  smbtrail messages --json capture.pcap       every message with all its fields, as JSON\n"
	"  smbtrail --user alice --file '*.xls' --status error capture.pcap\n"
	"                                              what alice could not do with spreadsheets\n"
	"  smbtrail audit *.pcap                       findings, clients, servers\n"
	"  tcpdump -w - port 445 | smbtrail -          from standard input\n"
	"  smbtrail -f 'host 10.0.0.5' capture.pcap    only what the filter (pcap-filter(7)) lets through\n"
	"  sudo smbtrail -i eth0 --run-as nobody         while it happens\n"
	"\n"
	"Exit status: 0 all was read; 1 wrong usage, or an input that cannot be opened;\n"
	"2 an input is damaged or cut short, or a signal ended its reading (what precedes\n"
	"that is reported);\n"
	"3 the output could not be written; 4 with --strict, something was lost;\n"
	"10 audit --fail-on: something as severe was found; 70 an internal fault, or no memory.";

/* What GOption fills; the rest of CliOptions follows from it. */
typedef struct {
	char **inputs, **rest;
	char *memory;
	CliFilterOptions about;
	gboolean json, hex, file_lines, verbose, utc, colour, no_colour, strict, reveal_secrets,
		list, version, help;
} RawOptions;

bool
cli_parse_size(const char *text, size_t *ret_bytes)
{
	static const char units[] = "KMG";
	guint64 value;
	char *end;
	const char *unit;
	unsigned shift = 0;

	if (!g_ascii_isdigit(text[0]))
		return false;
	value = g_ascii_strtoull(text, &end, 10);
	if (*end && (unit = strchr(units, g_ascii_toupper(*end)))) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
		if (g_str_equal(end, "iB") || g_str_equal(end, "B"))
			end += strlen(end);
	}
	if (*end || value > SIZE_MAX >> shift)
		return false;
	*ret_bytes = (size_t)value << shift;
	return true;
}

/* A GOptionArgFunc: the name that --file-summary had, too easily confused with --file. */
static gboolean
refuse_files(const char *name, const char *value, gpointer data, GError **error)
{
	(void)value;
	(void)data;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
		    "%s is called --file-summary; --file is the filter", name);
	return FALSE;
}

static GOptionContext *
context_new(CliOptions *o, RawOptions *raw)
{
	const GOptionEntry entries[] = {
		{ "read", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->inputs,
		  "Read this capture too; \"-\" is standard input", "FILE" },
		{ "interface", 'i', 0, G_OPTION_ARG_STRING, &o->interface,
		  "Capture live from this interface", "INTERFACE" },
		{ "list-interfaces", 'D', 0, G_OPTION_ARG_NONE, &raw->list,
		  "List the interfaces and exit", NULL },
		{ "filter", 'f', 0, G_OPTION_ARG_STRING, &o->filter,
		  "Only packets that match, see pcap-filter(7)", "FILTER" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &raw->json, "Print JSON, an object a line",
		  NULL },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
		  "Write to a file instead of standard output", "FILE" },
		{ "verbose", 'v', 0, G_OPTION_ARG_NONE, &raw->verbose, "Text: show every field",
		  NULL },
		{ "hex", 'x', 0, G_OPTION_ARG_NONE, &raw->hex,
		  "messages as text: show the bytes, too", NULL },
		{ "file-summary", 0, 0, G_OPTION_ARG_NONE, &raw->file_lines,
		  "Timeline as text: sum up every file that was read or written, "
		  "not only where its lines do not say it already",
		  NULL },
		{ "files", 0, G_OPTION_FLAG_HIDDEN | G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK,
		  (gpointer)refuse_files, NULL, NULL },
		{ "utc", 0, 0, G_OPTION_ARG_NONE, &raw->utc,
		  "Text: times in UTC instead of local time", NULL },
		{ "colour", 0, 0, G_OPTION_ARG_NONE, &raw->colour, "Text: always use colour", NULL },
		{ "no-colour", 0, 0, G_OPTION_ARG_NONE, &raw->no_colour, "Text: no colours", NULL },
		{ "color", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &raw->colour, NULL, NULL },
		{ "no-color", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &raw->no_colour, NULL,
		  NULL },
		{ "memory", 0, 0, G_OPTION_ARG_STRING, &raw->memory,
		  "Memory limit for captured state (default 64M)", "SIZE" },
		{ "strict", 0, 0, G_OPTION_ARG_NONE, &raw->strict,
		  "Exit with status 4 if any traffic was lost", NULL },
		{ "reveal-secrets", 0, 0, G_OPTION_ARG_NONE, &raw->reveal_secrets,
		  "Print passwords and responses too", NULL },
		{ "run-as", 0, 0, G_OPTION_ARG_STRING, &o->run_as,
		  "Live: drop privileges to USER once the interface is open", "USER" },
		{ "version", 0, 0, G_OPTION_ARG_NONE, &raw->version, "Print the version and exit",
		  NULL },
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &raw->help, "Print this help and exit", NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->rest, NULL, NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	GOptionContext *context = g_option_context_new("[timeline | messages | audit] FILE...");

	g_option_context_set_summary(context, summary);
	g_option_context_set_description(context, description);
	/* GLib's own help neither knows the name -h nor looks at errors of the output. */
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	cli_filter_options_add(context, &raw->about);
	cli_audit_options_add(context, &o->audit);
	return context;
}

static bool
refuse(GError **error, const char *text)
{
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, text);
	return false;
}

/* The first word may be a verb; all others are files, and come after those of -r. */
static void
take_words(CliOptions *o, RawOptions *raw)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	char **word = raw->rest;

	if (word && *word && g_str_equal(*word, "messages")) {
		o->verb = CLI_VERB_MESSAGES;
		word++;
	} else if (word && *word && g_str_equal(*word, "audit")) {
		o->verb = CLI_VERB_AUDIT;
		word++;
	} else if (word && *word && g_str_equal(*word, "timeline")) {
		word++;
	}
	for (char **input = raw->inputs; input && *input; input++)
		g_ptr_array_add(files, g_strdup(*input));
	for (; word && *word; word++)
		g_ptr_array_add(files, g_strdup(*word));
	g_ptr_array_add(files, NULL);
	o->files = (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
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

static void
raw_clear(RawOptions *raw)
{
	g_strfreev(raw->inputs);
	g_strfreev(raw->rest);
	g_free(raw->memory);
	cli_filter_options_clear(&raw->about);
}

bool
cli_options_parse(CliOptions *ret_options, int argc, char **argv, GError **error)
{
	CliOptions *o = ret_options;
	RawOptions raw = { 0 };
	g_autoptr(GOptionContext) context = NULL;
	bool ok;

	*o = (CliOptions){ .verb = CLI_VERB_TIMELINE, .memory = MEMORY_DEFAULT };
	context = context_new(o, &raw);
	ok = g_option_context_parse(context, &argc, &argv, error);
	if (ok) {
		o->json = raw.json;
		o->verbose = raw.verbose;
		o->hex = raw.hex;
		o->file_lines = raw.file_lines;
		o->utc = raw.utc;
		o->colour = raw.colour;
		o->no_colour = raw.no_colour;
		o->strict = raw.strict;
		o->reveal_secrets = raw.reveal_secrets;
		o->list_interfaces = raw.list;
		o->version = raw.version;
		o->help = raw.help;
		take_words(o, &raw);
		ok = check_memory(o, raw.memory, error) && cli_conflicts_check(o, error) &&
		     (o->help || o->version || o->list_interfaces ||
		      cli_audit_options_check(&o->audit, error)) &&
		     cli_filter_options_take(&raw.about, o->utc, &o->about, error);
	}
	if (ok && o->help)
		o->help_text = g_option_context_get_help(context, TRUE, NULL);
	raw_clear(&raw);
	return ok;
}

void
cli_options_clear(CliOptions *options)
{
	g_strfreev(options->files);
	g_free(options->opened);
	g_free(options->interface);
	g_free(options->filter);
	g_free(options->output);
	g_free(options->run_as);
	out_filter_free(options->about);
	cli_audit_options_clear(&options->audit);
	g_free(options->help_text);
	*options = (CliOptions){ 0 };
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
