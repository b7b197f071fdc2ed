/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Text: decoding of all three encodings, strings as they stand in messages, and counted copies. All
 * wire bytes lie in heap buffers of exactly their size, so that AddressSanitizer sees what is read
 * beyond.
 */
#include "tests/dissect/wire/text-case.h"

START_TEST(test_oem_above_ascii_is_code_page_437)
{
	DECODES("Caf\x82", SMB_TEXT_OEM, "Caf\u00E9");
	DECODES("\x80\x81\x9B\xB3\xC4\xE1\xFE\xFF", SMB_TEXT_OEM,
		"\u00C7\u00FC\u00A2\u2502\u2500\u00DF\u25A0\u00A0");
	DECODES("a\x7F\x01", SMB_TEXT_OEM, "a\x7F\x01");
}
END_TEST

/* A code page where every byte from 0x80 on is U+0400 and more, and 0x81 begins pairs. */
static const SmbEncoding *
made_page(void)
{
	static uint16_t single[SMB_OEM_UPPER], pairs_of_81[256];
	static const uint16_t *pairs[SMB_OEM_UPPER];
	static const SmbEncoding page = { single, pairs };

	for (unsigned i = 0; i < SMB_OEM_UPPER; i++)
		single[i] = (uint16_t)(0x400 + i);
	pairs_of_81['A'] = 0x3042;
	pairs[1] = pairs_of_81;
	return &page;
}

START_TEST(test_oem_of_another_code_page)
{
	const SmbEncoding *page = made_page();
	const SmbEncoding singles = { page->single, NULL };

	DECODES("a\x80", page, "a\u0400");
	DECODES("\x81"
		"A\x81"
		"B\x81",
		page, "\u3042\u0401B\u0401");
	DECODES("\x81"
		"A",
		&singles, "\u0401A");
}
END_TEST

START_TEST(test_strings_have_the_code_page_of_their_reader)
{
	const SmbEncoding *page = made_page();
	SmbReader r = smb_reader_from_span(BYTES("\x80\0\x80\0\x81"
						 "A"));

	r.oem = page;
	ck_assert_ptr_eq(smb_reader_string(&r, false).encoding, page);
	ck_assert_ptr_eq(smb_reader_counted_string(&r, 2, false).encoding, page);
	ck_assert_ptr_eq(smb_reader_string(&(SmbReader){ 0 }, true).encoding, SMB_TEXT_UTF16LE);
	r = smb_reader_sub(&r, 2);
	ck_assert_ptr_eq(smb_reader_string_unaligned(&r, false).encoding, page);
}
END_TEST

/* What is a second byte only shows from the beginning on. */
START_TEST(test_a_copy_of_pairs_is_capped_between_characters)
{
	SmbText text = { BYTES("a\x81"
			       "A\x81"
			       "A\x81"
			       "A"),
			 made_page() };
	static const uint32_t fits[] = { 0, 1, 1, 3, 3, 5, 5, 7, 7 };

	for (uint32_t cap = 0; cap < G_N_ELEMENTS(fits); cap++) {
		SmbString *string = smb_string_new(text, cap);

		ck_assert_uint_eq(string->len, fits[cap]);
		ck_assert_ptr_eq(smb_string_text(string).encoding, text.encoding);
		smb_string_unref(string);
	}
}
END_TEST

START_TEST(test_utf16_decodes_one_to_four_bytes)
{
	DECODES("a\0\xE9\0\xAC\x20\x3D\xD8\x00\xDE", SMB_TEXT_UTF16LE, "a\u00E9\u20AC\U0001F600");
	DECODES("\xFF\xDB\xFF\xDF", SMB_TEXT_UTF16LE, "\U0010FFFF");
	DECODES("", SMB_TEXT_UTF16LE, "");
}
END_TEST

START_TEST(test_utf16_that_is_broken_gives_replacement_characters)
{
	/* An odd last byte; a high surrogate before a letter, at the end, before half a unit. */
	DECODES("a\0b", SMB_TEXT_UTF16LE, "a\uFFFD");
	DECODES("\x3D\xD8x\0", SMB_TEXT_UTF16LE, "\uFFFDx");
	DECODES("x\0\x3D\xD8", SMB_TEXT_UTF16LE, "x\uFFFD");
	DECODES("\x3D\xD8\x00", SMB_TEXT_UTF16LE, "\uFFFD\uFFFD");
	/* A low one alone; two high ones, of which the second has its low one. */
	DECODES("\x00\xDEx\0", SMB_TEXT_UTF16LE, "\uFFFDx");
	DECODES("\x3D\xD8\x3D\xD8\x00\xDE", SMB_TEXT_UTF16LE, "\uFFFD\U0001F600");
}
END_TEST

START_TEST(test_utf8_is_checked)
{
	DECODES("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", SMB_TEXT_UTF8, "a\u00E9\u20AC\U0001F600");
	/* Overlong in two, three and four bytes, a surrogate, beyond Unicode. */
	DECODES("\xC0\x80", SMB_TEXT_UTF8, "\uFFFD\uFFFD");
	DECODES("\xE0\x80\x80", SMB_TEXT_UTF8, "\uFFFD\uFFFD\uFFFD");
	DECODES("\xF0\x80\x80\x80", SMB_TEXT_UTF8, "\uFFFD\uFFFD\uFFFD\uFFFD");
	DECODES("\xED\xA0\x80", SMB_TEXT_UTF8, "\uFFFD\uFFFD\uFFFD");
	DECODES("\xF4\x90\x80\x80", SMB_TEXT_UTF8, "\uFFFD\uFFFD\uFFFD\uFFFD");
	DECODES("\xFF\x80", SMB_TEXT_UTF8, "\uFFFD\uFFFD");
	/* What began well is one character, and the byte that broke it counts itself. */
	DECODES("\xE2\x82x", SMB_TEXT_UTF8, "\uFFFDx");
	DECODES("\xF0\x9F\x98", SMB_TEXT_UTF8, "\uFFFD");
	/* The ends of what is well formed. */
	DECODES("\xE0\xA0\x80\xED\x9F\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", SMB_TEXT_UTF8,
		"\u0800\xED\x9F\xBF\U00010000\U0010FFFF");
}
END_TEST

START_TEST(test_nul_inside_is_a_character_like_any_other)
{
	DECODES("a\0b", SMB_TEXT_OEM, "a\0b");
	DECODES("a\0\0\0b\0", SMB_TEXT_UTF16LE, "a\0b");
	DECODES("a\0b", SMB_TEXT_UTF8, "a\0b");
}
END_TEST

START_TEST(test_output_is_cut_between_characters)
{
	SmbText text = { BYTES("a\0\xAC\x20\x3D\xD8\x00\xDE"), SMB_TEXT_UTF16LE };
	/* By size: 1 byte of a, 3 of the euro sign, 4 of the face, and always the NUL. */
	static const size_t fits[] = { 0, 0, 1, 1, 1, 4, 4, 4, 4, 8, 8 };

	for (size_t size = 0; size < G_N_ELEMENTS(fits); size++) {
		char *out = malloc(size ? size : 1);

		out[0] = 'x';
		ck_assert_uint_eq(smb_text_to_utf8(text, out, size), fits[size]);
		ck_assert_int_eq(out[size ? fits[size] : 0], size ? '\0' : 'x');
		free(out);
	}
}
END_TEST

START_TEST(test_next_stops_at_the_end_and_beyond)
{
	SmbText text = { BYTES("ab"), SMB_TEXT_OEM };
	uint32_t at = 1, character = 0;

	ck_assert(smb_text_next(text, &at, &character));
	ck_assert_uint_eq(character, 'b');
	ck_assert_uint_eq(at, 2);
	ck_assert(!smb_text_next(text, &at, &character));
	at = 0xFFFFFFFF;
	ck_assert(!smb_text_next(text, &at, &character));
	at = 0;
	ck_assert(!smb_text_next((SmbText){ .encoding = SMB_TEXT_UTF8 }, &at, &character));
}
END_TEST

START_TEST(test_every_character_survives_utf8)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char utf8[4];
		uint32_t len = (uint32_t)smb_character_utf8(c, utf8), at = 0, back = 0;
		SmbText text = { { (const uint8_t *)utf8, len }, SMB_TEXT_UTF8 };

		/* No assertion in the loop: each one writes to a pipe. */
		if (!smb_text_next(text, &at, &back) || at != len ||
		    back != (c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c))
			ck_abort_msg("U+%04X came back as U+%04X", c, back);
	}
}
END_TEST

START_TEST(test_a_number_that_is_no_character_is_replaced)
{
	char utf8[4];

	ck_assert_uint_eq(smb_character_utf8(0x110000, utf8), 3);
	ck_assert_mem_eq(utf8, "\uFFFD", 3);
	ck_assert_uint_eq(smb_character_utf8(0xFFFFFFFF, utf8), 3);
	ck_assert_mem_eq(utf8, "\uFFFD", 3);
}
END_TEST

START_TEST(test_control_format_and_separator_characters_are_unprintable)
{
	static const uint32_t bad[] = {
		0x00,    0x0A,    0x1B,     0x1F,     0x7F,       0x80,    0x85,    0x9B,
		0x9F,    0xAD,    0x600,    0x605,    0x61C,      0x6DD,   0x70F,   0x890,
		0x891,   0x8E2,   0x180E,   0x200B,   0x200F,     0x2028,  0x2029,  0x202A,
		0x202E,  0x2060,  0x2064,   0x2066,   0x206F,     0xD800,  0xDFFF,  0xFDD0,
		0xFDEF,  0xFEFF,  0xFFF9,   0xFFFB,   0xFFFE,     0xFFFF,  0x110BD, 0x110CD,
		0x13430, 0x1343F, 0x1BCA0,  0x1BCA3,  0x1D173,    0x1D17A, 0x1FFFE, 0xE0001,
		0xE0020, 0xE007F, 0x10FFFF, 0x110000, 0xFFFFFFFF,
	};
	static const uint32_t good[] = {
		0x20,    0x41,    0x7E,    0xA0,    0xAC,    0xAE,    0xE9,    0x5FF,
		0x606,   0x61B,   0x61D,   0x180D,  0x200A,  0x2010,  0x2027,  0x202F,
		0x205F,  0x2065,  0x2070,  0xD7FF,  0xE000,  0xFDCF,  0xFDF0,  0xFEFE,
		0xFFF8,  0xFFFC,  0xFFFD,  0x10000, 0x110BC, 0x1342F, 0x13440, 0x1BC9F,
		0x1BCA4, 0x1D172, 0x1D17B, 0x1F600, 0xE0000, 0xE0002, 0xE001F, 0xE0080,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		ck_assert_msg(smb_character_is_unprintable(bad[i]), "U+%04X", bad[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		ck_assert_msg(!smb_character_is_unprintable(good[i]), "U+%04X", good[i]);
}
END_TEST

/* GLib's own Unicode tables, which may be of an older Unicode: only what both know is held. */
START_TEST(test_unprintable_agrees_with_glib)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		GUnicodeType type = g_unichar_type(c);
		bool bad = type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
			   type == G_UNICODE_LINE_SEPARATOR ||
			   type == G_UNICODE_PARAGRAPH_SEPARATOR || type == G_UNICODE_SURROGATE;

		if (type != G_UNICODE_UNASSIGNED && bad != smb_character_is_unprintable(c))
			ck_abort_msg("U+%04X", c);
	}
}
END_TEST

START_TEST(test_texts_are_equal_by_their_characters)
{
	SmbText utf8 = smb_text_from_utf8("Caf\u00E9"), none = smb_text_from_utf8(NULL);
	SmbText oem = { BYTES("Caf\x82"), SMB_TEXT_OEM };
	SmbText utf16 = { { (const uint8_t *)"C\0a\0f\0\xE9", 8 }, SMB_TEXT_UTF16LE };
	SmbText shorter = { { utf16.bytes.ptr, 6 }, SMB_TEXT_UTF16LE };
	SmbText empty16 = { { utf16.bytes.ptr, 0 }, SMB_TEXT_UTF16LE };

	ck_assert(smb_text_equal(utf8, oem));
	ck_assert(smb_text_equal(oem, utf16));
	ck_assert(smb_text_equal(utf16, utf8));
	ck_assert(smb_text_equal(utf16, utf16));
	ck_assert(!smb_text_equal(utf8, shorter));
	ck_assert(!smb_text_equal(shorter, oem));
	ck_assert(!smb_text_equal(shorter, utf16));
	ck_assert(!smb_text_equal(utf8, smb_text_from_utf8("Caf\u00EA")));
	ck_assert(smb_text_equal(none, empty16));
	ck_assert(smb_text_equal(none, smb_text_from_utf8("")));
	ck_assert(!smb_text_equal(none, utf8));
	ck_assert(smb_text_is_empty(none));
	ck_assert(smb_text_is_empty(empty16));
	ck_assert(!smb_text_is_empty(oem));
	ck_assert_ptr_null(none.bytes.ptr);
}
END_TEST

/* ---- Copies ---------------------------------------------------------------------------------- */

START_TEST(test_a_copy_outlives_its_bytes_until_the_last_reference_goes)
{
	SmbString *string = smb_string_new((SmbText){ BYTES("a\0b\0"), SMB_TEXT_UTF16LE }, 100);
	SmbString *second = smb_string_ref(string);

	text_tear_down();
	ck_assert_ptr_eq(second, string);
	ck_assert_uint_eq(string->refs, 2);
	smb_string_unref(string);
	ck_assert_uint_eq(second->refs, 1);
	ck_assert(smb_text_equal(smb_string_text(second), smb_text_from_utf8("ab")));
	ck_assert_uint_ge(smb_string_memory(second), sizeof(*second) + 4);
	smb_string_unref(second);
}
END_TEST

START_TEST(test_no_text_has_no_copy_and_empty_text_an_empty_one)
{
	SmbString *string = smb_string_new(smb_text_from_utf8(""), 10);

	ck_assert_ptr_nonnull(string);
	ck_assert_uint_eq(string->len, 0);
	ck_assert_ptr_nonnull(smb_string_text(string).bytes.ptr);
	smb_string_unref(string);
	ck_assert_ptr_null(smb_string_new(smb_text_from_utf8(NULL), 10));
	ck_assert_ptr_null(smb_string_ref(NULL));
	ck_assert_ptr_null(smb_string_text(NULL).bytes.ptr);
	ck_assert_uint_eq(smb_string_memory(NULL), 0);
	smb_string_unref(NULL);
}
END_TEST

/* A cap on anything a stranger names must not leave half a character after. */
START_TEST(test_a_copy_is_capped_between_characters)
{
	static const char utf16[] = "a\0\x3D\xD8\x00\xDE\x62\0c"; /* a, a face, b, c: 10 bytes */
	static const uint32_t fits16[] = { 0, 0, 2, 2, 2, 2, 6, 6, 8, 8, 10, 10 };
	static const char utf8[] = "a\u00E9\u20AC\U0001F600"; /* 1, 2, 3 and 4 bytes */
	static const uint32_t fits8[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };
	SmbString *string;

	for (uint32_t cap = 0; cap < 12; cap++) {
		string = smb_string_new((SmbText){ text_bytes_of(utf16, 10), SMB_TEXT_UTF16LE },
					cap);
		ck_assert_uint_eq(string->len, fits16[cap]);
		smb_string_unref(string);
		string = smb_string_new((SmbText){ text_bytes_of(utf8, 10), SMB_TEXT_UTF8 }, cap);
		ck_assert_uint_eq(string->len, fits8[cap]);
		smb_string_unref(string);
		string = smb_string_new((SmbText){ text_bytes_of(utf8, 10), SMB_TEXT_OEM }, cap);
		ck_assert_uint_eq(string->len, MIN(cap, 10));
		smb_string_unref(string);
	}
}
END_TEST

static TCase *
decoding(void)
{
	TCase *c = tcase_create("decoding");

	tcase_add_checked_fixture(c, NULL, text_tear_down);
	tcase_add_test(c, test_oem_above_ascii_is_code_page_437);
	tcase_add_test(c, test_oem_of_another_code_page);
	tcase_add_test(c, test_utf16_decodes_one_to_four_bytes);
	tcase_add_test(c, test_utf16_that_is_broken_gives_replacement_characters);
	tcase_add_test(c, test_utf8_is_checked);
	tcase_add_test(c, test_nul_inside_is_a_character_like_any_other);
	tcase_add_test(c, test_output_is_cut_between_characters);
	tcase_add_test(c, test_next_stops_at_the_end_and_beyond);
	tcase_add_test(c, test_every_character_survives_utf8);
	tcase_add_test(c, test_a_number_that_is_no_character_is_replaced);
	tcase_add_test(c, test_control_format_and_separator_characters_are_unprintable);
	tcase_add_test(c, test_unprintable_agrees_with_glib);
	tcase_add_test(c, test_texts_are_equal_by_their_characters);
	return c;
}

static TCase *
strings(void)
{
	TCase *c = tcase_create("strings");

	tcase_add_checked_fixture(c, NULL, text_tear_down);
	text_add_strings(c);
	tcase_add_test(c, test_a_copy_outlives_its_bytes_until_the_last_reference_goes);
	tcase_add_test(c, test_no_text_has_no_copy_and_empty_text_an_empty_one);
	tcase_add_test(c, test_a_copy_is_capped_between_characters);
	tcase_add_test(c, test_a_copy_of_pairs_is_capped_between_characters);
	tcase_add_test(c, test_strings_have_the_code_page_of_their_reader);
	return c;
}

int
main(void)
{
	Suite *suite = suite_create("text");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, decoding());
	suite_add_tcase(suite, strings());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
