/* SPDX-License-Identifier: BSD-3-Clause */
/* Cases of test-parts.c: messages, by their sections. */
#include "tests/dissect/smb1/parts.h"

/* clang-format off */
const Case parts_commands[] = {
	{ "MS-CIFS 2.2.4.4.1", 0x03, false, true, "00005e7e066b",
	  "045c007200610077006f00700065006e005c0074006f00720074007500720065005f006300720065006100"
	  "740065002e007400780074000000",
	  "file_attributes=0x0 creation_time=1795587678 file='\\rawopen\\torture_create.txt'",
	  " name='\\rawopen\\torture_create.txt'" },
	{ "MS-CIFS 2.2.4.4.2", 0x03, true, true, "0db7", "", "fid=46861", " fid=46861" },
	{ "MS-CIFS 2.2.4.6.1", 0x05, false, true, "3fd6", "", "fid=54847", " fid=54847" },
	{ "MS-CIFS 2.2.4.6.2", 0x05, true, true, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.15.1", 0x0E, false, true, "02005e7e066b",
	  "045c007200610077006f00700065006e000000",
	  "file_attributes=0x2 creation_time=1795587678 directory='\\rawopen'",
	  " name='\\rawopen'" },
	{ "MS-CIFS 2.2.4.15.2", 0x0E, true, true, "31eb", "544d50393437323500",
	  "fid=60209 file='TMP94725'", " fid=60209 name='TMP94725'" },
	{ "MS-CIFS 2.2.4.16.1", 0x0F, false, true, "00005e7e066b",
	  "045c007200610077006f00700065006e005c0074006f00720074007500720065005f006d006b006e006500"
	  "77002e007400780074000000",
	  "file_attributes=0x0 creation_time=1795587678 file='\\rawopen\\torture_mknew.txt'",
	  " name='\\rawopen\\torture_mknew.txt'" },
	{ "MS-CIFS 2.2.4.16.2", 0x0F, true, true, "748d", "", "fid=36212", " fid=36212" },
	{ "MS-CIFS 2.2.4.17.1", 0x10, false, true, "", "042e000000", "directory='.'",
	  " name='.'" },
	{ "MS-CIFS 2.2.4.17.2", 0x10, true, true, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.19.1", 0x12, false, true, "b48e000000000000", "",
	  "fid=36532 mode=0 offset=0", " fid=36532" },
	{ "MS-CIFS 2.2.4.19.2", 0x12, true, true, "11000000", "", "offset=17", " 17+0" },
	{ "MS-CIFS 2.2.4.20.1", 0x13, false, true, "e1500100010000000000", "",
	  "fid=20705 max_count=1 offset=1 remaining=0", " fid=20705 1+1" },
	{ "MS-CIFS 2.2.4.20.2", 0x13, true, true, "00000000000000000000", "000000",
	  "count=0 data_length=0", NULL },
	{ "MS-CIFS 2.2.4.21.1", 0x14, false, true, "335f0000000000000000", "010000",
	  "fid=24371 data_length=0 offset=0 remaining=0", " fid=24371" },
	{ "MS-CIFS 2.2.4.21.2", 0x14, true, true, "0000", "", "count=0", NULL },
	{ "MS-CIFS 2.2.4.23.1", 0x1B, false, false, "3412 00100000 0020 0001 ffffffff 0000", "",
	  "fid=4660 offset=4096 max_count=8192 min_count=256 timeout=4294967295",
	  " fid=4660 4096+8192" },
	{ "MS-CIFS 2.2.4.23.2", 0x1B, true, false, "00100000 0300 ffff 0000 0000 0300 3300",
	  "'abc'", "offset=4096 count=3 remaining=65535 data_compaction_mode=0 data_length=3 "
	  "data_offset=51", " 4096+3 count=3" },
	{ "MS-CIFS 2.2.4.25.2", 0x1D, true, false, "ffff", "", "available=65535", NULL },
	{ "MS-CIFS 2.2.4.25.3", 0x20, true, false, "0010", "", "count=4096", " 0+4096" },
	{ "MS-CIFS 2.2.4.26.1", 0x1E, false, false,
	  "3412 0300 0000 00100000 00000000 8000 01000000 0300 3b00", "'abc'",
	  "fid=4660 total_count=3 offset=4096 timeout=0 write_mode=0x80 request_mask=0x1 "
	  "data_length=3 data_offset=59", " fid=4660 4096+3 count=3" },
	{ "MS-CIFS 2.2.4.26.2", 0x1E, true, false, "03000000", "", "response_mask=0x3", NULL },
	{ "MS-CIFS 2.2.4.30.1", 0x22, false, true, "f02c755db532755dba32755dc132", "",
	  "fid=11504 creation_time=0x32b55d75 last_access_time=0x32ba5d75 "
	  "last_write_time=0x32c15d75", " fid=11504" },
	{ "MS-CIFS 2.2.4.30.2", 0x22, true, true, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.34.2", 0x26, true, false, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.35.1", 0x27, false, true, "cd96ffff0000", "",
	  "fid=38605 category=65535 function=0", " fid=38605 function=0" },
	{ "MS-CIFS 2.2.4.35.1", 0x27, false, false,
	  "3412 5300 6000 0000 0200 0400 0800 00000000 0000 0000 0000 0200 3f00", "4142",
	  "fid=4660 category=83 function=96 total_parameter_count=0 total_data_count=2 "
	  "max_parameter_count=4 max_data_count=8 timeout=0 parameter_count=0 parameter_offset=0 "
	  "data_count=2 data_offset=63", " fid=4660 function=96" },
	{ "MS-CIFS 2.2.4.35.1", 0x27, false, false, "3412 5300 6000", "",
	  "fid=4660 category=83 function=96", " fid=4660 function=96" },
	{ "MS-CIFS 2.2.4.35.2", 0x27, true, false, "0000 0200 0000 0000 0000 0200 3300 0000",
	  "4142",
	  "total_parameter_count=0 total_data_count=2 parameter_count=0 parameter_offset=0 "
	  "parameter_displacement=0 data_count=2 data_offset=51 data_displacement=0", NULL },
	{ "MS-CIFS 2.2.4.40.1", 0x2C, false, true, "346000000000000000000000", "00",
	  "fid=24628 data_length=0 offset=0 last_write_time=0", " fid=24628" },
	{ "MS-CIFS 2.2.4.40.2", 0x2C, true, true, "0000", "", "count=0", NULL },
	{ "MS-CIFS 2.2.4.47.2", 0x33, true, false, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.48.1", 0x34, false, true, "0001", "", "sid=256", NULL },
	{ "MS-CIFS 2.2.4.48.2", 0x34, true, true, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.57.1", 0x80, false, true, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.57.2", 0x80, true, true, "f8fb00200002fa460000", "",
	  "total_units=64504 blocks_per_unit=8192 block_size=512 free_units=18170", NULL },
	{ "MS-CIFS 2.2.4.59.1", 0x82, false, true, "01000000",
	  "0474006f00720074007500720065005f007300650061007200630068002e007400780074000000050000",
	  "max_count=1 search_attributes=0x0 file='torture_search.txt' resume_key_length=0 "
	  "resume_key=", " name='torture_search.txt' count=1" },
	{ "MS-CIFS 2.2.4.59.2", 0x82, true, false, "0100",
	  "052b0000746f72747572655f74787401ffffffff0000000020ac32545e07000000544f523047417e4c2e54"
	  "585400", "count=1 data_length=43 "
	  "directory_information_data=[resume_key=00746f72747572655f74787401ffffffff00000000 "
	  "file_attributes=0x20 last_write_time=0x32ac5e54 file_size=7 file='TOR0GA~L.TXT']",
	  " count=1" },
	{ "MS-CIFS 2.2.4.60.1", 0x83, false, true, "01000000",
	  "0474006f00720074007500720065005f007300650061007200630068002e007400780074000000050000",
	  "max_count=1 search_attributes=0x0 file='torture_search.txt' resume_key_length=0 "
	  "resume_key=", " name='torture_search.txt' count=1" },
	{ "MS-CIFS 2.2.4.60.2", 0x83, true, false, "0100",
	  "052b0000746f72747572655f74787401ffffffff0000000020ac32545e07000000544f523047417e4c2e54"
	  "585400", "count=1 data_length=43 "
	  "directory_information_data=[resume_key=00746f72747572655f74787401ffffffff00000000 "
	  "file_attributes=0x20 last_write_time=0x32ac5e54 file_size=7 file='TOR0GA~L.TXT']",
	  " count=1" },
	{ "MS-CIFS 2.2.4.63.2", 0xA1, true, false, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.67.1", 0xC0, false, false, "0200 0100", "04 'job' 00",
	  "setup_length=2 mode=1 identifier='job'", " name='job'" },
	{ "MS-CIFS 2.2.4.67.2", 0xC0, true, false, "3412", "", "fid=4660", " fid=4660" },
	{ "MS-CIFS 2.2.4.68.1", 0xC1, false, false, "3412", "01 0300 'abc'",
	  "fid=4660 data_length=3", " fid=4660 0+3" },
	{ "MS-CIFS 2.2.4.68.2", 0xC1, true, false, "", "", "", NULL },
	{ "MS-CIFS 2.2.4.69.1", 0xC2, false, true, "3fd600000000", "", "fid=54847",
	  " fid=54847" },
	{ "MS-CIFS 2.2.4.69.1", 0xC2, false, false, "3412", "", "fid=4660", " fid=4660" },
	{ "MS-CIFS 2.2.4.69.1", 0xC2, false, false, "3412 ffffffff", "", "fid=4660",
	  " fid=4660" },
	{ "MS-CIFS 2.2.4.69.2", 0xC2, true, false, "", "", "", NULL },
	{ "MS-CIFS 2.2.5.1.1", 0x25, false, false,
	  "0200 0000 1000 0004 00 00 0000 00000000 0000 0200 4a00 0000 0000 02 00 0100 3412",
	  "'\\PIPE\\' 00 0081",
	  "total_parameter_count=2 total_data_count=0 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=2 parameter_offset=74 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[1 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=1 fid=4660", " fid=4660 name='\\PIPE\\' function=1" },
	{ "MS-CIFS 2.2.5.2.1", 0x25, false, false,
	  "0000 0000 1000 0004 00 00 0000 00000000 0000 0000 0000 0000 0000 02 00 1100 3412",
	  "'\\PIPE\\' 00",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[17 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=17 fid=4660", " fid=4660 name='\\PIPE\\' function=17" },
	{ "MS-CIFS 2.2.5.3.1", 0x25, false, false,
	  "0000 0000 1000 0004 00 00 0000 00000000 0000 0000 0000 0000 0000 02 00 2100 3412",
	  "'\\PIPE\\' 00",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[33 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=33 fid=4660", " fid=4660 name='\\PIPE\\' function=33" },
	{ "MS-CIFS 2.2.5.4.1", 0x25, false, false,
	  "0200 0000 1000 0004 00 00 0000 00000000 0000 0200 4a00 0000 0000 02 00 2200 3412",
	  "'\\PIPE\\' 00 0100",
	  "total_parameter_count=2 total_data_count=0 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=2 parameter_offset=74 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[34 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=34 fid=4660", " fid=4660 name='\\PIPE\\' function=34" },
	{ "MS-CIFS 2.2.5.5.1", 0x25, false, false,
	  "0000 0000 1000 0004 00 00 0000 00000000 0000 0000 0000 0000 0000 02 00 2300 3412",
	  "'\\PIPE\\' 00",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[35 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=35 fid=4660", " fid=4660 name='\\PIPE\\' function=35" },
	{ "MS-CIFS 2.2.5.7.1", 0x25, false, false,
	  "0000 0200 1000 0004 00 00 0000 00000000 0000 0000 0000 0200 4a00 02 00 3100 3412",
	  "'\\PIPE\\' 00 4142",
	  "total_parameter_count=0 total_data_count=2 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=2 data_offset=74 "
	  "setup_count=2 setup=[49 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=49 fid=4660", " fid=4660 name='\\PIPE\\' function=49" },
	{ "MS-CIFS 2.2.5.8.1", 0x25, false, false,
	  "0000 0000 1000 0004 00 00 0000 00000000 0000 0000 0000 0000 0000 02 00 3600 3412",
	  "'\\PIPE\\' 00",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[54 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=54 fid=4660", " fid=4660 name='\\PIPE\\' function=54" },
	{ "MS-CIFS 2.2.5.9.1", 0x25, false, false,
	  "0000 0200 1000 0004 00 00 0000 00000000 0000 0000 0000 0200 4a00 02 00 3700 3412",
	  "'\\PIPE\\' 00 4142",
	  "total_parameter_count=0 total_data_count=2 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=2 data_offset=74 "
	  "setup_count=2 setup=[55 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=55 fid=4660", " fid=4660 name='\\PIPE\\' function=55" },
	{ "MS-CIFS 2.2.5.10.1", 0x25, false, false,
	  "0000 0000 1000 0004 00 00 0000 00000000 0000 0000 0000 0000 0000 02 00 5300 0500",
	  "'\\PIPE\\x' 00",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[83 | 5] flags=0x0 timeout=0 transaction_name='\\PIPE\\x' "
	  "subcommand=83 priority=5", " name='\\PIPE\\x' function=83" },
	{ "MS-CIFS 2.2.5.11.1", 0x25, false, false,
	  "0000 0200 1000 0004 00 00 0000 00000000 0000 0000 0000 0200 4b00 02 00 5400 0500",
	  "'\\PIPE\\x' 00 4142",
	  "total_parameter_count=0 total_data_count=2 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=2 data_offset=75 "
	  "setup_count=2 setup=[84 | 5] flags=0x0 timeout=0 transaction_name='\\PIPE\\x' "
	  "subcommand=84 priority=5", " name='\\PIPE\\x' function=84" },
	{ "MS-CIFS 2.2.6.1.1", 0x32, false, true,
	  "3e001e001e000000000000000000000000003e0044001e00840001000000",
	  "00442000004000060000000000000010000000000000000000000000000000740065007300740064006900"
	  "72005c0074006500730074002e00740078007400000000001e000000000a0b002e434c415353494e464f00"
	  "66697273742076616c7565",
	  "total_parameter_count=62 total_data_count=30 max_parameter_count=30 max_data_count=0 "
	  "max_setup_count=0 parameter_count=62 parameter_offset=68 data_count=30 "
	  "data_offset=132 setup_count=1 setup=[0] flags=0x0 timeout=0 trans2_subcommand=0 "
	  "open_flags=0x0 access_mode=0x40 file_attributes=0x0 creation_time=0 open_mode=0x10 "
	  "allocation_size=0 file='testdir\\test.txt'", " name='testdir\\test.txt' function=0" },
	{ "MS-CIFS 2.2.6.14.1", 0x32, false, true,
	  "2e00330002000000000000000000000000002e0044003300740001000d00",
	  "004420000000005c006d006b0064006900720074006500730074005c006d006b006400690072002e006400"
	  "6900720000000000330000000005040045414f4e4500626c61680006070045412054574f00666f6f206261"
	  "72000703004541544852454500787831",
	  "total_parameter_count=46 total_data_count=51 max_parameter_count=2 max_data_count=0 "
	  "max_setup_count=0 parameter_count=46 parameter_offset=68 data_count=51 "
	  "data_offset=116 setup_count=1 setup=[13] flags=0x0 timeout=0 trans2_subcommand=13 "
	  "directory='\\mkdirtest\\mkdir.dir'", " name='\\mkdirtest\\mkdir.dir' function=13" },
	{ "MS-CIFS 2.2.7.1.1", 0xA0, false, true,
	  "00000066000000000000006500000000000000660000004a00000000000000b0000000000100",
	  "00000000000000000001000002000000000000000080000000000000000100000000000000000000000000"
	  "00003000000000000000000074006f00720074007500720065005f006d006100780069006d0075006d005f"
	  "0061006c006c006f007700650064000000",
	  "total_parameter_count=102 total_data_count=0 max_parameter_count=101 max_data_count=0 "
	  "max_setup_count=0 parameter_count=102 parameter_offset=74 data_count=0 "
	  "data_offset=176 setup_count=0 setup=[] nt_function=1 create_flags=0x0 "
	  "root_directory_fid=0 desired_access=0x2000001 allocation_size=0 file_attributes=0x80 "
	  "share_access=0x0 create_disposition=1 create_options=0x0 security_descriptor_length=0 "
	  "ea_length=0 name_length=48 impersonation_level=0 security_flags=0x0 "
	  "file='torture_maximum_allowed'", " name='torture_maximum_allowed' function=1" },
	{ "MS-CIFS 2.2.7.3.1", 0xA0, false, true,
	  "00000008000000140000000000000000000000080000004a0000001400000054000000000300",
	  "007dae00000400000000000100048000000000000000000000000000000000",
	  "total_parameter_count=8 total_data_count=20 max_parameter_count=0 max_data_count=0 "
	  "max_setup_count=0 parameter_count=8 parameter_offset=74 data_count=20 data_offset=84 "
	  "setup_count=0 setup=[] nt_function=3 fid=44669 security_information=0x4",
	  " fid=44669 function=3" },
	{ "MS-CIFS 2.2.7.5", 0xA0, false, true,
	  "00000036000000000000000000000000000000360000004a0000000000000080000000000500",
	  "000ced000074006500730074005f006e0074007400720061006e007300720065006e0061006d0065005f00"
	  "32002e006400610074000000",
	  "total_parameter_count=54 total_data_count=0 max_parameter_count=0 max_data_count=0 "
	  "max_setup_count=0 parameter_count=54 parameter_offset=74 data_count=0 data_offset=128 "
	  "setup_count=0 setup=[] nt_function=5 fid=60684 rename_flags=0x0 "
	  "file='test_nttransrename_2.dat'",
	  " fid=60684 to='test_nttransrename_2.dat' function=5" },
	{ "MS-CIFS 2.2.7.6.1", 0xA0, false, true,
	  "00000008000000000000000400000000800000080000004a0000000000000000000000000600",
	  "0000f9000004000000",
	  "total_parameter_count=8 total_data_count=0 max_parameter_count=4 max_data_count=32768 "
	  "max_setup_count=0 parameter_count=8 parameter_offset=74 data_count=0 data_offset=0 "
	  "setup_count=0 setup=[] nt_function=6 fid=63744 security_information=0x4",
	  " fid=63744 function=6" },
	{ "MS-SMB 2.2.4.1.1", 0x2D, false, true,
	  "ff0000001100430000000000000000000100000000000000000000000000",
	  "005c0041002e002b002c003b003d005b005d002e0042000000",
	  "open_flags=0x11 access_mode=0x43 search_attributes=0x0 file_attributes=0x0 "
	  "creation_time=0 open_mode=0x1 allocation_size=0 timeout=0 file='\\A.+,;=[].B'",
	  " name='\\A.+,;=[].B'" },
	{ "MS-SMB 2.2.4.1.2", 0x2D, true, true,
	  "ff000000877b2000dc89026b00000000030000000000010000000000000000001f0000000000", "",
	  "fid=31623 file_attributes=0x20 last_write_time=1795328476 file_size=0 "
	  "access_rights=0x3 resource_type=0 nm_pipe_status=0x0 open_results=0x1 server_fid=0x0 "
	  "maximal_access_rights=0x1f0000 guest_maximal_access_rights=0x0", " fid=31623" },
	{ "MS-SMB 2.2.4.3.1", 0x2F, false, false,
	  "ff 00 0000 3412 00000000 00000000 0800 0000 0000 0300 4000 01000000", "00 'abc'",
	  "fid=4660 offset=4294967296 timeout=0 write_mode=0x8 remaining=0 data_length=3 "
	  "data_offset=64", " fid=4660 4294967296+3" },
	{ "MS-SMB 2.2.4.3.2", 0x2F, true, false, "ff 00 0000 0200 ffff 0100 0000", "",
	  "count=65538 available=65535", " 0+65538" },
	{ "MS-SMB 2.2.5.1", 0x25, false, false,
	  "0000 0000 1000 0004 00 00 0000 00000000 0000 0000 0000 0000 0000 02 00 1100 3412",
	  "'\\PIPE\\' 00",
	  "total_parameter_count=0 total_data_count=0 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=0 data_offset=0 "
	  "setup_count=2 setup=[17 | 4660] flags=0x0 timeout=0 transaction_name='\\PIPE\\' "
	  "subcommand=17 fid=4660", " fid=4660 name='\\PIPE\\' function=17" },
	{ "MS-SMB 2.2.5.2", 0x25, false, false,
	  "0000 0200 1000 0004 00 00 0000 00000000 0000 0000 0000 0200 4b00 02 00 5400 0500",
	  "'\\PIPE\\x' 00 4142",
	  "total_parameter_count=0 total_data_count=2 max_parameter_count=16 max_data_count=1024 "
	  "max_setup_count=0 parameter_count=0 parameter_offset=0 data_count=2 data_offset=75 "
	  "setup_count=2 setup=[84 | 5] flags=0x0 timeout=0 transaction_name='\\PIPE\\x' "
	  "subcommand=84 priority=5", " name='\\PIPE\\x' function=84" },
	{ "MS-SMB 2.2.6.1.1", 0x32, false, true,
	  "320000000a00ffff00000000000000000000320044000000780001000100",
	  "00442000000100010006010000000074006f00720074007500720065005f00730065006100720063006800"
	  "2e0074007800740000000000",
	  "total_parameter_count=50 total_data_count=0 max_parameter_count=10 "
	  "max_data_count=65535 max_setup_count=0 parameter_count=50 parameter_offset=68 "
	  "data_count=0 data_offset=120 setup_count=1 setup=[1] flags=0x0 timeout=0 "
	  "trans2_subcommand=1 search_attributes=0x0 search_count=1 find_flags=0x1 "
	  "information_level=0x106 search_storage_type=0 search_pattern='torture_search.txt'",
	  " name='torture_search.txt' function=1" },
	{ "MS-SMB 2.2.6.2.1", 0x32, false, false,
	  "0e00 0000 0a00 0010 00 00 0000 00000000 0000 0e00 4400 0000 0000 01 00 0200",
	  "00 0000 0100 0a00 0601 07000000 0800 61 00",
	  "total_parameter_count=14 total_data_count=0 max_parameter_count=10 "
	  "max_data_count=4096 max_setup_count=0 parameter_count=14 parameter_offset=68 "
	  "data_count=0 data_offset=0 setup_count=1 setup=[2] flags=0x0 timeout=0 "
	  "trans2_subcommand=2 sid=1 search_count=10 information_level=0x106 resume_key=7 "
	  "find_flags=0x8 file='a'", " name='a' function=2" },
	{ "MS-SMB 2.2.6.4.1", 0x32, false, false,
	  "0400 0000 0000 0000 00 00 0000 00000000 0000 0400 4400 0000 0000 01 00 0400",
	  "00 0000 3412 ee03",
	  "total_parameter_count=4 total_data_count=0 max_parameter_count=0 max_data_count=0 "
	  "max_setup_count=0 parameter_count=4 parameter_offset=68 data_count=0 data_offset=0 "
	  "setup_count=1 setup=[4] flags=0x0 timeout=0 trans2_subcommand=4 fid=4660 "
	  "information_level=0x3ee", " fid=4660 function=4" },
	{ "MS-SMB 2.2.6.7.1", 0x32, false, true,
	  "040000000200ffff00000000000000000000040044000000480001000700", "004420b38ef603",
	  "total_parameter_count=4 total_data_count=0 max_parameter_count=2 max_data_count=65535 "
	  "max_setup_count=0 parameter_count=4 parameter_offset=68 data_count=0 data_offset=72 "
	  "setup_count=1 setup=[7] flags=0x0 timeout=0 trans2_subcommand=7 fid=36531 "
	  "information_level=0x3f6", " fid=36531 function=7" },
	{ "MS-SMB 2.2.6.8.1", 0x32, false, true,
	  "0600280002000000000000000000000000000600440028004c0001000800",
	  "004420f02cec030000000000678217137bdd0100311d53137bdd0100fbb78e137bdd0100c552ca137bdd01"
	  "8000000000000000",
	  "total_parameter_count=6 total_data_count=40 max_parameter_count=2 max_data_count=0 "
	  "max_setup_count=0 parameter_count=6 parameter_offset=68 data_count=40 data_offset=76 "
	  "setup_count=1 setup=[8] flags=0x0 timeout=0 trans2_subcommand=8 fid=11504 "
	  "information_level=0x3ec", " fid=11504 function=8" },
	{ "MS-SMB 2.2.7.1.1", 0xA0, false, true,
	  "00000074000000000000006500000000000000740000004a00000000000000c0000000000100",
	  "001000000000000000ff011f00000010000000000080000000000000000000000000000000000000000000"
	  "00003e0000000000000000005c007200610077006f00700065006e005c0074006f00720074007500720065"
	  "005f006e00740063007200650061007400650078002e0074007800740000000000",
	  "total_parameter_count=116 total_data_count=0 max_parameter_count=101 max_data_count=0 "
	  "max_setup_count=0 parameter_count=116 parameter_offset=74 data_count=0 "
	  "data_offset=192 setup_count=0 setup=[] nt_function=1 create_flags=0x10 "
	  "root_directory_fid=0 desired_access=0x1f01ff allocation_size=1048576 "
	  "file_attributes=0x80 share_access=0x0 create_disposition=0 create_options=0x0 "
	  "security_descriptor_length=0 ea_length=0 name_length=62 impersonation_level=0 "
	  "security_flags=0x0 file='\\rawopen\\torture_ntcreatex.txt'",
	  " name='\\rawopen\\torture_ntcreatex.txt' function=1" },
	{ "MS-SMB 2.2.7.3", 0xA0, false, true,
	  "00000008000000140000000000000000000000080000004a0000001400000054000000000300",
	  "007dae00000400000000000100048000000000000000000000000000000000",
	  "total_parameter_count=8 total_data_count=20 max_parameter_count=0 max_data_count=0 "
	  "max_setup_count=0 parameter_count=8 parameter_offset=74 data_count=20 data_offset=84 "
	  "setup_count=0 setup=[] nt_function=3 fid=44669 security_information=0x4",
	  " fid=44669 function=3" },
	{ "MS-SMB 2.2.7.5.1", 0xA0, false, true,
	  "00000010000000240000000400000070000000100000004e00000024000000600000000107000000",
	  "0000007ce401002400000000000000240000000000000000001c00000001050000000000051500000009a7"
	  "a76a39c1fac9a972ce90e8030000",
	  "total_parameter_count=16 total_data_count=36 max_parameter_count=4 max_data_count=112 "
	  "max_setup_count=0 parameter_count=16 parameter_offset=78 data_count=36 data_offset=96 "
	  "setup_count=1 setup=[0] nt_function=7 fid=58492", " fid=58492 function=7" },
	{ "MS-SMB 2.2.7.6.1", 0xA0, false, false,
	  "00 0000 02000000 00000000 00000000 00000000 02000000 4c000000 00000000 00000000 00 08"
	  "00", "00 0000 3412",
	  "total_parameter_count=2 total_data_count=0 max_parameter_count=0 max_data_count=0 "
	  "max_setup_count=0 parameter_count=2 parameter_offset=76 data_count=0 data_offset=0 "
	  "setup_count=0 setup=[] nt_function=8 fid=4660", " fid=4660 function=8" },
};
/* clang-format on */

const size_t parts_commands_count = sizeof(parts_commands) / sizeof(parts_commands[0]);
