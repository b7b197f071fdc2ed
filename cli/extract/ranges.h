/* SPDX-License-Identifier: BSD-3-Clause */
/* Which bytes of a file are known: ranges in order, apart from each other. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint64_t low, high; /* high: just past the last byte */
} CliRange;

/* All zero: empty. */
typedef struct {
	CliRange *items;
	uint32_t n, room;
} CliRanges;

void cli_ranges_clear(CliRanges *self);
/* False, with nothing changed, if that would be one range too many. */
bool cli_ranges_add(CliRanges *self, uint64_t low, uint64_t high);
/* Forgets everything from `end` on. */
void cli_ranges_cut(CliRanges *self, uint64_t end);
/*
 * Forgets [low, high); where that would be one range too many, what is behind it as well: how many
 * bytes of it.
 */
uint64_t cli_ranges_remove(CliRanges *self, uint64_t low, uint64_t high);
/* The first known range within [low, high); false: there is none. */
bool cli_ranges_known(const CliRanges *self, uint64_t low, uint64_t high, CliRange *ret);
/* The first range within it that is not known; false: all is. */
bool cli_ranges_missing(const CliRanges *self, uint64_t low, uint64_t high, CliRange *ret);
uint64_t cli_ranges_sum(const CliRanges *self);
/* Just past the last known byte. */
uint64_t cli_ranges_end(const CliRanges *self);
/* Bytes allocated. */
size_t cli_ranges_memory(const CliRanges *self);
