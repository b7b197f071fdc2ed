/* SPDX-License-Identifier: BSD-3-Clause */
/* NEGOTIATE: [MS-SMB2] 2.2.3, 2.2.4. */
#include "dissect/smb2/commands.h"
#include "dissect/smb2/contexts.h"

#include "dissect/wire/names.h"

enum {
	GUID_SIZE = 16,
	DIALECTS_MAX = sizeof(((Smb2Facts *)NULL)->dialects) / sizeof(uint16_t),
};

/* An item of the list of dialects. */
typedef struct {
	uint16_t value;
} Number;

typedef struct {
	SmbList dialects; /* items: Number */
	uint16_t security_mode;
	uint32_t capabilities;
	SmbSpan client_guid;
	SmbList negotiate_contexts;
} NegotiateRequest;

typedef struct {
	uint16_t security_mode, dialect_revision;
	SmbSpan server_guid;
	uint32_t capabilities;
	uint32_t max_transact_size, max_read_size, max_write_size;
	uint64_t system_time, server_start_time;
	uint16_t security_blob_length;
	SmbSpan security_blob;
	SmbList negotiate_contexts;
} NegotiateResponse;

/* Of a field of 16 bits. */
static const char *
dialect_name(uint32_t value)
{
	return smb2_dialect_name((uint16_t)value);
}

static const SmbField dialects_fields[] = {
	{ .offset = offsetof(Number, value),
	  .kind = SMB_FIELD_U16,
	  .flags = SMB_FIELD_SHOW_HEX,
	  .name_of = dialect_name },
};
static SMB_LAYOUT(dialects, Number, "dialect");

static const SmbField request_fields[] = {
	SMB_FIELD(NegotiateRequest, LIST, dialects, "dialects", .items = &dialects),
	SMB_FIELD(NegotiateRequest, U16, security_mode, "security_mode",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(NegotiateRequest, U32, capabilities, "capabilities", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(NegotiateRequest, GUID, client_guid, "client_guid"),
	SMB_FIELD(NegotiateRequest, LIST, negotiate_contexts, "negotiate_contexts",
		  .items = &smb2_negotiate_context),
};
static SMB_LAYOUT(request, NegotiateRequest, "negotiate request");

static const SmbField response_fields[] = {
	SMB_FIELD(NegotiateResponse, U16, security_mode, "security_mode",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(NegotiateResponse, U16, dialect_revision, "dialect_revision",
		  .flags = SMB_FIELD_SHOW_HEX, .name_of = dialect_name),
	SMB_FIELD(NegotiateResponse, GUID, server_guid, "server_guid"),
	SMB_FIELD(NegotiateResponse, U32, capabilities, "capabilities", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(NegotiateResponse, U32, max_transact_size, "max_transact_size"),
	SMB_FIELD(NegotiateResponse, U32, max_read_size, "max_read_size"),
	SMB_FIELD(NegotiateResponse, U32, max_write_size, "max_write_size"),
	SMB_FIELD(NegotiateResponse, FILETIME, system_time, "system_time"),
	SMB_FIELD(NegotiateResponse, FILETIME, server_start_time, "server_start_time"),
	SMB_FIELD(NegotiateResponse, U16, security_blob_length, "security_blob_length"),
	SMB_FIELD(NegotiateResponse, HEX, security_blob, "security_blob", .flags = SMB_FIELD_SECRET),
	SMB_FIELD(NegotiateResponse, LIST, negotiate_contexts, "negotiate_contexts",
		  .items = &smb2_negotiate_context),
};
static SMB_LAYOUT(response, NegotiateResponse, "negotiate response");

static bool
next_dialect(SmbList *list, void *item)
{
	Number *dialect = item;

	dialect->value = smb_reader_le16(&list->at);
	return list->at.status == SMB_READ_OK;
}

/*
 * DialectCount dialects. The facts have room for 32; only five are assigned, so more need not be
 * kept.
 */
static SmbList
read_dialects(Smb2Block *b, uint16_t count)
{
	Smb2Facts *facts = b->facts;
	SmbReader at = smb_reader_sub(&b->at, 2u * count);
	SmbList list = { .at = at, .next = next_dialect };

	while (facts->n_dialects < DIALECTS_MAX && smb_reader_left(&at) >= 2)
		facts->dialects[facts->n_dialects++] = smb_reader_le16(&at);
	facts->dialects_cut = b->at.status != SMB_READ_OK || smb_reader_declared_left(&at) >= 2;
	if (smb_reader_left(&at) >= 2)
		b->message->incomplete |= SMB_INCOMPLETE_LIMIT;
	return list;
}

static bool
offers(const Smb2Facts *facts, uint16_t dialect)
{
	for (uint32_t i = 0; i < facts->n_dialects; i++)
		if (facts->dialects[i] == dialect)
			return true;
	return false;
}

/* 2.2.3. */
void
smb2_parse_negotiate_request(Smb2Block *b)
{
	NegotiateRequest *n = SMB2_BODY(b, NegotiateRequest, &request);
	uint16_t dialect_count, context_count;
	uint32_t context_offset;

	dialect_count = smb_reader_le16(&b->at);
	n->security_mode = smb_reader_le16(&b->at);
	smb_reader_skip(&b->at, 2); /* Reserved */
	n->capabilities = smb_reader_le32(&b->at);
	n->client_guid = smb_reader_span(&b->at, GUID_SIZE);
	context_offset = smb_reader_le32(&b->at);
	context_count = smb_reader_le16(&b->at);
	smb_reader_skip(&b->at, 2); /* Reserved2 */
	n->dialects = read_dialects(b, dialect_count);
	/* For every other dialect this field is ClientStartTime. */
	if (offers(b->facts, SMB2_DIALECT_311))
		n->negotiate_contexts = smb2_negotiate_contexts(b, context_offset, context_count);
	b->facts->contexts = n->negotiate_contexts;
	b->facts->security_mode = n->security_mode;
	b->facts->capabilities = n->capabilities;
	b->facts->guid = n->client_guid;
}

/* 2.2.4. */
void
smb2_parse_negotiate_response(Smb2Block *b)
{
	NegotiateResponse *n = SMB2_BODY(b, NegotiateResponse, &response);
	uint16_t context_count, blob_offset;
	uint32_t context_offset;

	n->security_mode = smb_reader_le16(&b->at);
	n->dialect_revision = smb_reader_le16(&b->at);
	context_count = smb_reader_le16(&b->at);
	n->server_guid = smb_reader_span(&b->at, GUID_SIZE);
	n->capabilities = smb_reader_le32(&b->at);
	n->max_transact_size = smb_reader_le32(&b->at);
	n->max_read_size = smb_reader_le32(&b->at);
	n->max_write_size = smb_reader_le32(&b->at);
	n->system_time = smb_reader_le64(&b->at);
	n->server_start_time = smb_reader_le64(&b->at);
	blob_offset = smb_reader_le16(&b->at);
	n->security_blob_length = smb_reader_le16(&b->at);
	context_offset = smb_reader_le32(&b->at);
	n->security_blob = smb2_buffer(b, blob_offset, n->security_blob_length);
	if (n->dialect_revision == SMB2_DIALECT_311)
		n->negotiate_contexts = smb2_negotiate_contexts(b, context_offset, context_count);
	b->facts->contexts = n->negotiate_contexts;
	b->facts->max_transact = n->max_transact_size;
	b->facts->max_read = n->max_read_size;
	b->facts->max_write = n->max_write_size;
	b->facts->has_start_time = n->server_start_time != 0;
	b->facts->security_mode = n->security_mode;
	b->facts->dialect = n->dialect_revision;
	b->facts->guid = n->server_guid;
	b->facts->capabilities = n->capabilities;
	b->facts->blob = n->security_blob;
}
