/* SPDX-License-Identifier: BSD-3-Clause */
/* TRANS2 at its bounds: entries that end early, levels that nobody has, and what only some levels carry. */
#include <check.h>

#include "dissect/smb1/transaction/trans2.h"
#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/subcommand-tell.h"

#define TRANS2 .command = 0x32
#define FIND(l) TRANS2, .function = 1, .response = true, .level = l
#define FIND_NEXT(l) TRANS2, .function = 2, .response = true, .level = l
#define TWO "0200 0100 0000 0000"
#define TWO_FIELDS "search_count=2 end_of_search=1 ea_error_offset=0 last_name_offset=0 "
#define TIMES "22000000 33000000 07000000 00100000 2000"
#define TIMES_FIELDS \
	"last_access_time=0x22 last_write_time=0x33 file_data_size=7 allocation_size=4096 attributes=0x20 "
#define STANDARD(creation) "[creation_time=" creation " " TIMES_FIELDS "resume_key=0 "

/* clang-format off */
static const SubTold dos_entries[] = {
	{ FIND_NEXT(1), .what = "OEM, one NUL behind the name", .parameters = TWO,
	  .data = "11000000 " TIMES " 02 'ab' 00 00010000 " TIMES " 01 'c' 00",
	  .fields = "information_level=0x1 " TWO_FIELDS "file='ab' entries=" STANDARD("0x11") "file_name='ab' | creation_time=0x100 " TIMES_FIELDS
	  "resume_key=0 file_name='c']", .facts = " count=2" },
	{ FIND_NEXT(1), .what = "OEM, no NUL", .parameters = TWO, .data = "11000000 " TIMES " 02 'ab' 01000000 " TIMES " 01 'c'",
	  .fields = "information_level=0x1 " TWO_FIELDS "file='ab' entries=" STANDARD("0x11") "file_name='ab' | creation_time=0x1 " TIMES_FIELDS
	  "resume_key=0 file_name='c']", .facts = " count=2" },
	{ FIND_NEXT(1), .what = "Unicode, two NULs", .unicode = true, .parameters = TWO,
	  .data = "11000000 " TIMES " 02 00 u'a' 0000 01000000 " TIMES " 02 00 u'c' 0000",
	  .fields = "information_level=0x1 " TWO_FIELDS "file='a' entries=" STANDARD("0x11") "file_name='a' | creation_time=0x1 " TIMES_FIELDS
	  "resume_key=0 file_name='c']", .facts = " count=2" },
	{ FIND_NEXT(1), .what = "Unicode, no NUL, and a 0 second", .unicode = true, .parameters = TWO,
	  .data = "11000000 " TIMES " 02 00 u'a' 01000000 " TIMES " 02 00 u'c'",
	  .fields = "information_level=0x1 " TWO_FIELDS "file='a' entries=" STANDARD("0x11") "file_name='a' | creation_time=0x1 " TIMES_FIELDS
	  "resume_key=0 file_name='c']", .facts = " count=2" },
	{ FIND_NEXT(1), .what = "Unicode, one NUL of one byte", .unicode = true, .parameters = TWO,
	  .data = "11000000 " TIMES " 02 00 u'a' 00 11000000 " TIMES " 02 u'c' 0000",
	  .fields = "information_level=0x1 " TWO_FIELDS "file='a' entries=" STANDARD("0x11") "file_name='a' | creation_time=0x11 " TIMES_FIELDS
	  "resume_key=0 file_name='c']", .facts = " count=2" },
	{ FIND_NEXT(2), .what = "with the size of attributes: no name is aligned", .unicode = true, .parameters = TWO,
	  .data = "11000000 " TIMES " 09000000 02 u'a' 0000 11000000 " TIMES " 0a000000 02 u'c' 0000",
	  .fields = "information_level=0x2 " TWO_FIELDS "file='a' entries=[creation_time=0x11 " TIMES_FIELDS "ea_size=9 resume_key=0 file_name='a' | "
	  "creation_time=0x11 " TIMES_FIELDS "ea_size=10 resume_key=0 file_name='c']", .facts = " count=2" },
	{ FIND_NEXT(3), .what = "with attributes, and with none", .parameters = TWO,
	  .data = "11000000 " TIMES " 0b000000 00 01 0100 'k' 00 'v' 01 'a' 00 11000000 " TIMES " 04000000 01 'c' 00",
	  .fields = "information_level=0x3 " TWO_FIELDS "file='a' entries=[creation_time=0x11 " TIMES_FIELDS
	  "extended_attributes=[flags=0x0 name='k' value=76] resume_key=0 file_name='a' | creation_time=0x11 " TIMES_FIELDS
	  "extended_attributes=[] resume_key=0 file_name='c']", .facts = " count=2" },
	{ FIND(1), .what = "resume keys, asked for by FIND_FIRST2", .parameters = "0900 0100 0100 0000 0000",
	  .asked = "1600 0100 0600 0100 00000000", .data = "77000000 11000000 " TIMES " 01 'a' 00",
	  .fields = "information_level=0x1 sid=9 search_count=1 end_of_search=1 ea_error_offset=0 last_name_offset=0 file='a' entries=[creation_time=0x11 "
	  TIMES_FIELDS "resume_key=119 file_name='a']", .facts = " count=1" },
	{ FIND_NEXT(1), .what = "resume keys, asked for by FIND_NEXT2", .parameters = "0100 0100 0000 0000",
	  .asked = "0900 0100 0100 00000000 0400", .data = "77000000 11000000 " TIMES " 01 'a' 00",
	  .fields = "information_level=0x1 search_count=1 end_of_search=1 ea_error_offset=0 last_name_offset=0 file='a' entries=[creation_time=0x11 "
	  TIMES_FIELDS "resume_key=119 file_name='a']", .facts = " count=1" },
	{ FIND_NEXT(1), .what = "an entry less than counted", .parameters = "0300 0100 0000 0000",
	  .data = "11000000 " TIMES " 02 'ab' 00 00010000 " TIMES " 01 'c' 00", .status = SMB_READ_MALFORMED,
	  .fields = "information_level=0x1 search_count=3 end_of_search=1 ea_error_offset=0 last_name_offset=0 file='ab' entries=" STANDARD("0x11")
	  "file_name='ab' | creation_time=0x100 " TIMES_FIELDS "resume_key=0 file_name='c']", .facts = " count=2" },
	{ FIND_NEXT(1), .what = "the second name is not all there", .parameters = TWO, .missing_data = 2, .status = SMB_READ_TRUNCATED,
	  .data = "11000000 " TIMES " 02 'ab' 00 00010000 " TIMES " 02 'c'",
	  .fields = "information_level=0x1 " TWO_FIELDS "file='ab' entries=" STANDARD("0x11") "file_name='ab']", .facts = " count=1" },
};

#define Z8 "0000000000000000 "
#define BASIC "0700000000000000 " Z8 Z8 Z8 Z8 Z8 Z8 "01000000 " Z8 Z8 Z8 Z8 "0100000000000000 "
#define BASIC_FIELDS "resume_key=5 end_of_file=7 number_of_bytes=0 last_status_change=0 last_access_time=0 last_modification_time=0 " \
	"unix_uid=0 unix_gid=0 file_type=1 device_major=0 device_minor=0 unique_id=0 permissions=0x0 number_of_links=1 "
#define INFO2 BASIC Z8 "00000000 00000000 "
#define INFO2_FIELDS BASIC_FIELDS "birth_time=0 file_flags=0x0 file_flags_mask=0x0 "

static const SubTold unix_entries[] = {
	{ FIND_NEXT(0x202), .what = "two names, of which the first ends with its entry", .parameters = TWO,
	  .data = "70000000 05000000 " BASIC "'abcd' 00000000 05000000 " BASIC "'ef' 00",
	  .fields = "information_level=0x202 " TWO_FIELDS "file='abcd' entries=[next_entry_offset=112 " BASIC_FIELDS "file_name='abcd' | "
	  "next_entry_offset=0 " BASIC_FIELDS "file_name='ef']", .facts = " count=2" },
	{ FIND_NEXT(0x202), .what = "three names, and no NUL between them", .parameters = TWO,
	  .data = "70000000 05000000 " BASIC "'abcd' 70000000 05000000 " BASIC "'efgh' 00000000 05000000 " BASIC "'i'",
	  .fields = "information_level=0x202 " TWO_FIELDS "file='abcd' entries=[next_entry_offset=112 " BASIC_FIELDS "file_name='abcd' | "
	  "next_entry_offset=112 " BASIC_FIELDS "file_name='efgh' | next_entry_offset=0 " BASIC_FIELDS "file_name='i']", .facts = " count=3" },
	{ FIND_NEXT(0x202), .what = "no room for a name", .parameters = TWO, .status = SMB_READ_MALFORMED,
	  .data = "6c000000 05000000 " BASIC "70000000 05000000 " BASIC "'efgh'",
	  .fields = "information_level=0x202 " TWO_FIELDS "file='p' entries=[next_entry_offset=108 " BASIC_FIELDS "file_name='p']", .facts = " count=1" },
	{ FIND_NEXT(0x202), .what = "an entry that leads beyond the data, and has no NUL", .parameters = TWO, .status = SMB_READ_MALFORMED,
	  .data = "00100000 05000000 " BASIC "'ab'",
	  .fields = "information_level=0x202 " TWO_FIELDS "file='ab' entries=[next_entry_offset=4096 " BASIC_FIELDS "file_name='ab']", .facts = " count=1" },
	{ FIND_NEXT(0x202), .what = "cut where the first entry ends", .parameters = TWO, .missing_data = 8, .status = SMB_READ_TRUNCATED,
	  .data = "70000000 05000000 " BASIC "'abcd'",
	  .fields = "information_level=0x202 " TWO_FIELDS "file='abcd' entries=[next_entry_offset=112 " BASIC_FIELDS "file_name='abcd']", .facts = " count=1" },
	{ FIND_NEXT(0x202), .what = "cut in the second name", .parameters = TWO, .missing_data = 1, .status = SMB_READ_TRUNCATED,
	  .data = "70000000 05000000 " BASIC "'abcd' 00000000 05000000 " BASIC "'e'",
	  .fields = "information_level=0x202 " TWO_FIELDS "file='abcd' entries=[next_entry_offset=112 " BASIC_FIELDS "file_name='abcd']", .facts = " count=1" },
	{ FIND_NEXT(0x202), .what = "half a second entry", .parameters = TWO, .status = SMB_READ_MALFORMED,
	  .data = "70000000 05000000 " BASIC "'abcd' 00000000 0500",
	  .fields = "information_level=0x202 " TWO_FIELDS "file='abcd' entries=[next_entry_offset=112 " BASIC_FIELDS "file_name='abcd']", .facts = " count=1" },
	{ FIND_NEXT(0x20B), .what = "names with a length", .unicode = true, .parameters = TWO,
	  .data = "88000000 05000000 " INFO2 "04000000 u'abzz' 00000000 05000000 " INFO2 "02000000 u'c'",
	  .fields = "information_level=0x20b " TWO_FIELDS "file='ab' entries=[next_entry_offset=136 " INFO2_FIELDS "file_name_length=4 file_name='ab' | "
	  "next_entry_offset=0 " INFO2_FIELDS "file_name_length=2 file_name='c']", .facts = " count=2" },
};

#define OTHER_FIRST "sid=1 search_count=2 end_of_search=1 ea_error_offset=0 last_name_offset=0 file=- data=0102"
#define OTHER_NEXT "search_count=2 end_of_search=1 ea_error_offset=0 last_name_offset=0 file=- data=0102"
#define ALL_HEAD Z8 Z8 Z8 Z8 "20000000 00000000 0010000000000000 0700000000000000 01000000 00 00 0000 "
#define ALL_HEAD_FIELDS "information_level=0x3fa ea_error_offset=0 creation_time=0 last_access_time=0 last_write_time=0 change_time=0 " \
	"ext_file_attributes=0x20 reserved=0 allocation_size=4096 end_of_file=7 number_of_links=1 delete_pending=0 directory=0 reserved2=0 "
#define QUERY(l) TRANS2, .function = 7, .response = true, .level = l
#define QUERY_FS(l) TRANS2, .function = 3, .response = true, .level = l
#define SET(l) TRANS2, .function = 8, .level = -1, .parameters = "0900 " l " 0000"
#define SET_FS(l) TRANS2, .function = 4, .level = -1, .parameters = "0900 " l
#define SET_DONE(l) TRANS2, .function = 8, .response = true, .level = l

static const SubTold levels[] = {
	{ FIND(-1), .what = "FIND_FIRST2 without its request", .parameters = "0100" TWO, .data = "0102", .fields = OTHER_FIRST },
	{ FIND_NEXT(-1), .what = "FIND_NEXT2 without its request", .parameters = TWO, .data = "0102", .fields = OTHER_NEXT },
	{ FIND(0), .what = "FIND_FIRST2 of level 0", .parameters = "0100" TWO, .data = "0102",
	  .fields = "information_level=0x0 " OTHER_FIRST, .facts = " count=2" },
	{ FIND_NEXT(0x300), .what = "FIND_NEXT2 of a level that nobody has", .parameters = TWO, .data = "0102",
	  .fields = "information_level=0x300 " OTHER_NEXT, .facts = " count=2" },
	{ QUERY_FS(2), .what = "a label behind a pad byte", .unicode = true, .data = "78563412 02 00 u'ab'",
	  .fields = "information_level=0x2 volume_serial_number=0x12345678 volume_label_length=2 volume_label='ab'" },
	{ QUERY_FS(2), .what = "a label without one", .unicode = true, .data = "78563412 04 u'ab'",
	  .fields = "information_level=0x2 volume_serial_number=0x12345678 volume_label_length=4 volume_label='ab'" },
	{ QUERY_FS(2), .what = "an OEM label of three bytes", .data = "78563412 03 'abc'",
	  .fields = "information_level=0x2 volume_serial_number=0x12345678 volume_label_length=3 volume_label='abc'" },
	{ QUERY_FS(2), .what = "an OEM label of four bytes", .data = "78563412 04 'abcd'",
	  .fields = "information_level=0x2 volume_serial_number=0x12345678 volume_label_length=4 volume_label='abcd'" },
	{ QUERY_FS(-1), .what = "a file system without its request", .data = "0102" },
	{ QUERY_FS(0), .what = "a file system at level 0", .data = "0102", .fields = "information_level=0x0 data=0102" },
	{ QUERY_FS(0x300), .what = "a file system at a level that nobody has", .data = "0102", .fields = "information_level=0x300 data=0102" },
	{ QUERY_FS(0x205), .what = "a file system at a level of UNIX that nobody has", .data = "0102", .fields = "information_level=0x205 data=0102" },
	{ SET_FS("0100"), .what = "a file system set at a level that is only queried", .data = "0102", .fields = "data=0102", .facts = " fid=9 level=1" },
	{ SET_FS("e903"), .what = "a file system set by a class that is only queried", .data = "0102", .fields = "data=0102", .facts = " fid=9 level=1001" },
	{ SET_FS("ea03"), .what = "a label set", .data = "04000000 u'ab'", .fields = "volume_label_length=4 volume_label='ab'",
	  .facts = " fid=9 level=1002" },
	{ SET_FS("0002"), .what = "a file system set with no data", .facts = " fid=9 level=512" },
	{ SET_FS("0002"), .what = "what a client of UNIX can do", .data = "0100 0200 0300000000000000",
	  .fields = "unix_major_version=1 unix_minor_version=2 unix_capabilities=0x3", .facts = " fid=9 level=512" },
	{ QUERY(-1), .what = "a file without its request", .parameters = "0000", .data = "0102" },
	{ QUERY(0), .what = "a file at level 0", .parameters = "0300", .data = "0102", .fields = "information_level=0x0 ea_error_offset=3 data=0102" },
	{ QUERY(1018), .what = "FileAllInformation as Samba has it", .parameters = "0000", .unicode = true, .data = ALL_HEAD "09000000 04000000 u'ab'",
	  .fields = ALL_HEAD_FIELDS "ea_size=9 file_name_length=4 file='ab'" },
	{ QUERY(1018), .what = "FileAllInformation", .parameters = "0000", .unicode = true,
	  .data = ALL_HEAD Z8 "09000000 00000000 " Z8 "00000000 00000000 04000000 u'ab'",
	  .fields = ALL_HEAD_FIELDS "index_number=0 ea_size=9 access_flags=0x0 current_byte_offset=0 mode=0x0 alignment_requirement=0 "
	  "file_name_length=4 file='ab'" },
	{ QUERY(1018), .what = "FileAllInformation, cut before its length", .parameters = "0000", .data = ALL_HEAD "09000000 000000", .missing_data = 1,
	  .fields = ALL_HEAD_FIELDS "index_number=0 ea_size=0 access_flags=0x0 current_byte_offset=0 mode=0x0 alignment_requirement=0 "
	  "file_name_length=0 file=-", .status = SMB_READ_TRUNCATED },
	{ QUERY(1004), .what = "a level whose data look like those of another", .parameters = "0000", .data = ALL_HEAD "00000000 00000000",
	  .fields = "information_level=0x3ec ea_error_offset=0 creation_time=0 last_access_time=0 last_write_time=0 change_time=0 ext_file_attributes=0x20" },
	{ QUERY(0x300), .what = "a file at a level that nobody has", .parameters = "0300", .data = "0102",
	  .fields = "information_level=0x300 ea_error_offset=3 data=0102" },
	{ QUERY(0x2ff), .what = "a file at a level of UNIX that nobody has", .parameters = "0300", .data = "0102",
	  .fields = "information_level=0x2ff ea_error_offset=3 data=0102" },
	{ QUERY(1046), .what = "a link whose length would wrap", .parameters = "0300", .status = SMB_READ_MALFORMED,
	  .data = "00000000 01000000 00000000 " Z8 "01000080 u'a'",
	  .fields = "information_level=0x416 ea_error_offset=3 bytes_needed=0 entries_returned=1 entries=[]" },
	{ SET("0401"), .what = "a file set with no data", .facts = " fid=9 level=260" },
	{ SET("0401"), .what = "the end of a file set", .data = "0700000000000000", .fields = "end_of_file=7", .facts = " fid=9 level=260 end=7" },
	{ SET("0401"), .what = "the end of a file, cut", .data = "07000000000000", .missing_data = 1, .status = SMB_READ_TRUNCATED,
	  .fields = "end_of_file=0", .facts = " fid=9 level=260", .there = "end_of_file=18446744073709551615" },
	{ SET("0102"), .what = "a link of UNIX", .data = "'to' 00", .fields = "link_target='to'", .facts = " fid=9 to='to' level=513" },
	{ SET("0302"), .what = "a hard link of UNIX", .data = "'to' 00", .fields = "link_target='to'", .facts = " fid=9 to='to' level=515" },
	{ SET("0902"), .what = "an open of UNIX", .data = "00000000 14000000 a401000000000000 ffff",
	  .fields = "oplock_flags=0x0 posix_open_mode=0x14 permissions=0x1a4 reply_level=0xffff", .facts = " fid=9 level=521 access=0x14 to-read to-write" },
	{ SET("0902"), .what = "an open of a directory", .data = "00000000 01020000 a401000000000000 ffff",
	  .fields = "oplock_flags=0x0 posix_open_mode=0x201 permissions=0x1a4 reply_level=0xffff", .facts = " fid=9 level=521 access=0x201 directory to-read" },
	{ SET("0a02"), .what = "an unlink of UNIX", .data = "0000", .fields = "unlink_flags=0x0", .facts = " fid=9 level=522 disposition=7" },
	{ SET("0602"), .what = "flags of UNIX", .data = Z8 Z8 "01", .fields = "attribute_flags=0x0 attribute_mask=0x0", .facts = " fid=9 level=518" },
	{ SET_DONE(0x209), .what = "what an open of UNIX found", .parameters = "0300", .data = "0100 3412 02000000 ffff 0000",
	  .fields = "information_level=0x209 ea_error_offset=3 oplock=1 fid=4660 create_action=2 reply_level=0xffff data=0000", .facts = " fid=4660 action=2" },
	{ SET_DONE(0x209), .what = "an open of UNIX that did what nobody knows", .parameters = "0300", .data = "0100 3412 04000000 ffff 0000",
	  .fields = "information_level=0x209 ea_error_offset=3 oplock=1 fid=4660 create_action=4 reply_level=0xffff data=0000", .facts = " fid=4660" },
	{ SET_DONE(0x209), .what = "an open of UNIX without data", .parameters = "0300", .fields = "information_level=0x209 ea_error_offset=3" },
	{ SET_DONE(0x20A), .what = "an unlink of UNIX with data", .parameters = "0300", .data = "0100", .fields = "information_level=0x20a ea_error_offset=3" },
	{ SET_DONE(0), .what = "set at level 0", .parameters = "0300", .fields = "information_level=0x0 ea_error_offset=3" },
	{ SET_DONE(-1), .what = "set at a level that is not known", .parameters = "0300", .fields = "ea_error_offset=3" },
	{ SET_DONE(1), .what = "set, and answered by nothing" },
};

#define OPENED(type, action) .parameters = "0940 2000 00000000 07000000 4200 " type " 0000 " action " 00000000 0000 00000000"
#define OPENED_FIELDS(type, action) "fid=16393 file_attributes=0x20 creation_time=0 file_data_size=7 access_mode=0x42 resource_type=" type \
	" nm_pipe_status=0x0 action_taken=" action " reserved=0 ea_error_offset=0 ea_length=0"
#define OPEN TRANS2, .function = 0, .level = -1

static const SubTold subcommands[] = {
	{ OPEN, OPENED("0000", "0280"), .what = "a file created", .response = true, .fields = OPENED_FIELDS("0", "0x8002"),
	  .facts = " fid=16393 action=2 size=7 oplock=1" },
	{ OPEN, OPENED("0100", "0100"), .what = "a pipe of bytes", .response = true, .fields = OPENED_FIELDS("1", "0x1"),
	  .facts = " fid=16393 action=1 size=7 pipe" },
	{ OPEN, OPENED("0200", "0100"), .what = "a pipe of messages", .response = true, .fields = OPENED_FIELDS("2", "0x1"),
	  .facts = " fid=16393 action=1 size=7 pipe" },
	{ OPEN, OPENED("0300", "0300"), .what = "a printer", .response = true, .fields = OPENED_FIELDS("3", "0x3"),
	  .facts = " fid=16393 action=3 size=7" },
	{ OPEN, .what = "an answer of a server that is cut", .response = true, .parameters = "0940", .missing_parameters = 28, .status = SMB_READ_TRUNCATED,
	  .fields = "fid=16393 file_attributes=0x0 creation_time=0 file_data_size=0 access_mode=0x0 resource_type=0 nm_pipe_status=0x0 "
	  "action_taken=0x0 reserved=0 ea_error_offset=0 ea_length=0" },
	{ OPEN, .what = "an open without attributes", .parameters = "0000 4200 0000 2000 00000000 0100 00000000 00000000000000000000 'a' 00",
	  .facts = " name='a' access=0x42 to-read to-write" },
	{ TRANS2, .function = 3, .level = -1, .late = true, .what = "half a level", .parameters = "05", .missing_parameters = 1,
	  .status = SMB_READ_TRUNCATED, .fields = "information_level=0x0", .there = "information_level=0xffff" },
	{ TRANS2, .function = 3, .level = -1, .late = true, .what = "a level that came late", .parameters = "0501",
	  .fields = "information_level=0x105", .facts = " level=261" },
	{ TRANS2, .function = 9, .level = -1, .late = true, .what = "what nobody reads, late", .parameters = "0501", .fields = "parameters=0501 data=" },
	{ TRANS2, .function = 9, .level = -1, .what = "parameters alone", .parameters = "0501", .fields = "parameters=0501 data=", .json = "{\"parameters\":\"0501\",\"data\":\"\"}" },
	{ TRANS2, .function = 9, .level = -1, .what = "data alone", .data = "07", .fields = "parameters= data=07" },
	{ TRANS2, .function = 9, .level = -1, .what = "neither" },
	{ TRANS2, .function = 14, .level = -1, .what = "a logon: secrets", .parameters = "0501", .fields = "parameters=0501 data=", .json = "{}" },
	{ TRANS2, .function = -1, .level = -1, .response = true, .what = "an answer to what was not seen", .data = "07", .fields = "parameters= data=07" },
	{ TRANS2, .function = 0x11, .level = -1, .what = "the first subcommand beyond the table", .data = "07", .fields = "parameters= data=07" },
	{ TRANS2, .function = 1, .level = -1, .what = "attributes by their names", .parameters = "1600 0100 0600 0300 00000000 '*' 00",
	  .data = "0f000000 03 'abc' 00 04 'defg' 00", .fields = "get_extended_attributes=[name='abc' | name='defg']",
	  .facts = " name='*' level=3", .status = SMB_READ_OK },
	{ TRANS2, .function = 1, .level = -1, .what = "a list of no attributes", .parameters = "1600 0100 0600 0300 00000000 '*' 00",
	  .data = "04000000", .fields = "get_extended_attributes=[]", .facts = " name='*' level=3" },
	{ TRANS2, .function = 1, .level = -1, .what = "a list that is smaller than its size", .parameters = "1600 0100 0600 0300 00000000 '*' 00",
	  .data = "03000000 01 'a' 00", .fields = "get_extended_attributes=[]", .facts = " name='*' level=3", .status = SMB_READ_MALFORMED },
	{ TRANS2, .function = 1, .level = -1, .what = "a name longer than its list", .parameters = "1600 0100 0600 0300 00000000 '*' 00",
	  .data = "0b000000 01 'a' 00 04 'bcd'", .fields = "get_extended_attributes=[name='a']", .facts = " name='*' level=3", .status = SMB_READ_MALFORMED },
	{ TRANS2, .function = 1, .level = -1, .what = "no list, though it is asked by one", .parameters = "1600 0100 0600 0300 00000000 '*' 00",
	  .facts = " name='*' level=3" },
	{ TRANS2, .function = 1, .level = -1, .what = "data at a level without any", .parameters = "1600 0100 0600 0400 00000000 '*' 00",
	  .data = "04000000", .fields = "parameters= data=04000000", .facts = " name='*' level=4" },
	{ TRANS2, .function = 13, .level = -1, .what = "a value longer than its list", .parameters = "00000000 'd' 00",
	  .data = "12000000 00 01 0100 'a' 00 'v' 00 01 0200 'b' 00 'w'", .fields = "extended_attributes=[flags=0x0 name='a' value=76]",
	  .facts = " name='d'", .status = SMB_READ_MALFORMED },
	{ TRANS2, .function = 16, .level = -1, .response = true, .what = "a header that is cut", .data = "0400 0100 020000", .missing_data = 1,
	  .status = SMB_READ_TRUNCATED, .fields = "path_consumed=4 number_of_referrals=1 referral_header_flags=0x0 referrals=[]",
	  .json = "{\"path_consumed\":4,\"number_of_referrals\":1}", .there = "path_consumed=4 number_of_referrals=1 referral_header_flags=0xffffffff referrals=[]" },
};
/* clang-format on */

START_TEST(entries_of_dos_are_read_up_to_their_bounds)
{
	SUB_TELL(dos_entries);
}
END_TEST

START_TEST(entries_of_unix_are_read_up_to_their_bounds)
{
	SUB_TELL(unix_entries);
}
END_TEST

START_TEST(levels_are_read_up_to_their_bounds)
{
	SUB_TELL(levels);
}
END_TEST

START_TEST(subcommands_are_read_up_to_their_bounds)
{
	SUB_TELL(subcommands);
}
END_TEST

/* What sets up encryption may be a logon, and nothing else is taken for one. */
START_TEST(tokens_are_secrets)
{
	static const struct {
		int function, level;
		bool secret;
	} rows[] = {
		{ 14, -1, true }, { 4, 0x203, true }, { 4, 0x204, false }, { 0x20, 0x203, false }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_Alignas(8) uint8_t storage[SMB1_NESTED_MAX] = { 0 };
		Smb1Facts facts = { .function = -1 };
		Smb1Nested nested = { .facts = &facts, .storage = storage };
		Smb1Transaction t = {
			.command = 0x32,
			.response = true,
			.function = rows[i].function,
			.level = rows[i].level,
			.data = { (const uint8_t *)"NTLMSSP", 7 },
			.total_data = 7,
		};

		smb1_trans2_parse(&t, &nested);
		ck_assert_ptr_nonnull(nested.layout);
		ck_assert_msg(!(nested.layout->fields[nested.layout->count - 1].flags &
				SMB_FIELD_SECRET) == !rows[i].secret,
			      "row %zu", i);
	}
}
END_TEST

void
add_trans2_bounds(TCase *tc)
{
	tcase_add_test(tc, entries_of_dos_are_read_up_to_their_bounds);
	tcase_add_test(tc, entries_of_unix_are_read_up_to_their_bounds);
	tcase_add_test(tc, levels_are_read_up_to_their_bounds);
	tcase_add_test(tc, subcommands_are_read_up_to_their_bounds);
	tcase_add_test(tc, tokens_are_secrets);
}
