/* SPDX-License-Identifier: BSD-3-Clause */
/* The options that say what a report is about; every verb has them. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "cli/words/help.h"
#include "output/filter/filter.h"

/* What GOption fills. */
typedef struct {
	char **values[OUT_FILTER_KEYS];
} CliFilterOptions;

/* Adds them to the options of the program; `raw` outlives the parsing. */
void cli_filter_options_add(CliHelp *help, GOptionContext *context, CliFilterOptions *raw);

/*
 * The filter, or NULL in *ret_filter where none was asked for. False, with an error that names the
 * option, where a value is wrong. `utc`: times without a zone are UTC.
 */
bool cli_filter_options_take(const CliFilterOptions *raw, bool utc, OutFilter **ret_filter,
			     GError **error);
void cli_filter_options_clear(CliFilterOptions *raw);
