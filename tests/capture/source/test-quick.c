/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packets that are handed out where they lie are those of libpcap, in sound files, in files that are
 * damaged anywhere, and in files of other forms.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "capture/source/source.h"
#include "tests/capture/source/quick-compare.h"

enum {
	PACKETS = 4000, /* several blocks */
	LONGEST = 3000,
	HEADER = 24,
};

typedef struct {
	uint32_t magic, snaplen;
	bool swapped;
} Form;

static void
put(GByteArray *to, const Form *form, uint32_t value)
{
	value = form->swapped ? GUINT32_SWAP_LE_BE(value) : value;
	g_byte_array_append(to, (uint8_t *)&value, sizeof(value));
}

static GByteArray *
make(const Form *form)
{
	GRand *rand = g_rand_new_with_seed(7);
	GByteArray *file = g_byte_array_new();
	uint8_t bytes[LONGEST];

	put(file, form, form->magic);
	put(file, form, form->swapped ? 2u << 16 | 4 : 4u << 16 | 2);
	put(file, form, 0);
	put(file, form, 0);
	put(file, form, form->snaplen);
	put(file, form, 1);
	for (unsigned i = 0; i < PACKETS; i++) {
		uint32_t n = g_rand_int(rand) % LONGEST;

		put(file, form, i % 50 ? 1600000000 + i : 0xF0000000);
		put(file, form, i % 70 ? i * 17 : 0xFFFFFFF0);
		put(file, form, n);
		put(file, form, n + i % 3);
		memset(bytes, (int)i, sizeof(bytes));
		g_byte_array_append(file, bytes, n);
	}
	g_rand_free(rand);
	return file;
}

static const Form forms[] = {
	{ 0xa1b2c3d4, 65535, false }, { 0xa1b23c4d, 65535, false }, { 0xa1b2c3d4, 65535, true },
	{ 0xa1b2c3d4, 100, false },   { 0xa1b2c3d4, 0, false },     { 0xa1b2cd34, 65535, false },
};

START_TEST(sound)
{
	GByteArray *file = make(&forms[_i]);

	quick_compare(file, "form", (unsigned)_i);
	g_byte_array_unref(file);
}
END_TEST

START_TEST(cut_anywhere)
{
	GByteArray *file = make(&forms[0]);
	GRand *rand = g_rand_new_with_seed(3);

	for (unsigned i = 0; i < 40; i++) {
		GByteArray *cut = g_byte_array_new();
		/* The first packets, byte by byte, and anywhere. */
		guint n = i < 20 ? HEADER + i
				 : (guint)g_rand_int_range(rand, HEADER, (gint32)file->len);

		g_byte_array_append(cut, file->data, n);
		quick_compare(cut, "cut at", n);
		g_byte_array_unref(cut);
	}
	g_rand_free(rand);
	g_byte_array_unref(file);
}
END_TEST

/* The first packet says that it has so many bytes. */
START_TEST(lying_length)
{
	static const uint32_t lengths[] = { 0,          1,          262143,     262144,  262145,
					    0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 600000u, 65536 };
	GByteArray *file = make(&forms[0]);

	for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++) {
		memcpy(file->data + HEADER + 8, &lengths[i], sizeof(lengths[i]));
		quick_compare(file, "length", lengths[i]);
	}
	g_byte_array_unref(file);
}
END_TEST

START_TEST(stops_at_once)
{
	GByteArray *file = make(&forms[0]);
	QuickStopping stopping = { .left = 5 };
	GError *error = NULL;
	uint64_t done, total;

	stopping.source = cap_source_open_file(quick_write(file), NULL, &error);
	ck_assert_int_eq(cap_source_loop(stopping.source, quick_stop_after, &stopping, NULL, &error),
			 CAP_NEXT_END);
	ck_assert_uint_eq(stopping.left, 0);
	cap_source_progress(stopping.source, &done, &total);
	ck_assert_uint_gt(done, HEADER);
	ck_assert_uint_lt(done, HEADER + 5 * (LONGEST + 16) + 1);
	cap_source_free(stopping.source);
	g_byte_array_unref(file);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("quick");
	TCase *tc = tcase_create("quick");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, quick_setup, quick_teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, sound, 0, G_N_ELEMENTS(forms));
	tcase_add_test(tc, cut_anywhere);
	tcase_add_test(tc, lying_length);
	tcase_add_test(tc, stops_at_once);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
