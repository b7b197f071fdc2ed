/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The algorithms by which SMB 3.1.1 compresses: those of [MS-XCA], and LZ4.
 *
 *            in (a reader: what is compressed)
 *                          |  smb_expand(algorithm)
 *                          v
 *   bytes  [ used before | used by this one ....... | room ]
 *                                                   ^     ^
 *                                                 used   size
 *
 * The caller owns the room and lends it. Decoding stops once it is full, so the first bytes of a
 * message can be had without the others, and no input makes more of itself than the caller asked
 * for. A reference reaches back as far as what this call has written, never before.
 *
 * All of it is ours: no library of Debian has those of [MS-XCA] in a version that is kept up, and why
 * not liblz4 says lz4.c. Stateless; nothing is allocated.
 */
#pragma once

#include "dissect/wire/reader.h"

/* CompressionAlgorithms of [MS-SMB2] 2.2.3.1.3. */
typedef enum {
	SMB_COMPRESSION_NONE,
	SMB_COMPRESSION_LZNT1,
	SMB_COMPRESSION_LZ77,
	SMB_COMPRESSION_LZ77_HUFFMAN,
	SMB_COMPRESSION_PATTERN_V1,
	SMB_COMPRESSION_LZ4,
} SmbCompression;

/* Where what was decompressed goes. used <= size. */
typedef struct {
	uint8_t *bytes;
	uint32_t size; /* how many are wanted */
	uint32_t used;
} SmbPlain;

/*
 * Appends what the rest of `in` stands for, until the room is full or `in` has been read. A failure
 * latches in `in`: MALFORMED for what no compressor makes, and for an algorithm that is none;
 * TRUNCATED if `in` was cut, where all that could be decompressed is there. SMB_COMPRESSION_NONE
 * copies, PATTERN_V1 is the 8 bytes of [MS-SMB2] 2.2.42.2.2.
 */
void smb_expand(SmbReader *in, uint16_t algorithm, SmbPlain *out);
