/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Strings out of arbitrary bytes. The first byte chooses how much a message declares beyond what is
 * there and the cap of a copy; the second how each string is read. Whatever comes out is decoded,
 * compared and copied, and has to be UTF-8.
 */
#include <glib.h>
#include <stdlib.h>

#include "dissect/wire/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static SmbText
read_string(SmbReader *r, unsigned how)
{
	bool unicode = how & 1;

	switch (how >> 1 & 3) {
	case 0:
		return smb_reader_string(r, unicode);
	case 1:
		return smb_reader_string_unaligned(r, unicode);
	case 2:
		return smb_reader_format_string(r, unicode);
	default:
		return smb_reader_counted_string(r, smb_reader_u8(r), unicode);
	}
}

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
look_at(SmbText text, uint32_t cap)
{
	char out[64];
	size_t n = smb_text_to_utf8(text, out, sizeof(out));
	SmbString *copy = smb_string_new(text, cap);
	uint32_t at = 0, before = 0, character;

	require(n < sizeof(out) && out[n] == '\0');
	require(g_utf8_validate_len(out, n, NULL) || memchr(out, 0, n));
	while (smb_text_next(text, &at, &character)) {
		require(at > before && at <= text.bytes.len && character <= 0x10FFFF);
		require(character < 0xD800 || character > 0xDFFF);
		(void)smb_character_is_unprintable(character);
		before = at;
	}
	/* Text that is cut is equal to none, not even to itself. */
	require(smb_text_equal(text, text) == !text.cut);
	require(!copy || copy->len <= cap);
	if (copy && copy->len == text.bytes.len)
		require(smb_text_equal(text, smb_string_text(copy)) == !text.cut);
	smb_string_unref(copy);
	text.encoding = text.encoding == SMB_TEXT_UTF8  ? SMB_TEXT_OEM
			: text.encoding == SMB_TEXT_OEM ? SMB_TEXT_UTF16LE
							: SMB_TEXT_UTF8;
	(void)smb_text_equal(text, smb_text_from_utf8(n == strlen(out) ? out : NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SmbReader r;
	unsigned how;

	if (size < 2 || size > 4096)
		return 0;
	how = data[1];
	r = smb_reader_new(data + 2, (uint32_t)size - 2, (uint32_t)size - 2 + data[0] % 4);
	for (unsigned i = 0; i < 16 && smb_reader_left(&r); i++) {
		SmbText text = read_string(&r, how + i);

		look_at(text, data[0]);
		text.encoding = SMB_TEXT_UTF8;
		look_at(text, data[0]);
	}
	return 0;
}
