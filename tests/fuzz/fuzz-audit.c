/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One connection, with what sums up connections after it: the audit and the figures, in all their
 * forms, with secrets; and the pages and lines that fuzz-connection does not have. Input: the first
 * byte picks port, midstream and form; then pieces (pieces.h). Beside the sanitizers it is checked
 * that all memory is given back.
 */
#include <stdlib.h>

#include "output/audit/audit.h"
#include "output/html/html.h"
#include "output/stats/stats.h"
#include "tests/fuzz/pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PORT_BIT = 1,
	MIDSTREAM_BIT = 2,
	FORM_SHIFT = 2,
	FORM_BITS = 7,
	MORE_SHIFT = 5,
	MORE_BITS = 3
};

typedef struct {
	const uint8_t *data;
	size_t size;
} Input;

static void
on_event(void *user, const SmbEvent *event)
{
	out_sink_event(user, event);
}

/* Reads the whole input, into this sink; a page does so twice. */
static void
read_all(void *user, OutSink *sink)
{
	const Input *in = user;
	SmbEndpoints ends = { .family = 4,
			      .client_port = 1,
			      .server_port = in->data[0] & PORT_BIT ? 139 : 445 };
	SmbConfig config = {
		.event = on_event, .want = sink->want, .keep_secrets = true, .user = sink
	};
	SmbContext *context = smb_context_new(&config);
	SmbStamp first = { 1, 1 };

	fuzz_feed(smb_connection_new(context, &ends, true, in->data[0] & MIDSTREAM_BIT, &first),
		  in->data + 1, in->size - 1);
	if (smb_context_free(context) != 0)
		abort();
}

static void
print_audit(OutWriter *writer, const AuditReport *report, unsigned form, Input *in)
{
	static const char *const tables[] = { "clients", "servers", "findings", "logons",
					      "breaks" };
	OutOptions options = { .utc = true, .columns = 100, .reveal_secrets = true };
	OutHtmlAgain again = { .read = read_all, .user = in };
	OutTotals totals = { 0 };

	if (form == 0)
		out_audit_report(writer, report, &options);
	else if (form == 1)
		out_audit_json(writer, report);
	else if (form == 2)
		out_audit_html(writer, report, &options, &totals, &again);
	for (unsigned i = 0; form == 3 && i < G_N_ELEMENTS(tables); i++) {
		out_audit_csv(writer, report, (unsigned)out_audit_table_find(tables[i]));
	}
}

static void
audit(OutWriter *writer, unsigned form, Input *in)
{
	AuditLimits limits = { .pairs = 16 };
	Audit *self = audit_new(&limits);
	OutSink *sink = out_audit_sink_new(self);
	AuditReport *report;

	read_all(in, sink);
	report = audit_report_new(self, NULL);
	print_audit(writer, report, form, in);
	audit_report_free(report);
	if (out_sink_free(sink) != 0)
		abort();
	if (audit_free(self) != 0)
		abort();
}

static void
figures(OutWriter *writer, unsigned form, Input *in)
{
	static const SmbHashKey key = { { 1, 2 } };
	Stats *stats = stats_new(1 << 20, 0, &key);
	OutSink *sink = out_stats_sink_new(stats);
	OutOptions options = { .utc = true, .columns = 100 };
	OutTotals totals = { 0 };

	read_all(in, sink);
	stats_conclude(stats);
	if (form == 4)
		out_figures_text(writer, stats, &options);
	else if (form == 5)
		out_figures_json(writer, stats);
	else
		out_figures_html(writer, stats, &options, &totals);
	if (out_sink_free(sink) != 0)
		abort();
	if (stats_free(stats) != 0)
		abort();
}

/* What prints as it goes, in the forms that fuzz-connection does not have. */
static OutSink *
sink_of(OutWriter *writer, unsigned form)
{
	OutOptions options = { .utc = true, .reveal_secrets = true, .columns = 100 };

	if (form == 0)
		return out_timeline_html_new(writer, &options);
	if (form == 1) {
		options.hex = options.verbose = true;
		return out_messages_text_new(writer, &options);
	}
	if (form == 2)
		options.story = 1 << 16;
	else
		options.file_lines = options.frames = options.filters = options.absolute = true;
	return out_timeline_new(writer, &options);
}

static void
print(OutWriter *writer, Input *in)
{
	OutSink *sink = sink_of(writer, in->data[0] >> MORE_SHIFT & MORE_BITS);

	read_all(in, sink);
	out_sink_end(sink, &(OutTotals){ 0 });
	if (out_sink_free(sink) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input in = { data, size };
	unsigned form;
	OutWriter *writer;

	if (size < 1)
		return 0;
	form = data[0] >> FORM_SHIFT & FORM_BITS;
	writer = out_writer_new(-1, false);
	if (form < 4)
		audit(writer, form, &in);
	else if (form < 7)
		figures(writer, form, &in);
	else
		print(writer, &in);
	out_writer_free(writer);
	return 0;
}
