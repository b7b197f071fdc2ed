/* SPDX-License-Identifier: BSD-3-Clause */
/* The first things on a page: numbers, how far they can be relied on, charts, what to mend first. */
#include "output/audit/audit.h"
#include "output/base/words.h"
#include "output/html/charts.h"
#include "output/html/sections.h"

#include <glib.h>

enum {
	MACHINES_SHOWN = 50,
	CAPTURES_SHOWN = 20,
};

/* ---- Numbers ---- */

static void
put_numbers(AuditPage *self)
{
	const AuditReport *r = self->report;
	Page *page = &self->page;

	out_lit(page->b, "<ul class=\"numbers\">\n");
	page_number(page, r->clients->len - r->scanners - r->guessers - r->attackers, "client",
		    "clients", "");
	page_number(page, r->servers->len, "server", "servers", "");
	page_number(page, r->audit->connections, "connection", "connections", "");
	if (r->scanners)
		page_number(page, r->scanners, "scanner", "scanners", "high");
	if (r->attackers)
		page_number(page, r->attackers, "attacker", "attackers", "critical");
	if (r->guessers)
		page_number(page, r->guessers, "password guesser", "password guessers", "high");
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--) {
		g_autofree char *one =
			g_strdup_printf("%s finding", audit_severity_name((AuditSeverity)i));
		g_autofree char *many = g_strconcat(one, "s", NULL);

		if (r->by_severity[i])
			page_number(page, r->by_severity[i], one, many,
				    audit_severity_name((AuditSeverity)i));
	}
	out_lit(page->b, "</ul>\n");
}

static gboolean
put_capture(gpointer key, gpointer value, gpointer user)
{
	Page *page = ((void **)user)[0];
	uint32_t *n = ((void **)user)[1];

	(void)value;
	if ((*n)++ >= CAPTURES_SHOWN)
		return TRUE;
	out_str(page->b, *n > 1 ? ", " : "");
	html_capture(page->b, key);
	return FALSE;
}

static void
put_period(AuditPage *self)
{
	const Audit *audit = self->report->audit;
	OutBuffer *b = self->page.b;
	uint32_t n = 0;
	void *user[] = { &self->page, &n };

	out_lit(b, "<p>");
	out_clock_time(b, &self->page.clock, audit->first_ns);
	out_lit(b, " to ");
	out_clock_time(b, &self->page.clock, audit->last_ns);
	if (audit->captures && g_tree_nnodes(audit->captures)) {
		out_lit(b, ", seen in ");
		g_tree_foreach(audit->captures, put_capture, user);
		if (g_tree_nnodes(audit->captures) > CAPTURES_SHOWN) {
			out_lit(b, " and ");
			out_u64(b, (uint64_t)g_tree_nnodes(audit->captures) - CAPTURES_SHOWN);
			out_lit(b, " more");
		}
	}
	out_lit(b, "</p>\n");
}

/* ---- How far they can be relied on ---- */

static void
put_seen(AuditPage *self)
{
	const uint64_t *n = self->report->total.numbers;
	const AuditCovered *covered = &self->report->audit->covered;
	OutBuffer *b = self->page.b;
	/* What began before the capture is incomplete as well. */
	uint64_t cut = MAX(n[AUDIT_N_INCOMPLETE], n[AUDIT_N_MIDSTREAM]) - n[AUDIT_N_MIDSTREAM];
	uint64_t known = n[AUDIT_N_WHOLE] + n[AUDIT_N_MIDSTREAM] + cut + n[AUDIT_N_SCANS] +
			 n[AUDIT_N_ATTACKS];
	const struct {
		uint64_t n;
		const char *words;
	} rows[] = {
		{ n[AUDIT_N_MIDSTREAM], " already open when the capture began" },
		{ cut, " incomplete" },
		{ n[AUDIT_N_CONNECTIONS] - MIN(known, n[AUDIT_N_CONNECTIONS]),
		  " without an answered negotiation" },
	};

	out_lit(b, "<p>Of the connections, ");
	out_u64(b, n[AUDIT_N_WHOLE]);
	out_lit(b, " complete");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!rows[i].n)
			continue;
		out_lit(b, ", ");
		out_u64(b, rows[i].n);
		out_str(b, rows[i].words);
	}
	out_lit(b, ".</p>\n");
	if (!covered->n)
		return;
	out_lit(b, "<p>");
	out_count(b, covered->captures, "capture covers ", "captures cover ");
	out_duration(b, audit_covered_ns(covered));
	out_audit_covered_days(b, self->report);
	out_lit(b, ".</p>\n");
}

static void
put_alert(OutBuffer *b, uint64_t n, const char *one, const char *many, const char *words)
{
	if (!n)
		return;
	out_lit(b, "<p class=\"alert\">");
	out_count(b, n, one, many);
	out_str(b, words);
	out_lit(b, "</p>\n");
}

static void
put_loss(AuditPage *self)
{
	const AuditReport *r = self->report;
	const Audit *audit = r->audit;
	OutBuffer *b = self->page.b;

	if (r->accepted) {
		out_lit(b, "<p>");
		out_count(b, r->accepted, "finding", "findings");
		out_lit(b, " accepted and not shown.</p>\n");
	}
	put_alert(b, audit->connections - MIN(r->kept, audit->connections), "connection",
		  "connections", " left out: more clients and servers than fit (--memory).");
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--) {
		g_autofree char *words = g_strdup_printf(" left out that %s findings follow from.",
							 audit_severity_name((AuditSeverity)i));

		put_alert(b, r->left_out[i], "observation", "observations", words);
	}
	put_alert(b, r->capped, "pair", "pairs",
		  " of client and server with a list that was longer than its cap.");
	put_alert(b, r->logons_left_out, "logon", "logons",
		  " of more accounts than fit: a kind of logon that only they would show to be "
		  "refused is not known to be.");
	put_alert(b, audit->captures_left_out, "time", "times",
		  " the name of a capture was one too many (--memory).");
	if (audit->sites_left_out)
		out_lit(b, "<p class=\"alert\">The names of some sites are too long: their "
			   "machines are not told apart.</p>\n");
	if (audit->mixed)
		out_lit(b, "<p class=\"alert\">Something was left out in ways that do not add up: "
			   "what is shown may not be all that is known of it.</p>\n");
}

static void
put_charts(AuditPage *self)
{
	const AuditHost *total = &self->report->total;
	Page *page = &self->page;

	out_lit(page->b, "<div class=\"charts\">\n");
	chart_bars(page, "Dialects (connections)", &total->dialects, "none");
	chart_bars(page, "Authentications", &total->passwords, "no secret seen");
	chart_bars(page, "Signing (connections)", &total->signing, "none");
	chart_bars(page, "Verdicts on SMB1 (connections)", &total->verdicts, "not seen");
	chart_days(page, &total->days);
	out_lit(page->b, "</div>\n");
}

void
audit_page_summary(AuditPage *self)
{
	page_section(&self->page, "summary", "Summary");
	put_numbers(self);
	if (!self->report->audit->connections) {
		page_note(&self->page, "No SMB connection was seen.");
	} else {
		put_period(self);
		put_seen(self);
	}
	put_loss(self);
	put_charts(self);
	page_section_end(&self->page);
}

/* ---- Machines ---- */

static void
put_reasons(AuditPage *self, const AuditMachine *machine)
{
	AuditReasons reasons = audit_machine_reasons(self->report, machine);
	OutBuffer *b = self->page.b;
	bool any = false;

	page_cell(&self->page);
	for (int i = 0; i < AUDIT_RULES; i++) {
		uint32_t n = reasons.as_client[i].n + reasons.as_server[i].n;
		const char *id = audit_rule((AuditRuleId)i)->id;

		if (!n)
			continue;
		out_str(b, any ? ", <a href=\"#rule-" : "<a href=\"#rule-");
		any = true;
		out_str(b, id);
		out_lit(b, "\">");
		out_str(b, id);
		out_lit(b, "</a>");
		if (n > 1) {
			out_lit(b, " \303\227");
			out_u64(b, n);
		}
	}
	page_cell_end(&self->page);
}

static int
worst_of(const AuditMachine *machine)
{
	for (int i = AUDIT_CRITICAL; i >= AUDIT_INFO; i--)
		if (machine->findings[i])
			return i;
	return -1;
}

void
audit_page_machines(AuditPage *self)
{
	static const char *const columns[] = { "machine", "worst", "met as", "findings", NULL };
	g_autoptr(GArray) machines = audit_machines(self->report);
	Page *page = &self->page;
	guint n = 0;

	/* Those without findings come last. */
	while (n < machines->len && worst_of(&g_array_index(machines, AuditMachine, n)) >= 0)
		n++;
	if (!n)
		return;
	page_section(page, "machines", "Machines to mend first");
	page_table(page, columns);
	for (guint i = 0; i < MIN(n, (guint)MACHINES_SHOWN); i++) {
		const AuditMachine *m = &g_array_index(machines, AuditMachine, i);

		page_row(page);
		page_cell_address(page, &m->address);
		page_cell_severity(page, worst_of(m), NULL);
		page_cell_str(page, m->client && m->server ? "client and server"
				    : m->client            ? "client"
							   : "server");
		put_reasons(self, m);
		page_row_end(page);
	}
	page_table_end(page);
	page_more(page, n - MIN(n, (guint)MACHINES_SHOWN));
	page_section_end(page);
}
