/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The text of --help, in 80 columns, of all verbs or of one. GLib's own does not wrap, knows neither
 * verbs nor the name -h, and does not look at errors of the output.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "cli/verb.h"

typedef struct CliHelp CliHelp;

enum {
	/* those that read captures */
	CLI_HELP_ALL = 1 << CLI_VERB_TIMELINE | 1 << CLI_VERB_MESSAGES | 1 << CLI_VERB_AUDIT |
		       1 << CLI_VERB_EXTRACT | 1 << CLI_VERB_CREDENTIALS,
	/* and of these, those that watch interfaces */
	CLI_HELP_LIVE = 1 << CLI_VERB_TIMELINE | 1 << CLI_VERB_MESSAGES | 1 << CLI_VERB_AUDIT,
	CLI_HELP_EVERY = (1 << CLI_VERBS) - 1,
};

CliHelp *cli_help_new(void);
void cli_help_free(CliHelp *self);

/*
 * Adds options to those of the program, and a section of this title with them. `verbs` has a bit
 * (1 << CliVerb) for each verb that has them. `context` NULL: the program has options of these names
 * already, which mean something else with these verbs.
 */
void cli_help_add(CliHelp *self, GOptionContext *context, const char *title, unsigned verbs,
		  const GOptionEntry *entries);

/*
 * The options that the help has, in its order: NULL behind the last one. `ret_verbs` (NULL is fine)
 * is as in cli_help_add. What is made of the table (completions, the configuration file) walks it so.
 */
const GOptionEntry *cli_help_entry(const CliHelp *self, unsigned i, unsigned *ret_verbs);
/* The same by its long name; NULL: there is none. */
const GOptionEntry *cli_help_find(const CliHelp *self, const char *name);
/*
 * Whether the option needs a value (one that does not, but has an arg_description, may be followed by
 * "=" and this word), and whether it may be given several times. */
bool cli_help_takes_value(const GOptionEntry *entry);
bool cli_help_repeats(const GOptionEntry *entry);

/* The whole text, to be freed: of `verb`, or of all where `all`. */
char *cli_help_text(const CliHelp *self, CliVerb verb, bool all);

/*
 * "unknown option --jsno; did you mean --json?", of the message of GLib; to be freed. Any other
 * message as it is.
 */
char *cli_help_unknown(const CliHelp *self, const GError *error);
