/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections of the audit's page, in the order in which audit.c writes them. */
#pragma once

#include "audit/report/report.h"
#include "output/html/ladders.h"

typedef struct {
	Page page; /* first */
	const AuditReport *report;
	const Ladders *ladders; /* NULL: there will be none */
} AuditPage;

/* Numbers, charts, and what was lost (summary.c). */
void audit_page_summary(AuditPage *self);
/* Which machines to mend first (summary.c). */
void audit_page_machines(AuditPage *self);
/* What each setting of --if and --profile would stop; nothing if none was named (whatif.c). */
void audit_page_what_breaks(AuditPage *self);
/* By rule, worst first (findings.c). */
void audit_page_findings(AuditPage *self);
/* A cell with the places where something was seen (findings.c). */
void audit_page_evidence(AuditPage *self, const AuditSighting *seen);
/* Who logged on, how and where (accounts.c). */
void audit_page_accounts(AuditPage *self);
/* The tables of clients and servers (hosts.c). */
void audit_page_clients(AuditPage *self);
void audit_page_servers(AuditPage *self);
