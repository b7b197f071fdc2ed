/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of audit/ share beyond the public face: packing pairs, and what a report will take
 * of the memory that the inventory may use.
 *
 *     inventory.c --> pack.c             an AuditPair <-> bytes
 *          |--------> report/report.c    memory of a report, accounted with each pair
 *     track.c -----> inventory.c         audit_free, in two halves
 *     parts.c -----> parts-auths.c       the logons of a pair
 */
#pragma once

#include "audit/audit.h"

/*
 * inventory.c: audit_free without the connections that have not ended. Returns what the account of
 * its memory still has, in bytes; anything but 0 is a bug.
 */
size_t audit_inventory_free(Audit *self);

/*
 * pack.c: packs a pair, all but its addresses and its layers, into `to`, and returns the bytes that
 * this takes. `to` NULL: only measures.
 */
size_t audit_pack(const AuditPair *pair, uint8_t *to);
/*
 * The reverse, into a pair that has only its addresses and layers set; the caller clears it
 * (audit_pair_clear).
 */
void audit_unpack(const uint8_t *from, AuditPair *to);

/*
 * report/report.c: the memory that a report takes for a pair, in units for the findings that may be in it
 * (they fit into a byte), and these in bytes.
 */
uint8_t audit_report_units(const AuditPair *pair);
size_t audit_report_memory(uint8_t units);

/* parts-auths.c: adds one up that is of the same identity. */
void audit_auth_merge(AuditAuth *self, const AuditKey *key, const AuditAuth *from);
/* Takes one out of its pair, and frees what it has. */
void audit_auth_remove(AuditPair *self, uint32_t at);
/* Frees what it has, its identity too. */
void audit_auth_free(AuditAuth *self);
