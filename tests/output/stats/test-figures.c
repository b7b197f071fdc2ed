/* SPDX-License-Identifier: BSD-3-Clause */
/* Figures as text, CSV and HTML: what comes first, what is left out, and numbers that no run makes. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "output/html/html.h"
#include "output/stats/stats.h"

typedef enum { AS_TEXT, AS_CSV_STATUSES, AS_CSV_SLOW, AS_HTML } Form;

/* The report as a string; free it with g_free(). */
static char *
report(const Stats *stats, Form form)
{
	OutWriter *writer = out_writer_new(-1, false);
	const OutOptions options = { .utc = true, .columns = 100 };
	const OutTotals totals = { 0 };
	OutBuffer *b;
	char *text;

	if (form == AS_TEXT)
		out_figures_text(writer, stats, &options);
	else if (form == AS_HTML)
		out_figures_html(writer, stats, &options, &totals);
	else
		out_figures_csv(writer, stats,
				(unsigned)out_figures_table_find(form == AS_CSV_SLOW ? "slow"
										     : "statuses"));
	b = out_writer_buffer(writer);
	text = g_strndup(b->data, b->len);
	out_writer_free(writer);
	return text;
}

static void
add_status(Stats *s, uint32_t value, uint64_t errors, uint64_t ns)
{
	StatsKey key = { .kind = STATS_STATUS, .status = { .value = value } };
	StatsFigures *f = stats_figures(s, &key);

	f->numbers[STATS_N_ERRORS] += errors;
	f->numbers[STATS_N_EXPECTED] += errors / 2;
	stats_times_add(&f->response, ns);
	stats_settle(s, f);
	s->others[STATS_ALL].numbers[STATS_N_ERRORS] += errors;
}

enum {
	ACCESS_DENIED = 0xC0000022,
	CANCELLED = 0xC0000120,
	NO_SUCH_FILE = 0xC000000F,
};

/* Not those that took longest: the one that matters must not be behind the end of the list. */
START_TEST(the_most_frequent_errors_come_first)
{
	Stats *s = stats_new(1 << 20, 0, &(SmbHashKey){ 0 });

	add_status(s, CANCELLED, 2, UINT64_C(9000000000));
	add_status(s, ACCESS_DENIED, 700, 1000);
	add_status(s, NO_SUCH_FILE, 30, 2000);
	for (Form form = AS_TEXT; form <= AS_HTML; form++) {
		g_autofree char *text = report(s, form);
		const char *first = strstr(text, "STATUS_ACCESS_DENIED");
		const char *second = strstr(text, "STATUS_NO_SUCH_FILE");

		if (form == AS_CSV_SLOW)
			continue;
		ck_assert(first && second && first < second);
		ck_assert(second < strstr(text, "STATUS_CANCELLED"));
		if (form == AS_TEXT) /* 350 of them are ordinary */
			ck_assert_ptr_nonnull(strstr(first, "      700      350  #"));
	}
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

START_TEST(those_that_were_not_kept_are_counted_in_every_table)
{
	Stats *s = stats_new(1 << 20, 0, &(SmbHashKey){ 0 });

	add_status(s, ACCESS_DENIED, 7, 1000);
	stats_add_horizon(s, &(StatsHorizon){ 0 });
	ck_assert_uint_eq(s->others[STATS_STATUS].numbers[STATS_N_ERRORS], 7);
	s->others[STATS_SERVER].numbers[STATS_N_RETRANSMITTED + 1] = 41;
	s->others[STATS_ALL].numbers[STATS_N_RETRANSMITTED + 1] = 41;
	for (Form form = AS_TEXT; form <= AS_HTML; form++) {
		g_autofree char *text = report(s, form);

		ck_assert_ptr_null(strstr(text, "ACCESS_DENIED"));
		if (form == AS_CSV_SLOW)
			continue;
		ck_assert_ptr_nonnull(strstr(text, "others, not kept"));
		if (form != AS_CSV_STATUSES)
			ck_assert_ptr_nonnull(strstr(text, "other servers, not kept"));
	}
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

/* Of TCP; that some of it was seen over something else is said. */
START_TEST(segments_are_those_of_tcp)
{
	Stats *s = stats_new(1 << 20, 0, &(SmbHashKey){ 0 });
	SmbConnectionInfo info = { .ends = { .family = 2, .server = { 2, 0, 0, 0, 0, 1 } } };
	SmbEvent event = { .kind = SMB_EVENT_CONNECTION, .connection = &info };

	for (int without = 0; without < 2; without++) {
		g_autofree char *text = NULL, *html = NULL;

		info.ends.family = without ? 2 : 4;
		info.segments[0].retransmitted = 1;
		stats_event(s, &event);
		text = report(s, AS_TEXT);
		html = report(s, AS_HTML);
		ck_assert_int_eq(strstr(text, "1 over NetBEUI or IPX") != NULL, without);
		ck_assert_int_eq(strstr(html, "over NetBEUI and IPX none") != NULL, without);
	}
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

/* Records may say that a part is more than the whole, and handshakes may take longer than answers. */
/* A record may say so; two of them are one item. */
START_TEST(a_name_may_be_empty)
{
	Stats *s = stats_new(1 << 20, 0, &(SmbHashKey){ 0 });
	StatsKey key = { .kind = STATS_FILE };

	stats_times_add(&stats_figures(s, &key)->response, 1);
	stats_times_add(&stats_figures(s, &key)->response, 2);
	ck_assert_uint_eq(stats_figures(s, &key)->response.count, 2);
	stats_settle(s, stats_figures(s, &key));
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

START_TEST(no_bar_is_longer_than_its_column)
{
	Stats *s = stats_new(1 << 20, 0, &(SmbHashKey){ 0 });
	StatsKey key = { .kind = STATS_FILE, .name = "f", .len = 1 };
	StatsFigures *f = stats_figures(s, &key);

	stats_times_add(&f->response, INT64_MAX);
	stats_settle(s, f);
	stats_times_add(&s->others[STATS_ALL].response, 1);
	stats_times_add(&s->others[STATS_ALL].handshake, 3000000000);
	s->sizes[STATS_READS][5] = INT64_MAX;
	s->sizes[STATS_WRITES][5] = INT64_MAX;
	for (int form = AS_TEXT; form <= AS_HTML; form += AS_HTML) {
		g_autofree char *text = report(s, (Form)form);

		ck_assert_uint_lt(strlen(text), form ? 200000 : 4000);
		ck_assert_ptr_null(strstr(text, "#####################"));
	}
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

/* A record of an earlier run comes from a file. */
START_TEST(names_of_records_are_escaped)
{
	Stats *s = stats_new(1 << 20, 0, &(SmbHashKey){ 0 });
	StatsSlow *slow = g_new0(StatsSlow, 1);

	slow->time_ns = 5;
	slow->command = g_strdup("SMB2_\033[31mREAD\n<b>");
	slow->file = g_strdup("\\\\S\\X\\\033]0;x\007<i>");
	stats_slow_add(s, slow);
	for (Form form = AS_TEXT; form <= AS_HTML; form++) {
		g_autofree char *text = report(s, form);

		ck_assert_ptr_null(strchr(text, '\033'));
		ck_assert_ptr_null(strchr(text, '\007'));
		if (form == AS_HTML)
			ck_assert(!strstr(text, "<b>SMB") && !strstr(text, "<i>"));
		else if (form != AS_CSV_STATUSES)
			ck_assert_ptr_nonnull(strstr(text, "SMB2_\\x1b[31mREAD\\x0a<b>"));
	}
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

START_TEST(short_intervals_have_a_length)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} lengths[] = { { 500000, "intervals of 500 µs\n" },
			{ 1500000, "intervals of 1.5 ms\n" },
			{ 10000000, "intervals of 10 ms\n" },
			{ UINT64_C(60000000000), "intervals of 1 min 00 s\n" } };

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		Stats *s = stats_new(1 << 20, lengths[i].ns, &(SmbHashKey){ 0 });
		g_autofree char *text = NULL;

		stats_interval(&s->intervals, 1000)->requests++;
		text = report(s, AS_TEXT);
		ck_assert_ptr_nonnull(strstr(text, lengths[i].text));
		ck_assert_uint_eq(stats_free(s), 0);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("figures");
	TCase *tcase = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, the_most_frequent_errors_come_first);
	tcase_add_test(tcase, those_that_were_not_kept_are_counted_in_every_table);
	tcase_add_test(tcase, segments_are_those_of_tcp);
	tcase_add_test(tcase, no_bar_is_longer_than_its_column);
	tcase_add_test(tcase, a_name_may_be_empty);
	tcase_add_test(tcase, names_of_records_are_escaped);
	tcase_add_test(tcase, short_intervals_have_a_length);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
