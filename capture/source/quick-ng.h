/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packets of an ordinary pcapng file (draft-ietf-opsawg-pcapng), without a copy, as quick.h for
 * pcap: sections in this machine's byte order, interfaces with decimal fractions of seconds,
 * enhanced packet blocks. libpcap cannot begin in the middle of such a file, since it must know the
 * interfaces: where a block is another one, or not as it should be, it reads from the beginning, and
 * the packets that were handed out here are left out.
 *
 *     file      | section | interface | packet | packet | statistics | pack
 *     here      |-------------------- handed out -------------------->|
 *     libpcap   |-------------------- left out ---------------------->| goes on, or says what is wrong
 */
#pragma once

#include "capture/source/quick.h"

enum { CAP_QUICK_INTERFACES_MAX = 64 };

typedef struct {
	int link_type;
	int64_t offset;            /* seconds */
	uint64_t ticks;            /* of a second */
	uint32_t multiply, divide; /* make nanoseconds of a tick; 1 if the other does */
} CapQuickInterface;

typedef struct {
	CapAhead file;
	uint32_t n_interfaces; /* of the section */
	CapQuickInterface interfaces[CAP_QUICK_INTERFACES_MAX];
} CapQuickNg;

typedef enum {
	CAP_QUICK_PACKET,
	CAP_QUICK_END,   /* the last block ends where the file does */
	CAP_QUICK_OTHER, /* for libpcap */
} CapQuickNext;

/* Whether this head (at least 12 bytes) is that of a file for this reader. */
bool cap_quick_ng_reads(const uint8_t *head, size_t n);
/* At the beginning of the file. cap_quick_ng_clear frees the memory. */
void cap_quick_ng_begin(CapQuickNg *self, int fd);
void cap_quick_ng_clear(CapQuickNg *self);
/* The next packet, and the link type of its interface. */
CapQuickNext cap_quick_ng_next(CapQuickNg *self, CapQuickPacket *ret_packet, int *ret_link_type);
