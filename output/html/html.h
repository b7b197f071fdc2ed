/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The report of an audit as one page of HTML, for whoever decides and for whoever mends: summary,
 * charts, findings with their evidence, accounts, clients, servers, and a ladder of each connection
 * that is evidence. (The page of the verb timeline is a sink, see output/base/sink.h.)
 */
#pragma once

#include "audit/report/report.h"
#include "output/base/sink.h"
#include "stats/stats.h"

/* How the captures can be read a second time, for the ladders. */
typedef struct {
	/* Hands all events of the captures to the sink, as in the first reading; NULL: see `why_not`. */
	void (*read)(void *user, OutSink *sink);
	void *user;
	const char *why_not; /* a sentence that is ours */
} OutHtmlAgain;

/* The whole page. All is borrowed. Secrets are never part of it. */
void out_audit_html(OutWriter *writer, const AuditReport *report, const OutOptions *options,
		    const OutTotals *totals, const OutHtmlAgain *again);

/* Figures (output/stats/stats.h) as a page: tables with bars, and what happened when. */
void out_figures_html(OutWriter *writer, const Stats *stats, const OutOptions *options,
		      const OutTotals *totals);
