/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pairs, and what they are made of, each of which adds up: challenges here, counts by name in
 * tally.c, logons in parts-auths.c.
 */
#include <string.h>

#include "audit/attack/attack.h"
#include "audit/guesses.h"
#include "audit/internal.h"

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

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

/* Ranked once: a busy pair needs all of them at each new one. */
static uint64_t
challenge_rank(const AuditKey *key, AuditChallenge *self)
{
	if (!self->ranked)
		self->rank = audit_rank(key, &self->id, sizeof(self->id));
	self->ranked = true;
	return self->rank;
}

/* Whether `a` goes before `b`: responses go first, defaults of attack tools last. */
static bool
challenge_goes_first(const AuditKey *key, AuditChallenge *a, AuditChallenge *b)
{
	uint64_t x, y;

	if (a->known != b->known)
		return b->known;
	if (a->response != b->response)
		return a->response;
	x = challenge_rank(key, a);
	y = challenge_rank(key, b);
	return x != y ? x > y : a->id > b->id;
}

static void
challenge_remove(AuditPair *self, uint32_t at)
{
	self->challenge_goes = 0;
	self->n_challenges--;
	memmove(&self->challenges[at], &self->challenges[at + 1],
		(self->n_challenges - at) * sizeof(AuditChallenge));
}

/* The place of what goes first: found out once, as nearly all that come to a full list go first. */
static uint32_t
challenge_last(AuditPair *self, const AuditKey *key)
{
	uint32_t last = 0;

	if (self->challenge_goes)
		return self->challenge_goes - 1;
	for (uint32_t i = 1; i < self->n_challenges; i++)
		if (challenge_goes_first(key, &self->challenges[i], &self->challenges[last]))
			last = i;
	self->challenge_goes = (uint16_t)(last + 1);
	return last;
}

static bool
challenge_room(AuditPair *self, const AuditKey *key, const AuditChallenge *challenge, uint32_t *at)
{
	AuditChallenge further = { .id = challenge->id,
				   .known = challenge->known,
				   .response = challenge->response };
	uint32_t last;

	if (self->n_challenges < AUDIT_CHALLENGES_MAX) {
		self->challenges =
			g_renew(AuditChallenge, self->challenges, self->n_challenges + 1);
		return true;
	}
	self->challenges_dropped = true;
	last = challenge_last(self, key);
	if (challenge_goes_first(key, &further, &self->challenges[last]))
		return false;
	challenge_remove(self, last);
	*at -= last < *at;
	return true;
}

/* Where the challenge is, or would be. */
static uint32_t
challenge_find(const AuditPair *self, uint64_t id)
{
	uint32_t low = 0, high = self->n_challenges;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (self->challenges[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
audit_pair_challenge(AuditPair *self, const AuditKey *key, const AuditChallenge *challenge)
{
	uint32_t at = challenge_find(self, challenge->id);

	if (at == self->n_challenges || self->challenges[at].id != challenge->id) {
		if (!challenge_room(self, key, challenge, &at))
			return;
		memmove(&self->challenges[at + 1], &self->challenges[at],
			(self->n_challenges - at) * sizeof(AuditChallenge));
		self->challenges[at] =
			(AuditChallenge){ .id = challenge->id, .response = challenge->response };
		self->n_challenges++;
		self->challenge_goes = 0;
	}
	if (challenge->known && !self->challenges[at].known) {
		self->challenges[at].known = true;
		self->challenge_goes = 0;
	}
	for (uint32_t i = 0; i < challenge->n; i++)
		challenge_use(&self->challenges[at], &challenge->uses[i]);
}

/* ---- pairs ---- */

AuditCap
audit_tally_cap(AuditTallyId id, const AuditKey *key)
{
	static const uint16_t most[AUDIT_TALLIES] = {
		[AUDIT_DAYS] = AUDIT_DAYS_MAX,        [AUDIT_SHARES] = AUDIT_SHARES_MAX,
		[AUDIT_TRIES] = AUDIT_TRIES_MAX,      [AUDIT_MARKS] = AUDIT_MARKS_MAX,
		[AUDIT_OFFERED] = AUDIT_DIALECTS_MAX, [AUDIT_WRITTEN] = AUDIT_WRITTEN_MAX,
	};

	/* Nobody who sends packets can choose the capture's clock. */
	return (AuditCap){ .most = most[id] ? most[id] : AUDIT_NAMES_MAX,
			   .key = id == AUDIT_DAYS ? NULL : key,
			   .class_of = id == AUDIT_MARKS ? audit_mark_class : NULL,
			   .together = id == AUDIT_TRIES ? AUDIT_GUESSES_TOGETHER : 0 };
}

static AuditLayer
challenge_layer(const AuditChallenge *challenge)
{
	return challenge->known ? AUDIT_LAYER_CRITICAL : AUDIT_LAYER_CHALLENGES;
}

static bool
is_unseen(const AuditSighting *seen)
{
	return !seen->count && !seen->refused && !seen->n;
}

static void
merge_auths(AuditPair *self, const AuditKey *key, const AuditPair *from, uint8_t layers)
{
	for (uint32_t i = 0; i < from->n_auths; i++) {
		const AuditIdentity *who = &from->auths[i].who;
		AuditAuth *auth = layers & 1 << audit_auth_layer(who)
					  ? audit_pair_auth(self, key, who)
					  : NULL;

		if (auth)
			audit_auth_merge(auth, key, &from->auths[i]);
	}
}

static void
merge_details(AuditPair *self, const AuditKey *key, const AuditPair *from)
{
	for (int i = 0; i < AUDIT_NUMBERS; i++)
		if (from->numbers[i])
			self->numbers[i] = audit_sum(self->numbers[i], from->numbers[i]);
	self->first_ns = MIN(self->first_ns, from->first_ns);
	self->last_ns = MAX(self->last_ns, from->last_ns);
	for (AuditTallyId i = 0; i < AUDIT_TALLIES; i++)
		if (from->tallies[i].n || from->tallies[i].left_out)
			audit_tally_merge(&self->tallies[i], audit_tally_cap(i, key),
					  &from->tallies[i]);
	self->auths_dropped |= from->auths_dropped;
}

void
audit_pair_merge(AuditPair *self, const AuditKey *key, const AuditPair *from, uint8_t layers)
{
	bool details = layers & 1 << AUDIT_LAYER_DETAILS;

	merge_auths(self, key, from, layers);
	for (AuditRuleId i = 0; i < AUDIT_RULES; i++)
		if (!is_unseen(&from->seen[i]) &&
		    layers & 1 << audit_layer_of(audit_rule(i)->severity))
			audit_sighting_merge(&self->seen[i], &from->seen[i]);
	for (uint32_t i = 0; i < from->n_challenges; i++)
		if (layers & 1 << challenge_layer(&from->challenges[i]))
			audit_pair_challenge(self, key, &from->challenges[i]);
	if (layers & 1 << AUDIT_LAYER_CHALLENGES)
		self->challenges_dropped |= from->challenges_dropped;
	if (layers & 1 << AUDIT_LAYER_TRAITS)
		audit_traits_merge(&self->traits, &from->traits);
	if (details)
		merge_details(self, key, from);
	/*
	 * That there were more is one of the details: without them nothing is known to be complete.
	 */
	self->auths_dropped &= details || (self->layers & 1 << AUDIT_LAYER_DETAILS);
}

uint8_t
audit_pair_layers(const AuditPair *self)
{
	unsigned layers = self->bare ? 0 : 1 << AUDIT_LAYER_DETAILS;

	for (AuditRuleId i = 0; i < AUDIT_RULES; i++)
		if (self->seen[i].count || self->seen[i].n)
			layers |= 1u << audit_layer_of(audit_rule(i)->severity);
	for (uint32_t i = 0; i < self->n_auths; i++)
		layers |= 1u << audit_auth_layer(&self->auths[i].who);
	for (uint32_t i = 0; i < self->n_challenges; i++)
		layers |= 1u << challenge_layer(&self->challenges[i]);
	if (self->challenges_dropped)
		layers |= 1u << AUDIT_LAYER_CHALLENGES;
	if (self->traits.n)
		layers |= 1u << AUDIT_LAYER_TRAITS;
	return (uint8_t)layers;
}

static void
drop_details(AuditPair *self)
{
	memset(self->numbers, 0, sizeof(self->numbers));
	self->first_ns = UINT64_MAX;
	self->last_ns = 0;
	for (int i = 0; i < AUDIT_TALLIES; i++)
		audit_tally_clear(&self->tallies[i]);
	self->auths_dropped = false;
	self->bare = true;
}

void
audit_pair_drop(AuditPair *self, AuditLayer layer)
{
	for (AuditRuleId i = 0; i < AUDIT_RULES; i++)
		if (audit_layer_of(audit_rule(i)->severity) == layer)
			audit_sighting_clear(&self->seen[i]);
	for (uint32_t i = self->n_auths; i-- > 0;)
		if (audit_auth_layer(&self->auths[i].who) == layer)
			audit_auth_remove(self, i);
	for (uint32_t i = self->n_challenges; i-- > 0;)
		if (challenge_layer(&self->challenges[i]) == layer)
			challenge_remove(self, i);
	self->auths = g_renew(AuditAuth, self->auths, self->n_auths);
	self->challenges = g_renew(AuditChallenge, self->challenges, self->n_challenges);
	if (layer == AUDIT_LAYER_CHALLENGES)
		self->challenges_dropped = false;
	if (layer == AUDIT_LAYER_TRAITS)
		audit_traits_clear(&self->traits);
	if (layer == AUDIT_LAYER_DETAILS)
		drop_details(self);
	self->layers &= (uint8_t) ~(1u << layer);
}

void
audit_pair_observations(const AuditPair *self, uint64_t ret[AUDIT_SEVERITIES])
{
	const AuditTrait *closed = audit_traits_get(&self->traits, AUDIT_CLOSED_OUT_SMB1);
	AuditSeverity severity;

	memset(ret, 0, AUDIT_SEVERITIES * sizeof(ret[0]));
	for (AuditRuleId i = 0; i < AUDIT_RULES; i++) {
		if (!self->seen[i].count)
			continue;
		severity = audit_rule(i)->severity;
		ret[severity] = audit_sum(ret[severity], self->seen[i].count);
	}
	if (!closed)
		return;
	/* It may become one (report/settle.c). */
	severity = audit_rule(AUDIT_SMB1_LOCKED_OUT)->severity;
	ret[severity] = audit_sum(ret[severity], closed->count);
}

bool
audit_pair_is_capped(const AuditPair *self)
{
	bool capped = self->auths_dropped || self->challenges_dropped;

	for (int i = 0; i < AUDIT_TALLIES; i++)
		capped |= self->tallies[i].left_out > 0;
	for (uint32_t i = 0; i < self->n_auths; i++)
		capped |= self->auths[i].shares.left_out || self->auths[i].secrets.left_out ||
			  self->auths[i].encryption_types.left_out;
	return capped;
}

uint64_t
audit_pair_first(const AuditPair *self)
{
	uint64_t first = self->first_ns;

	for (int i = 0; i < AUDIT_RULES; i++)
		if (self->seen[i].n)
			first = MIN(first, self->seen[i].first[0].time_ns);
	for (uint32_t i = 0; i < self->n_auths; i++)
		first = MIN(first, self->auths[i].first_ns);
	for (uint32_t i = 0; i < self->traits.n; i++)
		first = MIN(first, self->traits.items[i].first.time_ns);
	for (uint32_t i = 0; i < self->n_challenges; i++)
		if (self->challenges[i].n)
			first = MIN(first, self->challenges[i].uses[0].at.time_ns);
	return first == UINT64_MAX ? 0 : first;
}

static void
clear_all_but_tallies(AuditPair *self)
{
	for (int i = 0; i < AUDIT_RULES; i++)
		if (self->seen[i].first)
			audit_sighting_clear(&self->seen[i]);
	for (uint32_t i = 0; i < self->n_auths; i++)
		audit_auth_free(&self->auths[i]);
	g_free(self->auths);
	g_free(self->challenges);
	audit_traits_clear(&self->traits);
}

void
audit_pair_clear(AuditPair *self)
{
	for (int i = 0; i < AUDIT_TALLIES; i++)
		audit_tally_clear(&self->tallies[i]);
	clear_all_but_tallies(self);
	*self = (AuditPair){ 0 };
}

void
audit_pair_reuse(AuditPair *self)
{
	AuditTally kept[AUDIT_TALLIES];

	for (int i = 0; i < AUDIT_TALLIES; i++)
		if (self->tallies[i].items || self->tallies[i].left_out)
			audit_tally_reuse(&self->tallies[i]);
	memcpy(kept, self->tallies, sizeof(kept));
	clear_all_but_tallies(self);
	*self = (AuditPair){ 0 };
	memcpy(self->tallies, kept, sizeof(kept));
}

enum {
	BLOCK = 16,   /* what malloc takes besides */
	AT_LEAST = 8, /* and what it takes at least of something, on average more than is asked */
};

static size_t
tally_memory(const AuditTally *self)
{
	return self->n ? self->n * (sizeof(AuditCount) + 1 + BLOCK + AT_LEAST) + self->bytes + BLOCK
		       : 0;
}

/* Of one that has evidence. */
#define SIGHTING_BYTES (AUDIT_EVIDENCE_MAX * sizeof(AuditEvidence) + BLOCK)

/* Unrolled, as the list of tallies below: it is most of what accounting takes. */
static unsigned
with_evidence(const AuditPair *self)
{
	unsigned n = 0;

#pragma GCC unroll 8
	for (int i = 0; i < AUDIT_RULES; i++)
		n += self->seen[i].n != 0;
	return n;
}

size_t
audit_pair_memory(const AuditPair *self)
{
	size_t bytes = sizeof(*self) + BLOCK + self->n_auths * sizeof(AuditAuth) +
		       self->n_challenges * sizeof(AuditChallenge);

	bytes += (self->n_auths ? BLOCK : 0) + (self->n_challenges ? BLOCK : 0);
	bytes += self->traits.n ? self->traits.n * sizeof(AuditTrait) + BLOCK : 0;
#pragma GCC unroll 20
	for (int i = 0; i < AUDIT_TALLIES; i++)
		if (self->tallies[i].n)
			bytes += tally_memory(&self->tallies[i]);
	bytes += with_evidence(self) * SIGHTING_BYTES;
	for (uint32_t i = 0; i < self->n_auths; i++) {
		const AuditAuth *a = &self->auths[i];

		bytes += tally_memory(&a->shares) + tally_memory(&a->encryption_types) +
			 tally_memory(&a->secrets) + (a->seen.n ? SIGHTING_BYTES : 0);
		bytes += strlen(a->who.account) + strlen(a->who.domain) + strlen(a->who.host) +
			 (size_t)3 * (1 + BLOCK + AT_LEAST);
	}
	return bytes;
}

/* ---- layers ---- */

static const char *const layer_names[AUDIT_LAYERS] = { "details", "info",       "low",     "medium",
						       "high",    "challenges", "critical" };

const char *
audit_layer_name(AuditLayer layer)
{
	return layer_names[layer];
}

int
audit_layer_find(const char *name, size_t n)
{
	for (int i = 0; i < AUDIT_LAYERS; i++)
		if (strlen(layer_names[i]) == n && memcmp(layer_names[i], name, n) == 0)
			return i;
	return -1;
}

AuditLayer
audit_layer_of(AuditSeverity severity)
{
	static const AuditLayer layers[AUDIT_SEVERITIES] = {
		[AUDIT_INFO] = AUDIT_LAYER_INFO,         [AUDIT_LOW] = AUDIT_LAYER_LOW,
		[AUDIT_MEDIUM] = AUDIT_LAYER_MEDIUM,     [AUDIT_HIGH] = AUDIT_LAYER_HIGH,
		[AUDIT_CRITICAL] = AUDIT_LAYER_CRITICAL,
	};

	return layers[severity];
}

int
audit_address_compare(const AuditAddress *a, const AuditAddress *b)
{
	int order = a->site == b->site ? 0 : g_strcmp0(a->site, b->site);

	if (order)
		return order;
	order = ORDER(a->family, b->family);
	return order ? order : memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

const char *
audit_signing_name(AuditSigning signing)
{
	static const char *const names[] = { "required", "used",    "offered_not_used",
					     "disabled", "unknown", "not_applicable" };

	return names[signing];
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
		[AUDIT_N_ATTACKS] = "attacks",
		[AUDIT_N_GROOMS] = "grooms",
		[AUDIT_N_SMB1_OFFERED] = "smb1_offered",
		[AUDIT_N_SMB1_USED] = "smb1_used",
		[AUDIT_N_SMB2_USED] = "smb2_used",
		[AUDIT_N_ENCRYPTED] = "encrypted",
		[AUDIT_N_ACCEPTED] = "accepted",
		[AUDIT_N_REFUSED] = "refused",
		[AUDIT_N_UNKNOWN] = "unknown",
		[AUDIT_N_ABANDONED] = "abandoned",
		[AUDIT_N_OMITTED] = "omitted",
		[AUDIT_N_PRE_NT_BY_SERVER] = "pre_nt_by_server",
		[AUDIT_N_USED] = "used",
		[AUDIT_N_USED_SMB1] = "used_smb1",
		[AUDIT_N_NETBIOS] = "netbios",
		[AUDIT_N_BROWSING] = "browsing",
	};

	return names[number];
}
