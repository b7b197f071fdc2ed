/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writing packets to a capture file in pcap format, through libpcap. Bytes are gathered and written
 * together. A write that fails loses the packets that were gathered, and what it wrote of them is
 * taken back (not from a pipe, which gets nothing more): the file never ends within a packet, and
 * those that come later are tried again.
 */
#pragma once

#include <stdbool.h>

#include "capture/packet.h"

/* A link layer for a file without packets. */
#define CAP_DUMP_ETHERNET 1

typedef struct CapDump CapDump;

/* `fd` is the dump's from now on, also where NULL, with errno set, is returned. */
CapDump *cap_dump_new(int fd, int link_type, bool nanoseconds);
/* False if the packet has another link layer than the file: it is left out. */
bool cap_dump_packet(CapDump *self, const CapPacket *packet);
/* Writes what was gathered; false if it was lost. */
bool cap_dump_flush(CapDump *self);
bool cap_dump_waits(const CapDump *self); /* whether there are packets to flush */
/* So far: bytes of the file including those that are gathered, packets lost, the last errno or 0. */
uint64_t cap_dump_bytes(const CapDump *self);
/* Whether not even the header of the file could be written so far. */
bool cap_dump_is_empty(const CapDump *self);
uint64_t cap_dump_lost(const CapDump *self);
int cap_dump_error(const CapDump *self);
/* Writes what is left, and frees; false, with errno set, if not everything could be written. */
bool cap_dump_close(CapDump *self);
