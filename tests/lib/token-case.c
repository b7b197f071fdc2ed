/* SPDX-License-Identifier: BSD-3-Clause */
/* Nothing that is built here is checked: tests build tokens that lie, too. */
#include "tests/lib/token-case.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
bytes_put(Bytes *b, const void *bytes, uint32_t n)
{
	ck_assert_uint_le(b->len + n, sizeof(b->bytes));
	memcpy(b->bytes + b->len, bytes, n);
	b->len += n;
}

void
bytes_put_le(Bytes *b, uint64_t value, int n)
{
	for (int i = 0; i < n; i++)
		bytes_put(b, &(uint8_t){ (uint8_t)(value >> 8 * i) }, 1);
}

Bytes
hex(const char *text)
{
	Bytes b = { .len = 0 };
	int at = 0;
	unsigned int byte;

	while (sscanf(text, " %2x%n", &byte, &at) == 1) {
		bytes_put(&b, &(uint8_t){ (uint8_t)byte }, 1);
		text += at;
	}
	return b;
}

Bytes
der(uint8_t tag, Bytes inner)
{
	Bytes b = { .len = 0 };

	bytes_put(&b, (uint8_t[]){ tag, 0x82, (uint8_t)(inner.len >> 8), (uint8_t)inner.len }, 4);
	bytes_put(&b, inner.bytes, inner.len);
	return b;
}

Bytes
join(Bytes a, Bytes b)
{
	bytes_put(&a, b.bytes, b.len);
	return a;
}

void *
read_token(const void *bytes, uint32_t n, SmbToken *ret_token)
{
	uint8_t *copy = malloc(n ? n : 1);

	memcpy(copy, bytes, n);
	smb_token_read((SmbSpan){ copy, n }, SMB_TEXT_OEM, ret_token);
	ck_assert_uint_lt(strnlen(ret_token->service, sizeof(ret_token->service)),
			  sizeof(ret_token->service));
	return copy;
}

SmbToken
token_of(const void *bytes, uint32_t n)
{
	SmbToken t;

	free(read_token(bytes, n, &t));
	return t;
}

SmbPasswordType
type_of(const void *bytes, uint32_t n)
{
	SmbToken t;
	void *copy = read_token(bytes, n, &t);
	SmbPasswordType type = smb_classify_ntlmssp(&t);

	free(copy);
	return type;
}

void
expect_text(SmbText text, const char *ascii)
{
	uint32_t unit = text.encoding == SMB_TEXT_UTF16LE ? 2 : 1;

	ck_assert_ptr_nonnull(text.bytes.ptr);
	ck_assert_uint_eq(text.bytes.len, unit * strlen(ascii));
	for (uint32_t i = 0; ascii[i]; i++)
		ck_assert_int_eq(text.bytes.ptr[unit * i], ascii[i]);
}

Part
part(const void *bytes, int len)
{
	return (Part){ .bytes = bytes, .len = len };
}

Part
placed(int len, uint32_t offset)
{
	return (Part){ .len = len, .placed = true, .offset = offset };
}

Bytes
authenticate(Part lm, Part nt, Part domain, Part user, Part host, uint32_t flags, uint32_t header)
{
	Part parts[] = { lm, nt, domain, user, host };
	Bytes b = { .len = 0 };
	uint32_t at = header;

	bytes_put(&b, "NTLMSSP\0\3\0\0\0", 12);
	for (int i = 0; i < 5; i++) {
		bytes_put_le(&b, (uint32_t)parts[i].len, 2);
		bytes_put_le(&b, 0xFFFF, 2); /* MaxLen is a lie in every test */
		bytes_put_le(&b, parts[i].placed ? parts[i].offset : at, 4);
		at += parts[i].placed ? 0 : (uint32_t)parts[i].len;
	}
	if (header >= 64) {
		bytes_put_le(&b, 0, 8);
		bytes_put_le(&b, flags, 4);
	}
	if (header >= 72)
		bytes_put(&b, "\x0A\x00\x61\x4A\0\0\0\x0F", 8);
	while (b.len < header)
		bytes_put_le(&b, 0, 1);
	for (int i = 0; i < 5; i++)
		if (!parts[i].placed)
			bytes_put(&b, parts[i].bytes, (uint32_t)parts[i].len);
	return b;
}

const uint8_t zeros[25];
const uint8_t lm24[24] = { [0] = 0x11, [23] = 0x22 };
const uint8_t nt24[24] = { [0] = 0x33, [23] = 0x44 };

/* NTLMv2: 16 bytes, 01 01, then AV pairs from 44 on: channel bindings, flags 2, end */
const uint8_t v2[] = {
	[16] = 1, 1, [44] = 10, 0, 16, 0, [63] = 7, 6, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0,
};

Bytes
gss(const char *oid_hex, const char *id_hex, Bytes message)
{
	return der(0x60, join(join(der(0x06, hex(oid_hex)), hex(id_hex)), message));
}

const void *
field_of(const SmbLayout *layout, const SmbTokenView *view, const char *key)
{
	for (uint16_t i = 0; i < layout->count; i++)
		if (strcmp(layout->fields[i].key, key) == 0)
			return (const char *)view + layout->fields[i].offset;
	return NULL;
}

const SmbLayout *
describe(SmbTokenView *view)
{
	const SmbLayout *outer = smb_token_describe(view);

	ck_assert_ptr_nonnull(outer);
	ck_assert_uint_eq(outer->count, 1);
	ck_assert_str_eq(outer->fields[0].key, "token");
	return outer->fields[0].items;
}
