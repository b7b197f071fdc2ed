/* SPDX-License-Identifier: BSD-3-Clause */
/* RAP at its bounds: counts in descriptors, requests that were cut, pointers, and what is capped. */
#include <check.h>
#include <glib.h>
#include <string.h>

#include "dissect/smb1/transaction/rap-request.h"
#include "dissect/smb1/transaction/rap.h"
#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/subcommand-case.h"
#include "tests/lib/subcommand-tell.h"

#define RAP .command = 0x25, .name = "\\PIPE\\LANMAN", .function = -1, .level = -1
#define ANSWER RAP, .response = true
#define REST " receive_buffer_size=0 send_buffer_size=0 parameter_number=0"
#define LEVEL_ALONE(level)                                                                      \
	" data_descriptor='' auxiliary_descriptor=- name=- second_name=- job_id=0 level=" level \
	" server_type=0x0" REST

/* clang-format off */
static const SubTold requests[] = {
	{ RAP, .what = "a count of two digits, one of them 0", .parameters = "4500 'b10W' 00 00 01020304050607080910 0500",
	  .fields = "rap_function=69 parameter_descriptor='b10W'" LEVEL_ALONE("5"), .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "the largest count", .parameters = "4500 'e65535W' 00 00 0500",
	  .fields = "rap_function=69 parameter_descriptor='e65535W'" LEVEL_ALONE("5"), .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "a larger count", .parameters = "4500 'e65536W' 00 00 0500", .status = SMB_READ_MALFORMED,
	  .fields = "rap_function=69 parameter_descriptor='e65536W'" LEVEL_ALONE("0"), .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "a larger count of what takes bytes", .parameters = "4500 'W65536' 00 00 0500", .status = SMB_READ_MALFORMED,
	  .fields = "rap_function=69 parameter_descriptor='W65536'" LEVEL_ALONE("0"), .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "three strings: no more than two are names", .parameters = "4500 'zzz' 00 00 'A' 00 'B' 00 'C' 00",
	  .fields = "rap_function=69 parameter_descriptor='zzz' data_descriptor='' auxiliary_descriptor=- name='A' second_name='B' job_id=0 "
	  "level=0 server_type=0x0" REST, .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "no level where the request was cut", .parameters = "4500 'WL' 00 00", .missing_parameters = 4, .status = SMB_READ_TRUNCATED,
	  .fields = "rap_function=69 parameter_descriptor='WL'" LEVEL_ALONE("0"),
	  .there = "rap_function=69 parameter_descriptor='WL' data_descriptor='' auxiliary_descriptor=- name=- second_name=- job_id=65535 level=65535 "
	  "server_type=0xffffffff receive_buffer_size=65535 send_buffer_size=65535 parameter_number=65535", .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "a descriptor with a character before the digits", .parameters = "4500 'WL' 00 'B-' 00 0500 00000000", .status = SMB_READ_MALFORMED,
	  .fields = "rap_function=69 parameter_descriptor='WL' data_descriptor=- auxiliary_descriptor=- name=- second_name=- job_id=0 level=0 "
	  "server_type=0x0" REST, .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "a descriptor with a character behind the letters", .parameters = "4500 'WL' 00 'B{' 00 0500 00000000", .status = SMB_READ_MALFORMED,
	  .fields = "rap_function=69 parameter_descriptor='WL' data_descriptor=- auxiliary_descriptor=- name=- second_name=- job_id=0 level=0 "
	  "server_type=0x0" REST, .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "a descriptor with the first of the letters and the last", .parameters = "4500 'W' 00 'aAzZ09' 00 0500",
	  .fields = "rap_function=69 parameter_descriptor='W' data_descriptor='aAzZ09' auxiliary_descriptor=- name=- second_name=- job_id=0 level=5 "
	  "server_type=0x0" REST, .facts = " about=NetPrintQEnum" },
	{ RAP, .what = "NetServerAdminCommand: its string is no name", .parameters = "1000 'z' 00 00 'S' 00",
	  .fields = "rap_function=16 parameter_descriptor='z' data_descriptor='' arguments=5300 data=", .facts = " about=NetServerAdminCommand" },
	{ RAP, .what = "NetWkstaSetUID: its string is no name", .parameters = "3e00 'z' 00 00 'S' 00",
	  .fields = "rap_function=62 parameter_descriptor='z' data_descriptor='' arguments=5300 data=", .facts = " about=NetWkstaSetUID" },
	{ RAP, .what = "SamOEMChangePassword: its string is no name", .parameters = "d600 'z' 00 00 'S' 00",
	  .fields = "rap_function=214 parameter_descriptor='z' data_descriptor='' arguments=5300 data=", .facts = " about=SamOEMChangePassword" },
};

#define NO_ENTRIES "converter=0 entries_returned=1 entries_available=1 total_bytes_available=0 entries=[]"
#define ONE "converter=0 entries_returned=1 entries_available=1 total_bytes_available=0 entries="
#define COUNTED .parameters = "0000 0000 0100 0100"
#define GROUPS(descriptor) .asked = "2f00 'WrLeh' 00 '" descriptor "' 00 0900 00ff"
#define GROUPS_9 "rap_function=47 level=9 rap_status=0 "
#define VALUE(v) "field=- value='" v "' secret=-"
#define ENTRY(values) "[name=- comment=- values=[" values "] auxiliary=[]]"
#define OPEN_FACTS " count=1 rap=0"

static const SubTold answers[] = {
	{ ANSWER, .what = "three words, of which the first is told", COUNTED, GROUPS("W3B"), .data = "0100 0200 0300 04",
	  .fields = GROUPS_9 ONE ENTRY(VALUE("1") " | " VALUE("4")), .facts = OPEN_FACTS },
	{ ANSWER, .what = "a count of 0 is one word",
	  .parameters = "0000 0000 0200 0200", GROUPS("W0B"), .data = "0100 04 0200 05",
	  .fields = GROUPS_9 "converter=0 entries_returned=2 entries_available=2 total_bytes_available=0 entries=["
	  "name=- comment=- values=[" VALUE("1") " | " VALUE("4") "] auxiliary=[] | "
	  "name=- comment=- values=[" VALUE("2") " | " VALUE("5") "] auxiliary=[]]", .facts = " count=2 rap=0" },
	{ ANSWER, .what = "an entry exactly as long as the data, and one byte less", .parameters = "0000 0000 0200 0200", GROUPS("W"), .data = "0100 02",
	  .fields = GROUPS_9 "converter=0 entries_returned=2 entries_available=2 total_bytes_available=0 entries=" ENTRY(VALUE("1")),
	  .facts = " count=2 rap=0" },
	{ ANSWER, .what = "no more entries than were returned", COUNTED, GROUPS("W"), .data = "0100 0200",
	  .fields = GROUPS_9 ONE ENTRY(VALUE("1")), .facts = OPEN_FACTS },
	{ ANSWER, .what = "eight items without bytes", COUNTED, GROUPS("OOOOOOOODD"), .data = "05000000 06000000",
	  .fields = GROUPS_9 ONE ENTRY(VALUE("5") " | " VALUE("6")), .facts = OPEN_FACTS },
	{ ANSWER, .what = "nine items without bytes", COUNTED, GROUPS("OOOOOOOOODDD"), .data = "05000000 06000000 07000000",
	  .fields = GROUPS_9 NO_ENTRIES, .facts = OPEN_FACTS },
	{ ANSWER, .what = "an item without bytes, and a byte", COUNTED, GROUPS("OB"), .data = "05",
	  .fields = GROUPS_9 ONE ENTRY(VALUE("5")), .facts = OPEN_FACTS },
	{ ANSWER, .what = "more items without bytes than bytes", COUNTED, GROUPS("OOB"), .data = "05",
	  .fields = GROUPS_9 NO_ENTRIES, .facts = OPEN_FACTS },
	{ ANSWER, .what = "a descriptor with a count too large at its end", COUNTED, GROUPS("BW65536"), .data = "05 0100",
	  .fields = GROUPS_9 NO_ENTRIES, .facts = OPEN_FACTS },
	{ ANSWER, .what = "a pointer to the last byte, to the end, and beyond", COUNTED, GROUPS("zzz"), .data = "0c000000 0d000000 0e000000 'x'",
	  .fields = GROUPS_9 ONE ENTRY(VALUE("x") " | field=- value=- secret=- | field=- value=- secret=-"), .facts = OPEN_FACTS },
	{ ANSWER, .what = "where no level was asked for, anything may be a secret", COUNTED, .asked = "3800 'z' 00 'B21' 00 'bob' 00", .data = "'bob' 000000000000000000000000000000000000",
	  .fields = "rap_function=56 level=0 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=0 entries="
	  "[name=- comment=- values=[field=- value=- secret='bob'] auxiliary=[]] "
	  "data=626f62000000000000000000000000000000000000", .facts = OPEN_FACTS },
	{ ANSWER, .what = "what cannot be read by its descriptor may be a secret", COUNTED, .asked = "3800 'zWrLh' 00 'B21W65536' 00 'bob' 00 0000 0010", .data = "'bob' 000000000000000000000000000000000000 0100",
	  .fields = "rap_function=56 level=0 rap_status=0 converter=0 entries_returned=1 entries_available=0 total_bytes_available=1 entries=[] "
	  "data=626f620000000000000000000000000000000000000100", .facts = OPEN_FACTS },
	{ ANSWER, .what = "a name that is a number is none", COUNTED, .asked = "2f00 'WrLeh' 00 'W' 00 0000 00ff", .data = "0500",
	  .fields = "rap_function=47 level=0 rap_status=0 " ONE "[name=- comment=- values=[field='name' value='5' secret=-] auxiliary=[]]",
	  .facts = OPEN_FACTS },
	{ ANSWER, .what = "the number of auxiliary entries stands first", COUNTED, .asked = "4500 'WrLeh' 00 'NW' 00 0900 00ff 'WB' 00",
	  .data = "0200 0700 0300 04 0500 06",
	  .fields = "rap_function=69 level=9 rap_status=0 " ONE "[name=- comment=- values=[" VALUE("2") " | " VALUE("7") "] auxiliary=["
	  "values=[field='job_id' value='3' secret=- | field='user' value='4' secret=-] | "
	  "values=[field='job_id' value='5' secret=- | field='user' value='6' secret=-]]]", .facts = OPEN_FACTS },
	{ ANSWER, .what = "an auxiliary descriptor, and no number of entries", COUNTED, .asked = "4500 'WrLeh' 00 'WW' 00 0900 00ff 'B' 00",
	  .data = "0100 0100 07", .fields = "rap_function=69 level=9 rap_status=0 " ONE ENTRY(VALUE("1") " | " VALUE("1")), .facts = OPEN_FACTS },
	{ ANSWER, .what = "a queue without jobs has no list of them", .parameters = "0000 0000 0200 0200", .data = "0000 0100 0700",
	  .asked = "4500 'WrLeh' 00 'N' 00 0900 00ff 'W' 00",
	  .fields = "rap_function=69 level=9 rap_status=0 converter=0 entries_returned=2 entries_available=2 total_bytes_available=0 entries=["
	  "name=- comment=- values=[" VALUE("0") "] auxiliary=[] | name=- comment=- values=[" VALUE("1") "] auxiliary=["
	  "values=[field='job_id' value='7' secret=-]]]", .facts = " count=2 rap=0",
	  .json = "{\"rap_function\":69,\"level\":9,\"rap_status\":0,\"converter\":0,\"entries_returned\":2,\"entries_available\":2,\"entries\":[{\"values\":[{\"value\":\"0\"}]},{\"values\":[{\"value\":\"1\"}],\"auxiliary\":[{\"values\":[{\"field\":\"job_id\",\"value\":\"7\"}]}]}]}" },
	{ ANSWER, .what = "jobs behind a queue of level 4 have names of their own", COUNTED, .asked = "4500 'WrLeh' 00 'N' 00 0400 00ff 'WW' 00",
	  .data = "0100 0300 0400", .fields = "rap_function=69 level=4 rap_status=0 " ONE "[name=- comment=- values=[field='name' value='1' secret=-] "
	  "auxiliary=[values=[field='job_id' value='3' secret=- | field='priority' value='4' secret=-]]]", .facts = OPEN_FACTS },
	{ ANSWER, .what = "bytes and a number that are no counts", .parameters = "0000 0000 11223344 5566 0100 0100", .data = "0500",
	  .asked = "2f00 'Wig2eh' 00 'W' 00 0900", .fields = GROUPS_9 ONE ENTRY(VALUE("5")), .facts = OPEN_FACTS },
	{ ANSWER, .what = "a count too large among the parameters, behind the level", .parameters = "0000 0000 0500", .data = "0500",
	  .asked = "2f00 'We65536' 00 'W' 00 0900",
	  .fields = GROUPS_9 "converter=0 entries_returned=1 entries_available=0 total_bytes_available=0 entries=" ENTRY(VALUE("5")), .facts = OPEN_FACTS },
	{ ANSWER, .what = "nothing returned, and not counted", .parameters = "0000 0000 0000", .data = "", .asked = "2f00 'zWrLh' 00 'W' 00 'A' 00 0900 00ff",
	  .fields = GROUPS_9 "converter=0 entries_returned=0 entries_available=0 total_bytes_available=0 entries=[]", .facts = " rap=0" },
	{ ANSWER, .what = "a descriptor that says nothing: all of the data may be a password", COUNTED, .data = "0500",
	  .asked = "0000 'WrLeh' 00 'Q' 00 0100 00ff", .fields = "rap_function=0 level=1 rap_status=0 " NO_ENTRIES " data=0500", .facts = OPEN_FACTS },
	{ ANSWER, .what = "a text that is no descriptor: it may be a password itself", COUNTED, .data = "0500",
	  .asked = "0000 'WrLeh' 00 '?' 00 0100 00ff", .fields = "rap_status=0 converter=0 data=0500", .facts = " rap=0" },
	{ ANSWER, .what = "no request, and nothing counted", COUNTED, .data = "05", .fields = "rap_status=0 converter=0 data=05" },
	{ ANSWER, .what = "cut before its converter", .parameters = "0000", .missing_parameters = 2, .data = "05", .status = SMB_READ_TRUNCATED, GROUPS("B"),
	  .fields = "rap_status=0 converter=0 data=05", .there = "rap_status=0 converter=18446744073709551615 data=05" },
	{ ANSWER, .what = "a request that was kept up to its first descriptor", COUNTED, .data = "05", .asked = "2f00 'eh' 00",
	  .fields = "rap_status=0 converter=0 data=05", .facts = " rap=0" },
	{ ANSWER, .what = "a request that was kept up to its level", COUNTED, .data = "05", .asked = "2f00 'WrLeh' 00 'B' 00 09",
	  .fields = "rap_status=0 converter=0 data=05", .facts = " rap=0" },
	{ ANSWER, .what = "a request that was kept with its level", COUNTED, .data = "05", .asked = "2f00 'WrLeh' 00 'B' 00 0900",
	  .fields = GROUPS_9 ONE ENTRY(VALUE("5")), .facts = OPEN_FACTS },
	{ ANSWER, .what = "an error that counts entries", .parameters = "0909 0000 0100 0100", .data = "05", GROUPS("B"),
	  .fields = "rap_function=47 level=9 rap_status=2313 " NO_ENTRIES, .facts = " rap=2313" },
};
/* clang-format on */

START_TEST(requests_are_read_up_to_their_bounds)
{
	SUB_TELL(requests);
}
END_TEST

START_TEST(answers_are_read_up_to_their_bounds)
{
	SUB_TELL(answers);
}
END_TEST

/* [MS-RAP] 2.5.7: with these, and no others, the first word is a print job. */
START_TEST(a_word_is_a_job_where_the_function_is_of_jobs)
{
	for (unsigned function = 0; function <= 0xFF; function++) {
		bool job = function == 0x4D || function == 0x4E || function == 0x51 ||
			   function == 0x52 || function == 0x53 || function == 0x93;
		uint8_t asked[] = { (uint8_t)function, 0, 'W', 'W', 0, 0, 7, 0, 2, 0 };
		SmbReader r = smb_reader_new(asked, sizeof(asked), sizeof(asked));
		RapRequest request = { 0 };

		smb1_rap_read_request(&r, &request);
		ck_assert_int_eq(r.status, SMB_READ_OK);
		ck_assert_msg(request.job_id == (job ? 7 : 0), "0x%x", function);
		ck_assert_msg(request.level == (job ? 2 : 7), "0x%x", function);
	}
}
END_TEST

static unsigned
count_of(const char *text, const char *word)
{
	unsigned n = 0;

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
		n++;
	return n;
}

/*
 * Entries of 20 bytes whose pointers all lead to the same 256 bytes: the names and comments that
 * are shown are no more than four times the data, and 4096 bytes.
 */
START_TEST(a_comment_that_all_entries_share_is_capped)
{
	static const SubTarget target = { smb1_transaction_name_parse, 0x25 };
	static const unsigned entries[] = { 1, 28, 29, 40 };

	for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
		unsigned n = entries[i], budget = 4 * (20 * n + 256) + 4096;
		g_autoptr(GString) data = g_string_new(NULL), counts = g_string_new(NULL);
		SubCase c = { "shared",
			      true,
			      false,
			      -1,
			      "\\PIPE\\LANMAN",
			      NULL,
			      NULL,
			      NULL,
			      "0000 'WrLeh' 00 'B13BWz' 00 0100 e0ff",
			      NULL,
			      NULL };
		SubRun *run;

		for (unsigned k = 0; k < n; k++)
			g_string_append_printf(data,
					       "'N' 000000000000000000000000 00 0000 %02x%02x0000 ",
					       20 * n & 0xFF, 20 * n >> 8);
		for (unsigned k = 0; k < 256; k++)
			g_string_append(data, "'c'");
		g_string_printf(counts, "0000 0000 %02x00 %02x00", n, n);
		c.parameters = counts->str;
		c.data = data->str;
		run = sub_run_new(&c);
		g_autoptr(GString)
			out = sub_read(run, target, run->parameters->len, run->data->len);
		ck_assert_uint_eq(count_of(out->str, " comment='c"), MIN(n, budget / 257));
		sub_run_free(run);
	}
}
END_TEST

START_TEST(descriptors_begin_as_those_of_their_level)
{
	static const char *const other[] = { "B130", "B139", "B12", "B1", "" };

	ck_assert_ptr_nonnull(smb1_rap_names(0, 0, smb_text_from_utf8("B13")));
	ck_assert_ptr_nonnull(smb1_rap_names(0, 0, smb_text_from_utf8("B13BWz")));
	for (size_t i = 0; i < G_N_ELEMENTS(other); i++)
		ck_assert_ptr_null(smb1_rap_names(0, 0, smb_text_from_utf8(other[i])));
}
END_TEST

void
add_rap_bounds(TCase *tc)
{
	tcase_add_test(tc, requests_are_read_up_to_their_bounds);
	tcase_add_test(tc, answers_are_read_up_to_their_bounds);
	tcase_add_test(tc, a_word_is_a_job_where_the_function_is_of_jobs);
	tcase_add_test(tc, a_comment_that_all_entries_share_is_capped);
	tcase_add_test(tc, descriptors_begin_as_those_of_their_level);
}
