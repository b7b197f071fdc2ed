/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One SMB1 message out of any bytes. The first byte picks the direction (bit 0) and how many bytes
 * the capture has cut from the end of the message (the other bits, in 256ths of it). Every text,
 * span and list that comes out is walked to its end.
 */
#include "dissect/smb1/message.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk_layout(const SmbLayout *layout, const uint8_t *body, uint8_t word_count,
			int depth);

static void
walk_span(SmbSpan span)
{
	volatile uint8_t sum = 0;

	for (uint32_t i = 0; i < span.len; i++)
		sum ^= span.ptr[i];
}

static void
walk_list(const SmbField *field, SmbList list, uint8_t word_count, int depth)
{
	uint64_t item[256];

	if (field->items->size > sizeof(item))
		abort();
	while (list.next && list.next(&list, item))
		walk_layout(field->items, (const uint8_t *)item, word_count, depth + 1);
}

static void
walk_field(const SmbField *field, const uint8_t *value, uint8_t word_count, int depth)
{
	if (field->kind == SMB_FIELD_TEXT)
		walk_span(((const SmbText *)(const void *)value)->bytes);
	else if (field->kind == SMB_FIELD_HEX || field->kind == SMB_FIELD_LENGTH ||
		 field->kind == SMB_FIELD_GUID)
		walk_span(*(const SmbSpan *)(const void *)value);
	else if (field->kind == SMB_FIELD_LIST)
		walk_list(field, *(const SmbList *)(const void *)value, word_count, depth);
	else if (field->kind == SMB_FIELD_OBJECT)
		walk_layout(field->items, value, word_count, depth + 1);
}

static void
walk_layout(const SmbLayout *layout, const uint8_t *body, uint8_t word_count, int depth)
{
	if (depth > 4)
		abort();
	for (uint32_t i = 0; i < layout->count; i++)
		if (layout->fields[i].min_words <= word_count)
			walk_field(&layout->fields[i], body + layout->fields[i].offset, word_count,
				   depth);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Smb1Scratch scratch;
	uint32_t declared, captured;

	if (size < 1 || size > 1 << 20)
		return 0;
	declared = (uint32_t)size - 1;
	captured = declared - (uint32_t)((uint64_t)declared * (data[0] >> 1) / 256);
	(void)smb1_need((SmbSpan){ data + 1, captured }, data[0] & 1, 512, declared);
	smb1_dissect(smb_reader_new(data + 1, captured, declared), data[0] & 1, &scratch);
	for (uint32_t i = 0; i < scratch.message.n_blocks; i++) {
		const SmbBlock *block = &scratch.message.blocks[i];

		walk_span(scratch.facts[i].name.bytes);
		walk_span(scratch.facts[i].name_to.bytes);
		if (block->layout)
			walk_layout(block->layout, block->body, block->word_count, 0);
	}
	return 0;
}
