/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes as what the buffers of SMB2's queries, sets and control codes hold. Before them come a
 * byte that says of which command, one that says how many bytes more are declared than are there,
 * and four of a control code, or of type and class.
 */
#include "dissect/smb2/message.h"
#include "tests/fuzz/walk.h"

enum { HEAD = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A command with a buffer: where its fields are in the body ([MS-SMB2] 2.2.31 to 2.2.39). */
static const struct {
	uint16_t command;
	bool response;
	uint8_t structure_size, fixed, code_at, offset_at, length_at;
} forms[] = {
	{ SMB2_IOCTL, false, 57, 56, 4, 24, 28 },    { SMB2_IOCTL, true, 49, 48, 4, 32, 36 },
	{ SMB2_SET_INFO, false, 33, 32, 2, 8, 4 },   { SMB2_QUERY_INFO, false, 41, 40, 2, 8, 12 },
	{ SMB2_QUERY_INFO, true, 9, 8, 0, 2, 4 },    { SMB2_QUERY_DIRECTORY, true, 9, 8, 0, 2, 4 },
	{ SMB2_CHANGE_NOTIFY, true, 9, 8, 0, 2, 4 },
};

static void
put(uint8_t *at, uint32_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void
read_one(const uint8_t *data, uint32_t size, uint8_t *m)
{
	static Smb2Scratch scratch;
	unsigned kind = data[0] % (sizeof(forms) / sizeof(forms[0]));
	uint32_t at = SMB2_HEADER_SIZE + forms[kind].fixed, length = size - HEAD + data[1];
	uint8_t *body = m + SMB2_HEADER_SIZE;
	bool wide = forms[kind].command == SMB2_IOCTL;
	const SmbBlock *block = &scratch.message.blocks[0];

	put(m, SMB2_PROTOCOL_ID, 4);
	put(m + 4, SMB2_HEADER_SIZE, 2);
	put(m + 12, forms[kind].command, 2);
	put(m + 16, forms[kind].response, 4);
	put(body, forms[kind].structure_size, 2);
	if (forms[kind].code_at)
		memcpy(body + forms[kind].code_at, data + 2, wide ? 4 : 2);
	put(body + forms[kind].offset_at, at, wide ? 4 : 2);
	put(body + forms[kind].length_at, length, 4);
	memcpy(m + at, data + HEAD, size - HEAD);
	(void)smb2_dissect(smb_reader_new(m, at + size - HEAD, at + length), forms[kind].response,
			   &scratch);
	smb2_read_output(&scratch, (Smb2Asked){ true, data[2], data[3] });
	if (!block->nested_layout)
		return;
	walk_more(block->nested_layout, block->nested, 0);
	if (block->nested_status == SMB_READ_MALFORMED && !scratch.message.anomalies)
		abort();
	if (block->nested_status == SMB_READ_TRUNCATED && !data[1])
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *m;

	if (size < HEAD || size > 1 << 16)
		return 0;
	/* Exactly as many bytes as are there, so that no read past them goes unseen. */
	m = calloc(1, SMB2_HEADER_SIZE + forms[data[0] % 7].fixed + size - HEAD);
	if (m)
		read_one(data, (uint32_t)size, m);
	free(m);
	return 0;
}
