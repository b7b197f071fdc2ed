/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verb audit. Each capture is judged on its own, and its connections do not continue in the
 * next one. So the audit of many captures is the sum of their audits, however they are grouped.
 */
#pragma once

#include "cli/options.h"
#include "cli/report/report.h"
#include "cli/sensor/watch.h"

/* Runs the audit and prints to `report`; `live` NULL: the files of the options. */
CliExit cli_audit(const CliOptions *options, CliWatch *live, volatile bool *stop,
		  const CliReport *report);
