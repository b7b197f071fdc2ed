/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parts of the audit's JSON records, shared by the files that write them.
 *
 *     json.c --> json-pair.c   pairs and their logons
 *            --> posture.c     traits of a pair, postures of clients and servers
 *          <---- addresses, times, counts and evidence, as they stand in every record
 */
#pragma once

#include "output/audit/audit.h"
#include "output/base/time.h"

/* A key with one of these. */
#define put_key_time(b, key, ns) (out_key(b, key), out_audit_time(b, ns))
#define put_key_address(b, key, a) (out_key(b, key), out_audit_address_json(b, a))
#define put_key_counts(b, key, t) (out_key(b, key), out_audit_counts(b, t))

/* The beginning of a record, which the caller ends: a brace, its time and its `event_type`. */
void out_audit_begin(OutBuffer *b, uint64_t ns, const char *type);
/* An address as a string, without its site. */
void out_audit_address_json(OutBuffer *b, const AuditAddress *address);
/* A list of what was seen and how often. */
void out_audit_counts(OutBuffer *b, const AuditTally *tally);
/* The object `counts`. */
void out_audit_numbers(OutBuffer *b, const uint64_t *numbers);
/* The records of a pair and of a logon of it, without their ends. */
void out_audit_pair_json(OutBuffer *b, const AuditPair *pair, bool scanner);
void out_audit_logon_json(OutBuffer *b, const AuditPair *pair, const AuditAuth *auth);
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
