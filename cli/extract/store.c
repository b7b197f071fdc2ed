/* SPDX-License-Identifier: BSD-3-Clause */
/* The folder of extracted files. */
#include "cli/extract/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/extract/name.h"
#include "dissect/wire/caps.h"
#include "dissect/wire/memory.h"

enum {
	OPEN_MAX_FILES = SMB_CAP(64, 2),
	/*
	 * Names that others took already. A number is tried once in a run, so that all tries
	 * together are no more than there are files, however names were chosen to collide.
	 */
	TRIES_MAX = 1 << 20,
};

static const char partial[] = ".partial";

struct CliStoreFile {
	CliStoreFile *prev, *next; /* those that are open, the last used first */
	char *name;                /* "a.txt.partial" */
	char *wanted;              /* "a.txt" */
	int fd;                    /* -1: closed */
	dev_t dev;
	ino_t ino;
};

struct CliStore {
	int dir;
	CliStoreFile *first, *last;
	unsigned open;
	unsigned long long serial; /* of names that were taken */
	int error;
	size_t memory;
};

static GQuark
quark(void)
{
	return g_quark_from_static_string("cli-store-error");
}

/* ---- the folder ---- */

/* Without the slashes at its end, for with them O_NOFOLLOW follows the link before them. */
static char *
bare(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return g_strndup(path, len);
}

CliStore *
cli_store_new(const char *given, GError **error)
{
	g_autofree char *path = bare(given);
	CliStore *self;
	int dir, code;

	if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST) {
		g_set_error(error, quark(), errno, "%s: %s", path, g_strerror(errno));
		return NULL;
	}
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0) {
		code = errno;
		g_set_error(error, quark(), code, "%s: %s", path,
			    code == ENOTDIR || code == ELOOP ? "not a folder, or a link to one"
							     : g_strerror(code));
		return NULL;
	}
	self = g_new0(CliStore, 1);
	self->dir = dir;
	return self;
}

void
cli_store_free(CliStore *self)
{
	if (!self)
		return;
	close(self->dir);
	g_free(self);
}

static int
make(const CliStore *self, const char *name)
{
	return openat(self->dir, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		      S_IRUSR | S_IWUSR);
}

int
cli_store_manifest(CliStore *self, GError **error)
{
	int fd = make(self, "manifest.ndjson");

	if (fd < 0 && errno == EEXIST)
		g_set_error(error, quark(), EEXIST,
			    "--to: there is a manifest.ndjson already; name a folder that is new");
	else if (fd < 0)
		g_set_error(error, quark(), errno, "--to: manifest.ndjson: %s", g_strerror(errno));
	return fd;
}

/* ---- few descriptors ---- */

static void
take_out(CliStore *self, CliStoreFile *file)
{
	*(file->prev ? &file->prev->next : &self->first) = file->next;
	*(file->next ? &file->next->prev : &self->last) = file->prev;
	file->prev = file->next = NULL;
}

static void
put_first(CliStore *self, CliStoreFile *file)
{
	file->next = self->first;
	*(self->first ? &self->first->prev : &self->last) = file;
	self->first = file;
}

static void
note_error(CliStore *self, int code)
{
	if (!self->error)
		self->error = code;
}

/* Some disks tell only now that they did not take what was written. */
static void
close_file(CliStore *self, CliStoreFile *file)
{
	if (file->fd < 0)
		return;
	take_out(self, file);
	if (close(file->fd) != 0)
		note_error(self, errno);
	file->fd = -1;
	self->open--;
}

static void
opened(CliStore *self, CliStoreFile *file, int fd)
{
	if (self->open >= OPEN_MAX_FILES)
		close_file(self, self->last);
	file->fd = fd;
	put_first(self, file);
	self->open++;
}

/* The same file as before, whatever was put in its place since. */
static bool
reopen(CliStore *self, CliStoreFile *file)
{
	struct stat st;
	int fd;

	if (file->fd >= 0) {
		take_out(self, file);
		put_first(self, file);
		return true;
	}
	fd = openat(self->dir, file->name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0 || st.st_dev != file->dev || st.st_ino != file->ino) {
		close(fd);
		errno = ESTALE;
		return false;
	}
	opened(self, file, fd);
	return true;
}

/* ---- files ---- */

static size_t
cost(const CliStoreFile *file)
{
	return smb_memory_cost(sizeof(*file)) + smb_memory_cost(strlen(file->name) + 1) +
	       smb_memory_cost(strlen(file->wanted) + 1);
}

static void
forget(CliStore *self, CliStoreFile *file)
{
	close_file(self, file);
	self->memory -= cost(file);
	g_free(file->name);
	g_free(file->wanted);
	g_free(file);
}

/* Free the name: that of the first try, then numbered ones. */
static char *
next_try(CliStore *self, const char *name, unsigned n)
{
	return n ? cli_extract_name_numbered(name, ++self->serial) : g_strdup(name);
}

CliStoreFile *
cli_store_create(CliStore *self, const char *name)
{
	for (unsigned n = 0; n < TRIES_MAX; n++) {
		g_autofree char *wanted = next_try(self, name, n);
		g_autofree char *made = g_strconcat(wanted, partial, NULL);
		struct stat st;
		CliStoreFile *file;
		int fd;

		/* A whole one has the name already. */
		if (fstatat(self->dir, wanted, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			errno = EEXIST;
			continue;
		}
		fd = make(self, made);
		if (fd < 0 && errno == EEXIST)
			continue;
		if (fd < 0)
			return NULL;
		file = g_new0(CliStoreFile, 1);
		file->wanted = g_steal_pointer(&wanted);
		file->name = g_steal_pointer(&made);
		if (fstat(fd, &st) == 0) {
			file->dev = st.st_dev;
			file->ino = st.st_ino;
		}
		opened(self, file, fd);
		self->memory += cost(file);
		return file;
	}
	return NULL;
}

/* As far as off_t goes. */
static bool
is_possible(uint64_t at, size_t n)
{
	bool ok = at <= INT64_MAX && n <= INT64_MAX - at;

	if (!ok)
		errno = EFBIG;
	return ok;
}

bool
cli_store_write(CliStore *self, CliStoreFile *file, const void *bytes, size_t n, uint64_t at)
{
	const char *from = bytes;

	if (!is_possible(at, n) || !reopen(self, file))
		return false;
	while (n) {
		ssize_t done = pwrite(file->fd, from, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		from += done;
		at += (size_t)done;
		n -= (size_t)done;
	}
	return true;
}

bool
cli_store_read(CliStore *self, CliStoreFile *file, void *ret, size_t n, uint64_t at)
{
	char *to = ret;

	if (!is_possible(at, n) || !reopen(self, file))
		return false;
	while (n) {
		ssize_t done = pread(file->fd, to, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done == 0)
			errno = EIO;
		if (done <= 0)
			return false;
		to += done;
		at += (size_t)done;
		n -= (size_t)done;
	}
	return true;
}

bool
cli_store_set_size(CliStore *self, CliStoreFile *file, uint64_t size)
{
	return is_possible(size, 0) && reopen(self, file) && ftruncate(file->fd, (off_t)size) == 0;
}

const char *
cli_store_name(const CliStoreFile *file)
{
	return file->name;
}

/* In place of nothing. 0 or an errno. NFS has no such rename, but links. */
static int
give_name(const CliStore *self, const char *name, const char *wanted)
{
	if (renameat2(self->dir, name, self->dir, wanted, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	if (linkat(self->dir, name, self->dir, wanted, 0) != 0)
		return errno;
	return unlinkat(self->dir, name, 0) == 0 ? 0 : errno;
}

char *
cli_store_finish(CliStore *self, CliStoreFile *file, bool whole)
{
	char *name = NULL;
	int code = EEXIST;
	unsigned n = 0;

	while (whole && code == EEXIST && n < TRIES_MAX) {
		g_free(name);
		name = next_try(self, file->wanted, n++);
		code = give_name(self, file->name, name);
	}
	if (whole && code) {
		note_error(self, code);
		g_clear_pointer(&name, g_free);
	}
	if (!name)
		name = g_strdup(file->name);
	forget(self, file);
	return name;
}

int
cli_store_error(const CliStore *self)
{
	return self->error;
}

void
cli_store_discard(CliStore *self, CliStoreFile *file)
{
	(void)unlinkat(self->dir, file->name, 0);
	forget(self, file);
}

size_t
cli_store_memory(const CliStore *self)
{
	return self->memory;
}
