/* SPDX-License-Identifier: BSD-3-Clause */
/* What an NTLM response says of who it was made for: what shows that it was passed on. */
#pragma once

#include "dissect/conversation/state/attempt.h"
#include "dissect/security/token.h"

/* Keeps the proof of an NTLMv2 response; of others, nothing. */
void smb_response_prove(SmbAuth *auth, SmbSpan nt);
/* The same of an AUTHENTICATE, and how it fits the challenge that was given in this attempt. */
void smb_response_take(SmbAttempt *attempt, const SmbToken *authenticate);
/* A hash of a computer's name, whatever its case; 0: none. */
uint64_t smb_response_name(SmbText name);
