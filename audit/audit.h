/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The audit: events in, verdicts out. It does not know about captures or output formats.
 *
 * What is kept is an AuditPair for a client and a server. Everything in a pair is made so that
 * pairs add up: counts are summed, lists keep the smallest keys, evidence keeps the earliest.
 * Adding is therefore the same in any order and any grouping, and the audit of many captures is the
 * sum of their audits. A connection is a small pair of its own that is added when it ends.
 * Findings, clients, servers and scanners are worked out of the pairs when a report is asked for
 * (report.h) and never kept.
 *
 * If there is more than fits, what is dropped must not depend on the order, and senders of packets
 * must not be able to choose it. So it is chosen by a rank: a keyed hash of what would be kept,
 * with a key that they do not know (AuditKey). A list keeps the keys with the smallest ranks:
 * whatever was dropped would be dropped again in every sum made with the same key.
 *
 * A pair is kept in layers: the basis of critical findings, the basis of high ones, and so on, and
 * below them all the details (AuditLayer). When there is more than fits, the details of the pairs
 * with the largest ranks go first, and the critical layers last of all. A horizon remembers how far
 * that went: anything beyond it is never added again, so that each layer that is kept is complete.
 * The layer of an item depends on what it is and not on when it came.
 */
#pragma once

#include <glib.h>

#include "audit/covered.h"
#include "audit/evidence.h"
#include "audit/posture.h"
#include "audit/rules.h"
#include "dissect/event.h"
#include "dissect/wire/keyed.h"

enum {
	AUDIT_KEY_MAX = 256,                   /* bytes kept of a name, with its NUL */
	AUDIT_NAMES_MAX = SMB_CAP(16, 2),      /* entries of a list of a pair */
	AUDIT_DIALECTS_MAX = SMB_CAP(64, 2),   /* that the client of a pair offered */
	AUDIT_SHARES_MAX = SMB_CAP(32, 2),     /* of a pair, and of an authentication */
	AUDIT_TRIES_MAX = SMB_CAP(64, 2),      /* of refused passwords of a pair (guesses.h) */
	AUDIT_MARKS_MAX = SMB_CAP(64, 2),      /* of what attacks do, of a pair */
	AUDIT_WRITTEN_MAX = SMB_CAP(1024, 2),  /* files on administrative shares, of a pair */
	AUDIT_DAYS_MAX = SMB_CAP(1000, 2),     /* on which a pair was seen */
	AUDIT_AUTHS_MAX = SMB_CAP(64, 2),      /* different authentications of a pair */
	AUDIT_CHALLENGES_MAX = SMB_CAP(64, 4), /* different challenges and responses of a pair */
	AUDIT_SECRETS_MAX = SMB_CAP(4, 1),     /* of an authentication, where they are asked for */
	AUDIT_PASSWORD_MAX = 1024,             /* bytes kept of a password, with its NUL */
	AUDIT_HORIZONS_MAX = SMB_CAP(8, 2),    /* of audits that were made with other keys */
	AUDIT_SITES_MAX = SMB_CAP(1024, 2),    /* of accepted findings: names of sites */
};

/* ---- Ranks ---- */

/* The same in all audits that are to be added up. */
typedef SmbHashKey AuditKey;

/* True if both keys are the same, so that their audits add up exactly. */
static inline bool
audit_key_equal(const AuditKey *a, const AuditKey *b)
{
	return smb_hash_key_equal(a, b);
}

static inline uint64_t
audit_rank(const AuditKey *key, const void *bytes, size_t n)
{
	return smb_keyed_hash(key, bytes, n);
}

/* How many a list may hold, and which go first beyond: those of the largest ranks. */
typedef struct {
	uint32_t most;
	const AuditKey *key; /* NULL: not by rank, the first in order are kept */
	/* 0 to 15: those of a larger class go before all others. NULL: there are no classes. */
	unsigned (*class_of)(const char *key);
	/* Keys of which so many first bytes are equal are kept, or go, together. 0: each by itself. */
	unsigned together;
} AuditCap;

/* What names end in that only a datagram gave, where another one gave another name before. */
#define AUDIT_NAME_CONTRADICTED " (contradicted)"

/* ---- Counts by name ---- */

typedef struct {
	char *key;
	uint64_t count;
	uint64_t rank; /* of the key, once it was needed; else 0 (tally.c) */
} AuditCount;

/*
 * Sorted by key. The cap depends on which list it is. A count of 0 is treated as absent and not
 * added. An empty list that has items has the key of the first in reserve (audit_tally_reuse).
 */
typedef struct {
	AuditCount *items;
	uint32_t n;
	uint32_t bytes;    /* that the keys take */
	uint64_t left_out; /* the counts of keys beyond the cap */
} AuditTally;

/* Adds `count` to a key (copied), which is created if the cap allows. */
void audit_tally_add(AuditTally *self, AuditCap cap, const char *key, uint64_t count);
/* Adds all counts of `from`, and what it left out. */
void audit_tally_merge(AuditTally *self, AuditCap cap, const AuditTally *from);
/* The count of a key; 0 if it is not in the list. */
uint64_t audit_tally_of(const AuditTally *self, const char *key);
/* Frees its keys and makes it empty. */
void audit_tally_clear(AuditTally *self);
/* Makes it empty, but keeps an only key and its place, for a name that comes again and again. */
void audit_tally_reuse(AuditTally *self);

/* ---- Authentications ---- */

typedef enum {
	AUDIT_SIGNING_REQUIRED,
	AUDIT_SIGNING_USED,
	AUDIT_SIGNING_OFFERED_NOT_USED,
	AUDIT_SIGNING_DISABLED,
	AUDIT_SIGNING_UNKNOWN,
	AUDIT_SIGNING_NOT_APPLICABLE, /* guest and anonymous sessions have no key to sign with */
	AUDIT_SIGNINGS,
} AuditSigning;
const char *audit_signing_name(AuditSigning signing); /* "offered_not_used" */

typedef enum {
	AUDIT_ACCOUNT_UNKNOWN, /* Kerberos: the name is encrypted; or no secret was sent */
	AUDIT_ACCOUNT_ANONYMOUS,
	AUDIT_ACCOUNT_MACHINE, /* its name ends in $ */
	AUDIT_ACCOUNT_PERSON,
} AuditAccountKind;
const char *audit_account_kind_name(AuditAccountKind kind);

/*
 * What makes one authentication different from another. The owner of the struct owns the texts,
 * which are never NULL.
 */
typedef struct {
	SmbPasswordType password_type;
	SmbMech mech;
	SmbResult result;
	bool guest, null_session; /* let in as guest; as nobody */
	bool has_status;
	SmbStatus status;
	char *account, *domain, *host;
} AuditIdentity;

/* Let in as somebody else than who it said it was: its secret was not looked at, or was wrong. */
static inline bool
audit_is_let_in_as_other(const AuditIdentity *who)
{
	return who->guest || who->null_session;
}

typedef struct {
	AuditIdentity who;
	uint64_t rank; /* of `who`, by the key of the audit that has it; 0: was not needed so far */
	int32_t lm_length, nt_length; /* the longest seen; -1: no such field */
	uint64_t first_ns, last_ns;
	uint64_t incomplete; /* attempts whose handshake was not seen completely */
	uint64_t encrypted;  /* attempts on connections with encrypted messages */
	uint64_t signing[AUDIT_SIGNINGS];
	uint64_t dialects[AUDIT_DIALECTS]; /* of their connections */
	AuditSighting seen;
	AuditTally shares;
	AuditTally encryption_types; /* Kerberos tickets */
	AuditTally secrets;          /* empty unless they were asked for; see secrets.c */
} AuditAuth;

/* What one attempt was made with: hex, and a text; "" if it has none. */
typedef struct {
	const char *challenge, *lm_response, *nt_response, *password;
} AuditSecret;

/* Keeps the secrets of an attempt, if it has any (SmbConfig.keep_secrets). */
void audit_auth_keep(AuditAuth *self, const AuditKey *key, const SmbAuth *auth);
/* The same from a record: non-hex text counts as absent. */
void audit_auth_add_secret(AuditAuth *self, const AuditKey *key, const AuditSecret *secret,
			   uint64_t count);
/*
 * Splits one of self->secrets into its parts. They are borrowed from the returned vector
 * (g_strfreev).
 */
char **audit_secret_split(const AuditCount *kept, AuditSecret *ret_secret);

void audit_auth_clear(AuditAuth *self); /* except for the identity */
AuditAccountKind audit_account_kind(const AuditIdentity *who);

/* ---- Challenges ---- */

/*
 * A challenge that a server gave, by a digest: the challenge itself is half of what cracking a
 * response takes. Or the proof of an NTLMv2 response that a client gave. Two uses are only two where
 * the client's port differs: the same connection in two captures is one use.
 */
typedef struct {
	uint16_t port;
	/* A digest of the ids in the message that gave it: the same on both sides of a NAT. */
	uint64_t message;
	AuditEvidence at;
} AuditUse;

typedef struct {
	uint64_t id;
	bool known;    /* one that attack tools are known to give */
	bool response; /* of a client; where there is no room for both, challenges stay */
	uint32_t n;
	AuditUse uses[2]; /* those of the smallest ports */
	bool ranked;      /* its rank is known; it is found out when a list is full */
	uint64_t rank;
} AuditChallenge;

/* ---- Pairs ---- */

/*
 * What a pair is kept in, the last to go last. The layer of a severity holds the basis of findings
 * of that severity, and the authentications that these findings are about. Challenges come just
 * below the critical layer because two equal ones are critical, while a single one means nothing.
 */
typedef enum {
	AUDIT_LAYER_DETAILS,
	AUDIT_LAYER_INFO,
	AUDIT_LAYER_LOW,
	AUDIT_LAYER_MEDIUM,
	AUDIT_LAYER_HIGH,
	AUDIT_LAYER_CHALLENGES,
	AUDIT_LAYER_CRITICAL,
	AUDIT_LAYERS,
} AuditLayer;

/* Findings about an end as a whole follow from its traits, and the worst of them are high. */
#define AUDIT_LAYER_TRAITS AUDIT_LAYER_HIGH

enum { AUDIT_ALL_LAYERS = (1 << AUDIT_LAYERS) - 1 };

const char *audit_layer_name(AuditLayer layer);   /* "details" */
int audit_layer_find(const char *name, size_t n); /* -1: there is no such layer */
AuditLayer audit_layer_of(AuditSeverity severity);
/* The layer of the findings that it is kept for. */
AuditLayer audit_auth_layer(const AuditIdentity *who);

/*
 * Where a machine is. Private networks use the same addresses: what is recorded at two sites is of
 * two machines, whatever their addresses.
 */
typedef struct {
	uint8_t family; /* 4, 6, or 0: unknown */
	uint8_t bytes[16];
	const char *site; /* borrowed; of a kept pair its own (AuditKept). NULL: none is known */
} AuditAddress;

/* As strcmp: by site, by family, then by bytes. */
int audit_address_compare(const AuditAddress *a, const AuditAddress *b);

typedef enum {
	AUDIT_N_CONNECTIONS,
	AUDIT_N_WHOLE,        /* negotiation and all logons seen from beginning to end */
	AUDIT_N_MIDSTREAM,    /* began before the capture */
	AUDIT_N_INCOMPLETE,   /* something was lost or cut */
	AUDIT_N_PROBES,       /* negotiated, and went away without a logon */
	AUDIT_N_SCANS,        /* of a scanner: only counted */
	AUDIT_N_ATTACKS,      /* on which an exploit was used: only counted */
	AUDIT_N_GROOMS,       /* nothing came but what looks like SMB2 */
	AUDIT_N_SMB1_OFFERED, /* the client sent an SMB1 negotiate */
	AUDIT_N_SMB1_USED,
	AUDIT_N_SMB2_USED,
	AUDIT_N_ENCRYPTED,
	AUDIT_N_ACCEPTED, /* attempts to log on, by outcome */
	AUDIT_N_REFUSED,
	AUDIT_N_UNKNOWN,
	AUDIT_N_ABANDONED,
	AUDIT_N_OMITTED,          /* times that a connection had more than is remembered of one */
	AUDIT_N_PRE_NT_BY_SERVER, /* verdict pre_nt, though the client offered an NT dialect */
	AUDIT_N_USED,             /* somebody was let in, or something else succeeded */
	AUDIT_N_USED_SMB1,        /* of these, with SMB1 */
	AUDIT_N_NETBIOS,          /* over NetBIOS: port 139, NetBEUI, NetBIOS over IPX */
	AUDIT_N_BROWSING,         /* nothing but the computer browser ([MS-BRWS] 3.3.5.6) */
	AUDIT_NUMBERS,
} AuditNumber;
const char *audit_number_name(AuditNumber number); /* "smb1_used" */

typedef enum {
	AUDIT_CLIENT_NAME,
	AUDIT_CLIENT_OS,
	AUDIT_CLIENT_LANMAN,
	AUDIT_SERVER_NAME,
	AUDIT_SERVER_OS,
	AUDIT_SERVER_LANMAN,
	AUDIT_SERVER_DOMAIN,
	AUDIT_OFFERED,
	AUDIT_CHOSEN,
	AUDIT_VERDICTS,
	AUDIT_SIGNED, /* connections by signing */
	AUDIT_ENDS,   /* connections by how they ended */
	AUDIT_DAYS,   /* connections by the day (UTC) on which they began */
	AUDIT_SHARES,
	AUDIT_PROGRAMS, /* connections by what the client offered and its system: observe.c */
	/* connections by the fingerprints of an end: hashes with a space between them (prints.h) */
	AUDIT_CLIENT_PRINTS,
	AUDIT_SERVER_PRINTS,
	AUDIT_TRIES,   /* refused passwords, by when and account (guesses.h) */
	AUDIT_MARKS,   /* what attacks do, by when (attack/attack.h) */
	AUDIT_WRITTEN, /* files on administrative shares, by when and a digest (attack/attack.h) */
	AUDIT_TALLIES,
} AuditTallyId;
/* The cap of this list of a pair. */
AuditCap audit_tally_cap(AuditTallyId id, const AuditKey *key);

typedef struct {
	AuditAddress client, server;
	uint64_t numbers[AUDIT_NUMBERS];
	uint64_t first_ns, last_ns;
	AuditTally tallies[AUDIT_TALLIES];
	/* what rules are about; findings follow from it (report/) */
	AuditSighting seen[AUDIT_RULES];
	AuditAuth *auths; /* sorted by identity */
	uint32_t n_auths;
	bool auths_dropped;
	AuditChallenge *challenges; /* sorted by id */
	uint32_t n_challenges;
	uint16_t challenge_goes; /* 1 + the place of the one that goes first; 0: to be found out */
	bool challenges_dropped;
	AuditTraits traits; /* what both ends showed of themselves (posture.h) */
	bool bare;          /* its details were left out */
	uint8_t layers;     /* in the inventory: those that are kept, a bit each */
} AuditPair;

/* The authentication of this identity (copied), created if there is none; NULL beyond the cap. */
AuditAuth *audit_pair_auth(AuditPair *self, const AuditKey *key, const AuditIdentity *who);
/*
 * Adds a challenge (copied) to those of the pair; beyond the cap that of the largest rank is
 * dropped.
 */
void audit_pair_challenge(AuditPair *self, const AuditKey *key, const AuditChallenge *challenge);
/* Adds those layers of `from`, a bit each. */
void audit_pair_merge(AuditPair *self, const AuditKey *key, const AuditPair *from, uint8_t layers);
/* The layers that it has something in. */
uint8_t audit_pair_layers(const AuditPair *self);
/* Forgets one of them. */
void audit_pair_drop(AuditPair *self, AuditLayer layer);
/* How often the basis of findings of each severity was seen. */
void audit_pair_observations(const AuditPair *self, uint64_t ret[AUDIT_SEVERITIES]);
/* Whether one of its lists was fuller than it may be. */
bool audit_pair_is_capped(const AuditPair *self);
/* When it was first seen; 0 if not known. */
uint64_t audit_pair_first(const AuditPair *self);
/* Frees what it owns and makes it empty. */
void audit_pair_clear(AuditPair *self);
/*
 * The same, but lists of one key keep their memory, and the key, for what is next (it may well be the
 * same): audit_pair_clear frees them.
 */
void audit_pair_reuse(AuditPair *self);
/* Bytes that it needs, which depend on its contents only and not on their history. */
size_t audit_pair_memory(const AuditPair *self);

/* ---- The audit ---- */

/*
 * A pair as the audit keeps it. Nearly all are small, and nearly all of a small AuditPair is empty:
 * so it is packed into a string of bytes, but for those that were added to last. Which has so much
 * in it that packing would take longer than it is worth stays as it is.
 */
typedef struct {
	AuditAddress client, server;   /* the name of their site is one text, owned */
	uint8_t layers : AUDIT_LAYERS; /* that are kept, a bit each */
	bool packed : 1;
	bool estimated : 1; /* its memory is the most that it can take, and was not measured yet */
	uint8_t report;     /* memory for a report of it, in units of its own (inventory.c) */
	uint32_t memory;    /* as last counted */
	uint64_t rank;
	void *pair; /* owned: an AuditPair, or bytes if it is packed (pack.c) */
} AuditKept;

/*
 * Its contents: borrowed, or unpacked into `scratch`, which the caller zeroes before the first call
 * and clears after the last (audit_pair_clear).
 */
const AuditPair *audit_kept_read(const AuditKept *kept, AuditPair *scratch);
/* Whether its details were left out. */
bool audit_kept_is_bare(const AuditKept *kept);

enum { AUDIT_HOT = 8 }; /* small pairs that are not packed at a time */

typedef struct {
	uint32_t pairs; /* 0: as many as there is memory for */
	size_t memory;  /* for pairs and a report of them; pairs have half. 0: 32 MiB */
	AuditKey key;
} AuditLimits;

/*
 * How far dropping went: in this layer the pairs with smaller ranks are kept, in the layers above
 * it all pairs.
 */
typedef struct {
	AuditKey key;
	AuditLayer layer;
	uint64_t rank;
} AuditHorizon;

enum { AUDIT_FREE_TRACKS = SMB_CAP(16, 0) };

typedef struct AuditTrack AuditTrack;
typedef struct AuditEntry AuditEntry; /* a layer of a pair (inventory.c) */
typedef struct AuditPrints AuditPrints;

typedef struct {
	AuditLimits limits;
	GTree *pairs;              /* AuditKept by the addresses of its ends */
	AuditKept *hot[AUDIT_HOT]; /* of these, not packed, though small: the last used first */
	uint32_t n_hot;
	AuditEntry *entries; /* all layers of all pairs: a heap, what goes next on top */
	uint32_t n_entries, entries_size;
	GTree *captures;     /* names, owned */
	const char *capture; /* of what is being read */
	GPtrArray *sites;    /* names that connections may still borrow, owned */
	const char *site;    /* of what is being read, if it does not say itself */
	char *only_site; /* of all that was read, as audit_note_site has it, owned; NULL: none */
	bool has_sites, many_sites;
	char day[16];        /* the last one that a connection began on, "2026-01-31"; "": none */
	uint64_t day_number; /* the same, in days since 1970 */
	/* Of all pairs, including dropped ones: */
	uint64_t connections, first_ns, last_ns;
	AuditCovered covered; /* of all captures that were read to here; owned */
	uint64_t observations[AUDIT_SEVERITIES];
	bool has_horizon;
	AuditHorizon horizon; /* of this audit's key; nothing beyond it is added */
	/*
	 * Of other audits, those with the smallest keys. Anything beyond one of them was not added
	 * there.
	 */
	AuditHorizon others[AUDIT_HORIZONS_MAX];
	uint32_t n_others;
	bool mixed; /* something was dropped in another way: what is kept may be incomplete */
	uint64_t captures_left_out; /* times that there was no room for the name of a capture */
	uint64_t sites_left_out;    /* times that a site's name was too long: AUDIT_FURTHER_SITES */
	AuditTrack *tracks;         /* of connections that have not ended */
	AuditTrack *free_tracks;    /* owned, to be used again: at most AUDIT_FREE_TRACKS */
	uint32_t n_free_tracks;
	AuditPrints *prints; /* owned: prints.c; NULL: none was seen yet */
	size_t pair_memory, track_memory, capture_memory;
	size_t report_memory; /* that a report of the pairs would take */
} Audit;

/* limits NULL: the defaults. */
Audit *audit_new(const AuditLimits *limits);
/* NULL is allowed. Returns what the account of its memory still has: anything but 0 is a bug. */
size_t audit_free(Audit *self);
/* What events come from, from now on; NULL: live. */
void audit_set_capture(Audit *self, const char *name);
/* A copy that lives as long as the audit; NULL for NULL, or if there are too many names. */
const char *audit_capture_name(Audit *self, const char *name);
/*
 * The site of what comes from now on (copied); NULL: none is known. A name is at most
 * AUDIT_KEY_MAX - 1 bytes long (audit_site_name).
 */
void audit_set_site(Audit *self, const char *name);
/*
 * The name itself; NULL for NULL and "". One of AUDIT_KEY_MAX bytes or more becomes
 * AUDIT_FURTHER_SITES, and is counted: the machines of those sites are not told apart.
 *
 * There is no limit on the number of sites: a site is a part of the addresses of its pairs, and goes
 * with the last of them.
 */
const char *audit_site_name(Audit *self, const char *name);
#define AUDIT_FURTHER_SITES "(further sites)"

/*
 * That something of this site (NULL: of none that is known) is in the audit: a capture, or another
 * audit. Then, the site of all of it; NULL: none, or several.
 */
void audit_note_site(Audit *self, const char *name);
const char *audit_only_site(const Audit *self);
/* Takes SMB_EVENT_EXCHANGE, _FORGOTTEN and _CONNECTION; uses the connection's sink_data. */
void audit_event(Audit *self, const SmbEvent *event);
/* In place of its SMB_EVENT_CONNECTION: what its events told is not added. */
void audit_forget(Audit *self, SmbConnectionInfo *info);
/* Adds a pair (copied). Its connections must be counted by the caller where they are not yet. */
void audit_add(Audit *self, const AuditPair *pair);
/*
 * Adds to the number of connections, and extends the time that the audit covers (nanoseconds; 0:
 * unknown).
 */
void audit_add_totals(Audit *self, uint64_t connections, uint64_t first_ns, uint64_t last_ns);
/* What an audit that was added left out already. */
void audit_add_left_out(Audit *self, AuditSeverity severity, uint64_t observations);
/* Notes the horizon of an audit that was added; see audit_settle. */
void audit_add_horizon(Audit *self, const AuditHorizon *horizon);
/* Call it when all were added: drops what is beyond the horizons of other keys. */
void audit_settle(Audit *self);
/*
 * Whether this layer of all pairs, or of this pair, is complete; otherwise something of it may have
 * been dropped.
 */
bool audit_has_all(const Audit *self, AuditLayer layer);
bool audit_has_layer(const Audit *self, const AuditKept *pair, AuditLayer layer);
/* Bytes that the audit has allocated. */
size_t audit_memory(const Audit *self);
