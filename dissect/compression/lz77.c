/* SPDX-License-Identifier: BSD-3-Clause */
/* Plain LZ77 ([MS-XCA] 2.4). */
#include "dissect/compression/plain.h"

enum { MATCH_MIN = 3 };

/* Where a length continues: each byte of lengths holds two, the lower half first. */
typedef struct {
	bool half; /* `byte` has a half that is not used yet */
	uint8_t byte;
} Halves;

static uint32_t
next_half(SmbReader *in, Halves *halves)
{
	if (halves->half) {
		halves->half = false;
		return halves->byte >> 4;
	}
	halves->byte = smb_reader_u8(in);
	halves->half = true;
	return halves->byte & 15;
}

/* The length of a match less 3, whose first 3 bits are in the match itself. */
static uint32_t
match_length(SmbReader *in, Halves *halves, uint32_t length)
{
	if (length < 7)
		return length;
	length = next_half(in, halves);
	if (length < 15)
		return length + 7;
	length = smb_reader_u8(in);
	if (length < 255)
		return length + 15 + 7;
	length = smb_reader_le16(in);
	if (length == 0)
		length = smb_reader_le32(in);
	if (length < 15 + 7)
		smb_reader_fail(in, SMB_READ_MALFORMED);
	return length;
}

static void
match(SmbReader *in, SmbPlain *out, uint32_t begin, Halves *halves)
{
	uint32_t word = smb_reader_le16(in);
	uint32_t length = match_length(in, halves, word & 7);

	if (length > UINT32_MAX - MATCH_MIN)
		smb_reader_fail(in, SMB_READ_MALFORMED);
	if (in->status == SMB_READ_OK)
		smb_plain_repeat(out, begin, in, (word >> 3) + 1, length + MATCH_MIN);
}

void
smb_expand_lz77(SmbReader *in, SmbPlain *out)
{
	Halves halves = { 0 };
	uint32_t begin = out->used, flags = 0;
	int n_flags = 0;

	while (smb_reader_declared_left(in) && !smb_plain_full(out)) {
		if (n_flags == 0) {
			flags = smb_reader_le32(in);
			n_flags = 32;
			continue;
		}
		n_flags--;
		if (flags & 1u << n_flags)
			match(in, out, begin, &halves);
		else
			smb_plain_literal(out, in);
	}
}
