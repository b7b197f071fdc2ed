/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Information levels that query and set one file: the QUERY and SET levels ([MS-CIFS] 2.2.8.3,
 * 2.2.8.4) and, from 1000 on, the file information classes of [MS-FSCC] 2.4.
 */
#include "dissect/smb1/transaction/levels.h"
#include "dissect/wire/names.h"

enum {
	PASS_THROUGH = 1000,
	ANSWER_ROWS = 2,
	GUID_SIZE = 16,
	LEVEL_ALL = 0x0107,
	SHORT_ALL_SIZE = 72, /* of SMB_QUERY_FILE_ALL_INFO up to its name */
};

#define ROW(KIND, member, key, ...) SMB_FIELD(Smb1PathBody, KIND, member, key, ##__VA_ARGS__)
#define HEX_ROW(KIND, member, key) ROW(KIND, member, key, .flags = SMB_FIELD_SHOW_HEX)
/* The rows that every response has before the level's own. */
#define ANSWER                                                                      \
	ROW(U16, information_level, "information_level", .role = SMB_ROLE_FUNCTION, \
	    .flags = SMB_FIELD_SHOW_HEX, .name_of = smb1_query_level_name),         \
		ROW(U16, ea_error_offset, "ea_error_offset")
#define PATH_LAYOUT(ident, label) SMB_LAYOUT(ident, Smb1PathBody, label)
/* A level that can be queried only, and one that can be set as well. */
#define QUERY(ident, ...)                                                         \
	static const SmbField query_##ident##_fields[] = { ANSWER, __VA_ARGS__ }; \
	PATH_LAYOUT(query_##ident, "TRANS2 query information response")
#define SET(ident, ...)                                                 \
	static const SmbField set_##ident##_fields[] = { __VA_ARGS__ }; \
	PATH_LAYOUT(set_##ident, "TRANS2 set information request")
#define BOTH(ident, ...)           \
	QUERY(ident, __VA_ARGS__); \
	SET(ident, __VA_ARGS__)

/* Only the parameter: for a response without data, and for the response to a set. */
static const SmbField answer_fields[] = { ANSWER };
PATH_LAYOUT(answer, "TRANS2 information response");
static const SmbField answer_without_level_fields[] = {
	ROW(U16, ea_error_offset, "ea_error_offset"),
};
PATH_LAYOUT(answer_without_level, "TRANS2_CREATE_DIRECTORY response");
QUERY(other, ROW(HEX, bytes, "data"));
SET(other, ROW(HEX, bytes, "data"));

/* 2.2.8.3.1, 2.2.8.3.2, 2.2.8.4.1 */
#define DOS_TIMES                                                      \
	ROW(DOSTIME, creation_dostime, "creation_time"),               \
		ROW(DOSTIME, last_access_dostime, "last_access_time"), \
		ROW(DOSTIME, last_write_dostime, "last_write_time")
#define DOS_SIZES                                                               \
	ROW(U32, file_data_size, "file_data_size", .role = SMB_ROLE_TELLING),   \
		ROW(U32, allocation32, "allocation_size"),                      \
		ROW(U16, attributes, "attributes", .flags = SMB_FIELD_SHOW_HEX, \
		    .name_of = smb1_file_attribute_name)
QUERY(standard, DOS_TIMES, DOS_SIZES);
QUERY(ea_size, DOS_TIMES, DOS_SIZES, ROW(U32, ea_size, "ea_size"));
SET(standard, DOS_TIMES);

/* 2.2.8.3.3, 2.2.8.3.4, 2.2.8.4.2 */
BOTH(eas, ROW(LIST, list, "extended_attributes", .items = &smb1_fea_layout));

/* 2.2.8.3.6, 2.2.8.4.3 */
#define TIMES                                                        \
	ROW(FILETIME, creation_time, "creation_time"),               \
		ROW(FILETIME, last_access_time, "last_access_time"), \
		ROW(FILETIME, last_write_time, "last_write_time"),   \
		ROW(FILETIME, change_time, "change_time")
#define ATTRIBUTES                                                                        \
	ROW(U32, ext_file_attributes, "ext_file_attributes", .flags = SMB_FIELD_SHOW_HEX, \
	    .name_of = smb1_file_attribute_name)
BOTH(basic, TIMES, ATTRIBUTES);

/* 2.2.8.3.7 */
#define STANDARD                                                                \
	ROW(U64, allocation_size, "allocation_size"),                           \
		ROW(U64, end_of_file, "end_of_file", .role = SMB_ROLE_TELLING), \
		ROW(U32, number_of_links, "number_of_links"),                   \
		ROW(U8, delete_pending, "delete_pending"), ROW(U8, directory, "directory")
QUERY(nt_standard, STANDARD);

/* 2.2.8.3.8, 2.2.8.3.9, 2.2.8.3.11 */
QUERY(ea, ROW(U32, ea_size, "ea_size"));
#define FILE_NAME                                       \
	ROW(U32, file_name_length, "file_name_length"), \
		ROW(TEXT, file, "file", .role = SMB_ROLE_FILE)
QUERY(name, FILE_NAME);
#define RESERVED(KIND, member, key) ROW(KIND, member, key, .flags = SMB_FIELD_NONZERO)

/* 2.2.8.3.10 */
QUERY(all, TIMES, ATTRIBUTES, RESERVED(U32, reserved, "reserved"), STANDARD,
      RESERVED(U16, padding, "reserved2"), ROW(U32, ea_size, "ea_size"), FILE_NAME);

/* 2.2.8.3.12 */
typedef struct {
	uint32_t next_entry_offset, stream_name_length;
	uint64_t stream_size, stream_allocation_size;
	SmbText stream_name;
} Stream;
static const SmbField stream_fields[] = {
	SMB_FIELD(Stream, U32, next_entry_offset, "next_entry_offset"),
	SMB_FIELD(Stream, U32, stream_name_length, "stream_name_length"),
	SMB_FIELD(Stream, U64, stream_size, "stream_size"),
	SMB_FIELD(Stream, U64, stream_allocation_size, "stream_allocation_size"),
	SMB_FIELD(Stream, TEXT, stream_name, "stream_name", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(stream, Stream, "stream");
QUERY(streams, ROW(LIST, list, "streams", .items = &stream));

/* 2.2.8.3.13 */
QUERY(compression, ROW(U64, number, "compressed_file_size"),
      ROW(U16, attributes, "compression_format"),
      ROW(U8, compression.unit_shift, "compression_unit_shift"),
      ROW(U8, compression.chunk_shift, "chunk_shift"),
      ROW(U8, compression.cluster_shift, "cluster_shift"));

/* 2.2.8.4.4 to .6 */
SET(disposition, ROW(U8, delete_pending, "delete_pending"));
SET(allocation, ROW(U64, allocation_size, "allocation_size"));
SET(end_of_file, ROW(U64, end_of_file, "end_of_file", .role = SMB_ROLE_TELLING));

/* [MS-FSCC] 2.4.27, .1, .40, .31, .3 */
QUERY(internal, ROW(U64, number, "index_number"));
QUERY(access, ROW(U32, access_flags, "access_flags", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = smb1_access_mask_name));
BOTH(position, ROW(U64, number, "current_byte_offset"));
BOTH(mode, HEX_ROW(U32, mode, "mode"));
QUERY(alignment, ROW(U32, alignment_requirement, "alignment_requirement"));
/* .2: the fields of the four before it and of the levels above, in sequence */
QUERY(class_all, TIMES, ATTRIBUTES, RESERVED(U32, reserved, "reserved"), STANDARD,
      RESERVED(U16, padding, "reserved2"), ROW(U64, number, "index_number"),
      ROW(U32, ea_size, "ea_size"), HEX_ROW(U32, access_flags, "access_flags"),
      ROW(U64, position, "current_byte_offset"), HEX_ROW(U32, mode, "mode"),
      ROW(U32, alignment_requirement, "alignment_requirement"), FILE_NAME);
/* .16, .6, .34 */
BOTH(full_eas, ROW(LIST, list, "extended_attributes", .items = &smb1_fea_layout));
QUERY(attribute_tag, ATTRIBUTES, HEX_ROW(U32, reparse_tag, "reparse_tag"));
QUERY(network_open, TIMES, ROW(U64, allocation_size, "allocation_size"),
      ROW(U64, end_of_file, "end_of_file", .role = SMB_ROLE_TELLING), ATTRIBUTES);
/* .28.1, .42.1; .43, which has flags instead of a boolean */
#define RENAME                                                                                   \
	ROW(U8, replace_if_exists, "replace_if_exists"), RESERVED(U8, reserved8, "reserved"),    \
		RESERVED(U16, padding, "reserved2"), ROW(U32, root_directory, "root_directory"), \
		ROW(U32, file_name_length, "file_name_length"),                                  \
		ROW(TEXT, name_to, "new_name", .role = SMB_ROLE_FILE)
SET(rename, RENAME);
SET(rename_ex, HEX_ROW(U32, flags, "rename_flags"), RESERVED(U32, reserved, "reserved"),
    ROW(U64, number, "root_directory"), ROW(U32, file_name_length, "file_name_length"),
    ROW(TEXT, name_to, "new_name", .role = SMB_ROLE_FILE));
SET(short_name, ROW(U32, file_name_length, "file_name_length"),
    ROW(TEXT, name_to, "new_name", .role = SMB_ROLE_FILE));
/* .37 to .39, .29, .30 */
BOTH(pipe, ROW(U32, pipe.read_mode, "read_mode"),
     ROW(U32, pipe.completion_mode, "completion_mode"));
QUERY(pipe_local, ROW(U32, pipe.type, "named_pipe_type"),
      ROW(U32, pipe.configuration, "named_pipe_configuration"),
      ROW(U32, pipe.maximum_instances, "maximum_instances"),
      ROW(U32, pipe.current_instances, "current_instances"),
      ROW(U32, pipe.inbound_quota, "inbound_quota"),
      ROW(U32, pipe.read_available, "read_data_available"),
      ROW(U32, pipe.outbound_quota, "outbound_quota"),
      ROW(U32, pipe.write_available, "write_quota_available"),
      ROW(U32, pipe.state, "named_pipe_state"), ROW(U32, pipe.end, "named_pipe_end"));
BOTH(pipe_remote, ROW(U64, number, "collect_data_time"),
     ROW(U32, pipe.maximum_collection_count, "maximum_collection_count"));
QUERY(mailslot, ROW(U32, mailslot.maximum_message, "maximum_message_size"),
      ROW(U32, mailslot.quota, "mailslot_quota"),
      ROW(U32, mailslot.next_message, "next_message_size"),
      ROW(U32, mailslot.messages, "messages_available"), ROW(U64, number, "read_timeout"));
SET(mailslot, ROW(U64, number, "read_timeout"));
/* .36, .44, .50, .12, .26 */
BOTH(object_id, ROW(U64, number, "file_reference_number"), ROW(GUID, bytes, "object_id"),
     ROW(HEX, bytes2, "extended_info"));
QUERY(reparse_point, ROW(U64, number, "file_reference_number"),
      HEX_ROW(U32, reparse_tag, "reparse_tag"));
SET(valid_data_length, ROW(U64, number, "valid_data_length"));
SET(disposition_ex, HEX_ROW(U32, flags, "disposition_flags"));
QUERY(id, ROW(U64, number, "volume_serial_number"),
      ROW(HEX, bytes, "file_id", .role = SMB_ROLE_TELLING));

/* ---- What follows the numbers ---------------------------------------------------------- */

typedef struct {
	const Smb1Transaction *t;
	SmbReader *r;
	Smb1PathBody *body;
	Smb1Facts *facts;
} Reading;

typedef void (*ReadRest)(Reading *reading);

static void
rest_eas(Reading *x)
{
	x->body->list = smb1_fea_list(x->r);
}

static void
rest_full_eas(Reading *x)
{
	x->body->list = smb1_full_ea_list(x->r);
}

static void
rest_name(Reading *x)
{
	x->body->file = smb1_level_text(x->r, x->body->file_name_length, x->t->unicode);
}

static void
rest_rename(Reading *x)
{
	x->body->name_to = smb1_level_text(x->r, x->body->file_name_length, x->t->unicode);
	x->facts->name_to = x->body->name_to;
}

/* 2.2.8.4.3 and [MS-FSCC] 2.4.11 */
static void
rest_disposition(Reading *x)
{
	if (x->r->status == SMB_READ_OK)
		x->facts->disposition = smb_disposition(x->body->delete_pending ? 1 : 0);
}

static void
rest_disposition_ex(Reading *x)
{
	if (x->r->status == SMB_READ_OK)
		x->facts->disposition = smb_disposition(x->body->flags);
}

static void
rest_object_id(Reading *x)
{
	x->body->bytes = smb_reader_span(x->r, GUID_SIZE);
	x->body->bytes2 = smb_reader_rest(x->r);
}

static void
rest_id(Reading *x)
{
	x->body->bytes = smb_reader_span(x->r, GUID_SIZE);
}

static void
rest_bytes(Reading *x)
{
	x->body->bytes = smb_reader_rest(x->r);
}

static bool
next_stream(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	Stream *s = item;

	if (r->status != SMB_READ_OK || !smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, &stream, 0, s);
	s->stream_name = smb1_level_text(r, s->stream_name_length, true);
	if (r->status != SMB_READ_OK)
		return false;
	smb1_follow(r, start, s->next_entry_offset);
	return true;
}

static void
rest_streams(Reading *x)
{
	Stream item;

	x->body->list = (SmbList){ .at = smb_reader_sub(x->r, smb_reader_declared_left(x->r)),
				   .next = next_stream };
	smb1_check_list(x->r, x->body->list, &item, sizeof(item));
}

/* ---- Which level is what --------------------------------------------------------------------- */

typedef struct {
	uint16_t level;
	const SmbLayout *query, *set; /* NULL: cannot be queried, or not set */
	ReadRest rest;
} Level;

#define FSCC(n) (PASS_THROUGH + (n))

static const Level levels[] = {
	{ 0x0001, &query_standard, &set_standard, NULL },
	{ 0x0002, &query_ea_size, NULL, NULL },
	{ 0x0002, NULL, &set_eas, rest_eas },
	{ 0x0003, &query_eas, NULL, rest_eas },
	{ 0x0004, &query_eas, NULL, rest_eas },
	{ 0x0006, &answer, NULL, NULL }, /* SMB_INFO_IS_NAME_VALID: the status is the answer */
	{ 0x0101, &query_basic, &set_basic, NULL },
	{ 0x0102, &query_nt_standard, NULL, NULL },
	{ 0x0102, NULL, &set_disposition, rest_disposition },
	{ 0x0103, &query_ea, &set_allocation, NULL },
	{ 0x0104, &query_name, NULL, rest_name },
	{ 0x0104, NULL, &set_end_of_file, NULL },
	{ 0x0107, &query_all, NULL, rest_name },
	{ 0x0108, &query_name, NULL, rest_name },
	{ 0x0109, &query_streams, NULL, rest_streams },
	{ 0x010B, &query_compression, NULL, NULL },
	{ FSCC(4), &query_basic, &set_basic, NULL },
	{ FSCC(5), &query_nt_standard, NULL, NULL },
	{ FSCC(6), &query_internal, NULL, NULL },
	{ FSCC(7), &query_ea, NULL, NULL },
	{ FSCC(8), &query_access, NULL, NULL },
	{ FSCC(9), &query_name, NULL, rest_name },
	{ FSCC(10), NULL, &set_rename, rest_rename },
	{ FSCC(11), NULL, &set_rename, rest_rename },
	{ FSCC(13), NULL, &set_disposition, rest_disposition },
	{ FSCC(14), &query_position, &set_position, NULL },
	{ FSCC(15), &query_full_eas, &set_full_eas, rest_full_eas },
	{ FSCC(16), &query_mode, &set_mode, NULL },
	{ FSCC(17), &query_alignment, NULL, NULL },
	{ FSCC(18), &query_class_all, NULL, rest_name },
	{ FSCC(19), NULL, &set_allocation, NULL },
	{ FSCC(20), NULL, &set_end_of_file, NULL },
	{ FSCC(21), &query_name, NULL, rest_name },
	{ FSCC(22), &query_streams, NULL, rest_streams },
	{ FSCC(23), &query_pipe, &set_pipe, NULL },
	{ FSCC(24), &query_pipe_local, NULL, NULL },
	{ FSCC(25), &query_pipe_remote, &set_pipe_remote, NULL },
	{ FSCC(26), &query_mailslot, NULL, NULL },
	{ FSCC(27), NULL, &set_mailslot, NULL },
	{ FSCC(28), &query_compression, NULL, NULL },
	{ FSCC(29), &query_object_id, &set_object_id, rest_object_id },
	{ FSCC(33), &query_reparse_point, NULL, NULL },
	{ FSCC(34), &query_network_open, NULL, NULL },
	{ FSCC(35), &query_attribute_tag, NULL, NULL },
	{ FSCC(39), NULL, &set_valid_data_length, NULL },
	{ FSCC(40), NULL, &set_short_name, rest_rename },
	{ FSCC(48), &query_name, NULL, rest_name },
	{ FSCC(59), &query_id, NULL, rest_id },
	{ FSCC(64), NULL, &set_disposition_ex, rest_disposition_ex },
	{ FSCC(65), NULL, &set_rename_ex, rest_rename },
};
static const Level other = { 0, &query_other, &set_other, rest_bytes };

static const Level *
find_level(int32_t level, bool set)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (levels[i].level == level && (set ? levels[i].set : levels[i].query))
			return &levels[i];
	return &other;
}

/* [MS-CIFS] 2.2.6.6.2, 2.2.6.8.2: EaErrorOffset, which servers older than NT do not send. */
static void
read_answer(const Smb1Transaction *t, Smb1PathBody *body)
{
	SmbReader parameters = smb_reader_from_span(t->parameters);

	body->information_level = (uint16_t)t->level;
	body->ea_error_offset = smb_reader_le16(&parameters);
}

/*
 * Samba answers FileAllInformation in the form of SMB_QUERY_FILE_ALL_INFO, which has 28 bytes less
 * before the name. It is recognised by a name length that fits at the offset that it has in that
 * form.
 */
static bool
is_short_all(const Smb1Transaction *t)
{
	SmbReader data = smb_reader_from_span(t->data);
	uint32_t length;

	if (t->level != FSCC(18))
		return false;
	smb_reader_skip(&data, SHORT_ALL_SIZE - 4);
	length = smb_reader_le32(&data);
	return data.status == SMB_READ_OK && length == t->total_data - SHORT_ALL_SIZE;
}

void
smb1_query_path_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	const Level *level = find_level(is_short_all(t) ? LEVEL_ALL : t->level, false);
	Smb1PathBody *body;

	if (smb1_unix_query(t, nested))
		return;
	body = SMB1_NESTED(nested, Smb1PathBody);
	nested->layout = level->query;
	read_answer(t, body);
	smb_layout_read(&data, level->query, ANSWER_ROWS, body);
	if (level->rest)
		level->rest(&(Reading){ t, &data, body, nested->facts });
	smb1_nested_settle(nested, t, &data);
}

void
smb1_set_path_level(const Smb1Transaction *t, Smb1Nested *nested)
{
	SmbReader data = smb1_data_reader(t);
	const Level *level = find_level(t->level, true);
	Smb1PathBody *body;

	if (!t->total_data || smb1_unix_set(t, nested))
		return;
	body = SMB1_NESTED(nested, Smb1PathBody);
	nested->layout = level->set;
	smb_layout_read(&data, level->set, 0, body);
	if (level->rest)
		level->rest(&(Reading){ t, &data, body, nested->facts });
	smb1_nested_settle(nested, t, &data);
}

/* [MS-CIFS] 2.2.6.7.2, 2.2.6.9.2, 2.2.6.14.2: only the parameter. */
void
smb1_set_path_answer(const Smb1Transaction *t, Smb1Nested *nested)
{
	if (!t->total_parameters || smb1_unix_set_answer(t, nested))
		return;
	nested->layout = t->level < 0 ? &answer_without_level : &answer;
	read_answer(t, SMB1_NESTED(nested, Smb1PathBody));
}
