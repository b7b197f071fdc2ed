/* SPDX-License-Identifier: BSD-3-Clause */
/* Ids of connections and files that look like Zeek's. */
#include "output/views/zeek-ids.h"

#include <glib.h>

/* As Zeek's: a letter, and 17 digits of base 62. */
static void
put_id(OutBuffer *b, char kind, GChecksum *sha1)
{
	static const char digits[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	guint8 digest[20];
	gsize n = sizeof(digest);

	g_checksum_get_digest(sha1, digest, &n);
	out_char(b, kind);
	for (unsigned i = 0; i < 17; i++)
		out_char(b, digits[digest[i] % 62]);
}

void
zeek_put_uid(OutView *self, OutBuffer *b, const SmbConnectionInfo *info)
{
	g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
	const SmbEndpoints *ends = &info->ends;
	uint64_t numbers[] = { GUINT64_TO_LE(info->first.time_ns),
			       GUINT64_TO_LE((uint64_t)ends->client_port << 16 |
					     ends->server_port) };

	(void)self;
	g_checksum_update(sha1, ends->client, sizeof(ends->client));
	g_checksum_update(sha1, ends->server, sizeof(ends->server));
	g_checksum_update(sha1, (const guchar *)numbers, sizeof(numbers));
	put_id(b, 'C', sha1);
}

static void
add_text(GChecksum *sha1, SmbText text)
{
	char utf8[4096];
	size_t n = smb_text_to_utf8(text, utf8, sizeof(utf8));

	g_checksum_update(sha1, (const guchar *)utf8, (gssize)n + 1); /* with its end */
}

void
zeek_put_fuid(OutBuffer *b, const SmbConnectionInfo *info, const SmbExchange *x)
{
	g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
	const SmbEndpoints *ends = &info->ends;
	uint64_t written = GUINT64_TO_LE(x->file->times.written);

	g_checksum_update(sha1, ends->client, sizeof(ends->client));
	g_checksum_update(sha1, ends->server, sizeof(ends->server));
	add_text(sha1, x->tree ? smb_string_text(x->tree->path) : (SmbText){ 0 });
	add_text(sha1, smb_string_text(x->file->name));
	g_checksum_update(sha1, (const guchar *)&written, sizeof(written));
	put_id(b, 'F', sha1);
}
