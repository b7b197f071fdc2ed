/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A live capture as a whole: the interfaces, -w, privileges, the loop, and what is reported of it
 * while it goes on.
 *
 *     CliInterfaces ──> cli_live_run ─┬─> the pipeline ──> sink
 *                                     ├─> CliPackets       -w
 *                                     └─> CliStats         counters, losses
 */
#pragma once

#include "cli/options.h"
#include "cli/sensor/sandbox.h"

struct CliRun;
typedef struct CliWatch CliWatch;

/*
 * Opens the interfaces and what -w needs, and becomes --run-as without any capability. NULL with
 * error set where any of it fails; running on as root is refused unless it was asked for by name.
 */
CliWatch *cli_watch_open(const CliOptions *options, GError **error);
/* Closes everything; false if not all packets could be written. NULL is allowed: true. */
bool cli_watch_close(CliWatch *self);

/* What it does once the sandbox is closed: reads the interfaces, and makes files of -w. */
void cli_watch_needs(const CliWatch *self, CliSandboxNeeds *needs);

/* Names of the interfaces if there are several, else NULL; whether times are nanoseconds. */
const char *const *cli_watch_names(const CliWatch *self);
bool cli_watch_nanoseconds(const CliWatch *self);

/* Feeds the run's pipeline until it is stopped. False, with error set, if an interface failed. */
bool cli_watch_run(CliWatch *self, struct CliRun *run, GError **error);
