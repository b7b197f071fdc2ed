/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TREE_CONNECT: [MS-SMB2] 2.2.9, 2.2.10. TREE_DISCONNECT and LOGOFF (2.2.7, 2.2.8, 2.2.11, 2.2.12)
 * have no fields, only rows in the command table.
 */
#include "dissect/smb2/commands.h"

typedef struct {
	uint16_t flags;
	SmbText path;
} TreeConnectRequest;

typedef struct {
	uint8_t share_type;
	uint32_t share_flags, capabilities, maximal_access;
} TreeConnectResponse;

static const char *
share_type_name(uint32_t value)
{
	static const char *const names[] = { [1] = "disk", [2] = "pipe", [3] = "printer" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const SmbField request_fields[] = {
	SMB_FIELD(TreeConnectRequest, U16, flags, "connect_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(TreeConnectRequest, TEXT, path, "path", .role = SMB_ROLE_SHARE),
};
static SMB_LAYOUT(request, TreeConnectRequest, "tree connect request");

static const SmbField response_fields[] = {
	SMB_FIELD(TreeConnectResponse, U8, share_type, "share_type", .name_of = share_type_name),
	SMB_FIELD(TreeConnectResponse, U32, share_flags, "share_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(TreeConnectResponse, U32, capabilities, "share_capabilities",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(TreeConnectResponse, U32, maximal_access, "maximal_access",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(response, TreeConnectResponse, "tree connect response");

/*
 * 2.2.9. The extension of 2.2.9.1 is in the buffer too, but with or without it PathOffset counts
 * from the header.
 */
void
smb2_parse_tree_connect_request(Smb2Block *b)
{
	TreeConnectRequest *t = SMB2_BODY(b, TreeConnectRequest, &request);
	uint16_t path_offset, path_length;

	t->flags = smb_reader_le16(&b->at);
	path_offset = smb_reader_le16(&b->at);
	path_length = smb_reader_le16(&b->at);
	t->path = smb2_text(b, path_offset, path_length);
	b->facts->name = t->path;
}

/* 2.2.10. */
void
smb2_parse_tree_connect_response(Smb2Block *b)
{
	TreeConnectResponse *t = SMB2_BODY(b, TreeConnectResponse, &response);

	t->share_type = smb_reader_u8(&b->at);
	smb_reader_skip(&b->at, 1); /* Reserved */
	t->share_flags = smb_reader_le32(&b->at);
	t->capabilities = smb_reader_le32(&b->at);
	t->maximal_access = smb_reader_le32(&b->at);
	b->facts->share_type = t->share_type;
	b->facts->share_flags = t->share_flags;
}
