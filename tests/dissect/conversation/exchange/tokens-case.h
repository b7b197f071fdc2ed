/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of tokens share: messages of both protocols, and what was told of them. */
#pragma once

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/security-tokens.h"
#include "tests/lib/smb-builder.h"

enum {
	COM_NEGOTIATE = 0x72,
	COM_SESSION_SETUP_ANDX = 0x73,
	UID = 100,
	MORE = 0xC0000016u,
	INVALID = 0xC000000Du,
	DENIED = 0xC000006Du,
};

/* ---- What happened --------------------------------------------------------------------------- */

typedef struct {
	char kind[32]; /* of the token shown beside a message; "" for none */
	char realm[32], account[32];
	uint64_t length, declared;
	uint32_t pieces, lm_length;
	bool malformed;
} Shown;

typedef struct {
	uint64_t request, response;
	char token[32], token_back[32];
	SmbAuth auth; /* its strings are gone */
	bool has_auth;
	char account[32], realm[32];
	uint32_t anomalies;
	uint8_t challenge; /* its first byte; 0 where there is none */
} Told;

typedef struct {
	Shown shown[64];
	Told told[64];
	uint32_t n_shown, n_told;
	uint64_t limits;
	uint32_t anomalies;
	char client[32];      /* the name of the client */
	bool challenge_print; /* the server has a fingerprint of its challenge */
} Log;

typedef struct {
	Log log;
	SmbContext *context;
	SmbConnection *connection;
	uint64_t frame, mid;
	bool smb2;
	size_t empty;
} Fixture;

extern Fixture fixture;

const void *tokens_value_of(const SmbLayout *layout, const void *body, const char *key);
void tokens_copy_text(const SmbLayout *layout, const void *body, const char *key, char *out);
void tokens_see_message(Log *log, const SmbMessage *m);
void tokens_see_exchange(Log *log, const SmbExchange *x);
void tokens_on_event(void *user, const SmbEvent *e);
void tokens_start_limited(bool smb2, uint32_t token_limit);
void tokens_start(bool smb2);

/* The end gives back everything but the asks and pendings that are kept for the next connection. */
void tokens_stop(void);

void tokens_feed_cut(SmbDir dir, GByteArray *message, uint32_t cut);

/* ---- Messages -------------------------------------------------------------------------------- */

/* [MS-SMB2] 2.2.1, and 2.2.5 or 2.2.6 after it. */
GByteArray *tokens_setup2(bool reply, uint32_t status, uint64_t session, SmbSpan blob);

/* [MS-SMB] 2.2.4.6. */
GByteArray *tokens_setup1(bool reply, uint32_t status, uint64_t uid, SmbSpan blob);

GByteArray *tokens_setup(bool reply, uint32_t status, uint64_t uid, SmbSpan blob);
void tokens_ask_as(uint64_t uid, SmbSpan blob);
void tokens_ask(SmbSpan blob);
void tokens_answer(uint32_t status, SmbSpan blob);

extern const SmbSpan nothing;

#define SPAN(bytes) ((SmbSpan){ (bytes), sizeof(bytes) })

SmbSpan tokens_piece(SmbSpan token, uint32_t from, uint32_t to);

const Told *tokens_last_told(void);
const Shown *tokens_shown(uint32_t i);

/* ---- parts of the test in files of their own: each adds its tests ---- */

void tokens_add_cut(TCase *tc);
void tokens_add_rounds(TCase *tc);
