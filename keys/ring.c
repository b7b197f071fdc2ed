/* SPDX-License-Identifier: BSD-3-Clause */
/* The ring: its memory, its file, and the functions that the dissector calls. */
#include "keys/ring.h"

#include "keys/file.h"
#include "keys/internal.h"
#include "keys/vault.h"

GQuark
keys_error_quark(void)
{
	return g_quark_from_static_string("keys-error");
}

/* ---- hooks ---- */

static KeyUse *
use_of(KeyRing *ring, const KeyConnection *c)
{
	return &ring->uses[c - ring->connections];
}

static void
close_connection(void *user, void *state)
{
	*use_of(user, state) = (KeyUse){ 0 };
	keys_wipe(state, sizeof(KeyConnection));
}

/* Whether it gives its place before the other one: whoever has keys comes last. */
static bool
goes_first(const KeyUse *a, const KeyUse *b)
{
	return a->ready != b->ready ? b->ready : a->age < b->age;
}

/*
 * The place of the connection that is idle for the longest time, of those that have no keys; else
 * of those that have: who replays a logon on all places does not keep all others out. But where so
 * many are busy, none of them would gain.
 */
static uint32_t
take_place(KeyRing *ring)
{
	uint32_t at = 0;

	for (uint32_t i = 1; i < KEYS_CONNECTIONS; i++)
		if (goes_first(&ring->uses[i], &ring->uses[at]))
			at = i;
	if (ring->uses[at].ready && ring->age - ring->uses[at].age < KEYS_BUSY)
		return KEYS_CONNECTIONS;
	*ring->uses[at].owner = NULL;
	close_connection(ring, &ring->connections[at]);
	return at;
}

static void *
open_connection(void *user, void **owner, bool *ret_taken)
{
	KeyRing *ring = user;
	uint32_t at = 0;

	while (at < KEYS_CONNECTIONS && ring->uses[at].owner)
		at++;
	*ret_taken = at == KEYS_CONNECTIONS;
	if (*ret_taken) {
		ring->limits++;
		at = take_place(ring);
	}
	if (at == KEYS_CONNECTIONS)
		return NULL;
	ring->uses[at] = (KeyUse){ .owner = owner, .age = ++ring->age };
	ring->connections[at].used = true;
	return &ring->connections[at];
}

static void
note_use(KeyRing *ring, const KeyConnection *c)
{
	KeyUse *use = use_of(ring, c);

	use->age = ++ring->age;
	use->ready = c->one.active || c->two.ready;
}

static void
message(void *user, void *state, const SmbKeyInput *in, SmbKeyOutput *out)
{
	*out = (SmbKeyOutput){ .session = in->message->uid };
	if (in->message->version == 1)
		keys_smb1_message(user, state, in, out);
	else
		keys_smb2_message(user, state, in, out);
	note_use(user, state);
}

static SmbDecryption
decrypt(void *user, void *state, SmbDir dir, SmbSpan transform, bool lost, uint8_t *plain,
	SmbKeyOutput *out)
{
	SmbDecryption result;

	*out = (SmbKeyOutput){ 0 };
	result = keys_smb2_decrypt(user, state, dir, transform, lost, plain, out);
	note_use(user, state);
	return result;
}

/* ---- the ring ---- */

KeyRing *
keys_ring_parse(const char *name, SmbSpan text, const char *directory, GError **error)
{
	KeyRing *self = keys_vault_new(sizeof(KeyRing));

	if (!self) {
		g_set_error_literal(error, KEYS_ERROR, KEYS_ERROR_FILE, "no memory for keys");
		return NULL;
	}
	self->hooks = (SmbKeyHooks){ .ring = self,
				     .memory = sizeof(KeyConnection),
				     .open = open_connection,
				     .close = close_connection,
				     .message = message,
				     .decrypt = decrypt };
	if (keys_file_parse(self, name, text, directory, error))
		return self;
	keys_ring_free(self);
	return NULL;
}

KeyRing *
keys_ring_open(const char *path, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(path);
	uint32_t length;
	uint8_t *bytes = keys_file_read(path, &length, error);
	KeyRing *self;

	if (!bytes)
		return NULL;
	self = keys_ring_parse(path, (SmbSpan){ bytes, length }, directory, error);
	keys_vault_free(bytes, KEYS_FILE_MAX, length);
	return self;
}

const SmbKeyHooks *
keys_ring_hooks(KeyRing *self)
{
	return &self->hooks;
}

void
keys_ring_share(KeyRing *self, bool shared)
{
	if (self)
		keys_vault_share(self, sizeof(*self), shared);
}

uint64_t
keys_ring_limits(const KeyRing *self)
{
	return self->limits;
}

void
keys_ring_free(KeyRing *self)
{
	if (!self)
		return;
	keys_kerberos_free(self);
	/* Those that were closed are wiped already; pages that were never used stay so. */
	for (uint32_t i = 0; i < KEYS_CONNECTIONS; i++)
		if (self->connections[i].used)
			close_connection(self, &self->connections[i]);
	keys_vault_free(self, sizeof(*self), offsetof(KeyRing, connections));
}
