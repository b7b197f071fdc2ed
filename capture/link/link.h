/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the link layer to the IP header. Every layer is a row of a table: a function that consumes
 * its header and names what follows.
 */
#pragma once

#include <stdbool.h>

#include "dissect/wire/reader.h"

typedef enum {
	CAP_LAYER_OTHER,      /* nothing this program reads */
	CAP_LAYER_PROTECTED,  /* encrypted 802.11 */
	CAP_LAYER_AGGREGATED, /* several frames in one of 802.11 (A-MSDU) */
	CAP_LAYER_DEEP,       /* more headers than anyone needs */
	CAP_LAYER_NBF,        /* NetBIOS frames, from LLC's control field on */
	CAP_LAYER_IPX,
	CAP_LAYER_IPV4,
	CAP_LAYER_IPV6,
	CAP_LAYER_LINK, /* from here on: layers with a row in the table */
	CAP_LAYER_ETHERNET = CAP_LAYER_LINK,
	CAP_LAYER_VLAN,
	CAP_LAYER_SLL,
	CAP_LAYER_SLL2,
	CAP_LAYER_RAW,
	CAP_LAYER_NULL,
	CAP_LAYER_LOOP,
	CAP_LAYER_PPP,
	CAP_LAYER_PPPOE,
	CAP_LAYER_MPLS,
	CAP_LAYER_GRE,
	CAP_LAYER_ERSPAN2,
	CAP_LAYER_ERSPAN3,
	CAP_LAYER_WCCP,
	CAP_LAYER_VXLAN,
	CAP_LAYER_GENEVE,
	CAP_LAYER_TEREDO,
	CAP_LAYER_LLC,
	CAP_LAYER_WLAN,
	CAP_LAYER_WLAN_PADDED,
	CAP_LAYER_RADIOTAP,
	CAP_LAYER_PRISM,
	CAP_LAYER_AVS,
	CAP_LAYER_PPI,
	CAP_LAYER_COUNT,
} CapLayer;

/* Headers of one packet, tunnels and all; more is an attack, or a loop in a network. */
#define CAP_HEADERS_MAX 16

/* True if packets of this DLT_* can be read. */
bool cap_link_supported(int link_type);

/* The layer that packets of this DLT_* begin with. */
CapLayer cap_link_layer(int link_type);

/*
 * Moves `r` over headers from `layer` on to the next header of IP, and says which IP it is; any
 * other layer if there is none, CAP_LAYER_OTHER if the reader failed. `headers` counts what was
 * passed, IP's included.
 */
CapLayer cap_link_parse(CapLayer layer, SmbReader *r, uint32_t *headers);

/* The tunnel that an IP protocol, or UDP at this port, carries; CAP_LAYER_OTHER: no tunnel. */
CapLayer cap_link_tunnel(uint8_t protocol);
CapLayer cap_link_udp_tunnel(uint16_t port);
