/* SPDX-License-Identifier: BSD-3-Clause */
/* Who starts smbtrail-unpack for others: what is asked of it, and what nobody can have it do. */
#include "capture/source/unpacker.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static CapUnpacker *unpacker;
static pid_t server;
static int nothing;

static void
setup(void)
{
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	server = fork();
	if (server == 0) {
		close(ends[0]);
		cap_unpacker_serve(ends[1]);
		_exit(0);
	}
	close(ends[1]);
	unpacker = cap_unpacker_new(ends[0]);
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* When its owner is gone it ends by itself, and so do those that it started. */
static void
teardown(void)
{
	int status;

	cap_unpacker_free(unpacker);
	close(nothing);
	ck_assert_int_eq(waitpid(server, &status, 0), server);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* One that waits for its input, whose writing end is *ret_in. */
static int
begin_waiting(int *ret_in, pid_t *ret_child)
{
	int in[2], out[2], status;

	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	status = cap_unpacker_begin(unpacker, in[0], out[1], (const uint8_t *)"\x1f\x8b", 2,
				    ret_child);
	close(in[0]);
	close(out[0]);
	close(out[1]);
	*ret_in = in[1];
	return status;
}

START_TEST(frames_arrive)
{
	char frame[64];
	int out[2];
	pid_t child;

	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	ck_assert_int_eq(cap_unpacker_begin(unpacker, nothing, out[1], NULL, 0, &child), 0);
	ck_assert_int_gt(child, 0);
	close(out[1]);
	ck_assert_int_gt(read(out[0], frame, sizeof(frame)), 0);
	while (read(out[0], frame, sizeof(frame)) > 0)
		;
	close(out[0]);
	(void)cap_unpacker_end(unpacker, child);
}
END_TEST

START_TEST(what_waits_is_killed)
{
	pid_t child;
	int in, status;

	ck_assert_int_eq(begin_waiting(&in, &child), 0);
	status = cap_unpacker_end(unpacker, child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	ck_assert_int_eq(kill(child, 0), -1);
	close(in);
}
END_TEST

/* A process that is none of its own is neither killed nor waited for. */
START_TEST(strangers_are_left_alone)
{
	pid_t stranger = fork();

	if (stranger == 0) {
		pause();
		_exit(0);
	}
	ck_assert_int_eq(cap_unpacker_end(unpacker, stranger), 0);
	ck_assert_int_eq(cap_unpacker_end(unpacker, 0), EINVAL);
	ck_assert_int_eq(cap_unpacker_end(unpacker, -1), EINVAL);
	ck_assert_int_eq(waitpid(stranger, NULL, WNOHANG), 0);
	kill(stranger, SIGKILL);
	waitpid(stranger, NULL, 0);
}
END_TEST

START_TEST(four_at_a_time)
{
	pid_t children[5];
	int in[5];

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(begin_waiting(&in[i], &children[i]), 0);
	ck_assert_int_eq(begin_waiting(&in[4], &children[4]), EAGAIN);
	ck_assert_int_ne(cap_unpacker_end(unpacker, children[0]), 0);
	close(in[4]);
	ck_assert_int_eq(begin_waiting(&in[4], &children[4]), 0);
	for (int i = 0; i < 5; i++)
		close(in[i]);
}
END_TEST

/* Of another length, without descriptors, of no kind, with more bytes than there are. */
START_TEST(requests_that_are_none)
{
	static const size_t lengths[] = { 1, 11, 12, 200, 274, 276, 4000 };
	static const uint8_t fills[] = { 0, 1, 2, 0xff };
	int fd = cap_unpacker_fd(unpacker);
	uint8_t request[4000];
	int32_t answer[2];
	int in;
	pid_t child;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (size_t j = 0; j < sizeof(fills); j++) {
			memset(request, fills[j] == 0xff ? 0xff : 0, sizeof(request));
			request[0] = fills[j];
			ck_assert_int_eq(send(fd, request, lengths[i], MSG_NOSIGNAL),
					 (int)lengths[i]);
			ck_assert_int_eq(read(fd, answer, sizeof(answer)), sizeof(answer));
			ck_assert_int_eq(answer[0], EINVAL);
			ck_assert_int_eq(answer[1], 0);
		}
	}
	ck_assert_int_eq(begin_waiting(&in, &child), 0);
	close(in);
}
END_TEST

START_TEST(nobody_to_ask)
{
	pid_t child;
	int in;

	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	ck_assert_int_ne(begin_waiting(&in, &child), 0);
	ck_assert_int_eq(cap_unpacker_end(unpacker, 1), 0);
	close(in);
	/* For the teardown. */
	server = fork();
	if (server == 0)
		_exit(0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("unpacker");
	TCase *tc = tcase_create("unpacker");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, frames_arrive);
	tcase_add_test(tc, what_waits_is_killed);
	tcase_add_test(tc, strangers_are_left_alone);
	tcase_add_test(tc, four_at_a_time);
	tcase_add_test(tc, requests_that_are_none);
	tcase_add_test(tc, nobody_to_ask);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
