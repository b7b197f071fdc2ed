/* SPDX-License-Identifier: BSD-3-Clause */
/* The attempts to log on that a pair has: those that are alike are one. */
#include "audit/guesses.h"
#include "audit/internal.h"

#include <stdlib.h>
#include <string.h>

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int
identity_compare(const AuditIdentity *a, const AuditIdentity *b)
{
	int order = ORDER(a->password_type, b->password_type);

	order = order ? order : ORDER(a->mech, b->mech);
	order = order ? order : strcmp(a->account, b->account);
	order = order ? order : strcmp(a->domain, b->domain);
	order = order ? order : strcmp(a->host, b->host);
	order = order ? order : ORDER(a->result, b->result);
	order = order ? order : ORDER(a->guest, b->guest);
	order = order ? order : ORDER(a->null_session, b->null_session);
	order = order ? order : ORDER(a->has_status, b->has_status);
	order = order ? order : ORDER(a->status.dos, b->status.dos);
	return order ? order : ORDER(a->status.value, b->status.value);
}

void
audit_auth_clear(AuditAuth *self)
{
	audit_sighting_clear(&self->seen);
	audit_tally_clear(&self->shares);
	audit_tally_clear(&self->encryption_types);
	audit_tally_clear(&self->secrets);
}

void
audit_auth_free(AuditAuth *self)
{
	g_free(self->who.account);
	g_free(self->who.domain);
	g_free(self->who.host);
	audit_auth_clear(self);
}

/* The numbers and the names of an identity in one piece. */
static uint64_t
identity_rank(const AuditKey *key, const AuditIdentity *who)
{
	uint32_t as = who->guest | (uint32_t)who->null_session << 1;
	uint32_t head[] = { who->password_type, who->mech,       who->result,      as,
			    who->has_status,    who->status.dos, who->status.value };
	const char *const names[] = { who->account, who->domain, who->host };
	char bytes[sizeof(head) + G_N_ELEMENTS(names) * AUDIT_KEY_MAX];
	size_t n = sizeof(head);

	memcpy(bytes, head, sizeof(head));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		size_t length = MIN(strlen(names[i]) + 1, (size_t)AUDIT_KEY_MAX);

		memcpy(bytes + n, names[i], length);
		n += length;
	}
	return audit_rank(key, bytes, n);
}

/*
 * When an identity goes. Last of all goes who was let in with a password that may have been guessed:
 * whoever guesses has as many others refused as he likes. Of these, one of each account goes after the
 * second ones, and so on: domains and hosts cost nothing, accounts do. Then the basis of worse findings.
 */
typedef struct {
	const AuditIdentity *who;
	bool proves;
	uint32_t place; /* among those of its account, where all prove */
	AuditLayer layer;
	uint64_t rank;
} Turn;

static Turn
turn_of(const AuditKey *key, const AuditIdentity *who)
{
	return (Turn){ .who = who,
		       .proves = audit_guesses_prove(who),
		       .layer = audit_auth_layer(who),
		       .rank = identity_rank(key, who) };
}

/* Of one that is kept: guessed accounts come by the million, and each is compared with all of them. */
static Turn
turn_of_kept(const AuditKey *key, AuditAuth *auth)
{
	if (!auth->rank)
		auth->rank = identity_rank(key, &auth->who);
	return (Turn){ .who = &auth->who,
		       .proves = audit_guesses_prove(&auth->who),
		       .layer = audit_auth_layer(&auth->who),
		       .rank = auth->rank };
}

static bool
ranks_behind(const Turn *a, const Turn *b)
{
	return a->rank != b->rank ? a->rank > b->rank : identity_compare(a->who, b->who) > 0;
}

static bool
goes_first(const Turn *a, const Turn *b)
{
	if (a->proves != b->proves)
		return b->proves;
	if (a->proves)
		return a->place != b->place ? a->place > b->place : ranks_behind(a, b);
	return a->layer != b->layer ? a->layer < b->layer : ranks_behind(a, b);
}

/* By account, and then as they rank. */
static int
compare_turns(const void *a, const void *b)
{
	const Turn *one = *(Turn *const *)a, *other = *(Turn *const *)b;
	int order = audit_guesses_compare_accounts(one->who->account, other->who->account);

	return order ? order : ranks_behind(one, other) - ranks_behind(other, one);
}

/* Only where all prove is one of them to go. */
static void
set_places(Turn *turns, uint32_t n)
{
	Turn *by_account[AUDIT_AUTHS_MAX + 1];

	for (uint32_t i = 0; i < n; i++) {
		if (!turns[i].proves)
			return;
		by_account[i] = &turns[i];
	}
	qsort(by_account, n, sizeof(by_account[0]), compare_turns);
	for (uint32_t i = 1; i < n; i++)
		if (audit_guesses_compare_accounts(by_account[i]->who->account,
						   by_account[i - 1]->who->account) == 0)
			by_account[i]->place = by_account[i - 1]->place + 1;
}

void
audit_auth_remove(AuditPair *self, uint32_t at)
{
	audit_auth_free(&self->auths[at]);
	self->n_auths--;
	memmove(&self->auths[at], &self->auths[at + 1], (self->n_auths - at) * sizeof(AuditAuth));
}

/* Makes room for one more: false if it is the new one that must go. */
static bool
auth_room(AuditPair *self, const AuditKey *key, const AuditIdentity *who, uint32_t *at)
{
	Turn turns[AUDIT_AUTHS_MAX + 1];
	uint32_t last = 0;

	if (self->n_auths < AUDIT_AUTHS_MAX) {
		self->auths = g_renew(AuditAuth, self->auths, self->n_auths + 1);
		return true;
	}
	self->auths_dropped = true;
	for (uint32_t i = 0; i < self->n_auths; i++)
		turns[i] = turn_of_kept(key, &self->auths[i]);
	turns[self->n_auths] = turn_of(key, who);
	set_places(turns, self->n_auths + 1);
	for (uint32_t i = 1; i <= self->n_auths; i++)
		if (goes_first(&turns[i], &turns[last]))
			last = i;
	if (last == self->n_auths)
		return false;
	audit_auth_remove(self, last);
	*at -= last < *at;
	return true;
}

AuditAuth *
audit_pair_auth(AuditPair *self, const AuditKey *key, const AuditIdentity *who)
{
	uint32_t at = 0;
	int order = 1;

	while (at < self->n_auths && (order = identity_compare(who, &self->auths[at].who)) > 0)
		at++;
	if (at < self->n_auths && order == 0)
		return &self->auths[at];
	if (!auth_room(self, key, who, &at))
		return NULL;
	memmove(&self->auths[at + 1], &self->auths[at], (self->n_auths - at) * sizeof(AuditAuth));
	self->auths[at] = (AuditAuth){ .who = *who, .lm_length = -1, .nt_length = -1 };
	self->auths[at].who.account = g_strdup(who->account);
	self->auths[at].who.domain = g_strdup(who->domain);
	self->auths[at].who.host = g_strdup(who->host);
	self->auths[at].first_ns = UINT64_MAX;
	self->n_auths++;
	return &self->auths[at];
}

void
audit_auth_merge(AuditAuth *self, const AuditKey *key, const AuditAuth *from)
{
	AuditCap names = { AUDIT_NAMES_MAX, key }, shares = { AUDIT_SHARES_MAX, key };
	AuditCap secrets = { AUDIT_SECRETS_MAX, key };

	self->lm_length = MAX(self->lm_length, from->lm_length);
	self->nt_length = MAX(self->nt_length, from->nt_length);
	self->first_ns = MIN(self->first_ns, from->first_ns);
	self->last_ns = MAX(self->last_ns, from->last_ns);
	self->incomplete = audit_sum(self->incomplete, from->incomplete);
	self->encrypted = audit_sum(self->encrypted, from->encrypted);
	for (int i = 0; i < AUDIT_SIGNINGS; i++)
		self->signing[i] = audit_sum(self->signing[i], from->signing[i]);
	for (int i = 0; i < AUDIT_DIALECTS; i++)
		self->dialects[i] = audit_sum(self->dialects[i], from->dialects[i]);
	audit_sighting_merge(&self->seen, &from->seen);
	audit_tally_merge(&self->shares, shares, &from->shares);
	audit_tally_merge(&self->encryption_types, names, &from->encryption_types);
	audit_tally_merge(&self->secrets, secrets, &from->secrets);
}

AuditAccountKind
audit_account_kind(const AuditIdentity *who)
{
	if (who->password_type == SMB_PASSWORD_ANONYMOUS)
		return AUDIT_ACCOUNT_ANONYMOUS;
	if (!who->account[0])
		return AUDIT_ACCOUNT_UNKNOWN;
	return g_str_has_suffix(who->account, "$") ? AUDIT_ACCOUNT_MACHINE : AUDIT_ACCOUNT_PERSON;
}

const char *
audit_account_kind_name(AuditAccountKind kind)
{
	static const char *const names[] = { "unknown", "anonymous", "machine", "person" };

	return names[kind];
}

AuditLayer
audit_auth_layer(const AuditIdentity *who)
{
	switch (who->password_type) {
	case SMB_PASSWORD_PLAINTEXT:
	case SMB_PASSWORD_LM:
	case SMB_PASSWORD_LM_OR_LMV2:
	case SMB_PASSWORD_LM_OR_NTLM:
	case SMB_PASSWORD_NTLMV1_LM:
		return AUDIT_LAYER_CRITICAL;
	case SMB_PASSWORD_NTLM_ONLY:
	case SMB_PASSWORD_NTLMV1_ESS:
		return AUDIT_LAYER_HIGH;
	case SMB_PASSWORD_ANONYMOUS:
		return who->result == SMB_RESULT_ACCEPTED ? AUDIT_LAYER_MEDIUM
							  : AUDIT_LAYER_DETAILS;
	default:
		return audit_is_let_in_as_other(who) && who->result == SMB_RESULT_ACCEPTED
			       ? AUDIT_LAYER_MEDIUM
			       : AUDIT_LAYER_DETAILS;
	}
}
