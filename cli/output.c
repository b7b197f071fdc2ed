/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool
cli_output_guard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		/*
		 * Opened the wrong way round: using it is an error, as it was when it was closed.
		 */
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return false;
	}
	return true;
}

static bool
fail(GError **error, const char *path, int code)
{
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s", path,
		    g_strerror(code));
	return false;
}

static bool
is_an_input(const CliOptions *options, const struct stat *output)
{
	struct stat input;

	for (char **file = options->files; *file; file++) {
		if (stat(*file, &input) == 0 && input.st_dev == output->st_dev &&
		    input.st_ino == output->st_ino)
			return true;
	}
	return false;
}

static bool
prepare(const CliOptions *options, int fd, GError **error)
{
	struct stat output;

	if (fstat(fd, &output) != 0)
		return fail(error, options->output, errno);
	if (!S_ISREG(output.st_mode))
		return true;
	if (is_an_input(options, &output)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
			    "%s is one of the captures, it will not be written over",
			    options->output);
		return false;
	}
	/* The file may be older than this run, and open to others. */
	if (options->reveal_secrets && fchmod(fd, 0600) != 0)
		return fail(error, options->output, errno);
	if (ftruncate(fd, 0) != 0)
		return fail(error, options->output, errno);
	return true;
}

int
cli_output_open(const CliOptions *options, GError **error)
{
	int fd;

	if (!options->output)
		return STDOUT_FILENO;
	fd = open(options->output, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY,
		  options->reveal_secrets ? 0600 : 0666);
	if (fd < 0) {
		fail(error, options->output, errno);
		return -1;
	}
	if (!prepare(options, fd, error)) {
		close(fd);
		return -1;
	}
	return fd;
}

bool
cli_output_close(int fd)
{
	/* Some file systems tell of a full disk only here. */
	return close(fd) == 0;
}
