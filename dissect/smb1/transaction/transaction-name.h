/* SPDX-License-Identifier: BSD-3-Clause */
/* What a TRANSACTION is for is told by its name: \PIPE\..., \PIPE\LANMAN, \MAILSLOT\.... */
#pragma once

#include "dissect/smb1/transaction/subcommand.h"

/* Whether a name begins with these capitals, or (whole) is them; case does not matter. */
bool smb1_transaction_name_begins(SmbText name, const char *capitals, bool whole);

/* named-pipe.c */
void smb1_named_pipe_parse(const Smb1Transaction *t, Smb1More *more);
