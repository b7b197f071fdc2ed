/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a session is at home. SMB 3 spreads one over connections between several addresses of both
 * ends ([MS-SMB2] 3.2.4.1.7), and what is asked over one of them goes on over another. What has to
 * be put together, a program and its start, belongs to the pair between which the session was set
 * up:
 *
 *     10.0.0.2 -> 10.0.0.1   session 7 is set up      <-- the marks of both
 *     10.0.0.3 -> 10.0.0.9   another channel of it        everything else of its own
 */
#pragma once

#include "audit/judge.h"

/* An address, of which the family says how many bytes count. */
void audit_address_set(AuditAddress *to, uint8_t family, const uint8_t bytes[16]);
/*
 * A connection ends. If it is a channel of a session that was set up between other addresses, hands
 * what it has of programs that are started on the server to that pair.
 */
void audit_home_take(Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info);
