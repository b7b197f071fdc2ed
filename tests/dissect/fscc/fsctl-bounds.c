/* SPDX-License-Identifier: BSD-3-Clause */
/* What control codes carry, at its bounds: texts and lists that are shorter or longer than said, and names of codes. */
#include <check.h>

#include "dissect/fscc/fsctl.h"
#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/subcommand-tell.h"

#define ASKED(code) .command = 0xA0, .level = -1, .function = 2, .setup = code
#define ANSWERED(code) ASKED(code), .response = true
#define Z8 "0000000000000000 "
#define Z24 Z8 Z8 Z8
#define QOS(version, places)                                                          \
	version " 0000 03000000 " Z24 Z24 "e803000000000000 6400000000000000 " places \
		" 0100000000000000 0200000000000000 0300000000000000 0400000000000000"
#define NO_GUID "00000000000000000000000000000000"
#define QOS_FIELDS(version)                                                                        \
	"ioctl_data=112 bytes protocol_version=" version                                           \
	" reserved=0 operations=0x3 logical_flow_id=" NO_GUID " policy_id=" NO_GUID                \
	" initiator_id=" NO_GUID                                                                   \
	" limit=1000 reservation=100 initiator_name=- initiator_node_name=- io_count_increment=1 " \
	"normalized_io_count_increment=2 latency_increment=3 lower_latency_increment=4 bandwidth_limit=- kilobyte_count_increment=-"
#define Z116 Z24 Z24 Z24 Z24 Z8 Z8 "00000000 "

/* clang-format off */
static const SubTold rows[] = {
	{ ASKED("b001 0600"), .what = "a site that no flag tells of", .data = "0400 0000 0a000000 0400 u'ab' 0200 u's'",
	  .fields = "ioctl_data=18 bytes max_referral_level=4 request_flags=0x0 request_data_length=10 request_file_name='ab' site_name=-" },
	{ ASKED("b001 0600"), .what = "a site", .data = "0400 0100 0a000000 0400 u'ab' 0200 u's'",
	  .fields = "ioctl_data=18 bytes max_referral_level=4 request_flags=0x1 request_data_length=10 request_file_name='ab' site_name='s'" },
	{ ASKED("4004 0900"), .what = "a snapshot with what its operation takes, aligned", .data = "02000000 0400 0200 " Z8 Z8 "u'ab' 00000000 0708",
	  .fields = "ioctl_data=34 bytes operation=2 snapshot_name_length=4 operation_input_buffer_length=2 snapshot_name='ab' operation_input=0708" },
	{ ASKED("4004 0900"), .what = "a snapshot whose operation takes nothing", .data = "02000000 0400 0000 " Z8 Z8 "u'ab'",
	  .fields = "ioctl_data=28 bytes operation=2 snapshot_name_length=4 operation_input_buffer_length=0 snapshot_name='ab' operation_input=",
	  .json = "{\"ioctl_data\":28,\"operation\":2,\"snapshot_name_length\":4,\"operation_input_buffer_length\":0,\"snapshot_name\":\"ab\"}" },
	{ ANSWERED("eb00 0900"), .what = "a name inside of the record", .status = SMB_READ_MALFORMED,
	  .data = "3e000000 0200 0000 " Z8 Z8 Z8 Z8 "00000000 00000000 00000000 20000000 0200 0800 u'a'",
	  .fields = "function_code=0x900eb ioctl_data=62 bytes record_length=62 major_version=2 minor_version=0 file_reference_number= "
	  "file_reference_number=0 parent_file_reference_number= parent_file_reference_number=0 usn=0 time_stamp=0 reason=0x0 source_info=0x0 "
	  "security_id=0 file_attributes=0x20 file_name_length=2 file_name_offset=8 file_name=-" },
	{ ANSWERED("6440 1400"), .what = "names behind those of the array", .data = "02000000 02000000 06000000 u'ab' 0000 u'cd' 0000 0000",
	  .fields = "function_code=0x144064 ioctl_data=26 bytes snapshots=2 snapshots_returned=2 snapshot_array_size=6 snapshot_names=['ab']" },
	{ ANSWERED("6440 1400"), .what = "an array larger than what is there", .data = "02000000 01000000 ff000000 u'ab' 0000",
	  .fields = "function_code=0x144064 ioctl_data=18 bytes snapshots=2 snapshots_returned=1 snapshot_array_size=255 snapshot_names=['ab']" },
	{ ANSWERED("bb41 1400"), .what = "hashes that are cut before their length", .data = Z8 "0800", .missing_data = 14, .status = SMB_READ_TRUNCATED,
	  .fields = "function_code=0x1441bb ioctl_data=10 bytes buffer= buffer_length=0 offset=- file_data_offset=- file_data_length=-" },
	{ ASKED("0402 1400"), .what = "a dialect and a half, of two", .data = "7f000000 " Z8 Z8 "0100 0200 0202 10", .status = SMB_READ_MALFORMED,
	  .fields = "ioctl_data=27 bytes capabilities=0x7f guid=" NO_GUID " security_mode=0x1 dialect_count=2 dialects=[514]" },
	{ ASKED("0402 1400"), .what = "two dialects, of one", .data = "7f000000 " Z8 Z8 "0100 0100 0202 1002",
	  .fields = "ioctl_data=28 bytes capabilities=0x7f guid=" NO_GUID " security_mode=0x1 dialect_count=1 dialects=[514]" },
	{ ANSWERED("fc01 1400"), .what = "an interface of a family that nobody knows", .data = "00000000 05000000 01000000 00000000 " Z8 "0500 0007 " Z116 Z8,
	  .fields = "function_code=0x1401fc ioctl_data=152 bytes interfaces=[next_entry_offset=0 interface_index=5 interface_capabilities=0x1 reserved=0 "
	  "link_speed=0 family=5 port=- flow_info=- address= scope_id=-]" },
	{ ANSWERED("fc01 1400"), .what = "half a second interface", .status = SMB_READ_MALFORMED,
	  .data = "98000000 05000000 01000000 00000000 " Z8 "0200 0007 0a000001 " Z116 "00000000 00000000 06000000 01000000 00000000 " Z8 "0200 0007 0a000001",
	  .fields = "function_code=0x1401fc ioctl_data=184 bytes interfaces=[next_entry_offset=152 interface_index=5 interface_capabilities=0x1 reserved=0 "
	  "link_speed=0 family=2 port=7 flow_info=- address=0a000001 scope_id=-]" },
	{ ASKED("5003 0900"), .what = "version 1.0, and no names", .data = QOS("0001", Z8), .fields = QOS_FIELDS("0x100") },
	{ ASKED("5003 0900"), .what = "a name inside of the numbers", .data = QOS("0001", "1000 0200 0000 0000"), .status = SMB_READ_MALFORMED,
	  .fields = QOS_FIELDS("0x100") },
	{ ANSWERED("8f00 0900"), .what = "a second file whose name is longer than all", .status = SMB_READ_MALFORMED,
	  .data = "0c000000 02000000 u'a' 0000 00000000 04000000 u'b'",
	  .fields = "function_code=0x9008f ioctl_data=22 bytes file_names=[next_entry_offset=12 file_name_length=2 file_name='a']" },
};
/* clang-format on */

START_TEST(control_codes_are_read_up_to_their_bounds)
{
	SUB_TELL(rows);
}
END_TEST

START_TEST(control_codes_have_their_names)
{
	ck_assert_str_eq(fscc_fsctl_name(0x00060194), "FSCTL_DFS_GET_REFERRALS");
	ck_assert_str_eq(fscc_fsctl_name(0x000900C4), "FSCTL_SET_SPARSE");
	ck_assert_str_eq(fscc_fsctl_name(0x0056003C), "IOCTL_VOLUME_GET_GPT_ATTRIBUTES");
	ck_assert_ptr_null(fscc_fsctl_name(0));
	ck_assert_ptr_null(fscc_fsctl_name(0xFFFFFFFF));
}
END_TEST

void
add_fsctl_bounds(TCase *tc)
{
	tcase_add_test(tc, control_codes_are_read_up_to_their_bounds);
	tcase_add_test(tc, control_codes_have_their_names);
}
