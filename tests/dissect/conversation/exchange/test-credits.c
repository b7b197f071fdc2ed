/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Credits of SMB2 ([MS-SMB2] 3.3.1.1, 3.3.1.2), requests that are answered later, and what cancels
 * them, through a connection.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/smb2-builder.h"

enum {
	COM_NEGOTIATE = 0x72,
	COM_NT_TRANSACT = 0xA0,
	COM_NT_CANCEL = 0xA4,
	SMB2_NEGOTIATE = 0,
	SMB2_TREE_CONNECT = 3,
	SMB2_CANCEL = 12,
	SMB2_ECHO = 13,
	SMB2_CHANGE_NOTIFY = 15,
	DISK = 1,
};
#define STATUS_PENDING 0x00000103u
#define STATUS_CANCELLED 0xC0000120u

typedef struct {
	SmbCredits credits;
	uint32_t anomalies;        /* of the last message */
	uint64_t all_anomalies;    /* of the connection */
	uint64_t orphans, waiting; /* the same */
	SmbExchange last, cancel;
	char share[32]; /* of the last exchange */
} Log;

static void
on_event(void *user, const SmbEvent *event)
{
	Log *log = user;

	if (event->kind == SMB_EVENT_MESSAGE) {
		log->anomalies = event->message->anomalies;
	} else if (event->kind == SMB_EVENT_EXCHANGE) {
		const SmbTree *tree = event->exchange->tree;

		log->last = *event->exchange;
		if (event->exchange->step == SMB_STEP_CANCEL)
			log->cancel = *event->exchange;
		log->share[0] = '\0';
		if (tree && tree->path)
			smb_text_to_utf8(smb_string_text(tree->path), log->share,
					 sizeof(log->share));
	} else if (event->kind == SMB_EVENT_CONNECTION) {
		log->credits = event->connection->credits;
		log->all_anomalies = event->connection->anomalies;
		log->orphans = event->connection->orphans;
		log->waiting = event->connection->outstanding;
	}
}

typedef struct {
	Log log;
	SmbContext *context;
	SmbConnection *c;
	uint64_t frame;
} Rig;

static void
rig_begin(Rig *r, bool midstream)
{
	SmbConfig config = { .want = ~0u, .event = on_event, .user = &r->log };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };

	*r = (Rig){ .frame = 1 };
	r->context = smb_context_new(&config);
	r->c = smb_connection_new(r->context, &ends, true, midstream, &(SmbStamp){ 1, 1 });
}

static void
rig_feed(Rig *r, GByteArray *message, bool response)
{
	SmbStamp when = { ++r->frame, r->frame };
	uint8_t *exact;

	build_end(message);
	exact = g_memdup2(message->data, message->len);
	smb_connection_feed(r->c, response ? SMB_TO_CLIENT : SMB_TO_SERVER,
			    (SmbSpan){ exact, message->len }, &when);
	g_free(exact);
	g_byte_array_unref(message);
}

static void
rig_end(Rig *r)
{
	smb_connection_end(r->c,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = false,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &(SmbStamp){ 99, 99 });
	smb_context_free(r->context);
}

/* An ECHO, whose body is the same in both directions ([MS-SMB2] 2.2.28). */
static void
rig_echo(Rig *r, Build2Header h)
{
	GByteArray *a;

	h.command = SMB2_ECHO;
	a = build2_message(h);
	build_le(a, 4, 4);
	rig_feed(r, a, h.response);
}

static void
ask(Rig *r, uint64_t mid, uint16_t charge)
{
	rig_echo(r, (Build2Header){ .mid = mid, .credit_charge = charge, .credits = 1 });
}

static void
answer(Rig *r, uint64_t mid, uint16_t credits)
{
	rig_echo(r, (Build2Header){ .mid = mid, .credits = credits, .response = true });
}

static void
assert_credits(const Rig *r, uint64_t granted, uint64_t used, bool whole)
{
	ck_assert_uint_eq(r->log.credits.granted, granted);
	ck_assert_uint_eq(r->log.credits.used, used);
	ck_assert_uint_eq(r->log.credits.whole, whole);
}

START_TEST(requests_use_up_and_responses_grant)
{
	Rig r;

	rig_begin(&r, false);
	ask(&r, 0, 0); /* no charge is one */
	answer(&r, 0, 10);
	ask(&r, 1, 1);
	ask(&r, 2, 4);
	answer(&r, 2, 4);
	answer(&r, 1, 0);
	rig_end(&r);
	assert_credits(&r, 14, 6, true);
	ck_assert_uint_eq(r.log.all_anomalies, 0);
}
END_TEST

START_TEST(more_than_was_granted_is_an_anomaly)
{
	Rig r;

	rig_begin(&r, false);
	ask(&r, 0, 0);
	answer(&r, 0, 2);
	ask(&r, 1, 1);
	ask(&r, 2, 1);
	ck_assert_uint_eq(r.log.anomalies, 0);
	ask(&r, 3, 1);
	ck_assert_uint_eq(r.log.anomalies, SMB_ANOMALY_CREDITS);
	answer(&r, 1, 1);
	ck_assert_uint_eq(r.log.anomalies, 0);
	ask(&r, 4, UINT16_MAX);
	ck_assert_uint_eq(r.log.anomalies, SMB_ANOMALY_CREDITS);
	rig_end(&r);
	assert_credits(&r, 3, 4 + UINT16_MAX, true);
	ck_assert_uint_eq(r.log.all_anomalies, SMB_ANOMALY_CREDITS);
}
END_TEST

/* Every command of a compound has its own charge. */
START_TEST(compounds_use_up_each)
{
	GByteArray *a;
	Rig r;

	rig_begin(&r, false);
	ask(&r, 0, 0);
	answer(&r, 0, 1);
	a = build2_message((Build2Header){ .command = SMB2_ECHO, .mid = 1, .credit_charge = 1 });
	build_le(a, 4, 4);
	build2_next(a, (Build2Header){ .command = SMB2_ECHO, .mid = 2, .credit_charge = 1 });
	build_le(a, 4, 4);
	rig_feed(&r, a, false);
	ck_assert_uint_eq(r.log.anomalies, SMB_ANOMALY_CREDITS);
	rig_end(&r);
	assert_credits(&r, 1, 3, true);
}
END_TEST

/* A CANCEL is free, and so is what the server sends unasked. */
START_TEST(cancels_and_breaks_are_free)
{
	Build2Header cancel = { .command = SMB2_CANCEL, .mid = 0, .credit_charge = 1 };
	Build2Header breaks = { .command = 18, .mid = UINT64_MAX, .response = true };
	GByteArray *a;
	Rig r;

	rig_begin(&r, false);
	ask(&r, 0, 0);
	a = build2_message(cancel);
	build_le(a, 4, 4);
	rig_feed(&r, a, false);
	a = build2_message(breaks);
	build_le(a, 24, 2);
	build2_zeros(a, 22);
	rig_feed(&r, a, true);
	answer(&r, 0, 3);
	rig_end(&r);
	assert_credits(&r, 3, 1, true);
	ck_assert_uint_eq(r.log.all_anomalies, 0);
}
END_TEST

/* Its MessageId 0 is used up by an SMB1 negotiate that SMB2 answers. */
START_TEST(a_negotiate_of_smb1_uses_up_one)
{
	BuildHeader h = { .command = COM_NEGOTIATE };
	GByteArray *a;
	Rig r;

	rig_begin(&r, false);
	rig_feed(&r, build_simple(h, NULL, 0, "\2SMB 2.???", 11), false);
	a = build2_message(
		(Build2Header){ .command = SMB2_NEGOTIATE, .response = true, .credits = 1 });
	build_le(a, 65, 2);
	build_le(a, 1, 2);
	build_le(a, 0x02FF, 2);
	build2_zeros(a, 58);
	rig_feed(&r, a, true);
	ask(&r, 1, 0);
	ck_assert_uint_eq(r.log.anomalies, 0);
	ask(&r, 2, 0);
	ck_assert_uint_eq(r.log.anomalies, SMB_ANOMALY_CREDITS);
	rig_end(&r);
	assert_credits(&r, 1, 3, true);
}
END_TEST

/* Where something was missed nothing is held against anyone. */
START_TEST(what_was_missed_may_have_granted_more)
{
	static const uint8_t transform[4 + 52] = { 0, 0, 0, 52, 0xFD, 'S', 'M', 'B' };
	Rig r;

	for (int missed = 0; missed < 5; missed++) {
		rig_begin(&r, missed == 0);
		if (missed != 1) /* the server's side was never seen */
			answer(&r, 0, 0);
		if (missed == 2)
			smb_connection_gap(r.c, SMB_TO_CLIENT, 100, SMB_GAP_MISSING,
					   &(SmbStamp){ 2, 2 });
		if (missed == 3)
			smb_connection_feed(r.c, SMB_TO_CLIENT,
					    (SmbSpan){ transform, sizeof(transform) },
					    &(SmbStamp){ 2, 2 });
		/* missed == 4: the answer above has no request */
		for (uint64_t mid = 1; mid < 9; mid++)
			ask(&r, mid, 1);
		rig_end(&r);
		assert_credits(&r, 0, 8, false);
		ck_assert_uint_eq(r.log.all_anomalies & SMB_ANOMALY_CREDITS, 0);
	}
}
END_TEST

/* ---- Answered later ---- */

static void
connect_tree(Rig *r, uint64_t mid, uint32_t tid)
{
	Build2Header h = { .command = SMB2_TREE_CONNECT, .mid = mid, .session = 9 };
	GByteArray *a = build2_message(h), *b;

	build2_tree_request(a, "\\\\S\\D");
	rig_feed(r, a, false);
	h.response = true;
	h.tid = tid;
	b = build2_message(h);
	build2_tree_response(b, DISK);
	rig_feed(r, b, true);
}

/* [MS-SMB2] 2.2.35 */
static void
ask_notify(Rig *r, Build2Header h)
{
	GByteArray *a;

	h.command = SMB2_CHANGE_NOTIFY;
	a = build2_message(h);
	build_le(a, 32, 2);
	build_le(a, 0, 2);
	build_le(a, 1024, 4);
	build2_file_id(a, 7);
	build2_zeros(a, 8);
	rig_feed(r, a, false);
}

static void
answer_async(Rig *r, uint64_t mid, uint64_t async_id, uint32_t status)
{
	GByteArray *a = build2_message((Build2Header){ .command = SMB2_CHANGE_NOTIFY,
						       .mid = mid,
						       .response = true,
						       .flags = BUILD2_ASYNC,
						       .async_id = async_id,
						       .session = 9,
						       .status = status });

	build2_error_response(a);
	rig_feed(r, a, true);
}

static void
cancel_async(Rig *r, uint64_t mid, bool async, uint64_t async_id)
{
	GByteArray *a = build2_message((Build2Header){ .command = SMB2_CANCEL,
						       .mid = mid,
						       .flags = async ? BUILD2_ASYNC : 0,
						       .async_id = async_id,
						       .session = 9 });

	build_le(a, 4, 4);
	rig_feed(r, a, false);
}

/* The final answer has no TreeId: it is that of the request. */
START_TEST(a_late_answer_belongs_to_its_request)
{
	Rig r;

	rig_begin(&r, false);
	connect_tree(&r, 0, 5);
	ask_notify(&r, (Build2Header){ .mid = 1, .tid = 5, .session = 9 });
	ask_notify(&r, (Build2Header){ .mid = 2, .tid = 5, .session = 9 });
	answer_async(&r, 1, 77, STATUS_PENDING);
	answer_async(&r, 2, 78, STATUS_PENDING);
	answer_async(&r, 2, 78, STATUS_CANCELLED);
	ck_assert_uint_eq(r.log.last.mid, 2);
	ck_assert_uint_eq(r.log.last.request.frame, 5);
	ck_assert_uint_eq(r.log.last.status.value, STATUS_CANCELLED);
	ck_assert_uint_eq(r.log.last.tid, 5);
	ck_assert_str_eq(r.log.share, "\\\\S\\D");
	answer_async(&r, 1, 77, STATUS_CANCELLED);
	ck_assert_uint_eq(r.log.last.mid, 1);
	ck_assert_uint_eq(r.log.last.request.frame, 4);
	rig_end(&r);
	ck_assert_uint_eq(r.log.orphans, 0);
	ck_assert_uint_eq(r.log.waiting, 0);
}
END_TEST

START_TEST(a_cancel_names_its_request)
{
	Rig r;

	rig_begin(&r, false);
	connect_tree(&r, 0, 5);
	ask_notify(&r, (Build2Header){ .mid = 1, .tid = 5, .session = 9 });
	ask_notify(&r, (Build2Header){ .mid = 2, .tid = 5, .session = 9 });
	cancel_async(&r, 1, false, 0); /* before the server gave it an AsyncId */
	ck_assert_uint_eq(r.log.cancel.other.target_mid, 1);
	ck_assert_uint_eq(r.log.cancel.other.target_frame, 4);
	answer_async(&r, 1, 77, STATUS_PENDING);
	answer_async(&r, 2, 78, STATUS_PENDING);
	cancel_async(&r, 0, true, 77); /* Windows has no MessageId then */
	ck_assert_uint_eq(r.log.cancel.other.target_mid, 1);
	ck_assert_uint_eq(r.log.cancel.other.target_frame, 4);
	cancel_async(&r, 2, true, 78);
	ck_assert_uint_eq(r.log.cancel.other.target_mid, 2);
	ck_assert_uint_eq(r.log.cancel.other.target_frame, 5);
	cancel_async(&r, 2, true, 79); /* nobody has that one */
	ck_assert_uint_eq(r.log.cancel.other.target_frame, 0);
	answer_async(&r, 1, 77, STATUS_CANCELLED);
	cancel_async(&r, 1, true, 77); /* it was answered */
	ck_assert_uint_eq(r.log.cancel.other.target_frame, 0);
	rig_end(&r);
	ck_assert_uint_eq(r.log.all_anomalies & ~(uint64_t)SMB_ANOMALY_CREDITS, 0);
}
END_TEST

/* [MS-CIFS] 2.2.4.65: the ids of the request are on the cancel. */
START_TEST(a_cancel_of_smb1_names_its_request)
{
	BuildHeader h = { .command = COM_NT_TRANSACT, .tid = 5, .pid = 3, .mid = 1 };
	uint16_t words[23] = { 0, 0, 0, [18] = 0x0400, 0x0400 };
	Rig r;

	rig_begin(&r, false);
	rig_feed(&r, build_simple(h, words, 23, NULL, 0), false);
	h.command = COM_NT_CANCEL;
	rig_feed(&r, build_simple(h, NULL, 0, NULL, 0), false);
	ck_assert_uint_eq(r.log.cancel.other.target_mid, 1);
	ck_assert_uint_eq(r.log.cancel.other.target_frame, 2);
	h.pid = 4;
	rig_feed(&r, build_simple(h, NULL, 0, NULL, 0), false);
	ck_assert_uint_eq(r.log.cancel.other.target_frame, 0);
	rig_end(&r);
	assert_credits(&r, 0, 0, false);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("credits");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, requests_use_up_and_responses_grant);
	tcase_add_test(tc, more_than_was_granted_is_an_anomaly);
	tcase_add_test(tc, compounds_use_up_each);
	tcase_add_test(tc, cancels_and_breaks_are_free);
	tcase_add_test(tc, a_negotiate_of_smb1_uses_up_one);
	tcase_add_test(tc, what_was_missed_may_have_granted_more);
	tcase_add_test(tc, a_late_answer_belongs_to_its_request);
	tcase_add_test(tc, a_cancel_names_its_request);
	tcase_add_test(tc, a_cancel_of_smb1_names_its_request);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
