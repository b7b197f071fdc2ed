/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LZ77+Huffman ([MS-XCA] 2.2): blocks of 64 KiB of output, each with a table of code lengths. The
 * codes are canonical, so they are decoded by counting: how many codes of each length there are,
 * and the symbols in the order of their codes.
 */
#include "dissect/compression/plain.h"

enum {
	SYMBOLS = 512,
	TABLE_SIZE = SYMBOLS / 2, /* two lengths a byte */
	CODE_MAX = 15,
	BLOCK_SIZE = 65536,
	MATCH_MIN = 3,
	FIRST_MATCH = 256,
	/* How many 16-bit words a decoder may look ahead of the last one that means anything. */
	AHEAD_MAX = 2,
};

typedef struct {
	uint16_t count[CODE_MAX + 1]; /* of codes, by length */
	uint16_t symbols[SYMBOLS];    /* by length, then by value */
} Codes;

/* The register of 2.2.4, whose highest bits come next. */
typedef struct {
	SmbReader *in;
	uint32_t next;
	int extra;      /* bits in it beyond the 16 that must be there */
	uint32_t ahead; /* words behind the end that were taken as zero */
} Bits;

static uint32_t
next_word(Bits *b)
{
	if (smb_reader_declared_left(b->in) >= 2)
		return smb_reader_le16(b->in);
	if (++b->ahead > AHEAD_MAX)
		smb_reader_fail(b->in, SMB_READ_MALFORMED);
	return 0;
}

static void
skip_bits(Bits *b, uint32_t n)
{
	b->next <<= n;
	b->extra -= (int)n;
	if (b->extra < 0) {
		b->next |= next_word(b) << -b->extra;
		b->extra += 16;
	}
}

/* n of 0 to 15. */
static uint32_t
take_bits(Bits *b, uint32_t n)
{
	uint32_t bits = n ? b->next >> (32 - n) : 0;

	skip_bits(b, n);
	return bits;
}

/* Reads the table of a block. False, latched, unless its codes use up all bit strings. */
static bool
read_codes(SmbReader *in, Codes *codes)
{
	uint16_t place[CODE_MAX + 1] = { 0 };
	uint32_t used = 0;
	SmbSpan table = smb_reader_span(in, TABLE_SIZE);

	if (!table.ptr)
		return false;
	memset(codes->count, 0, sizeof(codes->count));
	for (uint32_t i = 0; i < SYMBOLS; i++)
		codes->count[table.ptr[i / 2] >> (i % 2 * 4) & 15]++;
	for (uint32_t length = 1; length <= CODE_MAX; length++) {
		used += (uint32_t)codes->count[length] << (CODE_MAX - length);
		if (length < CODE_MAX)
			place[length + 1] = place[length] + codes->count[length];
	}
	if (used != 1u << CODE_MAX) {
		smb_reader_fail(in, SMB_READ_MALFORMED);
		return false;
	}
	for (uint32_t i = 0; i < SYMBOLS; i++) {
		uint32_t length = table.ptr[i / 2] >> (i % 2 * 4) & 15;

		if (length)
			codes->symbols[place[length]++] = (uint16_t)i;
	}
	return true;
}

/* The codes are complete, so that some code of at most 15 bits fits. */
static uint32_t
next_symbol(Bits *b, const Codes *codes)
{
	uint32_t code = 0, first = 0, index = 0;

	for (uint32_t length = 1; length <= CODE_MAX; length++) {
		uint32_t count = codes->count[length];

		code |= b->next >> (32 - length) & 1;
		if (code - first < count) {
			skip_bits(b, length);
			return codes->symbols[index + code - first];
		}
		index += count;
		first = (first + count) << 1;
		code <<= 1;
	}
	smb_reader_fail(b->in, SMB_READ_MALFORMED);
	return 0;
}

/* 2.1.4.3, Final Encoding Phase, which also has lengths of 32 bits. Less 3. */
static uint32_t
match_length(SmbReader *in, uint32_t length)
{
	if (length < 15)
		return length;
	length = smb_reader_u8(in);
	if (length < 255)
		return length + 15;
	length = smb_reader_le16(in);
	if (length == 0)
		length = smb_reader_le32(in);
	if (length < 15 || length > UINT32_MAX - MATCH_MIN)
		smb_reader_fail(in, SMB_READ_MALFORMED);
	return length;
}

static void
match(Bits *b, SmbPlain *out, uint32_t begin, uint32_t symbol)
{
	uint32_t offset_bits = (symbol - FIRST_MATCH) / 16;
	uint32_t length = match_length(b->in, symbol % 16);
	uint32_t distance = take_bits(b, offset_bits) + (1u << offset_bits);

	if (b->in->status == SMB_READ_OK)
		smb_plain_repeat(out, begin, b->in, distance, length + MATCH_MIN);
}

static void
block(SmbReader *in, SmbPlain *out, uint32_t begin, const Codes *codes)
{
	uint32_t block_begin = out->used;
	Bits b = { .in = in, .extra = 16 };

	b.next = next_word(&b) << 16;
	b.next |= next_word(&b);
	while (!smb_plain_full(out) && out->used - block_begin < BLOCK_SIZE) {
		uint32_t symbol = next_symbol(&b, codes);

		if (in->status != SMB_READ_OK)
			return;
		if (symbol < FIRST_MATCH)
			smb_plain_put(out, (uint8_t)symbol);
		else
			match(&b, out, begin, symbol);
	}
}

void
smb_expand_lz77_huffman(SmbReader *in, SmbPlain *out)
{
	uint32_t begin = out->used;
	Codes codes;

	while (!smb_plain_full(out) && smb_reader_declared_left(in) >= TABLE_SIZE)
		if (read_codes(in, &codes))
			block(in, out, begin, &codes);
}
