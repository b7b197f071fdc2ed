/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the audit share: a connection that is built and played, and what is found. */
#pragma once

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/internal.h"
#include "audit/report/accounts.h"
#include "audit/report/report.h"
#include "output/audit/audit.h"

enum { DAY = 86400, FIRST_PORT = 40000 };

enum { LOGON_FAILURE = 0xC000006Du, LOCKED_OUT = 0xC0000234u }; /* [MS-ERREF] 2.3.1 */
static const uint64_t second = 1000000000;

/* ---- building ---- */

/* A connection with one logon and one request after it, as most rules want it. */
typedef struct {
	SmbConnectionInfo info;
	SmbAuth auth;
	uint8_t version; /* of its messages */
	uint64_t at_ns;  /* after the first */
	bool no_logon, no_after, negotiate_unseen;
	unsigned negotiates;
	const char *native_os, *account;
	SmbSpan challenge;
	bool unsupported;
	bool waits; /* a change notification is never answered */
} Built;

Built audit_test_built(SmbVerdict verdict, SmbPasswordType type);
void audit_test_exchange(Audit *audit, Built *b, const SmbExchange *x);
SmbExchange audit_test_whole(const Built *b, SmbStep step, uint64_t frame);
void audit_test_play(Audit *audit, Built *b);
const AuditFinding *audit_test_finding(const AuditReport *report, AuditRuleId rule);

/* What is known of the first client, or of the first server. */
AuditHost audit_test_first_host(const AuditReport *report, bool server);

/* Whether the rule fires on this one connection, and whose doing it is said to be. */
bool audit_test_fires(Built b, AuditRuleId rule, AuditScope *ret_scope);

#define FIRES(b, rule) \
	ck_assert_msg(audit_test_fires(b, rule, NULL), "%s must fire", audit_rule(rule)->id)
#define SILENT(b, rule) \
	ck_assert_msg(!audit_test_fires(b, rule, NULL), "%s must not fire", audit_rule(rule)->id)

AuditReport *audit_test_report_of_many(Audit *audit, Built b, unsigned n);

void audit_test_play_client(Audit *audit, unsigned client, const char *account);

/* ---- parts of the test in files of their own: each adds its tests ---- */

void audit_test_add_secrets(TCase *tc);
void audit_test_add_guesses(TCase *tc);
void audit_test_add_sums(TCase *tc);
