/* SPDX-License-Identifier: BSD-3-Clause */
/* The names of the verbs. */
#include "cli/verb.h"

#include <string.h>

const char *const cli_verb_names[CLI_VERBS] = {
	[CLI_VERB_TIMELINE] = "timeline", [CLI_VERB_MESSAGES] = "messages",
	[CLI_VERB_AUDIT] = "audit",       [CLI_VERB_VERIFY] = "verify",
	[CLI_VERB_EXTRACT] = "extract",   [CLI_VERB_CREDENTIALS] = "credentials",
	[CLI_VERB_STATS] = "stats",
};

int
cli_verb_of(const char *word)
{
	for (int i = 0; i < CLI_VERBS; i++)
		if (strcmp(cli_verb_names[i], word) == 0)
			return i;
	return -1;
}
