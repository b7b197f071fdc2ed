/* SPDX-License-Identifier: BSD-3-Clause */
/* The options that only the verb stats has; those that it shares with the audit are there. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/words/help.h"

typedef struct {
	char *interval_text;  /* --interval; NULL: as it fits */
	uint64_t interval_ns; /* 0: likewise */
} CliStatsOptions;

void cli_stats_options_add(CliHelp *help, GOptionContext *context, CliStatsOptions *options);
/* Checks the values. False, with error set, if one is wrong. */
bool cli_stats_options_check(CliStatsOptions *options, GError **error);
void cli_stats_options_clear(CliStatsOptions *options);
