/* SPDX-License-Identifier: BSD-3-Clause */
/* The header of UDP. */
#include "capture/transport/udp.h"

#define HEADER_SIZE 8

bool
cap_udp_parse(SmbReader *r, CapUdp *ret_udp)
{
	SmbReader whole;
	uint32_t len;

	ret_udp->port[0] = smb_reader_be16(r);
	ret_udp->port[1] = smb_reader_be16(r);
	len = smb_reader_be16(r);
	smb_reader_skip(r, 2);
	if (r->status != SMB_READ_OK)
		return false;
	/* 0: longer than the field can say (RFC 2675 section 4), or left to the adapter. */
	if (len == 0)
		len = smb_reader_declared_left(r) + HEADER_SIZE;
	if (len < HEADER_SIZE) {
		smb_reader_fail(r, SMB_READ_MALFORMED);
		return false;
	}
	ret_udp->lies = len - HEADER_SIZE > smb_reader_declared_left(r);
	if (ret_udp->lies)
		len = smb_reader_declared_left(r) + HEADER_SIZE;
	whole = *r;
	ret_udp->payload = smb_reader_sub(&whole, len - HEADER_SIZE);
	return true;
}
