/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is written to a mailslot: the first byte picks which, and how much of the end the capture
 * has cut (bits 3 and on, in 32nds).
 */
#include "dissect/smb1/transaction/subcommand.h"
#include "tests/fuzz/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "\\MAILSLOT\\BROWSE", "\\MAILSLOT\\LANMAN",
					     "\\MAILSLOT\\NET\\NETLOGON",
					     "\\MAILSLOT\\NET\\NTLOGON" };
	_Alignas(8) uint8_t storage[SMB1_NESTED_MAX];
	Smb1Facts facts = { .function = -1 };
	Smb1Nested nested = { .facts = &facts, .storage = storage };
	Smb1Transaction t = { .command = 0x25, .function = 1, .level = -1 };

	if (size < 1 || size > 1 << 16)
		return 0;
	t.name = smb_text_from_utf8(names[data[0] & 3]);
	t.total_data = (uint32_t)size - 1;
	t.data = (SmbSpan){ data + 1, t.total_data - t.total_data * (data[0] >> 3) / 32 };
	smb1_transaction_parse(&t, &nested);
	if (nested.layout)
		walk_more(nested.layout, nested.body, 0);
	return 0;
}
