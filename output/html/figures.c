/* SPDX-License-Identifier: BSD-3-Clause */
/* The page of figures: response times and counts by name, over time, by size; the slowest. */
#include "output/stats/stats.h"

#include <glib.h>

#include "output/base/words.h"
#include "output/html/charts.h"
#include "output/html/html.h"

enum {
	ROWS = SMB_CAP(200, 2),    /* of each table, unless asked for */
	COLUMNS = SMB_CAP(120, 3), /* of the chart over time */
	COLUMNS_TABLE = 24,        /* titles of one, at most */
};

typedef struct {
	Page page; /* first */
	const Stats *stats;
	guint shown;
} FiguresPage;

static const struct {
	const char *id, *title, *column;
	StatsKind kind;
} tables[] = {
	{ "commands", "By command", "command", STATS_COMMAND },
	{ "servers", "By server", "server", STATS_SERVER },
	{ "clients", "By client", "client", STATS_CLIENT },
	{ "shares", "By share", "share", STATS_SHARE },
	{ "files", "By file", "file", STATS_FILE },
};

/* Titles of the numbers, shorter than their names in records; NULL: not shown. */
static const char *const numbers[STATS_NUMBERS] = {
	[STATS_N_REQUESTS] = "#requests",     [STATS_N_UNANSWERED] = "#unanswered",
	[STATS_N_ERRORS] = "#errors",         [STATS_N_READ] = "#bytes read",
	[STATS_N_WRITTEN] = "#bytes written",
};

/* ---- Cells ---- */

static void
cell_duration(Page *page, uint64_t ns)
{
	out_lit(page->b, "<td class=\"number\" data-sort=\"");
	out_u64(page->b, ns);
	out_lit(page->b, "\">");
	out_answer_time(page->b, ns);
	page_cell_end(page);
}

static void
cell_nothing(Page *page, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		page_cell_str(page, NULL);
}

/* Count, least, median, percentiles, most, and the part of the time of everything. */
static void
cell_times(FiguresPage *self, const StatsTimes *t)
{
	static const uint32_t permille[] = { 500, 950, 990 };
	Page *page = &self->page;

	page_cell_u64(page, t->count);
	if (!t->count) {
		cell_nothing(page, 6);
		return;
	}
	cell_duration(page, t->min);
	for (gsize i = 0; i < G_N_ELEMENTS(permille); i++)
		cell_duration(page, stats_times_quantile(t, permille[i]));
	cell_duration(page, t->max);
	page_cell_bar(page, t->sum, self->stats->others[STATS_ALL].response.sum);
}

static void
cell_name(Page *page, const StatsItem *item)
{
	size_t from;

	page_cell(page);
	from = page->b->len;
	out_figures_name(page->b, item);
	html_escape_from(page->b, from);
	page_cell_end(page);
}

static void
cell_address(Page *page, const StatsAddress *address)
{
	size_t from;

	out_lit(page->b, "<td class=\"address\">");
	from = page->b->len;
	out_figures_address(page->b, address);
	html_escape_from(page->b, from);
	page_cell_end(page);
}

/* ---- Summary ---- */

static void
put_times(FiguresPage *self)
{
	static const char *const columns[] = { "what", "#answered", "#min", "#median", "#p95",
					       "#p99", "#max",      "time", NULL };
	const StatsFigures *all = &self->stats->others[STATS_ALL];
	const struct {
		const char *name;
		const StatsTimes *times;
	} rows[] = {
		{ "all", &all->response },
		{ "less handshake", &all->server },
		{ "handshakes", &all->handshake },
	};

	page_table(&self->page, columns);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (i && !rows[i].times->count)
			continue;
		page_row(&self->page);
		page_cell_str(&self->page, rows[i].name);
		cell_times(self, rows[i].times);
		page_row_end(&self->page);
	}
	page_table_end(&self->page);
}

static void
put_summary(FiguresPage *self)
{
	const Stats *stats = self->stats;
	const uint64_t *n = stats->others[STATS_ALL].numbers;
	Page *page = &self->page;

	page_section(page, "summary", "Response times");
	out_lit(page->b, "<ul class=\"numbers\">\n");
	page_number(page, n[STATS_N_CONNECTIONS], "connection", "connections", "");
	page_number(page, n[STATS_N_REQUESTS], "request", "requests", "");
	page_number(page, n[STATS_N_UNANSWERED], "without an answer", "without an answer", "");
	page_number(page, n[STATS_N_HELD], "change notification (times by command only)",
		    "change notifications (times by command only)", "");
	page_number(page, n[STATS_N_ERRORS], "error", "errors", "");
	page_number(page, n[STATS_N_READ], "byte read", "bytes read", "");
	page_number(page, n[STATS_N_WRITTEN], "byte written", "bytes written", "");
	out_lit(page->b, "</ul>\n");
	if (stats->first_ns) {
		out_lit(page->b, "<p>");
		out_clock_time(page->b, &page->clock, stats->first_ns);
		out_lit(page->b, " to ");
		out_clock_time(page->b, &page->clock, stats->last_ns);
		out_lit(page->b, "</p>\n");
	}
	if (stats_left_out(stats))
		out_lit(page->b, "<p class=\"alert\">Not all names were kept: those left out are "
				 "counted together as others (--memory).</p>\n");
	put_times(self);
	page_section_end(page);
}

/* ---- Tables by name ---- */

static void
put_row(FiguresPage *self, const StatsItem *item, const StatsFigures *f)
{
	Page *page = &self->page;

	page_row(page);
	if (item)
		cell_name(page, item);
	else
		page_cell_str(page, "others, not kept");
	cell_times(self, &f->response);
	for (unsigned i = 0; i < STATS_NUMBERS; i++)
		if (numbers[i])
			page_cell_u64(page, f->numbers[i]);
	page_row_end(page);
}

static void
put_titles(FiguresPage *self, const char *column)
{
	const char *columns[COLUMNS_TABLE] = { column, "#answered", "#min", "#median",
					       "#p95", "#p99",      "#max", "time" };
	unsigned n = 8;

	for (unsigned i = 0; i < STATS_NUMBERS; i++)
		if (numbers[i])
			columns[n++] = numbers[i];
	page_table(&self->page, columns);
}

static void
put_table(FiguresPage *self, unsigned table)
{
	StatsKind kind = tables[table].kind;
	g_autoptr(GPtrArray) items = stats_sorted(self->stats, kind, STATS_BY_TIME);
	const StatsFigures *others = &self->stats->others[kind];
	guint n = MIN(items->len, self->shown);

	if (!items->len && stats_figures_empty(others))
		return;
	page_section(&self->page, tables[table].id, tables[table].title);
	put_titles(self, tables[table].column);
	for (guint i = 0; i < n; i++) {
		const StatsItem *item = items->pdata[i];

		put_row(self, item, &item->figures);
	}
	if (!stats_figures_empty(others))
		put_row(self, NULL, others);
	page_table_end(&self->page);
	page_more(&self->page, items->len - n);
	page_section_end(&self->page);
}

/* The cells after the status. */
static void
put_error_cells(FiguresPage *self, const StatsFigures *f)
{
	const uint64_t *all = self->stats->others[STATS_ALL].numbers;
	Page *page = &self->page;

	page_cell_u64(page, f->numbers[STATS_N_ERRORS]);
	page_cell_u64(page, f->numbers[STATS_N_EXPECTED]);
	page_cell_bar(page, f->numbers[STATS_N_ERRORS], all[STATS_N_ERRORS]);
	page_row_end(page);
}

static void
put_errors(FiguresPage *self)
{
	static const char *const columns[] = { "status", "#errors", "#ordinary", "of all", NULL };
	g_autoptr(GPtrArray) items = stats_sorted(self->stats, STATS_STATUS, STATS_BY_ERRORS);
	const StatsFigures *others = &self->stats->others[STATS_STATUS];
	Page *page = &self->page;
	guint n = MIN(items->len, self->shown);

	if (!items->len && !others->numbers[STATS_N_ERRORS])
		return;
	page_section(page, "errors", "Errors by status");
	page_table(page, columns);
	for (guint i = 0; i < n; i++) {
		const StatsItem *item = items->pdata[i];

		page_row(page);
		cell_name(page, item);
		put_error_cells(self, &item->figures);
	}
	if (others->numbers[STATS_N_ERRORS]) {
		page_row(page);
		page_cell_str(page, "others, not kept");
		put_error_cells(self, others);
	}
	page_table_end(page);
	page_more(page, items->len - n);
	page_section_end(page);
}

/* ---- Sizes and times ---- */

static void
put_sizes(FiguresPage *self)
{
	static const char *const columns[] = { "#bytes from", "#reads",  "of most",
					       "#writes",     "of most", NULL };
	const uint64_t *reads = self->stats->sizes[STATS_READS];
	const uint64_t *writes = self->stats->sizes[STATS_WRITES];
	Page *page = &self->page;
	uint64_t most = 0;

	for (unsigned i = 0; i < STATS_SIZES; i++)
		most = MAX(most, MAX(reads[i], writes[i]));
	if (!most)
		return;
	page_section(page, "sizes", "Reads and writes by size");
	page_table(page, columns);
	for (unsigned i = 0; i < STATS_SIZES; i++) {
		if (!reads[i] && !writes[i])
			continue;
		page_row(page);
		page_cell_u64(page, out_figures_size(i));
		page_cell_u64(page, reads[i]);
		page_cell_bar(page, reads[i], most);
		page_cell_u64(page, writes[i]);
		page_cell_bar(page, writes[i], most);
		page_row_end(page);
	}
	page_table_end(page);
	page_section_end(page);
}

static const StatsInterval *
interval(const StatsIntervals *intervals, guint i)
{
	return &g_array_index(intervals->items, StatsInterval, i);
}

/* As many columns as intervals from the first to the last, if that is not too much. */
static void
put_columns(FiguresPage *self, const StatsIntervals *intervals)
{
	uint64_t first = interval(intervals, 0)->index;
	uint64_t span = interval(intervals, intervals->items->len - 1)->index - first;
	uint64_t each = span / COLUMNS + 1; /* intervals of a column */
	guint n = (guint)(span / each) + 1;
	g_autofree ChartColumn *columns = g_new0(ChartColumn, n);
	OutBuffer text = { 0 };

	for (guint i = 0; i < intervals->items->len; i++) {
		const StatsInterval *one = interval(intervals, i);
		ChartColumn *column = &columns[(one->index - first) / each];

		column->count = stats_sum(column->count, one->requests);
	}
	for (guint i = 0; i < n; i++) {
		text.len = 0;
		out_clock_time(&text, &self->page.clock, (first + i * each) * intervals->length_ns);
		out_char(&text, '\0');
		g_strlcpy(columns[i].label, text.data, sizeof(columns[i].label));
	}
	out_buffer_clear(&text);
	chart_columns(&self->page, "Requests over time", columns, n, false, "request", "requests");
}

static void
put_intervals(FiguresPage *self)
{
	static const char *const columns[] = { "begin",    "#requests",   "#answered",
					       "#errors",  "#bytes read", "#bytes written",
					       "#longest", NULL };
	const StatsIntervals *intervals = &self->stats->intervals;
	Page *page = &self->page;
	guint n = MIN(intervals->items->len, self->shown);

	if (!intervals->items->len)
		return;
	page_section(page, "time", "Over time");
	put_columns(self, intervals);
	page_table(page, columns);
	for (guint i = 0; i < n; i++) {
		const StatsInterval *one = interval(intervals, i);

		page_row(page);
		page_cell_time(page, one->index * intervals->length_ns);
		page_cell_u64(page, one->requests);
		page_cell_u64(page, one->answered);
		page_cell_u64(page, one->errors);
		page_cell_u64(page, one->read);
		page_cell_u64(page, one->written);
		cell_duration(page, one->max);
		page_row_end(page);
	}
	page_table_end(page);
	page_more(page, intervals->items->len - n);
	page_section_end(page);
}

static void
put_slow(FiguresPage *self)
{
	static const char *const columns[] = {
		"#time",  "begin",   "#request frame", "#response frame", "client",
		"server", "command", "file",           "capture",         NULL
	};
	const GPtrArray *slow = self->stats->slow;
	Page *page = &self->page;
	guint n = MIN(slow->len, self->shown);

	if (!n)
		return;
	page_section(page, "slow", "Slowest");
	page_table(page, columns);
	for (guint i = 0; i < n; i++) {
		const StatsSlow *s = slow->pdata[i];

		page_row(page);
		cell_duration(page, s->time_ns);
		page_cell_time(page, s->request.time_ns);
		page_cell_u64(page, s->request.frame);
		page_cell_u64(page, s->response.frame);
		cell_address(page, &s->client);
		cell_address(page, &s->server);
		page_cell_str(page, s->command);
		page_cell_str(page, s->file);
		page_cell(page);
		html_capture(page->b, s->capture);
		page_cell_end(page);
		page_row_end(page);
	}
	page_table_end(page);
	page_more(page, slow->len - n);
	page_section_end(page);
}

/* ---- Segments ---- */

static void
put_segments_row(Page *page, const char *what, const StatsItem *item, const StatsFigures *f)
{
	page_row(page);
	page_cell_str(page, what);
	if (item)
		cell_name(page, item);
	else
		page_cell_str(page, NULL);
	page_cell_u64(page, f->numbers[STATS_N_CONNECTIONS]);
	for (unsigned i = STATS_N_RETRANSMITTED; i < STATS_NUMBERS; i++)
		page_cell_u64(page, f->numbers[i]);
	page_row_end(page);
}

static void
put_segments_of(FiguresPage *self, const char *what, const char *what_others, StatsKind kind,
		guint *left_out)
{
	g_autoptr(GPtrArray) items = stats_sorted(self->stats, kind, STATS_BY_SEGMENTS);
	const StatsFigures *others = &self->stats->others[kind];
	guint n = 0;

	for (guint i = 0; i < items->len; i++) {
		const StatsItem *item = items->pdata[i];

		if (stats_has_segments(&item->figures) && n++ < self->shown)
			put_segments_row(&self->page, what, item, &item->figures);
	}
	*left_out += n - MIN(n, self->shown);
	if (stats_has_segments(others))
		put_segments_row(&self->page, what_others, NULL, others);
}

static void
put_segments(FiguresPage *self)
{
	static const char *const columns[] = {
		"what",         "address",
		"#connections", "#again to server",
		"#to client",   "#bytes again to server",
		"#to client",   "#waited to server",
		"#to client",   "#full to server",
		"#to client",   NULL,
	};
	const StatsFigures *all = &self->stats->others[STATS_ALL];
	Page *page = &self->page;
	guint left_out = 0;

	if (!stats_has_segments(all))
		return;
	page_section(page, "segments", "Segments of TCP");
	page_note(page,
		  "Sent again; that waited for bytes before theirs; that filled the window of "
		  "their receiver.");
	if (self->stats->sums[STATS_SUM_WITHOUT_TCP])
		page_note(page, "Of connections over NetBEUI and IPX none of this is counted.");
	page_table(page, columns);
	put_segments_row(page, "all", NULL, all);
	put_segments_of(self, "server", "other servers, not kept", STATS_SERVER, &left_out);
	put_segments_of(self, "client", "other clients, not kept", STATS_CLIENT, &left_out);
	page_table_end(page);
	page_more(page, left_out);
	page_section_end(page);
}

void
out_figures_html(OutWriter *writer, const Stats *stats, const OutOptions *options,
		 const OutTotals *totals)
{
	FiguresPage self = { .page = page_begin(writer, options, "SMB response times"),
			     .stats = stats,
			     .shown = options->top ? options->top : ROWS };

	put_summary(&self);
	for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++)
		put_table(&self, i);
	put_errors(&self);
	put_sizes(&self);
	put_intervals(&self);
	put_slow(&self);
	put_segments(&self);
	page_end(&self.page, totals);
}
