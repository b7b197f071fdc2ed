/* SPDX-License-Identifier: BSD-3-Clause */
/* The folder of Zeek's logs. */
#include "cli/views/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/views/view.h"

enum { FLUSH_AT = 32 * 1024 };

typedef struct {
	int fd;       /* -1: it has no line yet */
	OutBuffer b;  /* not written yet */
	uint64_t end; /* seconds since 1970: of its last line */
} Log;

typedef struct {
	OutDestination base; /* first */
	int dir;
	int error; /* the first one */
	bool busy; /* lines are being taken: whoever comes meanwhile found no memory */
	Log logs[OUT_ZEEK_LOGS];
} Logs;

/* ---- One log ---- */

/* Of `n` bytes that were written of the buffer, only whole lines stay in the log. */
static void
keep_lines(Log *log, size_t n)
{
	const char *newline = n ? memrchr(log->b.data, '\n', n) : NULL;
	size_t whole = newline ? (size_t)(newline + 1 - log->b.data) : 0;
	off_t end = lseek(log->fd, 0, SEEK_CUR);

	if (end >= 0 && n > whole) {
		end -= (off_t)(n - whole);
		if (ftruncate(log->fd, end) == 0)
			(void)lseek(log->fd, end, SEEK_SET);
	}
	log->b.len -= whole;
	memmove(log->b.data, log->b.data + whole, log->b.len);
}

static int
flush(Log *log)
{
	size_t at = 0;
	int code;

	while (at < log->b.len) {
		ssize_t n = write(log->fd, log->b.data + at, log->b.len - at);

		if (n < 0 && errno != EINTR) {
			code = errno;
			keep_lines(log, at);
			return code;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	log->b.len = 0;
	return 0;
}

static int
begin(const Logs *self, Log *log, const char *name, uint64_t seconds)
{
	g_autofree char *file = g_strconcat(name, ".log", NULL);

	log->fd =
		openat(self->dir, file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (log->fd < 0)
		return errno;
	out_zeek_header(&log->b, name, seconds);
	return 0;
}

/* A line without the name of its log. */
static int
add(const Logs *self, Log *log, const char *name, const char *line, size_t n)
{
	int code = 0;

	log->end = g_ascii_strtoull(line, NULL, 10);
	if (log->fd < 0)
		code = begin(self, log, name, log->end);
	if (code)
		return code;
	out_put(&log->b, line, n);
	return log->b.len < FLUSH_AT ? 0 : flush(log);
}

/* The line that says when it was closed has only a log that has all of its lines. */
static int
finish(Log *log, bool whole)
{
	int code;

	if (log->fd < 0)
		return 0;
	if (whole)
		out_zeek_footer(&log->b, log->end);
	code = flush(log);
	if (close(log->fd) != 0 && !code)
		code = errno;
	log->fd = -1;
	return code;
}

/* ---- The destination ---- */

static int
take_line(Logs *self, const char *line, size_t n)
{
	const char *tab = memchr(line, '\t', n);
	size_t length = tab ? (size_t)(tab - line) : 0;

	for (unsigned i = 0; i < OUT_ZEEK_LOGS; i++) {
		const char *name = out_zeek_log_name(i);

		if (strlen(name) == length && memcmp(name, line, length) == 0)
			return add(self, &self->logs[i], name, tab + 1, n - length - 1);
	}
	return EINVAL;
}

/* Of a log that is in work, what is there in whole lines. Allocates nothing. */
static int
flush_lines(Log *log)
{
	const char *newline = log->b.len ? memrchr(log->b.data, '\n', log->b.len) : NULL;

	log->b.len = newline ? (size_t)(newline + 1 - log->b.data) : 0;
	return log->b.len && log->fd >= 0 ? flush(log) : 0;
}

/*
 * Allocates, and so does GLib under locks of its own when it looks at a time first: if there is no
 * memory, this is called from within itself (cli/allocation.c), and must not begin again.
 */
static int
logs_write(OutDestination *to, const char *lines, size_t n)
{
	Logs *self = (Logs *)to;
	const char *end = lines + n;

	if (self->busy)
		return 0;
	self->busy = true;
	while (lines < end && !self->error) {
		const char *newline = memchr(lines, '\n', (size_t)(end - lines));

		if (!newline)
			break;
		self->error = take_line(self, lines, (size_t)(newline + 1 - lines));
		lines = newline + 1;
	}
	self->busy = false;
	return self->error;
}

static int
logs_sync(OutDestination *to)
{
	Logs *self = (Logs *)to;

	for (unsigned i = 0; i < OUT_ZEEK_LOGS && !self->error; i++)
		self->error = flush_lines(&self->logs[i]);
	return self->error;
}

static size_t
logs_memory(const OutDestination *to)
{
	const Logs *self = (const Logs *)to;
	size_t sum = 0;

	for (unsigned i = 0; i < OUT_ZEEK_LOGS; i++)
		sum += self->logs[i].b.cap;
	return sum;
}

static int
logs_close(OutDestination *to)
{
	Logs *self = (Logs *)to;
	int code = self->error, last;

	self->busy = true;
	for (unsigned i = 0; i < OUT_ZEEK_LOGS; i++) {
		last = finish(&self->logs[i], !code);
		code = code ? code : last;
		out_buffer_clear(&self->logs[i].b);
	}
	if (self->dir >= 0)
		close(self->dir);
	g_free(self);
	return code;
}

static bool
refuse(const char *folder, const char *name, int code, GError **error)
{
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s%s: %s", folder,
		    name, g_strerror(code));
	return false;
}

/* Found before the captures are read, not after. */
static bool
is_free(const Logs *self, const char *folder, GError **error)
{
	for (unsigned i = 0; i < OUT_ZEEK_LOGS; i++) {
		g_autofree char *file = g_strconcat("/", out_zeek_log_name(i), ".log", NULL);
		struct stat st;

		if (fstatat(self->dir, file + 1, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return refuse(folder, file, EEXIST, error);
	}
	return true;
}

static bool
open_folder(Logs *self, const char *folder, GError **error)
{
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return refuse(folder, "", errno, error);
	self->dir = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return self->dir >= 0 ? is_free(self, folder, error) : refuse(folder, "", errno, error);
}

OutDestination *
cli_logs_new(const char *folder, GError **error)
{
	static const OutDestinationClass class = {
		.write = logs_write, .sync = logs_sync, .close = logs_close, .memory = logs_memory
	};
	Logs *self = g_new0(Logs, 1);

	self->base.class = &class;
	self->dir = -1;
	for (unsigned i = 0; i < OUT_ZEEK_LOGS; i++)
		self->logs[i].fd = -1;
	if (open_folder(self, folder, error))
		return &self->base;
	(void)logs_close(&self->base);
	return NULL;
}

void
cli_logs_needs(const char *folder, CliSandboxNeeds *needs)
{
	g_autofree char *file = g_build_filename(folder, "conn.log", NULL);

	cli_sandbox_replaces(needs, file);
}
