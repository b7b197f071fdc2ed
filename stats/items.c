/* SPDX-License-Identifier: BSD-3-Clause */
/* Figures by name: what is kept, and what is only counted together with others. */
#include <string.h>

#include "dissect/wire/memory.h"
#include "stats/stats.h"

enum {
	KIND_SHIFT = 60, /* the kind is above the hash: files go before shares, and so on */
	TABLES = 48,     /* bytes of hash table and heap that an item takes */
};

static bool
is_address(StatsKind kind)
{
	return kind == STATS_SERVER || kind == STATS_CLIENT;
}

static uint64_t
rank_of(const SmbHashKey *hash_key, const StatsItem *item)
{
	uint8_t bytes[1 + sizeof(item->address.bytes)] = { 0 };
	uint64_t h;

	if (item->kind == STATS_STATUS) {
		bytes[0] = item->status.dos;
		for (unsigned i = 0; i < 4; i++)
			bytes[1 + i] = (uint8_t)(item->status.value >> 8 * i);
		h = smb_keyed_hash(hash_key, bytes, 5);
	} else if (is_address(item->kind)) {
		bytes[0] = item->address.family;
		memcpy(bytes + 1, item->address.bytes, sizeof(item->address.bytes));
		h = smb_keyed_hash(hash_key, bytes, sizeof(bytes));
	} else {
		h = smb_keyed_hash(hash_key, item->name, item->len);
	}
	return (uint64_t)item->kind << KIND_SHIFT | h >> (64 - KIND_SHIFT);
}

static guint
item_hash(gconstpointer item)
{
	const StatsItem *x = item;

	return (guint)(x->rank ^ x->rank >> 32);
}

static bool
is_same(const StatsItem *x, const StatsItem *y)
{
	if (x->kind == STATS_STATUS)
		return x->status.dos == y->status.dos && x->status.value == y->status.value;
	if (is_address(x->kind))
		return x->address.family == y->address.family &&
		       memcmp(x->address.bytes, y->address.bytes, sizeof(x->address.bytes)) == 0;
	return x->len == y->len && (!x->len || memcmp(x->name, y->name, x->len) == 0);
}

static gboolean
item_equal(gconstpointer a, gconstpointer b)
{
	const StatsItem *x = a, *y = b;

	return x->rank == y->rank && x->kind == y->kind && is_same(x, y);
}

void
stats_figures_clear(StatsFigures *self)
{
	stats_times_clear(&self->response);
	stats_times_clear(&self->server);
	stats_times_clear(&self->handshake);
	*self = (StatsFigures){ 0 };
}

void
stats_figures_merge(StatsFigures *to, const StatsFigures *from)
{
	stats_times_merge(&to->response, &from->response);
	stats_times_merge(&to->server, &from->server);
	stats_times_merge(&to->handshake, &from->handshake);
	for (int i = 0; i < STATS_NUMBERS; i++)
		to->numbers[i] = stats_sum(to->numbers[i], from->numbers[i]);
}

static size_t
item_memory(const StatsItem *item)
{
	const StatsFigures *f = &item->figures;

	return smb_memory_cost(sizeof(*item)) + smb_memory_cost(item->name ? item->len + 1 : 0) +
	       stats_times_memory(&f->response) + stats_times_memory(&f->server) +
	       stats_times_memory(&f->handshake) + TABLES;
}

static void
item_free(gpointer user)
{
	StatsItem *item = user;

	stats_figures_clear(&item->figures);
	g_free(item->name);
	g_free(item);
}

/* ---- The heap ---- */

static StatsItem *
at(const GPtrArray *heap, guint i)
{
	return heap->pdata[i];
}

static void
swap(GPtrArray *heap, guint i, guint j)
{
	gpointer item = heap->pdata[i];

	heap->pdata[i] = heap->pdata[j];
	heap->pdata[j] = item;
}

static void
heap_push(GPtrArray *heap, StatsItem *item)
{
	g_ptr_array_add(heap, item);
	for (guint i = heap->len - 1; i && at(heap, (i - 1) / 2)->rank < at(heap, i)->rank;
	     i = (i - 1) / 2)
		swap(heap, i, (i - 1) / 2);
}

static StatsItem *
heap_pop(GPtrArray *heap)
{
	StatsItem *top = at(heap, 0);
	guint i = 0, next;

	g_ptr_array_remove_index_fast(heap, 0);
	while ((next = 2 * i + 1) < heap->len) {
		if (next + 1 < heap->len && at(heap, next + 1)->rank > at(heap, next)->rank)
			next++;
		if (at(heap, i)->rank >= at(heap, next)->rank)
			break;
		swap(heap, i, next);
		i = next;
	}
	return top;
}

/* ---- Items ---- */

static void
give_up(Stats *self, StatsItem *item)
{
	self->last[item->kind] = NULL;
	self->memory -= item->accounted;
	stats_figures_merge(&self->others[item->kind], &item->figures);
	g_hash_table_remove(self->items, item);
}

/* What is beyond the horizon, or too much, is counted with the others of its kind. */
static void
drop(Stats *self)
{
	while (self->heap->len &&
	       (self->memory > self->memory_max ||
		(self->has_horizon && at(self->heap, 0)->rank >= self->horizon.rank))) {
		StatsItem *item = heap_pop(self->heap);

		if (!self->has_horizon || item->rank < self->horizon.rank)
			self->horizon.rank = item->rank;
		self->has_horizon = true;
		give_up(self, item);
	}
}

static bool
is_beyond_any(const Stats *self, const StatsItem *item)
{
	for (uint32_t i = 0; i < self->n_further; i++)
		if (rank_of(&self->further[i].key, item) >= self->further[i].rank)
			return true;
	return false;
}

static StatsItem *
item_new(const StatsKey *key, uint64_t rank)
{
	StatsItem *item = g_new0(StatsItem, 1);

	item->rank = rank;
	item->kind = key->kind;
	item->len = key->len;
	item->name = key->len ? g_strndup(key->name, key->len) : NULL;
	item->command = key->command;
	item->address = key->address;
	item->status = key->status;
	return item;
}

StatsFigures *
stats_figures(Stats *self, const StatsKey *key)
{
	StatsItem probe = { .kind = key->kind,
			    .len = key->len,
			    .name = (char *)key->name,
			    .address = key->address,
			    .status = key->status };
	StatsItem *item = self->last[key->kind];

	if (item && is_same(item, &probe))
		return &item->figures;
	probe.rank = rank_of(&self->horizon.key, &probe);
	if ((self->has_horizon && probe.rank >= self->horizon.rank) || is_beyond_any(self, &probe))
		return &self->others[key->kind];
	item = g_hash_table_lookup(self->items, &probe);
	if (!item) {
		item = item_new(key, probe.rank);
		g_hash_table_add(self->items, item);
		heap_push(self->heap, item);
	}
	self->last[key->kind] = item;
	return &item->figures;
}

void
stats_settle(Stats *self, StatsFigures *figures)
{
	StatsItem *item = (StatsItem *)((char *)figures - offsetof(StatsItem, figures));
	size_t now;

	if (figures >= self->others && figures <= &self->others[STATS_ALL])
		return;
	now = item_memory(item);
	self->memory += now - item->accounted;
	item->accounted = now;
	if (G_UNLIKELY(self->memory > self->memory_max))
		drop(self);
}

static int
compare_keys(const SmbHashKey *a, const SmbHashKey *b)
{
	if (a->words[0] != b->words[0])
		return a->words[0] < b->words[0] ? -1 : 1;
	return (a->words[1] > b->words[1]) - (a->words[1] < b->words[1]);
}

/* Sorted by key; which ones are kept does not depend on their order. */
static void
add_further(Stats *self, const StatsHorizon *horizon)
{
	uint32_t i = 0, n = self->n_further;

	while (i < n && compare_keys(&self->further[i].key, &horizon->key) < 0)
		i++;
	if (i < n && smb_hash_key_equal(&self->further[i].key, &horizon->key)) {
		self->further[i].rank = MIN(self->further[i].rank, horizon->rank);
		return;
	}
	self->mixed |= n == STATS_HORIZONS_MAX;
	if (i == STATS_HORIZONS_MAX)
		return;
	n = MIN(n, (uint32_t)STATS_HORIZONS_MAX - 1);
	memmove(&self->further[i + 1], &self->further[i], (n - i) * sizeof(StatsHorizon));
	self->further[i] = *horizon;
	self->n_further = n + 1;
}

void
stats_add_horizon(Stats *self, const StatsHorizon *horizon)
{
	if (!smb_hash_key_equal(&horizon->key, &self->horizon.key)) {
		add_further(self, horizon);
		return;
	}
	if (self->has_horizon && self->horizon.rank <= horizon->rank)
		return;
	self->has_horizon = true;
	self->horizon.rank = horizon->rank;
	drop(self);
}

void
stats_conclude(Stats *self)
{
	g_autoptr(GPtrArray) all = self->heap;

	if (!self->n_further) {
		g_steal_pointer(&all);
		return;
	}
	self->heap = g_ptr_array_new();
	for (guint i = 0; i < all->len; i++)
		if (is_beyond_any(self, at(all, i)))
			give_up(self, at(all, i));
		else
			heap_push(self->heap, at(all, i));
}

bool
stats_left_out(const Stats *self)
{
	return self->has_horizon || self->n_further || self->mixed;
}

/* By what they are, not by rank: that depends on the key. */
static gint
compare_items(gconstpointer a, gconstpointer b)
{
	const StatsItem *x = *(const StatsItem *const *)a, *y = *(const StatsItem *const *)b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->kind == STATS_STATUS) {
		if (x->status.dos != y->status.dos)
			return x->status.dos ? 1 : -1;
		return (x->status.value > y->status.value) - (x->status.value < y->status.value);
	}
	if (is_address(x->kind)) {
		if (x->address.family != y->address.family)
			return x->address.family < y->address.family ? -1 : 1;
		return memcmp(x->address.bytes, y->address.bytes, sizeof(x->address.bytes));
	}
	return g_strcmp0(x->name, y->name);
}

/* What items are ordered by. */
static uint64_t
amount_of(const StatsFigures *figures, StatsOrder order)
{
	static const StatsNumber segments[] = { STATS_N_RETRANSMITTED, STATS_N_OUT_OF_ORDER,
						STATS_N_WINDOW_FULL };
	uint64_t sum = 0;

	switch (order) {
	case STATS_BY_TIME:
		return figures->response.sum;
	case STATS_BY_ERRORS:
		return figures->numbers[STATS_N_ERRORS];
	case STATS_BY_SEGMENTS:
		break;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(segments); i++)
		for (unsigned dir = 0; dir < 2; dir++)
			sum = stats_sum(sum, figures->numbers[segments[i] + dir]);
	return sum;
}

static gint
compare_amounts(gconstpointer a, gconstpointer b, gpointer user)
{
	const StatsItem *x = *(const StatsItem *const *)a, *y = *(const StatsItem *const *)b;
	const StatsOrder *order = user;
	uint64_t p = amount_of(&x->figures, *order), q = amount_of(&y->figures, *order);
	uint64_t m = x->figures.numbers[STATS_N_REQUESTS], n = y->figures.numbers[STATS_N_REQUESTS];

	if (p != q)
		return p > q ? -1 : 1;
	if (m != n)
		return m > n ? -1 : 1;
	return compare_items(a, b);
}

GPtrArray *
stats_sorted(const Stats *self, StatsKind kind, StatsOrder order)
{
	GPtrArray *sorted = g_ptr_array_new();

	for (guint i = 0; i < self->heap->len; i++)
		if (at(self->heap, i)->kind == kind)
			g_ptr_array_add(sorted, self->heap->pdata[i]);
	g_ptr_array_sort_with_data(sorted, compare_amounts, &order);
	return sorted;
}

GPtrArray *
stats_listed(const Stats *self)
{
	GPtrArray *sorted = g_ptr_array_new();

	for (guint i = 0; i < self->heap->len; i++)
		g_ptr_array_add(sorted, self->heap->pdata[i]);
	g_ptr_array_sort(sorted, compare_items);
	return sorted;
}

/* ---- All of it ---- */

Stats *
stats_new(size_t memory, uint64_t interval_ns, const SmbHashKey *key)
{
	Stats *self = g_new0(Stats, 1);

	self->horizon.key = *key;
	self->memory_max = memory;
	self->items = g_hash_table_new_full(item_hash, item_equal, item_free, NULL);
	self->heap = g_ptr_array_new();
	self->slow = g_ptr_array_new();
	stats_intervals_init(&self->intervals, interval_ns);
	return self;
}

size_t
stats_free(Stats *self)
{
	size_t left;

	if (!self)
		return 0;
	left = self->memory;
	for (guint i = 0; i < self->heap->len; i++)
		left -= item_memory(at(self->heap, i));
	g_hash_table_unref(self->items);
	g_ptr_array_unref(self->heap);
	for (int i = 0; i <= STATS_KINDS; i++)
		stats_figures_clear(&self->others[i]);
	stats_intervals_clear(&self->intervals);
	for (guint i = 0; i < self->slow->len; i++)
		stats_slow_free(self->slow->pdata[i]);
	g_ptr_array_unref(self->slow);
	g_free(self);
	return left;
}

void
stats_set_capture(Stats *self, const char *name)
{
	self->capture = name;
}

size_t
stats_memory(const Stats *self)
{
	size_t memory = self->memory;

	for (int i = 0; i <= STATS_KINDS; i++)
		memory += stats_times_memory(&self->others[i].response) +
			  stats_times_memory(&self->others[i].server) +
			  stats_times_memory(&self->others[i].handshake);
	return memory + self->intervals.items->len * sizeof(StatsInterval) +
	       self->slow->len * (sizeof(StatsSlow) + STATS_KEY_MAX);
}

const char *
stats_kind_name(unsigned kind)
{
	static const char *const names[] = {
		[STATS_COMMAND] = "command", [STATS_STATUS] = "status", [STATS_SERVER] = "server",
		[STATS_CLIENT] = "client",   [STATS_SHARE] = "share",   [STATS_FILE] = "file",
		[STATS_ALL] = "all",
	};

	return names[kind];
}

const char *
stats_number_name(unsigned number)
{
	static const char *const names[] = {
		[STATS_N_REQUESTS] = "requests",
		[STATS_N_CHAINED] = "chained",
		[STATS_N_UNANSWERED] = "unanswered",
		[STATS_N_UNSEEN] = "unseen",
		[STATS_N_HELD] = "held",
		[STATS_N_ERRORS] = "errors",
		[STATS_N_EXPECTED] = "expected_errors",
		[STATS_N_READ] = "bytes_read",
		[STATS_N_WRITTEN] = "bytes_written",
		[STATS_N_CONNECTIONS] = "connections",
		[STATS_N_RETRANSMITTED] = "retransmitted_to_server",
		[STATS_N_RETRANSMITTED + 1] = "retransmitted_to_client",
		[STATS_N_RETRANSMITTED_BYTES] = "retransmitted_bytes_to_server",
		[STATS_N_RETRANSMITTED_BYTES + 1] = "retransmitted_bytes_to_client",
		[STATS_N_OUT_OF_ORDER] = "out_of_order_to_server",
		[STATS_N_OUT_OF_ORDER + 1] = "out_of_order_to_client",
		[STATS_N_WINDOW_FULL] = "window_full_to_server",
		[STATS_N_WINDOW_FULL + 1] = "window_full_to_client",
	};

	return names[number];
}

bool
stats_has_segments(const StatsFigures *figures)
{
	for (unsigned i = STATS_N_RETRANSMITTED; i < STATS_NUMBERS; i++)
		if (figures->numbers[i])
			return true;
	return false;
}

bool
stats_figures_empty(const StatsFigures *figures)
{
	for (int i = 0; i < STATS_NUMBERS; i++)
		if (figures->numbers[i])
			return false;
	return !figures->response.count && !figures->handshake.count;
}

unsigned
stats_numbers_of(unsigned kind)
{
	bool connects = kind == STATS_SERVER || kind == STATS_CLIENT || kind == STATS_ALL;

	return connects ? STATS_NUMBERS : STATS_N_RETRANSMITTED;
}

const char *
stats_sum_name(unsigned sum)
{
	static const char *const names[] = {
		[STATS_SUM_MIDSTREAM] = "midstream",
		[STATS_SUM_ONE_WAY] = "one_way",
		[STATS_SUM_HANDSHAKES] = "handshakes",
		[STATS_SUM_ENCRYPTED] = "encrypted",
		[STATS_SUM_FIN] = "ended_fin",
		[STATS_SUM_RESET] = "ended_reset",
		[STATS_SUM_TIMEOUT] = "ended_timeout",
		[STATS_SUM_OPEN] = "still_open",
		[STATS_SUM_NO_ANSWER] = "no_answer",
		[STATS_SUM_PORT_CLOSED] = "port_closed",
		[STATS_SUM_OTHER_END] = "ended_otherwise",
		[STATS_SUM_GAPS] = "gaps",
		[STATS_SUM_GAP_BYTES] = "gap_bytes",
		[STATS_SUM_REPEATED] = "repeated",
		[STATS_SUM_ORPHANS] = "orphans",
		[STATS_SUM_BYTES_TO_SERVER] = "bytes_to_server",
		[STATS_SUM_BYTES_TO_CLIENT] = "bytes_to_client",
		[STATS_SUM_WITHOUT_TCP] = "without_tcp",
		[STATS_SUM_BACKWARDS] = "backwards",
	};

	return names[sum];
}
