/* SPDX-License-Identifier: BSD-3-Clause */
/* Negotiate contexts: [MS-SMB2] 2.2.3.1, 2.2.4.1. Requests and responses have the same forms. */
#include "dissect/smb2/contexts.h"

/* ContextType: 2.2.3.1. */
enum {
	PREAUTH_INTEGRITY = 1,
	ENCRYPTION = 2,
	COMPRESSION = 3,
	NETNAME = 5,
	TRANSPORT = 6,
	RDMA_TRANSFORM = 7,
	SIGNING = 8,
	POSIX = 0x100, /* reserved in 2.2.3.1; of the POSIX extensions of Samba and Linux */
};

/* An algorithm. */
typedef struct {
	uint16_t value;
} Id;

/* A union of all contents: the members that a type has not are not in its layout. */
typedef struct {
	uint16_t count, salt_length;
	uint32_t flags;
	SmbList ids; /* items: Id */
	SmbSpan bytes;
	SmbText name;
} Content;

typedef struct {
	uint16_t type, data_length;
	SmbPart part;
	Content content;
} Context;
_Static_assert(sizeof(Context) <= SMB_ITEM_MAX, "raise SMB_ITEM_MAX");

static const char *
context_name(uint32_t value)
{
	static const char *const names[] = {
		[PREAUTH_INTEGRITY] = "preauth integrity",
		[ENCRYPTION] = "encryption",
		[COMPRESSION] = "compression",
		[NETNAME] = "netname",
		[TRANSPORT] = "transport",
		[RDMA_TRANSFORM] = "RDMA transform",
		[SIGNING] = "signing",
	};

	if (value == POSIX)
		return "POSIX extensions";
	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const SmbField smb2_negotiate_context_fields[] = {
	SMB_FIELD(Context, U16, type, "type", .flags = SMB_FIELD_SHOW_HEX, .name_of = context_name),
	SMB_FIELD(Context, U16, data_length, "data_length"),
	SMB_FIELD(Context, PART, part, "content"),
};
SMB_LAYOUT(smb2_negotiate_context, Context, "negotiate context");

/* ---- algorithms: 2.2.3.1.1, .2, .3, .6, .7 ---- */

static const char *
hash_name(uint32_t value)
{
	return value == 1 ? "SHA-512" : NULL;
}

static const char *
cipher_name(uint32_t value)
{
	static const char *const names[] = {
		[1] = "AES-128-CCM", [2] = "AES-128-GCM", [3] = "AES-256-CCM", [4] = "AES-256-GCM"
	};

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

const char *
smb2_compression_name(uint32_t value)
{
	static const char *const names[] = { "none",         "LZNT1",      "LZ77",
					     "LZ77+Huffman", "Pattern_V1", "LZ4" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

static const char *
signing_name(uint32_t value)
{
	static const char *const names[] = { "HMAC-SHA256", "AES-CMAC", "AES-GMAC" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL;
}

/* The layout of a bare id with the names of its kind. */
#define ID_LAYOUT(ident, names, label)             \
	static const SmbField ident##_fields[] = { \
		{ .offset = offsetof(Id, value),   \
		  .kind = SMB_FIELD_U16,           \
		  .flags = SMB_FIELD_SHOW_HEX,     \
		  .name_of = (names) },            \
	};                                         \
	static SMB_LAYOUT(ident, Id, label)

ID_LAYOUT(hash, hash_name, "hash algorithm");
ID_LAYOUT(cipher, cipher_name, "cipher");
ID_LAYOUT(compressor, smb2_compression_name, "compression algorithm");
ID_LAYOUT(transform, smb2_rdma_transform_name, "RDMA transform");
ID_LAYOUT(signer, signing_name, "signing algorithm");

static const SmbField preauth_fields[] = {
	SMB_FIELD(Content, U16, count, "hash_algorithm_count"),
	SMB_FIELD(Content, U16, salt_length, "salt_length"),
	SMB_FIELD(Content, LIST, ids, "hash_algorithms", .items = &hash),
	SMB_FIELD(Content, HEX, bytes, "salt"),
};
static SMB_LAYOUT(preauth, Content, "preauth integrity capabilities");

static const SmbField encryption_fields[] = {
	SMB_FIELD(Content, U16, count, "cipher_count"),
	SMB_FIELD(Content, LIST, ids, "ciphers", .items = &cipher),
};
static SMB_LAYOUT(encryption, Content, "encryption capabilities");

static const SmbField compression_fields[] = {
	SMB_FIELD(Content, U16, count, "compression_algorithm_count"),
	SMB_FIELD(Content, U32, flags, "compression_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Content, LIST, ids, "compression_algorithms", .items = &compressor),
};
static SMB_LAYOUT(compression, Content, "compression capabilities");

static const SmbField rdma_fields[] = {
	SMB_FIELD(Content, U16, count, "rdma_transform_count"),
	SMB_FIELD(Content, LIST, ids, "rdma_transforms", .items = &transform),
};
static SMB_LAYOUT(rdma, Content, "RDMA transform capabilities");

static const SmbField signing_fields[] = {
	SMB_FIELD(Content, U16, count, "signing_algorithm_count"),
	SMB_FIELD(Content, LIST, ids, "signing_algorithms", .items = &signer),
};
static SMB_LAYOUT(signing, Content, "signing capabilities");

static const SmbField netname_fields[] = { SMB_FIELD(Content, TEXT, name, "netname") };
static SMB_LAYOUT(netname, Content, "netname");

static const SmbField transport_fields[] = {
	SMB_FIELD(Content, U32, flags, "transport_flags", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(transport, Content, "transport capabilities");

static const SmbField posix_fields[] = { SMB_FIELD(Content, HEX, bytes, "posix") };
static SMB_LAYOUT(posix, Content, "POSIX extensions");

static bool
next_id(SmbList *list, void *item)
{
	Id *id = item;

	id->value = smb_reader_le16(&list->at);
	return list->at.status == SMB_READ_OK;
}

/* `count` ids; if the data has fewer, those. */
static void
read_ids(SmbReader *data, Content *c)
{
	c->ids = (SmbList){ .at = smb_reader_sub(data, 2u * c->count), .next = next_id };
}

/* 2.2.3.1.1 */
static const SmbLayout *
read_preauth(SmbReader *data, Content *c)
{
	c->count = smb_reader_le16(data);
	c->salt_length = smb_reader_le16(data);
	if (data->status != SMB_READ_OK)
		return smb2_context_layout(data, &preauth);
	read_ids(data, c);
	c->bytes = smb_reader_span(data, c->salt_length);
	return &preauth;
}

/* 2.2.3.1.3 */
static const SmbLayout *
read_compression(SmbReader *data, Content *c)
{
	c->count = smb_reader_le16(data);
	smb_reader_skip(data, 2); /* Padding */
	c->flags = smb_reader_le32(data);
	if (data->status != SMB_READ_OK)
		return smb2_context_layout(data, &compression);
	read_ids(data, c);
	return &compression;
}

/* 2.2.3.1.2, 2.2.3.1.7, and 2.2.3.1.6, which has reserved bytes after the count. */
static const SmbLayout *
read_algorithms(SmbReader *data, Content *c, const SmbLayout *layout)
{
	c->count = smb_reader_le16(data);
	if (layout == &rdma)
		smb_reader_skip(data, 2 + 4); /* Reserved1, Reserved2 */
	if (data->status != SMB_READ_OK)
		return smb2_context_layout(data, layout);
	read_ids(data, c);
	return layout;
}

/* 2.2.3.1.5 */
static const SmbLayout *
read_transport(SmbReader *data, Content *c)
{
	c->flags = smb_reader_le32(data);
	return smb2_context_layout(data, &transport);
}

/* The layout of what the data of a context of this type have, which is read into *c. */
static const SmbLayout *
read_content(SmbReader *data, uint16_t type, Content *c)
{
	switch (type) {
	case PREAUTH_INTEGRITY:
		return read_preauth(data, c);
	case ENCRYPTION:
		return read_algorithms(data, c, &encryption);
	case COMPRESSION:
		return read_compression(data, c);
	case NETNAME: /* 2.2.3.1.4: all of it */
		c->name = (SmbText){ smb_reader_span(data, smb_reader_declared_left(data)),
				     SMB_TEXT_UTF16LE };
		return &netname;
	case TRANSPORT:
		return read_transport(data, c);
	case RDMA_TRANSFORM:
		return read_algorithms(data, c, &rdma);
	case SIGNING:
		return read_algorithms(data, c, &signing);
	case POSIX:
		c->bytes = smb_reader_span(data, smb_reader_declared_left(data));
		return &posix;
	default:
		return NULL;
	}
}

/*
 * 2.2.3.1; `form` counts the remaining contexts. A context whose data is incomplete is still
 * reported, because its type is there. Gives what the data's reader came to in *ret_data.
 */
static bool
read_context(SmbList *list, Context *c, SmbReadStatus *ret_data)
{
	SmbReader data;
	bool there;

	if (!smb2_context_begins(list))
		return false;
	c->type = smb_reader_le16(&list->at);
	c->data_length = smb_reader_le16(&list->at);
	smb_reader_skip(&list->at, 4); /* Reserved */
	there = smb2_context_data(list, c->data_length, &data);
	if (there)
		c->part = (SmbPart){ read_content(&data, c->type, &c->content), &c->content };
	*ret_data = data.status;
	return there;
}

static bool
next_context(SmbList *list, void *item)
{
	SmbReadStatus data;

	return read_context(list, item, &data);
}

/* ---- what the facts keep ---- */

static uint32_t
bits_of(SmbList ids)
{
	uint32_t bits = 0;
	Id id;

	while (ids.next && ids.next(&ids, &id))
		bits |= id.value < 32 ? UINT32_C(1) << id.value : 0;
	return bits;
}

static void
note_algorithms(SmbAlgorithms *to, const Context *c)
{
	if (c->type == ENCRYPTION)
		to->ciphers |= bits_of(c->content.ids);
	else if (c->type == COMPRESSION)
		to->compressions |= bits_of(c->content.ids);
	else if (c->type == SIGNING)
		to->signings |= bits_of(c->content.ids);
}

bool
smb2_next_context(SmbList *contexts, Smb2Context *ret)
{
	SmbReadStatus data;
	SmbList ids;
	Context c;
	Id id;

	memset(&c, 0, sizeof(c));
	memset(ret, 0, offsetof(Smb2Context, ids));
	if (!read_context(contexts, &c, &data)) /* a list that is absent has none */
		return false;
	ret->type = c.type;
	ret->flags = c.content.flags;
	ret->salt_length = c.content.salt_length;
	ids = c.content.ids;
	while (ids.next && ret->n_ids < SMB2_CONTEXT_IDS && ids.next(&ids, &id))
		ret->ids[ret->n_ids++] = id.value;
	return true;
}

/* The list is walked once here, so that errors in it are known now and not when it is printed. */
SmbList
smb2_negotiate_contexts(Smb2Block *b, uint32_t offset, uint16_t count)
{
	SmbList list = { .at = b->at, .next = next_context, .form = count }, walk;
	SmbReadStatus data;
	Context c;

	if (count == 0)
		return list;
	if (offset < b->at.pos)
		smb_reader_fail(&list.at, SMB_READ_MALFORMED);
	smb_reader_seek(&list.at, offset);
	walk = list;
	for (;;) {
		memset(&c, 0, sizeof(c));
		if (!read_context(&walk, &c, &data))
			break;
		note_algorithms(&b->facts->algorithms, &c);
		smb_reader_fail(&b->at, data);
	}
	smb_reader_fail(&b->at, walk.at.status);
	return list;
}
