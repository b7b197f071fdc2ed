/* SPDX-License-Identifier: BSD-3-Clause */
/* Records that come in pieces (CliJobsHooks.output), a line at a time. */
#pragma once

#include <glib.h>

#include "output/base/json-read.h"

typedef struct {
	/* Each line with its newline. */
	void (*line)(void *user, OutJson *line);
	void *user;
	GString *rest; /* what has no newline yet; NULL: nothing so far */
} CliJobsLines;

void cli_jobs_lines_add(CliJobsLines *self, const char *bytes, size_t n);
void cli_jobs_lines_clear(CliJobsLines *self);
