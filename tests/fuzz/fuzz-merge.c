/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of earlier audits out of arbitrary bytes. Whatever was taken in must print, and what was
 * printed must be taken in again and print the same: else sums of sums would drift.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/audit/audit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_lines(Audit *audit, const char *text, size_t size)
{
	OutJson line = { .at = text, .end = text + size, .begin = text }, again = line;
	OutTotals totals = { 0 };
	AuditExceptions *exceptions = audit_exceptions_new();
	OutAuditRecord record;

	do {
		(void)out_audit_read(&line, audit, &totals, &record, NULL);
		line.wrong = NULL;
	} while (out_json_next_line(&line));
	do {
		out_audit_read_exception(&again, exceptions);
		again.wrong = NULL;
	} while (out_json_next_line(&again));
	audit_settle(audit);
	audit_exceptions_free(exceptions);
}

static void
print(const Audit *audit, OutWriter *writer)
{
	AuditReport *report = audit_report_new(audit, NULL);

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
