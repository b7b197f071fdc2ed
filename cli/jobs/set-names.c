/* SPDX-License-Identifier: BSD-3-Clause */
/* How the files of a rotated capture are called. */
#include "cli/jobs/set-names.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

enum {
	MINUTES = 4, /* of the parts of a time, the last that it must have */
	COUNTER_DIGITS = 5,
};

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

/* ---- Date and time ---- */

/*
 * The bytes of a date and a time, as 20260102150405, 20260102-1504 or 2026-01-02T15:04:05; 0: there
 * is none. Seconds may be missing. More digits behind it make it another number.
 */
static size_t
time_length(const char *name, uint64_t *ret_value)
{
	static const struct {
		unsigned digits, min, max;
	} parts[] = { { 4, 1990, 2099 }, { 2, 1, 12 }, { 2, 1, 31 },
		      { 2, 0, 23 },      { 2, 0, 59 }, { 2, 0, 60 } };
	const char *at = name;
	uint64_t value = 0;
	size_t ret = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		unsigned part = 0;

		if (i && *at && strchr("-_.:T ", *at))
			at++;
		for (unsigned n = 0; n < parts[i].digits; n++, at++) {
			if (!g_ascii_isdigit(*at))
				return ret;
			part = part * 10 + (unsigned)(*at - '0');
		}
		if (part < parts[i].min || part > parts[i].max)
			return ret;
		value = value * 100 + part;
		if (i < MINUTES || g_ascii_isdigit(*at))
			continue;
		ret = (size_t)(at - name);
		*ret_value = i == MINUTES ? value * 100 : value;
	}
	return ret;
}

/* ---- What may differ ---- */

typedef enum {
	CHARACTER, /* or a digit of a number that says nothing of time */
	COUNTER,   /* of dumpcap and -w: "_00001_" */
	TIME,
} PartKind;

typedef struct {
	PartKind kind;
	uint64_t value;
	size_t length;
} Part;

static Part
part_at(const char *name, const char *end, const char *at)
{
	Part ret = { CHARACTER, (unsigned char)*at, 1 };
	bool begins = g_ascii_isdigit(*at) && (at == name || !g_ascii_isdigit(at[-1]));
	size_t digits = begins ? strspn(at, "0123456789") : 0, length;

	length = begins ? time_length(at, &ret.value) : 0;
	if (length && at + length <= end) {
		ret.kind = TIME;
		ret.length = length;
	} else if (digits >= COUNTER_DIGITS && at > name && at[-1] == '_' &&
		   (at[digits] == '_' || at[digits] == '.')) {
		ret = (Part){ COUNTER, g_ascii_strtoull(at, NULL, 10), digits };
	} else {
		ret.value = (unsigned char)*at;
	}
	return ret;
}

typedef enum { OTHER, SAME, LATER } Order;

/* Equal but for times and, beside them, counters, none of which falls. */
static Order
order_of(const char *name, size_t length, const char *next, size_t next_length)
{
	const char *at = name, *end = name + length, *other = next, *other_end = next + next_length;
	bool time = false, rises = false;

	while (at < end && other < other_end) {
		Part a = part_at(name, end, at), b = part_at(next, other_end, other);

		if (a.kind != b.kind || a.value > b.value ||
		    (a.kind == CHARACTER && a.value != b.value))
			return OTHER;
		time = time || a.kind == TIME;
		rises = rises || a.value < b.value;
		at += a.length;
		other += b.length;
	}
	if (at < end || other < other_end || (rises && !time))
		return OTHER;
	return rises ? LATER : SAME;
}

/* ---- Number behind the ending ---- */

/* "x.pcap7": digits at the end, and before them letters and a dot; "x.pcap" has none. */
static bool
has_number_behind(const char *name)
{
	size_t n = length_unpacked(name), from = n, dot;

	while (from && g_ascii_isdigit(name[from - 1]))
		from--;
	for (dot = from; dot && g_ascii_isalpha(name[dot - 1]);)
		dot--;
	return from < n && dot && dot < from && name[dot - 1] == '.';
}

/* The digits at the end; 0 without any. */
static uint64_t
number_behind(const char *name)
{
	size_t n = length_unpacked(name), from = n;

	while (from && g_ascii_isdigit(name[from - 1]))
		from--;
	return g_ascii_strtoull(name + from, NULL, 10);
}

/* Without a number behind the ending, and an ending of compression. */
static size_t
length_of_stem(const char *name)
{
	size_t n = length_unpacked(name);

	while (has_number_behind(name) && g_ascii_isdigit(name[n - 1]))
		n--;
	return n;
}

static size_t
length_of_directory(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? (size_t)(slash - name) + 1 : 0;
}

bool
cli_sets_names_follow(const char *name, const char *next)
{
	size_t directory = length_of_directory(name);
	Order order;

	if (length_of_directory(next) != directory || memcmp(name, next, directory) != 0)
		return false;
	name += directory;
	next += directory;
	order = order_of(name, length_of_stem(name), next, length_of_stem(next));
	return order == LATER ||
	       (order == SAME && has_number_behind(next) &&
		(!has_number_behind(name) || number_behind(next) > number_behind(name)));
}

bool
cli_sets_are_numbered(const char *name, const char *next)
{
	size_t n = length_of_stem(name);

	return n == length_of_stem(next) && memcmp(name, next, n) == 0 &&
	       (has_number_behind(name) || has_number_behind(next));
}

int
cli_sets_names_order(const char *name, const char *next)
{
	size_t a = length_of_stem(name), b = length_of_stem(next);
	uint64_t number, next_number;
	int ret = memcmp(name, next, MIN(a, b));

	if (ret == 0 && a != b)
		ret = a < b ? -1 : 1;
	if (ret != 0 || !has_number_behind(next) || !has_number_behind(name))
		return ret ? ret : strcmp(name, next);
	number = number_behind(name);
	next_number = number_behind(next);
	return number == next_number ? strcmp(name, next) : number < next_number ? -1 : 1;
}
