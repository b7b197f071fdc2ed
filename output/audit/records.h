/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parts of the audit's JSON records, shared by the files that write them.
 *
 *     json.c --> posture.c   traits of a pair, postures of clients and servers
 *          <---- times and evidence, as they stand in every record
 */
#pragma once

#include "output/audit/audit.h"
#include "output/base/time.h"

/* A time as a string; nine digits only if six are not enough. */
void out_audit_time(OutBuffer *b, uint64_t ns);
/* ,"covered_seconds":1.234567 */
void out_audit_covered(OutBuffer *b, const AuditCovered *covered);
/* The record of a profile, with its newline. */
void out_audit_profile_json(OutBuffer *b, const AuditProfile *profile);
/* The key `site`, where the address has one. */
void out_audit_site(OutBuffer *b, const AuditAddress *address);
/* An array of `n` places. */
void out_audit_evidence(OutBuffer *b, const AuditEvidence *first, uint32_t n);
/* The array `traits` of a pair. */
void out_audit_traits(OutBuffer *b, const AuditTraits *traits);
/* The object `posture` of a client or a server. */
void out_audit_posture(OutBuffer *b, const AuditReport *report, const AuditMember *member);
