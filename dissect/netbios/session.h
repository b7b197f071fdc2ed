/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS session service: framing and messages (RFC 1002 4.3), and the first-level encoding of
 * names (RFC 1001 14.1). Stateless; a decoded name is a copy that needs nothing else to live.
 */
#pragma once

#include "dissect/dissect.h"

enum {
	SMB_NBSS_MESSAGE = 0x00,
	SMB_NBSS_REQUEST = 0x81,
	SMB_NBSS_POSITIVE = 0x82,
	SMB_NBSS_NEGATIVE = 0x83,
	SMB_NBSS_RETARGET = 0x84,
	SMB_NBSS_KEEPALIVE = 0x85,
	SMB_NBSS_HEADER_SIZE = 4,
	SMB_NBSS_SESSION_MAX = 0x1FFFF, /* 17 bits: flags bit 7 is the length's top bit */
	SMB_NBSS_DIRECT_MAX = 0xFFFFFF, /* direct TCP ([MS-SMB2] 2.1): 24 bits */
};

typedef struct {
	uint8_t type;
	uint32_t length; /* of the bytes after the header */
	bool plausible;  /* a known type with a length that it can have */
} SmbNbssHeader;

/*
 * Reads a header. `direct`: lengths are 24 bits (port 445, no NetBIOS session request seen), else
 * 17 bits, and the 7 reserved flags must be 0.
 */
SmbNbssHeader smb_nbss_header(const uint8_t header[4], bool direct);

/*
 * Whether the bytes look like the beginning of a session message that carries SMB (any version) or
 * of another NBSS message, for finding the next message after a gap and for recognising streams.
 * Needs 8 bytes for messages; with fewer it returns UNDECIDED unless it can decide already.
 */
SmbLooks smb_nbss_looks(SmbSpan bytes, bool direct);

/*
 * Finds the first offset at or after which the bytes look like a message; bytes.len if there is
 * none (the last 7 bytes are never decided).
 */
uint32_t smb_nbss_find(SmbSpan bytes, bool direct);

/* A decoded name: text of at most 15 characters without padding, and the 16th byte. */
typedef struct {
	uint8_t name[16];
	uint8_t len;
	uint8_t suffix;
} SmbNetbiosName;

/*
 * Reads the 32 letters of a first-level encoded name; false (and the reader latched) if they are
 * invalid.
 */
bool smb_netbios_letters_read(SmbReader *r, SmbNetbiosName *ret_name);

/* A name in plain form: 15 bytes padded with spaces or zeros, and the suffix. */
SmbNetbiosName smb_netbios_name_plain(SmbSpan bytes);

static inline SmbText
smb_netbios_name_text(const SmbNetbiosName *name, const SmbEncoding *oem)
{
	return (SmbText){ { name->name, name->len }, oem };
}

/*
 * Reads one first-level encoded name with its scope; false (and the reader latched) if it is
 * invalid.
 */
bool smb_netbios_name_read(SmbReader *r, SmbNetbiosName *ret_name);

/*
 * Reads the called and the calling name of a session request (RFC 1002 4.3.2); false if they cannot
 * be read.
 */
bool smb_nbss_request_read(SmbReader *r, SmbNetbiosName *ret_called, SmbNetbiosName *ret_calling);
