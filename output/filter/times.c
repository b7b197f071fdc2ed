/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Times as people write them: RFC 3339, what the timeline prints, dates, times of day, seconds since
 * 1970, and seconds since the capture began.
 */
#include <string.h>

#include "output/filter/internal.h"

enum { SECOND_NS = 1000000000 };

/* A day, a minute and so on, of a time that is written no finer than that. */
static const uint64_t day_ns = UINT64_C(86400) * SECOND_NS, minute_ns = UINT64_C(60) * SECOND_NS;

/* ".732283" as nanoseconds; moves past it. `unit_ns` becomes that of its last digit. */
static bool
read_fraction(const char **at, uint64_t *ret_ns, uint64_t *unit_ns)
{
	uint64_t unit = SECOND_NS;

	*unit_ns = SECOND_NS;
	if (**at != '.' && **at != ',')
		return true;
	if (!g_ascii_isdigit(*++*at))
		return false;
	for (; g_ascii_isdigit(**at); ++*at) {
		unit /= 10;
		*ret_ns += (uint64_t)(**at - '0') * unit;
	}
	*unit_ns = MAX(unit, 1);
	return true;
}

/* So many digits, no more and no fewer, and no more than `most`; moves past them. */
static bool
read_digits(const char **at, unsigned digits, int most, int *ret)
{
	*ret = 0;
	for (unsigned i = 0; i < digits; i++, ++*at) {
		if (!g_ascii_isdigit(**at))
			return false;
		*ret = *ret * 10 + (**at - '0');
	}
	return *ret <= most && !g_ascii_isdigit(**at);
}

static bool
skip(const char **at, char c)
{
	bool is = **at == c;

	*at += is;
	return is;
}

/* "+12.5", or without sign, or with @ before it, seconds since 1970. */
static bool
read_seconds(OutMoment *moment, const char *value)
{
	char *end;
	const char *at;
	guint64 seconds;

	if (!g_ascii_isdigit(*value))
		return false;
	seconds = g_ascii_strtoull(value, &end, 10);
	if (seconds >= UINT64_MAX / SECOND_NS)
		return false;
	moment->ns = seconds * SECOND_NS;
	at = end;
	return read_fraction(&at, &moment->ns, &moment->unit_ns) && !*at;
}

/* "Z", "UTC", "+0100", "+01:00"; nothing: as the options say. */
static bool
read_zone(OutMoment *moment, const char **at)
{
	static const char *const names[] = { "UTC", "GMT", "Z" };
	bool west = **at == '-';
	int hours, minutes;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (g_ascii_strncasecmp(*at, names[i], strlen(names[i])) != 0)
			continue;
		*at += strlen(names[i]);
		moment->zoned = true;
		return true;
	}
	if (**at != '+' && **at != '-')
		return true;
	++*at;
	for (hours = 0; g_ascii_isdigit(**at) && hours < 1000; ++*at)
		hours = hours * 10 + (**at - '0');
	minutes = hours % 100;
	if ((*at)[-3] == '+' || (*at)[-3] == '-') {
		minutes = 0;
		hours *= 100;
		if (skip(at, ':') && !read_digits(at, 2, 59, &minutes))
			return false;
	}
	hours /= 100;
	moment->zoned = true;
	moment->offset = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

/* "06:19", "06:19:27", "06:19:27.732", and perhaps a zone. */
static bool
read_clock(OutMoment *moment, const char **at)
{
	int hour, minute, second = 0;

	if (!read_digits(at, 2, 23, &hour) || !skip(at, ':') || !read_digits(at, 2, 59, &minute))
		return false;
	moment->unit_ns = minute_ns;
	moment->ns = 0;
	if (skip(at, ':') &&
	    (!read_digits(at, 2, 60, &second) || !read_fraction(at, &moment->ns, &moment->unit_ns)))
		return false;
	moment->ns += (uint64_t)(hour * 3600 + minute * 60 + second) * SECOND_NS;
	skip(at, ' ');
	return read_zone(moment, at);
}

/* Midnight, in the zone of the time, in seconds since 1970. False for a day of no calendar. */
static bool
midnight(const OutMoment *moment, int year, int month, int day, int64_t *ret_seconds)
{
	g_autoptr(GTimeZone) zone = moment->zoned ? g_time_zone_new_offset(moment->offset)
				    : moment->utc ? g_time_zone_new_utc()
						  : g_time_zone_new_local();
	g_autoptr(GDateTime) time = g_date_time_new(zone, year, month, day, 0, 0, 0);

	*ret_seconds = time ? g_date_time_to_unix(time) : 0;
	return time != NULL;
}

static uint64_t
sum(uint64_t a, uint64_t b)
{
	return a < UINT64_MAX - b ? a + b : UINT64_MAX;
}

/*
 * Where the zone changes its offset in the course of the day, the time of day is not so many
 * seconds after midnight: the calendar knows.
 */
static bool
place(OutMoment *moment, int year, int month, int day)
{
	uint64_t clock_ns = moment->ns, second = clock_ns / SECOND_NS;
	g_autoptr(GTimeZone) zone = NULL;
	g_autoptr(GDateTime) time = NULL;
	int64_t seconds;

	if (!midnight(moment, year, month, day, &seconds) || (seconds += (int64_t)second) < 0)
		return false;
	moment->kind = OUT_MOMENT_ABSOLUTE;
	/* A year after any that a packet can have. */
	moment->ns = (uint64_t)seconds >= UINT64_MAX / SECOND_NS
			     ? UINT64_MAX
			     : sum((uint64_t)seconds * SECOND_NS, clock_ns % SECOND_NS);
	if (moment->zoned || moment->utc || second >= 86400 || moment->ns == UINT64_MAX)
		return true;
	zone = g_time_zone_new_local();
	time = g_date_time_new(zone, year, month, day, (int)(second / 3600),
			       (int)(second / 60 % 60), (double)(second % 60));
	if (time && g_date_time_to_unix(time) >= 0)
		moment->ns =
			sum((uint64_t)g_date_time_to_unix(time) * SECOND_NS, clock_ns % SECOND_NS);
	return true;
}

/* "2026-11-22", "2026-11-22 06:19:27.732 UTC", "2026-11-22T06:19:27Z" */
static bool
read_date(OutMoment *moment, const char *value)
{
	const char *at = value;
	int year, month, day;

	if (!read_digits(&at, 4, 9999, &year) || !skip(&at, '-') ||
	    !read_digits(&at, 2, 12, &month) || !skip(&at, '-') || !read_digits(&at, 2, 31, &day))
		return false;
	moment->ns = 0;
	moment->unit_ns = day_ns;
	if ((*at == 'T' || *at == 't' || *at == ' ') && (at++, !read_clock(moment, &at)))
		return false;
	return !*at && place(moment, year, month, day);
}

/* Other forms of ISO 8601. GLib reads fractions as floating point: they have none here. */
static bool
read_iso8601(OutMoment *moment, const char *value)
{
	g_autoptr(GTimeZone) zone = moment->utc ? g_time_zone_new_utc() : g_time_zone_new_local();
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(value, zone);
	gint64 seconds = time ? g_date_time_to_unix(time) : -1;

	if (seconds < 0)
		return false;
	moment->unit_ns = SECOND_NS;
	moment->ns = (uint64_t)seconds >= UINT64_MAX / SECOND_NS ? UINT64_MAX
								 : (uint64_t)seconds * SECOND_NS;
	return true;
}

bool
out_moment_read(OutMoment *ret_moment, const char *value, bool utc)
{
	enum { EPOCH_DIGITS = 9 }; /* fewer would be before 1973 */
	OutMoment *moment = ret_moment;
	const OutMoment fresh = { .set = true, .utc = utc };
	const char *at = value;

	*moment = fresh;
	if (*value == '+') {
		moment->kind = OUT_MOMENT_RELATIVE;
		return read_seconds(moment, value + 1) && moment->ns / SECOND_NS <= UINT32_MAX;
	}
	if (*value == '@')
		return read_seconds(moment, value + 1);
	if (strspn(value, "0123456789") >= EPOCH_DIGITS && read_seconds(moment, value))
		return true;
	*moment = fresh;
	if (read_date(moment, value))
		return true;
	*moment = fresh;
	moment->kind = OUT_MOMENT_CLOCK;
	if (read_clock(moment, &at) && !*at)
		return true;
	*moment = fresh;
	return read_iso8601(moment, value);
}

void
out_moment_resolve(OutMoment *self, uint64_t first_ns)
{
	g_autoptr(GDateTime) utc = NULL;
	g_autoptr(GTimeZone) zone = NULL;
	g_autoptr(GDateTime) first = NULL;

	if (self->kind == OUT_MOMENT_RELATIVE)
		self->ns = sum(self->ns, first_ns);
	if (self->kind != OUT_MOMENT_CLOCK) {
		self->kind = OUT_MOMENT_ABSOLUTE;
		return;
	}
	zone = self->zoned ? g_time_zone_new_offset(self->offset)
	       : self->utc ? g_time_zone_new_utc()
			   : g_time_zone_new_local();
	utc = g_date_time_new_from_unix_utc((gint64)(first_ns / SECOND_NS));
	first = g_date_time_to_timezone(utc, zone);
	if (!place(self, g_date_time_get_year(first), g_date_time_get_month(first),
		   g_date_time_get_day_of_month(first)))
		self->ns = 0;
	self->kind = OUT_MOMENT_ABSOLUTE;
}

uint64_t
out_moment_last(const OutMoment *self)
{
	return sum(self->ns, self->unit_ns - 1);
}
