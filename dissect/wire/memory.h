/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an allocation costs. An account that has to stay below a limit counts the bytes that malloc
 * really takes, not the bytes that were asked for. Pure arithmetic; nothing is allocated or owned
 * here.
 */
#pragma once

#include <stddef.h>

/*
 * The cost of a request for `size` bytes (0: no request) in the GNU C library: one word more,
 * rounded up to two words, at least four words.
 */
static inline size_t
smb_memory_cost(size_t size)
{
	size_t rounded = (size + 8 + 15) & ~(size_t)15;

	if (!size)
		return 0;
	return rounded < 32 ? 32 : rounded;
}
