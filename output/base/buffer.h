/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An append buffer: the hot path of all output. Appending never fails (an allocation that fails
 * ends the program, cli/allocation.h) and never formats with printf.
 *
 *     writer.h   lines on their way to a file descriptor
 *     text.h     text of the wire, made safe for terminals and JSON
 *     buffer.h   bytes, numbers, times, addresses
 *
 * A buffer is a value that is all zero when empty. Its container clears it: the writer has one, and
 * so has a connection whose lines wait for its end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
	char *data;
	size_t len, cap;
	/*
	 * Set by out_limit: how many bytes long texts may still take, and the length at which lists
	 * end. `cut`: one of them was reached.
	 */
	size_t text_left, ceiling;
	bool limited, cut;
	/*
	 * Records are in the terms of Suricata's EVE where it has the same key: times end in +0000,
	 * what is not known is left out rather than null, ids are numbers (--as eve).
	 */
	bool eve;
} OutBuffer;

/*
 * Sets a limit, in bytes, for what is written from here on: once it is used up, texts longer than
 * 64 bytes are cut, and lists end.
 */
void out_limit(OutBuffer *b, size_t limit);
/* The same with what another buffer left of its limit, which need not be in force any more. */
void out_limit_on(OutBuffer *b, const OutBuffer *before);
/* Lifts the limit; true if it was reached. */
bool out_unlimit(OutBuffer *b);

/* Makes room for so many more bytes. */
void out_buffer_reserve(OutBuffer *b, size_t more);
/* Frees the bytes; the buffer is empty then and usable again. */
void out_buffer_clear(OutBuffer *b);

/* Appends n bytes as they are. */
static inline void
out_put(OutBuffer *b, const char *bytes, size_t n)
{
	if (b->cap - b->len < n)
		out_buffer_reserve(b, n);
	if (n) /* an empty buffer has no bytes to point to */
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
}

/* Appends a string literal. */
#define out_lit(b, s) out_put((b), "" s "", sizeof(s) - 1)

/* Appends one byte. */
static inline void
out_char(OutBuffer *b, char c)
{
	if (b->cap == b->len)
		out_buffer_reserve(b, 1);
	b->data[b->len++] = c;
}

/* A NUL-terminated string, as it is. */
void out_str(OutBuffer *b, const char *s);
/* A number in decimal. */
void out_u64(OutBuffer *b, uint64_t v);
/* A number in decimal, with its sign. */
void out_i64(OutBuffer *b, int64_t v);
/* Lower case, at least so many digits (at most 16), no prefix. */
void out_hex(OutBuffer *b, uint64_t v, unsigned digits);
/* Bytes in hex, two digits each, lower case. */
void out_hex_bytes(OutBuffer *b, const uint8_t *p, size_t n);
/* The last so many decimal digits, at most 20, with zeros before. */
void out_digits(OutBuffer *b, uint64_t v, unsigned digits);
/* v / 10^decimals with that many decimals: 1234,3 gives 1.234. */
void out_fixed(OutBuffer *b, uint64_t v, unsigned decimals);
/* A GUID, its first three parts little-endian ([MS-DTYP] 2.3.4.3). */
void out_guid(OutBuffer *b, const uint8_t p[16]);
/* RFC 5952; family 2: a MAC address, 3: IPX's network.node; '?' for any other family. */
void out_address(OutBuffer *b, uint8_t family, const uint8_t *addr);
