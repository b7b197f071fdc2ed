/* SPDX-License-Identifier: BSD-3-Clause */
/* Name service: every list ends, every name fits. */
#include "dissect/netbios/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SmbReader r = smb_reader_new(data, (uint32_t)size, (uint32_t)size);
	SmbNameRecord rr = { 0 };
	SmbNameOfNode node = { 0 };
	SmbNameMessage m;
	uint32_t records = 0;
	SmbList list;

	if (!smb_name_message_read(&r, &m))
		return 0;
	if (m.has_name && m.name.name.len > 15)
		__builtin_trap();
	for (list = m.records; list.next(&list, &rr); rr = (SmbNameRecord){ 0 }) {
		SmbList names = rr.names;

		/* A record has 12 bytes at least, and at most as many come as there are bytes. */
		if (++records > size / 12)
			__builtin_trap();
		while (names.next && names.next(&names, &node)) {
			if (node.plain.len > 15)
				__builtin_trap();
		}
	}
	return 0;
}
