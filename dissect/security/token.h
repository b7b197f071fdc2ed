/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security tokens of session setups, SMB1 and SMB2 alike: SPNEGO ([MS-SPNG], RFC 4178) around
 * NTLMSSP ([MS-NLMP]) or Kerberos (RFC 4120, RFC 4121), or NTLMSSP raw. Stateless; texts and spans
 * are borrowed from the blob.
 */
#pragma once

#include "dissect/event.h"

typedef enum {
	SMB_TOKEN_NONE,    /* empty blob */
	SMB_TOKEN_UNKNOWN, /* cannot be read, or a mechanism of which nothing is known */
	SMB_TOKEN_SPNEGO_ONLY, /* SPNEGO without a mechanism's token: a list of mechanisms, a state, a mechListMIC */
	SMB_TOKEN_NTLM_NEGOTIATE,
	SMB_TOKEN_NTLM_CHALLENGE,
	SMB_TOKEN_NTLM_AUTHENTICATE,
	SMB_TOKEN_KERBEROS_AP_REQ,
	SMB_TOKEN_KERBEROS_AP_REP,
	SMB_TOKEN_KERBEROS_ERROR,
	SMB_TOKEN_KERBEROS_OTHER, /* IAKERB legs and the like */
	SMB_TOKEN_NEGOEX,
} SmbTokenKind;
const char *smb_token_kind_name(
	SmbTokenKind kind); /* "NTLMSSP authenticate", "Kerberos AP-REQ"; NULL for NONE */

typedef enum { SMB_TOKEN_RAW, SMB_TOKEN_NEG_INIT, SMB_TOKEN_NEG_RESP } SmbTokenWrap;

enum {
	SMB_OFFER_NTLMSSP = 1,
	SMB_OFFER_KERBEROS = 2, /* either OID */
	SMB_OFFER_IAKERB = 4,
	SMB_OFFER_NEGOEX = 8,
	SMB_OFFER_OTHER = 16,
};

typedef struct {
	SmbTokenKind kind;
	SmbTokenWrap wrap;
	bool malformed;   /* something in it lies or is cut */
	uint32_t offered; /* SMB_OFFER_* of a mechTypes list */
	int neg_state; /* of a NegTokenResp: 0 accept-completed, 1 accept-incomplete, 2 reject, 3 request-mic; -1 none */
	bool has_mech_list_mic;

	/* NTLMSSP */
	bool has_flags; /* an old AUTHENTICATE, and a cut token, have none */
	uint32_t flags;
	SmbText account, domain,
		host; /* AUTHENTICATE; of a NEGOTIATE domain and host where given */
	uint16_t lm_length, nt_length; /* Len, never MaxLen */
	SmbSpan lm, nt;                /* absent where they do not lie in the token */
	bool has_version;
	uint8_t version_major, version_minor;
	uint16_t version_build;
	bool has_mic; /* by the AV flags of an NTLMv2 response ([MS-NLMP] 2.2.2.1, MsvAvFlags 0x2) */
	bool has_channel_bindings; /* MsvAvChannelBindings not all zero */
	SmbText target_spn;        /* MsvAvTargetName */
	SmbSpan challenge;         /* CHALLENGE: 8 bytes */
	SmbText target_name;       /* CHALLENGE */
	SmbText nb_computer, nb_domain, dns_computer, dns_domain,
		dns_tree; /* AV pairs of a CHALLENGE */

	/* Kerberos AP-REQ */
	SmbText realm;
	char service[256];       /* sname, parts joined by '/'; "" where not there */
	int32_t encryption_type; /* of the ticket; -1 where not there */
} SmbToken;

/*
 * Reads a blob; everything is in *ret_token afterwards, whatever the bytes are. DER depth is capped
 * at 8.
 */
void smb_token_read(SmbSpan blob, SmbToken *ret_token);

/* The rules on password types, in their order; see the comment of each in classify.c. */
SmbPasswordType smb_classify_ntlmssp(const SmbToken *authenticate);

typedef struct {
	bool share_level; /* of the server's security mode */
	bool challenged;  /* the server asked for challenge/response */
} SmbServerMode;

/*
 * SESSION_SETUP_ANDX of 13 words, and of 10; *ret_unasked: plaintext though the server had asked
 * for challenge/response.
 */
SmbPasswordType smb_classify_nt(SmbServerMode mode, SmbText account, SmbSpan oem,
				uint16_t oem_length, SmbSpan unicode, uint16_t unicode_length,
				bool *ret_unasked);
SmbPasswordType smb_classify_lanman(SmbServerMode mode, SmbText account, SmbSpan password,
				    uint16_t length, bool *ret_unasked);
/* The password of a tree connect under share-level security. */
SmbPasswordType smb_classify_share(SmbServerMode mode, SmbSpan password, uint16_t length);
