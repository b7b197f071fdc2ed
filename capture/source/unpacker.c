/* SPDX-License-Identifier: BSD-3-Clause */
/* Starts and ends smbtrail-unpack, in this process or through one that was made for it. */
#include "capture/source/unpacker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAP_UNPACK_NAME "smbtrail-unpack"
/* The directory where it is installed. */
#ifndef CAP_UNPACK_DIR
#define CAP_UNPACK_DIR "/usr/local/libexec"
#endif
#define CAP_UNPACK_CHILDREN 4 /* at a time: captures are read one after the other */

struct CapUnpacker {
	int fd;
	char *program;
};

enum { BEGIN = 1, END = 2 };

/* Both ends are one program; the descriptors of BEGIN come with it. */
typedef struct {
	uint32_t what;
	uint32_t len;
	int32_t child;
	uint8_t head[CAP_ARCHIVE_TAR];
} Request;

typedef struct {
	int32_t status; /* BEGIN: an errno; END: as waitpid(2) gives it */
	int32_t child;
} Answer;

/*
 * ---- smbtrail-unpack --------------------------------------------------------------------------
 */

/*
 * Beside the program, as in the directory where it is built, or else where it is installed. Never
 * by PATH, which anybody may set.
 */
static char *
find_program(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *where = self ? g_path_get_dirname(self) : NULL;
	g_autofree char *beside = where ? g_build_filename(where, CAP_UNPACK_NAME, NULL) : NULL;

	if (beside && access(beside, X_OK) == 0)
		return g_steal_pointer(&beside);
	return g_build_filename(CAP_UNPACK_DIR, CAP_UNPACK_NAME, NULL);
}

/* With an empty environment, and of all descriptors its input, its output and standard error. */
static int
spawn(const char *program, int in, int out, const uint8_t *head, uint32_t len, pid_t *ret_child)
{
	char hex[2 * CAP_ARCHIVE_TAR + 1] = "";
	char *arguments[] = { (char *)CAP_UNPACK_NAME, (char *)"--head", hex, NULL };
	char *nothing[] = { NULL };
	posix_spawn_file_actions_t actions;
	int status = posix_spawn_file_actions_init(&actions);

	if (status)
		return status;
	for (uint32_t i = 0; i < MIN(len, CAP_ARCHIVE_TAR); i++)
		g_snprintf(hex + (size_t)2 * i, 3, "%02x", head[i]);
	status = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (!status)
		status = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!status)
		status = posix_spawn(ret_child, program, &actions, NULL, arguments, nothing);
	posix_spawn_file_actions_destroy(&actions);
	return status;
}

static int
kill_and_wait(pid_t child)
{
	int status = 0;
	pid_t done;

	(void)kill(child, SIGKILL);
	do {
		done = waitpid(child, &status, 0);
	} while (done < 0 && errno == EINTR);
	return done < 0 ? 0 : status;
}

/*
 * ---- The other process ------------------------------------------------------------------------
 */

/* Closes what is left open of a request's descriptors: -1 is none. */
static void
close_both(const int fds[2])
{
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* False at the end. A request of another form has `what` 0. */
static bool
receive(int fd, Request *ret_request, int ret_fds[2])
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec part = { .iov_base = ret_request, .iov_len = sizeof(*ret_request) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *head;
	ssize_t n;

	ret_fds[0] = ret_fds[1] = -1;
	do {
		n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	head = CMSG_FIRSTHDR(&message);
	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
		memcpy(ret_fds, CMSG_DATA(head),
		       MIN(head->cmsg_len - CMSG_LEN(0), 2 * sizeof(int)));
	if (n != (ssize_t)sizeof(*ret_request))
		ret_request->what = 0;
	return true;
}

/* The place of this child, or of none (0); NULL: there is no such. */
static pid_t *
find_child(pid_t children[CAP_UNPACK_CHILDREN], pid_t child)
{
	for (int i = 0; i < CAP_UNPACK_CHILDREN; i++)
		if (children[i] == child)
			return &children[i];
	return NULL;
}

/* It signals and waits for nothing but what it started. */
static Answer
serve(const char *program, pid_t children[CAP_UNPACK_CHILDREN], const Request *request,
      const int fds[2])
{
	Answer answer = { .status = EINVAL };
	pid_t child = 0, *place;

	if (request->what == BEGIN && fds[0] >= 0 && fds[1] >= 0) {
		place = find_child(children, 0);
		answer.status =
			place ? spawn(program, fds[0], fds[1], request->head, request->len, &child)
			      : EAGAIN;
		if (place && answer.status == 0)
			*place = answer.child = child;
	} else if (request->what == END && request->child > 0) {
		place = find_child(children, request->child);
		answer.status = place ? kill_and_wait(request->child) : 0;
		if (place)
			*place = 0;
	}
	return answer;
}

void
cap_unpacker_serve(int fd)
{
	g_autofree char *program = find_program();
	pid_t children[CAP_UNPACK_CHILDREN] = { 0 };
	Request request;
	int fds[2];

	while (receive(fd, &request, fds)) {
		Answer answer = serve(program, children, &request, fds);

		close_both(fds);
		if (send(fd, &answer, sizeof(answer), MSG_NOSIGNAL) != (ssize_t)sizeof(answer))
			break;
	}
	for (int i = 0; i < CAP_UNPACK_CHILDREN; i++)
		if (children[i])
			kill_and_wait(children[i]);
}

/*
 * ---- The owner --------------------------------------------------------------------------------
 */

CapUnpacker *
cap_unpacker_new(int fd)
{
	CapUnpacker *self = g_new(CapUnpacker, 1);

	*self = (CapUnpacker){ .fd = fd, .program = find_program() };
	return self;
}

void
cap_unpacker_free(CapUnpacker *self)
{
	if (!self)
		return;
	close(self->fd);
	g_free(self->program);
	g_free(self);
}

int
cap_unpacker_fd(const CapUnpacker *self)
{
	return self->fd;
}

char *
cap_unpacker_program(const CapUnpacker *self)
{
	return self ? g_strdup(self->program) : find_program();
}

/* Returns 0 or an errno. `fds` NULL: the request has none. */
static int
ask(const CapUnpacker *self, Request *request, const int fds[2], Answer *ret_answer)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control = { 0 };
	struct iovec part = { .iov_base = request, .iov_len = sizeof(*request) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n;

	if (fds) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
						 .cmsg_type = SCM_RIGHTS,
						 .cmsg_len = CMSG_LEN(2 * sizeof(int)) };
		memcpy(CMSG_DATA(&control.head), fds, 2 * sizeof(int));
	}
	do {
		n = sendmsg(self->fd, &message, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	do {
		n = read(self->fd, ret_answer, sizeof(*ret_answer));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	return n == (ssize_t)sizeof(*ret_answer) ? 0 : EPIPE;
}

int
cap_unpacker_begin(CapUnpacker *self, int in, int out, const uint8_t *head, uint32_t len,
		   pid_t *ret_child)
{
	g_autofree char *program = self ? NULL : find_program();
	Request request = { .what = BEGIN, .len = MIN(len, CAP_ARCHIVE_TAR) };
	const int fds[2] = { in, out };
	Answer answer = { 0 };
	int code;

	if (!self)
		return spawn(program, in, out, head, len, ret_child);
	if (request.len)
		memcpy(request.head, head, request.len);
	code = ask(self, &request, fds, &answer);
	*ret_child = answer.child;
	return code ? code : answer.status;
}

int
cap_unpacker_end(CapUnpacker *self, pid_t child)
{
	Request request = { .what = END, .child = child };
	Answer answer = { 0 };

	if (!self)
		return kill_and_wait(child);
	return ask(self, &request, NULL, &answer) == 0 ? answer.status : 0;
}
