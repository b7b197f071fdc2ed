/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Charts in SVG, without script and with their numbers beside the bars, so that they are also read
 * in black and white. Tallies are borrowed.
 */
#pragma once

#include "output/html/page.h"

/* A bar for each key, the most frequent first; a key "none" is shown as `none`. `title` is ours. */
void chart_bars(Page *page, const char *title, const AuditTally *tally, const char *none);
/* A column of a chart over time. */
typedef struct {
	char label[40]; /* ours: when */
	uint64_t count;
} ChartColumn;
/*
 * `n` columns in their order, with the first and the last label, or with all of them where they have
 * room; what they count is called `one` or `many`. All words are ours.
 */
void chart_columns(Page *page, const char *title, const ChartColumn *columns, guint n,
		   bool label_all, const char *one, const char *many);
/*
 * Connections by day, a column for each from the first to the last; or by month, for each that has
 * any, where there are more than a hundred days.
 */
void chart_days(Page *page, const AuditTally *days);
