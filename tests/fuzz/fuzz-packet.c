/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets of any link layer into the tracker. Input: two bytes of link type (little endian), then
 * packets, each with a length byte (times 8, 0: the rest of the input) and a byte that says how
 * much of its wire length was captured.
 */
#include <stdlib.h>
#include <string.h>

#include "capture/transport/tracker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_chunk(void *user, const CapChunk *chunk)
{
	uint64_t *sum = user;

	if (chunk->message && (chunk->missing || chunk->len > chunk->message))
		abort();
	for (uint32_t i = 0; i < chunk->len; i++)
		*sum += chunk->ptr[i];
}

static void
on_datagram(void *user, const CapDatagram *datagram)
{
	uint64_t *sum = user;

	if (datagram->len > datagram->wire_len)
		abort();
	for (uint32_t i = 0; i < datagram->len; i++)
		*sum += datagram->ptr[i];
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	(void)user;
	(void)why;
	(void)time_ns;
	(void)frame;
	/* Called once a flow. */
	if (flow->user)
		abort();
	flow->user = flow;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t sum = 0;
	const CapCallbacks callbacks = {
		.chunk = on_chunk, .closed = on_closed, .datagram = on_datagram, .user = &sum
	};
	CapTracker *tracker;
	size_t pos = 2;

	if (size < 4)
		return 0;
	tracker = cap_tracker_new(&callbacks, &(CapLimits){ .fragments = 4 });
	for (uint64_t frame = 1; size - pos > 2; frame++) {
		size_t len = data[pos] * 8u;
		uint32_t cut = data[pos + 1];
		uint8_t *copy;

		pos += 2;
		if (len == 0 || len > size - pos)
			len = size - pos;
		copy = malloc(len);
		memcpy(copy, data + pos, len);
		pos += len;
		cap_tracker_packet(tracker, &(CapPacket){ .time_ns = frame * 1000000,
							  .frame = frame,
							  .wire_len = (uint32_t)len + cut,
							  .caplen = (uint32_t)len,
							  .link_type = data[0] | data[1] << 8,
							  .data = copy });
		free(copy);
	}
	cap_tracker_finish(tracker, 0, 0);
	if (cap_tracker_free(tracker) != 0)
		abort();
	return 0;
}
