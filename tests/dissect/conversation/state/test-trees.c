/* SPDX-License-Identifier: BSD-3-Clause */
/* Trees of SMB2: each session has its own, whatever their numbers. */
#include <check.h>
#include <stdlib.h>

#include "dissect/dissect.h"
#include "tests/lib/smb2-builder.h"

enum { SMB2_LOGOFF = 2, SMB2_TREE_CONNECT = 3, TREE = 3 };

static SmbContext *context;
static SmbConnection *connection;
static uint64_t frame, mid, limits;

static void
on_event(void *user, const SmbEvent *event)
{
	(void)user;
	limits = event->connection->limits;
}

static GByteArray *
message(uint16_t command, bool response, uint64_t session)
{
	return build2_message((Build2Header){ .command = command,
					      .response = response,
					      .mid = response ? mid : ++mid,
					      .session = session,
					      .tid = TREE });
}

static void
feed(SmbDir dir, GByteArray *bytes)
{
	SmbStamp when = { ++frame, frame };

	build_end(bytes);
	smb_connection_feed(connection, dir, (SmbSpan){ bytes->data, bytes->len }, &when);
	g_byte_array_unref(bytes);
}

/* 2.2.9, 2.2.10 */
static void
connect_tree(uint64_t session)
{
	GByteArray *a = message(SMB2_TREE_CONNECT, false, session);

	build_le(a, 9, 2);
	build2_zeros(a, 2);
	build_le(a, BUILD2_HEADER + 8, 2);
	build_le(a, 10, 2);
	build2_bytes(a, "\\\0\\\0s\0\\\0d\0", 10);
	feed(SMB_TO_SERVER, a);
	a = message(SMB2_TREE_CONNECT, true, session);
	build_le(a, 16, 2);
	build_le(a, 1, 1);
	build2_zeros(a, 1 + 4 + 4 + 4);
	feed(SMB_TO_CLIENT, a);
}

/* 2.2.7, 2.2.8 */
static void
log_off(uint64_t session)
{
	for (int response = 0; response < 2; response++) {
		GByteArray *a = message(SMB2_LOGOFF, response, session);

		build_le(a, 4, 2);
		build2_zeros(a, 2);
		feed(response ? SMB_TO_CLIENT : SMB_TO_SERVER, a);
	}
}

/* 3.3.5.6: they end with it, also if the client does not disconnect from them. */
START_TEST(sessions_that_are_over_take_no_room_with_their_trees)
{
	enum { MANY = 600 }; /* more than may be open at once */
	SmbConfig config = { .want = SMB_EVENT_CONNECTION, .event = on_event };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };

	context = smb_context_new(&config);
	connection = smb_connection_new(context, &ends, true, false, &(SmbStamp){ 1, 1 });
	for (uint64_t session = 100; session < 100 + MANY; session++) {
		connect_tree(session);
		if (_i)
			log_off(session);
	}
	smb_connection_end(connection, &(SmbEnding){ .end = SMB_END_FIN }, &(SmbStamp){ 99, 99 });
	ck_assert(_i ? !limits : limits);
	ck_assert_uint_eq(smb_context_free(context), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("trees");
	TCase *tc = tcase_create("of sessions");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, sessions_that_are_over_take_no_room_with_their_trees, 0, 2);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
