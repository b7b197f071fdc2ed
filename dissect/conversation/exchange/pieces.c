/* SPDX-License-Identifier: BSD-3-Clause */
/* Received ranges, kept sorted and disjoint, and their bytes. */
#include <glib.h>

#include "dissect/conversation/exchange/pieces.h"
#include "dissect/wire/memory.h"

void
smb_pieces_init(SmbPieces *self, uint32_t total)
{
	*self = (SmbPieces){ .total = total, .cut = UINT32_MAX };
}

void
smb_pieces_clear(SmbPieces *self)
{
	g_free(self->bytes);
	self->bytes = NULL;
	self->cap = self->n = 0;
}

void
smb_pieces_total(SmbPieces *self, uint32_t total)
{
	self->total = MIN(self->total, total);
}

static void
reserve(SmbPieces *self, uint32_t size)
{
	if (size <= self->cap)
		return;
	self->cap = MAX(size, MIN(self->cap * 2, self->total));
	self->bytes = g_realloc(self->bytes, self->cap);
}

/* Copies the part of [from, to) that has not been received yet. */
static void
fill(SmbPieces *self, uint32_t from, uint32_t to, uint32_t at, SmbSpan bytes)
{
	SmbSpan part = smb_span_first(smb_span_after(bytes, from - at), to - from);

	if (part.len < to - from)
		self->cut = MIN(self->cut, from + part.len);
	smb_span_copy(part, self->bytes + from, part.len);
}

/* Whether what came before is not the same, as far as both are here. */
static bool
differs(const SmbPieces *self, const SmbRange *before, uint32_t at, SmbSpan bytes)
{
	uint32_t from = MAX(before->from, at), to = MIN(before->to, at + bytes.len);

	to = MIN(to, self->cut);
	return from < to && memcmp(self->bytes + from, bytes.ptr + (from - at), to - from) != 0;
}

/* Ranges [first, last) touch the new one: they are merged with it. */
static void
merge(SmbPieces *self, uint32_t first, uint32_t last, SmbRange added)
{
	if (last > first) {
		added.from = MIN(added.from, self->ranges[first].from);
		added.to = MAX(added.to, self->ranges[last - 1].to);
	}
	memmove(self->ranges + first + 1, self->ranges + last, (self->n - last) * sizeof(SmbRange));
	self->ranges[first] = added;
	self->n = self->n - (last - first) + 1;
}

bool
smb_pieces_add(SmbPieces *self, uint32_t at, SmbSpan bytes, uint32_t declared)
{
	uint32_t end = at < self->total ? at + MIN(declared, self->total - at) : at;
	uint32_t first = 0, last, from = at;

	if (end == at)
		return true;
	while (first < self->n && self->ranges[first].to < at)
		first++;
	for (last = first; last < self->n && self->ranges[last].from <= end; last++)
		;
	if (first == last && self->n == SMB_PIECES_RANGES)
		return false;
	reserve(self, end);
	self->came += end - at;
	for (uint32_t i = first; i < last; i++) {
		self->differs |= differs(self, &self->ranges[i], at, bytes);
		if (self->ranges[i].from > from)
			fill(self, from, self->ranges[i].from, at, bytes);
		from = self->ranges[i].to;
	}
	if (from < end)
		fill(self, from, end, at, bytes);
	merge(self, first, last, (SmbRange){ at, end });
	return true;
}

bool
smb_pieces_counted(const SmbPieces *self)
{
	return self->came >= self->total;
}

bool
smb_pieces_complete(const SmbPieces *self)
{
	return self->total == 0 ||
	       (self->n && self->ranges[0].from == 0 && self->ranges[0].to >= self->total);
}

SmbSpan
smb_pieces_bytes(const SmbPieces *self)
{
	uint32_t len = self->n && self->ranges[0].from == 0 ? self->ranges[0].to : 0;

	return (SmbSpan){ self->bytes, MIN(MIN(len, self->total), self->cut) };
}

size_t
smb_pieces_memory(const SmbPieces *self)
{
	return smb_memory_cost(self->cap);
}
