/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Segments of two flows in any order. Input: eight bytes a segment (flow and direction, flags,
 * sequence offset, ack offset, length, cut, time, how far away). Most numbers are near each other, so
 * holes, overlaps and acknowledgments happen all the time; those that are far are of other flows on
 * the same ports. The payload is a function of the sequence number, and it is checked that every byte
 * told is the one that belongs there, that losses and bytes add up, and that all memory is given back.
 */
#include <stdlib.h>
#include <string.h>

#include "capture/transport/tracker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
	CapTracker *tracker;
	uint8_t ignore; /* every n-th chunk */
	uint32_t chunks;
} World;

static void
on_chunk(void *user, const CapChunk *chunk)
{
	World *world = user;

	if ((chunk->missing == 0) != (chunk->loss == CAP_LOSS_NONE) ||
	    (!chunk->missing && !chunk->len))
		abort();
	/* Bytes count up by one from any number on. */
	for (uint32_t i = 1; i < chunk->len; i++) {
		if (chunk->ptr[i] != (uint8_t)(chunk->ptr[0] + i))
			abort();
	}
	if (world->ignore && ++world->chunks % world->ignore == 0)
		cap_flow_ignore(world->tracker, chunk->flow);
	else if (world->ignore && world->chunks % world->ignore == 1)
		cap_flow_keep(world->tracker, chunk->flow);
	if (world->ignore && world->chunks % 7 == 6)
		cap_tracker_evict(world->tracker);
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	(void)user;
	(void)why;
	(void)time_ns;
	(void)frame;
	if (flow->user)
		abort();
	flow->user = flow;
}

static void
put(uint8_t *to, uint32_t value, int n)
{
	for (int i = 0; i < n; i++)
		to[i] = (uint8_t)(value >> 8 * (n - 1 - i));
}

/* An IPv4 packet of a segment: 40 bytes of headers and the payload. */
static uint32_t
build(uint8_t *p, const uint8_t *in)
{
	static const uint32_t far[8] = { 0, 0, 0, 0, 1u << 28, 1u << 28, 5u << 28, 300000 };
	bool back = in[0] & 1;
	uint32_t seq = (back ? 0xfffffff0u : 5000u) + (in[2] | (in[0] & 0x70u) << 4);
	uint32_t ack = (back ? 5000u : 0xfffffff0u) + (in[3] | (in[7] & 0x70u) << 4);
	uint32_t len = in[4];

	seq += far[in[7] & 7];
	ack += far[in[7] & 8 ? in[7] & 7 : in[0] >> 1 & 7];
	memset(p, 0, 40);
	put(p, 0x45, 1);
	put(p + 2, 40 + len, 2);
	put(p + 8, 0x4006, 2);
	put(p + 12, back ? 2 : 1, 4);
	put(p + 16, back ? 1 : 2, 4);
	put(p + 20, back ? 445 : 1000u + (in[0] >> 7), 2);
	put(p + 22, back ? 1000u + (in[0] >> 7) : 445, 2);
	put(p + 24, seq, 4);
	put(p + 28, ack, 4);
	put(p + 32, 0x5000u | in[1], 2);
	put(p + 34, in[7] & 0x80 ? 100 : 8192, 2);
	seq += (in[1] & 2) != 0;
	for (uint32_t i = 0; i < len; i++)
		p[40 + i] = (uint8_t)(seq + i);
	return 40 + len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	World world = { 0 };
	const CapCallbacks callbacks = { .chunk = on_chunk, .closed = on_closed, .user = &world };
	uint64_t time = 1000000000;

	if (size < 8)
		return 0;
	world.ignore = data[0] & 15;
	world.tracker = cap_tracker_new(&callbacks, &(CapLimits){ .reorder_segments = 8,
								  .reorder_bytes = 600 });
	for (uint64_t frame = 1; frame * 8 + 8 <= size; frame++) {
		const uint8_t *in = data + frame * 8;
		uint8_t packet[40 + 256];
		uint32_t len = build(packet, in), cut = in[5] > 200 ? in[5] - 200u : 0;
		uint32_t caplen = cut < len ? len - cut : 0;
		uint8_t *copy = malloc(caplen + 1);

		memcpy(copy, packet, caplen);
		time += (uint64_t)(int64_t)(int8_t)in[6] * 1000000000;
		cap_tracker_packet(world.tracker, &(CapPacket){ .time_ns = time,
								.frame = frame,
								.wire_len = len,
								.caplen = caplen,
								.link_type = 101,
								.data = copy });
		free(copy);
	}
	cap_tracker_finish(world.tracker, time, 0);
	if (cap_tracker_free(world.tracker) != 0)
		abort();
	return 0;
}
