/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decompression: the examples of [MS-XCA] 3, what no compressor makes, and that every cut and every
 * size of the room gives the beginning of the whole.
 */
#include <check.h>
#include <stdlib.h>

#include "dissect/compression/compression.h"
#include "tests/dissect/compression/compressed-messages.h"
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
	Result result = { .bytes = room ? malloc(room) : NULL };
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

/* What is expected: runs of a letter, as "1b35a", which is all that was decompressed. */
typedef struct {
	uint16_t algorithm;
	const char *hex;
	uint32_t cut; /* so many bytes more are declared */
	uint32_t room;
	const char *runs;
	SmbReadStatus status;
	uint32_t left;
} Row;

static void
assert_row(const Row *row, Wire w, const char *what)
{
	Result got = expand(row->algorithm, w, w.len + row->cut, row->room);
	uint32_t used = 0;
	char *at = NULL;

	for (const char *run = row->runs; *run; run = at + 1)
		for (unsigned long n = strtoul(run, &at, 10); n; n--, used++)
			ck_assert_msg(used < got.used && got.bytes[used] == (uint8_t)*at,
				      "%s: byte %u", what, used);
	ck_assert_msg(got.used == used, "%s: %u bytes", what, got.used);
	ck_assert_msg(got.status == row->status, "%s: status %d", what, got.status);
	ck_assert_msg(got.left == row->left, "%s: %u left", what, got.left);
	free(got.bytes);
	free(w.bytes);
}

static void
assert_rows(const Row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_row(&rows[i], from_hex(rows[i].hex), rows[i].hex);
}

/* What is left of the input once the room is full is not looked at. */
START_TEST(the_room_and_the_input_end)
{
	static const Row rows[] = {
		{ SMB_COMPRESSION_NONE, "414243", 0, 2, "1A1B", SMB_READ_OK, 1 },
		{ SMB_COMPRESSION_NONE, "414243", 0, 5, "1A1B1C", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_NONE, "414243", 1, 3, "1A1B1C", SMB_READ_OK, 1 },
		{ SMB_COMPRESSION_NONE, "414243", 1, 4, "1A1B1C", SMB_READ_TRUNCATED, 0 },
		{ SMB_COMPRESSION_PATTERN_V1, "7a00000004000000", 0, 0, "", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_PATTERN_V1, "7a00000004000000", 0, 9, "4z", SMB_READ_OK, 0 },
	};

	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

START_TEST(sequences_of_lz4)
{
	static const Row rows[] = {
		{ SMB_COMPRESSION_LZ4, "", 0, 9, "", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ4, "207a79", 0, 9, "1z1y", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ4, "207a79", 0, 1, "1z", SMB_READ_OK, 1 },
		{ SMB_COMPRESSION_LZ4, "107a0100", 0, 9, "5z", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ4, "107a0100ff", 0, 5, "5z", SMB_READ_OK, 1 },
		{ SMB_COMPRESSION_LZ4, "1f7a0100", 1, 9, "1z", SMB_READ_TRUNCATED, 0 },
		{ SMB_COMPRESSION_LZ4, "1f7a0100", 0, 9, "1z", SMB_READ_MALFORMED, 0 },
		{ SMB_COMPRESSION_LZ4, "1f7a010000", 0, 30, "20z", SMB_READ_OK, 0 },
	};

	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

/*
 * A length of LZ4 fits in 32 bits. One of almost so many literals, none of which are there, does not
 * take the time of them.
 */
START_TEST(lengths_of_lz4_without_end)
{
	static const struct {
		uint32_t bytes; /* of 255 */
		const char *more;
	} rows[] = {
		/* 15 + 255 * 16843009 is 14 more than fits in 32 bits */
		{ 16843009, "00616161616161616161616161616161" },
		{ 16843006, "00" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Wire more = from_hex(rows[i].more), w = wire_of_size(1 + rows[i].bytes + more.len);
		const Row row = { SMB_COMPRESSION_LZ4, "", 0, 99, "", SMB_READ_MALFORMED, 0 };

		memset(w.bytes, 0xFF, w.len);
		w.bytes[0] = 0xF0;
		memcpy(w.bytes + 1 + rows[i].bytes, more.bytes, more.len);
		free(more.bytes);
		assert_row(&row, w, rows[i].more);
	}
}
END_TEST

/* Nor does a length go on for ever where numbers that cannot be read are all ones. */
START_TEST(a_length_of_lz4_that_is_read_again)
{
	Wire w = from_hex("f0ff");
	SmbReader r = smb_reader_new(w.bytes, w.len, w.len);
	uint8_t room[4];
	SmbPlain out = { .bytes = room, .size = sizeof(room) };

	r.ones = true;
	smb_expand(&r, SMB_COMPRESSION_LZ4, &out);
	ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
	ck_assert_uint_eq(out.used, 0);
	free(w.bytes);
}
END_TEST

/* 2.4.4: a length has 3 bits, then 4 that two matches share a byte for, then 8, 16 and 32. */
START_TEST(lengths_of_lz77)
{
	static const Row rows[] = {
		{ SMB_COMPRESSION_LZ77, "00000040610200", 0, 99, "6a", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ77, "00000040610600", 0, 99, "10a", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ77, "0000006061070043070062", 0, 99, "28a1b", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ77, "000000406107000e", 0, 99, "25a", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ77, "000000406107000f05", 0, 99, "31a", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ77, "000000406107000fff1600", 0, 99, "26a", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ77, "000000406107000fff1500", 0, 99, "1a", SMB_READ_MALFORMED,
		  0 },
		{ SMB_COMPRESSION_LZ77, "000000406107000fff000016000000", 0, 99, "26a", SMB_READ_OK,
		  0 },
		{ SMB_COMPRESSION_LZ77, "000000406107000fff0000fcffffff", 0, 99, "99a", SMB_READ_OK,
		  0 },
		{ SMB_COMPRESSION_LZ77, "000000406107000fff0000fdffffff", 0, 99, "1a",
		  SMB_READ_MALFORMED, 0 },
	};

	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

/* 16 bytes of which the last is another one, in a compressed chunk of `more` bytes beyond them. */
#define LZNT1_16(size)              \
	size "b0006161616161616161" \
	     "006161616161616162"

START_TEST(chunks_of_lznt1)
{
	static const Row rows[] = {
		{ SMB_COMPRESSION_LZNT1, "0230616263", 0, 9, "1a1b1c", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZNT1, "0030610000ff", 0, 9, "1a", SMB_READ_OK, 1 },
		{ SMB_COMPRESSION_LZNT1, "003061ff", 0, 9, "1a", SMB_READ_OK, 1 },
		{ SMB_COMPRESSION_LZNT1, "003061ffff", 0, 1, "1a", SMB_READ_OK, 2 },
		{ SMB_COMPRESSION_LZNT1, "0030", 0, 9, "", SMB_READ_MALFORMED, 0 },
		{ SMB_COMPRESSION_LZNT1, "001061", 0, 9, "", SMB_READ_MALFORMED, 0 },
		{ SMB_COMPRESSION_LZNT1, "01b00061", 0, 9, "1a", SMB_READ_OK, 0 },
		/* a chunk may have 4096 bytes, and no more */
		{ SMB_COMPRESSION_LZNT1, "03b00261fc0f", 0, 5000, "4096a", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZNT1, "03b00261fd0f", 0, 5000, "4097a", SMB_READ_MALFORMED, 0 },
		/* 2.5.1.4: behind 16 bytes a displacement has 4 bits, behind 17 it has 5 */
		{ SMB_COMPRESSION_LZNT1, LZNT1_16("14") "0100f0", 0, 99, "15a1b3a", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZNT1, LZNT1_16("15") "02630080", 0, 99, "15a1b1c3a", SMB_READ_OK,
		  0 },
		/* what would be malformed, behind what is wanted */
		{ SMB_COMPRESSION_LZNT1,
		  "0bb000616161616161616201"
		  "00f0",
		  0, 8, "7a1b", SMB_READ_OK, 0 },
	};

	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

/* 2.1.4.3: a match of a distance of so many bits beyond the highest, and what its length begins with. */
#define MATCH(bits, length) (256 + 16 * (bits) + (length))

/* A table of LZ77+Huffman by symbols and the lengths of their codes, up to a length of 0. */
static Wire
huffman_of(const uint16_t (*codes)[2], const char *stream)
{
	Wire w = huffman(NULL, 0, stream);

	for (; (*codes)[1]; codes++)
		w.bytes[(*codes)[0] / 2] |= (uint8_t)((*codes)[1] << (*codes)[0] % 2 * 4);
	return w;
}

static void
assert_huffman(const uint16_t (*codes)[2], Row row)
{
	row.algorithm = SMB_COMPRESSION_LZ77_HUFFMAN;
	assert_row(&row, huffman_of(codes, row.hex), row.hex);
}

/* A decoder may have looked at two words that are not there, and at no third. */
START_TEST(bits_of_huffman)
{
	static const uint16_t two[][2] = { { 'a', 1 }, { 'b', 1 }, { 0, 0 } },
			      first[][2] = { { 0, 1 }, { 1, 1 }, { 0, 0 } },
			      all[][2] = { { 'a', 1 },  { 'b', 2 },  { 'c', 3 },  { 'd', 4 },
					   { 'e', 5 },  { 'f', 6 },  { 'g', 7 },  { 'h', 8 },
					   { 'i', 9 },  { 'j', 10 }, { 'k', 11 }, { 'l', 12 },
					   { 'm', 13 }, { 'n', 14 }, { 'o', 15 }, { 'p', 15 },
					   { 0, 0 } };
	Wire w = huffman_of(two, "ffffffff"), none = wire_of_size(TABLE);
	const Row row = { SMB_COMPRESSION_LZ77_HUFFMAN, "", 0, 9, "", SMB_READ_MALFORMED, 0 };
	Result got = expand(SMB_COMPRESSION_LZ77_HUFFMAN, w, w.len, 0);

	ck_assert_uint_eq(got.left, w.len);
	free(w.bytes);
	assert_huffman(two, (Row){ 0, "ffffffff", 0, 32, "32b", SMB_READ_OK, 0 });
	assert_huffman(two, (Row){ 0, "ffffffff", 0, 48, "32b16a", SMB_READ_OK, 0 });
	assert_huffman(two, (Row){ 0, "ffffffff", 0, 49, "32b16a", SMB_READ_MALFORMED, 0 });
	assert_huffman(all, (Row){ 0, "fefffcff", 0, 4, "1p1a1o1a", SMB_READ_OK, 0 });
	assert_row(&row, none, "a table alone");
	w = huffman_of(first, "00000000");
	got = expand(SMB_COMPRESSION_LZ77_HUFFMAN, w, w.len, 4);
	ck_assert_uint_eq(got.used, 4);
	ck_assert_mem_eq(got.bytes, "\0\0\0", 4);
	free(got.bytes);
	free(w.bytes);
}
END_TEST

START_TEST(lengths_of_huffman)
{
	/* b 0, a match 1 */
	static const uint16_t three[][2] = { { 'b', 1 }, { MATCH(0, 0), 1 }, { 0, 0 } },
			      more[][2] = { { 'b', 1 }, { MATCH(0, 15), 1 }, { 0, 0 } },
			      /* a 0, b 10, a match 11 */
		here[][2] = { { 'a', 1 }, { 'b', 2 }, { MATCH(0, 15), 2 }, { 0, 0 } },
			      back[][2] = { { 'a', 1 }, { 'b', 2 }, { MATCH(2, 1), 2 }, { 0, 0 } };

	assert_huffman(three, (Row){ 0, "00400000", 0, 5, "5b", SMB_READ_OK, 0 });
	/* b aaaaaa and 4 bytes of 4 + 3 before: 10 000000 11 11 */
	assert_huffman(back, (Row){ 0, "f0800000", 0, 11, "1b6a1b3a", SMB_READ_OK, 0 });
	/* the byte of a length stands behind the words that were needed by then, and no later */
	assert_huffman(here, (Row){ 0, "0380aaaa05aaaa", 0, 52, "1b35a16b", SMB_READ_OK, 0 });
	assert_huffman(more, (Row){ 0, "00400000", 1, 9, "1b", SMB_READ_TRUNCATED, 0 });
	assert_huffman(more, (Row){ 0, "00400000ff0f00", 0, 19, "19b", SMB_READ_OK, 0 });
	assert_huffman(more, (Row){ 0, "00400000ff0e00", 0, 19, "1b", SMB_READ_MALFORMED, 0 });
	assert_huffman(more, (Row){ 0, "00400000ff00000f000000", 0, 19, "19b", SMB_READ_OK, 0 });
	assert_huffman(more, (Row){ 0, "00400000ff0000fcffffff", 0, 99, "99b", SMB_READ_OK, 0 });
	assert_huffman(more,
		       (Row){ 0, "00400000ff0000fdffffff", 0, 99, "1b", SMB_READ_MALFORMED, 0 });
}
END_TEST

/* 64 KiB later there is another table, which is not looked at if no more is wanted. */
START_TEST(blocks_of_huffman)
{
	static const uint16_t first[][2] = { { 'b', 1 }, { MATCH(0, 15), 1 }, { 0, 0 } },
			      second[][2] = { { 'c', 1 }, { 'd', 1 }, { 0, 0 } };
	static const Row rows[] = {
		{ SMB_COMPRESSION_LZ77_HUFFMAN, "", 0, 65540, "65536b4d", SMB_READ_OK, 0 },
		{ SMB_COMPRESSION_LZ77_HUFFMAN, "", 0, 65536, "65536b", SMB_READ_OK, 260 },
	};

	for (size_t i = 0; i < 2; i++) {
		Wire a = huffman_of(first, "00400000fffcff"), b = huffman_of(second, "ffffffff");
		Wire w = wire_of_size(a.len + b.len);

		memcpy(w.bytes, a.bytes, a.len);
		memcpy(w.bytes + a.len, b.bytes, b.len);
		free(a.bytes);
		free(b.bytes);
		assert_row(&rows[i], w, "two blocks");
	}
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
	tcase_add_test(tests, the_room_and_the_input_end);
	tcase_add_test(tests, sequences_of_lz4);
	tcase_add_test(tests, lengths_of_lz4_without_end);
	tcase_add_test(tests, a_length_of_lz4_that_is_read_again);
	tcase_add_test(tests, lengths_of_lz77);
	tcase_add_test(tests, chunks_of_lznt1);
	tcase_add_test(tests, bits_of_huffman);
	tcase_add_test(tests, lengths_of_huffman);
	tcase_add_test(tests, blocks_of_huffman);
	compression_add_messages(tests);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
