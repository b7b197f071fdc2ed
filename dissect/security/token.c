/* SPDX-License-Identifier: BSD-3-Clause */
/* Recognises a security blob by its first bytes and hands it to the file of its mechanism. */
#include <string.h>

#include "dissect/security/mechanism.h"

static const char *const kind_names[] = {
	[SMB_TOKEN_PART] = "part of a token",
	[SMB_TOKEN_UNKNOWN] = "unknown token",
	[SMB_TOKEN_SPNEGO_ONLY] = "SPNEGO",
	[SMB_TOKEN_NTLM_NEGOTIATE] = "NTLMSSP negotiate",
	[SMB_TOKEN_NTLM_CHALLENGE] = "NTLMSSP challenge",
	[SMB_TOKEN_NTLM_AUTHENTICATE] = "NTLMSSP authenticate",
	[SMB_TOKEN_KERBEROS_AP_REQ] = "Kerberos AP-REQ",
	[SMB_TOKEN_KERBEROS_AP_REP] = "Kerberos AP-REP",
	[SMB_TOKEN_KERBEROS_ERROR] = "Kerberos error",
	[SMB_TOKEN_KERBEROS_OTHER] = "Kerberos",
	[SMB_TOKEN_NEGOEX] = "NEGOEX",
};

const char *
smb_token_kind_name(SmbTokenKind kind)
{
	return (uint32_t)kind < sizeof(kind_names) / sizeof(kind_names[0]) ? kind_names[kind]
									   : NULL;
}

static void
read_negoex(SmbSpan messages, SmbToken *token)
{
	SmbReader at = smb_reader_from_span(messages);

	token->kind = SMB_TOKEN_NEGOEX;
	token->mechanism = SMB_OFFER_NEGOEX;
	token->negoex = messages;
	while (smb_negoex_next(&at) >= 0)
		;
	token->malformed |= at.status != SMB_READ_OK || smb_reader_left(&at) > 0;
}

/*
 * A GSS token that is not SPNEGO (RFC 2743 3.1): what follows the object identifier is up to the
 * mechanism.
 */
static bool
read_gss(SmbSpan bytes, SmbToken *token)
{
	SmbDer root = smb_der_root(bytes, &token->malformed);
	SmbDer self;
	SmbDer oid;
	uint32_t offer;
	SmbOid mechanism;

	if (!smb_der_expect(&root, SMB_DER_APPLICATION, &self) ||
	    !smb_der_expect(&self, SMB_DER_OID, &oid))
		return false;
	mechanism = smb_oid_find(smb_der_rest(&oid), &offer);
	switch (mechanism) {
	case SMB_OID_KERBEROS:
	case SMB_OID_IAKERB:
		token->mechanism = offer;
		smb_kerberos_read(&self, token);
		return true;
	case SMB_OID_NTLMSSP:
		smb_ntlmssp_read(smb_der_rest(&self), token);
		return true;
	case SMB_OID_NEGOEX:
		read_negoex(smb_der_rest(&self), token);
		return true;
	default:
		return false;
	}
}

bool
smb_mechanism_read(SmbSpan token, SmbToken *ret_token)
{
	SmbDer root = smb_der_root(token, &ret_token->malformed);
	int first = smb_reader_peek(&root.at, 0);

	if (smb_span_begins(token, "NTLMSSP", 8)) {
		smb_ntlmssp_read(token, ret_token);
		return true;
	}
	if (smb_span_begins(token, "NEGOEXTS", 8)) {
		read_negoex(token, ret_token);
		return true;
	}
	if (first == SMB_DER_APPLICATION)
		return read_gss(token, ret_token);
	if (smb_kerberos_begins(first)) {
		ret_token->mechanism = SMB_OFFER_KERBEROS;
		smb_kerberos_read(&root, ret_token);
		return true;
	}
	return false;
}

/*
 * The token that comes with a list of mechanisms belongs to the first of them (RFC 4178 4.2.1); if
 * it does not, the other side has to choose again.
 */
static bool
not_first(const SmbToken *t)
{
	bool lies = false;
	SmbDer list = smb_der_root(t->mech_types, &lies);
	SmbDer first;
	uint32_t offer;

	if (!t->mechanism || !smb_der_expect(&list, SMB_DER_OID, &first))
		return false;
	smb_oid_find(smb_der_rest(&first), &offer);
	return offer != t->mechanism;
}

uint64_t
smb_token_length(SmbSpan blob)
{
	bool lies = false;
	SmbDer root = smb_der_root(blob, &lies);
	int first = smb_reader_peek(&root.at, 0);

	if (first != SMB_DER_APPLICATION && first != SMB_DER_CONTEXT + 0 &&
	    first != SMB_DER_CONTEXT + 1)
		return 0;
	return smb_der_declared(&root);
}

/*
 * Servers read lengths in more forms than DER has (X.690 8.1.3; Samba, those with zeros before them,
 * too): what is in what cannot be read here is found by its mark.
 */
static void
find_ntlmssp(SmbSpan blob, SmbToken *t)
{
	enum { MARK = 8 };
	const uint8_t *mark;

	if (t->kind != SMB_TOKEN_UNKNOWN && !(t->kind == SMB_TOKEN_SPNEGO_ONLY && t->malformed))
		return;
	mark = blob.ptr ? memmem(blob.ptr, blob.len, "NTLMSSP", MARK) : NULL;
	if (!mark)
		return;
	t->malformed = true;
	smb_ntlmssp_read(smb_span_after(blob, (uint32_t)(mark - blob.ptr)), t);
}

static void
read_token(SmbSpan blob, SmbToken *ret_token)
{
	SmbSpan inner;

	if (smb_spnego_read(blob, ret_token, &inner)) {
		if (inner.len == 0)
			ret_token->kind = SMB_TOKEN_SPNEGO_ONLY;
		else if (!smb_mechanism_read(inner, ret_token) &&
			 ret_token->wrap == SMB_TOKEN_NEG_INIT)
			/*
			 * The first token has to belong to a mechanism of the list (RFC 4178
			 * 4.2.1).
			 */
			ret_token->malformed |= !(ret_token->offered & SMB_OFFER_OTHER);
		ret_token->not_first = not_first(ret_token);
		return;
	}
	/* In GSS wrapping, an identifier that we do not know is a mechanism all the same. */
	if (!smb_mechanism_read(blob, ret_token) && !smb_span_begins(blob, "\x60", 1))
		ret_token->malformed = true;
}

void
smb_token_read(SmbSpan blob, const SmbEncoding *oem, SmbToken *ret_token)
{
	*ret_token = (SmbToken){
		.neg_state = -1, .oem = oem, .encryption_type = -1, .part_type = -1, .error_code = -1
	};
	if (blob.len == 0)
		return;
	ret_token->kind = SMB_TOKEN_UNKNOWN;
	read_token(blob, ret_token);
	find_ntlmssp(blob, ret_token);
}
