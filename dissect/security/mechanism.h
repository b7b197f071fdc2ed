/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The mechanisms inside the tokens: one reader for each, and the object identifiers that name them.
 * Private to dissect/security. Every reader fills in what it finds, borrows texts and spans from
 * the blob, and sets `malformed` if something is wrong; none fails otherwise.
 */
#pragma once

#include "dissect/security/der.h"
#include "dissect/security/token.h"

/* Object identifiers, by the contents of their element. */
typedef enum {
	SMB_OID_UNKNOWN,
	SMB_OID_SPNEGO,
	SMB_OID_NTLMSSP,
	SMB_OID_KERBEROS, /* either identifier, or user to user */
	SMB_OID_IAKERB,
	SMB_OID_NEGOEX,
} SmbOid;

/*
 * The mechanism of an identifier, and the SMB_OFFER_* bit of a mechTypes entry (0 for SPNEGO
 * itself).
 */
SmbOid smb_oid_find(SmbSpan oid, uint32_t *ret_offer);

/* "Kerberos", "MS-Kerberos" (the spelling of Windows 2000), "NTLMSSP"; NULL if unknown. */
const char *smb_oid_name(SmbSpan oid);

/*
 * Reads the token of a mechanism, without SPNEGO around it. The mechanism is recognised by the
 * bytes, not by what was offered. False if no mechanism is recognised; the kind is then unchanged.
 */
bool smb_mechanism_read(SmbSpan token, SmbToken *ret_token);

/*
 * The next message of NEGOEX in `at` ([MS-NEGOEX] 2.2.6): returns its MessageType and moves `at`
 * past it; -1 at the end, or if none can be read.
 */
int32_t smb_negoex_next(SmbReader *at);

/* Reads an NTLMSSP message, from its signature "NTLMSSP\0" on ([MS-NLMP] 2.2.1). */
void smb_ntlmssp_read(SmbSpan message, SmbToken *ret_token);

/*
 * Reads what follows the object identifier of a GSS token (RFC 4121 4.1), or a Kerberos message
 * without any wrapping (RFC 4120).
 */
void smb_kerberos_read(SmbDer *inner, SmbToken *ret_token);
/* True if this byte can begin a bare Kerberos message, without wrapping or token identifier. */
bool smb_kerberos_begins(int byte);

/*
 * Reads a NegTokenInit or NegTokenResp (RFC 4178 4.2, [MS-SPNG] 2.2.1), with or without GSS
 * wrapping. False if the blob is not SPNEGO; *ret_inner is the mechanism's own token, absent if it
 * has none.
 */
bool smb_spnego_read(SmbSpan blob, SmbToken *ret_token, SmbSpan *ret_inner);
