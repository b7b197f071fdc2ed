/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Secrets of a machine or a domain taken from afar:
 *
 *   winreg      the hives SAM or SECURITY saved to a file ([MS-RRP] 3.1.5.20, 3.1.5.27): secretsdump;
 *               or values of keys below them read ([MS-RRP] 3.1.5.17), which nobody may open but by a
 *               privilege, that of backups: regsecrets
 *   lsarpc      a secret of the LSA, as the key of the domain's backups of DPAPI is ([MS-LSAD] 3.1.4.6.4,
 *               3.1.4.6.6, and 3.1.4.6.10, 3.1.4.6.12)
 *   netlogon    a logon of a machine with a credential of zeros ([MS-NRPC] 3.5.4.4.2): Zerologon,
 *               CVE-2020-1472; a genuine one is zero once in 2^64 times
 *   drsuapi     replication ([MS-DRSR] 4.1.10) by an account that is no machine's: DCSync
 *
 * Backups save hives, and Entra Connect replicates: dual. The last two mostly run over TCP and are
 * rarely seen here.
 */
#include <string.h>

#include "audit/attack/internal.h"
#include "audit/takes.h"

enum {
	CREATE_KEY = 6,
	ENUM_VALUE = 10,
	OPEN_KEY = 15,
	QUERY_VALUE = 17,
	SAVE_KEY = 20,
	QUERY_VALUES = 29,
	SAVE_KEY_EX = 31,
	QUERY_VALUES_2 = 34,
	GET_NC_CHANGES = 3,
	QUERY_SECRET = 30,
	RETRIEVE_PRIVATE_DATA = 43,
	QUERY_SECRET_2 = 139,
	RETRIEVE_PRIVATE_DATA_2 = 141,
};

static void
found(const AuditStep *s, const char *what)
{
	AuditEvidence at = audit_attack_here(s);
	char account[AUDIT_ATTACK_NAME];

	audit_attack_see(s, AUDIT_CREDENTIAL_THEFT, &at);
	audit_attack_mark(s, AUDIT_MARK_THEFT, at.time_ns, what,
			  s->x->rpc->operation ? s->x->rpc->operation : s->x->rpc->interface,
			  audit_attack_account(s->x->user, account));
}

/* ---- keys of the registry ---- */

static const char *
hive_of(SmbText name)
{
	static const char *const hives[] = { "SAM", "SECURITY" };
	char key[AUDIT_ATTACK_NAME];

	smb_text_to_utf8(name, key, sizeof(key));
	key[strcspn(key, "\\")] = '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(hives); i++)
		if (g_ascii_strcasecmp(key, hives[i]) == 0)
			return hives[i];
	return NULL;
}

/* Whether it is of a key below the first one. */
static bool
is_below(SmbText name)
{
	char key[AUDIT_ATTACK_NAME];
	const char *rest;

	smb_text_to_utf8(name, key, sizeof(key));
	rest = key + strcspn(key, "\\");
	return rest[strspn(rest, "\\")];
}

/* The key of that handle; NULL: not known. */
static const AuditKeyOpened *
find_key(const AuditTheft *self, const AuditHandle *handle)
{
	for (uint32_t i = self->n_keys; i-- > 0;)
		if (audit_handle_is(&self->keys[i].handle, handle))
			return &self->keys[i];
	return NULL;
}

/* The oldest key of no hive or, if all are of one, the oldest. */
static void
make_room(AuditTheft *self)
{
	uint32_t at = 0;

	if (self->n_keys < AUDIT_ATTACK_KEYS)
		return;
	while (at < self->n_keys && self->keys[at].hive)
		at++;
	audit_take_out(self->keys, &self->n_keys, sizeof(*self->keys), at < self->n_keys ? at : 0);
}

/* A key without a name, or one below a hive, is of the same hive; below another one is no hive. */
static void
key_asked(const AuditStep *s, AuditTheft *self)
{
	SmbText name = s->x->rpc->arguments.name;
	AuditHandle above = audit_handle_asked(s);
	const AuditKeyOpened *parent = find_key(self, &above);
	bool is_known = parent && (parent->hive || parent->other);
	AuditKeyOpened key = { .call = audit_call_of(s),
			       .hive = is_known ? parent->hive : hive_of(name) };

	/* Below what is not known a key without a name may be any. */
	key.other = !key.hive && (parent || !smb_text_is_empty(name));
	key.below = key.hive &&
		    (is_known ? parent->below || !smb_text_is_empty(name) : is_below(name));
	if (key.hive)
		self->hive = key.hive;
	make_room(self);
	self->keys[self->n_keys++] = key;
}

static void
key_answered(const AuditStep *s, AuditTheft *self)
{
	for (uint32_t i = self->n_keys; i-- > 0;) {
		AuditKeyOpened *key = &self->keys[i];

		if (!audit_call_is_answered(&key->call, s))
			continue;
		key->call.waits = false;
		key->handle = audit_handle_given(s);
		if (audit_call_failed(s->x->rpc))
			audit_take_out(self->keys, &self->n_keys, sizeof(*key), i);
	}
}

/*
 * Of a key that is known to be another one, nothing is said. Where the handle is not known it may be
 * the hive that was opened last, once.
 */
static void
key_saved(const AuditStep *s, AuditTheft *self)
{
	AuditHandle handle = audit_handle_asked(s);
	const AuditKeyOpened *key = find_key(self, &handle);
	char what[AUDIT_ATTACK_NAME];

	if ((key && key->other) || !(key && key->hive ? key->hive : self->hive))
		return;
	g_snprintf(what, sizeof(what), "the registry hive %s",
		   key && key->hive ? key->hive : self->hive);
	found(s, what);
	if (!key)
		self->hive = NULL; /* what is saved next is another one */
}

/* Once of a connection. Where the handle is not known it is one of many that anybody reads. */
static void
value_read(const AuditStep *s, AuditTheft *self)
{
	AuditHandle handle = audit_handle_asked(s);
	const AuditKeyOpened *key = find_key(self, &handle);
	char what[AUDIT_ATTACK_NAME];

	if (!key || !key->below || key->hive == self->read[0] || key->hive == self->read[1])
		return;
	self->read[self->read[0] != NULL] = key->hive;
	g_snprintf(what, sizeof(what), "values in the registry hive %s", key->hive);
	found(s, what);
}

static bool
reads_value(int32_t opnum)
{
	return opnum == QUERY_VALUE || opnum == ENUM_VALUE || opnum == QUERY_VALUES ||
	       opnum == QUERY_VALUES_2;
}

static void
registry(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;
	bool opens = rpc->opnum == OPEN_KEY || rpc->opnum == CREATE_KEY;
	bool asked = audit_call_is_asked(rpc);

	if (opens && asked)
		key_asked(s, &audit_attack_of(s)->theft);
	if (opens && rpc->response && s->facts->attack)
		key_answered(s, &s->facts->attack->theft);
	if ((rpc->opnum == SAVE_KEY || rpc->opnum == SAVE_KEY_EX) && asked && s->facts->attack)
		key_saved(s, &s->facts->attack->theft);
	if (reads_value(rpc->opnum) && asked && s->facts->attack)
		value_read(s, &s->facts->attack->theft);
}

/*
 * Kerberos encrypts the name: then it is not known whose account it is. Of a name that a client has put
 * into its response neither, but no machine does that.
 */
static bool
is_person(const SmbUser *user)
{
	char account[AUDIT_ATTACK_NAME];

	if (user && user->auth && smb_text_is_empty(smb_string_text(user->auth->account)))
		return audit_is_ntlm(user->auth->password_type);
	audit_attack_account(user, account);
	return account[0] && !g_str_has_suffix(account, "$");
}

static bool
is_of_lsa_secret(int32_t opnum)
{
	return opnum == QUERY_SECRET || opnum == RETRIEVE_PRIVATE_DATA || opnum == QUERY_SECRET_2 ||
	       opnum == RETRIEVE_PRIVATE_DATA_2;
}

/* What it is called, where the call says it, and that can be read. */
static void
lsa_secret(const AuditStep *s)
{
	char name[AUDIT_ATTACK_NAME];
	g_autofree char *what = NULL;

	smb_text_to_utf8(s->x->rpc->arguments.name, name, sizeof(name));
	what = g_strconcat("the LSA's secret", name[0] ? " " : "", name, NULL);
	found(s, what);
}

void
audit_theft_call(const AuditStep *s)
{
	const SmbRpcFacts *rpc = s->x->rpc;

	if (strcmp(rpc->interface, "winreg") == 0)
		registry(s);
	else if (is_of_lsa_secret(rpc->opnum) && strcmp(rpc->interface, "lsarpc") == 0 &&
		 audit_call_is_asked(rpc))
		lsa_secret(s);
	else if (rpc->arguments.zero_credential && strcmp(rpc->interface, "netlogon") == 0 &&
		 audit_call_is_asked(rpc))
		found(s, "a domain controller's trust, by a credential of zeros");
	else if (rpc->opnum == GET_NC_CHANGES && strcmp(rpc->interface, "drsuapi") == 0 &&
		 audit_call_is_asked(rpc) && is_person(s->x->user))
		found(s, "the domain's secrets, by replication");
}
