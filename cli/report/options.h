/* SPDX-License-Identifier: BSD-3-Clause */
/* The options about where the report goes: rotation, --sync; and --mend of the verb verify. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "cli/report/file.h"
#include "cli/words/help.h"

typedef struct {
	/* as given; NULL: not */
	char *size_text, *time_text, *keep_text;
	gboolean sync, mend;
	CliRotation rotation; /* what they say */
} CliReportOptions;

/* Adds them to the options of the program; `self` outlives the parsing. */
void cli_report_options_add(CliHelp *help, GOptionContext *context, CliReportOptions *self);
/* Reads the values. False with error set. */
bool cli_report_options_check(CliReportOptions *self, GError **error);
void cli_report_options_clear(CliReportOptions *self);
