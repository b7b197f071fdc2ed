/* SPDX-License-Identifier: BSD-3-Clause */
/* What is wrong, where it was seen, whose doing it is, and what to do. */
#include "output/audit-report.h"

#include <string.h>

enum {
	PAIRS_SHOWN = 12, /* of a rule; --json has all */
	ENDS_WIDTH = 43,  /* of client and server of a finding */
	CAPTURE_MIN = 12, /* of a capture's name */
};

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

void
report_findings(Report *r)
{
	GArray *findings = r->report->findings;
	guint shown = 0;

	report_title(r, "Findings");
	if (!findings->len)
		out_lit(r->b, "  none\n");
	else
		out_lit(r->b, "  (* marks whose doing it is)\n");
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
