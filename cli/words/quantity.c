/* SPDX-License-Identifier: BSD-3-Clause */
/* A number and a unit. */
#include "cli/words/quantity.h"

#include <glib.h>
#include <string.h>

#define US_MAX (UINT64_C(1000) * 366 * 86400 * 1000000)

bool
cli_parse_duration(const char *text, uint64_t *ret_us)
{
	static const struct {
		const char *name;
		uint64_t us;
	} units[] = {
		{ "", 1000000 },
		{ "s", 1000000 },
		{ "ms", 1000 },
		{ "m", 60 * 1000000 },
		{ "h", UINT64_C(3600000000) },
		{ "d", UINT64_C(86400000000) },
	};
	guint64 n;
	char *end;

	if (!g_ascii_isdigit(text[0]))
		return false;
	n = g_ascii_strtoull(text, &end, 10);
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (!g_str_equal(end, units[i].name))
			continue;
		if (n > US_MAX / units[i].us)
			return false;
		*ret_us = n * units[i].us;
		return true;
	}
	return false;
}

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
