/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts that pairs are made of, each of which adds up. */
#include <string.h>

#include "audit/audit.h"

/* Counts come from files, too, and may be anything; JSON readers know no number beyond 63 bits. */
static uint64_t
sum(uint64_t a, uint64_t b)
{
	uint64_t c = a > UINT64_MAX - b ? UINT64_MAX : a + b;

	return MIN(c, (uint64_t)INT64_MAX);
}

/* ---- counts by name ---- */

/* Where the key is, or would be. */
static uint32_t
tally_find(const AuditTally *self, const char *key, bool *ret_found)
{
	uint32_t low = 0, high = self->n;

	*ret_found = false;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(key, self->items[middle].key);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

void
audit_tally_add(AuditTally *self, uint32_t cap, const char *key, uint64_t count)
{
	bool found;
	uint32_t at = tally_find(self, key, &found);

	if (found) {
		self->items[at].count = sum(self->items[at].count, count);
		return;
	}
	if (self->n == cap) {
		self->dropped = true;
		if (at == cap)
			return;
		g_free(self->items[--self->n].key);
	} else {
		self->items = g_renew(AuditCount, self->items, self->n + 1);
	}
	memmove(&self->items[at + 1], &self->items[at], (self->n - at) * sizeof(AuditCount));
	self->items[at] = (AuditCount){ .key = g_strdup(key), .count = sum(count, 0) };
	self->n++;
}

void
audit_tally_merge(AuditTally *self, uint32_t cap, const AuditTally *from)
{
	for (uint32_t i = 0; i < from->n; i++)
		audit_tally_add(self, cap, from->items[i].key, from->items[i].count);
	self->dropped |= from->dropped;
}

uint64_t
audit_tally_of(const AuditTally *self, const char *key)
{
	bool found;
	uint32_t at = tally_find(self, key, &found);

	return found ? self->items[at].count : 0;
}

void
audit_tally_clear(AuditTally *self)
{
	for (uint32_t i = 0; i < self->n; i++)
		g_free(self->items[i].key);
	g_free(self->items);
	*self = (AuditTally){ 0 };
}

/* ---- evidence ---- */

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

int
audit_evidence_compare(const AuditEvidence *a, const AuditEvidence *b)
{
	int order = ORDER(a->time_ns, b->time_ns);

	order = order ? order : g_strcmp0(a->capture, b->capture);
	order = order ? order : ORDER(a->connection, b->connection);
	return order ? order : ORDER(a->frame, b->frame);
}

void
audit_sighting_evidence(AuditSighting *self, const AuditEvidence *evidence)
{
	uint32_t at = self->n;

	while (at > 0 && audit_evidence_compare(evidence, &self->first[at - 1]) < 0)
		at--;
	if (at == AUDIT_EVIDENCE_MAX)
		return;
	if (!self->first)
		self->first = g_new(AuditEvidence, AUDIT_EVIDENCE_MAX);
	if (self->n < AUDIT_EVIDENCE_MAX)
		self->n++;
	memmove(&self->first[at + 1], &self->first[at], (self->n - 1 - at) * sizeof(AuditEvidence));
	self->first[at] = *evidence;
}

void
audit_sighting_merge(AuditSighting *self, const AuditSighting *from)
{
	self->count = sum(self->count, from->count);
	self->refused = sum(self->refused, from->refused);
	for (uint32_t i = 0; i < from->n; i++)
		audit_sighting_evidence(self, &from->first[i]);
}

void
audit_sighting_clear(AuditSighting *self)
{
	g_free(self->first);
	*self = (AuditSighting){ 0 };
}

/* ---- authentications ---- */

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
	order = order ? order : ORDER(a->has_status, b->has_status);
	order = order ? order : ORDER(a->status.dos, b->status.dos);
	return order ? order : ORDER(a->status.value, b->status.value);
}

static void
auth_clear(AuditAuth *self)
{
	g_free(self->who.account);
	g_free(self->who.domain);
	g_free(self->who.host);
	audit_sighting_clear(&self->seen);
	audit_tally_clear(&self->shares);
	audit_tally_clear(&self->encryption_types);
	audit_tally_clear(&self->secrets);
}

AuditAuth *
audit_pair_auth(AuditPair *self, const AuditIdentity *who)
{
	uint32_t at = 0;
	int order = 1;

	while (at < self->n_auths && (order = identity_compare(who, &self->auths[at].who)) > 0)
		at++;
	if (at < self->n_auths && order == 0)
		return &self->auths[at];
	if (self->n_auths == AUDIT_AUTHS_MAX) {
		self->auths_dropped = true;
		if (at == AUDIT_AUTHS_MAX)
			return NULL;
		auth_clear(&self->auths[--self->n_auths]);
	} else {
		self->auths = g_renew(AuditAuth, self->auths, self->n_auths + 1);
	}
	memmove(&self->auths[at + 1], &self->auths[at], (self->n_auths - at) * sizeof(AuditAuth));
	self->auths[at] = (AuditAuth){ .who = *who, .lm_length = -1, .nt_length = -1 };
	self->auths[at].who.account = g_strdup(who->account);
	self->auths[at].who.domain = g_strdup(who->domain);
	self->auths[at].who.host = g_strdup(who->host);
	self->auths[at].first_ns = UINT64_MAX;
	self->n_auths++;
	return &self->auths[at];
}

static void
auth_merge(AuditAuth *self, const AuditAuth *from)
{
	self->lm_length = MAX(self->lm_length, from->lm_length);
	self->nt_length = MAX(self->nt_length, from->nt_length);
	self->first_ns = MIN(self->first_ns, from->first_ns);
	self->last_ns = MAX(self->last_ns, from->last_ns);
	self->incomplete = sum(self->incomplete, from->incomplete);
	self->encrypted = sum(self->encrypted, from->encrypted);
	for (int i = 0; i < AUDIT_SIGNINGS; i++)
		self->signing[i] = sum(self->signing[i], from->signing[i]);
	audit_sighting_merge(&self->seen, &from->seen);
	audit_tally_merge(&self->shares, AUDIT_SHARES_MAX, &from->shares);
	audit_tally_merge(&self->encryption_types, AUDIT_NAMES_MAX, &from->encryption_types);
	audit_tally_merge(&self->secrets, AUDIT_SECRETS_MAX, &from->secrets);
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

/* ---- challenges ---- */

/* The uses of the two smallest ports, each with its earliest evidence. */
static void
challenge_use(AuditChallenge *self, const AuditUse *use)
{
	uint32_t at = 0;

	while (at < self->n && self->uses[at].port < use->port)
		at++;
	if (at < self->n && self->uses[at].port == use->port) {
		if (audit_evidence_compare(&use->at, &self->uses[at].at) < 0)
			self->uses[at] = *use;
		return;
	}
	if (at == G_N_ELEMENTS(self->uses))
		return;
	if (self->n < G_N_ELEMENTS(self->uses))
		self->n++;
	if (at == 0)
		self->uses[1] = self->uses[0];
	self->uses[at] = *use;
}

void
audit_pair_challenge(AuditPair *self, const AuditChallenge *challenge)
{
	uint32_t at = 0;
	uint32_t n = self->n_challenges;

	while (at < n && self->challenges[at].id < challenge->id)
		at++;
	if (at == n || self->challenges[at].id != challenge->id) {
		if (n == AUDIT_CHALLENGES_MAX) {
			self->challenges_dropped = true;
			if (at == n)
				return;
			n--;
		} else {
			self->challenges = g_renew(AuditChallenge, self->challenges, n + 1);
		}
		memmove(&self->challenges[at + 1], &self->challenges[at],
			(n - at) * sizeof(AuditChallenge));
		self->challenges[at] = (AuditChallenge){ .id = challenge->id };
		self->n_challenges = n + 1;
	}
	self->challenges[at].known |= challenge->known;
	for (uint32_t i = 0; i < challenge->n; i++)
		challenge_use(&self->challenges[at], &challenge->uses[i]);
}

/* ---- pairs ---- */

uint32_t
audit_tally_cap(AuditTallyId id)
{
	switch (id) {
	case AUDIT_DAYS:
		return AUDIT_DAYS_MAX;
	case AUDIT_SHARES:
		return AUDIT_SHARES_MAX;
	default:
		return AUDIT_NAMES_MAX;
	}
}

static void
merge_auths(AuditPair *self, const AuditPair *from)
{
	for (uint32_t i = 0; i < from->n_auths; i++) {
		AuditAuth *auth = audit_pair_auth(self, &from->auths[i].who);

		if (auth)
			auth_merge(auth, &from->auths[i]);
	}
	self->auths_dropped |= from->auths_dropped;
}

void
audit_pair_merge(AuditPair *self, const AuditPair *from)
{
	for (int i = 0; i < AUDIT_NUMBERS; i++)
		self->numbers[i] = sum(self->numbers[i], from->numbers[i]);
	self->first_ns = MIN(self->first_ns, from->first_ns);
	self->last_ns = MAX(self->last_ns, from->last_ns);
	for (AuditTallyId i = 0; i < AUDIT_TALLIES; i++)
		audit_tally_merge(&self->tallies[i], audit_tally_cap(i), &from->tallies[i]);
	for (int i = 0; i < AUDIT_RULES; i++)
		audit_sighting_merge(&self->seen[i], &from->seen[i]);
	merge_auths(self, from);
	for (uint32_t i = 0; i < from->n_challenges; i++)
		audit_pair_challenge(self, &from->challenges[i]);
	self->challenges_dropped |= from->challenges_dropped;
}

void
audit_pair_clear(AuditPair *self)
{
	for (int i = 0; i < AUDIT_TALLIES; i++)
		audit_tally_clear(&self->tallies[i]);
	for (int i = 0; i < AUDIT_RULES; i++)
		audit_sighting_clear(&self->seen[i]);
	for (uint32_t i = 0; i < self->n_auths; i++)
		auth_clear(&self->auths[i]);
	g_free(self->auths);
	g_free(self->challenges);
	*self = (AuditPair){ 0 };
}

enum { BLOCK = 16 }; /* what malloc takes besides */

static size_t
tally_memory(const AuditTally *self)
{
	size_t bytes = self->n * sizeof(AuditCount);

	for (uint32_t i = 0; i < self->n; i++)
		bytes += strlen(self->items[i].key) + 1 + BLOCK;
	return bytes;
}

static size_t
sighting_memory(const AuditSighting *self)
{
	return self->n ? AUDIT_EVIDENCE_MAX * sizeof(AuditEvidence) + BLOCK : 0;
}

size_t
audit_pair_memory(const AuditPair *self)
{
	size_t bytes = sizeof(*self) + self->n_auths * sizeof(AuditAuth) +
		       self->n_challenges * sizeof(AuditChallenge);

	for (int i = 0; i < AUDIT_TALLIES; i++)
		bytes += tally_memory(&self->tallies[i]);
	for (int i = 0; i < AUDIT_RULES; i++)
		bytes += sighting_memory(&self->seen[i]);
	for (uint32_t i = 0; i < self->n_auths; i++) {
		const AuditAuth *a = &self->auths[i];

		bytes += tally_memory(&a->shares) + tally_memory(&a->encryption_types) +
			 tally_memory(&a->secrets) + sighting_memory(&a->seen);
		bytes += strlen(a->who.account) + strlen(a->who.domain) + strlen(a->who.host) +
			 (size_t)3 * BLOCK;
	}
	return bytes;
}

int
audit_address_compare(const AuditAddress *a, const AuditAddress *b)
{
	int order = ORDER(a->family, b->family);

	return order ? order : memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

const char *
audit_signing_name(AuditSigning signing)
{
	static const char *const names[] = { "required", "used", "offered_not_used", "disabled",
					     "unknown" };

	return names[signing];
}

const char *
audit_account_kind_name(AuditAccountKind kind)
{
	static const char *const names[] = { "unknown", "anonymous", "machine", "person" };

	return names[kind];
}

const char *
audit_number_name(AuditNumber number)
{
	static const char *const names[] = {
		[AUDIT_N_CONNECTIONS] = "connections",
		[AUDIT_N_WHOLE] = "whole",
		[AUDIT_N_MIDSTREAM] = "midstream",
		[AUDIT_N_INCOMPLETE] = "incomplete",
		[AUDIT_N_PROBES] = "probes",
		[AUDIT_N_SCANS] = "scans",
		[AUDIT_N_SMB1_OFFERED] = "smb1_offered",
		[AUDIT_N_SMB1_USED] = "smb1_used",
		[AUDIT_N_SMB2_USED] = "smb2_used",
		[AUDIT_N_ENCRYPTED] = "encrypted",
		[AUDIT_N_ACCEPTED] = "accepted",
		[AUDIT_N_REFUSED] = "refused",
		[AUDIT_N_UNKNOWN] = "unknown",
		[AUDIT_N_OMITTED] = "omitted",
		[AUDIT_N_PRE_NT_BY_SERVER] = "pre_nt_by_server",
	};

	return names[number];
}
