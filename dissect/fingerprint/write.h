/* SPDX-License-Identifier: BSD-3-Clause */
/* How the fields of a fingerprint are written. Private to dissect/fingerprint. */
#pragma once

#include "dissect/fingerprint/fingerprint.h"

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
void print_hex(SmbPrint *p, uint64_t value, unsigned digits); /* at least so many */
void print_dec(SmbPrint *p, uint64_t value);
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
	print_char(p, ';');
	print_hex(p, value, digits);
}

static inline void
print_next_dec(SmbPrint *p, uint64_t value)
{
	print_char(p, ';');
	print_dec(p, value);
}

static inline void
print_next_id(SmbPrint *p, uint64_t id)
{
	print_char(p, ';');
	print_id(p, id);
}
