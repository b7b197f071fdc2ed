/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file of JSON lines (records of an audit, a baseline) that is read in blocks, however long it
 * and its lines are. The reader owns its descriptor and one block; what is kept of a line is
 * decided by whoever parses it (output/base/json-read.h).
 */
#pragma once

#include <glib.h>

#include "output/base/json-read.h"

typedef struct CliLines CliLines;

/* Opens a file; "-" is standard input. NULL, with error set, if that is not possible. */
CliLines *cli_lines_open(const char *path, GError **error);
/*
 * The same for a file that is already open (CAP_FD_NONE or less: not open, cap_fd_open) and belongs to the reader from now on.
 * *stop ends the reading (NULL: nothing does).
 */
CliLines *cli_lines_open_fd(int fd, const char *path, const volatile bool *stop, GError **error);
/* The open descriptor; it remains the reader's. */
int cli_lines_descriptor(const CliLines *self);
/* The parser, at the first line; out_json_next_line() moves on. Borrowed. */
OutJson *cli_lines_json(CliLines *self);
/* After the last line: whether the whole file could be read. */
bool cli_lines_are_whole(const CliLines *self);
void cli_lines_free(CliLines *self); /* NULL is fine */
