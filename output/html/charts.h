/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Charts in SVG, without script and with their numbers beside the bars, so that they are also read
 * in black and white. Tallies are borrowed.
 */
#pragma once

#include "output/html/page.h"

/* A bar for each key, the most frequent first; a key "none" is shown as `none`. `title` is ours. */
void chart_bars(Page *page, const char *title, const AuditTally *tally, const char *none);
/* A column for each day from the first to the last, or for each month if there are many. */
void chart_days(Page *page, const char *title, const AuditTally *days);
