/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of the audit's report, in the order in which report.c prints them. Each has its own
 * file and prints itself from its title to its last line, or nothing if it has nothing to say.
 */
#pragma once

#include "audit/report/whatif.h"
#include "output/audit/report-base.h"

/* Numbers of clients, servers and connections, times, dialects, and what was lost. */
void report_summary(Report *r);
/* Who logged on how, from where (accounts.c). */
void report_accounts(Report *r);
/* The machines to mend first, and why (machines.c). */
void report_machines(Report *r);
/* Every finding by rule, worst first, with its evidence (findings.c). */
void report_findings(Report *r);
/* The tables of clients and servers (hosts.c). */
void report_hosts(Report *r);
/* On which servers SMB1 can be switched off, and what keeps it from that on the others (hosts.c). */
void report_readiness(Report *r);
/* What the settings that were asked for would break, and in one sentence those that stop nobody. */
void report_what_ifs(Report *r);
/* How long captures cover, in words: "14 ms" (summary.c); freed with g_free. */
char *report_covered(const AuditCovered *covered);
