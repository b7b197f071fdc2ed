/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is written to mailslots: browser frames ([MS-BRWS] 2.2), announcements of LAN Manager, and
 * queries of the net logon service. Mailslots are written with TRANSACTION requests, mostly in
 * datagrams, and there is no response. Stateless; texts of an announcement point into the message.
 */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* Reads a write to a mailslot, which is selected by t->name; no layout for an unknown one. */
void smb1_mailslot_parse(const Smb1Transaction *t, Smb1Nested *nested);

/*
 * An announcement of a host, a domain or a local master, or of LAN Manager, which tells who is who
 * on the network.
 */
typedef struct {
	uint8_t opcode;
	uint16_t lanman_opcode;
	uint8_t update_count;
	uint32_t periodicity; /* milliseconds; of LAN Manager seconds */
	SmbText name;         /* in a domain announcement, that of the machine group */
	uint8_t version_major, version_minor, browser_major, browser_minor;
	uint32_t server_type;
	uint16_t signature;
	SmbText comment; /* in a domain announcement, the local master's name */
} Smb1Announcement;

/*
 * The layouts of an Smb1Announcement: if a reading has one of these, its body is an announcement.
 */
extern const SmbLayout smb1_host_announcement, smb1_domain_announcement,
	smb1_local_master_announcement, smb1_lanman_announcement;

/* "HostAnnouncement"; "SV_TYPE_WORKSTATION" (one bit): [MS-RAP] 2.5.5.2.1. NULL if unknown. */
const char *smb1_browser_name(uint32_t opcode);
const char *smb1_server_type_name(uint32_t bit);
