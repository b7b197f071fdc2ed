/* SPDX-License-Identifier: BSD-3-Clause */
/* What breaks if a setting is switched on (--if, --profile): whom to talk to first. */
#include "audit/report/whatif.h"
#include "output/base/words.h"
#include "output/html/sections.h"

enum {
	SETTING_BYTES = 64,
	BREAKS_SHOWN = 1000, /* of a setting */
};

static void
put_verdict(AuditPage *self, const AuditWhatIf *what)
{
	const AuditHost *total = &self->report->total;
	OutBuffer *b = self->page.b;

	out_lit(b, "<p>");
	switch (what->verdict) {
	case AUDIT_WHAT_BREAKS:
		out_lit(b, "Stops ");
		out_count(b, what->pairs, "pair", "pairs");
		out_lit(b, " of ");
		out_count(b, what->clients, "client", "clients");
		out_lit(b, " and ");
		out_count(b, what->servers, "server", "servers");
		if (what->accounts.n) {
			out_lit(b, ", with ");
			out_count(b, what->accounts.n, "account", "accounts");
		}
		if (audit_what_if_left_out(what)) {
			out_lit(b, "; for ");
			out_count(b, audit_what_if_left_out(what), "pair", "pairs");
			out_lit(b, " of these there was no room (--memory)");
		}
		break;
	case AUDIT_WHAT_NOBODY:
		out_lit(b, "Stops nobody that was seen, on ");
		out_count(b, audit_host_days(total), "day", "days");
		break;
	case AUDIT_WHAT_TOO_LITTLE:
		if (audit_report_may_miss(self->report)) {
			out_lit(b, "Stops nobody that is known, but connections were left out: "
				   "there was no room for them (--memory)");
			break;
		}
		if (what->dropped) {
			out_lit(b, "Stops nobody that is known, but logons were left out: a client "
				   "had more kinds of them at a server than are kept");
			break;
		}
		if (!self->report->audit->connections) {
			out_lit(b, "Stops nobody so far: no SMB connection was seen");
			break;
		}
		out_lit(b, "Stops nobody so far, in ");
		out_count(b, total->numbers[AUDIT_N_CONNECTIONS], "connection", "connections");
		out_lit(b, " on ");
		out_count(b, total->pairs ? audit_host_days(total) : 0, "day", "days");
		out_lit(b, " (captures cover ");
		out_duration(b, audit_covered_ns(&self->report->audit->covered));
		out_lit(b, "): too little to say (--enough ");
		out_u64(b, self->report->enough_days);
		out_char(b, ')');
		break;
	}
	out_lit(b, ".</p>\n");
}

static void
put_words(Page *page, const AuditBreak *one)
{
	out_lit(page->b, "<td class=\"words\">");
	html_str(page->b, one->why);
	out_lit(page->b, ". <em>");
	html_str(page->b, one->fix);
	out_lit(page->b, "</em>");
	page_cell_end(page);
}

static void
put_break(AuditPage *self, const AuditBreak *one)
{
	Page *page = &self->page;

	page_row(page);
	page_cell_str(page, one->likely ? "likely" : "proved");
	page_cell_address(page, &one->pair->client);
	page_cell_address(page, &one->pair->server);
	page_cell_tally(page, &one->accounts, false);
	page_cell_tally(page, &one->shares, false);
	page_cell_u64(page, one->count);
	put_words(page, one);
	page_cell_time(page, one->last_ns);
	audit_page_evidence(self, &one->shown);
	page_row_end(page);
}

static void
put_what_if(AuditPage *self, const AuditWhatIf *what)
{
	static const char *const columns[] = {
		"certainty",           "client",    "server",   "accounts", "shares", "#seen",
		"why, and what to do", "last seen", "evidence", NULL
	};
	OutBuffer *b = self->page.b;
	char setting[SETTING_BYTES];
	guint shown = MIN(what->breaks->len, (guint)BREAKS_SHOWN);

	audit_setting_name(&what->setting, setting, sizeof(setting));
	out_lit(b, "<section class=\"rule\">\n<h3>");
	html_str(b, setting);
	out_lit(b, "</h3>\n");
	put_verdict(self, what);
	if (shown) {
		page_table(&self->page, columns);
		for (guint i = 0; i < shown; i++)
			put_break(self, &g_array_index(what->breaks, AuditBreak, i));
		page_table_end(&self->page);
		page_more(&self->page, what->breaks->len - shown);
	}
	page_section_end(&self->page);
}

static void
put_profile(OutBuffer *b, const AuditProfile *profile)
{
	out_lit(b, "<p>Profile <strong>");
	html_str(b, profile->name);
	out_lit(b, "</strong>: ");
	html_str(b, profile->settings);
	out_lit(b, ". ");
	html_str(b, profile->note ? profile->note : "");
	out_lit(b, " <span class=\"source\">");
	html_str(b, profile->source);
	out_lit(b, "</span></p>\n");
}

void
audit_page_what_breaks(AuditPage *self)
{
	const GPtrArray *what_ifs = self->report->what_ifs;

	if (!what_ifs || !what_ifs->len)
		return;
	page_section(&self->page, "breaks", "What breaks");
	for (unsigned i = 0; i < self->report->asked.n_profiles; i++)
		put_profile(self->page.b, self->report->asked.profiles[i]);
	for (guint i = 0; i < what_ifs->len; i++)
		put_what_if(self, what_ifs->pdata[i]);
	page_section_end(&self->page);
}
