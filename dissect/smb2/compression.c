/* SPDX-License-Identifier: BSD-3-Clause */
/* Compressed messages ([MS-SMB2] 2.2.42, 3.1.5.3). */
#include "dissect/smb2/compression.h"

#include "dissect/compression/compression.h"
#include "dissect/wire/codes.h"

enum { FLAG_CHAINED = 1 };

typedef struct {
	uint32_t size; /* OriginalCompressedSegmentSize */
	uint16_t algorithm, flags;
	uint32_t offset; /* unchained: of what is compressed; chained: the first Length */
} Header;

/* Whether it is the header of a compressed message; the reader then stands behind it. */
static bool
read_header(SmbReader *r, Header *ret)
{
	uint32_t protocol = smb_reader_le32(r);

	*ret = (Header){ .size = smb_reader_le32(r) };
	ret->algorithm = smb_reader_le16(r);
	ret->flags = smb_reader_le16(r);
	ret->offset = smb_reader_le32(r);
	return r->status == SMB_READ_OK && protocol == SMB2_COMPRESSION_PROTOCOL_ID;
}

bool
smb2_is_compressed(const SmbReader *bytes)
{
	SmbReader r = *bytes;

	return smb_reader_le32(&r) == SMB2_COMPRESSION_PROTOCOL_ID;
}

static uint64_t
plain_size(const Header *h)
{
	return h->flags & FLAG_CHAINED ? h->size : (uint64_t)h->size + h->offset;
}

uint64_t
smb2_plain_size(SmbReader bytes)
{
	Header h;

	return read_header(&bytes, &h) ? plain_size(&h) : 0;
}

bool
smb2_payload_has_size(uint16_t algorithm)
{
	return algorithm == SMB_COMPRESSION_LZNT1 || algorithm == SMB_COMPRESSION_LZ77 ||
	       algorithm == SMB_COMPRESSION_LZ77_HUFFMAN || algorithm == SMB_COMPRESSION_LZ4;
}

/*
 * Appends what a payload stands for, of which `declared` bytes are wanted at most. One that ends
 * before it has made so many, or so many as were asked for, is malformed (3.1.5.3).
 */
static void
expand(SmbReader *payload, uint16_t algorithm, uint32_t declared, SmbPlain *out)
{
	uint32_t room = out->size - out->used;
	SmbPlain part = { .size = declared < room ? declared : room };

	if (room == 0) /* and there may be no room at all */
		return;
	part.bytes = out->bytes + out->used;
	smb_expand(payload, algorithm, &part);
	out->used += part.used;
	if (part.used < part.size)
		smb_reader_fail(payload, SMB_READ_MALFORMED);
}

static void
unchained(SmbReader *r, const Header *h, SmbPlain *out)
{
	SmbReader clear = smb_reader_sub(r, h->offset);

	expand(&clear, SMB_COMPRESSION_NONE, h->offset, out);
	smb_reader_fail(r, clear.status);
	expand(r, h->algorithm, h->size, out); /* nothing, where one of both failed */
}

/* Payloads, each behind 8 bytes of its own; the reader stands at the first. */
static void
chained(SmbReader *r, SmbPlain *out)
{
	while (smb_reader_declared_left(r) && out->used < out->size) {
		uint16_t algorithm = smb_reader_le16(r);
		uint32_t length, declared;
		SmbReader payload;

		smb_reader_skip(r, 2); /* Flags */
		length = smb_reader_le32(r);
		payload = smb_reader_sub(r, length);
		declared = length;
		if (smb2_payload_has_size(algorithm))
			declared = smb_reader_le32(&payload);
		if (algorithm == SMB_COMPRESSION_PATTERN_V1) {
			SmbReader at = payload;

			smb_reader_skip(&at, 4); /* Pattern, Reserved1, Reserved2 */
			declared = smb_reader_le32(&at);
		}
		expand(&payload, algorithm, declared, out);
		smb_reader_fail(r, payload.status);
	}
}

SmbReader
smb2_decompress(SmbReader bytes, uint8_t *room, uint32_t size, SmbReadStatus *ret)
{
	SmbReader r = smb_reader_here(bytes);
	SmbPlain out = { .bytes = room };
	uint64_t declared = 0;
	Header h;

	if (read_header(&r, &h)) {
		declared = plain_size(&h);
		out.size = declared < size ? (uint32_t)declared : size;
		if (h.flags & FLAG_CHAINED) {
			smb_reader_seek(&r, r.pos - 8);
			chained(&r, &out);
		} else {
			unchained(&r, &h, &out);
		}
		if (out.used < out.size)
			smb_reader_fail(&r, SMB_READ_MALFORMED);
	}
	*ret = r.status;
	return smb_reader_new(room, out.used,
			      declared > UINT32_MAX ? UINT32_MAX : (uint32_t)declared);
}
