/* SPDX-License-Identifier: BSD-3-Clause */
/* The findings of a page: a table for each rule, with what proves each of them. */
#include "output/audit/audit.h"
#include "output/html/sections.h"

enum {
	FINDINGS_SHOWN = 1000, /* of a rule */
	ACCOUNTS_SHOWN = 6,
	DETAILS_SHOWN = 6, /* of an attack */
};

static void
put_end(AuditPage *self, const AuditAddress *address, bool any)
{
	if (any)
		page_cell_str(&self->page, "any client");
	else
		page_cell_address(&self->page, address);
}

/* What was seen of an attack, whose logons it is about, and with what program. */
static void
put_accounts(AuditPage *self, const AuditFinding *f, const char *before)
{
	OutBuffer *b = self->page.b;
	AuditTally accounts, programs, own;
	g_autoptr(GPtrArray) details = NULL;

	audit_finding_accounts(self->report, f, &accounts, &programs);
	details = audit_finding_details(self->report, f, &own);
	audit_tally_merge(&accounts, (AuditCap){ AUDIT_NAMES_MAX, NULL }, &own);
	for (guint i = 0; i < MIN(details->len, (guint)DETAILS_SHOWN); i++) {
		out_str(b, before);
		html_str(b, details->pdata[i]);
		before = "; ";
	}
	if (details->len > DETAILS_SHOWN)
		out_lit(b, "; and more");
	for (uint32_t i = 0; i < MIN(accounts.n, (uint32_t)ACCOUNTS_SHOWN); i++) {
		out_str(b, i ? ", " : before);
		out_str(b, i ? "" : accounts.n == 1 ? "account " : "accounts ");
		html_str(b, accounts.items[i].key);
		before = "; ";
	}
	for (uint32_t i = 0; i < MIN(programs.n, (uint32_t)ACCOUNTS_SHOWN); i++) {
		out_str(b, i ? ", " : before);
		out_str(b, i ? "" : "program ");
		html_str(b, programs.items[i].key);
	}
	audit_tally_clear(&accounts);
	audit_tally_clear(&programs);
	audit_tally_clear(&own);
}

/* What else is known of it. */
static void
put_notes(AuditPage *self, const AuditFinding *f)
{
	static const char *const words[] = {
		[AUDIT_PROOF_ONE_WAY] = NULL,
		[AUDIT_PROOF_KNOWN_VALUE] = "a value of attack tools",
		[AUDIT_PROOF_AGAIN] = "given again",
		[AUDIT_PROOF_ASKS] = "asks for dialects only",
		[AUDIT_PROOF_NAME] = NULL,
	};
	OutBuffer *b = self->page.b;
	const char *before = "";
	size_t from;

	page_cell(&self->page);
	from = b->len;
	if (f->shown.refused) {
		out_lit(b, "refused \303\227");
		out_u64(b, f->shown.refused);
		before = "; ";
	}
	if (words[f->proof]) {
		out_str(b, before);
		out_str(b, words[f->proof]);
		before = "; ";
	}
	put_accounts(self, f, before);
	if (b->len == from)
		out_char(b, '-');
	page_cell_end(&self->page);
}

/* "plain.pcap, connection 1", a display filter, and a link to its ladder. */
static void
put_place(AuditPage *self, const AuditEvidence *e)
{
	OutBuffer *b = self->page.b;
	uint64_t ladder = self->ladders ? ladders_find(self->ladders, e) : 0;

	out_lit(b, "<li>");
	if (e->capture) {
		html_capture(b, e->capture);
		out_lit(b, ", ");
	}
	if (ladder) {
		out_lit(b, "<a href=\"#ladder-");
		out_u64(b, ladder);
		out_lit(b, "\">");
	}
	out_lit(b, "connection ");
	out_u64(b, e->connection);
	out_str(b, ladder ? "</a>" : "");
	if (e->frame) {
		out_lit(b, " <code>frame.number == ");
		out_u64(b, e->frame);
		out_lit(b, "</code>");
	}
	out_lit(b, "</li>");
}

void
audit_page_evidence(AuditPage *self, const AuditSighting *seen)
{
	page_cell(&self->page);
	out_str(self->page.b, seen->n ? "<ul class=\"evidence\">" : "-");
	for (uint32_t i = 0; i < seen->n; i++)
		put_place(self, &seen->first[i]);
	out_str(self->page.b, seen->n ? "</ul>" : "");
	page_cell_end(&self->page);
}

static void
put_finding(AuditPage *self, const AuditFinding *f)
{
	Page *page = &self->page;

	page_row(page);
	page_cell_severity(page, (int)f->severity, NULL);
	put_end(self, &f->pair->client, f->whole);
	put_end(self, &f->pair->server, false);
	page_cell_str(page, f->scope == AUDIT_OF_PAIR ? "both" : audit_scope_name(f->scope));
	page_cell_u64(page, f->count);
	put_notes(self, f);
	page_cell_time(page, f->shown.n ? f->shown.first[0].time_ns : 0);
	audit_page_evidence(self, &f->shown);
	page_row_end(page);
}

/* Findings of a rule may be less severe than the rule: `again` if it had a section already. */
static void
put_rule(AuditPage *self, const AuditRule *rule, AuditSeverity severity, bool again,
	 const char *fix)
{
	OutBuffer *b = self->page.b;
	const char *word = audit_severity_name(severity);

	out_lit(b, "<section class=\"rule\" id=\"rule-");
	out_str(b, rule->id);
	if (again) {
		out_char(b, '-');
		out_str(b, word);
	}
	out_lit(b, "\">\n<h3><span class=\"severity ");
	out_str(b, word);
	out_lit(b, "\">");
	out_str(b, word);
	out_lit(b, "</span> ");
	out_str(b, rule->id);
	out_lit(b, "</h3>\n<p>");
	html_str(b, rule->meaning);
	out_lit(b, "</p>\n<p class=\"fix\"><strong>To do:</strong> ");
	html_str(b, fix);
	if (rule->section) {
		out_lit(b, " <span class=\"source\">");
		html_str(b, rule->section);
		out_lit(b, "</span>");
	}
	out_lit(b, "</p>\n");
}

static bool
has_rule(GArray *findings, guint before, AuditRuleId rule)
{
	for (guint i = 0; i < before; i++)
		if (g_array_index(findings, AuditFinding, i).rule == rule)
			return true;
	return false;
}

/* All findings of the rule and the severity of the first; returns where the next ones begin. */
static guint
put_findings_of(AuditPage *self, guint first)
{
	static const char *const columns[] = { "severity",      "client",   "server",
					       "has to change", "#seen",    "notes",
					       "first seen",    "evidence", NULL };
	GArray *findings = self->report->findings;
	AuditRuleId rule = g_array_index(findings, AuditFinding, first).rule;
	AuditSeverity severity = g_array_index(findings, AuditFinding, first).severity;
	guint next = first;

	for (; next < findings->len; next++) {
		const AuditFinding *f = &g_array_index(findings, AuditFinding, next);

		if (f->rule != rule || f->severity != severity)
			break;
	}
	put_rule(self, audit_rule(rule), severity, has_rule(findings, first, rule),
		 audit_findings_fix(&g_array_index(findings, AuditFinding, first), next - first));
	page_table(&self->page, columns);
	for (guint i = first; i < next && i - first < FINDINGS_SHOWN; i++)
		put_finding(self, &g_array_index(findings, AuditFinding, i));
	page_table_end(&self->page);
	page_more(&self->page, next - first - MIN(next - first, (guint)FINDINGS_SHOWN));
	page_section_end(&self->page);
	return next;
}

void
audit_page_findings(AuditPage *self)
{
	GArray *findings = self->report->findings;
	const uint64_t *n = self->report->total.numbers;

	page_section(&self->page, "findings", "Findings");
	if (!findings->len && n[AUDIT_N_CONNECTIONS] && !n[AUDIT_N_WHOLE])
		page_note(&self->page, "None, but no connection was seen whole: what was not "
				       "captured may have some.");
	else if (!findings->len)
		page_note(&self->page, "None.");
	for (guint i = 0; i < findings->len;)
		i = put_findings_of(self, i);
	page_section_end(&self->page);
}
