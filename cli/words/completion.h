/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What bash, zsh and fish need in order to complete the command line: made of the option table, so
 * that no option is forgotten. The build installs what `smbtrail --completion=SHELL` prints.
 */
#pragma once

#include <glib.h>

#include "cli/words/help.h"

/* The whole file for this shell, to be freed. NULL, with error set, if the shell is not known. */
char *cli_completion_text(const CliHelp *help, const char *shell, GError **error);
