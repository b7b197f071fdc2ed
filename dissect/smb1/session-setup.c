/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SESSION_SETUP_ANDX: [MS-CIFS] 2.2.4.53, [MS-SMB] 2.2.4.6. LOGOFF_ANDX (2.2.4.54) has no fields of
 * its own.
 */
#include "dissect/smb1/commands.h"
#include "dissect/wire/names.h"

enum {
	WORDS_LANMAN = 10,
	WORDS_EXTENDED = 12,
	WORDS_BACK_EXTENDED = 4,
};

static const SmbField setup_lanman_fields[] = {
	SMB_FIELD(Smb1SessionSetupRequest, U16, max_buffer_size, "max_buffer_size"),
	SMB_FIELD(Smb1SessionSetupRequest, U16, max_mpx_count, "max_mpx_count"),
	SMB_FIELD(Smb1SessionSetupRequest, U16, vc_number, "vc_number"),
	SMB_FIELD(Smb1SessionSetupRequest, U32, session_key, "session_key",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1SessionSetupRequest, U16, password_length, "password_length"),
	SMB_FIELD(Smb1SessionSetupRequest, HEX, password, "password", .flags = SMB_FIELD_SECRET),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, account, "account", .role = SMB_ROLE_ACCOUNT),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, primary_domain, "primary_domain"),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, native_os, "native_os"),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, native_lanman, "native_lanman"),
};
static SMB_LAYOUT(setup_lanman, Smb1SessionSetupRequest, "session setup request");

static const SmbField setup_nt_fields[] = {
	SMB_FIELD(Smb1SessionSetupRequest, U16, max_buffer_size, "max_buffer_size"),
	SMB_FIELD(Smb1SessionSetupRequest, U16, max_mpx_count, "max_mpx_count"),
	SMB_FIELD(Smb1SessionSetupRequest, U16, vc_number, "vc_number"),
	SMB_FIELD(Smb1SessionSetupRequest, U32, session_key, "session_key",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1SessionSetupRequest, U16, password_length, "ansi_password_length"),
	SMB_FIELD(Smb1SessionSetupRequest, U16, unicode_password_length, "unicode_password_length"),
	SMB_FIELD(Smb1SessionSetupRequest, U32, capabilities, "capabilities",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_capability_name),
	SMB_FIELD(Smb1SessionSetupRequest, HEX, password, "ansi_password",
		  .flags = SMB_FIELD_SECRET),
	SMB_FIELD(Smb1SessionSetupRequest, HEX, unicode_password, "unicode_password",
		  .flags = SMB_FIELD_SECRET),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, account, "account", .role = SMB_ROLE_ACCOUNT),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, primary_domain, "primary_domain"),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, native_os, "native_os"),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, native_lanman, "native_lanman"),
};
static SMB_LAYOUT(setup_nt, Smb1SessionSetupRequest, "session setup request");

static const SmbField setup_extended_fields[] = {
	SMB_FIELD(Smb1SessionSetupRequest, U16, max_buffer_size, "max_buffer_size"),
	SMB_FIELD(Smb1SessionSetupRequest, U16, max_mpx_count, "max_mpx_count"),
	SMB_FIELD(Smb1SessionSetupRequest, U16, vc_number, "vc_number"),
	SMB_FIELD(Smb1SessionSetupRequest, U32, session_key, "session_key",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1SessionSetupRequest, U16, security_blob_length, "security_blob_length"),
	SMB_FIELD(Smb1SessionSetupRequest, U32, capabilities, "capabilities",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_capability_name),
	SMB_FIELD(Smb1SessionSetupRequest, HEX, security_blob, "security_blob",
		  .flags = SMB_FIELD_SECRET),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, native_os, "native_os"),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, native_lanman, "native_lanman"),
	SMB_FIELD(Smb1SessionSetupRequest, TEXT, primary_domain, "primary_domain"),
};
static SMB_LAYOUT(setup_extended, Smb1SessionSetupRequest, "session setup request");

static const SmbField setup_back_fields[] = {
	SMB_FIELD(Smb1SessionSetupResponse, U16, action, "action", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1SessionSetupResponse, U16, security_blob_length, "security_blob_length",
		  .min_words = WORDS_BACK_EXTENDED),
	SMB_FIELD(Smb1SessionSetupResponse, HEX, security_blob, "security_blob",
		  .flags = SMB_FIELD_SECRET, .min_words = WORDS_BACK_EXTENDED),
	SMB_FIELD(Smb1SessionSetupResponse, TEXT, native_os, "native_os"),
	SMB_FIELD(Smb1SessionSetupResponse, TEXT, native_lanman, "native_lanman"),
	SMB_FIELD(Smb1SessionSetupResponse, TEXT, primary_domain, "primary_domain"),
};
static SMB_LAYOUT(setup_back, Smb1SessionSetupResponse, "session setup response");

/* LANMAN 1.0 and later, 10 words: [XOPEN-SMB]. */
static void
read_lanman(Smb1Block *b, Smb1SessionSetupRequest *body)
{
	b->out->layout = &setup_lanman;
	body->password_length = smb_reader_le16(&b->words);
	smb_reader_skip(&b->words, 4);
	body->password = smb_reader_span(&b->bytes, body->password_length);
	body->account = smb1_string(b);
	body->primary_domain = smb1_string(b);
	body->native_os = smb1_string(b);
	body->native_lanman = smb1_string(b);
}

/*
 * [MS-SMB] 2.2.4.6.1. Clients also send the domain, usually empty, although this form does not have
 * it.
 */
static void
read_extended(Smb1Block *b, Smb1SessionSetupRequest *body)
{
	b->out->layout = &setup_extended;
	body->security_blob_length = smb_reader_le16(&b->words);
	smb_reader_skip(&b->words, 4);
	body->capabilities = smb_reader_le32(&b->words);
	body->security_blob = smb_reader_span(&b->bytes, body->security_blob_length);
	body->native_os = smb1_string(b);
	body->native_lanman = smb1_string(b);
	body->primary_domain = smb1_string(b);
}

/*
 * A plaintext password in Unicode is aligned in spite of 2.2.4.53.1 ("Padding MUST NOT be added"),
 * with a byte that no length includes. The response to a challenge is not aligned. Zeros
 * distinguish the two: the pad byte, then the first character, whose high half is zero.
 */
static void
skip_uncounted_pad(Smb1Block *b, const Smb1SessionSetupRequest *body)
{
	if (b->unicode && body->password_length == 0 && body->unicode_password_length >= 2 &&
	    (b->bytes.pos & 1) && smb_reader_peek(&b->bytes, 0) == 0 &&
	    smb_reader_peek(&b->bytes, 2) == 0)
		smb_reader_skip(&b->bytes, 1);
}

/* [MS-CIFS] 2.2.4.53.1. */
static void
read_nt(Smb1Block *b, Smb1SessionSetupRequest *body)
{
	b->out->layout = &setup_nt;
	body->password_length = smb_reader_le16(&b->words);
	body->unicode_password_length = smb_reader_le16(&b->words);
	body->lengths_seen = b->words.status == SMB_READ_OK;
	smb_reader_skip(&b->words, 4);
	body->capabilities = smb_reader_le32(&b->words);
	body->password = smb_reader_span(&b->bytes, body->password_length);
	skip_uncounted_pad(b, body);
	body->unicode_password = smb_reader_span(&b->bytes, body->unicode_password_length);
	body->account = smb1_string(b);
	body->primary_domain = smb1_string(b);
	body->native_os = smb1_string(b);
	body->native_lanman = smb1_string(b);
}

void
smb1_parse_session_setup_request(Smb1Block *b)
{
	Smb1SessionSetupRequest *body = SMB1_BODY(b, Smb1SessionSetupRequest);

	body->form = b->out->word_count;
	body->max_buffer_size = smb_reader_le16(&b->words);
	body->max_mpx_count = smb_reader_le16(&b->words);
	body->vc_number = smb_reader_le16(&b->words);
	body->session_key = smb_reader_le32(&b->words);
	if (body->form == WORDS_LANMAN)
		read_lanman(b, body);
	else if (body->form == WORDS_EXTENDED)
		read_extended(b, body);
	else
		read_nt(b, body);
}

/* [MS-CIFS] 2.2.4.53.2, [MS-SMB] 2.2.4.6.2; servers send the domain in the extended form too. */
void
smb1_parse_session_setup_response(Smb1Block *b)
{
	Smb1SessionSetupResponse *body = SMB1_BODY(b, Smb1SessionSetupResponse);

	b->out->layout = &setup_back;
	body->action = smb_reader_le16(&b->words);
	if (b->out->word_count >= WORDS_BACK_EXTENDED) {
		body->security_blob_length = smb_reader_le16(&b->words);
		body->security_blob = smb_reader_span(&b->bytes, body->security_blob_length);
	}
	body->native_os = smb1_string(b);
	body->native_lanman = smb1_string(b);
	body->primary_domain = smb1_string(b);
}
