/* SPDX-License-Identifier: BSD-3-Clause */
#include "output/audit/software.h"

#include <string.h>

#include "output/base/json.h"
#include "output/fingerprint/fingerprint.h"

enum { SOFTWARE_MAX = 4 }; /* told of one machine */

typedef struct {
	OutPrintEnd end;
	uint64_t count; /* of its connections */
} Software;

typedef struct {
	Software items[SOFTWARE_MAX]; /* the most frequent first */
	unsigned n;
	bool others; /* not known, of different software, or too many */
} Softwares;

/* Both name the same, in the same versions. */
static bool
is_same(const OutPrintEnd *a, const OutPrintEnd *b)
{
	unsigned i = 0;

	while (a->software[i] && b->software[i] && strcmp(a->software[i], b->software[i]) == 0)
		i++;
	return a->software[i] == b->software[i] && strcmp(a->versions, b->versions) == 0;
}

static void
add(Softwares *self, const OutPrintEnd *end, uint64_t count)
{
	unsigned i = 0;

	while (i < self->n && !is_same(&self->items[i].end, end))
		i++;
	if (i == SOFTWARE_MAX) {
		self->others = true;
		return;
	}
	if (i == self->n)
		self->items[self->n++] = (Software){ .end = *end };
	self->items[i].count = audit_sum(self->items[i].count, count);
	for (; i && self->items[i - 1].count < self->items[i].count; i--) {
		Software more = self->items[i];

		self->items[i] = self->items[i - 1];
		self->items[i - 1] = more;
	}
}

static Softwares
softwares_of(const AuditTally *prints)
{
	Softwares all = { .others = prints->left_out > 0 };

	for (uint32_t i = 0; i < prints->n; i++) {
		OutPrintEnd end;

		out_print_end_of_hashes(prints->items[i].key, &end);
		if (end.versions)
			add(&all, &end, prints->items[i].count);
		else
			all.others = true;
	}
	return all;
}

bool
out_audit_software(OutBuffer *b, const AuditTally *prints)
{
	Softwares all = softwares_of(prints);

	for (unsigned i = 0; i < all.n; i++) {
		out_str(b, i ? "; " : "");
		out_print_software(b, &all.items[i].end);
	}
	if (all.n && all.others)
		out_lit(b, "; others not known");
	return all.n > 0;
}

void
out_audit_software_json(OutBuffer *b, const AuditTally *prints)
{
	Softwares all = softwares_of(prints);

	out_char(b, '[');
	for (unsigned i = 0; i < all.n; i++) {
		const OutPrintEnd *end = &all.items[i].end;

		out_json_comma(b);
		out_lit(b, "{\"software\":[");
		for (const char *const *name = end->software; *name; name++) {
			out_json_comma(b);
			out_json_word(b, *name);
		}
		out_char(b, ']');
		out_key_str(b, "versions", end->versions);
		out_key_u64(b, "count", all.items[i].count);
		out_char(b, '}');
	}
	out_char(b, ']');
}
