/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parts of a transaction's section, held against a map of its bytes: overlapping, doubled, cut,
 * beyond the total, with totals that shrink, and more islands than are kept.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/conversation/exchange/pieces.h"

enum { SIZE = 300 };

/* What the specification wants to be known of each byte. */
typedef struct {
	bool came[SIZE], captured[SIZE];
	uint8_t value[SIZE];
	uint32_t total;
} Map;

static uint32_t
islands(const Map *map)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < SIZE; i++)
		n += map->came[i] && (i == 0 || !map->came[i - 1]);
	return n;
}

/* Whether the bytes from `at` to `end` touch one that came. */
static bool
touches(const Map *map, uint32_t at, uint32_t end)
{
	for (uint32_t i = at ? at - 1 : 0; i <= end && i < SIZE; i++) {
		if (map->came[i])
			return true;
	}
	return false;
}

/* What smb_pieces_add has to do, byte by byte. */
static bool
map_add(Map *map, uint32_t at, const uint8_t *bytes, uint32_t captured, uint32_t declared)
{
	uint32_t end = at < map->total ? at + MIN(declared, map->total - at) : at;

	if (end == at)
		return true;
	if (!touches(map, at, end) && islands(map) == SMB_PIECES_RANGES)
		return false;
	for (uint32_t i = at; i < end; i++) {
		if (map->came[i])
			continue;
		map->came[i] = true;
		map->captured[i] = i - at < captured;
		map->value[i] = map->captured[i] ? bytes[i - at] : 0;
	}
	return true;
}

static void
check_same(const SmbPieces *self, const Map *map)
{
	SmbSpan bytes = smb_pieces_bytes(self);
	uint32_t whole = 0, known = 0;

	while (whole < map->total && map->came[whole])
		whole++;
	while (known < whole && map->captured[known])
		known++;
	ck_assert_int_eq(smb_pieces_complete(self), whole == map->total);
	ck_assert_uint_eq(bytes.len, known);
	if (known)
		ck_assert_mem_eq(bytes.ptr, map->value, known);
	ck_assert_uint_eq(self->n, islands(map));
	ck_assert_uint_le(self->cap, SIZE);
}

/* The captured bytes lie in a heap buffer of their size. */
static void
add(SmbPieces *self, Map *map, uint32_t at, uint32_t captured, uint32_t declared, uint8_t value)
{
	uint8_t *bytes = malloc(captured ? captured : 1);
	bool good;

	for (uint32_t i = 0; i < captured; i++)
		bytes[i] = (uint8_t)(value + i);
	good = map_add(map, at, bytes, captured, declared);
	ck_assert_int_eq(smb_pieces_add(self, at, (SmbSpan){ bytes, captured }, declared), good);
	free(bytes);
	check_same(self, map);
}

static void
shrink(SmbPieces *self, Map *map, uint32_t total)
{
	map->total = MIN(map->total, total);
	smb_pieces_total(self, total);
}

START_TEST(parts_in_any_order_are_what_the_map_says)
{
	GRand *random = g_rand_new_with_seed((guint32)_i);

	for (unsigned round = 0; round < 40; round++) {
		Map map = { .total = (uint32_t)g_rand_int_range(random, 0, SIZE + 1) };
		int longest = g_rand_boolean(random) ? 3 : 60;
		SmbPieces self;

		smb_pieces_init(&self, map.total);
		for (unsigned i = 0; i < 80; i++) {
			uint32_t declared = (uint32_t)g_rand_int_range(random, 0, longest);
			uint32_t captured =
				g_rand_int_range(random, 0, 20)
					? declared
					: (uint32_t)g_rand_int_range(random, 0, (int)declared + 1);

			add(&self, &map, (uint32_t)g_rand_int_range(random, 0, SIZE), captured,
			    declared, (uint8_t)g_rand_int(random));
			/* What was kept beyond a smaller total is not taken back: only before any. */
			if (!self.n)
				shrink(&self, &map, map.total - map.total / 3);
		}
		smb_pieces_clear(&self);
	}
	g_rand_free(random);
}
END_TEST

START_TEST(the_first_of_two_copies_stays)
{
	Map map = { .total = 10 };
	SmbPieces self;

	smb_pieces_init(&self, 10);
	add(&self, &map, 2, 3, 3, 'a');
	add(&self, &map, 0, 10, 10, 'k');
	ck_assert_mem_eq(smb_pieces_bytes(&self).ptr, "klabcpqrst", 10);
	smb_pieces_clear(&self);
}
END_TEST

/* Of two parts that the capture cut, the first place that is missing holds, in whichever order they come. */
START_TEST(what_was_not_captured_ends_the_bytes)
{
	for (int order = 0; order < 2; order++) {
		Map map = { .total = 20 };
		SmbPieces self;

		smb_pieces_init(&self, 20);
		add(&self, &map, order ? 10 : 0, 4, 10, 'a');
		add(&self, &map, order ? 0 : 10, 4, 10, 'b');
		ck_assert(smb_pieces_complete(&self));
		ck_assert_uint_eq(smb_pieces_bytes(&self).len, 4);
		smb_pieces_clear(&self);
	}
}
END_TEST

/* Servers that take the last copy, or only count, would read something else. */
START_TEST(what_another_reader_would_see)
{
	static const struct {
		uint32_t at[2], captured[2], declared[2];
		const char *bytes[2];
		bool differs, counted;
	} table[] = {
		{ { 0, 5 }, { 5, 5 }, { 5, 5 }, { "abcde", "fghij" }, false, true },
		{ { 0, 5 }, { 5, 4 }, { 5, 4 }, { "abcde", "fghi" }, false, false },
		{ { 2, 0 }, { 5, 5 }, { 5, 5 }, { "cdefg", "abcde" }, false, true },
		{ { 2, 0 }, { 5, 5 }, { 5, 5 }, { "cdefg", "abXde" }, true, true },
		{ { 2, 0 }, { 5, 5 }, { 5, 5 }, { "cdefg", "abcdX" }, true, true },
		{ { 0, 2 }, { 5, 5 }, { 5, 5 }, { "abcde", "Xdefg" }, true, true },
		{ { 0, 5 }, { 5, 5 }, { 5, 5 }, { "abcdX", "fghij" }, false, true },
		{ { 2, 0 }, { 5, 2 }, { 5, 5 }, { "cdefg", "ab" }, false, true }, /* cut */
		{ { 0, 0 }, { 2, 5 }, { 5, 5 }, { "ab", "abXXX" }, false, true },
		{ { 0, 0 }, { 2, 5 }, { 5, 5 }, { "ab", "aXcde" }, true, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		SmbPieces self;

		smb_pieces_init(&self, 10);
		for (int j = 0; j < 2; j++) {
			SmbSpan bytes = { (const uint8_t *)table[i].bytes[j],
					  table[i].captured[j] };

			ck_assert(
				smb_pieces_add(&self, table[i].at[j], bytes, table[i].declared[j]));
		}
		ck_assert_msg(self.differs == table[i].differs, "differs, row %zu", i);
		ck_assert_msg(smb_pieces_counted(&self) == table[i].counted, "counted, row %zu", i);
		smb_pieces_clear(&self);
	}
}
END_TEST

START_TEST(islands_are_capped)
{
	Map map = { .total = SIZE };
	SmbPieces self;

	smb_pieces_init(&self, SIZE);
	for (uint32_t i = 0; i < SMB_PIECES_RANGES; i++)
		add(&self, &map, 2 + 4 * i, 1, 1, (uint8_t)i);
	ck_assert_uint_eq(self.n, SMB_PIECES_RANGES);
	/* No more of them: before, between, after. */
	add(&self, &map, 0, 1, 1, 'x');
	add(&self, &map, 4, 1, 1, 'x');
	add(&self, &map, SIZE - 1, 1, 1, 'x');
	ck_assert_uint_eq(self.n, SMB_PIECES_RANGES);
	/* What touches one goes on: in front, after, and from one to the next. */
	add(&self, &map, 1, 1, 1, 'f');
	add(&self, &map, 3 + 4 * (SMB_PIECES_RANGES - 1), 1, 1, 'b');
	add(&self, &map, 3, 3, 3, 'm');
	ck_assert_uint_eq(self.n, SMB_PIECES_RANGES - 1);
	add(&self, &map, SIZE - 1, 1, 1, 'x');
	add(&self, &map, 0, SIZE, SIZE, 'w');
	ck_assert_uint_eq(self.n, 1);
	ck_assert(smb_pieces_complete(&self));
	smb_pieces_clear(&self);
}
END_TEST

START_TEST(totals_only_shrink)
{
	SmbPieces self;
	uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	smb_pieces_init(&self, 8);
	ck_assert(smb_pieces_add(&self, 0, (SmbSpan){ bytes, 6 }, 6));
	ck_assert(!smb_pieces_complete(&self));
	smb_pieces_total(&self, 9);
	ck_assert(!smb_pieces_complete(&self));
	smb_pieces_total(&self, 6);
	ck_assert(smb_pieces_complete(&self));
	smb_pieces_total(&self, 4);
	ck_assert_uint_eq(smb_pieces_bytes(&self).len, 4);
	/* Nothing after the total is taken, wherever it says it is. */
	ck_assert(smb_pieces_add(&self, 4, (SmbSpan){ bytes, 8 }, 8));
	ck_assert(smb_pieces_add(&self, 0xFFFFFFFF, (SmbSpan){ bytes, 8 }, 0xFFFFFFFF));
	ck_assert(smb_pieces_add(&self, 1, (SmbSpan){ bytes, 8 }, 0xFFFFFFFF));
	ck_assert_uint_eq(smb_pieces_bytes(&self).len, 4);
	ck_assert_uint_eq(self.cap, 6);
	smb_pieces_clear(&self);
	smb_pieces_init(&self, 4);
	ck_assert(smb_pieces_add(&self, 0, (SmbSpan){ bytes, 4 }, 4));
	smb_pieces_total(&self, 9);
	ck_assert(smb_pieces_complete(&self));
	smb_pieces_clear(&self);
	smb_pieces_init(&self, 0);
	ck_assert(smb_pieces_complete(&self));
	ck_assert_uint_eq(smb_pieces_bytes(&self).len, 0);
}
END_TEST

/* What was cleared has no bytes, whatever it had. */
START_TEST(what_is_cleared_has_nothing)
{
	Map map = { .total = 10 };
	SmbPieces self;

	smb_pieces_init(&self, 10);
	add(&self, &map, 0, 10, 10, 'a');
	smb_pieces_clear(&self);
	ck_assert(!smb_pieces_complete(&self));
	ck_assert_uint_eq(smb_pieces_bytes(&self).len, 0);
	ck_assert_ptr_null(smb_pieces_bytes(&self).ptr);
}
END_TEST

START_TEST(memory_grows_by_halves_and_never_beyond_the_total)
{
	SmbPieces self;
	uint8_t byte = 0;
	uint32_t grown = 0, before = 0;

	smb_pieces_init(&self, 100000);
	for (uint32_t i = 0; i < 100000; i++) {
		ck_assert(smb_pieces_add(&self, i, (SmbSpan){ &byte, 1 }, 1));
		grown += self.cap != before;
		before = self.cap;
		ck_assert_uint_le(self.cap, 100000);
		ck_assert_uint_le(self.cap, MAX(2 * (i + 1), 1));
	}
	ck_assert_uint_le(grown, 18);
	smb_pieces_clear(&self);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pieces");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tc, parts_in_any_order_are_what_the_map_says, 0, 20);
	tcase_add_test(tc, the_first_of_two_copies_stays);
	tcase_add_test(tc, what_was_not_captured_ends_the_bytes);
	tcase_add_test(tc, what_another_reader_would_see);
	tcase_add_test(tc, islands_are_capped);
	tcase_add_test(tc, totals_only_shrink);
	tcase_add_test(tc, what_is_cleared_has_nothing);
	tcase_add_test(tc, memory_grows_by_halves_and_never_beyond_the_total);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
