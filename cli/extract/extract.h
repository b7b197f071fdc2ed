/* SPDX-License-Identifier: BSD-3-Clause */
/* The verb extract. */
#pragma once

#include "cli/options.h"
#include "cli/report/report.h"

/* Puts the files of all captures of the options into a folder, and says so. */
CliExit cli_extract(CliOptions *options, volatile bool *stop, const CliReport *report);
