/* SPDX-License-Identifier: BSD-3-Clause */
/* Pages of HTML: what is escaped, what they let run, charts of whatever a record may say. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "output/html/charts.h"
#include "output/html/page.h"

/* The buffer as a string, until it is appended to. */
static const char *
text_of(OutBuffer *b)
{
	out_char(b, '\0');
	return b->data;
}

static void
is(const char *wire, const char *expected)
{
	OutBuffer b = { 0 };

	out_lit(&b, "before <");
	html_str(&b, wire);
	ck_assert_str_eq(text_of(&b) + strlen("before <"), expected);
	out_buffer_clear(&b);
}

START_TEST(test_escapes)
{
	is("", "");
	is("plain", "plain");
	is("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;");
	is("\" onload=\"x", "&quot; onload=&quot;x");
	is("' onload='x", "&#39; onload=&#39;x");
	is("&lt;", "&amp;lt;");
	is("a&b<c>d\"e'f", "a&amp;b&lt;c&gt;d&quot;e&#39;f");
	is("]]>--><!--", "]]&gt;--&gt;&lt;!--");
}
END_TEST

/* As text output shows them. */
START_TEST(test_unprintable)
{
	is("a\xE2\x80\xAE"
	   "b<",
	   "a\\u{202e}b&lt;");
	is("\x1B[1m\t\n", "\\x1b[1m\\x09\\x0a");
	is("\xFF<", "\xEF\xBF\xBD&lt;");
	is("\xC3\xA9", "\xC3\xA9");
}
END_TEST

/* Only what follows the mark. */
START_TEST(test_from)
{
	OutBuffer b = { 0 };
	size_t from;

	out_lit(&b, "<p>");
	from = b.len;
	html_escape_from(&b, from);
	out_lit(&b, "1 < 2 > 0");
	html_escape_from(&b, from);
	out_lit(&b, "</p>");
	ck_assert_str_eq(text_of(&b), "<p>1 &lt; 2 &gt; 0</p>");
	out_buffer_clear(&b);
}
END_TEST

START_TEST(test_capture)
{
	OutBuffer b = { 0 };

	html_capture(&b, NULL);
	html_capture(&b, "/var/<dir>/a&b.pcap");
	html_capture(&b, "c.pcap");
	ck_assert_str_eq(text_of(&b), "a&amp;b.pcapc.pcap");
	out_buffer_clear(&b);
}
END_TEST

/* ---- What takes a page ---- */

typedef struct {
	OutWriter *writer;
	OutOptions options;
	Page page;
} World;

static void
begin(World *w)
{
	*w = (World){ .writer = out_writer_new(-1, false), .options = { .utc = true } };
	w->page = page_begin(w->writer, &w->options, "title");
}

/* What was written since `from`; ends the world. */
static char *
end(World *w, size_t from)
{
	char *text = g_strndup(w->page.b->data + from, w->page.b->len - from);

	out_writer_free(w->writer);
	return text;
}

START_TEST(test_policy)
{
	World w;
	g_autofree char *head = NULL;
	char *policy;

	begin(&w);
	head = end(&w, 0);
	policy = strstr(head, "Content-Security-Policy");
	ck_assert_ptr_nonnull(policy);
	/* Before anything that it is about. */
	ck_assert(policy < strstr(head, "<style>"));
	ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'"));
	ck_assert_ptr_nonnull(strstr(policy, "script-src 'sha256-"));
	ck_assert_ptr_null(strstr(policy, "unsafe"));
	/* Neither ends the element that it stands in. */
	ck_assert_ptr_null(strchr(out_html_style, '<'));
	ck_assert_ptr_null(strstr(out_html_script, "</"));
	ck_assert_ptr_null(strstr(out_html_script, "<!--"));
}
END_TEST

START_TEST(test_cells)
{
	World w;
	AuditCount items[13] = { { (char *)"<a>", 2 } };
	AuditTally tally = { .items = items, .n = 1 };
	g_autofree char *text = NULL;
	size_t from;

	begin(&w);
	from = w.page.b->len;
	page_cell_str(&w.page, NULL);
	page_cell_str(&w.page, "<");
	page_cell_time(&w.page, 0);
	page_cell_time(&w.page, UINT64_C(1700000000000000000));
	page_cell_tally(&w.page, &tally, true);
	page_cell_severity(&w.page, AUDIT_HIGH, NULL);
	page_cell_severity(&w.page, -1, "scanner");
	text = end(&w, from);
	ck_assert_str_eq(text,
			 "<td>-</td><td>&lt;</td><td>-</td>"
			 "<td class=\"time\" data-sort=\"1700000000000\">2023-11-14 22:13:20.000 UTC"
			 "</td><td><ul class=\"tally\"><li>&lt;a&gt; \303\2272</li></ul></td>"
			 "<td data-sort=\"4\"><span class=\"severity high\">high</span></td>"
			 "<td data-sort=\"0\">scanner</td>");
}
END_TEST

static unsigned
count_of(const char *text, const char *part)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
		n++;
	return n;
}

static char *
chart(const AuditCount *items, uint32_t n, bool days)
{
	AuditTally tally = { .items = (AuditCount *)items, .n = n };
	World w;
	size_t from;

	begin(&w);
	from = w.page.b->len;
	if (days)
		chart_days(&w.page, &tally);
	else
		chart_bars(&w.page, "bars", &tally, "nothing");
	return end(&w, from);
}

START_TEST(test_bars)
{
	const AuditCount items[] = { { (char *)"<x>", 1 },
				     { (char *)"none", INT64_MAX },
				     { (char *)"NT LM 0.12", 5 } };
	g_autofree char *text = chart(items, 3, false), *empty = chart(items, 0, false);

	ck_assert_str_eq(empty, "");
	ck_assert_uint_eq(count_of(text, "<rect"), 3);
	ck_assert_ptr_nonnull(strstr(text, "&lt;x&gt;"));
	ck_assert_ptr_null(strstr(text, "<x>"));
	/* The most frequent first, and as long as any. */
	ck_assert(strstr(text, "nothing") < strstr(text, "NT LM"));
	ck_assert_ptr_nonnull(strstr(text, "width=\"220\""));
	/* Nothing that was seen is invisible. */
	ck_assert_ptr_null(strstr(text, "width=\"0\""));
}
END_TEST

START_TEST(test_days)
{
	const AuditCount gap[] = { { (char *)"2026-11-20", 3 }, { (char *)"2026-11-23", 1 } };
	const AuditCount wrong[] = { { (char *)"2026-02-30", 1 }, { (char *)"2026-11-2x", 1 },
				     { (char *)"<script>..", 1 }, { (char *)"", 1 },
				     { (char *)"0000-00-00", 1 }, { (char *)"99999-1-01", 1 } };
	const AuditCount far[] = { { (char *)"1970-01-01", 1 },
				   { (char *)"1970-01-02", 1 },
				   { (char *)"9999-12-31", 1 } };
	g_autofree char *four = chart(gap, 2, true), *none = chart(wrong, 6, true),
			*months = chart(far, 3, true);

	/* A column for each day, with or without traffic. */
	ck_assert_uint_eq(count_of(four, "<rect"), 4);
	ck_assert_ptr_nonnull(strstr(four, "2026-11-21: 0 connections"));
	ck_assert_str_eq(none, "");
	ck_assert_uint_eq(count_of(months, "<rect"), 2);
	ck_assert_ptr_nonnull(strstr(months, "by month"));
	ck_assert_ptr_nonnull(strstr(months, "1970-01: 2 connections"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("html");
	TCase *tests = tcase_create("html");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, test_escapes);
	tcase_add_test(tests, test_unprintable);
	tcase_add_test(tests, test_from);
	tcase_add_test(tests, test_capture);
	tcase_add_test(tests, test_policy);
	tcase_add_test(tests, test_cells);
	tcase_add_test(tests, test_bars);
	tcase_add_test(tests, test_days);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
