/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bytes are appended in the order of the wire. No length is checked: tests build messages that
 * lie, too.
 */
#include "tests/lib/smb-builder.h"

#include <string.h>

void
build_le(GByteArray *a, uint64_t v, unsigned size)
{
	for (unsigned i = 0; i < size; i++, v >>= 8)
		g_byte_array_append(a, &(uint8_t){ (uint8_t)v }, 1);
}

void
build_text(GByteArray *a, const char *text)
{
	g_byte_array_append(a, (const uint8_t *)text, (guint)strlen(text) + 1);
}

GByteArray *
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

void
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

GByteArray *
build_end(GByteArray *a)
{
	uint32_t len = a->len - 4;

	a->data[1] = (uint8_t)(len >> 16);
	a->data[2] = (uint8_t)(len >> 8);
	a->data[3] = (uint8_t)len;
	return a;
}

GByteArray *
build_simple(BuildHeader h, const uint16_t *words, uint8_t n_words, const void *bytes,
	     uint16_t n_bytes)
{
	GByteArray *a = build_message(h);

	build_block(a, words, n_words, bytes, n_bytes);
	return build_end(a);
}
