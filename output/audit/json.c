/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The records of the audit in their order; those of pairs are in json-pair.c. And what stands in
 * records of all kinds.
 */
#include "output/audit/records.h"
#include "output/audit/software.h"

enum { NS_PER_SECOND = 1000000000 };

void
out_audit_address_json(OutBuffer *b, const AuditAddress *address)
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

void
out_audit_site(OutBuffer *b, const AuditAddress *address)
{
	if (!address->site)
		return;
	out_key(b, "site");
	out_str_json(b, address->site);
}

void
out_audit_begin(OutBuffer *b, uint64_t ns, const char *type)
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
void
out_audit_counts(OutBuffer *b, const AuditTally *tally)
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

void
out_audit_numbers(OutBuffer *b, const uint64_t *numbers)
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
	out_audit_numbers(b, host->numbers);
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
	out_key_u64(b, "clients_tried_smb1", host->smb1_tried);
	out_key_u64(b, "clients_offered_smb1", host->smb1_offering_peers);
	out_key_u64(b, "clients_locked_out", host->smb1_locked_out);
	out_key_u64(b, "clients_left", host->smb1_left);
	out_key_u64(b, "days_seen", audit_host_days(host));
	out_char(b, '}');
}

static void
put_host(OutBuffer *b, const AuditReport *report, const AuditHost *host, const AuditMember *member)
{
	bool server = member->server;

	out_audit_begin(b, host->first_ns, "audit");
	out_key_str(b, "kind", server ? "server" : "client");
	out_audit_site(b, &host->address);
	out_key(b, "address");
	out_audit_address_json(b, &host->address);
	if (!server)
		out_key_bool(b, "scanner", host->scanner);
	out_key_u64(b, "peers", host->pairs);
	put_key_time(b, "first_seen", host->first_ns);
	put_key_time(b, "last_seen", host->last_ns);
	put_key_counts(b, "names", &host->names);
	put_key_counts(b, "systems", &host->systems);
	put_key_counts(b, "fingerprints", &host->prints);
	out_key(b, "software");
	out_audit_software_json(b, &host->prints);
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

	out_audit_begin(b, audit->first_ns, "audit");
	out_lit(b, ",\"kind\":\"summary\"");
	if (audit_only_site(audit)) {
		out_key(b, "site");
		out_str_json(b, audit_only_site(audit));
	}
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
put_details(OutBuffer *b, const AuditReport *report, const AuditFinding *f, AuditTally *accounts)
{
	AuditTally own;
	GPtrArray *texts = audit_finding_details(report, f, &own);

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
	put_details(b, report, f, &accounts);
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

	out_audit_begin(b, first ? first->time_ns : first_of(f->pair), "finding");
	out_key_str(b, "rule", rule->id);
	out_key_str(b, "severity", audit_severity_name(f->severity));
	out_audit_site(b, &f->pair->server);
	out_key(b, "client");
	if (f->whole)
		out_lit(b, "null");
	else
		out_audit_address_json(b, &f->pair->client);
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

void
out_audit_finding_json(OutWriter *writer, const AuditReport *report, const AuditFinding *f)
{
	put_finding(out_writer_buffer(writer), report, f);
	out_key_bool(out_writer_buffer(writer), "interim", true);
	finish(writer);
}

static void
put_pairs(OutWriter *writer, const AuditReport *report)
{
	AuditPair scratch = { 0 };

	for (guint i = 0; i < report->pairs->len; i++) {
		const AuditKept *kept = g_array_index(report->pairs, const AuditKept *, i);
		const AuditPair *pair = audit_kept_read(kept, &scratch);

		out_audit_pair_json(out_writer_buffer(writer), pair,
				    audit_report_is_scanner(report, &kept->client));
		finish(writer);
		for (uint32_t j = 0; j < pair->n_auths; j++) {
			out_audit_logon_json(out_writer_buffer(writer), pair, &pair->auths[j]);
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

		if (audit_member_is_attacker(member))
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
