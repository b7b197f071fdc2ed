/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Part of test-transactions.c: totals beyond what is collected, parts that a gap took, parts that
 * belong to nobody, and transactions at the end of a chain.
 */
#include "tests/dissect/conversation/exchange/transactions-bounds.h"

#include <glib.h>
#include <string.h>

#include "dissect/conversation/context.h"
#include "dissect/conversation/exchange/pieces.h"
#include "dissect/dissect.h"
#include "tests/lib/smb-builder.h"

enum {
	COM_TRANSACTION = 0x25,
	COM_TRANSACTION2 = 0x32,
	COM_TREE_CONNECT_ANDX = 0x75,
	SET_PATH_INFORMATION = 6,
	PID = 7,
	MESSAGE_MAX = 200, /* bytes collected of a message, and of a transaction */
};

static struct {
	uint32_t read; /* messages with a reading of their transaction */
	uint32_t exchanges, incomplete, limits;
	uint32_t anomalies, size; /* of the last message, and of what was read with it */
	char layout[64], about[64], name[16]; /* name: of the file of the last open */
	SmbExchange last;
	uint64_t frame;
} seen;
static SmbContext *context;
static SmbConnection *connection;

static void
on_event(void *user, const SmbEvent *e)
{
	(void)user;
	if (e->kind == SMB_EVENT_EXCHANGE) {
		seen.exchanges++;
		seen.last = *e->exchange;
		if (seen.last.step == SMB_STEP_OPEN)
			smb_text_to_utf8(seen.last.open.name, seen.name, sizeof(seen.name));
		g_strlcpy(seen.about,
			  seen.last.step == SMB_STEP_TRANSACTION && seen.last.other.about
				  ? seen.last.other.about
				  : "",
			  sizeof(seen.about));
	} else if (e->kind == SMB_EVENT_MESSAGE) {
		const SmbBlock *b = &e->message->blocks[e->message->n_blocks - 1];

		seen.incomplete = e->message->incomplete;
		seen.anomalies = e->message->anomalies;
		seen.size = b->nested_size;
		seen.read += b->nested_layout != NULL;
		if (b->nested_layout)
			g_strlcpy(seen.layout, b->nested_layout->name, sizeof(seen.layout));
	} else if (e->kind == SMB_EVENT_CONNECTION) {
		seen.limits = (uint32_t)e->connection->limits;
	}
}

static void
start(void)
{
	SmbConfig config = { .want = ~0u, .event = on_event, .limits.message = MESSAGE_MAX };
	SmbEndpoints ends = { .family = 4, .client_port = 40000, .server_port = 445 };

	memset(&seen, 0, sizeof(seen));
	context = smb_context_new(&config);
	connection = smb_connection_new(context, &ends, true, false, &(SmbStamp){ 1, 1 });
}

static void
stop(void)
{
	smb_connection_end(
		connection,
		&(SmbEnding){ .end = SMB_END_FIN, .seen = { true, true }, .acked = { true, true } },
		&(SmbStamp){ 1000, 1000 });
	ck_assert_uint_eq(smb_context_free(context), 0);
}

static void
send_message(SmbDir dir, GByteArray *message)
{
	SmbStamp when = { ++seen.frame, seen.frame };
	uint8_t *exact = g_memdup2(message->data, message->len);

	smb_connection_feed(connection, dir, (SmbSpan){ exact, message->len }, &when);
	g_free(exact);
	g_byte_array_unref(message);
}

/* Both sections of a transaction, and what of them a message has. */
typedef struct {
	uint16_t total_parameters, total_data;
	uint16_t p_at, p_len, d_at, d_len;
	const char *rap; /* the parameters; NULL: those of SET_PATH_INFORMATION */
} Part;

/* Of SET_PATH_INFORMATION: level, reserved, name. */
static const uint8_t parameters[600] = { 2, 0, 0, 0, 0, 0, '\\', 'a', 0 };
static const uint8_t data[600];

/* A block's words and its bytes; the sections begin behind them, counted from the SMB header. */
static void
append_part(GByteArray *message, const uint16_t *head, uint8_t n_words, int counts, const Part *p,
	    const char *name)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	uint16_t words[64] = { 0 }, at;
	bool displaced = n_words < 14;

	memcpy(words, head, n_words * sizeof(words[0]));
	if (name)
		build_text(bytes, name);
	at = (uint16_t)(message->len - 4 + 1 + n_words * 2 + 2 + bytes->len);
	words[0] = p->total_parameters;
	words[1] = p->total_data;
	words[counts] = p->p_len;
	words[counts + 1] = at;
	if (displaced)
		words[counts + 2] = p->p_at;
	words[counts + 2 + displaced] = p->d_len;
	words[counts + 3 + displaced] = (uint16_t)(at + p->p_len);
	if (displaced)
		words[counts + 4 + displaced] = p->d_at;
	g_byte_array_append(bytes, (p->rap ? (const uint8_t *)p->rap : parameters) + p->p_at,
			    p->p_len);
	g_byte_array_append(bytes, data + p->d_at, p->d_len);
	build_block(message, words, n_words, bytes->data, (uint16_t)bytes->len);
}

static GByteArray *
message_of(uint8_t command, bool reply, uint16_t mid, uint16_t pid)
{
	return build_message((BuildHeader){
		.command = command, .reply = reply, .tid = 1, .pid = pid, .uid = 2, .mid = mid });
}

static void
ask_for(uint16_t function, Part p)
{
	const uint16_t head[15] = { [2] = 2, [13] = 1, [14] = function };
	GByteArray *message = message_of(COM_TRANSACTION2, false, 1, PID);

	append_part(message, head, 15, 9, &p, NULL);
	send_message(SMB_TO_SERVER, build_end(message));
}

static void
ask(Part p)
{
	ask_for(SET_PATH_INFORMATION, p);
}

static void
go_on_as(uint16_t mid, uint16_t pid, Part p)
{
	static const uint16_t head[9] = { [8] = 0xFFFF };
	GByteArray *message = message_of(COM_TRANSACTION2 + 1, false, mid, pid);

	append_part(message, head, 9, 2, &p, NULL);
	send_message(SMB_TO_SERVER, build_end(message));
}

static void
go_on(Part p)
{
	go_on_as(1, PID, p);
}

static void
answer(Part p)
{
	static const uint16_t head[10];
	GByteArray *message = message_of(COM_TRANSACTION2, true, 1, PID);

	append_part(message, head, 10, 3, &p, NULL);
	send_message(SMB_TO_CLIENT, build_end(message));
}

/* ---- What is collected ----------------------------------------------------------------------- */

/* Beyond the cap the parts are only counted: what is kept is read where the last one came. */
START_TEST(what_is_collected_has_an_end)
{
	static const struct {
		uint16_t total_parameters, total_data;
		uint32_t limits;
	} rows[] = {
		{ 9, MESSAGE_MAX - 9, 0 }, { 9, MESSAGE_MAX - 8, 1 }, { 9, 500, 1 },
		{ MESSAGE_MAX, 0, 0 },     { MESSAGE_MAX + 1, 0, 1 }, { 500, 0, 1 },
		{ MESSAGE_MAX, 1, 1 },     { 500, 500, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint16_t p = rows[i].total_parameters, d = rows[i].total_data, step;

		start();
		step = MIN(p, 50);
		ask((Part){ p, d, 0, step, 0, 0 });
		for (uint16_t at = step; at < p; at += step) {
			ck_assert_uint_eq(seen.read, 0);
			step = MIN(p - at, 50);
			go_on((Part){ p, d, at, step, 0, 0 });
		}
		for (uint16_t at = 0; at < d; at += step) {
			ck_assert_uint_eq(seen.read, 0);
			step = MIN(d - at, 50);
			go_on((Part){ p, d, p, 0, at, step });
		}
		ck_assert_uint_eq(seen.read, 1);
		stop();
		ck_assert_msg(seen.limits == rows[i].limits, "row %zu: %u", i, seen.limits);
	}
}
END_TEST

/* Islands beyond those that are kept are counted, each. */
START_TEST(islands_that_are_too_many_are_counted)
{
	start();
	ask((Part){ 9, 150, 0, 9, 0, 1 });
	for (uint16_t i = 1; i < SMB_PIECES_RANGES + 3; i++)
		go_on((Part){ 9, 150, 9, 0, (uint16_t)(2 * i), 1 });
	ck_assert_uint_eq(seen.read, 0);
	stop();
	ck_assert_uint_eq(seen.limits, 3);
}
END_TEST

/* The last part ends the waiting only where the parts before it can have been lost. */
START_TEST(a_gap_ends_the_waiting)
{
	for (int gap = 0; gap < 3; gap++) {
		start();
		if (gap == 1) /* one before it began says nothing */
			smb_connection_gap(connection, SMB_TO_SERVER, 0, SMB_GAP_MISSING,
					   &(SmbStamp){ 2, 2 });
		ask((Part){ 9, 100, 0, 9, 0, 10 });
		if (gap == 2)
			smb_connection_gap(connection, SMB_TO_SERVER, 100, SMB_GAP_MISSING,
					   &(SmbStamp){ 3, 3 });
		go_on((Part){ 9, 100, 9, 0, 40, 50 });
		ck_assert_uint_eq(seen.read, 0);
		go_on((Part){ 9, 100, 9, 0, 90, 10 });
		ck_assert_uint_eq(seen.read, gap == 2);
		if (gap == 2)
			ck_assert_uint_eq(seen.incomplete, SMB_INCOMPLETE_TRUNCATED);
		stop();
	}
}
END_TEST

/* ---- Whose part it is ------------------------------------------------------------------------ */

START_TEST(a_part_of_somebody_else_is_none)
{
	static const struct {
		uint16_t mid, pid;
		uint32_t read;
	} rows[] = { { 1, PID, 1 }, { 2, PID, 0 }, { 1, PID + 1, 0 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		start();
		ask((Part){ 9, 12, 0, 9, 0, 5 });
		go_on_as(rows[i].mid, rows[i].pid, (Part){ 9, 12, 9, 0, 5, 7 });
		ck_assert_uint_eq(seen.read, rows[i].read);
		answer((Part){ 2, 0, 0, 2, 0, 0 });
		ck_assert_uint_eq(seen.exchanges, 1);
		ck_assert_uint_eq(seen.last.anomalies & SMB_ANOMALY_OTHER_SECONDARY, 0);
		stop();
	}
}
END_TEST

/* A request that was whole waits for no part: neither of its own kind nor of another. */
START_TEST(a_whole_request_has_no_further_part)
{
	for (unsigned other = 0; other < 2; other++) {
		static const uint16_t head[8];
		GByteArray *message = message_of(COM_TRANSACTION + 1, false, 1, PID);

		start();
		ask((Part){ 9, 12, 0, 9, 0, 12 });
		append_part(message, head, 8, 2, &(Part){ 9, 12, 9, 0, 5, 7 }, NULL);
		if (other) {
			send_message(SMB_TO_SERVER, build_end(message));
		} else {
			go_on((Part){ 9, 12, 9, 0, 5, 7 });
			g_byte_array_unref(message);
		}
		ck_assert_uint_eq(seen.read, 1);
		answer((Part){ 2, 0, 0, 2, 0, 0 });
		ck_assert_uint_eq(seen.exchanges, 1);
		ck_assert_uint_eq(seen.last.anomalies & SMB_ANOMALY_OTHER_SECONDARY, 0);
		stop();
	}
}
END_TEST

/* ---- What is read ---------------------------------------------------------------------------- */

/* The parameters of an answer that come late are those of an answer. */
START_TEST(late_parameters_of_an_answer_are_no_request)
{
	start();
	ask((Part){ 9, 0, 0, 9, 0, 0 });
	answer((Part){ 2, 0, 0, 1, 0, 0 });
	ck_assert_uint_eq(seen.exchanges, 0);
	answer((Part){ 2, 0, 1, 1, 0, 0 });
	ck_assert_uint_eq(seen.exchanges, 1);
	ck_assert_uint_eq(seen.size, 2);
	ck_assert_str_ne(seen.layout, "TRANS2_SET_PATH_INFORMATION request");
	stop();
}
END_TEST

/* Nobody waits for the rest of an answer without its request: what is there is all. */
START_TEST(a_part_of_an_answer_without_its_request_is_whole)
{
	start();
	answer((Part){ 20, 20, 0, 2, 0, 3 });
	ck_assert_uint_eq(seen.incomplete & SMB_INCOMPLETE_TRUNCATED, 0);
	stop();
}
END_TEST

/* Totals that are lower than what is sent count. */
START_TEST(no_more_than_the_total_is_read)
{
	start();
	ask((Part){ 8, 5, 0, 9, 0, 12 });
	ck_assert_uint_eq(seen.size, 8 + 5);
	answer((Part){ 2, 1, 0, 4, 0, 3 });
	ck_assert_uint_eq(seen.size, 2 + 1);
	stop();
}
END_TEST

/* What is wrong inside is told with the message that completed it; so is what a gap took. */
START_TEST(what_is_wrong_inside_is_told)
{
	start();
	ask((Part){ 9, 4, 0, 9, 0, 2 });
	ck_assert_uint_eq(seen.anomalies, 0);
	go_on((Part){ 9, 4, 9, 0, 2, 2 }); /* a list of attributes that is shorter than its length */
	ck_assert_uint_eq(seen.anomalies, SMB_ANOMALY_FIELDS);
	answer((Part){ 20, 0, 0, 2, 0, 0 });
	smb_connection_gap(connection, SMB_TO_CLIENT, 100, SMB_GAP_MISSING, &(SmbStamp){ 9, 9 });
	answer((Part){ 20, 0, 19, 1, 0, 0 });
	ck_assert_uint_eq(seen.exchanges, 1);
	ck_assert_uint_eq(seen.incomplete & SMB_INCOMPLETE_TRUNCATED, SMB_INCOMPLETE_TRUNCATED);
	stop();
}
END_TEST

/* Parts that do not complete a request leave it what its first message said. */
START_TEST(what_is_not_complete_is_what_it_was)
{
	BuildHeader refused = { .command = COM_TRANSACTION2,
				.reply = true,
				.status = 0xC0000022,
				.pid = PID,
				.mid = 1 };

	start();
	ask((Part){ 9, 0, 0, 4, 0, 0 });
	go_on((Part){ 9, 0, 4, 2, 0, 0 });
	ck_assert_uint_eq(seen.read, 0);
	send_message(SMB_TO_CLIENT, build_simple(refused, NULL, 0, NULL, 0));
	ck_assert_int_eq(seen.last.step, SMB_STEP_PATH);
	ck_assert_int_eq(seen.last.other.function, SET_PATH_INFORMATION);
	stop();
}
END_TEST

/* The last part of a request says what its data sets; it takes nothing from what is opened. */
START_TEST(late_data_say_what_they_are_about)
{
	static const char end_of_file[] = "\x04\x01\0\0\0\0\\a"; /* [MS-CIFS] 2.2.8.4.6 */
	static const char open2[] = "\0\0\x42\0\0\0\0\0\0\0\0\0\x11\0\0\0\0\0"
				    "\0\0\0\0\0\0\0\0\0\0\\o"; /* 2.2.6.1.1 */

	start();
	ask((Part){ 9, 8, 0, 9, 0, 3, end_of_file });
	go_on((Part){ 9, 8, 9, 0, 3, 5 });
	answer((Part){ 2, 0, 0, 2, 0, 0 });
	ck_assert_int_eq(seen.last.step, SMB_STEP_PATH);
	ck_assert(seen.last.other.has_size);
	stop();
	start();
	ask_for(0, (Part){ sizeof(open2), 8, 0, sizeof(open2), 0, 3, open2 });
	go_on((Part){ sizeof(open2), 8, sizeof(open2), 0, 3, 5 });
	stop();
	ck_assert_int_eq(seen.last.step, SMB_STEP_OPEN);
	ck_assert(seen.last.open.to_read && seen.last.open.to_write);
	ck_assert_uint_eq(seen.last.open.share_access, 4);
	ck_assert_uint_eq(seen.last.open.access, 0x42);
	ck_assert_str_eq(seen.name, "\\o");
}
END_TEST

/* Of the parameters only what the answer needs is kept: long ones take no more room. */
START_TEST(few_parameters_wait_for_the_answer)
{
	size_t before, grown[3];

	start();
	for (uint32_t i = 0; i < 3; i++) {
		uint16_t n =
			i < 2 ? 9 : 500; /* the first request allocates what the others use again */

		context->config.limits.message = 4096;
		before = smb_context_memory(context);
		ask((Part){ n, 0, 0, n, 0, 0 });
		grown[i] = smb_context_memory(context) - before;
		answer((Part){ 2, 0, 0, 2, 0, 0 });
	}
	ck_assert_uint_eq(grown[2], grown[1]);
	stop();
}
END_TEST

/* Eight setup words are kept; what is said beyond that is skipped. */
START_TEST(setup_words_are_capped)
{
	static const uint8_t rows[] = { 1, 7, 8, 9, 40 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint16_t head[64] = { [2] = 2, [13] = rows[i], [14] = SET_PATH_INFORMATION };
		GByteArray *message = message_of(COM_TRANSACTION2, false, 1, PID);

		start();
		append_part(message, head, (uint8_t)(14 + rows[i]), 9,
			    &(Part){ 9, 12, 0, 9, 0, 12 }, NULL);
		send_message(SMB_TO_SERVER, build_end(message));
		answer((Part){ 2, 0, 0, 2, 0, 0 });
		ck_assert_uint_eq(seen.exchanges, 1);
		ck_assert_int_eq(seen.last.other.function, SET_PATH_INFORMATION);
		stop();
	}
}
END_TEST

/* ---- RAP, in parts and in a chain ------------------------------------------------------------ */

/* NetShareEnum ([MS-RAP] 2.5.6.1): function, descriptors, level, receive buffer. */
static const char share_enum[] = "\0\0WrLeh\0B13BWz\0\1\0\xFF\xFF";
/* Its answer ([MS-RAP] 2.5.6.2): status, converter, entries, and those there are. */
static const char share_answer[8];
static const char lanman[] = "\\PIPE\\LANMAN";

enum { ASKED = 19, ANSWERED = 8 };

/* A tree connect, and behind it in the chain `command`. */
static GByteArray *
chain(bool reply, uint8_t command)
{
	static const char asked[] = "\0\\\\S\\IPC$\0IPC", answered[] = "IPC";
	uint16_t n_words = reply ? 3 : 4, n = (uint16_t)(reply ? sizeof(answered) : sizeof(asked));
	uint16_t words[4] = { command, (uint16_t)(32 + 1 + n_words * 2 + 2 + n), 0, 1 };
	GByteArray *message = message_of(COM_TREE_CONNECT_ANDX, reply, 1, PID);

	build_block(message, words, (uint8_t)n_words, reply ? answered : asked, n);
	return message;
}

static void
ask_rap(GByteArray *message, uint16_t p_len)
{
	static const uint16_t head[16] = { [2] = 8, [13] = 2, [14] = SET_PATH_INFORMATION };

	append_part(message, head, 16, 9, &(Part){ ASKED, 0, 0, p_len, 0, 0, share_enum }, lanman);
	send_message(SMB_TO_SERVER, build_end(message));
}

static void
answer_rap(GByteArray *message, uint16_t p_len)
{
	static const uint16_t head[10];

	append_part(message, head, 10, 3, &(Part){ ANSWERED, 0, 0, p_len, 0, 0, share_answer },
		    NULL);
	send_message(SMB_TO_CLIENT, build_end(message));
}

static void
check_share_enum(void)
{
	char name[32];

	ck_assert_int_eq(seen.last.step, SMB_STEP_TRANSACTION);
	smb_text_to_utf8(seen.last.other.name, name, sizeof(name));
	ck_assert_str_eq(name, lanman);
	ck_assert_str_eq(seen.about, "NetShareEnum");
}

/* What a transaction is about can come with its last part, and its name stays. */
START_TEST(the_last_part_may_say_what_it_is_about)
{
	static const uint16_t head[8];

	for (uint16_t first = 0; first < ASKED; first += 6) {
		GByteArray *further = message_of(COM_TRANSACTION + 1, false, 1, PID);

		start();
		ask_rap(message_of(COM_TRANSACTION, false, 1, PID), first);
		ck_assert_uint_eq(seen.read, 0);
		append_part(further, head, 8, 2,
			    &(Part){ ASKED, 0, first, (uint16_t)(ASKED - first), 0, 0, share_enum },
			    NULL);
		send_message(SMB_TO_SERVER, build_end(further));
		ck_assert_uint_eq(seen.read, 1);
		answer_rap(message_of(COM_TRANSACTION, true, 1, PID), ANSWERED);
		ck_assert_uint_eq(seen.exchanges, 1);
		check_share_enum();
		stop();
	}
}
END_TEST

/* At the end of a chain there are no parts: what is there is read at once, by its own request. */
START_TEST(a_transaction_in_a_chain_is_read_at_once)
{
	for (uint16_t missing = 0; missing < 2; missing++) {
		char alone[64];

		start();
		ask_rap(message_of(COM_TRANSACTION, false, 1, PID), ASKED);
		answer_rap(message_of(COM_TRANSACTION, true, 1, PID), ANSWERED);
		g_strlcpy(alone, seen.layout, sizeof(alone));
		stop();
		start();
		ask_rap(chain(false, COM_TRANSACTION), ASKED - missing);
		ck_assert_uint_eq(seen.read, 1);
		answer_rap(chain(true, COM_TRANSACTION), ANSWERED - missing);
		ck_assert_uint_eq(seen.read, 2);
		ck_assert_str_eq(seen.layout, alone);
		ck_assert_uint_eq(seen.exchanges, 2);
		check_share_enum();
		stop();
	}
}
END_TEST

/* A chain that nobody asked for is read alone. */
START_TEST(a_chain_without_a_request_is_read_alone)
{
	start();
	answer_rap(chain(true, COM_TRANSACTION), ANSWERED);
	ck_assert_uint_eq(seen.size, ANSWERED);
	ck_assert_uint_eq(seen.incomplete & SMB_INCOMPLETE_TRUNCATED, 0);
	stop();
}
END_TEST

/* An answer of another kind than its request is read without it. */
START_TEST(an_answer_of_another_kind_is_read_alone)
{
	char alone[64];

	start();
	answer_rap(message_of(COM_TRANSACTION2, true, 1, PID), ANSWERED);
	g_strlcpy(alone, seen.layout, sizeof(alone));
	stop();
	start();
	ask_rap(chain(false, COM_TRANSACTION), ASKED);
	seen.layout[0] = 0;
	answer_rap(chain(true, COM_TRANSACTION2), ANSWERED);
	ck_assert_str_eq(seen.layout, alone);
	stop();
}
END_TEST

void
transactions_add_bounds(TCase *tc)
{
	tcase_add_test(tc, the_last_part_may_say_what_it_is_about);
	tcase_add_test(tc, a_transaction_in_a_chain_is_read_at_once);
	tcase_add_test(tc, an_answer_of_another_kind_is_read_alone);
	tcase_add_test(tc, what_is_collected_has_an_end);
	tcase_add_test(tc, islands_that_are_too_many_are_counted);
	tcase_add_test(tc, a_gap_ends_the_waiting);
	tcase_add_test(tc, a_part_of_somebody_else_is_none);
	tcase_add_test(tc, a_whole_request_has_no_further_part);
	tcase_add_test(tc, late_parameters_of_an_answer_are_no_request);
	tcase_add_test(tc, a_part_of_an_answer_without_its_request_is_whole);
	tcase_add_test(tc, setup_words_are_capped);
	tcase_add_test(tc, no_more_than_the_total_is_read);
	tcase_add_test(tc, what_is_wrong_inside_is_told);
	tcase_add_test(tc, what_is_not_complete_is_what_it_was);
	tcase_add_test(tc, late_data_say_what_they_are_about);
	tcase_add_test(tc, few_parameters_wait_for_the_answer);
	tcase_add_test(tc, a_chain_without_a_request_is_read_alone);
}
