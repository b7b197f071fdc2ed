/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules: as headings of findings, and by themselves. */
#include "output/audit/records.h"
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
out_audit_profile_json(OutBuffer *b, const AuditProfile *profile)
{
	out_lit(b, "{\"event_type\":\"profile\"");
	out_key_str(b, "name", profile->name);
	out_key_str(b, "settings", profile->settings);
	out_key_str(b, "source", profile->source);
	out_key_str(b, "note", profile->note);
	out_lit(b, "}\n");
}

void
report_profile(Report *r, const AuditProfile *profile)
{
	g_autofree char *settings = g_strdup_printf("%s: %s", profile->name, profile->settings);
	g_autofree char *source = g_strdup_printf("Source: %s", profile->source);

	report_spaces(r->b, 2);
	report_wrap(r, 2, 6, settings);
	report_spaces(r->b, 6);
	report_wrap(r, 6, 6, source);
	if (!profile->note)
		return;
	report_spaces(r->b, 6);
	report_wrap(r, 6, 6, profile->note);
}

static void
put_profiles(Report *r, bool json)
{
	const AuditProfile *profile;

	if (!json)
		report_title(r, "Profiles (--profile)");
	for (unsigned i = 0; (profile = audit_profile_at(i)); i++) {
		if (json) {
			out_audit_profile_json(r->b, profile);
			out_writer_record(r->writer);
		} else {
			report_profile(r, profile);
			report_flush(r);
		}
	}
}

void
out_audit_rules(OutWriter *writer, bool json, const OutOptions *options)
{
	Report r = report_begin(writer, NULL, options);

	for (AuditRuleId i = 0; i < AUDIT_RULES; i++) {
		if (json) {
			put_rule_json(r.b, audit_rule(i));
			out_writer_record(writer);
		} else {
			report_rule_heading(&r, audit_rule(i), audit_rule(i)->severity,
					    audit_rule(i)->fix);
			out_lit(r.b, "      See: ");
			out_str(r.b, audit_rule(i)->section);
			out_char(r.b, '\n');
			report_flush(&r);
		}
	}
	put_profiles(&r, json);
}
