/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What breaks if a setting is switched on: the pairs of client and server that it would stop, with
 * whom to talk to first.
 *
 *     AuditSetting ─┐
 *     AuditReport ──┴─> AuditWhatIf { verdict, breaks[] { pair, accounts, shares, why, fix } }
 *
 * It follows from pairs and from the postures of their ends, so that it adds up as they do. What was
 * not seen is not proof: a verdict says `too_little_seen` where the captures are too short to tell.
 * Scanners and those that only guess passwords are no customers, and are left out.
 *
 * An AuditWhatIf borrows from its report, which must live longer; free it with audit_what_if_free.
 */
#pragma once

#include "audit/report/report.h"
#include "audit/report/settings.h"

/* The part of an audit's memory that the answers may take: whoever asks sets it aside. */
enum { AUDIT_WHAT_IF_SHARE = 4 };

typedef enum {
	AUDIT_WHAT_BREAKS,
	AUDIT_WHAT_NOBODY, /* nobody was seen that it would stop */
	AUDIT_WHAT_TOO_LITTLE,
} AuditWhat;
const char *audit_what_name(AuditWhat what); /* "too_little_seen" */

/* A pair that would be stopped. */
typedef struct {
	const AuditKept *pair;
	bool likely;                 /* else proved */
	char *why;                   /* half a sentence for each reason; owned */
	char *fix;                   /* a sentence for each; owned */
	AuditTally accounts, shares; /* owned */
	uint64_t count;              /* logons; or connections where nobody logged on */
	uint64_t first_ns, last_ns;
	AuditSighting shown; /* its evidence; owned */
} AuditBreak;

typedef struct {
	AuditSetting setting;
	AuditWhat verdict;
	/*
	 * AuditBreak; proved ones first, then by address. Where there is no room for all, the
	 * likely ones go first, and of these those of the largest ranks.
	 */
	GArray *breaks;
	uint32_t pairs, clients, servers; /* that would be stopped, left out or not */
	AuditTally accounts;              /* of all of them; owned */
	uint64_t first_ns, last_ns;
	bool dropped; /* an asked pair had more logons than were kept, or more of what they tell */
} AuditWhatIf;

/*
 * Works out each setting and hands it to the report, which frees it. All of them together take at
 * most `memory` bytes, and what does not fit is counted; 0: there is no limit.
 */
void audit_report_ask(AuditReport *report, const AuditSettings *settings, size_t memory);
AuditWhatIf *audit_what_if(const AuditReport *report, const AuditSetting *setting, size_t memory);
/* How many pairs that would be stopped are not in `breaks`. */
uint32_t audit_what_if_left_out(const AuditWhatIf *self);
/* Whether pairs or accounts are missing in one of the answers of a report. */
bool audit_report_asked_left_out(const AuditReport *report);
void audit_what_if_free(AuditWhatIf *self); /* NULL is fine */
