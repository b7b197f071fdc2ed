/* SPDX-License-Identifier: BSD-3-Clause */
/* From pairs to hosts and findings. */
#include "audit/report.h"

#include <string.h>

enum {
	FAILURES = 5,    /* refused logons of a pair from which on they are a finding */
	GUESSING = 1000, /* refused logons of a client, none accepted: it guesses passwords */
	PROBES = 3,      /* connections that only asked for dialects */
	HOST_NAMES_MAX = SMB_CAP(64, 2), /* of a list of a host */
	HOST_DAYS_MAX = SMB_CAP(4000, 2),
};

/* ---- hosts ---- */

static gint
compare_addresses(gconstpointer a, gconstpointer b, gpointer user)
{
	(void)user;
	return audit_address_compare(a, b);
}

static GTree *
hosts_new(void)
{
	return g_tree_new_full(compare_addresses, NULL, NULL, g_free);
}

static AuditHost *
host_of(GTree *hosts, const AuditAddress *address)
{
	AuditHost *host = g_tree_lookup(hosts, address);

	if (host)
		return host;
	host = g_new0(AuditHost, 1);
	host->address = *address;
	host->first_ns = UINT64_MAX;
	g_tree_insert(hosts, &host->address, host);
	return host;
}

unsigned
audit_password_rank(SmbPasswordType type)
{
	static const unsigned ranks[] = {
		[SMB_PASSWORD_NONE] = 0,       [SMB_PASSWORD_KERBEROS] = 1,
		[SMB_PASSWORD_NTLMV2] = 2,     [SMB_PASSWORD_MALFORMED] = 3,
		[SMB_PASSWORD_ANONYMOUS] = 4,  [SMB_PASSWORD_NTLMV1_ESS] = 5,
		[SMB_PASSWORD_NTLM_ONLY] = 6,  [SMB_PASSWORD_LM_OR_LMV2] = 7,
		[SMB_PASSWORD_NTLMV1_LM] = 8,  [SMB_PASSWORD_LM] = 9,
		[SMB_PASSWORD_PLAINTEXT] = 10,
	};

	return ranks[type];
}

static void
host_auth(AuditHost *host, const AuditKey *key, const AuditAuth *auth)
{
	const char *type = smb_password_type_name(auth->who.password_type);
	uint64_t n = auth->seen.count;

	audit_tally_add(&host->passwords, (AuditCap){ HOST_NAMES_MAX, key }, type ? type : "none",
			n);
	/* Who asks without a name and is refused has shown no secret at all. */
	if (auth->who.password_type == SMB_PASSWORD_ANONYMOUS &&
	    auth->who.result != SMB_RESULT_ACCEPTED)
		return;
	if (audit_password_rank(auth->who.password_type) > audit_password_rank(host->worst))
		host->worst = auth->who.password_type;
	if (auth->who.result != SMB_RESULT_ACCEPTED)
		return;
	if (auth->who.guest)
		host->guests += n;
	else if (audit_account_kind(&auth->who) == AUDIT_ACCOUNT_ANONYMOUS)
		host->anonymous += n;
	else if (audit_account_kind(&auth->who) == AUDIT_ACCOUNT_MACHINE)
		host->machines += n;
	else if (audit_account_kind(&auth->who) == AUDIT_ACCOUNT_PERSON)
		host->people += n;
}

typedef struct {
	uint64_t client, server;
} Blockers;

/* Connections with SMB1, by who could not do better. */
static Blockers
blockers_of(const AuditPair *pair)
{
	const AuditTally *verdicts = &pair->tallies[AUDIT_VERDICTS];
	uint64_t pre_nt = audit_tally_of(verdicts, "pre_nt");
	uint64_t by_server = MIN(pair->numbers[AUDIT_N_PRE_NT_BY_SERVER], pre_nt);

	return (Blockers){
		.client = audit_tally_of(verdicts, "smb1_client_limited") + pre_nt - by_server,
		.server = audit_tally_of(verdicts, "smb1_server_limited") + by_server,
	};
}

static void
host_pair(AuditHost *host, const AuditKey *key, const AuditPair *pair, bool client)
{
	const AuditTally *t = pair->tallies;
	AuditCap names = { HOST_NAMES_MAX, key }, days = { HOST_DAYS_MAX, NULL };
	Blockers blockers = blockers_of(pair);

	host->pairs++;
	host->bare |= pair->bare;
	for (int i = 0; i < AUDIT_NUMBERS; i++)
		host->numbers[i] += pair->numbers[i];
	host->first_ns = MIN(host->first_ns, audit_pair_first(pair));
	host->last_ns = MAX(host->last_ns, pair->last_ns);
	audit_tally_merge(&host->names, names, &t[client ? AUDIT_CLIENT_NAME : AUDIT_SERVER_NAME]);
	audit_tally_merge(&host->systems, names, &t[client ? AUDIT_CLIENT_OS : AUDIT_SERVER_OS]);
	audit_tally_merge(&host->dialects, names, &t[AUDIT_CHOSEN]);
	audit_tally_merge(&host->verdicts, names, &t[AUDIT_VERDICTS]);
	audit_tally_merge(&host->signing, names, &t[AUDIT_SIGNED]);
	audit_tally_merge(&host->days, days, &t[AUDIT_DAYS]);
	audit_tally_merge(&host->shares, names, &t[AUDIT_SHARES]);
	for (uint32_t i = 0; i < pair->n_auths; i++)
		host_auth(host, key, &pair->auths[i]);
	host->smb1_peers += pair->numbers[AUDIT_N_SMB1_USED] > 0;
	host->smb1_offering_peers += pair->numbers[AUDIT_N_SMB1_OFFERED] > 0;
	host->failures += pair->seen[AUDIT_LOGON_FAILURES].count;
	host->blocked_by_server += blockers.server;
	host->blocked_by_client += blockers.client;
}

static void
host_clear(gpointer data)
{
	AuditHost *host = data;

	audit_tally_clear(&host->names);
	audit_tally_clear(&host->systems);
	audit_tally_clear(&host->dialects);
	audit_tally_clear(&host->verdicts);
	audit_tally_clear(&host->passwords);
	audit_tally_clear(&host->signing);
	audit_tally_clear(&host->days);
	audit_tally_clear(&host->shares);
}

const char *
audit_blocker(const AuditHost *host)
{
	if (host->blocked_by_client && host->blocked_by_server)
		return "both";
	if (host->blocked_by_client)
		return "client";
	return host->blocked_by_server ? "server" : NULL;
}

bool
audit_smb1_can_go(const AuditReport *report, const AuditHost *server)
{
	return server->smb1_peers == 0 && server->numbers[AUDIT_N_WHOLE] > 0 &&
	       report->kept >= report->audit->connections;
}

const char *
audit_host_severity(const AuditHost *host)
{
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--)
		if (host->findings[i])
			return audit_severity_name((AuditSeverity)i);
	return NULL;
}

/*
 * A client is a scanner where nothing but scanning was seen of it: a host from which somebody ran
 * one, and which works besides, stays in the inventory. A scanner's connections need not all come
 * to a question: some are only opened and closed. Where details were left out nobody knows what else
 * it did, and then it is none: what was found stays.
 */
static bool
is_scanner(const AuditHost *client)
{
	const uint64_t *n = client->numbers;
	uint64_t used = n[AUDIT_N_SMB1_USED] + n[AUDIT_N_SMB2_USED] + n[AUDIT_N_ACCEPTED] +
			n[AUDIT_N_REFUSED] + n[AUDIT_N_UNKNOWN];

	if (client->bare)
		return false;
	if (client->failures >= GUESSING && !n[AUDIT_N_ACCEPTED])
		return true;
	if (n[AUDIT_N_SCANS] + n[AUDIT_N_PROBES] == n[AUDIT_N_CONNECTIONS] && n[AUDIT_N_SCANS])
		return true;
	return !used && !n[AUDIT_N_MIDSTREAM] && !n[AUDIT_N_INCOMPLETE] &&
	       n[AUDIT_N_SCANS] + n[AUDIT_N_PROBES] >= PROBES;
}

bool
audit_report_is_scanner(const AuditReport *self, const AuditAddress *client)
{
	const AuditHost *host = audit_host_find(self->clients, client);

	return host && host->scanner;
}

static gboolean
append_host(gpointer key, gpointer host, gpointer array)
{
	(void)key;
	g_array_append_vals(array, host, 1);
	return FALSE;
}

static GArray *
hosts_sorted(GTree *hosts)
{
	guint n = (guint)g_tree_nnodes(hosts);
	GArray *array = g_array_sized_new(FALSE, FALSE, sizeof(AuditHost), n);

	g_tree_foreach(hosts, append_host, array);
	g_array_set_clear_func(array, host_clear);
	return array;
}

/* ---- findings ---- */

/* What a scanner provokes says nothing of clients, but these are facts about the server. */
static bool
holds_of_scanned(AuditRuleId rule)
{
	return rule == AUDIT_SCANNER || rule == AUDIT_STATIC_CHALLENGE ||
	       rule == AUDIT_SHARE_LEVEL_SECURITY || rule == AUDIT_SIGNING_IS_DISABLED;
}

static bool
fires(const AuditPair *pair, AuditRuleId rule, bool scanner)
{
	uint64_t n = pair->seen[rule].count;

	if (scanner && !holds_of_scanned(rule))
		return false;
	switch (rule) {
	case AUDIT_DOWNGRADE:
		return n && pair->numbers[AUDIT_N_SMB2_USED];
	case AUDIT_LOGON_FAILURES:
		return n >= FAILURES;
	case AUDIT_SCANNER:
		return n || scanner;
	default:
		return n > 0;
	}
}

static AuditScope
scope_of(const AuditPair *pair, AuditRuleId rule)
{
	const AuditSighting *seen = &pair->seen[rule];
	Blockers by = blockers_of(pair);

	/* What the server refused every time is no doing of the server's. */
	if (seen->count && seen->refused >= seen->count)
		return AUDIT_OF_CLIENT;
	/* Nor is what it never asked for. */
	if (rule == AUDIT_PLAINTEXT_PASSWORD &&
	    pair->seen[AUDIT_PLAINTEXT_UNASKED].count >= seen->count)
		return AUDIT_OF_CLIENT;
	if (rule == AUDIT_SMB1_IN_USE && by.client && !by.server)
		return AUDIT_OF_CLIENT;
	if ((rule == AUDIT_SMB1_IN_USE || rule == AUDIT_PRE_NT_DIALECT) && by.server && !by.client)
		return AUDIT_OF_SERVER;
	return audit_rule(rule)->scope;
}

typedef struct {
	AuditReport *report;
	GTree *clients, *servers;
	const AuditExceptions *exceptions;
} Finding;

static void
host_finding(AuditHost *host, AuditSeverity severity)
{
	host->findings[severity]++;
}

static void
add(Finding *all, const AuditFinding *finding)
{
	AuditReport *report = all->report;
	AuditSeverity severity = audit_rule(finding->rule)->severity;

	if (audit_exceptions_have(all->exceptions, finding->rule, finding->pair)) {
		report->accepted++;
		return;
	}
	g_array_append_vals(report->findings, finding, 1);
	report->by_severity[severity]++;
	if (finding->scope != AUDIT_OF_SERVER)
		host_finding(host_of(all->clients, &finding->pair->client), severity);
	if (finding->scope != AUDIT_OF_CLIENT)
		host_finding(host_of(all->servers, &finding->pair->server), severity);
}

const char *
audit_proof_name(AuditProof proof)
{
	static const char *const names[] = { NULL,   "known_value", "given_again",
					     "asks", "guesses",     "name" };

	return names[proof];
}

/* A scanner may be one by what it did all in all, and not by what it did to this server. */
static void
prove_scanner(AuditFinding *f)
{
	const AuditPair *pair = f->pair;

	f->proof = AUDIT_PROOF_NAME;
	if (f->count)
		return;
	f->count = pair->numbers[AUDIT_N_CONNECTIONS];
	f->proof = AUDIT_PROOF_ASKS;
	if (!pair->seen[AUDIT_LOGON_FAILURES].count)
		return;
	f->proof = AUDIT_PROOF_GUESSES;
	f->shown = pair->seen[AUDIT_LOGON_FAILURES];
	f->shown.refused = 0;
}

static void
find_in_pair(Finding *all, const AuditPair *pair)
{
	bool scanner = audit_report_is_scanner(all->report, &pair->client);

	for (AuditRuleId rule = 0; rule < AUDIT_RULES; rule++) {
		AuditFinding f = { .pair = pair,
				   .rule = rule,
				   .scope = scope_of(pair, rule),
				   .count = pair->seen[rule].count,
				   .shown = pair->seen[rule] };

		if (rule == AUDIT_STATIC_CHALLENGE || !fires(pair, rule, scanner))
			continue;
		if (rule == AUDIT_SCANNER)
			prove_scanner(&f);
		add(all, &f);
	}
}

/* ---- the same challenge twice, from one server and whomever it gave it to ---- */

typedef struct {
	const AuditPair *pair;
	const AuditChallenge *challenge;
} Given;

static gint
compare_given(gconstpointer a, gconstpointer b)
{
	const Given *x = a, *y = b;
	int order = audit_address_compare(&x->pair->server, &y->pair->server);

	if (order)
		return order;
	if (x->challenge->id != y->challenge->id)
		return x->challenge->id < y->challenge->id ? -1 : 1;
	return audit_address_compare(&x->pair->client, &y->pair->client);
}

static void
add_static(Finding *all, GHashTable *found, const Given *given, const Given *other,
	   AuditProof proof)
{
	const AuditChallenge *challenge = given->challenge;
	AuditFinding f = { .pair = given->pair,
			   .rule = AUDIT_STATIC_CHALLENGE,
			   .scope = AUDIT_OF_SERVER,
			   .proof = proof,
			   .count = challenge->n };

	/* One a rule and pair, also where a server has two of them. */
	if (!g_hash_table_add(found, (gpointer)given->pair))
		return;
	for (uint32_t i = 0; i < challenge->n; i++)
		f.own[f.shown.n++] = challenge->uses[i].at;
	/* Where it was given to this client once, the proof is what another one was given. */
	if (challenge->n == 1 && other != given)
		f.own[f.shown.n++] = other->challenge->uses[0].at;
	add(all, &f);
}

/*
 * Whether a challenge, given to `n` clients, was given again. One connection may be in two
 * captures, and on both sides of an address translation that keeps the port: only another port is
 * another use.
 */
static bool
is_given_again(const Given *given, guint n)
{
	for (guint i = 0; i < n; i++)
		for (uint32_t j = 0; j < given[i].challenge->n; j++)
			if (given[i].challenge->uses[j].port != given[0].challenge->uses[0].port)
				return true;
	return false;
}

static void
find_static(Finding *all)
{
	g_autoptr(GArray) given = g_array_new(FALSE, FALSE, sizeof(Given));
	g_autoptr(GHashTable) found = g_hash_table_new(NULL, NULL);
	GArray *pairs = all->report->pairs;

	for (guint i = 0; i < pairs->len; i++) {
		const AuditPair *pair = g_array_index(pairs, const AuditPair *, i);

		for (uint32_t j = 0; j < pair->n_challenges; j++)
			g_array_append_vals(given, &(Given){ pair, &pair->challenges[j] }, 1);
	}
	g_array_sort(given, compare_given);
	for (guint i = 0, next; i < given->len; i = next) {
		const Given *first = &g_array_index(given, Given, i);
		AuditProof proof = AUDIT_PROOF_ONE_WAY;

		for (next = i + 1; next < given->len; next++) {
			const Given *g = &g_array_index(given, Given, next);

			if (g->challenge->id != first->challenge->id ||
			    audit_address_compare(&g->pair->server, &first->pair->server) != 0)
				break;
		}
		if (first->challenge->known)
			proof = AUDIT_PROOF_KNOWN_VALUE;
		else if (is_given_again(first, next - i))
			proof = AUDIT_PROOF_AGAIN;
		for (guint j = i; j < next && proof; j++)
			add_static(all, found, &first[j - i], &first[j == i ? next - 1 - i : 0],
				   proof);
	}
}

/* ---- the report ---- */

static gint
compare_findings(gconstpointer a, gconstpointer b)
{
	const AuditFinding *x = a, *y = b;
	int order;

	if (x->rule != y->rule) {
		order = (int)audit_rule(y->rule)->severity - (int)audit_rule(x->rule)->severity;
		return order ? order : (int)x->rule - (int)y->rule;
	}
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

static gboolean
judge_client(gpointer key, gpointer value, gpointer user)
{
	AuditHost *client = value;
	AuditReport *report = user;

	(void)key;
	client->scanner = is_scanner(client);
	report->scanners += client->scanner;
	return FALSE;
}

/* What there was, but for what is here. */
static void
count_left_out(AuditReport *self)
{
	memcpy(self->left_out, self->audit->observations, sizeof(self->left_out));
	for (guint i = 0; i < self->pairs->len; i++) {
		const AuditPair *pair = g_array_index(self->pairs, const AuditPair *, i);

		self->capped += audit_pair_is_capped(pair);
		for (AuditSeverity s = 0; s < AUDIT_SEVERITIES; s++)
			self->left_out[s] -=
				MIN(self->left_out[s], audit_pair_observations(pair, s));
	}
}

static void
roll_up(Finding *all)
{
	AuditReport *self = all->report;
	const AuditKey *key = &self->audit->limits.key;

	for (guint i = 0; i < self->pairs->len; i++) {
		const AuditPair *pair = g_array_index(self->pairs, const AuditPair *, i);

		host_pair(host_of(all->clients, &pair->client), key, pair, true);
		self->kept += pair->numbers[AUDIT_N_CONNECTIONS];
	}
	g_tree_foreach(all->clients, judge_client, self);
	self->total.first_ns = UINT64_MAX;
	for (guint i = 0; i < self->pairs->len; i++) {
		const AuditPair *pair = g_array_index(self->pairs, const AuditPair *, i);
		AuditHost *from = host_of(all->clients, &pair->client);

		/* The server itself is listed even where only a scanner met it. */
		AuditHost *to = host_of(all->servers, &pair->server);

		to->first_ns = MIN(to->first_ns, audit_pair_first(pair));
		to->last_ns = MAX(to->last_ns, pair->last_ns);
		if (from->scanner)
			continue;
		host_pair(to, key, pair, false);
		host_pair(&self->total, key, pair, true);
	}
}

static void
copy_own(GArray *findings)
{
	for (guint i = 0; i < findings->len; i++) {
		AuditFinding *f = &g_array_index(findings, AuditFinding, i);

		if (f->rule == AUDIT_STATIC_CHALLENGE)
			f->shown.first = f->own;
	}
}

AuditReport *
audit_report_new(const Audit *audit, const AuditExceptions *exceptions)
{
	AuditReport *self = g_new0(AuditReport, 1);
	g_autoptr(GTree) clients = hosts_new(), servers = hosts_new();
	Finding all = { self, clients, servers, exceptions };

	self->audit = audit;
	self->pairs = g_array_new(FALSE, FALSE, sizeof(AuditPair *));
	self->findings = g_array_new(FALSE, FALSE, sizeof(AuditFinding));
	g_tree_foreach(audit->pairs, collect, self->pairs);
	count_left_out(self);
	roll_up(&all);
	/* Looked up while findings are made; made anew with their counts afterwards. */
	self->clients = hosts_sorted(clients);
	for (guint i = 0; i < self->pairs->len; i++)
		find_in_pair(&all, g_array_index(self->pairs, const AuditPair *, i));
	find_static(&all);
	g_array_set_clear_func(self->clients, NULL);
	g_array_unref(self->clients);
	self->clients = hosts_sorted(clients);
	self->servers = hosts_sorted(servers);
	g_array_sort(self->findings, compare_findings);
	copy_own(self->findings);
	return self;
}

/*
 * A critical finding may also follow from two challenges that are the same, and each of the others
 * from details: a downgrade from what the pair did on other connections, a scanner from all that
 * its client did.
 */
bool
audit_report_may_miss(const AuditReport *self, AuditSeverity severity)
{
	return !audit_has_all(self->audit, severity == AUDIT_CRITICAL ? AUDIT_LAYER_CHALLENGES
								      : AUDIT_LAYER_DETAILS);
}

void
audit_report_free(AuditReport *self)
{
	if (!self)
		return;
	g_array_unref(self->pairs);
	g_array_unref(self->clients);
	g_array_unref(self->servers);
	g_array_unref(self->findings);
	host_clear(&self->total);
	g_free(self);
}
