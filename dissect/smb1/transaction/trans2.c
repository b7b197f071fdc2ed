/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TRANSACTION2: the subcommands' parameters ([MS-CIFS] 2.2.6), from the first message of a request
 * or reassembled from several, and the choice of the information level that reads its data.
 */
#include "dissect/smb1/transaction/trans2.h"
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"
#include "dissect/smb1/transaction/levels.h"
#include "dissect/smb1/transaction/transaction.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

enum {
	LEVEL_EAS_FROM_LIST = 0x0003,
	RESOURCE_BYTE_PIPE = 1, /* 2.2.6.1.2 */
	RESOURCE_MESSAGE_PIPE = 2,
};

/* The parameters of all subcommands; each layout shows those of its subcommand. */
typedef struct {
	Smb1TransactionRequest head;
	uint16_t fid, sid;
	uint16_t information_level;
	uint16_t search_attributes, search_count, find_flags;
	uint32_t search_storage_type, resume_key;
	uint16_t open_flags, access_mode, file_attributes, open_mode;
	uint32_t creation_time, allocation_size;
	uint16_t max_referral_level;
	SmbText name;
} Smb1Transaction2;

/* Where parameters are read from, and the facts found in them. */
typedef struct {
	SmbReader *r;
	bool unicode;
	Smb1Facts *facts;
} Parameters;

typedef void (*ReadParameters)(Parameters *p, Smb1Transaction2 *body);

static const char *
trans2_name_of(uint32_t subcommand)
{
	return smb1_trans2_name((uint16_t)subcommand);
}

#define TRANS2_FIELDS                                                                \
	SMB1_TRANSACTION_REQUEST_FIELDS(Smb1Transaction2),                           \
		SMB_FIELD(Smb1Transaction2, U16, head.function, "trans2_subcommand", \
			  .role = SMB_ROLE_FUNCTION, .name_of = trans2_name_of)
#define LEVEL_FIELD(names)                                                       \
	SMB_FIELD(Smb1Transaction2, U16, information_level, "information_level", \
		  .role = SMB_ROLE_FUNCTION, .flags = SMB_FIELD_SHOW_HEX, .name_of = (names))
/*
 * Each subcommand's parameters have two layouts: after the words of the request, and alone if no
 * single message had them all.
 */
#define PARAMETERS(ident, label, ...)                                            \
	static const SmbField ident##_fields[] = { TRANS2_FIELDS, __VA_ARGS__ }; \
	static SMB_LAYOUT(ident, Smb1Transaction2, label " request");            \
	static const SmbField late_##ident##_fields[] = { __VA_ARGS__ };         \
	static SMB_LAYOUT(late_##ident, Smb1Transaction2, label " request")
#define HEX_FIELD(member) \
	SMB_FIELD(Smb1Transaction2, U16, member, #member, .flags = SMB_FIELD_SHOW_HEX)

/*
 * A name is at an even offset in the parameters, and these at a multiple of 4 ([MS-CIFS]
 * 2.2.4.46.1, Pad1), so nothing needs aligning. Even if a client puts them at an odd offset,
 * servers read the name at its offset in the parameters.
 */
static void
read_name(Parameters *p, Smb1Transaction2 *body)
{
	body->name = smb_reader_string_unaligned(p->r, p->unicode);
	p->facts->name = body->name;
}

static void
read_level(Parameters *p, Smb1Transaction2 *body)
{
	body->information_level = smb_reader_le16(p->r);
	if (p->r->status == SMB_READ_OK)
		p->facts->level = body->information_level;
}

static void
read_fid(Parameters *p, Smb1Transaction2 *body)
{
	body->fid = smb_reader_le16(p->r);
	p->facts->has_fid = true;
	p->facts->fid = body->fid;
}

/*
 * For a request without Setup[0], and one whose parameters are unknown or not all in this message.
 */
static const SmbField bare_fields[] = { SMB1_TRANSACTION_REQUEST_FIELDS(Smb1Transaction2) };
static SMB_LAYOUT(bare, Smb1Transaction2, "transaction2 request");
static const SmbField other_fields[] = { TRANS2_FIELDS };
static SMB_LAYOUT(other, Smb1Transaction2, "transaction2 request");

/* 2.2.6.1.1; its flags are named open_flags here, because `flags` are those of the transaction. */
PARAMETERS(open2, "TRANS2_OPEN2", HEX_FIELD(open_flags), HEX_FIELD(access_mode),
	   HEX_FIELD(file_attributes),
	   SMB_FIELD(Smb1Transaction2, UTIME, creation_time, "creation_time"), HEX_FIELD(open_mode),
	   SMB_FIELD(Smb1Transaction2, U32, allocation_size, "allocation_size"),
	   SMB_FIELD(Smb1Transaction2, TEXT, name, "file", .role = SMB_ROLE_FILE));

static void
read_open2(Parameters *p, Smb1Transaction2 *body)
{
	body->open_flags = smb_reader_le16(p->r);
	body->access_mode = smb_reader_le16(p->r);
	smb_reader_skip(p->r, 2); /* Reserved1 */
	body->file_attributes = smb_reader_le16(p->r);
	body->creation_time = smb_reader_le32(p->r);
	body->open_mode = smb_reader_le16(p->r);
	body->allocation_size = smb_reader_le32(p->r);
	smb_reader_skip(p->r, 10); /* Reserved */
	read_name(p, body);
	p->facts->open.name = body->name;
	smb1_open_mode(&p->facts->open, body->access_mode);
	p->facts->open.disposition = body->open_mode;
}

/* 2.2.6.2.1 */
PARAMETERS(find_first2, "TRANS2_FIND_FIRST2", HEX_FIELD(search_attributes),
	   SMB_FIELD(Smb1Transaction2, U16, search_count, "search_count", .role = SMB_ROLE_TELLING),
	   HEX_FIELD(find_flags), LEVEL_FIELD(smb1_find_level_name),
	   SMB_FIELD(Smb1Transaction2, U32, search_storage_type, "search_storage_type"),
	   SMB_FIELD(Smb1Transaction2, TEXT, name, "search_pattern", .role = SMB_ROLE_FILE));

static void
read_find_first2(Parameters *p, Smb1Transaction2 *body)
{
	body->search_attributes = smb_reader_le16(p->r);
	body->search_count = smb_reader_le16(p->r);
	body->find_flags = smb_reader_le16(p->r);
	read_level(p, body);
	body->search_storage_type = smb_reader_le32(p->r);
	read_name(p, body);
}

/* 2.2.6.3.1 */
PARAMETERS(find_next2, "TRANS2_FIND_NEXT2",
	   SMB_FIELD(Smb1Transaction2, U16, sid, "sid", .role = SMB_ROLE_TELLING),
	   SMB_FIELD(Smb1Transaction2, U16, search_count, "search_count", .role = SMB_ROLE_TELLING),
	   LEVEL_FIELD(smb1_find_level_name),
	   SMB_FIELD(Smb1Transaction2, U32, resume_key, "resume_key"), HEX_FIELD(find_flags),
	   SMB_FIELD(Smb1Transaction2, TEXT, name, "file", .role = SMB_ROLE_FILE));

static void
read_find_next2(Parameters *p, Smb1Transaction2 *body)
{
	body->sid = smb_reader_le16(p->r);
	body->search_count = smb_reader_le16(p->r);
	read_level(p, body);
	body->resume_key = smb_reader_le32(p->r);
	body->find_flags = smb_reader_le16(p->r);
	read_name(p, body);
}

/* 2.2.6.4.1 */
PARAMETERS(query_fs, "TRANS2_QUERY_FS_INFORMATION", LEVEL_FIELD(smb1_fs_level_name));

static void
read_query_fs(Parameters *p, Smb1Transaction2 *body)
{
	read_level(p, body);
}

/* 2.2.6.6.1, 2.2.6.7.1 */
PARAMETERS(query_path, "TRANS2_QUERY_PATH_INFORMATION", LEVEL_FIELD(smb1_query_level_name),
	   SMB_FIELD(Smb1Transaction2, TEXT, name, "file", .role = SMB_ROLE_FILE));
PARAMETERS(set_path, "TRANS2_SET_PATH_INFORMATION", LEVEL_FIELD(smb1_set_level_name),
	   SMB_FIELD(Smb1Transaction2, TEXT, name, "file", .role = SMB_ROLE_FILE));

static void
read_path_information(Parameters *p, Smb1Transaction2 *body)
{
	read_level(p, body);
	smb_reader_skip(p->r, 4); /* Reserved */
	read_name(p, body);
}

/* 2.2.6.8.1, 2.2.6.9.1 (its Reserved is left out), [MS-SMB] 2.2.6.4.1 */
#define FID_FIELD SMB_FIELD(Smb1Transaction2, U16, fid, "fid", .role = SMB_ROLE_FID)
PARAMETERS(query_file, "TRANS2_QUERY_FILE_INFORMATION", FID_FIELD,
	   LEVEL_FIELD(smb1_query_level_name));
PARAMETERS(set_file, "TRANS2_SET_FILE_INFORMATION", FID_FIELD, LEVEL_FIELD(smb1_set_level_name));
PARAMETERS(set_fs, "TRANS2_SET_FS_INFORMATION", FID_FIELD, LEVEL_FIELD(smb1_fs_level_name));

static void
read_file_information(Parameters *p, Smb1Transaction2 *body)
{
	read_fid(p, body);
	read_level(p, body);
}

/* 2.2.6.14.1 */
PARAMETERS(create_directory, "TRANS2_CREATE_DIRECTORY",
	   SMB_FIELD(Smb1Transaction2, TEXT, name, "directory", .role = SMB_ROLE_FILE));

static void
read_create_directory(Parameters *p, Smb1Transaction2 *body)
{
	smb_reader_skip(p->r, 4); /* Reserved */
	read_name(p, body);
}

/* 2.2.6.16.1: a level and a name */
PARAMETERS(get_dfs_referral, "TRANS2_GET_DFS_REFERRAL",
	   SMB_FIELD(Smb1Transaction2, U16, max_referral_level, "max_referral_level",
		     .role = SMB_ROLE_TELLING),
	   SMB_FIELD(Smb1Transaction2, TEXT, name, "file", .role = SMB_ROLE_FILE));

static void
read_get_dfs_referral(Parameters *p, Smb1Transaction2 *body)
{
	body->max_referral_level = smb_reader_le16(p->r);
	read_name(p, body);
}

/* ---- Data and answers ------------------------------------------------------------------------ */

/*
 * The bytes of subcommands that are reserved, obsolete or were never implemented (2.2.6.10 to .13,
 * .15, .17), or are not known; they may be a logon (TRANS2_SESSION_SETUP).
 */
typedef struct {
	SmbSpan parameters, data;
} Raw;

static const SmbField raw_fields[] = {
	SMB_FIELD(Raw, HEX, parameters, "parameters"),
	SMB_FIELD(Raw, HEX, data, "data"),
};
static SMB_LAYOUT(raw, Raw, "TRANS2 bytes");

static const SmbField secret_raw_fields[] = {
	SMB_FIELD(Raw, HEX, parameters, "parameters", .flags = SMB_FIELD_SECRET),
	SMB_FIELD(Raw, HEX, data, "data", .flags = SMB_FIELD_SECRET),
};
static SMB_LAYOUT(secret_raw, Raw, "TRANS2 bytes");

/* Its subcommand, or what it answers: encryption is set up by tokens in both directions. */
static bool
may_be_logon(const Smb1Transaction *t)
{
	enum { REQUEST_TRANSPORT_ENCRYPTION = 0x0203 }; /* smb1/transaction/unix-levels.c */

	return t->function == TRANS2_SESSION_SETUP || (t->function == TRANS2_SET_FS_INFORMATION &&
						       t->level == REQUEST_TRANSPORT_ENCRYPTION);
}

static void
read_raw(const Smb1Transaction *t, Smb1Nested *nested)
{
	Raw *body;

	if (!t->parameters.len && !t->data.len)
		return;
	body = SMB1_NESTED(nested, Raw);
	nested->layout = may_be_logon(t) ? &secret_raw : &raw;
	body->parameters = t->parameters;
	body->data = t->data;
}

/*
 * The attributes that OPEN2 and CREATE_DIRECTORY set, or the names that a request at
 * SMB_INFO_QUERY_EAS_FROM_LIST lists.
 */
typedef struct {
	SmbList eas;
} Attributes;

static const SmbField set_eas_fields[] = {
	SMB_FIELD(Attributes, LIST, eas, "extended_attributes", .items = &smb1_fea_layout),
};
static SMB_LAYOUT(set_eas, Attributes, "extended attributes");
static const SmbField get_eas_fields[] = {
	SMB_FIELD(Attributes, LIST, eas, "get_extended_attributes", .items = &smb1_gea_layout),
};
static SMB_LAYOUT(get_eas, Attributes, "names of extended attributes");

/* Data in a request that should have none. */
static void
read_raw_data(const Smb1Transaction *t, Smb1Nested *nested)
{
	read_raw(&(Smb1Transaction){ .data = t->data }, nested);
}

static void
read_set_eas(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	Attributes *body;

	if (!t->total_data)
		return;
	body = SMB1_NESTED(nested, Attributes);
	nested->layout = &set_eas;
	body->eas = smb1_fea_list(&data);
	smb1_nested_settle(nested, t, &data);
}

static void
read_get_eas(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	Attributes *body;

	if (!t->total_data)
		return;
	if (nested->facts->level != LEVEL_EAS_FROM_LIST) {
		read_raw_data(t, nested);
		return;
	}
	body = SMB1_NESTED(nested, Attributes);
	nested->layout = &get_eas;
	body->eas = smb1_gea_list(&data);
	smb1_nested_settle(nested, t, &data);
}

/* 2.2.6.1.2 */
typedef struct {
	uint16_t fid, file_attributes, access_mode, resource_type, nm_pipe_status, action_taken;
	uint32_t creation_time, file_data_size, reserved, ea_length;
	uint16_t ea_error_offset;
} Opened;

#define OPENED_ROW(KIND, member, ...) SMB_FIELD(Opened, KIND, member, #member, ##__VA_ARGS__)
static const SmbField opened_fields[] = {
	OPENED_ROW(U16, fid, .role = SMB_ROLE_FID),
	OPENED_ROW(U16, file_attributes, .flags = SMB_FIELD_SHOW_HEX,
		   .name_of = smb1_file_attribute_name),
	OPENED_ROW(UTIME, creation_time),
	OPENED_ROW(U32, file_data_size, .role = SMB_ROLE_TELLING),
	OPENED_ROW(U16, access_mode, .flags = SMB_FIELD_SHOW_HEX),
	OPENED_ROW(U16, resource_type),
	OPENED_ROW(U16, nm_pipe_status, .flags = SMB_FIELD_SHOW_HEX),
	OPENED_ROW(U16, action_taken, .flags = SMB_FIELD_SHOW_HEX),
	OPENED_ROW(U32, reserved, .flags = SMB_FIELD_NONZERO),
	OPENED_ROW(U16, ea_error_offset),
	OPENED_ROW(U32, ea_length),
};
static SMB_LAYOUT(opened, Opened, "TRANS2_OPEN2 response");

static void
tell_opened(const Opened *body, Smb1Facts *facts)
{
	static const SmbOpened actions[] = { SMB_OPENED_UNKNOWN, SMB_OPENED_EXISTING,
					     SMB_OPENED_CREATED, SMB_OPENED_TRUNCATED };

	facts->has_fid = true;
	facts->fid = body->fid;
	facts->open.action = actions[body->action_taken & 3];
	facts->open.oplock = body->action_taken >> 15;
	facts->open.directory = body->file_attributes & FILE_ATTRIBUTE_DIRECTORY;
	facts->open.pipe = body->resource_type == RESOURCE_BYTE_PIPE ||
			   body->resource_type == RESOURCE_MESSAGE_PIPE;
	facts->open.has_size = true;
	facts->open.size = body->file_data_size;
}

static void
read_opened(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader parameters = smb1_parameters_reader(t);
	Opened *body = SMB1_NESTED(nested, Opened);

	nested->layout = &opened;
	smb_layout_read(&parameters, &opened, 0, body);
	if (parameters.status == SMB_READ_OK)
		tell_opened(body, nested->facts);
	smb1_nested_settle(nested, t, &parameters);
}

/* ---- Which subcommand is what ---------------------------------------------------------------- */

typedef struct {
	const SmbLayout *layout, *late;
	ReadParameters read;
	Smb1TransactionParse request; /* of the data of a request */
	Smb1TransactionParse response;
} Subcommand;

#define ROW(ident, read, request, response)                    \
	{                                                      \
		&ident, &late_##ident, read, request, response \
	}

static const Subcommand subcommands[] = {
	[TRANS2_OPEN2] = ROW(open2, read_open2, read_set_eas, read_opened),
	[TRANS2_FIND_FIRST2] = ROW(find_first2, read_find_first2, read_get_eas, smb1_find_level),
	[TRANS2_FIND_NEXT2] = ROW(find_next2, read_find_next2, read_get_eas, smb1_find_level),
	[TRANS2_QUERY_FS_INFORMATION] =
		ROW(query_fs, read_query_fs, read_raw_data, smb1_query_fs_level),
	[TRANS2_SET_FS_INFORMATION] =
		ROW(set_fs, read_file_information, smb1_set_fs_level, read_raw),
	[TRANS2_QUERY_PATH_INFORMATION] =
		ROW(query_path, read_path_information, read_get_eas, smb1_query_path_level),
	[TRANS2_SET_PATH_INFORMATION] =
		ROW(set_path, read_path_information, smb1_set_path_level, smb1_set_path_answer),
	[TRANS2_QUERY_FILE_INFORMATION] =
		ROW(query_file, read_file_information, read_get_eas, smb1_query_path_level),
	[TRANS2_SET_FILE_INFORMATION] =
		ROW(set_file, read_file_information, smb1_set_path_level, smb1_set_path_answer),
	[TRANS2_CREATE_DIRECTORY] =
		ROW(create_directory, read_create_directory, read_set_eas, smb1_set_path_answer),
	[TRANS2_GET_DFS_REFERRAL] =
		ROW(get_dfs_referral, read_get_dfs_referral, read_raw_data, smb1_dfs_referral),
};
static const Subcommand unknown = { .request = read_raw, .response = read_raw };

static const Subcommand *
find_subcommand(int32_t function)
{
	if (function < 0 || function >= (int32_t)(sizeof(subcommands) / sizeof(subcommands[0])) ||
	    !subcommands[function].read)
		return &unknown;
	return &subcommands[function];
}

/* [MS-CIFS] 2.2.4.46.1 */
void
smb1_parse_transaction2_request(Smb1Block *b)
{
	Smb1Transaction2 *body = SMB1_BODY(b, Smb1Transaction2);
	Parameters p = { &body->head.parameters, b->unicode, b->facts };
	const Subcommand *row;

	b->out->layout = &bare;
	smb1_transaction_request_words(b, &body->head);
	if (smb_reader_left(&body->head.setup.at) < sizeof(uint16_t))
		return;
	b->facts->function = body->head.function;
	b->out->layout = &other;
	row = find_subcommand(body->head.function);
	if (!row->read || !smb1_transaction_is_whole(&body->head.counts))
		return;
	b->out->layout = row->layout;
	row->read(&p, body);
	smb_reader_fail(&b->bytes, body->head.parameters.status);
}

/* Parameters that no single message had all of are first read here. */
static void
read_late(const Smb1Transaction *t, const Subcommand *row, Smb1Nested *nested)
{
	SmbReader parameters = smb1_parameters_reader(t);
	Parameters p = { &parameters, t->unicode, nested->facts };
	Smb1Transaction2 *body = SMB1_NESTED(nested, Smb1Transaction2);

	nested->layout = row->late;
	row->read(&p, body);
	smb1_nested_settle(nested, t, &parameters);
}

/* The parameters of the request decide how its data is read. */
static void
read_request(const Smb1Transaction *t, const Subcommand *row, Smb1Nested *nested)
{
	SmbReader parameters = smb1_parameters_reader(t);
	Parameters p = { &parameters, t->unicode, nested->facts };
	Smb1Transaction known = *t;
	Smb1Transaction2 body;

	if (row->read) {
		row->read(&p, &body);
		known.level = nested->facts->level;
	}
	row->request(&known, nested);
}

void
smb1_trans2_parse(const Smb1Transaction *t, Smb1Nested *nested)
{
	const Subcommand *row = find_subcommand(t->function);

	if (t->response)
		row->response(t, nested);
	else if (t->late && row->read)
		read_late(t, row, nested);
	else
		read_request(t, row, nested);
}
