/* SPDX-License-Identifier: BSD-3-Clause */
/* RFC 8259, and nothing else. */
#include "output/base/json-read.h"

#include <string.h>

#include "dissect/wire/text.h"

void
out_json_fail(OutJson *j, const char *wrong)
{
	if (!j->wrong)
		j->wrong = wrong;
}

static void
no_json(OutJson *j)
{
	out_json_fail(j, "not a record of an audit");
}

/* ---- bytes and lines ---- */

static bool
refill(OutJson *j)
{
	size_t n;

	if (!j->more)
		return false;
	j->before += (size_t)(j->at - j->begin);
	n = j->more(j->user, &j->begin);
	if (!n)
		j->more = NULL;
	else if (j->before > OUT_JSON_LINE_MAX)
		out_json_fail(j, "line too long");
	j->at = j->begin = n ? j->begin : "";
	j->end = j->at + n;
	return n > 0;
}

int
out_json_peek(OutJson *j)
{
	if (j->wrong || (j->at == j->end && (!refill(j) || j->wrong)) || *j->at == '\n')
		return -1;
	return (unsigned char)*j->at;
}

void
out_json_step(OutJson *j)
{
	j->at++;
}

bool
out_json_has_newline(OutJson *j)
{
	return !j->wrong && out_json_peek(j) < 0 && !j->wrong && j->at < j->end;
}

bool
out_json_next_line(OutJson *j)
{
	while (out_json_peek(j) >= 0) {
		const char *newline = memchr(j->at, '\n', (size_t)(j->end - j->at));

		j->at = newline ? newline : j->end;
	}
	if (j->wrong || j->at == j->end)
		return false;
	j->begin = ++j->at;
	j->before = 0;
	j->depth = 0;
	return j->at < j->end || (refill(j) && !j->wrong);
}

static int
peek_value(OutJson *j)
{
	int c = out_json_peek(j);

	while (c == ' ' || c == '\t' || c == '\r') {
		out_json_step(j);
		c = out_json_peek(j);
	}
	return c;
}

static bool
take(OutJson *j, char c)
{
	if (out_json_peek(j) != c)
		return false;
	out_json_step(j);
	return true;
}

void
out_json_finish(OutJson *j)
{
	if (peek_value(j) >= 0)
		no_json(j);
}

/* ---- texts ---- */

typedef struct {
	char *at;
	size_t left; /* with the NUL */
} Text;

/* A character that does not fit ends the text: nothing after it is stored. */
static void
put(Text *t, const char *bytes, size_t n)
{
	if (n >= t->left) {
		t->left = 0;
		return;
	}
	memcpy(t->at, bytes, n);
	t->at += n;
	t->left -= n;
}

static uint32_t
hex4(OutJson *j)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		int c = out_json_peek(j);
		const char *digits = "0123456789abcdef";
		const char *digit =
			c > 0 ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

		if (!digit) {
			no_json(j);
			return 0;
		}
		v = v << 4 | (uint32_t)(digit - digits);
		out_json_step(j);
	}
	return v;
}

static bool
is_high(uint32_t unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool
is_low(uint32_t unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* After "\u". A lone surrogate is not valid in a text, nor is NUL. */
static void
take_unit(OutJson *j, Text *t)
{
	uint32_t unit = hex4(j);
	char bytes[4];

	if (is_high(unit) && take(j, '\\')) {
		uint32_t low = take(j, 'u') ? hex4(j) : 0;

		if (!is_low(low))
			no_json(j);
		unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
	}
	if (unit == 0 || is_high(unit) || is_low(unit))
		unit = 0xfffd;
	if (!j->wrong)
		put(t, bytes, smb_character_utf8(unit, bytes));
}

static void
take_escape(OutJson *j, Text *t)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	int c = out_json_peek(j);
	const char *letter = c > 0 ? strchr(letters, c) : NULL;

	if (c < 0 || (c != 'u' && !letter)) {
		no_json(j);
		return;
	}
	out_json_step(j);
	if (letter)
		put(t, &meant[letter - letters], 1);
	else
		take_unit(j, t);
}

/* Beyond ASCII: one whole character of UTF-8, or none at all. */
static void
take_character(OutJson *j, Text *t)
{
	int c = out_json_peek(j);
	int n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	char bytes[5] = { 0 };
	SmbText text = { .encoding = SMB_TEXT_UTF8 };
	uint32_t at = 0, character = 0;

	for (int i = 0; i < n; i++) {
		c = out_json_peek(j);
		if (c < 0x80) {
			no_json(j);
			return;
		}
		bytes[i] = (char)c;
		out_json_step(j);
	}
	text.bytes = (SmbSpan){ (const uint8_t *)bytes, (uint32_t)n };
	/* Invalid UTF-8 becomes U+FFFD, and is shorter. */
	if (!smb_text_next(text, &at, &character) || at != (uint32_t)n ||
	    (character == 0xfffd && memcmp(bytes, "\xef\xbf\xbd", 3) != 0))
		no_json(j);
	else
		put(t, bytes, (size_t)n);
}

/* After its first quote. */
static void
take_text(OutJson *j, Text t)
{
	int c;

	while ((c = out_json_peek(j)) != '"' && c >= ' ') {
		const char plain = (char)c;

		if (c >= 0x80) {
			take_character(j, &t);
			continue;
		}
		out_json_step(j);
		if (c == '\\')
			take_escape(j, &t);
		else
			put(&t, &plain, 1);
	}
	*t.at = '\0';
	if (!take(j, '"'))
		no_json(j);
}

bool
out_json_string(OutJson *j, char *ret_text, size_t size)
{
	*ret_text = '\0';
	if (peek_value(j) != '"') {
		out_json_skip(j);
		return false;
	}
	out_json_step(j);
	take_text(j, (Text){ ret_text, size });
	if (j->wrong)
		*ret_text = '\0';
	return !j->wrong;
}

/* ---- numbers and words ---- */

static unsigned
take_digits(OutJson *j, uint64_t *value)
{
	unsigned n = 0;
	int c;

	for (; (c = out_json_peek(j)) >= '0' && c <= '9'; n++) {
		uint64_t digit = (uint64_t)(c - '0');

		/* Beyond 63 bits it stays there. */
		*value = *value > (INT64_MAX - digit) / 10 ? UINT64_MAX : *value * 10 + digit;
		out_json_step(j);
	}
	return n;
}

/* A fraction and an exponent (RFC 8259 6); true if there is one of them. */
static bool
take_fraction(OutJson *j)
{
	uint64_t ignored = 0;
	bool any = false;

	if (take(j, '.')) {
		any = true;
		if (!take_digits(j, &ignored))
			no_json(j);
	}
	if (take(j, 'e') || take(j, 'E')) {
		any = true;
		if (!take(j, '+'))
			(void)take(j, '-');
		if (!take_digits(j, &ignored))
			no_json(j);
	}
	return any;
}

/* Numbers above 2^53 are strings of digits, because many readers would round them. */
static int64_t
quoted_number(OutJson *j, int64_t otherwise)
{
	char digits[24];
	uint64_t value = 0;

	if (!out_json_string(j, digits, sizeof(digits)) || !*digits)
		return otherwise;
	for (const char *p = digits; *p; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (*p < '0' || *p > '9' || value > (INT64_MAX - digit) / 10)
			return otherwise;
		value = value * 10 + digit;
	}
	return (int64_t)value;
}

int64_t
out_json_number(OutJson *j, int64_t otherwise)
{
	uint64_t value = 0;
	bool whole, zero;
	int c = peek_value(j);

	if (c == '"')
		return quoted_number(j, otherwise);
	if (c != '-' && (c < '0' || c > '9')) {
		out_json_skip(j);
		return otherwise;
	}
	whole = !take(j, '-');
	zero = out_json_peek(j) == '0';
	c = (int)take_digits(j, &value);
	if (!c || (zero && c > 1))
		no_json(j);
	if (take_fraction(j))
		whole = false;
	return j->wrong || !whole || value > INT64_MAX ? otherwise : (int64_t)value;
}

static void
take_word(OutJson *j, const char *word)
{
	while (*word && take(j, *word))
		word++;
	if (*word)
		no_json(j);
}

bool
out_json_is_true(OutJson *j)
{
	if (peek_value(j) != 't') {
		out_json_skip(j);
		return false;
	}
	take_word(j, "true");
	return !j->wrong;
}

/* ---- objects and arrays ---- */

static bool
enter(OutJson *j, char open, bool array)
{
	if (peek_value(j) != open) {
		out_json_skip(j);
		return false;
	}
	out_json_step(j);
	if (j->depth == OUT_JSON_DEPTH) {
		no_json(j);
		return false;
	}
	j->depth++;
	j->in_array = array ? j->in_array | 1u << j->depth : j->in_array & ~(1u << j->depth);
	j->begun &= ~(1u << j->depth);
	return true;
}

/* Moves to the next value in it. */
static bool
advance(OutJson *j, char close)
{
	int c = peek_value(j);

	if (c == close) {
		out_json_step(j);
		j->depth--;
		return false;
	}
	if (j->begun & 1u << j->depth) {
		if (c != ',') {
			no_json(j);
			return false;
		}
		out_json_step(j);
	}
	j->begun |= 1u << j->depth;
	/* The object must not end after a comma: no value would follow. */
	return peek_value(j) >= 0 || (no_json(j), false);
}

bool
out_json_object(OutJson *j)
{
	return enter(j, '{', false);
}

bool
out_json_array(OutJson *j)
{
	return enter(j, '[', true);
}

bool
out_json_key(OutJson *j, char *ret_key, size_t size)
{
	*ret_key = '\0';
	if (!advance(j, '}'))
		return false;
	if (!take(j, '"')) {
		no_json(j);
		return false;
	}
	take_text(j, (Text){ ret_key, size });
	if (peek_value(j) != ':')
		no_json(j);
	else
		out_json_step(j);
	return !j->wrong;
}

bool
out_json_element(OutJson *j)
{
	return advance(j, ']');
}

static void
skip_scalar(OutJson *j, int c)
{
	char nothing[1];

	if (c == '"')
		(void)out_json_string(j, nothing, sizeof(nothing));
	else if (c == '-' || (c >= '0' && c <= '9'))
		(void)out_json_number(j, 0);
	else if (c == 't')
		take_word(j, "true");
	else if (c == 'f')
		take_word(j, "false");
	else if (c == 'n')
		take_word(j, "null");
	else
		no_json(j);
}

/* Without recursion: it returns to its initial depth. */
void
out_json_skip(OutJson *j)
{
	unsigned from = j->depth;
	char nothing[1];

	do {
		int c = peek_value(j);

		if (c == '{')
			(void)out_json_object(j);
		else if (c == '[')
			(void)out_json_array(j);
		else
			skip_scalar(j, c);
		while (!j->wrong && j->depth > from &&
		       !(j->in_array & 1u << j->depth ? out_json_element(j)
						      : out_json_key(j, nothing, 1)))
			;
	} while (!j->wrong && j->depth > from);
}
