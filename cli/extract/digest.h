/* SPDX-License-Identifier: BSD-3-Clause */
/* Digests of the files: SHA-256, and others that were asked for. */
#pragma once

#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CLI_DIGEST_SHA256 = 1, /* always */
	CLI_DIGEST_MD5 = 2,
	CLI_DIGEST_SHA1 = 4,
};

typedef struct {
	unsigned kinds; /* CLI_DIGEST_* */
	struct sha256_ctx sha256;
	struct md5_ctx md5;
	struct sha1_ctx sha1;
} CliDigest;

/* In hex; "" for those that were not asked for. */
typedef struct {
	char sha256[2 * SHA256_DIGEST_SIZE + 1];
	char md5[2 * MD5_DIGEST_SIZE + 1];
	char sha1[2 * SHA1_DIGEST_SIZE + 1];
} CliDigestText;

/* The kind by its name, "md5"; 0: none. */
unsigned cli_digest_kind(const char *name);
void cli_digest_begin(CliDigest *self, unsigned kinds);
void cli_digest_add(CliDigest *self, const void *bytes, size_t n);
/* Ends it. */
void cli_digest_text(CliDigest *self, CliDigestText *ret);
