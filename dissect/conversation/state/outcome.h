/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How far a connection came and why not further: what is noted of each exchange, and the outcome
 * that it comes to at the end (dissect/outcome.h).
 *
 *   exchange -> smb_outcome_note -> SmbProgress, SmbFailure (failures.c)
 *   end      -> smb_outcome_settle -> info.outcome          (outcome.c, outcome-logon.c)
 *
 * What servers showed on other connections is in a table of the context (servers.c).
 */
#pragma once

#include "dissect/conversation/state/state.h"

/* What the stream and the end of the connection add to it. */
typedef struct {
	const SmbNetbios *refused;    /* session request that was refused; NULL: none was */
	const SmbNetbios *unanswered; /* session request that got no answer; NULL: none was */
	bool client_spoke;            /* it sent a message of the session service or of SMB */
	bool server_spoke;            /* the same of the server */
	SmbStamp when;                /* the packet that ended it */
} SmbOutcomeInput;

/* At the end, after everything was reported: sets info.outcome. */
void smb_outcome_settle(SmbConnection *c, const SmbOutcomeInput *input);
/* Frees what info.outcome has, and what was noted. */
void smb_outcome_clear(SmbConnection *c);

/* ---- reasons.c ---- */

/* A DOS error as SmbStatus has it. */
#define DOS(class, code) ((uint32_t)(class) | (uint32_t)(code) << 16)

/* What a status says. */
typedef struct {
	bool dos;
	uint32_t value;
	SmbWhy why;
} SmbReason;
/* NONE: the status is not in the table. */
SmbWhy smb_reason_find(const SmbReason *reasons, size_t n, SmbStatus status);

/* Of a tree connect; NONE: nothing is known of that status. */
SmbWhy smb_why_no_tree(SmbStatus status);
/* What an open that failed says about the client's purpose; NONE: nothing. */
SmbWhy smb_why_not_opened(const SmbExchange *x);
/* Of what is done to an open file (NULL: to a path). */
SmbWhy smb_why_not_done(const SmbExchange *x, SmbDeed deed, const SmbFileEntry *file);
/* The server has the name, and says that what it is of lies elsewhere. */
bool smb_is_elsewhere(SmbStatus status);
/* The logon is not valid any more ([MS-SMB2] 3.2.5.1.6): the client logs on again. */
bool smb_is_expired(SmbStatus status);
/* A handle that the client had before is not given back ([MS-SMB2] 3.3.5.9.7, 3.3.5.9.12). */
bool smb_is_lost_handle(const SmbExchange *x);

/* ---- failures.c ---- */

/* An exchange that is reported now, answered or not. */
void smb_outcome_note(SmbConnection *c, const SmbExchange *x);
/* Drops what another channel of the session, or a referral that was asked for, made good. */
void smb_failures_drop_done(SmbConnection *c);
/* Drops all. */
void smb_failures_clear(SmbConnection *c);

/* ---- outcome-logon.c ---- */

/* Whether all of a connection was captured, from its first packet on. */
static inline bool
smb_outcome_is_whole(const SmbConnectionInfo *info)
{
	return !info->one_way && !info->midstream && !info->incomplete;
}

/* Refused or given up, and nothing suggests that it goes on. A share's password is no logon. */
bool smb_logon_failed(const SmbConnectionInfo *info, const SmbAuth *auth);
/* Makes the outcome of a logon that failed; `left_frame`: where the client ended the connection. */
void smb_outcome_take_logon(const SmbConnection *c, SmbOutcome *o, const SmbAuth *auth,
			    uint64_t left_frame);
/* Sets it, if the connection's last logon failed and nothing was used. */
void smb_outcome_settle_logon(SmbConnection *c, SmbOutcome *o, const SmbOutcomeInput *input);

/* ---- servers.c ---- */

/* The connection's server accepted NT LM 0.12, or SMB2. */
void smb_server_took_nt1(SmbConnection *c);
void smb_server_took_smb2(SmbConnection *c);
/* It asks a session, or those who connect to a share, to encrypt ([MS-SMB2] 2.2.6, 2.2.10). */
void smb_server_asks_encryption(SmbConnection *c);
void smb_server_share_asks_encryption(SmbConnection *c, SmbText path);
/*
 * Somebody, on whatever connection, asked it where a name of DFS really is; whether anybody did since
 * then: the link that a client met on one connection it asks about on another.
 */
void smb_server_was_asked_for_referral(SmbConnection *c, uint64_t time_ns);
bool smb_server_is_asked_for_referral_since(const SmbConnection *c, uint64_t time_ns);
/* What was seen of it so far, on whatever connection: whether it took one of these. */
bool smb_server_is_known_to_take(const SmbConnection *c, bool nt1, bool smb2);
/* `share`: NULL for sessions. */
bool smb_server_is_known_for_encryption(const SmbConnection *c, const SmbString *share);
