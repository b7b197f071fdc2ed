/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ERROR responses: [MS-SMB2] 2.2.2. Which form the data have follows from the status, and in 3.1.1
 * from the id of their context.
 */
#include "dissect/fscc/lists.h"
#include "dissect/smb2/contexts.h"
#include "dissect/wire/codes.h"

enum {
	ID_DEFAULT = 0,
	ID_SHARE_REDIRECT = 0x72645253,
	MOVE_ADDRESS_SIZE = 24, /* 2.2.2.2.2.1 */
	MOVE_V4 = 1,
	MOVE_V6 = 2,
};

/* 2.2.2.2.1 */
typedef struct {
	uint32_t length, tag, reparse_tag;
	uint16_t reparse_data_length, unparsed_path_length;
	uint32_t flags;
	SmbText substitute_name, print_name;
} Symlink;

/* 2.2.2.2.2 */
typedef struct {
	uint32_t structure_size, notification_type;
	uint16_t target_type;
	uint32_t count;
	SmbList addresses; /* items: MoveAddress */
	SmbText resource_name;
} Redirect;

typedef struct {
	uint32_t type;
	SmbSpan address;
} MoveAddress;

/* 2.2.2.2: of STATUS_BUFFER_TOO_SMALL */
typedef struct {
	uint32_t required_buffer_length;
} TooSmall;

typedef union {
	Symlink symlink;
	Redirect redirect;
	TooSmall too_small;
} ErrorData;

typedef struct {
	uint32_t length, id;
	SmbPart part;
	ErrorData data;
} ErrorContext;
_Static_assert(sizeof(ErrorContext) <= SMB_ITEM_MAX, "raise SMB_ITEM_MAX");

typedef struct {
	uint8_t count;
	uint32_t byte_count;
	SmbList contexts; /* items: ErrorContext */
	SmbPart part;
	ErrorData data;
	uint32_t status; /* for the contexts */
} ErrorResponse;

static const SmbField symlink_fields[] = {
	SMB_FIELD(Symlink, U32, length, "symlink_length"),
	SMB_FIELD(Symlink, U32, tag, "symlink_error_tag", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Symlink, U32, reparse_tag, "reparse_tag", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Symlink, U16, reparse_data_length, "reparse_data_length"),
	SMB_FIELD(Symlink, U16, unparsed_path_length, "unparsed_path_length"),
	SMB_FIELD(Symlink, U32, flags, "symlink_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Symlink, TEXT, substitute_name, "substitute_name"),
	SMB_FIELD(Symlink, TEXT, print_name, "print_name"),
};
static SMB_LAYOUT(symlink, Symlink, "symbolic link");

static const SmbField move_address_fields[] = {
	SMB_FIELD(MoveAddress, U32, type, "type"),
	SMB_FIELD(MoveAddress, ADDRESS, address, "address"),
};
static SMB_LAYOUT(move_address, MoveAddress, "address");

static const SmbField redirect_fields[] = {
	SMB_FIELD(Redirect, U32, structure_size, "structure_size"),
	SMB_FIELD(Redirect, U32, notification_type, "notification_type"),
	SMB_FIELD(Redirect, U16, target_type, "target_type"),
	SMB_FIELD(Redirect, U32, count, "ip_address_count"),
	SMB_FIELD(Redirect, LIST, addresses, "ip_addresses", .items = &move_address),
	SMB_FIELD(Redirect, TEXT, resource_name, "resource_name"),
};
static SMB_LAYOUT(redirect, Redirect, "share redirect");

static const SmbField too_small_fields[] = {
	SMB_FIELD(TooSmall, U32, required_buffer_length, "required_buffer_length"),
};
static SMB_LAYOUT(too_small, TooSmall, "buffer too small");

static const SmbField context_fields[] = {
	SMB_FIELD(ErrorContext, U32, length, "error_data_length"),
	SMB_FIELD(ErrorContext, U32, id, "error_id", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(ErrorContext, PART, part, "data"),
};
static SMB_LAYOUT(context, ErrorContext, "error context");

static const SmbField error_fields[] = {
	SMB_FIELD(ErrorResponse, U8, count, "error_context_count"),
	SMB_FIELD(ErrorResponse, U32, byte_count, "error_byte_count"),
	SMB_FIELD(ErrorResponse, LIST, contexts, "error_contexts", .items = &context),
	SMB_FIELD(ErrorResponse, PART, part, "data"),
};
static SMB_LAYOUT(error, ErrorResponse, "error response");

/* UTF-16 at an offset from where `buffer` begins; if it lies outside, that latches in `at`. */
static SmbText
name_in(SmbReader buffer, uint32_t offset, uint32_t length, SmbReader *at)
{
	SmbText name = { .encoding = SMB_TEXT_UTF16LE };

	smb_reader_skip(&buffer, offset);
	name.bytes = smb_reader_span(&buffer, length);
	smb_reader_fail(at, buffer.status);
	return name;
}

/* 2.2.2.2.1 */
static const SmbLayout *
read_symlink(SmbReader *at, Symlink *s)
{
	uint16_t substitute_offset, substitute_length, print_offset, print_length;
	SmbReader buffer;

	s->length = smb_reader_le32(at);
	s->tag = smb_reader_le32(at);
	s->reparse_tag = smb_reader_le32(at);
	s->reparse_data_length = smb_reader_le16(at);
	s->unparsed_path_length = smb_reader_le16(at);
	substitute_offset = smb_reader_le16(at);
	substitute_length = smb_reader_le16(at);
	print_offset = smb_reader_le16(at);
	print_length = smb_reader_le16(at);
	s->flags = smb_reader_le32(at);
	if (at->status != SMB_READ_OK)
		return smb2_context_layout(at, &symlink);
	buffer = *at;
	s->substitute_name = name_in(buffer, substitute_offset, substitute_length, at);
	s->print_name = name_in(buffer, print_offset, print_length, at);
	return &symlink;
}

/* 2.2.2.2.2.1 */
static bool
next_address(SmbList *list, void *item)
{
	MoveAddress *m = item;
	SmbReader one;

	one = smb_reader_sub(&list->at, MOVE_ADDRESS_SIZE);
	m->type = smb_reader_le32(&one);
	smb_reader_skip(&one, 4); /* Reserved */
	if (m->type == MOVE_V4 || m->type == MOVE_V6)
		m->address = smb_reader_span(&one, m->type == MOVE_V4 ? 4 : 16);
	return one.status == SMB_READ_OK;
}

/* 2.2.2.2.2 */
static const SmbLayout *
read_redirect(SmbReader *at, Redirect *r)
{
	SmbReader start = *at;
	uint32_t offset, length;
	uint64_t size;

	r->structure_size = smb_reader_le32(at);
	r->notification_type = smb_reader_le32(at);
	offset = smb_reader_le32(at);
	length = smb_reader_le32(at);
	smb_reader_skip(at, 2); /* Reserved */
	r->target_type = smb_reader_le16(at);
	r->count = smb_reader_le32(at);
	if (at->status != SMB_READ_OK)
		return smb2_context_layout(at, &redirect);
	size = (uint64_t)r->count * MOVE_ADDRESS_SIZE;
	r->addresses.next = next_address;
	r->addresses.at = smb_reader_sub(at, size < UINT32_MAX ? (uint32_t)size : UINT32_MAX);
	r->resource_name = name_in(start, offset, length, at);
	return &redirect;
}

/* 2.2.2.2: the form that belongs to the status. */
static const SmbLayout *
read_data(SmbReader *at, ErrorData *data, uint32_t status)
{
	if (status == STATUS_STOPPED_ON_SYMLINK)
		return read_symlink(at, &data->symlink);
	if (status != STATUS_BUFFER_TOO_SMALL)
		return NULL;
	data->too_small.required_buffer_length = smb_reader_le32(at);
	return smb2_context_layout(at, &too_small);
}

/* 2.2.2.1; `form` counts the remaining contexts, `owner` is the body, which has the status. */
static bool
next_context(SmbList *list, void *item)
{
	const ErrorResponse *e = list->owner;
	ErrorContext *c = item;
	SmbReader data;
	bool there;

	if (!smb2_context_begins(list))
		return false;
	c->length = smb_reader_le32(&list->at);
	c->id = smb_reader_le32(&list->at);
	there = smb2_context_data(list, c->length, &data);
	if (there && c->id == ID_SHARE_REDIRECT)
		c->part.layout = read_redirect(&data, &c->data.redirect);
	else if (there && c->id == ID_DEFAULT)
		c->part.layout = read_data(&data, &c->data, e->status);
	c->part.body = &c->data;
	smb_reader_fail(&list->at, data.status);
	return there;
}

/* 2.2.2, after StructureSize. */
void
smb2_parse_error(Smb2Block *b)
{
	ErrorResponse *e = SMB2_BODY(b, ErrorResponse, &error);
	ErrorContext c;
	SmbReader data;

	e->count = smb_reader_u8(&b->at);
	smb_reader_skip(&b->at, 1); /* Reserved */
	e->byte_count = smb_reader_le32(&b->at);
	e->status = b->message->status.value;
	if (e->byte_count == 0)
		return;
	data = smb_reader_sub(&b->at, e->byte_count);
	if (b->at.status == SMB_READ_MALFORMED)
		return;
	if (e->count == 0) {
		e->part = (SmbPart){ read_data(&data, &e->data, e->status), &e->data };
		smb_reader_fail(&b->at, data.status);
		return;
	}
	e->contexts = (SmbList){ .at = data, .next = next_context, .form = e->count, .owner = e };
	(void)fscc_check_list(&b->at, e->contexts, &c, sizeof(c));
}
