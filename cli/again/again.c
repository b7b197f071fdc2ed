/* SPDX-License-Identifier: BSD-3-Clause */
/* Second readings of the captures. */
#include "cli/again/again.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/source/dump.h"
#include "capture/transport/tracker.h"
#include "cli/complain.h"
#include "cli/inputs.h"
#include "cli/jobs/sets.h"
#include "cli/pipeline/pipeline.h"
#include "keys/ring.h"
#include "output/base/sink-base.h"

/* What is done with each capture; `begin` and `end` may be NULL. */
typedef struct {
	void (*begin)(void *user, const CapSource *source);
	void (*packet)(void *user, const CapPacket *packet);
	void (*end)(void *user);
	void *user;
	uint64_t left; /* packets that -c allows */
	CapSource *source;
	bool goes_on; /* what is read goes on in the next file */
	/* After a file that does not go on. NULL: nothing is to be done then. */
	void (*over)(void *user);
} Reading;

static bool
is_file(const char *path)
{
	struct stat st;
	bool standard = g_str_equal(path, "-");

	if ((standard ? fstat(STDIN_FILENO, &st) : stat(path, &st)) != 0)
		return !standard; /* the run says what is wrong */
	return S_ISREG(st.st_mode) && (!standard || lseek(STDIN_FILENO, 0, SEEK_CUR) == 0);
}

bool
cli_again_can(const CliOptions *options)
{
	for (char **file = options->files; *file; file++)
		if (!is_file(*file))
			return false;
	return *options->files != NULL; /* else it is interfaces */
}

static void
on_packet(void *user, const CapPacket *packet)
{
	Reading *self = user;

	self->packet(self->user, packet);
	if (--self->left == 0)
		cap_source_stop(self->source);
}

static void
read_one(Reading *self, const CliOptions *options, const volatile bool *stop, char *const *file)
{
	int fd = cli_inputs_borrow(options, file);

	self->source =
		cap_source_open_fd_until(options->unpacker, fd, *file, options->filter, stop, NULL);
	while (self->source) {
		if (self->begin)
			self->begin(self->user, self->source);
		cap_source_loop(self->source, on_packet, self, stop, NULL);
		if (self->end)
			self->end(self->user);
		if (*stop || !cap_source_next_capture(self->source, NULL))
			break;
	}
	cap_source_free(self->source);
	cli_inputs_rewind(options, file);
}

static void
read_all(Reading *self, const CliOptions *options, const volatile bool *stop)
{
	self->left = options->count ? options->count : UINT64_MAX;
	for (char **file = options->files; *file && !*stop && self->left; file++) {
		self->goes_on = cli_sets_goes_on(options, file);
		read_one(self, options, stop, file);
		if (self->over && !self->goes_on)
			self->over(self->user);
	}
}

/* ---- Names ---- */

enum { LEARNED_SHARE = 8 }; /* this part of the memory is for which connections have them */

typedef struct {
	OutSinkBase base; /* first */
	OutWriter *writer;
	OutFilter *about;
	CliPipelineOptions options;
	CliPipeline *pipeline;
	const Reading *reading;
	uint64_t captures;
	bool apart; /* each capture of an archive has a numbering of its own */
} Learner;

static void
learn(OutSink *sink, const SmbEvent *event)
{
	out_filter_learn(((Learner *)sink)->about, event);
}

static void
learner_begin(void *user, const CapSource *source)
{
	Learner *self = user;

	(void)source;
	if (self->pipeline)
		return;
	self->pipeline = cli_pipeline_new(&self->options, &self->base.sink, self->writer);
	out_filter_capture(self->about, self->captures);
}

static void
learner_packet(void *user, const CapPacket *packet)
{
	cli_pipeline_packet(((Learner *)user)->pipeline, packet);
}

static void
learner_finish(Learner *self)
{
	if (!self->pipeline)
		return;
	cli_pipeline_finish(self->pipeline);
	cli_pipeline_free(self->pipeline);
	self->pipeline = NULL;
	self->captures++;
}

/* As the verb's own reading has it. */
static void
learner_over(void *user)
{
	Learner *self = user;

	if (self->apart) {
		learner_finish(self);
	} else if (self->pipeline) {
		cli_pipeline_separate(self->pipeline);
		out_filter_capture(self->about, cli_pipeline_captures(self->pipeline));
	}
}

static void
learner_end(void *user)
{
	Learner *self = user;

	if (self->apart && !self->reading->goes_on)
		learner_finish(self);
}

void
cli_again_learn(const CliOptions *options, const volatile bool *stop)
{
	static const OutSinkClass class = { .event = learn };
	static volatile bool never;
	Learner self = { .about = options->about,
			 .apart = options->verb == CLI_VERB_AUDIT ||
				  options->verb == CLI_VERB_STATS,
			 .options = { .memory = options->memory,
				      .keys = options->keys ? keys_ring_hooks(options->keys) : NULL,
				      .stop = &never } };
	Reading reading = { .begin = learner_begin,
			    .packet = learner_packet,
			    .end = learner_end,
			    .user = &self,
			    .over = learner_over };

	if (!self.about || !out_filter_by_name(self.about) || !cli_again_can(options))
		return;
	(void)!getrandom(&self.options.hash_seed, sizeof(self.options.hash_seed), 0);
	self.reading = &reading;
	out_filter_set_room(self.about, options->memory / LEARNED_SHARE);
	self.base.sink.class = &class;
	self.base.sink.want = SMB_EVENT_CONNECTION;
	self.writer = out_writer_new(-1, false);
	read_all(&reading, options, stop);
	learner_finish(&self);
	out_writer_free(self.writer);
	out_filter_capture(self.about, 0);
	out_filter_learned(self.about);
	if (out_filter_left_out(self.about))
		cli_complain("more connections than fit (--memory): the last of those whose name "
			     "was asked for are shown from when they show it");
}

/* ---- Ladders ---- */

typedef struct {
	OutSink *sink;
	OutWriter *writer;
	CliPipelineOptions options;
	CliPipeline *pipeline;
	const Reading *reading;
} Show;

static void
show_begin(void *user, const CapSource *source)
{
	Show *self = user;

	out_sink_set_capture(self->sink, cap_source_name(source), cap_source_nanoseconds(source));
	if (!self->pipeline)
		self->pipeline = cli_pipeline_new(&self->options, self->sink, self->writer);
}

static void
show_packet(void *user, const CapPacket *packet)
{
	cli_pipeline_packet(((Show *)user)->pipeline, packet);
}

static void
show_over(void *user)
{
	Show *self = user;

	if (self->pipeline)
		cli_pipeline_finish(self->pipeline);
	cli_pipeline_free(self->pipeline);
	self->pipeline = NULL;
}

static void
show_end(void *user)
{
	if (!((Show *)user)->reading->goes_on)
		show_over(user);
}

void
cli_again_show(const CliOptions *options, const volatile bool *stop, OutSink *sink)
{
	static volatile bool never;
	Show self = { .sink = sink,
		      .options = { .memory = options->memory,
				   .keys = options->keys ? keys_ring_hooks(options->keys) : NULL,
				   .stop = &never } };
	Reading reading = { .begin = show_begin,
			    .packet = show_packet,
			    .end = show_end,
			    .user = &self,
			    .over = show_over };

	self.reading = &reading;
	(void)!getrandom(&self.options.hash_seed, sizeof(self.options.hash_seed), 0);
	self.writer = out_writer_new(-1, false);
	for (char **file = options->files; *file; file++)
		cli_inputs_rewind(options, file);
	read_all(&reading, options, stop);
	show_over(&self);
	out_writer_free(self.writer);
}

/* ---- Packets ---- */

typedef struct {
	const CliSelection *selection;
	CapTracker *tracker;
	CapDump *dump; /* NULL until the first packet is written */
	int fd;        /* -1: it is the dump's */
	bool nanoseconds, other_link;
	const CapPacket *packet; /* in work */
	bool chosen;
} Writing;

static void
on_ends(void *user, uint8_t family, const uint8_t (*addr)[16], const uint16_t *port)
{
	Writing *self = user;

	self->chosen |=
		cli_selection_has(self->selection, family, addr, port, self->packet->time_ns);
}

static void
no_chunk(void *user, const CapChunk *chunk)
{
	(void)user;
	(void)chunk;
}

static void
no_end(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	(void)user;
	(void)flow;
	(void)why;
	(void)time_ns;
	(void)frame;
}

/* Of no flow any byte is wanted, only its ends. */
static bool
not_wanted(void *user, const CapFlow *flow)
{
	(void)user;
	(void)flow;
	return false;
}

static void
writing_begin(void *user, const CapSource *source)
{
	((Writing *)user)->nanoseconds |= cap_source_nanoseconds(source);
}

static void
writing_packet(void *user, const CapPacket *packet)
{
	Writing *self = user;

	self->packet = packet;
	self->chosen = false;
	cap_tracker_packet(self->tracker, packet);
	if (!self->chosen)
		return;
	if (!self->dump) {
		self->dump = cap_dump_new(self->fd, packet->link_type, self->nanoseconds);
		self->fd = -1;
	}
	if (self->dump && !cap_dump_packet(self->dump, packet))
		self->other_link = true;
}

bool
cli_again_write(const CliOptions *options, const volatile bool *stop, int fd)
{
	Writing self = { .selection = options->selection, .fd = fd };
	CapCallbacks callbacks = { .wanted = not_wanted,
				   .chunk = no_chunk,
				   .closed = no_end,
				   .ends = on_ends,
				   .user = &self };
	CapLimits limits = { .max_memory = options->memory / 2 };
	Reading reading = { .begin = writing_begin, .packet = writing_packet, .user = &self };
	bool ok;

	(void)!getrandom(&limits.hash_seed, sizeof(limits.hash_seed), 0);
	cli_selection_sort(options->selection);
	self.tracker = cap_tracker_new(&callbacks, &limits);
	read_all(&reading, options, stop);
	cap_tracker_free(self.tracker);
	/* A capture without packets is one, too. */
	if (!self.dump && self.fd >= 0)
		self.dump = cap_dump_new(self.fd, CAP_DUMP_ETHERNET, false);
	errno = ENOMEM;
	ok = self.dump && cap_dump_close(self.dump);
	if (!ok)
		cli_complain("%s: %s", options->write, g_strerror(errno));
	if (self.other_link)
		cli_complain(
			"%s: a file of pcap has one link layer; packets with others are not in it",
			options->write);
	if (cli_selection_full(options->selection))
		cli_complain(
			"%s: more connections were reported than fit (--memory); only the first "
			"are in it",
			options->write);
	if (*stop)
		cli_complain("%s: not whole, because the run was interrupted", options->write);
	return ok;
}
