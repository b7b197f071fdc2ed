/* SPDX-License-Identifier: BSD-3-Clause */
/* Bars by name, and columns by day. */
#include "output/html/charts.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/base/words.h"

enum {
	BARS_MAX = 16,
	WIDTH = 520,
	ROW = 22,
	LABEL = 230,      /* columns for names */
	LABEL_WORDS = 30, /* their letters */
	BAR = 220,        /* of the longest */
	DAYS_WIDTH = 940,
	DAYS_HEIGHT = 110,
	DAYS_MAX = 100, /* beyond, months */
	MONTHS_MAX = 120,
	DATE_LETTERS = 10, /* 2026-11-22 */
	MONTH_LETTERS = 7,
	LABELS = 400, /* what two of them take */
};

static void
attribute(OutBuffer *b, const char *name, uint64_t value)
{
	out_char(b, ' ');
	out_str(b, name);
	out_lit(b, "=\"");
	out_u64(b, value);
	out_char(b, '"');
}

static void
begin(Page *page, const char *title, uint64_t width, uint64_t height)
{
	OutBuffer *b = page->b;

	out_lit(b, "<figure class=\"chart\"><figcaption>");
	out_str(b, title);
	out_lit(b, "</figcaption>\n<svg role=\"img\" aria-label=\"");
	out_str(b, title);
	out_lit(b, "\" viewBox=\"0 0 ");
	out_u64(b, width);
	out_char(b, ' ');
	out_u64(b, height);
	out_char(b, '"');
	attribute(b, "width", width);
	attribute(b, "height", height);
	out_lit(b, ">\n");
}

static void
end(Page *page)
{
	out_lit(page->b, "</svg></figure>\n");
}

/* Of `longest`, at least 1 for anything; counts may be as large as 63 bits hold. */
static uint64_t
length_of(uint64_t count, uint64_t most, uint64_t longest)
{
	uint64_t n = (uint64_t)((double)count / (double)MAX(most, 1) * (double)longest + 0.5);

	return count ? MAX(n, 1) : 0;
}

/* ---- Bars ---- */

static gint
compare_counts(gconstpointer a, gconstpointer b)
{
	const AuditCount *x = *(const AuditCount *const *)a, *y = *(const AuditCount *const *)b;

	const char *name = x->key, *other = y->key;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(name, other);
}

static void
put_bar(OutBuffer *b, unsigned row, const char *name, uint64_t count, uint64_t most)
{
	uint64_t length = length_of(count, most, BAR);
	size_t from;

	out_lit(b, "<g><title>");
	html_str(b, name);
	out_lit(b, "</title><text class=\"name\"");
	attribute(b, "x", LABEL - 8);
	attribute(b, "y", row * ROW + 15);
	out_char(b, '>');
	from = b->len;
	out_text(b, smb_text_from_utf8(name));
	out_fit_words(b, from, LABEL_WORDS);
	html_escape_from(b, from);
	out_lit(b, "</text><rect class=\"bar\"");
	attribute(b, "x", LABEL);
	attribute(b, "y", row * ROW + 3);
	attribute(b, "width", length);
	attribute(b, "height", ROW - 6);
	out_lit(b, "/><text");
	attribute(b, "x", LABEL + length + 6);
	attribute(b, "y", row * ROW + 15);
	out_char(b, '>');
	out_u64(b, count);
	out_lit(b, "</text></g>\n");
}

void
chart_bars(Page *page, const char *title, const AuditTally *tally, const char *none)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	uint64_t others = 0;
	guint shown;

	if (!tally->n)
		return;
	for (uint32_t i = 0; i < tally->n; i++)
		g_ptr_array_add(sorted, &tally->items[i]);
	g_ptr_array_sort(sorted, compare_counts);
	shown = MIN(sorted->len, (guint)BARS_MAX);
	for (guint i = shown; i < sorted->len; i++)
		others = audit_sum(others, ((const AuditCount *)sorted->pdata[i])->count);
	begin(page, title, WIDTH, (uint64_t)(shown + (others > 0)) * ROW);
	for (guint i = 0; i < shown; i++) {
		const AuditCount *c = sorted->pdata[i], *first = sorted->pdata[0];
		const char *name = c->key;

		put_bar(page->b, i, strcmp(name, "none") == 0 ? none : name, c->count,
			first->count);
	}
	if (others)
		put_bar(page->b, shown, "others", others,
			MAX(others, ((const AuditCount *)sorted->pdata[0])->count));
	end(page);
}

/* ---- Days ---- */

/* The Julian day of 2026-11-22; 0: not a date, records may have any text there. */
static uint32_t
day_of(const char *key)
{
	unsigned parts[3];
	char *at = (char *)key;

	if (strlen(key) != DATE_LETTERS || key[4] != '-' || key[7] != '-')
		return 0;
	for (int i = 0; i < 3; i++) {
		if (!g_ascii_isdigit(*at))
			return 0;
		parts[i] = (unsigned)strtoul(at, &at, 10);
		at += i < 2;
	}
	if (at != key + DATE_LETTERS)
		return 0;
	if (!g_date_valid_dmy((GDateDay)MIN(parts[2], 32u), (GDateMonth)MIN(parts[1], 13u),
			      (GDateYear)MIN(parts[0], 9999u)))
		return 0;
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)parts[2], (GDateMonth)parts[1], (GDateYear)parts[0]);
	return g_date_get_julian(&date);
}

/* A column for each day, also for those without traffic. */
static GArray *
columns_of_days(const AuditTally *days, uint32_t first, uint32_t last)
{
	GArray *columns = g_array_new(FALSE, TRUE, sizeof(ChartColumn));
	GDate date;

	g_array_set_size(columns, last - first + 1);
	for (uint32_t day = first; day <= last; day++) {
		g_date_clear(&date, 1);
		g_date_set_julian(&date, day);
		g_date_strftime(g_array_index(columns, ChartColumn, day - first).label,
				DATE_LETTERS + 1, "%Y-%m-%d", &date);
	}
	for (uint32_t i = 0; i < days->n; i++) {
		uint32_t day = day_of(days->items[i].key);

		if (day)
			g_array_index(columns, ChartColumn, day - first).count +=
				days->items[i].count;
	}
	return columns;
}

/* Only those that have any: a clock that leaps must not make a million. */
static GArray *
columns_of_months(const AuditTally *days)
{
	GArray *columns = g_array_new(FALSE, TRUE, sizeof(ChartColumn));

	for (uint32_t i = 0; i < days->n; i++) {
		const char *key = days->items[i].key;
		ChartColumn *last = columns->len
					    ? &g_array_index(columns, ChartColumn, columns->len - 1)
					    : NULL;
		ChartColumn column = { .count = days->items[i].count };

		if (!day_of(key))
			continue;
		memcpy(column.label, key, MONTH_LETTERS);
		if (last && strcmp(last->label, column.label) == 0)
			last->count = audit_sum(last->count, column.count);
		else if (columns->len < MONTHS_MAX)
			g_array_append_val(columns, column);
	}
	return columns;
}

static void
put_columns(OutBuffer *b, const ChartColumn *columns, guint n, const char *one, const char *many)
{
	uint64_t most = 1, step = DAYS_WIDTH / MAX(n, 12u);

	for (guint i = 0; i < n; i++)
		most = MAX(most, columns[i].count);
	for (guint i = 0; i < n; i++) {
		const ChartColumn *c = &columns[i];
		uint64_t height = length_of(c->count, most, DAYS_HEIGHT);

		out_lit(b, "<g><title>");
		out_str(b, c->label);
		out_lit(b, ": ");
		out_count(b, c->count, one, many);
		out_lit(b, "</title><rect class=\"bar\"");
		attribute(b, "x", i * step + 1);
		attribute(b, "y", DAYS_HEIGHT + 16 - height);
		attribute(b, "width", MAX(step, 3) - 2);
		attribute(b, "height", height);
		out_lit(b, "/>");
		/* Numbers where they have room. */
		if (n <= 16) {
			out_lit(b, "<text class=\"middle\"");
			attribute(b, "x", i * step + step / 2);
			attribute(b, "y", DAYS_HEIGHT + 12 - height);
			out_char(b, '>');
			out_u64(b, c->count);
			out_lit(b, "</text>");
		}
		out_lit(b, "</g>\n");
	}
}

/* The first and, where there is room for two, the last; or all of them. */
static void
put_labels(OutBuffer *b, const ChartColumn *columns, guint n, bool all)
{
	uint64_t step = DAYS_WIDTH / MAX(n, 12u);

	for (guint i = 0; i < n; i++) {
		bool last = i > 0 && i == n - 1;

		if (!all && i && (!last || n * step < LABELS))
			continue;
		out_str(b, all    ? "<text class=\"middle\""
			   : last ? "<text class=\"last\""
				  : "<text");
		attribute(b, "x", all ? i * step + step / 2 : last ? (i + 1) * step : 0);
		attribute(b, "y", DAYS_HEIGHT + 32);
		out_char(b, '>');
		out_str(b, columns[i].label);
		out_lit(b, "</text>\n");
	}
}

void
chart_columns(Page *page, const char *title, const ChartColumn *columns, guint n, bool label_all,
	      const char *one, const char *many)
{
	begin(page, title, DAYS_WIDTH, DAYS_HEIGHT + 40);
	put_columns(page->b, columns, n, one, many);
	put_labels(page->b, columns, n, label_all && n <= 12);
	end(page);
}

void
chart_days(Page *page, const AuditTally *days)
{
	uint32_t first = UINT32_MAX, last = 0;
	g_autoptr(GArray) columns = NULL;

	for (uint32_t i = 0; i < days->n; i++) {
		uint32_t day = day_of(days->items[i].key);

		first = day ? MIN(first, day) : first;
		last = MAX(last, day);
	}
	if (!last)
		return;
	columns = last - first < DAYS_MAX ? columns_of_days(days, first, last)
					  : columns_of_months(days);
	chart_columns(page,
		      last - first < DAYS_MAX ? "Connections by day (UTC)"
					      : "Connections by month (UTC)",
		      &g_array_index(columns, ChartColumn, 0), columns->len, true, "connection",
		      "connections");
}
