/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/audit-options.h"

#include <string.h>

#include "output/audit.h"

void
cli_audit_options_add(GOptionContext *context, CliAuditOptions *o)
{
	const GOptionEntry entries[] = {
		{ "csv", 0, 0, G_OPTION_ARG_NONE, &o->csv,
		  "audit: the tables of clients and servers as CSV", NULL },
		{ "fail-on", 0, 0, G_OPTION_ARG_STRING, &o->fail_on,
		  "audit: exit with 10 where a finding is so severe (info, low, medium, high, "
		  "critical)",
		  "SEVERITY" },
		{ "ignore", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->ignore,
		  "audit: accept a rule's findings (of a client, of a client and a server)",
		  "RULE[=CLIENT[,SERVER]]" },
		{ "baseline", 0, 0, G_OPTION_ARG_FILENAME, &o->baseline,
		  "audit: accept the findings in this file", "FILE" },
		{ "rules", 0, 0, G_OPTION_ARG_NONE, &o->rules, "audit: list the rules and exit",
		  NULL },
		{ "merge", 0, 0, G_OPTION_ARG_NONE, &o->merge,
		  "audit: the files are records of earlier audits; add them up", NULL },
		{ "diff", 0, 0, G_OPTION_ARG_NONE, &o->diff,
		  "audit: the two files are records of earlier audits; tell what changed", NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

static bool
refuse(GError **error, const char *text)
{
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, text);
	return false;
}

bool
cli_audit_options_check(const CliAuditOptions *o, bool is_audit, bool json, bool live,
			char *const *files, GError **error)
{
	bool any = o->merge || o->diff || o->rules || o->csv || o->fail_on || o->ignore ||
		   o->baseline;

	if (!is_audit)
		return any ? refuse(error, "--csv, --fail-on, --ignore, --baseline, --rules, "
					   "--merge and --diff are for audit")
			   : true;
	if (o->csv && json)
		return refuse(error, "--csv and --json exclude each other");
	if (o->merge + o->diff + o->rules > 1)
		return refuse(error, "--merge, --diff and --rules exclude each other");
	if (live && (o->merge || o->diff))
		return refuse(error, "--merge and --diff read files");
	if (o->diff && (!files[0] || !files[1] || files[2]))
		return refuse(error, "--diff takes two files: BEFORE and AFTER");
	if (o->diff && o->csv)
		return refuse(error, "--diff knows no --csv");
	if (o->fail_on && audit_severity_find(o->fail_on) < 0)
		return refuse(error, "--fail-on takes info, low, medium, high or critical");
	return true;
}

static void
exception_clear(gpointer data)
{
	AuditException *e = data;

	g_free(e->rule);
	g_free(e->client);
	g_free(e->server);
}

static bool
append(GArray *exceptions, AuditException *e, const char *from, GError **error)
{
	if (e->rule && audit_rule_find(e->rule) < 0) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "%s: there is no rule \"%s\"", from, e->rule);
		exception_clear(e);
		return false;
	}
	g_array_append_vals(exceptions, e, 1);
	return true;
}

/* RULE[=CLIENT[,SERVER]] */
static bool
take_ignore(GArray *exceptions, const char *text, GError **error)
{
	g_auto(GStrv) halves = g_strsplit(text, "=", 2);
	g_auto(GStrv) ends = g_strsplit(halves[0] && halves[1] ? halves[1] : "", ",", 2);
	AuditException e = { .rule = g_strdup(halves[0] ? halves[0] : "") };

	if (ends[0])
		e.client = g_strdup(ends[0]);
	if (ends[0] && ends[1])
		e.server = g_strdup(ends[1]);
	return append(exceptions, &e, "--ignore", error);
}

/* A line of a baseline: RULE [CLIENT [SERVER]], or a finding record. */
static bool
take_line(GArray *exceptions, char *line, const char *path, GError **error)
{
	g_auto(GStrv) words = NULL;
	AuditException e = { 0 };

	g_strstrip(line);
	if (!*line || *line == '#')
		return true;
	if (*line == '{') {
		/* The other records of the same audit say nothing here. */
		if (!out_audit_read_exception(line, strlen(line), &e))
			return true;
		/* A rule of another version finds nothing here. */
		if (audit_rule_find(e.rule) < 0) {
			exception_clear(&e);
			return true;
		}
		return append(exceptions, &e, path, error);
	}
	words = g_strsplit_set(line, " \t", 3);
	e.rule = strcmp(words[0], "*") == 0 ? NULL : g_strdup(words[0]);
	e.client = g_strdup(words[1]);
	e.server = words[1] && words[2] ? g_strdup(g_strstrip(words[2])) : NULL;
	return append(exceptions, &e, path, error);
}

static bool
take_baseline(GArray *exceptions, const char *path, GError **error)
{
	g_autofree char *contents = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &contents, NULL, error))
		return false;
	lines = g_strsplit(contents, "\n", -1);
	for (char **line = lines; *line; line++)
		if (!take_line(exceptions, *line, path, error))
			return false;
	return true;
}

GArray *
cli_audit_exceptions(const CliAuditOptions *options, GError **error)
{
	GArray *exceptions = g_array_new(FALSE, FALSE, sizeof(AuditException));
	bool ok = true;

	g_array_set_clear_func(exceptions, exception_clear);
	for (char **ignore = options->ignore; ok && ignore && *ignore; ignore++)
		ok = take_ignore(exceptions, *ignore, error);
	if (ok && options->baseline)
		ok = take_baseline(exceptions, options->baseline, error);
	if (ok)
		return exceptions;
	g_array_unref(exceptions);
	return NULL;
}

void
cli_audit_options_clear(CliAuditOptions *options)
{
	g_free(options->fail_on);
	g_strfreev(options->ignore);
	g_free(options->baseline);
	*options = (CliAuditOptions){ 0 };
}
