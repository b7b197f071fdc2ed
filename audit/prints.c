/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/prints.h"

#include <nettle/sha2.h>
#include <string.h>

enum {
	PARTS = 6,               /* of one end, at most */
	WAYS = SMB_CAP(4, 1),    /* sets that are kept of each end */
	TEXTS_MAX = PARTS * 512, /* bytes; a longer set is not kept */
};
_Static_assert(PARTS *(AUDIT_PRINT_HASH + 1) <= AUDIT_KEY_MAX, "all hashes of an end in a key");

/* Texts of the parts of an end one after another, and what each part's length was. */
typedef struct {
	uint32_t lengths[PARTS]; /* 0: not seen */
	uint32_t n;
	uint8_t texts[TEXTS_MAX];
	char key[AUDIT_KEY_MAX]; /* "": nothing is kept here */
} Set;

/* Of a fixed size, 26 KiB, which is in no account, as the audit itself. */
struct AuditPrints {
	Set sets[2][WAYS]; /* of clients, of servers */
	uint8_t next[2];
};

/* The first part of an end. */
static unsigned
first_of(bool server)
{
	return server ? SMB_PRINT_SMB1_NEGOTIATE_BACK : 0;
}

static unsigned
count_of(bool server)
{
	return server ? SMB_PRINT_PARTS - SMB_PRINT_SMB1_NEGOTIATE_BACK
		      : SMB_PRINT_SMB1_NEGOTIATE_BACK;
}
_Static_assert((int)SMB_PRINT_SMB1_NEGOTIATE_BACK <= (int)PARTS, "parts of a client");

static bool
is_set(const Set *set, const SmbString *const *prints, unsigned n)
{
	uint32_t at = 0;

	if (!*set->key)
		return false;
	for (unsigned i = 0; i < n; i++) {
		uint32_t len = prints[i] ? prints[i]->len : 0;

		if (len != set->lengths[i] ||
		    (len && memcmp(set->texts + at, prints[i]->bytes, len) != 0))
			return false;
		at += len;
	}
	return true;
}

static void
put_hash(char *to, const SmbString *print)
{
	uint8_t digest[AUDIT_PRINT_HASH / 2];
	struct sha256_ctx hash;

	sha256_init(&hash);
	sha256_update(&hash, print->len, print->bytes);
	sha256_digest(&hash, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		*to++ = "0123456789abcdef"[digest[i] >> 4];
		*to++ = "0123456789abcdef"[digest[i] & 15];
	}
}

/* "": nothing was seen. */
static void
make_key(char key[AUDIT_KEY_MAX], const SmbString *const *prints, unsigned n)
{
	char *at = key;

	for (unsigned i = 0; i < n; i++) {
		if (!prints[i])
			continue;
		if (at > key)
			*at++ = ' ';
		put_hash(at, prints[i]);
		at += AUDIT_PRINT_HASH;
	}
	*at = '\0';
}

static void
keep_set(Set *set, const SmbString *const *prints, unsigned n, const char *key)
{
	set->n = 0;
	*set->key = '\0';
	for (unsigned i = 0; i < n; i++) {
		set->lengths[i] = prints[i] ? prints[i]->len : 0;
		if (set->lengths[i] > TEXTS_MAX - set->n)
			return;
		if (set->lengths[i])
			memcpy(set->texts + set->n, prints[i]->bytes, set->lengths[i]);
		set->n += set->lengths[i];
	}
	g_strlcpy(set->key, key, sizeof(set->key));
}

static void
count_end(Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info, bool server)
{
	const SmbString *const *prints = (const SmbString *const *)&info->prints[first_of(server)];
	AuditTallyId id = server ? AUDIT_SERVER_PRINTS : AUDIT_CLIENT_PRINTS;
	unsigned n = count_of(server);
	char key[AUDIT_KEY_MAX];

	for (unsigned i = 0; i < WAYS; i++) {
		const Set *set = &audit->prints->sets[server][i];

		if (is_set(set, prints, n)) {
			audit_facts_count(facts, id, set->key);
			return;
		}
	}
	make_key(key, prints, n);
	if (!*key)
		return;
	keep_set(&audit->prints->sets[server][audit->prints->next[server]++ % WAYS], prints, n,
		 key);
	audit_facts_count(facts, id, key);
}

void
audit_prints_count(Audit *audit, AuditFacts *facts, const SmbConnectionInfo *info)
{
	if (!audit->prints)
		audit->prints = g_new0(AuditPrints, 1);
	count_end(audit, facts, info, false);
	count_end(audit, facts, info, true);
}

void
audit_prints_free(Audit *audit)
{
	g_clear_pointer(&audit->prints, g_free);
}
