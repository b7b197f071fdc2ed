/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Part of test-logon.c: the password fields of session setups and tree connects of SMB1, by what the
 * server asked for. What they are, what of them is kept, and what they may be where a capture cut
 * them.
 */
#include "tests/dissect/conversation/state/logon-secrets.h"

#include <glib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/security-tokens.h"
#include "tests/lib/smb-builder.h"

enum {
	COM_NEGOTIATE = 0x72,
	COM_SESSION_SETUP_ANDX = 0x73,
	COM_TREE_CONNECT_ANDX = 0x75,
	LOGON_FAILURE = 0xC000006Du,
	/* SecurityMode ([MS-CIFS] 2.2.4.52.2) */
	SHARE_PLAIN = 0,
	USER_PLAIN = 1,
	SHARE = 2,
	USER = 3,
	UNSEEN = 4, /* the answer to the negotiate is not in the capture */
	/* Bytes of a block behind WordCount, up to its bytes. */
	SETUP_HEAD = 28,
	LANMAN_HEAD = 22,
	TREE_HEAD = 10,
	HEADER = 4 + 32 + 1,
};

/* What was told of a logon. */
static struct {
	bool has_auth;
	SmbPasswordType type;
	char account[32], domain[32], password[32];
	bool has_password, has_lm;
	SmbMech mech;
	int32_t nt_length;
	uint32_t lm, nt, challenge; /* bytes kept */
	uint32_t anomalies, limits;
	uint64_t frame;
} told;
static SmbContext *context;
static SmbConnection *connection;

static uint32_t
kept(const SmbString *s)
{
	return s ? smb_string_text(s).bytes.len : 0;
}

static void
on_event(void *user, const SmbEvent *event)
{
	const SmbExchange *x = event->exchange;
	const SmbAuth *auth = NULL;

	(void)user;
	if (event->kind == SMB_EVENT_CONNECTION)
		told.limits = event->connection->limits;
	if (event->kind != SMB_EVENT_EXCHANGE)
		return;
	if (x->step == SMB_STEP_SESSION_SETUP)
		auth = x->session.auth;
	if (x->step == SMB_STEP_TREE_CONNECT)
		auth = x->tree_connect.auth;
	told.anomalies = x->anomalies;
	told.has_auth = auth != NULL;
	if (!auth)
		return;
	told.type = auth->password_type;
	smb_text_to_utf8(smb_string_text(auth->account), told.account, sizeof(told.account));
	smb_text_to_utf8(smb_string_text(auth->domain), told.domain, sizeof(told.domain));
	smb_text_to_utf8(smb_string_text(auth->password), told.password, sizeof(told.password));
	told.has_password = auth->password != NULL;
	told.mech = auth->mech;
	told.nt_length = auth->nt_length;
	told.has_lm = auth->lm_response != NULL;
	told.lm = kept(auth->lm_response);
	told.nt = kept(auth->nt_response);
	told.challenge = kept(auth->challenge);
}

/* Feeds the message but for the bytes that the capture does not have. */
static void
feed_cut(SmbDir dir, GByteArray *message, uint32_t captured)
{
	SmbStamp when = { ++told.frame * 1000, told.frame };
	uint32_t n = MIN(captured, message->len);
	uint8_t *copy = g_memdup2(message->data, n);

	smb_connection_feed(connection, dir, (SmbSpan){ copy, n }, &when);
	if (n < message->len)
		smb_connection_gap(connection, dir, message->len - n, SMB_GAP_SNAPLEN, &when);
	g_free(copy);
	g_byte_array_unref(message);
}

static void
feed(SmbDir dir, GByteArray *message)
{
	feed_cut(dir, message, UINT32_MAX);
}

/* A connection on which a server of that mode answered the negotiate ([MS-CIFS] 2.2.4.52). */
static void
start(int mode, bool keep)
{
	static const char dialects[] = "\x02LANMAN1.0", challenge[] = "\1\2\3\4\5\6\7\10";
	SmbConfig config = { .want = ~0u, .event = on_event, .keep_secrets = keep };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };
	uint16_t words[13] = { 0, (uint16_t)mode, 4356, 50, 1, 0, 1 };
	BuildHeader h = { .command = COM_NEGOTIATE, .mid = 1 };

	memset(&told, 0, sizeof(told));
	context = smb_context_new(&config);
	connection = smb_connection_new(context, &ends, true, false, &(SmbStamp){ 1, 1 });
	if (mode == UNSEEN)
		return;
	words[11] = mode & 2 ? 8 : 0;
	feed(SMB_TO_SERVER, build_simple(h, NULL, 0, dialects, sizeof(dialects)));
	h.reply = true;
	feed(SMB_TO_CLIENT, build_simple(h, words, G_N_ELEMENTS(words), challenge, words[11]));
}

static void
stop(void)
{
	smb_connection_end(
		connection,
		&(SmbEnding){ .end = SMB_END_FIN, .seen = { true, true }, .acked = { true, true } },
		&(SmbStamp){ 99000, 99 });
	ck_assert_uint_eq(smb_context_free(context), 0);
}

static void
refuse(uint8_t command)
{
	BuildHeader h = {
		.command = command, .reply = true, .status = LOGON_FAILURE, .mid = 2, .uid = 1
	};

	feed(SMB_TO_CLIENT, build_simple(h, NULL, 0, NULL, 0));
}

/* ---- Session setups -------------------------------------------------------------------------- */

/* [MS-CIFS] 2.2.4.53.1, or with 10 words one password ([XOPEN-SMB]). */
typedef struct {
	uint8_t mode, form;
	uint16_t oem_length, unicode_length;
	const char *oem, *unicode; /* NULL: bytes of no meaning */
	const char *account;       /* NULL: no bytes at all, whatever the lengths say */
	uint32_t captured;         /* bytes of the block behind WordCount; 0: all */
	/* What must be told: */
	int type; /* -1: no attempt */
	const char *name;
	bool unasked;
	bool alone; /* nothing comes after the account */
} Setup;

static void
put_bytes(GByteArray *a, const char *bytes, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		build_le(a, bytes ? (uint8_t)bytes[i] : 0x11 + i % 7, 1);
}

static void
send_setup_only(const Setup *s)
{
	GByteArray *a = build_message((BuildHeader){ .command = COM_SESSION_SETUP_ANDX, .mid = 2 });
	GByteArray *bytes = g_byte_array_new();

	if (s->account) {
		put_bytes(bytes, s->oem, s->oem_length);
		put_bytes(bytes, s->unicode, s->unicode_length);
		build_text(bytes, s->account);
	}
	if (s->account && !s->alone) {
		build_text(bytes, "DOM");
		build_text(bytes, "os");
		build_text(bytes, "lm");
	}
	build_le(a, s->form, 1);
	build_le(a, 0xFF, 4);
	build_le(a, 16644, 2);
	build_le(a, 10, 2);
	build_le(a, 1, 2);
	build_le(a, 0, 4);
	build_le(a, s->oem_length, 2);
	build_le(a, s->unicode_length, s->form == 13 ? 2 : 0);
	build_le(a, 0, s->form == 13 ? 8 : 4);
	build_le(a, bytes->len, 2);
	g_byte_array_append(a, bytes->data, bytes->len);
	g_byte_array_unref(bytes);
	feed_cut(SMB_TO_SERVER, build_end(a), s->captured ? HEADER + s->captured : UINT32_MAX);
}

static void
send_setup(const Setup *s)
{
	send_setup_only(s);
	refuse(COM_SESSION_SETUP_ANDX);
}

#define TYPE(t) SMB_PASSWORD_##t

/* clang-format off */
static const Setup setups[] = {
	/* Under share-level security nobody's password is here ([MS-CIFS] 3.2.4.2.4). */
	{ SHARE, 13, 0, 0, "", "", "bob", 0, -1, "", false },
	{ SHARE, 13, 1, 0, "", "", "bob", 0, -1, "", false },
	{ SHARE, 13, 0, 2, "", "\0", "bob", 0, -1, "", false },
	{ SHARE, 13, 1, 2, "", "\0", "bob", 0, -1, "", false },
	{ SHARE, 10, 1, 0, "", "", "bob", 0, -1, "", false },
	/* Or one is, all the same: in either field. */
	{ SHARE, 13, 3, 0, "pwd", "", "bob", 0, TYPE(PLAINTEXT), "bob", true },
	{ SHARE, 13, 0, 4, "", "p\0w", "bob", 0, TYPE(PLAINTEXT), "bob", true },
	{ SHARE, 13, 1, 0, "x", "", "bob", 0, TYPE(PLAINTEXT), "bob", true },
	{ SHARE, 13, 0, 2, "", "x", "bob", 0, TYPE(PLAINTEXT), "bob", true },
	{ SHARE, 13, 3, 0, "\0wd", "", "bob", 0, TYPE(PLAINTEXT), "bob", true },
	{ SHARE, 13, 0, 4, "", "\0\0w", "bob", 0, TYPE(PLAINTEXT), "bob", true },
	{ SHARE_PLAIN, 13, 1, 2, "x", "\0", "bob", 0, TYPE(PLAINTEXT), "bob", false },
	{ USER, 13, 0, 0, "", "", "bob", 0, TYPE(EMPTY), "bob", false },
	{ USER, 13, 1, 2, "", "\0", "bob", 0, TYPE(EMPTY), "bob", false },
	/* What the server asked for, and what it did not. */
	{ USER, 13, 24, 24, NULL, "012345678901234567890123", "bob", 0, TYPE(NTLMV1_LM), "bob", false },
	{ USER, 10, 24, 0, NULL, "", "bob", 0, TYPE(LM), "bob", false },
	{ USER, 13, 3, 0, "pwd", "", "bob", 0, TYPE(PLAINTEXT), "bob", true },
	{ USER, 10, 3, 0, "pwd", "", "bob", 0, TYPE(PLAINTEXT), "bob", true },
	{ UNSEEN, 13, 3, 0, "pwd", "", "bob", 0, TYPE(PLAINTEXT), "bob", false },
	{ USER_PLAIN, 13, 3, 0, "pwd", "", "bob", 0, TYPE(PLAINTEXT), "bob", false },
	/* Without its second length a response may be one of two. */
	{ USER, 13, 24, 0, NULL, "", "bob", 0, TYPE(LM_OR_LMV2), "bob", false },
	{ USER, 13, 24, 0, NULL, "", "bob", 18, TYPE(LM_OR_LMV2), "", false },
	{ USER, 13, 24, 0, NULL, "", "bob", 17, TYPE(NONE), "", false },
	{ USER, 10, 24, 0, NULL, "", "bob", 20, TYPE(LM), "", false },
	/* Bytes that are missing decide whether two responses are the same. */
	{ USER, 13, 24, 24, NULL, NULL, "bob", SETUP_HEAD + 47, TYPE(NONE), "", false },
	{ USER, 13, 24, 24, NULL, NULL, "bob", SETUP_HEAD + 49, TYPE(NTLM_ONLY), "", false },
	/* Whether anybody was named. */
	{ USER, 13, 0, 0, "", "", "", 0, TYPE(ANONYMOUS), "", false },
	{ USER, 13, 0, 0, "", "", "", SETUP_HEAD + 1, TYPE(ANONYMOUS), "", false },
	{ USER, 13, 0, 0, "", "", "", SETUP_HEAD, TYPE(NONE), "", false },
	/* Whether there are more than terminators. */
	{ USER_PLAIN, 13, 1, 0, "x", "", "bob", SETUP_HEAD, TYPE(NONE), "", false },
	{ USER_PLAIN, 13, 2, 0, "xy", "", "bob", SETUP_HEAD, TYPE(PLAINTEXT), "", false },
	{ USER_PLAIN, 13, 0, 2, "", "x", "bob", SETUP_HEAD, TYPE(NONE), "", false },
	{ USER_PLAIN, 13, 0, 3, "", "x\0", "bob", SETUP_HEAD, TYPE(PLAINTEXT), "", false },
	{ USER_PLAIN, 13, 1, 2, "x", "y", "bob", SETUP_HEAD + 1, TYPE(NONE), "", false },
	{ USER_PLAIN, 13, 1, 0, "x", "", "bob", SETUP_HEAD + 1 + 9, TYPE(PLAINTEXT), "bob", false },
	{ USER_PLAIN, 13, 1, 2, "x", "y", "bob", SETUP_HEAD + 3 + 4, TYPE(PLAINTEXT), "bob", false },
	{ USER_PLAIN, 10, 1, 0, "x", "", "bob", LANMAN_HEAD + 1 + 4, TYPE(PLAINTEXT), "bob", false },
	/* Lengths of what is nowhere are no cut; and without any string nobody is named. */
	{ USER, 13, 24, 24, NULL, NULL, NULL, 0, TYPE(MALFORMED), "", false },
	{ USER, 13, 0, 0, "", "", NULL, 0, TYPE(ANONYMOUS), "", false },
	/* What was not asked for is only told where it is known to be a password. */
	{ USER, 13, 3, 0, "pwd", "", "bob", SETUP_HEAD, TYPE(PLAINTEXT), "", true },
	/* Half a name is nobody's. */
	{ USER_PLAIN, 13, 3, 0, "pwd", "", "bob", SETUP_HEAD + 3 + 2, TYPE(PLAINTEXT), "", false },
	{ USER_PLAIN, 13, 3, 0, "pwd", "", "bob", SETUP_HEAD + 3 + 4, TYPE(PLAINTEXT), "bob", false },
};
/* clang-format on */

START_TEST(setups_are_what_their_fields_say)
{
	const Setup *s = &setups[_i];

	start(s->mode, false);
	send_setup(s);
	stop();
	ck_assert_int_eq(told.has_auth, s->type >= 0);
	if (s->type < 0)
		return;
	ck_assert_msg((int)told.type == s->type, "row %d: %s", _i,
		      smb_password_type_name(told.type));
	ck_assert_str_eq(told.account, s->name);
	ck_assert_int_eq(told.mech, s->form == 13 ? SMB_MECH_NT : SMB_MECH_LANMAN);
	if (!s->captured)
		ck_assert_int_eq(told.nt_length, s->form == 13 ? s->unicode_length : -1);
	ck_assert_int_eq(!!(told.anomalies & SMB_ANOMALY_PLAINTEXT_UNASKED), s->unasked);
	/* Nothing is kept unless it is wanted. */
	ck_assert_uint_eq(told.lm + told.nt + told.challenge + told.has_password, 0);
}
END_TEST

/* A domain is only that of a name; where it was cut, it is not known. */
START_TEST(domains_go_with_whole_names)
{
	static const struct {
		uint32_t captured;
		const char *account, *domain;
	} rows[] = { { 0, "bob", "DOM" },
		     { SETUP_HEAD + 3 + 8, "bob", "DOM" },
		     { SETUP_HEAD + 3 + 4 + 1, "bob", "D\u2026" },
		     { SETUP_HEAD + 3 + 4, "bob", "\u2026" },
		     { SETUP_HEAD + 3 + 2, "", "" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		start(USER_PLAIN, false);
		send_setup(&(Setup){ USER_PLAIN, 13, 3, 0, "pwd", "", "bob", rows[i].captured });
		stop();
		ck_assert_str_eq(told.account, rows[i].account);
		ck_assert_str_eq(told.domain, rows[i].domain);
	}
}
END_TEST

/* The password itself, by the field that has one; an empty one is one as well. */
/* A message that ends with its account has no domain, which is not one that is unknown. */
START_TEST(a_name_may_stand_alone)
{
	start(USER_PLAIN, false);
	send_setup(&(Setup){ USER_PLAIN, 13, 3, 0, "pwd", "", "bob", .alone = true });
	stop();
	ck_assert_str_eq(told.account, "bob");
	ck_assert_str_eq(told.domain, "");
}
END_TEST

/* An empty password is no response, and is not kept as one. */
START_TEST(nothing_is_kept_of_nothing)
{
	static const Setup rows[] = {
		{ USER, 13, 1, 2, "", "\0", "bob" },
		{ USER, 13, 1, 2, "", "\0", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		start(USER, true);
		send_setup(&rows[i]);
		stop();
		ck_assert(told.has_auth);
		ck_assert_uint_eq(told.lm + told.nt + told.challenge + told.has_password, 0);
	}
}
END_TEST

START_TEST(passwords_are_kept_where_they_are_wanted)
{
	static const struct {
		Setup setup;
		const char *password;
	} rows[] = {
		{ { USER_PLAIN, 13, 3, 0, "pwd", "", "bob" }, "pwd" },
		{ { USER_PLAIN, 13, 4, 0, "pwd", "", "bob" }, "pwd" },
		{ { USER_PLAIN, 13, 0, 4, "", "p\0w", "bob" }, "pw" },
		{ { USER_PLAIN, 13, 3, 4, "abc", "p\0w", "bob" }, "pw" },
		{ { USER_PLAIN, 13, 3, 2, "abc", "\0", "bob" }, "abc" },
		{ { USER_PLAIN, 13, 0, 0, "", "", "bob" }, "" },
		{ { USER_PLAIN, 10, 3, 0, "pwd", "", "bob" }, "pwd" },
		{ { USER_PLAIN, 13, 3, 0, "pwd", "", "bob", SETUP_HEAD }, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		start(USER_PLAIN, true);
		send_setup(&rows[i].setup);
		stop();
		ck_assert_int_eq(told.type, SMB_PASSWORD_PLAINTEXT);
		ck_assert(told.has_password);
		ck_assert_str_eq(told.password, rows[i].password);
		ck_assert_uint_eq(told.lm + told.nt + told.challenge, 0);
	}
}
END_TEST

/* Responses are kept with the challenge; half of one is another one, and counts. */
START_TEST(responses_are_kept_whole_or_not_at_all)
{
	static const uint16_t lengths[][2] = {
		{ 24, 44 },
		{ 0, 44 },
		{ SMB_SECRET_MAX, 44 },
		{ SMB_SECRET_MAX + 1, 44 },
		{ 24, SMB_SECRET_MAX },
		{ 24, SMB_SECRET_MAX + 1 },
		{ SMB_SECRET_MAX + 1, SMB_SECRET_MAX + 1 },
	};
	char v2[SMB_SECRET_MAX + 64] = { [0] = 1, [16] = 1, 1 }; /* [MS-NLMP] 2.2.2.7, 2.2.2.8 */

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		uint16_t lm = lengths[i][0], nt = MAX(lengths[i][1], 44);
		bool fits = lm <= SMB_SECRET_MAX && nt <= SMB_SECRET_MAX;

		start(USER, true);
		send_setup(&(Setup){ USER, 13, lm, nt, NULL, v2, "bob" });
		stop();
		ck_assert_int_eq(told.type, SMB_PASSWORD_NTLMV2);
		ck_assert_uint_eq(told.lm, fits ? lm : 0);
		ck_assert_uint_eq(told.nt, fits ? nt : 0);
		ck_assert_int_eq(told.has_lm, fits && lm);
		ck_assert_uint_eq(told.challenge, 8);
		ck_assert_uint_eq(told.limits, !fits);
		start(USER, false);
		send_setup(&(Setup){ USER, 13, lm, nt, NULL, v2, "bob" });
		stop();
		ck_assert_uint_eq(told.limits, 0); /* nothing is kept, nor is anything left out */
	}
}
END_TEST

/* A session setup with a token ([MS-SMB] 2.2.4.6.1). */
static void
send_token(uint16_t uid, SmbSpan token)
{
	BuildHeader h = { .command = COM_SESSION_SETUP_ANDX, .mid = 2, .uid = uid };
	const uint16_t words[12] = { 0xFF, 0, 4356, 50,    1, 0, 0, (uint16_t)token.len,
				     0,    0, 0,    0x8000 };

	feed(SMB_TO_SERVER, build_simple(h, words, 12, token.ptr, (uint16_t)token.len));
}

/* Of NTLMSSP the responses are kept as well; those of nobody are none. */
START_TEST(responses_in_tokens_are_kept_unless_of_nobody)
{
	/* AUTHENTICATE ([MS-NLMP] 2.2.1.3): an LM field of one zero, and nothing else */
	static const uint8_t nobody[65] = {
		'N',       'T',       'L',       'M',       'S',      'S',
		'P',       0,         3,         [12] = 1,  [14] = 1, [16] = 64,
		[24] = 64, [32] = 64, [40] = 64, [48] = 64, [56] = 64
	};

	start(USER, true);
	send_token(0, (SmbSpan){ token_ntlmv2, sizeof(token_ntlmv2) });
	refuse(COM_SESSION_SETUP_ANDX);
	stop();
	ck_assert_int_eq(told.type, SMB_PASSWORD_NTLMV2);
	/* whole, or in a build with tiny caps not at all */
	ck_assert_int_eq(told.nt >= 44, SMB_SECRET_MAX >= 1024);
	start(USER, true);
	send_token(0, (SmbSpan){ nobody, sizeof(nobody) });
	refuse(COM_SESSION_SETUP_ANDX);
	stop();
	ck_assert_int_eq(told.type, SMB_PASSWORD_ANONYMOUS);
	ck_assert_uint_eq(told.lm + told.nt + told.has_lm, 0);
}
END_TEST

/* Where the password is not known to be one, a round after it can still say who logs on. */
START_TEST(a_round_after_one_without_a_secret_says_how_it_ended)
{
	BuildHeader h = { .command = COM_SESSION_SETUP_ANDX,
			  .reply = true,
			  .status = 0xC0000016u,
			  .mid = 2,
			  .uid = 1 };

	start(USER, false);
	send_setup_only(&(Setup){ USER, 13, 24, 24, NULL, NULL, "bob", SETUP_HEAD });
	feed(SMB_TO_CLIENT, build_simple(h, NULL, 0, NULL, 0));
	send_token(1, (SmbSpan){ (const uint8_t *)"", 0 });
	refuse(COM_SESSION_SETUP_ANDX);
	ck_assert(told.has_auth);
	ck_assert_int_eq(told.type, SMB_PASSWORD_NONE);
	stop();
}
END_TEST

/* ---- Tree connects --------------------------------------------------------------------------- */

/* [MS-CIFS] 2.2.4.55.1. */
typedef struct {
	uint8_t mode;
	uint16_t length;
	const char *password;
	uint32_t captured; /* bytes of the block behind WordCount; 0: all */
	int type;          /* -1: no attempt */
	bool unasked;
} Tree;

/* clang-format off */
static const Tree trees[] = {
	{ SHARE, 3, "pwd", 0, TYPE(PLAINTEXT), true },
	{ SHARE, 24, NULL, 0, TYPE(LM_OR_NTLM), false },
	{ SHARE, 1, "", 0, TYPE(ANONYMOUS), false },
	{ SHARE, 0, "", 0, TYPE(ANONYMOUS), false },
	{ SHARE_PLAIN, 3, "pwd", 0, TYPE(PLAINTEXT), false },
	{ SHARE_PLAIN, 1, "x", 0, TYPE(PLAINTEXT), false },
	/* A byte that is not there may be the zero that means no password, and more bytes are none. */
	{ SHARE_PLAIN, 1, "x", TREE_HEAD, -1, false },
	{ SHARE_PLAIN, 3, "pwd", TREE_HEAD, TYPE(PLAINTEXT), false },
	{ SHARE_PLAIN, 3, "pwd", 7, -1, false },
	/* User-level security pads with one byte ([MS-CIFS] 3.2.4.2.5), whatever it is. */
	{ USER, 3, "pwd", 0, -1, false },
	{ USER_PLAIN, 3, "pwd", 0, -1, false },
	/* Where the server was not seen, a password says what it is. */
	{ UNSEEN, 3, "pwd", 0, TYPE(PLAINTEXT), false },
	{ UNSEEN, 2, "xy", 0, TYPE(PLAINTEXT), false },
	{ UNSEEN, 1, "x", 0, -1, false },
	{ UNSEEN, 1, "", 0, -1, false },
	{ UNSEEN, 3, "\0xy", 0, -1, false },
	{ UNSEEN, 3, "pwd", TREE_HEAD + 2, -1, false },
};
/* clang-format on */

START_TEST(trees_are_what_their_password_says)
{
	const Tree *t = &trees[_i];
	GByteArray *a = build_message((BuildHeader){ .command = COM_TREE_CONNECT_ANDX, .mid = 2 });
	GByteArray *bytes = g_byte_array_new();

	start(t->mode, true);
	put_bytes(bytes, t->password, t->length);
	build_text(bytes, "\\\\S\\SHARE");
	build_text(bytes, "?????");
	build_le(a, 4, 1);
	build_le(a, 0xFF, 4);
	build_le(a, 0, 2);
	build_le(a, t->length, 2);
	build_le(a, bytes->len, 2);
	g_byte_array_append(a, bytes->data, bytes->len);
	g_byte_array_unref(bytes);
	feed_cut(SMB_TO_SERVER, build_end(a), t->captured ? HEADER + t->captured : UINT32_MAX);
	refuse(COM_TREE_CONNECT_ANDX);
	stop();
	ck_assert_msg(told.has_auth == (t->type >= 0), "row %d", _i);
	if (t->type < 0)
		return;
	ck_assert_msg((int)told.type == t->type, "row %d: %s", _i,
		      smb_password_type_name(told.type));
	ck_assert_int_eq(!!(told.anomalies & SMB_ANOMALY_PLAINTEXT_UNASKED), t->unasked);
	ck_assert_int_eq(told.has_password, told.type == SMB_PASSWORD_PLAINTEXT);
	if (told.has_password && !t->captured)
		ck_assert_uint_eq(strlen(told.password), t->length);
	ck_assert_uint_eq(told.lm, told.type == SMB_PASSWORD_LM_OR_NTLM ? 24 : 0);
}
END_TEST

void
logon_add_secrets(TCase *tc)
{
	tcase_add_loop_test(tc, setups_are_what_their_fields_say, 0, G_N_ELEMENTS(setups));
	tcase_add_test(tc, domains_go_with_whole_names);
	tcase_add_test(tc, a_name_may_stand_alone);
	tcase_add_test(tc, nothing_is_kept_of_nothing);
	tcase_add_test(tc, passwords_are_kept_where_they_are_wanted);
	tcase_add_test(tc, responses_are_kept_whole_or_not_at_all);
	tcase_add_test(tc, responses_in_tokens_are_kept_unless_of_nobody);
	tcase_add_test(tc, a_round_after_one_without_a_secret_says_how_it_ended);
	tcase_add_loop_test(tc, trees_are_what_their_password_says, 0, G_N_ELEMENTS(trees));
}
