/* SPDX-License-Identifier: BSD-3-Clause */
#include "dissect/fingerprint/write.h"

enum {
	TEXT_MAX = 64, /* bytes of a text */
	GUID_SIZE = 16,
	/* RFC 4122 4.1.4: the upper 12 bits of a time from 1982 to 2039. */
	TIME_HIGH_FIRST = 0x1C0,
	TIME_HIGH_LAST = 0x1FF,
};

static const char digits[] = "0123456789abcdef";

void
print_char(SmbPrint *p, char c)
{
	if (p->n + 1 < SMB_PRINT_MAX) {
		p->text[p->n++] = c;
	} else if (!p->cut) {
		p->text[p->n++] = '~';
		p->cut = true;
	}
}

void
print_str(SmbPrint *p, const char *str)
{
	while (*str)
		print_char(p, *str++);
}

void
print_begin(SmbPrint *p, SmbPrintPart part)
{
	memset(p, 0, sizeof(*p));
	print_str(p, smb_print_of_server(part) ? "s1." : "c1.");
	print_str(p, smb_print_part_name(part));
	print_char(p, ':');
}

void
print_hex(SmbPrint *p, uint64_t value, unsigned least)
{
	unsigned n = 16;

	while (n > least && n > 1 && !(value >> (n - 1) * 4))
		n--;
	while (n > 0)
		print_char(p, digits[value >> --n * 4 & 0xF]);
}

void
print_dec(SmbPrint *p, uint64_t value)
{
	char text[20];
	unsigned n = 0;

	do
		text[n++] = digits[value % 10];
	while (value /= 10);
	while (n > 0)
		print_char(p, text[--n]);
}

static bool
is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Characters that stand for themselves; all others are %XX. */
static const bool plain[0x80] = {
	[' '] = true,         ['('] = true, [')'] = true,         ['+'] = true,
	['-'] = true,         ['.'] = true, ['/'] = true,         ['0' ... '9'] = true,
	['A' ... 'Z'] = true, ['_'] = true, ['a' ... 'z'] = true,
};

/* Bytes of UTF-8 would depend on a code page; a character's number does not. */
void
print_text(SmbPrint *p, SmbText text)
{
	uint32_t at = 0, c;

	for (uint32_t n = 0; smb_text_next(text, &at, &c); n++) {
		if (n == TEXT_MAX) {
			print_char(p, '~');
			p->cut = true;
			return;
		}
		if (c < sizeof(plain) && plain[c]) {
			print_char(p, (char)c);
		} else {
			print_char(p, '%');
			print_hex(p, c, 2);
		}
	}
}

void
print_id(SmbPrint *p, uint64_t id)
{
	if (id <= 9 || id == 0xFEFF || id == 0xFFFF)
		print_hex(p, id, 1);
	else
		print_char(p, 'x');
}

void
print_zero(SmbPrint *p, bool zero)
{
	print_char(p, zero ? '0' : 'x');
}

static bool
is_zero(const uint8_t *bytes, unsigned from)
{
	for (unsigned i = from; i < GUID_SIZE; i++)
		if (bytes[i])
			return false;
	return true;
}

/* How many letters and digits a GUID begins with. */
static unsigned
letters_of(const uint8_t *bytes)
{
	unsigned n = 0;

	while (n < GUID_SIZE && (is_letter(bytes[n]) || bytes[n] == '-' || bytes[n] == '_'))
		n++;
	return n;
}

/* Chance makes one in some 5000 random GUIDs look so, which no other test does better. */
static bool
is_from_time(const uint8_t *bytes)
{
	uint16_t high = (uint16_t)((bytes[7] & 0xF) << 8 | bytes[6]);

	return bytes[7] >> 4 == 1 && (bytes[8] & 0xC0) == 0x80 && high >= TIME_HIGH_FIRST &&
	       high <= TIME_HIGH_LAST;
}

void
print_guid(SmbPrint *p, SmbSpan guid)
{
	uint8_t bytes[GUID_SIZE] = { 0 };
	SmbReader r = smb_reader_from_span(guid);
	unsigned n;

	if (guid.len != GUID_SIZE) {
		print_char(p, '-');
		return;
	}
	for (unsigned i = 0; i < GUID_SIZE; i++)
		bytes[i] = smb_reader_u8(&r);
	n = letters_of(bytes);
	if (is_zero(bytes, 0))
		print_char(p, '0');
	else if (is_from_time(bytes))
		print_char(p, 't');
	else if (n == GUID_SIZE)
		print_char(p, 'a');
	else
		print_char(p, n > 0 && is_zero(bytes, n) ? 'n' : 'x');
}
