/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands that name a file or directory without opening it. */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"
#include "dissect/wire/names.h"

/* ---- CREATE_, DELETE_ and CHECK_DIRECTORY: [MS-CIFS] 2.2.4.1.1, 2.2.4.2.1, 2.2.4.17.1 ------- */

typedef struct {
	SmbText directory;
} Smb1DirectoryRequest;

static const SmbField directory_request_fields[] = {
	SMB_FIELD(Smb1DirectoryRequest, TEXT, directory, "directory", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(directory_request, Smb1DirectoryRequest, "directory request");

void
smb1_parse_directory_request(Smb1Block *b)
{
	Smb1DirectoryRequest *body = SMB1_BODY(b, Smb1DirectoryRequest);

	b->out->layout = &directory_request;
	body->directory = smb_reader_format_string(&b->bytes, b->unicode);
	b->facts->name = body->directory;
}

/* ---- DELETE: [MS-CIFS] 2.2.4.7.1 ------------------------------------------------------------- */

typedef struct {
	uint16_t search_attributes;
	SmbText file;
} Smb1DeleteRequest;

static const SmbField delete_request_fields[] = {
	SMB_FIELD(Smb1DeleteRequest, U16, search_attributes, "search_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1DeleteRequest, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(delete_request, Smb1DeleteRequest, "delete request");

void
smb1_parse_delete_request(Smb1Block *b)
{
	Smb1DeleteRequest *body = SMB1_BODY(b, Smb1DeleteRequest);

	smb1_read_words(b, &delete_request, body);
	body->file = smb_reader_format_string(&b->bytes, b->unicode);
	b->facts->name = body->file;
}

/* ---- RENAME, NT_RENAME, COPY, MOVE: [MS-CIFS] 2.2.4.8.1, 2.2.4.66.1 -------------------------- */

typedef struct {
	SmbText old_file, file;
} Smb1TwoNames;

static Smb1TwoNames
read_two_names(Smb1Block *b)
{
	Smb1TwoNames names;

	names.old_file = smb_reader_format_string(&b->bytes, b->unicode);
	names.file = smb_reader_format_string(&b->bytes, b->unicode);
	b->facts->name = names.old_file;
	b->facts->name_to = names.file;
	return names;
}

typedef struct {
	uint16_t search_attributes;
	Smb1TwoNames names;
} Smb1RenameRequest;

static const SmbField rename_request_fields[] = {
	SMB_FIELD(Smb1RenameRequest, U16, search_attributes, "search_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1RenameRequest, TEXT, names.old_file, "old_file", .role = SMB_ROLE_FILE),
	SMB_FIELD(Smb1RenameRequest, TEXT, names.file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(rename_request, Smb1RenameRequest, "rename request");

void
smb1_parse_rename_request(Smb1Block *b)
{
	Smb1RenameRequest *body = SMB1_BODY(b, Smb1RenameRequest);

	smb1_read_words(b, &rename_request, body);
	body->names = read_two_names(b);
}

typedef struct {
	uint16_t search_attributes;
	uint16_t information_level;
	uint32_t reserved;
	Smb1TwoNames names;
} Smb1NtRenameRequest;

static const char *
nt_rename_name(uint32_t information_level)
{
	static const SmbName levels[] = {
		{ SMB_NT_RENAME_SET_LINK_INFO, "SMB_NT_RENAME_SET_LINK_INFO" },
		{ SMB_NT_RENAME_RENAME_FILE, "SMB_NT_RENAME_RENAME_FILE" },
		{ SMB_NT_RENAME_MOVE_FILE, "SMB_NT_RENAME_MOVE_FILE" },
	};

	return smb_name_find(levels, sizeof(levels) / sizeof(levels[0]), information_level);
}

static const SmbField nt_rename_request_fields[] = {
	SMB_FIELD(Smb1NtRenameRequest, U16, search_attributes, "search_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1NtRenameRequest, U16, information_level, "information_level",
		  .role = SMB_ROLE_FUNCTION, .flags = SMB_FIELD_SHOW_HEX, .name_of = nt_rename_name),
	SMB_FIELD(Smb1NtRenameRequest, U32, reserved, "reserved", .flags = SMB_FIELD_NONZERO),
	SMB_FIELD(Smb1NtRenameRequest, TEXT, names.old_file, "old_file", .role = SMB_ROLE_FILE),
	SMB_FIELD(Smb1NtRenameRequest, TEXT, names.file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(nt_rename_request, Smb1NtRenameRequest, "nt rename request");

void
smb1_parse_nt_rename_request(Smb1Block *b)
{
	Smb1NtRenameRequest *body = SMB1_BODY(b, Smb1NtRenameRequest);

	smb1_read_words(b, &nt_rename_request, body);
	body->names = read_two_names(b);
	b->facts->level = body->information_level;
	b->facts->function = body->information_level;
}

/*
 * COPY and MOVE are obsolete in [MS-CIFS] 2.2.4.37 and 2.2.4.38, which refer to older documents for
 * their form: the tree to copy to, an OpenFunction as in 2.2.4.41.1, flags and both names; in the
 * response the number of files and the name of one that failed.
 */
typedef struct {
	uint16_t tid2, open_function, flags;
	Smb1TwoNames names;
} Smb1CopyRequest;

static const SmbField copy_request_fields[] = {
	SMB_FIELD(Smb1CopyRequest, U16, tid2, "tid2"),
	SMB_FIELD(Smb1CopyRequest, U16, open_function, "open_function", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1CopyRequest, U16, flags, "flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1CopyRequest, TEXT, names.old_file, "old_file", .role = SMB_ROLE_FILE),
	SMB_FIELD(Smb1CopyRequest, TEXT, names.file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(copy_request, Smb1CopyRequest, "copy request");

void
smb1_parse_copy_request(Smb1Block *b)
{
	Smb1CopyRequest *body = SMB1_BODY(b, Smb1CopyRequest);

	smb1_read_words(b, &copy_request, body);
	body->names = read_two_names(b);
}

typedef struct {
	uint16_t count;
	SmbText file; /* the one that failed */
} Smb1CopyResponse;

static const SmbField copy_response_fields[] = {
	SMB_FIELD(Smb1CopyResponse, U16, count, "count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1CopyResponse, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(copy_response, Smb1CopyResponse, "copy response");

void
smb1_parse_copy_response(Smb1Block *b)
{
	Smb1CopyResponse *body = SMB1_BODY(b, Smb1CopyResponse);

	smb1_read_words(b, &copy_response, body);
	if (smb_reader_declared_left(&b->bytes)) /* only if it stopped at a file */
		body->file = smb_reader_format_string(&b->bytes, b->unicode);
}

/* ---- QUERY_INFORMATION, SET_INFORMATION: [MS-CIFS] 2.2.4.9, 2.2.4.10 ------------------------- */

typedef struct {
	SmbText file;
} Smb1QueryInformationRequest;

static const SmbField query_information_request_fields[] = {
	SMB_FIELD(Smb1QueryInformationRequest, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(query_information_request, Smb1QueryInformationRequest,
		  "query information request");

void
smb1_parse_query_information_request(Smb1Block *b)
{
	Smb1QueryInformationRequest *body = SMB1_BODY(b, Smb1QueryInformationRequest);

	b->out->layout = &query_information_request;
	body->file = smb_reader_format_string(&b->bytes, b->unicode);
	b->facts->name = body->file;
}

typedef struct {
	uint16_t file_attributes;
	uint32_t last_write_time;
	uint32_t file_size;
} Smb1QueryInformationResponse;

static const SmbField query_information_response_fields[] = {
	SMB_FIELD(Smb1QueryInformationResponse, U16, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1QueryInformationResponse, UTIME, last_write_time, "last_write_time"),
	SMB_FIELD(Smb1QueryInformationResponse, U32, file_size, "file_size",
		  .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(query_information_response, Smb1QueryInformationResponse,
		  "query information response");

void
smb1_parse_query_information_response(Smb1Block *b)
{
	Smb1QueryInformationResponse *body = SMB1_BODY(b, Smb1QueryInformationResponse);

	smb1_read_words(b, &query_information_response, body);
	smb_reader_skip(&b->words, 10); /* Reserved */
}

typedef struct {
	uint16_t file_attributes;
	uint32_t last_write_time;
	SmbText file;
} Smb1SetInformationRequest;

static const SmbField set_information_request_fields[] = {
	SMB_FIELD(Smb1SetInformationRequest, U16, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1SetInformationRequest, UTIME, last_write_time, "last_write_time"),
	SMB_FIELD(Smb1SetInformationRequest, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(set_information_request, Smb1SetInformationRequest, "set information request");

void
smb1_parse_set_information_request(Smb1Block *b)
{
	Smb1SetInformationRequest *body = SMB1_BODY(b, Smb1SetInformationRequest);

	smb1_read_words(b, &set_information_request, body);
	smb_reader_skip(&b->words, 10); /* Reserved */
	body->file = smb_reader_format_string(&b->bytes, b->unicode);
	b->facts->name = body->file;
}
