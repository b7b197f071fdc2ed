/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of the audit. A `pair` record holds everything known about the pair: read.c restores the
 * pair from it.
 */
#include "output/audit/records.h"

enum { NS_PER_SECOND = 1000000000 };

static void
put_address(OutBuffer *b, const AuditAddress *address)
{
	out_char(b, '"');
	out_audit_address(b, address);
	out_char(b, '"');
}

/*
 * Nine digits only if six are not enough, so that it reads the same whatever captures it was added
 * up from.
 */
void
out_audit_time(OutBuffer *b, uint64_t ns)
{
	out_char(b, '"');
	out_time_utc(b, ns, ns % 1000 ? 9 : 6);
	out_char(b, '"');
}

void
out_audit_covered(OutBuffer *b, const AuditCovered *covered)
{
	enum { NS_PER_MICROSECOND = 1000 };

	out_key(b, "covered_seconds");
	out_fixed(b, audit_covered_ns(covered) / NS_PER_MICROSECOND, 6);
}

#define put_key_time(b, key, ns) (out_key(b, key), out_audit_time(b, ns))
#define put_key_address(b, key, a) (out_key(b, key), put_address(b, a))

void
out_audit_site(OutBuffer *b, const AuditAddress *address)
{
	if (!address->site)
		return;
	out_key(b, "site");
	out_str_json(b, address->site);
}

static void
begin(OutBuffer *b, uint64_t ns, const char *type)
{
	out_lit(b, "{\"timestamp\":");
	out_audit_time(b, ns == UINT64_MAX ? 0 : ns);
	out_key_str(b, "event_type", type);
}

static void
finish(OutWriter *writer)
{
	out_lit(out_writer_buffer(writer), "}\n");
	out_writer_record(writer);
}

/* What was seen is a value, never a key: programs that index records have a place for each key. */
static void
put_counts(OutBuffer *b, const AuditTally *tally)
{
	out_char(b, '[');
	for (uint32_t i = 0; i < tally->n; i++) {
		out_json_comma(b);
		out_lit(b, "{\"name\":");
		out_str_json(b, tally->items[i].key);
		out_key_u64(b, "count", tally->items[i].count);
		out_char(b, '}');
	}
	out_char(b, ']');
}

#define put_key_counts(b, key, t) (out_key(b, key), put_counts(b, t))

void
out_audit_evidence(OutBuffer *b, const AuditEvidence *first, uint32_t n)
{
	out_char(b, '[');
	for (uint32_t i = 0; i < n; i++) {
		out_json_comma(b);
		out_lit(b, "{\"timestamp\":");
		out_audit_time(b, first[i].time_ns);
		if (first[i].capture) {
			out_key(b, "pcap_filename");
			out_str_json(b, first[i].capture);
		}
		out_key_u64(b, "connection", first[i].connection);
		out_key_u64(b, "frame", first[i].frame);
		out_char(b, '}');
	}
	out_char(b, ']');
}

static void
put_numbers(OutBuffer *b, const uint64_t *numbers)
{
	out_char(b, '{');
	for (AuditNumber i = AUDIT_N_WHOLE; i < AUDIT_NUMBERS; i++) {
		out_json_comma(b);
		out_json_word(b, audit_number_name(i));
		out_char(b, ':');
		out_u64(b, numbers[i]);
	}
	out_char(b, '}');
}

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
		[AUDIT_TRIES] = "refused_tries",
		[AUDIT_MARKS] = "marks",
	};

	return names[id];
}

/* ---- pair ---- */

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
static void
put_logon(OutBuffer *b, const AuditPair *pair, const AuditAuth *auth)
{
	begin(b, auth->first_ns, "audit");
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

static void
put_pair(OutBuffer *b, const AuditPair *pair, bool scanner)
{
	const AuditTally *t = pair->tallies;
	uint64_t first_ns = audit_pair_first(pair);

	begin(b, first_ns, "audit");
	out_lit(b, ",\"kind\":\"pair\"");
	out_audit_site(b, &pair->client);
	put_key_address(b, "client", &pair->client);
	put_key_address(b, "server", &pair->server);
	out_key_bool(b, "scanner", scanner);
	out_key_u64(b, "connections", pair->numbers[AUDIT_N_CONNECTIONS]);
	out_key(b, "counts");
	put_numbers(b, pair->numbers);
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
	if (t[AUDIT_TRIES].n)
		put_key_counts(b, "refused_tries", &t[AUDIT_TRIES]);
	if (t[AUDIT_MARKS].n)
		put_key_counts(b, "marks", &t[AUDIT_MARKS]);
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

/* ---- client, server, summary ---- */

static void
put_findings(OutBuffer *b, const uint32_t *findings)
{
	out_lit(b, ",\"findings\":{");
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--) {
		out_json_comma(b);
		out_json_word(b, audit_severity_name((AuditSeverity)i));
		out_char(b, ':');
		out_u64(b, findings[i]);
	}
	out_char(b, '}');
}

static void
put_rolled_up(OutBuffer *b, const AuditHost *host)
{
	out_key_u64(b, "connections", host->numbers[AUDIT_N_CONNECTIONS]);
	out_key(b, "counts");
	put_numbers(b, host->numbers);
	put_key_counts(b, "dialects_chosen", &host->dialects);
	put_key_counts(b, "verdicts", &host->verdicts);
	put_key_counts(b, "password_types", &host->passwords);
	out_key_str(b, "worst_password_type", smb_password_type_name(host->worst));
	out_lit(b, ",\"accepted\":{\"people\":");
	out_u64(b, host->people);
	out_key_u64(b, "machines", host->machines);
	out_key_u64(b, "anonymous", host->anonymous);
	out_key_u64(b, "guests", host->guests);
	out_char(b, '}');
	put_key_counts(b, "signing", &host->signing);
	out_key_str(b, "blocker", audit_blocker(host));
}

static void
put_readiness(OutBuffer *b, const AuditReport *report, const AuditHost *host,
	      const AuditMember *member)
{
	AuditReadiness readiness = audit_readiness(report, member, host);

	out_lit(b, ",\"readiness\":{");
	out_key_str(b, "smb1", audit_readiness_name(readiness));
	out_key_bool(b, "smb1_can_be_turned_off", readiness == AUDIT_SMB1_CAN_GO);
	out_key_u64(b, "clients_used_smb1", host->smb1_peers);
	out_key_u64(b, "clients_offered_smb1", host->smb1_offering_peers);
	out_key_u64(b, "clients_locked_out", host->smb1_locked_out);
	out_key_u64(b, "days_seen", audit_host_days(host));
	out_char(b, '}');
}

static void
put_host(OutBuffer *b, const AuditReport *report, const AuditHost *host, const AuditMember *member)
{
	bool server = member->server;

	begin(b, host->first_ns, "audit");
	out_key_str(b, "kind", server ? "server" : "client");
	out_audit_site(b, &host->address);
	out_key(b, "address");
	put_address(b, &host->address);
	if (!server)
		out_key_bool(b, "scanner", host->scanner);
	out_key_u64(b, "peers", host->pairs);
	put_key_time(b, "first_seen", host->first_ns);
	put_key_time(b, "last_seen", host->last_ns);
	put_key_counts(b, "names", &host->names);
	put_key_counts(b, "systems", &host->systems);
	put_rolled_up(b, host);
	put_key_counts(b, "shares", &host->shares);
	put_findings(b, host->findings);
	out_key_str(b, "severity", audit_host_severity(host));
	out_key(b, "posture");
	out_audit_posture(b, report, member);
	if (server)
		put_readiness(b, report, host, member);
}

static void
put_horizon(OutBuffer *b, const AuditHorizon *horizon)
{
	out_char(b, '"');
	out_str(b, audit_layer_name(horizon->layer));
	out_char(b, ':');
	out_hex(b, horizon->rank, 16);
	out_char(b, '"');
}

static void
put_key(OutBuffer *b, const AuditKey *key)
{
	out_key(b, "key");
	out_char(b, '"');
	out_hex(b, key->words[0], 16);
	out_hex(b, key->words[1], 16);
	out_char(b, '"');
}

/*
 * What was left out, and the key by which it was chosen. If nothing was left out, the records do
 * not depend on the key and do not mention it.
 */
static void
put_left_out(OutBuffer *b, const AuditReport *report)
{
	const Audit *audit = report->audit;
	bool lossy = !audit_has_all(audit, AUDIT_LAYER_DETAILS);

	if (lossy || report->capped || report->logons_left_out)
		put_key(b, &audit->limits.key);
	if (audit->n_others)
		out_lit(b, ",\"other_horizons\":[");
	for (uint32_t i = 0; i < audit->n_others; i++) {
		out_str(b, i ? ",{" : "{");
		put_key(b, &audit->others[i].key);
		out_key(b, "horizon");
		put_horizon(b, &audit->others[i]);
		out_char(b, '}');
	}
	if (audit->n_others)
		out_char(b, ']');
	if (audit->mixed)
		out_lit(b, ",\"mixed\":true");
	if (lossy) {
		out_lit(b, ",\"observations_left_out\":{");
		for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--) {
			out_json_comma(b);
			out_json_word(b, audit_severity_name((AuditSeverity)i));
			out_char(b, ':');
			out_u64(b, report->left_out[i]);
		}
		out_char(b, '}');
	}
	if (audit->captures_left_out)
		out_key_u64(b, "capture_names_left_out", audit->captures_left_out);
	if (audit->sites_left_out)
		out_key_u64(b, "sites_left_out", audit->sites_left_out);
	if (report->logons_left_out)
		out_key_u64(b, "logons_left_out", report->logons_left_out);
}

/* All of it, so that it can be added up. */
static void
put_covered(OutBuffer *b, const AuditCovered *covered)
{
	out_audit_covered(b, covered);
	out_key(b, "covered");
	if (!covered->n) {
		out_lit(b, "null");
		return;
	}
	out_lit(b, "{\"captures\":");
	out_u64(b, covered->captures);
	out_key_u64(b, "rounded_to_seconds", audit_covered_step(covered) / NS_PER_SECOND);
	put_key_time(b, "first", covered->first_ns);
	put_key_time(b, "last", covered->last_ns);
	out_lit(b, ",\"spans\":[");
	for (uint32_t i = 0; i < covered->n; i++) {
		out_json_comma(b);
		out_lit(b, "{\"first\":");
		out_audit_time(b, covered->spans[i].first_ns);
		put_key_time(b, "last", covered->spans[i].last_ns);
		out_char(b, '}');
	}
	out_lit(b, "]}");
}

static void
put_summary(OutBuffer *b, const AuditReport *report)
{
	const Audit *audit = report->audit;

	begin(b, audit->first_ns, "audit");
	out_lit(b, ",\"kind\":\"summary\"");
	out_key_u64(b, "connections_seen", audit->connections);
	out_key_u64(b, "connections_left_out", audit->connections - report->kept);
	out_key(b, "horizon");
	if (audit->has_horizon)
		put_horizon(b, &audit->horizon);
	else
		out_lit(b, "null");
	put_left_out(b, report);
	out_key(b, "first_seen");
	out_audit_time(b, audit->connections ? audit->first_ns : 0);
	put_key_time(b, "last_seen", audit->last_ns);
	put_covered(b, &audit->covered);
	out_key_u64(b, "clients",
		    report->clients->len - report->scanners - report->guessers - report->attackers);
	out_key_u64(b, "servers", report->servers->len);
	out_key_u64(b, "scanners", report->scanners);
	out_key_u64(b, "guessers", report->guessers);
	out_key_u64(b, "attackers", report->attackers);
	out_key_u64(b, "pairs", report->pairs->len);
	put_rolled_up(b, &report->total);
	put_findings(b, report->by_severity);
	out_key_u64(b, "findings_accepted", report->accepted);
}

static uint64_t
first_of(const AuditKept *kept)
{
	AuditPair scratch = { 0 };
	uint64_t first_ns = audit_pair_first(audit_kept_read(kept, &scratch));

	audit_pair_clear(&scratch);
	return first_ns;
}

static void
put_keys(OutBuffer *b, const AuditTally *t)
{
	out_char(b, '[');
	for (uint32_t i = 0; i < t->n; i++) {
		out_json_comma(b);
		out_str_json(b, t->items[i].key);
	}
	out_char(b, ']');
}

/* What was seen of an attack, and its accounts, which go to the others. */
static void
put_details(OutBuffer *b, const AuditFinding *f, AuditTally *accounts)
{
	AuditTally own;
	GPtrArray *texts = audit_finding_details(f, &own);

	if (texts->len) {
		out_lit(b, ",\"details\":[");
		for (guint i = 0; i < texts->len; i++) {
			out_json_comma(b);
			out_str_json(b, g_ptr_array_index(texts, i));
		}
		out_char(b, ']');
	}
	audit_tally_merge(accounts, (AuditCap){ AUDIT_NAMES_MAX, NULL }, &own);
	audit_tally_clear(&own);
	g_ptr_array_unref(texts);
}

/* Whose logons it is about, where it is about some. */
static void
put_accounts(OutBuffer *b, const AuditReport *report, const AuditFinding *f)
{
	AuditTally accounts, programs;

	audit_finding_accounts(report, f, &accounts, &programs);
	put_details(b, f, &accounts);
	if (accounts.n) {
		out_key(b, "accounts");
		put_keys(b, &accounts);
		out_key(b, "programs");
		put_keys(b, &programs);
	}
	audit_tally_clear(&accounts);
	audit_tally_clear(&programs);
}

static void
put_finding(OutBuffer *b, const AuditReport *report, const AuditFinding *f)
{
	const AuditRule *rule = audit_rule(f->rule);
	const AuditEvidence *first = f->shown.n ? f->shown.first : NULL;

	begin(b, first ? first->time_ns : first_of(f->pair), "finding");
	out_key_str(b, "rule", rule->id);
	out_key_str(b, "severity", audit_severity_name(f->severity));
	out_audit_site(b, &f->pair->server);
	out_key(b, "client");
	if (f->whole)
		out_lit(b, "null");
	else
		put_address(b, &f->pair->client);
	put_key_address(b, "server", &f->pair->server);
	out_key_str(b, "scope", audit_scope_name(f->scope));
	out_key_u64(b, "count", f->count);
	out_key_u64(b, "refused", f->shown.refused);
	if (f->proof)
		out_key_str(b, "proof", audit_proof_name(f->proof));
	if (first && first->capture) {
		out_key(b, "pcap_filename");
		out_str_json(b, first->capture);
	}
	out_key(b, "connection");
	out_json_i64_or_null(b, first != NULL, first ? (int64_t)first->connection : 0);
	out_key(b, "frame");
	out_json_i64_or_null(b, first && first->frame, first ? (int64_t)first->frame : 0);
	out_key(b, "frames");
	out_audit_evidence(b, f->shown.first, f->shown.n);
	put_accounts(b, report, f);
	out_key(b, "text");
	out_str_json(b, rule->meaning);
	out_key(b, "fix");
	out_str_json(b, audit_rule_fix(rule, f->scope));
}

static void
put_pairs(OutWriter *writer, const AuditReport *report)
{
	AuditPair scratch = { 0 };

	for (guint i = 0; i < report->pairs->len; i++) {
		const AuditKept *kept = g_array_index(report->pairs, const AuditKept *, i);
		const AuditPair *pair = audit_kept_read(kept, &scratch);

		put_pair(out_writer_buffer(writer), pair,
			 audit_report_is_scanner(report, &kept->client));
		finish(writer);
		for (uint32_t j = 0; j < pair->n_auths; j++) {
			put_logon(out_writer_buffer(writer), pair, &pair->auths[j]);
			finish(writer);
		}
	}
	audit_pair_clear(&scratch);
}

static void
put_hosts(OutWriter *writer, const AuditReport *report, GArray *members)
{
	for (guint i = 0; i < members->len; i++) {
		const AuditMember *member = &g_array_index(members, AuditMember, i);
		AuditHost host;

		/* no client; its findings say what it did */
		if (member->guesser || member->attacker)
			continue;
		audit_report_host(report, member, &host);
		put_host(out_writer_buffer(writer), report, &host, member);
		finish(writer);
		audit_host_clear(&host);
	}
}

void
out_audit_json(OutWriter *writer, const AuditReport *report)
{
	OutBuffer *b = out_writer_buffer(writer);

	put_pairs(writer, report);
	put_hosts(writer, report, report->clients);
	put_hosts(writer, report, report->servers);
	for (guint i = 0; i < report->findings->len; i++) {
		put_finding(b, report, &g_array_index(report->findings, AuditFinding, i));
		finish(writer);
	}
	for (unsigned i = 0; i < report->asked.n_profiles; i++) {
		out_audit_profile_json(b, report->asked.profiles[i]);
		out_writer_record(writer);
	}
	for (guint i = 0; i < report->what_ifs->len; i++)
		out_audit_what_if_json(writer, report, report->what_ifs->pdata[i]);
	put_summary(b, report);
	finish(writer);
}
