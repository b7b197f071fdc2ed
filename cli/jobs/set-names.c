/* SPDX-License-Identifier: BSD-3-Clause */
/* How the files of a rotated capture are called. */
#include "cli/jobs/set-names.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

enum { DATE_AND_TIME = 12 }; /* digits: 202601021504 */

static const char *const packed[] = { ".gz", ".xz", ".zst", ".lz4", ".bz2", NULL };

/* Without an ending of compression. */
static size_t
length_unpacked(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; packed[i]; i++)
		if (g_str_has_suffix(name, packed[i]))
			return n - strlen(packed[i]);
	return n;
}

bool
cli_sets_is_packed(const char *name)
{
	return name[length_unpacked(name)] != '\0';
}

/* Past the digits; counts them. */
static const char *
skip_digits(const char *at, unsigned *digits)
{
	for (; g_ascii_isdigit(*at); at++)
		(*digits)++;
	return at;
}

/* The last DATE_AND_TIME digits of a name that has as many. */
static void
last_digits(const char *name, char ret[DATE_AND_TIME])
{
	size_t n = strlen(name);

	for (int at = DATE_AND_TIME; at && n; n--)
		if (g_ascii_isdigit(name[n - 1]))
			ret[--at] = name[n - 1];
}

/* Later, and not only another place at the same time: "site1-202601011200", "site2-202601011200". */
static bool
is_later(const char *name, const char *next)
{
	char a[DATE_AND_TIME] = { 0 }, b[DATE_AND_TIME] = { 0 };

	last_digits(name, a);
	last_digits(next, b);
	return memcmp(a, b, sizeof(a)) < 0;
}

/* Equal but for digits, of which the second may have more. */
static bool
are_alike(const char *name, const char *next, unsigned *ret_digits, unsigned *ret_next_digits)
{
	*ret_digits = *ret_next_digits = 0;
	for (;;) {
		name = skip_digits(name, ret_digits);
		next = skip_digits(next, ret_next_digits);
		if (*name != *next)
			return false;
		if (!*name)
			return true;
		name++;
		next++;
	}
}

/* "x.pcap7": digits at the end, and an ending before them; "x.pcap" has none. */
static bool
has_number_behind(const char *name)
{
	size_t n = length_unpacked(name), from = n;
	const char *dot;

	while (from && g_ascii_isdigit(name[from - 1]))
		from--;
	dot = memrchr(name, '.', from);
	return from < n && dot && dot < name + from - 1 &&
	       !memchr(dot, '/', from - (size_t)(dot - name));
}

/* The digits at the end; 0 without any. */
static uint64_t
number_behind(const char *name)
{
	size_t n = length_unpacked(name);
	size_t from = n;

	while (from && g_ascii_isdigit(name[from - 1]))
		from--;
	return g_ascii_strtoull(name + from, NULL, 10);
}

bool
cli_sets_names_follow(const char *name, const char *next)
{
	unsigned digits, next_digits;

	if (!are_alike(name, next, &digits, &next_digits) || g_str_equal(name, next))
		return false;
	if (has_number_behind(next))
		return next_digits >= digits && number_behind(next) > number_behind(name) &&
		       (has_number_behind(name) || next_digits > digits);
	return digits == next_digits && digits >= DATE_AND_TIME && strcmp(name, next) < 0 &&
	       is_later(name, next);
}
