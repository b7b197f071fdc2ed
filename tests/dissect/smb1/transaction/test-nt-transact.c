/* SPDX-License-Identifier: BSD-3-Clause */
/* NT_TRANSACT and named pipe functions: [MS-CIFS] 2.2.7, 2.2.5, [MS-SMB] 2.2.7. */
#include <check.h>

#include "dissect/smb1/transaction/nt-functions.h"
#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/subcommand-case.h"

static const SubTarget nt = { smb1_nt_transact_parse, 0xA0 };
static const SubTarget named_pipe = { smb1_transaction_name_parse, 0x25 };

#define DOMAIN_SID "01050000000000051500000009a7a76a39c1fac9a972ce90"
#define DOMAIN_TEXT "S-1-5-21-1789372169-3388653881-2429448873"
/* Of Samba: owner, group, a DACL of three entries. */
#define DESCRIPTOR                                                                        \
	"01000480 14000000 30000000 00000000 4c000000 " DOMAIN_SID "e8030000 " DOMAIN_SID \
	"01020000 02006400 03000000 00002400 ff011f00" DOMAIN_SID "e8030000 "             \
	"00002400 ff011f00" DOMAIN_SID "01020000 00001400 ff011f00 010100000000000100000000"
#define DESCRIPTOR_FIELDS                                                                    \
	"sd_revision=1 sd_control=0x8004 owner='" DOMAIN_TEXT "-1000' group='" DOMAIN_TEXT   \
	"-513' sacl_aces=0 sacl=[] dacl_aces=3 dacl=["                                       \
	"type=0 flags=0x0 size=36 mask=0x1f01ff " NO_OBJECT " sid='" DOMAIN_TEXT "-1000' | " \
	"type=0 flags=0x0 size=36 mask=0x1f01ff " NO_OBJECT " sid='" DOMAIN_TEXT "-513' | "  \
	"type=0 flags=0x0 size=20 mask=0x1f01ff " NO_OBJECT " sid='S-1-1-0']"
#define NO_OBJECT "object_flags=- object_type= inherited_object_type="
#define TIME "65ba45ae497add01"
#define CREATE_ANSWER                                      \
	"0000 4c2f 02000000 00000000 " TIME TIME TIME TIME \
	" 20000000 0000100000000000 0000000000000000 "     \
	"0000 0000 00"
#define CREATE_FIELDS                                                                                     \
	"oplock_level=0 fid=12108 create_action=2 ea_error_offset=0 creation_time=134398020765989477 "    \
	"last_access_time=134398020765989477 last_write_time=134398020765989477 "                         \
	"last_change_time=134398020765989477 file_attributes=0x20 allocation_size=1048576 end_of_file=0 " \
	"resource_type=0 pipe_state=0x0 directory=0"

/* clang-format off */
static const SubCase functions[] = {
	{ "CREATE of a client without a descriptor", false, true, 1, NULL, NULL, "10000000", "", NULL, "", NULL },
	{ "CREATE with a descriptor and an attribute", false, true, 1, NULL, NULL,
	  "10000000 00000000 ff011f00 0000000000000000 00000000 00000000 02000000 00000000 20000000 10000000 02000000 02000000 00 'x' 00",
	  "01000080 14000000 00000000 00000000 00000000 0101000000000005 12000000 00000000 00 01 0200 'A' 00 'vv'", NULL,
	  "sd_revision=1 sd_control=0x8000 owner='S-1-5-18' group=- sacl_aces=0 sacl=[] dacl_aces=0 dacl=[] extended_attributes=[next_entry_offset=0 flags=0x0 name='A' value=7676]", NULL },
	{ "CREATE answered", true, true, 1, NULL, NULL, CREATE_ANSWER, "", NULL, CREATE_FIELDS, " fid=12108" },
	{ "CREATE answered with what [MS-SMB] adds", true, true, 1, NULL, NULL,
	  CREATE_ANSWER " 00112233445566778899aabbccddeeff 0100000000000000 ff011f00 00000000", "", NULL,
	  CREATE_FIELDS " response_type=0 volume_guid=00112233445566778899aabbccddeeff file_id=1 maximal_access=0x1f01ff guest_maximal_access=0x0",
	  " fid=12108" },
	{ "IOCTL: set sparse", false, true, 2, NULL, "c400 0900 e067 0100", "", "", NULL, "ioctl_data=0 bytes", " fid=26592" },
	{ "its answer", true, true, 2, NULL, "c400 0900 e067 0100", "", "", NULL, "function_code=0x900c4 ioctl_data=0 bytes", NULL },
	{ "an IOCTL whose setup is the code alone", true, true, 2, NULL, "c400 0900", "", "", NULL, "function_code=0x900c4 ioctl_data=0 bytes", NULL },
	{ "an IOCTL without a whole code", true, true, 2, NULL, "c400", "", "", NULL, "", NULL },
	{ "an IOCTL without setup words", false, true, 2, NULL, "", "", "", NULL, "", NULL },
	{ "snapshots", true, true, 2, NULL, "6440 1400 e067 0100", "",
	  "02000000 02000000 64000000 u'@GMT-2026.11.01-00.00.00' 0000 u'@GMT-2026.11.02-00.00.00' 0000 0000", NULL,
	  "function_code=0x144064 ioctl_data=114 bytes snapshots=2 snapshots_returned=2 snapshot_array_size=100 "
	  "snapshot_names=['@GMT-2026.11.01-00.00.00' | '@GMT-2026.11.02-00.00.00']", NULL },
	{ "resume key", true, true, 2, NULL, "7800 1400 e067 0100", "", "000102030405060708090a0b0c0d0e0f1011121314151617 00000000", NULL,
	  "function_code=0x140078 ioctl_data=28 bytes resume_key=000102030405060708090a0b0c0d0e0f1011121314151617", NULL },
	{ "copychunk", false, true, 2, NULL, "f240 1400 e067 0100", "",
	  "000102030405060708090a0b0c0d0e0f1011121314151617 01000000 00000000 0010000000000000 0020000000000000 00040000 00000000", NULL,
	  "ioctl_data=56 bytes resume_key=000102030405060708090a0b0c0d0e0f1011121314151617 chunks=1 "
	  "chunk_list=[source_offset=4096 target_offset=8192 length=1024 reserved=0]", " fid=26592" },
	{ "copychunk to write", false, true, 2, NULL, "f280 1400 e067 0100", "",
	  "000102030405060708090a0b0c0d0e0f1011121314151617 00000000 00000000", NULL,
	  "ioctl_data=32 bytes resume_key=000102030405060708090a0b0c0d0e0f1011121314151617 chunks=0 chunk_list=[]", " fid=26592" },
	{ "copied", true, true, 2, NULL, "f240 1400 e067 0100", "", "01000000 00000000 00040000", NULL,
	  "function_code=0x1440f2 ioctl_data=12 bytes chunks_written=1 chunk_bytes_written=0 total_bytes_written=1024", NULL },
	{ "set a descriptor", false, true, 3, NULL, NULL, "ba72 0000 07000000", DESCRIPTOR, NULL, DESCRIPTOR_FIELDS, NULL },
	{ "a descriptor queried", true, true, 6, NULL, NULL, "b0000000", DESCRIPTOR, NULL, "length_needed=176 " DESCRIPTOR_FIELDS, NULL },
	{ "no room for the descriptor", true, true, 6, NULL, NULL, "b0000000", "", NULL, "length_needed=176", NULL },
	{ "changes", true, true, 4, NULL, NULL, "14000000 01000000 06000000 u'abc' 0000 00000000 05000000 04000000 u'xy'", "", NULL,
	  "file='abc' changes=[next_entry_offset=20 action=1 file_name_length=6 file='abc' | next_entry_offset=0 action=5 file_name_length=4 file='xy']", NULL },
	{ "quotas queried for one", false, true, 7, NULL, NULL, "7ce4 01 00 24000000 00000000 24000000",
	  "00000000 1c000000 " DOMAIN_SID "e8030000", NULL,
	  "return_single_entry=1 restart_scan=0 sid_list_length=36 start_sid_length=0 start_sid_offset=36 sids=['" DOMAIN_TEXT "-1000']", NULL },
	{ "quotas told", true, true, 7, NULL, NULL, "34000000",
	  "00000000 0c000000 0000000000000000 0010000000000000 0020000000000000 ffffffffffffffff 0101000000000005 12000000", NULL,
	  "data_length=52 quotas=[next_entry_offset=0 sid_length=12 change_time=0 quota_used=4096 quota_threshold=8192 quota_limit=18446744073709551615 sid='S-1-5-18']", NULL },
	{ "quotas set: two", false, true, 8, NULL, NULL, "7ce4",
	  "38000000 0c000000 0000000000000000 0000000000000000 0100000000000000 0200000000000000 0101000000000005 12000000 00000000 "
	  "00000000 0c000000 0000000000000000 0000000000000000 0300000000000000 0400000000000000 0101000000000005 13000000", NULL,
	  "quotas=[next_entry_offset=56 sid_length=12 change_time=0 quota_used=0 quota_threshold=1 quota_limit=2 sid='S-1-5-18' | next_entry_offset=0 sid_length=12 change_time=0 quota_used=0 quota_threshold=3 quota_limit=4 sid='S-1-5-19']", NULL },
	{ "a function that nobody has", false, true, 9, NULL, NULL, "0102", "0304", NULL, "", NULL },
};

#define PIPE "\\PIPE\\"

static const SubCase pipes[] = {
	{ "set state", false, false, 0x01, PIPE, "0100 3412", "0081", "", NULL, "pipe_state=0x8100", " fid=4660 name='\\PIPE\\'" },
	{ "state set", true, false, 0x01, PIPE, "0100 3412", "", "", NULL, "subcommand=1", NULL },
	{ "query state", true, false, 0x21, PIPE, "2100 3412", "ff05", "", NULL, "subcommand=33 pipe_state=0x5ff", NULL },
	{ "query information", false, false, 0x22, PIPE, "2200 3412", "0100", "", NULL, "level=1", " fid=4660 name='\\PIPE\\'" },
	{ "information", true, false, 0x22, PIPE, "2200 3412", "", "0010 0020 ff 01 07 '\\x' 00", NULL,
	  "subcommand=34 output_buffer_size=4096 input_buffer_size=8192 maximum_instances=255 current_instances=1 name_length=7 pipe_name='\\x'", NULL },
	{ "peek", true, false, 0x23, PIPE, "2300 3412", "0500 0300 0000", "4142", NULL,
	  "subcommand=35 available=5 message_left=3 pipe_state=0x0 pipe_data=2 bytes", NULL },
	{ "transact", false, false, 0x26, "\\srvsvc", "2600 3412", "", "414243", NULL, "pipe_data=3 bytes", " fid=4660 name='\\srvsvc'" },
	{ "transacted", true, false, 0x26, PIPE, "2600 3412", "", "4142", NULL, "subcommand=38 pipe_data=2 bytes", NULL },
	{ "raw write", true, false, 0x31, PIPE, "3100 3412", "0200", "", NULL, "subcommand=49 bytes_written=2", NULL },
	{ "write", true, false, 0x37, PIPE, "3700 3412", "0300", "", NULL, "subcommand=55 bytes_written=3", NULL },
	{ "read", true, false, 0x36, PIPE, "3600 3412", "", "41", NULL, "subcommand=54 pipe_data=1 bytes", NULL },
	{ "raw read", true, false, 0x11, PIPE, "1100 3412", "", "41", NULL, "subcommand=17 pipe_data=1 bytes", NULL },
	{ "wait", true, false, 0x53, "\\PIPE\\x", "5300 0000", "", "", NULL, "subcommand=83", NULL },
	{ "call", false, false, 0x54, "\\PIPE\\x", "5400 0000", "", "4142", NULL, "pipe_data=2 bytes", " name='\\PIPE\\x'" },
};

/*
 * What lies: next entries that stand still or lead out, SIDs of too many parts, offsets beyond the
 * descriptor.
 */
static const SubCase lies[] = {
	{ "a change that is its own next", true, true, 4, NULL, NULL, "04000000 01000000 02000000 u'a' 0000", "", NULL, NULL, NULL },
	{ "a change beyond all", true, true, 4, NULL, NULL, "00ffffff 01000000 02000000 u'a' 0000", "", NULL, NULL, NULL },
	{ "a name longer than all", true, true, 4, NULL, NULL, "00000000 01000000 ffffffff u'a' 0000", "", NULL, NULL, NULL },
	{ "a SID of 16 parts", true, true, 6, NULL, NULL, "00000000", "01000080 14000000 00000000 00000000 00000000 0110000000000005 12000000", NULL, NULL, NULL },
	{ "an owner beyond the descriptor", true, true, 6, NULL, NULL, "00000000", "01000080 ffffffff 00000000 00000000 00000000", NULL, NULL, NULL },
	{ "a list beyond the descriptor", true, true, 6, NULL, NULL, "00000000", "01000080 00000000 00000000 00000000 12000000", NULL, NULL, NULL },
	{ "a list that is longer than the descriptor", true, true, 6, NULL, NULL, "00000000",
	  "01000480 00000000 00000000 00000000 14000000 0200 0900 0000 0000", NULL, NULL, NULL },
	{ "a list with no room for its entries", true, true, 6, NULL, NULL, "00000000",
	  "01000480 00000000 00000000 00000000 14000000 0200 0b00 0100 0000 000000", NULL, NULL, NULL },
	{ "a chunk that is not there", false, true, 2, NULL, "f240 1400 e067 0100", "",
	  "000102030405060708090a0b0c0d0e0f1011121314151617 01000000 00000000", NULL, NULL, NULL },
	{ "a quota that is its own next", true, true, 7, NULL, NULL, "34000000",
	  "01000000 0c000000 0000000000000000 0010000000000000 0020000000000000 ffffffffffffffff 0101000000000005 12000000", NULL, NULL, NULL },
};
/* clang-format on */

START_TEST(nt_functions_have_their_fields)
{
	SUB_CHECK(functions, nt);
}
END_TEST

START_TEST(pipe_functions_have_their_fields)
{
	SUB_CHECK(pipes, named_pipe);
}
END_TEST

START_TEST(lies_are_malformed)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		SubRun *run = sub_run_new(&lies[i]);

		g_string_free(sub_read(run, nt, run->parameters->len, run->data->len), TRUE);
		ck_assert_msg(run->nested.status == SMB_READ_MALFORMED, "%s", lies[i].what);
		sub_spoil(run, nt, run->parameters);
		sub_spoil(run, nt, run->data);
		sub_run_free(run);
	}
}
END_TEST

static void
add(TCase *tc)
{
	tcase_add_test(tc, nt_functions_have_their_fields);
	tcase_add_test(tc, pipe_functions_have_their_fields);
	tcase_add_test(tc, lies_are_malformed);
	add_nt_bounds(tc);
	add_fscc_bounds(tc);
	add_fsctl_bounds(tc);
}

int
main(void)
{
	return sub_main("nt-transact", add);
}
