/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection out of arbitrary bytes: pieces, each with a byte before it that says direction, gap
 * and length.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"

enum { FUZZ_DIR_BIT = 0x80, FUZZ_GAP_BIT = 0x40, FUZZ_LENGTH_BITS = 0x3F, FUZZ_LONG = 0x3F };

/*
 * Pieces shorter than a message are the rule; a length of all ones takes a second byte and may be
 * long.
 */
static inline size_t
fuzz_piece_length(uint8_t op, const uint8_t *data, size_t left, size_t *at)
{
	size_t n = op & FUZZ_LENGTH_BITS;

	if (n == FUZZ_LONG && *at < left)
		n += 16 * (size_t)data[(*at)++];
	return n;
}

/* Feeds all pieces to the connection, and ends it. Each piece lies in a block of its own. */
static inline void
fuzz_feed(SmbConnection *c, const uint8_t *data, size_t size)
{
	SmbStamp when = { 1000, 1 };
	size_t at = 0;

	while (at < size) {
		uint8_t op = data[at++];
		SmbDir dir = op & FUZZ_DIR_BIT ? SMB_TO_CLIENT : SMB_TO_SERVER;
		size_t n = fuzz_piece_length(op, data, size, &at);
		uint8_t *copy;

		when.time_ns += 1000;
		when.frame++;
		if (op & FUZZ_GAP_BIT) {
			smb_connection_gap(c, dir, n * 8, n & 1 ? SMB_GAP_SNAPLEN : SMB_GAP_MISSING,
					   &when);
			continue;
		}
		if (n > size - at)
			n = size - at;
		copy = malloc(n ? n : 1);
		memcpy(copy, data + at, n);
		smb_connection_feed(c, dir, (SmbSpan){ copy, (uint32_t)n }, &when);
		free(copy);
		at += n;
	}
	smb_connection_end(c,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = true,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
}
