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
 *
 * Accounts have a limit; beyond it those of the smallest ranks are kept, and the others are counted.
 * A kind that only they would show to be refused is unknown then: nothing is said that is not so.
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
/* How many of these logons had such a ticket, or such a session key. */
uint64_t audit_weak_tickets(const AuditAuth *auth);

typedef struct {
	AuditSighting accepted, refused;
	uint64_t accepted_ns, refused_ns; /* last seen */
	GTree *doubtful; /* owned: accounts that were refused, maybe for their password */
} AuditTaken;

typedef struct {
	AuditTaken kinds[AUDIT_TAKES];
	GTree *best; /* owned: accounts of clients, with the best kind with which they were let in */
	/* Logons whose account there was no room for, or that it pushed out. */
	uint64_t left_out;
} AuditTakes;

/* Of fewer logons than this nothing is ever left out. */
enum { AUDIT_TAKES_MAX = SMB_CAP(4096, 2) };

/* `key`: the same each time. */
void audit_takes_add(AuditTakes *self, const AuditKey *key, const AuditPair *pair);
void audit_takes_settle(AuditTakes *self);
/* Frees what it owns and makes it empty. */
void audit_takes_clear(AuditTakes *self);
