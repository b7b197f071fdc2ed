/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the link layer to the IP header. Every layer is a row of a table: a function that consumes its header and names
 * what follows.
 */
#pragma once

#include "dissect/wire/reader.h"

typedef enum {
	CAP_LAYER_OTHER, /* nothing this program reads */
	CAP_LAYER_IPV4,
	CAP_LAYER_IPV6,
	CAP_LAYER_LINK,  /* from here on: layers with a row in the table */
	CAP_LAYER_ETHERNET = CAP_LAYER_LINK,
	CAP_LAYER_VLAN,
	CAP_LAYER_SLL,
	CAP_LAYER_SLL2,
	CAP_LAYER_RAW,
	CAP_LAYER_NULL,
	CAP_LAYER_LOOP,
	CAP_LAYER_PPP,
	CAP_LAYER_PPPOE,
	CAP_LAYER_COUNT,
} CapLayer;

/*
 * Moves `r` to the IP header of a packet of this DLT_* and says which IP it is; CAP_LAYER_OTHER where it is none, or
 * where the reader failed.
 */
CapLayer cap_link_parse(int link_type, SmbReader *r);
