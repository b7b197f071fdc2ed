/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LZ4: one block, without the frame that files have ([MS-SMB2] 2.2.3.1.3 refers to the LZ4 block
 * format). liblz4 is not used, because it takes a distance of 0 and then gives what lay in the room
 * before, and because it gives nothing of a block that the capture cut.
 */
#include "dissect/compression/plain.h"

enum {
	MATCH_MIN = 4,
	HALF = 15, /* of a token: more bytes of the length follow */
};

/* A length that goes on in bytes of 255, and ends with a smaller one. */
static uint32_t
length_of(SmbReader *in, uint32_t length)
{
	uint8_t more = 255;

	if (length < HALF)
		return length;
	while (more == 255 && in->status == SMB_READ_OK) {
		more = smb_reader_u8(in);
		if (length > UINT32_MAX - 255 - MATCH_MIN)
			smb_reader_fail(in, SMB_READ_MALFORMED);
		else
			length += more;
	}
	return length;
}

/* The last sequence has literals alone. */
void
smb_expand_lz4(SmbReader *in, SmbPlain *out)
{
	uint32_t begin = out->used;

	while (smb_reader_declared_left(in) && !smb_plain_full(out)) {
		uint8_t token = smb_reader_u8(in);
		uint32_t n = length_of(in, token >> 4), distance;

		for (; n && in->status == SMB_READ_OK && !smb_plain_full(out); n--)
			smb_plain_literal(out, in);
		if (!smb_reader_declared_left(in) || smb_plain_full(out))
			return;
		distance = smb_reader_le16(in);
		n = length_of(in, token & HALF) + MATCH_MIN;
		if (in->status == SMB_READ_OK)
			smb_plain_repeat(out, begin, in, distance, n);
	}
}
