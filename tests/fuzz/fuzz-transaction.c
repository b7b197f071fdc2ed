/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The contents of a transaction out of any bytes, and its parts put together. Byte 0: command (bits
 * 0 and 1), response (2), Unicode (3), late parameters (4), cut (5); bytes 1 to 4 function and
 * level, byte 5 how many of the rest are parameters. All that comes out is walked to its end. Then
 * the same bytes are parts: displacement, count, bytes.
 */
#include "dissect/conversation/exchange/pieces.h"
#include "dissect/smb1/transaction/subcommand.h"

#include <stdlib.h>

enum { HEAD = 6, PIECES_TOTAL = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk_layout(const SmbLayout *layout, const uint8_t *body, int depth);

static void
walk_span(SmbSpan span)
{
	volatile uint8_t sum = 0;

	for (uint32_t i = 0; i < span.len; i++)
		sum ^= span.ptr[i];
}

static void
walk_list(const SmbField *field, SmbList list, int depth)
{
	uint64_t item[64] = { 0 };

	if (field->items->size > sizeof(item))
		abort();
	for (; list.next && list.next(&list, item); memset(item, 0, field->items->size))
		walk_layout(field->items, (const uint8_t *)item, depth + 1);
}

static void
walk_field(const SmbField *field, const uint8_t *value, int depth)
{
	if (field->kind == SMB_FIELD_TEXT)
		walk_span(((const SmbText *)(const void *)value)->bytes);
	else if (field->kind == SMB_FIELD_HEX || field->kind == SMB_FIELD_LENGTH ||
		 field->kind == SMB_FIELD_GUID)
		walk_span(*(const SmbSpan *)(const void *)value);
	else if (field->kind == SMB_FIELD_LIST)
		walk_list(field, *(const SmbList *)(const void *)value, depth);
	else if (field->kind == SMB_FIELD_OBJECT)
		walk_layout(field->items, value, depth + 1);
}

static void
walk_layout(const SmbLayout *layout, const uint8_t *body, int depth)
{
	if (depth > 4)
		abort();
	for (uint32_t i = 0; i < layout->count; i++)
		walk_field(&layout->fields[i], body + layout->fields[i].offset, depth);
}

static void
read_contents(const uint8_t *data, uint32_t size)
{
	static const uint8_t commands[] = { 0x25, 0x32, 0xA0, 0x32 };
	static _Alignas(8) uint8_t storage[SMB1_NESTED_MAX];
	uint32_t rest = size - HEAD, parameters = data[5] < rest ? data[5] : rest;
	bool response = data[0] & 4, cut = data[0] & 32;
	int32_t function = data[1] | data[2] << 8;
	Smb1Facts facts = { .function = function, .level = -1 };
	Smb1Nested nested = { .facts = &facts, .storage = storage };
	Smb1Transaction t = {
		.command = commands[data[0] & 3],
		.response = response,
		.unicode = data[0] & 8,
		.late = !response && data[0] & 16,
		.function = function,
		.level = response ? data[3] | data[4] << 8 : -1,
		.n_setup = 4,
		.setup = { (uint16_t)function, 1, 2, 3 },
		.name = smb_text_from_utf8(data[0] & 64 ? "\\MAILSLOT\\BROWSE" : "\\PIPE\\LANMAN"),
		.parameters = { data + HEAD, parameters },
		.data = { data + HEAD + parameters, rest - parameters },
		.total_parameters = parameters + cut,
		.total_data = rest - parameters + cut,
		.asked = { data + HEAD, parameters },
		.status = cut ? SMB_READ_TRUNCATED : SMB_READ_OK,
	};

	smb1_transaction_parse(&t, &nested);
	if (nested.layout)
		walk_layout(nested.layout, nested.body, 0);
	walk_span(facts.name.bytes);
	walk_span(facts.name_to.bytes);
}

static void
put_together(SmbReader r)
{
	SmbPieces pieces;

	smb_pieces_init(&pieces, PIECES_TOTAL);
	while (smb_reader_left(&r) >= 4) {
		uint16_t at = smb_reader_le16(&r);
		uint8_t shrink = smb_reader_u8(&r), count = smb_reader_u8(&r);

		if (shrink == 0xFF)
			smb_pieces_total(&pieces, at);
		smb_pieces_add(&pieces, at, smb_reader_partial(&r, count / 2), count);
		if (smb_pieces_bytes(&pieces).len > pieces.total ||
		    (!smb_pieces_complete(&pieces) && pieces.total == 0))
			abort();
		r.status = SMB_READ_OK;
	}
	smb_pieces_clear(&pieces);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < HEAD || size > 1 << 20)
		return 0;
	read_contents(data, (uint32_t)size);
	put_together(smb_reader_new(data + HEAD, (uint32_t)size - HEAD, (uint32_t)size - HEAD));
	return 0;
}
