/* SPDX-License-Identifier: BSD-3-Clause */
/* LZNT1 ([MS-XCA] 2.5): chunks of at most 4096 bytes, each decompressed by itself. */
#include "dissect/compression/plain.h"

enum {
	COMPRESSED = 0x8000,
	SIGNATURE_SHIFT = 12,
	SIGNATURE_MASK = 7,
	SIGNATURE = 3,
	SIZE_MASK = 0x0FFF,
	CHUNK_MAX = 4096,
	MATCH_MIN = 3,
};

/* 2.5.1.4: how many bits of a compressed word are the displacement, after so many bytes. */
static uint32_t
displacement_bits(uint32_t written)
{
	uint32_t bits = 4;

	while (bits < 12 && 1u << bits < written)
		bits++;
	return bits;
}

static void
compressed_word(SmbReader *chunk, SmbPlain *out, uint32_t begin)
{
	uint32_t word = smb_reader_le16(chunk);
	uint32_t length_bits = 16 - displacement_bits(out->used - begin);

	if (chunk->status == SMB_READ_OK)
		smb_plain_repeat(out, begin, chunk, (word >> length_bits) + 1,
				 (word & ((1u << length_bits) - 1)) + MATCH_MIN);
}

/* 2.5.1.3. Bits of a flag byte that have no data any more mean nothing. */
static void
flag_groups(SmbReader *chunk, SmbPlain *out)
{
	uint32_t begin = out->used;

	while (smb_reader_declared_left(chunk) && !smb_plain_full(out)) {
		uint32_t flags = smb_reader_u8(chunk);

		for (int i = 0; i < 8 && smb_reader_declared_left(chunk); i++, flags >>= 1)
			if (flags & 1)
				compressed_word(chunk, out, begin);
			else
				smb_plain_literal(out, chunk);
		if (out->used - begin > CHUNK_MAX)
			smb_reader_fail(chunk, SMB_READ_MALFORMED);
	}
}

static void
literal(SmbReader *chunk, SmbPlain *out)
{
	while (smb_reader_declared_left(chunk) && !smb_plain_full(out))
		smb_plain_literal(out, chunk);
}

void
smb_expand_lznt1(SmbReader *in, SmbPlain *out)
{
	while (smb_reader_declared_left(in) >= 2 && !smb_plain_full(out)) {
		uint16_t header = smb_reader_le16(in);
		SmbReader chunk;

		if (header == 0)
			return;
		if ((header >> SIGNATURE_SHIFT & SIGNATURE_MASK) != SIGNATURE) {
			smb_reader_fail(in, SMB_READ_MALFORMED);
			return;
		}
		chunk = smb_reader_sub(in, (header & SIZE_MASK) + 1);
		if (header & COMPRESSED)
			flag_groups(&chunk, out);
		else
			literal(&chunk, out);
		smb_reader_fail(in, chunk.status);
	}
}
