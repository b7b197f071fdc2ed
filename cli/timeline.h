/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verbs timeline and messages: every event is printed as it comes, by the sink that verb and
 * format choose. One pipeline and one sink see all captures of the run, so connections continue
 * from file to file.
 */
#pragma once

#include "cli/options.h"
#include "cli/report/report.h"
#include "cli/sensor/watch.h"

/*
 * Reads everything, prints to `report`, and returns the exit status. `live` is the open interface
 * (borrowed); NULL: the files of the options.
 */
CliExit cli_timeline(const CliOptions *options, CliWatch *live, volatile bool *stop,
		     const CliReport *report);
