/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Allocation that is accounted for: the tracker promises a ceiling, so every byte that it holds is
 * counted here, as malloc counts it (dissect/wire/memory.h). The tracker owns the one CapMemory,
 * and its parts borrow it. Nothing here fails: if there is no memory, the program ends
 * (cli/allocation.h).
 */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef struct {
	size_t used;
} CapMemory;

/* What malloc takes for a request: one word more, rounded up to two words, at least four. */
static inline size_t
cap_memory_cost(size_t size)
{
	size_t rounded = (size + 8 + 15) & ~(size_t)15;

	return rounded < 32 ? 32 : rounded;
}

static inline void *
cap_memory_alloc(CapMemory *self, size_t size)
{
	self->used += cap_memory_cost(size);
	return g_malloc(size);
}

static inline void
cap_memory_free(CapMemory *self, void *ptr, size_t size)
{
	if (!ptr)
		return;
	self->used -= cap_memory_cost(size);
	g_free(ptr);
}
