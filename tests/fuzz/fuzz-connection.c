/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One connection from its first byte to its end, with every sink after it. Input: the first byte
 * picks port or IPX, midstream and sink; then pieces, each with a byte that says direction, gap and
 * length. What is checked beside the sanitizers: that all memory is given back, and that every line
 * is whole.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "dissect/dissect.h"
#include "output/views/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PORT_BIT = 1,
	MIDSTREAM_BIT = 2,
	SINK_SHIFT = 2,
	CONNECTIONLESS_BIT = 0x40, /* directly over IPX */
	DIR_BIT = 0x80,
	GAP_BIT = 0x40,
	LENGTH_BITS = 0x3F,
	LONG = 0x3F
};

static void
on_event(void *user, const SmbEvent *event)
{
	out_sink_event(user, event);
}

static OutSink *
view_of(unsigned kind, OutWriter *writer, const OutOptions *options)
{
	static OutSink *(*const views[])(OutWriter *, const OutOptions *) = {
		out_zeek_json_new, out_zeek_tsv_new, out_ecs_new, out_ocsf_new
	};

	return views[kind >> 2 & 3](writer, options);
}

static OutSink *
sink_of(unsigned kind, OutWriter *writer)
{
	OutOptions options = {
		.utc = true, .verbose = kind & 4, .columns = 100, .reveal_secrets = kind & 8
	};

	switch (kind & 3) {
	case 0:
		return out_timeline_new(writer, &options);
	case 1:
		return out_timeline_json_new(writer, &options);
	case 2:
		return view_of(kind, writer, &options);
	default:
		return out_messages_json_new(writer, &options);
	}
}

/*
 * Pieces shorter than a message are the rule; a length of all ones takes a second byte and may be
 * long.
 */
static size_t
piece_length(uint8_t op, const uint8_t *data, size_t left, size_t *at)
{
	size_t n = op & LENGTH_BITS;

	if (n == LONG && *at < left)
		n += 16 * (size_t)data[(*at)++];
	return n;
}

static void
feed(SmbConnection *c, const uint8_t *data, size_t size)
{
	SmbStamp when = { 1000, 1 };
	size_t at = 0;

	while (at < size) {
		uint8_t op = data[at++];
		SmbDir dir = op & DIR_BIT ? SMB_TO_CLIENT : SMB_TO_SERVER;
		size_t n = piece_length(op, data, size, &at);
		uint8_t *copy;

		when.time_ns += 1000;
		when.frame++;
		if (op & GAP_BIT) {
			smb_connection_gap(c, dir, n * 8, n & 1 ? SMB_GAP_SNAPLEN : SMB_GAP_MISSING,
					   &when);
			continue;
		}
		if (n > size - at)
			n = size - at;
		copy = malloc(n ? n : 1);
		memcpy(copy, data + at, n);
		smb_connection_feed(c, dir, (SmbSpan){ copy, (uint32_t)n }, &when);
		free(copy);
		at += n;
	}
	smb_connection_end(c,
			   &(SmbEnding){ .end = SMB_END_FIN,
					 .by_server = true,
					 .seen = { true, true },
					 .acked = { true, true } },
			   &when);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int null = -1;
	SmbEndpoints ends = { .family = 4, .client_port = 1 };
	SmbStamp first = { 1, 1 };
	SmbConfig config = { .event = on_event };
	OutWriter *writer;
	OutSink *sink;
	SmbContext *context;
	size_t empty;

	if (size < 1)
		return 0;
	if (null < 0)
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	writer = out_writer_new(null, false);
	sink = sink_of(data[0] >> SINK_SHIFT, writer);
	if (data[0] & CONNECTIONLESS_BIT) {
		ends.family = 3;
		ends.connectionless = true;
	}
	ends.server_port = data[0] & PORT_BIT ? 139 : 445;
	config.want = sink->want;
	config.user = sink;
	context = smb_context_new(&config);
	empty = smb_context_memory(context);
	feed(smb_connection_new(context, &ends, true, data[0] & MIDSTREAM_BIT, &first), data + 1,
	     size - 1);
	/* What is kept for the next connection is bounded. */
	if (smb_context_memory(context) > empty + 512 * 1024)
		abort();
	if (smb_context_free(context) != 0)
		abort();
	out_sink_end(sink, &(OutTotals){ 0 });
	if (out_sink_free(sink) != 0)
		abort();
	if (out_writer_error(writer))
		abort();
	out_writer_free(writer);
	return 0;
}
