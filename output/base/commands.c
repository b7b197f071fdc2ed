/* SPDX-License-Identifier: BSD-3-Clause */
/* How EVE spells commands. */
#include "output/base/commands.h"

#include <string.h>

#include "dissect/wire/codes.h"
#include "dissect/wire/names.h"

/* Commands with another name in EVE than in the specifications, after "SMB1_COMMAND_" ... */
static const SmbName eve_smb1[] = {
	{ SMB_COM_TRANSACTION, "TRANS" },
	{ SMB_COM_TRANSACTION_SECONDARY, "TRANS_SECONDARY" },
	{ SMB_COM_TRANSACTION2, "TRANS2" },
	{ SMB_COM_TRANSACTION2_SECONDARY, "TRANS2_SECONDARY" },
	{ SMB_COM_NEGOTIATE, "NEGOTIATE_PROTOCOL" },
	{ SMB_COM_QUERY_INFORMATION_DISK, "QUERY_INFO_DISK" },
	{ SMB_COM_NT_TRANSACT, "NT_TRANS" },
	{ SMB_COM_NT_TRANSACT_SECONDARY, "NT_TRANS_SECONDARY" },
};
/* ... and "SMB2_COMMAND_". */
static const SmbName eve_smb2[] = {
	{ SMB2_NEGOTIATE, "NEGOTIATE_PROTOCOL" },
	{ SMB2_LOGOFF, "SESSION_LOGOFF" },
	{ SMB2_ECHO, "KEEPALIVE" },
	{ SMB2_QUERY_DIRECTORY, "FIND" },
	{ SMB2_QUERY_INFO, "GET_INFO" },
};

const char *
out_command_eve_name(uint8_t version, uint16_t command)
{
	static const char prefix1[] = "SMB_COM_", prefix2[] = "SMB2_";
	const char *prefix = version == 1 ? prefix1 : prefix2;
	const char *name = version == 1 ? smb1_command_name((uint8_t)command)
					: smb2_command_name(command);
	const char *other =
		version == 1
			? smb_name_find(eve_smb1, sizeof(eve_smb1) / sizeof(eve_smb1[0]), command)
			: smb_name_find(eve_smb2, sizeof(eve_smb2) / sizeof(eve_smb2[0]), command);

	if (other)
		return other;
	return name && strncmp(name, prefix, strlen(prefix)) == 0 ? name + strlen(prefix) : name;
}

bool
out_is_copy(const SmbExchange *x)
{
	return x->version == 2 && x->command == SMB2_IOCTL &&
	       (x->other.function == FSCTL_SRV_COPYCHUNK ||
		x->other.function == FSCTL_SRV_COPYCHUNK_WRITE);
}
