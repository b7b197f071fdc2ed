/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Part of test-smb1-message.c: what a single number decides about how a command is read, each at the
 * number and beside it, and what of it a cut leaves open.
 */
#include "dissect/wire/layout.h"
#include "tests/dissect/smb1/smb1-walk.h"

enum {
	COM_OPEN = 0x02,
	COM_CLOSE = 0x04,
	COM_READ = 0x0A,
	COM_WRITE = 0x0B,
	COM_LOCKING_ANDX = 0x24,
	COM_READ_ANDX = 0x2E,
	COM_WRITE_ANDX = 0x2F,
	COM_NEGOTIATE = 0x72,
	COM_SESSION_SETUP_ANDX = 0x73,
	COM_LOGOFF_ANDX = 0x74,
	COM_NT_CREATE_ANDX = 0xA2,
	UNICODE = 0xC001,
	OEM = 0x4001,
};

static const SmbMessage *
dissect_ok(bool response)
{
	const SmbMessage *m = walk_dissect(response);

	ck_assert_uint_eq(m->anomalies, 0);
	ck_assert_uint_eq(m->incomplete, 0);
	return m;
}

/* [MS-SMB] 2.2.4.2.1: MaxCountHigh, or the timeout of a read from a pipe. */
START_TEST(a_read_is_large_up_to_the_longest_message)
{
	static const struct {
		uint32_t timeout, length;
	} rows[] = { { 0, 1 }, { 1, 0x10001 }, { 0xFF, 0xFF0001 }, { 0x100, 1 }, { UINT32_MAX, 1 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk_begin(COM_READ_ANDX, false, 0, OEM);
		walk_put(12, 1);
		walk_put(ANDX_NONE, 4);
		walk_put(0x1234, 2);
		walk_put(0, 4);
		walk_put(1, 2); /* MaxCount */
		walk_put(0, 2);
		walk_put(rows[i].timeout, 4);
		walk_put(0, 2 + 4 + 2);
		dissect_ok(false);
		ck_assert_uint_eq(walk_scratch.facts[0].length, rows[i].length);
	}
}
END_TEST

/* [MS-SMB] 2.2.4.9.2: Windows says 42 words and sends 50; where those have no room it said the truth. */
START_TEST(words_are_understated_where_there_is_room_for_more)
{
	for (uint32_t room = 50 * 2 + 2; room >= 50 * 2 + 1; room--) {
		walk_begin(COM_NT_CREATE_ANDX, true, 0, OEM);
		walk_put(42, 1);
		memset(wire.bytes + wire.len, 0, room);
		wire.bytes[wire.len] = ANDX_NONE;
		wire.bytes[wire.len + 42 * 2] = 5;
		wire.len += room;
		ck_assert_uint_eq(walk_dissect(true)->blocks[0].byte_count,
				  room == 50 * 2 + 2 ? 0 : 5);
		ck_assert_uint_eq(walk_dissect(false)->blocks[0].byte_count, 5);
	}
}
END_TEST

/* [MS-CIFS] 2.2.4.64.2: CreateDisposition has four values that say what was done. */
START_TEST(only_known_dispositions_say_what_was_done)
{
	static const SmbOpened rows[] = { SMB_OPENED_SUPERSEDED,
					  SMB_OPENED_EXISTING,
					  SMB_OPENED_CREATED,
					  SMB_OPENED_TRUNCATED,
					  0,
					  0 };

	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk_begin(COM_NT_CREATE_ANDX, true, 0, OEM);
		walk_put(34, 1);
		walk_put(ANDX_NONE, 4);
		walk_put(0, 1);
		walk_put(0x1234, 2);
		walk_put(i, 4);
		memset(wire.bytes + wire.len, 0, 34 * 2 - 11 + 2);
		wire.len += 34 * 2 - 11 + 2;
		dissect_ok(true);
		ck_assert_int_eq(walk_scratch.facts[0].open.action, rows[i]);
	}
}
END_TEST

/* [MS-CIFS] 2.2.3.1: the header of an answer to OPEN says which oplock was granted. */
START_TEST(the_flags_of_an_open_grant_its_oplock)
{
	static const struct {
		uint8_t flags, oplock;
	} rows[] = { { 0x80, 0 }, { 0xA0, 1 }, { 0xE0, 2 }, { 0xC0, 0 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk_begin(COM_OPEN, true, 0, OEM);
		wire.bytes[9] = rows[i].flags;
		walk_put(7, 1);
		walk_put(0x1234, 2);
		memset(wire.bytes + wire.len, 0, 14);
		wire.len += 14;
		dissect_ok(true);
		ck_assert_uint_eq(walk_scratch.facts[0].open.oplock, rows[i].oplock);
	}
}
END_TEST

/* ---- The first bytes of a message ------------------------------------------------------------ */

START_TEST(the_first_bytes_tell_reads_and_writes_alone)
{
	static const struct {
		uint8_t command;
		bool response;
		uint32_t enough; /* bytes that tell; 0: none do */
	} rows[] = {
		{ COM_READ, true, 32 },   { COM_READ_ANDX, true, 32 },
		{ COM_READ, false, 0 },   { COM_READ_ANDX, false, 0 },
		{ COM_WRITE, false, 35 }, { COM_WRITE_ANDX, false, 39 },
		{ COM_WRITE, true, 0 },   { COM_WRITE_ANDX, true, 0 },
		{ COM_CLOSE, true, 0 },   { COM_CLOSE, false, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk_begin(rows[i].command, rows[i].response, 0, OEM);
		walk_put(12, 1);
		walk_put(0x1234, 4); /* AndX, or the FID */
		walk_put(0x5678, 2);
		walk_put(0, 20);
		for (uint32_t n = 0; n < 48; n++) {
			uint8_t *exact = malloc(n ? n : 1);
			Smb1First got = { 0 };

			memcpy(exact, wire.bytes, n);
			ck_assert_int_eq(smb1_first((SmbSpan){ exact, n }, rows[i].response, &got),
					 rows[i].enough && n >= rows[i].enough);
			free(exact);
			if (!rows[i].enough || n < rows[i].enough)
				continue;
			ck_assert_uint_eq(got.command, rows[i].command);
			ck_assert_uint_eq(got.mid, 0x090A);
			if (!rows[i].response)
				ck_assert_uint_eq(got.fid, rows[i].enough == 35 ? 0x1234 : 0x5678);
		}
	}
}
END_TEST

/* Two words are an AndX block: what follows a read of no more is needed. */
START_TEST(a_chain_is_seen_from_two_words_on)
{
	for (uint8_t words = 1; words <= 3; words++) {
		walk_begin(COM_READ_ANDX, true, 0, OEM);
		walk_put(words, 1);
		walk_put(COM_CLOSE, 6);
		ck_assert_uint_eq(smb1_need((SmbSpan){ wire.bytes, 36 }, true, 512, 60000),
				  words == 1 ? 512 : 60000);
	}
}
END_TEST

/* ---- Header and payload ---------------------------------------------------------------------- */

START_TEST(either_half_of_a_signature_is_one)
{
	for (uint32_t at = 0; at <= 8; at++) {
		walk_begin(COM_CLOSE, false, 0, OEM);
		memset(wire.bytes + 14, 0, 8);
		if (at < 8)
			wire.bytes[14 + at] = 1;
		walk_put(0, 3);
		ck_assert_int_eq(walk_dissect(false)->has_signature, at < 8);
	}
}
END_TEST

/* The command, its status and flags are worth showing where no more was captured. */
START_TEST(the_beginning_of_a_header_is_shown)
{
	walk_begin(COM_CLOSE, true, 0xC0000022, OEM);
	for (uint32_t cut = 0; cut < SMB1_HEADER_SIZE; cut++) {
		const SmbMessage *m = walk_dissect_cut(true, cut);

		ck_assert_int_eq(m->partial_header, cut >= 12);
		ck_assert_uint_eq(m->command, cut > 4 ? COM_CLOSE : 0);
		ck_assert_uint_eq(m->status.value, cut >= 9 ? 0xC0000022 : 0);
	}
}
END_TEST

/* [MS-CIFS] 2.2.4.42.2, [MS-SMB] 2.2.4.2.2: an answer to READ_ANDX. */
static const SmbMessage *
read_answer(uint16_t offset, uint32_t length, uint32_t end, uint16_t byte_count)
{
	walk_begin(COM_READ_ANDX, true, 0, OEM);
	walk_put(12, 1);
	walk_put(ANDX_NONE, 4);
	walk_put(0, 6);
	walk_put(length & 0xFFFF, 2);
	walk_put(offset, 2);
	walk_put(length >> 16, 2);
	walk_put(0, 8);
	walk_put(byte_count, 2);
	ck_assert_uint_le(wire.len, end);
	wire.len = end;
	return walk_dissect(true);
}

START_TEST(payload_lies_within_the_message)
{
	static const struct {
		uint16_t offset;
		uint32_t length;
		bool lies;
	} rows[] = {
		{ 59, 41, false }, { 59, 42, true },      { 99, 1, false },  { 100, 1, true },
		{ 101, 1, true },  { 0xFFFF, 1, true },   { 100, 0, false }, { 101, 0, false },
		{ 99, 2, true },   { 101, 0xFFFF, true }, { 0, 100, false }, { 0, 101, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_uint_eq(read_answer(rows[i].offset, rows[i].length, 100, 41)->anomalies,
				  rows[i].lies ? SMB_ANOMALY_FIELDS : 0);
}
END_TEST

/* A ByteCount that wrapped says nothing: that of more than 65535 bytes. */
START_TEST(byte_counts_of_much_payload_wrap)
{
	for (uint32_t length = 0xFFFE; length <= 0x10001; length++)
		ck_assert_uint_eq(read_answer(32, length, 32 + length, 0xFFF0)->anomalies,
				  length <= 0xFFFF ? SMB_ANOMALY_BYTE_COUNT : 0);
}
END_TEST

/* A message that is cut and lies about its bytes is both. */
START_TEST(a_lie_does_not_hide_a_cut)
{
	const SmbMessage *m;

	walk_begin(COM_CLOSE, false, 0, OEM);
	walk_put(3, 1);
	walk_put(0, 6);
	walk_put(1000, 2);
	walk_put(0, 8);
	m = walk_dissect_cut(false, wire.len - 3);
	ck_assert_uint_eq(m->anomalies, SMB_ANOMALY_BYTE_COUNT);
	ck_assert_uint_eq(m->incomplete, SMB_INCOMPLETE_TRUNCATED);
	ck_assert_int_eq(m->blocks[0].status, SMB_READ_TRUNCATED);
	m = walk_dissect(false);
	ck_assert_uint_eq(m->anomalies, SMB_ANOMALY_BYTE_COUNT);
	ck_assert_uint_eq(m->incomplete, 0);
	ck_assert_ptr_null(m->blocks[0].there);
}
END_TEST

/* Behind a block whose words do not end there is no other, wherever it says that one is. */
START_TEST(nothing_follows_a_block_without_an_end)
{
	const SmbMessage *m;

	walk_begin(COM_LOGOFF_ANDX, false, 0, OEM);
	walk_put(3, 1);
	walk_put(COM_LOGOFF_ANDX, 2);
	walk_put(SMB1_HEADER_SIZE, 2);
	m = walk_dissect(false);
	ck_assert_uint_eq(m->n_blocks, 1);
	ck_assert_uint_eq(m->anomalies, SMB_ANOMALY_WORD_COUNT);
}
END_TEST

/* ---- LOCKING_ANDX: [MS-CIFS] 2.2.4.32.1 ------------------------------------------------------ */

START_TEST(locks_and_breaks_are_told_apart)
{
	enum { RELEASE = 1, BREAK = 2, UNLOCKS = 4, TIMED = 8 };
	static const struct {
		uint8_t type, unlocks, locks, timeout, want;
	} rows[] = {
		{ 0x02, 0, 0, 0, RELEASE | BREAK },
		{ 0x02, 0, 1, 0, RELEASE },
		{ 0x02, 1, 0, 0, RELEASE | UNLOCKS },
		{ 0x00, 0, 0, 0, 0 },
		{ 0x00, 0, 1, 0, 0 },
		{ 0x00, 0, 1, 9, TIMED },
		{ 0x00, 1, 0, 9, UNLOCKS },
		{ 0x00, 1, 1, 9, TIMED },
		{ 0x00, 0, 0, 9, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const Smb1Facts *facts = &walk_scratch.facts[0];
		uint32_t ranges = rows[i].unlocks + rows[i].locks;

		walk_begin(COM_LOCKING_ANDX, false, 0, OEM);
		walk_put(8, 1);
		walk_put(ANDX_NONE, 4);
		walk_put(0x1234, 2);
		walk_put(rows[i].type, 1);
		walk_put(1, 1);
		walk_put(rows[i].timeout, 4);
		walk_put(rows[i].unlocks, 2);
		walk_put(rows[i].locks, 2);
		walk_put(10 * ranges, 2);
		for (uint32_t n = 0; n < ranges; n++)
			walk_put(n, 10);
		dissect_ok(false);
		ck_assert_uint_eq(facts->oplock_released * RELEASE | facts->oplock_break * BREAK |
					  facts->unlocks * UNLOCKS | facts->timed * TIMED,
				  rows[i].want);
		ck_assert_int_eq(facts->one_way, facts->oplock_break);
		ck_assert_uint_eq(facts->oplock_level, 1);
	}
}
END_TEST

/* ---- Bodies that are the same ---------------------------------------------------------------- */

typedef struct {
	uint16_t a, b;
	uint32_t c;
} Body;

START_TEST(layouts_of_one_struct_begin_alike)
{
	static const SmbField bodies[][1] = {
		{ SMB_FIELD(Body, U16, a, "a") }, { SMB_FIELD(Body, U16, a, "a") },
		{ SMB_FIELD(Body, U16, b, "a") }, { SMB_FIELD(Body, I16, a, "a") },
		{ SMB_FIELD(Body, U16, a, "b") }, { { .kind = SMB_FIELD_U16 } },
		{ { .kind = SMB_FIELD_U16 } },
	};
	SmbLayout layouts[8];

	for (uint32_t i = 0; i < 7; i++)
		layouts[i] = (SmbLayout){ .size = sizeof(Body), .count = 1, .fields = bodies[i] };
	layouts[7] = layouts[0];
	layouts[7].size++;
	for (uint32_t i = 0; i < 8; i++) {
		ck_assert(smb1_same_body(&layouts[i], &layouts[i]));
		ck_assert(!smb1_same_body(&layouts[i], NULL));
		ck_assert(!smb1_same_body(NULL, &layouts[i]));
		for (uint32_t j = 0; j < 8; j++)
			ck_assert_int_eq(smb1_same_body(&layouts[i], &layouts[j]),
					 i == j || (i < 2 && j < 2));
	}
	ck_assert(smb1_same_body(NULL, NULL));
}
END_TEST

/* ---- NEGOTIATE: [MS-CIFS] 2.2.4.52 ----------------------------------------------------------- */

/* A dialect that is cut is none of the list, and nothing comes after it. */
START_TEST(a_cut_dialect_is_not_in_the_list)
{
	const Smb1NegotiateRequest *body;
	SmbList list;
	SmbText text;

	walk_begin(COM_NEGOTIATE, false, 0, OEM);
	walk_put(0, 1);
	walk_put(2 * 9, 2);
	walk_put_text("\x02LANMAN1");
	walk_put_text("\x02LANMAN2");
	for (uint32_t cut = 0; cut < 9; cut++) {
		body = walk_dissect_cut(false, wire.len - cut)->blocks[0].body;
		list = body->dialects;
		ck_assert(list.next(&list, &text));
		ck_assert_uint_eq(text.bytes.len, 7);
		ck_assert_int_eq(list.next(&list, &text), cut == 0);
		ck_assert(!list.next(&list, &text));
	}
}
END_TEST

/* What a cut leaves of an answer: a mode or capabilities that were not seen are not zero. */
START_TEST(what_the_server_can_is_seen_or_not)
{
	static const struct {
		uint8_t words;
		uint32_t mode, capabilities; /* where each ends, from the first word on */
	} rows[] = { { 13, 4, 4 }, { 17, 3, 23 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk_begin(COM_NEGOTIATE, true, 0, OEM);
		walk_put(rows[i].words, 1);
		walk_put(0, 8);
		walk_put(0, 8);
		memset(wire.bytes + wire.len, 0, rows[i].words * 2u - 16 + 2);
		wire.len += rows[i].words * 2u - 16 + 2;
		for (uint32_t cut = 1; cut <= rows[i].words * 2u; cut++) {
			const Smb1NegotiateResponse *body =
				walk_dissect_cut(true, SMB1_HEADER_SIZE + 1 + cut)->blocks[0].body;

			ck_assert_int_eq(body->mode_seen, cut >= rows[i].mode);
			ck_assert_int_eq(body->capabilities_seen, cut >= rows[i].capabilities);
		}
	}
}
END_TEST

/* ---- SESSION_SETUP_ANDX: [MS-CIFS] 2.2.4.53.1 ------------------------------------------------ */

static void
put_setup(uint16_t oem, uint16_t unicode)
{
	walk_put(13, 1);
	walk_put(ANDX_NONE, 4);
	walk_put(0, 6);
	walk_put(0, 4);
	walk_put(oem, 2);
	walk_put(unicode, 2);
	walk_put(0, 8);
}

static const Smb1SessionSetupRequest *
setup_of(const SmbMessage *m)
{
	return m->blocks[m->n_blocks - 1].body;
}

START_TEST(lengths_of_passwords_are_seen_or_not)
{
	walk_begin(COM_SESSION_SETUP_ANDX, false, 0, OEM);
	put_setup(0, 0);
	walk_put(0, 2);
	for (uint32_t cut = 4; cut <= 26; cut++)
		ck_assert_int_eq(
			setup_of(walk_dissect_cut(false, SMB1_HEADER_SIZE + 1 + cut))->lengths_seen,
			cut >= 18);
}
END_TEST

/* Two zeros tell that a password in Unicode has a pad byte before it, if it stands on an odd place. */
START_TEST(the_uncounted_pad_is_told_by_zeros)
{
	static const struct {
		const char *bytes; /* of the password, with what may be its pad */
		uint16_t oem, unicode, flags2;
		bool even, padded;
	} rows[] = {
		{ "\0p\0w\0", 0, 4, UNICODE, false, true },
		{ "\0p\0\0\0", 0, 2, UNICODE, false, true },
		{ "p\0w\0\0", 0, 4, UNICODE, false, false },
		{ "p\0\0\0\0", 0, 4, UNICODE, false, false },
		{ "\0pw\0\0", 0, 4, UNICODE, false, false },
		{ "\0p\0w\0", 0, 4, UNICODE, true, false },
		{ "\0p\0w\0", 0, 4, OEM, false, false },
		{ "\0p\0w\0", 0, 1, UNICODE, false, false },
		{ "\0\0p\0w\0", 1, 4, UNICODE, true, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const Smb1SessionSetupRequest *body;

		walk_begin(rows[i].even ? COM_LOGOFF_ANDX : COM_SESSION_SETUP_ANDX, false, 0,
			   rows[i].flags2);
		if (rows[i].even) {
			walk_put(2, 1);
			walk_put(COM_SESSION_SETUP_ANDX, 2);
			walk_put(SMB1_HEADER_SIZE + 7, 2);
			walk_put(0, 2);
		}
		put_setup(rows[i].oem, rows[i].unicode);
		walk_put(14, 2);
		memcpy(wire.bytes + wire.len, rows[i].bytes, 5);
		memset(wire.bytes + wire.len + 5, 0, 9);
		wire.len += 14;
		body = setup_of(walk_dissect(false));
		ck_assert_uint_eq(body->unicode_password.len, rows[i].unicode);
		ck_assert_mem_eq(body->unicode_password.ptr,
				 rows[i].bytes + rows[i].padded + rows[i].oem, rows[i].unicode);
	}
}
END_TEST

void
walk_add_forms(TCase *tc)
{
	tcase_add_test(tc, a_read_is_large_up_to_the_longest_message);
	tcase_add_test(tc, words_are_understated_where_there_is_room_for_more);
	tcase_add_test(tc, only_known_dispositions_say_what_was_done);
	tcase_add_test(tc, the_flags_of_an_open_grant_its_oplock);
	tcase_add_test(tc, the_first_bytes_tell_reads_and_writes_alone);
	tcase_add_test(tc, a_chain_is_seen_from_two_words_on);
	tcase_add_test(tc, either_half_of_a_signature_is_one);
	tcase_add_test(tc, the_beginning_of_a_header_is_shown);
	tcase_add_test(tc, payload_lies_within_the_message);
	tcase_add_test(tc, byte_counts_of_much_payload_wrap);
	tcase_add_test(tc, a_lie_does_not_hide_a_cut);
	tcase_add_test(tc, nothing_follows_a_block_without_an_end);
	tcase_add_test(tc, locks_and_breaks_are_told_apart);
	tcase_add_test(tc, layouts_of_one_struct_begin_alike);
	tcase_add_test(tc, a_cut_dialect_is_not_in_the_list);
	tcase_add_test(tc, what_the_server_can_is_seen_or_not);
	tcase_add_test(tc, lengths_of_passwords_are_seen_or_not);
	tcase_add_test(tc, the_uncounted_pad_is_told_by_zeros);
}
