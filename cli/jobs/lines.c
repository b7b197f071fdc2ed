/* SPDX-License-Identifier: BSD-3-Clause */
/* Puts pieces together. */
#include "cli/jobs/lines.h"

#include <string.h>

static void
give(CliJobsLines *self, const char *line, size_t n)
{
	OutJson json = { .at = line, .end = line + n, .begin = line };

	self->line(self->user, &json);
}

void
cli_jobs_lines_add(CliJobsLines *self, const char *bytes, size_t n)
{
	const char *end = bytes + n, *newline;

	if (!self->rest)
		self->rest = g_string_new(NULL);
	for (; (newline = memchr(bytes, '\n', (size_t)(end - bytes))); bytes = newline + 1) {
		if (!self->rest->len) {
			give(self, bytes, (size_t)(newline + 1 - bytes));
			continue;
		}
		g_string_append_len(self->rest, bytes, newline + 1 - bytes);
		give(self, self->rest->str, self->rest->len);
		g_string_truncate(self->rest, 0);
	}
	g_string_append_len(self->rest, bytes, end - bytes);
}

void
cli_jobs_lines_clear(CliJobsLines *self)
{
	if (self->rest)
		g_string_free(self->rest, TRUE);
	self->rest = NULL;
}
