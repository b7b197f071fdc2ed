/* SPDX-License-Identifier: BSD-3-Clause */
/* Cells of CSV. */
#include "output/base/csv.h"

#include <string.h>

static size_t
first_of(const char *s, size_t n, const char *const *texts)
{
	for (; *texts; texts++)
		if (n >= strlen(*texts) && memcmp(s, *texts, strlen(*texts)) == 0)
			return strlen(*texts);
	return 0;
}

/*
 * Whether a cell is a formula for some spreadsheet: with spaces before it, of any width, and with
 * the signs of full width that some take for the others (U+FF0B, U+FF0D, U+FF1D, U+FF20).
 */
static bool
is_formula(const char *s, size_t n)
{
	static const char *const blanks[] = { " ", "\xC2\xA0", "\xE3\x80\x80", NULL };
	static const char *const signs[] = { "=",
					     "+",
					     "-",
					     "@",
					     "\t",
					     "\r",
					     "\xEF\xBC\x8B",
					     "\xEF\xBC\x8D",
					     "\xEF\xBC\x9D",
					     "\xEF\xBC\xA0",
					     NULL };
	size_t at = 0, blank;

	while ((blank = first_of(s + at, n - at, blanks)))
		at += blank;
	return first_of(s + at, n - at, signs);
}

/* A cell: in quotes where it has to be, and never the beginning of a formula. */
static void
put_cell(OutBuffer *b, const char *s, size_t n)
{
	bool quote = false;

	for (size_t i = 0; i < n; i++)
		quote |= s[i] == '"' || s[i] == ',' || s[i] == ';' || s[i] == '\'' ||
			 (unsigned char)s[i] <= ' ';
	if (quote)
		out_char(b, '"');
	if (is_formula(s, n))
		out_char(b, '\'');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"')
			out_char(b, '"');
		out_char(b, s[i]);
	}
	if (quote)
		out_char(b, '"');
}

void
out_csv_cell(OutBuffer *b, OutBuffer *scratch)
{
	if (b->len && b->data[b->len - 1] != '\n')
		out_char(b, ',');
	put_cell(b, scratch->data, scratch->len);
	scratch->len = 0;
}
