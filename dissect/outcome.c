/* SPDX-License-Identifier: BSD-3-Clause */
/* The names of stages and reasons, as JSON spells them. */
#include "dissect/outcome.h"

#define NAME(table, value) \
	((size_t)(value) < sizeof(table) / sizeof((table)[0]) ? (table)[value] : NULL)

const char *
smb_stage_name(SmbStage stage)
{
	static const char *const names[] = {
		[SMB_STAGE_TCP] = "tcp",
		[SMB_STAGE_NETBIOS] = "netbios",
		[SMB_STAGE_NEGOTIATE] = "negotiate",
		[SMB_STAGE_LOGON] = "logon",
		[SMB_STAGE_TREE] = "tree",
		[SMB_STAGE_FILE] = "file",
		[SMB_STAGE_DONE] = "done",
	};

	return NAME(names, stage);
}

const char *
smb_why_name(SmbWhy why)
{
	static const char *const names[] = {
		[SMB_WHY_NO_ANSWER] = "no_answer",
		[SMB_WHY_PORT_CLOSED] = "port_closed",
		[SMB_WHY_SERVER_SILENT] = "server_silent",
		[SMB_WHY_CLIENT_SILENT] = "client_silent",
		[SMB_WHY_NOT_SMB] = "not_smb",
		[SMB_WHY_NETBIOS_REFUSED] = "netbios_refused",
		[SMB_WHY_SMB1_IS_OFF] = "smb1_is_off",
		[SMB_WHY_DIALECT_REFUSED] = "dialect_refused",
		[SMB_WHY_NEGOTIATE_REFUSED] = "negotiate_refused",
		[SMB_WHY_SIGNING_MISMATCH] = "signing_mismatch",
		[SMB_WHY_ENCRYPTION_REQUIRED] = "encryption_required",
		[SMB_WHY_ACCESS_DENIED] = "access_denied",
		[SMB_WHY_CLIENT_LEFT_AFTER_CHALLENGE] = "client_left_after_challenge",
		[SMB_WHY_WRONG_PASSWORD] = "wrong_password",
		[SMB_WHY_NO_SUCH_USER] = "no_such_user",
		[SMB_WHY_ACCOUNT_LOCKED] = "account_locked",
		[SMB_WHY_ACCOUNT_DISABLED] = "account_disabled",
		[SMB_WHY_PASSWORD_EXPIRED] = "password_expired",
		[SMB_WHY_LOGON_NOT_ALLOWED] = "logon_not_allowed",
		[SMB_WHY_NTLM_BLOCKED] = "ntlm_blocked",
		[SMB_WHY_CLOCK_SKEW] = "clock_skew",
		[SMB_WHY_LOGON_REFUSED] = "logon_refused",
		[SMB_WHY_GUEST_REFUSED] = "guest_refused",
		[SMB_WHY_CHANNEL_REFUSED] = "channel_refused",
		[SMB_WHY_NO_SUCH_SHARE] = "no_such_share",
		[SMB_WHY_SHARE_DENIED] = "share_denied",
		[SMB_WHY_SERVER_FULL] = "server_full",
		[SMB_WHY_SHARE_REFUSED] = "share_refused",
		[SMB_WHY_NO_SUCH_FILE] = "no_such_file",
		[SMB_WHY_FILE_DENIED] = "file_denied",
		[SMB_WHY_SHARING_VIOLATION] = "sharing_violation",
		[SMB_WHY_NAME_REFUSED] = "name_refused",
		[SMB_WHY_FILE_REFUSED] = "file_refused",
		[SMB_WHY_CALL_REFUSED] = "call_refused",
		[SMB_WHY_LOST] = "lost",
	};

	return NAME(names, why);
}

const char *
smb_by_name(SmbBy by)
{
	static const char *const names[] = {
		[SMB_BY_CLIENT] = "client", [SMB_BY_SERVER] = "server"
	};

	return NAME(names, by);
}
