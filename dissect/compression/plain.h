/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the algorithms share: the room for what is decompressed, and references into it. Private to
 * dissect/compression. A reference never reaches before the bytes of its own stream (or chunk).
 */
#pragma once

#include "dissect/compression/compression.h"

static inline bool
smb_plain_full(const SmbPlain *out)
{
	return out->used == out->size;
}

static inline void
smb_plain_put(SmbPlain *out, uint8_t byte)
{
	if (!smb_plain_full(out))
		out->bytes[out->used++] = byte;
}

/* Appends the next byte of `in`, if it is there. */
static inline void
smb_plain_literal(SmbPlain *out, SmbReader *in)
{
	uint8_t byte = smb_reader_u8(in);

	if (in->status == SMB_READ_OK)
		smb_plain_put(out, byte);
}

/*
 * Appends `length` bytes that begin `distance` bytes back, one by one: what is written may be what
 * is copied next. `begin`: where the stream began in the room. A distance of 0, or to before the
 * beginning, is MALFORMED in `in`.
 */
static inline void
smb_plain_repeat(SmbPlain *out, uint32_t begin, SmbReader *in, uint32_t distance, uint32_t length)
{
	uint32_t room = out->size - out->used;

	if (distance == 0 || distance > out->used - begin) {
		smb_reader_fail(in, SMB_READ_MALFORMED);
		return;
	}
	length = length < room ? length : room;
	for (uint32_t i = 0; i < length; i++, out->used++)
		out->bytes[out->used] = out->bytes[out->used - distance];
}

/* [MS-XCA] 2.5, 2.4 and 2.2. */
void smb_expand_lznt1(SmbReader *in, SmbPlain *out);
void smb_expand_lz77(SmbReader *in, SmbPlain *out);
void smb_expand_lz77_huffman(SmbReader *in, SmbPlain *out);
/* An LZ4 block. */
void smb_expand_lz4(SmbReader *in, SmbPlain *out);
