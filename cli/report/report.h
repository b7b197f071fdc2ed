/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the report of a run goes, as the options say: opened before privileges are dropped, closed
 * after the last record.
 */
#pragma once

#include "cli/options.h"
#include "output/base/destination.h"

typedef struct {
	OutDestination *to; /* owned */
	int fd; /* standard output or a file, to be asked whether it is a terminal; -1 */
} CliReport;

/* False with error set. */
bool cli_report_open(CliReport *self, const CliOptions *options, GError **error);
/* What it does once the sandbox is closed: opens files in its folder, makes its socket. */
void cli_report_needs(const CliOptions *options, CliSandboxNeeds *needs);
/* 0, or the errno because of which the last lines were not written. */
int cli_report_close(CliReport *self);
