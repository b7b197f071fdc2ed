/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 64 << 10 };

struct CliLines {
	int fd;
	bool failed;
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
	} while (n < 0 && errno == EINTR);
	self->failed |= n < 0;
	*ret_bytes = self->bytes;
	return n > 0 ? (size_t)n : 0;
}

CliLines *
cli_lines_open(const char *path, GError **error)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	CliLines *self;

	if (fd < 0) {
		g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s",
			    path, g_strerror(errno));
		return NULL;
	}
	self = g_new0(CliLines, 1);
	self->fd = fd;
	self->json = (OutJson){ .at = self->bytes,
				.end = self->bytes,
				.begin = self->bytes,
				.more = more,
				.user = self };
	return self;
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
