/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verb verify: whether outputs of --json are whole, the files of a rotated one in their order.
 *
 * Checked is that each line is JSON (RFC 8259) with a newline, that its record is one of those of
 * the schema, has the members that it must have and no other, and these the right JSON types (not
 * what is inside of them); that the last record is an `end`; that each `end` agrees with what is
 * before it: records of the part, parts that follow each other, records that were lost, counters
 * that do not run backwards.
 */
#pragma once

#include "cli/options.h"

/* Prints a line for each file; problems go to standard error. */
CliExit cli_verify(CliOptions *options, const volatile bool *stop);
