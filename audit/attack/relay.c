/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Relays: an attacker who is asked to log on somewhere gives the challenge to a victim, whose
 * answer is then good there. So a challenge that two servers give is relayed, if it was given just
 * twice, and in messages that are not the same: a connection that is seen on both sides of an
 * address translation is one, with the same ids in its messages. A challenge that tools are known
 * for, or that one server gives again and again, is another matter (static-challenge).
 */
#include "audit/attack/attack.h"

static gint
compare(gconstpointer a, gconstpointer b)
{
	const AuditGiven *x = a, *y = b;
	int order;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	order = audit_address_compare(&x->pair->server, &y->pair->server);
	return order ? order : audit_address_compare(&x->pair->client, &y->pair->client);
}

static bool
is_relay(const AuditGiven *a, const AuditGiven *b)
{
	return !a->known && a->n == 1 && b->n == 1 && a->messages != b->messages &&
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

	return (AuditRelay){ .to = to_a ? *a : *b, .from = to_a ? *b : *a };
}

GArray *
audit_relays_find(const GArray *given)
{
	GArray *relays = g_array_new(FALSE, FALSE, sizeof(AuditRelay));
	g_autoptr(GArray) sorted = g_array_copy((GArray *)(gpointer)given);

	g_array_sort(sorted, compare);
	for (guint i = 0, next; i < sorted->len; i = next) {
		const AuditGiven *first = &g_array_index(sorted, AuditGiven, i);

		for (next = i + 1; next < sorted->len; next++)
			if (first[next - i].id != first->id)
				break;
		if (next - i == 2 && is_relay(&first[0], &first[1])) {
			AuditRelay relay = relay_of(&first[0], &first[1]);

			g_array_append_val(relays, relay);
		}
	}
	return relays;
}
