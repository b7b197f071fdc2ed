/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kerberos tokens: the parts of AP-REQ, AP-REP and KRB-ERROR that are not encrypted (RFC 4120,
 * 4121).
 */
#include "dissect/security/mechanism.h"

enum {
	/* Token identifiers, big-endian: RFC 4121 4.1; IAKERB_PROXY of IAKERB. */
	TOK_AP_REQ = 0x0100,
	TOK_AP_REP = 0x0200,
	TOK_ERROR = 0x0300,
	TOK_TGT_REQ = 0x0400, /* user to user, with the names of draft-swift-win2k-krb-user2user */
	TOK_TGT_REP = 0x0401,
	TOK_IAKERB_PROXY = 0x0501,

	/* RFC 4120 5.10: application tags */
	KRB_TICKET = SMB_DER_APPLICATION + 1,
	KRB_AP_REQ = SMB_DER_APPLICATION + 14,
	KRB_AP_REP = SMB_DER_APPLICATION + 15,
	KRB_ERROR = SMB_DER_APPLICATION + 30,
};

/*
 * Appends one part of a name, cut between characters if it does not fit. A NUL would hide what
 * follows it.
 */
static void
append_part(SmbToken *token, uint32_t *used, SmbReader part)
{
	char *service = token->service;

	if (*used > 0 && *used < sizeof(token->service) - 1)
		service[(*used)++] = '/';
	while (smb_reader_left(&part) > 0 && *used < sizeof(token->service) - 1) {
		uint8_t byte = smb_reader_u8(&part);

		service[(*used)++] = byte ? (char)byte : '?';
	}
	if ((smb_reader_peek(&part, 0) & 0xC0) == 0x80) {
		while (*used > 0 && (service[*used - 1] & 0xC0) == 0x80)
			service[--*used] = '\0';
		if (*used > 0)
			service[--*used] = '\0';
	}
}

/* PrincipalName: RFC 4120 5.2.2. */
static void
read_sname(SmbDer *field, SmbToken *token)
{
	SmbDer member;
	SmbDer part;
	uint32_t used = 0;

	if (!smb_der_unwrap(field, SMB_DER_SEQUENCE))
		return;
	while (smb_der_next(field, &member)) {
		if (member.tag != SMB_DER_CONTEXT + 1 || !smb_der_unwrap(&member, SMB_DER_SEQUENCE))
			continue;
		while (smb_der_next(&member, &part))
			append_part(token, &used, part.at);
	}
}

/* EncryptedData: RFC 4120 5.2.9. A key version of more than 32 bits is not reported. */
static void
read_encrypted(SmbDer *field, int32_t *ret_type, uint32_t *ret_kvno, SmbSpan *ret_cipher)
{
	SmbDer member;

	if (!smb_der_unwrap(field, SMB_DER_SEQUENCE) ||
	    !smb_der_expect(field, SMB_DER_CONTEXT + 0, &member) ||
	    !smb_der_unwrap(&member, SMB_DER_INTEGER))
		return;
	*ret_type = smb_der_integer(&member);
	if (!smb_der_next(field, &member))
		return;
	if (member.tag == SMB_DER_CONTEXT + 1) {
		if (smb_der_unwrap(&member, SMB_DER_INTEGER) && smb_reader_left(&member.at) <= 4)
			*ret_kvno = (uint32_t)smb_der_integer(&member);
		if (!smb_der_next(field, &member))
			return;
	}
	if (member.tag == SMB_DER_CONTEXT + 2 && smb_der_unwrap(&member, SMB_DER_OCTET_STRING))
		*ret_cipher = smb_der_rest(&member);
}

static void
read_text(SmbDer *field, SmbText *ret_text)
{
	if (smb_der_unwrap(field, SMB_DER_GENERAL_STRING))
		*ret_text = (SmbText){ smb_der_rest(field), SMB_TEXT_UTF8 };
}

/* Ticket: RFC 4120 5.3. */
static void
read_ticket(SmbDer *ticket, SmbToken *token)
{
	SmbDer field;

	if (!smb_der_unwrap(ticket, KRB_TICKET) || !smb_der_unwrap(ticket, SMB_DER_SEQUENCE))
		return;
	while (smb_der_next(ticket, &field)) {
		switch (field.tag) {
		case SMB_DER_CONTEXT + 1:
			read_text(&field, &token->realm);
			break;
		case SMB_DER_CONTEXT + 2:
			read_sname(&field, token);
			break;
		case SMB_DER_CONTEXT + 3:
			read_encrypted(&field, &token->encryption_type, &token->ticket_kvno,
				       &token->ticket_cipher);
			break;
		}
	}
}

/* APOptions: a BIT STRING: the count of unused bits, then 32 bits. */
static void
read_options(SmbDer *field, SmbToken *token)
{
	if (!smb_der_unwrap(field, SMB_DER_BIT_STRING))
		return;
	smb_reader_skip(&field->at, 1);
	token->ap_options = smb_reader_be32(&field->at);
}

/*
 * AP-REQ: RFC 4120 5.5.1. The authenticator names the account (and has the flags of GSS in its
 * checksum), but it is encrypted.
 */
static void
read_ap_req(SmbDer *request, SmbToken *token)
{
	SmbDer field;
	uint32_t kvno;

	if (!smb_der_unwrap(request, SMB_DER_SEQUENCE))
		return;
	while (smb_der_next(request, &field)) {
		switch (field.tag) {
		case SMB_DER_CONTEXT + 2:
			read_options(&field, token);
			break;
		case SMB_DER_CONTEXT + 3:
			read_ticket(&field, token);
			break;
		case SMB_DER_CONTEXT + 4:
			read_encrypted(&field, &token->part_type, &kvno, &token->part_cipher);
			break;
		}
	}
}

/* AP-REP: RFC 4120 5.5.2. */
static void
read_ap_rep(SmbDer *reply, SmbToken *token)
{
	SmbDer field;
	uint32_t kvno;

	if (!smb_der_unwrap(reply, SMB_DER_SEQUENCE))
		return;
	while (smb_der_next(reply, &field))
		if (field.tag == SMB_DER_CONTEXT + 2)
			read_encrypted(&field, &token->part_type, &kvno, &token->part_cipher);
}

/* KRB-ERROR: RFC 4120 5.9.1. */
static void
read_error(SmbDer *error, SmbToken *token)
{
	SmbDer field;

	if (!smb_der_unwrap(error, SMB_DER_SEQUENCE))
		return;
	while (smb_der_next(error, &field)) {
		switch (field.tag) {
		case SMB_DER_CONTEXT + 6:
			if (smb_der_unwrap(&field, SMB_DER_INTEGER))
				token->error_code = smb_der_integer(&field);
			break;
		case SMB_DER_CONTEXT + 7:
			read_text(&field, &token->client_realm);
			break;
		case SMB_DER_CONTEXT + 9:
			read_text(&field, &token->realm);
			break;
		case SMB_DER_CONTEXT + 10:
			read_sname(&field, token);
			break;
		case SMB_DER_CONTEXT + 11:
			read_text(&field, &token->error_text);
			break;
		}
	}
}

/*
 * The messages to and from a KDC, which IAKERB carries (RFC 4120 5.10), and those of user to user.
 */
static const char *
message_name(int tag, uint16_t id)
{
	switch (tag) {
	case SMB_DER_APPLICATION + 10:
		return "AS-REQ";
	case SMB_DER_APPLICATION + 11:
		return "AS-REP";
	case SMB_DER_APPLICATION + 12:
		return "TGS-REQ";
	case SMB_DER_APPLICATION + 13:
		return "TGS-REP";
	default:
		return id == TOK_TGT_REQ ? "TGT-REQ" : id == TOK_TGT_REP ? "TGT-REP" : NULL;
	}
}

bool
smb_kerberos_begins(int byte)
{
	return byte == KRB_AP_REQ || byte == KRB_AP_REP || byte == KRB_ERROR;
}

/*
 * IAKERB-HEADER: the realm is a UTF8String (some senders write an OCTET STRING); a cookie of the
 * server follows.
 */
static void
read_iakerb(SmbDer *inner, SmbToken *token)
{
	SmbDer header, field, realm;

	if (!smb_der_expect(inner, SMB_DER_SEQUENCE, &header))
		return;
	while (smb_der_next(&header, &field))
		if (field.tag == SMB_DER_CONTEXT + 1 && smb_der_next(&field, &realm))
			token->target_realm = (SmbText){ smb_der_rest(&realm), SMB_TEXT_UTF8 };
}

/*
 * Reads past the token identifier. IAKERB puts a header of its own (05 01) before each message that
 * it carries. Only the last round has an AP-REQ: some clients send it as IAKERB_PROXY, some as 01
 * 00, and both are accepted.
 */
static uint16_t
read_token_id(SmbDer *inner, SmbToken *token)
{
	uint16_t id;

	if (smb_kerberos_begins(smb_reader_peek(&inner->at, 0)))
		return 0;
	id = smb_reader_be16(&inner->at);
	if (id == TOK_IAKERB_PROXY)
		read_iakerb(inner, token);
	if (inner->at.status != SMB_READ_OK)
		smb_der_fail(inner);
	return id;
}

void
smb_kerberos_read(SmbDer *inner, SmbToken *ret_token)
{
	uint16_t id = read_token_id(inner, ret_token);
	bool plain = id == TOK_AP_REQ || id == TOK_AP_REP || id == TOK_ERROR;
	int first = smb_reader_peek(&inner->at, 0);
	SmbDer message;

	ret_token->kind = SMB_TOKEN_KERBEROS_OTHER;
	if (!smb_kerberos_begins(first)) {
		ret_token->message = message_name(first, id);
		if (plain)
			smb_der_fail(inner);
		return;
	}
	if (!smb_der_next(inner, &message))
		return;
	switch (message.tag) {
	case KRB_AP_REQ:
		ret_token->kind = SMB_TOKEN_KERBEROS_AP_REQ;
		read_ap_req(&message, ret_token);
		break;
	case KRB_AP_REP:
		ret_token->kind = SMB_TOKEN_KERBEROS_AP_REP;
		read_ap_rep(&message, ret_token);
		break;
	case KRB_ERROR:
		ret_token->kind = SMB_TOKEN_KERBEROS_ERROR;
		read_error(&message, ret_token);
		break;
	}
}
