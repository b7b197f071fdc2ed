/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tracker's limits and counters. Both live in the tracker (transport/tracker.h); its parts,
 * such as the reassembly of IP fragments, borrow them.
 */
#pragma once

#include <stdint.h>

typedef struct {
	uint32_t reorder_bytes;    /* out-of-order bytes kept a flow (256 KiB) */
	uint32_t reorder_segments; /* and segments (512) */
	/* a flow silent for longer has timed out (default 3,600 s; half-open 60 s) */
	uint64_t idle_ns;
	uint32_t fragments;   /* datagrams under reassembly (1024), 64 KiB each at most */
	uint64_t fragment_ns; /* for so long (30 s) */
	uint64_t max_memory;  /* hard ceiling of the tracker's own memory (32 MiB) */
	uint32_t hash_seed;   /* of the flow table; the caller takes it from a random source */
} CapLimits;

/*
 * Counters of everything that was dropped, cut or odd, for finding out why a figure does not add
 * up.
 */
typedef struct {
	uint64_t packets, bytes;         /* as captured */
	uint64_t truncated;              /* packets cut by the snapshot length */
	uint64_t not_ip, not_tcp;        /* skipped */
	uint64_t wlan_protected;         /* of not_ip: encrypted frames of 802.11 */
	uint64_t malformed;              /* headers with a wrong length */
	uint64_t fragments, reassembled; /* IP */
	uint64_t fragments_dropped;      /* by time, limit or overlap */
	uint64_t tcp_packets;
	uint64_t udp_datagrams; /* on the ports that are wanted; also counted as not TCP */
	uint64_t flows;         /* created */
	uint64_t retransmitted; /* bytes seen again */
	uint64_t conflicts;     /* overlaps whose bytes disagree */
	uint64_t urgent;        /* segments with urgent data, which may be read elsewhere */
	uint64_t out_of_order;  /* segments that had to wait */
	uint64_t gaps, gap_bytes;
	uint64_t evicted;           /* flows evicted for memory that the caller still wanted */
	uint64_t evicted_half_open; /* of evicted: those that were only asked for */
	uint64_t limits;            /* times a limit was reached */
	uint64_t implausible;       /* frames whose numbers fit no session; skipped */
	/*
	 * Packets whose numbers do not fit their flow and were not confirmed later. Anybody can
	 * send such packets: they are skipped. And data behind the SYN of a flow that is over, which
	 * were captured twice, or are of another connection with the same numbers.
	 */
	uint64_t forged;
} CapCounters;
