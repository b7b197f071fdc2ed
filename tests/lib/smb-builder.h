/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds SMB1 messages for tests, byte by byte as [MS-CIFS] 2.2.3 lays them out, framed as NetBIOS
 * session messages. Strings are OEM.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	uint8_t command;
	bool reply;
	uint32_t status;
	uint16_t tid, pid, uid, mid;
	bool signature; /* a signature that changes with the MID */
} BuildHeader;

/* Little-endian integers and text, appended. */
static inline void
build_le(GByteArray *a, uint64_t v, unsigned size)
{
	for (unsigned i = 0; i < size; i++, v >>= 8)
		g_byte_array_append(a, &(uint8_t){ (uint8_t)v }, 1);
}

static inline void
build_text(GByteArray *a, const char *text)
{
	g_byte_array_append(a, (const uint8_t *)text, (guint)strlen(text) + 1);
}

/* Opens a message: NetBIOS header (its length set by build_end) and SMB header. */
static inline GByteArray *
build_message(BuildHeader h)
{
	GByteArray *a = g_byte_array_new();

	build_le(a, 0, 4);
	build_le(a, 0x424D53FFu, 4);
	build_le(a, h.command, 1);
	build_le(a, h.status, 4);
	build_le(a, h.reply ? 0x88 : 0x08, 1);
	build_le(a, 0x4001, 2); /* NT status, long names, no Unicode */
	build_le(a, 0, 2);
	build_le(a, h.signature ? 0x1122334455667700u + h.mid * 2u + h.reply : 0, 8);
	build_le(a, 0, 2);
	build_le(a, h.tid, 2);
	build_le(a, h.pid, 2);
	build_le(a, h.uid, 2);
	build_le(a, h.mid, 2);
	return a;
}

/* One block: words (16-bit each), then bytes. */
static inline void
build_block(GByteArray *a, const uint16_t *words, uint8_t n_words, const void *bytes,
	    uint16_t n_bytes)
{
	build_le(a, n_words, 1);
	for (unsigned i = 0; i < n_words; i++)
		build_le(a, words[i], 2);
	build_le(a, n_bytes, 2);
	if (n_bytes)
		g_byte_array_append(a, bytes, n_bytes);
}

static inline GByteArray *
build_end(GByteArray *a)
{
	uint32_t len = a->len - 4;

	a->data[1] = (uint8_t)(len >> 16);
	a->data[2] = (uint8_t)(len >> 8);
	a->data[3] = (uint8_t)len;
	return a;
}

/* A whole message of one block. */
static inline GByteArray *
build_simple(BuildHeader h, const uint16_t *words, uint8_t n_words, const void *bytes,
	     uint16_t n_bytes)
{
	GByteArray *a = build_message(h);

	build_block(a, words, n_words, bytes, n_bytes);
	return build_end(a);
}
