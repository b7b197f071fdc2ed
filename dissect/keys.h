/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The seam between the dissector and whoever has keys. dissect/ knows no cryptography: with
 * SmbConfig.keys it shows each message of SMB1 and SMB2 to these functions before the message is
 * reported, and gives them the messages that are encrypted. Without (NULL) none of this runs.
 *
 *   conversation (exchange/keyed.c)                 keys/ (or a test)
 *      open(), a state for the connection   ---->   may refuse: there is no room
 *      message()  <---- right, wrong, unknown       learns from it, checks its signature
 *      decrypt()  <---- the bytes inside
 *      close()                              ---->   wipes the state
 *
 * Ownership: `ring` belongs to whoever made the table, and outlives the context. What open() gives
 * belongs to the connection until it hands it to close(). Everything in an SmbKeyInput, and the
 * bytes given to decrypt(), are borrowed for the call; what decrypt() writes belongs to the caller.
 */
#pragma once

#include "dissect/exchange.h"
#include "dissect/security/token.h"

/* A message, and what is known of it. */
typedef struct {
	const SmbMessage *message; /* its bytes are in it; its signature may be all zeros */
	bool encrypted;            /* it lay inside of an encrypted one */
	bool lost;             /* messages of this connection may be missing since the last call */
	const SmbToken *token; /* of a session setup; NULL: none, or not the last piece */
	SmbText account, domain; /* SMB1, a session setup without a token: with its responses */
	SmbSpan lm, nt;
	SmbSpan challenge; /* SMB1, of a negotiate response */
	/* SMB2 */
	uint16_t dialect;         /* of a negotiate response */
	SmbAlgorithms algorithms; /* the same */
	SmbSpan guid;             /* of the server, the same */
	uint16_t session_flags;   /* of a session setup, by direction; SMB1: Action */
} SmbKeyInput;

/* What came of it. */
typedef struct {
	SmbSignature signature;
	SmbKeyTrouble trouble; /* to be told; FINE if it was told before */
	uint64_t session;      /* that it is about: SMB2 SessionId, SMB1 UID */
	uint32_t late;         /* earlier messages whose signatures turn out to be wrong */
	uint32_t size;         /* of what was decrypted, bytes */
} SmbKeyOutput;

typedef enum {
	SMB_DECRYPTED,
	SMB_NOT_DECRYPTED, /* there is no key for it */
	SMB_NOT_AUTHENTIC, /* it was changed, or the key is wrong */
} SmbDecryption;

typedef struct SmbKeyHooks {
	void *ring;    /* handed to every function */
	size_t memory; /* that a connection's state takes, for the account */
	/*
	 * A new connection's state; NULL: no room. `owner` is where the connection keeps it, until
	 * close(): the ring may take it for another connection, and sets *owner to NULL then.
	 * *ret_taken: this one was taken so.
	 */
	void *(*open)(void *ring, void **owner, bool *ret_taken);
	/* Wipes and frees a state. */
	void (*close)(void *ring, void *state);
	void (*message)(void *ring, void *state, const SmbKeyInput *in, SmbKeyOutput *out);
	/*
	 * An encrypted message ([MS-SMB2] 2.2.41) as a whole, header first. Writes what is inside
	 * to `plain`, which has room for all bytes after the header. `lost`: as in SmbKeyInput.
	 */
	SmbDecryption (*decrypt)(void *ring, void *state, SmbDir dir, SmbSpan transform, bool lost,
				 uint8_t *plain, SmbKeyOutput *out);
} SmbKeyHooks;
