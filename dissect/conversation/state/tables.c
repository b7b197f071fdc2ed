/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Users, trees and files of a connection. Entries that ended stay for the connection's record;
 * if a table is full, the oldest that ended makes room; if none has ended it grows, up to several
 * times its limit, and then the oldest of all makes room: the users of a terminal server share a
 * connection, and are many.
 */
#include <glib.h>

#include "dissect/conversation/state/attempt.h"
#include "dissect/wire/memory.h"

/* How many times its limit a table may have of what has not ended. */
enum { OPEN_USERS = SMB_CAP(8, 1), OPEN_TREES = SMB_CAP(8, 1), OPEN_FILES = SMB_CAP(4, 1) };

/* ---- tables ---- */

static size_t
table_cost(uint32_t cap)
{
	return smb_memory_cost(cap * (sizeof(void *) + sizeof(uint64_t)));
}

/* Ids are behind the items, in one block: most connections have a few of each. */
static void
table_grow(SmbConnection *c, SmbTable *table, uint32_t cap)
{
	void **items = g_malloc(cap * (sizeof(void *) + sizeof(uint64_t)));
	uint64_t *ids = (uint64_t *)(items + cap);

	c->context->memory += table_cost(cap) - table_cost(table->cap);
	if (table->n) {
		memcpy(items, table->items, table->n * sizeof(void *));
		memcpy(ids, table->ids, table->n * sizeof(uint64_t));
	}
	g_free(table->items);
	table->items = items;
	table->ids = ids;
	table->cap = cap;
}

static bool
table_add(SmbConnection *c, SmbTable *table, void *item, uint64_t id, uint32_t max)
{
	if (table->n >= max)
		return false;
	if (table->n == table->cap)
		table_grow(c, table, table->cap ? table->cap * 2 : 4);
	table->ids[table->n] = id;
	table->items[table->n++] = item;
	return true;
}

static void
table_remove(SmbTable *table, uint32_t at)
{
	table->n--;
	memmove(table->items + at, table->items + at + 1, (table->n - at) * sizeof(void *));
	memmove(table->ids + at, table->ids + at + 1, (table->n - at) * sizeof(uint64_t));
}

static void
table_clear(SmbConnection *c, SmbTable *table)
{
	c->context->memory -= table_cost(table->cap);
	g_free(table->items);
	*table = (SmbTable){ 0 };
}

enum { NONE = UINT32_MAX };

/*
 * Where the last entry of that id is before `at`, or NONE. Every message names a user, a tree and a
 * file: of entries that are not the one only the id is looked at, a thousand of which are in a few KiB.
 */
static inline uint32_t
table_before(const SmbTable *table, uint32_t at, uint64_t id)
{
	const uint64_t *ids = table->ids;

	while (at >= 4 && ids[at - 1] != id && ids[at - 2] != id && ids[at - 3] != id &&
	       ids[at - 4] != id)
		at -= 4;
	while (at-- > 0)
		if (ids[at] == id)
			return at;
	return NONE;
}

/* The tables hold what SmbConnectionInfo shows: every entry begins with the public struct. */
_Static_assert(offsetof(SmbUserEntry, pub) == 0, "users are shown as they are");
_Static_assert(offsetof(SmbTreeEntry, pub) == 0, "trees are shown as they are");
_Static_assert(offsetof(SmbFileEntry, pub) == 0, "files are shown as they are");
_Static_assert(offsetof(SmbAttempt, auth) == 0, "attempts are shown as they are");

/* The tables may move when they grow: the public view is set anew after every change. */
static void
publish(SmbConnection *c)
{
	SmbConnectionInfo *info = &c->info;

	info->users = (const SmbUser *const *)c->state->users.items;
	info->trees = (const SmbTree *const *)c->state->trees.items;
	info->files = (const SmbFile *const *)c->state->files.items;
	info->auths = (const SmbAuth *const *)c->state->auths.items;
	info->dialects = (SmbString *const *)c->state->dialects.items;
	info->n_users = c->state->users.n;
	info->n_trees = c->state->trees.n;
	info->n_files = c->state->files.n;
	info->n_auths = c->state->auths.n;
	info->n_dialects = c->state->dialects.n;
}

/* ---- counted entries: references are taken and dropped here alone ---- */

SmbUserEntry *
smb_user_ref(SmbUserEntry *user)
{
	if (user)
		user->refs++;
	return user;
}

SmbTreeEntry *
smb_tree_ref(SmbTreeEntry *tree)
{
	if (tree)
		tree->refs++;
	return tree;
}

void
smb_user_unref(SmbContext *context, SmbUserEntry *user)
{
	if (!user || --user->refs)
		return;
	smb_attempt_unref(context, user->attempt);
	smb_context_release(context, user, sizeof(*user));
}

void
smb_tree_unref(SmbContext *context, SmbTreeEntry *tree)
{
	if (!tree || --tree->refs)
		return;
	smb_user_unref(context, tree->user);
	smb_context_unref(context, tree->pub.path);
	smb_context_unref(context, tree->pub.native_fs);
	smb_context_release(context, tree, sizeof(*tree));
}

/* A file belongs to its table alone. */
static void
file_free(SmbConnection *c, SmbFileEntry *file)
{
	if (!file)
		return;
	if (c->state->recent == file)
		c->state->recent = NULL;
	smb_tree_unref(c->context, file->tree);
	smb_user_unref(c->context, file->user);
	smb_pipe_unref(c->context, file->pipe);
	smb_file_clear(c, file);
	smb_context_unref(c->context, file->pub.name);
	smb_context_release(c->context, file, sizeof(*file));
}

/* ---- look-ups: the newest entry of that number that has not ended ---- */

SmbUserEntry *
smb_state_user(SmbConnection *c, uint64_t uid)
{
	const SmbTable *users = &c->state->users;

	for (uint32_t i = users->n; (i = table_before(users, i, uid)) != NONE;) {
		SmbUserEntry *user = users->items[i];

		if (!user->pub.ended)
			return user;
	}
	return NULL;
}

/* A number of a tree is the connection's in SMB1, the session's in SMB2 ([MS-SMB2] 3.3.1.9). */
static uint64_t
session_of(const SmbExchange *x)
{
	return x->version == 1 ? 0 : x->uid;
}

static SmbTreeEntry *
own_tree(const SmbConnection *c, const SmbExchange *x)
{
	const SmbTable *trees = &c->state->trees;

	for (uint32_t i = trees->n; (i = table_before(trees, i, x->tid)) != NONE;) {
		SmbTreeEntry *tree = trees->items[i];

		if (!tree->pub.ended && tree->session == session_of(x))
			return tree;
	}
	return NULL;
}

SmbTreeEntry *
smb_state_tree(SmbConnection *c, const SmbExchange *x)
{
	SmbTreeEntry *tree = own_tree(c, x);

	return tree || x->version == 1 ? tree : smb_shared_tree(c, x->uid, x->tid);
}

/* Either half may be the same for all that a server opens. */
static uint64_t
file_id(uint64_t fid, uint64_t persistent)
{
	return fid ^ persistent * UINT64_C(0x9E3779B97F4A7C15);
}

static bool
file_is(const SmbFileEntry *file, uint64_t fid, uint64_t persistent)
{
	return file->pub.fid == fid && file->pub.fid_persistent == persistent && !file->pub.ended;
}

static SmbFileEntry *
find_file(SmbConnection *c, uint64_t fid, uint64_t persistent)
{
	const SmbTable *files = &c->state->files;
	uint64_t id;

	if (c->state->recent && file_is(c->state->recent, fid, persistent))
		return c->state->recent;
	id = file_id(fid, persistent);
	for (uint32_t i = files->n; (i = table_before(files, i, id)) != NONE;) {
		SmbFileEntry *file = files->items[i];

		if (file_is(file, fid, persistent))
			return c->state->recent = file;
	}
	return NULL;
}

/* FileIds of SMB2 may be of another channel's open. */
SmbFileEntry *
smb_state_file(SmbConnection *c, uint64_t fid, uint64_t persistent)
{
	SmbFileEntry *file = find_file(c, fid, persistent);

	return file || !persistent ? file : smb_shared_adopt(c, fid, persistent);
}

/* The last entry of that number, ended or not. */
SmbFileEntry *
smb_state_last_file(SmbConnection *c, uint64_t fid, uint64_t persistent)
{
	const SmbTable *files = &c->state->files;
	uint64_t id = file_id(fid, persistent);

	for (uint32_t i = files->n; (i = table_before(files, i, id)) != NONE;) {
		SmbFileEntry *file = files->items[i];

		if (file->pub.fid == fid && file->pub.fid_persistent == persistent)
			return file;
	}
	return NULL;
}

/* ---- additions ---- */

typedef bool (*EndedFn)(const void *entry);

static bool
user_ended(const void *entry)
{
	return ((const SmbUserEntry *)entry)->pub.ended;
}

static bool
tree_ended(const void *entry)
{
	const SmbTreeEntry *tree = entry;

	return tree->pub.ended || tree->left;
}

static bool
file_ended(const void *entry)
{
	return ((const SmbFileEntry *)entry)->pub.ended;
}

/*
 * Takes an entry out of a full table; NULL if it is not full. Losing one that has not ended counts
 * as a limit reached.
 */
static void *
make_room(SmbConnection *c, SmbTable *table, uint32_t max, uint32_t times, EndedFn ended)
{
	uint32_t at = 0;
	void *out;

	if (table->n < max)
		return NULL;
	while (at < table->n && !ended(table->items[at]))
		at++;
	if (at == table->n) {
		if (table->n < max * times)
			return NULL;
		at = 0;
		smb_connection_limit(c);
	}
	out = table->items[at];
	table_remove(table, at);
	c->info.omitted++;
	return out;
}

/* What was done to it is known to no one else, and would be forgotten with it. */
static void
tell(SmbConnection *c, const SmbForgotten *forgotten)
{
	SmbEvent event = { .kind = SMB_EVENT_FORGOTTEN, .forgotten = forgotten };

	smb_emit(c, &event, &c->info.last);
}

SmbUserEntry *
smb_state_add_user(SmbConnection *c, uint64_t uid, SmbAttempt *attempt)
{
	const SmbLimits *limits = &c->context->config.limits;
	SmbUserEntry *user = smb_context_alloc(c->context, sizeof(*user));
	SmbUserEntry *before = smb_state_user(c, uid);

	smb_user_ref(user);
	user->attempt = smb_attempt_ref(attempt);
	user->pub = (SmbUser){ .uid = uid, .auth = attempt ? &attempt->auth : NULL };
	/* Another logon under the same UID keeps the open trees and files. */
	if (before)
		before->pub.ended = true;
	smb_user_unref(c->context,
		       make_room(c, &c->state->users, limits->users, OPEN_USERS, user_ended));
	table_add(c, &c->state->users, user, uid, limits->users * OPEN_USERS);
	publish(c);
	return user;
}

bool
smb_state_bind(SmbConnection *c, uint64_t uid)
{
	const SmbLimits *limits = &c->context->config.limits;
	SmbUserEntry *user = smb_shared_session(c, uid);

	if (!user || smb_state_user(c, uid) == user)
		return user != NULL;
	smb_user_unref(c->context,
		       make_room(c, &c->state->users, limits->users, OPEN_USERS, user_ended));
	table_add(c, &c->state->users, smb_user_ref(user), user->pub.uid,
		  limits->users * OPEN_USERS);
	smb_shared_bind(c, uid);
	publish(c);
	return true;
}

SmbTreeEntry *
smb_state_add_tree(SmbConnection *c, const SmbExchange *x, SmbText path)
{
	const SmbLimits *limits = &c->context->config.limits;
	SmbTreeEntry *tree = smb_context_alloc(c->context, sizeof(*tree));
	SmbUserEntry *user = smb_user_ref(smb_state_user(c, x->uid));
	SmbTreeEntry *out;

	smb_tree_ref(tree);
	tree->user = user;
	tree->session = session_of(x);
	memcpy(tree->server, c->info.ends.server, sizeof(tree->server));
	tree->pub = (SmbTree){ .tid = x->tid, .user = user ? &user->pub : NULL };
	tree->pub.path = smb_context_string(c->context, path);
	smb_state_end_tree(c, x);
	out = make_room(c, &c->state->trees, limits->trees, OPEN_TREES, tree_ended);
	table_add(c, &c->state->trees, tree, x->tid, limits->trees * OPEN_TREES);
	publish(c);
	if (out)
		tell(c, &(SmbForgotten){ .tree = &out->pub });
	smb_tree_unref(c->context, out);
	return tree;
}

SmbFileEntry *
smb_state_add_file(SmbConnection *c, const SmbExchange *x, SmbText name)
{
	const SmbLimits *limits = &c->context->config.limits;
	SmbFileEntry *file = smb_context_alloc(c->context, sizeof(*file));
	SmbFileEntry *old = find_file(c, x->fid, x->fid_persistent), *out;
	/* First of all: the name may be that of what ends now. */
	SmbString *kept = smb_context_string(c->context, name);

	if (old)
		smb_file_ended(c, old);
	file->tree = smb_tree_ref(smb_state_tree(c, x));
	file->user = smb_user_ref(smb_state_user(c, x->uid));
	file->pub = (SmbFile){ .fid = x->fid,
			       .fid_persistent = x->fid_persistent,
			       .tree = file->tree ? &file->tree->pub : NULL,
			       .user = file->user ? &file->user->pub : NULL };
	file->pub.story = &file->story;
	file->pub.name = kept;
	out = make_room(c, &c->state->files, limits->files, OPEN_FILES, file_ended);
	table_add(c, &c->state->files, file, file_id(file->pub.fid, file->pub.fid_persistent),
		  limits->files * OPEN_FILES);
	publish(c);
	if (out)
		tell(c, &(SmbForgotten){ .file = &out->pub });
	file_free(c, out);
	return c->state->recent = file;
}

void
smb_state_add_attempt(SmbConnection *c, SmbAttempt *attempt)
{
	uint32_t max = c->context->config.limits.auths;

	if (c->state->auths.n >= max) {
		smb_attempt_unref(c->context, c->state->auths.items[0]);
		table_remove(&c->state->auths, 0);
		c->info.omitted++;
	}
	table_add(c, &c->state->auths, smb_attempt_ref(attempt), 0, max);
	publish(c);
}

/* ---- endings ---- */

void
smb_state_end_file(SmbConnection *c, SmbFileEntry *file)
{
	smb_file_ended(c, file);
	if (c->state->recent == file)
		c->state->recent = NULL;
}

static void
end_files_of(SmbConnection *c, const SmbTree *tree, const SmbUser *user)
{
	for (uint32_t i = 0; i < c->state->files.n; i++) {
		SmbFileEntry *file = c->state->files.items[i];

		if ((tree && file->pub.tree == tree) || (user && file->pub.user == user))
			smb_file_ended(c, file);
	}
	c->state->recent = NULL;
}

void
smb_state_end_tree(SmbConnection *c, const SmbExchange *x)
{
	SmbTreeEntry *tree = own_tree(c, x);

	if (!tree && x->version != 1)
		tree = smb_shared_end_tree(c, x->uid, x->tid);
	if (!tree)
		return;
	tree->pub.ended = true;
	end_files_of(c, &tree->pub, NULL);
}

/* Those of a session end with it ([MS-SMB2] 3.3.5.6); until the client is told, it may ask for them. */
static void
leave_trees(SmbConnection *c, uint64_t session)
{
	for (uint32_t i = 0; session && i < c->state->trees.n; i++) {
		SmbTreeEntry *tree = c->state->trees.items[i];

		tree->left |= tree->session == session;
	}
}

void
smb_state_end_user(SmbConnection *c, uint64_t uid)
{
	SmbUserEntry *user = smb_state_user(c, uid);

	leave_trees(c, uid);
	if (!user)
		return;
	user->pub.ended = true;
	end_files_of(c, NULL, &user->pub);
}

/* ---- dialects, and the end of the connection ---- */

/*
 * A dialect that was offered before, as it was kept then. By bytes: SMB1 and SMB2 have them in
 * different encodings, but in ASCII.
 */
static SmbString *
known_dialect(const SmbConnection *c, SmbText dialect)
{
	for (uint32_t i = 0; i < c->state->dialects.n && !dialect.cut; i++) {
		SmbText other = smb_string_text(c->state->dialects.items[i]);

		if (!other.cut && smb_span_equal(other.bytes, dialect.bytes))
			return c->state->dialects.items[i];
	}
	return NULL;
}

static bool
add_string(SmbConnection *c, SmbTable *table, SmbString *string)
{
	if (table_add(c, table, string, 0, c->context->config.limits.dialects))
		return true;
	smb_context_unref(c->context, string);
	smb_connection_limit(c);
	return false;
}

void
smb_state_add_dialect(SmbConnection *c, SmbText dialect, bool smb1)
{
	SmbString *string = known_dialect(c, dialect) ? NULL
						      : smb_context_string(c->context, dialect);

	if (!string || !add_string(c, &c->state->dialects, string))
		return;
	if (smb1)
		c->info.n_dialects_smb1 = c->state->dialects.n;
	publish(c);
}

static void
clear_offers(SmbConnection *c, SmbTable *offers)
{
	for (uint32_t i = 0; i < offers->n; i++)
		smb_context_unref(c->context, offers->items[i]);
	table_clear(c, offers);
}

void
smb_state_later_offers(SmbConnection *c, uint64_t request)
{
	clear_offers(c, &c->state->later_offers);
	c->state->later_request = request;
}

void
smb_state_add_offer(SmbConnection *c, SmbText dialect, bool later)
{
	SmbString *string = known_dialect(c, dialect);

	string = string ? smb_string_ref(string) : smb_context_string(c->context, dialect);
	if (string)
		add_string(c, later ? &c->state->later_offers : &c->state->offers, string);
}

SmbText
smb_state_offer(const SmbConnection *c, uint32_t index, uint64_t request)
{
	const SmbTable *offers = request ? &c->state->later_offers : &c->state->offers;
	bool known = index < offers->n && (!request || request == c->state->later_request);

	return smb_string_text(known ? offers->items[index] : NULL);
}

void
smb_state_clear(SmbConnection *c)
{
	for (uint32_t i = 0; i < c->state->files.n; i++)
		file_free(c, c->state->files.items[i]);
	for (uint32_t i = 0; i < c->state->trees.n; i++)
		smb_tree_unref(c->context, c->state->trees.items[i]);
	for (uint32_t i = 0; i < c->state->users.n; i++)
		smb_user_unref(c->context, c->state->users.items[i]);
	for (uint32_t i = 0; i < c->state->auths.n; i++)
		smb_attempt_unref(c->context, c->state->auths.items[i]);
	for (uint32_t i = 0; i < c->state->dialects.n; i++)
		smb_context_unref(c->context, c->state->dialects.items[i]);
	clear_offers(c, &c->state->offers);
	clear_offers(c, &c->state->later_offers);
	table_clear(c, &c->state->files);
	table_clear(c, &c->state->trees);
	table_clear(c, &c->state->users);
	table_clear(c, &c->state->auths);
	table_clear(c, &c->state->dialects);
	smb_context_unref(c->context, c->state->challenge);
	smb_context_unref(c->context, c->state->identity_account);
	smb_context_unref(c->context, c->state->identity_domain);
}
