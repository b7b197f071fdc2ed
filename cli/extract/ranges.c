/* SPDX-License-Identifier: BSD-3-Clause */
/* Ranges of a file. */
#include "cli/extract/ranges.h"

#include <glib.h>
#include <string.h>

#include "dissect/wire/caps.h"
#include "dissect/wire/memory.h"

enum { RANGES_MAX = SMB_CAP(8192, 4) };

void
cli_ranges_clear(CliRanges *self)
{
	g_free(self->items);
	*self = (CliRanges){ 0 };
}

/* The first one that ends behind `at`, or its end. */
static uint32_t
find(const CliRanges *self, uint64_t at)
{
	uint32_t low = 0, high = self->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (self->items[middle].high > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void
insert(CliRanges *self, uint32_t at, CliRange range)
{
	if (self->n == self->room) {
		self->room = self->room ? self->room * 2 : 4;
		self->items = g_renew(CliRange, self->items, self->room);
	}
	memmove(&self->items[at + 1], &self->items[at], (self->n - at) * sizeof(range));
	self->items[at] = range;
	self->n++;
}

/* Takes out those in [at, after). */
static void
take_out(CliRanges *self, uint32_t at, uint32_t after)
{
	if (at == after)
		return;
	memmove(&self->items[at], &self->items[after], (self->n - after) * sizeof(CliRange));
	self->n -= after - at;
}

bool
cli_ranges_add(CliRanges *self, uint64_t low, uint64_t high)
{
	uint32_t at, after;

	if (low >= high)
		return true;
	at = find(self, low);
	if (at && self->items[at - 1].high == low)
		at--;
	if (at == self->n || self->items[at].low > high) {
		if (self->n >= RANGES_MAX)
			return false;
		insert(self, at, (CliRange){ low, high });
		return true;
	}
	self->items[at].low = MIN(self->items[at].low, low);
	self->items[at].high = MAX(self->items[at].high, high);
	for (after = at + 1; after < self->n && self->items[after].low <= self->items[at].high;
	     after++)
		self->items[at].high = MAX(self->items[at].high, self->items[after].high);
	take_out(self, at + 1, after);
	return true;
}

void
cli_ranges_cut(CliRanges *self, uint64_t end)
{
	uint32_t at = find(self, end);

	if (at < self->n && self->items[at].low < end)
		self->items[at++].high = end;
	self->n = at;
}

uint64_t
cli_ranges_remove(CliRanges *self, uint64_t low, uint64_t high)
{
	uint32_t at = find(self, low), after;
	uint64_t forgotten = 0;

	if (low >= high)
		return 0;
	if (at < self->n && self->items[at].low < low) {
		CliRange rest = { high, self->items[at].high };

		self->items[at++].high = low;
		if (rest.low < rest.high && self->n < RANGES_MAX)
			insert(self, at, rest);
		else if (rest.low < rest.high)
			forgotten = rest.high - rest.low;
	}
	for (after = at; after < self->n && self->items[after].high <= high; after++)
		continue;
	take_out(self, at, after);
	if (at < self->n && self->items[at].low < high)
		self->items[at].low = high;
	return forgotten;
}

bool
cli_ranges_known(const CliRanges *self, uint64_t low, uint64_t high, CliRange *ret)
{
	uint32_t at = find(self, low);

	if (at == self->n || self->items[at].low >= high)
		return false;
	*ret = (CliRange){ MAX(self->items[at].low, low), MIN(self->items[at].high, high) };
	return ret->low < ret->high;
}

bool
cli_ranges_missing(const CliRanges *self, uint64_t low, uint64_t high, CliRange *ret)
{
	uint32_t at = find(self, low);

	if (at < self->n && self->items[at].low <= low)
		low = self->items[at++].high;
	if (at < self->n)
		high = MIN(high, self->items[at].low);
	*ret = (CliRange){ low, high };
	return low < high;
}

uint64_t
cli_ranges_sum(const CliRanges *self)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < self->n; i++)
		sum += self->items[i].high - self->items[i].low;
	return sum;
}

uint64_t
cli_ranges_end(const CliRanges *self)
{
	return self->n ? self->items[self->n - 1].high : 0;
}

size_t
cli_ranges_memory(const CliRanges *self)
{
	return smb_memory_cost(self->room * sizeof(CliRange));
}
