/* SPDX-License-Identifier: BSD-3-Clause */
/* The sandbox: no capability, no file, no system call but those that decompressing takes. */
#include "unpack/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool
fail(const char *what, int code)
{
	fprintf(stderr, "smbtrail-unpack: %s: %s\n", what, strerror(code));
	return false;
}

/*
 * The terminal's signals reach the whole process group. The reader decides what they mean to the
 * run, and ends this process when it wants no more; without a reader there is nothing to do.
 */
static bool
leave_signals_to_the_reader(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGTSTP };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 || fail("the reader's death", errno);
}

static bool
close_what_was_inherited(void)
{
	return close_range(STDERR_FILENO + 1, ~0u, 0) == 0 || fail("closing descriptors", errno);
}

/* The bounding set can be emptied by whoever may do so; no_new_privs keeps the others from it. */
static bool
drop_capabilities(void)
{
	capng_get_caps_process();
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP)) {
		capng_clear(CAPNG_SELECT_BOUNDS);
		if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
			return fail("dropping the bounding set", EPERM);
	}
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return fail("dropping capabilities", EPERM);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 || fail("no_new_privs", errno);
}

/* What the program and its libraries have mapped, in bytes; 0 if the kernel does not say. */
static uint64_t
mapped_now(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	unsigned long long pages;

	if (fd >= 0)
		close(fd);
	pages = n > 0 ? strtoull(text, NULL, 10) : 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Never above what was there before: without privileges it could not be raised. */
static bool
limit(int resource, uint64_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now) != 0)
		return false;
	now.rlim_max = now.rlim_max < most ? now.rlim_max : (rlim_t)most;
	now.rlim_cur = now.rlim_max;
	return setrlimit(resource, &now) == 0;
}

static bool
limit_resources(void)
{
	uint64_t mapped = mapped_now(), room = (uint64_t)UNPACK_MEMORY_MIB << 20;

	/* Without /proc the limit is on the data alone, which is all but the libraries. */
	if (!limit(mapped ? RLIMIT_AS : RLIMIT_DATA, mapped + room))
		return fail("limiting memory", errno);
	if (!limit(RLIMIT_NOFILE, 0) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_CORE, 0) ||
	    !limit(RLIMIT_NPROC, 0))
		return fail("limiting resources", errno);
	return true;
}

/*
 * What a decompressor with malloc needs. New memory is nobody's file and never code; no descriptor
 * is read or written but the two, and no other is ever opened.
 */
static int
allow_all(scmp_filter_ctx filter)
{
	static const int always[] = {
		SCMP_SYS(brk),           SCMP_SYS(munmap),       SCMP_SYS(mremap),
		SCMP_SYS(futex),         SCMP_SYS(exit),         SCMP_SYS(exit_group),
		SCMP_SYS(rt_sigreturn),  SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
		SCMP_SYS(clock_gettime), SCMP_SYS(madvise),      SCMP_SYS(restart_syscall),
	};
	int status = 0;

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]) && status == 0; i++)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, always[i], 0);
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1,
					  SCMP_A0_32(SCMP_CMP_EQ, STDIN_FILENO));
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
					  SCMP_A0_32(SCMP_CMP_EQ, STDOUT_FILENO));
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1,
					  SCMP_A0_32(SCMP_CMP_EQ, STDOUT_FILENO));
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(close), 1,
					  SCMP_A0_32(SCMP_CMP_EQ, STDERR_FILENO));
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
					  SCMP_A4_32(SCMP_CMP_EQ, UINT32_MAX));
	return status;
}

/* Everything else ends the process. Without a filter the rest of the sandbox still holds. */
static void
filter_system_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int status = filter ? allow_all(filter) : -ENOMEM;

	if (status == 0)
		status = seccomp_load(filter);
	if (status != 0)
		fprintf(stderr,
			"smbtrail: decompressing without a filter of system calls: seccomp: %s\n",
			strerror(-status));
	seccomp_release(filter);
}

bool
unpack_sandbox_enter(void)
{
	bool ok = leave_signals_to_the_reader() && close_what_was_inherited() &&
		  drop_capabilities() && limit_resources();

	if (ok)
		filter_system_calls();
	close(STDERR_FILENO);
	return ok;
}
