/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one scratch of a test program. It is filled with rubbish before each message, so that nothing
 * of the message before shows through.
 */
#include "tests/lib/smb2-wire.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/hostile-names.h"

Wire
wire_of_size(uint32_t len)
{
	return (Wire){ calloc(1, len ? len : 1), len };
}

Wire
from_hex(const char *hex)
{
	Wire w = wire_of_size((uint32_t)(strlen(hex) / 2));

	for (uint32_t i = 0; i < w.len; i++) {
		unsigned int byte;

		ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
		w.bytes[i] = (uint8_t)byte;
	}
	return w;
}

Wire
cut(Wire w, uint32_t n)
{
	Wire c = { malloc(n ? n : 1), n };

	memcpy(c.bytes, w.bytes, n);
	return c;
}

void
put(Wire w, uint32_t at, unsigned int size, uint64_t value)
{
	ck_assert_uint_le(at + size, w.len);
	for (unsigned int i = 0; i < size; i++)
		w.bytes[at + i] = (uint8_t)(value >> 8 * i);
}

Wire
make(uint16_t command, bool response, uint16_t structure_size, uint32_t size)
{
	Wire w = wire_of_size(SMB2_HEADER_SIZE + size);

	put(w, 0, 4, 0x424D53FE);
	put(w, 4, 2, SMB2_HEADER_SIZE);
	put(w, 12, 2, command);
	put(w, 16, 4, response ? SMB2_FLAGS_SERVER_TO_REDIR : 0);
	if (size >= 2)
		put(w, SMB2_HEADER_SIZE, 2, structure_size);
	return w;
}

Smb2Scratch scratch;
const SmbMessage *const message = &scratch.message;
const Smb2Facts *const facts = &scratch.facts;

uint32_t
dissect_kept(Wire w, uint32_t declared, bool response)
{
	memset(&scratch, 0xA5, sizeof(scratch));
	return smb2_dissect(smb_reader_new(w.bytes, w.len, declared), response, &scratch);
}

uint32_t
dissect(Wire w, bool response)
{
	uint32_t next = dissect_kept(w, w.len, response);

	free(w.bytes);
	return next;
}

Wire
dissect_hex(const char *hex, bool response)
{
	Wire w = from_hex(hex);

	ck_assert_uint_eq(dissect_kept(w, w.len, response), 0);
	ck_assert_uint_eq(message->version, 2);
	ck_assert_uint_eq(message->n_blocks, 1);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(message->incomplete, 0);
	ck_assert_int_eq(message->blocks[0].status, SMB_READ_OK);
	ask_names(message->blocks[0].layout);
	return w;
}

/* The field of that key in a layout; NULL if it has none. */
static const SmbField *
field_in(const SmbLayout *layout, const char *key)
{
	for (uint16_t i = 0; layout && i < layout->count; i++)
		if (strcmp(layout->fields[i].key, key) == 0)
			return &layout->fields[i];
	return NULL;
}

/* Of the command's own fields, or those of what is in its buffer; *at gets where it is. */
static const SmbField *
find_field(const char *key, const uint8_t **at)
{
	const SmbBlock *block = &message->blocks[0];
	const SmbField *field = field_in(block->layout, key);
	const void *body = block->body;

	ck_assert_ptr_nonnull(block->layout);
	if (!field) {
		field = field_in(block->nested_layout, key);
		body = block->nested;
	}
	if (!field)
		ck_abort_msg("no field %s in %s", key, block->layout->name);
	*at = (const uint8_t *)body + field->offset;
	return field;
}

uint64_t
number(const char *key)
{
	const uint8_t *at;
	const SmbField *field = find_field(key, &at);

	switch (field->kind) {
	case SMB_FIELD_U8:
		return *at;
	case SMB_FIELD_U16:
		return *(const uint16_t *)(const void *)at;
	case SMB_FIELD_U32:
		return *(const uint32_t *)(const void *)at;
	case SMB_FIELD_U64:
	case SMB_FIELD_FILETIME:
		return *(const uint64_t *)(const void *)at;
	}
	ck_abort_msg("%s is no number", key);
}

const void *
value(const char *key)
{
	const uint8_t *at;

	(void)find_field(key, &at);
	return at;
}

uint32_t
list_numbers(const char *key, uint16_t out[], uint32_t max)
{
	SmbList list = *(const SmbList *)value(key);
	uint64_t item[SMB_ITEM_MAX / 8];
	uint32_t n = 0;

	while (list.next && n < max) {
		memset(item, 0, sizeof(item));
		if (!list.next(&list, item))
			break;
		memcpy(&out[n++], item, sizeof(out[0]));
	}
	return n;
}

void
assert_text(SmbText text, const char *ascii)
{
	ck_assert_ptr_eq(text.encoding, SMB_TEXT_UTF16LE);
	ck_assert_uint_eq(text.bytes.len, 2 * strlen(ascii));
	for (uint32_t i = 0; i < text.bytes.len; i++)
		ck_assert_uint_eq(text.bytes.ptr[i], i % 2 ? 0 : (uint8_t)ascii[i / 2]);
}

void
assert_error(const char *hex, uint32_t status)
{
	Wire w = dissect_hex(hex, true);

	ck_assert_uint_eq(message->status.value, status);
	ck_assert(!message->status.dos);
	ck_assert_str_eq(message->blocks[0].layout->name, "error response");
	ck_assert_uint_eq(number("error_byte_count"), 0);
	ck_assert(!facts->has_fid);
	ck_assert_int_eq(facts->function, -1);
	ck_assert_uint_eq(facts->length, 0);
	free(w.bytes);
}
