/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where something was seen: the capture, the connection and the frame that prove what the audit
 * says. A sighting counts how often, and keeps the earliest few; the names of captures are the
 * Audit's, a sighting owns the rest.
 */
#pragma once

#include <stdint.h>

#include "dissect/wire/caps.h"

enum { AUDIT_EVIDENCE_MAX = SMB_CAP(3, 2) }; /* first occurrences kept of each thing */

typedef struct {
	uint64_t time_ns;
	const char *capture; /* owned by the Audit; NULL: live, or too many names */
	uint64_t connection; /* its ordinal in that capture, from 1 */
	uint64_t frame;      /* 0: none */
} AuditEvidence;

typedef struct {
	uint64_t count;
	uint64_t refused; /* of these, attempts to log on that the server refused */
	uint32_t n;
	AuditEvidence *first; /* the earliest; NULL if n is 0 */
} AuditSighting;

/* As strcmp: the order in which evidence is kept, by time first. */
int audit_evidence_compare(const AuditEvidence *a, const AuditEvidence *b);
/* Keeps the evidence (copied) if it is among the earliest; does not count. */
void audit_sighting_evidence(AuditSighting *self, const AuditEvidence *evidence);
/* Adds the counts of `from`, and keeps the earliest evidence of both. */
void audit_sighting_merge(AuditSighting *self, const AuditSighting *from);
/* Frees its evidence and makes it empty. */
void audit_sighting_clear(AuditSighting *self);

/*
 * Counts come from files, too, and may be anything; JSON readers have no numbers beyond 63 bits: the
 * sum, but never above INT64_MAX.
 */
static inline uint64_t
audit_sum(uint64_t a, uint64_t b)
{
	uint64_t sum;

	if (__builtin_add_overflow(a, b, &sum) || sum > INT64_MAX)
		return INT64_MAX;
	return sum;
}
