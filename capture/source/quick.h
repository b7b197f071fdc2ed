/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packets of an ordinary pcap file, without a copy: a regular file in this machine's byte order
 * is read in large pieces (ahead.h), and each packet is handed out where it lies. libpcap reads the
 * file's header, and reads on wherever something is not as it should be, so that what is said of a
 * damaged file is said by libpcap.
 *
 *     file    | header | packet | packet | ... | packet | pack    the last is cut short
 *               libpcap  here ...                         libpcap, from where this one begins
 */
#pragma once

#include "capture/source/ahead.h"

/* libpcap refuses packets of more bytes, for almost all link types. */
enum { CAP_QUICK_CAPTURED_MAX = 262144 };

typedef struct {
	CapAhead file;
	uint32_t snaplen; /* of the file: of a longer packet the rest is left out, as libpcap does */
	uint32_t scale;   /* nanoseconds of a unit of the fractions of seconds */
} CapQuick;

typedef struct {
	uint64_t time_ns;
	uint32_t caplen, wire_len;
	const uint8_t *data; /* valid until the next packet */
} CapQuickPacket;

/* Whether this head (at least 24 bytes) is that of a file for this reader. */
bool cap_quick_reads(const uint8_t *head, size_t n);
/* Begins at `offset`, where a packet begins. */
void cap_quick_begin(CapQuick *self, int fd, const uint8_t *head, uint32_t snaplen,
		     uint64_t offset);
/*
 * The next packet; false at the end, or where it is not a sound one: then libpcap goes on from
 * cap_quick_offset.
 */
bool cap_quick_next(CapQuick *self, CapQuickPacket *ret_packet);
/* Where, in the file, the next packet begins. */
uint64_t cap_quick_offset(const CapQuick *self);
void cap_quick_clear(CapQuick *self);
