/* SPDX-License-Identifier: BSD-3-Clause */
/* A file that is read a line at a time, however long it and its lines are. */
#pragma once

#include <glib.h>

#include "output/base/json-read.h"

typedef struct CliLines CliLines;

/* "-" is the standard input. NULL, with error set, where it cannot be opened. */
CliLines *cli_lines_open(const char *path, GError **error);
/*
 * The same for a file that is already open (-1: not open), with a flag that ends the reading (NULL:
 * none).
 */
CliLines *cli_lines_open_fd(int fd, const char *path, const volatile bool *stop, GError **error);
int cli_lines_descriptor(const CliLines *self);
/* Starts at the first line; out_json_next_line() moves on. */
OutJson *cli_lines_json(CliLines *self);
/* At the end: whether all of it could be read. */
bool cli_lines_are_whole(const CliLines *self);
void cli_lines_free(CliLines *self); /* NULL is fine */
