/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What follows from the pairs: scanners, clients, servers, findings. Worked out anew for each
 * report, so that it does not matter in which order the pairs came together. A report borrows from
 * its audit.
 *
 * A report takes little memory for each pair, and it is accounted together with the pair
 * (audit_report_memory): facts about a client or a server are summed up only when it is reported.
 */
#pragma once

#include "audit/guesses.h"
#include "audit/report/settings.h"
#include "audit/takes.h"

/*
 * Which findings are accepted: those of a rule, of a client and of a server. NULL in place of an
 * address, and AUDIT_RULES in place of a rule, is any.
 */
typedef struct AuditExceptions AuditExceptions;

/* None accepted so far; free with audit_exceptions_free. */
AuditExceptions *audit_exceptions_new(void);
/*
 * Accepts the findings of a rule between these two; the addresses are copied. Without a site they
 * are those of all sites. Of more than AUDIT_SITES_MAX sites nothing is accepted.
 */
void audit_exceptions_add(AuditExceptions *self, AuditRuleId rule, const AuditAddress *client,
			  const AuditAddress *server);
/* How many were added. */
size_t audit_exceptions_count(const AuditExceptions *self);
/* Whether a finding of this rule between these two is accepted. */
bool audit_exceptions_have(const AuditExceptions *self, AuditRuleId rule,
			   const AuditAddress *client, const AuditAddress *server);
void audit_exceptions_free(AuditExceptions *self); /* NULL is fine */

/* How a finding is known, where there is more than one way. */
typedef enum {
	AUDIT_PROOF_ONE_WAY,
	AUDIT_PROOF_KNOWN_VALUE, /* static-challenge: a default of attack tools */
	AUDIT_PROOF_AGAIN,       /* static-challenge: used more than once */
	AUDIT_PROOF_ASKS,        /* scanner: it only negotiates dialects */
	AUDIT_PROOF_NAME, /* scanner: it names itself, or floods a connection as no client does */
} AuditProof;
const char *audit_proof_name(AuditProof proof); /* "known_value"; NULL for ONE_WAY */

typedef struct {
	const AuditKept *pair;
	AuditRuleId rule;
	AuditScope scope; /* whose doing it is, here */
	AuditProof proof;
	AuditSeverity severity; /* its rule's, or less */
	bool whole; /* of the server whoever its clients are: only the server of `pair` counts */
	uint64_t count;
	AuditSighting shown; /* its evidence; owned */
} AuditFinding;

/* A client or a server. */
typedef struct {
	AuditAddress address;
	bool scanner, server;
	bool agreed_smb1; /* a client with which a server agreed on SMB1, or may do so */
	bool guesser;     /* a client that did nothing but guess passwords: kept out as well */
	bool attacker;    /* one that did nothing but use exploits, or scan: kept out as well */
	bool sweeps;      /* it asked many servers for nothing but their dialects */
	/* A server, on any of its connections: */
	bool took_smb1, took_smb2, asks_encryption;
	AuditGuesses *guesses; /* of a client, owned; NULL: it does not guess */
	uint32_t first, pairs; /* where its pairs are, and how many: report->pairs, or by_server */
	uint32_t findings[AUDIT_SEVERITIES];
} AuditMember;
/* A guesser, or an attacker: no row of any table, its findings say what it did. */
bool audit_member_is_attacker(const AuditMember *member);

/* Its pairs rolled up. */
typedef struct {
	AuditAddress address;
	bool scanner; /* a client; kept out of the inventory */
	bool guesser; /* the same */
	bool bare;    /* of one of its pairs the details were left out */
	uint32_t pairs;
	uint64_t numbers[AUDIT_NUMBERS];
	uint64_t first_ns, last_ns;
	AuditTally prints; /* its fingerprints: audit/prints.h */
	AuditTally names, systems, dialects, verdicts, passwords, signing, days, shares;
	uint64_t people, machines, anonymous, guests; /* accepted attempts, by user */
	SmbPasswordType worst; /* of the secrets sent, and of logons accepted without one */
	uint32_t findings[AUDIT_SEVERITIES];
	uint32_t smb1_peers;      /* clients that used SMB1 with it, without scanners */
	uint32_t smb1_tried;      /* that agreed on it, and were not seen to be let in */
	uint32_t smb1_locked_out; /* that offered nothing else, and were refused */
	uint32_t smb1_left;       /* that offered nothing else, were let choose it, and left */
	uint32_t smb1_offering_peers;
	uint64_t blocked_by_client,
		blocked_by_server; /* connections with SMB1, by the side that limited them to it */
} AuditHost;

/* What a server without SMB1 would mean, and why that is not known where it is not. */
typedef enum {
	AUDIT_SMB1_IS_OFF,     /* it refuses SMB1 */
	AUDIT_SMB1_CANNOT_YET, /* somebody uses it, agreed on it, or offers nothing else */
	AUDIT_SMB1_CAN_GO,     /* nobody did, for long enough */
	AUDIT_SMB1_TOO_LITTLE, /* nobody so far */
	AUDIT_SMB1_UNKNOWN,    /* connections were left out: they may be its clients' */
} AuditReadiness;
const char *audit_readiness_name(AuditReadiness readiness); /* "cannot_yet" */

enum { AUDIT_ENOUGH_DAYS = 7 };

typedef struct {
	const Audit *audit;
	unsigned enough_days; /* below it nothing is concluded from what was not seen */
	AuditSettings asked;  /* what was asked for (whatif.h) */
	GPtrArray *what_ifs;  /* AuditWhatIf, owned: an answer to each */
	GArray *pairs;        /* const AuditKept *, by client and server */
	GArray *by_server;    /* the same by server and client */
	GArray *clients;      /* AuditMember, scanners included, by address */
	GArray *servers;      /* AuditMember */
	GArray *findings;     /* AuditFinding, worst first */
	uint32_t scanners, guessers, attackers;
	uint32_t by_severity[AUDIT_SEVERITIES];
	uint64_t accepted; /* findings that exceptions took away */
	uint64_t kept;     /* connections in `pairs` */
	/* Observations that these findings do not include, because they were left out. */
	uint64_t left_out[AUDIT_SEVERITIES];
	uint32_t capped; /* pairs with a list that was longer than its cap */
	/* Of these, where passwords were guessed and one may have been accepted. */
	uint32_t maybe_guessed;
	/* Of accounts beyond those by which it is known what a server takes (takes.h). */
	uint64_t logons_left_out;
	AuditHost total; /* of all pairs but those of scanners */
} AuditReport;

/*
 * `exceptions` may be NULL. What is to be asked of it, besides findings, is set on it before it is
 * printed: enough_days, and audit_report_ask.
 */
AuditReport *audit_report_new(const Audit *audit, const AuditExceptions *exceptions);
void audit_report_free(AuditReport *self); /* NULL is fine */

/*
 * As audit_kept_read, but what means something only together with the server's other pairs is
 * settled; or from a pair that was read already, `scratch` being what it was read with. Borrowed: the
 * audit's own, or `scratch`.
 */
const AuditPair *audit_report_read(const AuditReport *self, const AuditKept *kept,
				   AuditPair *scratch);
const AuditPair *audit_report_settle(const AuditReport *self, const AuditPair *pair,
				     AuditPair *scratch);
/* Before either: what each of its servers was seen to do, and what that is to its clients. */
void audit_report_learn(AuditReport *self);

/* The facts about one of its clients or servers; the caller clears it. */
void audit_report_host(const AuditReport *self, const AuditMember *member, AuditHost *ret);
/* What it showed of itself, to whomever; clear it with audit_posture_clear. */
void audit_report_posture(const AuditReport *self, const AuditMember *member, AuditPosture *ret);
/* The kinds of logon that a server takes; clear it with audit_takes_clear. */
void audit_report_takes(const AuditReport *self, const AuditMember *server, AuditTakes *ret);
/* Frees what audit_report_host allocated in it. */
void audit_host_clear(AuditHost *self);

/* 0 for the least harmful (Kerberos) up. */
unsigned audit_password_rank(SmbPasswordType type);
/* The blocker of a host's SMB1: "client", "server", "both"; NULL: no SMB1 with a known verdict. */
const char *audit_blocker(const AuditHost *host);
AuditReadiness audit_readiness(const AuditReport *report, const AuditMember *member,
			       const AuditHost *server);
/* Days with traffic: by times, so that two minutes around midnight are one. */
unsigned audit_host_days(const AuditHost *host);
/* Whether a host was seen on enough days, and at least one connection from its beginning on. */
bool audit_report_is_enough(const AuditReport *report, const AuditHost *host);
/* The worst of a host's findings by name; NULL: it has none. */
const char *audit_host_severity(const AuditHost *host);
/* NULL: not in the list, which is sorted by address. */
AuditMember *audit_member_find(const GArray *members, const AuditAddress *address);
/* True if the client of a pair behaved like a scanner in everything that was seen. */
bool audit_report_is_scanner(const AuditReport *self, const AuditAddress *client);
/* True if it is kept out of the inventory: a scanner, or one that does nothing but guess. */
bool audit_report_is_apart(const AuditReport *self, const AuditAddress *client);

/*
 * The accounts that an account-locked-out, password-guessing or guess-succeeded finding is about,
 * as DOMAIN\\account, and the programs of its client (native OS, LAN manager): each once, in order.
 * Empty of other rules. Free with audit_tally_clear.
 */
void audit_finding_accounts(const AuditReport *self, const AuditFinding *finding,
			    AuditTally *ret_accounts, AuditTally *ret_programs);

/*
 * What was seen of an attack, in sentences without a full stop, each once and in order of time
 * (char *); and the accounts that it was done with. Empty of other rules. Free with
 * g_ptr_array_unref and audit_tally_clear.
 */
GPtrArray *audit_finding_details(const AuditReport *self, const AuditFinding *finding,
				 AuditTally *ret_accounts);

/* What to do about these, `n` from 1, all of one rule: it follows who has to change. Static. */
const char *audit_findings_fix(const AuditFinding *findings, unsigned n);

/* ---- Which machine to mend first ---- */

/* A machine, whether it was met as a client, as a server or as both. */
typedef struct {
	AuditAddress address;
	const AuditMember *client, *server;  /* borrowed from the report; NULL: not met as one */
	uint32_t findings[AUDIT_SEVERITIES]; /* that are its doing, all or in part */
	uint64_t as_client, as_server;       /* a bit for each rule that they are of */
} AuditMachine;

/* Its findings of one rule. */
typedef struct {
	uint32_t n;             /* each is one peer */
	AuditSeverity severity; /* of the worst: a rule's findings may be less severe than the rule */
} AuditReason;

typedef struct {
	AuditReason as_client[AUDIT_RULES], as_server[AUDIT_RULES];
} AuditReasons;

/* AuditMachine, worst first, those without findings last; free with g_array_unref. */
GArray *audit_machines(const AuditReport *report);
/* The findings that a machine has to answer for, counted by rule. */
AuditReasons audit_machine_reasons(const AuditReport *report, const AuditMachine *machine);

/* ---- Two audits compared ---- */

typedef enum {
	AUDIT_CHANGE_NEW,
	AUDIT_CHANGE_WORSE,
	AUDIT_CHANGE_GONE,
	AUDIT_CHANGE_NOT_SEEN, /* the pair was not seen again: unknown */
	AUDIT_CHANGE_BETTER,
	AUDIT_CHANGES,
} AuditChangeKind;
const char *audit_change_name(AuditChangeKind kind); /* "not_seen" */

typedef struct {
	AuditChangeKind kind;
	AuditRuleId rule; /* of NEW, GONE and NOT_SEEN */
	AuditScope scope;
	bool whole;                  /* of the server of the pair, whoever its clients are */
	const AuditKept *pair;       /* of the audit in which it is */
	AuditSeverity before, after; /* of WORSE and BETTER: the pair's worst */
	uint64_t count;
} AuditChange;

/* Whether a finding may be among what was left out: then its absence proves nothing. */
bool audit_report_may_miss(const AuditReport *self);

/* AuditChange; free with g_array_unref. */
GArray *audit_diff(const AuditReport *before, const AuditReport *after);
