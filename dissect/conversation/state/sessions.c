/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What connections of SMB2 have in common: sessions that have several channels ([MS-SMB2]
 * 3.3.5.5.2), with their trees; their open files are in handles.c. Users and trees are counted
 * (tables.c), names are copies.
 */
#include "dissect/conversation/state/shared.h"

/* ---- keys ---- */

static uint64_t
hash_bytes(SmbSpan bytes)
{
	uint64_t hash = bytes.len;

	for (uint32_t i = 0; i < bytes.len; i++)
		hash = smb_hash_mix(hash, bytes.ptr[i]);
	return hash | 1; /* 0: not known yet */
}

void
smb_shared_server(SmbConnection *c, SmbSpan guid)
{
	if (guid.ptr && guid.len == 16)
		c->state->realm = hash_bytes(guid);
}

void
smb_shared_client(SmbConnection *c, SmbSpan guid)
{
	if (guid.ptr && guid.len == 16)
		c->state->client = hash_bytes(guid);
}

uint64_t
smb_shared_realm(SmbConnection *c)
{
	if (!c->state->realm)
		c->state->realm =
			hash_bytes((SmbSpan){ c->info.ends.server, sizeof(c->info.ends.server) });
	return c->state->realm;
}

SmbShared *
smb_shared_tables(SmbConnection *c)
{
	if (!c->context->shared)
		c->context->shared = smb_context_alloc(c->context, sizeof(SmbShared));
	return c->context->shared;
}

static Session *
session_at(SmbConnection *c, uint64_t id)
{
	return &smb_shared_tables(c)
			->sessions[smb_hash_mix(smb_shared_realm(c), id) & (SESSIONS - 1)];
}

/* ---- what was given up ---- */

static uint32_t
lost_bit(SharedKind kind, uint64_t realm, uint64_t id)
{
	return smb_hash_mix(smb_hash_mix(realm, id), kind) & (LOST - 1);
}

void
smb_shared_lost(SmbConnection *c, SharedKind kind, uint64_t realm, uint64_t id)
{
	uint32_t bit = lost_bit(kind, realm, id);

	smb_shared_tables(c)->lost[bit / 8] |= (uint8_t)(1u << bit % 8);
}

void
smb_shared_missed(SmbConnection *c, SharedKind kind, uint64_t id)
{
	uint32_t bit = lost_bit(kind, smb_shared_realm(c), id);
	const SmbShared *shared = c->context->shared;

	if ((c->context->config.partial && kind == SHARED_SESSION) ||
	    (shared && shared->lost[bit / 8] & 1u << bit % 8))
		smb_connection_limit(c);
}

/* ---- sessions ---- */

static void
session_clear(SmbContext *context, Session *s)
{
	for (uint32_t i = 0; i < TREES; i++)
		smb_tree_unref(context, s->trees[i]);
	smb_context_release(context, s->done, DONE * sizeof(Done));
	smb_user_unref(context, s->user);
	*s = (Session){ 0 };
}

Session *
smb_shared_find(SmbConnection *c, uint64_t id)
{
	Session *s = c->context->shared ? session_at(c, id) : NULL;

	return s && s->user && s->realm == smb_shared_realm(c) && s->id == id && !s->user->pub.ended
		       ? s
		       : NULL;
}

static bool
is_at_server(const SmbConnection *c, const Session *s)
{
	return memcmp(s->server, c->info.ends.server, sizeof(s->server)) == 0;
}

/*
 * Two servers that say they are one, by their GUID, and give out one number: who of them is right is
 * not known. The session that lives keeps its place, and that there was another one is counted.
 */
static bool
is_taken(SmbConnection *c, uint64_t id)
{
	const Session *s = smb_shared_find(c, id);

	if (!s || !s->channels || is_at_server(c, s))
		return false;
	/* The user of another channel logs on again. */
	for (uint32_t i = 0; i < c->state->users.n; i++)
		if (c->state->users.items[i] == s->user)
			return false;
	return true;
}

void
smb_shared_add_session(SmbConnection *c, SmbUserEntry *user)
{
	Session *s = session_at(c, user->pub.uid);

	if (is_taken(c, user->pub.uid)) {
		smb_connection_limit(c);
		return;
	}
	if (s->user && s->channels && !s->user->pub.ended &&
	    (s->realm != smb_shared_realm(c) || s->id != user->pub.uid))
		smb_shared_lost(c, SHARED_SESSION, s->realm, s->id);
	session_clear(c->context, s);
	*s = (Session){ .realm = smb_shared_realm(c),
			.id = user->pub.uid,
			.user = smb_user_ref(user),
			.channels = 1 };
	memcpy(s->client, c->info.ends.client, sizeof(s->client));
	memcpy(s->server, c->info.ends.server, sizeof(s->server));
}

void
smb_shared_bind(SmbConnection *c, uint64_t id)
{
	Session *s = smb_shared_find(c, id);

	if (!s)
		return;
	s->channels++;
	s->several = true;
	if (is_at_server(c, s) && memcmp(s->client, c->info.ends.client, sizeof(s->client)) == 0)
		return;
	c->info.home = true;
	memcpy(c->info.home_client, s->client, sizeof(s->client));
	memcpy(c->info.home_server, s->server, sizeof(s->server));
}

/* ---- what its channels did ---- */

/* The session of a user, logged off or not. */
static Session *
session_of(SmbConnection *c, const SmbUserEntry *user)
{
	Session *s = c->context->shared ? session_at(c, user->pub.uid) : NULL;

	return s && s->user == user ? s : NULL;
}

/* One that had to go may have several, too. */
bool
smb_shared_has_channels(SmbConnection *c)
{
	for (uint32_t i = 0; i < c->state->users.n; i++) {
		const Session *s = session_of(c, c->state->users.items[i]);

		if (!s || s->several)
			return true;
	}
	return false;
}

bool
smb_shared_is_several(SmbConnection *c, uint64_t id)
{
	const Session *s = smb_shared_find(c, id);

	return s && s->several;
}

void
smb_shared_done(SmbConnection *c, uint64_t id, SmbText name, uint64_t time_ns)
{
	Session *s = smb_shared_find(c, id);

	if (!s || !s->several)
		return;
	if (!s->done)
		s->done = smb_context_alloc(c->context, DONE * sizeof(Done));
	s->done[s->next_done] = (Done){ smb_hash_name(name, true), time_ns, c->info.number };
	s->next_done = (s->next_done + 1) % DONE;
}

bool
smb_shared_was_done(SmbConnection *c, uint64_t id, SmbText name, uint64_t since_ns)
{
	const Session *s = c->context->shared ? session_at(c, id) : NULL;
	uint64_t hash = smb_hash_name(name, true);

	if (!s || !s->user || !s->done || s->id != id || s->realm != smb_shared_realm(c))
		return false;
	for (uint32_t i = 0; i < DONE; i++)
		if (s->done[i].name == hash && s->done[i].time_ns > since_ns)
			return true;
	return false;
}

/* Whether another connection did something in it later. */
static bool
went_on(const SmbConnection *c, const Session *s, uint64_t since_ns)
{
	for (uint32_t i = 0; i < DONE && s->done; i++)
		if (s->done[i].time_ns > since_ns && s->done[i].connection != c->info.number)
			return true;
	return false;
}

bool
smb_shared_leave(SmbConnection *c, uint64_t since_ns)
{
	bool goes_on = false;

	for (uint32_t i = 0; i < c->state->users.n; i++) {
		Session *s = session_of(c, c->state->users.items[i]);

		if (!s || !s->channels)
			continue;
		s->channels--;
		if (s->channels == 0 && s->leases)
			smb_shared_leave_files(c, s->id);
		goes_on |= (s->channels > 0 && !s->user->pub.ended) || went_on(c, s, since_ns);
	}
	return goes_on;
}

/* Kerberos does not show the account. */
static bool
is_named(const SmbAuth *auth)
{
	return auth && !smb_text_is_empty(smb_string_text(auth->account));
}

static bool
is_account(const SmbAuth *a, const SmbAuth *b)
{
	return smb_hash_name(smb_string_text(a->account), true) ==
	       smb_hash_name(smb_string_text(b->account), true);
}

/*
 * Whether the user of a session that was set up on this connection has replaced another one: the
 * same user has (3.3.5.5.3), and to ask for it takes no more than its number. The server has looked
 * at the user, if it is that server: a GUID is whatever the other end says it is, but an address is
 * not. Whom no name tells apart, the client's address does.
 */
static bool
may_replace(const SmbConnection *c, const Session *s, const SmbAuth *auth)
{
	const SmbAuth *before = s->user->pub.auth;

	if (!is_at_server(c, s))
		return false;
	if (is_named(auth) && is_named(before))
		return is_account(auth, before);
	return memcmp(s->client, c->info.ends.client, sizeof(s->client)) == 0;
}

/*
 * Whoever is let in to another channel is the session's user (3.3.5.5.2). A server may have several
 * addresses, and who only says to be that server may give out the same number: the account that was
 * let in here is the one that holds.
 */
bool
smb_shared_may_bind(SmbConnection *c, uint64_t id, const SmbAuth *auth)
{
	const Session *s = smb_shared_find(c, id);
	const SmbAuth *before = s ? s->user->pub.auth : NULL;

	if (!s)
		return false;
	if (is_named(auth) && is_named(before))
		return is_account(auth, before);
	return is_named(auth) == is_named(before) || is_at_server(c, s);
}

void
smb_shared_replace(SmbConnection *c, const SmbUserEntry *user, uint64_t previous)
{
	Session *s = previous != user->pub.uid ? smb_shared_find(c, previous) : NULL;

	if (!s || !may_replace(c, s, user->pub.auth))
		return;
	smb_state_end_user(c, previous);
	/* Its trees keep their names: the client may go on to ask, until it is told. */
	s->user->pub.ended = true;
}

SmbUserEntry *
smb_shared_session(SmbConnection *c, uint64_t id)
{
	const Session *s = smb_shared_find(c, id);

	return s ? s->user : NULL;
}

void
smb_shared_add_tree(SmbConnection *c, uint64_t id, SmbTreeEntry *tree)
{
	Session *s = smb_shared_find(c, id);
	uint32_t at;

	if (!s)
		return;
	for (at = 0; at < TREES && s->trees[at] && !s->trees[at]->pub.ended; at++)
		continue;
	if (at == TREES) {
		at = s->next_tree++ % TREES;
		s->trees_lost = true;
	}
	smb_tree_unref(c->context, s->trees[at]);
	s->trees[at] = smb_tree_ref(tree);
}

static bool
is_tree(const SmbTreeEntry *tree, uint32_t tid)
{
	return tree && tree->pub.tid == tid && !tree->pub.ended;
}

/* A GUID is whatever the other end says it is, an address is not. */
static bool
is_from_here(const SmbConnection *c, const SmbTreeEntry *tree)
{
	return memcmp(tree->server, c->info.ends.server, sizeof(tree->server)) == 0;
}

SmbTreeEntry *
smb_shared_tree(SmbConnection *c, uint64_t id, uint32_t tid)
{
	const Session *s = smb_shared_find(c, id);
	SmbTreeEntry *found = NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; s && i < TREES; i++) {
		if (!is_tree(s->trees[i], tid))
			continue;
		if (is_from_here(c, s->trees[i]))
			return s->trees[i];
		found = s->trees[i];
		n++;
	}
	/* Of two that other addresses told, one may be of somebody who only says to be that server. */
	if (n > 1 || (!n && s && s->several && s->trees_lost))
		smb_connection_limit(c);
	return found;
}

SmbTreeEntry *
smb_shared_end_tree(SmbConnection *c, uint64_t id, uint32_t tid)
{
	const Session *s = smb_shared_find(c, id);
	const SmbUserEntry *user = smb_state_user(c, id);

	for (uint32_t i = 0; s && i < TREES; i++) {
		SmbTreeEntry *tree = s->trees[i];

		if (!is_tree(tree, tid) || !is_from_here(c, tree) || (user && user != tree->user))
			continue;
		tree->pub.ended = true;
		return tree;
	}
	return NULL;
}

void
smb_shared_free(SmbContext *context)
{
	SmbShared *self = context->shared;

	if (!self)
		return;
	for (uint32_t i = 0; i < SESSIONS; i++)
		session_clear(context, &self->sessions[i]);
	smb_shared_free_files(context);
	smb_context_release(context, self, sizeof(*self));
	context->shared = NULL;
}
