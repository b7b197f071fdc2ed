/* SPDX-License-Identifier: BSD-3-Clause */
/* What connections of SMB2 have in common: leases, keys of copies, sessions, opens sent again. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/security-tokens.h"
#include "tests/lib/smb2-builder.h"

enum {
	SMB2_NEGOTIATE = 0,
	SMB2_SESSION_SETUP = 1,
	SMB2_TREE_CONNECT = 3,
	SMB2_CREATE = 5,
	SMB2_CLOSE = 6,
	SMB2_WRITE = 9,
	SMB2_IOCTL = 11,
	SMB2_OPLOCK_BREAK = 18,
	BINDING = 1,
	WRONG_PASSWORD = 0xC000006Du, /* [MS-ERREF] 2.3.1 */
	DENIED = 0xC0000022u,
	LOCKED_OUT = 0xC0000234u,
	REPLAY = 0x20000000,
	RESUME_KEY = 0x00140078,
	COPYCHUNK = 0x001440F2,
	DIALECT = 0x0302,
	TREE = 3,
	CONNECTIONS = 3,
};

static const char lease_key[] = "0123456789abcdef", client[] = "client's own GUID",
		  other[] = "another's GUID...";

typedef struct {
	char name[64], target[64]; /* of the last exchange */
	SmbStep step;
	SmbBroken broken; /* of the last break */
	uint32_t n_files, writes;
	uint64_t written;
	bool first_user_ended;
	uint32_t n_auths;
	uint64_t limits;
	char account[64]; /* of the last user */
	char file[64];    /* the first */
} Seen;

static SmbContext *context;
static SmbConnection *connections[CONNECTIONS];
static Seen seen;
static uint64_t frame, mid;

static void
put(SmbText text, char *to, size_t size)
{
	to[0] = 0;
	if (text.bytes.ptr)
		smb_text_to_utf8(text, to, size);
}

static void
on_event(void *user, const SmbEvent *event)
{
	const SmbConnectionInfo *info = event->connection;
	const SmbExchange *x = event->exchange;

	(void)user;
	if (event->kind == SMB_EVENT_CONNECTION) {
		seen.n_files = info->n_files;
		seen.writes = info->n_files ? info->files[0]->writes : 0;
		seen.written = info->n_files ? info->files[0]->bytes_written : 0;
		seen.first_user_ended = info->n_users && info->users[0]->ended;
		seen.n_auths = info->n_auths;
		seen.limits = info->limits;
		if (info->n_files)
			put(smb_string_text(info->files[0]->name), seen.file, sizeof(seen.file));
		if (info->n_users)
			put(smb_string_text(info->users[info->n_users - 1]->auth->account),
			    seen.account, sizeof(seen.account));
		return;
	}
	seen.step = x->step;
	if (x->step == SMB_STEP_OPEN) {
		put(x->open.name, seen.name, sizeof(seen.name));
	} else if (x->step != SMB_STEP_WRITE && x->step != SMB_STEP_SESSION_SETUP &&
		   x->step != SMB_STEP_TREE_CONNECT && x->step != SMB_STEP_NEGOTIATE) {
		put(x->other.name, seen.name, sizeof(seen.name));
		put(x->other.target, seen.target, sizeof(seen.target));
		if (x->step == SMB_STEP_OPLOCK_BREAK)
			seen.broken = x->other.broken;
	}
}

static void
start(void)
{
	SmbConfig config = { .want = SMB_EVENT_CONNECTION | SMB_EVENT_EXCHANGE, .event = on_event };

	memset(&seen, 0, sizeof(seen));
	context = smb_context_new(&config);
	frame = 1;
	mid = 10;
}

static void
end(unsigned which)
{
	smb_connection_end(
		connections[which],
		&(SmbEnding){ .end = SMB_END_FIN, .seen = { true, true }, .acked = { true, true } },
		&(SmbStamp){ 99, 99 });
}

static void
feed(unsigned which, SmbDir dir, GByteArray *bytes)
{
	SmbStamp when = { ++frame, frame };

	build_end(bytes);
	smb_connection_feed(connections[which], dir, (SmbSpan){ bytes->data, bytes->len }, &when);
	g_byte_array_unref(bytes);
}

static GByteArray *
message(uint16_t command, bool response, uint64_t session, uint32_t flags)
{
	return build2_message((Build2Header){ .command = command,
					      .response = response,
					      .mid = response ? mid : ++mid,
					      .session = session,
					      .flags = flags,
					      .tid = session ? TREE : 0 });
}

/* 2.2.3, 2.2.4 */
static void
connect_from(unsigned which, const char *guid, uint8_t host, uint8_t server)
{
	SmbEndpoints ends = { .family = 4,
			      .client = { 10, 0, 0, host },
			      .server = { 10, 0, 0, server },
			      .client_port = (uint16_t)(1025 + which),
			      .server_port = 445 };
	GByteArray *a;

	connections[which] = smb_connection_new(context, &ends, true, false, &(SmbStamp){ 1, 1 });
	a = message(SMB2_NEGOTIATE, false, 0, 0);
	build_le(a, 36, 2);
	build_le(a, 1, 2);
	build2_zeros(a, 2 + 2 + 4);
	build2_bytes(a, guid, 16);
	build2_zeros(a, 8);
	build_le(a, DIALECT, 2);
	feed(which, SMB_TO_SERVER, a);
	a = message(SMB2_NEGOTIATE, true, 0, 0);
	build_le(a, 65, 2);
	build2_zeros(a, 2);
	build_le(a, DIALECT, 2);
	build2_zeros(a, 2);
	build2_bytes(a, "the server's GUID", 16);
	build2_zeros(a, 4 + 12 + 16 + 8);
	feed(which, SMB_TO_CLIENT, a);
}

static void
connect_with(unsigned which, const char *guid)
{
	connect_from(which, guid, 2, 1);
}

/* 2.2.5, 2.2.6: one round is enough. */
static void
set_up_with(unsigned which, const uint8_t token[sizeof(token_raw_authenticate)], uint64_t session,
	    uint8_t flags, uint64_t previous, uint32_t status)
{
	GByteArray *a = message(SMB2_SESSION_SETUP, false, session, 0);

	build_le(a, 25, 2);
	build_le(a, flags, 1);
	build2_zeros(a, 1 + 4 + 4);
	build_le(a, BUILD2_HEADER + 24, 2);
	build_le(a, sizeof(token_raw_authenticate), 2);
	build_le(a, previous, 8);
	build2_bytes(a, token, sizeof(token_raw_authenticate));
	feed(which, SMB_TO_SERVER, a);
	a = build2_message((Build2Header){ .command = SMB2_SESSION_SETUP,
					   .response = true,
					   .mid = mid,
					   .session = session,
					   .status = status });
	build_le(a, 9, 2);
	build2_zeros(a, 6);
	feed(which, SMB_TO_CLIENT, a);
}

static void
set_up_as(unsigned which, const uint8_t token[sizeof(token_raw_authenticate)], uint64_t session,
	  uint8_t flags, uint64_t previous)
{
	set_up_with(which, token, session, flags, previous, 0);
}

static void
set_up(unsigned which, uint64_t session, uint8_t flags, uint64_t previous)
{
	set_up_as(which, token_raw_authenticate, session, flags, previous);
}

/* 2.2.13.2.8: with a lease, or without. */
static void
open_file(unsigned which, uint64_t session, const char *name, uint64_t fid, bool lease,
	  uint32_t flags)
{
	enum { FRAME = 4, CONTEXTS = FRAME + BUILD2_HEADER + 48, CONTEXT = 24 + 32 };
	GByteArray *a = message(SMB2_CREATE, false, session, flags);

	build2_create_request(a, name, 0);
	if (lease) {
		build2_zeros(a, -(a->len - FRAME) & 7);
		build2_put(a, CONTEXTS, a->len - FRAME, 4);
		build2_put(a, CONTEXTS + 4, CONTEXT, 4);
		build_le(a, 0, 4);
		build_le(a, 16, 2);
		build_le(a, 4, 2);
		build_le(a, 0, 2);
		build_le(a, 24, 2);
		build_le(a, 32, 4);
		build2_bytes(a, "RqLs\0\0\0\0", 8);
		build2_bytes(a, lease_key, 16);
		build_le(a, 7, 4);
		build2_zeros(a, 12);
	}
	feed(which, SMB_TO_SERVER, a);
	a = message(SMB2_CREATE, true, session, flags);
	build2_create_response(a, fid);
	feed(which, SMB_TO_CLIENT, a);
}

static void
close_file(unsigned which, uint64_t session, uint64_t fid)
{
	GByteArray *a = message(SMB2_CLOSE, false, session, 0);

	build2_close_request(a, fid);
	feed(which, SMB_TO_SERVER, a);
	a = message(SMB2_CLOSE, true, session, 0);
	build2_close_response(a);
	feed(which, SMB_TO_CLIENT, a);
}

/* 2.2.23.2; `acknowledge`: the client has to. */
static void
break_lease(unsigned which, bool acknowledge)
{
	GByteArray *a = build2_message((Build2Header){
		.command = SMB2_OPLOCK_BREAK, .mid = UINT64_MAX, .response = true });

	build_le(a, 44, 2);
	build_le(a, 1, 2);
	build_le(a, acknowledge, 4);
	build2_bytes(a, lease_key, 16);
	build_le(a, 7, 4);
	build2_zeros(a, 4 + 4 + 8);
	feed(which, SMB_TO_CLIENT, a);
}

static void
ask(unsigned which, uint64_t session, uint32_t code, uint64_t fid, const void *in, uint32_t n,
    const void *out, uint32_t n_out)
{
	GByteArray *a = message(SMB2_IOCTL, false, session, 0);

	build2_ioctl_request(a, code, fid, in, n);
	feed(which, SMB_TO_SERVER, a);
	a = message(SMB2_IOCTL, true, session, 0);
	build2_ioctl_response(a, code, fid, out, n_out);
	feed(which, SMB_TO_CLIENT, a);
}

static void
write_file(unsigned which, uint64_t session, uint64_t fid, uint32_t flags)
{
	GByteArray *a = message(SMB2_WRITE, false, session, flags);

	build2_write_request(a, fid, "four", 4);
	feed(which, SMB_TO_SERVER, a);
	a = message(SMB2_WRITE, true, session, flags);
	build2_write_response(a, 4);
	feed(which, SMB_TO_CLIENT, a);
}

/* [MS-SMB2] 3.3.4.7: it may come on any connection of the client. */
START_TEST(a_break_names_the_file_of_another_connection)
{
	start();
	connect_with(0, client);
	connect_with(1, client);
	connect_with(2, other);
	set_up(0, 7, 0, 0);
	set_up(1, 8, 0, 0);
	open_file(0, 7, "leased.txt", 5, true, 0);
	break_lease(2, false);
	ck_assert_int_eq(seen.step, SMB_STEP_OPLOCK_BREAK);
	ck_assert_str_eq(seen.name, "");
	break_lease(1, false);
	ck_assert_str_eq(seen.name, "leased.txt");
	/* Nobody has it any more. */
	close_file(0, 7, 5);
	break_lease(1, false);
	ck_assert_str_eq(seen.name, "");
	for (unsigned i = 0; i < CONNECTIONS; i++)
		end(i);
	smb_context_free(context);
}
END_TEST

/* The lease goes on as long as an open has it, on whatever connection (3.2.5.19.2). */
START_TEST(a_close_answers_a_break_unless_another_connection_has_the_file_open)
{
	for (int gone = 0; gone <= 1; gone++) {
		start();
		connect_with(0, client);
		connect_with(1, client);
		set_up(0, 7, 0, 0);
		set_up(1, 8, 0, 0);
		open_file(0, 7, "leased.txt", 5, true, 0);
		open_file(1, 8, "leased.txt", 6, true, 0);
		if (gone)
			end(0);
		break_lease(1, true);
		close_file(1, 8, 6);
		end(1);
		ck_assert_int_eq(seen.broken, gone ? SMB_BROKEN_CLOSED : 0);
		if (!gone)
			end(0);
		smb_context_free(context);
	}
}
END_TEST

/* 3.3.5.15.6: the source of a copy is found in the session, which may have other channels. */
START_TEST(a_copy_names_a_source_of_another_channel)
{
	static const char key[24 + 8 + 4] = "the key of the source...";

	start();
	connect_with(0, client);
	connect_with(1, client);
	connect_with(2, client);
	set_up(0, 7, 0, 0);
	set_up(1, 7, BINDING, 0);
	set_up(2, 9, 0, 0);
	open_file(0, 7, "source.txt", 5, false, 0);
	ask(0, 7, RESUME_KEY, 5, NULL, 0, key, 28);
	open_file(1, 7, "copy.txt", 6, false, 0);
	ask(1, 7, COPYCHUNK, 6, key, 32, "\1\0\0\0\4\0\0\0\4\0\0\0", 12);
	ck_assert_str_eq(seen.target, "source.txt");
	open_file(2, 9, "copy.txt", 8, false, 0);
	ask(2, 9, COPYCHUNK, 8, key, 32, "\1\0\0\0\4\0\0\0\4\0\0\0", 12);
	ck_assert_str_eq(seen.target, "");
	for (unsigned i = 0; i < CONNECTIONS; i++)
		end(i);
	smb_context_free(context);
}
END_TEST

/* What was called on pipes goes on on other channels, but few of them outlive their connection. */
START_TEST(pipes_do_not_pile_up)
{
	enum { PIPES = 1000, ROOM = 1024 * 1024, TRANSCEIVE = 0x11C017 };
	static const char bind[] = "\5\0\13\3\20\0\0\0\x48\0\0\0\1\0\0\0"
				   "\xb8\x10\xb8\x10\0\0\0\0\1\0\0\0\0\0\1\0";
	size_t before;

	start();
	before = smb_context_memory(context);
	connect_with(0, client);
	set_up(0, 7, 0, 0);
	for (uint64_t fid = 1; fid <= PIPES; fid++) {
		open_file(0, 7, "srvsvc", fid, false, 0);
		ask(0, 7, TRANSCEIVE, fid, bind, sizeof(bind) - 1, "", 0);
	}
	end(0);
	ck_assert_uint_lt(smb_context_memory(context), before + ROOM);
	ck_assert_uint_eq(smb_context_free(context), 0);
}
END_TEST

/* 3.3.5.5.3 */
START_TEST(a_session_ends_when_another_takes_its_place)
{
	start();
	connect_with(0, client);
	set_up(0, 7, 0, 0);
	connect_with(1, client);
	set_up(1, 8, 0, 7);
	end(1);
	ck_assert(!seen.first_user_ended);
	end(0);
	ck_assert(seen.first_user_ended);
	smb_context_free(context);
}
END_TEST

/*
 * The server ignores who asks for that as somebody else. And who only says to be that server does
 * not look at the user: such a session has the other's number, and replaces nothing.
 */
START_TEST(nobody_else_ends_a_session)
{
	enum { ACCOUNT = 0x7A }; /* where the token has it */
	static const struct {
		uint8_t client, server;
		bool same, ends;
	} cases[] = { { 2, 1, true, true },  { 2, 9, true, false },  { 3, 1, true, true },
		      { 3, 9, true, false }, { 3, 1, false, false }, { 2, 1, false, false } };
	uint8_t token[sizeof(token_raw_authenticate)];

	memcpy(token, token_raw_authenticate, sizeof(token));
	if (!cases[_i].same)
		token[ACCOUNT] ^= 1;
	start();
	connect_with(0, client);
	set_up(0, 7, 0, 0);
	connect_from(1, client, cases[_i].client, cases[_i].server);
	set_up_as(1, token, 8, 0, 7);
	end(1);
	end(0);
	ck_assert(seen.first_user_ended == cases[_i].ends);
	smb_context_free(context);
}
END_TEST

/*
 * A server that only says to be another one gives out a number of the other's: whoever is let in to
 * another channel of the other is who the other let in.
 */
START_TEST(nobody_else_takes_a_session_over)
{
	enum { ACCOUNT = 0x7A };
	uint8_t token[sizeof(token_raw_authenticate)];

	memcpy(token, token_raw_authenticate, sizeof(token));
	token[ACCOUNT] ^= 1;
	start();
	connect_with(0, client);
	if (_i)
		set_up(0, 7, 0, 0);
	connect_from(1, client, 2, 9);
	set_up_as(1, token, 7, 0, 0);
	connect_from(2, client, 2, 1);
	set_up(2, 7, BINDING, 0);
	end(2);
	ck_assert_uint_eq(seen.n_auths, _i ? 0 : 1);
	end(0);
	if (_i)
		ck_assert_str_ne(seen.account, "");
	end(1);
	/* Two of them cannot both be it. */
	ck_assert_uint_eq(seen.limits, (unsigned)_i);
	smb_context_free(context);
}
END_TEST

/*
 * A server that only says to be another one gives out the number of an open file of the other's: it
 * neither renames nor closes what the other has, whichever of them comes first, and that there were
 * two is counted where it matters.
 */
START_TEST(nobody_else_takes_a_file_over)
{
	start();
	connect_with(0, client);
	connect_from(1, other, 3, 9);
	set_up(0, 7, 0, 0);
	set_up(1, 8, 0, 0);
	open_file(_i ? 1 : 0, _i ? 8 : 7, _i ? "theirs.txt" : "mine.txt", 5, false, 0);
	open_file(_i ? 0 : 1, _i ? 7 : 8, _i ? "mine.txt" : "theirs.txt", 5, false, 0);
	close_file(1, 8, 5);
	connect_with(2, client);
	set_up(2, 7, BINDING, 0);
	write_file(2, 7, 5, 0);
	end(2);
	ck_assert_str_eq(seen.file, _i ? "" : "mine.txt");
	ck_assert(seen.limits ? _i : !_i);
	end(1);
	end(0);
	smb_context_free(context);
}
END_TEST

/* Whoever opens many files pushes out those of others: their names are missing, and it is told. */
START_TEST(a_file_that_had_to_go_is_missed_aloud)
{
	enum { OTHERS = 30000 };

	start();
	connect_with(0, client);
	set_up(0, 7, 0, 0);
	open_file(0, 7, "mine.txt", 5, false, 0);
	connect_from(1, other, 3, 9);
	set_up(1, 8, 0, 0);
	for (uint64_t i = 0; i < (_i ? OTHERS : 0); i++) {
		open_file(1, 8, "theirs.txt", 100 + i, false, 0);
		close_file(1, 8, 100 + i);
	}
	end(1);
	ck_assert_uint_eq(seen.limits, 0);
	connect_with(2, client);
	set_up(2, 7, BINDING, 0);
	write_file(2, 7, 5, 0);
	end(2);
	ck_assert_str_eq(seen.file, _i ? "" : "mine.txt");
	ck_assert(seen.limits ? _i : !_i);
	end(0);
	smb_context_free(context);
}
END_TEST

/* Another channel is no other logon, but a password that is wrong is one that was tried. */
START_TEST(passwords_that_are_tried_with_a_session_count)
{
	static const struct {
		uint32_t status, counted;
	} cases[] = { { 0, 0 }, { WRONG_PASSWORD, 1 }, { DENIED, 0 }, { LOCKED_OUT, 1 } };

	start();
	connect_with(0, client);
	set_up(0, 7, 0, 0);
	connect_with(1, client);
	set_up_with(1, token_raw_authenticate, 7, BINDING, 0, cases[_i].status);
	end(1);
	ck_assert_uint_eq(seen.n_auths, cases[_i].counted);
	end(0);
	smb_context_free(context);
}
END_TEST

/* 3.3.5.9.10, 3.3.5.2.10: what is answered a second time is counted once. */
START_TEST(what_is_replayed_counts_once)
{
	start();
	connect_with(0, client);
	set_up(0, 7, 0, 0);
	open_file(0, 7, "f.txt", 5, false, 0);
	write_file(0, 7, 5, 0);
	open_file(0, 7, "f.txt", 5, false, REPLAY);
	write_file(0, 7, 5, REPLAY);
	ck_assert_int_eq(seen.step, SMB_STEP_WRITE);
	end(0);
	ck_assert_uint_eq(seen.n_files, 1);
	ck_assert_uint_eq(seen.writes, 1);
	ck_assert_uint_eq(seen.written, 4);
	smb_context_free(context);
	/* Not replayed, it is another open and another write. */
	start();
	connect_with(0, client);
	set_up(0, 7, 0, 0);
	open_file(0, 7, "f.txt", 5, false, 0);
	write_file(0, 7, 5, 0);
	write_file(0, 7, 5, 0);
	open_file(0, 7, "f.txt", 5, false, 0);
	end(0);
	ck_assert_uint_eq(seen.n_files, 2);
	ck_assert_uint_eq(seen.writes, 2);
	smb_context_free(context);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sessions");
	TCase *tc = tcase_create("several connections");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, a_break_names_the_file_of_another_connection);
	tcase_add_test(tc, a_close_answers_a_break_unless_another_connection_has_the_file_open);
	tcase_add_test(tc, a_copy_names_a_source_of_another_channel);
	tcase_add_test(tc, pipes_do_not_pile_up);
	tcase_add_test(tc, a_session_ends_when_another_takes_its_place);
	tcase_add_loop_test(tc, nobody_else_ends_a_session, 0, 6);
	tcase_add_loop_test(tc, nobody_else_takes_a_session_over, 0, 2);
	tcase_add_loop_test(tc, nobody_else_takes_a_file_over, 0, 2);
	tcase_add_loop_test(tc, a_file_that_had_to_go_is_missed_aloud, 0, 2);
	tcase_add_loop_test(tc, passwords_that_are_tried_with_a_session_count, 0, 4);
	tcase_add_test(tc, what_is_replayed_counts_once);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
