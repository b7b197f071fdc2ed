/* SPDX-License-Identifier: BSD-3-Clause */
/* Times of the capture as text. Nothing here reads a clock; local time reads the time zone once a
 * quarter of an hour of capture. */
#pragma once

#include "output/base/writer.h"

/*
 * Seconds since 1970 (may be negative) as 2026-11-22T06:19:27, with so many digits (0 to 9) of ns;
 * no zone. False outside years 1 to 9999.
 */
bool out_time_civil(OutBuffer *b, int64_t seconds, uint32_t ns, unsigned digits, char separator);

/* A time of the capture, nanoseconds since 1970, as 2026-11-22T06:19:27.732283Z; digits 0 to 9. */
void out_time_utc(OutBuffer *b, uint64_t ns, unsigned digits);
/* That of a record: the same, but that of EVE ends in +0000. */
void out_time_record(OutBuffer *b, uint64_t ns, unsigned digits);

/*
 * JSON values of the wire's times: a string in quotes, or null if it is not a time or is out of RFC
 * 3339's range.
 */
void out_filetime_json(OutBuffer *b, uint64_t filetime); /* UTC, seven digits */
void out_utime_json(OutBuffer *b, uint32_t utime);       /* the server's local time: no zone */
void out_dostime_json(OutBuffer *b, uint32_t date_time); /* SMB_DATE in the low half; no zone */

/* Local time or UTC for headings; the offset is remembered for as long as it can hold. */
typedef struct {
	bool utc;
	bool known;
	int64_t quarter; /* of an hour since 1970 for which `offset` holds */
	int32_t offset;  /* seconds east of Greenwich */
} OutClock;

/* 2026-11-22 06:19:27.732 UTC, or with +0100. */
void out_clock_time(OutBuffer *b, OutClock *clock, uint64_t ns);
