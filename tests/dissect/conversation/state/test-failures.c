/* SPDX-License-Identifier: BSD-3-Clause */
/* Which failures are kept of a connection, for which reason, and what makes them good. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>

#include "dissect/conversation/state/outcome.h"

enum { ALICE = 1, BOB, GUEST, OTHERS, MANY = 40 };

/* STATUS_INTERNAL_ERROR, which no table has. */
static const uint32_t WITHOUT_ROW = 0xC00000E5;

static SmbContext *context;
static SmbConnection *c;
static SmbAuth auths[MANY + 1];
static uint64_t frame;

static void
ignore(void *user, const SmbEvent *event)
{
	(void)user;
	(void)event;
}

static void
add_user(uint64_t uid, const char *account)
{
	auths[uid].account = smb_string_new(smb_text_from_utf8(account), 64);
	smb_state_add_user(c, uid, NULL)->pub.auth = &auths[uid];
}

static void
setup(void)
{
	const SmbConfig config = { .want = SMB_EVENT_CONNECTION, .event = ignore };
	const SmbEndpoints ends = { .family = 4, .client_port = 40000, .server_port = 445 };

	context = smb_context_new(&config);
	c = smb_connection_new(context, &ends, true, false, &(SmbStamp){ 0 });
	memset(auths, 0, sizeof(auths));
	frame = 0;
	add_user(ALICE, "alice");
	add_user(BOB, "bob");
	add_user(GUEST, "guest");
	auths[GUEST].guest = true;
}

static void
teardown(void)
{
	smb_connection_end(c, &(SmbEnding){ 0 }, &(SmbStamp){ 0 });
	for (size_t i = 0; i < G_N_ELEMENTS(auths); i++)
		smb_string_unref(auths[i].account);
	ck_assert_uint_eq(smb_context_free(context), 0);
}

/* ---- exchanges ---- */

static SmbExchange
answered(SmbStep step, uint64_t uid, uint32_t status)
{
	SmbExchange x = { .step = step, .version = 2, .uid = uid };

	x.request.frame = ++frame;
	x.response = (SmbStamp){ .time_ns = frame * 1000, .frame = ++frame };
	x.status.value = status;
	x.failed = smb_status_failed(x.status);
	return x;
}

static void
tree(uint64_t uid, uint32_t status, const char *path)
{
	SmbExchange x = answered(SMB_STEP_TREE_CONNECT, uid, status);

	x.tree_connect.path = smb_text_from_utf8(path);
	smb_outcome_note(c, &x);
}

static SmbExchange
open_of(uint64_t uid, uint32_t status, const char *name)
{
	SmbExchange x = answered(SMB_STEP_OPEN, uid, status);

	x.open.name = smb_text_from_utf8(name);
	x.open.to_read = true;
	return x;
}

static void
opens(uint64_t uid, uint32_t status, const char *name)
{
	SmbExchange x = open_of(uid, status, name);

	smb_outcome_note(c, &x);
}

/* A file that was opened: what later exchanges name by its FID. */
static void
has_file(uint64_t fid, const char *name, bool pipe)
{
	SmbExchange x = open_of(ALICE, STATUS_SUCCESS, name);

	x.has_fid = true;
	x.fid = fid;
	smb_state_add_file(c, &x, x.open.name)->pub.pipe = pipe;
}

static void
does(SmbStep step, uint64_t fid, uint32_t status)
{
	SmbExchange x = answered(step, ALICE, status);

	x.has_fid = true;
	x.fid = fid;
	smb_outcome_note(c, &x);
}

static void
deletes(const char *name, uint32_t status)
{
	SmbExchange x = answered(SMB_STEP_PATH, ALICE, status);

	x.version = 1;
	x.command = SMB_COM_DELETE;
	x.other.name = smb_text_from_utf8(name);
	smb_outcome_note(c, &x);
}

/* ---- what is kept ---- */

static uint32_t
count(void)
{
	uint32_t n = 0;

	for (const SmbFailure *f = c->state->progress.failures; f; f = f->next)
		n++;
	return n;
}

static SmbWhy
only(void)
{
	return count() == 1 ? c->state->progress.failures->why : SMB_WHY_NONE;
}

static SmbWhy
why_of_tree(uint32_t status)
{
	SmbWhy why;

	tree(ALICE, status, "\\\\srv\\data");
	why = only();
	smb_failures_clear(c);
	return why;
}

START_TEST(a_status_says_why_a_share_was_refused)
{
	ck_assert_int_eq(why_of_tree(STATUS_BAD_NETWORK_NAME), SMB_WHY_NO_SUCH_SHARE);
	ck_assert_int_eq(why_of_tree(STATUS_BAD_DEVICE_TYPE), SMB_WHY_NO_SUCH_SHARE);
	ck_assert_int_eq(why_of_tree(STATUS_ACCESS_DENIED), SMB_WHY_SHARE_DENIED);
	ck_assert_int_eq(why_of_tree(STATUS_WRONG_PASSWORD), SMB_WHY_WRONG_PASSWORD);
	ck_assert_int_eq(why_of_tree(STATUS_REQUEST_NOT_ACCEPTED), SMB_WHY_SERVER_FULL);
	/* Any other error refuses it, too. */
	ck_assert_int_eq(why_of_tree(WITHOUT_ROW), SMB_WHY_SHARE_REFUSED);
	ck_assert_int_eq(why_of_tree(STATUS_SUCCESS), SMB_WHY_NONE);
}
END_TEST

/* The same number is another error in the other kind of status. */
START_TEST(errors_of_dos_have_rows_of_their_own)
{
	static const SmbReason reasons[] = {
		{ true, DOS(ERRSRV, ERRSRV_BADPW), SMB_WHY_WRONG_PASSWORD },
		{ false, STATUS_ACCESS_DENIED, SMB_WHY_SHARE_DENIED },
	};
	SmbStatus status = { true, DOS(ERRSRV, ERRSRV_BADPW) };

	ck_assert_int_eq(smb_reason_find(reasons, 2, status), SMB_WHY_WRONG_PASSWORD);
	status.dos = false;
	ck_assert_int_eq(smb_reason_find(reasons, 2, status), SMB_WHY_NONE);
	status = (SmbStatus){ true, STATUS_ACCESS_DENIED };
	ck_assert_int_eq(smb_reason_find(reasons, 2, status), SMB_WHY_NONE);
	ck_assert_int_eq(smb_reason_find(reasons, 0, status), SMB_WHY_NONE);
}
END_TEST

START_TEST(the_share_makes_it_good_by_whatever_name_of_the_server)
{
	tree(ALICE, STATUS_ACCESS_DENIED, "\\\\srv\\Data");
	tree(ALICE, STATUS_SUCCESS, "\\\\srv\\other");
	ck_assert_int_eq(only(), SMB_WHY_SHARE_DENIED);
	tree(BOB, STATUS_SUCCESS, "\\\\srv\\data");
	ck_assert_int_eq(only(), SMB_WHY_SHARE_DENIED);
	tree(ALICE, STATUS_SUCCESS, "\\\\10.0.0.2\\DATA");
	ck_assert_uint_eq(count(), 0);
}
END_TEST

/* A guest has no account to come back with. */
START_TEST(a_guest_may_come_back_with_a_name)
{
	tree(GUEST, STATUS_ACCESS_DENIED, "\\\\srv\\data");
	tree(ALICE, STATUS_SUCCESS, "\\\\srv\\data");
	ck_assert_uint_eq(count(), 0);
}
END_TEST

START_TEST(of_each_user_the_first_of_a_kind_is_kept)
{
	tree(ALICE, STATUS_ACCESS_DENIED, "\\\\srv\\a");
	tree(ALICE, STATUS_BAD_NETWORK_NAME, "\\\\srv\\b");
	ck_assert_int_eq(only(), SMB_WHY_SHARE_DENIED);
	tree(BOB, STATUS_BAD_NETWORK_NAME, "\\\\srv\\b");
	opens(ALICE, STATUS_ACCESS_DENIED, "a.txt");
	opens(ALICE, STATUS_OBJECT_NAME_NOT_FOUND, "b.txt");
	ck_assert_uint_eq(count(), 4);
	ck_assert_uint_eq(c->info.limits, 0);
}
END_TEST

START_TEST(what_has_no_room_is_counted)
{
	for (uint64_t uid = OTHERS; uid < MANY; uid++) {
		g_autofree char *account = g_strdup_printf("user%u", (unsigned)uid);

		if (c->state->users.n == context->config.limits.users)
			break;
		add_user(uid, account);
		tree(uid, STATUS_ACCESS_DENIED, "\\\\srv\\a");
		opens(uid, STATUS_ACCESS_DENIED, "a.txt");
	}
	ck_assert_uint_le(count(), SMB_CAP(16, 2));
	ck_assert_uint_gt(c->info.limits, 0);
}
END_TEST

/* ---- opens ---- */

START_TEST(any_file_makes_one_that_is_missing_good)
{
	SmbExchange x;

	opens(ALICE, STATUS_OBJECT_NAME_NOT_FOUND, "a.txt");
	ck_assert_int_eq(only(), SMB_WHY_NO_SUCH_FILE);
	/* A directory or a pipe is no file. */
	x = open_of(ALICE, STATUS_SUCCESS, "");
	x.open.directory = true;
	smb_outcome_note(c, &x);
	x = open_of(ALICE, STATUS_SUCCESS, "srvsvc");
	x.open.pipe = true;
	smb_outcome_note(c, &x);
	ck_assert_int_eq(only(), SMB_WHY_NO_SUCH_FILE);
	opens(ALICE, STATUS_SUCCESS, "b.txt");
	ck_assert_uint_eq(count(), 0);
}
END_TEST

START_TEST(a_denied_file_is_made_good_by_itself_opened_for_as_much)
{
	SmbExchange x = open_of(ALICE, STATUS_ACCESS_DENIED, "dir\\A.txt");

	x.open.to_write = true;
	smb_outcome_note(c, &x);
	opens(ALICE, STATUS_SUCCESS, "dir\\b.txt");
	opens(ALICE, STATUS_SUCCESS, "dir\\a.txt"); /* to read only */
	ck_assert_int_eq(only(), SMB_WHY_FILE_DENIED);
	x = open_of(ALICE, STATUS_SUCCESS, "DIR\\a.txt");
	x.open.to_write = true;
	smb_outcome_note(c, &x);
	ck_assert_uint_eq(count(), 0);
}
END_TEST

START_TEST(what_programs_only_try_is_no_failure)
{
	static const char *const names[] = { "desktop.ini", "x\\Desktop.INI", "x/AutoRun.inf",
					     "a.txt:Zone.Identifier" };
	SmbExchange x;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		opens(ALICE, STATUS_OBJECT_NAME_NOT_FOUND, names[i]);
	x = open_of(ALICE, STATUS_OBJECT_NAME_NOT_FOUND, "a.txt");
	x.open.to_delete = true;
	x.open.to_read = false;
	smb_outcome_note(c, &x);
	opens(ALICE, STATUS_OBJECT_NAME_COLLISION, "a.txt");
	opens(ALICE, STATUS_FILE_IS_A_DIRECTORY, "a");
	ck_assert_uint_eq(count(), 0);
	/* They are refused like others. */
	opens(ALICE, STATUS_ACCESS_DENIED, "desktop.ini");
	ck_assert_int_eq(only(), SMB_WHY_FILE_DENIED);
}
END_TEST

START_TEST(a_name_that_only_ends_so_is_missing)
{
	opens(ALICE, STATUS_OBJECT_NAME_NOT_FOUND, "mydesktop.ini");
	ck_assert_int_eq(only(), SMB_WHY_NO_SUCH_FILE);
}
END_TEST

START_TEST(an_error_without_a_row_refuses_the_file_unless_it_is_expected)
{
	SmbExchange x = open_of(ALICE, WITHOUT_ROW, "a.txt");

	x.expected = true;
	smb_outcome_note(c, &x);
	x = open_of(ALICE, DOS(ERRDOS, 1), "a.txt");
	x.status.dos = true;
	smb_outcome_note(c, &x);
	ck_assert_uint_eq(count(), 0);
	opens(ALICE, WITHOUT_ROW, "a.txt");
	ck_assert_int_eq(only(), SMB_WHY_FILE_REFUSED);
}
END_TEST

/* ---- what is done to files ---- */

START_TEST(a_read_that_is_denied_after_the_open)
{
	has_file(7, "a.txt", false);
	does(SMB_STEP_READ, 7, STATUS_ACCESS_DENIED);
	ck_assert_int_eq(only(), SMB_WHY_FILE_DENIED);
	ck_assert_int_eq(c->state->progress.failures->deed, SMB_DEED_READ);
	/* A write, or the open of the same file, is something else. */
	does(SMB_STEP_WRITE, 7, STATUS_SUCCESS);
	opens(ALICE, STATUS_SUCCESS, "a.txt");
	ck_assert_uint_eq(count(), 1);
	does(SMB_STEP_READ, 7, STATUS_SUCCESS);
	ck_assert_uint_eq(count(), 0);
}
END_TEST

START_TEST(ordinary_ends_of_reads_are_no_failures)
{
	SmbExchange x = answered(SMB_STEP_READ, ALICE, WITHOUT_ROW);

	has_file(7, "a.txt", false);
	has_file(8, "srvsvc", true);
	does(SMB_STEP_READ, 7, STATUS_CANCELLED);
	does(SMB_STEP_WRITE, 7, STATUS_INVALID_PARAMETER);
	does(SMB_STEP_READ, 8, WITHOUT_ROW); /* a pipe */
	does(SMB_STEP_READ, 9, WITHOUT_ROW); /* of no file that is known */
	x.has_fid = true;
	x.fid = 7;
	x.expected = true;
	smb_outcome_note(c, &x);
	ck_assert_uint_eq(count(), 0);
	does(SMB_STEP_CLOSE, 7, WITHOUT_ROW);
	ck_assert_int_eq(only(), SMB_WHY_FILE_REFUSED);
}
END_TEST

START_TEST(a_deletion_is_refused_by_a_reason_alone)
{
	deletes("a.txt", WITHOUT_ROW);
	deletes("a.txt", STATUS_OBJECT_NAME_NOT_FOUND);
	ck_assert_uint_eq(count(), 0);
	deletes("a.txt", STATUS_SHARING_VIOLATION);
	ck_assert_int_eq(only(), SMB_WHY_SHARING_VIOLATION);
	ck_assert_int_eq(c->state->progress.failures->deed, SMB_DEED_DELETE);
	deletes("b.txt", STATUS_SUCCESS);
	ck_assert_uint_eq(count(), 1);
	deletes("A.TXT", STATUS_SUCCESS);
	ck_assert_uint_eq(count(), 0);
}
END_TEST

/* ---- what is not noted ---- */

START_TEST(a_lone_response_says_nothing)
{
	SmbExchange x = open_of(ALICE, STATUS_ACCESS_DENIED, "a.txt");

	x.incomplete = SMB_INCOMPLETE_NO_REQUEST;
	smb_outcome_note(c, &x);
	x = open_of(ALICE, STATUS_ACCESS_DENIED, "a.txt");
	x.from_server = true;
	smb_outcome_note(c, &x);
	ck_assert_uint_eq(count(), 0);
	ck_assert_uint_eq(c->state->progress.denied_frame, 0);
}
END_TEST

START_TEST(the_first_request_without_an_answer_is_kept)
{
	SmbProgress *p = &c->state->progress;
	SmbExchange x = answered(SMB_STEP_READ, ALICE, 0);

	x.response.frame = 0;
	x.answer = SMB_ANSWER_NOT_SEEN;
	smb_outcome_note(c, &x);
	ck_assert_uint_eq(p->unanswered_frame, 0);
	x.step = SMB_STEP_NOTIFY;
	x.answer = SMB_ANSWER_WAITING;
	smb_outcome_note(c, &x);
	ck_assert_uint_eq(p->unanswered_frame, 0);
	ck_assert(p->notify_waits);
	x.step = SMB_STEP_CLOSE;
	x.answer = SMB_ANSWER_NONE;
	x.request.frame = 77;
	smb_outcome_note(c, &x);
	x.step = SMB_STEP_READ;
	x.request.frame = 78;
	smb_outcome_note(c, &x);
	ck_assert_uint_eq(p->unanswered_frame, 77);
	ck_assert(p->unanswered_end);
}
END_TEST

START_TEST(only_what_belongs_to_a_share_uses_it)
{
	SmbProgress *p = &c->state->progress;
	SmbExchange x = answered(SMB_STEP_ECHO, ALICE, STATUS_SUCCESS);

	smb_outcome_note(c, &x);
	tree(ALICE, STATUS_SUCCESS, "\\\\srv\\data");
	ck_assert(p->tree_connected && !p->used);
	opens(ALICE, STATUS_ACCESS_DENIED, "a.txt");
	ck_assert(!p->used);
	ck_assert_uint_gt(p->denied_frame, 0);
	opens(ALICE, STATUS_SUCCESS, "b.txt");
	ck_assert(p->used && !p->disconnect_denied);
	x = answered(SMB_STEP_TREE_DISCONNECT, ALICE, STATUS_ACCESS_DENIED);
	smb_outcome_note(c, &x);
	ck_assert(p->disconnect_denied);
	ck_assert_int_eq(p->reached, SMB_STAGE_FILE);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("failures");
	TCase *tc = tcase_create("failures");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_status_says_why_a_share_was_refused);
	tcase_add_test(tc, errors_of_dos_have_rows_of_their_own);
	tcase_add_test(tc, the_share_makes_it_good_by_whatever_name_of_the_server);
	tcase_add_test(tc, a_guest_may_come_back_with_a_name);
	tcase_add_test(tc, of_each_user_the_first_of_a_kind_is_kept);
	tcase_add_test(tc, what_has_no_room_is_counted);
	tcase_add_test(tc, any_file_makes_one_that_is_missing_good);
	tcase_add_test(tc, a_denied_file_is_made_good_by_itself_opened_for_as_much);
	tcase_add_test(tc, what_programs_only_try_is_no_failure);
	tcase_add_test(tc, a_name_that_only_ends_so_is_missing);
	tcase_add_test(tc, an_error_without_a_row_refuses_the_file_unless_it_is_expected);
	tcase_add_test(tc, a_read_that_is_denied_after_the_open);
	tcase_add_test(tc, ordinary_ends_of_reads_are_no_failures);
	tcase_add_test(tc, a_deletion_is_refused_by_a_reason_alone);
	tcase_add_test(tc, a_lone_response_says_nothing);
	tcase_add_test(tc, the_first_request_without_an_answer_is_kept);
	tcase_add_test(tc, only_what_belongs_to_a_share_uses_it);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
