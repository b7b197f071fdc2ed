/* SPDX-License-Identifier: BSD-3-Clause */
/* Cases of test-parts.c: TRANS2 subcommands and information levels, by their sections. */
#include "tests/dissect/smb1/parts.h"

/* clang-format off */
const SubCase parts_trans2[] = {
	{ "MS-CIFS 2.2.6.1.2", true, true, 0, NULL, NULL,
	  "6ee62000545ea8320700000042000000000001000ea0aa00000000000000", "", NULL,
	  "fid=58990 file_attributes=0x20 creation_time=849894996 file_data_size=7 "
	  "access_mode=0x42 resource_type=0 nm_pipe_status=0x0 action_taken=0x1 "
	  "reserved=11182094 ea_error_offset=0 ea_length=0", " fid=58990" },
	{ "MS-CIFS 2.2.6.10", false, false, 9, NULL, NULL, "0102", "03", NULL,
	  "parameters=0102 data=03", NULL },
	{ "MS-CIFS 2.2.6.11", false, false, 10, NULL, NULL, "0102", "03", NULL,
	  "parameters=0102 data=03", NULL },
	{ "MS-CIFS 2.2.6.12", false, false, 11, NULL, NULL, "0102", "03", NULL,
	  "parameters=0102 data=03", NULL },
	{ "MS-CIFS 2.2.6.13", false, false, 12, NULL, NULL, "0102", "03", NULL,
	  "parameters=0102 data=03", NULL },
	{ "MS-CIFS 2.2.6.14.2", true, true, 13, NULL, NULL, "0000", "", NULL, "ea_error_offset=0",
	  NULL },
	{ "MS-CIFS 2.2.6.15", false, false, 14, NULL, NULL, "0102", "03", NULL,
	  "parameters=0102 data=03", NULL },
	{ "MS-CIFS 2.2.6.16.2", true, true, 16, NULL, NULL, "",
	  "0600 0100 02000000 0300 2200 0100 0000 2c010000 2200 2a00 3200 0000000000000000000000"
	  "0000000000 u'\\s\\' 0000 u'\\s\\' 0000 u'\\t\\' 0000", NULL,
	  "path_consumed=6 number_of_referrals=1 referral_header_flags=0x2 referrals=[version=3 "
	  "size=34 server_type=1 entry_flags=0x0 proximity=- time_to_live=300 share=- "
	  "dfs_path='\\s\\' alternate_path='\\s\\' network_address='\\t\\' special_name=- number_of_expanded_names=- site_guid=00000000000000000000000000000000]", " count=1" },
	{ "MS-CIFS 2.2.6.17", false, false, 17, NULL, NULL, "0102", "03", NULL,
	  "parameters=0102 data=03", NULL },
	{ "MS-CIFS 2.2.8.1.2", true, true, 1, NULL, "0200", "ffff0100010000000000",
	  "135fac32b55eac32545eac3207000000002000002000290000002474006f00720074007500720065005f00"
	  "7300650061007200630068002e0074007800740000", NULL,
	  "information_level=0x2 sid=65535 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='torture_search.txt' entries=[creation_time=0x32ac5f13 "
	  "last_access_time=0x32ac5eb5 last_write_time=0x32ac5e54 file_data_size=7 "
	  "allocation_size=8192 attributes=0x20 ea_size=41 resume_key=0 "
	  "file_name='torture_search.txt']", " count=1" },
	{ "MS-CIFS 2.2.8.1.3", true, false, 1, NULL, "0300", "0102 0100 0100 0000 0000",
	  "00000000 00000000 00000000 07000000 00100000 2000 0c000000 00 01 0200 'k' 00 'vw' 01 "
	  "'a' 00", NULL,
	  "information_level=0x3 sid=513 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='a' entries=[creation_time=0x0 last_access_time=0x0 "
	  "last_write_time=0x0 file_data_size=7 allocation_size=4096 attributes=0x20 "
	  "extended_attributes=[flags=0x0 name='k' value=7677] resume_key=0 file_name='a']",
	  " count=1" },
	{ "MS-CIFS 2.2.8.1.4", true, true, 1, NULL, "0101", "ffff0100010000000000",
	  "6400000000000000008a376e744ede01000a0a85bb07de01008adc9b02c1dd01008adc9b02c1dd01070000"
	  "00000000000020000000000000200000002400000074006f00720074007500720065005f00730065006100"
	  "7200630068002e00740078007400", NULL,
	  "information_level=0x101 sid=65535 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='torture_search.txt' entries=[next_entry_offset=100 "
	  "file_index=0 creation_time=134631300840000000 last_access_time=134553540840000000 "
	  "last_write_time=134475780840000000 change_time=134475780840000000 end_of_file=7 "
	  "allocation_size=8192 ext_file_attributes=0x20 file_name_length=36 "
	  "file_name='torture_search.txt']", " count=1" },
	{ "MS-CIFS 2.2.8.1.5", true, true, 1, NULL, "0201", "ffff0100010000000000",
	  "6800000000000000008a376e744ede01000a0a85bb07de01008adc9b02c1dd01008adc9b02c1dd01070000"
	  "0000000000002000000000000020000000240000002900000074006f00720074007500720065005f007300"
	  "650061007200630068002e00740078007400", NULL,
	  "information_level=0x102 sid=65535 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='torture_search.txt' entries=[next_entry_offset=104 "
	  "file_index=0 creation_time=134631300840000000 last_access_time=134553540840000000 "
	  "last_write_time=134475780840000000 change_time=134475780840000000 end_of_file=7 "
	  "allocation_size=8192 ext_file_attributes=0x20 file_name_length=36 ea_size=41 "
	  "file_name='torture_search.txt']", " count=1" },
	{ "MS-CIFS 2.2.8.1.6", true, true, 1, NULL, "0301", "ffff0100010000000000",
	  "30000000000000002400000074006f00720074007500720065005f007300650061007200630068002e0074"
	  "0078007400", NULL,
	  "information_level=0x103 sid=65535 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='torture_search.txt' entries=[next_entry_offset=48 "
	  "file_index=0 file_name_length=36 file_name='torture_search.txt']", " count=1" },
	{ "MS-CIFS 2.2.8.2.1", true, true, 3, NULL, "0100", "",
	  "00fe000002000000748ebf0fb0ab6f040002", NULL,
	  "information_level=0x1 file_system_id=65024 sectors_per_unit=2 total_units=264212084 "
	  "available_units=74427312 bytes_per_sector=512", NULL },
	{ "MS-CIFS 2.2.8.2.2", true, true, 3, NULL, "0200", "", "3d3c543e 01 00 u'd'", NULL,
	  "information_level=0x2 volume_serial_number=0x3e543c3d volume_label_length=1 "
	  "volume_label='d'", NULL },
	{ "MS-CIFS 2.2.8.2.2", true, true, 3, NULL, "0200", "",
	  "3d3c543e0c730068006100720065000000", NULL,
	  "information_level=0x2 volume_serial_number=0x3e543c3d volume_label_length=12 "
	  "volume_label='share'", NULL },
	{ "MS-CIFS 2.2.8.2.4", true, true, 3, NULL, "0301", "",
	  "748ebf0f00000000b0ab6f04000000000200000000020000", NULL,
	  "information_level=0x103 total_units=264212084 available_units=74427312 "
	  "sectors_per_unit=2 bytes_per_sector=512", NULL },
	{ "MS-CIFS 2.2.8.2.5", true, true, 3, NULL, "0401", "", "0700000020000000", NULL,
	  "information_level=0x104 device_type=7 device_characteristics=0x20", NULL },
	{ "MS-CIFS 2.2.8.2.6", true, true, 3, NULL, "0501", "",
	  "6f000500ff000000080000004e00540046005300", NULL,
	  "information_level=0x105 file_system_attributes=0x5006f max_file_name_length=255 "
	  "file_system_name_length=8 file_system_name='NTFS'", NULL },
	{ "MS-CIFS 2.2.8.3.1", true, true, 7, NULL, "0100", "0000",
	  "135faa32b55eaa32545eaa3207000000002000002000", NULL,
	  "information_level=0x1 ea_error_offset=0 creation_time=0x32aa5f13 "
	  "last_access_time=0x32aa5eb5 last_write_time=0x32aa5e54 file_data_size=7 "
	  "allocation_size=8192 attributes=0x20", NULL },
	{ "MS-CIFS 2.2.8.3.2", true, true, 7, NULL, "0200", "0000",
	  "135faa32b55eaa32545eaa320700000000200000200029000000", NULL,
	  "information_level=0x2 ea_error_offset=0 creation_time=0x32aa5f13 "
	  "last_access_time=0x32aa5eb5 last_write_time=0x32aa5e54 file_data_size=7 "
	  "allocation_size=8192 attributes=0x20 ea_size=41", NULL },
	{ "MS-CIFS 2.2.8.3.3", true, true, 5, NULL, "0300", "0000",
	  "120000000006030045412054574f00666f6f", NULL,
	  "information_level=0x3 ea_error_offset=0 extended_attributes=[flags=0x0 name='EA TWO' "
	  "value=666f6f]", NULL },
	{ "MS-CIFS 2.2.8.3.4", true, true, 7, NULL, "0400", "0000",
	  "290000000005060045414f4e450056414c554531000808005345434f4e4445410056616c756554776f",
	  NULL,
	  "information_level=0x4 ea_error_offset=0 extended_attributes=[flags=0x0 name='EAONE' "
	  "value=56414c554531 | flags=0x0 name='SECONDEA' value=56616c756554776f]", NULL },
	{ "MS-CIFS 2.2.8.3.5", true, true, 5, NULL, "0600", "0000", "", NULL,
	  "information_level=0x6 ea_error_offset=0", NULL },
	{ "MS-CIFS 2.2.8.3.8", true, true, 7, NULL, "0301", "0000", "29000000", NULL,
	  "information_level=0x103 ea_error_offset=0 ea_size=41", NULL },
	{ "MS-CIFS 2.2.8.3.9", true, true, 5, NULL, "0401", "0000", "020000005c00", NULL,
	  "information_level=0x104 ea_error_offset=0 file_name_length=2 file='\\'", NULL },
	{ "MS-CIFS 2.2.8.3.12", true, true, 7, NULL, "0901", "0000",
	  "000000000e000000070000000000000000200000000000003a003a0024004400410054004100", NULL,
	  "information_level=0x109 ea_error_offset=0 streams=[next_entry_offset=0 "
	  "stream_name_length=14 stream_size=7 stream_allocation_size=8192 stream_name='::$DATA']",
	  NULL },
	{ "MS-CIFS 2.2.8.3.13", true, true, 7, NULL, "0b01", "0000",
	  "07000000000000000000000000000000", NULL,
	  "information_level=0x10b ea_error_offset=0 compressed_file_size=7 compression_format=0 "
	  "compression_unit_shift=0 chunk_shift=0 cluster_shift=0", NULL },
	{ "MS-CIFS 2.2.8.4.1", false, true, 8, NULL, NULL, "f02c01000000",
	  "755de132755d1533755d4b33", NULL,
	  "creation_time=0x32e15d75 last_access_time=0x33155d75 last_write_time=0x334b5d75",
	  " fid=11504" },
	{ "MS-CIFS 2.2.8.4.4", false, true, 8, NULL, NULL, "f02c02010000", "01000000", NULL,
	  "delete_pending=1", " fid=11504" },
	{ "MS-CIFS 2.2.8.4.5", false, true, 8, NULL, NULL, "f02c03010000", "0000000000000000",
	  NULL, "allocation_size=0", " fid=11504" },
	{ "MS-CIFS 2.2.8.4.6", false, true, 8, NULL, NULL, "35c804010000", "2500000000000000",
	  NULL, "end_of_file=37", " fid=51253" },
	{ "MS-SMB 2.2.6.1.2", true, true, 1, NULL, "0601", "ffff0100010000000000",
	  "8c00000000000000008a376e744ede01000a0a85bb07de01008adc9b02c1dd01008adc9b02c1dd01070000"
	  "00000000000020000000000000200000002400000029000000000000000000000000000000000000000000"
	  "000000000000000000000187aa000000000074006f00720074007500720065005f00730065006100720063"
	  "0068002e00740078007400", NULL,
	  "information_level=0x106 sid=65535 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='torture_search.txt' entries=[next_entry_offset=140 "
	  "file_index=0 creation_time=134631300840000000 last_access_time=134553540840000000 "
	  "last_write_time=134475780840000000 change_time=134475780840000000 end_of_file=7 "
	  "allocation_size=8192 ext_file_attributes=0x20 file_name_length=36 ea_size=41 "
	  "short_name_length=0 reserved=0 short_name='' reserved2=0 file_id=11175681 "
	  "file_name='torture_search.txt']", " count=1" },
	{ "MS-SMB 2.2.6.2.2", true, true, 2, NULL, "0601", "0100 0100 0000 0000",
	  "00000000 00000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000 "
	  "0700000000000000 0010000000000000 20000000 02000000 00000000 02 00 u'A' 00000000000000"
	  "000000000000000000000000000000 0000 0900000000000000 u'a'", NULL,
	  "information_level=0x106 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='a' entries=[next_entry_offset=0 file_index=0 creation_time=0 "
	  "last_access_time=0 last_write_time=0 change_time=0 end_of_file=7 allocation_size=4096 "
	  "ext_file_attributes=0x20 file_name_length=2 ea_size=0 short_name_length=2 reserved=0 "
	  "short_name='A' reserved2=0 file_id=9 file_name='a']", " count=1" },
	{ "MS-SMB 2.2.6.4.1", false, false, 4, NULL, NULL, "3412 ee03",
	  "000000000000000000000000000000000000000000000000 0010000000000000 0020000000000000 02"
	  "000000 00000000", NULL,
	  "free_space_start_filtering=0 free_space_threshold=0 free_space_stop_filtering=0 "
	  "default_quota_threshold=4096 default_quota_limit=8192 file_system_control_flags=0x2",
	  " fid=4660" },
	{ "MS-SMB 2.2.6.4.2", true, false, 4, NULL, "ee03", "", "", NULL, "", NULL },
	{ "MS-SMB 2.2.6.7.2", true, true, 7, NULL, "ec03", "0000",
	  "0030d56b744ede0100b0a782bb07de0100307a9902c1dd0100307a9902c1dd012000000000000000",
	  NULL, "information_level=0x3ec ea_error_offset=0 creation_time=134631300800000000 "
	  "last_access_time=134553540800000000 last_write_time=134475780800000000 "
	  "change_time=134475780800000000 ext_file_attributes=0x20", NULL },
	{ "MS-SMB 2.2.6.8.2", true, true, 8, NULL, "f603", "0000", "", NULL,
	  "information_level=0x3f6 ea_error_offset=0", NULL },
	{ "MS-SMB 2.2.8.1.2", true, true, 1, NULL, "0501", "ffff0100010000000000",
	  "7400000000000000008a376e744ede01000a0a85bb07de01008adc9b02c1dd01008adc9b02c1dd01070000"
	  "00000000000020000000000000200000002400000029000000000000000187aa000000000074006f007200"
	  "74007500720065005f007300650061007200630068002e00740078007400", NULL,
	  "information_level=0x105 sid=65535 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='torture_search.txt' entries=[next_entry_offset=116 "
	  "file_index=0 creation_time=134631300840000000 last_access_time=134553540840000000 "
	  "last_write_time=134475780840000000 change_time=134475780840000000 end_of_file=7 "
	  "allocation_size=8192 ext_file_attributes=0x20 file_name_length=36 ea_size=41 "
	  "reserved=0 file_id=11175681 file_name='torture_search.txt']", " count=1" },
	{ "MS-SMB 2.2.8.1.3", true, true, 1, NULL, "0601", "ffff0100010000000000",
	  "8c00000000000000008a376e744ede01000a0a85bb07de01008adc9b02c1dd01008adc9b02c1dd01070000"
	  "00000000000020000000000000200000002400000029000000000000000000000000000000000000000000"
	  "000000000000000000000187aa000000000074006f00720074007500720065005f00730065006100720063"
	  "0068002e00740078007400", NULL,
	  "information_level=0x106 sid=65535 search_count=1 end_of_search=1 ea_error_offset=0 "
	  "last_name_offset=0 file='torture_search.txt' entries=[next_entry_offset=140 "
	  "file_index=0 creation_time=134631300840000000 last_access_time=134553540840000000 "
	  "last_write_time=134475780840000000 change_time=134475780840000000 end_of_file=7 "
	  "allocation_size=8192 ext_file_attributes=0x20 file_name_length=36 ea_size=41 "
	  "short_name_length=0 reserved=0 short_name='' reserved2=0 file_id=11175681 "
	  "file_name='torture_search.txt']", " count=1" },
	{ "MS-SMB 2.2.8.2.1", true, true, 3, NULL, "0501", "",
	  "6f000500ff000000080000004e00540046005300", NULL,
	  "information_level=0x105 file_system_attributes=0x5006f max_file_name_length=255 "
	  "file_system_name_length=8 file_system_name='NTFS'", NULL },
};
/* clang-format on */

const size_t parts_trans2_count = sizeof(parts_trans2) / sizeof(parts_trans2[0]);
