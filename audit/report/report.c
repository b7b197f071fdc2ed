/* SPDX-License-Identifier: BSD-3-Clause */
/* From pairs to clients, servers and findings. */
#include "audit/internal.h"
#include "audit/report/find.h"
#include "audit/report/people.h"

#include <string.h>

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
	bool only = client->guesses && !host->bare;

	for (guint i = client->first; only && i < client->first + client->pairs; i++) {
		const AuditKept *kept = g_array_index(self->pairs, const AuditKept *, i);
		const AuditPair *pair = audit_kept_read(kept, &scratch);

		only = audit_host_only_guessed(pair, pair->numbers[AUDIT_N_USED], client->guesses);
	}
	audit_pair_clear(&scratch);
	return only;
}

static void
judge_clients(AuditReport *self)
{
	for (guint i = 0; i < self->clients->len; i++) {
		AuditMember *client = &g_array_index(self->clients, AuditMember, i);
		AuditHost host;
		bool nothing_else, capped;

		audit_report_host(self, client, &host);
		nothing_else =
			audit_host_does_nothing_else(&host,
						     host.numbers[AUDIT_N_PROBES] &&
							     audit_host_judge_probes(self, client));
		client->attacker = nothing_else && (host.numbers[AUDIT_N_ATTACKS] ||
						    host.numbers[AUDIT_N_GROOMS] >= AUDIT_GROOMS);
		client->scanner = nothing_else && !client->attacker;
		client->agreed_smb1 |= host.numbers[AUDIT_N_USED_SMB1] > 0 ||
				       audit_blocker(&host) != NULL;
		client->guesses = audit_people_guesses(
			&g_array_index(self->pairs, const AuditKept *, client->first),
			client->pairs, &self->audit->limits.key, &capped);
		self->capped += capped;
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
	uint64_t here[AUDIT_SEVERITIES];

	self->capped += audit_pair_is_capped(pair);
	audit_pair_observations(pair, here);
	for (AuditSeverity s = 0; s < AUDIT_SEVERITIES; s++)
		self->left_out[s] -= MIN(self->left_out[s], here[s]);
}

static void
judge_pairs(AuditReport *self, const AuditExceptions *exceptions)
{
	g_autoptr(GArray) given = g_array_new(FALSE, FALSE, sizeof(AuditGiven));
	const AuditKey *key = &self->audit->limits.key;
	g_autoptr(GPtrArray) asked = g_ptr_array_new();
	AuditFind all = { self, exceptions, asked };
	AuditPair scratch = { 0 };

	self->total.first_ns = UINT64_MAX;
	memcpy(self->left_out, self->audit->observations, sizeof(self->left_out));
	for (guint i = 0; i < self->pairs->len; i++) {
		const AuditKept *kept = g_array_index(self->pairs, const AuditKept *, i);
		const AuditPair *pair = audit_kept_read(kept, &scratch);
		const AuditMember *client = audit_member_find(self->clients, &kept->client);

		count_here(self, pair);
		pair = audit_report_settle(self, pair, &scratch);
		if (!audit_member_is_apart(client))
			audit_host_add(&self->total, key, pair, true, client->guesses);
		audit_find_in_pair(&all, kept, pair, client);
		audit_find_given(given, kept, pair);
	}
	audit_pair_clear(&scratch);
	audit_find_static(&all, given);
	audit_find_relays(&all, given);
	audit_find_coercions(&all);
	for (guint i = 0; i < self->servers->len; i++) {
		const AuditMember *server = &g_array_index(self->servers, AuditMember, i);

		audit_find_in_server(&all, server);
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
	g_array_sort(self->by_server, audit_kept_by_server);
	self->clients = members_of(self->pairs, false);
	g_array_set_clear_func(self->clients, member_clear);
	self->servers = members_of(self->by_server, true);
	audit_report_learn(self);
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
	units += audit_traits_get(&pair->traits, AUDIT_CLOSED_OUT_SMB1) != NULL;
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
