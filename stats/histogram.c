/* SPDX-License-Identifier: BSD-3-Clause */
/* Log-linear histograms. */
#include "stats/histogram.h"

#include <glib.h>
#include <string.h>

#include "dissect/wire/memory.h"

enum {
	LINEAR = 64, /* buckets for each power of two; below this, one for each number */
	LINEAR_BITS = 6,
	ROOM_FIRST = 4, /* buckets that there is room for at first; it doubles */
};

uint64_t
stats_sum(uint64_t a, uint64_t b)
{
	const uint64_t most = INT64_MAX;

	return a > most - MIN(b, most) ? most : a + b;
}

uint32_t
stats_bucket(uint64_t value)
{
	uint32_t shift;

	if (value < LINEAR)
		return (uint32_t)value;
	shift = 63 - (uint32_t)__builtin_clzll(value) - LINEAR_BITS;
	return (shift + 1) * LINEAR + (uint32_t)((value >> shift) & (LINEAR - 1));
}

uint64_t
stats_bucket_value(uint32_t bucket)
{
	uint32_t shift;
	uint64_t low;

	if (bucket < LINEAR)
		return bucket;
	shift = MIN(bucket, STATS_BUCKETS - 1u) / LINEAR - 1;
	low = (uint64_t)(LINEAR + bucket % LINEAR) << shift;
	return low + ((UINT64_C(1) << shift) - 1) / 2;
}

/* For so many buckets; the same whatever the history. */
static uint32_t
room_for(uint32_t n)
{
	uint32_t room = ROOM_FIRST;

	while (room < n)
		room *= 2;
	return n ? room : 0;
}

static uint32_t
find(const StatsTimes *self, uint32_t bucket)
{
	uint32_t low = 0, high = self->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (self->buckets[middle].bucket < bucket)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
stats_times_add_bucket(StatsTimes *self, uint32_t bucket, uint64_t count)
{
	uint32_t at = find(self, bucket);

	if (bucket >= STATS_BUCKETS || !count)
		return;
	if (at == self->n || self->buckets[at].bucket != bucket) {
		if (self->n == room_for(self->n))
			self->buckets = g_renew(StatsBucket, self->buckets, room_for(self->n + 1));
		memmove(&self->buckets[at + 1], &self->buckets[at],
			(self->n - at) * sizeof(StatsBucket));
		self->buckets[at] = (StatsBucket){ .bucket = bucket };
		self->n++;
	}
	self->buckets[at].count = stats_sum(self->buckets[at].count, count);
}

/* Without the buckets. */
static void
add_range(StatsTimes *self, uint64_t count, uint64_t sum, uint64_t min, uint64_t max)
{
	self->min = self->count ? MIN(self->min, min) : min;
	self->max = MAX(self->max, max);
	self->count = stats_sum(self->count, count);
	self->sum = stats_sum(self->sum, sum);
}

void
stats_times_add(StatsTimes *self, uint64_t value)
{
	uint64_t v = MIN(value, (uint64_t)INT64_MAX);

	add_range(self, 1, v, v, v);
	stats_times_add_bucket(self, stats_bucket(v), 1);
}

void
stats_times_merge(StatsTimes *self, const StatsTimes *from)
{
	if (!from->count)
		return;
	add_range(self, from->count, from->sum, from->min, from->max);
	for (uint32_t i = 0; i < from->n; i++)
		stats_times_add_bucket(self, from->buckets[i].bucket, from->buckets[i].count);
}

uint64_t
stats_times_quantile(const StatsTimes *self, uint32_t permille)
{
	uint64_t rank = self->count / 1000 * permille +
			(self->count % 1000 * permille + 999) / 1000;
	uint64_t seen = 0;

	if (rank <= 1)
		return self->min;
	if (rank >= self->count)
		return self->max;
	for (uint32_t i = 0; i < self->n; i++) {
		seen = stats_sum(seen, self->buckets[i].count);
		if (seen >= rank)
			return CLAMP(stats_bucket_value(self->buckets[i].bucket), self->min,
				     self->max);
	}
	return self->max;
}

uint64_t
stats_times_mean(const StatsTimes *self)
{
	if (!self->count)
		return 0;
	return self->sum / self->count + (self->sum % self->count >= self->count - self->count / 2);
}

void
stats_times_clear(StatsTimes *self)
{
	g_free(self->buckets);
	*self = (StatsTimes){ 0 };
}

size_t
stats_times_memory(const StatsTimes *self)
{
	return smb_memory_cost(room_for(self->n) * sizeof(StatsBucket));
}
