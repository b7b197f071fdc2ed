/* SPDX-License-Identifier: BSD-3-Clause */
/* Directory searches as they were before TRANS2_FIND_FIRST2, and the commands that end a search. */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"

enum {
	RESUME_KEY_SIZE = 21, /* [MS-CIFS] 2.2.4.58.1 */
	ENTRY_NAME_SIZE = 13,
};

/* ---- SEARCH, FIND, FIND_UNIQUE, FIND_CLOSE: [MS-CIFS] 2.2.4.58 to 2.2.4.61 ------------------- */

typedef struct {
	uint16_t max_count;
	uint16_t search_attributes;
	SmbText file;
	uint16_t resume_key_length;
	SmbSpan resume_key; /* its first 21 bytes */
} Smb1SearchRequest;

static const SmbField search_request_fields[] = {
	SMB_FIELD(Smb1SearchRequest, U16, max_count, "max_count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1SearchRequest, U16, search_attributes, "search_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1SearchRequest, TEXT, file, "file", .role = SMB_ROLE_FILE),
	SMB_FIELD(Smb1SearchRequest, U16, resume_key_length, "resume_key_length"),
	SMB_FIELD(Smb1SearchRequest, HEX, resume_key, "resume_key"),
};
static SMB_LAYOUT(search_request, Smb1SearchRequest, "search request");

void
smb1_parse_search_request(Smb1Block *b)
{
	Smb1SearchRequest *body = SMB1_BODY(b, Smb1SearchRequest);
	SmbReader key;

	smb1_read_words(b, &search_request, body);
	body->file = smb_reader_format_string(&b->bytes, b->unicode);
	body->resume_key_length = smb1_block_length(&b->bytes, SMB1_FORMAT_VARIABLE_BLOCK);
	key = smb_reader_sub(&b->bytes, body->resume_key_length);
	body->resume_key = smb_reader_span(&key, RESUME_KEY_SIZE);
	b->facts->name = body->file;
	b->facts->count = body->max_count;
}

typedef struct {
	SmbSpan resume_key;
	uint8_t file_attributes;
	uint32_t last_write_time;
	uint32_t file_size;
	SmbText file;
} Smb1SearchEntry;

static const SmbField search_entry_fields[] = {
	SMB_FIELD(Smb1SearchEntry, HEX, resume_key, "resume_key"),
	SMB_FIELD(Smb1SearchEntry, U8, file_attributes, "file_attributes",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1SearchEntry, DOSTIME, last_write_time, "last_write_time"),
	SMB_FIELD(Smb1SearchEntry, U32, file_size, "file_size", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1SearchEntry, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static SMB_LAYOUT(search_entry, Smb1SearchEntry, "search entry");

/* A name of 13 bytes: padded with spaces, terminated by a NUL, and OEM even in Unicode messages. */
static SmbText
read_padded_name(SmbReader *r)
{
	SmbReader field = smb_reader_sub(r, ENTRY_NAME_SIZE);
	uint32_t captured = smb_reader_left(&field), length = 0, n;
	bool whole = captured == smb_reader_declared_left(&field);
	SmbText name;

	for (n = 0; smb_reader_peek(&field, n) > 0; n++) {
		if (smb_reader_peek(&field, n) != ' ')
			length = n + 1;
	}
	name = smb_reader_counted_string(&field, length, false);
	name.cut = length > 0 && n == captured && !whole;
	return name;
}

static bool
next_entry(SmbList *list, void *item)
{
	Smb1SearchEntry *entry = item;

	entry->resume_key = smb_reader_span(&list->at, RESUME_KEY_SIZE);
	entry->file_attributes = smb_reader_u8(&list->at);
	entry->last_write_time = smb1_time_then_date(&list->at);
	entry->file_size = smb_reader_le32(&list->at);
	entry->file = read_padded_name(&list->at);
	return list->at.status == SMB_READ_OK;
}

typedef struct {
	uint16_t count;
	uint16_t data_length;
	SmbList entries; /* items: Smb1SearchEntry */
} Smb1SearchResponse;

static const SmbField search_response_fields[] = {
	SMB_FIELD(Smb1SearchResponse, U16, count, "count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1SearchResponse, U16, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1SearchResponse, LIST, entries, "directory_information_data",
		  .items = &search_entry),
};
static SMB_LAYOUT(search_response, Smb1SearchResponse, "search response");

void
smb1_parse_search_response(Smb1Block *b)
{
	Smb1SearchResponse *body = SMB1_BODY(b, Smb1SearchResponse);

	b->out->layout = &search_response;
	body->count = smb_reader_le16(&b->words);
	b->facts->count = body->count;
	if (!b->out->byte_count) /* FIND_CLOSE may omit the block: [MS-CIFS] 2.2.4.61.2 */
		return;
	body->data_length = smb1_block_length(&b->bytes, SMB1_FORMAT_VARIABLE_BLOCK);
	body->entries =
		(SmbList){ .at = smb_reader_sub(&b->bytes, body->data_length), .next = next_entry };
}

/* ---- FIND_CLOSE2: [MS-CIFS] 2.2.4.48.1 ------------------------------------------------------- */

typedef struct {
	uint16_t sid;
} Smb1FindClose2Request;

static const SmbField find_close2_request_fields[] = {
	SMB_FIELD(Smb1FindClose2Request, U16, sid, "sid", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(find_close2_request, Smb1FindClose2Request, "find close2 request");

void
smb1_parse_find_close2_request(Smb1Block *b)
{
	Smb1FindClose2Request *body = SMB1_BODY(b, Smb1FindClose2Request);

	smb1_read_words(b, &find_close2_request, body);
}

/* ---- FIND_NOTIFY_CLOSE: [MS-CIFS] 2.2.4.49 --------------------------------------------------- */

/* Never implemented; the handle is the one that TRANS2_FIND_NOTIFY_FIRST gives. */

typedef struct {
	uint16_t handle;
} Smb1FindNotifyCloseRequest;

static const SmbField find_notify_close_request_fields[] = {
	SMB_FIELD(Smb1FindNotifyCloseRequest, U16, handle, "handle"),
};
static SMB_LAYOUT(find_notify_close_request, Smb1FindNotifyCloseRequest,
		  "find notify close request");

void
smb1_parse_find_notify_close_request(Smb1Block *b)
{
	Smb1FindNotifyCloseRequest *body = SMB1_BODY(b, Smb1FindNotifyCloseRequest);

	smb1_read_words(b, &find_notify_close_request, body);
}
