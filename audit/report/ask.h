/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What one setting means for one pair: the other half of whatif.c, which asks it of all pairs and
 * keeps the answers.
 *
 *     whatif.c ── AuditQuestion ──> ask.c ──> AuditBreak (why: NULL, it goes on)
 *                                     ├──> ask-signing.c   signing, encryption
 *                                     └──> ask-logons.c    kinds of logon
 */
#pragma once

#include "audit/report/whatif.h"

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
/* Whether a logon of this pair over SMB1 was signed. */
bool audit_signs1(const AuditPair *pair, const AuditAuth *auth);

/* ---- ask-signing.c, ask-logons.c: setting by setting ---- */

void audit_ask_signing(AuditQuestion *q);
void audit_ask_encryption(AuditQuestion *q);
/* A kind of secret: plain text, LM or NTLMv1. */
void audit_ask_kind(AuditQuestion *q, AuditIf what);
void audit_ask_ntlm(AuditQuestion *q, bool kerberos_used);
/* Guests, or anonymous users. Sessions that did nothing after the logon are not missed. */
void audit_ask_nameless(AuditQuestion *q, bool guest);
void audit_ask_rc4(AuditQuestion *q);
/* Let in as guest; let in without a name. */
bool audit_ask_is_guest(const AuditAuth *auth);
bool audit_ask_is_anonymous(const AuditAuth *auth);

/* ---- ask.c: what answers are made of ---- */

#define AUDIT_FIX_CLIENT "Update the client, or replace it."
#define AUDIT_FIX_PROGRAM "Find the program on the client that offers only SMB1, and update it."
#define AUDIT_FIX_ACCOUNT "Give the client an account on the server."

/* A reason, half a sentence, and what to do about it, a sentence. A pair may have several. */
void audit_ask_say(AuditQuestion *q, bool likely, const char *why, const char *fix);
/* Where what is judged was not seen to succeed: that. */
void audit_ask_say_unanswered(AuditQuestion *q);
/* `count` of the logons of this kind are stopped. */
void audit_ask_stop_auth(AuditQuestion *q, const AuditAuth *auth, uint64_t count);
/* The same of connections, where no logon is stopped; `at` may be NULL. */
void audit_ask_stop_pair(AuditQuestion *q, uint64_t count, const AuditEvidence *at);
bool audit_ask_is_accepted(const AuditAuth *auth);
/* Let in, as far as was seen: what a gap swallowed is no refusal. */
bool audit_ask_may_be_in(const AuditAuth *auth);
/* Used, as far as was seen; where nobody was seen to be let in, q->doubtful is set. */
bool audit_ask_may_be_used(AuditQuestion *q);
/* Says so, if something is stopped, and clears q->doubtful. */
void audit_ask_say_no_logon(AuditQuestion *q);
/* The client, anywhere. */
bool audit_ask_speaks_smb2(const AuditQuestion *q);
/* How many of these logons were over a dialect from `from` up to, but not, `before`. */
uint64_t audit_ask_with_dialects(const AuditAuth *auth, unsigned from, unsigned before);
/* How many of them may have been over SMB1 with a dialect that is not known. */
uint64_t audit_ask_over_unknown(const AuditQuestion *q, const AuditAuth *auth);
/* The newest that the client offered, or the server chose, anywhere is at least this dialect. */
bool audit_ask_client_offers(const AuditQuestion *q, unsigned dialect);
bool audit_ask_server_chose(const AuditQuestion *q, unsigned dialect);
/* In this pair a connection offered no dialect so new. */
bool audit_ask_offers_less(const AuditQuestion *q, unsigned least);
