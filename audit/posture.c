/* SPDX-License-Identifier: BSD-3-Clause */
/* Traits by name, how they add up, and the posture that an end's pairs make together. */
#include "audit/posture.h"

#include <glib.h>
#include <string.h>

/* ---- dialects ---- */

enum { NT_LANMAN = 11, SMB_2_0_2 = 13, SMB_2_1 = 14, SMB_2_ANY = 15, SMB_3_0 = 16 };

/* By age: [MS-CIFS] 1.7 and 2.2.4.52.1, [MS-SMB2] 2.2.3. */
static const char *const dialects[AUDIT_DIALECTS] = {
	"PC NETWORK PROGRAM 1.0",
	"PCLAN1.0",
	"MICROSOFT NETWORKS 1.03",
	"MICROSOFT NETWORKS 3.0",
	"LANMAN1.0",
	"Windows for Workgroups 3.1a",
	"LM1.2X002",
	"DOS LM1.2X002",
	"LANMAN2.1",
	"DOS LANMAN2.1",
	"XENIX CORE",
	[NT_LANMAN] = "NT LANMAN 1.0",
	"NT LM 0.12",
	[SMB_2_0_2] = "SMB 2.0.2",
	[SMB_2_1] = "SMB 2.1",
	[SMB_2_ANY] = "SMB 2.???", /* 2.1 or anything newer: 3.3.5.3.1 */
	[SMB_3_0] = "SMB 3.0",
	"SMB 3.0.2",
	"SMB 3.1.1",
};

const char *
audit_dialect_name(unsigned index)
{
	return dialects[index];
}

int
audit_dialect_find(const char *name)
{
	/* As an SMB1 negotiate spells them: [MS-SMB2] 2.2.3, 3.3.5.3.1. */
	if (name[0] == 'S' && strcmp(name, "SMB 2.002") == 0)
		return SMB_2_0_2;
	for (int i = 0; i < AUDIT_DIALECTS; i++)
		if (name[0] == dialects[i][0] && strcmp(name, dialects[i]) == 0)
			return i;
	return -1;
}

unsigned
audit_dialect_any(void)
{
	return SMB_2_ANY;
}

unsigned
audit_dialect_nt(void)
{
	return NT_LANMAN;
}

unsigned
audit_dialect_smb2(void)
{
	return SMB_2_0_2;
}

unsigned
audit_dialect_smb3(void)
{
	return SMB_3_0;
}

/* ---- names ---- */

static const char *const answers[] = { "accepted", "refused" };
static const char *const signs[] = { "enabled", "disabled", "required" };
static const char *const signs2[] = { "enabled", "required" };
static const char *const encrypts[] = { "required", "asked", "share", "capable", "none" };
static const char *const yes_no[] = { "no", "yes" };
static const char *const no_yes[] = { "yes", "no" };
static const char *const mechanisms[] = { "Kerberos", "NTLMSSP", "NEGOEX", "IAKERB", "challenge" };
/* [MS-SMB2] 2.2.3.1.2, 2.2.3.1.7, 2.2.3.1.3. */
static const char *const ciphers[] = { "AES-128-CCM", "AES-128-GCM", "AES-256-CCM", "AES-256-GCM" };
static const char *const algorithms[] = { "HMAC-SHA256", "AES-CMAC", "AES-GMAC" };
static const char *const compressions[] = { "LZNT1", "LZ77", "LZ77+Huffman", "Pattern_V1", "LZ4" };
static const char *const notify[] = { "unsupported", "supported" };
static const char *const speaks[] = { "smb1_only", "both", "smb2_only" };
static const char *const required[] = { "required" };
static const char *const client_signs2[] = { "none", "enabled", "required" };
static const char *const client_encrypts[] = { "none", "capable" };
static const char *const versions[] = { "smb1", "smb2" };
static const char *const offers[] = { "smb1", "both", "smb2" };
static const char *const keyless[] = { "unencrypted" };
static const char *const matters[] = { "signing" };

#define ROW(from, property, names)                                \
	{                                                         \
		from, G_N_ELEMENTS(names), property, names, false \
	}
#define LIST(from, property, names)                              \
	{                                                        \
		from, G_N_ELEMENTS(names), property, names, true \
	}

static const struct {
	AuditTraitId from;
	unsigned n;
	const char *property;
	const char *const *names;
	bool several;
} rows[] = {
	ROW(AUDIT_SMB1_ACCEPTED, "smb1", answers),
	ROW(AUDIT_SMB2_ACCEPTED, "smb2", answers),
	LIST(AUDIT_CHOSE, "dialect", dialects),
	ROW(AUDIT_SIGNS1_ENABLED, "signing_smb1", signs),
	ROW(AUDIT_SIGNS2_ENABLED, "signing_smb2", signs2),
	ROW(AUDIT_ENCRYPTS_REQUIRED, "encryption", encrypts),
	ROW(AUDIT_PLAINTEXT_ASKED, "challenge_response", yes_no),
	ROW(AUDIT_SHARE_LEVEL, "share_level", no_yes),
	LIST(AUDIT_OFFERS_KERBEROS, "mechanisms", mechanisms),
	{ AUDIT_NTLM_ACCEPTED, 1, "ntlm", answers, false },
	LIST(AUDIT_CIPHER, "ciphers", ciphers),
	LIST(AUDIT_SIGNING_ALGORITHM, "signing_algorithms", algorithms),
	LIST(AUDIT_COMPRESSION, "compression", compressions),
	ROW(AUDIT_NOTIFY_UNSUPPORTED, "change_notify", notify),
	LIST(AUDIT_CLOSED_ON_SMB1, "closed_on", offers),
	ROW(AUDIT_DENIED_KEYLESS, "denied", keyless),
	ROW(AUDIT_SPEAKS_SMB1_ONLY, "speaks", speaks),
	LIST(AUDIT_OFFERED_UP_TO, "dialect", dialects),
	ROW(AUDIT_CLIENT_SIGNS1_REQUIRED, "signing_smb1", required),
	ROW(AUDIT_CLIENT_SIGNS2_NONE, "signing_smb2", client_signs2),
	ROW(AUDIT_CLIENT_ENCRYPTS_NONE, "encryption", client_encrypts),
	LIST(AUDIT_CLIENT_CIPHER, "ciphers", ciphers),
	LIST(AUDIT_LOCKED_OUT_SMB1, "locked_out", versions),
	ROW(AUDIT_LEFT_OVER_SIGNING, "left_over", matters),
	LIST(AUDIT_CLOSED_OUT_SMB1, "closed_out", versions),
};

AuditTraitName
audit_trait_name(AuditTraitId id)
{
	size_t i = G_N_ELEMENTS(rows) - 1;

	while (i > 0 && rows[i].from > id)
		i--;
	return (AuditTraitName){ rows[i].property,
				 rows[i].names[MIN(id - rows[i].from, rows[i].n - 1)],
				 rows[i].several };
}

int
audit_trait_find(bool client, const char *property, const char *value)
{
	unsigned first = client ? AUDIT_CLIENT_TRAITS : 0;
	unsigned end = client ? AUDIT_TRAITS : AUDIT_CLIENT_TRAITS;

	for (unsigned id = first; id < end; id++) {
		AuditTraitName name = audit_trait_name((AuditTraitId)id);

		if (strcmp(name.property, property) == 0 && strcmp(name.value, value) == 0)
			return (int)id;
	}
	return -1;
}

/* ---- the traits of a pair ---- */

static uint32_t
find(const AuditTraits *self, AuditTraitId id)
{
	uint32_t at = 0;

	while (at < self->n && self->items[at].id < id)
		at++;
	return at;
}

static void
add_to(AuditTrait *self, const AuditTrait *trait)
{
	self->count = audit_sum(self->count, trait->count);
	self->last_ns = MAX(self->last_ns, trait->last_ns);
	if (audit_evidence_compare(&trait->first, &self->first) < 0)
		self->first = trait->first;
}

void
audit_traits_add(AuditTraits *self, const AuditTrait *trait)
{
	uint32_t at = find(self, trait->id);

	if (at == self->n || self->items[at].id != trait->id) {
		self->items = g_renew(AuditTrait, self->items, self->n + 1);
		memmove(&self->items[at + 1], &self->items[at], (self->n - at) * sizeof(*trait));
		self->items[at] = *trait;
		self->n++;
		return;
	}
	add_to(&self->items[at], trait);
}

const AuditTrait *
audit_traits_get(const AuditTraits *self, AuditTraitId id)
{
	uint32_t at = find(self, id);

	return at < self->n && self->items[at].id == id ? &self->items[at] : NULL;
}

void
audit_traits_drop(AuditTraits *self, AuditTraitId id)
{
	uint32_t at = find(self, id);

	if (at == self->n || self->items[at].id != id)
		return;
	self->n--;
	memmove(&self->items[at], &self->items[at + 1], (self->n - at) * sizeof(*self->items));
}

void
audit_traits_merge(AuditTraits *self, const AuditTraits *from)
{
	for (uint32_t i = 0; i < from->n; i++)
		audit_traits_add(self, &from->items[i]);
}

void
audit_traits_clear(AuditTraits *self)
{
	g_free(self->items);
	*self = (AuditTraits){ 0 };
}

/* ---- sets ---- */

void
audit_trait_set_put(AuditTraitSet *self, AuditTraitId id)
{
	self->bits[id / 64] |= UINT64_C(1) << id % 64;
}

/* Takes the largest out; -1: it is empty. */
static int
take_last(AuditTraitSet *self)
{
	for (int i = G_N_ELEMENTS(self->bits) - 1; i >= 0; i--)
		if (self->bits[i]) {
			int bit = 63 - __builtin_clzll(self->bits[i]);

			self->bits[i] &= ~(UINT64_C(1) << bit);
			return i * 64 + bit;
		}
	return -1;
}

void
audit_traits_show(AuditTraits *self, const AuditTraitSet *set, const AuditEvidence *at)
{
	AuditTrait trait = { .count = 1, .last_ns = at->time_ns, .first = *at };
	AuditTraitSet left = *set;
	uint32_t from = self->n, to = 0;

	for (uint32_t i = 0; i < self->n; i++) {
		AuditTraitId id = self->items[i].id;

		if (!audit_trait_set_has(&left, id))
			continue;
		add_to(&self->items[i], &trait);
		left.bits[id / 64] &= ~(UINT64_C(1) << id % 64);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(left.bits); i++)
		to += (uint32_t)__builtin_popcountll(left.bits[i]);
	if (!to)
		return;
	to = self->n += to;
	self->items = g_renew(AuditTrait, self->items, to);
	/* From the end, so that each moves once. */
	for (int id; (id = take_last(&left)) >= 0; self->items[--to] = trait) {
		while (from && self->items[from - 1].id > (AuditTraitId)id)
			self->items[--to] = self->items[--from];
		trait.id = (AuditTraitId)id;
	}
}

void
audit_trait_set_add(AuditTraitSet *self, const AuditTraits *traits, bool client)
{
	for (uint32_t i = 0; i < traits->n; i++) {
		AuditTraitId id = traits->items[i].id;

		if ((id >= AUDIT_CLIENT_TRAITS) == client)
			self->bits[id / 64] |= UINT64_C(1) << id % 64;
	}
}

bool
audit_trait_set_has(const AuditTraitSet *self, AuditTraitId id)
{
	return self->bits[id / 64] >> id % 64 & 1;
}

int
audit_trait_set_newest(const AuditTraitSet *self, AuditTraitId base)
{
	for (int i = AUDIT_DIALECTS - 1; i >= 0; i--)
		if (audit_trait_set_has(self, (AuditTraitId)((int)base + i)))
			return i;
	return -1;
}

/* ---- postures ---- */

void
audit_posture_add(AuditPosture *self, const AuditTraits *traits, bool client)
{
	for (uint32_t i = 0; i < traits->n; i++) {
		const AuditTrait *trait = &traits->items[i];
		AuditSighting *seen = &self->seen[trait->id];

		if ((trait->id >= AUDIT_CLIENT_TRAITS) != client)
			continue;
		seen->count = audit_sum(seen->count, trait->count);
		audit_sighting_evidence(seen, &trait->first);
		self->last_ns[trait->id] = MAX(self->last_ns[trait->id], trait->last_ns);
	}
}

bool
audit_posture_has(const AuditPosture *self, AuditTraitId id)
{
	return self->seen[id].count > 0;
}

int
audit_posture_first(const AuditPosture *self, AuditTraitId id, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (self->seen[id + i].count)
			return (int)(id + i);
	return -1;
}

int
audit_posture_dialect(const AuditPosture *self, AuditTraitId base, bool newest)
{
	for (int i = 0; i < AUDIT_DIALECTS; i++) {
		int at = newest ? AUDIT_DIALECTS - 1 - i : i;

		if (self->seen[(int)base + at].count)
			return at;
	}
	return -1;
}

/* Whether there is a protocol that it takes in which signing is left to the client. */
static bool
is_open(const AuditPosture *self)
{
	int oldest = audit_posture_dialect(self, AUDIT_CHOSE, false);
	/* Before NT there is no signing; of what was not seen nothing is said. */
	bool smb1 = audit_posture_has(self, AUDIT_SMB1_ACCEPTED) &&
		    (audit_posture_first(self, AUDIT_SIGNS1_ENABLED, 2) >= 0 ||
		     (oldest >= 0 && oldest < NT_LANMAN));
	bool smb2 = audit_posture_has(self, AUDIT_SIGNS2_ENABLED) &&
		    !audit_posture_has(self, AUDIT_ENCRYPTS_REQUIRED);

	return smb1 || smb2;
}

AuditSeverity
audit_posture_relayable(const AuditPosture *self, AuditTraitId *ret_proof)
{
	bool accepted = audit_posture_has(self, AUDIT_NTLM_ACCEPTED);
	bool offered = audit_posture_has(self, AUDIT_OFFERS_NTLMSSP) ||
		       audit_posture_has(self, AUDIT_OFFERS_CHALLENGE);

	*ret_proof = accepted                                        ? AUDIT_NTLM_ACCEPTED
		     : audit_posture_has(self, AUDIT_OFFERS_NTLMSSP) ? AUDIT_OFFERS_NTLMSSP
								     : AUDIT_OFFERS_CHALLENGE;
	if ((!accepted && !offered) || !is_open(self))
		return AUDIT_INFO;
	if (!accepted || audit_posture_has(self, AUDIT_ENCRYPTS_ASKED))
		return AUDIT_MEDIUM;
	return AUDIT_HIGH;
}

void
audit_posture_clear(AuditPosture *self)
{
	for (int i = 0; i < AUDIT_TRAITS; i++)
		audit_sighting_clear(&self->seen[i]);
	*self = (AuditPosture){ 0 };
}
