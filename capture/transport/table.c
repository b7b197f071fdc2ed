/* SPDX-License-Identifier: BSD-3-Clause */
/* The hash table of flows, and the lists that order them by value and age. */
#include "capture/transport/flow.h"

#include <string.h>

#define CAP_TABLE_BUCKETS 256
#define CAP_SECOND 1000000000ull

static uint64_t
load(const uint8_t *own)
{
	uint64_t word;

	memcpy(&word, own, sizeof(word));
	return word;
}

/* The splitmix64 step, to make long secrets of a short seed. */
static uint64_t
stretch(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

void
cap_table_init(CapTracker *t, uint32_t seed)
{
	CapTable *table = &t->table;

	table->mask = CAP_TABLE_BUCKETS - 1;
	table->buckets = cap_memory_alloc(&t->memory, CAP_TABLE_BUCKETS * sizeof(*table->buckets));
	memset(table->buckets, 0, CAP_TABLE_BUCKETS * sizeof(*table->buckets));
	table->key[0] = stretch(seed + 0x9e3779b97f4a7c15u) | 1;
	table->key[1] = stretch(seed + 2 * 0x9e3779b97f4a7c15u) | 1;
}

static uint64_t
fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t
hash_end(const CapTable *table, const uint8_t *addr, uint16_t port)
{
	uint64_t h = fold(load(addr) ^ table->key[0], table->key[1]);

	return fold(h ^ load(addr + 8) ^ (uint64_t)port << 40, table->key[0]);
}

/* Both ends are hashed alike and added, so both directions of a flow land in one bucket. */
uint32_t
cap_table_hash(const CapTable *table, const CapPair *pair)
{
	uint64_t h = hash_end(table, pair->addr[0], pair->port[0]) +
		     hash_end(table, pair->addr[1], pair->port[1]);

	return (uint32_t)(fold(h ^ table->key[1], table->key[0]) >> 16);
}

static bool
same_end(const CapFlow *flow, int side, const CapPair *pair, int end)
{
	return flow->port[side] == pair->port[end] &&
	       load(flow->addr[side]) == load(pair->addr[end]) &&
	       load(flow->addr[side] + 8) == load(pair->addr[end] + 8);
}

CapPair
cap_table_pair(const CapEntry *f, CapDir dir)
{
	CapPair pair = { .family = f->flow.family,
			 .port = { f->flow.port[dir], f->flow.port[!dir] } };

	memcpy(pair.addr[0], f->flow.addr[dir], sizeof(pair.addr[0]));
	memcpy(pair.addr[1], f->flow.addr[!dir], sizeof(pair.addr[1]));
	return pair;
}

/* The first of a chain; of those whose place another one took, or of the others. */
static inline CapEntry *
find(CapEntry *f, const CapPair *pair, uint32_t hash, bool away, CapDir *ret_dir)
{
	for (; f; f = f->chain) {
		if (f->hash != hash || f->flow.family != pair->family ||
		    (f->list == CAP_LIST_AWAY) != away)
			continue;
		if (same_end(&f->flow, 0, pair, 0) && same_end(&f->flow, 1, pair, 1)) {
			*ret_dir = CAP_FROM_A;
			return f;
		}
		if (same_end(&f->flow, 0, pair, 1) && same_end(&f->flow, 1, pair, 0)) {
			*ret_dir = CAP_FROM_B;
			return f;
		}
	}
	return NULL;
}

CapEntry *
cap_table_find(const CapTable *table, const CapPair *pair, uint32_t hash, CapDir *ret_dir)
{
	return find(table->buckets[hash & table->mask], pair, hash, false, ret_dir);
}

CapEntry *
cap_table_find_away(const CapTable *table, const CapPair *pair, uint32_t hash,
		    const CapEntry *after, CapDir *ret_dir)
{
	CapEntry *first = after ? after->chain : table->buckets[hash & table->mask];

	return find(first, pair, hash, true, ret_dir);
}

/* Longer chains are better than going over the ceiling. */
static void
grow(CapTracker *t)
{
	CapTable *table = &t->table;
	uint32_t old = table->mask + 1, n = old * 2;
	CapEntry **buckets, *f, *chain;

	if (n > 1u << 24 || t->memory.used + n * sizeof(*buckets) > t->limits.max_memory)
		return;
	buckets = cap_memory_alloc(&t->memory, n * sizeof(*buckets));
	memset(buckets, 0, n * sizeof(*buckets));
	for (uint32_t i = 0; i < old; i++) {
		for (f = table->buckets[i]; f; f = chain) {
			chain = f->chain;
			f->chain = buckets[f->hash & (n - 1)];
			buckets[f->hash & (n - 1)] = f;
		}
	}
	cap_memory_free(&t->memory, table->buckets, old * sizeof(*buckets));
	table->buckets = buckets;
	table->mask = n - 1;
}

uint64_t
cap_list_patience(const CapTracker *t, CapListName list)
{
	static const uint64_t most[CAP_LISTS] = {
		[CAP_LIST_CLOSED] = 30 * CAP_SECOND, [CAP_LIST_RESET] = CAP_SECOND,
		[CAP_LIST_AWAY] = UINT64_MAX,        [CAP_LIST_HALF] = 60 * CAP_SECOND,
		[CAP_LIST_PLAIN] = UINT64_MAX,       [CAP_LIST_KEPT] = UINT64_MAX,
	};

	return t->limits.idle_ns < most[list] ? t->limits.idle_ns : most[list];
}

static void
list_unlink(CapTracker *t, CapEntry *f)
{
	CapList *list = &t->lists[f->list];

	*(f->prev ? &f->prev->next : &list->first) = f->next;
	*(f->next ? &f->next->prev : &list->last) = f->prev;
	t->lingering -= f->list == CAP_LIST_CLOSED;
}

static void
list_append(CapTracker *t, CapEntry *f, CapListName to)
{
	CapList *list = &t->lists[to];
	uint64_t expiry = t->time_ns + cap_list_patience(t, to);

	f->list = (uint8_t)to;
	f->prev = list->last;
	f->next = NULL;
	*(list->last ? &list->last->next : &list->first) = f;
	list->last = f;
	t->lingering += to == CAP_LIST_CLOSED;
	if (expiry < t->expiry_ns)
		t->expiry_ns = expiry;
}

void
cap_list_move(CapTracker *t, CapEntry *f, CapListName to)
{
	if (f->list == to && t->lists[to].last == f)
		return;
	list_unlink(t, f);
	list_append(t, f, to);
}

CapEntry *
cap_table_add(CapTracker *t, const CapPair *pair, uint32_t hash, bool swapped)
{
	CapTable *table = &t->table;
	CapEntry *f;

	if (table->count > table->mask)
		grow(t);
	f = cap_memory_alloc(&t->memory, sizeof(*f));
	*f = (CapEntry){ .hash = hash, .chain = table->buckets[hash & table->mask] };
	f->flow.family = pair->family;
	memcpy(f->flow.addr[0], pair->addr[swapped], sizeof(f->flow.addr[0]));
	memcpy(f->flow.addr[1], pair->addr[!swapped], sizeof(f->flow.addr[1]));
	f->flow.port[0] = pair->port[swapped];
	f->flow.port[1] = pair->port[!swapped];
	f->flow.first_ns = f->flow.last_ns = t->time_ns;
	f->flow.first_frame = f->flow.last_frame = t->frame;
	table->buckets[hash & table->mask] = f;
	table->count++;
	t->counters.flows++;
	list_append(t, f, CAP_LIST_HALF);
	return f;
}

void
cap_table_remove(CapTracker *t, CapEntry *f)
{
	CapEntry **at = &t->table.buckets[f->hash & t->table.mask];

	while (*at != f)
		at = &(*at)->chain;
	*at = f->chain;
	t->table.count--;
	list_unlink(t, f);
	cap_early_forget(t, f);
	cap_hoard_forget(t, f);
	cap_trial_free(t, f);
	cap_doubt_free(t, f);
	cap_memory_free(&t->memory, f, sizeof(*f));
}
