/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options that only the verb audit has. They are a part of CliOptions (options.h), which owns
 * them; the checks of single values are here, those of combinations in conflicts.h.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "audit/report/report.h"
#include "audit/report/settings.h"
#include "cli/words/help.h"

/* What GOption fills. */
typedef struct {
	gboolean merge, diff, rules;
	char *csv;              /* --csv; NULL: no CSV */
	unsigned table;         /* of it (out_audit_table_find) */
	char *fail_on;          /* --fail-on; NULL: never */
	char **ifs, **profiles; /* --if, --profile; NULL: none */
	char *enough_text;
	AuditSettings settings; /* what both name */
	unsigned enough;        /* --enough, days */
	char **ignore;          /* --ignore, RULE[=CLIENT[,SERVER]] */
	char *baseline;         /* file of accepted findings */
	int baseline_fd;        /* its descriptor; -1: not opened yet, or standard input */
	char *every_text;
	unsigned every; /* --every, seconds; 0: never */
	char *key;      /* file with the secret; NULL: the machine's own */
	AuditKey ranks; /* what follows from it, once the inputs are open */
	char *site;     /* --site; NULL: none */
	gboolean site_from_path;
	gboolean all;   /* --all */
	char *top_text; /* --top; NULL: few entries of each list */
	unsigned top;   /* as OutOptions has it */
} CliAuditOptions;

/* Adds them to the options of the program; `options` outlives the parsing. */
void cli_audit_options_add(CliHelp *help, GOptionContext *context, CliAuditOptions *options);
/* Checks the values. False, with error set, if one is wrong. */
bool cli_audit_options_check(CliAuditOptions *options, CliVerb verb, GError **error);
/*
 * Opens the baseline, while the program still has its privileges. False, with error set, if that is
 * not possible.
 */
bool cli_audit_options_load(CliAuditOptions *options, GError **error);
/*
 * Findings that --ignore and --baseline accept. NULL with error set if the file cannot be read, has
 * an invalid line, or is too large for its share of the memory.
 */
AuditExceptions *cli_audit_exceptions(const CliAuditOptions *options, size_t memory,
				      GError **error);
/* Frees the texts and forgets all settings. */
void cli_audit_options_clear(CliAuditOptions *options);

/*
 * The site of what a file holds: as given, or its folder's name; NULL: none. `path` NULL: an interface.
 * Free it.
 */
char *cli_audit_options_site(const CliAuditOptions *o, const char *path);
/* The same for what the audit gets from now on; captures are noted (audit_note_site). */
void cli_audit_options_set_site(const CliAuditOptions *o, Audit *audit, const char *path);
