/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run says of itself before its first packet. */
#pragma once

#include "cli/options.h"
#include "output/base/writer.h"

/*
 * JSON: writes the `start` record, for a live capture and where --sandbox was given. Text: with -v,
 * a live capture says on standard error what its sandbox is.
 */
void cli_start_tell(const CliOptions *options, OutWriter *writer);
