/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/covered.h"

#include <glib.h>
#include <string.h>

#include "audit/evidence.h"

#define SECOND UINT64_C(1000000000)

uint64_t
audit_covered_step(const AuditCovered *self)
{
	uint64_t range = self->last_ns - self->first_ns, step = SECOND;

	if (self->captures <= AUDIT_SPANS_MAX)
		return 0;
	/* Spans that do not touch have a whole step between them. */
	while (range / step / 2 + 3 > AUDIT_SPANS_MAX)
		step *= 2;
	return step;
}

/* Outwards; times beyond the last step that there is stay as they are. */
static AuditSpan
rounded(AuditSpan span, uint64_t step)
{
	if (!step)
		return span;
	span.first_ns -= span.first_ns % step;
	if (span.last_ns % step && span.last_ns <= UINT64_MAX - step)
		span.last_ns += step - span.last_ns % step;
	return span;
}

/* Where the first span is that does not end before this time. */
static uint32_t
find(const AuditCovered *self, uint64_t ns)
{
	uint32_t low = 0, high = self->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (self->spans[middle].last_ns < ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
insert(AuditCovered *self, AuditSpan span)
{
	uint32_t at = find(self, span.first_ns), end = at;

	for (; end < self->n && self->spans[end].first_ns <= span.last_ns; end++) {
		span.first_ns = MIN(span.first_ns, self->spans[end].first_ns);
		span.last_ns = MAX(span.last_ns, self->spans[end].last_ns);
	}
	if (end == at && self->n == self->size) {
		self->size = MAX(4, self->size * 2);
		self->spans = g_renew(AuditSpan, self->spans, self->size);
	}
	memmove(&self->spans[at + 1], &self->spans[end], (self->n - end) * sizeof(AuditSpan));
	self->n = self->n - (end - at) + 1;
	self->spans[at] = span;
}

/* All that there are become longer by it, so that some may touch now. */
static void
round_all(AuditCovered *self, uint64_t step)
{
	uint32_t n = self->n;

	self->n = 0;
	for (uint32_t i = 0; i < n; i++) {
		AuditSpan span = rounded(self->spans[i], step);
		AuditSpan *last = self->n ? &self->spans[self->n - 1] : NULL;

		if (last && span.first_ns <= last->last_ns)
			last->last_ns = MAX(last->last_ns, span.last_ns);
		else
			self->spans[self->n++] = span;
	}
}

/* Counts captures, and notes the time of all of them, before their spans are added. */
static void
extend(AuditCovered *self, uint64_t first_ns, uint64_t last_ns, uint64_t captures)
{
	uint64_t before = audit_covered_step(self);

	self->first_ns = self->n ? MIN(self->first_ns, first_ns) : first_ns;
	self->last_ns = MAX(self->last_ns, last_ns);
	self->captures = audit_sum(self->captures, captures);
	if (audit_covered_step(self) != before)
		round_all(self, audit_covered_step(self));
}

void
audit_covered_add(AuditCovered *self, uint64_t first_ns, uint64_t last_ns, uint64_t captures)
{
	if (!first_ns || last_ns < first_ns)
		return;
	extend(self, first_ns, last_ns, captures);
	insert(self, rounded((AuditSpan){ first_ns, last_ns }, audit_covered_step(self)));
}

void
audit_covered_merge(AuditCovered *self, const AuditCovered *from)
{
	for (uint32_t i = 0; i < from->n; i++) {
		AuditSpan span = from->spans[i];

		/* It may have been rounded: then these are the times of its first and last packet. */
		if (from->first_ns > span.first_ns && from->first_ns <= span.last_ns)
			span.first_ns = from->first_ns;
		if (from->last_ns >= span.first_ns && from->last_ns < span.last_ns)
			span.last_ns = from->last_ns;
		audit_covered_add(self, span.first_ns, span.last_ns, 1);
	}
	if (self->n && from->captures > from->n)
		extend(self, self->first_ns, self->last_ns, from->captures - from->n);
}

uint64_t
audit_covered_ns(const AuditCovered *self)
{
	uint64_t ns = 0;

	for (uint32_t i = 0; i < self->n; i++)
		ns += MIN(self->spans[i].last_ns, self->last_ns) -
		      MAX(self->spans[i].first_ns, self->first_ns);
	return ns;
}

void
audit_covered_clear(AuditCovered *self)
{
	g_free(self->spans);
	*self = (AuditCovered){ 0 };
}
