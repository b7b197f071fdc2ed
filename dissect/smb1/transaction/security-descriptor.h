/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security identifiers and self-relative security descriptors: [MS-DTYP] 2.4.2, 2.4.6. Stateless.
 * The texts of SIDs are written into the struct, which must not be moved; the entries of access
 * lists are only counted.
 */
#pragma once

#include "dissect/wire/text.h"

enum { SMB1_SID_TEXT = 184 }; /* "S-1-", an authority and 15 parts, each of the maximum length */

/*
 * Reads a SID and writes it as text ([MS-DTYP] 2.4.2.1) into out, which the result borrows. The
 * absent text if it is incomplete or invalid.
 */
SmbText smb1_read_sid(SmbReader *r, char out[SMB1_SID_TEXT]);

typedef struct {
	uint8_t revision;
	uint16_t control;
	uint32_t owner_offset, group_offset, sacl_offset, dacl_offset;
	SmbText owner, group;
	uint16_t sacl_aces, dacl_aces;
	char owner_text[SMB1_SID_TEXT], group_text[SMB1_SID_TEXT];
} Smb1SecurityDescriptor;

/*
 * Reads a security descriptor, from the current position of `r` to its end; failures latch in `r`.
 */
void smb1_read_security_descriptor(SmbReader *r, Smb1SecurityDescriptor *sd);

/* Rows of a layout for a Smb1SecurityDescriptor that is member `at` of a body. */
#define SMB1_SD_FIELDS(Type, at)                                                             \
	SMB_FIELD(Type, U8, at.revision, "sd_revision"),                                     \
		SMB_FIELD(Type, U16, at.control, "sd_control", .flags = SMB_FIELD_SHOW_HEX), \
		SMB_FIELD(Type, TEXT, at.owner, "owner"),                                    \
		SMB_FIELD(Type, TEXT, at.group, "group"),                                    \
		SMB_FIELD(Type, U16, at.sacl_aces, "sacl_aces"),                             \
		SMB_FIELD(Type, U16, at.dacl_aces, "dacl_aces")
