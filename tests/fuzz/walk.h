/* SPDX-License-Identifier: BSD-3-Clause */
/* Walks every text, span and list of what a layout describes, to its end. */
#pragma once

#include "dissect/event.h"

#include <stdlib.h>

static void walk_more(const SmbLayout *layout, const uint8_t *body, int depth);

static inline void
walk_bytes(SmbSpan span)
{
	volatile uint8_t sum = 0;

	for (uint32_t i = 0; i < span.len; i++)
		sum ^= span.ptr[i];
	(void)sum;
}

static inline void
walk_items(const SmbField *field, SmbList list, int depth)
{
	uint64_t item[SMB_ITEM_MAX / sizeof(uint64_t)];
	uint32_t n = 0;

	if (field->items->size > sizeof(item))
		abort();
	while (list.next && (memset(item, 0, field->items->size), list.next(&list, item))) {
		walk_more(field->items, (const uint8_t *)item, depth + 1);
		if (++n > 1 << 20)
			abort();
	}
}

static void
walk_more(const SmbLayout *layout, const uint8_t *body, int depth)
{
	if (depth > 6)
		abort();
	for (uint32_t i = 0; layout && i < layout->count; i++) {
		const SmbField *field = &layout->fields[i];
		const void *value = body + field->offset;

		if (field->kind == SMB_FIELD_TEXT)
			walk_bytes(((const SmbText *)value)->bytes);
		else if (field->kind == SMB_FIELD_HEX || field->kind == SMB_FIELD_LENGTH ||
			 field->kind == SMB_FIELD_GUID || field->kind == SMB_FIELD_ADDRESS)
			walk_bytes(*(const SmbSpan *)value);
		else if (field->kind == SMB_FIELD_LIST)
			walk_items(field, *(const SmbList *)value, depth);
		else if (field->kind == SMB_FIELD_OBJECT)
			walk_more(field->items, value, depth + 1);
		else if (field->kind == SMB_FIELD_PART && ((const SmbPart *)value)->layout)
			walk_more(((const SmbPart *)value)->layout, ((const SmbPart *)value)->body,
				  depth + 1);
	}
}
