/* SPDX-License-Identifier: BSD-3-Clause */
/* A directory that was opened early, and files in it. */
#include "cli/sensor/later.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct CliLater {
	int fd;
	char *name;
};

CliLater *
cli_later_new(const char *path, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(path);
	CliLater *self;
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "%s: %s",
			    directory, g_strerror(errno));
		return NULL;
	}
	self = g_new0(CliLater, 1);
	self->fd = fd;
	self->name = g_path_get_basename(path);
	return self;
}

void
cli_later_free(CliLater *self)
{
	if (!self)
		return;
	close(self->fd);
	g_free(self->name);
	g_free(self);
}

int
cli_later_directory(const CliLater *self)
{
	return self->fd;
}

const char *
cli_later_name(const CliLater *self)
{
	return self->name;
}

int
cli_later_create(const CliLater *self, const char *name)
{
	if (strchr(name, '/')) {
		errno = EINVAL;
		return -1;
	}
	return openat(self->fd, name,
		      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
}
