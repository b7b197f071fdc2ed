/* SPDX-License-Identifier: BSD-3-Clause */
/* TRANSACTION, TRANSACTION2, NT_TRANSACT and their secondaries: every field of every form. */
#include <check.h>
#include <stdlib.h>

#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/smb1-case.h"

#include "dissect/smb1/transaction/transaction.h"

/*
 * The words of a TRANSACTION2 request with one setup word, whose parameters stand at 68 after name
 * and padding.
 */
#define TRANS2_WORDS(parameters, subcommand)                              \
	parameters " 0000 0a00 8813 00 00 0100 e8030000 0000 " parameters \
		   " 4400 0000 0000 01 00 " subcommand
#define TRANS2_ASKED(parameters, subcommand)                                               \
	"total_parameter_count=" parameters " total_data_count=0 max_parameter_count=10 "  \
	"max_data_count=5000 max_setup_count=0 parameter_count=" parameters                \
	" parameter_offset=68 data_count=0 data_offset=0 setup_count=1 setup=[" subcommand \
	"] flags=0x1 timeout=1000 trans2_subcommand=" subcommand

/* The words of a NT_TRANSACT request without setup words, whose parameters stand at 76. */
#define NT_WORDS(parameters, function)                                  \
	"04 0000 " parameters " 00000000 20000000 40000000 " parameters \
	" 4c000000 00000000 00000000 00 " function
#define NT_ASKED(parameters, function)                                                    \
	"total_parameter_count=" parameters " total_data_count=0 max_parameter_count=32 " \
	"max_data_count=64 max_setup_count=4 parameter_count=" parameters                 \
	" parameter_offset=76 data_count=0 data_offset=0 setup_count=0 setup=[] "         \
	"nt_function=" function

/* The words of one with four setup words and nothing else. */
#define NT_SETUP_WORDS(function, setup)                                                    \
	"00 0000 00000000 00000000 20000000 00000000 00000000 00000000 00000000 00000000 " \
	"04 " function " " setup
#define NT_SETUP_COMMON                                                                       \
	"total_parameter_count=0 total_data_count=0 max_parameter_count=32 max_data_count=0 " \
	"max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "  \
	"setup_count=4 "

/* clang-format off */
static const Case trans_cases[] = {
	{ "transaction on a pipe", 0x25, false, false,
	  "0000 0200 0000 0004 00 00 0200 00000000 0000 0000 0000 0200 4b00 02 00 2600 3412",
	  "'\\PIPE\\' 00 00 0102",
	  "total_parameter_count=0 total_data_count=2 max_parameter_count=0 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=2 data_offset=75 "
	  "setup_count=2 setup=[38 | 4660] flags=0x2 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=38 fid=4660",
	  " fid=4660 name='\\PIPE\\' function=38 one-way" },
	{ "transaction on a pipe, Unicode: a pad byte before the name at 67", 0x25, false, true,
	  "0000 0000 0000 0004 00 00 0000 00000000 0000 0000 0000 0000 0000 02 00 2300 3412",
	  "00 u'\\pipe\\' 0000",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=0 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[35 | 4660] flags=0x0 timeout=0 transaction_name='\\pipe\\' "
	  "subcommand=35 fid=4660",
	  " fid=4660 name='\\pipe\\' function=35" },
	{ "transaction that waits for a pipe: no FID but a priority", 0x25, false, false,
	  "0000 0000 0000 0000 00 00 0000 88130000 0000 0000 0000 0000 0000 02 00 5300 0700",
	  "'\\pipe\\x' 00",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=0 max_data_count=0 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[83 | 7] flags=0x0 timeout=5000 transaction_name='\\pipe\\x' "
	  "subcommand=83 priority=7",
	  " name='\\pipe\\x' function=83" },
	{ "transaction on a mailslot", 0x25, false, false,
	  "0000 0100 0000 0000 00 00 0000 00000000 0000 0000 0000 0100 5600 03 00 0100 0900 0200",
	  "'\\MAILSLOT\\BROWSE' 00 01",
	  "total_parameter_count=0 total_data_count=1 max_parameter_count=0 max_data_count=0 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=1 data_offset=86 "
	  "setup_count=3 setup=[1 | 9 | 2] flags=0x0 timeout=0 "
	  "transaction_name='\\MAILSLOT\\BROWSE' "
	  "mailslot_opcode=1 priority=9 class=2",
	  " name='\\MAILSLOT\\BROWSE'" },
	{ "transaction without setup, Unicode: a pad byte before the name at 63", 0x25, false, true,
	  "0000 0000 0000 0000 00 00 0000 00000000 0000 0000 0000 0000 0000 00 00",
	  "00 u'\\PIPE\\LANMAN' 0000",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=0 max_data_count=0 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=0 setup=[] flags=0x0 timeout=0 transaction_name='\\PIPE\\LANMAN'",
	  " name='\\PIPE\\LANMAN'" },
	{ "transaction secondary", 0x26, false, false, "0400 0500 0100 3300 0200 0300 3400 0200",
	  "01 020304",
	  "total_parameter_count=4 total_data_count=5 parameter_count=1 parameter_offset=51 "
	  "data_count=3 data_offset=52 parameter_displacement=2 data_displacement=2",
	  NULL },
	{ "transaction2 secondary", 0x33, false, false,
	  "0400 0500 0100 3500 0200 0300 3600 0200 3412", "01 020304",
	  "total_parameter_count=4 total_data_count=5 parameter_count=1 parameter_offset=53 "
	  "data_count=3 data_offset=54 parameter_displacement=2 data_displacement=2 fid=4660",
	  " fid=4660" },
	{ "transaction2 secondary of no file", 0x33, false, false,
	  "0000 0500 0000 0000 0000 0300 3500 0200 ffff", "020304",
	  "total_parameter_count=0 total_data_count=5 parameter_count=0 parameter_offset=0 "
	  "data_count=3 data_offset=53 parameter_displacement=0 data_displacement=2 fid=65535",
	  NULL },
	{ "transaction done", 0x25, true, false,
	  "0200 0300 0000 0200 3c00 0000 0300 3e00 0000 01 00 3412", "00 00 00 0102 030405",
	  "total_parameter_count=2 total_data_count=3 parameter_count=2 parameter_offset=60 "
	  "data_count=3 data_offset=62 parameter_displacement=0 data_displacement=0 setup_count=1 "
	  "setup=[4660]",
	  NULL },
	{ "transaction2, interim: nothing said, nothing wrong", 0x32, true, false, "", "", "",
	  NULL },
	{ "nt transact, interim", 0xA0, true, false, "", "", "", NULL },
};

static const Case trans2_cases[] = {
	{ "open2", 0x32, false, false, TRANS2_WORDS("2100", "0000"),
	  "00 0000 0100 4200 0000 2000 01020304 1100 00100000 00000000000000000000 '\\f.x' 00",
	  TRANS2_ASKED("33", "0") " open_flags=0x1 access_mode=0x42 file_attributes=0x20 "
	  "creation_time=67305985 open_mode=0x11 allocation_size=4096 file='\\f.x'",
	  " name='\\f.x' function=0" },
	{ "find first2, Unicode", 0x32, false, true, TRANS2_WORDS("1200", "0100"),
	  "00 0000 1600 5605 0600 0401 00000000 u'\\*' 0000",
	  TRANS2_ASKED("18", "1") " search_attributes=0x16 search_count=1366 find_flags=0x6 "
	  "information_level=0x104 search_storage_type=0 search_pattern='\\*'",
	  " name='\\*' function=1" },
	/* Answered by Windows 10 with all that its directory holds. */
	{ "find first2, Unicode, parameters at an odd offset", 0x32, false, true,
	  "1400 0000 0004 0411 00 00 0000 00000000 0000 1400 4100 0000 5500 01 00 0100",
	  "3700 0002 0600 0401 00000000 u'\\*' 0000 0000",
	  "total_parameter_count=20 total_data_count=0 max_parameter_count=1024 max_data_count=4356 "
	  "max_setup_count=0 parameter_count=20 parameter_offset=65 data_count=0 data_offset=85 "
	  "setup_count=1 setup=[1] flags=0x0 timeout=0 trans2_subcommand=1 search_attributes=0x37 "
	  "search_count=512 find_flags=0x6 information_level=0x104 search_storage_type=0 "
	  "search_pattern='\\*'",
	  " name='\\*' function=1" },
	{ "find next2", 0x32, false, false, TRANS2_WORDS("0e00", "0200"),
	  "00 0000 0201 0a00 0401 78563412 0800 'b' 00",
	  TRANS2_ASKED("14", "2") " sid=258 search_count=10 information_level=0x104 "
	  "resume_key=305419896 find_flags=0x8 file='b'",
	  " name='b' function=2" },
	{ "query fs information", 0x32, false, false, TRANS2_WORDS("0200", "0300"), "00 0000 0501",
	  TRANS2_ASKED("2", "3") " information_level=0x105", " function=3" },
	{ "set fs information", 0x32, false, false, TRANS2_WORDS("0400", "0400"),
	  "00 0000 3412 0002", TRANS2_ASKED("4", "4") " fid=4660 information_level=0x200",
	  " fid=4660 function=4" },
	{ "query path information", 0x32, false, false, TRANS2_WORDS("0a00", "0500"),
	  "00 0000 0701 00000000 '\\ab' 00",
	  TRANS2_ASKED("10", "5") " information_level=0x107 file='\\ab'",
	  " name='\\ab' function=5" },
	{ "set path information, Unicode, name without an end", 0x32, false, true,
	  TRANS2_WORDS("0a00", "0600"), "00 0000 0101 00000000 u'\\a'",
	  TRANS2_ASKED("10", "6") " information_level=0x101 file='\\a'", " name='\\a' function=6" },
	{ "query file information", 0x32, false, false, TRANS2_WORDS("0400", "0700"),
	  "00 0000 3412 0701", TRANS2_ASKED("4", "7") " fid=4660 information_level=0x107",
	  " fid=4660 function=7" },
	{ "set file information", 0x32, false, false, TRANS2_WORDS("0600", "0800"),
	  "00 0000 3412 0401 0000", TRANS2_ASKED("6", "8") " fid=4660 information_level=0x104",
	  " fid=4660 function=8" },
	{ "create directory", 0x32, false, false, TRANS2_WORDS("0700", "0d00"),
	  "00 0000 00000000 '\\d' 00", TRANS2_ASKED("7", "13") " directory='\\d'",
	  " name='\\d' function=13" },
	{ "get dfs referral", 0x32, false, true, TRANS2_WORDS("0c00", "1000"),
	  "00 0000 0300 u'\\s\\t' 0000",
	  TRANS2_ASKED("12", "16") " max_referral_level=3 file='\\s\\t'",
	  " name='\\s\\t' function=16" },
	{ "a subcommand whose parameters are not known", 0x32, false, false,
	  TRANS2_WORDS("0200", "0e00"), "00 0000 0501", TRANS2_ASKED("2", "14"), " function=14" },
	{ "a subcommand beyond the table", 0x32, false, false, TRANS2_WORDS("0200", "ffff"),
	  "00 0000 0501", TRANS2_ASKED("2", "65535") "", " function=65535" },
	{ "parameters of which secondary requests bring the rest are left alone", 0x32, false,
	  false, "0a00 0000 0a00 8813 00 00 0100 e8030000 0000 0200 4400 0000 0000 01 00 0500",
	  "00 0000 0701",
	  "total_parameter_count=10 total_data_count=0 max_parameter_count=10 max_data_count=5000 "
	  "max_setup_count=0 parameter_count=2 parameter_offset=68 data_count=0 data_offset=0 "
	  "setup_count=1 setup=[5] flags=0x1 timeout=1000 trans2_subcommand=5",
	  " function=5" },
};

static const Case nt_cases[] = {
	{ "create, Unicode: a pad byte before the name that no length counts", 0xA0, false, true,
	  NT_WORDS("3a000000", "0100"),
	  "000000 16000000 00000000 9f011200 0000100000000000 80000000 07000000 03000000 40000000 "
	  "00000000 00000000 04000000 02000000 03 00 u'\\n'",
	  NT_ASKED("58", "1") " create_flags=0x16 root_directory_fid=0 desired_access=0x12019f "
	  "allocation_size=1048576 file_attributes=0x80 share_access=0x7 "
	  "create_disposition=3 create_options=0x40 security_descriptor_length=0 "
	  "ea_length=0 name_length=4 impersonation_level=2 security_flags=0x3 file='\\n'",
	  " name='\\n' function=1" },
	{ "ioctl", 0xA0, false, false, NT_SETUP_WORDS("0200", "a8000900 3412 01 00"), "",
	  NT_SETUP_COMMON "setup=[168 | 9 | 4660 | 1] nt_function=2 function_code=0x900a8 fid=4660 "
	  "is_fsctl=1 is_flags=0",
	  " fid=4660 function=2" },
	{ "set security descriptor", 0xA0, false, false, NT_WORDS("08000000", "0300"),
	  "000000 3412 0000 04000000", NT_ASKED("8", "3") " fid=4660 security_information=0x4",
	  " fid=4660 function=3" },
	{ "notify change", 0xA0, false, false, NT_SETUP_WORDS("0400", "17000000 3412 01 00"), "",
	  NT_SETUP_COMMON "setup=[23 | 0 | 4660 | 1] nt_function=4 completion_filter=0x17 fid=4660 "
	  "watch_tree=1",
	  " fid=4660 function=4" },
	{ "rename", 0xA0, false, true, NT_WORDS("0a000000", "0500"), "000000 3412 0100 u'\\r' 0000",
	  NT_ASKED("10", "5") " fid=4660 rename_flags=0x1 file='\\r'",
	  " fid=4660 to='\\r' function=5" },
	{ "query security descriptor", 0xA0, false, false, NT_WORDS("08000000", "0600"),
	  "000000 3412 0000 07000000", NT_ASKED("8", "6") " fid=4660 security_information=0x7",
	  " fid=4660 function=6" },
	{ "query quota", 0xA0, false, false, NT_WORDS("10000000", "0700"),
	  "000000 3412 00 01 00000000 00000000 00000000", NT_ASKED("16", "7") " fid=4660",
	  " fid=4660 function=7" },
	{ "a function that is not known", 0xA0, false, false, NT_WORDS("02000000", "0900"),
	  "000000 3412", NT_ASKED("2", "9") "", " function=9" },
	{ "secondary", 0xA1, false, false,
	  "000000 04000000 05000000 01000000 47000000 02000000 03000000 48000000 02000000 00",
	  "01 020304",
	  "total_parameter_count=4 total_data_count=5 parameter_count=1 parameter_offset=71 "
	  "data_count=3 data_offset=72 parameter_displacement=2 data_displacement=2",
	  NULL },
	{ "done", 0xA0, true, false,
	  "000000 02000000 03000000 02000000 4c000000 00000000 03000000 4e000000 00000000 01 3412",
	  "000000 0102 030405",
	  "total_parameter_count=2 total_data_count=3 parameter_count=2 parameter_offset=76 "
	  "data_count=3 data_offset=78 parameter_displacement=0 data_displacement=0 setup_count=1 "
	  "setup=[4660]",
	  NULL },
};
/* clang-format on */

START_TEST(transactions_have_their_fields)
{
	CHECK_CASES(trans_cases, true);
}
END_TEST

START_TEST(trans2_subcommands_have_their_fields)
{
	CHECK_CASES(trans2_cases, true);
}
END_TEST

START_TEST(nt_transact_functions_have_their_fields)
{
	CHECK_CASES(nt_cases, true);
}
END_TEST

/* ---- What opens look like ------------------------------------------------------------------- */

START_TEST(opens_inside_transactions_show_what_they_ask_for)
{
	g_autoptr(GByteArray) create = message_of(&nt_cases[0]);
	g_autoptr(GByteArray) open2 = message_of(&trans2_cases[0]);
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));
	const SmbOpenFacts *open = &scratch->facts[0].open;
	uint8_t *exact = dissect_exact(create, create->len, false, scratch);

	ck_assert(open->nt);
	ck_assert_uint_eq(open->access, 0x12019F);
	ck_assert_uint_eq(open->share_access, 7);
	ck_assert_uint_eq(open->disposition, 3);
	ck_assert_uint_eq(open->options, 0x40);
	ck_assert(open->to_read && open->to_write && !open->to_delete);
	ck_assert(smb_text_equal(open->name, smb_text_from_utf8("\\n")));
	free(exact);
	exact = dissect_exact(open2, open2->len, false, scratch);
	ck_assert(!open->nt);
	ck_assert_uint_eq(open->access, 0x42);
	ck_assert_uint_eq(open->share_access, 4);
	ck_assert(open->to_read && open->to_write && !open->to_delete);
	ck_assert_uint_eq(open->disposition, 0x11);
	ck_assert(smb_text_equal(open->name, smb_text_from_utf8("\\f.x")));
	free(exact);
	free(scratch);
}
END_TEST

/* ---- Lies ----------------------------------------------------------------------------------- */

/* Each is malformed, and what it shows is what is there. */
/* clang-format off */
static const Case lies[] = {
	{ "parameters beyond the message", 0x32, false, false, TRANS2_WORDS("0500", "0700"),
	  "00 0000 3412 0701", TRANS2_ASKED("5", "7") " fid=4660 information_level=0x107",
	  " fid=4660 function=7" },
	{ "parameters too short for their subcommand", 0x32, false, false,
	  TRANS2_WORDS("0300", "0700"), "00 0000 3412 0701",
	  TRANS2_ASKED("3", "7") " fid=4660 information_level=0x0", " fid=4660 function=7" },
	{ "parameters inside the header", 0x26, false, false,
	  "0100 0000 0100 0400 0000 0000 0000 0000", "",
	  "total_parameter_count=1 total_data_count=0 parameter_count=1 parameter_offset=4 "
	  "data_count=0 data_offset=0 parameter_displacement=0 data_displacement=0",
	  NULL },
	{ "data that would wrap round 32 bits", 0xA1, false, false,
	  "000000 00000000 ffffffff 00000000 00000000 00000000 ffffffff ffffffff 00000000 00", "",
	  "total_parameter_count=0 total_data_count=4294967295 parameter_count=0 "
	  "parameter_offset=0 "
	  "data_count=4294967295 data_offset=4294967295 parameter_displacement=0 "
	  "data_displacement=0",
	  NULL },
	{ "more setup words than words", 0x32, true, false,
	  "0000 0000 0000 0000 0000 0000 0000 0000 0000 ff 00 3412", "",
	  "total_parameter_count=0 total_data_count=0 parameter_count=0 parameter_offset=0 "
	  "data_count=0 data_offset=0 parameter_displacement=0 data_displacement=0 setup_count=255 "
	  "setup=[4660]",
	  NULL },
	{ "a name longer than its section", 0xA0, false, false, NT_WORDS("37000000", "0100"),
	  "000000 00000000 00000000 00000000 0000000000000000 00000000 00000000 00000000 00000000 "
	  "00000000 00000000 ffffffff 00000000 00 '\\n'",
	  NT_ASKED("55", "1") " create_flags=0x0 root_directory_fid=0 desired_access=0x0 "
	  "allocation_size=0 "
	  "file_attributes=0x0 share_access=0x0 create_disposition=0 "
	  "create_options=0x0 security_descriptor_length=0 ea_length=0 "
	  "name_length=4294967295 impersonation_level=0 security_flags=0x0 file='\\n'",
	  " name='\\n' function=1" },
};
/* clang-format on */

START_TEST(lies_are_malformed_and_show_what_is_there)
{
	check_lie(&lies[_i]);
}
END_TEST

START_TEST(a_spoilt_byte_is_never_read_past)
{
	SPOIL_CASES(trans_cases);
	SPOIL_CASES(trans2_cases);
	SPOIL_CASES(nt_cases);
}
END_TEST

/* The counts of a message whose words the capture cuts are not to be trusted, to the last byte. */
static void
check_part_needs_its_words(const Case *c)
{
	g_autoptr(GByteArray) message = message_of(c);
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));
	uint32_t words = SMB1_HEADER_SIZE + 1 + 2u * message->data[SMB1_HEADER_SIZE];

	ck_assert_ptr_nonnull(scratch);
	for (uint32_t cut = SMB1_HEADER_SIZE; cut <= message->len; cut++) {
		uint8_t *exact = dissect_exact(message, cut, c->response, scratch);
		SmbMessage *m = &scratch->message;
		SmbBlock *block = &m->blocks[0];
		Smb1TransactionPart part;

		/* Whatever was made of the words: here it is the bytes that decide. */
		if (m->n_blocks && block->body && block->has_words)
			ck_assert_int_eq(smb1_transaction_part(m, block, &part), cut >= words);
		free(exact);
	}
	free(scratch);
}

START_TEST(a_part_needs_all_of_its_words)
{
	for (size_t i = 0; i < G_N_ELEMENTS(trans_cases); i++) {
		if (smb1_is_transaction(trans_cases[i].command) && trans_cases[i].words[0])
			check_part_needs_its_words(&trans_cases[i]);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("smb1-transactions");
	TCase *tcase = tcase_create("commands");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, transactions_have_their_fields);
	tcase_add_test(tcase, trans2_subcommands_have_their_fields);
	tcase_add_test(tcase, nt_transact_functions_have_their_fields);
	tcase_add_test(tcase, opens_inside_transactions_show_what_they_ask_for);
	tcase_add_loop_test(tcase, lies_are_malformed_and_show_what_is_there, 0,
			    G_N_ELEMENTS(lies));
	tcase_add_test(tcase, a_spoilt_byte_is_never_read_past);
	tcase_add_test(tcase, a_part_needs_all_of_its_words);
	add_commands_bounds(tcase);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
