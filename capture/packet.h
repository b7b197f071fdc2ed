/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A packet on its way from a source (source/source.h) to the tracker (transport/tracker.h), which
 * do not know each other. Its bytes belong to the source and are valid until the next packet is
 * read.
 */
#pragma once

#include <stdint.h>

/* One packet as the source gives it. `data` is valid until the next packet is read. */
typedef struct {
	uint64_t time_ns;
	uint64_t frame;     /* number in its capture file, from 1 */
	uint32_t wire_len;  /* length on the wire; at least caplen */
	uint32_t caplen;    /* bytes captured */
	uint16_t interface; /* of those that are watched, from 1; 0: there is but one, or a file */
	int link_type;      /* DLT_* of libpcap; may change from packet to packet */
	const uint8_t *data;
} CapPacket;
