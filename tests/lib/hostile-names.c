/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers around every bound that a table of names may have. */
#include "tests/lib/hostile-names.h"

#include <check.h>
#include <string.h>

static void
ask_name(const SmbField *field, uint32_t value)
{
	const char *name = field->name_of(value);

	/* A table that was read beyond its end gives what is none. */
	ck_assert_msg(!name || (*name && strlen(name) < 200), "%s %u", field->key, value);
}

void
ask_names(const SmbLayout *layout)
{
	for (uint16_t i = 0; layout && i < layout->count; i++) {
		const SmbField *field = &layout->fields[i];

		for (uint32_t value = 0; field->name_of && value < 300; value++)
			ask_name(field, value);
		for (uint32_t bit = 0; field->name_of && bit < 32; bit++) {
			ask_name(field, UINT32_C(1) << bit);
			ask_name(field, (UINT32_C(1) << bit) - 1);
			ask_name(field, ~(UINT32_C(1) << bit));
			ask_name(field, (UINT32_C(1) << bit) + 1);
		}
		ask_names(field->items);
	}
}
