/* SPDX-License-Identifier: BSD-3-Clause */
/* The help: which options each verb has, wrapped. */
#include "cli/words/help.h"

#include <string.h>

#include "cli/words/nearest.h"

enum {
	WIDTH = 80,
	TEXT_AT = 28, /* column of the words about an option */
};

typedef struct {
	GOptionEntry entry;
	const char *title;
	unsigned verbs;
} Row;

struct CliHelp {
	GArray *rows; /* Row, in the order of the text */
};

/* Options that fewer verbs have than the rest of their section. */
static const struct {
	const char *name;
	unsigned verbs;
} fewer[] = {
	{ "hex", 1 << CLI_VERB_MESSAGES },
	{ "file-summary", 1 << CLI_VERB_TIMELINE },
	{ "chronological", 1 << CLI_VERB_TIMELINE },
	{ "frames", 1 << CLI_VERB_TIMELINE },
	{ "html", 1 << CLI_VERB_TIMELINE | 1 << CLI_VERB_AUDIT | 1 << CLI_VERB_STATS },
	{ "csv", 1 << CLI_VERB_AUDIT | 1 << CLI_VERB_STATS },
	{ "top", 1 << CLI_VERB_AUDIT | 1 << CLI_VERB_STATS },
	{ "all", 1 << CLI_VERB_AUDIT | 1 << CLI_VERB_STATS },
	{ "merge", 1 << CLI_VERB_AUDIT | 1 << CLI_VERB_STATS },
	{ "key", 1 << CLI_VERB_AUDIT | 1 << CLI_VERB_STATS },
	{ "quiet", 1 << CLI_VERB_TIMELINE },
	{ "absolute", 1 << CLI_VERB_TIMELINE },
	{ "verbose", 1 << CLI_VERB_TIMELINE | 1 << CLI_VERB_MESSAGES },
};

static const char about_all[] =
	"Usage:\n"
	"  smbtrail [timeline | messages | audit | stats] [OPTION...] FILE...\n"
	"  smbtrail extract (--to DIR | --hash-only) [OPTION...] FILE...\n"
	"  smbtrail credentials --reveal-secrets [OPTION...] FILE...\n"
	"  smbtrail verify [--mend] FILE...\n"
	"\n"
	"Reads captures of SMB traffic and prints a timeline of every session.\n"
	"\n"
	"  timeline   who did what, when, and what came of it (the default)\n"
	"  audit      who still speaks SMB1, LM and NTLMv1, and what can be switched off\n"
	"  messages   every SMB message, a line each; -v all fields, -x the bytes too\n"
	"  extract    the files that were read and written, with their digests\n"
	"  credentials  logons in the forms of hashcat and john, a line each\n"
	"  stats      response times, errors and sizes by command, server, client, file\n"
	"  verify     whether outputs of --json are whole\n"
	"\n"
	"smbtrail VERB --help has the options of that verb alone.\n";

static const char *const about[] = {
	[CLI_VERB_TIMELINE] =
		"Usage:\n"
		"  smbtrail [timeline] [OPTION...] FILE...\n"
		"\n"
		"Prints for each connection who it was, and each request with its answer.\n",
	[CLI_VERB_MESSAGES] = "Usage:\n"
			      "  smbtrail messages [OPTION...] FILE...\n"
			      "\n"
			      "Prints every SMB message, a line each.\n",
	[CLI_VERB_AUDIT] =
		"Usage:\n"
		"  smbtrail audit [OPTION...] FILE...\n"
		"  smbtrail audit --merge | --diff [OPTION...] RECORDS...\n"
		"  smbtrail audit --rules [--json]\n"
		"\n"
		"Says who still speaks SMB1, LM and NTLMv1, with whom, what is wrong with that,\n"
		"what to do, and what can be switched off.\n",
	[CLI_VERB_EXTRACT] =
		"Usage:\n"
		"  smbtrail extract --to DIR [OPTION...] FILE...\n"
		"  smbtrail extract --hash-only [OPTION...] FILE...\n"
		"\n"
		"Puts every file that was read or written into a folder, one for each version\n"
		"that was seen, with a manifest. What is not whole is called .partial.\n",
	[CLI_VERB_CREDENTIALS] =
		"Usage:\n"
		"  smbtrail credentials --reveal-secrets [OPTION...] FILE...\n"
		"\n"
		"Prints each logon once, as hashcat and john read it, and passwords in clear.\n",
	[CLI_VERB_STATS] =
		"Usage:\n"
		"  smbtrail stats [OPTION...] FILE...\n"
		"  smbtrail stats --merge [OPTION...] RECORDS...\n"
		"\n"
		"Prints how long servers took to answer, by command, server, client, share and\n"
		"file; errors, sizes, what happened when, and what was slowest.\n",
	[CLI_VERB_VERIFY] =
		"Usage:\n"
		"  smbtrail verify [--mend] FILE...\n"
		"\n"
		"Checks whether outputs of --json are whole; the files of a rotated one in\n"
		"their order.\n",
};

static const struct {
	unsigned verbs;
	const char *text;
} examples[] = {
	{ 1 << CLI_VERB_TIMELINE,
	  "  smbtrail capture.pcap\n"
	  "        the timeline of a capture\n"
	  "  smbtrail --json a.pcap b.pcapng.gz\n"
	  "        the same of two, as JSON, an object a line\n"
	  "  smbtrail --user alice --file '*.xls' --status error capture.pcap\n"
	  "        what alice could not do with spreadsheets\n"
	  "  smbtrail -w part.pcap --client 10.0.0.5 capture.pcap\n"
	  "        a capture of that client's connections\n" },
	{ 1 << CLI_VERB_MESSAGES, "  smbtrail messages capture.pcap\n"
				  "        every message, a line each\n"
				  "  smbtrail messages --json capture.pcap\n"
				  "        every message with all its fields, as JSON\n" },
	{ 1 << CLI_VERB_AUDIT, "  smbtrail audit *.pcap\n"
			       "        findings, clients, servers\n"
			       "  smbtrail audit --html report.html *.pcap\n"
			       "        the same as a page with charts and ladders\n" },
	{ 1 << CLI_VERB_EXTRACT, "  smbtrail extract --to evidence --share data capture.pcap\n"
				 "        the files of that share, and evidence/manifest.ndjson\n" },
	{ 1 << CLI_VERB_CREDENTIALS,
	  "  smbtrail credentials --reveal-secrets -o logons.txt capture.pcap\n"
	  "        for hashcat or john\n" },
	{ 1 << CLI_VERB_STATS, "  smbtrail stats capture.pcap\n"
			       "        response times\n"
			       "  smbtrail stats --html times.html *.pcap\n"
			       "        the same as a page with charts\n"
			       "  smbtrail stats --merge monday.json tuesday.json\n"
			       "        of what stats --json wrote on both days\n" },
	{ 1 << CLI_VERB_VERIFY, "  smbtrail verify smbtrail-*.json\n"
				"        whether no record and no file is missing or torn\n" },
	{ 1 << CLI_VERB_TIMELINE, "  tcpdump -w - port 445 | smbtrail -\n"
				  "        from standard input\n" },
	{ 1 << CLI_VERB_TIMELINE | 1 << CLI_VERB_MESSAGES,
	  "  smbtrail -f 'host 10.0.0.5' capture.pcap\n"
	  "        only packets that the filter (pcap-filter(7)) lets through\n"
	  "  sudo smbtrail -i eth0 --run-as nobody\n"
	  "        while it happens\n"
	  "  sudo smbtrail -i eth0 --run-as sensor --json -o /var/lib/sensor/smb.json \\\n"
	  "                --rotate-size 100M --rotate-keep 50\n"
	  "        to files, for months; -o unix:/run/smb.sock to another program\n" },
};

static const char exit_status[] =
	"Exit status: 0 all was read; 1 wrong usage, or an input that cannot be opened;\n"
	"2 an input is damaged or cut short, or a signal ended its reading (what precedes\n"
	"that is reported); 3 the output could not be written; 4 with --strict, something\n"
	"was lost; 10 audit --fail-on: something as severe was found; 70 an internal\n"
	"fault, or no memory.\n";

CliHelp *
cli_help_new(void)
{
	CliHelp *self = g_new0(CliHelp, 1);

	self->rows = g_array_new(FALSE, FALSE, sizeof(Row));
	return self;
}

void
cli_help_free(CliHelp *self)
{
	g_array_unref(self->rows);
	g_free(self);
}

static unsigned
verbs_of(const char *name, unsigned verbs)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fewer); i++)
		if (g_str_equal(fewer[i].name, name))
			return fewer[i].verbs;
	return verbs;
}

void
cli_help_add(CliHelp *self, GOptionContext *context, const char *title, unsigned verbs,
	     const GOptionEntry *entries)
{
	if (context)
		g_option_context_add_main_entries(context, entries, NULL);
	for (const GOptionEntry *e = entries; e->long_name; e++) {
		Row row = { .entry = *e, .title = title, .verbs = verbs_of(e->long_name, verbs) };

		if (*e->long_name && !(e->flags & G_OPTION_FLAG_HIDDEN))
			g_array_append_val(self->rows, row);
	}
}

const GOptionEntry *
cli_help_entry(const CliHelp *self, unsigned i, unsigned *ret_verbs)
{
	const Row *row;

	if (i >= self->rows->len)
		return NULL;
	row = &g_array_index(self->rows, Row, i);
	if (ret_verbs)
		*ret_verbs = row->verbs;
	return &row->entry;
}

const GOptionEntry *
cli_help_find(const CliHelp *self, const char *name)
{
	const GOptionEntry *entry;

	for (unsigned i = 0; (entry = cli_help_entry(self, i, NULL)); i++)
		if (g_str_equal(entry->long_name, name))
			return entry;
	return NULL;
}

bool
cli_help_takes_value(const GOptionEntry *entry)
{
	return entry->arg != G_OPTION_ARG_NONE && !(entry->flags & G_OPTION_FLAG_NO_ARG);
}

bool
cli_help_repeats(const GOptionEntry *entry)
{
	return entry->arg == G_OPTION_ARG_STRING_ARRAY || entry->arg == G_OPTION_ARG_FILENAME_ARRAY;
}

/* ---- The text ---- */

/* Words from column TEXT_AT on; `column` is where the line stands. */
static void
put_wrapped(GString *text, const char *words, size_t column)
{
	g_auto(GStrv) list = g_strsplit(words, " ", -1);

	for (char **word = list; *word; word++) {
		size_t n = strlen(*word);

		if (column + 1 + n > WIDTH && column > TEXT_AT) {
			g_string_append_printf(text, "\n%*s", TEXT_AT, "");
			column = TEXT_AT;
		} else if (column > TEXT_AT) {
			g_string_append_c(text, ' ');
			column++;
		}
		g_string_append(text, *word);
		column += n;
	}
	g_string_append_c(text, '\n');
}

static void
put_row(GString *text, const GOptionEntry *e)
{
	size_t from = text->len, column;

	if (e->short_name)
		g_string_append_printf(text, "  -%c, --%s", e->short_name, e->long_name);
	else
		g_string_append_printf(text, "      --%s", e->long_name);
	if (e->arg_description)
		g_string_append_printf(text, cli_help_takes_value(e) ? "=%s" : "[=%s]",
				       e->arg_description);
	column = text->len - from;
	if (column + 2 > TEXT_AT) {
		g_string_append_c(text, '\n');
		column = 0;
	}
	g_string_append_printf(text, "%*s", (int)(TEXT_AT - column), "");
	put_wrapped(text, e->description, TEXT_AT);
}

char *
cli_help_text(const CliHelp *self, CliVerb verb, bool all)
{
	unsigned verbs = all ? CLI_HELP_EVERY : 1u << verb;
	GString *text = g_string_new(all ? about_all : about[verb]);
	const char *title = NULL;

	for (guint i = 0; i < self->rows->len; i++) {
		const Row *row = &g_array_index(self->rows, Row, i);

		if (!(row->verbs & verbs))
			continue;
		if (row->title != title)
			g_string_append_printf(text, "\n%s:\n", row->title);
		title = row->title;
		put_row(text, &row->entry);
	}
	g_string_append(text, "\nExamples:\n");
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++)
		if (examples[i].verbs & verbs)
			g_string_append(text, examples[i].text);
	g_string_append_printf(text, "\n%s", exit_status);
	return g_string_free(text, FALSE);
}

/* ---- What somebody mistyped ---- */

/* An option that needs a value and has none; NULL: it is something else. */
static char *
missing_value(const CliHelp *self, const GError *error)
{
	static const char glib[] = "Missing argument for --";
	const char *name = error->message + sizeof(glib) - 1;

	if (!g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE) ||
	    !g_str_has_prefix(error->message, glib))
		return NULL;
	for (guint i = 0; i < self->rows->len; i++) {
		const GOptionEntry *entry = &g_array_index(self->rows, Row, i).entry;

		if (g_str_equal(entry->long_name, name) && entry->arg_description)
			return g_strdup_printf("--%s needs a value (%s): %s", name,
					       entry->arg_description, entry->description);
	}
	return NULL;
}

char *
cli_help_unknown(const CliHelp *self, const GError *error)
{
	static const char glib[] = "Unknown option ";
	const char *option = error->message + sizeof(glib) - 1, *nearest;
	g_autofree const char **names = NULL;
	char *missing = missing_value(self, error);

	if (missing)
		return missing;
	if (!g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) ||
	    !g_str_has_prefix(error->message, glib))
		return g_strdup(error->message);
	if (!g_str_has_prefix(option, "--"))
		return g_strdup_printf("unknown option %s; try smbtrail --help", option);
	names = g_new(const char *, self->rows->len + 1);
	for (guint i = 0; i < self->rows->len; i++)
		names[i] = g_array_index(self->rows, Row, i).entry.long_name;
	nearest = cli_nearest(option + 2, names, self->rows->len);
	return nearest ? g_strdup_printf("unknown option %s; did you mean --%s?", option, nearest)
		       : g_strdup_printf("unknown option %s; try smbtrail --help", option);
}
