/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The checksum of gzip (RFC 1952 2.3.1), which libarchive passes over: without it, what was damaged
 * is told as if it were whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GZIP_TRAILER = 8 };

typedef struct {
	uint8_t last[GZIP_TRAILER]; /* of the compressed bytes */
	size_t n_last;
	uint32_t crc, size; /* of what they are */
} GzipSum;

void gzip_sum_compressed(GzipSum *self, const void *bytes, size_t n);
void gzip_sum_data(GzipSum *self, const void *bytes, size_t n);

/*
 * Once all was seen. Only where the size at the end is that of all: of several members it is that of
 * the last one, and other bytes may follow.
 */
bool gzip_sum_differs(const GzipSum *self);
