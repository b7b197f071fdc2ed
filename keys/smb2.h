/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between the two halves of what is done for SMB2: smb2-setup.c learns keys from negotiations and
 * logons, smb2.c checks and opens messages with them. Private to these two. A KeySetup is a place in
 * its connection's table, and taken by a later one once all places are.
 */
#pragma once

#include "keys/internal.h"

/* A message as it is checked. */
typedef struct {
	const SmbMessage *m;
	SmbSpan bytes;
	bool whole;
	uint64_t id; /* of its session */
} KeyMessage;

/* Tells a trouble, once. */
void keys_tell(SmbKeyOutput *out, bool *told, SmbKeyTrouble trouble);

/*
 * A new setup for that session; if there is no place, in that of a session that was logged off, of
 * one without keys, of the oldest.
 */
KeySetup *keys_setup_add(KeyRing *ring, KeyConnection2 *c, uint64_t id);
/* That session was logged off. Its messages are still checked: some may be on their way. */
void keys_setup_gone(KeyConnection2 *c, uint64_t id);
/* The one of that session; NULL if there is none. */
KeySetup *keys_setup_find(KeyConnection2 *c, uint64_t id);
/* Derives everything from s->session. */
void keys_setup_ready(KeyRing *ring, KeyConnection2 *c, KeySetup *s);
/* The same once the logon was accepted; `whole`: its last answer was seen as a whole. */
void keys_setup_accept(KeyRing *ring, KeyConnection2 *c, KeySetup *s, bool whole);
/* Whether the table has the session that the setup made. */
bool keys_setup_made(const KeySetup *s, const KeySession *k);
/* The keys of 3.1.1 depend on every message of the negotiation and of the logon. */
bool keys_setup_derivable(const KeyConnection2 *c, const KeySetup *s);
/* Forgets the key: the n-th one of the file takes its place. False: there is none. */
bool keys_setup_use_given(KeyRing *ring, KeyConnection2 *c, KeySetup *s, uint32_t n);

/* NEGOTIATE, SESSION_SETUP and its answers. */
void keys_setup_negotiate(KeyConnection2 *c, const SmbKeyInput *in, const KeyMessage *msg);
void keys_setup_request(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in,
			const KeyMessage *msg);
void keys_setup_response(KeyRing *ring, KeyConnection2 *c, const SmbKeyInput *in,
			 const KeyMessage *msg, SmbKeyOutput *out);
