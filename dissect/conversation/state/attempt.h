/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An attempt to log on: all rounds of a session setup up to the response that accepts or refuses
 * it, or one tree connect with a password under share-level security. A round is one request and
 * its response.
 *
 *   STARTED --> CHALLENGED --> SECRET_SENT --> DECIDED --> REPORTED  never back; any may be skipped
 *
 *   round 1   NEGOTIATE    -> "go on"      held by the attempt
 *   round 2   AUTHENTICATE -> accepted     carries the verdict: both are reported now
 *
 * A ticket that the server did not take (a KRB-ERROR, or it named NTLMSSP instead) is an attempt of
 * its own: what the client then tries with NTLMSSP, in the same session, is another. A client whose
 * clock was off sends a second ticket ([MS-KILE] 3.2.5.8), which is the same attempt.
 *
 * One round carries the verdict: the one that sent the secret or, if none did, the last. A round
 * that was answered "go on" is held by the attempt until the next round comes or the outcome is
 * known.
 *
 * Attempts are counted. References belong to
 *
 *   - the requests that are its rounds, each until it is freed, so that a verdict that was written
 *     into an exchange is there when it is reported;
 *   - SmbState.open_attempts, while the server waits for another round;
 *   - the connection's table of attempts, and the users that it logged on.
 *
 * The held requests have references to the attempt that owns them: smb_attempt_conclude reports
 * them, and so breaks the circle.
 */
#pragma once

#include "dissect/conversation/state/state.h"

typedef enum {
	SMB_ATTEMPT_STARTED,     /* a round was sent, with no secret in it */
	SMB_ATTEMPT_CHALLENGED,  /* the server answered "go on" */
	SMB_ATTEMPT_SECRET_SENT, /* auth.password_type says which */
	SMB_ATTEMPT_DECIDED,     /* accepted, refused or abandoned: no further round */
	SMB_ATTEMPT_REPORTED,    /* and its rounds were reported: it is only read from now on */
} SmbAttemptState;

struct SmbAttempt {
	SmbAuth auth; /* its strings are the attempt's */
	SmbAttemptState state;
	uint32_t refs;
	uint64_t uid;
	bool binds;                   /* a channel to a session that exists: not counted */
	SmbPasswordType session_type; /* with binds: how the client logged on for that session */
	bool started_ntlm;            /* an NTLMSSP NEGOTIATE was sent */
	bool turned_down;        /* the server named NTLMSSP in place of a ticket's mechanism */
	uint64_t challenger;     /* smb_response_name of the server that the challenge names */
	bool challenger_mic;     /* the challenge has the flag of a MIC, which is the client's */
	bool unseen;             /* the capture does not have the blob of one of its rounds */
	SmbTokenParts *parts[2]; /* by SmbDir, owned: a token whose rest did not come yet */
	SmbRequest *held, *held_last; /* owned: rounds that wait with it, in their order */
	uint32_t n_held;
};

/* A new attempt, whose first round this request is; the request has the reference. */
SmbAttempt *smb_attempt_new(SmbConnection *c, SmbRequest *req);
SmbAttempt *smb_attempt_ref(SmbAttempt *attempt); /* NULL is fine */
void smb_attempt_unref(SmbContext *context, SmbAttempt *attempt);
/* The attempt comes as far as this state, if it was not further already. */
void smb_attempt_move(SmbAttempt *attempt, SmbAttemptState state);
/* Its ticket was not taken, as far as was seen: no further round can make that good. */
bool smb_attempt_turned_down(const SmbAttempt *attempt);
/* Nothing sent so far says who logs on, and how: the attempt can continue without the response. */
bool smb_attempt_only_started(const SmbAttempt *attempt);
/* Frees the pieces of a token that wait in one direction. */
void smb_attempt_drop_parts(SmbContext *context, SmbAttempt *attempt, SmbDir dir);
/* The request waits with its attempt, which owns it. */
void smb_attempt_hold(SmbAttempt *attempt, SmbRequest *req);
/*
 * If there are more rounds than any logon has, reports the first that does not carry the verdict,
 * and counts it. The caller has a reference.
 */
void smb_attempt_limit_held(SmbConnection *c, SmbAttempt *attempt);
/* Reports the rounds that wait, in order. The caller has a reference. */
void smb_attempt_report_held(SmbConnection *c, SmbAttempt *attempt);
/*
 * The attempt is over: the round that carries it gets the verdict, and all that waited is reported.
 * Takes the caller's reference.
 */
void smb_attempt_conclude(SmbConnection *c, SmbAttempt *attempt);

/* Why no further round comes, though the server waits for one. */
typedef enum {
	SMB_ATTEMPT_NOT_SEEN, /* or it came, and was not captured */
	SMB_ATTEMPT_LEFT_BY_CLIENT,
	SMB_ATTEMPT_LEFT_BY_SERVER,
} SmbAttemptEnd;
/* The same without an answer that decides it: refused if turned down, abandoned if that is known. */
void smb_attempt_give_up(SmbConnection *c, SmbAttempt *attempt, SmbAttemptEnd end);

/* The attempt waits for another round; beyond the cap the oldest that does is concluded. */
void smb_attempt_open(SmbConnection *c, SmbAttempt *attempt);
/* The one that waits for another round under this UID; NULL: none does. */
SmbAttempt *smb_attempt_find_open(const SmbConnection *c, uint64_t uid);
/* The same taken out, its reference being the caller's. */
SmbAttempt *smb_attempt_take_open(SmbConnection *c, uint64_t uid);
/* Takes out the one that waits for longest; NULL: none does. */
SmbAttempt *smb_attempt_take_oldest(SmbConnection *c);

/* ---- logon.c, for logon-answer.c ---- */

/* A secret, cut at SMB_SECRET_MAX; nothing unless secrets are kept. */
void smb_logon_keep(SmbConnection *c, SmbString **slot, SmbSpan secret);
/*
 * What looked like the first piece of a token was not: the server did not wait for the rest, or
 * something else came instead. The token's length is wrong.
 */
void smb_logon_give_up_parts(SmbConnection *c, SmbAttempt *a, SmbRequest *req);
