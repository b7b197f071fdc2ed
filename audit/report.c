/* SPDX-License-Identifier: BSD-3-Clause */
/* From pairs to hosts and findings. */
#include "audit/report.h"

#include <string.h>

enum {
	FAILURES = 5,        /* refused logons of a pair from which on they are a finding */
	GUESSING = 1000,     /* refused logons of a client, none accepted: it guesses passwords */
	PROBES = 3,          /* connections that only asked for dialects */
	HOST_NAMES_MAX = 64, /* of a list of a host */
	HOST_DAYS_MAX = 4000,
};

/* ---- hosts ---- */

static guint
address_hash(gconstpointer key)
{
	const AuditAddress *a = key;
	guint h = a->family;

	for (size_t i = 0; i < sizeof(a->bytes); i++)
		h = h * 31 + a->bytes[i];
	return h;
}

static gboolean
address_equal(gconstpointer a, gconstpointer b)
{
	return audit_address_compare(a, b) == 0;
}

static AuditHost *
host_of(GHashTable *hosts, const AuditAddress *address)
{
	AuditHost *host = g_hash_table_lookup(hosts, address);

	if (host)
		return host;
	host = g_new0(AuditHost, 1);
	host->address = *address;
	host->first_ns = UINT64_MAX;
	g_hash_table_insert(hosts, &host->address, host);
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
host_auth(AuditHost *host, const AuditAuth *auth)
{
	const char *type = smb_password_type_name(auth->who.password_type);
	uint64_t n = auth->seen.count;

	audit_tally_add(&host->passwords, HOST_NAMES_MAX, type ? type : "none", n);
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

static void
host_pair(AuditHost *host, const AuditPair *pair, bool client)
{
	const AuditTally *t = pair->tallies;
	uint64_t server_limited = audit_tally_of(&t[AUDIT_VERDICTS], "smb1_server_limited");

	host->pairs++;
	for (int i = 0; i < AUDIT_NUMBERS; i++)
		host->numbers[i] += pair->numbers[i];
	host->first_ns = MIN(host->first_ns, pair->first_ns);
	host->last_ns = MAX(host->last_ns, pair->last_ns);
	audit_tally_merge(&host->names, HOST_NAMES_MAX,
			  &t[client ? AUDIT_CLIENT_NAME : AUDIT_SERVER_NAME]);
	audit_tally_merge(&host->systems, HOST_NAMES_MAX,
			  &t[client ? AUDIT_CLIENT_OS : AUDIT_SERVER_OS]);
	audit_tally_merge(&host->dialects, HOST_NAMES_MAX, &t[AUDIT_CHOSEN]);
	audit_tally_merge(&host->verdicts, HOST_NAMES_MAX, &t[AUDIT_VERDICTS]);
	audit_tally_merge(&host->signing, HOST_NAMES_MAX, &t[AUDIT_SIGNED]);
	audit_tally_merge(&host->days, HOST_DAYS_MAX, &t[AUDIT_DAYS]);
	audit_tally_merge(&host->shares, HOST_NAMES_MAX, &t[AUDIT_SHARES]);
	for (uint32_t i = 0; i < pair->n_auths; i++)
		host_auth(host, &pair->auths[i]);
	host->smb1_peers += pair->numbers[AUDIT_N_SMB1_USED] > 0;
	host->smb1_offering_peers += pair->numbers[AUDIT_N_SMB1_OFFERED] > 0;
	host->blocked_by_server += server_limited;
	host->blocked_by_client += audit_tally_of(&t[AUDIT_VERDICTS], "smb1_client_limited") +
				   audit_tally_of(&t[AUDIT_VERDICTS], "pre_nt");
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
audit_smb1_can_go(const AuditHost *server)
{
	return server->smb1_peers == 0 && server->numbers[AUDIT_N_WHOLE] > 0;
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
 * one, and which works besides, stays in the inventory.
 */
static bool
is_scanner(const AuditHost *client)
{
	const uint64_t *n = client->numbers;
	uint64_t odd = n[AUDIT_N_SCANS] + n[AUDIT_N_PROBES];

	if (n[AUDIT_N_REFUSED] >= GUESSING && !n[AUDIT_N_ACCEPTED])
		return true;
	return odd == n[AUDIT_N_CONNECTIONS] && (n[AUDIT_N_SCANS] || odd >= PROBES);
}

bool
audit_report_is_scanner(const AuditReport *self, const AuditAddress *client)
{
	guint low = 0, high = self->clients->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const AuditHost *host = &g_array_index(self->clients, AuditHost, middle);
		int order = audit_address_compare(client, &host->address);

		if (order == 0)
			return host->scanner;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static gint
compare_hosts(gconstpointer a, gconstpointer b)
{
	return audit_address_compare(&((const AuditHost *)a)->address,
				     &((const AuditHost *)b)->address);
}

static GArray *
hosts_sorted(GHashTable *hosts)
{
	GArray *array = g_array_new(FALSE, FALSE, sizeof(AuditHost));
	GHashTableIter iter;
	gpointer host;

	g_hash_table_iter_init(&iter, hosts);
	while (g_hash_table_iter_next(&iter, NULL, &host))
		g_array_append_vals(array, host, 1);
	g_array_sort(array, compare_hosts);
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
	uint64_t by_client = audit_tally_of(&pair->tallies[AUDIT_VERDICTS], "smb1_client_limited") +
			     audit_tally_of(&pair->tallies[AUDIT_VERDICTS], "pre_nt");
	uint64_t by_server = audit_tally_of(&pair->tallies[AUDIT_VERDICTS], "smb1_server_limited");

	/* What the server refused every time is no doing of the server's. */
	if (seen->count && seen->refused >= seen->count)
		return AUDIT_OF_CLIENT;
	if (rule == AUDIT_SMB1_IN_USE && by_client && !by_server)
		return AUDIT_OF_CLIENT;
	if (rule == AUDIT_SMB1_IN_USE && by_server && !by_client)
		return AUDIT_OF_SERVER;
	return audit_rule(rule)->scope;
}

static bool
is_excepted(GArray *exceptions, const AuditFinding *f, AuditIsAddress is_address)
{
	for (guint i = 0; exceptions && i < exceptions->len; i++) {
		AuditException *e = &g_array_index(exceptions, AuditException, i);

		if ((e->rule && strcmp(e->rule, audit_rule(f->rule)->id) != 0) ||
		    (e->client && !is_address(&f->pair->client, e->client)) ||
		    (e->server && !is_address(&f->pair->server, e->server)))
			continue;
		e->used++;
		return true;
	}
	return false;
}

typedef struct {
	AuditReport *report;
	GHashTable *clients, *servers;
	GArray *exceptions;
	AuditIsAddress is_address;
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

	if (is_excepted(all->exceptions, finding, all->is_address)) {
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

static void
find_in_pair(Finding *all, const AuditPair *pair)
{
	bool scanner = audit_report_is_scanner(all->report, &pair->client);

	for (AuditRuleId rule = 0; rule < AUDIT_RULES; rule++) {
		AuditFinding f = { .pair = pair, .rule = rule, .scope = scope_of(pair, rule) };

		if (rule == AUDIT_STATIC_CHALLENGE || !fires(pair, rule, scanner))
			continue;
		f.count = pair->seen[rule].count;
		f.shown = pair->seen[rule];
		if (!f.count) /* a scanner by what it did all in all */
			f.count = pair->numbers[AUDIT_N_CONNECTIONS];
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
add_static(Finding *all, const Given *given)
{
	AuditFinding f = { .pair = given->pair,
			   .rule = AUDIT_STATIC_CHALLENGE,
			   .scope = AUDIT_OF_SERVER,
			   .count = given->challenge->n };
	AuditFinding *last = all->report->findings->len
				     ? &g_array_index(all->report->findings, AuditFinding,
						      all->report->findings->len - 1)
				     : NULL;

	/* One a rule and pair, also where a server has two of them. */
	if (last && last->pair == given->pair && last->rule == AUDIT_STATIC_CHALLENGE)
		return;
	for (uint32_t i = 0; i < given->challenge->n; i++)
		f.own[f.shown.n++] = given->challenge->uses[i].at;
	add(all, &f);
}

static void
find_static(Finding *all)
{
	g_autoptr(GArray) given = g_array_new(FALSE, FALSE, sizeof(Given));
	GArray *pairs = all->report->pairs;

	for (guint i = 0; i < pairs->len; i++) {
		const AuditPair *pair = g_array_index(pairs, const AuditPair *, i);

		for (uint32_t j = 0; j < pair->n_challenges; j++)
			g_array_append_vals(given, &(Given){ pair, &pair->challenges[j] }, 1);
	}
	g_array_sort(given, compare_given);
	for (guint i = 0, next; i < given->len; i = next) {
		const Given *first = &g_array_index(given, Given, i);
		uint64_t uses = 0;

		for (next = i; next < given->len; next++) {
			const Given *g = &g_array_index(given, Given, next);

			if (g->challenge->id != first->challenge->id ||
			    audit_address_compare(&g->pair->server, &first->pair->server) != 0)
				break;
			uses += g->challenge->n;
		}
		for (guint j = i; j < next && (uses > 1 || first->challenge->known); j++)
			add_static(all, &g_array_index(given, Given, j));
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

static gint
compare_pairs(gconstpointer a, gconstpointer b)
{
	const AuditPair *const *x = a, *const *y = b;
	int order = audit_address_compare(&(*x)->client, &(*y)->client);

	return order ? order : audit_address_compare(&(*x)->server, &(*y)->server);
}

static gboolean
collect(gpointer key, gpointer value, gpointer user)
{
	(void)key;
	g_array_append_vals(user, &value, 1);
	return FALSE;
}

static void
roll_up(Finding *all)
{
	AuditReport *self = all->report;
	GHashTableIter iter;
	gpointer client;

	for (guint i = 0; i < self->pairs->len; i++) {
		const AuditPair *pair = g_array_index(self->pairs, const AuditPair *, i);

		host_pair(host_of(all->clients, &pair->client), pair, true);
		self->kept += pair->numbers[AUDIT_N_CONNECTIONS];
	}
	g_hash_table_iter_init(&iter, all->clients);
	while (g_hash_table_iter_next(&iter, NULL, &client)) {
		((AuditHost *)client)->scanner = is_scanner(client);
		self->scanners += ((AuditHost *)client)->scanner;
	}
	self->total.first_ns = UINT64_MAX;
	for (guint i = 0; i < self->pairs->len; i++) {
		const AuditPair *pair = g_array_index(self->pairs, const AuditPair *, i);
		AuditHost *from = host_of(all->clients, &pair->client);

		/* The server itself is listed even where only a scanner met it. */
		AuditHost *to = host_of(all->servers, &pair->server);

		to->first_ns = MIN(to->first_ns, pair->first_ns);
		to->last_ns = MAX(to->last_ns, pair->last_ns);
		if (from->scanner)
			continue;
		host_pair(to, pair, false);
		host_pair(&self->total, pair, true);
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
audit_report_new(const Audit *audit, GArray *exceptions, AuditIsAddress is_address)
{
	AuditReport *self = g_new0(AuditReport, 1);
	g_autoptr(GHashTable)
		clients = g_hash_table_new_full(address_hash, address_equal, NULL, g_free);
	g_autoptr(GHashTable)
		servers = g_hash_table_new_full(address_hash, address_equal, NULL, g_free);
	Finding all = { self, clients, servers, exceptions, is_address };

	self->audit = audit;
	self->pairs = g_array_new(FALSE, FALSE, sizeof(AuditPair *));
	self->findings = g_array_new(FALSE, FALSE, sizeof(AuditFinding));
	g_tree_foreach(audit->pairs, collect, self->pairs);
	g_array_sort(self->pairs, compare_pairs);
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
