/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who guesses passwords: by how many were refused in how short a time, and of how many accounts.
 *
 * A pair keeps the refused passwords of each account in each five seconds (AUDIT_TRIES), which adds
 * up whatever order captures come in. All pairs of a client together decide:
 *
 *   ten of one account within ten seconds        a program's pace: nobody types that fast
 *   ten, or eight accounts within a minute       at servers that accepted less, or fewer accounts,
 *                                                than they refused:
 *                                                many people may share an address (report/people.c
 *                                                says which logons speak for them, and why what
 *                                                other servers accept does not)
 *
 * Slower tries of one account are none: a program with an old password does that, too.
 *
 * A connection that is kept apart, of a scanner or an attack, has no logons in the inventory: who was
 * let in there is a mark (AUDIT_MARK_LOGON), and a guess if there were any of that client shortly
 * before, of whatever account.
 */
#pragma once

#include "audit/audit.h"

typedef struct AuditGuesses AuditGuesses;

/*
 * The digits of a try's time but for the last two. Where there are more tries than are kept, those of
 * some hundred seconds are kept as they came: one out of each hour has no pace, and no spread.
 */
enum { AUDIT_GUESSES_TOGETHER = 10 };

/* Counts a refused password of the account (UTF-8) at that time; cap: of the list. */
void audit_guesses_count(AuditTally *tries, AuditCap cap, const char *account, uint64_t time_ns);

/*
 * What of all tries of a client are guesses; `alone`: those of them at servers that refused it more
 * often than they let in who speaks for many people. NULL: none is. The caller frees it.
 */
AuditGuesses *audit_guesses_find(const AuditTally *tries, const AuditTally *alone);
void audit_guesses_free(AuditGuesses *self); /* NULL is fine */

/* The account of such a key; "" if it is none: keys come from files, too. */
const char *audit_guesses_account(const char *key);
/* An order of accounts, in which two are equal that servers take for one. */
int audit_guesses_compare_accounts(const char *a, const char *b);
/* How many of these tries, all or a part of those above, are guesses; NULL: none. */
uint64_t audit_guesses_among(const AuditGuesses *self, const AuditTally *tries);
/* Whether a logon with this identity shows that its password is known. */
bool audit_guesses_prove(const AuditIdentity *who);
/* Whether a logon at that time comes with such guesses, or soon after them; NULL: there are none. */
bool audit_guesses_before(const AuditGuesses *self, uint64_t time_ns);
/* Whether the refused or accepted authentications `auth` of the pair are part of it. */
bool audit_guesses_have(const AuditGuesses *self, const AuditPair *pair, const AuditAuth *auth);
