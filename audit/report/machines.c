/* SPDX-License-Identifier: BSD-3-Clause */
/* Which machine to mend first: findings by whose doing they are, client and server in one. */
#include "audit/report/report.h"

AuditMember *
audit_member_find(const GArray *hosts, const AuditAddress *address)
{
	guint low = 0, high = hosts->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		AuditMember *host = &g_array_index(hosts, AuditMember, middle);
		int order = audit_address_compare(address, &host->address);

		if (order == 0)
			return host;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static gint
compare_addresses(gconstpointer a, gconstpointer b)
{
	return audit_address_compare(&((const AuditMachine *)a)->address,
				     &((const AuditMachine *)b)->address);
}

static const AuditMember *
member(GArray *hosts, guint i)
{
	return &g_array_index(hosts, AuditMember, i);
}

/* A host of each address: both lists are sorted by it. */
static GArray *
all_machines(const AuditReport *report)
{
	GArray *machines = g_array_new(FALSE, TRUE, sizeof(AuditMachine));
	GArray *clients = report->clients, *servers = report->servers;
	guint i = 0, j = 0;

	while (i < clients->len || j < servers->len) {
		int order = i == clients->len ? 1
			    : j == servers->len
				    ? -1
				    : audit_address_compare(&member(clients, i)->address,
							    &member(servers, j)->address);
		AuditMachine machine = { .client = order <= 0 ? member(clients, i) : NULL,
					 .server = order >= 0 ? member(servers, j) : NULL };

		machine.address = order <= 0 ? member(clients, i)->address
					     : member(servers, j)->address;
		g_array_append_val(machines, machine);
		i += order <= 0;
		j += order >= 0;
	}
	return machines;
}

G_STATIC_ASSERT(AUDIT_RULES <= 64);

static void
blame(GArray *machines, const AuditAddress *address, const AuditFinding *f, bool server)
{
	AuditMachine key = { .address = *address };
	AuditMachine *machine;
	guint at;

	if (!g_array_binary_search(machines, &key, compare_addresses, &at))
		return;
	machine = &g_array_index(machines, AuditMachine, at);
	machine->findings[f->severity]++;
	*(server ? &machine->as_server : &machine->as_client) |= UINT64_C(1) << f->rule;
}

/* The worst finding first; then the one with most of the worst. */
static gint
compare_machines(gconstpointer a, gconstpointer b)
{
	const AuditMachine *x = a, *y = b;

	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--)
		if (x->findings[i] != y->findings[i])
			return x->findings[i] > y->findings[i] ? -1 : 1;
	return compare_addresses(a, b);
}

GArray *
audit_machines(const AuditReport *report)
{
	GArray *machines = all_machines(report);

	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		if (f->scope != AUDIT_OF_SERVER)
			blame(machines, &f->pair->client, f, false);
		if (f->scope != AUDIT_OF_CLIENT)
			blame(machines, &f->pair->server, f, true);
	}
	g_array_sort(machines, compare_machines);
	return machines;
}

static void
count_reason(AuditReason *reason, AuditSeverity severity)
{
	reason->n++;
	reason->severity = MAX(reason->severity, severity);
}

AuditReasons
audit_machine_reasons(const AuditReport *report, const AuditMachine *machine)
{
	AuditReasons reasons = { 0 };

	for (guint i = 0; i < report->findings->len; i++) {
		const AuditFinding *f = &g_array_index(report->findings, AuditFinding, i);

		if (f->scope != AUDIT_OF_SERVER &&
		    audit_address_compare(&f->pair->client, &machine->address) == 0)
			count_reason(&reasons.as_client[f->rule], f->severity);
		if (f->scope != AUDIT_OF_CLIENT &&
		    audit_address_compare(&f->pair->server, &machine->address) == 0)
			count_reason(&reasons.as_server[f->rule], f->severity);
	}
	return reasons;
}
