/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which options go together. A command line is turned into a set of bits, what was given, and held
 * against one table of rows { option, only with, refused with, what to say }: the first row that is
 * violated says it. A new option that excludes another is a new row.
 */
#pragma once

#include "cli/options.h"

/*
 * False, with error set, where options were given that do not go together. Reads the options only;
 * values are checked where they are read.
 */
bool cli_conflicts_check(const CliOptions *options, GError **error);
