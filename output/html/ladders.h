/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ladders of a page of the audit: the connections in which its findings were seen, drawn when
 * the captures are read a second time (the audit keeps no exchanges). Captures, and the numbers of
 * connections in them, are those of the first reading.
 */
#pragma once

#include "audit/report/report.h"
#include "output/html/ladder.h"

/* Of an audit; one of each severe rule, then those of the worst findings. */
enum { LADDERS_MAX = SMB_CAP(60, 2) };

typedef struct Ladders Ladders;

/* The connections of a report's findings, the worst first, up to the cap. Free with ladders_free. */
Ladders *ladders_new(const AuditReport *report);
void ladders_free(Ladders *self); /* NULL is fine */

/* The number of the ladder that has this evidence; 0: it has none. */
uint64_t ladders_find(const Ladders *self, const AuditEvidence *evidence);
/* How many there will be. */
uint64_t ladders_count(const Ladders *self);
/* Whether there was no room for some. */
bool ladders_are_capped(const Ladders *self);

/*
 * A sink that draws them on the page as their connections end. Both are borrowed; out_sink_end has
 * nothing to do.
 */
OutSink *ladders_sink_new(Ladders *self, Page *page);
/* Says which were not found again. */
void ladders_put_missing(const Ladders *self, Page *page);
