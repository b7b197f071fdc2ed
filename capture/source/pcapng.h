/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Works around a limit of libpcap with pcapng files (draft-ietf-opsawg-pcapng): it refuses a file
 * whose interfaces have different link types. So the blocks are inspected on their way to libpcap:
 * interface descriptions are rewritten to match the first one, and the true link type of each
 * packet is kept until libpcap returns the packet. libpcap also wants one snapshot length for all;
 * it is given none, and simple packet blocks, whose length depends on it, are corrected in the same
 * way.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* This much of a block is inspected: type, length and eight bytes more. */
#define CAP_BLOCK_HEAD 16

/* Consecutive packets with the same link type and lengths. */
typedef struct {
	int link_type; /* -1: of an interface that was never described */
	uint32_t count;
	bool sized; /* one simple packet block, its lengths: */
	uint32_t caplen, wire_len;
} CapRun;

typedef struct {
	bool none;    /* the bytes are no pcapng file: they pass as they are */
	bool started; /* they are: a section began */
	bool big;     /* byte order of the section */
	bool lost;    /* a block has a wrong length: libpcap will report it */
	uint8_t head[CAP_BLOCK_HEAD];
	uint8_t first[4];   /* link type and reserved bytes of the first interface */
	uint32_t snaplen;   /* of the first interface of the section */
	uint32_t head_len;  /* of the block at hand */
	uint64_t skip;      /* bytes until the next block */
	uint32_t described; /* interfaces of the whole file */
	GArray *interfaces; /* uint16_t: link types by the number of the interface in the section */
	GArray *runs; /* CapRun: the link types of packets that libpcap has not returned yet */
	guint run;    /* the first of them that still has packets */
} CapPcapng;

/* Nothing of the file was seen yet. cap_pcapng_clear frees what it collected. */
void cap_pcapng_init(CapPcapng *self);
void cap_pcapng_clear(CapPcapng *self);

/*
 * Looks at bytes on their way to libpcap, in the order of the file, and changes interface
 * descriptions among them.
 */
void cap_pcapng_pass(CapPcapng *self, uint8_t *bytes, size_t n);

/*
 * What is known of the next packet that libpcap returns; NULL: nothing. Call it once for every
 * packet.
 */
const CapRun *cap_pcapng_next(CapPcapng *self);
/* Whether any interface described so far is of a link type that can be read. */
bool cap_pcapng_supported(const CapPcapng *self);

/* Whether a file that begins with these bytes is pcapng. */
bool cap_pcapng_begins(const uint8_t *head, uint32_t len);
/* Whether a file that begins so is pcap or pcapng. */
bool cap_pcapng_capture(const uint8_t *head, uint32_t len);
/* Whether a file that begins so (pcap or pcapng) has timestamps finer than microseconds. */
bool cap_pcapng_nanoseconds(const uint8_t *head, uint32_t len);
