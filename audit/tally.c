/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts by name: sorted, at most so many, and which are left out does not depend on their order. */
#include "audit/audit.h"

#include <string.h>

enum { HALF = 32 }; /* of a rank */

/* Where the key is, or would be. */
static uint32_t
tally_find(const AuditTally *self, const char *key, bool *ret_found)
{
	uint32_t low = 0, high = self->n;

	*ret_found = false;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(key, self->items[middle].key);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Ranked once: each that comes to a full list is compared with all of them. */
static uint64_t
rank_of(AuditCap cap, AuditCount *item)
{
	if (cap.key && !item->rank) {
		size_t length = strlen(item->key);

		item->rank = audit_rank(cap.key, item->key, length);
		if (cap.together && length > cap.together)
			item->rank = item->rank >> HALF |
				     audit_rank(cap.key, item->key, cap.together) >> HALF << HALF;
		if (cap.class_of)
			item->rank = item->rank >> 4 | (uint64_t)cap.class_of(item->key) << 60;
	}
	return item->rank;
}

/* Whether `a` goes before `b` where one of the two has to go. */
static bool
goes_first(AuditCap cap, AuditCount *a, AuditCount *b)
{
	uint64_t x = rank_of(cap, a), y = rank_of(cap, b);

	return x != y ? x > y : strcmp(a->key, b->key) > 0;
}

/* The place of what goes first. */
static uint32_t
tally_last(AuditTally *self, AuditCap cap)
{
	uint32_t last = self->n - 1;

	for (uint32_t i = 0; cap.key && i < self->n; i++)
		if (goes_first(cap, &self->items[i], &self->items[last]))
			last = i;
	return last;
}

static void
tally_remove(AuditTally *self, uint32_t at)
{
	self->left_out = audit_sum(self->left_out, self->items[at].count);
	self->bytes -= (uint32_t)strlen(self->items[at].key);
	g_free(self->items[at].key);
	self->n--;
	memmove(&self->items[at], &self->items[at + 1], (self->n - at) * sizeof(AuditCount));
}

/* The first key of a list that was emptied for further use: mostly the one that it had before. */
static void
tally_begin_again(AuditTally *self, const char *key, uint64_t count)
{
	AuditCount *item = &self->items[0];

	if (strcmp(item->key, key) != 0) {
		g_free(item->key);
		item->key = g_strdup(key);
		item->rank = 0;
	}
	item->count = audit_sum(count, 0);
	self->bytes = (uint32_t)strlen(key);
	self->n = 1;
}

void
audit_tally_add(AuditTally *self, AuditCap cap, const char *key, uint64_t count)
{
	AuditCount item;
	bool found;
	uint32_t at = tally_find(self, key, &found);

	if (found) {
		self->items[at].count = audit_sum(self->items[at].count, count);
		return;
	}
	if (!count)
		return;
	if (self->n == 0 && self->items) {
		tally_begin_again(self, key, count);
		return;
	}
	item = (AuditCount){ .key = (char *)key, .count = audit_sum(count, 0) };
	if (self->n && self->n == cap.most) {
		uint32_t last = tally_last(self, cap);

		if (goes_first(cap, &item, &self->items[last])) {
			self->left_out = audit_sum(self->left_out, count);
			return;
		}
		tally_remove(self, last);
		at -= last < at;
	} else {
		self->items = g_renew(AuditCount, self->items, self->n + 1);
	}
	memmove(&self->items[at + 1], &self->items[at], (self->n - at) * sizeof(AuditCount));
	item.key = g_strdup(key);
	self->items[at] = item;
	self->bytes += (uint32_t)strlen(key);
	self->n++;
}

void
audit_tally_merge(AuditTally *self, AuditCap cap, const AuditTally *from)
{
	for (uint32_t i = 0; i < from->n; i++)
		audit_tally_add(self, cap, from->items[i].key, from->items[i].count);
	self->left_out = audit_sum(self->left_out, from->left_out);
}

uint64_t
audit_tally_of(const AuditTally *self, const char *key)
{
	bool found;
	uint32_t at = tally_find(self, key, &found);

	return found ? self->items[at].count : 0;
}

void
audit_tally_clear(AuditTally *self)
{
	if (!self->items && !self->left_out)
		return;
	for (uint32_t i = 0; self->items && i < MAX(self->n, 1); i++)
		g_free(self->items[i].key);
	g_free(self->items);
	*self = (AuditTally){ 0 };
}

void
audit_tally_reuse(AuditTally *self)
{
	AuditCount *kept = self->n <= 1 ? self->items : NULL;

	if (!kept)
		audit_tally_clear(self);
	*self = (AuditTally){ .items = kept };
}
