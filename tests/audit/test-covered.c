/* SPDX-License-Identifier: BSD-3-Clause */
#include "audit/covered.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>

#define SECOND UINT64_C(1000000000)

static void
add(AuditCovered *self, uint64_t first, uint64_t last)
{
	audit_covered_add(self, first * SECOND, last * SECOND, 1);
}

static void
assert_same(const AuditCovered *a, const AuditCovered *b)
{
	ck_assert_uint_eq(a->captures, b->captures);
	ck_assert_uint_eq(a->first_ns, b->first_ns);
	ck_assert_uint_eq(a->last_ns, b->last_ns);
	ck_assert_uint_eq(a->n, b->n);
	ck_assert_mem_eq(a->spans, b->spans, a->n * sizeof(AuditSpan));
}

START_TEST(captures_that_overlap_cover_their_time_once)
{
	AuditCovered covered = { 0 };

	ck_assert_uint_eq(audit_covered_ns(&covered), 0);
	add(&covered, 10, 20);
	add(&covered, 30, 40);
	ck_assert_uint_eq(covered.n, 2);
	add(&covered, 15, 25);
	ck_assert_uint_eq(covered.n, 2);
	ck_assert_uint_eq(audit_covered_ns(&covered), 25 * SECOND);
	add(&covered, 25, 30);
	ck_assert_uint_eq(covered.n, 1);
	add(&covered, 1, 2);
	add(&covered, 50, 50);
	ck_assert_uint_eq(covered.n, 3);
	ck_assert_uint_eq(audit_covered_ns(&covered), 31 * SECOND);
	ck_assert_uint_eq(covered.captures, 6);
	ck_assert_uint_eq(audit_covered_step(&covered), 0);
	audit_covered_clear(&covered);
}
END_TEST

START_TEST(what_has_no_time_covers_nothing)
{
	AuditCovered covered = { 0 };

	audit_covered_add(&covered, 0, 5, 1);
	audit_covered_add(&covered, 6, 5, 1);
	ck_assert_uint_eq(covered.n, 0);
	ck_assert_uint_eq(covered.captures, 0);
	audit_covered_clear(&covered);
}
END_TEST

/* With --every a capture is told of before it has ended. */
START_TEST(a_capture_that_goes_on_is_counted_once)
{
	AuditCovered covered = { 0 };

	add(&covered, 10, 20);
	audit_covered_add(&covered, 10 * SECOND, 30 * SECOND, 0);
	ck_assert_uint_eq(covered.captures, 1);
	ck_assert_uint_eq(audit_covered_ns(&covered), 20 * SECOND);
	audit_covered_clear(&covered);
}
END_TEST

/* Many captures, in groups that are added up in groups: the whole, whichever. */
START_TEST(any_grouping_is_the_whole)
{
	enum { GROUPS = 5 };
	g_autoptr(GRand) chance = g_rand_new_with_seed(3);

	for (int round = 0; round < 20; round++) {
		uint32_t n = (uint32_t)g_rand_int_range(chance, 1, 4 * AUDIT_SPANS_MAX);
		AuditCovered whole = { 0 }, sum = { 0 }, groups[GROUPS] = { 0 };

		for (uint32_t i = 0; i < n; i++) {
			uint64_t first = SECOND * (uint64_t)g_rand_int_range(chance, 1, 1 << 30);
			uint64_t last = first + g_rand_int(chance) * UINT64_C(10);

			audit_covered_add(&whole, first, last, 1);
			audit_covered_add(&groups[g_rand_int_range(chance, 0, GROUPS)], first, last,
					  1);
		}
		audit_covered_merge(&groups[1], &groups[0]);
		audit_covered_merge(&groups[2], &groups[3]);
		audit_covered_merge(&sum, &groups[2]);
		audit_covered_merge(&sum, &groups[4]);
		audit_covered_merge(&sum, &groups[1]);
		assert_same(&whole, &sum);
		ck_assert_uint_le(whole.n, AUDIT_SPANS_MAX);
		ck_assert_uint_ge(audit_covered_ns(&whole), 1);
		ck_assert_uint_le(audit_covered_ns(&whole), whole.last_ns - whole.first_ns);
		for (int i = 0; i < GROUPS; i++)
			audit_covered_clear(&groups[i]);
		audit_covered_clear(&whole);
		audit_covered_clear(&sum);
	}
}
END_TEST

/* A file may say anything: the list stays as short as it may be. */
START_TEST(lies_do_not_make_it_longer)
{
	AuditSpan spans[2] = { { 5, 6 }, { UINT64_MAX - 3, UINT64_MAX } };
	AuditCovered lie = { .spans = spans, .n = 2, .captures = UINT64_MAX, .first_ns = 7 };
	AuditCovered covered = { 0 };

	audit_covered_merge(&covered, &lie);
	for (uint64_t i = 0; i < 5000; i++)
		add(&covered, 1 + i * 1000000, 2 + i * 1000000);
	audit_covered_merge(&covered, &lie);
	ck_assert_uint_le(covered.n, AUDIT_SPANS_MAX);
	ck_assert_uint_eq(covered.captures, INT64_MAX);
	ck_assert_uint_eq(covered.first_ns, 5);
	ck_assert_uint_eq(covered.last_ns, UINT64_MAX);
	audit_covered_clear(&covered);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("covered");
	TCase *tests = tcase_create("covered");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, captures_that_overlap_cover_their_time_once);
	tcase_add_test(tests, what_has_no_time_covers_nothing);
	tcase_add_test(tests, a_capture_that_goes_on_is_counted_once);
	tcase_add_test(tests, any_grouping_is_the_whole);
	tcase_add_test(tests, lies_do_not_make_it_longer);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
