/* SPDX-License-Identifier: BSD-3-Clause */
/* Files of -w that follow one another: their names, the ring, what is there already. */
#include "cli/sensor/packets.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/words/quantity.h"

#define SECOND UINT64_C(1000000000)
#define BEGIN (UINT64_C(1764270000) * SECOND) /* 2025-11-27T19:00:00Z */

static const char *const names[] = {
	"x_00001_20251127190000.pcap", "x_00002_20251127190000.pcap", "x_00003_20251127190001.pcap",
	"x_00004_20251127190001.pcap", "x_00005_20251127190002.pcap",
};

START_TEST(durations)
{
	static const struct {
		const char *text;
		uint64_t us;
	} good[] = {
		{ "0", 0 },
		{ "60", 60000000 },
		{ "60s", 60000000 },
		{ "50ms", 50000 },
		{ "10m", 600000000 },
		{ "1h", 3600000000 },
		{ "7d", 604800000000 },
		{ "366000d", UINT64_C(31622400000000000) },
	};
	static const char *const bad[] = { "",    "s",       "-1",  "+1",
					   "1.5", "1 s",     "1hh", "1H",
					   " 1",  "366001d", "1w",  "99999999999999999999" };
	uint64_t us;

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		ck_assert_msg(cli_parse_duration(good[i].text, &us), "%s", good[i].text);
		ck_assert_uint_eq(us, good[i].us);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		ck_assert_msg(!cli_parse_duration(bad[i], &us), "%s", bad[i]);
}
END_TEST

START_TEST(names_have_a_number_and_a_time)
{
	static const struct {
		const char *name, *made;
		uint64_t number;
	} rows[] = {
		{ "x.pcap", "x_00001_20251127190000.pcap", 1 },
		{ "x", "x_00012_20251127190000", 12 },
		{ ".x", ".x_00001_20251127190000", 1 },
		{ "a.b.pcap", "a.b_100000_20251127190000.pcap", 100000 },
	};
	static const char *const others[] = {
		"x.pcap",
		"x_.pcap",
		"x_0001_20251127190000.pcap",
		"x_00001_2025112719000.pcap",
		"x_00001_202511271900000.pcap",
		"x_00001_20251127190000.pcap.gz",
		"x_0000000000000000001_20251127190000.pcap",
		"y_00001_20251127190000.pcap",
	};
	uint64_t number;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *made = cli_packets_name(rows[i].name, rows[i].number, BEGIN);

		ck_assert_str_eq(made, rows[i].made);
		ck_assert(cli_packets_number(rows[i].name, made, &number));
		ck_assert_uint_eq(number, rows[i].number);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		ck_assert_msg(!cli_packets_number("x.pcap", others[i], &number), "%s", others[i]);
}
END_TEST

typedef struct {
	char *folder, *path;
	CliLater *later;
} Place;

static Place
place_new(void)
{
	Place place = { .folder = g_dir_make_tmp("packets-XXXXXX", NULL) };
	GError *error = NULL;

	place.path = g_build_filename(place.folder, "x.pcap", NULL);
	place.later = cli_later_new(place.path, &error);
	ck_assert_ptr_nonnull(place.later);
	return place;
}

static bool
is_there(const Place *place, const char *name)
{
	g_autofree char *path = g_build_filename(place->folder, name, NULL);

	return access(path, F_OK) == 0;
}

static void
place_free(Place *place)
{
	GDir *dir = g_dir_open(place->folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(place->folder, name, NULL);

		g_unlink(path);
	}
	g_dir_close(dir);
	ck_assert_int_eq(g_rmdir(place->folder), 0);
	cli_later_free(place->later);
	g_free(place->folder);
	g_free(place->path);
}

static void
write_packet(CliPackets *packets, uint64_t time_ns, uint32_t len)
{
	static const uint8_t bytes[2000];

	cli_packets_write(packets, &(CapPacket){ .time_ns = time_ns,
						 .caplen = len,
						 .wire_len = len,
						 .link_type = 1,
						 .data = bytes });
}

static CliPackets *
packets_new(const Place *place, const CliLiveOptions *options)
{
	return cli_packets_new(place->path, -1, place->later, options, 1, true);
}

/* Two packets fit into each file; two files are kept. */
START_TEST(a_ring_keeps_the_last_files)
{
	Place place = place_new();
	CliPackets *packets = packets_new(&place, &(CliLiveOptions){ .write_size = 24 + 2 * 1016,
								     .write_keep = 2 });
	g_autofree char *path = g_build_filename(place.folder, names[4], NULL);
	struct stat st;

	ck_assert(cli_packets_begin(packets, BEGIN, NULL));
	for (unsigned i = 0; i < 10; i++)
		write_packet(packets, BEGIN + i * SECOND / 4, 1000);
	ck_assert_uint_eq(cli_packets_lost(packets), 0);
	ck_assert(cli_packets_close(packets));
	for (size_t i = 0; i < 5; i++)
		ck_assert_msg(is_there(&place, names[i]) == (i >= 3), "%s", names[i]);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, 24 + 2 * 1016);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	place_free(&place);
}
END_TEST

START_TEST(files_end_by_time)
{
	Place place = place_new();
	CliPackets *packets = packets_new(&place, &(CliLiveOptions){ .write_us = 1000000 });

	ck_assert(cli_packets_begin(packets, BEGIN, NULL));
	write_packet(packets, BEGIN + SECOND / 2, 100);
	write_packet(packets, BEGIN + SECOND - 1, 100);
	/* A clock that was put back ends nothing. */
	write_packet(packets, BEGIN - 100 * SECOND, 100);
	ck_assert(!is_there(&place, "x_00002_20251127190001.pcap"));
	write_packet(packets, BEGIN + SECOND, 100);
	ck_assert(is_there(&place, "x_00002_20251127190001.pcap"));
	ck_assert(cli_packets_close(packets));
	place_free(&place);
}
END_TEST

/* What is there already, a link too, is never written to: numbers go on behind it. */
START_TEST(what_is_there_stays)
{
	Place place = place_new();
	CliPackets *packets = packets_new(&place, &(CliLiveOptions){ .write_size = 24 + 1016 });
	g_autofree char *file = g_build_filename(place.folder, names[0], NULL);
	g_autofree char *link = g_build_filename(place.folder, names[1], NULL);
	g_autofree char *text = NULL;

	ck_assert(g_file_set_contents(file, "old", 3, NULL));
	ck_assert_int_eq(symlink("/nonexistent/target", link), 0);
	ck_assert(cli_packets_begin(packets, BEGIN, NULL));
	ck_assert(is_there(&place, "x_00003_20251127190000.pcap"));
	for (unsigned i = 0; i < 3; i++)
		write_packet(packets, BEGIN, 1000);
	ck_assert(cli_packets_close(packets));
	ck_assert(is_there(&place, "x_00005_20251127190000.pcap"));
	ck_assert(g_file_get_contents(file, &text, NULL, NULL));
	ck_assert_str_eq(text, "old");
	g_unlink(link);
	place_free(&place);
}
END_TEST

START_TEST(the_ring_goes_on_over_runs)
{
	const CliLiveOptions options = { .write_size = 24 + 1016, .write_keep = 2 };
	Place place = place_new();

	for (unsigned run = 0; run < 2; run++) {
		CliPackets *packets = packets_new(&place, &options);

		ck_assert(cli_packets_begin(packets, BEGIN, NULL));
		for (unsigned i = 0; i < 2 - run; i++)
			write_packet(packets, BEGIN, 1000);
		ck_assert(cli_packets_close(packets));
	}
	ck_assert(!is_there(&place, "x_00001_20251127190000.pcap"));
	ck_assert(is_there(&place, "x_00002_20251127190000.pcap"));
	ck_assert(is_there(&place, "x_00003_20251127190000.pcap"));
	place_free(&place);
}
END_TEST

/* A device that takes nothing: packets are lost and counted, and the end says so. */
START_TEST(lost_packets_are_counted)
{
	Place place = place_new();
	int fd = open("/dev/full", O_WRONLY);
	CliPackets *packets =
		cli_packets_new(place.path, fd, NULL, &(CliLiveOptions){ 0 }, 1, true);

	write_packet(packets, BEGIN, 100);
	write_packet(packets, BEGIN, 100);
	cli_packets_flush(packets);
	ck_assert_uint_eq(cli_packets_lost(packets), 2);
	write_packet(packets, BEGIN, 100);
	cli_packets_flush(packets);
	ck_assert_uint_eq(cli_packets_lost(packets), 3);
	ck_assert(!cli_packets_close(packets));
	place_free(&place);
}
END_TEST

START_TEST(later_files_stay_in_their_directory)
{
	Place place = place_new();

	errno = 0;
	ck_assert_int_eq(cli_later_create(place.later, "../x"), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_str_eq(cli_later_name(place.later), "x.pcap");
	ck_assert_ptr_null(cli_later_new("/nonexistent/x.pcap", NULL));
	place_free(&place);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("packets");
	TCase *tc = tcase_create("packets");
	SRunner *runner;
	int failed;

	g_setenv("TZ", "UTC", TRUE);
	tcase_add_test(tc, durations);
	tcase_add_test(tc, names_have_a_number_and_a_time);
	tcase_add_test(tc, a_ring_keeps_the_last_files);
	tcase_add_test(tc, files_end_by_time);
	tcase_add_test(tc, what_is_there_stays);
	tcase_add_test(tc, the_ring_goes_on_over_runs);
	tcase_add_test(tc, lost_packets_are_counted);
	tcase_add_test(tc, later_files_stay_in_their_directory);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
