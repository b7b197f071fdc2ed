/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Text as it is on the wire: one decoder for all encodings, and what becomes of bytes that are not
 * a character.
 */
#include "dissect/wire/text.h"
#include "dissect/wire/memory.h"

#include <glib.h>

enum {
	REPLACEMENT = 0xFFFD,
	SURROGATE_FIRST = 0xD800,
	SURROGATE_LOW = 0xDC00,
	SURROGATE_LAST = 0xDFFF,
	CHARACTER_LAST = 0x10FFFF,
	STRING_FORMAT = 0x04, /* [MS-CIFS] 2.2.2.5 "SMB String" */
};

/*
 * The upper half of code page 437. The wire does not say which code page an OEM string is in; this
 * is the original one of the PC.
 */
/* clang-format off */
static const uint16_t code_page_437[128] = {
	0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, /* 80 */
	0x00EA, 0x00EB, 0x00E8, 0x00EF, 0x00EE, 0x00EC, 0x00C4, 0x00C5, /* 88 */
	0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9, /* 90 */
	0x00FF, 0x00D6, 0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, /* 98 */
	0x00E1, 0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA, 0x00BA, /* A0 */
	0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB, /* A8 */
	0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, /* B0 */
	0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, /* B8 */
	0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, /* C0 */
	0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567, /* C8 */
	0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B, /* D0 */
	0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580, /* D8 */
	0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4, /* E0 */
	0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6, 0x03B5, 0x2229, /* E8 */
	0x2261, 0x00B1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00F7, 0x2248, /* F0 */
	0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0, /* F8 */
};
/* clang-format on */

const SmbEncoding smb_utf16le = { NULL, NULL };
const SmbEncoding smb_utf16be = { NULL, NULL };
const SmbEncoding smb_utf8 = { NULL, NULL };

SmbText
smb_text_from_utf8(const char *utf8)
{
	SmbText text = { .encoding = SMB_TEXT_UTF8 };

	if (utf8)
		text.bytes = (SmbSpan){ (const uint8_t *)utf8, (uint32_t)strlen(utf8) };
	return text;
}

bool
smb_text_is_empty(SmbText text)
{
	return text.bytes.len == 0 && !text.cut;
}

/* ---- Decoding -------------------------------------------------------------------------------- */

static bool
is_high_surrogate(uint32_t unit)
{
	return unit >= SURROGATE_FIRST && unit < SURROGATE_LOW;
}

static bool
is_low_surrogate(uint32_t unit)
{
	return unit >= SURROGATE_LOW && unit <= SURROGATE_LAST;
}

/* A first byte without a second one that fits is no character, and the second stands for itself. */
static uint32_t
next_of_page(SmbReader *r, const SmbEncoding *page, uint32_t first)
{
	const uint16_t *pairs = page->pairs ? page->pairs[first] : NULL;
	int second = pairs ? smb_reader_peek(r, 0) : -1;

	if (second < 0 || !pairs[second])
		return page->single[first];
	smb_reader_skip(r, 1);
	return pairs[second];
}

static uint32_t
next_oem(SmbReader *r, const SmbEncoding *page)
{
	uint8_t byte = smb_reader_u8(r);

	if (byte < 0x80)
		return byte;
	return page ? next_of_page(r, page, byte - 0x80u) : code_page_437[byte - 0x80];
}

static uint32_t
next_utf16(SmbReader *r, bool big_endian)
{
	uint32_t unit, low;

	if (smb_reader_left(r) == 1) {
		smb_reader_skip(r, 1);
		return REPLACEMENT;
	}
	unit = big_endian ? smb_reader_be16(r) : smb_reader_le16(r);
	if (unit < SURROGATE_FIRST || unit > SURROGATE_LAST)
		return unit;
	if (is_low_surrogate(unit) || smb_reader_left(r) < 2)
		return REPLACEMENT;
	low = (uint32_t)smb_reader_peek(r, big_endian) | (uint32_t)smb_reader_peek(r, !big_endian)
								 << 8;
	if (!is_low_surrogate(low))
		return REPLACEMENT;
	smb_reader_skip(r, 2);
	return 0x10000 + ((unit - SURROGATE_FIRST) << 10) + (low - SURROGATE_LOW);
}

/*
 * The well-formed sequences are those of the Unicode Standard, table 3-7. The valid beginning of a
 * broken sequence becomes one U+FFFD, and decoding continues at the byte that broke it.
 */
static uint32_t
next_utf8(SmbReader *r)
{
	uint32_t lead = smb_reader_u8(r), character, more;
	int low = 0x80, high = 0xBF;

	if (lead < 0x80)
		return lead;
	if (lead < 0xC2 || lead > 0xF4)
		return REPLACEMENT;
	more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
	character = lead & (0x3FU >> more);
	if (lead == 0xE0)
		low = 0xA0; /* anything below would be overlong */
	else if (lead == 0xED)
		high = 0x9F; /* anything above is a surrogate */
	else if (lead == 0xF0)
		low = 0x90;
	else if (lead == 0xF4)
		high = 0x8F; /* anything above is beyond Unicode */
	for (; more; more--) {
		int byte = smb_reader_peek(r, 0);

		if (byte < low || byte > high)
			return REPLACEMENT;
		character = character << 6 | (uint32_t)(byte & 0x3F);
		smb_reader_skip(r, 1);
		low = 0x80;
		high = 0xBF;
	}
	return character;
}

static uint32_t
next_character(SmbReader *r, const SmbEncoding *encoding)
{
	if (encoding == SMB_TEXT_UTF16LE)
		return next_utf16(r, false);
	if (encoding == SMB_TEXT_UTF16BE)
		return next_utf16(r, true);
	if (encoding == SMB_TEXT_UTF8)
		return next_utf8(r);
	return next_oem(r, encoding);
}

bool
smb_text_next(SmbText text, uint32_t *at, uint32_t *ret_character)
{
	SmbReader r = smb_reader_from_span(text.bytes);

	smb_reader_seek(&r, *at);
	if (smb_reader_left(&r) == 0)
		return false;
	*ret_character = next_character(&r, text.encoding);
	*at = r.pos;
	return true;
}

uint32_t
smb_text_printable_run(SmbText text, uint32_t *at, bool plain, char *out, uint32_t size)
{
	bool wide = text.encoding == SMB_TEXT_UTF16LE;
	SmbSpan rest = smb_span_after(text.bytes, *at);
	uint32_t n = text.encoding == SMB_TEXT_UTF16BE ? 0
		     : wide ? smb_span_copy_printable(rest, true, plain, out, size)
			    : smb_span_copy_printable(rest, false, plain, out, size);

	*at += wide ? 2 * n : n;
	return n;
}

bool
smb_text_equal(SmbText a, SmbText b)
{
	SmbReader ra = smb_reader_from_span(a.bytes), rb = smb_reader_from_span(b.bytes);

	if (a.cut || b.cut)
		return false;
	if (a.encoding == b.encoding)
		return smb_span_equal(a.bytes, b.bytes);
	while (smb_reader_left(&ra) && smb_reader_left(&rb)) {
		if (next_character(&ra, a.encoding) != next_character(&rb, b.encoding))
			return false;
	}
	return smb_reader_left(&ra) == smb_reader_left(&rb);
}

/* ---- UTF-8 out ------------------------------------------------------------------------------- */

size_t
smb_character_utf8(uint32_t character, char *out)
{
	if (character < 0x80) {
		out[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (char)(0xC0 | character >> 6);
		out[1] = (char)(0x80 | (character & 0x3F));
		return 2;
	}
	if (character > CHARACTER_LAST || is_high_surrogate(character) ||
	    is_low_surrogate(character))
		character = REPLACEMENT;
	if (character < 0x10000) {
		out[0] = (char)(0xE0 | character >> 12);
		out[1] = (char)(0x80 | (character >> 6 & 0x3F));
		out[2] = (char)(0x80 | (character & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | character >> 18);
	out[1] = (char)(0x80 | (character >> 12 & 0x3F));
	out[2] = (char)(0x80 | (character >> 6 & 0x3F));
	out[3] = (char)(0x80 | (character & 0x3F));
	return 4;
}

size_t
smb_text_to_utf8(SmbText text, char *out, size_t size)
{
	SmbReader r = smb_reader_from_span(text.bytes);
	bool wide = text.encoding == SMB_TEXT_UTF16LE;
	size_t length;

	if (size == 0)
		return 0;
	length = text.encoding == SMB_TEXT_UTF16BE
			 ? 0
			 : smb_span_copy_ascii(text.bytes, wide, out,
					       (uint32_t)MIN(size - 1, UINT32_MAX));
	smb_reader_skip(&r, (uint32_t)length << wide);
	while (smb_reader_left(&r)) {
		uint32_t character = next_character(&r, text.encoding);
		char utf8[4];
		size_t n;

		if (character < 0x80) {
			if (length + 1 >= size)
				break;
			out[length++] = (char)character;
			continue;
		}
		n = smb_character_utf8(character, utf8);
		if (n >= size - length)
			break;
		memcpy(out + length, utf8, n);
		length += n;
	}
	if (text.cut && sizeof(SMB_TEXT_CUT) <= size - length) {
		memcpy(out + length, SMB_TEXT_CUT, sizeof(SMB_TEXT_CUT) - 1);
		length += sizeof(SMB_TEXT_CUT) - 1;
	}
	out[length] = '\0';
	return length;
}

/* ---- What must not reach a terminal ---------------------------------------------------------- */

typedef struct {
	uint32_t first, last;
} Range;

/*
 * From U+0080 on, sorted: Cc, Cf, Zl and Zp of Unicode 15.0, surrogates, and the noncharacters of
 * the Basic Multilingual Plane except its last two. Arabic number signs (U+0600...) are Cf too.
 */
static const Range unprintable[] = {
	{ 0x0080, 0x009F },   { 0x00AD, 0x00AD },   { 0x0600, 0x0605 },   { 0x061C, 0x061C },
	{ 0x06DD, 0x06DD },   { 0x070F, 0x070F },   { 0x0890, 0x0891 },   { 0x08E2, 0x08E2 },
	{ 0x180E, 0x180E },   { 0x200B, 0x200F },   { 0x2028, 0x202E },   { 0x2060, 0x2064 },
	{ 0x2066, 0x206F },   { 0xD800, 0xDFFF },   { 0xFDD0, 0xFDEF },   { 0xFEFF, 0xFEFF },
	{ 0xFFF9, 0xFFFB },   { 0x110BD, 0x110BD }, { 0x110CD, 0x110CD }, { 0x13430, 0x1343F },
	{ 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0001, 0xE0001 }, { 0xE0020, 0xE007F },
};

bool
smb_character_is_unprintable(uint32_t character)
{
	size_t low = 0, high = sizeof(unprintable) / sizeof(unprintable[0]);

	if (character < 0x80)
		return character < 0x20 || character == 0x7F;
	/* Most letters: the table has nothing from U+00AE to U+05FF, and from U+2070 to U+D7FF. */
	if (character < 0x0600)
		return character < 0x00A0 || character == 0x00AD;
	if (character >= 0x2070 && character < SURROGATE_FIRST)
		return false;
	/* The last two of every plane are noncharacters. */
	if (character > CHARACTER_LAST || (character & 0xFFFE) == 0xFFFE)
		return true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (character > unprintable[middle].last)
			low = middle + 1;
		else if (character < unprintable[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}

/* ---- Strings in messages --------------------------------------------------------------------- */

/*
 * How many of the remaining bytes come before the terminator. Without a terminator all of them do,
 * except for a trailing odd zero byte: some servers end a message in the middle of a terminator.
 */
static uint32_t
utf16_length(SmbReader r)
{
	SmbSpan rest = smb_reader_rest(&r);
	uint32_t length = smb_span_find_nul16(rest);
	SmbReader half = smb_reader_from_span(smb_span_after(rest, length));

	return smb_reader_left(&half) == 1 && smb_reader_u8(&half) ? rest.len : length;
}

static uint32_t
oem_length(SmbReader r)
{
	SmbSpan rest = smb_reader_rest(&r);
	const uint8_t *nul = memchr(rest.ptr, 0, rest.len);

	return nul ? (uint32_t)(nul - rest.ptr) : rest.len;
}

SmbText
smb_reader_string_unaligned(SmbReader *r, bool unicode)
{
	SmbText text = { .encoding = unicode ? SMB_TEXT_UTF16LE : r->oem };
	uint32_t terminator = unicode ? 2 : 1;
	uint32_t left = smb_reader_left(r), length;

	if (left == 0) {
		/*
		 * Past the end of the message there is no string; past the cut of a capture there
		 * is one that we do not have.
		 */
		if (smb_reader_declared_left(r))
			smb_reader_fail(r, SMB_READ_TRUNCATED);
		return text;
	}
	length = unicode ? utf16_length(*r) : oem_length(*r);
	if (unicode && smb_reader_declared_left(r) > left)
		length &= ~1U; /* half a character */
	text.bytes = smb_reader_span(r, length);
	if (smb_reader_left(r) < terminator && smb_reader_declared_left(r) > smb_reader_left(r)) {
		smb_reader_fail(r, SMB_READ_TRUNCATED);
		text.cut = length > 0;
		if (!text.cut)
			text.bytes.ptr = NULL;
	} else {
		smb_reader_skip(r, MIN(terminator, left - length));
	}
	return text;
}

SmbText
smb_reader_string(SmbReader *r, bool unicode)
{
	if (unicode)
		smb_reader_align(r, 2);
	return smb_reader_string_unaligned(r, unicode);
}

SmbText
smb_reader_format_string(SmbReader *r, bool unicode)
{
	if (smb_reader_u8(r) != STRING_FORMAT)
		smb_reader_fail(r, SMB_READ_MALFORMED);
	return smb_reader_string(r, unicode);
}

SmbText
smb_reader_counted_string(SmbReader *r, uint32_t n, bool unicode)
{
	SmbText text = { .encoding = unicode ? SMB_TEXT_UTF16LE : r->oem };
	SmbReader whole, back;
	uint32_t unit = unicode ? 2 : 1;

	text.bytes = smb_reader_span(r, n);
	whole = smb_reader_from_span(text.bytes);
	if (unicode && n % 2 && smb_reader_peek(&whole, n - 1) == 0)
		text.bytes.len -= 1;
	for (; text.bytes.len >= unit && text.bytes.len % unit == 0; text.bytes.len -= unit) {
		back = whole;
		smb_reader_skip(&back, text.bytes.len - unit);
		if (smb_reader_u8(&back) != 0 || (unicode && smb_reader_u8(&back) != 0))
			break;
	}
	return text;
}

/* ---- Copies ---------------------------------------------------------------------------------- */

/* How much of a text fits into `cap` bytes without cutting a character. */
static uint32_t
capped_length(SmbText text, uint32_t cap)
{
	uint32_t at = 0, fits = 0, character;

	if (text.bytes.len <= cap)
		return text.bytes.len;
	if (text.encoding == SMB_TEXT_OEM)
		return cap;
	/*
	 * No character has more than four bytes: so the last one before the cap can be found from
	 * here, but for code pages, where only the beginning tells first from second bytes.
	 */
	if (!text.encoding->single)
		at = fits = cap < 4 ? 0 : (cap - 4) & ~1U;
	while (smb_text_next(text, &at, &character) && at <= cap)
		fits = at;
	return fits;
}

SmbString *
smb_string_new(SmbText text, uint32_t cap)
{
	SmbString *self;
	SmbSpan kept = text.bytes;

	if (!text.bytes.ptr)
		return NULL;
	kept.len = capped_length(text, cap);
	self = g_malloc(sizeof(*self) + kept.len);
	*self = (SmbString){ .refs = 1,
			     .len = kept.len & INT32_MAX,
			     .cut = text.cut || kept.len < text.bytes.len,
			     .encoding = text.encoding };
	smb_span_copy(kept, self->bytes, kept.len);
	return self;
}

SmbString *
smb_string_ref(SmbString *self)
{
	if (self)
		self->refs++;
	return self;
}

void
smb_string_unref(SmbString *self)
{
	if (self && --self->refs == 0)
		g_free(self);
}

SmbText
smb_string_text(const SmbString *self)
{
	SmbText text = { .encoding = SMB_TEXT_OEM };

	if (!self)
		return text;
	return (SmbText){ { self->bytes, self->len }, self->encoding, self->cut };
}

size_t
smb_string_memory(const SmbString *self)
{
	return self ? smb_memory_cost(sizeof(*self) + self->len) : 0;
}
