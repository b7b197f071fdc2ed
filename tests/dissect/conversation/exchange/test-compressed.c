/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compressed messages of SMB2 ([MS-SMB2] 2.2.42) through a connection: what is in them is paired and
 * reported like every other message, and no more of them is made than is needed and is in
 * proportion.
 */
#include <check.h>
#include <stdlib.h>

#include "dissect/compression/compression.h"
#include "dissect/dissect.h"
#include "tests/lib/smb2-builder.h"

enum { FRAME = 4, SMB2_ECHO = 13, SMB2_READ = 8, SMB2_QUERY_INFO = 16, MESSAGE_MAX = 1 << 20 };

typedef struct {
	uint32_t outer, inner, inner_length, incomplete, anomalies;
	uint64_t inner_declared;
	uint32_t exchanges, answered;
	uint64_t limits;
} Log;

typedef struct {
	Log log;
	SmbContext *context;
	SmbConnection *c;
	size_t most; /* memory in an event */
	uint64_t frame;
} Rig;

static void
on_event(void *user, const SmbEvent *event)
{
	Rig *r = user;

	r->most = MAX(r->most, smb_context_memory(r->context));
	if (event->kind == SMB_EVENT_MESSAGE && event->message->version == 4) {
		r->log.outer++;
		r->log.anomalies |= event->message->anomalies;
	} else if (event->kind == SMB_EVENT_MESSAGE && event->message->inside) {
		ck_assert_uint_eq(event->message->inside, 4);
		r->log.inner++;
		r->log.inner_length = event->message->bytes.limit;
		r->log.inner_declared = event->message->bytes.end;
		r->log.incomplete |= event->message->incomplete;
	} else if (event->kind == SMB_EVENT_EXCHANGE) {
		r->log.exchanges++;
		r->log.answered += event->exchange->answer == SMB_ANSWER_GIVEN;
	} else if (event->kind == SMB_EVENT_CONNECTION) {
		r->log.limits = event->connection->limits;
	}
}

static void
rig_begin(Rig *r)
{
	SmbConfig config = { .want = ~0u, .event = on_event, .user = r };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };

	*r = (Rig){ .frame = 1 };
	r->context = smb_context_new(&config);
	r->c = smb_connection_new(r->context, &ends, true, false, &(SmbStamp){ 1, 1 });
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

/* Ends the connection; all memory must be back. */
static void
rig_end(Rig *r)
{
	smb_connection_end(
		r->c,
		&(SmbEnding){ .end = SMB_END_FIN, .seen = { true, true }, .acked = { true, true } },
		&(SmbStamp){ 99, 99 });
	ck_assert_uint_eq(smb_context_free(r->context), 0);
}

/* A chained one (2.2.42.2) around a message that was built, which is freed. */
static GByteArray *
chain(GByteArray *message, uint32_t size)
{
	GByteArray *a = g_byte_array_new();
	uint32_t n = message->len - FRAME;

	build_le(a, 0, FRAME);
	build_le(a, 0x424D53FC, 4);
	build_le(a, size, 4);
	build_le(a, SMB_COMPRESSION_NONE, 2);
	build_le(a, 1, 2); /* chained */
	build_le(a, n, 4);
	build2_bytes(a, message->data + FRAME, n);
	g_byte_array_unref(message);
	return a;
}

/* Adds a payload of `n` equal bytes (2.2.42.2.2). */
static void
add_pattern(GByteArray *a, uint8_t byte, uint32_t n)
{
	build_le(a, SMB_COMPRESSION_PATTERN_V1, 2);
	build_le(a, 0, 2);
	build_le(a, 8, 4);
	build_le(a, byte, 4);
	build_le(a, n, 4);
}

static GByteArray *
read_response(uint64_t mid, uint32_t n)
{
	GByteArray *a = build2_message(
		(Build2Header){ .command = SMB2_READ, .mid = mid, .response = true });

	build_le(a, 17, 2);
	build_le(a, 80, 2); /* DataOffset, Reserved */
	build_le(a, n, 4);
	build_le(a, 0, 8);
	return a;
}

static void
ask_to_read(Rig *r, uint64_t mid)
{
	GByteArray *a = build2_message((Build2Header){ .command = SMB2_READ, .mid = mid });

	build2_read_request(a, 7, 1 << 20);
	rig_feed(r, a, false);
}

START_TEST(a_read_is_answered_and_its_data_left_alone)
{
	GByteArray *a;
	Rig r;

	rig_begin(&r);
	ask_to_read(&r, 1);
	a = chain(read_response(1, 1 << 20), 80 + (1 << 20));
	add_pattern(a, 'z', 1 << 20);
	rig_feed(&r, a, true);
	ck_assert_uint_eq(r.log.outer, 1);
	ck_assert_uint_eq(r.log.inner, 1);
	ck_assert_uint_eq(r.log.inner_declared, 80 + (1 << 20));
	ck_assert_uint_le(r.log.inner_length, 512);
	ck_assert_uint_eq(r.log.answered, 1);
	ck_assert_uint_eq(r.log.incomplete, 0);
	ck_assert_uint_lt(r.most, 65536);
	rig_end(&r);
	ck_assert_uint_eq(r.log.limits, 0);
}
END_TEST

/* Both commands of a compound are in what is compressed. */
START_TEST(a_compound_is_seen_whole)
{
	GByteArray *a;
	Rig r;

	rig_begin(&r);
	for (uint64_t mid = 1; mid <= 2; mid++) {
		a = build2_message((Build2Header){ .command = SMB2_ECHO, .mid = mid });
		build_le(a, 4, 4);
		rig_feed(&r, a, false);
	}
	a = build2_message((Build2Header){ .command = SMB2_ECHO, .mid = 1, .response = true });
	build_le(a, 4, 4);
	build2_next(a, (Build2Header){ .command = SMB2_ECHO, .mid = 2, .response = true });
	build_le(a, 4, 4);
	rig_feed(&r, chain(a, a->len - FRAME), true);
	ck_assert_uint_eq(r.log.outer, 1);
	ck_assert_uint_eq(r.log.inner, 2);
	ck_assert_uint_eq(r.log.answered, 2);
	rig_end(&r);
}
END_TEST

/* 16 bytes that stand for 4 GiB, in a message of which all is needed. */
START_TEST(a_bomb_stays_in_proportion)
{
	GByteArray *a;
	Rig r;

	rig_begin(&r);
	a = build2_message((Build2Header){ .command = SMB2_QUERY_INFO, .mid = 1, .response = true });
	build_le(a, 9, 2);
	build_le(a, 72, 2);
	build_le(a, UINT32_MAX - 100, 4);
	a = chain(a, UINT32_MAX);
	add_pattern(a, 1, UINT32_MAX);
	rig_feed(&r, a, true);
	ck_assert_uint_eq(r.log.inner, 1);
	ck_assert_uint_le(r.log.inner_length, 4096 + 64 * 200);
	ck_assert_uint_lt(r.most, 65536);
	rig_end(&r);
	ck_assert_uint_gt(r.log.limits, 0);
}
END_TEST

/* A request of 72 bytes with what follows it, so many times, as LZ77 ([MS-XCA] 2.4) has it. */
static GByteArray *
repeat(uint32_t times)
{
	enum { SIZE = 72, WORD = 32, HEADER = 64, NEXT = 20 };
	GByteArray *one = build2_message((Build2Header){ .command = SMB2_ECHO, .mid = 1 });
	GByteArray *a = g_byte_array_new();

	build2_put(one, FRAME + NEXT, SIZE, 4);
	build_le(one, 4, 2);
	build_le(one, 0, SIZE - HEADER - 2);
	build_le(a, 0, FRAME);
	build_le(a, 0x424D53FC, 4);
	build_le(a, SIZE * times, 4);
	build_le(a, SMB_COMPRESSION_LZ77, 2);
	build_le(a, 0, 6);
	for (uint32_t at = 0; at < SIZE; at += WORD) {
		build_le(a, at + WORD < SIZE ? 0 : 1u << (31 - SIZE % WORD), 4);
		build2_bytes(a, one->data + FRAME + at, MIN(WORD, SIZE - at));
	}
	build_le(a, (SIZE - 1) << 3 | 7, 2);
	build_le(a, 0xff0f, 2);
	build_le(a, 0, 2);
	build_le(a, SIZE * (times - 1) - 3, 4);
	g_byte_array_unref(one);
	return a;
}

/* Each command is told, so there are as many as what was sent can stand for; the rest is counted. */
START_TEST(commands_stay_in_proportion)
{
	Rig r;

	rig_begin(&r);
	rig_feed(&r, repeat(4), false);
	ck_assert_uint_eq(r.log.inner, 4);
	rig_feed(&r, repeat(140), false);
	ck_assert_uint_gt(r.log.inner, 4 + 4);
	ck_assert_uint_lt(r.log.inner, 4 + 12);
	ck_assert_uint_eq(r.log.outer, 2);
	rig_end(&r);
	ck_assert_uint_ge(r.log.limits, 1);
}
END_TEST

/* What no compressor makes is an anomaly, and what stands before it is reported. */
START_TEST(damage_behind_the_header)
{
	GByteArray *a;
	Rig r;

	rig_begin(&r);
	ask_to_read(&r, 1);
	a = chain(read_response(1, 40), 80 + 40);
	build_le(a, 99, 2); /* no algorithm */
	build_le(a, 0, 2);
	build_le(a, 8, 4);
	build_le(a, 0, 8);
	rig_feed(&r, a, true);
	ck_assert_uint_eq(r.log.anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_uint_eq(r.log.inner, 1);
	ck_assert_uint_eq(r.log.inner_length, 80);
	ck_assert_uint_eq(r.log.incomplete, SMB_INCOMPLETE_TRUNCATED);
	ck_assert_uint_eq(r.log.answered, 1);
	rig_end(&r);
}
END_TEST

/* A compressed message in a compressed one, or another kind of bytes, is none of SMB2. */
START_TEST(only_messages_of_smb2_are_in_it)
{
	GByteArray *a = build2_message((Build2Header){ .command = SMB2_ECHO, .response = true });
	Rig r;

	rig_begin(&r);
	ask_to_read(&r, 1);
	build_le(a, 4, 4);
	a = chain(a, 68);
	a = chain(a, a->len - FRAME);
	rig_feed(&r, a, true);
	ck_assert_uint_eq(r.log.outer, 1);
	ck_assert_uint_eq(r.log.inner, 0);
	rig_end(&r);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("compressed");
	TCase *tests = tcase_create("compressed");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, a_read_is_answered_and_its_data_left_alone);
	tcase_add_test(tests, a_compound_is_seen_whole);
	tcase_add_test(tests, a_bomb_stays_in_proportion);
	tcase_add_test(tests, commands_stay_in_proportion);
	tcase_add_test(tests, damage_behind_the_header);
	tcase_add_test(tests, only_messages_of_smb2_are_in_it);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
