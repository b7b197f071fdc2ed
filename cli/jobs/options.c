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
		{ "workers", 0, 0, G_OPTION_ARG_STRING, &o->workers_text,
		  "So many processes share the connections of a capture, or of interfaces (default "
		  "1: none do); the output is the same",
		  "N" },
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

static bool
read_number(const char *text, unsigned *ret_n, const char *wrong, GError **error)
{
	guint64 n = 1;

	if (text && !g_ascii_string_to_unsigned(text, 10, 1, JOBS_MAX, &n, NULL)) {
		g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, wrong);
		return false;
	}
	*ret_n = (unsigned)n;
	return true;
}

bool
cli_jobs_options_check(CliJobsOptions *o, GError **error)
{
	return read_number(o->text, &o->n, "-j takes a number of processes, from 1 to 256",
			   error) &&
	       read_number(o->workers_text, &o->workers,
			   "--workers takes a number of processes, from 1 to 256", error);
}

void
cli_jobs_options_clear(CliJobsOptions *o)
{
	g_free(o->text);
	g_free(o->workers_text);
	*o = (CliJobsOptions){ 0 };
}
