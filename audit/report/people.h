/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether many people are behind an address, or one who guesses passwords. */
#pragma once

#include "audit/guesses.h"

/*
 * What of the refused passwords of a client are guesses, whose pairs these are (const AuditKept *);
 * NULL: none. The caller frees it. ret_capped: there were more than can be looked at.
 */
AuditGuesses *audit_people_guesses(const AuditKept *const *pairs, uint32_t n, const AuditKey *key,
				   bool *ret_capped);
