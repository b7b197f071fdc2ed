/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A destination that is a folder with Zeek's logs: each line names its log, a tab before the rest
 * (out_zeek_tsv_new). A log is made with its first line, never in place of something that is there,
 * and never through a link; "#open" and "#close" have the times of the capture.
 *
 * For the sandbox: after privileges were dropped this calls openat (O_CREAT | O_EXCL) below the
 * folder's descriptor, write and close.
 */
#pragma once

#include <glib.h>

#include "cli/sensor/sandbox.h"
#include "output/base/destination.h"

/* Makes the folder, or takes one that is there and has none of these logs. NULL with error set. */
OutDestination *cli_logs_new(const char *folder, GError **error);
/* What it does once the sandbox is closed. */
void cli_logs_needs(const char *folder, CliSandboxNeeds *needs);
