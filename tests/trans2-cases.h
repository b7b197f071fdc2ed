/* SPDX-License-Identifier: BSD-3-Clause */
/* Cases of test-trans2.c, by section of [MS-CIFS]; included inside of its table. */
	{ "2.2.6.1.2 OPEN2", 0, -1, true, false,
	  "0940 2000 00000000 07000000 4200 0000 0000 0280 00000000 0000 00000000", "",
	  "{\"fid\":16393,\"file_attributes\":32,\"creation_time\":null,\"file_data_size\":7,\"access_mode\":66,"
	  "\"resource_type\":0,\"nm_pipe_status\":0,\"action_taken\":32770,\"ea_error_offset\":0,\"ea_length\":0}" },
	{ "2.2.6.14.1 CREATE_DIRECTORY with attributes", 0xD, -1, false, false,
	  "00000000 '\\d' 00", "0c000000 00 01 0200 'k' 00 'vw'",
	  "{\"extended_attributes\":[{\"flags\":0,\"name\":\"k\",\"value\":\"7677\"}]}" },
	{ "2.2.6.14.2 CREATE_DIRECTORY", 0xD, -1, true, false, "0300", "", "{\"ea_error_offset\":3}" },
	{ "2.2.6.15 SESSION_SETUP: bytes", 0xE, -1, false, false, "0102", "03",
	  "{\"parameters\":\"0102\",\"data\":\"03\"}" },
	{ "2.2.8.1.6 NAMES_INFO, two entries", 1, 0x103, true, false,
	  "0100 0200 0100 0000 1000", "10000000 00000000 02000000 'ab' 0000 00000000 00000000 01000000 'c'",
	  "{\"information_level\":259,\"sid\":1,\"search_count\":2,\"end_of_search\":1,\"ea_error_offset\":0,"
	  "\"last_name_offset\":16,\"file\":\"ab\",\"entries\":[{\"next_entry_offset\":16,\"file_index\":0,"
	  "\"file_name_length\":2,\"file_name\":\"ab\"},{\"next_entry_offset\":0,\"file_index\":0,"
	  "\"file_name_length\":1,\"file_name\":\"c\"}]}" },
	{ "2.2.8.1.1 INFO_STANDARD, Unicode: aligned name, NUL behind it", 2, 1, true, true,
	  "0100 0100 0000 0000",
	  "00000000 00000000 00000000 07000000 00100000 2000 02 00 u'a' 0000",
	  "{\"information_level\":1,\"search_count\":1,\"end_of_search\":1,\"ea_error_offset\":0,"
	  "\"last_name_offset\":0,\"file\":\"a\",\"entries\":[{\"creation_time\":null,\"last_access_time\":null,"
	  "\"last_write_time\":null,\"file_data_size\":7,\"allocation_size\":4096,\"attributes\":32,"
	  "\"file_name\":\"a\"}]}" },
	{ "2.2.8.2.1 INFO_ALLOCATION", 3, 1, true, false, "", "01000000 02000000 03000000 04000000 0002",
	  "{\"information_level\":1,\"file_system_id\":1,\"sectors_per_unit\":2,\"total_units\":3,"
	  "\"available_units\":4,\"bytes_per_sector\":512}" },
	{ "2.2.8.2.6 ATTRIBUTE_INFO", 3, 0x105, true, true, "", "07000000 ff000000 08000000 u'NTFS'",
	  "{\"information_level\":261,\"file_system_attributes\":7,\"max_file_name_length\":255,"
	  "\"file_system_name_length\":8,\"file_system_name\":\"NTFS\"}" },
	{ "2.2.8.3.7 STANDARD_INFO", 7, 0x102, true, true, "0000", STANDARD_INFO,
	  "{\"information_level\":258,\"ea_error_offset\":0,\"allocation_size\":4096,\"end_of_file\":7,"
	  "\"number_of_links\":1,\"delete_pending\":0,\"directory\":0}" },
	{ "2.2.8.3.12 STREAM_INFO", 5, 0x109, true, true, "0000",
	  "00000000 04000000 0700000000000000 0010000000000000 u'::'",
	  "{\"information_level\":265,\"ea_error_offset\":0,\"streams\":[{\"next_entry_offset\":0,"
	  "\"stream_name_length\":4,\"stream_size\":7,\"stream_allocation_size\":4096,\"stream_name\":\"::\"}]}" },
	{ "2.2.8.3.13 COMPRESSION_INFO", 5, 0x10B, true, true, "0000", "0700000000000000 0200 0c 0d 0e",
	  "{\"information_level\":267,\"ea_error_offset\":0,\"compressed_file_size\":7,\"compression_format\":2,"
	  "\"compression_unit_shift\":12,\"chunk_shift\":13,\"cluster_shift\":14}" },
	{ "2.2.8.4.4 SET_FILE_DISPOSITION_INFO", 8, 0x102, false, true, "0900 0201 0000", "01",
	  "{\"delete_pending\":1}" },
	{ "2.2.8.4.6 SET_FILE_END_OF_FILE_INFO", 8, 0x104, false, true, "0900 0401 0000", "0000000001000000",
	  "{\"end_of_file\":4294967296}" },
	{ "[MS-FSCC] 2.4.42.1 rename", 8, 1010, false, true, "0900 f203 0000",
	  "01 000000 00000000 04000000 u'\\b'",
	  "{\"replace_if_exists\":1,\"root_directory\":0,\"file_name_length\":4,\"new_name\":\"\\\\b\"}" },
	{ "2.2.6.16.2 DFS referral, version 1", 0x10, -1, true, true, "",
	  "0400 0100 02000000 0100 0e00 0100 0000 u'\\s' 0000",
	  "{\"path_consumed\":4,\"number_of_referrals\":1,\"referral_header_flags\":2,\"referrals\":[{"
	  "\"version\":1,\"size\":14,\"server_type\":1,\"entry_flags\":0,\"time_to_live\":0,\"share\":\"\\\\s\"}]}" },
	{ "UNIX extensions: capabilities", 3, 0x200, true, true, "", "0100 0000 ff00000000000000",
	  "{\"information_level\":512,\"unix_major_version\":1,\"unix_minor_version\":0,"
	  "\"unix_capabilities\":255}" },
