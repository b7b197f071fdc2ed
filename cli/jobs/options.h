/* SPDX-License-Identifier: BSD-3-Clause */
/* The options about many captures at once. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "cli/words/help.h"

typedef struct {
	char *text;         /* of -j */
	unsigned n;         /* processes that read; from 1 */
	char *workers_text; /* of --workers */
	unsigned workers;   /* processes that dissect; from 1, which is the run itself */
	gboolean rotated;   /* the files are one capture */
	gboolean apart;     /* each of them is one, for every verb */
} CliJobsOptions;

/* Adds them to the help and the parser, which fills `o`. */
void cli_jobs_options_add(CliHelp *help, GOptionContext *context, CliJobsOptions *o);
/* False, with error set, if a value is wrong. */
bool cli_jobs_options_check(CliJobsOptions *o, GError **error);
void cli_jobs_options_clear(CliJobsOptions *o);
