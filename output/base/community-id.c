/* SPDX-License-Identifier: BSD-3-Clause */
/* Community ID version 1: a hash of the ends of a connection. */
#include "output/base/community-id.h"

#include <glib.h>
#include <nettle/sha1.h>

/* The lower address and port come first, whichever side opened the connection. */
static bool
is_ordered(const SmbEndpoints *ends, size_t size)
{
	int order = memcmp(ends->client, ends->server, size);

	return order < 0 || (order == 0 && ends->client_port <= ends->server_port);
}

void
out_community_id(OutBuffer *b, const SmbEndpoints *ends, uint8_t protocol)
{
	size_t size = ends->family == 4 ? 4 : 16;
	bool ordered = is_ordered(ends, size);
	uint16_t low = ordered ? ends->client_port : ends->server_port;
	uint16_t high = ordered ? ends->server_port : ends->client_port;
	const uint8_t seed[2] = { 0, 0 };
	const uint8_t tail[6] = {
		protocol, 0, (uint8_t)(low >> 8), (uint8_t)low, (uint8_t)(high >> 8), (uint8_t)high
	};
	g_autofree char *text = NULL;
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx sha1;

	if (ends->family != 4 && ends->family != 6)
		return;
	sha1_init(&sha1);
	sha1_update(&sha1, sizeof(seed), seed);
	sha1_update(&sha1, size, ordered ? ends->client : ends->server);
	sha1_update(&sha1, size, ordered ? ends->server : ends->client);
	sha1_update(&sha1, sizeof(tail), tail);
	sha1_digest(&sha1, sizeof(digest), digest);
	text = g_base64_encode(digest, sizeof(digest));
	out_lit(b, "1:");
	out_str(b, text);
}
