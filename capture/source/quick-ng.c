/* SPDX-License-Identifier: BSD-3-Clause */
/* Section numbers are those of draft-ietf-opsawg-pcapng. */
#include "capture/source/quick-ng.h"

#include <string.h>

enum {
	SECTION = 0x0A0D0D0A,
	INTERFACE = 1,
	PACKET = 2, /* obsolete */
	SIMPLE_PACKET = 3,
	ENHANCED_PACKET = 6,
	BLOCK_MIN = 12,     /* type, length, and the length again */
	SECTION_MIN = 28,   /* 4.1 */
	INTERFACE_MIN = 20, /* 4.2 */
	PACKET_MIN = 32,    /* 4.3 */
	PACKET_HEADER = 28,
	OPTION_END = 0,        /* 3.5 */
	OPTION_RESOLUTION = 9, /* 4.2 */
	OPTION_OFFSET = 14,
	NANO = 9,
};

#define BYTE_ORDER_MAGIC 0x1A2B3C4Du
#define VERSION_1_0 1u /* two numbers of 16 bits */

static inline uint16_t
short_at(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

bool
cap_quick_ng_reads(const uint8_t *head, size_t n)
{
	return G_BYTE_ORDER == G_LITTLE_ENDIAN && n >= BLOCK_MIN &&
	       cap_ahead_number(head) == SECTION && cap_ahead_number(head + 8) == BYTE_ORDER_MAGIC;
}

void
cap_quick_ng_begin(CapQuickNg *self, int fd)
{
	self->n_interfaces = 0;
	cap_ahead_begin(&self->file, fd, 0);
}

void
cap_quick_ng_clear(CapQuickNg *self)
{
	cap_ahead_clear(&self->file);
}

/* 4.1. Another section has interfaces of its own. */
static bool
begin_section(CapQuickNg *self, const uint8_t *block, uint32_t len)
{
	self->n_interfaces = 0;
	return len >= SECTION_MIN && cap_ahead_number(block + 8) == BYTE_ORDER_MAGIC &&
	       cap_ahead_number(block + 12) == VERSION_1_0;
}

static uint64_t
power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

static void
set_resolution(CapQuickInterface *self, unsigned exponent)
{
	self->ticks = power_of_ten(exponent);
	self->multiply = exponent < NANO ? (uint32_t)power_of_ten(NANO - exponent) : 1;
	/* At most 10^9. */
	self->divide = exponent > NANO ? (uint32_t)power_of_ten(exponent - NANO) : 1;
}

/* An option that matters; false: it is for libpcap, which knows what is wrong with it. */
static bool
take_option(CapQuickInterface *self, uint16_t code, const uint8_t *value, uint16_t len)
{
	if (code == OPTION_RESOLUTION) {
		if (len != 1 || value[0] > 2 * NANO)
			return false;
		set_resolution(self, value[0]);
	} else if (code == OPTION_OFFSET) {
		if (len != sizeof(self->offset))
			return false;
		memcpy(&self->offset, value, sizeof(self->offset));
	}
	return true;
}

/* 3.5: each is padded to four bytes. One that comes twice is for libpcap. */
static bool
take_options(CapQuickInterface *self, const uint8_t *at, const uint8_t *end)
{
	unsigned seen = 0;

	while (end - at >= 4) {
		uint16_t code = short_at(at), len = short_at(at + 2);
		uint32_t padded = (len + 3u) & ~3u;

		if (code == OPTION_END)
			return len == 0;
		if ((uint32_t)(end - at - 4) < padded || !take_option(self, code, at + 4, len))
			return false;
		if (code == OPTION_RESOLUTION || code == OPTION_OFFSET) {
			if (seen & 1u << code)
				return false;
			seen |= 1u << code;
		}
		at += 4 + padded;
	}
	return at == end;
}

/* 4.2. */
static bool
add_interface(CapQuickNg *self, const uint8_t *block, uint32_t len)
{
	CapQuickInterface *interface;

	if (len < INTERFACE_MIN || self->n_interfaces == CAP_QUICK_INTERFACES_MAX)
		return false;
	interface = &self->interfaces[self->n_interfaces++];
	*interface = (CapQuickInterface){ .link_type = short_at(block + 8) };
	set_resolution(interface, 6);
	return take_options(interface, block + INTERFACE_MIN - 4, block + len - 4);
}

/* The whole of the next block; NULL: it is cut, damaged or too long. */
static inline const uint8_t *
next_block(CapQuickNg *self, uint32_t *ret_len)
{
	const uint8_t *block;
	uint32_t len;

	if (!cap_ahead_has(&self->file, BLOCK_MIN))
		return NULL;
	len = cap_ahead_number(cap_ahead_here(&self->file) + 4);
	if (len < BLOCK_MIN || len > CAP_AHEAD || len & 3 || !cap_ahead_has(&self->file, len))
		return NULL;
	block = cap_ahead_here(&self->file);
	if (cap_ahead_number(block + len - 4) != len)
		return NULL;
	*ret_len = len;
	return block;
}

/* 4.3. A time beyond those of an ordinary file is for libpcap, too. */
static inline bool
take_packet(const CapQuickNg *self, const uint8_t *block, uint32_t len, CapQuickPacket *ret,
	    int *ret_link_type)
{
	const CapQuickInterface *interface;
	uint64_t ticks, seconds;

	if (len < PACKET_MIN || cap_ahead_number(block + 8) >= self->n_interfaces)
		return false;
	interface = &self->interfaces[cap_ahead_number(block + 8)];
	ticks = (uint64_t)cap_ahead_number(block + 12) << 32 | cap_ahead_number(block + 16);
	/* Most files have microseconds: a constant divides faster. */
	seconds = interface->ticks == 1000000 ? ticks / 1000000 : ticks / interface->ticks;
	ticks -= seconds * interface->ticks;
	seconds += (uint64_t)interface->offset;
	ret->caplen = cap_ahead_number(block + 20);
	if (seconds >= INT32_MAX || ret->caplen > CAP_QUICK_CAPTURED_MAX ||
	    ret->caplen > len - PACKET_MIN)
		return false;
	ret->time_ns = seconds * 1000000000u + ticks * interface->multiply / interface->divide;
	ret->wire_len = cap_ahead_number(block + 24);
	ret->data = block + PACKET_HEADER;
	*ret_link_type = interface->link_type;
	return true;
}

CapQuickNext
cap_quick_ng_next(CapQuickNg *self, CapQuickPacket *ret_packet, int *ret_link_type)
{
	const uint8_t *block;
	uint32_t len;
	bool sound = true;

	while (sound && (block = next_block(self, &len))) {
		uint32_t type = cap_ahead_number(block);

		if (G_LIKELY(type == ENHANCED_PACKET)) {
			if (!take_packet(self, block, len, ret_packet, ret_link_type))
				return CAP_QUICK_OTHER;
			self->file.at += len;
			return CAP_QUICK_PACKET;
		}
		if (type == SECTION)
			sound = begin_section(self, block, len);
		else if (type == INTERFACE)
			sound = add_interface(self, block, len);
		else
			sound = type != PACKET && type != SIMPLE_PACKET;
		self->file.at += len;
	}
	return sound && cap_ahead_at_end(&self->file) ? CAP_QUICK_END : CAP_QUICK_OTHER;
}
