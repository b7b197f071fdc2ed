/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the sentences of outcomes are made of (outcome.c): each part is appended to the text, as it is
 * or escaped for a terminal if it is from the wire. Nothing fails.
 */
#pragma once

#include "dissect/event.h"
#include "output/base/buffer.h"

/* What a sentence is about. */
typedef struct {
	const SmbConnectionInfo *info;
	const SmbOutcome *o; /* of it */
} OutTold;

/* " (STATUS_...)", if there was one. */
void out_outcome_status(OutBuffer *b, const SmbOutcome *o);
/* ": " and what to do about the status; nothing, and false, where there is no more to say. */
bool out_outcome_advice(OutBuffer *b, const SmbOutcome *o);
/* The share, file or called name, or what stands for it if it was not seen. */
void out_outcome_name(OutBuffer *b, const SmbOutcome *o, const char *otherwise);

/* ---- logons that failed: whole sentences ---- */

void out_why_access_denied(OutBuffer *b, const OutTold *t);
void out_why_left_after_challenge(OutBuffer *b, const OutTold *t);
void out_why_wrong_password(OutBuffer *b, const OutTold *t);
void out_why_no_such_user(OutBuffer *b, const OutTold *t);
void out_why_account_disabled(OutBuffer *b, const OutTold *t);
void out_why_password_expired(OutBuffer *b, const OutTold *t);
void out_why_logon_not_allowed(OutBuffer *b, const OutTold *t);
void out_why_logon_refused(OutBuffer *b, const OutTold *t);
