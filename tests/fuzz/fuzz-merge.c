/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of earlier audits out of arbitrary bytes. Whatever was taken in must print, and what was
 * printed must be taken in again and print the same: else sums of sums would drift.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/audit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_lines(Audit *audit, const char *text, size_t size)
{
	OutTotals totals = { 0 };
	const char *end = text + size;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((newline ? newline : end) - text);
		AuditException exception = { 0 };
		OutAuditRecord record;

		(void)out_audit_read(audit, &totals, text, n, &record, NULL);
		if (out_audit_read_exception(text, n, &exception)) {
			g_free(exception.rule);
			g_free(exception.client);
			g_free(exception.server);
		}
		text += n + 1;
	}
}

static void
print(const Audit *audit, OutWriter *writer)
{
	AuditReport *report = audit_report_new(audit, NULL, out_audit_is_address);

	out_audit_json(writer, report);
	audit_report_free(report);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AuditLimits limits = { .pairs = 16 };
	Audit *audit = audit_new(&limits), *again = audit_new(&limits);
	OutWriter *first = out_writer_new(-1, false), *second = out_writer_new(-1, false);
	OutBuffer *a = out_writer_buffer(first), *b = out_writer_buffer(second);

	if (size <= 64 << 10) {
		read_lines(audit, (const char *)data, size);
		print(audit, first);
		read_lines(again, a->data, a->len);
		print(again, second);
		if (a->len != b->len || memcmp(a->data, b->data, a->len) != 0)
			abort();
	}
	out_writer_free(first);
	out_writer_free(second);
	audit_free(audit);
	audit_free(again);
	return 0;
}
