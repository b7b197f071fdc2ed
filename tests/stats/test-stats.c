/* SPDX-License-Identifier: BSD-3-Clause */
#include "stats/stats.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/wire/codes.h"

static const SmbHashKey key_a = { { 1, 2 } }, key_b = { { 3, 4 } };

/* A sequence that is the same everywhere (xorshift). */
static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void
assert_same(const StatsTimes *a, const StatsTimes *b)
{
	ck_assert_uint_eq(a->count, b->count);
	ck_assert_uint_eq(a->sum, b->sum);
	ck_assert_uint_eq(a->min, b->min);
	ck_assert_uint_eq(a->max, b->max);
	ck_assert_uint_eq(a->n, b->n);
	for (uint32_t i = 0; i < a->n; i++) {
		ck_assert_uint_eq(a->buckets[i].bucket, b->buckets[i].bucket);
		ck_assert_uint_eq(a->buckets[i].count, b->buckets[i].count);
	}
}

START_TEST(a_bucket_stands_for_its_values_within_one_percent)
{
	uint64_t state = 1;

	for (int i = 0; i < 64 * 16; i++) {
		uint64_t v = next(&state) >> (i % 64);
		uint64_t told = stats_bucket_value(stats_bucket(v));
		uint64_t error = told > v ? told - v : v - told;

		ck_assert_uint_lt(stats_bucket(v), STATS_BUCKETS);
		ck_assert_uint_le(error, v / 128 + 1);
		ck_assert_uint_eq(stats_bucket(told), stats_bucket(v));
	}
}
END_TEST

START_TEST(buckets_leave_no_number_out)
{
	for (uint64_t v = 0; v < 64; v++)
		ck_assert_uint_eq(stats_bucket(v), v);
	/* The first number of each bucket, and the last one of the bucket before. */
	for (unsigned shift = 0; shift <= 63 - 6; shift++) {
		for (uint64_t i = 64; i < 128; i++) {
			uint64_t first = i << shift;

			ck_assert_uint_eq(stats_bucket(first), shift * 64 + i);
			ck_assert_uint_eq(stats_bucket(first - 1), shift * 64 + i - 1);
		}
	}
	ck_assert_uint_eq(stats_bucket(UINT64_MAX), STATS_BUCKETS - 1);
}
END_TEST

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

START_TEST(quantiles_are_those_of_the_values_within_one_percent)
{
	static const uint32_t asked[] = { 0, 1, 500, 950, 990, 1000 };
	enum { N = 10007 };
	uint64_t values[N], state = 7;
	StatsTimes t = { 0 };

	for (int i = 0; i < N; i++) {
		values[i] = next(&state) >> (20 + i % 40);
		stats_times_add(&t, values[i]);
	}
	qsort(values, N, sizeof(*values), compare);
	for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
		uint64_t rank = MAX(((uint64_t)N * asked[i] + 999) / 1000, 1u);
		uint64_t right = values[rank - 1], told = stats_times_quantile(&t, asked[i]);

		ck_assert_uint_le(told > right ? told - right : right - told, right / 100 + 1);
	}
	ck_assert_uint_eq(stats_times_quantile(&t, 1000), values[N - 1]);
	ck_assert_uint_eq(stats_times_quantile(&t, 0), values[0]);
	ck_assert_uint_eq(t.count, N);
	stats_times_clear(&t);
}
END_TEST

START_TEST(few_values_are_told_as_they_are)
{
	StatsTimes t = { 0 };

	ck_assert_uint_eq(stats_times_quantile(&t, 500), 0);
	ck_assert_uint_eq(stats_times_mean(&t), 0);
	stats_times_add(&t, 1234567);
	ck_assert_uint_eq(stats_times_quantile(&t, 500), 1234567);
	stats_times_add(&t, 7654321);
	ck_assert_uint_eq(stats_times_quantile(&t, 500), 1234567);
	ck_assert_uint_eq(stats_times_quantile(&t, 990), 7654321);
	ck_assert_uint_eq(stats_times_mean(&t), 4444444);
	stats_times_add_bucket(&t, STATS_BUCKETS, 1);
	ck_assert_uint_eq(t.n, 2);
	stats_times_clear(&t);
}
END_TEST

START_TEST(histograms_add_up_in_any_grouping)
{
	StatsTimes whole = { 0 }, parts[8] = { 0 }, left = { 0 }, right = { 0 };
	uint64_t state = 99;

	for (int i = 0; i < 5000; i++) {
		uint64_t v = next(&state) >> (i % 50);

		stats_times_add(&whole, v);
		stats_times_add(&parts[next(&state) % 7], v); /* the last one stays empty */
	}
	for (int i = 0; i < 8; i++) {
		stats_times_merge(&left, &parts[i]);
		stats_times_merge(&right, &parts[7 - i]);
	}
	assert_same(&whole, &left);
	assert_same(&whole, &right);
	ck_assert_uint_eq(stats_times_memory(&whole), stats_times_memory(&left));
	for (int i = 0; i < 8; i++)
		stats_times_clear(&parts[i]);
	stats_times_clear(&whole);
	stats_times_clear(&left);
	stats_times_clear(&right);
}
END_TEST

START_TEST(sums_stop_at_the_largest_number)
{
	ck_assert_uint_eq(stats_sum(INT64_MAX, 1), INT64_MAX);
	ck_assert_uint_eq(stats_sum(1, UINT64_MAX), INT64_MAX);
	ck_assert_uint_eq(stats_sum(1, 2), 3);
}
END_TEST

/* ---- Items ---- */

START_TEST(segments_are_those_of_servers_clients_and_all)
{
	Stats *s = stats_new(1 << 20, 0, &key_a);
	SmbConnectionInfo info = { .ends = { .family = 4, .server = { 10, 0, 0, 1 } },
				   .segments = { { 3000, 3, 2, 1 }, { 70000, 60, 50, 40 } } };
	SmbEvent event = { .kind = SMB_EVENT_CONNECTION, .connection = &info };
	g_autoptr(GPtrArray) servers = NULL;
	const uint64_t *numbers;

	ck_assert(!stats_has_segments(&s->others[STATS_ALL]));
	stats_event(s, &event);
	stats_event(s, &event);
	servers = stats_sorted(s, STATS_SERVER, STATS_BY_TIME);
	ck_assert_uint_eq(servers->len, 1);
	numbers = ((const StatsItem *)servers->pdata[0])->figures.numbers;
	ck_assert_mem_eq(numbers, s->others[STATS_ALL].numbers, STATS_NUMBERS * sizeof(*numbers));
	ck_assert_uint_eq(numbers[STATS_N_RETRANSMITTED], 6);
	ck_assert_uint_eq(numbers[STATS_N_RETRANSMITTED + 1], 120);
	ck_assert_uint_eq(numbers[STATS_N_RETRANSMITTED_BYTES], 6000);
	ck_assert_uint_eq(numbers[STATS_N_OUT_OF_ORDER + 1], 100);
	ck_assert_uint_eq(numbers[STATS_N_WINDOW_FULL], 2);
	ck_assert_uint_eq(numbers[STATS_N_WINDOW_FULL + 1], 80);
	ck_assert(stats_has_segments(&s->others[STATS_ALL]));
	ck_assert_uint_eq(stats_numbers_of(STATS_CLIENT), STATS_NUMBERS);
	ck_assert_uint_eq(stats_numbers_of(STATS_FILE), STATS_N_CONNECTIONS + 1);
	for (unsigned i = 0; i < STATS_NUMBERS; i++)
		ck_assert_ptr_nonnull(stats_number_name(i));
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

/* What waits for a change has its time by command, and nowhere else. */
START_TEST(notifications_are_no_slowness_of_servers)
{
	Stats *s = stats_new(1 << 20, 0, &key_a);
	SmbConnectionInfo info = { .ends = { .family = 4, .server = { 10, 0, 0, 1 } },
				   .syn_ns = 1,
				   .syn_ack_ns = 2 };
	SmbExchange x = { .version = 2, .command = SMB2_CHANGE_NOTIFY, .step = SMB_STEP_NOTIFY };
	SmbEvent event = { .kind = SMB_EVENT_EXCHANGE, .connection = &info, .exchange = &x };
	g_autoptr(GPtrArray) servers = NULL, commands = NULL;
	const StatsFigures *f;

	x.request = (SmbStamp){ .frame = 1, .time_ns = 1000 };
	x.response = (SmbStamp){ .frame = 2, .time_ns = UINT64_C(199000000000) };
	stats_event(s, &event);
	x.step = SMB_STEP_CLOSE;
	x.command = SMB2_CLOSE;
	x.response.time_ns = 3000;
	stats_event(s, &event);
	servers = stats_sorted(s, STATS_SERVER, STATS_BY_TIME);
	commands = stats_sorted(s, STATS_COMMAND, STATS_BY_TIME);
	f = &((const StatsItem *)servers->pdata[0])->figures;
	ck_assert_uint_eq(f->response.count, 1);
	ck_assert_uint_eq(f->response.max, 2000);
	ck_assert_uint_eq(f->server.count, 1);
	ck_assert_uint_eq(f->numbers[STATS_N_REQUESTS], 2);
	ck_assert_uint_eq(f->numbers[STATS_N_HELD], 1);
	ck_assert_uint_eq(s->others[STATS_ALL].response.count, 1);
	f = &((const StatsItem *)commands->pdata[0])->figures;
	ck_assert_uint_eq(f->response.max, UINT64_C(198999999000));
	ck_assert_uint_eq(s->slow->len, 1);
	ck_assert_uint_eq(g_array_index(s->intervals.items, StatsInterval, 0).answered, 1);
	ck_assert_uint_eq(g_array_index(s->intervals.items, StatsInterval, 0).max, 2000);
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

START_TEST(items_are_in_the_order_that_is_asked_for)
{
	Stats *s = stats_new(1 << 20, 0, &key_a);

	for (uint8_t i = 1; i <= 3; i++) {
		StatsKey key = { .kind = STATS_SERVER, .address = { 4, { 10, 0, 0, i } } };
		StatsFigures *f = stats_figures(s, &key);

		stats_times_add(&f->response, i == 1 ? 100 : i);
		f->numbers[STATS_N_ERRORS] = i == 2 ? 100 : i;
		f->numbers[STATS_N_OUT_OF_ORDER + 1] = i == 3 ? 100 : i;
		f->numbers[STATS_N_RETRANSMITTED_BYTES] = 1000u / i; /* bytes are no segments */
		stats_settle(s, f);
	}
	for (unsigned order = STATS_BY_TIME; order <= STATS_BY_SEGMENTS; order++) {
		g_autoptr(GPtrArray) items = stats_sorted(s, STATS_SERVER, (StatsOrder)order);

		ck_assert_uint_eq(((const StatsItem *)items->pdata[0])->address.bytes[3],
				  order + 1);
	}
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

static void
add(Stats *s, unsigned file, uint64_t ns)
{
	StatsKey key = { .kind = STATS_FILE };
	StatsFigures *f;

	key.len = (uint32_t)g_snprintf(key.name, sizeof(key.name), "\\\\S\\X\\%u", file);
	f = stats_figures(s, &key);
	stats_times_add(&f->response, ns);
	f->numbers[STATS_N_REQUESTS]++;
	stats_settle(s, f);
}

static void
merge(Stats *to, const Stats *from)
{
	g_autoptr(GPtrArray) items = stats_listed(from);

	for (guint i = 0; i < items->len; i++) {
		const StatsItem *item = items->pdata[i];
		StatsKey key = { .kind = item->kind, .len = item->len };
		StatsFigures *f;

		memcpy(key.name, item->name, item->len);
		f = stats_figures(to, &key);
		stats_figures_merge(f, &item->figures);
		stats_settle(to, f);
	}
	stats_figures_merge(&to->others[STATS_FILE], &from->others[STATS_FILE]);
	if (from->has_horizon)
		stats_add_horizon(to, &from->horizon);
	for (uint32_t i = 0; i < from->n_further; i++)
		stats_add_horizon(to, &from->further[i]);
}

static void
assert_same_items(const Stats *a, const Stats *b)
{
	g_autoptr(GPtrArray) x = stats_listed(a), y = stats_listed(b);

	ck_assert_uint_eq(x->len, y->len);
	for (guint i = 0; i < x->len; i++) {
		const StatsItem *p = x->pdata[i], *q = y->pdata[i];

		ck_assert_str_eq(p->name, q->name);
		assert_same(&p->figures.response, &q->figures.response);
	}
	assert_same(&a->others[STATS_FILE].response, &b->others[STATS_FILE].response);
	ck_assert_int_eq(a->has_horizon, b->has_horizon);
	ck_assert_uint_eq(a->horizon.rank, b->horizon.rank);
	ck_assert_uint_eq(a->memory, b->memory);
}

START_TEST(what_is_left_out_does_not_depend_on_the_order)
{
	enum { LIMIT = 60000, N = 20000 };
	Stats *whole = stats_new(LIMIT, 0, &key_a), *parts[3], *sums[2];
	uint64_t state = 5;

	for (int i = 0; i < 3; i++)
		parts[i] = stats_new(LIMIT, 0, &key_a);
	for (int i = 0; i < N; i++) {
		unsigned file = (unsigned)(next(&state) % 700);
		uint64_t ns = next(&state) % 1000000;

		add(whole, file, ns);
		add(parts[next(&state) % 3], file, ns);
		ck_assert_uint_le(whole->memory, LIMIT);
	}
	ck_assert(whole->has_horizon);
	ck_assert_uint_gt(whole->heap->len, 5);
	for (int i = 0; i < 2; i++) {
		sums[i] = stats_new(LIMIT, 0, &key_a);
		for (int j = 0; j < 3; j++)
			merge(sums[i], parts[i ? 2 - j : j]);
		assert_same_items(whole, sums[i]);
		ck_assert_uint_eq(stats_free(sums[i]), 0);
	}
	for (int i = 0; i < 3; i++)
		ck_assert_uint_eq(stats_free(parts[i]), 0);
	ck_assert_uint_eq(stats_free(whole), 0);
}
END_TEST

/* What is in the sum already is dropped, too: all of it that is beyond. */
START_TEST(a_horizon_that_comes_later_holds)
{
	enum { LIMIT = 60000, ROOM = 1 << 20, N = 700 };
	Stats *all = stats_new(ROOM, 0, &key_a), *few = stats_new(LIMIT, 0, &key_a);
	guint n;

	for (unsigned file = 0; file < N; file++) {
		add(all, file, 1);
		add(few, file, 1);
	}
	ck_assert_uint_eq(all->heap->len, N);
	n = few->heap->len;
	merge(all, few);
	ck_assert_uint_eq(all->heap->len, n);
	ck_assert_uint_eq(all->horizon.rank, few->horizon.rank);
	ck_assert_uint_eq(all->others[STATS_FILE].response.count, 2 * (N - n));
	ck_assert_uint_eq(stats_free(all), 0);
	ck_assert_uint_eq(stats_free(few), 0);
}
END_TEST

static bool
has_file(const Stats *s, unsigned file)
{
	g_autoptr(GPtrArray) items = stats_listed(s);
	char name[STATS_KEY_MAX];

	g_snprintf(name, sizeof(name), "\\\\S\\X\\%u", file);
	for (guint i = 0; i < items->len; i++)
		if (g_str_equal(((const StatsItem *)items->pdata[i])->name, name))
			return true;
	return false;
}

/* Who knows all names, and not the key, cannot say which of them go. */
START_TEST(the_key_chooses_what_is_left_out)
{
	enum { LIMIT = 60000, N = 700 };
	Stats *a = stats_new(LIMIT, 0, &key_a), *b = stats_new(LIMIT, 0, &key_b);
	unsigned only_a = 0, only_b = 0;

	for (unsigned file = 0; file < N; file++) {
		add(a, file, 1);
		add(b, file, 1);
	}
	ck_assert(stats_left_out(a) && stats_left_out(b));
	for (unsigned file = 0; file < N; file++) {
		only_a += has_file(a, file) && !has_file(b, file);
		only_b += has_file(b, file) && !has_file(a, file);
	}
	ck_assert_uint_gt(only_a, 0);
	ck_assert_uint_gt(only_b, 0);
	ck_assert_uint_eq(stats_free(a), 0);
	ck_assert_uint_eq(stats_free(b), 0);
}
END_TEST

/* Each item of the sum is whole, whatever the keys of its parts were, and in any order. */
START_TEST(figures_of_several_keys_add_up)
{
	enum { LIMIT = 60000, N = 700, ROOM = 1 << 20 };
	Stats *a = stats_new(LIMIT, 0, &key_a), *b = stats_new(LIMIT, 0, &key_b);
	Stats *sums[2], *again;

	for (unsigned file = 0; file < N; file++) {
		add(a, file, 1);
		add(b, file, 1);
	}
	for (int i = 0; i < 2; i++) {
		sums[i] = stats_new(ROOM, 0, &key_a);
		merge(sums[i], i ? b : a);
		merge(sums[i], i ? a : b);
		stats_conclude(sums[i]);
		ck_assert_uint_eq(sums[i]->n_further, 1);
	}
	assert_same_items(sums[0], sums[1]);
	for (unsigned file = 0; file < N; file++)
		ck_assert_int_eq(has_file(sums[0], file), has_file(a, file) && has_file(b, file));
	for (guint i = 0; i < sums[0]->heap->len; i++)
		ck_assert_uint_eq(
			((const StatsItem *)sums[0]->heap->pdata[i])->figures.response.count, 2);
	again = stats_new(ROOM, 0, &(SmbHashKey){ { 5, 6 } });
	merge(again, sums[0]);
	stats_conclude(again);
	ck_assert_uint_eq(again->n_further, 2);
	ck_assert_uint_eq(again->heap->len, sums[0]->heap->len);
	ck_assert(stats_left_out(again));
	ck_assert_uint_eq(stats_free(again), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_uint_eq(stats_free(sums[i]), 0);
	ck_assert_uint_eq(stats_free(a), 0);
	ck_assert_uint_eq(stats_free(b), 0);
}
END_TEST

START_TEST(more_keys_than_are_kept_are_told)
{
	Stats *s = stats_new(1 << 20, 0, &key_a);

	for (uint64_t i = STATS_HORIZONS_MAX + 1; i > 0; i--) {
		ck_assert(!s->mixed);
		stats_add_horizon(s, &(StatsHorizon){ { { 9, i } }, 5 });
	}
	ck_assert(s->mixed);
	ck_assert_uint_eq(s->n_further, STATS_HORIZONS_MAX);
	ck_assert_uint_eq(s->further[0].key.words[1], 1);
	stats_add_horizon(s, &(StatsHorizon){ { { 9, 1 } }, 3 });
	ck_assert_uint_eq(s->further[0].rank, 3);
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

/* ---- Intervals ---- */

START_TEST(intervals_widen_with_what_they_cover)
{
	StatsIntervals a, b;
	const uint64_t second = UINT64_C(1000000000), base = UINT64_C(1700000000) * second;

	stats_intervals_init(&a, 0);
	stats_interval(&a, base)->requests++;
	ck_assert_uint_eq(a.length_ns, 1000000);
	stats_interval(&a, base + second)->requests++;
	ck_assert_uint_eq(a.length_ns, 10000000);
	stats_interval(&a, base + 3600 * second)->requests++;
	ck_assert_uint_eq(a.length_ns, 60 * second);
	stats_interval(&a, base + 59 * second)->requests++;
	stats_intervals_init(&b, 0);
	stats_interval(&b, base + 3600 * second)->requests++;
	stats_interval(&b, base)->requests++;
	stats_interval(&b, base + 59 * second)->requests++;
	stats_interval(&b, base + second)->requests++;
	ck_assert_uint_eq(b.length_ns, a.length_ns);
	ck_assert_uint_eq(a.items->len, b.items->len);
	for (guint i = 0; i < a.items->len; i++) {
		ck_assert_uint_eq(g_array_index(a.items, StatsInterval, i).index,
				  g_array_index(b.items, StatsInterval, i).index);
		ck_assert_uint_eq(g_array_index(a.items, StatsInterval, i).requests,
				  g_array_index(b.items, StatsInterval, i).requests);
	}
	stats_intervals_clear(&a);
	stats_intervals_clear(&b);
}
END_TEST

START_TEST(intervals_of_records_have_to_fit)
{
	StatsIntervals a;

	stats_intervals_init(&a, 0);
	ck_assert(stats_intervals_adopt(&a, 5000000, 10000000));
	ck_assert_uint_eq(a.length_ns, 10000000);
	ck_assert(!stats_intervals_adopt(&a, 7000000, 7000000));
	ck_assert(stats_intervals_adopt(&a, 5000000, 5000000));
	ck_assert(!stats_intervals_adopt(&a, 0, 1000000));
	ck_assert(!stats_intervals_adopt(&a, 5000000, 3000000));
	stats_intervals_clear(&a);
}
END_TEST

START_TEST(sizes_are_told_apart_by_powers_of_two)
{
	ck_assert_uint_eq(stats_size_class(0), 0);
	ck_assert_uint_eq(stats_size_class(1), 1);
	ck_assert_uint_eq(stats_size_class(2), 2);
	ck_assert_uint_eq(stats_size_class(3), 2);
	ck_assert_uint_eq(stats_size_class(65536), 17);
	ck_assert_uint_eq(stats_size_class(UINT64_MAX), STATS_SIZES - 1);
}
END_TEST

START_TEST(the_slowest_are_kept_whoever_comes_first)
{
	Stats *s = stats_new(1 << 20, 0, &key_a);

	for (uint64_t i = 0; i < 3 * STATS_SLOW_MAX; i++) {
		uint64_t ns = i * 7919 % (3 * STATS_SLOW_MAX);
		StatsSlow *slow;

		if (!stats_slow_wanted(s, ns))
			continue;
		slow = g_new0(StatsSlow, 1);
		slow->time_ns = ns;
		stats_slow_add(s, slow);
	}
	ck_assert_uint_eq(s->slow->len, STATS_SLOW_MAX);
	for (guint i = 0; i < s->slow->len; i++)
		ck_assert_uint_eq(((StatsSlow *)s->slow->pdata[i])->time_ns,
				  3 * STATS_SLOW_MAX - 1 - i);
	ck_assert_uint_eq(stats_free(s), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("stats");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_bucket_stands_for_its_values_within_one_percent);
	tcase_add_test(tcase, buckets_leave_no_number_out);
	tcase_add_test(tcase, quantiles_are_those_of_the_values_within_one_percent);
	tcase_add_test(tcase, few_values_are_told_as_they_are);
	tcase_add_test(tcase, histograms_add_up_in_any_grouping);
	tcase_add_test(tcase, sums_stop_at_the_largest_number);
	tcase_add_test(tcase, segments_are_those_of_servers_clients_and_all);
	tcase_add_test(tcase, notifications_are_no_slowness_of_servers);
	tcase_add_test(tcase, items_are_in_the_order_that_is_asked_for);
	tcase_add_test(tcase, what_is_left_out_does_not_depend_on_the_order);
	tcase_add_test(tcase, a_horizon_that_comes_later_holds);
	tcase_add_test(tcase, the_key_chooses_what_is_left_out);
	tcase_add_test(tcase, figures_of_several_keys_add_up);
	tcase_add_test(tcase, more_keys_than_are_kept_are_told);
	tcase_add_test(tcase, intervals_widen_with_what_they_cover);
	tcase_add_test(tcase, intervals_of_records_have_to_fit);
	tcase_add_test(tcase, sizes_are_told_apart_by_powers_of_two);
	tcase_add_test(tcase, the_slowest_are_kept_whoever_comes_first);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
