/* SPDX-License-Identifier: BSD-3-Clause */
/* The names of RAP functions and of the items of their responses, and which of these are secret. */
#include "dissect/smb1/transaction/rap.h"

#include <string.h>

/* clang-format off */
static const char *const functions[] = {
	[0x00] = "NetShareEnum", "NetShareGetInfo", "NetShareSetInfo", "NetShareAdd", "NetShareDel",
	"NetShareCheck", "NetSessionEnum", "NetSessionGetInfo", "NetSessionDel", "NetConnectionEnum",
	"NetFileEnum", "NetFileGetInfo", "NetFileClose", "NetServerGetInfo", "NetServerSetInfo",
	"NetServerDiskEnum", "NetServerAdminCommand", "NetAuditOpen", "NetAuditClear",
	"NetErrorLogOpen", "NetErrorLogClear", "NetCharDevEnum", "NetCharDevGetInfo",
	"NetCharDevControl", "NetCharDevQEnum", "NetCharDevQGetInfo", "NetCharDevQSetInfo",
	"NetCharDevQPurge", "NetCharDevQPurgeSelf", "NetMessageNameEnum", "NetMessageNameGetInfo",
	"NetMessageNameAdd", "NetMessageNameDel", "NetMessageNameFwd", "NetMessageNameUnFwd",
	"NetMessageBufferSend", "NetMessageFileSend", "NetMessageLogFileSet", "NetMessageLogFileGet",
	"NetServiceEnum", "NetServiceInstall", "NetServiceControl", "NetAccessEnum",
	"NetAccessGetInfo", "NetAccessSetInfo", "NetAccessAdd", "NetAccessDel", "NetGroupEnum",
	"NetGroupAdd", "NetGroupDel", "NetGroupAddUser", "NetGroupDelUser", "NetGroupGetUsers",
	"NetUserEnum", "NetUserAdd", "NetUserDel", "NetUserGetInfo", "NetUserSetInfo",
	"NetUserPasswordSet", "NetUserGetGroups",
	[0x3E] = "NetWkstaSetUID", "NetWkstaGetInfo", "NetWkstaSetInfo", "NetUseEnum", "NetUseAdd",
	"NetUseDel", "NetUseGetInfo", "NetPrintQEnum", "NetPrintQGetInfo", "NetPrintQSetInfo",
	"NetPrintQAdd", "NetPrintQDel", "NetPrintQPause", "NetPrintQContinue", "NetPrintJobEnum",
	"NetPrintJobGetInfo", "NetPrintJobSetInfo", "NetPrintJobAdd", "NetPrintJobSchedule",
	"NetPrintJobDelete", "NetPrintJobPause", "NetPrintJobContinue", "NetPrintDestEnum",
	"NetPrintDestGetInfo", "NetPrintDestControl", "NetProfileSave", "NetProfileLoad",
	"NetStatisticsGet", "NetStatisticsClear", "NetRemoteTOD", "NetBiosEnum", "NetBiosGetInfo",
	"NetServerEnum", "I_NetServerEnum", "NetServiceGetInfo",
	[0x67] = "NetPrintQPurge", "NetServerEnum2", "NetAccessGetUserPerms", "NetGroupGetInfo",
	"NetGroupSetInfo", "NetGroupSetUsers", "NetUserSetGroups", "NetUserModalsGet",
	"NetUserModalsSet", "NetFileEnum2", "NetUserAdd2", "NetUserSetInfo2", "NetUserPasswordSet2",
	[0x84] = "NetWkstaUserLogon", "NetWkstaUserLogoff",
	[0x93] = "NetPrintJobSetInfo",
	[0xD6] = "SamOEMChangePassword", "NetServerEnum3",
};

/* [MS-RAP] 2.5.5.4, 2.5.6.3, 2.5.7.8, 2.5.8.3, 2.5.9.2, 2.5.10.4 */
static const char *const name_alone[] = { "name" };
static const char *const share1[] = { "name", NULL, "type", "comment" };
static const char *const share2[] = {
	"name", NULL, "type", "comment", "permissions", "max_uses", "current_uses", "path", "password", NULL,
};
/* svrapi.h of Windows 95: struct _share_info_50 */
static const char *const share50[] = {
	"name", "type", "flags", "comment", "path", "read_write_password", "read_only_password",
};
static const char *const server1[] = {
	"name", "version_major", "version_minor", "server_type", "comment",
};
static const char *const session1[] = {
	"name", "user", "connections", "open_files", "users", "seconds_active", "seconds_idle", "flags",
};
static const char *const session2[] = {
	"name", "user", "connections", "open_files", "users", "seconds_active", "seconds_idle", "flags",
	"client_type",
};
static const char *const user1[] = {
	"name", NULL, "password", "password_age", "privilege", "home_directory", "comment", "flags",
	"script_path",
};
static const char *const user2[] = {
	"name", NULL, "password", "password_age", "privilege", "home_directory", "comment", "flags",
	"script_path", "auth_flags", "full_name", "user_comment", "parameters", "workstations",
	"last_logon", "last_logoff", "account_expires", "max_storage", "units_per_week",
	"logon_hours", "bad_password_count", "logons", "logon_server", "country_code", "code_page",
};
static const char *const user10[] = { "name", NULL, "comment", "user_comment", "full_name" };
static const char *const user11[] = {
	"name", NULL, "comment", "user_comment", "full_name", "privilege", "auth_flags",
	"password_age", "home_directory", "parameters", "last_logon", "last_logoff",
	"bad_password_count", "logons", "logon_server", "country_code", "workstations",
	"max_storage", "units_per_week", "logon_hours", "code_page",
};
static const char *const queue1[] = {
	"name", NULL, "priority", "start_time", "until_time", "separator_file", "print_processor",
	"destinations", "parameters", "comment", "status", "jobs",
};
static const char *const queue3[] = {
	"name", "priority", "start_time", "until_time", NULL, "separator_file", "print_processor",
	"parameters", "comment", "status", "jobs", "printers", "driver_name", "driver_data",
};
static const char *const job0[] = { "job_id" };
static const char *const job1[] = {
	"job_id", "user", NULL, "notify_name", "data_type", "parameters", "position", "status",
	"status_text", "submitted", "size", "comment",
};
static const char *const job2[] = {
	"job_id", "priority", "user", "position", "status", "submitted", "size", "comment", "document",
};
static const char *const job3[] = {
	"job_id", "priority", "user", "position", "status", "submitted", "size", "comment", "document",
	"notify_name", "data_type", "parameters", "status_text", "queue", "print_processor",
	"processor_parameters", "driver_name", "driver_data", "printer",
};
static const char *const destination1[] = {
	"name", "user", "job_id", "status", "status_text", "time",
};
static const char *const destination3[] = {
	"name", "user", "logical_address", "job_id", "status", "status_text", "comment", "drivers",
	"time", NULL,
};
static const char *const time_of_day[] = {
	"seconds_since_1970", "milliseconds_since_boot", "hours", "minutes", "seconds", "hundredths",
	"time_zone", "clock_frequency", "day", "month", "year", "weekday",
};
static const char *const workstation10[] = {
	"name", "user", "domain", "version_major", "version_minor", "logon_domain", "other_domains",
};

#define NAMES(table) (table), sizeof(table) / sizeof((table)[0])
/* The descriptors of levels of functions that have others with passwords: 2.5.6.3, 2.5.10.4. */
#define SHARE0 "B13"
#define SHARE1 "B13BWz"
#define USER0 "B21"
#define USER10 "B21Bzzz"
#define USER11 "B21BzzzWDDzzDDWWzWzDWzW"
#define WORKSTATION10 "zzzBBzz"
/* Up to the password. */
#define SHARE2 "B13BWzWWWzB9"
#define SHARE50 "B13BWzzB9B9"
#define USER1 "B21BB16"

static const Smb1RapNames rows[] = {
	{ 0x00, 0, NAMES(name_alone), SHARE0 }, { 0x00, 1, NAMES(share1), SHARE1 },
	{ 0x00, 2, NAMES(share2), SHARE2 }, { 0x00, 50, NAMES(share50), SHARE50 },
	{ 0x01, 0, NAMES(name_alone), SHARE0 }, { 0x01, 1, NAMES(share1), SHARE1 },
	{ 0x01, 2, NAMES(share2), SHARE2 }, { 0x01, 50, NAMES(share50), SHARE50 },
	{ 0x06, 0, NAMES(name_alone) },  { 0x06, 1, NAMES(session1) },  { 0x06, 2, NAMES(session2) },
	{ 0x0D, 0, NAMES(name_alone) },  { 0x0D, 1, NAMES(server1) },
	{ 0x2F, 0, NAMES(name_alone) },  { 0x34, 0, NAMES(name_alone) },
	{ 0x35, 0, NAMES(name_alone), USER0 }, { 0x35, 10, NAMES(user10), USER10 },
	{ 0x38, 0, NAMES(name_alone), USER0 }, { 0x38, 1, NAMES(user1), USER1 }, { 0x38, 2, NAMES(user2), USER1 },
	{ 0x38, 10, NAMES(user10), USER10 }, { 0x38, 11, NAMES(user11), USER11 },
	{ 0x3B, 0, NAMES(name_alone) },
	{ 0x3F, 10, NAMES(workstation10), WORKSTATION10 },
	{ 0x45, 0, NAMES(name_alone) },  { 0x45, 1, NAMES(queue1) },    { 0x45, 2, NAMES(queue1) },
	{ 0x45, 3, NAMES(queue3) },      { 0x45, 4, NAMES(queue3) },    { 0x45, 5, NAMES(name_alone) },
	{ 0x46, 0, NAMES(name_alone) },  { 0x46, 1, NAMES(queue1) },    { 0x46, 2, NAMES(queue1) },
	{ 0x46, 3, NAMES(queue3) },      { 0x46, 4, NAMES(queue3) },    { 0x46, 5, NAMES(name_alone) },
	{ 0x4C, 0, NAMES(job0) },        { 0x4C, 1, NAMES(job1) },      { 0x4C, 2, NAMES(job2) },
	{ 0x4C, 3, NAMES(job3) },
	{ 0x4D, 0, NAMES(job0) },        { 0x4D, 1, NAMES(job1) },      { 0x4D, 2, NAMES(job2) },
	{ 0x4D, 3, NAMES(job3) },
	{ 0x54, 0, NAMES(name_alone) },  { 0x54, 1, NAMES(destination1) },
	{ 0x54, 2, NAMES(name_alone) },  { 0x54, 3, NAMES(destination3) },
	{ 0x55, 0, NAMES(name_alone) },  { 0x55, 1, NAMES(destination1) },
	{ 0x55, 2, NAMES(name_alone) },  { 0x55, 3, NAMES(destination3) },
	{ 0x5B, 0, NAMES(time_of_day) },
	{ 0x68, 0, NAMES(name_alone) },  { 0x68, 1, NAMES(server1) },
	{ 0xD7, 0, NAMES(name_alone) },  { 0xD7, 1, NAMES(server1) },
};
/* clang-format on */

const char *
smb1_rap_name(uint32_t function)
{
	return function < sizeof(functions) / sizeof(functions[0]) ? functions[function] : NULL;
}

bool
smb1_rap_is_secret(const char *name)
{
	static const char word[] = "password";
	size_t length = strlen(name), end = sizeof(word) - 1;

	return length >= end && strcmp(name + length - end, word) == 0;
}

bool
smb1_rap_has_secrets(const Smb1RapNames *names)
{
	for (uint32_t i = 0; i < names->n_names; i++)
		if (names->names[i] && smb1_rap_is_secret(names->names[i]))
			return true;
	return false;
}

/* "B13" is how "B13BWz" begins, but not "B139". */
static bool
begins_with(SmbSpan descriptor, const char *begins)
{
	uint32_t length = (uint32_t)strlen(begins);
	SmbReader rest;
	int next;

	if (!descriptor.ptr || !smb_span_begins(descriptor, begins, length))
		return false;
	rest = smb_reader_from_span(smb_span_after(descriptor, length));
	next = smb_reader_peek(&rest, 0);
	return !(next >= '0' && next <= '9');
}

const Smb1RapNames *
smb1_rap_names(uint16_t function, uint16_t level, SmbText descriptor)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *begins = rows[i].begins;

		if (rows[i].function != function || rows[i].level != level)
			continue;
		if (begins && !begins_with(descriptor.bytes, begins))
			return NULL;
		return &rows[i];
	}
	return NULL;
}

/* First to last, inclusive. */
typedef struct {
	uint16_t first, last;
} Range;

static bool
is_among(const Range *ranges, size_t n, uint16_t function)
{
	for (size_t i = 0; i < n; i++)
		if (function >= ranges[i].first && function <= ranges[i].last)
			return true;
	return false;
}

bool
smb1_rap_is_open(uint16_t function, bool answer)
{
	static const Range open[] = {
		{ 0x05, 0x0B }, /* NetShareCheck, sessions, connections, files */
		{ 0x0C, 0x0D }, /* NetFileClose, NetServerGetInfo */
		{ 0x0F, 0x0F }, /* NetServerDiskEnum */
		{ 0x11, 0x1C }, /* audit and error logs, character devices */
		{ 0x1D, 0x22 }, /* message names */
		{ 0x2F, 0x34 }, /* groups */
		{ 0x3B, 0x3B }, /* NetUserGetGroups */
		{ 0x45, 0x56 }, /* print queues, jobs and destinations */
		{ 0x5A, 0x5F }, /* statistics, time of day, NetBIOS, servers */
		{ 0x67, 0x6C }, /* NetPrintQPurge, servers, groups */
		{ 0x6E, 0x6E }, /* NetUserModalsGet */
		{ 0x70, 0x70 }, /* NetFileEnum2 */
		{ 0x93, 0x93 }, /* NetPrintJobSetInfo */
		{ 0xD7, 0xD7 }, /* NetServerEnum3 */
	};
	static const Range queries[] = {
		{ 0x00, 0x01 }, /* NetShareEnum, NetShareGetInfo */
		{ 0x04, 0x04 }, /* NetShareDel */
		{ 0x27, 0x27 }, /* NetServiceEnum */
		{ 0x2A, 0x2B }, /* NetAccessEnum, NetAccessGetInfo */
		{ 0x35, 0x35 }, /* NetUserEnum */
		{ 0x37, 0x38 }, /* NetUserDel, NetUserGetInfo */
		{ 0x3F, 0x3F }, /* NetWkstaGetInfo */
		{ 0x41, 0x41 }, /* NetUseEnum */
		{ 0x43, 0x44 }, /* NetUseDel, NetUseGetInfo */
		{ 0x60, 0x60 }, /* NetServiceGetInfo */
	};

	return is_among(open, sizeof(open) / sizeof(open[0]), function) ||
	       (!answer && is_among(queries, sizeof(queries) / sizeof(queries[0]), function));
}

bool
smb1_rap_takes_name(uint16_t function)
{
	enum { SERVER_ADMIN_COMMAND = 0x10, WKSTA_SET_UID = 0x3E, OEM_CHANGE_PASSWORD = 0xD6 };

	return smb1_rap_name(function) && function != SERVER_ADMIN_COMMAND &&
	       function != WKSTA_SET_UID && function != OEM_CHANGE_PASSWORD;
}
