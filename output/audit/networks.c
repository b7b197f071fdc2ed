/* SPDX-License-Identifier: BSD-3-Clause */
/* Many machines in few words: their networks, and how many are in each. */
#include "output/audit/report-base.h"

#include <string.h>

enum {
	ONE_BY_ONE = 3, /* machines that are named each */
	FEW = 2,        /* networks, in less columns than WIDE */
	MANY = 4,
	WIDE = 120,
	IPV4_BYTES = 3, /* of a network: /24 */
	IPV6_BYTES = 8, /* /64 */
};

/* Machines of one network, in the order of their addresses. */
typedef struct {
	AuditAddress first;
	guint n;
} Network;

/* Bytes that machines of a network have in common; 0: no kind of address that has networks. */
static size_t
prefix_of(const AuditAddress *address)
{
	return address->family == 4 ? IPV4_BYTES : address->family == 6 ? IPV6_BYTES : 0;
}

static bool
is_in(const Network *network, const AuditAddress *address)
{
	size_t n = prefix_of(address);

	return n && network->first.family == address->family &&
	       g_strcmp0(network->first.site, address->site) == 0 &&
	       memcmp(network->first.bytes, address->bytes, n) == 0;
}

/* The largest first. */
static gint
compare_networks(gconstpointer a, gconstpointer b)
{
	const Network *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return audit_address_compare(&x->first, &y->first);
}

static GArray *
networks_of(const GArray *machines)
{
	GArray *networks = g_array_new(FALSE, FALSE, sizeof(Network));

	for (guint i = 0; i < machines->len; i++) {
		const AuditAddress *address = &g_array_index(machines, AuditAddress, i);
		Network *last = networks->len ? &g_array_index(networks, Network, networks->len - 1)
					      : NULL;
		Network network = { .first = *address, .n = 1 };

		if (last && machines->len > ONE_BY_ONE && is_in(last, address))
			last->n++;
		else
			g_array_append_val(networks, network);
	}
	g_array_sort(networks, compare_networks);
	return networks;
}

/* "10.1.2.0/24@berlin (37)"; one machine is named itself. */
static void
put_network(OutBuffer *b, const Network *network)
{
	AuditAddress base = network->first;
	size_t n = prefix_of(&base);

	if (network->n == 1) {
		out_audit_machine(b, &base);
		return;
	}
	memset(base.bytes + n, 0, sizeof(base.bytes) - n);
	out_audit_address(b, &base);
	out_char(b, '/');
	out_u64(b, 8 * n);
	out_audit_site_text(b, &base);
	out_lit(b, " (");
	out_u64(b, network->n);
	out_char(b, ')');
}

void
report_networks(const Report *r, OutBuffer *b, const GArray *machines)
{
	guint most = r->width < WIDE ? FEW : MANY;
	g_autoptr(GArray) networks = networks_of(machines);
	guint machines_told = 0;

	for (guint i = 0; i < networks->len; i++) {
		const Network *network = &g_array_index(networks, Network, i);

		if (i >= most) {
			out_lit(b, ", ");
			out_u64(b, machines->len - machines_told);
			out_lit(b, " more in ");
			out_count(b, networks->len - i, "network", "networks");
			return;
		}
		out_str(b, i ? ", " : "");
		put_network(b, network);
		machines_told += network->n;
	}
}
