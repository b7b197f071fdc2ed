/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of clients and servers, and what can be switched off. */
#include "output/audit-report.h"

enum {
	TABLE_WIDE = 90, /* from here on the tables have all columns */
	ADDRESS_MIN = 15,
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

/* Some servers are called by their address; any other name says more. */
static void
put_name(OutBuffer *b, const AuditHost *host, size_t width)
{
	const AuditTally *names = &host->names;
	size_t from = b->len;
	uint32_t i = 0;

	while (i + 1 < names->n && out_audit_is_address(&host->address, names->items[i].key))
		i++;
	if (names->n)
		out_text(b, smb_text_from_utf8(names->items[i].key));
	if (names->n > 1) {
		out_lit(b, " +");
		out_u64(b, names->n - 1);
	}
	column(b, from, width);
}

/* An address is never cut: it is what a finding is told by. */
static size_t
address_width(GArray *hosts)
{
	size_t width = ADDRESS_MIN;
	OutBuffer b = { 0 };

	for (guint i = 0; i < hosts->len; i++) {
		b.len = 0;
		out_audit_address(&b, &g_array_index(hosts, AuditHost, i).address);
		width = MAX(width, b.len);
	}
	out_buffer_clear(&b);
	return width;
}

typedef struct {
	size_t address, name;
	bool offered; /* the column that goes first where it is narrow */
} Columns;

/* The names get what the other columns leave. */
static Columns
columns_of(const Report *r, GArray *hosts)
{
	Columns c = { .address = address_width(hosts), .offered = r->width >= TABLE_WIDE };
	size_t rest = 2 + c.address + 1 + 10 + 6 + 6 + (c.offered ? 8 : 0) + 8 + 12 + 7 + 1;

	c.name = r->width > rest + 9 ? MIN(r->width - rest, (size_t)REPORT_NAMES_SHOWN - 1) : 9;
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
put_host(Report *r, const AuditHost *host, const Columns *c)
{
	OutBuffer *b = r->b;
	size_t from;

	out_lit(b, "  ");
	from = b->len;
	out_audit_address(b, &host->address);
	column(b, from, c->address);
	put_name(b, host, c->name);
	put_word(b, host->scanner ? "scanner" : audit_host_severity(host), 9);
	put_number(b, host->numbers[AUDIT_N_CONNECTIONS], 5);
	put_number(b, host->numbers[AUDIT_N_SMB1_USED], 5);
	if (c->offered)
		put_number(b, host->numbers[AUDIT_N_SMB1_OFFERED], 7);
	put_word(b, audit_blocker(host), 7);
	put_word(b, smb_password_type_name(host->worst), 11);
	put_number(b, host->numbers[AUDIT_N_REFUSED], 7);
	trim_line(b);
}

static void
put_table(Report *r, GArray *hosts, const char *name)
{
	OutBuffer *b = r->b;
	Columns c = columns_of(r, hosts);

	report_title(r, name);
	out_lit(b, "  ");
	put_word(b, "address", c.address);
	put_word(b, "name", c.name);
	put_word(b, "worst", 9);
	put_word(b, "conns", 5);
	put_word(b, "SMB1", 5);
	if (c.offered)
		put_word(b, "offered", 7);
	put_word(b, "blocker", 7);
	put_word(b, "worst logon", 11);
	put_word(b, "refused", 7);
	trim_line(b);
	for (guint i = 0; i < hosts->len; i++)
		put_host(r, &g_array_index(hosts, AuditHost, i), &c);
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
		g_string_append_printf(s, "Not known of %s, no connection was seen whole: ",
				       address.data);
	g_string_append_printf(s, "%u %s used it in the %u %s seen (%u offered it",
			       host->smb1_peers, host->smb1_peers == 1 ? "client" : "clients",
			       host->days.n, host->days.n == 1 ? "day" : "days",
			       host->smb1_offering_peers);
	if (n[AUDIT_N_WHOLE] < connections)
		g_string_append_printf(s,
				       "; %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
				       " %s not seen whole",
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
	for (guint i = 0; i < servers->len; i++)
		put_server(r, &g_array_index(servers, AuditHost, i));
}
