/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets in, ordered bytes out: link layer, IP (with fragments put together), TCP. Knows nothing
 * of SMB.
 *
 * A tracker belongs to one thread. All times are nanoseconds since 1970 as the capture says; the
 * tracker reads no clock. It allocates per flow and per out-of-order segment, never per packet in
 * order, and cap_tracker_memory tells how much. Semantics of TCP reassembly follow RFC 9293; where
 * the two sides of an overlap disagree the first copy wins.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One packet as the source gives it. `data` is valid until the next packet is asked for. */
typedef struct {
	uint64_t time_ns;
	uint64_t frame;    /* number in its capture file, from 1 */
	uint32_t wire_len; /* length on the wire; at least caplen */
	uint32_t caplen;   /* bytes captured */
	int link_type;     /* DLT_* of libpcap; may change from packet to packet */
	const uint8_t *data;
} CapPacket;

/* Side A sent the SYN, or else the first packet seen. */
typedef enum { CAP_FROM_A, CAP_FROM_B } CapDir;

typedef enum {
	CAP_LOSS_NONE,
	CAP_LOSS_MISSING, /* never captured, though acknowledged */
	CAP_LOSS_SNAPLEN, /* the packet was captured in part */
	CAP_LOSS_LIMIT,   /* given up to stay within a limit */
} CapLoss;

typedef enum {
	CAP_END_FIN, /* both sides (or the only side seen) finished */
	CAP_END_RESET,
	CAP_END_TIMEOUT,
	CAP_END_CAPTURE_END,
	CAP_END_EVICTED,
	CAP_END_REUSED, /* a SYN with a new sequence number on the same ports */
} CapEnd;

/*
 * A TCP connection, or what is one without TCP. All but `user` is read-only for the callbacks; it
 * lives until its `closed` callback returns.
 */
typedef struct {
	uint8_t family; /* 4 or 6; 2 NetBIOS frames: MAC addresses, 3 IPX: network and node, capture/transport/messages.h */
	uint8_t addr[2][16]; /* by CapDir: of side A, side B; network order, IPv4 in the first 4 bytes */
	uint16_t port[2];
	uint64_t first_ns, last_ns;
	uint64_t first_frame, last_frame;
	uint64_t syn_ns, syn_ack_ns; /* 0 where not seen */
	bool connectionless; /* nothing makes up for losses: each packet is a message, sent again by its sender */
	bool syn_seen;   /* by SYN or SYN/ACK: side A is known to be the one that opened */
	bool refused;    /* the SYN was answered by a reset */
	bool ended_by_b; /* who sent the FIN or RST that came first */
	bool seen[2];    /* packets from that side were seen */
	void *user;      /* the caller's */
} CapFlow;

/* Ordered bytes of one direction of one flow. */
typedef struct {
	CapFlow *flow;
	CapDir dir;
	uint64_t time_ns;
	uint64_t frame; /* of the packet that completed these bytes */
	uint64_t missing; /* bytes lost just before ptr, normally 0; a chunk may carry a loss and no bytes */
	CapLoss loss; /* why they are missing */
	const uint8_t
		*ptr; /* into the packet itself when in order; valid until the callback returns */
	uint32_t len;
	/*
	 * Not 0: the bytes are a whole message of so many bytes, or its beginning, and `loss` says
	 * why they are not all; nothing is missing before them. 0: bytes of a stream.
	 */
	uint32_t message;
} CapChunk;

/*
 * Counters of everything that was dropped, cut or odd; what a person asks for when a figure does
 * not add up.
 */
typedef struct {
	uint64_t packets, bytes;         /* as captured */
	uint64_t truncated;              /* packets cut by the snapshot length */
	uint64_t not_ip, not_tcp;        /* passed over */
	uint64_t wlan_protected;         /* of not_ip: encrypted frames of 802.11 */
	uint64_t malformed;              /* headers that lie about their length */
	uint64_t fragments, reassembled; /* IP */
	uint64_t fragments_dropped;      /* by time, limit or overlap */
	uint64_t tcp_packets;
	uint64_t udp_datagrams; /* on the ports that are wanted; also counted as not TCP */
	uint64_t flows;         /* created */
	uint64_t retransmitted; /* bytes seen again */
	uint64_t conflicts;     /* overlaps whose bytes disagree */
	uint64_t out_of_order;  /* segments that had to wait */
	uint64_t gaps, gap_bytes;
	uint64_t evicted; /* flows given up for memory, of those that the caller wanted more of */
	uint64_t evicted_half_open; /* of evicted: those that were only asked for */
	uint64_t limits;            /* times a limit was reached */
	uint64_t implausible;       /* frames whose numbers no session has; passed over */
	/*
	 * Packets whose numbers do not fit their flow, and that nothing confirmed later: anybody can
	 * send them. Passed over.
	 */
	uint64_t forged;
} CapCounters;

/*
 * One UDP datagram, put together from its fragments; of families 2 and 3 the user data of a NetBIOS
 * datagram.
 */
typedef struct {
	uint8_t family;
	const uint8_t *src,
		*dst; /* network order, 4 or 16 bytes (6, 10); valid until the callback returns */
	uint16_t src_port, dst_port;
	uint64_t time_ns;
	uint64_t frame;
	const uint8_t *ptr; /* payload as captured */
	uint32_t len;
	uint32_t wire_len; /* payload as the UDP header declares it; at least len */
} CapDatagram;

typedef struct {
	/* Whether this flow is of interest at all, asked once when it is created; NULL: all are. */
	bool (*wanted)(void *user, const CapFlow *flow);
	void (*chunk)(void *user, const CapChunk *chunk);
	/*
	 * The flow is over; the callee drops flow->user. Called once for every flow, also from
	 * cap_tracker_free; not for one of which no byte was told and whose beginning turned out
	 * to be forged.
	 */
	void (*closed)(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame);
	/* UDP and NetBIOS without UDP; NULL: datagrams are passed over. */
	void (*datagram)(void *user, const CapDatagram *datagram);
	uint16_t first_port, last_port; /* only UDP datagrams from or to one of these are told */
	void *user;
} CapCallbacks;

typedef struct {
	uint32_t reorder_bytes;    /* out-of-order bytes kept a flow (256 KiB) */
	uint32_t reorder_segments; /* and segments (512) */
	uint64_t idle_ns; /* a flow silent for longer has timed out (default 3,600 s; half-open 60 s) */
	uint32_t fragments;   /* datagrams under reassembly (1024), 64 KiB each at most */
	uint64_t fragment_ns; /* for so long (30 s) */
	uint64_t max_memory;  /* hard ceiling of the tracker's own memory (32 MiB) */
	uint32_t hash_seed;   /* of the flow table; the caller takes it from a random source */
} CapLimits;

typedef struct CapTracker CapTracker;

/* Members of limits that are 0 take their defaults; limits NULL: all of them. */
CapTracker *cap_tracker_new(const CapCallbacks *callbacks, const CapLimits *limits);
void cap_tracker_packet(CapTracker *self, const CapPacket *packet);

/* Ends every flow with CAP_END_CAPTURE_END after telling the bytes that still wait behind a gap. */
void cap_tracker_finish(CapTracker *self, uint64_t time_ns, uint64_t frame);
/*
 * NULL is fine; flows left are closed as evicted. Returns what the account of its memory still has:
 * anything but 0 is a fault.
 */
size_t cap_tracker_free(CapTracker *self);

/*
 * No more bytes of this flow are wanted: it costs nothing but its table entry from now on (may be
 * called from `chunk`).
 */
void cap_flow_ignore(CapTracker *self, CapFlow *flow);
/* This flow is of value: evicted last. */
void cap_flow_keep(CapTracker *self, CapFlow *flow);

size_t cap_tracker_memory(const CapTracker *self); /* bytes allocated now */
/*
 * Gives up the least valuable flow: never established, then not kept, then least recently used. May
 * be called from `chunk`. False where there is none, and while the end of a flow is being told.
 */
bool cap_tracker_evict(CapTracker *self);
const CapCounters *cap_tracker_counters(const CapTracker *self);

/* True where the tracker can read this DLT_*. */
bool cap_link_supported(int link_type);
