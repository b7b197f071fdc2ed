/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures (stats/) as text, JSON and CSV (as HTML: output/html/html.h), and their JSON records back
 * into figures. Figures are borrowed. Nothing here fails: the writer latches errors
 * (output/base/writer.h).
 */
#pragma once

#include "output/base/json-read.h"
#include "output/base/json.h"
#include "output/base/sink.h"
#include "stats/stats.h"

/* A sink that feeds the figures. It prints nothing. */
OutSink *out_stats_sink_new(Stats *stats);

/* `figures` records. The caller ends with the `end` record. */
void out_figures_json(OutWriter *writer, const Stats *stats);
/* The table of this name: "commands" ... "slow"; -1: there is none. */
int out_figures_table_find(const char *name);
/* One of these tables, with a line of titles. */
void out_figures_csv(OutWriter *writer, const Stats *stats, unsigned table);
/* The report as text. */
void out_figures_text(OutWriter *writer, const Stats *stats, const OutOptions *options);

/* An address as text; "?" if it is unknown. */
void out_figures_address(OutBuffer *b, const StatsAddress *address);
/* What an item is called, as it is: an address, a status, a name. */
void out_figures_name(OutBuffer *b, const StatsItem *item);
/* Bytes from which on a size class counts: 0, 1, 2, 4 ... */
uint64_t out_figures_size(unsigned class);

typedef enum {
	OUT_FIGURES_OTHER,
	OUT_FIGURES_SUMMARY,
	OUT_FIGURES_END,
	OUT_FIGURES_INTERIM
} OutFiguresRecord;

/*
 * Adds one record of an earlier run, the line that is read; each run has one summary, and ends with
 * its end. NULL; or why the line could not be added, a constant.
 */
const char *out_figures_read(OutJson *line, Stats *stats, OutTotals *totals,
			     OutFiguresRecord *ret_record);
