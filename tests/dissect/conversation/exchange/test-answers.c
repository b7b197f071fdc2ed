/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is said of answers and of their lack; pairing where the MID changed; breaks of oplocks; and
 * what connections of SMB2 know of each other.
 */
#include <check.h>
#include <glib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/smb2-builder.h"

enum {
	COM_CLOSE = 0x04,
	COM_LOCKING = 0x24,
	COM_ECHO = 0x2B,
	COM_OPEN_ANDX = 0x2D,
	COM_READ_ANDX = 0x2E,
	COM_TRANSACTION2 = 0x32,
	COM_TREE_CONNECT_ANDX = 0x75,
	COM_NT_TRANSACT = 0xA0,
	COM_NT_CANCEL = 0xA4,
	COM_OPEN_PRINT = 0xC0,
	COM_WRITE_PRINT = 0xC1,
	NO_ANDX = 0xFF,
	SMB2_CREATE = 5,
	SMB2_CLOSE = 6,
	SMB2_OPLOCK_BREAK = 18,
	END_OF_FILE = 0xC0000011,
	CANCELLED = 0xC0000120,
	OPLOCK_RELEASE = 2,
};

typedef struct {
	SmbExchange x[32];
	char name[32][32]; /* of the files, as they were called then */
	uint32_t n;
	SmbConnectionInfo last;
	uint64_t written; /* to the first file */
	SmbContext *context;
	SmbConnection *c;
	uint64_t frame;
} World;

static World w;

static void
on_event(void *user, const SmbEvent *e)
{
	(void)user;
	if (e->kind == SMB_EVENT_EXCHANGE && w.n < G_N_ELEMENTS(w.x)) {
		if (e->exchange->file)
			smb_text_to_utf8(smb_string_text(smb_file_name(e->exchange->file)),
					 w.name[w.n], sizeof(w.name[0]));
		w.x[w.n++] = *e->exchange;
	}
	if (e->kind == SMB_EVENT_CONNECTION) {
		w.last = *e->connection;
		w.written = w.last.n_files ? w.last.files[0]->bytes_written : 0;
	}
}

static void
connect_again(void)
{
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };
	SmbStamp first = { 1, 1 };

	w.c = smb_connection_new(w.context, &ends, true, false, &first);
}

static void
start(void)
{
	SmbConfig config = { .want = ~0u, .event = on_event };

	memset(&w, 0, sizeof(w));
	w.context = smb_context_new(&config);
	w.frame = 1;
	connect_again();
}

static void
feed(SmbDir dir, GByteArray *m)
{
	SmbStamp when = { ++w.frame * 1000, w.frame };

	smb_connection_feed(w.c, dir, (SmbSpan){ m->data, m->len }, &when);
	g_byte_array_unref(m);
}

static void
end(void)
{
	SmbStamp when = { ++w.frame * 1000, w.frame };

	smb_connection_end(w.c, &(SmbEnding){ .end = SMB_END_FIN, .seen = { true, true } }, &when);
	w.c = NULL;
}

static void
stop(void)
{
	end();
	ck_assert_uint_eq(smb_context_free(w.context), 0);
}

static GByteArray *
simple(uint8_t command, bool reply, uint16_t mid, uint32_t status)
{
	return build_simple((BuildHeader){ .command = command,
					   .reply = reply,
					   .pid = 7,
					   .mid = mid,
					   .tid = 5,
					   .status = status },
			    NULL, 0, NULL, 0);
}

static GByteArray *
echo(uint16_t mid, bool reply)
{
	uint16_t one = 1;

	return build_simple(
		(BuildHeader){ .command = COM_ECHO, .reply = reply, .pid = 7, .mid = mid, .tid = 5 },
		&one, 1, NULL, 0);
}

static GByteArray *
open_request(uint16_t mid, const char *name)
{
	uint16_t words[15] = { NO_ANDX, 0, 0, 0, 0, 0, 0, 0, 1 };

	return build_simple(
		(BuildHeader){ .command = COM_OPEN_ANDX, .pid = 7, .mid = mid, .tid = 5 }, words,
		15, name, (uint16_t)(strlen(name) + 1));
}

static GByteArray *
open_response(uint16_t mid, uint16_t fid)
{
	uint16_t words[15] = { NO_ANDX, 0, fid, 0, 0, 0, 16, 0, 0, 0, 0, 1 };

	return build_simple(
		(BuildHeader){
			.command = COM_OPEN_ANDX, .reply = true, .pid = 7, .mid = mid, .tid = 5 },
		words, 15, NULL, 0);
}

static GByteArray *
read_request(uint16_t mid, uint16_t fid)
{
	uint16_t words[12] = { NO_ANDX, 0, fid, 0, 0, 10, 10 };

	return build_simple(
		(BuildHeader){ .command = COM_READ_ANDX, .pid = 7, .mid = mid, .tid = 5 }, words,
		12, NULL, 0);
}

/* NT_TRANSACT_NOTIFY_CHANGE of a directory. */
static GByteArray *
notify_request(uint16_t mid, uint16_t fid)
{
	uint16_t words[23] = { 0 };

	words[17] = 4 << 8 & 0xFF00;
	words[18] = 4;
	words[19] = 1;
	words[21] = fid;
	return build_simple(
		(BuildHeader){ .command = COM_NT_TRANSACT, .pid = 7, .mid = mid, .tid = 5 }, words,
		23, NULL, 0);
}

static GByteArray *
locking(uint16_t mid, uint16_t fid, uint8_t type, uint8_t level, uint16_t unlocks, uint16_t locks)
{
	uint16_t words[8] = {
		NO_ANDX, 0, fid, (uint16_t)(type | level << 8), 100, 0, unlocks, locks
	};
	static const uint8_t ranges[20] = { 0 };

	return build_simple((BuildHeader){ .command = COM_LOCKING, .pid = 7, .mid = mid, .tid = 5 },
			    words, 8, ranges, (uint16_t)(10 * (unlocks + locks)));
}

static GByteArray *
close_request(uint16_t mid, uint16_t fid)
{
	uint16_t words[3] = { fid };

	return build_simple((BuildHeader){ .command = COM_CLOSE, .pid = 7, .mid = mid, .tid = 5 },
			    words, 3, NULL, 0);
}

/* ---- waiting, not seen, none ---- */

START_TEST(what_is_held_waits)
{
	start();
	feed(SMB_TO_SERVER, echo(1, false));
	feed(SMB_TO_CLIENT, echo(1, true));
	feed(SMB_TO_SERVER, notify_request(2, 9));
	feed(SMB_TO_SERVER, locking(3, 9, 0, 0, 0, 1));
	feed(SMB_TO_SERVER, read_request(4, 9));
	stop();
	ck_assert_uint_eq(w.n, 4);
	ck_assert_int_eq(w.x[0].answer, SMB_ANSWER_GIVEN);
	ck_assert_int_eq(w.x[1].step, SMB_STEP_NOTIFY);
	ck_assert_int_eq(w.x[1].answer, SMB_ANSWER_WAITING);
	ck_assert_uint_eq(w.x[1].incomplete, 0);
	ck_assert_int_eq(w.x[2].step, SMB_STEP_LOCK);
	ck_assert_int_eq(w.x[2].answer, SMB_ANSWER_WAITING);
	ck_assert_int_eq(w.x[3].answer, SMB_ANSWER_NONE);
	ck_assert(w.x[3].incomplete & SMB_INCOMPLETE_NO_RESPONSE);
	ck_assert_uint_eq(w.last.waiting, 2);
	ck_assert_uint_eq(w.last.unanswered, 1);
	ck_assert_uint_eq(w.last.unseen, 0);
}
END_TEST

START_TEST(an_answer_in_a_gap_was_not_seen)
{
	SmbStamp when = { 5000, 5 };

	start();
	feed(SMB_TO_SERVER, read_request(1, 9));
	smb_connection_gap(w.c, SMB_TO_CLIENT, 100, SMB_GAP_MISSING, &when);
	feed(SMB_TO_CLIENT, echo(7, true));
	feed(SMB_TO_SERVER, read_request(2, 9));
	stop();
	ck_assert_uint_eq(w.n, 3);
	ck_assert_int_eq(w.x[1].answer, SMB_ANSWER_NOT_SEEN);
	ck_assert_int_eq(w.x[2].answer, SMB_ANSWER_NONE);
	ck_assert_uint_eq(w.last.unseen, 1);
	ck_assert_uint_eq(w.last.unanswered, 1);
}
END_TEST

/* ---- expected errors ---- */

START_TEST(an_end_of_file_is_expected)
{
	start();
	feed(SMB_TO_SERVER, read_request(1, 9));
	feed(SMB_TO_CLIENT, simple(COM_READ_ANDX, true, 1, END_OF_FILE));
	feed(SMB_TO_SERVER, close_request(2, 9));
	feed(SMB_TO_CLIENT, simple(COM_CLOSE, true, 2, END_OF_FILE));
	stop();
	ck_assert(w.x[0].failed && w.x[0].expected);
	ck_assert(w.x[1].failed && !w.x[1].expected);
	ck_assert_uint_eq(w.last.expected, 1);
	ck_assert_uint_eq(w.last.errors, 1);
}
END_TEST

START_TEST(cancelled_is_expected_after_a_cancel_or_a_close)
{
	start();
	feed(SMB_TO_SERVER, notify_request(1, 9));
	feed(SMB_TO_SERVER, simple(COM_NT_CANCEL, false, 1, 0));
	feed(SMB_TO_CLIENT, simple(COM_NT_TRANSACT, true, 1, CANCELLED));
	feed(SMB_TO_SERVER, notify_request(2, 9));
	feed(SMB_TO_SERVER, notify_request(3, 8));
	feed(SMB_TO_SERVER, close_request(4, 9));
	feed(SMB_TO_CLIENT, simple(COM_NT_TRANSACT, true, 2, CANCELLED));
	feed(SMB_TO_CLIENT, simple(COM_NT_TRANSACT, true, 3, CANCELLED));
	stop();
	ck_assert_uint_eq(w.last.expected, 2);
	ck_assert_uint_eq(w.last.errors, 1);
}
END_TEST

/* ---- pairing ---- */

START_TEST(a_changed_mid_is_paired_if_only_one_request_fits)
{
	start();
	feed(SMB_TO_SERVER, echo(65, false));
	feed(SMB_TO_CLIENT, echo(81, true));
	ck_assert_uint_eq(w.n, 1);
	ck_assert(w.x[0].anomalies & SMB_ANOMALY_MID_CHANGED);
	ck_assert_uint_eq(w.x[0].mid, 65);
	feed(SMB_TO_SERVER, echo(1, false));
	feed(SMB_TO_SERVER, echo(2, false));
	feed(SMB_TO_CLIENT, echo(81, true));
	ck_assert(w.x[1].incomplete & SMB_INCOMPLETE_NO_REQUEST);
	stop();
	ck_assert_uint_eq(w.last.orphans, 1);
	ck_assert_uint_eq(w.last.unanswered, 2);
}
END_TEST

START_TEST(a_changed_mid_is_not_guessed_where_something_is_missing)
{
	SmbStamp when = { 5000, 5 };

	start();
	feed(SMB_TO_SERVER, echo(65, false));
	smb_connection_gap(w.c, SMB_TO_SERVER, 100, SMB_GAP_MISSING, &when);
	feed(SMB_TO_CLIENT, echo(81, true));
	stop();
	ck_assert_uint_eq(w.last.orphans, 1);
	ck_assert_uint_eq(w.last.unanswered, 1);
}
END_TEST

/* ---- locks and breaks ---- */

START_TEST(a_close_answers_a_break)
{
	start();
	feed(SMB_TO_CLIENT, locking(0xFFFF, 9, OPLOCK_RELEASE, 1, 0, 0));
	feed(SMB_TO_SERVER, close_request(4, 9));
	ck_assert_uint_eq(w.n, 1);
	ck_assert_int_eq(w.x[0].step, SMB_STEP_OPLOCK_BREAK);
	ck_assert_int_eq(w.x[0].other.broken, SMB_BROKEN_CLOSED);
	ck_assert_uint_eq(w.x[0].response.frame, 3);
	stop();
}
END_TEST

static const char lease_key[] = "0123456789abcdef";

/* A CREATE of SMB2 with a lease ([MS-SMB2] 2.2.13.2.8), and its answer. */
static void
open_with_lease(uint64_t mid, uint64_t fid)
{
	enum { FRAME = 4, CONTEXTS = FRAME + BUILD2_HEADER + 48, CONTEXT = 24 + 32 };
	GByteArray *a = build2_message((Build2Header){ .command = SMB2_CREATE, .mid = mid });

	build2_create_request(a, "f.txt", 0);
	build2_zeros(a, -(a->len - FRAME) & 7);
	build2_put(a, CONTEXTS, a->len - FRAME, 4);
	build2_put(a, CONTEXTS + 4, CONTEXT, 4);
	build_le(a, 0, 4);
	build_le(a, 16, 2); /* of the name */
	build_le(a, 4, 2);
	build_le(a, 0, 2);
	build_le(a, 24, 2); /* of the data */
	build_le(a, 32, 4);
	build2_bytes(a, "RqLs\0\0\0\0", 8);
	build2_bytes(a, lease_key, 16);
	build_le(a, 7, 4);
	build2_zeros(a, 12);
	feed(SMB_TO_SERVER, build_end(a));
	a = build2_message((Build2Header){ .command = SMB2_CREATE, .mid = mid, .response = true });
	build2_create_response(a, fid);
	feed(SMB_TO_CLIENT, build_end(a));
}

/* A break of the lease that wants an acknowledgment (2.2.23.2). */
static void
break_lease(void)
{
	GByteArray *a = build2_message((Build2Header){
		.command = SMB2_OPLOCK_BREAK, .mid = UINT64_MAX, .response = true });

	build_le(a, 44, 2);
	build_le(a, 1, 2);
	build_le(a, 1, 4);
	build2_bytes(a, lease_key, 16);
	build_le(a, 7, 4);
	build2_zeros(a, 4 + 4 + 8);
	feed(SMB_TO_CLIENT, build_end(a));
}

static void
close2(uint64_t mid, uint64_t fid)
{
	GByteArray *a = build2_message((Build2Header){ .command = SMB2_CLOSE, .mid = mid });

	build2_close_request(a, fid);
	feed(SMB_TO_SERVER, build_end(a));
	a = build2_message((Build2Header){ .command = SMB2_CLOSE, .mid = mid, .response = true });
	build2_close_response(a);
	feed(SMB_TO_CLIENT, build_end(a));
}

/* Not the first of two opens with it, but the last. */
START_TEST(the_last_close_answers_the_break_of_a_lease)
{
	start();
	open_with_lease(1, 5);
	open_with_lease(2, 6);
	break_lease();
	close2(3, 5);
	ck_assert_uint_eq(w.n, 3);
	close2(4, 6);
	stop();
	ck_assert_uint_eq(w.n, 5);
	ck_assert_int_eq(w.x[3].step, SMB_STEP_OPLOCK_BREAK);
	ck_assert_int_eq(w.x[3].other.broken, SMB_BROKEN_CLOSED);
	ck_assert_uint_eq(w.last.unanswered, 0);
}
END_TEST

START_TEST(an_acknowledgment_with_locks_is_a_lock_as_well)
{
	start();
	feed(SMB_TO_CLIENT, locking(0xFFFF, 9, OPLOCK_RELEASE, 1, 0, 0));
	feed(SMB_TO_SERVER, locking(4, 9, OPLOCK_RELEASE, 0, 0, 1));
	feed(SMB_TO_CLIENT, simple(COM_LOCKING, true, 4, 0));
	stop();
	ck_assert_uint_eq(w.n, 2);
	ck_assert_int_eq(w.x[0].other.broken, SMB_BROKEN_ACKNOWLEDGED);
	ck_assert_int_eq(w.x[1].step, SMB_STEP_LOCK);
	ck_assert_uint_eq(w.last.orphans, 0);
}
END_TEST

START_TEST(a_break_that_nobody_answers_is_told)
{
	start();
	feed(SMB_TO_SERVER, echo(1, false));
	feed(SMB_TO_CLIENT, echo(1, true));
	feed(SMB_TO_CLIENT, locking(0xFFFF, 9, OPLOCK_RELEASE, 1, 0, 0));
	/* None is left, and what was held is not known: an acknowledgment may not be due. */
	feed(SMB_TO_CLIENT, locking(0xFFFF, 8, OPLOCK_RELEASE, 0, 0, 0));
	stop();
	ck_assert_uint_eq(w.n, 3);
	ck_assert_int_eq(w.x[1].answer, SMB_ANSWER_NONE);
	ck_assert_int_eq(w.x[2].answer, SMB_ANSWER_GIVEN);
	ck_assert(w.x[2].one_way);
	ck_assert_uint_eq(w.last.unanswered, 1);
}
END_TEST

START_TEST(only_unlocks_are_an_unlock)
{
	start();
	feed(SMB_TO_SERVER, locking(1, 9, 0, 0, 1, 0));
	feed(SMB_TO_CLIENT, simple(COM_LOCKING, true, 1, 0));
	feed(SMB_TO_SERVER, locking(2, 9, 0, 0, 1, 1));
	feed(SMB_TO_CLIENT, simple(COM_LOCKING, true, 2, 0));
	/* An acknowledgment of a break that was not seen. */
	feed(SMB_TO_SERVER, locking(3, 9, OPLOCK_RELEASE, 0, 0, 0));
	stop();
	ck_assert_int_eq(w.x[0].step, SMB_STEP_UNLOCK);
	ck_assert_int_eq(w.x[1].step, SMB_STEP_LOCK);
	ck_assert_int_eq(w.x[2].step, SMB_STEP_OPLOCK_BREAK);
	ck_assert(w.x[2].one_way);
}
END_TEST

/* ---- print files, lone answers ---- */

START_TEST(a_print_file_takes_all)
{
	uint16_t fid = 3, words[2] = { 0, 1 }, print[1] = { 3 };
	uint8_t data[103] = { 1, 100, 0 };
	const char identifier[] = "\4job";

	start();
	feed(SMB_TO_SERVER,
	     build_simple((BuildHeader){ .command = COM_OPEN_PRINT, .pid = 7, .mid = 1, .tid = 5 },
			  words, 2, identifier, sizeof(identifier)));
	feed(SMB_TO_CLIENT, build_simple((BuildHeader){ .command = COM_OPEN_PRINT,
							.reply = true,
							.pid = 7,
							.mid = 1,
							.tid = 5 },
					 &fid, 1, NULL, 0));
	for (uint16_t mid = 2; mid < 4; mid++) {
		feed(SMB_TO_SERVER, build_simple((BuildHeader){ .command = COM_WRITE_PRINT,
								.pid = 7,
								.mid = mid,
								.tid = 5 },
						 print, 1, data, sizeof(data)));
		feed(SMB_TO_CLIENT, simple(COM_WRITE_PRINT, true, mid, 0));
	}
	stop();
	ck_assert_uint_eq(w.written, 200);
	ck_assert_uint_eq(w.x[2].io.offset, 100);
}
END_TEST

START_TEST(a_lone_answer_changes_nothing)
{
	start();
	feed(SMB_TO_SERVER, open_request(1, "a"));
	feed(SMB_TO_CLIENT, open_response(1, 0));
	feed(SMB_TO_CLIENT, simple(COM_CLOSE, true, 77, 0));
	feed(SMB_TO_CLIENT, simple(COM_TRANSACTION2, true, 78, 0));
	feed(SMB_TO_SERVER, read_request(2, 0));
	feed(SMB_TO_CLIENT, simple(COM_READ_ANDX, true, 2, END_OF_FILE));
	stop();
	ck_assert_int_eq(w.x[2].other.function, -1);
	ck_assert_str_eq(w.name[3], "a");
	ck_assert_uint_eq(w.last.orphans, 2);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("answers");
	Suite *suite = suite_create("answers");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, what_is_held_waits);
	tcase_add_test(tc, an_answer_in_a_gap_was_not_seen);
	tcase_add_test(tc, an_end_of_file_is_expected);
	tcase_add_test(tc, cancelled_is_expected_after_a_cancel_or_a_close);
	tcase_add_test(tc, a_changed_mid_is_paired_if_only_one_request_fits);
	tcase_add_test(tc, a_changed_mid_is_not_guessed_where_something_is_missing);
	tcase_add_test(tc, a_close_answers_a_break);
	tcase_add_test(tc, the_last_close_answers_the_break_of_a_lease);
	tcase_add_test(tc, an_acknowledgment_with_locks_is_a_lock_as_well);
	tcase_add_test(tc, a_break_that_nobody_answers_is_told);
	tcase_add_test(tc, only_unlocks_are_an_unlock);
	tcase_add_test(tc, a_print_file_takes_all);
	tcase_add_test(tc, a_lone_answer_changes_nothing);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
