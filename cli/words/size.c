/* SPDX-License-Identifier: BSD-3-Clause */
/* Sizes on the command line. */
#include "cli/words/size.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

bool
cli_parse_size(const char *text, size_t *ret_bytes)
{
	static const char units[] = "KMG";
	guint64 value;
	char *end;
	const char *unit;
	unsigned shift = 0;

	if (!g_ascii_isdigit(text[0]))
		return false;
	value = g_ascii_strtoull(text, &end, 10);
	if (*end && (unit = strchr(units, g_ascii_toupper(*end)))) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
		if (g_str_equal(end, "iB") || g_str_equal(end, "B"))
			end += strlen(end);
	}
	if (*end || value > SIZE_MAX >> shift)
		return false;
	*ret_bytes = (size_t)value << shift;
	return true;
}
