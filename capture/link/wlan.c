/* SPDX-License-Identifier: BSD-3-Clause */
/* IEEE 802.11 data frames, the headers that drivers put before them, and IEEE 802.2 LLC. */
#include "capture/link/layers.h"

#include <glib.h>

enum {
	CAP_WLAN_TYPE = 0x000c,
	CAP_WLAN_DATA = 0x0008,
	CAP_WLAN_NULL = 0x0040, /* a subtype without data */
	CAP_WLAN_QOS = 0x0080,
	CAP_WLAN_TO_DS = 0x0100,
	CAP_WLAN_FROM_DS = 0x0200,
	CAP_WLAN_MORE_FRAGMENTS = 0x0400,
	CAP_WLAN_PROTECTED = 0x4000,
	CAP_WLAN_ORDER = 0x8000,
	CAP_WLAN_VERSION = 0x0003,
};

/* RFC 1042; 0000f8 is IEEE 802.1H's, for protocols that would be mistaken for others. */
static CapLayer
parse_snap(SmbReader *r)
{
	uint32_t oui = (uint32_t)smb_reader_u8(r) << 16, type;

	oui |= smb_reader_be16(r);
	type = smb_reader_be16(r);
	if (oui == 0 || oui == 0x0000f8)
		return cap_layer_of_ethertype(type);
	/* RFC 2684 section 5.2: bridged Ethernet, with and without its checksum. */
	if (oui == 0x0080c2 && (type == 1 || type == 7))
		return CAP_LAYER_ETHERNET;
	return CAP_LAYER_OTHER;
}

/* IEEE 802.2: service access points, control (unnumbered information: one byte). */
CapLayer
cap_layer_llc(SmbReader *r)
{
	uint16_t points;
	uint8_t control;

	/* Novell's frames have no LLC: these bytes are IPX's checksum, which is never computed. */
	if (smb_reader_peek(r, 0) == 0xff && smb_reader_peek(r, 1) == 0xff)
		return CAP_LAYER_IPX;
	points = smb_reader_be16(r);
	if ((points & 0xfefe) == 0xf0f0)
		return CAP_LAYER_NBF;
	control = smb_reader_u8(r);
	if (control != 0x03)
		return CAP_LAYER_OTHER;
	if ((points & 0xfefe) == 0xaaaa)
		return parse_snap(r);
	if ((points & 0xfefe) == 0xe0e0)
		return CAP_LAYER_IPX;
	return (points & 0xfefe) == 0x0606 ? CAP_LAYER_IPV4 : CAP_LAYER_OTHER;
}

/* IEEE 802.11-2016 section 9.3.2.1; fields are little-endian. */
static CapLayer
parse_wlan(SmbReader *r, bool padded)
{
	uint32_t control = smb_reader_le16(r), len = 24, sequence, qos = 0;
	bool both = (control & CAP_WLAN_TO_DS) && (control & CAP_WLAN_FROM_DS);

	if ((control & (CAP_WLAN_TYPE | CAP_WLAN_NULL | CAP_WLAN_VERSION)) != CAP_WLAN_DATA)
		return CAP_LAYER_OTHER;
	smb_reader_skip(r, 20);
	sequence = smb_reader_le16(r);
	smb_reader_skip(r, both ? 6 : 0);
	len += both ? 6 : 0;
	if (control & CAP_WLAN_QOS) {
		qos = smb_reader_le16(r);
		len += 2;
		/* The order bit of a QoS frame indicates an HT control field. */
		smb_reader_skip(r, control & CAP_WLAN_ORDER ? 4 : 0);
		len += control & CAP_WLAN_ORDER ? 4 : 0;
	}
	if (control & CAP_WLAN_PROTECTED)
		return CAP_LAYER_PROTECTED;
	if (qos & 0x80)
		return CAP_LAYER_AGGREGATED;
	/* Parts of frames are not reassembled. */
	if ((control & CAP_WLAN_MORE_FRAGMENTS) || (sequence & 0xf))
		return CAP_LAYER_OTHER;
	smb_reader_skip(r, padded ? -len & 3 : 0);
	return CAP_LAYER_LLC;
}

CapLayer
cap_layer_wlan(SmbReader *r)
{
	return parse_wlan(r, false);
}

CapLayer
cap_layer_wlan_padded(SmbReader *r)
{
	return parse_wlan(r, true);
}

/*
 * radiotap.org: version, pad, length, bitmaps of what follows (bit 31: another bitmap). Of the
 * fields only the flags are of interest, the second after a time of eight bytes: 0x20, the frame's
 * header is padded to four bytes.
 */
CapLayer
cap_layer_radiotap(SmbReader *r)
{
	uint32_t start = r->pos, len, present, more;
	uint8_t flags = 0;

	if (smb_reader_u8(r) != 0)
		return CAP_LAYER_OTHER;
	smb_reader_skip(r, 1);
	len = smb_reader_le16(r);
	present = more = smb_reader_le32(r);
	while (more & 0x80000000u)
		more = smb_reader_le32(r);
	if (present & 1)
		smb_reader_skip(r, (-(r->pos - start) & 7) + 8);
	if (present & 2)
		flags = smb_reader_u8(r);
	if (len < r->pos - start)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	smb_reader_seek(r, start + len);
	return flags & 0x20 ? CAP_LAYER_WLAN_PADDED : CAP_LAYER_WLAN;
}

/* Both headers begin with a number of 32 bits and their length. */
static CapLayer
skip_header(SmbReader *r, uint32_t len)
{
	if (len < 8)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	smb_reader_skip(r, len - 8);
	return CAP_LAYER_WLAN;
}

/* AVS: magic number 0x80211xxx, length, big-endian. */
CapLayer
cap_layer_avs(SmbReader *r)
{
	smb_reader_skip(r, 4);
	return skip_header(r, smb_reader_be32(r));
}

/*
 * In the byte order of the machine that captured; drivers gave AVS headers under the same number.
 */
CapLayer
cap_layer_prism(SmbReader *r)
{
	uint32_t len;

	if (smb_reader_peek(r, 0) == 0x80 && smb_reader_peek(r, 1) == 0x21)
		return cap_layer_avs(r);
	smb_reader_skip(r, 4);
	len = smb_reader_le32(r);
	return skip_header(r, len > 0xffff ? GUINT32_SWAP_LE_BE(len) : len);
}

/* CACE's Per-Packet Information: version, flags, length, link type of what follows. */
CapLayer
cap_layer_ppi(SmbReader *r)
{
	uint32_t version = smb_reader_u8(r), len, link_type;

	smb_reader_skip(r, 1);
	len = smb_reader_le16(r);
	link_type = smb_reader_le32(r);
	if (version != 0)
		return CAP_LAYER_OTHER;
	(void)skip_header(r, len);
	return cap_link_layer((int)link_type);
}
