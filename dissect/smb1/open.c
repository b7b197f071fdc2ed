/* SPDX-License-Identifier: BSD-3-Clause */
/* OPEN, CREATE, CREATE_NEW, CREATE_TEMPORARY, OPEN_ANDX, NT_CREATE_ANDX; CLOSE. */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

enum {
	WORDS_OPEN_ANDX_EXTENDED = 19,
	WORDS_NT_CREATE_EXTENDED = 42, /* [MS-SMB] 2.2.4.9.2; 50 if the server counts correctly */
	GUID_SIZE = 16,

	/* ResourceType (2.2.4.64.2) */
	RESOURCE_BYTE_PIPE = 1,
	RESOURCE_MESSAGE_PIPE = 2,

	/* OpenResults (2.2.4.41.2) */
	RESULT_OPENED = 3,
	RESULT_OPLOCK = 0x8000,

	/* FLAGS of the header: an oplock is requested or, in a response, granted (2.2.3.1) */
	FLAGS_OPLOCK = 0x20,
	FLAGS_OPBATCH = 0x40,

	OPLOCK_EXCLUSIVE = 1,
	OPLOCK_BATCH = 2,
};

static void
facts_name(Smb1Block *b, SmbText name)
{
	b->facts->name = name;
	b->facts->open.name = name;
}

static void
facts_size(Smb1Block *b, uint64_t size)
{
	b->facts->open.has_size = true;
	b->facts->open.size = size;
}

static bool
is_pipe(uint16_t resource_type)
{
	return resource_type == RESOURCE_BYTE_PIPE || resource_type == RESOURCE_MESSAGE_PIPE;
}

/* ---- OPEN: [MS-CIFS] 2.2.4.3 ----------------------------------------------------------------- */

typedef struct {
	uint16_t access_mode, search_attributes;
	SmbText file;
} Smb1OpenRequest;

static const SmbField open_request_fields[] = {
	SMB_FIELD(Smb1OpenRequest, U16, access_mode, "access_mode", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenRequest, U16, search_attributes, "search_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenRequest, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(open_request, Smb1OpenRequest, "open request");

typedef struct {
	uint16_t fid, file_attributes, access_mode;
	uint32_t last_modified, file_size;
} Smb1OpenResponse;

static const SmbField open_response_fields[] = {
	SMB_FIELD(Smb1OpenResponse, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1OpenResponse, U16, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenResponse, UTIME, last_modified, "last_modified"),
	SMB_FIELD(Smb1OpenResponse, U32, file_size, "file_size", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1OpenResponse, U16, access_mode, "access_mode", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(open_response, Smb1OpenResponse, "open response");

void
smb1_parse_open_request(Smb1Block *b)
{
	Smb1OpenRequest *body = SMB1_BODY(b, Smb1OpenRequest);

	smb1_read_words(b, &open_request, body);
	body->file = smb_reader_format_string(&b->bytes, b->unicode);
	facts_name(b, body->file);
	smb1_open_mode(&b->facts->open, body->access_mode);
}

void
smb1_parse_open_response(Smb1Block *b)
{
	Smb1OpenResponse *body = SMB1_BODY(b, Smb1OpenResponse);

	smb1_read_words(b, &open_response, body);
	smb1_facts_fid(b, body->fid);
	facts_size(b, body->file_size);
	b->facts->open.action = SMB_OPENED_EXISTING;
	b->facts->open.directory = body->file_attributes & FILE_ATTRIBUTE_DIRECTORY;
	if (b->message->flags & FLAGS_OPLOCK)
		b->facts->open.oplock = b->message->flags & FLAGS_OPBATCH ? OPLOCK_BATCH
									  : OPLOCK_EXCLUSIVE;
}

/* ---- CREATE, CREATE_NEW, CREATE_TEMPORARY: 2.2.4.4, 2.2.4.16, 2.2.4.15 ----------------------- */

typedef struct {
	uint16_t file_attributes;
	uint32_t creation_time;
	SmbText name;
} Smb1CreateRequest;

static const SmbField create_request_fields[] = {
	SMB_FIELD(Smb1CreateRequest, U16, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1CreateRequest, UTIME, creation_time, "creation_time"),
	SMB_FIELD(Smb1CreateRequest, TEXT, name, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(create_request, Smb1CreateRequest, "create request");

static const SmbField create_temporary_request_fields[] = {
	SMB_FIELD(Smb1CreateRequest, U16, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1CreateRequest, UTIME, creation_time, "creation_time"),
	SMB_FIELD(Smb1CreateRequest, TEXT, name, "directory", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(create_temporary_request, Smb1CreateRequest, "create temporary request");

typedef struct {
	uint16_t fid;
	SmbText file;
} Smb1CreateResponse;

static const SmbField create_response_fields[] = {
	SMB_FIELD(Smb1CreateResponse, U16, fid, "fid", .role = SMB_ROLE_FID),
};
static SMB_LAYOUT(create_response, Smb1CreateResponse, "create response");

static const SmbField create_temporary_response_fields[] = {
	SMB_FIELD(Smb1CreateResponse, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1CreateResponse, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(create_temporary_response, Smb1CreateResponse, "create temporary response");

static void
read_create(Smb1Block *b, const SmbLayout *layout)
{
	Smb1CreateRequest *body = SMB1_BODY(b, Smb1CreateRequest);

	smb1_read_words(b, layout, body);
	body->name = smb_reader_format_string(&b->bytes, b->unicode);
	facts_name(b, body->name);
	/* The file is opened in compatibility mode, to read and write. */
	smb1_open_mode(&b->facts->open, SMB1_MODE_READ_WRITE);
}

void
smb1_parse_create_request(Smb1Block *b)
{
	read_create(b, &create_request);
}

void
smb1_parse_create_temporary_request(Smb1Block *b)
{
	read_create(b, &create_temporary_request);
}

/*
 * CREATE truncates the file if it exists, and its response does not say which of the two happened.
 */
void
smb1_parse_create_response(Smb1Block *b)
{
	Smb1CreateResponse *body = SMB1_BODY(b, Smb1CreateResponse);

	smb1_read_words(b, &create_response, body);
	smb1_facts_fid(b, body->fid);
	facts_size(b, 0);
	if (b->out->command == SMB_COM_CREATE_NEW)
		b->facts->open.action = SMB_OPENED_CREATED;
}

/* Some servers put a format byte before the name, which 2.2.4.15.2 does not have. */
void
smb1_parse_create_temporary_response(Smb1Block *b)
{
	Smb1CreateResponse *body = SMB1_BODY(b, Smb1CreateResponse);

	smb1_read_words(b, &create_temporary_response, body);
	if (smb_reader_peek(&b->bytes, 0) == 0x04)
		smb_reader_skip(&b->bytes, 1);
	body->file = smb_reader_string(&b->bytes, false);
	smb1_facts_fid(b, body->fid);
	facts_size(b, 0);
	facts_name(b, body->file);
	b->facts->open.action = SMB_OPENED_CREATED;
}

/* ---- OPEN_ANDX: [MS-CIFS] 2.2.4.41, [MS-SMB] 2.2.4.1 ----------------------------------------- */

typedef struct {
	uint16_t flags, access_mode, search_attributes, file_attributes, open_mode;
	uint32_t creation_time, allocation_size, timeout;
	SmbText file;
} Smb1OpenAndxRequest;

static const SmbField open_andx_request_fields[] = {
	SMB_FIELD(Smb1OpenAndxRequest, U16, flags, "open_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxRequest, U16, access_mode, "access_mode", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxRequest, U16, search_attributes, "search_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxRequest, U16, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxRequest, UTIME, creation_time, "creation_time"),
	SMB_FIELD(Smb1OpenAndxRequest, U16, open_mode, "open_mode", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxRequest, U32, allocation_size, "allocation_size"),
	SMB_FIELD(Smb1OpenAndxRequest, U32, timeout, "timeout"),
	SMB_FIELD(Smb1OpenAndxRequest, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(open_andx_request, Smb1OpenAndxRequest, "open request");

typedef struct {
	uint16_t fid, file_attributes, access_rights, resource_type, pipe_status, open_results;
	uint32_t last_write_time, file_size, server_fid, maximal_access, guest_maximal_access;
} Smb1OpenAndxResponse;

static const SmbField open_andx_response_fields[] = {
	SMB_FIELD(Smb1OpenAndxResponse, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1OpenAndxResponse, U16, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxResponse, UTIME, last_write_time, "last_write_time"),
	SMB_FIELD(Smb1OpenAndxResponse, U32, file_size, "file_size", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1OpenAndxResponse, U16, access_rights, "access_rights",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxResponse, U16, resource_type, "resource_type"),
	SMB_FIELD(Smb1OpenAndxResponse, U16, pipe_status, "nm_pipe_status",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxResponse, U16, open_results, "open_results",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1OpenAndxResponse, U32, server_fid, "server_fid", .flags = SMB_FIELD_SHOW_HEX,
		  .min_words = WORDS_OPEN_ANDX_EXTENDED),
	SMB_FIELD(Smb1OpenAndxResponse, U32, maximal_access, "maximal_access_rights",
		  .flags = SMB_FIELD_SHOW_HEX, .min_words = WORDS_OPEN_ANDX_EXTENDED),
	SMB_FIELD(Smb1OpenAndxResponse, U32, guest_maximal_access, "guest_maximal_access_rights",
		  .flags = SMB_FIELD_SHOW_HEX, .min_words = WORDS_OPEN_ANDX_EXTENDED),
};
static SMB_LAYOUT(open_andx_response, Smb1OpenAndxResponse, "open response");

void
smb1_parse_open_andx_request(Smb1Block *b)
{
	Smb1OpenAndxRequest *body = SMB1_BODY(b, Smb1OpenAndxRequest);

	smb1_read_words(b, &open_andx_request, body);
	body->file = smb_reader_string(&b->bytes, b->unicode);
	facts_name(b, body->file);
	smb1_open_mode(&b->facts->open, body->access_mode);
	b->facts->open.disposition = body->open_mode;
}

/*
 * Everything after the FID is zero if the request did not ask for it; then nothing is known about
 * the file.
 */
static void
facts_open_andx(Smb1Block *b, const Smb1OpenAndxResponse *body)
{
	static const SmbOpened actions[RESULT_OPENED + 1] = {
		[1] = SMB_OPENED_EXISTING,
		[2] = SMB_OPENED_CREATED,
		[3] = SMB_OPENED_TRUNCATED,
	};
	SmbOpenFacts *open = &b->facts->open;

	smb1_facts_fid(b, body->fid);
	open->action = actions[body->open_results & RESULT_OPENED];
	if (open->action != SMB_OPENED_UNKNOWN)
		facts_size(b, body->file_size);
	open->directory = body->file_attributes & FILE_ATTRIBUTE_DIRECTORY;
	open->pipe = is_pipe(body->resource_type);
	open->oplock = body->open_results & RESULT_OPLOCK ? OPLOCK_EXCLUSIVE : 0;
}

void
smb1_parse_open_andx_response(Smb1Block *b)
{
	Smb1OpenAndxResponse *body = SMB1_BODY(b, Smb1OpenAndxResponse);

	b->out->layout = &open_andx_response;
	body->fid = smb_reader_le16(&b->words);
	body->file_attributes = smb_reader_le16(&b->words);
	body->last_write_time = smb_reader_le32(&b->words);
	body->file_size = smb_reader_le32(&b->words);
	body->access_rights = smb_reader_le16(&b->words);
	body->resource_type = smb_reader_le16(&b->words);
	body->pipe_status = smb_reader_le16(&b->words);
	body->open_results = smb_reader_le16(&b->words);
	if (b->out->word_count >= WORDS_OPEN_ANDX_EXTENDED) {
		body->server_fid = smb_reader_le32(&b->words);
		smb_reader_skip(&b->words, 2);
		body->maximal_access = smb_reader_le32(&b->words);
		body->guest_maximal_access = smb_reader_le32(&b->words);
		b->byte_count_unreliable = true; /* [MS-SMB] 2.2.4.1.2, its note on Windows */
	}
	facts_open_andx(b, body);
}

/* ---- NT_CREATE_ANDX: [MS-CIFS] 2.2.4.64, [MS-SMB] 2.2.4.9 ------------------------------------ */

typedef struct {
	uint16_t name_length;
	uint8_t security_flags;
	uint32_t flags, root_directory_fid, desired_access, file_attributes, share_access,
		disposition, options, impersonation_level;
	uint64_t allocation_size;
	SmbText file;
} Smb1NtCreateRequest;

static const SmbField nt_create_request_fields[] = {
	SMB_FIELD(Smb1NtCreateRequest, U16, name_length, "name_length"),
	SMB_FIELD(Smb1NtCreateRequest, U32, flags, "create_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NtCreateRequest, U32, root_directory_fid, "root_directory_fid",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NtCreateRequest, U32, desired_access, "desired_access",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NtCreateRequest, U64, allocation_size, "allocation_size"),
	SMB_FIELD(Smb1NtCreateRequest, U32, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NtCreateRequest, U32, share_access, "share_access",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_share_access_name),
	SMB_FIELD(Smb1NtCreateRequest, U32, disposition, "create_disposition",
		  .name_of = smb1_create_disposition_name),
	SMB_FIELD(Smb1NtCreateRequest, U32, options, "create_options", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = smb1_create_option_name),
	SMB_FIELD(Smb1NtCreateRequest, U32, impersonation_level, "impersonation_level"),
	SMB_FIELD(Smb1NtCreateRequest, U8, security_flags, "security_flags",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NtCreateRequest, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(nt_create_request, Smb1NtCreateRequest, "create request");

typedef struct {
	uint8_t oplock_level;
	bool directory;
	uint16_t fid, resource_type, pipe_status;
	uint32_t disposition, file_attributes, maximal_access, guest_maximal_access;
	uint64_t create_time, last_access_time, last_write_time, last_change_time, allocation_size,
		end_of_file, file_id;
	SmbSpan volume_guid;
} Smb1NtCreateResponse;

static const SmbField nt_create_response_fields[] = {
	SMB_FIELD(Smb1NtCreateResponse, U8, oplock_level, "oplock_level"),
	SMB_FIELD(Smb1NtCreateResponse, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1NtCreateResponse, U32, disposition, "create_disposition"),
	SMB_FIELD(Smb1NtCreateResponse, FILETIME, create_time, "create_time"),
	SMB_FIELD(Smb1NtCreateResponse, FILETIME, last_access_time, "last_access_time"),
	SMB_FIELD(Smb1NtCreateResponse, FILETIME, last_write_time, "last_write_time"),
	SMB_FIELD(Smb1NtCreateResponse, FILETIME, last_change_time, "last_change_time"),
	SMB_FIELD(Smb1NtCreateResponse, U32, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NtCreateResponse, U64, allocation_size, "allocation_size"),
	SMB_FIELD(Smb1NtCreateResponse, U64, end_of_file, "file_size", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1NtCreateResponse, U16, resource_type, "resource_type"),
	SMB_FIELD(Smb1NtCreateResponse, U16, pipe_status, "nm_pipe_status",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NtCreateResponse, BOOL, directory, "is_directory"),
	SMB_FIELD(Smb1NtCreateResponse, GUID, volume_guid, "volume_guid",
		  .min_words = WORDS_NT_CREATE_EXTENDED),
	SMB_FIELD(Smb1NtCreateResponse, U64, file_id, "file_id", .role = SMB_ROLE_TELLING,
		  .flags = SMB_FIELD_SHOW_HEX, .min_words = WORDS_NT_CREATE_EXTENDED),
	SMB_FIELD(Smb1NtCreateResponse, U32, maximal_access, "maximal_access_rights",
		  .flags = SMB_FIELD_SHOW_HEX, .min_words = WORDS_NT_CREATE_EXTENDED),
	SMB_FIELD(Smb1NtCreateResponse, U32, guest_maximal_access, "guest_maximal_access_rights",
		  .flags = SMB_FIELD_SHOW_HEX, .min_words = WORDS_NT_CREATE_EXTENDED),
};
static SMB_LAYOUT(nt_create_response, Smb1NtCreateResponse, "create response");

/*
 * 2.2.4.64.1. The name ends at its terminator or at the end of the bytes, because some clients
 * include the terminator in NameLength.
 */
void
smb1_parse_nt_create_andx_request(Smb1Block *b)
{
	Smb1NtCreateRequest *body = SMB1_BODY(b, Smb1NtCreateRequest);

	smb_reader_skip(&b->words, 1);
	smb1_read_words(b, &nt_create_request, body);
	body->file = smb_reader_string(&b->bytes, b->unicode);
	facts_name(b, body->file);
	smb1_open_nt(&b->facts->open, &(Smb1NtAccess){ body->desired_access, body->share_access,
						       body->disposition, body->options });
}

static void
facts_nt_created(Smb1Block *b, const Smb1NtCreateResponse *body)
{
	static const SmbOpened actions[] = {
		[0] = SMB_OPENED_SUPERSEDED,
		[1] = SMB_OPENED_EXISTING,
		[2] = SMB_OPENED_CREATED,
		[3] = SMB_OPENED_TRUNCATED,
	};
	SmbOpenFacts *open = &b->facts->open;

	smb1_facts_fid(b, body->fid);
	if (body->disposition < sizeof(actions) / sizeof(actions[0]))
		open->action = actions[body->disposition];
	open->nt = true;
	open->directory = body->directory != 0;
	open->pipe = is_pipe(body->resource_type);
	open->times = (SmbFileTimes){ body->create_time, body->last_access_time,
				      body->last_write_time, body->last_change_time };
	if (!open->directory && !open->pipe)
		facts_size(b, body->end_of_file);
	open->oplock = body->oplock_level;
}

/* 2.2.4.64.2; [MS-SMB] 2.2.4.9.2 adds what follows Directory. */
void
smb1_parse_nt_create_andx_response(Smb1Block *b)
{
	Smb1NtCreateResponse *body = SMB1_BODY(b, Smb1NtCreateResponse);

	smb1_read_words(b, &nt_create_response, body);
	if (b->out->word_count >= WORDS_NT_CREATE_EXTENDED) {
		body->volume_guid = smb_reader_span(&b->words, GUID_SIZE);
		body->file_id = smb_reader_le64(&b->words);
		body->maximal_access = smb_reader_le32(&b->words);
		body->guest_maximal_access = smb_reader_le32(&b->words);
		b->byte_count_unreliable = true; /* [MS-SMB] 2.2.4.9.2, its note on Windows */
	}
	facts_nt_created(b, body);
}

/* ---- CLOSE: 2.2.4.5 -------------------------------------------------------------------------- */

typedef struct {
	uint16_t fid;
	uint32_t last_time_modified;
} Smb1CloseRequest;

static const SmbField close_request_fields[] = {
	SMB_FIELD(Smb1CloseRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1CloseRequest, UTIME, last_time_modified, "last_time_modified"),
};
static SMB_LAYOUT(close_request, Smb1CloseRequest, "close request");

void
smb1_parse_close_request(Smb1Block *b)
{
	Smb1CloseRequest *body = SMB1_BODY(b, Smb1CloseRequest);

	smb1_read_words(b, &close_request, body);
	smb1_facts_fid(b, body->fid);
}
