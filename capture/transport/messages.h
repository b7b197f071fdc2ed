/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Flows whose packets carry messages, or parts of one, instead of a stream of bytes: NetBIOS frames
 * on LLC (nbf.c) and what goes over IPX (ipx.c). They live in the table of TCP's flows, so that
 * they share its ceiling and its order of giving up.
 */
#pragma once

#include "capture/transport/flow.h"

/* CapPair.family, CapFlow.family. */
enum {
	CAP_FAMILY_MAC = 2, /* addresses of 6 bytes; ports are numbers of NetBIOS sessions */
	/* network and node, 10 bytes; ports are sockets, or ids of NetBIOS connections */
	CAP_FAMILY_IPX = 3,
};

/* Of a message as much is collected. */
#define CAP_MESSAGE_MAX (64u << 10)

struct CapCollect {
	uint32_t total; /* bytes that the parts declare */
	uint32_t len;   /* here, from the first one on */
	uint32_t size;  /* of data */
	uint8_t loss;   /* CapLoss: why len is less than total */
	uint8_t data[];
};

/* The flow between the two, and which of its sides sends; NULL if there is none. */
CapEntry *cap_message_find(CapTracker *t, const CapPair *pair, CapDir *ret_dir);
/* A packet of this side. */
void cap_message_touch(CapTracker *t, CapEntry *f, CapDir dir);
/* The next part of a message; the collected message is reported with the last one. */
void cap_message_part(CapTracker *t, CapEntry *f, CapDir dir, SmbReader data, bool last);
/*
 * The message being received continues after its first n bytes. False if it has fewer, or there is
 * none.
 */
bool cap_message_rewind(CapEntry *f, CapDir dir, uint32_t n);
/*
 * Bytes were lost, or frames of unknown size (one byte each), and with them the message that was
 * being collected.
 */
void cap_message_lost(CapTracker *t, CapEntry *f, CapDir dir, uint64_t missing, CapLoss loss);
/* A message in a datagram, of no flow. */
void cap_message_datagram(CapTracker *t, const CapPair *pair, SmbReader data);

/*
 * nbf.c: a frame between the NetBIOS service access points, from LLC's control field on. The status
 * of r says whether it is malformed.
 */
void cap_nbf_frame(CapTracker *t, const CapPacket *packet, SmbReader *r);

/* ipx.c: a packet from IPX's header on; r as above. */
void cap_ipx_packet(CapTracker *t, SmbReader *r);
