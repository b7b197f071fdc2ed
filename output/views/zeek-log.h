/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Zeek's logs: which columns each has, and a row of one, as JSON or as tab-separated text. A row is
 * written from left to right; each function writes the next column, or passes it where there is
 * nothing to say: JSON leaves it out, the other form has "-".
 */
#pragma once

#include "output/views/view.h"

typedef enum {
	ZEEK_CONN,
	ZEEK_NTLM,
	ZEEK_SMB_CMD,
	ZEEK_SMB_FILES,
	ZEEK_SMB_MAPPING,
	ZEEK_SMBTRAIL, /* of our own: the totals of a run, as in the record `end` */
} ZeekLog;
_Static_assert(ZEEK_SMBTRAIL + 1 == OUT_ZEEK_LOGS, "logs that others count");

typedef struct {
	const char *name, *type;
} ZeekColumn;

typedef struct {
	OutBuffer *b, *scratch;
	const ZeekColumn *column; /* the next one */
	size_t from;              /* of a column in work */
	bool tsv;
} ZeekRow;

/* Begins a row. `scratch` is used where text has to be written in another way. */
void zeek_row_begin(ZeekRow *self, ZeekLog log, bool tsv, OutBuffer *b, OutBuffer *scratch);
/* Ends it, with its newline. Every column was written. */
void zeek_row_end(ZeekRow *self);

/* Passes so many columns. */
void zeek_none(ZeekRow *self, unsigned columns);
/* A time or an interval: nanoseconds, written as seconds with six decimals. */
void zeek_time(ZeekRow *self, uint64_t ns);
/*
 * The four of a file, FILETIME, as columns: all of them are left out where it was never written,
 * as with Zeek; and each that was before 1970 or is no time.
 */
void zeek_file_times(ZeekRow *self, const SmbFileTimes *times);
void zeek_count(ZeekRow *self, uint64_t v);
void zeek_bool(ZeekRow *self, bool v);
/* Text of the wire; empty text is none. */
void zeek_text(ZeekRow *self, SmbText text);
/* A word of our own; NULL: none. */
void zeek_word(ZeekRow *self, const char *word);
/* A column that the caller writes between the two, as a JSON string. */
void zeek_open(ZeekRow *self);
void zeek_close(ZeekRow *self);
/* Of ZEEK_SMBTRAIL: the counters, after all other columns. */
void zeek_counters(ZeekRow *self, const OutTotals *totals);
