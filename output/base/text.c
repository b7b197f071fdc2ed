/* SPDX-License-Identifier: BSD-3-Clause */
/* Text for terminals and for JSON. What a terminal would act upon is never passed on raw, in
 * either. */
#include "output/base/text.h"

#include <glib.h>

static void
put_character(OutBuffer *b, uint32_t c)
{
	enum { MOST = 4 };

	if (b->cap - b->len < MOST)
		out_buffer_reserve(b, MOST);
	b->len += smb_character_utf8(c, b->data + b->len);
}

/* All that is printable ASCII from `at` on; what follows it is left to be looked at one by one. */
static void
put_run(OutBuffer *b, SmbText text, uint32_t *at, bool plain)
{
	uint32_t left = text.bytes.len - *at;

	if (b->cap - b->len < left)
		out_buffer_reserve(b, left);
	b->len += smb_text_printable_run(text, at, plain, b->data + b->len, left);
}

enum {
	SHORT_TEXT = 64,   /* is never cut, and costs nothing, */
	SHORT_SHOWN = 128, /* unless it is longer than this as it is shown: of escapes */
};

static inline bool
is_limited(const OutBuffer *b, SmbText text)
{
	return G_UNLIKELY(text.bytes.len > SHORT_TEXT) && b->limited;
}

/* How much of a long text is shown if the buffer is limited. */
static G_GNUC_NO_INLINE SmbText
fit_text(OutBuffer *b, SmbText text)
{
	size_t most = MAX(b->text_left, (size_t)SHORT_TEXT) & ~(size_t)1;

	if (text.bytes.len > most) {
		text.bytes.len = (uint32_t)most;
		b->cut = true;
	}
	return text;
}

/* Counts what was written from `from` on. */
static G_GNUC_NO_INLINE void
charge_text(OutBuffer *b, size_t from)
{
	b->text_left -= MIN(b->text_left, b->len - from);
}

/* Whether what was written from `from` on costs something, however short the text is. */
static inline bool
is_long_now(const OutBuffer *b, size_t from)
{
	return G_UNLIKELY(b->len - from > SHORT_SHOWN) && b->limited;
}

/* The same, where nothing is left that it could cost: the text ends here. */
static bool
is_used_up(OutBuffer *b, size_t from)
{
	if (!is_long_now(b, from) || b->text_left)
		return false;
	b->cut = true;
	return true;
}

static void
put_shown(OutBuffer *b, uint32_t c)
{
	if (!smb_character_is_unprintable(c)) {
		put_character(b, c);
	} else if (c < 0x100) {
		out_lit(b, "\\x");
		out_hex(b, c, 2);
	} else {
		out_lit(b, "\\u{");
		out_hex(b, c, 4);
		out_char(b, '}');
	}
}

/* RFC 8259 7: \uXXXX, beyond the basic plane as a pair. */
static void
put_json_escape(OutBuffer *b, uint32_t c)
{
	if (c > 0xFFFF) {
		out_lit(b, "\\u");
		out_hex(b, 0xD800 + ((c - 0x10000) >> 10), 4);
		c = 0xDC00 + ((c - 0x10000) & 0x3FF);
	}
	out_lit(b, "\\u");
	out_hex(b, c, 4);
}

static void
put_json(OutBuffer *b, uint32_t c)
{
	if (c == '"' || c == '\\') {
		out_char(b, '\\');
		out_char(b, (char)c);
	} else if (c < 0x20 || c == 0x7F || smb_character_is_unprintable(c)) {
		put_json_escape(b, c);
	} else {
		put_character(b, c);
	}
}

/* As smb_text_next, sooner where it is ASCII, as what ends a run mostly is. */
static inline bool
next_character(SmbText text, uint32_t *at, uint32_t *ret)
{
	uint32_t here = *at;

	if (!smb_text_next_ascii(text, at, ret) || *ret < 0x80)
		return *at > here;
	*at = here;
	return smb_text_next(text, at, ret);
}

/*
 * What follows a run, character by character; those beyond ASCII come together, and make no runs.
 * False: it costs too much, and ends here.
 */
static G_GNUC_NO_INLINE bool
put_rest(OutBuffer *b, SmbText text, uint32_t at, size_t from, bool json)
{
	uint32_t c;

	while (next_character(text, &at, &c)) {
		if (is_used_up(b, from))
			return false;
		if (json)
			put_json(b, c);
		else
			put_shown(b, c);
		if (c < 0x80)
			put_run(b, text, &at, json);
	}
	return true;
}

/* Puts the text as far as there is room for it; false: not all of it. */
static inline bool
put_text(OutBuffer *b, SmbText whole, size_t from, bool json)
{
	SmbText text = is_limited(b, whole) ? fit_text(b, whole) : whole;
	uint32_t at = 0;
	bool all = text.bytes.len == whole.bytes.len;

	put_run(b, text, &at, json);
	/* Most texts are one run. */
	if (G_UNLIKELY(at < text.bytes.len))
		all &= put_rest(b, text, at, from, json);
	return all;
}

void
out_text(OutBuffer *b, SmbText text)
{
	size_t from = b->len;

	if (!put_text(b, text, from, false))
		out_lit(b, "...");
	else if (text.cut)
		out_lit(b, SMB_TEXT_CUT);
	if (is_limited(b, text) || is_long_now(b, from))
		charge_text(b, from);
}

void
out_text_json(OutBuffer *b, SmbText text)
{
	size_t from = b->len;

	out_char(b, '"');
	put_text(b, text, from, true);
	if (text.cut)
		out_lit(b, SMB_TEXT_CUT);
	out_char(b, '"');
	if (is_limited(b, text) || is_long_now(b, from))
		charge_text(b, from);
}

void
out_str_json(OutBuffer *b, const char *s)
{
	out_text_json(b, smb_text_from_utf8(s));
}

/* How many bytes from here on are ASCII; most lines are only that, so eight at a time. */
static size_t
ascii_run(const char *p, size_t n)
{
	size_t at = 0;
	uint64_t eight;

	for (; n - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, p + at, sizeof(eight));
		if (eight & 0x8080808080808080u)
			break;
	}
	while (at < n && (signed char)p[at] >= 0)
		at++;
	return at;
}

size_t
out_width(const char *p, size_t n)
{
	const char *end;
	size_t width = 0;

	/* There may be no bytes to point to. */
	if (!n)
		return 0;
	end = p + n;
	while (p < end) {
		size_t ascii = ascii_run(p, (size_t)(end - p));
		gunichar c;

		width += ascii;
		p += ascii;
		if (p == end)
			break;
		c = g_utf8_get_char_validated(p, end - p);
		if (c >= (gunichar)-2) { /* broken: each byte is a replacement character */
			width++;
			p++;
			continue;
		}
		width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
		p = g_utf8_next_char(p);
	}
	return width;
}

void
out_pad(OutBuffer *b, size_t from, size_t width)
{
	size_t have = out_width(b->data + from, b->len - from);
	size_t n = width > have ? width - have : 0;

	out_buffer_reserve(b, n);
	memset(b->data + b->len, ' ', n);
	b->len += n;
}
