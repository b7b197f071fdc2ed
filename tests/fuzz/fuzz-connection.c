/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One connection from its first byte to its end, with every sink after it. Input: the first byte
 * picks port or IPX, midstream and sink; then pieces (pieces.h). What is checked beside the sanitizers: that all memory is given back, and that every line
 * is whole.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "dissect/dissect.h"
#include "output/views/view.h"
#include "tests/fuzz/pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PORT_BIT = 1,
	MIDSTREAM_BIT = 2,
	SINK_SHIFT = 2,
	CONNECTIONLESS_BIT = 0x40, /* directly over IPX */
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
	config.keep_secrets = data[0] >> SINK_SHIFT & 8;
	config.user = sink;
	context = smb_context_new(&config);
	empty = smb_context_memory(context);
	fuzz_feed(smb_connection_new(context, &ends, true, data[0] & MIDSTREAM_BIT, &first),
		  data + 1, size - 1);
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
