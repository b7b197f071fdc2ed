/* SPDX-License-Identifier: BSD-3-Clause */
/* What the families share, and their entry points for attack.c. */
#pragma once

#include "audit/attack/attack.h"

enum {
	AUDIT_ATTACK_NAME = 128,                  /* bytes kept of a name, with its NUL */
	AUDIT_ATTACK_DIRECTORIES = SMB_CAP(8, 2), /* told apart in a burst */
	/* Of a connection: opened; set up and not started; and calls that have no answer. */
	AUDIT_ATTACK_SERVICES = SMB_CAP(16, 2),
	AUDIT_ATTACK_STARTS = SMB_CAP(4, 2),
	AUDIT_ATTACK_TASKS = SMB_CAP(4, 2),
	AUDIT_ATTACK_KEYS = SMB_CAP(16, 2),             /* of the registry, opened */
	AUDIT_PATH_MAX = 3 * 1024 + 1,                  /* bytes looked at of a path: all of it */
	AUDIT_LINE_MAX = 1024,                          /* bytes looked at of a command line */
	AUDIT_MARK_PART = (AUDIT_KEY_MAX - 40) / 3 - 1, /* bytes kept of a part of a mark */
};

/* ---- calls.c: which call an answer is to, and what handle it gives ---- */

typedef struct {
	uint64_t pipe, opened; /* its FID, and the frame in which it was opened */
	uint32_t call_id;
	bool waits; /* for its answer */
} AuditCall;

typedef struct {
	bool known;
	uint8_t bytes[SMB_RPC_HANDLE];
} AuditHandle;

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

/* services.c */
typedef struct {
	AuditCall call;
	AuditHandle handle;
	char name[AUDIT_ATTACK_NAME];
} AuditOpened;

typedef struct {
	AuditCall call;
	AuditEvidence at;
	bool command;       /* its program is a command line */
	bool starts_itself; /* with the system */
	char service[AUDIT_ATTACK_NAME], account[AUDIT_ATTACK_NAME];
	char program[AUDIT_ATTACK_NAME]; /* its names (audit_program_of); "": not known */
	char line[AUDIT_ATTACK_NAME];    /* as it was given */
} AuditService;

typedef struct {
	AuditCall call;
	AuditHandle handle;
	AuditEvidence at;
	char account[AUDIT_ATTACK_NAME];
} AuditStart;

/* execution.c: a job or a task, whose answer is not here yet. */
typedef struct {
	AuditCall call;
	AuditEvidence at;
	const char *operation; /* borrowed: a name of interfaces.c */
	char what[AUDIT_ATTACK_NAME], account[AUDIT_ATTACK_NAME];
} AuditTask;

typedef struct {
	AuditOpened opened[AUDIT_ATTACK_SERVICES]; /* the oldest makes room */
	uint32_t n_opened;
	AuditService set_up[AUDIT_ATTACK_SERVICES]; /* and not started so far; the same */
	uint32_t n_set_up;
	bool more;                              /* there were, which are marks */
	AuditStart starts[AUDIT_ATTACK_STARTS]; /* asked for */
	uint32_t n_starts;
	AuditTask tasks[AUDIT_ATTACK_TASKS];
	uint32_t n_tasks;
	char named_last[AUDIT_ATTACK_NAME]; /* of services */
	bool sets_up;                       /* some of them */
} AuditExecution;

/* theft.c */
typedef struct {
	AuditCall call;
	AuditHandle handle;
	const char *hive; /* of those that hold secrets; NULL: none, or not known */
	bool other;       /* it is known to be of none of them */
	bool below;       /* it is not the first key of the hive */
} AuditKeyOpened;

typedef struct {
	AuditKeyOpened keys[AUDIT_ATTACK_KEYS]; /* the oldest makes room */
	uint32_t n_keys;
	const char *hive;    /* the last that was opened; NULL: none, or it was saved */
	const char *read[2]; /* those of which values were asked for */
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
	AuditExecution *execution; /* owned; NULL: nothing of it so far */
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
/* A file of that name (audit_program_name) was written to an administrative share then. */
void audit_attack_written(const AuditStep *s, uint64_t time_ns, const char *name);
/* So many further names of files are not known. */
void audit_attack_unwritten(const AuditStep *s, uint64_t n);
/* Those of a pair of these kinds, a bit each (AuditMark); free with audit_marks_free. */
GArray *audit_marks_read(const AuditPair *pair, unsigned kinds);
void audit_marks_free(GArray *marks);
/* "DOMAIN\\account" of a user, "" if it is not known. Returns `out`. */
const char *audit_attack_account(const SmbUser *user, char out[AUDIT_ATTACK_NAME]);
/* The share of a UNC path of a tree, in upper case: "ADMIN$". Returns `out`. */
const char *audit_attack_share(const SmbTree *tree, char out[AUDIT_ATTACK_NAME]);
/* paths.c: the host in a path that leads to one, in whatever form; NULL: it leads to none. */
const char *audit_path_host(const char *path);
/* That host, "" if there is none. Returns `out`. */
const char *audit_attack_host(SmbText path, char out[AUDIT_ATTACK_NAME]);
/* What follows the last separator. */
const char *audit_attack_base(const char *path);
/* An IPv4 address as text, else "" (no UNC path has others). Returns `out`. */
const char *audit_attack_address(const AuditAddress *address, char out[AUDIT_ATTACK_NAME]);

/* The call of the exchange, which waits. */
AuditCall audit_call_of(const AuditStep *s);
/* Whether the exchange has the answer to that call, which waits for it. */
bool audit_call_is_answered(const AuditCall *call, const AuditStep *s);
/* Whether these facts have a call that a client asks for. */
bool audit_call_is_asked(const SmbRpcFacts *rpc);
/* Whether the answer says that it failed; false where it may be the answer to another one. */
bool audit_call_failed(const SmbRpcFacts *rpc);
/* The handle that the call is about, and that its answer gives. */
AuditHandle audit_handle_asked(const AuditStep *s);
AuditHandle audit_handle_given(const AuditStep *s);
/* Both are known, and the same. */
bool audit_handle_is(const AuditHandle *a, const AuditHandle *b);
/* Takes the item at `at` out of `n` of that size. */
void audit_take_out(void *items, uint32_t *n, size_t size, uint32_t at);

/*
 * programs.c: the programs that a command line (cut: or its beginning) may name, with a / between
 * them, the likeliest first; "" if that is not known. True if one of them is an interpreter.
 */
bool audit_program_of(const char *command, bool cut, char out[AUDIT_ATTACK_NAME]);
/* The name by which a path's file is found, in lower case: its last part, of so many bytes. g_free it. */
char *audit_program_name(const char *path, size_t length);
/* Whether that name is one of those programs. */
bool audit_program_is(const char *programs, const char *file);
/* They may be of a file of any name: one is a short name, or they are not known. */
bool audit_program_is_any(const char *programs);

/* The state of services and tasks, made if there is none. */
AuditExecution *audit_execution_of(const AuditStep *s);
void audit_services_call(const AuditStep *s); /* of svcctl */
void audit_services_end(const AuditStep *s, AuditExecution *self);

void audit_exploits_take(const AuditStep *s);
void audit_exploits_setup(const AuditStep *s); /* a session setup */
void audit_exploits_end(const AuditStep *s);
void audit_scanning_take(const AuditStep *s);
void audit_scanning_end(const AuditStep *s);
/* Of a connection that is kept apart: who was let in there. */
void audit_scanning_logons(const AuditStep *s);
void audit_execution_call(const AuditStep *s);
/* Something got another name, or one more: a rename, a link or a copy. */
void audit_execution_named(const AuditStep *s);
/* A file as it leaves the record of its connection, at the end or before. */
void audit_execution_file(const AuditStep *s, const SmbFile *file);
void audit_execution_end(const AuditStep *s);
void audit_coercion_call(const AuditStep *s);
void audit_theft_call(const AuditStep *s);
void audit_relay_take(const AuditStep *s); /* a session setup */
void audit_renames_take(const AuditStep *s);
void audit_renames_closed(const AuditStep *s);
void audit_renames_end(const AuditStep *s);
