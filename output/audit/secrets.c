/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Secrets of the audit, with --reveal-secrets only: as JSON, and as the lines that password
 * auditors read.
 */
#include <string.h>

#include "output/audit/audit.h"

enum {
	CHALLENGE_DIGITS = 16,
	RESPONSE_DIGITS = 48, /* LM, NTLMv1: 24 bytes ([MS-NLMP] 2.2.2.3, 2.2.2.6) */
	PROOF_DIGITS = 32,    /* NTProofStr, the first 16 bytes of NTLMv2 (2.2.2.8) */
};

/* Nothing in it would break a line of fields between colons, or must not reach a terminal. */
static bool
is_plain(const char *s)
{
	SmbText text = smb_text_from_utf8(s);
	uint32_t at = 0, c;

	while (smb_text_next(text, &at, &c))
		if (c == ':' || smb_character_is_unprintable(c))
			return false;
	return true;
}

/* Whether both responses are complete, not cut at the cap, and the challenge is known. */
static bool
is_whole(const AuditSecret *s)
{
	return strlen(s->challenge) == CHALLENGE_DIGITS &&
	       strlen(s->lm_response) < (size_t)2 * SMB_SECRET_MAX &&
	       strlen(s->nt_response) < (size_t)2 * SMB_SECRET_MAX;
}

/*
 * A response of NTLMv1, "" for zeros: they are none, and auditors would take them for the client's
 * challenge of extended session security.
 */
static const char *
response(const char *hex)
{
	return strspn(hex, "0") == RESPONSE_DIGITS ? "" : hex;
}

static void
put_v1(OutBuffer *b, const AuditSecret *s)
{
	out_str(b, response(s->lm_response));
	out_char(b, ':');
	out_str(b, response(s->nt_response));
	out_char(b, ':');
	out_str(b, s->challenge);
}

static void
put_v2(OutBuffer *b, const AuditSecret *s)
{
	out_str(b, s->challenge);
	out_char(b, ':');
	out_put(b, s->nt_response, PROOF_DIGITS);
	out_char(b, ':');
	out_str(b, s->nt_response + PROOF_DIGITS);
}

static bool
is_lm_alone(const AuditSecret *s)
{
	return !*response(s->nt_response) && strlen(response(s->lm_response)) == RESPONSE_DIGITS;
}

/* Of a message that was cut, or lies about its lengths, the parts may be of other kinds than they seem. */
static bool
is_of_known_kind(const AuditAuth *auth)
{
	return auth->who.password_type != SMB_PASSWORD_NONE &&
	       auth->who.password_type != SMB_PASSWORD_MALFORMED;
}

bool
out_audit_auditor_line(OutBuffer *b, const AuditAuth *auth, const AuditSecret *s)
{
	bool v2 = auth->who.password_type == SMB_PASSWORD_NTLMV2;
	size_t nt = strlen(response(s->nt_response));

	if (!is_of_known_kind(auth) || !is_whole(s) || !is_plain(auth->who.account) ||
	    !is_plain(auth->who.domain))
		return false;
	if (v2 ? nt <= RESPONSE_DIGITS : nt != RESPONSE_DIGITS && !is_lm_alone(s))
		return false;
	out_str(b, auth->who.account);
	out_lit(b, "::");
	out_str(b, auth->who.domain);
	out_char(b, ':');
	if (v2)
		put_v2(b, s);
	else
		put_v1(b, s);
	return true;
}

static void
put_if(OutBuffer *b, const char *key, const char *value)
{
	if (!*value)
		return;
	out_json_comma(b);
	out_json_word(b, key);
	out_char(b, ':');
	out_str_json(b, value);
}

static void
put_line(OutBuffer *b, const AuditAuth *auth, const AuditSecret *s)
{
	OutBuffer line = { 0 };

	/* An account may be empty, and there may be no buffer to copy it to. */
	out_buffer_reserve(&line, RESPONSE_DIGITS);
	if (out_audit_auditor_line(&line, auth, s)) {
		out_char(&line, '\0');
		put_if(b, "auditor_line", line.data);
	}
	out_buffer_clear(&line);
}

void
out_audit_secrets_json(OutBuffer *b, const AuditAuth *auth)
{
	if (!auth->secrets.n)
		return;
	out_key(b, "secrets");
	out_char(b, '[');
	for (uint32_t i = 0; i < auth->secrets.n; i++) {
		AuditSecret s;
		g_auto(GStrv) owner = audit_secret_split(&auth->secrets.items[i], &s);

		out_json_comma(b);
		out_char(b, '{');
		put_if(b, "challenge", s.challenge);
		put_if(b, "lm_response", s.lm_response);
		put_if(b, "nt_response", s.nt_response);
		/* An empty password is one, too; an unexpected one comes from a record. */
		if (auth->who.password_type == SMB_PASSWORD_PLAINTEXT || *s.password) {
			out_key(b, "password");
			out_str_json(b, s.password);
		}
		put_line(b, auth, &s);
		out_key_u64(b, "count", auth->secrets.items[i].count);
		out_char(b, '}');
	}
	out_char(b, ']');
	if (auth->secrets.left_out)
		out_lit(b, ",\"secrets_capped\":true");
}

static void
put_parts(OutBuffer *b, const AuditAuth *auth, const AuditSecret *s)
{
	out_lit(b, "  ");
	out_str(b, smb_password_type_name(auth->who.password_type) ?: "unknown kind");
	out_lit(b, " of \"");
	out_text(b, smb_text_from_utf8(auth->who.account));
	if (auth->who.password_type == SMB_PASSWORD_PLAINTEXT) {
		out_lit(b, "\", password \"");
		out_text(b, smb_text_from_utf8(s->password));
		out_lit(b, "\"\n");
		return;
	}
	out_lit(b, "\", challenge ");
	out_str(b, *s->challenge ? s->challenge : "unknown");
	out_lit(b, ", LM ");
	out_str(b, *s->lm_response ? s->lm_response : "none");
	out_lit(b, ", NT ");
	out_str(b, *s->nt_response ? s->nt_response : "none");
	out_char(b, '\n');
}

void
out_audit_secrets_text(OutBuffer *b, const AuditAuth *auth)
{
	for (uint32_t i = 0; i < auth->secrets.n; i++) {
		AuditSecret s;
		g_auto(GStrv) owner = audit_secret_split(&auth->secrets.items[i], &s);

		if (out_audit_auditor_line(b, auth, &s))
			out_char(b, '\n');
		else
			put_parts(b, auth, &s);
	}
}
