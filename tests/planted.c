/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A bug that was planted: packets decide what the program does. Linked around cli_pipeline_packet
 * (ld --wrap), it looks in each packet for "PLANTED:" and the name of an attempt, "!" behind it, and
 * makes that. Afterwards it says on standard error whether the attempt was stopped; where it does not
 * come back, the sandbox killed it. tests/sandbox has the packets.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/pipeline/pipeline.h"

void __real_cli_pipeline_packet(void *user, const CapPacket *packet);
void __wrap_cli_pipeline_packet(void *user, const CapPacket *packet);

/* Each returns -1 with errno where it was stopped. */

static long
open_secret(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/etc/shadow", O_RDONLY);
}

/* A file that its user may read. */
static long
open_public(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

static long
write_file(void)
{
	return syscall(SYS_openat, AT_FDCWD, "planted.out", O_WRONLY | O_CREAT, 0600);
}

static long
write_anew(void)
{
	return syscall(SYS_openat, AT_FDCWD, ".", O_WRONLY | O_TMPFILE, 0600);
}

static long
run_shell(void)
{
	static char *const words[] = { (char *)"/bin/sh", (char *)"-c",
				       (char *)"echo planted: exec: done >&2", NULL };
	static char *const nothing[] = { NULL };

	return execve("/bin/sh", words, nothing);
}

static long
run_memory(void)
{
	int fd = (int)syscall(SYS_memfd_create, "planted", 0);

	return fd;
}

static long
fork_child(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child < 0 ? -1 : waitpid(child, NULL, 0);
}

static long
connect_tcp(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	/* Nobody listens there: that it was refused is an answer from the network. */
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 || errno == ECONNREFUSED ? 0
											     : -1;
}

static long
send_udp(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return fd < 0 ? -1 : sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to));
}

static long
bind_tcp(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? -1 : bind(fd, (struct sockaddr *)&at, sizeof(at));
}

/* Over a socket that was open before: the first one of packets. */
static long
inject(void)
{
	static const char frame[60] = "planted";
	int domain;
	socklen_t size = sizeof(domain);

	for (int fd = 3; fd < 64; fd++)
		if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
		    domain == AF_PACKET)
			return write(fd, frame, sizeof(frame));
	errno = ENOENT;
	return -1;
}

static long
trace_parent(void)
{
	return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL);
}

static long
read_parent(void)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { (void *)run_shell, 1 };

	return syscall(SYS_process_vm_readv, getppid(), &here, 1, &there, 1, 0);
}

static long
signal_parent(void)
{
	return kill(getppid(), 0);
}

static long
load_bpf(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};

	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long
use_keyring(void)
{
	/* KEYCTL_GET_KEYRING_ID of the session's keyring. */
	return syscall(SYS_keyctl, 0, -3, 1);
}

static long
mount_file_system(void)
{
	return mount("none", "/mnt", "tmpfs", 0, NULL);
}

static long
new_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

static long
map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			       MAP_FAILED
		       ? -1
		       : 0;
}

/* Puts a letter into the terminal's input. */
static long
type_on_terminal(void)
{
	return ioctl(STDERR_FILENO, TIOCSTI, "x");
}

static const struct {
	const char *name;
	long (*fn)(void);
} attempts[] = {
	{ "open-secret", open_secret },
	{ "open-public", open_public },
	{ "write-file", write_file },
	{ "write-anew", write_anew },
	{ "exec", run_shell },
	{ "memory-file", run_memory },
	{ "fork", fork_child },
	{ "connect", connect_tcp },
	{ "send", send_udp },
	{ "bind", bind_tcp },
	{ "inject", inject },
	{ "ptrace", trace_parent },
	{ "read-parent", read_parent },
	{ "signal-parent", signal_parent },
	{ "bpf", load_bpf },
	{ "keyring", use_keyring },
	{ "mount", mount_file_system },
	{ "namespace", new_namespace },
	{ "map-code", map_code },
	{ "terminal", type_on_terminal },
};

static void
attempt(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		long status;

		if (strlen(attempts[i].name) != n || memcmp(attempts[i].name, name, n) != 0)
			continue;
		status = attempts[i].fn();
		fprintf(stderr, "planted: %s: %s\n", attempts[i].name,
			status < 0 ? strerror(errno) : "done");
	}
}

void
__wrap_cli_pipeline_packet(void *user, const CapPacket *packet)
{
	static const char mark[] = "PLANTED:";
	const char *end = (const char *)packet->data + packet->caplen;
	const char *at = memmem(packet->data, packet->caplen, mark, sizeof(mark) - 1);
	const char *over;

	if (at) {
		at += sizeof(mark) - 1;
		over = memchr(at, '!', (size_t)(end - at));
		if (over)
			attempt(at, (size_t)(over - at));
	}
	__real_cli_pipeline_packet(user, packet);
}
