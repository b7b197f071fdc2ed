/* SPDX-License-Identifier: BSD-3-Clause */
/* The pairs, and what is dropped when there are too many. */
#include <string.h>

#include "audit/internal.h"

enum {
	MEMORY_DEFAULT = SMB_CAP(32 << 20, 64 << 10),
	NODE = 64, /* of a tree, with what malloc takes besides */
	/* bytes up to which a pair is packed; AUDIT_HOT times that are not counted */
	SMALL = 8 << 10,
	BLOCK = 16, /* of malloc: all blocks are multiples of it */
};

/* A layer of a pair. */
struct AuditEntry {
	AuditKept *pair; /* borrowed from the tree of pairs */
	AuditLayer layer;
};

static uint64_t
rank_of(const AuditKey *key, const AuditAddress *client, const AuditAddress *server)
{
	uint8_t bytes[2 + 2 * 16 + AUDIT_KEY_MAX];
	size_t n = 2 + 2 * 16, site = client->site ? strlen(client->site) : 0;

	bytes[0] = client->family;
	bytes[1] = server->family;
	memcpy(bytes + 2, client->bytes, 16);
	memcpy(bytes + 18, server->bytes, 16);
	memcpy(bytes + n, client->site ? client->site : "", site);
	return audit_rank(key, bytes, n + site);
}

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const AuditKept *x = a, *y = b;
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
kept_free(gpointer data)
{
	AuditKept *self = data;

	if (!self->packed)
		audit_pair_clear(self->pair);
	g_free(self->pair);
	g_free((gpointer)self->client.site);
	g_free(self);
}

Audit *
audit_new(const AuditLimits *limits)
{
	Audit *self = g_new0(Audit, 1);

	if (limits)
		self->limits = *limits;
	if (!self->limits.memory)
		self->limits.memory = MEMORY_DEFAULT;
	self->pairs = g_tree_new_full(compare, NULL, NULL, kept_free);
	self->captures = g_tree_new_full(compare_names, NULL, g_free, NULL);
	self->sites = g_ptr_array_new_with_free_func(g_free);
	self->first_ns = UINT64_MAX;
	return self;
}

static gboolean
forget(gpointer key, gpointer pair, gpointer user)
{
	Audit *self = user;

	(void)key;
	self->pair_memory -= ((const AuditKept *)pair)->memory;
	return FALSE;
}

size_t
audit_inventory_free(Audit *self)
{
	size_t left;

	g_tree_foreach(self->pairs, forget, self);
	left = self->pair_memory + self->track_memory;
	g_tree_unref(self->pairs);
	g_free(self->entries);
	g_tree_unref(self->captures);
	g_ptr_array_unref(self->sites);
	g_free(self->only_site);
	audit_covered_clear(&self->covered);
	g_free(self);
	return left;
}

/* ---- packed and not ---- */

static void
unpack(const AuditKept *self, AuditPair *to)
{
	*to = (AuditPair){ .client = self->client,
			   .server = self->server,
			   .layers = self->layers,
			   .bare = audit_kept_is_bare(self) };
	audit_unpack(self->pair, to);
}

bool
audit_kept_is_bare(const AuditKept *self)
{
	return !(self->layers & 1 << AUDIT_LAYER_DETAILS);
}

const AuditPair *
audit_kept_read(const AuditKept *self, AuditPair *scratch)
{
	if (!self->packed)
		return self->pair;
	audit_pair_clear(scratch);
	unpack(self, scratch);
	return scratch;
}

/* As malloc counts. */
static size_t
block(size_t bytes)
{
	return MAX((bytes + sizeof(size_t) + BLOCK - 1) / BLOCK, 2) * BLOCK;
}

/* What a kept pair takes whose own bytes are so many. */
static void
set_memory(Audit *self, AuditKept *kept, size_t bytes)
{
	size_t layers = (size_t)__builtin_popcount(kept->layers);

	if (kept->client.site)
		bytes += block(strlen(kept->client.site) + 1);
	self->pair_memory -= kept->memory;
	/* The array of entries is up to half as large again as its contents. */
	bytes += block(sizeof(*kept)) + NODE + layers * 2 * sizeof(AuditEntry);
	kept->memory = (uint32_t)MIN(bytes, UINT32_MAX);
	self->pair_memory += kept->memory;
}

static void
pack(Audit *self, AuditKept *kept)
{
	AuditPair *pair = kept->pair;
	size_t size = audit_pack(pair, NULL);

	set_memory(self, kept, block(size));
	kept->estimated = false;
	kept->pair = g_malloc(size);
	kept->packed = true;
	(void)audit_pack(pair, kept->pair);
	audit_pair_clear(pair);
	g_free(pair);
}

/* True if there was one that had not been measured. */
static bool
measure_hot(Audit *self)
{
	bool any = false;

	for (uint32_t i = 0; i < self->n_hot; i++) {
		AuditKept *kept = self->hot[i];

		if (!kept->estimated)
			continue;
		set_memory(self, kept, block(audit_pack(kept->pair, NULL)));
		kept->estimated = false;
		any = true;
	}
	return any;
}

static void
take_off_hot(Audit *self, const AuditKept *kept)
{
	uint32_t at = 0;

	while (at < self->n_hot && self->hot[at] != kept)
		at++;
	if (at == self->n_hot)
		return;
	self->n_hot--;
	memmove(&self->hot[at], &self->hot[at + 1], (self->n_hot - at) * sizeof(self->hot[0]));
}

/* It is not packed, and of those the last that will be. */
static void
make_hot(Audit *self, AuditKept *kept)
{
	if (self->n_hot && self->hot[0] == kept)
		return;
	take_off_hot(self, kept);
	if (self->n_hot == AUDIT_HOT)
		pack(self, self->hot[--self->n_hot]);
	memmove(&self->hot[1], &self->hot[0], self->n_hot * sizeof(self->hot[0]));
	self->hot[0] = kept;
	self->n_hot++;
}

/* To change it: account() comes afterwards. */
static AuditPair *
open_pair(AuditKept *kept)
{
	AuditPair *pair;

	if (!kept->packed)
		return kept->pair;
	pair = g_new(AuditPair, 1);
	unpack(kept, pair);
	g_free(kept->pair);
	kept->pair = pair;
	kept->packed = false;
	return pair;
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
push(Audit *self, AuditKept *kept, AuditLayer layer)
{
	uint32_t i = self->n_entries++;

	if (self->n_entries > self->entries_size) {
		self->entries_size = MAX(64, self->entries_size + self->entries_size / 2);
		self->entries = g_renew(AuditEntry, self->entries, self->entries_size);
	}
	self->entries[i] = (AuditEntry){ kept, layer };
	for (; i && goes_first(&self->entries[i], &self->entries[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&self->entries[i], &self->entries[(i - 1) / 2]);
	kept->layers |= (uint8_t)(1u << layer);
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
is_behind_any_other(const Audit *self, const AuditKept *kept, AuditLayer layer)
{
	for (uint32_t i = 0; i < self->n_others; i++)
		if (is_behind(&self->others[i], layer,
			      rank_of(&self->others[i].key, &kept->client, &kept->server)))
			return true;
	return false;
}

static void
count_out(Audit *self, const AuditKept *kept)
{
	self->pair_memory -= kept->memory;
	self->report_memory -= audit_report_memory(kept->report);
}

/*
 * Depends on the contents only, not on their history: a hot pair counts as packed. The packed size
 * is only measured when it matters (hold_limits); until then its maximum counts, since a number of
 * eight bytes takes at most ten.
 */
static void
account(Audit *self, AuditKept *kept)
{
	const AuditPair *pair = kept->pair;
	size_t open = audit_pair_memory(pair);
	bool small = open <= SMALL;

	if (small)
		make_hot(self, kept);
	else
		take_off_hot(self, kept);
	kept->estimated = small;
	set_memory(self, kept, small ? open + open / 2 : open);
	self->report_memory -= audit_report_memory(kept->report);
	kept->report = audit_report_units(pair);
	self->report_memory += audit_report_memory(kept->report);
}

/* The entry of this layer is out of the heap already. */
static void
give_up(Audit *self, AuditKept *kept, AuditLayer layer)
{
	AuditPair *pair;

	kept->layers &= (uint8_t) ~(1u << layer);
	if (!kept->layers) {
		count_out(self, kept);
		take_off_hot(self, kept);
		g_tree_remove(self->pairs, kept);
		return;
	}
	pair = open_pair(kept);
	audit_pair_drop(pair, layer);
	account(self, kept);
}

/* It, and anything beyond it, is never added again. */
static void
give_up_first(Audit *self)
{
	AuditEntry first = self->entries[0];
	AuditHorizon here = { self->limits.key, first.layer, first.pair->rank };

	/* It may be dropped because the horizon is nearer already; then the horizon stays. */
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
	/* While connections are followed as well there must be room for them. */
	if (self->pair_memory > self->limits.memory / 2 ||
	    self->pair_memory + self->report_memory > self->limits.memory)
		return true;
	/* Hash collisions are practically impossible; if one happens the horizon drops both. */
	return self->has_horizon && is_behind(&self->horizon, first->layer, first->pair->rank);
}

static void
hold_limits(Audit *self)
{
	while (self->n_entries && is_too_much(self))
		if (!measure_hot(self))
			give_up_first(self);
}

/* The layers of the pair to be added that no horizon excludes. */
static uint8_t
wanted(const Audit *self, const AuditPair *from, const AuditKept *key)
{
	uint8_t layers = audit_pair_layers(from);

	for (AuditLayer layer = 0; layer < AUDIT_LAYERS; layer++)
		if ((self->has_horizon && is_behind(&self->horizon, layer, key->rank)) ||
		    (self->n_others && is_behind_any_other(self, key, layer)))
			layers &= (uint8_t) ~(1u << layer);
	return layers;
}

static AuditKept *
kept_new(Audit *self, const AuditKept *key)
{
	AuditKept *kept = g_memdup2(key, sizeof(*key));
	AuditPair *pair = g_new0(AuditPair, 1);

	kept->client.site = kept->server.site = g_strdup(key->client.site);
	pair->client = kept->client;
	pair->server = kept->server;
	pair->first_ns = UINT64_MAX;
	pair->bare = true;
	kept->pair = pair;
	g_tree_insert(self->pairs, kept, kept);
	self->report_memory += audit_report_memory(0);
	return kept;
}

void
audit_add(Audit *self, const AuditPair *from)
{
	AuditKept key = { .client = from->client,
			  .server = from->server,
			  .rank = rank_of(&self->limits.key, &from->client, &from->server) };
	uint8_t layers = wanted(self, from, &key);
	uint64_t observations[AUDIT_SEVERITIES];
	AuditKept *kept;
	AuditPair *pair;

	audit_pair_observations(from, observations);
	for (AuditSeverity i = 0; i < AUDIT_SEVERITIES; i++)
		audit_add_left_out(self, i, observations[i]);
	if (!layers)
		return;
	kept = g_tree_lookup(self->pairs, &key);
	if (!kept)
		kept = kept_new(self, &key);
	for (AuditLayer layer = 0; layer < AUDIT_LAYERS; layer++)
		if (layers & ~kept->layers & 1u << layer)
			push(self, kept, layer);
	pair = open_pair(kept);
	pair->layers = kept->layers;
	pair->bare = audit_kept_is_bare(kept);
	audit_pair_merge(pair, &self->limits.key, from, layers);
	account(self, kept);
	hold_limits(self);
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
audit_has_layer(const Audit *self, const AuditKept *pair, AuditLayer layer)
{
	uint64_t rank = rank_of(&self->limits.key, &pair->client, &pair->server);

	return !self->mixed && !(self->has_horizon && is_behind(&self->horizon, layer, rank)) &&
	       !is_behind_any_other(self, pair, layer);
}

size_t
audit_memory(const Audit *self)
{
	return self->pair_memory + self->track_memory + self->capture_memory;
}
