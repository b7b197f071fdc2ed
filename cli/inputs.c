/* SPDX-License-Identifier: BSD-3-Clause */
/* Inputs that are opened before privileges go. */
#include "cli/inputs.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/privileges.h"

enum { DESCRIPTORS_LEFT = 64 }; /* for everything but the inputs */

/*
 * A pipe whose turn has not come must not be waited for: its writer may be waiting for another one
 * to be read first.
 */
static int
open_ahead(const char *path, bool first)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return -1;
	if (first)
		return open(path, O_RDONLY | O_CLOEXEC);
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

static size_t
descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= DESCRIPTORS_LEFT)
		return 1;
	return limit.rlim_cur - DESCRIPTORS_LEFT;
}

void
cli_inputs_open(CliOptions *options)
{
	size_t n = g_strv_length(options->files), room = descriptors();

	if (!cli_privileges_held())
		return;
	options->opened = g_new(int, n + 1);
	for (size_t i = 0; i < n; i++)
		options->opened[i] = i < room ? open_ahead(options->files[i], i == 0) : -1;
}

int
cli_inputs_borrow(const CliOptions *options, char *const *file)
{
	int fd = options->opened ? options->opened[file - options->files] : -1;

	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

void
cli_inputs_rewind(const CliOptions *options, char *const *file)
{
	int fd = options->opened ? options->opened[file - options->files] : -1;

	if (strcmp(*file, "-") == 0)
		fd = STDIN_FILENO;
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET);
}

int
cli_inputs_take(const CliOptions *options, char *const *file)
{
	size_t i = (size_t)(file - options->files);
	int fd = options->opened ? options->opened[i] : -1;

	if (fd >= 0)
		options->opened[i] = -1;
	return fd;
}
