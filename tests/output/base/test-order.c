/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines that come out of turn are put in order, and those that come in turn are left alone. */
#include <check.h>
#include <string.h>

#include "output/base/order.h"

static void
add(OutOrder *order, OutBuffer *lines, uint64_t ns, const char *text)
{
	out_str(lines, text);
	out_order_line(order, lines, ns);
}

static void
expect(OutOrder *order, OutBuffer *lines, const char *text)
{
	out_order_settle(order, lines);
	ck_assert_uint_eq(lines->len, strlen(text));
	ck_assert_mem_eq(lines->data, text, lines->len);
	out_buffer_clear(lines);
	out_buffer_clear(&order->marks);
}

START_TEST(lines_in_turn_stay)
{
	OutOrder order = { 0 };
	OutBuffer lines = { 0 };

	add(&order, &lines, 1, "a\n");
	add(&order, &lines, 1, "b\n");
	add(&order, &lines, 5, "c\n");
	ck_assert(!order.out_of_turn);
	expect(&order, &lines, "a\nb\nc\n");
}
END_TEST

START_TEST(a_late_line_goes_to_its_time)
{
	OutOrder order = { 0 };
	OutBuffer lines = { 0 };

	add(&order, &lines, 10, "first\n");
	add(&order, &lines, 30, "third\n  with a second row\n");
	add(&order, &lines, 20, "second\n");
	add(&order, &lines, 30, "fourth, of the same time\n");
	add(&order, &lines, 40, "last");
	expect(&order, &lines,
	       "first\nsecond\nthird\n  with a second row\nfourth, of the same time\nlast");
}
END_TEST

START_TEST(after_settling_it_begins_anew)
{
	OutOrder order = { 0 };
	OutBuffer lines = { 0 };

	add(&order, &lines, 9, "late\n");
	add(&order, &lines, 2, "early\n");
	out_order_settle(&order, &lines);
	lines.len = 0;
	add(&order, &lines, 1, "x\n");
	ck_assert(!order.out_of_turn);
	expect(&order, &lines, "x\n");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("order");
	TCase *tc = tcase_create("order");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_test(tc, lines_in_turn_stay);
	tcase_add_test(tc, a_late_line_goes_to_its_time);
	tcase_add_test(tc, after_settling_it_begins_anew);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
