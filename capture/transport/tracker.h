/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets in, ordered bytes out: link layer, IP (with reassembly), TCP. It knows nothing about SMB.
 *
 *     CapPacket ──> link layers, tunnels, IP ──> TCP ────────────────> chunk   bytes in order
 *                                            ├─> UDP ────────────────> datagram
 *                   NetBIOS frames, IPX ─────┴─> whole messages ─────> chunk, datagram
 *
 * The caller owns the tracker; the tracker owns its flows and lends them to the callbacks. What a
 * callback gets is valid until it returns, except for the flow, which lives until `closed` returns.
 *
 * A tracker belongs to one thread. All times are nanoseconds since 1970 as the capture says; the
 * tracker reads no clock. It allocates per flow and per out-of-order segment, never per packet in
 * order, and cap_tracker_memory returns how much. Semantics of TCP reassembly follow RFC 9293; if
 * overlapping copies disagree, the first one wins.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/limits.h"
#include "capture/packet.h"

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

/* Of the segments with data that one side of a TCP connection sent. */
typedef struct {
	uint64_t retransmitted_bytes; /* that were seen before */
	uint32_t retransmitted;       /* segments with such bytes */
	uint32_t out_of_order;        /* segments that had to wait for bytes before theirs */
	/*
	 * Segments that end where the receiver's window does, where the handshake shows how the
	 * window is scaled (RFC 7323 section 2)
	 */
	uint32_t window_full;
} CapSegments;

/* More than there are, unless a side does one thing a million times. */
#define CAP_HISTORY_MAX 30

/*
 * What the packets of a TCP connection were, in the order in which each was first seen: letters,
 * upper case for side A and lower case for B. They are those of Zeek:
 *
 *     S  SYN                       D  data
 *     H  SYN with ACK              T  data that end no later than others did before
 *     A  ACK without data          W  a window of 0, which its sender has to heed
 *     F  FIN                       G  bytes before it were not captured
 *     R  RST                       I  FIN and RST in one
 *     Q  SYN with FIN or RST
 *
 * S, H, A, F, R, D, I and Q are there once for each side; T, W and G again with the tenth, the
 * hundredth, the thousandth. A packet with SYN, FIN or RST is not one of A or D.
 */
typedef struct {
	uint8_t n; /* what there is no room for is left out */
	char letters[CAP_HISTORY_MAX];
} CapHistory;

/*
 * A TCP connection, or its equivalent without TCP. Everything except `user` is read-only for the
 * callbacks; it lives until its `closed` callback returns.
 */
typedef struct {
	/*
	 * 4 or 6; 2 NetBIOS frames: MAC addresses, 3 IPX: network and node,
	 * capture/transport/messages.h
	 */
	uint8_t family;
	/* by CapDir: of side A, side B; network order, IPv4 in the first 4 bytes */
	uint8_t addr[2][16];
	uint16_t port[2];
	uint64_t first_ns, last_ns;
	uint64_t first_frame, last_frame;
	uint64_t syn_ns, syn_ack_ns; /* 0 if not seen */
	/* no reliable transport: each packet is a message, which its sender repeats */
	bool connectionless;
	bool syn_seen;  /* by SYN or SYN/ACK: side A is known to be the one that opened */
	bool both_open; /* side B sent a SYN of its own, which A answered: either may have begun */
	bool refused;   /* the SYN was answered by a reset */
	/*
	 * Who ended it, by FIN or RST: set before the `closed` callback. A RST that answers the
	 * other side's FIN ends nothing, if it came after the acknowledgment of all data.
	 */
	bool ended_by_b;
	bool seen[2]; /* packets from that side were seen */
	/* it acknowledged bytes of the other side that were not captured: as above */
	bool claims[2];
	bool unanswered; /* nothing answered the SYN: as above */
	bool acked[2]; /* all of that side's data was acknowledged, if only by the RST: as above */
	CapSegments segments[2];
	/*
	 * Of TCP, by CapDir: packets, what IP declares of them, and bytes that were not captured, in
	 * gaps. Packets that do not fit the flow are not among them, nor those that came after its
	 * end, nor, where its beginning was not seen, those before its first data.
	 */
	uint64_t packets[2], ip_bytes[2], missing[2];
	CapHistory history;
	void *user; /* the caller's */
} CapFlow;

/* Ordered bytes of one direction of one flow. */
typedef struct {
	CapFlow *flow;
	CapDir dir;
	uint64_t time_ns;
	uint64_t frame; /* of the packet that completed these bytes */
	/* bytes lost just before ptr, normally 0; a chunk may carry a loss and no bytes */
	uint64_t missing;
	CapLoss loss; /* why they are missing */
	const uint8_t
		*ptr; /* into the packet itself when in order; valid until the callback returns */
	uint32_t len;
	/*
	 * Not 0: the bytes are a whole message of this length, or its beginning, and `loss` says
	 * why the rest is missing; nothing is missing before them. 0: bytes of a stream.
	 */
	uint32_t message;
} CapChunk;

/*
 * One UDP datagram, reassembled from its fragments; of families 2 and 3 the user data of a NetBIOS
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
	 * cap_tracker_free; except one whose beginning turned out to be forged before any byte was
	 * reported.
	 */
	void (*closed)(void *user, CapFlow *flow, CapEnd why, uint64_t time_ns, uint64_t frame);
	/* UDP and NetBIOS without UDP; NULL: datagrams are skipped. */
	void (*datagram)(void *user, const CapDatagram *datagram);
	/*
	 * Between which ends a packet is, sender first, before anything else is made of it; ports 0
	 * for a fragment of IP and for NetBIOS frames. Several times for a packet of several frames.
	 * NULL: nobody asks.
	 */
	void (*ends)(void *user, uint8_t family, const uint8_t (*addr)[16], const uint16_t *port);
	/* Bytes that the caller holds for all flows together (cap_flow_holds). NULL: none. */
	size_t (*held)(void *user);
	/* only UDP datagrams from or to one of these are reported */
	uint16_t first_port, last_port;
	void *user;
} CapCallbacks;

typedef struct CapTracker CapTracker;

/* Members of limits that are 0 take their defaults; limits NULL: all of them. */
CapTracker *cap_tracker_new(const CapCallbacks *callbacks, const CapLimits *limits);
/* Takes one packet; the callbacks are called from here. */
void cap_tracker_packet(CapTracker *self, const CapPacket *packet);

/*
 * Without a packet: it is time_ns, and everything up to then was seen. Ends flows that timed out
 * meanwhile. Cheap if there is none.
 */
void cap_tracker_idle(CapTracker *self, uint64_t time_ns);

/*
 * Ends every flow with CAP_END_CAPTURE_END after reporting the bytes that still wait for others, and
 * drops fragments that do.
 */
void cap_tracker_finish(CapTracker *self, uint64_t time_ns, uint64_t frame);
/*
 * NULL is allowed; flows left are closed as evicted. Returns what the account of its memory still
 * has: anything but 0 is a bug.
 */
size_t cap_tracker_free(CapTracker *self);

/*
 * No more bytes of this flow are wanted: it costs nothing but its table entry from now on (may be
 * called from `chunk`).
 */
void cap_flow_ignore(CapTracker *self, CapFlow *flow);
/* This flow is of value: others are evicted first, unless it is silent. */
void cap_flow_keep(CapTracker *self, CapFlow *flow);
/*
 * The caller holds about so many bytes for this flow now. Where a few flows hold more than half of
 * all bytes, they are evicted for it though others are more silent. May be called from `chunk`.
 */
void cap_flow_holds(CapTracker *self, CapFlow *flow, size_t bytes);

/* Bytes allocated now. */
size_t cap_tracker_memory(const CapTracker *self);
/*
 * Evicts a flow that is over, or the one that was silent for longest: the silence of one that was
 * never established counts 128 times, of one that is not kept 32 times, unless it has just begun;
 * of one that holds much, as long as such ones hold most, as many times as it holds more.
 * May be called from `chunk`. False if there is none, and while the end of a flow is being reported.
 */
bool cap_tracker_evict(CapTracker *self);
/* The counters so far; borrowed, and still changing. */
const CapCounters *cap_tracker_counters(const CapTracker *self);
