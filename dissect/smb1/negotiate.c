/* SPDX-License-Identifier: BSD-3-Clause */
/* NEGOTIATE: [MS-CIFS] 2.2.4.52, [MS-SMB] 2.2.4.5. */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"
#include "dissect/wire/names.h"

enum {
	FORMAT_DIALECT = 0x02,
	WORDS_CORE = 1,
	WORDS_LANMAN = 13,
	GUID_SIZE = 16,
};

static const SmbField dialect_fields[] = {
	{ .kind = SMB_FIELD_TEXT },
};
static SMB_LAYOUT(dialect, SmbText, "dialect");

static const SmbField negotiate_request_fields[] = {
	SMB_FIELD(Smb1NegotiateRequest, LIST, dialects, "dialects", .items = &dialect),
};
static SMB_LAYOUT(negotiate_request, Smb1NegotiateRequest, "negotiate request");

static const SmbField negotiate_core_fields[] = {
	SMB_FIELD(Smb1NegotiateResponse, U16, dialect_index, "dialect_index",
		  .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(negotiate_core, Smb1NegotiateResponse, "negotiate response");

static const SmbField negotiate_lanman_fields[] = {
	SMB_FIELD(Smb1NegotiateResponse, U16, dialect_index, "dialect_index",
		  .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1NegotiateResponse, U16, security_mode, "security_mode",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NegotiateResponse, U32, max_buffer_size, "max_buffer_size"),
	SMB_FIELD(Smb1NegotiateResponse, U16, max_mpx_count, "max_mpx_count"),
	SMB_FIELD(Smb1NegotiateResponse, U16, max_vcs, "max_vcs"),
	SMB_FIELD(Smb1NegotiateResponse, U16, raw_mode, "raw_mode", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NegotiateResponse, U32, session_key, "session_key",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NegotiateResponse, DOSTIME, dos_time, "system_time"),
	SMB_FIELD(Smb1NegotiateResponse, I16, server_time_zone, "server_time_zone"),
	SMB_FIELD(Smb1NegotiateResponse, HEX, challenge, "challenge"),
	SMB_FIELD(Smb1NegotiateResponse, TEXT, primary_domain, "primary_domain"),
};
static SMB_LAYOUT(negotiate_lanman, Smb1NegotiateResponse, "negotiate response");

static const SmbField negotiate_nt_fields[] = {
	SMB_FIELD(Smb1NegotiateResponse, U16, dialect_index, "dialect_index",
		  .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1NegotiateResponse, U16, security_mode, "security_mode",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NegotiateResponse, U16, max_mpx_count, "max_mpx_count"),
	SMB_FIELD(Smb1NegotiateResponse, U16, max_vcs, "max_vcs"),
	SMB_FIELD(Smb1NegotiateResponse, U32, max_buffer_size, "max_buffer_size"),
	SMB_FIELD(Smb1NegotiateResponse, U32, max_raw_size, "max_raw_size"),
	SMB_FIELD(Smb1NegotiateResponse, U32, session_key, "session_key",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NegotiateResponse, U32, capabilities, "capabilities",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_capability_name),
	SMB_FIELD(Smb1NegotiateResponse, FILETIME, system_time, "system_time"),
	SMB_FIELD(Smb1NegotiateResponse, I16, server_time_zone, "server_time_zone"),
	SMB_FIELD(Smb1NegotiateResponse, HEX, challenge, "challenge"),
	SMB_FIELD(Smb1NegotiateResponse, TEXT, primary_domain, "primary_domain"),
	SMB_FIELD(Smb1NegotiateResponse, TEXT, server, "server"),
};
static SMB_LAYOUT(negotiate_nt, Smb1NegotiateResponse, "negotiate response");

static const SmbField negotiate_extended_fields[] = {
	SMB_FIELD(Smb1NegotiateResponse, U16, dialect_index, "dialect_index",
		  .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1NegotiateResponse, U16, security_mode, "security_mode",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NegotiateResponse, U16, max_mpx_count, "max_mpx_count"),
	SMB_FIELD(Smb1NegotiateResponse, U16, max_vcs, "max_vcs"),
	SMB_FIELD(Smb1NegotiateResponse, U32, max_buffer_size, "max_buffer_size"),
	SMB_FIELD(Smb1NegotiateResponse, U32, max_raw_size, "max_raw_size"),
	SMB_FIELD(Smb1NegotiateResponse, U32, session_key, "session_key",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NegotiateResponse, U32, capabilities, "capabilities",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_capability_name),
	SMB_FIELD(Smb1NegotiateResponse, FILETIME, system_time, "system_time"),
	SMB_FIELD(Smb1NegotiateResponse, I16, server_time_zone, "server_time_zone"),
	SMB_FIELD(Smb1NegotiateResponse, GUID, server_guid, "server_guid"),
	SMB_FIELD(Smb1NegotiateResponse, U16, security_blob_length, "security_blob_length"),
	SMB_FIELD(Smb1NegotiateResponse, HEX, security_blob, "security_blob",
		  .flags = SMB_FIELD_SECRET),
};
static SMB_LAYOUT(negotiate_extended, Smb1NegotiateResponse, "negotiate response");

/* A dialect string is preceded by format byte 0x02 and is OEM whatever FLAGS2 says. */
static bool
next_dialect(SmbList *list, void *item)
{
	SmbText *text = item;

	if (smb_reader_u8(&list->at) != FORMAT_DIALECT)
		return false;
	*text = smb_reader_string(&list->at, false);
	return list->at.status == SMB_READ_OK;
}

/* 2.2.4.52.1. The list is walked once here, so that an error in it shows in the block's status. */
void
smb1_parse_negotiate_request(Smb1Block *b)
{
	Smb1NegotiateRequest *body = SMB1_BODY(b, Smb1NegotiateRequest);

	b->out->layout = &negotiate_request;
	body->dialects = (SmbList){ .at = b->bytes, .next = next_dialect };
	while (smb_reader_declared_left(&b->bytes) > 0) {
		if (smb_reader_u8(&b->bytes) != FORMAT_DIALECT)
			smb_reader_fail(&b->bytes, SMB_READ_MALFORMED);
		(void)smb_reader_string(&b->bytes, false);
	}
}

/*
 * LANMAN 1.0 to 2.1, 13 words: [XOPEN-SMB]. PrimaryDomain exists from LANMAN 2.1 on, in OEM,
 * because these dialects have no Unicode.
 */
static void
read_lanman(Smb1Block *b, Smb1NegotiateResponse *body)
{
	uint16_t time, date, challenge_length;

	b->out->layout = &negotiate_lanman;
	body->security_mode = smb_reader_le16(&b->words);
	/* These dialects have no capabilities. */
	body->mode_seen = body->capabilities_seen = b->words.status == SMB_READ_OK;
	body->max_buffer_size = smb_reader_le16(&b->words);
	body->max_mpx_count = smb_reader_le16(&b->words);
	body->max_vcs = smb_reader_le16(&b->words);
	body->raw_mode = smb_reader_le16(&b->words);
	body->session_key = smb_reader_le32(&b->words);
	time = smb_reader_le16(&b->words);
	date = smb_reader_le16(&b->words);
	body->dos_time = (uint32_t)smb1_joined(&b->words, date, time, 16);
	body->server_time_zone = (int16_t)smb_reader_le16(&b->words);
	challenge_length = smb_reader_le16(&b->words);
	body->challenge = smb_reader_span(&b->bytes, challenge_length);
	body->primary_domain = smb_reader_string(&b->bytes, false);
}

/*
 * The names after the challenge are unaligned Unicode if the server supports Unicode: FLAGS2 may
 * lack the flag because the request lacked it. ServerName is an addition of [MS-SMB] 2.2.4.5.2.2.
 */
static void
read_names(Smb1Block *b, Smb1NegotiateResponse *body)
{
	bool unicode = b->unicode || body->capabilities & CAP_UNICODE;

	body->primary_domain = smb_reader_string_unaligned(&b->bytes, unicode);
	body->server = smb_reader_string_unaligned(&b->bytes, unicode);
}

/* NT LM 0.12, 17 words. */
static void
read_nt(Smb1Block *b, Smb1NegotiateResponse *body)
{
	uint8_t challenge_length;

	body->security_mode = smb_reader_u8(&b->words);
	body->mode_seen = b->words.status == SMB_READ_OK;
	body->max_mpx_count = smb_reader_le16(&b->words);
	body->max_vcs = smb_reader_le16(&b->words);
	body->max_buffer_size = smb_reader_le32(&b->words);
	body->max_raw_size = smb_reader_le32(&b->words);
	body->session_key = smb_reader_le32(&b->words);
	body->capabilities = smb_reader_le32(&b->words);
	body->capabilities_seen = b->words.status == SMB_READ_OK;
	body->system_time = smb_reader_le64(&b->words);
	body->server_time_zone = (int16_t)smb_reader_le16(&b->words);
	challenge_length = smb_reader_u8(&b->words);
	if (!(body->capabilities & CAP_EXTENDED_SECURITY)) {
		b->out->layout = &negotiate_nt;
		body->challenge = smb_reader_span(&b->bytes, challenge_length);
		read_names(b, body);
		return;
	}
	b->out->layout = &negotiate_extended;
	body->server_guid = smb_reader_span(&b->bytes, GUID_SIZE);
	body->security_blob_length = (uint16_t)(b->bytes.status == SMB_READ_OK
							? smb_reader_declared_left(&b->bytes)
							: smb_reader_unread(&b->bytes));
	body->security_blob = smb_reader_span(&b->bytes, body->security_blob_length);
}

/* 2.2.4.52.2: the first word is the index in every form. */
void
smb1_parse_negotiate_response(Smb1Block *b)
{
	Smb1NegotiateResponse *body = SMB1_BODY(b, Smb1NegotiateResponse);

	b->out->layout = &negotiate_core;
	body->form = b->out->word_count;
	body->dialect_index = smb_reader_le16(&b->words);
	if (body->form == WORDS_CORE)
		return;
	if (body->form == WORDS_LANMAN)
		read_lanman(b, body);
	else
		read_nt(b, body);
}
