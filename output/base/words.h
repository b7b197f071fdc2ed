/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Words and numbers for text output: counts, sizes and durations as people write them, emphasis,
 * and cutting to a display width. Everything is appended to a buffer (buffer.h), which the caller
 * owns.
 */
#pragma once

#include "dissect/event.h"
#include "output/base/sink.h"

void out_count(OutBuffer *b, uint64_t n, const char *one, const char *many); /* "1 gap", "3 gaps" */
void out_bytes(OutBuffer *b, uint64_t n);     /* "16 bytes", "8388608 bytes (8.0 MiB)" */
void out_duration(OutBuffer *b, uint64_t ns); /* "41 ms", "12.345 s", "2 h 03 min" */
/* "0.61 ms", "12.3 s": at most 10 columns for what is below 10,000 s. */
void out_answer_time(OutBuffer *b, uint64_t ns);

/* Highlights errors and losses: bold red if colour is on. */
void out_alert_on(OutBuffer *b, bool colour);
void out_alert_off(OutBuffer *b, bool colour);
/* Bold, if colour is on; out_bold_off ends it. */
void out_bold_on(OutBuffer *b, bool colour);
#define out_bold_off out_alert_off

/*
 * Fits what follows byte `from` of the buffer into `width` columns: cuts it, with an ellipsis in
 * the last column, or pads it with spaces.
 */
void out_fit(OutBuffer *b, size_t from, size_t width);

/*
 * Cuts what follows `from` to a display width, with an ellipsis at its end: between words, if more
 * than half of the width remains, and never within a number. Nothing is filled up.
 */
void out_fit_words(OutBuffer *b, size_t from, size_t width);

enum { OUT_COLUMNS_LEAST = 60 }; /* lines are laid out for no less */

/* The columns of a terminal, or 0 if nothing limits a line. */
unsigned out_columns_of(const OutOptions *options);

/*
 * Breaks the lines of what was written since `from` that are wider than `width` columns (0: none
 * is): at the last gap of at least `gap` spaces, else at the last space, else anywhere. What
 * follows a break is indented by `indent` columns, or, if that is 0, by two more than its line.
 * Colours take no columns.
 */
void out_wrap(OutBuffer *b, size_t from, size_t width, size_t gap, size_t indent);
