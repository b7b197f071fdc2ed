/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What each end showed of itself, whoever it talked to: the facts that verdicts are made of.
 *
 *     connection ──> traits of its pair ──┬──> posture of the server   value, count, proof
 *       observe.c     (AuditPair.traits)  └──> posture of the client
 *
 * A trait is one value of one property of one end: "the server requires signing in SMB2". A pair
 * keeps each that was seen once, with on how many connections and where first; traits add up like
 * everything else in a pair. They are learned from every connection, also from those of scanners,
 * and from those that were refused or given up: what a server answers an attacker is a fact of the
 * server.
 *
 * A posture is worked out when a report asks for it: the traits of all pairs of an end, and of each
 * property the value that decides. What passwords a server takes follows from its authentications.
 * A posture owns its evidence (audit_posture_clear); names are static.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "audit/evidence.h"
#include "audit/rules.h"

/* Dialects by age; those that are not known by name have none. */
enum { AUDIT_DIALECTS = 19 };
/* "SMB 3.1.1"; `index` below AUDIT_DIALECTS. */
const char *audit_dialect_name(unsigned index);
/* -1: not one of these. "SMB 2.002" is found as "SMB 2.0.2". */
int audit_dialect_find(const char *name);
/*
 * Indexes that matter: the first dialects with NTLM, and of SMB2, SMB3; and "SMB 2.???", which stands
 * for 2.1 and all that is newer ([MS-SMB2] 3.3.5.3.1): newer than 2.1, as it may be.
 */
unsigned audit_dialect_any(void);
unsigned audit_dialect_nt(void);
unsigned audit_dialect_smb2(void);
unsigned audit_dialect_smb3(void);

/* In the order in which postures list them; of each property first the value that decides. */
typedef enum {
	/* Of a server: */
	AUDIT_SMB1_ACCEPTED,
	AUDIT_SMB1_REFUSED, /* though NT LM 0.12 was offered */
	AUDIT_SMB2_ACCEPTED,
	AUDIT_SMB2_REFUSED,
	AUDIT_CHOSE, /* one for each dialect */
	AUDIT_SIGNS1_ENABLED = AUDIT_CHOSE + AUDIT_DIALECTS,
	AUDIT_SIGNS1_DISABLED,
	AUDIT_SIGNS1_REQUIRED,
	AUDIT_SIGNS2_ENABLED,
	AUDIT_SIGNS2_REQUIRED,
	AUDIT_ENCRYPTS_REQUIRED, /* a client without it was refused */
	AUDIT_ENCRYPTS_ASKED,    /* of a session: SessionFlags */
	AUDIT_ENCRYPTS_SHARE,    /* of a share: ShareFlags */
	AUDIT_ENCRYPTS_CAPABLE,
	AUDIT_ENCRYPTS_NONE,
	AUDIT_PLAINTEXT_ASKED, /* challenge/response is off */
	AUDIT_CHALLENGES,
	AUDIT_SHARE_LEVEL,
	AUDIT_USER_LEVEL,
	AUDIT_OFFERS_KERBEROS,
	AUDIT_OFFERS_NTLMSSP,
	AUDIT_OFFERS_NEGOEX,
	AUDIT_OFFERS_IAKERB,
	AUDIT_OFFERS_CHALLENGE, /* NTLM without NTLMSSP: 8 bytes in the negotiate answer */
	AUDIT_NTLM_ACCEPTED,    /* of somebody who has a name */
	AUDIT_CIPHER,           /* chosen: ids 1 to 4 */
	AUDIT_SIGNING_ALGORITHM = AUDIT_CIPHER + 4,      /* ids 0 to 2 */
	AUDIT_COMPRESSION = AUDIT_SIGNING_ALGORITHM + 3, /* ids 1 to 5 */
	AUDIT_NOTIFY_UNSUPPORTED = AUDIT_COMPRESSION + 5,
	AUDIT_NOTIFY_SUPPORTED,
	/*
	 * What they mean depends on what the server does with others (report/settle.c): it closed
	 * the connection without a word on an offer of NT LM 0.12, of SMB2, or of both; it denied a
	 * logon to one who cannot encrypt. No posture has them.
	 */
	AUDIT_CLOSED_ON_SMB1,
	AUDIT_CLOSED_ON_BOTH,
	AUDIT_CLOSED_ON_SMB2,
	AUDIT_DENIED_KEYLESS,
	/* Of a client: */
	AUDIT_SPEAKS_SMB1_ONLY,
	AUDIT_SPEAKS_BOTH,
	AUDIT_SPEAKS_SMB2_ONLY,
	AUDIT_OFFERED_UP_TO, /* one for each dialect: the newest that a connection offered */
	AUDIT_CLIENT_SIGNS1_REQUIRED = AUDIT_OFFERED_UP_TO + AUDIT_DIALECTS,
	AUDIT_CLIENT_SIGNS2_NONE,
	AUDIT_CLIENT_SIGNS2_ENABLED,
	AUDIT_CLIENT_SIGNS2_REQUIRED,
	AUDIT_CLIENT_ENCRYPTS_NONE,
	AUDIT_CLIENT_ENCRYPTS_CAPABLE,
	AUDIT_CLIENT_CIPHER,                             /* offered: ids 1 to 4 */
	AUDIT_LOCKED_OUT_SMB1 = AUDIT_CLIENT_CIPHER + 4, /* it speaks nothing else: refused */
	AUDIT_LOCKED_OUT_SMB2,
	AUDIT_LEFT_OVER_SIGNING, /* one end requires signing, and the client left */
	/* As CLOSED_ON: it speaks nothing else, and the connection was closed on it. */
	AUDIT_CLOSED_OUT_SMB1,
	AUDIT_CLOSED_OUT_SMB2,
	AUDIT_TRAITS,
	AUDIT_CLIENT_TRAITS = AUDIT_SPEAKS_SMB1_ONLY, /* the first of a client */
} AuditTraitId;

/* Where a property's name begins and how its values are told. */
typedef struct {
	const char *property; /* "signing_smb2" */
	const char *value;    /* "required" */
	bool several;         /* the property has as many values as were seen, else the first one */
} AuditTraitName;

/* Of any id below AUDIT_TRAITS. */
AuditTraitName audit_trait_name(AuditTraitId id);
/* -1: no trait of this end has these names. */
int audit_trait_find(bool client, const char *property, const char *value);

/* One that a pair has. */
typedef struct {
	AuditTraitId id;
	uint64_t count, last_ns; /* connections that showed it, the latest time */
	AuditEvidence first;     /* the earliest */
} AuditTrait;

/* Sorted by id. The owner frees `items` with audit_traits_clear. */
typedef struct {
	AuditTrait *items;
	uint32_t n;
} AuditTraits;

/* Adds one (copied) to those that there are: counts are summed, the earliest evidence is kept. */
void audit_traits_add(AuditTraits *self, const AuditTrait *trait);
/* NULL: it was not seen. Borrowed until the next change. */
const AuditTrait *audit_traits_get(const AuditTraits *self, AuditTraitId id);
/* Forgets it, if it was seen. */
void audit_traits_drop(AuditTraits *self, AuditTraitId id);
void audit_traits_merge(AuditTraits *self, const AuditTraits *from);
void audit_traits_clear(AuditTraits *self);

/* Only which ones an end has, for whoever looks at many ends; or which ones an event shows. */
typedef struct {
	uint64_t bits[(AUDIT_TRAITS + 63) / 64];
} AuditTraitSet;

void audit_trait_set_put(AuditTraitSet *self, AuditTraitId id);
/* Each of `set` was seen once more, at the same place: audit_traits_add for all of them. */
void audit_traits_show(AuditTraits *self, const AuditTraitSet *set, const AuditEvidence *at);
void audit_trait_set_add(AuditTraitSet *self, const AuditTraits *traits, bool client);
bool audit_trait_set_has(const AuditTraitSet *self, AuditTraitId id);
/* As audit_posture_dialect, of the newest one. */
int audit_trait_set_newest(const AuditTraitSet *self, AuditTraitId base);

/* An end's traits, all its pairs together. */
typedef struct {
	AuditSighting seen[AUDIT_TRAITS];
	uint64_t last_ns[AUDIT_TRAITS];
} AuditPosture;

/* Adds the traits of one of its pairs, those of its side only. */
void audit_posture_add(AuditPosture *self, const AuditTraits *traits, bool client);
/* True if it was ever seen. */
bool audit_posture_has(const AuditPosture *self, AuditTraitId id);
/*
 * The first of `n` ids from `id` on that was seen: the value that decides where several were. -1:
 * none of them.
 */
int audit_posture_first(const AuditPosture *self, AuditTraitId id, unsigned n);
/* The dialect that was chosen or offered: the newest, or the oldest; -1: none. */
int audit_posture_dialect(const AuditPosture *self, AuditTraitId base, bool newest);
/*
 * How bad it is that NTLM logons can be relayed to this server: AUDIT_HIGH where one was accepted,
 * AUDIT_MEDIUM where it only offers NTLM or asks for encryption, AUDIT_INFO (0) where it cannot. In
 * a relay the client is the attacker, so that signing counts only where the server requires it in
 * each protocol that it takes ([MS-SMB2] 3.3.5.5.3, [MS-SMB] 3.3.5.3).
 */
AuditSeverity audit_posture_relayable(const AuditPosture *self, AuditTraitId *ret_proof);
void audit_posture_clear(AuditPosture *self);
