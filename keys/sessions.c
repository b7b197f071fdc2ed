/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of SMB2's sessions and the keys that are derived for them: [MS-SMB2] 3.1.4.2, with the
 * labels of 3.2.5.3.1.
 */
#include <string.h>

#include "keys/internal.h"
#include "keys/vault.h"

static SmbSpan
span(const void *bytes, size_t size)
{
	return (SmbSpan){ bytes, (uint32_t)size };
}

/* ---- the table ---- */

static KeySession *
places(KeyRing *ring, uint64_t id)
{
	uint64_t hash = (id ^ id >> 32) * UINT64_C(0x9E3779B97F4A7C15);
	uint32_t first = (uint32_t)(hash >> 40) & (KEYS_SESSIONS - 1) & ~(uint32_t)(KEYS_WAYS - 1);

	return &ring->sessions[first];
}

KeySession *
keys_session_find(KeyRing *ring, const uint8_t guid[16], uint64_t id)
{
	KeySession *s = places(ring, id);

	for (uint32_t i = 0; i < KEYS_WAYS; i++) {
		if (!s[i].used || s[i].id != id || memcmp(s[i].guid, guid, 16) != 0)
			continue;
		s[i].age = ++ring->age;
		return &s[i];
	}
	return NULL;
}

KeySession *
keys_session_add(KeyRing *ring, const uint8_t guid[16], uint64_t id)
{
	KeySession *s = places(ring, id), *oldest = s;

	for (uint32_t i = 0; i < KEYS_WAYS; i++) {
		if (s[i].used && s[i].id == id && memcmp(s[i].guid, guid, 16) == 0) {
			oldest = &s[i];
			break;
		}
		if (s[i].used ? oldest->used && s[i].age < oldest->age : oldest->used)
			oldest = &s[i];
	}
	ring->limits += oldest->used && oldest->id != id;
	keys_wipe(oldest, sizeof(*oldest));
	oldest->used = true;
	oldest->id = id;
	oldest->age = ++ring->age;
	memcpy(oldest->guid, guid, 16);
	return oldest;
}

/* ---- keys ---- */

/* What a key is derived for. Labels and the contexts of 3.0 count with their NUL. */
typedef struct {
	const char *label;   /* of 3.1.1, whose context is the hash */
	const char *label30; /* of 3.0 and 3.0.2 */
	const char *context30;
} Purpose;

static const Purpose SIGNING = { "SMBSigningKey", "SMB2AESCMAC", "SmbSign" };
static const Purpose CIPHER[] = {
	[SMB_TO_SERVER] = { "SMBC2SCipherKey", "SMB2AESCCM", "ServerIn " },
	[SMB_TO_CLIENT] = { "SMBS2CCipherKey", "SMB2AESCCM", "ServerOut" },
};

static void
derive(uint16_t dialect, const Purpose *p, SmbSpan key, const uint8_t *hash, uint8_t *out,
       size_t size)
{
	bool newest = dialect >= SMB2_DIALECT_311;
	const char *label = newest ? p->label : p->label30;
	SmbSpan context = newest ? span(hash, KEYS_HASH)
				 : span(p->context30, strlen(p->context30) + 1);

	keys_derive(key, span(label, strlen(label) + 1), context, out, size);
}

/* Session.SessionKey: the first 16 bytes, with zeros where there are less. The array has them. */
static SmbSpan
session_key(const Key *key)
{
	return span(key->bytes, KEYS_SIZE);
}

uint8_t
keys_session_signing(const KeySession *s, const Key *key, const uint8_t hash[KEYS_HASH],
		     uint8_t ret_signing[2][KEYS_SIZE])
{
	uint8_t longer[KEYS_SIZE_MAX];

	if (s->dialect < SMB2_DIALECT_300) {
		memcpy(ret_signing[0], key->bytes, KEYS_SIZE);
		return 1;
	}
	derive(s->dialect, &SIGNING, session_key(key), hash, ret_signing[0], KEYS_SIZE);
	if (!keys_cipher_is_long(s->cipher))
		return 1;
	derive(s->dialect, &SIGNING, session_key(key), hash, longer, sizeof(longer));
	memcpy(ret_signing[1], longer, KEYS_SIZE);
	keys_wipe(longer, sizeof(longer));
	return 2;
}

void
keys_session_derive(KeySession *s)
{
	bool longer = keys_cipher_is_long(s->cipher);
	size_t size = longer ? KEYS_SIZE_MAX : KEYS_SIZE;
	/* Session.FullSessionKey: as it is. */
	SmbSpan key = longer ? span(s->full.bytes, MAX(s->full.size, KEYS_SIZE))
			     : session_key(&s->full);

	if (s->dialect < SMB2_DIALECT_300)
		return;
	for (int dir = 0; dir < 2; dir++)
		derive(s->dialect, &CIPHER[dir], key, s->hash, s->cipher_key[dir], size);
}
