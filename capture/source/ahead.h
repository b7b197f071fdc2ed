/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A regular file, read ahead in large pieces: what is asked for lies in one, so nothing of it is
 * copied again. Nothing is mapped: a file that somebody shortens while it is read just ends. Private
 * to capture/source.
 *
 *     file    ... | bytes that are in memory             | ...
 *                 offset        at: what comes next      offset + len
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { CAP_AHEAD = 512 << 10 }; /* more than a packet may have */

typedef struct {
	int fd; /* borrowed */
	uint8_t *bytes;
	size_t len, at;
	uint64_t offset; /* of the bytes, in the file */
} CapAhead;

/* At `offset`. cap_ahead_clear frees the memory. */
void cap_ahead_begin(CapAhead *self, int fd, uint64_t offset);
void cap_ahead_clear(CapAhead *self);
/* Reads on until so many bytes (at most CAP_AHEAD) are there; false: the file has fewer. */
bool cap_ahead_fill(CapAhead *self, size_t need);
/* Whether the file ends here, as far as it can be read. */
bool cap_ahead_at_end(const CapAhead *self);

/* Whether so many bytes (at most CAP_AHEAD) are there. What was handed out before is no longer. */
static inline bool
cap_ahead_has(CapAhead *self, size_t need)
{
	return G_LIKELY(self->len - self->at >= need) || cap_ahead_fill(self, need);
}

static inline const uint8_t *
cap_ahead_here(const CapAhead *self)
{
	return self->bytes + self->at;
}

/* A number as this machine has it; bytes of a file are not aligned. */
static inline uint32_t
cap_ahead_number(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Where, in the file, the next byte is. */
static inline uint64_t
cap_ahead_offset(const CapAhead *self)
{
	return self->offset + self->at;
}
