/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parts of the protocol that no capture of the repository has, by the sections that define them
 * (coverage.tsv has the whole list): bytes made after the section, or those of a message of a
 * capture that is too big to be kept here.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/dissect/smb1/parts.h"

#include "dissect/smb1/transaction/nt-functions.h"
#include "dissect/smb1/transaction/trans2.h"
#include "dissect/wire/names.h"

START_TEST(commands_have_their_fields)
{
	/* Of payload nobody misses what is cut. */
	for (size_t i = 0; i < parts_commands_count; i++) {
		const Case *c = &parts_commands[i];

		check_cases(c, 1, !smb1_command_has_payload(smb1_command(c->command), c->response));
	}
}
END_TEST

START_TEST(a_spoilt_byte_is_never_read_past)
{
	spoil_cases(parts_commands, parts_commands_count);
}
END_TEST

START_TEST(pipe_functions_have_their_fields)
{
	sub_check_all(parts_pipes, parts_pipes_count,
		      (SubTarget){ smb1_transaction_name_parse, 0x25 });
}
END_TEST

/*
 * A response has no setup words: in these cases they stand for the information level that was asked
 * for.
 */
static void
parse_trans2(const Smb1Transaction *t, Smb1Nested *nested)
{
	Smb1Transaction known = *t;

	if (t->response && t->n_setup)
		known.level = t->setup[0];
	smb1_trans2_parse(&known, nested);
}

START_TEST(trans2_parts_have_their_fields)
{
	sub_check_all(parts_trans2, parts_trans2_count, (SubTarget){ parse_trans2, 0x32 });
}
END_TEST

START_TEST(nt_transact_parts_have_their_fields)
{
	sub_check_all(parts_nt_transact, parts_nt_transact_count,
		      (SubTarget){ smb1_nt_transact_parse, 0xA0 });
}
END_TEST

/* A write of more than 64 KiB: its length is in two halves. */
START_TEST(a_large_write_has_its_whole_length)
{
	/*
	 * [MS-SMB] 2.2.4.3.1: "MS-SMB 2.2.4.3.1" with DataLengthHigh 1, DataLength 2, after a pad
	 * byte.
	 */
	g_autoptr(GByteArray) message = message_of(&(Case){
		.command = 0x2F,
		.words = "ff 00 0000 3412 00000000 00000000 0800 0000 0100 0200 4000 01000000",
		.bytes = "00",
	});
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));
	uint8_t *exact;

	ck_assert_ptr_nonnull(scratch);
	message->data[SMB1_HEADER_SIZE + 1 + 28] = 3; /* ByteCount wraps: 65539 bytes */
	g_byte_array_set_size(message, 64 + 65538);
	exact = dissect_exact(message, message->len, false, scratch);
	ck_assert_uint_eq(scratch->message.anomalies, 0);
	ck_assert_uint_eq(scratch->facts[0].length, 65538);
	ck_assert_uint_eq(scratch->facts[0].offset, UINT64_C(1) << 32);
	free(exact);
	free(scratch);
}
END_TEST

/* Subcommands without a format have a name all the same. */
START_TEST(parts_without_a_format_are_named)
{
	ck_assert_str_eq(smb1_trans2_name(0x09), "TRANS2_FSCTL");
	ck_assert_str_eq(smb1_trans2_name(0x0A), "TRANS2_IOCTL2");
	ck_assert_str_eq(smb1_trans2_name(0x0B), "TRANS2_FIND_NOTIFY_FIRST");
	ck_assert_str_eq(smb1_trans2_name(0x0C), "TRANS2_FIND_NOTIFY_NEXT");
	ck_assert_str_eq(smb1_trans2_name(0x0E), "TRANS2_SESSION_SETUP");
	ck_assert_str_eq(smb1_trans2_name(0x11), "TRANS2_REPORT_DFS_INCONSISTENCY");
}
END_TEST

static void
add_tests(TCase *tc)
{
	tcase_set_timeout(tc, 240);
	tcase_add_test(tc, commands_have_their_fields);
	tcase_add_test(tc, a_spoilt_byte_is_never_read_past);
	tcase_add_test(tc, pipe_functions_have_their_fields);
	tcase_add_test(tc, trans2_parts_have_their_fields);
	tcase_add_test(tc, nt_transact_parts_have_their_fields);
	tcase_add_test(tc, a_large_write_has_its_whole_length);
	tcase_add_test(tc, parts_without_a_format_are_named);
}

int
main(void)
{
	return sub_main("parts", add_tests);
}
