/* SPDX-License-Identifier: BSD-3-Clause */
/* SESSION_SETUP: [MS-SMB2] 2.2.5, 2.2.6. */
#include "dissect/smb2/commands.h"

typedef struct {
	uint8_t flags, security_mode;
	uint32_t capabilities, channel;
	uint16_t security_blob_length;
	uint64_t previous_session_id;
	SmbSpan security_blob;
} SessionSetupRequest;

typedef struct {
	uint16_t session_flags;
	uint16_t security_blob_length;
	SmbSpan security_blob;
} SessionSetupResponse;

static const SmbField request_fields[] = {
	SMB_FIELD(SessionSetupRequest, U8, flags, "session_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(SessionSetupRequest, U8, security_mode, "security_mode",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(SessionSetupRequest, U32, capabilities, "capabilities",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(SessionSetupRequest, U32, channel, "channel"),
	SMB_FIELD(SessionSetupRequest, U16, security_blob_length, "security_blob_length"),
	SMB_FIELD(SessionSetupRequest, U64, previous_session_id, "previous_session_id",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(SessionSetupRequest, HEX, security_blob, "security_blob",
		  .flags = SMB_FIELD_SECRET),
};
static SMB_LAYOUT(request, SessionSetupRequest, "session setup request");

static const char *
session_flags_name(uint32_t value)
{
	static const char *const names[] = { [1] = "guest", [2] = "null", [4] = "encrypt" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const SmbField response_fields[] = {
	SMB_FIELD(SessionSetupResponse, U16, session_flags, "session_flags",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = session_flags_name),
	SMB_FIELD(SessionSetupResponse, U16, security_blob_length, "security_blob_length"),
	SMB_FIELD(SessionSetupResponse, HEX, security_blob, "security_blob",
		  .flags = SMB_FIELD_SECRET),
};
static SMB_LAYOUT(response, SessionSetupResponse, "session setup response");

/* 2.2.5. */
void
smb2_parse_session_setup_request(Smb2Block *b)
{
	SessionSetupRequest *s = SMB2_BODY(b, SessionSetupRequest, &request);
	uint16_t blob_offset;

	s->flags = smb_reader_u8(&b->at);
	s->security_mode = smb_reader_u8(&b->at);
	s->capabilities = smb_reader_le32(&b->at);
	s->channel = smb_reader_le32(&b->at);
	blob_offset = smb_reader_le16(&b->at);
	s->security_blob_length = smb_reader_le16(&b->at);
	s->previous_session_id = smb_reader_le64(&b->at);
	b->facts->previous_session = s->previous_session_id;
	s->security_blob = smb2_buffer(b, blob_offset, s->security_blob_length);
	b->facts->session_flags = s->flags;
	b->facts->security_mode = s->security_mode;
	b->facts->capabilities = s->capabilities;
	b->facts->blob = s->security_blob;
}

/* 2.2.6. */
void
smb2_parse_session_setup_response(Smb2Block *b)
{
	SessionSetupResponse *s = SMB2_BODY(b, SessionSetupResponse, &response);
	uint16_t blob_offset;

	s->session_flags = smb_reader_le16(&b->at);
	blob_offset = smb_reader_le16(&b->at);
	s->security_blob_length = smb_reader_le16(&b->at);
	s->security_blob = smb2_buffer(b, blob_offset, s->security_blob_length);
	b->facts->session_flags = s->session_flags;
	b->facts->blob = s->security_blob;
}
