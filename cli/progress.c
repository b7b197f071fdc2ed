/* SPDX-License-Identifier: BSD-3-Clause */
/* The progress bar. */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"

enum {
	FIRST_US = 1000000,
	AGAIN_US = 200000,
	BAR_WIDTH = 40,
	COLUMNS_MIN = 60, /* narrower terminals get the percentage alone */
};

void
cli_progress_begin(CliProgress *self, int report_fd)
{
	*self = (CliProgress){
		.watched = isatty(STDERR_FILENO) && !isatty(report_fd),
		.next_us = g_get_monotonic_time() + FIRST_US,
		.columns = cli_columns(STDERR_FILENO),
	};
}

static void
draw(unsigned percent, bool bar)
{
	char fill[BAR_WIDTH + 1];
	unsigned full = percent * BAR_WIDTH / 100;

	memset(fill, ' ', BAR_WIDTH);
	memset(fill, '#', full);
	fill[BAR_WIDTH] = '\0';
	if (bar)
		fprintf(stderr, "\r[%s] %3u %%", fill, percent);
	else
		fprintf(stderr, "\r%3u %%", percent);
	fflush(stderr);
}

void
cli_progress_show(CliProgress *self, const CapSource *source)
{
	uint64_t done, total;
	gint64 now;

	if (!self->watched || (now = g_get_monotonic_time()) < self->next_us)
		return;
	self->next_us = now + AGAIN_US;
	cap_source_progress(source, &done, &total);
	if (!total)
		return;
	draw((unsigned)(100.0 * (double)MIN(done, total) / (double)total),
	     self->columns >= COLUMNS_MIN);
	self->drawn = true;
}

void
cli_progress_clear(CliProgress *self)
{
	if (self->drawn)
		fputs("\r\033[K", stderr);
	self->drawn = false;
}
