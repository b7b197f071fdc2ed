/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One create context while its list is walked: the item of that list ([MS-SMB2] 2.2.13.2). It must
 * not be moved, because `part` points into it. Private to the two files that read create contexts.
 */
#pragma once

#include "dissect/fscc/security-descriptor.h"
#include "dissect/smb2/contexts.h"

/* 2.2.13.2.8, 2.2.13.2.10 */
typedef struct {
	SmbSpan key, parent_key;
	uint32_t state, flags;
	uint64_t duration;
	uint16_t epoch;
} Smb2Lease;

/* 2.2.13.2.4, .11, .12 */
typedef struct {
	Smb2FileId id;
	uint32_t timeout, flags;
	SmbSpan create_guid;
} Smb2Durable;

/* [MS-RSVD] 2.2.4.12, 2.2.4.32 */
typedef struct {
	uint32_t version, flags, originator_flags;
	uint8_t has_initiator_id;
	SmbSpan initiator_id;
	uint64_t open_request_id;
	uint16_t host_name_length;
	SmbText host_name;
	SmbPart disk;
	uint32_t properties_initialized, service_version, sector_size, physical_sector_size;
	uint64_t virtual_size;
} Smb2SharedDisk;

/* Of Apple's extensions: what a client and a server say of themselves. */
typedef struct {
	uint32_t command;
	uint64_t bitmap, capabilities, volume_capabilities;
	SmbText model;
	SmbPart server, volume, name; /* of a response: those that the bitmap names */
} Smb2Apple;

/* Numbers of which a form has one or two. */
typedef struct {
	uint16_t structure_size;
	uint32_t status, access;
	uint64_t first, second;
	SmbSpan guid;
} Smb2CreateNumbers;

/* POSIX extensions of Samba and Linux. */
typedef struct {
	uint32_t links, reparse_tag, permissions;
	SmbText owner, group;
	char owner_text[FSCC_SID_TEXT], group_text[FSCC_SID_TEXT];
} Smb2Posix;

typedef struct {
	SmbText tag;
	SmbSpan name, guid;
	uint32_t data_length;
	SmbReadStatus status; /* whether name and data could be read */
	SmbPart part;
	union {
		Smb2Lease lease;
		Smb2Durable durable;
		Smb2SharedDisk disk;
		Smb2Apple apple;
		Smb2CreateNumbers numbers;
		Smb2Posix posix;
		FsccSecurityDescriptor sd;
		SmbList attributes;
	} content;
} Smb2CreateContext;

/*
 * Reads the data of a context into its content, by its name and length. The layout of what was
 * read; NULL if nothing is known of this context, or its fixed fields are not all there.
 */
const SmbLayout *smb2_create_content(Smb2CreateContext *c, SmbReader data, bool response);

/* Puts what following a session needs of a context that was read into the facts. */
void smb2_create_content_facts(const Smb2CreateContext *c, Smb2Facts *facts);
