/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The report of figures as text from inside: text.c has the tables, text-sums.c the sentences.
 * Private to output/stats.
 */
#pragma once

#include "output/base/time.h"
#include "output/base/words.h"
#include "output/stats/stats.h"

typedef struct {
	OutBuffer *b;
	const Stats *stats;
	const OutOptions *options;
	OutClock clock;
	unsigned columns;
	unsigned shown;
	bool wide;
	unsigned name; /* columns of one */
	unsigned segments_name;
} FiguresText;

/* An empty line, and the title of what follows. */
void figures_heading(FiguresText *self, const char *title);

/* text-sums.c: how many requests, from when to when, and what became of them. */
void figures_summary(FiguresText *self);
/* How many connections, and what there is to say of them. */
void figures_connections(FiguresText *self);
