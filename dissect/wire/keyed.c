/* SPDX-License-Identifier: BSD-3-Clause */
/* SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012). */
#include "dissect/wire/keyed.h"

#include "dissect/wire/reader.h"

typedef struct {
	uint64_t v0, v1, v2, v3;
} State;

static uint64_t
rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void
round_once(State *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static void
take_word(State *s, uint64_t word)
{
	s->v3 ^= word;
	round_once(s);
	round_once(s);
	s->v0 ^= word;
}

/* Fewer than eight bytes, the lowest first. */
static uint64_t
word_of(const uint8_t *bytes, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)bytes[i] << (8 * i);
	return word;
}

uint64_t
smb_keyed_hash(const SmbHashKey *key, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;
	size_t left = n;
	State s = { .v0 = key->words[0] ^ 0x736f6d6570736575u,
		    .v1 = key->words[1] ^ 0x646f72616e646f6du,
		    .v2 = key->words[0] ^ 0x6c7967656e657261u,
		    .v3 = key->words[1] ^ 0x7465646279746573u };

	for (; left >= 8; left -= 8, at += 8)
		take_word(&s, smb_load_le64(at));
	take_word(&s, word_of(at, left) | (uint64_t)(n & 0xff) << 56);
	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		round_once(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

bool
smb_hash_key_equal(const SmbHashKey *a, const SmbHashKey *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1];
}
