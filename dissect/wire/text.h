/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Text as it is on the wire, decoded only when it is printed.
 *
 * SmbText never owns. SmbString is a counted copy for names that outlive their message (shares,
 * files, accounts).
 */
#pragma once

#include <stddef.h>

#include "dissect/wire/reader.h"

enum { SMB_OEM_UPPER = 128 };

/*
 * How bytes are characters. OEM strings ([MS-CIFS] 2.2.1.1, OEM_STRING) are in a code page, which
 * the wire does not name: an encoding of this kind says what their bytes from 0x80 on are. The
 * others have no tables and are known by their address.
 */
struct SmbEncoding {
	const uint16_t *single; /* SMB_OEM_UPPER characters */
	/*
	 * By first byte, 256 characters by the second one (0: none), or NULL: it is no first byte.
	 * NULL: no character has two bytes.
	 */
	const uint16_t *const *pairs;
};
extern const SmbEncoding smb_utf16le, smb_utf16be, smb_utf8;

/* OEM in code page 437, where nobody knows better (SmbConfig.oem). */
#define SMB_TEXT_OEM ((const SmbEncoding *)NULL)
/* Two bytes a unit. */
#define SMB_TEXT_UTF16LE (&smb_utf16le)
/* The same with the high byte first: DCE/RPC of big-endian senders. */
#define SMB_TEXT_UTF16BE (&smb_utf16be)
/* Already UTF-8 (our own words; Kerberos names); still checked when printed. */
#define SMB_TEXT_UTF8 (&smb_utf8)

typedef struct {
	SmbSpan bytes;               /* without terminator; ptr NULL: there is no text at all */
	const SmbEncoding *encoding; /* borrowed */
	/*
	 * More characters follow that are not here: the capture does not have them, or there is no
	 * room. What is here is printed with SMB_TEXT_CUT after it. Never set for an absent text.
	 */
	bool cut;
} SmbText;

/* What stands for characters that are not there, in UTF-8. */
#define SMB_TEXT_CUT "\xE2\x80\xA6"

/*
 * The text of a C string literal or any other NUL-terminated UTF-8, borrowed. NULL gives the absent
 * text.
 */
SmbText smb_text_from_utf8(const char *utf8);

/* True if there are no characters (absent, or empty), and none are missing. */
bool smb_text_is_empty(SmbText text);

/*
 * Absent and empty text are equal. Bytewise equality of text in the same encoding; across
 * encodings, equality of the decoded characters. Text that is cut is equal to none: nobody knows
 * how it goes on.
 */
bool smb_text_equal(SmbText a, SmbText b);

/*
 * Decodes one character and moves `at` (an offset into text.bytes) past it. Lone surrogates, broken
 * UTF-8 and an odd last byte give U+FFFD. Returns false at the end, where text that is cut has no
 * character of its own.
 */
bool smb_text_next(SmbText text, uint32_t *at, uint32_t *ret_character);

/*
 * For texts that are walked at each event, to find characters of ASCII: moves `at` past a character,
 * or a part of one, and gives it if it is ASCII, else any number from 0x80 on.
 */
static inline bool
smb_text_next_ascii(SmbText text, uint32_t *at, uint32_t *ret_character)
{
	const SmbEncoding *encoding = text.encoding;
	const uint8_t *p;
	uint32_t left = text.bytes.len - *at;
	bool wide = encoding == SMB_TEXT_UTF16LE;

	/* In UTF-8 and in UTF-16 nothing but ASCII looks like it. */
	if (left < 2 || encoding == SMB_TEXT_UTF16BE || (encoding && encoding->pairs))
		return smb_text_next(text, at, ret_character);
	p = text.bytes.ptr + *at;
	*ret_character = wide && p[1] ? 0x80 : p[0];
	*at += wide ? 2 : 1;
	return true;
}

/*
 * Copies the printable ASCII characters from `*at` on, at most `size` of them, and moves `*at` past
 * them: most text is nothing else. `plain`: quote and backslash end the run too. Returns how many
 * were copied.
 */
uint32_t smb_text_printable_run(SmbText text, uint32_t *at, bool plain, char *out, uint32_t size);

/*
 * Decodes into UTF-8: at most size - 1 bytes and a terminating NUL, cut only between characters;
 * returns the bytes written without the NUL. Text that is cut ends in SMB_TEXT_CUT, if that fits.
 * Nothing is escaped; each sink does that in its own way. smb_character_utf8 does one character (out holds 4).
 */
size_t smb_text_to_utf8(SmbText text, char *out, size_t size);
size_t smb_character_utf8(uint32_t character, char *out);

/*
 * True for characters that must not reach a terminal raw: Cc, Cf (bidi and zero width), Zl, Zp,
 * surrogates, noncharacters.
 */
bool smb_character_is_unprintable(uint32_t character);

/*
 * A string as SMB1 has it ([MS-CIFS] 2.2.1.1), in UTF-16 or in the reader's OEM code page: up to and
 * including its terminator; `unicode` first aligns to 2 bytes counted from the reader's base. Without a terminator the text ends with the
 * reader (which happens, and is not a failure), a trailing odd zero byte is ignored; if the capture
 * cuts it, the text is the captured part, marked as cut (absent if there is no character of it), and TRUNCATED latches. If the message has no byte left
 * there is no string: the absent text, and no failure. _unaligned is for the places where Windows
 * does not align (the domain after an 8-byte challenge).
 */
SmbText smb_reader_string(SmbReader *r, bool unicode);
SmbText smb_reader_string_unaligned(SmbReader *r, bool unicode);

/*
 * A string with a buffer format byte before it (0x04, [MS-CIFS] 2.2.2.5); another format byte, or
 * none, latches MALFORMED. Alignment is that of the string after the format byte.
 */
SmbText smb_reader_format_string(SmbReader *r, bool unicode);

/*
 * A string of exactly n bytes, without a counted terminator (trailing NULs are removed). Unicode is
 * not aligned. The absent text (latched) if fewer than n bytes are there.
 */
SmbText smb_reader_counted_string(SmbReader *r, uint32_t n, bool unicode);

/* A counted copy. */
typedef struct {
	const SmbEncoding *encoding;
	uint32_t refs;
	uint32_t len : 31;
	uint32_t cut : 1; /* as in SmbText */
	uint8_t bytes[];
} SmbString;

/*
 * A copy of at most `cap` bytes of text (cut between characters, and then marked), with one
 * reference; NULL for the absent text. Free with smb_string_unref.
 */
SmbString *smb_string_new(SmbText text, uint32_t cap);
SmbString *smb_string_ref(SmbString *self);      /* NULL is fine */
void smb_string_unref(SmbString *self);          /* NULL is fine */
SmbText smb_string_text(const SmbString *self);  /* borrowed; NULL gives the absent text */
size_t smb_string_memory(const SmbString *self); /* bytes allocated for it, 0 for NULL */

/*
 * The number in decimal, with its NUL, ending at `end` (just past the room: 21 bytes before it, 11 for
 * a number of 32 bits). Where its first digit is.
 */
static inline char *
smb_decimal(char *end, uint64_t number)
{
	*--end = 0;
	do
		*--end = (char)('0' + number % 10);
	while (number /= 10);
	return end;
}
