/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compressed messages: the first byte says how much of it was cut and, below 6, an algorithm that
 * the rest is fed to directly; the next two how many bytes are wanted. Fewer wanted bytes must be
 * the beginning of more.
 */
#include <stdlib.h>

#include "dissect/compression/compression.h"
#include "dissect/smb2/compression.h"

enum { ALGORITHMS = 6, HEAD = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Gives how many bytes came out, at most `wanted`, into a buffer of exactly that size. */
static uint32_t
expand(const uint8_t *data, uint32_t size, uint8_t mode, uint32_t wanted, uint8_t **ret)
{
	SmbReader r = smb_reader_new(data, size, size + (mode >> 4));
	SmbPlain out = { .bytes = malloc(wanted), .size = wanted };
	SmbReadStatus status;

	*ret = out.bytes;
	if ((mode & 15) < ALGORITHMS) {
		smb_expand(&r, mode & 15, &out);
	} else {
		SmbReader plain = smb2_decompress(r, out.bytes, wanted, &status);

		require(plain.pos == 0 && plain.limit <= plain.end);
		require(status != SMB_READ_OK || plain.limit == wanted ||
			plain.limit == smb2_plain_size(r) || !smb2_is_compressed(&r));
		out.used = plain.limit;
	}
	require(out.used <= wanted);
	return out.used;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *all, *some;
	uint32_t wanted, n, m;

	if (size < HEAD || size > 1 << 16)
		return 0;
	wanted = smb_load_le16(data + 1);
	n = expand(data + HEAD, (uint32_t)size - HEAD, data[0], wanted, &all);
	m = expand(data + HEAD, (uint32_t)size - HEAD, data[0], wanted / 3, &some);
	require(m <= n);
	require(m == 0 || memcmp(all, some, m) == 0);
	free(all);
	free(some);
	return 0;
}
