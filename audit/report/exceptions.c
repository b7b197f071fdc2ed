/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings that are accepted. A baseline may have many thousands of them: so each is found by a
 * hash look-up, in all forms in which it may be written, never by a linear search.
 */
#include "audit/report/report.h"

#include <string.h>

enum { ANY = 0xff }; /* in place of a family of addresses */

typedef struct {
	AuditRuleId rule;
	AuditAddress client, server;
} Exception;

struct AuditExceptions {
	GTree *all;        /* Exception, owned */
	GHashTable *sites; /* names, owned */
};

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const Exception *x = a, *y = b;
	int order = (int)x->rule - (int)y->rule;

	(void)user;
	order = order ? order : audit_address_compare(&x->client, &y->client);
	return order ? order : audit_address_compare(&x->server, &y->server);
}

AuditExceptions *
audit_exceptions_new(void)
{
	AuditExceptions *self = g_new0(AuditExceptions, 1);

	self->all = g_tree_new_full(compare, NULL, g_free, NULL);
	self->sites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return self;
}

static Exception
exception(AuditRuleId rule, const AuditAddress *client, const AuditAddress *server)
{
	static const AuditAddress any = { .family = ANY };

	return (Exception){ rule, client ? *client : any, server ? *server : any };
}

/* False if there are too many: then nothing is accepted there. */
static bool
own_site(AuditExceptions *self, AuditAddress *address)
{
	gpointer known;

	if (!address->site)
		return true;
	if (!g_hash_table_lookup_extended(self->sites, address->site, &known, NULL)) {
		if (g_hash_table_size(self->sites) >= AUDIT_SITES_MAX)
			return false;
		known = g_strdup(address->site);
		g_hash_table_add(self->sites, known);
	}
	address->site = known;
	return true;
}

void
audit_exceptions_add(AuditExceptions *self, AuditRuleId rule, const AuditAddress *client,
		     const AuditAddress *server)
{
	Exception e = exception(rule, client, server);
	gpointer copy;

	if (g_tree_lookup(self->all, &e) || !own_site(self, &e.client) ||
	    !own_site(self, &e.server))
		return;
	copy = g_memdup2(&e, sizeof(e));
	g_tree_insert(self->all, copy, copy);
}

size_t
audit_exceptions_count(const AuditExceptions *self)
{
	return (size_t)g_tree_nnodes(self->all);
}

bool
audit_exceptions_have(const AuditExceptions *self, AuditRuleId rule, const AuditAddress *client,
		      const AuditAddress *server)
{
	/* Each of the three as it is, or any; addresses of this site, or of whichever. */
	for (unsigned way = 0; self && way < 16; way++) {
		Exception e = exception(way & 1 ? AUDIT_RULES : rule, way & 2 ? NULL : client,
					way & 4 ? NULL : server);

		if (way & 8)
			e.client.site = e.server.site = NULL;
		if (g_tree_lookup(self->all, &e))
			return true;
	}
	return false;
}

void
audit_exceptions_free(AuditExceptions *self)
{
	if (!self)
		return;
	g_tree_unref(self->all);
	g_hash_table_unref(self->sites);
	g_free(self);
}
