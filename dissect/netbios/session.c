/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The NetBIOS session service: headers and session requests (RFC 1002 4.3), and the first-level
 * encoding of names (RFC 1001 14.1).
 */
#include "dissect/netbios/session.h"

enum {
	NAME_SIZE = 16,
	ENCODED_SIZE = 32, /* two letters a byte (RFC 1001 14.1) */
	/* RFC 1002 4.1; larger values are pointers, which a session request cannot have */
	LABEL_MAX = 63,
	NAME_LEAST = 34, /* length, 32 letters, the empty label that ends it */
	NAME_MOST = 255,
	LENGTH_EXTENSION = 0x01, /* RFC 1002 4.3.1: the one flag, bit 16 of the length */
	RETARGET_SIZE = 6,       /* address and port */
};

/*
 * The lengths that each type can have (RFC 1002 4.3.2 to 4.3.7). Empty session messages exist: an
 * empty answer to READ_RAW is one.
 */
static bool
length_plausible(uint8_t type, uint32_t length)
{
	switch (type) {
	case SMB_NBSS_MESSAGE:
		return true;
	case SMB_NBSS_REQUEST:
		return length >= 2 * NAME_LEAST && length <= 2 * NAME_MOST;
	case SMB_NBSS_POSITIVE: /* empty by the RFC, but some servers send the names back */
		return length <= 2 * NAME_MOST;
	case SMB_NBSS_KEEPALIVE:
		return length == 0;
	case SMB_NBSS_NEGATIVE:
		return length == 1;
	case SMB_NBSS_RETARGET:
		return length == RETARGET_SIZE;
	default:
		return false;
	}
}

SmbNbssHeader
smb_nbss_header(const uint8_t header[4], bool direct)
{
	SmbReader r = smb_reader_new(header, SMB_NBSS_HEADER_SIZE, SMB_NBSS_HEADER_SIZE);
	SmbNbssHeader h = { .type = smb_reader_u8(&r) };
	uint8_t high = smb_reader_u8(&r);
	uint8_t high_bits = direct ? 0xFF : LENGTH_EXTENSION;

	h.length = (uint32_t)(high & high_bits) << 16 | smb_reader_be16(&r);
	h.plausible = (high & ~high_bits) == 0 && length_plausible(h.type, h.length);
	return h;
}

/*
 * RFC 1001 14.1: each byte is encoded as two letters from 'A' to 'P', the high half first. What
 * could not be read is no letter.
 */
static bool
decode_byte(SmbReader *r, uint8_t *ret_byte)
{
	uint8_t high = (uint8_t)(smb_reader_u8(r) - 'A');
	uint8_t low = (uint8_t)(smb_reader_u8(r) - 'A');

	*ret_byte = (uint8_t)(high << 4 | (low & 0x0F));
	return high < 16 && low < 16;
}

/*
 * Skips the labels of the scope that follow a name, up to the empty one (RFC 1002 4.1). `size`:
 * bytes of the name read so far.
 */
static bool
skip_scope(SmbReader *r, uint32_t size)
{
	uint8_t label;

	while ((label = smb_reader_u8(r)) != 0) {
		size += 1u + label;
		if (label > LABEL_MAX || size >= NAME_MOST)
			return false;
		smb_reader_skip(r, label);
	}
	return r->status == SMB_READ_OK;
}

/*
 * Removes the suffix and the padding: spaces, or zeros in the name "*" of a node status request
 * (RFC 1002 4.2.17).
 */
static void
trim(SmbNetbiosName *name)
{
	name->suffix = name->name[NAME_SIZE - 1];
	name->name[NAME_SIZE - 1] = 0;
	name->len = NAME_SIZE - 1;
	while (name->len > 0 && (name->name[name->len - 1] == ' ' || name->name[name->len - 1] == 0))
		name->name[--name->len] = 0;
}

bool
smb_netbios_letters_read(SmbReader *r, SmbNetbiosName *ret_name)
{
	bool good = true;

	*ret_name = (SmbNetbiosName){ .len = 0 };
	for (uint32_t i = 0; i < NAME_SIZE && good; i++)
		good = decode_byte(r, &ret_name->name[i]);
	if (!good) {
		smb_reader_fail(r, SMB_READ_MALFORMED);
		*ret_name = (SmbNetbiosName){ .len = 0 };
		return false;
	}
	trim(ret_name);
	return true;
}

SmbNetbiosName
smb_netbios_name_plain(SmbSpan bytes)
{
	SmbNetbiosName name = { .len = 0 };

	if (smb_span_copy(bytes, name.name, NAME_SIZE) == NAME_SIZE)
		trim(&name);
	else
		name = (SmbNetbiosName){ .len = 0 };
	return name;
}

bool
smb_netbios_name_read(SmbReader *r, SmbNetbiosName *ret_name)
{
	*ret_name = (SmbNetbiosName){ .len = 0 };
	if (smb_reader_u8(r) != ENCODED_SIZE)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	if (smb_netbios_letters_read(r, ret_name) && skip_scope(r, 1 + ENCODED_SIZE))
		return true;
	smb_reader_fail(r, SMB_READ_MALFORMED);
	*ret_name = (SmbNetbiosName){ .len = 0 };
	return false;
}

bool
smb_nbss_request_read(SmbReader *r, SmbNetbiosName *ret_called, SmbNetbiosName *ret_calling)
{
	bool called = smb_netbios_name_read(r, ret_called);

	return smb_netbios_name_read(r, ret_calling) && called;
}
