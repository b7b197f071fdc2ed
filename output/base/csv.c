/* SPDX-License-Identifier: BSD-3-Clause */
/* Cells of CSV. */
#include "output/base/csv.h"

#include <string.h>

/*
 * A cell: in quotes where it has to be, and never the beginning of a formula, which for some
 * spreadsheets may have spaces before it.
 */
static void
put_cell(OutBuffer *b, const char *s, size_t n)
{
	bool quote = false;
	size_t blanks = 0;

	for (size_t i = 0; i < n; i++)
		quote |= s[i] == '"' || s[i] == ',' || s[i] == ';' || s[i] == '\'' ||
			 (unsigned char)s[i] <= ' ';
	if (quote)
		out_char(b, '"');
	while (blanks < n && s[blanks] == ' ')
		blanks++;
	if (blanks < n && strchr("=+-@\t\r", s[blanks]))
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
