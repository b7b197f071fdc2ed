/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The last record of every run: its totals, and everything that was lost. Output that does not end
 * with it was cut short.
 */
#pragma once

#include <stddef.h>

#include "output/base/sink.h"

/*
 * The counters of OutTotals, by their names in the record. Those that may be null are not among
 * them.
 */
typedef struct {
	const char *key;
	size_t offset; /* of a uint64_t in OutTotals */
	bool optional; /* in the record only if it is not 0 */
} OutCounter;

extern const OutCounter out_counters[];
extern const size_t out_counters_count;

/* Adds the totals of another run; sums stop at the largest number. The exit code is not changed. */
void out_totals_add(OutTotals *to, const OutTotals *from);
/* Takes over how far the output is, and what it lost. */
void out_totals_take_written(OutTotals *totals, OutWriter *writer);
/* Whether anything was lost that a report needs, which --strict makes an exit status. */
bool out_totals_lossy(const OutTotals *totals);

/* SMB_INCOMPLETE_* of the run as a whole: what it lost, in the terms of the records. */
uint32_t out_totals_incomplete(const OutTotals *totals);

/* The counters, each with its comma: part of the `end` record and of `stats`. */
void out_totals_json(OutBuffer *b, const OutTotals *totals);
/* The `end` record with its newline. */
void out_end_json(OutBuffer *b, const OutTotals *totals, bool nanoseconds);
/* Text: a line of totals, and one for each kind of loss. */
void out_end_text(OutBuffer *b, const OutTotals *totals, bool colour);
