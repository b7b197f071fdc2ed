/* SPDX-License-Identifier: BSD-3-Clause */
/* What is wrong, where it was seen, which side has to change, and what to do. */
#include "output/audit/report.h"

#include <string.h>

enum {
	FINDINGS_SHOWN = 6, /* of a rule; of more of them, who they are about and an example */
	ENDS_WIDTH = 43,    /* of client and server of a finding */
	CAPTURE_MIN = 12,   /* of a capture's name */
	EVIDENCE_FROM = 10, /* where it begins on a line of its own */
	ACCOUNTS_SHOWN = 6, /* of a finding */
	DETAILS_SHOWN = 6,  /* the same */
	FINDINGS_FROM = 6,  /* where each begins */
};

/* "#1 frame 10" */
static void
put_place(OutBuffer *b, const AuditEvidence *e)
{
	out_char(b, '#');
	out_u64(b, e->connection);
	if (!e->frame)
		return;
	out_lit(b, " frame ");
	out_u64(b, e->frame);
}

/*
 * Where it was first seen and, for findings that need a second sighting, where that was. The name
 * of a capture is cut only on a terminal, never in a file or a pipe.
 */
static void
put_evidence(Report *r, const AuditFinding *f, size_t line)
{
	const AuditEvidence *e = f->shown.first;
	bool again = f->proof == AUDIT_PROOF_AGAIN && f->shown.n > 1;
	OutBuffer name = { 0 }, place = { 0 };
	size_t used = out_width(r->b->data + line, r->b->len - line) + 2;
	const char *slash = e->capture ? strrchr(e->capture, '/') : NULL;

	if (e->capture) {
		out_text(&name, smb_text_from_utf8(slash ? slash + 1 : e->capture));
		out_char(&place, ' ');
	}
	put_place(&place, e);
	if (again) {
		out_lit(&place, " and ");
		put_place(&place, &e[1]);
	}
	if (r->options->columns &&
	    used + MIN(out_width(name.data, name.len), CAPTURE_MIN) + place.len > r->width) {
		out_char(r->b, '\n');
		used = EVIDENCE_FROM;
		report_spaces(r->b, EVIDENCE_FROM);
	} else {
		report_spaces(r->b, 2);
	}
	if (r->options->columns && used + out_width(name.data, name.len) + place.len > r->width)
		out_fit(&name, 0, MAX(r->width, used + place.len + CAPTURE_MIN) - used - place.len);
	out_put(r->b, name.data, name.len);
	out_put(r->b, place.data, place.len);
	out_buffer_clear(&name);
	out_buffer_clear(&place);
}

static void
put_proof(OutBuffer *b, const AuditFinding *f)
{
	static const char *const words[] = {
		[AUDIT_PROOF_ONE_WAY] = "",
		[AUDIT_PROOF_KNOWN_VALUE] = "  a value of attack tools",
		[AUDIT_PROOF_AGAIN] = "  given again",
		[AUDIT_PROOF_ASKS] = "  asks for dialects only",
		[AUDIT_PROOF_NAME] = "",
	};

	if (f->shown.refused && f->shown.refused >= f->count) {
		out_lit(b, "  refused");
	} else if (f->shown.refused) {
		out_lit(b, "  refused ");
		out_u64(b, f->shown.refused);
		out_char(b, 'x');
	}
	out_str(b, words[f->proof]);
}

static void
add_keys(GString *s, const char *before, const AuditTally *t)
{
	for (uint32_t i = 0; i < MIN(t->n, ACCOUNTS_SHOWN); i++)
		g_string_append_printf(s, "%s%s", i ? ", " : before, t->items[i].key);
	if (t->n > ACCOUNTS_SHOWN)
		g_string_append_printf(s, " and %u more", t->n - ACCOUNTS_SHOWN);
}

/* What was seen of an attack. */
static void
put_details(Report *r, const GPtrArray *texts)
{
	for (guint i = 0; i < MIN(texts->len, (guint)DETAILS_SHOWN); i++) {
		OutBuffer safe = { 0 };

		out_text(&safe, smb_text_from_utf8(g_ptr_array_index(texts, i)));
		out_char(&safe, '\0');
		report_spaces(r->b, EVIDENCE_FROM);
		report_wrap(r, EVIDENCE_FROM, EVIDENCE_FROM, (const char *)safe.data);
		out_buffer_clear(&safe);
	}
	if (texts->len <= DETAILS_SHOWN)
		return;
	report_spaces(r->b, EVIDENCE_FROM);
	out_lit(r->b, "and ");
	out_u64(r->b, texts->len - DETAILS_SHOWN);
	out_lit(r->b, " more\n");
}

/* Whose logons it is about, and with what program: a line of its own. */
static void
put_accounts(Report *r, const AuditFinding *f)
{
	g_autoptr(GString) s = g_string_new(NULL);
	AuditTally accounts, programs, own;
	GPtrArray *details;
	OutBuffer safe = { 0 };

	audit_finding_accounts(r->report, f, &accounts, &programs);
	details = audit_finding_details(r->report, f, &own);
	audit_tally_merge(&accounts, (AuditCap){ AUDIT_NAMES_MAX, NULL }, &own);
	put_details(r, details);
	add_keys(s, accounts.n == 1 ? "account " : "accounts ", &accounts);
	add_keys(s, "; program ", &programs);
	if (accounts.n) {
		out_text(&safe, smb_text_from_utf8(s->str));
		out_char(&safe, '\0');
		report_spaces(r->b, EVIDENCE_FROM);
		report_wrap(r, EVIDENCE_FROM, EVIDENCE_FROM, (const char *)safe.data);
	}
	audit_tally_clear(&accounts);
	audit_tally_clear(&programs);
	audit_tally_clear(&own);
	g_ptr_array_unref(details);
	out_buffer_clear(&safe);
}

static void
put_finding(Report *r, const AuditFinding *f)
{
	OutBuffer *b = r->b;
	size_t line = b->len, from = line;

	out_lit(b, "      ");
	if (f->whole)
		out_lit(b, "any client");
	else
		out_audit_machine(b, &f->pair->client);
	out_str(b, f->scope == AUDIT_OF_CLIENT ? "* -> " : " -> ");
	out_audit_machine(b, &f->pair->server);
	if (f->scope == AUDIT_OF_SERVER)
		out_char(b, '*');
	out_pad(b, from, ENDS_WIDTH - 1);
	out_char(b, ' ');
	from = b->len;
	out_u64(b, f->count);
	out_char(b, 'x');
	out_pad(b, from, 4);
	put_proof(b, f);
	if (f->shown.n)
		put_evidence(r, f, line);
	out_char(b, '\n');
	put_accounts(r, f);
}

/* ---- more than are shown one by one ---- */

static gint
compare_places(gconstpointer a, gconstpointer b)
{
	return audit_address_compare(a, b);
}

/* The ends of these findings on one side: AuditAddress, each once, in order. */
static GArray *
ends_of(const AuditFinding *findings, guint n, bool server)
{
	GArray *ends = g_array_new(FALSE, FALSE, sizeof(AuditAddress));
	guint kept = 0;

	for (guint i = 0; i < n; i++)
		g_array_append_val(ends, *(server ? &findings[i].pair->server
						  : &findings[i].pair->client));
	g_array_sort(ends, compare_places);
	for (guint i = 0; i < n; i++) {
		AuditAddress *end = &g_array_index(ends, AuditAddress, i);

		if (!kept ||
		    audit_address_compare(&g_array_index(ends, AuditAddress, kept - 1), end) != 0)
			g_array_index(ends, AuditAddress, kept++) = *end;
	}
	g_array_set_size(ends, kept);
	return ends;
}

/* "37 clients*: 10.1.2.0/24 (37)" */
static void
put_ends(Report *r, const char *before, const GArray *ends, const char *one, const char *many,
	 bool acts)
{
	OutBuffer s = { 0 };

	out_str(&s, before);
	out_count(&s, ends->len, one, many);
	out_str(&s, acts ? "*: " : ": ");
	report_networks(r, &s, ends);
	out_char(&s, '\0');
	report_spaces(r->b, FINDINGS_FROM);
	report_wrap(r, FINDINGS_FROM, FINDINGS_FROM, (const char *)s.data);
	out_buffer_clear(&s);
}

/* Who they are about, and the first of them: all have the same rule, and so the same remedy. */
static void
put_grouped(Report *r, const AuditFinding *findings, guint n, guint most)
{
	g_autoptr(GArray) clients = ends_of(findings, n, false);
	g_autoptr(GArray) servers = ends_of(findings, n, true);
	guint shown = r->options->top ? most : 1;
	bool client = true, server = true;

	for (guint i = 0; i < n; i++) {
		client &= findings[i].scope == AUDIT_OF_CLIENT;
		server &= findings[i].scope == AUDIT_OF_SERVER;
	}
	if (!findings->whole)
		put_ends(r, "", clients, "client", "clients", client);
	put_ends(r, findings->whole ? "any client -> " : "-> ", servers, "server", "servers",
		 server);
	for (guint i = 0; i < shown; i++) {
		put_finding(r, &findings[i]);
		report_flush(r);
	}
	if (r->options->top)
		report_more(r, n - shown, "    ", "--csv findings has all");
}

/* Whether a rule has more findings than `most`. */
static bool
any_grouped(const GArray *findings, guint most)
{
	for (guint i = most; i < findings->len; i++)
		if (g_array_index(findings, AuditFinding, i).rule ==
		    g_array_index(findings, AuditFinding, i - most).rule)
			return true;
	return false;
}

/* Findings of a rule may be less severe than the rule: these have a heading of their own. */
static bool
is_same_heading(const AuditFinding *a, const AuditFinding *b)
{
	return a->rule == b->rule && a->severity == b->severity;
}

/* Whether the rule of the finding at `at` has had its heading. */
static bool
is_told(const GArray *findings, guint at)
{
	AuditRuleId rule = g_array_index(findings, AuditFinding, at).rule;

	for (guint i = 0; i < at; i++)
		if (g_array_index(findings, AuditFinding, i).rule == rule)
			return true;
	return false;
}

/* Nothing found proves little where not one connection was seen from its beginning to its end. */
static void
put_none(Report *r)
{
	const uint64_t *n = r->report->total.numbers;

	out_lit(r->b, "  none");
	if (n[AUDIT_N_CONNECTIONS] && !n[AUDIT_N_WHOLE])
		out_lit(r->b,
			", but no connection was seen whole: what was not captured may have some");
	out_char(r->b, '\n');
}

void
report_findings(Report *r)
{
	GArray *findings = r->report->findings;
	guint most = report_most(r, FINDINGS_SHOWN);

	report_title(r, "Findings");
	if (!findings->len)
		put_none(r);
	else
		out_lit(r->b, "  (* the side that has to change; no *: both, or either");
	if (!r->options->top && any_grouped(findings, most))
		out_lit(r->b, "; one of many is an example: --all shows them");
	out_str(r->b, findings->len ? ")\n" : "");
	for (guint i = 0, next; i < findings->len; i = next) {
		const AuditFinding *first = &g_array_index(findings, AuditFinding, i);

		bool told = first->severity != audit_rule(first->rule)->severity &&
			    is_told(findings, i);

		for (next = i; next < findings->len; next++)
			if (!is_same_heading(first, &g_array_index(findings, AuditFinding, next)))
				break;
		/* Of a rule that is told a second time, at a lower severity, the words are known. */
		report_rule_heading(r, audit_rule(first->rule), first->severity,
				    told ? NULL : audit_findings_fix(first, next - i));
		if (next - i > most)
			put_grouped(r, first, next - i, most);
		else
			for (guint j = i; j < next; j++) {
				put_finding(r, &g_array_index(findings, AuditFinding, j));
				report_flush(r);
			}
		report_flush(r);
	}
}

void
out_audit_finding_text(OutWriter *writer, const AuditFinding *f, const OutOptions *options)
{
	const AuditRule *rule = audit_rule(f->rule);
	OutBuffer *b = out_writer_buffer(writer);
	OutClock clock = { .utc = options->utc };
	size_t from = b->len;

	if (f->shown.n) {
		out_clock_time(b, &clock, f->shown.first->time_ns);
		out_lit(b, "  ");
	}
	out_str(b, audit_severity_name(f->severity));
	out_lit(b, "  ");
	out_str(b, rule->id);
	out_lit(b, "  ");
	if (f->whole)
		out_lit(b, "any client");
	else
		out_audit_machine(b, &f->pair->client);
	out_lit(b, " -> ");
	out_audit_machine(b, &f->pair->server);
	if (f->shown.n) {
		out_lit(b, "  ");
		put_place(b, f->shown.first);
	}
	put_proof(b, f);
	out_lit(b, "  ");
	out_str(b, rule->meaning);
	out_char(b, '\n');
	out_wrap(b, from, options->columns, 1, 0);
	out_writer_record(writer);
}
