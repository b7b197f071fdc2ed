/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads of all kinds, SEEK, FLUSH and ECHO. The data of a read is not parsed: it may be much longer
 * than the part of the message that is kept.
 */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/fields.h"

enum {
	WORDS_READ_ANDX_LARGE = 12,
	WORDS_READ_RAW_LARGE = 10,
	LARGE_READ_MAX = 0xFF,
};

/* ---- READ, LOCK_AND_READ: [MS-CIFS] 2.2.4.11, 2.2.4.20 --------------------------------------- */

typedef struct {
	uint16_t fid, count, remaining;
	uint32_t offset;
} Smb1ReadRequest;

static const SmbField read_request_fields[] = {
	SMB_FIELD(Smb1ReadRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1ReadRequest, U16, count, "max_count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadRequest, U32, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadRequest, U16, remaining, "remaining"),
};
static SMB_LAYOUT(read_request, Smb1ReadRequest, "read request");

typedef struct {
	uint16_t count, data_length;
} Smb1ReadResponse;

static const SmbField read_response_fields[] = {
	SMB_FIELD(Smb1ReadResponse, U16, count, "count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadResponse, U16, data_length, "data_length", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(read_response, Smb1ReadResponse, "read response");

void
smb1_parse_read_request(Smb1Block *b)
{
	Smb1ReadRequest *body = SMB1_BODY(b, Smb1ReadRequest);

	smb1_read_words(b, &read_request, body);
	smb1_facts_range(b, body->fid, body->offset, body->count);
}

void
smb1_parse_read_response(Smb1Block *b)
{
	Smb1ReadResponse *body = SMB1_BODY(b, Smb1ReadResponse);

	b->out->layout = &read_response;
	body->count = smb_reader_le16(&b->words);
	smb_reader_skip(&b->bytes, 1);
	body->data_length = smb_reader_le16(&b->bytes);
	smb1_payload(b, b->bytes.pos, body->data_length);
	b->facts->length = body->count;
}

/* ---- READ_ANDX: [MS-CIFS] 2.2.4.42, [MS-SMB] 2.2.4.2 ----------------------------------------- */

typedef struct {
	uint16_t fid, min_count, remaining;
	uint32_t max_count, timeout;
	uint64_t offset;
} Smb1ReadAndxRequest;

static const SmbField read_andx_request_fields[] = {
	SMB_FIELD(Smb1ReadAndxRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1ReadAndxRequest, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadAndxRequest, U32, max_count, "max_count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadAndxRequest, U16, min_count, "min_count"),
	SMB_FIELD(Smb1ReadAndxRequest, U32, timeout, "timeout"),
	SMB_FIELD(Smb1ReadAndxRequest, U16, remaining, "remaining"),
};
static SMB_LAYOUT(read_andx_request, Smb1ReadAndxRequest, "read request");

typedef struct {
	uint16_t available, data_compaction_mode, data_offset;
	uint32_t data_length;
} Smb1ReadAndxResponse;

static const SmbField read_andx_response_fields[] = {
	SMB_FIELD(Smb1ReadAndxResponse, U16, available, "available"),
	SMB_FIELD(Smb1ReadAndxResponse, U16, data_compaction_mode, "data_compaction_mode"),
	SMB_FIELD(Smb1ReadAndxResponse, U32, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadAndxResponse, U16, data_offset, "data_offset",
		  .role = SMB_ROLE_DATA_OFFSET),
};
static SMB_LAYOUT(read_andx_response, Smb1ReadAndxResponse, "read response");

/*
 * The high half of a large read shares its field with the timeout of a read from a pipe ([MS-SMB]
 * 2.2.4.2.1). No message, and so no read, is longer than 16 MiB: a larger value is a timeout.
 */
static uint32_t
max_count_high(const Smb1Block *b, uint32_t timeout)
{
	return b->out->word_count >= WORDS_READ_ANDX_LARGE && timeout <= LARGE_READ_MAX ? timeout
											: 0;
}

void
smb1_parse_read_andx_request(Smb1Block *b)
{
	Smb1ReadAndxRequest *body = SMB1_BODY(b, Smb1ReadAndxRequest);

	b->out->layout = &read_andx_request;
	body->fid = smb_reader_le16(&b->words);
	body->offset = smb_reader_le32(&b->words);
	body->max_count = smb_reader_le16(&b->words);
	body->min_count = smb_reader_le16(&b->words);
	body->timeout = smb_reader_le32(&b->words);
	body->max_count = (uint32_t)smb1_joined(&b->words, body->max_count,
						max_count_high(b, body->timeout), 16);
	body->remaining = smb_reader_le16(&b->words);
	if (b->out->word_count >= WORDS_READ_ANDX_LARGE)
		body->offset = smb1_joined(&b->words, body->offset, smb_reader_le32(&b->words), 32);
	smb1_facts_range(b, body->fid, body->offset, body->max_count);
}

void
smb1_parse_read_andx_response(Smb1Block *b)
{
	Smb1ReadAndxResponse *body = SMB1_BODY(b, Smb1ReadAndxResponse);
	uint16_t high;

	b->out->layout = &read_andx_response;
	body->available = smb_reader_le16(&b->words);
	body->data_compaction_mode = smb_reader_le16(&b->words);
	smb_reader_skip(&b->words, 2);
	body->data_length = smb_reader_le16(&b->words);
	body->data_offset = smb_reader_le16(&b->words);
	high = smb_reader_le16(&b->words);
	body->data_length = (uint32_t)smb1_joined(&b->words, body->data_length, high, 16);
	smb1_payload(b, body->data_offset, body->data_length);
	b->facts->length = body->data_length;
}

/* ---- READ_RAW: [MS-CIFS] 2.2.4.22; READ_MPX: 2.2.4.23 ---------------------------------------- */

typedef struct {
	uint16_t fid, max_count, min_count;
	uint32_t timeout;
	uint64_t offset;
} Smb1ReadRawRequest;

static const SmbField read_raw_request_fields[] = {
	SMB_FIELD(Smb1ReadRawRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1ReadRawRequest, U64, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadRawRequest, U16, max_count, "max_count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadRawRequest, U16, min_count, "min_count"),
	SMB_FIELD(Smb1ReadRawRequest, U32, timeout, "timeout"),
};
static SMB_LAYOUT(read_raw_request, Smb1ReadRawRequest, "read request");

typedef struct {
	uint32_t offset;
	uint16_t count, remaining, data_compaction_mode, data_length, data_offset;
} Smb1ReadMpxResponse;

static const SmbField read_mpx_response_fields[] = {
	SMB_FIELD(Smb1ReadMpxResponse, U32, offset, "offset", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadMpxResponse, U16, count, "count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadMpxResponse, U16, remaining, "remaining"),
	SMB_FIELD(Smb1ReadMpxResponse, U16, data_compaction_mode, "data_compaction_mode"),
	SMB_FIELD(Smb1ReadMpxResponse, U16, data_length, "data_length", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1ReadMpxResponse, U16, data_offset, "data_offset",
		  .role = SMB_ROLE_DATA_OFFSET),
};
static SMB_LAYOUT(read_mpx_response, Smb1ReadMpxResponse, "read response");

/* READ_MPX has the same 8 words. */
void
smb1_parse_read_raw_request(Smb1Block *b)
{
	Smb1ReadRawRequest *body = SMB1_BODY(b, Smb1ReadRawRequest);

	b->out->layout = &read_raw_request;
	body->fid = smb_reader_le16(&b->words);
	body->offset = smb_reader_le32(&b->words);
	body->max_count = smb_reader_le16(&b->words);
	body->min_count = smb_reader_le16(&b->words);
	body->timeout = smb_reader_le32(&b->words);
	smb_reader_skip(&b->words, 2);
	if (b->out->word_count >= WORDS_READ_RAW_LARGE)
		body->offset = smb1_joined(&b->words, body->offset, smb_reader_le32(&b->words), 32);
	smb1_facts_range(b, body->fid, body->offset, body->max_count);
}

void
smb1_parse_read_mpx_response(Smb1Block *b)
{
	Smb1ReadMpxResponse *body = SMB1_BODY(b, Smb1ReadMpxResponse);

	b->out->layout = &read_mpx_response;
	body->offset = smb_reader_le32(&b->words);
	body->count = smb_reader_le16(&b->words);
	body->remaining = smb_reader_le16(&b->words);
	body->data_compaction_mode = smb_reader_le16(&b->words);
	smb_reader_skip(&b->words, 2);
	body->data_length = smb_reader_le16(&b->words);
	body->data_offset = smb_reader_le16(&b->words);
	smb1_payload(b, body->data_offset, body->data_length);
	b->facts->offset = body->offset;
	b->facts->length = body->data_length;
	b->facts->count = body->count;
}

/* ---- FLUSH: 2.2.4.6; SEEK: 2.2.4.19 ---------------------------------------------------------- */

typedef struct {
	uint16_t fid, mode;
	uint32_t offset;
} Smb1SeekRequest;

static const SmbField flush_request_fields[] = {
	SMB_FIELD(Smb1SeekRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
};
static SMB_LAYOUT(flush_request, Smb1SeekRequest, "flush request");

static const SmbField seek_request_fields[] = {
	SMB_FIELD(Smb1SeekRequest, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Smb1SeekRequest, U16, mode, "mode"),
	SMB_FIELD(Smb1SeekRequest, U32, offset, "offset", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(seek_request, Smb1SeekRequest, "seek request");

static const SmbField seek_response_fields[] = {
	SMB_FIELD(Smb1SeekRequest, U32, offset, "offset", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(seek_response, Smb1SeekRequest, "seek response");

void
smb1_parse_flush_request(Smb1Block *b)
{
	Smb1SeekRequest *body = SMB1_BODY(b, Smb1SeekRequest);

	smb1_read_words(b, &flush_request, body);
	smb1_facts_fid(b, body->fid);
}

/*
 * Offset is signed and relative to the position that Mode selects; it is shown as it is on the
 * wire.
 */
void
smb1_parse_seek_request(Smb1Block *b)
{
	Smb1SeekRequest *body = SMB1_BODY(b, Smb1SeekRequest);

	smb1_read_words(b, &seek_request, body);
	smb1_facts_range(b, body->fid, body->offset, 0);
}

void
smb1_parse_seek_response(Smb1Block *b)
{
	Smb1SeekRequest *body = SMB1_BODY(b, Smb1SeekRequest);

	smb1_read_words(b, &seek_response, body);
	b->facts->offset = body->offset;
}

/* ---- ECHO: 2.2.4.39 -------------------------------------------------------------------------- */

typedef struct {
	uint16_t number;
	SmbSpan data;
} Smb1Echo;

static const SmbField echo_request_fields[] = {
	SMB_FIELD(Smb1Echo, U16, number, "echo_count", .role = SMB_ROLE_TELLING),
	SMB_FIELD(Smb1Echo, LENGTH, data, "data_length", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(echo_request, Smb1Echo, "echo request");

static const SmbField echo_response_fields[] = {
	SMB_FIELD(Smb1Echo, U16, number, "sequence_number"),
	SMB_FIELD(Smb1Echo, LENGTH, data, "data_length", .role = SMB_ROLE_TELLING),
};
static SMB_LAYOUT(echo_response, Smb1Echo, "echo response");

static void
read_echo(Smb1Block *b, const SmbLayout *layout)
{
	Smb1Echo *body = SMB1_BODY(b, Smb1Echo);

	smb1_read_words(b, layout, body);
	body->data = smb_reader_span(&b->bytes, smb_reader_declared_left(&b->bytes));
	b->facts->count = body->number;
	b->facts->length = body->data.len;
}

void
smb1_parse_echo_request(Smb1Block *b)
{
	read_echo(b, &echo_request);
}

void
smb1_parse_echo_response(Smb1Block *b)
{
	read_echo(b, &echo_response);
}
