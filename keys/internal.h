/* SPDX-License-Identifier: BSD-3-Clause */
/* The ring from inside: its tables, and what is known of a connection. Private to keys/. */
#pragma once

#include "dissect/wire/caps.h"
#include "dissect/wire/codes.h"
#include "keys/crypto.h"
#include "keys/ring.h"

enum {
	KEYS_ACCOUNTS = SMB_CAP(1024, 4),
	KEYS_GIVEN = SMB_CAP(4096, 4),    /* session keys in the file */
	KEYS_TICKETS = SMB_CAP(256, 4),   /* keys of keytabs */
	KEYS_SESSIONS = SMB_CAP(1024, 4), /* a power of two: sessions of SMB2, on any connection */
	KEYS_WAYS = SMB_CAP(4, 2),        /* places that a session may have */
	KEYS_CONNECTIONS = SMB_CAP(1024, 3),
	KEYS_BUSY = 64 *
		    KEYS_CONNECTIONS,   /* uses of the ring after which one is idle that has keys */
	KEYS_SETUPS = SMB_CAP(32, 2),   /* sessions of a connection */
	KEYS_WAITING = SMB_CAP(128, 2), /* SMB1: requests whose sequence number is remembered */
	KEYS_NAME = 64,
	KEYS_RESPONSE = 512, /* SMB1: of a response, which is a part of the key */
};

/* ---- what the file gave ---- */

typedef struct {
	char name[KEYS_NAME];   /* UTF-8, folded */
	char domain[KEYS_NAME]; /* the same; "": any */
	uint8_t nt[KEYS_SIZE], lm[KEYS_SIZE];
	bool has_lm; /* the password could be written as LM passwords are */
} KeyAccount;

/* A key with its length; size 0: none. */
typedef struct {
	uint8_t bytes[KEYS_SIZE_MAX];
	uint8_t size;
} Key;

typedef struct {
	uint64_t id;
	Key key;
} KeyGiven;

typedef struct {
	int32_t type; /* of encryption: RFC 3961 */
	Key key;
} KeyTicket;

/* ---- what was derived ---- */

/* Where a session key comes from, and how sure it is. */
typedef enum {
	KEY_UNKNOWN,
	KEY_GIVEN,  /* from the file, not tried yet */
	KEY_PROVEN, /* the logon, or a signature, shows that it is right */
} KeyState;

/* A session of SMB2. Its channels have signing keys of their own; the cipher keys are common. */
typedef struct {
	bool used;
	uint8_t guid[16]; /* of the server that the id belongs to */
	uint64_t id;
	uint64_t age; /* the larger, the later used */
	uint16_t dialect;
	KeysCipher cipher;
	KeyState state;
	bool contested; /* different logons claim it: what does not fit may be of the other one */
	Key full;       /* as the logon gave it */
	uint8_t hash[KEYS_HASH];    /* the context of 3.1.1, to derive again from another key */
	uint8_t signing[KEYS_SIZE]; /* of its first channel: signs bindings */
	uint8_t cipher_key[2][KEYS_SIZE_MAX]; /* by SmbDir */
} KeySession;

/* A logon on a connection, and the channel that comes of it. */
typedef struct {
	bool used;
	uint64_t id;   /* SessionId; 0: the server has not given one yet */
	uint64_t mid;  /* of the request that waits */
	bool open;     /* the logon goes on */
	bool waits;    /* for the answer to `mid` */
	bool binds;    /* to a session of another connection */
	bool again;    /* the session exists on this connection: keys stay */
	bool whole;    /* all messages of it were seen */
	bool nobody;   /* a guest or an anonymous user: there is no key */
	bool gone;     /* its session was logged off: the first place to be taken */
	bool late;     /* the session was there before this logon: it may keep other keys */
	bool bound;    /* its binding was signed with the key `bound_key` of its session */
	bool mutual;   /* Kerberos: an AP-REP is expected, which may bring another key */
	bool replied;  /* and was opened */
	bool broken;   /* or was not, though the ticket was: it is not what the server sent */
	bool doubtful; /* `session` is of the logon, but only a signature shows that it is used */
	bool told;
	KeyState state;
	SmbKeyTrouble trouble; /* why there is no key */
	uint8_t hash[KEYS_HASH];
	bool challenged;
	uint8_t challenge[8];
	Key session;    /* KXKEY or the ticket's subkey, as the mechanism gives it */
	KeyTicket part; /* Kerberos: opens the AP-REP */
	/* Ready: to check the channel's signatures. The second is that of L = 256 (smb2.c). */
	bool ready;
	uint8_t n_signing;
	uint8_t signing[2][KEYS_SIZE];
	uint8_t bound_key[KEYS_SIZE];
} KeySetup;

typedef struct {
	uint16_t dialect; /* 0: the negotiation was not seen */
	KeysCipher cipher;
	KeysSigning signing;
	bool negotiated, whole;
	bool ready; /* a session's keys were derived */
	bool lost;  /* messages are missing */
	uint8_t guid[16];
	uint8_t hash[KEYS_HASH];
	uint64_t last_id[2]; /* by SmbDir: of the message before, which a related one refers to */
	/* Of the last requests, by the remainder of their MessageId: which session they are of. */
	struct {
		uint64_t mid, id;
	} asked[KEYS_WAITING];
	KeySetup setups[KEYS_SETUPS];
	uint32_t next; /* the place after the one that was taken last; 0: none was taken yet */
} KeyConnection2;

/* SMB1 signs connections, not sessions. */
typedef struct {
	bool challenged;
	uint8_t challenge[8]; /* of the negotiate response, later of NTLMSSP */
	bool waits;           /* a session setup does, for its answer */
	bool active;
	bool refused;     /* its answer said that the logon failed, and was signed all the same */
	bool confirmed;   /* a signature was right: the connection is signed */
	uint32_t suspect; /* before that, signatures that were not right */
	KeyState state;
	SmbKeyTrouble trouble;
	bool told;
	KeyTicket part;
	uint32_t size; /* of `mac` */
	uint8_t mac[KEYS_SIZE_MAX + KEYS_RESPONSE];
	uint32_t next;  /* sequence number of the next request */
	uint32_t slack; /* how many numbers later it may be, because messages are missing or wrong */
	uint64_t earned,
		spent; /* bytes of requests, and those that were hashed to find their numbers */
	bool lost;     /* messages are missing */
	bool adrift;   /* the same, and no request fitted since: how many numbers is not known */
	struct {
		uint64_t id; /* of the request: PID and MID */
		uint32_t sequence;
	} waiting[KEYS_WAITING];
	uint32_t n_waiting; /* ever; the place is the remainder */
} KeyConnection1;

typedef struct {
	bool used;
	KeyConnection1 one;
	KeyConnection2 two;
} KeyConnection;

/* Who has a place for a connection; beside the places, which are large. */
typedef struct {
	void **owner; /* where the connection keeps it; NULL: it is free */
	uint64_t age; /* the larger, the later used */
	bool ready;   /* it has keys, and is taken away only if it is idle for long */
} KeyUse;

struct KeyRing {
	SmbKeyHooks hooks;
	void *kerberos; /* owned: kerberos.c; NULL: no keytab */
	uint64_t age, limits;
	uint32_t n_accounts, n_given, n_tickets;
	KeyAccount accounts[KEYS_ACCOUNTS];
	KeyGiven given[KEYS_GIVEN];
	KeyTicket tickets[KEYS_TICKETS];
	KeySession sessions[KEYS_SESSIONS];
	KeyUse uses[KEYS_CONNECTIONS];
	KeyConnection connections[KEYS_CONNECTIONS];
};

/* ---- ntlm.c ---- */

/* What a logon by NTLM consists of; all of it borrowed. */
typedef struct {
	SmbText account, domain;
	SmbSpan lm, nt;
	const uint8_t *challenge; /* of the server, 8 bytes */
	bool ntlmssp;             /* the flags are those of an AUTHENTICATE message */
	uint32_t flags;
	SmbSpan session_key; /* encrypted; absent */
} KeyLogon;

/* The hashes of a password in UTF-8: NTOWFv1, and LMOWFv1 where it has a form for that. */
void keys_ntlm_hash(SmbText password, KeyAccount *account);
/*
 * The session key of a logon (ExportedSessionKey), if `account` is who logged on: its hash gives
 * the response that was sent. False if not.
 */
bool keys_ntlm_session(const KeyAccount *account, const KeyLogon *logon, Key *ret_key);
/* The same by the first account of the ring that fits. `*ret_known`: it has the account. */
bool keys_ntlm_find(const KeyRing *ring, const KeyLogon *logon, Key *ret_key, bool *ret_known);
/* Whether nobody in particular logs on: [MS-NLMP] 3.2.5.1.2. */
bool keys_ntlm_anonymous(const SmbToken *token);
/* A name folded for comparisons; false if it is too long. */
bool keys_ntlm_fold(SmbText name, char out[KEYS_NAME]);

/* ---- kerberos.c ---- */

/* Adds the keys of a keytab. */
bool keys_kerberos_load(KeyRing *ring, const char *path, GError **error);
/*
 * Opens the ticket of an AP-REQ and its authenticator: the session key that holds unless an AP-REP
 * brings another, and in `ret_part` the key that opens that.
 */
bool keys_kerberos_request(KeyRing *ring, const SmbToken *token, Key *ret_key, KeyTicket *ret_part);
/* Opens an AP-REP; false: that is not possible. Its subkey, if it has one, is the new key. */
bool keys_kerberos_reply(KeyRing *ring, const KeyTicket *part, const SmbToken *token, Key *ret_key);
void keys_kerberos_free(KeyRing *ring);

/* ---- sessions.c ---- */

/* The session of that id on that server; NULL if there is none. */
KeySession *keys_session_find(KeyRing *ring, const uint8_t guid[16], uint64_t id);
/* A new one in the place of the oldest. */
KeySession *keys_session_add(KeyRing *ring, const uint8_t guid[16], uint64_t id);
/* Derives its keys from its session key, dialect, cipher and hash: 3.2.5.3.1. */
void keys_session_derive(KeySession *s);
/*
 * The signing keys of a channel, one or two: 3.1.4.2 has L follow the cipher, so that with AES-256
 * it is 256 bits of which the first 128 are used; Samba has 128 all the same.
 */
uint8_t keys_session_signing(const KeySession *s, const Key *key, const uint8_t hash[KEYS_HASH],
			     uint8_t ret_signing[2][KEYS_SIZE]);

/* ---- the hooks ---- */

void keys_smb1_message(KeyRing *ring, KeyConnection *c, const SmbKeyInput *in, SmbKeyOutput *out);
void keys_smb2_message(KeyRing *ring, KeyConnection *c, const SmbKeyInput *in, SmbKeyOutput *out);
SmbDecryption keys_smb2_decrypt(KeyRing *ring, KeyConnection *c, SmbDir dir, SmbSpan transform,
				bool lost, uint8_t *plain, SmbKeyOutput *out);
