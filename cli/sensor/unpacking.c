/* SPDX-License-Identifier: BSD-3-Clause */
/* Forks the process that starts smbtrail-unpack. */
#include "cli/sensor/unpacking.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/sensor/landlock.h"
#include "cli/sensor/privileges.h"

/* The terminal's signals reach the whole process group; what they mean is the run's business. */
static void
leave_signals_to_the_run(void)
{
	static const int signals[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGUSR1,
				       SIGUSR2, SIGTSTP, SIGXCPU, SIGPIPE };

	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		signal(signals[i], SIG_IGN);
	signal(SIGALRM, SIG_DFL);
}

/*
 * Standard output is not kept open, so that whoever reads it sees its end; standard error is for
 * what smbtrail-unpack has to say. Returns the socket's new descriptor, or -1.
 */
static int
close_all_but(int fd)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0)
		return -1;
	if (fd != STDERR_FILENO + 1)
		fd = dup3(fd, STDERR_FILENO + 1, O_CLOEXEC);
	return fd >= 0 && close_range(STDERR_FILENO + 2, ~0u, 0) == 0 ? fd : -1;
}

/* Without Landlock it is still without privileges, and nothing of an input is parsed here. */
static _Noreturn void
be_child(int fd)
{
	leave_signals_to_the_run();
	fd = close_all_but(fd);
	if (fd < 0 || !cli_privileges_drop(NULL, NULL))
		_exit(1);
	(void)cli_landlock_enter_reader();
	cap_unpacker_serve(fd);
	_exit(0);
}

CapUnpacker *
cli_unpacking_start(GError **error)
{
	int ends[2], code;
	pid_t child;

	child = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 ? 0 : -1;
	if (child == 0) {
		child = fork();
		if (child == 0)
			be_child(ends[1]);
		code = errno;
		close(ends[1]);
		if (child > 0)
			return cap_unpacker_new(ends[0]);
		close(ends[0]);
		errno = code;
	}
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "no process can be started to decompress: %s", g_strerror(errno));
	return NULL;
}
