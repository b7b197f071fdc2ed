/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/lib/packets.h"

#include <string.h>

GByteArray *
pkt_new(void)
{
	return g_byte_array_new();
}

void
pkt_be16(GByteArray *to, uint32_t value)
{
	const uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };

	g_byte_array_append(to, bytes, 2);
}

void
pkt_be32(GByteArray *to, uint32_t value)
{
	pkt_be16(to, value >> 16);
	pkt_be16(to, value & 0xffff);
}

void
pkt_hex(GByteArray *to, const char *hex)
{
	for (; *hex; hex++) {
		uint8_t byte;

		if (*hex == ' ')
			continue;
		byte = (uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
		g_byte_array_append(to, &byte, 1);
		hex++;
	}
}

GByteArray *
pkt_tcp(const PktTcp *tcp)
{
	GByteArray *p = pkt_new();

	pkt_be16(p, tcp->sport);
	pkt_be16(p, tcp->dport);
	pkt_be32(p, tcp->seq);
	pkt_be32(p, tcp->ack);
	pkt_be16(p, 0x5000u | tcp->flags);
	pkt_be16(p, tcp->window);
	pkt_be32(p, 0);
	if (tcp->len)
		g_byte_array_append(p, tcp->data, tcp->len);
	return p;
}

static GByteArray *
join(GByteArray *head, GByteArray *payload)
{
	if (payload->len)
		g_byte_array_append(head, payload->data, payload->len);
	g_byte_array_unref(payload);
	return head;
}

GByteArray *
pkt_ipv4_part(GByteArray *payload, uint8_t src, uint8_t dst, uint16_t id, uint16_t fragment)
{
	GByteArray *p = pkt_new();

	pkt_hex(p, "4500");
	pkt_be16(p, 20 + payload->len);
	pkt_be16(p, id);
	pkt_be16(p, fragment);
	pkt_hex(p, "4006 0000");
	pkt_be32(p, 0x0a000000u | src);
	pkt_be32(p, 0x0a000000u | dst);
	return join(p, payload);
}

GByteArray *
pkt_ipv4(GByteArray *payload, uint8_t src, uint8_t dst)
{
	return pkt_ipv4_part(payload, src, dst, 0, 0);
}

GByteArray *
pkt_ipv6(GByteArray *payload, uint8_t src, uint8_t dst, uint8_t next)
{
	GByteArray *p = pkt_new();

	pkt_hex(p, "60000000");
	pkt_be16(p, payload->len);
	pkt_be16(p, (uint32_t)next << 8 | 64);
	pkt_hex(p, "fd000000 00000000 00000000");
	pkt_be32(p, src);
	pkt_hex(p, "fd000000 00000000 00000000");
	pkt_be32(p, dst);
	return join(p, payload);
}

GByteArray *
pkt_prepend(GByteArray *payload, const char *hex)
{
	GByteArray *p = pkt_new();

	pkt_hex(p, hex);
	return join(p, payload);
}

static PktFlow *
record_of(PktWorld *world, CapFlow *flow)
{
	PktFlow *record = flow->user;

	if (!record) {
		record = g_new0(PktFlow, 1);
		for (int i = 0; i < 2; i++) {
			record->bytes[i] = pkt_new();
			record->story[i] = g_string_new(NULL);
		}
		g_ptr_array_add(world->flows, record);
		flow->user = record;
	}
	record->flow = *flow;
	return record;
}

static void
on_chunk(void *user, const CapChunk *chunk)
{
	static const char *const why[] = { "none", "missing", "snaplen", "limit" };
	PktWorld *world = user;
	PktFlow *record;

	if (world->counting)
		return;
	record = record_of(world, chunk->flow);
	record->chunks++;
	record->missing[chunk->dir] += chunk->missing;
	record->frame[chunk->dir] = chunk->frame;
	record->time_ns[chunk->dir] = chunk->time_ns;
	record->place[chunk->dir] = record->chunks;
	if (chunk->missing)
		g_string_append_printf(record->story[chunk->dir], "<%" G_GUINT64_FORMAT " %s>",
				       chunk->missing, why[chunk->loss]);
	if (chunk->len) {
		g_byte_array_append(record->bytes[chunk->dir], chunk->ptr, chunk->len);
		g_string_append_len(record->story[chunk->dir], (const char *)chunk->ptr,
				    chunk->len);
	}
	if (world->keep_port && chunk->flow->port[0] == world->keep_port)
		cap_flow_keep(world->tracker, chunk->flow);
	if (world->ignore)
		cap_flow_ignore(world->tracker, chunk->flow);
	if (world->evict)
		cap_tracker_evict(world->tracker);
}

static void
on_closed(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame)
{
	PktWorld *world = user;
	PktFlow *record;

	(void)time_ns;
	world->ends++;
	world->last_closed = flow->port[0];
	if (world->counting)
		return;
	record = record_of(world, flow);
	record->closed++;
	record->why = why;
	record->end_frame = frame;
}

static bool
on_wanted(void *user, const CapFlow *flow)
{
	(void)flow;
	return !((PktWorld *)user)->unwanted;
}

PktWorld *
pkt_world_new(const CapLimits *limits)
{
	PktWorld *world = g_new0(PktWorld, 1);
	const CapCallbacks callbacks = {
		.wanted = on_wanted, .chunk = on_chunk, .closed = on_closed, .user = world
	};

	world->flows = g_ptr_array_new();
	world->time_ns = 1600000000000000000u;
	world->tracker = cap_tracker_new(&callbacks, limits);
	return world;
}

void
pkt_world_free(PktWorld *world)
{
	cap_tracker_free(world->tracker);
	for (guint i = 0; i < world->flows->len; i++) {
		PktFlow *record = world->flows->pdata[i];

		for (int side = 0; side < 2; side++) {
			g_byte_array_unref(record->bytes[side]);
			g_string_free(record->story[side], TRUE);
		}
		g_free(record);
	}
	g_ptr_array_unref(world->flows);
	g_free(world);
}

void
pkt_feed(PktWorld *world, int link_type, GByteArray *packet)
{
	uint32_t caplen = world->cut && world->cut < packet->len ? world->cut : packet->len;
	/* Exactly as long as captured, so that AddressSanitizer sees a byte read too many. */
	uint8_t *data = caplen ? g_memdup2(packet->data, caplen) : g_malloc(1);
	CapPacket p = { .time_ns = world->time_ns,
			.frame = ++world->frame,
			.wire_len = packet->len,
			.caplen = caplen,
			.link_type = link_type,
			.data = data };

	world->time_ns += 1000000;
	cap_tracker_packet(world->tracker, &p);
	g_free(data);
	g_byte_array_unref(packet);
}

void
pkt_feed_tcp(PktWorld *world, PktTcp tcp)
{
	pkt_feed(world, 101, pkt_ipv4(pkt_tcp(&tcp), tcp.src, tcp.dst));
}

void
pkt_finish(PktWorld *world)
{
	cap_tracker_finish(world->tracker, world->time_ns, world->frame);
}

PktFlow *
pkt_flow(PktWorld *world, guint index)
{
	return index < world->flows->len ? world->flows->pdata[index] : NULL;
}
