/* SPDX-License-Identifier: BSD-3-Clause */
/* Starts readers. */
#include "cli/jobs/starter.h"

#include <errno.h>
#include <fcntl.h>
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
	cli_allocation_adopt();
	options->worker = cli_worker_new(self->fd, self->shared, self->place);
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

/* As waitpid(2) gives it. */
static int
read_capture(const CliStarter *self, const CliWireTask *task)
{
	pid_t child = fork();
	int status = CLI_EXIT_INTERNAL << 8;

	if (child == 0)
		be_reader(self, task);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
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
	while (read(self->fd, &task, sizeof(task)) == (ssize_t)sizeof(task)) {
		if (!task.count || task.first > files || task.count > files - task.first)
			break;
		self->shared->done[self->place] = 0;
		if (!tell_over(self->fd, read_capture(self, &task)))
			break;
	}
	_exit(0);
}
