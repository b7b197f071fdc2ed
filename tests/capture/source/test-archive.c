/* SPDX-License-Identifier: BSD-3-Clause */
/* What a process that decompresses may send if it is not the one that was started: the reader gets on, and can be stopped. */
#include "capture/source/archive.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/source/unpack.h"
#include "capture/source/unpacker.h"

enum { SECONDS = 20, BYTES = 4096 };

static pid_t server;
static CapUnpacker *unpacker;
static volatile bool stop;

/* The descriptor to which the frames go (unpacker.c). */
static int
take_request(int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control;
	char request[4096];
	struct iovec part = { request, sizeof(request) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int fds[2];

	if (recvmsg(fd, &message, 0) <= 0)
		_exit(1);
	memcpy(fds, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fds));
	close(fds[0]);
	return fds[1];
}

/* Frames without end, until nobody reads them. */
static void
pour(int fd, uint32_t kind, uint32_t size)
{
	static char frame[sizeof(CapUnpackHead) + BYTES];
	CapUnpackHead head = { .kind = kind, .size = size };
	size_t n = size < BYTES ? size : BYTES;

	memcpy(frame, &head, sizeof(head));
	while (write(fd, frame, sizeof(head) + n) > 0)
		;
}

static void
serve(int fd, uint32_t first, uint32_t kind, uint32_t size)
{
	static const int32_t answer[2] = { 0, 1 << 30 };
	CapUnpackHead head = { .kind = first };
	char request[4096];
	int to;

	signal(SIGPIPE, SIG_IGN);
	to = take_request(fd);
	if (write(fd, answer, sizeof(answer)) < 0 || (first && write(to, &head, sizeof(head)) < 0))
		_exit(1);
	pour(to, kind, size);
	close(to);
	while (read(fd, request, sizeof(request)) > 0 && write(fd, answer, sizeof(answer)) > 0)
		;
	_exit(0);
}

static CapArchive *
begin(uint32_t first, uint32_t kind, uint32_t size)
{
	CapArchive *archive;
	char *why = NULL;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	server = fork();
	if (server == 0) {
		close(ends[0]);
		serve(ends[1], first, kind, size);
	}
	close(ends[1]);
	stop = false;
	unpacker = cap_unpacker_new(ends[0]);
	archive = cap_archive_new(unpacker, STDIN_FILENO, (const uint8_t *)"\x1f\x8b", 2, &stop,
				  &why);
	ck_assert_msg(archive != NULL, "%s", why);
	alarm(SECONDS);
	return archive;
}

static void
end(CapArchive *archive)
{
	int status;

	cap_archive_free(archive);
	cap_unpacker_free(unpacker);
	ck_assert_int_eq(waitpid(server, &status, 0), server);
	alarm(0);
}

static void
check_senseless(uint32_t kind, uint32_t size)
{
	CapArchive *archive = begin(0, kind, size);
	char byte;

	ck_assert_int_eq(cap_archive_read(archive, &byte, 1), -1);
	ck_assert_str_eq(cap_archive_trouble(archive), "what decompressing gave makes no sense");
	end(archive);
}

START_TEST(frames_of_nothing_make_no_sense)
{
	check_senseless(CAP_UNPACK_DATA, 0);
	check_senseless(CAP_UNPACK_DATA, CAP_UNPACK_DATA_MAX + 1);
}
END_TEST

START_TEST(texts_end)
{
	check_senseless(CAP_UNPACK_TROUBLE, UINT32_MAX);
	check_senseless(CAP_UNPACK_MEMBER, CAP_UNPACK_WORDS_MAX + 1);
	check_senseless(0, 0);
	check_senseless(99, 4);
}
END_TEST

/* There is always more, so no wait is ever interrupted. */
START_TEST(what_is_passed_over_can_be_stopped)
{
	CapArchive *archive = begin(CAP_UNPACK_MEMBER, CAP_UNPACK_DATA, BYTES);
	char byte;

	ck_assert_int_eq(cap_archive_read(archive, &byte, 1), 1);
	ck_assert_ptr_nonnull(cap_archive_member(archive));
	stop = true;
	ck_assert(!cap_archive_next(archive));
	end(archive);
}
END_TEST

START_TEST(members_without_end_can_be_stopped)
{
	CapArchive *archive = begin(0, CAP_UNPACK_MEMBER, 5);

	for (int i = 0; i < 100; i++)
		ck_assert(cap_archive_next(archive));
	stop = true;
	ck_assert(!cap_archive_next(archive));
	end(archive);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("archive");
	Suite *suite = suite_create("archive");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, frames_of_nothing_make_no_sense);
	tcase_add_test(tc, texts_end);
	tcase_add_test(tc, what_is_passed_over_can_be_stopped);
	tcase_add_test(tc, members_without_end_can_be_stopped);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
