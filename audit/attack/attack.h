/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Attacks, by what they look like on the wire. Each family is a small state machine over exchanges:
 *
 *     exploits.c    what only an exploit sends: EternalBlue, EternalRomance, DoublePulsar
 *     scanning.c    probes, and programs that say what they are
 *     execution.c   programs started on the server: tasks, files for         dual
 *     services.c    services, and programs.c: which program a line names
 *     coercion.c    calls that make the server log on somewhere else         dual
 *     theft.c       registry hives, replication, a credential of zeros       dual
 *     renames.c     many files renamed or rewritten in many directories      dual
 *     relay.c       one challenge or response on two connections, and responses that were made for
 *                   somebody else or changed on their way
 *     marks.c       what they saw and when, for reports and for what takes several connections
 *     executed.c    files, services and starts that belong together
 *     callbacks.c   logons of a server that was told where to go
 *
 * track.c feeds the exchanges. The connections of exploits and scanners are kept out of the
 * inventory (audit_attack_apart): connections, not addresses, since many clients may share one.
 * What is dual, administrators' programs do as well: it is a finding, and its pair stays a customer.
 *
 * The state of a connection has a fixed size and is allocated when something first needs it. What
 * outlives the connection is in its AuditPair: sightings, and marks, which add up.
 */
#pragma once

#include "audit/guesses.h"
#include "audit/judge.h"

/* ---- marks: "when kind|what|where|account" ---- */

typedef enum {
	AUDIT_MARK_FILE,    /* written to (or removed from) an administrative share: its name */
	AUDIT_MARK_SERVICE, /* set up and started: the names that its program may have */
	AUDIT_MARK_COMMAND, /* the same, but its program is a command line */
	AUDIT_MARK_SET_UP,  /* set up, and not started on its connection: the same names */
	AUDIT_MARK_COMMAND_SET_UP, /* the same, of a command line */
	AUDIT_MARK_START, /* a start of one that was not set up on its connection: its name; "": unknown */
	AUDIT_MARK_STARTS_ITSELF, /* one that was set up starts with the system: its name */
	AUDIT_MARK_TASK,          /* a job or a task: its command or its name */
	AUDIT_MARK_CALLBACK,      /* whom the spooler shall tell of changes */
	AUDIT_MARK_SEALED,        /* to go somewhere, which is encrypted */
	AUDIT_MARK_ALIAS,         /* to go to a host of the name by which the server is called */
	AUDIT_MARK_COERCION,      /* the host that the server shall go to */
	AUDIT_MARK_THEFT,         /* what was taken */
	AUDIT_MARK_RENAMES,       /* the new extension */
	AUDIT_MARK_VERSION,       /* the only dialect that a probe offered */
	AUDIT_MARK_PROBE,         /* what it probed for, or what it calls itself */
	AUDIT_MARK_RELAY,         /* how a response was seen not to be the client's own */
	AUDIT_MARK_LOGON,         /* who was let in on a connection of a scanner, or of an attack */
	AUDIT_MARKS_KINDS,
} AuditMarkKind;

/* One of them; the texts are borrowed from `parts` (g_strfreev), and "" where there is none. */
typedef struct {
	uint64_t second; /* since 1970 */
	AuditMarkKind kind;
	const char *what, *where, *account;
	char **parts;
} AuditMark;

/* Splits a key of AUDIT_MARKS; false if it is none (keys come from files, too). */
bool audit_mark_read(const char *key, AuditMark *ret_mark);
/*
 * Which marks stay where a pair has too many: 0 those that are an attack by themselves, 1 files, 2 and
 * 3 what anybody may do in a scanner's name as often as he likes, 4 what is none.
 */
unsigned audit_mark_class(const char *key);
/* The marks that findings of this rule are about, a bit each. */
unsigned audit_marks_of(AuditRuleId rule);
/* "service psexesvc started, psexesvc.exe": as the report says it. The caller frees it. */
char *audit_mark_text(const AuditMark *mark);
/*
 * executed.c: how many services were started whose program was written to an administrative share,
 * or is a command line that was set up on another connection.
 */
uint64_t audit_marks_executed(const AuditPair *pair);
/*
 * A key of AUDIT_WRITTEN: when a file of that name was written to an administrative share. The caller
 * frees it.
 */
char *audit_written_key(uint64_t second, const char *name);
/*
 * Whether it is half of what takes two connections, and the other half is not among these (AuditMark):
 * a service that was set up and not started, or a start of what was not set up.
 */
bool audit_marks_is_half(const GArray *marks, const AuditMark *mark);
/* Whether it is a logon that came with guesses, or soon after them (NULL: there are none). */
bool audit_mark_is_guess(const AuditMark *mark, const AuditGuesses *guesses);
/* How many logons of scanners and attacks did. */
uint64_t audit_marks_guessed(const AuditPair *pair, const AuditGuesses *guesses);
/* How many different single dialects were probed for. */
uint32_t audit_marks_versions(const AuditPair *pair);

/* ---- a connection ---- */

typedef struct AuditAttack AuditAttack;

/* What a family gets: the exchange and where it is. All borrowed. */
typedef struct {
	const Audit *audit;
	AuditFacts *facts;
	const SmbConnectionInfo *info;
	const SmbExchange *x; /* NULL at the end of the connection */
} AuditStep;

/* Takes an exchange. True if it took memory, which is to be accounted. */
bool audit_attack_exchange(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info,
			   const SmbExchange *x);
/* A file leaves the record of its connection before that ends. */
void audit_attack_file(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info,
		       const SmbFile *file);
/* The connection ends; before it is judged. */
void audit_attack_end(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info);
/* Whether it is a connection of an attack or of a scanner, which is no customer's. */
bool audit_attack_apart(const AuditFacts *facts);
/* Whether an exploit was used on it. */
bool audit_attack_ran(const AuditFacts *facts);
/* Frees the state; NULL is fine. */
void audit_attack_free(AuditAttack *self);
size_t audit_attack_memory(const AuditAttack *self);

/* Whether a finding of this rule is one of an attack: it stays where all else is forgotten. */
bool audit_rule_is_attack(AuditRuleId rule);

/* ---- relays, among all pairs ---- */

/* A challenge that was given, or a response, with its identity. */
typedef struct {
	const AuditKept *pair;
	uint64_t id;
	bool known, response;
	uint8_t n;
	uint16_t ports[2];    /* `n` of them */
	uint64_t messages[2]; /* the same: see AuditUse */
} AuditGiven;

/* Where a challenge or a response is from, and whom it was relayed to. */
typedef struct {
	AuditGiven from, to;
	uint64_t count; /* how many of them were relayed to that pair */
} AuditRelay;

/*
 * AuditRelay, one a pair that something was relayed to, whatever the order of `given` (AuditGiven);
 * free with g_array_unref.
 */
GArray *audit_relays_find(const GArray *given);

/* ---- callbacks of the spooler, among all pairs ---- */

/*
 * Where a server logged on as a client: by address and by name, so that many who ask the same server
 * cost no more than each of them alone. Borrows from `pairs` (const AuditKept *, by client); free
 * with audit_callbacks_free.
 */
typedef struct AuditCallbacks AuditCallbacks;
AuditCallbacks *audit_callbacks_new(const GArray *pairs, const AuditAddress *server,
				    const AuditKey *key);
/* Whether the client of this pair told the server whom to notify. */
bool audit_callbacks_asked(const AuditPair *pair);
/*
 * The logons that this server made at a host that it was told to notify, shortly after it was: how
 * many, and their evidence (the caller clears it). Of ever so many hosts with a name that was told,
 * a few are looked at, by keyed rank; `ret_capped` is set if there were more.
 */
uint64_t audit_callbacks_find(const AuditCallbacks *self, const AuditPair *asked,
			      AuditSighting *ret_seen, bool *ret_capped);
void audit_callbacks_free(AuditCallbacks *self); /* NULL is fine */
