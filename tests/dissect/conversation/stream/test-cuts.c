/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The same bytes give the same events however they are cut. Every capture of a folder is read
 * through the tracker once; its chunks are then fed to connections whole, cut in two at every
 * position, in pieces of every small size, and in random pieces, and what the JSON sinks print of
 * it must not change by a byte.
 *
 * usage: test-cuts FOLDER...
 */
#include <check.h>
#include <dirent.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/source/source.h"
#include "capture/transport/tracker.h"
#include "dissect/dissect.h"
#include "output/base/sink.h"

enum {
	EVERY_POSITION = 24 *
			 1024,   /* captures with more bytes are cut at every 97th position only */
	EVERY_SIZE = 600 * 1024, /* captures with more bytes are not cut in pieces of one */
};

/* One thing that the tracker told of a flow. */
typedef struct {
	int flow;
	CapDir dir;
	SmbStamp when;
	uint64_t missing;
	CapLoss loss;
	GBytes *bytes;
} Piece;

typedef struct {
	GArray *pieces;    /* Piece */
	GArray *ports;     /* uint16_t of side B, one a flow */
	GHashTable *flows; /* CapFlow: index + 1 */
	size_t total;
} Story;

static char **folders;

static void
on_chunk(void *user, const CapChunk *chunk)
{
	Story *story = user;
	int flow = GPOINTER_TO_INT(g_hash_table_lookup(story->flows, chunk->flow));
	Piece piece = { .dir = chunk->dir,
			.when = { chunk->time_ns, chunk->frame },
			.missing = chunk->missing,
			.loss = chunk->loss };

	if (!flow) {
		g_array_append_val(story->ports, chunk->flow->port[1]);
		flow = (int)story->ports->len;
		g_hash_table_insert(story->flows, chunk->flow, GINT_TO_POINTER(flow));
	}
	piece.flow = flow - 1;
	piece.bytes = g_bytes_new(chunk->ptr, chunk->len);
	story->total += chunk->len;
	g_array_append_val(story->pieces, piece);
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	Story *story = user;

	(void)why, (void)time_ns, (void)frame;
	g_hash_table_remove(story->flows, flow);
}

static void
on_packet(void *user, const CapPacket *packet)
{
	cap_tracker_packet(user, packet);
}

static Story
read_story(const char *path)
{
	Story story = { .pieces = g_array_new(FALSE, FALSE, sizeof(Piece)),
			.ports = g_array_new(FALSE, FALSE, sizeof(uint16_t)),
			.flows = g_hash_table_new(NULL, NULL) };
	CapCallbacks callbacks = { .chunk = on_chunk, .closed = on_closed, .user = &story };
	CapTracker *tracker = cap_tracker_new(&callbacks, NULL);
	g_autoptr(GError) error = NULL;
	CapSource *source = cap_source_open_file(path, NULL, &error);

	ck_assert_msg(source != NULL, "%s: %s", path, error ? error->message : "");
	cap_source_loop(source, on_packet, tracker, NULL, NULL);
	cap_tracker_finish(tracker, 0, 0);
	cap_tracker_free(tracker);
	cap_source_free(source);
	return story;
}

static void
free_story(Story *story)
{
	for (guint i = 0; i < story->pieces->len; i++)
		g_bytes_unref(g_array_index(story->pieces, Piece, i).bytes);
	g_array_unref(story->pieces);
	g_array_unref(story->ports);
	g_hash_table_unref(story->flows);
}

/* How a chunk is cut: first piece, then pieces of `size` (0: no cut); `random` overrides both. */
typedef struct {
	guint piece; /* only this one; G_MAXUINT: all */
	uint32_t first, size;
	GRand *random;
} Cut;

static void
feed_cut(SmbConnection *c, const Piece *p, const Cut *cut, bool mine)
{
	gsize len;
	const uint8_t *all = g_bytes_get_data(p->bytes, &len);
	SmbDir dir = p->dir == CAP_FROM_A ? SMB_TO_SERVER : SMB_TO_CLIENT;
	gsize at = 0;

	while (at < len) {
		gsize n = len - at;

		gsize some = cut->random ? (gsize)g_rand_int_range(cut->random, 1, 200) : n;

		if (mine && cut->random)
			n = MIN(n, some);
		else if (mine && at == 0 && cut->first)
			n = MIN(n, cut->first);
		else if (mine && cut->size)
			n = MIN(n, cut->size);
		g_autofree uint8_t *copy = g_memdup2(all + at, n);
		smb_connection_feed(c, dir, (SmbSpan){ copy, (uint32_t)n }, &p->when);
		at += n;
	}
}

static void
on_event(void *user, const SmbEvent *event)
{
	out_sink_event(user, event);
}

static void
feed_story(const Story *story, SmbContext *context, const Cut *cut)
{
	g_autofree SmbConnection **connections = g_new0(SmbConnection *, story->ports->len);
	SmbStamp last = { 0, 0 };

	for (guint i = 0; i < story->pieces->len; i++) {
		const Piece *p = &g_array_index(story->pieces, Piece, i);
		uint16_t port = g_array_index(story->ports, uint16_t, p->flow);
		SmbEndpoints ends = { .family = 4, .client_port = 1, .server_port = port };

		if (!connections[p->flow])
			connections[p->flow] =
				smb_connection_new(context, &ends, true, false, &p->when);
		if (p->missing)
			smb_connection_gap(connections[p->flow],
					   p->dir == CAP_FROM_A ? SMB_TO_SERVER : SMB_TO_CLIENT,
					   p->missing, SMB_GAP_MISSING, &p->when);
		feed_cut(connections[p->flow], p, cut, cut->piece == G_MAXUINT || cut->piece == i);
		last = p->when;
	}
	for (guint i = 0; i < story->ports->len; i++)
		smb_connection_end(connections[i],
				   &(SmbEnding){ .end = SMB_END_CAPTURE_END,
						 .by_server = false,
						 .seen = { true, true },
						 .acked = { true, true } },
				   &last);
}

static void
tell_sink(const Story *story, const Cut *cut, OutSink *sink)
{
	SmbConfig config = { .want = sink->want, .event = on_event, .user = sink };
	SmbContext *context = smb_context_new(&config);

	feed_story(story, context, cut);
	smb_context_free(context);
	out_sink_free(sink);
}

/* What is printed of the story, as messages and as timeline, out of a memory file. */
static char *
tell(const Story *story, const Cut *cut, int fd)
{
	OutOptions options = { 0 };
	OutWriter *writer = out_writer_new(fd, false);
	off_t size;
	char *text;

	ck_assert_int_eq(ftruncate(fd, 0), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	tell_sink(story, cut, out_messages_json_new(writer, &options));
	tell_sink(story, cut, out_timeline_json_new(writer, &options));
	out_writer_free(writer);
	size = lseek(fd, 0, SEEK_END);
	text = g_malloc((gsize)size + 1);
	ck_assert_int_eq(pread(fd, text, (size_t)size, 0), size);
	text[size] = '\0';
	return text;
}

static void
must_equal(const char *name, const char *want, const Story *story, const Cut *cut, int fd)
{
	g_autofree char *got = tell(story, cut, fd);

	ck_assert_msg(strcmp(want, got) == 0,
		      "%s: other events with a cut of piece %u at %u, pieces of %u%s", name,
		      cut->piece, cut->first, cut->size, cut->random ? ", at random" : "");
}

static void
cut_everywhere(const char *name, const char *want, const Story *story, int fd)
{
	uint32_t step = story->total <= EVERY_POSITION ? 1 : 97;

	if (story->total > EVERY_SIZE)
		return;
	for (guint i = 0; i < story->pieces->len; i++) {
		gsize len = g_bytes_get_size(g_array_index(story->pieces, Piece, i).bytes);

		for (uint32_t at = 1; at < len && story->total <= EVERY_POSITION * 4; at += step) {
			Cut cut = { .piece = i, .first = at };

			must_equal(name, want, story, &cut, fd);
		}
	}
	for (uint32_t size = 1; size <= 9; size += 2) {
		Cut cut = { .piece = G_MAXUINT, .size = size };

		must_equal(name, want, story, &cut, fd);
	}
}

static void
check_capture(const char *path)
{
	Story story = read_story(path);
	int fd = memfd_create("events", 0);
	Cut whole = { .piece = G_MAXUINT };
	g_autofree char *want = tell(&story, &whole, fd);

	for (guint32 seed = 1; seed <= 3; seed++) {
		Cut cut = { .piece = G_MAXUINT, .random = g_rand_new_with_seed(seed) };

		must_equal(path, want, &story, &cut, fd);
		g_rand_free(cut.random);
	}
	cut_everywhere(path, want, &story, fd);
	close(fd);
	free_story(&story);
}

START_TEST(cuts_change_nothing)
{
	unsigned captures = 0;

	for (char **folder = folders; *folder; folder++) {
		g_autoptr(GDir) dir = g_dir_open(*folder, 0, NULL);
		const char *name;

		ck_assert_msg(dir != NULL, "cannot read %s", *folder);
		while ((name = g_dir_read_name(dir))) {
			g_autofree char *path = g_build_filename(*folder, name, NULL);

			if (!strstr(name, ".pcap"))
				continue;
			check_capture(path);
			captures++;
		}
	}
	ck_assert_uint_gt(captures, 0);
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("cuts");
	TCase *tc = tcase_create("captures");
	SRunner *runner = srunner_create(suite);
	int failed;

	if (argc < 2)
		return EXIT_FAILURE;
	folders = argv + 1;
	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, cuts_change_nothing);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
