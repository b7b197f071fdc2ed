/* SPDX-License-Identifier: BSD-3-Clause */
/* The choice among the algorithms, and those that take a few lines. */
#include "dissect/compression/plain.h"

static void
copy(SmbReader *in, SmbPlain *out)
{
	uint32_t here = smb_reader_left(in), room = out->size - out->used;
	uint32_t n = here < room ? here : room;

	smb_span_copy(smb_reader_span(in, n), out->bytes + out->used, n);
	out->used += n;
	if (!smb_plain_full(out) && smb_reader_declared_left(in))
		smb_reader_fail(in, SMB_READ_TRUNCATED);
}

/* [MS-SMB2] 2.2.42.2.2. */
static void
pattern(SmbReader *in, SmbPlain *out)
{
	uint8_t byte = smb_reader_u8(in);
	uint32_t n, room = out->size - out->used;

	smb_reader_skip(in, 3); /* Reserved1, Reserved2 */
	n = smb_reader_le32(in);
	n = n < room ? n : room;
	if (n)
		memset(out->bytes + out->used, byte, n);
	out->used += n;
}

void
smb_expand(SmbReader *in, uint16_t algorithm, SmbPlain *out)
{
	static void (*const algorithms[])(SmbReader * in, SmbPlain * out) = {
		[SMB_COMPRESSION_NONE] = copy,
		[SMB_COMPRESSION_LZNT1] = smb_expand_lznt1,
		[SMB_COMPRESSION_LZ77] = smb_expand_lz77,
		[SMB_COMPRESSION_LZ77_HUFFMAN] = smb_expand_lz77_huffman,
		[SMB_COMPRESSION_PATTERN_V1] = pattern,
		[SMB_COMPRESSION_LZ4] = smb_expand_lz4,
	};

	if (algorithm < sizeof(algorithms) / sizeof(algorithms[0]))
		algorithms[algorithm](in, out);
	else
		smb_reader_fail(in, SMB_READ_MALFORMED);
}
