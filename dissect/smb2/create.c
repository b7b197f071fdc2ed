/* SPDX-License-Identifier: BSD-3-Clause */
/* CREATE: [MS-SMB2] 2.2.13, 2.2.14. */
#include "dissect/smb2/commands.h"
#include "dissect/smb2/contexts.h"
#include "dissect/wire/codes.h"

enum {
	/* 2.2.13.1.1 */
	FILE_READ_DATA = 0x00000001,
	FILE_WRITE_DATA = 0x00000002,
	FILE_APPEND_DATA = 0x00000004,
	FILE_EXECUTE = 0x00000020,
	DELETE = 0x00010000,
	GENERIC_ALL = 0x10000000,
	GENERIC_EXECUTE = 0x20000000,
	GENERIC_WRITE = 0x40000000,
};
#define GENERIC_READ 0x80000000u

/* To execute a file the client has to read it, so execute access counts as read access. */
#define ACCESS_READS (FILE_READ_DATA | FILE_EXECUTE | GENERIC_ALL | GENERIC_EXECUTE | GENERIC_READ)
#define ACCESS_WRITES (FILE_WRITE_DATA | FILE_APPEND_DATA | GENERIC_ALL | GENERIC_WRITE)

typedef struct {
	uint8_t security_flags, oplock_level;
	uint32_t impersonation_level;
	uint64_t smb_create_flags;
	uint32_t desired_access, file_attributes, share_access, create_disposition, create_options;
	SmbText file;
	uint32_t create_contexts_length;
	SmbList create_contexts;
} CreateRequest;

typedef struct {
	uint8_t oplock_level, flags;
	uint32_t create_action;
	uint64_t creation_time, last_access_time, last_write_time, change_time;
	uint64_t allocation_size, file_size;
	uint32_t file_attributes;
	Smb2FileId id;
	uint32_t create_contexts_length;
	SmbList create_contexts;
} CreateResponse;

const char *
smb2_oplock_level_name(uint32_t level)
{
	static const char *const names[] = {
		[0] = "none", [1] = "II", [8] = "exclusive", [9] = "batch", [255] = "lease"
	};

	return level < sizeof(names) / sizeof(names[0]) ? names[level] : NULL;
}

static const char *
impersonation_name(uint32_t value)
{
	static const char *const names[] = { "anonymous", "identification", "impersonation",
					     "delegate" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const char *
disposition_name(uint32_t value)
{
	static const char *const names[] = { "supersede", "open",      "create",
					     "open if",   "overwrite", "overwrite if" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const char *
action_name(uint32_t value)
{
	static const char *const names[] = { "superseded", "opened", "created", "overwritten" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const SmbField request_fields[] = {
	SMB_FIELD(CreateRequest, TEXT, file, "file", .role = SMB_ROLE_FILE),
	SMB_FIELD(CreateRequest, U8, security_flags, "security_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateRequest, U8, oplock_level, "requested_oplock_level",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = smb2_oplock_level_name),
	SMB_FIELD(CreateRequest, U32, impersonation_level, "impersonation_level",
		  .name_of = impersonation_name),
	SMB_FIELD(CreateRequest, U64, smb_create_flags, "smb_create_flags",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateRequest, U32, desired_access, "desired_access", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateRequest, U32, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateRequest, U32, share_access, "share_access", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateRequest, U32, create_disposition, "create_disposition",
		  .name_of = disposition_name),
	SMB_FIELD(CreateRequest, U32, create_options, "create_options", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateRequest, U32, create_contexts_length, "create_contexts_length"),
	SMB_FIELD(CreateRequest, LIST, create_contexts, "create_contexts",
		  .items = &smb2_create_context),
};
static SMB_LAYOUT(request, CreateRequest, "create request");

static const SmbField response_fields[] = {
	SMB2_FILE_ID_FIELDS(CreateResponse),
	SMB_FIELD(CreateResponse, U8, oplock_level, "oplock_level", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = smb2_oplock_level_name),
	SMB_FIELD(CreateResponse, U8, flags, "create_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateResponse, U32, create_action, "create_action", .name_of = action_name),
	SMB_FIELD(CreateResponse, FILETIME, creation_time, "creation_time"),
	SMB_FIELD(CreateResponse, FILETIME, last_access_time, "last_access_time"),
	SMB_FIELD(CreateResponse, FILETIME, last_write_time, "last_write_time"),
	SMB_FIELD(CreateResponse, FILETIME, change_time, "change_time"),
	SMB_FIELD(CreateResponse, U64, allocation_size, "allocation_size"),
	SMB_FIELD(CreateResponse, U64, file_size, "file_size", .role = SMB_ROLE_TELLING),
	SMB_FIELD(CreateResponse, U32, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(CreateResponse, U32, create_contexts_length, "create_contexts_length"),
	SMB_FIELD(CreateResponse, LIST, create_contexts, "create_contexts",
		  .items = &smb2_create_context),
};
static SMB_LAYOUT(response, CreateResponse, "create response");

static void
tell_asked(const CreateRequest *c, Smb2Facts *facts)
{
	facts->name = c->file;
	facts->open = (SmbOpenFacts){
		.name = c->file,
		.access = c->desired_access,
		.nt = true,
		.to_read = (c->desired_access & ACCESS_READS) != 0,
		.to_write = (c->desired_access & ACCESS_WRITES) != 0,
		.to_delete = (c->desired_access & (DELETE | GENERIC_ALL)) != 0 ||
			     (c->create_options & FILE_DELETE_ON_CLOSE) != 0,
		.share_access = c->share_access,
		.disposition = c->create_disposition,
		.options = c->create_options,
	};
}

/* 2.2.13. */
void
smb2_parse_create_request(Smb2Block *b)
{
	CreateRequest *c = SMB2_BODY(b, CreateRequest, &request);
	uint16_t name_offset, name_length;
	uint32_t contexts_offset;

	c->security_flags = smb_reader_u8(&b->at);
	c->oplock_level = smb_reader_u8(&b->at);
	c->impersonation_level = smb_reader_le32(&b->at);
	c->smb_create_flags = smb_reader_le64(&b->at);
	smb_reader_skip(&b->at, 8); /* Reserved */
	c->desired_access = smb_reader_le32(&b->at);
	c->file_attributes = smb_reader_le32(&b->at);
	c->share_access = smb_reader_le32(&b->at);
	c->create_disposition = smb_reader_le32(&b->at);
	c->create_options = smb_reader_le32(&b->at);
	name_offset = smb_reader_le16(&b->at);
	name_length = smb_reader_le16(&b->at);
	contexts_offset = smb_reader_le32(&b->at);
	c->create_contexts_length = smb_reader_le32(&b->at);
	c->file = smb2_text(b, name_offset, name_length);
	tell_asked(c, b->facts);
	c->create_contexts =
		smb2_create_contexts(b, contexts_offset, c->create_contexts_length, false);
}

static void
tell_answered(const CreateResponse *c, Smb2Facts *facts)
{
	static const SmbOpened actions[] = { SMB_OPENED_SUPERSEDED, SMB_OPENED_EXISTING,
					     SMB_OPENED_CREATED, SMB_OPENED_TRUNCATED };
	bool known = c->create_action < sizeof(actions) / sizeof(actions[0]);

	facts->open = (SmbOpenFacts){
		.nt = true,
		.action = known ? actions[c->create_action] : SMB_OPENED_UNKNOWN,
		.directory = (c->file_attributes & FILE_ATTRIBUTE_DIRECTORY) != 0,
		.has_size = true,
		.size = c->file_size,
		.times = { c->creation_time, c->last_access_time, c->last_write_time,
			   c->change_time },
		.oplock = c->oplock_level,
	};
}

/* 2.2.14. */
void
smb2_parse_create_response(Smb2Block *b)
{
	CreateResponse *c = SMB2_BODY(b, CreateResponse, &response);
	uint32_t contexts_offset;

	c->oplock_level = smb_reader_u8(&b->at);
	c->flags = smb_reader_u8(&b->at);
	c->create_action = smb_reader_le32(&b->at);
	c->creation_time = smb_reader_le64(&b->at);
	c->last_access_time = smb_reader_le64(&b->at);
	c->last_write_time = smb_reader_le64(&b->at);
	c->change_time = smb_reader_le64(&b->at);
	c->allocation_size = smb_reader_le64(&b->at);
	c->file_size = smb_reader_le64(&b->at);
	c->file_attributes = smb_reader_le32(&b->at);
	smb_reader_skip(&b->at, 4); /* Reserved2 */
	c->id = smb2_file_id(b);
	/*
	 * A response cut before its FileId would report an action that it does not have (0 is
	 * "superseded").
	 */
	if (b->facts->has_fid)
		tell_answered(c, b->facts);
	contexts_offset = smb_reader_le32(&b->at);
	c->create_contexts_length = smb_reader_le32(&b->at);
	c->create_contexts =
		smb2_create_contexts(b, contexts_offset, c->create_contexts_length, true);
}
