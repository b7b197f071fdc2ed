/* SPDX-License-Identifier: BSD-3-Clause */
/* What is wrong, where it was seen, which side has to change, and what to do. */
#include "output/audit/report.h"

#include <string.h>

enum {
	PAIRS_SHOWN = 12,   /* of a rule; --json has all */
	ENDS_WIDTH = 43,    /* of client and server of a finding */
	CAPTURE_MIN = 12,   /* of a capture's name */
	EVIDENCE_FROM = 10, /* where it begins on a line of its own */
	ACCOUNTS_SHOWN = 6, /* of a finding */
	DETAILS_SHOWN = 6,  /* the same */
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
	details = audit_finding_details(f, &own);
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

void
report_findings(Report *r)
{
	GArray *findings = r->report->findings;
	guint shown = 0;

	report_title(r, "Findings");
	if (!findings->len)
		out_lit(r->b, "  none\n");
	else
		out_lit(r->b, "  (* the side that has to change)\n");
	for (guint i = 0, next; i < findings->len; i = next) {
		AuditRuleId rule = g_array_index(findings, AuditFinding, i).rule;

		report_rule_heading(r, audit_rule(rule));
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
