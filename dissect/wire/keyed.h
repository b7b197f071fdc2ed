/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A hash with a key, for whatever is looked up or ranked by what came over the wire: anyone who does
 * not know the key cannot choose what has a small hash, nor make two hashes the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Not known to those who may send packets; the same in all records that are to be added up. */
typedef struct {
	uint64_t words[2];
} SmbHashKey;

bool smb_hash_key_equal(const SmbHashKey *a, const SmbHashKey *b);
/* SipHash-2-4 of n bytes. */
uint64_t smb_keyed_hash(const SmbHashKey *key, const void *bytes, size_t n);
