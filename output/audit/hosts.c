/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of clients and servers, and what can be switched off. */
#include "output/audit/report.h"
#include "output/audit/software.h"

#include <string.h>

enum {
	TABLE_WIDE = 90, /* from here on the tables have all columns */
	ADDRESS_MIN = 15,
	NAME_MIN = 9,
	HOSTS_NARROW = 4,  /* of a table that is not wide, where lines are wrapped */
	HOSTS_SHOWN = 5,   /* of a table; --csv has all */
	SERVERS_SHOWN = 8, /* on which something can be switched off */
};

static void
column(OutBuffer *b, size_t from, size_t width)
{
	out_fit(b, from, width);
	out_char(b, ' ');
}

/* A number is never cut. */
static void
put_number(OutBuffer *b, uint64_t v, size_t width)
{
	size_t from = b->len;

	out_u64(b, v);
	out_pad(b, from, width);
	out_char(b, ' ');
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
		out_audit_machine(&b, &g_array_index(hosts, AuditMember, i).address);
		width = MAX(width, b.len);
	}
	out_buffer_clear(&b);
	return width;
}

/* The columns that may be missing, in the order in which they are dropped if the output is narrow. */
enum { OFFERED, REFUSED, CONNECTIONS, BLOCKER, OPTIONAL };

enum { WORST_WIDTH = 9, BLOCKER_WIDTH = 7, LOGON_WIDTH = 11, ABOVE_INDENT = 4 };

typedef struct {
	size_t address, name;
	size_t offered, refused, connections, smb1; /* as wide as their largest number */
	int first;  /* optional columns before this one are left out */
	bool above; /* addresses have lines of their own */
} Columns;

static size_t
digits(uint64_t v, size_t least)
{
	size_t n = 1;

	for (; v >= 10; v /= 10)
		n++;
	return MAX(n, least);
}

/* What all columns but the name's take. */
static size_t
taken(const Columns *c)
{
	const size_t optional[OPTIONAL] = { [OFFERED] = c->offered,
					    [REFUSED] = c->refused,
					    [CONNECTIONS] = c->connections,
					    [BLOCKER] = BLOCKER_WIDTH };
	size_t all = (c->above ? ABOVE_INDENT : 2 + c->address + 1) + 1 + WORST_WIDTH + 1 +
		     c->smb1 + 1 + LOGON_WIDTH;

	for (int i = c->first; i < OPTIONAL; i++)
		all += optional[i] + 1;
	return all;
}

/* The names get what the other columns leave. */
static Columns
columns_of(const Report *r, GArray *hosts, GArray *shown)
{
	Columns c = { .address = address_width(hosts), .first = r->width < TABLE_WIDE };
	size_t all;

	c.offered = c.refused = strlen("offered");
	c.connections = strlen("conns");
	c.smb1 = strlen("SMB1");
	for (guint i = 0; i < shown->len; i++) {
		const uint64_t *n = g_array_index(shown, AuditHost, i).numbers;

		c.offered = digits(n[AUDIT_N_SMB1_OFFERED], c.offered);
		c.refused = digits(n[AUDIT_N_REFUSED], c.refused);
		c.connections = digits(n[AUDIT_N_CONNECTIONS], c.connections);
		c.smb1 = digits(n[AUDIT_N_SMB1_USED], c.smb1);
	}
	while (taken(&c) + NAME_MIN > r->width && c.first < OPTIONAL)
		c.first++;
	if (taken(&c) + NAME_MIN > r->width) {
		c.above = true;
		c.first = REFUSED;
		while (taken(&c) + NAME_MIN > r->width && c.first < OPTIONAL)
			c.first++;
	}
	all = taken(&c);
	c.name = r->width > all + NAME_MIN ? MIN(r->width - all, (size_t)REPORT_NAMES_SHOWN - 1)
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

/* Behind the address: in a line of its own the rest begins a new one. */
static void
end_address(OutBuffer *b, size_t from, const Columns *c)
{
	if (!c->above) {
		column(b, from, c->address);
		return;
	}
	out_char(b, '\n');
	report_spaces(b, ABOVE_INDENT);
}

static void
put_host(Report *r, const AuditHost *host, const Columns *c)
{
	OutBuffer *b = r->b;
	size_t from;

	out_lit(b, "  ");
	from = b->len;
	out_audit_machine(b, &host->address);
	end_address(b, from, c);
	from = b->len;
	report_name(b, host, c->name);
	column(b, from, c->name);
	put_word(b, out_audit_host_word(host), WORST_WIDTH);
	if (c->first <= CONNECTIONS)
		put_number(b, host->numbers[AUDIT_N_CONNECTIONS], c->connections);
	put_number(b, host->numbers[AUDIT_N_SMB1_USED], c->smb1);
	if (c->first <= OFFERED)
		put_number(b, host->numbers[AUDIT_N_SMB1_OFFERED], c->offered);
	if (c->first <= BLOCKER)
		put_word(b, audit_blocker(host), BLOCKER_WIDTH);
	put_word(b, smb_password_type_name(host->worst), LOGON_WIDTH);
	if (c->first <= REFUSED)
		put_number(b, host->numbers[AUDIT_N_REFUSED], c->refused);
	trim_line(b);
}

/* The words of a host; NULL: nothing is known. */
static char *
software_of(const AuditHost *host)
{
	OutBuffer words = { 0 };
	char *text = NULL;

	if (out_audit_software(&words, &host->prints))
		text = g_strndup(words.data, words.len);
	out_buffer_clear(&words);
	return text;
}

/* How many behind this one have the same words; they are done with. */
static unsigned
take_same(GPtrArray *told, guint i)
{
	unsigned n = 0;

	for (guint j = i + 1; j < told->len; j++) {
		if (g_strcmp0(told->pdata[j], told->pdata[i]) != 0)
			continue;
		g_clear_pointer(&told->pdata[j], g_free);
		n++;
	}
	return n;
}

/* Below the table: what its hosts speak like, where that is known, a line for each software. */
static void
put_software(Report *r, GArray *shown)
{
	g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(g_free);
	OutBuffer line = { 0 };

	for (guint i = 0; i < shown->len; i++)
		g_ptr_array_add(told, software_of(&g_array_index(shown, AuditHost, i)));
	for (guint i = 0; i < shown->len; i++) {
		const char *words = told->pdata[i];
		unsigned more;

		if (!words)
			continue;
		line.len = 0;
		out_audit_machine(&line, &g_array_index(shown, AuditHost, i).address);
		more = take_same(told, i);
		if (more) {
			out_lit(&line, " and ");
			out_u64(&line, more);
			out_lit(&line, " more");
		}
		out_lit(&line, ": ");
		out_str(&line, words);
		out_char(&line, '\0');
		report_spaces(r->b, 2);
		report_wrap(r, 2, ABOVE_INDENT, line.data);
	}
	out_buffer_clear(&line);
}

static void
put_columns(Report *r, const Columns *c)
{
	OutBuffer *b = r->b;
	size_t from;

	out_lit(b, "  ");
	from = b->len;
	out_lit(b, "address");
	end_address(b, from, c);
	put_word(b, "name", c->name);
	put_word(b, "worst", WORST_WIDTH);
	if (c->first <= CONNECTIONS)
		put_word(b, "conns", c->connections);
	put_word(b, "SMB1", c->smb1);
	if (c->first <= OFFERED)
		put_word(b, "offered", c->offered);
	if (c->first <= BLOCKER)
		put_word(b, "blocker", BLOCKER_WIDTH);
	put_word(b, "worst logon", LOGON_WIDTH);
	if (c->first <= REFUSED)
		put_word(b, "refused", c->refused);
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
clear_host(gpointer host)
{
	audit_host_clear(host);
}

static void
put_table(Report *r, GArray *hosts, const char *name, const char *where)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	g_autoptr(GArray) shown = g_array_new(FALSE, TRUE, sizeof(AuditHost));
	Columns c;

	g_array_set_clear_func(shown, clear_host);
	for (guint i = 0; i < hosts->len; i++)
		if (!audit_member_is_attacker(&g_array_index(hosts, AuditMember, i)))
			g_ptr_array_add(sorted, &g_array_index(hosts, AuditMember, i));
	if (!sorted->len)
		return;
	g_ptr_array_sort(sorted, compare_hosts);
	g_array_set_size(shown,
			 MIN(sorted->len,
			     report_most(r, r->width < TABLE_WIDE ? HOSTS_NARROW : HOSTS_SHOWN)));
	for (guint i = 0; i < shown->len; i++)
		audit_report_host(r->report, sorted->pdata[i], &g_array_index(shown, AuditHost, i));
	c = columns_of(r, hosts, shown);
	report_title(r, name);
	put_columns(r, &c);
	for (guint i = 0; i < shown->len; i++)
		put_host(r, &g_array_index(shown, AuditHost, i), &c);
	put_software(r, shown);
	report_flush(r);
	if (sorted->len > shown->len)
		report_more(r, sorted->len - shown->len, "", where);
}

void
report_hosts(Report *r)
{
	put_table(r, r->report->clients, "Clients", "--csv clients has all");
	put_table(r, r->report->servers, "Servers", "--csv servers has all");
}

/* ---- what can be switched off ---- */

/* Connections that are no scanner's and no attack. */
static uint64_t
customers(const AuditHost *host)
{
	uint64_t apart = host->numbers[AUDIT_N_SCANS] + host->numbers[AUDIT_N_ATTACKS];

	return host->numbers[AUDIT_N_CONNECTIONS] - MIN(apart, host->numbers[AUDIT_N_CONNECTIONS]);
}

/* "in 14 ms and 1 connection" */
static void
put_seen(GString *s, const AuditHost *host)
{
	enum { MS = 1000000, SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
	uint64_t ms = host->last_ns > host->first_ns ? (host->last_ns - host->first_ns) / MS : 0;
	unsigned days = audit_host_days(host);

	if (ms < SECOND)
		g_string_append_printf(s, "%u ms", (unsigned)ms);
	else if (ms < 2 * MINUTE)
		g_string_append_printf(s, "%u s", (unsigned)(ms / SECOND));
	else if (ms < 2 * HOUR)
		g_string_append_printf(s, "%u min", (unsigned)(ms / MINUTE));
	else
		g_string_append_printf(s, "%u %s with traffic", days, days == 1 ? "day" : "days");
	g_string_append_printf(s, " and %" G_GUINT64_FORMAT " %s", customers(host),
			       customers(host) == 1 ? "connection" : "connections");
}

/* Those who need it, though they did not use it. */
static void
put_without(GString *s, const AuditHost *host)
{
	uint32_t refused = host->smb1_locked_out, left = host->smb1_left;

	if (refused)
		g_string_append_printf(s, "%u %s nothing else and %s refused", refused,
				       refused == 1 ? "client offered" : "clients offered",
				       refused == 1 ? "was" : "were");
	if (left)
		g_string_append_printf(s, "%s%u %s nothing else and left before a logon",
				       refused ? ", " : "", left,
				       left == 1 ? "client offered" : "clients offered");
}

/* All but those who used it. */
static void
put_others(GString *s, const AuditHost *host)
{
	uint32_t tried = host->smb1_tried;

	if (tried)
		g_string_append_printf(s, "%u %s on it and %s not seen to log on", tried,
				       tried == 1 ? "client agreed" : "clients agreed",
				       tried == 1 ? "was" : "were");
	if (tried && (host->smb1_locked_out || host->smb1_left))
		g_string_append(s, ", ");
	put_without(s, host);
}

static void
put_cannot_yet(GString *s, const AuditHost *host, const char *address)
{
	uint32_t without = host->smb1_locked_out + host->smb1_left;

	if (host->smb1_peers) {
		g_string_append_printf(s, "SMB1 cannot be turned off on %s yet: %u %s it", address,
				       host->smb1_peers,
				       host->smb1_peers == 1 ? "client used" : "clients used");
		g_string_append(s, without || host->smb1_tried ? ", " : "");
		put_others(s, host);
		g_string_append(s, ", in ");
		put_seen(s, host);
		return;
	}
	g_string_append_printf(s, "SMB1 on %s: nobody was seen to use it in ", address);
	put_seen(s, host);
	g_string_append(s, ", but ");
	put_others(s, host);
	if (host->smb1_tried)
		g_string_append_printf(s, ": see first what else %s",
				       without + host->smb1_tried == 1 ? "it speaks"
								       : "they speak");
	else
		g_string_append_printf(s, ": update or replace %s first",
				       without == 1 ? "it" : "them");
}

static void
put_readiness(GString *s, const Report *r, const AuditHost *host, AuditReadiness readiness,
	      const char *address)
{
	switch (readiness) {
	case AUDIT_SMB1_IS_OFF:
		g_string_append_printf(s, "SMB1 is off on %s already", address);
		g_string_append(s, host->smb1_locked_out ? ": " : "");
		put_without(s, host);
		return;
	case AUDIT_SMB1_CANNOT_YET:
		put_cannot_yet(s, host, address);
		return;
	case AUDIT_SMB1_CAN_GO:
		g_string_append_printf(
			s, "SMB1 can be turned off on %s: nobody was seen to use it in ", address);
		break;
	case AUDIT_SMB1_TOO_LITTLE:
		/* These may well have used it. */
		if (!customers(host)) {
			g_string_append_printf(s,
					       "SMB1 on %s: only scanners and attackers were seen",
					       address);
		} else {
			g_string_append_printf(s,
					       "SMB1 on %s: nobody was seen to use it so far, in ",
					       address);
			put_seen(s, host);
		}
		g_string_append_printf(s, ": too little to say (--enough %u)",
				       r->report->enough_days);
		return;
	case AUDIT_SMB1_UNKNOWN:
		g_string_append_printf(s,
				       "SMB1 on %s: unknown, since connections were left out; in ",
				       address);
		break;
	}
	put_seen(s, host);
}

static void
put_server(Report *r, const AuditMember *member, const AuditHost *host)
{
	uint64_t whole = host->numbers[AUDIT_N_WHOLE];
	uint64_t connections = customers(host);
	AuditReadiness readiness = audit_readiness(r->report, member, host);
	/* Those that offered nothing else are told of as refused. */
	uint32_t offering = host->smb1_offering_peers -
			    MIN(host->smb1_locked_out, host->smb1_offering_peers);
	g_autoptr(GString) s = g_string_new(NULL);
	OutBuffer address = { 0 };

	out_audit_machine(&address, &host->address);
	out_char(&address, '\0');
	put_readiness(s, r, host, readiness, (const char *)address.data);
	if (offering && readiness != AUDIT_SMB1_CANNOT_YET)
		g_string_append_printf(s, "; %u %s it", offering,
				       offering == 1 ? "client offered" : "clients offered");
	if (whole < connections)
		g_string_append_printf(s,
				       "; %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
				       " %s not complete",
				       connections - whole, connections,
				       connections == 1 ? "connection" : "connections");
	report_spaces(r->b, 2);
	report_wrap(r, 2, 4, s->str);
	out_buffer_clear(&address);
}

/* How far each server is: AuditReadiness, a byte for each. */
static GByteArray *
readiness_of(const AuditReport *report)
{
	GByteArray *all = g_byte_array_sized_new(report->servers->len);

	for (guint i = 0; i < report->servers->len; i++) {
		const AuditMember *server = &g_array_index(report->servers, AuditMember, i);
		AuditHost host;
		uint8_t one;

		audit_report_host(report, server, &host);
		one = (uint8_t)audit_readiness(report, server, &host);
		g_byte_array_append(all, &one, 1);
		audit_host_clear(&host);
	}
	return all;
}

/* First the servers that somebody has to do something about, last those that are done. */
void
report_readiness(Report *r)
{
	static const AuditReadiness order[] = { AUDIT_SMB1_CANNOT_YET, AUDIT_SMB1_CAN_GO,
						AUDIT_SMB1_TOO_LITTLE, AUDIT_SMB1_UNKNOWN,
						AUDIT_SMB1_IS_OFF };
	GArray *servers = r->report->servers;
	g_autoptr(GByteArray) readiness = readiness_of(r->report);
	guint left = MIN(report_most(r, SERVERS_SHOWN), servers->len);
	guint more = servers->len - left;

	report_title(r, "What can be switched off");
	for (size_t o = 0; o < G_N_ELEMENTS(order); o++) {
		for (guint i = 0; i < servers->len && left; i++) {
			const AuditMember *server = &g_array_index(servers, AuditMember, i);
			AuditHost host;

			if (readiness->data[i] != order[o])
				continue;
			audit_report_host(r->report, server, &host);
			put_server(r, server, &host);
			audit_host_clear(&host);
			report_flush(r);
			left--;
		}
	}
	if (more)
		report_more(r, more, "", "--csv servers has all");
}
