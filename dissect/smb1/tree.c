/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TREE_CONNECT ([MS-CIFS] 2.2.4.50) and TREE_CONNECT_ANDX (2.2.4.55, [MS-SMB] 2.2.4.7).
 * TREE_DISCONNECT (2.2.4.51) has no fields.
 */
#include "dissect/smb1/commands.h"

enum {
	WORDS_BACK_OPTIONAL = 3, /* with OptionalSupport */
	WORDS_BACK_EXTENDED = 7, /* also with access rights */
};

static const SmbField connect_fields[] = {
	SMB_FIELD(Smb1TreeConnectRequest, TEXT, path, "path", .role = SMB_ROLE_SHARE),
	SMB_FIELD(Smb1TreeConnectRequest, U16, password_length, "password_length"),
	SMB_FIELD(Smb1TreeConnectRequest, HEX, password, "password", .flags = SMB_FIELD_SECRET),
	SMB_FIELD(Smb1TreeConnectRequest, TEXT, service, "service"),
};
static SMB_LAYOUT(connect, Smb1TreeConnectRequest, "tree connect request");

static const SmbField connect_back_fields[] = {
	SMB_FIELD(Smb1TreeConnectResponse, U16, max_buffer_size, "max_buffer_size"),
	SMB_FIELD(Smb1TreeConnectResponse, U16, tid, "tid"),
};
static SMB_LAYOUT(connect_back, Smb1TreeConnectResponse, "tree connect response");

static const SmbField connect_andx_fields[] = {
	SMB_FIELD(Smb1TreeConnectRequest, U16, connect_flags, "connect_flags",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1TreeConnectRequest, U16, password_length, "password_length"),
	SMB_FIELD(Smb1TreeConnectRequest, HEX, password, "password", .flags = SMB_FIELD_SECRET),
	SMB_FIELD(Smb1TreeConnectRequest, TEXT, path, "path", .role = SMB_ROLE_SHARE),
	SMB_FIELD(Smb1TreeConnectRequest, TEXT, service, "service"),
};
static SMB_LAYOUT(connect_andx, Smb1TreeConnectRequest, "tree connect request");

static const SmbField connect_andx_back_fields[] = {
	SMB_FIELD(Smb1TreeConnectResponse, U16, optional_support, "optional_support",
		  .flags = SMB_FIELD_SHOW_HEX, .min_words = WORDS_BACK_OPTIONAL),
	SMB_FIELD(Smb1TreeConnectResponse, U32, maximal_access, "maximal_share_access_rights",
		  .flags = SMB_FIELD_SHOW_HEX, .min_words = WORDS_BACK_EXTENDED),
	SMB_FIELD(Smb1TreeConnectResponse, U32, guest_maximal_access,
		  "guest_maximal_share_access_rights", .flags = SMB_FIELD_SHOW_HEX,
		  .min_words = WORDS_BACK_EXTENDED),
	SMB_FIELD(Smb1TreeConnectResponse, TEXT, service, "service"),
	SMB_FIELD(Smb1TreeConnectResponse, TEXT, native_fs, "native_fs"),
};
static SMB_LAYOUT(connect_andx_back, Smb1TreeConnectResponse, "tree connect response");

/* 2.2.4.50.1: OEM strings whatever FLAGS2 says. */
void
smb1_parse_tree_connect_request(Smb1Block *b)
{
	Smb1TreeConnectRequest *body = SMB1_BODY(b, Smb1TreeConnectRequest);

	b->out->layout = &connect;
	body->path = smb_reader_format_string(&b->bytes, false);
	body->password = smb_reader_format_string(&b->bytes, false).bytes;
	body->password_length = (uint16_t)(b->bytes.status == SMB_READ_OK
						   ? body->password.len
						   : smb_reader_unread(&b->bytes));
	body->service = smb_reader_format_string(&b->bytes, false);
	b->facts->name = body->path;
}

/* 2.2.4.50.2: the TID is here, not in the header. */
void
smb1_parse_tree_connect_response(Smb1Block *b)
{
	Smb1TreeConnectResponse *body = SMB1_BODY(b, Smb1TreeConnectResponse);

	smb1_read_words(b, &connect_back, body);
}

/* 2.2.4.55.1: Service is OEM text even in a Unicode message. */
void
smb1_parse_tree_connect_andx_request(Smb1Block *b)
{
	Smb1TreeConnectRequest *body = SMB1_BODY(b, Smb1TreeConnectRequest);

	smb1_read_words(b, &connect_andx, body);
	body->password = smb_reader_span(&b->bytes, body->password_length);
	body->path = smb_reader_string(&b->bytes, b->unicode);
	body->service = smb_reader_string(&b->bytes, false);
	b->facts->name = body->path;
}

/*
 * 2.2.4.55.2, [MS-SMB] 2.2.4.7.2. The form with 2 words is that of LANMAN 1.0, which has no
 * NativeFileSystem either.
 */
void
smb1_parse_tree_connect_andx_response(Smb1Block *b)
{
	Smb1TreeConnectResponse *body = SMB1_BODY(b, Smb1TreeConnectResponse);

	b->out->layout = &connect_andx_back;
	if (b->out->word_count >= WORDS_BACK_OPTIONAL)
		body->optional_support = smb_reader_le16(&b->words);
	if (b->out->word_count >= WORDS_BACK_EXTENDED) {
		body->maximal_access = smb_reader_le32(&b->words);
		body->guest_maximal_access = smb_reader_le32(&b->words);
	}
	body->service = smb_reader_string(&b->bytes, false);
	body->native_fs = smb1_string(b);
}
