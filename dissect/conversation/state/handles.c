/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files that other channels of a session opened, and names of durable handles that are taken up
 * again on another connection ([MS-SMB2] 3.3.5.9.7, .12). The break of a lease may come on any connection
 * of its client (3.3.4.7), and the source of a copy be open on any of its session (3.3.5.15.6).
 */
#include "dissect/conversation/state/shared.h"

#include <string.h>

enum { SAME_KEY = 4 }; /* handles looked at that have one resume key: servers give each its own */

/* How many handles may have the lease: most keys are found nowhere without a look at them all. */
static uint16_t *
leases_of(SmbShared *self, const uint8_t key[16])
{
	return &self->leases[smb_hash_mix(smb_load_le64(key), smb_load_le64(key + 8)) &
			     (HANDLES - 1)];
}

static Handle *
handle_at(SmbConnection *c, uint64_t persistent)
{
	SmbShared *self = smb_shared_tables(c);

	if (!self->handles)
		self->handles = smb_context_alloc(c->context, HANDLES * sizeof(Handle));
	return &self->handles[smb_hash_mix(smb_shared_realm(c), persistent) & (HANDLES - 1)];
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
	smb_user_unref(context, h->user);
	drop_calls(context, h);
	*h = (Handle){ 0 };
}

static Handle *
find_handle(SmbConnection *c, uint64_t persistent)
{
	SmbShared *self = c->context->shared;
	Handle *h = self && self->handles ? handle_at(c, persistent) : NULL;

	return h && h->name && h->realm == smb_shared_realm(c) && h->persistent == persistent
		       ? h
		       : NULL;
}

/*
 * Whether what this connection says of the handle holds. A GUID is whatever the other end says it is:
 * another address is that server where it has let the session's user in to a channel.
 */
static bool
is_ours(SmbConnection *c, const Handle *h)
{
	if (memcmp(h->server, c->info.ends.server, sizeof(h->server)) == 0)
		return true;
	return h->user && smb_state_user(c, h->session) == h->user;
}

/*
 * What another server has under that number stays: who of them is the one that they say they are is
 * not known. Nor does a file take the place of a pipe that has calls, of which there are few.
 */
static bool
is_held(SmbConnection *c, const Handle *h, const SmbFileEntry *file)
{
	if (!h->name)
		return false;
	if (h->realm != smb_shared_realm(c) || h->persistent != file->pub.fid_persistent)
		return h->calls != NULL;
	return !is_ours(c, h) &&
	       smb_hash_name(smb_string_text(h->name), true) !=
		       smb_hash_name(smb_string_text(smb_file_name(&file->pub)), true);
}

/* The handle gives its place to another. */
static void
give_up(SmbConnection *c, const Handle *h, const SmbFileEntry *file)
{
	bool same = h->realm == smb_shared_realm(c) && h->persistent == file->pub.fid_persistent;

	if (h->name && !(same && is_ours(c, h)))
		smb_shared_lost(c, SHARED_FILE, h->realm, h->persistent);
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
	if (is_held(c, h, file)) {
		smb_shared_lost(c, SHARED_FILE, smb_shared_realm(c), file->pub.fid_persistent);
		return;
	}
	give_up(c, h, file);
	/* The name may be that of the handle. */
	name_now = smb_context_string(c->context, smb_string_text(name));
	handle_clear(c->context, h);
	*h = (Handle){ .realm = smb_shared_realm(c),
		       .session = file->user ? file->user->pub.uid : 0,
		       .fid = file->pub.fid,
		       .persistent = file->pub.fid_persistent,
		       .name = name_now,
		       .user = smb_user_ref(file->user),
		       .tree = smb_tree_ref(file->tree),
		       .directory = file->pub.directory,
		       .pipe = file->pub.pipe,
		       .client = c->state->client,
		       .lease = file->lease,
		       .shared_oplock = file->shared_oplock,
		       .delete_on_close = file->story.delete_on_close,
		       .has_resume_key = file->has_resume_key };
	memcpy(h->server, c->info.ends.server, sizeof(h->server));
	memcpy(h->lease_key, file->lease_key, sizeof(h->lease_key));
	memcpy(h->resume_key, file->resume_key, sizeof(h->resume_key));
	keep_calls(c, h, file->pipe);
	if (file->lease)
		++*leases_of(c->context->shared, h->lease_key);
	if (file->lease && (s = smb_shared_find(c, h->session)))
		s->leases = true;
}

void
smb_shared_set_pipe(SmbConnection *c, const SmbFileEntry *file)
{
	Handle *h = file->pub.fid_persistent ? find_handle(c, file->pub.fid_persistent) : NULL;

	if (!h || h->fid != file->pub.fid || h->calls || !is_ours(c, h))
		return;
	keep_calls(c, h, file->pipe);
	h->pipe = true;
}

void
smb_shared_forget_file(SmbConnection *c, const SmbFileEntry *file)
{
	Handle *h = file->pub.fid_persistent ? find_handle(c, file->pub.fid_persistent) : NULL;

	if (h && h->fid == file->pub.fid && is_ours(c, h))
		handle_clear(c->context, h);
}

SmbText
smb_shared_name(SmbConnection *c, uint64_t persistent)
{
	const Handle *h = find_handle(c, persistent);

	if (!h)
		smb_shared_missed(c, SHARED_FILE, persistent);
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

		if (h->name && !h->left && h->realm == smb_shared_realm(c) &&
		    h->client == c->state->client)
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
	if (!h || h->fid != fid || !smb_state_user(c, h->session) || !is_ours(c, h)) {
		if (smb_shared_has_channels(c))
			smb_shared_missed(c, SHARED_FILE, persistent);
		return NULL;
	}
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
smb_shared_leave_files(SmbConnection *c, uint64_t session)
{
	SmbShared *self = c->context->shared;

	for (uint32_t i = 0; i < HANDLES && self->handles; i++)
		if (self->handles[i].session == session &&
		    self->handles[i].realm == smb_shared_realm(c) && !self->handles[i].left) {
			self->handles[i].left = true;
			if (self->handles[i].lease)
				--*leases_of(self, self->handles[i].lease_key);
		}
}

void
smb_shared_free_files(SmbContext *context)
{
	SmbShared *self = context->shared;

	for (uint32_t i = 0; i < HANDLES && self->handles; i++)
		handle_clear(context, &self->handles[i]);
	smb_context_release(context, self->handles, HANDLES * sizeof(Handle));
}
