/* SPDX-License-Identifier: BSD-3-Clause */
/* A file of records as a stream of lines. */
#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "capture/source/source.h"

enum { CHUNK = 64 << 10 };

struct CliLines {
	int fd;
	bool failed;
	const volatile bool *stop; /* NULL: never */
	OutJson json;
	char bytes[CHUNK];
};

static size_t
more(void *user, const char **ret_bytes)
{
	CliLines *self = user;
	ssize_t n;

	do {
		n = read(self->fd, self->bytes, sizeof(self->bytes));
	} while (n < 0 && errno == EINTR && !(self->stop && *self->stop));
	self->failed |= n < 0;
	*ret_bytes = self->bytes;
	return n > 0 ? (size_t)n : 0;
}

CliLines *
cli_lines_open(const char *path, GError **error)
{
	return cli_lines_open_fd(-1, path, NULL, error);
}

CliLines *
cli_lines_open_fd(int fd, const char *path, const volatile bool *stop, GError **error)
{
	CliLines *self;

	if (fd < 0)
		fd = strcmp(path, "-") == 0 ? STDIN_FILENO : cap_fd_open(path, fd);
	if (fd < 0) {
		g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s",
			    path, g_strerror(errno));
		return NULL;
	}
	self = g_new0(CliLines, 1);
	self->fd = fd;
	self->stop = stop;
	self->json = (OutJson){ .at = self->bytes,
				.end = self->bytes,
				.begin = self->bytes,
				.more = more,
				.user = self };
	return self;
}

int
cli_lines_descriptor(const CliLines *self)
{
	return self->fd;
}

OutJson *
cli_lines_json(CliLines *self)
{
	return &self->json;
}

bool
cli_lines_are_whole(const CliLines *self)
{
	return !self->failed;
}

void
cli_lines_free(CliLines *self)
{
	if (!self)
		return;
	if (self->fd != STDIN_FILENO)
		close(self->fd);
	g_free(self);
}
