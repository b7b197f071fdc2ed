/* SPDX-License-Identifier: BSD-3-Clause */
/* Blocks of pcapng on their way to libpcap: which interface each packet is of. */
#include "capture/source/pcapng.h"

#include <string.h>

#include "capture/link/link.h"
#include "dissect/wire/reader.h"

/* As many interfaces a section as libpcap takes. */
#define CAP_INTERFACES_MAX 65535

enum {
	CAP_BLOCK_INTERFACE = 1,
	CAP_BLOCK_PACKET = 2, /* obsolete; its interface has 16 bits */
	CAP_BLOCK_SIMPLE = 3, /* of the first interface */
	CAP_BLOCK_ENHANCED = 6,
	CAP_BLOCK_SECTION = 0x0a0d0d0a,
};

void
cap_pcapng_init(CapPcapng *self)
{
	*self = (CapPcapng){ .interfaces = g_array_new(FALSE, FALSE, sizeof(uint16_t)),
			     .runs = g_array_new(FALSE, FALSE, sizeof(CapRun)) };
}

void
cap_pcapng_clear(CapPcapng *self)
{
	if (!self->runs)
		return;
	g_array_unref(self->interfaces);
	g_array_unref(self->runs);
}

static uint16_t
get16(const CapPcapng *self, SmbReader *r)
{
	return self->big ? smb_reader_be16(r) : smb_reader_le16(r);
}

static uint32_t
get32(const CapPcapng *self, SmbReader *r)
{
	return self->big ? smb_reader_be32(r) : smb_reader_le32(r);
}

static SmbReader
head_at(const CapPcapng *self, uint32_t pos)
{
	SmbReader r = smb_reader_new(self->head, self->head_len, CAP_BLOCK_HEAD);

	smb_reader_seek(&r, pos);
	return r;
}

static CapRun *
last_run(const CapPcapng *self)
{
	return self->runs->len ? &g_array_index(self->runs, CapRun, self->runs->len - 1) : NULL;
}

/* Packets of one link type in a row are one entry, so that the usual file has one at all. */
static void
push(CapPcapng *self, uint32_t interface, CapRun made)
{
	CapRun *last = last_run(self);

	made.count = 1;
	made.link_type = interface < self->interfaces->len
				 ? g_array_index(self->interfaces, uint16_t, interface)
				 : -1;
	if (last && last->link_type == made.link_type && !last->sized && !made.sized &&
	    last->count < UINT32_MAX) {
		last->count++;
		return;
	}
	/* Removes used entries once they are most of the list. */
	if (self->run > 256 && self->run > self->runs->len / 2) {
		g_array_remove_range(self->runs, 0, self->run);
		self->run = 0;
	}
	g_array_append_val(self->runs, made);
}

/* Section 4.4: the captured length is the smallest of three that are given elsewhere. */
static void
push_simple(CapPcapng *self, uint32_t wire_len, uint32_t room)
{
	uint32_t snaplen = self->snaplen ? self->snaplen : UINT32_MAX;

	push(self, 0,
	     (CapRun){ .sized = true,
		       .wire_len = wire_len,
		       .caplen = MIN(MIN(wire_len, snaplen), room) });
}

const CapRun *
cap_pcapng_next(CapPcapng *self)
{
	CapRun *run;

	if (!self->runs->len)
		return NULL;
	run = &g_array_index(self->runs, CapRun, self->run);
	/* The last one stays: more of its packets may come. */
	while (!run->count && self->run + 1 < self->runs->len)
		run = &g_array_index(self->runs, CapRun, ++self->run);
	if (!run->count)
		return NULL;
	run->count--;
	return run;
}

bool
cap_pcapng_supported(const CapPcapng *self)
{
	for (guint i = 0; i < self->interfaces->len; i++) {
		if (cap_link_supported(g_array_index(self->interfaces, uint16_t, i)))
			return true;
	}
	return false;
}

/* Section 4.1: a magic number gives the byte order; interface numbers restart. */
static void
begin_section(CapPcapng *self)
{
	SmbReader r = head_at(self, 8);

	self->started = true;
	self->big = smb_reader_le32(&r) == 0x4d3c2b1a;
	g_array_set_size(self->interfaces, 0);
}

/* Section 4.2. */
static void
add_interface(CapPcapng *self)
{
	SmbReader r = head_at(self, 8);
	uint16_t link_type = get16(self, &r);

	smb_reader_skip(&r, 2);
	if (self->interfaces->len == 0)
		self->snaplen = get32(self, &r);
	if (self->described++ == 0)
		memcpy(self->first, self->head + 8, sizeof(self->first));
	if (self->interfaces->len < CAP_INTERFACES_MAX)
		g_array_append_vals(self->interfaces, &link_type, 1);
}

/* All of the head is there. */
static void
see_block(CapPcapng *self)
{
	SmbReader r = head_at(self, 0);
	uint32_t type = get32(self, &r), len;

	if (type == CAP_BLOCK_SECTION)
		begin_section(self);
	else if (type == CAP_BLOCK_INTERFACE)
		add_interface(self);
	len = get32(self, &r);
	if (type == CAP_BLOCK_ENHANCED)
		push(self, get32(self, &r), (CapRun){ 0 });
	else if (type == CAP_BLOCK_PACKET)
		push(self, get16(self, &r), (CapRun){ 0 });
	else if (type == CAP_BLOCK_SIMPLE)
		push_simple(self, get32(self, &r), len < CAP_BLOCK_HEAD ? 0 : len - CAP_BLOCK_HEAD);
	self->lost = len < 12 || len % 4;
	/* Blocks of twelve bytes have no body: the bytes read as body begin the next block. */
	self->skip = len < CAP_BLOCK_HEAD ? 0 : len - CAP_BLOCK_HEAD;
	self->head_len = 0;
	if (len == 12) {
		memcpy(self->head, self->head + 12, 4);
		self->head_len = 4;
	}
}

static uint8_t
byte_of(const CapPcapng *self, uint32_t value, uint32_t at)
{
	return (uint8_t)(value >> 8 * (self->big ? 3 - at : at));
}

/*
 * What libpcap sees as bytes 8 to 15 of a block: every interface looks like the first one, without
 * a snapshot length (0 would mean libpcap's own), and simple packets are as long as their block.
 */
static uint8_t
shown(const CapPcapng *self, uint32_t type, uint32_t len, uint32_t at, uint8_t byte)
{
	if (type == CAP_BLOCK_INTERFACE && at >= 12)
		return byte_of(self, INT32_MAX, at - 12);
	if (type == CAP_BLOCK_INTERFACE && self->described)
		return self->first[at - 8];
	if (type == CAP_BLOCK_SIMPLE && at < 12 && len >= CAP_BLOCK_HEAD)
		return byte_of(self, len - CAP_BLOCK_HEAD, at - 8);
	return byte;
}

static void
hide(const CapPcapng *self, uint8_t *bytes, uint32_t n)
{
	SmbReader r = smb_reader_new(self->head, self->head_len + n, CAP_BLOCK_HEAD);
	uint32_t type = get32(self, &r), len = get32(self, &r);

	if (type != CAP_BLOCK_INTERFACE && type != CAP_BLOCK_SIMPLE)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (self->head_len + i >= 8)
			bytes[i] = shown(self, type, len, self->head_len + i, bytes[i]);
	}
}

/* The next bytes of a block's head. */
static void
gather(CapPcapng *self, uint8_t *bytes, uint32_t n)
{
	SmbReader r;

	memcpy(self->head + self->head_len, bytes, n);
	hide(self, bytes, n);
	self->head_len += n;
	if (!self->started && self->head_len >= 4) {
		r = head_at(self, 0);
		self->none = smb_reader_le32(&r) != CAP_BLOCK_SECTION;
	}
	if (self->head_len == CAP_BLOCK_HEAD && !self->none)
		see_block(self);
}

void
cap_pcapng_pass(CapPcapng *self, uint8_t *bytes, size_t n)
{
	size_t step;

	while (n && !self->none && !self->lost) {
		step = MIN(n, self->skip ? self->skip : CAP_BLOCK_HEAD - self->head_len);
		if (self->skip)
			self->skip -= step;
		else
			gather(self, bytes, (uint32_t)step);
		bytes += step;
		n -= step;
	}
}

/*
 * Whether a pcapng interface counts finer than microseconds: option if_tsresol (9) of its
 * description block.
 */
static bool
fine_resolution(SmbReader *r, bool big)
{
	while (smb_reader_left(r) >= 4) {
		uint16_t code = big ? smb_reader_be16(r) : smb_reader_le16(r);
		uint16_t len = big ? smb_reader_be16(r) : smb_reader_le16(r);

		if (code == 0)
			break;
		if (code == 9) {
			uint8_t unit = smb_reader_u8(r);

			return unit & 0x80 ? (unit & 0x7f) > 20 : unit > 6;
		}
		smb_reader_skip(r, (len + 3u) & ~3u);
	}
	return false;
}

/* Looks at the interfaces described at the head of a pcapng file. */
static bool
interfaces_nanoseconds(SmbReader *r)
{
	bool big = false;

	while (smb_reader_left(r) >= 12) {
		uint32_t start = r->pos, type = smb_reader_le32(r), len, order;
		SmbReader body;

		smb_reader_skip(r, 4);
		order = smb_reader_le32(r);
		if (type == CAP_BLOCK_SECTION)
			big = order == 0x4d3c2b1a;
		smb_reader_seek(r, start + 4);
		len = big ? smb_reader_be32(r) : smb_reader_le32(r);
		type = big ? GUINT32_SWAP_LE_BE(type) : type;
		if (len < 12 || r->status != SMB_READ_OK)
			break;
		body = smb_reader_sub(r, len - 12);
		smb_reader_skip(r, 4);
		if (type != CAP_BLOCK_INTERFACE)
			continue;
		smb_reader_skip(&body, 8);
		if (fine_resolution(&body, big))
			return true;
	}
	return false;
}

bool
cap_pcapng_begins(const uint8_t *head, uint32_t len)
{
	SmbReader r = smb_reader_new(head, len, len);

	return smb_reader_le32(&r) == CAP_BLOCK_SECTION;
}

bool
cap_pcapng_capture(const uint8_t *head, uint32_t len)
{
	/* Of pcap in both byte orders: with microseconds, nanoseconds, and Kuznetzov's patches. */
	static const uint32_t magics[] = { CAP_BLOCK_SECTION, 0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d,
					   0x4d3cb2a1,        0xa1b2cd34, 0x34cdb2a1 };
	SmbReader r = smb_reader_new(head, len, len);
	uint32_t magic = smb_reader_le32(&r);

	for (size_t i = 0; i < G_N_ELEMENTS(magics); i++)
		if (magic == magics[i])
			return true;
	return false;
}

bool
cap_pcapng_nanoseconds(const uint8_t *head, uint32_t len)
{
	SmbReader r = smb_reader_new(head, len, len);
	uint32_t magic = smb_reader_le32(&r);

	smb_reader_seek(&r, 0);
	if (magic == CAP_BLOCK_SECTION)
		return interfaces_nanoseconds(&r);
	return magic == 0xa1b23c4d || magic == 0x4d3cb2a1;
}
