/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who logged on: the authentications of all pairs by account, whatever its machines are. Like a
 * report it is worked out when it is asked for, of the pairs of a report, without scanners and those
 * that only guess passwords.
 *
 * An account is its domain and name, whose case does not count; a name that nobody can see
 * (Kerberos), or that there is none of (anonymous, a share's password), is one account of its kind.
 */
#pragma once

#include "audit/report/report.h"

/* "DOMAIN\\alice", or what it is called that has no name, as "Anonymous". Free it with g_free. */
char *audit_account_name(const AuditIdentity *who);

/* An authentication of a pair. */
typedef struct {
	uint64_t account;    /* a hash of its name */
	uint32_t pair, auth; /* indexes: report->pairs, AuditPair.auths */
} AuditLogon;

typedef struct {
	uint32_t first, n; /* its logons: AuditAccounts.logons */
	unsigned worst;    /* audit_password_rank of the worst secret that it sent */
	uint64_t accepted, refused;
	uint64_t others; /* without a result: the answer was not seen, or the logon was given up */
	bool guest;      /* let in as guest */
	bool null_session;
	bool act;  /* somebody has to change how it logs on */
	bool weak; /* one of its tickets had an old key, which is its server's to change */
} AuditAccount;

typedef struct {
	const AuditReport *report; /* borrowed */
	GArray *logons;            /* AuditLogon, by account and pair */
	GArray *accounts;          /* AuditAccount, worst first */
	uint64_t nameless; /* logons without a name that were refused: they are of no account */
	uint32_t acts;     /* accounts that need a change: they come first */
} AuditAccounts;

AuditAccounts *audit_accounts_new(const AuditReport *report);
void audit_accounts_free(AuditAccounts *self); /* NULL is fine */

/* What one account did. Owned: clear it with audit_account_use_clear. */
typedef struct {
	char *name;       /* "DOMAIN\\alice", or what it is called that has none */
	AuditTally types; /* attempts by kind of secret */
	AuditTally shares;
	AuditTally programs;       /* of its clients */
	GArray *clients, *servers; /* AuditAddress, each once, in order */
} AuditAccountUse;

void audit_account_use(const AuditAccounts *self, const AuditAccount *account,
		       AuditAccountUse *ret);
void audit_account_use_clear(AuditAccountUse *self);
