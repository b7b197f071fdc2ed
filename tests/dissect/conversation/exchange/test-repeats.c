/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages that are sent again, on a transport that does not do it itself ([MS-CIFS] 2.1.2.1). The
 * echo is one of Windows 98, which sent it thirteen times to a server that was gone; the others are
 * built here.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "tests/lib/smb-builder.h"

enum {
	CLOSE = 0x04,
	CHECK_DIRECTORY = 0x10,
	READ_MPX = 0x1B,
	WRITE_MPX = 0x1E,
	ECHO = 0x2B,
	NEGOTIATE = 0x72,
	CID = 0x0102,
	ERRWORKING = 0x00110002, /* class 2, code 0x11 */
	SECOND = 1000,           /* milliseconds */
};

static struct {
	SmbContext *context;
	SmbConnection *connection;
	uint64_t ms, frame;
	uint64_t messages, exchanges, anomalies;
	SmbMessage message;   /* the last one */
	SmbExchange exchange; /* the last one */
	SmbConnectionInfo info;
	uint8_t data[300]; /* of the last one that had some */
	uint32_t data_len;
} world;

static void
on_event(void *user, const SmbEvent *event)
{
	(void)user;
	if (event->kind == SMB_EVENT_MESSAGE) {
		world.messages++;
		world.message = *event->message;
	} else if (event->kind == SMB_EVENT_EXCHANGE) {
		world.exchanges++;
		world.exchange = *event->exchange;
		if (event->exchange->step == SMB_STEP_READ ||
		    event->exchange->step == SMB_STEP_WRITE)
			world.data_len = smb_span_copy(event->exchange->io.data, world.data,
						       sizeof(world.data));
	}
	world.info = *event->connection;
}

static void
begin(bool connectionless)
{
	SmbConfig config = { .want = ~0u, .event = on_event, .keep_data = true };
	SmbEndpoints ends = { .family = 3,
			      .client_port = 0x0552,
			      .server_port = 0x0550,
			      .connectionless = connectionless };

	memset(&world, 0, sizeof(world));
	world.context = smb_context_new(&config);
	world.connection =
		smb_connection_new(world.context, &ends, true, true, &(SmbStamp){ 1, 1 });
}

static void
end(uint64_t messages, uint64_t repeated)
{
	ck_assert_uint_eq(world.messages, messages);
	smb_connection_end(world.connection,
			   &(SmbEnding){ .end = SMB_END_CAPTURE_END,
					 .by_server = false,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &(SmbStamp){ 0, 0 });
	ck_assert_uint_eq(world.info.repeated, repeated);
	ck_assert_uint_eq(world.info.messages[0] + world.info.messages[1], messages);
	smb_context_free(world.context);
}

static void
feed(SmbDir dir, GByteArray *message)
{
	SmbStamp when = { world.ms * 1000000, ++world.frame };

	smb_connection_feed(world.connection, dir, (SmbSpan){ message->data, message->len }, &when);
	g_byte_array_unref(message);
}

/* With the number in the place where others have a signature. */
static GByteArray *
numbered(BuildHeader h, uint16_t sequence, uint16_t word)
{
	GByteArray *a = build_simple(h, &word, 1, "data", 5);

	a->data[4 + 18] = (uint8_t)CID;
	a->data[4 + 19] = (uint8_t)(CID >> 8);
	a->data[4 + 20] = (uint8_t)sequence;
	a->data[4 + 21] = (uint8_t)(sequence >> 8);
	if (h.status == ERRWORKING)
		a->data[4 + 11] &= 0xbf; /* a DOS error */
	return a;
}

static void
ask(uint8_t command, uint16_t sequence)
{
	feed(SMB_TO_SERVER, numbered((BuildHeader){ .command = command, .mid = 7 }, sequence, 1));
}

static void
answer(uint8_t command, uint16_t sequence, uint32_t status)
{
	BuildHeader h = { .command = command, .mid = 7, .reply = true, .status = status };

	feed(SMB_TO_CLIENT, numbered(h, sequence, 1));
}

static GByteArray *
echo_of_windows_98(void)
{
	static const uint8_t bytes[] = { 0x00, 0x00, 0x00, 0x2c, 0xff, 0x53, 0x4d, 0x42, 0x2b, 0x00,
					 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
					 0x00, 0x00, 0x02, 0x01, 0x0c, 0x00, 0x00, 0x00, 0x00, 0xd0,
					 0x00, 0x32, 0x00, 0x00, 0xc1, 0x03, 0x01, 0x01, 0x00, 0x07,
					 0x00, 0x04, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00 };
	GByteArray *a = g_byte_array_new();

	return g_byte_array_append(a, bytes, sizeof(bytes));
}

START_TEST(reported_once_with_its_numbers)
{
	static const uint32_t ms[] = { 0,    385,   769,   1537,  2697,  4176, 6109,
				       8414, 11120, 14202, 17725, 21584, 25821 };

	begin(true);
	for (size_t i = 0; i < G_N_ELEMENTS(ms); i++) {
		world.ms = ms[i];
		feed(SMB_TO_SERVER, echo_of_windows_98());
	}
	ck_assert(world.message.connectionless);
	ck_assert(!world.message.has_signature);
	ck_assert_uint_eq(world.message.key, 0);
	ck_assert_uint_eq(world.message.cid, CID);
	ck_assert_uint_eq(world.message.sequence_number, 12);
	end(1, 12);
	ck_assert_uint_eq(world.exchange.request.frame, 1);
	ck_assert_uint_eq(world.info.unanswered + world.info.unseen, 1);
}
END_TEST

/* On a connection nobody sends again: the same bytes are another request. */
START_TEST(connections_have_no_repetitions)
{
	begin(false);
	feed(SMB_TO_SERVER, echo_of_windows_98());
	feed(SMB_TO_SERVER, echo_of_windows_98());
	ck_assert(!world.message.connectionless);
	ck_assert(world.message.has_signature);
	end(2, 0);
}
END_TEST

/* Both the request and the answer that the server has kept for it. */
START_TEST(sequenced_after_its_answer)
{
	begin(true);
	ask(CLOSE, 5);
	answer(CLOSE, 5, 0);
	ask(CLOSE, 5);
	answer(CLOSE, 5, 0);
	ck_assert_uint_eq(world.exchanges, 1);
	/* The next one looks the same but for its number, and is another. */
	ask(CLOSE, 6);
	answer(CLOSE, 6, 0);
	answer(CLOSE, 5, 0);
	ck_assert_uint_eq(world.exchanges, 2);
	end(4, 3);
	ck_assert_uint_eq(world.info.orphans, 0);
}
END_TEST

/* An unsequenced request that was answered is done anew; one that was not is a repetition. */
START_TEST(unsequenced)
{
	begin(true);
	ask(CHECK_DIRECTORY, 0);
	ask(CHECK_DIRECTORY, 0);
	answer(CHECK_DIRECTORY, 0, 0);
	ck_assert_uint_eq(world.exchanges, 1);
	/* The answer to the repetition. */
	answer(CHECK_DIRECTORY, 0, 0);
	ck_assert_uint_eq(world.exchanges, 1);
	ask(CHECK_DIRECTORY, 0);
	answer(CHECK_DIRECTORY, 0, 0);
	ck_assert_uint_eq(world.exchanges, 2);
	end(4, 2);
	ck_assert_uint_eq(world.info.orphans, 0);
}
END_TEST

/* The server is at it when the request comes again: that is no answer to it. */
START_TEST(working)
{
	begin(true);
	ask(CLOSE, 5);
	ask(CLOSE, 5);
	answer(CLOSE, 5, ERRWORKING);
	ck_assert_uint_eq(world.exchanges, 0);
	ck_assert_uint_eq(world.message.response_to, 1);
	answer(CLOSE, 5, 0);
	ck_assert_uint_eq(world.exchanges, 1);
	ck_assert(!world.exchange.failed);
	end(3, 1);
	ck_assert_uint_eq(world.info.errors, 0);
}
END_TEST

/* A file whose bytes are told apart. */
static const uint8_t *
contents(uint32_t offset)
{
	static uint8_t file[2000];

	for (uint32_t i = 0; i < sizeof(file); i++)
		file[i] = (uint8_t)(i * 7 + i / 256);
	return file + offset;
}

static void
holds(uint32_t offset, uint32_t length)
{
	ck_assert_uint_eq(world.data_len, length);
	ck_assert_mem_eq(world.data, contents(offset), length);
	ck_assert(!world.exchange.io.data_dropped);
}

static GByteArray *
read_mpx(bool reply, uint32_t offset, uint16_t count, uint16_t length)
{
	const uint16_t asked[8] = { 9, (uint16_t)offset, 0, count };
	const uint16_t given[8] = { (uint16_t)offset, 0, count, 0xffff, 0, 0, length, 51 };
	BuildHeader h = { .command = READ_MPX, .mid = 7, .reply = reply };

	return build_simple(h, reply ? given : asked, 8, contents(offset), length);
}

/* Several answers to one request, the lowest count of which is that of all of them. */
START_TEST(multiplexed_read)
{
	begin(true);
	for (int again = 0; again < 2; again++) {
		feed(SMB_TO_SERVER, read_mpx(false, 1000, 300, 0));
		world.ms++;
		feed(SMB_TO_CLIENT, read_mpx(true, 1100, 250, 100));
		world.ms++;
		feed(SMB_TO_CLIENT, read_mpx(true, 1000, 300, 100));
		ck_assert_uint_eq(world.exchanges, 0);
	}
	feed(SMB_TO_CLIENT, read_mpx(true, 1200, 300, 50));
	ck_assert_uint_eq(world.exchanges, 1);
	ck_assert_uint_eq(world.exchange.io.offset, 1000);
	ck_assert_uint_eq(world.exchange.io.count, 250);
	holds(1000, 250);
	/* The same once more is another read, answered with the same bytes. */
	world.ms++;
	feed(SMB_TO_SERVER, read_mpx(false, 1000, 300, 0));
	feed(SMB_TO_CLIENT, read_mpx(true, 1000, 100, 100));
	feed(SMB_TO_SERVER, read_mpx(false, 1000, 300, 0));
	world.ms++;
	feed(SMB_TO_CLIENT, read_mpx(true, 1000, 100, 100));
	ck_assert_uint_eq(world.exchanges, 3);
	end(4 + 4, 3);
	ck_assert_uint_eq(world.info.orphans, 0);
}
END_TEST

static GByteArray *
write_mpx(uint16_t offset, uint16_t sequence, uint16_t length)
{
	const uint16_t words[12] = { 9, 250, 0, offset, 0, 0, 0, 0x80, 1, 0, length, 59 };
	GByteArray *a = build_simple((BuildHeader){ .command = WRITE_MPX, .mid = 7 }, words, 12,
				     contents(offset), length);

	a->data[4 + 20] = (uint8_t)sequence;
	return a;
}

/* Several requests of one MID, the last with a number, and one answer. */
START_TEST(multiplexed_write)
{
	begin(true);
	feed(SMB_TO_SERVER, write_mpx(1100, 0, 100));
	feed(SMB_TO_SERVER, write_mpx(1000, 0, 100));
	feed(SMB_TO_SERVER, write_mpx(1000, 0, 100));
	feed(SMB_TO_SERVER, write_mpx(1200, 5, 50));
	answer(WRITE_MPX, 5, 0);
	ck_assert_uint_eq(world.exchanges, 1);
	ck_assert_uint_eq(world.exchange.io.offset, 1000);
	ck_assert_uint_eq(world.exchange.io.count, 250);
	holds(1000, 250);
	end(4, 1);
	ck_assert_uint_eq(world.info.unanswered, 0);
}
END_TEST

/* A piece that never came: what is before it stays, and that something is missing is told. */
START_TEST(multiplexed_write_with_a_hole)
{
	begin(true);
	feed(SMB_TO_SERVER, write_mpx(1000, 0, 50));
	feed(SMB_TO_SERVER, write_mpx(1200, 5, 50));
	answer(WRITE_MPX, 5, 0);
	ck_assert_uint_eq(world.data_len, 50);
	ck_assert_mem_eq(world.data, contents(1000), 50);
	ck_assert(world.exchange.io.data_dropped);
	ck_assert_uint_eq(world.info.limits, 1);
	end(3, 0);
}
END_TEST

/* Other bytes are another message, whatever the number: parts of a WRITE_MPX share it. */
START_TEST(number_alone_says_nothing)
{
	begin(true);
	feed(SMB_TO_SERVER, numbered((BuildHeader){ .command = WRITE_MPX, .mid = 7 }, 9, 1));
	feed(SMB_TO_SERVER, numbered((BuildHeader){ .command = WRITE_MPX, .mid = 7 }, 9, 2));
	end(2, 0);
}
END_TEST

START_TEST(window)
{
	begin(true);
	ask(CLOSE, 5);
	world.ms += 60 * SECOND;
	ask(CLOSE, 5);
	world.ms += 60 * SECOND;
	ask(CLOSE, 5);
	world.ms += 60 * SECOND + 1;
	ask(CLOSE, 5);
	ck_assert_uint_eq(world.messages, 2);
	/* Of many messages the last ones are remembered. */
	for (uint16_t i = 6; i < 6 + 16; i++)
		ask(CLOSE, i);
	ask(CLOSE, 6);
	ask(CLOSE, 5);
	end(2 + 16 + 1, 2 + 1);
}
END_TEST

/* A client that was started anew counts from 1 again, and may be given the same id. */
START_TEST(negotiation_begins_anew)
{
	begin(true);
	ask(NEGOTIATE, 0);
	ask(NEGOTIATE, 0);
	answer(NEGOTIATE, 0, 0);
	ask(CLOSE, 1);
	answer(CLOSE, 1, 0);
	ask(NEGOTIATE, 0);
	answer(NEGOTIATE, 0, 0);
	ask(CLOSE, 1);
	answer(CLOSE, 1, 0);
	end(8, 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("repeats");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, reported_once_with_its_numbers);
	tcase_add_test(tc, connections_have_no_repetitions);
	tcase_add_test(tc, sequenced_after_its_answer);
	tcase_add_test(tc, unsequenced);
	tcase_add_test(tc, working);
	tcase_add_test(tc, multiplexed_read);
	tcase_add_test(tc, multiplexed_write);
	tcase_add_test(tc, multiplexed_write_with_a_hole);
	tcase_add_test(tc, number_alone_says_nothing);
	tcase_add_test(tc, window);
	tcase_add_test(tc, negotiation_begins_anew);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
