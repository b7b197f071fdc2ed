/* SPDX-License-Identifier: BSD-3-Clause */
/* The report for people is made of parts, a file each. Only those include this. */
#pragma once

#include "output/audit/audit.h"
#include "output/base/time.h"
#include "output/base/words.h"

enum {
	REPORT_WIDTH = 100, /* where nobody says how wide it may be */
	REPORT_WIDTH_MIN = 60,
	REPORT_NAMES_SHOWN = 24, /* width of a name */
};

typedef struct {
	OutWriter *writer;
	OutBuffer *b;              /* its */
	const AuditReport *report; /* NULL: only the rules */
	const OutOptions *options;
	OutClock clock;
	size_t width;
} Report;

Report report_begin(OutWriter *writer, const AuditReport *report, const OutOptions *options);
void report_title(Report *r, const char *text);
/*
 * A text broken at spaces, each line with the indent before it. The first line stands at `used`
 * already.
 */
void report_wrap(Report *r, size_t used, size_t indent, const char *text);
void report_spaces(OutBuffer *b, size_t n);

/* A name of a host that says more than its address, and how many others it has. */
void report_name(OutBuffer *b, const AuditHost *host);

/* The parts, in the order in which they are printed. */
void report_summary(Report *r);
void report_machines(Report *r);
void report_findings(Report *r);
void report_rule_heading(Report *r, const AuditRule *rule);
void report_hosts(Report *r);
void report_readiness(Report *r);
