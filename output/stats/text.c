/* SPDX-License-Identifier: BSD-3-Clause */
/* Figures as text: tables with small bars. */
#include <string.h>

#include "output/stats/text.h"

enum {
	SHOWN = 10, /* entries of each list, unless asked for */
	COLUMNS = 100,
	WIDE = 96, /* from here on all columns */
	TIME = 10, /* columns of a time */
	COUNT = 9,
	BAR = 8,
	SHORT_BAR = 4,
	LONG_BAR = 30,
	STAMP = 24,
};

static void
spaces(OutBuffer *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out_char(b, ' ');
}

/* Moves what was written since `from` to the right of a column. */
static void
right(OutBuffer *b, size_t from, size_t width)
{
	size_t n = b->len - from, more = n < width ? width - n : 0;

	spaces(b, more);
	memmove(b->data + from + more, b->data + from, n);
	memset(b->data + from, ' ', more);
}

static void
put_number(OutBuffer *b, uint64_t n, size_t width)
{
	size_t from = b->len;

	out_u64(b, n);
	right(b, from, width);
}

static void
put_title(OutBuffer *b, const char *title, size_t width)
{
	size_t from = b->len;

	out_str(b, title);
	right(b, from, width);
}

static void
put_time(OutBuffer *b, uint64_t ns)
{
	size_t from = b->len;

	out_answer_time(b, ns);
	right(b, from, TIME);
}

/* Of `most`, at least one mark for anything; never more than fit, whatever a record says. */
static void
put_bar(OutBuffer *b, uint64_t n, uint64_t most, unsigned width)
{
	double part = MIN((double)n / (double)MAX(most, 1u), 1.0);
	unsigned marks = (unsigned)(part * width + 0.5);

	out_lit(b, "  ");
	for (unsigned i = 0; i < MAX(marks, n > 0); i++)
		out_char(b, '#');
	while (b->data[b->len - 1] == ' ')
		b->len--;
	out_char(b, '\n');
}

void
figures_heading(FiguresText *self, const char *title)
{
	out_char(self->b, '\n');
	out_bold_on(self->b, self->options->colour);
	out_str(self->b, title);
	out_bold_off(self->b, self->options->colour);
	out_char(self->b, '\n');
}

/* ---- Tables of response times ---- */

static void
put_titles(FiguresText *self, const char *title)
{
	OutBuffer *b = self->b;
	size_t from;

	figures_heading(self, title);
	from = b->len;
	spaces(b, self->name + 2);
	put_title(b, "answered", COUNT);
	if (self->wide)
		put_title(b, "min", TIME);
	put_title(b, "median", TIME);
	put_title(b, "p95", TIME);
	if (self->wide)
		put_title(b, "p99", TIME);
	put_title(b, "max", TIME);
	out_lit(b, "  time\n");
	(void)from;
}

static void
put_row(FiguresText *self, const StatsTimes *t, uint64_t most)
{
	OutBuffer *b = self->b;

	put_number(b, t->count, COUNT);
	if (!t->count) {
		out_char(b, '\n');
		return;
	}
	if (self->wide)
		put_time(b, t->min);
	put_time(b, stats_times_quantile(t, 500));
	put_time(b, stats_times_quantile(t, 950));
	if (self->wide)
		put_time(b, stats_times_quantile(t, 990));
	put_time(b, t->max);
	put_bar(b, t->sum, most, self->wide ? BAR : SHORT_BAR);
}

static void
put_label(FiguresText *self, size_t from)
{
	out_fit(self->b, from, self->name);
	out_lit(self->b, "  ");
}

static void
put_label_str(FiguresText *self, const char *name)
{
	size_t from = self->b->len;

	out_str(self->b, name);
	put_label(self, from);
}

static void
put_more(FiguresText *self, guint more)
{
	if (!more)
		return;
	out_lit(self->b, "and ");
	out_u64(self->b, more);
	out_lit(self->b, " more (--top, --all)\n");
}

/* The last part of a path says most. */
static void
put_name(FiguresText *self, const StatsItem *item)
{
	OutBuffer *b = self->b;
	size_t from = b->len, width;

	out_figures_name(b, item);
	width = out_width(b->data + from, b->len - from);
	if ((item->kind == STATS_FILE || item->kind == STATS_COMMAND) && width > self->name &&
	    width == b->len - from) {
		size_t cut = width - self->name + 3;

		memmove(b->data + from + 3, b->data + from + cut, width - cut);
		memcpy(b->data + from, "...", 3);
		b->len = from + self->name;
	}
	put_label(self, from);
}

static void
put_table(FiguresText *self, StatsKind kind, const char *title)
{
	g_autoptr(GPtrArray) items = stats_sorted(self->stats, kind, STATS_BY_TIME);
	const StatsTimes *others = &self->stats->others[kind].response;
	guint n = MIN(items->len, self->shown);
	uint64_t most = self->stats->others[STATS_ALL].response.sum;

	if (!items->len && !others->count)
		return;
	put_titles(self, title);
	for (guint i = 0; i < n; i++) {
		const StatsItem *item = items->pdata[i];

		put_name(self, item);
		put_row(self, &item->figures.response, most);
	}
	put_more(self, items->len - n);
	if (others->count) {
		put_label_str(self, "others, not kept");
		put_row(self, others, most);
	}
}

static void
put_all(FiguresText *self)
{
	const StatsFigures *all = &self->stats->others[STATS_ALL];

	put_titles(self, "Response times");
	put_label_str(self, "all");
	put_row(self, &all->response, all->response.sum);
	if (all->server.count) {
		put_label_str(self, "less handshake");
		put_row(self, &all->server, all->response.sum);
	}
	if (all->handshake.count) {
		put_label_str(self, "handshakes");
		put_row(self, &all->handshake, all->response.sum);
	}
}

/* ---- Segments ---- */

static const struct {
	StatsNumber number;
	const char *title;
} segments[] = {
	{ STATS_N_RETRANSMITTED, "again" },
	{ STATS_N_OUT_OF_ORDER, "waited" },
	{ STATS_N_WINDOW_FULL, "full" },
};

static void
put_segment_titles(FiguresText *self)
{
	OutBuffer *b = self->b;

	figures_heading(self,
			"Segments of TCP sent again, that waited for others, or that filled the "
			"window");
	spaces(b, self->segments_name + 2);
	put_title(b, "to servers", G_N_ELEMENTS(segments) * COUNT);
	put_title(b, "to clients", G_N_ELEMENTS(segments) * COUNT);
	out_char(b, '\n');
	spaces(b, self->segments_name + 2);
	for (unsigned i = 0; i < 2 * G_N_ELEMENTS(segments); i++)
		put_title(b, segments[i % G_N_ELEMENTS(segments)].title, COUNT);
	out_char(b, '\n');
}

static void
put_segments(FiguresText *self, const char *what, const StatsItem *item, const StatsFigures *f)
{
	OutBuffer *b = self->b;
	size_t from = b->len;

	out_str(b, what);
	if (item)
		out_figures_name(b, item);
	out_fit(b, from, self->segments_name);
	out_lit(b, "  ");
	for (unsigned dir = 0; dir < 2; dir++)
		for (gsize i = 0; i < G_N_ELEMENTS(segments); i++)
			/* Figures are there, whether or not an item has them. */
			/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
			put_number(b, f->numbers[segments[i].number + dir], COUNT);
	out_char(b, '\n');
}

/* Of servers or clients, those with anything to tell. */
static void
put_segments_of(FiguresText *self, StatsKind kind, const char *what, const char *what_others)
{
	g_autoptr(GPtrArray) items = stats_sorted(self->stats, kind, STATS_BY_SEGMENTS);
	const StatsFigures *others = &self->stats->others[kind];
	guint n = 0;

	for (guint i = 0; i < items->len; i++) {
		const StatsItem *item = items->pdata[i];

		if (stats_has_segments(&item->figures) && n++ < self->shown)
			put_segments(self, what, item, &item->figures);
	}
	put_more(self, n - MIN(n, self->shown));
	if (stats_has_segments(others))
		put_segments(self, what_others, NULL, others);
}

static void
put_transport(FiguresText *self)
{
	const StatsFigures *all = &self->stats->others[STATS_ALL];

	if (!stats_has_segments(all))
		return;
	put_segment_titles(self);
	put_segments(self, "all", NULL, all);
	put_segments_of(self, STATS_SERVER, "server ", "other servers, not kept");
	put_segments_of(self, STATS_CLIENT, "client ", "other clients, not kept");
}

/* ---- Other tables ---- */

/* How many errors, how many of them belong to ordinary work, and their part of all. */
static void
put_error_row(FiguresText *self, const StatsFigures *f)
{
	const StatsFigures *all = &self->stats->others[STATS_ALL];
	uint64_t count = f->numbers[STATS_N_ERRORS];

	put_number(self->b, count, COUNT);
	put_number(self->b, f->numbers[STATS_N_EXPECTED], COUNT);
	put_bar(self->b, count, all->numbers[STATS_N_ERRORS],
		self->wide ? LONG_BAR : LONG_BAR - COUNT);
}

static void
put_errors(FiguresText *self)
{
	g_autoptr(GPtrArray) items = stats_sorted(self->stats, STATS_STATUS, STATS_BY_ERRORS);
	const StatsFigures *others = &self->stats->others[STATS_STATUS];
	guint n = MIN(items->len, self->shown);

	if (!items->len && !others->numbers[STATS_N_ERRORS])
		return;
	figures_heading(self, "Errors by status");
	spaces(self->b, self->name + 2);
	put_title(self->b, "errors", COUNT);
	put_title(self->b, "ordinary", COUNT);
	out_char(self->b, '\n');
	for (guint i = 0; i < n; i++) {
		const StatsItem *item = items->pdata[i];

		put_name(self, item);
		put_error_row(self, &item->figures);
	}
	put_more(self, items->len - n);
	if (others->numbers[STATS_N_ERRORS]) {
		put_label_str(self, "others, not kept");
		put_error_row(self, others);
	}
}

static void
put_length(OutBuffer *b, uint64_t ns)
{
	if (ns < 1000000) {
		out_u64(b, ns / 1000);
		out_lit(b, " µs");
	} else if (ns < 1000000000) {
		out_fixed(b, ns / 1000, 3);
		while (b->data[b->len - 1] == '0')
			b->len--;
		if (b->data[b->len - 1] == '.')
			b->len--;
		out_lit(b, " ms");
	} else {
		out_duration(b, ns);
	}
}

static void
put_intervals(FiguresText *self)
{
	const StatsIntervals *intervals = &self->stats->intervals;
	OutBuffer *b = self->b;
	uint64_t most = 0;

	if (!intervals->items->len)
		return;
	for (guint i = 0; i < intervals->items->len; i++)
		most = MAX(most, g_array_index(intervals->items, StatsInterval, i).requests);
	figures_heading(self, "Over time");
	out_lit(b, "intervals of ");
	put_length(b, intervals->length_ns);
	out_char(b, '\n');
	spaces(b, STAMP + 7);
	put_title(b, "requests", COUNT);
	put_title(b, "errors", COUNT);
	if (self->wide) {
		put_title(b, "read", 13);
		put_title(b, "written", 13);
	}
	out_lit(b, "\n");
	for (guint i = 0; i < intervals->items->len; i++) {
		const StatsInterval *one = &g_array_index(intervals->items, StatsInterval, i);
		size_t from = b->len;

		out_clock_time(b, &self->clock, one->index * intervals->length_ns);
		out_pad(b, from, STAMP + 7);
		put_number(b, one->requests, COUNT);
		put_number(b, one->errors, COUNT);
		if (self->wide) {
			put_number(b, one->read, 13);
			put_number(b, one->written, 13);
		}
		put_bar(b, one->requests, most, self->wide ? 15 : 9);
	}
}

static void
put_sizes(FiguresText *self)
{
	const uint64_t *reads = self->stats->sizes[STATS_READS];
	const uint64_t *writes = self->stats->sizes[STATS_WRITES];
	OutBuffer *b = self->b;
	uint64_t most = 0;

	for (unsigned i = 0; i < STATS_SIZES; i++)
		most = MAX(most, stats_sum(reads[i], writes[i]));
	if (!most)
		return;
	figures_heading(self, "Reads and writes by size");
	put_title(b, "bytes", 12);
	put_title(b, "reads", COUNT);
	put_title(b, "writes", COUNT);
	out_char(b, '\n');
	for (unsigned i = 0; i < STATS_SIZES; i++) {
		if (!reads[i] && !writes[i])
			continue;
		put_number(b, out_figures_size(i), 11);
		out_char(b, i > 1 ? '+' : ' ');
		put_number(b, reads[i], COUNT);
		put_number(b, writes[i], COUNT);
		put_bar(b, stats_sum(reads[i], writes[i]), most, 20);
	}
}

static void
put_slow(FiguresText *self)
{
	const GPtrArray *slow = self->stats->slow;
	OutBuffer *b = self->b;
	guint n = MIN(slow->len, self->shown);

	if (!n)
		return;
	figures_heading(self, "Slowest");
	for (guint i = 0; i < n; i++) {
		const StatsSlow *s = slow->pdata[i];
		size_t from = b->len;

		put_time(b, s->time_ns);
		out_lit(b, "  frames ");
		out_u64(b, s->request.frame);
		out_lit(b, " to ");
		out_u64(b, s->response.frame);
		out_lit(b, "  ");
		out_figures_address(b, &s->client);
		out_lit(b, " > ");
		out_figures_address(b, &s->server);
		out_lit(b, "  ");
		out_text(b, smb_text_from_utf8(s->command));
		if (s->file) {
			out_char(b, ' ');
			out_text(b, smb_text_from_utf8(s->file));
		}
		if (s->capture && self->options->several) {
			out_lit(b, "  ");
			out_text(b, smb_text_from_utf8(s->capture));
		}
		out_char(b, '\n');
		out_wrap(b, from, self->columns, 2, TIME + 2);
	}
	put_more(self, slow->len - n);
}

static void
put_left_out(FiguresText *self)
{
	if (!stats_left_out(self->stats))
		return;
	out_lit(self->b, "\nNot all names were kept: those left out are counted together as "
			 "others (--memory).\n");
}

void
out_figures_text(OutWriter *writer, const Stats *stats, const OutOptions *options)
{
	unsigned columns = out_columns_of(options);
	unsigned used;
	FiguresText self = { .b = out_writer_buffer(writer),
			     .stats = stats,
			     .options = options,
			     .clock = { .utc = options->utc },
			     .columns = columns ? columns : 0,
			     .shown = options->top ? options->top : SHOWN };

	columns = columns ? columns : COLUMNS;
	self.wide = columns >= WIDE;
	used = 2 + COUNT + (self.wide ? 5 : 3) * TIME + 2 + (self.wide ? BAR : SHORT_BAR);
	self.name = MIN(columns - used, 60u);
	self.segments_name = MIN(columns - 2 - 2 * COUNT * (unsigned)G_N_ELEMENTS(segments), 40u);
	figures_summary(&self);
	put_all(&self);
	put_table(&self, STATS_COMMAND, "By command");
	put_table(&self, STATS_SERVER, "By server");
	put_table(&self, STATS_CLIENT, "By client");
	put_table(&self, STATS_SHARE, "By share");
	put_table(&self, STATS_FILE, "By file");
	out_writer_record(writer);
	put_errors(&self);
	put_sizes(&self);
	put_intervals(&self);
	put_slow(&self);
	put_transport(&self);
	figures_connections(&self);
	put_left_out(&self);
	out_char(self.b, '\n');
	out_writer_record(writer);
}
