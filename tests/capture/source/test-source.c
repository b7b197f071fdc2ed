/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Capture files of every form give the same packets; damage is reported after all that stood before it.
 */
#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/source/source.h"
#include "tests/lib/packets.h"

#define PACKETS 3
/* 2020-09-13 12:26:40.123456789 */
#define SECONDS 1600000000u
#define NANOSECONDS 123456789u

static char *dir, *path;

static void
setup(void)
{
	dir = g_dir_make_tmp("smbtrail-source-XXXXXX", NULL);
	path = g_build_filename(dir, "file", NULL);
}

static void
teardown(void)
{
	g_unlink(path);
	g_rmdir(dir);
	g_free(path);
	g_free(dir);
}

static void
put(GByteArray *to, uint32_t value, int bytes, bool big)
{
	for (int i = 0; i < bytes; i++) {
		uint8_t byte = (uint8_t)(value >> 8 * (big ? bytes - 1 - i : i));

		g_byte_array_append(to, &byte, 1);
	}
}

/* A pcap file of link type 1 with packets of 20, 21, 22... bytes. */
static GByteArray *
make_pcap(bool big, bool nano, uint32_t link_type)
{
	GByteArray *p = pkt_new();

	put(p, nano ? 0xa1b23c4d : 0xa1b2c3d4, 4, big);
	put(p, 2, 2, big);
	put(p, 4, 2, big);
	put(p, 0, 4, big);
	put(p, 0, 4, big);
	put(p, 65535, 4, big);
	put(p, link_type, 4, big);
	for (uint32_t i = 0; i < PACKETS; i++) {
		put(p, SECONDS + i, 4, big);
		put(p, nano ? NANOSECONDS : NANOSECONDS / 1000, 4, big);
		put(p, 20 + i, 4, big);
		put(p, 30, 4, big);
		for (uint32_t n = 0; n < 20 + i; n++)
			put(p, i, 1, big);
	}
	return p;
}

static void
put_interface(GByteArray *p, bool nano, bool big, uint32_t link_type)
{
	put(p, 1, 4, big);
	put(p, nano ? 32 : 20, 4, big);
	put(p, link_type, 2, big);
	put(p, 0, 2, big);
	put(p, 0, 4, big);
	if (nano) {
		put(p, 9, 2, big);
		put(p, 1, 2, big);
		g_byte_array_append(p, (const uint8_t *)"\x09\0\0\0", 4);
		put(p, 0, 4, big);
	}
	put(p, nano ? 32 : 20, 4, big);
}

static GByteArray *
make_pcapng(bool big, bool nano)
{
	uint64_t unit = nano ? 1 : 1000;
	GByteArray *p = pkt_new();

	put(p, 0x0a0d0d0a, 4, big);
	put(p, 28, 4, big);
	put(p, 0x1a2b3c4d, 4, big);
	put(p, 1, 2, big);
	put(p, 0, 2, big);
	put(p, 0xffffffff, 4, big);
	put(p, 0xffffffff, 4, big);
	put(p, 28, 4, big);
	put_interface(p, nano, big, 1);
	for (uint32_t i = 0; i < PACKETS; i++) {
		uint64_t time = ((SECONDS + i) * 1000000000ull + NANOSECONDS) / unit;
		uint32_t len = (32 + 20 + i + 3) & ~3u;

		put(p, 6, 4, big);
		put(p, len, 4, big);
		put(p, 0, 4, big);
		put(p, (uint32_t)(time >> 32), 4, big);
		put(p, (uint32_t)time, 4, big);
		put(p, 20 + i, 4, big);
		put(p, 30, 4, big);
		for (uint32_t n = 28; n < len - 4; n++)
			put(p, i, 1, big);
		put(p, len, 4, big);
	}
	return p;
}

static void
save(const GByteArray *bytes)
{
	ck_assert(g_file_set_contents(path, (const char *)bytes->data, (gssize)bytes->len, NULL));
}

/* Reads what is there, checking every packet; the number of them. */
static uint32_t
read_all(CapSource *source, bool nano, CapNext *ret_end, GError **error)
{
	CapPacket packet;
	uint32_t n = 0;

	while ((*ret_end = cap_source_next(source, &packet, 0, error)) == CAP_NEXT_PACKET) {
		ck_assert_uint_eq(packet.frame, ++n);
		ck_assert_uint_eq(packet.caplen, 19 + n);
		ck_assert_uint_eq(packet.wire_len, 30);
		ck_assert_int_eq(packet.link_type, 1);
		ck_assert_uint_eq(packet.data[0], n - 1);
		ck_assert_uint_eq(packet.time_ns,
				  (SECONDS + n - 1) * 1000000000ull +
					  (nano ? NANOSECONDS : NANOSECONDS / 1000 * 1000));
	}
	return n;
}

static void
check_whole(const char *name, bool nano)
{
	GError *error = NULL;
	CapSource *source = cap_source_open_file(name, NULL, &error);
	CapNext end;

	ck_assert_msg(source != NULL, "%s", error ? error->message : "");
	ck_assert_str_eq(cap_source_name(source), name);
	ck_assert_uint_eq(read_all(source, nano, &end, &error), PACKETS);
	ck_assert_int_eq(end, CAP_NEXT_END);
	ck_assert_int_eq(cap_source_nanoseconds(source), nano);
	ck_assert(!cap_source_drops(source).known);
	cap_source_free(source);
}

/* 0 to 7: pcap and pcapng, little and big, micro and nano. */
START_TEST(every_format)
{
	bool big = _i & 1, nano = _i & 2;
	GByteArray *bytes = _i & 4 ? make_pcapng(big, nano) : make_pcap(big, nano, 1);

	save(bytes);
	check_whole(path, nano);
	g_byte_array_unref(bytes);
}
END_TEST

static int (*const filters[])(struct archive *a) = {
	archive_write_add_filter_none, archive_write_add_filter_gzip, archive_write_add_filter_zstd,
	archive_write_add_filter_xz,   archive_write_add_filter_lz4,
};

static void
save_compressed(const GByteArray *bytes, int filter)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	ck_assert_int_eq(filters[filter](a), ARCHIVE_OK);
	archive_write_set_format_raw(a);
	ck_assert_int_eq(archive_write_open_filename(a, path), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	ck_assert_int_eq(archive_write_header(a, entry), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(a, bytes->data, bytes->len), (int)bytes->len);
	archive_entry_free(entry);
	ck_assert_int_eq(archive_write_free(a), ARCHIVE_OK);
}

static void
stdin_from_pipe(void)
{
	g_autofree char *bytes = NULL;
	gsize len;
	int fds[2];

	ck_assert(g_file_get_contents(path, &bytes, &len, NULL));
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], bytes, len), (int)len);
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
}

/* Compressed or not, from a file, and from standard input as a pipe and as a file. */
START_TEST(every_compression_and_standard_input)
{
	GByteArray *bytes = make_pcap(false, true, 1);
	int fd;

	save_compressed(bytes, _i);
	check_whole(path, true);
	stdin_from_pipe();
	check_whole("-", true);
	fd = open(path, O_RDONLY);
	dup2(fd, STDIN_FILENO);
	close(fd);
	check_whole("-", true);
	g_byte_array_unref(bytes);
}
END_TEST

/*
 * Cut at every byte: the packets before the cut, then the damage with file and packet, or the end
 * between packets.
 */
START_TEST(cut_anywhere)
{
	GByteArray *bytes = make_pcap(false, false, 1);
	uint32_t whole = 0, next = 24 + 16 + 20;

	for (uint32_t len = 24; len < bytes->len; len++) {
		GError *error = NULL;
		GByteArray *part = g_byte_array_append(pkt_new(), bytes->data, len);
		CapSource *source;
		CapNext end;

		if (len == next) {
			whole++;
			next += 16 + 20 + whole;
		}
		save(part);
		source = cap_source_open_file(path, NULL, &error);
		ck_assert_uint_eq(read_all(source, false, &end, &error), whole);
		if (len == 24 || len == next - 16 - 20 - whole) {
			ck_assert_int_eq(end, CAP_NEXT_END);
		} else {
			ck_assert_int_eq(end, CAP_NEXT_ERROR);
			ck_assert(
				g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_DAMAGED));
			ck_assert_ptr_nonnull(strstr(error->message, path));
			ck_assert_ptr_nonnull(strstr(error->message, "packet"));
			g_error_free(error);
		}
		cap_source_free(source);
		g_byte_array_unref(part);
	}
	g_byte_array_unref(bytes);
}
END_TEST

static void
count_packet(void *user, const CapPacket *packet)
{
	(void)packet;
	++*(uint32_t *)user;
}

START_TEST(lying_packet_length)
{
	GByteArray *bytes = make_pcap(false, false, 1);
	GError *error = NULL;
	CapSource *source;
	uint32_t n = 0;

	bytes->data[24 + 16 + 20 + 11] = 0x7f;
	save(bytes);
	source = cap_source_open_file(path, NULL, &error);
	ck_assert_int_eq(cap_source_loop(source, count_packet, &n, NULL, &error), CAP_NEXT_ERROR);
	ck_assert(g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_DAMAGED));
	ck_assert_ptr_nonnull(strstr(error->message, "packet 1"));
	ck_assert_uint_eq(n, 1);
	g_error_free(error);
	cap_source_free(source);
	g_byte_array_unref(bytes);
}
END_TEST

/* Compressed data cut short is damage, whatever was read before it. */
START_TEST(damaged_compression)
{
	GByteArray *bytes = make_pcap(false, false, 1);
	g_autofree char *packed = NULL;
	GError *error = NULL;
	CapSource *source;
	uint32_t n = 0;
	gsize len;

	for (uint32_t i = 0, salt = 1; i < 200000; i++, salt = salt * 1664525 + 1013904223)
		put(bytes, salt >> 24, 1, false);
	save_compressed(bytes, _i);
	ck_assert(g_file_get_contents(path, &packed, &len, NULL));
	ck_assert(g_file_set_contents(path, packed, (gssize)len / 2, NULL));
	source = cap_source_open_file(path, NULL, &error);
	if (source) {
		ck_assert_int_eq(cap_source_loop(source, count_packet, &n, NULL, &error),
				 CAP_NEXT_ERROR);
		ck_assert(g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_DAMAGED));
	}
	ck_assert_ptr_nonnull(strstr(error->message, path));
	g_error_free(error);
	cap_source_free(source);
	g_byte_array_unref(bytes);
}
END_TEST

static void
refused(const char *name, CapSourceErrorCode code, const char *word)
{
	GError *error = NULL;

	ck_assert_ptr_null(cap_source_open_file(name, NULL, &error));
	ck_assert_msg(g_error_matches(error, CAP_SOURCE_ERROR, (int)code), "%s", error->message);
	ck_assert_msg(strstr(error->message, name) && strstr(error->message, word), "%s",
		      error->message);
	g_error_free(error);
}

START_TEST(what_is_not_a_capture)
{
	GByteArray *bytes = pkt_new();
	int null = open("/dev/null", O_RDONLY);

	refused("/nonexistent/file", CAP_SOURCE_ERROR_OPEN, "No such file");
	refused(dir, CAP_SOURCE_ERROR_OPEN, "directory");
	g_byte_array_set_size(bytes, 0);
	ck_assert(g_file_set_contents(path, "", 0, NULL));
	refused(path, CAP_SOURCE_ERROR_OPEN, "empty");
	dup2(null, STDIN_FILENO);
	close(null);
	refused("-", CAP_SOURCE_ERROR_OPEN, "empty");
	pkt_hex(bytes, "25504446 2d312e34 0a25");
	save(bytes);
	refused(path, CAP_SOURCE_ERROR_OPEN, "");
	pkt_hex(bytes, "00000000 00000000 00000000 00000000 00000000");
	save(bytes);
	refused(path, CAP_SOURCE_ERROR_OPEN, "");
	g_byte_array_unref(bytes);
	bytes = make_pcap(false, false, 147);
	save(bytes);
	refused(path, CAP_SOURCE_ERROR_LINK, "147");
	g_byte_array_unref(bytes);
}
END_TEST

/* Frames keep their numbers in the file; a filter that does not compile is reported. */
START_TEST(filter)
{
	GByteArray *bytes = make_pcap(false, false, 1);
	GError *error = NULL;
	CapSource *source;
	CapPacket packet;

	save(bytes);
	source = cap_source_open_file(path, "ether[0] = 2", &error);
	ck_assert_int_eq(cap_source_next(source, &packet, 0, &error), CAP_NEXT_PACKET);
	ck_assert_uint_eq(packet.frame, 3);
	ck_assert_int_eq(cap_source_next(source, &packet, 0, &error), CAP_NEXT_END);
	cap_source_free(source);
	ck_assert_ptr_null(cap_source_open_file(path, "no such filter (", &error));
	ck_assert(g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_FILTER));
	g_error_free(error);
	g_byte_array_unref(bytes);
}
END_TEST

START_TEST(default_filter_takes_tagged_and_fragmented)
{
	static const struct {
		const char *head;
		uint16_t fragment;
		uint16_t port;
		bool taken;
	} rows[] = {
		{ "020000000001020000000002 0800", 0, 445, true },
		{ "020000000001020000000002 0800", 0, 139, true },
		{ "020000000001020000000002 0800", 0, 80, false },
		{ "020000000001020000000002 0800", 3, 80, true },
		{ "020000000001020000000002 8100 002a 0800", 0, 445, true },
		{ "020000000001020000000002 8100 002a 0800", 0, 80, false },
		{ "020000000001020000000002 8100 002a 0800", 3, 80, true },
		{ "020000000001020000000002 88a8 002a 8100 0001 0800", 0, 445, true },
	};
	GByteArray *bytes = make_pcap(false, false, 1);
	GError *error = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const PktTcp tcp = { .sport = 1000, .dport = rows[i].port, .flags = PKT_SYN };
		GByteArray *p = pkt_prepend(pkt_ipv4_part(pkt_tcp(&tcp), 1, 2, 1, rows[i].fragment),
					    rows[i].head);
		CapSource *source;
		uint32_t n = 0;

		g_byte_array_set_size(bytes, 24);
		put(bytes, 0, 4, false);
		put(bytes, 0, 4, false);
		put(bytes, p->len, 4, false);
		put(bytes, p->len, 4, false);
		g_byte_array_append(bytes, p->data, p->len);
		save(bytes);
		source = cap_source_open_file(path, cap_source_default_filter(), &error);
		ck_assert_msg(source != NULL, "%s", error ? error->message : "");
		ck_assert_int_eq(cap_source_loop(source, count_packet, &n, NULL, &error),
				 CAP_NEXT_END);
		ck_assert_msg(n == rows[i].taken, "row %zu", i);
		cap_source_free(source);
		g_byte_array_unref(p);
	}
	g_byte_array_unref(bytes);
}
END_TEST

static void
stop_now(void *user, const CapPacket *packet)
{
	(void)packet;
	*(bool *)user = true;
}

START_TEST(stop_and_progress)
{
	GByteArray *bytes = make_pcap(false, false, 1);
	GError *error = NULL;
	uint64_t done, total;
	bool stop = false;
	CapPacket packet;
	CapSource *source;

	save(bytes);
	source = cap_source_open_file(path, NULL, &error);
	ck_assert_int_eq(cap_source_loop(source, stop_now, &stop, &stop, &error), CAP_NEXT_END);
	ck_assert_int_eq(cap_source_next(source, &packet, 0, &error), CAP_NEXT_PACKET);
	ck_assert_uint_eq(packet.frame, 2);
	cap_source_progress(source, &done, &total);
	ck_assert_uint_eq(total, bytes->len);
	ck_assert_uint_gt(done, 24);
	ck_assert_uint_le(done, total);
	cap_source_free(source);
	g_byte_array_unref(bytes);
}
END_TEST

enum { MANY = 2000, LEFT = 1200, SIZE = 1000 };

typedef struct {
	off_t size; /* that the file is given at its first packet */
	uint32_t n;
} Shortening;

static void
shorten(void *user, const CapPacket *packet)
{
	Shortening *self = user;

	(void)packet;
	if (self->n++ == 0)
		ck_assert_int_eq(truncate(path, self->size), 0);
}

/* An enhanced packet block of pcapng, or a packet of pcap: all of one size. */
static void
put_many(GByteArray *to, bool ng, bool big)
{
	static const uint8_t nothing[SIZE];
	const uint32_t size = SIZE, length = 32 + size;

	for (int i = 0; i < MANY; i++) {
		const uint32_t block[] = { 6, length, 0, 0, 0, size, size };
		const uint32_t packet[] = { SECONDS, 0, size, size };

		for (size_t k = 0; ng && k < G_N_ELEMENTS(block); k++)
			put(to, block[k], 4, big);
		for (size_t k = 0; !ng && k < G_N_ELEMENTS(packet); k++)
			put(to, packet[k], 4, big);
		g_byte_array_append(to, nothing, size);
		if (ng)
			put(to, length, 4, big);
	}
}

/* Sound up to where it ends now; but that is not where it ended. Bit 0: big endian, 1: pcapng. */
START_TEST(a_file_that_becomes_shorter)
{
	static const uint32_t head[] = { 0x0A0D0D0A, 28, 0x1A2B3C4D, 0, ~0u, ~0u,
					 28,         1,  20,         0, 0,   20 };
	bool big = _i & 1, ng = _i & 2;
	GByteArray *bytes = make_pcap(big, false, 1);
	GError *error = NULL;
	Shortening s = { 0 };
	CapSource *source;

	g_byte_array_set_size(bytes, ng ? 0 : 24);
	for (size_t k = 0; ng && k < G_N_ELEMENTS(head); k++)
		put(bytes, k == 3 || k == 9 ? (big ? 0x10000 : 1) : head[k], 4, big);
	s.size = (off_t)bytes->len + (off_t)LEFT * (ng ? 32 + SIZE : 16 + SIZE);
	put_many(bytes, ng, big);
	save(bytes);
	source = cap_source_open_file(path, NULL, &error);
	ck_assert_msg(source != NULL, "%s", error ? error->message : "");
	ck_assert_int_eq(cap_source_loop(source, shorten, &s, NULL, &error), CAP_NEXT_ERROR);
	ck_assert(g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_DAMAGED));
	ck_assert_ptr_nonnull(strstr(error->message, "shorter"));
	ck_assert_uint_eq(s.n, LEFT);
	g_error_free(error);
	cap_source_free(source);
	g_byte_array_unref(bytes);
}
END_TEST

START_TEST(no_such_interface)
{
	const CapLiveOptions options = { .interface = "no-such-interface" };
	GError *error = NULL;

	ck_assert_ptr_null(cap_source_open_live(&options, &error));
	ck_assert(g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_DEVICE) ||
		  g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_PERMISSION));
	ck_assert_ptr_nonnull(strstr(error->message, "no-such-interface"));
	g_error_free(error);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("source");
	TCase *tc = tcase_create("source");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, every_format, 0, 8);
	tcase_add_loop_test(tc, every_compression_and_standard_input, 0, G_N_ELEMENTS(filters));
	tcase_add_test(tc, cut_anywhere);
	tcase_add_test(tc, lying_packet_length);
	tcase_add_loop_test(tc, damaged_compression, 1, G_N_ELEMENTS(filters));
	tcase_add_test(tc, what_is_not_a_capture);
	tcase_add_test(tc, filter);
	tcase_add_test(tc, default_filter_takes_tagged_and_fragmented);
	tcase_add_test(tc, stop_and_progress);
	tcase_add_loop_test(tc, a_file_that_becomes_shorter, 0, 4);
	tcase_add_test(tc, no_such_interface);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
