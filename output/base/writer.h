/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An append buffer in front of a file descriptor: the hot path of all output. Appending never fails
 * and never formats with printf; the first error of the descriptor is latched, and everything after
 * it is dropped. Only whole lines are written: a flush writes up to the last newline.
 *
 * OutBuffer is the buffer alone, for lines that wait for their connection to end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dissect/wire/text.h"

typedef struct {
	char *data;
	size_t len, cap;
	/*
	 * Of what is being written (out_limit): how many bytes long texts may still take, and the
	 * length at which lists end. `cut`: one of them was reached.
	 */
	size_t text_left, ceiling;
	bool limited, cut;
} OutBuffer;

/*
 * What is written from here on has a limit, in bytes: texts longer than 64 bytes are cut where they
 * are used up, and lists end. out_unlimit gives whether it was reached.
 */
void out_limit(OutBuffer *b, size_t limit);
bool out_unlimit(OutBuffer *b);

void out_buffer_reserve(OutBuffer *b, size_t more); /* room for so many more bytes */
void out_buffer_clear(OutBuffer *b);                /* frees; usable again */

static inline void
out_put(OutBuffer *b, const char *bytes, size_t n)
{
	if (b->cap - b->len < n)
		out_buffer_reserve(b, n);
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
}

/* A string literal. */
#define out_lit(b, s) out_put((b), "" s "", sizeof(s) - 1)

static inline void
out_char(OutBuffer *b, char c)
{
	if (b->cap == b->len)
		out_buffer_reserve(b, 1);
	b->data[b->len++] = c;
}

void out_str(OutBuffer *b, const char *s); /* NUL-terminated, as it is */
void out_u64(OutBuffer *b, uint64_t v);    /* decimal */
void out_i64(OutBuffer *b, int64_t v);
/* Lower case, at least so many digits, no prefix. */
void out_hex(OutBuffer *b, uint64_t v, unsigned digits);
void out_hex_bytes(OutBuffer *b, const uint8_t *p, size_t n);
/* The last so many decimal digits, at most 20, with zeros before. */
void out_digits(OutBuffer *b, uint64_t v, unsigned digits);
/* v / 10^decimals with so many decimals: 1234,3 gives 1.234. */
void out_fixed(OutBuffer *b, uint64_t v, unsigned decimals);
/* Spaces until the display width since `from` is width. */
void out_pad(OutBuffer *b, size_t from, size_t width);
/* 2026-11-22T06:19:27.732283Z; digits 0 to 9. */
void out_time_utc(OutBuffer *b, uint64_t ns, unsigned digits);
/* First three parts little-endian. */
void out_guid(OutBuffer *b, const uint8_t p[16]);
/* RFC 5952; 2: a MAC address, 3: IPX's network.node; '?' for any other family. */
void out_address(OutBuffer *b, uint8_t family, const uint8_t *addr);

/* Wire text for a terminal: nothing unprintable, such characters as \x1b, \u{202e}; _json: with
 * quotes, strict JSON. */
void out_text(OutBuffer *b, SmbText text);
void out_text_json(OutBuffer *b, SmbText text);
void out_str_json(OutBuffer *b,
		  const char *s); /* UTF-8 of our own, or from a command line (checked) */

/* Columns that the bytes between two offsets take on a terminal (East Asian width, combining marks
 * counted as 0). */
size_t out_width(const char *p, size_t n);

typedef struct OutWriter OutWriter;

/* A writer on a descriptor that it does not own. `line`: flush after every record (live,
 * terminals). */
OutWriter *out_writer_new(int fd, bool line);
OutBuffer *out_writer_buffer(OutWriter *self); /* append here, whole lines */
void out_writer_record(OutWriter *self);       /* a record is complete: flushes where due */
void out_writer_flush(OutWriter *self);
int out_writer_error(const OutWriter *self); /* the first errno, or 0 */
void out_writer_free(OutWriter *self);       /* flushes; NULL is fine */
