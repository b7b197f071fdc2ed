/* SPDX-License-Identifier: BSD-3-Clause */
/* The same for pcapng: quick-ng.h hands out what libpcap does, and leaves to it what it does not read. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/source/quick-ng.h"
#include "capture/source/source.h"
#include "tests/capture/source/quick-compare.h"

enum {
	PACKETS = 3000, /* several pieces */
	LONGEST = 1500,
	SECTION = 0x0A0D0D0A,
	INTERFACE = 1,
	OLD_PACKET = 2,
	SIMPLE = 3,
	NAMES = 4,
	STATISTICS = 5,
	PACKET = 6,
	RESOLUTION = 9,
	OFFSET = 14,
	ETHERNET = 1,
	RAW = 101,
};

/* ---- a file ---- */

static void
put16(GByteArray *to, uint16_t value)
{
	g_byte_array_append(to, (uint8_t *)&value, sizeof(value));
}

static void
put32(GByteArray *to, uint32_t value)
{
	g_byte_array_append(to, (uint8_t *)&value, sizeof(value));
}

/* Where it begins; the length is set at its end. */
static guint
begin_block(GByteArray *to, uint32_t type)
{
	put32(to, type);
	put32(to, 0);
	return to->len - 8;
}

static void
end_block(GByteArray *to, guint begun)
{
	uint32_t len;

	while (to->len % 4)
		g_byte_array_append(to, (const uint8_t *)"", 1);
	len = to->len - begun + 4;
	memcpy(to->data + begun + 4, &len, sizeof(len));
	put32(to, len);
}

static void
put_section(GByteArray *to, uint32_t version)
{
	guint begun = begin_block(to, SECTION);

	put32(to, 0x1A2B3C4D);
	put32(to, version);
	put32(to, UINT32_MAX);
	put32(to, UINT32_MAX);
	end_block(to, begun);
}

static void
put_option(GByteArray *to, uint16_t code, const void *value, uint16_t len)
{
	put16(to, code);
	put16(to, len);
	g_byte_array_append(to, value, len);
	while (to->len % 4)
		g_byte_array_append(to, (const uint8_t *)"", 1);
}

static void
put_interface(GByteArray *to, uint16_t link_type, int resolution, int64_t offset)
{
	guint begun = begin_block(to, INTERFACE);
	uint8_t exponent = (uint8_t)resolution;

	put16(to, link_type);
	put16(to, 0);
	put32(to, 65535);
	put_option(to, 2, "eth0", 4);
	if (resolution >= 0)
		put_option(to, RESOLUTION, &exponent, 1);
	if (offset)
		put_option(to, OFFSET, &offset, sizeof(offset));
	put_option(to, 0, "", 0);
	end_block(to, begun);
}

static void
put_packet(GByteArray *to, uint32_t interface, uint64_t ticks, uint32_t n, uint8_t byte)
{
	guint begun = begin_block(to, PACKET);
	uint8_t bytes[LONGEST];

	put32(to, interface);
	put32(to, (uint32_t)(ticks >> 32));
	put32(to, (uint32_t)ticks);
	put32(to, n);
	put32(to, n + byte % 3);
	memset(bytes, byte, sizeof(bytes));
	g_byte_array_append(to, bytes, n);
	while (to->len % 4)
		g_byte_array_append(to, (const uint8_t *)"", 1);
	if (byte % 4 == 0)
		put_option(to, 1, "a comment", 9);
	end_block(to, begun);
}

static void
put_other(GByteArray *to, uint32_t type, uint32_t n)
{
	guint begun = begin_block(to, type);

	g_byte_array_set_size(to, to->len + n);
	memset(to->data + to->len - n, 0, n);
	end_block(to, begun);
}

typedef struct {
	int resolution; /* -1: not said */
	int64_t offset;
	uint64_t first, step; /* ticks */
} Form;

static const Form forms[] = {
	{ -1, 0, 1600000000000000, 1234567 },
	{ 6, 0, 1600000000000000, 1 },
	{ 9, 0, 1600000000000000000, 12345678901 },
	{ 0, 0, 1600000000, 1 },
	{ 3, 0, 1600000000123, 77 },
	{ 12, 0, 1600000000000000000, 123456789 },
	{ 18, 0, 1600000000, 987654321987654 },
	{ 19, 0, 1600000000, 987654321987654 },
	{ 20, 0, 1600000000, 1 },
	{ 0x80 | 20, 0, UINT64_C(1600000000) << 20, 54321 },
	{ 6, 3600, 1600000000000000, 999999 },
	{ 6, -3600, 1600000000000000, 999999 },
	{ 6, -1600000100, 1600000000000000, 999999 }, /* before 1970, and after */
	{ 6, INT64_MAX, 1600000000000000, 1 },
	{ -1, 0, 0, UINT64_C(5000000000000000) }, /* beyond 32 bits */
};

static GByteArray *
make(const Form *form, unsigned packets)
{
	GByteArray *file = g_byte_array_new();
	GRand *rand = g_rand_new_with_seed(7);

	put_section(file, 1);
	put_interface(file, ETHERNET, form->resolution, form->offset);
	put_interface(file, RAW, 9, 0);
	for (unsigned i = 0; i < packets; i++) {
		if (i % 100 == 50)
			put_other(file, i % 200 == 50 ? STATISTICS : NAMES, 40);
		if (i % 5 == 4)
			put_packet(file, 1, UINT64_C(1600000000000000000) + i, i % 60, (uint8_t)i);
		else
			put_packet(file, 0, form->first + i * form->step,
				   g_rand_int(rand) % LONGEST, (uint8_t)i);
	}
	g_rand_free(rand);
	return file;
}

/* How many packets are handed out here, of all; and what comes then. */
static unsigned
handed_out(const GByteArray *file, CapQuickNext *ret_next)
{
	int fd = open(quick_write(file), O_RDONLY), link_type;
	CapQuickPacket packet;
	CapQuickNg quick;
	unsigned n = 0;

	cap_quick_ng_begin(&quick, fd);
	while ((*ret_next = cap_quick_ng_next(&quick, &packet, &link_type)) == CAP_QUICK_PACKET)
		n++;
	cap_quick_ng_clear(&quick);
	close(fd);
	return n;
}

/* ---- the tests ---- */

START_TEST(sound)
{
	GByteArray *file = make(&forms[_i], PACKETS);

	quick_compare(file, "form", (unsigned)_i);
	g_byte_array_unref(file);
}
END_TEST

START_TEST(all_are_handed_out)
{
	for (int form = 0; form < 7; form++) {
		GByteArray *file = make(&forms[form], PACKETS);
		CapQuickNext next;

		ck_assert_uint_eq(handed_out(file, &next), PACKETS);
		ck_assert_int_eq(next, CAP_QUICK_END);
		g_byte_array_unref(file);
	}
}
END_TEST

/* What stands in the middle, and how many packets are handed out of the ten before it and the ten after. */
static void
check_middle(const char *what, unsigned handed, void (*put)(GByteArray *))
{
	GByteArray *file = make(&forms[0], 10);
	CapQuickNext next;

	put(file);
	for (unsigned i = 0; i < 10; i++)
		put_packet(file, 0, forms[0].first + i, 60, (uint8_t)i);
	quick_compare(file, what, 0);
	ck_assert_msg(handed_out(file, &next) == handed, "%s", what);
	g_byte_array_unref(file);
}

static void
another_section(GByteArray *to)
{
	put_section(to, 1);
	put_interface(to, RAW, 6, 0);
}

static void
newer_section(GByteArray *to)
{
	put_section(to, 2 << 16 | 1);
	put_interface(to, RAW, 3, 0);
}

static void
section_without_interfaces(GByteArray *to)
{
	put_section(to, 1);
}

static void
many_interfaces(GByteArray *to)
{
	for (int i = 0; i < CAP_QUICK_INTERFACES_MAX; i++)
		put_interface(to, RAW, -1, 0);
}

static void
simple_packet(GByteArray *to)
{
	guint begun = begin_block(to, SIMPLE);

	put32(to, 4);
	put32(to, 0x01020304);
	end_block(to, begun);
}

static void
old_packet(GByteArray *to)
{
	guint begun = begin_block(to, OLD_PACKET);

	put32(to, 0);
	put32(to, 1);
	put32(to, 2);
	put32(to, 4);
	put32(to, 4);
	put32(to, 0x01020304);
	end_block(to, begun);
}

static void
long_block(GByteArray *to)
{
	put_other(to, NAMES, CAP_AHEAD);
}

static void
empty_block(GByteArray *to)
{
	put_other(to, 0x80000001, 0);
}

static void
short_packet(GByteArray *to)
{
	put_other(to, PACKET, 16);
}

static void
unknown_interface(GByteArray *to)
{
	put_packet(to, 2, 0, 10, 1);
}

static void
twice_a_resolution(GByteArray *to)
{
	guint begun = begin_block(to, INTERFACE);
	uint8_t exponent = 6;

	put32(to, RAW);
	put32(to, 0);
	put_option(to, RESOLUTION, &exponent, 1);
	put_option(to, RESOLUTION, &exponent, 1);
	end_block(to, begun);
}

static void
options_without_end(GByteArray *to)
{
	guint begun = begin_block(to, INTERFACE);
	uint8_t exponent = 6;

	put32(to, RAW);
	put32(to, 0);
	put_option(to, RESOLUTION, &exponent, 1);
	end_block(to, begun);
}

START_TEST(in_the_middle)
{
	check_middle("another section", 20, another_section);
	check_middle("a newer section", 10, newer_section);
	check_middle("a section without interfaces", 10, section_without_interfaces);
	check_middle("many interfaces", 10, many_interfaces);
	check_middle("a simple packet", 10, simple_packet);
	check_middle("an old packet", 10, old_packet);
	check_middle("a long block", 10, long_block);
	check_middle("an empty block", 20, empty_block);
	check_middle("a packet without a body", 10, short_packet);
	check_middle("an unknown interface", 10, unknown_interface);
	check_middle("a resolution that comes twice", 10, twice_a_resolution);
	check_middle("options without an end", 20, options_without_end);
}
END_TEST

START_TEST(cut_anywhere)
{
	GByteArray *file = make(&forms[0], 40);

	for (guint n = 0; n < 600; n++) {
		GByteArray *cut = g_byte_array_new();

		g_byte_array_append(cut, file->data, n < 300 ? n : file->len - (n - 300));
		quick_compare(cut, "cut at", cut->len);
		g_byte_array_unref(cut);
	}
	g_byte_array_unref(file);
}
END_TEST

/* Every byte of the section, the interfaces and the first packets. */
START_TEST(damaged_anywhere)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xFF };
	GByteArray *file = make(&forms[0], 5);

	for (guint at = 0; at < file->len; at++) {
		/* Of the bytes of packets, some are enough. */
		if (at > 300 && at % 7)
			continue;
		for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
			file->data[at] ^= changes[i];
			quick_compare(file, "changed at", at);
			file->data[at] ^= changes[i];
		}
	}
	g_byte_array_unref(file);
}
END_TEST

/* Also while libpcap passes over what was handed out. */
START_TEST(stops_at_once)
{
	for (unsigned after = 5; after <= 15; after += 10) {
		GByteArray *file = make(&forms[0], 10);
		QuickStopping stopping = { .left = after };
		GError *error = NULL;

		simple_packet(file);
		for (unsigned i = 0; i < 10; i++)
			put_packet(file, 0, forms[0].first + i, 60, (uint8_t)i);
		stopping.source = cap_source_open_file(quick_write(file), NULL, &error);
		ck_assert_int_eq(cap_source_loop(stopping.source, quick_stop_after, &stopping, NULL,
						 &error),
				 CAP_NEXT_END);
		ck_assert_uint_eq(stopping.left, 0);
		cap_source_free(stopping.source);
		g_byte_array_unref(file);
	}
}
END_TEST

static void
count(void *user, const CapPacket *packet)
{
	(void)packet;
	++*(unsigned *)user;
}

/* A filter is compiled for each link type, as in libpcap's way. */
START_TEST(filtered)
{
	GByteArray *file = make(&forms[0], PACKETS);
	GError *error = NULL;
	unsigned n = 0;
	CapSource *source = cap_source_open_file(quick_write(file), "less 50", &error);

	ck_assert_int_eq(cap_source_loop(source, count, &n, NULL, &error), CAP_NEXT_END);
	ck_assert_uint_gt(n, PACKETS / 10);
	ck_assert_uint_lt(n, PACKETS / 2);
	cap_source_free(source);
	g_byte_array_unref(file);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("quick-ng");
	TCase *tc = tcase_create("quick-ng");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, quick_setup, quick_teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, sound, 0, G_N_ELEMENTS(forms));
	tcase_add_test(tc, all_are_handed_out);
	tcase_add_test(tc, in_the_middle);
	tcase_add_test(tc, cut_anywhere);
	tcase_add_test(tc, damaged_anywhere);
	tcase_add_test(tc, stops_at_once);
	tcase_add_test(tc, filtered);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
