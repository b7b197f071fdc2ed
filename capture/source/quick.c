/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/source/quick.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

enum {
	BLOCK = 512 << 10, /* more than a packet may have */
	FILE_HEADER = 24,
	PACKET_HEADER = 16,
	CAPTURED_MAX = 262144, /* libpcap refuses more, for almost all link types */
};

#define MICROSECONDS 0xA1B2C3D4u
#define NANOSECONDS 0xA1B23C4Du
#define VERSION_2_4 0x00040002u /* two numbers of 16 bits */

static inline uint32_t
number_at(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

bool
cap_quick_reads(const uint8_t *head, size_t n)
{
	return G_BYTE_ORDER == G_LITTLE_ENDIAN && n >= FILE_HEADER &&
	       (number_at(head) == MICROSECONDS || number_at(head) == NANOSECONDS) &&
	       number_at(head + 4) == VERSION_2_4;
}

void
cap_quick_begin(CapQuick *self, int fd, const uint8_t *head, uint32_t snaplen, uint64_t offset)
{
	*self = (CapQuick){ .fd = fd,
			    .block = g_malloc(BLOCK),
			    .offset = offset,
			    .snaplen = snaplen,
			    .scale = number_at(head) == NANOSECONDS ? 1 : 1000 };
}

/* More of the file behind what is left of the block; false: there are not so many bytes. */
static bool G_GNUC_NO_INLINE
fill(CapQuick *self, size_t need)
{
	size_t left = self->len - self->at;

	memmove(self->block, self->block + self->at, left);
	self->offset += self->at;
	self->at = 0;
	self->len = left;
	while (self->len < need) {
		ssize_t n = pread(self->fd, self->block + self->len, BLOCK - self->len,
				  (off_t)(self->offset + self->len));

		/* Also where a signal came: libpcap waits or ends. */
		if (n <= 0)
			return false;
		self->len += (size_t)n;
	}
	return true;
}

static inline bool
has(CapQuick *self, size_t need)
{
	return G_LIKELY(self->len - self->at >= need) || fill(self, need);
}

bool
cap_quick_next(CapQuick *self, CapQuickPacket *ret_packet)
{
	const uint8_t *header;
	uint32_t captured;

	if (!has(self, PACKET_HEADER))
		return false;
	captured = number_at(self->block + self->at + 8);
	if (captured > CAPTURED_MAX || !has(self, PACKET_HEADER + captured))
		return false;
	header = self->block + self->at;
	/* The seconds are 32 bits without a sign. */
	ret_packet->time_ns = (uint64_t)number_at(header) * 1000000000u +
			      (uint64_t)number_at(header + 4) * self->scale;
	ret_packet->caplen = MIN(captured, self->snaplen);
	ret_packet->wire_len = number_at(header + 12);
	ret_packet->data = header + PACKET_HEADER;
	self->at += PACKET_HEADER + captured;
	return true;
}

uint64_t
cap_quick_offset(const CapQuick *self)
{
	return self->offset + self->at;
}

void
cap_quick_clear(CapQuick *self)
{
	g_free(self->block);
	*self = (CapQuick){ 0 };
}
