/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/source/quick.h"

enum {
	FILE_HEADER = 24,
	PACKET_HEADER = 16,
};

#define MICROSECONDS 0xA1B2C3D4u
#define NANOSECONDS 0xA1B23C4Du
#define VERSION_2_4 0x00040002u /* two numbers of 16 bits */

bool
cap_quick_reads(const uint8_t *head, size_t n)
{
	return G_BYTE_ORDER == G_LITTLE_ENDIAN && n >= FILE_HEADER &&
	       (cap_ahead_number(head) == MICROSECONDS || cap_ahead_number(head) == NANOSECONDS) &&
	       cap_ahead_number(head + 4) == VERSION_2_4;
}

void
cap_quick_begin(CapQuick *self, int fd, const uint8_t *head, uint32_t snaplen, uint64_t offset)
{
	self->snaplen = snaplen;
	self->scale = cap_ahead_number(head) == NANOSECONDS ? 1 : 1000;
	cap_ahead_begin(&self->file, fd, offset);
}

bool
cap_quick_next(CapQuick *self, CapQuickPacket *ret_packet)
{
	const uint8_t *header;
	uint32_t captured;

	if (!cap_ahead_has(&self->file, PACKET_HEADER))
		return false;
	captured = cap_ahead_number(cap_ahead_here(&self->file) + 8);
	if (captured > CAP_QUICK_CAPTURED_MAX ||
	    !cap_ahead_has(&self->file, PACKET_HEADER + captured))
		return false;
	header = cap_ahead_here(&self->file);
	/* The seconds are 32 bits without a sign. */
	ret_packet->time_ns = (uint64_t)cap_ahead_number(header) * 1000000000u +
			      (uint64_t)cap_ahead_number(header + 4) * self->scale;
	ret_packet->caplen = MIN(captured, self->snaplen);
	ret_packet->wire_len = cap_ahead_number(header + 12);
	ret_packet->data = header + PACKET_HEADER;
	self->file.at += PACKET_HEADER + captured;
	return true;
}

uint64_t
cap_quick_offset(const CapQuick *self)
{
	return cap_ahead_offset(&self->file);
}

void
cap_quick_clear(CapQuick *self)
{
	cap_ahead_clear(&self->file);
}
