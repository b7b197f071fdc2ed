/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules that the audit judges by: what each means, how severe it is, whose side has to change,
 * and what to do. A rule is a number here and a row of the constant table in rules.c. Where it applies
 * is decided in judge.c, or in report/ if it takes more than one connection; reports take all their words from its row. Everything here is
 * static, so nothing is owned or freed.
 */
#pragma once

typedef enum {
	AUDIT_INFO,
	AUDIT_LOW,
	AUDIT_MEDIUM,
	AUDIT_HIGH,
	AUDIT_CRITICAL,
	AUDIT_SEVERITIES,
} AuditSeverity;

/* The side that has to change. */
typedef enum { AUDIT_OF_PAIR, AUDIT_OF_CLIENT, AUDIT_OF_SERVER } AuditScope;

/* In the order in which reports list them. */
typedef enum {
	AUDIT_PLAINTEXT_PASSWORD,
	AUDIT_PLAINTEXT_UNASKED,
	AUDIT_LM_RESPONSE,
	AUDIT_STATIC_CHALLENGE,
	AUDIT_GUESS_SUCCEEDED,
	AUDIT_ATTACK_ETERNALBLUE,
	AUDIT_ATTACK_ETERNALROMANCE,
	AUDIT_ATTACK_DOUBLEPULSAR,
	AUDIT_MS17_010,
	AUDIT_RELAY,
	AUDIT_FORGED,
	AUDIT_SMB1_IN_USE,
	AUDIT_SMB1_LOCKED_OUT,
	AUDIT_PRE_NT_DIALECT,
	AUDIT_SHARE_LEVEL_SECURITY,
	AUDIT_NTLMV1,
	AUDIT_NTLMV1_ESS,
	AUDIT_NTLM_RELAYABLE,
	AUDIT_DOWNGRADE,
	AUDIT_PASSWORD_GUESSING,
	AUDIT_ACCOUNT_LOCKED_OUT,
	AUDIT_REMOTE_EXECUTION,
	AUDIT_COERCION,
	AUDIT_CREDENTIAL_THEFT,
	AUDIT_RANSOMWARE_RENAMES,
	AUDIT_SMB1_SERVER_LIMITED,
	AUDIT_ANONYMOUS_SESSION,
	AUDIT_GUEST_LOGON,
	AUDIT_SIGNING_NOT_USED,
	AUDIT_SIGNING_IS_DISABLED,
	AUDIT_KERBEROS_RC4,
	AUDIT_LOGON_FAILURES,
	AUDIT_CHANGE_NOTIFY_UNSUPPORTED,
	AUDIT_CONNECTION_LOST,
	AUDIT_SMB1_ONLY_OFFERED,
	AUDIT_BROWSER_SERVICE,
	AUDIT_SCANNER,
	AUDIT_RULES,
} AuditRuleId;

typedef struct {
	const char *id;
	AuditSeverity severity;
	AuditScope scope;
	const char *meaning;    /* a sentence */
	const char *fix;        /* a sentence */
	const char *section;    /* of the specification, as evidence */
	const char *fix_client; /* where the client alone has to change; NULL: the same */
} AuditRule;

/* What to do about a finding of this rule, whose doing is that of the scope's side. */
const char *audit_rule_fix(const AuditRule *rule, AuditScope scope);
/* The row of a rule; never NULL. */
const AuditRule *audit_rule(AuditRuleId id);
int audit_rule_find(const char *id);                     /* -1 if no rule has this id */
const char *audit_severity_name(AuditSeverity severity); /* "critical" */
int audit_severity_find(const char *name);               /* -1 */
const char *audit_scope_name(AuditScope scope);          /* "client" */
