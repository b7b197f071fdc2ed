/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Relays: an attacker who is asked to log on somewhere gives the challenge to a victim, whose
 * answer is then good there.
 *
 *   twice    a challenge that two servers give, just twice, or an NTLMv2 response that two of them
 *            get, however often: it is good for one challenge only, and who relays could hide that
 *            by a third use. In messages that are not the same: a connection that is seen on both
 *            sides of an address translation is one, with the same ids in its messages
 *   names    a response that names another server than the challenge before it: clients repeat
 *            the names that they are given ([MS-NLMP] 3.1.5.1.2)
 *   no MIC   a response that says it has a MIC, and has none: it was cut out, so that the flags
 *            could be changed (CVE-2019-1040)
 *
 * A challenge that tools are known for, or that one server gives again and again, is another matter
 * (static-challenge).
 */
#include "audit/attack/internal.h"

static gint
compare(gconstpointer a, gconstpointer b)
{
	const AuditGiven *x = a, *y = b;
	int order;

	if (x->response != y->response)
		return x->response ? 1 : -1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	order = audit_address_compare(&x->pair->server, &y->pair->server);
	return order ? order : audit_address_compare(&x->pair->client, &y->pair->client);
}

/* Of so many uses of one response the two that belong together are looked for among all others. */
enum { USES_MAX = 8 };

static bool
is_one_message(const AuditGiven *a, const AuditGiven *b)
{
	for (uint32_t i = 0; i < a->n; i++)
		for (uint32_t j = 0; j < b->n; j++)
			if (a->messages[i] == b->messages[j])
				return true;
	return false;
}

static bool
is_relay(const AuditGiven *a, const AuditGiven *b)
{
	bool once = a->n == 1 && b->n == 1;

	return !a->known && (once || (a->response && a->n && b->n)) && !is_one_message(a, b) &&
	       audit_address_compare(&a->pair->server, &b->pair->server) != 0;
}

/*
 * The attacker is the server of one and the client of the other. If no address says so, the first
 * in order is taken for it.
 */
static AuditRelay
relay_of(const AuditGiven *a, const AuditGiven *b)
{
	bool to_a = audit_address_compare(&a->pair->client, &b->pair->server) == 0;

	return (AuditRelay){ .to = to_a ? *a : *b, .from = to_a ? *b : *a, .count = 1 };
}

/* Whether one of the two got it from the other. */
static bool
is_linked(const AuditGiven *a, const AuditGiven *b)
{
	return audit_address_compare(&a->pair->client, &b->pair->server) == 0 ||
	       audit_address_compare(&b->pair->client, &a->pair->server) == 0;
}

/* The two of `n` uses of the same that are a relay; false: there are none. */
static bool
find_relay(const AuditGiven *given, guint n, AuditRelay *ret)
{
	bool found = false;

	if (n != 2 && !given->response)
		return false;
	for (guint i = 0; i < MIN(n, (guint)USES_MAX); i++)
		for (guint j = i + 1; j < n; j++) {
			bool linked = is_linked(&given[i], &given[j]);

			if ((found && !linked) || !is_relay(&given[i], &given[j]))
				continue;
			*ret = relay_of(&given[i], &given[j]);
			if (linked)
				return true;
			found = true;
		}
	return found;
}

/* Challenges come first: a response that was given to such a pair belongs to one of them. */
static void
add(GArray *relays, GHashTable *seen, const AuditRelay *relay)
{
	gpointer at = g_hash_table_lookup(seen, relay->to.pair);
	AuditRelay *other = at ? &g_array_index(relays, AuditRelay, GPOINTER_TO_UINT(at) - 1)
			       : NULL;

	if (!other) {
		g_array_append_vals(relays, relay, 1);
		g_hash_table_insert(seen, (gpointer)relay->to.pair, GUINT_TO_POINTER(relays->len));
	} else if (other->to.response == relay->to.response) {
		other->count++;
	}
}

GArray *
audit_relays_find(const GArray *given)
{
	GArray *relays = g_array_new(FALSE, FALSE, sizeof(AuditRelay));
	g_autoptr(GArray) sorted = g_array_copy((GArray *)(gpointer)given);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	g_array_sort(sorted, compare);
	for (guint i = 0, next; i < sorted->len; i = next) {
		const AuditGiven *first = &g_array_index(sorted, AuditGiven, i);
		AuditRelay relay;

		for (next = i + 1; next < sorted->len; next++)
			if (first[next - i].id != first->id)
				break;
		if (find_relay(first, next - i, &relay))
			add(relays, seen, &relay);
	}
	return relays;
}

/* ---- one connection ---- */

static void
found(const AuditStep *s, const char *what)
{
	const SmbAuth *auth = s->x->session.auth;
	AuditEvidence at = audit_evidence_of(s->audit, s->info, &auth->request);
	SmbUser user = { .auth = auth };
	char account[AUDIT_ATTACK_NAME];

	audit_attack_see(s, AUDIT_RELAY, &at);
	s->facts->pair.seen[AUDIT_RELAY].refused += auth->result == SMB_RESULT_REFUSED;
	audit_attack_mark(s, AUDIT_MARK_RELAY, at.time_ns, what, NULL,
			  audit_attack_account(&user, account));
}

void
audit_relay_take(const AuditStep *s)
{
	const SmbAuth *auth = s->x->session.auth;

	if (!auth || !auth->request.frame)
		return;
	if (auth->names_differ)
		found(s, "the response names another server than the challenge");
	if (auth->mic_gone)
		found(s, "the response had a MIC, which was cut out");
}
