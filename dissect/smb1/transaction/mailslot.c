/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages on mailslots: which mailslot has which kind, and browser frames ([MS-BRWS] 2.2). */
#include "dissect/smb1/transaction/mailslot.h"

#include "dissect/smb1/transaction/netlogon.h"
#include "dissect/smb1/transaction/transaction.h"

enum {
	HOST_ANNOUNCEMENT = 0x01,
	ANNOUNCEMENT_REQUEST = 0x02,
	REQUEST_ELECTION = 0x08,
	BACKUP_LIST_REQUEST = 0x09,
	BACKUP_LIST_RESPONSE = 0x0A,
	BECOME_BACKUP = 0x0B,
	DOMAIN_ANNOUNCEMENT = 0x0C,
	MASTER_ANNOUNCEMENT = 0x0D,
	RESET_STATE = 0x0E,
	LOCAL_MASTER_ANNOUNCEMENT = 0x0F,
	NAME_SIZE = 16,
};

/* clang-format off */
static const char *const frame_names[] = {
	[HOST_ANNOUNCEMENT] = "HostAnnouncement",
	[ANNOUNCEMENT_REQUEST] = "AnnouncementRequest",
	[REQUEST_ELECTION] = "RequestElection",
	[BACKUP_LIST_REQUEST] = "GetBackupListRequest",
	[BACKUP_LIST_RESPONSE] = "GetBackupListResponse",
	[BECOME_BACKUP] = "BecomeBackup",
	[DOMAIN_ANNOUNCEMENT] = "DomainAnnouncement",
	[MASTER_ANNOUNCEMENT] = "MasterAnnouncement",
	[RESET_STATE] = "ResetStateRequest",
	[LOCAL_MASTER_ANNOUNCEMENT] = "LocalMasterAnnouncement",
};

static const char *const type_names[] = {
	"SV_TYPE_WORKSTATION", "SV_TYPE_SERVER", "SV_TYPE_SQLSERVER", "SV_TYPE_DOMAIN_CTRL",
	"SV_TYPE_DOMAIN_BAKCTRL", "SV_TYPE_TIME_SOURCE", "SV_TYPE_AFP", "SV_TYPE_NOVELL",
	"SV_TYPE_DOMAIN_MEMBER", "SV_TYPE_PRINTQ_SERVER", "SV_TYPE_DIALIN_SERVER",
	"SV_TYPE_SERVER_UNIX", "SV_TYPE_NT", "SV_TYPE_WFW", "SV_TYPE_SERVER_MFPN",
	"SV_TYPE_SERVER_NT", "SV_TYPE_POTENTIAL_BROWSER", "SV_TYPE_BACKUP_BROWSER",
	"SV_TYPE_MASTER_BROWSER", "SV_TYPE_DOMAIN_MASTER", NULL, NULL, "SV_TYPE_WINDOWS",
	"SV_TYPE_DFS", "SV_TYPE_CLUSTER_NT", "SV_TYPE_TERMINALSERVER", "SV_TYPE_CLUSTER_VS_NT",
	NULL, "SV_TYPE_DCE", "SV_TYPE_ALTERNATE_XPORT", "SV_TYPE_LOCAL_LIST_ONLY",
	"SV_TYPE_DOMAIN_ENUM",
};
/* clang-format on */

const char *
smb1_browser_name(uint32_t opcode)
{
	return opcode < sizeof(frame_names) / sizeof(frame_names[0]) ? frame_names[opcode] : NULL;
}

const char *
smb1_server_type_name(uint32_t bit)
{
	for (unsigned i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (bit == 1u << i)
			return type_names[i];
	return NULL;
}

/* ---- Announcements: 2.2.1, 2.2.7, 2.2.10 ----------------------------------------------------- */

#define BEGIN_ROWS                                                                               \
	SMB_FIELD(Smb1Announcement, U8, opcode, "browser_opcode", .name_of = smb1_browser_name), \
		SMB_FIELD(Smb1Announcement, U8, update_count, "update_count"),                   \
		SMB_FIELD(Smb1Announcement, U32, periodicity, "periodicity")
#define BROWSER_ROWS                                                                              \
	SMB_FIELD(Smb1Announcement, U32, server_type, "server_type", .flags = SMB_FIELD_SHOW_HEX, \
		  .name_of = smb1_server_type_name),                                              \
		SMB_FIELD(Smb1Announcement, U8, browser_major, "browser_version_major"),          \
		SMB_FIELD(Smb1Announcement, U8, browser_minor, "browser_version_minor"),          \
		SMB_FIELD(Smb1Announcement, U16, signature, "signature",                          \
			  .flags = SMB_FIELD_SHOW_HEX)
#define OS_ROWS                                                                    \
	SMB_FIELD(Smb1Announcement, U8, version_major, "os_version_major",         \
		  .role = SMB_ROLE_OS_MAJOR),                                      \
		SMB_FIELD(Smb1Announcement, U8, version_minor, "os_version_minor", \
			  .role = SMB_ROLE_OS_MINOR)
#define COMMENT_ROW SMB_FIELD(Smb1Announcement, TEXT, comment, "comment", .role = SMB_ROLE_COMMENT)
#define SERVER_ROWS                                                                           \
	BEGIN_ROWS, SMB_FIELD(Smb1Announcement, TEXT, name, "server"), OS_ROWS, BROWSER_ROWS, \
		COMMENT_ROW

static const SmbField smb1_host_announcement_fields[] = { SERVER_ROWS };
SMB_LAYOUT(smb1_host_announcement, Smb1Announcement, "host announcement");
static const SmbField smb1_domain_announcement_fields[] = {
	BEGIN_ROWS,
	SMB_FIELD(Smb1Announcement, TEXT, name, "machine_group", .role = SMB_ROLE_WORKGROUP),
	SMB_FIELD(Smb1Announcement, U8, version_major, "browser_config_version_major"),
	SMB_FIELD(Smb1Announcement, U8, version_minor, "browser_config_version_minor"),
	BROWSER_ROWS,
	SMB_FIELD(Smb1Announcement, TEXT, comment, "local_master"),
};
SMB_LAYOUT(smb1_domain_announcement, Smb1Announcement, "domain announcement");
static const SmbField smb1_local_master_announcement_fields[] = { SERVER_ROWS };
SMB_LAYOUT(smb1_local_master_announcement, Smb1Announcement, "local master announcement");

/* A name in a field of 16 bytes ends at its first NUL; the rest must be ignored. */
static SmbText
fixed_name(SmbReader *r)
{
	SmbReader name = smb_reader_sub(r, NAME_SIZE);

	return smb_reader_string(&name, false);
}

static void
read_announcement(SmbReader *r, Smb1Nested *nested)
{
	Smb1Announcement *body = SMB1_NESTED(nested, Smb1Announcement);

	body->opcode = smb_reader_u8(r);
	nested->layout = body->opcode == HOST_ANNOUNCEMENT     ? &smb1_host_announcement
			 : body->opcode == DOMAIN_ANNOUNCEMENT ? &smb1_domain_announcement
							       : &smb1_local_master_announcement;
	body->update_count = smb_reader_u8(r);
	body->periodicity = smb_reader_le32(r);
	body->name = fixed_name(r);
	body->version_major = smb_reader_u8(r);
	body->version_minor = smb_reader_u8(r);
	body->server_type = smb_reader_le32(r);
	body->browser_major = smb_reader_u8(r);
	body->browser_minor = smb_reader_u8(r);
	body->signature = smb_reader_le16(r);
	body->comment = smb_reader_string(r, false);
}

/*
 * LAN Manager's announcement on \MAILSLOT\LANMAN, which [MS-BRWS] mentions and servers still send:
 * opcode 1, server type, version, seconds between announcements, name and comment.
 */
static const SmbField smb1_lanman_announcement_fields[] = {
	SMB_FIELD(Smb1Announcement, U16, lanman_opcode, "lanman_opcode"),
	SMB_FIELD(Smb1Announcement, U32, server_type, "server_type", .flags = SMB_FIELD_SHOW_HEX,
		  .name_of = smb1_server_type_name),
	OS_ROWS,
	SMB_FIELD(Smb1Announcement, U32, periodicity, "periodicity"),
	SMB_FIELD(Smb1Announcement, TEXT, name, "server"),
	COMMENT_ROW,
};
SMB_LAYOUT(smb1_lanman_announcement, Smb1Announcement, "LAN Manager announcement");

static void
read_lanman(SmbReader *r, Smb1Nested *nested)
{
	Smb1Announcement *body = SMB1_NESTED(nested, Smb1Announcement);

	nested->layout = &smb1_lanman_announcement;
	body->lanman_opcode = smb_reader_le16(r);
	body->server_type = smb_reader_le32(r);
	body->version_major = smb_reader_u8(r);
	body->version_minor = smb_reader_u8(r);
	body->periodicity = smb_reader_le16(r);
	body->name = smb_reader_string(r, false);
	body->comment = smb_reader_string(r, false);
}

/* ---- The other frames ------------------------------------------------------------------------ */

typedef struct {
	uint8_t opcode, version, count, type;
	uint32_t criteria, uptime, token;
	SmbText name;
	SmbList servers;
} BrowserFrame;

typedef struct {
	SmbText name;
} BrowserServer;

static const SmbField browser_server_fields[] = { SMB_FIELD(BrowserServer, TEXT, name, NULL) };
static SMB_LAYOUT(browser_server, BrowserServer, "server");

#define OPCODE_FIELD \
	SMB_FIELD(BrowserFrame, U8, opcode, "browser_opcode", .name_of = smb1_browser_name)

static const SmbField named_fields[] = {
	OPCODE_FIELD,
	SMB_FIELD(BrowserFrame, TEXT, name, "server"),
};
static SMB_LAYOUT(named, BrowserFrame, "browser frame");

static const SmbField election_fields[] = {
	OPCODE_FIELD,
	SMB_FIELD(BrowserFrame, U8, version, "version"),
	SMB_FIELD(BrowserFrame, U32, criteria, "criteria", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(BrowserFrame, U32, uptime, "uptime"),
	SMB_FIELD(BrowserFrame, TEXT, name, "server"),
};
static SMB_LAYOUT(election, BrowserFrame, "election");

static const SmbField backup_request_fields[] = {
	OPCODE_FIELD,
	SMB_FIELD(BrowserFrame, U8, count, "requested_count"),
	SMB_FIELD(BrowserFrame, U32, token, "token", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(backup_request, BrowserFrame, "backup list request");

static const SmbField backup_response_fields[] = {
	OPCODE_FIELD,
	SMB_FIELD(BrowserFrame, U8, count, "backup_server_count"),
	SMB_FIELD(BrowserFrame, U32, token, "token", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(BrowserFrame, LIST, servers, "backup_servers", .items = &browser_server),
};
static SMB_LAYOUT(backup_response, BrowserFrame, "backup list response");

static const SmbField reset_fields[] = {
	OPCODE_FIELD,
	SMB_FIELD(BrowserFrame, U8, type, "type"),
};
static SMB_LAYOUT(reset, BrowserFrame, "reset state request");

/* 2.2.2: the name after a reserved byte; 2.2.6 and 2.2.8: the name alone. */
static void
read_named(SmbReader *r, Smb1Nested *nested)
{
	BrowserFrame *body = SMB1_NESTED(nested, BrowserFrame);

	nested->layout = &named;
	body->opcode = smb_reader_u8(r);
	if (body->opcode == ANNOUNCEMENT_REQUEST)
		smb_reader_skip(r, 1); /* Reserved */
	body->name = smb_reader_string(r, false);
}

/* 2.2.3 */
static void
read_election(SmbReader *r, Smb1Nested *nested)
{
	BrowserFrame *body = SMB1_NESTED(nested, BrowserFrame);

	nested->layout = &election;
	smb_layout_read(r, &election, 0, body);
	smb_reader_skip(r, 4); /* Unused */
	body->name = smb_reader_string(r, false);
}

/* 2.2.4 */
static void
read_backup_request(SmbReader *r, Smb1Nested *nested)
{
	BrowserFrame *body = SMB1_NESTED(nested, BrowserFrame);

	nested->layout = &backup_request;
	smb_layout_read(r, &backup_request, 0, body);
}

static bool
next_server(SmbList *list, void *item)
{
	BrowserServer *server = item;

	if (!list->form || !smb_reader_left(&list->at))
		return false;
	list->form--;
	server->name = smb_reader_string(&list->at, false);
	return list->at.status == SMB_READ_OK;
}

/* 2.2.5 */
static void
read_backup_response(SmbReader *r, Smb1Nested *nested)
{
	BrowserFrame *body = SMB1_NESTED(nested, BrowserFrame);

	nested->layout = &backup_response;
	smb_layout_read(r, &backup_response, 0, body);
	body->servers = (SmbList){ .at = *r, .next = next_server, .form = body->count };
}

/* 2.2.9 */
static void
read_reset(SmbReader *r, Smb1Nested *nested)
{
	BrowserFrame *body = SMB1_NESTED(nested, BrowserFrame);

	nested->layout = &reset;
	body->opcode = smb_reader_u8(r);
	body->type = smb_reader_u8(r);
}

typedef void (*FrameFn)(SmbReader *r, Smb1Nested *nested);

static const FrameFn frames[] = {
	[HOST_ANNOUNCEMENT] = read_announcement,
	[ANNOUNCEMENT_REQUEST] = read_named,
	[REQUEST_ELECTION] = read_election,
	[BACKUP_LIST_REQUEST] = read_backup_request,
	[BACKUP_LIST_RESPONSE] = read_backup_response,
	[BECOME_BACKUP] = read_named,
	[DOMAIN_ANNOUNCEMENT] = read_announcement,
	[MASTER_ANNOUNCEMENT] = read_named,
	[RESET_STATE] = read_reset,
	[LOCAL_MASTER_ANNOUNCEMENT] = read_announcement,
};

static void
read_browser(SmbReader *r, Smb1Nested *nested)
{
	size_t opcode = (size_t)smb_reader_peek(r, 0); /* none, -1, is beyond all */

	if (opcode < sizeof(frames) / sizeof(frames[0]) && frames[opcode])
		frames[opcode](r, nested);
}

/*
 * By 2.2.1 servers may also announce themselves to \MAILSLOT\LANMAN in the form of
 * \MAILSLOT\BROWSE.
 */
static void
read_lanman_or_browser(SmbReader *r, Smb1Nested *nested)
{
	SmbReader signature = *r;

	smb_reader_skip(&signature, 30); /* the offset of a host announcement's signature */
	if (smb_reader_peek(r, 0) == 1 && smb_reader_le16(&signature) != 0xAA55)
		read_lanman(r, nested);
	else
		read_browser(r, nested);
}

void
smb1_mailslot_parse(const Smb1Transaction *t, Smb1Nested *nested)
{
	static const struct {
		const char *name;
		FrameFn read;
	} mailslots[] = {
		{ "\\MAILSLOT\\BROWSE", read_browser },
		{ "\\MAILSLOT\\MSBROWSE", read_browser },
		{ "\\MAILSLOT\\LANMAN", read_lanman_or_browser },
		{ "\\MAILSLOT\\NET\\NETLOGON", smb1_netlogon_read },
		{ "\\MAILSLOT\\NET\\NTLOGON", smb1_netlogon_read },
	};
	SmbReader r = smb1_data_reader(t);

	for (size_t i = 0; i < sizeof(mailslots) / sizeof(mailslots[0]); i++)
		if (smb1_transaction_name_begins(t->name, mailslots[i].name, true))
			mailslots[i].read(&r, nested);
	nested->status = r.status;
}
