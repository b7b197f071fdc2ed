/* SPDX-License-Identifier: BSD-3-Clause */
/* The audit for people: what there is, what is wrong with it and what to do, who it is, and what can be switched off. */
#include <string.h>

#include "output/audit.h"
#include "output/time.h"
#include "output/words.h"

enum {
	WIDTH = 100, /* where nobody says how wide it may be */
	WIDTH_MIN = 60,
	BAR = 30, /* columns of the longest bar */
	LABEL = 18,
	PAIRS_SHOWN = 12, /* of a rule; --json has all */
	NAMES_SHOWN = 24, /* width of a name */
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

/* A text broken at spaces, each line with the indent before it. The first line stands at `used` already. */
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

static void
put_bars(Report *r, const char *label, const AuditTally *tally)
{
	OutBuffer *b = r->b;
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
		for (uint64_t bar = 0; bar < (count * BAR + most - 1) / most && count; bar++)
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

static void
put_summary(Report *r)
{
	const AuditReport *report = r->report;
	const AuditHost *total = &report->total;
	OutBuffer *b = r->b;

	out_bold_on(b, r->options->colour);
	out_count(b, report->clients->len - report->scanners, "client", "clients");
	out_lit(b, ", ");
	out_count(b, report->servers->len, "server", "servers");
	out_lit(b, ", ");
	out_count(b, report->audit->connections, "connection", "connections");
	out_bold_off(b, r->options->colour);
	if (report->audit->connections) {
		out_lit(b, "   ");
		out_clock_time(b, &r->clock, report->audit->first_ns);
		out_lit(b, " to ");
		out_clock_time(b, &r->clock, report->audit->last_ns);
	}
	out_lit(b, "\n  ");
	out_u64(b, total->numbers[AUDIT_N_WHOLE]);
	out_lit(b, " seen whole, ");
	out_u64(b, total->numbers[AUDIT_N_MIDSTREAM]);
	out_lit(b, " begun before the capture, ");
	out_u64(b, total->numbers[AUDIT_N_INCOMPLETE]);
	out_lit(b, " with something missing; ");
	out_count(b, report->scanners, "scanner", "scanners");
	out_lit(b, " kept out of what follows\n");
	put_loss(r);
	put_bars(r, "dialects", &total->dialects);
	put_bars(r, "verdicts", &total->verdicts);
	put_bars(r, "authentications", &total->passwords);
	put_bars(r, "signing", &total->signing);
}

/* ---- findings ---- */

static void
put_first(Report *r, const AuditFinding *f)
{
	const AuditEvidence *e = f->shown.first;
	const char *slash;

	if (!f->shown.n)
		return;
	out_lit(r->b, "  ");
	if (e->capture) {
		slash = strrchr(e->capture, '/');
		out_text(r->b, smb_text_from_utf8(slash ? slash + 1 : e->capture));
		out_char(r->b, ' ');
	}
	out_char(r->b, '#');
	out_u64(r->b, e->connection);
	if (e->frame) {
		out_lit(r->b, " frame ");
		out_u64(r->b, e->frame);
	}
}

static void
put_finding(Report *r, const AuditFinding *f)
{
	OutBuffer *b = r->b;
	size_t from = b->len;

	out_lit(b, "      ");
	out_audit_address(b, &f->pair->client);
	out_str(b, f->scope == AUDIT_OF_CLIENT ? "* -> " : " -> ");
	out_audit_address(b, &f->pair->server);
	if (f->scope == AUDIT_OF_SERVER)
		out_char(b, '*');
	out_pad(b, from, 40);
	from = b->len;
	out_u64(b, f->count);
	out_char(b, 'x');
	out_pad(b, from, 6);
	if (f->shown.refused) {
		out_lit(b, " refused ");
		out_u64(b, f->shown.refused);
		out_char(b, 'x');
	}
	put_first(r, f);
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

static void
put_first_key(OutBuffer *b, const AuditTally *tally, size_t width)
{
	size_t from = b->len;

	if (tally->n)
		out_text(b, smb_text_from_utf8(tally->items[0].key));
	if (tally->n > 1) {
		out_lit(b, " +");
		out_u64(b, tally->n - 1);
	}
	column(b, from, width);
}

/* The names get what the other columns leave. */
static size_t
name_width(const Report *r)
{
	size_t rest = 17 + 10 + 6 + 8 + 8 + 8 + 12 + 8;

	return r->width > rest + 10 ? MIN(r->width - rest, (size_t)NAMES_SHOWN) : 10;
}

static void
trim_line(OutBuffer *b)
{
	while (b->len && b->data[b->len - 1] == ' ')
		b->len--;
	out_char(b, '\n');
}

static void
put_host(Report *r, const AuditHost *host)
{
	OutBuffer *b = r->b;
	size_t from;

	out_lit(b, "  ");
	from = b->len;
	out_audit_address(b, &host->address);
	column(b, from, 15);
	put_first_key(b, &host->names, name_width(r) - 1);
	put_word(b, host->scanner ? "scanner" : audit_host_severity(host), 9);
	put_number(b, host->numbers[AUDIT_N_CONNECTIONS], 5);
	put_number(b, host->numbers[AUDIT_N_SMB1_USED], 7);
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

	title(r, name);
	out_lit(b, "  ");
	put_word(b, "address", 15);
	put_word(b, "name", name_width(r) - 1);
	put_word(b, "worst", 9);
	put_word(b, "conns", 5);
	put_word(b, "SMB1", 7);
	put_word(b, "offered", 7);
	put_word(b, "blocker", 7);
	put_word(b, "worst logon", 11);
	put_word(b, "refused", 7);
	trim_line(b);
	for (guint i = 0; i < hosts->len; i++)
		put_host(r, &g_array_index(hosts, AuditHost, i));
}

static void
put_readiness(Report *r, const AuditHost *host)
{
	OutBuffer *b = r->b;
	const uint64_t *n = host->numbers;

	out_lit(b, "  ");
	if (!n[AUDIT_N_CONNECTIONS]) {
		out_lit(b, "Nothing is known of ");
		out_audit_address(b, &host->address);
		out_lit(b, ": only scanners were seen there\n");
		return;
	}
	if (host->smb1_peers) {
		out_lit(b, "SMB1 cannot be turned off on ");
		out_audit_address(b, &host->address);
		out_lit(b, " yet: ");
	} else {
		out_lit(b, "SMB1 can be turned off on ");
		out_audit_address(b, &host->address);
		out_lit(b, ": ");
	}
	out_count(b, host->smb1_peers, "client", "clients");
	out_lit(b, " used it in the ");
	out_count(b, host->days.n, "day", "days");
	out_lit(b, " seen (");
	out_u64(b, host->smb1_offering_peers);
	out_lit(b, " offered it");
	if (n[AUDIT_N_WHOLE] < n[AUDIT_N_CONNECTIONS]) {
		out_lit(b, "; ");
		out_u64(b, n[AUDIT_N_CONNECTIONS] - n[AUDIT_N_WHOLE]);
		out_lit(b, " of ");
		out_count(b, n[AUDIT_N_CONNECTIONS], "connection", "connections");
		out_lit(b, " not seen whole");
	}
	out_lit(b, ")\n");
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
