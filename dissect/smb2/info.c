/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Queries and changes of what a file or volume has besides its data: IOCTL, QUERY_DIRECTORY,
 * CHANGE_NOTIFY, QUERY_INFO, SET_INFO. The SET_INFO response (2.2.40) has no fields.
 */
#include "dissect/smb2/info.h"
#include "dissect/fscc/fsctl.h"

typedef struct {
	Smb2FileId id;
	uint32_t ctl_code, input_count, max_input_response, output_count, max_output_response,
		flags;
} IoctlRequest;

typedef struct {
	Smb2FileId id;
	uint32_t ctl_code, input_count, output_count, flags;
} IoctlResponse;

typedef struct {
	Smb2FileId id;
	uint8_t information_class, flags;
	uint32_t file_index, output_buffer_length;
	SmbText search_pattern;
} QueryDirectoryRequest;

typedef struct {
	Smb2FileId id;
	uint16_t flags;
	uint32_t output_buffer_length, completion_filter;
} ChangeNotifyRequest;

typedef struct {
	Smb2FileId id;
	uint8_t info_type, info_class;
	uint32_t output_buffer_length, input_buffer_length, additional_information, flags;
} QueryInfoRequest;

typedef struct {
	Smb2FileId id;
	uint8_t info_type, info_class;
	uint32_t buffer_length, additional_information;
} SetInfoRequest;

typedef struct {
	uint32_t output_buffer_length;
} OutputResponse;

static const char *
info_type_name(uint32_t value)
{
	static const char *const names[] = {
		[1] = "file", [2] = "filesystem", [3] = "security", [4] = "quota"
	};

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const SmbField ioctl_request_fields[] = {
	SMB_FIELD(IoctlRequest, U32, ctl_code, "ctl_code", .role = SMB_ROLE_CONTROL,
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = fscc_fsctl_name),
	SMB2_FILE_ID_FIELDS(IoctlRequest),
	SMB_FIELD(IoctlRequest, U32, input_count, "input_count"),
	SMB_FIELD(IoctlRequest, U32, max_input_response, "max_input_response"),
	SMB_FIELD(IoctlRequest, U32, output_count, "output_count"),
	SMB_FIELD(IoctlRequest, U32, max_output_response, "max_output_response"),
	SMB_FIELD(IoctlRequest, U32, flags, "ioctl_flags", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(ioctl_request, IoctlRequest, "ioctl request");

static const SmbField ioctl_response_fields[] = {
	SMB_FIELD(IoctlResponse, U32, ctl_code, "ctl_code", .role = SMB_ROLE_CONTROL,
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = fscc_fsctl_name),
	SMB2_FILE_ID_FIELDS(IoctlResponse),
	SMB_FIELD(IoctlResponse, U32, input_count, "input_count"),
	SMB_FIELD(IoctlResponse, U32, output_count, "output_count"),
	SMB_FIELD(IoctlResponse, U32, flags, "ioctl_flags", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(ioctl_response, IoctlResponse, "ioctl response");

static const SmbField query_directory_request_fields[] = {
	SMB2_FILE_ID_FIELDS(QueryDirectoryRequest),
	SMB_FIELD(QueryDirectoryRequest, TEXT, search_pattern, "search_pattern",
		  .role = SMB_ROLE_FILE),
	SMB_FIELD(QueryDirectoryRequest, U8, information_class, "file_information_class"),
	SMB_FIELD(QueryDirectoryRequest, U8, flags, "query_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(QueryDirectoryRequest, U32, file_index, "file_index"),
	SMB_FIELD(QueryDirectoryRequest, U32, output_buffer_length, "output_buffer_length"),
};
static SMB_LAYOUT(query_directory_request, QueryDirectoryRequest, "query directory request");

static const SmbField change_notify_request_fields[] = {
	SMB2_FILE_ID_FIELDS(ChangeNotifyRequest),
	SMB_FIELD(ChangeNotifyRequest, U16, flags, "notify_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(ChangeNotifyRequest, U32, completion_filter, "completion_filter",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(ChangeNotifyRequest, U32, output_buffer_length, "output_buffer_length"),
};
static SMB_LAYOUT(change_notify_request, ChangeNotifyRequest, "change notify request");

static const SmbField query_info_request_fields[] = {
	SMB2_FILE_ID_FIELDS(QueryInfoRequest),
	SMB_FIELD(QueryInfoRequest, U8, info_type, "info_type", .role = SMB_ROLE_TELLING,
		  .name_of = info_type_name),
	SMB_FIELD(QueryInfoRequest, U8, info_class, "file_info_class"),
	SMB_FIELD(QueryInfoRequest, U32, output_buffer_length, "output_buffer_length"),
	SMB_FIELD(QueryInfoRequest, U32, input_buffer_length, "input_buffer_length"),
	SMB_FIELD(QueryInfoRequest, U32, additional_information, "additional_information",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(QueryInfoRequest, U32, flags, "query_flags", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(query_info_request, QueryInfoRequest, "query info request");

static const SmbField set_info_request_fields[] = {
	SMB2_FILE_ID_FIELDS(SetInfoRequest),
	SMB_FIELD(SetInfoRequest, U8, info_type, "info_type", .role = SMB_ROLE_TELLING,
		  .name_of = info_type_name),
	SMB_FIELD(SetInfoRequest, U8, info_class, "file_info_class"),
	SMB_FIELD(SetInfoRequest, U32, buffer_length, "buffer_length"),
	SMB_FIELD(SetInfoRequest, U32, additional_information, "additional_information",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(set_info_request, SetInfoRequest, "set info request");

static const SmbField output_response_fields[] = {
	SMB_FIELD(OutputResponse, U32, output_buffer_length, "output_buffer_length"),
};
static SMB_LAYOUT(output_response, OutputResponse, "output response");

static void
tell_ctl_code(Smb2Block *b, uint32_t ctl_code)
{
	if (b->at.status != SMB_READ_OK)
		return;
	b->facts->function = (int32_t)(ctl_code & INT32_MAX);
	b->facts->about = fscc_fsctl_name(ctl_code);
}

/* 2.2.31. */
void
smb2_parse_ioctl_request(Smb2Block *b)
{
	IoctlRequest *i = SMB2_BODY(b, IoctlRequest, &ioctl_request);
	uint32_t input_offset, output_offset;

	smb_reader_skip(&b->at, 2); /* Reserved */
	i->ctl_code = smb_reader_le32(&b->at);
	tell_ctl_code(b, i->ctl_code);
	i->id = smb2_file_id(b);
	input_offset = smb_reader_le32(&b->at);
	i->input_count = smb_reader_le32(&b->at);
	i->max_input_response = smb_reader_le32(&b->at);
	output_offset = smb_reader_le32(&b->at);
	i->output_count = smb_reader_le32(&b->at);
	i->max_output_response = smb_reader_le32(&b->at);
	i->flags = smb_reader_le32(&b->at);
	smb_reader_skip(&b->at, 4); /* Reserved2 */
	b->facts->payload = smb2_payload(b, input_offset, i->input_count);
	b->facts->length = i->input_count;
	smb2_payload(b, output_offset, i->output_count);
	smb2_read_fsctl(b, i->ctl_code);
}

/* 2.2.32. */
void
smb2_parse_ioctl_response(Smb2Block *b)
{
	IoctlResponse *i = SMB2_BODY(b, IoctlResponse, &ioctl_response);
	uint32_t input_offset, output_offset;

	smb_reader_skip(&b->at, 2); /* Reserved */
	i->ctl_code = smb_reader_le32(&b->at);
	tell_ctl_code(b, i->ctl_code);
	i->id = smb2_file_id(b);
	input_offset = smb_reader_le32(&b->at);
	i->input_count = smb_reader_le32(&b->at);
	output_offset = smb_reader_le32(&b->at);
	i->output_count = smb_reader_le32(&b->at);
	i->flags = smb_reader_le32(&b->at);
	smb_reader_skip(&b->at, 4); /* Reserved2 */
	smb2_payload(b, input_offset, i->input_count);
	b->facts->payload = smb2_payload(b, output_offset, i->output_count);
	b->facts->length = i->output_count;
	smb2_read_fsctl(b, i->ctl_code);
}

/* 2.2.33. */
void
smb2_parse_query_directory_request(Smb2Block *b)
{
	QueryDirectoryRequest *q = SMB2_BODY(b, QueryDirectoryRequest, &query_directory_request);
	uint16_t name_offset, name_length;

	q->information_class = smb_reader_u8(&b->at);
	q->flags = smb_reader_u8(&b->at);
	q->file_index = smb_reader_le32(&b->at);
	q->id = smb2_file_id(b);
	name_offset = smb_reader_le16(&b->at);
	name_length = smb_reader_le16(&b->at);
	q->output_buffer_length = smb_reader_le32(&b->at);
	q->search_pattern = smb2_text(b, name_offset, name_length);
	b->facts->name = q->search_pattern;
	b->facts->function = q->information_class;
	b->facts->info_class = q->information_class;
}

/* 2.2.35. */
void
smb2_parse_change_notify_request(Smb2Block *b)
{
	ChangeNotifyRequest *c = SMB2_BODY(b, ChangeNotifyRequest, &change_notify_request);

	c->flags = smb_reader_le16(&b->at);
	c->output_buffer_length = smb_reader_le32(&b->at);
	c->id = smb2_file_id(b);
	c->completion_filter = smb_reader_le32(&b->at);
}

/*
 * 2.2.37. If the class has no input buffer, its offset and length mean nothing, so they are not
 * checked.
 */
void
smb2_parse_query_info_request(Smb2Block *b)
{
	QueryInfoRequest *q = SMB2_BODY(b, QueryInfoRequest, &query_info_request);
	uint16_t input_offset;

	q->info_type = smb_reader_u8(&b->at);
	q->info_class = smb_reader_u8(&b->at);
	q->output_buffer_length = smb_reader_le32(&b->at);
	input_offset = smb_reader_le16(&b->at);
	smb_reader_skip(&b->at, 2); /* Reserved */
	q->input_buffer_length = smb_reader_le32(&b->at);
	q->additional_information = smb_reader_le32(&b->at);
	q->flags = smb_reader_le32(&b->at);
	q->id = smb2_file_id(b);
	b->facts->function = q->info_class;
	b->facts->info_type = q->info_type;
	b->facts->info_class = q->info_class;
	if (smb2_query_has_input(q->info_type, q->info_class)) {
		b->facts->payload = smb2_payload(b, input_offset, q->input_buffer_length);
		b->facts->length = q->input_buffer_length;
		smb2_read_query_input(b);
	}
}

/* 2.2.39. */
void
smb2_parse_set_info_request(Smb2Block *b)
{
	SetInfoRequest *s = SMB2_BODY(b, SetInfoRequest, &set_info_request);
	uint16_t buffer_offset;

	s->info_type = smb_reader_u8(&b->at);
	s->info_class = smb_reader_u8(&b->at);
	s->buffer_length = smb_reader_le32(&b->at);
	buffer_offset = smb_reader_le16(&b->at);
	smb_reader_skip(&b->at, 2); /* Reserved */
	s->additional_information = smb_reader_le32(&b->at);
	s->id = smb2_file_id(b);
	b->facts->function = s->info_class;
	b->facts->info_type = s->info_type;
	b->facts->info_class = s->info_class;
	b->facts->payload = smb2_payload(b, buffer_offset, s->buffer_length);
	b->facts->length = s->buffer_length;
	if (b->at.status == SMB_READ_OK)
		smb2_read_set_info(b);
}

/* 2.2.34, 2.2.36, 2.2.38: what the buffer holds, smb2_read_output reads. */
void
smb2_parse_output_response(Smb2Block *b)
{
	OutputResponse *o = SMB2_BODY(b, OutputResponse, &output_response);
	uint16_t offset;

	offset = smb_reader_le16(&b->at);
	o->output_buffer_length = smb_reader_le32(&b->at);
	b->facts->payload = smb2_payload(b, offset, o->output_buffer_length);
	b->facts->length = o->output_buffer_length;
}
