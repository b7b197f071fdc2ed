/* SPDX-License-Identifier: BSD-3-Clause */
/* The structures of [MS-FSCC] at their bounds: entries that end early or lead astray, referrals, access lists. */
#include <check.h>
#include <glib.h>
#include <string.h>

#include "dissect/fscc/changes.h"
#include "dissect/fscc/directory.h"
#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/subcommand-case.h"
#include "tests/lib/subcommand-tell.h"

#define NT .command = 0xA0, .level = -1
#define CHANGES NT, .function = 4, .response = true
#define QUOTAS NT, .function = 7, .response = true, .parameters = "34000000"
#define REFERRALS .command = 0x32, .function = 16, .level = -1, .response = true, .unicode = true
#define NAMES                                                             \
	.command = 0x32, .function = 2, .level = 0x103, .response = true, \
	.parameters = "0200 0100 0000 0000"
#define NAMES_FIELDS \
	"information_level=0x103 search_count=2 end_of_search=1 ea_error_offset=0 last_name_offset=0 "
#define STREAMS \
	.command = 0x32, .function = 7, .level = 0x109, .response = true, .parameters = "0000"
#define LINKS .command = 0x32, .function = 7, .level = 1046, .response = true, .parameters = "0000"
#define LINKS_FIELDS "information_level=0x416 ea_error_offset=0 bytes_needed=0 entries_returned=2 "
#define BOTH                                                              \
	.command = 0x32, .function = 2, .level = 0x104, .response = true, \
	.parameters = "0200 0100 0000 0000"
#define Z8 "0000000000000000 "
#define SYSTEM "0101000000000005 12000000 "
#define OPEN_ASKED                       \
	"10000000 00000000 ff011f00 " Z8 \
	"00000000 00000000 02000000 00000000 00000000 00000000 01000000 02000000 00 'x'"
#define NO_SD \
	"sd_revision=0 sd_control=0x0 owner=- group=- sacl_aces=0 sacl=[] dacl_aces=0 dacl=[] "

/* clang-format off */
static const SubTold entries[] = {
	{ CHANGES, .what = "a second change whose name is longer than all", .parameters = "14000000 01000000 06000000 u'abc' 0000 00000000 0b000000 08000000 u'de'",
	  .status = SMB_READ_MALFORMED, .fields = "file='abc' changes=[next_entry_offset=20 action=1 file_name_length=6 file='abc']" },
	{ CHANGES, .what = "the last action, and one beyond", .parameters = "0e000000 0b000000 02000000 u'a' 00000000 0c000000 02000000 u'b'",
	  .fields = "file='a' changes=[next_entry_offset=14 action=11 file_name_length=2 file='a' | next_entry_offset=0 action=12 file_name_length=2 file='b']" },
	{ QUOTAS, .what = "a second quota whose SID lies", .status = SMB_READ_MALFORMED,
	  .data = "38000000 0c000000 " Z8 Z8 Z8 Z8 SYSTEM "00000000 00000000 0c000000 " Z8 Z8 Z8 Z8 "0201000000000005 12000000",
	  .fields = "data_length=52 quotas=[next_entry_offset=56 sid_length=12 change_time=0 quota_used=0 quota_threshold=0 quota_limit=0 sid='S-1-5-18']" },
	{ NT, .function = 1, .what = "a second attribute whose value is longer than all", .parameters = OPEN_ASKED, .status = SMB_READ_MALFORMED,
	  .data = "0c000000 00 01 0200 'A' 00 'vv' 00000000 00 01 0200 'B' 00 'w'",
	  .fields = NO_SD "extended_attributes=[next_entry_offset=12 flags=0x0 name='A' value=7676]" },
	{ STREAMS, .what = "a second stream whose name is longer than all", .status = SMB_READ_MALFORMED,
	  .data = "1c000000 04000000 " Z8 Z8 "u'::' 00000000 08000000 " Z8 Z8 "u'::'",
	  .fields = "information_level=0x109 ea_error_offset=0 streams=[next_entry_offset=28 stream_name_length=4 stream_size=0 stream_allocation_size=0 "
	  "stream_name='::']" },
	{ LINKS, .what = "two links", .data = "00000000 02000000 14000000 " Z8 "02000000 u'ab' 00000000 " Z8 "01000000 u'c'",
	  .fields = LINKS_FIELDS "entries=[next_entry_offset=20 parent_file_id=0 file_name_length=2 file_name='ab' | "
	  "next_entry_offset=0 parent_file_id=0 file_name_length=1 file_name='c']" },
	{ LINKS, .what = "a second link whose name is longer than all", .data = "00000000 02000000 14000000 " Z8 "02000000 u'ab' 00000000 " Z8 "02000000 u'c'",
	  .status = SMB_READ_MALFORMED, .fields = LINKS_FIELDS "entries=[next_entry_offset=20 parent_file_id=0 file_name_length=2 file_name='ab']" },
	{ NAMES, .what = "a second name that is longer than all", .data = "0d000000 00000000 01000000 'a' 00000000 00000000 02000000 'b'",
	  .status = SMB_READ_MALFORMED, .fields = NAMES_FIELDS "file='a' entries=[next_entry_offset=13 file_index=0 file_name_length=1 file_name='a']",
	  .facts = " count=1" },
	{ NAMES, .what = "an entry that leads into itself", .data = "04000000 00000000 00000000 00000000 00000000", .status = SMB_READ_MALFORMED,
	  .fields = NAMES_FIELDS "file='' entries=[next_entry_offset=4 file_index=0 file_name_length=0 file_name='']", .facts = " count=1" },
	{ NAMES, .what = "an entry that leads to the very end", .data = "0d000000 00000000 01000000 'a'",
	  .fields = NAMES_FIELDS "file='a' entries=[next_entry_offset=13 file_index=0 file_name_length=1 file_name='a']", .facts = " count=1" },
	{ NAMES, .what = "an entry that leads back to the first, round 32 bits", .data = "0d000000 00000000 01000000 'a' f3ffffff 00000000 01000000 'b'",
	  .status = SMB_READ_MALFORMED, .fields = NAMES_FIELDS "file='a' entries=[next_entry_offset=13 file_index=0 file_name_length=1 file_name='a' | "
	  "next_entry_offset=4294967283 file_index=0 file_name_length=1 file_name='b']", .facts = " count=2" },
	{ NAMES, .what = "texts that are Unicode by themselves, and are not", .data = "0e000000 00000000 02000000 u'a' "
	  "0f000000 00000000 03000000 'a' 00 'b' 10000000 00000000 04000000 0000 'bc' 00000000 00000000 02000000 'de'",
	  .fields = NAMES_FIELDS "file='a' entries=[next_entry_offset=14 file_index=0 file_name_length=2 file_name='a' | next_entry_offset=15 file_index=0 "
	  "file_name_length=3 file_name='a' | next_entry_offset=16 file_index=0 file_name_length=4 file_name='' | "
	  "next_entry_offset=0 file_index=0 file_name_length=2 file_name='de']", .json = "{\"information_level\":259,\"search_count\":2,\"end_of_search\":1,\"ea_error_offset\":0,\"last_name_offset\":0,\"file\":\"a\","
	  "\"entries\":[{\"next_entry_offset\":14,\"file_index\":0,\"file_name_length\":2,\"file_name\":\"a\"},{\"next_entry_offset\":15,\"file_index\":0,\"file_name_length\":3,\"file_name\":\"a\\u0000b\"},{"
	  "\"next_entry_offset\":16,\"file_index\":0,\"file_name_length\":4,\"file_name\":\"\\u0000\\u0000bc\"},{\"next_entry_offset\":0,\"file_index\":0,\"file_name_length\":2,\"file_name\":\"de\"}]}", .facts = " count=4" },
	{ NAMES, .what = "two letters of Unicode that no flag tells", .data = "00000000 00000000 04000000 u'ab'",
	  .fields = NAMES_FIELDS "file='ab' entries=[next_entry_offset=0 file_index=0 file_name_length=4 file_name='ab']", .json = "{\"information_level\":259,\"search_count\":2,\"end_of_search\":1,\"ea_error_offset\":0,\"last_name_offset\":0,\"file\":\"ab\","
	  "\"entries\":[{\"next_entry_offset\":0,\"file_index\":0,\"file_name_length\":4,\"file_name\":\"ab\"}]}", .facts = " count=1" },
	{ BOTH, .what = "a short name of which two letters count", .unicode = true,
	  .data = "00000000 00000000 " Z8 Z8 Z8 Z8 Z8 Z8 "20000000 02000000 00000000 04 00 u'ABCDEFGHIJKL' u'x'",
	  .fields = "information_level=0x104 search_count=2 end_of_search=1 ea_error_offset=0 last_name_offset=0 file='x' entries=[next_entry_offset=0 "
	  "file_index=0 creation_time=0 last_access_time=0 last_write_time=0 change_time=0 end_of_file=0 allocation_size=0 ext_file_attributes=0x20 "
	  "file_name_length=2 ea_size=0 short_name_length=4 reserved=0 short_name='AB' file_name='x']", .facts = " count=1" },
	{ BOTH, .what = "a short name longer than its place", .unicode = true,
	  .data = "00000000 00000000 " Z8 Z8 Z8 Z8 Z8 Z8 "20000000 02000000 00000000 30 00 u'ABCDEFGHIJKL' u'x'",
	  .fields = "information_level=0x104 search_count=2 end_of_search=1 ea_error_offset=0 last_name_offset=0 file='x' entries=[next_entry_offset=0 "
	  "file_index=0 creation_time=0 last_access_time=0 last_write_time=0 change_time=0 end_of_file=0 allocation_size=0 ext_file_attributes=0x20 "
	  "file_name_length=2 ea_size=0 short_name_length=48 reserved=0 short_name='ABCDEFGHIJKL' file_name='x']", .facts = " count=1" },
};

#define HEAD(count) "0000 " count " 00000000 "
#define HEAD_FIELDS(count) "path_consumed=0 number_of_referrals=" count " referral_header_flags=0x0 referrals="
#define V(version, size, flags) "version=" version " size=" size " server_type=0 entry_flags=" flags " "
#define NO_NAME "special_name=- number_of_expanded_names=- "

static const SubTold referrals[] = {
	{ REFERRALS, .what = "version 1, no more than the header", .data = HEAD("0100") "0100 0800 0000 0000",
	  .fields = HEAD_FIELDS("1") "[" V("1", "8", "0x0") "proximity=- time_to_live=- share=- dfs_path=- alternate_path=- network_address=- " NO_NAME "site_guid=]",
	  .facts = " count=1" },
	{ REFERRALS, .what = "version 1, less than the header", .data = HEAD("0100") "0100 0700 0000 0000", .status = SMB_READ_MALFORMED,
	  .fields = HEAD_FIELDS("1") "[]" },
	{ REFERRALS, .what = "version 1", .data = HEAD("0100") "0100 0e00 0000 0000 u'\\s' 0000",
	  .fields = HEAD_FIELDS("1") "[" V("1", "14", "0x0") "proximity=- time_to_live=- share='\\s' dfs_path=- alternate_path=- network_address=- " NO_NAME "site_guid=]",
	  .facts = " count=1 target='\\s'" },
	{ REFERRALS, .what = "version 2 knows no list of names and no GUID", .data = HEAD("0100")
	  "0200 2800 0000 0200 01000000 58020000 2800 0000 2e00 " Z8 Z8 "0000 u'\\a' 0000 u'\\b' 0000",
	  .fields = HEAD_FIELDS("1") "[" V("2", "40", "0x2") "proximity=1 time_to_live=600 share=- dfs_path='\\a' alternate_path=- network_address='\\b' "
	  NO_NAME "site_guid=]", .facts = " count=1 target='\\b'" },
	{ REFERRALS, .what = "version 3 without room for a GUID", .data = HEAD("0100") "0300 2100 0000 0000 58020000 2200 0000 2200 " Z8 "00000000000000 00 u'\\a' 0000",
	  .fields = HEAD_FIELDS("1") "[" V("3", "33", "0x0") "proximity=- time_to_live=600 share=- dfs_path='\\a' alternate_path=- network_address='\\a' "
	  NO_NAME "site_guid=]", .facts = " count=1 target='\\a'" },
	{ REFERRALS, .what = "version 3 with a GUID", .data = HEAD("0100") "0300 2200 0000 0000 58020000 2200 0000 2200 " Z8 Z8 "u'\\a' 0000",
	  .fields = HEAD_FIELDS("1") "[" V("3", "34", "0x0") "proximity=- time_to_live=600 share=- dfs_path='\\a' alternate_path=- network_address='\\a' "
	  NO_NAME "site_guid=00000000000000000000000000000000]", .facts = " count=1 target='\\a'" },
	{ REFERRALS, .what = "version 3, a domain of one name alone", .data = HEAD("0100") "0300 1200 0000 0200 58020000 1200 0000 0000 u'd' 0000",
	  .fields = HEAD_FIELDS("1") "[" V("3", "18", "0x2") "proximity=- time_to_live=600 share=- dfs_path=- alternate_path=- network_address=- "
	  "special_name='d' number_of_expanded_names=0 site_guid=]", .facts = " count=1 target='d'" },
	{ REFERRALS, .what = "a path inside of its entry", .data = HEAD("0100") "0300 1200 0000 0000 58020000 1100 0000 0000 u'd' 0000",
	  .status = SMB_READ_MALFORMED, .fields = HEAD_FIELDS("1") "[]" },
	{ REFERRALS, .what = "a second entry longer than all", .data = HEAD("0200") "0100 0e00 0000 0000 u'\\s' 0000 0100 0e00 0000 0000 u'\\t'",
	  .status = SMB_READ_MALFORMED,
	  .fields = HEAD_FIELDS("2") "[" V("1", "14", "0x0") "proximity=- time_to_live=- share='\\s' dfs_path=- alternate_path=- network_address=- " NO_NAME "site_guid=]",
	  .facts = " count=1 target='\\s'" },
	{ REFERRALS, .what = "no entry", .data = HEAD("0000"), .fields = HEAD_FIELDS("0") "[]" },
};

#define IOCTL(code) NT, .function = 2, .setup = code

static const SubTold lists[] = {
	{ IOCTL("c400 0900"), .response = true, .what = "bytes that are answered where none are known", .data = "01",
	  .fields = "function_code=0x900c4 ioctl_data=1 bytes" },
	{ IOCTL("0882 0900"), .what = "a range and a half, of two", .data = "00000000 02000000 " Z8 Z8 Z8, .status = SMB_READ_MALFORMED,
	  .fields = "ioctl_data=32 bytes key=0 num_ranges=2 ranges=[offset=0 length=0]" },
	{ IOCTL("0882 0900"), .what = "two ranges, of one", .data = "00000000 01000000 " Z8 Z8 Z8 Z8,
	  .fields = "ioctl_data=40 bytes key=0 num_ranges=1 ranges=[offset=0 length=0]" },
	{ IOCTL("cf40 0900"), .response = true, .what = "a range and a half, of as many as there are", .data = Z8 Z8 Z8, .status = SMB_READ_MALFORMED,
	  .fields = "function_code=0x940cf ioctl_data=24 bytes ranges=[file_offset=0 length=0]" },
	{ IOCTL("cf40 0900"), .response = true, .what = "two ranges", .data = Z8 Z8 Z8 Z8,
	  .fields = "function_code=0x940cf ioctl_data=32 bytes ranges=[file_offset=0 length=0 | file_offset=0 length=0]" },
};
/* clang-format on */

START_TEST(entries_are_read_up_to_their_bounds)
{
	SUB_TELL(entries);
}
END_TEST

START_TEST(referrals_are_read_up_to_their_bounds)
{
	SUB_TELL(referrals);
}
END_TEST

START_TEST(lists_are_read_up_to_their_bounds)
{
	SUB_TELL(lists);
}
END_TEST

/*
 * Entries of 22 bytes whose three paths are all the same one: the paths that are shown are no more than four
 * times the bytes that are left, and 4096 bytes.
 */
START_TEST(a_path_that_all_referrals_share_is_capped)
{
	enum { PATH = 3000, ENTRY = 22 };
	static const SubTarget target = { smb1_transaction_parse, 0x32 };

	for (unsigned n = 1; n <= 4; n++) {
		unsigned budget = 4 * (ENTRY * n + PATH + 2) + 4096;
		g_autoptr(GString) data = g_string_new(NULL);
		SubCase c = { "shared", true, true, 16, NULL, NULL, "", NULL, NULL, NULL, NULL };
		SubRun *run;

		g_string_printf(data, "0000 %02x00 00000000 ", n);
		for (unsigned k = 0; k < n; k++) {
			unsigned at = ENTRY * (n - k);

			g_string_append_printf(
				data, "0200 1600 0000 0000 00000000 00000000 %02x00 %02x00 %02x00 ",
				at, at, at);
		}
		for (unsigned k = 0; k < PATH / 2; k++)
			g_string_append(data, "6100");
		g_string_append(data, "0000");
		c.data = data->str;
		run = sub_run_new(&c);
		g_string_free(sub_read(run, target, 0, run->data->len), TRUE);
		ck_assert_uint_eq(run->facts.count, MIN(n, budget / (3 * PATH)));
		ck_assert_int_eq(run->nested.status,
				 n > budget / (3 * PATH) ? SMB_READ_MALFORMED : SMB_READ_OK);
		sub_run_free(run);
	}
}
END_TEST

/* A list out of a buffer of just its size: how many items it has, and the status. */
static SmbReadStatus
items_of(const char *text, SmbList (*list)(SmbReader *r), uint32_t *count)
{
	g_autoptr(GByteArray) bytes = bytes_of(text);
	g_autofree uint8_t *exact = g_memdup2(bytes->data, bytes->len);
	SmbReader r = smb_reader_new(exact, bytes->len, bytes->len);
	SmbList items = list(&r);
	_Alignas(8) uint8_t item[SMB_ITEM_MAX] = { 0 };

	for (*count = 0; items.next(&items, item); memset(item, 0, sizeof(item)))
		(*count)++;
	return r.status;
}

static SmbList
posix_entries(SmbReader *r)
{
	uint32_t count;
	SmbText first = { 0 };
	SmbList list = fscc_entry_list(r, fscc_entry_class(100), true, &count, &first);

	ck_assert(smb_text_equal(first, smb_text_from_utf8("a")));
	return list;
}

#define POSIX_REST                       \
	Z8 Z8 Z8 Z8 Z8 Z8 "20000000 " Z8 \
			  "00000000 00000000 01000000 00000000 a4010000 " SYSTEM SYSTEM

/* Of SMB2 alone: entries of its POSIX extensions, and the names of attributes that are asked for. */
START_TEST(lists_of_smb2_end_where_an_entry_does)
{
	static const struct {
		const char *bytes;
		SmbList (*list)(SmbReader *r);
		uint32_t count;
		SmbReadStatus status;
	} rows[] = {
		{ "76000000 00000000 " POSIX_REST "02000000 u'a' 00000000 00000000 " POSIX_REST
		  "02000000 u'b'",
		  posix_entries, 2, SMB_READ_OK },
		{ "76000000 00000000 " POSIX_REST "02000000 u'a' 00000000 00000000 " POSIX_REST
		  "04000000 u'b'",
		  posix_entries, 1, SMB_READ_MALFORMED },
		{ "76000000 00000000 " POSIX_REST "02000000 u'a'", posix_entries, 1, SMB_READ_OK },
		{ "07000000 01 'a' 00 00000000 01 'b' 00", fscc_get_ea_list, 2, SMB_READ_OK },
		{ "07000000 01 'a' 00 00000000 02 'b' 00", fscc_get_ea_list, 1, SMB_READ_MALFORMED },
		{ "07000000 01 'a' 00", fscc_get_ea_list, 1, SMB_READ_OK },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint32_t count;

		ck_assert_msg(items_of(rows[i].bytes, rows[i].list, &count) == rows[i].status,
			      "row %zu", i);
		ck_assert_uint_eq(count, rows[i].count);
	}
}
END_TEST

/* [MS-FSCC] 2.7.1 */
START_TEST(actions_have_their_names)
{
	const SmbField *action = &fscc_change.fields[1];

	ck_assert_str_eq(action->key, "action");
	ck_assert_ptr_null(action->name_of(0));
	ck_assert_str_eq(action->name_of(1), "FILE_ACTION_ADDED");
	ck_assert_str_eq(action->name_of(11), "FILE_ACTION_TUNNELLED_ID_COLLISION");
	ck_assert_ptr_null(action->name_of(12));
}
END_TEST

void
add_fscc_bounds(TCase *tc)
{
	tcase_add_test(tc, actions_have_their_names);
	tcase_add_test(tc, lists_of_smb2_end_where_an_entry_does);
	tcase_add_test(tc, entries_are_read_up_to_their_bounds);
	tcase_add_test(tc, referrals_are_read_up_to_their_bounds);
	tcase_add_test(tc, lists_are_read_up_to_their_bounds);
	tcase_add_test(tc, a_path_that_all_referrals_share_is_capped);
}
