/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of keys: what --keys FILE gave, the sessions that were derived from it, and the functions
 * that the dissector calls (dissect/keys.h).
 *
 *   FILE   password, nthash   --> NTLM: the session key, from the logon      ntlm.c
 *          keytab             --> Kerberos: the same, from ticket and AP-REP kerberos.c
 *          session            --> the session key itself
 *                                    |
 *                                    v
 *   sessions   signing key of each channel, cipher keys of each session      smb2.c, smb1.c
 *                                    |
 *                                    v
 *   messages   signatures checked, transforms decrypted                      crypto.c (nettle)
 *
 * All keys are in one block of memory (vault.h), of a fixed size, that no core dump contains; it is
 * wiped when the ring is freed. Nothing of it is ever printed. What the tables have no room for is
 * counted, and its messages are neither decrypted nor checked.
 */
#pragma once

#include <glib.h>

#include "dissect/keys.h"

typedef struct KeyRing KeyRing;

typedef enum {
	KEYS_ERROR_FILE, /* it cannot be read, or others can read it */
	KEYS_ERROR_LINE, /* what is in it is wrong */
} KeysError;
#define KEYS_ERROR (keys_error_quark())
GQuark keys_error_quark(void);

/*
 * Reads a file of keys, and the keytabs that it names. NULL, with an error that names file and line
 * but no key, if that is not possible.
 */
KeyRing *keys_ring_open(const char *path, GError **error);

/*
 * The same for the text of a file; `name` is for errors. Keytabs are read from paths relative to
 * `directory`; NULL: none is read.
 */
KeyRing *keys_ring_parse(const char *name, SmbSpan text, const char *directory, GError **error);

/* For SmbConfig.keys; lives as long as the ring. */
const SmbKeyHooks *keys_ring_hooks(KeyRing *self);

/*
 * Whether processes that are forked from here on have the ring too, each a copy of its own. Whoever
 * has it says so anew for those that it forks itself. NULL is allowed.
 */
void keys_ring_share(KeyRing *self, bool shared);

/* Sessions and connections that found no room so far. */
uint64_t keys_ring_limits(const KeyRing *self);

/* Wipes and frees; NULL is allowed. */
void keys_ring_free(KeyRing *self);
