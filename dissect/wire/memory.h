/* SPDX-License-Identifier: BSD-3-Clause */
/* What memory costs: the account that stands against a ceiling has to count what malloc takes. */
#pragma once

#include <stddef.h>

/*
 * Of a request for `size` bytes (0: none was made), as the GNU C library does it: a word of its
 * own, rounded to two words, and four words at least.
 */
static inline size_t
smb_memory_cost(size_t size)
{
	size_t rounded = (size + 8 + 15) & ~(size_t)15;

	if (!size)
		return 0;
	return rounded < 32 ? 32 : rounded;
}
