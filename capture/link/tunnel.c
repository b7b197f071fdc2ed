/* SPDX-License-Identifier: BSD-3-Clause */
/* Layers that carry other layers: MPLS, GRE, ERSPAN, WCCP, VXLAN, GENEVE, Teredo. */
#include "capture/link/layers.h"

/* Nobody uses deeper stacks of labels, and an attacker pays only four bytes for each. */
#define CAP_LABELS_MAX 16

enum {
	CAP_GRE_CHECKSUM = 0x8000,
	CAP_GRE_ROUTING = 0x4000,
	CAP_GRE_KEY = 0x2000,
	CAP_GRE_SEQUENCE = 0x1000,
	CAP_GRE_ACK = 0x0080, /* version 1 */
	CAP_GRE_VERSION = 0x0007,
};

static uint32_t
peek16(const SmbReader *r, uint32_t ahead)
{
	int high = smb_reader_peek(r, ahead), low = smb_reader_peek(r, ahead + 1);

	return high < 0 || low < 0 ? 0 : (uint32_t)(high << 8 | low);
}

/* An IPv4 header, not a MAC address that begins with the same digit. */
static bool
plausible_ipv4(const SmbReader *r)
{
	uint32_t total = peek16(r, 2);

	return (smb_reader_peek(r, 0) & 0xf) >= 5 && total >= 20 &&
	       total <= smb_reader_declared_left(r);
}

/*
 * RFC 3032 section 2.1: entries of four bytes until the one with the bottom bit. Nothing says what
 * follows them: IP by its version, else an Ethernet pseudowire (RFC 4448), with or without the
 * control word of RFC 4385.
 */
CapLayer
cap_layer_mpls(SmbReader *r)
{
	bool bottom = false;

	for (int i = 0; i < CAP_LABELS_MAX && !bottom; i++)
		bottom = smb_reader_be32(r) & 0x100;
	if (!bottom || smb_reader_peek(r, 0) < 0)
		return CAP_LAYER_OTHER;
	if (smb_reader_peek(r, 0) >> 4 == 4 && plausible_ipv4(r))
		return CAP_LAYER_IPV4;
	if (smb_reader_peek(r, 0) >> 4 == 6 && !cap_layer_is_ethertype(peek16(r, 12)))
		return CAP_LAYER_IPV6;
	if (smb_reader_peek(r, 0) >> 4 == 0 && !cap_layer_is_ethertype(peek16(r, 12)))
		smb_reader_skip(r, 4);
	return CAP_LAYER_ETHERNET;
}

/* RFC 1701: source routes until one of length 0. */
static void
skip_routes(SmbReader *r)
{
	uint8_t len;

	do {
		smb_reader_skip(r, 3);
		len = smb_reader_u8(r);
		smb_reader_skip(r, len);
	} while (len && r->status == SMB_READ_OK);
}

/* RFC 2637 section 4.1: payload only where there is a sequence number. */
static CapLayer
parse_pptp(SmbReader *r, uint32_t flags)
{
	if (smb_reader_be16(r) != 0x880b || !(flags & CAP_GRE_SEQUENCE))
		return CAP_LAYER_OTHER;
	smb_reader_skip(r, flags & CAP_GRE_ACK ? 12 : 8);
	return CAP_LAYER_PPP;
}

/*
 * Protocol numbers of GRE that are not EtherTypes of a wire. The first form of ERSPAN had no header
 * and no sequence number.
 */
static CapLayer
of_gre_protocol(uint32_t protocol, uint32_t flags)
{
	switch (protocol) {
	case 0x6558:
		return CAP_LAYER_ETHERNET;
	case 0x88be:
		return flags & CAP_GRE_SEQUENCE ? CAP_LAYER_ERSPAN2 : CAP_LAYER_ETHERNET;
	case 0x22eb:
		return CAP_LAYER_ERSPAN3;
	case 0x883e:
		return CAP_LAYER_WCCP;
	case 0x880b:
		return CAP_LAYER_PPP;
	default:
		/* 0 is a keep-alive. */
		return cap_layer_of_ethertype(protocol);
	}
}

/* RFC 2784 section 2, RFC 2890 section 2; routing from RFC 1701. */
CapLayer
cap_layer_gre(SmbReader *r)
{
	uint32_t flags = smb_reader_be16(r), protocol;

	if ((flags & CAP_GRE_VERSION) == 1)
		return parse_pptp(r, flags);
	if (flags & CAP_GRE_VERSION)
		return CAP_LAYER_OTHER;
	protocol = smb_reader_be16(r);
	if (flags & (CAP_GRE_CHECKSUM | CAP_GRE_ROUTING))
		smb_reader_skip(r, 4);
	if (flags & CAP_GRE_KEY)
		smb_reader_skip(r, 4);
	if (flags & CAP_GRE_SEQUENCE)
		smb_reader_skip(r, 4);
	if (flags & CAP_GRE_ROUTING)
		skip_routes(r);
	return of_gre_protocol(protocol, flags);
}

/* draft-foschiano-erspan-03 section 4.2. */
CapLayer
cap_layer_erspan2(SmbReader *r)
{
	smb_reader_skip(r, 8);
	return CAP_LAYER_ETHERNET;
}

/* Section 4.3: frame type 0 is Ethernet, 2 IP; the last bit indicates a subheader. */
CapLayer
cap_layer_erspan3(SmbReader *r)
{
	uint32_t last;

	smb_reader_skip(r, 10);
	last = smb_reader_be16(r);
	if (last & 1)
		smb_reader_skip(r, 8);
	return (last >> 10 & 0x1f) == 2 ? CAP_LAYER_RAW : CAP_LAYER_ETHERNET;
}

/*
 * draft-mclaggan-wccp-v2rev1 section 4.13.1: the redirect header is new in version 2 and begins
 * with no 4.
 */
CapLayer
cap_layer_wccp(SmbReader *r)
{
	if (smb_reader_peek(r, 0) >> 4 != 4)
		smb_reader_skip(r, 4);
	return CAP_LAYER_IPV4;
}

/* RFC 7348 section 5: the flag that says that there is an identifier is always set. */
CapLayer
cap_layer_vxlan(SmbReader *r)
{
	bool valid = smb_reader_u8(r) & 0x08;

	smb_reader_skip(r, 7);
	return valid ? CAP_LAYER_ETHERNET : CAP_LAYER_OTHER;
}

/* RFC 8926 section 3.4. */
CapLayer
cap_layer_geneve(SmbReader *r)
{
	uint32_t first = smb_reader_u8(r), protocol;

	smb_reader_skip(r, 1);
	protocol = smb_reader_be16(r);
	smb_reader_skip(r, 4 + (first & 0x3f) * 4);
	if (first >> 6)
		return CAP_LAYER_OTHER;
	return protocol == 0x6558 ? CAP_LAYER_ETHERNET : cap_layer_of_ethertype(protocol);
}

/*
 * RFC 4380 section 5.1.1: authentication (1), then origin (0), both optional, before the IPv6
 * packet.
 */
CapLayer
cap_layer_teredo(SmbReader *r)
{
	if (smb_reader_peek(r, 0) == 0 && smb_reader_peek(r, 1) == 1) {
		uint32_t id, value;

		smb_reader_skip(r, 2);
		id = smb_reader_u8(r);
		value = smb_reader_u8(r);
		smb_reader_skip(r, id + value + 9);
	}
	if (smb_reader_peek(r, 0) == 0 && smb_reader_peek(r, 1) == 0)
		smb_reader_skip(r, 8);
	return smb_reader_peek(r, 0) >> 4 == 6 ? CAP_LAYER_IPV6 : CAP_LAYER_OTHER;
}
