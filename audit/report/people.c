/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/report/people.h"

#include <string.h>

enum { TRIES_MAX = SMB_CAP(1024, 2) }; /* of a client */

/* In any case, and without the domain behind it: servers take it so. */
static char *
plain(const char *account)
{
	char *name = g_ascii_strdown(account, -1);

	name[strcspn(name, "@")] = '\0';
	return name;
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
typedef struct {
	AuditTally accounts; /* of which a logon shows that the password is known, in any case */
	uint64_t logons, unnamed;
} People;

static void
people_of(const AuditPair *pair, People *ret)
{
	uint64_t most = 0;

	*ret = (People){ 0 };
	for (uint32_t i = 0; i < pair->n_auths; i++) {
		const AuditAuth *auth = &pair->auths[i];
		g_autofree char *name = plain(auth->who.account);

		if (!is_of_a_person(&auth->who))
			continue;
		ret->logons = audit_sum(ret->logons, auth->seen.count);
		if (name[0] && audit_guesses_prove(&auth->who))
			audit_tally_add(&ret->accounts, (AuditCap){ .most = AUDIT_AUTHS_MAX }, name,
					auth->seen.count);
		else
			ret->unnamed = audit_sum(ret->unnamed, auth->seen.count);
	}
	for (uint32_t i = 0; i < ret->accounts.n; i++)
		most = MAX(most, ret->accounts.items[i].count);
	ret->logons -= MIN(ret->logons, most ? most - 1 : 0);
}

/* Accounts that were refused, and never let in. */
static uint32_t
strangers_of(const AuditTally *tries, const People *people)
{
	AuditTally strangers = { 0 };
	uint32_t n;

	for (uint32_t i = 0; i < tries->n; i++) {
		g_autofree char *name = plain(audit_guesses_account(tries->items[i].key));

		if (!audit_tally_of(&people->accounts, name))
			audit_tally_add(&strangers, (AuditCap){ .most = TRIES_MAX }, name, 1);
	}
	n = strangers.n;
	audit_tally_clear(&strangers);
	return n;
}

static uint64_t
refused_of(const AuditTally *tries)
{
	uint64_t n = tries->left_out;

	for (uint32_t i = 0; i < tries->n; i++)
		n = audit_sum(n, tries->items[i].count);
	return n;
}

/* Few people, whose logons are not many, or who have tried the names of more. */
static bool
is_alone(const AuditPair *pair)
{
	const AuditTally *tries = &pair->tallies[AUDIT_TRIES];
	People people;
	bool alone;

	people_of(pair, &people);
	alone = people.logons < refused_of(tries) ||
		audit_sum(people.accounts.n, people.unnamed) < strangers_of(tries, &people);
	audit_tally_clear(&people.accounts);
	return alone;
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
		if (is_alone(pair))
			audit_tally_merge(&alone, cap, tries);
	}
	*ret_capped = all.left_out > left_out;
	guesses = audit_guesses_find(&all, &alone);
	audit_tally_clear(&all);
	audit_tally_clear(&alone);
	audit_pair_clear(&scratch);
	return guesses;
}
