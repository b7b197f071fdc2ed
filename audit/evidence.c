/* SPDX-License-Identifier: BSD-3-Clause */
/* Evidence adds up: the earliest of both is kept. */
#include "audit/evidence.h"

#include <glib.h>
#include <string.h>

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

int
audit_evidence_compare(const AuditEvidence *a, const AuditEvidence *b)
{
	int order = ORDER(a->time_ns, b->time_ns);

	order = order ? order : g_strcmp0(a->capture, b->capture);
	order = order ? order : ORDER(a->connection, b->connection);
	return order ? order : ORDER(a->frame, b->frame);
}

void
audit_sighting_evidence(AuditSighting *self, const AuditEvidence *evidence)
{
	uint32_t at = self->n;

	while (at > 0 && audit_evidence_compare(evidence, &self->first[at - 1]) < 0)
		at--;
	if (at == AUDIT_EVIDENCE_MAX)
		return;
	if (!self->first)
		self->first = g_new(AuditEvidence, AUDIT_EVIDENCE_MAX);
	if (self->n < AUDIT_EVIDENCE_MAX)
		self->n++;
	memmove(&self->first[at + 1], &self->first[at], (self->n - 1 - at) * sizeof(AuditEvidence));
	self->first[at] = *evidence;
}

void
audit_sighting_merge(AuditSighting *self, const AuditSighting *from)
{
	self->count = audit_sum(self->count, from->count);
	self->refused = audit_sum(self->refused, from->refused);
	for (uint32_t i = 0; i < from->n; i++)
		audit_sighting_evidence(self, &from->first[i]);
}

void
audit_sighting_clear(AuditSighting *self)
{
	g_free(self->first);
	*self = (AuditSighting){ 0 };
}
