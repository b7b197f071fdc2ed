/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of clients and servers, and what can be switched off. */
#include "output/audit/report.h"

enum {
	TABLE_WIDE = 90, /* from here on the tables have all columns */
	ADDRESS_MIN = 15,
	NAME_MIN = 9,
	HOSTS_SHOWN = 40, /* of a table; --csv has all */
};

static void
column(OutBuffer *b, size_t from, size_t width)
{
	out_fit(b, from, width);
	out_char(b, ' ');
}

static void
put_number(OutBuffer *b, uint64_t v, size_t width)
{
	size_t from = b->len;

	out_u64(b, v);
	column(b, from, width);
}

static void
put_word(OutBuffer *b, const char *word, size_t width)
{
	size_t from = b->len;

	out_str(b, word ? word : "-");
	column(b, from, width);
}

/* An address is never cut, because it identifies a finding. */
static size_t
address_width(GArray *hosts)
{
	size_t width = ADDRESS_MIN;
	OutBuffer b = { 0 };

	for (guint i = 0; i < hosts->len; i++) {
		b.len = 0;
		out_audit_address(&b, &g_array_index(hosts, AuditMember, i).address);
		width = MAX(width, b.len);
	}
	out_buffer_clear(&b);
	return width;
}

/* The columns of numbers, in the order in which they are dropped if the output is narrow. */
enum { OFFERED, REFUSED, CONNECTIONS, BLOCKER, OPTIONAL };
static const size_t optional_widths[OPTIONAL] = {
	[OFFERED] = 8, [REFUSED] = 8, [CONNECTIONS] = 6, [BLOCKER] = 8
};

typedef struct {
	size_t address, name;
	int first; /* optional columns before this one are left out */
} Columns;

/* The names get what the other columns leave. */
static Columns
columns_of(const Report *r, GArray *hosts)
{
	Columns c = { .address = address_width(hosts), .first = r->width < TABLE_WIDE };
	size_t rest = 2 + c.address + 1 + 10 + 5 + 12 + 1;

	for (int i = c.first; i < OPTIONAL; i++)
		rest += optional_widths[i];
	for (; c.first < OPTIONAL && rest + NAME_MIN > r->width; c.first++)
		rest -= optional_widths[c.first];
	c.name = r->width > rest + NAME_MIN ? MIN(r->width - rest, (size_t)REPORT_NAMES_SHOWN - 1)
					    : NAME_MIN;
	return c;
}

static void
trim_line(OutBuffer *b)
{
	while (b->len && b->data[b->len - 1] == ' ')
		b->len--;
	out_char(b, '\n');
}

static void
put_host(Report *r, const AuditMember *member, const Columns *c)
{
	AuditHost rolled;
	const AuditHost *host = &rolled;
	OutBuffer *b = r->b;
	size_t from;

	audit_report_host(r->report, member, &rolled);
	out_lit(b, "  ");
	from = b->len;
	out_audit_address(b, &host->address);
	column(b, from, c->address);
	from = b->len;
	report_name(b, host);
	column(b, from, c->name);
	put_word(b, out_audit_host_word(host), 9);
	if (c->first <= CONNECTIONS)
		put_number(b, host->numbers[AUDIT_N_CONNECTIONS], 5);
	put_number(b, host->numbers[AUDIT_N_SMB1_USED], 4);
	if (c->first <= OFFERED)
		put_number(b, host->numbers[AUDIT_N_SMB1_OFFERED], 7);
	if (c->first <= BLOCKER)
		put_word(b, audit_blocker(host), 7);
	put_word(b, smb_password_type_name(host->worst), 11);
	if (c->first <= REFUSED)
		put_number(b, host->numbers[AUDIT_N_REFUSED], 7);
	trim_line(b);
	audit_host_clear(&rolled);
}

static void
put_columns(Report *r, const Columns *c)
{
	OutBuffer *b = r->b;

	out_lit(b, "  ");
	put_word(b, "address", c->address);
	put_word(b, "name", c->name);
	put_word(b, "worst", 9);
	if (c->first <= CONNECTIONS)
		put_word(b, "conns", 5);
	put_word(b, "SMB1", 4);
	if (c->first <= OFFERED)
		put_word(b, "offered", 7);
	if (c->first <= BLOCKER)
		put_word(b, "blocker", 7);
	put_word(b, "worst logon", 11);
	if (c->first <= REFUSED)
		put_word(b, "refused", 7);
	trim_line(b);
}

/* Worst first; hosts of the same rank by address. */
static gint
compare_hosts(gconstpointer a, gconstpointer b)
{
	const AuditMember *x = *(const AuditMember *const *)a, *y = *(const AuditMember *const *)b;

	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--)
		if ((x->findings[i] > 0) != (y->findings[i] > 0))
			return x->findings[i] ? -1 : 1;
	return audit_address_compare(&x->address, &y->address);
}

static void
put_table(Report *r, GArray *hosts, const char *name)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	Columns c = columns_of(r, hosts);

	for (guint i = 0; i < hosts->len; i++)
		g_ptr_array_add(sorted, &g_array_index(hosts, AuditMember, i));
	g_ptr_array_sort(sorted, compare_hosts);
	report_title(r, name);
	put_columns(r, &c);
	for (guint i = 0; i < MIN(sorted->len, (guint)HOSTS_SHOWN); i++)
		put_host(r, sorted->pdata[i], &c);
	if (sorted->len <= HOSTS_SHOWN)
		return;
	out_lit(r->b, "  and ");
	out_u64(r->b, sorted->len - HOSTS_SHOWN);
	out_lit(r->b, " more; --csv has all\n");
}

void
report_hosts(Report *r)
{
	put_table(r, r->report->clients, "Clients");
	put_table(r, r->report->servers, "Servers");
}

/* ---- what can be switched off ---- */

static void
put_server(Report *r, const AuditHost *host)
{
	const uint64_t *n = host->numbers;
	uint64_t connections = n[AUDIT_N_CONNECTIONS];
	g_autoptr(GString) s = g_string_new(NULL);
	OutBuffer address = { 0 };

	out_audit_address(&address, &host->address);
	out_char(&address, '\0');
	if (host->smb1_peers)
		g_string_append_printf(s, "SMB1 cannot be turned off on %s yet: ", address.data);
	else if (audit_smb1_can_go(r->report, host))
		g_string_append_printf(s, "SMB1 can be turned off on %s: ", address.data);
	else
		g_string_append_printf(s, "SMB1 on %s: undetermined (%s): ", address.data,
				       n[AUDIT_N_WHOLE] ? "connections were left out"
							: "no connection was seen whole");
	g_string_append_printf(s, "%u %s used it in the %u %s seen (%u offered it",
			       host->smb1_peers, host->smb1_peers == 1 ? "client" : "clients",
			       host->days.n, host->days.n == 1 ? "day" : "days",
			       host->smb1_offering_peers);
	if (n[AUDIT_N_WHOLE] < connections)
		g_string_append_printf(s,
				       "; %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
				       " %s not complete",
				       connections - n[AUDIT_N_WHOLE], connections,
				       connections == 1 ? "connection" : "connections");
	g_string_append_c(s, ')');
	report_spaces(r->b, 2);
	report_wrap(r, 2, 4, s->str);
	out_buffer_clear(&address);
}

void
report_readiness(Report *r)
{
	GArray *servers = r->report->servers;

	report_title(r, "What can be switched off");
	for (guint i = 0; i < servers->len; i++) {
		AuditHost host;

		audit_report_host(r->report, &g_array_index(servers, AuditMember, i), &host);
		put_server(r, &host);
		audit_host_clear(&host);
		out_writer_record(r->writer);
	}
}
