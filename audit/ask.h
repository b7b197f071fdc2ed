/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What one setting means for one pair: the other half of whatif.c, which asks it of all pairs and
 * keeps the answers.
 *
 *     whatif.c ── AuditQuestion ──> ask.c ──> AuditBreak (why: NULL, it goes on)
 */
#pragma once

#include "audit/whatif.h"

/* What is asked of one pair. */
typedef struct {
	const AuditReport *report;
	const AuditSetting *setting;
	const AuditPair *pair;
	const AuditTraitSet *client, *server;
	const AuditTally *better; /* account, and the best kind it was let in with from this client */
	bool client_signs1;       /* in SMB1, somewhere */
	AuditBreak *to;
	bool kerberos_used; /* by the client, somewhere */
	bool doubtful; /* what is being judged was not seen to succeed: nothing of it is proved */
} AuditQuestion;

/* Fills in q->to, which the caller frees; its `why` stays NULL where the setting stops nothing. */
void audit_ask(AuditQuestion *q);
/* Whether a logon over SMB1 was signed. */
bool audit_signs1(const AuditAuth *auth);
