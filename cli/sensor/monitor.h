/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who watches a run: the service manager (notify.h), and Prometheus by a file or a socket
 * (metrics.h). Everything is opened before privileges go, and nothing waits. What goes wrong here
 * never ends a run.
 */
#pragma once

#include "cli/pipeline/pipeline.h"
#include "cli/sensor/monitor-options.h"
#include "cli/sensor/sandbox.h"

typedef struct CliMonitor CliMonitor;

/* NULL, with error set, if what was asked for cannot be opened. `memory` is that of --memory. */
CliMonitor *cli_monitor_open(const CliMonitorOptions *options, size_t memory, GError **error);
void cli_monitor_free(CliMonitor *self); /* NULL is fine */

/* What it opens while the run goes on. */
void cli_monitor_needs(const CliMonitorOptions *options, CliSandboxNeeds *needs);

/* The interface is open, privileges and all else are given up: packets will be read now. */
void cli_monitor_ready(CliMonitor *self);
/* Several times a second; the pipeline is only looked at. */
void cli_monitor_tick(CliMonitor *self, const CliPipeline *pipeline);
/* No packet is read any more. */
void cli_monitor_stopping(CliMonitor *self);
/* With the totals of the whole run. */
void cli_monitor_end(CliMonitor *self, const OutTotals *totals);
