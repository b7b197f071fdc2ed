/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One connection from its first byte to its end, with every sink after it. Input: the first byte
 * picks port or IPX, midstream, sink, and whether there are keys; then pieces (pieces.h). What is
 * checked beside the sanitizers: that all memory is given back, and that every line is whole.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "dissect/dissect.h"
#include "keys/ring.h"
#include "output/views/view.h"
#include "tests/fuzz/pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PORT_BIT = 1,
	MIDSTREAM_BIT = 2,
	SINK_SHIFT = 2,
	CONNECTIONLESS_BIT = 0x40, /* directly over IPX */
	KEYS_BIT = 0x80,
	KEYED_MESSAGE = 64 * 1024,
};

/* alice's password, as in the captures that seeds were made of. */
static const char KEY_FILE[] = "password alice Passw0rd\n"
			       "nthash bob 00112233445566778899aabbccddeeff\n"
			       "session 5 00112233445566778899aabbccddeeff\n";

static KeyRing *
keys_new(SmbConfig *config)
{
	KeyRing *ring = keys_ring_parse(
		"file", (SmbSpan){ (const uint8_t *)KEY_FILE, sizeof(KEY_FILE) - 1 }, NULL, NULL);

	config->keys = keys_ring_hooks(ring);
	config->keep_data = true;
	config->limits.head = config->limits.message = KEYED_MESSAGE;
	return ring;
}

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
	KeyRing *keys;
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
	keys = data[0] & KEYS_BIT ? keys_new(&config) : NULL;
	context = smb_context_new(&config);
	empty = smb_context_memory(context);
	fuzz_feed(smb_connection_new(context, &ends, true, data[0] & MIDSTREAM_BIT, &first),
		  data + 1, size - 1);
	/* What is kept for the next connection is bounded. */
	if (smb_context_memory(context) > empty + 512 * 1024)
		abort();
	if (smb_context_free(context) != 0)
		abort();
	keys_ring_free(keys);
	out_sink_end(sink, &(OutTotals){ 0 });
	if (out_sink_free(sink) != 0)
		abort();
	if (out_writer_error(writer))
		abort();
	out_writer_free(writer);
	return 0;
}
