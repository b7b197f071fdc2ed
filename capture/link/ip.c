/* SPDX-License-Identifier: BSD-3-Clause */
/* The headers of IPv4 and IPv6, with extension headers, down to the payload. */
#include "capture/link/ip.h"

#include <string.h>

/* More extension headers than this are an attack: RFC 8200 section 4.1 has seven. */
#define CAP_EXTENSIONS_MAX 16
#define IPV6_HEADER_SIZE 40u

enum {
	CAP_IPV6_HOP_BY_HOP = 0,
	CAP_IPV6_ROUTING = 43,
	CAP_IPV6_FRAGMENT = 44,
	CAP_IPV6_AUTHENTICATION = 51,
	CAP_IPV6_DESTINATION = 60,
	CAP_IPV6_MOBILITY = 135,
	CAP_IPV6_HIP = 139,
	CAP_IPV6_SHIM6 = 140,
};

/*
 * Whether a header has the common form "next header, length", and the unit of that length in bytes.
 */
static const uint8_t extension_units[256] = {
	[CAP_IPV6_HOP_BY_HOP] = 8,  [CAP_IPV6_ROUTING] = 8,
	[CAP_IPV6_FRAGMENT] = 8,    [CAP_IPV6_AUTHENTICATION] = 4,
	[CAP_IPV6_DESTINATION] = 8, [CAP_IPV6_MOBILITY] = 8,
	[CAP_IPV6_HIP] = 8,         [CAP_IPV6_SHIM6] = 8,
};

static bool
fail(CapIp *ip, SmbReader *r, SmbReadStatus status)
{
	smb_reader_fail(r, status);
	ip->payload = *r;
	return false;
}

static void
copy_address(uint8_t *to, const uint8_t *from, size_t n)
{
	if (from)
		memcpy(to, from, n);
}

/*
 * The bytes of the datagram, of which the header declares so many: the Ethernet frame may be padded
 * after it.
 */
static bool
set_payload(CapIp *ip, SmbReader *r, uint32_t len)
{
	if (r->status != SMB_READ_OK)
		return fail(ip, r, r->status);
	if (len > smb_reader_declared_left(r))
		return fail(ip, r, SMB_READ_MALFORMED);
	ip->payload = smb_reader_sub(r, len);
	return true;
}

/* A length of 0 means "the rest" in packets that the adapter was to segment. */
static bool
set_rest(CapIp *ip, SmbReader *r, uint32_t header)
{
	uint32_t len = smb_reader_declared_left(r);

	ip->size = header + len;
	return set_payload(ip, r, len);
}

static bool
parse_ipv4(SmbReader *r, CapIp *ip)
{
	const uint8_t *fixed = smb_reader_take(r, 20);
	uint32_t header, total, fragment;
	uint8_t version;

	if (!fixed)
		return fail(ip, r, r->status);
	version = fixed[0];
	header = (version & 0xfu) * 4;
	total = smb_load_be16(fixed + 2);
	ip->id = smb_load_be16(fixed + 4);
	fragment = smb_load_be16(fixed + 6);
	ip->protocol = fixed[9];
	copy_address(ip->pair.addr[0], fixed + 12, 4);
	copy_address(ip->pair.addr[1], fixed + 16, 4);
	if (version >> 4 != 4 || header < 20 || (total != 0 && total < header))
		return fail(ip, r, SMB_READ_MALFORMED);
	smb_reader_skip(r, header - 20);
	ip->pair.family = 4;
	ip->more = fragment & 0x2000;
	ip->offset = (uint16_t)((fragment & 0x1fff) * 8);
	ip->fragment = ip->more || ip->offset;
	if (total == 0)
		return set_rest(ip, r, header);
	ip->size = total;
	return set_payload(ip, r, total - header);
}

/* RFC 8200 section 4.5. A lone first and last fragment is a whole datagram (RFC 6946). */
static void
parse_fragment(SmbReader *r, CapIp *ip)
{
	uint16_t offset;

	ip->protocol = smb_reader_u8(r);
	smb_reader_skip(r, 1);
	offset = smb_reader_be16(r);
	ip->id = smb_reader_be32(r);
	ip->more = offset & 1;
	ip->offset = offset & 0xfff8;
	ip->fragment = ip->more || ip->offset;
}

/*
 * RFC 8200 section 4.2, and RFC 4302 section 2.2 whose length counts words of four bytes, less two.
 */
static void
skip_extension(SmbReader *r, CapIp *ip)
{
	uint32_t unit = extension_units[ip->protocol], len;

	ip->protocol = smb_reader_u8(r);
	len = smb_reader_u8(r);
	smb_reader_skip(r, unit == 4 ? (len + 2) * 4 - 2 : (len + 1) * 8 - 2);
}

bool
cap_ip_extensions(CapIp *ip)
{
	SmbReader *r = &ip->payload;

	for (int i = 0; extension_units[ip->protocol] && !ip->fragment; i++) {
		if (i == CAP_EXTENSIONS_MAX)
			smb_reader_fail(r, SMB_READ_MALFORMED);
		if (r->status != SMB_READ_OK)
			return false;
		if (ip->protocol == CAP_IPV6_FRAGMENT)
			parse_fragment(r, ip);
		else
			skip_extension(r, ip);
	}
	return r->status == SMB_READ_OK;
}

static bool
parse_ipv6(SmbReader *r, CapIp *ip)
{
	uint32_t version = smb_reader_be32(r) >> 28, len = smb_reader_be16(r);

	ip->protocol = smb_reader_u8(r);
	smb_reader_skip(r, 1);
	copy_address(ip->pair.addr[0], smb_reader_take(r, 16), 16);
	copy_address(ip->pair.addr[1], smb_reader_take(r, 16), 16);
	if (r->status == SMB_READ_OK && version != 6)
		return fail(ip, r, SMB_READ_MALFORMED);
	ip->pair.family = 6;
	if (len == 0)
		return set_rest(ip, r, IPV6_HEADER_SIZE) && cap_ip_extensions(ip);
	ip->size = IPV6_HEADER_SIZE + len;
	return set_payload(ip, r, len) && cap_ip_extensions(ip);
}

bool
cap_ip_parse(CapLayer layer, SmbReader *r, CapIp *ip)
{
	memset(ip, 0, sizeof(*ip));
	return layer == CAP_LAYER_IPV4 ? parse_ipv4(r, ip) : parse_ipv6(r, ip);
}
