/* SPDX-License-Identifier: BSD-3-Clause */
/* The attempts to log on in the record of a pair. */
#include "output/audit/read/read.h"

static int32_t
length_or_none(OutJson *j)
{
	int64_t v = out_json_number(j, -1);

	return v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

static const char *
password_name(unsigned v)
{
	return smb_password_type_name((SmbPasswordType)v);
}

static const char *
mech_name(unsigned v)
{
	return smb_mech_name((SmbMech)v);
}

static const char *
result_name(unsigned v)
{
	return smb_result_name((SmbResult)v);
}

static void
read_status(OutJson *j, AuditIdentity *who)
{
	char code[OUT_READ_MEMBER];

	if (!out_json_string(j, code, sizeof(code)) || !g_str_has_prefix(code, "0x"))
		return;
	who->has_status = true;
	who->status.value = (uint32_t)g_ascii_strtoull(code + 2, NULL, 16);
}

static void
read_secret(OutJson *j, const AuditKey *by, AuditAuth *auth)
{
	enum { RESPONSE = 2 * SMB_SECRET_MAX + 4 };
	char key[OUT_READ_MEMBER], challenge[RESPONSE] = "", lm[RESPONSE] = "", nt[RESPONSE] = "",
				   password[AUDIT_PASSWORD_MAX] = "";
	AuditSecret secret = { challenge, lm, nt, password };
	uint64_t count = 0;

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "challenge"))
			(void)out_json_string(j, challenge, sizeof(challenge));
		else if (out_read_is(key, "lm_response"))
			(void)out_json_string(j, lm, sizeof(lm));
		else if (out_read_is(key, "nt_response"))
			(void)out_json_string(j, nt, sizeof(nt));
		else if (out_read_is(key, "password"))
			(void)out_json_string(j, password, sizeof(password));
		else if (out_read_is(key, "count"))
			count = out_read_number(j);
		else
			out_json_skip(j);
	}
	audit_auth_add_secret(auth, by, &secret, count);
}

static void
read_signing(OutJson *j, AuditAuth *auth)
{
	char key[OUT_READ_MEMBER];

	uint64_t n;

	if (!out_json_array(j))
		return;
	while (out_json_element(j)) {
		if (!out_read_count(j, key, sizeof(key), &n))
			continue;
		for (AuditSigning i = 0; i < AUDIT_SIGNINGS; i++)
			if (out_read_is(key, audit_signing_name(i)))
				auth->signing[i] = n;
	}
}

static void
read_dialects(OutJson *j, AuditAuth *auth)
{
	char name[OUT_READ_MEMBER];
	uint64_t n;

	if (!out_json_array(j))
		return;
	while (out_json_element(j))
		if (out_read_count(j, name, sizeof(name), &n) && audit_dialect_find(name) >= 0)
			auth->dialects[audit_dialect_find(name)] = n;
}

/* The members that say which one it is. */
static bool
read_identity(OutJson *j, const char *key, AuditIdentity *who)
{
	if (out_read_is(key, "password_type"))
		who->password_type = out_read_value(j, password_name, SMB_PASSWORD_MALFORMED + 1,
						    SMB_PASSWORD_NONE);
	else if (out_read_is(key, "mech"))
		who->mech = out_read_value(j, mech_name, SMB_MECH_SHARE + 1, SMB_MECH_NONE);
	else if (out_read_is(key, "result"))
		who->result = out_read_value(j, result_name, SMB_RESULT_ABANDONED + 1,
					     SMB_RESULT_UNKNOWN);
	else if (out_read_is(key, "guest"))
		who->guest = out_json_is_true(j);
	else if (out_read_is(key, "null_session"))
		who->null_session = out_json_is_true(j);
	else if (out_read_is(key, "account"))
		(void)out_json_string(j, who->account, AUDIT_KEY_MAX);
	else if (out_read_is(key, "domain"))
		(void)out_json_string(j, who->domain, AUDIT_KEY_MAX);
	else if (out_read_is(key, "host"))
		(void)out_json_string(j, who->host, AUDIT_KEY_MAX);
	else if (out_read_is(key, "status_code"))
		read_status(j, who);
	else if (out_read_is(key, "status_dos"))
		who->status.dos = out_json_is_true(j);
	else
		return false;
	return true;
}

static bool
read_times(OutJson *j, const char *key, AuditAuth *auth)
{
	if (out_read_is(key, "lm_length"))
		auth->lm_length = length_or_none(j);
	else if (out_read_is(key, "nt_length"))
		auth->nt_length = length_or_none(j);
	else if (out_read_is(key, "first_seen"))
		auth->first_ns = out_read_time(j);
	else if (out_read_is(key, "last_seen"))
		auth->last_ns = out_read_time(j);
	else if (out_read_is(key, "incomplete"))
		auth->incomplete = out_read_number(j);
	else if (out_read_is(key, "encrypted"))
		auth->encrypted = out_read_number(j);
	else
		return false;
	return true;
}

static void
read_secrets(OutJson *j, const AuditKey *by, AuditAuth *auth)
{
	if (!out_json_array(j))
		return;
	while (out_json_element(j))
		read_secret(j, by, auth);
}

static void
read_auth_member(OutJson *j, const char *key, Audit *audit, AuditAuth *auth)
{
	const AuditKey *by = &audit->limits.key;

	if (read_identity(j, key, &auth->who) || read_times(j, key, auth))
		return;
	if (out_read_is(key, "count"))
		auth->seen.count = out_read_number(j);
	else if (out_read_is(key, "frames"))
		out_read_frames(j, audit, &auth->seen);
	else if (out_read_is(key, "signing"))
		read_signing(j, auth);
	else if (out_read_is(key, "dialects"))
		read_dialects(j, auth);
	else if (out_read_is(key, "shares"))
		out_read_counts(j, &auth->shares, (AuditCap){ AUDIT_SHARES_MAX, by });
	else if (out_read_is(key, "encryption_types"))
		out_read_counts(j, &auth->encryption_types, (AuditCap){ AUDIT_NAMES_MAX, by });
	else if (out_read_is(key, "secrets"))
		read_secrets(j, by, auth);
	else if (out_read_is(key, "capped"))
		auth->shares.left_out += out_json_is_true(j);
	else if (out_read_is(key, "secrets_capped"))
		auth->secrets.left_out += out_json_is_true(j);
	else
		out_json_skip(j);
}

void
out_read_logon(OutJson *j, Audit *audit, AuditPair *pair)
{
	char key[OUT_READ_MEMBER], account[AUDIT_KEY_MAX] = "", domain[AUDIT_KEY_MAX] = "",
				   host[AUDIT_KEY_MAX] = "";
	AuditAuth auth = { .who = { .account = account, .domain = domain, .host = host },
			   .lm_length = -1,
			   .nt_length = -1 };
	AuditAuth *to;

	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key)))
		read_auth_member(j, key, audit, &auth);
	if (!auth.who.has_status)
		auth.who.status = (SmbStatus){ 0 };
	to = audit_pair_auth(pair, &audit->limits.key, &auth.who);
	/* A record says each once. */
	if (!to || to->first_ns != UINT64_MAX) {
		audit_auth_clear(&auth);
		return;
	}
	auth.who = to->who;
	*to = auth;
}
