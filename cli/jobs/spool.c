/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages that wait: length and bytes of each, one after the other. */
#include "cli/jobs/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
	LATE_MAX = 64 << 10,
	FACTOR = 8,       /* bytes of text for one of memory: an audit has about one, */
	LEAST = 16 << 20, /* and small ones some more */
};

bool
cli_spool_init(CliSpool *self, size_t memory)
{
	*self = (CliSpool){ .fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600),
			    .most = LEAST + FACTOR * memory,
			    .late = g_byte_array_new(),
			    .line = g_byte_array_new() };
	return self->fd >= 0;
}

void
cli_spool_clear(CliSpool *self)
{
	if (self->fd >= 0)
		close(self->fd);
	g_byte_array_unref(self->late);
	g_byte_array_unref(self->line);
	*self = (CliSpool){ .fd = -1 };
}

/* What is in memory goes to the end of the file; as a whole, or not at all. */
static void
write_late(CliSpool *self)
{
	const guint8 *at = self->late->data + self->late_read;
	size_t left = self->late->len - self->late_read;
	off_t to = self->written;

	while (left) {
		ssize_t n = pwrite(self->fd, at, left, to);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			self->failed = true;
			return;
		}
		at += n;
		to += n;
		left -= (size_t)n;
	}
	self->written = to;
	self->late_read = 0;
	g_byte_array_set_size(self->late, 0);
}

void
cli_spool_put(CliSpool *self, const void *message, size_t n)
{
	uint32_t length = (uint32_t)n;

	g_byte_array_append(self->late, (const guint8 *)&length, sizeof(length));
	g_byte_array_append(self->late, message, length);
	if (self->fd >= 0 && !self->failed && self->late->len > LATE_MAX)
		write_late(self);
}

static bool
read_file(CliSpool *self, void *bytes, size_t n)
{
	uint8_t *at = bytes;

	while (n) {
		ssize_t got = pread(self->fd, at, n, self->read);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			self->broken = true;
			return false;
		}
		at += got;
		self->read += got;
		n -= (size_t)got;
	}
	return true;
}

static const char *
take_written(CliSpool *self, size_t *ret_n)
{
	uint32_t length;

	if (!read_file(self, &length, sizeof(length)))
		return NULL;
	g_byte_array_set_size(self->line, length);
	*ret_n = length;
	return read_file(self, self->line->data, length) ? (const char *)self->line->data : NULL;
}

static const char *
take_late(CliSpool *self, size_t *ret_n)
{
	const guint8 *at = self->late->data + self->late_read;
	uint32_t length;

	memcpy(&length, at, sizeof(length));
	self->late_read += sizeof(length) + length;
	*ret_n = length;
	return (const char *)at + sizeof(length);
}

const char *
cli_spool_take(CliSpool *self, size_t *ret_n)
{
	if (self->broken)
		return NULL;
	if (self->read < self->written)
		return take_written(self, ret_n);
	if (self->late_read < self->late->len)
		return take_late(self, ret_n);
	if (self->written || self->late->len)
		cli_spool_reset(self);
	return NULL;
}

bool
cli_spool_is_broken(const CliSpool *self)
{
	return self->broken;
}

static size_t
waiting(const CliSpool *self)
{
	return (size_t)(self->written - self->read) + self->late->len - self->late_read;
}

bool
cli_spool_is_full(const CliSpool *self)
{
	return self->late->len - self->late_read > LATE_MAX || waiting(self) > self->most;
}

bool
cli_spool_is_over(const CliSpool *self)
{
	return waiting(self) > self->most;
}

void
cli_spool_reset(CliSpool *self)
{
	if (self->fd >= 0 && self->written && ftruncate(self->fd, 0) != 0)
		self->failed = true;
	else
		self->failed = false;
	self->broken = false;
	self->read = self->written = 0;
	self->late_read = 0;
	g_byte_array_set_size(self->late, 0);
}
