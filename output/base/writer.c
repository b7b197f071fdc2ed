/* SPDX-License-Identifier: BSD-3-Clause */
/* The buffer in front of a descriptor. SIGPIPE is the caller's to ignore, so that EPIPE arrives
 * here. */
#include "output/base/writer.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

enum { FLUSH_AT = 64 * 1024 };

struct OutWriter {
	int fd;
	bool line;
	int error; /* the first errno; nothing is written after it */
	OutBuffer buffer;
	void (*before)(void *user); /* NULL: nobody, or no longer */
	void *user;
};

OutWriter *
out_writer_new(int fd, bool line)
{
	OutWriter *self = g_new0(OutWriter, 1);

	self->fd = fd;
	self->line = line;
	return self;
}

void
out_writer_before(OutWriter *self, void (*fn)(void *user), void *user)
{
	self->before = fn;
	self->user = user;
}

OutBuffer *
out_writer_buffer(OutWriter *self)
{
	return &self->buffer;
}

int
out_writer_error(const OutWriter *self)
{
	return self->error;
}

/*
 * A file that took only a part of a line (a full disk, a size limit) loses that part again, so that
 * it never holds half a record. Pipes and terminals cannot take anything back.
 */
static void
take_back(OutWriter *self, const char *data, size_t written)
{
	const char *newline = written ? memrchr(data, '\n', written) : NULL;
	size_t torn = written - (newline ? (size_t)(newline + 1 - data) : 0);
	struct stat st;
	off_t at;

	if (torn == 0 || fstat(self->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	at = lseek(self->fd, 0, SEEK_CUR);
	if (at < (off_t)torn || at != st.st_size)
		return;
	if (ftruncate(self->fd, at - (off_t)torn) == 0)
		(void)lseek(self->fd, at - (off_t)torn, SEEK_SET);
}

/* One write that an interruption or a full pipe of a non-blocking descriptor does not end; -1 with
 * errno. */
static ssize_t
write_some(int fd, const char *data, size_t n)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	ssize_t r;

	for (;;) {
		r = write(fd, data, n);
		if (r >= 0)
			return r;
		if (errno == EAGAIN)
			(void)poll(&ready, 1, -1);
		else if (errno != EINTR)
			return -1;
	}
}

static void
write_all(OutWriter *self, const char *data, size_t n)
{
	size_t done = 0;

	if (self->before && n) {
		self->before(self->user);
		self->before = NULL;
	}
	while (done < n && !self->error) {
		ssize_t r = write_some(self->fd, data + done, n - done);

		if (r > 0)
			done += (size_t)r;
		else
			self->error = r < 0 ? errno : EIO;
	}
	if (self->error)
		take_back(self, data, done);
}

void
out_writer_flush(OutWriter *self)
{
	OutBuffer *b = &self->buffer;
	const char *newline = b->len ? memrchr(b->data, '\n', b->len) : NULL;
	size_t whole = newline ? (size_t)(newline + 1 - b->data) : 0;

	if (self->error) {
		b->len = 0;
		return;
	}
	write_all(self, b->data, whole);
	b->len -= whole;
	if (b->len)
		memmove(b->data, b->data + whole, b->len);
}

void
out_writer_record(OutWriter *self)
{
	if (self->line || self->buffer.len >= FLUSH_AT || self->error)
		out_writer_flush(self);
}

void
out_writer_free(OutWriter *self)
{
	if (!self)
		return;
	out_writer_flush(self);
	out_buffer_clear(&self->buffer);
	g_free(self);
}
