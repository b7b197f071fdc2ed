/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * measure COMMAND...: runs a command with its output thrown away, and prints its CPU time (user and
 * system, in microseconds) and its peak memory (KiB). Small itself, because the peak of a process
 * begins with what its parent had.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long
microseconds(struct timeval t)
{
	return t.tv_sec * 1000000L + t.tv_usec;
}

static void
run(char **command)
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp(command[0], command);
	_exit(127);
}

int
main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t child;

	if (argc < 2)
		return 1;
	child = fork();
	if (child == 0)
		run(argv + 1);
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return 1;
	printf("%ld %ld\n", microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
	       usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
