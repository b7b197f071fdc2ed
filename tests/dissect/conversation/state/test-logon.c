/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who owns what of a logon: legs that wait, attempts that are forgotten meanwhile, answers that
 * nobody sends. Every message is fed from memory that is freed at once, so that AddressSanitizer
 * sees whoever still looks at it.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>

#include "dissect/dissect.h"
#include "dissect/wire/caps.h"
#include "tests/dissect/conversation/state/logon-secrets.h"
#include "tests/lib/smb-builder.h"

enum {
	COM_NEGOTIATE = 0x72,
	COM_SESSION_SETUP_ANDX = 0x73,
	COM_TREE_CONNECT_ANDX = 0x75,
	NTLM_NEGOTIATE_SIZE = 32,
	LOGON_FAILURE = 0xC000006Du,
	MORE = 0xC0000016u,
};

typedef struct {
	SmbStep step;
	uint64_t request, response;
	bool has_auth;
	SmbPasswordType type;
	SmbResult result;
	bool by_server, challenged;
	int32_t krb_error, encryption_type;
	char account[32], service[32];
} Told;

static Told told[256];
static uint32_t n_told, n_users, limits_reached;
static uint64_t frame;
static SmbContext *context;
static SmbConnection *connection;

static void
on_event(void *user, const SmbEvent *event)
{
	const SmbExchange *x = event->exchange;
	Told *t = &told[n_told++];
	const SmbAuth *auth = NULL;

	(void)user;
	ck_assert_uint_lt(n_told, G_N_ELEMENTS(told));
	n_users = event->connection->n_users;
	limits_reached = event->connection->limits;
	*t = (Told){ .step = x->step, .request = x->request.frame, .response = x->response.frame };
	if (x->step == SMB_STEP_SESSION_SETUP)
		auth = x->session.auth;
	if (x->step == SMB_STEP_TREE_CONNECT) {
		auth = x->tree_connect.auth;
		smb_text_to_utf8(x->tree_connect.service_back, t->service, sizeof(t->service));
	}
	t->has_auth = auth != NULL;
	if (!auth)
		return;
	t->type = auth->password_type;
	t->result = auth->result;
	t->by_server = auth->abandoned_by_server;
	t->challenged = auth->challenged;
	t->krb_error = auth->krb_error;
	t->encryption_type = auth->encryption_type;
	smb_text_to_utf8(smb_string_text(auth->account), t->account, sizeof(t->account));
}

static void
start(const SmbLimits *limits)
{
	SmbConfig config = { .want = SMB_EVENT_EXCHANGE, .event = on_event };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };
	SmbStamp first = { 1, 1 };

	if (limits)
		config.limits = *limits;
	n_told = 0;
	frame = 1;
	context = smb_context_new(&config);
	connection = smb_connection_new(context, &ends, true, false, &first);
}

static void
stop_by(SmbEnd end, bool by_server)
{
	SmbStamp when = { ++frame * 1000, frame };

	smb_connection_end(connection,
			   &(SmbEnding){ .end = end,
					 .by_server = by_server,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
	ck_assert_uint_eq(smb_context_free(context), 0);
}

static void
stop(void)
{
	stop_by(SMB_END_FIN, true);
}

static void
feed(SmbDir dir, GByteArray *message)
{
	SmbStamp when = { ++frame * 1000, frame };
	uint8_t *copy = g_memdup2(message->data, message->len);

	smb_connection_feed(connection, dir, (SmbSpan){ copy, message->len }, &when);
	g_free(copy);
	g_byte_array_unref(message);
}

/* An NTLMSSP NEGOTIATE ([MS-NLMP] 2.2.1.1). */
static void
put_ntlm_negotiate(GByteArray *a)
{
	g_byte_array_append(a, (const uint8_t *)"NTLMSSP", 8);
	build_le(a, 1, 4);
	build_le(a, 0x62088215, 4);
	build_le(a, 0, 16);
}

/* The same in a NegTokenResp ([MS-SPNG] 2.2.1), as only a further leg has it. */
static void
put_further_negotiate(GByteArray *a)
{
	static const uint8_t head[] = { 0xA1, NTLM_NEGOTIATE_SIZE + 6,
					0x30, NTLM_NEGOTIATE_SIZE + 4,
					0xA2, NTLM_NEGOTIATE_SIZE + 2,
					0x04, NTLM_NEGOTIATE_SIZE };

	g_byte_array_append(a, head, sizeof(head));
	put_ntlm_negotiate(a);
}

/* A leg of an extended logon ([MS-SMB] 2.2.4.6.1). */
static void
leg(uint16_t mid, uint16_t uid, void (*put)(GByteArray *a))
{
	GByteArray *blob = g_byte_array_new(),
		   *a = build_message((BuildHeader){
			   .command = COM_SESSION_SETUP_ANDX, .mid = mid, .uid = uid });

	put(blob);
	build_le(a, 12, 1);
	build_le(a, 0xFF, 4);
	build_le(a, 16644, 2);
	build_le(a, 10, 2);
	build_le(a, 1, 2);
	build_le(a, 0, 4);
	build_le(a, blob->len, 2);
	build_le(a, 0, 4);
	build_le(a, 0x80000000u, 4);
	build_le(a, blob->len + 2, 2);
	g_byte_array_append(a, blob->data, blob->len);
	build_le(a, 0, 2);
	g_byte_array_unref(blob);
	feed(SMB_TO_SERVER, build_end(a));
}

/* A logon with responses of 24 bytes, refused ([MS-CIFS] 2.2.4.53). */
static void
refused_logon(uint16_t mid)
{
	BuildHeader h = { .command = COM_SESSION_SETUP_ANDX, .mid = mid };
	GByteArray *a = build_message(h);

	build_le(a, 13, 1);
	build_le(a, 0xFF, 4);
	build_le(a, 16644, 2);
	build_le(a, 10, 2);
	build_le(a, 1, 2);
	build_le(a, 0, 4);
	build_le(a, 24, 2);
	build_le(a, 24, 2);
	build_le(a, 0, 8);
	build_le(a, 48 + 4 + 4 + 2 + 2, 2);
	for (unsigned i = 0; i < 48; i++)
		build_le(a, 0x11, 1);
	build_text(a, "bob");
	build_text(a, "DOM");
	build_text(a, "");
	build_text(a, "");
	feed(SMB_TO_SERVER, build_end(a));
	h.reply = true;
	h.status = LOGON_FAILURE;
	feed(SMB_TO_CLIENT, build_simple(h, NULL, 0, NULL, 0));
}

/*
 * A logon waits for its answer; a further leg begins another one. As many attempts as are
 * remembered come and go before the first two are reported.
 */
START_TEST(test_waits_while_others_go)
{
	SmbLimits limits = { .auths = 2 };
	uint32_t refused = 0, unknown = 0;

	start(&limits);
	leg(1, 0, put_ntlm_negotiate);
	leg(2, 5, put_further_negotiate);
	for (uint16_t mid = 10; mid < 20; mid++)
		refused_logon(mid);
	stop();
	ck_assert_uint_eq(n_told, 12);
	for (uint32_t i = 0; i < n_told; i++) {
		ck_assert(told[i].has_auth);
		refused += told[i].result == SMB_RESULT_REFUSED &&
			   g_str_equal(told[i].account, "bob");
		unknown += told[i].result == SMB_RESULT_UNKNOWN && !told[i].response;
	}
	ck_assert_uint_eq(refused, 10);
	ck_assert_uint_eq(unknown, 2);
}
END_TEST

/* The same, while the requests themselves are given up for want of room. */
START_TEST(test_waits_where_one_may_wait)
{
	SmbLimits limits = { .auths = 1, .outstanding = 1, .users = 1 };

	start(&limits);
	for (uint16_t mid = 1; mid < 40; mid += 3) {
		leg(mid, 0, put_ntlm_negotiate);
		leg(mid + 1, 5, put_further_negotiate);
		refused_logon(mid + 2);
	}
	stop();
	ck_assert_uint_eq(n_told, 39);
}
END_TEST

/* The users of a terminal server share a connection: nobody who is logged on is forgotten. */
START_TEST(test_many_users)
{
	static const uint16_t asks[13] = { 0xFF, 0, 16644, 10, 1 }, answers[] = { 0xFF, 0, 0 };
	static const char names[] = "bob\0DOM\0os\0lm";

	start(NULL);
	for (uint16_t i = 1; i <= 100; i++) {
		BuildHeader h = { .command = COM_SESSION_SETUP_ANDX, .mid = i };

		feed(SMB_TO_SERVER, build_simple(h, asks, 13, names, sizeof(names)));
		h.reply = true;
		h.uid = i;
		feed(SMB_TO_CLIENT, build_simple(h, answers, 3, names, sizeof(names)));
	}
	stop();
	ck_assert_uint_eq(n_users, SMB_CAP(100, 2));
	ck_assert_uint_eq(limits_reached, SMB_CAP(0, 98));
}
END_TEST

/* Share level: the password is in the tree connect ([MS-CIFS] 2.2.4.55.1). */
static void
share_level_server(void)
{
	static const uint16_t words[] = { 0, 0, 50, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0 };
	static const char dialects[] = "\x02LANMAN1.0";
	BuildHeader h = { .command = COM_NEGOTIATE, .mid = 1 };

	feed(SMB_TO_SERVER, build_simple(h, NULL, 0, dialects, sizeof(dialects)));
	h.reply = true;
	feed(SMB_TO_CLIENT, build_simple(h, words, G_N_ELEMENTS(words), NULL, 0));
}

static void
tree_connect(uint16_t mid, uint32_t status)
{
	static const uint16_t asks[] = { 0xFF, 0, 0, 4 }, answers[] = { 0xFF, 0 };
	static const char bytes[] = "pwd\0\\\\S\\SHARE\0?????", back[] = "A:";
	BuildHeader h = { .command = COM_TREE_CONNECT_ANDX, .mid = mid, .uid = 1 };

	feed(SMB_TO_SERVER, build_simple(h, asks, G_N_ELEMENTS(asks), bytes, sizeof(bytes)));
	h.reply = true;
	h.tid = 7;
	h.status = status;
	feed(SMB_TO_CLIENT, build_simple(h, answers, G_N_ELEMENTS(answers), back, sizeof(back)));
}

/* A tree connect has one leg: an answer that says "go on" is reported while its bytes are there. */
START_TEST(test_tree_connect_goes_nowhere)
{
	start(NULL);
	share_level_server();
	tree_connect(2, MORE);
	ck_assert_uint_eq(n_told, 2);
	ck_assert_int_eq(told[1].step, SMB_STEP_TREE_CONNECT);
	ck_assert_str_eq(told[1].service, "A:");
	ck_assert(told[1].has_auth);
	ck_assert_int_eq(told[1].result, SMB_RESULT_UNKNOWN);
	tree_connect(3, 0);
	ck_assert_uint_eq(n_told, 3);
	ck_assert_int_eq(told[2].result, SMB_RESULT_ACCEPTED);
	stop();
	ck_assert_uint_eq(n_told, 3);
}
END_TEST

/* ---- what became of an attempt ---- */

enum { UID = 5, SKEW = 37, MODIFIED = 41, AES = 18, RC4 = 23 };

/* An element of DER around what `a` has; short lengths only. */
static void
wrap(GByteArray *a, uint8_t tag)
{
	uint8_t head[] = { tag, (uint8_t)a->len };

	ck_assert_uint_lt(a->len, 0x80);
	g_byte_array_prepend(a, head, sizeof(head));
}

static void
wrap_all(GByteArray *a, const char *tags)
{
	for (; *tags; tags++)
		wrap(a, (uint8_t)*tags);
}

static uint8_t etype;

/* A NegTokenResp with a bare AP-REQ (RFC 4120 5.5.1), of a ticket with this encryption. */
static void
put_ap_req(GByteArray *a)
{
	const uint8_t number[] = { 0x02, 1, etype };

	g_byte_array_append(a, number, sizeof(number));
	/* EncryptedData in [3] of the ticket, in [3] of the request, in the token */
	wrap_all(a, "\xA0\x30\xA3\x30\x61\xA3\x30\x6E\x04\xA2\x30\xA1");
}

static int32_t krb_code;

/* The server's token: a KRB-ERROR (RFC 4120 5.9.1), or NTLMSSP named as the mechanism. */
static void
put_refusal(GByteArray *a)
{
	static const uint8_t ntlmssp[] = { 0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10 };
	const uint8_t number[] = { 0x02, 1, (uint8_t)krb_code };

	if (krb_code < 0) {
		g_byte_array_append(a, ntlmssp, sizeof(ntlmssp));
		wrap_all(a, "\x06\xA1\x30\xA1");
	} else {
		g_byte_array_append(a, number, sizeof(number));
		wrap_all(a, "\xA6\x30\x7E\x04\xA2\x30\xA1");
	}
}

/* An NTLMSSP CHALLENGE ([MS-NLMP] 2.2.1.2). */
static void
put_challenge(GByteArray *a)
{
	g_byte_array_append(a, (const uint8_t *)"NTLMSSP", 8);
	build_le(a, 2, 4);
	build_le(a, 0, 8);
	build_le(a, 0x62088215, 4);
	build_le(a, 0x0123456789ABCDEFu, 8);
	build_le(a, 0, 16);
}

static void
put_nothing(GByteArray *a)
{
	(void)a;
}

/* The response to a leg ([MS-SMB] 2.2.4.6.2). */
static void
answer(uint16_t mid, uint32_t status, void (*put)(GByteArray *a))
{
	GByteArray *blob = g_byte_array_new(),
		   *a = build_message((BuildHeader){ .command = COM_SESSION_SETUP_ANDX,
						     .mid = mid,
						     .uid = UID,
						     .reply = true,
						     .status = status });

	put(blob);
	build_le(a, 4, 1);
	build_le(a, 0xFF, 4);
	build_le(a, 0, 2);
	build_le(a, blob->len, 2);
	build_le(a, blob->len + 2, 2);
	g_byte_array_append(a, blob->data, blob->len);
	build_le(a, 0, 2);
	g_byte_array_unref(blob);
	feed(SMB_TO_CLIENT, build_end(a));
}

/* Those that say how an attempt ended, in order. */
static const Told *
attempt_told(uint32_t at)
{
	for (uint32_t i = 0; i < n_told; i++)
		if (told[i].has_auth && at-- == 0)
			return &told[i];
	return NULL;
}

/* A logon that stops at the challenge was abandoned: by whoever ended the connection. */
START_TEST(test_abandoned)
{
	static const struct {
		SmbEnd end;
		bool by_server, gap;
		SmbResult result;
	} all[] = {
		{ SMB_END_FIN, false, false, SMB_RESULT_ABANDONED },
		{ SMB_END_FIN, true, false, SMB_RESULT_ABANDONED },
		{ SMB_END_RESET, false, false, SMB_RESULT_ABANDONED },
		{ SMB_END_RESET, true, false, SMB_RESULT_ABANDONED },
		{ SMB_END_TIMEOUT, false, false, SMB_RESULT_ABANDONED },
		{ SMB_END_CAPTURE_END, false, false, SMB_RESULT_UNKNOWN },
		{ SMB_END_EVICTED, false, false, SMB_RESULT_UNKNOWN },
		{ SMB_END_REUSED, false, false, SMB_RESULT_UNKNOWN },
		{ SMB_END_FIN, false, true, SMB_RESULT_UNKNOWN }, /* the next round may be in it */
	};

	for (uint32_t i = 0; i < G_N_ELEMENTS(all); i++) {
		SmbStamp when = { 5000, 5 };

		start(NULL);
		leg(1, 0, put_ntlm_negotiate);
		answer(1, MORE, put_challenge);
		if (all[i].gap)
			smb_connection_gap(connection, SMB_TO_SERVER, 100, SMB_GAP_MISSING, &when);
		stop_by(all[i].end, all[i].by_server);
		ck_assert_uint_eq(n_told, 1);
		ck_assert(told[0].has_auth && told[0].challenged);
		ck_assert_int_eq(told[0].type, SMB_PASSWORD_NONE);
		ck_assert_msg(told[0].result == all[i].result, "row %u", i);
		ck_assert_int_eq(told[0].by_server,
				 all[i].by_server && all[i].result == SMB_RESULT_ABANDONED);
	}
}
END_TEST

/* An answer that was never seen says nothing of who left; a second NEGOTIATE abandons the first. */
START_TEST(test_not_abandoned)
{
	start(NULL);
	leg(1, 0, put_ntlm_negotiate);
	stop_by(SMB_END_FIN, false);
	ck_assert_int_eq(attempt_told(0)->result, SMB_RESULT_UNKNOWN);
	ck_assert(!attempt_told(0)->challenged);
	start(NULL);
	leg(1, 0, put_ntlm_negotiate);
	answer(1, MORE, put_challenge);
	leg(2, UID, put_ntlm_negotiate);
	answer(2, MORE, put_challenge);
	ck_assert_int_eq(attempt_told(0)->result, SMB_RESULT_ABANDONED);
	ck_assert(!attempt_told(0)->by_server);
	stop_by(SMB_END_CAPTURE_END, false);
	ck_assert_int_eq(attempt_told(1)->result, SMB_RESULT_UNKNOWN);
}
END_TEST

/* A ticket that is turned down, or refused by a KRB-ERROR, is one attempt, NTLMSSP after it another. */
START_TEST(test_ticket_then_ntlm)
{
	static const int32_t codes[] = { -1, MODIFIED, SKEW };

	for (uint32_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		start(NULL);
		etype = RC4;
		krb_code = codes[i];
		leg(1, 0, put_ap_req);
		answer(1, MORE, put_refusal);
		leg(2, UID, put_further_negotiate);
		ck_assert_uint_eq(n_told, 1);
		ck_assert_int_eq(told[0].type, SMB_PASSWORD_KERBEROS);
		ck_assert_int_eq(told[0].result, SMB_RESULT_REFUSED);
		ck_assert_int_eq(told[0].krb_error, codes[i]);
		ck_assert_int_eq(told[0].encryption_type, RC4);
		answer(2, LOGON_FAILURE, put_nothing);
		stop();
		ck_assert_uint_eq(n_told, 2);
		ck_assert_int_eq(told[1].type, SMB_PASSWORD_NONE);
		ck_assert_int_eq(told[1].result, SMB_RESULT_REFUSED);
		ck_assert_int_eq(told[1].encryption_type, -1);
		ck_assert_int_eq(told[1].krb_error, -1);
	}
}
END_TEST

/* A second ticket after KRB_AP_ERR_SKEW is the same attempt; after another error it is a new one. */
START_TEST(test_second_ticket)
{
	start(NULL);
	etype = AES;
	krb_code = SKEW;
	leg(1, 0, put_ap_req);
	answer(1, MORE, put_refusal);
	leg(2, UID, put_ap_req);
	answer(2, 0, put_nothing);
	ck_assert_uint_eq(n_told, 2);
	ck_assert(!told[0].has_auth);
	ck_assert_int_eq(told[1].result, SMB_RESULT_ACCEPTED);
	ck_assert_int_eq(told[1].krb_error, -1);
	stop();
	start(NULL);
	krb_code = MODIFIED;
	leg(1, 0, put_ap_req);
	answer(1, MORE, put_refusal);
	leg(2, UID, put_ap_req);
	answer(2, 0, put_nothing);
	stop();
	ck_assert_uint_eq(n_told, 2);
	ck_assert_int_eq(told[0].result, SMB_RESULT_REFUSED);
	ck_assert_int_eq(told[0].krb_error, MODIFIED);
	ck_assert_int_eq(told[1].result, SMB_RESULT_ACCEPTED);
}
END_TEST

/* A ticket whose refusal is the last that is seen: whoever left, it was refused, and why is kept. */
START_TEST(test_ticket_refused_at_the_end)
{
	start(NULL);
	etype = AES;
	krb_code = SKEW;
	leg(1, 0, put_ap_req);
	answer(1, MORE, put_refusal);
	stop_by(SMB_END_CAPTURE_END, false);
	ck_assert_int_eq(told[0].result, SMB_RESULT_REFUSED);
	ck_assert_int_eq(told[0].krb_error, SKEW);
	/* the same beside a status that refuses */
	start(NULL);
	leg(1, 0, put_ap_req);
	answer(1, LOGON_FAILURE, put_refusal);
	stop();
	ck_assert_int_eq(told[0].result, SMB_RESULT_REFUSED);
	ck_assert_int_eq(told[0].krb_error, SKEW);
	/* and beside one that accepts it is none */
	start(NULL);
	leg(1, 0, put_ap_req);
	answer(1, 0, put_refusal);
	stop();
	ck_assert_int_eq(told[0].result, SMB_RESULT_ACCEPTED);
	ck_assert_int_eq(told[0].krb_error, -1);
}
END_TEST

/* An empty blob asks the server to begin ([MS-SMB] <111>): no secret, and not anonymous. */
START_TEST(test_empty_blob)
{
	start(NULL);
	leg(1, 0, put_nothing);
	answer(1, MORE, put_nothing);
	leg(2, UID, put_ntlm_negotiate);
	answer(2, MORE, put_challenge);
	stop_by(SMB_END_FIN, false);
	ck_assert_uint_eq(n_told, 2);
	ck_assert(!told[0].has_auth);
	ck_assert_int_eq(told[1].type, SMB_PASSWORD_NONE);
	ck_assert_int_eq(told[1].result, SMB_RESULT_ABANDONED);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("logon");
	TCase *tcase = tcase_create("owners"), *secrets = tcase_create("secrets");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, test_waits_while_others_go);
	tcase_add_test(tcase, test_waits_where_one_may_wait);
	tcase_add_test(tcase, test_many_users);
	tcase_add_test(tcase, test_tree_connect_goes_nowhere);
	tcase_add_test(tcase, test_abandoned);
	tcase_add_test(tcase, test_not_abandoned);
	tcase_add_test(tcase, test_ticket_then_ntlm);
	tcase_add_test(tcase, test_second_ticket);
	tcase_add_test(tcase, test_ticket_refused_at_the_end);
	tcase_add_test(tcase, test_empty_blob);
	logon_add_secrets(secrets);
	suite_add_tcase(suite, tcase);
	suite_add_tcase(suite, secrets);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
