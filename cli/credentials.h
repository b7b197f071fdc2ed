/* SPDX-License-Identifier: BSD-3-Clause */
/* The verb credentials. */
#pragma once

#include "cli/options.h"
#include "cli/report/report.h"

/* Prints the secrets of all logons, each line once. */
CliExit cli_credentials(const CliOptions *options, volatile bool *stop, const CliReport *report);
