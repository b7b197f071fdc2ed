/* SPDX-License-Identifier: BSD-3-Clause */
/* The heading of a connection in the text timeline. */
#include "dissect/wire/names.h"
#include "output/text/timeline.h"

static const char gap_of_heading[] = "   ";

void
out_account(OutBuffer *b, SmbText domain, SmbText account)
{
	out_text(b, domain);
	if (!smb_text_is_empty(domain))
		out_char(b, '\\');
	out_text(b, account);
}

static void
put_end(OutBuffer *b, const SmbEndpoints *ends, const uint8_t *addr, uint16_t port,
	const SmbString *name, const SmbString *other)
{
	/* Addresses with colons of their own. */
	bool apart = ends->family == 6 || ends->family == 2;

	if (apart)
		out_char(b, '[');
	out_address(b, ends->family, addr);
	if (apart)
		out_char(b, ']');
	out_char(b, ':');
	out_u64(b, port);
	if (!name)
		return;
	out_lit(b, " (");
	out_text(b, smb_string_text(name));
	if (other) {
		out_lit(b, " or ");
		out_text(b, smb_string_text(other));
	}
	out_char(b, ')');
}

void
out_heading_ends(OutBuffer *b, const SmbConnectionInfo *info)
{
	put_end(b, &info->ends, info->ends.client, info->ends.client_port, info->client_name,
		info->client_other);
	out_lit(b, " -> ");
	put_end(b, &info->ends, info->ends.server, info->ends.server_port, info->server_name,
		info->server_other);
}

/* The logon that says most: one let in by name, else one let in, else the last that was tried. */
static const SmbAuth *
telling_auth(const SmbConnectionInfo *info)
{
	const SmbAuth *best = NULL;
	int best_rank = -1;

	for (uint32_t i = 0; i < info->n_auths; i++) {
		const SmbAuth *a = info->auths[i];
		bool named = a->password_type != SMB_PASSWORD_ANONYMOUS &&
			     a->password_type != SMB_PASSWORD_NONE;
		int rank = a->result == SMB_RESULT_ACCEPTED ? (named ? 2 : 1) : 0;

		if (rank < best_rank)
			continue;
		best = a;
		best_rank = rank;
	}
	return best;
}

/*
 * What was sent. Who was let in without a type has sent something, which was not captured or is of
 * an unknown kind; an empty blob alone is nothing.
 */
static const char *
secret_name(const SmbAuth *a)
{
	const char *type = smb_password_type_name(a->password_type);

	if (a->password_type == SMB_PASSWORD_EMPTY)
		return "empty response";
	if (type)
		return type;
	if (a->anomalies & SMB_ANOMALY_EMPTY_BLOB)
		return "empty logon";
	if (a->result == SMB_RESULT_ACCEPTED)
		return "secret not seen";
	return a->result == SMB_RESULT_REFUSED ? "logon without a secret" : "logon not finished";
}

/* How the logon ended, if not by letting the user in as who he is. */
static void
put_result(OutBuffer *b, const SmbAuth *a)
{
	const char *reason = a->krb_error >= 0 ? smb_kerberos_error_name((uint32_t)a->krb_error)
					       : NULL;

	if (a->guest)
		out_lit(b, ", let in as guest");
	else if (a->null_session)
		out_lit(b, ", let in as anonymous");
	else if (a->result == SMB_RESULT_REFUSED)
		out_lit(b, ", refused");
	if (a->result == SMB_RESULT_REFUSED && reason) {
		out_lit(b, ": ");
		out_str(b, reason);
	}
}

/* The user of a session that this connection is another channel of. */
static bool
put_bound(OutBuffer *b, const SmbConnectionInfo *info)
{
	for (uint32_t i = 0; i < info->n_users; i++) {
		const SmbAuth *auth = info->users[i]->auth;

		if (!auth)
			continue;
		out_lit(b, "another channel of ");
		out_account(b, smb_string_text(auth->domain), smb_string_text(auth->account));
		return true;
	}
	return false;
}

static bool
all_accepted(const SmbConnectionInfo *info)
{
	for (uint32_t i = 0; i < info->n_auths; i++)
		if (info->auths[i]->result != SMB_RESULT_ACCEPTED)
			return false;
	return true;
}

static void
put_auth(OutBuffer *b, const SmbConnectionInfo *info)
{
	const SmbAuth *a = telling_auth(info);

	if (!a && put_bound(b, info))
		return;
	if (!a) {
		out_str(b, info->outcome.why == SMB_WHY_CHANNEL_REFUSED ? "another channel, refused"
									: "no logon seen");
		return;
	}
	if (a->result == SMB_RESULT_ABANDONED)
		out_str(b, a->abandoned_by_server ? "logon abandoned by the server"
						  : "logon abandoned by the client");
	else
		out_str(b, secret_name(a));
	/* Nobody has no name, whatever the domain. */
	if (!smb_text_is_empty(smb_string_text(a->account))) {
		out_lit(b, " as ");
		out_account(b, smb_string_text(a->domain), smb_string_text(a->account));
	}
	if (a->service) {
		out_lit(b, " to ");
		out_text(b, smb_string_text(a->service));
	}
	put_result(b, a);
	if (info->n_auths > 1) {
		out_lit(b, " (");
		out_u64(b, info->n_auths);
		out_str(b, all_accepted(info) ? " logons)" : " attempts)");
	}
}

static void
put_dialect(OutBuffer *b, const SmbConnectionInfo *info)
{
	if (info->dialect)
		out_text(b, smb_string_text(info->dialect));
	else if (info->version == 1)
		out_lit(b, "SMB1, dialect not seen");
	else if (info->version)
		out_lit(b, "SMB2, dialect not seen");
	else if (info->midstream || info->one_way || info->incomplete)
		out_lit(b, "dialect not seen");
	else
		out_lit(b, "no dialect");
}

static void
flag(OutBuffer *b, const char *text)
{
	out_str(b, gap_of_heading);
	out_str(b, text);
}

static void
put_incomplete(OutBuffer *b, uint32_t bits)
{
	const char *separator = "   incomplete: ";

	for (uint32_t bit = 1; bits; bits &= ~bit, bit <<= 1) {
		const char *name = bits & bit ? smb_incomplete_name((SmbIncomplete)bit) : NULL;

		if (!name)
			continue;
		out_str(b, separator);
		for (; *name; name++)
			out_char(b, *name == '_' ? ' ' : *name);
		separator = ", ";
	}
}

static void
put_end_flag(OutBuffer *b, const SmbConnectionInfo *info)
{
	static const char *const words[] = { [SMB_END_TIMEOUT] = "timed out",
					     [SMB_END_CAPTURE_END] = "open when the capture ended",
					     [SMB_END_EVICTED] =
						     "dropped to stay within the memory limit",
					     [SMB_END_REUSED] = "ports used again" };

	if (info->end == SMB_END_RESET)
		flag(b, info->end_by_server ? "reset by server" : "reset by client");
	else if ((size_t)info->end < sizeof(words) / sizeof(words[0]) && words[info->end])
		flag(b, words[info->end]);
}

static void
put_flags(OutBuffer *b, const SmbConnectionInfo *info)
{
	static const char *const verdicts[] = {
		[SMB_VERDICT_SMB1_OFFERED_SMB2_CHOSEN] = "SMB1 offered, SMB2 chosen",
		[SMB_VERDICT_SMB1_SERVER_LIMITED] = "SMB2 offered, SMB1 chosen",
		[SMB_VERDICT_REFUSED] = "no dialect accepted"
	};

	if (info->midstream)
		flag(b, "began before the capture");
	if (info->one_way)
		flag(b, "one direction only");
	if ((size_t)info->verdict < sizeof(verdicts) / sizeof(verdicts[0]) &&
	    verdicts[info->verdict])
		flag(b, verdicts[info->verdict]);
	put_incomplete(b, info->incomplete & ~(uint32_t)SMB_INCOMPLETE_MIDSTREAM);
	put_end_flag(b, info);
	if (info->repeated) {
		out_str(b, gap_of_heading);
		out_count(b, info->repeated, "message sent again", "messages sent again");
	}
	if (info->keepalives) {
		out_str(b, gap_of_heading);
		out_count(b, info->keepalives, "keepalive", "keepalives");
	}
	if (info->errors) {
		out_str(b, gap_of_heading);
		out_count(b, info->errors, "error", "errors");
	}
}

/* If no message that could be signed was seen, signing is not mentioned. */
static void
put_signing(OutBuffer *b, const SmbConnectionInfo *info)
{
	if (info->encrypted)
		flag(b, info->signing_observed ? "signed, encrypted" : "encrypted");
	else if (info->signing_observed)
		flag(b, "signed");
	else if (info->unsigned_seen)
		flag(b, "not signed");
}

void
out_heading(OutBuffer *b, const SmbConnectionInfo *info, OutClock *clock, bool colour)
{
	uint64_t ns = info->last.time_ns > info->first.time_ns
			      ? info->last.time_ns - info->first.time_ns
			      : 0;

	out_bold_on(b, colour);
	out_char(b, '#');
	out_u64(b, info->number);
	out_lit(b, "  ");
	out_heading_ends(b, info);
	out_bold_off(b, colour);
	out_str(b, gap_of_heading);
	put_dialect(b, info);
	out_str(b, gap_of_heading);
	put_auth(b, info);
	put_signing(b, info);
	out_str(b, gap_of_heading);
	out_duration(b, ns);
	out_str(b, gap_of_heading);
	out_clock_time(b, clock, info->first.time_ns);
	put_flags(b, info);
}
