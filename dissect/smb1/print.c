/* SPDX-License-Identifier: BSD-3-Clause */
/* Print spool files, and the print queue. */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"

/* ---- OPEN_PRINT_FILE: [MS-CIFS] 2.2.4.67 ----------------------------------------------------- */

typedef struct {
	uint16_t setup_length;
	uint16_t mode; /* 0 text, 1 binary */
	SmbText identifier;
} Smb1OpenPrintFileRequest;

static const SmbField open_print_file_request_fields[] = {
	SMB_FIELD(Smb1OpenPrintFileRequest, U16, setup_length, "setup_length"),
	SMB_FIELD(Smb1OpenPrintFileRequest, U16, mode, "mode"),
	SMB_FIELD(Smb1OpenPrintFileRequest, TEXT, identifier, "identifier"),
};
static SMB_LAYOUT(open_print_file_request, Smb1OpenPrintFileRequest, "open print file request");

void
smb1_parse_open_print_file_request(Smb1Block *b)
{
	Smb1OpenPrintFileRequest *body = SMB1_BODY(b, Smb1OpenPrintFileRequest);

	smb1_read_words(b, &open_print_file_request, body);
	body->identifier = smb_reader_format_string(&b->bytes, b->unicode);
	b->facts->name = body->identifier;
	b->facts->open.name = body->identifier;
	b->facts->open.to_write = true;
}

typedef struct {
	uint16_t fid;
} Smb1PrintFid;

static const SmbField print_fid_fields[] = {
	SMB_FIELD(Smb1PrintFid, U16, fid, "fid", .role = SMB_ROLE_FID),
};
static SMB_LAYOUT(print_fid, Smb1PrintFid, "print file");

static void
parse_fid(Smb1Block *b)
{
	Smb1PrintFid *body = SMB1_BODY(b, Smb1PrintFid);

	smb1_read_words(b, &print_fid, body);
	smb1_facts_fid(b, body->fid);
}

void
smb1_parse_open_print_file_response(Smb1Block *b)
{
	parse_fid(b);
	b->facts->open.action = SMB_OPENED_CREATED;
}

/* ---- WRITE_PRINT_FILE, CLOSE_PRINT_FILE: [MS-CIFS] 2.2.4.68.1, 2.2.4.69.1 -------------------- */

typedef struct {
	uint16_t fid;
	uint16_t data_length;
} Smb1WritePrintFileRequest;

static const SmbField write_print_file_request_fields[] = {
	SMB_FIELD(Smb1WritePrintFileRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1WritePrintFileRequest, U16, data_length, "data_length",
		  .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(write_print_file_request, Smb1WritePrintFileRequest, "write print file request");

void
smb1_parse_write_print_file_request(Smb1Block *b)
{
	Smb1WritePrintFileRequest *body = SMB1_BODY(b, Smb1WritePrintFileRequest);

	b->out->layout = &write_print_file_request;
	body->fid = smb_reader_le16(&b->words);
	body->data_length = smb1_block_length(&b->bytes, SMB1_FORMAT_DATA_BLOCK);
	/* Fails if the length is wrong. */
	b->facts->payload = smb_reader_partial(&b->bytes, body->data_length);
	smb1_facts_fid(b, body->fid);
	b->facts->length = body->data_length;
}

void
smb1_parse_close_print_file_request(Smb1Block *b)
{
	parse_fid(b);
}

/* ---- GET_PRINT_QUEUE: [MS-CIFS] 2.2.4.70 ----------------------------------------------------- */

/* Obsolete in [MS-CIFS]; the form is that of the core protocol. */

typedef struct {
	uint16_t max_count, start_index;
} Smb1GetPrintQueueRequest;

static const SmbField get_print_queue_request_fields[] = {
	SMB_FIELD(Smb1GetPrintQueueRequest, U16, max_count, "max_count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1GetPrintQueueRequest, U16, start_index, "start_index"),
};
static SMB_LAYOUT(get_print_queue_request, Smb1GetPrintQueueRequest, "get print queue request");

void
smb1_parse_get_print_queue_request(Smb1Block *b)
{
	Smb1GetPrintQueueRequest *body = SMB1_BODY(b, Smb1GetPrintQueueRequest);

	smb1_read_words(b, &get_print_queue_request, body);
}

enum { QUEUE_NAME_SIZE = 16 };

typedef struct {
	uint32_t file_time;
	uint8_t status;
	uint16_t spool_file_number;
	uint32_t spool_file_size;
	SmbText name;
} Smb1PrintQueueEntry;

static const SmbField print_queue_entry_fields[] = {
	SMB_FIELD(Smb1PrintQueueEntry, DOSTIME, file_time, "file_time"),
	SMB_FIELD(Smb1PrintQueueEntry, U8, status, "status"),
	SMB_FIELD(Smb1PrintQueueEntry, U16, spool_file_number, "spool_file_number"),
	SMB_FIELD(Smb1PrintQueueEntry, U32, spool_file_size, "spool_file_size"),
	SMB_FIELD(Smb1PrintQueueEntry, TEXT, name, "name"),
};
static SMB_LAYOUT(print_queue_entry, Smb1PrintQueueEntry, "print queue entry");

static bool
next_queue_entry(SmbList *list, void *item)
{
	Smb1PrintQueueEntry *entry = item;
	SmbReader name;

	smb_layout_read(&list->at, &print_queue_entry, 0, entry);
	smb_reader_skip(&list->at, 1); /* reserved */
	name = smb_reader_sub(&list->at, QUEUE_NAME_SIZE);
	entry->name = smb_reader_string(&name, false);
	return list->at.status == SMB_READ_OK;
}

typedef struct {
	uint16_t count, restart_index;
	uint16_t data_length;
	SmbList entries; /* items: Smb1PrintQueueEntry */
} Smb1GetPrintQueueResponse;

static const SmbField get_print_queue_response_fields[] = {
	SMB_FIELD(Smb1GetPrintQueueResponse, U16, count, "count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1GetPrintQueueResponse, U16, restart_index, "restart_index"),
	SMB_FIELD(Smb1GetPrintQueueResponse, U16, data_length, "data_length",
		  .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1GetPrintQueueResponse, LIST, entries, "queue", .items = &print_queue_entry),
};
static SMB_LAYOUT(get_print_queue_response, Smb1GetPrintQueueResponse, "get print queue response");

void
smb1_parse_get_print_queue_response(Smb1Block *b)
{
	Smb1GetPrintQueueResponse *body = SMB1_BODY(b, Smb1GetPrintQueueResponse);

	b->out->layout = &get_print_queue_response;
	body->count = smb_reader_le16(&b->words);
	body->restart_index = smb_reader_le16(&b->words);
	body->data_length = smb1_block_length(&b->bytes, SMB1_FORMAT_DATA_BLOCK);
	body->entries = (SmbList){ .at = smb_reader_sub(&b->bytes, body->data_length),
				   .next = next_queue_entry };
}
