/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options that select what a report is about; every verb has them. They are collected as texts
 * while the command line is parsed, and become a filter (output/filter/filter.h) afterwards.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "cli/words/help.h"
#include "output/filter/filter.h"

/* What GOption fills. */
typedef struct {
	char **values[OUT_FILTER_KEYS];
	char **until; /* another name of --to, which extract has for its folder */
} CliFilterOptions;

/* Adds them to the options of the program; `raw` outlives the parsing. */
void cli_filter_options_add(CliHelp *help, GOptionContext *context, CliFilterOptions *raw);

/*
 * For extract: --to is the folder that files go to; NULL in *ret_folder if it is not given, else the
 * caller owns it. False with error set if there are several.
 */
bool cli_filter_options_take_folder(CliFilterOptions *raw, char **ret_folder, GError **error);

/*
 * Makes the filter, or NULL in *ret_filter if no option asks for one; the caller owns it. False,
 * with an error that names the option, if a value is wrong. `utc`: times without a zone are UTC.
 */
bool cli_filter_options_take(const CliFilterOptions *raw, bool utc, OutFilter **ret_filter,
			     GError **error);
/* Frees the texts of the options. */
void cli_filter_options_clear(CliFilterOptions *raw);
