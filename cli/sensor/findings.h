/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings of an audit while its capture goes on: each is told once, when it is there first. They
 * follow from all pairs, so they are worked out anew when something came, at most once a second and
 * in a twentieth of the time.
 */
#pragma once

#include "output/audit/audit.h"

typedef struct CliFindings CliFindings;

/* `room`: bytes for what was told already; if that is full, no more are told. */
CliFindings *cli_findings_new(size_t room);
/* NULL is allowed. */
void cli_findings_free(CliFindings *self);

/* Whether to look at `now_us` (monotonic), when so many messages came so far. */
bool cli_findings_due(const CliFindings *self, int64_t now_us, uint64_t messages);
/* After a look that took from `begun_us` to `now_us`. */
void cli_findings_looked(CliFindings *self, int64_t begun_us, int64_t now_us, uint64_t messages);

/* Prints what is new of a report, a line or a record each, and flushes. */
void cli_findings_tell(CliFindings *self, const AuditReport *report, OutWriter *writer, bool json,
		       const OutOptions *options);
