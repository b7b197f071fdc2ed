/* SPDX-License-Identifier: BSD-3-Clause */
/* From pairs to hosts and findings. */
#include "audit/report.h"
#include "audit/attack/attack.h"
#include "audit/hosts.h"
#include "audit/internal.h"
#include "dissect/wire/codes.h"

#include <string.h>

enum {
	FAILURES = 5, /* refused logons of a pair from which on they are a finding */
};

/* ---- findings ---- */

/* What a scanner provokes says nothing about clients, but of the server there are facts. */
static bool
holds_of_apart(AuditRuleId rule)
{
	return audit_rule_is_attack(rule) || audit_rule_is_of_any_server(rule);
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

/* What all findings are added with: the source of its evidence is borrowed. */
typedef struct {
	AuditReport *report;
	const AuditExceptions *exceptions;
	GPtrArray *asked; /* const AuditKept *: pairs whose server was told whom to notify */
} Finding;

static void
blame(GArray *members, const AuditAddress *address, AuditSeverity severity)
{
	AuditMember *member = audit_member_find(members, address);

	member->findings[severity]++;
}

static void
add(Finding *all, const AuditFinding *finding)
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

const char *
audit_proof_name(AuditProof proof)
{
	static const char *const names[] = { NULL, "known_value", "given_again", "asks", "name" };

	return names[proof];
}

const char *
audit_findings_fix(const AuditFinding *findings, unsigned n)
{
	AuditScope scope = findings->scope;

	for (unsigned i = 1; i < n; i++)
		if (findings[i].scope != scope)
			scope = AUDIT_OF_PAIR;
	return audit_rule_fix(audit_rule(findings->rule), scope);
}

/* Passwords of this pair that were guessed, and the logons that were made with one. */
static void
find_guesses(Finding *all, const AuditKept *kept, const AuditPair *pair,
	     const AuditGuesses *guesses)
{
	AuditFinding f = { .pair = kept,
			   .rule = AUDIT_PASSWORD_GUESSING,
			   .scope = AUDIT_OF_CLIENT,
			   .count = audit_guesses_among(guesses, &pair->tallies[AUDIT_TRIES]),
			   .shown = pair->seen[AUDIT_LOGON_FAILURES] };

	if (f.count) {
		f.shown.refused = f.count;
		add(all, &f);
	}
	f = (AuditFinding){ .pair = kept, .rule = AUDIT_GUESS_SUCCEEDED, .scope = AUDIT_OF_PAIR };
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditAuth *auth = &pair->auths[i];

		if (auth->who.result == SMB_RESULT_ACCEPTED &&
		    audit_guesses_have(guesses, pair, auth)) {
			f.count += auth->seen.count;
			audit_sighting_merge(&f.shown, &auth->seen);
		}
	}
	if (f.count)
		add(all, &f);
	audit_sighting_clear(&f.shown);
}

static bool
is_about(const AuditGuesses *guesses, const AuditPair *pair, const AuditAuth *auth,
	 AuditRuleId rule)
{
	const AuditIdentity *who = &auth->who;

	switch (rule) {
	case AUDIT_ACCOUNT_LOCKED_OUT:
		return who->has_status && !who->status.dos &&
		       who->status.value == STATUS_ACCOUNT_LOCKED_OUT;
	case AUDIT_PASSWORD_GUESSING:
		return who->result == SMB_RESULT_REFUSED && audit_guesses_have(guesses, pair, auth);
	case AUDIT_GUESS_SUCCEEDED:
		return who->result == SMB_RESULT_ACCEPTED &&
		       audit_guesses_have(guesses, pair, auth);
	default:
		return false;
	}
}

void
audit_finding_accounts(const AuditReport *self, const AuditFinding *finding,
		       AuditTally *ret_accounts, AuditTally *ret_programs)
{
	AuditCap cap = { AUDIT_NAMES_MAX, NULL };
	AuditPair scratch = { 0 };
	const AuditPair *pair = audit_kept_read(finding->pair, &scratch);
	const AuditGuesses *guesses = audit_host_guesses(self, &finding->pair->client);

	*ret_accounts = *ret_programs = (AuditTally){ 0 };
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditAuth *auth = &pair->auths[i];
		g_autofree char *name = NULL;

		if (!auth->who.account[0] || !is_about(guesses, pair, auth, finding->rule))
			continue;
		name = g_strconcat(auth->who.domain, auth->who.domain[0] ? "\\" : "",
				   auth->who.account, NULL);
		audit_tally_add(ret_accounts, cap, name, auth->seen.count);
	}
	if (ret_accounts->n) {
		audit_tally_merge(ret_programs, cap, &pair->tallies[AUDIT_CLIENT_OS]);
		audit_tally_merge(ret_programs, cap, &pair->tallies[AUDIT_CLIENT_LANMAN]);
	}
	audit_pair_clear(&scratch);
}

/* A scanner may be one by its behaviour overall, and not by what it did to this server. */
static void
add_with_proof(Finding *all, const AuditPair *pair, AuditFinding *f)
{
	if (f->rule == AUDIT_SCANNER)
		f->proof = pair->seen[AUDIT_SCANNER].count ? AUDIT_PROOF_NAME : AUDIT_PROOF_ASKS;
	add(all, f);
}

static bool
is_apart(const AuditMember *client)
{
	return client->scanner || client->guesser || client->attacker;
}

static void
find_in_pair(Finding *all, const AuditKept *kept, const AuditPair *pair, const AuditMember *client)
{
	for (AuditRuleId rule = 0; rule < AUDIT_RULES; rule++) {
		AuditFinding f = { .pair = kept,
				   .rule = rule,
				   .scope = scope_of(pair, rule),
				   .shown = pair->seen[rule] };

		/* Found among all pairs; so is a relay, if nothing shows it in one (find_relays). */
		if (rule == AUDIT_STATIC_CHALLENGE || (is_apart(client) && !holds_of_apart(rule)))
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

/* ---- the same challenge twice, from one server and whomever it gave it to ---- */

static gint
compare_given(gconstpointer a, gconstpointer b)
{
	const AuditGiven *x = a, *y = b;
	int order = audit_address_compare(&x->pair->server, &y->pair->server);

	if (order)
		return order;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return audit_address_compare(&x->pair->client, &y->pair->client);
}

static void
collect_given(GArray *to, const AuditKept *kept, const AuditPair *pair)
{
	for (uint32_t i = 0; i < pair->n_challenges; i++) {
		const AuditChallenge *c = &pair->challenges[i];
		AuditGiven given = { .pair = kept,
				     .id = c->id,
				     .known = c->known,
				     .response = c->response,
				     .n = c->n };

		given.messages = c->n ? c->uses[0].message : 0;
		for (uint32_t j = 0; j < c->n; j++)
			given.ports[j] = c->uses[j].port;
		g_array_append_val(to, given);
	}
}

/*
 * How often it was given to a client, and where first: fills at most `most`, returns how many there
 * are.
 */
static uint32_t
uses_of(const AuditGiven *given, AuditEvidence *to, uint32_t most)
{
	AuditPair scratch = { 0 };
	const AuditPair *pair = audit_kept_read(given->pair, &scratch);
	uint32_t n = 0;

	for (uint32_t i = 0; i < pair->n_challenges; i++)
		for (uint32_t j = 0;
		     pair->challenges[i].id == given->id && n < most && j < pair->challenges[i].n;
		     j++)
			to[n++] = pair->challenges[i].uses[j].at;
	audit_pair_clear(&scratch);
	return n;
}

static void
add_static(Finding *all, GHashTable *found, const AuditGiven *given, const AuditGiven *other,
	   AuditProof proof)
{
	AuditEvidence uses[AUDIT_EVIDENCE_MAX];
	AuditFinding f = { .pair = given->pair,
			   .rule = AUDIT_STATIC_CHALLENGE,
			   .scope = AUDIT_OF_SERVER,
			   .proof = proof,
			   .count = given->n,
			   .shown = { .first = uses } };

	/* One per rule and pair, even if a server has two of them. */
	if (!g_hash_table_add(found, (gpointer)given->pair))
		return;
	f.shown.n = uses_of(given, uses, AUDIT_EVIDENCE_MAX);
	/* If it was given to this client only once, the proof is another client's. */
	if (given->n == 1 && other != given)
		f.shown.n += uses_of(other, uses + 1, 1);
	add(all, &f);
}

/*
 * Whether a challenge, given to `n` clients, was reused. One connection may be in two captures, and
 * on both sides of an address translation that keeps the port: only another port is another use.
 */
static bool
is_given_again(const AuditGiven *given, guint n)
{
	for (guint i = 0; i < n; i++)
		for (uint32_t j = 0; j < given[i].n; j++)
			if (given[i].ports[j] != given[0].ports[0])
				return true;
	return false;
}

static void
find_static(Finding *all, GArray *given)
{
	g_autoptr(GHashTable) found = g_hash_table_new(NULL, NULL);

	g_array_sort(given, compare_given);
	for (guint i = 0, next; i < given->len; i = next) {
		const AuditGiven *first = &g_array_index(given, AuditGiven, i);
		AuditProof proof = AUDIT_PROOF_ONE_WAY;

		for (next = i + 1; next < given->len; next++) {
			const AuditGiven *g = &g_array_index(given, AuditGiven, next);

			if (g->id != first->id ||
			    audit_address_compare(&g->pair->server, &first->pair->server) != 0)
				break;
		}
		if (first->known)
			proof = AUDIT_PROOF_KNOWN_VALUE;
		else if (!first->response && is_given_again(first, next - i))
			proof = AUDIT_PROOF_AGAIN;
		for (guint j = i; j < next && proof; j++)
			add_static(all, found, &first[j - i], &first[j == i ? next - 1 - i : 0],
				   proof);
	}
}

/* ---- servers as such ---- */

/* Whoever its clients are: signing that one of them chose protects nobody else. */
static void
find_in_server(Finding *all, const AuditMember *server)
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
		add(all, &f);
	}
	if (audit_posture_first(&posture, AUDIT_SIGNS1_ENABLED, 2) == AUDIT_SIGNS1_DISABLED) {
		f.severity = audit_rule(AUDIT_SIGNING_IS_DISABLED)->severity;
		f.rule = AUDIT_SIGNING_IS_DISABLED;
		f.count = posture.seen[AUDIT_SIGNS1_DISABLED].count;
		f.shown = posture.seen[AUDIT_SIGNS1_DISABLED];
		add(all, &f);
	}
	audit_posture_clear(&posture);
}

/* ---- what a server did, as a client, after it was asked to ---- */

static gint
compare_by_server(gconstpointer a, gconstpointer b)
{
	const AuditKept *x = *(const AuditKept *const *)a, *y = *(const AuditKept *const *)b;
	int order = audit_address_compare(&x->server, &y->server);

	return order ? order : audit_address_compare(&x->client, &y->client);
}

static void
find_coercion(Finding *all, const AuditKept *kept, const AuditCallbacks *callbacks)
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
		add(all, &f);
	audit_sighting_clear(&logons);
	audit_pair_clear(&scratch);
}

/* Server by server. */
static void
find_coercions(Finding *all)
{
	const AuditReport *report = all->report;
	AuditCallbacks *callbacks = NULL;
	const AuditKept *last = NULL;

	g_ptr_array_sort(all->asked, compare_by_server);
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

/* ---- one challenge, given by two servers; one response, given to two ---- */

static void
add_relay(Finding *all, const AuditRelay *relay)
{
	AuditEvidence uses[2];
	AuditFinding f = { .pair = relay->to.pair,
			   .rule = AUDIT_RELAY,
			   .scope = AUDIT_OF_PAIR,
			   .proof = AUDIT_PROOF_AGAIN,
			   .count = relay->count,
			   .shown = { .first = uses } };

	f.shown.n = uses_of(&relay->to, uses, 1);
	f.shown.n += uses_of(&relay->from, uses + f.shown.n, 1);
	add(all, &f);
}

/* Where one connection showed it, that is the finding. */
static void
find_relays(Finding *all, const GArray *given)
{
	g_autoptr(GArray) relays = audit_relays_find(given);
	AuditPair scratch = { 0 };

	for (guint i = 0; i < relays->len; i++) {
		const AuditRelay *relay = &g_array_index(relays, AuditRelay, i);

		if (!audit_kept_read(relay->to.pair, &scratch)->seen[AUDIT_RELAY].count)
			add_relay(all, relay);
	}
	audit_pair_clear(&scratch);
}

/* ---- the report ---- */

static gint
compare_findings(gconstpointer a, gconstpointer b)
{
	const AuditFinding *x = a, *y = b;
	int order = (int)y->severity - (int)x->severity;

	if (!order)
		order = (int)x->rule - (int)y->rule;
	if (order)
		return order;
	if (x->whole)
		return audit_address_compare(&x->pair->server, &y->pair->server);
	order = audit_address_compare(&x->pair->client, &y->pair->client);
	return order ? order : audit_address_compare(&x->pair->server, &y->pair->server);
}

static gboolean
collect(gpointer key, gpointer value, gpointer user)
{
	(void)key;
	g_array_append_vals(user, &value, 1);
	return FALSE;
}

/* Of pairs that are sorted by what is asked for. */
static GArray *
members_of(const GArray *pairs, bool server)
{
	GArray *members = g_array_new(FALSE, TRUE, sizeof(AuditMember));

	for (guint i = 0; i < pairs->len; i++) {
		const AuditKept *kept = g_array_index(pairs, const AuditKept *, i);
		AuditMember member = { .address = server ? kept->server : kept->client,
				       .server = server,
				       .first = i };
		AuditMember *last = members->len
					    ? &g_array_index(members, AuditMember, members->len - 1)
					    : NULL;

		if (!last || audit_address_compare(&last->address, &member.address) != 0) {
			g_array_append_val(members, member);
			last = &g_array_index(members, AuditMember, members->len - 1);
		}
		last->pairs++;
	}
	return members;
}

/* A client that did nothing but guess. One that also does other work stays in the inventory. */
static bool
is_guesser(const AuditReport *self, const AuditMember *client, const AuditHost *host)
{
	AuditPair scratch = { 0 };
	uint64_t guessed = 0;

	if (!client->guesses || host->bare)
		return false;
	for (guint i = client->first; i < client->first + client->pairs; i++) {
		const AuditKept *kept = g_array_index(self->pairs, const AuditKept *, i);

		guessed +=
			audit_host_guessed_logons(audit_kept_read(kept, &scratch), client->guesses);
	}
	audit_pair_clear(&scratch);
	return host->numbers[AUDIT_N_USED] <= guessed;
}

static void
judge_clients(AuditReport *self)
{
	for (guint i = 0; i < self->clients->len; i++) {
		AuditMember *client = &g_array_index(self->clients, AuditMember, i);
		AuditHost host;
		bool nothing_else;

		audit_report_host(self, client, &host);
		nothing_else =
			audit_host_does_nothing_else(&host,
						     host.numbers[AUDIT_N_PROBES] &&
							     audit_host_judge_probes(self, client));
		client->attacker = nothing_else && (host.numbers[AUDIT_N_ATTACKS] ||
						    host.numbers[AUDIT_N_GROOMS] >= AUDIT_GROOMS);
		client->scanner = nothing_else && !client->attacker;
		client->agreed_smb1 = host.numbers[AUDIT_N_USED_SMB1] > 0 ||
				      audit_blocker(&host) != NULL;
		client->guesses = audit_guesses_find(&host.tries, host.numbers[AUDIT_N_ACCEPTED]);
		client->guesser = !nothing_else && is_guesser(self, client, &host);
		self->scanners += client->scanner;
		self->guessers += client->guesser;
		self->attackers += client->attacker;
		self->kept += host.numbers[AUDIT_N_CONNECTIONS];
		audit_host_clear(&host);
	}
}

/* Takes what is here off what counts as left out. */
static void
count_here(AuditReport *self, const AuditPair *pair)
{
	self->capped += audit_pair_is_capped(pair);
	for (AuditSeverity s = 0; s < AUDIT_SEVERITIES; s++)
		self->left_out[s] -= MIN(self->left_out[s], audit_pair_observations(pair, s));
}

static void
judge_pairs(AuditReport *self, const AuditExceptions *exceptions)
{
	g_autoptr(GArray) given = g_array_new(FALSE, FALSE, sizeof(AuditGiven));
	const AuditKey *key = &self->audit->limits.key;
	g_autoptr(GPtrArray) asked = g_ptr_array_new();
	Finding all = { self, exceptions, asked };
	AuditPair scratch = { 0 };

	self->total.first_ns = UINT64_MAX;
	memcpy(self->left_out, self->audit->observations, sizeof(self->left_out));
	for (guint i = 0; i < self->pairs->len; i++) {
		const AuditKept *kept = g_array_index(self->pairs, const AuditKept *, i);
		const AuditPair *pair = audit_kept_read(kept, &scratch);
		const AuditMember *client = audit_member_find(self->clients, &kept->client);

		count_here(self, pair);
		if (!is_apart(client))
			audit_host_add(&self->total, key, pair, true, client->guesses);
		find_in_pair(&all, kept, pair, client);
		collect_given(given, kept, pair);
	}
	audit_pair_clear(&scratch);
	find_static(&all, given);
	find_relays(&all, given);
	find_coercions(&all);
	for (guint i = 0; i < self->servers->len; i++) {
		const AuditMember *server = &g_array_index(self->servers, AuditMember, i);

		find_in_server(&all, server);
		self->logons_left_out =
			audit_sum(self->logons_left_out, audit_host_logons_left_out(self, server));
	}
	g_array_sort(self->findings, compare_findings);
}

static void
finding_clear(gpointer data)
{
	audit_sighting_clear(&((AuditFinding *)data)->shown);
}

static void
member_clear(gpointer data)
{
	audit_guesses_free(((AuditMember *)data)->guesses);
}

AuditReport *
audit_report_new(const Audit *audit, const AuditExceptions *exceptions)
{
	AuditReport *self = g_new0(AuditReport, 1);
	guint n = (guint)g_tree_nnodes(audit->pairs);

	self->audit = audit;
	self->enough_days = AUDIT_ENOUGH_DAYS;
	self->what_ifs = g_ptr_array_new();
	self->pairs = g_array_sized_new(FALSE, FALSE, sizeof(AuditKept *), n);
	self->by_server = g_array_sized_new(FALSE, FALSE, sizeof(AuditKept *), n);
	self->findings = g_array_new(FALSE, FALSE, sizeof(AuditFinding));
	g_array_set_clear_func(self->findings, finding_clear);
	g_tree_foreach(audit->pairs, collect, self->pairs);
	g_tree_foreach(audit->pairs, collect, self->by_server);
	g_array_sort(self->by_server, compare_by_server);
	self->clients = members_of(self->pairs, false);
	g_array_set_clear_func(self->clients, member_clear);
	self->servers = members_of(self->by_server, true);
	judge_clients(self);
	judge_pairs(self, exceptions);
	return self;
}

/* ---- memory ---- */

enum {
	UNIT_CHALLENGES = 2, /* in one unit */
	UNIT_LOGONS = 8,     /* the same, beyond the first: accounts.c */
	TABLE_ENTRY = 64,    /* of the findings so far, as it grows */
};

/*
 * What may be found: one for each rule that is about it, a scanner, challenges, guesses, marks, and
 * two of its server as such.
 */
uint8_t
audit_report_units(const AuditPair *pair)
{
	unsigned units = 4 + pair->n_auths / UNIT_LOGONS + (pair->tallies[AUDIT_TRIES].n + 1) / 2 +
			 (pair->tallies[AUDIT_MARKS].n ? 2 : 0) +
			 (pair->n_challenges + UNIT_CHALLENGES - 1) / UNIT_CHALLENGES;

	for (AuditRuleId i = 0; i < AUDIT_RULES; i++)
		units += pair->seen[i].count > 0;
	return (uint8_t)MIN(units, UINT8_MAX);
}

/* All is sorted, for which as much is taken once more. */
size_t
audit_report_memory(uint8_t units)
{
	size_t unit = 2 * sizeof(AuditFinding) + AUDIT_EVIDENCE_MAX * sizeof(AuditEvidence) + 16;

	return units * unit + 3 * sizeof(AuditKept *) + TABLE_ENTRY +
	       2 * (sizeof(AuditMember) + 2 * sizeof(AuditMachine));
}

/*
 * Of each severity there is one that follows from details: a guessed password from when logons
 * were refused and accepted, a downgrade from what the pair did on other connections, a scanner
 * from all that its client did.
 */
bool
audit_report_may_miss(const AuditReport *self)
{
	return !audit_has_all(self->audit, AUDIT_LAYER_DETAILS);
}

void
audit_report_free(AuditReport *self)
{
	if (!self)
		return;
	g_ptr_array_unref(self->what_ifs);
	g_array_unref(self->pairs);
	g_array_unref(self->by_server);
	g_array_unref(self->clients);
	g_array_unref(self->servers);
	g_array_unref(self->findings);
	audit_host_clear(&self->total);
	g_free(self);
}
