/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which sink prints which format for the verbs timeline and messages. A format that has a row in
 * formats.c is selected by its option, and conflicts.c accepts that option with the verb. Views (--as)
 * are in cli/views/form.h. (The reports of the audit are no sinks, see output/audit/audit.h.)
 */
#pragma once

#include <stdbool.h>

#include "cli/options.h"
#include "output/base/sink.h"

/* The sink that the options select; they were checked (conflicts.h). */
OutSink *cli_format_sink(const CliOptions *options, OutWriter *writer, const OutOptions *out);

/* Whether one of these verbs prints CSV, so that --csv is not an option of the audit alone. */
bool cli_prints_csv(CliVerb verb);
