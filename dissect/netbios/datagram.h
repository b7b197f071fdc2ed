/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS datagram service (RFC 1002 4.4): the header, the names and the user data of one packet.
 * Stateless: each packet is read by itself, fragments too (conversation/datagram reassembles them).
 * The struct owns nothing; its texts, spans and readers point into the packet, its name texts into
 * the struct itself.
 */
#pragma once

#include "dissect/netbios/name.h"

enum {
	SMB_DGM_DIRECT_UNIQUE = 0x10,
	SMB_DGM_DIRECT_GROUP = 0x11,
	SMB_DGM_BROADCAST = 0x12,
	SMB_DGM_ERROR = 0x13,
	SMB_DGM_QUERY = 0x14,
	SMB_DGM_QUERY_POSITIVE = 0x15,
	SMB_DGM_QUERY_NEGATIVE = 0x16,
};

typedef struct {
	uint8_t type;
	const char *type_name; /* "direct_unique" */
	uint8_t flags;
	bool first, more;
	uint8_t node_type;
	uint16_t id;
	SmbSpan source_ip; /* as the sender states it; the packet may have been forwarded */
	uint16_t source_port;
	uint16_t length;        /* of names and user data; only types that carry data */
	uint16_t packet_offset; /* where this fragment's user data belongs in the whole */
	bool has_source, has_destination;
	SmbScopedName source, destination;
	uint8_t error_code; /* of ERROR */
	SmbText error;
	bool lies;            /* the length is not that of the packet, or a name is invalid */
	uint32_t user_length; /* bytes of user data in this packet, as declared */
	SmbReader user_data;  /* of the types that carry data; base at its first byte */
} SmbNbDatagram;

extern const SmbLayout smb_dgm_data_layout, smb_dgm_error_layout, smb_dgm_query_layout;

/* The layout for this type; NULL for an unknown one. */
const SmbLayout *smb_dgm_layout(uint8_t type);
/* True for the three types that carry user data. */
bool smb_dgm_carries(uint8_t type);

/*
 * Reads one packet. False if the type is unknown or the header is incomplete; the status of r says
 * which.
 */
bool smb_dgm_read(SmbReader *r, SmbNbDatagram *ret_datagram);
