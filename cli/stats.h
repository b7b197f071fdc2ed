/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verb stats. As for the audit, connections of a capture do not continue in the next one, so the
 * figures of many captures are the sum of theirs, however they are grouped.
 */
#pragma once

#include "cli/options.h"
#include "cli/report/report.h"
#include "cli/sensor/watch.h"

/* Reads everything and prints the figures; `live` NULL: the files of the options. */
CliExit cli_stats(const CliOptions *options, CliWatch *live, volatile bool *stop,
		  const CliReport *report);
