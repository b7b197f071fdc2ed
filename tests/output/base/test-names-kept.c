/* SPDX-License-Identifier: BSD-3-Clause */
/* Which names a timeline keeps when there are more addresses than it has room for. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/json/datagrams.h"

enum { MANY = 20000, ROOM = SMB_CAP(4096, 3) };

static void
hear(OutNames *names, uint32_t number, bool honest)
{
	SmbDatagramFacts d = { .n_named = 1 };
	SmbEndpoints ends = { .family = 4 };
	char name[16];

	d.named[0].address[0] = honest ? 192 : 10;
	for (int i = 1; i < 4; i++)
		d.named[0].address[i] = (uint8_t)(number >> 8 * (3 - i));
	g_snprintf(name, sizeof(name), "%c%u", honest ? 'H' : 'X', number);
	d.named[0].name = smb_text_from_utf8(name);
	out_names_add(names, &ends, &d);
}

static char *
told(const OutNames *names)
{
	OutBuffer b = { 0 };
	char *text;

	out_names_put(names, &b, false);
	text = g_strndup(b.data, b.len);
	out_buffer_clear(&b);
	return text;
}

static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static OutNames *
names_new(uint64_t key)
{
	return out_names_new(&(OutOptions){ .key = { { key, 1 } } });
}

/* Who invents addresses does not keep out all that come later. */
START_TEST(later_ones_have_their_chance)
{
	OutNames *names = names_new(1);
	g_autofree char *text = NULL;

	for (uint32_t i = 0; i < MANY; i++)
		hear(names, i, false);
	for (uint32_t i = 0; i < MANY; i++)
		hear(names, i, true);
	text = told(names);
	ck_assert_uint_gt(count(text, " H"), 0);
	ck_assert_uint_le(count(text, " H") + count(text, " X"), ROOM);
	ck_assert_ptr_nonnull(strstr(text, "names of further addresses"));
	ck_assert(out_names_left_out(names));
	out_names_free(names);
}
END_TEST

START_TEST(the_order_does_not_matter_and_the_key_does)
{
	OutNames *names[3] = { names_new(1), names_new(1), names_new(2) };
	char *texts[3];

	for (uint32_t i = 0; i < MANY; i++) {
		hear(names[0], i, i % 2);
		hear(names[1], MANY - 1 - i, i % 2 == 0);
		hear(names[2], i, i % 2);
	}
	for (int i = 0; i < 3; i++)
		texts[i] = told(names[i]);
	ck_assert_str_eq(texts[0], texts[1]);
	ck_assert_str_ne(texts[0], texts[2]);
	for (int i = 0; i < 3; i++) {
		g_free(texts[i]);
		out_names_free(names[i]);
	}
}
END_TEST

START_TEST(what_fits_is_all_there)
{
	OutNames *names = names_new(1);
	g_autofree char *text = NULL;

	for (uint32_t i = 0; i < ROOM; i++)
		hear(names, i, true);
	text = told(names);
	ck_assert_uint_eq(count(text, " H"), ROOM);
	ck_assert_ptr_null(strstr(text, "further"));
	ck_assert(!out_names_left_out(names));
	out_names_free(names);
}
END_TEST

/* What an address calls itself beyond that is not left out without a word. */
START_TEST(names_of_one_address_are_counted)
{
	enum { NAMES = SMB_CAP(8, 2), TWICE = 2 };
	OutNames *names = names_new(1);
	SmbDatagramFacts d = { .n_named = 1 };
	SmbEndpoints ends = { .family = 4 };
	g_autofree char *text = NULL;

	d.named[0].address[0] = 192;
	d.named[0].name = smb_text_from_utf8("HOST");
	for (int again = 0; again < TWICE; again++)
		for (d.named[0].suffix = 0; d.named[0].suffix < NAMES; d.named[0].suffix++)
			out_names_add(names, &ends, &d);
	ck_assert(!out_names_left_out(names));
	out_names_add(names, &ends, &d);
	ck_assert(out_names_left_out(names));
	text = told(names);
	ck_assert_ptr_nonnull(strstr(text, "further names of these, seen 1 time\n"));
	out_names_free(names);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("names-kept");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(s);
	int failed;

	tcase_add_test(tc, later_ones_have_their_chance);
	tcase_add_test(tc, the_order_does_not_matter_and_the_key_does);
	tcase_add_test(tc, what_fits_is_all_there);
	tcase_add_test(tc, names_of_one_address_are_counted);
	suite_add_tcase(s, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
