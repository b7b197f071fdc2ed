/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security blobs from captures made for this project with Samba, smbclient and jCIFS; the name of
 * the capture and the frame are in the comment of each. They are constant, and declared with their
 * sizes, so that sizeof() gives the length of a token.
 */
#pragma once

#include <stdint.h>

/* NegTokenInit2 of a server: both Kerberos spellings, NTLMSSP, negHints (c18, frame 6) */
extern const uint8_t token_server_list[96];

/* NegTokenInit with an NTLMSSP NEGOTIATE (c13, frame 8) */
extern const uint8_t token_ntlm_negotiate[74];

/* NegTokenResp with the CHALLENGE of a domain controller (c31, frame 70) */
extern const uint8_t token_ntlm_challenge[185];

/* AUTHENTICATE, NTLMv1 with LM left out: 24 and 24 bytes (c11, frame 10) */
extern const uint8_t token_ntlmv1[216];

/* AUTHENTICATE, NTLMv1 with extended session security (c12, frame 10) */
extern const uint8_t token_ntlmv1_ess[216];

/* AUTHENTICATE, NTLMv2 with MIC and target SPN (c13, frame 10) */
extern const uint8_t token_ntlmv2[400];

/* NEGOTIATE without SPNEGO, OEM domain and workstation, no VERSION (c14, frame 8) */
extern const uint8_t token_raw_negotiate[45];

/* CHALLENGE without SPNEGO (c14, frame 9) */
extern const uint8_t token_raw_challenge[112];

/* AUTHENTICATE without SPNEGO and VERSION (c14, frame 10) */
extern const uint8_t token_raw_authenticate[148];

/* AUTHENTICATE of nobody (c20, frame 10) */
extern const uint8_t token_anonymous[124];

/* accept-completed with a mechListMIC (c11, frame 11) */
extern const uint8_t token_completed_mic[29];

/* accept-completed alone (c20, frame 11) */
extern const uint8_t token_completed[9];

/* NegTokenInit with an AP-REQ (c18, frame 12) */
extern const uint8_t token_ap_req[630];

/* NegTokenResp with an AP-REP (c18, frame 13) */
extern const uint8_t token_ap_rep[186];
