/* SPDX-License-Identifier: BSD-3-Clause */
/* Words and numbers for text output: counts, sizes, durations, colours. */
#include "output/base/words.h"

#include <glib.h>

void
out_count(OutBuffer *b, uint64_t n, const char *one, const char *many)
{
	out_u64(b, n);
	out_char(b, ' ');
	out_str(b, n == 1 ? one : many);
}

/* Tenths of a unit, rounded down; v is small enough by then. */
static void
put_tenths(OutBuffer *b, uint64_t v, uint64_t unit, const char *name)
{
	out_lit(b, " (");
	out_u64(b, v / unit);
	out_char(b, '.');
	out_u64(b, v % unit * 10 / unit);
	out_str(b, name);
}

void
out_bytes(OutBuffer *b, uint64_t n)
{
	static const uint64_t mib = 1024 * 1024, gib = 1024 * 1024 * 1024;

	out_count(b, n, "byte", "bytes");
	if (n >= gib)
		put_tenths(b, n, gib, " GiB)");
	else if (n >= mib)
		put_tenths(b, n, mib, " MiB)");
}

static void
put_two(OutBuffer *b, uint64_t v)
{
	out_char(b, (char)('0' + v / 10 % 10));
	out_char(b, (char)('0' + v % 10));
}

void
out_duration(OutBuffer *b, uint64_t ns)
{
	uint64_t ms = ns / 1000000, seconds = ms / 1000;

	if (seconds >= 48 * 3600) {
		out_u64(b, seconds / 86400);
		out_lit(b, " days ");
		out_u64(b, seconds / 3600 % 24);
		out_lit(b, " h");
	} else if (seconds >= 3600) {
		out_u64(b, seconds / 3600);
		out_lit(b, " h ");
		put_two(b, seconds / 60 % 60);
		out_lit(b, " min");
	} else if (seconds >= 60) {
		out_u64(b, seconds / 60);
		out_lit(b, " min ");
		put_two(b, seconds % 60);
		out_lit(b, " s");
	} else if (seconds >= 1) {
		out_fixed(b, ms, 3);
		out_lit(b, " s");
	} else if (ms >= 1) {
		out_u64(b, ms);
		out_lit(b, " ms");
	} else {
		out_fixed(b, ns / 10000, 2);
		out_lit(b, " ms");
	}
}

void
out_answer_time(OutBuffer *b, uint64_t ns)
{
	if (ns < 999995000) {
		out_fixed(b, (ns + 5000) / 10000, 2);
		out_lit(b, " ms");
	} else {
		out_fixed(b, (ns + 5000000) / 10000000, 2);
		out_lit(b, " s");
	}
}

void
out_alert_on(OutBuffer *b, bool colour)
{
	if (colour)
		out_lit(b, "\033[1;31m");
}

void
out_alert_off(OutBuffer *b, bool colour)
{
	if (colour)
		out_lit(b, "\033[0m");
}

void
out_bold_on(OutBuffer *b, bool colour)
{
	if (colour)
		out_lit(b, "\033[1m");
}

/* Bytes of the character of UTF-8 that begins here; the buffer holds only what this program wrote,
 * so it is whole. */
static size_t
character_size(const char *p)
{
	unsigned char c = (unsigned char)*p;

	return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

void
out_fit(OutBuffer *b, size_t from, size_t width)
{
	size_t at = from, used = 0;

	if (out_width(b->data + from, b->len - from) > width && width > 0) {
		while (at < b->len) {
			size_t n = character_size(b->data + at);
			size_t w;

			n = n < b->len - at ? n : b->len - at;
			w = out_width(b->data + at, n);
			if (used + w > width - 1)
				break;
			used += w;
			at += n;
		}
		b->len = at;
		out_lit(b, "…");
	}
	out_pad(b, from, width);
}

/* Where the words before `at` end, without the comma and the spaces behind them. */
static size_t
words_before(const OutBuffer *b, size_t from, size_t at)
{
	while (at > from && b->data[at - 1] != ' ')
		at--;
	while (at > from && (b->data[at - 1] == ' ' || b->data[at - 1] == ','))
		at--;
	return at;
}

void
out_fit_words(OutBuffer *b, size_t from, size_t width)
{
	size_t end, at;

	if (out_width(b->data + from, b->len - from) <= width)
		return;
	out_fit(b, from, width);
	while (b->len > from && b->data[b->len - 1] == ' ')
		b->len--;
	end = b->len - MIN(b->len - from, strlen("…"));
	at = words_before(b, from, end);
	if (out_width(b->data + from, at - from) <= width / 2 &&
	    !(end > from && g_ascii_isdigit(b->data[end - 1])))
		return;
	/* "16 …": that this is the whole number has to be seen. */
	while (at > from && g_ascii_isdigit(b->data[at - 1]) &&
	       out_width(b->data + from, at - from) + 2 > width)
		at = words_before(b, from, at);
	b->len = at;
	if (at > from && g_ascii_isdigit(b->data[at - 1]))
		out_char(b, ' ');
	out_lit(b, "…");
}

unsigned
out_columns_of(const OutOptions *options)
{
	return options->columns ? MAX(options->columns, (unsigned)OUT_COLUMNS_LEAST) : 0;
}

/* Bytes of the character, or the whole colour, that begins here, and the columns it takes. */
static size_t
next_cell(const char *p, size_t n, size_t *ret_width)
{
	size_t size = 1;

	if (n > 1 && p[0] == '\033' && p[1] == '[') {
		while (size < n && p[size] != 'm')
			size++;
		*ret_width = 0;
		return MIN(size + 1, n);
	}
	size = MIN(character_size(p), n);
	*ret_width = out_width(p, size);
	return size;
}

static size_t
spaces_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] == ' ')
		i++;
	return i;
}

enum { REST_LEAST = 20 }; /* columns behind the indent */

typedef struct {
	size_t width, gap, indent; /* as of out_wrap */
} Wrap;

/*
 * How much of a line, which begins at the column `used`, goes before the break: up to a gap behind
 * the column `least`, or as much as fits. 0: all of it fits.
 */
static size_t
break_at(const Wrap *wrap, const char *p, size_t n, size_t used, size_t least)
{
	size_t at = 0, wide = 0, narrow = 0, fits = 0, w;

	while (at < n && used <= wrap->width) {
		size_t spaces = spaces_at(p + at, n - at);

		if (spaces && used > least) {
			narrow = at;
			wide = spaces >= wrap->gap ? at : wide;
		}
		fits = at;
		at += spaces ? spaces : next_cell(p + at, n - at, &w);
		used += spaces ? spaces : w;
	}
	if (used <= wrap->width)
		return 0;
	return wide ? wide : narrow ? narrow : MAX(fits, 1);
}

static void
wrap_line(OutBuffer *b, const char *p, size_t n, const Wrap *wrap)
{
	size_t first = spaces_at(p, n), used = 0, at;
	size_t indent = MIN(wrap->indent ? wrap->indent : first + 2, wrap->width - REST_LEAST);
	size_t least = MAX(indent, first);

	while ((at = break_at(wrap, p, n, used, least)) != 0) {
		out_put(b, p, at);
		at += spaces_at(p + at, n - at);
		p += at;
		n -= at;
		if (!n)
			return;
		out_char(b, '\n');
		used = b->len;
		out_pad(b, used, indent);
		used = least = indent;
	}
	out_put(b, p, n);
}

static bool
fits(const char *p, size_t n, size_t width)
{
	size_t used = 0, w;

	if (n <= width)
		return true;
	for (size_t at = 0; at < n; used += w)
		at += next_cell(p + at, n - at, &w);
	return used <= width;
}

void
out_wrap(OutBuffer *b, size_t from, size_t width, size_t gap, size_t indent)
{
	Wrap wrap = { width, gap, indent };
	OutBuffer lines = { 0 };
	size_t kept = from; /* what is before it is as it shall be */

	for (size_t at = from, next; width && at < b->len; at = next) {
		const char *end = memchr(b->data + at, '\n', b->len - at);
		size_t n = end ? (size_t)(end - b->data) - at : b->len - at;

		next = at + n + (end != NULL);
		if (fits(b->data + at, n, width))
			continue;
		out_buffer_reserve(&lines, n);
		out_put(&lines, b->data + kept, at - kept);
		wrap_line(&lines, b->data + at, n, &wrap);
		kept = at + n;
	}
	if (!lines.len)
		return;
	out_put(&lines, b->data + kept, b->len - kept);
	b->len = from;
	out_put(b, lines.data, lines.len);
	out_buffer_clear(&lines);
}
