/* SPDX-License-Identifier: BSD-3-Clause */
/* What is found in a pair, in a server, and in what a server did after it was asked to. */
#include "audit/report/find.h"

#include <string.h>

enum {
	FAILURES = 5, /* refused logons of a pair from which on they are a finding */
};

/* ---- adding one ---- */

static void
blame(GArray *members, const AuditAddress *address, AuditSeverity severity)
{
	AuditMember *member = audit_member_find(members, address);

	member->findings[severity]++;
}

void
audit_find_add(AuditFind *all, const AuditFinding *finding)
{
	AuditReport *report = all->report;
	static const AuditAddress nobody = { 0 };
	const AuditKept *pair = finding->pair;
	AuditFinding own = *finding;

	own.severity = finding->severity ? finding->severity : audit_rule(finding->rule)->severity;
	if (audit_exceptions_have(all->exceptions, finding->rule,
				  finding->whole ? &nobody : &pair->client, &pair->server)) {
		report->accepted++;
		return;
	}
	own.shown.first = own.shown.n
				  ? g_memdup2(own.shown.first, own.shown.n * sizeof(AuditEvidence))
				  : NULL;
	g_array_append_val(report->findings, own);
	report->by_severity[own.severity]++;
	if (finding->scope != AUDIT_OF_SERVER)
		blame(report->clients, &pair->client, own.severity);
	if (finding->scope != AUDIT_OF_CLIENT)
		blame(report->servers, &pair->server, own.severity);
}

/* ---- in a pair ---- */

/*
 * What a scanner provokes says nothing about clients, but of the server there are facts, and of an
 * account whose secret was shown.
 */
static bool
holds_of_apart(const AuditMember *client, AuditRuleId rule)
{
	return audit_rule_is_attack(rule) || audit_rule_is_of_any_server(rule) ||
	       (audit_rule_is_of_secret(rule) && !client->guesser);
}

/* Many refused logons, none of them guesses: these have a rule of their own. */
static bool
is_failing(const AuditPair *pair, const AuditMember *client)
{
	return pair->seen[AUDIT_LOGON_FAILURES].count >= FAILURES &&
	       !audit_guesses_among(client->guesses, &pair->tallies[AUDIT_TRIES]);
}

static uint64_t
groomed(const AuditPair *pair)
{
	uint64_t n = pair->numbers[AUDIT_N_GROOMS];

	return n >= AUDIT_GROOMS ? n : 0;
}

/* How often the rule applies; 0: it does not. */
static uint64_t
count_of(const AuditPair *pair, AuditRuleId rule, const AuditMember *client)
{
	uint64_t n = pair->seen[rule].count;

	switch (rule) {
	case AUDIT_DOWNGRADE:
		return pair->numbers[AUDIT_N_SMB2_USED] ? n : 0;
	case AUDIT_LOGON_FAILURES:
		return is_failing(pair, client) ? n : 0;
	case AUDIT_ATTACK_ETERNALBLUE:
		return n ? n : groomed(pair);
	case AUDIT_REMOTE_EXECUTION:
		return n + audit_marks_executed(pair);
	case AUDIT_SCANNER:
		if (n || !((client->sweeps && audit_host_is_only_probed(pair)) ||
			   audit_marks_versions(pair) >= AUDIT_VERSIONS))
			return n;
		return pair->numbers[AUDIT_N_PROBES];
	case AUDIT_SMB1_LOCKED_OUT:
		return client->agreed_smb1 ? 0 : n;
	default:
		return n;
	}
}

/* Whoever knows nothing newer than what was chosen, in all connections that were so old. */
static AuditScope
pre_nt_scope(const AuditPair *pair)
{
	uint64_t by_server = pair->numbers[AUDIT_N_PRE_NT_BY_SERVER];

	if (!by_server)
		return AUDIT_OF_CLIENT;
	return by_server >= pair->seen[AUDIT_PRE_NT_DIALECT].count ? AUDIT_OF_SERVER
								   : AUDIT_OF_PAIR;
}

static AuditScope
scope_of(const AuditPair *pair, AuditRuleId rule)
{
	const AuditSighting *seen = &pair->seen[rule];
	AuditBlockers by = audit_host_blockers(pair);

	/*
	 * If the server refused every attempt, the client is to blame; not for the server's key, nor
	 * for a plain-text password that the server asked for.
	 */
	if (rule != AUDIT_KERBEROS_RC4 && seen->count && seen->refused >= seen->count &&
	    !(rule == AUDIT_PLAINTEXT_PASSWORD &&
	      audit_traits_get(&pair->traits, AUDIT_PLAINTEXT_ASKED)))
		return AUDIT_OF_CLIENT;
	/* The same holds for what the server never asked for. */
	if (rule == AUDIT_PLAINTEXT_PASSWORD &&
	    pair->seen[AUDIT_PLAINTEXT_UNASKED].count >= seen->count)
		return AUDIT_OF_CLIENT;
	if (rule == AUDIT_PRE_NT_DIALECT)
		return pre_nt_scope(pair);
	if (rule == AUDIT_SMB1_IN_USE && by.client && !by.server)
		return AUDIT_OF_CLIENT;
	if (rule == AUDIT_SMB1_IN_USE && by.server && !by.client)
		return AUDIT_OF_SERVER;
	return audit_rule(rule)->scope;
}

/*
 * Where logons were that are marks. Those that came with guesses need not be among the first, which are
 * known: then it is where guesses were.
 */
static void
show_marked(AuditSighting *shown, const AuditPair *pair, const AuditGuesses *guesses)
{
	const AuditSighting *logons = &pair->seen[AUDIT_GUESS_SUCCEEDED];
	const AuditSighting *refused = &pair->seen[AUDIT_LOGON_FAILURES];

	for (uint32_t i = 0; i < logons->n; i++)
		if (audit_guesses_before(guesses, logons->first[i].time_ns))
			audit_sighting_evidence(shown, &logons->first[i]);
	for (uint32_t i = 0, n = shown->n; i < refused->n && !n; i++)
		audit_sighting_evidence(shown, &refused->first[i]);
}

/* Passwords were guessed, others were let in, and not all of who was refused and let in is known. */
static bool
may_be_guessed(const AuditPair *pair, const AuditGuesses *guesses, uint64_t known)
{
	const AuditTally *tries = &pair->tallies[AUDIT_TRIES];

	return (tries->left_out || pair->auths_dropped) &&
	       pair->numbers[AUDIT_N_ACCEPTED] > known && audit_guesses_among(guesses, tries);
}

/* Passwords of this pair that were guessed, and the logons that were made with one. */
static void
find_guesses(AuditFind *all, const AuditKept *kept, const AuditPair *pair,
	     const AuditGuesses *guesses)
{
	AuditFinding f = { .pair = kept,
			   .rule = AUDIT_PASSWORD_GUESSING,
			   .scope = AUDIT_OF_CLIENT,
			   .count = audit_guesses_among(guesses, &pair->tallies[AUDIT_TRIES]),
			   .shown = pair->seen[AUDIT_LOGON_FAILURES] };

	if (f.count) {
		f.shown.refused = f.count;
		audit_find_add(all, &f);
	}
	f = (AuditFinding){ .pair = kept,
			    .rule = AUDIT_GUESS_SUCCEEDED,
			    .scope = AUDIT_OF_PAIR,
			    .count = audit_marks_guessed(pair, guesses) };
	if (f.count)
		show_marked(&f.shown, pair, guesses);
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditAuth *auth = &pair->auths[i];

		if (auth->who.result == SMB_RESULT_ACCEPTED &&
		    audit_guesses_have(guesses, pair, auth)) {
			f.count += auth->seen.count;
			audit_sighting_merge(&f.shown, &auth->seen);
		}
	}
	all->report->maybe_guessed += may_be_guessed(pair, guesses, f.count);
	if (f.count)
		audit_find_add(all, &f);
	audit_sighting_clear(&f.shown);
}

/* A scanner may be one by its behaviour overall, and not by what it did to this server. */
static void
add_with_proof(AuditFind *all, const AuditPair *pair, AuditFinding *f)
{
	if (f->rule == AUDIT_SCANNER)
		f->proof = pair->seen[AUDIT_SCANNER].count ? AUDIT_PROOF_NAME : AUDIT_PROOF_ASKS;
	audit_find_add(all, f);
}

bool
audit_member_is_apart(const AuditMember *client)
{
	return client->scanner || client->guesser || client->attacker;
}

void
audit_find_in_pair(AuditFind *all, const AuditKept *kept, const AuditPair *pair,
		   const AuditMember *client)
{
	for (AuditRuleId rule = 0; rule < AUDIT_RULES; rule++) {
		AuditFinding f = { .pair = kept,
				   .rule = rule,
				   .scope = scope_of(pair, rule),
				   .shown = pair->seen[rule] };

		/* Found among all pairs; so is a relay, if nothing shows it in one (audit_find_relays). */
		if (rule == AUDIT_STATIC_CHALLENGE ||
		    (audit_member_is_apart(client) && !holds_of_apart(client, rule)))
			continue;
		f.count = count_of(pair, rule, client);
		/* It is also found in what the server did afterwards. */
		if (rule == AUDIT_COERCION && audit_callbacks_asked(pair))
			g_ptr_array_add(all->asked, (gpointer)kept);
		else if (f.count)
			add_with_proof(all, pair, &f);
	}
	find_guesses(all, kept, pair, client->guesses);
}

/* ---- servers as such ---- */

/* Whoever its clients are: signing that one of them chose protects nobody else. */
void
audit_find_in_server(AuditFind *all, const AuditMember *server)
{
	AuditPosture posture;
	AuditFinding f = { .pair = g_array_index(all->report->by_server, const AuditKept *,
						 server->first),
			   .scope = AUDIT_OF_SERVER,
			   .whole = true };
	AuditTraitId proof;

	audit_report_posture(all->report, server, &posture);
	f.severity = audit_posture_relayable(&posture, &proof);
	if (f.severity) {
		f.rule = AUDIT_NTLM_RELAYABLE;
		f.count = posture.seen[proof].count;
		f.shown = posture.seen[proof];
		audit_find_add(all, &f);
	}
	if (audit_posture_first(&posture, AUDIT_SIGNS1_ENABLED, 2) == AUDIT_SIGNS1_DISABLED) {
		f.severity = audit_rule(AUDIT_SIGNING_IS_DISABLED)->severity;
		f.rule = AUDIT_SIGNING_IS_DISABLED;
		f.count = posture.seen[AUDIT_SIGNS1_DISABLED].count;
		f.shown = posture.seen[AUDIT_SIGNS1_DISABLED];
		audit_find_add(all, &f);
	}
	audit_posture_clear(&posture);
}

/* ---- what a server did, as a client, after it was asked to ---- */

gint
audit_kept_by_server(gconstpointer a, gconstpointer b)
{
	const AuditKept *x = *(const AuditKept *const *)a, *y = *(const AuditKept *const *)b;
	int order = audit_address_compare(&x->server, &y->server);

	return order ? order : audit_address_compare(&x->client, &y->client);
}

static void
find_coercion(AuditFind *all, const AuditKept *kept, const AuditCallbacks *callbacks)
{
	AuditPair scratch = { 0 };
	const AuditPair *pair = audit_kept_read(kept, &scratch);
	AuditSighting logons;
	bool capped;
	AuditFinding f = { .pair = kept,
			   .rule = AUDIT_COERCION,
			   .scope = scope_of(pair, AUDIT_COERCION),
			   .count = pair->seen[AUDIT_COERCION].count };

	f.count += audit_callbacks_find(callbacks, pair, &logons, &capped);
	all->report->capped += capped;
	audit_sighting_merge(&logons, &pair->seen[AUDIT_COERCION]);
	logons.refused = 0;
	f.shown = logons;
	if (f.count)
		audit_find_add(all, &f);
	audit_sighting_clear(&logons);
	audit_pair_clear(&scratch);
}

/* Server by server. */
void
audit_find_coercions(AuditFind *all)
{
	const AuditReport *report = all->report;
	AuditCallbacks *callbacks = NULL;
	const AuditKept *last = NULL;

	g_ptr_array_sort(all->asked, audit_kept_by_server);
	for (guint i = 0; i < all->asked->len; i++) {
		const AuditKept *kept = all->asked->pdata[i];

		if (!last || audit_address_compare(&last->server, &kept->server) != 0) {
			audit_callbacks_free(callbacks);
			callbacks = audit_callbacks_new(report->pairs, &kept->server,
							&report->audit->limits.key);
		}
		last = kept;
		find_coercion(all, kept, callbacks);
	}
	audit_callbacks_free(callbacks);
}
