/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The audit for people: what there is, what is wrong with it and what to do, who it is, and what
 * can be switched off.
 */
#include <string.h>

#include "output/audit.h"
#include "output/time.h"
#include "output/words.h"

enum {
	WIDTH = 100, /* where nobody says how wide it may be */
	WIDTH_MIN = 60,
	BAR = 30, /* columns of the longest bar */
	BARS_FROM = 53,
	LABEL = 18,
	PAIRS_SHOWN = 12, /* of a rule; --json has all */
	NAMES_SHOWN = 24, /* width of a name */
	TIMES_WIDTH = 60, /* of the first and the last packet, with what is between them */
	ENDS_WIDTH = 43,  /* of client and server of a finding */
	CAPTURE_MIN = 12, /* of a capture's name */
	TABLE_WIDE = 90,  /* from here on the tables have all columns */
	ADDRESS_MIN = 15,
};

typedef struct {
	OutBuffer *b;
	const AuditReport *report;
	const OutOptions *options;
	OutClock clock;
	size_t width;
} Report;

static void
title(Report *r, const char *text)
{
	out_char(r->b, '\n');
	out_bold_on(r->b, r->options->colour);
	out_str(r->b, text);
	out_bold_off(r->b, r->options->colour);
	out_char(r->b, '\n');
}

/*
 * A text broken at spaces, each line with the indent before it. The first line stands at `used`
 * already.
 */
static void
wrap(Report *r, size_t used, size_t indent, const char *text)
{
	while (*text) {
		const char *space = strchr(text, ' ');
		size_t n = space ? (size_t)(space - text) : strlen(text);

		if (used > indent && used + 1 + n > r->width) {
			out_char(r->b, '\n');
			for (used = 0; used < indent; used++)
				out_char(r->b, ' ');
		} else if (used > indent) {
			out_char(r->b, ' ');
			used++;
		}
		out_put(r->b, text, n);
		used += n;
		text += n + (space != NULL);
	}
	out_char(r->b, '\n');
}

static void
spaces(OutBuffer *b, size_t n)
{
	while (n--)
		out_char(b, ' ');
}

/* ---- summary ---- */

/* At least one column for anything; counts may be as large as 63 bits hold. */
static uint64_t
bar_length(uint64_t count, uint64_t most, uint64_t longest)
{
	double share = (double)count / (double)most;
	uint64_t n = (uint64_t)(share * (double)longest + 0.5);

	return count ? MAX(n, 1) : 0;
}

static void
put_bars(Report *r, const char *label, const AuditTally *tally)
{
	OutBuffer *b = r->b;
	uint64_t longest = MIN((uint64_t)BAR, r->width - BARS_FROM);
	uint64_t most = 1;

	for (uint32_t i = 0; i < tally->n; i++)
		most = MAX(most, tally->items[i].count);
	for (uint32_t i = 0; i < tally->n; i++) {
		uint64_t count = tally->items[i].count;
		size_t at = b->len;

		out_lit(b, "  ");
		out_str(b, i ? "" : label);
		out_pad(b, at, LABEL + 2);
		at = b->len;
		out_text(b, smb_text_from_utf8(tally->items[i].key));
		out_fit(b, at, NAMES_SHOWN);
		out_char(b, ' ');
		at = b->len;
		out_u64(b, count);
		out_pad(b, at, 8);
		for (uint64_t bar = 0; bar < bar_length(count, most, longest); bar++)
			out_char(b, '#');
		out_char(b, '\n');
	}
}

static void
put_loss(Report *r)
{
	const Audit *audit = r->report->audit;
	uint64_t left_out = audit->connections - r->report->kept;

	if (r->report->accepted) {
		out_lit(r->b, "  ");
		out_count(r->b, r->report->accepted, "finding", "findings");
		out_lit(r->b, " accepted and not shown\n");
	}
	if (!left_out)
		return;
	out_alert_on(r->b, r->options->colour);
	out_lit(r->b, "  ");
	out_count(r->b, left_out, "connection", "connections");
	out_lit(r->b, " left out: more clients and servers than fit into memory");
	out_alert_off(r->b, r->options->colour);
	out_char(r->b, '\n');
}

/* How much of it can be relied on: what was not seen is not what was not there. */
static void
put_seen(Report *r)
{
	const uint64_t *n = r->report->total.numbers;
	/* What began before the capture is incomplete as well. */
	uint64_t cut = MAX(n[AUDIT_N_INCOMPLETE], n[AUDIT_N_MIDSTREAM]) - n[AUDIT_N_MIDSTREAM];
	uint64_t known = n[AUDIT_N_WHOLE] + n[AUDIT_N_MIDSTREAM] + cut + n[AUDIT_N_SCANS];
	uint64_t all = n[AUDIT_N_CONNECTIONS];
	g_autoptr(GString) s = g_string_new(NULL);

	g_string_append_printf(s, "%" G_GUINT64_FORMAT " seen whole", n[AUDIT_N_WHOLE]);
	if (n[AUDIT_N_MIDSTREAM])
		g_string_append_printf(s, ", %" G_GUINT64_FORMAT " begun before the capture",
				       n[AUDIT_N_MIDSTREAM]);
	if (cut)
		g_string_append_printf(s, ", %" G_GUINT64_FORMAT " with something missing", cut);
	if (known < all)
		g_string_append_printf(s,
				       ", %" G_GUINT64_FORMAT
				       " that never came to an answered negotiation",
				       all - known);
	if (r->report->scanners)
		g_string_append_printf(s, "; %u %s kept out of the clients", r->report->scanners,
				       r->report->scanners == 1 ? "scanner" : "scanners");
	spaces(r->b, 2);
	wrap(r, 2, 2, s->str);
}

/* Whose logons were accepted; nothing where none was. */
static void
put_people(Report *r)
{
	const AuditHost *total = &r->report->total;
	const struct {
		uint64_t n;
		const char *one, *many;
	} kinds[] = {
		{ total->people, "of a person", "of people" },
		{ total->machines, "of a machine", "of machines" },
		{ total->guests, "as guest", "as guest" },
		{ total->anonymous, "anonymous", "anonymous" },
	};
	bool any = false;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!kinds[i].n)
			continue;
		out_str(r->b, any ? ", " : "  logons accepted   ");
		any = true;
		out_u64(r->b, kinds[i].n);
		out_char(r->b, ' ');
		out_str(r->b, kinds[i].n == 1 ? kinds[i].one : kinds[i].many);
	}
	if (any)
		out_char(r->b, '\n');
}

static void
put_summary(Report *r)
{
	const AuditReport *report = r->report;
	const AuditHost *total = &report->total;
	OutBuffer *b = r->b;
	size_t from = b->len;

	out_bold_on(b, r->options->colour);
	out_count(b, report->clients->len - report->scanners, "client", "clients");
	out_lit(b, ", ");
	out_count(b, report->servers->len, "server", "servers");
	out_lit(b, ", ");
	out_count(b, report->audit->connections, "connection", "connections");
	out_bold_off(b, r->options->colour);
	if (report->audit->connections) {
		out_str(b, b->len - from + TIMES_WIDTH > r->width ? "\n  " : "   ");
		out_clock_time(b, &r->clock, report->audit->first_ns);
		out_lit(b, " to ");
		out_clock_time(b, &r->clock, report->audit->last_ns);
	}
	out_char(b, '\n');
	put_seen(r);
	put_loss(r);
	put_bars(r, "dialects chosen", &total->dialects);
	put_bars(r, "verdicts", &total->verdicts);
	put_bars(r, "authentications", &total->passwords);
	put_bars(r, "signing", &total->signing);
	put_people(r);
}

/* ---- findings ---- */

static void
put_first(Report *r, const AuditFinding *f, size_t line)
{
	const AuditEvidence *e = f->shown.first;
	size_t used = out_width(r->b->data + line, r->b->len - line), at, width;
	OutBuffer where = { 0 };
	const char *slash;

	if (!f->shown.n)
		return;
	out_char(&where, '#');
	out_u64(&where, e->connection);
	if (e->frame) {
		out_lit(&where, " frame ");
		out_u64(&where, e->frame);
	}
	out_lit(r->b, "  ");
	at = r->b->len;
	if (e->capture) {
		slash = strrchr(e->capture, '/');
		out_text(r->b, smb_text_from_utf8(slash ? slash + 1 : e->capture));
		used += 3 + where.len;
		width = used + CAPTURE_MIN < r->width ? r->width - used : CAPTURE_MIN;
		/* Only where somebody looks: what goes into a file or a pipe stays whole. */
		if (r->options->columns && out_width(r->b->data + at, r->b->len - at) > width)
			out_fit(r->b, at, width);
		out_char(r->b, ' ');
	}
	out_put(r->b, where.data, where.len);
	out_buffer_clear(&where);
}

static void
put_finding(Report *r, const AuditFinding *f)
{
	OutBuffer *b = r->b;
	size_t line = b->len, from = line;

	out_lit(b, "      ");
	out_audit_address(b, &f->pair->client);
	out_str(b, f->scope == AUDIT_OF_CLIENT ? "* -> " : " -> ");
	out_audit_address(b, &f->pair->server);
	if (f->scope == AUDIT_OF_SERVER)
		out_char(b, '*');
	out_pad(b, from, ENDS_WIDTH - 1);
	out_char(b, ' ');
	from = b->len;
	out_u64(b, f->count);
	out_char(b, 'x');
	out_pad(b, from, 6);
	if (f->shown.refused) {
		out_lit(b, " refused ");
		out_u64(b, f->shown.refused);
		out_char(b, 'x');
	}
	put_first(r, f, line);
	out_char(b, '\n');
}

static void
put_rule_heading(Report *r, const AuditRule *rule)
{
	OutBuffer *b = r->b;
	char *word = g_ascii_strup(audit_severity_name(rule->severity), -1);
	size_t from = b->len, used;

	if (rule->severity >= AUDIT_HIGH)
		out_alert_on(b, r->options->colour);
	out_lit(b, "  ");
	out_str(b, word);
	g_free(word);
	if (rule->severity >= AUDIT_HIGH)
		out_alert_off(b, r->options->colour);
	spaces(b, 10 - strlen(audit_severity_name(rule->severity)));
	out_str(b, rule->id);
	out_char(b, '\n');
	(void)from;
	used = 6;
	spaces(b, used);
	wrap(r, used, 6, rule->meaning);
	spaces(b, 6);
	out_lit(b, "To do:");
	used = 12;
	wrap(r, used, 6, rule->fix);
}

static void
put_findings(Report *r)
{
	GArray *findings = r->report->findings;
	guint shown = 0;

	title(r, "Findings");
	if (!findings->len)
		out_lit(r->b, "  none\n");
	else
		out_lit(r->b, "  (* marks whose doing it is)\n");
	for (guint i = 0, next; i < findings->len; i = next) {
		AuditRuleId rule = g_array_index(findings, AuditFinding, i).rule;

		put_rule_heading(r, audit_rule(rule));
		for (next = i, shown = 0; next < findings->len; next++) {
			const AuditFinding *f = &g_array_index(findings, AuditFinding, next);

			if (f->rule != rule)
				break;
			if (shown++ < PAIRS_SHOWN)
				put_finding(r, f);
		}
		if (shown > PAIRS_SHOWN) {
			out_lit(r->b, "      and ");
			out_u64(r->b, shown - PAIRS_SHOWN);
			out_lit(r->b, " more; --json has all\n");
		}
	}
}

/* ---- tables ---- */

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

	c.name = r->width > rest + 9 ? MIN(r->width - rest, (size_t)NAMES_SHOWN - 1) : 9;
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

	title(r, name);
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

static void
put_readiness(Report *r, const AuditHost *host)
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
	spaces(r->b, 2);
	wrap(r, 2, 4, s->str);
	out_buffer_clear(&address);
}

/* With --reveal-secrets only: a secret a line. */
static void
put_secrets(Report *r)
{
	bool any = false;

	for (guint i = 0; i < r->report->pairs->len; i++) {
		const AuditPair *pair = g_array_index(r->report->pairs, const AuditPair *, i);

		for (uint32_t j = 0; j < pair->n_auths; j++) {
			if (!pair->auths[j].secrets.n)
				continue;
			if (!any)
				title(r, "Secrets");
			any = true;
			out_audit_secrets_text(r->b, &pair->auths[j]);
		}
	}
}

void
out_audit_report(OutWriter *writer, const AuditReport *report, const OutOptions *options)
{
	Report r = { .b = out_writer_buffer(writer),
		     .report = report,
		     .options = options,
		     .clock = { .utc = options->utc },
		     .width = options->columns ? MAX(options->columns, WIDTH_MIN) : WIDTH };

	put_summary(&r);
	put_findings(&r);
	put_table(&r, report->clients, "Clients");
	put_table(&r, report->servers, "Servers");
	title(&r, "What can be switched off");
	for (guint i = 0; i < report->servers->len; i++)
		put_readiness(&r, &g_array_index(report->servers, AuditHost, i));
	put_secrets(&r);
	out_char(r.b, '\n');
	out_writer_record(writer);
}

/* ---- rules ---- */

static void
put_rule_json(OutBuffer *b, const AuditRule *rule)
{
	out_lit(b, "{\"event_type\":\"rule\"");
	out_key_str(b, "rule", rule->id);
	out_key_str(b, "severity", audit_severity_name(rule->severity));
	out_key_str(b, "scope", audit_scope_name(rule->scope));
	out_key(b, "text");
	out_str_json(b, rule->meaning);
	out_key(b, "fix");
	out_str_json(b, rule->fix);
	out_key(b, "section");
	out_str_json(b, rule->section);
	out_lit(b, "}\n");
}

void
out_audit_rules(OutWriter *writer, bool json, const OutOptions *options)
{
	Report r = { .b = out_writer_buffer(writer),
		     .options = options,
		     .width = options->columns ? MAX(options->columns, WIDTH_MIN) : WIDTH };

	for (AuditRuleId i = 0; i < AUDIT_RULES; i++) {
		if (json) {
			put_rule_json(r.b, audit_rule(i));
		} else {
			put_rule_heading(&r, audit_rule(i));
			out_lit(r.b, "      See: ");
			out_str(r.b, audit_rule(i)->section);
			out_char(r.b, '\n');
		}
		out_writer_record(writer);
	}
}
