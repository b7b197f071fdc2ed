/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which sink prints which format for the verbs timeline and messages. A format that has a row in
 * formats.c is selected by its option, and conflicts.c accepts that option with the verb. (The
 * reports of the audit are no sinks, see output/audit/audit.h.)
 */
#pragma once

#include <stdbool.h>

#include "cli/options.h"
#include "output/base/sink.h"

typedef OutSink *(*CliSinkFn)(OutWriter *writer, const OutOptions *options);

/* The constructor of the sink that the options select; they were checked (conflicts.h). */
CliSinkFn cli_format_of(const CliOptions *options);

/* Whether one of these verbs prints CSV, so that --csv is not an option of the audit alone. */
bool cli_prints_csv(CliVerb verb);
