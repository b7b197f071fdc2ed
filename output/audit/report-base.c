/* SPDX-License-Identifier: BSD-3-Clause */
/* Titles, wrapped text and names: what all parts of the audit's report print with. */
#include "output/audit/report-base.h"

#include <string.h>

Report
report_begin(OutWriter *writer, const AuditReport *report, const OutOptions *options)
{
	return (Report){ .writer = writer,
			 .b = out_writer_buffer(writer),
			 .report = report,
			 .options = options,
			 .clock = { .utc = options->utc },
			 .width = options->columns ? out_columns_of(options) : REPORT_WIDTH,
			 .from = out_writer_buffer(writer)->len };
}

void
report_title(Report *r, const char *text)
{
	out_char(r->b, '\n');
	out_bold_on(r->b, r->options->colour);
	out_str(r->b, text);
	out_bold_off(r->b, r->options->colour);
	out_char(r->b, '\n');
}

void
report_wrap(Report *r, size_t used, size_t indent, const char *text)
{
	/* Whether something is in this line, which may end before the indent of the next ones. */
	bool begun = used > indent;

	while (*text) {
		const char *space = strchr(text, ' ');
		size_t n = space ? (size_t)(space - text) : strlen(text);

		if (begun && used + 1 + n > r->width) {
			out_char(r->b, '\n');
			for (used = 0; used < indent; used++)
				out_char(r->b, ' ');
		} else if (begun) {
			out_char(r->b, ' ');
			used++;
		}
		out_put(r->b, text, n);
		used += n;
		begun = true;
		text += n + (space != NULL);
	}
	out_char(r->b, '\n');
}

guint
report_most(const Report *r, guint usual)
{
	return r->options->top ? r->options->top : usual;
}

void
report_more(Report *r, uint64_t n, const char *indent, const char *where)
{
	out_lit(r->b, "  ");
	out_str(r->b, indent);
	out_lit(r->b, "and ");
	out_u64(r->b, n);
	out_lit(r->b, " more; --all shows them, ");
	out_str(r->b, where);
	out_char(r->b, '\n');
}

void
report_spaces(OutBuffer *b, size_t n)
{
	while (n--)
		out_char(b, ' ');
}

void
report_rule_heading(Report *r, const AuditRule *rule, AuditSeverity severity, const char *fix)
{
	OutBuffer *b = r->b;
	char *word = g_ascii_strup(audit_severity_name(severity), -1);

	if (severity >= AUDIT_HIGH)
		out_alert_on(b, r->options->colour);
	out_lit(b, "  ");
	out_str(b, word);
	g_free(word);
	if (severity >= AUDIT_HIGH)
		out_alert_off(b, r->options->colour);
	report_spaces(b, 10 - strlen(audit_severity_name(severity)));
	out_str(b, rule->id);
	out_char(b, '\n');
	if (!fix)
		return;
	report_spaces(b, 6);
	report_wrap(r, 6, 6, rule->meaning);
	report_spaces(b, 6);
	out_lit(b, "To do:");
	report_wrap(r, 12, 6, fix);
}

static bool
is_contradicted(const char *name)
{
	return g_str_has_suffix(name, AUDIT_NAME_CONTRADICTED);
}

/*
 * The name that most connections have, whoever gave it others. Some servers are called by their address,
 * which stands there already; any other name says more.
 */
static const char *
name_to_show(const AuditHost *host)
{
	const AuditCount *best = NULL;

	for (uint32_t i = 0; i < host->names.n; i++) {
		const AuditCount *name = &host->names.items[i];

		if (out_audit_is_address(&host->address, name->key))
			continue;
		if (!best || is_contradicted(best->key) ||
		    (name->count > best->count && !is_contradicted(name->key)))
			best = name;
	}
	return best ? best->key : NULL;
}

void
report_name(OutBuffer *b, const AuditHost *host, size_t width)
{
	const AuditTally *names = &host->names;
	size_t from = b->len;
	OutBuffer more = { 0 };
	const char *name = name_to_show(host);

	if (!name)
		return;
	out_text(b, smb_text_from_utf8(name));
	out_lit(&more, " +");
	out_u64(&more, names->n - 1);
	if (names->n == 1)
		more.len = 0;
	if (out_width(b->data + from, b->len - from) + more.len > width)
		out_fit(b, from, width - MIN(more.len, width - 1));
	out_put(b, more.data, more.len);
	out_buffer_clear(&more);
}

void
report_flush(Report *r)
{
	if (r->options->columns)
		out_wrap(r->b, r->from, r->width, 1, 0);
	out_writer_record(r->writer);
	r->from = r->b->len;
}
