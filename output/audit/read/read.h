/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of the audit as they are read back, in parts that only read.c calls.
 *
 *     read.c ──> pair.c ──> logons.c ──┐
 *        └─────> summary.c ────────────┴──> values.c
 *
 * A function named after a member reads its value and returns true, or returns false and leaves it,
 * where it knows no such member. Nothing here fails: what is wrong with the line, the OutJson keeps.
 */
#pragma once

#include <string.h>

#include "output/audit/audit.h"
#include "output/base/end.h"

enum {
	OUT_READ_MEMBER = 64, /* bytes of a key or a word of ours, with its NUL: more than any has */
	OUT_READ_SITE = AUDIT_KEY_MAX + 8, /* of a site: one that is cut here is too long anyway */
};

/* What any record may hold. */
typedef struct {
	Audit *audit;
	AuditPair pair;
	char type[OUT_READ_MEMBER], kind[OUT_READ_MEMBER], site[OUT_READ_SITE];
	char verb[OUT_READ_MEMBER];  /* of an end; "": it is older */
	bool has_client, has_server; /* they are addresses */
	bool has_key, has_horizon;
	AuditHorizon horizon;
	AuditHorizon others[AUDIT_HORIZONS_MAX];
	uint32_t n_others;
	bool mixed;
	uint64_t connections_seen, captures_left_out, sites_left_out;
	uint64_t left_out[AUDIT_SEVERITIES];
	AuditCovered covered;
	OutTotals totals;
	uint64_t exit_code, time_ns;
} OutRecord;

/* ---- values.c ---- */

/* A count; 0 if it is none. */
uint64_t out_read_number(OutJson *j);
/* Nanoseconds of "2026-11-22T06:19:27.732283Z"; 0 if it is not a time. */
uint64_t out_read_time(OutJson *j);
/* The value, below `n`, whose name is given; `otherwise`: none has it. */
unsigned out_read_value(OutJson *j, const char *(*name_of)(unsigned), unsigned n,
			unsigned otherwise);
/* Whether that is the name of a member. It is compared with one name after the other, of which most differ in their first letter. */
static inline bool
out_read_is(const char *key, const char *name)
{
	return key[0] == name[0] && strcmp(key, name) == 0;
}

/* {"name":...,"count":...}; false where it has no name. */
bool out_read_count(OutJson *j, char *ret_name, size_t size, uint64_t *ret_count);
/* A list of these, added to a tally. */
void out_read_counts(OutJson *j, AuditTally *to, AuditCap cap);
/* Places in captures. Of more than a sighting has, the first. */
void out_read_frames(OutJson *j, Audit *audit, AuditSighting *to);
/* 64 bits as hexadecimal digits. */
uint64_t out_read_digest(OutJson *j);
/* The same; false if it is no string. */
bool out_read_hex(OutJson *j, uint64_t *ret);
/* A key, 128 bits; false if it is none. */
bool out_read_hash_key(OutJson *j, SmbHashKey *to);
/* False if it is not an address. */
bool out_read_address(OutJson *j, AuditAddress *to);

/* ---- pair.c, logons.c ---- */

bool out_read_pair_member(OutJson *j, const char *key, OutRecord *r);
/* An element of `authentications`, added to the pair. */
void out_read_logon(OutJson *j, Audit *audit, AuditPair *pair);

/* ---- summary.c ---- */

bool out_read_summary_member(OutJson *j, const char *key, OutRecord *r);
/* Adds a summary to its audit. */
void out_read_take_summary(OutRecord *r);
bool out_read_end_member(OutJson *j, const char *key, OutRecord *r);
/* `incomplete` of an end: interrupted, damaged or not all read. */
void out_read_incomplete(OutJson *j, OutRecord *r);
/* Adds an end to the totals of all. */
void out_read_take_end(OutRecord *r, OutTotals *t);
