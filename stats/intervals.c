/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happened when. By default intervals begin at a millisecond and widen along a ladder, each
 * step of which divides the next, until what was seen takes no more than STATS_INTERVALS_AUTO of
 * them: which step it is depends on the first and the last time alone. Those that were asked for
 * double if there are too many.
 */
#include "stats/stats.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

static const uint64_t ladder[] = {
	MS,   10 * MS,  100 * MS, SECOND,   10 * SECOND, 60 * SECOND, 600 * SECOND,
	HOUR, 6 * HOUR, DAY,      10 * DAY, 100 * DAY,   1000 * DAY,  10000 * DAY,
};

void
stats_intervals_init(StatsIntervals *self, uint64_t asked_ns)
{
	*self = (StatsIntervals){ .length_ns = asked_ns ? asked_ns : ladder[0],
				  .asked = asked_ns != 0,
				  .asked_ns = asked_ns,
				  .items = g_array_new(FALSE, TRUE, sizeof(StatsInterval)) };
}

void
stats_intervals_clear(StatsIntervals *self)
{
	g_array_unref(self->items);
	*self = (StatsIntervals){ 0 };
}

static StatsInterval *
at(const StatsIntervals *self, guint i)
{
	return &g_array_index(self->items, StatsInterval, i);
}

void
stats_interval_merge(StatsInterval *to, const StatsInterval *from)
{
	to->requests = stats_sum(to->requests, from->requests);
	to->answered = stats_sum(to->answered, from->answered);
	to->errors = stats_sum(to->errors, from->errors);
	to->read = stats_sum(to->read, from->read);
	to->written = stats_sum(to->written, from->written);
	to->sum = stats_sum(to->sum, from->sum);
	to->max = MAX(to->max, from->max);
}

/* To a multiple of the length that they have. */
static void
widen(StatsIntervals *self, uint64_t factor)
{
	guint n = 0;

	self->length_ns *= factor;
	for (guint i = 0; i < self->items->len; i++) {
		StatsInterval one = *at(self, i);

		one.index /= factor;
		if (n && at(self, n - 1)->index == one.index)
			stats_interval_merge(at(self, n - 1), &one);
		else
			*at(self, n++) = one;
	}
	g_array_set_size(self->items, n);
}

/* How much longer the next ones are; 1: there are none. */
static uint64_t
next_factor(const StatsIntervals *self)
{
	if (self->asked)
		return self->length_ns > (uint64_t)INT64_MAX / 2 ? 1 : 2;
	for (gsize i = 0; i + 1 < G_N_ELEMENTS(ladder); i++)
		if (ladder[i] == self->length_ns)
			return ladder[i + 1] / ladder[i];
	return 1;
}

/* Whether a time fits beside what is there. */
static bool
has_room(const StatsIntervals *self, uint64_t time_ns)
{
	uint64_t index = time_ns / self->length_ns, first, last;

	if (!self->items->len)
		return true;
	first = MIN(index, at(self, 0)->index);
	last = MAX(index, at(self, self->items->len - 1)->index);
	return last - first < (self->asked ? STATS_INTERVALS_MAX : STATS_INTERVALS_AUTO);
}

/* The first one that is not before it. */
static guint
place_of(const StatsIntervals *self, uint64_t index)
{
	guint low = 0, high = self->items->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (at(self, middle)->index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Times come nearly in order, but of a capture they may go back as often as one likes. */
static StatsInterval *
find(StatsIntervals *self, uint64_t index)
{
	guint n = self->items->len, i;
	StatsInterval made = { .index = index };

	if (n && at(self, n - 1)->index == index)
		return at(self, n - 1);
	i = place_of(self, index);
	if (i == n || at(self, i)->index != index)
		g_array_insert_val(self->items, i, made);
	return at(self, i);
}

StatsInterval *
stats_interval(StatsIntervals *self, uint64_t time_ns)
{
	while (!has_room(self, time_ns) && next_factor(self) > 1)
		widen(self, next_factor(self));
	return find(self, time_ns / self->length_ns);
}

bool
stats_intervals_adopt(StatsIntervals *self, uint64_t asked_ns, uint64_t length_ns)
{
	if (!self->items->len && !self->asked && asked_ns) {
		stats_intervals_clear(self);
		stats_intervals_init(self, asked_ns);
	}
	if (self->asked_ns != asked_ns)
		return false;
	while (self->length_ns < length_ns && next_factor(self) > 1)
		widen(self, next_factor(self));
	return length_ns && self->length_ns % length_ns == 0;
}
