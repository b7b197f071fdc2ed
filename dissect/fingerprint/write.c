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
print_put(SmbPrint *p, const char *bytes, uint32_t n)
{
	uint32_t left = SMB_PRINT_MAX - 1 - p->n;

	if (p->cut)
		return;
	memcpy(p->text + p->n, bytes, n < left ? n : left);
	p->n += n < left ? n : left;
	if (n > left) {
		p->text[p->n++] = '~';
		p->cut = true;
	}
	p->text[p->n] = '\0';
}

void
print_shape_bytes(SmbPrint *p, SmbSpan bytes, const void *what)
{
	size_t n = bytes.len;

	/* A length is less than 2^16 where it fits at all, and the rest is enough of an address. */
	print_shape(p, PRINT_BYTES, (uint64_t)(uintptr_t)what << 16 | (n & 0xFFFF));
	if (p->cut || n > SMB_PRINT_MAX - 1 - p->n) {
		p->cut = true;
		return;
	}
	if (n)
		memcpy(p->text + p->n, bytes.ptr, n);
	p->n += (uint32_t)n;
}

void
print_begin(SmbPrint *p, SmbPrintPart part)
{
	const char *name = smb_print_part_name(part);

	p->n = 0;
	p->cut = false;
	if (p->shape)
		return;
	print_put(p, smb_print_of_server(part) ? "s1." : "c1.", 3);
	print_put(p, name, (uint32_t)strlen(name));
	print_char(p, ':');
}

void
print_hex_text(SmbPrint *p, uint64_t value, unsigned least)
{
	char text[16];
	unsigned at = sizeof(text);

	do {
		text[--at] = digits[value & 0xF];
		value >>= 4;
	} while (value || sizeof(text) - at < least);
	print_put(p, text + at, (uint32_t)sizeof(text) - at);
}

void
print_dec_text(SmbPrint *p, uint64_t value)
{
	char text[20];
	unsigned at = sizeof(text);

	do
		text[--at] = digits[value % 10];
	while (value /= 10);
	print_put(p, text + at, (uint32_t)sizeof(text) - at);
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

static void
print_character(SmbPrint *p, uint32_t c)
{
	if (c < sizeof(plain) && plain[c]) {
		print_char(p, (char)c);
	} else {
		print_char(p, '%');
		print_hex(p, c, 2);
	}
}

/* How many characters stand for themselves before one does not. */
static uint32_t
plain_run(const char *text, uint32_t n)
{
	uint32_t run = 0;

	while (run < n && plain[(uint8_t)text[run]])
		run++;
	return run;
}

static void
put_text(SmbPrint *p, SmbText text)
{
	char ascii[TEXT_MAX];
	uint32_t at = 0, c;
	uint32_t n = smb_text_printable_run(text, &at, false, ascii, sizeof(ascii));
	uint32_t run = plain_run(ascii, n);

	print_put(p, ascii, run);
	for (uint32_t i = run; i < n; i++)
		print_character(p, (uint8_t)ascii[i]);
	for (; smb_text_next(text, &at, &c); n++) {
		if (n == TEXT_MAX) {
			print_char(p, '~');
			p->cut = true;
			return;
		}
		print_character(p, c);
	}
}

/* Bytes of UTF-8 would depend on a code page; a character's number does not. */
void
print_text(SmbPrint *p, SmbText text)
{
	if (p->shape)
		print_shape_bytes(p, text.bytes, text.encoding);
	else
		put_text(p, text);
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
	unsigned n;

	if (guid.len != GUID_SIZE) {
		print_char(p, '-');
		return;
	}
	smb_span_copy(guid, bytes, sizeof(bytes));
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
