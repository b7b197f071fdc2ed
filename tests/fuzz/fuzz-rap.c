/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RAP, and the functions of NT_TRANSACT and of named pipes. The first byte picks which (bits 0 and
 * 1) and whether it is an answer (bit 2), the second the function, the third and fourth how long
 * what was asked and the parameters are; the rest are data.
 */
#include "dissect/smb1/transaction/subcommand.h"
#include "tests/fuzz/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 4 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "\\PIPE\\LANMAN", "\\PIPE\\", "\\MAILSLOT\\BROWSE",
					     NULL };
	_Alignas(8) uint8_t storage[SMB1_NESTED_MAX];
	Smb1Facts facts = { .function = -1 };
	Smb1Nested nested = { .facts = &facts, .storage = storage };
	SmbSpan rest = { data + HEAD, (uint32_t)size - HEAD };
	Smb1Transaction t = { .level = -1 };

	if (size < HEAD || size > 1 << 17)
		return 0;
	t.response = data[0] & 4;
	t.unicode = data[0] & 8;
	t.name = smb_text_from_utf8(names[data[0] & 3]);
	t.command = names[data[0] & 3] ? 0x25 : 0xA0;
	t.function = data[1];
	t.asked = smb_span_first(rest, data[2]);
	rest = smb_span_after(rest, data[2]);
	t.parameters = smb_span_first(rest, data[3]);
	t.data = smb_span_after(rest, data[3]);
	t.total_parameters = t.parameters.len;
	t.total_data = t.data.len;
	t.n_setup = 4;
	t.setup[0] = data[1] & 1 ? 0x4064 : data[1] & 2 ? 0x40F2 : 0x0078;
	t.setup[1] = 0x0014;
	smb1_transaction_parse(&t, &nested);
	if (nested.layout)
		walk_more(nested.layout, nested.body, 0);
	return 0;
}
