/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The audit as text: the numbers, who logged on how, what is wrong and what to do about it, clients
 * and servers, and what can be switched off.
 */
#include "output/audit/report.h"

/* With --reveal-secrets only: a secret a line. */
static bool
put_secrets(Report *r, const AuditPair *pair, bool titled)
{
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		if (!pair->auths[i].secrets.n)
			continue;
		if (!titled)
			report_title(r, "Secrets");
		titled = true;
		out_audit_secrets_text(r->b, &pair->auths[i]);
		out_writer_record(r->writer);
	}
	return titled;
}

static void
put_all_secrets(Report *r)
{
	AuditPair scratch = { 0 };
	bool titled = false;

	for (guint i = 0; i < r->report->pairs->len; i++) {
		const AuditKept *kept = g_array_index(r->report->pairs, const AuditKept *, i);

		titled = put_secrets(r, audit_kept_read(kept, &scratch), titled);
	}
	audit_pair_clear(&scratch);
}

void
out_audit_report(OutWriter *writer, const AuditReport *report, const OutOptions *options)
{
	Report r = report_begin(writer, report, options);

	report_summary(&r);
	report_what_ifs(&r);
	report_flush(&r);
	/* An empty audit prints no report. */
	if (report->pairs->len) {
		report_accounts(&r);
		report_machines(&r);
		report_findings(&r);
		report_hosts(&r);
	}
	if (report->pairs->len)
		report_readiness(&r);
	put_all_secrets(&r);
	out_char(r.b, '\n');
	out_writer_record(writer);
}
