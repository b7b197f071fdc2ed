/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines to a file descriptor, whole or not at all. */
#include "output/base/descriptor.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The bytes of whole lines among those that were written; a file loses what is behind them. */
static size_t
take_back(int fd, const char *lines, size_t written)
{
	const char *newline = written ? memrchr(lines, '\n', written) : NULL;
	size_t whole = newline ? (size_t)(newline + 1 - lines) : 0;
	off_t torn = (off_t)(written - whole), at;
	struct stat st;

	if (torn == 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return whole;
	at = lseek(fd, 0, SEEK_CUR);
	if (at >= torn && at == st.st_size && ftruncate(fd, at - torn) == 0)
		(void)lseek(fd, at - torn, SEEK_SET);
	return whole;
}

static bool
gives_up(const OutDescriptor *self)
{
	return self->give_up && self->give_up(self->user);
}

/*
 * One write that an interruption or a full pipe of a non-blocking descriptor does not end; -1 with
 * errno.
 */
static ssize_t
write_some(const OutDescriptor *self, const char *bytes, size_t n)
{
	struct pollfd ready = { .fd = self->fd, .events = POLLOUT };
	ssize_t r;

	for (;;) {
		r = write(self->fd, bytes, n);
		if (r >= 0)
			return r;
		if (errno == EAGAIN)
			(void)poll(&ready, 1, -1);
		else if (errno != EINTR)
			return -1;
		if (gives_up(self)) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
}

int
out_descriptor_write(const OutDescriptor *self, const char *lines, size_t n, size_t *ret_written)
{
	size_t done = 0;
	int error = 0;

	while (done < n && !error) {
		ssize_t r = write_some(self, lines + done, n - done);

		if (r > 0)
			done += (size_t)r;
		else
			error = r < 0 ? errno : EIO;
	}
	if (error)
		done = take_back(self->fd, lines, done);
	if (ret_written)
		*ret_written = done;
	return error;
}
