/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which kinds of logon a server takes: the part of its posture that follows from authentications
 * (posture.h has the rest). It adds up over the pairs of a server:
 *
 *     audit_takes_add     once a pair, whatever the order
 *     audit_takes_settle  once, when all were added: what only all together show
 *
 * That a password was wrong says nothing about its kind. A kind is refused where the server says so,
 * or where the same account was let in with a better one, and nobody with this one.
 */
#pragma once

#include "audit/audit.h"

typedef enum {
	AUDIT_TAKES_PLAINTEXT,
	AUDIT_TAKES_LM,
	AUDIT_TAKES_NTLMV1,
	AUDIT_TAKES_NTLMV2,
	AUDIT_TAKES_KERBEROS,
	AUDIT_TAKES_GUEST,
	AUDIT_TAKES_ANONYMOUS,
	AUDIT_TAKES,
} AuditTake;
const char *audit_take_name(AuditTake take); /* "ntlmv1" */

/* The kind of a logon as the server sees it; -1: none of these. */
int audit_take_of(const AuditIdentity *who);

/* NTLM of any version, LM among them. */
bool audit_is_ntlm(SmbPasswordType type);
/* Ticket or session key encryption that guessing passwords breaks, or DES: RFC 4757, RFC 3961. */
bool audit_is_weak_encryption(int32_t type);

typedef struct {
	AuditSighting accepted, refused;
	uint64_t accepted_ns, refused_ns; /* last seen */
	GPtrArray *doubtful; /* owned: accounts that were refused, maybe for their password */
} AuditTaken;

typedef struct {
	AuditTaken kinds[AUDIT_TAKES];
	GHashTable *best; /* owned: account, and the best kind with which it was let in, plus 1 */
} AuditTakes;

void audit_takes_add(AuditTakes *self, const AuditPair *pair);
void audit_takes_settle(AuditTakes *self);
/* Frees what it owns and makes it empty. */
void audit_takes_clear(AuditTakes *self);
