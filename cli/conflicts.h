/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which options go together. The options given become a set of bits, which is checked against one
 * table of rows { option, only with, refused with, message }: the first row that is violated gives
 * the message. A new option that excludes another is a new row.
 */
#pragma once

#include "cli/options.h"

/*
 * False, with error set, if options were given that do not go together. Reads the options only;
 * values are checked where they are read.
 */
bool cli_conflicts_check(const CliOptions *options, GError **error);
