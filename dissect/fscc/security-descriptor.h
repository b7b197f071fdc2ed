/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Security identifiers and self-relative security descriptors: [MS-DTYP] 2.4.2, 2.4.6. Stateless.
 * The texts of SIDs are written into the struct, which must not be moved; the entries of access
 * lists are decoded while they are printed.
 */
#pragma once

#include "dissect/fscc/lists.h"

enum { FSCC_SID_TEXT = 184 }; /* "S-1-", an authority and 15 parts, each of the maximum length */

/*
 * Reads a SID and writes it as text ([MS-DTYP] 2.4.2.1) into out, which the result borrows. The
 * absent text if it is incomplete or invalid.
 */
SmbText fscc_read_sid(SmbReader *r, char out[FSCC_SID_TEXT]);

typedef struct {
	uint8_t revision;
	uint16_t control;
	uint32_t owner_offset, group_offset, sacl_offset, dacl_offset;
	SmbText owner, group;
	uint16_t sacl_aces, dacl_aces;
	SmbList sacl, dacl;
	char owner_text[FSCC_SID_TEXT], group_text[FSCC_SID_TEXT];
} FsccSecurityDescriptor;

/*
 * Reads a security descriptor, from the current position of `r` to its end; failures latch in `r`.
 */
void fscc_read_security_descriptor(SmbReader *r, FsccSecurityDescriptor *sd);

/* The items of an access list ([MS-DTYP] 2.4.4): SIDs in them live as long as the item. */
extern const SmbLayout fscc_ace;

/* Rows of a layout for a FsccSecurityDescriptor that is member `at` of a body. */
#define FSCC_SD_FIELDS(Type, at)                                                             \
	SMB_FIELD(Type, U8, at.revision, "sd_revision"),                                     \
		SMB_FIELD(Type, U16, at.control, "sd_control", .flags = SMB_FIELD_SHOW_HEX), \
		SMB_FIELD(Type, TEXT, at.owner, "owner"),                                    \
		SMB_FIELD(Type, TEXT, at.group, "group"),                                    \
		SMB_FIELD(Type, U16, at.sacl_aces, "sacl_aces"),                             \
		SMB_FIELD(Type, LIST, at.sacl, "sacl", .items = &fscc_ace),                  \
		SMB_FIELD(Type, U16, at.dacl_aces, "dacl_aces"),                             \
		SMB_FIELD(Type, LIST, at.dacl, "dacl", .items = &fscc_ace)
