/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory for keys: pages that no core dump has, that are not swapped where the system allows it, and
 * that are wiped when they are given back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed pages for `size` bytes; NULL if there is no memory. Free with keys_vault_free. */
void *keys_vault_new(size_t size);
/*
 * Whether processes that are forked from here on have it too: they do not unless this says so. It has
 * to be said again in each of them, for whom the pages are then kept in memory as well.
 */
void keys_vault_share(void *memory, size_t size, bool shared);
/* Wipes the first `used` bytes and frees all; NULL is allowed. */
void keys_vault_free(void *memory, size_t size, size_t used);
/* Overwrites, in a way that no compiler leaves out. */
void keys_wipe(void *memory, size_t size);
