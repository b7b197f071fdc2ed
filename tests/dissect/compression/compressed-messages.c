/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compressed messages of SMB2 ([MS-SMB2] 2.2.42, 3.1.5.3) by themselves: how many bytes they say they
 * are, and what is made of them in rooms of every kind.
 */
#include "tests/dissect/compression/compressed-messages.h"

#include <stdlib.h>

#include "dissect/smb2/compression.h"
#include "tests/lib/smb2-wire.h"

/* What a message gives in a room of `size`; `room` is exactly that many bytes, or NULL. */
typedef struct {
	const char *hex;
	uint32_t cut; /* so many bytes more are declared */
	uint32_t size;
	uint64_t plain; /* smb2_plain_size */
	const char *text;
	SmbReadStatus status;
	uint32_t end; /* what the reader declares */
} Row;

static void
assert_row(const Row *row)
{
	Wire w = from_hex(row->hex);
	SmbReader bytes = smb_reader_new(w.bytes, w.len, w.len + row->cut), got;
	uint8_t *room = row->size ? malloc(row->size) : NULL;
	SmbReadStatus status;

	ck_assert_msg(smb2_plain_size(bytes) == row->plain, "%s", row->hex);
	got = smb2_decompress(bytes, room, row->size, &status);
	ck_assert_msg(got.limit == strlen(row->text), "%s: %u bytes", row->hex, got.limit);
	ck_assert_msg(got.limit == 0 || memcmp(room, row->text, got.limit) == 0, "%s", row->hex);
	ck_assert_msg(got.end == row->end, "%s: %u declared", row->hex, got.end);
	ck_assert_msg(status == row->status, "%s: status %d", row->hex, status);
	free(room);
	free(w.bytes);
}
#define ASSERT_ROWS(rows)                                             \
	for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++) \
	assert_row(&(rows)[i])

#define ID "fc534d42"

/* Without all of the header nothing is known, and another protocol is none of these. */
START_TEST(headers_that_are_none)
{
	static const Row rows[] = {
		{ ID "0400000000000000000000", 1, 9, 0, "", SMB_READ_TRUNCATED, 0 },
		{ ID "0400000000000000000000", 0, 9, 0, "", SMB_READ_MALFORMED, 0 },
		{ "fd534d42"
		  "04000000000000000000000041424344",
		  0, 9, 0, "", SMB_READ_OK, 0 },
	};

	ASSERT_ROWS(rows);
}
END_TEST

/* Clear bytes up to the offset, then those that are compressed: here a pattern, or nothing at all. */
START_TEST(messages_that_are_not_chained)
{
	static const Row rows[] = {
		{ ID "0400000004000000020000004142"
		     "7a00000004000000",
		  0, 9, 6, "ABzzzz", SMB_READ_OK, 6 },
		/* less is wanted: all of both, a part of the pattern, a part of the clear bytes */
		{ ID "0400000004000000020000004142"
		     "7a00000004000000",
		  0, 6, 6, "ABzzzz", SMB_READ_OK, 6 },
		{ ID "0400000004000000020000004142"
		     "7a00000004000000",
		  0, 3, 6, "ABz", SMB_READ_OK, 6 },
		{ ID "04000000040000000200000041427a", 0, 2, 6, "AB", SMB_READ_OK, 6 },
		{ ID "04000000040000000200000041427a", 0, 0, 6, "", SMB_READ_OK, 6 },
		{ ID "04000000040000000200000041427a", 7, 6, 6, "AB", SMB_READ_TRUNCATED, 6 },
		/* the offset lies, or the capture ends before it */
		{ ID "0400000004000000030000004142", 0, 9, 7, "AB", SMB_READ_MALFORMED, 7 },
		{ ID "0400000004000000030000004142", 9, 9, 7, "AB", SMB_READ_TRUNCATED, 7 },
		/* less comes out than was said */
		{ ID "050000000400000000000000"
		     "7a00000004000000",
		  0, 9, 5, "zzzz", SMB_READ_MALFORMED, 5 },
		/* more bytes than 32 bits can count */
		{ ID "ffffffff04000000010000004142000000ffffffff", 0, 2, 0x100000000, "AB",
		  SMB_READ_OK, UINT32_MAX },
		{ ID "feffffff04000000010000004142000000ffffffff", 0, 2, 0xFFFFFFFF, "AB",
		  SMB_READ_OK, UINT32_MAX },
	};

	ASSERT_ROWS(rows);
}
END_TEST

#define COPY2 "00000100020000004142"
#define PATTERN4 "04000000080000007a00000004000000"

/* Payloads until there are as many bytes as the header says, or as are wanted. */
START_TEST(messages_that_are_chained)
{
	static const Row rows[] = {
		{ ID "06000000" COPY2 PATTERN4, 0, 9, 6, "ABzzzz", SMB_READ_OK, 6 },
		{ ID "06000000" COPY2 PATTERN4, 0, 5, 6, "ABzzz", SMB_READ_OK, 6 },
		{ ID "06000000"
		     "04000100080000007a00000004000000" COPY2,
		  0, 9, 6, "zzzzAB", SMB_READ_OK, 6 },
		/* what follows the last one that is wanted is not looked at */
		{ ID "06000000" COPY2 PATTERN4 "ff", 0, 9, 6, "ABzzzz", SMB_READ_OK, 6 },
		{ ID "06000000" COPY2 PATTERN4 "ff", 0, 2, 6, "AB", SMB_READ_OK, 6 },
		{ ID "02000000" COPY2 "ff", 0, 9, 2, "AB", SMB_READ_OK, 2 },
		/* one with each algorithm that has a size of its own: LZNT1, LZ77, its form, LZ4 */
		{ ID "03000000"
		     "0100010008000000030000000230616263",
		  0, 9, 3, "ab", SMB_READ_MALFORMED, 3 },
		{ ID "03000000"
		     "0100010009000000030000000230616263",
		  0, 9, 3, "abc", SMB_READ_OK, 3 },
		{ ID "03000000"
		     "020001000b0000000300000000000000616263",
		  0, 9, 3, "abc", SMB_READ_OK, 3 },
		{ ID "03000000"
		     "05000100080000000300000030616263",
		  0, 9, 3, "abc", SMB_READ_OK, 3 },
		/* it gives less, or more, than it says */
		{ ID "03000000"
		     "05000100080000000400000030616263",
		  0, 9, 3, "abc", SMB_READ_OK, 3 },
		{ ID "04000000"
		     "05000100080000000400000030616263",
		  0, 9, 4, "abc", SMB_READ_MALFORMED, 4 },
		{ ID "04000000"
		     "05000100080000000200000030616263" COPY2,
		  0, 9, 4, "abAB", SMB_READ_OK, 4 },
		{ ID "04000000"
		     "050001000700000003000000206162" COPY2,
		  0, 9, 4, "ab", SMB_READ_MALFORMED, 4 },
		/* payloads that are not all there */
		{ ID "06000000" COPY2 "0400", 0, 9, 6, "AB", SMB_READ_MALFORMED, 6 },
		{ ID "06000000" COPY2 "0400", 9, 9, 6, "AB", SMB_READ_TRUNCATED, 6 },
		{ ID "06000000" COPY2, 0, 9, 6, "AB", SMB_READ_MALFORMED, 6 },
		/* an algorithm that is none */
		{ ID "03000000"
		     "060001000400000030616263",
		  0, 9, 3, "", SMB_READ_MALFORMED, 3 },
	};

	ASSERT_ROWS(rows);
}
END_TEST

/* 2.2.42.2.1. */
START_TEST(payloads_of_four_algorithms_have_a_size)
{
	static const bool has[] = { false, true, true, true, false, true, false };

	for (uint16_t i = 0; i < sizeof(has) / sizeof(has[0]); i++)
		ck_assert_int_eq(smb2_payload_has_size(i), has[i]);
}
END_TEST

START_TEST(compressed_messages_are_known_by_their_first_bytes)
{
	static const struct {
		const char *hex;
		bool is;
	} rows[] = { { ID, true }, { "fd534d42", false }, { "fc534d", false }, { "", false } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Wire w = from_hex(rows[i].hex);
		SmbReader r = smb_reader_new(w.bytes, w.len, w.len);

		ck_assert_int_eq(smb2_is_compressed(&r), rows[i].is);
		free(w.bytes);
	}
}
END_TEST

void
compression_add_messages(TCase *tc)
{
	tcase_add_test(tc, headers_that_are_none);
	tcase_add_test(tc, messages_that_are_not_chained);
	tcase_add_test(tc, messages_that_are_chained);
	tcase_add_test(tc, payloads_of_four_algorithms_have_a_size);
	tcase_add_test(tc, compressed_messages_are_known_by_their_first_bytes);
}
