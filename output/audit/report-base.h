/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the parts of the audit's report share: one Report, made by report_begin for one report, and
 * valid only for it. It owns nothing; writer, report and options are borrowed.
 *
 *     report.c ──> summary.c accounts.c machines.c findings.c hosts.c ──> report-base.c
 *                  rules.c ───────────────────────────────────────────────────┘ networks.c
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
	size_t from;  /* where in the buffer the lines begin that were not fitted yet */
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

/* How many entries of a list are shown: `usual`, unless the options say otherwise. */
guint report_most(const Report *r, guint usual);

/* "  and 7 more; --csv has all": how many are not shown, after so many spaces, and who has them. */
void report_more(Report *r, uint64_t n, const char *indent, const char *where);

/*
 * Machines (AuditAddress, in order) by their networks, those with most machines first, a few of
 * them: "10.1.2.0/24 (37), 10.1.3.4, 12 more in 3 networks".
 */
void report_networks(const Report *r, OutBuffer *b, const GArray *machines);

/* So many spaces. */
void report_spaces(OutBuffer *b, size_t n);

/*
 * A rule with its meaning and what to do, as findings and the list of rules have it. The severity is
 * that of the findings below it, which may be less than the rule's. What to do is `fix`; NULL: it is told
 * already, and so are the words.
 */
void report_rule_heading(Report *r, const AuditRule *rule, AuditSeverity severity, const char *fix);
/* A profile with its settings, its source and what it leaves out. */
void report_profile(Report *r, const AuditProfile *profile);

/*
 * A name of a host that says more than its address, and how many others it has, in so many columns
 * at most.
 */
void report_name(OutBuffer *b, const AuditHost *host, size_t width);

/*
 * Ends lines: none of them is wider than the terminal, and they are written when the buffer is full.
 * The buffer then begins anew.
 */
void report_flush(Report *r);
