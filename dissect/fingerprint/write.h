/* SPDX-License-Identifier: BSD-3-Clause */
/* How the fields of a fingerprint are written. Private to dissect/fingerprint. */
#pragma once

#include <string.h>

#include "dissect/fingerprint/fingerprint.h"

/* What a value in a shape is, so that two that are different never look the same. */
typedef enum {
	PRINT_HEX = 1,
	PRINT_DEC,
	PRINT_BYTES,
	PRINT_NEXT = 0x10, /* behind a separator */
} PrintKind;

static inline void
print_shape(SmbPrint *p, unsigned kind, uint64_t value)
{
	if (p->cut || 1 + sizeof(value) > SMB_PRINT_MAX - 1 - p->n) {
		p->cut = true;
		return;
	}
	p->text[p->n] = (char)kind;
	memcpy(p->text + p->n + 1, &value, sizeof(value));
	p->n += 1 + sizeof(value);
}

/* Bytes as they are. Those of another `what`, as of a text of another encoding, look different. */
void print_shape_bytes(SmbPrint *p, SmbSpan bytes, const void *what);

/* Bytes of a text, of which as many as fit are kept. In no function is `n` of a print beyond SMB_PRINT_MAX. */
void print_put(SmbPrint *p, const char *bytes, uint32_t n);

static inline void
print_char(SmbPrint *p, char c)
{
	if (!p->cut && p->n < SMB_PRINT_MAX - 1) {
		p->text[p->n++] = c;
		p->text[p->n] = '\0';
	} else {
		print_put(p, &c, 1);
	}
}

/* Begins with "c1." or "s1.", the part's name and ':'. */
void print_begin(SmbPrint *p, SmbPrintPart part);
void print_hex_text(SmbPrint *p, uint64_t value, unsigned digits);
void print_dec_text(SmbPrint *p, uint64_t value);

static inline void
print_hex(SmbPrint *p, uint64_t value, unsigned digits) /* at least so many */
{
	if (p->shape)
		print_shape(p, PRINT_HEX, value);
	else
		print_hex_text(p, value, digits);
}

static inline void
print_dec(SmbPrint *p, uint64_t value)
{
	if (p->shape)
		print_shape(p, PRINT_DEC, value);
	else
		print_dec_text(p, value);
}

/* The text of another end, escaped; at most 64 bytes of it. */
void print_text(SmbPrint *p, SmbText text);
/* "0" to "9", "feff", "ffff", "x". */
void print_id(SmbPrint *p, uint64_t id);
void print_zero(SmbPrint *p, bool zero); /* "0" or "x" */
void print_guid(SmbPrint *p, SmbSpan guid);

/* The same, after the separator of fields. */
static inline void
print_next_hex(SmbPrint *p, uint64_t value, unsigned digits)
{
	if (p->shape) {
		print_shape(p, PRINT_NEXT | PRINT_HEX, value);
		return;
	}
	print_char(p, ';');
	print_hex_text(p, value, digits);
}

static inline void
print_next_dec(SmbPrint *p, uint64_t value)
{
	if (p->shape) {
		print_shape(p, PRINT_NEXT | PRINT_DEC, value);
		return;
	}
	print_char(p, ';');
	print_dec_text(p, value);
}

static inline void
print_next_id(SmbPrint *p, uint64_t id)
{
	print_char(p, ';');
	print_id(p, id);
}
