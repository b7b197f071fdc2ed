/* SPDX-License-Identifier: BSD-3-Clause */
/* A file that is read a line at a time, however long it and its lines are. */
#pragma once

#include <glib.h>

#include "output/json-read.h"

typedef struct CliLines CliLines;

/* "-" is the standard input. NULL, with error set, where it cannot be opened. */
CliLines *cli_lines_open(const char *path, GError **error);
/* At its first line to begin with; out_json_next_line() goes on. */
OutJson *cli_lines_json(CliLines *self);
/* Whether all of it could be read, once its end was reached. */
bool cli_lines_are_whole(const CliLines *self);
void cli_lines_free(CliLines *self); /* NULL is fine */
