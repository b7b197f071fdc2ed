/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Secrets of a machine or a domain taken from afar:
 *
 *   winreg      the hives SAM or SECURITY saved to a file ([MS-RRP] 3.1.5.20, 3.1.5.27): secretsdump
 *   netlogon    a logon of a machine with a credential of zeros ([MS-NRPC] 3.5.4.4.2): Zerologon,
 *               CVE-2020-1472; a genuine one is zero once in 2^64 times
 *   drsuapi     replication ([MS-DRSR] 4.1.10) by an account that is no machine's: DCSync
 *
 * Backups save hives, and Entra Connect replicates: dual. The last two mostly run over TCP and are
 * rarely seen here.
 */
#include <string.h>

#include "audit/attack/internal.h"

enum {
	CREATE_KEY = 6,
	OPEN_KEY = 15,
	SAVE_KEY = 20,
	SAVE_KEY_EX = 31,
	GET_NC_CHANGES = 3,
};

static void
found(const AuditStep *s, const char *what)
{
	AuditEvidence at = audit_attack_here(s);
	char account[AUDIT_ATTACK_NAME];

	audit_attack_see(s, AUDIT_CREDENTIAL_THEFT, &at);
	audit_attack_mark(s, AUDIT_MARK_THEFT, at.time_ns, what, s->x->rpc->operation,
			  audit_attack_account(s->x->user, account));
}

static void
registry(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	AuditTheft *self;
	char key[AUDIT_ATTACK_NAME];

	if (rpc->opnum == OPEN_KEY || rpc->opnum == CREATE_KEY) {
		self = &audit_attack_of(s)->theft;
		smb_text_to_utf8(rpc->arguments.name, key, sizeof(key));
		key[strcspn(key, "\\")] = '\0';
		/* Others may be opened before it is saved: which handle it is of is not known. */
		if (g_ascii_strcasecmp(key, "SAM") == 0 || g_ascii_strcasecmp(key, "SECURITY") == 0)
			g_strlcpy(self->hive, key, sizeof(self->hive));
	} else if ((rpc->opnum == SAVE_KEY || rpc->opnum == SAVE_KEY_EX) && s->facts->attack &&
		   s->facts->attack->theft.hive[0]) {
		self = &s->facts->attack->theft;
		g_snprintf(key, sizeof(key), "the registry hive %s", self->hive);
		found(s, key);
		self->hive[0] = '\0'; /* what is saved next is another one */
	}
}

/* Kerberos encrypts the name: then it is not known whose account it is. */
static bool
is_person(const SmbUser *user)
{
	char account[AUDIT_ATTACK_NAME];

	audit_attack_account(user, account);
	return account[0] && !g_str_has_suffix(account, "$");
}

void
audit_theft_call(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;

	if (!rpc->request)
		return;
	if (strcmp(rpc->interface, "winreg") == 0)
		registry(s);
	else if (strcmp(rpc->interface, "netlogon") == 0 && rpc->arguments.zero_credential)
		found(s, "a domain controller's trust, by a credential of zeros");
	else if (strcmp(rpc->interface, "drsuapi") == 0 && rpc->opnum == GET_NC_CHANGES &&
		 is_person(s->x->user))
		found(s, "the domain's secrets, by replication");
}
