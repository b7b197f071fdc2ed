/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finding by finding: what report.c asks of each pair and each server, and of all together.
 *
 *     report.c ──> find.c         a pair; a server; what a server did after it was asked to
 *         └──────> challenges.c   a challenge or a response that is given twice
 */
#pragma once

#include "audit/attack/attack.h"
#include "audit/report/hosts.h"

/* What all findings are added with: the source of its evidence is borrowed. */
typedef struct {
	AuditReport *report;
	const AuditExceptions *exceptions;
	GPtrArray *asked; /* const AuditKept *: pairs whose server was told whom to notify */
} AuditFind;

/* ---- find.c ---- */

/* Adds a finding, unless it is accepted; its evidence is copied. */
void audit_find_add(AuditFind *all, const AuditFinding *finding);
/* Adds what is found in a pair alone, and notes in `asked` what audit_find_coercions is to look at. */
void audit_find_in_pair(AuditFind *all, const AuditKept *kept, const AuditPair *pair,
			const AuditMember *client);
/* Whoever its clients are: signing that one of them chose protects nobody else. */
void audit_find_in_server(AuditFind *all, const AuditMember *server);
/* What the servers in `asked` did, as clients, after they were asked to. */
void audit_find_coercions(AuditFind *all);
/* Kept out of the inventory: a scanner, a guesser or an attacker. */
bool audit_member_is_apart(const AuditMember *client);
/* Orders const AuditKept *, by server and client. */
gint audit_kept_by_server(gconstpointer a, gconstpointer b);

/* ---- challenges.c ---- */

/* Appends the challenges of a pair (AuditGiven). */
void audit_find_given(GArray *to, const AuditKept *kept, const AuditPair *pair);
/* Adds the challenges that a server gave again, and sorts them all by server. */
void audit_find_static(AuditFind *all, GArray *given);
/* Adds what was given by two servers, or to two, unless a connection showed it by itself. */
void audit_find_relays(AuditFind *all, const GArray *given);
