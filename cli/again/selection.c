/* SPDX-License-Identifier: BSD-3-Clause */
/* Which packets belong to connections that were reported. */
#include "cli/again/selection.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/wire/caps.h"
#include "dissect/wire/memory.h"

enum { ROWS_MIN = SMB_CAP(1024, 4) };
static const uint64_t AFTER_NS = UINT64_C(2000000000);

/* Both ends in an order that does not depend on the direction. */
typedef struct {
	uint8_t family;
	uint8_t addr[2][16];
	uint16_t port[2];
} Key;

typedef struct {
	Key key;
	uint64_t first_ns, last_ns;
} Row;

struct CliSelection {
	Row *rows; /* by key once they are sorted */
	size_t n, cap, most;
	bool full;
};

CliSelection *
cli_selection_new(size_t memory)
{
	CliSelection *self = g_new0(CliSelection, 1);

	/* The array is there twice while it grows. */
	self->most = MAX(memory / 3 / sizeof(Row), ROWS_MIN);
	return self;
}

void
cli_selection_free(CliSelection *self)
{
	if (!self)
		return;
	g_free(self->rows);
	g_free(self);
}

size_t
cli_selection_memory(const CliSelection *self)
{
	return smb_memory_cost(sizeof(*self)) + smb_memory_cost(self->cap * sizeof(Row));
}

/* Only what a packet shows of its connection. */
static Key
key_of(uint8_t family, const uint8_t *a, uint16_t port_a, const uint8_t *b, uint16_t port_b)
{
	bool ports = family >= 4;
	Key key;
	int order = memcmp(a, b, 16);
	bool swap = order > 0 || (order == 0 && ports && port_a > port_b);

	memset(&key, 0, sizeof(key));
	key.family = family;
	memcpy(key.addr[swap], a, 16);
	memcpy(key.addr[!swap], b, 16);
	key.port[swap] = ports ? port_a : 0;
	key.port[!swap] = ports ? port_b : 0;
	return key;
}

void
cli_selection_add(CliSelection *self, const SmbConnectionInfo *info)
{
	const SmbEndpoints *ends = &info->ends;
	Row row = { .first_ns = info->first.time_ns, .last_ns = info->last.time_ns };

	if (self->n >= self->most) {
		self->full = true;
		return;
	}
	if (self->n == self->cap) {
		self->cap = MIN(MAX(self->cap * 2, ROWS_MIN), self->most);
		self->rows = g_renew(Row, self->rows, self->cap);
	}
	row.key = key_of(ends->family, ends->client, ends->client_port, ends->server,
			 ends->server_port);
	self->rows[self->n++] = row;
}

/* The addresses first, so that a fragment finds all connections between them. */
static int
compare_addresses(const Key *a, const Key *b)
{
	int order = memcmp(a->addr, b->addr, sizeof(a->addr));

	return order ? order : (int)a->family - (int)b->family;
}

static int
compare(const void *a, const void *b)
{
	const Row *x = a, *y = b;
	int order = compare_addresses(&x->key, &y->key);

	return order ? order : memcmp(x->key.port, y->key.port, sizeof(x->key.port));
}

static int
compare_begin(const void *a, const void *b)
{
	const Row *x = a, *y = b;
	int order = compare(a, b);

	if (order)
		return order;
	return x->first_ns < y->first_ns ? -1 : x->first_ns > y->first_ns;
}

void
cli_selection_sort(CliSelection *self)
{
	size_t n = self->n;

	if (n)
		qsort(self->rows, n, sizeof(Row), compare_begin);
	/* The last acknowledgment comes when the connection has been reported. */
	for (size_t i = 0; i < n; i++) {
		Row *row = &self->rows[i];
		const Row *next = i + 1 < n && compare(row, row + 1) == 0 ? row + 1 : NULL;
		uint64_t last_ns = row->last_ns + MIN(AFTER_NS, UINT64_MAX - row->last_ns);

		if (next && last_ns >= next->first_ns)
			last_ns = MAX(row->last_ns, next->first_ns - 1);
		row->last_ns = last_ns;
	}
}

bool
cli_selection_full(const CliSelection *self)
{
	return self->full;
}

/* The first row whose key is not below. */
static size_t
first_of(const CliSelection *self, const Row *wanted, bool ports)
{
	size_t low = 0, high = self->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const Row *row = &self->rows[middle];
		int order = ports ? compare(row, wanted)
				  : compare_addresses(&row->key, &wanted->key);

		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
cli_selection_has(const CliSelection *self, uint8_t family, const uint8_t (*addr)[16],
		  const uint16_t *port, uint64_t time_ns)
{
	bool ports = port[0] || port[1];
	Row wanted = { .key = key_of(family, addr[0], port[0], addr[1], port[1]) };

	for (size_t i = first_of(self, &wanted, ports); i < self->n; i++) {
		const Row *row = &self->rows[i];

		if (ports ? compare(row, &wanted) != 0
			  : compare_addresses(&row->key, &wanted.key) != 0)
			break;
		if (time_ns >= row->first_ns && time_ns <= row->last_ns)
			return true;
	}
	return false;
}
