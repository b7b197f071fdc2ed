/* SPDX-License-Identifier: BSD-3-Clause */
/* The progress bar. */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FIRST_US = 1000000,
	AGAIN_US = 200000,
	BAR_MAX = 40,
	BAR_MIN = 10,
	WORDS_WIDTH = 42, /* beside the bar */
	WORDS_MIN = 32,   /* narrower terminals get the percentage alone */
	DAY_S = 24 * 3600,
};

/* Of all inputs; 0: one of them has no size. */
static uint64_t
size_of(const CliOptions *options)
{
	uint64_t sum = 0;
	struct stat st;

	for (char **file = options->files; *file; file++) {
		int status = strcmp(*file, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(*file, &st);

		if (status == 0 && !S_ISREG(st.st_mode))
			return 0;
		sum += status == 0 ? (uint64_t)st.st_size : 0;
	}
	return sum;
}

void
cli_progress_begin(CliProgress *self, const CliOptions *options, int report_fd)
{
	gint64 now = g_get_monotonic_time();

	*self = (CliProgress){
		.watched = isatty(STDERR_FILENO),
		.shared = isatty(report_fd),
		.begun_us = now,
		.next_us = now + FIRST_US,
		.columns = cli_columns(STDERR_FILENO),
		.total = size_of(options),
	};
}

/* "118 MiB", "1.2 GiB" */
static void
put_size(char *text, size_t size, double bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	size_t i = 0;

	for (; bytes >= 1000 && i < G_N_ELEMENTS(units) - 1; i++)
		bytes /= 1024;
	g_snprintf(text, size, bytes < 9.95 && i ? "%.1f %s" : "%.0f %s", bytes, units[i]);
}

/* "0:12", "1:02:03" */
static void
put_left(char *text, size_t size, double seconds)
{
	unsigned s = (unsigned)CLAMP(seconds, 0, 99 * DAY_S);

	if (s < 3600)
		g_snprintf(text, size, "%u:%02u", s / 60, s % 60);
	else
		g_snprintf(text, size, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
}

static void
draw_bar(const CliProgress *self, double part)
{
	char fill[BAR_MAX + 1];
	unsigned width = MIN(self->columns - WORDS_WIDTH, BAR_MAX);
	unsigned full = (unsigned)(part * width);

	memset(fill, ' ', width);
	memset(fill, '#', full);
	fill[width] = '\0';
	fprintf(stderr, "[%s] ", fill);
}

/* "[####      ]  42 %   118 MiB/s   0:12 left", or how much of what has no size. */
static void
draw(const CliProgress *self, uint64_t done, double seconds)
{
	double rate = seconds > 0 ? (double)done / seconds : 0;
	double part = self->total ? (double)done / (double)self->total : 0;
	char speed[32], text[32];

	put_size(speed, sizeof(speed), rate);
	fputs("\r\033[K", stderr);
	if (!self->total) {
		put_size(text, sizeof(text), (double)done);
		fprintf(stderr, "%s read   %s/s", text, speed);
	} else if (self->columns && self->columns < WORDS_MIN) {
		fprintf(stderr, "%3u %%", (unsigned)(100 * part));
	} else {
		if (self->columns >= WORDS_WIDTH + BAR_MIN)
			draw_bar(self, part);
		put_left(text, sizeof(text),
			 rate > 0 ? ((double)self->total - (double)done) / rate : 0);
		fprintf(stderr, "%3u %%   %s/s   %s left", (unsigned)(100 * part), speed, text);
	}
	fflush(stderr);
}

void
cli_progress_show(CliProgress *self, const CapSource *source)
{
	uint64_t done, total;

	cap_source_progress(source, &done, &total);
	cli_progress_show_bytes(self, self->before + done);
}

void
cli_progress_show_bytes(CliProgress *self, uint64_t done)
{
	gint64 now;

	if (!self->watched || (now = g_get_monotonic_time()) < self->next_us)
		return;
	self->next_us = now + AGAIN_US;
	draw(self, self->total ? MIN(done, self->total) : done,
	     (double)(now - self->begun_us) / 1e6);
	self->drawn = true;
}

void
cli_progress_next(CliProgress *self, const CapSource *source)
{
	uint64_t done, total;

	cap_source_progress(source, &done, &total);
	self->before += total ? total : done;
}

void
cli_progress_clear(CliProgress *self)
{
	if (self->drawn)
		fputs("\r\033[K", stderr);
	self->drawn = false;
}

void
cli_progress_printed(void *user)
{
	CliProgress *self = user;

	if (!self->shared)
		return;
	cli_progress_clear(self);
	fflush(stderr);
	self->watched = false;
}
