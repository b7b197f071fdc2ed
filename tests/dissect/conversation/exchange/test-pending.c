/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Many requests that wait at once, through a connection: SMB2 lets a client have as many as the
 * server grants credits.
 */
#include <check.h>
#include <stdlib.h>

#include "dissect/dissect.h"
#include "tests/lib/smb2-builder.h"

enum {
	SMB2_CREATE = 5,
	SMB2_CLOSE = 6,
	SMB2_READ = 8,
	SMB2_CANCEL = 12,
	SMB2_CHANGE_NOTIFY = 15,
	SESSION = 9,
	FILE_ID = 7,
	MOST = 8192,     /* the cap */
	MOST_SAME = 256, /* the cap of requests with one MessageId */
};
#define STATUS_PENDING 0x00000103u
#define STATUS_CANCELLED 0xC0000120u

typedef struct {
	uint64_t exchanges, wrong, unseen, expected;
	uint64_t target; /* the frame that the last CANCEL is about */
	SmbExchange last;
	SmbConnectionInfo end;
} Log;

static void
on_event(void *user, const SmbEvent *event)
{
	Log *log = user;
	const SmbExchange *x = event->exchange;

	if (event->kind == SMB_EVENT_CONNECTION)
		log->end = *event->connection;
	if (event->kind != SMB_EVENT_EXCHANGE)
		return;
	log->exchanges++;
	log->last = *x;
	if (x->step == SMB_STEP_CANCEL)
		log->target = x->other.target_frame;
	log->unseen += (x->incomplete & SMB_INCOMPLETE_NO_RESPONSE) != 0;
	log->expected += x->expected;
	if (x->step == SMB_STEP_READ && x->has_status)
		log->wrong += x->request.time_ns != x->mid || x->response_mid != x->mid;
}

typedef struct {
	Log log;
	SmbContext *context;
	SmbConnection *c;
	uint64_t frame;
} Rig;

static void
rig_begin(Rig *r, uint32_t outstanding)
{
	SmbConfig config = { .want = ~0u,
			     .event = on_event,
			     .user = &r->log,
			     .limits = { .outstanding = outstanding } };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };

	*r = (Rig){ .frame = 1 };
	r->context = smb_context_new(&config);
	r->c = smb_connection_new(r->context, &ends, true, false, &(SmbStamp){ 1, 1 });
}

static void
rig_feed(Rig *r, GByteArray *message, bool response, uint64_t time_ns)
{
	SmbStamp when = { .frame = ++r->frame, .time_ns = time_ns };

	build_end(message);
	smb_connection_feed(r->c, response ? SMB_TO_CLIENT : SMB_TO_SERVER,
			    (SmbSpan){ message->data, message->len }, &when);
	g_byte_array_unref(message);
}

/* Whatever was allocated is counted, and freed. */
static void
rig_end(Rig *r)
{
	smb_connection_end(
		r->c,
		&(SmbEnding){ .end = SMB_END_FIN, .seen = { true, true }, .acked = { true, true } },
		&(SmbStamp){ .frame = 99, .time_ns = UINT64_C(100000000000) });
	ck_assert_uint_eq(smb_context_free(r->context), 0);
}

static Build2Header
header(uint16_t command, uint64_t mid)
{
	return (Build2Header){ .command = command, .mid = mid, .session = SESSION, .tid = 1 };
}

/* The time is the MessageId, so that on_event sees whose request it is. */
static void
ask_read(Rig *r, uint64_t mid, uint64_t file)
{
	GByteArray *a = build2_message(header(SMB2_READ, mid));

	build2_read_request(a, file, 4);
	rig_feed(r, a, false, mid);
}

static void
answer_read(Rig *r, uint64_t mid)
{
	Build2Header h = header(SMB2_READ, mid);
	GByteArray *a;

	h.response = true;
	a = build2_message(h);
	build2_read_response(a, "data", 4);
	rig_feed(r, a, true, mid);
}

static void
assert_all_answered(const Rig *r, uint64_t exchanges)
{
	ck_assert_uint_eq(r->log.exchanges, exchanges);
	ck_assert_uint_eq(r->log.wrong, 0);
	ck_assert_uint_eq(r->log.unseen, 0);
	ck_assert_uint_eq(r->log.end.orphans, 0);
	ck_assert_uint_eq(r->log.end.limits, 0);
	ck_assert_uint_eq(r->log.end.outstanding, 0);
}

/* A READ of a MiB uses up 16 MessageIds, so they follow each other at that distance. */
static void
answer_in_reverse(uint64_t n, uint64_t distance)
{
	Rig r;

	rig_begin(&r, 0);
	for (uint64_t i = 0; i < n; i++)
		ask_read(&r, i * distance, FILE_ID);
	for (uint64_t i = n; i-- > 0;)
		answer_read(&r, i * distance);
	rig_end(&r);
	assert_all_answered(&r, n);
}

START_TEST(hundreds_are_answered_in_reverse)
{
	answer_in_reverse(500, 1);
	answer_in_reverse(500, 16);
	answer_in_reverse(500, UINT64_C(1) << 32);
}
END_TEST

START_TEST(as_many_as_servers_grant)
{
	answer_in_reverse(MOST, 1);
	answer_in_reverse(MOST, 16);
}
END_TEST

/* Every other one at first: those that stay keep their places. */
START_TEST(they_come_and_go)
{
	Rig r;

	rig_begin(&r, 0);
	for (uint64_t mid = 0; mid < 3000; mid++) {
		ask_read(&r, mid, FILE_ID);
		if (mid % 2)
			answer_read(&r, mid);
	}
	for (uint64_t mid = 0; mid < 3000; mid += 2)
		answer_read(&r, mid);
	for (uint64_t mid = 3000; mid < 3100; mid++) {
		ask_read(&r, mid, FILE_ID);
		answer_read(&r, mid);
	}
	rig_end(&r);
	assert_all_answered(&r, 3100);
}
END_TEST

/* Beyond the cap the oldest give way, which is counted; the others are found. */
START_TEST(more_are_counted)
{
	Rig r;

	rig_begin(&r, 0);
	for (uint64_t mid = 0; mid < 10000; mid++)
		ask_read(&r, mid, FILE_ID);
	ck_assert_uint_eq(r.log.exchanges, 10000 - MOST);
	ck_assert_uint_eq(r.log.unseen, 10000 - MOST);
	for (uint64_t mid = 10000; mid-- > 10000 - MOST;)
		answer_read(&r, mid);
	rig_end(&r);
	ck_assert_uint_eq(r.log.wrong, 0);
	ck_assert_uint_eq(r.log.end.orphans, 0);
	ck_assert_uint_eq(r.log.end.limits, 10000 - MOST);
}
END_TEST

/* What the program sets, with little memory. */
START_TEST(the_cap_can_be_set)
{
	Rig r;

	rig_begin(&r, 100);
	for (uint64_t mid = 0; mid < 130; mid++)
		ask_read(&r, mid, FILE_ID);
	rig_end(&r);
	ck_assert_uint_eq(r.log.end.limits, 30);
	ck_assert_uint_eq(r.log.end.outstanding, 100);
}
END_TEST

/* No client does that (3.3.5.2.3), and looking for one of them must not take long. */
START_TEST(the_same_messageid_again_and_again)
{
	Rig r;

	rig_begin(&r, 0);
	for (uint64_t i = 0; i < 1000; i++)
		ask_read(&r, 5, FILE_ID);
	rig_end(&r);
	ck_assert_uint_eq(r.log.end.limits, 1000 - MOST_SAME);
	ck_assert_uint_eq(r.log.end.outstanding, MOST_SAME);
}
END_TEST

/* ---- what is not found by its MessageId ---- */

static void
ask_notify(Rig *r, uint64_t mid)
{
	GByteArray *a = build2_message(header(SMB2_CHANGE_NOTIFY, mid));

	build_le(a, 32, 2);
	build_le(a, 0, 2);
	build_le(a, 1024, 4);
	build2_file_id(a, FILE_ID);
	build2_zeros(a, 8);
	rig_feed(r, a, false, mid);
}

static void
answer_notify(Rig *r, uint64_t mid, uint32_t status)
{
	Build2Header h = header(SMB2_CHANGE_NOTIFY, mid);
	GByteArray *a;

	h.response = true;
	h.flags = BUILD2_ASYNC;
	h.async_id = 100000 + mid;
	h.status = status;
	a = build2_message(h);
	build2_error_response(a);
	rig_feed(r, a, true, mid);
}

/* Windows has MessageId 0 on the CANCEL of a request with an AsyncId (3.2.4.1.3, note). */
static void
cancel(Rig *r, uint64_t mid)
{
	Build2Header h = header(SMB2_CANCEL, 0);
	GByteArray *a;

	h.flags = BUILD2_ASYNC;
	h.async_id = 100000 + mid;
	a = build2_message(h);
	build_le(a, 4, 4);
	rig_feed(r, a, false, mid);
}

START_TEST(one_of_many_is_cancelled)
{
	Rig r;

	rig_begin(&r, 0);
	for (uint64_t mid = 1; mid <= 512; mid++) {
		ask_notify(&r, mid);
		answer_notify(&r, mid, STATUS_PENDING);
	}
	for (uint64_t mid = 1; mid <= 512; mid++) {
		cancel(&r, mid);
		ck_assert_uint_eq(r.log.target, 2 * mid);
	}
	for (uint64_t mid = 512; mid > 0; mid--)
		answer_notify(&r, mid, STATUS_CANCELLED);
	rig_end(&r);
	ck_assert_uint_eq(r.log.expected, 512);
	assert_all_answered(&r, 2 * 512);
}
END_TEST

/* A CLOSE of their file is why they have no answer: nobody holds them. */
START_TEST(a_close_gives_up_hundreds)
{
	GByteArray *a = build2_message(header(SMB2_CLOSE, 500));
	Rig r;

	rig_begin(&r, 0);
	ask_read(&r, 501, FILE_ID);
	answer_read(&r, 501); /* else all answers may have been missed */
	for (uint64_t mid = 0; mid < 500; mid++)
		ask_notify(&r, mid);
	build2_close_request(a, FILE_ID);
	rig_feed(&r, a, false, 500);
	rig_end(&r);
	ck_assert_uint_eq(r.log.end.waiting, 0);
	ck_assert_uint_eq(r.log.end.unanswered, 501);
	ck_assert_uint_eq(r.log.end.limits, 0);
}
END_TEST

/* The FileId of a compound's CREATE goes to the command behind it, whatever else waits. */
START_TEST(a_compound_among_many)
{
	Build2Header h = header(SMB2_CREATE, 1000);
	GByteArray *a = build2_message(h);
	Rig r;

	rig_begin(&r, 0);
	for (uint64_t mid = 0; mid < 300; mid++)
		ask_read(&r, mid, FILE_ID);
	build2_create_request(a, "f.txt", 0);
	h = header(SMB2_CLOSE, 1001);
	h.flags = BUILD2_RELATED;
	build2_next(a, h);
	build2_close_request(a, UINT64_MAX);
	rig_feed(&r, a, false, 1000);
	for (uint64_t mid = 300; mid < 600; mid++)
		ask_read(&r, mid, FILE_ID);
	h = header(SMB2_CREATE, 1000);
	h.response = true;
	a = build2_message(h);
	build2_create_response(a, 42);
	h = header(SMB2_CLOSE, 1001);
	h.response = true;
	build2_next(a, h);
	build2_close_response(a);
	rig_feed(&r, a, true, 1000);
	ck_assert_int_eq(r.log.last.step, SMB_STEP_CLOSE);
	ck_assert_uint_eq(r.log.last.fid, 42);
	for (uint64_t mid = 600; mid-- > 0;)
		answer_read(&r, mid);
	rig_end(&r);
	assert_all_answered(&r, 602);
}
END_TEST

/* Cancelling again and again what does not wait, while thousands do. */
START_TEST(walks_are_capped)
{
	Rig r;

	rig_begin(&r, 0);
	for (uint64_t mid = 0; mid < MOST; mid++)
		ask_read(&r, mid, FILE_ID);
	for (uint64_t i = 0; i < 2000; i++)
		cancel(&r, 1);
	rig_end(&r);
	ck_assert_uint_gt(r.log.end.limits, 0);
	ck_assert_uint_eq(r.log.end.outstanding, MOST);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pending");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, hundreds_are_answered_in_reverse);
	tcase_add_test(tc, as_many_as_servers_grant);
	tcase_add_test(tc, they_come_and_go);
	tcase_add_test(tc, more_are_counted);
	tcase_add_test(tc, the_cap_can_be_set);
	tcase_add_test(tc, the_same_messageid_again_and_again);
	tcase_add_test(tc, one_of_many_is_cancelled);
	tcase_add_test(tc, a_close_gives_up_hundreds);
	tcase_add_test(tc, a_compound_among_many);
	tcase_add_test(tc, walks_are_capped);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
