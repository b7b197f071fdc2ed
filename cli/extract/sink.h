/* SPDX-License-Identifier: BSD-3-Clause */
/* The sink of extract. */
#pragma once

#include "cli/extract/files.h"
#include "output/base/sink.h"

/*
 * `place` and both writers are borrowed. `manifest` (NULL: there is none) gets a record for each
 * version, `report` the same with `json`, else a line. `room` is for the table of files, in bytes.
 */
OutSink *cli_extract_sink_new(CliPlace *place, OutWriter *report, OutWriter *manifest, bool json,
			      bool pipes, size_t room);
/* Ends all versions: nothing is stored after that. Before out_sink_end. */
void cli_extract_sink_finish(OutSink *sink);
