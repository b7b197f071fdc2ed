/* SPDX-License-Identifier: BSD-3-Clause */
/* The stubs of the tests of calls' arguments; arguments-case.h says more. */
#include "tests/dissect/dcerpc/arguments-case.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/wire/text.h"

enum { TRAILER = 8 + 4 };

/* ---- a stub, as it grows ---- */

/* Of each form and byte order: 0 to 3. */
Stub
stub_new(int form)
{
	return (Stub){ .bytes = g_byte_array_new(), .wide = form & 1, .big_endian = form & 2 };
}

void
put(Stub *s, uint64_t v, unsigned size)
{
	while (s->bytes->len % size)
		g_byte_array_append(s->bytes, (const uint8_t *)"", 1);
	for (unsigned i = 0; i < size; i++) {
		unsigned shift = 8 * (s->big_endian ? size - 1 - i : i);

		g_byte_array_append(s->bytes, &(uint8_t){ (uint8_t)(v >> shift) }, 1);
	}
}

void
number(Stub *s, uint64_t v)
{
	put(s, v, s->wide ? 8 : 4);
}

void
string(Stub *s, const char *ascii)
{
	number(s, strlen(ascii) + 1);
	number(s, 0);
	number(s, strlen(ascii) + 1);
	for (const char *c = ascii;; c++) {
		put(s, (uint8_t)*c, s->ascii ? 1 : 2);
		if (!*c)
			break;
	}
}

void
pointed(Stub *s, const char *ascii)
{
	number(s, ascii ? 0x20000 : 0);
	if (ascii)
		string(s, ascii);
}

void
handle(Stub *s)
{
	for (unsigned i = 0; i < HANDLE; i++)
		put(s, 'h', 1);
}

void
counted(Stub *s, const char *ascii)
{
	number(s, 0); /* its alignment */
	g_byte_array_set_size(s->bytes, s->bytes->len - (s->wide ? 8 : 4));
	put(s, 2 * strlen(ascii), 2);
	put(s, 2 * strlen(ascii), 2);
	pointed(s, ascii);
}

/* ---- reading it ---- */

/* As a request of which so many bytes were captured. */
Read
read_stub(const Stub *s, const char *interface, uint16_t opnum, uint32_t cut)
{
	uint32_t trailer = s->auth_level ? TRAILER : 0;
	uint32_t length = HEADERS + s->bytes->len + trailer, captured = MIN(length, cut);
	g_autofree uint8_t *all = g_malloc0(length);
	Read read = { .exact = malloc(captured ? captured : 1) };
	int low = s->big_endian; /* which byte of two */
	DcePdu pdu;

	memcpy(all, "\5\0\0\3\0\0\0\0", 8);
	all[4] = s->big_endian ? 0 : 0x10;
	all[8 + low] = (uint8_t)length;
	all[9 - low] = (uint8_t)(length >> 8);
	all[10 + low] = trailer ? TRAILER - 8 : 0;
	all[22 + low] = (uint8_t)opnum;
	memcpy(all + HEADERS, s->bytes->data, s->bytes->len);
	if (trailer)
		all[length - trailer + 1] = s->auth_level;
	memcpy(read.exact, all, captured);
	if (!dce_pdu_read(smb_reader_new(read.exact, captured, length), &pdu))
		return read;
	read.is = dce_arguments_read(&pdu, interface, &read.arguments);
	smb_text_to_utf8(read.arguments.name, read.name, sizeof(read.name));
	smb_text_to_utf8(read.arguments.target, read.target, sizeof(read.target));
	return read;
}

/* What it says whole; cut, it says the same, less, or nothing. */
void
says(Stub *s, const char *interface, uint16_t opnum, const char *name, const char *target)
{
	Read read = read_stub(s, interface, opnum, UINT32_MAX);

	ck_assert(read.is);
	ck_assert_str_eq(read.name, name);
	ck_assert_str_eq(read.target, target);
	free(read.exact);
	for (uint32_t cut = 0; cut < HEADERS + s->bytes->len; cut++) {
		read = read_stub(s, interface, opnum, cut);
		ck_assert(strncmp(name, read.name, strlen(read.name)) == 0);
		free(read.exact);
	}
	g_byte_array_set_size(s->bytes, 0);
}
