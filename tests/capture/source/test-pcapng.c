/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interfaces of different link types in one pcapng file, however the bytes come; and waits that
 * signals interrupt.
 */
#include <check.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/source/pcapng.h"
#include "capture/source/source.h"
#include "tests/lib/packets.h"

static char *dir, *path;

static void
setup(void)
{
	dir = g_dir_make_tmp("smbtrail-pcapng-XXXXXX", NULL);
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

static void
put_section(GByteArray *p, bool big)
{
	put(p, 0x0a0d0d0a, 4, big);
	put(p, 28, 4, big);
	put(p, 0x1a2b3c4d, 4, big);
	put(p, 1, 2, big);
	put(p, 0, 2, big);
	put(p, 0xffffffff, 4, big);
	put(p, 0xffffffff, 4, big);
	put(p, 28, 4, big);
}

static void
put_interface(GByteArray *p, bool big, uint32_t link_type, uint32_t snaplen)
{
	put(p, 1, 4, big);
	put(p, 20, 4, big);
	put(p, link_type, 2, big);
	put(p, 0, 2, big);
	put(p, snaplen, 4, big);
	put(p, 20, 4, big);
}

/* Another block without a body: the shortest there is. */
static void
put_empty(GByteArray *p, bool big)
{
	put(p, 0x80000001, 4, big);
	put(p, 12, 4, big);
	put(p, 12, 4, big);
}

static const struct {
	uint32_t link_type;
	uint32_t snaplen;
	const char *head;
} interfaces[] = {
	{ 1, 62, "020000000001 020000000002 0800" },
	{ 101, 262144, "" },
	{ 113, 0, "0000 0001 0006 020000000001 0000 0800" },
};

/* kind 6 (enhanced), 3 (simple) or 2 (obsolete). */
static void
put_packet(GByteArray *p, bool big, int kind, uint32_t interface, const GByteArray *data)
{
	uint32_t padded = (data->len + 3) & ~3u, len = padded + (kind == 3 ? 16 : 32);

	put(p, (uint32_t)kind, 4, big);
	put(p, len, 4, big);
	if (kind == 6)
		put(p, interface, 4, big);
	if (kind == 2)
		put(p, interface << (big ? 16 : 0), 4, big);
	if (kind != 3) {
		put(p, 0x5af00, 4, big);
		put(p, 0, 4, big);
		put(p, data->len, 4, big);
	}
	put(p, kind == 3 && data->len == interfaces[0].snaplen ? 354 : data->len, 4, big);
	g_byte_array_append(p, data->data, data->len);
	put(p, 0, (int)(padded - data->len), big);
	put(p, len, 4, big);
}

static GByteArray *
make_packet(uint32_t interface, uint16_t port, uint32_t len)
{
	g_autofree char *data = g_malloc0(len);
	const PktTcp tcp = {
		.sport = port, .dport = 445, .flags = PKT_ACK, .data = data, .len = len
	};

	return pkt_prepend(pkt_ipv4(pkt_tcp(&tcp), 1, 2), interfaces[interface].head);
}

/* Seven packets of three interfaces, the last described late; from ports 1, 2, 3... */
static const struct {
	int kind;
	uint32_t interface;
} order[] = { { 6, 0 }, { 6, 1 }, { 2, 1 }, { 3, 0 }, { 6, 2 }, { 3, 0 }, { 6, 1 } };

static GByteArray *
make_file(bool big)
{
	GByteArray *p = pkt_new();

	put_section(p, big);
	put_interface(p, big, interfaces[0].link_type, interfaces[0].snaplen);
	put_empty(p, big);
	put_interface(p, big, interfaces[1].link_type, interfaces[1].snaplen);
	for (uint16_t i = 0; i < G_N_ELEMENTS(order); i++) {
		/* Longer than what the first interface says of itself. */
		GByteArray *data =
			make_packet(order[i].interface, (uint16_t)(i + 1), i == 3 ? 5 : 300);

		if (order[i].kind == 3)
			g_byte_array_set_size(data, MIN(data->len, interfaces[0].snaplen));
		if (order[i].interface == 2)
			put_interface(p, big, interfaces[2].link_type, interfaces[2].snaplen);
		put_packet(p, big, order[i].kind, order[i].interface, data);
		g_byte_array_unref(data);
	}
	return p;
}

static void
save(const GByteArray *bytes)
{
	ck_assert(g_file_set_contents(path, (const char *)bytes->data, (gssize)bytes->len, NULL));
}

typedef struct {
	PktWorld *world;
	uint64_t frame;
} Reading;

static void
on_packet(void *user, const CapPacket *packet)
{
	Reading *reading = user;
	uint32_t interface;

	ck_assert_uint_eq(packet->frame, ++reading->frame);
	interface = order[(packet->frame - 1) % G_N_ELEMENTS(order)].interface;
	ck_assert_int_eq(packet->link_type, (int)interfaces[interface].link_type);
	cap_tracker_packet(reading->world->tracker, packet);
}

/* Reads all; true where each packet had the link type of its interface and led to its flow. */
static void
check_file(CapSource *source, uint32_t times)
{
	Reading reading = { .world = pkt_world_new(NULL) };
	GError *error = NULL;
	CapNext next = cap_source_loop(source, on_packet, &reading, NULL, &error);

	ck_assert_msg(next == CAP_NEXT_END, "%s", error ? error->message : "");
	ck_assert_uint_eq(reading.frame, times * G_N_ELEMENTS(order));
	ck_assert_uint_eq(cap_tracker_counters(reading.world->tracker)->tcp_packets, reading.frame);
	/* The simple packet that the snapshot length of its interface cut. */
	ck_assert_uint_eq(cap_tracker_counters(reading.world->tracker)->truncated, times);
	pkt_finish(reading.world);
	ck_assert_uint_eq(reading.world->flows->len, G_N_ELEMENTS(order));
	for (guint i = 0; i < G_N_ELEMENTS(order); i++)
		ck_assert_uint_eq(pkt_flow(reading.world, i)->flow.port[0], i + 1);
	cap_source_free(source);
	pkt_world_free(reading.world);
}

START_TEST(each_packet_has_the_link_type_of_its_interface)
{
	GByteArray *bytes = make_file(_i);
	GError *error = NULL;
	CapSource *source;

	save(bytes);
	source = cap_source_open_file(path, NULL, &error);
	ck_assert_msg(source != NULL, "%s", error ? error->message : "");
	check_file(source, 1);
	g_byte_array_unref(bytes);
}
END_TEST

/* Interfaces are numbered anew in each section. */
START_TEST(a_file_of_many_sections)
{
	GByteArray *bytes = pkt_new(), *section = make_file(_i);
	GError *error = NULL;

	for (int i = 0; i < 2000; i++)
		g_byte_array_append(bytes, section->data, section->len);
	save(bytes);
	check_file(cap_source_open_file(path, NULL, &error), 2000);
	g_byte_array_unref(section);
	g_byte_array_unref(bytes);
}
END_TEST

static void *
write_slowly(void *user)
{
	GByteArray *bytes = ((void **)user)[0];
	int fd = GPOINTER_TO_INT(((void **)user)[1]);
	pthread_t reader = *(pthread_t *)((void **)user)[2];

	for (guint i = 0; i < bytes->len; i++) {
		if (i % 64 == 0)
			pthread_kill(reader, SIGUSR1);
		ck_assert_int_eq(write(fd, bytes->data + i, 1), 1);
	}
	close(fd);
	return NULL;
}

static void
on_signal(int number)
{
	(void)number;
}

static int
stdin_from_pipe(void)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	return fds[1];
}

/* A signal that has nothing to do with stopping is not the end of the input. */
START_TEST(byte_for_byte_through_a_pipe_with_signals)
{
	const struct sigaction action = { .sa_handler = on_signal };
	pthread_t self = pthread_self(), writer;
	GByteArray *bytes = make_file(false);
	int fd = stdin_from_pipe();
	void *arguments[] = { bytes, GINT_TO_POINTER(fd), &self };
	GError *error = NULL;

	sigaction(SIGUSR1, &action, NULL);
	pthread_create(&writer, NULL, write_slowly, arguments);
	check_file(cap_source_open_file("-", NULL, &error), 1);
	pthread_join(writer, NULL);
	g_byte_array_unref(bytes);
}
END_TEST

static volatile bool stop;

static void
on_stop(int number)
{
	(void)number;
	stop = true;
}

/* Nobody writes into the pipe: only the signal ends the wait, while opening and while reading. */
START_TEST(a_signal_that_stops_ends_the_wait)
{
	const struct sigaction action = { .sa_handler = on_stop };
	GByteArray *bytes = make_file(false);
	GError *error = NULL;
	CapSource *source;
	Reading reading = { .world = pkt_world_new(NULL) };
	int fd = stdin_from_pipe();

	stop = false;
	sigaction(SIGALRM, &action, NULL);
	if (_i) {
		ck_assert_int_eq(write(fd, bytes->data, bytes->len), (int)bytes->len);
		source = cap_source_open_file_until("-", NULL, &stop, &error);
		ck_assert_ptr_nonnull(source);
		ualarm(200000, 0);
		cap_source_loop(source, on_packet, &reading, &stop, &error);
		ck_assert_uint_eq(reading.frame, G_N_ELEMENTS(order));
		cap_source_free(source);
	} else {
		ualarm(200000, 0);
		ck_assert_ptr_null(cap_source_open_file_until("-", NULL, &stop, &error));
	}
	ck_assert(stop);
	g_clear_error(&error);
	close(fd);
	pkt_world_free(reading.world);
	g_byte_array_unref(bytes);
}
END_TEST

/* In pieces of every size the same bytes come out, and the same link types. */
START_TEST(cut_anywhere)
{
	GByteArray *bytes = make_file(_i);
	GByteArray *want = g_byte_array_append(pkt_new(), bytes->data, bytes->len);
	CapPcapng whole;

	cap_pcapng_init(&whole);
	cap_pcapng_pass(&whole, want->data, want->len);
	ck_assert(memcmp(want->data, bytes->data, want->len) != 0);
	for (size_t step = 1; step < 60; step++) {
		GByteArray *got = pkt_new();
		CapPcapng pieces;

		cap_pcapng_init(&pieces);
		for (size_t at = 0; at < bytes->len; at += step) {
			size_t n = MIN(step, bytes->len - at);
			uint8_t *piece = g_memdup2(bytes->data + at, n);

			cap_pcapng_pass(&pieces, piece, n);
			g_byte_array_append(got, piece, (guint)n);
			g_free(piece);
		}
		ck_assert(got->len == want->len && memcmp(got->data, want->data, want->len) == 0);
		for (guint i = 0; i < G_N_ELEMENTS(order); i++)
			ck_assert_int_eq(cap_pcapng_next(&pieces)->link_type,
					 (int)interfaces[order[i].interface].link_type);
		ck_assert_ptr_null(cap_pcapng_next(&pieces));
		cap_pcapng_clear(&pieces);
		g_byte_array_unref(got);
	}
	cap_pcapng_clear(&whole);
	g_byte_array_unref(want);
	g_byte_array_unref(bytes);
}
END_TEST

static uint32_t
count(const char *filter, GError **error)
{
	CapSource *source = cap_source_open_file(path, filter, error);
	CapPacket packet;
	uint32_t n = 0;

	ck_assert_ptr_nonnull(source);
	while (cap_source_next(source, &packet, 0, error) == CAP_NEXT_PACKET)
		n++;
	/* What a filter broke off stays broken off. */
	ck_assert_int_ne(cap_source_next(source, &packet, 0, NULL), CAP_NEXT_PACKET);
	cap_source_free(source);
	return n;
}

/* The same filter is compiled for each link type. */
START_TEST(filters)
{
	GByteArray *bytes = make_file(false);
	GError *error = NULL;

	save(bytes);
	ck_assert_uint_eq(count("tcp src port 3 or tcp src port 5 or tcp src port 4", &error), 3);
	ck_assert_ptr_null(error);
	ck_assert_uint_eq(count("tcp dst port 80", &error), 0);
	ck_assert_ptr_null(error);
	/* Raw IP has no tags; the packets before are given out. */
	ck_assert_uint_eq(count("tcp or vlan 5", &error), 1);
	ck_assert(g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_FILTER));
	ck_assert_ptr_nonnull(strstr(error->message, path));
	ck_assert_ptr_nonnull(strstr(error->message, "packet 2"));
	g_error_free(error);
	g_byte_array_unref(bytes);
}
END_TEST

/*
 * A file may begin with an interface that nobody can read; a file that has no other is refused by
 * name.
 */
START_TEST(interfaces_that_cannot_be_read)
{
	GByteArray *bytes = pkt_new(), *data = make_packet(1, 7, 5);
	GError *error = NULL;
	CapSource *source;
	CapPacket packet;

	put_section(bytes, false);
	put_interface(bytes, false, 147, 0);
	put_packet(bytes, false, 6, 0, data);
	save(bytes);
	ck_assert_ptr_null(cap_source_open_file(path, NULL, &error));
	ck_assert(g_error_matches(error, CAP_SOURCE_ERROR, CAP_SOURCE_ERROR_LINK));
	ck_assert(strstr(error->message, path) && strstr(error->message, "147"));
	g_clear_error(&error);
	put_interface(bytes, false, 101, 0);
	put_packet(bytes, false, 6, 1, data);
	save(bytes);
	source = cap_source_open_file(path, NULL, &error);
	ck_assert_msg(source != NULL, "%s", error ? error->message : "");
	ck_assert_int_eq(cap_source_next(source, &packet, 0, &error), CAP_NEXT_PACKET);
	ck_assert_int_eq(packet.link_type, 147);
	ck_assert_int_eq(cap_source_next(source, &packet, 0, &error), CAP_NEXT_PACKET);
	ck_assert_int_eq(packet.link_type, 101);
	cap_source_free(source);
	/* Nor does a filter end there: what it would be compiled for is not read. */
	put_packet(bytes, false, 6, 0, data);
	put_packet(bytes, false, 6, 1, data);
	save(bytes);
	ck_assert_uint_eq(count("tcp src port 7", &error), 2);
	ck_assert_ptr_null(error);
	g_byte_array_unref(data);
	g_byte_array_unref(bytes);
}
END_TEST

/* Every byte of the heads of the first blocks damaged: an end or an error, nothing worse. */
START_TEST(damaged_anywhere)
{
	GByteArray *bytes = make_file(false);

	for (uint32_t at = 0; at < 200; at++) {
		GError *error = NULL;
		CapSource *source;
		CapPacket packet;

		bytes->data[at] ^= 0xff;
		save(bytes);
		source = cap_source_open_file(path, NULL, &error);
		while (source && cap_source_next(source, &packet, 0, &error) == CAP_NEXT_PACKET)
			;
		g_clear_error(&error);
		cap_source_free(source);
		bytes->data[at] ^= 0xff;
	}
	g_byte_array_unref(bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pcapng");
	TCase *tc = tcase_create("pcapng");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, each_packet_has_the_link_type_of_its_interface, 0, 2);
	tcase_add_loop_test(tc, a_file_of_many_sections, 0, 2);
	tcase_add_test(tc, byte_for_byte_through_a_pipe_with_signals);
	tcase_add_loop_test(tc, a_signal_that_stops_ends_the_wait, 0, 2);
	tcase_add_loop_test(tc, cut_anywhere, 0, 2);
	tcase_add_test(tc, filters);
	tcase_add_test(tc, interfaces_that_cannot_be_read);
	tcase_add_test(tc, damaged_anywhere);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
