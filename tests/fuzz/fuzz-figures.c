/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures of earlier runs out of arbitrary bytes. Whatever was taken in must print, and what was
 * printed must be taken in again and print the same: else sums of sums would drift.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/stats/stats.h"

enum { MEMORY = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_lines(Stats *stats, const char *text, size_t size)
{
	OutJson line = { .at = text, .end = text + size, .begin = text };
	OutTotals totals = { 0 };
	OutFiguresRecord record;

	do {
		(void)out_figures_read(&line, stats, &totals, &record);
		line.wrong = NULL;
	} while (out_json_next_line(&line));
	stats_conclude(stats);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const SmbHashKey key = { { 1, 2 } };
	Stats *stats = stats_new(MEMORY, 0, &key), *again = stats_new(MEMORY, 0, &key);
	OutWriter *first = out_writer_new(-1, false), *second = out_writer_new(-1, false);
	OutBuffer *a = out_writer_buffer(first), *b = out_writer_buffer(second);

	if (size <= 64 << 10) {
		read_lines(stats, (const char *)data, size);
		out_figures_json(first, stats);
		read_lines(again, a->data, a->len);
		out_figures_json(second, again);
		if (a->len != b->len || memcmp(a->data, b->data, a->len) != 0)
			abort();
	}
	out_writer_free(first);
	out_writer_free(second);
	if (stats_free(stats) != 0 || stats_free(again) != 0)
		abort();
	return 0;
}
