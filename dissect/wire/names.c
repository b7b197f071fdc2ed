/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of SMB2 commands, transactions, dialects and RAP statuses, of the errors of the NetBIOS session
 * service, and of NetBIOS name suffixes.
 */
#include "dissect/wire/names.h"

#include "dissect/wire/codes.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A row whose text is the published name itself: its number and its name cannot disagree. */
#define NAMED(code) [code] = #code
#define VALUE_NAMED(code)   \
	{                   \
		code, #code \
	}

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

/* [MS-SMB2] 2.2.1.2. */
static const char *const smb2_commands[] = {
	[SMB2_NEGOTIATE] = "NEGOTIATE",
	[SMB2_SESSION_SETUP] = "SESSION_SETUP",
	[SMB2_LOGOFF] = "LOGOFF",
	[SMB2_TREE_CONNECT] = "TREE_CONNECT",
	[SMB2_TREE_DISCONNECT] = "TREE_DISCONNECT",
	[SMB2_CREATE] = "CREATE",
	[SMB2_CLOSE] = "CLOSE",
	[SMB2_FLUSH] = "FLUSH",
	[SMB2_READ] = "READ",
	[SMB2_WRITE] = "WRITE",
	[SMB2_LOCK] = "LOCK",
	[SMB2_IOCTL] = "IOCTL",
	[SMB2_CANCEL] = "CANCEL",
	[SMB2_ECHO] = "ECHO",
	[SMB2_QUERY_DIRECTORY] = "QUERY_DIRECTORY",
	[SMB2_CHANGE_NOTIFY] = "CHANGE_NOTIFY",
	[SMB2_QUERY_INFO] = "QUERY_INFO",
	[SMB2_SET_INFO] = "SET_INFO",
	[SMB2_OPLOCK_BREAK] = "OPLOCK_BREAK",
};

const char *
smb2_command_name(uint16_t command)
{
	return command < COUNT(smb2_commands) ? smb2_commands[command] : NULL;
}

/* [MS-CIFS] 2.2.2.2. */
static const char *const trans2[] = {
	NAMED(TRANS2_OPEN2),
	NAMED(TRANS2_FIND_FIRST2),
	NAMED(TRANS2_FIND_NEXT2),
	NAMED(TRANS2_QUERY_FS_INFORMATION),
	NAMED(TRANS2_SET_FS_INFORMATION),
	NAMED(TRANS2_QUERY_PATH_INFORMATION),
	NAMED(TRANS2_SET_PATH_INFORMATION),
	NAMED(TRANS2_QUERY_FILE_INFORMATION),
	NAMED(TRANS2_SET_FILE_INFORMATION),
	NAMED(TRANS2_FSCTL),
	NAMED(TRANS2_IOCTL2),
	NAMED(TRANS2_FIND_NOTIFY_FIRST),
	NAMED(TRANS2_FIND_NOTIFY_NEXT),
	NAMED(TRANS2_CREATE_DIRECTORY),
	NAMED(TRANS2_SESSION_SETUP),
	NAMED(TRANS2_GET_DFS_REFERRAL),
	NAMED(TRANS2_REPORT_DFS_INCONSISTENCY),
};

const char *
smb1_trans2_name(uint16_t subcommand)
{
	return subcommand < COUNT(trans2) ? trans2[subcommand] : NULL;
}

/* [MS-CIFS] 2.2.2.2; 7 to 9 are of [MS-SMB] 2.2.2.2. */
static const char *const nt_transact[] = {
	NAMED(NT_TRANSACT_CREATE),
	NAMED(NT_TRANSACT_IOCTL),
	NAMED(NT_TRANSACT_SET_SECURITY_DESC),
	NAMED(NT_TRANSACT_NOTIFY_CHANGE),
	NAMED(NT_TRANSACT_RENAME),
	NAMED(NT_TRANSACT_QUERY_SECURITY_DESC),
	NAMED(NT_TRANSACT_QUERY_QUOTA),
	NAMED(NT_TRANSACT_SET_QUOTA),
	NAMED(NT_TRANSACT_CREATE2),
};

const char *
smb1_nt_transact_name(uint16_t function)
{
	return function < COUNT(nt_transact) ? nt_transact[function] : NULL;
}

/* [MS-CIFS] 2.2.2.2. */
static const SmbName trans[] = {
	VALUE_NAMED(TRANS_SET_NMPIPE_STATE),   VALUE_NAMED(TRANS_RAW_READ_NMPIPE),
	VALUE_NAMED(TRANS_QUERY_NMPIPE_STATE), VALUE_NAMED(TRANS_QUERY_NMPIPE_INFO),
	VALUE_NAMED(TRANS_PEEK_NMPIPE),        VALUE_NAMED(TRANS_TRANSACT_NMPIPE),
	VALUE_NAMED(TRANS_RAW_WRITE_NMPIPE),   VALUE_NAMED(TRANS_READ_NMPIPE),
	VALUE_NAMED(TRANS_WRITE_NMPIPE),       VALUE_NAMED(TRANS_WAIT_NMPIPE),
	VALUE_NAMED(TRANS_CALL_NMPIPE),
};

const char *
smb1_trans_name(uint16_t subcommand)
{
	return smb_name_find(trans, COUNT(trans), subcommand);
}

/* [MS-ERREF] 2.2: those that [MS-RAP] names, and others that servers send. */
static const SmbName rap_statuses[] = {
	{ 0, "NERR_Success" },
	{ 2, "ERROR_FILE_NOT_FOUND" },
	{ 3, "ERROR_PATH_NOT_FOUND" },
	{ 5, "ERROR_ACCESS_DENIED" },
	{ 6, "ERROR_INVALID_HANDLE" },
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
	{ 259, "ERROR_NO_MORE_ITEMS" },
	{ 1053, "ERROR_SERVICE_REQUEST_TIMEOUT" },
	{ 1056, "ERROR_SERVICE_ALREADY_RUNNING" },
	{ 1058, "ERROR_SERVICE_DISABLED" },
	{ 1060, "ERROR_SERVICE_DOES_NOT_EXIST" },
	{ 1062, "ERROR_SERVICE_NOT_ACTIVE" },
	{ 1073, "ERROR_SERVICE_EXISTS" },
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

/*
 * Suffixes of unique names, except for 0x1C and 0x1E, which are groups. No standard defines them;
 * they are conventions.
 */
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

/* C706 appendix E */
static const SmbName rpc_faults[] = {
	{ 0x1C000001, "nca_s_fault_int_div_by_zero" },
	{ 0x1C000002, "nca_s_fault_addr_error" },
	{ 0x1C000003, "nca_s_fault_fp_div_zero" },
	{ 0x1C000004, "nca_s_fault_fp_underflow" },
	{ 0x1C000005, "nca_s_fault_fp_overflow" },
	{ 0x1C000006, "nca_s_fault_invalid_tag" },
	{ 0x1C000007, "nca_s_fault_invalid_bound" },
	{ 0x1C000008, "nca_s_rpc_version_mismatch" },
	{ 0x1C000009, "nca_s_unspec_reject" },
	{ 0x1C00000A, "nca_s_bad_actid" },
	{ 0x1C00000B, "nca_s_who_are_you_failed" },
	{ 0x1C00000C, "nca_s_manager_not_entered" },
	{ 0x1C00000D, "nca_s_fault_cancel" },
	{ 0x1C00000E, "nca_s_fault_ill_inst" },
	{ 0x1C00000F, "nca_s_fault_fp_error" },
	{ 0x1C000010, "nca_s_fault_int_overflow" },
	{ 0x1C000012, "nca_s_fault_unspec" },
	{ 0x1C000013, "nca_s_fault_remote_comm_failure" },
	{ 0x1C000014, "nca_s_fault_pipe_empty" },
	{ 0x1C000015, "nca_s_fault_pipe_closed" },
	{ 0x1C000016, "nca_s_fault_pipe_order" },
	{ 0x1C000017, "nca_s_fault_pipe_discipline" },
	{ 0x1C000018, "nca_s_fault_pipe_comm_error" },
	{ 0x1C000019, "nca_s_fault_pipe_memory" },
	{ 0x1C00001A, "nca_s_fault_context_mismatch" },
	{ 0x1C00001B, "nca_s_fault_remote_no_memory" },
	{ 0x1C00001C, "nca_s_invalid_pres_context_id" },
	{ 0x1C00001D, "nca_s_unsupported_authn_level" },
	{ 0x1C00001F, "nca_s_invalid_checksum" },
	{ 0x1C000020, "nca_s_invalid_crc" },
	{ 0x1C000021, "nca_s_fault_user_defined" },
	{ 0x1C000022, "nca_s_fault_tx_open_failed" },
	{ 0x1C000023, "nca_s_fault_codeset_conv_error" },
	{ 0x1C000024, "nca_s_fault_object_not_found" },
	{ 0x1C000025, "nca_s_fault_no_client_stub" },
	{ 0x1C010001, "nca_s_comm_failure" },
	{ 0x1C010002, "nca_s_op_rng_error" },
	{ 0x1C010003, "nca_s_unk_if" },
	{ 0x1C010006, "nca_s_wrong_boot_time" },
	{ 0x1C010009, "nca_s_you_crashed" },
	{ 0x1C01000B, "nca_s_proto_error" },
	{ 0x1C010013, "nca_s_out_args_too_big" },
	{ 0x1C010014, "nca_s_server_too_busy" },
	{ 0x1C010015, "nca_s_fault_string_too_long" },
	{ 0x1C010017, "nca_s_unsupported_type" },
};

const char *
smb_rpc_fault_name(uint32_t status)
{
	const char *name =
		smb_name_find(rpc_faults, sizeof(rpc_faults) / sizeof(rpc_faults[0]), status);

	return name ? name : smb_rap_status_name(status);
}
