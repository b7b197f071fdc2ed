/* SPDX-License-Identifier: BSD-3-Clause */
/* The append buffer and what is written into it digit by digit. */
#include "output/base/buffer.h"

#include <glib.h>

static const char hex_digits[] = "0123456789abcdef";

/* The two digits of each byte. */
static const char hex_pairs[] = "000102030405060708090a0b0c0d0e0f"
				"101112131415161718191a1b1c1d1e1f"
				"202122232425262728292a2b2c2d2e2f"
				"303132333435363738393a3b3c3d3e3f"
				"404142434445464748494a4b4c4d4e4f"
				"505152535455565758595a5b5c5d5e5f"
				"606162636465666768696a6b6c6d6e6f"
				"707172737475767778797a7b7c7d7e7f"
				"808182838485868788898a8b8c8d8e8f"
				"909192939495969798999a9b9c9d9e9f"
				"a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
				"b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
				"c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
				"d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
				"e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
				"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

static char *
put_hex(char *to, uint8_t byte)
{
	memcpy(to, hex_pairs + 2 * byte, 2);
	return to + 2;
}

/* Two digits a division. */
static const char hundred[100][3] = {
	"00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14",
	"15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29",
	"30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42", "43", "44",
	"45", "46", "47", "48", "49", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59",
	"60", "61", "62", "63", "64", "65", "66", "67", "68", "69", "70", "71", "72", "73", "74",
	"75", "76", "77", "78", "79", "80", "81", "82", "83", "84", "85", "86", "87", "88", "89",
	"90", "91", "92", "93", "94", "95", "96", "97", "98", "99",
};

void
out_buffer_reserve(OutBuffer *b, size_t more)
{
	size_t need = b->len + more;
	size_t cap = b->cap ? b->cap : 512;

	while (cap < need)
		cap *= 2;
	if (cap == b->cap)
		return;
	b->data = g_realloc(b->data, cap);
	b->cap = cap;
}

void
out_buffer_clear(OutBuffer *b)
{
	g_free(b->data);
	*b = (OutBuffer){ 0 };
}

void
out_limit(OutBuffer *b, size_t limit)
{
	b->text_left = limit;
	b->ceiling = b->len + limit;
	b->limited = true;
	b->cut = false;
}

void
out_limit_on(OutBuffer *b, const OutBuffer *before)
{
	size_t left = before->ceiling > before->len ? before->ceiling - before->len : 0;

	out_limit(b, left);
	b->text_left = before->text_left;
}

bool
out_unlimit(OutBuffer *b)
{
	bool cut = b->cut;

	b->limited = b->cut = false;
	return cut;
}

void
out_str(OutBuffer *b, const char *s)
{
	out_put(b, s, strlen(s));
}

/* How many digits a number has in decimal. */
static unsigned
count_digits(uint64_t v)
{
	static const uint64_t powers[] = {
		0,
		UINT64_C(10),
		UINT64_C(100),
		UINT64_C(1000),
		UINT64_C(10000),
		UINT64_C(100000),
		UINT64_C(1000000),
		UINT64_C(10000000),
		UINT64_C(100000000),
		UINT64_C(1000000000),
		UINT64_C(10000000000),
		UINT64_C(100000000000),
		UINT64_C(1000000000000),
		UINT64_C(10000000000000),
		UINT64_C(100000000000000),
		UINT64_C(1000000000000000),
		UINT64_C(10000000000000000),
		UINT64_C(100000000000000000),
		UINT64_C(1000000000000000000),
		UINT64_C(10000000000000000000),
	};
	/* A bit is 0.30103 digits: that many, or one more. */
	unsigned least = (64 - (unsigned)__builtin_clzll(v | 1)) * 1233 >> 12;

	return least + (v >= powers[least]);
}

void
out_u64(OutBuffer *b, uint64_t v)
{
	unsigned n;
	uint32_t low;
	char *to; /* from the last digit to the first */

	if (v < 10) {
		out_char(b, (char)('0' + v));
		return;
	}
	n = count_digits(v);
	if (b->cap - b->len < n)
		out_buffer_reserve(b, n);
	b->len += n;
	to = b->data + b->len;
	for (; v > UINT32_MAX; v /= 100) {
		to -= 2;
		memcpy(to, hundred[v % 100], 2);
	}
	/* Divisions of 32 bits take fewer instructions, and most numbers are that small. */
	for (low = (uint32_t)v; low >= 100; low /= 100) {
		to -= 2;
		memcpy(to, hundred[low % 100], 2);
	}
	if (low >= 10)
		memcpy(to - 2, hundred[low], 2);
	else
		to[-1] = (char)('0' + low);
}

void
out_i64(OutBuffer *b, int64_t v)
{
	if (v < 0)
		out_char(b, '-');
	out_u64(b, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void
out_hex(OutBuffer *b, uint64_t v, unsigned digits)
{
	char text[16];
	size_t at = sizeof(text);

	while (at && (v || sizeof(text) - at < digits)) {
		text[--at] = hex_digits[v & 15];
		v >>= 4;
	}
	out_put(b, text + at, sizeof(text) - at);
}

void
out_hex_bytes(OutBuffer *b, const uint8_t *p, size_t n)
{
	char *to;

	out_buffer_reserve(b, 2 * n);
	to = b->data + b->len;
	for (size_t i = 0; i < n; i++)
		to = put_hex(to, p[i]);
	b->len += 2 * n;
}

void
out_digits(OutBuffer *b, uint64_t v, unsigned digits)
{
	char text[20];
	unsigned at;

	digits = digits < sizeof(text) ? digits : (unsigned)sizeof(text);
	for (at = digits; at >= 2; v /= 100) {
		at -= 2;
		memcpy(text + at, hundred[v % 100], 2);
	}
	if (at)
		text[0] = (char)('0' + v % 10);
	out_put(b, text, digits);
}

void
out_fixed(OutBuffer *b, uint64_t v, unsigned decimals)
{
	char text[44];
	size_t at = sizeof(text);
	unsigned left = MIN(decimals, 20);

	for (; left >= 2; left -= 2, v /= 100) {
		at -= 2;
		memcpy(text + at, hundred[v % 100], 2);
	}
	if (left) {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	}
	if (decimals)
		text[--at] = '.';
	out_u64(b, v);
	out_put(b, text + at, sizeof(text) - at);
}

void
out_guid(OutBuffer *b, const uint8_t p[16])
{
	/* [MS-DTYP] 2.3.4.3: the first three of five groups are numbers, least byte first on the wire. */
	char *to;

	out_buffer_reserve(b, 36);
	to = b->data + b->len;
	for (int i = 3; i >= 0; i--)
		to = put_hex(to, p[i]);
	*to++ = '-';
	to = put_hex(put_hex(to, p[5]), p[4]);
	*to++ = '-';
	to = put_hex(put_hex(to, p[7]), p[6]);
	*to++ = '-';
	to = put_hex(put_hex(to, p[8]), p[9]);
	*to++ = '-';
	for (int i = 10; i < 16; i++)
		to = put_hex(to, p[i]);
	b->len += 36;
}

static void
put_ipv4(OutBuffer *b, const uint8_t *addr)
{
	for (int i = 0; i < 4; i++) {
		if (i)
			out_char(b, '.');
		out_u64(b, addr[i]);
	}
}

/*
 * RFC 5952 4.2: the longest run of two or more zero groups, the first of equals; *ret_length 0 if
 * there is none.
 */
static unsigned
longest_zeros(const uint16_t groups[8], unsigned *ret_length)
{
	unsigned best = 0, run = 0;

	*ret_length = 1;
	for (unsigned i = 0; i < 8; i++) {
		run = groups[i] ? 0 : run + 1;
		if (run > *ret_length) {
			*ret_length = run;
			best = i + 1 - run;
		}
	}
	if (*ret_length == 1)
		*ret_length = 0;
	return best;
}

static void
put_ipv6(OutBuffer *b, const uint8_t *addr)
{
	static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };
	uint16_t groups[8];
	unsigned zeros, length;

	if (memcmp(addr, mapped, sizeof(mapped)) == 0) {
		out_lit(b, "::ffff:");
		put_ipv4(b, addr + 12);
		return;
	}
	for (unsigned i = 0; i < 8; i++)
		groups[i] = (uint16_t)(addr[2 * i] << 8 | addr[2 * i + 1]);
	zeros = longest_zeros(groups, &length);
	for (unsigned i = 0; i < 8; i++) {
		if (length && i == zeros) {
			out_lit(b, "::");
			i += length - 1;
			continue;
		}
		if (i && !(length && i == zeros + length))
			out_char(b, ':');
		out_hex(b, groups[i], 1);
	}
}

/* Pairs of digits, with a colon between them where `apart`. */
static void
put_bytes(OutBuffer *b, const uint8_t *bytes, int n, bool apart)
{
	for (int i = 0; i < n; i++) {
		if (apart && i)
			out_char(b, ':');
		out_hex(b, bytes[i], 2);
	}
}

static void
put_ipx(OutBuffer *b, const uint8_t *addr)
{
	put_bytes(b, addr, 4, false);
	out_char(b, '.');
	put_bytes(b, addr + 4, 6, false);
}

void
out_address(OutBuffer *b, uint8_t family, const uint8_t *addr)
{
	if (family == 4)
		put_ipv4(b, addr);
	else if (family == 6)
		put_ipv6(b, addr);
	else if (family == 2)
		put_bytes(b, addr, 6, true);
	else if (family == 3)
		put_ipx(b, addr);
	else
		out_char(b, '?');
}
