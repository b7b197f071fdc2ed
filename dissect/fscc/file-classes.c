/* SPDX-License-Identifier: BSD-3-Clause */
/* Information classes of a file: [MS-FSCC] 2.4. Those of directories are in directory.c. */
#include "dissect/exchange.h"
#include "dissect/fscc/classes.h"
#include "dissect/wire/names.h"

enum {
	ANSWER_ROWS = 2,
	FILE_ID_SIZE = 16,
};

#define ROW FSCC_FILE
#define HEX_ROW FSCC_FILE_HEX
#define RESERVED FSCC_FILE_RESERVED
/* A class that can be queried only, and one that can be set as well. */
#define QUERY(ident, ...)                                                                    \
	static const SmbField answer_##ident##_fields[] = { FSCC_FILE_ANSWER, __VA_ARGS__ }; \
	static SMB_LAYOUT(answer_##ident, FsccFile, "TRANS2 query information response");    \
	static SMB_LAYOUT_AFTER(query_##ident, answer_##ident, ANSWER_ROWS, FsccFile,        \
				"query information response")
#define SET(ident, ...)                                                 \
	static const SmbField set_##ident##_fields[] = { __VA_ARGS__ }; \
	static SMB_LAYOUT(set_##ident, FsccFile, "set information request")
#define BOTH(ident, ...)           \
	QUERY(ident, __VA_ARGS__); \
	SET(ident, __VA_ARGS__)

BOTH(other, ROW(HEX, bytes, "data"));

/* 2.4.7, .47, .48, .27, .13, .1, .32, .40, .31, .3 */
BOTH(basic, FSCC_FILE_TIMES, FSCC_FILE_ATTRIBUTES);
QUERY(standard, FSCC_FILE_STANDARD);
QUERY(standard_link, ROW(U32, number_of_links, "number_of_accessible_links"),
      ROW(U32, total_number_of_links, "total_number_of_links"),
      ROW(U8, delete_pending, "delete_pending"), ROW(U8, directory, "directory"));
QUERY(internal, ROW(U64, number, "index_number"));
QUERY(ea, ROW(U32, ea_size, "ea_size"));
QUERY(access, ROW(U32, access_flags, "access_flags", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = smb1_access_mask_name));
QUERY(name, FSCC_FILE_NAME);
BOTH(position, ROW(U64, number, "current_byte_offset"));
BOTH(mode, HEX_ROW(U32, mode, "mode"));
QUERY(alignment, ROW(U32, alignment_requirement, "alignment_requirement"));
/* .2: the fields of several before it, in sequence */
QUERY(all, FSCC_FILE_TIMES, FSCC_FILE_ATTRIBUTES, RESERVED(U32, reserved, "reserved"),
      FSCC_FILE_STANDARD, RESERVED(U16, padding, "reserved2"), ROW(U64, number, "index_number"),
      ROW(U32, ea_size, "ea_size"), HEX_ROW(U32, access_flags, "access_flags"),
      ROW(U64, position, "current_byte_offset"), HEX_ROW(U32, mode, "mode"),
      ROW(U32, alignment_requirement, "alignment_requirement"), FSCC_FILE_NAME);
/* .16, .6, .34, .9 */
BOTH(full_eas, ROW(LIST, list, "extended_attributes", .items = &fscc_full_ea));
QUERY(attribute_tag, FSCC_FILE_ATTRIBUTES, HEX_ROW(U32, reparse_tag, "reparse_tag"));
QUERY(network_open, FSCC_FILE_TIMES, ROW(U64, allocation_size, "allocation_size"), FSCC_FILE_END,
      FSCC_FILE_ATTRIBUTES);
QUERY(compression, ROW(U64, number, "compressed_file_size"),
      ROW(U16, attributes, "compression_format"),
      ROW(U8, compression.unit_shift, "compression_unit_shift"),
      ROW(U8, compression.chunk_shift, "chunk_shift"),
      ROW(U8, compression.cluster_shift, "cluster_shift"));
/* .11, .12, .4, .14, .50 */
BOTH(disposition, ROW(U8, delete_pending, "delete_pending"));
SET(disposition_ex, HEX_ROW(U32, flags, "disposition_flags"));
BOTH(allocation, ROW(U64, allocation_size, "allocation_size"));
BOTH(end_of_file, FSCC_FILE_END);
SET(valid_data_length, ROW(U64, number, "valid_data_length"));
/* .28.2, .42.2, .43: the handle has 8 bytes; SMB1's form has 4 (path-levels.c) */
SET(rename, ROW(U8, replace_if_exists, "replace_if_exists"), RESERVED(U8, reserved8, "reserved"),
    RESERVED(U16, padding, "reserved2"), RESERVED(U32, reserved, "reserved3"),
    ROW(U64, number, "root_directory"), FSCC_FILE_NAME_TO("new_file"));
#define FLAGS_AND_NAME(key, name)                                      \
	HEX_ROW(U32, flags, key), RESERVED(U32, reserved, "reserved"), \
		ROW(U64, number, "root_directory"), FSCC_FILE_NAME_TO(name)
SET(rename_ex, FLAGS_AND_NAME("rename_flags", "new_file"));
SET(link_ex, FLAGS_AND_NAME("link_flags", "new_file"));
SET(short_name, FSCC_FILE_NAME_TO("new_name"));
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
/* .45 */
BOTH(reserve, ROW(U32, reserve.requests_per_period, "requests_per_period"),
     ROW(U32, reserve.period, "period"), ROW(U8, reserve.retry_failures, "retry_failures"),
     ROW(U8, reserve.discardable, "discardable"), RESERVED(U16, padding, "reserved"),
     ROW(U32, reserve.request_size, "request_size"),
     ROW(U32, reserve.outstanding, "num_outstanding_requests"));
/* .36, .44, .26 */
BOTH(object_id, ROW(U64, number, "file_reference_number"), ROW(GUID, bytes, "object_id"),
     ROW(HEX, bytes2, "extended_info"));
QUERY(reparse_point, ROW(U64, number, "file_reference_number"),
      HEX_ROW(U32, reparse_tag, "reparse_tag"));
QUERY(id, ROW(U64, number, "volume_serial_number"),
      ROW(HEX, bytes, "file_id", .role = SMB_ROLE_TELLING));

/* FilePosixInformation of the POSIX extensions, which [MS-FSCC] does not have. */
QUERY(posix, FSCC_FILE_TIMES, FSCC_FILE_END, ROW(U64, allocation_size, "allocation_size"),
      FSCC_FILE_ATTRIBUTES, ROW(U64, posix.inode, "inode"), ROW(U32, posix.device, "device_id"),
      RESERVED(U32, reserved, "reserved"), ROW(U32, number_of_links, "number_of_links"),
      HEX_ROW(U32, reparse_tag, "reparse_tag"),
      HEX_ROW(U32, posix.permissions, "posix_permissions"), ROW(TEXT, posix.owner, "owner"),
      ROW(TEXT, posix.group, "group"));

/* ---- Lists ----------------------------------------------------------------------------------- */

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

typedef struct {
	uint32_t next_entry_offset, file_name_length;
	uint64_t parent_file_id;
	SmbText file;
} Link;
static const SmbField link_fields[] = {
	SMB_FIELD(Link, U32, next_entry_offset, "next_entry_offset"),
	SMB_FIELD(Link, U64, parent_file_id, "parent_file_id"),
	SMB_FIELD(Link, U32, file_name_length, "file_name_length"),
	SMB_FIELD(Link, TEXT, file, "file_name", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(link, Link, "link");
/* The two numbers have the place of others. */
QUERY(links, ROW(U32, number_of_links, "bytes_needed"),
      ROW(U32, total_number_of_links, "entries_returned"),
      ROW(LIST, list, "entries", .items = &link));

/* 2.4.49 */
static bool
next_stream(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	Stream *s = item;

	if (!smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, &stream, 0, s);
	s->stream_name = fscc_text(r, s->stream_name_length, true);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, s->next_entry_offset);
	return true;
}

/* 2.4.17.1: the length counts characters. */
static bool
next_link(SmbList *list, void *item)
{
	uint32_t start = list->at.pos;
	SmbReader *r = &list->at;
	Link *l = item;

	if (!smb_reader_declared_left(r))
		return false;
	smb_layout_read(r, &link, 0, l);
	l->file = fscc_text(r, l->file_name_length > r->end / 2 ? r->end : 2 * l->file_name_length,
			    true);
	if (r->status != SMB_READ_OK)
		return false;
	fscc_follow(r, start, l->next_entry_offset);
	return true;
}

/* ---- What follows the numbers ---------------------------------------------------------- */

void
fscc_rest_name(SmbReader *r, void *body, bool unicode)
{
	FsccFile *file = body;

	file->file = fscc_text(r, file->file_name_length, unicode);
}

void
fscc_rest_new_name(SmbReader *r, void *body, bool unicode)
{
	FsccFile *file = body;

	file->name_to = fscc_text(r, file->file_name_length, unicode);
}

static void
rest_streams(SmbReader *r, void *body, bool unicode)
{
	FsccFile *file = body;
	Stream item;

	(void)unicode;
	file->list = fscc_list(r, next_stream, &item, sizeof(item));
}

static void
rest_links(SmbReader *r, void *body, bool unicode)
{
	FsccFile *file = body;
	Link item;

	(void)unicode;
	file->list = fscc_list(r, next_link, &item, sizeof(item));
}

static void
rest_full_eas(SmbReader *r, void *body, bool unicode)
{
	(void)unicode;
	((FsccFile *)body)->list = fscc_full_ea_list(r);
}

/* [MS-FSCC] 2.4.13. */
static void
rest_end_of_file(SmbReader *r, void *body, bool unicode)
{
	(void)unicode;
	((FsccFile *)body)->sets_size = r->status == SMB_READ_OK;
}

static void
rest_disposition(SmbReader *r, void *body, bool unicode)
{
	FsccFile *file = body;

	(void)unicode;
	if (r->status == SMB_READ_OK)
		file->disposition = smb_disposition(file->delete_pending ? 1 : 0);
}

static void
rest_disposition_ex(SmbReader *r, void *body, bool unicode)
{
	FsccFile *file = body;

	(void)unicode;
	if (r->status == SMB_READ_OK)
		file->disposition = smb_disposition(file->flags);
}

static void
rest_object_id(SmbReader *r, void *body, bool unicode)
{
	(void)unicode;
	((FsccFile *)body)->bytes2 = smb_reader_rest(r);
}

static void
rest_id(SmbReader *r, void *body, bool unicode)
{
	(void)unicode;
	((FsccFile *)body)->bytes = smb_reader_span(r, FILE_ID_SIZE);
}

static void
rest_posix(SmbReader *r, void *body, bool unicode)
{
	FsccFile *file = body;

	(void)unicode;
	file->posix.owner = fscc_read_sid(r, file->posix.owner_text);
	file->posix.group = fscc_read_sid(r, file->posix.group_text);
}

static void
rest_bytes(SmbReader *r, void *body, bool unicode)
{
	(void)unicode;
	((FsccFile *)body)->bytes = smb_reader_rest(r);
}

/* ---- Which class is what --------------------------------------------------------------------- */

#define Q(ident) &query_##ident, &answer_##ident
#define NOT_QUERIED NULL, NULL

static const FsccClass classes[] = {
	{ 4, Q(basic), &set_basic, NULL },
	{ 5, Q(standard), NULL, NULL },
	{ 6, Q(internal), NULL, NULL },
	{ 7, Q(ea), NULL, NULL },
	{ 8, Q(access), NULL, NULL },
	{ 9, Q(name), NULL, fscc_rest_name },
	{ 10, NOT_QUERIED, &set_rename, fscc_rest_new_name },
	{ 11, NOT_QUERIED, &set_rename, fscc_rest_new_name },
	{ 13, Q(disposition), &set_disposition, rest_disposition },
	{ 14, Q(position), &set_position, NULL },
	{ 15, Q(full_eas), &set_full_eas, rest_full_eas },
	{ 16, Q(mode), &set_mode, NULL },
	{ 17, Q(alignment), NULL, NULL },
	{ 18, Q(all), NULL, fscc_rest_name },
	{ 19, Q(allocation), &set_allocation, NULL },
	{ 20, Q(end_of_file), &set_end_of_file, rest_end_of_file },
	{ 21, Q(name), NULL, fscc_rest_name },
	{ 22, Q(streams), NULL, rest_streams },
	{ 23, Q(pipe), &set_pipe, NULL },
	{ 24, Q(pipe_local), NULL, NULL },
	{ 25, Q(pipe_remote), &set_pipe_remote, NULL },
	{ 26, Q(mailslot), NULL, NULL },
	{ 27, NOT_QUERIED, &set_mailslot, NULL },
	{ 28, Q(compression), NULL, NULL },
	{ 29, Q(object_id), &set_object_id, rest_object_id },
	{ 33, Q(reparse_point), NULL, NULL },
	{ 34, Q(network_open), NULL, NULL },
	{ 35, Q(attribute_tag), NULL, NULL },
	{ 39, NOT_QUERIED, &set_valid_data_length, NULL },
	{ 40, NOT_QUERIED, &set_short_name, fscc_rest_new_name },
	{ 44, Q(reserve), &set_reserve, NULL },
	{ 46, Q(links), NULL, rest_links },
	{ 48, Q(name), NULL, fscc_rest_name },
	{ 54, Q(standard_link), NULL, NULL },
	{ 59, Q(id), NULL, rest_id },
	{ 64, NOT_QUERIED, &set_disposition_ex, rest_disposition_ex },
	{ 65, NOT_QUERIED, &set_rename_ex, fscc_rest_new_name },
	{ 72, NOT_QUERIED, &set_link_ex, fscc_rest_new_name },
	{ 100, Q(posix), NULL, rest_posix },
};
static const FsccClass other = { 0, Q(other), &set_other, rest_bytes };

const FsccClass *
fscc_file_class(uint32_t code, bool set)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].code == code && (set ? classes[i].set : classes[i].query))
			return &classes[i];
	return &other;
}

void
fscc_read_class(SmbReader *r, const FsccClass *self, bool set, void *body, bool unicode)
{
	smb_layout_read(r, set ? self->set : self->query, 0, body);
	if (self->rest)
		self->rest(r, body, unicode);
}
