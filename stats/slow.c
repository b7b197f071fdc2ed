/* SPDX-License-Identifier: BSD-3-Clause */
/* The slowest exchanges, in an order that is the same whoever came first. */
#include <string.h>

#include "stats/stats.h"

/* As strcmp: the slower one first, then the earlier one. */
static int
compare(const StatsSlow *a, const StatsSlow *b)
{
	const uint64_t pairs[][2] = {
		{ b->time_ns, a->time_ns },
		{ a->request.time_ns, b->request.time_ns },
		{ a->request.frame, b->request.frame },
		{ a->response.frame, b->response.frame },
	};
	int order;

	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] < pairs[i][1] ? -1 : 1;
	order = g_strcmp0(a->capture, b->capture);
	order = order ? order : g_strcmp0(a->command, b->command);
	return order ? order : g_strcmp0(a->file, b->file);
}

void
stats_slow_free(StatsSlow *slow)
{
	g_free(slow->capture);
	g_free(slow->command);
	g_free(slow->file);
	g_free(slow);
}

bool
stats_slow_wanted(const Stats *self, uint64_t time_ns)
{
	const StatsSlow *last;

	if (self->slow->len < STATS_SLOW_MAX)
		return true;
	last = self->slow->pdata[self->slow->len - 1];
	return time_ns >= last->time_ns;
}

void
stats_slow_add(Stats *self, StatsSlow *slow)
{
	guint i = self->slow->len;

	while (i && compare(slow, self->slow->pdata[i - 1]) < 0)
		i--;
	g_ptr_array_insert(self->slow, (gint)i, slow);
	if (self->slow->len <= STATS_SLOW_MAX)
		return;
	stats_slow_free(self->slow->pdata[STATS_SLOW_MAX]);
	g_ptr_array_set_size(self->slow, STATS_SLOW_MAX);
}
