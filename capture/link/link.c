/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of layers, which link type begins with which, and the short headers. */
#include "capture/link/link.h"

#include <glib.h>
#include <pcap/dlt.h>

#include "capture/link/layers.h"

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
	{ 0x8137, CAP_LAYER_IPX },
	{ 0x8847, CAP_LAYER_MPLS },
	{ 0x8848, CAP_LAYER_MPLS }, /* multicast, later: labels that the sender chose */
};

static const CapNumber ip_tunnels[] = {
	{ 4, CAP_LAYER_IPV4 },  /* RFC 2003 */
	{ 41, CAP_LAYER_IPV6 }, /* RFC 4213 */
	{ 47, CAP_LAYER_GRE },
	{ 137, CAP_LAYER_MPLS }, /* RFC 4023 */
};

static const CapNumber udp_tunnels[] = {
	{ 4789, CAP_LAYER_VXLAN },
	{ 8472, CAP_LAYER_VXLAN }, /* of Linux, before the number was assigned */
	{ 6081, CAP_LAYER_GENEVE },
	{ 3544, CAP_LAYER_TEREDO },
	{ 6635, CAP_LAYER_MPLS }, /* RFC 7510 */
};

/* RFC 1661 section 2, numbers of IANA's list of PPP protocols. */
static const CapNumber ppp_protocols[] = {
	{ 0x0021, CAP_LAYER_IPV4 },
	{ 0x0057, CAP_LAYER_IPV6 },
	{ 0x0281, CAP_LAYER_MPLS },
	{ 0x0283, CAP_LAYER_MPLS },
};

/* Address families of the systems that write DLT_NULL; IPv6 has another number on each of them. */
static const CapNumber families[] = {
	{ 2, CAP_LAYER_IPV4 },  { 10, CAP_LAYER_IPV6 }, /* Linux */
	{ 23, CAP_LAYER_IPV6 },                         /* Windows */
	{ 24, CAP_LAYER_IPV6 },                         /* NetBSD, OpenBSD */
	{ 28, CAP_LAYER_IPV6 },                         /* FreeBSD */
	{ 30, CAP_LAYER_IPV6 },                         /* macOS */
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
	{ DLT_IEEE802_11, CAP_LAYER_WLAN },
	{ DLT_IEEE802_11_RADIO, CAP_LAYER_RADIOTAP },
	{ DLT_PRISM_HEADER, CAP_LAYER_PRISM },
	{ DLT_IEEE802_11_RADIO_AVS, CAP_LAYER_AVS },
	{ DLT_PPI, CAP_LAYER_PPI },
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

CapLayer
cap_layer_of_ethertype(uint32_t number)
{
	return find(ethertypes, G_N_ELEMENTS(ethertypes), number);
}

bool
cap_layer_is_ethertype(uint32_t number)
{
	return cap_layer_of_ethertype(number) != CAP_LAYER_OTHER;
}

/* IEEE 802.3 section 3.2.6: up to 1500 it is the length of what follows, and that is LLC. */
CapLayer
cap_layer_from_ethertype(SmbReader *r)
{
	uint32_t number = smb_reader_be16(r);
	CapLayer layer = cap_layer_of_ethertype(number);

	if (layer != CAP_LAYER_OTHER || number > 1500)
		return layer;
	/*
	 * Short frames are padded; a protocol without its own length must not treat the padding as
	 * data.
	 */
	if (number <= smb_reader_declared_left(r)) {
		SmbReader whole = *r;

		*r = smb_reader_sub(&whole, number);
	}
	return CAP_LAYER_LLC;
}

static CapLayer
parse_ethernet(SmbReader *r)
{
	smb_reader_skip(r, 12);
	return cap_layer_from_ethertype(r);
}

static CapLayer
parse_vlan(SmbReader *r)
{
	smb_reader_skip(r, 2);
	return cap_layer_from_ethertype(r);
}

/* 4 means frames of IEEE 802.3 with LLC (LINKTYPE_LINUX_SLL of tcpdump.org). */
static CapLayer
of_cooked(uint32_t protocol)
{
	return protocol == 4 ? CAP_LAYER_LLC : cap_layer_of_ethertype(protocol);
}

/* Linux "cooked" capture: kind, ARPHRD, address length, address, protocol. */
static CapLayer
parse_sll(SmbReader *r)
{
	smb_reader_skip(r, 14);
	return of_cooked(smb_reader_be16(r));
}

/* Version 2: protocol, reserved, interface, ARPHRD, kind, address length, address. */
static CapLayer
parse_sll2(SmbReader *r)
{
	uint32_t protocol = smb_reader_be16(r);

	smb_reader_skip(r, 18);
	return of_cooked(protocol);
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

/* The family is in the byte order of the capturing machine, which the file does not record. */
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
 * RFC 1662 section 3.1: address and control may be left out, and a protocol number whose first byte
 * is odd has only this one. Cisco HDLC, which DLT_PPP_SERIAL also carries, has its own addresses
 * and an EtherType.
 */
static CapLayer
parse_ppp(SmbReader *r)
{
	int first = smb_reader_peek(r, 0);
	uint32_t protocol;

	if (first == 0x0f || first == 0x8f) {
		smb_reader_skip(r, 2);
		return cap_layer_of_ethertype(smb_reader_be16(r));
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
	[CAP_LAYER_MPLS] = cap_layer_mpls,
	[CAP_LAYER_GRE] = cap_layer_gre,
	[CAP_LAYER_ERSPAN2] = cap_layer_erspan2,
	[CAP_LAYER_ERSPAN3] = cap_layer_erspan3,
	[CAP_LAYER_WCCP] = cap_layer_wccp,
	[CAP_LAYER_VXLAN] = cap_layer_vxlan,
	[CAP_LAYER_GENEVE] = cap_layer_geneve,
	[CAP_LAYER_TEREDO] = cap_layer_teredo,
	[CAP_LAYER_LLC] = cap_layer_llc,
	[CAP_LAYER_WLAN] = cap_layer_wlan,
	[CAP_LAYER_WLAN_PADDED] = cap_layer_wlan_padded,
	[CAP_LAYER_RADIOTAP] = cap_layer_radiotap,
	[CAP_LAYER_PRISM] = cap_layer_prism,
	[CAP_LAYER_AVS] = cap_layer_avs,
	[CAP_LAYER_PPI] = cap_layer_ppi,
};

CapLayer
cap_link_layer(int link_type)
{
	if (link_type == DLT_EN10MB)
		return CAP_LAYER_ETHERNET;
	return find(link_types, G_N_ELEMENTS(link_types), (uint32_t)link_type);
}

CapLayer
cap_link_parse(CapLayer layer, SmbReader *r, uint32_t *headers)
{
	uint32_t n = *headers;

	while (layer >= CAP_LAYER_LINK && ++n < CAP_HEADERS_MAX)
		layer = layer == CAP_LAYER_ETHERNET ? parse_ethernet(r) : layers[layer](r);
	*headers = ++n;
	if (r->status != SMB_READ_OK)
		return CAP_LAYER_OTHER;
	return G_UNLIKELY(n > CAP_HEADERS_MAX) ? CAP_LAYER_DEEP : layer;
}

CapLayer
cap_link_tunnel(uint8_t protocol)
{
	return find(ip_tunnels, G_N_ELEMENTS(ip_tunnels), protocol);
}

CapLayer
cap_link_udp_tunnel(uint16_t port)
{
	return find(udp_tunnels, G_N_ELEMENTS(udp_tunnels), port);
}

bool
cap_link_supported(int link_type)
{
	return cap_link_layer(link_type) != CAP_LAYER_OTHER;
}
