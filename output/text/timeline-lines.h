/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sink of the text timeline from inside: timeline.c has it, timeline-end.c writes what is below
 * the lines of a connection. Private to output/text.
 */
#pragma once

#include "output/json/datagrams.h"
#include "output/text/timeline.h"

typedef struct {
	OutSinkBase base; /* first */
	OutClock clock;
	OutDetails *details; /* NULL without -v */
	OutNames *names;     /* names and addresses, printed at the end */
	OutColumns columns;
	OutFrames frames;       /* of the line in work, for the columns */
	bool final;             /* the line is kept with -q, too */
	size_t note, note_text; /* where a note begins in its buffer, and the column of its text */
} Timeline;

/* Where lines go: straight out, or into the connection's own buffer. */
OutBuffer *timeline_lines_of(Timeline *self, OutConn *conn);
/* A line was written there, with its newline. */
void timeline_line_done(Timeline *self, OutConn *conn);
/*
 * A line that is not an exchange, after its step: it is highlighted and never cut. The caller
 * appends its text and ends it.
 */
OutBuffer *timeline_begin_note(Timeline *self, OutConn *conn, uint64_t time_ns, const char *step);
void timeline_end_note(Timeline *self, OutConn *conn);

/* timeline-end.c: the lines that a connection ends with. */
void timeline_end_lines(Timeline *self, OutConn *conn, const SmbConnectionInfo *info);
/* The line of a file that will not be there at the end. */
void timeline_forgotten_lines(Timeline *self, OutConn *conn, const SmbForgotten *forgotten);
