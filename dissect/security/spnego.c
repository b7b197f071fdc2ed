/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SPNEGO: which mechanisms are offered and chosen, and the token of one of them inside (RFC 4178,
 * [MS-SPNG]).
 */
#include "dissect/security/mechanism.h"

static const struct {
	const char *bytes;
	uint32_t len;
	SmbOid oid;
	uint32_t offer;
	const char *name;
} oids[] = {
	/* 1.3.6.1.5.5.2 (RFC 4178) */
	{ "\x2B\x06\x01\x05\x05\x02", 6, SMB_OID_SPNEGO, 0, "SPNEGO" },
	/* 1.3.6.1.4.1.311.2.2.10 */
	{ "\x2B\x06\x01\x04\x01\x82\x37\x02\x02\x0A", 10, SMB_OID_NTLMSSP, SMB_OFFER_NTLMSSP,
	  "NTLMSSP" },
	/*
	 * 1.2.840.113554.1.2.2 (RFC 4121), and 1.2.840.48018.1.2.2 as Windows 2000 writes it
	 * ([MS-SPNG] 3.2.5.2)
	 */
	{ "\x2A\x86\x48\x86\xF7\x12\x01\x02\x02", 9, SMB_OID_KERBEROS, SMB_OFFER_KERBEROS,
	  "Kerberos" },
	{ "\x2A\x86\x48\x82\xF7\x12\x01\x02\x02", 9, SMB_OID_KERBEROS, SMB_OFFER_KERBEROS,
	  "MS-Kerberos" },
	/*
	 * 1.2.840.113554.1.2.2.3: user to user: Kerberos messages, but offered in addition to the
	 * others
	 */
	{ "\x2A\x86\x48\x86\xF7\x12\x01\x02\x02\x03", 10, SMB_OID_KERBEROS, SMB_OFFER_OTHER,
	  "Kerberos user-to-user" },
	/* 1.3.6.1.5.2.5 */
	{ "\x2B\x06\x01\x05\x02\x05", 6, SMB_OID_IAKERB, SMB_OFFER_IAKERB, "IAKERB" },
	/* 1.3.6.1.4.1.311.2.2.30 */
	{ "\x2B\x06\x01\x04\x01\x82\x37\x02\x02\x1E", 10, SMB_OID_NEGOEX, SMB_OFFER_NEGOEX,
	  "NEGOEX" },
};

SmbOid
smb_oid_find(SmbSpan oid, uint32_t *ret_offer)
{
	for (uint32_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
		if (oid.len == oids[i].len && smb_span_begins(oid, oids[i].bytes, oids[i].len)) {
			*ret_offer = oids[i].offer;
			return oids[i].oid;
		}
	}
	*ret_offer = SMB_OFFER_OTHER;
	return SMB_OID_UNKNOWN;
}

const char *
smb_oid_name(SmbSpan oid)
{
	for (uint32_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++)
		if (oid.len == oids[i].len && smb_span_begins(oid, oids[i].bytes, oids[i].len))
			return oids[i].name;
	return NULL;
}

static void
read_mech_types(SmbDer *field, SmbToken *token)
{
	SmbDer type, list;
	uint32_t offer;

	if (!smb_der_unwrap(field, SMB_DER_SEQUENCE))
		return;
	list = *field;
	token->mech_types = smb_der_rest(&list);
	while (smb_der_next(field, &type)) {
		if (type.tag != SMB_DER_OID) {
			smb_der_fail(field);
			return;
		}
		smb_oid_find(smb_der_rest(&type), &offer);
		token->offered |= offer;
	}
}

/* NegHints: [MS-SPNG] 2.2.1. */
static void
read_hints(SmbDer *field, SmbToken *token)
{
	SmbDer hint;

	if (!smb_der_unwrap(field, SMB_DER_SEQUENCE))
		return;
	while (smb_der_next(field, &hint)) {
		if (hint.tag == SMB_DER_CONTEXT + 0 && smb_der_unwrap(&hint, SMB_DER_GENERAL_STRING))
			token->hint_name = (SmbText){ smb_der_rest(&hint), SMB_TEXT_UTF8 };
		else if (hint.tag == SMB_DER_CONTEXT + 1 &&
			 smb_der_unwrap(&hint, SMB_DER_OCTET_STRING))
			token->hint_address = smb_der_rest(&hint);
	}
}

/*
 * NegTokenInit: RFC 4178 4.2.1 has the mechListMIC in [3]; NegTokenInit2 ([MS-SPNG] 2.2.1) has
 * negHints there, a SEQUENCE, and moves the mechListMIC to [4]. Servers send the latter, clients
 * the former, so the type inside decides.
 */
static void
read_init_field(SmbDer *field, SmbToken *token, SmbSpan *ret_inner)
{
	switch (field->tag) {
	case SMB_DER_CONTEXT + 0:
		read_mech_types(field, token);
		break;
	case SMB_DER_CONTEXT + 2:
		if (smb_der_unwrap(field, SMB_DER_OCTET_STRING))
			*ret_inner = smb_der_rest(field);
		break;
	case SMB_DER_CONTEXT + 3:
		if (smb_reader_peek(&field->at, 0) == SMB_DER_SEQUENCE) {
			read_hints(field, token);
			break;
		}
		/* fall through */
	case SMB_DER_CONTEXT + 4:
		token->has_mech_list_mic = smb_der_unwrap(field, SMB_DER_OCTET_STRING);
		break;
	}
}

static void
take_chosen(SmbSpan oid, SmbToken *token)
{
	token->supported_mech = oid;
	smb_oid_find(oid, &token->chosen);
}

/* NegTokenResp: RFC 4178 4.2.2. The mechanism in [1] is told only: the token itself decides. */
static void
read_resp_field(SmbDer *field, SmbToken *token, SmbSpan *ret_inner)
{
	switch (field->tag) {
	case SMB_DER_CONTEXT + 0:
		if (smb_der_unwrap(field, SMB_DER_ENUMERATED))
			token->neg_state = smb_der_integer(field);
		break;
	case SMB_DER_CONTEXT + 1:
		if (smb_der_unwrap(field, SMB_DER_OID))
			take_chosen(smb_der_rest(field), token);
		break;
	case SMB_DER_CONTEXT + 2:
		if (smb_der_unwrap(field, SMB_DER_OCTET_STRING))
			*ret_inner = smb_der_rest(field);
		break;
	case SMB_DER_CONTEXT + 3:
		token->has_mech_list_mic = smb_der_unwrap(field, SMB_DER_OCTET_STRING);
		break;
	}
}

/*
 * Steps into the GSS wrapping of SPNEGO (RFC 4178 4.2, RFC 2743 3.1); false if it wraps something
 * else.
 */
static bool
enter_gss(SmbDer *self)
{
	SmbDer oid;
	SmbDer choice;
	uint32_t offer;

	if (!smb_der_expect(self, SMB_DER_OID, &oid))
		return false;
	if (smb_oid_find(smb_der_rest(&oid), &offer) != SMB_OID_SPNEGO)
		return false;
	if (!smb_der_next(self, &choice)) {
		smb_der_fail(self);
		return true;
	}
	*self = choice;
	return true;
}

bool
smb_spnego_read(SmbSpan blob, SmbToken *ret_token, SmbSpan *ret_inner)
{
	SmbDer root = smb_der_root(blob, &ret_token->malformed);
	int first = smb_reader_peek(&root.at, 0);
	SmbDer self;
	SmbDer field;
	bool init;

	*ret_inner = (SmbSpan){ NULL, 0 };
	if (first != SMB_DER_APPLICATION && first != SMB_DER_CONTEXT + 0 &&
	    first != SMB_DER_CONTEXT + 1)
		return false;
	if (!smb_der_next(&root, &self))
		return false;
	if (first == SMB_DER_APPLICATION && !enter_gss(&self))
		return false;
	init = self.tag == SMB_DER_CONTEXT + 0;
	ret_token->wrap = init ? SMB_TOKEN_NEG_INIT : SMB_TOKEN_NEG_RESP;
	if (!smb_der_unwrap(&self, SMB_DER_SEQUENCE))
		return true;
	while (smb_der_next(&self, &field)) {
		if (init)
			read_init_field(&field, ret_token, ret_inner);
		else
			read_resp_field(&field, ret_token, ret_inner);
	}
	return true;
}
