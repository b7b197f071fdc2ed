/* SPDX-License-Identifier: BSD-3-Clause */
/* When a live capture reports its counters, and which of its losses are new. */
#pragma once

#include "output/base/stats.h"

typedef struct {
	uint64_t every_us;        /* 0: only if asked for */
	int64_t begun_us, due_us; /* monotonic */
	OutTotals told;           /* of the last report of losses */
} CliStats;

void cli_stats_begin(CliStats *self, uint64_t every_us, int64_t now_us);
/* Whether it is time for a report; then the next one is due one interval later. */
bool cli_stats_due(CliStats *self, int64_t now_us);
/* A line on standard error with the counters. */
void cli_stats_print(const OutStats *stats);
/* A line on standard error with what was lost since the last one, if there is something. */
void cli_stats_print_loss(CliStats *self, const OutTotals *totals);
