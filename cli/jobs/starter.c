/* SPDX-License-Identifier: BSD-3-Clause */
/* Starts readers. */
#include "cli/jobs/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/source/unpacker.h"
#include "cli/allocation.h"
#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/jobs/wire.h"
#include "cli/sensor/unpacking.h"
#include "cli/workers/part.h"
#include "keys/ring.h"

/* Signals reach the whole process group; what they mean is the run's business. */
static void
leave_signals_to_the_run(void)
{
	static const int signals[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
				       SIGUSR1, SIGUSR2, SIGTSTP, SIGALRM };

	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		signal(signals[i], SIG_IGN);
	signal(SIGXCPU, SIG_DFL);
}

/* Whoever reads standard output is to see its end with that of the run. */
static void
close_report(int fd)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nothing >= 0) {
		dup2(nothing, STDIN_FILENO);
		dup2(nothing, STDOUT_FILENO);
		close(nothing);
	}
	if (fd > STDERR_FILENO)
		close(fd);
}

/*
 * Whoever dissects reads nothing but items: no capture, no output, and nothing that was opened with
 * the privileges of the run.
 */
static void
close_all_but(int a, int b)
{
	g_autoptr(GDir) all = g_dir_open("/proc/self/fd", 0, NULL);
	g_autoptr(GArray) fds = g_array_new(FALSE, FALSE, sizeof(int));
	const char *name;

	while (all && (name = g_dir_read_name(all))) {
		int fd = (int)g_ascii_strtoll(name, NULL, 10);

		if (fd > STDERR_FILENO && fd != a && fd != b)
			g_array_append_val(fds, fd);
	}
	g_clear_pointer(&all, g_dir_close);
	for (guint i = 0; i < fds->len; i++)
		close(g_array_index(fds, int, i));
}

/* The kernel forgets whose death is to end a process when its user changes. */
static bool
prepare(const CliStarter *self)
{
	g_autoptr(GError) error = NULL;

	if (self->prepare && !self->prepare(self->options, &error)) {
		cli_complain("--workers: %s", error->message);
		return false;
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return true;
}

/* The files of the task take the place of all: the process ends with it, so nothing is freed. */
static void
take_files(CliOptions *options, const CliWireTask *task)
{
	options->files += task->first;
	options->files[task->count] = NULL;
	if (options->opened)
		options->opened += task->first;
	options->goes_on = g_new0(bool, task->count + 1);
	for (uint32_t i = 0; i + 1 < task->count; i++)
		options->goes_on[i] = true;
}

static bool
close_sandbox(CliOptions *options, GError **error)
{
	g_autoptr(CliSandboxNeeds) needs = cli_sandbox_needs_new();

	if (!options->part)
		cli_inputs_needs(options, needs);
	return cli_sandbox_enter(options->sandbox, needs, &options->held, error);
}

static _Noreturn void
be_reader(const CliStarter *self, const CliWireTask *task)
{
	CliOptions *options = self->options;
	g_autoptr(GError) error = NULL;
	CliReport to = { .fd = -1 };
	CliExit code;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	keys_ring_share(options->keys, false); /* smbtrail-unpack needs none */
	cli_allocation_adopt();
	options->worker = cli_worker_new(self->fd, self->shared);
	take_files(options, task);
	if (self->input)
		options->part = cli_part_new(self->input, options->worker);
	if (!self->input && options->sandbox != CLI_SANDBOX_OFF)
		options->unpacker = cli_unpacking_start(&error);
	if (error || !close_sandbox(options, &error)) {
		cli_complain("%s", error->message);
		_exit(CLI_EXIT_INTERNAL);
	}
	to.to = cli_worker_destination(options->worker);
	code = self->work(options, &self->shared->stop, &to);
	_exit(code == CLI_EXIT_INTERNAL ? CLI_EXIT_INTERNAL : 0);
}

static void
on_child(int number)
{
	(void)number; /* it only has to interrupt */
}

/*
 * Until it ended, or nobody wants it any more: the run is gone, or gave it up. No signal says so, as
 * one of a process in a sandbox does not get out of that.
 */
static void
wait_for(pid_t child, int fd, const sigset_t *mask, int *ret_status)
{
	struct pollfd run = { .fd = fd };

	while (waitpid(child, ret_status, WNOHANG) == 0) {
		if (ppoll(&run, 1, NULL, mask) <= 0 || !(run.revents & (POLLHUP | POLLERR)))
			continue;
		kill(child, SIGKILL);
		run.fd = -1;
	}
}

/* As waitpid(2) gives it. */
static int
read_capture(const CliStarter *self, const CliWireTask *task)
{
	struct sigaction notice = { .sa_handler = on_child };
	int status = CLI_EXIT_INTERNAL << 8;
	sigset_t ended, before;
	pid_t child;

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigaction(SIGCHLD, &notice, NULL);
	sigprocmask(SIG_BLOCK, &ended, &before);
	child = fork();
	if (child == 0) {
		signal(SIGCHLD, SIG_DFL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		be_reader(self, task);
	}
	if (child > 0)
		wait_for(child, self->fd, &before, &status);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

static bool
tell_over(int fd, int status)
{
	char message[1 + sizeof(status)] = { CLI_WIRE_OVER };

	memcpy(message + 1, &status, sizeof(status));
	return write(fd, message, sizeof(message)) == (ssize_t)sizeof(message);
}

void
cli_starter_serve(const CliStarter *self)
{
	size_t files = g_strv_length(self->options->files);
	CliWireTask task;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	leave_signals_to_the_run();
	close_report(self->report);
	cap_unpacker_free(self->options->unpacker);
	self->options->unpacker = NULL;
	self->options->monitor = NULL;
	if (self->input)
		close_all_but(self->fd, self->input);
	if (!prepare(self))
		_exit(CLI_EXIT_INTERNAL);
	while (read(self->fd, &task, sizeof(task)) == (ssize_t)sizeof(task)) {
		if ((!task.count && !self->input) || task.first > files ||
		    task.count > files - task.first)
			break;
		/* Who read the one before may have written into it; the run says again what it wants. */
		self->shared->stop = false;
		self->shared->done = 0;
		if (!tell_over(self->fd, read_capture(self, &task)))
			break;
	}
	_exit(0);
}
