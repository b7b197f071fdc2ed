/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of what watches a run: --metrics and --metrics-listen. */
#pragma once

#include <glib.h>

#include "cli/words/help.h"

typedef struct {
	char *file;   /* --metrics; NULL: none */
	char *listen; /* --metrics-listen, as it was given; NULL: nowhere */
} CliMonitorOptions;

void cli_monitor_options_add(CliHelp *help, GOptionContext *context, CliMonitorOptions *o);
void cli_monitor_options_clear(CliMonitorOptions *o);
