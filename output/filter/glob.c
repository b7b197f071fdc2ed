/* SPDX-License-Identifier: BSD-3-Clause */
/* Patterns with * and ? against text of the wire, decoded while it is compared. */
#include "output/filter/internal.h"

enum { ANY = UINT32_MAX, ONE = UINT32_MAX - 1 };

/* Most letters are of ASCII, and each of a name is looked at with each exchange. */
static inline uint32_t
fold(uint32_t c)
{
	if (c >= 0x80)
		return (uint32_t)g_unichar_tolower(c);
	if (c == '/')
		return '\\';
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

OutGlob *
out_glob_new(const char *pattern)
{
	SmbText text = smb_text_from_utf8(pattern);
	OutGlob *self = g_new0(OutGlob, 1);
	uint32_t at = 0, c;

	self->chars = g_new(uint32_t, text.bytes.len + 1);
	while (smb_text_next(text, &at, &c)) {
		c = c == '*' ? ANY : c == '?' ? ONE : fold(c);
		self->has_separator |= c == '\\';
		if (c != ANY || self->n == 0 || self->chars[self->n - 1] != ANY)
			self->chars[self->n++] = c;
	}
	return self;
}

void
out_glob_free(void *glob)
{
	OutGlob *self = glob;

	if (!self)
		return;
	g_free(self->chars);
	g_free(self);
}

/*
 * Backtracks only to the last *: the shortest match of those before it leaves the most for the
 * rest. So there is no recursion, and no exponential time.
 */
bool
out_glob_matches(const OutGlob *self, SmbText text)
{
	uint32_t p = 0, star = 0, at = 0, retry = 0, c;
	bool starred = false;

	for (;;) {
		if (p < self->n && self->chars[p] == ANY) {
			star = ++p;
			retry = at;
			starred = true;
			continue;
		}
		if (!smb_text_next(text, &at, &c))
			return p == self->n && (!text.cut || (starred && p == star));
		if (p < self->n && (self->chars[p] == ONE || self->chars[p] == fold(c))) {
			p++;
			continue;
		}
		if (!starred)
			return false;
		/* The * takes one more character. */
		at = retry;
		smb_text_next(text, &at, &c);
		retry = at;
		p = star;
	}
}

bool
out_glob_matches_path(const OutGlob *self, SmbText path)
{
	SmbText last = path;
	uint32_t at = 0, c, behind = 0;

	if (!path.bytes.ptr)
		return false;
	if (out_glob_matches(self, path))
		return true;
	if (self->has_separator && self->n && self->chars[0] == '\\')
		return false;
	/* What the end of it would match would be all of it. */
	if (self->n && self->chars[0] == ANY)
		return false;
	/* "dir\file" is meant from the root, which some clients write and some do not. */
	while (smb_text_next(path, &at, &c)) {
		if (fold(c) == '\\' && (!self->has_separator || at <= 2))
			behind = at;
	}
	last.bytes.ptr += behind;
	last.bytes.len -= behind;
	return behind && out_glob_matches(self, last);
}

bool
out_filter_glob(const char *pattern, SmbText text)
{
	OutGlob *glob = out_glob_new(pattern);
	bool matches = out_glob_matches_path(glob, text);

	out_glob_free(glob);
	return matches;
}
