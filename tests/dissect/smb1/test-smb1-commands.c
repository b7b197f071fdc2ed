/* SPDX-License-Identifier: BSD-3-Clause */
/* The SMB1 commands on names, ranges, searches and printers: every field of every form. */
#include <check.h>

#include "tests/lib/smb1-case.h"

#define KEY1 "00 'hello   txt' 0102030405 aabbccdd"

/* clang-format off */
static const Case path_cases[] = {
	{ "create directory", 0x00, false, false, "", "04 '\\dir' 00", "directory='\\dir'",
	  " name='\\dir'" },
	{ "delete directory", 0x01, false, false, "", "04 '\\dir' 00", "directory='\\dir'",
	  " name='\\dir'" },
	{ "check directory, Unicode: the name stands at 36, aligned", 0x10, false, true, "",
	  "04 u'\\dir' 0000", "directory='\\dir'", " name='\\dir'" },
	{ "delete, Unicode: the name stands at 38, aligned", 0x06, false, true, "1600",
	  "04 u'\\a*' 0000", "search_attributes=0x16 file='\\a*'", " name='\\a*'" },
	{ "rename, Unicode: a pad byte aligns the second name", 0x07, false, true, "0600",
	  "04 u'\\a' 0000 04 00 u'\\b' 0000", "search_attributes=0x6 old_file='\\a' file='\\b'",
	  " name='\\a' to='\\b'" },
	{ "nt rename", 0xA5, false, false, "0600 0301 0000 0000", "04 '\\a' 00 04 '\\b' 00",
	  "search_attributes=0x6 information_level=0x103 reserved=0 old_file='\\a' file='\\b'",
	  " name='\\a' to='\\b' function=259" },
	{ "copy", 0x29, false, false, "0500 1100 0200", "04 '\\a' 00 04 '\\b' 00",
	  "tid2=5 open_function=0x11 flags=0x2 old_file='\\a' file='\\b'", " name='\\a' to='\\b'" },
	{ "copy done", 0x29, true, false, "0300", "", "count=3 file=-", NULL },
	{ "move stopped at a file", 0x2A, true, false, "0200", "04 '\\c' 00", "count=2 file='\\c'",
	  NULL },
	{ "query information", 0x08, false, false, "", "04 '\\f' 00", "file='\\f'", " name='\\f'" },
	{ "query information done", 0x08, true, false, "2000 01020304 05060708 "
	  "00000000000000000000",
	  "", "file_attributes=0x20 last_write_time=67305985 file_size=134678021", NULL },
	{ "set information", 0x09, false, false, "0100 01020304 00000000000000000000",
	  "04 '\\f' 00", "file_attributes=0x1 last_write_time=67305985 file='\\f'", " name='\\f'" },
};

static const Case misc_cases[] = {
	{ "query information2", 0x23, false, false, "3412", "", "fid=4660", " fid=4660" },
	{ "query information2 done: dates stand before times", 0x23, true, false,
	  "7559 0060 7659 0160 7759 0260 10000000 00100000 2000", "",
	  "creation_time=0x60005975 last_access_time=0x60015976 last_write_time=0x60025977 "
	  "file_data_size=16 file_allocation_size=4096 file_attributes=0x20",
	  NULL },
	{ "set information2", 0x22, false, false, "3412 7559 0060 0000 0000 7759 0260", "",
	  "fid=4660 creation_time=0x60005975 last_access_time=0x0 last_write_time=0x60025977",
	  " fid=4660" },
	{ "query information disk", 0x80, true, false, "0100 0200 0300 0400 0000", "",
	  "total_units=1 blocks_per_unit=2 block_size=3 free_units=4", NULL },
	{ "ioctl", 0x27, false, false,
	  "3412 5300 6000 0200 0300 0400 0500 06000000 0000 0200 ffff 0300 eeee", "0102 010203",
	  "fid=4660 category=83 function=96 total_parameter_count=2 total_data_count=3 "
	  "max_parameter_count=4 max_data_count=5 timeout=6 parameter_count=2 "
	  "parameter_offset=65535 "
	  "data_count=3 data_offset=61166",
	  " fid=4660 function=96" },
	{ "ioctl done", 0x27, true, false, "0100 0200 0300 0400 0500 0600 0700 0800", "",
	  "total_parameter_count=1 total_data_count=2 parameter_count=3 parameter_offset=4 "
	  "parameter_displacement=5 data_count=6 data_offset=7 data_displacement=8",
	  NULL },
};

static const Case lock_cases[] = {
	{ "lock byte range", 0x0C, false, false, "3412 10000000 00010000", "",
	  "fid=4660 count=16 offset=256", " fid=4660 256+16" },
	{ "unlock byte range", 0x0D, false, false, "3412 10000000 00010000", "",
	  "fid=4660 count=16 offset=256", " fid=4660 256+16" },
	{ "locking, 32-bit ranges: unlocks stand before locks", 0x24, false, false,
	  "ff000000 3412 01 00 e8030000 0100 0200",
	  "0100 02000000 03000000 0400 05000000 06000000 0700 08000000 ffffffff",
	  "fid=4660 type_of_lock=0x1 new_oplock_level=0 timeout=1000 number_of_requested_unlocks=1 "
	  "number_of_requested_locks=2 unlocks=[pid=1 offset=2 length=3] "
	  "locks=[pid=4 offset=5 length=6 | pid=7 offset=8 length=4294967295] offset=5 length=6",
	  " fid=4660" },
	{ "locking, 64-bit ranges: high halves stand before low ones", 0x24, false, false,
	  "ff000000 3412 10 00 ffffffff 0000 0100", "0100 0000 01000000 02000000 03000000 04000000",
	  "fid=4660 type_of_lock=0x10 new_oplock_level=0 timeout=4294967295 "
	  "number_of_requested_unlocks=0 number_of_requested_locks=1 unlocks=[] "
	  "locks=[pid=1 offset=4294967298 length=12884901892] "
	  "offset=4294967298 length=12884901892",
	  " fid=4660" },
	{ "oplock break", 0x24, false, false, "ff000000 3412 02 01 00000000 0000 0000", "",
	  "fid=4660 type_of_lock=0x2 new_oplock_level=1 timeout=0 number_of_requested_unlocks=0 "
	  "number_of_requested_locks=0 unlocks=[] locks=[]",
	  " fid=4660 one-way" },
};

static const Case search_cases[] = {
	{ "search begins", 0x81, false, false, "0a00 1600", "04 '\\*.*' 00 05 0000",
	  "max_count=10 search_attributes=0x16 file='\\*.*' resume_key_length=0 resume_key=",
	  " name='\\*.*' count=10" },
	{ "find goes on", 0x82, false, false, "0a00 0000", "04 00 05 1500 " KEY1,
	  "max_count=10 search_attributes=0x0 file='' resume_key_length=21 "
	  "resume_key=0068656c6c6f2020207478740102030405aabbccdd",
	  " name='' count=10" },
	{ "search done: names are OEM in a Unicode message, spaces fill up", 0x81, true, true,
	  "0200",
	  "05 5600 " KEY1 " 20 1234 5678 10000000 'HELLO.TXT' 202020 00 " KEY1
	  " 10 0000 7559 00000000 'A B' 00 'rubbish..'",
	  "count=2 data_length=86 directory_information_data=["
	  "resume_key=0068656c6c6f2020207478740102030405aabbccdd file_attributes=0x20 "
	  "last_write_time=0x34127856 file_size=16 file='HELLO.TXT' | "
	  "resume_key=0068656c6c6f2020207478740102030405aabbccdd file_attributes=0x10 "
	  "last_write_time=0x5975 file_size=0 file='A B']",
	  " count=2" },
	{ "find close done", 0x84, true, false, "0000", "05 0000",
	  "count=0 data_length=0 directory_information_data=[]", NULL },
	{ "find close done, without a block", 0x84, true, false, "0000", "",
	  "count=0 data_length=0 directory_information_data=[]", NULL },
	{ "find close2", 0x34, false, false, "0201", "", "sid=258", NULL },
	{ "find notify close", 0x35, false, false, "0201", "", "handle=258", NULL },
};

static const Case print_cases[] = {
	{ "open print file", 0xC0, false, false, "0200 0100", "04 'job' 00",
	  "setup_length=2 mode=1 identifier='job'", " name='job'" },
	{ "open print file done", 0xC0, true, false, "3412", "", "fid=4660", " fid=4660" },
	{ "write print file", 0xC1, false, false, "3412", "01 0300 'abc'", "fid=4660 data_length=3",
	  " fid=4660 0+3" },
	{ "close print file", 0xC2, false, false, "3412", "", "fid=4660", " fid=4660" },
	{ "get print queue", 0xC3, false, false, "0500 0100", "", "max_count=5 start_index=1",
	  NULL },
	{ "get print queue done", 0xC3, true, false, "0100 0200",
	  "01 1c00 7559 0060 03 0700 10000000 00 'bob' 00 00000000 00000000 00000000",
	  "count=1 restart_index=2 data_length=28 queue=[file_time=0x60005975 status=3 "
	  "spool_file_number=7 spool_file_size=16 name='bob']",
	  NULL },
};
/* clang-format on */

START_TEST(path_commands_have_their_fields)
{
	CHECK_CASES(path_cases, true);
}
END_TEST

START_TEST(misc_commands_have_their_fields)
{
	CHECK_CASES(misc_cases, true);
}
END_TEST

START_TEST(lock_commands_have_their_fields)
{
	CHECK_CASES(lock_cases, true);
}
END_TEST

START_TEST(search_commands_have_their_fields)
{
	CHECK_CASES(search_cases, true);
}
END_TEST

START_TEST(print_commands_have_their_fields)
{
	CHECK_CASES(print_cases, false);
}
END_TEST

/* [MS-MSRP] 2.2.3; in Unicode messages too the strings are OEM. */
/* clang-format off */
static const Case messenger_cases[] = {
	{ "send message", 0xD0, false, true, "", "04 'ALICE' 00 04 'BOB' 00 01 0a00 'one' 14 'two' 00 0000",
	  "originator='ALICE' destination='BOB' data_length=10 text='one\x14two'", NULL },
	{ "send message done", 0xD0, true, false, "", "", "", NULL },
	{ "send start of message", 0xD5, false, false, "", "04 'ALICE' 00 04 'BOB' 00",
	  "originator='ALICE' destination='BOB'", NULL },
	{ "send start of message done", 0xD5, true, false, "0700", "", "message_group_id=7", NULL },
	{ "send text of message", 0xD7, false, false, "0700", "01 0300 'a' 81 'b'",
	  "message_group_id=7 data_length=3 text='a\xc3\xbc\x62'", NULL },
	{ "send text of message done", 0xD7, true, false, "", "", "", NULL },
	{ "send end of message", 0xD6, false, false, "0700", "", "message_group_id=7", NULL },
	{ "send end of message done", 0xD6, true, false, "", "", "", NULL },
};
/* clang-format on */

START_TEST(messenger_commands_have_their_fields)
{
	CHECK_CASES(messenger_cases, true);
}
END_TEST

/* ---- Lies ----------------------------------------------------------------------------------- */

/* Each is malformed, and what it shows is what is there. */
/* clang-format off */
static const Case lies[] = {
	{ "65535 unlocks announced, one there: no lock can be found", 0x24, false, false,
	  "ff000000 3412 00 00 00000000 ffff ffff", "0100 02000000 03000000 0400 0500",
	  "fid=4660 type_of_lock=0x0 new_oplock_level=0 timeout=0 "
	  "number_of_requested_unlocks=65535 "
	  "number_of_requested_locks=65535 unlocks=[pid=1 offset=2 length=3] locks=[] "
	  "offset=2 length=3",
	  " fid=4660" },
	{ "65535 locks of 64 bits announced, one there", 0x24, false, false,
	  "ff000000 3412 10 00 00000000 0000 ffff",
	  "0100 0000 01000000 02000000 03000000 04000000 01",
	  "fid=4660 type_of_lock=0x10 new_oplock_level=0 timeout=0 number_of_requested_unlocks=0 "
	  "number_of_requested_locks=65535 unlocks=[] "
	  "locks=[pid=1 offset=4294967298 length=12884901892] "
	  "offset=4294967298 length=12884901892",
	  " fid=4660" },
	{ "a string with another format byte", 0x00, false, false, "", "05 '\\dir' 00",
	  "directory=-", NULL },
	{ "a resume key longer than the message", 0x81, false, false, "0a00 1600",
	  "04 00 05 1500 0102",
	  "max_count=10 search_attributes=0x16 file='' resume_key_length=21 resume_key=",
	  " name='' count=10" },
	{ "entries that their length cuts", 0x81, true, false, "0200",
	  "05 5600 " KEY1 " 20 1234 5678 10000000 'HELLO.TXT' 202020 00 0102",
	  "count=2 data_length=86 directory_information_data=["
	  "resume_key=0068656c6c6f2020207478740102030405aabbccdd file_attributes=0x20 "
	  "last_write_time=0x34127856 file_size=16 file='HELLO.TXT']",
	  " count=2" },
	{ "a text longer than the message", 0xD0, false, false, "", "04 'A' 00 04 'B' 00 01 0500 'text'",
	  "originator='A' destination='B' data_length=5 text='text'", NULL },
	{ "a text of another format", 0xD7, false, false, "0700", "04 'text' 00",
	  "message_group_id=7 data_length=25972 text=-", NULL },
	{ "spool data beyond the message", 0xC1, false, false, "3412", "01 0400 'abc'",
	  "fid=4660 data_length=4", " fid=4660 0+4" },
};
/* clang-format on */

START_TEST(lies_are_malformed_and_show_what_is_there)
{
	check_lie(&lies[_i]);
}
END_TEST

START_TEST(a_spoilt_byte_is_never_read_past)
{
	SPOIL_CASES(path_cases);
	SPOIL_CASES(misc_cases);
	SPOIL_CASES(lock_cases);
	SPOIL_CASES(search_cases);
	SPOIL_CASES(print_cases);
	SPOIL_CASES(messenger_cases);
}
END_TEST

/* [MS-CIFS] 2.2.2.1. */
START_TEST(every_published_command_has_its_name)
{
	size_t known = 0;

	for (uint32_t code = 0; code <= UINT8_MAX; code++)
		known += smb1_command_name((uint8_t)code) != NULL;
	ck_assert_uint_eq(known, 83);
	ck_assert_str_eq(smb1_command_name(0x00), "SMB_COM_CREATE_DIRECTORY");
	ck_assert_str_eq(smb1_command_name(0x2E), "SMB_COM_READ_ANDX");
	ck_assert_str_eq(smb1_command_name(0x75), "SMB_COM_TREE_CONNECT_ANDX");
	ck_assert_str_eq(smb1_command_name(0xA4), "SMB_COM_NT_CANCEL");
	ck_assert_str_eq(smb1_command_name(0xFF), "SMB_COM_NO_ANDX_COMMAND");
	ck_assert_ptr_null(smb1_command_name(0x15));
}
END_TEST

/* Of a name that goes on where the capture ends it is said so; padding goes on anyway. */
START_TEST(names_of_a_search_that_were_cut)
{
	static const struct {
		const char *name; /* 13 bytes */
		uint32_t captured;
		bool cut;
	} rows[] = {
		{ "'ABCDEFGH.TXTX'", 13, false },
		{ "'ABCDEFGH.TXTX'", 12, true },
		{ "'ABCDEFGH.TXTX'", 1, true },
		{ "'ABCDEFGH.TXTX'", 0, false },
		{ "'AB' 0000000000000000000000", 5, false },
		{ "'AB' 0000000000000000000000", 2, true },
		{ "'             '", 3, false },
	};
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *bytes =
			g_strdup_printf("05 2b00 " KEY1 " 20 00000000 00000000 %s", rows[i].name);
		Case c = { "", 0x81, true, false, "0100", bytes, "", NULL };
		g_autoptr(GByteArray) message = message_of(&c);
		uint8_t *exact =
			dissect_exact(message, message->len - 13 + rows[i].captured, true, scratch);
		const SmbBlock *block = &scratch->message.blocks[0];
		const SmbField *entries = &block->layout->fields[2];
		const SmbField *file = &entries->items->fields[4];
		SmbList list = *(const SmbList *)((const char *)block->body + entries->offset);
		_Alignas(8) char item[SMB_ITEM_MAX] = { 0 };

		ck_assert_str_eq(file->key, "file");
		(void)list.next(&list, item);
		ck_assert_msg(((const SmbText *)(item + file->offset))->cut == rows[i].cut,
			      "row %zu", i);
		free(exact);
	}
	free(scratch);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("smb1-commands");
	TCase *tcase = tcase_create("commands");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, path_commands_have_their_fields);
	tcase_add_test(tcase, misc_commands_have_their_fields);
	tcase_add_test(tcase, lock_commands_have_their_fields);
	tcase_add_test(tcase, every_published_command_has_its_name);
	tcase_add_test(tcase, search_commands_have_their_fields);
	tcase_add_test(tcase, print_commands_have_their_fields);
	tcase_add_test(tcase, messenger_commands_have_their_fields);
	tcase_add_loop_test(tcase, lies_are_malformed_and_show_what_is_there, 0,
			    G_N_ELEMENTS(lies));
	tcase_add_test(tcase, a_spoilt_byte_is_never_read_past);
	tcase_add_test(tcase, names_of_a_search_that_were_cut);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
