/* SPDX-License-Identifier: BSD-3-Clause */
/* Digests, by nettle. */
#include "cli/extract/digest.h"

#include <glib.h>
#include <nettle/base16.h>

unsigned
cli_digest_kind(const char *name)
{
	static const struct {
		const char *name;
		unsigned kind;
	} kinds[] = { { "sha256", CLI_DIGEST_SHA256 },
		      { "md5", CLI_DIGEST_MD5 },
		      { "sha1", CLI_DIGEST_SHA1 } };

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_equal(kinds[i].name, name))
			return kinds[i].kind;
	return 0;
}

void
cli_digest_begin(CliDigest *self, unsigned kinds)
{
	self->kinds = kinds | CLI_DIGEST_SHA256;
	sha256_init(&self->sha256);
	if (kinds & CLI_DIGEST_MD5)
		md5_init(&self->md5);
	if (kinds & CLI_DIGEST_SHA1)
		sha1_init(&self->sha1);
}

void
cli_digest_add(CliDigest *self, const void *bytes, size_t n)
{
	sha256_update(&self->sha256, n, bytes);
	if (self->kinds & CLI_DIGEST_MD5)
		md5_update(&self->md5, n, bytes);
	if (self->kinds & CLI_DIGEST_SHA1)
		sha1_update(&self->sha1, n, bytes);
}

static void
put(char *text, const uint8_t *bytes, size_t n)
{
	base16_encode_update(text, n, bytes);
	text[2 * n] = '\0';
}

void
cli_digest_text(CliDigest *self, CliDigestText *ret)
{
	uint8_t bytes[SHA256_DIGEST_SIZE];

	*ret = (CliDigestText){ 0 };
	sha256_digest(&self->sha256, SHA256_DIGEST_SIZE, bytes);
	put(ret->sha256, bytes, SHA256_DIGEST_SIZE);
	if (self->kinds & CLI_DIGEST_MD5) {
		md5_digest(&self->md5, MD5_DIGEST_SIZE, bytes);
		put(ret->md5, bytes, MD5_DIGEST_SIZE);
	}
	if (self->kinds & CLI_DIGEST_SHA1) {
		sha1_digest(&self->sha1, SHA1_DIGEST_SIZE, bytes);
		put(ret->sha1, bytes, SHA1_DIGEST_SIZE);
	}
}
