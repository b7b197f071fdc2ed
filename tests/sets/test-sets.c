/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of rotated captures; messages that wait for their turn; lines that come in pieces. */
#include "cli/jobs/set-names.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/jobs/lines.h"
#include "cli/jobs/spool.h"

START_TEST(names_of_rotated_captures_follow)
{
	static const char *const pairs[][2] = {
		{ "net_00001_20260101120000.pcap", "net_00002_20260101130000.pcap" },
		{ "d/net_00009_20260101120000.pcapng", "d/net_00010_20260101130000.pcapng" },
		{ "net-20260101-1200.pcap.gz", "net-20260101-1300.pcap.gz" },
		{ "net.2026-01-01T12:00:00.pcap", "net.2026-01-01T13:00:00.pcap" },
		{ "x.pcap", "x.pcap1" },
		{ "x.pcap1", "x.pcap2" },
		{ "x.pcap9", "x.pcap10" },
		{ "x.pcap009", "x.pcap010" },
		{ "x.pcap1.gz", "x.pcap2.gz" },
		{ "x.pcap8.gz", "x.pcap9" },
		{ "/1/x.pcap01", "/1/x.pcap02" },
		{ "net_00001_20260101120000.pcap", "net_00002_20260101120000.pcap" },
		{ "net_20260101120000_00001.pcap", "net_20260101130000_00002.pcap" },
		{ "net-202601011200.pcap", "net-202601011200.pcap1" },
		{ "net-202601011200.pcap3", "net-202601011300.pcap" },
		{ "net.pcap.2026-01-01-12:30", "net.pcap.2026-01-01-13:00" },
		{ "2026/10/net-20260101-1259-001.pcap", "2026/10/net-20260101-1300-001.pcap" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		ck_assert_msg(cli_sets_names_follow(pairs[i][0], pairs[i][1]), "%s %s", pairs[i][0],
			      pairs[i][1]);
		ck_assert_msg(!cli_sets_names_follow(pairs[i][1], pairs[i][0]), "%s %s",
			      pairs[i][1], pairs[i][0]);
	}
}
END_TEST

START_TEST(names_of_other_captures_do_not)
{
	static const char *const pairs[][2] = {
		{ "a.pcap", "b.pcap" },
		{ "x1.pcap", "x2.pcap" },
		{ "20260101.pcap", "20260102.pcap" },
		{ "x.pcap", "x.pcap" },
		{ "x.pcap1", "x.pcap1" },
		{ "net_00001_20260101120000.pcap", "net_00001_20260101120000.pcap" },
		{ "net_00001_20260101120000.pcap", "lan_00002_20260101130000.pcap" },
		{ "a/net_00001_20260101120000.pcap", "b/net_00002_20260101130000.pcap" },
		{ "site1-202601011200.pcap", "site2-202601011200.pcap" },
		{ "10.0.0.1_2026-01-01_12-00.pcap.gz", "10.0.0.2_2026-01-01_12-00.pcap.gz" },
		{ "site1_20260101130000.pcap", "site2_20260101120000.pcap" },
		{ "x.pcap", "y.pcap1" },
		{ "20261128/1200/sensor1.pcap", "20261128/1200/sensor2.pcap" },
		{ "t12345/0000001/a.pcap", "t12345/0000002/a.pcap" },
		{ "20260101/120000.pcap", "20260102/120000.pcap" },
		{ "site1-202601011200.pcap", "site2-202601011300.pcap" },
		{ "site1_20260101120000.pcap", "site2_20260101130000.pcap" },
		{ "10.0.0.1_2026-01-01_12-00.pcap", "10.0.0.2_2026-01-01_13-00.pcap" },
		{ "192.168.100.17-192.168.100.18.pcap", "192.168.100.17-192.168.100.19.pcap" },
		{ "case-123456789012.pcap", "case-123456789013.pcap" },
		{ "case-20261301120000.pcap", "case-20261401120000.pcap" },
		{ "net_00002_20260101120000.pcap", "net_00001_20260101130000.pcap" },
		{ "net_00001.pcap", "net_00002.pcap" },
		{ "a1/x.pcap1", "a2/x.pcap2" },
		{ "x1.pcap1", "x2.pcap2" },
		{ "x.pcap.1", "x.pcap.2" },
		{ "captures/1", "captures/2" },
		{ "a.d/1", "a.d/2" },
		{ "", "1" },
		{ "", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
		ck_assert_msg(!cli_sets_names_follow(pairs[i][0], pairs[i][1]), "%s %s",
			      pairs[i][0], pairs[i][1]);
}
END_TEST

static int
order(const void *a, const void *b)
{
	return cli_sets_names_order(*(const char *const *)a, *(const char *const *)b);
}

START_TEST(numbers_behind_are_in_their_order)
{
	static const char *const sorted[] = { "a.pcap",      "x-1.pcap", "x.pcap",  "x.pcap.gz",
					      "x.pcap1",     "x.pcap2",  "x.pcap9", "x.pcap10",
					      "x.pcap10.gz", "y.cap" };
	const char *names[G_N_ELEMENTS(sorted)];

	for (size_t turn = 0; turn < G_N_ELEMENTS(sorted); turn++) {
		for (size_t i = 0; i < G_N_ELEMENTS(sorted); i++)
			names[i] = sorted[(i * 7 + turn) % G_N_ELEMENTS(sorted)];
		qsort(names, G_N_ELEMENTS(names), sizeof(*names), order);
		for (size_t i = 0; i < G_N_ELEMENTS(sorted); i++)
			ck_assert_str_eq(names[i], sorted[i]);
	}
	ck_assert(cli_sets_are_numbered("d/x.pcap", "d/x.pcap7.gz"));
	ck_assert(!cli_sets_are_numbered("d/x.pcap", "d/x.pcap.gz"));
	ck_assert(!cli_sets_are_numbered("d/x.pcap1", "e/x.pcap2"));
}
END_TEST

/* Puts and takes in turns, as many as `ahead` in between. */
static void
pass_through(CliSpool *spool, unsigned n, unsigned ahead)
{
	char message[1000];
	unsigned taken = 0;
	size_t length;

	for (unsigned put = 0; taken < n;) {
		const char *got;

		if (put < n) {
			memset(message, (int)('a' + put % 26), sizeof(message));
			cli_spool_put(spool, message, 1 + put % sizeof(message));
			put++;
		}
		if (put < n && put - taken < ahead)
			continue;
		got = cli_spool_take(spool, &length);
		ck_assert_ptr_nonnull(got);
		ck_assert_uint_eq(length, 1 + taken % sizeof(message));
		ck_assert_int_eq(got[0], (int)('a' + taken % 26));
		ck_assert_int_eq(got[length - 1], (int)('a' + taken % 26));
		taken++;
	}
	ck_assert_ptr_null(cli_spool_take(spool, &length));
}

START_TEST(messages_come_out_as_they_went_in)
{
	CliSpool spool;

	ck_assert(cli_spool_init(&spool, 64 << 20));
	pass_through(&spool, 3000, 1);
	pass_through(&spool, 3000, 100);
	pass_through(&spool, 3000, 3000);
	ck_assert(!cli_spool_is_full(&spool));
	cli_spool_clear(&spool);
}
END_TEST

START_TEST(without_a_file_it_says_when_it_has_enough)
{
	char message[1000] = { 0 };
	CliSpool spool;
	size_t n;

	ck_assert(cli_spool_init(&spool, 64 << 20));
	close(spool.fd);
	spool.fd = -1;
	for (unsigned i = 0; i < 100; i++)
		cli_spool_put(&spool, message, sizeof(message));
	ck_assert(cli_spool_is_full(&spool));
	for (unsigned i = 0; i < 100; i++)
		ck_assert_ptr_nonnull(cli_spool_take(&spool, &n));
	ck_assert(!cli_spool_is_full(&spool));
	pass_through(&spool, 500, 500);
	cli_spool_put(&spool, message, 1);
	cli_spool_reset(&spool);
	ck_assert_ptr_null(cli_spool_take(&spool, &n));
	cli_spool_clear(&spool);
}
END_TEST

START_TEST(no_more_waits_than_it_is_meant_for)
{
	static const char message[32 << 10];
	CliSpool spool;

	ck_assert(cli_spool_init(&spool, 1 << 20));
	for (unsigned i = 0; i < 700; i++)
		cli_spool_put(&spool, message, sizeof(message));
	ck_assert(!cli_spool_is_full(&spool) && !cli_spool_is_over(&spool));
	for (unsigned i = 0; i < 100; i++)
		cli_spool_put(&spool, message, sizeof(message));
	ck_assert(cli_spool_is_full(&spool) && cli_spool_is_over(&spool));
	cli_spool_reset(&spool);
	ck_assert(!cli_spool_is_full(&spool) && !cli_spool_is_over(&spool));
	spool.failed = true;
	for (unsigned i = 0; i < 700; i++)
		cli_spool_put(&spool, message, sizeof(message));
	ck_assert(!cli_spool_is_over(&spool)); /* the same audit has the same report */
	for (unsigned i = 0; i < 100; i++)
		cli_spool_put(&spool, message, sizeof(message));
	ck_assert(cli_spool_is_over(&spool));
	cli_spool_clear(&spool);
}
END_TEST

static void
on_line(void *user, OutJson *line)
{
	GString *text = user;

	g_string_append_c(text, '<');
	for (; out_json_peek(line) >= 0; out_json_step(line))
		g_string_append_c(text, (char)out_json_peek(line));
	g_string_append(text, out_json_has_newline(line) ? ">" : "?");
}

START_TEST(lines_are_put_together)
{
	static const char text[] = "{\"a\":1}\n\n{\"b\":2}\n{\"c\"";

	for (size_t piece = 1; piece < sizeof(text); piece++) {
		g_autoptr(GString) got = g_string_new(NULL);
		CliJobsLines lines = { .line = on_line, .user = got };

		for (size_t at = 0; at < sizeof(text) - 1; at += piece)
			cli_jobs_lines_add(&lines, text + at, MIN(piece, sizeof(text) - 1 - at));
		cli_jobs_lines_clear(&lines);
		ck_assert_str_eq(got->str, "<{\"a\":1}><><{\"b\":2}>");
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sets");
	TCase *tc = tcase_create("sets");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, names_of_rotated_captures_follow);
	tcase_add_test(tc, numbers_behind_are_in_their_order);
	tcase_add_test(tc, names_of_other_captures_do_not);
	tcase_add_test(tc, messages_come_out_as_they_went_in);
	tcase_add_test(tc, without_a_file_it_says_when_it_has_enough);
	tcase_add_test(tc, no_more_waits_than_it_is_meant_for);
	tcase_add_test(tc, lines_are_put_together);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
