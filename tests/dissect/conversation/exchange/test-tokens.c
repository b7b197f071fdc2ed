/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security tokens that come in several session setups ([MS-SPNG] 3.1.5.6, 3.1.5.9), tokens that are
 * not in the capture, and what is shown of tokens beside their messages. The tokens are real ones;
 * the messages around them are built here.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/security-tokens.h"
#include "tests/lib/smb-builder.h"

enum {
	COM_NEGOTIATE = 0x72,
	COM_SESSION_SETUP_ANDX = 0x73,
	UID = 100,
	MORE = 0xC0000016u,
	INVALID = 0xC000000Du,
	DENIED = 0xC000006Du,
};

/* ---- What happened --------------------------------------------------------------------------- */

typedef struct {
	char kind[32]; /* of the token shown beside a message; "" for none */
	char realm[32], account[32];
	uint64_t length, declared;
	uint32_t pieces, lm_length;
	bool malformed;
} Shown;

typedef struct {
	uint64_t request, response;
	char token[32], token_back[32];
	SmbAuth auth; /* its strings are gone */
	bool has_auth;
	char account[32], realm[32];
	uint32_t anomalies;
	uint8_t challenge; /* its first byte; 0 where there is none */
} Told;

typedef struct {
	Shown shown[64];
	Told told[64];
	uint32_t n_shown, n_told;
	uint64_t limits;
	uint32_t anomalies;
} Log;

typedef struct {
	Log log;
	SmbContext *context;
	SmbConnection *connection;
	uint64_t frame, mid;
	bool smb2;
	size_t empty;
} Fixture;

static Fixture fixture;

static const void *
value_of(const SmbLayout *layout, const void *body, const char *key)
{
	for (uint16_t i = 0; i < layout->count; i++)
		if (g_strcmp0(layout->fields[i].key, key) == 0)
			return (const char *)body + layout->fields[i].offset;
	return NULL;
}

static void
copy_text(const SmbLayout *layout, const void *body, const char *key, char *out)
{
	const void *text = value_of(layout, body, key);

	if (text)
		smb_text_to_utf8(*(const SmbText *)text, out, 32);
}

static void
see_message(Log *log, const SmbMessage *m)
{
	const SmbBlock *block = &m->blocks[0];
	Shown *s = &log->shown[log->n_shown++];
	const SmbLayout *inside;
	const void *number;

	ck_assert_uint_lt(log->n_shown, G_N_ELEMENTS(log->shown));
	if (!block->nested_layout)
		return;
	ck_assert_str_eq(block->nested_layout->fields[0].key, "token");
	inside = block->nested_layout->fields[0].items;
	copy_text(inside, block->nested, "kind", s->kind);
	copy_text(inside, block->nested, "realm", s->realm);
	copy_text(inside, block->nested, "account", s->account);
	s->length = *(const uint64_t *)value_of(inside, block->nested, "length");
	s->pieces = *(const uint32_t *)value_of(inside, block->nested, "pieces");
	s->malformed = *(const bool *)value_of(inside, block->nested, "malformed");
	number = value_of(inside, block->nested, "declared_length");
	s->declared = number ? *(const uint64_t *)number : 0;
	number = value_of(inside, block->nested, "lm_length");
	s->lm_length = number ? *(const uint16_t *)number : 0;
}

static void
see_exchange(Log *log, const SmbExchange *x)
{
	const SmbSessionFacts *f = &x->session;
	Told *t = &log->told[log->n_told++];

	ck_assert_uint_lt(log->n_told, G_N_ELEMENTS(log->told));
	t->request = x->request.frame;
	t->response = x->response.frame;
	t->anomalies = x->anomalies;
	if (x->step != SMB_STEP_SESSION_SETUP)
		return;
	g_strlcpy(t->token, f->token ? f->token : "", sizeof(t->token));
	g_strlcpy(t->token_back, f->token_back ? f->token_back : "", sizeof(t->token_back));
	t->challenge = f->challenge.len ? f->challenge.ptr[0] : 0;
	t->has_auth = f->auth != NULL;
	if (!f->auth)
		return;
	t->auth = *f->auth;
	smb_text_to_utf8(smb_string_text(f->auth->account), t->account, sizeof(t->account));
	smb_text_to_utf8(smb_string_text(f->auth->realm), t->realm, sizeof(t->realm));
}

static void
on_event(void *user, const SmbEvent *e)
{
	Log *log = user;

	if (e->kind == SMB_EVENT_MESSAGE) {
		see_message(log, e->message);
	} else if (e->kind == SMB_EVENT_EXCHANGE) {
		see_exchange(log, e->exchange);
	} else if (e->kind == SMB_EVENT_CONNECTION) {
		log->limits = e->connection->limits;
		log->anomalies = e->connection->anomalies;
	}
}

static void
start_limited(bool smb2, uint32_t token_limit)
{
	SmbConfig config = { .want = ~0u, .event = on_event, .user = &fixture.log };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };
	SmbStamp first = { 1, 1 };

	memset(&fixture, 0, sizeof(fixture));
	config.limits.token = token_limit;
	fixture.smb2 = smb2;
	fixture.frame = 1;
	fixture.context = smb_context_new(&config);
	fixture.empty = smb_context_memory(fixture.context);
	fixture.connection = smb_connection_new(fixture.context, &ends, true, false, &first);
}

static void
start(bool smb2)
{
	start_limited(smb2, 0);
}

/* The end gives back everything but the asks and pendings that are kept for the next connection. */
static void
stop(void)
{
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };

	smb_connection_end(fixture.connection,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = true,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
	ck_assert_uint_le(smb_context_memory(fixture.context), fixture.empty + 32 * 1024);
	smb_context_free(fixture.context);
}

static void
feed_cut(SmbDir dir, GByteArray *message, uint32_t cut)
{
	SmbStamp when = { ++fixture.frame * 1000, fixture.frame };
	uint32_t n = message->len - cut;
	uint8_t *copy = g_memdup2(message->data, n);

	smb_connection_feed(fixture.connection, dir, (SmbSpan){ copy, n }, &when);
	if (cut)
		smb_connection_gap(fixture.connection, dir, cut, SMB_GAP_SNAPLEN, &when);
	g_free(copy);
	g_byte_array_unref(message);
}

/* ---- Messages -------------------------------------------------------------------------------- */

/* [MS-SMB2] 2.2.1, and 2.2.5 or 2.2.6 after it. */
static GByteArray *
setup2(bool reply, uint32_t status, uint64_t session, SmbSpan blob)
{
	GByteArray *a = g_byte_array_new();
	uint32_t fixed = reply ? 8 : 24;

	build_le(a, 0, 4);
	build_le(a, 0x424D53FEu, 4);
	build_le(a, 64, 2);
	build_le(a, 0, 2);
	build_le(a, status, 4);
	build_le(a, 1, 2); /* SESSION_SETUP */
	build_le(a, 1, 2);
	build_le(a, reply, 4);
	build_le(a, 0, 4);
	build_le(a, fixture.mid, 8);
	build_le(a, 0, 8);
	build_le(a, session, 8);
	build_le(a, 0, 16);
	build_le(a, fixed + 1, 2);
	if (reply)
		build_le(a, 0, 2);
	else
		build_le(a, 0, 10);
	build_le(a, blob.len ? 64 + fixed : 0, 2); /* an ERROR Response (2.2.2) looks the same */
	build_le(a, blob.len, 2);
	if (!reply)
		build_le(a, 0, 8);
	g_byte_array_append(a, blob.ptr, blob.len);
	return build_end(a);
}

/* [MS-SMB] 2.2.4.6. */
static GByteArray *
setup1(bool reply, uint32_t status, uint64_t uid, SmbSpan blob)
{
	BuildHeader h = { .command = COM_SESSION_SETUP_ANDX,
			  .reply = reply,
			  .status = status,
			  .pid = 7,
			  .uid = (uint16_t)uid,
			  .mid = (uint16_t)fixture.mid };
	uint16_t request[12] = { 0xFF, 0, 4356, 50, 1, 0, 0, (uint16_t)blob.len, 0, 0, 0, 0x8000 };
	uint16_t response[4] = { 0xFF, 0, 0, (uint16_t)blob.len };
	GByteArray *bytes = g_byte_array_new();
	GByteArray *a;

	if (blob.len)
		g_byte_array_append(bytes, blob.ptr, blob.len);
	build_text(bytes, "Unix");
	build_text(bytes, "Samba");
	a = build_simple(h, reply ? response : request, reply ? 4 : 12, bytes->data,
			 (uint16_t)bytes->len);
	g_byte_array_unref(bytes);
	return a;
}

static GByteArray *
setup(bool reply, uint32_t status, uint64_t uid, SmbSpan blob)
{
	return (fixture.smb2 ? setup2 : setup1)(reply, status, uid, blob);
}

static void
ask_as(uint64_t uid, SmbSpan blob)
{
	fixture.mid++;
	feed_cut(SMB_TO_SERVER, setup(false, 0, uid, blob), 0);
}

static void
ask(SmbSpan blob)
{
	ask_as(fixture.mid ? UID : 0, blob);
}

static void
answer(uint32_t status, SmbSpan blob)
{
	feed_cut(SMB_TO_CLIENT, setup(true, status, UID, blob), 0);
}

static const SmbSpan nothing = { (const uint8_t *)"", 0 };

#define SPAN(bytes) ((SmbSpan){ (bytes), sizeof(bytes) })

static SmbSpan
piece(SmbSpan token, uint32_t from, uint32_t to)
{
	return (SmbSpan){ token.ptr + from, to - from };
}

static const Told *
last_told(void)
{
	ck_assert_uint_gt(fixture.log.n_told, 0);
	return &fixture.log.told[fixture.log.n_told - 1];
}

static const Shown *
shown(uint32_t i)
{
	ck_assert_uint_lt(i, fixture.log.n_shown);
	return &fixture.log.shown[i];
}

/* ---- Tokens in pieces ------------------------------------------------------------------------ */

START_TEST(a_request_in_three_pieces_is_read_as_one)
{
	SmbSpan token = SPAN(token_ap_req);

	start(_i);
	ask(piece(token, 0, 100));
	answer(MORE, nothing);
	ask(piece(token, 100, 101));
	answer(MORE, nothing);
	ask(piece(token, 101, token.len));
	answer(0, SPAN(token_ap_rep));
	stop();
	ck_assert_uint_eq(fixture.log.n_told, 3);
	ck_assert_str_eq(fixture.log.told[0].token, "part of a token");
	ck_assert_str_eq(fixture.log.told[1].token, "part of a token");
	ck_assert(!fixture.log.told[0].has_auth && !fixture.log.told[1].has_auth);
	/* The leg that completed it carries the verdict. */
	ck_assert_str_eq(last_told()->token, "Kerberos AP-REQ");
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_int_eq(last_told()->auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_str_eq(last_told()->realm, "RIG.TEST");
	ck_assert_uint_eq(last_told()->auth.request.frame, last_told()->request);
	ck_assert_uint_eq(last_told()->request, 6);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
	ck_assert_uint_eq(fixture.log.limits, 0);
	/* What is shown beside the messages. */
	ck_assert_str_eq(shown(0)->kind, "part of a token");
	ck_assert_uint_eq(shown(0)->length, 100);
	ck_assert_uint_eq(shown(0)->declared, token.len);
	ck_assert_str_eq(shown(1)->kind, "");
	ck_assert_uint_eq(shown(2)->length, 101);
	ck_assert_uint_eq(shown(2)->pieces, 2);
	ck_assert_str_eq(shown(4)->kind, "Kerberos AP-REQ");
	ck_assert_uint_eq(shown(4)->length, token.len);
	ck_assert_uint_eq(shown(4)->pieces, 3);
	ck_assert_str_eq(shown(4)->realm, "RIG.TEST");
	ck_assert(!shown(4)->malformed);
	ck_assert_uint_eq(shown(5)->pieces, 0);
}
END_TEST

/* A loop over all places where a token can be cut; the header is at most five bytes. */
START_TEST(wherever_it_is_cut)
{
	SmbSpan token = SPAN(token_ntlmv2);

	for (uint32_t at = 5; at < token.len; at += 7) {
		start(_i);
		ask(SPAN(token_ntlm_negotiate));
		answer(MORE, SPAN(token_ntlm_challenge));
		ask(piece(token, 0, at));
		answer(MORE, nothing);
		ask(piece(token, at, token.len));
		answer(0, SPAN(token_completed_mic));
		stop();
		ck_assert_uint_eq(fixture.log.n_told, 3);
		ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
		ck_assert_int_eq(last_told()->auth.mech, SMB_MECH_SPNEGO_NTLMSSP);
		ck_assert_int_eq(last_told()->auth.nt_length, 204);
		ck_assert_str_eq(last_told()->account, "alice");
		ck_assert_uint_eq(fixture.log.anomalies, 0);
		ck_assert_str_eq(shown(4)->account, "alice");
		ck_assert_uint_eq(shown(4)->lm_length, 24);
	}
}
END_TEST

START_TEST(a_server_sends_pieces_as_well)
{
	SmbSpan token = SPAN(token_ntlm_challenge);

	start(_i);
	ask(SPAN(token_ntlm_negotiate));
	answer(MORE, piece(token, 0, 60));
	ask(nothing); /* asks for the rest; nobody logs on anonymously */
	answer(MORE, piece(token, 60, 61));
	ask(nothing);
	answer(MORE, piece(token, 61, token.len));
	ask(SPAN(token_ntlmv2));
	answer(0, SPAN(token_completed_mic));
	stop();
	ck_assert_uint_eq(fixture.log.n_told, 4);
	ck_assert_str_eq(fixture.log.told[0].token_back, "part of a token");
	ck_assert_str_eq(fixture.log.told[2].token_back, "NTLMSSP challenge");
	ck_assert_uint_eq(fixture.log.told[2].challenge, 0xE6);
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
	ck_assert_int_eq(last_told()->auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
	ck_assert_str_eq(shown(1)->kind, "part of a token");
	ck_assert_str_eq(shown(5)->kind, "NTLMSSP challenge");
	ck_assert_uint_eq(shown(5)->pieces, 3);
	ck_assert_uint_eq(shown(5)->length, token.len);
}
END_TEST

START_TEST(a_last_piece_of_the_server_may_end_the_attempt)
{
	SmbSpan token = SPAN(token_ap_rep);

	start(_i);
	ask(SPAN(token_ap_req));
	answer(MORE, piece(token, 0, 50));
	ask(nothing);
	answer(0, piece(token, 50, token.len));
	stop();
	ck_assert_uint_eq(fixture.log.n_told, 2);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
	/* The secret was sent in the first leg. */
	ck_assert(fixture.log.told[0].has_auth);
	ck_assert_int_eq(fixture.log.told[0].auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_int_eq(fixture.log.told[0].auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_str_eq(last_told()->token_back, "Kerberos AP-REP");
	ck_assert_uint_eq(shown(3)->pieces, 2);
}
END_TEST

/* ---- What only looks like a piece ------------------------------------------------------------ */

START_TEST(a_token_with_a_wrong_length_is_refused_and_reported)
{
	SmbSpan token = SPAN(token_ntlmv2);

	start(_i);
	ask(SPAN(token_ntlm_negotiate));
	answer(MORE, SPAN(token_ntlm_challenge));
	ask(piece(token, 0, token.len - 1));
	answer(INVALID, nothing);
	stop();
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
	ck_assert_int_eq(last_told()->auth.result, SMB_RESULT_REFUSED);
	ck_assert_uint_eq(last_told()->auth.anomalies, SMB_ANOMALY_TOKEN);
	ck_assert_uint_eq(last_told()->anomalies, SMB_ANOMALY_TOKEN);
	ck_assert_uint_eq(fixture.log.anomalies, SMB_ANOMALY_TOKEN);
}
END_TEST

START_TEST(an_answer_with_a_token_does_not_wait_for_the_rest)
{
	SmbSpan token = SPAN(token_ntlm_negotiate);

	start(_i);
	ask(piece(token, 0, token.len - 1));
	answer(MORE, SPAN(token_ntlm_challenge));
	ask(SPAN(token_ntlmv2));
	answer(0, SPAN(token_completed_mic));
	stop();
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
	ck_assert_uint_eq(last_told()->auth.anomalies, SMB_ANOMALY_TOKEN);
	ck_assert_str_eq(shown(2)->kind, "NTLMSSP authenticate");
}
END_TEST

START_TEST(more_than_the_rest_is_not_a_piece)
{
	SmbSpan token = SPAN(token_ap_req);

	start(_i);
	ask(piece(token, 0, 300));
	answer(MORE, nothing);
	ask(SPAN(token_ntlmv2)); /* 400 bytes, 330 are missing */
	answer(0, nothing);
	stop();
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NTLMV2);
	ck_assert_str_eq(last_told()->account, "alice");
	ck_assert_uint_eq(last_told()->auth.anomalies, SMB_ANOMALY_TOKEN);
}
END_TEST

START_TEST(pieces_of_two_attempts_are_kept_apart)
{
	SmbSpan token = SPAN(token_ap_req), other = SPAN(token_ap_req);

	start(_i);
	ask_as(0, piece(token, 0, 100));
	answer(MORE, nothing);
	ask_as(0, piece(other, 0, 200));
	feed_cut(SMB_TO_CLIENT, setup(true, MORE, UID + 1, nothing), 0);
	ask_as(UID, piece(token, 100, token.len));
	answer(0, nothing);
	ask_as(UID + 1, piece(other, 200, other.len));
	feed_cut(SMB_TO_CLIENT, setup(true, DENIED, UID + 1, nothing), 0);
	stop();
	ck_assert_uint_eq(fixture.log.n_told, 4);
	ck_assert_int_eq(fixture.log.told[1].auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_str_eq(fixture.log.told[1].realm, "RIG.TEST");
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_KERBEROS);
	ck_assert_str_eq(last_told()->realm, "RIG.TEST");
	ck_assert_int_eq(last_told()->auth.result, SMB_RESULT_REFUSED);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
}
END_TEST

START_TEST(a_token_beyond_the_limit_is_not_waited_for)
{
	SmbSpan token = SPAN(token_ap_req);

	start_limited(_i, token.len - 1);
	ask(piece(token, 0, 300));
	answer(MORE, nothing);
	ask(piece(token, 300, token.len));
	answer(DENIED, nothing);
	stop();
	ck_assert_uint_eq(fixture.log.limits, 1);
	ck_assert_uint_eq(fixture.log.anomalies, SMB_ANOMALY_TOKEN);
	/* the same with a limit that it fits into */
	start_limited(_i, token.len);
	ask(piece(token, 0, 300));
	answer(MORE, nothing);
	ask(piece(token, 300, token.len));
	answer(DENIED, nothing);
	stop();
	ck_assert_uint_eq(fixture.log.limits, 0);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
}
END_TEST

START_TEST(pieces_are_counted_and_given_back)
{
	static uint8_t huge[40000] = { 0x60, 0x82, 0xFF, 0xF0 };
	SmbSpan first = { huge, 20000 }, next = { huge + 20000, 20000 };
	size_t before, with;

	start(_i);
	ask(SPAN(token_ntlm_negotiate));
	answer(MORE, SPAN(token_ntlm_challenge));
	before = smb_context_memory(fixture.context);
	ask(first);
	answer(MORE, nothing);
	with = smb_context_memory(fixture.context);
	ck_assert_uint_ge(with, before + 20000);
	ask(next);
	answer(MORE, nothing);
	ck_assert_uint_ge(smb_context_memory(fixture.context), before + 40000);
	/* What is declared is not believed before it comes. */
	ck_assert_uint_lt(smb_context_memory(fixture.context), before + 40000 + 8192 + 65536);
	/* The attempt ends: remembered, but not its pieces. */
	ask(nothing);
	answer(DENIED, nothing);
	ck_assert_uint_lt(smb_context_memory(fixture.context), before + 16384);
	stop();
}
END_TEST

START_TEST(an_end_in_the_middle_is_not_malformed)
{
	start(_i);
	ask(piece(SPAN(token_ap_req), 0, 300));
	answer(MORE, nothing);
	stop();
	ck_assert_uint_eq(fixture.log.n_told, 1);
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_int_eq(last_told()->auth.result, SMB_RESULT_ABANDONED);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
}
END_TEST

/* ---- What the capture does not have ---------------------------------------------------------- */

START_TEST(a_blob_that_was_cut_is_not_anonymous)
{
	start(_i);
	fixture.mid++;
	feed_cut(SMB_TO_SERVER, setup(false, 0, 0, SPAN(token_ap_req)), 300);
	answer(0, SPAN(token_ap_rep));
	stop();
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_int_eq(last_told()->auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_uint_eq(last_told()->auth.anomalies, 0);
	ck_assert_str_eq(shown(0)->kind, "");
}
END_TEST

START_TEST(a_cut_authenticate_may_have_been_accepted)
{
	start(_i);
	ask(SPAN(token_ntlm_negotiate));
	answer(MORE, SPAN(token_ntlm_challenge));
	fixture.mid++;
	feed_cut(SMB_TO_SERVER, setup(false, 0, UID, SPAN(token_ntlmv2)), 200);
	answer(0, SPAN(token_completed_mic));
	stop();
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_int_eq(last_told()->auth.result, SMB_RESULT_ACCEPTED);
	ck_assert_uint_eq(last_told()->request, 4);
	ck_assert_uint_eq(fixture.log.anomalies, 0);
}
END_TEST

START_TEST(a_blob_outside_of_its_message_is_malformed_and_not_anonymous)
{
	GByteArray *a;

	start(_i);
	fixture.mid++;
	a = setup(false, 0, 0, SPAN(token_completed));
	/* SecurityBlobLength, SecurityBufferLength */
	a->data[_i ? 4 + 64 + 14 : 4 + 32 + 1 + 14] = 0xFF;
	feed_cut(SMB_TO_SERVER, a, 0);
	answer(0, nothing);
	stop();
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert(last_told()->auth.anomalies & SMB_ANOMALY_TOKEN);
	ck_assert(!(last_told()->auth.anomalies & SMB_ANOMALY_EMPTY_BLOB));
}
END_TEST

/* [MS-CIFS] 2.2.4.53.1: two passwords, then account, domain and the rest. */
static void
ask_with_passwords(uint16_t oem, uint16_t unicode, const char *account, uint32_t left)
{
	BuildHeader h = { .command = COM_SESSION_SETUP_ANDX, .pid = 7, .mid = 1 };
	uint16_t words[13] = { 0xFF, 0, 4356, 50, 1, 0, 0, oem, unicode };
	GByteArray *bytes = g_byte_array_new();
	GByteArray *a;

	for (int i = 0; i < oem + unicode; i++)
		build_le(bytes, oem + unicode < 4 ? 0 : i, 1);
	build_text(bytes, account);
	build_text(bytes, "DOMAIN");
	build_text(bytes, "Unix");
	a = build_simple(h, words, 13, bytes->data, (uint16_t)bytes->len);
	g_byte_array_unref(bytes);
	/* `left`: bytes of the data that the capture has */
	feed_cut(SMB_TO_SERVER, a, a->len - MIN(a->len, 4 + 32 + 1 + 26 + 2 + left));
	answer(0, nothing);
}

START_TEST(passwords_that_were_cut)
{
	static const struct {
		uint16_t oem, unicode;
		const char *account;
		uint32_t left;
		SmbPasswordType type;
		bool unasked;
	} all[] = {
		/* all there */
		{ 24, 24, "bob", 999, SMB_PASSWORD_NTLMV1_LM, false },
		{ 0, 0, "", 999, SMB_PASSWORD_ANONYMOUS, false },
		{ 1, 0, "bob", 999, SMB_PASSWORD_EMPTY, false },
		/* lengths decide */
		{ 24, 26, "bob", 10, SMB_PASSWORD_PLAINTEXT, true },
		{ 0, 24, "bob", 10, SMB_PASSWORD_NTLM_ONLY, false },
		{ 24, 0, "bob", 10, SMB_PASSWORD_LM_OR_LMV2, false },
		{ 10, 0, "bob", 5, SMB_PASSWORD_PLAINTEXT, true },
		/* they do not */
		{ 24, 24, "bob", 30, SMB_PASSWORD_NONE, false },
		{ 24, 24, "bob", 0, SMB_PASSWORD_NONE, false },
		{ 24, 27, "bob", 10, SMB_PASSWORD_NONE, false },
		{ 24, 44, "bob", 10, SMB_PASSWORD_NONE, false },
		{ 1, 0, "bob", 0, SMB_PASSWORD_NONE, false },
		{ 1, 2, "", 1, SMB_PASSWORD_NONE, false },
		{ 0, 0, "bob", 0, SMB_PASSWORD_NONE, false },
		/* what is after the account does not matter */
		{ 0, 0, "", 3, SMB_PASSWORD_ANONYMOUS, false },
	};

	for (uint32_t i = 0; i < G_N_ELEMENTS(all); i++) {
		start(false);
		fixture.mid = 1;
		ask_with_passwords(all[i].oem, all[i].unicode, all[i].account, all[i].left);
		stop();
		ck_assert_msg(last_told()->auth.password_type == all[i].type, "row %u: %s", i,
			      smb_password_type_name(last_told()->auth.password_type));
		ck_assert_int_eq(last_told()->auth.result, SMB_RESULT_ACCEPTED);
		ck_assert_uint_eq(last_told()->auth.anomalies,
				  all[i].unasked ? SMB_ANOMALY_PLAINTEXT_UNASKED : 0);
	}
}
END_TEST

START_TEST(no_blob_at_all_is_no_secret)
{
	start(_i);
	ask(nothing);
	answer(0, nothing);
	stop();
	ck_assert_int_eq(last_told()->auth.password_type, SMB_PASSWORD_NONE);
	ck_assert_uint_eq(last_told()->auth.anomalies, SMB_ANOMALY_EMPTY_BLOB);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tokens");
	TCase *tc = tcase_create("pieces");
	SRunner *runner;
	int failed;

	/* Each over SMB1 and over SMB2. */
	tcase_add_loop_test(tc, a_request_in_three_pieces_is_read_as_one, 0, 2);
	tcase_add_loop_test(tc, wherever_it_is_cut, 0, 2);
	tcase_add_loop_test(tc, a_server_sends_pieces_as_well, 0, 2);
	tcase_add_loop_test(tc, a_last_piece_of_the_server_may_end_the_attempt, 0, 2);
	tcase_add_loop_test(tc, a_token_with_a_wrong_length_is_refused_and_reported, 0, 2);
	tcase_add_loop_test(tc, an_answer_with_a_token_does_not_wait_for_the_rest, 0, 2);
	tcase_add_loop_test(tc, more_than_the_rest_is_not_a_piece, 0, 2);
	tcase_add_loop_test(tc, pieces_of_two_attempts_are_kept_apart, 0, 2);
	tcase_add_loop_test(tc, a_token_beyond_the_limit_is_not_waited_for, 0, 2);
	tcase_add_loop_test(tc, pieces_are_counted_and_given_back, 0, 2);
	tcase_add_loop_test(tc, an_end_in_the_middle_is_not_malformed, 0, 2);
	tcase_add_loop_test(tc, a_blob_that_was_cut_is_not_anonymous, 0, 2);
	tcase_add_loop_test(tc, a_cut_authenticate_may_have_been_accepted, 0, 2);
	tcase_add_loop_test(tc, a_blob_outside_of_its_message_is_malformed_and_not_anonymous, 0, 2);
	tcase_add_loop_test(tc, no_blob_at_all_is_no_secret, 0, 2);
	tcase_add_test(tc, passwords_that_were_cut);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
