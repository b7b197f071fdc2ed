/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules: as headings of findings, and by themselves. */
#include "output/audit/report-base.h"

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
	Report r = report_begin(writer, NULL, options);

	for (AuditRuleId i = 0; i < AUDIT_RULES; i++) {
		size_t from = r.b->len;

		if (json) {
			put_rule_json(r.b, audit_rule(i));
		} else {
			report_rule_heading(&r, audit_rule(i));
			out_lit(r.b, "      See: ");
			out_str(r.b, audit_rule(i)->section);
			out_char(r.b, '\n');
			report_fit(&r, from);
		}
		out_writer_record(writer);
	}
}
