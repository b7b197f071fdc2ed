/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes of all kinds. Their data is not parsed: it may be much longer than the part of the message
 * that is kept.
 */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"

enum {
	WORDS_WRITE_ANDX_LARGE = 14,
	WORDS_WRITE_RAW_LARGE = 14,
	WRITE_THROUGH = 1, /* WriteMode of WRITE_RAW, bit 0 ([MS-CIFS] 2.2.4.25.1) */
};

/* ---- WRITE, WRITE_AND_UNLOCK: [MS-CIFS] 2.2.4.12, 2.2.4.21; WRITE_AND_CLOSE: 2.2.4.40 -------- */

typedef struct {
	uint16_t fid, count, remaining;
	uint32_t offset, last_write_time;
} Smb1WriteRequest;

static const SmbField write_request_fields[] = {
	SMB_FIELD(Smb1WriteRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1WriteRequest, U16, count, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteRequest, U32, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteRequest, U16, remaining, "remaining"),
};
static SMB_LAYOUT(write_request, Smb1WriteRequest, "write request");

static const SmbField write_and_close_request_fields[] = {
	SMB_FIELD(Smb1WriteRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1WriteRequest, U16, count, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteRequest, U32, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteRequest, UTIME, last_write_time, "last_write_time"),
};
static SMB_LAYOUT(write_and_close_request, Smb1WriteRequest, "write and close request");

typedef struct {
	uint32_t count;
	uint16_t available;
} Smb1WriteResponse;

static const SmbField write_response_fields[] = {
	SMB_FIELD(Smb1WriteResponse, U32, count, "count", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(write_response, Smb1WriteResponse, "write response");

void
smb1_parse_write_request(Smb1Block *b)
{
	Smb1WriteRequest *body = SMB1_BODY(b, Smb1WriteRequest);

	smb1_read_words(b, &write_request, body);
	smb_reader_skip(&b->bytes, 3); /* BufferFormat, DataLength */
	smb1_payload(b, b->bytes.pos, body->count);
	smb1_facts_range(b, body->fid, body->offset, body->count);
}

void
smb1_parse_write_and_close_request(Smb1Block *b)
{
	Smb1WriteRequest *body = SMB1_BODY(b, Smb1WriteRequest);

	smb1_read_words(b, &write_and_close_request, body);
	smb_reader_skip(&b->bytes, 1); /* Pad */
	smb1_payload(b, b->bytes.pos, body->count);
	smb1_facts_range(b, body->fid, body->offset, body->count);
}

/* The number of bytes written, which WRITE_COMPLETE (2.2.4.25.3) also has. */
void
smb1_parse_write_response(Smb1Block *b)
{
	Smb1WriteResponse *body = SMB1_BODY(b, Smb1WriteResponse);

	b->out->layout = &write_response;
	body->count = smb_reader_le16(&b->words);
	b->facts->length = body->count;
}

/* ---- WRITE_ANDX: [MS-CIFS] 2.2.4.43, [MS-SMB] 2.2.4.3 ---------------------------------------- */

typedef struct {
	uint16_t fid, write_mode, remaining, data_offset;
	uint32_t timeout, data_length;
	uint64_t offset;
} Smb1WriteAndxRequest;

static const SmbField write_andx_request_fields[] = {
	SMB_FIELD(Smb1WriteAndxRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1WriteAndxRequest, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteAndxRequest, U32, timeout, "timeout"),
	SMB_FIELD(Smb1WriteAndxRequest, U16, write_mode, "write_mode", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1WriteAndxRequest, U16, remaining, "remaining"),
	SMB_FIELD(Smb1WriteAndxRequest, U32, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteAndxRequest, U16, data_offset, "data_offset",
		  .role = SMB_ROLE_DATA_OFFSET),
};
static SMB_LAYOUT(write_andx_request, Smb1WriteAndxRequest, "write request");

static const SmbField write_andx_response_fields[] = {
	SMB_FIELD(Smb1WriteResponse, U32, count, "count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteResponse, U16, available, "available"),
};
static SMB_LAYOUT(write_andx_response, Smb1WriteResponse, "write response");

void
smb1_parse_write_andx_request(Smb1Block *b)
{
	Smb1WriteAndxRequest *body = SMB1_BODY(b, Smb1WriteAndxRequest);
	uint16_t high, low;

	b->out->layout = &write_andx_request;
	body->fid = smb_reader_le16(&b->words);
	body->offset = smb_reader_le32(&b->words);
	body->timeout = smb_reader_le32(&b->words);
	body->write_mode = smb_reader_le16(&b->words);
	body->remaining = smb_reader_le16(&b->words);
	high = smb_reader_le16(&b->words);
	low = smb_reader_le16(&b->words);
	body->data_length = (uint32_t)smb1_joined(&b->words, low, high, 16);
	body->data_offset = smb_reader_le16(&b->words);
	if (b->out->word_count >= WORDS_WRITE_ANDX_LARGE)
		body->offset = smb1_joined(&b->words, body->offset, smb_reader_le32(&b->words), 32);
	smb1_payload(b, body->data_offset, body->data_length);
	smb1_facts_range(b, body->fid, body->offset, body->data_length);
}

void
smb1_parse_write_andx_response(Smb1Block *b)
{
	Smb1WriteResponse *body = SMB1_BODY(b, Smb1WriteResponse);
	uint16_t high;

	b->out->layout = &write_andx_response;
	body->count = smb_reader_le16(&b->words);
	body->available = smb_reader_le16(&b->words);
	high = smb_reader_le16(&b->words);
	body->count = (uint32_t)smb1_joined(&b->words, body->count, high, 16);
	b->facts->length = body->count;
}

/* ---- WRITE_RAW: [MS-CIFS] 2.2.4.25; WRITE_MPX: 2.2.4.26 -------------------------------------- */

typedef struct {
	uint16_t fid, total_count, write_mode, data_length, data_offset;
	uint32_t timeout, request_mask;
	uint64_t offset;
} Smb1WriteRawRequest;

static const SmbField write_raw_request_fields[] = {
	SMB_FIELD(Smb1WriteRawRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1WriteRawRequest, U16, total_count, "total_count"),
	SMB_FIELD(Smb1WriteRawRequest, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteRawRequest, U32, timeout, "timeout"),
	SMB_FIELD(Smb1WriteRawRequest, U16, write_mode, "write_mode", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1WriteRawRequest, U16, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteRawRequest, U16, data_offset, "data_offset",
		  .role = SMB_ROLE_DATA_OFFSET),
};
static SMB_LAYOUT(write_raw_request, Smb1WriteRawRequest, "write request");

static const SmbField write_mpx_request_fields[] = {
	SMB_FIELD(Smb1WriteRawRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1WriteRawRequest, U16, total_count, "total_count"),
	SMB_FIELD(Smb1WriteRawRequest, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteRawRequest, U32, timeout, "timeout"),
	SMB_FIELD(Smb1WriteRawRequest, U16, write_mode, "write_mode", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1WriteRawRequest, U32, request_mask, "request_mask",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb1WriteRawRequest, U16, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1WriteRawRequest, U16, data_offset, "data_offset",
		  .role = SMB_ROLE_DATA_OFFSET),
};
static SMB_LAYOUT(write_mpx_request, Smb1WriteRawRequest, "write request");

typedef struct {
	uint16_t available;
	uint32_t response_mask;
} Smb1WriteRawResponse;

static const SmbField write_raw_response_fields[] = {
	SMB_FIELD(Smb1WriteRawResponse, U16, available, "available"),
};
static SMB_LAYOUT(write_raw_response, Smb1WriteRawResponse, "write response");

static const SmbField write_mpx_response_fields[] = {
	SMB_FIELD(Smb1WriteRawResponse, U32, response_mask, "response_mask",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(write_mpx_response, Smb1WriteRawResponse, "write response");

/* The first twelve words; where WRITE_RAW has reserved bytes, WRITE_MPX has RequestMask. */
static Smb1WriteRawRequest *
read_write_raw(Smb1Block *b)
{
	Smb1WriteRawRequest *body = SMB1_BODY(b, Smb1WriteRawRequest);

	body->fid = smb_reader_le16(&b->words);
	body->total_count = smb_reader_le16(&b->words);
	smb_reader_skip(&b->words, 2);
	body->offset = smb_reader_le32(&b->words);
	body->timeout = smb_reader_le32(&b->words);
	body->write_mode = smb_reader_le16(&b->words);
	/* Without write-through the go-ahead is the only response ([MS-CIFS] 3.2.5.15). */
	b->facts->count = body->write_mode & WRITE_THROUGH ? 2 : 1;
	body->request_mask = smb_reader_le32(&b->words);
	body->data_length = smb_reader_le16(&b->words);
	body->data_offset = smb_reader_le16(&b->words);
	smb1_payload(b, body->data_offset, body->data_length);
	return body;
}

/* The bytes that are not in the request follow in a message of their own, without an SMB header. */
void
smb1_parse_write_raw_request(Smb1Block *b)
{
	Smb1WriteRawRequest *body = read_write_raw(b);

	b->out->layout = &write_raw_request;
	if (b->out->word_count >= WORDS_WRITE_RAW_LARGE)
		body->offset = smb1_joined(&b->words, body->offset, smb_reader_le32(&b->words), 32);
	smb1_facts_range(b, body->fid, body->offset, body->total_count);
	b->facts->at_once = body->data_length;
}

void
smb1_parse_write_mpx_request(Smb1Block *b)
{
	Smb1WriteRawRequest *body = read_write_raw(b);

	b->out->layout = &write_mpx_request;
	b->facts->count = body->total_count;
	smb1_facts_range(b, body->fid, body->offset, body->data_length);
}

/* 2.2.4.25.2: the interim response. */
void
smb1_parse_write_raw_response(Smb1Block *b)
{
	Smb1WriteRawResponse *body = SMB1_BODY(b, Smb1WriteRawResponse);

	smb1_read_words(b, &write_raw_response, body);
}

void
smb1_parse_write_mpx_response(Smb1Block *b)
{
	Smb1WriteRawResponse *body = SMB1_BODY(b, Smb1WriteRawResponse);

	smb1_read_words(b, &write_mpx_response, body);
}
