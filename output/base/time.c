/* SPDX-License-Identifier: BSD-3-Clause */
/* Times of the capture and of the wire as text. */
#include "output/base/time.h"

#include <time.h>

enum {
	DAYS_400_YEARS = 146097,
	DAYS_100_YEARS = 36524,
	DAYS_4_YEARS = 1461,
	DAYS_TO_1970 = 719468, /* from 0000-03-01, where the leap day is the last of its year */
};

typedef struct {
	unsigned year, month, day;
} Date;

/* Days of the calendar of ISO 8601 for days since 1970; the caller has checked the years. */
static Date
date_from_days(int64_t days)
{
	uint32_t n = (uint32_t)(days + DAYS_TO_1970);
	uint32_t cycles = n / DAYS_400_YEARS, centuries, fours, years, month;

	n %= DAYS_400_YEARS;
	centuries = n / DAYS_100_YEARS < 3 ? n / DAYS_100_YEARS : 3;
	n -= centuries * DAYS_100_YEARS;
	fours = n / DAYS_4_YEARS;
	n %= DAYS_4_YEARS;
	years = n / 365 < 3 ? n / 365 : 3;
	n -= years * 365;
	month = (5 * n + 2) / 153; /* from March: 31 30 31 30 31, twice, and what is left */
	return (Date){ .year = cycles * 400 + centuries * 100 + fours * 4 + years + (month >= 10),
		       .month = month < 10 ? month + 3 : month - 9,
		       .day = n - (153 * month + 2) / 5 + 1 };
}

static char *
put_digits(char *at, uint32_t v, unsigned digits)
{
	for (unsigned i = digits; i > 0; i--, v /= 10)
		at[i - 1] = (char)('0' + v % 10);
	return at + digits;
}

/* The time of day, and so many digits of ns. */
static char *
put_clock(char *at, uint32_t second, uint32_t ns, unsigned digits)
{
	at = put_digits(at, second / 3600, 2);
	*at++ = ':';
	at = put_digits(at, second / 60 % 60, 2);
	*at++ = ':';
	at = put_digits(at, second % 60, 2);
	if (digits == 0)
		return at;
	for (unsigned i = digits; i < 9; i++)
		ns /= 10;
	*at++ = '.';
	return put_digits(at, ns, digits);
}

bool
out_time_civil(OutBuffer *b, int64_t seconds, uint32_t ns, unsigned digits, char separator)
{
	static const int64_t first = -62135596800, last = 253402300799; /* years 1 and 9999 */
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	char text[32], *at = text;
	Date date;

	if (seconds < first || seconds > last)
		return false;
	date = date_from_days(days);
	at = put_digits(at, date.year, 4);
	*at++ = '-';
	at = put_digits(at, date.month, 2);
	*at++ = '-';
	at = put_digits(at, date.day, 2);
	*at++ = separator;
	at = put_clock(at, (uint32_t)(seconds - days * 86400), ns, digits < 9 ? digits : 9);
	out_put(b, text, (size_t)(at - text));
	return true;
}

void
out_time_utc(OutBuffer *b, uint64_t ns, unsigned digits)
{
	(void)out_time_civil(b, (int64_t)(ns / 1000000000), (uint32_t)(ns % 1000000000), digits,
			     'T');
	out_char(b, 'Z');
}

void
out_time_record(OutBuffer *b, uint64_t ns, unsigned digits)
{
	out_time_utc(b, ns, digits);
	if (!b->eve)
		return;
	b->len--; /* Z */
	out_lit(b, "+0000");
}

/* A quoted time, or null if the calendar does not reach. */
static void
put_json(OutBuffer *b, int64_t seconds, uint32_t ns, unsigned digits, const char *zone)
{
	size_t start = b->len;

	out_char(b, '"');
	if (!out_time_civil(b, seconds, ns, digits, 'T')) {
		b->len = start;
		out_lit(b, "null");
		return;
	}
	out_str(b, zone);
	out_char(b, '"');
}

void
out_filetime_json(OutBuffer *b, uint64_t filetime)
{
	static const uint64_t never = 0x7FFFFFFFFFFFFFFF;
	static const int64_t from_1601_to_1970 = 11644473600;

	/* MS-DTYP 2.3.3 counts in 64 bits without sign, but a set top bit is a delta or "do not
	 * change", never a date. */
	if (filetime == 0 || filetime >= never) {
		out_lit(b, "null");
		return;
	}
	put_json(b, (int64_t)(filetime / 10000000) - from_1601_to_1970,
		 (uint32_t)(filetime % 10000000) * 100, 7, "Z");
}

void
out_utime_json(OutBuffer *b, uint32_t utime)
{
	if (utime == 0 || utime == UINT32_MAX)
		out_lit(b, "null");
	else
		put_json(b, utime, 0, 0, "");
}

void
out_dostime_json(OutBuffer *b, uint32_t date_time)
{
	/* MS-CIFS 2.2.1.4.1 and 2.2.1.4.2: day 5 bits, month 4, years since 1980 7; two seconds 5,
	 * minute 6, hour 5. */
	uint32_t day = date_time & 31, month = date_time >> 5 & 15,
		 year = 1980 + (date_time >> 9 & 127);
	uint32_t second = (date_time >> 16 & 31) * 2, minute = date_time >> 21 & 63,
		 hour = date_time >> 27;
	char text[32], *at = text;

	if (day == 0 || month == 0 || month > 12 || second > 59 || minute > 59 || hour > 23) {
		out_lit(b, "null");
		return;
	}
	*at++ = '"';
	at = put_digits(at, year, 4);
	*at++ = '-';
	at = put_digits(at, month, 2);
	*at++ = '-';
	at = put_digits(at, day, 2);
	*at++ = 'T';
	at = put_clock(at, hour * 3600 + minute * 60 + second, 0, 0);
	*at++ = '"';
	out_put(b, text, (size_t)(at - text));
}

/* Zones change their offset at most at quarters of an hour, so one look at the zone serves for that
 * long. */
static int32_t
local_offset(OutClock *clock, int64_t seconds)
{
	int64_t quarter = seconds / 900;
	time_t t = (time_t)seconds;
	struct tm tm;

	if (clock->known && clock->quarter == quarter)
		return clock->offset;
	clock->known = true;
	clock->quarter = quarter;
	clock->offset = localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
	return clock->offset;
}

void
out_clock_time(OutBuffer *b, OutClock *clock, uint64_t ns)
{
	int64_t seconds = (int64_t)(ns / 1000000000);
	int32_t offset = clock->utc ? 0 : local_offset(clock, seconds);
	uint32_t minutes = (uint32_t)(offset < 0 ? -offset : offset) / 60;
	char zone[4];

	(void)out_time_civil(b, seconds + offset, (uint32_t)(ns % 1000000000), 3, ' ');
	if (clock->utc) {
		out_lit(b, " UTC");
		return;
	}
	out_str(b, offset < 0 ? " -" : " +");
	put_digits(zone, minutes / 60 * 100 + minutes % 60, 4);
	out_put(b, zone, sizeof(zone));
}
