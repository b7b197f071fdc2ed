/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UDP (RFC 768): ports, and where the payload is. Checksums are never verified, see ip.h.
 * Stateless; the payload is borrowed from the packet, or from the reassembled datagram that it came
 * in.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dissect/wire/reader.h"

#define CAP_PROTOCOL_UDP 17

typedef struct {
	uint16_t port[2];  /* of the sender, of the receiver */
	SmbReader payload; /* limit < end if the capture cut it */
	bool lies; /* its length is more than IP carries; the payload is then what there is */
} CapUdp;

/*
 * Reads a datagram from the payload of IP, and moves r past its header. False if the header is cut
 * or its length is less than the header's; the status of r says which.
 */
bool cap_udp_parse(SmbReader *r, CapUdp *ret_udp);
