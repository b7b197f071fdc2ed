/* SPDX-License-Identifier: BSD-3-Clause */
/* What the responses to session setups and tree connects decide about an attempt to log on. */
#include "dissect/conversation/state/attempt.h"
#include "dissect/conversation/state/response.h"

static void
take_challenge(SmbConnection *c, SmbRequest *req, const SmbToken *t)
{
	smb_prints_token(c, t);
	req->x.session.challenge = t->challenge;
	if (req->attempt) {
		req->attempt->auth.challenged = true;
		req->attempt->challenger = smb_response_name(t->nb_computer);
		req->attempt->challenger_mic = t->says_mic;
		smb_logon_keep(c, &req->attempt->auth.challenge, t->challenge);
	}
	if (!c->info.server_name && !smb_text_is_empty(t->nb_computer))
		smb_context_set_string(c->context, &c->info.server_name, t->nb_computer);
	if (!c->info.server_dns && !smb_text_is_empty(t->dns_computer))
		smb_context_set_string(c->context, &c->info.server_dns, t->dns_computer);
}

/*
 * What became of a ticket: an error, or the server goes on with another mechanism (RFC 4178 4.2.2).
 * Beside a status of success neither is a refusal.
 */
static void
take_refusal(SmbAttempt *a, const SmbToken *t)
{
	if (a->auth.password_type != SMB_PASSWORD_KERBEROS)
		return;
	if (t->kind == SMB_TOKEN_KERBEROS_ERROR)
		a->auth.krb_error = t->error_code;
	else if (t->chosen == SMB_OFFER_NTLMSSP)
		a->turned_down = true;
}

/* The server's token, which may also come in pieces: the client requests each with an empty one. */
static void
take_back(SmbConnection *c, SmbRequest *req, SmbSpan back)
{
	const SmbTokenReading *r = smb_token_of(c, back);
	SmbAttempt *a = req->attempt;

	if (req->x.step != SMB_STEP_SESSION_SETUP)
		return;
	if (a && r->state != SMB_READING_GOES_ON)
		smb_attempt_drop_parts(c->context, a, SMB_TO_CLIENT);
	if (a && r->state == SMB_READING_BEGINS)
		a->parts[SMB_TO_CLIENT] = smb_token_keep(c, r);
	req->x.session.token_back = smb_token_kind_name(r->view.token.kind);
	if (r->view.token.kind == SMB_TOKEN_NTLM_CHALLENGE)
		take_challenge(c, req, &r->view.token);
	if (a && req->x.status.value != STATUS_SUCCESS)
		take_refusal(a, &r->view.token);
}

/* A round that was answered "go on": kept with the texts of its answer. Takes the request. */
static void
wait_for_next(SmbConnection *c, SmbAttempt *a, SmbRequest *req)
{
	SmbSessionFacts *f = &req->x.session;
	SmbText challenge = { f->challenge, SMB_TEXT_OEM };

	f->more = true;
	smb_request_keep(c->context, req, &challenge);
	f->challenge = challenge.bytes;
	smb_request_keep(c->context, req, &f->server_os);
	smb_request_keep(c->context, req, &f->server_lanman);
	smb_request_keep(c->context, req, &f->server_domain);
	smb_attempt_hold(a, req);
	smb_attempt_move(a, SMB_ATTEMPT_CHALLENGED);
	a->uid = req->x.uid;
	smb_attempt_limit_held(c, a);
	smb_attempt_open(c, a);
}

static bool
accepts(SmbStatus status)
{
	return !smb_status_failed(status) && !smb_status_goes_on(status);
}

static void
without_attempt(SmbConnection *c, SmbRequest *req)
{
	if (req->x.step == SMB_STEP_SESSION_SETUP && accepts(req->x.status)) {
		c->expected.logged_on = true;
		if (smb_was_asked(&req->x))
			smb_state_add_user(c, req->x.uid, NULL);
	}
	smb_step_report(c, req);
}

/*
 * Whether another round must follow. A tree connect has only one, whatever its response says. A
 * response to a bare NEGOTIATE is never an acceptance, whatever its status.
 */
static bool
goes_on(const SmbAttempt *a, const SmbExchange *x)
{
	if (x->step != SMB_STEP_SESSION_SETUP)
		return false;
	return smb_status_goes_on(x->status) ||
	       (accepts(x->status) && smb_attempt_only_started(a) && !a->unseen);
}

static SmbResult
result_of(SmbStatus status)
{
	return smb_status_goes_on(status)  ? SMB_RESULT_UNKNOWN
	       : smb_status_failed(status) ? SMB_RESULT_REFUSED
					   : SMB_RESULT_ACCEPTED;
}

bool
smb_logon_can_sign(SmbConnection *c, uint64_t uid)
{
	const SmbUserEntry *user = smb_state_user(c, uid);
	const SmbAuth *auth = user ? user->pub.auth : NULL;

	return auth && !smb_auth_is_nobody(auth) && auth->password_type != SMB_PASSWORD_NONE;
}

bool
smb_logon_is_nobody(SmbConnection *c, uint64_t uid)
{
	const SmbUserEntry *user = smb_state_user(c, uid);
	const SmbAuth *auth = user ? user->pub.auth : NULL;

	return auth && smb_auth_is_nobody(auth);
}

/* [MS-ERREF] 2.3.1: of the password, which was looked at. */
static bool
is_of_password(SmbStatus status)
{
	return !status.dos &&
	       (status.value == STATUS_LOGON_FAILURE || status.value == STATUS_WRONG_PASSWORD ||
		status.value == STATUS_NO_SUCH_USER || status.value == STATUS_ACCOUNT_LOCKED_OUT);
}

/*
 * Another channel is no other logon. But whoever has a session may try passwords of others with it,
 * and is refused for them.
 */
static bool
is_same_logon(SmbConnection *c, const SmbRequest *req, const SmbAttempt *a)
{
	if (a->auth.result == SMB_RESULT_ACCEPTED)
		return smb_shared_may_bind(c, req->x.uid, &a->auth);
	return !is_of_password(a->auth.status);
}

/* The session that was set up; or that has another channel now. */
static void
add_user(SmbConnection *c, const SmbRequest *req, SmbAttempt *a)
{
	SmbUserEntry *user;

	if (a->binds && smb_state_bind(c, req->x.uid))
		return;
	user = smb_state_add_user(c, req->x.uid, a);
	if (req->x.version == 2)
		smb_shared_add_session(c, user);
	if (req->previous_session)
		smb_shared_replace(c, user, req->previous_session);
}

/* As whom the client was let in: not always as who it said it is. */
static void
take_flags(SmbAttempt *a, SmbRequest *req, uint32_t flags)
{
	a->auth.guest = flags & SMB2_SESSION_FLAG_IS_GUEST;
	a->auth.null_session = flags & SMB2_SESSION_FLAG_IS_NULL &&
			       a->auth.password_type != SMB_PASSWORD_ANONYMOUS;
	if (req->x.step != SMB_STEP_SESSION_SETUP)
		return;
	req->x.session.guest = a->auth.guest;
	req->x.session.null_session = a->auth.null_session;
}

/*
 * The server could read what is malformed here: it may have been any secret, of anybody. What the capture
 * does not have is told as that.
 */
static void
count_unread(SmbConnection *c, const SmbAttempt *a)
{
	bool unread = a->auth.password_type == SMB_PASSWORD_NONE &&
		      a->auth.anomalies & SMB_ANOMALY_TOKEN;
	bool cut = a->unseen || c->info.incomplete & SMB_INCOMPLETE_TRUNCATED;

	if ((unread || a->auth.password_type == SMB_PASSWORD_MALFORMED) && !cut)
		smb_connection_limit(c);
}

void
smb_logon_answer(SmbConnection *c, SmbRequest *req, SmbSpan back, uint32_t flags)
{
	SmbAttempt *a = req->attempt;
	SmbStatus status = req->x.status;
	bool success = accepts(status);

	take_back(c, req, back);
	if (!a) {
		without_attempt(c, req);
		return;
	}
	/* A server that waits for the rest says only that ([MS-SPNG] 3.1.5.9). */
	if (!smb_status_goes_on(status) || back.len > 0)
		smb_logon_give_up_parts(c, a, req);
	if (success)
		count_unread(c, a);
	if (goes_on(a, &req->x)) {
		wait_for_next(c, a, req);
		return;
	}
	a->auth.has_status = true;
	a->auth.status = status;
	a->auth.response = req->x.response;
	a->auth.result = result_of(status);
	a->binds = a->binds && is_same_logon(c, req, a);
	if (success) {
		c->expected.logged_on = true;
		take_flags(a, req, flags);
		if (req->x.step == SMB_STEP_SESSION_SETUP)
			add_user(c, req, a);
	}
	smb_attempt_hold(a, req);
	smb_attempt_conclude(c, smb_attempt_ref(a));
}

void
smb_logon_unanswered(SmbConnection *c, SmbRequest *req)
{
	SmbAttempt *a = smb_attempt_ref(req->attempt);

	smb_attempt_hold(a, req);
	smb_attempt_conclude(c, a);
}

/*
 * The server waits for the client: whoever ends the connection has given the logon up, and so has a
 * client that says nothing more. That the capture ended is nobody's doing.
 */
static SmbAttemptEnd
who_left(const SmbConnectionInfo *info)
{
	switch (info->end) {
	case SMB_END_FIN:
	case SMB_END_RESET:
		return info->end_by_server ? SMB_ATTEMPT_LEFT_BY_SERVER
					   : SMB_ATTEMPT_LEFT_BY_CLIENT;
	case SMB_END_TIMEOUT:
		return SMB_ATTEMPT_LEFT_BY_CLIENT;
	default:
		return SMB_ATTEMPT_NOT_SEEN;
	}
}

void
smb_logon_flush(SmbConnection *c)
{
	while (c->state->n_open_attempts)
		smb_attempt_give_up(c, smb_attempt_take_oldest(c), who_left(&c->info));
}
