/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

enum { CLI_VERBS = 7 };

typedef enum {
	CLI_VERB_TIMELINE,
	CLI_VERB_MESSAGES,
	CLI_VERB_AUDIT,
	CLI_VERB_VERIFY,
	CLI_VERB_EXTRACT,
	CLI_VERB_CREDENTIALS,
	CLI_VERB_STATS,
} CliVerb;

/* By CliVerb. */
extern const char *const cli_verb_names[CLI_VERBS];

/* The CliVerb that a word is; -1: none. */
int cli_verb_of(const char *word);
