/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/report/people.h"

#include <string.h>

enum { TRIES_MAX = SMB_CAP(1024, 2) }; /* of a client */

/* How many logons of each account show that its password is known, in any case. */
static void
count_account(AuditTally *accounts, const AuditAuth *auth)
{
	g_autofree char *account = g_ascii_strdown(auth->who.account, -1);

	account[strcspn(account, "@")] = '\0';
	if (account[0] && audit_guesses_prove(&auth->who))
		audit_tally_add(accounts, (AuditCap){ .most = AUDIT_AUTHS_MAX }, account,
				auth->seen.count);
}

static bool
is_of_a_person(const AuditIdentity *who)
{
	return who->result == SMB_RESULT_ACCEPTED && !audit_is_let_in_as_other(who) &&
	       who->password_type != SMB_PASSWORD_ANONYMOUS;
}

/*
 * The accepted logons that speak for many people behind the client. Anybody may log on as nobody or as
 * guest, in any name, and with an account of his own, as often as he likes: of the account that logged
 * on most, one counts, and logons that there was no room for do not.
 */
static uint64_t
people_of(const AuditPair *pair)
{
	AuditTally accounts = { 0 };
	uint64_t people = 0, most = 0;

	for (uint32_t i = 0; i < pair->n_auths; i++) {
		if (!is_of_a_person(&pair->auths[i].who))
			continue;
		people = audit_sum(people, pair->auths[i].seen.count);
		count_account(&accounts, &pair->auths[i]);
	}
	for (uint32_t i = 0; i < accounts.n; i++)
		most = MAX(most, accounts.items[i].count);
	audit_tally_clear(&accounts);
	return people - MIN(people, most ? most - 1 : 0);
}

static uint64_t
refused_of(const AuditTally *tries)
{
	uint64_t n = tries->left_out;

	for (uint32_t i = 0; i < tries->n; i++)
		n = audit_sum(n, tries->items[i].count);
	return n;
}

/*
 * Server by server: whoever guesses may have a server of his own, that lets in whatever he calls
 * himself.
 */
AuditGuesses *
audit_people_guesses(const AuditKept *const *pairs, uint32_t n, const AuditKey *key,
		     bool *ret_capped)
{
	AuditCap cap = audit_tally_cap(AUDIT_TRIES, key);
	AuditTally all = { 0 }, alone = { 0 };
	uint64_t left_out = 0;
	AuditPair scratch = { 0 };
	AuditGuesses *guesses;

	cap.most = TRIES_MAX;
	for (uint32_t i = 0; i < n; i++) {
		const AuditPair *pair = audit_kept_read(pairs[i], &scratch);
		const AuditTally *tries = &pair->tallies[AUDIT_TRIES];

		if (!tries->n)
			continue;
		left_out = audit_sum(left_out, tries->left_out);
		audit_tally_merge(&all, cap, tries);
		if (people_of(pair) < refused_of(tries))
			audit_tally_merge(&alone, cap, tries);
	}
	*ret_capped = all.left_out > left_out;
	guesses = audit_guesses_find(&all, &alone);
	audit_tally_clear(&all);
	audit_tally_clear(&alone);
	audit_pair_clear(&scratch);
	return guesses;
}
