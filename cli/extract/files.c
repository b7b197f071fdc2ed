/* SPDX-License-Identifier: BSD-3-Clause */
/* Files, and which version of them an exchange belongs to. */
#include "cli/extract/files.h"

#include <glib.h>
#include <string.h>

#include "cli/extract/name.h"
#include "cli/extract/recent.h"
#include "cli/words/string.h"
#include "dissect/wire/codes.h"
#include "dissect/wire/memory.h"

/* Bytes of a name in UTF-8: all that SmbLimits.name keeps of one, at three for each character. */
enum { TEXT_MAX = 8192 };

/*
 * Names are told anew with each version, and an exchange of a hundred bytes may be one. So what is
 * told of long ones is limited: to once all that a file can have, and to a multiple of the least that
 * its exchanges take.
 */
enum { TOLD_LEAST = 8 * 1024, TOLD_OF_EXCHANGE = 256, TOLD_MOST = 1024 * 1024 };

typedef struct File File;

struct File {
	File *prev, *next; /* the last used first */
	char *key;
	char *server, *share, *path; /* NULL: not known */
	CliKind kind;
	CliVersion *version; /* NULL: none is in work */
	CliSeen seen;        /* of it */
	bool written;        /* it has bytes of a writer, */
	bool left;           /* who has closed it since */
	unsigned versions;   /* so far, with the one in work */
	bool made;           /* the next version begins without bytes */
	uint64_t stream;     /* of a pipe: bytes so far */
	size_t told_left;    /* bytes that long texts may still take where it is told */
	size_t accounted;
};

struct CliFiles {
	CliPlace *place;
	bool pipes;
	size_t room, memory; /* `memory`: of the files themselves */
	CliFilesFn tell;
	void *user;
	uint64_t captures; /* that are over: each numbers its connections anew */
	GTree *by_key;     /* a tree, so that no choice of names makes it slow */
	File *first, *last;
	CliRecent recent; /* of which the file is noted */
};

/* ---- the table ---- */

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	(void)user;
	return strcmp(a, b);
}

CliFiles *
cli_files_new(CliPlace *place, bool pipes, size_t room, CliFilesFn tell, void *user)
{
	CliFiles *self = g_new0(CliFiles, 1);

	*self = (CliFiles){ .place = place,
			    .pipes = pipes,
			    .room = room,
			    .tell = tell,
			    .user = user,
			    .by_key = g_tree_new_full(compare, NULL, NULL, NULL) };
	return self;
}

static void
take_out(CliFiles *self, File *f)
{
	*(f->prev ? &f->prev->next : &self->first) = f->next;
	*(f->next ? &f->next->prev : &self->last) = f->prev;
	f->prev = f->next = NULL;
}

static void
put_first(CliFiles *self, File *f)
{
	f->next = self->first;
	*(self->first ? &self->first->prev : &self->last) = f;
	self->first = f;
}

static void
seen_clear(CliFiles *self, CliSeen *seen)
{
	if (seen->user)
		self->memory -= smb_memory_cost(strlen(seen->user) + 1);
	g_free(seen->user);
	*seen = (CliSeen){ 0 };
}

/* The version of the file ends, and is told. Whether all of it was there, if there was one. */
static bool
end_version(CliFiles *self, File *f)
{
	CliVersion counters;
	CliRanges known;
	CliVersionEnd end;
	CliFileInfo info;
	size_t used;

	if (!f->version)
		return true;
	if (f->kind == CLI_KIND_PIPE)
		cli_version_note_end(f->version, f->stream);
	counters = *f->version;
	cli_version_finish(self->place, f->version, &known, &end);
	f->version = NULL;
	info = (CliFileInfo){ .server = f->server,
			      .share = f->share,
			      .path = f->path,
			      .kind = f->kind,
			      .number = f->versions,
			      .seen = &f->seen,
			      .version = &counters,
			      .known = &known,
			      .end = &end,
			      .text_limit = f->told_left };
	used = self->tell(self->user, &info);
	f->told_left -= MIN(used, f->told_left);
	cli_ranges_clear(&known);
	g_free(end.stored);
	seen_clear(self, &f->seen);
	f->written = f->left = false;
	return end.whole;
}

static void
discard(File *f)
{
	g_free(f->key);
	g_free(f->server);
	g_free(f->share);
	g_free(f->path);
	g_free(f);
}

static bool
file_free(CliFiles *self, File *f)
{
	bool whole = end_version(self, f);

	take_out(self, f);
	g_tree_remove(self->by_key, f->key);
	self->memory -= f->accounted;
	self->recent.found = NULL;
	discard(f);
	return whole;
}

void
cli_files_finish(CliFiles *self)
{
	/* Each makes another one the last. */
	while (self->last)
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		file_free(self, self->last);
	cli_recent_clear(&self->recent);
}

void
cli_files_free(CliFiles *self)
{
	cli_files_finish(self);
	g_tree_unref(self->by_key);
	g_free(self);
}

void
cli_files_separate(CliFiles *self)
{
	self->captures++;
	cli_recent_clear(&self->recent);
}

size_t
cli_files_memory(const CliFiles *self)
{
	return self->memory + cli_recent_memory(&self->recent) + self->place->memory +
	       (self->place->store ? cli_store_memory(self->place->store) : 0);
}

/* ---- which file ---- */

/* The last part of \\SERVER\SHARE. */
static char *
share_of(const SmbTree *tree)
{
	g_autofree char *path = tree ? cli_string_utf8(tree->path, TEXT_MAX) : NULL;
	const char *last = path ? strrchr(path, '\\') : NULL;

	return path ? g_strdup(last ? last + 1 : path) : NULL;
}

static char *
server_of(const SmbConnectionInfo *info)
{
	OutBuffer b = { 0 };
	char *text;

	out_address(&b, info->ends.family, info->ends.server);
	out_char(&b, '\0');
	text = g_strdup(b.data);
	out_buffer_clear(&b);
	return text;
}

static CliKind
kind_of(const SmbExchange *x)
{
	if (x->file->pipe || (x->tree && x->tree->type == SMB_SHARE_PIPE))
		return CLI_KIND_PIPE;
	return x->tree && x->tree->type == SMB_SHARE_PRINTER ? CLI_KIND_PRINTER : CLI_KIND_DISK;
}

/* Without the \ of the root. */
static char *
path_of(const SmbExchange *x)
{
	g_autofree char *path = cli_string_utf8(smb_file_name(x->file), TEXT_MAX);

	return path ? g_strdup(path + strspn(path, "\\/")) : NULL;
}

/*
 * Servers do not look at the case of names. A pipe has a stream in each direction; what has no name
 * is known by its open. No two files have one key, whatever is in their names: there is no
 * backslash in an address, nor in a share, which is what follows the last one of a path.
 */
static char *
key_of(const CliFiles *self, const File *f, const SmbConnectionInfo *info, const SmbExchange *x)
{
	g_autofree char *whole = g_strdup_printf("%s\\%s\\%s", f->server, f->share ? f->share : "",
						 f->path ? f->path : "");
	g_autofree char *lower = g_utf8_strdown(whole, -1);

	if (f->kind == CLI_KIND_DISK && f->path && *f->path)
		return g_strconcat("n ", lower, NULL);
	return g_strdup_printf("%c %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
			       " %" G_GUINT64_FORMAT " %s",
			       f->kind != CLI_KIND_PIPE    ? 'f'
			       : x->step == SMB_STEP_WRITE ? 'w'
							   : 'r',
			       self->captures, info->number, x->file->fid, x->file->opened.frame,
			       lower);
}

static void
account(CliFiles *self, File *f)
{
	const char *const texts[] = { f->key, f->server, f->share, f->path };
	enum { TREE_NODE = 64 };

	f->accounted = smb_memory_cost(sizeof(*f)) + TREE_NODE;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		f->accounted += texts[i] ? smb_memory_cost(strlen(texts[i]) + 1) : 0;
	self->memory += f->accounted;
}

static File *
look_up(CliFiles *self, const SmbConnectionInfo *info, const SmbExchange *x)
{
	File *f = g_new0(File, 1), *old;

	f->kind = kind_of(x);
	f->server = server_of(info);
	f->share = share_of(x->tree);
	f->path = path_of(x);
	f->key = key_of(self, f, info, x);
	f->told_left = TOLD_LEAST;
	old = g_tree_lookup(self->by_key, f->key);
	if (old) {
		discard(f);
		return old;
	}
	g_tree_insert(self->by_key, f->key, f);
	put_first(self, f);
	account(self, f);
	return f;
}

static File *
find(CliFiles *self, const SmbConnectionInfo *info, const SmbExchange *x)
{
	CliKind kind = kind_of(x);
	File *found = self->recent.found;

	if (!cli_recent_is(&self->recent, info, x, kind)) {
		found = look_up(self, info, x);
		cli_recent_set(&self->recent, info, x, kind, found);
	}
	found->told_left = MIN(found->told_left + TOLD_OF_EXCHANGE, (size_t)TOLD_MOST);
	if (self->first != found) {
		take_out(self, found);
		put_first(self, found);
	}
	return found;
}

/* ---- versions ---- */

static char *
user_of(const SmbExchange *x)
{
	const SmbAuth *auth = x->user ? x->user->auth : NULL;
	g_autofree char *account = auth ? cli_string_utf8(auth->account, TEXT_MAX) : NULL;
	g_autofree char *domain = auth ? cli_string_utf8(auth->domain, TEXT_MAX) : NULL;

	if (!account || !*account)
		return NULL;
	return domain && *domain ? g_strconcat(domain, "\\", account, NULL)
				 : g_steal_pointer(&account);
}

static CliVersion *
version_new(CliFiles *self, File *f)
{
	g_autofree char *name =
		cli_extract_name(f->server, f->share, f->path ? f->path : "unnamed");
	g_autofree char *numbered = NULL;

	f->versions++;
	if (f->versions > 1)
		numbered = cli_extract_name_numbered(name, f->versions);
	return cli_version_new(self->place, numbered ? numbered : name);
}

static void
begin_seen(CliFiles *self, File *f, const SmbConnectionInfo *info, const SmbExchange *x,
	   const char *capture)
{
	f->seen = (CliSeen){ .ends = info->ends,
			     .connection = info->number,
			     .user = user_of(x),
			     .capture = capture,
			     .first = x->request.frame ? x->request : x->response };
	if (f->seen.user)
		self->memory += smb_memory_cost(strlen(f->seen.user) + 1);
}

/* The version in work, or a new one. */
static CliVersion *
current(CliFiles *self, File *f, const SmbConnectionInfo *info, const SmbExchange *x,
	const char *capture)
{
	if (!f->version) {
		f->version = version_new(self, f);
		begin_seen(self, f, info, x, capture);
		if (f->made)
			cli_version_note_end(f->version, 0);
		else if (x->file->has_size && f->kind == CLI_KIND_DISK)
			cli_version_note_end(f->version, x->file->size);
		f->made = false;
	}
	f->seen.last = x->response.frame ? x->response : x->request;
	return f->version;
}

/* A change of a version that somebody has got already: another one, with what is the same. */
static void
branch(CliFiles *self, File *f, const SmbConnectionInfo *info, const SmbExchange *x,
       const char *capture)
{
	CliVersion *old = f->version, *next;
	unsigned number = f->versions;

	next = version_new(self, f);
	cli_version_copy(self->place, next, old);
	f->versions = number;
	end_version(self, f);
	f->versions = number + 1;
	f->version = next;
	begin_seen(self, f, info, x, capture);
	f->seen.last = f->seen.first;
}

static bool
is_settled(const File *f)
{
	return f->version && (f->left || !f->written);
}

/* ---- exchanges ---- */

static void
take_read(CliFiles *self, File *f, const SmbConnectionInfo *info, const SmbExchange *x,
	  const char *capture)
{
	const SmbIoFacts *io = &x->io;
	size_t n = MIN(io->data.len, io->count);
	uint64_t at = f->kind == CLI_KIND_PIPE ? f->stream : io->offset;
	CliVersion *v;

	if (!io->count && f->kind == CLI_KIND_PIPE)
		return;
	v = current(self, f, info, x, capture);
	if (n && !cli_version_read(self->place, v, at, io->data.ptr, n)) {
		end_version(self, f);
		v = current(self, f, info, x, capture);
		cli_version_read(self->place, v, at, io->data.ptr, n);
	}
	f->stream += io->count;
	f->seen.reads++;
	f->seen.read += io->count;
	f->seen.lost += io->count - n;
	/* Servers of SMB1 give less than was asked for at other places than the end, too. */
	if (f->kind == CLI_KIND_DISK && io->count < io->asked && !v->has_size)
		cli_version_note_end(v, io->offset + io->count);
}

/* STATUS_END_OF_FILE: nothing is there from this offset on ([MS-SMB2] 3.3.5.12). */
static void
take_end(File *f, const SmbExchange *x)
{
	CliVersion *v = f->version;

	if (v && !v->has_size && cli_ranges_end(&v->known) == x->io.offset)
		cli_version_note_end(v, x->io.offset);
}

static void
set_end(CliFiles *self, File *f, const SmbConnectionInfo *info, const SmbExchange *x, uint64_t size,
	const char *capture)
{
	if (is_settled(f) && size < cli_ranges_end(&f->version->known))
		branch(self, f, info, x, capture);
	cli_version_set_end(self->place, current(self, f, info, x, capture), size);
	f->written = true;
	f->left = false;
}

/* Whether a write changes what is known; bytes that were not captured may be any. */
static bool
changes(CliFiles *self, const File *f, uint64_t at, const SmbIoFacts *io, size_t n)
{
	CliRange one;

	return (n && cli_version_differs(self->place, f->version, at, io->data.ptr, n)) ||
	       (io->count > n && cli_ranges_known(&f->version->known, at + n, at + io->count, &one));
}

static void
take_write(CliFiles *self, File *f, const SmbConnectionInfo *info, const SmbExchange *x,
	   const char *capture)
{
	const SmbIoFacts *io = &x->io;
	size_t n = MIN(io->data.len, io->count);
	uint64_t at = f->kind == CLI_KIND_PIPE ? f->stream : io->offset;

	/* [MS-CIFS] 2.2.4.12: the file ends at the offset. */
	if (x->version == 1 && x->command == SMB_COM_WRITE && !io->asked) {
		set_end(self, f, info, x, io->offset, capture);
		return;
	}
	if (is_settled(f) && changes(self, f, at, io, n))
		branch(self, f, info, x, capture);
	current(self, f, info, x, capture);
	if (n)
		cli_version_write(self->place, f->version, at, io->data.ptr, n);
	if (io->count > n)
		cli_version_lose(self->place, f->version, at + n, io->count - n);
	f->stream += io->count;
	f->seen.writes++;
	f->seen.written += MAX(io->count, n);
	f->seen.lost += io->count > n ? io->count - n : 0;
	f->seen.dropped += io->data_dropped;
	f->written = true;
	f->left = false;
}

static bool
is_end_of_file(const SmbExchange *x)
{
	return !x->status.dos ? x->status.value == STATUS_END_OF_FILE
			      : smb_status_code(x->status) == ERRDOS_EOF;
}

static void
take_io(CliFiles *self, const SmbConnectionInfo *info, const SmbExchange *x, const char *capture)
{
	File *f = find(self, info, x);
	bool write = x->step == SMB_STEP_WRITE;
	bool answered = x->response.frame && x->has_status && !x->not_executed;

	if (answered && !x->failed) {
		(write ? take_write : take_read)(self, f, info, x, capture);
	} else if (write) {
		current(self, f, info, x, capture);
		*(answered ? &f->seen.refused : &f->seen.unanswered) += 1;
	} else if (answered && is_end_of_file(x)) {
		take_end(f, x);
	}
}

/* What is known of the file ends if it was emptied, or is not what it was. */
static void
take_open(CliFiles *self, const SmbConnectionInfo *info, const SmbExchange *x)
{
	File *f;
	bool made = x->open.action == SMB_OPENED_CREATED ||
		    x->open.action == SMB_OPENED_TRUNCATED ||
		    x->open.action == SMB_OPENED_SUPERSEDED;
	bool other;

	if (x->failed || x->open.directory || x->open.reconnect || !x->response.frame)
		return;
	f = find(self, info, x);
	other = x->open.has_size && f->version && f->version->has_size &&
		f->version->size != x->open.size;
	if (made || (other && is_settled(f)))
		end_version(self, f);
	f->made = made;
}

static void
take_close(CliFiles *self, const SmbConnectionInfo *info, const SmbExchange *x)
{
	File *f = find(self, info, x);

	if (!f->version || x->failed)
		return;
	if (x->other.has_size && f->kind == CLI_KIND_DISK &&
	    x->other.size >= cli_ranges_end(&f->version->known))
		cli_version_note_end(f->version, x->other.size);
	f->left |= f->written && x->file->writes;
}

static bool
is_copy(const SmbExchange *x)
{
	return x->version == 2 && x->command == SMB2_IOCTL &&
	       (x->other.function == FSCTL_SRV_COPYCHUNK ||
		x->other.function == FSCTL_SRV_COPYCHUNK_WRITE);
}

static void
take_other(CliFiles *self, const SmbConnectionInfo *info, const SmbExchange *x, const char *capture)
{
	File *f;

	if (x->failed || !x->response.frame)
		return;
	if (x->step == SMB_STEP_PATH && x->other.has_size) {
		set_end(self, find(self, info, x), info, x, x->other.size, capture);
	} else if (is_copy(x)) {
		f = find(self, info, x);
		current(self, f, info, x, capture);
		f->seen.copies += x->other.count;
	}
}

static bool
is_about_file(const CliFiles *self, const SmbExchange *x)
{
	if (!x->file || x->file->directory || x->from_server)
		return false;
	return kind_of(x) != CLI_KIND_PIPE ||
	       (self->pipes && (x->step == SMB_STEP_READ || x->step == SMB_STEP_WRITE));
}

void
cli_files_exchange(CliFiles *self, const SmbConnectionInfo *info, const SmbExchange *x,
		   const char *capture)
{
	if (!is_about_file(self, x))
		return;
	switch (x->step) {
	case SMB_STEP_OPEN:
		take_open(self, info, x);
		break;
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		take_io(self, info, x, capture);
		break;
	case SMB_STEP_CLOSE:
		take_close(self, info, x);
		break;
	default:
		take_other(self, info, x, capture);
	}
	while (self->last != self->first && cli_files_memory(self) > self->room)
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		self->place->given_up += !file_free(self, self->last);
}
