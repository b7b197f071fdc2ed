/* SPDX-License-Identifier: BSD-3-Clause */
#include "output/base/writer.h"
#include "output/fingerprint/fingerprint.h"

bool
out_prints_seen(const SmbConnectionInfo *info, bool server)
{
	for (int part = 0; part < SMB_PRINT_PARTS; part++)
		if (smb_print_of_server((SmbPrintPart)part) == server && info->prints[part])
			return true;
	return false;
}

void
out_print_software(OutBuffer *b, const OutPrintEnd *end)
{
	if (end->conflict)
		out_lit(b, "parts of different software");
	else if (!end->versions)
		out_lit(b, "not known");
	/* What is alike is no proof of what it is, nor of the version. */
	for (const char *const *name = end->software; *name; name++) {
		out_str(b, name == end->software ? "like " : " or ");
		out_str(b, *name);
	}
	if (end->versions) {
		out_lit(b, " (seen with ");
		out_str(b, end->versions);
		out_char(b, ')');
	}
}

void
out_prints_text(OutBuffer *b, const SmbConnectionInfo *info, bool server)
{
	OutPrintEnd end;

	out_print_end(info, server, &end);
	out_str(b, server ? "server: " : "client: ");
	out_print_software(b, &end);
	for (int part = 0; part < SMB_PRINT_PARTS; part++) {
		char hash[OUT_PRINT_HASH + 1];

		if (smb_print_of_server((SmbPrintPart)part) != server || !info->prints[part])
			continue;
		out_print_hash(smb_string_text(info->prints[part]), hash);
		out_lit(b, ", ");
		out_str(b, smb_print_part_name((SmbPrintPart)part));
		out_char(b, ' ');
		out_str(b, hash);
	}
}
