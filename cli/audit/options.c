/* SPDX-License-Identifier: BSD-3-Clause */
/* The audit's own options, and the accepted findings of --ignore and --baseline. */
#include "cli/audit/options.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "cli/lines.h"
#include "output/audit/audit.h"
#include "output/stats/stats.h"

enum {
	LINE_MAX_BYTES = 1024, /* of a typed line */
	EXCEPTION_BYTES = 160, /* that an accepted finding takes, with all overhead */
	EXCEPTIONS_SHARE = 4,  /* part of the memory that they may take */
	DAYS_MAX = 36500,      /* of --enough */
	EVERY_MAX_S = 366 * 24 * 3600,
};

void
cli_audit_options_add(CliHelp *help, GOptionContext *context, CliAuditOptions *o)
{
	const GOptionEntry entries[] = {
		{ "csv", 0, 0, G_OPTION_ARG_STRING, &o->csv,
		  "Print a table as CSV: clients, servers, findings, logons, or breaks (with --if); "
		  "of stats: commands, statuses, servers, clients, shares, files, intervals, "
		  "sizes or slow",
		  "TABLE" },
		{ "fail-on", 0, 0, G_OPTION_ARG_STRING, &o->fail_on,
		  "Exit with status 10 if a finding is at least this severe (info, low, medium, "
		  "high, critical)",
		  "SEVERITY" },
		{ "if", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->ifs,
		  "Say who breaks if these are switched on: smb1=off, signing=required, "
		  "min-dialect=3.0, ntlmv1=off, guest=off ... (the man page has all)",
		  "SETTING[,SETTING...]" },
		{ "profile", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->profiles,
		  "The same for what a release does by default: win11-24h2, server2025, samba "
		  "(also with -client, -server)",
		  "NAME" },
		{ "enough", 0, 0, G_OPTION_ARG_STRING, &o->enough_text,
		  "Conclude nothing from what was not seen on less than so many days (7)", "DAYS" },
		{ "ignore", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->ignore,
		  "Accept a rule's findings (of a client, of a client and a server)",
		  "RULE[=CLIENT[,SERVER]]" },
		{ "baseline", 0, 0, G_OPTION_ARG_FILENAME, &o->baseline,
		  "Accept the findings in this file", "FILE" },
		{ "key", 0, 0, G_OPTION_ARG_FILENAME, &o->key,
		  "A file with the secret by which it chooses what it leaves out", "FILE" },
		{ "site", 0, 0, G_OPTION_ARG_FILENAME, &o->site,
		  "Where this was recorded: equal addresses of two sites are two machines", "NAME" },
		{ "site-from-path", 0, 0, G_OPTION_ARG_NONE, &o->site_from_path,
		  "The site is the name of the folder that each file is in", NULL },
		{ "top", 0, 0, G_OPTION_ARG_STRING, &o->top_text,
		  "Text: show so many entries of each list", "NUMBER" },
		{ "all", 0, 0, G_OPTION_ARG_NONE, &o->all, "Text: show all entries of each list",
		  NULL },
		{ "rules", 0, 0, G_OPTION_ARG_NONE, &o->rules, "List the rules and exit", NULL },
		{ "merge", 0, 0, G_OPTION_ARG_NONE, &o->merge,
		  "The files are records of earlier runs (--json); add them up", NULL },
		{ "diff", 0, 0, G_OPTION_ARG_NONE, &o->diff,
		  "The two files are records of earlier audits; report what changed", NULL },
		{ "every", 0, 0, G_OPTION_ARG_STRING, &o->every_text,
		  "Report what is known so far every so many seconds, too", "SECONDS" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Audit", 1 << CLI_VERB_AUDIT, entries);
}

static bool
refuse(GError **error, const char *text)
{
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, text);
	return false;
}

static bool
check_settings(CliAuditOptions *o, GError **error)
{
	for (char **text = o->ifs; text && *text; text++) {
		g_autofree char *wrong = audit_settings_read(&o->settings, *text);

		if (!wrong)
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "--if: \"%s\" is no setting; there are %s", wrong,
			    audit_settings_known());
		return false;
	}
	for (char **name = o->profiles; name && *name; name++) {
		const AuditProfile *profile = audit_profile_find(*name);

		if (profile) {
			audit_settings_add_profile(&o->settings, profile);
			continue;
		}
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "--profile: there is no profile \"%s\" (audit --rules lists them)",
			    *name);
		return false;
	}
	return true;
}

static bool
check_enough(CliAuditOptions *o, GError **error)
{
	guint64 days = AUDIT_ENOUGH_DAYS;

	if (o->enough_text &&
	    !g_ascii_string_to_unsigned(o->enough_text, 10, 0, DAYS_MAX, &days, NULL))
		return refuse(error, "--enough takes a number of days");
	o->enough = (unsigned)days;
	return true;
}

static bool
check_table(CliAuditOptions *o, CliVerb verb, GError **error)
{
	bool stats = verb == CLI_VERB_STATS;
	int table = 0;

	if (o->csv)
		table = stats ? out_figures_table_find(o->csv) : out_audit_table_find(o->csv);
	if (table < 0 && stats)
		return refuse(error, "--csv takes commands, statuses, servers, clients, shares, "
				     "files, intervals, sizes or slow");
	if (table < 0)
		return refuse(error, "--csv takes clients, servers, findings, logons or breaks");
	o->table = (unsigned)table;
	return true;
}

static bool
check_top(CliAuditOptions *o, GError **error)
{
	guint64 n;

	if (o->top_text && o->all)
		return refuse(error, "--top and --all exclude each other");
	o->top = o->all ? UINT_MAX : 0;
	if (!o->top_text)
		return true;
	if (!g_ascii_string_to_unsigned(o->top_text, 10, 1, INT_MAX, &n, NULL))
		return refuse(error, "--top takes a number of entries");
	o->top = (unsigned)n;
	return true;
}

bool
cli_audit_options_check(CliAuditOptions *o, CliVerb verb, GError **error)
{
	guint64 seconds;

	if (!check_settings(o, error) || !check_enough(o, error) || !check_table(o, verb, error) ||
	    !check_top(o, error))
		return false;
	if (o->site &&
	    (!*o->site || strlen(o->site) >= AUDIT_KEY_MAX || !g_utf8_validate(o->site, -1, NULL)))
		return refuse(error, "--site takes a name of 1 to 255 bytes (UTF-8)");
	if (o->fail_on && audit_severity_find(o->fail_on) < 0)
		return refuse(error, "--fail-on takes info, low, medium, high or critical");
	if (!o->every_text)
		return true;
	if (!g_ascii_string_to_unsigned(o->every_text, 10, 1, EVERY_MAX_S, &seconds, NULL))
		return refuse(error, "--every takes a number of seconds");
	o->every = (unsigned)seconds;
	return true;
}

/* A text that is not an address matches nobody, so it accepts nothing. */
static bool
append(AuditExceptions *exceptions, const char *rule, const char *const ends[2], const char *from,
       GError **error)
{
	AuditAddress addresses[2];
	bool any[2];
	int id = strcmp(rule, "*") == 0 ? AUDIT_RULES : audit_rule_find(rule);

	if (id < 0) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "%s: there is no rule \"%s\"", from, rule);
		return false;
	}
	for (int i = 0; i < 2; i++) {
		any[i] = !ends[i] || strcmp(ends[i], "*") == 0;
		if (!any[i] && !out_audit_read_address(ends[i], &addresses[i]))
			return true;
	}
	audit_exceptions_add(exceptions, (AuditRuleId)id, any[0] ? NULL : &addresses[0],
			     any[1] ? NULL : &addresses[1]);
	return true;
}

/* RULE[=CLIENT[,SERVER]] */
static bool
take_ignore(AuditExceptions *exceptions, const char *text, GError **error)
{
	g_auto(GStrv) halves = g_strsplit(text, "=", 2);
	g_auto(GStrv) ends = g_strsplit(halves[0] && halves[1] ? halves[1] : "", ",", 2);
	const char *const addresses[2] = { ends[0], ends[0] ? ends[1] : NULL };
	const char *rule = halves[0] ? halves[0] : "";

	/* Unlike in a file, a rule has to be named here. */
	return append(exceptions, strcmp(rule, "*") == 0 ? "" : rule, addresses, "--ignore", error);
}

/* A line of a baseline that somebody typed: RULE [CLIENT [SERVER]]. */
static bool
take_typed(AuditExceptions *exceptions, char *line, const char *path, GError **error)
{
	g_auto(GStrv) words = NULL;

	g_strstrip(line);
	if (!*line || *line == '#')
		return true;
	words = g_strsplit_set(line, " \t", 3);
	if (words[1] && words[2])
		g_strstrip(words[2]);
	return append(exceptions, words[0],
		      (const char *const[2]){ words[1], words[1] ? words[2] : NULL }, path, error);
}

/* The end of a line that is too long is left out: no address is so long, but a comment may be. */
static bool
take_line(AuditExceptions *exceptions, OutJson *line, const char *path, GError **error)
{
	char text[LINE_MAX_BYTES];
	size_t n = 0;
	int c;

	while ((c = out_json_peek(line)) == ' ' || c == '\t' || c == '\r')
		out_json_step(line);
	if (c == '{') {
		/*
		 * The other records of the same audit do not matter here, nor does a damaged one.
		 */
		out_audit_read_exception(line, exceptions);
		line->wrong = NULL;
		return true;
	}
	for (; (c = out_json_peek(line)) >= 0; out_json_step(line))
		if (n < sizeof(text) - 1)
			text[n++] = (char)c;
	text[n] = '\0';
	return take_typed(exceptions, text, path, error);
}

static bool
take_baseline(AuditExceptions *exceptions, const char *path, int fd, size_t memory, GError **error)
{
	CliLines *lines = cli_lines_open_fd(fd, path, NULL, error);
	OutJson *line = lines ? cli_lines_json(lines) : NULL;
	bool ok = lines != NULL;

	for (bool more = ok; ok && more; more = out_json_next_line(line)) {
		ok = take_line(exceptions, line, path, error);
		if (!ok || audit_exceptions_count(exceptions) <=
				   memory / EXCEPTIONS_SHARE / EXCEPTION_BYTES)
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "%s: more accepted findings than fit (--memory)", path);
		ok = false;
	}
	if (ok && !cli_lines_are_whole(lines)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s: cannot be read",
			    path);
		ok = false;
	}
	cli_lines_free(lines);
	return ok;
}

bool
cli_audit_options_load(CliAuditOptions *options, GError **error)
{
	const char *path = options->baseline;

	options->baseline_fd = -1;
	if (!path || strcmp(path, "-") == 0)
		return true;
	options->baseline_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (options->baseline_fd < 0)
		g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s",
			    path, g_strerror(errno));
	return options->baseline_fd >= 0;
}

AuditExceptions *
cli_audit_exceptions(const CliAuditOptions *options, size_t memory, GError **error)
{
	AuditExceptions *exceptions = audit_exceptions_new();
	bool ok = true;

	for (char **ignore = options->ignore; ok && ignore && *ignore; ignore++)
		ok = take_ignore(exceptions, *ignore, error);
	if (ok && options->baseline)
		ok = take_baseline(exceptions, options->baseline, options->baseline_fd, memory,
				   error);
	if (ok)
		return exceptions;
	audit_exceptions_free(exceptions);
	return NULL;
}

void
cli_audit_options_clear(CliAuditOptions *options)
{
	g_free(options->csv);
	g_free(options->fail_on);
	g_strfreev(options->ignore);
	g_free(options->baseline);
	g_free(options->key);
	g_free(options->site);
	g_free(options->top_text);
	g_free(options->every_text);
	g_free(options->enough_text);
	g_strfreev(options->ifs);
	g_strfreev(options->profiles);
	*options = (CliAuditOptions){ 0 };
}

char *
cli_audit_options_site(const CliAuditOptions *o, const char *path)
{
	g_autofree char *whole = NULL, *folder = NULL, *name = NULL, *site = NULL;

	if (!o->site_from_path)
		return g_strdup(o->site);
	if (!path || g_str_equal(path, "-"))
		return NULL;
	whole = g_canonicalize_filename(path, NULL);
	folder = g_path_get_dirname(whole);
	name = g_path_get_basename(folder);
	site = g_utf8_make_valid(name, -1);
	return g_str_equal(site, G_DIR_SEPARATOR_S) ? NULL : g_steal_pointer(&site);
}

void
cli_audit_options_set_site(const CliAuditOptions *o, Audit *audit, const char *path)
{
	g_autofree char *site = cli_audit_options_site(o, path);

	audit_set_site(audit, site);
	/* Records have one of their own. */
	if (!o->merge && !o->diff && (path || !o->site_from_path))
		audit_note_site(audit, audit->site);
}
