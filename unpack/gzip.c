/* SPDX-License-Identifier: BSD-3-Clause */
/* CRC-32 as gzip has it, four bytes at a time. */
#include "unpack/gzip.h"

#include <string.h>

enum { SLICES = 4, BYTES = 256 };

static uint32_t table[SLICES][BYTES];

/* RFC 1952 8; table[n] is for a byte that n others follow. */
static void
make_table(void)
{
	const uint32_t polynomial = 0xEDB88320;

	for (uint32_t byte = 0; byte < BYTES; byte++) {
		uint32_t crc = byte;

		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ polynomial : crc >> 1;
		table[0][byte] = crc;
	}
	for (uint32_t byte = 0; byte < BYTES; byte++)
		for (int n = 1; n < SLICES; n++)
			table[n][byte] = table[n - 1][byte] >> 8 ^
					 table[0][table[n - 1][byte] & 0xFF];
}

static uint32_t
le32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint32_t
add(uint32_t crc, const uint8_t *at, size_t n)
{
	for (; n >= SLICES; at += SLICES, n -= SLICES) {
		crc ^= le32(at);
		crc = table[3][crc & 0xFF] ^ table[2][crc >> 8 & 0xFF] ^
		      table[1][crc >> 16 & 0xFF] ^ table[0][crc >> 24];
	}
	for (; n; at++, n--)
		crc = crc >> 8 ^ table[0][(crc ^ *at) & 0xFF];
	return crc;
}

void
gzip_sum_compressed(GzipSum *self, const void *bytes, size_t n)
{
	const uint8_t *end = (const uint8_t *)bytes + n;
	size_t taken = n < GZIP_TRAILER ? n : GZIP_TRAILER, kept = GZIP_TRAILER - taken;

	if (kept > self->n_last)
		kept = self->n_last;
	memmove(self->last, self->last + self->n_last - kept, kept);
	memcpy(self->last + kept, end - taken, taken);
	self->n_last = kept + taken;
}

void
gzip_sum_data(GzipSum *self, const void *bytes, size_t n)
{
	if (!table[0][1])
		make_table();
	self->crc = ~add(~self->crc, bytes, n);
	self->size += (uint32_t)n;
}

bool
gzip_sum_differs(const GzipSum *self)
{
	return self->n_last == GZIP_TRAILER && le32(self->last + 4) == self->size &&
	       le32(self->last) != self->crc;
}
