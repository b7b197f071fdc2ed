/* SPDX-License-Identifier: BSD-3-Clause */
/* NT_TRANSACT and pipes at their bounds: what opens found, parameters that came late, functions that nobody has. */
#include <check.h>

#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/subcommand-tell.h"

#define NT .command = 0xA0, .level = -1
#define ANSWER NT, .response = true
#define Z8 "0000000000000000 "
#define CREATED(action, end, type, directory) \
	"01 00 4c2f " action " 00000000 " Z8 Z8 Z8 Z8 "20000000 " Z8 end " " type " 0000 " directory
#define CREATED_FIELDS(action, end, type, directory)                                 \
	"oplock_level=1 fid=12108 create_action=" action                             \
	" ea_error_offset=0 creation_time=0 last_access_time=0 last_write_time=0 "   \
	"last_change_time=0 file_attributes=0x20 allocation_size=0 end_of_file=" end \
	" resource_type=" type " pipe_state=0x0 directory=" directory
#define EIGHT "0800000000000000"
#define ASKED(sd, name)                                                            \
	"10000000 00000000 ff011f00 " Z8 "00000000 00000000 02000000 00000000 " sd \
	" 00000000 " name " 02000000 00 "
#define ASKED_FIELDS(sd, name)                                                                                                                        \
	"create_flags=0x10 root_directory_fid=0 desired_access=0x1f01ff allocation_size=0 file_attributes=0x0 share_access=0x0 create_disposition=2 " \
	"create_options=0x0 security_descriptor_length=" sd " ea_length=0 name_length=" name                                                          \
	" impersonation_level=2 security_flags=0x0 "
#define SD "01000080 14000000 00000000 00000000 00000000 0101000000000005 12000000 "
#define SD_FIELDS \
	"sd_revision=1 sd_control=0x8000 owner='S-1-5-18' group=- sacl_aces=0 sacl=[] dacl_aces=0 dacl=[] "
#define NO_SD_FIELDS \
	"sd_revision=0 sd_control=0x0 owner=- group=- sacl_aces=0 sacl=[] dacl_aces=0 dacl=[] "

/* clang-format off */
static const SubTold opens[] = {
	{ ANSWER, .function = 1, .what = "superseded", .parameters = CREATED("00000000", EIGHT, "0000", "00"),
	  .fields = CREATED_FIELDS("0", "8", "0", "0"), .facts = " fid=12108 action=4 size=8 oplock=1" },
	{ ANSWER, .function = 1, .what = "overwritten", .parameters = CREATED("03000000", EIGHT, "0000", "00"),
	  .fields = CREATED_FIELDS("3", "8", "0", "0"), .facts = " fid=12108 action=3 size=8 oplock=1" },
	{ ANSWER, .function = 1, .what = "an action that is none of the four", .parameters = CREATED("04000000", EIGHT, "0000", "00"),
	  .fields = CREATED_FIELDS("4", "8", "0", "0"), .facts = " fid=12108 size=8 oplock=1" },
	{ ANSWER, .function = 1, .what = "a directory has no size", .parameters = CREATED("01000000", EIGHT, "0000", "01"),
	  .fields = CREATED_FIELDS("1", "8", "0", "1"), .facts = " fid=12108 action=1 oplock=1 directory" },
	{ ANSWER, .function = 1, .what = "a pipe of bytes has no size", .parameters = CREATED("01000000", EIGHT, "0100", "00"),
	  .fields = CREATED_FIELDS("1", "8", "1", "0"), .facts = " fid=12108 action=1 oplock=1 pipe" },
	{ ANSWER, .function = 1, .what = "a pipe of messages has no size", .parameters = CREATED("01000000", EIGHT, "0200", "00"),
	  .fields = CREATED_FIELDS("1", "8", "2", "0"), .facts = " fid=12108 action=1 oplock=1 pipe" },
	{ ANSWER, .function = 1, .what = "a printer", .parameters = CREATED("01000000", EIGHT, "0300", "00"),
	  .fields = CREATED_FIELDS("1", "8", "3", "0"), .facts = " fid=12108 action=1 size=8 oplock=1" },
	{ ANSWER, .function = 1, .what = "31 bytes more", .parameters = CREATED("01000000", EIGHT, "0000", "00") Z8 Z8 Z8 "00000000 000000",
	  .fields = CREATED_FIELDS("1", "8", "0", "0"), .facts = " fid=12108 action=1 size=8 oplock=1" },
	{ ANSWER, .function = 1, .what = "32 bytes more", .parameters = CREATED("01000000", EIGHT, "0000", "00") Z8 Z8 Z8 "00000000 00000000",
	  .fields = CREATED_FIELDS("1", "8", "0", "0") " response_type=0 volume_guid=00000000000000000000000000000000 file_id=0 maximal_access=0x0 "
	  "guest_maximal_access=0x0", .facts = " fid=12108 action=1 size=8 oplock=1" },
	{ ANSWER, .function = 1, .what = "an answer that is cut finds nothing", .parameters = CREATED("01000000", EIGHT, "0000", ""), .missing_parameters = 1,
	  .status = SMB_READ_TRUNCATED, .fields = CREATED_FIELDS("1", "8", "0", "0"), .there = CREATED_FIELDS("1", "8", "0", "255") },
	{ ANSWER, .function = 1, .late = true, .what = "an answer is never late", .parameters = CREATED("01000000", EIGHT, "0000", "00"),
	  .fields = CREATED_FIELDS("1", "8", "0", "0"), .facts = " fid=12108 action=1 size=8 oplock=1" },
	{ NT, .function = 1, .what = "a descriptor alone", .parameters = ASKED("20000000", "01000000") "'x'", .data = SD,
	  .fields = SD_FIELDS "extended_attributes=[]", .json = "{\"sd_revision\":1,\"sd_control\":32768,\"owner\":\"S-1-5-18\",\"sacl_aces\":0,\"dacl_aces\":0}" },
	{ NT, .function = 1, .what = "attributes alone", .parameters = ASKED("00000000", "01000000") "'x'", .data = "00000000 00 01 0200 'A' 00 'vv'",
	  .fields = NO_SD_FIELDS "extended_attributes=[next_entry_offset=0 flags=0x0 name='A' value=7676]" },
	{ NT, .function = 1, .late = true, .unicode = true, .what = "a name that came late, behind a pad byte", .parameters = ASKED("00000000", "04000000") "00 u'ab'",
	  .fields = ASKED_FIELDS("0", "4") "file='ab'", .facts = " name='ab' access=0x1f01ff to-read to-write" },
	{ NT, .function = 1, .late = true, .what = "a name that came late", .parameters = ASKED("00000000", "02000000") "'ab'",
	  .fields = ASKED_FIELDS("0", "2") "file='ab'", .facts = " name='ab' access=0x1f01ff to-read to-write" },
};

static const SubTold functions[] = {
	{ NT, .function = 2, .late = true, .setup = "c400 0900 e067 0100", .what = "a control code is never late", .fields = "ioctl_data=0 bytes",
	  .facts = " fid=26592 about=FSCTL_SET_SPARSE" },
	{ NT, .function = 2, .setup = "c400", .what = "half a control code", .data = "01" },
	{ NT, .function = 2, .setup = "c400 0900", .what = "a control code", .data = "01", .fields = "ioctl_data=1 bytes set_sparse=1" },
	{ NT, .function = 3, .what = "no descriptor to be set", .parameters = "ba72 0000 07000000" },
	{ ANSWER, .function = 4, .what = "no changes" },
	{ NT, .function = 7, .what = "quotas of all", .parameters = "7ce4 01 00 00000000 00000000 00000000",
	  .fields = "return_single_entry=1 restart_scan=0 sid_list_length=0 start_sid_length=0 start_sid_offset=0 sids=[]",
	  .json = "{\"return_single_entry\":1,\"restart_scan\":0,\"sid_list_length\":0,\"start_sid_length\":0,\"start_sid_offset\":0}" },
	{ NT, .function = 9, .late = true, .what = "the first function beyond the table, late", .parameters = "0102" },
	{ NT, .function = 9, .what = "the first function beyond the table", .data = "0102" },
	{ ANSWER, .function = 9, .what = "its answer", .data = "0102" },
	{ NT, .function = 0, .late = true, .what = "no function", .parameters = "0102" },
	{ NT, .function = -1, .late = true, .what = "a function that is not known, late", .parameters = "0102" },
	{ ANSWER, .function = -1, .what = "an answer whose function is not known", .data = "0102" },
};

#define PIPE .command = 0x25, .level = -1, .name = "\\PIPE\\x"

static const SubTold pipes[] = {
	{ PIPE, .function = 0x26, .setup = "2600 3412", .what = "a pipe by its FID", .data = "01", .fields = "pipe_data=1 bytes", .facts = " fid=4660 name='\\PIPE\\x'" },
	{ PIPE, .function = 0x26, .setup = "2600", .what = "a pipe without its FID", .data = "01", .fields = "pipe_data=1 bytes", .facts = " name='\\PIPE\\x'" },
	{ PIPE, .function = 0x54, .setup = "5400 0700", .what = "a pipe by its name", .data = "01", .fields = "pipe_data=1 bytes", .facts = " name='\\PIPE\\x'" },
	{ PIPE, .function = 0x36, .setup = "3600 3412", .what = "a read, of which nothing is to be told" },
	{ PIPE, .function = 0x53, .setup = "5300 0000", .what = "a wait, of which nothing is to be told" },
	{ PIPE, .function = 0x99, .setup = "9900 3412", .what = "a function that nobody has", .data = "01" },
	{ PIPE, .function = -1, .what = "no function", .data = "01" },
	{ PIPE, .function = 0, .what = "function 0", .data = "01" },
	{ .command = 0x25, .level = -1, .name = "\\PIPE\\LANMAN2", .function = 0x26, .setup = "2600 3412", .what = "a pipe whose name begins as that of RAP",
	  .data = "01", .fields = "pipe_data=1 bytes", .facts = " fid=4660 name='\\PIPE\\LANMAN2'" },
	{ .command = 0x25, .level = -1, .name = "\\MAILSLOT\\BROWSE", .function = 1, .response = true, .what = "an answer to a mailslot", .data = "0d 'ONE' 00" },
	{ .command = 0x25, .level = -1, .name = "\\MAILSLOT\\BROWSE", .function = 1, .what = "a name that is cut", .data = "0d 'ON'", .missing_data = 2,
	  .status = SMB_READ_TRUNCATED, .fields = "browser_opcode=13 server='ON…'", .there = "browser_opcode=13 server='ON…'" },
	{ .command = 0x25, .level = -1, .name = "\\MAILSLOT\\BROWSE", .function = 1, .what = "a frame that nobody has, cut", .data = "07", .missing_data = 2,
	  .status = SMB_READ_TRUNCATED },
};
/* clang-format on */

START_TEST(opens_are_told_up_to_their_bounds)
{
	SUB_TELL(opens);
}
END_TEST

START_TEST(functions_are_told_up_to_their_bounds)
{
	SUB_TELL(functions);
}
END_TEST

START_TEST(pipes_are_told_up_to_their_bounds)
{
	SUB_TELL(pipes);
}
END_TEST

void
add_nt_bounds(TCase *tc)
{
	tcase_add_test(tc, opens_are_told_up_to_their_bounds);
	tcase_add_test(tc, functions_are_told_up_to_their_bounds);
	tcase_add_test(tc, pipes_are_told_up_to_their_bounds);
}
