/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of commands, transactions and dialects, and of what the NetBIOS session service says.
 */
#include "dissect/wire/names.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *
smb_name_find(const SmbName *table, size_t count, uint32_t value)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (table[middle].value == value)
			return table[middle].name;
		if (table[middle].value < value)
			low = middle + 1;
		else
			count = middle;
	}
	return NULL;
}

/* [MS-CIFS] 2.2.2.1; [MS-SMB] 2.2.2.1 adds none. Holes are "unused" and "reserved" there. */
static const char *const smb1_commands[256] = {
	[0x00] = "SMB_COM_CREATE_DIRECTORY",
	[0x01] = "SMB_COM_DELETE_DIRECTORY",
	[0x02] = "SMB_COM_OPEN",
	[0x03] = "SMB_COM_CREATE",
	[0x04] = "SMB_COM_CLOSE",
	[0x05] = "SMB_COM_FLUSH",
	[0x06] = "SMB_COM_DELETE",
	[0x07] = "SMB_COM_RENAME",
	[0x08] = "SMB_COM_QUERY_INFORMATION",
	[0x09] = "SMB_COM_SET_INFORMATION",
	[0x0A] = "SMB_COM_READ",
	[0x0B] = "SMB_COM_WRITE",
	[0x0C] = "SMB_COM_LOCK_BYTE_RANGE",
	[0x0D] = "SMB_COM_UNLOCK_BYTE_RANGE",
	[0x0E] = "SMB_COM_CREATE_TEMPORARY",
	[0x0F] = "SMB_COM_CREATE_NEW",
	[0x10] = "SMB_COM_CHECK_DIRECTORY",
	[0x11] = "SMB_COM_PROCESS_EXIT",
	[0x12] = "SMB_COM_SEEK",
	[0x13] = "SMB_COM_LOCK_AND_READ",
	[0x14] = "SMB_COM_WRITE_AND_UNLOCK",
	[0x1A] = "SMB_COM_READ_RAW",
	[0x1B] = "SMB_COM_READ_MPX",
	[0x1C] = "SMB_COM_READ_MPX_SECONDARY",
	[0x1D] = "SMB_COM_WRITE_RAW",
	[0x1E] = "SMB_COM_WRITE_MPX",
	[0x1F] = "SMB_COM_WRITE_MPX_SECONDARY",
	[0x20] = "SMB_COM_WRITE_COMPLETE",
	[0x21] = "SMB_COM_QUERY_SERVER",
	[0x22] = "SMB_COM_SET_INFORMATION2",
	[0x23] = "SMB_COM_QUERY_INFORMATION2",
	[0x24] = "SMB_COM_LOCKING_ANDX",
	[0x25] = "SMB_COM_TRANSACTION",
	[0x26] = "SMB_COM_TRANSACTION_SECONDARY",
	[0x27] = "SMB_COM_IOCTL",
	[0x28] = "SMB_COM_IOCTL_SECONDARY",
	[0x29] = "SMB_COM_COPY",
	[0x2A] = "SMB_COM_MOVE",
	[0x2B] = "SMB_COM_ECHO",
	[0x2C] = "SMB_COM_WRITE_AND_CLOSE",
	[0x2D] = "SMB_COM_OPEN_ANDX",
	[0x2E] = "SMB_COM_READ_ANDX",
	[0x2F] = "SMB_COM_WRITE_ANDX",
	[0x30] = "SMB_COM_NEW_FILE_SIZE",
	[0x31] = "SMB_COM_CLOSE_AND_TREE_DISC",
	[0x32] = "SMB_COM_TRANSACTION2",
	[0x33] = "SMB_COM_TRANSACTION2_SECONDARY",
	[0x34] = "SMB_COM_FIND_CLOSE2",
	[0x35] = "SMB_COM_FIND_NOTIFY_CLOSE",
	[0x70] = "SMB_COM_TREE_CONNECT",
	[0x71] = "SMB_COM_TREE_DISCONNECT",
	[0x72] = "SMB_COM_NEGOTIATE",
	[0x73] = "SMB_COM_SESSION_SETUP_ANDX",
	[0x74] = "SMB_COM_LOGOFF_ANDX",
	[0x75] = "SMB_COM_TREE_CONNECT_ANDX",
	[0x7E] = "SMB_COM_SECURITY_PACKAGE_ANDX",
	[0x80] = "SMB_COM_QUERY_INFORMATION_DISK",
	[0x81] = "SMB_COM_SEARCH",
	[0x82] = "SMB_COM_FIND",
	[0x83] = "SMB_COM_FIND_UNIQUE",
	[0x84] = "SMB_COM_FIND_CLOSE",
	[0xA0] = "SMB_COM_NT_TRANSACT",
	[0xA1] = "SMB_COM_NT_TRANSACT_SECONDARY",
	[0xA2] = "SMB_COM_NT_CREATE_ANDX",
	[0xA4] = "SMB_COM_NT_CANCEL",
	[0xA5] = "SMB_COM_NT_RENAME",
	[0xC0] = "SMB_COM_OPEN_PRINT_FILE",
	[0xC1] = "SMB_COM_WRITE_PRINT_FILE",
	[0xC2] = "SMB_COM_CLOSE_PRINT_FILE",
	[0xC3] = "SMB_COM_GET_PRINT_QUEUE",
	[0xD0] = "SMB_COM_SEND_MESSAGE",
	[0xD1] = "SMB_COM_SEND_BROADCAST_MESSAGE",
	[0xD2] = "SMB_COM_FORWARD_USER_NAME",
	[0xD3] = "SMB_COM_CANCEL_FORWARD",
	[0xD4] = "SMB_COM_GET_MACHINE_NAME",
	[0xD5] = "SMB_COM_SEND_START_MB_MESSAGE",
	[0xD6] = "SMB_COM_SEND_END_MB_MESSAGE",
	[0xD7] = "SMB_COM_SEND_TEXT_MB_MESSAGE",
	[0xD8] = "SMB_COM_READ_BULK",
	[0xD9] = "SMB_COM_WRITE_BULK",
	[0xDA] = "SMB_COM_WRITE_BULK_DATA",
	[0xFE] = "SMB_COM_INVALID",
	[0xFF] = "SMB_COM_NO_ANDX_COMMAND",
};

const char *
smb1_command_name(uint8_t command)
{
	return smb1_commands[command];
}

/* [MS-SMB2] 2.2.1.2. */
static const char *const smb2_commands[] = {
	[0x00] = "NEGOTIATE",
	[0x01] = "SESSION_SETUP",
	[0x02] = "LOGOFF",
	[0x03] = "TREE_CONNECT",
	[0x04] = "TREE_DISCONNECT",
	[0x05] = "CREATE",
	[0x06] = "CLOSE",
	[0x07] = "FLUSH",
	[0x08] = "READ",
	[0x09] = "WRITE",
	[0x0A] = "LOCK",
	[0x0B] = "IOCTL",
	[0x0C] = "CANCEL",
	[0x0D] = "ECHO",
	[0x0E] = "QUERY_DIRECTORY",
	[0x0F] = "CHANGE_NOTIFY",
	[0x10] = "QUERY_INFO",
	[0x11] = "SET_INFO",
	[0x12] = "OPLOCK_BREAK",
};

const char *
smb2_command_name(uint16_t command)
{
	return command < COUNT(smb2_commands) ? smb2_commands[command] : NULL;
}

/* [MS-CIFS] 2.2.2.2. */
static const char *const trans2[] = {
	[0x00] = "TRANS2_OPEN2",
	[0x01] = "TRANS2_FIND_FIRST2",
	[0x02] = "TRANS2_FIND_NEXT2",
	[0x03] = "TRANS2_QUERY_FS_INFORMATION",
	[0x04] = "TRANS2_SET_FS_INFORMATION",
	[0x05] = "TRANS2_QUERY_PATH_INFORMATION",
	[0x06] = "TRANS2_SET_PATH_INFORMATION",
	[0x07] = "TRANS2_QUERY_FILE_INFORMATION",
	[0x08] = "TRANS2_SET_FILE_INFORMATION",
	[0x09] = "TRANS2_FSCTL",
	[0x0A] = "TRANS2_IOCTL2",
	[0x0B] = "TRANS2_FIND_NOTIFY_FIRST",
	[0x0C] = "TRANS2_FIND_NOTIFY_NEXT",
	[0x0D] = "TRANS2_CREATE_DIRECTORY",
	[0x0E] = "TRANS2_SESSION_SETUP",
	[0x10] = "TRANS2_GET_DFS_REFERRAL",
	[0x11] = "TRANS2_REPORT_DFS_INCONSISTENCY",
};

const char *
smb1_trans2_name(uint16_t subcommand)
{
	return subcommand < COUNT(trans2) ? trans2[subcommand] : NULL;
}

/* [MS-CIFS] 2.2.2.2; 7 to 9 are of [MS-SMB] 2.2.2.2. */
static const char *const nt_transact[] = {
	[0x01] = "NT_TRANSACT_CREATE",
	[0x02] = "NT_TRANSACT_IOCTL",
	[0x03] = "NT_TRANSACT_SET_SECURITY_DESC",
	[0x04] = "NT_TRANSACT_NOTIFY_CHANGE",
	[0x05] = "NT_TRANSACT_RENAME",
	[0x06] = "NT_TRANSACT_QUERY_SECURITY_DESC",
	[0x07] = "NT_TRANSACT_QUERY_QUOTA",
	[0x08] = "NT_TRANSACT_SET_QUOTA",
	[0x09] = "NT_TRANSACT_CREATE2",
};

const char *
smb1_nt_transact_name(uint16_t function)
{
	return function < COUNT(nt_transact) ? nt_transact[function] : NULL;
}

/* [MS-CIFS] 2.2.2.2. */
static const SmbName trans[] = {
	{ 0x0001, "TRANS_SET_NMPIPE_STATE" },   { 0x0011, "TRANS_RAW_READ_NMPIPE" },
	{ 0x0021, "TRANS_QUERY_NMPIPE_STATE" }, { 0x0022, "TRANS_QUERY_NMPIPE_INFO" },
	{ 0x0023, "TRANS_PEEK_NMPIPE" },        { 0x0026, "TRANS_TRANSACT_NMPIPE" },
	{ 0x0031, "TRANS_RAW_WRITE_NMPIPE" },   { 0x0036, "TRANS_READ_NMPIPE" },
	{ 0x0037, "TRANS_WRITE_NMPIPE" },       { 0x0053, "TRANS_WAIT_NMPIPE" },
	{ 0x0054, "TRANS_CALL_NMPIPE" },
};

const char *
smb1_trans_name(uint16_t subcommand)
{
	return smb_name_find(trans, COUNT(trans), subcommand);
}

/* [MS-ERREF] 2.2: those that [MS-RAP] names, and what servers answer besides. */
static const SmbName rap_statuses[] = {
	{ 0, "NERR_Success" },
	{ 5, "ERROR_ACCESS_DENIED" },
	{ 8, "ERROR_NOT_ENOUGH_MEMORY" },
	{ 50, "ERROR_NOT_SUPPORTED" },
	{ 53, "ERROR_BAD_NETPATH" },
	{ 65, "ERROR_NETWORK_ACCESS_DENIED" },
	{ 66, "ERROR_BAD_DEV_TYPE" },
	{ 67, "ERROR_BAD_NET_NAME" },
	{ 87, "ERROR_INVALID_PARAMETER" },
	{ 122, "ERROR_INSUFFICIENT_BUFFER" },
	{ 123, "ERROR_INVALID_NAME" },
	{ 124, "ERROR_INVALID_LEVEL" },
	{ 234, "ERROR_MORE_DATA" },
	{ 1801, "ERROR_INVALID_PRINTER_NAME" },
	{ 2114, "NERR_ServerNotStarted" },
	{ 2118, "NERR_DuplicateShare" },
	{ 2123, "NERR_BufTooSmall" },
	{ 2127, "NERR_RemoteErr" },
	{ 2150, "NERR_QNotFound" },
	{ 2151, "NERR_JobNotFound" },
	{ 2152, "NERR_DestNotFound" },
	{ 2184, "NERR_ServiceNotInstalled" },
	{ 2212, "NERR_LogonScriptError" },
	{ 2214, "NERR_StandaloneLogon" },
	{ 2217, "NERR_NonValidatedLogon" },
	{ 2220, "NERR_GroupNotFound" },
	{ 2221, "NERR_UserNotFound" },
	{ 2240, "NERR_InvalidWorkstation" },
	{ 2241, "NERR_InvalidLogonHours" },
	{ 2242, "NERR_PasswordExpired" },
	{ 2310, "NERR_NetNameNotFound" },
};

const char *
smb_rap_status_name(uint32_t status)
{
	return smb_name_find(rap_statuses, COUNT(rap_statuses), status);
}

/* [MS-SMB2] 2.2.4 and, for the wildcard, 2.2.3. */
static const SmbName smb2_dialects[] = {
	{ 0x0202, "SMB 2.0.2" }, { 0x0210, "SMB 2.1" },   { 0x02FF, "SMB 2.???" },
	{ 0x0300, "SMB 3.0" },   { 0x0302, "SMB 3.0.2" }, { 0x0311, "SMB 3.1.1" },
};

const char *
smb2_dialect_name(uint16_t revision)
{
	return smb_name_find(smb2_dialects, COUNT(smb2_dialects), revision);
}

/* RFC 1002 4.3.4. */
static const SmbName nbss_errors[] = {
	{ 0x80, "Not listening on called name" },
	{ 0x81, "Not listening for calling name" },
	{ 0x82, "Called name not present" },
	{ 0x83, "Called name present, but insufficient resources" },
	{ 0x8F, "Unspecified error" },
};

const char *
smb_nbss_error_name(uint8_t code)
{
	return smb_name_find(nbss_errors, COUNT(nbss_errors), code);
}

/* RFC 1002 4.3.1. */
static const SmbName nbss_types[] = {
	{ 0x00, "session message" },           { 0x81, "session request" },
	{ 0x82, "positive session response" }, { 0x83, "negative session response" },
	{ 0x84, "retarget session response" }, { 0x85, "session keep alive" },
};

const char *
smb_nbss_type_name(uint8_t type)
{
	return smb_name_find(nbss_types, COUNT(nbss_types), type);
}

/* Unique names, but for 0x1C and 0x1E, which are groups. No standard has them: they are custom. */
static const SmbName netbios_suffixes[] = {
	{ 0x00, "workstation" },
	{ 0x01, "messenger" },
	{ 0x03, "messenger" },
	{ 0x06, "remote access server" },
	{ 0x1B, "domain master browser" },
	{ 0x1C, "domain controllers" },
	{ 0x1D, "master browser" },
	{ 0x1E, "browser elections" },
	{ 0x1F, "NetDDE" },
	{ 0x20, "file server" },
	{ 0x21, "remote access client" },
	{ 0x22, "Exchange interchange" },
	{ 0x23, "Exchange store" },
	{ 0x24, "Exchange directory" },
	{ 0x30, "modem sharing server" },
	{ 0x31, "modem sharing client" },
	{ 0x43, "SMS remote control" },
	{ 0x44, "SMS administrator" },
	{ 0x45, "SMS remote chat" },
	{ 0x46, "SMS remote transfer" },
	{ 0x6A, "Exchange mail connector" },
	{ 0x87, "Exchange mail transfer" },
	{ 0xBE, "network monitor agent" },
	{ 0xBF, "network monitor" },
};

const char *
smb_netbios_suffix_name(uint8_t suffix)
{
	return smb_name_find(netbios_suffixes, COUNT(netbios_suffixes), suffix);
}
