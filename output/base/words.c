/* SPDX-License-Identifier: BSD-3-Clause */
/* Words and numbers for text output: counts, sizes, durations, colours. */
#include "output/base/words.h"

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

	if (seconds >= 3600) {
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
