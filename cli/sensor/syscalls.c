/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The system calls of a run. What is not here kills the process: it is the work of somebody who
 * executes code of his own, and an error would let him try the next one. Only calls that libraries
 * try without need get an error instead.
 */
#include "cli/sensor/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * The sanitizers have calls and a process of their own, and open what they report about: under them
 * the filter lets through, and the kernel logs, what it would otherwise stop.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STOPS false
#else
#define STOPS true
#endif

bool
cli_syscalls_stop(void)
{
	return STOPS;
}

/* Of memory, time, signals to itself, and descriptors that are open. */
static const int always[] = {
	SCMP_SYS(_llseek),
	SCMP_SYS(access),
	SCMP_SYS(alarm),
	SCMP_SYS(brk),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_nanosleep_time64),
	SCMP_SYS(close),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(fadvise64),
	SCMP_SYS(fallocate),
	SCMP_SYS(fchmod),
	SCMP_SYS(fdatasync),
	SCMP_SYS(flock),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(fstatat64),
	SCMP_SYS(fsync),
	SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(getcpu),
	SCMP_SYS(getcwd),
	SCMP_SYS(getegid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(getrandom),
	SCMP_SYS(getrlimit),
	SCMP_SYS(getrusage),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(gettid),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getuid),
	SCMP_SYS(lseek),
	SCMP_SYS(lstat),
	SCMP_SYS(lstat64),
	SCMP_SYS(madvise),
	SCMP_SYS(mlock),
	SCMP_SYS(mremap),
	SCMP_SYS(munlock),
	SCMP_SYS(munmap),
	SCMP_SYS(nanosleep),
	SCMP_SYS(newfstatat),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(ppoll_time64),
	SCMP_SYS(pread64),
	SCMP_SYS(preadv),
	SCMP_SYS(pselect6),
	SCMP_SYS(read),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(readv),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigpending),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigsuspend),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	SCMP_SYS(select),
	SCMP_SYS(setitimer),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(sigreturn),
	SCMP_SYS(stat),
	SCMP_SYS(stat64),
	SCMP_SYS(statx),
	SCMP_SYS(sysinfo),
	SCMP_SYS(time),
	SCMP_SYS(umask),
	SCMP_SYS(uname),
};

/* Where files may be made and replaced. */
static const int replacing[] = {
	SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(linkat),
};

/* What libraries ask for and can do without: the name of a mapping, a newer form of a call. */
static const struct {
	int call, code;
} refused[] = {
	{ SCMP_SYS(prctl), EINVAL },
	{ SCMP_SYS(openat2), ENOSYS },
	{ SCMP_SYS(statfs), EACCES },
	{ SCMP_SYS(fstatfs), EACCES },
};

/* Of terminals; and of interfaces, where there is one. */
static const unsigned long of_terminals[] = { TCGETS, TIOCGWINSZ, FIONREAD, TIOCOUTQ, TIOCGPGRP };
static const unsigned long of_interfaces[] = { SIOCGIFFLAGS, SIOCGIFNAME, SIOCGIFINDEX,
					       SIOCGIFHWADDR };
static const int of_descriptors[] = { F_GETFD, F_SETFD,         F_GETFL,     F_SETFL,
				      F_DUPFD, F_DUPFD_CLOEXEC, F_SETPIPE_SZ };

/* Adds rules until one of them fails: then `status`, of libseccomp, is not 0. */
typedef struct {
	scmp_filter_ctx filter;
	int status;
} Rules;

static void
rule(Rules *self, uint32_t action, int call, unsigned n, const struct scmp_arg_cmp *arguments)
{
	if (self->status == 0)
		self->status = seccomp_rule_add_array(self->filter, action, call, n, arguments);
}

static void
allow(Rules *self, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		rule(self, SCMP_ACT_ALLOW, calls[i], 0, NULL);
}

/* One with this argument. */
static void
allow_if(Rules *self, int call, struct scmp_arg_cmp argument)
{
	rule(self, SCMP_ACT_ALLOW, call, 1, &argument);
}

/* New memory, and what is in it, is never code. */
static void
add_memory(Rules *self)
{
	allow_if(self, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	allow_if(self, SCMP_SYS(mmap2), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	allow_if(self, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

/* Signals to itself: abort, and a signal that is to have its usual effect after all. */
static void
add_process(Rules *self)
{
	const struct scmp_arg_cmp reads[] = { SCMP_A0_32(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0) };

	allow_if(self, SCMP_SYS(tgkill), SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)getpid()));
	rule(self, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), G_N_ELEMENTS(reads), reads);
	for (size_t i = 0; i < G_N_ELEMENTS(of_descriptors); i++) {
		uint32_t command = (uint32_t)of_descriptors[i];

		allow_if(self, SCMP_SYS(fcntl), SCMP_A1_32(SCMP_CMP_EQ, command));
		allow_if(self, SCMP_SYS(fcntl64), SCMP_A1_32(SCMP_CMP_EQ, command));
	}
}

static void
add_devices(Rules *self, bool live)
{
	for (size_t i = 0; i < G_N_ELEMENTS(of_terminals); i++)
		allow_if(self, SCMP_SYS(ioctl), SCMP_A1_32(SCMP_CMP_EQ, of_terminals[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(of_interfaces) && live; i++)
		allow_if(self, SCMP_SYS(ioctl), SCMP_A1_32(SCMP_CMP_EQ, of_interfaces[i]));
}

static uint32_t
capture(const CliSandboxNeeds *needs, guint i)
{
	return (uint32_t)g_array_index(needs->captures, int, i);
}

/*
 * libpcap gives the ring back at its end; and an interface that was made anew is bound to the socket
 * of the one that went away.
 */
static void
add_captures(Rules *self, const CliSandboxNeeds *needs)
{
	static const int options[] = { PACKET_RX_RING, PACKET_ADD_MEMBERSHIP };

	for (size_t i = 0; i < G_N_ELEMENTS(options) && needs->live; i++) {
		const struct scmp_arg_cmp option[] = {
			SCMP_A1_32(SCMP_CMP_EQ, SOL_PACKET),
			SCMP_A2_32(SCMP_CMP_EQ, (uint32_t)options[i]),
		};

		rule(self, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), G_N_ELEMENTS(option), option);
	}
	for (guint i = 0; i < needs->captures->len && needs->live; i++)
		allow_if(self, SCMP_SYS(bind), SCMP_A0_32(SCMP_CMP_EQ, capture(needs, i)));
}

/* Which files can be read, or written in the folders, is for Landlock to say. */
static void
add_files(Rules *self, const CliSandboxNeeds *needs, bool confined)
{
	const scmp_datum_t writes = O_ACCMODE | O_CREAT | O_TRUNC;

	if (needs->folders->len) {
		rule(self, SCMP_ACT_ALLOW, SCMP_SYS(openat), 0, NULL);
		rule(self, SCMP_ACT_ALLOW, SCMP_SYS(open), 0, NULL);
		allow(self, replacing, G_N_ELEMENTS(replacing));
	} else {
		uint32_t action = needs->live && !confined ? SCMP_ACT_ERRNO(EACCES)
							   : SCMP_ACT_ALLOW;
		const struct scmp_arg_cmp second = SCMP_A1(SCMP_CMP_MASKED_EQ, writes, 0);
		const struct scmp_arg_cmp third = SCMP_A2(SCMP_CMP_MASKED_EQ, writes, 0);

		rule(self, action, SCMP_SYS(open), 1, &second);
		rule(self, action, SCMP_SYS(openat), 1, &third);
	}
}

/*
 * What is written to a socket of packets goes out to the network. A descriptor between two of them
 * may be free now, and a file or a client later.
 */
static void
allow_but_captures(Rules *self, const CliSandboxNeeds *needs, int call)
{
	guint n = needs->captures->len;

	if (!n) {
		rule(self, SCMP_ACT_ALLOW, call, 0, NULL);
		return;
	}
	allow_if(self, call, SCMP_A0_32(SCMP_CMP_LT, capture(needs, 0)));
	allow_if(self, call, SCMP_A0_32(SCMP_CMP_GT, capture(needs, n - 1)));
	for (guint i = 1; i < n; i++)
		for (uint32_t fd = capture(needs, i - 1) + 1; fd < capture(needs, i); fd++)
			allow_if(self, call, SCMP_A0_32(SCMP_CMP_EQ, fd));
}

static void
add_writing(Rules *self, const CliSandboxNeeds *needs)
{
	static const int files[] = { SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pwrite64),
				     SCMP_SYS(pwritev) };
	static const int sockets[] = { SCMP_SYS(sendto), SCMP_SYS(sendmsg) };
	bool any = needs->connect || needs->accept || needs->send;

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		allow_but_captures(self, needs, files[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(sockets) && any; i++)
		allow_but_captures(self, needs, sockets[i]);
	if (!any && needs->unpacker >= 0)
		allow_if(self, SCMP_SYS(sendmsg),
			 SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)needs->unpacker));
}

/* The name servers of a filter's names are not to be reached: only what files say is known. */
static void
add_sockets(Rules *self, const CliSandboxNeeds *needs)
{
	static const struct {
		int family, type;
	} kinds[] = { { AF_UNIX, SOCK_STREAM },
		      { AF_UNIX, SOCK_DGRAM },
		      { AF_INET, SOCK_STREAM },
		      { AF_INET6, SOCK_STREAM } };
	static const int connected[] = { SCMP_SYS(setsockopt), SCMP_SYS(shutdown),
					 SCMP_SYS(getpeername) };

	for (size_t i = 0; i < G_N_ELEMENTS(kinds) && needs->connect; i++) {
		const struct scmp_arg_cmp kind[] = {
			SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)kinds[i].family),
			SCMP_A1(SCMP_CMP_MASKED_EQ, (uint32_t) ~(SOCK_CLOEXEC | SOCK_NONBLOCK),
				(uint32_t)kinds[i].type),
		};

		rule(self, SCMP_ACT_ALLOW, SCMP_SYS(socket), G_N_ELEMENTS(kind), kind);
	}
	if (needs->connect)
		rule(self, SCMP_ACT_ALLOW, SCMP_SYS(connect), 0, NULL);
	if (needs->accept) {
		rule(self, SCMP_ACT_ALLOW, SCMP_SYS(accept), 0, NULL);
		rule(self, SCMP_ACT_ALLOW, SCMP_SYS(accept4), 0, NULL);
	}
	if (needs->connect || needs->accept)
		allow(self, connected, G_N_ELEMENTS(connected));
	if (needs->look_up && !needs->connect)
		rule(self, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 0, NULL);
}

int
cli_syscalls_filter(const CliSandboxNeeds *needs, bool confined)
{
	Rules rules = { .filter = seccomp_init(STOPS ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_LOG) };

	if (!rules.filter)
		return ENOMEM;
	allow(&rules, always, G_N_ELEMENTS(always));
	add_memory(&rules);
	add_process(&rules);
	add_devices(&rules, needs->live);
	add_captures(&rules, needs);
	add_files(&rules, needs, confined);
	add_writing(&rules, needs);
	add_sockets(&rules, needs);
	for (size_t i = 0; i < G_N_ELEMENTS(refused) && STOPS; i++)
		rule(&rules, SCMP_ACT_ERRNO((uint32_t)refused[i].code), refused[i].call, 0, NULL);
	if (rules.status == 0)
		rules.status = seccomp_load(rules.filter);
	seccomp_release(rules.filter);
	return -rules.status;
}
