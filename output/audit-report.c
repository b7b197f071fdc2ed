/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The audit for people: what there is, what is wrong with it and what to do, who it is, and what
 * can be switched off.
 */
#include "output/audit-report.h"

#include <string.h>

Report
report_begin(OutWriter *writer, const AuditReport *report, const OutOptions *options)
{
	return (Report){ .b = out_writer_buffer(writer),
			 .report = report,
			 .options = options,
			 .clock = { .utc = options->utc },
			 .width = options->columns ? MAX(options->columns, REPORT_WIDTH_MIN)
						   : REPORT_WIDTH };
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

void
report_spaces(OutBuffer *b, size_t n)
{
	while (n--)
		out_char(b, ' ');
}

/* With --reveal-secrets only: a secret a line. */
static void
put_secrets(Report *r)
{
	bool any = false;

	for (guint i = 0; i < r->report->pairs->len; i++) {
		const AuditPair *pair = g_array_index(r->report->pairs, const AuditPair *, i);

		for (uint32_t j = 0; j < pair->n_auths; j++) {
			if (!pair->auths[j].secrets.n)
				continue;
			if (!any)
				report_title(r, "Secrets");
			any = true;
			out_audit_secrets_text(r->b, &pair->auths[j]);
		}
	}
}

void
out_audit_report(OutWriter *writer, const AuditReport *report, const OutOptions *options)
{
	Report r = report_begin(writer, report, options);

	report_summary(&r);
	/* Of nothing there is nothing to tell. */
	if (report->pairs->len) {
		report_machines(&r);
		report_findings(&r);
		report_hosts(&r);
		report_readiness(&r);
	}
	put_secrets(&r);
	out_char(r.b, '\n');
	out_writer_record(writer);
}
