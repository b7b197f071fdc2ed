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
	char account[32], service[32];
} Told;

static Told told[256];
static uint32_t n_told;
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
stop(void)
{
	SmbStamp when = { ++frame * 1000, frame };

	smb_connection_end(connection,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = true,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
	ck_assert_uint_eq(smb_context_free(context), 0);
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
 * remembered come and go before the first two are told.
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

/* A tree connect has one leg: an answer that says "go on" is told while its bytes are there. */
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

int
main(void)
{
	Suite *suite = suite_create("logon");
	TCase *tcase = tcase_create("owners");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, test_waits_while_others_go);
	tcase_add_test(tcase, test_waits_where_one_may_wait);
	tcase_add_test(tcase, test_tree_connect_goes_nowhere);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
