/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the name service share: how packets are read. */
#include "tests/dissect/netbios/names-case.h"

bool
names_read_cut(const uint8_t *bytes, uint32_t n, uint32_t declared, SmbNameMessage *m,
	       SmbReadStatus *status)
{
	uint8_t *exact = g_memdup2(bytes, n ? n : 1);
	SmbReader r = smb_reader_new(exact, n, declared);
	bool good = smb_name_message_read(&r, m);
	SmbNameRecord rr = { 0 };
	SmbList list = m->records;

	while (good && list.next(&list, &rr)) {
		SmbNameOfNode node;
		SmbList names = rr.names;

		while (names.next && names.next(&names, &node))
			ck_assert_uint_le(node.plain.len, 15);
		rr = (SmbNameRecord){ 0 };
	}
	*status = r.status;
	g_free(exact);
	return good;
}
