/* SPDX-License-Identifier: BSD-3-Clause */
/* The append buffer and what is written into it digit by digit. */
#include "output/base/buffer.h"

#include <glib.h>

static const char hex_digits[] = "0123456789abcdef";

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

void
out_u64(OutBuffer *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	if (v < 10) {
		out_char(b, (char)('0' + v));
		return;
	}
	for (; v >= 100; v /= 100) {
		at -= 2;
		memcpy(digits + at, hundred[v % 100], 2);
	}
	if (v >= 10) {
		at -= 2;
		memcpy(digits + at, hundred[v], 2);
	} else {
		digits[--at] = (char)('0' + v);
	}
	out_put(b, digits + at, sizeof(digits) - at);
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
	for (size_t i = 0; i < n; i++) {
		out_char(b, hex_digits[p[i] >> 4]);
		out_char(b, hex_digits[p[i] & 15]);
	}
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
	/*
	 * The order in which MS-DTYP 2.3.4.3 writes the sixteen bytes of a packet representation, and
	 * the places of their digits between the dashes.
	 */
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	static const uint8_t places[16] = { 0,  2,  4,  6,  9,  11, 14, 16,
					    19, 21, 24, 26, 28, 30, 32, 34 };
	char text[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < 16; i++) {
		text[places[i]] = hex_digits[p[order[i]] >> 4];
		text[places[i] + 1] = hex_digits[p[order[i]] & 15];
	}
	out_put(b, text, sizeof(text) - 1);
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
