/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of SMB1 messages share: a message that is put together, and dissected. */
#include "tests/dissect/smb1/smb1-walk.h"

Smb1Scratch walk_scratch;

Wire wire;

void
walk_put(uint64_t value, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++, value >>= 8)
		wire.bytes[wire.len++] = (uint8_t)value;
}

void
walk_put_text(const char *text)
{
	do
		walk_put((uint8_t)*text, 1);
	while (*text++);
}

void
walk_begin(uint8_t command, bool reply, uint32_t status, uint16_t flags2)
{
	wire.len = 0;
	walk_put(0x424D53FF, 4);
	walk_put(command, 1);
	walk_put(status, 4);
	walk_put(reply ? 0x98 : 0x18, 1);
	walk_put(flags2, 2);
	walk_put(0x0102, 2);             /* PIDHigh */
	walk_put(0x1122334455667788, 8); /* signature */
	walk_put(0, 2);
	walk_put(0x0304, 2); /* TID */
	walk_put(0x0506, 2); /* PID */
	walk_put(0x0708, 2); /* UID */
	walk_put(0x090A, 2); /* MID */
}

const SmbMessage *
walk_dissect_cut(bool response, uint32_t captured)
{
	static uint8_t *copy;

	free(copy); /* of the call before: its message is not looked at any more */
	copy = malloc(captured ? captured : 1);
	ck_assert_ptr_nonnull(copy);
	memcpy(copy, wire.bytes, captured);
	smb1_dissect(smb_reader_new(copy, captured, wire.len), response, &walk_scratch);
	return &walk_scratch.message;
}

const SmbMessage *
walk_dissect(bool response)
{
	return walk_dissect_cut(response, wire.len);
}
