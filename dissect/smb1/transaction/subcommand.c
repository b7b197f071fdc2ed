/* SPDX-License-Identifier: BSD-3-Clause */
/* The body of a reading. */
#include "dissect/smb1/transaction/subcommand.h"

void *
smb1_more(Smb1More *more, size_t size)
{
	memset(more->storage, 0, size);
	more->body = more->storage;
	return more->storage;
}
