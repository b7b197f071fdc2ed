/* SPDX-License-Identifier: BSD-3-Clause */
/* The pairs, and what goes when there are too many. */
#include <string.h>

#include "audit/internal.h"

enum {
	MEMORY_DEFAULT = SMB_CAP(32 << 20, 64 << 10),
	NODE = 64,          /* of a tree, with what malloc takes besides */
	CAPTURES_SHARE = 8, /* names of captures take at most this part of what pairs may */
	CAPTURES_MIN = 64 << 10,
};

/* A layer of a pair. */
struct AuditEntry {
	AuditPair *pair; /* borrowed from the tree of pairs */
	AuditLayer layer;
};

static uint64_t
rank_of(const AuditKey *key, const AuditPair *pair)
{
	uint8_t bytes[2 + 2 * 16];

	bytes[0] = pair->client.family;
	bytes[1] = pair->server.family;
	memcpy(bytes + 2, pair->client.bytes, 16);
	memcpy(bytes + 18, pair->server.bytes, 16);
	return audit_rank(key, bytes, sizeof(bytes));
}

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const AuditPair *x = a, *y = b;
	int order = audit_address_compare(&x->client, &y->client);

	(void)user;
	return order ? order : audit_address_compare(&x->server, &y->server);
}

static gint
compare_names(gconstpointer a, gconstpointer b, gpointer user)
{
	(void)user;
	return strcmp(a, b);
}

static void
pair_free(gpointer data)
{
	audit_pair_clear(data);
	g_free(data);
}

Audit *
audit_new(const AuditLimits *limits)
{
	Audit *self = g_new0(Audit, 1);

	if (limits)
		self->limits = *limits;
	if (!self->limits.memory)
		self->limits.memory = MEMORY_DEFAULT;
	self->pairs = g_tree_new_full(compare, NULL, NULL, pair_free);
	self->captures = g_tree_new_full(compare_names, NULL, g_free, NULL);
	self->first_ns = UINT64_MAX;
	return self;
}

static gboolean
forget(gpointer key, gpointer pair, gpointer user)
{
	Audit *self = user;

	(void)key;
	self->pair_memory -= ((const AuditPair *)pair)->memory;
	return FALSE;
}

size_t
audit_free(Audit *self)
{
	size_t left;

	if (!self)
		return 0;
	audit_tracks_free(self);
	g_tree_foreach(self->pairs, forget, self);
	left = self->pair_memory + self->track_memory;
	g_tree_unref(self->pairs);
	g_free(self->entries);
	g_tree_unref(self->captures);
	g_free(self);
	return left;
}

/* ---- names of captures ---- */

const char *
audit_capture_name(Audit *self, const char *name)
{
	size_t most = MAX(self->limits.memory / CAPTURES_SHARE, (size_t)CAPTURES_MIN);
	gpointer known;
	size_t size;

	if (!name)
		return NULL;
	if (g_tree_lookup_extended(self->captures, name, &known, NULL))
		return known;
	size = strlen(name) + 1 + NODE;
	if (self->capture_memory + size > most) {
		self->captures_left_out++;
		return NULL;
	}
	known = g_strdup(name);
	g_tree_insert(self->captures, known, known);
	self->capture_memory += size;
	return known;
}

void
audit_set_capture(Audit *self, const char *name)
{
	self->capture = audit_capture_name(self, name);
}

/* ---- the heap of all layers of all pairs ---- */

/* Whether `a` goes before `b`. */
static bool
goes_first(const AuditEntry *a, const AuditEntry *b)
{
	if (a->layer != b->layer)
		return a->layer < b->layer;
	if (a->pair->rank != b->pair->rank)
		return a->pair->rank > b->pair->rank;
	return compare(a->pair, b->pair, NULL) > 0;
}

static void
swap(AuditEntry *a, AuditEntry *b)
{
	AuditEntry c = *a;

	*a = *b;
	*b = c;
}

static void
sift_down(Audit *self, uint32_t i)
{
	AuditEntry *e = self->entries;

	for (;;) {
		uint32_t first = i;

		for (uint32_t child = 2 * i + 1; child <= 2 * i + 2; child++)
			if (child < self->n_entries && goes_first(&e[child], &e[first]))
				first = child;
		if (first == i)
			return;
		swap(&e[i], &e[first]);
		i = first;
	}
}

static void
push(Audit *self, AuditPair *pair, AuditLayer layer)
{
	uint32_t i = self->n_entries++;

	if (self->n_entries > self->entries_size) {
		self->entries_size = MAX(64, self->entries_size + self->entries_size / 2);
		self->entries = g_renew(AuditEntry, self->entries, self->entries_size);
	}
	self->entries[i] = (AuditEntry){ pair, layer };
	for (; i && goes_first(&self->entries[i], &self->entries[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&self->entries[i], &self->entries[(i - 1) / 2]);
	pair->layers |= (uint8_t)(1u << layer);
	if (layer == AUDIT_LAYER_DETAILS)
		pair->bare = false;
}

/* ---- what is kept ---- */

static bool
is_behind(const AuditHorizon *horizon, AuditLayer layer, uint64_t rank)
{
	return layer != horizon->layer ? layer < horizon->layer : rank >= horizon->rank;
}

/* The nearer of two. */
static void
lower(AuditHorizon *self, const AuditHorizon *to)
{
	if (is_behind(to, self->layer, self->rank))
		*self = *to;
}

static bool
is_behind_any_other(const Audit *self, const AuditPair *pair, AuditLayer layer)
{
	for (uint32_t i = 0; i < self->n_others; i++)
		if (is_behind(&self->others[i], layer, rank_of(&self->others[i].key, pair)))
			return true;
	return false;
}

static void
account(Audit *self, AuditPair *pair)
{
	size_t layers = (size_t)__builtin_popcount(pair->layers);

	self->pair_memory -= pair->memory;
	/* The array of entries is up to half as large again as what is in it. */
	pair->memory = audit_pair_memory(pair) + NODE + layers * 2 * sizeof(AuditEntry);
	self->pair_memory += pair->memory;
}

/* The entry of this layer is out of the heap already. */
static void
give_up(Audit *self, AuditPair *pair, AuditLayer layer)
{
	audit_pair_drop(pair, layer);
	if (pair->layers) {
		account(self, pair);
		return;
	}
	self->pair_memory -= pair->memory;
	g_tree_remove(self->pairs, pair);
}

/* It, and what comes behind it, is never taken in again. */
static void
give_up_first(Audit *self)
{
	AuditEntry first = self->entries[0];
	AuditHorizon here = { self->limits.key, first.layer, first.pair->rank };

	/* It may be given up because the horizon came nearer already. */
	if (!self->has_horizon)
		self->horizon = here;
	lower(&self->horizon, &here);
	self->has_horizon = true;
	self->entries[0] = self->entries[--self->n_entries];
	sift_down(self, 0);
	give_up(self, first.pair, first.layer);
}

static bool
is_too_much(const Audit *self)
{
	const AuditEntry *first = self->entries;

	if (self->limits.pairs && (uint32_t)g_tree_nnodes(self->pairs) > self->limits.pairs)
		return true;
	if (self->pair_memory > self->limits.memory)
		return true;
	/* Two of one rank are as good as never there, but then the horizon takes both. */
	return self->has_horizon && is_behind(&self->horizon, first->layer, first->pair->rank);
}

static void
hold_limits(Audit *self)
{
	while (self->n_entries && is_too_much(self))
		give_up_first(self);
}

/* The layers of what is to be added that no horizon keeps out. */
static uint8_t
wanted(const Audit *self, const AuditPair *from, uint64_t rank)
{
	uint8_t layers = audit_pair_layers(from);

	for (AuditLayer layer = 0; layer < AUDIT_LAYERS; layer++)
		if ((self->has_horizon && is_behind(&self->horizon, layer, rank)) ||
		    (self->n_others && is_behind_any_other(self, from, layer)))
			layers &= (uint8_t) ~(1u << layer);
	return layers;
}

void
audit_add(Audit *self, const AuditPair *from)
{
	uint64_t rank = rank_of(&self->limits.key, from);
	uint8_t layers = wanted(self, from, rank);
	AuditPair *pair;

	for (AuditSeverity i = 0; i < AUDIT_SEVERITIES; i++)
		audit_add_left_out(self, i, audit_pair_observations(from, i));
	if (!layers)
		return;
	pair = g_tree_lookup(self->pairs, from);
	if (!pair) {
		pair = g_new0(AuditPair, 1);
		pair->client = from->client;
		pair->server = from->server;
		pair->rank = rank;
		pair->first_ns = UINT64_MAX;
		pair->bare = true;
		g_tree_insert(self->pairs, pair, pair);
	}
	for (AuditLayer layer = 0; layer < AUDIT_LAYERS; layer++)
		if (layers & ~pair->layers & 1u << layer)
			push(self, pair, layer);
	audit_pair_merge(pair, &self->limits.key, from, layers);
	account(self, pair);
	hold_limits(self);
}

/* As every count of a pair: at most what JSON readers can read. */
static uint64_t
sum(uint64_t a, uint64_t b)
{
	return b > INT64_MAX - MIN(a, INT64_MAX) ? INT64_MAX : a + b;
}

void
audit_add_totals(Audit *self, uint64_t connections, uint64_t first_ns, uint64_t last_ns)
{
	self->connections = sum(self->connections, connections);
	self->first_ns = MIN(self->first_ns, first_ns);
	self->last_ns = MAX(self->last_ns, last_ns);
}

void
audit_add_left_out(Audit *self, AuditSeverity severity, uint64_t observations)
{
	self->observations[severity] = sum(self->observations[severity], observations);
}

static int
compare_keys(const AuditKey *a, const AuditKey *b)
{
	if (a->words[0] != b->words[0])
		return a->words[0] < b->words[0] ? -1 : 1;
	return (a->words[1] > b->words[1]) - (a->words[1] < b->words[1]);
}

static void
add_other(Audit *self, const AuditHorizon *horizon)
{
	uint32_t at = 0, n = self->n_others;

	while (at < n && compare_keys(&self->others[at].key, &horizon->key) < 0)
		at++;
	if (at < n && audit_key_equal(&self->others[at].key, &horizon->key)) {
		lower(&self->others[at], horizon);
		return;
	}
	self->mixed |= n == AUDIT_HORIZONS_MAX;
	if (at == AUDIT_HORIZONS_MAX)
		return;
	n = MIN(n, (uint32_t)AUDIT_HORIZONS_MAX - 1);
	memmove(&self->others[at + 1], &self->others[at], (n - at) * sizeof(AuditHorizon));
	self->others[at] = *horizon;
	self->n_others = n + 1;
}

void
audit_add_horizon(Audit *self, const AuditHorizon *horizon)
{
	if (!audit_key_equal(&horizon->key, &self->limits.key)) {
		add_other(self, horizon);
		return;
	}
	if (!self->has_horizon)
		self->horizon = *horizon;
	lower(&self->horizon, horizon);
	self->has_horizon = true;
	hold_limits(self);
}

void
audit_settle(Audit *self)
{
	uint32_t n = 0, all = self->n_entries;

	if (!self->n_others)
		return;
	for (uint32_t i = 0; i < all; i++) {
		AuditEntry entry = self->entries[i];

		if (is_behind_any_other(self, entry.pair, entry.layer))
			give_up(self, entry.pair, entry.layer);
		else
			self->entries[n++] = entry;
	}
	self->n_entries = n;
	for (uint32_t i = n / 2; i-- > 0;)
		sift_down(self, i);
}

bool
audit_has_all(const Audit *self, AuditLayer layer)
{
	bool all = !self->mixed && !(self->has_horizon && self->horizon.layer >= layer);

	for (uint32_t i = 0; i < self->n_others; i++)
		all &= self->others[i].layer < layer;
	return all;
}

bool
audit_has_layer(const Audit *self, const AuditPair *pair, AuditLayer layer)
{
	uint64_t rank = rank_of(&self->limits.key, pair);

	return !self->mixed && !(self->has_horizon && is_behind(&self->horizon, layer, rank)) &&
	       !is_behind_any_other(self, pair, layer);
}

size_t
audit_memory(const Audit *self)
{
	return self->pair_memory + self->track_memory + self->capture_memory;
}
