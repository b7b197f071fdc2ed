/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decompression: the examples of [MS-XCA] 3, what no compressor makes, and that every cut and every
 * size of the room gives the beginning of the whole.
 */
#include <check.h>
#include <stdlib.h>

#include "dissect/compression/compression.h"
#include "tests/lib/smb2-wire.h"

enum { TABLE = 256 };

/* What was decompressed, in a heap buffer of exactly the room. */
typedef struct {
	uint8_t *bytes;
	uint32_t used, left; /* left: declared bytes of the input that were not read */
	SmbReadStatus status;
} Result;

/* Of an input that declares `declared` bytes. */
static Result
expand(uint16_t algorithm, Wire in, uint32_t declared, uint32_t room)
{
	Result result = { .bytes = malloc(room) };
	SmbReader r = smb_reader_new(in.bytes, in.len, declared);
	SmbPlain out = { .bytes = result.bytes, .size = room };

	smb_expand(&r, algorithm, &out);
	result.used = out.used;
	result.status = r.status;
	result.left = smb_reader_declared_left(&r);
	return result;
}

/* Bytes of a table of LZ77+Huffman that are not zero, and what follows the table. */
static Wire
huffman(const uint8_t (*lengths)[2], size_t n, const char *stream)
{
	Wire more = from_hex(stream), w = wire_of_size(TABLE + more.len);

	for (size_t i = 0; i < n; i++)
		w.bytes[lengths[i][0]] = lengths[i][1];
	memcpy(w.bytes + TABLE, more.bytes, more.len);
	free(more.bytes);
	return w;
}

/* [MS-XCA] 3.2, second example: three literals, the end of the stream and one match. */
static Wire
huffman_repeats(void)
{
	static const uint8_t lengths[][2] = {
		{ 48, 0x30 }, { 49, 0x23 }, { 128, 0x02 }, { 143, 0x20 }
	};

	return huffman(lengths, 4, "a8dc0000ff2601");
}

/* [MS-XCA] 3.2, first example. */
static Wire
huffman_alphabet(void)
{
	static const uint8_t lengths[][2] = {
		{ 48, 0x50 }, { 49, 0x55 }, { 50, 0x55 }, { 51, 0x55 }, { 52, 0x55 },
		{ 53, 0x55 }, { 54, 0x55 }, { 55, 0x55 }, { 56, 0x55 }, { 57, 0x55 },
		{ 58, 0x55 }, { 59, 0x45 }, { 60, 0x44 }, { 61, 0x04 }, { 128, 0x04 },
	};

	return huffman(lengths, 15, "d8523ed794115be9195ff9d67cdf8d0400000000");
}

#define LZ77_ALPHABET "3f0000006162636465666768696a6b6c6d6e6f707172737475767778797a"
#define LZ77_REPEATS "ffffff1f61626317000fff2601"
#define LZNT1_EXAMPLE                                        \
	"38b08846232000204720410010a24701a04520440008450150" \
	"7900c0452005241388"                                 \
	"05b4024a44ef0358028c091601484500be009e000401189000"

static Wire
repeats(uint16_t algorithm)
{
	return algorithm == SMB_COMPRESSION_LZ77 ? from_hex(LZ77_REPEATS) : huffman_repeats();
}

static void
assert_whole(uint16_t algorithm, Wire w, const char *text, uint32_t len)
{
	Result got = expand(algorithm, w, w.len, len);

	ck_assert_int_eq(got.status, SMB_READ_OK);
	ck_assert_uint_eq(got.used, len);
	ck_assert_mem_eq(got.bytes, text, len);
	free(got.bytes);
	free(w.bytes);
}

START_TEST(examples_of_the_specification)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz";
	static const char notes[] =
		"F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# "
		"E D D E E F# D E F# G F# D E F# G F# E D E A F# F# G A A G F# "
		"E D D E F# E D D";
	char abc[300];

	for (size_t i = 0; i < sizeof(abc); i++)
		abc[i] = "abc"[i % 3];
	assert_whole(SMB_COMPRESSION_LZ77, from_hex(LZ77_ALPHABET), alphabet, 26);
	assert_whole(SMB_COMPRESSION_LZ77, from_hex(LZ77_REPEATS), abc, 300);
	assert_whole(SMB_COMPRESSION_LZ77_HUFFMAN, huffman_alphabet(), alphabet, 26);
	assert_whole(SMB_COMPRESSION_LZ77_HUFFMAN, huffman_repeats(), abc, 300);
	assert_whole(SMB_COMPRESSION_LZNT1, from_hex(LZNT1_EXAMPLE), notes, sizeof(notes));
}
END_TEST

START_TEST(a_pattern_and_plain_bytes)
{
	assert_whole(SMB_COMPRESSION_PATTERN_V1, from_hex("7a00000004000000"), "zzzz", 4);
	assert_whole(SMB_COMPRESSION_NONE, from_hex("00ff41"),
		     "\0\xff"
		     "A",
		     3);
	assert_whole(SMB_COMPRESSION_LZ4, from_hex("1f7a010005507a7a7a7a7a"),
		     "zzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 29);
}
END_TEST

/* However little is wanted, it is the beginning of the whole; and nothing is read behind it. */
START_TEST(every_room_has_the_beginning)
{
	for (uint16_t a = SMB_COMPRESSION_LZ77; a <= SMB_COMPRESSION_LZ77_HUFFMAN; a++)
		for (uint32_t room = 0; room <= 300; room++) {
			Wire w = repeats(a);
			Result got = expand(a, w, w.len, room);

			ck_assert_int_eq(got.status, SMB_READ_OK);
			ck_assert_uint_eq(got.used, room);
			for (uint32_t i = 0; i < room; i++)
				ck_assert_int_eq(got.bytes[i], "abc"[i % 3]);
			free(got.bytes);
			free(w.bytes);
		}
}
END_TEST

/* A capture that has less of it gives the beginning and says so. */
static void
assert_cuts(uint16_t algorithm, Wire w, uint32_t size)
{
	Result whole = expand(algorithm, w, w.len, size);

	ck_assert_uint_eq(whole.used, size);
	for (uint32_t n = 0; n < w.len; n++) {
		Wire c = cut(w, n);
		Result got = expand(algorithm, c, w.len, size);

		ck_assert(got.used == size || got.status == SMB_READ_TRUNCATED);
		ck_assert_uint_le(got.used, size);
		if (got.used)
			ck_assert_mem_eq(got.bytes, whole.bytes, got.used);
		free(got.bytes);
		free(c.bytes);
	}
	free(whole.bytes);
	free(w.bytes);
}

START_TEST(every_cut_has_the_beginning)
{
	assert_cuts(SMB_COMPRESSION_LZ77, from_hex(LZ77_ALPHABET), 26);
	assert_cuts(SMB_COMPRESSION_LZ77, from_hex(LZ77_REPEATS), 300);
	assert_cuts(SMB_COMPRESSION_LZ77_HUFFMAN, huffman_alphabet(), 26);
	assert_cuts(SMB_COMPRESSION_LZ77_HUFFMAN, huffman_repeats(), 300);
	assert_cuts(SMB_COMPRESSION_LZNT1, from_hex(LZNT1_EXAMPLE), 142);
	assert_cuts(SMB_COMPRESSION_LZ4, from_hex("1f7a010005507a7a7a7a7a"), 29);
	assert_cuts(SMB_COMPRESSION_PATTERN_V1, from_hex("7a00000004000000"), 4);
	assert_cuts(SMB_COMPRESSION_NONE, from_hex("00ff41"), 3);
}
END_TEST

/* Two chunks: the second may not refer to the first (2.5.1), here by its first word. */
#define LZNT1_REFERS_TO_THE_CHUNK_BEFORE "0130616203b0010000ff"

START_TEST(what_no_compressor_makes)
{
	static const struct {
		uint16_t algorithm;
		const char *hex;
	} bad[] = {
		/* a match first, or one that begins before the stream does */
		{ SMB_COMPRESSION_LZ77, "ffffffff0000" },
		{ SMB_COMPRESSION_LZ77, "ffffff7f61080041" },
		{ SMB_COMPRESSION_LZNT1, LZNT1_REFERS_TO_THE_CHUNK_BEFORE },
		/* a length of 16 bits that a shorter form would have had (2.4.4) */
		{ SMB_COMPRESSION_LZ77, "ffffff7f6107000fff0500" },
		/* signature, and a chunk that is longer than the message */
		{ SMB_COMPRESSION_LZNT1, "01906162" },
		{ SMB_COMPRESSION_LZNT1, "10306162" },
		{ SMB_COMPRESSION_PATTERN_V1, "7a0000000400" },
		/* LZ4: a distance of 0, one to before the block, a length without end */
		{ SMB_COMPRESSION_LZ4, "10610000" },
		{ SMB_COMPRESSION_LZ4, "10610200" },
		{ SMB_COMPRESSION_LZ4, "f0ffffff" },
		{ 6, "00000000" },
		{ 0xFFFF, "00000000" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		Wire w = from_hex(bad[i].hex);
		Result got = expand(bad[i].algorithm, w, w.len, 100);

		ck_assert_msg(got.status == SMB_READ_MALFORMED, "%zu: %d", i, got.status);
		free(got.bytes);
		free(w.bytes);
	}
}
END_TEST

/* Lengths of codes that leave bit strings over, or that need more than there are. */
START_TEST(a_table_uses_up_all_codes)
{
	static const uint8_t few[][2] = { { 48, 0x30 } },
			     many[][2] = { { 48, 0x11 }, { 49, 0x11 } },
			     two[][2] = { { 48, 0x10 }, { 49, 0x01 } };
	Wire wires[] = { huffman(few, 1, "00000000"), huffman(many, 2, "00000000"),
			 huffman(few, 0, "00000000") };
	Wire good = huffman(two, 2, "00000000");
	Result got;

	for (size_t i = 0; i < sizeof(wires) / sizeof(wires[0]); i++) {
		got = expand(SMB_COMPRESSION_LZ77_HUFFMAN, wires[i], wires[i].len, 8);
		ck_assert_int_eq(got.status, SMB_READ_MALFORMED);
		ck_assert_uint_eq(got.used, 0);
		free(got.bytes);
		free(wires[i].bytes);
	}
	got = expand(SMB_COMPRESSION_LZ77_HUFFMAN, good, good.len, 8);
	ck_assert_int_eq(got.status, SMB_READ_OK);
	ck_assert_mem_eq(got.bytes, "aaaaaaaa", 8);
	free(got.bytes);
	free(good.bytes);
}
END_TEST

/* Codes that go on behind the end of the message are no codes for ever. */
START_TEST(a_stream_ends_where_the_message_does)
{
	static const uint8_t two[][2] = { { 48, 0x10 }, { 49, 0x01 } };
	Wire w = huffman(two, 2, "0000");
	Result got = expand(SMB_COMPRESSION_LZ77_HUFFMAN, w, w.len, 1 << 16);

	ck_assert_int_eq(got.status, SMB_READ_MALFORMED);
	ck_assert_uint_lt(got.used, 64);
	free(got.bytes);
	free(w.bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("compression");
	TCase *tests = tcase_create("compression");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, examples_of_the_specification);
	tcase_add_test(tests, a_pattern_and_plain_bytes);
	tcase_add_test(tests, every_room_has_the_beginning);
	tcase_add_test(tests, every_cut_has_the_beginning);
	tcase_add_test(tests, what_no_compressor_makes);
	tcase_add_test(tests, a_table_uses_up_all_codes);
	tcase_add_test(tests, a_stream_ends_where_the_message_does);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
