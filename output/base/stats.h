/* SPDX-License-Identifier: BSD-3-Clause */
/* What a live capture reports of itself while it goes on. */
#pragma once

#include <stddef.h>

#include "output/base/sink.h"

typedef struct {
	const char *name;
	bool up;
	uint64_t packets, outages;
	bool drops_known, interface_drops_known;
	uint64_t kernel_drops, interface_drops;
} OutInterfaceStats;

typedef struct {
	OutTotals totals;              /* since the beginning, as in the `end` record */
	uint64_t time_ns;              /* now */
	uint64_t uptime_ns;            /* since the beginning */
	uint64_t memory, memory_limit; /* bytes of what grows with the traffic */
	const OutInterfaceStats *interfaces;
	size_t n_interfaces;
} OutStats;

/* The `stats` record with its newline. */
void out_stats_json(OutBuffer *b, const OutStats *stats);
/* "1,234 packets, ...", without a newline. */
void out_stats_text(OutBuffer *b, const OutStats *stats);
/*
 * What was lost since `before`: "12 packets dropped by the kernel, ...", without a newline. False,
 * and nothing written, if nothing was.
 */
bool out_stats_loss(OutBuffer *b, const OutTotals *before, const OutTotals *now);
