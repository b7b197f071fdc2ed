/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether text is fit to be printed: nearly all of it is ASCII, of which a block is looked at at once. */
#include "cli/jobs/plain.h"

#include <string.h>

#include "dissect/wire/text.h"

enum { SEQUENCE_NONE, SEQUENCE_ESCAPE, SEQUENCE_COLOUR };

typedef uint8_t Bytes __attribute__((vector_size(16)));

enum { BLOCK = 64 };

/* Bytes that are ones where neither a character of ASCII can be printed nor a line ends. */
static inline Bytes
odd_bytes(const char *from)
{
	Bytes bytes;

	memcpy(&bytes, from, sizeof(bytes));
	return (Bytes)((Bytes)(bytes - 0x20) >= 0x5f) & (Bytes)(bytes != '\n');
}

static inline bool
any(Bytes bytes)
{
	uint64_t halves[2];

	memcpy(halves, &bytes, sizeof(halves));
	return (halves[0] | halves[1]) != 0;
}

static inline bool
is_printable_block(const char *from)
{
	return !any(odd_bytes(from) | odd_bytes(from + 16) | odd_bytes(from + 32) |
		    odd_bytes(from + 48));
}

static bool
begin_character(CliPlain *self, uint8_t c)
{
	if (c < 0xC2 || c > 0xF4)
		return false;
	self->left = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
	self->character = c & (0x3F >> self->left);
	self->least = c < 0xE0 ? 0x80 : c < 0xF0 ? 0x800 : 0x10000;
	return true;
}

static bool
go_on_character(CliPlain *self, uint8_t c)
{
	if ((c & 0xC0) != 0x80)
		return false;
	self->character = self->character << 6 | (c & 0x3F);
	return --self->left ||
	       (self->character >= self->least && !smb_character_is_unprintable(self->character));
}

static bool
go_on_sequence(CliPlain *self, uint8_t c)
{
	if (self->sequence == SEQUENCE_ESCAPE) {
		self->sequence = SEQUENCE_COLOUR;
		return c == '[';
	}
	if (c == 'm')
		self->sequence = SEQUENCE_NONE;
	return c == 'm' || c == ';' || (c >= '0' && c <= '9');
}

static bool
take_byte(CliPlain *self, char before, uint8_t c)
{
	if (self->left)
		return go_on_character(self, c);
	if (self->sequence)
		return go_on_sequence(self, c);
	if (c >= 0x80)
		return begin_character(self, c);
	if (c == '\033' && self->colour)
		self->sequence = SEQUENCE_ESCAPE;
	else if (c < 0x20 || c == 0x7F)
		return c == '\n' || c == '\t' || (!c && self->zeros) ||
		       (c == 1 && self->ones && before == '\n');
	return true;
}

void
cli_plain_init(CliPlain *self, const CliOptions *options)
{
	*self = (CliPlain){ .colour = options->colour,
			    .zeros = options->verb == CLI_VERB_CREDENTIALS,
			    .ones = options->verb == CLI_VERB_MESSAGES && !options->json,
			    .last = '\n' };
}

/* Bytes at the beginning that are blocks of nothing but that. */
static size_t
printable_part(const char *bytes, size_t n)
{
	size_t at = 0;

	while (n - at >= BLOCK && is_printable_block(bytes + at))
		at += BLOCK;
	while (n - at >= sizeof(Bytes) && !any(odd_bytes(bytes + at)))
		at += sizeof(Bytes);
	return at;
}

bool
cli_plain_take(CliPlain *self, const char *bytes, size_t n)
{
	size_t at = 0, step;

	while (at < n) {
		step = 0;
		if (!self->left && !self->sequence)
			step = printable_part(bytes + at, n - at);
		at += step;
		for (step = 0; step < sizeof(Bytes) && at < n; step++, at++)
			if (!take_byte(self, at ? bytes[at - 1] : self->last, (uint8_t)bytes[at]))
				return false;
	}
	if (n)
		self->last = bytes[n - 1];
	return true;
}
