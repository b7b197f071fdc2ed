/* SPDX-License-Identifier: BSD-3-Clause */
/* The header of a segment of TCP. */
#include "capture/transport/flow.h"

/* RFC 9293 section 3.1. */
bool
cap_tcp_parse(SmbReader *r, CapSegment *seg, uint16_t ret_ports[2])
{
	const uint8_t *fixed = smb_reader_take(r, 20);
	SmbSpan data;
	uint32_t header;
	uint16_t bits;

	if (!fixed)
		return false;
	ret_ports[0] = smb_load_be16(fixed);
	ret_ports[1] = smb_load_be16(fixed + 2);
	seg->seq = smb_load_be32(fixed + 4);
	seg->ack = smb_load_be32(fixed + 8);
	bits = smb_load_be16(fixed + 12);
	header = (bits >> 12) * 4u;
	if (header < 20 || header - 20 > smb_reader_declared_left(r)) {
		smb_reader_fail(r, SMB_READ_MALFORMED);
		return false;
	}
	seg->flags = bits & 0xff;
	seg->window = smb_load_be16(fixed + 14);
	seg->offer = CAP_SCALE_UNSEEN;
	if (G_UNLIKELY(seg->flags & CAP_TCP_SYN))
		seg->offer = cap_window_offer(r, header - 20);
	seg->len = smb_reader_declared_left(r) - (header - 20);
	smb_reader_partial(r, header - 20);
	data = smb_reader_rest(r);
	seg->data = data.ptr;
	seg->captured = data.len;
	return true;
}
