/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The walker over an SMB1 message: outlines that lie, chains that do not advance, errors, and
 * messages cut anywhere.
 */
#include <string.h>

#include "tests/dissect/smb1/smb1-walk.h"

START_TEST(header_fields_are_read)
{
	const SmbMessage *m;

	walk_begin(0x71, false, 0xC0000022, 0xC807);
	walk_put(0, 3);
	m = walk_dissect(false);
	ck_assert_uint_eq(m->version, 1);
	ck_assert_uint_eq(m->command, 0x71);
	ck_assert(!m->status.dos);
	ck_assert_uint_eq(m->status.value, 0xC0000022);
	ck_assert_uint_eq(m->flags, 0x18);
	ck_assert_uint_eq(m->flags2, 0xC807);
	ck_assert_uint_eq(m->pid_high, 0x0102);
	ck_assert_uint_eq(m->tid, 0x0304);
	ck_assert_uint_eq(m->pid, 0x0506);
	ck_assert_uint_eq(m->uid, 0x0708);
	ck_assert_uint_eq(m->mid, 0x090A);
	ck_assert(m->has_signature);
	ck_assert_uint_eq(m->signature[0], 0x88);
	ck_assert_uint_eq(m->signature[7], 0x11);
	ck_assert_uint_eq(m->n_blocks, 1);
	ck_assert_str_eq(m->blocks[0].name, "SMB_COM_TREE_DISCONNECT");
	ck_assert_uint_eq(m->blocks[0].offset, SMB1_HEADER_SIZE);
	ck_assert_uint_eq(m->anomalies, 0);
	ck_assert_uint_eq(m->incomplete, 0);
}
END_TEST

START_TEST(status_is_dos_without_the_flag)
{
	walk_begin(0x71, true, 0x00020001, 0x0001);
	walk_put(0, 3);
	ck_assert(walk_dissect(true)->status.dos);
	ck_assert_uint_eq(smb_status_class(walk_scratch.message.status), 1);
	ck_assert_uint_eq(smb_status_code(walk_scratch.message.status), 2);
}
END_TEST

START_TEST(reply_bit_against_the_direction_is_an_anomaly)
{
	walk_begin(0x71, true, 0, 0);
	walk_put(0, 3);
	ck_assert_uint_eq(walk_dissect(false)->anomalies, SMB_ANOMALY_REPLY_BIT);
	ck_assert_uint_eq(walk_dissect(true)->anomalies, 0);
}
END_TEST

START_TEST(less_than_a_header_is_an_anomaly_unless_cut)
{
	walk_begin(0x71, false, 0, 0);
	walk_put(0, 3);
	for (uint32_t cut = 0; cut < SMB1_HEADER_SIZE; cut++) {
		const SmbMessage *m = walk_dissect_cut(false, cut);

		ck_assert_uint_eq(m->n_blocks, 0);
		ck_assert_uint_eq(m->anomalies, 0);
		ck_assert_uint_eq(m->incomplete, SMB_INCOMPLETE_TRUNCATED);
	}
	wire.len = SMB1_HEADER_SIZE - 1;
	ck_assert_uint_eq(walk_dissect(false)->anomalies, SMB_ANOMALY_SHORT_HEADER);
	ck_assert_uint_eq(walk_scratch.message.incomplete, 0);
}
END_TEST

/* The words that a command needs at least, one of its forms; -1: any number. */
static int
some_form(uint8_t code, bool response)
{
	uint64_t forms = smb1_command(code)->forms[response];

	return forms ? __builtin_ctzll(forms) : -1;
}

static void
outline(uint8_t code, bool response, uint8_t declared_words, uint32_t words, uint16_t byte_count,
	uint32_t bytes)
{
	walk_begin(code, response, 0, 0x4001);
	walk_put(declared_words, 1);
	for (uint32_t i = 0; i < words; i++)
		walk_put(i == 0 && smb1_command(code)->andx ? ANDX_NONE : 0, 2);
	walk_put(byte_count, 2);
	for (uint32_t i = 0; i < bytes; i++)
		walk_put(0, 1);
}

/*
 * Every WordCount with every command: never a crash, and a form that the command does not have is
 * told and not read.
 */
START_TEST(any_word_count)
{
	uint8_t code = (uint8_t)_i;
	const Smb1Command *row = smb1_command(code);

	for (int response = 0; response < 2; response++)
		for (uint32_t words = 0; words < 256; words++) {
			uint32_t bit = words < 63 ? words : 63;
			bool known = !row->forms[response] || row->forms[response] >> bit & 1;
			const SmbMessage *m;

			outline(code, response, (uint8_t)words, words, 40, 40);
			m = walk_dissect(response);
			ck_assert_uint_ge(m->n_blocks, 1);
			ck_assert_uint_eq(m->blocks[0].word_count, words);
			if (!known) {
				ck_assert(m->anomalies & SMB_ANOMALY_WORD_COUNT);
				ck_assert_ptr_null(m->blocks[0].layout);
				ck_assert_ptr_null(m->blocks[0].body);
			} else {
				ck_assert(!(m->anomalies & SMB_ANOMALY_WORD_COUNT));
			}
		}
}
END_TEST

/* WordCount 255 where the message has fewer words. */
START_TEST(word_count_beyond_the_message)
{
	uint8_t code = (uint8_t)_i;

	for (int response = 0; response < 2; response++) {
		const SmbMessage *m;

		outline(code, response, 255, 30, 0, 0);
		m = walk_dissect(response);
		ck_assert_uint_eq(m->anomalies, SMB_ANOMALY_WORD_COUNT);
		ck_assert_uint_eq(m->incomplete, 0);
		ck_assert_uint_eq(m->n_blocks, 1);
		ck_assert_int_eq(m->blocks[0].status, SMB_READ_MALFORMED);
		ck_assert(!m->blocks[0].has_bytes);
		ck_assert_ptr_null(m->blocks[0].body);
		ck_assert_ptr_null(m->blocks[0].there);
	}
}
END_TEST

/* ByteCount too low, too high by one and by far, with every command. */
START_TEST(any_byte_count)
{
	static const uint16_t counts[] = { 0, 39, 40, 41, 65535 };
	uint8_t code = (uint8_t)_i;

	for (int response = 0; response < 2; response++)
		for (uint32_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
			int words = some_form(code, response);
			const SmbMessage *m;

			outline(code, response, (uint8_t)(words < 0 ? 0 : words),
				words < 0 ? 0 : (uint32_t)words, counts[i], 40);
			m = walk_dissect(response);
			ck_assert_uint_eq(m->blocks[0].byte_count, counts[i]);
			ck_assert(m->blocks[0].has_bytes);
			ck_assert_int_eq(!!(m->anomalies & SMB_ANOMALY_BYTE_COUNT), counts[i] > 40);
		}
}
END_TEST

/* A message of a form that the command has, its 40 bytes and all words but the first filled. */
static void
filled(uint8_t code, bool response, uint32_t words, uint8_t fill)
{
	walk_begin(code, response, 0, fill & 1 ? 0xC001 : 0x4001);
	walk_put(words, 1);
	memset(wire.bytes + wire.len, fill, words * 2 + 42);
	if (words && smb1_command(code)->andx)
		wire.bytes[wire.len] = ANDX_NONE;
	wire.len += words * 2;
	walk_put(40, 2);
	wire.len += 40;
}

/* Every list of a block can be walked to its end. */
static void
walk_lists(const SmbBlock *block)
{
	_Alignas(8) uint8_t item[512];

	for (uint16_t i = 0; block->layout && i < block->layout->count; i++) {
		const SmbField *field = &block->layout->fields[i];
		uint32_t n = 0;
		SmbList list;

		if (field->kind != SMB_FIELD_LIST)
			continue;
		list = *(const SmbList *)((const uint8_t *)block->body + field->offset);
		ck_assert_uint_le(field->items->size, sizeof(item));
		while (memset(item, 0, sizeof(item)), list.next && list.next(&list, item))
			ck_assert_uint_lt(n++, 65536);
	}
}

/* What the outline must come to, counted from the bytes alone. */
static void
check_outline(const SmbMessage *m, const Smb1Command *row, uint32_t words)
{
	const SmbBlock *block = &m->blocks[0];
	uint32_t bit = words < 63 ? words : 63, behind = SMB1_HEADER_SIZE + 1 + words * 2;
	uint32_t sent = SMB1_HEADER_SIZE + 1 + row->understated.sent * 2u;
	bool known = !row->forms[m->response] || row->forms[m->response] >> bit & 1;
	uint32_t byte_count, left;

	if (m->response && words && words == row->understated.declared && sent + 2 <= wire.len)
		behind = sent;
	ck_assert_uint_eq(m->incomplete, 0);
	ck_assert_uint_eq(block->word_count, words);
	ck_assert_int_eq(block->has_bytes, behind + 2 <= wire.len);
	if (!block->has_bytes) {
		ck_assert_int_eq(block->status, SMB_READ_MALFORMED);
		ck_assert_ptr_null(block->layout);
		ck_assert_uint_eq(m->anomalies, behind > wire.len ? SMB_ANOMALY_WORD_COUNT
								  : SMB_ANOMALY_BYTE_COUNT);
		return;
	}
	byte_count = smb_load_le16(wire.bytes + behind);
	left = wire.len - behind - 2;
	ck_assert_uint_eq(block->byte_count, byte_count);
	ck_assert_int_eq(!!(m->anomalies & SMB_ANOMALY_WORD_COUNT), !known);
	ck_assert(known || !block->layout);
	/* Payload and three answers of Windows say how long they are by other means. */
	if (byte_count <= left)
		ck_assert(!(m->anomalies & SMB_ANOMALY_BYTE_COUNT));
	else if (!block->layout || !(row->step == SMB_STEP_READ || row->step == SMB_STEP_WRITE ||
				     row->step == SMB_STEP_OPEN))
		ck_assert(m->anomalies & SMB_ANOMALY_BYTE_COUNT);
	if (block->status == SMB_READ_MALFORMED)
		ck_assert(m->anomalies & SMB_ANOMALY_FIELDS);
	walk_lists(block);
}

/* A WordCount that lies about the words that are there, with a ByteCount that lies as well. */
static void
lie_in_both(uint8_t code, bool response, uint32_t words, uint8_t fill)
{
	const uint32_t word_counts[] = { 0, words ? words - 1 : 0, words, words + 1, 255 };
	static const uint16_t byte_counts[] = { 0, 39, 40, 41, 65535 };

	for (uint32_t i = 0; i < 5; i++)
		for (uint32_t j = 0; j < 5; j++) {
			filled(code, response, words, fill);
			wire.bytes[SMB1_HEADER_SIZE] = (uint8_t)word_counts[i];
			wire.bytes[wire.len - 42] = (uint8_t)byte_counts[j];
			wire.bytes[wire.len - 41] = (uint8_t)(byte_counts[j] >> 8);
			check_outline(walk_dissect(response), smb1_command(code), word_counts[i]);
		}
}

START_TEST(word_counts_and_byte_counts_that_lie_at_once)
{
	static const uint8_t fills[] = { 0x00, 0x04, 0xFF };
	uint8_t code = (uint8_t)_i;

	for (int response = 0; response < 2; response++) {
		uint64_t forms = smb1_command(code)->forms[response];
		uint32_t n_forms = 0;

		for (uint32_t words = 0; words < 63 && n_forms < FORMS; words++) {
			if (forms && !(forms >> words & 1))
				continue;
			n_forms++;
			for (uint32_t f = 0; f < sizeof(fills); f++)
				lie_in_both(code, response, words, fills[f]);
		}
	}
}
END_TEST

START_TEST(missing_byte_count_is_an_anomaly)
{
	walk_begin(0x71, false, 0, 0);
	walk_put(0, 1);
	ck_assert_uint_eq(walk_dissect(false)->anomalies, SMB_ANOMALY_BYTE_COUNT);
	ck_assert(!walk_scratch.message.blocks[0].has_bytes);
	ck_assert(walk_scratch.message.blocks[0].has_words);
	wire.len--;
	ck_assert_uint_eq(walk_dissect(false)->anomalies, SMB_ANOMALY_WORD_COUNT);
	ck_assert(!walk_scratch.message.blocks[0].has_words);
}
END_TEST

START_TEST(byte_count_beyond_the_message_still_gives_what_is_there)
{
	const Smb1TreeConnectRequest *body;

	walk_begin(0x75, false, 0, 0x4001);
	walk_put(4, 1);
	walk_put(ANDX_NONE, 4);
	walk_put(0, 4);
	walk_put(1000, 2);
	walk_put_text("\\\\SERVER\\SHARE");
	walk_put_text("A:");
	ck_assert_uint_eq(walk_dissect(false)->anomalies, SMB_ANOMALY_BYTE_COUNT);
	body = walk_scratch.message.blocks[0].body;
	ck_assert_uint_eq(body->path.bytes.len, 14);
	ck_assert_uint_eq(body->service.bytes.len, 2);
}
END_TEST

/* An error has no words and no bytes; that is no anomaly with any command, and nothing is read. */
START_TEST(error_responses_have_no_fields)
{
	uint8_t code = (uint8_t)_i;
	const SmbMessage *m;

	walk_begin(code, true, 0xC0000022, 0x4001);
	walk_put(0, 3);
	m = walk_dissect(true);
	ck_assert_uint_eq(m->anomalies, 0);
	ck_assert_uint_eq(m->incomplete, 0);
	ck_assert_uint_eq(m->n_blocks, 1);
	ck_assert_ptr_null(m->blocks[0].layout);
	ck_assert_int_eq(m->blocks[0].status, SMB_READ_OK);
}
END_TEST

/* A block of LOGOFF_ANDX: the shortest AndX command. Seven bytes. */
/* A message of every kind, cut at every byte, says that it is cut; nothing is taken for a lie. */
START_TEST(cut_anywhere)
{
	uint8_t code = (uint8_t)_i;

	for (int response = 0; response < 2; response++) {
		int words = some_form(code, response);
		uint32_t head, fields;

		outline(code, response, (uint8_t)(words < 0 ? 3 : words),
			words < 0 ? 3 : (uint32_t)words, 60, 60);
		head = SMB1_HEADER_SIZE + 3 + (words < 0 ? 3u : (uint32_t)words) * 2;
		/*
		 * Payload that is not looked at may be missing without the message being less for
		 * it.
		 */
		fields = smb1_command_has_payload(smb1_command(code), response) ? head : wire.len;
		for (uint32_t cut = 0; cut < wire.len; cut++) {
			const SmbMessage *m = walk_dissect_cut(response, cut);

			ck_assert(!(m->anomalies &
				    (SMB_ANOMALY_SHORT_HEADER | SMB_ANOMALY_WORD_COUNT |
				     SMB_ANOMALY_BYTE_COUNT | SMB_ANOMALY_ANDX_OFFSET)));
			if (cut < fields)
				ck_assert_uint_eq(m->incomplete, SMB_INCOMPLETE_TRUNCATED);
			if (cut < fields && m->n_blocks == 1 &&
			    m->blocks[0].status != SMB_READ_MALFORMED)
				ck_assert_int_eq(m->blocks[0].status, SMB_READ_TRUNCATED);
		}
	}
}
END_TEST

/* The number of that field in a body. */
static uint32_t
number_of(const SmbMessage *m, const void *body, int field, size_t size)
{
	uint32_t number = 0;

	ck_assert_ptr_nonnull(body);
	memcpy(&number, (const uint8_t *)body + m->blocks[0].layout->fields[field].offset, size);
	return number;
}

/* A zero that was read is told from a number that was not: of a close, FID and time. */
START_TEST(what_a_cut_left_is_known)
{
	const SmbMessage *m;

	walk_begin(0x04, false, 0, 0);
	walk_put(3, 1);
	walk_put(0, 2);
	walk_put(0, 4);
	walk_put(0, 2);
	m = walk_dissect_cut(false, SMB1_HEADER_SIZE + 5);
	ck_assert_int_eq(m->blocks[0].status, SMB_READ_TRUNCATED);
	ck_assert_uint_eq(number_of(m, m->blocks[0].body, 0, 2), 0);
	ck_assert_uint_eq(number_of(m, m->blocks[0].there, 0, 2), 0);
	ck_assert_uint_eq(number_of(m, m->blocks[0].body, 1, 4), 0);
	ck_assert_uint_eq(number_of(m, m->blocks[0].there, 1, 4), UINT32_MAX);
	ck_assert_ptr_null(walk_dissect(false)->blocks[0].there);
}
END_TEST

static SmbSpan
first(uint32_t n)
{
	return (SmbSpan){ wire.bytes, n };
}

START_TEST(only_reads_and_writes_need_no_more_than_their_head)
{
	outline(0x2E, true, 12, 12, 0, 0);
	ck_assert_uint_eq(smb1_need(first(35), true, 512, 60000), 512);
	ck_assert_uint_eq(smb1_need(first(35), false, 512, 60000), 60000);
	ck_assert_uint_eq(smb1_need(first(35), true, 512, 100), 100);
	ck_assert_uint_eq(smb1_need(first(32), true, 512, 60000), 60000);
	ck_assert_uint_eq(smb1_need(first(0), true, 512, 60000), 60000);
	outline(0x2F, false, 14, 14, 0, 0);
	ck_assert_uint_eq(smb1_need(first(35), false, 512, 60000), 512);
	outline(0x0B, false, 5, 5, 0, 0);
	ck_assert_uint_eq(smb1_need(first(33), false, 512, 60000), 512);
	outline(0x73, false, 13, 13, 0, 0);
	ck_assert_uint_eq(smb1_need(first(35), false, 512, 60000), 60000);
}
END_TEST

START_TEST(a_chain_after_a_write_needs_all)
{
	outline(0x2F, false, 14, 14, 0, 0);
	wire.bytes[33] = 0x04;
	ck_assert_uint_eq(smb1_need(first(35), false, 512, 60000), 60000);
	/* Where AndXCommand is not there yet, all is the safe answer. */
	ck_assert_uint_eq(smb1_need(first(33), false, 512, 60000), 60000);
}
END_TEST

START_TEST(unassigned_codes_have_an_empty_row)
{
	ck_assert_int_eq(smb1_command(0x41)->step, SMB_STEP_OTHER);
	ck_assert_ptr_null(smb1_command(0x41)->request);
	ck_assert_int_eq(smb1_command(0x72)->step, SMB_STEP_NEGOTIATE);
}
END_TEST

int
main(void)
{
	TCase *walker = tcase_create("walker"), *chains = tcase_create("chains"),
	      *forms = tcase_create("forms"), *all = tcase_create("every command");
	Suite *suite = suite_create("smb1 message");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(walker, header_fields_are_read);
	tcase_add_test(walker, status_is_dos_without_the_flag);
	tcase_add_test(walker, reply_bit_against_the_direction_is_an_anomaly);
	tcase_add_test(walker, less_than_a_header_is_an_anomaly_unless_cut);
	tcase_add_test(walker, missing_byte_count_is_an_anomaly);
	tcase_add_test(walker, what_a_cut_left_is_known);
	tcase_add_test(walker, byte_count_beyond_the_message_still_gives_what_is_there);
	tcase_add_test(walker, only_reads_and_writes_need_no_more_than_their_head);
	tcase_add_test(walker, a_chain_after_a_write_needs_all);
	tcase_add_test(walker, unassigned_codes_have_an_empty_row);
	walk_add_chains(chains);
	walk_add_forms(forms);
	walk_add_fields(forms);
	tcase_add_loop_test(all, any_word_count, 0, 256);
	tcase_add_loop_test(all, word_count_beyond_the_message, 0, 256);
	tcase_add_loop_test(all, any_byte_count, 0, 256);
	tcase_add_loop_test(all, word_counts_and_byte_counts_that_lie_at_once, 0, 256);
	tcase_add_loop_test(all, error_responses_have_no_fields, 0, 256);
	tcase_add_loop_test(all, cut_anywhere, 0, 256);
	tcase_set_timeout(all, 60);
	suite_add_tcase(suite, walker);
	suite_add_tcase(suite, chains);
	suite_add_tcase(suite, forms);
	suite_add_tcase(suite, all);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
