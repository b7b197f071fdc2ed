/* SPDX-License-Identifier: BSD-3-Clause */
/* The page of an audit: its sections in their order, and the ladders. */
#include "output/html/html.h"
#include "output/html/sections.h"

static void
put_contents(OutBuffer *b, const AuditReport *report)
{
	out_lit(b, "<nav><a href=\"#summary\">Summary</a> ");
	if (report->what_ifs && report->what_ifs->len)
		out_lit(b, "<a href=\"#breaks\">What breaks</a> ");
	out_lit(b, "<a href=\"#findings\">Findings</a> "
		   "<a href=\"#accounts\">Accounts</a> <a href=\"#clients\">Clients</a> "
		   "<a href=\"#servers\">Servers</a> <a href=\"#ladders\">Ladders</a></nav>\n");
}

static void
put_ladders(AuditPage *self, Ladders *ladders, const OutHtmlAgain *again)
{
	Page *page = &self->page;
	OutSink *sink;

	page_section(page, "ladders", "Ladders of the connections that are evidence");
	if (!ladders_count(ladders)) {
		page_note(page, "Nothing was found, and so there is no evidence.");
	} else if (!again->read) {
		page_note(page, again->why_not);
	} else {
		if (ladders_are_capped(ladders))
			page_note(page, "Only those of the worst findings are drawn; smbtrail "
					"timeline --html draws all of a capture.");
		page_note(page, "Times are seconds since the connection began. What proves a "
				"finding is highlighted.");
		sink = ladders_sink_new(ladders, page);
		again->read(again->user, sink);
		out_sink_free(sink);
		ladders_put_missing(ladders, page);
	}
	page_section_end(page);
}

void
out_audit_html(OutWriter *writer, const AuditReport *report, const OutOptions *options,
	       const OutTotals *totals, const OutHtmlAgain *again)
{
	AuditPage self = { .report = report };
	Ladders *ladders = ladders_new(report);

	self.page = page_begin(writer, options, "SMB audit");
	self.ladders = again->read ? ladders : NULL;
	put_contents(self.page.b, report);
	audit_page_summary(&self);
	audit_page_machines(&self);
	audit_page_what_breaks(&self);
	audit_page_findings(&self);
	audit_page_accounts(&self);
	audit_page_clients(&self);
	audit_page_servers(&self);
	put_ladders(&self, ladders, again);
	page_end(&self.page, totals);
	ladders_free(ladders);
}
