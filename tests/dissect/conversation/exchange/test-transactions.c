/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Transactions put together: pieces against a map of bytes, and requests and answers of several
 * messages through a connection.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/conversation/exchange/pieces.h"
#include "dissect/dissect.h"
#include "tests/dissect/conversation/exchange/transactions-bounds.h"
#include "tests/lib/smb-builder.h"

/* ---- Pieces against a map -------------------------------------------------------------------- */

enum { MAP_SIZE = 600, OPERATIONS = 1000000, ABSENT = -1, UNSEEN = -2 };

/* What every byte must be: its value, ABSENT (declared, not captured) or UNSEEN. */
typedef struct {
	int at[MAP_SIZE];
	uint32_t total;
} Map;

static uint32_t
map_islands(const Map *map)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < MAP_SIZE; i++)
		n += map->at[i] != UNSEEN && (i == 0 || map->at[i - 1] == UNSEEN);
	return n;
}

static void
map_add(Map *map, uint32_t at, const uint8_t *bytes, uint32_t captured, uint32_t declared)
{
	for (uint32_t i = 0; i < declared && at + i < map->total; i++)
		if (map->at[at + i] == UNSEEN)
			map->at[at + i] = i < captured ? bytes[i] : ABSENT;
}

static void
check_against_map(const SmbPieces *pieces, const Map *map)
{
	SmbSpan got = smb_pieces_bytes(pieces);
	uint32_t known = 0, seen = 0;

	while (known < map->total && map->at[known] >= 0)
		known++;
	while (seen < map->total && map->at[seen] != UNSEEN)
		seen++;
	ck_assert_uint_eq(smb_pieces_complete(pieces), seen == map->total);
	ck_assert_uint_eq(got.len, known);
	for (uint32_t i = 0; i < known; i++)
		ck_assert_int_eq(got.ptr[i], map->at[i]);
}

static void
add_random(SmbPieces *pieces, Map *map, GRand *random)
{
	uint32_t at = (uint32_t)g_rand_int_range(random, 0, MAP_SIZE);
	uint32_t declared = (uint32_t)g_rand_int_range(random, 0, g_rand_boolean(random) ? 8 : 120);
	uint32_t captured = g_rand_int_range(random, 0, 40) ? declared : declared / 2;
	g_autofree uint8_t *bytes = g_malloc(captured + 1);
	uint32_t before = map_islands(map);
	Map then = *map;
	bool took;

	for (uint32_t i = 0; i < captured; i++)
		bytes[i] = (uint8_t)g_rand_int(random);
	map_add(&then, at, bytes, captured, declared);
	took = smb_pieces_add(pieces, at, (SmbSpan){ bytes, captured }, declared);
	/* It is refused where it would be an island too many, and only there. */
	ck_assert_uint_eq(took, !(before == SMB_PIECES_RANGES && map_islands(&then) > before));
	if (took)
		*map = then;
}

START_TEST(pieces_are_what_came_first)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(20261123);

	for (uint32_t done = 0; done < OPERATIONS;) {
		Map map = { .total = (uint32_t)g_rand_int_range(random, 1, MAP_SIZE) };
		SmbPieces pieces;

		for (uint32_t i = 0; i < MAP_SIZE; i++)
			map.at[i] = UNSEEN;
		smb_pieces_init(&pieces, map.total);
		for (int n = g_rand_int_range(random, 1, 120); n > 0; n--, done++) {
			/* Totals shrink, and what a part says beyond them is not believed. */
			if (g_rand_int_range(random, 0, 50) == 0) {
				uint32_t total =
					(uint32_t)g_rand_int_range(random, 0, 2 * MAP_SIZE);

				smb_pieces_total(&pieces, total);
				map.total = MIN(map.total, total);
			} else {
				add_random(&pieces, &map, random);
			}
			if (n % 8 == 1)
				check_against_map(&pieces, &map);
		}
		smb_pieces_clear(&pieces);
	}
}
END_TEST

/* ---- Through a connection -------------------------------------------------------------------- */

enum { COM_TRANSACTION2 = 0x32, COM_TRANSACTION2_SECONDARY = 0x33, LEVEL_EAS = 2 };

typedef struct {
	uint64_t exchanges, messages, read; /* messages with a reading of their transaction */
	SmbExchange last;
	uint64_t read_at, response_to; /* ordinal of the last message that was read */
	char layout[64];
	uint32_t fields; /* of that layout */
	uint64_t limits;
	size_t memory;
} Log;

static void
on_event(void *user, const SmbEvent *e)
{
	Log *log = user;

	if (e->kind == SMB_EVENT_EXCHANGE) {
		log->exchanges++;
		log->last = *e->exchange;
	} else if (e->kind == SMB_EVENT_MESSAGE) {
		const SmbBlock *b = &e->message->blocks[0];

		log->messages++;
		log->response_to = e->message->response_to;
		if (b->nested_layout) {
			log->read++;
			log->read_at = log->messages;
			log->fields = b->nested_layout->count;
			g_strlcpy(log->layout, b->nested_layout->name, sizeof(log->layout));
		}
	} else if (e->kind == SMB_EVENT_CONNECTION) {
		log->limits = e->connection->limits;
	}
}

typedef struct {
	Log log;
	SmbContext *context;
	SmbConnection *c;
	uint64_t frame;
} Fixture;

static Fixture *
setup_connection(void)
{
	Fixture *f = g_new0(Fixture, 1);
	SmbConfig config = { .want = ~0u, .event = on_event, .user = &f->log };
	SmbEndpoints ends = { .family = 4, .client_port = 40000, .server_port = 445 };

	f->context = smb_context_new(&config);
	f->c = smb_connection_new(f->context, &ends, true, false, &(SmbStamp){ 1, 1 });
	return f;
}

static void
finish(Fixture *f)
{
	smb_connection_end(f->c,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = false,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &(SmbStamp){ 1000, 1000 });
	smb_context_free(f->context);
}

static void
send_message(Fixture *f, SmbDir dir, GByteArray *message)
{
	SmbStamp when = { ++f->frame, f->frame };
	uint8_t *exact = g_memdup2(message->data, message->len);

	smb_connection_feed(f->c, dir, (SmbSpan){ exact, message->len }, &when);
	g_free(exact);
	g_byte_array_unref(message);
}

/* Parameters of SET_PATH_INFORMATION: level, reserved, name. */
static const uint8_t parameters[] = { LEVEL_EAS, 0, 0, 0, 0, 0, '\\', 'a', 0 };
/* SMB_INFO_SET_EAS: a list of one attribute, "k" = "vv". */
static const uint8_t data[] = { 12, 0, 0, 0, 0, 1, 2, 0, 'k', 0, 'v', 'v' };

/*
 * A message's part of both sections; offsets count from the SMB header, the bytes begin after
 * ByteCount.
 */
typedef struct {
	uint32_t total_parameters, total_data;
	uint32_t p_at, p_len, d_at, d_len;
} Part;

static GByteArray *
part_bytes(const Part *p)
{
	GByteArray *bytes = g_byte_array_new();

	if (p->p_len)
		g_byte_array_append(bytes, parameters + p->p_at, p->p_len);
	if (p->d_len)
		g_byte_array_append(bytes, data + p->d_at, p->d_len);
	return bytes;
}

static void
send_primary(Fixture *f, uint16_t mid, Part p, uint16_t flags)
{
	BuildHeader h = { .command = COM_TRANSACTION2, .tid = 1, .pid = 7, .uid = 2, .mid = mid };
	g_autoptr(GByteArray) bytes = part_bytes(&p);
	uint16_t at = 32 + 1 + 15 * 2 + 2;
	uint16_t words[15] = { (uint16_t)p.total_parameters,
			       (uint16_t)p.total_data,
			       2,
			       0,
			       0,
			       flags,
			       0,
			       0,
			       0,
			       (uint16_t)p.p_len,
			       at,
			       (uint16_t)p.d_len,
			       (uint16_t)(at + p.p_len),
			       1,
			       6 };

	send_message(f, SMB_TO_SERVER,
		     build_simple(h, words, 15, bytes->data, (uint16_t)bytes->len));
}

static void
send_secondary(Fixture *f, uint16_t mid, Part p)
{
	BuildHeader h = {
		.command = COM_TRANSACTION2_SECONDARY, .tid = 1, .pid = 7, .uid = 2, .mid = mid
	};
	g_autoptr(GByteArray) bytes = part_bytes(&p);
	uint16_t at = 32 + 1 + 9 * 2 + 2;
	uint16_t words[9] = { (uint16_t)p.total_parameters,
			      (uint16_t)p.total_data,
			      (uint16_t)p.p_len,
			      at,
			      (uint16_t)p.p_at,
			      (uint16_t)p.d_len,
			      (uint16_t)(at + p.p_len),
			      (uint16_t)p.d_at,
			      0xFFFF };

	send_message(f, SMB_TO_SERVER,
		     build_simple(h, words, 9, bytes->data, (uint16_t)bytes->len));
}

static void
send_interim(Fixture *f, uint16_t mid)
{
	BuildHeader h = {
		.command = COM_TRANSACTION2, .reply = true, .tid = 1, .pid = 7, .uid = 2, .mid = mid
	};

	send_message(f, SMB_TO_CLIENT, build_simple(h, NULL, 0, NULL, 0));
}

static void
send_answer(Fixture *f, uint16_t mid, Part p)
{
	BuildHeader h = {
		.command = COM_TRANSACTION2, .reply = true, .tid = 1, .pid = 7, .uid = 2, .mid = mid
	};
	g_autoptr(GByteArray) bytes = part_bytes(&p);
	uint16_t at = 32 + 1 + 10 * 2 + 2;
	uint16_t words[10] = { (uint16_t)p.total_parameters,
			       (uint16_t)p.total_data,
			       0,
			       (uint16_t)p.p_len,
			       at,
			       (uint16_t)p.p_at,
			       (uint16_t)p.d_len,
			       (uint16_t)(at + p.p_len),
			       (uint16_t)p.d_at,
			       0 };

	send_message(f, SMB_TO_CLIENT,
		     build_simple(h, words, 10, bytes->data, (uint16_t)bytes->len));
}

/* An answer of one parameter word. */
#define SHORT_ANSWER ((Part){ 2, 0, 0, 2, 0, 0 })
#define WHOLE sizeof(parameters), sizeof(data)

START_TEST(a_whole_request_is_read_with_its_message)
{
	Fixture *f = setup_connection();

	send_primary(f, 1, (Part){ WHOLE, 0, 9, 0, 12 }, 0);
	ck_assert_uint_eq(f->log.read, 1);
	send_answer(f, 1, SHORT_ANSWER);
	ck_assert_uint_eq(f->log.exchanges, 1);
	ck_assert_int_eq(f->log.last.step, SMB_STEP_PATH);
	finish(f);
	ck_assert_uint_eq(f->log.exchanges, 1);
	g_free(f);
}
END_TEST

START_TEST(secondaries_complete_a_request)
{
	Fixture *f = setup_connection();

	send_primary(f, 1, (Part){ WHOLE, 0, 9, 0, 5 }, 0);
	ck_assert_uint_eq(f->log.read, 0);
	send_interim(f, 1);
	send_secondary(f, 1, (Part){ WHOLE, 0, 0, 5, 4 });
	ck_assert_uint_eq(f->log.read, 0);
	send_secondary(f, 1, (Part){ WHOLE, 0, 0, 9, 3 });
	ck_assert_uint_eq(f->log.read, 1);
	ck_assert_uint_eq(f->log.read_at, 4);
	ck_assert_uint_eq(f->log.exchanges, 0);
	/* An acknowledgement of a part of the answer is no part of the request. */
	send_secondary(f, 1, (Part){ 0, 0, 1, 0, 0, 0 });
	ck_assert_uint_eq(f->log.read, 1);
	send_answer(f, 1, SHORT_ANSWER);
	ck_assert_uint_eq(f->log.exchanges, 1);
	ck_assert_uint_eq(f->log.response_to, 1);
	finish(f);
	g_free(f);
}
END_TEST

START_TEST(parts_out_of_order_twice_and_overlapping_are_one)
{
	Fixture *f = setup_connection();

	send_primary(f, 1, (Part){ WHOLE, 0, 9, 0, 2 }, 0);
	send_secondary(f, 1, (Part){ WHOLE, 0, 0, 9, 3 });
	send_secondary(f, 1, (Part){ WHOLE, 0, 0, 9, 3 });
	send_secondary(f, 1, (Part){ WHOLE, 0, 0, 1, 4 });
	ck_assert_uint_eq(f->log.read, 0);
	send_secondary(f, 1, (Part){ WHOLE, 0, 0, 4, 6 });
	ck_assert_uint_eq(f->log.read, 1);
	ck_assert_str_eq(f->log.layout, "TRANS2 set information request");
	finish(f);
	g_free(f);
}
END_TEST

START_TEST(the_lowest_total_counts)
{
	Fixture *f = setup_connection();

	send_primary(f, 1, (Part){ 9, 400, 0, 9, 0, 6 }, 0);
	send_secondary(f, 1, (Part){ 9, 12, 0, 0, 6, 6 });
	ck_assert_uint_eq(f->log.read, 1);
	finish(f);
	g_free(f);
}
END_TEST

/* Parameters that come in two messages are reported where they are complete, and name the file. */
START_TEST(late_parameters_are_reported)
{
	Fixture *f = setup_connection();
	char name[16];

	send_primary(f, 1, (Part){ 9, 0, 0, 4, 0, 0 }, 0);
	send_secondary(f, 1, (Part){ 9, 0, 4, 5, 0, 0 });
	ck_assert_uint_eq(f->log.read, 1);
	ck_assert_str_eq(f->log.layout, "TRANS2_SET_PATH_INFORMATION request");
	send_answer(f, 1, SHORT_ANSWER);
	smb_text_to_utf8(f->log.last.other.name, name, sizeof(name));
	ck_assert_int_eq(f->log.last.other.function, 6);
	finish(f);
	g_free(f);
}
END_TEST

enum { COM_NT_TRANSACT = 0xA0, NT_CREATE = 1 };

/* Parameters of NT_TRANSACT_CREATE: to read, opened if it is there, named "\nt". */
static const uint8_t nt_parameters[56] = { [8] = 1, [28] = 1, [44] = 3, [53] = '\\', 'n', 't' };

/* Words that are the same in both messages but for their order: counts, offsets, displacements. */
static void
send_nt(Fixture *f, bool secondary, uint32_t at, uint32_t len)
{
	BuildHeader h = { .command = COM_NT_TRANSACT + secondary, .pid = 7, .mid = 1 };
	g_autoptr(GByteArray) words = g_byte_array_new();
	uint16_t aligned[19];
	uint8_t n = secondary ? 18 : 19;

	build_le(words, 0, 3);
	build_le(words, sizeof(nt_parameters), 4);
	build_le(words, 0, 4);
	build_le(words, 0, secondary ? 0 : 8); /* MaxParameterCount, MaxDataCount */
	build_le(words, len, 4);
	build_le(words, 32 + 1 + n * 2 + 2, 4);
	build_le(words, at, secondary ? 4 : 0);
	build_le(words, 0, secondary ? 13 : 9);
	build_le(words, secondary ? 0 : NT_CREATE, secondary ? 0 : 2);
	ck_assert_uint_eq(words->len, n * 2u);
	memcpy(aligned, words->data, words->len);
	send_message(f, SMB_TO_SERVER,
		     build_simple(h, aligned, n, nt_parameters + at, (uint16_t)len));
}

START_TEST(late_parameters_open_a_file)
{
	BuildHeader refused = {
		.command = COM_NT_TRANSACT, .reply = true, .status = 0xC0000022, .pid = 7, .mid = 1
	};
	Fixture *f = setup_connection();
	char name[16];

	send_nt(f, false, 0, 20);
	ck_assert_uint_eq(f->log.read, 0);
	send_nt(f, true, 20, 36);
	ck_assert_uint_eq(f->log.read, 1);
	ck_assert_str_eq(f->log.layout, "NT_TRANSACT_CREATE request");
	/* It is complete: its last part, sent again, does not use up the room for its name. */
	for (int i = 0; i < 200; i++)
		send_nt(f, true, 54, 2);
	ck_assert_uint_eq(f->log.read, 1);
	send_message(f, SMB_TO_CLIENT, build_simple(refused, NULL, 0, NULL, 0));
	ck_assert_int_eq(f->log.last.step, SMB_STEP_OPEN);
	smb_text_to_utf8(f->log.last.open.name, name, sizeof(name));
	ck_assert_str_eq(name, "\\nt");
	ck_assert(f->log.last.open.to_read && !f->log.last.open.to_write);
	finish(f);
	g_free(f);
}
END_TEST

/* NT_TRANSACT_IOCTL ([MS-CIFS] 2.2.7.2): the setup words of the request say what the answer is. */
static uint32_t
ioctl_answered(Fixture *f, uint32_t code, uint8_t n_setup)
{
	static const uint16_t fixed[18] = { [3] = 12 << 8, [11] = 12 << 8, [13] = (32 + 39) << 8 };
	BuildHeader h = { .command = COM_NT_TRANSACT, .pid = 7, .mid = 1 };
	uint16_t words[24] = { [18] = 2 << 8, (uint16_t)code, (uint16_t)(code >> 16), 0x1234, 1 };

	/* SetupCount is the low half of a word, Function the next two bytes. */
	words[17] = (uint16_t)(n_setup << 8);
	words[18] = 2;
	f->log.fields = 0;
	send_message(f, SMB_TO_SERVER, build_simple(h, words, (uint8_t)(19 + n_setup), NULL, 0));
	h.reply = true;
	send_message(f, SMB_TO_CLIENT, build_simple(h, fixed, 18, data, sizeof(data)));
	return f->log.fields;
}

START_TEST(setup_words_wait_for_the_answer)
{
	enum { ENUMERATE_SNAPSHOTS = 0x144064 };
	Fixture *f = setup_connection();
	uint32_t known = ioctl_answered(f, ENUMERATE_SNAPSHOTS, 4);

	ck_assert_uint_gt(known, 0);
	ck_assert_uint_eq(ioctl_answered(f, ENUMERATE_SNAPSHOTS, 2), known);
	ck_assert_uint_lt(ioctl_answered(f, 0, 2), known);
	ck_assert_uint_eq(ioctl_answered(f, ENUMERATE_SNAPSHOTS, 1), 0);
	ck_assert_uint_eq(ioctl_answered(f, ENUMERATE_SNAPSHOTS, 0), 0);
	finish(f);
	g_free(f);
}
END_TEST

/* EternalBlue: the server then counts what is still to come by the other kind's totals. */
START_TEST(a_secondary_of_another_kind_is_told)
{
	BuildHeader refused = {
		.command = COM_NT_TRANSACT, .reply = true, .status = 0xC0000022, .pid = 7, .mid = 1
	};

	for (uint16_t mid = 1; mid <= 2; mid++) {
		Fixture *f = setup_connection();

		send_nt(f, false, 0, 20);
		send_secondary(f, mid, (Part){ WHOLE, 0, 0, 5, 4 });
		send_message(f, SMB_TO_CLIENT, build_simple(refused, NULL, 0, NULL, 0));
		ck_assert_uint_eq(f->log.last.anomalies & SMB_ANOMALY_OTHER_SECONDARY,
				  mid == 1 ? SMB_ANOMALY_OTHER_SECONDARY : 0);
		finish(f);
		g_free(f);
	}
}
END_TEST

START_TEST(an_answer_in_parts_is_one_exchange)
{
	Fixture *f = setup_connection();

	send_primary(f, 1, (Part){ WHOLE, 0, 9, 0, 12 }, 0);
	send_answer(f, 1, (Part){ 2, 12, 0, 2, 0, 5 });
	ck_assert_uint_eq(f->log.exchanges, 0);
	send_answer(f, 1, (Part){ 2, 12, 0, 0, 5, 7 });
	ck_assert_uint_eq(f->log.exchanges, 1);
	ck_assert_uint_eq(f->log.read, 2);
	finish(f);
	ck_assert_uint_eq(f->log.exchanges, 1);
	g_free(f);
}
END_TEST

START_TEST(nobody_waits_for_a_one_way_transaction)
{
	Fixture *f = setup_connection();

	send_primary(f, 1, (Part){ WHOLE, 0, 9, 0, 12 }, 2);
	ck_assert_uint_eq(f->log.exchanges, 1);
	ck_assert(f->log.last.one_way);
	finish(f);
	g_free(f);
}
END_TEST

/*
 * Secondaries without a first message, and floods of first messages without secondaries: told,
 * capped, freed.
 */
START_TEST(floods_are_capped)
{
	Fixture *f = setup_connection();
	size_t most = 0;

	for (uint16_t i = 0; i < 500; i++) {
		send_secondary(f, i, (Part){ 9, 65535, 0, 0, 0, 1 });
		send_primary(f, i, (Part){ 9, 65535, 0, 9, 0, 12 }, 0);
		send_secondary(f, i, (Part){ 9, 65535, 0, 0, 11, 1 });
		most = MAX(most, smb_context_memory(f->context));
	}
	ck_assert_uint_lt(most, 544 * 1024);
	smb_connection_end(f->c,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = false,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &(SmbStamp){ 9999, 9999 });
	ck_assert_uint_eq(f->log.exchanges, 500);
	ck_assert_uint_ge(f->log.limits, 500 - 256);
	smb_context_free(f->context);
	g_free(f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("transactions");
	TCase *pieces = tcase_create("pieces"), *parts = tcase_create("parts"),
	      *bounds = tcase_create("bounds");
	SRunner *runner;
	int failed;

	tcase_add_test(pieces, pieces_are_what_came_first);
	tcase_add_test(parts, a_whole_request_is_read_with_its_message);
	tcase_add_test(parts, secondaries_complete_a_request);
	tcase_add_test(parts, parts_out_of_order_twice_and_overlapping_are_one);
	tcase_add_test(parts, the_lowest_total_counts);
	tcase_add_test(parts, late_parameters_are_reported);
	tcase_add_test(parts, late_parameters_open_a_file);
	tcase_add_test(parts, setup_words_wait_for_the_answer);
	tcase_add_test(parts, a_secondary_of_another_kind_is_told);
	tcase_add_test(parts, an_answer_in_parts_is_one_exchange);
	tcase_add_test(parts, nobody_waits_for_a_one_way_transaction);
	tcase_add_test(parts, floods_are_capped);
	transactions_add_bounds(bounds);
	transactions_add_rap(bounds);
	tcase_set_timeout(pieces, 240);
	suite_add_tcase(suite, pieces);
	suite_add_tcase(suite, parts);
	suite_add_tcase(suite, bounds);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
