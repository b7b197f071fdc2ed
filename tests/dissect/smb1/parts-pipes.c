/* SPDX-License-Identifier: BSD-3-Clause */
/* Cases of test-parts.c: functions of named pipes, by their sections. */
#include "tests/dissect/smb1/parts.h"

/* clang-format off */
const SubCase parts_pipes[] = {
	{ "MS-CIFS 2.2.5.1.1", false, false, 1, "\\PIPE\\", "0100 3412", "0081", "", NULL,
	  "pipe_state=0x8100", " fid=4660 name='\\PIPE\\'" },
	{ "MS-CIFS 2.2.5.1.2", true, false, 1, "\\PIPE\\", "0100 3412", "", "", NULL,
	  "subcommand=1", NULL },
	{ "MS-CIFS 2.2.5.2.2", true, false, 17, "\\PIPE\\", "1100 3412", "", "4142", NULL,
	  "subcommand=17 pipe_data=2 bytes", NULL },
	{ "MS-CIFS 2.2.5.3.2", true, false, 33, "\\PIPE\\", "2100 3412", "ff05", "", NULL,
	  "subcommand=33 pipe_state=0x5ff", NULL },
	{ "MS-CIFS 2.2.5.4.1", false, false, 34, "\\PIPE\\", "2200 3412", "0100", "", NULL,
	  "level=1", " fid=4660 name='\\PIPE\\'" },
	{ "MS-CIFS 2.2.5.4.2", true, false, 34, "\\PIPE\\", "2200 3412", "",
	  "0010 0020 ff 01 08 '\\PIPE\\x' 00", NULL,
	  "subcommand=34 output_buffer_size=4096 input_buffer_size=8192 maximum_instances=255 "
	  "current_instances=1 name_length=8 pipe_name='\\PIPE\\x'", NULL },
	{ "MS-CIFS 2.2.5.5.2", true, false, 35, "\\PIPE\\", "2300 3412", "0500 0300 0300",
	  "414243", NULL,
	  "subcommand=35 available=5 message_left=3 pipe_state=0x3 pipe_data=3 bytes", NULL },
	{ "MS-CIFS 2.2.5.7.1", false, false, 49, "\\PIPE\\", "3100 3412", "", "4142", NULL,
	  "pipe_data=2 bytes", " fid=4660 name='\\PIPE\\'" },
	{ "MS-CIFS 2.2.5.7.2", true, false, 49, "\\PIPE\\", "3100 3412", "0200", "", NULL,
	  "subcommand=49 bytes_written=2", NULL },
	{ "MS-CIFS 2.2.5.8.2", true, false, 54, "\\PIPE\\", "3600 3412", "", "414243", NULL,
	  "subcommand=54 pipe_data=3 bytes", NULL },
	{ "MS-CIFS 2.2.5.9.1", false, false, 55, "\\PIPE\\", "3700 3412", "", "4142", NULL,
	  "pipe_data=2 bytes", " fid=4660 name='\\PIPE\\'" },
	{ "MS-CIFS 2.2.5.9.2", true, false, 55, "\\PIPE\\", "3700 3412", "0200", "", NULL,
	  "subcommand=55 bytes_written=2", NULL },
	{ "MS-CIFS 2.2.5.10.2", true, false, 83, "\\PIPE\\x", "5300 0500", "", "", NULL,
	  "subcommand=83", NULL },
	{ "MS-CIFS 2.2.5.11.1", false, false, 84, "\\PIPE\\x", "5400 0500", "", "4142", NULL,
	  "pipe_data=2 bytes", " name='\\PIPE\\x'" },
	{ "MS-CIFS 2.2.5.11.2", true, false, 84, "\\PIPE\\x", "5400 0500", "", "414243", NULL,
	  "subcommand=84 pipe_data=3 bytes", NULL },
	{ "MS-SMB 2.2.5.1", true, false, 17, "\\PIPE\\", "1100 3412", "", "4142", NULL,
	  "subcommand=17 pipe_data=2 bytes", NULL },
	{ "MS-SMB 2.2.5.2", true, false, 84, "\\PIPE\\x", "5400 0500", "", "414243", NULL,
	  "subcommand=84 pipe_data=3 bytes", NULL },
};
/* clang-format on */

const size_t parts_pipes_count = sizeof(parts_pipes) / sizeof(parts_pipes[0]);
