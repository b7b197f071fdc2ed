/* SPDX-License-Identifier: BSD-3-Clause */
/* Allocates the body of a reading in the caller's storage. */
#include "dissect/smb1/transaction/subcommand.h"

void *
smb1_nested(Smb1Nested *nested, size_t size)
{
	memset(nested->storage, 0, size);
	nested->body = nested->storage;
	return nested->storage;
}
