/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules: what each means, how bad it is, and what to do. One const table. */
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

/* In the order in which they are listed. */
typedef enum {
	AUDIT_PLAINTEXT_PASSWORD,
	AUDIT_PLAINTEXT_UNASKED,
	AUDIT_LM_RESPONSE,
	AUDIT_STATIC_CHALLENGE,
	AUDIT_SMB1_IN_USE,
	AUDIT_PRE_NT_DIALECT,
	AUDIT_SHARE_LEVEL_SECURITY,
	AUDIT_NTLMV1,
	AUDIT_NTLMV1_ESS,
	AUDIT_NTLM_RELAYABLE,
	AUDIT_DOWNGRADE,
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
	AUDIT_SCANNER,
	AUDIT_RULES,
} AuditRuleId;

typedef struct {
	const char *id;
	AuditSeverity severity;
	AuditScope scope;
	const char *meaning; /* a sentence */
	const char *fix;     /* a sentence */
	const char *section; /* of the specification that proves it */
} AuditRule;

const AuditRule *audit_rule(AuditRuleId id);
int audit_rule_find(const char *id);                     /* -1: there is no such rule */
const char *audit_severity_name(AuditSeverity severity); /* "critical" */
int audit_severity_find(const char *name);               /* -1 */
const char *audit_scope_name(AuditScope scope);          /* "client" */
