/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Selects the functions that read the inside of a transaction; the only file that knows all
 * handlers. TRANSACTION2 and NT_TRANSACT are selected by subcommand, each with a table in its own
 * file; TRANSACTION by its name.
 */
#include "dissect/smb1/transaction/mailslot.h"
#include "dissect/smb1/transaction/named-pipe.h"
#include "dissect/smb1/transaction/nt-functions.h"
#include "dissect/smb1/transaction/rap.h"
#include "dissect/smb1/transaction/subcommand.h"
#include "dissect/smb1/transaction/trans2.h"
#include "dissect/smb1/transaction/transaction.h"
#include "dissect/wire/codes.h"

/*
 * With setup words it is a function of a pipe; some clients then name the pipe "\srvsvc". Without
 * setup words it is RAP, whose name Windows for Workgroups does not always write in full.
 */
void
smb1_transaction_name_parse(const Smb1Transaction *t, Smb1Nested *nested)
{
	if (smb1_transaction_name_begins(t->name, "\\MAILSLOT\\", false)) {
		if (!t->response)
			smb1_mailslot_parse(t, nested);
	} else if (smb1_transaction_name_begins(t->name, "\\PIPE\\LANMAN", true) &&
		   !smb1_transaction_writes_pipe(t->function)) {
		smb1_rap_parse(t, nested);
	} else {
		smb1_named_pipe_parse(t, nested);
	}
}

static const Smb1Subcommands subcommands[] = {
	{ SMB_COM_TRANSACTION, smb1_transaction_name_parse },
	{ SMB_COM_TRANSACTION2, smb1_trans2_parse },
	{ SMB_COM_NT_TRANSACT, smb1_nt_transact_parse },
};

void
smb1_transaction_parse(const Smb1Transaction *t, Smb1Nested *nested)
{
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++)
		if (subcommands[i].command == t->command)
			subcommands[i].parse(t, nested);
	if (!nested->layout)
		nested->body = NULL;
	if (nested->status == SMB_READ_OK)
		nested->status = t->status;
}

/* As SmbBlock.nested_there says. */
static void
note_read(const Smb1Transaction *t, SmbBlock *block, void *there)
{
	Smb1Facts facts = { .function = -1, .level = -1 };
	Smb1Nested again = { .facts = &facts, .storage = there };
	Smb1Transaction copy = *t;

	copy.ones = true;
	smb1_transaction_parse(&copy, &again);
	if (smb1_same_body(again.layout, block->nested_layout))
		block->nested_there = again.body;
}

void
smb1_transaction_read(const Smb1Transaction *t, Smb1Facts *facts, SmbBlock *block, void *storage,
		      void *there)
{
	Smb1Nested nested = { .facts = facts, .storage = storage };

	smb1_transaction_parse(t, &nested);
	block->nested_layout = nested.layout;
	block->nested = nested.body;
	block->nested_status = nested.status;
	block->nested_size = t->parameters.len + t->data.len;
	if (nested.status != SMB_READ_OK)
		note_read(t, block, there);
}
