/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TRANSACTION2 requests: the subcommands' parameters ([MS-CIFS] 2.2.6). What they carry as data is
 * not read here.
 */
#include "dissect/smb1/fields.h"
#include "dissect/smb1/more-commands.h"
#include "dissect/smb1/transaction.h"
#include "dissect/wire/names.h"

/* Parameters of all subcommands; each layout shows those that its subcommand has. */
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

typedef void (*ReadParameters)(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body);

static const char *
trans2_name_of(uint32_t subcommand)
{
	return smb1_trans2_name((uint16_t)subcommand);
}

#define TRANS2_FIELDS                                                                \
	SMB1_TRANSACTION_REQUEST_FIELDS(Smb1Transaction2),                           \
		SMB_FIELD(Smb1Transaction2, U16, head.function, "trans2_subcommand", \
			  .name_of = trans2_name_of)
#define LEVEL_FIELD                                                              \
	SMB_FIELD(Smb1Transaction2, U16, information_level, "information_level", \
		  .flags = SMB_FIELD_SHOW_HEX)
#define HEX_FIELD(member) \
	SMB_FIELD(Smb1Transaction2, U16, member, #member, .flags = SMB_FIELD_SHOW_HEX)

static void
read_name(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	body->name = smb_reader_string(parameters, b->unicode);
	b->gist->name = body->name;
}

static void
read_fid(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	body->fid = smb_reader_le16(parameters);
	smb1_gist_fid(b, body->fid);
}

/* A request without Setup[0], and one whose parameters are not known or not all in this message. */
static const SmbField bare_fields[] = { SMB1_TRANSACTION_REQUEST_FIELDS(Smb1Transaction2) };
SMB_LAYOUT(bare, Smb1Transaction2, "transaction2 request");
static const SmbField other_fields[] = { TRANS2_FIELDS };
SMB_LAYOUT(other, Smb1Transaction2, "transaction2 request");

/* 2.2.6.1.1; the flags are named open_flags, as `flags` are those of the transaction. */
static const SmbField open2_fields[] = {
	TRANS2_FIELDS,
	HEX_FIELD(open_flags),
	HEX_FIELD(access_mode),
	HEX_FIELD(file_attributes),
	SMB_FIELD(Smb1Transaction2, UTIME, creation_time, "creation_time"),
	HEX_FIELD(open_mode),
	SMB_FIELD(Smb1Transaction2, U32, allocation_size, "allocation_size"),
	SMB_FIELD(Smb1Transaction2, TEXT, name, "file"),
};
SMB_LAYOUT(open2, Smb1Transaction2, "TRANS2_OPEN2 request");

static void
read_open2(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	body->open_flags = smb_reader_le16(parameters);
	body->access_mode = smb_reader_le16(parameters);
	smb_reader_skip(parameters, 2); /* Reserved1 */
	body->file_attributes = smb_reader_le16(parameters);
	body->creation_time = smb_reader_le32(parameters);
	body->open_mode = smb_reader_le16(parameters);
	body->allocation_size = smb_reader_le32(parameters);
	smb_reader_skip(parameters, 10); /* Reserved */
	read_name(b, parameters, body);
	b->gist->open.name = body->name;
	b->gist->open.access = body->access_mode;
	b->gist->open.disposition = body->open_mode;
}

/* 2.2.6.2.1 */
static const SmbField find_first2_fields[] = {
	TRANS2_FIELDS,
	HEX_FIELD(search_attributes),
	SMB_FIELD(Smb1Transaction2, U16, search_count, "search_count"),
	HEX_FIELD(find_flags),
	LEVEL_FIELD,
	SMB_FIELD(Smb1Transaction2, U32, search_storage_type, "search_storage_type"),
	SMB_FIELD(Smb1Transaction2, TEXT, name, "search_pattern"),
};
SMB_LAYOUT(find_first2, Smb1Transaction2, "TRANS2_FIND_FIRST2 request");

static void
read_find_first2(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	body->search_attributes = smb_reader_le16(parameters);
	body->search_count = smb_reader_le16(parameters);
	body->find_flags = smb_reader_le16(parameters);
	body->information_level = smb_reader_le16(parameters);
	body->search_storage_type = smb_reader_le32(parameters);
	read_name(b, parameters, body);
}

/* 2.2.6.3.1 */
static const SmbField find_next2_fields[] = {
	TRANS2_FIELDS,
	SMB_FIELD(Smb1Transaction2, U16, sid, "sid"),
	SMB_FIELD(Smb1Transaction2, U16, search_count, "search_count"),
	LEVEL_FIELD,
	SMB_FIELD(Smb1Transaction2, U32, resume_key, "resume_key"),
	HEX_FIELD(find_flags),
	SMB_FIELD(Smb1Transaction2, TEXT, name, "file"),
};
SMB_LAYOUT(find_next2, Smb1Transaction2, "TRANS2_FIND_NEXT2 request");

static void
read_find_next2(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	body->sid = smb_reader_le16(parameters);
	body->search_count = smb_reader_le16(parameters);
	body->information_level = smb_reader_le16(parameters);
	body->resume_key = smb_reader_le32(parameters);
	body->find_flags = smb_reader_le16(parameters);
	read_name(b, parameters, body);
}

/* 2.2.6.4.1 */
static const SmbField query_fs_fields[] = { TRANS2_FIELDS, LEVEL_FIELD };
SMB_LAYOUT(query_fs, Smb1Transaction2, "TRANS2_QUERY_FS_INFORMATION request");

static void
read_query_fs(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	(void)b;
	body->information_level = smb_reader_le16(parameters);
}

/* 2.2.6.6.1, 2.2.6.7.1 */
static const SmbField path_information_fields[] = {
	TRANS2_FIELDS,
	LEVEL_FIELD,
	SMB_FIELD(Smb1Transaction2, TEXT, name, "file"),
};
SMB_LAYOUT(path_information, Smb1Transaction2, "TRANS2 path information request");

static void
read_path_information(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	body->information_level = smb_reader_le16(parameters);
	smb_reader_skip(parameters, 4); /* Reserved */
	read_name(b, parameters, body);
}

/* 2.2.6.8.1, 2.2.6.9.1 (its Reserved is left out), [MS-SMB] 2.2.6.4.1 */
static const SmbField file_information_fields[] = {
	TRANS2_FIELDS,
	SMB_FIELD(Smb1Transaction2, U16, fid, "fid"),
	LEVEL_FIELD,
};
SMB_LAYOUT(file_information, Smb1Transaction2, "TRANS2 file information request");

static void
read_file_information(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	read_fid(b, parameters, body);
	body->information_level = smb_reader_le16(parameters);
}

/* 2.2.6.14.1 */
static const SmbField create_directory_fields[] = {
	TRANS2_FIELDS,
	SMB_FIELD(Smb1Transaction2, TEXT, name, "directory"),
};
SMB_LAYOUT(create_directory, Smb1Transaction2, "TRANS2_CREATE_DIRECTORY request");

static void
read_create_directory(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	smb_reader_skip(parameters, 4); /* Reserved */
	read_name(b, parameters, body);
}

/* 2.2.6.16.1: a level and a name */
static const SmbField get_dfs_referral_fields[] = {
	TRANS2_FIELDS,
	SMB_FIELD(Smb1Transaction2, U16, max_referral_level, "max_referral_level"),
	SMB_FIELD(Smb1Transaction2, TEXT, name, "file"),
};
SMB_LAYOUT(get_dfs_referral, Smb1Transaction2, "TRANS2_GET_DFS_REFERRAL request");

static void
read_get_dfs_referral(Smb1Block *b, SmbReader *parameters, Smb1Transaction2 *body)
{
	body->max_referral_level = smb_reader_le16(parameters);
	read_name(b, parameters, body);
}

static const struct {
	const SmbLayout *layout;
	ReadParameters read;
} subcommands[] = {
	[0x0000] = { &open2, read_open2 },
	[0x0001] = { &find_first2, read_find_first2 },
	[0x0002] = { &find_next2, read_find_next2 },
	[0x0003] = { &query_fs, read_query_fs },
	[0x0004] = { &file_information, read_file_information }, /* SET_FS_INFORMATION */
	[0x0005] = { &path_information, read_path_information }, /* QUERY_PATH_INFORMATION */
	[0x0006] = { &path_information, read_path_information }, /* SET_PATH_INFORMATION */
	[0x0007] = { &file_information, read_file_information }, /* QUERY_FILE_INFORMATION */
	[0x0008] = { &file_information, read_file_information }, /* SET_FILE_INFORMATION */
	[0x000D] = { &create_directory, read_create_directory },
	[0x0010] = { &get_dfs_referral, read_get_dfs_referral },
};

/* [MS-CIFS] 2.2.4.46.1 */
void
smb1_parse_transaction2_request(Smb1Block *b)
{
	Smb1Transaction2 *body = SMB1_BODY(b, Smb1Transaction2);
	uint16_t function;

	b->out->layout = &bare;
	smb1_transaction_request_words(b, &body->head);
	if (!body->head.setup_count)
		return;
	function = body->head.function;
	b->gist->function = function;
	b->out->layout = &other;
	if (function >= sizeof(subcommands) / sizeof(subcommands[0]) ||
	    !subcommands[function].read || !smb1_transaction_is_whole(&body->head.counts))
		return;
	b->out->layout = subcommands[function].layout;
	subcommands[function].read(b, &body->head.parameters, body);
	smb_reader_fail(&b->bytes, body->head.parameters.status);
}
