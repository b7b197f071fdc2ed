/* SPDX-License-Identifier: BSD-3-Clause */
/* -j, --rotated. */
#include "cli/jobs/options.h"

#include "cli/verb.h"

enum {
	JOBS_MAX = 256,
	READERS = CLI_HELP_ALL | 1 << CLI_VERB_STATS,
};

void
cli_jobs_options_add(CliHelp *help, GOptionContext *context, CliJobsOptions *o)
{
	const GOptionEntry entries[] = {
		{ "jobs", 'j', 0, G_OPTION_ARG_STRING, &o->text,
		  "Read so many captures at a time (default 1); the output is the same", "N" },
		{ "rotated", 0, 0, G_OPTION_ARG_NONE, &o->rotated,
		  "The files are one capture: connections go on from one to the next", NULL },
		{ "apart", 0, 0, G_OPTION_ARG_NONE, &o->apart,
		  "Each file, or rotated set of files, is a capture of its own, as for audit and "
		  "stats: no connection goes on in the next",
		  NULL },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};

	cli_help_add(help, context, "Many captures", READERS, entries);
}

bool
cli_jobs_options_check(CliJobsOptions *o, GError **error)
{
	guint64 n = 1;

	if (!o->text || g_ascii_string_to_unsigned(o->text, 10, 1, JOBS_MAX, &n, NULL)) {
		o->n = (unsigned)n;
		return true;
	}
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "-j takes a number of processes, from 1 to 256");
	return false;
}

void
cli_jobs_options_clear(CliJobsOptions *o)
{
	g_free(o->text);
	*o = (CliJobsOptions){ 0 };
}
