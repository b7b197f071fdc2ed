/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of a timeline that are not exchanges. */
#include "output/text/timeline.h"

#include "dissect/wire/names.h"

#include <glib.h>

static void
put_netbios_name(OutBuffer *b, SmbText name, uint8_t suffix)
{
	out_text(b, name);
	out_char(b, '<');
	out_hex(b, suffix, 2);
	out_char(b, '>');
}

void
out_netbios_asked(OutBuffer *b, const SmbNetbios *n)
{
	if (!n->has_names)
		return;
	put_netbios_name(b, n->called, n->called_suffix);
	out_lit(b, " from ");
	put_netbios_name(b, n->calling, n->calling_suffix);
}

void
out_netbios_answered(OutBuffer *b, const SmbNetbios *n)
{
	const char *error = smb_nbss_error_name(n->error);
	const char *result = smb_netbios_result_name(n->result);

	if (result)
		out_str(b, result);
	if (n->result == SMB_NETBIOS_REFUSED) {
		out_lit(b, ": ");
		out_str(b, error ? error : "error 0x");
		if (!error)
			out_hex(b, n->error, 2);
	} else if (n->result == SMB_NETBIOS_RETARGETED) {
		out_lit(b, " to ");
		out_address(b, 4, n->retarget_ip);
		out_char(b, ':');
		out_u64(b, n->retarget_port);
	}
}

void
out_gap_words(OutBuffer *b, const SmbGap *gap)
{
	static const char *const causes[] = {
		[SMB_GAP_MISSING] = "not in the capture",
		[SMB_GAP_SNAPLEN] = "cut by the snapshot length",
		[SMB_GAP_KERNEL_DROP] = "dropped by the kernel",
		[SMB_GAP_EVICTED] = "dropped to stay within the memory limit",
		[SMB_GAP_LIMIT] = "dropped at a limit",
	};
	const char *side = gap->dir == SMB_TO_SERVER ? " from the client" : " from the server";

	if (gap->bytes) {
		out_bytes(b, gap->bytes);
		out_str(b, side);
		out_lit(b, " missing: ");
		out_str(b,
			(size_t)gap->cause < G_N_ELEMENTS(causes) ? causes[gap->cause] : "unknown");
		if (gap->skipped)
			out_lit(b, ", then ");
	}
	if (gap->skipped) {
		out_bytes(b, gap->skipped);
		if (!gap->bytes)
			out_str(b, side);
		out_lit(b, " skipped to find the next message");
	}
}
