/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How times are distributed: a log-linear histogram, with 64 buckets for each power of two, so that
 * a value that is told from its bucket is wrong by less than 1 %. Count, sum, least and most are
 * exact. Histograms add up in any order and any grouping; only buckets that have something in them
 * take memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STATS_BUCKETS = 59 * 64 }; /* for all numbers of 64 bits */

typedef struct {
	uint32_t bucket;
	uint64_t count;
} StatsBucket;

/* All zero when empty. The container clears it. Sums stop at INT64_MAX, as they do in records. */
typedef struct {
	uint64_t count, sum, min, max; /* nanoseconds */
	StatsBucket *buckets;          /* sorted */
	uint32_t n;
} StatsTimes;

/* a + b, at most INT64_MAX: stays the same in any grouping. */
uint64_t stats_sum(uint64_t a, uint64_t b);

/* The bucket of a value, and the value that a bucket stands for: the middle of it. */
uint32_t stats_bucket(uint64_t value);
uint64_t stats_bucket_value(uint32_t bucket);

void stats_times_add(StatsTimes *self, uint64_t value);
/* Adds values to a bucket alone, for who reads records; a bucket that does not exist: nothing. */
void stats_times_add_bucket(StatsTimes *self, uint32_t bucket, uint64_t count);
void stats_times_merge(StatsTimes *self, const StatsTimes *from);
/*
 * The value that `permille` of all are not above (nearest rank: 500 is the median); 0 if there are
 * none. The first and the last in order are exact, all others within 1 %.
 */
uint64_t stats_times_quantile(const StatsTimes *self, uint32_t permille);
uint64_t stats_times_mean(const StatsTimes *self); /* rounded to the nearest; 0: none */
void stats_times_clear(StatsTimes *self);
/* Bytes that the buckets need; depends on what is in it and not on how it came there. */
size_t stats_times_memory(const StatsTimes *self);
