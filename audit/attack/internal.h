/* SPDX-License-Identifier: BSD-3-Clause */
/* What the families share, and their entry points for attack.c. */
#pragma once

#include "audit/attack/attack.h"

enum {
	AUDIT_ATTACK_NAME = 128,                  /* bytes kept of a name, with its NUL */
	AUDIT_ATTACK_DIRECTORIES = SMB_CAP(8, 2), /* told apart in a burst */
	AUDIT_ATTACK_SERVICES = SMB_CAP(16, 2),   /* of a connection, set up and not started */
};

/* exploits.c */
typedef struct {
	bool implant_asked; /* TRANS2_SESSION_SETUP without an implant's answer */
	AuditEvidence implant_at;
	bool sweeps; /* it asks for functions that do not exist as well: a test suite */
} AuditExploits;

/* scanning.c */
typedef struct {
	AuditEvidence foreign_at; /* a tree connect to another address than the server's */
	char foreign[AUDIT_ATTACK_NAME];
} AuditScanning;

/* execution.c */
typedef struct {
	char service[AUDIT_ATTACK_NAME], program[AUDIT_ATTACK_NAME];
	uint64_t pipe; /* its FID, and the call by which it was set up */
	uint32_t call_id;
} AuditService;

typedef struct {
	char service[AUDIT_ATTACK_NAME]; /* that was named last */
	/* Created or changed, and not started so far: a start does not say which of them it is of. */
	AuditService set_up[AUDIT_ATTACK_SERVICES];
	uint32_t n_set_up;
	bool starts; /* a start was asked for, and has no answer yet */
	AuditEvidence start_at;
	char account[AUDIT_ATTACK_NAME];
} AuditExecution;

/* theft.c */
typedef struct {
	char hive[16]; /* the last key that was opened of those that hold secrets; "": none */
} AuditTheft;

/* renames.c: a burst of one kind. */
typedef struct {
	char extension[AUDIT_ATTACK_NAME];              /* new; "" of rewrites */
	uint32_t n, others;                             /* with it; with another one */
	uint64_t first_ns, last_ns;                     /* of the window */
	uint32_t directories[AUDIT_ATTACK_DIRECTORIES]; /* by hash */
	uint32_t n_directories;
	AuditEvidence at; /* the first of the window */
	bool burst;       /* it was one */
	uint64_t total, total_first_ns;
	char account[AUDIT_ATTACK_NAME];
} AuditBurst;

struct AuditAttack {
	bool attack; /* an exploit was used */
	AuditExploits exploits;
	AuditScanning scanning;
	AuditExecution execution;
	AuditTheft theft;
	AuditBurst renames, rewrites;
};

/* The state of the connection, made if there is none. */
AuditAttack *audit_attack_of(const AuditStep *s);
/* The exchange as evidence. */
AuditEvidence audit_attack_here(const AuditStep *s);
/* The rule was seen there. */
void audit_attack_see(const AuditStep *s, AuditRuleId rule, const AuditEvidence *at);
/* The same, and the connection is one of an exploit, or of a scanner. */
void audit_attack_is(const AuditStep *s, AuditRuleId rule, const AuditEvidence *at);
/* Remembers what was seen; a part that is NULL is "". */
void audit_attack_mark(const AuditStep *s, AuditMarkKind kind, uint64_t time_ns, const char *what,
		       const char *where, const char *account);
/* Those of a pair of these kinds, a bit each (AuditMark); free with audit_marks_free. */
GArray *audit_marks_read(const AuditPair *pair, unsigned kinds);
void audit_marks_free(GArray *marks);
/* "DOMAIN\\account" of a user, "" if it is not known. Returns `out`. */
const char *audit_attack_account(const SmbUser *user, char out[AUDIT_ATTACK_NAME]);
/* The share of a UNC path of a tree, in upper case: "ADMIN$". Returns `out`. */
const char *audit_attack_share(const SmbTree *tree, char out[AUDIT_ATTACK_NAME]);
/* The host of a UNC path, "" if it is none. Returns `out`. */
const char *audit_attack_host(SmbText path, char out[AUDIT_ATTACK_NAME]);
/* What follows the last separator. */
const char *audit_attack_base(const char *path);
/* An IPv4 address as text, else "" (no UNC path has others). Returns `out`. */
const char *audit_attack_address(const AuditAddress *address, char out[AUDIT_ATTACK_NAME]);

void audit_exploits_take(const AuditStep *s);
void audit_exploits_setup(const AuditStep *s); /* a session setup */
void audit_exploits_end(const AuditStep *s);
void audit_scanning_take(const AuditStep *s);
void audit_scanning_end(const AuditStep *s);
/* Of a connection that is kept apart: who was let in there. */
void audit_scanning_logons(const AuditStep *s);
void audit_execution_call(const AuditStep *s);
/* A file as it leaves the record of its connection, at the end or before. */
void audit_execution_file(const AuditStep *s, const SmbFile *file);
void audit_execution_end(const AuditStep *s);
void audit_coercion_call(const AuditStep *s);
void audit_theft_call(const AuditStep *s);
void audit_relay_take(const AuditStep *s); /* a session setup */
void audit_renames_take(const AuditStep *s);
void audit_renames_closed(const AuditStep *s);
void audit_renames_end(const AuditStep *s);
