/* SPDX-License-Identifier: BSD-3-Clause */
#include "output/base/json.h"
#include "output/fingerprint/fingerprint.h"

/* Names of our own table, which need no escapes. */
static void
put_names(OutBuffer *b, const char *const *names, const char *versions)
{
	out_key(b, "software");
	out_char(b, '[');
	for (; names && *names; names++) {
		out_json_comma(b);
		out_json_word(b, *names);
	}
	out_char(b, ']');
	out_key_str(b, "versions", versions);
}

/* A row of the table is there as a record already, see embed.py. */
static void
put_part(OutBuffer *b, SmbPrintPart part, const SmbString *print, const OutPrintKnown *known)
{
	SmbSpan text = smb_string_text(print).bytes;
	char hash[OUT_PRINT_HASH + 1];

	out_json_comma(b);
	if (known) {
		out_put(b, known->json, known->json_length);
		return;
	}
	out_print_hash(smb_string_text(print), hash);
	out_char(b, '{');
	out_key_str(b, "part", smb_print_part_name(part));
	out_key_str(b, "hash", hash);
	/* Its alphabet needs no escapes: dissect/fingerprint/write.c. */
	out_lit(b, ",\"text\":\"");
	out_put(b, (const char *)text.ptr, text.len);
	out_char(b, '"');
	put_names(b, NULL, NULL);
	out_char(b, '}');
}

static void
put_end(OutBuffer *b, const SmbConnectionInfo *info, bool server)
{
	OutPrintEnd end;

	out_print_end(info, server, &end);
	out_char(b, '{');
	put_names(b, end.software, end.versions);
	out_key_bool(b, "conflict", end.conflict);
	out_key(b, "parts");
	out_char(b, '[');
	for (int part = 0; part < SMB_PRINT_PARTS; part++)
		if (smb_print_of_server((SmbPrintPart)part) == server && info->prints[part])
			put_part(b, (SmbPrintPart)part, info->prints[part], end.known[part]);
	out_lit(b, "]}");
}

void
out_prints_json(OutBuffer *b, const SmbConnectionInfo *info)
{
	out_key(b, "fingerprints");
	out_lit(b, "{\"client\":");
	put_end(b, info, false);
	out_key(b, "server");
	put_end(b, info, true);
	out_char(b, '}');
}
