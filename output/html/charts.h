/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Charts in SVG, without script and with their numbers beside the bars, so that they are also read
 * in black and white. Tallies are borrowed.
 */
#pragma once

#include "output/html/page.h"

/* A bar for each key, the most frequent first; a key "none" is shown as `none`. `title` is ours. */
void chart_bars(Page *page, const char *title, const AuditTally *tally, const char *none);
/*
 * Connections by day, a column for each from the first to the last; or by month, for each that has
 * any, where there are more than a hundred days.
 */
void chart_days(Page *page, const AuditTally *days);
