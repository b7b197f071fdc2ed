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

/* ---- keys ---- */

static void
put_session(OutBuffer *b, const SmbConnectionInfo *info, uint64_t id)
{
	out_lit(b, "session 0x");
	out_hex(b, id, 1);
	for (uint32_t i = 0; i < info->n_users; i++) {
		const SmbAuth *auth = info->users[i]->uid == id ? info->users[i]->auth : NULL;

		if (!auth || !auth->account)
			continue;
		out_lit(b, " of ");
		out_text(b, smb_string_text(auth->account));
		return;
	}
}

static void
put_trouble(OutBuffer *b, const SmbConnectionInfo *info, uint32_t n)
{
	static const char *const words[] = {
		[SMB_KEY_MISSING] = "no key: give its account's password or NT hash, the "
				    "service's keytab, or its session key",
		[SMB_KEY_PASSWORD] = "no password or hash that was given fits its logon: check "
				     "them, and the domain",
		[SMB_KEY_TICKET] = "no key of the keytabs opens its ticket: check the service, the "
				   "key version and the encryption type",
		[SMB_KEY_SESSION] = "the session key that was given does not fit: check id and key",
		[SMB_KEY_UNSEEN] = "its logon is not in the capture as a whole: no key can be "
				   "derived",
		[SMB_KEY_NO_ROOM] = "no room for its keys: there are too many connections at once",
	};
	SmbKeyTrouble trouble = info->keys.troubles[n].trouble;

	if (trouble != SMB_KEY_NO_ROOM) {
		put_session(b, info, info->keys.troubles[n].session);
		out_lit(b, ": ");
	}
	out_str(b, words[trouble]);
}

static void
put_forged(OutBuffer *b, const SmbKeyFacts *f)
{
	const char *join = "";

	if (f->wrong) {
		out_count(b, f->wrong, "signature is", "signatures are");
		out_lit(b, " wrong");
		join = ", ";
	}
	if (f->forged) {
		out_str(b, join);
		out_count(b, f->forged, "encrypted message was", "encrypted messages were");
		out_lit(b, " changed");
	}
	out_lit(b, ", first in frame ");
	out_u64(b, f->first_forged.frame);
	out_lit(b, ": forged, or changed on the way");
}

bool
out_key_words(OutBuffer *b, const SmbConnectionInfo *info, uint32_t n)
{
	const SmbKeyFacts *f = &info->keys;
	uint32_t kept = MIN(f->n_troubles, (uint32_t)SMB_KEY_TROUBLES);

	if (f->first_forged.frame && n-- == 0) {
		put_forged(b, f);
		return true;
	}
	if (n < kept) {
		put_trouble(b, info, n);
		return true;
	}
	n -= kept;
	if (f->n_troubles > kept && n-- == 0) {
		out_u64(b, f->n_troubles - kept);
		out_lit(b, " more sessions without a key that fits");
		return true;
	}
	return false;
}
