/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines that were appended in one order and are printed in another. */
#include "output/base/order.h"

#include <stdlib.h>

typedef struct {
	uint64_t ns;
	size_t begin;
} Mark;

void
out_order_line(OutOrder *self, const OutBuffer *lines, uint64_t ns)
{
	Mark mark = { .ns = ns, .begin = self->begin };

	out_put(&self->marks, (const char *)&mark, sizeof(mark));
	self->out_of_turn |= ns < self->latest_ns;
	if (ns > self->latest_ns)
		self->latest_ns = ns;
	self->begin = lines->len;
}

/* One line of the new order, and where it ends. */
typedef struct {
	Mark mark;
	size_t end;
} Line;

static int
compare(const void *a, const void *b)
{
	const Mark *x = &((const Line *)a)->mark, *y = &((const Line *)b)->mark;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static void
reorder(const OutOrder *self, OutBuffer *lines)
{
	size_t n = self->marks.len / sizeof(Mark);
	OutBuffer order = { 0 }, sorted = { 0 };

	for (size_t i = 0; i < n; i++) {
		Line line = { .end = self->begin };
		Mark next;

		memcpy(&line.mark, self->marks.data + i * sizeof(Mark), sizeof(Mark));
		if (i + 1 < n) {
			memcpy(&next, self->marks.data + (i + 1) * sizeof(Mark), sizeof(Mark));
			line.end = next.begin;
		}
		out_put(&order, (const char *)&line, sizeof(line));
	}
	if (!order.data)
		return;
	qsort(order.data, n, sizeof(Line), compare);
	for (size_t i = 0; i < n; i++) {
		Line line;

		memcpy(&line, order.data + i * sizeof(Line), sizeof(Line));
		out_put(&sorted, lines->data + line.mark.begin, line.end - line.mark.begin);
	}
	memcpy(lines->data, sorted.data, sorted.len);
	out_buffer_clear(&order);
	out_buffer_clear(&sorted);
}

void
out_order_settle(OutOrder *self, OutBuffer *lines)
{
	if (self->out_of_turn)
		reorder(self, lines);
	self->marks.len = 0;
	self->begin = 0;
	self->latest_ns = 0;
	self->out_of_turn = false;
}
