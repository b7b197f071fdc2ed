/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The time that captures cover, each from its first to its last packet: what was not seen in it did
 * not happen, or not where it was captured.
 *
 *     captures   |-----|   |---|         |----|
 *                    |---|               |----|
 *     spans      |-------| |---|         |----|
 *
 * Captures that overlap cover their time once. Spans add up in any order and grouping. Of more
 * captures than a list may have the times are rounded outwards, all alike, to so many seconds that
 * the list is short enough: how many depends only on the number of captures and on the first and
 * the last time of all, which both only grow, and each step is a multiple of those below it.
 */
#pragma once

#include <stdint.h>

#include "dissect/wire/caps.h"

enum { AUDIT_SPANS_MAX = SMB_CAP(1024, 8) };

typedef struct {
	uint64_t first_ns, last_ns;
} AuditSpan;

/* All zero: nothing is covered. Free what it owns with audit_covered_clear. */
typedef struct {
	AuditSpan *spans; /* in order; they do not touch each other; owned */
	uint32_t n, size;
	uint64_t captures;          /* that had packets; of one that was added twice, both */
	uint64_t first_ns, last_ns; /* of all of them, not rounded */
} AuditCovered;

/*
 * A capture covers this time; `captures` 0: it was counted already, and has become longer. Nothing
 * is covered by what has no time (0), or ends before it begins.
 */
void audit_covered_add(AuditCovered *self, uint64_t first_ns, uint64_t last_ns, uint64_t captures);
/*
 * Adds what `from` covers. That may come from a file: its spans may be in any order, its numbers may
 * be lies.
 */
void audit_covered_merge(AuditCovered *self, const AuditCovered *from);
/* Nanoseconds that are covered. */
uint64_t audit_covered_ns(const AuditCovered *self);
/* Nanoseconds to which spans are rounded; 0: they are not. */
uint64_t audit_covered_step(const AuditCovered *self);
void audit_covered_clear(AuditCovered *self);
