/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/link.h"

#include <glib.h>
#include <pcap/dlt.h>

#include "capture/tracker.h"


typedef struct {
	uint16_t number;
	uint8_t layer;
} CapNumber;

static const CapNumber ethertypes[] = {
	{ 0x0800, CAP_LAYER_IPV4 },
	{ 0x86dd, CAP_LAYER_IPV6 },
	{ 0x8100, CAP_LAYER_VLAN }, /* IEEE 802.1Q */
	{ 0x88a8, CAP_LAYER_VLAN }, /* IEEE 802.1ad */
	{ 0x9100, CAP_LAYER_VLAN }, /* QinQ before 802.1ad */
	{ 0x8864, CAP_LAYER_PPPOE },
};

/* RFC 1661 section 2, numbers of IANA's list of PPP protocols. */
static const CapNumber ppp_protocols[] = {
	{ 0x0021, CAP_LAYER_IPV4 },
	{ 0x0057, CAP_LAYER_IPV6 },
};

/* Address families of the systems that write DLT_NULL; IPv6 has another number on each of them. */
static const CapNumber families[] = {
	{ 2, CAP_LAYER_IPV4 },
	{ 10, CAP_LAYER_IPV6 }, /* Linux */
	{ 23, CAP_LAYER_IPV6 }, /* Windows */
	{ 24, CAP_LAYER_IPV6 }, /* NetBSD, OpenBSD */
	{ 28, CAP_LAYER_IPV6 }, /* FreeBSD */
	{ 30, CAP_LAYER_IPV6 }, /* macOS */
};

static const CapNumber link_types[] = {
	{ DLT_EN10MB, CAP_LAYER_ETHERNET },
	{ DLT_LINUX_SLL, CAP_LAYER_SLL },
	{ DLT_LINUX_SLL2, CAP_LAYER_SLL2 },
	{ 12, CAP_LAYER_RAW },  /* DLT_RAW of most systems */
	{ 14, CAP_LAYER_RAW },  /* of OpenBSD */
	{ 101, CAP_LAYER_RAW }, /* LINKTYPE_RAW */
	{ DLT_IPV4, CAP_LAYER_IPV4 },
	{ DLT_IPV6, CAP_LAYER_IPV6 },
	{ DLT_NULL, CAP_LAYER_NULL },
	{ DLT_LOOP, CAP_LAYER_LOOP },
	{ DLT_PPP, CAP_LAYER_PPP },
	{ DLT_PPP_SERIAL, CAP_LAYER_PPP },
	{ DLT_PPP_ETHER, CAP_LAYER_PPPOE },
};

static CapLayer
find(const CapNumber *rows, size_t n, uint32_t number)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].number == number)
			return rows[i].layer;
	}
	return CAP_LAYER_OTHER;
}

static CapLayer
from_ethertype(SmbReader *r)
{
	return find(ethertypes, G_N_ELEMENTS(ethertypes), smb_reader_be16(r));
}

static CapLayer
parse_ethernet(SmbReader *r)
{
	smb_reader_skip(r, 12);
	return from_ethertype(r);
}

static CapLayer
parse_vlan(SmbReader *r)
{
	smb_reader_skip(r, 2);
	return from_ethertype(r);
}

/* Linux "cooked" capture: kind, ARPHRD, address length, address, protocol. */
static CapLayer
parse_sll(SmbReader *r)
{
	smb_reader_skip(r, 14);
	return from_ethertype(r);
}

/* Version 2: protocol, reserved, interface, ARPHRD, kind, address length, address. */
static CapLayer
parse_sll2(SmbReader *r)
{
	CapLayer next = from_ethertype(r);

	smb_reader_skip(r, 18);
	return next;
}

static CapLayer
parse_raw(SmbReader *r)
{
	int first = smb_reader_peek(r, 0);

	if (first < 0)
		return CAP_LAYER_OTHER;
	if (first >> 4 == 4)
		return CAP_LAYER_IPV4;
	return first >> 4 == 6 ? CAP_LAYER_IPV6 : CAP_LAYER_OTHER;
}

/* The family is in the byte order of the machine that captured, which the file does not tell. */
static CapLayer
parse_null(SmbReader *r)
{
	uint32_t family = smb_reader_le32(r);

	return find(families, G_N_ELEMENTS(families),
		    family > 0xffff ? GUINT32_SWAP_LE_BE(family) : family);
}

static CapLayer
parse_loop(SmbReader *r)
{
	return find(families, G_N_ELEMENTS(families), smb_reader_be32(r));
}

/*
 * RFC 1662 section 3.1: address and control may be left out, and a protocol number whose first byte is odd has only
 * this one. Cisco HDLC, which DLT_PPP_SERIAL also carries, has addresses of its own and an EtherType.
 */
static CapLayer
parse_ppp(SmbReader *r)
{
	int first = smb_reader_peek(r, 0);
	uint32_t protocol;

	if (first == 0x0f || first == 0x8f) {
		smb_reader_skip(r, 2);
		return from_ethertype(r);
	}
	if (first == 0xff && smb_reader_peek(r, 1) == 0x03)
		smb_reader_skip(r, 2);
	protocol = smb_reader_u8(r);
	if (!(protocol & 1))
		protocol = protocol << 8 | smb_reader_u8(r);
	return find(ppp_protocols, G_N_ELEMENTS(ppp_protocols), protocol);
}

/* RFC 2516 section 4: version and type, code (0 in a session), session, length. */
static CapLayer
parse_pppoe(SmbReader *r)
{
	uint16_t code = smb_reader_be16(r) & 0xff;

	smb_reader_skip(r, 4);
	return code == 0 ? CAP_LAYER_PPP : CAP_LAYER_OTHER;
}

static CapLayer (*const layers[CAP_LAYER_COUNT])(SmbReader *r) = {
	[CAP_LAYER_ETHERNET] = parse_ethernet,
	[CAP_LAYER_VLAN] = parse_vlan,
	[CAP_LAYER_SLL] = parse_sll,
	[CAP_LAYER_SLL2] = parse_sll2,
	[CAP_LAYER_RAW] = parse_raw,
	[CAP_LAYER_NULL] = parse_null,
	[CAP_LAYER_LOOP] = parse_loop,
	[CAP_LAYER_PPP] = parse_ppp,
	[CAP_LAYER_PPPOE] = parse_pppoe,
};

CapLayer
cap_link_parse(int link_type, SmbReader *r)
{
	CapLayer layer = CAP_LAYER_ETHERNET;

	if (link_type != DLT_EN10MB)
		layer = find(link_types, G_N_ELEMENTS(link_types), (uint32_t)link_type);
	/* No layer that another one can name is empty, so the packet's length bounds the loop. */
	while (layer >= CAP_LAYER_LINK)
		layer = layers[layer](r);
	return r->status == SMB_READ_OK ? layer : CAP_LAYER_OTHER;
}

bool
cap_link_supported(int link_type)
{
	return find(link_types, G_N_ELEMENTS(link_types), (uint32_t)link_type) != CAP_LAYER_OTHER;
}
