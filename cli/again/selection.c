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

/* Once they are sorted, the last time is the latest of those that have the key, up to this one. */
typedef struct {
	Key key;
	uint64_t first_ns, last_ns;
} Row;

struct CliSelection {
	Row *rows;      /* by key once they are sorted, and by when they begin */
	Row *addresses; /* once they are sorted: the same without ports; NULL: there are none */
	size_t n, cap, most;
	bool full;
};

CliSelection *
cli_selection_new(size_t memory)
{
	CliSelection *self = g_new0(CliSelection, 1);

	/* They are there twice in the end, where the packets that are looked for take the other half. */
	self->most = MAX(memory / 4 / sizeof(Row), ROWS_MIN);
	return self;
}

void
cli_selection_free(CliSelection *self)
{
	if (!self)
		return;
	g_free(self->rows);
	g_free(self->addresses);
	g_free(self);
}

size_t
cli_selection_memory(const CliSelection *self)
{
	return smb_memory_cost(sizeof(*self)) + smb_memory_cost(self->cap * sizeof(Row)) +
	       smb_memory_cost(self->addresses ? self->n * sizeof(Row) : 0);
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

static int
compare(const void *a, const void *b)
{
	const Key *x = &((const Row *)a)->key, *y = &((const Row *)b)->key;
	int order = memcmp(x->addr, y->addr, sizeof(x->addr));

	order = order ? order : (int)x->family - (int)y->family;
	return order ? order : memcmp(x->port, y->port, sizeof(x->port));
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

static bool
is_next(const Row *row, const Row *end)
{
	return row + 1 < end && compare(row, row + 1) == 0;
}

/* The last acknowledgment comes when the connection has been reported. */
static void
extend(Row *rows, size_t n)
{
	for (Row *row = rows; row < rows + n; row++) {
		uint64_t last_ns = row->last_ns + MIN(AFTER_NS, UINT64_MAX - row->last_ns);

		if (is_next(row, rows + n) && last_ns >= row[1].first_ns)
			last_ns = MAX(row->last_ns, MAX(row[1].first_ns, 1) - 1);
		row->last_ns = last_ns;
	}
}

static void
note_latest(Row *rows, size_t n)
{
	for (Row *row = rows; row < rows + n; row++)
		if (is_next(row, rows + n))
			row[1].last_ns = MAX(row[1].last_ns, row->last_ns);
}

void
cli_selection_sort(CliSelection *self)
{
	size_t n = self->n;

	if (!n)
		return;
	qsort(self->rows, n, sizeof(Row), compare_begin);
	extend(self->rows, n);
	self->addresses = g_memdup2(self->rows, n * sizeof(Row));
	for (size_t i = 0; i < n; i++)
		memset(self->addresses[i].key.port, 0, sizeof(self->addresses[i].key.port));
	qsort(self->addresses, n, sizeof(Row), compare_begin);
	note_latest(self->rows, n);
	note_latest(self->addresses, n);
}

bool
cli_selection_full(const CliSelection *self)
{
	return self->full;
}

/*
 * Somebody may use the same ports again and again, and each of the packets be one of a fragment: so
 * whatever is between two ends, one row tells of all that began before.
 */
bool
cli_selection_has(const CliSelection *self, uint8_t family, const uint8_t (*addr)[16],
		  const uint16_t *port, uint64_t time_ns)
{
	const Row *rows = port[0] || port[1] ? self->rows : self->addresses;
	Row wanted = { .key = key_of(family, addr[0], port[0], addr[1], port[1]),
		       .first_ns = time_ns };
	size_t low = 0, high = self->n;

	/* Up to the first one that is behind it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_begin(&rows[middle], &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && compare(&rows[low - 1], &wanted) == 0 && time_ns <= rows[low - 1].last_ns;
}
