/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What session setups and tree connects contribute to an attempt to log on. logon-answer.c has what
 * their responses decide; attempt.c keeps the attempts themselves.
 */
#include <glib.h>

#include "dissect/conversation/state/attempt.h"
#include "dissect/conversation/state/response.h"

/* The round at hand says how the client logs on; NONE: it does not. */
static void
sent(SmbAttempt *a, SmbPasswordType type)
{
	a->auth.password_type = type;
	if (type != SMB_PASSWORD_NONE)
		smb_attempt_move(a, SMB_ATTEMPT_SECRET_SENT);
}

static void
identify(SmbConnection *c, SmbAttempt *a, SmbText account, SmbText domain, SmbText host)
{
	smb_context_set_string(c->context, &a->auth.account, account);
	smb_context_set_string(c->context, &a->auth.domain, domain);
	smb_context_set_string(c->context, &a->auth.host, host);
}

/* ---- secrets: kept only if requested ---- */

void
smb_logon_keep(SmbConnection *c, SmbString **slot, SmbSpan secret)
{
	SmbText text = { smb_span_first(secret, SMB_SECRET_MAX), SMB_TEXT_OEM };

	if (c->context->config.keep_secrets && secret.len > 0)
		smb_context_set_string(c->context, slot, text);
}

/* Half a response is another one, which no password gives. */
static void
keep_responses(SmbConnection *c, SmbAuth *auth, SmbSpan lm, SmbSpan nt)
{
	if (!c->context->config.keep_secrets)
		return;
	if (lm.len > SMB_SECRET_MAX || nt.len > SMB_SECRET_MAX) {
		smb_connection_limit(c);
		return;
	}
	smb_logon_keep(c, &auth->lm_response, lm);
	smb_logon_keep(c, &auth->nt_response, nt);
}

void
smb_logon_challenge(SmbConnection *c, SmbSpan challenge)
{
	smb_logon_keep(c, &c->state->challenge, challenge);
}

/* A password comes with or without its terminator; an empty one is also a password. */
static void
keep_password(SmbConnection *c, SmbAuth *auth, SmbSpan oem, SmbSpan unicode)
{
	SmbReader narrow = smb_reader_from_span(oem), wide = smb_reader_from_span(unicode);
	SmbText text = { 0 }, other = { 0 };

	if (!c->context->config.keep_secrets)
		return;
	narrow.oem = c->context->config.oem;
	text = smb_reader_counted_string(&narrow, oem.len, false);
	other = smb_reader_counted_string(&wide, unicode.len, true);
	if (!smb_text_is_empty(other))
		text = other;
	text.bytes = smb_span_first(text.bytes, SMB_SECRET_MAX);
	if (!text.bytes.ptr)
		text = smb_text_from_utf8("");
	smb_context_set_string(c->context, &auth->password, text);
}

/*
 * The password fields of a request without a token: responses to the negotiate's challenge, or the
 * password itself.
 */
static void
keep_fields(SmbConnection *c, SmbAuth *auth, SmbSpan oem, SmbSpan unicode)
{
	if (auth->password_type == SMB_PASSWORD_ANONYMOUS ||
	    auth->password_type == SMB_PASSWORD_EMPTY)
		return;
	if (auth->password_type == SMB_PASSWORD_PLAINTEXT) {
		keep_password(c, auth, oem, unicode);
		return;
	}
	keep_responses(c, auth, oem, unicode);
	smb_logon_keep(c, &auth->challenge, smb_string_text(c->state->challenge).bytes);
}

/* ---- requests ---- */

static bool
is_ntlm(SmbTokenKind kind)
{
	return kind == SMB_TOKEN_NTLM_NEGOTIATE || kind == SMB_TOKEN_NTLM_CHALLENGE ||
	       kind == SMB_TOKEN_NTLM_AUTHENTICATE;
}

/*
 * Whether a round begins something else than what this attempt tried: NTLMSSP after a ticket, a
 * second NEGOTIATE, or another ticket after one that was not refused for the clock alone ([MS-KILE]
 * 3.2.5.8).
 */
static bool
begins_anew(const SmbAttempt *a, const SmbToken *token)
{
	if (is_ntlm(token->kind) && a->auth.password_type == SMB_PASSWORD_KERBEROS)
		return true;
	if (token->kind == SMB_TOKEN_NTLM_NEGOTIATE)
		return a->started_ntlm;
	return token->kind == SMB_TOKEN_KERBEROS_AP_REQ && smb_attempt_turned_down(a) &&
	       a->auth.krb_error != KRB_AP_ERR_SKEW;
}

/*
 * The attempt that a round continues: the one whose UID it carries; if the server's response is not
 * in the capture, the only possible one, or the oldest that has only started. A round that begins
 * anew starts a new attempt: an earlier one that the server answered is given up, an unanswered one
 * keeps waiting. The caller owns the reference.
 */
static SmbAttempt *
going_on(SmbConnection *c, const SmbRequest *req, const SmbToken *token)
{
	bool further = token->kind == SMB_TOKEN_NTLM_AUTHENTICATE ||
		       token->wrap == SMB_TOKEN_NEG_RESP;
	SmbAttempt *a = smb_attempt_take_open(c, req->x.uid);

	if (!a && further && c->state->n_open_attempts == 1 &&
	    !begins_anew(c->state->open_attempts[0], token))
		a = smb_attempt_take_oldest(c);
	else if (!a && further && token->kind != SMB_TOKEN_NTLM_NEGOTIATE)
		a = smb_pending_release_attempt(c, smb_attempt_only_started);
	if (a && begins_anew(a, token)) {
		smb_attempt_give_up(c, a, SMB_ATTEMPT_LEFT_BY_CLIENT);
		return NULL;
	}
	return a;
}

static void
take_authenticate(SmbConnection *c, SmbAttempt *a, const SmbToken *t)
{
	SmbAuth *auth = &a->auth;

	identify(c, a, t->account, t->domain, t->host);
	sent(a, smb_classify_ntlmssp(t));
	auth->lm_length = t->lm_length;
	auth->nt_length = t->nt_length;
	auth->has_flags = t->has_flags;
	auth->ntlm_flags = t->flags;
	auth->has_version = t->has_version;
	auth->version_major = t->version_major;
	auth->version_minor = t->version_minor;
	auth->version_build = t->version_build;
	auth->has_mic = t->has_mic;
	auth->has_channel_bindings = t->has_channel_bindings;
	smb_response_take(a, t);
	smb_context_set_string(c->context, &auth->target_spn, t->target_spn);
	if (auth->password_type != SMB_PASSWORD_ANONYMOUS)
		keep_responses(c, auth, t->lm, t->nt);
	if (!c->info.client_name && !smb_text_is_empty(t->host))
		smb_context_set_string(c->context, &c->info.client_name, t->host);
}

static void
take_ap_req(SmbConnection *c, SmbAttempt *a, const SmbToken *t)
{
	sent(a, SMB_PASSWORD_KERBEROS);
	a->auth.mech = SMB_MECH_SPNEGO_KERBEROS;
	a->auth.krb_error = -1; /* of an earlier ticket */
	a->turned_down = false;
	a->auth.encryption_type = t->encryption_type;
	a->auth.session_key_type = t->part_type; /* RFC 4120 5.5.1 */
	smb_context_set_string(c->context, &a->auth.realm, t->realm);
	if (t->service[0])
		smb_context_set_string(c->context, &a->auth.service,
				       smb_text_from_utf8(t->service));
}

static void
note(SmbConnection *c, SmbAttempt *a, SmbRequest *req, SmbAnomaly anomaly)
{
	a->auth.anomalies |= anomaly;
	req->x.anomalies |= anomaly;
	c->info.anomalies |= anomaly;
}

/* A piece of a token (SMB_TOKEN_PART) says nothing yet: it may be the last that comes. */
static void
take_token(SmbConnection *c, SmbAttempt *a, SmbRequest *req, const SmbToken *t)
{
	bool undecided = a->state < SMB_ATTEMPT_SECRET_SENT;
	bool secret = t->kind == SMB_TOKEN_NTLM_AUTHENTICATE ||
		      t->kind == SMB_TOKEN_KERBEROS_AP_REQ;
	bool spnego = t->wrap != SMB_TOKEN_RAW || a->auth.mech == SMB_MECH_SPNEGO_NTLMSSP;

	if (secret || undecided)
		req->carries = true;
	if (is_ntlm(t->kind)) {
		if (t->kind != SMB_TOKEN_NTLM_CHALLENGE)
			smb_prints_token(c, t);
		a->started_ntlm = true;
		a->auth.mech = spnego ? SMB_MECH_SPNEGO_NTLMSSP : SMB_MECH_NTLMSSP;
	}
	if (t->kind == SMB_TOKEN_NTLM_AUTHENTICATE)
		take_authenticate(c, a, t);
	else if (t->kind == SMB_TOKEN_KERBEROS_AP_REQ)
		take_ap_req(c, a, t);
	if (t->malformed || t->kind == SMB_TOKEN_UNKNOWN)
		note(c, a, req, SMB_ANOMALY_TOKEN);
	/* The server is to begin ([MS-SMB] 3.3.5.3, <111>): nobody has said anything yet. */
	if (t->kind == SMB_TOKEN_NONE)
		note(c, a, req, SMB_ANOMALY_EMPTY_BLOB);
	req->x.anomalies |= a->auth.anomalies;
}

/*
 * What looked like the first piece of a token was not: the server did not wait for the rest, or
 * something else came instead. The token's length is wrong.
 */
void
smb_logon_give_up_parts(SmbConnection *c, SmbAttempt *a, SmbRequest *req)
{
	SmbTokenParts *parts = a->parts[SMB_TO_SERVER];
	SmbToken t;

	if (!parts)
		return;
	smb_token_read(smb_token_kept(parts), c->context->config.oem, &t);
	take_token(c, a, req, &t);
	smb_attempt_drop_parts(c->context, a, SMB_TO_SERVER);
}

/* A round that has no logon data: if no earlier round had any, this was the last chance. */
static void
take_silent(SmbAttempt *a, SmbRequest *req)
{
	if (a->state < SMB_ATTEMPT_SECRET_SENT)
		req->carries = true;
}

/* A blob that is not in the capture is unknown, which is not the same as anonymous. */
static void
take_unseen(SmbConnection *c, SmbAttempt *a, SmbRequest *req, SmbReadStatus status)
{
	take_silent(a, req);
	a->unseen = true;
	if (status == SMB_READ_MALFORMED)
		note(c, a, req, SMB_ANOMALY_TOKEN);
}

static void
take_round(SmbConnection *c, SmbAttempt *a, SmbRequest *req, const SmbTokenReading *r)
{
	bool asks_for_rest = r->view.token.kind == SMB_TOKEN_NONE && a->parts[SMB_TO_CLIENT];

	if (r->state != SMB_READING_GOES_ON)
		smb_logon_give_up_parts(c, a, req);
	if (r->state == SMB_READING_BEGINS)
		a->parts[SMB_TO_SERVER] = smb_token_keep(c, r);
	if (asks_for_rest)
		take_silent(a, req);
	else
		take_token(c, a, req, &r->view.token);
}

static void
session_round(SmbConnection *c, SmbRequest *req, SmbSpan blob, SmbReadStatus status)
{
	const SmbTokenReading *r = smb_token_of(c, blob);
	const SmbToken *t = &r->view.token;
	SmbSessionFacts *f = &req->x.session;
	SmbAttempt *a = going_on(c, req, t);

	if (a && a->state < SMB_ATTEMPT_SECRET_SENT)
		smb_attempt_report_held(c, a);
	if (a)
		req->attempt = a;
	else
		a = smb_attempt_new(c, req);
	if (!blob.ptr && status != SMB_READ_OK)
		take_unseen(c, a, req, status);
	else
		take_round(c, a, req, r);
	f->token = smb_token_kind_name(t->kind);
	if (t->kind == SMB_TOKEN_NTLM_AUTHENTICATE) {
		f->account = t->account;
		f->domain = t->domain;
		f->host = t->host;
		f->lm_length = t->lm_length;
		f->nt_length = t->nt_length;
	}
}

/*
 * Under share-level security the session setup names an identity only; the secret is in the tree
 * connect.
 */
static bool
identity_only(SmbConnection *c, const Smb1SessionSetupRequest *r)
{
	SmbSpan oem = r->password, unicode = r->unicode_password;
	bool no_oem = r->password_length == 0 ||
		      (r->password_length == 1 && smb_span_begins(oem, "", 1));
	bool no_unicode = r->unicode_password_length == 0 ||
			  (r->unicode_password_length == 2 && smb_span_begins(unicode, "\0", 2));

	return smb_dialect_server_mode(c).share_level && no_oem && no_unicode;
}

/*
 * Lengths decide most of what is in the password fields. If that depends on their bytes, or on
 * whether a user was named, and the capture lacks those, the type stays unknown.
 */
static bool
undecided(const Smb1SessionSetupRequest *r, SmbPasswordType type)
{
	bool cut = !r->password.ptr || (r->unicode_password_length && !r->unicode_password.ptr);

	switch (type) {
	case SMB_PASSWORD_MALFORMED: /* 24 and 24: one response or two; longer: the mark */
		return cut;
	case SMB_PASSWORD_ANONYMOUS:
		return !r->account.bytes.ptr;
	case SMB_PASSWORD_LM_OR_LMV2: /* the other length may not be there */
		return !r->lengths_seen;
	case SMB_PASSWORD_PLAINTEXT: /* or only terminators */
		return cut && r->password_length <= 1 && r->unicode_password_length <= 2;
	default:
		return false;
	}
}

/* Half a name is nobody's. */
static SmbText
whole(SmbText text)
{
	if (text.cut)
		text = (SmbText){ .encoding = text.encoding };
	return text;
}

/* An account of which the capture does not have the domain is not one without. */
static SmbText
domain_of(const Smb1SessionSetupRequest *r, SmbReadStatus status)
{
	SmbText domain = r->primary_domain;

	if (!whole(r->account).bytes.ptr)
		return whole(domain);
	if (status == SMB_READ_TRUNCATED && !domain.bytes.ptr)
		domain = (SmbText){ { (const uint8_t *)"", 0 }, domain.encoding, true };
	return domain;
}

void
smb_logon_setup1(SmbConnection *c, SmbRequest *req, const Smb1SessionSetupRequest *r,
		 SmbReadStatus status)
{
	SmbServerMode mode = smb_dialect_server_mode(c);
	SmbText none = { { NULL, 0 }, SMB_TEXT_UTF8 };
	SmbPasswordType type;
	bool unasked = false;
	SmbAttempt *a;

	c->state->setups_seen = true;
	if (r->form == 12) {
		session_round(c, req, r->security_blob, status);
		return;
	}
	req->x.session.lm_length = r->password_length;
	req->x.session.nt_length = r->form == 13 ? r->unicode_password_length : -1;
	if (identity_only(c, r)) {
		smb_context_set_string(c->context, &c->state->identity_account, whole(r->account));
		smb_context_set_string(c->context, &c->state->identity_domain,
				       domain_of(r, status));
		return;
	}
	a = smb_attempt_new(c, req);
	identify(c, a, whole(r->account), domain_of(r, status), none);
	a->auth.lm_length = r->password_length;
	a->auth.nt_length = req->x.session.nt_length;
	a->auth.mech = r->form == 13 ? SMB_MECH_NT : SMB_MECH_LANMAN;
	type = r->form == 13
		       ? smb_classify_nt(mode, r->account, r->password, r->password_length,
					 r->unicode_password, r->unicode_password_length, &unasked)
		       : smb_classify_lanman(mode, r->account, r->password, r->password_length,
					     &unasked);
	if (status == SMB_READ_TRUNCATED && undecided(r, type)) {
		type = SMB_PASSWORD_NONE;
		unasked = false;
	}
	sent(a, type);
	smb_response_prove(&a->auth, r->unicode_password);
	keep_fields(c, &a->auth, r->password, r->unicode_password);
	if (unasked)
		note(c, a, req, SMB_ANOMALY_PLAINTEXT_UNASKED);
}

void
smb_logon_setup2(SmbConnection *c, SmbRequest *req, SmbSpan blob, SmbReadStatus status)
{
	c->state->setups_seen = true;
	session_round(c, req, blob, status);
}

/*
 * Under user-level security the field is one byte of padding ([MS-CIFS] 3.2.4.2.5): anything longer
 * says of what kind the server is, where its answer to the negotiate was not seen.
 */
static bool
is_share_password(SmbServerMode mode, const Smb1TreeConnectRequest *r)
{
	return mode.share_level || (mode.unseen && r->password_length > 1 && r->password.ptr &&
				    !smb_span_begins(r->password, "", 1));
}

/* A password for a share; no password, or a single 00, is an anonymous request. */
void
smb_logon_tree(SmbConnection *c, SmbRequest *req, const Smb1TreeConnectRequest *r)
{
	SmbServerMode mode = smb_dialect_server_mode(c);
	SmbText none = { { NULL, 0 }, SMB_TEXT_UTF8 };
	SmbAttempt *a;
	bool unasked;

	/*
	 * A single byte that is not in the capture may be the 00 that means no password; nor may
	 * its length be there.
	 */
	if (!is_share_password(mode, r) || (r->password_length <= 1 && !r->password.ptr))
		return;
	c->info.share_level = true;
	a = smb_attempt_new(c, req);
	identify(c, a, smb_string_text(c->state->identity_account),
		 smb_string_text(c->state->identity_domain), none);
	a->auth.mech = SMB_MECH_SHARE;
	a->auth.lm_length = r->password_length;
	sent(a, smb_classify_share(mode, r->password, r->password_length, &unasked));
	if (unasked)
		note(c, a, req, SMB_ANOMALY_PLAINTEXT_UNASKED);
	keep_fields(c, &a->auth, r->password, (SmbSpan){ NULL, 0 });
}

/* ---- messages ---- */

static void G_GNUC_NO_INLINE
show_token(SmbConnection *c, SmbMessage *m, int32_t block, const SmbRequest *answered)
{
	SmbAttempt *attempt;

	for (int32_t i = 0; answered && i < block; i++)
		answered = answered->next;
	if (m->response)
		attempt = answered ? answered->attempt : NULL;
	else
		attempt = smb_attempt_find_open(c, m->uid);
	smb_token_show(c, m, (uint32_t)block, attempt ? &attempt->parts[m->dir] : NULL);
}

void
smb_logon_message(SmbConnection *c, SmbMessage *m, const SmbRequest *answered)
{
	int32_t block = smb_token_find(c, m);

	if (block >= 0)
		show_token(c, m, block, answered);
}
