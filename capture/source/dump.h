/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing packets to a capture file in pcap format, through libpcap. */
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
/* Writes what is left, and frees; false, with errno set, if not everything could be written. */
bool cap_dump_close(CapDump *self);
