/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security tokens of session setups, SMB1 and SMB2 alike: SPNEGO ([MS-SPNG], RFC 4178) around
 * NTLMSSP ([MS-NLMP]) or Kerberos (RFC 4120, RFC 4121), or bare NTLMSSP. Stateless; a token owns
 * nothing, its texts and spans are borrowed from the blob.
 */
#pragma once

#include "dissect/connection.h"

typedef enum {
	SMB_TOKEN_NONE,    /* empty blob */
	SMB_TOKEN_PART,    /* a piece of a token split over several messages: not parsed */
	SMB_TOKEN_UNKNOWN, /* unreadable, or an unknown mechanism */
	/* SPNEGO without a mechanism's token: a list of mechanisms, a state, a mechListMIC */
	SMB_TOKEN_SPNEGO_ONLY,
	SMB_TOKEN_NTLM_NEGOTIATE,
	SMB_TOKEN_NTLM_CHALLENGE,
	SMB_TOKEN_NTLM_AUTHENTICATE,
	SMB_TOKEN_KERBEROS_AP_REQ,
	SMB_TOKEN_KERBEROS_AP_REP,
	SMB_TOKEN_KERBEROS_ERROR,
	SMB_TOKEN_KERBEROS_OTHER, /* IAKERB rounds and the like */
	SMB_TOKEN_NEGOEX,
} SmbTokenKind;
const char *smb_token_kind_name(
	SmbTokenKind kind); /* "NTLMSSP authenticate", "Kerberos AP-REQ"; NULL for NONE */

typedef enum { SMB_TOKEN_RAW, SMB_TOKEN_NEG_INIT, SMB_TOKEN_NEG_RESP } SmbTokenWrap;

enum { SMB_AV_IDS = 16 };

typedef struct {
	SmbTokenKind kind;
	SmbTokenWrap wrap;
	bool malformed; /* something in it is wrong or cut off */
	/*
	 * SMB_OFFER_* of the mechanism that the token belongs to; 0: unknown, or no mechanism's
	 * token
	 */
	uint32_t mechanism;

	/* SPNEGO */
	uint32_t offered;   /* SMB_OFFER_* of a mechTypes list */
	SmbSpan mech_types; /* the list's elements, the preferred one first; or absent */
	bool not_first;     /* the token that comes with the list is not of its first mechanism */
	/*
	 * of a NegTokenResp: 0 accept-completed, 1 accept-incomplete, 2 reject, 3 request-mic; -1
	 * none
	 */
	int neg_state;
	SmbSpan supported_mech; /* of a NegTokenResp: the identifier's contents; absent */
	uint32_t chosen;        /* SMB_OFFER_* of it; 0: absent */
	SmbText hint_name;      /* negHints of a server */
	SmbSpan hint_address;
	bool has_mech_list_mic;

	/* NTLMSSP */
	const SmbEncoding *oem; /* as given: of names in OEM */
	bool has_flags;         /* an old AUTHENTICATE and a cut token have none */
	uint32_t flags;
	SmbText account, domain,
		host; /* AUTHENTICATE; of a NEGOTIATE domain and host where given */
	uint16_t lm_length, nt_length; /* Len, never MaxLen */
	SmbSpan lm, nt;                /* absent if they are not inside the token */
	bool has_version;
	uint8_t version_major, version_minor;
	uint16_t version_build;
	/* by the AV flags of an NTLMv2 response ([MS-NLMP] 2.2.2.1, MsvAvFlags 0x2) */
	bool has_mic;
	bool mic_gone;             /* they say so, but the payload begins where it would be */
	bool says_mic;             /* CHALLENGE: has that flag, which is the client's to set */
	bool has_channel_bindings; /* MsvAvChannelBindings not all zero */
	SmbText target_spn;        /* MsvAvTargetName */
	SmbSpan challenge;         /* CHALLENGE: 8 bytes */
	SmbText target_name;       /* CHALLENGE */
	uint16_t session_key_length;
	SmbSpan session_key; /* EncryptedRandomSessionKey of an AUTHENTICATE; absent */
	/*
	 * Ids of the AV pairs in their order, those beyond the array left out; and which fields of
	 * an AUTHENTICATE lie where: letters of "lnduwk" (LM, NT, domain, user, workstation, key) in
	 * the order of their offsets, without those that are empty.
	 */
	uint32_t n_av_ids;
	uint8_t av_ids[SMB_AV_IDS];
	char payload_order[7];
	/* AV pairs of a CHALLENGE; in an NTLMv2 response, those that the client repeats */
	SmbText nb_computer, nb_domain, dns_computer, dns_domain, dns_tree;
	uint32_t av_flags;    /* MsvAvFlags */
	uint64_t timestamp;   /* MsvAvTimestamp, a FILETIME; 0 if absent */
	uint64_t client_time; /* of an NTLMv2 response: the client's clock, a FILETIME */

	/* Kerberos */
	SmbText realm;           /* of the ticket of an AP-REQ, of the service in a KRB-ERROR */
	char service[256];       /* sname, parts joined by '/'; "" if absent */
	int32_t encryption_type; /* of the ticket; -1 if absent */
	int32_t part_type;       /* of the authenticator, or the encrypted part of an AP-REP; -1 */
	uint32_t ticket_kvno;
	/* the encrypted parts themselves: of the ticket; the authenticator, or that of an AP-REP */
	SmbSpan ticket_cipher, part_cipher;
	uint32_t ap_options; /* bit 0 of RFC 4120 5.5.1 is the highest one here */
	const char *message; /* of KERBEROS_OTHER: "AS-REQ"; NULL if unknown */
	int32_t error_code;  /* KRB-ERROR; -1 if absent */
	SmbText error_text;
	SmbText client_realm; /* KRB-ERROR */
	SmbText target_realm; /* IAKERB: the realm whose KDC the server should ask */

	SmbSpan negoex; /* NEGOEX: its messages */
} SmbToken;

/*
 * Reads a blob; *ret_token is complete afterwards, whatever the bytes are. `oem`: the code page of
 * names in OEM. DER depth is capped at 8.
 */
void smb_token_read(SmbSpan blob, const SmbEncoding *oem, SmbToken *ret_token);

/*
 * The length in bytes that a token's outermost element declares, header included; 0 if there is no
 * element or its header cannot be read. If that is more than the blob has, the blob was cut, is
 * malformed, or continues in the next message ([MS-SPNG] 3.1.5.6).
 */
uint64_t smb_token_length(SmbSpan blob);

/*
 * True if an NT response is NTLMv2: longer than that of NTLMv1, with RespType and HiRespType 1
 * ([MS-NLMP] 2.2.2.7).
 */
bool smb_nt_response_is_v2(SmbSpan nt);

/*
 * The type of secret that an AUTHENTICATE carries. The rules and their order are explained in
 * classify.c.
 */
SmbPasswordType smb_classify_ntlmssp(const SmbToken *authenticate);

typedef struct {
	bool unseen;      /* its answer to the negotiate is not in the capture */
	bool share_level; /* of the server's security mode */
	bool challenged;  /* the server asked for challenge/response */
} SmbServerMode;

/*
 * The same for a SESSION_SETUP_ANDX of 13 words, and of 10. *ret_unasked: plaintext although the
 * server had asked for challenge/response.
 */
SmbPasswordType smb_classify_nt(SmbServerMode mode, SmbText account, SmbSpan oem,
				uint16_t oem_length, SmbSpan unicode, uint16_t unicode_length,
				bool *ret_unasked);
SmbPasswordType smb_classify_lanman(SmbServerMode mode, SmbText account, SmbSpan password,
				    uint16_t length, bool *ret_unasked);
/* The same for the password of a tree connect under share-level security. */
SmbPasswordType smb_classify_share(SmbServerMode mode, SmbSpan password, uint16_t length,
				   bool *ret_unasked);
