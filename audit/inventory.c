/* SPDX-License-Identifier: BSD-3-Clause */
/* The pairs, and what goes when there are too many. */
#include <string.h>

#include "audit/internal.h"

enum { PAIRS_DEFAULT = 100000, MEMORY_DEFAULT = 32 << 20, BLOCK = 32 };

/*
 * The same in every run, because runs are added up: not a secret seed. FNV-1a, stirred (Murmur3's
 * finaliser).
 */
static uint64_t
hash_of(const AuditPair *pair)
{
	uint8_t bytes[2 + 2 * 16];
	uint64_t h = 0xcbf29ce484222325u;

	bytes[0] = pair->client.family;
	bytes[1] = pair->server.family;
	memcpy(bytes + 2, pair->client.bytes, 16);
	memcpy(bytes + 18, pair->server.bytes, 16);
	for (size_t i = 0; i < sizeof(bytes); i++)
		h = (h ^ bytes[i]) * 0x100000001b3u;
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
}

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const AuditPair *x = a, *y = b;
	uint64_t hx = hash_of(x), hy = hash_of(y);
	int order;

	(void)user;
	if (hx != hy)
		return hx < hy ? -1 : 1;
	order = audit_address_compare(&x->client, &y->client);
	return order ? order : audit_address_compare(&x->server, &y->server);
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
	if (!self->limits.pairs)
		self->limits.pairs = PAIRS_DEFAULT;
	if (!self->limits.memory)
		self->limits.memory = MEMORY_DEFAULT;
	self->pairs = g_tree_new_full(compare, NULL, NULL, pair_free);
	self->captures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->first_ns = UINT64_MAX;
	return self;
}

void
audit_free(Audit *self)
{
	if (!self)
		return;
	audit_tracks_free(self);
	g_tree_unref(self->pairs);
	g_hash_table_unref(self->captures);
	g_free(self);
}

const char *
audit_capture_name(Audit *self, const char *name)
{
	gpointer known;

	if (!name)
		return NULL;
	if (g_hash_table_lookup_extended(self->captures, name, &known, NULL))
		return known;
	known = g_strdup(name);
	g_hash_table_add(self->captures, known);
	self->capture_memory += strlen(name) + 1 + BLOCK;
	return known;
}

void
audit_set_capture(Audit *self, const char *name)
{
	self->capture = audit_capture_name(self, name);
}

/*
 * Gives up the last pair. The horizon stands at its hash: it, and what comes behind it, is never
 * taken in again.
 */
static void
give_up_last(Audit *self)
{
	AuditPair *last = g_tree_node_value(g_tree_node_last(self->pairs));

	self->horizon = hash_of(last);
	self->has_horizon = true;
	self->pair_memory -= last->memory;
	g_tree_remove(self->pairs, last);
}

static void
hold_limits(Audit *self)
{
	while (g_tree_nnodes(self->pairs) > 0 &&
	       ((guint)g_tree_nnodes(self->pairs) > self->limits.pairs ||
		self->pair_memory > self->limits.memory))
		give_up_last(self);
	/* Two pairs of one hash are as good as never there, but then the horizon takes both. */
	while (self->has_horizon && g_tree_nnodes(self->pairs) > 0 &&
	       hash_of(g_tree_node_value(g_tree_node_last(self->pairs))) >= self->horizon)
		give_up_last(self);
}

void
audit_add(Audit *self, const AuditPair *from)
{
	AuditPair *pair;

	if (self->has_horizon && hash_of(from) >= self->horizon)
		return;
	pair = g_tree_lookup(self->pairs, from);
	if (!pair) {
		pair = g_new0(AuditPair, 1);
		pair->client = from->client;
		pair->server = from->server;
		pair->first_ns = UINT64_MAX;
		g_tree_insert(self->pairs, pair, pair);
	}
	audit_pair_merge(pair, from);
	self->pair_memory -= pair->memory;
	pair->memory = audit_pair_memory(pair);
	self->pair_memory += pair->memory;
	hold_limits(self);
}

void
audit_add_totals(Audit *self, uint64_t connections, uint64_t first_ns, uint64_t last_ns)
{
	/* As every count of a pair: at most what JSON readers can read. */
	self->connections = connections > INT64_MAX - MIN(self->connections, INT64_MAX)
				    ? INT64_MAX
				    : self->connections + connections;
	self->first_ns = MIN(self->first_ns, first_ns);
	self->last_ns = MAX(self->last_ns, last_ns);
}

void
audit_add_horizon(Audit *self, uint64_t horizon)
{
	self->horizon = self->has_horizon ? MIN(self->horizon, horizon) : horizon;
	self->has_horizon = true;
	hold_limits(self);
}

size_t
audit_memory(const Audit *self)
{
	return self->pair_memory + self->track_memory + self->capture_memory;
}
