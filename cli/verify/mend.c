/* SPDX-License-Identifier: BSD-3-Clause */
/* Cuts a torn last line. */
#include "cli/verify/mend.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 << 10 };

/* Behind the last newline among the first `size` bytes; -1 with errno set. */
static off_t
find_end(int fd, off_t size)
{
	g_autofree char *block = g_malloc(BLOCK);

	while (size > 0) {
		off_t from = MAX(size - BLOCK, 0);
		ssize_t n = pread(fd, block, (size_t)(size - from), from);
		const char *newline = n > 0 ? memrchr(block, '\n', (size_t)n) : NULL;

		if (n < 0 && errno == EINTR)
			continue;
		if (n != size - from) {
			errno = n < 0 ? errno : EIO;
			return -1;
		}
		if (newline)
			return from + (newline + 1 - block);
		size = from;
	}
	return 0; /* NOLINT(clang-analyzer-unix.Malloc): g_autofree */
}

int
cli_mend_file(int fd, uint64_t *ret_bytes)
{
	struct stat st;
	off_t end;

	*ret_bytes = 0;
	if (fstat(fd, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? EBUSY : errno;
	end = find_end(fd, st.st_size);
	if (end < 0)
		return errno;
	*ret_bytes = (uint64_t)(st.st_size - end);
	if (end < st.st_size && (ftruncate(fd, end) != 0 || fsync(fd) != 0))
		return errno;
	return 0;
}

/*
 * Whether it may be an output of records: its last whole line, or what there is of the first one,
 * begins as one. A capture that was named by mistake must not lose its end.
 */
static int
check_is_records(int fd)
{
	struct stat st;
	off_t end, line;
	char first;

	if (fstat(fd, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	end = find_end(fd, st.st_size);
	line = end > 0 ? find_end(fd, end - 1) : end;
	if (line < 0)
		return errno;
	if (st.st_size && (pread(fd, &first, 1, line) != 1 || first != '{'))
		return ENOMSG;
	return 0;
}

bool
cli_mend(const char *path, uint64_t *ret_bytes, GError **error)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	int code = fd < 0 ? errno : 0;

	*ret_bytes = 0;
	if (fd >= 0) {
		code = check_is_records(fd);
		code = code ? code : cli_mend_file(fd, ret_bytes);
		close(fd);
	}
	if (code)
		g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s", path,
			    code == EBUSY    ? "a run writes to it"
			    : code == EINVAL ? "not a regular file"
			    : code == ENOMSG ? "no file of records"
					     : g_strerror(code));
	return code == 0;
}
