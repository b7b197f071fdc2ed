/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the audit concludes from a connection: which rules it violates.
 *
 *     events ──> track.c gathers ──> AuditFacts ──> judge.c judges ──> AuditFacts.pair ──> inventory.c
 *
 * Exchanges give facts, and frames as their evidence. What applies to the connection as a whole
 * (signing, which side limits the other, whether it is a scanner's) is only known at its end. So
 * gathering and judging are separate: track.c owns the AuditFacts, fills them while the connection
 * lives, and calls judge.c at each logon and at the end. A judgement is only an entry in
 * `pair.seen` or `pair.numbers`; it never reads events.
 *
 * A new rule is a row in rules.c and a few lines in judge.c. What takes several connections or pairs
 * (a challenge given twice, guessed passwords) is judged in report/, where all of them are together.
 */
#pragma once

#include "audit/audit.h"

typedef struct AuditAttack AuditAttack; /* attack/attack.h */

/* Of one connection that has not ended. Evidence with frame 0: not seen. */
typedef struct {
	const AuditKey *key;       /* borrowed: the audit's */
	AuditPair pair;            /* owned: what will be added to the inventory */
	AuditEvidence negotiated;  /* the first negotiate */
	AuditEvidence smb1;        /* the first exchange that shows SMB1 in use */
	AuditEvidence unsupported; /* the change notification that was refused */
	AuditEvidence logged_on;   /* the first logon of a known user */
	uint32_t negotiates;
	uint32_t waiting; /* change notifications still waiting for a change */
	bool answered;    /* a negotiate was seen with its answer */
	bool refused;     /* the answer says that no dialect will do */
	bool smb1_offered, smb1_seen, smb2_seen;
	bool smb1_answered, smb2_answered; /* what was not a negotiate */
	bool setup;                        /* a session setup or a tree connect was asked for */
	bool after_logon; /* an exchange that would be signed was seen whole after a logon */
	bool used;        /* somebody was let in, or something else succeeded */
	bool browsed;     /* the computer browser asked for servers */
	bool worked;      /* anything else was done, or a share but IPC$ was asked for */
	bool went_on;     /* something was asked for that only who was let in asks for */
	bool guests;      /* somebody was let in without a key to sign with */
	bool shown; /* somebody who was not refused, nor let in as guest or nobody, sent a secret */
	bool scanner;
	AuditAttack *attack; /* owned; NULL: nothing that an attack would do was seen */
} AuditFacts;

/* The frame `at` of a connection of the capture that is being read. */
AuditEvidence audit_evidence_of(const Audit *audit, const SmbConnectionInfo *info,
				const SmbStamp *at);

/* One more of `key` in a list of the pair. */
void audit_facts_count(AuditFacts *self, AuditTallyId id, const char *key);
/* The same of a name that a datagram gives an address to which another one gave another name. */
void audit_facts_contradicted(AuditFacts *self, AuditTallyId id, const SmbString *name);

/* Whether this challenge (8 bytes) is a default of attack tools. */
bool audit_judge_challenge(SmbSpan challenge);

/* An attempt to log on, when its outcome is known: the rules of its secret and of its outcome. */
void audit_judge_auth(AuditFacts *self, const SmbAuth *auth, const AuditEvidence *at);

/* At the end of a connection that is not a scanner's: dialect, signing, end, and the numbers. */
void audit_judge_connection(const Audit *audit, AuditFacts *self, const SmbConnectionInfo *info);

/* Whether its two ends spoke SMB1 (1), or a later version (2), after what they negotiated. */
bool audit_judge_spoke(const AuditFacts *self, const SmbConnectionInfo *info, unsigned version);

/*
 * Whether it asked for the server's dialects and went away: seen from beginning to end, so there
 * was nothing else, and nothing is known that would have kept the client from going on.
 */
bool audit_judge_is_probe(const AuditFacts *self, const SmbConnectionInfo *info);

/*
 * Before the connection becomes part of the pair: if passwords of shares showed that the server
 * works with share-level security, though its answer to the negotiate was not seen, what looked
 * like logons without a name were none. They are forgotten.
 */
void audit_judge_identities(AuditFacts *self, const SmbConnectionInfo *info);
/*
 * At the end of a connection of a scanner or an attack, once it is judged like any other: what is
 * evidence of it, wrong passwords, the names of both and what is a fact of the server stay, and all
 * else is forgotten.
 */
void audit_judge_apart(const Audit *audit, AuditFacts *self, const SmbConnectionInfo *info);

/* Whether a rule is about the server whoever its client is, even a scanner. */
bool audit_rule_is_of_any_server(AuditRuleId rule);

/* Whether it is about what anybody who listens learns of an account. */
bool audit_rule_is_of_secret(AuditRuleId rule);
