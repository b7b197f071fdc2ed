/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets for the tests of capture/: layers put around each other, a tracker fed with exactly-sized
 * buffers, and a record of all that it tells.
 */
#pragma once

#include <glib.h>

#include "capture/transport/tracker.h"

enum { PKT_FIN = 1, PKT_SYN = 2, PKT_RST = 4, PKT_PSH = 8, PKT_ACK = 16, PKT_URG = 32 };

/* From address 10.0.0.src (or fd00::src) port sport to dst, dport. */
typedef struct {
	uint8_t src, dst;
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t window;
	const void *data;
	uint32_t len;
} PktTcp;

GByteArray *pkt_new(void);
void pkt_be16(GByteArray *to, uint32_t value);
void pkt_be32(GByteArray *to, uint32_t value);
/* Bytes written as hexadecimal digits; blanks are passed over. */
void pkt_hex(GByteArray *to, const char *hex);

GByteArray *pkt_tcp(const PktTcp *tcp);
/* These take the payload over. */
GByteArray *pkt_ipv4(GByteArray *payload, uint8_t src, uint8_t dst);
GByteArray *pkt_ipv4_part(GByteArray *payload, uint8_t src, uint8_t dst, uint16_t id,
			  uint16_t fragment);
GByteArray *pkt_ipv6(GByteArray *payload, uint8_t src, uint8_t dst, uint8_t next);
GByteArray *pkt_prepend(GByteArray *payload, const char *hex);

/* What was told of one flow. */
typedef struct {
	CapFlow flow;         /* as it was when it closed, or when it last told a chunk */
	GByteArray *bytes[2]; /* without the losses */
	GString *story[2]; /* chunks in order: bytes as text, losses as <5 missing>, <5 snaplen>, <5 limit> */
	uint64_t missing[2];
	uint64_t frame[2], time_ns[2]; /* of the last chunk */
	uint32_t place[2];             /* which one of all chunks it was */
	uint32_t chunks;
	uint32_t closed;
	CapEnd why;
	uint64_t end_frame;
} PktFlow;

typedef struct {
	CapTracker *tracker;
	GPtrArray *flows; /* PktFlow, in the order of their first chunk or end */
	uint64_t frame, time_ns;
	uint32_t cut; /* snapshot length, 0: whole */
	bool ignore;  /* ignore every flow at its first chunk */
	bool evict;   /* evict a flow at every chunk */
	bool unwanted;
	uint16_t keep_port;   /* flows from this port are kept */
	uint16_t last_closed; /* port of side A of the flow that ended last */
	bool counting;        /* keep no record but the number of ends */
	uint32_t ends;
} PktWorld;

PktWorld *pkt_world_new(const CapLimits *limits);
void pkt_world_free(PktWorld *world);
/* Hands a packet over (and frees it); frame numbers count up, time goes on by a millisecond. */
void pkt_feed(PktWorld *world, int link_type, GByteArray *packet);
void pkt_feed_tcp(PktWorld *world, PktTcp tcp);
void pkt_finish(PktWorld *world);
PktFlow *pkt_flow(PktWorld *world, guint index);
