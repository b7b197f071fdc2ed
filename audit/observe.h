/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an event shows of the two ends: traits of the connection's pair (posture.h). Nothing here
 * judges; what follows is decided where all pairs of an end are together.
 */
#pragma once

#include "audit/judge.h"

/* Of a negotiate, a session setup, a tree connect or a change notification. */
void audit_observe_exchange(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info,
			    const SmbExchange *x);

/* Of the connection as a whole, when it ended. */
void audit_observe_connection(const Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info);
