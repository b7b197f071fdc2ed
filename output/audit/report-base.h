/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the parts of the audit's report share: one Report, made by report_begin for one report, and
 * valid only for it. It owns nothing; writer, report and options are borrowed.
 *
 *     report.c ──> summary.c machines.c findings.c hosts.c ──> report-base.c
 *                  rules.c ──────────────────────────────────────┘
 *
 * Parts do not know each other: only report.c calls them, through report.h.
 */
#pragma once

#include "output/audit/audit.h"
#include "output/base/time.h"
#include "output/base/words.h"

enum {
	REPORT_WIDTH = 100,      /* if no width is given */
	REPORT_NAMES_SHOWN = 24, /* width of a name */
};

typedef struct {
	OutWriter *writer;
	OutBuffer *b;              /* its */
	const AuditReport *report; /* NULL: only the rules */
	const OutOptions *options;
	OutClock clock;
	size_t width; /* columns */
} Report;

/* A Report that prints to `writer`, as wide as the options allow. */
Report report_begin(OutWriter *writer, const AuditReport *report, const OutOptions *options);

/* An empty line, and the title of a part. */
void report_title(Report *r, const char *text);

/*
 * A text broken at spaces, each line with the indent before it, with a newline at its end. The first
 * line has `used` columns already.
 */
void report_wrap(Report *r, size_t used, size_t indent, const char *text);

/* So many spaces. */
void report_spaces(OutBuffer *b, size_t n);

/* A rule with its severity, its meaning and what to do, as findings and the list of rules have it. */
void report_rule_heading(Report *r, const AuditRule *rule);

/*
 * A name of a host that says more than its address, and how many others it has, in so many columns
 * at most.
 */
void report_name(OutBuffer *b, const AuditHost *host, size_t width);

/* Ends a part that begins at `from` in the buffer: no line of it is wider than the terminal. */
void report_fit(Report *r, size_t from);
