/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The configuration file of --config: lines "key = value", where a key is the long name of an option.
 * What it says is put before the arguments of the command line, as options, so that it is parsed,
 * checked and complained about as they are. An option of the command line takes the place of the
 * same one in the file, with all its values.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "cli/words/help.h"

typedef struct CliConfig CliConfig;

/*
 * Reads the file that --config names, if the command line has that option. NULL, with error set, if
 * it cannot be read or a line is wrong. `help` and `argv` are borrowed.
 */
CliConfig *cli_config_new(const CliHelp *help, int argc, char *const *argv, GError **error);
void cli_config_free(CliConfig *self); /* NULL is fine */

/*
 * The command line with the options of the file in it, for g_option_context_parse, which may change
 * the array: the array is the caller's, the strings remain the configuration's.
 */
char **cli_config_arguments(const CliConfig *self, int *ret_argc);

/* Puts file and line before the message if it is about an option that came from the file. */
void cli_config_blame(const CliConfig *self, GError **error);
