/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "audit/audit.h"

/* audit_free without the connections that have not ended (inventory.c): returns what the account still has. */
size_t audit_inventory_free(Audit *self);

/* Bytes that it takes packed, all but its addresses and its layers. to NULL: it is only measured. */
size_t audit_pack(const AuditPair *pair, uint8_t *to);
/* Into a pair that has only those set. */
void audit_unpack(const uint8_t *from, AuditPair *to);

/*
 * What a report takes of memory for a pair (report.c): in units for what may be found in it, which
 * fit into a byte, and in bytes.
 */
uint8_t audit_report_units(const AuditPair *pair);
size_t audit_report_memory(uint8_t units);
