/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of the three kinds of transaction something is. */
#include "dissect/smb1/transaction/subcommand.h"

#include "dissect/wire/codes.h"

void *
smb1_more(Smb1More *more, size_t size)
{
	memset(more->storage, 0, size);
	more->body = more->storage;
	return more->storage;
}

void
smb1_transaction_parse(const Smb1Transaction *t, Smb1More *more)
{
	if (t->command == SMB_COM_TRANSACTION2)
		smb1_trans2_parse(t, more);
	else if (t->command == SMB_COM_NT_TRANSACT)
		smb1_nt_transact_parse(t, more);
	else if (t->command == SMB_COM_TRANSACTION)
		smb1_transaction_name_parse(t, more);
	if (!more->layout)
		more->body = NULL;
	if (more->status == SMB_READ_OK)
		more->status = t->status;
}
