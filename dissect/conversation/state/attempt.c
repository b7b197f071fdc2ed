/* SPDX-License-Identifier: BSD-3-Clause */
/* Attempts to log on: their references, their states, and the rounds that wait with them. */
#include "dissect/conversation/state/attempt.h"

enum { HELD = SMB_CAP(64, 2) }; /* rounds that wait with an attempt */

SmbAttempt *
smb_attempt_new(SmbConnection *c, SmbRequest *req)
{
	SmbAttempt *a = smb_context_alloc(c->context, sizeof(*a));

	a->auth.lm_length = a->auth.nt_length = -1;
	a->auth.encryption_type = a->auth.session_key_type = a->auth.krb_error = -1;
	req->attempt = smb_attempt_ref(a);
	req->carries = true;
	return a;
}

SmbAttempt *
smb_attempt_ref(SmbAttempt *a)
{
	if (a)
		a->refs++;
	return a;
}

void
smb_attempt_drop_parts(SmbContext *context, SmbAttempt *a, SmbDir dir)
{
	smb_token_drop(context, a->parts[dir]);
	a->parts[dir] = NULL;
}

void
smb_attempt_unref(SmbContext *context, SmbAttempt *a)
{
	if (!a || --a->refs)
		return;
	smb_context_unref(context, a->auth.account);
	smb_context_unref(context, a->auth.domain);
	smb_context_unref(context, a->auth.host);
	smb_context_unref(context, a->auth.target_spn);
	smb_context_unref(context, a->auth.realm);
	smb_context_unref(context, a->auth.service);
	smb_context_unref(context, a->auth.challenge);
	smb_context_unref(context, a->auth.lm_response);
	smb_context_unref(context, a->auth.nt_response);
	smb_context_unref(context, a->auth.password);
	smb_attempt_drop_parts(context, a, SMB_TO_SERVER);
	smb_attempt_drop_parts(context, a, SMB_TO_CLIENT);
	smb_context_release(context, a, sizeof(*a));
}

void
smb_attempt_move(SmbAttempt *a, SmbAttemptState state)
{
	if (a->state < state)
		a->state = state;
}

bool
smb_attempt_turned_down(const SmbAttempt *a)
{
	return a->auth.password_type == SMB_PASSWORD_KERBEROS && a->held_last &&
	       (a->auth.krb_error != -1 || a->turned_down);
}

bool
smb_attempt_only_started(const SmbAttempt *a)
{
	return a->started_ntlm && a->state < SMB_ATTEMPT_SECRET_SENT;
}

/* ---- rounds that wait ---- */

/* The request is the attempt's until it is reported. */
void
smb_attempt_hold(SmbAttempt *a, SmbRequest *req)
{
	*(a->held ? &a->held_last->next : &a->held) = req;
	a->held_last = req;
	a->n_held++;
}

/* Reports the rounds that waited, in order. The attempt must be held by the caller. */
void
smb_attempt_report_held(SmbConnection *c, SmbAttempt *a)
{
	SmbRequest *req = a->held;

	a->held = a->held_last = NULL;
	a->n_held = 0;
	while (req) {
		SmbRequest *next = req->next;

		req->next = NULL;
		smb_step_report(c, req);
		req = next;
	}
}

/* The verdict goes to the last round that may carry it; NULL: none may. */
static SmbRequest *
carrier_of(const SmbAttempt *a)
{
	SmbRequest *carrier = NULL;

	for (SmbRequest *req = a->held; req; req = req->next)
		if (req->carries)
			carrier = req;
	return carrier;
}

void
smb_attempt_limit_held(SmbConnection *c, SmbAttempt *a)
{
	SmbRequest **at = &a->held, *out;

	if (a->n_held <= HELD)
		return;
	smb_connection_limit(c);
	if (*at == carrier_of(a))
		at = &(*at)->next;
	out = *at; /* not the last: at least three are held */
	*at = out->next;
	a->n_held--;
	out->next = NULL;
	smb_step_report(c, out);
}

static void
give_verdict(SmbAttempt *a)
{
	SmbRequest *carrier = carrier_of(a);

	if (!carrier)
		return;
	a->auth.request = carrier->x.request;
	if (carrier->x.step == SMB_STEP_TREE_CONNECT)
		carrier->x.tree_connect.auth = &a->auth;
	else
		carrier->x.session.auth = &a->auth;
}

/*
 * Another channel of a session is no other logon, if what crossed the network for it is not of another
 * kind than what did for the session. A client may say of any logon that it is one ([MS-SMB2] 2.2.5:
 * below 3.0 servers do not look at that).
 */
static bool
is_only_channel(const SmbAttempt *a)
{
	return a->binds && (a->auth.password_type == SMB_PASSWORD_NONE ||
			    a->auth.password_type == a->session_type);
}

/*
 * The attempt is over: its carrier gets the verdict, and all that waited is reported. Takes the
 * caller's reference.
 */
void
smb_attempt_conclude(SmbConnection *c, SmbAttempt *a)
{
	const bool counts = !is_only_channel(a);

	if (counts)
		give_verdict(a);
	smb_attempt_move(a, SMB_ATTEMPT_DECIDED);
	if (counts)
		smb_state_add_attempt(c, a);
	smb_attempt_report_held(c, a);
	smb_attempt_move(a, SMB_ATTEMPT_REPORTED);
	smb_attempt_drop_parts(c->context, a, SMB_TO_SERVER);
	smb_attempt_drop_parts(c->context, a, SMB_TO_CLIENT);
	smb_attempt_unref(c->context, a);
}

/* The last answer was a refusal, though its status asks for another round. */
static void
refuse(SmbAttempt *a)
{
	const SmbExchange *last = &a->held_last->x;

	a->auth.result = SMB_RESULT_REFUSED;
	a->auth.has_status = last->has_status;
	a->auth.status = last->status;
	a->auth.response = last->response;
}

void
smb_attempt_give_up(SmbConnection *c, SmbAttempt *a, SmbAttemptEnd end)
{
	if (smb_attempt_turned_down(a)) {
		refuse(a);
	} else if (end != SMB_ATTEMPT_NOT_SEEN && !c->info.gaps) {
		a->auth.result = SMB_RESULT_ABANDONED;
		a->auth.abandoned_by_server = end == SMB_ATTEMPT_LEFT_BY_SERVER;
	}
	smb_attempt_conclude(c, a);
}

/* ---- attempts that wait for another round ---- */

/* Takes an attempt that waits for another round; its reference becomes the caller's. */
static SmbAttempt *
take_open(SmbConnection *c, uint32_t at)
{
	SmbAttempt *a = c->state->open_attempts[at];

	c->state->n_open_attempts--;
	for (uint32_t i = at; i < c->state->n_open_attempts; i++)
		c->state->open_attempts[i] = c->state->open_attempts[i + 1];
	return a;
}

SmbAttempt *
smb_attempt_take_oldest(SmbConnection *c)
{
	return c->state->n_open_attempts ? take_open(c, 0) : NULL;
}

SmbAttempt *
smb_attempt_take_open(SmbConnection *c, uint64_t uid)
{
	for (uint32_t i = 0; i < c->state->n_open_attempts; i++)
		if (c->state->open_attempts[i]->uid == uid)
			return take_open(c, i);
	return NULL;
}

SmbAttempt *
smb_attempt_find_open(const SmbConnection *c, uint64_t uid)
{
	for (uint32_t i = 0; i < c->state->n_open_attempts; i++)
		if (c->state->open_attempts[i]->uid == uid)
			return c->state->open_attempts[i];
	return NULL;
}

void
smb_attempt_open(SmbConnection *c, SmbAttempt *a)
{
	if (c->state->n_open_attempts == SMB_OPEN_ATTEMPTS) {
		smb_connection_limit(c);
		smb_attempt_give_up(c, take_open(c, 0), SMB_ATTEMPT_NOT_SEEN);
	}
	c->state->open_attempts[c->state->n_open_attempts++] = smb_attempt_ref(a);
}
