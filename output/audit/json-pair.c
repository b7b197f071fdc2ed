/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The record of a pair, with everything that is known of it: read/ restores the pair from it. And
 * its attempts to log on as records of their own.
 */
#include "output/audit/records.h"

/* Where the list of each tally is: its key, after the key of the object that contains it. */
const char *
out_audit_tally_key(AuditTallyId id)
{
	static const char *const names[AUDIT_TALLIES] = {
		[AUDIT_CLIENT_NAME] = "client_names.name",
		[AUDIT_CLIENT_OS] = "client_names.native_os",
		[AUDIT_CLIENT_LANMAN] = "client_names.native_lm",
		[AUDIT_SERVER_NAME] = "server_names.name",
		[AUDIT_SERVER_OS] = "server_names.native_os",
		[AUDIT_SERVER_LANMAN] = "server_names.native_lm",
		[AUDIT_SERVER_DOMAIN] = "server_names.domain",
		[AUDIT_OFFERED] = "dialects_offered",
		[AUDIT_CHOSEN] = "dialects_chosen",
		[AUDIT_VERDICTS] = "verdicts",
		[AUDIT_SIGNED] = "signing",
		[AUDIT_ENDS] = "ends",
		[AUDIT_DAYS] = "days",
		[AUDIT_SHARES] = "shares",
		[AUDIT_PROGRAMS] = "programs",
		[AUDIT_CLIENT_PRINTS] = "client_fingerprints",
		[AUDIT_SERVER_PRINTS] = "server_fingerprints",
		[AUDIT_TRIES] = "refused_tries",
		[AUDIT_MARKS] = "marks",
		[AUDIT_WRITTEN] = "written",
	};

	return names[id];
}

static void
put_status(OutBuffer *b, const AuditIdentity *who)
{
	out_key(b, "status");
	if (!who->has_status) {
		out_lit(b, "null,\"status_code\":null");
		return;
	}
	out_char(b, '"');
	out_status(b, who->status);
	out_lit(b, "\",\"status_code\":\"0x");
	out_hex(b, who->status.value, 8);
	out_char(b, '"');
	if (who->status.dos)
		out_lit(b, ",\"status_dos\":true");
}

static void
put_signing(OutBuffer *b, const uint64_t *signing)
{
	out_char(b, '[');
	for (AuditSigning i = 0; i < AUDIT_SIGNINGS; i++) {
		if (!signing[i])
			continue;
		out_json_comma(b);
		out_lit(b, "{\"name\":");
		out_json_word(b, audit_signing_name(i));
		out_key_u64(b, "count", signing[i]);
		out_char(b, '}');
	}
	out_char(b, ']');
}

static void
put_dialects(OutBuffer *b, const uint64_t *dialects)
{
	out_char(b, '[');
	for (unsigned i = 0; i < AUDIT_DIALECTS; i++) {
		if (!dialects[i])
			continue;
		out_json_comma(b);
		out_lit(b, "{\"name\":");
		out_json_word(b, audit_dialect_name(i));
		out_key_u64(b, "count", dialects[i]);
		out_char(b, '}');
	}
	out_char(b, ']');
}

/* The members that an attempt has in its pair and in its own record. */
static void
put_attempt(OutBuffer *b, const AuditAuth *auth)
{
	const AuditIdentity *who = &auth->who;

	out_key_str(b, "password_type", smb_password_type_name(who->password_type));
	out_key_str(b, "mech", smb_mech_name(who->mech));
	out_key(b, "account");
	out_str_json(b, who->account);
	out_key(b, "domain");
	out_str_json(b, who->domain);
	out_key(b, "host");
	out_str_json(b, who->host);
	out_key_str(b, "account_kind", audit_account_kind_name(audit_account_kind(who)));
	out_key_bool(b, "guest", who->guest);
	out_key_if(b, "null_session", who->null_session);
	out_key_str(b, "result", smb_result_name(who->result));
	put_status(b, who);
	out_key(b, "lm_length");
	out_json_i64_or_null(b, auth->lm_length >= 0, auth->lm_length);
	out_key(b, "nt_length");
	out_json_i64_or_null(b, auth->nt_length >= 0, auth->nt_length);
	out_key_u64(b, "count", auth->seen.count);
	put_key_time(b, "first_seen", auth->first_ns);
	put_key_time(b, "last_seen", auth->last_ns);
	out_key(b, "frames");
	out_audit_evidence(b, auth->seen.first, auth->seen.n);
	out_key(b, "signing");
	put_signing(b, auth->signing);
	out_key_u64(b, "encrypted", auth->encrypted);
	out_key(b, "dialects");
	put_dialects(b, auth->dialects);
	put_key_counts(b, "shares", &auth->shares);
	if (auth->encryption_types.n)
		put_key_counts(b, "encryption_types", &auth->encryption_types);
	out_key_bool(b, "complete", auth->incomplete == 0);
	out_key_u64(b, "incomplete", auth->incomplete);
	if (auth->shares.left_out || auth->encryption_types.left_out)
		out_lit(b, ",\"capped\":true");
}

static void
put_auth(OutBuffer *b, const AuditAuth *auth)
{
	out_json_comma(b);
	out_char(b, '{');
	put_attempt(b, auth);
	out_audit_secrets_json(b, auth);
	out_char(b, '}');
}

/*
 * The same attempts as records of their own, for programs that search records and do not look into
 * lists. Their pair has them too, and is what is read back.
 */
void
out_audit_logon_json(OutBuffer *b, const AuditPair *pair, const AuditAuth *auth)
{
	out_audit_begin(b, auth->first_ns, "audit");
	out_lit(b, ",\"kind\":\"logon\"");
	out_audit_site(b, &pair->client);
	put_key_address(b, "client", &pair->client);
	put_key_address(b, "server", &pair->server);
	put_attempt(b, auth);
	put_key_counts(b, "programs", &pair->tallies[AUDIT_PROGRAMS]);
}

static void
put_observations(OutBuffer *b, const AuditPair *pair)
{
	out_char(b, '{');
	for (AuditRuleId i = 0; i < AUDIT_RULES; i++) {
		const AuditSighting *seen = &pair->seen[i];

		if (!seen->count && !seen->n)
			continue;
		out_json_comma(b);
		out_json_word(b, audit_rule(i)->id);
		out_lit(b, ":{\"count\":");
		out_u64(b, seen->count);
		out_key_u64(b, "refused", seen->refused);
		out_key(b, "frames");
		out_audit_evidence(b, seen->first, seen->n);
		out_char(b, '}');
	}
	out_char(b, '}');
}

static void
put_challenges(OutBuffer *b, const AuditPair *pair)
{
	out_char(b, '[');
	for (uint32_t i = 0; i < pair->n_challenges; i++) {
		const AuditChallenge *c = &pair->challenges[i];

		out_json_comma(b);
		out_lit(b, "{\"digest\":\"");
		out_hex(b, c->id, 16);
		out_char(b, '"');
		out_key_bool(b, "known", c->known);
		out_key_bool(b, "response", c->response);
		out_lit(b, ",\"uses\":[");
		for (uint32_t j = 0; j < c->n; j++) {
			out_json_comma(b);
			out_lit(b, "{\"src_port\":");
			out_u64(b, c->uses[j].port);
			out_lit(b, ",\"message\":\"");
			out_hex(b, c->uses[j].message, 16);
			out_char(b, '"');
			out_key(b, "frames");
			out_audit_evidence(b, &c->uses[j].at, 1);
			out_char(b, '}');
		}
		out_lit(b, "]}");
	}
	out_char(b, ']');
}

/* The lists that were fuller than they may be. */
static void
put_capped(OutBuffer *b, const AuditPair *pair)
{
	out_char(b, '[');
	for (int i = 0; i < AUDIT_TALLIES; i++) {
		if (!pair->tallies[i].left_out)
			continue;
		out_json_comma(b);
		out_json_word(b, out_audit_tally_key((AuditTallyId)i));
	}
	if (pair->auths_dropped) {
		out_json_comma(b);
		out_lit(b, "\"authentications\"");
	}
	if (pair->challenges_dropped) {
		out_json_comma(b);
		out_lit(b, "\"challenges\"");
	}
	out_char(b, ']');
}

/* How often a counted entry did not fit into its list. */
static void
put_left_out_of_lists(OutBuffer *b, const AuditPair *pair)
{
	uint64_t any = 0;

	for (int i = 0; i < AUDIT_TALLIES; i++)
		any |= pair->tallies[i].left_out;
	if (!any)
		return;
	out_lit(b, ",\"list_entries_left_out\":[");
	for (int i = 0; i < AUDIT_TALLIES; i++) {
		if (!pair->tallies[i].left_out)
			continue;
		out_json_comma(b);
		out_lit(b, "{\"name\":");
		out_json_word(b, out_audit_tally_key((AuditTallyId)i));
		out_key_u64(b, "count", pair->tallies[i].left_out);
		out_char(b, '}');
	}
	out_char(b, ']');
}

static void
put_names(OutBuffer *b, const AuditTally *tallies)
{
	out_lit(b, ",\"client_names\":{");
	put_key_counts(b, "name", &tallies[AUDIT_CLIENT_NAME]);
	put_key_counts(b, "native_os", &tallies[AUDIT_CLIENT_OS]);
	put_key_counts(b, "native_lm", &tallies[AUDIT_CLIENT_LANMAN]);
	out_lit(b, "},\"server_names\":{");
	put_key_counts(b, "name", &tallies[AUDIT_SERVER_NAME]);
	put_key_counts(b, "native_os", &tallies[AUDIT_SERVER_OS]);
	put_key_counts(b, "native_lm", &tallies[AUDIT_SERVER_LANMAN]);
	put_key_counts(b, "domain", &tallies[AUDIT_SERVER_DOMAIN]);
	out_char(b, '}');
}

void
out_audit_pair_json(OutBuffer *b, const AuditPair *pair, bool scanner)
{
	const AuditTally *t = pair->tallies;
	uint64_t first_ns = audit_pair_first(pair);

	out_audit_begin(b, first_ns, "audit");
	out_lit(b, ",\"kind\":\"pair\"");
	out_audit_site(b, &pair->client);
	put_key_address(b, "client", &pair->client);
	put_key_address(b, "server", &pair->server);
	out_key_bool(b, "scanner", scanner);
	out_key_u64(b, "connections", pair->numbers[AUDIT_N_CONNECTIONS]);
	out_key(b, "counts");
	out_audit_numbers(b, pair->numbers);
	put_key_time(b, "first_seen", first_ns);
	put_key_time(b, "last_seen", pair->last_ns);
	put_names(b, t);
	put_key_counts(b, "dialects_offered", &t[AUDIT_OFFERED]);
	put_key_counts(b, "dialects_chosen", &t[AUDIT_CHOSEN]);
	put_key_counts(b, "verdicts", &t[AUDIT_VERDICTS]);
	put_key_counts(b, "signing", &t[AUDIT_SIGNED]);
	put_key_counts(b, "ends", &t[AUDIT_ENDS]);
	put_key_counts(b, "days", &t[AUDIT_DAYS]);
	put_key_counts(b, "shares", &t[AUDIT_SHARES]);
	put_key_counts(b, "programs", &t[AUDIT_PROGRAMS]);
	put_key_counts(b, "client_fingerprints", &t[AUDIT_CLIENT_PRINTS]);
	put_key_counts(b, "server_fingerprints", &t[AUDIT_SERVER_PRINTS]);
	if (t[AUDIT_TRIES].n)
		put_key_counts(b, "refused_tries", &t[AUDIT_TRIES]);
	if (t[AUDIT_MARKS].n)
		put_key_counts(b, "marks", &t[AUDIT_MARKS]);
	if (t[AUDIT_WRITTEN].n)
		put_key_counts(b, "written", &t[AUDIT_WRITTEN]);
	out_lit(b, ",\"authentications\":[");
	for (uint32_t i = 0; i < pair->n_auths; i++)
		put_auth(b, &pair->auths[i]);
	out_lit(b, "],\"observations\":");
	put_observations(b, pair);
	out_lit(b, ",\"challenges\":");
	put_challenges(b, pair);
	out_key(b, "traits");
	out_audit_traits(b, &pair->traits);
	out_lit(b, ",\"capped\":");
	put_capped(b, pair);
	put_left_out_of_lists(b, pair);
	if (pair->bare)
		out_lit(b, ",\"details_left_out\":true");
}
