/* SPDX-License-Identifier: BSD-3-Clause */
#include "unpack/gzip.h"

#include <string.h>

#include <zlib.h>

static uint32_t
le32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
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
	if (!n) /* for which bytes may be NULL, and crc32_z begins anew */
		return;
	self->crc = (uint32_t)crc32_z(self->crc, bytes, n);
	self->size += (uint32_t)n;
}

bool
gzip_sum_differs(const GzipSum *self)
{
	return self->n_last == GZIP_TRAILER && le32(self->last + 4) == self->size &&
	       le32(self->last) != self->crc;
}
