/* SPDX-License-Identifier: BSD-3-Clause */
/* What changed between two audits, as text and as JSON. */
#include "output/audit/records.h"
#include "output/base/words.h"

static bool
has_rule(const AuditChange *change)
{
	return change->kind != AUDIT_CHANGE_WORSE && change->kind != AUDIT_CHANGE_BETTER;
}

static void
put_json(OutBuffer *b, const AuditChange *c)
{
	AuditPair scratch = { 0 };
	uint64_t first_ns = audit_pair_first(audit_kept_read(c->pair, &scratch));

	audit_pair_clear(&scratch);
	out_lit(b, "{\"timestamp\":\"");
	out_time_utc(b, first_ns, first_ns % 1000 ? 9 : 6);
	out_lit(b, "\",\"event_type\":\"audit\",\"kind\":\"change\"");
	out_key_str(b, "change", audit_change_name(c->kind));
	out_audit_site(b, &c->pair->server);
	if (c->whole) {
		out_lit(b, ",\"client\":null");
	} else {
		out_lit(b, ",\"client\":\"");
		out_audit_address(b, &c->pair->client);
		out_char(b, '"');
	}
	out_lit(b, ",\"server\":\"");
	out_audit_address(b, &c->pair->server);
	out_char(b, '"');
	if (has_rule(c)) {
		out_key_str(b, "rule", audit_rule(c->rule)->id);
		out_key_str(b, "severity", audit_severity_name(audit_rule(c->rule)->severity));
		out_key_str(b, "scope", audit_scope_name(c->scope));
		out_key_u64(b, "count", c->count);
	} else {
		out_key_str(b, "before", audit_severity_name(c->before));
		out_key_str(b, "after", audit_severity_name(c->after));
	}
	out_lit(b, "}\n");
}

static void
put_text(OutBuffer *b, const AuditChange *c)
{
	size_t from = b->len;

	out_lit(b, "  ");
	if (c->whole)
		out_lit(b, "any client");
	else
		out_audit_machine(b, &c->pair->client);
	out_lit(b, " -> ");
	out_audit_machine(b, &c->pair->server);
	out_pad(b, from, 38);
	if (has_rule(c)) {
		from = b->len;
		out_str(b, audit_severity_name(audit_rule(c->rule)->severity));
		out_pad(b, from, 10);
		out_str(b, audit_rule(c->rule)->id);
		out_lit(b, "  ");
		out_u64(b, c->count);
		out_char(b, 'x');
	} else {
		out_str(b, audit_severity_name(c->before));
		out_lit(b, " before, ");
		out_str(b, audit_severity_name(c->after));
		out_lit(b, " now");
	}
	out_char(b, '\n');
}

void
out_audit_diff(OutWriter *writer, GArray *changes, bool json, const OutOptions *options)
{
	static const char *const titles[AUDIT_CHANGES] = {
		[AUDIT_CHANGE_NEW] = "New",
		[AUDIT_CHANGE_WORSE] = "Worse",
		[AUDIT_CHANGE_GONE] = "Gone",
		[AUDIT_CHANGE_NOT_SEEN] = "Not seen again (unknown)",
		[AUDIT_CHANGE_BETTER] = "Better",
	};
	OutBuffer *b = out_writer_buffer(writer);
	int kind = -1;

	for (guint i = 0; i < changes->len; i++) {
		const AuditChange *c = &g_array_index(changes, AuditChange, i);
		size_t from = b->len;

		if (!json && kind != (int)c->kind) {
			kind = (int)c->kind;
			out_bold_on(b, options->colour);
			out_str(b, titles[kind]);
			out_bold_off(b, options->colour);
			out_char(b, '\n');
		}
		if (json)
			put_json(b, c);
		else
			put_text(b, c);
		if (!json)
			out_wrap(b, from, out_columns_of(options), 1, 0);
		out_writer_record(writer);
	}
	if (!json && !changes->len)
		out_lit(b, "nothing changed\n");
	out_writer_record(writer);
}
