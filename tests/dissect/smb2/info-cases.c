/* SPDX-License-Identifier: BSD-3-Clause */
/* Cases of test-info.c: classes, entries of directories, changes, quotas and security descriptors. */
#include "tests/dissect/smb2/info.h"

/* clang-format off */
const InfoCase info_cases[] = {
	{ 'f', 0x4,
	  "8756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da012000000000000000",
	  "creation_time=133453376001234567 last_access_time=133454240001234567 last_write_time=133"
	  "455104001234567 change_time=133455968001234567 ext_file_attributes=0x20" },
	{ 'f', 0x5,
	  "0010000000000000d2040000000000000200000000000000",
	  "allocation_size=4096 end_of_file=1234 number_of_links=2 delete_pending=0 directory=0" },
	{ 'f', 0x6,
	  "9078563412000000",
	  "index_number=78187493520" },
	{ 'f', 0x7,
	  "4d000000",
	  "ea_size=77" },
	{ 'f', 0x8,
	  "ff011f00",
	  "access_flags=0x1f01ff" },
	{ 'f', 0x9,
	  "1a0000005c006400690072005c00660069006c0065002e00740078007400",
	  "file_name_length=26 file='\\dir\\file.txt'" },
	{ 'f', 0xe,
	  "0002000000000000",
	  "current_byte_offset=512" },
	{ 'f', 0x10,
	  "02000000",
	  "mode=0x2" },
	{ 'f', 0x11,
	  "03000000",
	  "alignment_requirement=3" },
	{ 'f', 0x12,
	  "8756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da01200000000000000000100000"
	  "00000000d204000000000000020000000000000063000000000000004d000000ff011f000002000000000000"
	  "02000000000000001a0000005c006400690072005c00660069006c0065002e00740078007400",
	  "creation_time=133453376001234567 last_access_time=133454240001234567 last_write_time=133"
	  "455104001234567 change_time=133455968001234567 ext_file_attributes=0x20 reserved=0 alloc"
	  "ation_size=4096 end_of_file=1234 number_of_links=2 delete_pending=0 directory=0 reserved"
	  "2=0 index_number=99 ea_size=77 access_flags=0x1f01ff current_byte_offset=512 mode=0x2 al"
	  "ignment_requirement=0 file_name_length=26 file='\\dir\\file.txt'" },
	{ 'f', 0x15,
	  "14000000460049004c0045007e0031002e00540058005400",
	  "file_name_length=20 file='FILE~1.TXT'" },
	{ 'f', 0x30,
	  "180000006400690072005c00660069006c0065002e00740078007400",
	  "file_name_length=24 file='dir\\file.txt'" },
	{ 'f', 0x16,
	  "280000000e000000d20400000000000000100000000000003a003a0024004400410054004100000000000000"
	  "2c0000001a0000000000000000100000000000003a005a006f006e0065002e004900640065006e0074006900"
	  "66006900650072003a0024004400410054004100",
	  "streams=[next_entry_offset=40 stream_name_length=14 stream_size=1234 stream_allocation_s"
	  "ize=4096 stream_name='::$DATA' | next_entry_offset=0 stream_name_length=44 stream_size=2"
	  "6 stream_allocation_size=4096 stream_name=':Zone.Identifier:$DATA']" },
	{ 'f', 0x17,
	  "0100000000000000",
	  "read_mode=1 completion_mode=0" },
	{ 'f', 0x18,
	  "0f0000001800000011000000110000000d000000130000000e00000015000000100000000e000000",
	  "named_pipe_type=15 named_pipe_configuration=24 maximum_instances=17 current_instances=17"
	  " inbound_quota=13 read_data_available=19 outbound_quota=14 write_quota_available=21 name"
	  "d_pipe_state=16 named_pipe_end=14" },
	{ 'f', 0x19,
	  "102700000000000008000000",
	  "collect_data_time=10000 maximum_collection_count=8" },
	{ 'f', 0x1c,
	  "00080000000000000200100c0c000000",
	  "compressed_file_size=2048 compression_format=2 compression_unit_shift=16 chunk_shift=12 "
	  "cluster_shift=12" },
	{ 'f', 0x1d,
	  "05000000000000000000000000009d88aabbccddeeff0015000102030405060708090a0b0c0d0e0f10111213"
	  "1415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f",
	  "file_reference_number=5 object_id=0000000000009d88aabbccddeeff0015 extended_info=0001020"
	  "30405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2"
	  "f" },
	{ 'f', 0x21,
	  "05000000000000000c0000a0",
	  "file_reference_number=5 reparse_tag=0xa000000c" },
	{ 'f', 0x22,
	  "8756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da010010000000000000d2040000"
	  "000000002000000000000000",
	  "creation_time=133453376001234567 last_access_time=133454240001234567 last_write_time=133"
	  "455104001234567 change_time=133455968001234567 allocation_size=4096 end_of_file=1234 ext"
	  "_file_attributes=0x20" },
	{ 'f', 0x23,
	  "200400000c0000a0",
	  "ext_file_attributes=0x420 reparse_tag=0xa000000c" },
	{ 'f', 0x36,
	  "010000000200000000000000",
	  "number_of_accessible_links=1 total_number_of_links=2 delete_pending=0 directory=0" },
	{ 'f', 0x3b,
	  "7707000000000000000102030405060708090a0b0c0d0e0f",
	  "volume_serial_number=1911 file_id=000102030405060708090a0b0c0d0e0f" },
	{ 'f', 0xf,
	  "1400000000060400434f4c4f555200626c7565000000000000050500534841504500726f756e64",
	  "extended_attributes=[next_entry_offset=20 flags=0x0 name='COLOUR' value=626c7565 | next_"
	  "entry_offset=0 flags=0x0 name='SHAPE' value=726f756e64]" },
	{ 'e', 0x10f,
	  "0c00000006434f4c4f5552000000000005534841504500",
	  "extended_attribute_names=[next_entry_offset=12 name='COLOUR' | next_entry_offset=0 name="
	  "'SHAPE']" },
	{ 'f', 0x2e,
	  "00000000020000002000000005000000000000000500000061002e0074007800740000000000000000000000"
	  "05000000000000000500000062002e00740078007400",
	  "bytes_needed=0 entries_returned=2 entries=[next_entry_offset=32 parent_file_id=5 file_na"
	  "me_length=5 file_name='a.txt' | next_entry_offset=0 parent_file_id=5 file_name_length=5 "
	  "file_name='b.txt']" },
	{ 'f', 0x1a,
	  "90010000000000000000000001000000ffffffffffffffff",
	  "maximum_message_size=400 mailslot_quota=0 next_message_size=0 messages_available=1 read_"
	  "timeout=18446744073709551615" },
	{ 'f', 0x2c,
	  "0100000002000000010100000010000004000000",
	  "requests_per_period=1 period=2 retry_failures=1 discardable=1 reserved=0 request_size=40"
	  "96 num_outstanding_requests=4" },
	{ 'v', 0x1,
	  "87d67fc64717da013412cdab0a00000001004c004100420045004c00",
	  "volume_creation_time=133444736001234567 volume_serial_number=0xabcd1234 volume_label_len"
	  "gth=10 supports_objects=1 reserved=0 volume_label='LABEL'" },
	{ 'v', 0x2,
	  "0a0000004c004100420045004c00",
	  "volume_label_length=10 volume_label='LABEL'" },
	{ 'v', 0x3,
	  "e80300000000000084030000000000000800000000020000",
	  "total_units=1000 available_units=900 sectors_per_unit=8 bytes_per_sector=512" },
	{ 'v', 0x4,
	  "0700000020000200",
	  "device_type=7 device_characteristics=0x20020" },
	{ 'v', 0x5,
	  "ff00c700ff000000080000004e00540046005300",
	  "file_system_attributes=0xc700ff max_file_name_length=255 file_system_name_length=8 file_"
	  "system_name='NTFS'" },
	{ 'v', 0x6,
	  "0100000000000000020000000000000003000000000000000400000000000000050000000000000011000000"
	  "00000000",
	  "free_space_start_filtering=1 free_space_threshold=2 free_space_stop_filtering=3 default_"
	  "quota_threshold=4 default_quota_limit=5 file_system_control_flags=0x11" },
	{ 'v', 0x7,
	  "e803000000000000200300000000000084030000000000000800000000020000",
	  "total_units=1000 caller_available_units=800 actual_available_units=900 sectors_per_unit="
	  "8 bytes_per_sector=512" },
	{ 'v', 0x8,
	  "0000000000009d88aabbccddeeff0015000102030405060708090a0b0c0d0e0f101112131415161718191a1b"
	  "1c1d1e1f202122232425262728292a2b2c2d2e2f",
	  "object_id=0000000000009d88aabbccddeeff0015 extended_info=000102030405060708090a0b0c0d0e0"
	  "f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f" },
	{ 'v', 0x9,
	  "0100000008000000660069006c007400",
	  "driver_in_path=1 reserved=0 reserved2=0 driver_name_length=8 driver_name='filt'" },
	{ 'v', 0xb,
	  "00020000001000000010000000100000030000000000000000000000",
	  "logical_bytes_per_sector=512 physical_bytes_per_sector_for_atomicity=4096 physical_bytes"
	  "_per_sector_for_performance=4096 effective_physical_bytes_per_sector_for_atomicity=4096 "
	  "sector_flags=0x3 byte_offset_for_sector_alignment=0 byte_offset_for_partition_alignment="
	  "0" },
	{ 's', 0x0,
	  "0100048414000000240000000000000040000000010200000000000520000000200200000105000000000005"
	  "15000000010000000200000003000000e90300000400f0010900000001132400020000000105000000000005"
	  "15000000010000000200000003000000e903000000001800ff011f0001020000000000052000000020020000"
	  "000b1400a9001200010100000000000100000000050048000001000003000000000000000000bb88aabbccdd"
	  "eeff0032000000000000bb88aabbccddeeff0033010500000000000515000000010000000200000003000000"
	  "e9030000060038002000000002000000000000000000bb88aabbccddeeff0033010500000000000515000000"
	  "010000000200000003000000e903000009003800ff011f000105000000000005150000000100000002000000"
	  "03000000e903000061727478f90800000044006500700074008700000a003800010000000105000000000005"
	  "15000000010000000200000003000000e903000061727478f90800000044006500700074008700000b004c00"
	  "0001000001000000000000000000bb88aabbccddeeff00320105000000000005150000000100000002000000"
	  "03000000e903000061727478f90800000044006500700074008700000c005c00000100000300000000000000"
	  "0000bb88aabbccddeeff0032000000000000bb88aabbccddeeff003301050000000000051500000001000000"
	  "0200000003000000e903000061727478f9080000004400650070007400870000",
	  "sd_revision=1 sd_control=0x8404 owner='S-1-5-32-544' group='S-1-5-21-1-2-3-1001' sacl_ac"
	  "es=0 sacl=[] dacl_aces=9 dacl=[type=1 flags=0x13 size=36 mask=0x2 object_flags=- object_"
	  "type= inherited_object_type= sid='S-1-5-21-1-2-3-1001' | type=0 flags=0x0 size=24 mask=0"
	  "x1f01ff object_flags=- object_type= inherited_object_type= sid='S-1-5-32-544' | type=0 f"
	  "lags=0xb size=20 mask=0x1200a9 object_flags=- object_type= inherited_object_type= sid='S"
	  "-1-1-0' | type=5 flags=0x0 size=72 mask=0x100 object_flags=0x3 object_type=000000000000b"
	  "b88aabbccddeeff0032 inherited_object_type=000000000000bb88aabbccddeeff0033 sid='S-1-5-21"
	  "-1-2-3-1001' | type=6 flags=0x0 size=56 mask=0x20 object_flags=0x2 object_type= inherite"
	  "d_object_type=000000000000bb88aabbccddeeff0033 sid='S-1-5-21-1-2-3-1001' | type=9 flags="
	  "0x0 size=56 mask=0x1f01ff object_flags=- object_type= inherited_object_type= sid='S-1-5-"
	  "21-1-2-3-1001' | type=10 flags=0x0 size=56 mask=0x1 object_flags=- object_type= inherite"
	  "d_object_type= sid='S-1-5-21-1-2-3-1001' | type=11 flags=0x0 size=76 mask=0x100 object_f"
	  "lags=0x1 object_type=000000000000bb88aabbccddeeff0032 inherited_object_type= sid='S-1-5-"
	  "21-1-2-3-1001' | type=12 flags=0x0 size=92 mask=0x100 object_flags=0x3 object_type=00000"
	  "0000000bb88aabbccddeeff0032 inherited_object_type=000000000000bb88aabbccddeeff0033 sid='"
	  "S-1-5-21-1-2-3-1001']" },
	{ 'q', 0x400,
	  "000100003c0000000000000000000000240000001c0000000105000000000005150000000100000002000000"
	  "03000000e9030000000000001000000001020000000000052000000020020000",
	  "return_single_entry=0 restart_scan=1 reserved=0 sid_list_length=60 start_sid_length=0 st"
	  "art_sid_offset=0 sids=[next_entry_offset=36 sid_length=28 sid='S-1-5-21-1-2-3-1001' | ne"
	  "xt_entry_offset=0 sid_length=16 sid='S-1-5-32-544'] start_sid=-" },
	{ 'q', 0x400, /* the offset is that of a single SID: a list begins behind the numbers */
	  "000100001800000000000000040000000000000010000000010200000000000520000000"
	  "20020000",
	  "return_single_entry=0 restart_scan=1 reserved=0 sid_list_length=24 start_sid_length=0 st"
	  "art_sid_offset=4 sids=[next_entry_offset=0 sid_length=16 sid='S-1-5-32-544'] start_sid=-" },
	{ 'q', 0x400,
	  "0100000000000000100000000400000000000000010200000000000520000000"
	  "20020000",
	  "return_single_entry=1 restart_scan=0 reserved=0 sid_list_length=0 start_sid_length=16 st"
	  "art_sid_offset=4 sids=[] start_sid='S-1-5-32-544'" },
	{ 'u', 0x0,
	  "480000001c0000008756531bda18da01e803000000000000d007000000000000b80b00000000000001050000"
	  "0000000515000000010000000200000003000000e90300000000000000000000100000008756531bda18da01"
	  "0500000000000000ffffffffffffffffffffffffffffffff01020000000000052000000020020000",
	  "quotas=[next_entry_offset=72 sid_length=28 change_time=133446464001234567 quota_used=100"
	  "0 quota_threshold=2000 quota_limit=3000 sid='S-1-5-21-1-2-3-1001' | next_entry_offset=0 "
	  "sid_length=16 change_time=133446464001234567 quota_used=5 quota_threshold=18446744073709"
	  "551615 quota_limit=18446744073709551615 sid='S-1-5-32-544']" },
	{ 'u', 0x20,
	  "000000001c0000008756531bda18da010000000000000000d007000000000000b80b00000000000001050000"
	  "0000000515000000010000000200000003000000e9030000",
	  "quotas=[next_entry_offset=0 sid_length=28 change_time=133446464001234567 quota_used=0 qu"
	  "ota_threshold=2000 quota_limit=3000 sid='S-1-5-21-1-2-3-1001']" },
	{ 'F', 0x4,
	  "8756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da012000000000000000",
	  "creation_time=133453376001234567 last_access_time=133454240001234567 last_write_time=133"
	  "455104001234567 change_time=133455968001234567 ext_file_attributes=0x20" },
	{ 'F', 0xa,
	  "010000000000000000000000000000000e0000006e00650077002e00740078007400",
	  "replace_if_exists=1 reserved=0 reserved2=0 reserved3=0 root_directory=0 file_name_length"
	  "=14 new_file='new.txt'" },
	{ 'F', 0xb,
	  "00000000000000000000000000000000100000006c0069006e006b002e00740078007400",
	  "replace_if_exists=0 reserved=0 reserved2=0 reserved3=0 root_directory=0 file_name_length"
	  "=16 new_file='link.txt'" },
	{ 'F', 0x41,
	  "430000000000000000000000000000000c000000650078002e00740078007400",
	  "rename_flags=0x43 reserved=0 root_directory=0 file_name_length=12 new_file='ex.txt'" },
	{ 'F', 0x48,
	  "010000000000000000000000000000000c0000006c0078002e00740078007400",
	  "link_flags=0x1 reserved=0 root_directory=0 file_name_length=12 new_file='lx.txt'" },
	{ 'F', 0xd,
	  "01",
	  "delete_pending=1" },
	{ 'F', 0x40,
	  "03000000",
	  "disposition_flags=0x3" },
	{ 'F', 0xe,
	  "4d00000000000000",
	  "current_byte_offset=77" },
	{ 'F', 0xf,
	  "0000000000060300434f4c4f555200726564",
	  "extended_attributes=[next_entry_offset=0 flags=0x0 name='COLOUR' value=726564]" },
	{ 'F', 0x10,
	  "02000000",
	  "mode=0x2" },
	{ 'F', 0x13,
	  "0000010000000000",
	  "allocation_size=65536" },
	{ 'F', 0x14,
	  "2c01000000000000",
	  "end_of_file=300" },
	{ 'F', 0x27,
	  "6400000000000000",
	  "valid_data_length=100" },
	{ 'F', 0x28,
	  "140000004e00450057007e0031002e005400580054002000",
	  "file_name_length=20 new_name='NEW~1.TXT '" },
	{ 'F', 0x17,
	  "0000000001000000",
	  "read_mode=0 completion_mode=1" },
	{ 'F', 0x19,
	  "102700000000000008000000",
	  "collect_data_time=10000 maximum_collection_count=8" },
	{ 'F', 0x1b,
	  "e803000000000000",
	  "read_timeout=1000" },
	{ 'F', 0x1d,
	  "00000000000000000000000000009d88aabbccddeeff00150000000000000000000000000000000000000000"
	  "00000000000000000000000000000000000000000000000000000000",
	  "file_reference_number=0 object_id=0000000000009d88aabbccddeeff0015 extended_info=0000000"
	  "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	  "0" },
	{ 'F', 0x2c,
	  "0100000002000000010100000010000004000000",
	  "requests_per_period=1 period=2 retry_failures=1 discardable=1 reserved=0 request_size=40"
	  "96 num_outstanding_requests=4" },
	{ 'V', 0x2,
	  "0a0000004f005400480045005200",
	  "volume_label_length=10 volume_label='OTHER'" },
	{ 'V', 0x6,
	  "0100000000000000020000000000000003000000000000000400000000000000050000000000000011000000"
	  "00000000",
	  "free_space_start_filtering=1 free_space_threshold=2 free_space_stop_filtering=3 default_"
	  "quota_threshold=4 default_quota_limit=5 file_system_control_flags=0x11" },
	{ 'V', 0x8,
	  "0000000000009d88aabbccddeeff001500000000000000000000000000000000000000000000000000000000"
	  "0000000000000000000000000000000000000000",
	  "object_id=0000000000009d88aabbccddeeff0015 extended_info=0000000000000000000000000000000"
	  "00000000000000000000000000000000000000000000000000000000000000000" },
	{ 'd', 0x1,
	  "48000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "00000000001000000000000010000000020000002e0000000000000058000000000000008756a16e231fda01"
	  "87160b99ec1fda0187d674c3b520da018796deed7e21da017000000000000000001000000000000020000000"
	  "18000000660069006c00650020006f006e0065002e0074007800740000000000000000008756a16e231fda01"
	  "87160b99ec1fda0187d674c3b520da018796deed7e21da016a00000000000000001000000000000020040000"
	  "0c000000fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=72 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 file_"
	  "name='.' | next_entry_offset=88 file_index=0 creation_time=133453376001234567 last_acces"
	  "s_time=133454240001234567 last_write_time=133455104001234567 change_time=133455968001234"
	  "567 end_of_file=112 allocation_size=4096 ext_file_attributes=0x20 file_name_length=24 fi"
	  "le_name='file one.txt' | next_entry_offset=0 file_index=0 creation_time=1334533760012345"
	  "67 last_access_time=133454240001234567 last_write_time=133455104001234567 change_time=13"
	  "3455968001234567 end_of_file=106 allocation_size=4096 ext_file_attributes=0x420 file_nam"
	  "e_length=12 file_name='ünï-漢字']" },
	{ 'd', 0x2,
	  "48000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000070000002e00000060000000000000008756a16e231fda01"
	  "87160b99ec1fda0187d674c3b520da018796deed7e21da017000000000000000001000000000000020000000"
	  "1800000007000000660069006c00650020006f006e0065002e00740078007400000000000000000000000000"
	  "8756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da016a0000000000000000100000"
	  "00000000200400000c00000007000000fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=72 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_si"
	  "ze=7 file_name='.' | next_entry_offset=96 file_index=0 creation_time=133453376001234567 "
	  "last_access_time=133454240001234567 last_write_time=133455104001234567 change_time=13345"
	  "5968001234567 end_of_file=112 allocation_size=4096 ext_file_attributes=0x20 file_name_le"
	  "ngth=24 ea_size=7 file_name='file one.txt' | next_entry_offset=0 file_index=0 creation_t"
	  "ime=133453376001234567 last_access_time=133454240001234567 last_write_time=1334551040012"
	  "34567 change_time=133455968001234567 end_of_file=106 allocation_size=4096 ext_file_attri"
	  "butes=0x420 file_name_length=12 ea_size=7 file_name='ünï-漢字']" },
	{ 'd', 0x3,
	  "60000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000070000000000000000000000000000000000000000000000"
	  "0000000000002e0078000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed"
	  "7e21da01700000000000000000100000000000002000000018000000070000001800460049004c0045004f00"
	  "4e007e0031002e00540058005400660069006c00650020006f006e0065002e00740078007400000000000000"
	  "000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da016a00000000000000"
	  "0010000000000000200400000c00000007000000000000000000000000000000000000000000000000000000"
	  "0000fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=96 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_si"
	  "ze=7 short_name_length=0 reserved=0 short_name='' file_name='.' | next_entry_offset=120 "
	  "file_index=0 creation_time=133453376001234567 last_access_time=133454240001234567 last_w"
	  "rite_time=133455104001234567 change_time=133455968001234567 end_of_file=112 allocation_s"
	  "ize=4096 ext_file_attributes=0x20 file_name_length=24 ea_size=7 short_name_length=24 res"
	  "erved=0 short_name='FILEON~1.TXT' file_name='file one.txt' | next_entry_offset=0 file_in"
	  "dex=0 creation_time=133453376001234567 last_access_time=133454240001234567 last_write_ti"
	  "me=133455104001234567 change_time=133455968001234567 end_of_file=106 allocation_size=409"
	  "6 ext_file_attributes=0x420 file_name_length=12 ea_size=7 short_name_length=0 reserved=0"
	  " short_name='' file_name='ünï-漢字']" },
	{ 'd', 0xc,
	  "1000000000000000020000002e000000280000000000000018000000660069006c00650020006f006e006500"
	  "2e007400780074000000000000000000000000000c000000fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=16 file_index=0 file_name_length=2 file_name='.' | next_entry"
	  "_offset=40 file_index=0 file_name_length=24 file_name='file one.txt' | next_entry_offset"
	  "=0 file_index=0 file_name_length=12 file_name='ünï-漢字']" },
	{ 'd', 0x25,
	  "70000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000070000000000000000000000000000000000000000000000"
	  "000000000000000001100000000000002e0000000000000080000000000000008756a16e231fda0187160b99"
	  "ec1fda0187d674c3b520da018796deed7e21da01700000000000000000100000000000002000000018000000"
	  "070000001800460049004c0045004f004e007e0031002e0054005800540000000c1000000000000066006900"
	  "6c00650020006f006e0065002e0074007800740000000000000000008756a16e231fda0187160b99ec1fda01"
	  "87d674c3b520da018796deed7e21da016a000000000000000010000000000000200400000c00000007000000"
	  "000000000000000000000000000000000000000000000000000000000610000000000000fc006e00ef002d00"
	  "226f575b",
	  "entries=[next_entry_offset=112 file_index=0 creation_time=133453376001234567 last_access"
	  "_time=133454240001234567 last_write_time=133455104001234567 change_time=1334559680012345"
	  "67 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_s"
	  "ize=7 short_name_length=0 reserved=0 short_name='' reserved2=0 file_id=4097 file_name='."
	  "' | next_entry_offset=128 file_index=0 creation_time=133453376001234567 last_access_time"
	  "=133454240001234567 last_write_time=133455104001234567 change_time=133455968001234567 en"
	  "d_of_file=112 allocation_size=4096 ext_file_attributes=0x20 file_name_length=24 ea_size="
	  "7 short_name_length=24 reserved=0 short_name='FILEON~1.TXT' reserved2=0 file_id=4108 fil"
	  "e_name='file one.txt' | next_entry_offset=0 file_index=0 creation_time=13345337600123456"
	  "7 last_access_time=133454240001234567 last_write_time=133455104001234567 change_time=133"
	  "455968001234567 end_of_file=106 allocation_size=4096 ext_file_attributes=0x420 file_name"
	  "_length=12 ea_size=7 short_name_length=0 reserved=0 short_name='' reserved2=0 file_id=41"
	  "02 file_name='ünï-漢字']" },
	{ 'd', 0x26,
	  "58000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000070000000000000001100000000000002e00000000000000"
	  "68000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0170000000"
	  "000000000010000000000000200000001800000007000000000000000c10000000000000660069006c006500"
	  "20006f006e0065002e0074007800740000000000000000008756a16e231fda0187160b99ec1fda0187d674c3"
	  "b520da018796deed7e21da016a000000000000000010000000000000200400000c0000000700000000000000"
	  "0610000000000000fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=88 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_si"
	  "ze=7 reserved=0 file_id=4097 file_name='.' | next_entry_offset=104 file_index=0 creation"
	  "_time=133453376001234567 last_access_time=133454240001234567 last_write_time=13345510400"
	  "1234567 change_time=133455968001234567 end_of_file=112 allocation_size=4096 ext_file_att"
	  "ributes=0x20 file_name_length=24 ea_size=7 reserved=0 file_id=4108 file_name='file one.t"
	  "xt' | next_entry_offset=0 file_index=0 creation_time=133453376001234567 last_access_time"
	  "=133454240001234567 last_write_time=133455104001234567 change_time=133455968001234567 en"
	  "d_of_file=106 allocation_size=4096 ext_file_attributes=0x420 file_name_length=12 ea_size"
	  "=7 reserved=0 file_id=4102 file_name='ünï-漢字']" },
	{ 'd', 0x3c,
	  "60000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "00000000001000000000000010000000020000000700000000000000000102030405060708090a0b0c0d0e0f"
	  "2e0000000000000070000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed"
	  "7e21da0170000000000000000010000000000000200000001800000007000000000000000001020304050607"
	  "08090a0b0c0d0e0f660069006c00650020006f006e0065002e0074007800740000000000000000008756a16e"
	  "231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da016a000000000000000010000000000000"
	  "200400000c000000070000000c0000a0000102030405060708090a0b0c0d0e0ffc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=96 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_si"
	  "ze=7 reparse_tag=0x0 file_id=000102030405060708090a0b0c0d0e0f file_name='.' | next_entry"
	  "_offset=112 file_index=0 creation_time=133453376001234567 last_access_time=1334542400012"
	  "34567 last_write_time=133455104001234567 change_time=133455968001234567 end_of_file=112 "
	  "allocation_size=4096 ext_file_attributes=0x20 file_name_length=24 ea_size=7 reparse_tag="
	  "0x0 file_id=000102030405060708090a0b0c0d0e0f file_name='file one.txt' | next_entry_offse"
	  "t=0 file_index=0 creation_time=133453376001234567 last_access_time=133454240001234567 la"
	  "st_write_time=133455104001234567 change_time=133455968001234567 end_of_file=106 allocati"
	  "on_size=4096 ext_file_attributes=0x420 file_name_length=12 ea_size=7 reparse_tag=0xa0000"
	  "00c file_id=000102030405060708090a0b0c0d0e0f file_name='ünï-漢字']" },
	{ 'd', 0x4e,
	  "58000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000070000000000000001100000000000002e00000000000000"
	  "68000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0170000000"
	  "000000000010000000000000200000001800000007000000000000000c10000000000000660069006c006500"
	  "20006f006e0065002e0074007800740000000000000000008756a16e231fda0187160b99ec1fda0187d674c3"
	  "b520da018796deed7e21da016a000000000000000010000000000000200400000c0000000700000000000000"
	  "0610000000000000fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=88 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_si"
	  "ze=7 reparse_tag=0x0 file_id=4097 file_name='.' | next_entry_offset=104 file_index=0 cre"
	  "ation_time=133453376001234567 last_access_time=133454240001234567 last_write_time=133455"
	  "104001234567 change_time=133455968001234567 end_of_file=112 allocation_size=4096 ext_fil"
	  "e_attributes=0x20 file_name_length=24 ea_size=7 reparse_tag=0x0 file_id=4108 file_name='"
	  "file one.txt' | next_entry_offset=0 file_index=0 creation_time=133453376001234567 last_a"
	  "ccess_time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800"
	  "1234567 end_of_file=106 allocation_size=4096 ext_file_attributes=0x420 file_name_length="
	  "12 ea_size=7 reparse_tag=0x0 file_id=4102 file_name='ünï-漢字']" },
	{ 'd', 0x4f,
	  "70000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000070000000000000001100000000000000000000000000000"
	  "0000000000000000000000000000000000002e000000000088000000000000008756a16e231fda0187160b99"
	  "ec1fda0187d674c3b520da018796deed7e21da01700000000000000000100000000000002000000018000000"
	  "07000000000000000c100000000000001800460049004c0045004f004e007e0031002e005400580054006600"
	  "69006c00650020006f006e0065002e0074007800740000000000000000000000000000008756a16e231fda01"
	  "87160b99ec1fda0187d674c3b520da018796deed7e21da016a00000000000000001000000000000020040000"
	  "0c00000007000000000000000610000000000000000000000000000000000000000000000000000000000000"
	  "0000fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=112 file_index=0 creation_time=133453376001234567 last_access"
	  "_time=133454240001234567 last_write_time=133455104001234567 change_time=1334559680012345"
	  "67 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_s"
	  "ize=7 reparse_tag=0x0 file_id=4097 short_name_length=0 reserved=0 short_name='' file_nam"
	  "e='.' | next_entry_offset=136 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=112 allocation_size=4096 ext_file_attributes=0x20 file_name_length=24 ea_s"
	  "ize=7 reparse_tag=0x0 file_id=4108 short_name_length=24 reserved=0 short_name='FILEON~1."
	  "TXT' file_name='file one.txt' | next_entry_offset=0 file_index=0 creation_time=133453376"
	  "001234567 last_access_time=133454240001234567 last_write_time=133455104001234567 change_"
	  "time=133455968001234567 end_of_file=106 allocation_size=4096 ext_file_attributes=0x420 f"
	  "ile_name_length=12 ea_size=7 reparse_tag=0x0 file_id=4102 short_name_length=0 reserved=0"
	  " short_name='' file_name='ünï-漢字']" },
	{ 'd', 0x50,
	  "68000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000070000000000000001100000000000000001020304050607"
	  "08090a0b0c0d0e0f2e0000000000000078000000000000008756a16e231fda0187160b99ec1fda0187d674c3"
	  "b520da018796deed7e21da017000000000000000001000000000000020000000180000000700000000000000"
	  "0c10000000000000000102030405060708090a0b0c0d0e0f660069006c00650020006f006e0065002e007400"
	  "7800740000000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da01"
	  "6a000000000000000010000000000000200400000c0000000700000000000000061000000000000000010203"
	  "0405060708090a0b0c0d0e0ffc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=104 file_index=0 creation_time=133453376001234567 last_access"
	  "_time=133454240001234567 last_write_time=133455104001234567 change_time=1334559680012345"
	  "67 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_s"
	  "ize=7 reparse_tag=0x0 file_id=4097 file_id_128=000102030405060708090a0b0c0d0e0f file_nam"
	  "e='.' | next_entry_offset=120 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=112 allocation_size=4096 ext_file_attributes=0x20 file_name_length=24 ea_s"
	  "ize=7 reparse_tag=0x0 file_id=4108 file_id_128=000102030405060708090a0b0c0d0e0f file_nam"
	  "e='file one.txt' | next_entry_offset=0 file_index=0 creation_time=133453376001234567 las"
	  "t_access_time=133454240001234567 last_write_time=133455104001234567 change_time=13345596"
	  "8001234567 end_of_file=106 allocation_size=4096 ext_file_attributes=0x420 file_name_leng"
	  "th=12 ea_size=7 reparse_tag=0x0 file_id=4102 file_id_128=000102030405060708090a0b0c0d0e0"
	  "f file_name='ünï-漢字']" },
	{ 'd', 0x51,
	  "80000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000070000000000000001100000000000000001020304050607"
	  "08090a0b0c0d0e0f00000000000000000000000000000000000000000000000000002e000000000098000000"
	  "000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da017000000000000000"
	  "0010000000000000200000001800000007000000000000000c10000000000000000102030405060708090a0b"
	  "0c0d0e0f1800460049004c0045004f004e007e0031002e00540058005400660069006c00650020006f006e00"
	  "65002e0074007800740000000000000000000000000000008756a16e231fda0187160b99ec1fda0187d674c3"
	  "b520da018796deed7e21da016a000000000000000010000000000000200400000c0000000700000000000000"
	  "0610000000000000000102030405060708090a0b0c0d0e0f0000000000000000000000000000000000000000"
	  "000000000000fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=128 file_index=0 creation_time=133453376001234567 last_access"
	  "_time=133454240001234567 last_write_time=133455104001234567 change_time=1334559680012345"
	  "67 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 ea_s"
	  "ize=7 reparse_tag=0x0 file_id=4097 file_id_128=000102030405060708090a0b0c0d0e0f short_na"
	  "me_length=0 reserved=0 short_name='' file_name='.' | next_entry_offset=152 file_index=0 "
	  "creation_time=133453376001234567 last_access_time=133454240001234567 last_write_time=133"
	  "455104001234567 change_time=133455968001234567 end_of_file=112 allocation_size=4096 ext_"
	  "file_attributes=0x20 file_name_length=24 ea_size=7 reparse_tag=0x0 file_id=4108 file_id_"
	  "128=000102030405060708090a0b0c0d0e0f short_name_length=24 reserved=0 short_name='FILEON~"
	  "1.TXT' file_name='file one.txt' | next_entry_offset=0 file_index=0 creation_time=1334533"
	  "76001234567 last_access_time=133454240001234567 last_write_time=133455104001234567 chang"
	  "e_time=133455968001234567 end_of_file=106 allocation_size=4096 ext_file_attributes=0x420"
	  " file_name_length=12 ea_size=7 reparse_tag=0x0 file_id=4102 file_id_128=0001020304050607"
	  "08090a0b0c0d0e0f short_name_length=0 reserved=0 short_name='' file_name='ünï-漢字']" },
	{ 'd', 0x32,
	  "60000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da0165000000"
	  "0000000000100000000000001000000002000000001000000000000000000000000000000000000000000000"
	  "010000002e00000078000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed"
	  "7e21da0170000000000000000010000000000000200000001800000000100000000000000000000000000000"
	  "000000000000000001000000660069006c00650020006f006e0065002e007400780074000000000000000000"
	  "000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da016a00000000000000"
	  "0010000000000000200400000c00000000100000000000000000000000000000000000000000000001000000"
	  "fc006e00ef002d00226f575b",
	  "entries=[next_entry_offset=96 file_index=0 creation_time=133453376001234567 last_access_"
	  "time=133454240001234567 last_write_time=133455104001234567 change_time=13345596800123456"
	  "7 end_of_file=101 allocation_size=4096 ext_file_attributes=0x10 file_name_length=2 file_"
	  "id=4096 locking_transaction_id=00000000000000000000000000000000 tx_info_flags=0x1 file_n"
	  "ame='.' | next_entry_offset=120 file_index=0 creation_time=133453376001234567 last_acces"
	  "s_time=133454240001234567 last_write_time=133455104001234567 change_time=133455968001234"
	  "567 end_of_file=112 allocation_size=4096 ext_file_attributes=0x20 file_name_length=24 fi"
	  "le_id=4096 locking_transaction_id=00000000000000000000000000000000 tx_info_flags=0x1 fil"
	  "e_name='file one.txt' | next_entry_offset=0 file_index=0 creation_time=13345337600123456"
	  "7 last_access_time=133454240001234567 last_write_time=133455104001234567 change_time=133"
	  "455968001234567 end_of_file=106 allocation_size=4096 ext_file_attributes=0x420 file_name"
	  "_length=12 file_id=4096 locking_transaction_id=00000000000000000000000000000000 tx_info_"
	  "flags=0x1 file_name='ünï-漢字']" },
	{ 'f', 0x64,
	  "8756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da010a0000000000000000100000"
	  "00000000200000004d0000000000000003000000000000000100000000000000a40100000102000000000016"
	  "01000000e8030000010200000000001602000000e8030000",
	  "creation_time=133453376001234567 last_access_time=133454240001234567 last_write_time=133"
	  "455104001234567 change_time=133455968001234567 end_of_file=10 allocation_size=4096 ext_f"
	  "ile_attributes=0x20 inode=77 device_id=3 reserved=0 number_of_links=1 reparse_tag=0x0 po"
	  "six_permissions=0x1a4 owner='S-1-22-1-1000' group='S-1-22-2-1000'" },
	{ 'd', 0x64,
	  "88000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da010a000000"
	  "000000000010000000000000200000004d0000000000000003000000000000000100000000000000a4010000"
	  "010200000000001601000000e8030000010200000000001602000000e8030000060000006f006e0065000000"
	  "0000000000000000000000008756a16e231fda0187160b99ec1fda0187d674c3b520da018796deed7e21da01"
	  "0a000000000000000010000000000000200000004d0000000000000003000000000000000100000000000000"
	  "a4010000010200000000001601000000e8030000010200000000001602000000e80300000600000074007700"
	  "6f00",
	  "entries=[next_entry_offset=136 file_index=0 creation_time=133453376001234567 last_access"
	  "_time=133454240001234567 last_write_time=133455104001234567 change_time=1334559680012345"
	  "67 end_of_file=10 allocation_size=4096 ext_file_attributes=0x20 inode=77 device_id=3 res"
	  "erved=0 number_of_links=1 reparse_tag=0x0 posix_permissions=0x1a4 owner='S-1-22-1-1000' "
	  "group='S-1-22-2-1000' file_name_length=6 file_name='one' | next_entry_offset=0 file_inde"
	  "x=0 creation_time=133453376001234567 last_access_time=133454240001234567 last_write_time"
	  "=133455104001234567 change_time=133455968001234567 end_of_file=10 allocation_size=4096 e"
	  "xt_file_attributes=0x20 inode=77 device_id=3 reserved=0 number_of_links=1 reparse_tag=0x"
	  "0 posix_permissions=0x1a4 owner='S-1-22-1-1000' group='S-1-22-2-1000' file_name_length=6"
	  " file_name='two']" },
	{ 'v', 0x64,
	  "0010000000100000e80300000000000084030000000000002003000000000000320000000000000028000000"
	  "000000000900000000000000",
	  "optimal_transfer_size=4096 block_size=4096 total_blocks=1000 blocks_available=900 user_b"
	  "locks_available=800 total_file_nodes=50 free_file_nodes=40 file_system_identifier=9" },
	{ 'c', 0x0,
	  "200000000100000012000000610064006400650064002e007400780074000000240000000200000016000000"
	  "720065006d006f007600650064002e0074007800740000002400000003000000180000006d006f0064006900"
	  "66006900650064002e007400780074002400000004000000180000006f006c00640020006e0061006d006500"
	  "2e007400780074002400000005000000180000006e006500770020006e0061006d0065002e00740078007400"
	  "1c000000060000001000000066003a00730074007200650061006d0018000000070000000c00000066003a00"
	  "67006f006e00650020000000080000001200000066003a006300680061006e0067006500640000001c000000"
	  "090000000e000000640065006c0065007400650064000000100000000a000000020000007800000000000000"
	  "0b000000020000007900",
	  "changes=[next_entry_offset=32 action=1 file_name_length=18 file='added.txt' | next_entry"
	  "_offset=36 action=2 file_name_length=22 file='removed.txt' | next_entry_offset=36 action"
	  "=3 file_name_length=24 file='modified.txt' | next_entry_offset=36 action=4 file_name_len"
	  "gth=24 file='old name.txt' | next_entry_offset=36 action=5 file_name_length=24 file='new"
	  " name.txt' | next_entry_offset=28 action=6 file_name_length=16 file='f:stream' | next_en"
	  "try_offset=24 action=7 file_name_length=12 file='f:gone' | next_entry_offset=32 action=8"
	  " file_name_length=18 file='f:changed' | next_entry_offset=28 action=9 file_name_length=1"
	  "4 file='deleted' | next_entry_offset=16 action=10 file_name_length=2 file='x' | next_ent"
	  "ry_offset=0 action=11 file_name_length=2 file='y']" },
};
/* clang-format on */
const size_t info_cases_count = sizeof(info_cases) / sizeof(info_cases[0]);
