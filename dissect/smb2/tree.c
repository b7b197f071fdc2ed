/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TREE_CONNECT: [MS-SMB2] 2.2.9, 2.2.10. TREE_DISCONNECT and LOGOFF (2.2.7, 2.2.8, 2.2.11, 2.2.12)
 * have no fields, only rows in the command table.
 */
#include "dissect/smb2/commands.h"
#include "dissect/smb2/contexts.h"

enum { EXTENSION_PRESENT = 4 }; /* 2.2.9: Flags */

typedef struct {
	uint16_t flags;
	SmbText path;
	SmbPart extension;
	uint16_t context_count;
	SmbList contexts;
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

static const SmbField extension_fields[] = {
	SMB_FIELD(TreeConnectRequest, U16, context_count, "tree_connect_context_count"),
	SMB_FIELD(TreeConnectRequest, LIST, contexts, "tree_connect_contexts",
		  .items = &smb2_tree_connect_context),
};
static SMB_LAYOUT(extension, TreeConnectRequest, "tree connect request extension");

static const SmbField request_fields[] = {
	SMB_FIELD(TreeConnectRequest, U16, flags, "connect_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(TreeConnectRequest, TEXT, path, "path", .role = SMB_ROLE_SHARE),
	SMB_FIELD(TreeConnectRequest, PART, extension, "extension"),
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
 * 2.2.9.1: at the beginning of the buffer. TreeConnectContextOffset counts from the start of the
 * request. If that would be in the path, which ends at `path_end`, its sender counted from the
 * extension, whose field it is.
 */
static void
read_extension(Smb2Block *b, TreeConnectRequest *t, uint32_t path_end)
{
	uint32_t start = b->at.pos, offset = smb_reader_le32(&b->at);

	/* A sum that does not fit in 32 bits is one before the fields end, and a lie, too. */
	offset += offset + SMB2_HEADER_SIZE < path_end ? start : SMB2_HEADER_SIZE;
	t->context_count = smb_reader_le16(&b->at);
	smb_reader_skip(&b->at, 10); /* Reserved */
	if (b->at.status != SMB_READ_OK)
		return;
	t->contexts = smb2_tree_connect_contexts(b, offset, t->context_count);
	t->extension = (SmbPart){ &extension, t };
}

/* 2.2.9. With or without the extension PathOffset counts from the header. */
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
	if (t->flags & EXTENSION_PRESENT)
		read_extension(b, t, (uint32_t)path_offset + path_length);
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
