/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The headers of messages that are encrypted or compressed: [MS-SMB2] 2.2.41, 2.2.42. What follows
 * them is not read here.
 */
#include "dissect/compression/compression.h"
#include "dissect/smb2/commands.h"
#include "dissect/smb2/compression.h"
#include "dissect/smb2/contexts.h"

enum {
	SIGNATURE_SIZE = 16,
	NONCE_SIZE = 16,
	FLAG_CHAINED = 1,
};

typedef struct {
	SmbSpan signature, nonce;
	uint32_t original_message_size;
	uint16_t flags;
	uint64_t session_id;
} Transform;

typedef struct {
	uint32_t original_size;
	uint16_t algorithm, flags;
	uint32_t offset;
	SmbList payloads; /* items: Payload */
} Compression;

typedef struct {
	uint16_t algorithm, flags;
	uint32_t length, original_size, repetitions;
	uint8_t pattern;
	SmbPart part;
} Payload;

static const SmbField transform_fields[] = {
	SMB_FIELD(Transform, HEX, signature, "transform_signature"),
	SMB_FIELD(Transform, HEX, nonce, "nonce"),
	SMB_FIELD(Transform, U32, original_message_size, "original_message_size"),
	SMB_FIELD(Transform, U16, flags, "transform_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Transform, U64, session_id, "session_id"),
};
static SMB_LAYOUT(transform, Transform, "transform header");

static const SmbField unchained_fields[] = {
	SMB_FIELD(Compression, U32, original_size, "original_compressed_segment_size"),
	SMB_FIELD(Compression, U16, algorithm, "compression_algorithm",
		  .name_of = smb2_compression_name),
	SMB_FIELD(Compression, U16, flags, "compression_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Compression, U32, offset, "offset"),
};
static SMB_LAYOUT(unchained, Compression, "compression header");

static const SmbField original_fields[] = {
	SMB_FIELD(Payload, U32, original_size, "original_payload_size"),
};
static SMB_LAYOUT(original, Payload, "original size");

static const SmbField pattern_fields[] = {
	SMB_FIELD(Payload, U8, pattern, "pattern", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Payload, U32, repetitions, "repetitions"),
};
static SMB_LAYOUT(pattern, Payload, "pattern");

static const SmbField payload_fields[] = {
	SMB_FIELD(Payload, U16, algorithm, "compression_algorithm",
		  .name_of = smb2_compression_name),
	SMB_FIELD(Payload, U16, flags, "compression_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Payload, U32, length, "length"),
	SMB_FIELD(Payload, PART, part, "data"),
};
static SMB_LAYOUT(payload, Payload, "compressed payload");

static const SmbField chained_fields[] = {
	SMB_FIELD(Compression, U32, original_size, "original_compressed_segment_size"),
	SMB_FIELD(Compression, LIST, payloads, "payloads", .items = &payload),
};
static SMB_LAYOUT(chained, Compression, "compression header");

static void *
begin(SmbMessage *m, const SmbLayout *layout, void *storage)
{
	memset(storage, 0, layout->size);
	m->transform_layout = layout;
	m->transform = storage;
	return storage;
}

/*
 * Its Signature authenticates the encryption and does not mean that the session is signed, so it is
 * not the message's signature.
 */
SmbReader
smb2_read_transform(SmbReader r, SmbMessage *m, void *storage)
{
	Transform *t = begin(m, &transform, storage);

	_Static_assert(sizeof(Transform) <= SMB2_BODY_MAX, "raise SMB2_BODY_MAX");
	m->version = 3;
	t->signature = smb_reader_span(&r, SIGNATURE_SIZE);
	t->nonce = smb_reader_span(&r, NONCE_SIZE);
	t->original_message_size = smb_reader_le32(&r);
	smb_reader_skip(&r, 2); /* Reserved */
	m->flags = t->flags = smb_reader_le16(&r);
	m->uid = t->session_id = smb_reader_le64(&r);
	if (r.status == SMB_READ_OK && t->original_message_size > smb_reader_declared_left(&r))
		m->anomalies |= SMB_ANOMALY_FIELDS;
	return r;
}

/* What follows the header of a payload: 2.2.42.2.1, 2.2.42.2.2. */
static void
read_payload(SmbReader data, Payload *p)
{
	const SmbLayout *layout = NULL;

	if (smb2_payload_has_size(p->algorithm)) {
		p->original_size = smb_reader_le32(&data);
		layout = &original;
	} else if (p->algorithm == SMB_COMPRESSION_PATTERN_V1) {
		p->pattern = smb_reader_u8(&data);
		smb_reader_skip(&data, 1 + 2); /* Reserved1, Reserved2 */
		p->repetitions = smb_reader_le32(&data);
		layout = &pattern;
	}
	if (data.status == SMB_READ_OK)
		p->part = (SmbPart){ layout, p };
}

static bool
next_payload(SmbList *list, void *item)
{
	Payload *p = item;
	bool there;

	if (smb_reader_declared_left(&list->at) == 0)
		return false;
	p->algorithm = smb_reader_le16(&list->at);
	p->flags = smb_reader_le16(&list->at);
	p->length = smb_reader_le32(&list->at);
	there = list->at.status == SMB_READ_OK;
	read_payload(smb_reader_sub(&list->at, p->length), p);
	return there;
}

static void
check_payloads(SmbMessage *m, SmbList walk)
{
	Payload p;

	do
		memset(&p, 0, sizeof(p));
	while (next_payload(&walk, &p));
	if (walk.at.status == SMB_READ_MALFORMED)
		m->anomalies |= SMB_ANOMALY_FIELDS;
}

SmbReader
smb2_read_compression(SmbReader r, SmbMessage *m, void *storage)
{
	Compression *c = begin(m, &unchained, storage);
	SmbReader first;

	_Static_assert(sizeof(Compression) <= SMB2_BODY_MAX, "raise SMB2_BODY_MAX");
	m->version = 4;
	c->original_size = smb_reader_le32(&r);
	first = r;
	c->algorithm = smb_reader_le16(&r);
	m->flags = c->flags = smb_reader_le16(&r);
	c->offset = smb_reader_le32(&r);
	if (r.status != SMB_READ_OK)
		return r;
	if (c->flags & FLAG_CHAINED) {
		m->transform_layout = &chained;
		c->payloads = (SmbList){ .at = first, .next = next_payload };
		check_payloads(m, c->payloads);
	} else if (c->offset > smb_reader_declared_left(&r)) {
		m->anomalies |= SMB_ANOMALY_FIELDS;
	}
	return r;
}
