/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages of the net logon service on mailslots: [MS-ADTS] 6.3.1.3 to 6.3.1.9. In most of them
 * strings are Unicode, aligned to 2 bytes from the beginning of the message; in the oldest they are
 * neither.
 */
#include "dissect/smb1/transaction/netlogon.h"

enum {
	LOGON_REQUEST = 0x00,
	LOGON_RESPONSE = 0x06,
	PRIMARY_QUERY = 0x07,
	ANNOUNCE = 0x0A,
	PRIMARY_RESPONSE = 0x0C,
	SAM_LOGON_REQUEST = 0x12,
	SAM_LOGON_RESPONSE = 0x13,
	SAM_PAUSE_RESPONSE = 0x14,
	SAM_USER_UNKNOWN = 0x15,
	SAM_LOGON_RESPONSE_EX = 0x17,
	SID_MAX = 68,
};

typedef struct {
	uint16_t opcode, request_count;
	uint32_t nt_version, allowable_account_control;
	uint16_t lmnt_token, lm20_token;
	SmbText computer, user, mailslot, unicode_computer, domain, server;
	SmbSpan sid;
} NetlogonMessage;

const char *
smb1_netlogon_name(uint32_t opcode)
{
	static const char *const names[] = {
		[LOGON_REQUEST] = "LOGON_REQUEST",
		[LOGON_RESPONSE] = "LOGON_RESPONSE2",
		[PRIMARY_QUERY] = "LOGON_PRIMARY_QUERY",
		[ANNOUNCE] = "ANNOUNCE_UAS_CHANGE",
		[PRIMARY_RESPONSE] = "LOGON_PRIMARY_RESPONSE",
		[SAM_LOGON_REQUEST] = "LOGON_SAM_LOGON_REQUEST",
		[SAM_LOGON_RESPONSE] = "LOGON_SAM_LOGON_RESPONSE",
		[SAM_PAUSE_RESPONSE] = "LOGON_SAM_PAUSE_RESPONSE",
		[SAM_USER_UNKNOWN] = "LOGON_SAM_USER_UNKNOWN",
		[SAM_LOGON_RESPONSE_EX] = "LOGON_SAM_LOGON_RESPONSE_EX",
		[0x18] = "LOGON_SAM_PAUSE_RESPONSE_EX",
		[0x19] = "LOGON_SAM_USER_UNKNOWN_EX",
	};

	return opcode < sizeof(names) / sizeof(names[0]) ? names[opcode] : NULL;
}

#define FIELD_OPCODE \
	SMB_FIELD(NetlogonMessage, U16, opcode, "netlogon_opcode", .name_of = smb1_netlogon_name)

static const SmbField netlogon_fields[] = {
	FIELD_OPCODE,
	SMB_FIELD(NetlogonMessage, U16, request_count, "request_count", .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(NetlogonMessage, TEXT, computer, "computer"),
	SMB_FIELD(NetlogonMessage, TEXT, unicode_computer, "unicode_computer"),
	SMB_FIELD(NetlogonMessage, TEXT, server, "server"),
	SMB_FIELD(NetlogonMessage, TEXT, user, "user"),
	SMB_FIELD(NetlogonMessage, TEXT, domain, "domain"),
	SMB_FIELD(NetlogonMessage, TEXT, mailslot, "mailslot"),
	SMB_FIELD(NetlogonMessage, U32, allowable_account_control, "allowable_account_control",
		  .flags = SMB_FIELD_SHOW_HEX | SMB_FIELD_NONZERO),
	SMB_FIELD(NetlogonMessage, HEX, sid, "domain_sid"),
	SMB_FIELD(NetlogonMessage, U32, nt_version, "nt_version",
		  .flags = SMB_FIELD_SHOW_HEX | SMB_FIELD_NONZERO),
	SMB_FIELD(NetlogonMessage, U16, lmnt_token, "lmnt_token", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(NetlogonMessage, U16, lm20_token, "lm20_token", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(netlogon, NetlogonMessage, "net logon message");

static const SmbField bare_fields[] = { FIELD_OPCODE };
static SMB_LAYOUT(bare, NetlogonMessage, "net logon message");

static void
read_tokens(SmbReader *r, NetlogonMessage *body)
{
	body->nt_version = smb_reader_le32(r);
	body->lmnt_token = smb_reader_le16(r);
	body->lm20_token = smb_reader_le16(r);
}

/* NETLOGON_LOGON_QUERY: who is the primary domain controller */
static void
read_primary_query(SmbReader *r, NetlogonMessage *body)
{
	body->computer = smb_reader_string(r, false);
	body->mailslot = smb_reader_string(r, false);
	body->unicode_computer = smb_reader_string(r, true);
	read_tokens(r, body);
}

/* NETLOGON_PRIMARY_RESPONSE */
static void
read_primary_response(SmbReader *r, NetlogonMessage *body)
{
	body->computer = smb_reader_string(r, false);
	body->server = smb_reader_string(r, true);
	body->domain = smb_reader_string(r, true);
	read_tokens(r, body);
}

/* NETLOGON_SAM_LOGON_REQUEST */
static void
read_sam_logon(SmbReader *r, NetlogonMessage *body)
{
	uint32_t sid_size;

	body->request_count = smb_reader_le16(r);
	body->unicode_computer = smb_reader_string(r, true);
	body->user = smb_reader_string(r, true);
	body->mailslot = smb_reader_string(r, false);
	body->allowable_account_control = smb_reader_le32(r);
	sid_size = smb_reader_le32(r);
	if (sid_size > SID_MAX)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	else if (sid_size) {
		smb_reader_align(r, 4);
		body->sid = smb_reader_span(r, sid_size);
	}
	read_tokens(r, body);
}

/* NETLOGON_SAM_LOGON_RESPONSE_NT40 */
static void
read_sam_response(SmbReader *r, NetlogonMessage *body)
{
	body->server = smb_reader_string(r, true);
	body->user = smb_reader_string(r, true);
	body->domain = smb_reader_string(r, true);
	/* Responses of NT 5 have GUIDs and DNS names here, before the tokens. */
	if (smb_reader_left(r) == 8)
		read_tokens(r, body);
}

/* The logon of LAN Manager: computer, user, mailslot for the answer, all in OEM. */
static void
read_logon(SmbReader *r, NetlogonMessage *body)
{
	body->computer = smb_reader_string(r, false);
	body->user = smb_reader_string(r, false);
	body->mailslot = smb_reader_string(r, false);
	body->request_count = smb_reader_u8(r);
	smb_reader_skip(r, 2); /* LM token */
	body->lm20_token = smb_reader_le16(r);
}

static void
read_logon_response(SmbReader *r, NetlogonMessage *body)
{
	body->server = smb_reader_string(r, false);
	body->lm20_token = smb_reader_le16(r);
}

typedef void (*ReadFn)(SmbReader *r, NetlogonMessage *body);

static const ReadFn readers[] = {
	[LOGON_REQUEST] = read_logon,
	[LOGON_RESPONSE] = read_logon_response,
	[PRIMARY_QUERY] = read_primary_query,
	[PRIMARY_RESPONSE] = read_primary_response,
	[SAM_LOGON_REQUEST] = read_sam_logon,
	[SAM_LOGON_RESPONSE] = read_sam_response,
	[SAM_PAUSE_RESPONSE] = read_sam_response,
	[SAM_USER_UNKNOWN] = read_sam_response,
};

void
smb1_netlogon_read(SmbReader *r, Smb1Nested *nested)
{
	NetlogonMessage *body = SMB1_NESTED(nested, NetlogonMessage);

	nested->layout = &bare;
	body->opcode = smb_reader_le16(r);
	if (body->opcode >= sizeof(readers) / sizeof(readers[0]) || !readers[body->opcode])
		return;
	nested->layout = &netlogon;
	readers[body->opcode](r, body);
}
