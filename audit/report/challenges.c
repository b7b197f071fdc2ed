/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is found in challenges and responses: one that a server gave twice, and one that two servers
 * gave (attack/relay.c).
 */
#include "audit/report/find.h"

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

void
audit_find_given(GArray *to, const AuditKept *kept, const AuditPair *pair)
{
	for (uint32_t i = 0; i < pair->n_challenges; i++) {
		const AuditChallenge *c = &pair->challenges[i];
		AuditGiven given = { .pair = kept,
				     .id = c->id,
				     .known = c->known,
				     .response = c->response,
				     .n = c->n };

		for (uint32_t j = 0; j < c->n; j++) {
			given.ports[j] = c->uses[j].port;
			given.messages[j] = c->uses[j].message;
		}
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
add_static(AuditFind *all, GHashTable *found, const AuditGiven *given, const AuditGiven *other,
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
	audit_find_add(all, &f);
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

void
audit_find_static(AuditFind *all, GArray *given)
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

/* ---- one challenge, given by two servers; one response, given to two ---- */

static void
add_relay(AuditFind *all, const AuditRelay *relay)
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
	audit_find_add(all, &f);
}

/* Where one connection showed it, that is the finding. */
void
audit_find_relays(AuditFind *all, const GArray *given)
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
