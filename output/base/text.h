/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Text of the wire in an output. Characters that a terminal would act upon are never passed on, in
 * either form. Texts are borrowed for the call. A limited buffer (out_limit) cuts long ones.
 */
#pragma once

#include "dissect/wire/text.h"
#include "output/base/buffer.h"

/* For a terminal: unprintable characters as \x1b, \u{202e}; a text that was cut ends in "...". */
void out_text(OutBuffer *b, SmbText text);
/* A string of strict JSON (RFC 8259 7) with its quotes. */
void out_text_json(OutBuffer *b, SmbText text);
/* The same of UTF-8 of our own, or from a command line (checked). */
void out_str_json(OutBuffer *b, const char *s);

/* Columns that bytes take on a terminal: East Asian width, combining marks counted as 0. */
size_t out_width(const char *p, size_t n);
/* Spaces until what was written since the offset `from` is `width` columns wide. */
void out_pad(OutBuffer *b, size_t from, size_t width);
