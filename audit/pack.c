/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A pair as a string of bytes. Most pairs are small and nearly empty, so only what is present is
 * written: numbers in as few bytes as they need, evidence as the difference to the one before. Only
 * this file writes and reads such strings, so they are trusted.
 */
#include <string.h>

#include "audit/internal.h"

enum { SEVEN_BITS = 0x7f, MORE = 0x80 };

/* ---- in ---- */

typedef struct {
	uint8_t *to; /* NULL: bytes are only counted */
	size_t n;
	AuditEvidence last;
} Writer;

static void
put_byte(Writer *w, uint8_t byte)
{
	if (w->to)
		w->to[w->n] = byte;
	w->n++;
}

static void
put(Writer *w, uint64_t v)
{
	for (; v > SEVEN_BITS; v >>= 7)
		put_byte(w, (uint8_t)(v | MORE));
	put_byte(w, (uint8_t)v);
}

/* The difference to what was before, however far it is: small ones of either sign are short. */
static void
put_difference(Writer *w, uint64_t v, uint64_t before)
{
	uint64_t d = v - before;

	put(w, d << 1 ^ (d >> 63 ? UINT64_MAX : 0));
}

static void
put_bytes(Writer *w, const void *bytes, size_t n)
{
	if (w->to)
		memcpy(w->to + w->n, bytes, n);
	w->n += n;
}

static void
put_evidence(Writer *w, const AuditEvidence *e)
{
	bool same = e->capture == w->last.capture;

	put_byte(w, same);
	if (!same)
		put_bytes(w, &e->capture, sizeof(e->capture));
	put_difference(w, e->time_ns, w->last.time_ns);
	put_difference(w, e->connection, w->last.connection);
	put_difference(w, e->frame, w->last.frame);
	w->last = *e;
}

static void
put_sighting(Writer *w, const AuditSighting *s)
{
	put(w, s->count);
	put(w, s->refused);
	put_byte(w, (uint8_t)s->n);
	for (uint32_t i = 0; i < s->n; i++)
		put_evidence(w, &s->first[i]);
}

static void
put_tally(Writer *w, const AuditTally *t)
{
	put(w, t->n);
	put(w, t->left_out);
	for (uint32_t i = 0; i < t->n; i++) {
		put(w, t->items[i].count);
		put_bytes(w, t->items[i].key, strlen(t->items[i].key) + 1);
	}
}

static void
put_identity(Writer *w, const AuditIdentity *who)
{
	put(w, who->password_type);
	put(w, who->mech);
	put(w, who->result);
	put_byte(w, (uint8_t)(who->guest | who->has_status << 1 | who->status.dos << 2 |
			      who->null_session << 3));
	put(w, who->status.value);
	put_bytes(w, who->account, strlen(who->account) + 1);
	put_bytes(w, who->domain, strlen(who->domain) + 1);
	put_bytes(w, who->host, strlen(who->host) + 1);
}

/* A bit for each that is there, as of numbers. */
static void
put_dialects(Writer *w, const uint64_t *dialects)
{
	uint64_t there = 0;

	for (int i = 0; i < AUDIT_DIALECTS; i++)
		there |= (uint64_t)(dialects[i] > 0) << i;
	put(w, there);
	for (int i = 0; i < AUDIT_DIALECTS; i++)
		if (dialects[i])
			put(w, dialects[i]);
}

static void
put_auth(Writer *w, const AuditAuth *auth)
{
	put_identity(w, &auth->who);
	put_difference(w, (uint64_t)(int64_t)auth->lm_length, 0);
	put_difference(w, (uint64_t)(int64_t)auth->nt_length, 0);
	put_difference(w, auth->first_ns, w->last.time_ns);
	put_difference(w, auth->last_ns, auth->first_ns);
	put(w, auth->incomplete);
	put(w, auth->encrypted);
	for (int i = 0; i < AUDIT_SIGNINGS; i++)
		put(w, auth->signing[i]);
	put_dialects(w, auth->dialects);
	put_sighting(w, &auth->seen);
	put_tally(w, &auth->shares);
	put_tally(w, &auth->encryption_types);
	put_tally(w, &auth->secrets);
}

static void
put_challenge(Writer *w, const AuditChallenge *c)
{
	put_bytes(w, &c->id, sizeof(c->id));
	put_byte(w, (uint8_t)(c->known | c->response << 1 | c->n << 2));
	for (uint32_t i = 0; i < c->n; i++) {
		put(w, c->uses[i].port);
		put_bytes(w, &c->uses[i].message, sizeof(c->uses[i].message));
		put_evidence(w, &c->uses[i].at);
	}
}

/* A bit for each of a pair's array items, saying whether it is present, precedes them. */
static void
put_numbers(Writer *w, const AuditPair *pair)
{
	uint64_t there = 0;

	for (int i = 0; i < AUDIT_NUMBERS; i++)
		there |= (uint64_t)(pair->numbers[i] > 0) << i;
	put(w, there);
	for (int i = 0; i < AUDIT_NUMBERS; i++)
		if (pair->numbers[i])
			put(w, pair->numbers[i]);
}

static void
put_tallies(Writer *w, const AuditPair *pair)
{
	uint64_t there = 0;

	for (int i = 0; i < AUDIT_TALLIES; i++)
		there |= (uint64_t)(pair->tallies[i].n || pair->tallies[i].left_out) << i;
	put(w, there);
	for (int i = 0; i < AUDIT_TALLIES; i++)
		if (there >> i & 1)
			put_tally(w, &pair->tallies[i]);
}

static void
put_seen(Writer *w, const AuditPair *pair)
{
	uint64_t there = 0;

	for (int i = 0; i < AUDIT_RULES; i++) {
		const AuditSighting *s = &pair->seen[i];

		there |= (uint64_t)(s->count || s->refused || s->n) << i;
	}
	put(w, there);
	for (int i = 0; i < AUDIT_RULES; i++)
		if (there >> i & 1)
			put_sighting(w, &pair->seen[i]);
}

static void
put_traits(Writer *w, const AuditTraits *traits)
{
	put(w, traits->n);
	for (uint32_t i = 0; i < traits->n; i++) {
		put_byte(w, (uint8_t)traits->items[i].id);
		put(w, traits->items[i].count);
		put_evidence(w, &traits->items[i].first);
		put_difference(w, traits->items[i].last_ns, traits->items[i].first.time_ns);
	}
}

size_t
audit_pack(const AuditPair *pair, uint8_t *to)
{
	Writer w = { .to = to };

	put_byte(&w, (uint8_t)(pair->auths_dropped | pair->challenges_dropped << 1));
	put_difference(&w, pair->first_ns, 0);
	put_difference(&w, pair->last_ns, pair->first_ns);
	w.last.time_ns = pair->first_ns;
	put_numbers(&w, pair);
	put_tallies(&w, pair);
	put_seen(&w, pair);
	put(&w, pair->n_auths);
	for (uint32_t i = 0; i < pair->n_auths; i++)
		put_auth(&w, &pair->auths[i]);
	put(&w, pair->n_challenges);
	for (uint32_t i = 0; i < pair->n_challenges; i++)
		put_challenge(&w, &pair->challenges[i]);
	put_traits(&w, &pair->traits);
	return w.n;
}

/* ---- out ---- */

typedef struct {
	const uint8_t *at;
	AuditEvidence last;
} Unpacker;

static uint64_t
get(Unpacker *u)
{
	uint64_t v = 0;
	unsigned shift = 0;

	for (; *u->at & MORE; shift += 7)
		v |= (uint64_t)(*u->at++ & SEVEN_BITS) << shift;
	return v | (uint64_t)*u->at++ << shift;
}

static uint64_t
get_difference(Unpacker *u, uint64_t before)
{
	uint64_t v = get(u);

	return before + (v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

static void
get_bytes(Unpacker *u, void *to, size_t n)
{
	memcpy(to, u->at, n);
	u->at += n;
}

static char *
get_text(Unpacker *u, uint32_t *bytes)
{
	size_t n = strlen((const char *)u->at);
	char *text = g_memdup2(u->at, n + 1);

	u->at += n + 1;
	*bytes += (uint32_t)n;
	return text;
}

static void
get_evidence(Unpacker *u, AuditEvidence *e)
{
	e->capture = u->last.capture;
	if (!*u->at++)
		get_bytes(u, &e->capture, sizeof(e->capture));
	e->time_ns = get_difference(u, u->last.time_ns);
	e->connection = get_difference(u, u->last.connection);
	e->frame = get_difference(u, u->last.frame);
	u->last = *e;
}

static void
get_sighting(Unpacker *u, AuditSighting *s)
{
	s->count = get(u);
	s->refused = get(u);
	s->n = *u->at++;
	if (s->n)
		s->first = g_new(AuditEvidence, AUDIT_EVIDENCE_MAX);
	for (uint32_t i = 0; i < s->n; i++)
		get_evidence(u, &s->first[i]);
}

static void
get_tally(Unpacker *u, AuditTally *t)
{
	t->n = (uint32_t)get(u);
	t->left_out = get(u);
	if (t->n)
		t->items = g_new(AuditCount, t->n);
	for (uint32_t i = 0; i < t->n; i++) {
		t->items[i] = (AuditCount){ .count = get(u) };
		t->items[i].key = get_text(u, &t->bytes);
	}
}

static void
get_identity(Unpacker *u, AuditIdentity *who)
{
	uint32_t bytes = 0;
	uint8_t flags;

	who->password_type = (SmbPasswordType)get(u);
	who->mech = (SmbMech)get(u);
	who->result = (SmbResult)get(u);
	flags = *u->at++;
	who->guest = flags & 1;
	who->has_status = flags >> 1 & 1;
	who->status.dos = flags >> 2 & 1;
	who->null_session = flags >> 3 & 1;
	who->status.value = (uint32_t)get(u);
	who->account = get_text(u, &bytes);
	who->domain = get_text(u, &bytes);
	who->host = get_text(u, &bytes);
}

static void
get_dialects(Unpacker *u, uint64_t *dialects)
{
	uint64_t there = get(u);

	for (int i = 0; i < AUDIT_DIALECTS; i++)
		if (there >> i & 1)
			dialects[i] = get(u);
}

static void
get_auth(Unpacker *u, AuditAuth *auth)
{
	get_identity(u, &auth->who);
	auth->lm_length = (int32_t)(int64_t)get_difference(u, 0);
	auth->nt_length = (int32_t)(int64_t)get_difference(u, 0);
	auth->first_ns = get_difference(u, u->last.time_ns);
	auth->last_ns = get_difference(u, auth->first_ns);
	auth->incomplete = get(u);
	auth->encrypted = get(u);
	for (int i = 0; i < AUDIT_SIGNINGS; i++)
		auth->signing[i] = get(u);
	get_dialects(u, auth->dialects);
	get_sighting(u, &auth->seen);
	get_tally(u, &auth->shares);
	get_tally(u, &auth->encryption_types);
	get_tally(u, &auth->secrets);
}

static void
get_challenge(Unpacker *u, AuditChallenge *c)
{
	uint8_t head;

	get_bytes(u, &c->id, sizeof(c->id));
	head = *u->at++;
	c->known = head & 1;
	c->response = head >> 1 & 1;
	c->n = head >> 2;
	for (uint32_t i = 0; i < c->n; i++) {
		c->uses[i].port = (uint16_t)get(u);
		get_bytes(u, &c->uses[i].message, sizeof(c->uses[i].message));
		get_evidence(u, &c->uses[i].at);
	}
}

static void
get_arrays(Unpacker *u, AuditPair *pair)
{
	uint64_t there = get(u);

	for (int i = 0; i < AUDIT_NUMBERS; i++)
		if (there >> i & 1)
			pair->numbers[i] = get(u);
	there = get(u);
	for (int i = 0; i < AUDIT_TALLIES; i++)
		if (there >> i & 1)
			get_tally(u, &pair->tallies[i]);
	there = get(u);
	for (int i = 0; i < AUDIT_RULES; i++)
		if (there >> i & 1)
			get_sighting(u, &pair->seen[i]);
}

static void
get_traits(Unpacker *u, AuditTraits *traits)
{
	traits->n = (uint32_t)get(u);
	traits->items = g_new0(AuditTrait, traits->n);
	for (uint32_t i = 0; i < traits->n; i++) {
		traits->items[i].id = (AuditTraitId)*u->at++;
		traits->items[i].count = get(u);
		get_evidence(u, &traits->items[i].first);
		traits->items[i].last_ns = get_difference(u, traits->items[i].first.time_ns);
	}
}

void
audit_unpack(const uint8_t *from, AuditPair *to)
{
	Unpacker u = { .at = from };
	uint8_t flags = *u.at++;

	to->auths_dropped = flags & 1;
	to->challenges_dropped = flags >> 1 & 1;
	to->first_ns = get_difference(&u, 0);
	to->last_ns = get_difference(&u, to->first_ns);
	u.last.time_ns = to->first_ns;
	get_arrays(&u, to);
	to->n_auths = (uint32_t)get(&u);
	to->auths = g_new0(AuditAuth, to->n_auths); /* of none: NULL */
	for (uint32_t i = 0; i < to->n_auths; i++)
		get_auth(&u, &to->auths[i]);
	to->n_challenges = (uint32_t)get(&u);
	to->challenges = g_new0(AuditChallenge, to->n_challenges);
	for (uint32_t i = 0; i < to->n_challenges; i++)
		get_challenge(&u, &to->challenges[i]);
	get_traits(&u, &to->traits);
}
