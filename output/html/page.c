/* SPDX-License-Identifier: BSD-3-Clause */
/* Head, foot, escaped text, sections and tables of a page. */
#include "output/html/page.h"

#include <glib.h>
#include <string.h>

#include "audit/rules.h"
#include "output/audit/audit.h"
#include "output/base/end.h"

enum {
	TALLY_SHOWN = 12, /* keys of a cell */
	CELL_BAR = 80,    /* the longest */
};

/* ---- Text ---- */

static const char *
entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
html_escape_from(OutBuffer *b, size_t from)
{
	size_t n = b->len - from, at = 0;
	g_autofree char *plain = NULL;

	while (at < n && !entity_of(b->data[from + at]))
		at++;
	if (at == n)
		return;
	from += at;
	n -= at;
	plain = g_memdup2(b->data + from, n);
	b->len = from;
	for (size_t i = 0; i < n; i++) {
		const char *entity = entity_of(plain[i]);

		if (entity)
			out_str(b, entity);
		else
			out_char(b, plain[i]);
	}
}

void
html_text(OutBuffer *b, SmbText text)
{
	size_t from = b->len;

	out_text(b, text);
	html_escape_from(b, from);
}

void
html_str(OutBuffer *b, const char *s)
{
	html_text(b, smb_text_from_utf8(s));
}

void
html_capture(OutBuffer *b, const char *capture)
{
	const char *slash = capture ? strrchr(capture, '/') : NULL;

	if (capture)
		html_str(b, slash ? slash + 1 : capture);
}

/* ---- Head and foot ---- */

/* As a source of a Content-Security-Policy (CSP Level 3, 2.3.1). */
static void
put_digest(OutBuffer *b, const char *text)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize size = sizeof(digest);
	g_autofree char *base64 = NULL;

	g_checksum_update(checksum, (const guchar *)text, -1);
	g_checksum_get_digest(checksum, digest, &size);
	base64 = g_base64_encode(digest, size);
	out_lit(b, "'sha256-");
	out_str(b, base64);
	out_char(b, '\'');
}

Page
page_begin(OutWriter *writer, const OutOptions *options, const char *title)
{
	Page self = { .writer = writer,
		      .b = out_writer_buffer(writer),
		      .options = options,
		      .clock = { .utc = options->utc } };
	OutBuffer *b = self.b;

	out_lit(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		   "base-uri 'none'; form-action 'none'; style-src ");
	put_digest(b, out_html_style);
	out_lit(b, "; script-src ");
	put_digest(b, out_html_script);
	out_lit(b, "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		   "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	out_str(b, title);
	out_lit(b, "</title>\n<style>");
	out_str(b, out_html_style);
	out_lit(b, "</style>\n</head>\n<body>\n<header>\n<h1>");
	out_str(b, title);
	out_lit(b, "</h1>\n</header>\n<main>\n");
	return self;
}

void
page_end(Page *self, const OutTotals *totals)
{
	OutBuffer *b = self->b;
	size_t from;

	page_section(self, "reading", "What was read");
	out_lit(b, "<pre>");
	from = b->len;
	out_end_text(b, totals, false);
	html_escape_from(b, from);
	out_lit(b, "</pre>\n");
	page_section_end(self);
	out_lit(b, "</main>\n<script>");
	out_str(b, out_html_script);
	out_lit(b, "</script>\n</body>\n</html>\n");
	out_writer_record(self->writer);
}

void
page_section(Page *self, const char *id, const char *title)
{
	out_lit(self->b, "<section id=\"");
	out_str(self->b, id);
	out_lit(self->b, "\">\n<h2>");
	out_str(self->b, title);
	out_lit(self->b, "</h2>\n");
}

void
page_section_end(Page *self)
{
	out_lit(self->b, "</section>\n");
	out_writer_record(self->writer);
}

void
page_note(Page *self, const char *text)
{
	out_lit(self->b, "<p>");
	out_str(self->b, text);
	out_lit(self->b, "</p>\n");
}

void
page_number(Page *self, uint64_t n, const char *one, const char *many, const char *class)
{
	OutBuffer *b = self->b;

	out_lit(b, "<li class=\"");
	out_str(b, class);
	out_lit(b, "\"><b>");
	out_u64(b, n);
	out_lit(b, "</b> ");
	out_str(b, n == 1 ? one : many);
	out_lit(b, "</li>\n");
}

/* ---- Tables ---- */

void
page_table(Page *self, const char *const *columns)
{
	OutBuffer *b = self->b;

	out_lit(b, "<div class=\"wide\"><table class=\"rows\">\n<thead><tr>");
	for (; *columns; columns++) {
		bool numbers = **columns == '#';

		out_str(b, numbers ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">");
		out_str(b, *columns + numbers);
		out_lit(b, "</th>");
	}
	out_lit(b, "</tr></thead>\n<tbody>\n");
}

void
page_table_end(Page *self)
{
	out_lit(self->b, "</tbody></table></div>\n");
}

void
page_more(Page *self, uint64_t left_out)
{
	if (!left_out)
		return;
	out_lit(self->b, "<p class=\"more\">and ");
	out_u64(self->b, left_out);
	out_lit(self->b, " more: --json has all</p>\n");
}

void
page_row(Page *self)
{
	out_lit(self->b, "<tr>");
}

void
page_row_end(Page *self)
{
	out_lit(self->b, "</tr>\n");
	out_writer_record(self->writer);
}

void
page_cell(Page *self)
{
	out_lit(self->b, "<td>");
}

void
page_cell_end(Page *self)
{
	out_lit(self->b, "</td>");
}

void
page_cell_str(Page *self, const char *s)
{
	page_cell(self);
	html_str(self->b, s && *s ? s : "-");
	page_cell_end(self);
}

void
page_cell_u64(Page *self, uint64_t v)
{
	out_lit(self->b, "<td class=\"number\">");
	out_u64(self->b, v);
	page_cell_end(self);
}

/* At least one unit for anything. Beside it is the number, so who hears the page misses nothing. */
void
page_cell_bar(Page *self, uint64_t n, uint64_t most)
{
	double part = MIN((double)n / (double)MAX(most, 1), 1.0); /* a record may say anything */
	uint64_t length = (uint64_t)(part * CELL_BAR + 0.5);
	OutBuffer *b = self->b;

	out_lit(b, "<td data-sort=\"");
	out_u64(b, n);
	out_lit(b, "\">");
	if (n) {
		out_lit(b, "<svg aria-hidden=\"true\" width=\"80\" height=\"12\"><rect "
			   "class=\"bar\" width=\"");
		out_u64(b, CLAMP(length, 1, CELL_BAR));
		out_lit(b, "\" height=\"12\"/></svg>");
	}
	page_cell_end(self);
}

/* It sorts by its number: local time is not in the order of its letters where clocks change. */
void
page_cell_time(Page *self, uint64_t ns)
{
	if (!ns) {
		page_cell_str(self, NULL);
		return;
	}
	out_lit(self->b, "<td class=\"time\" data-sort=\"");
	out_u64(self->b, ns / 1000000);
	out_lit(self->b, "\">");
	out_clock_time(self->b, &self->clock, ns);
	page_cell_end(self);
}

void
page_cell_address(Page *self, const AuditAddress *address)
{
	size_t from;

	out_lit(self->b, "<td class=\"address\">");
	from = self->b->len;
	out_audit_machine(self->b, address);
	html_escape_from(self->b, from);
	page_cell_end(self);
}

void
page_cell_tally(Page *self, const AuditTally *tally, bool counts)
{
	OutBuffer *b = self->b;

	if (!tally->n) {
		page_cell_str(self, NULL);
		return;
	}
	page_cell(self);
	out_lit(b, "<ul class=\"tally\">");
	for (uint32_t i = 0; i < MIN(tally->n, (uint32_t)TALLY_SHOWN); i++) {
		out_lit(b, "<li>");
		html_str(b, tally->items[i].key);
		if (counts) {
			out_lit(b, " \303\227");
			out_u64(b, tally->items[i].count);
		}
		out_lit(b, "</li>");
	}
	if (tally->left_out) {
		out_lit(b, "<li>and more</li>");
	} else if (tally->n > TALLY_SHOWN) {
		out_lit(b, "<li>and ");
		out_u64(b, tally->n - TALLY_SHOWN);
		out_lit(b, " more</li>");
	}
	out_lit(b, "</ul>");
	page_cell_end(self);
}

void
page_cell_severity(Page *self, int severity, const char *word)
{
	OutBuffer *b = self->b;

	out_lit(b, "<td data-sort=\"");
	out_u64(b, severity < 0 ? 0 : (uint64_t)severity + 1);
	out_lit(b, "\">");
	if (severity >= 0) {
		out_lit(b, "<span class=\"severity ");
		out_str(b, audit_severity_name((AuditSeverity)severity));
		out_lit(b, "\">");
		out_str(b, audit_severity_name((AuditSeverity)severity));
		out_lit(b, "</span>");
	} else {
		out_str(b, word ? word : "-");
	}
	page_cell_end(self);
}
