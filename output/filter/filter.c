/* SPDX-License-Identifier: BSD-3-Clause */
/* Which events a report is about. */
#include "output/filter/internal.h"

#include <string.h>

#include "dissect/wire/codes.h"
#include "dissect/wire/memory.h"
#include "dissect/wire/names.h"

static void
clear_who(gpointer data)
{
	OutWho *who = data;

	out_glob_free(who->domain);
	out_glob_free(who->account);
}

static void
free_bits(gpointer bits)
{
	if (bits)
		g_byte_array_unref(bits);
}

OutFilter *
out_filter_new(bool utc)
{
	OutFilter *self = g_new0(OutFilter, 1);

	self->utc = utc;
	for (size_t i = 0; i < G_N_ELEMENTS(self->nets); i++) {
		self->nets[i] = g_array_new(FALSE, FALSE, sizeof(OutNet));
		self->names[i] = g_ptr_array_new_with_free_func(out_glob_free);
	}
	out_commands_init(&self->commands);
	self->known = g_ptr_array_new_with_free_func(free_bits);
	self->room = SIZE_MAX;
	self->connections = g_array_new(FALSE, FALSE, sizeof(OutNumbers));
	self->users = g_array_new(FALSE, FALSE, sizeof(OutWho));
	g_array_set_clear_func(self->users, clear_who);
	self->shares = g_ptr_array_new_with_free_func(out_glob_free);
	self->files = g_ptr_array_new_with_free_func(out_glob_free);
	self->statuses = g_array_new(FALSE, FALSE, sizeof(OutStatusIs));
	self->kept = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	self->named = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return self;
}

void
out_filter_free(OutFilter *self)
{
	if (!self)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(self->nets); i++) {
		g_array_unref(self->nets[i]);
		g_ptr_array_unref(self->names[i]);
	}
	out_commands_clear(&self->commands);
	g_ptr_array_unref(self->known);
	g_array_unref(self->connections);
	g_array_unref(self->users);
	g_ptr_array_unref(self->shares);
	g_ptr_array_unref(self->files);
	g_array_unref(self->statuses);
	g_hash_table_unref(self->kept);
	g_hash_table_unref(self->named);
	g_free(self);
}

/* "--from 23:50 --to 00:10" is over midnight. */
void
out_filter_begin(OutFilter *self, uint64_t first_ns)
{
	static const uint64_t day_ns = UINT64_C(86400) * 1000000000;
	bool clocks = self->from.kind == OUT_MOMENT_CLOCK && self->to.kind == OUT_MOMENT_CLOCK;

	if (self->begun)
		return;
	self->begun = true;
	out_moment_resolve(&self->from, first_ns);
	out_moment_resolve(&self->to, first_ns);
	if (self->to.set)
		self->to.ns = out_moment_last(&self->to);
	if (clocks && self->to.ns < self->from.ns)
		self->to.ns += day_ns;
}

static bool
time_fits(const OutFilter *self, uint64_t ns)
{
	return (!self->from.set || ns >= self->from.ns) && (!self->to.set || ns <= self->to.ns);
}

/* ---- Users, hosts, files: by name ---- */

static bool
name_fits(const OutFilter *self, SmbText domain, SmbText account)
{
	for (guint i = 0; i < self->users->len; i++) {
		const OutWho *who = &g_array_index(self->users, OutWho, i);

		if (out_glob_matches(who->account, account) &&
		    (!who->domain || out_glob_matches(who->domain, domain)))
			return true;
	}
	return false;
}

static bool
auth_fits(const OutFilter *self, const SmbAuth *auth)
{
	return auth &&
	       name_fits(self, smb_string_text(auth->domain), smb_string_text(auth->account));
}

static bool
any_path(const GPtrArray *globs, SmbText path)
{
	for (guint i = 0; i < globs->len; i++)
		if (out_glob_matches_path(g_ptr_array_index(globs, i), path))
			return true;
	return false;
}

static bool
file_fits(const OutFilter *self, const SmbFile *file)
{
	const SmbString *now = file ? smb_file_name(file) : NULL;

	return file && (any_path(self->files, smb_string_text(file->name)) ||
			(now != file->name && any_path(self->files, smb_string_text(now))));
}

static bool
tree_fits(const OutFilter *self, const SmbTree *tree)
{
	return tree && any_path(self->shares, smb_string_text(tree->path));
}

static bool
status_fits(const OutFilter *self, SmbStatus status, bool failed)
{
	if (self->errors && failed)
		return true;
	for (guint i = 0; i < self->statuses->len; i++) {
		const OutStatusIs *is = &g_array_index(self->statuses, OutStatusIs, i);
		bool dos = smb_status_is_dos(status);
		const char *name =
			dos ? smb_dos_error_name(smb_status_class(status), smb_status_code(status))
			    : NULL;

		if (is->dos ? name && g_str_equal(is->dos, name)
			    : status.value == is->value && !dos)
			return true;
	}
	return false;
}

static bool
has_status(const OutFilter *self)
{
	return self->errors || self->statuses->len;
}

/* ---- Exchanges ---- */

static bool
exchange_user(const OutFilter *self, const SmbExchange *x)
{
	const SmbSessionFacts *s = &x->session;

	if (self->users->len == 0)
		return true;
	if (x->step == SMB_STEP_SESSION_SETUP)
		return auth_fits(self, s->auth) || name_fits(self, s->domain, s->account) ||
		       (!x->failed && x->user && auth_fits(self, x->user->auth));
	if (x->step == SMB_STEP_TREE_CONNECT && auth_fits(self, x->tree_connect.auth))
		return true;
	return x->user && auth_fits(self, x->user->auth);
}

static bool
exchange_share(const OutFilter *self, const SmbExchange *x)
{
	if (self->shares->len == 0 || tree_fits(self, x->tree))
		return true;
	return x->step == SMB_STEP_TREE_CONNECT && any_path(self->shares, x->tree_connect.path);
}

/* In these steps the union of facts has its own names. */
static bool
has_other_facts(SmbStep step)
{
	return step >= SMB_STEP_CLOSE;
}

static bool
exchange_file(const OutFilter *self, const SmbExchange *x)
{
	if (self->files->len == 0 || file_fits(self, x->file))
		return true;
	if (!x->file && any_path(self->files, x->compound_file))
		return true;
	if (x->step == SMB_STEP_OPEN)
		return any_path(self->files, x->open.name);
	return has_other_facts(x->step) &&
	       (any_path(self->files, x->other.name) || any_path(self->files, x->other.name_to));
}

static bool
exchange_fits(OutFilter *self, const SmbExchange *x)
{
	uint64_t ns = x->request.frame ? x->request.time_ns : x->response.time_ns;

	return time_fits(self, ns) &&
	       (!self->commands.any || out_commands_exchange(&self->commands, x)) &&
	       (!has_status(self) ||
		(x->has_status && status_fits(self, x->status, x->failed && !x->expected))) &&
	       exchange_user(self, x) && exchange_share(self, x) && exchange_file(self, x);
}

/* ---- Messages ---- */

static bool
text_fits(const OutFilter *self, SmbText text, SmbFieldRole role)
{
	static const SmbText none;

	if (role == SMB_ROLE_ACCOUNT)
		return name_fits(self, none, text);
	return any_path(role == SMB_ROLE_SHARE ? self->shares : self->files, text);
}

static bool
layout_fits(const OutFilter *self, const SmbLayout *layout, const void *body, SmbFieldRole role)
{
	for (uint16_t i = 0; layout && body && i < layout->count; i++) {
		const SmbField *f = &layout->fields[i];

		if (f->role == role && smb_field_bytes(f, body).ptr &&
		    text_fits(self, smb_field_text(f, body), role))
			return true;
	}
	return false;
}

static bool
blocks_fit(const OutFilter *self, const SmbMessage *m, SmbFieldRole role)
{
	for (uint32_t i = 0; i < m->n_blocks; i++) {
		const SmbBlock *b = &m->blocks[i];

		if (layout_fits(self, b->layout, b->body, role) ||
		    layout_fits(self, b->nested_layout, b->nested, role))
			return true;
	}
	return false;
}

static bool
message_user(const OutFilter *self, const SmbConnectionInfo *info, const SmbMessage *m)
{
	for (uint32_t i = 0; i < info->n_users; i++)
		if (info->users[i]->uid == m->uid && !info->users[i]->ended &&
		    auth_fits(self, info->users[i]->auth))
			return true;
	return blocks_fit(self, m, SMB_ROLE_ACCOUNT);
}

static bool
message_share(const OutFilter *self, const SmbConnectionInfo *info, const SmbMessage *m)
{
	for (uint32_t i = 0; i < info->n_trees; i++)
		if (info->trees[i]->tid == m->tid && !info->trees[i]->ended &&
		    tree_fits(self, info->trees[i]))
			return true;
	return blocks_fit(self, m, SMB_ROLE_SHARE);
}

static bool
message_file(const OutFilter *self, const SmbConnectionInfo *info, const SmbMessage *m)
{
	for (uint32_t i = 0; i < m->n_blocks; i++) {
		const SmbBlock *b = &m->blocks[i];
		const SmbField *f = b->body ? smb_layout_find(b->layout, SMB_ROLE_FID) : NULL;
		uint64_t fid;

		if (!f)
			continue;
		fid = smb_field_number(f, b->body);
		for (uint32_t j = 0; j < info->n_files; j++)
			if (info->files[j]->fid == fid && !info->files[j]->ended &&
			    file_fits(self, info->files[j]))
				return true;
	}
	return blocks_fit(self, m, SMB_ROLE_FILE);
}

static OutAsked *
asked_slot(OutFilter *self, const OutAsked *key)
{
	uint64_t hash = (key->connection * 0x9E3779B97F4A7C15u ^ key->frame) * 0xBF58476D1CE4E5B9u;

	hash ^= key->mid * 0x94D049BB133111EBu;
	return &self->asked[hash >> 40 & (OUT_FILTER_ASKED - 1)];
}

static bool
message_command(const OutFilter *self, const SmbMessage *m)
{
	for (uint32_t i = 0; i < m->n_blocks; i++)
		if (out_commands_block(&self->commands, m->version, &m->blocks[i]))
			return true;
	return false;
}

/* By what it has itself. */
static bool
message_says_so(const OutFilter *self, const SmbConnectionInfo *info, const SmbMessage *m)
{
	return (!self->users->len || message_user(self, info, m)) &&
	       (!self->shares->len || message_share(self, info, m)) &&
	       (!self->files->len || message_file(self, info, m)) &&
	       (!self->commands.any || message_command(self, m));
}

/*
 * Whom, where and what a message is about. A response says less than its request, so it is about
 * the same; of requests whose place another one took since, responses speak for themselves.
 */
static bool
message_is_about(OutFilter *self, const SmbConnectionInfo *info, const SmbMessage *m)
{
	OutAsked key = { .connection = info->number, .mid = m->mid };
	bool fits;

	if (!self->users->len && !self->shares->len && !self->files->len && !self->commands.any)
		return true;
	key.frame = m->response ? m->response_to : m->when.frame;
	if (m->response && m->response_to && memcmp(asked_slot(self, &key), &key, sizeof(key)) == 0)
		return true;
	fits = message_says_so(self, info, m);
	if (fits && !m->response)
		*asked_slot(self, &key) = key;
	return fits;
}

static bool
message_fits(OutFilter *self, const SmbConnectionInfo *info, const SmbMessage *m)
{
	/* First, because it remembers what it saw. */
	return message_is_about(self, info, m) && time_fits(self, m->when.time_ns) &&
	       (!has_status(self) ||
		(m->response && status_fits(self, m->status, smb_status_failed(m->status))));
}

/* ---- Events ---- */

/* Whether events are examined; else a connection's ends and number decide. */
static bool
is_choosy(const OutFilter *self)
{
	return self->users->len || self->shares->len || self->files->len || self->commands.any ||
	       has_status(self) || self->from.set || self->to.set;
}

/* Of an event that has neither user nor status: gaps, and NetBIOS sessions. */
static bool
other_fits(const OutFilter *self, const SmbEvent *event)
{
	bool command = !self->commands.any ||
		       (event->kind == SMB_EVENT_NETBIOS && self->commands.netbios);

	return command && !self->users->len && !self->shares->len && !self->files->len &&
	       !has_status(self) && time_fits(self, event->when.time_ns);
}

static void
note(GHashTable *numbers, const SmbConnectionInfo *info)
{
	if (!g_hash_table_contains(numbers, &info->number))
		g_hash_table_add(numbers, g_memdup2(&info->number, sizeof(info->number)));
}

static bool
keep(OutFilter *self, const SmbConnectionInfo *info)
{
	if (info)
		note(self->kept, info);
	return true;
}

/* Whether an end of a connection may have shown another name since the event before. */
static bool
may_name(const SmbEvent *event)
{
	SmbStep step;

	if (event->kind != SMB_EVENT_EXCHANGE)
		return true;
	step = event->exchange->step;
	return step == SMB_STEP_NEGOTIATE || step == SMB_STEP_SESSION_SETUP ||
	       step == SMB_STEP_TREE_CONNECT;
}

/*
 * A connection may call itself something else later, or have shown more names than are kept: one of
 * which something passed passes to its end, which whoever was told of it has to see.
 */
static bool
ends_fit(OutFilter *self, const SmbEvent *event)
{
	const SmbConnectionInfo *info = event->connection;
	gpointer named = NULL;
	bool looked;

	if (!info || !info->number || !out_filter_by_name(self) ||
	    out_ends_known(self, info->number))
		return out_ends_fit(self, info, OUT_LOOK_AT_ALL);
	looked = g_hash_table_lookup_extended(self->named, &info->number, NULL, &named);
	if (named || (looked && !may_name(event)))
		return named != NULL;
	looked = looked && event->kind != SMB_EVENT_CONNECTION;
	named = GINT_TO_POINTER(
		out_ends_fit(self, info, looked ? OUT_LOOK_AT_LATEST : OUT_LOOK_AT_ALL));
	g_hash_table_replace(self->named, g_memdup2(&info->number, sizeof(info->number)), named);
	return named != NULL;
}

/* A number of its own, and a place in a table that is never more than three quarters empty. */
size_t
out_filter_memory(const OutFilter *self)
{
	return self->known_memory + smb_memory_cost(self->known->len * sizeof(void *)) +
	       (g_hash_table_size(self->kept) + g_hash_table_size(self->named)) *
		       (smb_memory_cost(sizeof(uint64_t)) + 4 * (sizeof(void *) + sizeof(guint)));
}

static bool
event_fits(OutFilter *self, const SmbEvent *event, uint32_t want)
{
	const SmbConnectionInfo *info = event->connection;
	bool fits = ends_fit(self, event);

	if (event->kind == SMB_EVENT_CONNECTION && info)
		g_hash_table_remove(self->named, &info->number);
	if (!fits)
		return false;
	if (!is_choosy(self))
		return true;
	if (event->kind == SMB_EVENT_CONNECTION)
		return info && g_hash_table_remove(self->kept, &info->number);
	if (event->kind == SMB_EVENT_FORGOTTEN) /* else it would be told at the end */
		return info && g_hash_table_contains(self->kept, &info->number);
	if (event->kind == SMB_EVENT_OPENED)
		return false; /* reported with the first event that is kept */
	if (event->kind == SMB_EVENT_MESSAGE && want & SMB_EVENT_EXCHANGE)
		return true;
	if (event->kind == SMB_EVENT_MESSAGE)
		fits = message_fits(self, info, event->message);
	else if (event->kind == SMB_EVENT_EXCHANGE)
		fits = exchange_fits(self, event->exchange);
	else
		fits = other_fits(self, event);
	return fits && keep(self, info);
}

bool
out_filter_event(OutFilter *self, const SmbEvent *event, uint32_t want)
{
	bool fits = event_fits(self, event, want);

	/* The messages of an exchange pass with whatever becomes of it. */
	self->passed += fits && !(event->kind == SMB_EVENT_MESSAGE && want & SMB_EVENT_EXCHANGE);
	return fits;
}

void
out_filter_over(OutFilter *self, const SmbConnectionInfo *info)
{
	g_hash_table_remove(self->kept, &info->number);
	g_hash_table_remove(self->named, &info->number);
}

void
out_filter_set_matched(OutFilter *self)
{
	self->passed++;
}

bool
out_filter_matched(const OutFilter *self)
{
	return self->passed != 0;
}
