/* SPDX-License-Identifier: BSD-3-Clause */
/* What one worker may make the run hold, and what text of it goes to a report. */
#include "cli/workers/share.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "cli/jobs/plain.h"
#include "cli/workers/items.h"

#define MIB ((uint64_t)1 << 20)

static CliShare
share(void)
{
	return (CliShare){ .memory = 64 * MIB, .of = 2 };
}

START_TEST(what_is_told_is_in_proportion)
{
	CliShare s = share();

	ck_assert(cli_share_tell(&s, MIB));
	ck_assert(!cli_share_tell(&s, 1));
	cli_share_give(&s, CLI_ITEM_CHUNK, 4096, 1);
	ck_assert(cli_share_tell(&s, MIB - 1));
	ck_assert(!cli_share_tell(&s, 1));
	ck_assert(cli_share_wait(&s, 2 * MIB));
	ck_assert(!cli_share_wait(&s, 1));
}
END_TEST

START_TEST(a_record_is_no_longer_than_memory)
{
	CliShare s = share();

	s.memory = 4 * MIB;
	for (int i = 0; i < 3; i++) {
		ck_assert(cli_share_record(&s, 19 * MIB, true));
		ck_assert(cli_share_record(&s, MIB, false));
	}
	ck_assert(cli_share_record(&s, 20 * MIB, true));
	ck_assert(!cli_share_record(&s, 1, false));
}
END_TEST

START_TEST(no_worker_has_more_memory_than_it_may)
{
	CliShare s = share();

	cli_share_give(&s, CLI_ITEM_OPEN, 64, 1);
	ck_assert(cli_share_claim(&s, 0, 1, 0, 190 * MIB));
	ck_assert(!cli_share_claim(&s, 0, 1, 0, 200 * MIB));
	ck_assert(!cli_share_claim(&s, 0, 1, 0, UINT64_MAX));
}
END_TEST

/* Flows end for its sake, and it says the same as before. Whether that is believed to the end. */
static bool
ends_for(CliShare *s, uint64_t order, unsigned n, uint64_t memory, uint64_t falls)
{
	for (unsigned i = 0; i < n; i++, order++, memory -= falls) {
		cli_share_give(s, CLI_ITEM_CLOSE, 64, order);
		if (!cli_share_claim(s, order - 1, order, memory, memory - falls))
			return false;
	}
	return true;
}

START_TEST(memory_falls_when_flows_end)
{
	CliShare s = share();
	uint64_t order = 1;

	for (; order <= 5000; order++)
		cli_share_give(&s, CLI_ITEM_OPEN, 64, order);
	ck_assert(cli_share_claim(&s, 0, 1, 0, 60 * MIB));
	ck_assert(ends_for(&s, order, 1000, 60 * MIB, 100));
	order += 1000;
	ck_assert(ends_for(&s, order, 900, 60 * MIB, 0));
	order += 900;
	ck_assert(!ends_for(&s, order, 200, 60 * MIB, 0));
}
END_TEST

/* What it has besides flows is little, and while it is given more it may hold more. */
START_TEST(without_flows_there_is_little_memory)
{
	CliShare s = share();

	cli_share_give(&s, CLI_ITEM_OPEN, 64, 1);
	ck_assert(cli_share_claim(&s, 0, 1, 0, 60 * MIB));
	cli_share_give(&s, CLI_ITEM_CLOSE, 64, 2);
	ck_assert(cli_share_claim(&s, 1, 2, 60 * MIB, 59 * MIB));
	ck_assert(!cli_share_claim(&s, 2, 2, 59 * MIB, 59 * MIB));
	ck_assert(cli_share_claim(&s, 2, 2, 10 * MIB, 15 * MIB));
	cli_share_give(&s, CLI_ITEM_CHUNK, 64, 3);
	ck_assert(cli_share_claim(&s, 2, 3, 59 * MIB, 60 * MIB));
}
END_TEST

/* At the end of a capture thousands of ends are on the way, and one batch of them frees nothing. */
START_TEST(ends_on_the_way_are_not_in_vain)
{
	CliShare s = share();
	uint64_t order = 1;

	for (; order <= 5000; order++)
		cli_share_give(&s, CLI_ITEM_OPEN, 64, order);
	for (; order <= 10000; order++)
		cli_share_give(&s, CLI_ITEM_CLOSE, 64, order);
	ck_assert(cli_share_claim(&s, 0, 6000, 0, 60 * MIB));
	ck_assert(cli_share_claim(&s, 6000, 6000, 60 * MIB, 60 * MIB));
	ck_assert(cli_share_claim(&s, 6000, 9999, 60 * MIB, 60 * MIB));
	ck_assert(!cli_share_claim(&s, 9999, 10000, 60 * MIB, 60 * MIB));
}
END_TEST

START_TEST(many_workers_share_what_waits)
{
	CliShare s = share();
	size_t queue = cli_share_queue(&s), unsent = cli_share_unsent(&s);

	ck_assert_uint_eq(queue, 4 * MIB);
	ck_assert_uint_eq(unsent, 512 << 10);
	s.of = 100;
	ck_assert_uint_le(100 * cli_share_queue(&s), 16 * MIB);
	ck_assert_uint_lt(cli_share_unsent(&s), unsent);
	s.memory = 0;
	s.of = 0;
	ck_assert_uint_ge(cli_share_queue(&s), 32 << 10);
}
END_TEST

/* ---- Text ---- */

/* In pieces of every length, and behind so many letters: what is looked at is a block. */
static bool
is_plain(const char *text, size_t n, bool colour, bool marks)
{
	static const char letters[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	unsigned good = 0, all = 0;

	for (size_t before = 0; before < 68; before++) {
		for (size_t piece = 1; piece <= n; piece++, all++) {
			CliPlain plain = {
				.colour = colour, .zeros = marks, .ones = marks, .last = '\n'
			};
			bool taken = cli_plain_take(&plain, letters, before);

			for (size_t at = 0; at < n; at += piece)
				taken = taken &&
					cli_plain_take(&plain, text + at, MIN(piece, n - at));
			good += taken && cli_plain_take(&plain, letters, 68);
		}
	}
	ck_assert(good == 0 || good == all);
	return good;
}

static bool
is_plain_text(const char *text)
{
	return is_plain(text, strlen(text), false, false);
}

START_TEST(text_is_plain)
{
	ck_assert(is_plain_text("{\"name\":\"a \\u001b b\"}\n\tand ~ more\n"));
	ck_assert(is_plain_text("\xC3\xA9 \xE2\x80\xA6 \xE2\x86\x92 \xF0\x9F\x98\x80"));
	ck_assert(is_plain_text("no-break space: \xC2\xA0"));
}
END_TEST

START_TEST(controls_are_not_plain)
{
	for (char c = 1; c < 0x20; c++) {
		char text[] = { 'a', c, 'b', '\0' };

		ck_assert(is_plain_text(text) == (c == '\n' || c == '\t'));
	}
	ck_assert(!is_plain_text("\x7F"));
	ck_assert(!is_plain("a\0b", 3, false, false));
	ck_assert(is_plain("a\0b", 3, false, true));
	ck_assert(is_plain("\n\1a\n\1b", 6, false, true));
	ck_assert(!is_plain("a\1b", 3, false, true));
	ck_assert(!is_plain("\n\1\1b", 4, false, true));
	ck_assert(!is_plain_text("\xC2\x9B"));         /* CSI */
	ck_assert(!is_plain_text("\xE2\x80\xAE"));     /* right to left */
	ck_assert(!is_plain_text("\xEF\xBB\xBF"));     /* no width */
	ck_assert(!is_plain_text("\xF0\x9D\x85\xB3")); /* musical, and Cf */
}
END_TEST

START_TEST(what_is_no_utf8_is_not_plain)
{
	static const char *const texts[] = {
		"\x9B",         "\xFF",     "\xC1\x9B",         "\xE0\x82\x9B",
		"\xC3",         "\xE2\x80", "\xF5\x80\x80\x80", "\xF0\x80\x82\x9B",
		"\xED\xA0\x80", "\xC3\xC3"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		ck_assert_msg(!is_plain_text(texts[i]), "%zu", i);
}
END_TEST

START_TEST(colours_are_those_of_the_writer)
{
	static const char *const good[] = { "\033[1;31mred\033[0m", "\033[1mbold\033[0m" };
	static const char *const bad[] = { "\033]0;title\a", "\033[2J",  "\033[H",
					   "\033c",          "\033[1\n", "\033\033[1m" };

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		ck_assert(is_plain(good[i], strlen(good[i]), true, false));
		ck_assert(!is_plain_text(good[i]));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		ck_assert_msg(!is_plain(bad[i], strlen(bad[i]), true, false), "%zu", i);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("share"), *text = tcase_create("text");
	Suite *suite = suite_create("share");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, what_is_told_is_in_proportion);
	tcase_add_test(tc, a_record_is_no_longer_than_memory);
	tcase_add_test(tc, no_worker_has_more_memory_than_it_may);
	tcase_add_test(tc, memory_falls_when_flows_end);
	tcase_add_test(tc, without_flows_there_is_little_memory);
	tcase_add_test(tc, ends_on_the_way_are_not_in_vain);
	tcase_add_test(tc, many_workers_share_what_waits);
	suite_add_tcase(suite, tc);
	tcase_add_test(text, text_is_plain);
	tcase_add_test(text, controls_are_not_plain);
	tcase_add_test(text, what_is_no_utf8_is_not_plain);
	tcase_add_test(text, colours_are_those_of_the_writer);
	suite_add_tcase(suite, text);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
