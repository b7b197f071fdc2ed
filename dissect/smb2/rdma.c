/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What READ and WRITE say of data that goes by RDMA: where its buffers are ([MS-SMBD] 2.2.3.1), and
 * how it was encrypted or signed ([MS-SMB2] 2.2.43). Few messages have that, so it is kept in the
 * second half of the body's storage, and only a pointer to it is cleared for every message.
 */
#include "dissect/smb2/commands.h"

enum { TRANSFORM_SIZE = 8 };

typedef struct {
	uint64_t offset;
	uint32_t token, length;
} Descriptor;

typedef struct {
	uint16_t type, signature_length, nonce_length;
	SmbSpan signature, nonce;
} CryptoTransform;

typedef struct {
	uint16_t descriptor_offset, descriptor_length;
	uint32_t channel;
	uint16_t count;
	SmbList transforms; /* items: CryptoTransform */
} RdmaTransform;

typedef struct {
	RdmaTransform transform;
	SmbList descriptors; /* items: Descriptor */
} Rdma;

static const char *
channel_name(uint32_t value)
{
	static const char *const names[] = { "none", "RDMA v1", "RDMA v1 invalidate",
					     "RDMA transform" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

const char *
smb2_rdma_transform_name(uint32_t value)
{
	static const char *const names[] = { "none", "encryption", "signing" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const SmbField descriptor_fields[] = {
	SMB_FIELD(Descriptor, U64, offset, "offset"),
	SMB_FIELD(Descriptor, U32, token, "token", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Descriptor, U32, length, "length"),
};
static SMB_LAYOUT(descriptor, Descriptor, "buffer descriptor");

static const SmbField crypto_fields[] = {
	SMB_FIELD(CryptoTransform, U16, type, "type", .name_of = smb2_rdma_transform_name),
	SMB_FIELD(CryptoTransform, U16, signature_length, "signature_length"),
	SMB_FIELD(CryptoTransform, U16, nonce_length, "nonce_length"),
	SMB_FIELD(CryptoTransform, HEX, signature, "signature"),
	SMB_FIELD(CryptoTransform, HEX, nonce, "nonce"),
};
static SMB_LAYOUT(crypto, CryptoTransform, "RDMA crypto transform");

static const SmbField transform_fields[] = {
	SMB_FIELD(RdmaTransform, U16, descriptor_offset, "rdma_descriptor_offset"),
	SMB_FIELD(RdmaTransform, U16, descriptor_length, "rdma_descriptor_length"),
	SMB_FIELD(RdmaTransform, U32, channel, "channel", .name_of = channel_name),
	SMB_FIELD(RdmaTransform, U16, count, "transform_count"),
	SMB_FIELD(RdmaTransform, LIST, transforms, "transforms", .items = &crypto),
};
static SMB_LAYOUT(transform, RdmaTransform, "RDMA transform");

static const SmbField buffers_fields[] = {
	SMB_FIELD(Rdma, LIST, descriptors, "buffer_descriptors", .items = &descriptor),
};
static SMB_LAYOUT(buffers, Rdma, "RDMA buffers");

static const SmbField transformed_fields[] = {
	SMB_FIELD(Rdma, OBJECT, transform, "rdma_transform", .items = &transform),
	SMB_FIELD(Rdma, LIST, descriptors, "buffer_descriptors", .items = &descriptor),
};
static SMB_LAYOUT(transformed, Rdma, "transformed RDMA buffers");

static bool
next_descriptor(SmbList *list, void *item)
{
	Descriptor *d = item;

	if (smb_reader_declared_left(&list->at) == 0)
		return false;
	smb_layout_read(&list->at, &descriptor, 0, d);
	return list->at.status == SMB_READ_OK;
}

/* 2.2.43.1; `form` counts the remaining ones. Each begins at a multiple of 8 bytes. */
static bool
next_transform(SmbList *list, void *item)
{
	CryptoTransform *t = item;

	if (list->form == 0)
		return false;
	list->form--;
	smb_reader_align(&list->at, TRANSFORM_SIZE);
	t->type = smb_reader_le16(&list->at);
	t->signature_length = smb_reader_le16(&list->at);
	t->nonce_length = smb_reader_le16(&list->at);
	smb_reader_skip(&list->at, 2); /* Reserved */
	if (list->at.status != SMB_READ_OK)
		return false;
	t->signature = smb_reader_span(&list->at, t->signature_length);
	t->nonce = smb_reader_span(&list->at, t->nonce_length);
	return true;
}

/* 2.2.43, in a reader that begins with it. Gives how far that could be read. */
static SmbReadStatus
read_transform(SmbReader at, Rdma *rdma)
{
	RdmaTransform *t = &rdma->transform;
	SmbReader start = at;

	t->descriptor_offset = smb_reader_le16(&at);
	t->descriptor_length = smb_reader_le16(&at);
	t->channel = smb_reader_le32(&at);
	t->count = smb_reader_le16(&at);
	smb_reader_skip(&at, 2 + 4); /* Reserved1, Reserved2 */
	t->transforms = (SmbList){ .at = at, .next = next_transform, .form = t->count };
	if (t->descriptor_length == 0 || at.status != SMB_READ_OK || t->descriptor_offset < at.pos)
		return at.status;
	smb_reader_skip(&start, t->descriptor_offset);
	rdma->descriptors = (SmbList){ .at = smb_reader_sub(&start, t->descriptor_length),
				       .next = next_descriptor };
	return start.status;
}

/* Walks both lists once, so that a lie in them is one of the command. */
static SmbReadStatus
walk(const Rdma *rdma)
{
	SmbList transforms = rdma->transform.transforms, descriptors = rdma->descriptors;
	CryptoTransform t;
	Descriptor d;

	while (transforms.next && transforms.next(&transforms, &t))
		;
	while (descriptors.next && descriptors.next(&descriptors, &d))
		;
	return transforms.at.status != SMB_READ_OK ? transforms.at.status : descriptors.at.status;
}

SmbPart
smb2_rdma(Smb2Block *b, uint32_t channel, uint32_t offset, uint32_t length)
{
	Rdma *rdma = (void *)((uint8_t *)b->storage + SMB2_BODY_EXTRA);
	SmbReadStatus status;
	SmbReader at;
	SmbSpan bytes;

	_Static_assert(sizeof(Rdma) <= SMB2_BODY_MAX - SMB2_BODY_EXTRA, "raise SMB2_BODY_MAX");
	if (channel == SMB2_CHANNEL_NONE || channel > SMB2_CHANNEL_RDMA_TRANSFORM)
		return (SmbPart){ 0 };
	bytes = smb2_buffer(b, offset, length);
	if (!bytes.ptr)
		return (SmbPart){ 0 };
	memset(rdma, 0, sizeof(*rdma));
	at = smb_reader_from_span(bytes);
	if (channel == SMB2_CHANNEL_RDMA_TRANSFORM) {
		status = read_transform(at, rdma);
		smb_reader_fail(&b->at, status != SMB_READ_OK ? status : walk(rdma));
		return status == SMB_READ_OK ? (SmbPart){ &transformed, rdma } : (SmbPart){ 0 };
	}
	rdma->descriptors = (SmbList){ .at = at, .next = next_descriptor };
	smb_reader_fail(&b->at, walk(rdma));
	return (SmbPart){ &buffers, rdma };
}
