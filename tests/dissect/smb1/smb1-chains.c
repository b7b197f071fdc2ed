/* SPDX-License-Identifier: BSD-3-Clause */
/* Chains of AndX. */
#include "tests/dissect/smb1/smb1-walk.h"

static void
put_logoff(uint8_t next, uint16_t offset)
{
	walk_put(2, 1);
	walk_put(next, 2);
	walk_put(offset, 2);
	walk_put(0, 2);
}

/* Bytes that are of no block. */
static void
pad_to(uint32_t size)
{
	while (wire.len < size)
		walk_put(0, 1);
}

/* One link with an offset to somewhere; blocks begin at 32 and 39, the message ends at 46. */
static const SmbMessage *
one_link(uint16_t offset)
{
	walk_begin(0x74, false, 0, 0x4001);
	put_logoff(0x74, offset);
	put_logoff(ANDX_NONE, 0);
	return walk_dissect(false);
}

START_TEST(a_chain_is_walked)
{
	const SmbMessage *m = one_link(39);

	ck_assert_uint_eq(m->n_blocks, 2);
	ck_assert_uint_eq(m->anomalies, 0);
	ck_assert_uint_eq(m->blocks[1].offset, 39);
	ck_assert_uint_eq(m->blocks[1].command, 0x74);
}
END_TEST

START_TEST(a_chain_never_stands_still_or_goes_back)
{
	static const uint16_t offsets[] = { 0, 4, 31, 32, 33, 37, 38, 46, 47, 65535 };

	for (uint32_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		const SmbMessage *m = one_link(offsets[i]);

		ck_assert_uint_eq(m->n_blocks, 1);
		ck_assert_uint_eq(m->anomalies, SMB_ANOMALY_ANDX_OFFSET);
	}
}
END_TEST

/* The second block points back at the first. */
START_TEST(a_chain_does_not_run_in_a_circle)
{
	walk_begin(0x74, false, 0, 0x4001);
	put_logoff(0x74, 39);
	put_logoff(0x74, 32);
	ck_assert_uint_eq(walk_dissect(false)->n_blocks, 2);
	ck_assert_uint_eq(walk_scratch.message.anomalies, SMB_ANOMALY_ANDX_OFFSET);
}
END_TEST

/* A gap between two blocks is allowed: clients align them. */
START_TEST(a_chain_may_leave_a_gap)
{
	walk_begin(0x74, false, 0, 0x4001);
	put_logoff(0x71, 41);
	walk_put(0, 2);
	walk_put(0, 3);
	ck_assert_uint_eq(walk_dissect(false)->n_blocks, 2);
	ck_assert_uint_eq(walk_scratch.message.anomalies, 0);
	ck_assert_uint_eq(walk_scratch.message.blocks[1].command, 0x71);
}
END_TEST

/*
 * Clients put the next block of a WRITE_ANDX between its ByteCount and its data, where its own
 * bytes cover it.
 */
START_TEST(a_chain_may_lie_in_the_bytes_of_a_write)
{
	walk_begin(0x2F, false, 0, 0x4001);
	walk_put(12, 1);
	walk_put(0x04, 2); /* CLOSE */
	walk_put(59, 2);
	walk_put(7, 2);  /* FID */
	walk_put(0, 14); /* Offset to DataLengthHigh */
	walk_put(4, 2);  /* DataLength */
	walk_put(68, 2); /* DataOffset */
	walk_put(13, 2);
	walk_put(3, 1);
	walk_put(7, 2);
	walk_put(0, 4);
	walk_put(0, 2);
	walk_put(0x64636261, 4);
	ck_assert_uint_eq(walk_dissect(false)->n_blocks, 2);
	ck_assert_uint_eq(walk_scratch.message.anomalies, 0);
	ck_assert_uint_eq(walk_scratch.facts[1].fid, 7);
}
END_TEST

START_TEST(a_long_chain_is_capped)
{
	walk_begin(0x74, false, 0, 0x4001);
	for (uint32_t i = 1; i < LINKS; i++)
		put_logoff(0x74, (uint16_t)(SMB1_HEADER_SIZE + 7 * i));
	put_logoff(ANDX_NONE, 0);
	ck_assert_uint_eq(walk_dissect(false)->n_blocks, SMB_CHAIN_MAX);
	ck_assert_uint_eq(walk_scratch.message.anomalies, SMB_ANOMALY_ANDX_CHAIN);
	ck_assert_uint_eq(walk_scratch.message.incomplete, SMB_INCOMPLETE_LIMIT);
}
END_TEST

START_TEST(a_chain_of_the_cap_is_whole)
{
	walk_begin(0x74, false, 0, 0x4001);
	for (uint32_t i = 1; i < SMB_CHAIN_MAX; i++)
		put_logoff(0x74, (uint16_t)(SMB1_HEADER_SIZE + 7 * i));
	put_logoff(ANDX_NONE, 0);
	pad_to(32 * (SMB_CHAIN_MAX - 2));
	ck_assert_uint_eq(walk_dissect(false)->n_blocks, SMB_CHAIN_MAX);
	ck_assert_uint_eq(walk_scratch.message.anomalies, 0);
	ck_assert_uint_eq(walk_scratch.message.incomplete, 0);
}
END_TEST

/* Each is told in many more bytes than it has: four, or one for 32 bytes and two more. */
START_TEST(a_chain_of_next_to_nothing_is_cut)
{
	static const struct {
		uint32_t links, size, blocks;
	} rows[] = { { 4, 0, 4 },   { 5, 0, 4 },   { 5, 95, 4 }, { 5, 96, 5 },
		     { 6, 127, 5 }, { 6, 128, 6 }, { 10, 0, 5 }, { 12, 0, 5 } };

	walk_begin(0x74, false, 0, 0x4001);
	for (uint32_t i = 1; i < rows[_i].links; i++)
		put_logoff(0x74, (uint16_t)(SMB1_HEADER_SIZE + 7 * i));
	put_logoff(ANDX_NONE, 0);
	pad_to(rows[_i].size);
	ck_assert_uint_eq(walk_dissect(false)->n_blocks,
			  (rows[_i].blocks < SMB_CHAIN_MAX ? rows[_i].blocks : SMB_CHAIN_MAX));
	ck_assert_uint_eq(walk_scratch.message.anomalies,
			  rows[_i].links > walk_scratch.message.n_blocks ? SMB_ANOMALY_ANDX_CHAIN
									 : 0);
}
END_TEST

void
walk_add_chains(TCase *tc)
{
	tcase_add_test(tc, a_chain_is_walked);
	tcase_add_test(tc, a_chain_never_stands_still_or_goes_back);
	tcase_add_test(tc, a_chain_does_not_run_in_a_circle);
	tcase_add_test(tc, a_chain_may_leave_a_gap);
	tcase_add_test(tc, a_chain_may_lie_in_the_bytes_of_a_write);
	tcase_add_test(tc, a_long_chain_is_capped);
	tcase_add_test(tc, a_chain_of_the_cap_is_whole);
	tcase_add_loop_test(tc, a_chain_of_next_to_nothing_is_cut, 0, 8);
}
