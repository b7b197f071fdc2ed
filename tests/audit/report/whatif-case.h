/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of what-if share: pairs and what they did, and who is stopped. */
#pragma once

#include <check.h>
#include <stdlib.h>

#include "audit/report/whatif.h"

extern const AuditKey key;

/* A pair that is used, with what its two ends showed. */
AuditPair whatif_pair_of(uint8_t client, uint8_t server);

void whatif_show(AuditPair *pair, AuditTraitId id);
AuditAuth *whatif_logon(AuditPair *pair, SmbPasswordType type, const char *account,
			const char *dialect);
void whatif_speak_smb1(AuditPair *pair);
void whatif_speak_smb3(AuditPair *pair);

/* What the setting stops of these pairs: how many, and whether the first of them is only likely. */
typedef struct {
	guint n;
	bool likely;
	AuditWhat verdict;
	char why[512], fix[512], accounts[512]; /* of the first */
} Stopped;

Stopped whatif_stopped(const char *text, AuditPair *pairs, size_t n, unsigned enough);

/* Whether a string is in what is said of the only pair. */
#define SAYS(what, text, pair, part) \
	ck_assert_ptr_nonnull(strstr(whatif_stopped(text, &(pair), 1, 0).what, part))
#define STOPS(text, pair) ck_assert_uint_eq(whatif_stopped(text, &(pair), 1, 0).n, 1)
#define LETS(text, pair) ck_assert_uint_eq(whatif_stopped(text, &(pair), 1, 0).n, 0)

/* ---- parts of the test in files of their own: each adds its tests ---- */

void whatif_add_remedies(TCase *tc);
