/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes as an SMB2 message. The first byte is not of the message: bit 0 says response, the
 * others how many bytes more the message declares than are there.
 */
#include "dissect/smb2/message.h"
#include "tests/fuzz/walk.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* What a sink does with a message: walks its fields and lists to their ends. */
static void
read_message(const SmbMessage *m)
{
	const SmbBlock *block = &m->blocks[0];

	require(m->n_blocks <= 1);
	walk_more(m->transform_layout, m->transform, 0);
	if (m->n_blocks)
		walk_more(block->layout, block->body, 0);
}

/* What was malformed or cut must be told as that, and nothing else is. */
static void
check(const Smb2Scratch *s, const SmbReader *r, uint32_t next)
{
	const SmbMessage *m = &s->message;

	require(next == 0 ||
		(next >= SMB2_HEADER_SIZE && next % 8 == 0 && next < r->limit - r->pos));
	require(m->version >= 2 && m->version <= 4);
	require(s->facts.n_dialects <= 32);
	if (m->n_blocks && m->blocks[0].status == SMB_READ_MALFORMED)
		require(m->anomalies != 0);
	if (m->n_blocks && m->blocks[0].status == SMB_READ_TRUNCATED)
		require((m->incomplete & SMB_INCOMPLETE_TRUNCATED) != 0 && r->limit < r->end);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Smb2Scratch scratch;
	SmbReader r;
	uint32_t next, steps = 0;
	bool response;
	volatile unsigned int sum = 0;

	if (size < 1 || size > 1 << 20)
		return 0;
	response = data[0] & 1;
	(void)smb2_need((SmbSpan){ data + 1, (uint32_t)size - 1 }, response, 512, 1 << 20);
	r = smb_reader_new(data + 1, (uint32_t)size - 1, (uint32_t)size - 1 + (data[0] >> 1));
	do {
		next = smb2_dissect(r, response, &scratch);
		check(&scratch, &r, next);
		read_message(&scratch.message);
		for (uint32_t i = 0; i < scratch.facts.name.bytes.len; i++)
			sum += scratch.facts.name.bytes.ptr[i];
		for (uint32_t i = 0; i < scratch.facts.blob.len; i++)
			sum += scratch.facts.blob.ptr[i];
		smb_reader_skip(&r, next);
		require(++steps <= size / SMB2_HEADER_SIZE + 1);
	} while (next != 0);
	(void)sum;
	return 0;
}
