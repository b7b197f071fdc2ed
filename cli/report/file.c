/* SPDX-License-Identifier: BSD-3-Clause */
/* Files as destinations: rotation, reopening, full disks. */
#include "cli/report/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/report/loss.h"
#include "cli/report/names.h"

#define US_PER_SECOND INT64_C(1000000)
#define RETRY_US US_PER_SECOND       /* after the disk was full */
#define HOLD_US (10 * US_PER_SECOND) /* after a file could not be finished */

enum { NAME_TRIES = 100 };

typedef struct {
	OutDestination base;
	CliFileOptions o;
	char *name;       /* for messages: path, or standard output */
	char *file;       /* below `dir`, what is opened: FILE, or FILE.part */
	char *final;      /* FILE without its directory */
	int dir;          /* -1: nothing is ever opened anew */
	OutDescriptor to; /* fd -1: it could not be opened again */
	uint64_t size;    /* of the file in work */
	uint64_t part, records;
	int64_t begun_s;  /* real time */
	int64_t begun_us; /* monotonic: when its time began */
	int64_t hold_us;  /* monotonic: until then it is not finished again */
	int64_t retry_us; /* monotonic: until then nothing is written */
	int failing;      /* 0 or an errno */
	bool held;        /* it was said that the file cannot be finished */
	bool dirty;       /* written since the last fsync */
	CliRotated rotated;
	CliLoss loss;
} File;

static bool
rotates(const File *self)
{
	return self->o.rotation.size || self->o.rotation.seconds;
}

/* ---- opening ---- */

static void
begin(File *self, int fd)
{
	struct stat st;

	self->to.fd = fd;
	self->size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	self->records = 0;
	self->part++;
	self->begun_s = g_get_real_time() / US_PER_SECOND;
	self->begun_us = g_get_monotonic_time();
	self->dirty = false;
}

/* -1 with errno set. */
static int
open_file(const File *self)
{
	int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
	int fd = openat(self->dir, self->file, flags | (rotates(self) ? O_EXCL : 0), self->o.mode);

	if (fd >= 0)
		(void)flock(fd, LOCK_EX | LOCK_NB);
	return fd;
}

/* ---- writing ---- */

static bool
is_tolerable(const File *self, int code)
{
	struct stat st;

	if (!self->o.live)
		return false;
	if (code == ENOSPC || code == EDQUOT || code == EFBIG || self->to.fd < 0)
		return true;
	return code == EIO && fstat(self->to.fd, &st) == 0 && S_ISREG(st.st_mode);
}

static void
lose(File *self, const char *lines, size_t n, int code, bool retried)
{
	int64_t now_us = g_get_monotonic_time();

	self->failing = code;
	if (retried)
		self->retry_us = now_us + RETRY_US;
	cli_loss_add(&self->loss, lines, n, code, g_get_real_time(), now_us);
}

/* 0 or an errno; *ret_written as out_descriptor_write has it. */
static int
put(File *self, const char *lines, size_t n, size_t *ret_written)
{
	int code;

	*ret_written = 0;
	if (self->to.fd < 0) {
		int fd = open_file(self);

		if (fd < 0)
			return errno;
		begin(self, fd);
	}
	code = out_descriptor_write(&self->to, lines, n, ret_written);
	self->size += *ret_written;
	if (self->part)
		self->records += cli_loss_lines(lines, *ret_written);
	self->dirty = true;
	return code;
}

/* There may be room again: what was lost is told first. */
static bool
resume(File *self)
{
	OutBuffer b = { 0 };
	size_t written;
	int code = 0;

	if (cli_loss_pending(&self->loss)) {
		cli_loss_put(&self->loss, &b, g_get_real_time());
		code = put(self, b.data, b.len, &written);
		out_buffer_clear(&b);
	}
	if (!code && cli_loss_pending(&self->loss))
		cli_loss_told(&self->loss);
	self->failing = code;
	self->retry_us = g_get_monotonic_time() + RETRY_US;
	return code == 0;
}

static int
file_write(OutDestination *to, const char *lines, size_t n)
{
	File *self = (File *)to;
	size_t written;
	int code;

	if (self->failing && (g_get_monotonic_time() < self->retry_us || !resume(self))) {
		lose(self, lines, n, self->failing, false);
		return 0;
	}
	code = put(self, lines, n, &written);
	if (!code)
		return 0;
	if (!is_tolerable(self, code))
		return code;
	lose(self, lines + written, n - written, code, true);
	return 0;
}

/* ---- what survives ---- */

static int
save(File *self, int (*fn)(int fd))
{
	if (!self->dirty || self->to.fd < 0)
		return 0;
	self->dirty = false;
	/* Pipes and devices have nothing to be saved. */
	if (fn(self->to.fd) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP)
		return 0;
	if (!is_tolerable(self, errno))
		return errno;
	cli_complain("%s: %s; some of its last records may not survive a crash", self->name,
		     g_strerror(errno));
	return 0;
}

static int
file_sync(OutDestination *to)
{
	File *self = (File *)to;

	if (self->failing)
		(void)resume(self);
	return self->o.sync ? save(self, fdatasync) : 0;
}

static int
file_tick(OutDestination *to)
{
	File *self = (File *)to;

	if (self->failing && g_get_monotonic_time() >= self->retry_us)
		(void)resume(self);
	return self->o.sync ? save(self, fdatasync) : 0;
}

/* Not live there are no ticks: after each batch. */
static int
file_write_sync(OutDestination *to, const char *lines, size_t n)
{
	int code = file_write(to, lines, n);

	return code ? code : save((File *)to, fdatasync);
}

/* ---- parts ---- */

static bool
file_is_due(OutDestination *to)
{
	const File *self = (const File *)to;
	const CliRotation *r = &self->o.rotation;
	int64_t now_us;

	/* A full disk has no room for the end of this file either. */
	if (!rotates(self) || !self->records || self->failing)
		return false;
	if (r->size && self->size >= r->size && !self->hold_us)
		return true;
	if (!r->seconds && !self->hold_us)
		return false;
	now_us = g_get_monotonic_time();
	if (now_us < self->hold_us)
		return false;
	return (r->size && self->size >= r->size) ||
	       (r->seconds && now_us - self->begun_us >= r->seconds * US_PER_SECOND);
}

/* Under a number that nothing has: a file is never replaced. False with errno set. */
static bool
rename_to_final(File *self, char **ret_name)
{
	int code = EEXIST;

	for (int i = 0; code == EEXIST && i < NAME_TRIES; i++) {
		char *name = cli_rotated_name(self->final, self->begun_s, ++self->rotated.last);
		int r = renameat2(self->dir, self->file, self->dir, name, RENAME_NOREPLACE);

		if (r != 0 && (errno == EINVAL || errno == ENOSYS))
			r = renameat(self->dir, self->file, self->dir, name);
		if (r == 0) {
			*ret_name = name;
			return true;
		}
		code = errno;
		g_free(name);
	}
	self->rotated.last--;
	errno = code;
	return false;
}

/* The file in work becomes a finished one. 0 or an errno, and then it is still the one in work. */
static int
finish(File *self)
{
	char *name;
	int code = save(self, fsync);

	if (code)
		return code;
	if (rename_to_final(self, &name))
		cli_rotated_add(&self->rotated, self->dir, name, self->o.rotation.keep);
	else if (errno != ENOENT) /* somebody moved it away: then it is finished, too */
		return errno;
	(void)fsync(self->dir);
	if (close(self->to.fd) != 0)
		code = errno;
	self->to.fd = -1;
	return self->o.live ? 0 : code;
}

static int
rotate(File *self)
{
	int code = finish(self), fd;

	if (code && !self->o.live)
		return code;
	if (code) {
		self->hold_us = g_get_monotonic_time() + HOLD_US;
		if (!self->held)
			cli_complain("%s: %s; the file is continued", self->name, g_strerror(code));
		self->held = true;
		return 0;
	}
	self->hold_us = 0;
	self->held = false;
	fd = open_file(self);
	if (fd >= 0)
		begin(self, fd);
	else if (!self->o.live)
		return errno;
	else
		self->failing = errno;
	self->retry_us = 0;
	return 0;
}

/* HUP: whoever moved the file away keeps what was written, and FILE is a new one. */
static int
reopen(File *self)
{
	struct stat st;
	int fd;

	if (self->to.fd >= 0 && (fstat(self->to.fd, &st) != 0 || !S_ISREG(st.st_mode)))
		return 0;
	fd = open_file(self);
	if (fd < 0) {
		cli_complain("%s: %s; the file is continued", self->name, g_strerror(errno));
		return 0;
	}
	if (self->to.fd >= 0) {
		(void)save(self, fsync);
		close(self->to.fd);
	}
	begin(self, fd);
	self->retry_us = 0;
	return 0;
}

static int
file_turn(OutDestination *to)
{
	File *self = (File *)to;

	if (self->dir < 0 ||
	    (rotates(self) && (!self->records || self->failing || self->to.fd < 0)))
		return 0;
	return rotates(self) ? rotate(self) : reopen(self);
}

static void
file_written(const OutDestination *to, OutWritten *ret_written)
{
	const File *self = (const File *)to;

	*ret_written = (OutWritten){ .part = self->part,
				     .records = self->records,
				     .lost_records = self->loss.records,
				     .lost_bytes = self->loss.bytes,
				     .failing = self->failing };
}

/* ---- the end ---- */

static int
file_close(OutDestination *to)
{
	File *self = (File *)to;
	int code = self->failing;

	if (rotates(self) && self->to.fd >= 0 && self->records) {
		int failed = finish(self);

		code = code ? code : failed;
	} else if (rotates(self) && self->to.fd >= 0) {
		(void)unlinkat(self->dir, self->file, 0);
	} else if (self->o.sync && !code) {
		code = save(self, fsync);
	}
	/* Some file systems report a full disk only here. */
	if (self->to.fd >= 0 && close(self->to.fd) != 0 && !code)
		code = errno;
	if (self->dir >= 0)
		close(self->dir);
	cli_rotated_clear(&self->rotated);
	g_free(self->name);
	g_free(self->file);
	g_free(self->final);
	g_free(self);
	return code;
}

static File *
file_new(const CliFileOptions *options)
{
	static const OutDestinationClass class = {
		.write = file_write,
		.sync = file_sync,
		.is_due = file_is_due,
		.turn = file_turn,
		.tick = file_tick,
		.written = file_written,
		.close = file_close,
	};
	static const OutDestinationClass saving = {
		.write = file_write_sync,
		.sync = file_sync,
		.is_due = file_is_due,
		.turn = file_turn,
		.written = file_written,
		.close = file_close,
	};
	File *self = g_new0(File, 1);

	self->base.class = options->sync && !options->live ? &saving : &class;
	self->o = *options;
	self->name = g_strdup(options->path ? options->path : "standard output");
	self->dir = -1;
	self->to = (OutDescriptor){ .fd = -1, .give_up = options->give_up };
	self->loss = (CliLoss){ .name = self->name, .json = options->json, .put = options->lost };
	return self;
}

static int
open_directory(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);

	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

OutDestination *
cli_file_new(const CliFileOptions *options, int fd)
{
	File *self = file_new(options);

	if (options->live && options->path) {
		self->dir = open_directory(options->path);
		self->file = g_path_get_basename(options->path);
	}
	begin(self, fd);
	if (!options->live)
		self->part = 0;
	return &self->base;
}

/*
 * A file in work that nobody holds was left by a run that was killed. It keeps its ending .part: it
 * is not finished. An empty one is not worth that. 0 or an errno.
 */
static int
put_aside(File *self)
{
	int fd = openat(self->dir, self->file, O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	g_autofree char *final = NULL;
	g_autofree char *aside = NULL;
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &st) != 0) {
		int code = errno == EWOULDBLOCK ? EBUSY : errno;

		close(fd);
		return code;
	}
	close(fd);
	if (S_ISREG(st.st_mode) && st.st_size == 0)
		return unlinkat(self->dir, self->file, 0) == 0 ? 0 : errno;
	final = cli_rotated_name(self->final, st.st_mtime, ++self->rotated.last);
	aside = cli_rotated_part(final);
	if (renameat(self->dir, self->file, self->dir, aside) != 0)
		return errno;
	cli_complain("%s: left by a run that did not end; it is %s now, see smbtrail verify --mend",
		     self->file, aside);
	return 0;
}

static int
open_first(File *self)
{
	int code, fd;

	self->dir = open_directory(self->o.path);
	if (self->dir < 0)
		return errno;
	code = cli_rotated_scan(&self->rotated, self->dir, self->final, cli_rotated_number,
				self->o.rotation.keep);
	if (!code)
		code = put_aside(self);
	if (code)
		return code;
	fd = open_file(self);
	if (fd < 0)
		return errno;
	if (self->o.chown && fchown(fd, self->o.uid, self->o.gid) != 0)
		code = errno;
	begin(self, fd);
	return code;
}

OutDestination *
cli_file_rotated_new(const CliFileOptions *options, GError **error)
{
	File *self = file_new(options);
	int code;

	self->final = g_path_get_basename(options->path);
	self->file = cli_rotated_part(self->final);
	code = open_first(self);
	if (!code)
		return &self->base;
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s",
		    options->path, code == EBUSY ? "another run writes to it" : g_strerror(code));
	(void)file_close(&self->base);
	return NULL;
}
