/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands of transactions at their bounds: setup words, sections and the parts that come of them, names. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/smb1/transaction/transaction.h"
#include "tests/dissect/smb1/transaction/told.h"
#include "tests/lib/smb1-case.h"

#define TRANS_WORDS(setup) "0000 0000 0000 0000 00 00 0000 00000000 0000 0000 0000 0000 0000 " setup
#define TRANS_FIELDS(count, setup)                                                                                               \
	"total_parameter_count=0 total_data_count=0 max_parameter_count=0 max_data_count=0 max_setup_count=0 parameter_count=0 " \
	"parameter_offset=0 data_count=0 data_offset=0 setup_count=" count " setup=[" setup                                      \
	"] flags=0x0 timeout=0"
#define SECONDARY_FIELDS(offset)                                                                \
	"total_parameter_count=1 total_data_count=0 parameter_count=1 parameter_offset=" offset \
	" data_count=0 data_offset=0 "                                                          \
	"parameter_displacement=0 data_displacement=0"
#define NT_FIELDS(count, setup, function)                                                                                        \
	"total_parameter_count=0 total_data_count=0 max_parameter_count=0 max_data_count=0 max_setup_count=0 parameter_count=0 " \
	"parameter_offset=0 data_count=0 data_offset=0 setup_count=" count " setup=[" setup                                      \
	"] nt_function=" function
#define NT_WORDS(setup) \
	"00 0000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 " setup

/* clang-format off */
static const Case cases[] = {
	{ "a pipe without a word for its FID", 0x25, false, false, TRANS_WORDS("01 00 2600"), "'\\PIPE\\' 00",
	  TRANS_FIELDS("1", "38") " transaction_name='\\PIPE\\'", " name='\\PIPE\\'" },
	{ "a call of a pipe by its name", 0x25, false, false, TRANS_WORDS("02 00 5400 0700"), "'\\PIPE\\x' 00",
	  TRANS_FIELDS("2", "84 | 7") " transaction_name='\\PIPE\\x' subcommand=84 priority=7", " name='\\PIPE\\x' function=84" },
	{ "two words for what is no pipe", 0x25, false, false, TRANS_WORDS("02 00 2600 3412"), "'\\x' 00",
	  TRANS_FIELDS("2", "38 | 4660") " transaction_name='\\x' subcommand=38 fid=4660", " fid=4660 name='\\x' function=38" },
	{ "two words for what does not write to a pipe", 0x25, false, false, TRANS_WORDS("02 00 2300 3412"), "'\\x' 00",
	  TRANS_FIELDS("2", "35 | 4660") " transaction_name='\\x'", " name='\\x'" },
	{ "a mailslot without its class", 0x25, false, false, TRANS_WORDS("02 00 0100 0900"), "'\\MAILSLOT\\x' 00",
	  TRANS_FIELDS("2", "1 | 9") " transaction_name='\\MAILSLOT\\x'", " name='\\MAILSLOT\\x'" },
	{ "three words for what is no mailslot", 0x25, false, false, TRANS_WORDS("03 00 0100 0900 0200"), "'\\x' 00",
	  TRANS_FIELDS("3", "1 | 9 | 2") " transaction_name='\\x'", " name='\\x'" },
	{ "parameters right behind the header", 0x26, false, false, "0100 0000 0100 2000 0000 0000 0000 0000", "", SECONDARY_FIELDS("32"), NULL },
	{ "transaction2 secondary in the form of transaction secondary", 0x33, false, false, "0100 0000 0100 3300 0000 0000 0000 0000", "01",
	  SECONDARY_FIELDS("51"), NULL },
	{ "function 0, which is none", 0xA0, false, false, NT_WORDS("00 0000"), "", NT_FIELDS("0", "", "0"), " function=0" },
	{ "parameters of which more follow", 0xA0, false, false,
	  "04 0000 08000000 00000000 20000000 40000000 04000000 4c000000 00000000 00000000 00 0300", "000000 3412 0000",
	  "total_parameter_count=8 total_data_count=0 max_parameter_count=32 max_data_count=64 max_setup_count=4 parameter_count=4 "
	  "parameter_offset=76 data_count=0 data_offset=0 setup_count=0 setup=[] nt_function=3", " function=3" },
	{ "a control code whose parameters follow", 0xA0, false, false,
	  "00 0000 02000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 04 0200 a8000900 3412 01 00", "",
	  "total_parameter_count=2 total_data_count=0 max_parameter_count=0 max_data_count=0 max_setup_count=0 parameter_count=0 "
	  "parameter_offset=0 data_count=0 data_offset=0 setup_count=4 setup=[168 | 9 | 4660 | 1] nt_function=2 function_code=0x900a8 fid=4660 "
	  "is_fsctl=1 is_flags=0", " fid=4660 function=2" },
	{ "transaction2 without setup words", 0x32, false, false, TRANS_WORDS("00 00"), "", TRANS_FIELDS("0", ""), NULL },
};

static const Case lies[] = {
	{ "parameters in the last byte of the header", 0x26, false, false, "0100 0000 0100 1f00 0000 0000 0000 0000", "", SECONDARY_FIELDS("31"), NULL },
	{ "transaction2 without the setup word it counts", 0x32, false, false, TRANS_WORDS("01 00"), "", TRANS_FIELDS("1", ""), NULL },
	{ "a notification without two of its setup words", 0xA0, false, false, NT_WORDS("04 0400 1700 0000"), "", NT_FIELDS("4", "23 | 0", "4"), NULL },
};
/* clang-format on */

START_TEST(commands_are_read_up_to_their_bounds)
{
	CHECK_CASES(cases, true);
}
END_TEST

START_TEST(commands_that_lie_show_what_is_there)
{
	check_lie(&lies[_i]);
}
END_TEST

/* The part that the message of a case has; `got` false: it has none. */
static Smb1TransactionPart
part_of(const Case *c, Smb1Scratch *scratch, bool *got)
{
	g_autoptr(GByteArray) message = message_of(c);
	uint8_t *exact = dissect_exact(message, message->len, c->response, scratch);
	Smb1TransactionPart part = { 0 };

	*got = smb1_transaction_part(&scratch->message, &scratch->message.blocks[0], &part);
	/* What it points to is looked at here, and gone thereafter. */
	if (part.parameters.len)
		ck_assert_uint_eq(part.parameters.ptr[0], exact[part.counts.parameter_offset]);
	free(exact);
	return part;
}

#define PART(offset) "0100 0000 0100 " offset " 0000 0000 3300 0000"

START_TEST(a_part_has_the_bytes_of_its_sections)
{
	static const Case behind = { "", 0x26, false, false, PART("2000"), "01", "", NULL };
	static const Case inside = { "", 0x26, false, false, PART("1f00"), "01", "", NULL };
	static const Case answer = {
		"", 0x25, true, false, "0000 0000 0000 0000 0000 0000 0000 0000 0000 00 00",
		"", "",   NULL
	};
	static const Case asked = { "", 0x25, false, false, TRANS_WORDS("00 00"), "'\\PIPE\\' 00",
				    "", NULL };
	static const Case echo = { "", 0x2B, false, false, "0100", "'x'", "", NULL };
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));
	bool got;

	ck_assert_ptr_nonnull(scratch);
	Smb1TransactionPart part = part_of(&behind, scratch, &got);
	ck_assert(got && !part.request);
	ck_assert_uint_eq(part.parameters.len, 1);
	ck_assert_ptr_null(part.data.ptr); /* no bytes, wherever they are */
	part = part_of(&inside, scratch, &got);
	ck_assert(got);
	ck_assert_ptr_null(part.parameters.ptr);
	part = part_of(&answer, scratch, &got);
	ck_assert(got && !part.request);
	part = part_of(&asked, scratch, &got);
	ck_assert(got && part.request);
	(void)part_of(&echo, scratch, &got);
	ck_assert(!got);
	free(scratch);
}
END_TEST

/* A name has no bytes of a section: whose do would be told with it. */
START_TEST(a_name_ends_before_the_sections)
{
	static const struct {
		unsigned count, offset;
		bool told;
	} rows[] = {
		{ 1, 68, true }, { 1, 67, true },  { 1, 66, false }, { 1, 63, false },
		{ 4, 59, true }, { 5, 59, false }, { 0, 65, true },
	};
	Smb1Scratch *scratch = calloc(1, sizeof(*scratch));

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		unsigned count = rows[i / 2].count, offset = rows[i / 2].offset;
		g_autofree char *words =
			g_strdup_printf("0000 0000 0000 0000 00 00 0000 00000000 0000 "
					"%02x00 %02x00 %02x00 %02x00 00 00",
					i % 2 ? count : 0, i % 2 ? offset : 0, i % 2 ? 0 : count,
					i % 2 ? 0 : offset);
		Case c = { "", 0x25, false, false, words, "'\\xyz' 00 414243", "", NULL };
		g_autoptr(GByteArray) message = message_of(&c);
		uint8_t *exact = dissect_exact(message, message->len, false, scratch);

		ck_assert_msg(scratch->facts[0].name.bytes.len == (rows[i / 2].told ? 4 : 0),
			      "row %zu", i);
		free(exact);
	}
	free(scratch);
}
END_TEST

START_TEST(a_name_begins_with_capitals_in_either_case)
{
	static const struct {
		const char *name, *capitals;
		bool whole, begins;
	} rows[] = {
		{ "AZ", "AZ", true, true },   { "az", "AZ", true, true },
		{ "{", "[", true, false },    { "`", "@", true, false },
		{ "azb", "AZ", false, true }, { "azb", "AZ", true, false },
		{ "a", "AZ", false, false },  { "", "AZ", false, false },
		{ "", "", true, true },       { "b", "AZ", false, false },
	};
	SmbText cut = smb_text_from_utf8("az");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(smb1_transaction_name_begins(smb_text_from_utf8(rows[i].name),
							   rows[i].capitals,
							   rows[i].whole) == rows[i].begins,
			      "%s, %s", rows[i].name, rows[i].capitals);
	cut.cut = true;
	ck_assert(!smb1_transaction_name_begins(cut, "AZ", true));
	ck_assert(smb1_transaction_name_begins(cut, "AZ", false));
}
END_TEST

void
add_commands_bounds(TCase *tc)
{
	tcase_add_test(tc, commands_are_read_up_to_their_bounds);
	tcase_add_loop_test(tc, commands_that_lie_show_what_is_there, 0,
			    sizeof(lies) / sizeof(lies[0]));
	tcase_add_test(tc, a_part_has_the_bytes_of_its_sections);
	tcase_add_test(tc, a_name_ends_before_the_sections);
	tcase_add_test(tc, a_name_begins_with_capitals_in_either_case);
}
