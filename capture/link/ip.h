/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IPv4 (RFC 791) and IPv6 (RFC 8200) headers: addresses, and where the payload is. Checksums are
 * never verified: in captures made on the sending host, the adapter has not filled them in yet.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "capture/link/link.h"
#include "dissect/wire/reader.h"

#define CAP_PROTOCOL_TCP 6

/*
 * Sender [0] and receiver [1] of a packet; unused bytes are 0, so that two of them compare as a
 * whole.
 */
typedef struct {
	uint8_t addr[2][16];
	uint16_t port[2];
	uint8_t family;
} CapPair;

typedef struct {
	CapPair pair;      /* ports not set */
	SmbReader payload; /* after IP's headers; limit < end if the capture cut it */
	uint32_t size;     /* of the datagram, its headers included, as they declare it */
	uint8_t protocol;
	bool fragment;   /* the payload is a part of a datagram: */
	bool more;       /* others follow */
	uint16_t offset; /* in bytes */
	uint32_t id;
} CapIp;

/* False if the headers are cut or malformed; the status of ip->payload says which. */
bool cap_ip_parse(CapLayer layer, SmbReader *r, CapIp *ip);

/* After IPv6 reassembly: skips the extension headers that were inside the fragments. */
bool cap_ip_extensions(CapIp *ip);
