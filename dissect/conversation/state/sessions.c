/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What connections of SMB2 have in common: sessions that have several channels ([MS-SMB2]
 * 3.3.5.5.2), with their trees and open files, and names of durable handles that are taken up again
 * on another connection (3.3.5.9.7, .12). The break of a lease may come on any connection of its
 * client (3.3.4.7), and the source of a copy be open on any of its session (3.3.5.15.6).
 *
 * Two tables of a fixed size belong to the context. An entry's place follows from its key, and
 * whoever comes takes the place: a lost entry is a name that is not known. Users and trees are
 * counted (tables.c), names are copies.
 */
#include "dissect/conversation/state/attempt.h"

#include <glib.h>

enum {
	SESSIONS = SMB_CAP(64, 2), /* powers of two */
	TREES = SMB_CAP(8, 2),
	HANDLES = SMB_CAP(1024, 2),
	PIPES = SMB_CAP(64, 1), /* of these, with what was called on them: each has some KiB */
	DONE = SMB_CAP(32, 2),
	SAME_KEY = 4, /* handles looked at that have one resume key: servers give each its own */
};

/* A name that was opened or connected to, when, and on which connection. */
typedef struct {
	uint64_t name, time_ns, connection;
} Done;

typedef struct {
	uint64_t realm, id;
	uint8_t client[16], server[16]; /* addresses of the connection that set it up */
	SmbUserEntry *user;             /* counted; NULL: the place is free */
	SmbTreeEntry *trees[TREES];
	uint32_t next_tree;
	uint32_t channels; /* connections that have it */
	bool several;      /* it has, or had, more than one */
	bool leases;       /* a file was opened in it with a lease */
	/* With several channels: what they did last. Owned, DONE of them; NULL: nothing yet. */
	Done *done;
	uint32_t next_done;
} Session;

typedef struct {
	uint64_t realm, session, fid, persistent;
	SmbString *name;    /* owned; NULL: the place is free */
	SmbTreeEntry *tree; /* counted; NULL: not known */
	SmbPipe *calls;     /* DCE/RPC on it, counted; NULL: none so far, or there was no room */
	uint32_t place;     /* in SmbShared.pipes, if it has calls */
	bool directory, pipe;
	uint64_t client; /* by its GUID, whose leases are the same on all connections; 0: unknown */
	bool left;       /* its session has no connection any more: nobody answers for it */
	bool lease, shared_oplock, delete_on_close, has_resume_key; /* as in SmbFileEntry */
	uint8_t lease_key[16], resume_key[24];
} Handle;

struct SmbShared {
	Session sessions[SESSIONS];
	uint16_t leases[HANDLES]; /* by key: how many handles have one that may be it */
	Handle *handles;          /* owned, HANDLES of them; NULL: no file was opened yet */
	Handle *pipes[PIPES];     /* those that have calls; NULL: free */
	uint32_t next_pipe;       /* that makes room */
};

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

/* The server that ids belong to: by its GUID, which all of its addresses share. */
static uint64_t
realm_of(SmbConnection *c)
{
	if (!c->state->realm)
		c->state->realm =
			hash_bytes((SmbSpan){ c->info.ends.server, sizeof(c->info.ends.server) });
	return c->state->realm;
}

static SmbShared *
shared(SmbConnection *c)
{
	if (!c->context->shared)
		c->context->shared = smb_context_alloc(c->context, sizeof(SmbShared));
	return c->context->shared;
}

/* How many handles may have the lease: most keys are found nowhere without a look at them all. */
static uint16_t *
leases_of(SmbShared *self, const uint8_t key[16])
{
	return &self->leases[smb_hash_mix(smb_load_le64(key), smb_load_le64(key + 8)) &
			     (HANDLES - 1)];
}

static Session *
session_at(SmbConnection *c, uint64_t id)
{
	return &shared(c)->sessions[smb_hash_mix(realm_of(c), id) & (SESSIONS - 1)];
}

static Handle *
handle_at(SmbConnection *c, uint64_t persistent)
{
	SmbShared *self = shared(c);

	if (!self->handles)
		self->handles = smb_context_alloc(c->context, HANDLES * sizeof(Handle));
	return &self->handles[smb_hash_mix(realm_of(c), persistent) & (HANDLES - 1)];
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

static Session *
find_session(SmbConnection *c, uint64_t id)
{
	Session *s = c->context->shared ? session_at(c, id) : NULL;

	return s && s->user && s->realm == realm_of(c) && s->id == id && !s->user->pub.ended ? s
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
	const Session *s = find_session(c, id);

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
	session_clear(c->context, s);
	*s = (Session){
		.realm = realm_of(c), .id = user->pub.uid, .user = smb_user_ref(user), .channels = 1
	};
	memcpy(s->client, c->info.ends.client, sizeof(s->client));
	memcpy(s->server, c->info.ends.server, sizeof(s->server));
}

void
smb_shared_bind(SmbConnection *c, uint64_t id)
{
	Session *s = find_session(c, id);

	if (!s)
		return;
	s->channels++;
	s->several = true;
}

/* ---- what its channels did ---- */

/* The session of a user, logged off or not. */
static Session *
session_of(SmbConnection *c, const SmbUserEntry *user)
{
	Session *s = c->context->shared ? session_at(c, user->pub.uid) : NULL;

	return s && s->user == user ? s : NULL;
}

bool
smb_shared_is_several(SmbConnection *c, uint64_t id)
{
	const Session *s = find_session(c, id);

	return s && s->several;
}

void
smb_shared_done(SmbConnection *c, uint64_t id, SmbText name, uint64_t time_ns)
{
	Session *s = find_session(c, id);

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

	if (!s || !s->user || !s->done || s->id != id || s->realm != realm_of(c))
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

static void
leave_files(SmbConnection *c, uint64_t session)
{
	SmbShared *self = c->context->shared;

	for (uint32_t i = 0; i < HANDLES && self->handles; i++)
		if (self->handles[i].session == session && self->handles[i].realm == realm_of(c) &&
		    !self->handles[i].left) {
			self->handles[i].left = true;
			if (self->handles[i].lease)
				--*leases_of(self, self->handles[i].lease_key);
		}
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
			leave_files(c, s->id);
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
	const Session *s = find_session(c, id);
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
	Session *s = previous != user->pub.uid ? find_session(c, previous) : NULL;

	if (!s || !may_replace(c, s, user->pub.auth))
		return;
	smb_state_end_user(c, previous);
	/* Its trees keep their names: the client may go on to ask, until it is told. */
	s->user->pub.ended = true;
}

SmbUserEntry *
smb_shared_session(SmbConnection *c, uint64_t id)
{
	const Session *s = find_session(c, id);

	return s ? s->user : NULL;
}

void
smb_shared_add_tree(SmbConnection *c, uint64_t id, SmbTreeEntry *tree)
{
	Session *s = find_session(c, id);

	if (!s)
		return;
	smb_tree_unref(c->context, s->trees[s->next_tree]);
	s->trees[s->next_tree] = smb_tree_ref(tree);
	s->next_tree = (s->next_tree + 1) % TREES;
}

SmbTreeEntry *
smb_shared_tree(SmbConnection *c, uint64_t id, uint32_t tid)
{
	const Session *s = find_session(c, id);

	for (uint32_t i = 0; s && i < TREES; i++)
		if (s->trees[i] && s->trees[i]->pub.tid == tid && !s->trees[i]->pub.ended)
			return s->trees[i];
	return NULL;
}

/* ---- open files ---- */

static void
drop_calls(SmbContext *context, Handle *h)
{
	if (!h->calls)
		return;
	context->shared->pipes[h->place] = NULL;
	smb_pipe_unref(context, h->calls);
	h->calls = NULL;
}

/* They outlive the connection, so there are few. Nothing is lost with those that nobody else has. */
static void
keep_calls(SmbConnection *c, Handle *h, SmbPipe *calls)
{
	SmbShared *self = c->context->shared;
	uint32_t at = 0;

	if (!calls)
		return;
	while (at < PIPES && self->pipes[at])
		at++;
	if (at == PIPES) {
		at = self->next_pipe++ % PIPES;
		if (smb_pipe_is_used(self->pipes[at]->calls))
			smb_connection_limit(c);
		drop_calls(c->context, self->pipes[at]);
	}
	self->pipes[at] = h;
	h->place = at;
	h->calls = smb_pipe_ref(calls);
}

static void
handle_clear(SmbContext *context, Handle *h)
{
	if (h->lease && !h->left)
		--*leases_of(context->shared, h->lease_key);
	smb_context_unref(context, h->name);
	smb_tree_unref(context, h->tree);
	drop_calls(context, h);
	*h = (Handle){ 0 };
}

static Handle *
find_handle(SmbConnection *c, uint64_t persistent)
{
	SmbShared *self = c->context->shared;
	Handle *h = self && self->handles ? handle_at(c, persistent) : NULL;

	return h && h->name && h->realm == realm_of(c) && h->persistent == persistent ? h : NULL;
}

void
smb_shared_add_file(SmbConnection *c, const SmbFileEntry *file)
{
	SmbString *name = smb_file_name(&file->pub), *name_now;
	Session *s;
	Handle *h;

	if (!name)
		return;
	h = handle_at(c, file->pub.fid_persistent);
	/* The name may be that of the handle. */
	name_now = smb_context_string(c->context, smb_string_text(name));
	handle_clear(c->context, h);
	*h = (Handle){ .realm = realm_of(c),
		       .session = file->user ? file->user->pub.uid : 0,
		       .fid = file->pub.fid,
		       .persistent = file->pub.fid_persistent,
		       .name = name_now,
		       .tree = smb_tree_ref(file->tree),
		       .directory = file->pub.directory,
		       .pipe = file->pub.pipe,
		       .client = c->state->client,
		       .lease = file->lease,
		       .shared_oplock = file->shared_oplock,
		       .delete_on_close = file->story.delete_on_close,
		       .has_resume_key = file->has_resume_key };
	memcpy(h->lease_key, file->lease_key, sizeof(h->lease_key));
	memcpy(h->resume_key, file->resume_key, sizeof(h->resume_key));
	keep_calls(c, h, file->pipe);
	if (file->lease)
		++*leases_of(c->context->shared, h->lease_key);
	if (file->lease && (s = find_session(c, h->session)))
		s->leases = true;
}

void
smb_shared_set_pipe(SmbConnection *c, const SmbFileEntry *file)
{
	Handle *h = file->pub.fid_persistent ? find_handle(c, file->pub.fid_persistent) : NULL;

	if (!h || h->fid != file->pub.fid || h->calls)
		return;
	keep_calls(c, h, file->pipe);
	h->pipe = true;
}

void
smb_shared_forget_file(SmbConnection *c, const SmbFileEntry *file)
{
	Handle *h = file->pub.fid_persistent ? find_handle(c, file->pub.fid_persistent) : NULL;

	if (h && h->fid == file->pub.fid)
		handle_clear(c->context, h);
}

SmbText
smb_shared_name(SmbConnection *c, uint64_t persistent)
{
	const Handle *h = find_handle(c, persistent);

	return smb_string_text(h ? h->name : NULL);
}

/* ---- leases, and keys of files that are copied ---- */

/* The next handle from *at on, of this client: on whatever connection it was opened. */
static const Handle *
next_handle(SmbConnection *c, uint32_t *at)
{
	const SmbShared *self = c->context->shared;

	for (; self && self->handles && *at < HANDLES; ++*at) {
		const Handle *h = &self->handles[*at];

		if (h->name && !h->left && h->realm == realm_of(c) && h->client == c->state->client)
			return h;
	}
	return NULL;
}

SmbText
smb_shared_lease(SmbConnection *c, const uint8_t key[16], uint64_t except)
{
	SmbShared *self = c->context->shared;
	const Handle *h;

	if (!self || *leases_of(self, key) <= (except != 0))
		return (SmbText){ .encoding = SMB_TEXT_UTF8 };
	for (uint32_t at = 0; (h = next_handle(c, &at)); at++)
		if (h->lease && h->persistent != except &&
		    memcmp(h->lease_key, key, sizeof(h->lease_key)) == 0)
			return smb_string_text(h->name);
	return (SmbText){ .encoding = SMB_TEXT_UTF8 };
}

SmbText
smb_shared_source(SmbConnection *c, SmbSpan key)
{
	const Handle *h;
	uint32_t tries = SAME_KEY;

	for (uint32_t at = 0; tries && (h = next_handle(c, &at)); at++) {
		if (!h->has_resume_key || !smb_span_begins(key, h->resume_key, key.len))
			continue;
		tries--;
		if (smb_state_user(c, h->session))
			return smb_string_text(h->name);
	}
	return (SmbText){ .encoding = SMB_TEXT_UTF8 };
}

SmbFileEntry *
smb_shared_adopt(SmbConnection *c, uint64_t fid, uint64_t persistent)
{
	Handle *h = find_handle(c, persistent);
	SmbExchange x = { .version = 2, .fid = fid, .fid_persistent = persistent };
	SmbFileEntry *file;

	/* Sessions have files in common with their other channels alone. */
	if (!h || h->fid != fid || !smb_state_user(c, h->session))
		return NULL;
	x.uid = h->session;
	x.tid = h->tree ? h->tree->pub.tid : 0;
	file = smb_state_add_file(c, &x, smb_string_text(h->name));
	file->pub.directory = h->directory;
	file->pub.pipe = h->pipe;
	file->pipe = smb_pipe_ref(h->calls);
	file->lease = h->lease;
	memcpy(file->lease_key, h->lease_key, sizeof(file->lease_key));
	file->shared_oplock = h->shared_oplock;
	file->story.delete_on_close = h->delete_on_close;
	c->expected.pipes |= h->pipe;
	if (!file->tree && h->tree) {
		file->tree = smb_tree_ref(h->tree);
		file->pub.tree = &h->tree->pub;
	}
	return file;
}

void
smb_shared_free(SmbContext *context)
{
	SmbShared *self = context->shared;

	if (!self)
		return;
	for (uint32_t i = 0; i < SESSIONS; i++)
		session_clear(context, &self->sessions[i]);
	for (uint32_t i = 0; i < HANDLES && self->handles; i++)
		handle_clear(context, &self->handles[i]);
	smb_context_release(context, self->handles, HANDLES * sizeof(Handle));
	smb_context_release(context, self, sizeof(*self));
	context->shared = NULL;
}
