/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of a file of keys. Private to keys/. */
#pragma once

#include "keys/internal.h"

/* Largest file in bytes. */
enum { KEYS_FILE_MAX = 1 << 20 };

/*
 * Reads a whole file that nobody but its owner can read, into memory that keys_vault_free takes (of
 * KEYS_FILE_MAX bytes). NULL, with an error, if it cannot be read or others may read or write it.
 */
uint8_t *keys_file_read(const char *path, uint32_t *ret_length, GError **error);
/* Refuses a file that others may read or write; `fd` is open. */
bool keys_file_is_private(const char *path, int fd, GError **error);
/* Adds what the text says to the ring; arguments as of keys_ring_parse. */
bool keys_file_parse(KeyRing *ring, const char *name, SmbSpan text, const char *directory,
		     GError **error);
